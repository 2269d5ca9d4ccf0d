//! A telephone exchange and text message centre that do not exist: a gateway over real HTTP, with
//! scripted people behind its numbers, who answer by signed callbacks.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::notices::Channel;
use domain::ports::Clock as _;
use ingest::webhook::{is_signed, sign};
use poem::http::StatusCode;
use poem::listener::TcpAcceptor;
use poem::web::Data;
use poem::{Body, EndpointExt as _, Request, Response, Route, handler, post};
use reqwest::Method;
use serde_json::{Value, json};
use server::clock::WallClock;
use server::config::Gateway;
use server::engine::fresh_id;
use tokio::net::TcpListener;

use crate::app::pause;
use crate::roles::{Answer, Ask, Client};

/// Longer than any provider is waited for.
const LONG: Duration = Duration::from_secs(20);

/// What somebody does when the phone makes itself heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// The message is on the phone.
    Receives,
    /// The number is dead.
    IsDead,
    /// Answers yes, with the code of the message.
    RepliesYes,
    /// Answers no, with the code of the message.
    RepliesNo,
    /// Answers something.
    Replies(String),
    /// Picks up and presses these keys.
    Presses(&'static str),
    /// Picks up and says nothing.
    IsSilent,
    /// Is on another call.
    IsBusy,
    /// Does not pick up.
    DoesNotAnswer,
}

/// How the provider behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Takes everything.
    #[default]
    Taking,
    /// Answers with this status.
    Refusing(u16),
    /// Accepts the connection and is silent.
    Hanging,
}

/// A message that was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// Its idempotency key.
    pub id: String,
    /// To which number.
    pub to: String,
    /// All of it.
    pub message: Value,
}

/// One provider.
#[derive(Clone)]
pub struct Exchange {
    state: Arc<State>,
    address: SocketAddr,
}

struct State {
    name: String,
    channel: Channel,
    key: String,
    clock: Arc<WallClock>,
    back: Mutex<Option<SocketAddr>>,
    mood: Mutex<Mood>,
    people: Mutex<HashMap<String, Vec<Act>>>,
    taken: Mutex<Vec<Taken>>,
    /// How often it was asked, whatever it answered.
    asked: Mutex<u32>,
    /// Requests whose signature was wrong.
    forged: Mutex<u32>,
    /// Words that the callback's answer had spoken, by number.
    spoken: Mutex<Vec<(String, String)>>,
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Exchange {
    /// A provider of a channel, by the clock of a test.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(name: &str, channel: Channel, clock: Arc<WallClock>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let state = Arc::new(State {
            name: name.to_owned(),
            channel,
            key: fresh_id().simple().to_string(),
            clock,
            back: Mutex::default(),
            mood: Mutex::default(),
            people: Mutex::default(),
            taken: Mutex::default(),
            asked: Mutex::default(),
            forged: Mutex::default(),
            spoken: Mutex::default(),
        });
        let routes = Route::new().at("/messages", post(take)).data(state.clone());
        let acceptor = TcpAcceptor::from_tokio(listener).expect("a listener");
        tokio::spawn(poem::Server::new_with_acceptor(acceptor).run(routes));
        Self { state, address }
    }

    /// How the server is told of it; lower `order` is asked first.
    pub fn settings(&self, order: u16) -> Gateway {
        Gateway {
            name: self.state.name.clone(),
            channel: self.state.channel,
            url: format!("http://{}/messages", self.address),
            key: self.state.key.clone(),
            order,
            timeout_s: 1,
        }
    }

    /// Where callbacks go.
    pub fn calls_back(&self, to: SocketAddr) {
        *locked(&self.state.back) = Some(to);
    }

    /// Behaves so from now on.
    pub fn be(&self, mood: Mood) {
        *locked(&self.state.mood) = mood;
    }

    /// What the person with a number does from now on.
    pub fn person(&self, number: &str, acts: &[Act]) {
        locked(&self.state.people).insert(number.to_owned(), acts.to_vec());
    }

    /// Every message that was taken, each once.
    pub fn taken(&self) -> Vec<Taken> {
        locked(&self.state.taken).clone()
    }

    /// What was taken for a number.
    pub fn to(&self, number: &str) -> Vec<Taken> {
        let taken = self.taken().into_iter();
        taken.filter(|taken| taken.to == number).collect()
    }

    /// How often it was asked.
    pub fn asked(&self) -> u32 {
        *locked(&self.state.asked)
    }

    /// Requests whose signature was wrong.
    pub fn forged(&self) -> u32 {
        *locked(&self.state.forged)
    }

    /// What was said to whoever has a number, after a key.
    pub fn spoken(&self, number: &str) -> Vec<String> {
        let spoken = locked(&self.state.spoken).clone().into_iter();
        let own = spoken.filter(|(to, _)| to == number);
        own.map(|(_, words)| words).collect()
    }

    /// Calls back, signed.
    pub async fn call_back(&self, body: &Value) -> Answer {
        self.state.call_back(body).await
    }

    /// Calls back under any key, at any moment.
    pub async fn call_back_as(&self, key: &str, at: i64, body: &str) -> Answer {
        self.state.post(key, at, body).await
    }

    /// The key of both ways.
    pub fn key(&self) -> &str {
        &self.state.key
    }
}

#[handler]
async fn take(request: &Request, body: Body, state: Data<&Arc<State>>) -> Response {
    let state = state.0.clone();
    *locked(&state.asked) += 1;
    let bytes = body.into_vec().await.unwrap_or_default();
    let header = |name: &str| request.header(name).unwrap_or_default().to_owned();
    let (moment, code) = (header("x-anlin-timestamp"), header("x-anlin-signature"));
    if !is_signed(
        state.key.as_bytes(),
        &moment,
        &bytes,
        &code,
        state.clock.now(),
    ) {
        *locked(&state.forged) += 1;
        return StatusCode::UNAUTHORIZED.into();
    }
    let mood = *locked(&state.mood);
    match mood {
        Mood::Taking => {}
        Mood::Refusing(status) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            return Response::builder().status(status).finish();
        }
        Mood::Hanging => pause(LONG).await,
    }
    let message: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let taken = Taken {
        id: header("idempotency-key"),
        to: message["to"].as_str().unwrap_or_default().to_owned(),
        message,
    };
    // What was asked for under one key is done once.
    let new = {
        let mut all = locked(&state.taken);
        let new = all.iter().all(|known| known.id != taken.id);
        if new {
            all.push(taken.clone());
        }
        new
    };
    if new {
        tokio::spawn(async move { state.play(taken).await });
    }
    StatusCode::ACCEPTED.into()
}

impl State {
    /// The person does what their script says.
    async fn play(&self, taken: Taken) {
        let acts = locked(&self.people).get(&taken.to).cloned();
        for act in acts.unwrap_or_default() {
            for body in callbacks(&act, &taken) {
                let answer = self.call_back(&body).await;
                if let Some(words) = answer.body["say"].as_str() {
                    locked(&self.spoken).push((taken.to.clone(), words.to_owned()));
                }
            }
        }
    }

    async fn call_back(&self, body: &Value) -> Answer {
        let at = self.clock.now().timestamp();
        self.post(&self.key, at, &body.to_string()).await
    }

    async fn post(&self, key: &str, at: i64, body: &str) -> Answer {
        let to = locked(&self.back).expect("the server is known");
        let moment = at.to_string();
        let code = hex::encode(sign(key.as_bytes(), &moment, body.as_bytes()));
        let ask = Ask {
            body: Some(("application/json".to_owned(), body.as_bytes().to_vec())),
            ..Ask::default()
        };
        let ask = ask
            .header("x-anlin-timestamp", moment)
            .header("x-anlin-signature", code);
        let path = format!("/v1/gateways/{}/callbacks", self.name);
        Client::new(to, None).send(Method::POST, &path, ask).await
    }
}

/// The last four digits that stand alone in a text.
///
/// # Panics
/// When there are none.
pub fn code_in(text: &str) -> String {
    let mut numbers = text.split(|sign: char| !sign.is_ascii_digit());
    let code = numbers.rfind(|number| number.len() == 4);
    code.unwrap_or_else(|| panic!("no code in {text}"))
        .to_owned()
}

fn callbacks(act: &Act, taken: &Taken) -> Vec<Value> {
    let id = || fresh_id().to_string();
    let about = &taken.id;
    let receipt =
        |state: &str| json!({"kind": "receipt", "id": id(), "message": about, "state": state});
    let call =
        |result: &str| json!({"kind": "call", "id": id(), "message": about, "result": result});
    let reply = |text: String| json!({"kind": "reply", "id": id(), "from": taken.to, "text": text});
    let code = || code_in(taken.message["text"].as_str().unwrap_or_default());
    let is_offer = taken.message["text"]
        .as_str()
        .is_some_and(|text| text.contains("Reply 1"));
    match act {
        Act::Receives => vec![receipt("delivered")],
        Act::IsDead => vec![receipt("undelivered")],
        Act::RepliesYes | Act::RepliesNo if !is_offer => Vec::new(),
        Act::RepliesYes => vec![reply(format!("1 {}", code()))],
        Act::RepliesNo => vec![reply(format!("2 {}", code()))],
        Act::Replies(text) => vec![reply(text.clone())],
        Act::Presses(keys) => {
            let key = |key: char| json!({"kind": "key", "id": id(), "message": about, "key": key.to_string()});
            let pressed = keys.chars().map(key);
            std::iter::once(call("answered")).chain(pressed).collect()
        }
        Act::IsSilent => vec![call("answered"), call("silent")],
        Act::IsBusy => vec![call("busy")],
        Act::DoesNotAnswer => vec![call("no_answer")],
    }
}
