//! A failing history, made as small as it stays failing.

use std::collections::BTreeSet;

use super::plan::Plan;
use super::{Bug, Fault, Outcome, Switches, Unready, run};

/// Histories played at most while one shrinks.
const RUNS: u32 = 400;

/// What is left of a failing history.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// What was switched off.
    pub off: Switches,
    /// The smallest history that still breaks the same invariant, with its lines.
    pub outcome: Outcome,
    /// Planned alarms that are left, and how many there were.
    pub alarms: (usize, usize),
    /// Troubles that are left, and how many there were.
    pub troubles: (usize, usize),
    /// Kinds of faults that are left.
    pub faults: Vec<Fault>,
    /// Histories played.
    pub runs: u32,
}

struct Search {
    seed: u64,
    bug: Option<Bug>,
    invariant: &'static str,
    off: Switches,
    runs: u32,
}

/// Shrinks the history of a seed; `None` when it does not fail.
///
/// # Errors
/// When the shipped ladders or policy cannot be read.
pub fn shrink(seed: u64, bug: Option<Bug>) -> Result<Option<Shrunk>, Unready> {
    let whole = run(seed, bug, &Switches::default(), false)?;
    let Some(violation) = whole.violation else {
        return Ok(None);
    };
    let plan = Plan::of(seed, bug, &Switches::default());
    let (alarms, troubles) = (plan.alarms.len(), plan.troubles.len());
    let mut search = Search {
        seed,
        bug,
        invariant: violation.invariant,
        off: Switches::default(),
        runs: 0,
    };
    search.quiet()?;
    search.without_faults()?;
    search.without(troubles, |off| &mut off.troubles_off)?;
    search.without(alarms, |off| &mut off.alarms_off)?;
    search.without_faults()?;
    search.fewer_responders(plan.responders)?;
    let outcome = run(seed, bug, &search.off, true)?;
    let left = |of: usize, off: &BTreeSet<usize>| (of - off.len(), of);
    let is_on = |fault: &&Fault| !search.off.faults_off.contains(fault);
    Ok(Some(Shrunk {
        alarms: left(alarms, &search.off.alarms_off),
        troubles: left(troubles, &search.off.troubles_off),
        faults: Fault::ALL.iter().filter(is_on).copied().collect(),
        outcome,
        runs: search.runs,
        off: search.off,
    }))
}

impl Search {
    /// Keeps a smaller history when it still breaks the same invariant.
    fn keep(&mut self, off: Switches) -> Result<bool, Unready> {
        if self.runs >= RUNS {
            return Ok(false);
        }
        self.runs += 1;
        let outcome = run(self.seed, self.bug, &off, false)?;
        let broken = outcome.violation.map(|violation| violation.invariant);
        let is_same = broken == Some(self.invariant);
        if is_same {
            self.off = off;
        }
        Ok(is_same)
    }

    fn quiet(&mut self) -> Result<(), Unready> {
        let off = Switches {
            quiet: true,
            ..self.off.clone()
        };
        self.keep(off).map(drop)
    }

    /// All kinds of faults at once, then one by one.
    fn without_faults(&mut self) -> Result<(), Unready> {
        let mut off = self.off.clone();
        off.faults_off = Fault::ALL.iter().copied().collect();
        if self.keep(off)? {
            return Ok(());
        }
        for fault in Fault::ALL {
            if !self.off.faults_off.contains(fault) {
                let mut off = self.off.clone();
                off.faults_off.insert(*fault);
                self.keep(off)?;
            }
        }
        Ok(())
    }

    /// Parts are switched off in halves, quarters, and so on down to single ones.
    fn without(
        &mut self,
        count: usize,
        part: fn(&mut Switches) -> &mut BTreeSet<usize>,
    ) -> Result<(), Unready> {
        let mut size = count.div_ceil(2);
        loop {
            let is_off = part(&mut self.off).clone();
            let left: Vec<usize> = (0..count).filter(|n| !is_off.contains(n)).collect();
            for some in left.chunks(size.max(1)) {
                let mut off = self.off.clone();
                part(&mut off).extend(some);
                self.keep(off)?;
            }
            if size <= 1 {
                return Ok(());
            }
            size = size.div_ceil(2);
        }
    }

    fn fewer_responders(&mut self, count: usize) -> Result<(), Unready> {
        for gone in [count, count / 2, count / 4, 1] {
            let mut off = self.off.clone();
            off.responders_off = gone;
            if self.keep(off)? {
                return Ok(());
            }
        }
        Ok(())
    }
}
