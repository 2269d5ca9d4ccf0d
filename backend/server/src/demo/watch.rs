//! A simulated watch on the wrist of a resident.

use std::net::SocketAddr;
use std::time::Duration;

use domain::devices::DeviceUid;
use domain::geo::Coordinate;
use domain::message::Facts;
use domain::time::Timestamp;
use ingest::Envelope;
use ingest::watch::encode;

use super::device::Connection;
use super::{Tell, pause};

/// Whom the maker of the watch calls itself.
const VENDOR: &str = "3G";
/// Status with bit 21 alone: a detected fall (`00200000`).
const FALL: u32 = 1 << 21;
/// How the wearer walks before the fall: steps to the north of home, in degrees of about 30 m.
const WALK: [f64; 3] = [0.000_81, 0.000_54, 0.000_27];
/// Time between two reports, on the watch's side.
const BETWEEN: Duration = Duration::from_millis(250);

/// A watch and where its wearer lives.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    pub(super) uid: DeviceUid,
    pub(super) home: Coordinate,
}

impl Watch {
    /// Logs in, reports positions, then a fall; every answer is waited for and checked. The
    /// connection is handed back, because a watch stays connected.
    pub(super) async fn fall(
        &self,
        address: SocketAddr,
        now: impl Fn() -> Timestamp,
        tell: &Tell,
    ) -> anyhow::Result<Connection> {
        let mut connection = Connection::open(address).await?;
        tell.say("watch_logs_in", Facts::new());
        self.report(&mut connection, "LK,3205,0,81").await?;
        for off in WALK {
            let content = self.position("UD", now(), off, 0);
            self.report(&mut connection, &content).await?;
            pause(BETWEEN).await;
        }
        tell.say("watch_falls", Facts::new());
        let content = self.position("AL", now(), 0.0, FALL);
        self.report(&mut connection, &content).await?;
        Ok(connection)
    }

    async fn report(&self, connection: &mut Connection, content: &str) -> anyhow::Result<()> {
        let frame = encode::frame(VENDOR, self.uid.as_str(), None, content);
        let expected = encode::reply(&frame, &Envelope::default()).unwrap_or_default();
        connection.send(&frame, &expected).await
    }

    /// Content of a frame with position fields; `off` in degrees north of home.
    fn position(&self, kind: &str, at: Timestamp, off: f64, status: u32) -> String {
        let (lat, lon) = (self.home.lat() + off, self.home.lon());
        let (south, west) = (lat < 0.0, lon < 0.0);
        let stamp = at.format("%d%m%y,%H%M%S");
        format!(
            "{kind},{stamp},A,{:.6},{},{:.6},{},0.00,0,4,9,80,81,3205,0,{status:08X},0,0",
            lat.abs(),
            if south { 'S' } else { 'N' },
            lon.abs(),
            if west { 'W' } else { 'E' },
        )
    }
}

#[cfg(test)]
mod tests {
    use domain::devices::Alarm;
    use domain::geo::Datum;
    use ingest::watch::decode::{decode, take_apart};

    use super::*;

    fn watch(lon: f64, lat: f64) -> Watch {
        Watch {
            uid: DeviceUid::parse("9990000001").expect("a uid"),
            home: Coordinate::declared(lon, lat, Datum::Wgs84).expect("a place"),
        }
    }

    fn moment() -> Timestamp {
        "2026-11-24T19:00:01Z".parse().expect("a moment")
    }

    #[test]
    fn the_fall_is_read_back_as_a_fall_at_home_now() {
        for (lon, lat) in [(121.5, 31.25), (-8.5, -33.0)] {
            let watch = watch(lon, lat);
            let content = watch.position("AL", moment(), 0.0, FALL);
            assert!(content.contains(",00200000,"), "{content}");
            let frame = encode::frame(VENDOR, watch.uid.as_str(), None, &content);
            let taken = take_apart(&frame).expect("a frame");
            assert_eq!(taken.len_declared, taken.content.len());
            let event = decode(&frame, &Envelope::default()).expect("decodes");
            assert_eq!(event.alarms, [Alarm::Fall]);
            assert_eq!(event.device_time, Some(moment()));
            let fix = event.fix.expect("a fix");
            assert!(fix.valid);
            assert_eq!((fix.at.lon(), fix.at.lat()), (lon, lat));
        }
    }

    #[test]
    fn a_walk_raises_no_alarm() {
        let watch = watch(121.5, 31.25);
        for off in WALK {
            let content = watch.position("UD", moment(), off, 0);
            let frame = encode::frame(VENDOR, watch.uid.as_str(), None, &content);
            assert!(
                !decode(&frame, &Envelope::default())
                    .expect("decodes")
                    .is_alarm
            );
            assert_eq!(encode::reply(&frame, &Envelope::default()), None);
        }
    }
}
