//! Who goes where, so that all together wait least: one batch, solved and proved.
//!
//! A minute of waiting costs as many units as the request weighs. A request that stays unserved
//! costs as much as the longest walk anybody is sent on, so it does so only if its offers help
//! others more.

use std::io::Write as _;
use std::path::Path;

use accessibility::Language;
use anyhow::{Context as _, anyhow};
use serde_json::{Value, json};
use spatial::{Assignment, AssignmentScratch, CandidateLists, Position};

use super::list::{self, Candidate, Place};
use super::pairs::each_row;
use super::{Form, Walker, minutes, print};
use crate::columns::{left, thousands};

/// Longest walk that may be asked for: at the greatest weight its cost is still allowed.
pub const MOST_MINUTES: f64 = 240.0;

/// Weights of urgency by word; see `incidents::Severity`.
const WEIGHTS: [(&str, u32); 3] = [("life", MOST_WEIGHT), ("serious", 4), ("attention", 1)];

/// Weight of a request that names none: it may be as grave as any, and is not known to be.
const USUAL_WEIGHT: u32 = 4;

const MOST_WEIGHT: u32 = 16;

// The longest walk at the greatest weight is within what the solver takes.
const _: () = assert!(MOST_MINUTES as u32 * 60_000 * MOST_WEIGHT <= spatial::MOST_COST);

/// Who waits, who may go, and what is allowed.
#[derive(Debug, Clone)]
pub struct Batch<'a> {
    /// File of requests: `id,lon,lat[,urgency]`.
    pub requests: &'a Path,
    /// File of responders: `id,lon,lat[,eligible]`.
    pub responders: &'a Path,
    /// Offers of a request at most.
    pub offers: usize,
    /// Minutes beyond which nobody is sent, at most [`MOST_MINUTES`].
    pub at_most_minutes: f64,
    /// How the answer is printed.
    pub form: Form,
}

/// Somebody who waits.
#[derive(Debug, Clone, PartialEq)]
struct Request {
    place: Place,
    weight: u32,
}

/// A responder on offer: its column, and the walk in milliseconds.
type Offer = (u32, u32);

/// What is known of a request before anything is decided.
#[derive(Debug, Clone, PartialEq)]
enum Offers {
    /// The request is too far from any street.
    Unknown,
    /// No eligible responder can walk there.
    Unreachable,
    /// Responders can, but not in time.
    TooFar,
    /// The nearest in time.
    Some(Vec<Offer>),
}

/// Prints the cheapest assignment, who stays unserved and why, and the proof.
///
/// # Errors
/// A network or list that cannot be read, or an answer whose proof fails.
pub fn assign(walker: &Walker<'_>, asked: &Batch<'_>, language: Language) -> anyhow::Result<()> {
    let requests = requests(asked.requests)?;
    let responders = responders(asked.responders)?;
    let most_ms = super::limit_ms(asked.at_most_minutes.min(MOST_MINUTES));
    let offers = offers(walker, asked, &requests, &responders, most_ms, language)?;
    let solved = Solved::new(&requests, &responders, &offers, most_ms)?;
    match asked.form {
        Form::Json => print(&solved.json()),
        Form::Columns => solved.columns(),
    }
}

fn requests(path: &Path) -> anyhow::Result<Vec<Request>> {
    let read = list::read(path, &["id", "lon", "lat"], |line| {
        let weight = weight(line.optional("urgency"))?;
        Ok(Request {
            place: line.place()?,
            weight,
        })
    })?;
    list::each_once(read.iter().map(|request| &request.place))
        .with_context(|| path.display().to_string())?;
    Ok(read)
}

fn responders(path: &Path) -> anyhow::Result<Vec<Candidate>> {
    let read = list::candidates(path)?;
    list::each_once(read.iter().map(|candidate| &candidate.place))
        .with_context(|| path.display().to_string())?;
    Ok(read)
}

fn weight(urgency: Option<&str>) -> anyhow::Result<u32> {
    let Some(text) = urgency.filter(|text| !text.is_empty()) else {
        return Ok(USUAL_WEIGHT);
    };
    let known = WEIGHTS.iter().find(|(word, _)| *word == text);
    let number = || text.parse().ok().filter(|n| (1..=MOST_WEIGHT).contains(n));
    known
        .map(|&(_, weight)| weight)
        .or_else(number)
        .ok_or_else(|| {
            anyhow!("urgency is {text:?}, not life, serious, attention or 1 to {MOST_WEIGHT}")
        })
}

/// The nearest eligible responders of each request, by walking time.
fn offers(
    walker: &Walker<'_>,
    asked: &Batch<'_>,
    requests: &[Request],
    responders: &[Candidate],
    most_ms: u32,
    language: Language,
) -> anyhow::Result<Vec<Offers>> {
    let costed = walker.costed(language)?;
    let position = |place: &Place| costed.position(place.at);
    let eligible = (0u32..).zip(responders).filter(|(_, own)| own.eligible);
    let (columns, targets): (Vec<u32>, Vec<Position>) = eligible
        .filter_map(|(column, own)| Some((column, position(&own.place)?)))
        .unzip();
    let from: Vec<Option<Position>> = requests.iter().map(|own| position(&own.place)).collect();
    let mut offers = Vec::with_capacity(requests.len());
    each_row(&costed, &from, &targets, walker.speed_m_s, |_, times| {
        offers.push(times.map_or(Offers::Unknown, |times| {
            Offers::nearest(&columns, times, asked.offers, most_ms)
        }));
        Ok(())
    })?;
    Ok(offers)
}

impl Offers {
    /// The `k` shortest walks within the limit; equal ones by the order of the list.
    fn nearest(columns: &[u32], times: &[u32], k: usize, most_ms: u32) -> Self {
        let reachable = times.iter().any(|&ms| ms != u32::MAX);
        let walks = times.iter().zip(columns);
        let mut found: Vec<(u32, u32)> = walks
            .filter(|&(&ms, _)| ms < most_ms)
            .map(|(&ms, &column)| (ms, column))
            .collect();
        if k < found.len() {
            found.select_nth_unstable(k);
            found.truncate(k);
        }
        found.sort_unstable();
        match (found.is_empty(), reachable) {
            (true, false) => Self::Unreachable,
            (true, true) if k > 0 => Self::TooFar,
            _ => Self::Some(found.into_iter().map(|(ms, column)| (column, ms)).collect()),
        }
    }

    fn list(&self) -> &[Offer] {
        match self {
            Self::Some(list) => list,
            _ => &[],
        }
    }

    /// Why nobody was sent.
    fn why(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Unreachable => "unreachable",
            Self::TooFar => "too_far",
            Self::Some(list) if list.is_empty() => "no_offer",
            Self::Some(_) => "needed_elsewhere",
        }
    }
}

/// The answer.
struct Solved<'a> {
    requests: &'a [Request],
    responders: &'a [Candidate],
    offers: &'a [Offers],
    assignment: Assignment,
}

impl<'a> Solved<'a> {
    /// Solves and checks the proof.
    fn new(
        requests: &'a [Request],
        responders: &'a [Candidate],
        offers: &'a [Offers],
        most_ms: u32,
    ) -> anyhow::Result<Self> {
        let mut lists = CandidateLists::new(responders.len())?;
        for (request, offers) in requests.iter().zip(offers) {
            let cost = |&(column, ms): &Offer| (column, ms * request.weight);
            let costs: Vec<Offer> = offers.list().iter().map(cost).collect();
            lists.push(most_ms * request.weight, &costs)?;
        }
        let mut assignment = Assignment::default();
        lists.assign(&mut AssignmentScratch::new(), &mut assignment);
        lists
            .prove(&assignment)
            .context("the assignment is not proved to be the cheapest")?;
        Ok(Self {
            requests,
            responders,
            offers,
            assignment,
        })
    }

    /// Number of a request with the walk of the responder it has.
    fn served(&self) -> impl Iterator<Item = (usize, Offer)> + use<'_> {
        (0..self.requests.len()).filter_map(|request| {
            let column = self.assignment.column(request)?;
            let mut offers = self.offers[request].list().iter();
            Some((request, *offers.find(|offer| offer.0 == column)?))
        })
    }

    fn unserved(&self) -> impl Iterator<Item = usize> + use<'_> {
        (0..self.requests.len()).filter(|&request| self.assignment.column(request).is_none())
    }

    /// What the prices of both sides come to: no assignment can cost less.
    fn bound(&self) -> i64 {
        let duals = self.assignment.request_duals().iter();
        let duals = duals.chain(self.assignment.column_duals());
        duals.map(|&dual| i64::from(dual)).sum()
    }

    fn json(&self) -> Value {
        let assigned: Vec<Value> = self
            .served()
            .map(|(request, (column, ms))| {
                let Request { place, weight } = &self.requests[request];
                json!({
                    "request": place.id,
                    "responder": self.responders[column as usize].place.id,
                    "ms": ms,
                    "weight": weight,
                })
            })
            .collect();
        let unserved: Vec<Value> = self
            .unserved()
            .map(|request| {
                let Request { place, weight } = &self.requests[request];
                let offers = &self.offers[request];
                json!({
                    "request": place.id,
                    "weight": weight,
                    "offers": offers.list().len(),
                    "why": offers.why(),
                })
            })
            .collect();
        json!({
            "assigned": assigned,
            "unserved": unserved,
            "total": {"cost": self.assignment.cost(), "walked_ms": self.walked_ms()},
            "proof": {"optimal": true, "lower_bound": self.bound()},
        })
    }

    fn columns(&self) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        for (request, (column, ms)) in self.served() {
            let responder = &self.responders[column as usize].place.id;
            let Request { place, weight } = &self.requests[request];
            let (request, responder) = (left(&place.id, 20), left(responder, 20));
            writeln!(
                out,
                "{request}  {responder}  {:>11}  weight {weight}",
                minutes(ms)
            )?;
        }
        for request in self.unserved() {
            let Request { place, weight } = &self.requests[request];
            let (id, why) = (left(&place.id, 20), left(self.offers[request].why(), 20));
            writeln!(out, "{id}  -  {why}  weight {weight}")?;
        }
        writeln!(
            out,
            "cost {} is the least: prices of both sides come to {}; walked {}",
            thousands(self.assignment.cost()),
            self.bound(),
            minutes(u32::try_from(self.walked_ms()).unwrap_or(u32::MAX))
        )?;
        Ok(())
    }

    fn walked_ms(&self) -> u64 {
        self.served().map(|(_, (_, ms))| u64::from(ms)).sum()
    }
}

#[cfg(test)]
mod tests;
