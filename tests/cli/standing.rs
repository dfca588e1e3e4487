//! `dateline search --since-last NAME`:
//!
//! 1. what was shown under a name is not shown again, unless its text was changed;
//! 2. it survives indexing and rebuilding, and is not remembered where it was not put out;
//! 3. what a limit leaves out comes the next time; `--mark` takes all for shown, `--count` looks;
//! 4. names, memories and folders that will not do are errors.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use insta::assert_snapshot;

use crate::{FERRIES, World};

const NOTE: &str = "Ferry news\n\nThe new ferry has a bar, and no crew to stand behind it.\n";

#[test]
fn what_is_new_is_shown_once() {
    let world = World::of(FERRIES);
    let ask = "search ferry -l --since-last ferries";
    assert_snapshot!(world.run(ask), @"
    exit code: 0
    ---- stdout ----
    notes.txt
    ledger.jsonl#a1
    post/strike.md
    ---- stderr ----
    3 articles match; ferries is asked for the first time, so all are new
    ");
    assert_snapshot!(world.run(ask), @"
    exit code: 1
    ---- stderr ----
    3 articles match, none new since 2025-08-20 12:00 UTC
    ");
    world.write("news/bar.txt", NOTE);
    world.run("index");
    assert_snapshot!(world.run(ask), @"
    exit code: 0
    ---- stdout ----
    bar.txt
    ---- stderr ----
    4 articles match, 1 new since 2025-08-20 12:00 UTC
    ");
    // Only set anew, and so indexed again.
    world.write("news/bar.txt", NOTE.replace("bar, and", "bar,\nand"));
    world.touch("news/bar.txt", 9);
    world.run("index");
    assert_eq!(world.run(ask).code, Some(1));
    world.run("index news --rebuild");
    assert_eq!(world.run(ask).code, Some(1));
    world.write("news/bar.txt", NOTE.replace("no crew", "nobody"));
    world.touch("news/bar.txt", 18);
    world.run("index");
    assert_eq!(world.run(ask).out, "bar.txt\n");
    // Back again is changed again.
    world.write("news/bar.txt", NOTE);
    world.touch("news/bar.txt", 27);
    world.run("index");
    assert_eq!(world.run(ask).out, "bar.txt\n");
    // Another name has seen nothing; another question of the same name only what it has not shown.
    assert_eq!(world.run("search ferry -l --since-last other").out.lines().count(), 4);
    assert_snapshot!(world.run("search company -l --since-last ferries"), @"
    exit code: 0
    ---- stdout ----
    ledger.jsonl#a2
    ---- stderr ----
    2 articles match, 1 new since 2025-08-20 12:00 UTC
    ferries asked something else then: ferry
    ");
}

#[test]
fn a_standing_question_on_a_folder() {
    let world = World::new();
    for (name, text) in FERRIES {
        world.write(format!("news/{name}"), text);
    }
    let ask = "search --corpus news ferry crews --since-last crews";
    assert_snapshot!(world.run(ask), @"
    exit code: 0
    ---- stdout ----
    1  *Ferry* *crews* strike
      2025-06-20 · Harbour Post · Ann Lee · post/strike.md
      Ansley
      p1  The *crews* of the Ansley *ferry* walked out on Friday over a new rota. No talks are planned.

    2  *Ferry* talks fail
      2025-06-22 09:30 · Ledger · ledger.jsonl#a1
      p1  Talks between the *ferry* company and its *crews* broke down on Sunday.
    ---- stderr ----
    4 articles added, 0 replaced, 0 removed; 0 skipped (`dateline index` lists them)
    2 articles match; crews is asked for the first time, so all are new
    ");
    world.write("news/bar.txt", NOTE.replace("crew", "crews"));
    assert_snapshot!(world.run(ask), @"
    exit code: 0
    ---- stdout ----
    1  *Ferry* news
      undated · bar.txt
      p1  The new *ferry* has a bar, and no *crews* to stand behind it.
    ---- stderr ----
    1 article added, 0 replaced, 0 removed; 0 skipped (`dateline index` lists them)
    3 articles match, 1 new since 2025-08-20 12:00 UTC
    ");
}

#[test]
fn what_is_left_out_comes_the_next_time() {
    let world = World::sample();
    let all = world.run("search moscow --count").out.trim().parse::<usize>().unwrap();
    let ask = "search moscow -l -n 9 --since-last m";
    let mut shown = Vec::new();
    assert_snapshot!(world.run("search moscow -n 0 --since-last m"), @"
    exit code: 0
    ---- stderr ----
    24 articles match; m is asked for the first time, so all are new
    nothing was shown, so none of it is remembered
    ");
    assert_eq!(world.run("search moscow --count --since-last m").out.trim(), all.to_string());
    loop {
        let run = world.run(ask);
        shown.extend(run.out.lines().map(str::to_owned));
        if run.code == Some(1) {
            break;
        }
    }
    assert_eq!(shown.len(), all);
    shown.sort();
    shown.dedup();
    assert_eq!(shown.len(), all);
    assert_snapshot!(world.run("search moscow --since-last marked --mark"), @"
    exit code: 0
    ---- stderr ----
    24 articles match; marked is asked for the first time, so all are new
    all of it is taken for shown
    ");
    assert_eq!(world.run("search moscow --since-last marked").code, Some(1));
    // Copies under the best of them are shown with it.
    let mut told = 0;
    for _ in 0..all {
        let run = world.run("search moscow -n 5 --json --since-last folded");
        let lines = run.json();
        let end = lines.last().unwrap();
        if end["total"] == 0 {
            break;
        }
        told += end["shown"].as_u64().unwrap() + end["folded"].as_u64().unwrap();
    }
    assert_eq!(told, all as u64);
}

#[test]
fn what_was_not_put_out_is_not_remembered() {
    let world = World::sample();
    let mut command = world.command();
    command.args(["search", "the", "--all", "--json", "--since-last", "broken"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(child.wait().unwrap().success());
    let hidden = |world: &World| -> Vec<String> {
        let entries = fs::read_dir(world.path("index")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        names.filter(|name| name.starts_with(".since")).collect()
    };
    assert_eq!(hidden(&world), Vec::<String>::new());
    world.run("search the -l --all --since-last broken");
    assert_eq!(hidden(&world), [".since.broken"]);
}

#[test]
fn what_will_not_do() {
    let world = World::of(FERRIES);
    assert_snapshot!(world.run("search ferry --since-last a/b"), @"
    exit code: 2
    ---- stderr ----
    error: invalid value 'a/b' for '--since-last <NAME>': a name is made of 1 to 64 letters from a to z, digits, and the signs - _ .

    For more information, try '--help'.
    ");
    assert_eq!(world.run("search ferry --mark").code, Some(2));
    assert_eq!(world.run("search ferry --since-last a --offset 1").code, Some(2));
    assert_eq!(world.run("search --queries x --since-last a").code, Some(2));
    world.write("index/.since.torn", "{}");
    assert_snapshot!(world.run("search ferry --since-last torn"), @"
    exit code: 2
    ---- stderr ----
    dateline: index/.since.torn, which says what --since-last torn has shown, is damaged or of another version; remove it to begin anew
    ");
    // Where the draft cannot be made, nothing is shown; the super user may write anywhere.
    fs::create_dir(world.path("index/.since-new.shut")).unwrap();
    assert_snapshot!(world.run("search ferry --since-last shut"), @"
    exit code: 2
    ---- stderr ----
    dateline: cannot remember what --since-last shut shows, as index cannot be written to; ask without --since-last, or take an index that you may write to: Is a directory (os error 21)
    ");
    assert_eq!(world.run("search ferry --since-last shut --count").code, Some(0));
}
