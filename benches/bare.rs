//! An index by tantivy alone: what indexing is measured against, in benches and in a gate. Headline
//! and body in its own English analyzer with positions, stored.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Indexes lines of JSON with tantivy alone; the number of articles.
pub(crate) fn index(lines: &Path, index: &Path, threads: usize) -> u64 {
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
