//! Whose a device is and was. One transaction ends everything that goes with a wearer.

use diesel::prelude::*;
use domain::audit::AuditEntry;
use domain::devices::{Binding, Device, EndReason, Enrolment, EnrolmentState, LabelCode};
use domain::ids::{BindingId, DeviceId, OrganisationId};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::accounts::token_sha256;
use crate::conn::Conn;
use crate::errors::Mapped;
use crate::schema::{
    device_bindings, device_commands, device_labels, devices, enrolments, family_links,
};
use crate::sealed::{Column, KeyRing, Sealed};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, InstantSql, UuidSql, Word};
use crate::writer::Lane;
use crate::{audit, enrolments as orders};

/// What came of binding a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// It is bound now.
    New(Binding),
    /// It was, by the same request.
    Known(Binding),
    /// Somebody wears it.
    Worn,
    /// The code is not this device's, or was used.
    WrongCode,
}

/// Taking a device from its wearer.
#[derive(Clone, Debug)]
pub struct Unbinding {
    /// Which device.
    pub device_id: DeviceId,
    /// For the record of one that was bound before records were kept.
    pub fresh: BindingId,
    /// Why.
    pub reason: EndReason,
    /// Who does it, and when.
    pub audit: AuditEntry,
}

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = device_bindings, treat_none_as_default_value = false)]
struct BindingRow {
    organisation_id: Id,
    id: Id,
    device_id: Id,
    resident_id: Id,
    bound_at: Option<At>,
    bound_by: Option<Id>,
    until_at: Option<At>,
    ended_by: Option<Id>,
    reason: Option<Word<EndReason>>,
}

impl From<&Binding> for BindingRow {
    fn from(binding: &Binding) -> Self {
        Self {
            organisation_id: binding.organisation_id.into(),
            id: binding.id.into(),
            device_id: binding.device_id.into(),
            resident_id: binding.resident_id.into(),
            bound_at: binding.bound_at.map(At),
            bound_by: binding.bound_by.map(Id::from),
            until_at: binding.until.map(At),
            ended_by: binding.ended_by.map(Id::from),
            reason: binding.reason.map(Word),
        }
    }
}

impl From<BindingRow> for Binding {
    fn from(row: BindingRow) -> Self {
        Self {
            id: row.id.into(),
            organisation_id: row.organisation_id.into(),
            device_id: row.device_id.into(),
            resident_id: row.resident_id.into(),
            bound_at: row.bound_at.map(Into::into),
            bound_by: row.bound_by.map(Into::into),
            until: row.until_at.map(Into::into),
            ended_by: row.ended_by.map(Into::into),
            reason: row.reason.map(|reason| reason.0),
        }
    }
}

impl SqlStore {
    /// Binds a device that nobody wears: by the code on its label, or by an order to hand it out.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such device.
    pub fn device_bind(
        &self,
        binding: &Binding,
        code: Option<LabelCode>,
        order: Option<Enrolment>,
        line: AuditEntry,
    ) -> Result<Bound, StoreError> {
        let (binding, keys) = (binding.clone(), self.keys().clone());
        self.write(Lane::Alarm, move |conn| {
            bind(conn, &keys, &binding, code.as_ref(), order.as_ref(), &line)
        })
    }

    /// Takes a device from its wearer: nothing of theirs is seen through it from this commit on.
    /// `None` when nobody wears it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such device.
    pub fn device_unbind(&self, unbinding: Unbinding) -> Result<Option<Binding>, StoreError> {
        let keys = self.keys().clone();
        self.write(Lane::Alarm, move |conn| unbind(conn, &keys, &unbinding))
    }

    /// Whose a device is and was, the latest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn bindings_of_device(
        &self,
        organisation: OrganisationId,
        device: DeviceId,
    ) -> Result<Vec<Binding>, StoreError> {
        let query = device_bindings::table
            .filter(device_bindings::organisation_id.eq(Id::from(organisation)))
            .filter(device_bindings::device_id.eq(Id::from(device)))
            .order(device_bindings::id);
        let rows: Vec<BindingRow> = self.read(|conn| query.load(conn).mapped())?;
        let mut bindings: Vec<Binding> = rows.into_iter().map(Into::into).collect();
        // Nulls sort differently in the two databases: the open one first, then by its end.
        bindings.sort_by_key(|binding| std::cmp::Reverse((binding.until.is_none(), binding.until)));
        Ok(bindings)
    }

    /// The code on the label of a device that nobody wears, made when there is none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody wears it: its label was used.
    pub fn device_label(
        &self,
        organisation: OrganisationId,
        device: DeviceId,
        fresh: LabelCode,
        now: Timestamp,
    ) -> Result<LabelCode, StoreError> {
        let keys = self.keys().clone();
        self.write(Lane::Alarm, move |conn| {
            if wearer(conn, organisation, device)?.is_some() {
                return Err(StoreError::Conflict);
            }
            let known: Option<Sealed<String>> = device_labels::table
                .filter(device_labels::organisation_id.eq(Id::from(organisation)))
                .filter(device_labels::device_id.eq(Id::from(device)))
                .select(device_labels::code)
                .first(conn)
                .optional()
                .mapped()?;
            if let Some(sealed) = known {
                let code = sealed.open(&keys, Column::LABEL_CODE, device)?;
                let odd = || StoreError::Bug("stored label code is malformed".to_owned());
                return LabelCode::parse(&code).ok_or_else(odd);
            }
            let text = fresh.as_str().to_owned();
            diesel::insert_into(device_labels::table)
                .values((
                    device_labels::organisation_id.eq(Id::from(organisation)),
                    device_labels::device_id.eq(Id::from(device)),
                    device_labels::code.eq(Sealed::seal(&keys, Column::LABEL_CODE, device, &text)?),
                    device_labels::code_sha256.eq(token_sha256(&text).to_vec()),
                    device_labels::made_at.eq(At(now)),
                ))
                .execute(conn)
                .mapped()?;
            Ok(fresh)
        })
    }
}

fn bind(
    conn: &mut Conn,
    keys: &KeyRing,
    binding: &Binding,
    code: Option<&LabelCode>,
    order: Option<&Enrolment>,
    line: &AuditEntry,
) -> Result<Bound, StoreError> {
    let (organisation, device) = (binding.organisation_id, binding.device_id);
    let known: Option<BindingRow> = device_bindings::table
        .filter(device_bindings::organisation_id.eq(Id::from(organisation)))
        .filter(device_bindings::id.eq(Id::from(binding.id)))
        .first(conn)
        .optional()
        .mapped()?;
    if let Some(row) = known {
        return Ok(Bound::Known(row.into()));
    }
    if wearer(conn, organisation, device)?.is_some() {
        return Ok(Bound::Worn);
    }
    // The label is spent however the device is bound: an old photograph of it opens nothing.
    let label = device_labels::table
        .filter(device_labels::organisation_id.eq(Id::from(organisation)))
        .filter(device_labels::device_id.eq(Id::from(device)));
    if let Some(code) = code {
        let sha256 = token_sha256(code.as_str()).to_vec();
        let right = label.filter(device_labels::code_sha256.eq(sha256));
        if diesel::delete(right).execute(conn).mapped()? == 0 {
            return Ok(Bound::WrongCode);
        }
    } else {
        diesel::delete(label).execute(conn).mapped()?;
    }
    set_wearer(conn, organisation, device, Some(binding.resident_id.into()))?;
    diesel::insert_into(device_bindings::table)
        .values(BindingRow::from(binding))
        .execute(conn)
        .mapped()?;
    if let Some(order) = order {
        orders::insert(conn, order)?;
    }
    audit::insert(conn, keys, line)?;
    Ok(Bound::New(binding.clone()))
}

fn unbind(
    conn: &mut Conn,
    keys: &KeyRing,
    unbinding: &Unbinding,
) -> Result<Option<Binding>, StoreError> {
    let (organisation, device) = (unbinding.audit.organisation_id, unbinding.device_id);
    let Some(resident) = wearer(conn, organisation, device)? else {
        return Ok(None);
    };
    set_wearer(conn, organisation, device, None)?;
    let binding = end_binding(conn, unbinding, resident)?;
    // What was asked of the device was asked for its wearer.
    diesel::update(device_commands::table)
        .filter(device_commands::organisation_id.eq(Id::from(organisation)))
        .filter(device_commands::device_id.eq(Id::from(device)))
        .filter(device_commands::next_at.is_not_null())
        .set((
            device_commands::state.eq(Word(domain::devices::CommandState::Cancelled)),
            device_commands::next_at.eq(None::<At>),
        ))
        .execute(conn)
        .mapped()?;
    diesel::update(enrolments::table)
        .filter(enrolments::organisation_id.eq(Id::from(organisation)))
        .filter(enrolments::device_id.eq(Id::from(device)))
        .filter(
            enrolments::state.eq_any([EnrolmentState::Pending, EnrolmentState::Overdue].map(Word)),
        )
        .set((
            enrolments::state.eq(Word(EnrolmentState::Cancelled)),
            enrolments::test_from.eq(None::<At>),
            enrolments::test_until.eq(None::<At>),
        ))
        .execute(conn)
        .mapped()?;
    if unbinding.reason.ends_the_service() {
        end_family(conn, unbinding, resident)?;
    }
    audit::insert(conn, keys, &unbinding.audit)?;
    Ok(Some(binding))
}

/// Ends the open row; a device that was bound before rows were kept gets one that has ended.
fn end_binding(
    conn: &mut Conn,
    unbinding: &Unbinding,
    resident: Id,
) -> Result<Binding, StoreError> {
    let (line, device) = (&unbinding.audit, Id::from(unbinding.device_id));
    let open: Option<BindingRow> = device_bindings::table
        .filter(device_bindings::organisation_id.eq(Id::from(line.organisation_id)))
        .filter(device_bindings::device_id.eq(device))
        .filter(device_bindings::until_at.is_null())
        .first(conn)
        .optional()
        .mapped()?;
    let ended = BindingRow {
        organisation_id: line.organisation_id.into(),
        id: open.as_ref().map_or(unbinding.fresh.into(), |row| row.id),
        device_id: device,
        resident_id: resident,
        bound_at: open.as_ref().and_then(|row| row.bound_at),
        bound_by: open.as_ref().and_then(|row| row.bound_by),
        until_at: Some(At(line.at)),
        ended_by: line.account_id.map(Id::from),
        reason: Some(Word(unbinding.reason)),
    };
    if open.is_some() {
        diesel::update(device_bindings::table)
            .filter(device_bindings::organisation_id.eq(ended.organisation_id))
            .filter(device_bindings::id.eq(ended.id))
            .set((
                device_bindings::until_at.eq(ended.until_at),
                device_bindings::ended_by.eq(ended.ended_by),
                device_bindings::reason.eq(ended.reason),
            ))
            .execute(conn)
            .mapped()?;
    } else {
        diesel::insert_into(device_bindings::table)
            .values(&ended)
            .execute(conn)
            .mapped()?;
    }
    Ok(ended.into())
}

/// The family's links end; who had one stays on record.
fn end_family(conn: &mut Conn, unbinding: &Unbinding, resident: Id) -> Result<(), StoreError> {
    let line = &unbinding.audit;
    let organisation = Id::from(line.organisation_id);
    diesel::sql_query(
        "INSERT INTO ended_family_links \
         (organisation_id, account_id, resident_id, ended_at, ended_by, reason) \
         SELECT organisation_id, account_id, resident_id, $1, $2, $3 FROM family_links \
         WHERE organisation_id = $4 AND resident_id = $5",
    )
    .bind::<InstantSql, _>(At(line.at))
    .bind::<diesel::sql_types::Nullable<UuidSql>, _>(line.account_id.map(Id::from))
    .bind::<diesel::sql_types::Text, _>(unbinding.reason.as_str())
    .bind::<UuidSql, _>(organisation)
    .bind::<UuidSql, _>(resident)
    .execute(conn)
    .mapped()?;
    diesel::delete(family_links::table)
        .filter(family_links::organisation_id.eq(organisation))
        .filter(family_links::resident_id.eq(resident))
        .execute(conn)
        .mapped()
        .map(|_| ())
}

/// Who wears a device.
fn wearer(
    conn: &mut Conn,
    organisation: OrganisationId,
    device: DeviceId,
) -> Result<Option<Id>, StoreError> {
    devices::table
        .filter(devices::organisation_id.eq(Id::from(organisation)))
        .filter(devices::id.eq(Id::from(device)))
        .select(devices::resident_id)
        .first(conn)
        .mapped()
}

/// Changes the wearer. Where the device was last is the former one's affair, and nobody else's.
fn set_wearer(
    conn: &mut Conn,
    organisation: OrganisationId,
    device: DeviceId,
    wearer: Option<Id>,
) -> Result<(), StoreError> {
    diesel::update(devices::table)
        .filter(devices::organisation_id.eq(Id::from(organisation)))
        .filter(devices::id.eq(Id::from(device)))
        .set(devices::resident_id.eq(wearer))
        .execute(conn)
        .mapped()?;
    diesel::sql_query(
        "UPDATE device_states SET last_fix = NULL, last_fix_at = NULL \
         WHERE organisation_id = $1 AND device_id = $2",
    )
    .bind::<UuidSql, _>(Id::from(organisation))
    .bind::<UuidSql, _>(Id::from(device))
    .execute(conn)
    .mapped()
    .map(|_| ())
}

/// When a device was last taken from somebody.
pub(crate) fn last_end(conn: &mut Conn, device: &Device) -> Result<Option<Timestamp>, StoreError> {
    let last: Option<Option<At>> = device_bindings::table
        .filter(device_bindings::organisation_id.eq(Id::from(device.organisation_id)))
        .filter(device_bindings::device_id.eq(Id::from(device.id)))
        .filter(device_bindings::until_at.is_not_null())
        .order(device_bindings::until_at.desc())
        .select(device_bindings::until_at)
        .first(conn)
        .optional()
        .mapped()?;
    Ok(last.flatten().map(Into::into))
}
