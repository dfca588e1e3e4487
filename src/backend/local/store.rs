//! The index on disk: opening, versions, and what a commit records beside the articles.
//!
//! Everything that sync must remember lives in the index itself (in the articles' columns and in
//! the commit's payload), so that one commit covers both.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Serialize};
use tantivy::directory::MmapDirectory;
use tantivy::directory::error::{LockError, OpenReadError, OpenWriteError};
use tantivy::index::Index;
use tantivy::{IndexSettings, TantivyError};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::tables::{self, TableFile};
use crate::analysis::{self, ANALYSIS_VERSION};
use crate::entities::NAMES_VERSION;
use crate::entities::corrections::Corrections;
use crate::schema::{self, SCHEMA_VERSION};

/// A folder that the index follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// Absolute path.
    pub path: PathBuf,
    /// What the keys of its files start with.
    pub prefix: String,
    /// How its files are read (mapping, limits), as the indexer writes it; another way means
    /// reading anew.
    pub reading: String,
    /// Whether every file in the index was read in that way; not so where a run that changed it
    /// was stopped.
    pub settled: bool,
    /// What was learnt of its files before they were read (what repeats in them), as the indexer
    /// writes it; where it changes, the files concerned are read anew.
    #[serde(default)]
    pub learnt: String,
}

/// A file that gave no article, remembered so that it need not be read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Barren {
    /// Key of the file.
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// Modification time in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// What was wrong with it, for the report.
    pub reason: String,
    /// The short name of the reason.
    pub code: String,
}

/// A file whose time stamp changed and whose bytes did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// Key of the file.
    pub key: String,
    /// The new modification time.
    pub mtime_ns: i64,
}

/// A file that claims a date which lay in the future when it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ahead {
    /// Key of the file.
    pub key: String,
    /// When the first such date can be used.
    pub due: jiff::Timestamp,
}

/// What a commit records beside the articles.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Version of the program that wrote it.
    pub tool: String,
    /// See [`SCHEMA_VERSION`].
    pub schema: u32,
    /// See [`ANALYSIS_VERSION`].
    pub analysis: u32,
    /// The folders that the index follows.
    pub roots: Vec<Root>,
    /// Files that were only partly read when this commit was made.
    #[serde(default)]
    pub partial: Vec<String>,
    /// Files without articles.
    #[serde(default)]
    pub barren: Vec<Barren>,
    /// Files with a newer time stamp than their articles tell.
    #[serde(default)]
    pub touched: Vec<Touched>,
    /// Files to be read again once the clock has come so far.
    #[serde(default)]
    pub ahead: Vec<Ahead>,
    /// The table of stories, where there is one yet.
    #[serde(default)]
    pub stories: Option<TableFile>,
    /// See [`NAMES_VERSION`].
    #[serde(default)]
    pub names_version: u32,
    /// The table of names, where there is one yet.
    #[serde(default)]
    pub names: Option<TableFile>,
    /// What the user knows better about names, as written ([`Corrections`]); empty for nothing.
    #[serde(default)]
    pub corrections: String,
    /// Whether the record of the commit carries the sum of its bytes ([`write_record`]).
    #[serde(default)]
    pub summed: bool,
}

impl State {
    /// What the user knows better about names.
    ///
    /// # Errors
    /// If what the index keeps of it cannot be read, which no file that was taken can cause.
    pub fn corrections(&self) -> Result<Corrections> {
        let corrections = Corrections::from_toml(&self.corrections);
        corrections.context("the corrections of names in the index are damaged; give them again")
    }

    /// A state of this version of the program, with no roots.
    #[must_use]
    pub fn new() -> Self {
        Self {
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            schema: SCHEMA_VERSION,
            analysis: ANALYSIS_VERSION,
            names_version: NAMES_VERSION,
            summed: true,
            ..Self::default()
        }
    }
}

/// Whether a directory holds an index.
#[must_use]
pub fn exists(dir: &Path) -> bool {
    dir.join("meta.json").is_file()
}

/// Opens an index for reading.
///
/// # Errors
/// If there is none, if it cannot be read, or if another version made it; each says what to do.
pub(super) fn open(dir: &Path) -> Result<(Index, State)> {
    if !exists(dir) {
        bail!(
            "there is no index in {}; make one with `dateline index FOLDER{}`",
            dir.display(),
            option(dir)
        );
    }
    let directory = MmapDirectory::open(dir)
        .with_context(|| format!("cannot open the index in {}", dir.display()))?;
    let mut index = Index::open(directory).map_err(|error| explain(error, dir))?;
    let state = state_of(&index, dir)?;
    analysis::register(index.tokenizers());
    // Stored text is read one article at a time; a parallel executor would only cost start-up.
    index.settings_mut().docstore_compress_dedicated_thread = false;
    Ok((index, state))
}

/// What the last commit of an index recorded beside the articles.
///
/// # Errors
/// If there is none, it is damaged, or another version made it.
pub fn state_of_index(dir: &Path) -> Result<State> {
    Ok(open(dir)?.1)
}

/// Opens an index, or founds an empty one where the directory has none.
///
/// # Errors
/// As [`open`]; also if the directory holds other files.
pub(super) fn open_or_create(dir: &Path) -> Result<(Index, State)> {
    if exists(dir) {
        return open(dir);
    }
    fs::create_dir_all(dir)
        .with_context(|| format!("cannot make the index directory {}", dir.display()))?;
    let foreign = fs::read_dir(dir)
        .with_context(|| format!("cannot list {}", dir.display()))?
        .filter_map(Result::ok)
        .find(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
    if let Some(entry) = foreign {
        bail!(
            "{} holds no index but other files ({}); choose an empty or new directory",
            dir.display(),
            entry.file_name().to_string_lossy().escape_debug()
        );
    }
    let directory =
        MmapDirectory::open(dir).with_context(|| format!("cannot open {}", dir.display()))?;
    let settings =
        IndexSettings { docstore_compress_dedicated_thread: false, ..Default::default() };
    let index =
        Index::create(directory, schema::build(), settings).map_err(|error| explain(error, dir))?;
    analysis::register(index.tokenizers());
    Ok((index, State::new()))
}

/// An empty place beside an index, on the same disk, to build another in.
///
/// # Errors
/// If the directory holds what [`replace`] would not keep, or if what an earlier attempt left
/// beside it cannot be removed.
pub fn beside(dir: &Path) -> Result<PathBuf> {
    refuse_others(dir)?;
    let place = sibling(dir, ".new");
    discard(&place)?;
    Ok(place)
}

/// Refuses a directory with files or folders that are no part of an index.
fn refuse_others(dir: &Path) -> Result<()> {
    if !dir.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))? {
        let entry = entry.with_context(|| format!("cannot list {}", dir.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let hidden = name.starts_with('.');
        if entry.path().is_file() && (hidden || is_part(&name)) {
            continue;
        }
        bail!(
            "{} holds other files than those of an index ({}); move them out, or choose another \
             directory",
            dir.display(),
            name.escape_debug()
        );
    }
    Ok(())
}

/// Whether a file is called as the engine calls the parts of an index.
pub(super) fn is_part(name: &str) -> bool {
    let (stem, _) = name.split_once('.').unwrap_or_default();
    name == "meta.json"
        || tables::is_table(name)
        || (stem.len() == 32 && stem.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Removes an index that [`beside`] made room for.
///
/// # Errors
/// If it cannot be removed.
pub fn discard(dir: &Path) -> Result<()> {
    if exists(dir) || dir.join(".managed.json").is_file() {
        fs::remove_dir_all(dir).with_context(|| format!("cannot remove {}", dir.display()))?;
    }
    Ok(())
}

/// Puts the index `new` in the place of `dir`. Hidden files of the user's (a .gitignore) stay.
///
/// # Errors
/// If the disk refuses; then one of `dir`, `dir.old` and `dir.new` still holds each index.
pub fn replace(dir: &Path, new: &Path) -> Result<()> {
    let failed = || format!("cannot put {} in the place of {}", new.display(), dir.display());
    let old = sibling(dir, ".old");
    discard(&old)?;
    if dir.exists() {
        for entry in fs::read_dir(dir).with_context(failed)? {
            let entry = entry.with_context(failed)?;
            let name = entry.file_name();
            let shown = name.to_string_lossy();
            let engine = shown.starts_with(".tantivy")
                || shown == ".managed.json"
                || tables::is_draft(&shown);
            if shown.starts_with('.') && !engine && entry.path().is_file() {
                fs::copy(entry.path(), new.join(&name)).with_context(failed)?;
            }
        }
        fs::rename(dir, &old).with_context(failed)?;
    }
    fs::rename(new, dir).with_context(failed)?;
    discard(&old)
}

/// A directory beside another one, with its name and an ending.
fn sibling(dir: &Path, ending: &str) -> PathBuf {
    // A relative `.` or `..` has no name of its own.
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    dir.with_file_name(name)
}

/// Stands before the sum at the end of a record.
const SUM: &str = ",\"sum\":\"";

/// The record of a commit: its state as JSON, with the sum of what stands before it as the last
/// value. The engine sums up every file but the one that this goes into.
///
/// # Errors
/// If the state cannot be written as JSON, which no state that was read can cause.
pub(super) fn write_record(state: &State, opstamp: u64) -> Result<String> {
    let mut record = serde_json::to_string(state)?;
    record.truncate(record.len() - 1);
    let sum = sum_of(&record, opstamp);
    record += &format!("{SUM}{sum:016x}\"}}");
    Ok(record)
}

/// Whether a record with this state is as it was written. Those of versions before have no sum.
fn is_whole(record: &str, state: &State, opstamp: u64) -> bool {
    match record.rsplit_once(SUM) {
        Some((body, sum)) => sum == format!("{:016x}\"}}", sum_of(body, opstamp)),
        None => !state.summed,
    }
}

/// Whether a record was written by this version or one like it, and yet its index does not open:
/// then it is not another version that is to blame.
pub(super) fn is_ours_but_damaged(record: &str, opstamp: u64) -> bool {
    match serde_json::from_str::<State>(record) {
        Ok(state) => {
            let versions = (state.schema, state.analysis, state.names_version);
            let is_ours = versions == (SCHEMA_VERSION, ANALYSIS_VERSION, NAMES_VERSION);
            is_ours || !is_whole(record, &state, opstamp)
        }
        Err(_) => record.contains(SUM) || record.contains("\"summed\":true"),
    }
}

fn sum_of(record: &str, opstamp: u64) -> u64 {
    xxh3_64_with_seed(record.as_bytes(), opstamp)
}

/// The state of the last commit, if this version can work with it. An index that never saw a
/// commit is empty and gets a new state.
fn state_of(index: &Index, dir: &Path) -> Result<State> {
    let meta = index.load_metas().map_err(|error| explain(error, dir))?;
    let Some(payload) = meta.payload else {
        if meta.segments.is_empty() && meta.schema == schema::build() {
            return Ok(State::new());
        }
        bail!("{} is an index of another program; choose another directory", dir.display());
    };
    let state: State = serde_json::from_str(&payload).with_context(|| {
        format!("{} is an index that this version cannot read; {}", dir.display(), rebuild(dir))
    })?;
    if state.schema != SCHEMA_VERSION
        || state.analysis != ANALYSIS_VERSION
        || state.names_version != NAMES_VERSION
        || meta.schema != schema::build()
    {
        bail!(
            "the index in {} was made by dateline {} (schema {}, analysis {}, names {}), this is {} \
             (schema {SCHEMA_VERSION}, analysis {ANALYSIS_VERSION}, names {NAMES_VERSION}); {}",
            dir.display(),
            state.tool,
            state.schema,
            state.analysis,
            state.names_version,
            env!("CARGO_PKG_VERSION"),
            rebuild(dir)
        );
    }
    if !is_whole(&payload, &state, meta.opstamp) {
        bail!(
            "the index in {} is damaged: the record of its last commit is not what was written; {}",
            dir.display(),
            rebuild(dir)
        );
    }
    Ok(state)
}

/// What the user knows better about names, as an index of any version keeps it.
#[must_use]
pub fn corrections_of(dir: &Path) -> Option<String> {
    let meta: serde_json::Value =
        serde_json::from_slice(&fs::read(dir.join("meta.json")).ok()?).ok()?;
    let state: serde_json::Value = serde_json::from_str(meta["payload"].as_str()?).ok()?;
    Some(state["corrections"].as_str()?.to_owned())
}

/// The command that builds an index anew, in words.
#[must_use]
pub fn rebuild(dir: &Path) -> String {
    format!("build it anew with `dateline index FOLDER --rebuild{}`", option(dir))
}

/// What names a directory on the command line: nothing for the usual one.
#[must_use]
pub fn option(dir: &Path) -> String {
    let shown = dir.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || "/._-+:@%\\".contains(c);
    if shown == "index" {
        String::new()
    } else if shown.chars().all(plain) {
        format!(" --index {shown}")
    } else {
        format!(" --index '{}'", shown.replace('\'', "'\\''"))
    }
}

/// An engine error in words that say what to do.
pub(super) fn explain(error: TantivyError, dir: &Path) -> anyhow::Error {
    let shown = dir.display();
    match error {
        TantivyError::OpenReadError(OpenReadError::IncompatibleIndex(reason)) => {
            anyhow!("the index in {shown} has another file format ({reason:?}); {}", rebuild(dir))
        }
        TantivyError::DataCorruption(damage) => {
            // It may quote the whole file.
            let damage = format!("{damage:?}");
            let (damage, _) = damage.split_once(" Content:").unwrap_or((&damage, ""));
            let damage = damage.trim_end_matches('.');
            let help = match damage.contains("meta.json") {
                true => rebuild(dir),
                false => format!("`dateline check{}` says where", option(dir)),
            };
            anyhow!("the index in {shown} is damaged: {damage}; {help}")
        }
        other => match no_room(&other) {
            Some(error) => anyhow!(
                "cannot write to the index in {shown}: {error}; make room there and run again: \
                 what was committed before stands"
            ),
            None => anyhow!(other).context(format!("the index in {shown} cannot be used")),
        },
    }
}

/// The system's word for it where a disk is full.
fn no_room(error: &TantivyError) -> Option<&std::io::Error> {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    let error = match error {
        TantivyError::IoError(error) => error,
        TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, .. }) => io_error,
        _ => return None,
    };
    matches!(error.kind(), FileTooLarge | QuotaExceeded | StorageFull).then_some(error)
}

/// Whether an error comes of files of an index that are gone or not what was written.
#[must_use]
pub fn is_damage(error: &anyhow::Error) -> bool {
    use std::io::ErrorKind::{InvalidData, NotFound, UnexpectedEof};
    error.chain().any(|cause| match cause.downcast_ref::<TantivyError>() {
        Some(TantivyError::IoError(error)) => {
            matches!(
                error.kind(),
                InvalidData | NotFound | UnexpectedEof | std::io::ErrorKind::Other
            )
        }
        Some(error) => {
            use TantivyError::{
                DataCorruption, DeserializeError, FieldNotFound, InternalError, OpenReadError,
                SchemaError,
            };
            matches!(
                error,
                DataCorruption(_)
                    | DeserializeError(_)
                    | FieldNotFound(_)
                    | InternalError(_)
                    | OpenReadError(_)
                    | SchemaError(_)
            )
        }
        None => cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| matches!(error.kind(), InvalidData | UnexpectedEof)),
    })
}

/// Waits for the writer's lock, which a process loses when it ends, however it ends.
///
/// # Errors
/// If another process still writes after `patience`.
pub(super) fn wait_for<T>(
    dir: &Path,
    patience: Duration,
    mut attempt: impl FnMut() -> Result<T, TantivyError>,
) -> Result<T> {
    let start = Instant::now();
    loop {
        match attempt() {
            Err(TantivyError::LockFailure(LockError::IoError(error), _)) => bail!(
                "cannot write to the index in {}: {error}; make it writable, or choose another \
                 directory",
                dir.display()
            ),
            Err(TantivyError::LockFailure(..)) if start.elapsed() < patience => {
                std::thread::sleep(Duration::from_millis(100));
            }
            Err(TantivyError::LockFailure(..)) => bail!(
                "another process is writing to the index in {}; wait until it has finished, then \
                 try again",
                dir.display()
            ),
            other => return other.map_err(|error| explain(error, dir)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_as_written(record: &str, opstamp: u64) -> bool {
        let state = serde_json::from_str(record);
        state.is_ok_and(|state| is_whole(record, &state, opstamp))
    }

    #[test]
    fn a_record_with_another_byte_is_refused() {
        let state = State { partial: vec!["a.txt".to_owned()], ..State::new() };
        let record = write_record(&state, 7).unwrap();
        assert_eq!(serde_json::from_str::<State>(&record).unwrap(), state);
        assert!(is_as_written(&record, 7) && !is_as_written(&record, 8));
        for at in 0..record.len() {
            for flip in [0x01, 0x02, 0x10, 0x20] {
                let mut bytes = record.clone().into_bytes();
                bytes[at] ^= flip;
                let Ok(record) = String::from_utf8(bytes) else { continue };
                assert!(!is_as_written(&record, 7), "{record}");
                assert!(is_ours_but_damaged(&record, 7), "{record}");
            }
        }
    }

    #[test]
    fn a_record_of_an_older_version_has_no_sum() {
        let old = State { summed: false, ..State::new() };
        assert!(is_as_written(&serde_json::to_string(&old).unwrap(), 7));
        let other = State { schema: SCHEMA_VERSION - 1, ..old };
        assert!(!is_ours_but_damaged(&serde_json::to_string(&other).unwrap(), 7));
    }
}
