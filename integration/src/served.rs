//! A seeded district, served by a process of its own, with something going on in it.

use std::time::Duration;

use anyhow::Context as _;
use domain::ports::Clock;
use serde_json::Value;
use server::clock::WallClock;

use crate::app::{PATIENCE, pause};
use crate::process::{Program, Server, Site};
use crate::roles::{Client, Operator, word};
use crate::watch::{FakeWatch, fall_at};

/// A watch that nobody registered.
const STRANGER: &str = "9999999990";
/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// A running server on a seeded site.
#[derive(Debug)]
pub struct Served {
    /// Where it runs.
    pub site: Site,
    _server: Server,
}

impl Served {
    /// Serves a seeded site.
    ///
    /// # Errors
    /// When the server does not become healthy.
    pub fn start(site: Site) -> anyhow::Result<Self> {
        let server = Server::start(&site, &Program::shipped()?)?;
        Ok(Self {
            site,
            _server: server,
        })
    }

    /// Address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.site.http)
    }

    /// A caller in a role that seeding gave a token.
    ///
    /// # Errors
    /// When it gave none.
    pub fn caller(&self, role: &str) -> anyhow::Result<Client> {
        Ok(Client::new(self.site.http, Some(&self.site.token(role)?)))
    }

    /// The seat.
    ///
    /// # Errors
    /// When seeding gave it no token.
    pub fn operator(&self) -> anyhow::Result<Operator> {
        Ok(Operator::new(
            self.site.http,
            Some(&self.site.token("operator")?),
        ))
    }

    /// Registered watches that somebody wears: number and wearer.
    ///
    /// # Errors
    /// When seeding gave the seat no token.
    pub async fn worn_watches(&self) -> anyhow::Result<Vec<(String, String)>> {
        let page = self
            .operator()?
            .get("/v1/devices?limit=50")
            .await
            .expect(200);
        let devices = page["items"].as_array().context("devices")?;
        let worn = devices
            .iter()
            .filter(|device| device["resident_id"].is_string());
        Ok(worn
            .map(|device| (word(device, "uid"), word(device, "resident_id")))
            .collect())
    }

    /// A watch falls now and is answered.
    pub async fn fall(&self, uid: &str) {
        let mut watch = FakeWatch::connect(self.site.watch, uid).await;
        let answer = watch.ask(&fall_at(WallClock::default().now())).await;
        assert_eq!(answer, "AL");
    }

    /// Incidents of several kinds, in several states, and a frame that nobody can read.
    ///
    /// # Errors
    /// When the district has too few watches.
    pub async fn busy(&self) -> anyhow::Result<()> {
        let seat = self.operator()?;
        let worn = self.worn_watches().await?;
        let [fallen, closed, taken, ..] = worn.as_slice() else {
            anyhow::bail!("three watches that somebody wears");
        };
        self.fall(&fallen.0).await;
        self.fall(STRANGER).await;
        let id = word(
            &seat.report(&closed.1, "help_request").await.expect(201),
            "id",
        );
        seat.close(&id, "test", Some("only a test"))
            .await
            .expect(200);
        let id = word(&seat.report(&taken.1, "sos").await.expect(201), "id");
        seat.acknowledge(&id).await.expect(200);
        let mut watch = FakeWatch::connect(self.site.watch, &fallen.0).await;
        watch
            .send_bytes(format!("[3G*{}*zzzz*LK]", fallen.0).as_bytes())
            .await;
        until("the unreadable frame is kept", async || {
            let frames = seat
                .get("/v1/devices/frames?decoded=false")
                .await
                .expect(200);
            frames["items"]
                .as_array()
                .filter(|frames| !frames.is_empty())
                .cloned()
        })
        .await;
        Ok(())
    }

    /// An offer that somebody has been sent, with its incident.
    ///
    /// # Panics
    /// When nobody is asked in time.
    pub async fn an_offer(&self, seat: &Operator) -> (Value, Value) {
        until("somebody is asked", async || {
            for incident in seat.incidents("open").await {
                let detail = seat.incident(word(&incident, "id")).await.expect(200);
                if let Some(offer) = detail["offers"].as_array().and_then(|all| all.first()) {
                    return Some((incident, offer.clone()));
                }
            }
            None
        })
        .await
    }
}

/// Looks again and again until something is so.
///
/// # Panics
/// When it does not come true.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let watched = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            pause(LOOK).await;
        }
    };
    let found = tokio::time::timeout(PATIENCE, watched).await;
    found.unwrap_or_else(|_| panic!("it did not happen: {what}"))
}
