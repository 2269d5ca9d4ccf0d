use super::Plain;

const FAR: u32 = u32::MAX;

/// What a node is to a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Source,
    Sink,
    Between,
}

/// Greatest flow in a graph whose edges carry one unit in either direction (Dinic).
pub(super) struct Flow<'g> {
    graph: &'g Plain,
    /// The arc in the other direction.
    back: Vec<u32>,
    /// Units on each arc; what flows one way is negative on the way back.
    units: Vec<i8>,
    level: Vec<u32>,
    next: Vec<u32>,
    queue: Vec<u32>,
}

impl<'g> Flow<'g> {
    pub(super) fn new(graph: &'g Plain) -> Self {
        let mut cursor = graph.first.clone();
        let mut back = vec![0; graph.heads.len()];
        // Heads are sorted, so the arcs into a node appear in the order of its own arcs.
        for (arc, &head) in graph.heads.iter().enumerate() {
            back[arc] = cursor[head as usize];
            cursor[head as usize] += 1;
        }
        Self {
            graph,
            back,
            units: Vec::new(),
            level: Vec::new(),
            next: Vec::new(),
            queue: Vec::new(),
        }
    }

    /// Size of the least cut between sources and sinks; None once it exceeds `most`.
    pub(super) fn run(&mut self, roles: &[Role], most: usize) -> Option<usize> {
        self.units.clear();
        self.units.resize(self.graph.heads.len(), 0);
        let mut size = 0;
        while self.reach(roles) {
            self.next.clear();
            self.next.extend(&self.graph.first[..self.graph.len()]);
            for start in
                (0..roles.len() as u32).filter(|&node| roles[node as usize] == Role::Source)
            {
                while self.augment(start, roles) {
                    size += 1;
                    if size > most {
                        return None;
                    }
                }
            }
        }
        Some(size)
    }

    /// Nodes that sources still reach after the greatest flow.
    pub(super) fn source_side(&self) -> Vec<bool> {
        self.level.iter().map(|&level| level != FAR).collect()
    }

    /// Nodes that still reach a sink after the greatest flow.
    pub(super) fn sink_side(&mut self, roles: &[Role]) -> Vec<bool> {
        let mut reaches: Vec<bool> = roles.iter().map(|&role| role == Role::Sink).collect();
        self.queue.clear();
        self.queue
            .extend((0..roles.len() as u32).filter(|&node| reaches[node as usize]));
        while let Some(node) = self.queue.pop() {
            for arc in self.arcs(node) {
                let tail = self.graph.heads[arc] as usize;
                if !reaches[tail] && self.units[self.back[arc] as usize] < 1 {
                    reaches[tail] = true;
                    self.queue.push(tail as u32);
                }
            }
        }
        reaches
    }

    fn arcs(&self, node: u32) -> std::ops::Range<usize> {
        self.graph.first[node as usize] as usize..self.graph.first[node as usize + 1] as usize
    }

    /// Levels by arcs from the sources; whether a sink was met.
    fn reach(&mut self, roles: &[Role]) -> bool {
        self.level.clear();
        self.level.resize(roles.len(), FAR);
        self.queue.clear();
        for (node, _) in (0u32..)
            .zip(roles)
            .filter(|(_, role)| **role == Role::Source)
        {
            self.level[node as usize] = 0;
            self.queue.push(node);
        }
        let (mut done, mut met) = (0, false);
        while done < self.queue.len() {
            let node = self.queue[done];
            done += 1;
            if roles[node as usize] == Role::Sink {
                met = true;
                continue;
            }
            for arc in self.arcs(node) {
                let head = self.graph.heads[arc];
                if self.level[head as usize] == FAR && self.units[arc] < 1 {
                    self.level[head as usize] = self.level[node as usize] + 1;
                    self.queue.push(head);
                }
            }
        }
        met
    }

    /// Sends one unit from a source along rising levels.
    fn augment(&mut self, start: u32, roles: &[Role]) -> bool {
        // The queue is free between levels and serves as the stack of arcs walked.
        self.queue.clear();
        let mut node = start;
        loop {
            if roles[node as usize] == Role::Sink {
                for &arc in &self.queue {
                    self.units[arc as usize] += 1;
                    self.units[self.back[arc as usize] as usize] -= 1;
                }
                return true;
            }
            let (arc, end) = (self.next[node as usize], self.arcs(node).end as u32);
            if arc == end {
                let Some(last) = self.queue.pop() else {
                    return false;
                };
                node = self.graph.heads[self.back[last as usize] as usize];
                self.next[node as usize] += 1;
                continue;
            }
            let head = self.graph.heads[arc as usize];
            let rises = self.level[head as usize] == self.level[node as usize] + 1;
            if rises && self.units[arc as usize] < 1 {
                self.queue.push(arc);
                node = head;
            } else {
                self.next[node as usize] += 1;
            }
        }
    }
}
