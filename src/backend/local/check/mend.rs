//! Takes what is wrong out of an index, so that the next run of the indexer puts it right: files
//! are marked to be read again, segments and tables left out. Nothing that is sound is rewritten.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tantivy::columnar::{ColumnarReader, DynamicColumn};
use tantivy::index::{Index, SegmentComponent, SegmentMeta, SegmentReader};

use super::structure::caught;
use super::{Mend, Problem};
use crate::backend::local::directory::{MANAGED, META, write_at_once};
use crate::backend::local::lock::{Waiting, WriterLock};
use crate::backend::local::store::{self, Opened, State};
use crate::backend::local::{swap, tables};
use crate::schema::name;

/// What is taken out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mending {
    /// Segments, by id.
    pub segments: BTreeSet<String>,
    /// Files of articles that are read again, by key.
    pub files: BTreeSet<String>,
    /// Whether the tables are made again.
    pub tables: bool,
    /// Whether the engine's list of files is made again.
    pub file_list: bool,
}

impl Mending {
    /// What mends these problems; `None` where only building the index anew does.
    #[must_use]
    pub fn of(problems: &[Problem]) -> Option<Self> {
        let mut mending = Self::default();
        for problem in problems {
            match &problem.mend {
                Mend::Files(keys) => mending.files.extend(keys.iter().cloned()),
                Mend::Segment(id) => {
                    mending.segments.insert(id.clone());
                }
                Mend::Tables => mending.tables = true,
                Mend::FileList => mending.file_list = true,
                Mend::Rebuild => return None,
            }
        }
        Some(mending)
    }
}

/// Takes out what is wrong, in one commit; gives how many files of articles are marked to be read
/// again, beside those that the index no longer knows. `None` where the waiting for another process
/// was stopped.
///
/// # Errors
/// If another process goes on writing, or the disk refuses; then nothing was changed.
pub fn mend(dir: &Path, mending: &Mending, waiting: Waiting<'_>) -> Result<Option<u64>> {
    // From here to the end nobody else changes it.
    let Some(_lock) = WriterLock::take(dir, waiting)? else { return Ok(None) };
    if mending.file_list {
        list_files(dir)?;
    }
    let (mut meta, index, mut state) = store::open(dir, |Opened { index, state, .. }| {
        let meta = index.load_metas().map_err(|error| store::explain(error, dir))?;
        Ok((meta, index, state))
    })?;
    let is_out = |segment: &SegmentMeta| mending.segments.contains(&segment.id().uuid_string());
    let (out, kept): (Vec<_>, Vec<_>) = meta.segments.into_iter().partition(is_out);
    let mut again = mending.files.clone();
    for segment in &out {
        again.extend(files_of(&index, segment, &kept));
    }
    meta.segments = kept;
    let marked = again.len() as u64;
    state.barren.retain(|file| !again.contains(&file.key));
    state.touched.retain(|file| !again.contains(&file.key));
    again.extend(state.partial);
    state.partial = again.into_iter().collect();
    if mending.tables {
        (state.stories, state.names) = (None, None);
    }
    for table in [&mut state.stories, &mut state.names].into_iter().flatten() {
        table.whole = false;
    }
    let state = State { summed: true, ..state };
    meta.payload = Some(store::write_record(&state, meta.opstamp)?);
    let mut record = serde_json::to_vec_pretty(&meta)?;
    record.push(b'\n');
    write_at_once(&dir.join(META), &record)
        .with_context(|| format!("cannot write {}", dir.join(META).display()))?;
    Ok(Some(marked))
}

/// The files of which a segment that is left out may hold articles, as it tells itself, or where
/// it does not, those of the other segments that hold more than one article: what one file holds
/// may stand in two segments.
fn files_of(index: &Index, segment: &SegmentMeta, others: &[SegmentMeta]) -> BTreeSet<String> {
    let told = caught(|| {
        let columns = segment.relative_path(SegmentComponent::FastFields);
        if !index.directory().validate_checksum(&columns)? {
            bail!("its columns are damaged");
        }
        // The columns alone, whatever else of the segment is damaged.
        let columns = index.segment(segment.clone()).open_read(SegmentComponent::FastFields)?;
        let columns = ColumnarReader::open(columns)?.read_columns(name::FILE)?;
        let mut keys = BTreeSet::new();
        for column in columns {
            let DynamicColumn::Str(column) = column.open()? else { continue };
            let mut values = column.dictionary().stream()?;
            while values.advance() {
                keys.insert(String::from_utf8_lossy(values.key()).into_owned());
            }
        }
        Ok(keys)
    });
    told.unwrap_or_else(|_| {
        let mut keys = BTreeSet::new();
        for other in others {
            // One that does not open is left out as well, or the whole is built anew.
            let _ = caught(|| {
                let reader = SegmentReader::open(&index.segment(other.clone()))?;
                each_file(&reader, &mut |key, id| {
                    if key != id {
                        keys.insert(key.to_owned());
                    }
                })
            });
        }
        keys
    })
}

/// Hands the key of the file and the id of every article of a segment to `look`.
fn each_file(reader: &SegmentReader, look: &mut dyn FnMut(&str, &str)) -> Result<()> {
    let columns = reader.fast_fields();
    let (keys, ids) = (columns.str(name::FILE)?, columns.str(name::ID)?);
    for doc in reader.doc_ids_alive() {
        let value = |column| crate::backend::local::read(column, doc);
        look(&value(keys.as_ref())?, &value(ids.as_ref())?);
    }
    Ok(())
}

/// Makes the engine's list of its files again, of those that are there.
fn list_files(dir: &Path) -> Result<()> {
    let failed = || format!("cannot list the files of {}", dir.display());
    let mut files: BTreeSet<PathBuf> = BTreeSet::new();
    for entry in fs::read_dir(dir).with_context(failed)? {
        let name = entry.with_context(failed)?.file_name();
        let shown = name.to_string_lossy();
        if swap::is_part(&shown) && !tables::is_table(&shown) {
            files.insert(name.into());
        }
    }
    let mut bytes = serde_json::to_vec(&files)?;
    bytes.push(b'\n');
    write_at_once(&dir.join(MANAGED), &bytes)
        .with_context(|| format!("cannot write {}", dir.join(MANAGED).display()))
}
