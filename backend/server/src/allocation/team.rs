//! The responders of one organisation, each in the index of their mode.
//!
//! A seat is somebody's place here; its number stays while they are in the roster, so that a move
//! is one change in one index. Classes say who may be asked at all; what changes with every
//! incident is asked of the few who are near.

use std::collections::HashMap;
use std::sync::Arc;

use domain::geo::Coordinate;
use domain::ids::ResponderId;
use domain::responders::Responder;
use domain::time::Timestamp;
use spatial::{Class, Classes, Dispatch, LonLat, Snap, StraightIndex};

use super::positions::Fix;
use super::streets::{MODES, Mode, Ways};

/// Not in the roster that is being read.
pub(super) const UNLISTED: u32 = u32::MAX;
/// Degrees that people may move beyond where they were at first before the straight-line index
/// gets slower; about 20 km.
const AROUND: f64 = 0.2;

/// Classes of the indexes: everybody, who is on duty, and who of those is of a class that a
/// resident's record may require.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Everybody who is placed.
    Everybody,
    /// Who is on duty.
    OnDuty,
    /// Who is on duty and of this class.
    OnDutyAs(domain::responders::Class),
}

impl Asked {
    /// The class of the indexes.
    pub(super) fn class(self) -> Class {
        let number = match self {
            Self::Everybody => 0,
            Self::OnDuty => 1,
            Self::OnDutyAs(class) => 2 + class as u8,
        };
        Class::new(number).expect("two and the classes of the domain are fewer than 64")
    }
}

/// Classes that a responder is in at a moment.
fn classes(responder: &Responder, now: Timestamp) -> Classes {
    let placed = Classes::NONE.with(Asked::Everybody.class());
    if !responder.on_duty(now) {
        return placed;
    }
    let known = responder.classes();
    domain::responders::Class::ALL
        .iter()
        .filter(|class| known.contain(class.alone()))
        .map(|class| Asked::OnDutyAs(*class).class())
        .fold(placed.with(Asked::OnDuty.class()), Classes::with)
}

/// Somebody's place in a team.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Seat {
    /// Who.
    pub(super) id: ResponderId,
    /// Place in the roster, or [`UNLISTED`].
    pub(super) listed: u32,
    /// Where they were last seen.
    pub(super) fix: Option<Fix>,
    /// That place on the streets.
    pub(super) snap: Option<Snap>,
    /// How they get about.
    pub(super) mode: Mode,
    /// What they may be asked for; no class is an empty seat.
    pub(super) classes: Classes,
    /// Number of the change that made it so.
    changed: u64,
}

/// What the roster says of somebody, as far as a team holds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wanted {
    id: ResponderId,
    fix: Option<Fix>,
    mode: Mode,
    classes: Classes,
}

impl Wanted {
    /// What the roster says of somebody at a moment.
    pub(super) fn of(responder: &Responder, now: Timestamp) -> Self {
        Self {
            id: responder.id,
            fix: Fix::of(responder),
            mode: Mode::of(responder),
            classes: classes(responder, now),
        }
    }
}

/// Everybody of an organisation.
pub(super) struct Team {
    ways: Option<Arc<Ways>>,
    seats: Vec<Seat>,
    by_id: HashMap<ResponderId, u32>,
    free: Vec<u32>,
    /// Seats in the order of the roster.
    order: Vec<u32>,
    reach: [Dispatch; MODES],
    straight: StraightIndex,
    /// Changes so far.
    changes: u64,
    /// While classes are true.
    holds: Option<(Timestamp, Timestamp)>,
}

impl Team {
    /// Nobody yet; positions of those who will be placed say where to expect them.
    pub(super) fn new(ways: Option<Arc<Ways>>, coming: &[Wanted]) -> Self {
        Self {
            reach: empty(ways.as_deref()),
            ways,
            seats: Vec::new(),
            by_id: HashMap::new(),
            free: Vec::new(),
            order: Vec::new(),
            straight: StraightIndex::new(bounds(coming), coming.len()),
            changes: 0,
            holds: None,
        }
    }

    /// The streets that times are for.
    pub(super) fn ways(&self) -> Option<&Arc<Ways>> {
        self.ways.as_ref()
    }

    /// A seat; numbers come from the indexes and from [`Team::order`].
    pub(super) fn seat(&self, number: u32) -> &Seat {
        &self.seats[number as usize]
    }

    /// Seats, the empty ones included.
    pub(super) fn seats(&self) -> usize {
        self.seats.len()
    }

    /// Seats in the order of the roster.
    pub(super) fn order(&self) -> &[u32] {
        &self.order
    }

    /// Who can be reached over the streets in a mode.
    pub(super) fn reach(&self, mode: Mode) -> &Dispatch {
        &self.reach[mode.index()]
    }

    /// Who is where in a straight line.
    pub(super) fn straight(&self) -> &StraightIndex {
        &self.straight
    }

    /// Whether classes are those of this moment.
    pub(super) fn classes_hold(&self, now: Timestamp) -> bool {
        self.holds
            .is_some_and(|(from, until)| from <= now && now < until)
    }

    /// What has to be done to hold what the roster says: a place for everybody new, a change for
    /// everybody who differs, and the seats of those who left. A newer position than the
    /// roster's is kept.
    pub(super) fn differences(&self, wanted: &[Wanted]) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut stays = vec![false; self.seats.len()];
        for one in wanted {
            match self.by_id.get(&one.id) {
                None => steps.push(Step::Seat(*one)),
                Some(&number) => {
                    stays[number as usize] = true;
                    if self.after(number, one) != one.seen_in(self.seat(number)) {
                        steps.push(Step::Seat(*one));
                    }
                }
            }
        }
        for (seat, stays) in self.seats.iter().zip(stays) {
            if !stays && seat.classes != Classes::NONE {
                steps.push(Step::Leave(seat.id));
            }
        }
        steps
    }

    /// Takes one of the differences.
    pub(super) fn take(&mut self, step: &Step) {
        match step {
            Step::Seat(wanted) => {
                let number = self.number_of(wanted.id);
                let wanted = self.after(number, wanted);
                self.place(number, &wanted);
            }
            Step::Leave(id) => {
                if let Some(number) = self.by_id.remove(id) {
                    let empty = Wanted {
                        id: *id,
                        fix: None,
                        mode: self.seat(number).mode,
                        classes: Classes::NONE,
                    };
                    self.place(number, &empty);
                    self.seats[number as usize].listed = UNLISTED;
                    self.free.push(number);
                }
            }
        }
    }

    /// Seats of people in the roster, each with the place it has there.
    pub(super) fn numbered(&self, listed: &[(ResponderId, u32)]) -> Vec<(u32, u32)> {
        let number = |(id, place): &(ResponderId, u32)| Some((*self.by_id.get(id)?, *place));
        listed.iter().filter_map(number).collect()
    }

    /// Says where every seat stands in the roster, and while classes are true.
    pub(super) fn list(&mut self, numbered: &[(u32, u32)], from: Timestamp, until: Timestamp) {
        self.order.clear();
        for &(number, place) in numbered {
            self.seats[number as usize].listed = place;
            self.order.push(number);
        }
        self.holds = Some((from, until));
    }

    /// Moves somebody, unless something newer is known; whether they are in the team.
    pub(super) fn move_to(&mut self, id: ResponderId, fix: Fix) -> bool {
        let Some(&number) = self.by_id.get(&id) else {
            return false;
        };
        let Seat {
            fix: known,
            mode,
            classes,
            ..
        } = *self.seat(number);
        if known.is_none_or(|known| known.time <= fix.time) {
            let wanted = Wanted {
                id,
                fix: Some(fix),
                mode,
                classes,
            };
            self.place(number, &wanted);
        }
        true
    }

    /// Seats that changed after a change, and how many changes there were so far.
    pub(super) fn changed_since(&self, change: u64) -> (Vec<(u32, Seat)>, u64) {
        let seats = (0_u32..).zip(&self.seats);
        let changed = seats.filter(|(_, seat)| seat.changed > change);
        (
            changed.map(|(number, seat)| (number, *seat)).collect(),
            self.changes,
        )
    }

    /// Puts other streets in place, with everybody on them, and gives back what was there.
    pub(super) fn swap(&mut self, other: &mut Rebuilt) {
        std::mem::swap(&mut self.reach, &mut other.reach);
        for (seat, snap) in self.seats.iter_mut().zip(&other.snaps) {
            seat.snap = *snap;
        }
        self.ways = Some(Arc::clone(&other.ways));
    }

    /// What a seat is to hold after the roster was heard.
    fn after(&self, number: u32, wanted: &Wanted) -> Wanted {
        let known = self.seat(number).fix;
        let time = |fix: &Option<Fix>| fix.and_then(|fix| fix.time);
        let fix = if time(&known) > time(&wanted.fix) {
            known
        } else {
            wanted.fix
        };
        Wanted { fix, ..*wanted }
    }

    /// The seat of somebody, an empty one if they are new.
    fn number_of(&mut self, id: ResponderId) -> u32 {
        if let Some(&number) = self.by_id.get(&id) {
            return number;
        }
        let empty = Seat {
            id,
            listed: UNLISTED,
            fix: None,
            snap: None,
            mode: Mode::Foot,
            classes: Classes::NONE,
            changed: 0,
        };
        let number = match self.free.pop() {
            Some(number) => {
                self.seats[number as usize] = empty;
                number
            }
            None => {
                self.seats.push(empty);
                (self.seats.len() - 1) as u32
            }
        };
        self.by_id.insert(id, number);
        number
    }

    /// Holds somebody so, in every index.
    fn place(&mut self, number: u32, wanted: &Wanted) {
        self.changes += 1;
        let ways = self.ways.clone();
        let seat = &mut self.seats[number as usize];
        if seat.mode != wanted.mode {
            self.reach[seat.mode.index()].remove(number);
        }
        let same_place = seat.fix.map(|fix| fix.at) == wanted.fix.map(|fix| fix.at);
        if !same_place {
            let at = wanted.fix.map(|fix| fix.at);
            seat.snap = snapped(ways.as_deref(), at);
        }
        (seat.fix, seat.mode, seat.classes) = (wanted.fix, wanted.mode, wanted.classes);
        seat.changed = self.changes;
        let seat = *seat;
        if let Some(ways) = &ways {
            hang(&mut self.reach, ways, number, &seat, seat.snap);
        }
        match seat.fix.as_ref().and_then(Fix::on_earth) {
            // Refused only beyond sixteen million people, who are then found by the list.
            Some(at) => {
                self.straight.insert(number, at, seat.classes).ok();
            }
            None => {
                self.straight.remove(number);
            }
        }
    }
}

impl Wanted {
    /// The same person as a seat holds them.
    fn seen_in(&self, seat: &Seat) -> Self {
        Self {
            id: self.id,
            fix: seat.fix,
            mode: seat.mode,
            classes: seat.classes,
        }
    }
}

/// One thing to do so that a team is as the roster says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// Hold somebody so.
    Seat(Wanted),
    /// Somebody left.
    Leave(ResponderId),
}

/// Everybody of a team on other streets, made beside the questions.
pub(super) struct Rebuilt {
    ways: Arc<Ways>,
    same_network: bool,
    reach: [Dispatch; MODES],
    snaps: Vec<Option<Snap>>,
    /// Changes of the team that are taken in.
    pub(super) upto: u64,
}

impl Rebuilt {
    /// Nobody yet on these streets; `from` are the ones the team is on.
    pub(super) fn new(ways: Arc<Ways>, from: Option<&Ways>) -> Self {
        let same_network = from.is_some_and(|from| Arc::ptr_eq(from.network(), ways.network()));
        Self {
            reach: empty(Some(&ways)),
            ways,
            same_network,
            snaps: Vec::new(),
            upto: 0,
        }
    }

    /// Takes in seats that changed.
    pub(super) fn take(&mut self, changed: &(Vec<(u32, Seat)>, u64)) {
        for (number, seat) in &changed.0 {
            let place = *number as usize;
            if self.snaps.len() <= place {
                self.snaps.resize(place + 1, None);
            }
            self.snaps[place] = if self.same_network {
                seat.snap
            } else {
                snapped(Some(&self.ways), seat.fix.map(|fix| fix.at))
            };
            for mode in Mode::ALL.into_iter().filter(|mode| *mode != seat.mode) {
                self.reach[mode.index()].remove(*number);
            }
            hang(
                &mut self.reach,
                &self.ways,
                *number,
                seat,
                self.snaps[place],
            );
        }
        self.upto = changed.1;
    }
}

/// South-west and north-east of where people are; anywhere when nobody's place is known.
fn bounds(people: &[Wanted]) -> (LonLat, LonLat) {
    let places = people.iter().filter_map(|one| one.fix?.on_earth());
    let (mut low, mut high) = ((179.0_f64, 89.0_f64), (-179.0_f64, -89.0_f64));
    for at in places {
        low = (low.0.min(at.lon()), low.1.min(at.lat()));
        high = (high.0.max(at.lon()), high.1.max(at.lat()));
    }
    let corner =
        |lon: f64, lat: f64| LonLat::new(lon.clamp(-180.0, 180.0), lat.clamp(-90.0, 90.0)).ok();
    let here = corner(low.0 - AROUND, low.1 - AROUND);
    let found = here.zip(corner(high.0 + AROUND, high.1 + AROUND));
    found.expect("clamped numbers are a place")
}

fn empty(ways: Option<&Ways>) -> [Dispatch; MODES] {
    Mode::ALL.map(|mode| ways.map_or_else(Dispatch::default, |ways| Dispatch::new(ways.of(mode))))
}

fn snapped(ways: Option<&Ways>, at: Option<Coordinate>) -> Option<Snap> {
    ways.zip(at).and_then(|(ways, at)| ways.snap(at))
}

/// Puts somebody into the index of their mode; a vague position is that much farther away.
fn hang(reach: &mut [Dispatch; MODES], ways: &Ways, number: u32, seat: &Seat, snap: Option<Snap>) {
    let index = &mut reach[seat.mode.index()];
    match (snap, seat.fix) {
        (Some(mut snap), Some(fix)) => {
            snap.snap_m += fix.vague_m();
            index.place(ways.of(seat.mode), number, &snap, seat.classes);
        }
        _ => index.remove(number),
    }
}
