//! `dateline check`:
//!
//! 1. says that an index is sound, and what it looked at;
//! 2. says what is wrong, where, and what repairs it, and exits 1;
//! 3. `--repair` does, and says what it did;
//! 4. what cannot be checked is an error with the way out of it;
//! 5. a damaged index is no backtrace to those who search it.

use std::fs;
use std::path::PathBuf;

use insta::assert_snapshot;

use crate::{FERRIES, World};

/// The one file of the index with an ending.
fn part(world: &World, ending: &str) -> PathBuf {
    let mut parts: Vec<PathBuf> = fs::read_dir(world.path("index"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|one| one == ending))
        .collect();
    parts.sort();
    parts.remove(0)
}

fn flip(path: &PathBuf, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 0xff;
    fs::write(path, bytes).unwrap();
}

/// Names of segments and sizes differ from run to run.
fn steady(run: impl ToString) -> String {
    let text = run.to_string();
    let text = regex::Regex::new(r"\b[0-9a-f]{32}\b").unwrap().replace_all(&text, "[segment]");
    let text = regex::Regex::new(r"\(\d+\.\d kB\)").unwrap().replace_all(&text, "([size])");
    let text = regex::Regex::new(r"line \d+ column \d+").unwrap().replace(&text, "[place]");
    regex::Regex::new(r"\b\d+ files? of the index")
        .unwrap()
        .replace(&text, "[n] files of the index")
        .into_owned()
}

#[test]
fn a_sound_index() {
    let world = World::of(FERRIES);
    assert_snapshot!(steady(world.run("check --threads 1")), @"
    exit code: 0
    ---- stdout ----
    sound
    4 articles in [n] segments, all compared with their texts; [n] files of the index summed up ([size])
    3 files indexed
    ");
    assert_snapshot!(steady(world.run("check --quick")), @"
    exit code: 0
    ---- stdout ----
    sound
    4 articles in [n] segments, none compared with its text (--quick); [n] files of the index summed up ([size])
    3 files indexed
    ");
    world.write("news/late.txt", "Late\n\nA late text.");
    fs::remove_file(world.path("news/notes.txt")).unwrap();
    assert_snapshot!(steady(world.run("check")), @"
    exit code: 0
    ---- stdout ----
    sound
    4 articles in [n] segments, all compared with their texts; [n] files of the index summed up ([size])
    2 files indexed, 1 new, 1 gone; `dateline index` brings the index up to date
    ");
    let lines = world.run("check --json").json();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["type"], "check");
    assert_eq!(lines[0]["sound"], true);
    assert_eq!(lines[0]["compared"], 4);
    assert_eq!(
        (&lines[0]["folders"]["new"], &lines[0]["folders"]["vanished"]),
        (&1.into(), &1.into())
    );
}

#[test]
fn a_damaged_segment_is_told_and_repaired() {
    let world = World::of(FERRIES);
    // In one segment.
    assert_eq!(world.run("index --rebuild --threads 1").code, Some(0));
    let before = world.ids("*");
    flip(&part(&world, "store"), 40);
    assert_snapshot!(steady(world.run("check")), @"
    exit code: 1
    ---- stdout ----
    checksum: [segment].store: its bytes are not those that were written
      `dateline check --repair` leaves the segment out and reads its files again
    damaged: 1 problem
    0 articles in [n] segments, all compared with their texts; [n] files of the index summed up ([size])
    0 files indexed, 3 new; `dateline index` brings the index up to date
    ");
    let lines = world.run("check --json").json();
    assert_eq!(lines[0]["code"], "checksum");
    assert_eq!(lines[0]["repair"], "segment");
    assert_eq!(lines[1]["sound"], false);
    assert_snapshot!(steady(world.run("check --repair --threads 1")), @"
    exit code: 0
    ---- stdout ----
    checksum: [segment].store: its bytes are not those that were written
    repaired: [n] segments left out, 3 files marked to be read again
    3 files read: 4 articles added, 0 replaced, 0 removed, 0 left as they were
    sound
    4 articles in [n] segments, all compared with their texts; [n] files of the index summed up ([size])
    3 files indexed
    ");
    assert_eq!(world.ids("*"), before);
    assert_eq!(world.run("check").code, Some(0));
}

#[test]
fn a_missing_file_is_told_and_repaired() {
    let world = World::of(FERRIES);
    let before = world.ids("*");
    for ending in ["store", "term", "idx", "pos", "fast", "fieldnorm"] {
        let path = part(&world, ending);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        fs::remove_file(&path).unwrap();
        let run = world.run("search ferry");
        assert_eq!(run.code, Some(2), "{run}");
        assert!(run.err.contains(&format!("is damaged: {name} is missing")), "{run}");
        let run = world.run("check --json");
        assert_eq!(run.code, Some(1), "{run}");
        let lines = run.json();
        assert_eq!(lines[0]["code"], "missing-file", "{run}");
        assert_eq!((&lines[0]["at"], lines.len()), (&name.into(), 2), "{run}");
        let run = world.run("check --repair");
        assert_eq!(run.code, Some(0), "{run}");
        assert_eq!(world.ids("*"), before, "{ending}");
    }
}

#[test]
fn a_damaged_record_names_the_command_that_builds_anew() {
    let world = World::of(FERRIES);
    let path = world.path("index/meta.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("settled", "settles", 1)).unwrap();
    assert_snapshot!(steady(world.run("check --repair")), @"
    exit code: 1
    ---- stdout ----
    record: meta.json: it is not what was written: missing field `settled` at [place]
      build it anew with `dateline index FOLDER --rebuild`
    damaged: 1 problem
    ");
}

#[test]
fn what_cannot_be_checked() {
    let world = World::new();
    assert_snapshot!(world.run("check"), @"
    exit code: 2
    ---- stderr ----
    dateline: the index in index cannot be checked: there is no index in index; make one with `dateline index FOLDER`
    ");
}

#[test]
fn who_searches_a_damaged_index_is_told_of_check() {
    let world = World::of(FERRIES);
    let path = part(&world, "term");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 9]).unwrap();
    for command in ["search ferry", "show notes.txt", "stats", "entities"] {
        let run = world.run(command);
        assert_eq!(run.code, Some(2), "{run}");
        assert!(run.err.contains("the index in index is damaged"), "{run}");
        assert!(run.err.contains("`dateline check` says where"), "{run}");
    }
}
