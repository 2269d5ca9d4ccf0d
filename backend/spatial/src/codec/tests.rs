use proptest::prelude::*;

use super::*;
use crate::drawn::Drawn;
use crate::hours::{GateHours, Hours, HoursId};
use crate::oracle::Dice;
use crate::{Crossing, EdgeAttributes, EdgeEnds, InputEdge, Surface, WayKind};

fn sample() -> Network {
    Drawn::new(
        "
        a--b--c
        |     |
        d-----e  f--g
        ",
    )
    .network()
}

/// Bytes with the checksum they need to be looked at.
fn summed(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.extend(checksum(&bytes).to_le_bytes());
    bytes
}

#[test]
fn a_network_reads_back_equal() {
    let network = sample();
    let bytes = network.to_bytes();
    let read = Network::from_bytes(&bytes).unwrap();
    assert_eq!(read, network);
    assert_eq!(read.to_bytes(), bytes);
    let empty = Network::build(InputGraph::default()).unwrap();
    assert_eq!(Network::from_bytes(&empty.to_bytes()), Ok(empty));
}

/// The sample as versions 1 and 2 wrote it, without its checksum.
fn old(version: u8) -> Vec<u8> {
    let new = sample().to_bytes();
    let mut bytes = new[..HEAD_BYTES].to_vec();
    bytes[8] = version;
    let edges = HEAD_BYTES + 4 + 7 * NODE_BYTES;
    bytes.extend(&new[HEAD_BYTES + 4..edges]);
    for edge in new[edges..new.len() - CHECKSUM_BYTES]
        .as_chunks::<EDGE_BYTES>()
        .0
    {
        bytes.extend(&edge[..OLD_EDGE_BYTES]);
    }
    bytes
}

#[test]
fn files_of_older_versions_are_read() {
    let mut bytes = old(1);
    // The sum of single bytes, as the first version wrote it.
    let sum = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, &byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    bytes.extend(sum.to_le_bytes());
    assert_eq!(Network::from_bytes(&bytes), Ok(sample()));
    assert_eq!(Network::from_bytes(&summed(old(2))), Ok(sample()));
    let mut odd = old(2);
    odd[HEAD_BYTES + 7 * NODE_BYTES + 21] = 8;
    let refused = Err(NetworkError::Attributes { edge: 0 });
    assert_eq!(Network::from_bytes(&summed(odd)), refused);
}

#[test]
fn hours_of_gates_read_back() {
    let mut hours = GateHours::default();
    let names = [
        "Mo-Fr 07:00-19:00; Sa 08:00-12:00",
        "22:00-06:00",
        "off",
        "24/7",
    ];
    let ids = names.map(|name| hours.entry(Hours::parse(name)));
    let mut graph = InputGraph::default();
    for (id, hours) in (0i64..).zip(std::iter::once(None).chain(ids.map(Some))) {
        let at = LonLat::new(0.001 * id as f64, 1.0).unwrap();
        graph.nodes.push(InputNode { id, at });
        if let Some(b) = (id > 0).then(|| id - 1) {
            let attributes = EdgeAttributes {
                hours,
                ..EdgeAttributes::default()
            };
            graph.edges.push(InputEdge {
                a: id as u32,
                b: b as u32,
                way_id: id,
                segment: 0,
                attributes,
            });
        }
    }
    let network = Network::build(graph).unwrap().with_gate_hours(hours);
    let read = Network::from_bytes(&network.to_bytes()).unwrap();
    assert_eq!(read, network);
    assert_eq!(read.edge_hours(1), Some(&Hours::parse(names[1])));
    assert_eq!(read.closed_at(2, 300), [0, 2]);
    assert_eq!(read.next_change(2, 300), Some(60));
    let bytes = network.to_bytes();
    let mut body = bytes[..bytes.len() - CHECKSUM_BYTES].to_vec();
    // The end of the last range: 24/7 would last longer than a week.
    *body.last_mut().unwrap() += 1;
    assert_eq!(Network::from_bytes(&summed(body)), Err(NetworkError::Hours));
}

#[test]
fn attributes_read_back() {
    for &kind in WayKind::ALL {
        for (flags, &surface) in (0u8..).zip(Surface::ALL) {
            let [steps, ramp, gate, lift] = [1, 2, 4, 8].map(|bit| flags & bit != 0);
            let attributes = EdgeAttributes {
                kind,
                steps,
                ramp,
                gate,
                surface,
                lift,
                kerb: !gate,
                crossing: Crossing::ALL[usize::from(flags % 4)],
                crossing_halves: flags % 3,
                incline: gate.then_some(i16::from(flags) * 40 - 200),
                hours: ramp.then_some(HoursId(u16::from(flags))),
                hours_at: EdgeEnds::ALL[usize::from(flags % 3)],
            };
            let at = |lon| LonLat::new(lon, 1.0).unwrap();
            let nodes = vec![
                InputNode {
                    id: -1,
                    at: at(1.0),
                },
                InputNode { id: 2, at: at(1.1) },
            ];
            let edges = vec![InputEdge {
                a: 1,
                b: 0,
                way_id: -9,
                segment: 77,
                attributes,
            }];
            let network = Network::build(InputGraph { nodes, edges }).unwrap();
            let read = Network::from_bytes(&network.to_bytes()).unwrap();
            assert_eq!(read.edge_attributes(0), Some(attributes));
            assert_eq!(read, network);
        }
    }
}

#[test]
fn every_cut_and_every_flipped_bit_is_refused() {
    let bytes = sample().to_bytes();
    for length in 0..bytes.len() {
        assert!(Network::from_bytes(&bytes[..length]).is_err());
    }
    for bit in 0..bytes.len() * 8 {
        let mut damaged = bytes.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(Network::from_bytes(&damaged).is_err(), "bit {bit}");
    }
    let mut longer = bytes;
    longer.push(0);
    assert_eq!(Network::from_bytes(&longer), Err(NetworkError::Length));
}

#[test]
fn each_fault_has_its_name() {
    let bytes = sample().to_bytes();
    let body = bytes[..bytes.len() - CHECKSUM_BYTES].to_vec();
    let with = |place: usize, value: u8| {
        let mut body = body.clone();
        body[place] = value;
        Network::from_bytes(&summed(body))
    };
    assert_eq!(with(0, b'w'), Err(NetworkError::NotANetwork));
    assert_eq!(
        with(8, 9),
        Err(NetworkError::Version {
            found: 9,
            expected: VERSION
        })
    );
    assert_eq!(with(12, 200), Err(NetworkError::Length));
    assert_eq!(with(16, 200), Err(NetworkError::Length));
    assert_eq!(with(20, 1), Err(NetworkError::Length));
    let nodes = HEAD_BYTES + 4;
    assert_eq!(with(nodes + 11, 0x7f), Err(CoordinateLongitude.into()));
    let edges = nodes + 7 * NODE_BYTES;
    assert_eq!(with(edges, 200), Err(NetworkError::NoSuchNode { edge: 0 }));
    assert_eq!(
        with(edges + 20, 99),
        Err(NetworkError::Attributes { edge: 0 })
    );
    for (place, value) in [(21, 0x80), (22, 99), (23, 4), (23, 0x30), (23, 0xc0)] {
        assert_eq!(
            with(edges + place, value),
            Err(NetworkError::Attributes { edge: 0 })
        );
    }
    let mut damaged = bytes.clone();
    damaged[nodes] ^= 1;
    assert_eq!(Network::from_bytes(&damaged), Err(NetworkError::Checksum));
}

use crate::CoordinateError::Longitude as CoordinateLongitude;

/// A head that promises gigabytes must be refused by its length, before any memory is taken.
#[test]
fn great_promises_are_not_believed() {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend([0xff; 12]);
    assert_eq!(
        Network::from_bytes(&summed(bytes)),
        Err(NetworkError::Length)
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Network::from_bytes(&bytes).is_err());
    }

    /// Right in form, any content: either refused or a network that reads back equal.
    #[test]
    fn any_body_is_refused_or_sound(
        nodes in 0u32..6,
        edges in 0u32..6,
        hours in 0u32..20,
        noise in proptest::collection::vec(any::<u8>(), 6 * (NODE_BYTES + EDGE_BYTES) + 20),
        small in any::<bool>(),
    ) {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(nodes.to_le_bytes());
        bytes.extend(edges.to_le_bytes());
        bytes.extend(hours.to_le_bytes());
        let body = nodes as usize * NODE_BYTES + edges as usize * EDGE_BYTES + hours as usize;
        // Small bytes make valid indices and codes likely.
        bytes.extend(noise[..body].iter().map(|byte| if small { byte % 2 } else { *byte }));
        if let Ok(network) = Network::from_bytes(&summed(bytes)) {
            let again = Network::from_bytes(&network.to_bytes());
            prop_assert_eq!(again, Ok(network));
        }
    }

    #[test]
    fn random_networks_read_back_equal(seed in any::<u64>()) {
        let network = Dice::new(seed).network(30, 40);
        prop_assert_eq!(Network::from_bytes(&network.to_bytes()), Ok(network));
    }
}
