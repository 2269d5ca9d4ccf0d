//! Row 1.4: the walking network of a real extract, counted.

use std::time::Duration;

use integration::scorecard::{not_measured, row};

use crate::{anlin, data, site};

/// Counted independently from the same extract by the rules in the README beside it.
const COUNTS: &str = "nodes 3,397  edges 3,727  components 19  largest 2,953";

#[test]
fn row_4_the_network_is_counted() {
    let Some(map) = data("baoshan-dachang-shu.osm.pbf") else {
        not_measured("1.4", "walking_network", "no data", COUNTS);
        return;
    };
    let map = map.to_string_lossy();
    for args in [
        &["import-osm", &map][..],
        &["import-osm", &map, "--dry-run"],
    ] {
        let finished = anlin(&site(), args)
            .within(Duration::from_secs(60))
            .run()
            .expect("runs");
        let line = finished
            .stdout
            .lines()
            .find(|line| line.starts_with("nodes "))
            .unwrap_or("none");
        let good = finished.code == Some(0) && line == COUNTS;
        row("1.4", "walking_network", line, COUNTS, good);
        assert!(good, "{finished:?}");
    }
}

#[test]
fn what_is_no_map_is_one_line_and_exit_1() {
    let site = site();
    std::fs::write(site.folder().join("invented.pbf"), b"not a map").expect("a file");
    let finished = anlin(&site, &["import-osm", "invented.pbf"])
        .run()
        .expect("runs");
    assert_eq!(finished.code, Some(1), "{finished:?}");
    let complaint = finished.stderr.lines().last().unwrap_or_default();
    assert!(
        complaint.starts_with("anlin: ") && complaint.contains("invented.pbf"),
        "{finished:?}"
    );
}
