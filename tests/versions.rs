//! Indexes that another version made, and making one anew:
//!
//! 1. The index kept in `tests/fixtures/indexes/` for this format opens and answers; those kept of
//!    older formats are refused.
//! 2. An index of another schema, analysis or name model is refused with what made it, and with a
//!    command that makes it anew as it is told, from the folders that it followed, read as they were,
//!    with what the user knows about names.
//! 3. A rebuild that fails, is stopped or is killed at any moment leaves the old index or the new one,
//!    whole; what it left behind goes with the next run.
//!
//! `UPDATE=1` makes the index for a new format. Released ones are never removed: they are the proof of
//! the second.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use dateline::analysis::ANALYSIS_VERSION;
use dateline::backend::local::{LocalSearcher, Writer};
use dateline::entities::NAMES_VERSION;
use dateline::indexer;
use dateline::query::Query;
use dateline::schema::SCHEMA_VERSION;
use serde_json::Value;

use support::folder::copy;
use support::{Dice, World, ask, dump, ids, parse, run};

/// Where the fixtures say that their articles came from.
const FOLDER: &str = "/archive/news";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/indexes")
}

/// What the fixture of this format is called.
fn current() -> String {
    format!("schema-{SCHEMA_VERSION}-analysis-{ANALYSIS_VERSION}-names-{NAMES_VERSION}")
}

/// The articles of a fixture: of each kind of thing that an index keeps something.
fn write_articles(world: &World) {
    world.write(
        "harbour.md",
        "---\ntitle: Ferries return to the harbour\ndate: 2025-04-25\nsource: Northwall Gazette\n---\n\n\
         The ferries returned to Northwall on Friday, said Mayor Anna Lindqvist.\n",
    );
    let copied = "The council of Northwall voted on Monday to pay for a new pier. Its members had \
                  argued for a year, and the mayor thanked them for their patience and their votes.";
    for (id, source) in [("a", "Coast Wire"), ("b", "Evening Post")] {
        let record = serde_json::json!({
            "id": id, "title": "Council pays for pier", "text": copied, "source": source,
            "date": "2025-04-28T09:30:00Z", "persons": ["Anna Lindqvist"], "lang": "en",
        });
        world.write(&format!("{id}.jsonl"), &format!("{record}\n"));
    }
    world.write("empty.txt", "");
}

/// Makes the fixture of this format.
fn make_fixture() {
    let world = World::new(1);
    write_articles(&world);
    world.sync();
    let mut writer = Writer::open(&world.index(), 1).unwrap();
    let mut state = writer.state().clone();
    state.roots[0].path = FOLDER.into();
    writer.commit(state).unwrap();
    writer.finish().unwrap();
    let place = fixtures().join(current());
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(&place).unwrap();
    for entry in fs::read_dir(world.index()).unwrap() {
        let entry = entry.unwrap();
        // What is hidden is of the writer alone.
        if !entry.file_name().to_string_lossy().starts_with('.') {
            fs::copy(entry.path(), place.join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn the_index_of_this_format_opens_and_those_before_are_refused() {
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        make_fixture();
    }
    let place = fixtures();
    let mut names: Vec<String> = fs::read_dir(&place)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(
        names.contains(&current()),
        "{} has no {}; make it with `UPDATE=1 cargo test --test versions`",
        place.display(),
        current()
    );
    for name in names {
        // A copy: what is opened must not hang on rights or leave anything behind.
        let dir = tempfile::tempdir().unwrap();
        copy(&place.join(&name), dir.path());
        let opened = LocalSearcher::open(dir.path());
        if name != current() {
            let error = opened.err().unwrap_or_else(|| panic!("{name} was opened")).to_string();
            let made = name.replace('-', " ").replace(" analysis", ", analysis");
            let made = made.replace(" names", ", names");
            assert!(error.contains(&format!("({made})")), "{name}: {error}");
            assert!(error.contains("`dateline index --rebuild --index "), "{name}: {error}");
            continue;
        }
        let searcher = opened.unwrap();
        assert_eq!(dump(&searcher).len(), 3);
        for (query, expect) in [
            ("ferries", &["harbour.md"][..]),
            ("\"new pier\" source:\"Coast Wire\"", &["a.jsonl#a"]),
            ("person:Lindqvist date:2025-04-25", &["harbour.md"]),
            ("=votes", &["a.jsonl#a", "b.jsonl#b"]),
            ("patien*", &["a.jsonl#a", "b.jsonl#b"]),
        ] {
            let mut found = ids(&run(&searcher, &ask(parse(query))));
            found.sort();
            assert_eq!(found, expect, "{query}");
        }
        let folded = dateline::search::Ask { fold: true, ..ask(Query::All) };
        assert_eq!(run(&searcher, &folded).hits.len(), 2, "the copy is folded");
        assert_eq!(searcher.names().unwrap().entries().count(), 2, "a person and a place");
        let state = searcher.state();
        assert_eq!(state.roots[0].path, Path::new(FOLDER));
        assert_eq!(state.barren[0].key, "empty.txt");
    }
}

// ---------------------------------------------------------------------------------------------
// Refused

fn dateline(world: &World) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
    command.env_clear().stdin(Stdio::null());
    command.arg("--index").arg(world.index()).env("DATELINE_NOW", "2026-06-01T12:00:00Z");
    command
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Changes what the commit of an index records.
fn pretend(index: &Path, change: impl Fn(&mut Value)) {
    let path = index.join("meta.json");
    let mut meta: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let mut payload: Value = serde_json::from_str(meta["payload"].as_str().unwrap()).unwrap();
    change(&mut payload);
    meta["payload"] = payload.to_string().into();
    fs::write(path, meta.to_string()).unwrap();
}

#[test]
fn other_versions_are_refused_with_what_made_them_and_the_command() {
    let (s, a, n) = (SCHEMA_VERSION, ANALYSIS_VERSION, NAMES_VERSION);
    let now = env!("CARGO_PKG_VERSION");
    type Change = fn(&mut Value);
    let cases: [(Change, String); 6] = [
        (|it| it["schema"] = 1.into(), format!("{now} (schema 1, analysis {a}, names {n})")),
        (|it| it["analysis"] = 1.into(), format!("{now} (schema {s}, analysis 1, names {n})")),
        (|it| it["names_version"] = 1.into(), format!("{now} (schema {s}, analysis {a}, names 1)")),
        (
            // From before there were names.
            |it| it.as_object_mut().unwrap().retain(|key, _| !key.starts_with("names")),
            format!("{now} (schema {s}, analysis {a}, names 0)"),
        ),
        (
            // A later one, which keeps other things.
            |it| {
                it["tool"] = "9.1.0".into();
                it["schema"] = 999.into();
                it["partial"] = Value::Null;
                it["more"] = true.into();
            },
            format!("9.1.0 (schema 999, analysis {a}, names {n})"),
        ),
        (
            |it| {
                it["tool"] = "0.0.1".into();
                it["schema"] = 1.into();
                it["roots"] = "unknown".into();
            },
            format!("0.0.1 (schema 1, analysis {a}, names {n})"),
        ),
    ];
    for (change, made) in cases {
        let world = World::new(1);
        copy(&fixtures().join(current()), &world.index());
        pretend(&world.index(), change);
        let index = world.index();
        let index = index.display();
        let command = if made.starts_with("0.0.1") {
            // It cannot say which folders it follows.
            format!("build it anew with `dateline index FOLDER --rebuild --index {index}`")
        } else {
            format!("build it anew from {FOLDER} with `dateline index --rebuild --index {index}`")
        };
        let expect = format!(
            "dateline: the index in {index} was made by dateline {made}, this is {now} \
             (schema {s}, analysis {a}, names {n}); {command}\n"
        );
        for arguments in [&["search", "pier"][..], &["stats"], &["index"]] {
            let output = dateline(&world).args(arguments).output().unwrap();
            assert_eq!((output.status.code(), told(&output)), (Some(2), expect.clone()));
        }
    }
}

#[test]
fn the_command_that_is_told_makes_the_index_anew() {
    let world = World::new(1);
    write_articles(&world);
    let second = world.files().parent().unwrap().join("second paper");
    fs::create_dir(&second).unwrap();
    fs::write(
        second.join("x.jsonl"),
        "{\"headline_x\": \"Pier opens\", \"body_x\": \"It did.\"}\n",
    )
    .unwrap();
    let mapping = world.files().parent().unwrap().join("mapping.toml");
    fs::write(&mapping, "[fields]\ntitle = \"headline_x\"\nbody = \"body_x\"\n").unwrap();
    // A name that a shell would take apart, and another one than the usual.
    let index = world.files().parent().unwrap().join("it's the \"index\" $1");
    let program = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
        command.env_clear().stdin(Stdio::null()).arg("--index").arg(&index);
        command
    };
    let ok = |command: &mut Command| {
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    };
    ok(program().arg("index").arg(world.files()));
    ok(program().arg("index").arg(&second).arg("--mapping").arg(&mapping));
    let corrections = "# mine\n[join]\n\"Anna Lindqvist\" = [\"A. Lindqvist\"]\n";
    indexer::correct(&index, corrections, None).unwrap();
    let before = dump(&LocalSearcher::open(&index).unwrap());
    assert_eq!(before.len(), 4);

    pretend(&index, |it| it["schema"] = 1.into());
    let error = LocalSearcher::open(&index).err().unwrap().to_string();
    let command = error.split('`').nth(1).unwrap();
    let path = world.files().parent().unwrap().join("bin");
    fs::create_dir(&path).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_dateline"), path.join("dateline")).unwrap();
    let mut shell = Command::new("/bin/sh");
    // From anywhere: nothing in it hangs on where it is typed.
    ok(shell.env("PATH", &path).current_dir("/").arg("-c").arg(command));

    let searcher = LocalSearcher::open(&index).unwrap();
    assert_eq!(dump(&searcher), before);
    assert_eq!(searcher.state().corrections, corrections);
}

// ---------------------------------------------------------------------------------------------
// Made anew

fn beside(world: &World) -> Vec<String> {
    let entries = fs::read_dir(world.index().parent().unwrap()).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_rebuild_that_is_killed_at_any_moment_leaves_a_whole_index() {
    let world = World::new(1);
    for number in 0..120 {
        world.write(&format!("{number}.txt"), &format!("Headline {number}\n\nText on floods."));
    }
    world.sync();
    let rebuild = || {
        let mut command = dateline(&world);
        command.args(["index", "--rebuild", "--quiet"]).stderr(Stdio::null());
        command
    };
    let start = Instant::now();
    assert!(rebuild().status().unwrap().success());
    let whole = start.elapsed();
    let mut dice = Dice(20_251_127);
    let mut count = 120;
    for kill in 0..25 {
        // So that the old one and the new one differ.
        world.write(&format!("more-{kill}.txt"), "More\n\nText on floods.");
        let mut child = rebuild().spawn().unwrap();
        // The end of it, where the swap is, more often than its beginning.
        let share = if kill % 2 == 0 { 0 } else { 700 }
            + dice.below(if kill % 2 == 0 { 1000 } else { 400 });
        thread::sleep(whole.mul_f64(share as f64 / 1000.0));
        let _ = child.kill();
        let status = child.wait().unwrap();
        let found = run(&world.open(), &ask(parse("floods"))).total;
        let new = 121 + kill;
        assert!(found == count || found == new, "{found}, kill {kill}");
        if status.success() {
            assert_eq!(found, new);
        }
        count = found;
    }
    // A sync, too, clears what was left behind.
    world.sync();
    assert_eq!(run(&world.open(), &ask(parse("floods"))).total, 145);
    assert_eq!(beside(&world), ["files", "index"]);
}

#[test]
fn a_rebuild_that_cannot_swap_leaves_the_old_index_where_it_was() {
    let world = World::new(1);
    world.write("a.txt", "Headline\n\nText on floods.");
    world.sync();
    let above = world.index().parent().unwrap().to_owned();
    // What is not ours stands where the new one would.
    fs::create_dir(above.join(".index.new")).unwrap();
    fs::write(above.join(".index.new/letter.txt"), "mine").unwrap();
    let output = dateline(&world).args(["index", "--rebuild"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("holds other files than those of an index (letter.txt)"));
    assert_eq!(world.open().articles(), 1);
    fs::remove_dir_all(above.join(".index.new")).unwrap();
    // A folder that is gone.
    fs::rename(world.files(), above.join("moved")).unwrap();
    let output = dateline(&world).args(["index", "--rebuild"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert_eq!(world.open().articles(), 1);
    fs::rename(above.join("moved"), world.files()).unwrap();
    assert_eq!(beside(&world), ["files", "index"]);
    // A directory above that may not be written to, where permissions bind.
    fs::set_permissions(&above, fs::Permissions::from_mode(0o555)).unwrap();
    let output = dateline(&world).args(["index", "--rebuild"]).output().unwrap();
    fs::set_permissions(&above, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(output.status.success() || told(&output).contains(".index.new"), "{}", told(&output));
    assert_eq!(world.open().articles(), 1);
}

#[test]
fn a_rebuild_that_is_stopped_leaves_the_old_index() {
    let world = World::new(1);
    world.write("a.txt", "Headline\n\nText on floods.");
    world.sync();
    for number in 0..3000 {
        world.write(&format!("more/{number}.txt"), "More\n\nText on floods.");
    }
    let mut child =
        dateline(&world).args(["index", "--rebuild", "--quiet", "--threads", "1"]).spawn().unwrap();
    while !world.index().with_file_name(".index.new").join("meta.json").exists() {
        thread::sleep(Duration::from_millis(2));
    }
    let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(signal.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(world.open().articles(), 1);
    assert_eq!(beside(&world), ["files", "index"]);
}

#[test]
fn a_swap_that_was_cut_off_is_finished_by_whoever_opens_the_index() {
    let world = World::new(1);
    world.write("a.txt", "Headline\n\nText on floods.");
    world.sync();
    let (new, old) =
        (world.index().with_file_name(".index.new"), world.index().with_file_name(".index.old"));
    // As where directories cannot be exchanged: the old one is aside, the new one not yet in place.
    copy(&world.index(), &new);
    fs::rename(world.index(), &old).unwrap();
    let output = dateline(&world).args(["search", "floods", "--count"]).output().unwrap();
    assert_eq!(output.stdout, b"1\n", "{}", told(&output));
    assert!(!new.exists() && world.index().exists());
    world.sync();
    assert_eq!(beside(&world), ["files", "index"]);
    // For a writer, too.
    fs::rename(world.index(), &old).unwrap();
    assert_eq!(world.sync().unchanged, 1);
    assert_eq!(beside(&world), ["files", "index"]);
}
