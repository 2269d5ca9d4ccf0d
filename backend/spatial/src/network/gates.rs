use super::Network;
use crate::closures::Streets;
use crate::hours::{GateHours, Hours, HoursId};
use crate::input::EdgeEnds;

impl Network {
    /// The network with the hours that its edges' [`crate::EdgeAttributes::hours`] name.
    ///
    /// Entries that are not in the table are unknown hours: always open.
    pub fn with_gate_hours(mut self, hours: GateHours) -> Self {
        self.gate_hours = hours;
        self
    }

    /// The hours that edges name.
    pub fn gate_hours(&self) -> &GateHours {
        &self.gate_hours
    }

    /// Hours of an edge, as mapped or unknown; None if it can always be walked.
    pub fn edge_hours(&self, edge: u32) -> Option<&Hours> {
        let hours = self.edges.get(edge as usize)?.attributes.hours?;
        Some(self.gate_hours.get(hours))
    }

    /// Edges with a shut gate at an end at a local time, rising; [`Streets::at_hour`] shuts them.
    ///
    /// Weekday 0 is Monday; minutes of the day beyond 1439 run on into the next days. Linear in
    /// the edges (a tenth of a millisecond in a town).
    pub fn closed_at(&self, weekday: u8, minute: u16) -> Vec<u32> {
        let is_shut = |hours| self.gate_hours.is_shut(hours, weekday, minute);
        self.timed()
            .filter_map(|(edge, hours)| is_shut(hours).then_some(edge))
            .collect()
    }

    /// Minutes from a local time until the edges that are shut change; None if they never do.
    ///
    /// At least one and at most a week's 10,080.
    pub fn next_change(&self, weekday: u8, minute: u16) -> Option<u32> {
        let ids = self.timed().map(|(_, hours)| hours);
        self.gate_hours.until_change(ids, weekday, minute)
    }

    /// Edges with hours.
    pub(crate) fn timed(&self) -> impl Iterator<Item = (u32, HoursId)> {
        (0u32..)
            .zip(&self.edges)
            .filter_map(|(index, edge)| Some((index, edge.attributes.hours?)))
    }
}

impl Streets {
    /// The streets with gates as they are at a local time, without labels unless nothing changes.
    ///
    /// A few milliseconds for a town, and right at once. Nobody passes a shut gate; who lives
    /// beside it gets out at the other end of the street. Closed streets stay closed. Weekday 0 is
    /// Monday; [`Network::next_change`] says until when the answer holds.
    pub fn at_hour(&self, weekday: u8, minute: u16) -> Self {
        let network = self.network();
        let gates = network.timed().filter_map(|(edge, hours)| {
            let is_shut = network.gate_hours.is_shut(hours, weekday, minute);
            let ends = match network.edge_attributes(edge)?.hours_at {
                EdgeEnds::Both => [true; 2],
                EdgeEnds::First => [true, false],
                EdgeEnds::Second => [false, true],
            };
            Some((edge, ends.map(|here| here && is_shut)))
        });
        self.with_gates(&gates.collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests;
