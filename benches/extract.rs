//! Pages to articles, in pages a second, beside parsing them alone and beside `dom_smoothie`, the
//! readability rules in Rust: the same pages, decoded, one thread.
//!
//! Pages are the first hundred of `html/trafilatura` where `DATELINE_DATA` names its folder, else
//! those of the sample archive.

use std::io::Read;
use std::path::Path;

use dateline::corpus::dates::Clock;
use dateline::corpus::format::Format;
use dateline::corpus::mapping::Mapping;
use dateline::corpus::read::{Cut, Piece};
use dateline::corpus::{PARSER_STACK, Reading, parse};
use divan::Bencher;
use divan::counter::ItemsCount;
use dom_query::Document;

/// Enough that no page decides.
const PAGES: usize = 100;

fn main() {
    // What is beside us calls itself for each level of a page.
    let run = std::thread::Builder::new().stack_size(PARSER_STACK).spawn(divan::main);
    run.expect("a thread").join().expect("the benches to run");
}

/// Pages as UTF-8.
fn pages() -> Vec<String> {
    let pages = real().unwrap_or_else(sample);
    assert!(!pages.is_empty(), "no pages");
    pages
}

fn real() -> Option<Vec<String>> {
    let data = std::env::var_os("DATELINE_DATA")?;
    let archive = Path::new(&data).join("html/trafilatura/pages.tar.xz");
    let archive = std::fs::File::open(archive).ok()?;
    let mut archive = tar::Archive::new(lzma_rust2::XzReader::new(archive, true));
    let mut pages = Vec::new();
    for entry in archive.entries().ok()? {
        let mut bytes = Vec::new();
        entry.ok()?.read_to_end(&mut bytes).ok()?;
        // Those in another charset are left out: decoding is not what is measured.
        pages.extend(String::from_utf8(bytes).ok().filter(|page| !page.is_empty()));
        if pages.len() == PAGES {
            break;
        }
    }
    Some(pages)
}

fn sample() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let files = walkdir::WalkDir::new(folder).sort_by_file_name();
    let files = files.into_iter().filter_map(Result::ok);
    let pages = files.filter(|file| file.path().extension().is_some_and(|end| end == "html"));
    pages.filter_map(|file| std::fs::read_to_string(file.path()).ok()).collect()
}

#[divan::bench]
fn parse_tree_alone(bencher: Bencher<'_, '_>) {
    let pages = pages();
    bencher
        .counter(ItemsCount::new(pages.len()))
        .bench(|| pages.iter().map(|page| Document::from(page.as_str()).tree.len()).sum::<usize>());
}

#[divan::bench]
fn articles(bencher: Bencher<'_, '_>) {
    let reading =
        Reading { mapping: Mapping::default(), clock: Clock::at(jiff::Timestamp::UNIX_EPOCH) };
    let pieces: Vec<Piece> = pages()
        .into_iter()
        .map(|page| Piece {
            origin: dateline::corpus::Origin::default(),
            key: "page.html".into(),
            format: Format::Html,
            bytes: page.into_bytes(),
            cut: Cut::Whole,
            raw_end: 0,
        })
        .collect();
    bencher
        .counter(ItemsCount::new(pieces.len()))
        .bench(|| pieces.iter().map(|piece| parse(piece, &reading).articles.len()).sum::<usize>());
}

#[divan::bench]
fn dom_smoothie(bencher: Bencher<'_, '_>) {
    let pages = pages();
    bencher.counter(ItemsCount::new(pages.len())).bench(|| {
        let found = pages.iter().filter_map(|page| {
            let mut rules = dom_smoothie::Readability::new(page.as_str(), None, None).ok()?;
            rules.parse().ok()
        });
        found.map(|article| article.text_content.len()).sum::<usize>()
    });
}
