//! Every article against its stored text: what it comes to today is indexed once more, in memory
//! and a few articles at a time, and compared with what the index has of it.
//!
//! What was never stored (captions left out of the body) cannot be compared.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result};
use crossbeam_channel::{Receiver, Sender, bounded};
use tantivy::index::{Index, IndexSettings};
use tantivy::schema::{IndexRecordOption, OwnedValue, TantivyDocument};
use tantivy::{DocId, DocSet, SegmentReader, SingleSegmentIndexWriter, TERMINATED, Term};

use super::prints::{TermPrints, Values};
use super::structure::{Opened, caught};
use super::{Damage, Examination, Mend, Problem, Remake};
use crate::analysis::{self, Termer};
use crate::backend::local::read;
use crate::mentions;
use crate::schema::{self, FileStamp, Stored, StoredFields, name};

/// Bytes of stored texts that are indexed at a time.
const BATCH_BYTES: usize = 4 << 20;
/// Articles that are.
const BATCH_ARTICLES: usize = 500;
/// Bytes of postings that are held in memory for them.
const BUDGET: usize = 32 << 20;

/// Articles as they are stored.
type Batch = Vec<(DocId, StoredFields)>;

/// What a segment has of its articles.
struct Had<'s> {
    id: &'s str,
    reader: &'s SegmentReader,
    terms: TermPrints,
    values: Values,
}

/// What the comparing threads add up.
#[derive(Default)]
struct Sums {
    problems: Vec<Problem>,
    compared: u64,
    unsettled: u64,
}

impl Examination<'_> {
    /// Compares every article of segments with its text.
    pub(super) fn compare_with_texts(
        &mut self,
        segments: &[Opened],
        remake: &Remake<'_>,
        threads: usize,
    ) {
        self.progress.articles.store(self.found.articles, Ordering::Relaxed);
        for Opened { id, reader } in segments {
            let had = caught(|| {
                let Some(terms) = TermPrints::read(reader, self.stop)? else { return Ok(None) };
                let values = Values::open(reader)?;
                Ok(Some(Had { id, reader, terms, values }))
            });
            match had {
                Ok(Some(had)) => self.compare(&had, remake, threads),
                Ok(None) => return,
                Err(error) => self.broken_segment(id, &error),
            }
        }
    }

    fn compare(&mut self, had: &Had<'_>, remake: &Remake<'_>, threads: usize) {
        let sums = Mutex::new(Sums::default());
        let sums_of = || sums.lock().unwrap_or_else(PoisonError::into_inner);
        let (send, receive) = bounded::<Batch>(threads);
        let (progress, stop) = (self.progress, self.stop);
        thread::scope(|scope| {
            for _ in 0..threads {
                let receive: Receiver<Batch> = receive.clone();
                scope.spawn(move || {
                    let mut termer = Termer::default();
                    for batch in receive {
                        let articles = batch.len() as u64;
                        let found = caught(|| compare_batch(had, batch, remake, &mut termer));
                        let mut sums = sums_of();
                        match found {
                            Ok(found) => {
                                sums.problems.extend(found.problems);
                                sums.compared += found.compared;
                                sums.unsettled += found.unsettled;
                            }
                            Err(error) => sums.problems.push(Problem {
                                damage: Damage::Segment,
                                at: had.id.to_owned(),
                                what: format!("its articles cannot be compared: {error:#}"),
                                mend: Mend::Segment(had.id.to_owned()),
                            }),
                        }
                        progress.articles_done.fetch_add(articles, Ordering::Relaxed);
                    }
                });
            }
            drop(receive);
            if let Err(error) = caught(|| send_batches(had, &send, stop)) {
                sums_of().problems.push(Problem {
                    damage: Damage::Segment,
                    at: had.id.to_owned(),
                    what: format!("its stored articles do not read back: {error:#}"),
                    mend: Mend::Segment(had.id.to_owned()),
                });
            }
            drop(send);
        });
        let sums = sums.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.found.problems.extend(sums.problems);
        self.found.compared += sums.compared;
        self.found.unsettled += sums.unsettled;
    }
}

/// Reads what is stored, block after block.
fn send_batches(had: &Had<'_>, send: &Sender<Batch>, stop: &AtomicBool) -> Result<()> {
    let store = had.reader.get_store_reader(1)?;
    let documents = store.iter::<StoredFields>(had.reader.alive_bitset());
    let (mut batch, mut bytes) = (Batch::new(), 0);
    let mut alive = had.reader.doc_ids_alive();
    for document in documents {
        let (document, doc) = (document?, alive.next().context("there are too many")?);
        bytes += document.values().map(length).sum::<usize>();
        batch.push((doc, document));
        if bytes >= BATCH_BYTES || batch.len() >= BATCH_ARTICLES {
            bytes = 0;
            if stop.load(Ordering::Relaxed) || send.send(std::mem::take(&mut batch)).is_err() {
                return Ok(());
            }
        }
    }
    if alive.next().is_some() {
        anyhow::bail!("some are missing");
    }
    // Fails only where no thread is left to take it.
    let _ = send.send(batch);
    Ok(())
}

fn length(value: &OwnedValue) -> usize {
    match value {
        OwnedValue::Str(text) => text.len(),
        OwnedValue::Bytes(bytes) => bytes.len(),
        _ => 8,
    }
}

/// An article that was made once more.
struct Remade {
    doc: DocId,
    id: String,
    key: String,
    stored: StoredFields,
}

fn compare_batch(
    had: &Had<'_>,
    batch: Batch,
    remake: &Remake<'_>,
    termer: &mut Termer,
) -> Result<Sums> {
    let mut sums = Sums::default();
    let index_schema = had.reader.schema();
    let settings =
        IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() };
    let index = Index::builder().schema(index_schema.clone()).settings(settings);
    let index = index.tokenizers(analysis::tokenizers());
    let mut writer: SingleSegmentIndexWriter =
        index.single_segment_index_writer(tantivy::directory::RamDirectory::create(), BUDGET)?;
    let mut made: Vec<Remade> = Vec::new();
    let columns = had.reader.fast_fields();
    let (ids, keys) = (columns.str(name::ID)?, columns.str(name::FILE)?);
    let (size, mtime) = (columns.u64(name::FILE_SIZE)?, columns.i64(name::FILE_MTIME)?);
    let hash = columns.u64(name::FILE_HASH)?;
    for (doc, stored) in batch {
        let key = read(keys.as_ref(), doc)?;
        let Ok(Stored { mut article, .. }) = schema::from_document(index_schema, stored.clone())
        else {
            let id = read(ids.as_ref(), doc)?;
            let what = "what is stored of it does not read back";
            sums.add(had, Damage::Article, &id, what, doc, &key)?;
            continue;
        };
        article.mentions = mentions::find(&article.body, article.published.as_ref());
        let Some((passages, analysed)) = remake(&article, &key, termer) else {
            sums.unsettled += 1;
            continue;
        };
        let stamp = FileStamp {
            key: key.clone(),
            size: size.first(doc).unwrap_or_default(),
            mtime_ns: mtime.first(doc).unwrap_or_default(),
            hash: hash.first(doc).unwrap_or_default(),
        };
        let id = article.id.clone();
        let document: TantivyDocument =
            schema::to_document(index_schema, article, &passages, &analysed, &stamp)?;
        let as_stored = |(field, value): (_, _)| (field, OwnedValue::from(value));
        let again: StoredFields = document
            .field_values()
            .filter(|(field, _)| index_schema.get_field_entry(*field).is_stored())
            .map(as_stored)
            .collect();
        writer.add_document(document)?;
        made.push(Remade { doc, id, key, stored: again });
        let last = made.last().map(|made| (&made.stored, &made.id));
        if let Some((again, id)) = last.filter(|(again, _)| **again != stored) {
            let what = match differing_field(index_schema, again, &stored) {
                name::PASSAGES => "its passages are not those of its text",
                name::BODY | name::ARTICLE => "what is stored of it reads back as something else",
                _ => "the names kept with it are not those of its text",
            };
            let (id, key) = (id.clone(), made[made.len() - 1].key.clone());
            sums.add(had, Damage::Passages, &id, what, doc, &key)?;
        }
    }
    sums.compared += made.len() as u64;
    if made.is_empty() {
        return Ok(sums);
    }
    let index = writer.finalize()?;
    let searcher = index.reader()?.searcher();
    let again = searcher.segment_reader(0);
    let unstopped = AtomicBool::new(false);
    let terms = TermPrints::read(again, &unstopped)?.context("it was stopped")?;
    let values = Values::open(again)?;
    for (number, Remade { doc, id, key, .. }) in (0..).zip(&made) {
        if had.terms.of(*doc) != terms.of(number) {
            let what = "it is not found by the words of its text, or by others than these";
            sums.add(had, Damage::Terms, id, what, *doc, key)?;
        }
        let captions = had.terms.has_captions(*doc);
        if let Some(field) = had.values.differing(*doc, &values, number, captions) {
            let what = format!("its column `{field}` does not go with its text");
            sums.add(had, Damage::Columns, id, &what, *doc, key)?;
        }
    }
    Ok(sums)
}

/// The name of the first stored field that two documents differ in.
fn differing_field<'s>(
    schema: &'s tantivy::schema::Schema,
    one: &StoredFields,
    other: &StoredFields,
) -> &'s str {
    let fields: HashSet<_> = one.keys().chain(other.keys()).collect();
    let differing = fields.into_iter().filter(|field| one.get(field) != other.get(field)).min();
    differing.map_or("", |field| schema.get_field_name(*field))
}

impl Sums {
    /// Notes what is wrong with an article. Its file is read again where the index would find and
    /// remove the article by it; else the segment is left out.
    fn add(
        &mut self,
        had: &Had<'_>,
        damage: Damage,
        id: &str,
        what: &str,
        doc: DocId,
        key: &str,
    ) -> Result<()> {
        let mend = match is_found_by_file(had.reader, doc, key)? {
            true => Mend::Files(vec![key.to_owned()]),
            false => Mend::Segment(had.id.to_owned()),
        };
        self.problems.push(Problem { damage, at: id.to_owned(), what: what.to_owned(), mend });
        Ok(())
    }
}

fn is_found_by_file(reader: &SegmentReader, doc: DocId, key: &str) -> Result<bool> {
    let term = Term::from_field_text(reader.schema().get_field(name::FILE)?, key);
    let index = reader.inverted_index(term.field())?;
    let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else {
        return Ok(false);
    };
    let mut at = postings.doc();
    while at < doc && at != TERMINATED {
        at = postings.advance();
    }
    Ok(at == doc)
}
