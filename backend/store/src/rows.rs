//! Rows as they lie in the tables, and what they mean.

mod command;
mod frame;
mod incident;
mod offer;
mod outbox;
mod timer;

use domain::ports::StoreError;

pub(crate) use command::CommandRow;
pub(crate) use frame::{FrameRow, event_key};
pub(crate) use incident::IncidentRow;
pub(crate) use offer::OfferRow;
pub(crate) use outbox::OutboxRow;
pub(crate) use timer::TimerRow;

/// A stored number that must fit the domain's type.
pub(crate) fn fit<Wide, Narrow: TryFrom<Wide>>(value: Wide) -> Result<Narrow, StoreError> {
    Narrow::try_from(value).map_err(|_| StoreError::Bug("stored number out of range".to_owned()))
}

/// A stored device identifier, which was parsed before it was stored.
pub(crate) fn uid(text: &str) -> Result<domain::devices::DeviceUid, StoreError> {
    domain::devices::DeviceUid::parse(text)
        .ok_or_else(|| StoreError::Bug("stored device identifier is malformed".to_owned()))
}
