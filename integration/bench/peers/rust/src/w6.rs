//! W6: which request gets which responder: sparse, contended and dense, at the same least cost.

use lapjv::Matrix;
use serde_json::json;
use spatial::{
    Assignment, AssignmentScratch, CandidateLists, CostTable, MatrixScratch, Position, matrix_ms,
};

use crate::Fault;
use crate::dice::Dice;
use crate::protocol::{Caller, Contestant};
use crate::town::Town;

const REQUESTS: usize = 1000;
const OFFERS: usize = 5000;
const NEAREST: usize = 32;
/// Milliseconds that leaving a request out costs.
const UNSERVED: u32 = 10_000_000;
const SPEED_M_S: f64 = 1.4;
/// Half of the contended requests come from so many junctions around the first.
const NEIGHBOURHOOD: usize = 400;

type Lists = Vec<Vec<(u32, u32)>>;

pub(crate) fn run(town: &Town, caller: &mut Caller) -> Result<(), Fault> {
    let mut dice = Dice(6);
    let requests = town.junctions(&mut dice, REQUESTS);
    let offers = town.junctions(&mut dice, OFFERS);
    let others = town.junctions(&mut dice, REQUESTS);
    let mut hot = requests[..REQUESTS / 2].to_vec();
    let near = around(town, requests[0])?;
    hot.extend((0..REQUESTS / 2).map(|_| near[dice.below(near.len())]));

    let sparse = nearest(&times(town, &requests, &offers)?);
    let contended = nearest(&times(town, &hot, &offers)?);
    let dense = times(town, &requests, &others)?;
    let mut facts = json!({
        "network": town.describe(),
        "requests": REQUESTS, "offers": OFFERS, "nearest": NEAREST, "unserved": UNSERVED,
    });
    for (name, lists) in [("sparse", &sparse), ("contended", &contended)] {
        let (columns, costs): (Vec<u32>, Vec<u32>) = lists.iter().flatten().copied().unzip();
        caller.export(&format!("w6.{name}.columns"), &columns)?;
        caller.export(&format!("w6.{name}.costs"), &costs)?;
        let mut solved = Solver::new()?;
        solved.listed(lists)?;
        solved.lists.prove(&solved.answer)?;
        facts[name] = json!(solved.answer.cost());
    }
    caller.export("w6.dense", &dense)?;
    let mut solved = Solver::new()?;
    let table = CostTable::new(REQUESTS, dense.clone(), vec![UNSERVED; REQUESTS])?;
    table.assign(&mut solved.scratch, &mut solved.answer);
    table.prove(&solved.answer)?;
    let cost = solved.answer.cost();
    facts["dense"] = json!(cost);
    let floats = dense.iter().map(|&ms| f64::from(ms)).collect();
    let matrix = Matrix::from_shape_vec((REQUESTS, REQUESTS), floats)?;
    let theirs = lapjv::lapjv(&matrix)
        .map_err(|refusal| format!("{refusal:?}"))?
        .0;
    let theirs = lapjv::cost(&matrix, &theirs) as u64;
    if theirs != cost {
        return Err(format!("W6 dense: ours costs {cost}, the crate lapjv's {theirs}").into());
    }
    let (mut one, mut two, mut three) = (Solver::new()?, Solver::new()?, Solver::new()?);
    let mut contestants = [
        Contestant::new("ours, sparse", |clock| one.rounds(clock, &sparse)),
        Contestant::new("ours, contended", |clock| two.rounds(clock, &contended)),
        Contestant::new("ours, dense", |clock| {
            for _ in 0..5 {
                let costs = dense.clone();
                clock.job("solve", || three.tabled(costs).is_ok());
            }
        }),
        Contestant::new("lapjv (Rust), dense", |clock| {
            for _ in 0..3 {
                clock.job("solve", || lapjv::lapjv(&matrix).is_ok());
            }
        }),
    ];
    caller.serve(facts, &mut contestants)
}

/// Our solver with the memory it keeps; always a cold start.
struct Solver {
    lists: CandidateLists,
    scratch: AssignmentScratch,
    answer: Assignment,
}

impl Solver {
    fn new() -> Result<Self, Fault> {
        Ok(Self {
            lists: CandidateLists::new(OFFERS)?,
            scratch: AssignmentScratch::new(),
            answer: Assignment::default(),
        })
    }

    /// Building the lists is part of the time; peers get theirs ready made.
    fn listed(&mut self, rows: &Lists) -> Result<(), Fault> {
        self.lists.clear();
        for row in rows {
            self.lists.push(UNSERVED, row)?;
        }
        self.answer.clear();
        self.lists.assign(&mut self.scratch, &mut self.answer);
        Ok(())
    }

    fn tabled(&mut self, costs: Vec<u32>) -> Result<(), Fault> {
        let table = CostTable::new(REQUESTS, costs, vec![UNSERVED; REQUESTS])?;
        self.answer.clear();
        table.assign(&mut self.scratch, &mut self.answer);
        Ok(())
    }

    fn rounds(&mut self, clock: &mut crate::clock::Clock, rows: &Lists) {
        for _ in 0..20 {
            clock.job("solve", || self.listed(rows).is_ok());
        }
    }
}

fn positions(town: &Town, junctions: &[u32]) -> Result<Vec<Position>, Fault> {
    let position = |&junction: &u32| {
        let snap = town.snap_at(junction).ok_or("no street")?;
        Ok(town
            .streets
            .weights()
            .position(&snap)
            .ok_or("no such edge")?)
    };
    junctions.iter().map(position).collect()
}

/// Milliseconds from each request to each place.
fn times(town: &Town, from: &[u32], to: &[u32]) -> Result<Vec<u32>, Fault> {
    let (from, to) = (positions(town, from)?, positions(town, to)?);
    let (mut scratch, mut times) = (MatrixScratch::new(), Vec::new());
    matrix_ms(
        town.streets.upward(),
        &mut scratch,
        &from,
        &to,
        SPEED_M_S,
        &mut times,
    );
    times.iter_mut().for_each(|ms| *ms = (*ms).min(UNSERVED));
    Ok(times)
}

/// The candidates of each request: the nearest offers.
fn nearest(times: &[u32]) -> Lists {
    let row = |row: &[u32]| {
        let mut all: Vec<(u32, u32)> = (0u32..)
            .zip(row)
            .map(|(offer, &ms)| (offer, ms + 1))
            .collect();
        all.select_nth_unstable_by_key(NEAREST, |&(offer, ms)| (ms, offer));
        all.truncate(NEAREST);
        all.sort_unstable();
        all
    };
    times.chunks_exact(OFFERS).map(row).collect()
}

/// The junctions nearest to one.
fn around(town: &Town, middle: u32) -> Result<Vec<u32>, Fault> {
    let (streets, snap) = (&town.streets, town.snap_at(middle).ok_or("no street")?);
    let reached =
        streets
            .network()
            .reach(&mut spatial::Scratch::new(), &snap, 3_600_000, SPEED_M_S);
    let mut by_node: Vec<u32> = vec![u32::MAX; streets.network().summary().nodes];
    reached
        .iter()
        .for_each(|one| by_node[one.node as usize] = one.ms);
    let nodes = streets.graph().nodes().iter();
    let mut near: Vec<(u32, u32)> = (0u32..)
        .zip(nodes)
        .map(|(junction, &node)| (by_node[node as usize], junction))
        .collect();
    near.sort_unstable();
    Ok(near
        .into_iter()
        .take(NEIGHBOURHOOD)
        .map(|(_, junction)| junction)
        .collect())
}
