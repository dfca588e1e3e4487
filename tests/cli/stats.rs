//! `dateline stats`:
//!
//! 1. counts what is in the index, and where it came from;
//! 2. `--json` is one object with the same numbers;
//! 3. an empty index exits 1, none at all is an error.

use insta::assert_snapshot;

use crate::{FERRIES, World};

#[test]
fn the_sample_archive() {
    let world = World::sample();
    assert_snapshot!(world.run("stats"), @"
    exit code: 0
    ---- stdout ----
    articles   93 in 67 files
    passages   263
    words      23994
    dates      2019-04-15 to 2025-08-18
               32 from record, 23 from metadata, 15 from front-matter, 4 from text, 1 from dateline, 18 undated
    sources    Mercury Wire 25, Harbour Post 14, Potomac Ledger 12, The Kyiv Courier 12, Northwall Gazette 5, Uferblatt 2, 23 without
    languages  en 88, de 2, uk 2, fr 1
    names      184 persons, 106 orgs, 255 places; in 5 articles not in English by lists alone
    copies     1 story in 4 articles
    disk       [sizes]
    made by    dateline [version], schema [n], analysis [n], names [n]; [n] segments
    follows    [dir]/corpus
    skipped    2 files gave no article
    ");
}

#[test]
fn a_small_one() {
    let world = World::of(FERRIES);
    assert_snapshot!(world.run("stats"), @"
    exit code: 0
    ---- stdout ----
    articles   4 in 3 files
    passages   4
    words      63
    dates      2025-06-20 to 2025-07-01
               2 from record, 1 from front-matter, 1 undated
    sources    Ledger 2, Harbour Post 1, 1 without
    languages  en 4
    names      0 persons, 0 orgs, 3 places
    copies     none
    disk       [sizes]
    made by    dateline [version], schema [n], analysis [n], names [n]; [n] segments
    follows    [dir]/news
    ");
}

#[test]
fn as_json() {
    let world = World::sample();
    let run = world.run("stats --json");
    let lines = run.json();
    assert_eq!((run.code, lines.len()), (Some(0), 1));
    let stats = &lines[0];
    assert_eq!((&stats["articles"], &stats["files"]), (&93.into(), &67.into()));
    let sum = |list: &str| -> u64 {
        stats[list].as_array().unwrap().iter().map(|c| c["articles"].as_u64().unwrap()).sum()
    };
    assert_eq!(sum("sources") + stats["unsourced"].as_u64().unwrap(), 93);
    assert_eq!(sum("dates_from") + stats["undated"].as_u64().unwrap(), 93);
    assert_eq!(stats["roots"][0], world.path("corpus").to_str().unwrap());
    let keys: Vec<&String> = stats.as_object().unwrap().keys().collect();
    assert_snapshot!(format!("{keys:?}"), @r#"["articles", "barren", "bytes", "copies_known", "dates_from", "earliest", "files", "format", "in_stories", "languages", "latest", "made_by", "names", "names_by_list", "partial", "parts", "passages", "removed", "roots", "segments", "sources", "stories", "type", "undated", "unsourced", "words"]"#);
}

#[test]
fn nothing_and_none() {
    let world = World::new();
    assert_snapshot!(world.run("stats"), @"
    exit code: 2
    ---- stderr ----
    dateline: there is no index in index; make one with `dateline index FOLDER`
    ");
    std::fs::create_dir(world.path("news")).unwrap();
    world.run("index news");
    assert_snapshot!(world.run("stats"), @"
    exit code: 1
    ---- stdout ----
    articles   0 in 0 files
    passages   0
    words      0
    dates      none
               0 undated
    sources    none
    languages  none
    names      0 persons, 0 orgs, 0 places
    copies     none
    disk       [sizes]
    made by    dateline [version], schema [n], analysis [n], names [n]; [n] segments
    follows    [dir]/news
    ");
}
