//! How fast lines of JSON become indexed articles, against tantivy alone with the same text: its
//! own English analyzer with positions, headline and body stored.
//!
//! Both are timed by the processor time of a process of their own, one after the other and several
//! times over, with one thread: the least of each is what it takes. The build is the tests', so the
//! share is not that of a release build; `benches/index.rs` measures that one.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::AtomicBool;

use dateline::indexer::{self, Manner, Options, Progress};

use crate::floors;

/// Articles of each run.
const ARTICLES: usize = 3_000;
const ROUNDS: usize = 4;

/// Says to a child of this test which lines to index, and where.
const LINES: &str = "DATELINE_THROUGHPUT_LINES";

#[test]
fn throughput() {
    let Some(data) = std::env::var_os("DATELINE_DATA") else {
        eprintln!("skipped throughput: DATELINE_DATA does not name the folder of the judged sets");
        return;
    };
    let packed = Path::new(&data).join("judged/realtimeqa/docs.jsonl.gz");
    let mut text = String::new();
    let file = fs::File::open(&packed).unwrap();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    let lines: String = text.lines().take(ARTICLES).map(|line| line.to_owned() + "\n").collect();
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("articles.jsonl");
    fs::write(&path, &lines).unwrap();

    let mut least = BTreeMap::new();
    for _ in 0..ROUNDS {
        for child in ["bare_tantivy", "dateline"] {
            let seconds = seconds_of(child, &path);
            let best = least.entry(child).or_insert(f64::MAX);
            *best = seconds.min(*best);
        }
    }
    let share = least["bare_tantivy"] / least["dateline"];
    let rate = |child| lines.len() as f64 / 1e6 / least[child];
    eprintln!(
        "throughput: {share:.3} of bare tantivy ({:.1} of {:.1} MB/s, one thread, build of tests)",
        rate("dateline"),
        rate("bare_tantivy")
    );
    // Times are never the same twice: the floor is set by hand, well below what is measured, where
    // others are raised to it.
    if std::env::var_os("UPDATE").is_none() {
        let measured = BTreeMap::from([("share".to_owned(), share)]);
        floors::hold("throughput", &floors::digest(&[packed]), &measured);
    }
}

/// The processor time that a test of this file takes in a process of its own.
fn seconds_of(child: &str, lines: &Path) -> f64 {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("throughput::{child}"), "--ignored", "--nocapture"])
        .env(LINES, lines)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    said.lines().find_map(|line| line.strip_prefix("seconds ")?.parse().ok()).unwrap()
}

/// Runs the work of a child and says what it took; nothing where no test asked for it.
fn timed(work: impl FnOnce(&Path, &Path)) {
    let Some(lines) = std::env::var_os(LINES) else { return };
    let scratch = tempfile::tempdir().unwrap();
    work(Path::new(&lines), &scratch.path().join("index"));
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    eprintln!("seconds {}", spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9);
}

#[test]
#[ignore = "a part of `throughput`, which runs it by itself"]
fn dateline() {
    timed(|lines, index| {
        let options = Options {
            index: index.to_owned(),
            folders: vec![lines.to_owned()],
            manner: Manner::default(),
            threads: 1,
            now: "2026-01-01T00:00:00Z".parse().unwrap(),
        };
        let report =
            indexer::sync(&options, &Progress::default(), &AtomicBool::new(false)).unwrap();
        assert_eq!(report.added as usize, ARTICLES);
    });
}

#[test]
#[ignore = "a part of `throughput`, which runs it by itself"]
fn bare_tantivy() {
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
    timed(|lines, index| {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("en_stem")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let words = TextOptions::default().set_indexing_options(indexing).set_stored();
        let id = schema.add_text_field("id", STRING | STORED);
        let title = schema.add_text_field("title", words.clone());
        let body = schema.add_text_field("body", words);
        fs::create_dir_all(index).unwrap();
        let index = tantivy::Index::create_in_dir(index, schema.build()).unwrap();
        let mut writer = index.writer_with_num_threads(1, 48 << 20).unwrap();
        for line in fs::read_to_string(lines).unwrap().lines() {
            let record: Record = serde_json::from_str(line).unwrap();
            let document =
                tantivy::doc!(id => record.id, title => record.title, body => record.text);
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        writer.wait_merging_threads().unwrap();
    });
}
