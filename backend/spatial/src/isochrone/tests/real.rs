//! Real extracts, which are not part of the project; skipped where they are absent.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use super::*;

fn network(name: &str) -> Option<Network> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = std::env::var_os("ANLIN_TEST_DATA")
        .map_or_else(beside, PathBuf::from)
        .join(name);
    let Ok(file) = File::open(path) else {
        // Not `println!`: the test harness swallows what a passing test prints.
        let _ = writeln!(std::io::stdout().lock(), "\nskipped: no data");
        return None;
    };
    let extract = crate::osm::read(file, &mut |_| {}).unwrap();
    Some(Network::build(extract.graph).unwrap())
}

#[test]
fn everything_holds_on_real_extracts() {
    let mut scratch = IsochroneScratch::new();
    for name in ["baoshan-dachang-shu.osm.pbf", "oslo-east.osm.pbf"] {
        let Some(network) = network(name) else { return };
        let map = Isochrones::build(&network);
        let (min, max) = network.bounds();
        let mut dice = Dice::new(9);
        let mut position = || {
            let lon = min.lon() + dice.unit() * (max.lon() - min.lon());
            LonLat::new(lon, min.lat() + dice.unit() * (max.lat() - min.lat())).unwrap()
        };
        let around: Vec<LonLat> = (0..300).map(|_| position()).collect();
        for _ in 0..12 {
            let origin = network.snap(position()).unwrap();
            areas::check_growth(&map, &origin, &mut scratch);
            for limit_ms in [300_000, 900_000] {
                let asked = Asked {
                    network: &network,
                    map: &map,
                    origin,
                    limit_ms,
                };
                asked.check_reach(&mut scratch);
                asked.check_area(&mut scratch, &around);
            }
        }
    }
}
