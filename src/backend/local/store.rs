//! The index on disk: opening, versions, and what a commit records beside the articles.
//!
//! Everything that sync must remember lives in the index itself (in the articles' columns and in
//! the commit's payload), so that one commit covers both.

use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Serialize};
use tantivy::directory::MmapDirectory;
use tantivy::directory::error::{OpenReadError, OpenWriteError};
use tantivy::index::Index;
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{IndexSettings, TantivyError};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::directory::{META, Snapshot, Written};
use super::lock::WriterLock;
use super::swap;
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
    /// Whether the record of the commit carries the sum of its bytes.
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
    dir.join(META).is_file()
}

/// How often a reader begins again because the writer took away what it was about to open. Each time
/// there is a newer commit, so that hundreds in a row would be a writer that does nothing else.
const ATTEMPTS: usize = 200;

/// An index as one commit left it.
pub(super) struct Opened {
    pub(super) index: Index,
    pub(super) state: State,
    /// For what the commit names beside the segments.
    pub(super) files: Snapshot,
}

/// Opens an index for reading, with what `look` opens of it: all of one commit. Nothing is written
/// and nothing locked.
///
/// # Errors
/// If there is none, if it cannot be read, or if another version made it; each says what to do.
pub(super) fn open<T>(dir: &Path, look: impl Fn(Opened) -> Result<T>) -> Result<T> {
    swap::settle(dir)?;
    let mut meta = meta_of(dir)?;
    for attempt in 1.. {
        let directory = MmapDirectory::open(dir)
            .with_context(|| format!("cannot open the index in {}", dir.display()))?;
        let files = Snapshot::new(directory, meta.clone());
        let looked = open_at(files.clone(), dir).and_then(&look);
        let Some(missing) = files.missing() else { return looked };
        let newer = meta_of(dir)?;
        if newer == meta || attempt == ATTEMPTS {
            if missing.to_str().is_some_and(tables::is_table) {
                // The next run makes it anew, and until then less is known.
                return looked;
            }
            bail!(
                "the index in {} is damaged: {} is missing; `dateline check --repair{}` reads its \
                 articles again",
                dir.display(),
                missing.display(),
                option(dir)
            );
        }
        meta = newer;
    }
    unreachable!("the last attempt ends it")
}

/// What the last commit wrote.
fn meta_of(dir: &Path) -> Result<Vec<u8>> {
    fs::read(dir.join(META)).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => anyhow!(
            "there is no index in {}; make one with `dateline index FOLDER{}`",
            dir.display(),
            option(dir)
        ),
        io::ErrorKind::PermissionDenied => anyhow!(
            "you may not read the index in {}; ask its owner for `chmod -R a+rX` of it",
            dir.display()
        ),
        _ => anyhow!(error).context(format!("cannot read the index in {}", dir.display())),
    })
}

fn open_at(files: Snapshot, dir: &Path) -> Result<Opened> {
    let mut index = Index::open(files.clone()).map_err(|error| explain(error, dir))?;
    let state = state_of(&index, dir)?;
    ready(&mut index);
    Ok(Opened { index, state, files })
}

fn ready(index: &mut Index) {
    analysis::register(index.tokenizers());
    // Stored text is read one article at a time; a parallel executor would only cost start-up.
    index.settings_mut().docstore_compress_dedicated_thread = false;
}

/// What the last commit of an index recorded beside the articles.
///
/// # Errors
/// If there is none, it is damaged, or another version made it.
pub fn state_of_index(dir: &Path) -> Result<State> {
    open(dir, |opened| Ok(opened.state))
}

/// Makes the directory of an index, where there is none.
///
/// # Errors
/// If it cannot be made, or holds no index but other files.
pub(super) fn make_room(dir: &Path) -> Result<()> {
    swap::make_dir(dir)?;
    if exists(dir) {
        return Ok(());
    }
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
    Ok(())
}

/// Opens an index for writing, or founds an empty one where the directory has none.
///
/// # Errors
/// As [`open`].
pub(super) fn open_or_create(lock: WriterLock) -> Result<(Index, State)> {
    let dir = &lock.dir().to_owned();
    let directory =
        MmapDirectory::open(dir).with_context(|| format!("cannot open {}", dir.display()))?;
    let directory = Written::new(directory, lock);
    if exists(dir) {
        let mut index = Index::open(directory).map_err(|error| explain(error, dir))?;
        let state = state_of(&index, dir)?;
        ready(&mut index);
        return Ok((index, state));
    }
    let index = Index::create(directory, schema::build(), settings())
        .map_err(|error| explain(error, dir))?;
    analysis::register(index.tokenizers());
    Ok((index, State::new()))
}

/// What the engine is told of every index.
pub(super) fn settings() -> IndexSettings {
    IndexSettings {
        // Of news it leaves two thirds of what lz4 does; a block of it is unpacked in half as long
        // again.
        docstore_compression: Compressor::Zstd(ZstdCompressor { compression_level: Some(1) }),
        docstore_compress_dedicated_thread: false,
        ..Default::default()
    }
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
    let Ok(made) = serde_json::from_str::<MadeWith>(&payload) else {
        bail!("{} is an index of another program; choose another directory", dir.display());
    };
    if made != MadeWith::now() || meta.schema != schema::build() {
        bail!(
            "the index in {} was made by dateline {made}, this is {}; {}",
            dir.display(),
            MadeWith { tool: env!("CARGO_PKG_VERSION").to_owned(), ..MadeWith::now() },
            rebuild(dir)
        );
    }
    let state: State = serde_json::from_str(&payload)
        .with_context(|| format!("the index in {} is damaged; {}", dir.display(), rebuild(dir)))?;
    if !is_whole(&payload, &state, meta.opstamp) {
        bail!(
            "the index in {} is damaged: the record of its last commit is not what was written; {}",
            dir.display(),
            rebuild(dir)
        );
    }
    Ok(state)
}

/// The versions that an index was made with; any version of the program must be able to read this
/// much of any other's.
#[derive(Debug, Clone, Deserialize)]
struct MadeWith {
    tool: String,
    #[serde(default)]
    schema: u32,
    #[serde(default)]
    analysis: u32,
    #[serde(default)]
    names_version: u32,
}

impl MadeWith {
    fn now() -> Self {
        Self {
            tool: String::new(),
            schema: SCHEMA_VERSION,
            analysis: ANALYSIS_VERSION,
            names_version: NAMES_VERSION,
        }
    }
}

/// Which program wrote it does not matter where it writes the same.
impl PartialEq for MadeWith {
    fn eq(&self, other: &Self) -> bool {
        let versions = |made: &Self| (made.schema, made.analysis, made.names_version);
        versions(self) == versions(other)
    }
}

impl fmt::Display for MadeWith {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tool, schema, analysis, names_version } = self;
        write!(f, "{tool} (schema {schema}, analysis {analysis}, names {names_version})")
    }
}

/// Refuses a directory with an index of another program, which is not ours to replace.
///
/// # Errors
/// If it is one.
pub fn refuse_foreign(dir: &Path) -> Result<()> {
    let meta = fs::read(dir.join(META)).ok();
    let meta = meta.and_then(|meta| serde_json::from_slice::<serde_json::Value>(&meta).ok());
    let Some(meta) = meta else { return Ok(()) };
    let payload = meta["payload"].as_str();
    let ours = payload.is_some_and(|it| serde_json::from_str::<MadeWith>(it).is_ok());
    if !ours && meta["segments"].as_array().is_some_and(|segments| !segments.is_empty()) {
        bail!("{} is an index of another program; choose another directory", dir.display());
    }
    Ok(())
}

/// What the user gave an index, as one of any version keeps it.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The folders that it follows.
    pub roots: Vec<Root>,
    /// What the user knows better about names.
    pub corrections: String,
}

/// What the user gave the index in a directory, whatever version made it; nothing of what cannot be
/// read.
#[must_use]
pub fn given(dir: &Path) -> Given {
    let payload = || -> Option<serde_json::Value> {
        let meta: serde_json::Value =
            serde_json::from_slice(&fs::read(dir.join(META)).ok()?).ok()?;
        serde_json::from_str(meta["payload"].as_str()?).ok()
    };
    let Some(mut state) = payload() else { return Given::default() };
    // All folders or none: an index of some of them would not tell that it lacks the others.
    let roots = serde_json::from_value(state["roots"].take()).unwrap_or_default();
    Given { roots, corrections: state["corrections"].as_str().unwrap_or_default().to_owned() }
}

/// What to do about an index that cannot be used, with the command.
#[must_use]
pub fn rebuild(dir: &Path) -> String {
    let followed: Vec<String> =
        given(dir).roots.iter().map(|root| root.path.display().to_string()).collect();
    let option = option(dir);
    if followed.is_empty() {
        return format!("build it anew with `dateline index FOLDER --rebuild{option}`");
    }
    let followed = followed.join(", ");
    format!("build it anew from {followed} with `dateline index --rebuild{option}`")
}

/// What names a directory on the command line: nothing for the usual one.
#[must_use]
pub fn option(dir: &Path) -> String {
    let shown = dir.to_string_lossy();
    // A shell of Unix takes a backslash for a sign of its own.
    let signs = if cfg!(windows) { "/._-+:@%\\" } else { "/._-+:@%" };
    // What begins with a dash is no value to the program where it stands by itself.
    let join = if shown.starts_with('-') { '=' } else { ' ' };
    if shown == "index" {
        String::new()
    } else if shown.chars().all(|c| c.is_alphanumeric() || signs.contains(c)) {
        format!(" --index{join}{shown}")
    } else {
        format!(" --index{join}'{}'", shown.replace('\'', "'\\''"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_named_as_a_shell_takes_it() {
        let cases = [
            ("index", ""),
            ("./index", " --index ./index"),
            ("/news/index", " --index /news/index"),
            ("my index", " --index 'my index'"),
            ("it's", " --index 'it'\\''s'"),
            ("$HOME", " --index '$HOME'"),
            ("-x", " --index=-x"),
            ("- x", " --index='- x'"),
            ("Zeitung/März", " --index Zeitung/März"),
        ];
        for (dir, expect) in cases {
            assert_eq!(option(Path::new(dir)), expect);
        }
        #[cfg(unix)]
        assert_eq!(option(Path::new("a\\b")), " --index 'a\\b'");
    }

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
