//! The tables as diesel sees them; the truth is in `migrations/`.
#![expect(missing_docs, reason = "columns are documented by the migrations")]

mod handling;
mod kit;
mod people;
mod telling;

pub use handling::*;
pub use kit::*;
pub use people::*;
pub use telling::*;

diesel::allow_tables_to_appear_in_same_query!(
    ladder_sets,
    resident_care,
    reported_signs,
    installation,
    organisations,
    divisions,
    facilities,
    networks,
    homes,
    residents,
    devices,
    device_states,
    downtimes,
    outage_homes,
    life_signs,
    life_sign_rules,
    life_sign_misses,
    away_times,
    accounts,
    access_tokens,
    family_links,
    responders,
    push_endpoints,
    incidents,
    frames,
    offers,
    timeline_entries,
    timers,
    outbox,
    outbox_attempts,
    idempotency_keys,
    audit_entries,
    standings,
    street_closures,
    device_credentials,
    replay_windows,
    device_commands,
    incident_evidence,
    usual_ways,
    device_bindings,
    device_labels,
    enrolments,
    reach,
    receipts,
    acceptance_tokens,
    gateway_callbacks,
    calls,
    channel_tests,
    hand_overs,
    false_alarms,
    incident_links,
    drills,
    resident_health,
);
