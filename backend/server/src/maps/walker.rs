//! Who walks, and the streets as they are for that walker.

use std::path::Path;
use std::sync::Arc;

use accessibility::Language;
use anyhow::{Context as _, anyhow};
use spatial::{
    Costing, Isochrones, LonLat, Nearest, Network, Passable, Position, Prepared, Profile, Reached,
    Scratch, Snap, Streets,
};

use super::{known, said};
use crate::progress::Progress;

/// From so many bytes on the preparation may take seconds and tells how far it is.
const LARGE: usize = 2_000_000;

/// The days of a week, as `--at` names them.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Who walks, and on which streets.
#[derive(Debug, Clone)]
pub struct Walker<'a> {
    /// Network file, prepared or not.
    pub network: &'a Path,
    /// Speed in metres a second on level streets and on the legs.
    pub speed_m_s: f64,
    /// What stairs, slopes, crossings and gates cost; nothing without one.
    pub profile: Option<Profile>,
    /// When: what is shut at this hour is closed.
    pub at: Option<Hour>,
    /// Positions on pieces of street that are closed.
    pub closed: &'a [LonLat],
}

/// A minute of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    /// 0 is Monday.
    pub weekday: u8,
    /// Minute of the day.
    pub minute: u16,
}

/// The streets as a walker finds them.
pub(super) enum Ways {
    /// Every street open, at the cost of its length.
    Level(Network),
    /// Under a profile, or with something closed.
    Costed(Costed),
}

/// Streets at the costs of a walker.
pub(super) struct Costed {
    pub(super) streets: Streets,
    /// Where the walker can be at all; None where that is anywhere.
    passable: Option<Passable>,
}

impl Hour {
    /// Reads `mon-08:00`; None for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (day, time) = text.split_once('-')?;
        let (hours, minutes) = time.split_once(':')?;
        let weekday = DAYS.iter().position(|own| own.eq_ignore_ascii_case(day))?;
        let number = |part: &str, below: u16| -> Option<u16> {
            let digits =
                (1..=2).contains(&part.len()) && part.bytes().all(|it| it.is_ascii_digit());
            part.parse().ok().filter(|&number| digits && number < below)
        };
        Some(Self {
            weekday: weekday as u8,
            minute: number(hours, 24)? * 60 + number(minutes, 60)?,
        })
    }
}

impl Walker<'_> {
    /// The streets for questions from one position.
    pub(super) fn ways(&self, language: Language) -> anyhow::Result<Ways> {
        if self.profile.is_none() && self.at.is_none() && self.closed.is_empty() {
            return super::read_network(self.network).map(Ways::Level);
        }
        self.costed(language).map(Ways::Costed)
    }

    /// The streets for sweeps: many nodes, or many pairs, in one go.
    ///
    /// At once from a prepared file; otherwise about a second for a town.
    pub(super) fn costed(&self, language: Language) -> anyhow::Result<Costed> {
        let shown = self.network.display();
        let bytes = std::fs::read(self.network).with_context(|| format!("cannot open {shown}"))?;
        let mut progress =
            (bytes.len() >= LARGE).then(|| Progress::begin(said("seeding.network", language, [])));
        let prepared = Prepared::read(&bytes, &[], &mut |stage| {
            if let Some(progress) = &mut progress {
                progress.at(stage.done as u64, stage.total as u64);
            }
        });
        let prepared = prepared.with_context(|| format!("cannot read {shown} as a network"))?;
        if let Some(progress) = progress {
            progress.finish();
        }
        let costing = self.profile.map_or(Costing::Level, Profile::metric);
        let streets = prepared.streets(costing);
        let cost_um = |attributes, length_um| costing.cost_um(attributes, length_um);
        let passable = prepared.network().passable(cost_um);
        let closed = self.closed_edges(prepared.network())?;
        let streets = if closed.is_empty() {
            streets
        } else {
            streets.changed(&closed)
        };
        let streets = match self.at {
            Some(Hour { weekday, minute }) => streets.at_hour(weekday, minute),
            None => streets,
        };
        Ok(Costed { streets, passable })
    }

    fn closed_edges(&self, network: &Arc<Network>) -> anyhow::Result<Vec<(u32, Option<u64>)>> {
        let mut edges = Vec::new();
        for &at in self.closed {
            let snap = known(network.snap(at));
            let snap = snap.ok_or_else(|| {
                anyhow!(
                    "no street within 500 m of {},{} to be closed",
                    at.lon(),
                    at.lat()
                )
            })?;
            edges.push(snap.edge);
        }
        Ok(edges.into_iter().map(|edge| (edge, None)).collect())
    }
}

impl Ways {
    pub(super) fn network(&self) -> &Network {
        match self {
            Self::Level(network) => network,
            Self::Costed(costed) => costed.streets.network(),
        }
    }

    /// Where a position meets the streets that can be passed.
    pub(super) fn snap(&self, at: LonLat) -> Option<Snap> {
        match self {
            Self::Level(network) => network.snap(at),
            Self::Costed(costed) => costed.snap(at),
        }
    }

    /// Every node within a limit, by rising time.
    pub(super) fn reach(&self, origin: &Snap, limit_ms: u32, speed_m_s: f64) -> Vec<Reached> {
        let mut scratch = Scratch::new();
        match self {
            Self::Level(network) => network.reach(&mut scratch, origin, limit_ms, speed_m_s),
            Self::Costed(costed) => costed
                .streets
                .reach(&mut scratch, origin, limit_ms, speed_m_s),
        }
    }

    /// The `k` nearest of these candidates.
    pub(super) fn nearest(
        &self,
        origin: &Snap,
        candidates: &[Snap],
        k: usize,
        speed_m_s: f64,
    ) -> Vec<Nearest> {
        let mut scratch = Scratch::new();
        match self {
            Self::Level(network) => {
                network.nearest(&mut scratch, origin, candidates, k, speed_m_s, None)
            }
            Self::Costed(costed) => {
                let streets = &costed.streets;
                streets.nearest_of(&mut scratch, origin, candidates, k, speed_m_s, None)
            }
        }
    }

    /// Ready for areas.
    pub(super) fn isochrones(&self) -> Isochrones {
        match self {
            Self::Level(network) => Isochrones::build(network),
            Self::Costed(Costed { streets, .. }) => {
                Isochrones::at_costs(streets.network(), streets.weights())
            }
        }
    }
}

impl Costed {
    fn snap(&self, at: LonLat) -> Option<Snap> {
        match &self.passable {
            Some(passable) => passable.snap(at),
            None => self.streets.network().snap(at),
        }
    }

    /// Where a position lies between junctions; None if it is too far from any street.
    pub(super) fn position(&self, at: LonLat) -> Option<Position> {
        self.streets.weights().position(&known(self.snap(at))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_a_day_and_a_time() {
        for (text, weekday, minute) in [
            ("mon-00:00", 0, 0),
            ("Sat-23:59", 5, 1439),
            ("sun-8:05", 6, 485),
        ] {
            assert_eq!(Hour::parse(text), Some(Hour { weekday, minute }), "{text}");
        }
        for text in [
            "",
            "mon",
            "mon-",
            "mon-8",
            "mon-24:00",
            "mon-12:60",
            "mon-+1:00",
            "mon-1:000",
            "day-08:00",
            "08:00",
            "mon-08:0x",
        ] {
            assert_eq!(Hour::parse(text), None, "{text}");
        }
    }
}
