use proptest::prelude::*;

use super::*;
use crate::drawn::Drawn;
use crate::oracle::Dice;

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
    bytes.extend(checksum(&bytes, VERSION).to_le_bytes());
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

#[test]
fn files_of_the_first_version_are_read() {
    let network = sample();
    let mut bytes = network.to_bytes();
    bytes.truncate(bytes.len() - CHECKSUM_BYTES);
    bytes[8] = 1;
    // The sum of single bytes, as the first version wrote it.
    let sum = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, &byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    bytes.extend(sum.to_le_bytes());
    assert_eq!(Network::from_bytes(&bytes), Ok(network));
}

#[test]
fn attributes_read_back() {
    for &kind in WayKind::ALL {
        for (flags, &surface) in (0u8..).zip(Surface::ALL) {
            let [steps, ramp, gate] = [1, 2, 4].map(|bit| flags & bit != 0);
            let attributes = EdgeAttributes {
                kind,
                steps,
                ramp,
                gate,
                surface,
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
    assert_eq!(with(HEAD_BYTES + 11, 0x7f), Err(CoordinateLongitude.into()));
    let edges = HEAD_BYTES + 7 * NODE_BYTES;
    assert_eq!(with(edges, 200), Err(NetworkError::NoSuchNode { edge: 0 }));
    assert_eq!(
        with(edges + 20, 99),
        Err(NetworkError::Attributes { edge: 0 })
    );
    assert_eq!(
        with(edges + 21, 0x80),
        Err(NetworkError::Attributes { edge: 0 })
    );
    let mut damaged = bytes.clone();
    damaged[HEAD_BYTES] ^= 1;
    assert_eq!(Network::from_bytes(&damaged), Err(NetworkError::Checksum));
}

use crate::CoordinateError::Longitude as CoordinateLongitude;

/// A head that promises gigabytes must be refused by its length, before any memory is taken.
#[test]
fn great_promises_are_not_believed() {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend([0xff; 8]);
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
        noise in proptest::collection::vec(any::<u8>(), 6 * (NODE_BYTES + EDGE_BYTES)),
        small in any::<bool>(),
    ) {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(nodes.to_le_bytes());
        bytes.extend(edges.to_le_bytes());
        let body = nodes as usize * NODE_BYTES + edges as usize * EDGE_BYTES;
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
