//! A folder of JSON lines to a committed index, articles a second, with one thread and with two.
//! Every round starts from no index; the files are in the page cache. Beside it, what bare tantivy
//! takes for the same text: headline and body in its own English analyzer with positions, stored.

#[allow(dead_code)] // no bench needs all of it
mod archive;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;

use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

#[divan::bench(args = [1, 2], sample_count = 5, sample_size = 1)]
fn sync(bencher: Bencher<'_, '_>, threads: usize) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = archive::folder(scratch.path());
    let articles =
        archive::sync(&archive::options(&folder, &scratch.path().join("first"), threads));
    let mut round = 0;
    bencher.counter(ItemsCount::new(articles)).bench_local(|| {
        round += 1;
        let index = scratch.path().join(format!("index-{round}"));
        archive::sync(&archive::options(&folder, &index, threads))
    });
}

#[divan::bench(args = [1, 2], sample_count = 5, sample_size = 1)]
fn bare_tantivy(bencher: Bencher<'_, '_>, threads: usize) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let lines = archive::folder(scratch.path()).join("articles.jsonl");
    let articles = index_bare(&lines, &scratch.path().join("first"), threads);
    let mut round = 0;
    bencher.counter(ItemsCount::new(articles)).bench_local(|| {
        round += 1;
        index_bare(&lines, &scratch.path().join(format!("index-{round}")), threads)
    });
}

/// Indexes lines of JSON with tantivy alone; the number of articles.
fn index_bare(lines: &Path, index: &Path, threads: usize) -> u64 {
    use tantivy::schema::{
        IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
    };
    #[derive(serde::Deserialize)]
    struct Record {
        id: String,
        #[serde(default)]
        title: String,
        text: String,
    }
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("en_stem")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let words = TextOptions::default().set_indexing_options(indexing).set_stored();
    let id = schema.add_text_field("id", STRING | STORED);
    let title = schema.add_text_field("title", words.clone());
    let body = schema.add_text_field("body", words);
    fs::create_dir_all(index).expect("a scratch folder");
    let index = tantivy::Index::create_in_dir(index, schema.build()).expect("an index");
    let mut writer =
        index.writer_with_num_threads(threads, threads * (48 << 20)).expect("a writer");
    let mut articles = 0;
    for line in BufReader::new(fs::File::open(lines).expect("the articles")).lines() {
        let record: Record =
            serde_json::from_str(&line.expect("a line of text")).expect("a record");
        writer
            .add_document(
                tantivy::doc!(id => record.id, title => record.title, body => record.text),
            )
            .expect("room");
        articles += 1;
    }
    writer.commit().expect("a commit");
    writer.wait_merging_threads().expect("merged segments");
    articles
}

/// What a second run costs where nothing has changed.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn sync_unchanged(bencher: Bencher<'_, '_>) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = archive::folder(scratch.path());
    let options = archive::options(&folder, &scratch.path().join("index"), 2);
    archive::sync(&options);
    bencher.bench_local(|| assert_eq!(archive::sync(&options), 0));
}
