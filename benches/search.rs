//! Warm queries by class: the ids of the ten best articles, and the same with passages and
//! highlights. Each round asks all queries of its class, so that no single answer is measured
//! from a cache; the counted item is one query.

#[allow(dead_code)] // no bench needs all of it
mod archive;

use std::path::Path;

use dateline::backend::Sort;
use dateline::backend::local::LocalSearcher;
use dateline::query;
use dateline::search::{self, Ask, Counts, Words};
use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

const CLASSES: &[(&str, &[&str])] = &[
    ("term", &["president", "talks", "flood", "court", "minister", "week"]),
    ("and", &["president court", "talks peace", "school students", "police officer arrest"]),
    (
        "question",
        &[
            "who met the president at the airport for talks about the war",
            "what did the central bank say about interest rates this week",
            "how many people died in the flood after the storm",
        ],
    ),
    ("phrase", &["\"prime minister\"", "\"last week\"", "\"interest rates\""]),
    ("prefix", &["elect*", "tariff*", "negotia*"]),
    ("dated", &["president since:2022-07", "talks before:2022-12 court"]),
];

fn ask(text: &str, with_text: bool) -> Ask {
    let words = if text.split(' ').count() > 6 { Words::Any } else { Words::Auto };
    Ask {
        query: query::parse(text, jiff::Timestamp::UNIX_EPOCH).expect("a query"),
        words,
        limit: 10,
        offset: 0,
        sort: Sort::Relevance,
        passages: 3,
        text: with_text,
        fold: false,
        recent: None,
        why: false,
        counts: Counts::default(),
    }
}

fn run(bencher: Bencher<'_, '_>, class: &str, with_text: bool) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = archive::folder(scratch.path());
    let index = scratch.path().join("index");
    archive::sync(&archive::options(&folder, Path::new(&index), 2));
    let searcher = LocalSearcher::open(&index).expect("an index");
    let (_, texts) = CLASSES.iter().find(|(name, _)| *name == class).expect("a class");
    let asks: Vec<Ask> = texts.iter().map(|text| ask(text, with_text)).collect();
    bencher.counter(ItemsCount::new(asks.len())).bench_local(|| {
        let totals =
            asks.iter().map(|ask| search::run(&searcher, ask).map_or(0, |hits| hits.total));
        totals.sum::<u64>()
    });
}

#[divan::bench(args = ["term", "and", "question", "phrase", "prefix", "dated"])]
fn ids(bencher: Bencher<'_, '_>, class: &str) {
    run(bencher, class, false);
}

#[divan::bench(args = ["term", "and", "question", "phrase", "prefix", "dated"])]
fn passages(bencher: Bencher<'_, '_>, class: &str) {
    run(bencher, class, true);
}
