//! What is wrong with an index on disk, and what mends it.
//!
//! In layers, each of which trusts the ones before: the record of the last commit; the sums of all
//! files ([`files`]); what can be told of segments and tables by themselves ([`structure`]); and
//! whether terms, columns and passages are those of the texts that are stored ([`remade`]). All of
//! them take time in proportion to the index, and memory in proportion to the articles of its
//! largest segment, a few numbers each. [`mend`] takes out what is wrong, so that the next run of
//! the indexer reads it again.
//!
//! Knows the index; not the folders that it was made from.

mod files;
mod mend;
mod prints;
mod remade;
mod structure;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use anyhow::{Result, bail};
use serde::Serialize;
use serde_json::Value;
use strum::{Display, IntoStaticStr};
use tantivy::index::IndexMeta;

use super::directory::{MANAGED, META};
use super::store::{self, Opened, State};
use super::write::Known;
use crate::analysis::Termer;
use crate::article::{Article, Passage};
use crate::schema::Analysed;

pub use mend::{Mending, mend};

/// How often it is begun anew where another process commits meanwhile.
const TRIES: usize = 5;

/// A kind of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[derive(Serialize, Display, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Damage {
    /// The record of the last commit is not what was written.
    Record,
    /// The list of files that the engine keeps is not what was written.
    FileList,
    /// A file of a segment or a table is not there.
    MissingFile,
    /// The bytes of a file are not those that were written.
    Checksum,
    /// A segment does not read back, or its parts do not belong together.
    Segment,
    /// What is stored of an article does not read back.
    Article,
    /// Another article has the same id.
    DuplicateId,
    /// The columns of an article are not those of its text.
    Columns,
    /// The terms of an article are not those of its text.
    Terms,
    /// The passages or names kept beside the text are not those of the text.
    Passages,
    /// The articles of a file do not tell the same of it, or what is remembered of it is at odds.
    File,
    /// A table does not read back or is not of these articles.
    Table,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Of what kind.
    pub damage: Damage,
    /// Where: a file of the index, an article's id, or the key of a file of articles.
    pub at: String,
    /// What is wrong, in words.
    pub what: String,
    /// What mends it.
    pub mend: Mend,
}

/// What mends a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mend {
    /// Reading these files of articles again, by key.
    Files(Vec<String>),
    /// Leaving out the segment with this id, and reading its files again.
    Segment(String),
    /// Making the tables again from the articles.
    Tables,
    /// Listing the files of the index again.
    FileList,
    /// Building the index anew.
    Rebuild,
}

/// How far an examination is; read by whoever shows it.
#[derive(Debug, Default)]
pub struct CheckProgress {
    /// Bytes to sum up; 0 until that is known.
    pub bytes: AtomicU64,
    /// Bytes summed up.
    pub bytes_done: AtomicU64,
    /// Articles to compare with their texts; 0 until that is begun.
    pub articles: AtomicU64,
    /// Articles compared.
    pub articles_done: AtomicU64,
}

impl CheckProgress {
    fn reset(&self) {
        for number in [&self.bytes, &self.bytes_done, &self.articles, &self.articles_done] {
            number.store(0, Ordering::Relaxed);
        }
    }
}

/// What an examination found.
#[derive(Debug, Default)]
pub struct Examined {
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What the last commit recorded; `None` where its record is damaged.
    pub state: Option<State>,
    /// Files of articles, by key, as far as they could be read.
    pub known: HashMap<String, Known>,
    /// Segments.
    pub segments: u64,
    /// Files of the index that were summed up.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Articles that can be found, as far as they could be read.
    pub articles: u64,
    /// Articles that were compared with their texts.
    pub compared: u64,
    /// Articles that were not, since the run that changed how they are read was stopped.
    pub unsettled: u64,
    /// Whether the tables of copies and names are still to be made.
    pub tables_due: bool,
    /// Whether it was stopped before its end.
    pub interrupted: bool,
}

/// What an article of a file comes to today: how it is cut, and its terms and names. `None` where
/// that cannot be said, since it is not known how the file was read.
pub type Remake<'r> =
    dyn Fn(&Article, &str, &mut Termer) -> Option<(Vec<Passage>, Analysed)> + Sync + 'r;

/// Examines the index of a directory: its bytes and how its parts hang together, and with `remake`
/// every article against its text, by so many threads.
///
/// # Errors
/// If there is no index, another version made it, or it changes all the time.
pub fn examine(
    dir: &Path,
    remake: Option<&Remake<'_>>,
    threads: usize,
    progress: &CheckProgress,
    stop: &AtomicBool,
) -> Result<Examined> {
    for _ in 0..TRIES {
        let record = || fs::read(dir.join(META)).ok();
        let before = record();
        let mut examination = Examination { dir, progress, stop, found: Examined::default() };
        examination.run(remake, threads)?;
        let mut found = examination.found;
        found.interrupted = stop.load(Ordering::Relaxed);
        if found.problems.is_empty() || found.interrupted || record() == before {
            return Ok(found);
        }
        // Another process committed, and what was looked for may have been merged away.
        progress.reset();
    }
    bail!(
        "another process goes on writing to the index in {}; check it when that has finished",
        dir.display()
    )
}

/// An examination under way.
struct Examination<'e> {
    dir: &'e Path,
    progress: &'e CheckProgress,
    stop: &'e AtomicBool,
    found: Examined,
}

impl Examination<'_> {
    fn run(&mut self, remake: Option<&Remake<'_>>, threads: usize) -> Result<()> {
        let Some((Opened { index, files, .. }, meta)) = self.record()? else { return Ok(()) };
        let mut broken = self.sum_up(&meta);
        let segments = self.open_segments(&index, &meta, &mut broken);
        let whole = broken.is_empty() && !self.stopped();
        self.look_at_files(&segments);
        self.look_for_duplicates(&segments);
        let mut tables = self.open_tables(&files);
        if whole {
            self.match_stories(&segments, &mut tables);
        }
        if let Some(remake) = remake {
            self.compare_with_texts(&segments, remake, threads);
            if whole && !self.stopped() {
                self.remake_tables(&index, &tables)?;
            }
        }
        self.found.problems.sort_by(|a, b| (a.damage, &a.at).cmp(&(b.damage, &b.at)));
        Ok(())
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn add(&mut self, damage: Damage, at: impl Into<String>, what: impl Into<String>, mend: Mend) {
        self.found.problems.push(Problem { damage, at: at.into(), what: what.into(), mend });
    }

    /// Opens the index, unless what it is opened by is damaged. No file of a segment or table is
    /// opened yet: those that are missing are told one by one.
    fn record(&mut self) -> Result<Option<(Opened, IndexMeta)>> {
        let dir = self.dir;
        if !store::exists(dir) {
            store::state_of_index(dir)?;
        }
        let managed = fs::read(dir.join(MANAGED)).ok();
        let managed: Option<BTreeSet<PathBuf>> = match managed {
            None => None,
            Some(bytes) => match serde_json::from_slice(&bytes) {
                Ok(list) => Some(list),
                Err(error) => {
                    self.add(Damage::FileList, MANAGED, error.to_string(), Mend::FileList);
                    return Ok(None);
                }
            },
        };
        let written: Value = match fs::read(dir.join(META)).map(|b| serde_json::from_slice(&b)) {
            Ok(Ok(value)) => value,
            Ok(Err(error)) => {
                self.add(Damage::Record, META, error.to_string(), Mend::Rebuild);
                return Ok(None);
            }
            Err(error) => bail!("cannot read {}: {error}", dir.join(META).display()),
        };
        let opstamp = written["opstamp"].as_u64().unwrap_or_default();
        let record = written["payload"].as_str();
        let opened = store::open(dir, |opened| Ok((opened.index.load_metas()?, opened)));
        let (meta, opened) = match (opened, record) {
            (Ok(opened), _) => opened,
            (Err(error), Some(record)) if store::is_ours_but_damaged(record, opstamp) => {
                let what = format!("it is not what was written: {}", error.root_cause());
                self.add(Damage::Record, META, what, Mend::Rebuild);
                return Ok(None);
            }
            (Err(error), _) => return Err(error),
        };
        let as_read = serde_json::to_value(&meta)?;
        if !is_part_of(&written, &as_read) || meta.index_settings != store::settings() {
            let what = "it holds what was not written";
            self.add(Damage::Record, META, what, Mend::Rebuild);
        }
        if let Some(managed) = managed {
            let live = meta.segments.iter().flat_map(files::of_segment);
            let unlisted = live.filter(|file| !managed.contains(file)).count();
            if unlisted > 0 {
                let what = format!("{unlisted} files of the last commit are not on it");
                self.add(Damage::FileList, MANAGED, what, Mend::FileList);
            }
        }
        self.found.segments = meta.segments.len() as u64;
        self.found.state = Some(opened.state.clone());
        Ok(Some((opened, meta)))
    }
}

/// Whether a value holds nothing that the other does not hold in the same place.
fn is_part_of(value: &Value, other: &Value) -> bool {
    match (value, other) {
        (Value::Object(value), Value::Object(other)) => value
            .iter()
            .all(|(key, value)| other.get(key).is_some_and(|other| is_part_of(value, other))),
        (Value::Array(value), Value::Array(other)) => {
            value.len() == other.len()
                && value.iter().zip(other).all(|(value, other)| is_part_of(value, other))
        }
        _ => value == other,
    }
}
