//! Quality gates on judged queries. What they prove:
//!
//! 1. ranking does not fall below its floor on any judged set (`floors.json`),
//! 2. a floor belongs to its data: another digest of the set fails, so that data and figure are
//!    changed together,
//! 3. passages answer: for questions with a known answer string, it stands in the passages of the
//!    first hits as often as it did, and oftener than in what tantivy's snippets show of the same
//!    articles,
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
mod snippets;
mod web_archives;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use dateline::backend::Sort;
use dateline::backend::local::LocalSearcher;
use dateline::bench::metrics::{self, Judged, Qrels};
use dateline::hits::Hit;
use dateline::indexer::{self, Manner, Options, Progress};
use dateline::query;
use dateline::search::{self, Ask, Counts, Words};
use measure::Run;

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
        answers: Some(dir.join("questions.jsonl")).filter(|path| path.exists()),
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
    let answers = set.answers.as_deref().map(measure::read_answers).unwrap_or_default();

    let mut run = Run::new();
    let mut answered = Answered::default();
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
            answered.ask(&searcher, &Ask { limit: 3, text: true, ..ask }, &text, answer);
        }
    }
    let mut measured = BTreeMap::from([
        ("nDCG@10".to_owned(), mean(&qrels, &run, |judged, ids| metrics::ndcg(judged, ids, 10))),
        ("MAP".to_owned(), mean(&qrels, &run, metrics::average_precision::<String>)),
    ]);
    for depth in [1, 5] {
        let success = mean(&qrels, &run, |judged, ids| metrics::success(judged, ids, depth));
        measured.insert(format!("success@{depth}"), success);
    }
    if answered.questions > 0 {
        answered.measures(&mut measured);
    }
    eprintln!("{}: {measured:.4?}", set.name);
    floors::hold(set.name, &floors::digest(&files(set)), &measured);
}

/// How many questions are answered by what is shown.
#[derive(Default)]
struct Answered {
    questions: usize,
    /// The best passage of the first article.
    best: usize,
    /// Any passage of the first article.
    first: usize,
    /// Any passage of the first three.
    three: usize,
    /// The snippet of the first article.
    snippet: usize,
    /// Any of the snippets of the first three.
    snippets: usize,
    /// The same of snippets as short as tantivy makes them by default: of the first article, of three.
    short: [usize; 2],
}

impl Answered {
    fn ask(&mut self, searcher: &LocalSearcher, ask: &Ask, question: &str, answer: &str) {
        let hits = search::run(searcher, ask).unwrap().hits;
        let answer = answer.to_lowercase();
        let holds = |text: &str| text.to_lowercase().contains(&answer);
        let any = |hit: &Hit| hit.passages.iter().any(|passage| holds(hit.text(passage)));
        let best = |hit: &Hit| -> String {
            let best = hit.passages.iter().rev().max_by(|a, b| a.score.total_cmp(&b.score));
            best.map_or(String::new(), |passage| hit.text(passage).to_owned())
        };
        let snippets = snippets::Snippets::new(searcher, question);
        let snippet = |hit: &Hit| holds(&snippets.of(&hit.article.body, best(hit).len()));
        let short = |hit: &Hit| holds(&snippets.of(&hit.article.body, snippets::DEFAULT_BYTES));
        self.questions += 1;
        self.best += usize::from(hits.first().is_some_and(|hit| holds(&best(hit))));
        self.first += usize::from(hits.first().is_some_and(any));
        self.three += usize::from(hits.iter().any(any));
        self.snippet += usize::from(hits.first().is_some_and(snippet));
        self.snippets += usize::from(hits.iter().any(snippet));
        self.short[0] += usize::from(hits.first().is_some_and(short));
        self.short[1] += usize::from(hits.iter().any(short));
    }

    fn measures(&self, measured: &mut BTreeMap<String, f64>) {
        let share = |count: usize| count as f64 / self.questions as f64;
        eprintln!(
            "answer in a snippet of the first article {:.4}, of the first three {:.4} \
             (of tantivy's usual length {:.4}, {:.4})",
            share(self.snippet),
            share(self.snippets),
            share(self.short[0]),
            share(self.short[1])
        );
        for (name, count) in [
            ("answer in first article's best passage", self.best),
            ("answer in first article's passages", self.first),
            ("answer in first 3 articles' passages", self.three),
        ] {
            measured.insert(name.to_owned(), share(count));
        }
        let over = |ours: usize, theirs: usize| ours as f64 / theirs.max(1) as f64;
        measured.insert("best passage over snippet".to_owned(), over(self.best, self.snippet));
        measured.insert("3 articles over snippets".to_owned(), over(self.three, self.snippets));
    }
}

fn mean(qrels: &Qrels, run: &Run, of: impl Fn(&Judged, &[String]) -> f64) -> f64 {
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
