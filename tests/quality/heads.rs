//! Titles and authors of pages, against what persons wrote down for them: 845 titles and 538
//! bylines of pages in many languages.
//!
//! A title counts where it is the same but for white space, letter case included. Authors count
//! where they are the same names as the gold line, which is taken apart at commas and "and".

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use dateline::article::Article;
use dateline::corpus::dates::Clock;
use dateline::corpus::format::Format;
use dateline::corpus::mapping::Mapping;
use dateline::corpus::read::{Cut, Piece};
use dateline::corpus::{PARSER_STACK, Reading, parse};
use serde::Deserialize;

use crate::floors;

/// What is known of a page.
#[derive(Deserialize)]
struct Gold {
    file: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    author: Option<Names>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Names {
    Line(String),
    List(Vec<String>),
}

impl Names {
    fn all(&self) -> BTreeSet<String> {
        let lines = match self {
            Self::Line(line) => std::slice::from_ref(line),
            Self::List(lines) => lines,
        };
        lines.iter().flat_map(|line| names_of(line)).collect()
    }
}

/// The names in a line, in lower case.
fn names_of(line: &str) -> Vec<String> {
    let mut line = plain(line).to_lowercase();
    for by in ["von ", "by ", "par ", "por ", "di ", "door "] {
        if let Some(rest) = line.strip_prefix(by) {
            line = rest.to_owned();
        }
    }
    for joint in [" und ", " and ", " y ", " et ", " / ", ";", "|", "&"] {
        line = line.replace(joint, ",");
    }
    line.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn titles_and_authors() {
    let Some(data) = std::env::var_os("DATELINE_DATA") else {
        eprintln!("skipped heads: DATELINE_DATA does not name the folder of the judged sets");
        return;
    };
    let dir = Path::new(&data).join("html/trafilatura");
    let (gold_file, archive) = (dir.join("gold.jsonl"), dir.join("pages.tar.xz"));
    let gold: Vec<Gold> = std::fs::read_to_string(&gold_file)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let articles = read_pages(unpack(&archive));

    let (mut titles, mut titles_right) = (0, 0);
    let (mut bylines, mut named, mut one_right, mut all_right) = (0, 0, 0, 0);
    for page in &gold {
        let article = articles.get(&page.file);
        if let Some(title) = page.title.as_deref().map(plain).filter(|title| !title.is_empty()) {
            titles += 1;
            let got = article.and_then(|article| article.title.as_deref()).map(plain);
            titles_right += usize::from(got == Some(title));
        }
        let names = page.author.as_ref().map(Names::all).unwrap_or_default();
        if !names.is_empty() {
            bylines += 1;
            let got: BTreeSet<String> = article
                .map(|article| article.authors.iter().map(|name| plain(name).to_lowercase()))
                .into_iter()
                .flatten()
                .collect();
            named += usize::from(!got.is_empty());
            all_right += usize::from(got == names);
            one_right += usize::from(!got.is_disjoint(&names));
        }
    }
    let share = |part: usize, whole: usize| part as f64 / whole as f64;
    let measured = BTreeMap::from([
        ("title exact".to_owned(), share(titles_right, titles)),
        ("authors exact".to_owned(), share(all_right, bylines)),
        ("one author right".to_owned(), share(one_right, bylines)),
        ("one author right, where any is named".to_owned(), share(one_right, named)),
    ]);
    eprintln!("heads: {titles} titles, {bylines} bylines: {measured:.4?}");
    floors::hold("heads", &floors::digest(&[gold_file, archive]), &measured);
}

/// The files of a packed folder, by their names.
fn unpack(archive: &Path) -> Vec<(String, Vec<u8>)> {
    let plain = lzma_rust2::XzReader::new(File::open(archive).unwrap(), true);
    let mut files = Vec::new();
    for entry in tar::Archive::new(plain).entries().unwrap() {
        let mut entry = entry.unwrap();
        if entry.header().entry_type().is_file() {
            let path = entry.path().unwrap().into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            files.push((path.file_name().unwrap().to_string_lossy().into_owned(), bytes));
        }
    }
    files
}

fn read_pages(pages: Vec<(String, Vec<u8>)>) -> HashMap<String, Article> {
    let reading = Reading {
        mapping: Mapping::default(),
        clock: Clock::at("2026-01-01T00:00:00Z".parse().unwrap()),
    };
    let (next, found) = (AtomicUsize::new(0), Mutex::new(HashMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            let work = || {
                while let Some((name, bytes)) = pages.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let piece = Piece {
                        key: name.as_str().into(),
                        format: Format::Html,
                        bytes: bytes.clone(),
                        cut: Cut::Whole,
                        raw_end: 0,
                        origin: dateline::corpus::Origin::default(),
                    };
                    let read = parse(&piece, &reading).articles.pop();
                    found.lock().unwrap().extend(read.map(|article| (name.clone(), article)));
                }
            };
            std::thread::Builder::new().stack_size(PARSER_STACK).spawn_scoped(scope, work).unwrap();
        }
    });
    found.into_inner().unwrap()
}
