//! Who calls the API in a test: each role with the calls that only it makes.

mod client;

use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::Deref;

use serde_json::{Value, json};

pub use client::{Answer, Ask, Client, IDEMPOTENCY_KEY};

macro_rules! roles {
    ($( $(#[$meta:meta])* $name:ident ),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name(Client);

        impl $name {
            /// A caller of this role.
            pub fn new(at: SocketAddr, token: Option<&str>) -> Self {
                Self(Client::new(at, token))
            }
        }

        impl Deref for $name {
            type Target = Client;

            fn deref(&self) -> &Client {
                &self.0
            }
        }
    )+};
}

roles! {
    /// Someone at the seat.
    Operator,
    /// A resident's relative.
    Family,
    /// Someone who may be sent.
    Responder,
    /// A device that reports for its wearer.
    Device,
    /// Who looks after the installation.
    Admin,
    /// Somebody without a token.
    Nobody,
}

impl Operator {
    /// Takes an incident.
    pub async fn acknowledge(&self, id: impl Display) -> Answer {
        self.post(&format!("/v1/incidents/{id}/acknowledgements"))
            .await
    }

    /// Ties an incident to a resident.
    pub async fn identify(&self, id: impl Display, resident: impl Display) -> Answer {
        let body = json!({"resident_id": resident.to_string()});
        self.post_json(&format!("/v1/incidents/{id}/identification"), body)
            .await
    }

    /// Opens a closed incident again.
    pub async fn reopen(&self, id: impl Display, reason: &str) -> Answer {
        self.post_json(
            &format!("/v1/incidents/{id}/reopening"),
            json!({"reason": reason}),
        )
        .await
    }

    /// The only open incident.
    ///
    /// # Panics
    /// When there is none, or more than one.
    pub async fn only_incident(&self) -> Value {
        let mut open = self.incidents("open").await;
        assert_eq!(open.len(), 1, "{open:#?}");
        open.remove(0)
    }
}

impl Responder {
    /// Offers that wait for this responder's answer.
    ///
    /// # Panics
    /// When they are not listed.
    pub async fn pending(&self) -> Vec<Value> {
        let offers = self.all("/v1/me/offers?limit=200").await;
        offers
            .into_iter()
            .filter(|offer| offer["state"] == "pending")
            .collect()
    }

    /// The only offer that waits.
    ///
    /// # Panics
    /// When there is none, or more than one.
    pub async fn only_offer(&self) -> String {
        let pending = self.pending().await;
        assert_eq!(pending.len(), 1, "{pending:#?}");
        word(&pending[0], "id")
    }

    /// Says yes.
    pub async fn accept(&self, offer: impl Display) -> Answer {
        self.post(&format!("/v1/offers/{offer}/acceptance")).await
    }

    /// Says no.
    pub async fn decline(&self, offer: impl Display) -> Answer {
        self.post(&format!("/v1/offers/{offer}/refusal")).await
    }

    /// Sets out.
    pub async fn depart(&self, id: impl Display) -> Answer {
        self.post(&format!("/v1/incidents/{id}/departure")).await
    }

    /// Is there.
    pub async fn arrive(&self, id: impl Display) -> Answer {
        self.post(&format!("/v1/incidents/{id}/arrival")).await
    }
}

/// A text member.
///
/// # Panics
/// When there is none of this name.
pub fn word(value: &Value, name: &str) -> String {
    let text = value[name].as_str();
    text.unwrap_or_else(|| panic!("no text {name} in {value:#}"))
        .to_owned()
}
