//! What follows when a resident was called.

use accessibility::Language;
use domain::apply::{ApplyError, Carried, apply};
use domain::notices::call::{CallResult, input_of};
use domain::ports::{StoreError, Target};
use domain::residents::Resident;
use store::Call;

use crate::engine::Engine;

/// The language a resident is spoken to in.
pub(crate) fn language_of(resident: &Resident) -> Language {
    let tag = resident.languages.first();
    Language::parse(tag.map_or("zh-CN", String::as_str))
}

/// Lets the result of a call take effect, and has the resident called again where a try is left.
/// The effect comes first: whoever breaks off between the two looks at the call again.
pub(crate) fn end(engine: &Engine, call: &Call, result: CallResult) -> Result<(), StoreError> {
    let incident = engine
        .store
        .incident_read(call.organisation_id, call.incident_id)?;
    let stands = (incident.status, incident.rung);
    if let Some(input) = input_of(result, stands, call.last) {
        let target = Target::Incident {
            organisation_id: call.organisation_id,
            id: call.incident_id,
        };
        match apply(engine, &target, &input, &Carried::default()) {
            // It was raised or ended meanwhile: then people have it.
            Ok(_) | Err(ApplyError::Refused(_)) => {}
            Err(ApplyError::Store(error)) => return Err(error),
            Err(ApplyError::Contended) => return Err(StoreError::Conflict),
        }
    }
    let now = engine.now();
    engine.store.call_end(call, result, now, now)?;
    // A try that is left is a row that somebody should see.
    domain::ports::WakeUps::committed(&*engine.wake);
    Ok(())
}
