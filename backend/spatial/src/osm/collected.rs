use super::places::{is_place, middle};
use super::rules::{Marks, crossing_of_way, marks, told_hours, walkable};
use super::{OsmError, OsmExtract, OsmKind, OsmPlace};
use crate::hours::Hours;
use crate::{Crossing, EdgeAttributes, InputEdge, InputGraph, InputNode, LonLat};

mod gates;
mod pieces;

/// Objects as they come by, in any order, until the file has ended.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) bounds: Option<(LonLat, LonLat)>,
    nodes: Vec<Node>,
    walks: Vec<Walk>,
    places: Vec<OsmPlace>,
    area_places: Vec<AreaPlace>,
    /// Hours of gates, by node.
    gate_hours: Vec<(i64, Hours)>,
    /// Hours of whole ways, by way.
    way_hours: Vec<(i64, Hours)>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    id: i64,
    at: LonLat,
    marks: Marks,
}

/// A walkable way.
#[derive(Debug)]
struct Walk {
    id: i64,
    refs: Vec<i64>,
    attributes: EdgeAttributes,
    crossing: Crossing,
}

/// A way that is a place; its position is known once all nodes are.
#[derive(Debug)]
struct AreaPlace {
    id: i64,
    refs: Vec<i64>,
    tags: Vec<(String, String)>,
}

impl Collected {
    /// Takes a node; coordinates are in 1e-9 degrees and are cut to 1e-7.
    pub(super) fn node(
        &mut self,
        id: i64,
        nano_lon: i64,
        nano_lat: i64,
        tags: Vec<(String, String)>,
    ) -> Result<(), OsmError> {
        let e7 = |nano: i64| i32::try_from(nano / 100).ok();
        let at = e7(nano_lon)
            .zip(e7(nano_lat))
            .and_then(|(lon, lat)| LonLat::from_e7(lon, lat).ok())
            .ok_or(OsmError::Position { id })?;
        let marks = marks(&tags);
        if let Some(hours) = told_hours(&tags).filter(|_| marks.gate) {
            self.gate_hours.push((id, hours));
        }
        self.nodes.push(Node { id, at, marks });
        if is_place(&tags) {
            self.places.push(OsmPlace {
                kind: OsmKind::Node,
                id,
                at,
                tags,
            });
        }
        Ok(())
    }

    /// Takes a way; it may be a street, a place, both or neither.
    pub(super) fn way(&mut self, id: i64, refs: Vec<i64>, tags: Vec<(String, String)>) {
        if let Some(attributes) = walkable(&tags) {
            self.walks.push(Walk {
                id,
                refs: refs.clone(),
                attributes,
                crossing: crossing_of_way(&tags),
            });
            self.way_hours
                .extend(told_hours(&tags).map(|hours| (id, hours)));
        }
        if is_place(&tags) {
            self.area_places.push(AreaPlace { id, refs, tags });
        }
    }

    /// Puts everything together.
    pub(super) fn finish(mut self) -> Result<OsmExtract, OsmError> {
        self.nodes.sort_by_key(|node| node.id);
        self.nodes.dedup_by_key(|node| node.id);
        let mut graph = self.graph()?;
        let hours = gates::set(&mut graph, &self.gate_hours, &self.way_hours);
        let Self {
            bounds,
            nodes,
            mut places,
            area_places,
            ..
        } = self;
        let is_covered = |at: LonLat| bounds.is_none_or(|bounds| is_within(at, bounds));
        places.retain(|place| is_covered(place.at));
        for AreaPlace { id, refs, tags } in area_places {
            let known = refs.iter().filter_map(|&id| find(&nodes, id));
            let points: Vec<LonLat> = known.map(|index| nodes[index].at).collect();
            // An area on the border belongs to the file even if its middle lies beyond.
            if !points.iter().any(|&at| is_covered(at)) {
                continue;
            }
            if let Some(at) = middle(&points) {
                places.push(OsmPlace {
                    kind: OsmKind::Way,
                    id,
                    at,
                    tags,
                });
            }
        }
        places.sort_by_key(|place| (place.kind, place.id));
        Ok(OsmExtract {
            graph,
            places,
            bounds,
            hours,
        })
    }

    /// One edge per pair of neighbours; pairs of one node or of absent nodes are dropped.
    fn graph(&self) -> Result<InputGraph, OsmError> {
        const UNUSED: u32 = u32::MAX;
        let mut pairs = Vec::new();
        let mut place = vec![UNUSED; self.nodes.len()];
        for walk in &self.walks {
            for (segment, pair) in (0u32..).zip(walk.refs.windows(2)) {
                let ends = (find(&self.nodes, pair[0]), find(&self.nodes, pair[1]));
                let (Some(a), Some(b)) = ends else { continue };
                if a != b {
                    pairs.push((walk, segment, a, b));
                    (place[a], place[b]) = (0, 0);
                }
            }
        }
        let mut graph = InputGraph::default();
        for (node, place) in self.nodes.iter().zip(&mut place) {
            if *place != UNUSED {
                *place = u32::try_from(graph.nodes.len()).map_err(|_| OsmError::TooLarge)?;
                graph.nodes.push(InputNode {
                    id: node.id,
                    at: node.at,
                });
            }
        }
        let attributes = pieces::attributes(&self.nodes, &pairs);
        for ((walk, segment, a, b), attributes) in pairs.into_iter().zip(attributes) {
            graph.edges.push(InputEdge {
                a: place[a],
                b: place[b],
                way_id: walk.id,
                segment,
                attributes,
            });
        }
        graph.edges.sort_by_key(|edge| (edge.way_id, edge.segment));
        Ok(graph)
    }
}

/// Place of a node in the list sorted by id.
fn find(nodes: &[Node], id: i64) -> Option<usize> {
    nodes.binary_search_by_key(&id, |node| node.id).ok()
}

fn is_within(at: LonLat, (min, max): (LonLat, LonLat)) -> bool {
    (min.lon()..=max.lon()).contains(&at.lon()) && (min.lat()..=max.lat()).contains(&at.lat())
}
