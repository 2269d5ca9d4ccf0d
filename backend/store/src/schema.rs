//! The tables as diesel sees them; the truth is in `migrations/`.
#![expect(missing_docs, reason = "columns are documented by the migrations")]

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    installation (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    organisations (id) {
        id -> UuidSql,
        name -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    divisions (code) {
        code -> Text,
        name -> Text,
        parent -> Nullable<Text>,
        kind -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    facilities (id) {
        id -> UuidSql,
        category -> Text,
        name -> Text,
        position -> JsonSql,
        osm_ref -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    networks (name, version) {
        name -> Text,
        version -> BigInt,
        bytes -> Binary,
        created_at -> InstantSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    homes (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        address -> Binary,
        position -> Nullable<JsonSql>,
        committee_code -> Text,
        entry -> Binary,
        storey -> Nullable<SmallInt>,
        lift -> Nullable<Bool>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    residents (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        home_id -> UuidSql,
        name -> Binary,
        phone -> Binary,
        birth_year -> SmallInt,
        living_alone -> Bool,
        languages -> JsonSql,
        reading_level -> Text,
        synthetic -> Bool,
        requires -> JsonSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    devices (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        protocol -> Text,
        uid -> Text,
        resident_id -> Nullable<UuidSql>,
        model -> Nullable<Text>,
        datum -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    device_states (organisation_id, device_id) {
        organisation_id -> UuidSql,
        device_id -> UuidSql,
        last_seen_at -> InstantSql,
        battery_pct -> Nullable<SmallInt>,
        last_fix -> Nullable<JsonSql>,
        last_fix_at -> Nullable<InstantSql>,
        charging -> Nullable<Bool>,
        worn -> Nullable<Bool>,
        fixless_since -> Nullable<InstantSql>,
        clock_off_s -> Nullable<BigInt>,
        frames -> BigInt,
        check_at -> Nullable<InstantSql>,
        checked_until -> Nullable<InstantSql>,
        silent_since -> Nullable<InstantSql>,
        flat_at -> Nullable<InstantSql>,
        proposed_datum -> Nullable<Text>,
        memory -> Nullable<JsonSql>,
        case_id -> Nullable<UuidSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    downtimes (began_at) {
        began_at -> InstantSql,
        ended_at -> InstantSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    life_signs (organisation_id, sign, at, device_id) {
        organisation_id -> UuidSql,
        resident_id -> UuidSql,
        sign -> Text,
        at -> InstantSql,
        device_id -> UuidSql,
        value -> Double,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    life_sign_rules (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        condition -> JsonSql,
        created_by -> UuidSql,
        created_at -> InstantSql,
        tried_at -> Nullable<InstantSql>,
        on_since -> Nullable<InstantSql>,
        check_at -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    life_sign_misses (organisation_id, rule_id, resident_id) {
        organisation_id -> UuidSql,
        rule_id -> UuidSql,
        resident_id -> UuidSql,
        incident_id -> UuidSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    away_times (organisation_id, resident_id, from_at) {
        organisation_id -> UuidSql,
        resident_id -> UuidSql,
        from_at -> InstantSql,
        until_at -> InstantSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    outage_homes (organisation_id, incident_id, device_id) {
        organisation_id -> UuidSql,
        incident_id -> UuidSql,
        device_id -> UuidSql,
        resident_id -> UuidSql,
        silent_since -> InstantSql,
        back_at -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    accounts (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        role -> Text,
        name -> Binary,
        language -> Text,
        reading_level -> Text,
        device_id -> Nullable<UuidSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    access_tokens (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        account_id -> UuidSql,
        token_sha256 -> Binary,
        created_at -> InstantSql,
        revoked_at -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    family_links (organisation_id, account_id, resident_id) {
        organisation_id -> UuidSql,
        account_id -> UuidSql,
        resident_id -> UuidSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    responders (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        account_id -> UuidSql,
        name -> Binary,
        kind -> Text,
        skills -> JsonSql,
        shifts -> JsonSql,
        duty_override -> Nullable<Bool>,
        position -> Nullable<JsonSql>,
        position_at -> Nullable<InstantSql>,
        active -> Bool,
        languages -> JsonSql,
        gender -> Nullable<Text>,
        vehicle -> Text,
        committee_code -> Nullable<Text>,
        clearance_revoked_at -> Nullable<InstantSql>,
        position_accuracy_m -> Nullable<Integer>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    push_endpoints (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        account_id -> UuidSql,
        platform -> Text,
        token -> Binary,
        token_sha256 -> Binary,
        created_at -> InstantSql,
        dropped_at -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    incidents (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        version -> Integer,
        kind -> Text,
        alarm_kind -> Text,
        severity -> SmallInt,
        status -> Text,
        ladder -> Text,
        rung -> Integer,
        open_key -> Nullable<Text>,
        resident_id -> Nullable<UuidSql>,
        home_id -> Nullable<UuidSql>,
        device_id -> Nullable<UuidSql>,
        device_uid -> Nullable<Text>,
        position -> Nullable<JsonSql>,
        opened_at -> InstantSql,
        device_time -> Nullable<InstantSql>,
        deadline_at -> Nullable<InstantSql>,
        next_owner -> Text,
        repeats -> Integer,
        acknowledged_by -> Nullable<UuidSql>,
        acknowledged_at -> Nullable<InstantSql>,
        responder_id -> Nullable<UuidSql>,
        responder_account_id -> Nullable<UuidSql>,
        reoffered -> Bool,
        eta_ms -> Nullable<BigInt>,
        accepted_at -> Nullable<InstantSql>,
        en_route_at -> Nullable<InstantSql>,
        arrived_at -> Nullable<InstantSql>,
        closed_at -> Nullable<InstantSql>,
        outcome -> Nullable<Text>,
        synthetic -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    frames (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        protocol -> Text,
        source -> Text,
        received_at -> InstantSql,
        raw -> Binary,
        device_uid -> Nullable<Text>,
        kind -> Nullable<Text>,
        decoded -> Bool,
        error -> Nullable<Text>,
        event -> Nullable<JsonSql>,
        event_key -> Nullable<Text>,
        incident_id -> Nullable<UuidSql>,
        undecided -> Bool,
        unknown_device -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    offers (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        incident_id -> UuidSql,
        responder_id -> UuidSql,
        account_id -> UuidSql,
        wave -> Integer,
        state -> Text,
        walking_ms -> Nullable<BigInt>,
        metres -> Nullable<BigInt>,
        method -> Text,
        reasons -> JsonSql,
        sent_at -> InstantSql,
        expires_at -> InstantSql,
        answered_at -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    timeline_entries (seq) {
        seq -> BigInt,
        organisation_id -> UuidSql,
        id -> UuidSql,
        incident_id -> UuidSql,
        at -> InstantSql,
        kind -> Text,
        account_id -> Nullable<UuidSql>,
        facts -> JsonSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    timers (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        incident_id -> Nullable<UuidSql>,
        frame_id -> Nullable<UuidSql>,
        kind -> Text,
        rung -> Integer,
        due_at -> InstantSql,
        done_at -> Nullable<InstantSql>,
        generation -> BigInt,
        lease_owner -> Nullable<UuidSql>,
        leased_until -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    outbox (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        incident_id -> UuidSql,
        offer_id -> Nullable<UuidSql>,
        account_id -> UuidSql,
        notice -> JsonSql,
        priority -> SmallInt,
        created_at -> InstantSql,
        state -> Text,
        attempts -> Integer,
        generation -> BigInt,
        lease_owner -> Nullable<UuidSql>,
        leased_until -> Nullable<InstantSql>,
        next_at -> InstantSql,
        sent_at -> Nullable<InstantSql>,
        channel -> Nullable<Text>,
        last_error -> Nullable<Text>,
        step -> Integer,
        follows -> Nullable<UuidSql>,
        by_channel -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    outbox_attempts (organisation_id, outbox_id, attempt) {
        organisation_id -> UuidSql,
        outbox_id -> UuidSql,
        attempt -> Integer,
        at -> InstantSql,
        state -> Text,
        channel -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    idempotency_keys (organisation_id, account_id, key) {
        organisation_id -> UuidSql,
        account_id -> UuidSql,
        key -> Text,
        incident_id -> UuidSql,
        created_at -> InstantSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    audit_entries (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        at -> InstantSql,
        account_id -> Nullable<UuidSql>,
        action -> Text,
        object_kind -> Text,
        object_id -> UuidSql,
        note -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    street_closures (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        kind -> Text,
        position -> JsonSql,
        position_to -> Nullable<JsonSql>,
        reason -> Binary,
        reported_by -> UuidSql,
        since -> InstantSql,
        ends_at -> Nullable<InstantSql>,
        ended_at -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    standings (organisation_id, incident_id, wave) {
        organisation_id -> UuidSql,
        incident_id -> UuidSql,
        wave -> Integer,
        at -> InstantSql,
        why -> Text,
        stood -> JsonSql,
        cover -> JsonSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    device_credentials (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        name -> Text,
        protocol -> Text,
        device_id -> Nullable<UuidSql>,
        topic_prefix -> Nullable<Text>,
        secret_sha256 -> Binary,
        signing_key -> Binary,
        created_at -> InstantSql,
        created_by -> UuidSql,
        revoked_at -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    incident_evidence (organisation_id, incident_id, number) {
        organisation_id -> UuidSql,
        incident_id -> UuidSql,
        number -> Integer,
        at -> InstantSql,
        trust -> Nullable<Text>,
        rules -> Text,
        items -> JsonSql,
        severity -> SmallInt,
        window_s -> Integer,
        why -> JsonSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    replay_windows (organisation_id, device_id) {
        organisation_id -> UuidSql,
        device_id -> UuidSql,
        seen -> JsonSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    device_commands (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        device_id -> UuidSql,
        command -> Binary,
        state -> Text,
        serial -> Integer,
        attempts -> Integer,
        asked_by -> UuidSql,
        asked_at -> InstantSql,
        deadline_at -> InstantSql,
        next_at -> Nullable<InstantSql>,
        sent_at -> Nullable<InstantSql>,
        answered_at -> Nullable<InstantSql>,
        reason -> Nullable<Text>,
        generation -> BigInt,
        lease_owner -> Nullable<UuidSql>,
        leased_until -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    usual_ways (organisation_id, device_id) {
        organisation_id -> UuidSql,
        device_id -> UuidSql,
        carrier -> Nullable<Text>,
        first_source -> Text,
        last_source -> Text,
        first_seen_at -> InstantSql,
        trust -> Text,
        worn -> Nullable<Bool>,
        charging -> Nullable<Bool>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    device_bindings (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        device_id -> UuidSql,
        resident_id -> UuidSql,
        bound_at -> Nullable<InstantSql>,
        bound_by -> Nullable<UuidSql>,
        until_at -> Nullable<InstantSql>,
        ended_by -> Nullable<UuidSql>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    device_labels (organisation_id, device_id) {
        organisation_id -> UuidSql,
        device_id -> UuidSql,
        code -> Binary,
        code_sha256 -> Binary,
        made_at -> InstantSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    enrolments (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        device_id -> UuidSql,
        resident_id -> UuidSql,
        ordered_by -> UuidSql,
        ordered_at -> InstantSql,
        due_at -> InstantSql,
        proof -> Text,
        state -> Text,
        proven_at -> Nullable<InstantSql>,
        test_from -> Nullable<InstantSql>,
        test_until -> Nullable<InstantSql>,
        incident_id -> Nullable<UuidSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    ladder_sets (organisation_id, version) {
        organisation_id -> UuidSql,
        version -> Integer,
        body -> JsonSql,
        set_by -> UuidSql,
        set_at -> InstantSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::UuidSql;

    resident_care (organisation_id, resident_id) {
        organisation_id -> UuidSql,
        resident_id -> UuidSql,
        risk -> Text,
        cognition -> Text,
        depends_on -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    reach (organisation_id, account_id) {
        organisation_id -> UuidSql,
        account_id -> UuidSql,
        phone -> Nullable<Binary>,
        phone_code -> Nullable<Binary>,
        plan -> Nullable<JsonSql>,
        updated_at -> InstantSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, UuidSql};

    reported_signs (organisation_id, sign, at, resident_id) {
        organisation_id -> UuidSql,
        resident_id -> UuidSql,
        sign -> Text,
        at -> InstantSql,
        account_id -> UuidSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, UuidSql};

    receipts (organisation_id, outbox_id, channel, receipt) {
        organisation_id -> UuidSql,
        outbox_id -> UuidSql,
        channel -> Text,
        receipt -> Text,
        at -> InstantSql,
        root_id -> UuidSql,
        account_id -> UuidSql,
        offer_id -> Nullable<UuidSql>,
        gateway -> Nullable<Text>,
        reason -> Nullable<Text>,
        quiet -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, UuidSql};

    acceptance_tokens (organisation_id, offer_id, kind) {
        organisation_id -> UuidSql,
        offer_id -> UuidSql,
        kind -> Text,
        account_id -> UuidSql,
        token_code -> Binary,
        issued_at -> InstantSql,
        expires_at -> InstantSql,
        used_at -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::InstantSql;

    gateway_callbacks (gateway, id) {
        gateway -> Text,
        id -> Text,
        received_at -> InstantSql,
        done_at -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, UuidSql};

    calls (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        incident_id -> UuidSql,
        resident_id -> UuidSql,
        attempt -> Integer,
        last -> Bool,
        state -> Text,
        due_at -> InstantSql,
        placed_at -> Nullable<InstantSql>,
        gateway -> Nullable<Text>,
        result -> Nullable<Text>,
        ended_at -> Nullable<InstantSql>,
        generation -> BigInt,
        lease_owner -> Nullable<UuidSql>,
        leased_until -> Nullable<InstantSql>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, UuidSql};

    channel_tests (organisation_id, id) {
        organisation_id -> UuidSql,
        id -> UuidSql,
        account_id -> UuidSql,
        channel -> Text,
        sent_at -> InstantSql,
        receipt -> Text,
        receipt_at -> InstantSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    hand_overs (organisation_id, incident_id, at) {
        organisation_id -> UuidSql,
        incident_id -> UuidSql,
        at -> InstantSql,
        account_id -> UuidSql,
        handed_to -> Text,
        companion -> Text,
        place -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    false_alarms (organisation_id, incident_id, at) {
        organisation_id -> UuidSql,
        incident_id -> UuidSql,
        at -> InstantSql,
        device_id -> Nullable<UuidSql>,
        reason -> Text,
        evidence -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    incident_links (organisation_id, incident_id, other_id, at) {
        organisation_id -> UuidSql,
        incident_id -> UuidSql,
        other_id -> UuidSql,
        at -> InstantSql,
        kind -> Text,
        account_id -> UuidSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    drills (organisation_id, incident_id) {
        organisation_id -> UuidSql,
        incident_id -> UuidSql,
        at -> InstantSql,
        crew -> JsonSql,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{InstantSql, JsonSql, UuidSql};

    resident_health (organisation_id, resident_id) {
        organisation_id -> UuidSql,
        resident_id -> UuidSql,
        changed_at -> InstantSql,
        record -> Binary,
    }
}

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
