//! What is in an index, counted from its columns and files.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;
use strum::VariantArray;
use tantivy::Index;

use super::facets::count_values;
use super::store::State;
use crate::article::DateFrom;
use crate::entities;
use crate::schema::{SCHEMA_VERSION, TITLE_WEIGHT, name};

/// How often a value occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The value.
    pub value: String,
    /// In how many articles.
    pub articles: u64,
}

/// A part of an index on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// What it holds.
    pub name: &'static str,
    /// How large it is.
    pub bytes: u64,
}

/// The versions of what made an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MadeBy {
    /// Of the program.
    pub tool: String,
    /// See [`SCHEMA_VERSION`].
    pub schema: u32,
    /// See [`crate::analysis::ANALYSIS_VERSION`].
    pub analysis: u32,
    /// See [`crate::entities::NAMES_VERSION`].
    pub names: u32,
}

/// How many names of each kind an index holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct NamesHeld {
    /// Persons.
    pub persons: u64,
    /// Organisations.
    pub orgs: u64,
    /// Places.
    pub places: u64,
}

/// What is in an index.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stats {
    /// Articles that can be found.
    pub articles: u64,
    /// Articles removed or replaced whose room is not yet freed.
    pub removed: u64,
    /// Files that the articles stand in.
    pub files: u64,
    /// Passages of all articles.
    pub passages: u64,
    /// Words of all headlines and bodies, removed articles included.
    pub words: u64,
    /// Articles without a date.
    pub undated: u64,
    /// Start of the earliest publication date.
    pub earliest: Option<Timestamp>,
    /// Start of the latest publication date.
    pub latest: Option<Timestamp>,
    /// Where the dates came from.
    pub dates_from: Vec<Count>,
    /// Publishers, most articles first.
    pub sources: Vec<Count>,
    /// Articles without a source.
    pub unsourced: u64,
    /// Languages, most articles first.
    pub languages: Vec<Count>,
    /// The names of the articles, those that mean the same as one; `None` after a run that was
    /// stopped.
    pub names: Option<NamesHeld>,
    /// Articles in languages of which only countries and heads of state are known by name.
    pub names_by_list: u64,
    /// Stories that stand in the index more than once.
    pub stories: u64,
    /// Articles of these stories.
    pub in_stories: u64,
    /// Whether every article was looked at for copies; not so after a run that was stopped.
    pub copies_known: bool,
    /// Bytes on disk by part of the index, largest first.
    pub parts: Vec<Part>,
    /// Bytes on disk in all.
    pub bytes: u64,
    /// Segments.
    pub segments: usize,
    /// Who wrote the last commit.
    pub made_by: MadeBy,
    /// The folders that the index follows.
    pub roots: Vec<String>,
    /// Files that gave no article.
    pub barren: usize,
    /// Files that were not read to their end.
    pub partial: usize,
}

/// Counts an index.
pub(super) fn read(
    dir: &Path,
    index: &Index,
    searcher: &tantivy::Searcher,
    state: &State,
) -> Result<Stats> {
    let [text, title] = [name::TEXT, name::TITLE].map(|name| index.schema().get_field(name));
    let (text, title) = (text?, title?);
    let [mut sources, mut languages, mut files]: [HashMap<String, u64>; 3] = Default::default();
    let mut from = vec![0u64; DateFrom::VARIANTS.len()];
    let (mut passages, mut words, mut undated) = (0, 0, 0);
    let (mut earliest, mut latest): (Option<i64>, Option<i64>) = (None, None);
    let mut removed = 0;
    for reader in searcher.segment_readers() {
        removed += u64::from(reader.num_deleted_docs());
        let columns = reader.fast_fields();
        let dates = columns.i64(name::DATE)?;
        let date_from = columns.u64(name::DATE_FROM)?;
        let counts = columns.u64(name::PASSAGE_COUNT)?;
        for doc in reader.doc_ids_alive() {
            passages += counts.first(doc).unwrap_or_default();
            match dates.first(doc) {
                Some(date) => {
                    earliest = Some(earliest.map_or(date, |known| known.min(date)));
                    latest = Some(latest.map_or(date, |known| known.max(date)));
                    let at = date_from.first(doc).unwrap_or_default() as usize;
                    if let Some(count) = from.get_mut(at) {
                        *count += 1;
                    }
                }
                None => undated += 1,
            }
        }
        for (field, counts) in
            [(name::SOURCE, &mut sources), (name::LANG, &mut languages), (name::FILE, &mut files)]
        {
            count_values(reader, field, reader.doc_ids_alive(), counts)?;
        }
        // The headline's words are counted as often as they stand in the ranking field.
        let again = u64::from(TITLE_WEIGHT - 1) * reader.inverted_index(title)?.total_num_tokens();
        words += reader.inverted_index(text)?.total_num_tokens().saturating_sub(again);
    }
    let articles = searcher.num_docs();
    let (parts, bytes) = parts(dir)?;
    Ok(Stats {
        articles,
        removed,
        files: files.len() as u64,
        passages,
        words,
        undated,
        earliest: earliest.and_then(|second| Timestamp::from_second(second).ok()),
        latest: latest.and_then(|second| Timestamp::from_second(second).ok()),
        dates_from: DateFrom::VARIANTS
            .iter()
            .zip(from)
            .filter(|(_, articles)| *articles > 0)
            .map(|(from, articles)| Count { value: from.to_string(), articles })
            .collect(),
        unsourced: articles - sources.values().sum::<u64>(),
        sources: most_first(sources),
        names: None,
        names_by_list: languages
            .iter()
            .filter(|(lang, _)| !entities::knows(Some(lang)))
            .map(|(_, articles)| articles)
            .sum(),
        languages: most_first(languages),
        stories: 0,
        in_stories: 0,
        copies_known: state.stories.as_ref().is_some_and(|stories| stories.whole),
        parts,
        bytes,
        segments: searcher.segment_readers().len(),
        made_by: MadeBy {
            tool: state.tool.clone(),
            schema: SCHEMA_VERSION,
            analysis: state.analysis,
            names: state.names_version,
        },
        roots: state.roots.iter().map(|root| root.path.to_string_lossy().into_owned()).collect(),
        barren: state.barren.len(),
        partial: state.partial.len(),
    })
}

fn most_first(counts: HashMap<String, u64>) -> Vec<Count> {
    let mut counts: Vec<Count> =
        counts.into_iter().map(|(value, articles)| Count { value, articles }).collect();
    counts.sort_by(|a, b| b.articles.cmp(&a.articles).then_with(|| a.value.cmp(&b.value)));
    counts
}

/// Bytes of the index by what its files hold, going by their endings.
fn parts(dir: &Path) -> Result<(Vec<Part>, u64)> {
    let mut parts: BTreeMap<&'static str, u64> = BTreeMap::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let part = match path.extension().and_then(|ending| ending.to_str()) {
            Some("store") => "stored text",
            Some("term") => "terms",
            Some("idx") => "postings",
            Some("pos") => "positions",
            Some("fast") => "columns",
            Some("fieldnorm") => "lengths",
            Some("del") => "removals",
            _ => match path.file_stem().and_then(|stem| stem.to_str()) {
                Some("stories") => "copies",
                Some("names") => "names",
                _ => "other",
            },
        };
        // A file may go while its segment is merged away.
        let size = fs::metadata(&path).map_or(0, |file| file.len());
        *parts.entry(part).or_default() += size;
    }
    let bytes = parts.values().sum();
    let mut parts: Vec<Part> =
        parts.into_iter().map(|(name, bytes)| Part { name, bytes }).collect();
    parts.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.name.cmp(b.name)));
    Ok((parts, bytes))
}
