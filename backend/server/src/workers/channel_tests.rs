//! Once a week each person's text channel is tried out, so that a dead number is known before it
//! is needed.

use std::time::Duration;

use accessibility::Language;
use chrono::TimeDelta;
use domain::ids::{AccountId, OrganisationId};
use domain::message::MessageKey;
use domain::notices::Channel;
use domain::notices::plan::ChannelPlan;
use domain::notices::receipt::Receipt;
use domain::ports::StoreError;
use store::{ChannelTest, derived_id};

use crate::carriers::{Handed, texts};
use crate::engine::{Engine, blocking};

use super::{Environment, rest};

/// How late a trial may begin.
const PERIOD: Duration = Duration::from_secs(30);
/// Between two trials.
const WEEK: TimeDelta = TimeDelta::days(7);

/// Runs until told to stop.
pub(super) async fn run(environment: Environment) {
    if !environment.engine.gateways.serve(Channel::Sms) {
        return;
    }
    let mut woken = environment.engine.wake.register();
    let mut stop = environment.shutdown.listen();
    loop {
        let engine = environment.engine.clone();
        if let Err(error) = blocking(move || look(&engine)).await {
            tracing::warn!(%error, "channels not tried");
        }
        if !rest(&mut woken, &mut stop, PERIOD).await {
            return;
        }
    }
}

fn look(engine: &Engine) -> Result<(), StoreError> {
    for owner in engine.store.accounts_with_phone()? {
        if let Err(error) = try_out(engine, owner) {
            tracing::warn!(%error, account = %owner.1, "channel not tried");
        }
    }
    Ok(())
}

/// Tries an account's text channel when a week is over and it is not night for it.
fn try_out(engine: &Engine, owner: (OrganisationId, AccountId)) -> Result<(), StoreError> {
    let now = engine.now();
    let last = engine.store.channel_test_last(owner, Channel::Sms)?;
    if last.is_some_and(|last| last.sent_at + WEEK > now) {
        return Ok(());
    }
    let account = engine.store.account_read(owner.1)?;
    let reach = engine.store.reach_of(owner.1)?;
    let plan = reach.plan.unwrap_or(ChannelPlan::of_role(account.role));
    let quiet = plan.quiet_until(MessageKey::OperatorFollowUp, now);
    let (Some(phone), None) = (reach.phone, quiet) else {
        return Ok(());
    };
    // The same in every process, so that two that look at once make one trial.
    let week = now.timestamp() / WEEK.num_seconds();
    let id = derived_id(&format!("test|{}|{week}|{}", owner.1, phone.as_str()));
    let language = Language::parse(&account.language);
    let message = texts::sms(
        id,
        phone.as_str(),
        language,
        &texts::fixed("test_sms", language),
    );
    let handed = engine.gateways.send(id, Channel::Sms, &message, now);
    let receipt = match handed {
        Handed::To(_) => Receipt::Sent,
        // Nothing is known of the number while no gateway answers.
        Handed::Later(..) => return Ok(()),
        Handed::Never(_) => Receipt::Undelivered,
    };
    engine.store.channel_test_begin(&ChannelTest {
        id,
        organisation_id: owner.0,
        account_id: owner.1,
        channel: Channel::Sms,
        sent_at: now,
        receipt,
    })
}
