//! Readings of daily life, the rules about them, and who misses what.

use std::collections::{BTreeMap, HashMap};

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use domain::audit::AuditEntry;
use domain::devices::ReceivedFrame;
use domain::ids::{AccountId, DeviceId, IncidentId, LifeSignRuleId, OrganisationId, ResidentId};
use domain::life_signs::{Away, Condition, LifeSign, LifeSignRule, SignReading};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::audit;
use crate::conn::Conn;
use crate::errors::Mapped;
use crate::schema::{away_times, life_sign_misses, life_sign_rules, life_signs};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, InstantSql, Json, Word};
use crate::statement::{Statement, Value};
use crate::writer::Lane;

/// Readings of each home, in order of time.
pub type ReadingsOfHomes = BTreeMap<ResidentId, Vec<(DeviceId, SignReading)>>;

#[derive(Clone, Debug, Queryable, Selectable, QueryableByName)]
#[diesel(table_name = life_sign_rules)]
struct RuleRow {
    organisation_id: Id,
    id: Id,
    condition: Json<Condition>,
    created_at: At,
    tried_at: Option<At>,
    on_since: Option<At>,
}

impl From<RuleRow> for LifeSignRule {
    fn from(row: RuleRow) -> Self {
        Self {
            id: row.id.into(),
            organisation_id: row.organisation_id.into(),
            condition: row.condition.0,
            created_at: row.created_at.0,
            tried_at: row.tried_at.map(Into::into),
            on_since: row.on_since.map(Into::into),
        }
    }
}

/// Keeps the signs of daily life in a frame of a device that somebody has at home. Most frames
/// carry none and cost nothing here.
pub(crate) fn keep(
    conn: &mut Conn,
    organisation: Id,
    frame: &ReceivedFrame,
) -> Result<(), StoreError> {
    let Ok(event) = &frame.decoded else {
        return Ok(());
    };
    for (sign, value) in LifeSign::of(event) {
        Statement::new(
            "INSERT INTO life_signs (organisation_id, resident_id, sign, \"at\", device_id, value) \
             SELECT organisation_id, resident_id, ?, ?, id, ? FROM devices \
             WHERE organisation_id = ? AND protocol = ? AND uid = ? \
             AND resident_id IS NOT NULL ON CONFLICT DO NOTHING",
            vec![
                sign.as_str().into(),
                At(frame.received_at).into(),
                Value::Double(value),
                organisation.into(),
                event.protocol.as_str().into(),
                event.device_uid.as_str().into(),
            ],
        )
        .run(conn)?;
    }
    Ok(())
}

impl SqlStore {
    /// Writes a rule down; it is not on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn life_sign_rule_keep(
        &self,
        rule: &LifeSignRule,
        by: AccountId,
        audit: AuditEntry,
    ) -> Result<(), StoreError> {
        let (keys, rule) = (self.keys().clone(), rule.clone());
        self.write(Lane::Alarm, move |conn| {
            diesel::insert_into(life_sign_rules::table)
                .values((
                    life_sign_rules::organisation_id.eq(Id::from(rule.organisation_id)),
                    life_sign_rules::id.eq(Id::from(rule.id)),
                    life_sign_rules::condition.eq(Json(rule.condition)),
                    life_sign_rules::created_by.eq(Id::from(by)),
                    life_sign_rules::created_at.eq(At(rule.created_at)),
                ))
                .execute(conn)
                .mapped()?;
            audit::insert(conn, &keys, &audit)
        })
    }

    /// Who wrote a rule down: in their name its devices speak.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn life_sign_rule_author(
        &self,
        organisation: OrganisationId,
        rule: LifeSignRuleId,
    ) -> Result<AccountId, StoreError> {
        let author: Id = self.read(|conn| {
            life_sign_rules::table
                .filter(life_sign_rules::organisation_id.eq(Id::from(organisation)))
                .filter(life_sign_rules::id.eq(Id::from(rule)))
                .select(life_sign_rules::created_by)
                .first(conn)
                .mapped()
        })?;
        Ok(author.into())
    }

    /// The rules of an organisation, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn life_sign_rules(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<LifeSignRule>, StoreError> {
        let rows: Vec<RuleRow> = self.read(|conn| {
            life_sign_rules::table
                .filter(life_sign_rules::organisation_id.eq(Id::from(organisation)))
                .order((life_sign_rules::created_at, life_sign_rules::id))
                .select(RuleRow::as_select())
                .load(conn)
                .mapped()
        })?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// One rule.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn life_sign_rule(
        &self,
        organisation: OrganisationId,
        id: LifeSignRuleId,
    ) -> Result<LifeSignRule, StoreError> {
        let mut rules = self.life_sign_rules(organisation)?.into_iter();
        rules.find(|rule| rule.id == id).ok_or(StoreError::NotFound)
    }

    /// Notes that a rule was tried on what has been.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn life_sign_rule_tried(
        &self,
        organisation: OrganisationId,
        id: LifeSignRuleId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(Lane::Alarm, move |conn| {
            let one = life_sign_rules::table
                .filter(life_sign_rules::organisation_id.eq(Id::from(organisation)))
                .filter(life_sign_rules::id.eq(Id::from(id)));
            let set = life_sign_rules::tried_at.eq(Some(At(now)));
            diesel::update(one).set(set).execute(conn).mapped()?;
            Ok(())
        })
    }

    /// Switches a rule on from a moment, or off; who is missing something is forgotten when off.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn life_sign_rule_switch(
        &self,
        organisation: OrganisationId,
        id: LifeSignRuleId,
        on_since: Option<Timestamp>,
        audit: AuditEntry,
    ) -> Result<LifeSignRule, StoreError> {
        let keys = self.keys().clone();
        self.write(Lane::Alarm, move |conn| {
            let one = life_sign_rules::table
                .filter(life_sign_rules::organisation_id.eq(Id::from(organisation)))
                .filter(life_sign_rules::id.eq(Id::from(id)));
            let set = (
                life_sign_rules::on_since.eq(on_since.map(At)),
                life_sign_rules::check_at.eq(on_since.map(At)),
            );
            if diesel::update(one).set(set).execute(conn).mapped()? == 0 {
                return Err(StoreError::NotFound);
            }
            if on_since.is_none() {
                let misses = life_sign_misses::table
                    .filter(life_sign_misses::organisation_id.eq(Id::from(organisation)))
                    .filter(life_sign_misses::rule_id.eq(Id::from(id)));
                diesel::delete(misses).execute(conn).mapped()?;
            }
            audit::insert(conn, &keys, &audit)
        })?;
        self.life_sign_rule(organisation, id)
    }

    /// Claims rules that are on and due. The claim is a promise to look: the next look is `next`
    /// later, or when the lease of a server that died is over.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn life_sign_rules_claim(
        &self,
        now: Timestamp,
        next: TimeDelta,
        limit: u32,
    ) -> Result<Vec<LifeSignRule>, StoreError> {
        let due: i64 = self.read(|conn| {
            life_sign_rules::table
                .filter(life_sign_rules::check_at.le(Some(At(now))))
                .count()
                .get_result(conn)
                .mapped()
        })?;
        if due == 0 {
            return Ok(Vec::new());
        }
        self.write(Lane::Telemetry, move |conn| {
            let lock = match conn {
                Conn::Sqlite(_) => "",
                Conn::Postgres(_) => "FOR UPDATE SKIP LOCKED",
            };
            let sql = format!(
                "UPDATE life_sign_rules SET check_at = $1 WHERE (organisation_id, id) IN \
                 (SELECT organisation_id, id FROM life_sign_rules WHERE check_at <= $2 \
                 ORDER BY check_at LIMIT $3 {lock}) RETURNING *"
            );
            let rows: Vec<RuleRow> = diesel::sql_query(sql)
                .bind::<InstantSql, _>(At(now + next))
                .bind::<InstantSql, _>(At(now))
                .bind::<BigInt, _>(i64::from(limit))
                .load(conn)
                .mapped()?;
            Ok(rows.into_iter().map(Into::into).collect())
        })
    }

    /// Readings of a sign in all homes between two moments.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn life_signs_of(
        &self,
        organisation: OrganisationId,
        sign: LifeSign,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<ReadingsOfHomes, StoreError> {
        type Row = (Id, Id, At, f64);
        let rows: Vec<Row> = self.read(|conn| {
            life_signs::table
                .filter(life_signs::organisation_id.eq(Id::from(organisation)))
                .filter(life_signs::sign.eq(Word(sign)))
                .filter(life_signs::at.ge(At(from)))
                .filter(life_signs::at.le(At(to)))
                .order((life_signs::at, life_signs::device_id))
                .select((
                    life_signs::resident_id,
                    life_signs::device_id,
                    life_signs::at,
                    life_signs::value,
                ))
                .load(conn)
                .mapped()
        })?;
        let mut homes = ReadingsOfHomes::new();
        for (resident, device, at, value) in rows {
            let reading = SignReading { at: at.0, value };
            let of_home = homes.entry(resident.into()).or_default();
            of_home.push((device.into(), reading));
        }
        Ok(homes)
    }

    /// When residents are away, of all that ended after a moment.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn away_since(
        &self,
        organisation: OrganisationId,
        since: Timestamp,
    ) -> Result<HashMap<ResidentId, Vec<Away>>, StoreError> {
        let rows: Vec<(Id, At, At)> = self.read(|conn| {
            away_times::table
                .filter(away_times::organisation_id.eq(Id::from(organisation)))
                .filter(away_times::until_at.gt(At(since)))
                .order(away_times::from_at)
                .select((
                    away_times::resident_id,
                    away_times::from_at,
                    away_times::until_at,
                ))
                .load(conn)
                .mapped()
        })?;
        let mut found: HashMap<ResidentId, Vec<Away>> = HashMap::new();
        for (resident, from, until) in rows {
            let away = Away {
                from: from.0,
                until: until.0,
            };
            found.entry(resident.into()).or_default().push(away);
        }
        Ok(found)
    }

    /// Says that a resident is away. What was said before of the time from then on is replaced.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn away_set(
        &self,
        organisation: OrganisationId,
        resident: ResidentId,
        away: Away,
        audit: AuditEntry,
    ) -> Result<(), StoreError> {
        let keys = self.keys().clone();
        self.write(Lane::Alarm, move |conn| {
            let later = away_times::table
                .filter(away_times::organisation_id.eq(Id::from(organisation)))
                .filter(away_times::resident_id.eq(Id::from(resident)))
                .filter(away_times::from_at.ge(At(away.from)));
            diesel::delete(later).execute(conn).mapped()?;
            let running = away_times::table
                .filter(away_times::organisation_id.eq(Id::from(organisation)))
                .filter(away_times::resident_id.eq(Id::from(resident)))
                .filter(away_times::until_at.gt(At(away.from)));
            let ends = away_times::until_at.eq(At(away.from));
            diesel::update(running).set(ends).execute(conn).mapped()?;
            if away.until > away.from {
                diesel::insert_into(away_times::table)
                    .values((
                        away_times::organisation_id.eq(Id::from(organisation)),
                        away_times::resident_id.eq(Id::from(resident)),
                        away_times::from_at.eq(At(away.from)),
                        away_times::until_at.eq(At(away.until)),
                    ))
                    .execute(conn)
                    .mapped()?;
            }
            audit::insert(conn, &keys, &audit)
        })
    }

    /// Who misses what a rule asks for, each with their case.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn life_sign_misses(
        &self,
        organisation: OrganisationId,
        rule: LifeSignRuleId,
    ) -> Result<HashMap<ResidentId, IncidentId>, StoreError> {
        let rows: Vec<(Id, Id)> = self.read(|conn| {
            life_sign_misses::table
                .filter(life_sign_misses::organisation_id.eq(Id::from(organisation)))
                .filter(life_sign_misses::rule_id.eq(Id::from(rule)))
                .select((life_sign_misses::resident_id, life_sign_misses::incident_id))
                .load(conn)
                .mapped()
        })?;
        let opened = rows
            .into_iter()
            .map(|(resident, incident)| (resident.into(), incident.into()));
        Ok(opened.collect())
    }

    /// Notes that somebody misses a sign (with their case), or does no longer.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn life_sign_miss(
        &self,
        organisation: OrganisationId,
        rule: LifeSignRuleId,
        resident: ResidentId,
        case: Option<IncidentId>,
    ) -> Result<(), StoreError> {
        self.write(Lane::Telemetry, move |conn| {
            let known = life_sign_misses::table
                .filter(life_sign_misses::organisation_id.eq(Id::from(organisation)))
                .filter(life_sign_misses::rule_id.eq(Id::from(rule)))
                .filter(life_sign_misses::resident_id.eq(Id::from(resident)));
            diesel::delete(known).execute(conn).mapped()?;
            if let Some(case) = case {
                diesel::insert_into(life_sign_misses::table)
                    .values((
                        life_sign_misses::organisation_id.eq(Id::from(organisation)),
                        life_sign_misses::rule_id.eq(Id::from(rule)),
                        life_sign_misses::resident_id.eq(Id::from(resident)),
                        life_sign_misses::incident_id.eq(Id::from(case)),
                    ))
                    .execute(conn)
                    .mapped()?;
            }
            Ok(())
        })
    }
}
