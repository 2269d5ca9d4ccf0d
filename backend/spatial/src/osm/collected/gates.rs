use std::collections::BTreeMap;

use crate::hours::Hours;
use crate::{EdgeEnds, GateHours, InputGraph};

/// Gives edges the hours of their ways and of the gates at their ends.
pub(super) fn set(
    graph: &mut InputGraph,
    gates: &[(i64, Hours)],
    ways: &[(i64, Hours)],
) -> GateHours {
    let mut table = GateHours::default();
    for (way, hours) in ways {
        let first = graph.edges.partition_point(|edge| edge.way_id < *way);
        let of_way = graph.edges[first..]
            .iter()
            .take_while(|edge| edge.way_id == *way);
        for edge in first..first + of_way.count() {
            add(graph, &mut table, (edge, EdgeEnds::Both), hours);
        }
    }
    let mut meeting: BTreeMap<u32, Vec<(u64, usize, EdgeEnds)>> = gates
        .iter()
        .filter_map(|(id, _)| Some((place(graph, *id)?, Vec::new())))
        .collect();
    for (edge, ends) in graph.edges.iter().enumerate() {
        for node in [ends.a, ends.b] {
            if let Some(meeting) = meeting.get_mut(&node) {
                let [a, b] = [ends.a, ends.b].map(|end| graph.nodes[end as usize].at);
                let at = if node == ends.a {
                    EdgeEnds::First
                } else {
                    EdgeEnds::Second
                };
                meeting.push((crate::pace::to_um(a.haversine_m(b)), edge, at));
            }
        }
    }
    for (id, hours) in gates {
        let meeting = place(graph, *id).and_then(|node| meeting.get_mut(&node));
        let Some(meeting) = meeting else { continue };
        meeting.sort_unstable();
        // All but the longest; of equals the last.
        let but_last = meeting.len().saturating_sub(1);
        for &(_, edge, at) in &meeting[..but_last] {
            add(graph, &mut table, (edge, at), hours);
        }
    }
    table
}

/// Place of a node; they are sorted by id.
fn place(graph: &InputGraph, id: i64) -> Option<u32> {
    let place = graph.nodes.binary_search_by_key(&id, |node| node.id).ok()?;
    // Their number was found to fit.
    Some(place as u32)
}

/// Narrows the hours of an edge; of hours at different ends both hold at both.
fn add(
    graph: &mut InputGraph,
    table: &mut GateHours,
    (edge, at): (usize, EdgeEnds),
    hours: &Hours,
) {
    let attributes = &mut graph.edges[edge].attributes;
    let both = match attributes.hours {
        Some(known) => {
            if attributes.hours_at != at {
                attributes.hours_at = EdgeEnds::Both;
            }
            table.get(known).and(hours)
        }
        None => {
            attributes.hours_at = at;
            hours.clone()
        }
    };
    attributes.hours = Some(table.entry(both));
}
