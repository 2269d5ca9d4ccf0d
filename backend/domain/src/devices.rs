//! Devices: what a device is, and what a frame of one means.

mod command;
mod device;
mod event;
mod trust;

pub use command::{Command, DialledNumber};
pub use device::{Device, DeviceUid, Protocol};
pub use event::{
    Alarm, DeviceEvent, EventKey, Fix, QUARANTINED, Reading, ReceivedFrame, Recency, Record,
};
pub use trust::{Binding, Carrier, Claim, Passage, Trust, believed, kept_level};
