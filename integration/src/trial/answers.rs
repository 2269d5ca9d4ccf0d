//! Two people say yes to the same incident at the same moment.

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Text};
use domain::time::Timestamp;
use server::engine::fresh_id;
use store::token_sha256;
use uuid::Uuid;

use crate::books::{Books, OpenAsk};
use crate::process::Site;
use crate::roles::Responder;

/// Incidents that two are asked to answer.
const RACES: usize = 5;

/// Lets two people accept each of some incidents at once. Returns the incidents to which both may
/// think they are going.
pub(super) fn race(site: &Site) -> anyhow::Result<u64> {
    let mut asks: BTreeMap<Vec<u8>, Vec<OpenAsk>> = BTreeMap::new();
    for ask in Books::open(site)?.open_asks()? {
        asks.entry(ask.incident_id.clone()).or_default().push(ask);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let mut two = 0;
    for asked in asks.values().filter(|asked| asked.len() > 1).take(RACES) {
        let first = answer_with_token(site, &asked[0])?;
        let second = answer_with_token(site, &asked[1])?;
        let (first, second) = runtime.block_on(async {
            let accept =
                |(who, offer): (Responder, Uuid)| async move { who.accept(offer).await.status };
            tokio::join!(accept(first), accept(second))
        });
        two += u64::from((first, second) == (200, 200));
    }
    Ok(two)
}

/// Gives whoever was asked a token: seeding tells only one.
fn answer_with_token(site: &Site, ask: &OpenAsk) -> anyhow::Result<(Responder, Uuid)> {
    let secret = fresh_id().to_string();
    let now: Timestamp = domain::ports::Clock::now(&server::clock::WallClock::default());
    let mut conn = SqliteConnection::establish(&site.sqlite_file().to_string_lossy())?;
    // The log stays as it is: what is moved here, no disk below the server would know of.
    conn.batch_execute("PRAGMA busy_timeout = 10000; PRAGMA wal_autocheckpoint = 0")?;
    diesel::sql_query(
        "INSERT INTO access_tokens (organisation_id, id, account_id, token_sha256, created_at) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind::<Binary, _>(&ask.organisation_id)
    .bind::<Binary, _>(fresh_id().as_bytes().to_vec())
    .bind::<Binary, _>(&ask.account_id)
    .bind::<Binary, _>(token_sha256(&secret).to_vec())
    .bind::<Text, _>(now.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
    .execute(&mut conn)?;
    let offer = Uuid::from_slice(&ask.id)?;
    Ok((Responder::new(site.http, Some(&secret)), offer))
}
