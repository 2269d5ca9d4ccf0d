//! What is no whole backup of ours, or has no place to go, is refused in one line.

use std::path::Path;

use integration::process::Site;
use integration::scorecard::{row, say};

use crate::{anlin, assert_refused, backup, elsewhere, restore};

/// One way to damage a file.
type Damage = Box<dyn Fn(&mut Vec<u8>)>;

fn flipped(at: impl Fn(usize) -> usize + 'static) -> Damage {
    Box::new(move |bytes| {
        let at = at(bytes.len());
        bytes[at] ^= 0x20;
    })
}

fn cut(to: impl Fn(usize) -> usize + 'static) -> Damage {
    Box::new(move |bytes| bytes.truncate(to(bytes.len())))
}

fn head_end(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .expect("a head")
}

/// Changes a value of the first line, as somebody would who knows the format.
fn told(from: &'static str, to: &'static str) -> Damage {
    Box::new(move |bytes| {
        let end = head_end(bytes);
        let head = String::from_utf8(bytes[..end].to_vec()).expect("text");
        let changed = head.replacen(from, to, 1);
        assert_ne!(head, changed, "{from}");
        bytes.splice(..end, changed.into_bytes());
    })
}

fn damages() -> Vec<(&'static str, Damage)> {
    vec![
        ("first byte", flipped(|_| 0)),
        ("format", told("anlin-backup-1", "anlin-backup-2")),
        ("moment", told("\"taken_at\":\"2", "\"taken_at\":\"3")),
        ("rows", told("\"rows\":1", "\"rows\":2")),
        ("size", told("\"payload_bytes\":", "\"payload_bytes\":1")),
        (
            "hash",
            told("\"payload_sha256\":\"", "\"payload_sha256\":\"0"),
        ),
        ("key number", told("\"key\":1", "\"key\":9")),
        ("nonce", told("\"nonce\":\"", "\"nonce\":\"00")),
        (
            "first sealed byte",
            Box::new(|bytes| {
                let at = head_end(bytes) + 1;
                bytes[at] ^= 1;
            }),
        ),
        ("early", flipped(|length| length / 4)),
        ("middle", flipped(|length| length / 2)),
        ("late", flipped(|length| length - length / 8)),
        ("last byte", flipped(|length| length - 1)),
        ("nothing left", cut(|_| 0)),
        ("a few bytes left", cut(|_| 100)),
        ("half left", cut(|length| length / 2)),
        ("one byte missing", cut(|length| length - 1)),
        ("a byte too many", Box::new(|bytes| bytes.push(0))),
        (
            "a hole of zeros",
            Box::new(|bytes| {
                let at = bytes.len() / 2;
                bytes[at..at + 4_096].fill(0);
            }),
        ),
        (
            "two parts swapped",
            Box::new(|bytes| {
                let (start, part) = (head_end(bytes) + 1, (1 << 20) + 16);
                let first = bytes[start..start + part].to_vec();
                bytes.copy_within(start + part..start + 2 * part, start);
                bytes[start + part..start + 2 * part].copy_from_slice(&first);
            }),
        ),
    ]
}

fn leaves_nothing(site: &Site) -> bool {
    let files = std::fs::read_dir(site.data_dir()).expect("a folder");
    let names = files
        .flatten()
        .map(|it| it.file_name().to_string_lossy().into_owned());
    let mut names = names.filter(|name| name != "field.key" && name != "backup.lock");
    names.next().is_none()
}

#[test]
fn twenty_damaged_copies_are_refused_and_leave_nothing() {
    let site = Site::seeded_sqlite().expect("a seeded site");
    let whole = site.folder().join("whole.backup");
    backup(&site, &whole);
    let bytes = std::fs::read(&whole).expect("read");
    let there = elsewhere(&site);
    let damages = damages();
    let mut refused = 0;
    for (what, damage) in &damages {
        let mut damaged = bytes.clone();
        damage(&mut damaged);
        assert_ne!(damaged, bytes, "{what}");
        let file = site.folder().join("damaged.backup");
        std::fs::write(&file, damaged).expect("written");
        let finished = restore(&there, &file);
        assert_refused(&finished, "");
        assert!(leaves_nothing(&there), "{what}");
        say(&format!(
            "{what}: {}",
            finished.stderr.lines().last().unwrap_or_default()
        ));
        refused += 1;
    }
    let count = damages.len();
    let value = format!("{refused}/{count}");
    assert!(row(
        "4.11",
        "damaged_copies_refused",
        value,
        "20/20",
        refused == count && count == 20
    ));
    // The same place takes the whole one: it was refused for its damage and for nothing else.
    assert_eq!(restore(&there, &whole).code, Some(0));
}

fn refuse(site: &Site, from: &Path, to: Option<&str>, part: &str) {
    let from = from.to_string_lossy();
    let mut args = vec!["restore", "--from", &from];
    args.extend(to.iter().flat_map(|to| ["--to", to]));
    assert_refused(&anlin(site, &args).run().expect("runs"), part);
}

#[test]
fn a_full_place_a_wrong_key_and_a_newer_schema_are_refused() {
    let site = Site::seeded_sqlite().expect("a seeded site");
    let file = site.folder().join("one.backup");
    backup(&site, &file);
    refuse(&site, &file, None, "is not empty");
    let there = elsewhere(&site);
    let key = there.data_dir().join("field.key");
    let own = std::fs::read_to_string(&key).expect("a key");
    let (head, numbered) = own.split_once("\n1 ").expect("a key");
    let turned: String = numbered.trim().chars().rev().collect();
    let other = format!("{head}\n1 {turned}\n");
    std::fs::write(&key, other).expect("written");
    refuse(&there, &file, None, "another key 1");
    std::fs::remove_file(&key).expect("removed");
    refuse(&there, &file, None, "key file");
    std::fs::copy(site.data_dir().join("field.key"), &key).expect("copied");
    refuse(&there, &there.folder().join("none"), None, "none");
    refuse(
        &there,
        &file,
        Some("postgres://nobody@127.0.0.1:1/x"),
        "cannot be restored into",
    );
    let bytes = std::fs::read(&file).expect("read");
    let newer = String::from_utf8_lossy(&bytes[..head_end(&bytes)]).replacen(
        "\"0001\"",
        "\"0001\",\"9999\"",
        1,
    );
    let mut changed = newer.into_bytes();
    changed.extend(&bytes[head_end(&bytes)..]);
    let later = there.folder().join("later.backup");
    std::fs::write(&later, changed).expect("written");
    refuse(&there, &later, None, "schema 9999");
    assert!(leaves_nothing(&there));
}

#[test]
fn a_backup_never_takes_the_place_of_a_better_one() {
    let site = Site::seeded_sqlite().expect("a seeded site");
    let file = site.folder().join("kept.backup");
    backup(&site, &file);
    let before = std::fs::read(&file).expect("read");
    // The key is gone: nothing can be sealed, and what was there stays.
    std::fs::remove_file(site.data_dir().join("field.key")).expect("removed");
    let to = file.to_string_lossy().into_owned();
    let failed = anlin(&site, &["backup", "--to", &to]).run().expect("runs");
    assert_refused(&failed, "key file");
    assert_eq!(std::fs::read(&file).expect("read"), before);
    let nothing = Site::empty().expect("a folder");
    let failed = anlin(&nothing, &["backup", "--to", &to])
        .run()
        .expect("runs");
    assert_refused(&failed, "no database");
    assert_eq!(std::fs::read(&file).expect("read"), before);
    assert!(!nothing.data_dir().join("field.key").exists());
}
