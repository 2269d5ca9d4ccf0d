use super::*;
use crate::InputGraph;
use crate::drawn::Drawn;
use crate::oracle::Dice;

fn named(map: &Drawn, graph: &JunctionGraph) -> Vec<String> {
    let name = |junction: u32| map.names(&[graph.nodes()[junction as usize]]);
    let chain = |chain: &Chain| name(chain.a) + &name(chain.b);
    graph.chains().iter().map(chain).collect()
}

#[test]
fn shape_nodes_vanish_and_dead_ends_stay() {
    let map = Drawn::new(
        "
        a--b--c--d
              |
              e--f
        ",
    );
    let graph = JunctionGraph::build(&map.network());
    assert_eq!(map.names(graph.nodes()), "acdf");
    assert_eq!(named(&map, &graph), ["ac", "cd", "cf"]);
    assert_eq!(graph.links(0).len(), 2);
    let centre = graph.arcs_of(1);
    assert_eq!(
        centre.iter().map(|arc| arc.head).collect::<Vec<_>>(),
        [0, 2, 3]
    );
}

#[test]
fn rings_and_loops_are_chains_that_return() {
    let ring = Drawn::new(
        "
        a--b
        |  |
        c--d
        ",
    );
    let graph = JunctionGraph::build(&ring.network());
    assert_eq!(named(&ring, &graph), ["aa"]);
    assert_eq!(graph.links(0).len(), 4);
    assert!(graph.arcs_of(0).is_empty());
    let lasso = Drawn::new(
        "
        a--b--c
           |  |
           d--e
        ",
    );
    let graph = JunctionGraph::build(&lasso.network());
    assert_eq!(named(&lasso, &graph), ["ab", "bb"]);
}

#[test]
fn nothing_and_lonely_nodes_are_understood() {
    let nothing = Network::build(InputGraph::default()).unwrap();
    assert!(JunctionGraph::ordered(&nothing).is_empty());
    let lonely = Dice::new(1).network_in(5, 0, 0.1, 0.1, 0.1);
    let graph = JunctionGraph::ordered(&lonely);
    assert_eq!((graph.len(), graph.chains().len()), (5, 0));
}

#[test]
fn every_edge_is_in_exactly_one_chain_and_chains_hold_together() {
    for seed in 0..30 {
        let network = Dice::new(seed).network(80, 70 + seed as usize * 3);
        let graph = JunctionGraph::ordered(&network);
        let mut seen = vec![0; network.edges.len()];
        for (index, chain) in (0u32..).zip(graph.chains()) {
            let mut node = graph.nodes()[chain.a as usize];
            for link in graph.links(index) {
                let edge = &network.edges[link.edge as usize];
                let (from, to) = if link.backwards {
                    (edge.b, edge.a)
                } else {
                    (edge.a, edge.b)
                };
                assert_eq!(from, node);
                node = to;
                seen[link.edge as usize] += 1;
            }
            assert_eq!(node, graph.nodes()[chain.b as usize]);
        }
        assert!(seen.iter().all(|&count| count == 1));
    }
}
