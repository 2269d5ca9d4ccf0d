//! Calls to residents: a suspicion is asked about by telephone, and silence counts as an answer.

use std::time::Duration;

use accessibility::Language;
use chrono::TimeDelta;
use domain::notices::Channel;
use domain::notices::call::{CallResult, CallState, ScriptKind, TRY_S};
use domain::ports::StoreError;
use store::{Call, ClaimedCall};

use crate::calls::{end, language_of};
use crate::carriers::{Handed, texts};
use crate::engine::{Engine, blocking};

use super::{Environment, LEASE, rest};

/// Safety net beside the wake-up.
const PERIOD: Duration = Duration::from_millis(500);
/// Calls claimed at once.
const BATCH: u32 = 16;
/// Ringing and waiting, and the way of the answer.
const HEARD_WITHIN: TimeDelta = TimeDelta::seconds(2 * TRY_S as i64 + 15);

/// Runs until told to stop.
pub(super) async fn run(environment: Environment) {
    if !environment.engine.gateways.serve(Channel::Voice) {
        return;
    }
    let mut woken = environment.engine.wake.register();
    let mut stop = environment.shutdown.listen();
    loop {
        let (engine, owner) = (environment.engine.clone(), environment.owner);
        let looked = blocking(move || {
            let now = engine.now();
            engine.store.calls_for_suspicions(now)?;
            let claimed = engine.store.calls_claim(owner, now, LEASE, BATCH)?;
            for call in &claimed {
                if let Err(error) = look(&engine, call) {
                    tracing::warn!(%error, call = %call.call.id, "call not looked at");
                }
            }
            Ok::<_, StoreError>(())
        });
        if let Err(error) = looked.await {
            tracing::warn!(%error, "calls not read");
        }
        if !rest(&mut woken, &mut stop, PERIOD).await {
            return;
        }
    }
}

/// Places a call that is due; gives up one of which nothing was heard.
fn look(engine: &Engine, claimed: &ClaimedCall) -> Result<(), StoreError> {
    let call = &claimed.call;
    if call.state == CallState::Placed {
        return end(engine, call, CallResult::NoAnswer);
    }
    let resident = engine
        .store
        .resident_read(call.organisation_id, call.resident_id)?;
    let language = language_of(&resident);
    match place(engine, call, &resident.phone, language) {
        Some(Handed::To(gateway)) => {
            let now = engine.now();
            match engine
                .store
                .call_placed(claimed, &gateway, now + HEARD_WITHIN, now)
            {
                // The answer was faster than this.
                Err(StoreError::Fenced) => Ok(()),
                placed => placed,
            }
        }
        Some(Handed::Later(..) | Handed::Never(_)) | None => end(engine, call, CallResult::Failed),
    }
}

fn place(engine: &Engine, call: &Call, phone: &str, language: Language) -> Option<Handed> {
    let gateways = &engine.gateways;
    let line = texts::Line {
        id: call.id,
        to: phone,
        language,
        seat: gateways.seat_phone(),
    };
    let message = texts::call(&line, texts::scripts()?.get(ScriptKind::Resident), "");
    Some(gateways.send(call.id, Channel::Voice, &message, engine.now()))
}
