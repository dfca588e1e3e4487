//! The texts that the benches run over: real articles where `DATELINE_DATA` names their folder,
//! else the sample archive. Shared by the benches; not one itself.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use dateline::indexer::{self, Manner, Options, Progress};

/// Articles to run over; enough that no cache of the processor holds them.
const ARTICLES: usize = 4000;

/// A folder with one JSON lines file of articles, the same for every bench of a process.
pub(crate) fn folder(scratch: &Path) -> PathBuf {
    let folder = scratch.join("articles");
    fs::create_dir_all(&folder).expect("a scratch folder");
    let lines = match real() {
        Some(lines) => lines,
        None => sample(),
    };
    fs::write(folder.join("articles.jsonl"), lines).expect("room in the scratch folder");
    folder
}

fn real() -> Option<String> {
    let data = std::env::var_os("DATELINE_DATA")?;
    let file = fs::File::open(Path::new(&data).join("judged/realtimeqa/docs.jsonl.gz")).ok()?;
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).ok()?;
    Some(text.lines().take(ARTICLES).map(|line| line.to_owned() + "\n").collect())
}

/// The wire stories of the sample archive, again and again under other ids.
fn sample() -> String {
    let wire = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/wire/2025.jsonl");
    let text = fs::read_to_string(wire).expect("the sample archive");
    let lines: Vec<&str> = text.lines().collect();
    (0..ARTICLES)
        .map(|number| {
            let line = lines[number % lines.len()];
            line.replacen("\"id\": \"", &format!("\"id\": \"{number}-"), 1) + "\n"
        })
        .collect()
}

/// How the benches index.
pub(crate) fn options(folder: &Path, index: &Path, threads: usize) -> Options {
    Options {
        index: index.to_owned(),
        folders: vec![folder.to_owned()],
        // Bare tantivy finds no names either; what that costs, `entities` tells.
        manner: Manner { names: Some(false), ..Manner::default() },
        threads,
        now: jiff::Timestamp::UNIX_EPOCH,
    }
}

/// Indexes the folder; the number of articles.
pub(crate) fn sync(options: &Options) -> u64 {
    let report = indexer::sync(options, &Progress::default(), &AtomicBool::new(false));
    report.expect("an index").added
}
