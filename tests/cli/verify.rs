//! `dateline verify`:
//!
//! 1. a citation is found in notes, Markdown, JSON and BibTeX, and told unchanged, moved, changed
//!    or gone, with what stands in its place;
//! 2. exit code 0 where all hold, 1 where some do not or there are none, 2 on errors;
//! 3. what `cite` and `search` print holds, in every format.

use insta::assert_snapshot;

use crate::cite::with_input;
use crate::{FERRIES, World};

/// A text of several passages; each paragraph is one.
fn story(paragraphs: &[&str]) -> String {
    let long = |start: &&str| {
        let tail = "and the harbour master of Ansley wrote down what was said by whom on the quay, \
            in the rain, between the second and the third boat of the morning, as he had done each \
            Friday since the spring, with the names of the crews in the margin and the times of \
            the tides below, for whoever might ask one day what had been promised and what not, \
            and for how long, and whether anybody had believed it then.";
        format!("{start} {tail}")
    };
    let paragraphs: Vec<String> = paragraphs.iter().map(long).collect();
    format!("# Harbour diary\n\n{}\n", paragraphs.join("\n\n"))
}

#[test]
fn what_became_of_each() {
    let world = World::of(FERRIES);
    let write = |name: &str, text: &str, seconds| {
        world.write(format!("news/{name}"), text);
        world.touch(&format!("news/{name}"), seconds);
    };
    write("diary.md", &story(&["On Monday there was fog,", "On Tuesday the crews came,"]), 1);
    write("gone.txt", "The tram was yellow.\n\nNobody paints trams yellow any more.\n", 1);
    write("old/tram.txt", "The tram was green.\n\nGreen trams are seen on Sundays.\n", 1);
    world.run("index");
    let run = world.run(
        "cite diary.md#p1 diary.md#p2 gone.txt#p1 old/tram.txt#p1 notes.txt#p1 \
        ledger.jsonl#a1#p1",
    );
    assert_eq!(run.code, Some(0), "{run}");
    world.write("notes.txt", &run.out);
    assert_snapshot!(world.run("verify notes.txt"), @"
    exit code: 0
    ---- stdout ----
    unchanged  diary.md#p1@e0d1516793 (line 9)
    unchanged  diary.md#p2@d3fd409fde (line 19)
    unchanged  gone.txt#p1@d1ea198012 (line 27)
    unchanged  old/tram.txt#p1@f9966b5eb9 (line 35)
    unchanged  notes.txt#p1@fcb448d0ed (line 41)
    unchanged  ledger.jsonl#a1#p1@97d72ea0db (line 47)
    ---- stderr ----
    6 citations: 6 unchanged
    ");

    write(
        "diary.md",
        &story(&[
            "On Sunday nobody came,",
            "On Monday there was fog,",
            "Late on Tuesday the crews came,",
        ]),
        2,
    );
    std::fs::remove_file(world.path("news/gone.txt")).unwrap();
    std::fs::rename(world.path("news/old"), world.path("news/new")).unwrap();
    let ledger = world.read("news/ledger.jsonl").replace("Sunday", "Saturday");
    write("ledger.jsonl", &ledger, 2);
    world.run("index");
    assert_snapshot!(world.run("verify notes.txt"), @"
    exit code: 1
    ---- stdout ----
    moved      diary.md#p1@e0d1516793 (line 9)
               now diary.md#p2@e0d1516793 (undated)
    changed    diary.md#p2@d3fd409fde (line 19)
               most like it now is p3 (99 % of its words are quoted here): diary.md#p3@750c8693a5
                 Late on Tuesday the crews came, and the harbour master of Ansley wrote down what was
                 said by whom on the quay, in the rain, between the second and the third boat of the
                 morning, as he had done each Friday since the spring, with the names of the crews in
                 the margin and the times of the tides below, for whoever might ask one day what had
                 been promised and what not, and for how long, and whether anybody had believed it then.
    gone       gone.txt#p1@d1ea198012 (line 27)
               there is no such article, and nothing in the index says this
    moved      old/tram.txt#p1@f9966b5eb9 (line 35)
               now new/tram.txt#p1@f9966b5eb9 (undated)
    unchanged  notes.txt#p1@fcb448d0ed (line 41)
    changed    ledger.jsonl#a1#p1@97d72ea0db (line 47)
               most like it now is p1 (92 % of its words are quoted here): ledger.jsonl#a1#p1@4102bcf6ac
                 Talks between the ferry company and its crews broke down on Saturday.
    ---- stderr ----
    6 citations: 1 unchanged, 2 moved, 2 changed, 1 gone
    ");
    let run = world.run("verify notes.txt --json");
    let lines = run.json();
    assert_eq!(run.code, Some(1));
    let states: Vec<&str> = lines.iter().filter_map(|line| line["state"].as_str()).collect();
    assert_eq!(states, ["moved", "changed", "gone", "moved", "unchanged", "changed"]);
    assert_eq!(lines[6]["type"], "tally");
    assert_eq!(lines[6]["citations"], 6);
    assert!(lines[5]["near"]["alike"].as_f64().unwrap() > 0.5);

    // Without the quotation there is nothing to compare with.
    let bare = lines[1]["cite"].as_str().unwrap();
    let run = with_input(&world, "verify - --json", &format!("see {bare}."));
    assert_eq!(run.json()[0]["near"]["alike"], serde_json::Value::Null);
    assert_eq!(run.json()[0]["near"]["number"], 2);
}

#[test]
fn a_story_that_another_paper_keeps() {
    let world = World::sample();
    let cite = world.run("cite wire/2025.jsonl#mw-0412#p1").out;
    let wire = world.read("corpus/wire/2025.jsonl");
    world
        .write("corpus/wire/2025.jsonl", wire.replace("talked for three hours", "talked for long"));
    world.touch("corpus/wire/2025.jsonl", 9);
    world.run("index");
    assert_snapshot!(with_input(&world, "verify -", &cite), @"
    exit code: 1
    ---- stdout ----
    changed    wire/2025.jsonl#mw-0412#p1@129ca8ce90 (line 13)
               most like it now is p1 (99 % of its words are quoted here):
               wire/2025.jsonl#mw-0412#p1@255c83083f
               as cited it still stands as harbour-post/2025-04-26-putin-witkoff.md#p1@129ca8ce90
               (Harbour Post, 26 April 2025)
                 MOSCOW, April 25 (Mercury Wire) - Russian President Vladimir Putin and U.S. envoy Steve
                 Witkoff talked for long in the Kremlin on Friday about ways to end the war in Ukraine,
                 and a Kremlin aide said that the idea of direct negotiations between Moscow and Kyiv
                 had been part of it.

                 Yuri Ushakov, Putin's foreign policy adviser, called the conversation constructive and
                 very useful. He said it had brought the positions of Russia and the United States
                 closer together on Ukraine and on a number of other questions.
    ---- stderr ----
    1 citation: 1 changed
    ");
}

#[test]
fn what_is_printed_holds() {
    let world = World::sample();
    for line in [
        "search witkoff --json",
        "search witkoff --format md",
        "search witkoff OR flood --all --json",
        "show wire/2025.jsonl#mw-0412 --json",
        "show wire/2025.jsonl#mw-0412#p1 --format md",
    ] {
        let printed = world.run(line).out;
        let run = with_input(&world, "verify -", &printed);
        assert_eq!(run.code, Some(0), "{line}: {run}");
        let count = printed.matches("#p").count();
        assert!(count > 0 && run.out.lines().all(|line| line.starts_with("unchanged")));
    }
    let search = world.run("search witkoff --json").out;
    for format in ["plain", "md", "json", "bibtex", "csl-json"] {
        let cited = with_input(&world, &format!("cite - --format {format}"), &search);
        let run = with_input(&world, "verify - --json", &cited.out);
        assert_eq!(run.code, Some(0), "{format}: {run}");
        let passages = search.matches("\"number\":").count();
        assert_eq!(run.json().last().unwrap()["unchanged"], passages, "{format}");
    }
}

#[test]
fn files_that_will_not_do() {
    let world = World::of(FERRIES);
    world.write("empty.txt", "me@0123456789 and a.txt#p1\n");
    assert_snapshot!(world.run("verify empty.txt"), @"
    exit code: 1
    ---- stderr ----
    no citation found; one is ID#pN@HASH, as `dateline cite` prints it
    ");
    assert_snapshot!(world.run("verify empty.txt --json"), @r#"
    exit code: 1
    ---- stdout ----
    {"type":"tally","format":1,"tool":"dateline [version]","citations":0,"unchanged":0,"moved":0,"changed":0,"gone":0}
    ---- stderr ----
    no citation found; one is ID#pN@HASH, as `dateline cite` prints it
    "#);
    assert_snapshot!(world.run("verify none.txt"), @"
    exit code: 2
    ---- stderr ----
    dateline: cannot read the citations in none.txt: No such file or directory (os error 2); check the path
    ");
    let bytes = b"caf\xe9 notes.txt#p1@0123456789\x9b[31m\n";
    world.write("latin1.txt", bytes);
    assert_eq!(world.run("verify latin1.txt").out.matches("changed").count(), 1);
}
