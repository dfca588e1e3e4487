//! Planted damage: a byte of an index changes, anywhere, and
//!
//! 1. `check` finds it, with its checksums alone;
//! 2. `search`, `show` and `stats` answer or say that the index is damaged: no panic, no hang, no
//!    backtrace, no signal;
//! 3. `check --repair` brings back what a fresh index has, or says how to build it anew.
//!
//! The places are drawn by a seed. `DATELINE_FLIPS` sets how many; the default is for every day.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use dateline::backend::local::{CheckProgress, State};
use dateline::indexer::{self, CheckOptions, Checkup};

use support::folder::copy;
use support::{Dice, World, canonical};

/// Longer than any command on so small an index takes, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

fn flips(usual: u64) -> u64 {
    std::env::var("DATELINE_FLIPS").map_or(usual, |flips| flips.parse().unwrap())
}

/// The sample archive and some of its articles once more, so that there are several segments with
/// removals, copies and containers.
fn archive() -> World {
    let world = World::new(2);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"), &world.files());
    for number in 0..12 {
        world.write(&format!("more/{number}.txt"), &format!("Ferry {number}\n\nThe crews of ferry {number} met in Kyiv. A strike was called off."));
    }
    world.sync();
    for number in 0..4 {
        world.write(
            &format!("more/{number}.txt"),
            &format!("Ferry {number}\n\nAnother text of ferry {number}."),
        );
    }
    world.sync();
    world
}

/// The files of an index that hold bytes, in order. Tables of the commit before are left for who
/// reads it still, and are no part of this one.
fn parts(index: &Path, state: &State) -> Vec<(PathBuf, u64)> {
    let tables = [&state.stories, &state.names].map(|table| &table.as_ref().unwrap().file);
    let is_old = |name: &str| {
        let is_table = name.starts_with("stories.") || name.starts_with("names.");
        is_table && !tables.iter().any(|table| *table == name)
    };
    let mut parts: Vec<(PathBuf, u64)> = fs::read_dir(index)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !is_old(&path.file_name().unwrap().to_string_lossy()))
        .map(|path| (path.clone(), fs::metadata(&path).unwrap().len()))
        .filter(|(_, length)| *length > 0)
        .collect();
    parts.sort();
    parts
}

/// Changes one byte somewhere; gives the file, the place and what it was.
fn flip(index: &Path, state: &State, dice: &mut Dice) -> (PathBuf, usize, u8) {
    let parts = parts(index, state);
    // Every second time any file, and any byte of all otherwise: the small files matter, too.
    let (path, at) = if dice.below(2) == 0 {
        let (path, length) = &parts[dice.below(parts.len() as u64) as usize];
        (path.clone(), dice.below(*length))
    } else {
        let mut at = dice.below(parts.iter().map(|(_, length)| length).sum());
        let part = parts.iter().find(|(_, length)| {
            let here = at < *length;
            at -= if here { 0 } else { *length };
            here
        });
        (part.unwrap().0.clone(), at)
    };
    let mut bytes = fs::read(&path).unwrap();
    let before = bytes[at as usize];
    bytes[at as usize] ^= 1 + dice.below(255) as u8;
    fs::write(&path, bytes).unwrap();
    (path, at as usize, before)
}

fn check(index: &Path, quick: bool) -> anyhow::Result<Checkup> {
    let options = CheckOptions { index, quick, threads: 1 };
    indexer::check(&options, &CheckProgress::default(), &AtomicBool::new(false))
}

/// How a command ended, and what it said.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs the program, and kills it where it hangs.
fn run(index: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
    command.arg("--index").arg(index).args(arguments).env_remove("DATELINE_INDEX");
    command.env("DATELINE_NOW", "2026-06-01T12:00:00Z").env("RUST_BACKTRACE", "0");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let read = |from: &mut dyn std::io::Read| {
        let mut text = Vec::new();
        from.read_to_end(&mut text).unwrap();
        String::from_utf8_lossy(&text).into_owned()
    };
    std::thread::scope(|scope| {
        let out = scope.spawn(move || read(&mut out));
        let err = scope.spawn(move || read(&mut err));
        let start = Instant::now();
        let status = loop {
            match child.try_wait().unwrap() {
                Some(status) => break status,
                None if start.elapsed() > PATIENCE => {
                    child.kill().unwrap();
                    break child.wait().unwrap();
                }
                None => std::thread::sleep(Duration::from_millis(3)),
            }
        };
        Ran { code: status.code(), out: out.join().unwrap(), err: err.join().unwrap() }
    })
}

const QUESTIONS: &[&[&str]] = &[
    &["search", "--json", "ferry", "strike", "kyiv"],
    &["search", "--json", "--all", "\"ceasefire talks\" OR wit* after:2025-01 -moscow"],
    &["show", "--json", "more/7.txt"],
    &["stats", "--json"],
];

/// What [`QUESTIONS`] answer, without the time that it took.
fn answers(index: &Path) -> Vec<Ran> {
    let mut all: Vec<Ran> = QUESTIONS.iter().map(|question| run(index, question)).collect();
    let took = regex::Regex::new(r#""took_us":\d+"#).unwrap();
    for ran in &mut all {
        ran.out = took.replace_all(&ran.out, "").into_owned();
    }
    all
}

#[test]
fn a_changed_byte_is_found_wherever_it_is() {
    let world = archive();
    let index = world.index();
    assert!(check(&index, false).unwrap().found.problems.is_empty());
    let mut dice = Dice(20_251_127);
    let state = world.open().state().clone();
    let (mut found, all) = (0, flips(250));
    let mut missed: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for _ in 0..all {
        let (path, at, before) = flip(&index, &state, &mut dice);
        match check(&index, true) {
            Ok(checkup) if checkup.found.problems.is_empty() => {
                missed
                    .entry(path.file_name().unwrap().to_string_lossy().into())
                    .or_default()
                    .push(at);
            }
            _ => found += 1,
        }
        let mut bytes = fs::read(&path).unwrap();
        bytes[at] = before;
        fs::write(&path, bytes).unwrap();
    }
    assert!(check(&index, false).unwrap().found.problems.is_empty(), "it is as it was");
    assert!(missed.is_empty(), "{found} of {all} found; missed in {missed:?}");
}

#[test]
fn another_version_in_the_end_of_a_file_is_found() {
    let world = archive();
    let index = world.index();
    let mut lists = 0;
    for (path, _) in parts(&index, world.open().state()) {
        let bytes = fs::read(&path).unwrap();
        let name = b"\"minor\":";
        let Some(at) = bytes.windows(name.len()).rposition(|window| window == name) else {
            continue;
        };
        let mut changed = bytes.clone();
        changed[at + name.len()] ^= 1;
        fs::write(&path, changed).unwrap();
        let found = check(&index, true).is_ok_and(|check| !check.found.problems.is_empty());
        assert!(found, "{}", path.display());
        fs::write(&path, bytes).unwrap();
        lists += u32::from(path.extension().is_some_and(|ending| ending == "del"));
    }
    assert!(lists > 0, "none has removed articles");
}

#[test]
#[allow(clippy::print_stderr, reason = "what was measured is said")]
fn nothing_that_reads_a_damaged_index_panics_hangs_or_misleads() {
    let world = archive();
    let index = world.index();
    let right = answers(&index);
    assert!(right.iter().all(|ran| ran.code == Some(0)));
    let mut dice = Dice(7_112_025);
    let state = world.open().state().clone();
    let (mut wrong, mut refused, mut same) = (0, 0, 0);
    let all = flips(25);
    for _ in 0..all {
        let (path, at, before) = flip(&index, &state, &mut dice);
        let place = format!("{}, byte {at}", path.display());
        let detected = !check(&index, true).is_ok_and(|check| check.found.problems.is_empty());
        for ((question, right), ran) in QUESTIONS.iter().zip(&right).zip(answers(&index)) {
            let Ran { code, out, err } = &ran;
            assert!(matches!(code, Some(0..=2)), "{place}: {question:?}: {code:?}\n{err}");
            assert!(!err.contains("panicked at"), "{place}: {question:?}: {err}");
            if *code == Some(2) {
                refused += 1;
                let said = err.contains("dateline check") || err.contains("--rebuild");
                assert!(said, "{place}: {question:?}: {err}");
            } else if *out == right.out {
                same += 1;
            } else {
                wrong += 1;
                assert!(detected, "{place}: {question:?} answers {out}");
            }
        }
        let mut bytes = fs::read(&path).unwrap();
        bytes[at] = before;
        fs::write(&path, bytes).unwrap();
    }
    eprintln!(
        "{all} flips: {same} answers as before, {refused} refused, {wrong} others, all found"
    );
}

#[test]
#[allow(clippy::print_stderr, reason = "what was measured is said")]
fn a_repair_brings_back_what_a_fresh_index_has() {
    let world = archive();
    let expect = canonical(&world.open());
    let mut dice = Dice(11_272_025);
    let (mut repaired, mut anew) = (0, 0);
    let all = flips(40).min(200);
    for _ in 0..all {
        let index = world.index();
        let (path, at, _) = flip(&index, world.open().state(), &mut dice);
        let place = format!("{}, byte {at}", path.display());
        let ran = run(&index, &["check", "--repair"]);
        if ran.code == Some(0) {
            repaired += 1;
            assert!(ran.out.contains("repaired: "), "{place}: {}", ran.out);
            assert_eq!(canonical(&world.open()), expect, "{place}");
            continue;
        }
        // What cannot be repaired names the command that builds it anew.
        assert!(
            ran.out.contains("--rebuild") || ran.err.contains("--rebuild"),
            "{place}: {}{}",
            ran.out,
            ran.err
        );
        anew += 1;
        fs::remove_dir_all(&index).unwrap();
        world.sync();
    }
    eprintln!("{all} flips: {repaired} repaired, {anew} to be built anew");
    assert!(repaired > anew);
}
