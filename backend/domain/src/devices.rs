//! Devices: what a device is, and what a frame of one means.

mod command;
mod credential;
mod device;
mod event;
pub mod replay;

pub use command::{Command, DialledNumber};
pub use credential::{DeviceCredential, commands_topic};
pub use device::{Device, DeviceUid, Protocol};
pub use event::{Alarm, DeviceEvent, EventKey, Fix, Reading, ReceivedFrame, Recency, Record};
