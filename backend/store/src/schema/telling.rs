//! What people are told, by which way, and what came back.

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
