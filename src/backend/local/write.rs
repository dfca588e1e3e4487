//! Writing to an index: articles in, files out, commits with their state.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use tantivy::directory::MmapDirectory;
use tantivy::indexer::LogMergePolicy;
use tantivy::schema::{Document, Field, Schema};
use tantivy::{Index, IndexWriter, SegmentReader, TantivyDocument, TantivyError, Term};

use super::copies;
use super::lock::{Waiting, WriterLock};
use super::names::{self, Names};
use super::store::{self, State};
use super::stories::Table;
use super::swap;
use super::tables::{self, TableFile, TableKind};
use crate::article::{Article, Passage};
use crate::schema::{self, Analysed, FileStamp, name};

/// Bytes of postings that one indexing thread gathers before it writes a segment; some thirty megabytes
/// of news.
const THREAD_BUDGET: usize = 64 << 20;
/// Share of removed articles from which on a segment is rewritten, since they still count in
/// document frequencies.
const REMOVED_SHARE: f32 = 0.2;

/// Bytes of documents that may wait for the indexing threads. tantivy's own queue counts
/// documents, ten thousand of them, which long articles make too much to hold.
const WAITING_BYTES: usize = 24 << 20;

/// The one writer of an index. Shared by the threads that read articles.
pub struct Writer {
    dir: PathBuf,
    index: Index,
    schema: Schema,
    file: Field,
    writer: IndexWriter<Metered>,
    waiting: Arc<Meter>,
    state: State,
}

/// Adds the files of a segment to those that are known. Those that another article tells another
/// size or time of go to `differing`.
///
/// # Errors
/// If the segment cannot be read.
pub(super) fn note_files(
    segment: &SegmentReader,
    known: &mut HashMap<String, Known>,
    differing: &mut dyn FnMut(&str),
) -> Result<()> {
    let columns = segment.fast_fields();
    let keys = columns.str(name::FILE)?.context("the index lacks its file column")?;
    let size = columns.u64(name::FILE_SIZE)?;
    let mtime = columns.i64(name::FILE_MTIME)?;
    let hash = columns.u64(name::FILE_HASH)?;
    let dates = columns.i64(name::DATE)?;
    let mut key = String::new();
    let mut last = None;
    for doc in segment.doc_ids_alive() {
        let Some(ordinal) = keys.term_ords(doc).next() else { continue };
        // The articles of a container mostly follow each other.
        if last != Some(ordinal) {
            key.clear();
            keys.ord_to_str(ordinal, &mut key)?;
            last = Some(ordinal);
        }
        let size = size.first(doc).unwrap_or_default();
        let mtime_ns = mtime.first(doc).unwrap_or_default();
        let hash = hash.first(doc).unwrap_or_default();
        if let Some(file) = known.get_mut(&key) {
            file.articles += 1;
            file.latest = file.latest.max(dates.first(doc));
            if (file.stamp.size, file.stamp.mtime_ns) != (size, mtime_ns) {
                differing(&key);
            }
            if file.stamp.hash == 0 {
                // Of a file in pieces, only the last one carries the hash.
                file.stamp.hash = hash;
            }
            continue;
        }
        let stamp = FileStamp { key: key.clone(), size, mtime_ns, hash };
        known.insert(key.clone(), Known { stamp, articles: 1, latest: dates.first(doc) });
    }
    Ok(())
}

/// A document that gives its bytes back to the meter when an indexing thread takes it up.
struct Metered {
    document: TantivyDocument,
    _room: Room,
}

impl Document for Metered {
    type Value<'a> = <TantivyDocument as Document>::Value<'a>;
    type FieldsValuesIter<'a> = <TantivyDocument as Document>::FieldsValuesIter<'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.document.iter_fields_and_values()
    }

    fn into_tantivy_document(self) -> TantivyDocument {
        self.document
    }
}

/// Counts the bytes that wait.
#[derive(Default)]
struct Meter {
    bytes: Mutex<usize>,
    freed: Condvar,
}

impl Meter {
    /// Waits until there is room; a document larger than all the room may pass alone.
    fn take(self: &Arc<Self>, bytes: usize) -> Room {
        let mut waiting = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        while *waiting > 0 && *waiting + bytes > WAITING_BYTES {
            // Times out now and then, so that a dead indexing thread is noticed by `add`.
            let pause = Duration::from_millis(500);
            let result = self.freed.wait_timeout(waiting, pause);
            let (held, timeout) = result.unwrap_or_else(PoisonError::into_inner);
            waiting = held;
            if timeout.timed_out() {
                break;
            }
        }
        *waiting += bytes;
        Room { meter: Arc::clone(self), bytes }
    }
}

/// Room taken on a [`Meter`].
struct Room {
    meter: Arc<Meter>,
    bytes: usize,
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut waiting = self.meter.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        *waiting = waiting.saturating_sub(self.bytes);
        self.meter.freed.notify_all();
    }
}

/// A document that is ready to be added.
pub struct NewDocument {
    document: TantivyDocument,
    bytes: usize,
}

/// A file that the index knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// As it was when it was read.
    pub stamp: FileStamp,
    /// How many articles it gave.
    pub articles: u64,
    /// The latest first second of their publication dates, by the papers' own clocks.
    pub latest: Option<i64>,
}

impl Writer {
    /// Opens the index of a directory for writing, or founds it; waits without a word while another
    /// process writes to it.
    ///
    /// # Errors
    /// As [`Writer::open_after`].
    pub fn open(dir: &Path, threads: usize) -> Result<Self> {
        let waiting = Waiting { told: None, stop: &AtomicBool::new(false) };
        let opened = Self::open_after(dir, threads, waiting)?;
        opened.context("the waiting for another process was stopped")
    }

    /// Opens the index of a directory for writing, or founds it; `None` where the waiting for another
    /// process was stopped.
    ///
    /// # Errors
    /// If the directory holds other files, cannot be written to, holds a damaged index or one that
    /// another version made, or if another process goes on writing.
    pub fn open_after(dir: &Path, threads: usize, waiting: Waiting<'_>) -> Result<Option<Self>> {
        store::make_room(dir)?;
        // First of all, so that nothing is known of the index from before another writer changed it.
        let Some(lock) = WriterLock::take(dir, waiting)? else { return Ok(None) };
        let (index, state) = store::open_or_create(lock)?;
        swap::tidy(dir);
        let threads = threads.clamp(1, 8);
        let writer: IndexWriter<Metered> = index
            .writer_with_num_threads(threads, threads * THREAD_BUDGET)
            .map_err(|error| store::explain(error, dir))?;
        // A run that was killed leaves files that no commit names, and tantivy would not write over
        // one of the same name.
        writer.garbage_collect_files().wait().map_err(|error| store::explain(error, dir))?;
        let mut policy = LogMergePolicy::default();
        policy.set_del_docs_ratio_before_merge(REMOVED_SHARE);
        writer.set_merge_policy(Box::new(policy));
        let schema = index.schema();
        let file = schema.get_field(name::FILE)?;
        // tantivy gives the first operation of a writer the number of the last commit. A merge that
        // runs beside it takes the removal for done in segments that this commit brought up to
        // date, and the removed article comes back. So the first operation removes nothing: no
        // file has an empty key.
        writer.delete_term(Term::from_field_text(file, ""));
        let waiting = Arc::default();
        Ok(Some(Self { dir: dir.to_owned(), index, schema, file, writer, waiting, state }))
    }

    /// The state of the last commit.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Every file that has articles in the last commit, by key.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn known_files(&self) -> Result<HashMap<String, Known>> {
        let reader = self.index.reader()?;
        let mut known = HashMap::new();
        for segment in reader.searcher().segment_readers() {
            note_files(segment, &mut known, &mut |_| {})?;
        }
        Ok(known)
    }

    /// The keys of files of which an article fits, by its file's key and its source.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn files_with(&self, fits: &dyn Fn(&str, Option<&str>) -> bool) -> Result<HashSet<String>> {
        let reader = self.index.reader()?;
        let mut found = HashSet::new();
        for segment in reader.searcher().segment_readers() {
            let columns = segment.fast_fields();
            let keys = columns.str(name::FILE)?.context("the index lacks its file column")?;
            let sources = columns.str(name::SOURCE)?;
            let (mut key, mut source) = (String::new(), String::new());
            for doc in segment.doc_ids_alive() {
                let Some(ordinal) = keys.term_ords(doc).next() else { continue };
                key.clear();
                keys.ord_to_str(ordinal, &mut key)?;
                if found.contains(&key) {
                    continue;
                }
                let of_source = sources.as_ref().and_then(|column| column.term_ords(doc).next());
                if let (Some(column), Some(ordinal)) = (&sources, of_source) {
                    source.clear();
                    column.ord_to_str(ordinal, &mut source)?;
                }
                if fits(&key, of_source.map(|_| source.as_str())) {
                    found.insert(key.clone());
                }
            }
        }
        Ok(found)
    }

    /// Makes the document of an article; the costly part, for the reading threads.
    ///
    /// # Errors
    /// As [`schema::to_document`].
    pub fn document(
        &self,
        article: Article,
        passages: &[Passage],
        analysed: &Analysed,
        file: &FileStamp,
    ) -> Result<NewDocument> {
        let bytes = schema::room(&article, analysed);
        let document = schema::to_document(&self.schema, article, passages, analysed, file)?;
        Ok(NewDocument { document, bytes })
    }

    /// Adds a document; waits while the indexing threads are behind.
    ///
    /// # Errors
    /// If an indexing thread has failed, as on a full disk.
    pub fn add(&self, document: NewDocument) -> Result<()> {
        let room = self.waiting.take(document.bytes);
        let document = Metered { document: document.document, _room: room };
        self.writer.add_document(document).map_err(|error| store::explain(error, &self.dir))?;
        Ok(())
    }

    /// Removes every article of a file that was added before this call.
    pub fn remove_file(&self, key: &str) {
        self.writer.delete_term(Term::from_field_text(self.file, key));
    }

    /// Makes all that was added and removed so far, and this state, durable and visible at once.
    ///
    /// # Errors
    /// If the disk refuses; the last commit stands.
    pub fn commit(&mut self, state: State) -> Result<()> {
        let dir = &self.dir;
        let mut prepared =
            self.writer.prepare_commit().map_err(|error| store::explain(error, dir))?;
        prepared.set_payload(&store::write_record(&state, prepared.opstamp())?);
        prepared.commit().map_err(|error| store::explain(error, dir))?;
        self.state = state;
        Ok(())
    }

    /// Why a run ends for which adding failed with `error`: an indexing thread keeps what it failed
    /// for until it is asked.
    #[must_use]
    pub fn why(mut self, error: anyhow::Error) -> anyhow::Error {
        match self.writer.prepare_commit() {
            Err(TantivyError::ErrorInThread(_)) | Ok(_) => error,
            Err(cause) => store::explain(cause, &self.dir),
        }
    }

    /// Finds the copies among the articles of the last commit and joins their names, and commits the
    /// tables of both. Nothing is done where the last commit has whole ones.
    ///
    /// # Errors
    /// If the index cannot be read or the disk refuses; the last commit stands.
    pub fn make_tables(&mut self) -> Result<()> {
        let State { stories, names, .. } = self.state.clone();
        let files = MmapDirectory::open(&self.dir)
            .with_context(|| format!("cannot open the index in {}", self.dir.display()))?;
        let bytes = |table: &Option<TableFile>| tables::open(&files, &table.as_ref()?.file);
        let known = bytes(&stories).and_then(Table::new);
        let whole = |table: &Option<TableFile>| table.as_ref().is_some_and(|table| table.whole);
        let has_stories = whole(&stories) && known.is_some();
        let has_names = whole(&names) && bytes(&names).and_then(Names::new).is_some();
        if has_stories && has_names {
            return Ok(());
        }
        let reader = self.index.reader().map_err(|error| store::explain(error, &self.dir))?;
        let searcher = reader.searcher();
        let mut state = self.state.clone();
        if !has_stories {
            let known = known.and_then(|table| table.read());
            let bytes = copies::find(&searcher, known)?.encode();
            let file = TableKind::Stories.write(&self.dir, &bytes)?;
            state.stories = Some(TableFile { file, whole: true });
        }
        if !has_names {
            let bytes = names::table(&searcher, &state.corrections()?)?;
            let file = TableKind::Names.write(&self.dir, &bytes)?;
            state.names = Some(TableFile { file, whole: true });
        }
        self.commit(state)?;
        // Who opened the index before this commit may be about to open the tables before.
        let State { stories: stories_now, names: names_now, .. } = &self.state;
        for (kind, tables) in
            [(TableKind::Stories, [&stories, stories_now]), (TableKind::Names, [&names, names_now])]
        {
            let keep: Vec<&str> =
                tables.into_iter().flatten().map(|table| table.file.as_str()).collect();
            kind.remove_others(&self.dir, &keep);
        }
        Ok(())
    }

    /// Waits for segments that are being merged and closes the index.
    ///
    /// # Errors
    /// If merging fails; what was committed stands.
    pub fn finish(self) -> Result<()> {
        let dir = self.dir;
        self.writer.wait_merging_threads().map_err(|error| store::explain(error, &dir))
    }
}
