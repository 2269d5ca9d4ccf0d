//! Google's token and send endpoints on a loopback port.
//!
//! As strict as HTTP v1 about what comes in, and scripted about what goes wrong: see [`Behaviour`].
//! It keeps what it accepted, so it is for tests and demonstrations only.

mod assertion;
mod endpoints;
mod key;
mod refusal;
mod shape;
mod state;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use poem::Server;
use poem::listener::TcpAcceptor;
use tokio::net::TcpListener;
use tokio::sync::{broadcast, oneshot};

pub use state::{Behaviour, RecordedSend};

use key::Account;
use state::State;

/// Project the fake belongs to.
pub const PROJECT_ID: &str = "fake-project";

/// A running fake; stops when dropped.
pub struct Fake {
    state: Arc<State>,
    /// Only its drop matters: the server takes it as the signal to stop.
    _stop: oneshot::Sender<()>,
}

/// Why the fake did not start.
#[derive(Debug, thiserror::Error)]
pub enum FakeError {
    /// No loopback port could be had.
    #[error("no loopback port")]
    Port(#[from] io::Error),
    /// No key could be made.
    #[error("no RSA key: {0}")]
    Key(String),
}

impl Fake {
    /// Makes a key and serves both endpoints on a free port of 127.0.0.1.
    pub async fn start() -> Result<Self, FakeError> {
        // Finding the primes keeps a core busy for some tens of milliseconds.
        let account = tokio::task::spawn_blocking(Account::generate)
            .await
            .map_err(|e| FakeError::Key(e.to_string()))??;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let state = Arc::new(State::new(account, base_url));
        let (stop, stopped) = oneshot::channel::<()>();
        let server = Server::new_with_acceptor(TcpAcceptor::from_tokio(listener)?)
            .run_with_graceful_shutdown(
                endpoints::serve(Arc::clone(&state)),
                async { drop(stopped.await) },
                Some(Duration::ZERO),
            );
        tokio::spawn(server);
        Ok(Self { state, _stop: stop })
    }

    /// The service account to send with, as the Google console would hand it out.
    pub fn service_account_json(&self) -> String {
        self.state.account.to_json(&self.token_url())
    }

    /// Base of the send endpoint, for `Config::fcm_url`.
    pub fn fcm_url(&self) -> &str {
        &self.state.base_url
    }

    /// Address of the token endpoint; also the audience it expects.
    pub fn token_url(&self) -> String {
        self.state.token_url()
    }

    /// Accepted sends, oldest first; the newest ten thousand are kept.
    pub fn requests(&self) -> Vec<RecordedSend> {
        self.state.accepted()
    }

    /// How many requests the token endpoint has had, refused ones included.
    pub fn token_requests(&self) -> usize {
        self.state.token_requests()
    }

    /// How many requests the send endpoint has had, refused ones included.
    pub fn send_requests(&self) -> usize {
        self.state.send_requests()
    }

    /// Sets how sends to one registration token end from now on.
    pub fn script(&self, token: &str, behaviour: Behaviour) {
        self.state.script(token, behaviour);
    }

    /// Every accepted send from now on, as it happens.
    pub fn on_send(&self) -> broadcast::Receiver<RecordedSend> {
        self.state.subscribe()
    }
}
