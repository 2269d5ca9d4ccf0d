//! A proxy in front of PostgreSQL that writes down who inserted which frame and when the commit
//! was reported.

mod messages;
mod witness;

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use server::stages::monotonic;

use messages::{Answers, Requests};
pub use witness::{Witnessed, witness};

/// Bytes a read may bring.
const READ: usize = 16 * 1024;

/// One thing that went over a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A frame is to be inserted; the values as they stand in the message.
    FrameInserted(Vec<u8>),
    /// The server reports that a transaction is committed.
    Committed,
    /// The server reports that a transaction is rolled back.
    RolledBack,
    /// The server reports a savepoint: what follows may be undone alone.
    SavepointSet,
    /// The server reports that what follows the last savepoint is undone.
    SavepointUndone,
}

/// Something seen, where and when; in the order in which it was passed on.
#[derive(Clone, Debug)]
pub struct Event {
    /// Number of the connection.
    pub connection: u32,
    /// When, on the clock of this process; a commit just before it is passed on.
    pub at: Instant,
    /// What.
    pub seen: Seen,
}

/// A running proxy; it takes no more connections once dropped.
#[derive(Debug)]
pub struct TcpProxy {
    port: u16,
    recorder: Recorder,
    ended: Arc<AtomicBool>,
}

#[derive(Clone, Debug, Default)]
struct Recorder(Arc<Mutex<Vec<Event>>>);

impl Recorder {
    fn record(&self, connection: u32, seen: impl IntoIterator<Item = Seen>) {
        let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = monotonic();
        events.extend(seen.into_iter().map(|seen| Event {
            connection,
            at,
            seen,
        }));
    }
}

impl TcpProxy {
    /// Starts it. `hold` is how long a report of a commit is kept back, so that an answer that did
    /// not wait for it stands out from the noise of a busy machine.
    ///
    /// # Errors
    /// When no port is left.
    pub fn start(hold: Duration, behind: String) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let proxy = Self {
            port,
            recorder: Recorder::default(),
            ended: Arc::default(),
        };
        let (recorder, ended) = (proxy.recorder.clone(), proxy.ended.clone());
        std::thread::spawn(move || {
            for (connection, client) in (0..).zip(listener.incoming()) {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                // A connection that fails is the business of the service, not of the proxy.
                let _ = client.and_then(|client| {
                    let server = TcpStream::connect(&behind)?;
                    join(client, server, connection, &recorder, hold)
                });
            }
        });
        Ok(proxy)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Everything seen so far.
    pub fn events(&self) -> Vec<Event> {
        self.recorder
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for TcpProxy {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // Wakes the listener so that it looks at the flag.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

/// Two threads a connection; each ends with its side of it.
fn join(
    client: TcpStream,
    server: TcpStream,
    connection: u32,
    recorder: &Recorder,
    hold: Duration,
) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (client_reads, server_writes) = (client.try_clone()?, server.try_clone()?);
    let (requests, answers) = (recorder.clone(), recorder.clone());
    std::thread::spawn(move || {
        let mut reader = Requests::default();
        pass_on(client_reads, server_writes, |bytes| {
            requests.record(connection, reader.push(bytes));
        })
    });
    std::thread::spawn(move || {
        let mut reader = Answers::default();
        pass_on(server, client, |bytes| {
            let seen = reader.push(bytes);
            if seen.contains(&Seen::Committed) {
                std::thread::sleep(hold);
            }
            answers.record(connection, seen);
        })
    });
    Ok(())
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, mut look: impl FnMut(&[u8])) {
    let mut buffer = vec![0; READ];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let bytes = &buffer[..count];
        look(bytes);
        if to.write_all(bytes).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
