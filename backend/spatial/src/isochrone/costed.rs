use super::Isochrones;
use crate::network::Network;
use crate::weights::Weights;

impl Isochrones {
    /// Prepares a network at the costs of a profile; what is closed is left out.
    ///
    /// Questions take snaps to the network itself, and lengths become costs: a node is within a
    /// limit when the way to it costs no more. From a closed edge nothing is reached,
    /// and nobody passes a shut gate. No edge may
    /// cost less than its length, or areas could have gaps. Linear, as [`Isochrones::build`].
    pub fn at_costs(network: &Network, weights: &Weights) -> Self {
        let (costed, own) = network.at_costs(weights);
        let mut built = Self::build(&costed);
        built.nodes = network.ids.len() as u32;
        built.links.name_edges(&own, network.edges.len());
        built
    }
}
