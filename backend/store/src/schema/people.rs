//! People, their homes, who looks after them and how they are reached.

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

    resident_health (organisation_id, resident_id) {
        organisation_id -> UuidSql,
        resident_id -> UuidSql,
        changed_at -> InstantSql,
        record -> Binary,
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
