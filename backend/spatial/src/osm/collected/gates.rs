use std::collections::BTreeMap;

use crate::hours::{Hours, HoursId};
use crate::{GateHours, InputGraph};

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
            add(graph, &mut table, edge, hours);
        }
    }
    let mut meeting: BTreeMap<u32, Vec<(u64, usize)>> = gates
        .iter()
        .filter_map(|(id, _)| Some((place(graph, *id)?, Vec::new())))
        .collect();
    for (edge, ends) in graph.edges.iter().enumerate() {
        for node in [ends.a, ends.b] {
            if let Some(meeting) = meeting.get_mut(&node) {
                let [a, b] = [ends.a, ends.b].map(|end| graph.nodes[end as usize].at);
                meeting.push((crate::pace::to_um(a.haversine_m(b)), edge));
            }
        }
    }
    for (id, hours) in gates {
        let meeting = place(graph, *id).and_then(|node| meeting.get_mut(&node));
        let Some(meeting) = meeting else { continue };
        meeting.sort_unstable();
        // All but the longest; of equals the last.
        let but_last = meeting.len().saturating_sub(1);
        for &(_, edge) in &meeting[..but_last] {
            add(graph, &mut table, edge, hours);
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

/// Narrows the hours of an edge.
fn add(graph: &mut InputGraph, table: &mut GateHours, edge: usize, hours: &Hours) {
    let known: &mut Option<HoursId> = &mut graph.edges[edge].attributes.hours;
    let both = match *known {
        Some(known) => table.get(known).and(hours),
        None => hours.clone(),
    };
    *known = Some(table.entry(both));
}
