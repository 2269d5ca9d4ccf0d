use super::*;
use crate::drawn::Drawn;
use crate::oracle::Dice;

fn links_of(map: &Drawn) -> Vec<String> {
    let network = map.network();
    let links = Links::build(&network);
    let mut named: Vec<String> = (0u32..)
        .zip(&links.links)
        .map(|(index, link)| {
            let mut nodes = vec![links.junctions[link.a as usize]];
            nodes.extend(links.pieces(index).iter().map(|piece| piece.node));
            let name = map.names(&nodes);
            let back: String = name.chars().rev().collect();
            name.min(back)
        })
        .collect();
    named.sort();
    named
}

#[test]
fn nodes_of_shape_are_drawn_together() {
    let map = Drawn::new(
        "
        a--b--c--d
           |     |
        e--f--g--h
        ",
    );
    assert_eq!(links_of(&map), ["ab", "bcdhgf", "bf", "ef"]);
}

#[test]
fn rings_and_loops_keep_one_junction() {
    let ring = Drawn::new(
        "
        a--b
        |  |
        c--d
        ",
    );
    assert_eq!(links_of(&ring), ["abdca"]);
    let lasso = Drawn::new(
        "
        a--b--c
           |  |
           d--e
        ",
    );
    assert_eq!(links_of(&lasso), ["ab", "bcedb"]);
}

/// Every edge lies in exactly one link, at the lengths its pieces say.
fn check(network: &Network) {
    let links = Links::build(network);
    let mut seen = vec![false; network.edges.len()];
    for (index, link) in (0u32..).zip(&links.links) {
        let mut node = links.junctions[link.a as usize];
        let mut from_um = 0;
        for piece in links.pieces(index) {
            let edge = &network.edges[piece.edge as usize];
            let place = links.places[piece.edge as usize];
            assert!(!std::mem::replace(&mut seen[piece.edge as usize], true));
            assert_eq!(piece.along_um - from_um, edge.length_um);
            assert_eq!(place.link, index);
            let (near, far) = if edge.a == node && edge.b == piece.node {
                (place.a_um, place.b_um)
            } else {
                assert_eq!((edge.b, edge.a), (node, piece.node));
                (place.b_um, place.a_um)
            };
            assert_eq!((near, far), (from_um, piece.along_um));
            (node, from_um) = (piece.node, piece.along_um);
        }
        assert_eq!(
            (node, from_um),
            (links.junctions[link.b as usize], link.length_um)
        );
    }
    assert!(seen.iter().all(|&seen| seen));
}

#[test]
fn every_edge_is_in_one_link() {
    for seed in 0..40 {
        let mut dice = Dice::new(seed);
        let edges = 40 + dice.below(120);
        check(&dice.network(80, edges));
    }
    check(&Network::build(crate::InputGraph::default()).unwrap());
}
