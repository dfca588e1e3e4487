//! Readers and writers side by side, of one user and of several:
//!
//! 1. While a writer syncs and merges, every answer belongs to one commit and none fails, whether the
//!    index is opened anew for it or was opened long ago, from this process or another.
//! 2. A second writer says for whom it waits, stops waiting when it is told to, and gives up with an
//!    error that names the holder. A rebuild is a writer, too.
//! 3. A writer that waited while the index was rebuilt writes to the new one.
//! 4. A reader writes nothing and needs no right to: not on a read-only medium, and not as another
//!    user. What the writer makes is readable as the umask says.
//! 5. A file that is missing is damage, told of when the index is opened.
//!
//! `DATELINE_TEST_SECONDS` makes the first one last longer (3 s).
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "what is skipped or counted is said")]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use dateline::backend::local::{LocalSearcher, Writer};
use dateline::hits::FacetField;
use dateline::indexer::{self, Progress};
use dateline::query::Query;
use dateline::search::Counts;

use support::{Dice, World, ask, dump, parse, run};

fn dateline(world: &World) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
    command.env_clear().stdin(Stdio::null());
    command.arg("--index").arg(world.index()).env("DATELINE_NOW", "2026-06-01T12:00:00Z");
    command
}

fn lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect()
}

// ---------------------------------------------------------------------------------------------
// Readers beside a writer

/// How many files, and how many articles each, are written anew in each generation.
const FILES: u64 = 24;
const RECORDS: u64 = 5;
/// How many articles come with each generation, and stay.
const STAY: u64 = 2;

/// A number as a name that is no spelling of another number's.
fn spelled(number: u64) -> String {
    const FORENAMES: [&str; 4] = ["Mara", "Jonas", "Edith", "Pavel"];
    const SYLLABLES: [&str; 10] =
        ["quen", "lothar", "brim", "ascott", "field", "wumme", "ozark", "ridge", "dupont", "inger"];
    let [ones, tens, more] =
        [number % 10, number / 10 % 10, number / 100].map(|digit| digit as usize);
    format!("{} Mac{}{}", FORENAMES[more % 4], SYLLABLES[tens], SYLLABLES[ones])
}

fn article(number: u64, source: &str, generation: u64) -> String {
    let person = spelled(generation);
    serde_json::json!({
        "id": number.to_string(),
        "title": format!("Bulletin {number} of round{generation}"),
        "text": format!(
            "The council met on flood relief in round{generation}, as bulletin {number} says. \
             It was attended by {person}."
        ),
        "source": source,
        "date": "2025-04-01",
        "persons": [person],
    })
    .to_string()
}

/// Writes all articles anew, and a few more.
fn write_generation(world: &World, generation: u64) {
    for file in 0..FILES {
        let mut lines = String::new();
        for record in 0..RECORDS {
            let source = format!("Courier {generation}");
            lines += &article(file * RECORDS + record, &source, generation);
            lines.push('\n');
        }
        world.write(&format!("now/{file}.jsonl"), &lines);
    }
    let mut lines = String::new();
    for record in 0..STAY {
        lines += &article(record, "Archive", generation);
        lines.push('\n');
    }
    world.write(&format!("then/{generation}.jsonl"), &lines);
}

/// Asserts that all that an opened index says is of one generation, and gives it.
fn one_generation(searcher: &LocalSearcher) -> u64 {
    let hits = run(searcher, &ask(Query::All));
    let mut generation = None;
    let mut stay = 0;
    for hit in &hits.hits {
        let article = &hit.article;
        if article.source.label() == Some("Archive") {
            stay += 1;
            continue;
        }
        let title = article.title.as_deref().unwrap();
        let number: u64 = title.rsplit_once("round").unwrap().1.parse().unwrap();
        assert_eq!(*generation.get_or_insert(number), number, "two generations in one answer");
        let body = format!("in round{number}, as");
        assert!(article.body.contains(&body), "{title}: {}", article.body);
    }
    let generation = generation.unwrap();
    assert_eq!(hits.total, FILES * RECORDS + stay);
    assert_eq!(stay, generation * STAY, "of generation {generation}");
    generation
}

/// Asks other things of it, which must be of the same generation.
fn other_answers(searcher: &LocalSearcher, generation: u64) {
    let word = format!("round{generation}");
    let found = run(searcher, &ask(parse(&word))).total;
    assert_eq!(found, FILES * RECORDS + STAY, "{word}");
    let phrase = format!("source:\"Courier {generation}\" \"council met\" flood*");
    assert_eq!(run(searcher, &ask(parse(&phrase))).total, FILES * RECORDS);

    let facets = vec![FacetField::Source];
    let counts = Counts { facets, values: 10, timeline: None };
    let hits = run(searcher, &dateline::search::Ask { counts, ..ask(Query::All) });
    let mut sources: Vec<(&str, u64)> =
        hits.facets[0].values.iter().map(|v| (v.value.as_str(), v.articles)).collect();
    sources.sort_unstable();
    let courier = format!("Courier {generation}");
    let expect = [("Archive", generation * STAY), (courier.as_str(), FILES * RECORDS)];
    assert_eq!(sources, expect);

    // The table of names, where the commit has counted them already, is of the same articles.
    if let Some(names) = searcher.names() {
        let mut of_now = Vec::new();
        for entry in names.entries() {
            if entry.count.articles > STAY as u32 {
                of_now.push((entry.name.clone(), u64::from(entry.count.articles)));
            }
        }
        assert_eq!(of_now, [(spelled(generation), FILES * RECORDS + STAY)]);
    }
}

/// Asks the program.
fn by_program(world: &World) -> u64 {
    let mut command = dateline(world);
    let output = command.args(["search", "--all", "--format", "json", "*"]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let mut generations = Vec::new();
    for line in lines(&output.stdout) {
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        if line["type"] == "hit" && line["source"].to_string().contains("Courier") {
            let title = line["title"].as_str().unwrap();
            generations.push(title.rsplit_once("round").unwrap().1.parse().unwrap());
        }
    }
    assert_eq!(generations.len() as u64, FILES * RECORDS);
    assert!(generations.iter().all(|one| *one == generations[0]), "{generations:?}");
    generations[0]
}

#[test]
fn every_answer_belongs_to_one_commit_while_a_writer_works() {
    let seconds = std::env::var("DATELINE_TEST_SECONDS").ok().map(|s| s.parse().unwrap());
    let until = Instant::now() + Duration::from_secs(seconds.unwrap_or(3));
    let mut world = World::new(2);
    // Those that the files tell are enough, and quicker.
    world.names = false;
    write_generation(&world, 1);
    world.sync();
    let (done, answers, slowest) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let mut generation = 1;
    thread::scope(|scope| {
        for number in 0..8 {
            let (world, done, answers, slowest) = (&world, &done, &answers, &slowest);
            scope.spawn(move || {
                let mut dice = Dice(number);
                let mut newest = 0;
                let mut kept: Option<(LocalSearcher, u64)> = None;
                while !done.load(Ordering::Relaxed) {
                    if number == 0 {
                        newest = by_program(world);
                        answers.fetch_add(1, Ordering::Relaxed);
                        continue;
                    }
                    let start = Instant::now();
                    let searcher = world.open();
                    slowest.fetch_max(start.elapsed().as_millis() as u64, Ordering::Relaxed);
                    let generation = one_generation(&searcher);
                    assert!(generation >= newest, "{generation} after {newest}");
                    newest = generation;
                    other_answers(&searcher, generation);
                    answers.fetch_add(1, Ordering::Relaxed);
                    // Of one that was opened before, whose files the writer may have removed.
                    if let Some((searcher, generation)) = &kept {
                        assert_eq!(one_generation(searcher), *generation);
                        other_answers(searcher, *generation);
                        answers.fetch_add(1, Ordering::Relaxed);
                    }
                    if dice.below(10) == 0 {
                        kept = Some((searcher, generation));
                    }
                }
                newest
            });
        }
        while Instant::now() < until {
            generation += 1;
            write_generation(&world, generation);
            world.sync();
        }
        done.store(true, Ordering::Relaxed);
    });
    let searcher = world.open();
    assert_eq!(one_generation(&searcher), generation);
    other_answers(&searcher, generation);
    let answers = answers.into_inner();
    eprintln!(
        "{answers} answers while {generation} generations were written; the slowest opening took {} ms",
        slowest.into_inner()
    );
    assert!(generation > 2 && answers > 20, "{generation} generations, {answers} answers");
    // Nothing is left of what the generations were in between.
    let files = fs::read_dir(world.index()).unwrap().count() as u64;
    let segments = searcher.stats().unwrap().segments as u64;
    assert!(files <= segments * 8 + 10, "{files} files of {segments} segments");
}

// ---------------------------------------------------------------------------------------------
// Writers beside a writer

#[test]
fn a_second_writer_says_for_whom_it_waits_and_whom_it_gave_up_on() {
    let world = World::new(1);
    world.write("a.txt", "Headline\n\nText.");
    let first = Writer::open(&world.index(), 1).unwrap();
    thread::scope(|scope| {
        for arguments in [&["index"][..], &["index", "--rebuild"]] {
            let (world, mut command) = (&world, dateline(&world));
            let files = world.files();
            scope.spawn(move || {
                let output = command.args(arguments).arg(files).output().unwrap();
                let told = lines(&output.stderr);
                assert_eq!(output.status.code(), Some(2), "{told:?}");
                let held = format!(
                    "another process is writing to the index in {} (process {}, since 20",
                    world.index().display(),
                    std::process::id()
                );
                assert_eq!(told.len(), 2, "{told:?}");
                assert!(told[0].starts_with(&held), "{told:?}");
                assert!(told[0].ends_with(" UTC); waiting up to 10 s for it"), "{told:?}");
                assert!(told[1].starts_with(&format!("dateline: {held}")), "{told:?}");
                assert!(
                    told[1].ends_with("UTC); wait until it has finished, then try again"),
                    "{told:?}"
                );
            });
        }
    });
    // Readers are never kept out.
    assert!(dump(&world.open()).is_empty());
    first.finish().unwrap();
    // Nor is a name left behind for the next.
    assert!(!world.index().join(".dateline-writer").exists());
}

#[test]
fn who_waits_can_be_stopped() {
    let world = World::new(1);
    world.write("a.txt", "Headline\n\nText.");
    let first = Writer::open(&world.index(), 1).unwrap();
    for arguments in [&["index", "--quiet"][..], &["index", "--quiet", "--rebuild"]] {
        let start = Instant::now();
        let child = dateline(&world).args(arguments).arg(world.files()).spawn();
        let mut child = child.unwrap();
        thread::sleep(Duration::from_millis(700));
        let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(signal.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(130));
        assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    }
    first.finish().unwrap();
}

#[test]
fn a_name_that_a_killed_writer_left_is_not_believed() {
    let world = World::new(1);
    world.write("a.txt", "Headline\n\nText.");
    world.sync();
    let left = world.index().join(".dateline-writer");
    for text in [r#"{"pid":1,"since":"2020-01-01T00:00:00Z"}"#, "", "{\"pid\": \"x\"}"] {
        fs::write(&left, text).unwrap();
        let start = Instant::now();
        world.sync();
        assert!(start.elapsed() < Duration::from_secs(5), "it waited for nobody");
        assert!(!left.exists());
    }
}

#[test]
fn who_waited_while_the_index_was_rebuilt_writes_to_the_new_one() {
    let world = World::new(2);
    for number in 0..150 {
        world.write(&format!("{number}.txt"), &format!("Headline {number}\n\nText on floods."));
    }
    world.sync();
    for round in 0..4 {
        let (progress, stop, options) =
            (Progress::default(), AtomicBool::new(false), world.options());
        thread::scope(|scope| {
            let rebuilt = scope.spawn(|| indexer::rebuild(&options, &progress, &stop).unwrap());
            // In the middle of it.
            while progress.articles.load(Ordering::Relaxed) < 10 && !rebuilt.is_finished() {
                thread::yield_now();
            }
            world.write(&format!("more-{round}.txt"), "More\n\nText that came meanwhile.");
            assert_eq!(world.sync().added, 1);
            rebuilt.join().unwrap();
        });
        assert_eq!(world.open().articles(), 151 + round);
        world.sync();
        assert_eq!(dump(&world.open()).len() as u64, 151 + round);
    }
    // Two at once do not build in one place.
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let (progress, stop) = (Progress::default(), AtomicBool::new(false));
                indexer::rebuild(&world.options(), &progress, &stop).unwrap();
            });
        }
    });
    assert_eq!(world.open().articles(), 154);
    let beside = world.index().parent().unwrap().to_owned();
    assert_eq!(fs::read_dir(beside).unwrap().count(), 2, "the files and the index alone");
}

// ---------------------------------------------------------------------------------------------
// Readers with less rights

/// All files of an index with their permissions.
fn modes(dir: &Path) -> Vec<(String, u32)> {
    let entries = fs::read_dir(dir).unwrap();
    let mut modes: Vec<(String, u32)> = entries
        .map(|entry| {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            (entry.file_name().into_string().unwrap(), mode)
        })
        .collect();
    modes.sort();
    modes
}

#[test]
fn files_are_readable_as_the_umask_says() {
    let world = World::new(1);
    for (round, (umask, mode)) in
        [("022", 0o644), ("027", 0o640), ("077", 0o600)].iter().enumerate()
    {
        world.write(&format!("{round}.txt"), "Headline\n\nText on floods.");
        let _ = fs::remove_dir_all(world.index());
        let mut shell = Command::new("sh");
        let command = format!("umask {umask}; exec \"$@\"");
        let program = dateline(&world);
        shell.arg("-c").arg(command).arg("sh").arg(program.get_program()).args(program.get_args());
        let status = shell.args(["index", "--quiet"]).arg(world.files()).status().unwrap();
        assert!(status.success());
        let modes = modes(&world.index());
        assert!(modes.iter().any(|(name, _)| name == "meta.json"));
        for (name, found) in modes {
            assert_eq!(found, *mode, "{name} with umask {umask}");
        }
    }
}

/// Makes all of an index read-only.
fn close(dir: &Path) {
    for entry in fs::read_dir(dir).unwrap() {
        fs::set_permissions(entry.unwrap().path(), fs::Permissions::from_mode(0o444)).unwrap();
    }
    fs::set_permissions(dir, fs::Permissions::from_mode(0o555)).unwrap();
}

/// Runs the program as a user whom permissions bind: `nobody`, where root runs this. `None` where
/// that cannot be.
fn unprivileged(world: &World, arguments: &[&str]) -> Option<Output> {
    let root = fs::metadata("/proc/self").is_ok_and(|own| {
        use std::os::unix::fs::MetadataExt;
        own.uid() == 0
    });
    if !root {
        return Some(dateline(world).args(arguments).output().unwrap());
    }
    // Where the program was built others may have no way to.
    let program = world.files().parent().unwrap().join("program");
    if !program.exists() {
        fs::copy(env!("CARGO_BIN_EXE_dateline"), &program).unwrap();
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&program);
    command.env_clear().arg("--index").arg(world.index()).args(arguments);
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    let output = command.output();
    if !output.as_ref().is_ok_and(|output| output.status.code() != Some(127)) {
        eprintln!("skipped: root is bound by no permission, and setpriv cannot make it nobody");
        return None;
    }
    output.ok()
}

#[test]
fn a_reader_needs_no_right_to_write() {
    let world = World::new(1);
    world.write("a.txt", "Headline\n\nText on floods in the valley.");
    world.write("b.txt", "Another\n\nText on floods in the town.");
    world.sync();
    // Temporary directories are their owner's alone.
    let above = world.files().parent().unwrap().to_owned();
    fs::set_permissions(&above, fs::Permissions::from_mode(0o755)).unwrap();
    close(&world.index());
    let before = modes(&world.index());
    for arguments in [
        &["search", "floods"][..],
        &["search", "floods", "--format", "json"],
        &["show", "a.txt"],
        &["stats"],
        &["similar", "a.txt"],
        &["entities"],
        &["timeline", "floods"],
    ] {
        let Some(output) = unprivileged(&world, arguments) else { return };
        let told = lines(&output.stderr);
        // No names and no copies are an answer as well.
        assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {told:?}");
    }
    let found = unprivileged(&world, &["search", "floods", "--count"]).unwrap();
    assert_eq!(lines(&found.stdout), ["2"]);
    assert_eq!(modes(&world.index()), before, "something was written");

    // Writing is refused in words that help.
    let refused = unprivileged(&world, &["index"]).unwrap();
    let told = lines(&refused.stderr).join("\n");
    assert_eq!(refused.status.code(), Some(2), "{told}");
    assert!(told.contains("cannot write to the index in"), "{told}");
    assert!(told.contains("--index DIR"), "{told}");

    // What may not be read at all is told as that, not as damage.
    fs::set_permissions(world.index().join("meta.json"), fs::Permissions::from_mode(0o000))
        .unwrap();
    let refused = unprivileged(&world, &["search", "floods"]).unwrap();
    let told = lines(&refused.stderr).join("\n");
    assert_eq!(refused.status.code(), Some(2), "{told}");
    assert!(told.contains("you may not read the index in"), "{told}");
    fs::set_permissions(world.index(), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_missing_file_is_damage_and_told_of_at_once() {
    let world = World::new(1);
    world.write("a.txt", "Headline\n\nText on floods.");
    world.sync();
    let names: Vec<String> = modes(&world.index()).into_iter().map(|(name, _)| name).collect();
    let mut tried = 0;
    for name in names.iter().filter(|name| !name.starts_with('.') && *name != "meta.json") {
        let (path, aside) = (world.index().join(name), world.files().join("aside"));
        fs::rename(&path, &aside).unwrap();
        let opened = LocalSearcher::open(&world.index());
        if name.starts_with("names.") || name.starts_with("stories.") {
            // The next run makes it anew, and until then it is said that less is known.
            let opened = opened.unwrap();
            assert!(opened.articles() == 1 && !opened.has_tables());
        } else {
            let error = opened.err().unwrap().to_string();
            let told = format!("is damaged: {name} is missing; `dateline check --repair");
            assert!(error.contains(&told), "{error}");
        }
        fs::rename(&aside, &path).unwrap();
        tried += 1;
    }
    assert!(tried >= 8, "{names:?}");
    assert!(world.open().articles() == 1 && world.open().has_tables());
}
