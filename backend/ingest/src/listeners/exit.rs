//! What a connection knows of its own way out, and who was told that its device is here.

use std::sync::Arc;

use domain::devices::{DeviceUid, Protocol};

use super::intake::Intake;
use super::outlet::{Outgoing, Outlet, Queue};

/// The way out of one connection. When it goes, so does the device.
pub(super) struct Exit<I: Intake> {
    intake: Arc<I>,
    protocol: Protocol,
    outlet: Outlet,
    queue: Queue,
    announced: Option<DeviceUid>,
}

impl<I: Intake> Exit<I> {
    /// A way out that nobody knows of yet.
    pub(super) fn new(intake: &Arc<I>, protocol: Protocol, way: (Outlet, Queue)) -> Self {
        Self {
            intake: Arc::clone(intake),
            protocol,
            outlet: way.0,
            queue: way.1,
            announced: None,
        }
    }

    /// Whether it is known that this device is here.
    pub(super) fn knows(&self, uid: &DeviceUid) -> bool {
        self.announced.as_ref() == Some(uid)
    }

    /// A frame of this device was kept: it is here, and commands repeat what the frame shows.
    pub(super) fn announce(&mut self, uid: DeviceUid, frame: &[u8]) {
        self.intake.here(self.protocol, &uid, frame, &self.outlet);
        self.announced = Some(uid);
    }

    /// The next frame to write.
    pub(super) async fn next(&mut self) -> Outgoing {
        self.queue.next().await
    }
}

impl<I: Intake> Drop for Exit<I> {
    fn drop(&mut self) {
        if let Some(uid) = self.announced.as_ref().filter(|_| self.outlet.is_line()) {
            self.intake.left(self.protocol, uid, &self.outlet);
        }
    }
}
