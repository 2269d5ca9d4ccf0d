//! The way of a command to a device that is connected.

use std::sync::Arc;

use domain::devices::DeviceUid;
use tokio::sync::{Mutex, mpsc, oneshot};

/// Commands that may wait for the listener's thread.
const WAITING: usize = 256;

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The device acknowledged it.
    Acknowledged,
    /// It is not connected, does not listen, or did not acknowledge it in time.
    NotThere,
}

/// Tells devices what to do. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Commands {
    sender: mpsc::Sender<Errand>,
}

/// The other end, for the listener. Shared, so that a worker that begins anew finds it again.
#[derive(Clone, Debug)]
pub struct CommandsQueue {
    pub(super) receiver: Arc<Mutex<mpsc::Receiver<Errand>>>,
}

/// One command on its way.
#[derive(Debug)]
pub(super) struct Errand {
    pub(super) name: DeviceUid,
    pub(super) payload: Vec<u8>,
    pub(super) done: oneshot::Sender<Told>,
}

/// Both ends.
pub fn commands() -> (Commands, CommandsQueue) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let receiver = Arc::new(Mutex::new(receiver));
    (Commands { sender }, CommandsQueue { receiver })
}

impl Commands {
    /// Publishes to `anlin/v1/{name}/commands` with QoS 1; resolves when the device has
    /// acknowledged it, or when it is known that it will not.
    pub async fn tell(&self, name: &DeviceUid, payload: Vec<u8>) -> Told {
        let (done, told) = oneshot::channel();
        let errand = Errand {
            name: name.clone(),
            payload,
            done,
        };
        if self.sender.send(errand).await.is_err() {
            return Told::NotThere;
        }
        told.await.unwrap_or(Told::NotThere)
    }
}
