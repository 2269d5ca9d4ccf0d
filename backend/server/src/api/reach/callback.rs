//! What gateways call back: receipts, replies, key presses and results of calls.

use accessibility::Language;
use domain::ids::OutboxId;
use domain::message::{Facts, MessageKey, Notice};
use domain::notices::call::{CallResult, ScriptKind};
use domain::notices::phone::PhoneNumber;
use domain::notices::receipt::Receipt;
use domain::notices::reply::{self, Reply, TokenKind};
use domain::notices::{Channel, OutboxItem};
use domain::ports::StoreError;
use ingest::webhook::is_signed;
use openapi::{CallbackReceipt, HookProof, PostedMessage, Problem, Slug};
use serde::Deserialize;
use store::{Passed, Redeemable, Seen, Way, derived_id};
use uuid::Uuid;

use super::redeem::{self, Answered};
use crate::api::problems::Failure;
use crate::calls;
use crate::carriers::steps::receipt_of;
use crate::carriers::texts;
use crate::engine::Engine;

/// Largest callback that is read.
const MAX_BYTES: usize = 16 * 1024;
/// Longest identifier of a callback, and longest text of a reply.
const MAX_ID: usize = 64;
const MAX_TEXT: usize = 1000;

/// A callback whose gateway has proved itself.
pub(super) struct Verified {
    channel: Channel,
    callback: Callback,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Callback {
    /// How far a message got.
    Receipt {
        id: String,
        message: Uuid,
        state: ReceiptWord,
        #[serde(default)]
        reason: Option<String>,
    },
    /// Somebody answered a text message.
    Reply {
        id: String,
        from: String,
        text: String,
    },
    /// Somebody pressed a key in a call.
    Key {
        id: String,
        message: Uuid,
        #[serde(default)]
        menu: Option<String>,
        key: char,
    },
    /// A call got somewhere.
    Call {
        id: String,
        message: Uuid,
        result: CallWord,
    },
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReceiptWord {
    Delivered,
    Undelivered,
    Seen,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CallWord {
    Answered,
    Silent,
    Busy,
    NoAnswer,
    Failed,
}

impl Callback {
    fn id(&self) -> &str {
        match self {
            Self::Receipt { id, .. }
            | Self::Reply { id, .. }
            | Self::Key { id, .. }
            | Self::Call { id, .. } => id,
        }
    }

    fn is_bounded(&self) -> bool {
        let text = match self {
            Self::Receipt { reason, .. } => reason.as_deref().unwrap_or_default(),
            Self::Reply { text, .. } => text,
            Self::Key { .. } | Self::Call { .. } => "",
        };
        (1..=MAX_ID).contains(&self.id().len()) && text.chars().count() <= MAX_TEXT
    }
}

/// Reads a callback after its gateway has proved itself. A name that is not ours and a wrong proof
/// are one answer: nobody learns which gateways there are.
pub(super) fn verified(
    engine: &Engine,
    gateway: &str,
    proof: &HookProof,
    message: &PostedMessage,
) -> Result<Verified, Problem> {
    if message.bytes.len() > MAX_BYTES {
        let rule = format!("at most {MAX_BYTES} bytes");
        return Err(Problem::from(Slug::PayloadTooLarge).with_error("body", rule));
    }
    let (Some((key, channel)), Some(moment), Some(code)) = (
        engine.gateways.named(gateway),
        &proof.timestamp,
        &proof.signature,
    ) else {
        return Err(Problem::unauthenticated());
    };
    if !is_signed(key, moment, &message.bytes, code, engine.now()) {
        return Err(Problem::unauthenticated());
    }
    if !message.is_json {
        return Err(Slug::UnsupportedMediaType.into());
    }
    let callback: Callback = serde_json::from_slice(&message.bytes)
        .map_err(|_| Problem::invalid("body", "a callback"))?;
    if !callback.is_bounded() {
        return Err(Problem::invalid("body", "a callback within its bounds"));
    }
    Ok(Verified { channel, callback })
}

/// Lets a callback have its effect, once.
pub(super) fn take(
    engine: &Engine,
    gateway: &str,
    verified: Verified,
) -> Result<CallbackReceipt, Failure> {
    let Verified { channel, callback } = verified;
    let store = &engine.store;
    if store.callback_begin(gateway, callback.id(), engine.now())? == Seen::Before {
        return Ok(CallbackReceipt {
            repeated: true,
            say: None,
        });
    }
    let from = From {
        engine,
        gateway,
        channel,
    };
    let say = match &callback {
        Callback::Receipt {
            message,
            state,
            reason,
            ..
        } => from.receipt(*message, *state, reason.clone())?,
        Callback::Reply {
            id,
            from: number,
            text,
        } => from.reply(id, number, text)?,
        Callback::Key {
            message, menu, key, ..
        } => from.key(*message, menu.as_deref(), *key)?,
        Callback::Call {
            message, result, ..
        } => from.call(*message, *result)?,
    };
    store.callback_done(gateway, callback.id(), engine.now())?;
    domain::ports::WakeUps::committed(&*engine.wake);
    Ok(CallbackReceipt {
        repeated: false,
        say,
    })
}

/// From which gateway something comes.
struct From<'a> {
    engine: &'a Engine,
    gateway: &'a str,
    channel: Channel,
}

impl From<'_> {
    fn receipt(
        &self,
        message: Uuid,
        state: ReceiptWord,
        reason: Option<String>,
    ) -> Result<Option<String>, Failure> {
        let receipt = match state {
            ReceiptWord::Delivered => Receipt::Delivered,
            ReceiptWord::Undelivered => Receipt::Undelivered,
            ReceiptWord::Seen => Receipt::Seen,
        };
        match self.engine.store.outbox_way(OutboxId(message)) {
            Ok((item, way)) => self.keep(item, way, receipt, reason)?,
            Err(StoreError::NotFound) => {
                let now = self.engine.now();
                let known = self
                    .engine
                    .store
                    .channel_test_receipt(message, receipt, now)?;
                if !known {
                    return Err(StoreError::NotFound.into());
                }
            }
            Err(error) => return Err(error.into()),
        }
        Ok(None)
    }

    fn keep(
        &self,
        item: OutboxItem,
        way: Way,
        receipt: Receipt,
        reason: Option<String>,
    ) -> Result<(), StoreError> {
        let now = self.engine.now();
        let passed = Passed {
            item,
            root: way.root,
            channel: self.channel,
            receipt,
            gateway: Some(self.gateway.to_owned()),
            reason,
        };
        self.engine.store.receipts_keep(vec![passed], None, now)?;
        if receipt == Receipt::Undelivered {
            self.engine.store.next_step_now(way.root, now)?;
        }
        Ok(())
    }

    /// A text message that came back. Its words are not kept: they are a person's.
    fn reply(&self, id: &str, from: &str, text: &str) -> Result<Option<String>, Failure> {
        let Ok(number) = PhoneNumber::parse(from) else {
            return Ok(None);
        };
        let (code, yes) = match reply::read(text) {
            Reply::Yes(code) => (code, true),
            Reply::No(code) => (code, false),
            Reply::Unclear => return self.not_understood(id, &number),
        };
        for owner in self.engine.store.accounts_of_phone(&number)? {
            match redeem::find(self.engine, owner, (TokenKind::Code, &code)) {
                Ok(found) => return self.answer(id, &found, yes),
                Err(StoreError::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.not_understood(id, &number)
    }

    fn answer(&self, id: &str, found: &Redeemable, yes: bool) -> Result<Option<String>, Failure> {
        let answered = if found.used && yes {
            self.stands(found)?
        } else {
            redeem::by_phone(self.engine, found, yes)?
        };
        let key = match answered {
            Answered::OthersGo => MessageKey::OfferWithdrawn,
            Answered::Over => MessageKey::OfferCancelled,
            Answered::Going | Answered::NotGoing => return Ok(None),
        };
        self.all_clear(id, found, key)?;
        Ok(None)
    }

    /// A code that was used before: nothing changes, and who is too late is told so.
    fn stands(&self, found: &Redeemable) -> Result<Answered, StoreError> {
        use domain::incidents::OfferState as State;
        let store = &self.engine.store;
        let offer = store.offer_read(found.organisation_id, found.offer_id)?;
        Ok(match offer.state {
            State::Accepted => Answered::Going,
            State::Declined => Answered::NotGoing,
            State::Pending | State::Withdrawn | State::Expired => Answered::OthersGo,
        })
    }

    /// Whoever is too late is told so by the channel they used.
    fn all_clear(&self, id: &str, found: &Redeemable, key: MessageKey) -> Result<(), StoreError> {
        let named = format!("late|{}|{id}", self.gateway);
        let item = OutboxItem {
            id: derived_id(&named).into(),
            organisation_id: found.organisation_id,
            incident_id: found.incident_id,
            offer_id: Some(found.offer_id),
            account_id: found.account_id,
            notice: Notice {
                key,
                facts: Facts::new(),
            },
            created_at: self.engine.now(),
        };
        self.engine.store.notice_add(&item, self.channel)
    }

    /// Says that the answer was not understood, to numbers we know; without it nobody would know
    /// why nothing happens.
    fn not_understood(&self, id: &str, number: &PhoneNumber) -> Result<Option<String>, Failure> {
        let known = self.engine.store.accounts_of_phone(number)?;
        if let Some((_, account)) = known.first() {
            let language = Language::parse(&self.engine.store.account_read(*account)?.language);
            let own = derived_id(&format!("unclear|{}|{id}", self.gateway));
            let text = texts::fixed("unclear_sms", language);
            let message = texts::sms(own, number.as_str(), language, &text);
            let now = self.engine.now();
            self.engine.gateways.send(own, Channel::Sms, &message, now);
        }
        Ok(None)
    }

    fn key(&self, message: Uuid, menu: Option<&str>, key: char) -> Result<Option<String>, Failure> {
        let Some(scripts) = texts::scripts() else {
            return Err(StoreError::Bug("no scripts".to_owned()).into());
        };
        match self.engine.store.outbox_way(OutboxId(message)) {
            Ok((item, way)) => {
                let script = scripts.get(texts::script_of(item.notice.key));
                let Some(result) = script.result_of(menu, key) else {
                    return Ok(None);
                };
                let offer = item.offer_id;
                let owner = (item.organisation_id, item.account_id);
                let incident_id = item.incident_id;
                self.keep(item, way, receipt_of(result), None)?;
                let answered = matches!(result, CallResult::Accept | CallResult::Decline);
                match offer.filter(|_| answered) {
                    Some(offer_id) => {
                        let found = Redeemable {
                            organisation_id: owner.0,
                            incident_id,
                            offer_id,
                            account_id: owner.1,
                            used: false,
                            expired: false,
                        };
                        self.pressed(&found, result == CallResult::Accept)
                    }
                    None => Ok(None),
                }
            }
            Err(StoreError::NotFound) => {
                let call = self.engine.store.call_read(message)?;
                let script = scripts.get(ScriptKind::Resident);
                if let Some(result) = script.result_of(menu, key) {
                    calls::end(self.engine, &call, result)?;
                }
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A helper's key, answered in words on the same call.
    fn pressed(&self, found: &Redeemable, yes: bool) -> Result<Option<String>, Failure> {
        let answered = redeem::by_phone(self.engine, found, yes)?;
        let account = self.engine.store.account_read(found.account_id)?;
        let language = Language::parse(&account.language);
        let key = match answered {
            Answered::Going => "thanks_say",
            Answered::OthersGo => "others_go_say",
            Answered::Over => "over_say",
            Answered::NotGoing => return Ok(None),
        };
        Ok(Some(texts::fixed(key, language)))
    }

    fn call(&self, message: Uuid, word: CallWord) -> Result<Option<String>, Failure> {
        let result = match word {
            // Somebody is on the line; what they say is a key, or silence.
            CallWord::Answered => None,
            CallWord::Silent => Some(CallResult::Silent),
            CallWord::Busy => Some(CallResult::Busy),
            CallWord::NoAnswer => Some(CallResult::NoAnswer),
            CallWord::Failed => Some(CallResult::Failed),
        };
        match self.engine.store.outbox_way(OutboxId(message)) {
            Ok((item, way)) => {
                let receipt = result.map_or(Receipt::Delivered, receipt_of);
                let reason = result.map(|result| result.to_string());
                self.keep(item, way, receipt, reason)?;
            }
            Err(StoreError::NotFound) => {
                let call = self.engine.store.call_read(message)?;
                if let Some(result) = result {
                    calls::end(self.engine, &call, result)?;
                }
            }
            Err(error) => return Err(error.into()),
        }
        Ok(None)
    }
}
