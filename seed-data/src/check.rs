//! What every district promises, checked.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::District;
use crate::near::Buckets;
use crate::people::{WEEK_MIN, is_invented_uid, is_unassignable};
use crate::plane::Plane;

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Complaint {
    /// An edge has an end that is no node, or both ends at one place.
    #[error("edge {0} leads nowhere")]
    Edge(usize),
    /// Less than 99 % of the nodes hang together.
    #[error("the largest connected part has {largest} of {nodes} nodes")]
    Disconnected {
        /// Nodes in the largest part.
        largest: usize,
        /// Nodes in all.
        nodes: usize,
    },
    /// Two rows have the same id.
    #[error("id {0} is used twice")]
    RepeatedId(Uuid),
    /// A row is not marked as invented.
    #[error("row {0} is not marked synthetic")]
    NotSynthetic(Uuid),
    /// A telephone number could belong to somebody.
    #[error("the phone of row {0} is outside the unassignable range")]
    Phone(Uuid),
    /// A telephone number or watch identifier is given out twice.
    #[error("number {0} is given out twice")]
    RepeatedNumber(String),
    /// A watch identifier could belong to a real watch.
    #[error("watch {0} is outside the invented range")]
    Uid(Uuid),
    /// A row points at a row that does not exist.
    #[error("row {0} points at nothing")]
    Dangling(Uuid),
    /// A row names a division that does not exist.
    #[error("row {0} names an unknown division")]
    Division(Uuid),
    /// A home is more than 500 m from every street node.
    #[error("home {0} is far from every street")]
    FarHome(Uuid),
    /// Too few responders are on duty in a quarter of an hour of the week.
    #[error("only {on_duty} responders are on duty at minute {minute} of the week")]
    Uncovered {
        /// Minute since Monday 00:00, local time.
        minute: u32,
        /// Responders on duty then.
        on_duty: usize,
    },
}

/// A home farther from the street than this is lost to routing, metres.
const FAR_M: f64 = 500.0;
/// One in so many responders is on duty at any time.
const ON_DUTY_ONE_IN: usize = 10;

/// Everything that is wrong with a district; empty for every generated one.
pub fn complaints(district: &District) -> Vec<Complaint> {
    let mut found = streets(district);
    found.extend(rows(district));
    found.extend(numbers(district));
    found.extend(references(district));
    found.extend(far_homes(district));
    found.extend(duty(district));
    found
}

fn streets(district: &District) -> Vec<Complaint> {
    let (nodes, edges) = (&district.streets.nodes, &district.streets.edges);
    let mut parts = Parts::new(nodes.len());
    let mut found = Vec::new();
    for (number, edge) in edges.iter().enumerate() {
        let ends = (nodes.get(edge.a as usize), nodes.get(edge.b as usize));
        match ends {
            (Some(a), Some(b)) if a != b => parts.join(edge.a as usize, edge.b as usize),
            _ => found.push(Complaint::Edge(number)),
        }
    }
    let (largest, nodes) = (parts.largest(), nodes.len());
    if largest * 100 < nodes * 99 {
        found.push(Complaint::Disconnected { largest, nodes });
    }
    found
}

/// Connected parts, by union and find.
struct Parts {
    parent: Vec<usize>,
}

impl Parts {
    fn new(count: usize) -> Self {
        Self {
            parent: (0..count).collect(),
        }
    }

    fn root(&mut self, mut node: usize) -> usize {
        while self.parent[node] != node {
            self.parent[node] = self.parent[self.parent[node]];
            node = self.parent[node];
        }
        node
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a] = b;
    }

    fn largest(&mut self) -> usize {
        let mut sizes = vec![0; self.parent.len()];
        for node in 0..self.parent.len() {
            let root = self.root(node);
            sizes[root] += 1;
        }
        sizes.into_iter().max().unwrap_or(0)
    }
}

/// Ids and the mark of invention, over all tables.
fn rows(district: &District) -> Vec<Complaint> {
    let people = &district.people;
    let mut all: Vec<(Uuid, bool)> = Vec::new();
    all.extend(people.residents.iter().map(|row| (row.id, row.synthetic)));
    all.extend(people.homes.iter().map(|row| (row.id, row.synthetic)));
    all.extend(people.family.iter().map(|row| (row.id, row.synthetic)));
    all.extend(people.responders.iter().map(|row| (row.id, row.synthetic)));
    all.extend(people.devices.iter().map(|row| (row.id, row.synthetic)));
    all.extend(people.operators.iter().map(|row| (row.id, row.synthetic)));
    all.extend(people.admins.iter().map(|row| (row.id, row.synthetic)));
    all.extend(
        district
            .facilities
            .iter()
            .map(|row| (row.id, row.synthetic)),
    );
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (id, synthetic) in all {
        if !seen.insert(id) {
            found.push(Complaint::RepeatedId(id));
        }
        if !synthetic {
            found.push(Complaint::NotSynthetic(id));
        }
    }
    found
}

fn numbers(district: &District) -> Vec<Complaint> {
    let people = &district.people;
    let mut phones: Vec<(Uuid, &str)> = Vec::new();
    phones.extend(people.residents.iter().map(|row| (row.id, &*row.phone)));
    phones.extend(people.family.iter().map(|row| (row.id, &*row.phone)));
    phones.extend(people.responders.iter().map(|row| (row.id, &*row.phone)));
    phones.extend(people.operators.iter().map(|row| (row.id, &*row.phone)));
    let uids = people.devices.iter().map(|row| (row.id, &*row.uid));
    let assignable = phones.iter().filter(|(_, phone)| !is_unassignable(phone));
    let mut found: Vec<Complaint> = assignable.map(|&(id, _)| Complaint::Phone(id)).collect();
    let plausible = uids.clone().filter(|(_, uid)| !is_invented_uid(uid));
    found.extend(plausible.map(|(id, _)| Complaint::Uid(id)));
    let mut seen = BTreeSet::new();
    for (_, number) in phones.into_iter().chain(uids) {
        if !seen.insert(number) {
            found.push(Complaint::RepeatedNumber(number.to_owned()));
        }
    }
    found
}

fn references(district: &District) -> Vec<Complaint> {
    let people = &district.people;
    let homes: BTreeSet<Uuid> = people.homes.iter().map(|row| row.id).collect();
    let residents: BTreeSet<Uuid> = people.residents.iter().map(|row| row.id).collect();
    let codes: BTreeSet<&str> = district.divisions.iter().map(|row| &*row.code).collect();
    let mut found = Vec::new();
    let lost = people
        .residents
        .iter()
        .filter(|row| !homes.contains(&row.home_id));
    found.extend(lost.map(|row| Complaint::Dangling(row.id)));
    let lost = people
        .family
        .iter()
        .filter(|row| !residents.contains(&row.resident_id));
    found.extend(lost.map(|row| Complaint::Dangling(row.id)));
    let lost = people
        .devices
        .iter()
        .filter(|row| !residents.contains(&row.resident_id));
    found.extend(lost.map(|row| Complaint::Dangling(row.id)));
    let mut named: Vec<(Uuid, &str)> = Vec::new();
    named.extend(
        people
            .homes
            .iter()
            .map(|row| (row.id, &*row.committee_code)),
    );
    named.extend(
        people
            .responders
            .iter()
            .map(|row| (row.id, &*row.committee_code)),
    );
    named.extend(
        people
            .operators
            .iter()
            .map(|row| (row.id, &*row.division_code)),
    );
    for row in &district.facilities {
        named.push((row.id, &row.unit_code));
        named.extend(row.committee_code.as_deref().map(|code| (row.id, code)));
    }
    let unknown = named.into_iter().filter(|(_, code)| !codes.contains(code));
    found.extend(unknown.map(|(id, _)| Complaint::Division(id)));
    found
}

fn far_homes(district: &District) -> Vec<Complaint> {
    let Some(first) = district.streets.nodes.first() else {
        return district
            .people
            .homes
            .iter()
            .map(|home| Complaint::FarHome(home.id))
            .collect();
    };
    let plane = Plane {
        lon: first.lon,
        lat: first.lat,
    };
    let spots = district
        .streets
        .nodes
        .iter()
        .map(|node| plane.spot(node.lon, node.lat))
        .collect();
    let streets = Buckets::new(spots, FAR_M / 4.0);
    let near = |lon, lat| {
        // Most homes are answered by the small circle.
        let spot = plane.spot(lon, lat);
        [FAR_M / 10.0, FAR_M]
            .iter()
            .any(|&radius_m| !streets.within(spot, radius_m).is_empty())
    };
    let far = district
        .people
        .homes
        .iter()
        .filter(|home| !near(home.at.lon, home.at.lat));
    far.map(|home| Complaint::FarHome(home.id)).collect()
}

fn duty(district: &District) -> Vec<Complaint> {
    let responders = &district.people.responders;
    let needed = responders.len().div_ceil(ON_DUTY_ONE_IN).max(1);
    let mut found = Vec::new();
    for minute in (0..WEEK_MIN).step_by(15) {
        let on = responders
            .iter()
            .filter(|row| row.shifts.iter().any(|s| s.covers(minute)));
        let on_duty = on.count();
        if on_duty < needed {
            found.push(Complaint::Uncovered { minute, on_duty });
        }
    }
    found
}

#[cfg(test)]
mod tests;
