//! Whatever happens to a run, the index is sound and the next run makes it equal to its folders:
//!
//! 1. A run that is killed (SIGKILL) at any moment, also between two commits and within one,
//!    leaves an index in which `check` finds nothing wrong, or none; what was committed is there;
//!    files that are not whole in it are said to be so; the next run ends with just what a fresh
//!    index tells, its names and stories included. `DATELINE_KILLS` sets how often.
//! 2. A run that is interrupted (SIGINT) exits with 130 and commits what was done; the next run
//!    goes on from there, whatever was interrupted before, and ends equal to a fresh index.
//! 3. Commits in the middle of a run hold whole files, but for those that they name.
//! 4. A reader keeps answering from its snapshot while a writer works.
//! 5. Of two writers the second waits for the first, and gives up with a clear error.
//! 6. A file that vanishes while it is read, a folder that cannot be looked into and a change of
//!    the mapping lose nothing and keep nothing stale.
//! 7. A container of many pieces gives the same ids with any number of threads, records with the
//!    same id included.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use dateline::article::Article;
use dateline::backend::Sort;
use dateline::backend::local::{self, LocalSearcher, Writer};
use dateline::corpus::mapping::Mapping;
use dateline::indexer::{self, Manner, Options, Progress, Report};
use dateline::query::Query;

use support::{
    Dice, World, ask, assert_eq_lines, canonical, check_sound, dump, ids, options, parse, run,
    with_fresh,
};

fn prose(dice: &mut Dice, words: u64) -> String {
    const WORDS: &[&str] =
        &["The", "envoy", "met", "council", "on", "budget", "and", "flood", "relief", "today"];
    let text: Vec<&str> = (0..words).map(|_| WORDS[dice.below(10) as usize]).collect();
    text.join(" ") + "."
}

/// Lines of a container, about three pieces long. Every tenth id occurs twice.
fn container(seed: u64, records: u64) -> String {
    let mut dice = Dice(seed);
    let mut lines = String::new();
    for number in 0..records {
        let record = serde_json::json!({
            "id": format!("r{}", if number % 10 == 9 { number / 2 } else { number }),
            "title": format!("Record {number} of {seed}"),
            "text": prose(&mut dice, 150),
            "date": format!("2025-04-{:02}", dice.below(28) + 1),
            "lang": "en",
        });
        lines.push_str(&record.to_string());
        lines.push('\n');
    }
    lines
}

/// Files of all kinds, and a container whose content hangs on the round.
fn fill(world: &World, round: u64) {
    let mut dice = Dice(round);
    for number in 0..240 {
        // A part of the files changes with each round; some come, some go.
        let seed = if number % 5 == 0 { round } else { 0 };
        let mut own = Dice(seed * 1000 + number);
        let name = match number % 3 {
            0 => format!("a/{number}.txt"),
            1 => format!("b/{number}.md"),
            _ => format!("{number}.jsonl"),
        };
        let path = world.files().join(&name);
        if dice.below(12) == 0 {
            let _ = fs::remove_file(path);
            continue;
        }
        let text = match number % 3 {
            0 => format!("Headline {number}\n\n{}", prose(&mut own, 60)),
            1 => {
                format!("---\ntitle: T {number}\ndate: 2025-05-01\n---\n\n{}", prose(&mut own, 60))
            }
            _ => container(seed * 1000 + number, 3),
        };
        if fs::read_to_string(path).ok().as_ref() != Some(&text) {
            world.write(&name, &text);
        }
    }
    world.write("m.jsonl", &container(round, 1200));
    world.write("empty.txt", "");
}

/// What a fresh index of the folder holds.
fn fresh(folder: &Path) -> Vec<Article> {
    with_fresh(folder, dump)
}

fn dateline(world: &World) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
    command.arg("--index").arg(world.index());
    command.env_remove("DATELINE_INDEX").env("DATELINE_NOW", "2026-06-01T12:00:00Z");
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn index_command(world: &World) -> Command {
    let mut command = dateline(world);
    command.args(["index", "--quiet", "--threads", "2"]).arg(world.files());
    command
}

/// Asserts that articles are the same, without printing thousands.
fn assert_same(found: &[Article], expect: &[Article], what: &str) {
    for (one, other) in found.iter().zip(expect) {
        assert_eq!(one, other, "{what}");
    }
    assert_eq!(found.len(), expect.len(), "{what}");
}

/// How a run is started that will be killed.
#[derive(Debug, Clone, Copy)]
enum Runner {
    /// The program.
    Program,
    /// This test binary, which commits all the time.
    Restless,
}

const FOLDER: &str = "DATELINE_TEST_FOLDER";
const INDEX: &str = "DATELINE_TEST_INDEX";

/// Not a test: what [`Runner::Restless`] runs.
#[test]
#[ignore = "a part of killed_at_any_moment, which starts it as a process of its own"]
fn restless() {
    let (Some(folder), Some(index)) = (std::env::var_os(FOLDER), std::env::var_os(INDEX)) else {
        return;
    };
    let options = options(Path::new(&index), &[Path::new(&folder)], 2);
    let (progress, stop) = (Progress::default(), AtomicBool::new(false));
    indexer::sync_every(Duration::from_millis(1), &options, &progress, &stop).unwrap();
}

fn command(runner: Runner, world: &World) -> Command {
    match runner {
        Runner::Program => index_command(world),
        Runner::Restless => {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args(["--exact", "restless", "--ignored"]);
            command.env(FOLDER, world.files()).env(INDEX, world.index());
            command.stdout(Stdio::null()).stderr(Stdio::null());
            command
        }
    }
}

fn kill_again_and_again(runner: Runner, kills: u64) {
    let world = World::new(2);
    let mut dice = Dice(20_250_806);
    fill(&world, 0);
    let start = Instant::now();
    assert!(command(runner, &world).status().unwrap().success());
    let whole = start.elapsed();
    fs::remove_dir_all(world.index()).unwrap();

    let all = |searcher: &LocalSearcher| (dump(searcher), canonical(searcher));
    let (mut expect, mut expect_all) = with_fresh(&world.files(), all);
    for kill in 1..=kills {
        let what = format!("{runner:?}, kill {kill}");
        let mut child = command(runner, &world).spawn().unwrap();
        thread::sleep(whole.mul_f64(dice.below(1000) as f64 / 1000.0));
        // What a reader sees is committed.
        let is_there = local::exists(&world.index());
        let seen = if is_there { dump(&world.open()) } else { Vec::new() };
        child.kill().unwrap();
        child.wait().unwrap();
        if local::exists(&world.index()) {
            let searcher = world.open();
            check_whole_files(&searcher, &expect, &what);
            check_nothing_lost(&seen, &searcher, &expect, &what);
            check_sound(&world.index(), &what);
        }
        // Now and then on top of another kill.
        if dice.below(3) > 0 || kill == kills {
            world.sync();
            assert_eq_lines(&canonical(&world.open()), &expect_all, &what);
            check_sound(&world.index(), &what);
            fill(&world, kill);
            (expect, expect_all) = with_fresh(&world.files(), all);
        }
    }
}

/// Every article that was committed, and is still what its file says, is there; unless its file was
/// being read again, which is said.
fn check_nothing_lost(seen: &[Article], now: &LocalSearcher, expect: &[Article], what: &str) {
    let by_id = |articles: &[Article]| -> BTreeMap<String, Article> {
        articles.iter().map(|article| (article.id.clone(), article.clone())).collect()
    };
    let (expect, there) = (by_id(expect), by_id(&dump(now)));
    for article in seen.iter().filter(|article| expect.get(&article.id) == Some(article)) {
        let file = article.id.split('#').next().unwrap();
        if !now.state().partial.iter().any(|key| key == file) {
            assert_eq!(there.get(&article.id), Some(article), "{what}: it was committed");
        }
    }
}

/// How often a kind of run is killed: by default as often as a test for every day can take.
fn kills(usual: u64) -> u64 {
    let asked = std::env::var("DATELINE_KILLS").ok().and_then(|kills| kills.parse::<u64>().ok());
    asked.map_or(usual, |kills| kills / 2)
}

/// Every article belongs to the folder as it is, or to the folder as it was in a whole file; so a
/// file with an article of now either has them all or is said not to be whole.
fn check_whole_files(searcher: &LocalSearcher, expect: &[Article], what: &str) {
    let file = |article: &Article| article.id.split('#').next().unwrap().to_owned();
    let mut of_files: BTreeMap<String, Vec<&Article>> = BTreeMap::new();
    for article in expect {
        of_files.entry(file(article)).or_default().push(article);
    }
    let mut found: BTreeMap<String, Vec<Article>> = BTreeMap::new();
    for article in dump(searcher) {
        found.entry(file(&article)).or_default().push(article);
    }
    for (name, articles) in &found {
        let Some(now) = of_files.get(name) else { continue };
        if now.iter().any(|article| articles.contains(article)) {
            let whole = articles.iter().collect::<Vec<_>>() == *now;
            assert!(
                whole || searcher.state().partial.contains(name),
                "{what}: {name} is not whole"
            );
        }
    }
}

#[test]
fn a_program_killed_at_any_moment_leaves_a_sound_index() {
    kill_again_and_again(Runner::Program, kills(4));
}

#[test]
fn a_run_that_commits_all_the_time_may_be_killed_too() {
    kill_again_and_again(Runner::Restless, kills(5));
}

// ---------------------------------------------------------------------------------------------
// Interrupted

/// Syncs until so many articles are read, then asks to stop.
fn sync_until(articles: u64, options: &Options) -> Report {
    let (progress, stop) = (Progress::default(), AtomicBool::new(false));
    thread::scope(|scope| {
        let run = scope.spawn(|| indexer::sync(options, &progress, &stop).unwrap());
        while !run.is_finished() && progress.articles.load(Ordering::Relaxed) < articles {
            thread::yield_now();
        }
        stop.store(true, Ordering::Relaxed);
        run.join().unwrap()
    })
}

#[test]
fn sigint_commits_and_the_next_run_goes_on() {
    let world = World::new(2);
    for number in 0..300 {
        world.write(&format!("{number:03}.jsonl"), &container(number, 20));
    }
    let mut child = index_command(&world).spawn().unwrap();
    // Its handler stands once the index does.
    while !local::exists(&world.index()) {
        thread::sleep(Duration::from_millis(2));
    }
    thread::sleep(Duration::from_millis(60));
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let done = dump(&world.open()).len() as u64;
    assert!(done < 6000, "the run was over before it was stopped");

    let report = world.sync();
    assert!(!report.interrupted);
    let partial = 20 * 3;
    assert!(report.unchanged + partial >= done, "{} of {done} were read again", report.files_read);
    assert_same(&dump(&world.open()), &fresh(&world.files()), "after SIGINT");
}

#[test]
fn what_was_interrupted_once_is_not_forgotten_when_the_next_run_is_too() {
    let world = World::new(2);
    // More pieces than two threads can have under way.
    world.write("z.jsonl", &container(1, 8000));
    let report = sync_until(300, &world.options());
    assert!(report.interrupted);
    assert_eq!(world.open().state().partial, ["z.jsonl"]);
    assert!(dump(&world.open()).len() < 8000);

    for number in 0..300 {
        world.write(&format!("a/{number}.jsonl"), &container(number, 3));
    }
    let report = sync_until(10, &world.options());
    assert!(report.interrupted);
    // One of the small files may be cut in two as well, where the stop fell into it.
    let partial = world.open().state().partial.clone();
    assert!(partial.contains(&"z.jsonl".to_owned()), "it was not come to: {partial:?}");

    world.sync();
    assert_same(&dump(&world.open()), &fresh(&world.files()), "after two interruptions");
    assert!(world.open().state().partial.is_empty());
}

#[test]
fn a_half_read_file_that_is_gone_is_forgotten() {
    let world = World::new(1);
    world.write("a.txt", "Headline\n\nSome text that stays.");
    world.write("z.jsonl", &container(1, 4000));
    assert!(sync_until(300, &world.options()).interrupted);
    assert_eq!(world.open().state().partial, ["z.jsonl"]);
    world.remove("z.jsonl");
    world.sync();
    assert!(world.open().state().partial.is_empty());
    assert_eq!(dump(&world.open()).len(), 1);
}

#[test]
fn a_run_with_another_mapping_that_was_interrupted_leaves_nothing_of_it() {
    let world = World::new(2);
    for number in 0..300 {
        let record = format!("{{\"text\": \"old {number}\", \"other\": \"new {number}\"}}\n");
        world.write(&format!("{number}.jsonl"), &record.repeat(10));
    }
    world.sync();
    let mapping = Mapping::from_toml("[fields]\nbody = \"other\"").unwrap();
    let by = |mapping: Mapping| {
        let manner = Manner { mapping: Some(mapping), ..Manner::default() };
        Options { manner, ..world.options() }
    };
    assert!(sync_until(100, &by(mapping)).interrupted);
    let read_anew = |articles: &[Article]| {
        articles.iter().filter(|article| article.body.starts_with("new")).count()
    };
    assert!(read_anew(&dump(&world.open())) > 0);
    // Back to the first way of reading.
    assert!(!sync_until(u64::MAX, &by(Mapping::default())).interrupted);
    assert_eq!(read_anew(&dump(&world.open())), 0);
    assert_same(&dump(&world.open()), &fresh(&world.files()), "back to the old mapping");
}

#[test]
fn an_interrupted_run_gives_the_ids_that_a_whole_one_gives() {
    // Stopped at several moments, so that some find pieces of the container under way.
    let world = World::new(4);
    world.write("z.jsonl", &container(3, 5000));
    let expect = fresh(&world.files());
    for articles in [900, 1800, 2700, 3600, 4500, 4999] {
        let _ = fs::remove_dir_all(world.index());
        sync_until(articles, &world.options());
        let searcher = world.open();
        let whole = searcher.state().partial.is_empty();
        if whole {
            assert_same(&dump(&searcher), &expect, &format!("stopped at {articles}"));
        }
        world.sync();
        assert_same(&dump(&world.open()), &expect, &format!("went on from {articles}"));
    }
}

// ---------------------------------------------------------------------------------------------
// Side by side

#[test]
fn commits_in_the_middle_hold_whole_files_and_readers_keep_their_snapshot() {
    let world = World::new(2);
    fill(&world, 0);
    world.sync();
    let before = world.open();
    let (old, old_best) = (dump(&before), ids(&run(&before, &ask(parse("flood relief")))));
    fill(&world, 1);
    let expect = fresh(&world.files());

    let (progress, stop, options) = (Progress::default(), AtomicBool::new(false), world.options());
    let (mut looks, pause) = (0, Duration::from_millis(1));
    thread::scope(|scope| {
        let run = scope.spawn(|| indexer::sync_every(pause, &options, &progress, &stop).unwrap());
        while !run.is_finished() {
            check_whole_files(&world.open(), &expect, "between two commits");
            looks += 1;
        }
        run.join().unwrap();
    });
    assert!(looks > 1, "the run was over too soon to look at it");
    assert_same(&dump(&world.open()), &expect, "after the run");

    // The old snapshot, whose files the writer has long replaced.
    assert_same(&dump(&before), &old, "the snapshot");
    assert_eq!(ids(&run(&before, &ask(parse("flood relief")))), old_best);
}

#[test]
fn the_second_writer_waits_for_the_first() {
    let world = World::new(1);
    world.write("a.txt", "Headline\n\nText of the first.");
    let first = Writer::open(&world.index(), 1).unwrap();
    thread::scope(|scope| {
        let second = scope.spawn(|| world.sync());
        thread::sleep(Duration::from_millis(400));
        assert!(!second.is_finished());
        first.finish().unwrap();
        assert_eq!(second.join().unwrap().added, 1);
    });
}

#[test]
fn the_second_writer_gives_up_with_a_clear_error() {
    let world = World::new(1);
    world.write("a.txt", "Headline\n\nText.");
    let first = Writer::open(&world.index(), 1).unwrap();
    let output = index_command(&world).stderr(Stdio::piped()).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(error.contains("another process is writing to the index in"), "{error}");
    assert!(error.contains("wait until it has finished"), "{error}");
    // Readers are never kept out.
    assert!(dump(&world.open()).is_empty());
    first.finish().unwrap();
    assert_eq!(world.sync().added, 1);
}

#[test]
fn the_program_dumps_what_the_library_sees() {
    let world = World::new(1);
    world.write("a.jsonl", &container(1, 12));
    world.sync();
    let mut command = dateline(&world);
    command.args(["search", "--all", "--format", "json", "*"]).stdout(Stdio::piped());
    let output = command.output().unwrap();
    let mut printed: Vec<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|line| line["type"] == "hit")
        .map(|line| line["id"].as_str().unwrap().to_owned())
        .collect();
    printed.sort();
    let stored: Vec<String> = dump(&world.open()).into_iter().map(|article| article.id).collect();
    assert_eq!(printed, stored);
}

// ---------------------------------------------------------------------------------------------
// What a folder may do

#[test]
fn a_file_that_vanishes_before_it_is_read_is_told_and_gone_with_the_next_run() {
    let world = World::new(1);
    world.write("a/stays.txt", "Headline\n\nText that stays.");
    for number in 0..400 {
        world.write(&format!("b/{number}.jsonl"), &container(number, 5));
    }
    world.write("z/goes.txt", "Headline\n\nText that goes.");
    let (progress, stop, options) = (Progress::default(), AtomicBool::new(false), world.options());
    let report = thread::scope(|scope| {
        let run = scope.spawn(|| indexer::sync(&options, &progress, &stop).unwrap());
        // The walk is over when the files to read are counted.
        while progress.files.load(Ordering::Relaxed) == 0 {
            thread::yield_now();
        }
        world.remove("z/goes.txt");
        run.join().unwrap()
    });
    let told: Vec<(&str, &str)> =
        report.skipped.iter().map(|left| (left.path.as_str(), left.code.as_str())).collect();
    assert_eq!(told, [("z/goes.txt", "vanished")]);
    assert!(world.open().state().barren.is_empty(), "it may come back");
    assert_same(&dump(&world.open()), &fresh(&world.files()), "after it vanished");
    world.write("z/goes.txt", "Headline\n\nBack again.");
    assert_eq!(world.sync().added, 1);
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn a_known_file_that_cannot_be_read_keeps_its_articles() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new(1);
    world.write("a.txt", "Headline\n\nText of a file.");
    world.write("dir/b.txt", "Headline\n\nText in a folder.");
    world.sync();
    let before = dump(&world.open());
    world.write("a.txt", "Headline\n\nText that nobody may read.");
    let close = |name: &str, mode| {
        fs::set_permissions(world.files().join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    close("a.txt", 0);
    close("dir", 0);
    if fs::read_dir(world.files().join("dir")).is_ok() {
        close("a.txt", 0o644);
        close("dir", 0o755);
        eprintln!("skipped: root may read everything");
        return;
    }
    let report = world.sync();
    close("a.txt", 0o644);
    close("dir", 0o755);
    assert_eq!(report.skipped.len(), 2, "{:?}", report.skipped);
    assert_eq!(report.removed, 0);
    assert_same(&dump(&world.open()), &before, "while it could not be read");
    world.sync();
    assert_same(&dump(&world.open()), &fresh(&world.files()), "when it could again");
}

#[test]
fn a_container_gives_the_same_ids_with_any_number_of_threads() {
    let lines = container(5, 3000);
    assert!(lines.len() > 2 << 20, "three pieces at least");
    let mut dumps = Vec::new();
    for threads in [1, 4] {
        let world = World::new(threads);
        world.write("c.jsonl", &lines);
        world.sync();
        dumps.push(dump(&world.open()));
    }
    assert_same(&dumps[1], &dumps[0], "with 4 threads and 1");
    assert_eq!(dumps[0].len(), 3000);
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for article in &dumps[0] {
        assert!(seen.insert(&article.id, article.title.as_deref().unwrap()).is_none());
    }
    // The first with an id has it, whichever piece it stands in; the second is told from it.
    assert_eq!(seen["c.jsonl#r7"], "Record 7 of 5");
    assert_eq!(seen["c.jsonl#r104"], "Record 104 of 5");
    assert_eq!(seen["c.jsonl#r104~2"], "Record 209 of 5");
    assert_eq!(seen["c.jsonl#r1494~2"], "Record 2989 of 5");
}

#[test]
fn a_container_that_was_only_touched_is_not_indexed_again() {
    let world = World::new(2);
    let lines = container(5, 3000);
    world.write("c.jsonl", &lines);
    world.sync();
    let segments = || -> Vec<u64> {
        let hits = run(&world.open(), &dateline::search::Ask { text: false, ..ask(Query::All) });
        vec![hits.total, world.open().stats().unwrap().removed]
    };
    let before = segments();
    world.write("c.jsonl", &lines);
    let report = world.sync();
    assert_eq!((report.unchanged, report.replaced), (3000, 0));
    assert_eq!(segments(), before);
    let report = world.sync();
    assert_eq!((report.files_unchanged, report.files_read), (1, 0), "the new time is remembered");
    // Touched, then changed.
    world.write("c.jsonl", &container(6, 3000));
    assert_eq!(world.sync().replaced, 3000);
    assert_same(&dump(&world.open()), &fresh(&world.files()), "changed after all");
}

#[test]
fn a_file_that_gave_nothing_is_read_again_only_when_it_changes() {
    let world = World::new(1);
    world.write("a.jsonl", "{broken\n");
    world.write("b.txt", "");
    let report = world.sync();
    assert_eq!((report.files_read, report.skipped.len()), (2, 2));
    let report = world.sync();
    assert_eq!((report.files_read, report.skipped.len()), (0, 2), "still told");
    world.write("a.jsonl", "{\"text\": \"Mended.\"}\n");
    let report = world.sync();
    assert_eq!((report.added, report.skipped.len()), (1, 1));
    world.write("a.jsonl", "{broken again\n");
    let report = world.sync();
    assert_eq!((report.removed, report.skipped.len()), (1, 2));
    assert!(dump(&world.open()).is_empty());
}

#[test]
fn two_folders_are_kept_apart() {
    let world = World::new(1);
    let other = tempfile::tempdir().unwrap();
    world.write("x.txt", "Headline\n\nIn the first.");
    world.write("gone.txt", "Headline\n\nIn the first, and gone.");
    fs::write(other.path().join("x.txt"), "Headline\n\nIn the second.").unwrap();
    world.sync();
    let second = options(&world.index(), &[other.path()], 1);
    let sync = |options: &Options| {
        indexer::sync(options, &Progress::default(), &AtomicBool::new(false)).unwrap()
    };
    // Only the second is looked at: what is gone from the first is not noticed.
    world.remove("gone.txt");
    assert_eq!(sync(&second).added, 1);
    assert_eq!(dump(&world.open()).len(), 3);
    // With no folder named, all are.
    let all = Options { folders: vec![], ..second };
    let report = sync(&all);
    assert_eq!((report.removed, report.unchanged), (1, 2));
    let newest = dateline::search::Ask { sort: Sort::Newest, ..ask(Query::All) };
    let name = other.path().file_name().unwrap().to_string_lossy().into_owned();
    let mut expect = vec![format!("{name}:x.txt"), "x.txt".to_owned()];
    expect.sort();
    assert_eq!(ids(&run(&world.open(), &newest)), expect);
}
