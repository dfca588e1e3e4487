//! Gates on pages: how much of the text that must be in an article is, and how little of what must
//! not be.
//!
//! `html/trafilatura` has 990 pages with segments of text that belong to the article ("with") and
//! segments that stand beside it ("without"). White space aside, each is found in the body or not:
//! found and wanted is a true positive, and so on, pooled over all pages.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::thread;

use dateline::article::Article;
use dateline::corpus::dates::Clock;
use dateline::corpus::format::Format;
use dateline::corpus::mapping::Mapping;
use dateline::corpus::read::{Cut, Piece};
use dateline::corpus::{PARSER_STACK, Reading, parse};
use serde::Deserialize;

use crate::floors;

/// What is known of a page.
#[derive(Debug, Deserialize)]
struct Gold {
    file: String,
    #[serde(default)]
    with: Vec<String>,
    #[serde(default)]
    without: Vec<String>,
}

/// A page, and what it became; nothing where it became no article.
type Pages = Vec<(Gold, Option<Article>)>;

#[test]
fn trafilatura() {
    let Some(data) = std::env::var_os("DATELINE_DATA") else {
        eprintln!("skipped pages: DATELINE_DATA does not name the folder of the page sets");
        return;
    };
    let set = Path::new(&data).join("html/trafilatura");
    let files = [set.join("gold.jsonl"), set.join("pages.tar.xz")];
    let read = articles(&files);
    // Further measures of the same pages go here, one function each.
    let mut measured = BTreeMap::new();
    measured.extend(text(&read));
    eprintln!("pages: {measured:.4?}");
    floors::hold("pages", &floors::digest(&files), &measured);
}

/// Reads every page once, on all processors.
fn articles([gold, pages]: &[PathBuf; 2]) -> Pages {
    let gold = std::fs::read_to_string(gold).unwrap();
    let mut pages = unpack(pages);
    let mut todo: Vec<(Gold, Vec<u8>)> = gold
        .lines()
        .map(|line| {
            let gold: Gold = serde_json::from_str(line).unwrap();
            let page = pages.remove(&gold.file).unwrap();
            (gold, page)
        })
        .collect();
    let threads = thread::available_parallelism().map_or(2, usize::from);
    let share = todo.len().div_ceil(threads);
    let mut running = Vec::new();
    while !todo.is_empty() {
        let part = todo.split_off(todo.len().saturating_sub(share));
        let thread = thread::Builder::new().stack_size(PARSER_STACK);
        running.push(thread.spawn(|| part.into_iter().map(read).collect::<Pages>()).unwrap());
    }
    running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
}

fn read((gold, bytes): (Gold, Vec<u8>)) -> (Gold, Option<Article>) {
    let reading = Reading {
        mapping: Mapping::default(),
        clock: Clock::at("2026-01-01T00:00:00Z".parse().unwrap()),
    };
    let piece = Piece {
        key: gold.file.as_str().into(),
        format: Format::Html,
        bytes,
        cut: Cut::Whole,
        raw_end: 0,
        origin: dateline::corpus::Origin::default(),
    };
    (gold, parse(&piece, &reading).articles.pop())
}

/// The files of an archive by their names, folders aside.
fn unpack(archive: &Path) -> HashMap<String, Vec<u8>> {
    let packed = lzma_rust2::XzReader::new(File::open(archive).unwrap(), true);
    let mut files = HashMap::new();
    for entry in tar::Archive::new(packed).entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        if let Some(name) = path.file_name() {
            files.insert(name.to_string_lossy().into_owned(), bytes);
        }
    }
    files
}

/// The text: what must be in it and what must not.
fn text(read: &Pages) -> BTreeMap<String, f64> {
    let (mut found, mut missed, mut wrong) = (0.0, 0.0, 0.0);
    for (gold, article) in read {
        let body = one_line(article.as_ref().map_or("", |article| &article.body));
        for segment in &gold.with {
            let is_there = body.contains(&one_line(segment));
            *(if is_there { &mut found } else { &mut missed }) += 1.0;
        }
        let beside = gold.without.iter().filter(|segment| body.contains(&one_line(segment)));
        wrong += beside.count() as f64;
    }
    BTreeMap::from([
        ("text precision".to_owned(), found / (found + wrong)),
        ("text recall".to_owned(), found / (found + missed)),
        ("text F1".to_owned(), 2.0 * found / (2.0 * found + missed + wrong)),
    ])
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
