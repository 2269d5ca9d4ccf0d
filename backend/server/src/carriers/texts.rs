//! What is sent to a gateway: words from `accessibility` in our own form.

use accessibility::{Channel as Wording, Language, RenderError, phrase, render};
use domain::message::{Facts, MessageKey, Notice};
use domain::notices::call::{CallResult, Script, ScriptKind, Scripts, TRY_S};
use serde_json::{Value, json};
use uuid::Uuid;

/// Version of the form.
const FORM: u8 = 1;

/// A text message.
pub(crate) fn sms(id: Uuid, to: &str, language: Language, text: &str) -> Value {
    json!({
        "v": FORM,
        "id": id,
        "channel": "sms",
        "to": to,
        "language": language.tag(),
        "text": text,
    })
}

/// The words of a notice in a text message; an offer says how it is answered.
pub(crate) fn sms_words(
    notice: &Notice,
    language: Language,
    code: Option<&str>,
) -> Result<String, RenderError> {
    if let (MessageKey::OfferNew, Some(code)) = (notice.key, code) {
        let mut facts: Facts = notice.facts.clone();
        facts.insert("code".to_owned(), code.to_owned());
        if let Some(text) = phrase("carriers", "offer_sms", language, &facts) {
            return Ok(text);
        }
    }
    Ok(render(notice, language, Wording::Sms)?.body)
}

/// Adds that more was to be said.
pub(crate) fn with_more(text: String, language: Language) -> String {
    match phrase("carriers", "more", language, &Facts::new()) {
        Some(more) if language.is_chinese() => format!("{text}{more}"),
        Some(more) => format!("{text} {more}"),
        None => text,
    }
}

/// A fixed text of ours.
pub(crate) fn fixed(key: &str, language: Language) -> String {
    phrase("carriers", key, language, &Facts::new()).unwrap_or_else(|| {
        tracing::error!(key, language = language.tag(), "no words for a carrier");
        String::new()
    })
}

/// Which script a notice is told by.
pub(crate) fn script_of(key: MessageKey) -> ScriptKind {
    if key == MessageKey::OfferNew {
        ScriptKind::Offer
    } else {
        ScriptKind::Message
    }
}

/// To whom a call goes, and what it may put through to.
pub(crate) struct Line<'a> {
    /// Idempotency key.
    pub(crate) id: Uuid,
    /// The number.
    pub(crate) to: &'a str,
    /// In which language.
    pub(crate) language: Language,
    /// The person behind the key 0.
    pub(crate) seat: Option<&'a str>,
}

/// A call: what is said and which keys there are, menu by menu.
pub(crate) fn call(line: &Line<'_>, script: &Script, told: &str) -> Value {
    let facts = domain::message::facts([("text", told.to_owned())]);
    let menus = script.menus.iter().map(|(name, menu)| {
        let said = phrase("calls", &menu.say, line.language, &facts).unwrap_or_else(|| {
            tracing::error!(menu = menu.say, "no words for a call");
            told.to_owned()
        });
        let keys = menu.choices.iter().map(|choice| {
            let aim = match (&choice.menu, choice.result) {
                (Some(menu), _) => json!({"menu": menu}),
                (None, Some(CallResult::Person)) => json!({"transfer": line.seat}),
                (None, _) => json!({"report": true}),
            };
            (choice.key.to_string(), aim)
        });
        let keys: serde_json::Map<String, Value> = keys.collect();
        (name.clone(), json!({"say": said, "keys": keys}))
    });
    json!({
        "v": FORM,
        "id": line.id,
        "channel": "voice",
        "to": line.to,
        "language": line.language.tag(),
        "ring_s": TRY_S,
        "wait_s": TRY_S,
        "start": script.start,
        "menus": menus.collect::<serde_json::Map<String, Value>>(),
    })
}

/// The words of a notice on the telephone.
pub(crate) fn voice_words(notice: &Notice, language: Language) -> Result<String, RenderError> {
    let said = render(notice, language, Wording::Voice)?;
    Ok(said.speakable.unwrap_or(said.body))
}

/// The scripts that ship, which a test has read.
pub(crate) fn scripts() -> Option<&'static Scripts> {
    static SCRIPTS: std::sync::OnceLock<Option<Scripts>> = std::sync::OnceLock::new();
    SCRIPTS
        .get_or_init(|| {
            Scripts::shipped()
                .inspect_err(|error| tracing::error!(%error, "no call scripts"))
                .ok()
        })
        .as_ref()
}
