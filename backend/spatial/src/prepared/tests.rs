//! The file reads back, and damage of any kind is refused.

use proptest::prelude::*;

use super::*;
use crate::codec::checksum;
use crate::drawn::Drawn;
use crate::oracle::Dice;
use crate::{InputGraph, LabelScratch};

mod oracle;

const ALL: &[Costing] = Costing::ALL;

fn quiet(_: Stage) {}

fn prepared(seed: u64) -> Prepared {
    let mut dice = Dice::new(seed);
    let network = dice.network(60, 100);
    let network = dice.furnished(&network);
    Prepared::build(
        Arc::new(network),
        &[Costing::Foot, Costing::EBike],
        &mut quiet,
    )
}

/// Bytes with the checksum they need to be looked at.
fn summed(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() - 8);
    bytes.extend(checksum(&bytes).to_le_bytes());
    bytes
}

/// Everything questions depend on is the same.
fn assert_same(one: &Prepared, other: &Prepared) {
    assert_eq!(one.network(), other.network());
    for &costing in ALL {
        let (one, other) = (one.streets(costing), other.streets(costing));
        assert_eq!(one.graph(), other.graph());
        assert_eq!(one.weights(), other.weights());
        assert_eq!(one.upward(), other.upward());
        assert_eq!(one.labels(), other.labels());
    }
}

#[test]
fn a_file_reads_back_the_same() {
    for seed in 0..10 {
        let prepared = prepared(seed);
        let bytes = prepared.to_bytes();
        let read = Prepared::from_bytes(&bytes).unwrap();
        assert_same(&prepared, &read);
        assert_eq!(read.to_bytes(), bytes);
        assert_eq!(
            Network::from_bytes(&bytes).as_ref(),
            Ok(&**prepared.network())
        );
    }
    let none = Network::build(InputGraph::default()).unwrap();
    let none = Prepared::build(Arc::new(none), ALL, &mut quiet);
    assert_same(&none, &Prepared::from_bytes(&none.to_bytes()).unwrap());
}

#[test]
fn labels_are_held_for_what_was_asked_and_made_for_the_rest() {
    let mut stages = Vec::new();
    let network = Arc::new(Drawn::new("a--b--c\n|     |\nd--e--f").network());
    let wanted = [Costing::Foot, Costing::Level];
    let prepared = Prepared::build(network, &wanted, &mut |stage| stages.push(stage));
    let works: Vec<Work> = stages.iter().map(|stage| stage.work).collect();
    let labels = wanted.map(Work::Labels);
    assert_eq!(works, [Work::Order, Work::Hubs, labels[0], labels[1]]);
    assert!(
        stages
            .iter()
            .zip(1..)
            .all(|(stage, done)| (stage.done, stage.total) == (done, 4))
    );
    assert!(wanted.iter().all(|&costing| prepared.has_labels(costing)));
    assert!(
        prepared
            .missing(ALL)
            .eq([Costing::Elder, Costing::Wheelchair, Costing::EBike])
    );

    let mut made = Vec::new();
    let read = Prepared::read(&prepared.to_bytes(), ALL, &mut |stage| {
        made.push(stage.work)
    });
    let read = read.unwrap();
    assert_eq!(made.len(), 3);
    assert_eq!(read.missing(ALL).count(), 0);
    let foot = prepared.streets(Costing::Foot);
    assert_eq!(read.streets(Costing::Foot).labels(), foot.labels());
}

#[test]
fn older_files_are_prepared_anew() {
    let prepared = prepared(3);
    let old = prepared.network().to_bytes();
    assert_eq!(
        Prepared::from_bytes(&old).err(),
        Some(PreparedError::NotPrepared)
    );
    let usual = Prepared::USUAL;
    assert_same(&prepared, &Prepared::read(&old, usual, &mut quiet).unwrap());
}

#[test]
fn labels_made_by_other_rules_are_left_out() {
    let prepared = prepared(5);
    let mut bytes = prepared.to_bytes();
    let version = prepared.streets(Costing::Foot).version().to_le_bytes();
    let place = bytes.windows(8).position(|found| found == version).unwrap();
    bytes[place] ^= 1;
    let read = Prepared::from_bytes(&summed(bytes)).unwrap();
    assert!(!read.has_labels(Costing::Foot) && read.has_labels(Costing::EBike));
    assert!(read.missing(Prepared::USUAL).eq([Costing::Foot]));
    assert_same(
        &prepared,
        &Prepared::read(&read.to_bytes(), Prepared::USUAL, &mut quiet).unwrap(),
    );
}

#[test]
fn every_cut_and_every_flipped_bit_is_refused() {
    let network = Arc::new(Drawn::new("a--b--c\n|     |\nd--e--f--g").network());
    let bytes = Prepared::build(network, &[Costing::Foot], &mut quiet).to_bytes();
    for length in 0..bytes.len() {
        assert!(Prepared::from_bytes(&bytes[..length]).is_err(), "{length}");
    }
    for bit in 0..bytes.len() * 8 {
        let mut damaged = bytes.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(Prepared::from_bytes(&damaged).is_err(), "bit {bit}");
    }
    let mut longer = bytes;
    longer.push(0);
    assert_eq!(
        Prepared::from_bytes(&longer).err(),
        Some(PreparedError::Length)
    );
}

#[test]
fn each_fault_has_its_name() {
    let bytes = prepared(8).to_bytes();
    let with = |place: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[place] = value;
        Prepared::from_bytes(&summed(bytes)).err()
    };
    let foreign = Some(PreparedError::Network(NetworkError::NotANetwork));
    assert_eq!(with(0, b'w'), foreign);
    assert_eq!(Prepared::from_bytes(b"no network").err(), foreign);
    let version = PreparedError::Version {
        found: 9,
        expected: 1,
    };
    assert_eq!(with(8, 9), Some(version));
    assert_eq!(with(12, 200), Some(PreparedError::Length));
    // The high byte of the first part's length: more than any memory holds.
    assert_eq!(with(27, 0xff), Some(PreparedError::Length));
    for (name, part) in [("NETW", "network"), ("ORDR", "order"), ("HUBS", "hubs")] {
        let place = bytes
            .windows(4)
            .position(|found| found == name.as_bytes())
            .unwrap();
        assert_eq!(with(place, b'x'), Some(PreparedError::Misfit { part }));
    }
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(
        Prepared::from_bytes(&damaged).err(),
        Some(PreparedError::Checksum)
    );
    let found = Network::from_bytes(&{
        let mut other = bytes.clone();
        other[8] = 9;
        other
    });
    assert_eq!(
        found,
        Err(NetworkError::Version {
            found: 9,
            expected: 1
        })
    );
}

/// Labels that pass all checks may still be wrong, but asking them must not panic.
fn ask(prepared: &Prepared) {
    let mut scratch = LabelScratch::default();
    for (_, streets) in &prepared.labelled {
        let labels = streets.labels().unwrap();
        for from in 0..labels.len() as u32 {
            labels.between(&mut scratch, from, 0);
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Prepared::from_bytes(&bytes).is_err());
        let mut ours = b"WALKPREP\x01\0\0\0".to_vec();
        ours.extend(bytes);
        prop_assert!(Prepared::from_bytes(&ours).is_err());
        prop_assert!(Network::from_bytes(&ours).is_err());
    }

    /// Damage behind a checksum that fits: refused, or a sound preparation.
    #[test]
    fn damage_is_refused_or_harmless(
        seed in 0u64..4,
        places in proptest::collection::vec((any::<u32>(), any::<u8>()), 1..5),
        cut in any::<u32>(),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = prepared(seed).to_bytes();
        if is_cut {
            let length = cut as usize % bytes.len();
            bytes.truncate(length.max(8));
        }
        for (place, value) in places {
            let place = place as usize % bytes.len();
            bytes[place] = value;
        }
        if let Ok(read) = Prepared::from_bytes(&summed(bytes)) {
            ask(&read);
            prop_assert!(Prepared::from_bytes(&read.to_bytes()).is_ok());
        }
    }
}
