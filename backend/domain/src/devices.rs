//! Devices: what a device is, and what a frame of one means.

mod binding;
mod command;
mod credential;
mod device;
mod edge;
mod event;
pub mod health;
mod profile;
mod protection;
mod queued;
pub mod replay;
mod trust;

pub use binding::{Binding, EndReason, Enrolment, EnrolmentState, LabelCode, Proof};
pub use command::{Command, CommandKind, DialledNumber};
pub use credential::{DeviceCredential, commands_topic};
pub use device::{Device, DeviceUid, Protocol};
pub use edge::CLOCK_OFF_H;
pub use event::{
    Alarm, DeviceEvent, EventKey, Fix, QUARANTINED, Reading, ReceivedFrame, Recency, Record,
};
pub use profile::{OutageRule, Profile, ProfileError, Profiles};
pub use protection::{Concern, Doubt, Guardian, Protection};
pub use queued::{Attempt, CommandState, Outcome, QueuedCommand};
pub use trust::{Carrier, Claim, Passage, Trust, UsualWay, believed, kept_level};
