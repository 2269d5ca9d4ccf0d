use super::places::{is_place, middle};
use super::rules::{is_gate, walkable};
use super::{OsmError, OsmExtract, OsmKind, OsmPlace};
use crate::{EdgeAttributes, InputEdge, InputGraph, InputNode, LonLat};

/// Objects as they come by, in any order, until the file has ended.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) bounds: Option<(LonLat, LonLat)>,
    nodes: Vec<Node>,
    walks: Vec<Walk>,
    places: Vec<OsmPlace>,
    area_places: Vec<AreaPlace>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    id: i64,
    at: LonLat,
    is_gate: bool,
}

/// A walkable way.
#[derive(Debug)]
struct Walk {
    id: i64,
    refs: Vec<i64>,
    attributes: EdgeAttributes,
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
        self.nodes.push(Node {
            id,
            at,
            is_gate: is_gate(&tags),
        });
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
            });
        }
        if is_place(&tags) {
            self.area_places.push(AreaPlace { id, refs, tags });
        }
    }

    /// Puts everything together.
    pub(super) fn finish(mut self) -> Result<OsmExtract, OsmError> {
        self.nodes.sort_by_key(|node| node.id);
        self.nodes.dedup_by_key(|node| node.id);
        let graph = self.graph()?;
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
        for (walk, segment, a, b) in pairs {
            let gate = self.nodes[a].is_gate || self.nodes[b].is_gate;
            graph.edges.push(InputEdge {
                a: place[a],
                b: place[b],
                way_id: walk.id,
                segment,
                attributes: EdgeAttributes {
                    gate,
                    ..walk.attributes
                },
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
