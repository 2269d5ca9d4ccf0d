//! Orders to hand a device out and see it work.

use diesel::prelude::*;
use diesel::sql_types::Text;
use domain::audit::AuditEntry;
use domain::devices::{Device, DeviceUid, Enrolment, EnrolmentState, Proof, Protocol};
use domain::ids::{EnrolmentId, IncidentId, OrganisationId};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::audit;
use crate::conn::Conn;
use crate::errors::Mapped;
use crate::paging::{Cursor, Page, PageRequest};
use crate::rows::uid;
use crate::schema::enrolments;
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, InstantSql, UuidSql, Word};
use crate::writer::Lane;

/// An order whose device has not shown yet that it works, and what was heard of it since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnprovenEnrolment {
    /// The order.
    pub order: Enrolment,
    /// What the device calls itself.
    pub uid: DeviceUid,
    /// When the device did what is asked for, if it did.
    pub shown_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = enrolments, treat_none_as_default_value = false)]
struct OrderRow {
    organisation_id: Id,
    id: Id,
    device_id: Id,
    resident_id: Id,
    ordered_by: Id,
    ordered_at: At,
    due_at: At,
    proof: Word<Proof>,
    state: Word<EnrolmentState>,
    proven_at: Option<At>,
    test_from: Option<At>,
    test_until: Option<At>,
    incident_id: Option<Id>,
}

impl From<&Enrolment> for OrderRow {
    fn from(order: &Enrolment) -> Self {
        Self {
            organisation_id: order.organisation_id.into(),
            id: order.id.into(),
            device_id: order.device_id.into(),
            resident_id: order.resident_id.into(),
            ordered_by: order.ordered_by.into(),
            ordered_at: At(order.ordered_at),
            due_at: At(order.due_at),
            proof: Word(order.proof),
            state: Word(order.state),
            proven_at: order.proven_at.map(At),
            test_from: order.test_from.map(At),
            test_until: order.test_until.map(At),
            incident_id: order.incident_id.map(Id::from),
        }
    }
}

impl From<OrderRow> for Enrolment {
    fn from(row: OrderRow) -> Self {
        Self {
            id: row.id.into(),
            organisation_id: row.organisation_id.into(),
            device_id: row.device_id.into(),
            resident_id: row.resident_id.into(),
            ordered_by: row.ordered_by.into(),
            ordered_at: row.ordered_at.0,
            due_at: row.due_at.0,
            proof: row.proof.0,
            state: row.state.0,
            proven_at: row.proven_at.map(Into::into),
            test_from: row.test_from.map(Into::into),
            test_until: row.test_until.map(Into::into),
            incident_id: row.incident_id.map(Into::into),
        }
    }
}

#[derive(QueryableByName)]
struct Spoke {
    #[diesel(sql_type = Text)]
    uid: String,
    #[diesel(sql_type = Text)]
    protocol: Word<Protocol>,
    #[diesel(sql_type = diesel::sql_types::Nullable<InstantSql>)]
    seen_at: Option<At>,
}

#[derive(QueryableByName)]
struct Shown {
    #[diesel(sql_type = diesel::sql_types::Nullable<InstantSql>)]
    shown_at: Option<At>,
}

/// Writes an order, in the transaction that binds its device.
pub(crate) fn insert(conn: &mut Conn, order: &Enrolment) -> Result<(), StoreError> {
    diesel::insert_into(enrolments::table)
        .values(OrderRow::from(order))
        .execute(conn)
        .mapped()
        .map(|_| ())
}

/// Whether the help button of a device was being tried out at this moment.
pub(crate) fn is_under_test(
    conn: &mut Conn,
    device: &Device,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let tests: i64 = enrolments::table
        .filter(enrolments::organisation_id.eq(Id::from(device.organisation_id)))
        .filter(enrolments::device_id.eq(Id::from(device.id)))
        .filter(
            enrolments::state.eq_any(
                [
                    EnrolmentState::Pending,
                    EnrolmentState::Overdue,
                    EnrolmentState::Proven,
                ]
                .map(Word),
            ),
        )
        .filter(enrolments::test_from.le(Some(At(at))))
        .filter(enrolments::test_until.gt(Some(At(at))))
        .count()
        .get_result(conn)
        .mapped()?;
    Ok(tests > 0)
}

impl SqlStore {
    /// Reads one order.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn enrolment_read(
        &self,
        organisation: OrganisationId,
        id: EnrolmentId,
    ) -> Result<Enrolment, StoreError> {
        let query = enrolments::table
            .filter(enrolments::organisation_id.eq(Id::from(organisation)))
            .filter(enrolments::id.eq(Id::from(id)));
        let row: Option<OrderRow> = self.read(|conn| query.first(conn).optional().mapped())?;
        Ok(row.ok_or(StoreError::NotFound)?.into())
    }

    /// Orders of an organisation, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn enrolment_list(
        &self,
        organisation: OrganisationId,
        asked: &PageRequest,
    ) -> Result<Page<Enrolment>, StoreError> {
        let mut query = enrolments::table
            .filter(enrolments::organisation_id.eq(Id::from(organisation)))
            .order((enrolments::ordered_at.desc(), enrolments::id.desc()))
            .limit(asked.fetch())
            .into_boxed();
        if let Some(Cursor { at, id }) = asked.cursor {
            let same = enrolments::ordered_at.eq(at).and(enrolments::id.lt(id));
            query = query.filter(enrolments::ordered_at.lt(at).or(same));
        }
        let rows: Vec<OrderRow> = self.read(|conn| query.load(conn).mapped())?;
        let orders = rows.into_iter().map(Into::into).collect();
        Ok(Page::cut(orders, asked, |order: &Enrolment| Cursor {
            at: order.ordered_at.into(),
            id: order.id.into(),
        }))
    }

    /// From now on, until then, a press of the help button is a test. The line stands in the same
    /// transaction.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the order is over.
    pub fn enrolment_test(
        &self,
        organisation: OrganisationId,
        id: EnrolmentId,
        until: Timestamp,
        line: AuditEntry,
    ) -> Result<Enrolment, StoreError> {
        let keys = self.keys().clone();
        self.write(Lane::Alarm, move |conn| {
            let open = [EnrolmentState::Pending, EnrolmentState::Overdue].map(Word);
            let changed = diesel::update(enrolments::table)
                .filter(enrolments::organisation_id.eq(Id::from(organisation)))
                .filter(enrolments::id.eq(Id::from(id)))
                .filter(enrolments::state.eq_any(open))
                .set((
                    enrolments::test_from.eq(Some(At(line.at))),
                    enrolments::test_until.eq(Some(At(until))),
                ))
                .execute(conn)
                .mapped()?;
            if changed == 0 {
                return Err(StoreError::Conflict);
            }
            audit::insert(conn, &keys, &line)
        })?;
        self.enrolment_read(organisation, id)
    }

    /// Orders that still wait for their proof, late ones included, with what was heard since.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn enrolments_unproven(&self) -> Result<Vec<UnprovenEnrolment>, StoreError> {
        let open = [EnrolmentState::Pending, EnrolmentState::Overdue].map(Word);
        self.read(|conn| {
            let rows: Vec<OrderRow> = enrolments::table
                .filter(enrolments::state.eq_any(open))
                .order(enrolments::due_at)
                .load(conn)
                .mapped()?;
            let orders = rows.into_iter().map(|row| unproven(conn, row.into()));
            orders.collect()
        })
    }

    /// The device showed that it works.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn enrolment_proven(&self, order: &Enrolment, at: Timestamp) -> Result<(), StoreError> {
        self.settle(order, EnrolmentState::Proven, Some(at), order.incident_id)
    }

    /// The deadline passed; the seat has this case.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn enrolment_overdue(
        &self,
        order: &Enrolment,
        incident: Option<IncidentId>,
    ) -> Result<(), StoreError> {
        self.settle(order, EnrolmentState::Overdue, None, incident)
    }

    fn settle(
        &self,
        order: &Enrolment,
        state: EnrolmentState,
        proven_at: Option<Timestamp>,
        incident: Option<IncidentId>,
    ) -> Result<(), StoreError> {
        let (organisation, id, was) = (order.organisation_id, order.id, order.state);
        self.write(Lane::Telemetry, move |conn| {
            diesel::update(enrolments::table)
                .filter(enrolments::organisation_id.eq(Id::from(organisation)))
                .filter(enrolments::id.eq(Id::from(id)))
                .filter(enrolments::state.eq(Word(was)))
                .set((
                    enrolments::state.eq(Word(state)),
                    enrolments::proven_at.eq(proven_at.map(At)),
                    enrolments::incident_id.eq(incident.map(Id::from)),
                ))
                .execute(conn)
                .mapped()
        })?;
        Ok(())
    }
}

fn unproven(conn: &mut Conn, order: Enrolment) -> Result<UnprovenEnrolment, StoreError> {
    let spoke: Spoke = diesel::sql_query(
        "SELECT d.uid, d.protocol, s.last_seen_at AS seen_at FROM devices d \
         LEFT JOIN device_states s ON s.organisation_id = d.organisation_id AND s.device_id = d.id \
         WHERE d.organisation_id = $1 AND d.id = $2",
    )
    .bind::<UuidSql, _>(Id::from(order.organisation_id))
    .bind::<UuidSql, _>(Id::from(order.device_id))
    .get_result(conn)
    .mapped()?;
    let seen_at = spoke.seen_at.map(|at| at.0);
    let seen_at = seen_at.filter(|at| *at > order.ordered_at);
    let shown_at = match order.proof {
        Proof::Frame => seen_at,
        // Only a device that was heard at all can have alarmed.
        Proof::Alarm if seen_at.is_some() => alarmed(conn, &order, &spoke)?,
        Proof::Alarm => None,
    };
    Ok(UnprovenEnrolment {
        uid: uid(&spoke.uid)?,
        order,
        shown_at,
    })
}

/// The first alarm of a device since its order; only alarm frames have a key.
fn alarmed(
    conn: &mut Conn,
    order: &Enrolment,
    spoke: &Spoke,
) -> Result<Option<Timestamp>, StoreError> {
    let shown: Shown = diesel::sql_query(
        "SELECT MIN(received_at) AS shown_at FROM frames WHERE organisation_id = $1 AND protocol = $2 \
         AND device_uid = $3 AND event_key IS NOT NULL AND received_at > $4",
    )
    .bind::<UuidSql, _>(Id::from(order.organisation_id))
    .bind::<Text, _>(spoke.protocol)
    .bind::<Text, _>(&spoke.uid)
    .bind::<InstantSql, _>(At(order.ordered_at))
    .get_result(conn)
    .mapped()?;
    Ok(shown.shown_at.map(|at| at.0))
}
