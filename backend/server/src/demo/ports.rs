//! Sockets of the demo.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use accessibility::Language;
use domain::message::facts;
use tokio::net::TcpListener;

use super::screen::phrase;

/// Listens, or says which setting helps.
pub(super) async fn bind(
    address: SocketAddr,
    setting: &str,
    language: Language,
) -> anyhow::Result<TcpListener> {
    let told = facts([
        ("address", address.to_string()),
        ("setting", setting.to_owned()),
    ]);
    TcpListener::bind(address).await.map_err(|error| {
        let taken = error.kind() == ErrorKind::AddrInUse;
        match phrase(language, "port_taken", &told).filter(|_| taken) {
            Some(text) => anyhow::anyhow!(text),
            None => anyhow::anyhow!("cannot listen on {address} ({setting}): {error}"),
        }
    })
}

/// The address a client on this machine uses: "everywhere" is no address to connect to.
pub(super) fn reachable(listening: SocketAddr) -> SocketAddr {
    match listening {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => (Ipv4Addr::LOCALHOST, v4.port()).into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => (Ipv6Addr::LOCALHOST, v6.port()).into(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everywhere_is_reached_by_loopback() {
        for (listening, reached) in [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
            ("192.0.2.7:80", "192.0.2.7:80"),
        ] {
            let listening = listening.parse().expect("an address");
            assert_eq!(reachable(listening).to_string(), reached);
        }
    }

    #[tokio::test]
    async fn a_taken_port_says_which_setting_helps() {
        let first = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = first.local_addr().expect("an address");
        let error = bind(address, "--http-listen", Language::En)
            .await
            .expect_err("taken");
        let line = error.to_string();
        assert!(
            line.contains(&address.to_string()) && line.contains("--http-listen"),
            "{line}"
        );
        assert!(!line.contains('\n'));
    }
}
