//! How fast folders are indexed: into a temporary directory, which is removed afterwards, so that no
//! index of the user's is touched.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::nanoseconds;
use crate::backend::local::LocalSearcher;
use crate::indexer::{self, Options, Progress};
use crate::usage;

/// What indexing took; times in nanoseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Indexing {
    /// What measured.
    pub tool: String,
    /// Threads that parse, and threads that index.
    pub threads: usize,
    /// Whether the texts were looked through for names.
    pub names: bool,
    /// Whether it was stopped before its end.
    pub interrupted: bool,
    /// Articles indexed.
    pub articles: u64,
    /// Files read.
    pub files: u64,
    /// Files, or parts of them, that gave no article.
    pub skipped: usize,
    /// Bytes of the files as they lie on the disk.
    pub bytes: u64,
    /// Bytes of the headlines and bodies of the articles.
    pub text_bytes: u64,
    /// From the first file to the last commit, merging included.
    pub wall_ns: u64,
    /// Processor time of all threads; `null` where the system does not tell.
    pub cpu_ns: Option<u64>,
    /// Processor time by stage, in the order in which an article goes through them; none where the
    /// system does not tell.
    pub stages: Vec<Stage>,
    /// The most memory that the process held, in bytes; `null` where the system does not tell.
    pub peak_memory: Option<u64>,
    /// Bytes of the index.
    pub index_bytes: u64,
    /// Bytes by part of the index, largest first.
    pub parts: Vec<Part>,
}

/// What is done with articles on their way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// What.
    pub name: String,
    /// Processor time of all threads that do it.
    pub cpu_ns: u64,
}

/// A part of the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What it holds.
    pub name: String,
    /// How large it is.
    pub bytes: u64,
}

/// Indexes what `options` name, anywhere but in the index that they name.
///
/// # Errors
/// As [`indexer::sync`], and if no temporary directory can be made.
pub fn run(options: &Options, progress: &Progress, stop: &AtomicBool) -> Result<Indexing> {
    let scratch = tempfile::Builder::new().prefix("dateline-bench-").tempdir();
    let scratch = scratch.with_context(|| {
        let place = std::env::temp_dir();
        format!("cannot make a directory in {}; name another by TMPDIR", place.display())
    })?;
    let options = Options { index: scratch.path().join("index"), ..options.clone() };
    let cpu = usage::of_process();
    let report = indexer::sync(&options, progress, stop)?;
    let cpu = usage::of_process().zip(cpu).map(|(after, before)| after.saturating_sub(before));
    let stats = LocalSearcher::open(&options.index)?.stats()?;
    let read = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    let known = &progress.stages;
    let stages = [
        ("read", read(&known.read)),
        ("extract", read(&known.extract)),
        ("passages", read(&known.passages)),
        ("names", read(&known.names)),
        ("analyse", read(&known.analyse)),
        ("documents", read(&known.documents)),
        ("tables", read(&known.tables)),
    ];
    let mut stages: Vec<Stage> =
        stages.map(|(name, cpu_ns)| Stage { name: name.to_owned(), cpu_ns }).to_vec();
    match cpu {
        Some(cpu) => {
            let told: u64 = stages.iter().map(|stage| stage.cpu_ns).sum();
            let rest = nanoseconds(cpu).saturating_sub(told);
            // The threads of the engine, which do it side by side, and what surrounds it all.
            stages.push(Stage { name: "write and merge".to_owned(), cpu_ns: rest });
        }
        None => stages.clear(),
    }
    let parts =
        stats.parts.iter().map(|part| Part { name: part.name.to_owned(), bytes: part.bytes });
    Ok(Indexing {
        tool: String::new(),
        threads: options.threads,
        names: options.manner.names.unwrap_or(true),
        interrupted: report.interrupted,
        articles: stats.articles,
        files: report.files_read,
        skipped: report.skipped.len(),
        bytes: report.bytes,
        text_bytes: read(&known.text_bytes),
        wall_ns: nanoseconds(report.took),
        cpu_ns: cpu.map(nanoseconds),
        stages,
        peak_memory: usage::peak_memory(),
        index_bytes: stats.bytes,
        parts: parts.collect(),
    })
}
