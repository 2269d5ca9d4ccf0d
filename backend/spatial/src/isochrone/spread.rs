//! How far everything is from one position, up to a limit: the search over junctions.

use super::Isochrones;
use crate::Snap;
use crate::links::Place;
use crate::pace::{part_um, to_um};

/// A link as it leaves a junction.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Arc {
    pub(super) length_um: u64,
    pub(super) head: u32,
    /// The link, and in the highest bit whether it is walked from its `b` end.
    way: u32,
}

const BACKWARDS: u32 = 1 << 31;

impl Arc {
    pub(super) fn new(length_um: u64, head: u32, link: u32, is_backwards: bool) -> Self {
        let way = if is_backwards { link | BACKWARDS } else { link };
        Self {
            length_um,
            head,
            way,
        }
    }

    #[inline]
    pub(super) fn link(&self) -> u32 {
        self.way & !BACKWARDS
    }

    #[inline]
    pub(super) fn is_backwards(&self) -> bool {
        self.way & BACKWARDS != 0
    }
}

/// Where a search begins: a length along a link, and what was walked to get there.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Start {
    pub(super) link: u32,
    pub(super) along_um: u64,
    pub(super) leg_um: u64,
}

/// What a search knows about a junction; void unless of the current round.
#[derive(Debug, Default, Clone, Copy)]
struct Mark {
    length_um: u64,
    round: u32,
}

/// A search that fills buckets by length: a queue without order inside a bucket.
///
/// A junction improved within the bucket being emptied is emptied again, so answers are exact
/// whatever the width. Only as many buckets are kept as the longest link spans; they are used in
/// turn.
#[derive(Debug, Default)]
pub(super) struct Spread {
    round: u32,
    marks: Vec<Mark>,
    buckets: Vec<Vec<(u64, u32)>>,
    /// Junctions within the limit, each once.
    pub(super) reached: Vec<u32>,
    start: Option<Start>,
    pub(super) limit_um: u64,
}

/// Width of the buckets and how many are needed, for a network's longest link.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Buckets {
    shift: u32,
    count: usize,
}

impl Buckets {
    /// About 4 m wide, or wider so that there are never too many to look through.
    pub(super) fn for_links(longest_um: u64) -> Self {
        const MOST: u64 = 1 << 14;
        let mut shift = 22;
        while longest_um >> shift > MOST {
            shift += 1;
        }
        // One for the bucket being emptied, one because a link may begin at its upper end.
        let count = ((longest_um >> shift) as usize + 2).next_power_of_two();
        Self { shift, count }
    }
}

impl Spread {
    /// Finds every junction within the limit; cost grows with these and their links only.
    ///
    /// To be called after `begin`.
    pub(super) fn run(&mut self, map: &Isochrones, place: Place, origin: &Snap) {
        let link = map.links.links[place.link as usize];
        let leg_um = to_um(origin.snap_m);
        let along_um = place.along_um(part_um(place.length_um(), origin.fraction));
        self.start = (leg_um <= self.limit_um).then_some(Start {
            link: place.link,
            along_um,
            leg_um,
        });
        let Buckets { shift, count } = map.buckets;
        let mut waiting = 0usize;
        let ends = [
            (link.a, leg_um.saturating_add(along_um)),
            (link.b, leg_um.saturating_add(link.length_um - along_um)),
        ];
        for (junction, length_um) in ends {
            waiting += usize::from(self.improve(junction, length_um, shift));
        }
        let mut bucket = (ends[0].1.min(ends[1].1) >> shift) as usize;
        while waiting > 0 {
            let place = bucket & (count - 1);
            // First in, first out: last in first out could come back to a junction over and over.
            let mut next = 0;
            while let Some(&(length_um, junction)) = self.buckets[place].get(next) {
                next += 1;
                if self.marks[junction as usize].length_um < length_um {
                    continue;
                }
                let first = map.first_arc[junction as usize] as usize;
                let end = map.first_arc[junction as usize + 1] as usize;
                for arc in &map.arcs[first..end] {
                    let whole_um = length_um.saturating_add(arc.length_um);
                    waiting += usize::from(self.improve(arc.head, whole_um, shift));
                }
            }
            waiting -= next;
            self.buckets[place].clear();
            bucket += 1;
        }
    }

    /// Where the last run began, if the street was reached at all.
    #[inline]
    pub(super) fn start(&self) -> Option<Start> {
        self.start
    }

    /// Length to a junction, when the last run reached it.
    #[inline]
    pub(super) fn length_um(&self, junction: u32) -> Option<u64> {
        let mark = self.marks[junction as usize];
        (mark.round == self.round).then_some(mark.length_um)
    }

    /// Forgets the last run. Voids all marks by counting up the round, which is cheaper than clearing them.
    pub(super) fn begin(&mut self, map: &Isochrones, limit_um: u64) {
        self.reached.clear();
        self.start = None;
        self.limit_um = limit_um;
        if self.marks.len() < map.links.junctions.len() {
            self.marks
                .resize(map.links.junctions.len(), Mark::default());
        }
        // Always as many as this network needs: a bucket's place depends on their number.
        self.buckets.resize_with(map.buckets.count.max(1), Vec::new);
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.marks.fill(Mark::default());
            self.round = 1;
        }
    }

    /// Whether the junction now waits in a bucket.
    #[inline]
    fn improve(&mut self, junction: u32, length_um: u64, shift: u32) -> bool {
        let mark = &mut self.marks[junction as usize];
        let is_new = mark.round != self.round;
        if length_um > self.limit_um || !is_new && mark.length_um <= length_um {
            return false;
        }
        *mark = Mark {
            length_um,
            round: self.round,
        };
        if is_new {
            self.reached.push(junction);
        }
        let place = (length_um >> shift) as usize & (self.buckets.len() - 1);
        self.buckets[place].push((length_um, junction));
        true
    }

    #[cfg(test)]
    pub(super) fn wrap_soon(&mut self) {
        self.round = u32::MAX - 1;
    }
}
