//! What one connection may send, and for how long it may be of no use.

use std::time::Duration;

use domain::devices::Protocol;
use ingest::listeners::heartbeats::heartbeat;
use ingest::listeners::limits::Limit;
use ingest::listeners::{Counted, TcpOptions};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::{OTHER, SOON, Server, UID, ends, hears, of, send, sos};

#[tokio::test]
async fn telemetry_over_the_limit_is_answered_and_not_kept_and_alarms_always_are() {
    let options = TcpOptions {
        telemetry: Limit {
            burst: 3.0,
            per_second: 0.0,
        },
        ..TcpOptions::default()
    };
    let server = Server::start(10_000, options).await;
    let mut peer = server.connect().await;
    for _ in 0..10 {
        send(&mut peer, of(UID, "LK")).await;
        hears(&mut peer, &of(UID, "LK")).await;
    }
    assert_eq!(server.intake.raws().len(), 3);
    assert_eq!(server.intake.count(Counted::OverLimit), 7);
    for second in 0..10 {
        send(&mut peer, sos(UID, second)).await;
        hears(&mut peer, &of(UID, "AL")).await;
    }
    // Another device's alarm on this connection is kept as well, raw.
    send(&mut peer, sos(OTHER, 1)).await;
    server.intake.until_arrived(14).await;
    // Junk is not an alarm: of that there may be too much.
    send(&mut peer, of(UID, "??")).await;
    send(&mut peer, b"noise").await;
    send(&mut peer, sos(UID, 30)).await;
    hears(&mut peer, &of(UID, "AL")).await;
    assert_eq!(server.intake.raws().len(), 15);
    assert_eq!(server.intake.count(Counted::OverLimit), 9);
    let mut next = server.connect().await;
    send(&mut next, of(UID, "LK")).await;
    hears(&mut next, &of(UID, "LK")).await;
    assert_eq!(
        server.intake.raws().len(),
        16,
        "the limit is the connection's"
    );
}

/// Sends single bytes until the connection ends.
async fn drip(peer: &mut TcpStream, byte: u8) {
    let dripping = async {
        while peer.write_all(&[byte]).await.is_ok() {
            tokio::time::timeout(Duration::from_millis(20), peer.readable())
                .await
                .ok();
            if matches!(peer.try_read(&mut [0; 8]), Ok(0)) {
                return;
            }
        }
    };
    timeout(SOON, dripping).await.expect("closed in time");
}

#[tokio::test]
async fn who_never_ends_a_frame_or_never_begins_one_is_closed() {
    let options = TcpOptions {
        frame_within: Duration::from_millis(300),
        idle: Duration::from_millis(900),
        ..TcpOptions::default()
    };
    let server = Server::start(10_000, options).await;
    // A frame that trickles in for ever; what there was of it is kept.
    let mut slow = server.connect().await;
    send(&mut slow, of(UID, "LK")).await;
    hears(&mut slow, &of(UID, "LK")).await;
    send(&mut slow, b"[3G*").await;
    drip(&mut slow, b'9').await;
    assert_eq!(server.intake.count(Counted::Stalled), 1);
    assert!(
        server.intake.raws()[1].starts_with("[3G*9"),
        "{:?}",
        server.intake.raws()
    );
    // Nothing at all: no device connects only to be silent.
    ends(&mut server.connect().await).await;
    assert_eq!(server.intake.count(Counted::Idle), 1);
    // Noise for ever is not a sign of life either.
    drip(&mut server.connect().await, b'x').await;
    assert_eq!(server.intake.count(Counted::Idle), 2);
    server.intake.until_arrived(3).await;
}

#[tokio::test]
async fn the_system_asks_silent_peers_whether_they_are_there() {
    let server = Server::committing().await;
    let mut peer = server.connect().await;
    send(&mut peer, of(UID, "LK")).await;
    hears(&mut peer, &of(UID, "LK")).await;
    let ours = format!(":{:04X}", server.at.port());
    let theirs = format!(":{:04X}", peer.local_addr().expect("bound").port());
    let table = std::fs::read_to_string("/proc/net/tcp").expect("Linux");
    let line = table.lines().find(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        columns.len() > 5 && columns[1].ends_with(&ours) && columns[2].ends_with(&theirs)
    });
    let timer = line.and_then(|line| line.split_whitespace().nth(5));
    assert!(
        timer.is_some_and(|timer| timer.starts_with("02:")),
        "{line:?}"
    );
}

#[test]
fn idle_is_two_heartbeats_at_most_and_probes_come_after_one() {
    for &protocol in Protocol::ALL {
        let options = TcpOptions::of(protocol);
        let heartbeat = heartbeat(protocol);
        assert!(
            options.idle > heartbeat && options.idle <= 2 * heartbeat,
            "{protocol}"
        );
        assert!(options.probe_after > heartbeat, "{protocol}");
        assert!(options.frame_within < options.idle, "{protocol}");
    }
}
