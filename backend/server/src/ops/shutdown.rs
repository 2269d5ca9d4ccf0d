//! One switch that tells everything to stop.

use tokio::sync::watch;

/// The switch.
#[derive(Debug)]
pub struct Shutdown {
    sender: watch::Sender<bool>,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self {
            sender: watch::Sender::new(false),
        }
    }
}

impl Shutdown {
    /// Turns true when it is time to stop.
    pub fn listen(&self) -> watch::Receiver<bool> {
        self.sender.subscribe()
    }

    /// Says stop.
    pub fn stop(&self) {
        self.sender.send_replace(true);
    }

    /// Resolves when stop was said.
    pub async fn stopped(&self) {
        let mut receiver = self.listen();
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = receiver.wait_for(|stopped| *stopped).await;
    }

    /// Resolves when the operating system asks to stop (SIGTERM, ctrl-C), or stop was said.
    pub async fn requested(&self) {
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok();
        let terminated = async {
            match terminate.as_mut() {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminated => {}
            () = self.stopped() => {}
        }
        self.stop();
    }
}
