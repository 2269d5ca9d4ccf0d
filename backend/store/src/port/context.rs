//! What a decision may look at, read in one consistent state.

use diesel::prelude::*;
use domain::devices::{Device, DeviceUid, EventKey, Protocol};
use domain::evidence::Known;
use domain::geo::Coordinate;
use domain::identity::{Contact, Role};
use domain::ids::{AccountId, IncidentId, OrganisationId, ResidentId};
use domain::incidents::{
    DrillCrew, Incident, IncidentContext, IncidentKind, Offer, OpenKey, ResidentFacts,
    UNKNOWN_FLOOD_PER_MINUTE,
};
use domain::ports::{StoreError, Target};
use domain::residents::{Care, Cognition, RiskLevel};
use domain::responders::{Class, Missions};
use domain::time::Timestamp;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::residents::climb;
use crate::schema::{
    accounts, devices, family_links, frames, homes, idempotency_keys, resident_care, residents,
};
use crate::sql_types::{At, Id, Json, Word};
use crate::{beside, bindings, enrolments, evidence, incidents, installation, missions, offers};

/// Reads the context of a target.
pub(super) fn read(conn: &mut Conn, target: &Target) -> Result<IncidentContext, StoreError> {
    match target {
        Target::Device {
            protocol,
            uid,
            key,
            source,
            life,
            received_at,
            quarantine,
        } => {
            let alarm = Alarm {
                protocol: *protocol,
                uid,
                key,
                source,
                life: *life,
                quarantine: quarantine.as_ref(),
            };
            of_device(conn, &alarm, *received_at)
        }
        Target::Incident {
            organisation_id,
            id,
        } => of_incident(conn, *organisation_id, *id, None),
        Target::Identification {
            organisation_id,
            id,
            resident_id,
        } => of_incident(conn, *organisation_id, *id, Some(*resident_id)),
        Target::Pair {
            organisation_id,
            id,
            other,
        } => of_pair(conn, *organisation_id, *id, *other),
        Target::Drill {
            organisation_id,
            resident_id,
            crew,
        } => of_drill(conn, *organisation_id, *resident_id, crew),
        Target::Case {
            organisation_id,
            key,
            resident_id,
        } => of_case(conn, *organisation_id, key, *resident_id),
        Target::Resident {
            organisation_id,
            resident_id,
            idempotency,
        } => of_resident(conn, *organisation_id, *resident_id, idempotency.as_ref()),
    }
}

struct Alarm<'a> {
    protocol: Protocol,
    uid: &'a DeviceUid,
    key: &'a EventKey,
    source: &'a str,
    life: bool,
    quarantine: Option<&'a DeviceUid>,
}

fn of_device(
    conn: &mut Conn,
    alarm: &Alarm<'_>,
    received_at: Timestamp,
) -> Result<IncidentContext, StoreError> {
    let speaks_as = alarm.quarantine.unwrap_or(alarm.uid);
    let on_the_line = device(conn, alarm.protocol, speaks_as)?;
    let organisation = match &on_the_line {
        Some(device) => device.organisation_id,
        None => installation::default_organisation(conn)?,
    };
    let device = on_the_line.filter(|_| alarm.quarantine.is_none());
    let known_event = known_event(conn, organisation, alarm)?;
    let worn_by = device.as_ref().and_then(|device| device.resident_id);
    let resident = worn_by
        .map(|id| resident(conn, organisation, id))
        .transpose()?
        .flatten();
    let (keys, unknown_last_minute) = match &resident {
        Some(resident) if alarm.life => (vec![OpenKey::life(resident.id)], 0),
        Some(resident) => (vec![OpenKey::attention(resident.id)], 0),
        None if alarm.quarantine.is_some() => {
            let key = |bound| OpenKey::quarantine(alarm.protocol, bound, alarm.uid);
            (alarm.quarantine.map(key).into_iter().collect(), 0)
        }
        None => {
            let others = unknown_others(conn, organisation, alarm, received_at)?;
            let key = |count| OpenKey::unknown(alarm.protocol, alarm.uid, alarm.source, count);
            // A device that has an incident of its own stays with it, even when others flood.
            (vec![key(0), key(others)], others)
        }
    };
    let mut incident = open_incident(conn, organisation, &keys)?;
    if incident.is_none() && resident.is_none() && alarm.quarantine.is_none() {
        // A human may have tied this stranger's earlier alarm to a resident: it joins that one. One
        // from before the device was taken from somebody is of that somebody, and stays theirs.
        let since = match &device {
            Some(device) => bindings::last_end(conn, device)?,
            None => None,
        };
        incident = incidents::tied_to_resident(conn, organisation, alarm.uid, since)?;
    }
    let seen = Seen {
        organisation,
        incident,
        resident,
        for_a_helper: false,
    };
    let context = complete(conn, seen)?;
    let evidence = match &device {
        Some(device) => evidence::known(conn, device, alarm.source, received_at, context.evidence)?,
        None => context.evidence,
    };
    let under_test = match &device {
        Some(device) => enrolments::is_under_test(conn, device, received_at)?,
        None => false,
    };
    Ok(IncidentContext {
        device,
        unknown_last_minute,
        under_test,
        known_event,
        evidence,
        ..context
    })
}

fn of_incident(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: IncidentId,
    identified: Option<ResidentId>,
) -> Result<IncidentContext, StoreError> {
    let incident = incidents::read(conn, organisation, id)?;
    let resident = match identified.or(incident.resident_id) {
        Some(id) => resident(conn, organisation, id)?,
        None => None,
    };
    complete(
        conn,
        Seen {
            organisation,
            incident: Some(incident),
            resident,
            for_a_helper: false,
        },
    )
}

fn of_resident(
    conn: &mut Conn,
    organisation: OrganisationId,
    resident_id: ResidentId,
    idempotency: Option<&(AccountId, String)>,
) -> Result<IncidentContext, StoreError> {
    let known_event = match idempotency {
        Some((account, key)) => incident_of_key(conn, organisation, *account, key)?,
        None => None,
    };
    let resident = resident(conn, organisation, resident_id)?;
    let incident = open_incident(conn, organisation, &[OpenKey::life(resident_id)])?;
    let context = complete(
        conn,
        Seen {
            organisation,
            incident,
            resident,
            for_a_helper: false,
        },
    )?;
    Ok(IncidentContext {
        known_event,
        ..context
    })
}

fn of_pair(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: IncidentId,
    other: IncidentId,
) -> Result<IncidentContext, StoreError> {
    let second = of_incident(conn, organisation, other, None)?;
    Ok(IncidentContext {
        other: Some(Box::new(second)),
        links: beside::links_from(conn, organisation, id)?,
        ..of_incident(conn, organisation, id, None)?
    })
}

fn of_drill(
    conn: &mut Conn,
    organisation: OrganisationId,
    resident_id: ResidentId,
    crew: &DrillCrew,
) -> Result<IncidentContext, StoreError> {
    let seen = Seen {
        organisation,
        incident: incidents::of_open_key(conn, organisation, &OpenKey::drill(resident_id))?,
        resident: resident(conn, organisation, resident_id)?,
        for_a_helper: false,
    };
    Ok(complete(conn, seen)?.for_drill(crew.clone()))
}

fn of_case(
    conn: &mut Conn,
    organisation: OrganisationId,
    key: &OpenKey,
    resident_id: Option<ResidentId>,
) -> Result<IncidentContext, StoreError> {
    let concerned = resident_id.map(|id| resident(conn, organisation, id));
    let seen = Seen {
        organisation,
        incident: incidents::of_open_key(conn, organisation, key)?,
        resident: concerned.transpose()?.flatten(),
        for_a_helper: key.is_of_a_responder(),
    };
    complete(conn, seen)
}

/// What was found so far.
struct Seen {
    organisation: OrganisationId,
    incident: Option<Incident>,
    resident: Option<ResidentFacts>,
    /// It is a helper who needs help.
    for_a_helper: bool,
}

/// Adds who was asked and who is to be told.
fn complete(conn: &mut Conn, seen: Seen) -> Result<IncidentContext, StoreError> {
    let Seen {
        organisation,
        incident,
        resident,
        for_a_helper,
    } = seen;
    let for_a_helper = for_a_helper
        || incident
            .as_ref()
            .is_some_and(|incident| incident.kind == IncidentKind::ResponderSos);
    let offers: Vec<Offer> = match &incident {
        Some(incident) => offers::of_incident(conn, organisation, incident.id)?,
        None => Vec::new(),
    };
    let family = match &resident {
        Some(resident) => family(conn, organisation, resident.id)?,
        None => Vec::new(),
    };
    let missions = match &resident {
        Some(resident) => missions::of_context(conn, organisation, Some(resident.id))?,
        None if for_a_helper => missions::of_context(conn, organisation, None)?,
        // Nobody is asked for a stranger, so nobody's missions matter.
        None => Missions::default(),
    };
    let records = match &incident {
        Some(incident) => evidence::of_incident(conn, organisation, incident.id)?,
        None => Vec::new(),
    };
    let drill = match &incident {
        Some(incident) => beside::crew_of(conn, organisation, incident.id)?,
        None => None,
    };
    let context = IncidentContext {
        organisation_id: organisation,
        missions,
        evidence: Known {
            records,
            ..Known::default()
        },
        incident,
        offers,
        device: None,
        resident,
        family,
        operators: operators(conn, organisation)?,
        unknown_last_minute: 0,
        under_test: false,
        known_event: None,
        other: None,
        links: Vec::new(),
        drill: None,
    };
    Ok(match drill {
        Some(crew) => context.for_drill(crew),
        None => context,
    })
}

fn device(
    conn: &mut Conn,
    protocol: Protocol,
    uid: &DeviceUid,
) -> Result<Option<Device>, StoreError> {
    let found: Option<(Id, Id, Option<Id>)> = devices::table
        .filter(devices::protocol.eq(Word(protocol)))
        .filter(devices::uid.eq(uid.as_str()))
        .order(devices::organisation_id)
        .select((devices::organisation_id, devices::id, devices::resident_id))
        .first(conn)
        .optional()
        .mapped()?;
    Ok(found.map(|(organisation, id, resident)| Device {
        id: id.into(),
        organisation_id: organisation.into(),
        protocol,
        uid: uid.clone(),
        resident_id: resident.map(Into::into),
    }))
}

fn resident(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: ResidentId,
) -> Result<Option<ResidentFacts>, StoreError> {
    let same_home = homes::organisation_id
        .eq(residents::organisation_id)
        .and(homes::id.eq(residents::home_id));
    type Row = (
        Id,
        (Option<Json<Coordinate>>, String),
        (Option<i16>, Option<bool>),
        bool,
        Json<Vec<String>>,
        Json<Vec<Class>>,
        Option<(Word<RiskLevel>, Word<Cognition>)>,
    );
    let recorded = resident_care::organisation_id
        .eq(residents::organisation_id)
        .and(resident_care::resident_id.eq(residents::id));
    let found: Option<Row> = residents::table
        .inner_join(homes::table.on(same_home))
        .left_join(resident_care::table.on(recorded))
        .filter(residents::organisation_id.eq(Id::from(organisation)))
        .filter(residents::id.eq(Id::from(id)))
        .select((
            residents::home_id,
            (homes::position, homes::committee_code),
            (homes::storey, homes::lift),
            residents::synthetic,
            residents::languages,
            residents::requires,
            (resident_care::risk, resident_care::cognition).nullable(),
        ))
        .first(conn)
        .optional()
        .mapped()?;
    Ok(found.map(
        |(home, (at, committee_code), (storey, lift), synthetic, languages, requires, care)| {
            ResidentFacts {
                id,
                home_id: home.into(),
                committee_code: Some(committee_code),
                at: at.map(|at| at.0),
                climb: climb(storey, lift),
                languages: languages.0,
                requires: requires.0,
                care: care.map_or_else(Care::default, |(risk, cognition)| Care {
                    risk: risk.0,
                    cognition: cognition.0,
                }),
                synthetic,
            }
        },
    ))
}

/// The incident this event belongs to; one that is still undecided belongs to none.
fn known_event(
    conn: &mut Conn,
    organisation: OrganisationId,
    alarm: &Alarm<'_>,
) -> Result<Option<IncidentId>, StoreError> {
    let known: Option<Option<Id>> = frames::table
        .filter(frames::organisation_id.eq(Id::from(organisation)))
        .filter(frames::protocol.eq(Word(alarm.protocol)))
        .filter(frames::device_uid.eq(alarm.uid.as_str()))
        .filter(frames::event_key.eq(&alarm.key.0))
        .filter(frames::undecided.eq(false))
        .select(frames::incident_id)
        .first(conn)
        .optional()
        .mapped()?;
    Ok(known.flatten().map(Into::into))
}

/// Other unknown devices of the same source within the minute before; counted up to the flood.
fn unknown_others(
    conn: &mut Conn,
    organisation: OrganisationId,
    alarm: &Alarm<'_>,
    received_at: Timestamp,
) -> Result<u32, StoreError> {
    let minute_before = received_at - domain::time::seconds(60);
    let others: Vec<Option<String>> = frames::table
        .filter(frames::organisation_id.eq(Id::from(organisation)))
        .filter(frames::source.eq(alarm.source))
        .filter(frames::unknown_device)
        .filter(frames::received_at.gt(At(minute_before)))
        .filter(frames::received_at.le(At(received_at)))
        .filter(frames::device_uid.ne(alarm.uid.as_str()))
        .select(frames::device_uid)
        .distinct()
        .limit(UNKNOWN_FLOOD_PER_MINUTE.into())
        .load(conn)
        .mapped()?;
    Ok(u32::try_from(others.len()).unwrap_or(u32::MAX))
}

/// The open incident of the first key that has one.
fn open_incident(
    conn: &mut Conn,
    organisation: OrganisationId,
    keys: &[OpenKey],
) -> Result<Option<Incident>, StoreError> {
    for key in keys {
        if let Some(incident) = incidents::of_open_key(conn, organisation, key)? {
            return Ok(Some(incident));
        }
    }
    Ok(None)
}

pub(crate) fn incident_of_key(
    conn: &mut Conn,
    organisation: OrganisationId,
    account: AccountId,
    key: &str,
) -> Result<Option<IncidentId>, StoreError> {
    let known: Option<Id> = idempotency_keys::table
        .filter(idempotency_keys::organisation_id.eq(Id::from(organisation)))
        .filter(idempotency_keys::account_id.eq(Id::from(account)))
        .filter(idempotency_keys::key.eq(key))
        .select(idempotency_keys::incident_id)
        .first(conn)
        .optional()
        .mapped()?;
    Ok(known.map(Into::into))
}

fn family(
    conn: &mut Conn,
    organisation: OrganisationId,
    resident: ResidentId,
) -> Result<Vec<Contact>, StoreError> {
    let ids: Vec<Id> = family_links::table
        .filter(family_links::organisation_id.eq(Id::from(organisation)))
        .filter(family_links::resident_id.eq(Id::from(resident)))
        .order(family_links::account_id)
        .select(family_links::account_id)
        .load(conn)
        .mapped()?;
    Ok(contacts(ids, Role::Family))
}

fn operators(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Contact>, StoreError> {
    let ids: Vec<Id> = accounts::table
        .filter(accounts::organisation_id.eq(Id::from(organisation)))
        .filter(accounts::role.eq(Word(Role::Operator)))
        .order(accounts::id)
        .select(accounts::id)
        .load(conn)
        .mapped()?;
    Ok(contacts(ids, Role::Operator))
}

fn contacts(ids: Vec<Id>, role: Role) -> Vec<Contact> {
    ids.into_iter()
        .map(|id| Contact {
            account_id: id.into(),
            role,
        })
        .collect()
}
