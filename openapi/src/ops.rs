//! Tag ops: health, counters, and who the caller is.

use std::collections::BTreeMap;

use poem_openapi::{Enum, Object, OpenApi};
use uuid::Uuid;

use crate::{Answer, Bearer, Caller, Role, Tag};

/// Whether the service does its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum HealthStatus {
    /// Everything works.
    Ok,
    /// Something is late or missing.
    Degraded,
}

/// Health of the service; says nothing of people.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Health {
    /// Overall.
    pub status: HealthStatus,
    /// Kind of database in use.
    pub database: String,
    /// Version of the service.
    pub version: String,
    /// Age of the oldest due timer in seconds; absent when none is due.
    pub oldest_due_timer_s: Option<i64>,
    /// Messages that wait in the outbox.
    pub outbox_waiting: i64,
}

/// Counters since the service started.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct Counters {
    /// Frames received.
    pub frames: u64,
    /// Frames that could not be decoded.
    pub undecodable: u64,
    /// Connections closed for an oversize frame.
    pub oversize_closed: u64,
    /// Alarms of devices that nobody had tied to a resident.
    pub unknown_device_alarms: u64,
    /// Further counters by name.
    pub others: BTreeMap<String, u64>,
}

/// Who the caller is.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Whoami {
    /// The account.
    pub account_id: Uuid,
    /// What it acts as.
    pub role: Role,
    /// Its organisation.
    pub organisation_id: Uuid,
    /// Word that others may see.
    pub display_name: String,
    /// Set for responders.
    pub responder_id: Option<Uuid>,
    /// Residents that a family account is tied to.
    pub resident_ids: Vec<Uuid>,
}

/// What the server does for this tag.
pub trait OpsPort: Send + Sync + 'static {
    /// Health, without a caller.
    fn health(&self) -> impl Future<Output = Answer<Health>> + Send;

    /// Counters since start.
    fn counters(&self, caller: Caller) -> impl Future<Output = Answer<Counters>> + Send;

    /// The caller as the service knows them.
    fn whoami(&self, caller: Caller) -> impl Future<Output = Answer<Whoami>> + Send;
}

/// Routes of this tag over a port.
pub struct OpsApi<P>(pub P);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Ops")]
impl<P: OpsPort> OpsApi<P> {
    /// Read health
    ///
    /// Needs no token.
    #[oai(path = "/ops/health", method = "get", operation_id = "health")]
    async fn health(&self) -> Answer<Health> {
        self.0.health().await
    }

    /// Read counters
    #[oai(path = "/ops/counters", method = "get", operation_id = "counters")]
    async fn counters(&self, caller: Bearer) -> Answer<Counters> {
        self.0.counters(caller.0).await
    }

    /// Read who the caller is
    #[oai(path = "/me", method = "get", operation_id = "whoami")]
    async fn whoami(&self, caller: Bearer) -> Answer<Whoami> {
        self.0.whoami(caller.0).await
    }
}
