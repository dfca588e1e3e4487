//! Quality gates on judged queries. What they prove:
//!
//! 1. ranking does not fall below its floor on any judged set (`floors.json`),
//! 2. a floor belongs to its data: another digest of the set fails, so that data and figure are
//!    changed together,
//! 3. the passage shown first answers: for questions with a known answer string, it stands in the
//!    passages of the first hits as often as it did,
//! 4. names are found as well as they were, each kind by itself.
//!
//! The sample archive's own queries always run. The others need `DATELINE_DATA`, the folder with
//! `judged/`; where it is unset the test says so and passes. `UPDATE=1` raises floors to what is
//! measured; it never lowers one.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod copies;
mod dates;
mod floors;
mod heads;
mod measure;
mod names;
mod page_set;
mod pages;
mod reuters;
mod web_archives;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use dateline::backend::Sort;
use dateline::backend::local::LocalSearcher;
use dateline::indexer::{self, Manner, Options, Progress};
use dateline::query;
use dateline::search::{self, Ask, Counts, Words};
use measure::{Qrels, Run};

/// A judged set and how its questions are asked.
struct Set {
    name: &'static str,
    corpus: PathBuf,
    queries: PathBuf,
    qrels: PathBuf,
    answers: Option<PathBuf>,
    words: Words,
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn judged(name: &'static str) -> Option<Set> {
    let Some(data) = std::env::var_os("DATELINE_DATA") else {
        eprintln!("skipped {name}: DATELINE_DATA does not name the folder of the judged sets");
        return None;
    };
    let dir = Path::new(&data).join("judged").join(name);
    Some(Set {
        name,
        corpus: dir.join("docs.jsonl.gz"),
        queries: dir.join("queries.tsv"),
        qrels: dir.join("qrels.tsv"),
        answers: None,
        words: Words::Any,
    })
}

#[test]
fn sample_archive() {
    let fixtures = here().join("tests/fixtures/judged");
    check(&Set {
        name: "sample",
        corpus: here().join("corpus"),
        queries: fixtures.join("queries.tsv"),
        qrels: fixtures.join("qrels.tsv"),
        answers: Some(fixtures.join("answers.tsv")),
        words: Words::Auto,
    });
}

#[test]
fn time() {
    judged("time").iter().for_each(check);
}

#[test]
fn cranfield() {
    judged("cranfield").iter().for_each(check);
}

#[test]
fn cacm() {
    judged("cacm").iter().for_each(check);
}

#[test]
fn realtimeqa() {
    judged("realtimeqa").iter().for_each(check);
}

/// Indexes a set, asks its questions and holds the floors.
fn check(set: &Set) {
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let options = Options {
        index: dir.path().join("index"),
        folders: vec![set.corpus.clone()],
        // Names make no difference to this and take their time.
        manner: Manner { names: Some(false), ..Manner::default() },
        threads: 2,
        now,
    };
    indexer::sync(&options, &Progress::default(), &AtomicBool::new(false)).unwrap();
    let searcher = LocalSearcher::open(&options.index).unwrap();
    let qrels = measure::read_qrels(&set.qrels);
    let answers = set.answers.as_deref().map(measure::read_pairs).unwrap_or_default();

    let mut run = Run::new();
    let (mut answered_first, mut answered) = (0, 0);
    for (qid, text) in measure::read_pairs(&set.queries) {
        let query = query::parse(&text, now).unwrap_or_else(|_| query::plain_words(&text));
        let ask = Ask {
            query,
            words: set.words,
            limit: 100,
            offset: 0,
            sort: Sort::Relevance,
            passages: 3,
            text: false,
            fold: false,
            recent: None,
            why: false,
            counts: Counts::default(),
        };
        let hits = search::run(&searcher, &ask).unwrap();
        let ids = hits.hits.iter().map(|hit| {
            // Judgments of single files name articles by record, of folders by whole id.
            let record = hit.article.record.clone().filter(|_| set.corpus.is_file());
            record.unwrap_or_else(|| hit.article.id.clone())
        });
        run.insert(qid.clone(), ids.collect());
        if let Some(answer) = answers.get(&qid) {
            let ask = Ask { limit: 3, text: true, ..ask };
            let hits = search::run(&searcher, &ask).unwrap();
            let holds = |hit: &dateline::hits::Hit| {
                hit.passages.iter().any(|passage| hit.text(passage).contains(answer.as_str()))
            };
            answered_first += usize::from(hits.hits.first().is_some_and(holds));
            answered += usize::from(hits.hits.iter().any(holds));
        }
    }
    let mut measured = BTreeMap::from([
        ("nDCG@10".to_owned(), mean(&qrels, &run, |judged, ids| measure::ndcg(judged, ids, 10))),
        ("MAP".to_owned(), mean(&qrels, &run, measure::average_precision)),
        (
            "success@5".to_owned(),
            mean(&qrels, &run, |judged, ids| measure::success(judged, ids, 5)),
        ),
    ]);
    if !answers.is_empty() {
        let share = |count: usize| count as f64 / answers.len() as f64;
        measured.insert("answer in first article's passages".to_owned(), share(answered_first));
        measured.insert("answer in first 3 articles' passages".to_owned(), share(answered));
    }
    eprintln!("{}: {measured:.4?}", set.name);
    floors::hold(set.name, &floors::digest(&files(set)), &measured);
}

fn mean(qrels: &Qrels, run: &Run, of: impl Fn(&measure::Judged, &[String]) -> f64) -> f64 {
    let none = Vec::new();
    let sum: f64 =
        qrels.iter().map(|(qid, judged)| of(judged, run.get(qid).unwrap_or(&none))).sum();
    sum / qrels.len() as f64
}

/// The files that a set is made of.
fn files(set: &Set) -> Vec<PathBuf> {
    let mut files = vec![set.queries.clone(), set.qrels.clone()];
    files.extend(set.answers.clone());
    if set.corpus.is_file() {
        files.push(set.corpus.clone());
    } else {
        let walked = walkdir::WalkDir::new(&set.corpus).sort_by_file_name();
        files.extend(
            walked
                .into_iter()
                .map(|entry| entry.unwrap())
                .filter(|entry| entry.file_type().is_file())
                .map(walkdir::DirEntry::into_path),
        );
    }
    files
}
