//! Every folder of `tests/fixtures/formats` holds one file, `source.*`, and what must become of it,
//! `expected.json`. A new case is a new folder. `UPDATE=1` writes what is read now.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use dateline::corpus::dates::Clock;
use dateline::corpus::mapping::Mapping;
use dateline::corpus::read::{Limits, read};
use dateline::corpus::walk::{Found, Root, WalkOptions, walk};
use dateline::corpus::{PARSER_STACK, Reading, Skipped, parse};
use serde_json::{Value, json};

#[test]
fn fixtures_become_what_they_should() {
    let run = std::thread::Builder::new().stack_size(PARSER_STACK).spawn(check_all).unwrap();
    run.join().unwrap();
}

fn check_all() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats");
    let mut cases: Vec<_> =
        fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 25, "fixtures are missing from {}", root.display());
    let mut wrong = Vec::new();
    for case in cases {
        let got = read_case(&case);
        let expected_path = case.join("expected.json");
        if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
            let text = serde_json::to_string_pretty(&got).unwrap();
            fs::write(&expected_path, text + "\n").unwrap();
            continue;
        }
        let expected = fs::read_to_string(&expected_path).unwrap_or_else(|error| {
            panic!("{}: {error}; UPDATE=1 writes it", expected_path.display())
        });
        let expected: Value = serde_json::from_str(&expected).unwrap();
        if got != expected {
            wrong.push(format!("{}:\n  got      {got}\n  expected {expected}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a case's source becomes, as the JSON of `expected.json`.
fn read_case(case: &Path) -> Value {
    let source = fs::read_dir(case)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.file_name().unwrap().to_string_lossy().starts_with("source"))
        .unwrap();
    let reading = Reading {
        mapping: Mapping::default(),
        clock: Clock::at("2026-01-01T00:00:00Z".parse().unwrap()),
    };
    let mut articles = Vec::new();
    let mut skipped: Vec<Skipped> = Vec::new();
    let mut set_aside = BTreeMap::new();
    for found in walk(&Root { path: source, prefix: String::new() }, &WalkOptions::default()) {
        match found {
            Found::File(entry) => {
                let mut pieces = Vec::new();
                let read =
                    read(&entry, &Limits::default(), &AtomicBool::new(false), &mut |piece| {
                        pieces.push(piece);
                        ControlFlow::Continue(())
                    });
                skipped.extend(read.skipped);
                set_aside.extend(read.set_aside);
                for piece in pieces {
                    let parsed = parse(&piece, &reading);
                    articles.extend(parsed.articles);
                    skipped.extend(parsed.skipped);
                }
            }
            Found::Skipped(one) => skipped.push(one),
            other => panic!("{other:?}"),
        }
    }
    let skipped: Vec<Value> = skipped
        .iter()
        .map(|skipped| json!({"path": skipped.path, "code": skipped.reason.code()}))
        .collect();
    let mut case = json!({"articles": articles, "skipped": skipped});
    if !set_aside.is_empty() {
        case["set_aside"] = json!(set_aside);
    }
    case
}
