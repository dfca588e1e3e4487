//! What a machine may do to a run, short of killing it:
//!
//! 1. A full disk, or a file that may not grow, ends a run with an error that says so; the last
//!    commit stands and is sound, and with room again the next run goes on to what a fresh index
//!    has.
//! 2. A folder that may not be written to is indexed like others; an index that may not be written
//!    to is refused, and left as it is. An answer that cannot be written is an error, one that nobody
//!    reads to its end is none.
//! 3. A file that is written to, cut or replaced while it is read is told and read again by the
//!    next run; no half of it is taken for the whole.
//! 4. Times of files may jump, and so may the clock: what was read under a wrong one is read again
//!    under the right one.
//! 5. SIGINT and SIGTERM end a run with a commit and the exit codes 130 and 143.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use dateline::article::DateFrom;
use dateline::backend::local::{self, CheckProgress, LocalSearcher};
use dateline::indexer::{self, CheckOptions, Options, Progress, Report};
use tempfile::TempDir;

use support::{Dice, World, canonical, dump, options};

/// Lines of a container, of about a kilobyte each and of words that do not repeat much.
fn records(seed: u64, count: u64) -> String {
    lines(seed, count, 120, 0)
}

/// The same with few words, and much that is not indexed.
fn bulky(seed: u64, count: u64) -> String {
    lines(seed, count, 20, 5000)
}

fn lines(seed: u64, count: u64, words: u64, bulk: usize) -> String {
    let mut dice = Dice(seed);
    let mut lines = String::new();
    for number in 0..count {
        let words: Vec<String> =
            (0..words).map(|_| format!("w{}", dice.below(5_000_000))).collect();
        let record = serde_json::json!({
            "id": format!("r{number}"), "title": format!("Record {number} of {seed}"),
            "text": words.join(" "), "date": "2025-04-02", "lang": "en", "bulk": "x".repeat(bulk),
        });
        lines.push_str(&record.to_string());
        lines.push('\n');
    }
    lines
}

fn sync(options: &Options) -> Report {
    indexer::sync(options, &Progress::default(), &AtomicBool::new(false)).unwrap()
}

/// All that a fresh index of a folder tells.
fn fresh(folder: &Path) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let options = options(&dir.path().join("index"), &[folder], 2);
    sync(&options);
    canonical(&LocalSearcher::open(&options.index).unwrap())
}

fn expect_sound(index: &Path) {
    let check = CheckOptions { index, quick: false, threads: 2 };
    let checkup = indexer::check(&check, &CheckProgress::default(), &AtomicBool::new(false));
    let problems = checkup.unwrap().found.problems;
    assert!(problems.is_empty(), "{problems:?}");
}

/// Asserts that dumps are the same, without printing all of them.
fn expect_same(found: &[String], expect: &[String]) {
    for (one, other) in found.iter().zip(expect) {
        assert_eq!(one, other);
    }
    assert_eq!(found.len(), expect.len());
}

fn dateline(index: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
    command.arg("--index").arg(index).env_remove("DATELINE_INDEX");
    command.env("DATELINE_NOW", "2026-06-01T12:00:00Z");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// A small disk of its own, in memory.
struct Disk {
    dir: TempDir,
}

impl Disk {
    /// A disk of so many mebibytes; `None`, which is said, where this user may not have one.
    #[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
    fn of(mebibytes: u32) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let size = format!("size={mebibytes}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(dir.path())
            .stderr(Stdio::null())
            .status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self { dir });
        }
        eprintln!("skipped: only root on Linux may mount a disk in memory");
        None
    }

    fn remount(&self, option: &str) {
        let options = format!("remount,{option}");
        let mounted = Command::new("mount").args(["-o", &options]).arg(self.dir.path()).status();
        assert!(mounted.unwrap().success());
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.dir.path()).status();
    }
}

// ---------------------------------------------------------------------------------------------
// No room

/// A run that was begun where there is no room for it, and what it was to add to.
fn expect_last_commit(output: &Output, index: &Path, before: &[String], says: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains(says), "{error}");
    assert!(!error.contains("panicked"), "{error}");
    expect_sound(index);
    let now = canonical(&LocalSearcher::open(index).unwrap());
    for line in before.iter().filter(|line| line.starts_with('{')) {
        assert!(now.contains(line), "{line} was committed");
    }
}

#[test]
fn a_full_disk_ends_a_run_and_costs_nothing_that_was_committed() {
    let Some(disk) = Disk::of(3) else { return };
    let index = disk.path().join("index");
    let world = World::new(2);
    world.write("small.jsonl", &records(1, 40));
    let options = Options { index: index.clone(), ..world.options() };
    sync(&options);
    let before = canonical(&LocalSearcher::open(&index).unwrap());

    world.write("large.jsonl", &records(2, 5000));
    for _ in 0..2 {
        let output = dateline(&index).args(["index", "-q", "--threads", "2"]).output().unwrap();
        expect_last_commit(&output, &index, &before, "No space left");
    }
    disk.remount("size=64m");
    sync(&options);
    expect_sound(&index);
    let now = canonical(&LocalSearcher::open(&index).unwrap());
    expect_same(&now, &fresh(&world.files()));
}

#[test]
fn a_file_that_may_not_grow_ends_a_run_and_costs_nothing_that_was_committed() {
    let world = World::new(2);
    world.write("small.jsonl", &records(1, 40));
    world.sync();
    let before = canonical(&world.open());
    world.write("large.jsonl", &records(2, 3000));
    // The signal aside, a write that goes too far fails as on a full disk.
    let program = dateline(&world.index());
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 600; exec \"$0\" \"$@\""]);
    limited.arg(program.get_program()).args(program.get_args());
    limited.args(["index", "-q", "--threads", "2"]).stdin(Stdio::null());
    let output = limited.output().unwrap();
    expect_last_commit(&output, &world.index(), &before, "File too large");
    world.sync();
    expect_sound(&world.index());
    expect_same(&canonical(&world.open()), &fresh(&world.files()));
}

#[test]
fn a_folder_that_may_not_be_written_to_is_indexed() {
    let Some(disk) = Disk::of(8) else { return };
    let files = disk.path().join("files");
    fs::create_dir(&files).unwrap();
    fs::write(files.join("a.jsonl"), records(1, 40)).unwrap();
    disk.remount("ro");
    let dir = tempfile::tempdir().unwrap();
    let options = options(&dir.path().join("index"), &[&files], 2);
    assert_eq!(sync(&options).added, 40);
    assert_eq!(sync(&options).files_unchanged, 1);
}

#[test]
fn an_index_that_may_not_be_written_to_is_left_as_it_is() {
    let Some(disk) = Disk::of(8) else { return };
    let index = disk.path().join("index");
    let world = World::new(1);
    world.write("a.jsonl", &records(1, 40));
    let options = Options { index: index.clone(), ..world.options() };
    sync(&options);
    let bytes = || -> Vec<(PathBuf, Vec<u8>)> {
        let entries = fs::read_dir(&index).unwrap().map(|entry| entry.unwrap().path());
        let mut all: Vec<_> = entries.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
        all.sort();
        all
    };
    let before = bytes();
    disk.remount("ro");
    world.write("b.jsonl", &records(2, 40));
    let output = dateline(&index).args(["index", "-q"]).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("Read-only file system"), "{error}");
    assert!(error.contains(&*index.to_string_lossy()), "{error}");
    assert!(!error.contains("panicked"), "{error}");
    assert!(bytes() == before);
}

#[test]
fn an_answer_that_cannot_be_written_is_an_error() {
    let full = Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    let world = World::new(1);
    world.write("a.jsonl", &records(1, 40));
    let options = world.options();
    sync(&options);
    for asked in [&["search", "*"][..], &["search", "*", "--json"], &["stats"]] {
        let out = fs::File::options().write(true).open(full).unwrap();
        let output = dateline(&options.index).args(asked).stdout(out).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{asked:?} {error}");
        let said = "dateline: cannot write the answer to standard output: No space left on device";
        assert!(error.contains(said), "{asked:?} {error}");
        // A reader that went away.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = dateline(&options.index).args(asked).stdout(writer).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{asked:?} {error}");
        assert!(!error.contains("cannot write"), "{asked:?} {error}");
    }
}

// ---------------------------------------------------------------------------------------------
// Files that do not keep still

/// Syncs, and does something once the reading of the first file is under way.
fn sync_while(world: &World, act: impl FnOnce() + Send) -> Report {
    let (progress, stop, options) = (Progress::default(), AtomicBool::new(false), world.options());
    thread::scope(|scope| {
        let run = scope.spawn(|| indexer::sync(&options, &progress, &stop).unwrap());
        while progress.bytes_read.load(Ordering::Relaxed) == 0 && !run.is_finished() {
            thread::yield_now();
        }
        act();
        run.join().unwrap()
    })
}

#[test]
fn a_file_that_changes_while_it_is_read_is_told_and_read_again() {
    type Change = fn(&Path);
    let changes: [(&str, Change); 4] = [
        ("it grows", |path| {
            let mut file = fs::File::options().append(true).open(path).unwrap();
            file.write_all(bulky(9, 30).as_bytes()).unwrap();
        }),
        ("it is cut", |path| {
            let file = fs::File::options().write(true).open(path).unwrap();
            file.set_len(500_001).unwrap();
        }),
        ("it is written anew", |path| fs::write(path, bulky(8, 200)).unwrap()),
        ("another takes its place", |path| {
            let other = path.with_extension("new");
            fs::write(&other, bulky(7, 200)).unwrap();
            fs::rename(other, path).unwrap();
        }),
    ];
    for (what, change) in changes {
        let world = World::new(1);
        world.write("a.jsonl", &bulky(1, 1500));
        let path = world.files().join("a.jsonl");
        let report = sync_while(&world, || change(&path));
        let told = report.skipped.iter().any(|left| left.code == "changed");
        // A file that was put in the place of another leaves the one that is being read whole.
        assert!(told || what == "another takes its place", "{what}: {:?}", report.skipped);
        expect_sound(&world.index());
        let report = world.sync();
        assert_eq!(report.files_read, 1, "{what}");
        expect_same(&canonical(&world.open()), &fresh(&world.files()));
        assert_eq!(world.sync().files_read, 0, "{what}");
        expect_sound(&world.index());
    }
}

#[test]
fn a_file_that_vanishes_while_it_is_read_is_gone_with_the_next_run() {
    let world = World::new(1);
    world.write("a.jsonl", &bulky(1, 1500));
    let path = world.files().join("a.jsonl");
    sync_while(&world, || fs::remove_file(&path).unwrap());
    expect_sound(&world.index());
    world.write("b.txt", "Headline\n\nA text that stays.");
    world.sync();
    expect_same(&canonical(&world.open()), &fresh(&world.files()));
}

// ---------------------------------------------------------------------------------------------
// Times

fn touch(path: &Path, at: SystemTime) {
    fs::File::options().write(true).open(path).unwrap().set_modified(at).unwrap();
}

#[test]
fn times_of_files_may_jump_to_and_fro() {
    let world = World::new(1);
    let path = world.files().join("a.txt");
    let year = Duration::from_secs(365 * 24 * 60 * 60);
    let times = [
        SystemTime::now() + 70 * year,
        SystemTime::UNIX_EPOCH - year,
        SystemTime::now(),
        SystemTime::UNIX_EPOCH,
        SystemTime::now() + 100 * year,
    ];
    for (number, time) in times.into_iter().enumerate() {
        // The same size every time.
        fs::write(&path, format!("Headline\n\nThe text of round {number}.")).unwrap();
        touch(&path, time);
        let report = world.sync();
        assert_eq!(report.files_read, 1, "{time:?}");
        expect_same(&canonical(&world.open()), &fresh(&world.files()));
        assert_eq!(world.sync().files_read, 0, "{time:?}");
        expect_sound(&world.index());
    }
}

#[test]
fn what_was_read_under_a_wrong_clock_is_read_again_under_the_right_one() {
    let at = |now: &str, world: &World| Options { now: now.parse().unwrap(), ..world.options() };
    let right = "2026-06-01T12:00:00Z";
    for wrong in ["1970-01-01T00:00:00Z", "2025-01-01T00:00:00Z", "2099-01-01T00:00:00Z"] {
        let world = World::new(1);
        world.write("past.md", "---\ntitle: Past\ndate: 2024-05-01\n---\n\nSome text.");
        world.write("recent.md", "---\ntitle: Recent\ndate: 2026-05-01\n---\n\nSome text.");
        world.write("never.md", "---\ntitle: Never\ndate: 2050-05-01\n---\n\nSome text.");
        sync(&at(wrong, &world));
        sync(&at(right, &world));
        expect_same(&canonical(&world.open()), &fresh(&world.files()));
        let dated: Vec<bool> = dump(&world.open())
            .iter()
            .map(|article| article.published.is_some_and(|date| date.from == DateFrom::FrontMatter))
            .collect();
        assert_eq!(dated, [false, true, true], "never, past, recent");
        // What never comes is not waited for by reading it again and again.
        assert_eq!(sync(&at(right, &world)).files_read, 0, "{wrong}");
        assert_eq!(sync(&at("2026-07-01T12:00:00Z", &world)).files_read, 0, "{wrong}");
    }
}

// ---------------------------------------------------------------------------------------------
// Asked to stop

#[test]
fn signals_end_a_run_with_a_commit_and_their_own_exit_code() {
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let world = World::new(2);
        for number in 0..400 {
            world.write(&format!("{number:03}.jsonl"), &records(number, 8));
        }
        let mut command = dateline(&world.index());
        command.args(["index", "-q", "--threads", "2"]).arg(world.files());
        let mut child = command.spawn().unwrap();
        // Its handler stands once the index does.
        while !local::exists(&world.index()) {
            thread::sleep(Duration::from_millis(2));
        }
        thread::sleep(Duration::from_millis(60));
        let name = format!("-{signal}");
        let kill = Command::new("kill").args([&name, &child.id().to_string()]).status();
        assert!(kill.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(code), "{signal}");
        expect_sound(&world.index());
        let done = dump(&world.open()).len();
        assert!(done < 3200, "the run was over before it was stopped");
        world.sync();
        expect_same(&canonical(&world.open()), &fresh(&world.files()));
    }
}
