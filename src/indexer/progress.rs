//! How far a run is and what it used up: numbers that its threads add to while others read them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::backend::local::Held;
use crate::usage;

/// How far a run is; read by whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Files found so far.
    pub found: AtomicU64,
    /// Files to read; 0 until the folders are walked.
    pub files: AtomicU64,
    /// Bytes to read.
    pub bytes: AtomicU64,
    /// Files read.
    pub files_read: AtomicU64,
    /// Bytes read.
    pub bytes_read: AtomicU64,
    /// Articles indexed.
    pub articles: AtomicU64,
    /// What was used up so far.
    pub stages: Stages,
    /// Is told if another process writes to the index and is waited for.
    pub on_wait: Option<fn(&Held)>,
}

/// Processor time by stage, in nanoseconds and of all threads; 0 where the system does not tell.
#[derive(Debug, Default)]
pub struct Stages {
    /// Reading and unpacking files and cutting them into pieces.
    pub read: AtomicU64,
    /// Making articles of pieces.
    pub extract: AtomicU64,
    /// Finding words, sentences and passages.
    pub passages: AtomicU64,
    /// Finding names.
    pub names: AtomicU64,
    /// Making terms of words.
    pub analyse: AtomicU64,
    /// Making documents of articles and handing them over.
    pub documents: AtomicU64,
    /// Looking for copies and joining names, at the end.
    pub tables: AtomicU64,
    /// No time: bytes of the headlines and bodies indexed.
    pub text_bytes: AtomicU64,
}

impl Stages {
    /// Adds what was spent on articles before they became documents.
    pub(super) fn add(&self, spent: &Self) {
        for (sum, part) in [
            (&self.extract, &spent.extract),
            (&self.passages, &spent.passages),
            (&self.names, &spent.names),
            (&self.analyse, &spent.analyse),
        ] {
            sum.fetch_add(part.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }
}

/// Adds up what the calling thread uses from stage to stage.
pub(super) struct Lap(Option<Duration>);

impl Lap {
    pub(super) fn begin() -> Self {
        Self(usage::of_thread())
    }

    /// What was used since the last end belongs to this stage.
    pub(super) fn end(&mut self, stage: &AtomicU64) {
        let now = usage::of_thread();
        if let (Some(now), Some(before)) = (now, self.0) {
            let used = now.saturating_sub(before).as_nanos();
            stage.fetch_add(u64::try_from(used).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
        self.0 = now;
    }
}
