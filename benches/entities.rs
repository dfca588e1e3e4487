//! Article text to names, in words a second on one thread, beside what finding the words alone
//! costs.

#[allow(dead_code)] // no bench needs all of it
mod archive;

use dateline::{entities, words};
use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

/// Some hundred headlines and bodies.
fn articles() -> Vec<(String, String)> {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = archive::folder(scratch.path());
    let lines = std::fs::read_to_string(folder.join("articles.jsonl")).expect("articles");
    let field = |record: &serde_json::Value, name: &str| {
        record[name].as_str().unwrap_or_default().to_owned()
    };
    lines
        .lines()
        .take(400)
        .map(|line| {
            let record: serde_json::Value = serde_json::from_str(line).expect("a record");
            (field(&record, "title"), field(&record, "text"))
        })
        .collect()
}

fn count(articles: &[(String, String)]) -> ItemsCount {
    ItemsCount::new(articles.iter().map(|(_, body)| words::count(body)).sum::<usize>())
}

#[divan::bench]
fn words_alone(bencher: Bencher<'_, '_>) {
    let articles = articles();
    bencher
        .counter(count(&articles))
        .bench(|| articles.iter().map(|(_, body)| words::count(body)).sum::<usize>());
}

#[divan::bench]
fn names(bencher: Bencher<'_, '_>) {
    let articles = articles();
    let _ = entities::find(None, "", None); // decodes the model
    bencher.counter(count(&articles)).bench(|| {
        articles
            .iter()
            .map(|(title, body)| entities::find(Some(title), body, Some("en")).body.len())
            .sum::<usize>()
    });
}
