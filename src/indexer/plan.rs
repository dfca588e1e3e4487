//! What a sync will do, decided before anything is read: the folders are walked and held against what
//! the index knows of their files.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use jiff::Timestamp;

use super::Options;
use super::manner::Manner;
use super::progress::Progress;
use super::report::{LeftOut, Report};
use super::roots::{Chosen, root_of, walked};
use super::survey::{self, Choice, Learnt, folder_of};
use crate::backend::local::{Barren, Known, Root, State, Writer};
use crate::corpus::walk::{FileEntry, Found, walk_by};
use crate::corpus::{Furniture, Skipped, dates};

/// What a sync will do, decided before anything is read.
pub(super) struct Plan {
    pub(super) roots: Vec<Root>,
    /// For each root the files to learn from, unless it is not looked at as a whole.
    pub(super) samples: Vec<Option<Vec<FileEntry>>>,
    pub(super) to_read: Vec<Candidate>,
    pub(super) vanished: Vec<String>,
    /// Files that an earlier run left half read and that are still there.
    pub(super) unread: BTreeSet<String>,
    pub(super) touched: BTreeMap<String, i64>,
    pub(super) barren: BTreeMap<String, Barren>,
    pub(super) ahead: BTreeMap<String, Timestamp>,
}

/// A file to read.
pub(super) struct Candidate {
    pub(super) entry: FileEntry,
    /// Number of its root.
    pub(super) root: usize,
    /// The hash that makes reading it needless.
    pub(super) hash: Option<u64>,
}

impl Plan {
    pub(super) fn make(
        state: &State,
        roots: &[Chosen],
        known: &HashMap<String, Known>,
        stale: &HashSet<String>,
        report: &mut Report,
        progress: &Progress,
    ) -> Self {
        let barren: HashMap<&str, &Barren> =
            state.barren.iter().map(|file| (file.key.as_str(), file)).collect();
        let touched: HashMap<&str, i64> =
            state.touched.iter().map(|file| (file.key.as_str(), file.mtime_ns)).collect();
        let partial: HashSet<&str> = state.partial.iter().map(String::as_str).collect();
        let mut plan = Self {
            roots: roots.iter().map(|chosen| chosen.root.clone()).collect(),
            samples: Vec::new(),
            to_read: Vec::new(),
            vanished: Vec::new(),
            unread: BTreeSet::new(),
            touched: BTreeMap::new(),
            barren: BTreeMap::new(),
            ahead: state.ahead.iter().map(|file| (file.key.clone(), file.due)).collect(),
        };
        let mut seen: HashSet<String> = HashSet::new();
        let mut unreadable: Vec<String> = Vec::new();
        for (number, Chosen { root, synced, rules }) in roots.iter().enumerate() {
            if !synced {
                // Not looked at this time: all that is remembered of it stays.
                plan.samples.push(None);
                let of_root = |key: &str| root_of(key, &plan.roots) == Some(&root.path);
                for file in state.barren.iter().filter(|file| of_root(&file.key)) {
                    plan.barren.insert(file.key.clone(), file.clone());
                }
                for file in state.touched.iter().filter(|file| of_root(&file.key)) {
                    plan.touched.insert(file.key.clone(), file.mtime_ns);
                }
                continue;
            }
            let same_reading = state
                .roots
                .iter()
                .any(|old| old.path == root.path && old.settled && old.reading == root.reading);
            let manner = Manner::of(root);
            let mut sample = Choice::default();
            let unreadable_before = unreadable.len();
            for found in walk_by(&walked(root), &manner.walking(), Arc::clone(rules)) {
                let entry = match found {
                    Found::File(entry) => entry,
                    Found::Skipped(skipped) => {
                        report.skipped.push(skipped.into());
                        continue;
                    }
                    Found::UnreadableDir { key_prefix, path, reason } => {
                        let path = path.to_string_lossy().into_owned();
                        report.skipped.push(Skipped { path, reason }.into());
                        unreadable.push(key_prefix);
                        continue;
                    }
                    Found::Hidden => {
                        report.hidden += 1;
                        continue;
                    }
                    Found::LeftOut { by } => {
                        *report.set_aside.entry(format!("left out by {by}")).or_default() += 1;
                        continue;
                    }
                };
                progress.found.fetch_add(1, Ordering::Relaxed);
                seen.insert(entry.key.clone());
                sample.offer(&entry);
                let key = entry.key.as_str();
                if let Some(file) = barren.get(key)
                    && same_reading
                    && (file.size, file.mtime_ns) == (entry.size, entry.mtime_ns)
                {
                    report.files_unchanged += 1;
                    report.skipped.push(LeftOut::remembered(file));
                    plan.barren.insert(key.to_owned(), (*file).clone());
                    continue;
                }
                let mut hash = None;
                if let Some(file) = known.get(key)
                    && same_reading
                    && !partial.contains(key)
                    && !stale.contains(key)
                    && file.stamp.size == entry.size
                {
                    let mtime = touched.get(key).copied();
                    if mtime.unwrap_or(file.stamp.mtime_ns) == entry.mtime_ns {
                        report.files_unchanged += 1;
                        report.unchanged += file.articles;
                        if let Some(mtime) = mtime {
                            plan.touched.insert(key.to_owned(), mtime);
                        }
                        continue;
                    }
                    hash = (file.stamp.hash != 0).then_some(file.stamp.hash);
                }
                plan.to_read.push(Candidate { entry, root: number, hash });
            }
            // Of a folder that can be seen in part only, what was learnt of all of it stays.
            let whole = unreadable.len() == unreadable_before;
            plan.samples.push(whole.then(|| sample.files()));
        }
        let synced = |key: &str| {
            let path = root_of(key, &plan.roots);
            roots.iter().any(|chosen| chosen.synced && Some(&chosen.root.path) == path)
        };
        let is_gone = |key: &String| {
            !seen.contains(key)
                && synced(key)
                && !unreadable.iter().any(|prefix| key.starts_with(prefix))
        };
        let mut vanished: Vec<String> = known.keys().filter(|key| is_gone(key)).cloned().collect();
        vanished.sort();
        let unread = state.partial.iter().filter(|key| !is_gone(key)).cloned().collect();
        plan.ahead.retain(|key, _| !is_gone(key));
        plan.vanished = vanished;
        plan.unread = unread;
        plan
    }

    /// What repeats in each root: as it is known, or learnt anew where the files that it was
    /// learnt from are no longer the same.
    pub(super) fn learn(&self, options: &Options, stop: &AtomicBool) -> Result<Vec<Learnt>> {
        let mut all = Vec::new();
        for (root, sample) in self.roots.iter().zip(&self.samples) {
            let known = Learnt::read(&root.learnt);
            let Some(files) = sample else {
                all.push(known);
                continue;
            };
            let from = survey::digest(files, &root.reading);
            if known.from == from {
                all.push(known);
                continue;
            }
            let (reading, limits) = Manner::of(root).decided(options.now);
            let found = survey::survey(files, &Arc::new(reading), &limits, options.threads, stop)?;
            // A run that is being stopped reads nothing more, so that the old table still holds.
            all.push(found.map_or(known, |furniture| Learnt { from, furniture }));
        }
        Ok(all)
    }
}

/// The files whose dates a clock that was wrong, or is no longer, took for what they are not: a
/// fresh index would have other dates of them.
pub(super) fn misdated(
    previous: &State,
    known: &HashMap<String, Known>,
    now: Timestamp,
) -> HashSet<String> {
    let due = previous.ahead.iter().filter(|file| file.due <= now).map(|file| file.key.clone());
    // A paper's own clock is fourteen hours ahead at most.
    let latest = now.as_second().saturating_add((dates::GRACE_HOURS + 14) * 60 * 60);
    let ahead = known.iter().filter(|(_, file)| file.latest.is_some_and(|date| date > latest));
    due.chain(ahead.map(|(key, _)| key.clone())).collect()
}

/// The files of the index that were read by a table of what repeats that is no longer true for
/// one of their articles.
pub(super) fn stale(
    writer: &Writer,
    previous: &State,
    roots: &[Root],
    learnt: &[Learnt],
) -> Result<HashSet<String>> {
    // The prefix of each root, what was known of it and what is now.
    let mut changed: Vec<(&Root, Furniture, &Furniture)> = Vec::new();
    for (root, learnt) in roots.iter().zip(learnt) {
        let Some(old) = previous.roots.iter().find(|old| old.path == root.path) else { continue };
        let before = Learnt::read(&old.learnt).furniture;
        if before != learnt.furniture {
            changed.push((root, before, &learnt.furniture));
        }
    }
    if changed.is_empty() {
        return Ok(HashSet::new());
    }
    writer.files_with(&|key, source| {
        let root = root_of(key, roots);
        let changed = changed.iter().find(|(changed, ..)| Some(&changed.path) == root);
        changed.is_some_and(|(_, before, now)| before.differs(now, source, folder_of(key)))
    })
}
