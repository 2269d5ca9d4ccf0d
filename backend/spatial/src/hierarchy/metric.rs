use super::{CLOSED, Hierarchy, NONE};

/// Costs of all arcs of a [`Hierarchy`] for one set of weights.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metric {
    costs: Vec<u32>,
}

/// The arcs some shortest walk needs, at the exact cost between their ends.
///
/// Sweeping all junctions by rising number relaxes every way up, by falling number every way down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Upward {
    first: Vec<u32>,
    arcs: Vec<UpArc>,
}

/// An arc to a higher junction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpArc {
    /// The higher end.
    pub head: u32,
    /// Exact cost between the ends.
    pub cost: u32,
}

impl Hierarchy {
    /// Costs of all arcs from the cost of each chain ([`crate::Weights::chains`]).
    ///
    /// Linear in the triangles. Chains without an entry count as closed.
    pub fn customise(&self, chains: &[u32]) -> Metric {
        let mut metric = Metric::default();
        self.customise_into(chains, &mut metric);
        metric
    }

    /// Like [`Hierarchy::customise`], in the memory of an older metric.
    pub fn customise_into(&self, chains: &[u32], metric: &mut Metric) {
        let costs = &mut metric.costs;
        costs.clear();
        costs.resize(self.heads.len(), CLOSED);
        for (&arc, &cost) in self.arc_of_chain.iter().zip(chains) {
            if arc != NONE {
                let known = &mut costs[arc as usize];
                *known = (*known).min(cost);
            }
        }
        let mut opposite = self.opposite.iter();
        for junction in 0..self.len() as u32 {
            let up = self.up(junction);
            // Everything above comes later, so the costs of this junction are final.
            let (done, above) = costs.split_at_mut(up.end);
            let own = &done[up.clone()];
            for (place, &one) in own.iter().enumerate() {
                for (&other, &arc) in own[place + 1..].iter().zip(&mut opposite) {
                    let known = &mut above[arc as usize - up.end];
                    *known = (*known).min(one + other);
                }
            }
        }
    }

    /// Exact costs of all arcs, and only the arcs no cheaper way replaces.
    ///
    /// Linear in the triangles.
    pub fn perfect(&self, metric: &Metric) -> Upward {
        let mut exact = metric.costs.clone();
        let mut last = self.opposite.len();
        for junction in (0..self.len() as u32).rev() {
            let up = self.up(junction);
            last -= up.len() * up.len().saturating_sub(1) / 2;
            let (done, above) = exact.split_at_mut(up.end);
            let own = &mut done[up.clone()];
            let mut triangle = last;
            for one in 0..own.len() {
                for other in one + 1..own.len() {
                    let third = above[self.opposite[triangle] as usize - up.end];
                    triangle += 1;
                    own[other] = own[other].min(own[one] + third);
                    own[one] = own[one].min(own[other] + third);
                }
            }
        }
        self.needed(&metric.costs, &exact)
    }

    /// Arcs whose own cost is the exact one.
    fn needed(&self, costs: &[u32], exact: &[u32]) -> Upward {
        let mut upward = Upward {
            first: Vec::with_capacity(self.first.len()),
            arcs: Vec::new(),
        };
        upward.first.push(0);
        for junction in 0..self.len() as u32 {
            for arc in self.up(junction) {
                if costs[arc] == exact[arc] && exact[arc] < CLOSED {
                    upward.arcs.push(UpArc {
                        head: self.heads[arc],
                        cost: exact[arc],
                    });
                }
            }
            upward.first.push(upward.arcs.len() as u32);
        }
        upward
    }
}

impl Metric {
    /// Cost of each arc, in the order of [`Hierarchy::heads`]; [`CLOSED`] without a way.
    pub fn costs(&self) -> &[u32] {
        &self.costs
    }
}

impl Upward {
    /// Arcs by their lower ends; `first` says where those of each junction begin.
    pub(crate) fn new(first: Vec<u32>, arcs: Vec<UpArc>) -> Self {
        Self { first, arcs }
    }

    /// Number of junctions.
    pub fn len(&self) -> usize {
        self.first.len().saturating_sub(1)
    }

    /// Whether there is no junction.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where the arcs of each junction begin; one entry more than junctions.
    pub fn first(&self) -> &[u32] {
        &self.first
    }

    /// All arcs, by their lower end and rising head.
    pub fn arcs(&self) -> &[UpArc] {
        &self.arcs
    }

    /// Arcs from a junction; panics for one that is not there.
    pub fn arcs_of(&self, junction: u32) -> &[UpArc] {
        let junction = junction as usize;
        &self.arcs[self.first[junction] as usize..self.first[junction + 1] as usize]
    }

    /// Bytes held on the heap.
    pub fn bytes(&self) -> usize {
        size_of_val(&self.first[..]) + size_of_val(&self.arcs[..])
    }
}
