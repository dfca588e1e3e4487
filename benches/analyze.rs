//! Text to words and passages, in bytes of text a second, beside what cutting at white space
//! alone costs: the floor for anything that looks at every word.

#[allow(dead_code)] // no bench needs all of it
mod archive;

use dateline::analysis::Analyzer;
use dateline::passage;
use dateline::words::WordList;
use divan::Bencher;
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

/// About a megabyte of article text.
fn text() -> String {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = archive::folder(scratch.path());
    let lines = std::fs::read_to_string(folder.join("articles.jsonl")).expect("articles");
    let mut text = String::new();
    for line in lines.lines() {
        let record: serde_json::Value = serde_json::from_str(line).expect("a record");
        text.push_str(record["text"].as_str().unwrap_or_default());
        text.push_str("\n\n");
        if text.len() > 1 << 20 {
            break;
        }
    }
    text
}

#[divan::bench]
fn white_space(bencher: Bencher<'_, '_>) {
    let text = text();
    bencher.counter(BytesCount::of_str(&text)).bench(|| text.split_whitespace().count());
}

#[divan::bench]
fn words(bencher: Bencher<'_, '_>) {
    let text = text();
    let analyzer = Analyzer::default();
    bencher.counter(BytesCount::of_str(&text)).bench(|| analyzer.words(&text).len());
}

#[divan::bench]
fn passages(bencher: Bencher<'_, '_>) {
    let text = text();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| passage::split(&text, &WordList::of(&text), Some("en")).passages.len());
}
