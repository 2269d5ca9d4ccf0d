//! The peer: its own network, simplified from the same extract.

use std::path::Path;

use graphways::graph::SpatialGraph;
use graphways::overpass::NetworkType;
use spatial::LonLat;

use super::MINUTES;
use crate::Fault;
use crate::protocol::Contestant;

pub(super) struct Graphways {
    graph: SpatialGraph,
    limits_s: Vec<f64>,
}

impl Graphways {
    /// Reads the extract; areas are not compared, only that there are three for every question.
    pub(super) fn load(extract: &Path, questions: &[LonLat]) -> Result<Self, Fault> {
        let graph = SpatialGraph::from_pbf(extract, NetworkType::Walk, None)
            .map_err(|refusal| format!("graphways: {refusal:?}"))?;
        let limits_s = MINUTES.iter().map(|&minutes| f64::from(minutes) * 60.0);
        let peer = Self {
            graph,
            limits_s: limits_s.collect(),
        };
        if questions.iter().any(|at| peer.areas(at) != MINUTES.len()) {
            return Err("W3: graphways gives not three areas".into());
        }
        Ok(peer)
    }

    pub(super) fn describe(&self) -> String {
        format!("; graphways: {} nodes", self.graph.graph.node_count())
    }

    pub(super) fn contestant<'a>(&'a self, questions: &'a [LonLat]) -> Contestant<'a> {
        Contestant::new("graphways", |clock| {
            for at in questions {
                clock.job("areas", || self.areas(at));
            }
        })
    }

    fn areas(&self, at: &LonLat) -> usize {
        let limits_s = self.limits_s.clone();
        let areas = self
            .graph
            .isochrones(at.lat(), at.lon(), limits_s, NetworkType::Walk, None);
        areas.map_or(0, |areas| areas.len())
    }
}
