//! What segments and tables tell by themselves: that they open, that their parts are of as many
//! articles, that no id stands twice, and that what is remembered of files is not at odds.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use anyhow::{Context, Result, bail};
use tantivy::SegmentReader;
use tantivy::directory::OwnedBytes;
use tantivy::index::{Index, IndexMeta, SegmentMeta};
use tantivy::{DocId, schema::Field};

use super::prints::id_prints;
use super::{Damage, Examination, Mend};
use crate::backend::local::directory::Snapshot;
use crate::backend::local::names::Names;
use crate::backend::local::stories::{Stories, Table};
use crate::backend::local::tables::{self, TableFile};
use crate::backend::local::{copies, names, read, write};
use crate::caught::quietly;
use crate::schema::name;

/// A segment that opens.
pub(super) struct Opened {
    /// Its id.
    pub(super) id: String,
    pub(super) reader: SegmentReader,
}

/// The tables that read back and are of all articles.
#[derive(Default)]
pub(super) struct Tables {
    stories: Option<(String, Stories)>,
    names: Option<String>,
}

impl Examination<'_> {
    /// Opens the segments that are not broken; those that do not open are added to these.
    pub(super) fn open_segments(
        &mut self,
        index: &Index,
        meta: &IndexMeta,
        broken: &mut BTreeSet<String>,
    ) -> Vec<Opened> {
        let mut opened = Vec::new();
        for segment in &meta.segments {
            let id = segment.id().uuid_string();
            if broken.contains(&id) {
                continue;
            }
            match caught(|| open(index, segment)) {
                Ok(reader) => {
                    self.found.articles += u64::from(reader.num_docs());
                    opened.push(Opened { id, reader });
                }
                Err(error) => {
                    self.broken_segment(&id, &error);
                    broken.insert(id);
                }
            }
        }
        opened
    }

    /// Notes that a segment whose bytes are those that were written contradicts itself.
    pub(super) fn broken_segment(&mut self, id: &str, error: &anyhow::Error) {
        self.add(Damage::Segment, id, format!("{error:#}"), Mend::Segment(id.to_owned()));
    }

    /// Learns the files that the articles are of, and looks whether all that is remembered of them
    /// goes together.
    pub(super) fn look_at_files(&mut self, segments: &[Opened]) {
        let mut differing = BTreeSet::new();
        for Opened { id, reader } in segments {
            let mut known = std::mem::take(&mut self.found.known);
            let noted = caught(|| {
                write::note_files(reader, &mut known, &mut |key| {
                    differing.insert(key.to_owned());
                })
            });
            self.found.known = known;
            if let Err(error) = noted {
                self.broken_segment(id, &error);
            }
        }
        let Some(state) = self.found.state.clone() else { return };
        let partial: HashSet<&str> = state.partial.iter().map(String::as_str).collect();
        for key in differing.into_iter().filter(|key| !partial.contains(key.as_str())) {
            let what = "its articles are of two states of the file";
            self.add(Damage::File, key.clone(), what, Mend::Files(vec![key]));
        }
        for file in state.barren.iter().filter(|file| self.found.known.contains_key(&file.key)) {
            let what = "it is remembered to have no articles, and has some";
            self.found.problems.push(super::Problem {
                damage: Damage::File,
                at: file.key.clone(),
                what: what.to_owned(),
                mend: Mend::Files(vec![file.key.clone()]),
            });
        }
        let stray = self
            .found
            .known
            .keys()
            .filter(|key| !state.roots.iter().any(|root| key.starts_with(&root.prefix)));
        let stray: Vec<String> = stray.cloned().collect();
        for key in stray {
            let what = "it is of no folder that the index follows";
            self.add(Damage::File, key.clone(), what, Mend::Files(vec![key]));
        }
    }

    /// Looks for ids that stand twice.
    pub(super) fn look_for_duplicates(&mut self, segments: &[Opened]) {
        let mut ids: Vec<(u64, usize, DocId)> = Vec::new();
        for (number, Opened { id, reader }) in segments.iter().enumerate() {
            match caught(|| id_prints(reader)) {
                Ok(of_segment) => {
                    ids.extend(of_segment.into_iter().map(|(print, doc)| (print, number, doc)));
                }
                Err(error) => self.broken_segment(id, &error),
            }
        }
        ids.sort_unstable();
        let mut twice: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for same in ids.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
            let mut of_ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (_, number, doc) in same {
                let columns = segments[*number].reader.fast_fields();
                let value =
                    |field| -> Result<String> { Ok(read(columns.str(field)?.as_ref(), *doc)?) };
                if let (Ok(id), Ok(file)) = (value(name::ID), value(name::FILE)) {
                    of_ids.entry(id).or_default().push(file);
                }
            }
            // Different ids with the same print are none.
            for (id, files) in of_ids.into_iter().filter(|(_, files)| files.len() > 1) {
                twice.entry(id).or_default().extend(files);
            }
        }
        for (id, files) in twice {
            let what = "there is more than one article with this id";
            self.add(Damage::DuplicateId, id, what, Mend::Files(files.into_iter().collect()));
        }
    }

    /// Reads the tables of the commit.
    pub(super) fn open_tables(&mut self, files: &Snapshot) -> Tables {
        let Some(state) = self.found.state.clone() else { return Tables::default() };
        let mut opened = Tables::default();
        let is_whole = |table: &Option<TableFile>| table.as_ref().is_some_and(|t| t.whole);
        // An index without a root was never filled.
        self.found.tables_due = !state.roots.is_empty()
            && [&state.stories, &state.names].into_iter().any(|t| !is_whole(t));
        if let Some(table) = &state.stories
            && let Some(bytes) = self.bytes_of(files, table)
        {
            match Table::new(bytes).and_then(|table| table.read()) {
                Some(stories) if table.whole => {
                    opened.stories = Some((table.file.clone(), stories))
                }
                Some(_) => {}
                None => self.no_table(table),
            }
        }
        if let Some(table) = &state.names
            && let Some(bytes) = self.bytes_of(files, table)
        {
            match Names::new(bytes) {
                Some(names) if names.entries().count() == names.len() => {
                    opened.names = table.whole.then(|| table.file.clone());
                }
                _ => self.no_table(table),
            }
        }
        opened
    }

    fn no_table(&mut self, table: &TableFile) {
        self.add(Damage::Table, &table.file, "it does not read back", Mend::Tables);
    }

    /// The bytes of a table, if they are those that were written.
    fn bytes_of(&mut self, files: &Snapshot, table: &TableFile) -> Option<OwnedBytes> {
        let Some(bytes) = tables::open(files, &table.file) else {
            self.add(Damage::MissingFile, &table.file, "it is not there", Mend::Tables);
            return None;
        };
        self.found.files += 1;
        self.found.bytes += bytes.len() as u64;
        if !tables::is_as_named(&table.file, &bytes) {
            let what = "its bytes are not those that were written";
            self.add(Damage::Checksum, &table.file, what, Mend::Tables);
            return None;
        }
        Some(bytes)
    }

    /// Whether the table of stories is of just these articles.
    pub(super) fn match_stories(&mut self, segments: &[Opened], tables: &mut Tables) {
        let Some((file, stories)) = &tables.stories else { return };
        let mut prints = Vec::new();
        for Opened { reader, .. } in segments {
            // What does not read back was told before.
            let Ok(column) = reader.fast_fields().u64(name::PRINT) else { return };
            prints.extend(reader.doc_ids_alive().map(|doc| column.first(doc).unwrap_or_default()));
        }
        prints.sort_unstable();
        prints.dedup();
        let mut covered = stories.covered.clone();
        covered.dedup();
        let members = stories.stories.iter().flatten().map(|(_, print)| print);
        let belong = members.copied().all(|print| prints.binary_search(&print).is_ok());
        if prints != covered || !belong {
            let (file, what) = (file.clone(), "it is not of the articles of the last commit");
            self.add(Damage::Table, file, what, Mend::Tables);
            tables.stories = None;
        }
    }

    /// Makes the tables again and compares.
    ///
    /// # Errors
    /// If the segments, which all open, cannot be opened together.
    pub(super) fn remake_tables(&mut self, index: &Index, tables: &Tables) -> Result<()> {
        let Some(state) = self.found.state.clone() else { return Ok(()) };
        let searcher = index.reader()?.searcher();
        let mut made = Vec::new();
        if let Some((file, _)) = &tables.stories {
            let bytes = caught(|| Ok(copies::find(&searcher, None)?.encode()));
            made.push((file, bytes));
        }
        if let Some(file) = &tables.names {
            made.push((file, caught(|| names::table(&searcher, &state.corrections()?))));
        }
        for (file, bytes) in made {
            match bytes {
                Ok(bytes) if tables::is_as_named(file, &bytes) => {}
                Ok(_) => {
                    let what = "made again from the articles, it is another one";
                    self.add(Damage::Table, file, what, Mend::Tables);
                }
                Err(error) => {
                    let what = format!("it cannot be made again: {error:#}");
                    self.add(Damage::Table, file, what, Mend::Rebuild);
                }
            }
        }
        Ok(())
    }
}

/// Opens a segment and counts its articles in several ways.
fn open(index: &Index, meta: &SegmentMeta) -> Result<SegmentReader> {
    let reader = SegmentReader::open(&index.segment(meta.clone()))?;
    if reader.num_docs() != meta.num_docs() {
        bail!(
            "{} of its articles are there, and {} by the record of the commit",
            reader.num_docs(),
            meta.num_docs()
        );
    }
    let field: Field = reader.schema().get_field(name::TEXT)?;
    let lengths = reader.get_fieldnorms_reader(field)?.num_docs();
    if lengths != meta.max_doc() {
        bail!(
            "it has the lengths of {lengths} articles, and {} articles by the record of the commit",
            meta.max_doc()
        );
    }
    let store = reader.get_store_reader(1)?;
    if let Some(last) = meta.max_doc().checked_sub(1) {
        store.get_document_bytes(last).context("the last of its articles is not stored")?;
    }
    if store.get_document_bytes(meta.max_doc()).is_ok() {
        bail!("more articles are stored than the record of the commit says");
    }
    Ok(reader)
}

/// Runs what reads an index; a panic in it is an error like others.
pub(super) fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    match quietly(work) {
        Ok(result) => result,
        Err(panic) => bail!("reading it broke off: {panic}"),
    }
}
