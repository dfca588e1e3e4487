//! `dateline search --queries`:
//!
//! 1. a line that is no query, or cannot be answered, is told with its number, its place and a
//!    hint; the rest is asked, and the exit code is 2;
//! 2. JSON has a line for it;
//! 3. a TREC run has an answer to every line.

use insta::assert_snapshot;

use crate::{FERRIES, World};

const QUERIES: &str = "q1\tferry\nq2\ttitel:ferry rota\n\nq3\tzeppelin\nzz* rota\nq5\trota\n";

/// A vocabulary that `zz*` has too many words of.
fn wide() -> World {
    let world = World::of(FERRIES);
    let words: Vec<String> = (0..20_100).map(|number| format!("zz{number}")).collect();
    for (at, words) in words.chunks(400).enumerate() {
        world.write(format!("news/list{at}.txt"), words.join(" "));
    }
    world.run("index");
    world
}

#[test]
fn one_bad_line_does_not_stop_the_rest() {
    let world = wide();
    world.write("queries.tsv", QUERIES);
    assert_snapshot!(world.run("search --queries queries.tsv --passages 0"), @r#"
    exit code: 2
    ---- stdout ----
    q1: ferry · 3 articles

    1  *Ferry* notes
      undated · notes.txt
      Moscow

    2  *Ferry* talks fail
      2025-06-22 09:30 · Ledger · ledger.jsonl#a1

    3  *Ferry* crews strike
      2025-06-20 · Harbour Post · Ann Lee · post/strike.md
      Ansley

    q3: zeppelin · no articles

    q5: rota · 2 articles

    1  *Rota* withdrawn
      2025-07-01 · Ledger · ledger.jsonl#a2
      Rota

    2  Ferry crews strike
      2025-06-20 · Harbour Post · Ann Lee · post/strike.md
      Ansley
    ---- stderr ----
    line 2 of the queries: there is no field titel:
      titel:ferry rota
      ^^^^^^
    hint: did you mean title:? To look for the text, put quotes around it: "titel:ferry"
    line 5 of the queries: `zz*` stands for more than 20000 different words of this index; give more letters of it
      zz* rota
    dateline: not answered: 2 of 5 queries; the errors above say why
    "#);
    assert_snapshot!(world.run("search --queries queries.tsv --count"), @r#"
    exit code: 2
    ---- stdout ----
    q1	3
    q3	0
    q5	2
    ---- stderr ----
    line 2 of the queries: there is no field titel:
      titel:ferry rota
      ^^^^^^
    hint: did you mean title:? To look for the text, put quotes around it: "titel:ferry"
    line 5 of the queries: `zz*` stands for more than 20000 different words of this index; give more letters of it
      zz* rota
    dateline: not answered: 2 of 5 queries; the errors above say why
    "#);
    assert_snapshot!(world.run("search --queries queries.tsv -l -q"), @r#"
    exit code: 2
    ---- stdout ----
    notes.txt
    ledger.jsonl#a1
    post/strike.md
    ledger.jsonl#a2
    post/strike.md
    ---- stderr ----
    line 2 of the queries: there is no field titel:
      titel:ferry rota
      ^^^^^^
    hint: did you mean title:? To look for the text, put quotes around it: "titel:ferry"
    line 5 of the queries: `zz*` stands for more than 20000 different words of this index; give more letters of it
      zz* rota
    dateline: not answered: 2 of 5 queries; the errors above say why
    "#);
    world.write("queries.tsv", "ferry\n");
    assert_eq!(world.run("search --queries queries.tsv").code, Some(0));
    world.write("queries.tsv", "titel:a\n");
    assert_snapshot!(world.run("search --queries queries.tsv"), @r#"
    exit code: 2
    ---- stderr ----
    line 1 of the queries: there is no field titel:
      titel:a
      ^^^^^^
    hint: did you mean title:? To look for the text, put quotes around it: "titel:a"
    dateline: not answered: 1 of 1 queries; the errors above say why
    "#);
}

#[test]
fn programs_are_told_too() {
    let world = wide();
    world.write("queries.tsv", QUERIES);
    let run = world.run("search --queries queries.tsv --json");
    assert_eq!(run.code, Some(2));
    let lines = run.json();
    let errors: Vec<_> = lines.iter().filter(|line| line["type"] == "error").collect();
    assert_eq!(errors.len(), 2);
    assert_snapshot!(serde_json::to_string_pretty(errors[0]).unwrap(), @r#"
    {
      "at": [
        0,
        6
      ],
      "format": 1,
      "hint": "did you mean title:? To look for the text, put quotes around it: \"titel:ferry\"",
      "line": 2,
      "message": "there is no field titel:",
      "qid": "q2",
      "query": "titel:ferry rota",
      "tool": "dateline [version]",
      "type": "error"
    }
    "#);
    assert_eq!((&errors[1]["line"], &errors[1]["qid"]), (&5.into(), &"5".into()));
    assert_eq!(errors[1]["at"], serde_json::Value::Null);
    let qids: Vec<&str> = lines.iter().filter_map(|line| line["qid"].as_str()).collect();
    assert_eq!(qids, ["q1", "q2", "q3", "5", "q5"]);
}

#[test]
fn a_run_to_evaluate_asks_for_the_words() {
    let world = wide();
    world.write("queries.tsv", QUERIES);
    assert_snapshot!(world.run("search --queries queries.tsv --format trec"), @"
    exit code: 0
    ---- stdout ----
    q1 Q0 notes.txt 1 [score] dateline
    q1 Q0 a1 2 [score] dateline
    q1 Q0 post/strike.md 3 [score] dateline
    q2 Q0 a2 1 [score] dateline
    q2 Q0 post/strike.md 2 [score] dateline
    5 Q0 a2 1 [score] dateline
    5 Q0 post/strike.md 2 [score] dateline
    q5 Q0 a2 1 [score] dateline
    q5 Q0 post/strike.md 2 [score] dateline
    ---- stderr ----
    line 2 of the queries is read as plain words: there is no field titel:
    line 5 of the queries is read as plain words: `zz*` stands for more than 20000 different words of this index; give more letters of it
    ");
}

#[test]
fn a_line_that_is_no_text_is_told_and_a_byte_order_mark_is_none_of_the_first() {
    let world = World::of(FERRIES);
    world.write("queries.tsv", b"\xef\xbb\xbfq1\tferry\r\nq2\tM\xfcnchen\nq3\trota\n");
    assert_snapshot!(world.run("search --queries queries.tsv --count"), @"
    exit code: 2
    ---- stdout ----
    q1	3
    q3	2
    ---- stderr ----
    line 2 of the queries: the line is not UTF-8
      M�nchen
      ^^^^^^^
    hint: save the file as UTF-8
    dateline: not answered: 1 of 3 queries; the errors above say why
    ");
}
