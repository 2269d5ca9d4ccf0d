//! The homes of an area that is not heard.

use poem_openapi::Object;
use uuid::Uuid;

use crate::Time;

/// A home of an area that is not heard.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct OutageHome {
    /// The resident.
    pub resident_id: Uuid,
    /// Their name.
    pub display_name: String,
    /// Where they live.
    pub address: String,
    /// Whether nobody else lives there.
    pub living_alone: bool,
    /// Age in years, by the year of birth.
    pub age: i32,
    /// How much is feared for them.
    pub risk: crate::RiskLevel,
    /// What their life depends on that fails with the current.
    pub depends_on: Vec<crate::Dependence>,
    /// The device that is not heard.
    pub device_id: Uuid,
    /// Since when.
    pub silent_since: Time,
    /// When it was heard again.
    pub back_at: Option<Time>,
}

/// The homes of an area that is not heard: who is missing first, then whose life depends on most
/// that fails, then who is most feared for, then who lives alone, then the oldest.
#[derive(Debug, Clone, PartialEq, Object)]
pub struct OutageHomes {
    /// The homes; none for any other incident.
    pub items: Vec<OutageHome>,
}
