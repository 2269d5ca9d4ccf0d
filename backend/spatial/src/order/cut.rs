use super::Plain;
use super::flow::{Flow, Role};

/// Where a cut leaves a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    One,
    Other,
    Between,
}

/// Share of the nodes that are source, and as many sink.
const SHARE: f64 = 0.25;

/// Directions in which cuts are tried.
const DIRECTIONS: usize = 8;

/// The best of the cuts across several directions; both sides hold at most about three quarters.
pub(super) fn best(part: &Plain, places: &[(f64, f64)]) -> Vec<Side> {
    let mut flow = Flow::new(part);
    let mut best = (f64::INFINITY, Vec::new());
    let count = places.len();
    let ends = ((count as f64 * SHARE) as usize).max(1);
    let mut most = usize::MAX;
    for direction in 0..DIRECTIONS {
        let angle = direction as f64 * std::f64::consts::PI / DIRECTIONS as f64;
        let (sin, cos) = angle.sin_cos();
        let mut order: Vec<(f64, u32)> = (0u32..)
            .zip(places)
            .map(|(node, (x, y))| (x * cos + y * sin, node))
            .collect();
        order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut roles = vec![Role::Between; count];
        for place in 0..ends {
            roles[order[place].1 as usize] = Role::Source;
            roles[order[count - 1 - place].1 as usize] = Role::Sink;
        }
        let Some(size) = flow.run(&roles, most) else {
            continue;
        };
        // A cut much wider than another found before is not made good by better balance.
        most = most.min(size.saturating_add(size / 2 + 1));
        let sources = flow.source_side();
        let others: Vec<bool> = flow
            .sink_side(&roles)
            .iter()
            .map(|reaches| !reaches)
            .collect();
        for one in [sources, others] {
            let sides = separate(part, &one);
            let cost = cost(&sides);
            if cost < best.0 {
                best = (cost, sides);
            }
        }
    }
    best.1
}

/// How bad a cut is: its width, made worse by unequal halves.
fn cost(sides: &[Side]) -> f64 {
    let count = |wanted: Side| sides.iter().filter(|&&side| side == wanted).count() as f64;
    let (one, other) = (count(Side::One), count(Side::Other));
    let balance = one.min(other).max(0.1) / one.max(other).max(0.1);
    count(Side::Between) / balance.powf(0.4)
}

/// Turns a cut through edges into the fewest nodes that touch all of them (König).
fn separate(part: &Plain, one: &[bool]) -> Vec<Side> {
    let mut sides: Vec<Side> = one
        .iter()
        .map(|&is| if is { Side::One } else { Side::Other })
        .collect();
    let across = |node: u32| {
        let heads = part.of(node).iter().copied();
        heads.filter(|&head| !one[head as usize])
    };
    let border: Vec<u32> = (0..one.len() as u32)
        .filter(|&node| one[node as usize] && across(node).next().is_some())
        .collect();
    let mut matching = Matching {
        partner: vec![u32::MAX; one.len()],
        seen: vec![false; one.len()],
    };
    for &node in &border {
        matching.seen.fill(false);
        matching.augment(node, &across);
    }
    matching.seen.fill(false);
    let mut visited = Vec::new();
    for &node in &border {
        if matching.partner[node as usize] == u32::MAX {
            matching.alternate(node, &across, &mut visited);
        }
    }
    for &node in &border {
        if !visited.contains(&node) {
            sides[node as usize] = Side::Between;
        }
        for head in across(node).filter(|&head| matching.seen[head as usize]) {
            sides[head as usize] = Side::Between;
        }
    }
    sides
}

/// A matching among the edges of a cut.
struct Matching {
    partner: Vec<u32>,
    /// Nodes of the other side met in this round.
    seen: Vec<bool>,
}

impl Matching {
    fn augment<I: Iterator<Item = u32>>(&mut self, node: u32, across: &impl Fn(u32) -> I) -> bool {
        for head in across(node) {
            if std::mem::replace(&mut self.seen[head as usize], true) {
                continue;
            }
            let rival = self.partner[head as usize];
            if rival == u32::MAX || self.augment(rival, across) {
                self.partner[head as usize] = node;
                self.partner[node as usize] = head;
                return true;
            }
        }
        false
    }

    /// Marks what alternating ways from an unmatched node meet.
    fn alternate<I: Iterator<Item = u32>>(
        &mut self,
        node: u32,
        across: &impl Fn(u32) -> I,
        visited: &mut Vec<u32>,
    ) {
        visited.push(node);
        for head in across(node) {
            if std::mem::replace(&mut self.seen[head as usize], true) {
                continue;
            }
            let partner = self.partner[head as usize];
            if partner != u32::MAX {
                self.alternate(partner, across, visited);
            }
        }
    }
}
