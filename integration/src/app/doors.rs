//! Further listeners of a test's server, each on a port of its own.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use domain::devices::Protocol;
use server::config::{Listener, Wire};
use server::listening::Bound;

use super::TestApp;

/// Which listeners are wanted, and where they are.
#[derive(Debug, Default)]
pub(super) struct Doors {
    wanted: Vec<(Protocol, Wire)>,
    open: BTreeMap<(Protocol, Wire), SocketAddr>,
}

impl Doors {
    /// Takes a free port for each.
    pub(super) async fn bind(&mut self) -> Vec<Bound> {
        let mut all = Vec::new();
        for (protocol, carrier) in self.wanted.clone() {
            let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            let listener = Listener {
                protocol,
                carrier,
                listen,
            };
            let bound = Bound::bind(listener, "nothing").await.expect("a free port");
            let at = bound.local_addr().expect("bound");
            self.open.insert((protocol, carrier), at);
            all.push(bound);
        }
        all
    }
}

impl TestApp {
    /// Starts anew on the same data with these listeners beside that of the watches.
    pub async fn reopen_listening(&mut self, wanted: &[(Protocol, Wire)]) {
        self.doors.wanted = wanted.to_vec();
        self.crash_and_reopen().await;
    }

    /// Where a listener that was asked for is.
    ///
    /// # Panics
    /// When nobody asked for it.
    pub fn door(&self, protocol: Protocol, carrier: Wire) -> SocketAddr {
        self.doors.open[&(protocol, carrier)]
    }
}
