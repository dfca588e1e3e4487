//! What a run did: how much of what, and everything that gave no article, with the reason.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::article::{DateFrom, Refusal};
use crate::backend::local::Barren;
use crate::corpus::Skipped;
use crate::corpus::walk::FileEntry;

/// What a run did. Counts are articles unless they say files.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// New articles.
    pub added: u64,
    /// Articles of changed files, read again.
    pub replaced: u64,
    /// Articles of files that are gone or changed.
    pub removed: u64,
    /// Articles of files that are as they were.
    pub unchanged: u64,
    /// Files read.
    pub files_read: u64,
    /// Files as they were, not read.
    pub files_unchanged: u64,
    /// Files and folders with a leading dot, passed over.
    pub hidden: u64,
    /// What is no article by its kind, or by a rule file, and no failure: how much of each, in the
    /// files that were read.
    pub set_aside: BTreeMap<String, u64>,
    /// What gave no article, or not all of its articles, with the reason.
    pub skipped: Vec<LeftOut>,
    /// Of the articles read: how many carry no date.
    pub undated: u64,
    /// Of the articles read: where the dates came from.
    pub dates_from: BTreeMap<DateFrom, u64>,
    /// Dates that the articles read claim and that cannot be, by what is wrong with them.
    pub refused_dates: BTreeMap<Refusal, u64>,
    /// Files that were not UTF-8, by what they were read as.
    pub charsets: BTreeMap<String, u64>,
    /// Bytes read.
    pub bytes: u64,
    /// Articles that stand in the index of files that were not read to their end.
    pub unfinished: u64,
    /// Whether the run was stopped before its end; what was done is committed.
    pub interrupted: bool,
    /// How long it took.
    pub took: Duration,
}

impl Report {
    /// Adds what the threads of the run noted: counts of articles, and of the files that they read.
    pub(super) fn add(&mut self, read: Self) {
        self.added += read.added;
        self.replaced += read.replaced;
        self.removed += read.removed;
        self.unchanged += read.unchanged;
        self.files_read += read.files_read;
        self.skipped.extend(read.skipped);
        self.skipped.sort_by(|a, b| a.path.cmp(&b.path));
        self.undated += read.undated;
        add_up(&mut self.dates_from, read.dates_from);
        add_up(&mut self.refused_dates, read.refused_dates);
        add_up(&mut self.charsets, read.charsets);
        add_up(&mut self.set_aside, read.set_aside);
    }
}

/// Something that gave no article, for the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Key of the file, perhaps with the record behind it; or the path of a folder.
    pub path: String,
    /// A short stable word for the reason.
    pub code: String,
    /// The reason in words.
    pub reason: String,
}

impl From<Skipped> for LeftOut {
    fn from(skipped: Skipped) -> Self {
        let (code, reason) = (skipped.reason.code().to_owned(), skipped.reason.to_string());
        Self { path: skipped.path, code, reason }
    }
}

impl LeftOut {
    /// A file that changed under the reader's hands; its old stamp makes the next run read it.
    pub(super) fn changed(entry: &FileEntry) -> Self {
        Self {
            path: entry.key.clone(),
            code: "changed".to_owned(),
            reason: "it changed while it was read; run again to read it whole".to_owned(),
        }
    }

    /// A file that is as it was when it gave nothing.
    pub(super) fn remembered(file: &Barren) -> Self {
        Self { path: file.key.clone(), code: file.code.clone(), reason: file.reason.clone() }
    }
}

/// Adds counts up, by what they are of.
pub(super) fn add_up<K: Ord>(sums: &mut BTreeMap<K, u64>, counts: BTreeMap<K, u64>) {
    for (what, count) in counts {
        *sums.entry(what).or_default() += count;
    }
}
