//! What a disk may have written of what it was not asked to sync: any sectors, in any order.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use crate::crash::Instants;

/// What a disk writes at once.
const SECTOR: usize = 512;

/// Copies a random part of the sectors that differ. Each file draws its own share first, so that
/// nothing, little and nearly everything all come up. Returns how many were copied.
pub(super) fn tear(live: &Path, durable: &Path, instants: &mut Instants) -> std::io::Result<u64> {
    let mut torn = 0;
    for entry in std::fs::read_dir(live)? {
        let name = entry?.file_name();
        // The index of the log is rebuilt whatever it holds.
        if name.to_string_lossy().ends_with("-shm") {
            continue;
        }
        let written = std::fs::read(live.join(&name))?;
        let target = durable.join(&name);
        let synced = std::fs::read(&target).unwrap_or_default();
        let chosen = sectors(&written, &synced, instants);
        if chosen.is_empty() {
            continue;
        }
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(target)?;
        for start in chosen {
            let end = (start + SECTOR).min(written.len());
            file.write_all_at(&written[start..end], start as u64)?;
            torn += 1;
        }
    }
    Ok(torn)
}

/// Where the chosen sectors begin.
fn sectors(written: &[u8], synced: &[u8], instants: &mut Instants) -> Vec<usize> {
    let share = instants.between((0, 100));
    let differs = |start: &usize| {
        let end = (start + SECTOR).min(written.len());
        written.get(*start..end) != synced.get(*start..end)
    };
    (0..written.len())
        .step_by(SECTOR)
        .filter(differs)
        .filter(|_| instants.between((0, 99)) < share)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sectors_that_differ_are_torn_and_only_some_of_them() {
        let synced = vec![0; 200 * SECTOR];
        let mut written = vec![0; 300 * SECTOR];
        written[..100 * SECTOR].fill(1);
        written[200 * SECTOR..].fill(1);
        let mut instants = Instants::from(7);
        let mut counts = std::collections::BTreeSet::new();
        for _ in 0..20 {
            let chosen = sectors(&written, &synced, &mut instants);
            let same = 100 * SECTOR..200 * SECTOR;
            assert!(chosen.iter().all(|start| !same.contains(start)));
            counts.insert(chosen.len());
        }
        assert!(counts.len() > 10, "{counts:?}");
        assert!(counts.iter().all(|count| *count <= 200));
    }
}
