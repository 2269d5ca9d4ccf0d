//! Tag webhooks: messages over HTTPS, kept before they are answered.

use domain::devices::Protocol;
use domain::ids::CredentialId;
use ingest::listeners::message::{Kept, Message, Read};
use ingest::listeners::{Intake as _, IntakeAnswer};
use ingest::protocol::Carrier;
use ingest::webhook::{is_secret, is_signed};
use openapi::{
    HookProof, IngestReceipt, Ingested, PostedMessage, Problem, RETRY_AFTER_S, Slug, WebhooksPort,
};
use poem_openapi::payload::Json;
use store::Voucher;
use uuid::Uuid;

use super::Api;

impl WebhooksPort for Api {
    async fn ingest_signed(&self, message: PostedMessage) -> Result<Ingested, Problem> {
        let read = self.read(Protocol::AnlinJson, message);
        self.take(read).await
    }

    async fn ingest_hook(
        &self,
        protocol: String,
        hook_id: String,
        proof: HookProof,
        message: PostedMessage,
    ) -> Result<Ingested, Problem> {
        // Whatever is wrong with name or proof is one answer: nobody learns which hooks there are.
        let (Some(spoken), Ok(id)) = (
            ingest::registry::by_name(&protocol),
            hook_id.parse::<Uuid>(),
        ) else {
            return Err(Problem::unauthenticated());
        };
        let id = CredentialId(id);
        let found = self
            .ask(move |engine| Ok(engine.store.credential_of_hook(id)?))
            .await?;
        let now = self.engine.now();
        let holder = found.filter(|(credential, digest, key)| {
            let signed = match (&proof.timestamp, &proof.signature) {
                (Some(moment), Some(code)) => {
                    is_signed(key.as_bytes(), moment, &message.bytes, code, now)
                }
                _ => false,
            };
            let secret = proof.secret.as_deref();
            let told = secret.is_some_and(|secret| is_secret(secret, digest));
            credential.protocol == spoken && (signed || told)
        });
        let (credential, ..) = holder.ok_or_else(Problem::unauthenticated)?;
        if !message.is_json {
            return Err(Slug::UnsupportedMediaType.into());
        }
        let mut read = self.read(spoken, message);
        if credential.device_id.is_some() {
            read = read.from_nobody_but(&credential.name, &*self.intake);
        }
        let claimed = read.claimed.clone();
        let vouched = self
            .ask(move |engine| {
                let store = &engine.store;
                Ok(store.credential_vouches(id, spoken, claimed.as_ref())?)
            })
            .await?;
        match vouched {
            Voucher::Good => self.take(read.vouched_for()).await,
            Voucher::Stranger => self.take(read.from_a_stranger()).await,
            Voucher::Revoked => Err(Problem::unauthenticated()),
        }
    }
}

impl Api {
    fn read(&self, protocol: Protocol, message: PostedMessage) -> Read {
        let message = Message {
            protocol,
            carrier: Carrier::Http,
            topic: None,
            source: message.source,
            received_at: self.intake.now(),
            bytes: message.bytes,
            retained: false,
        };
        message.read()
    }

    /// Keeps a message; the answer waits for the commit.
    async fn take(&self, read: Read) -> Result<Ingested, Problem> {
        let kept = read.hand_over(&*self.intake).await;
        match kept.answer {
            IntakeAnswer::Reply => Ok(Ingested::Kept(Json(receipt(&kept)))),
            IntakeAnswer::Unconfirmed => Ok(Ingested::Unconfirmed(Json(receipt(&kept)))),
            IntakeAnswer::Silent => {
                let detail = "the message is kept as it is; it cannot be read";
                Err(Problem::from(Slug::InvalidRequest).with_detail(detail))
            }
            IntakeAnswer::Refused => Err(Problem::unauthenticated()),
            IntakeAnswer::Unavailable => Err(Problem::unavailable(RETRY_AFTER_S)),
        }
    }
}

/// The protocol's own acknowledgement where it has one.
fn receipt(kept: &Kept) -> IngestReceipt {
    let words = kept.reply.as_deref().unwrap_or_default();
    let words: serde_json::Value = serde_json::from_slice(words).unwrap_or_default();
    let text = |name: &str| words[name].as_str().map(str::to_owned);
    IngestReceipt {
        ok: true,
        device: text("device"),
        boot: text("boot"),
        seq: words["seq"].as_u64(),
    }
}
