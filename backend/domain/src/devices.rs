//! Devices: what a device is, and what a frame of one means.

mod command;
mod credential;
mod device;
mod edge;
mod event;
pub mod health;
mod profile;
mod protection;
pub mod replay;

pub use command::{Command, DialledNumber};
pub use credential::{DeviceCredential, commands_topic};
pub use device::{Device, DeviceUid, Protocol};
pub use edge::CLOCK_OFF_H;
pub use event::{Alarm, DeviceEvent, EventKey, Fix, Reading, ReceivedFrame, Recency, Record};
pub use profile::{OutageRule, Profile, ProfileError, Profiles};
pub use protection::{Concern, Doubt, Guardian, Protection};
