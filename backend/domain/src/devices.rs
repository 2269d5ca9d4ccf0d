//! Devices: what a device is, and what a frame of one means.

mod binding;
mod command;
mod device;
mod event;
mod queued;

pub use binding::{Binding, EndReason, Enrolment, EnrolmentState, LabelCode, Proof};
pub use command::{Command, CommandKind, DialledNumber};
pub use device::{Device, DeviceUid, Protocol};
pub use event::{Alarm, DeviceEvent, EventKey, Fix, Reading, ReceivedFrame, Recency, Record};
pub use queued::{Attempt, CommandState, Outcome, QueuedCommand};
