use std::sync::Arc;

use crate::hierarchy::Hierarchy;
use crate::junctions::JunctionGraph;
use crate::network::Network;
use crate::weights::Weights;

/// What streets have before they have costs; shared by all profiles and closures.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) network: Arc<Network>,
    pub(crate) graph: Arc<JunctionGraph>,
    pub(crate) hierarchy: Arc<Hierarchy>,
    /// Ranks of hubs: each junction once, the least important first.
    pub(crate) hub_order: Arc<Vec<u32>>,
}

impl Frame {
    /// From what takes long to find; a few milliseconds for a town.
    pub(crate) fn new(network: Arc<Network>, graph: JunctionGraph, hub_order: Vec<u32>) -> Self {
        let hierarchy = Arc::new(Hierarchy::new(&graph));
        Self {
            network,
            graph: Arc::new(graph),
            hierarchy,
            hub_order: Arc::new(hub_order),
        }
    }

    /// Finds order and ranks; about 50 microseconds a junction. `ordered` hears of the former.
    pub(crate) fn find(network: Arc<Network>, mut ordered: impl FnMut()) -> Self {
        let graph = JunctionGraph::ordered(&network);
        ordered();
        let level = Weights::level(&network, &graph);
        let hub_order = graph.hub_order(level.chains());
        Self::new(network, graph, hub_order)
    }

    /// Bytes held on the heap, the network left out.
    pub(crate) fn bytes(&self) -> usize {
        self.graph.bytes() + self.hierarchy.bytes() + size_of_val(&self.hub_order[..])
    }
}
