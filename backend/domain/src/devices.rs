//! Devices: what a device is, and what a frame of one means.

mod command;
mod device;
mod event;

pub use command::{Command, DialledNumber};
pub use device::{Device, DeviceUid, Protocol};
pub use event::{Alarm, DeviceEvent, EventKey, Fix, Reading, ReceivedFrame, Recency, Record};
