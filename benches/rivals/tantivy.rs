//! Bare tantivy as a rival: `index LINES DIR`, or `query DIR QUERIES WARM_UP_S ROUNDS`. What it prints is
//! said in `compare.py`. One thread; `../bare.rs` makes the index.
#![allow(clippy::print_stdout, clippy::print_stderr)]

#[path = "../bare.rs"]
mod bare;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, PhraseQuery, Query, TermQuery};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{Searcher, TantivyDocument, Term};

/// An order of queries that is the same every time and that no cache foresees.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|one| one != "--bench").collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["index", lines, dir] => {
            bare::index(Path::new(lines), Path::new(dir), 1);
        }
        ["query", dir, queries, warm_up, rounds] => {
            let (warm_up, rounds) = (warm_up.parse(), rounds.parse());
            let warm_up = Duration::from_secs_f64(warm_up.expect("seconds"));
            query(Path::new(dir), Path::new(queries), warm_up, rounds.expect("a number"));
        }
        _ => eprintln!("started by benches/rivals/compare.py"),
    }
}

fn query(dir: &Path, queries: &Path, warm_up: Duration, rounds: usize) {
    let index = tantivy::Index::open_in_dir(dir).expect("an index");
    let searcher = index.reader().expect("a reader").searcher();
    let text = fs::read_to_string(queries).expect("queries");
    let queries: Vec<(&str, Box<dyn Query>)> = text
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(class, words)| (class, read(&index, class, words)))
        .collect();
    let mut hits: BTreeMap<&str, usize> = BTreeMap::new();
    for (class, query) in &queries {
        *hits.entry(*class).or_default() += searcher.search(query, &Count).expect("a count");
    }
    let mut order: Vec<usize> = (0..queries.len()).collect();
    let mut state = SEED;
    let mut shuffle = |order: &mut Vec<usize>| {
        for at in (1..order.len()).rev() {
            // xorshift64 (Marsaglia 2003).
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            order.swap(at, (state % (at as u64 + 1)) as usize);
        }
    };
    let start = Instant::now();
    while start.elapsed() < warm_up {
        shuffle(&mut order);
        order.iter().for_each(|&at| drop(ask(&searcher, queries[at].1.as_ref())));
    }
    let mut timings: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for _ in 0..rounds {
        shuffle(&mut order);
        for &at in &order {
            let (class, query) = &queries[at];
            let start = Instant::now();
            let ids = ask(&searcher, query.as_ref());
            timings.entry(*class).or_default().push(start.elapsed());
            drop(ids);
        }
    }
    for (class, mut timings) in timings {
        timings.sort_unstable();
        let at = |percent: usize| {
            let at = (timings.len() * percent / 100).min(timings.len() - 1);
            timings[at].as_secs_f64() * 1e6
        };
        println!("{class}\t{:.1}\t{:.1}\t{}", at(50), at(99), hits[class]);
    }
}

/// The ids of the ten best.
fn ask(searcher: &Searcher, query: &dyn Query) -> Vec<String> {
    let id = searcher.schema().get_field("id").expect("a field of ids");
    let top = searcher.search(query, &TopDocs::with_limit(10).order_by_score()).expect("an answer");
    let ids = top.into_iter().map(|(_, at)| {
        let document: TantivyDocument = searcher.doc(at).expect("a document");
        let id = document.get_first(id).and_then(|value| value.as_str());
        id.unwrap_or_default().to_owned()
    });
    ids.collect()
}

/// A query over the body.
fn read(index: &tantivy::Index, class: &str, words: &str) -> Box<dyn Query> {
    let body = index.schema().get_field("body").expect("a field of text");
    let mut analyzer = index.tokenizer_for_field(body).expect("its tokenizer");
    let mut terms = Vec::new();
    analyzer.token_stream(words).process(&mut |token| {
        terms.push(Term::from_field_text(body, &token.text));
    });
    if class.starts_with("phrase") {
        return Box::new(PhraseQuery::new(terms));
    }
    let option = IndexRecordOption::WithFreqs;
    let mut words: Vec<Box<dyn Query>> = Vec::new();
    for term in terms {
        words.push(Box::new(TermQuery::new(term, option)));
    }
    match words.len() {
        1 => words.swap_remove(0),
        _ if class.starts_with("or") => Box::new(BooleanQuery::union(words)),
        _ => Box::new(BooleanQuery::intersection(words)),
    }
}
