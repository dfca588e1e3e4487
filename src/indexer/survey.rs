//! Looks at a few files of each root before all are read, to learn what repeats across the
//! articles of one source.
//!
//! Which files depends on the names of the files alone, so that the same folder gives the same
//! table, however often it was synced on the way. A table is kept with its root; it is learnt anew
//! only where the files that it was learnt from are others than before, and where it comes out
//! different, the files of the sources concerned are read again.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Result, anyhow};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use crate::corpus::read::{Limits, read};
use crate::corpus::walk::FileEntry;
use crate::corpus::{Furniture, PARSER_STACK, Reading, Specimen, learn, parse};

use super::patience::Patience;

/// Raised when another table may be learnt from the same files.
const VERSION: u32 = 1;
/// How many files are looked at, where there are as many: at least and at most.
const FEWEST: usize = 48;
const MOST: usize = 768;
/// One in so many files is looked at, between those bounds.
const ONE_IN: usize = 16;
/// How much of one file is looked at, unpacked: of a file with many articles, its first ones.
const OF_A_FILE: usize = 1 << 20;
/// The same of a large file: one part in so many, up to a limit.
const ONE_BYTE_IN: u64 = 32;
const OF_A_LARGE_FILE: usize = 4 << 20;
/// How much is looked at in all.
const IN_ALL: usize = 64 << 20;

/// What was learnt of a root, as the index keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Learnt {
    /// Tells the files that it was learnt from, as they were.
    pub(super) from: u64,
    /// What repeats.
    pub(super) furniture: Furniture,
}

impl Learnt {
    /// As the index keeps it; nothing where it says nothing.
    pub(super) fn read(kept: &str) -> Self {
        serde_json::from_str(kept).unwrap_or_default()
    }

    pub(super) fn written(&self) -> Result<String> {
        Ok(serde_json::to_string(self)?)
    }
}

/// The folder of a file, by its key: articles that name no source belong to it.
pub(super) fn folder_of(key: &str) -> &str {
    key.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Chooses the files to look at while a root is walked.
///
/// Of each folder one file, then of each a second one, and so on, in an order that hashes of the
/// names give: every source has its turn, and a file more or less changes one choice at most.
#[derive(Debug, Default)]
pub(super) struct Choice {
    count: usize,
    entries: Vec<(u64, FileEntry)>,
}

impl Choice {
    pub(super) fn offer(&mut self, entry: &FileEntry) {
        self.count += 1;
        self.entries.push((xxh3_64(entry.key.as_bytes()), entry.clone()));
        // What is not among the first now will not be later: files that come in push back only.
        if self.entries.len() >= 8 * MOST {
            self.sort();
            self.entries.truncate(MOST);
        }
    }

    /// The files to look at.
    pub(super) fn files(mut self) -> Vec<FileEntry> {
        self.sort();
        // In steps of two, so that a growing folder is rarely looked at anew for its size alone.
        let wanted = (self.count / ONE_IN).clamp(FEWEST, MOST);
        let mut many = FEWEST;
        while many * 2 <= wanted {
            many *= 2;
        }
        self.entries.truncate(many);
        self.entries.into_iter().map(|(_, entry)| entry).collect()
    }

    /// By place in the folder, then by hash.
    fn sort(&mut self) {
        self.entries.sort_by(|(a, one), (b, other)| (a, &one.key).cmp(&(b, &other.key)));
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut placed: Vec<(usize, (u64, FileEntry))> = Vec::with_capacity(self.entries.len());
        for (hash, entry) in self.entries.drain(..) {
            let place = places.entry(folder_of(&entry.key).to_owned()).or_default();
            placed.push((*place, (hash, entry)));
            *place += 1;
        }
        placed.sort_by_key(|(place, _)| *place);
        self.entries = placed.into_iter().map(|(_, entry)| entry).collect();
    }
}

/// Tells files, as they are now and as they are read.
pub(super) fn digest(files: &[FileEntry], manner: &str) -> u64 {
    let mut hash = Xxh3Default::new();
    hash.update(&VERSION.to_le_bytes());
    hash.update(manner.as_bytes());
    for file in files {
        hash.update(file.key.as_bytes());
        hash.update(&file.size.to_le_bytes());
        hash.update(&file.mtime_ns.to_le_bytes());
    }
    hash.digest()
}

/// Learns from files; `None` if it was stopped.
pub(super) fn survey(
    files: &[FileEntry],
    reading: &Arc<Reading>,
    limits: &Limits,
    threads: usize,
    stop: &AtomicBool,
) -> Result<Option<Furniture>> {
    let next = AtomicUsize::new(0);
    let budgets = budgets(files);
    let seen: Mutex<BTreeMap<usize, Vec<Specimen>>> = Mutex::default();
    thread::scope(|scope| -> Result<()> {
        let mut workers = Vec::new();
        for number in 0..threads.clamp(1, files.len().max(1)) {
            let builder =
                thread::Builder::new().name(format!("survey-{number}")).stack_size(PARSER_STACK);
            workers.push(builder.spawn_scoped(scope, || {
                let mut patience = Patience::new(limits.max_time, stop);
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let (Some(file), Some(budget)) = (files.get(at), budgets.get(at)) else {
                        return;
                    };
                    let specimens = specimens(file, *budget, reading, limits, stop, &mut patience);
                    seen.lock().unwrap_or_else(PoisonError::into_inner).insert(at, specimens);
                }
            })?);
        }
        for worker in workers {
            worker.join().map_err(|_| anyhow!("a reading thread failed; please report it"))?;
        }
        Ok(())
    })?;
    if stop.load(Ordering::Relaxed) {
        return Ok(None);
    }
    let seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    let specimens: Vec<Specimen> = seen.into_values().flatten().collect();
    Ok(Some(learn(&specimens)))
}

/// How much of each file is looked at; decided beforehand, whichever thread is faster.
fn budgets(files: &[FileEntry]) -> Vec<usize> {
    let mut left = IN_ALL;
    let budget = |file: &FileEntry| {
        let share = usize::try_from(file.size / ONE_BYTE_IN).unwrap_or(usize::MAX);
        let budget = share.clamp(OF_A_FILE, OF_A_LARGE_FILE).min(left);
        // A small file takes no more than it is; a packed one may take all it is given.
        let packed = file.compression != crate::corpus::format::Compression::None;
        let size = usize::try_from(file.size).unwrap_or(usize::MAX);
        left -= if packed { budget } else { budget.min(size) };
        budget
    };
    files.iter().map(budget).collect()
}

/// The first articles of a file.
fn specimens(
    file: &FileEntry,
    budget: usize,
    reading: &Arc<Reading>,
    limits: &Limits,
    stop: &AtomicBool,
    patience: &mut Patience<'_, (), Vec<Specimen>>,
) -> Vec<Specimen> {
    let mut specimens = Vec::new();
    let mut left = budget;
    if left == 0 || stop.load(Ordering::Relaxed) {
        return specimens;
    }
    read(file, limits, stop, &mut |piece| {
        let size = piece.bytes.len();
        let reading = Arc::clone(reading);
        let found = patience.run(move |()| {
            let articles = parse(&piece, &reading).articles;
            articles.iter().map(|a| Specimen::of(a, folder_of(&piece.key))).collect()
        });
        // A file that takes too long will be told of when it is read.
        let Ok(Some(found)) = found else { return ControlFlow::Break(()) };
        specimens.extend(found);
        left = left.saturating_sub(size);
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    specimens
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::format::Compression;

    fn entry(key: &str) -> FileEntry {
        FileEntry {
            key: key.into(),
            path: key.into(),
            size: 1,
            mtime_ns: 1,
            format: None,
            compression: Compression::None,
            container: None,
            rules: None,
        }
    }

    fn chosen(keys: &[String]) -> Vec<String> {
        let mut choice = Choice::default();
        for key in keys {
            choice.offer(&entry(key));
        }
        choice.files().into_iter().map(|file| file.key).collect()
    }

    fn keys(folders: usize, files: usize) -> Vec<String> {
        (0..folders).flat_map(|d| (0..files).map(move |f| format!("d{d}/{f}.txt"))).collect()
    }

    #[test]
    fn the_order_of_files_does_not_matter() {
        for (folders, files) in [(3, 10), (3, 100), (700, 20), (1, 30_000)] {
            let mut keys = keys(folders, files);
            let forward = chosen(&keys);
            keys.reverse();
            assert_eq!(chosen(&keys), forward);
            keys.sort_by_key(|key| xxh3_64(key.as_bytes()).reverse_bits());
            assert_eq!(chosen(&keys), forward);
        }
    }

    #[test]
    fn every_folder_has_its_turn() {
        let mut keys = keys(1, 3000);
        keys.extend(["small/1.txt", "small/2.txt"].map(str::to_owned));
        let chosen = chosen(&keys);
        assert_eq!(chosen.len(), 96);
        assert_eq!(chosen.iter().filter(|key| key.starts_with("small/")).count(), 2);
        assert_eq!(super::tests::chosen(&keys[..30]).len(), 30);
    }

    #[test]
    fn a_file_more_changes_little() {
        let before = chosen(&keys(5, 400));
        let mut more = keys(5, 400);
        more.push("d2/another.txt".into());
        let after = chosen(&more);
        assert!(after.iter().filter(|key| !before.contains(key)).count() <= 1);
    }
}
