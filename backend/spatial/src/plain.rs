use crate::LonLat;
use crate::links::Links;
use crate::network::Network;
use crate::pace::to_metres;

/// The largest component as a bare graph of junctions, in the files other programs read.
///
/// Nodes with two edges are drawn into the edges they join; edges back to their own junction are
/// left out, of several edges between the same two the shortest is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct PlainGraph {
    /// Ids of the source.
    pub ids: Vec<i64>,
    /// Positions, near ones near each other in the list.
    pub at: Vec<LonLat>,
    /// Lower node, higher node, length in millimetres (at least 1); sorted.
    pub edges: Vec<[u32; 3]>,
    /// Nodes and components of the whole network.
    whole: (usize, usize),
}

impl Network {
    /// Draws the bare graph; linear in the network, but for sorting.
    pub fn plain_graph(&self) -> PlainGraph {
        let links = Links::build(self);
        let is_kept = |node: u32| self.component[node as usize] == 0;
        let mut number = vec![u32::MAX; links.junctions.len()];
        let mut kept = Vec::new();
        for (junction, &node) in links.junctions.iter().enumerate() {
            if is_kept(node) {
                number[junction] = kept.len() as u32;
                kept.push(node);
            }
        }
        let mut edges: Vec<[u32; 3]> = links
            .links
            .iter()
            .map(|link| {
                let [a, b] = [link.a, link.b].map(|junction| number[junction as usize]);
                // Half up; 4,295 km fit into 32 bits, no street is as long.
                let length_mm = ((link.length_um + 500) / 1000).clamp(1, u64::from(u32::MAX));
                [a.min(b), a.max(b), length_mm as u32]
            })
            .filter(|&[a, b, _]| a != b && b != u32::MAX)
            .collect();
        edges.sort_unstable();
        edges.dedup_by_key(|edge| [edge[0], edge[1]]);
        let summary = self.summary();
        PlainGraph {
            ids: kept.iter().map(|&node| self.ids[node as usize]).collect(),
            at: kept.iter().map(|&node| self.at[node as usize]).collect(),
            edges,
            whole: (summary.nodes, summary.components),
        }
    }
}

impl PlainGraph {
    /// Endings and contents of the files, little-endian without heads:
    ///
    /// - `nodes.f64`: latitude and longitude of each node, as f64;
    /// - `edges.u32`: both nodes and the length in millimetres of each edge, once, as u32;
    /// - `osmid.i64`: the id of each node, as i64;
    /// - `json`: counts, box (south, west, north, east) and length.
    pub fn files(&self) -> [(&'static str, Vec<u8>); 4] {
        let places = self.at.iter().flat_map(|at| [at.lat(), at.lon()]);
        let edges = self.edges.iter().flatten();
        [
            ("nodes.f64", places.flat_map(f64::to_le_bytes).collect()),
            (
                "edges.u32",
                edges.flat_map(|part| part.to_le_bytes()).collect(),
            ),
            (
                "osmid.i64",
                self.ids.iter().flat_map(|id| id.to_le_bytes()).collect(),
            ),
            ("json", self.counts().into_bytes()),
        ]
    }

    fn counts(&self) -> String {
        let first = self.at.first().copied().unwrap_or(LonLat::ORIGIN);
        let fold = |step: fn(LonLat, LonLat) -> LonLat| {
            self.at.iter().fold(first, |known, &at| step(known, at))
        };
        let (min, max) = (fold(LonLat::lower), fold(LonLat::upper));
        let length_um: u64 = self
            .edges
            .iter()
            .map(|edge| u64::from(edge[2]) * 1000)
            .sum();
        format!(
            concat!(
                r#"{{"nodes": {}, "edges": {}, "arcs": {}, "all_nodes": {}, "components": {}, "#,
                r#""bbox": [{}, {}, {}, {}], "total_km": {}}}"#,
                "\n"
            ),
            self.at.len(),
            self.edges.len(),
            self.edges.len() * 2,
            self.whole.0,
            self.whole.1,
            min.lat(),
            min.lon(),
            max.lat(),
            max.lon(),
            to_metres(length_um) / 1000.0
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;
    use crate::oracle::Dice;
    use crate::{InputGraph, Scratch};

    #[test]
    fn only_junctions_of_the_largest_part_are_left() {
        let map = Drawn::new(
            "
            a--b--c--d   x--y
               |     |
            e--f--g--h
            ",
        );
        let plain = map.network().plain_graph();
        let mut letters: Vec<char> = plain
            .ids
            .iter()
            .map(|&id| char::from_u32(id as u32).unwrap())
            .collect();
        letters.sort_unstable();
        assert_eq!(letters, ['a', 'b', 'e', 'f']);
        // Of the two ways between b and f the street is shorter than the way round.
        let mut lengths: Vec<u32> = plain.edges.iter().map(|edge| edge[2]).collect();
        lengths.sort_unstable();
        assert!(
            lengths
                .iter()
                .zip([20_000, 30_000, 30_000])
                .all(|(a, b)| a.abs_diff(b) < 10)
        );
        assert_eq!(lengths.len(), 3);
    }

    #[test]
    fn files_have_the_sizes_of_their_rows() {
        let plain = Dice::new(4).network(80, 150).plain_graph();
        let [nodes, edges, ids, json] = plain.files().map(|(_, bytes)| bytes);
        assert_eq!(nodes.len(), plain.at.len() * 16);
        assert_eq!(edges.len(), plain.edges.len() * 12);
        assert_eq!(ids.len(), plain.ids.len() * 8);
        assert_eq!(nodes[..8], plain.at[0].lat().to_le_bytes());
        let text = String::from_utf8(json).unwrap();
        assert!(text.starts_with(&format!("{{\"nodes\": {}, ", plain.at.len())));
        let empty = Network::build(InputGraph::default()).unwrap().plain_graph();
        assert_eq!(empty.files()[0].1.len(), 0);
    }

    /// Shortest ways over the bare graph are those over the streets.
    #[test]
    fn distances_between_junctions_stay() {
        for seed in 0..20 {
            let network = Dice::new(seed).network(70, 110);
            let plain = network.plain_graph();
            let count = plain.ids.len();
            let mut table = vec![vec![u64::MAX / 4; count]; count];
            for (node, row) in table.iter_mut().enumerate() {
                row[node] = 0;
            }
            for &[a, b, length_mm] in &plain.edges {
                let (a, b) = (a as usize, b as usize);
                table[a][b] = table[a][b].min(u64::from(length_mm));
                table[b][a] = table[a][b];
            }
            for via in 0..count {
                for a in 0..count {
                    for b in 0..count {
                        table[a][b] = table[a][b].min(table[a][via] + table[via][b]);
                    }
                }
            }
            let origin = network.snap(plain.at[0]).unwrap();
            let reached = network.reach(&mut Scratch::new(), &origin, u32::MAX, 1.0);
            for (place, &id) in plain.ids.iter().enumerate() {
                let found = reached
                    .iter()
                    .find(|found| network.node_id(found.node) == id)
                    .unwrap();
                assert!(table[0][place].abs_diff(u64::from(found.ms)) <= 40);
            }
        }
    }
}
