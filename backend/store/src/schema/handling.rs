//! Incidents and what belongs to them.

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
