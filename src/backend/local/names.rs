//! The names of an index: counted from its columns, joined, kept as a table beside the segments; which
//! articles have a name, and which names stand together.
//!
//! What an article names never changes with the table. That says which of these names mean the same,
//! so that a new one, or other corrections by the user, ask for no article to be read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context, Result};
use rustc_hash::FxHashSet;
use tantivy::columnar::StrColumn;
use tantivy::directory::OwnedBytes;
use tantivy::query::{EnableScoring, Query as Engine};
use tantivy::schema::Value;
use tantivy::{DocAddress, DocId, SegmentReader, TantivyDocument, Term};

use super::any_term::AnyTermQuery;
use super::columns::distinct;
use super::compile::Compiler;
use super::conditions::documents;
use super::tally::Taken;
use crate::article::{ArticleName, Entity, EntityKind, Published};
use crate::entities::aliases::{self, Count, Entry, NameCounts};
use crate::entities::corrections::Corrections;
use crate::entities::name_table::{NameTable, asks_for, encode};
use crate::query::{Pattern, Query, Text, TextField};
use crate::schema::name;
use crate::schema::names::{read_forms, read_name, read_places, write_name};

/// The names of an opened index.
pub type Names = NameTable<OwnedBytes>;

/// Makes the table of an index.
///
/// # Errors
/// If the index cannot be read.
pub(super) fn table(searcher: &tantivy::Searcher, corrections: &Corrections) -> Result<Vec<u8>> {
    let mut counts = NameCounts::default();
    for reader in searcher.segment_readers() {
        counts.append(count(reader)?);
    }
    for (kind, written) in corrections.taken() {
        let phrase = phrase(written);
        let compiled = Compiler::new(searcher, None, false).compile(&phrase)?;
        let articles = u32::try_from(compiled.scoring.count(searcher)?).unwrap_or(u32::MAX);
        let name = ArticleName { kind, name: written.to_owned(), within: None };
        if articles > 0 {
            let count = Count { articles, mentions: articles };
            counts.add(name, articles, [(written, count)]);
        }
    }
    let unwanted: BTreeSet<&ArticleName> = match corrections.is_empty() {
        true => BTreeSet::new(),
        false => counts.names().filter(|name| corrections.is_unwanted(&name.name)).collect(),
    };
    Ok(encode(&aliases::build(&counts, corrections), &unwanted))
}

/// A name as a phrase of the text.
fn phrase(name: &str) -> Query {
    let pattern = Pattern::Phrase { words: name.to_owned(), exact: true, slop: 0 };
    Query::Text(Text { field: TextField::Any, pattern })
}

/// Counts the names of a segment: each value of a column as often as an article has it.
fn count(reader: &SegmentReader) -> Result<NameCounts> {
    let columns = reader.fast_fields();
    let articles_of = |column: &StrColumn| -> Result<Vec<u32>> {
        let mut articles = vec![0u32; distinct(column)?];
        for doc in reader.doc_ids_alive() {
            for ordinal in column.term_ords(doc) {
                if let Some(count) = articles.get_mut(ordinal as usize) {
                    *count += 1;
                }
            }
        }
        Ok(articles)
    };
    let mut counts = NameCounts::default();
    // In how many articles the forms of a name are told.
    let mut told: HashMap<String, u32> = HashMap::new();
    if let Some(column) = columns.str(name::NAME_FORMS)? {
        let articles = articles_of(&column)?;
        each_value(&column, |ordinal, value| {
            let articles = articles.get(ordinal as usize).copied().unwrap_or_default();
            let Some((value, forms)) = read_forms(value).filter(|_| articles > 0) else { return };
            let Some(name) = read_name(value) else { return };
            *told.entry(value.to_owned()).or_default() += articles;
            let forms = forms.into_iter();
            let count = |mentions: u32| Count { articles, mentions: articles * mentions };
            counts.add(name, articles, forms.map(|(form, mentions)| (form, count(mentions))));
        })?;
    }
    let Some(column) = columns.str(name::NAMES)? else { return Ok(counts) };
    let articles = articles_of(&column)?;
    let mut plain = NameCounts::default();
    each_value(&column, |ordinal, value| {
        let articles = articles.get(ordinal as usize).copied().unwrap_or_default();
        // In the others it stands once, as it is.
        let others = articles.saturating_sub(told.get(value).copied().unwrap_or_default());
        let Some(name) = read_name(value).filter(|_| others > 0) else { return };
        let form = name.name.clone();
        let count = Count { articles: others, mentions: others };
        plain.add(name, others, [(form.as_str(), count)]);
    })?;
    counts.append(plain);
    Ok(counts)
}

/// Hands every value of a column with its ordinal to `take`, in order.
fn each_value(column: &StrColumn, mut take: impl FnMut(u64, &str)) -> Result<()> {
    let mut values = column.dictionary().stream()?;
    while values.advance() {
        if let Ok(value) = std::str::from_utf8(values.key()) {
            take(values.term_ord(), value);
        }
    }
    Ok(())
}

/// The articles that have a name which a text asks for. Where the index has no table of all its
/// names yet, names go by themselves.
///
/// # Errors
/// If the index cannot be read.
pub(super) fn asked_for(
    compiler: &mut Compiler<'_>,
    kind: Option<EntityKind>,
    asked: &str,
) -> Result<Box<dyn Engine>> {
    let mut names = Vec::new();
    let mut phrases = Vec::new();
    if let Some(table) = compiler.names {
        for found in table.matching(kind, asked) {
            let Some(entry) = table.entry(found.entry) else { continue };
            names.extend(entry.members);
            phrases.extend(entry.phrases);
        }
    } else {
        let field = compiler.searcher.schema().get_field(name::NAMES)?;
        for reader in compiler.searcher.segment_readers() {
            let index = reader.inverted_index(field)?;
            let mut values = index.terms().stream()?;
            while values.advance() {
                let value = std::str::from_utf8(values.key()).unwrap_or_default();
                let Some(name) = read_name(value) else { continue };
                let of_kind = kind.is_none_or(|kind| name.kind == kind);
                if of_kind && asks_for(asked, &name.name) {
                    names.push(name);
                }
            }
        }
    }
    any_of(compiler, &names, &phrases)
}

/// The articles that have a name of the table.
///
/// # Errors
/// If the index cannot be read.
pub(super) fn of_entry(compiler: &mut Compiler<'_>, entry: &Entry) -> Result<Box<dyn Engine>> {
    any_of(compiler, &entry.members, &entry.phrases)
}

/// The articles that have one of some names, or one of some phrases in their text.
fn any_of(
    compiler: &mut Compiler<'_>,
    names: &[ArticleName],
    phrases: &[String],
) -> Result<Box<dyn Engine>> {
    let field = compiler.searcher.schema().get_field(name::NAMES)?;
    let terms = names.iter().map(|name| Term::from_field_text(field, &write_name(name)));
    let terms: Vec<Term> = terms.collect();
    let mut any: Vec<Box<dyn Engine>> = vec![Box::new(AnyTermQuery::new(terms))];
    for written in phrases {
        any.push(compiler.unscored(&phrase(written))?);
    }
    Ok(super::compile::any_of(any))
}

/// What an article names, as the archive calls it, the most salient first, each once and at most `most`
/// of it. `main` are the first of its names, which were read with its text.
///
/// # Errors
/// If the index cannot be read.
pub(super) fn of_article(
    reader: &SegmentReader,
    doc: DocId,
    main: Vec<ArticleName>,
    table: Option<&Names>,
    most: usize,
) -> Result<Vec<Entity>> {
    let (mut names, mut known, read) = (Vec::new(), FxHashSet::default(), main.len());
    let mut take = |name| {
        let name: Option<Entity> = shown(name, table);
        names.extend(name.filter(|one| known.insert((one.kind, one.name.clone()))));
        names.len() >= most
    };
    if most == 0 || main.into_iter().any(&mut take) {
        return Ok(names);
    }
    let Some(column) = reader.fast_fields().str(name::NAMES)? else { return Ok(names) };
    let mut value = String::new();
    for ordinal in column.term_ords(doc).skip(read) {
        value.clear();
        column.ord_to_str(ordinal, &mut value)?;
        if read_name(&value).is_some_and(&mut take) {
            break;
        }
    }
    Ok(names)
}

/// What the archive calls a name of one of its articles, by itself where there is no table of all yet;
/// `None` for one that the user does not want.
fn canonical(name: ArticleName, table: Option<&Names>) -> Option<ArticleName> {
    match table {
        Some(table) => table.canonical(&name),
        None => Some(name),
    }
}

/// A name of an article as answers carry it.
pub(super) fn shown(name: ArticleName, table: Option<&Names>) -> Option<Entity> {
    let ArticleName { kind, name, .. } = canonical(name, table)?;
    Some(Entity { kind, name, aliases: Vec::new() })
}

/// The articles of the names that the user always wants taken, for each segment a bit each. They
/// stand in no column.
///
/// # Errors
/// If the index cannot be read.
pub(super) fn taken(searcher: &tantivy::Searcher, corrections: &Corrections) -> Result<Vec<Taken>> {
    let mut taken = Vec::new();
    for (kind, written) in corrections.taken() {
        let compiled = Compiler::new(searcher, None, false).compile(&phrase(written))?;
        let weight = compiled.scoring.weight(EnableScoring::disabled_from_searcher(searcher))?;
        let segments = searcher.segment_readers().iter();
        let docs: Result<Vec<Vec<u64>>> =
            segments.map(|reader| documents(weight.as_ref(), reader)).collect();
        taken.push((ArticleName { kind, name: written.to_owned(), within: None }, docs?));
    }
    Ok(taken)
}

/// A name beside another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// Person, organisation or place.
    pub kind: EntityKind,
    /// As the archive calls it.
    pub name: String,
    /// Passages and headlines that hold both.
    pub passages: u32,
    /// Articles that hold both, together or not.
    pub articles: u32,
}

/// An article that has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mentioned {
    /// Its id.
    pub id: String,
    /// When it was published, where that is known, by the paper's own clock.
    pub published: Option<Published>,
}

/// Where a name stands in an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Every article that has it, dated ones first, by date, then by id.
    pub articles: Vec<Mentioned>,
    /// The names beside it, those of most passages first.
    pub together: Vec<Together>,
}

/// Names as numbers, each as the archive calls it.
struct Numbered<'t> {
    table: Option<&'t Names>,
    numbers: HashMap<ArticleName, u32>,
    names: Vec<ArticleName>,
    /// Of the segment that is being read: the numbers of ordinals; `None` within for what the user
    /// does not want.
    of_ordinals: HashMap<u64, Option<u32>>,
}

impl<'t> Numbered<'t> {
    fn new(table: Option<&'t Names>) -> Self {
        let (numbers, names, of_ordinals) = Default::default();
        Self { table, numbers, names, of_ordinals }
    }

    fn number(&mut self, name: ArticleName) -> u32 {
        let next = self.names.len() as u32;
        let number = *self.numbers.entry(name.clone()).or_insert(next);
        if number == next {
            self.names.push(name);
        }
        number
    }

    fn of_ordinal(&mut self, column: &StrColumn, ordinal: u64) -> Result<Option<u32>> {
        if let Some(number) = self.of_ordinals.get(&ordinal) {
            return Ok(*number);
        }
        let mut value = String::new();
        column.ord_to_str(ordinal, &mut value)?;
        let name = read_name(&value).and_then(|name| canonical(name, self.table));
        let number = name.map(|name| self.number(name));
        self.of_ordinals.insert(ordinal, number);
        Ok(number)
    }
}

/// The numbers of the names of an article by the passage that they stand in; each once.
fn by_passage(
    searcher: &tantivy::Searcher,
    at: DocAddress,
    column: &StrColumn,
    numbered: &mut Numbered<'_>,
) -> Result<BTreeMap<u32, BTreeSet<u32>>> {
    let field = searcher.schema().get_field(name::NAME_PLACES)?;
    let document: TantivyDocument = searcher.doc(at)?;
    let bytes = document.get_first(field).and_then(|value| value.as_bytes()).unwrap_or_default();
    let places = read_places(bytes).context(
        "where names stand in an article of the index is damaged; `dateline check` says in which",
    )?;
    let mut passages: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for (ordinal, places) in column.term_ords(at.doc_id).zip(places) {
        let Some(number) = numbered.of_ordinal(column, ordinal)? else { continue };
        for passage in places {
            passages.entry(passage).or_default().insert(number);
        }
    }
    Ok(passages)
}

/// Where the articles given have a name, and what stands beside it.
///
/// # Errors
/// If the index cannot be read.
pub(super) fn mentions(
    searcher: &tantivy::Searcher,
    table: Option<&Names>,
    entry: &Entry,
    articles: &[DocAddress],
) -> Result<Mentions> {
    let mut numbered = Numbered::new(table);
    let own = numbered.number(entry.into());
    let mut mentions = Mentions::default();
    // By number: passages and articles.
    let mut together: HashMap<u32, (u32, u32)> = HashMap::new();
    let mut segment = None;
    for at in articles {
        let reader = searcher.segment_reader(at.segment_ord);
        if segment.replace(at.segment_ord) != Some(at.segment_ord) {
            numbered.of_ordinals.clear();
        }
        let columns = reader.fast_fields();
        let doc = at.doc_id;
        let id = super::read(columns.str(name::ID)?.as_ref(), doc)?;
        mentions.articles.push(Mentioned { id, published: super::published(reader, doc)? });
        let Some(column) = columns.str(name::NAMES)? else { continue };
        let mut others = BTreeSet::new();
        for ordinal in column.term_ords(doc) {
            others.extend(numbered.of_ordinal(&column, ordinal)?.filter(|number| *number != own));
        }
        for other in others {
            together.entry(other).or_default().1 += 1;
        }
        for names in by_passage(searcher, *at, &column, &mut numbered)?.into_values() {
            if names.contains(&own) {
                for other in names.into_iter().filter(|number| *number != own) {
                    together.entry(other).or_default().0 += 1;
                }
            }
        }
    }
    mentions.articles.sort_by(|a, b| {
        let date = |one: &Mentioned| (one.published.is_none(), one.published.map(|date| date.at));
        date(a).cmp(&date(b)).then_with(|| a.id.cmp(&b.id))
    });
    mentions.together = together
        .into_iter()
        .filter(|(_, (passages, _))| *passages > 0)
        .map(|(number, (passages, articles))| {
            let ArticleName { kind, name, .. } = numbered.names[number as usize].clone();
            Together { kind, name, passages, articles }
        })
        .collect();
    mentions.together.sort_by(|a, b| {
        let most = |one: &Together| std::cmp::Reverse((one.passages, one.articles));
        most(a).cmp(&most(b)).then_with(|| (a.kind, &a.name).cmp(&(b.kind, &b.name)))
    });
    Ok(mentions)
}

/// Which names stand together in an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// The names, the most mentioned first.
    pub names: Vec<Entry>,
    /// Pairs of them, by their places in `names`, the lesser first; in order.
    pub pairs: BTreeMap<(usize, usize), Shared>,
}

/// How often two names stand together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shared {
    /// Passages and headlines that hold both.
    pub passages: u32,
    /// Articles in which they stand in one passage.
    pub articles: u32,
}

/// The network of some names of the table.
///
/// # Errors
/// If the index cannot be read.
pub(super) fn network(
    searcher: &tantivy::Searcher,
    table: &Names,
    names: Vec<Entry>,
) -> Result<Network> {
    let mut numbered = Numbered::new(Some(table));
    for entry in &names {
        numbered.number(entry.into());
    }
    let wanted = names.len();
    let mut pairs: BTreeMap<(usize, usize), Shared> = BTreeMap::new();
    for (segment, reader) in (0..).zip(searcher.segment_readers()) {
        numbered.of_ordinals.clear();
        let Some(column) = reader.fast_fields().str(name::NAMES)? else { continue };
        for doc in reader.doc_ids_alive() {
            let at = DocAddress::new(segment, doc);
            let mut here: BTreeMap<(usize, usize), u32> = BTreeMap::new();
            for names in by_passage(searcher, at, &column, &mut numbered)?.into_values() {
                let names: Vec<usize> =
                    names.into_iter().map(|n| n as usize).filter(|n| *n < wanted).collect();
                for (at, one) in names.iter().enumerate() {
                    for other in &names[at + 1..] {
                        *here.entry((*one, *other)).or_default() += 1;
                    }
                }
            }
            for (pair, passages) in here {
                let shared = pairs.entry(pair).or_default();
                shared.passages += passages;
                shared.articles += 1;
            }
        }
    }
    Ok(Network { names, pairs })
}
