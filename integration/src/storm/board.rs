//! The operator's board: an open stream, and when each incident was first on it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use reqwest::Method;
use server::stages::monotonic;
use tokio::task::JoinHandle;

use crate::roles::{Ask, Client};

/// When each incident was first seen, by its identifier without dashes.
type Seen = Arc<Mutex<HashMap<String, Instant>>>;

/// An open stream.
#[derive(Debug)]
pub struct Board {
    seen: Seen,
    reading: JoinHandle<()>,
}

impl Board {
    /// Opens the stream; what happened before is not on it.
    pub async fn open(client: &Client) -> Self {
        let path = "/v1/incidents/stream";
        let mut response = client.begin(Method::GET, path, Ask::default()).await;
        assert_eq!(response.status().as_u16(), 200);
        let seen = Seen::default();
        let kept = seen.clone();
        let reading = tokio::spawn(async move {
            let mut unread = String::new();
            while let Ok(Some(chunk)) = response.chunk().await {
                let at = monotonic();
                unread.push_str(&String::from_utf8_lossy(&chunk));
                let Some(end) = unread.rfind("\n\n") else {
                    continue;
                };
                let events: String = unread.drain(..end + 2).collect();
                let mut seen = kept.lock().unwrap_or_else(PoisonError::into_inner);
                for event in events.split("\n\n") {
                    if let Some(id) = incident_of(event) {
                        seen.entry(id).or_insert(at);
                    }
                }
            }
        });
        Self { seen, reading }
    }

    /// How many incidents are on it.
    pub fn count(&self) -> usize {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    /// Closes it; when each incident was first seen.
    pub fn close(self) -> HashMap<String, Instant> {
        self.reading.abort();
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn incident_of(event: &str) -> Option<String> {
    let data = event.lines().find_map(|line| line.strip_prefix("data:"))?;
    let data: serde_json::Value = serde_json::from_str(data.trim()).ok()?;
    Some(data["incident_id"].as_str()?.replace('-', ""))
}
