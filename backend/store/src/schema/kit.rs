//! Devices, what they said, and whose they are.

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
