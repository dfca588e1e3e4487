//! The one table of index fields, and an article's way into a document and back.
//!
//! [`FIELDS`] drives the tantivy schema and what every other part knows of fields. Knows nothing
//! of files on disk, queries or ranking.
//!
//! One article is one document. What is searched and what is shown are kept apart: the article
//! itself is stored once (`article`, `body`, `passages`), everything else is index only.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow};
use strum::VariantArray;
use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, OwnedValue, STORED, Schema, TantivyDocument,
    TextFieldIndexing, TextOptions,
};

use crate::analysis::{ArticleTerms, Break, Chain, PLACED, PlacedTerms, STRIDE, Termer};
use crate::article::{
    Article, ArticleName, DateFrom, DroppedFor, Named, Parts, Passage, Precision, Published,
};
use crate::proximity::Laying;
use crate::sketch::{self, Sketch};
use crate::varint;
use crate::words::{self, WordList};

pub mod names;

/// Raised whenever the fields or what stands in them change.
pub const SCHEMA_VERSION: u32 = 9;

/// How often the headline's words are counted in the ranking field: BM25F's field weight as
/// term frequency (Robertson, Zaragoza and Taylor 2004), so that one field still prunes.
pub const TITLE_WEIGHT: u32 = 3;

/// The field names, as code names them.
pub mod name {
    /// Unique key of the article.
    pub const ID: &str = "id";
    /// Unique key of the file that holds it; what sync removes by.
    pub const FILE: &str = "file";
    /// Headline, stemmed.
    pub const TITLE: &str = "title";
    /// Headline, unstemmed.
    pub const TITLE_EXACT: &str = "title_exact";
    /// Headline (repeated) and passages, stemmed: what ranking reads.
    pub const TEXT: &str = "text";
    /// The words of both that are not their own stems, as they stand, at the same positions.
    pub const EXACT: &str = "exact";
    /// Where paragraphs and sentences start, at the same positions.
    pub const BREAKS: &str = "breaks";
    /// Publisher's name, else domain.
    pub const SOURCE: &str = "source";
    /// Publisher's domain.
    pub const DOMAIN: &str = "domain";
    /// Web address.
    pub const URL: &str = "url";
    /// Authors.
    pub const AUTHOR: &str = "author";
    /// Desk or rubric.
    pub const SECTION: &str = "section";
    /// ISO 639-1 code.
    pub const LANG: &str = "lang";
    /// What the article names, as [`super::names::write_name`] writes it, the most salient first.
    pub const NAMES: &str = "names";
    /// The forms of those names, as [`super::names::write_forms`] writes them, where there is more
    /// to say than that the name stands there once.
    pub const NAME_FORMS: &str = "name_forms";
    /// The first of those names, as [`super::names::write_main`] writes them.
    pub const MAIN_NAMES: &str = "main_names";
    /// Where those names stand, in the same order.
    pub const NAME_PLACES: &str = "name_places";
    /// First second of the publication date, by the paper's own clock.
    pub const DATE: &str = "date";
    /// First second after the period that the publication date is known to lie in.
    pub const DATE_END: &str = "date_end";
    /// Number of [`crate::article::DateFrom`].
    pub const DATE_FROM: &str = "date_from";
    /// First seconds of the periods that the body names.
    pub const MENTION_FROM: &str = "mention_from";
    /// First seconds after them, in the same order.
    pub const MENTION_UNTIL: &str = "mention_until";
    /// How many passages the body has.
    pub const PASSAGE_COUNT: &str = "passage_count";
    /// [`crate::sketch::print`] of the article.
    pub const PRINT: &str = "print";
    /// [`crate::sketch::Sketch`] of the body, where it has words.
    pub const SKETCH: &str = "sketch";
    /// Bytes of the file that holds the article.
    pub const FILE_SIZE: &str = "file_size";
    /// Modification time of that file in nanoseconds since 1970.
    pub const FILE_MTIME: &str = "file_mtime";
    /// xxh3 of that file's bytes.
    pub const FILE_HASH: &str = "file_hash";
    /// The article without its body, as JSON.
    pub const ARTICLE: &str = "article";
    /// The article's body.
    pub const BODY: &str = "body";
    /// The byte ranges of the passages.
    pub const PASSAGES: &str = "passages";
}

/// How a field is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Whole values: looked up as they are, and in a column.
    Key,
    /// Words of a chain with positions; `norms` keeps lengths for ranking. Whatever is ranked by
    /// must keep them: without, tantivy writes no bounds for its blocks and prunes what is best.
    Words {
        /// Which chain.
        chain: Chain,
        /// Keeps field lengths.
        norms: bool,
        /// Also keeps whole values in a column.
        column: bool,
    },
    /// [`PlacedTerms`]; `norms` as for words.
    Placed {
        /// Keeps field lengths.
        norms: bool,
    },
    /// Whole values in a column alone.
    Column,
    /// Signed number in a column.
    Signed,
    /// Unsigned numbers in a column, one or many.
    Unsigned,
    /// Text stored for display.
    Stored,
    /// Bytes stored beside it.
    Bytes,
}

/// Words with a column of whole values, for conditions on metadata.
const META: Kind = Kind::Words { chain: Chain::Exact, norms: false, column: true };
/// Words that are only searched.
const WORDS: Kind = Kind::Words { chain: Chain::Exact, norms: false, column: false };

/// Every field of the index.
pub const FIELDS: &[(&str, Kind)] = &[
    (name::ID, Kind::Key),
    (name::FILE, Kind::Key),
    (name::TITLE, Kind::Words { chain: Chain::Stem, norms: true, column: false }),
    (name::TITLE_EXACT, Kind::Words { chain: Chain::Exact, norms: true, column: false }),
    (name::TEXT, Kind::Placed { norms: true }),
    (name::EXACT, Kind::Placed { norms: true }),
    (name::BREAKS, Kind::Placed { norms: false }),
    (name::SOURCE, META),
    (name::DOMAIN, META),
    (name::URL, WORDS),
    (name::AUTHOR, META),
    (name::SECTION, META),
    (name::LANG, META),
    (name::NAMES, Kind::Key),
    (name::NAME_FORMS, Kind::Column),
    (name::MAIN_NAMES, Kind::Stored),
    (name::NAME_PLACES, Kind::Bytes),
    (name::DATE, Kind::Signed),
    (name::DATE_END, Kind::Signed),
    (name::DATE_FROM, Kind::Unsigned),
    (name::MENTION_FROM, Kind::Signed),
    (name::MENTION_UNTIL, Kind::Signed),
    (name::PASSAGE_COUNT, Kind::Unsigned),
    (name::PRINT, Kind::Unsigned),
    (name::SKETCH, Kind::Unsigned),
    (name::FILE_SIZE, Kind::Unsigned),
    (name::FILE_MTIME, Kind::Signed),
    (name::FILE_HASH, Kind::Unsigned),
    (name::ARTICLE, Kind::Stored),
    (name::BODY, Kind::Stored),
    (name::PASSAGES, Kind::Bytes),
];

/// The tantivy schema of [`FIELDS`].
#[must_use]
pub fn build() -> Schema {
    let mut builder = Schema::builder();
    for (name, kind) in FIELDS {
        match kind {
            Kind::Key => {
                let indexing = TextFieldIndexing::default()
                    .set_tokenizer("raw")
                    .set_fieldnorms(false)
                    .set_index_option(IndexRecordOption::Basic);
                let options = TextOptions::default().set_indexing_options(indexing).set_fast("raw");
                builder.add_text_field(name, options);
            }
            Kind::Words { chain, norms, column } => {
                let indexing = TextFieldIndexing::default()
                    .set_tokenizer(chain.name())
                    .set_fieldnorms(*norms)
                    .set_index_option(IndexRecordOption::WithFreqsAndPositions);
                let mut options = TextOptions::default().set_indexing_options(indexing);
                if *column {
                    options = options.set_fast("raw");
                }
                builder.add_text_field(name, options);
            }
            Kind::Placed { norms } => {
                let indexing = TextFieldIndexing::default()
                    .set_tokenizer(PLACED)
                    .set_fieldnorms(*norms)
                    .set_index_option(IndexRecordOption::WithFreqsAndPositions);
                let options = TextOptions::default().set_indexing_options(indexing);
                builder.add_text_field(name, options);
            }
            Kind::Signed => {
                builder.add_i64_field(name, NumericOptions::default().set_fast());
            }
            Kind::Unsigned => {
                builder.add_u64_field(name, NumericOptions::default().set_fast());
            }
            Kind::Column => {
                builder.add_text_field(name, TextOptions::default().set_fast("raw"));
            }
            Kind::Bytes => {
                builder.add_bytes_field(name, STORED);
            }
            Kind::Stored => {
                builder.add_text_field(name, STORED);
            }
        }
    }
    builder.build()
}

/// What is known of the file that an article came from, kept with it so that the next sync
/// need not read the file again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileStamp {
    /// Unique key of the file.
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// Modification time in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// xxh3 of the bytes; 0 where the file was not yet read to its end.
    pub hash: u64,
}

/// An article as it stands in the index.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The article, body included.
    pub article: Article,
    /// Its passages in order.
    pub passages: Vec<Passage>,
}

/// The first stride of the body's passages; the headline's copies stand before.
#[must_use]
pub fn first_body_stride() -> u32 {
    TITLE_WEIGHT
}

/// The number (from 0) of the passage that a position of the text lies in; `None` in
/// the headline.
#[must_use]
pub fn passage_at(position: u32) -> Option<u32> {
    (position / STRIDE).checked_sub(first_body_stride())
}

/// About how many bytes the document of an article takes: its text stands in it to be stored, and as
/// terms.
#[must_use]
pub fn room(article: &Article, analysed: &Analysed) -> usize {
    const HEAD: usize = 4096;
    article.body.len() + analysed.bytes() + HEAD
}

/// The document of an article.
///
/// # Errors
/// If the article cannot be written as JSON, which no article that was read can cause.
pub fn to_document(
    schema: &Schema,
    mut article: Article,
    passages: &[Passage],
    analysed: &Analysed,
    file: &FileStamp,
) -> Result<TantivyDocument> {
    let mut document = TantivyDocument::with_capacity(room(&article, analysed));
    let field = |name: &str| schema.get_field(name).context("the schema table lacks a field");
    let mut text = |name: &str, value: &str| -> Result<()> {
        document.add_text(field(name)?, value);
        Ok(())
    };

    text(name::ID, &article.id)?;
    text(name::FILE, &file.key)?;
    let title = article.title.as_deref().unwrap_or_default();
    if !title.is_empty() {
        text(name::TITLE, title)?;
        text(name::TITLE_EXACT, title)?;
    }
    text(name::TEXT, &analysed.text)?;
    text(name::EXACT, &analysed.exact)?;
    text(name::BREAKS, &analysed.breaks)?;
    if let Some(label) = article.source.label() {
        text(name::SOURCE, label)?;
    }
    for (name, value) in [
        (name::DOMAIN, &article.source.domain),
        (name::SECTION, &article.section),
        (name::LANG, &article.lang),
    ] {
        if let Some(value) = value {
            text(name, value)?;
        }
    }
    if let Some(domain) = &article.source.domain {
        // To the analyzer a domain is one word; people ask for a part of it (`source:bbc`).
        text(name::DOMAIN, &domain.replace('.', " "))?;
    }
    if let Some(url) = &article.url {
        text(name::URL, &url.replacen("://www.", "://", 1))?;
    }
    for author in &article.authors {
        text(name::AUTHOR, author)?;
    }
    for named in &analysed.names {
        text(name::NAMES, &names::write_name(&named.name))?;
        if let Some(forms) = names::write_forms(named) {
            text(name::NAME_FORMS, &forms)?;
        }
    }
    text(name::MAIN_NAMES, &names::write_main(&analysed.names))?;
    text(name::BODY, &std::mem::take(&mut article.body))?;
    text(name::ARTICLE, &serde_json::to_string(&article)?)?;

    if let Some(published) = &article.published {
        let wall = published.wall_second();
        let length = published.end().as_second() - published.at.as_second();
        document.add_i64(field(name::DATE)?, wall);
        document.add_i64(field(name::DATE_END)?, wall + length);
        let from = DateFrom::VARIANTS.iter().position(|from| *from == published.from);
        document.add_u64(field(name::DATE_FROM)?, from.unwrap_or_default() as u64);
    }
    let mut mentioned: Vec<(i64, i64)> = article
        .mentions
        .iter()
        .map(|mention| (mention.from.as_second(), mention.until.as_second()))
        .collect();
    mentioned.sort_unstable();
    mentioned.dedup();
    for (from, until) in mentioned {
        document.add_i64(field(name::MENTION_FROM)?, from);
        document.add_i64(field(name::MENTION_UNTIL)?, until);
    }
    document.add_u64(field(name::PASSAGE_COUNT)?, passages.len() as u64);
    let sketch = analysed.sketch.as_ref();
    document.add_u64(field(name::PRINT)?, sketch::print(&article.id, sketch));
    for number in sketch.iter().copied().flat_map(Sketch::to_column) {
        document.add_u64(field(name::SKETCH)?, number);
    }
    document.add_u64(field(name::FILE_SIZE)?, file.size);
    document.add_i64(field(name::FILE_MTIME)?, file.mtime_ns);
    document.add_u64(field(name::FILE_HASH)?, file.hash);
    document.add_bytes(field(name::PASSAGES)?, &encode_passages(passages));
    document.add_bytes(field(name::NAME_PLACES)?, &names::write_places(&analysed.names));
    Ok(document)
}

/// What is stored of a document, as it is read back.
pub type StoredFields = BTreeMap<Field, OwnedValue>;

/// The article of a document.
///
/// # Errors
/// If a stored part is missing or does not read back: the index is damaged.
pub fn from_document(schema: &Schema, mut document: StoredFields) -> Result<Stored> {
    let mut value = |name: &str| document.remove(&schema.get_field(name).ok()?);
    let Some((OwnedValue::Str(head), OwnedValue::Str(body))) =
        value(name::ARTICLE).zip(value(name::BODY))
    else {
        return Err(damaged());
    };
    let Some(OwnedValue::Bytes(passages)) = value(name::PASSAGES) else { return Err(damaged()) };
    let mut article: Article = serde_json::from_str(&head).map_err(|_| damaged())?;
    let passages = decode_passages(&passages, &body).ok_or_else(damaged)?;
    article.body = body;
    Ok(Stored { article, passages })
}

/// The main names of the article of a document, the most salient first.
///
/// # Errors
/// If they are missing: the index is damaged.
pub fn main_names(schema: &Schema, document: &StoredFields) -> Result<Vec<ArticleName>> {
    match document.get(&schema.get_field(name::MAIN_NAMES)?) {
        Some(OwnedValue::Str(names)) => Ok(names::read_main(names)),
        _ => Err(damaged()),
    }
}

/// What is said of a document of which a part is missing or does not read back.
fn damaged() -> anyhow::Error {
    anyhow!("an article in the index is damaged; `dateline check` says which")
}

/// How exactly a publication date is known, from its columns: first second, first second after.
#[must_use]
pub fn precision(start: i64, end: i64) -> Precision {
    const DAY: i64 = 24 * 60 * 60;
    match end - start {
        ..=1 => Precision::Second,
        2..=60 => Precision::Minute,
        61..=DAY => Precision::Day,
        // The longest month.
        span if span <= 31 * DAY => Precision::Month,
        _ => Precision::Year,
    }
}

/// The publication date of an article from its columns: first second, first second after, and
/// the number of where it is from. `None` where they make no date.
#[must_use]
pub fn published(start: i64, end: i64, from: u64) -> Option<Published> {
    let at = jiff::Timestamp::from_second(start).ok()?;
    let from = *DateFrom::VARIANTS.get(usize::try_from(from).ok()?)?;
    Some(Published { at, offset: None, precision: precision(start, end), from })
}

/// What the words and names of an article come to.
#[derive(Debug)]
pub struct Analysed {
    /// The value of [`name::TEXT`].
    text: String,
    /// The value of [`name::EXACT`].
    exact: String,
    /// The value of [`name::BREAKS`].
    breaks: String,
    /// What tells copies.
    sketch: Option<Sketch>,
    /// What the article names, the most salient first.
    names: Vec<Named>,
}

impl Analysed {
    /// Bytes of the terms.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.text.len() + self.exact.len() + self.breaks.len()
    }
}

/// Analyses an article: `parts` is how its body is cut, `list` has the words of the body, and
/// `names` what it names.
///
/// Positions are those of the headline ([`TITLE_WEIGHT`] times where it ranks), then the passages,
/// then the captions that were left out of the body. Who is on a picture is no sentence of the
/// article, and the article is found by it all the same.
#[must_use]
pub fn analyse(
    article: &Article,
    parts: &Parts,
    list: &WordList,
    names: Vec<Named>,
    termer: &mut Termer,
) -> Analysed {
    let body = &article.body;
    let title = article.title.as_deref().unwrap_or_default();
    termer.add(words::words(title).map(|(_, word)| word));
    termer.end_stride();
    termer.repeat_in_stem(first_body_stride());
    let title_words = termer.count();
    let mut laying = Laying::new(parts);
    let mut stride = first_body_stride();
    for (number, passage) in (1..).zip(&parts.passages) {
        let mut position = stride * STRIDE;
        let end = position + STRIDE - 1;
        for (at, word) in list.within(body, passage) {
            laying.word(at, position);
            position = end.min(position + termer.add(std::iter::once(word)));
        }
        if number < parts.passages.len() {
            laying.goes_on(position);
        }
        termer.end_stride();
        stride += 1;
    }
    let body_words = termer.count();
    for caption in article.dropped.iter().filter(|block| block.why == DroppedFor::Caption) {
        laying.aside(stride * STRIDE);
        termer.add(words::words(&caption.text).map(|(_, word)| word));
        termer.end_stride();
        stride += 1;
    }
    let ArticleTerms { stem, exact, hashes } = termer.finish();
    let (title, body) = hashes[..body_words].split_at(title_words);
    let sketch = Sketch::of(title, body);
    let layout = laying.finish();
    let mut breaks = PlacedTerms::default();
    for (kind, positions) in [
        (Break::Paragraph, layout.paragraphs),
        (Break::Sentence, layout.sentences),
        (Break::GoesOn, layout.goes_on),
    ] {
        if !positions.is_empty() {
            breaks.push(kind.term(), &positions);
        }
    }
    Analysed { text: stem.value, exact: exact.value, breaks: breaks.value, sketch, names }
}

/// Passages as gaps and lengths.
fn encode_passages(passages: &[Passage]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(passages.len() * 4);
    let mut end = 0;
    for passage in passages {
        varint::push(&mut bytes, (passage.start - end) as u64);
        varint::push(&mut bytes, (passage.end - passage.start) as u64);
        end = passage.end;
    }
    bytes
}

/// Reads passages back; `None` where they do not lie in the body.
fn decode_passages(mut bytes: &[u8], body: &str) -> Option<Vec<Passage>> {
    let mut passages = Vec::new();
    let mut end = 0usize;
    while !bytes.is_empty() {
        let mut number = || usize::try_from(varint::take(&mut bytes)?).ok();
        let start = end.checked_add(number()?)?;
        end = start.checked_add(number()?)?;
        body.get(start..end)?;
        passages.push(start..end);
    }
    Some(passages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Entity, EntityKind, Precision, Published, Source};

    #[test]
    fn an_article_comes_back_whole() {
        let body = "First passage here.\n\nThe second — with a dash.".to_owned();
        let article = Article {
            id: "a/b.jsonl#7".into(),
            record: Some("7".into()),
            title: Some("A headline".into()),
            published: Some(Published {
                at: "2025-04-25T00:00:00Z".parse().unwrap(),
                offset: None,
                precision: Precision::Day,
                from: DateFrom::Metadata,
            }),
            source: Source { name: Some("The Paper".into()), domain: Some("paper.example".into()) },
            authors: vec!["A. Writer".into()],
            entities: vec![Entity {
                kind: EntityKind::Person,
                name: "Volodymyr Zelensky".into(),
                aliases: vec!["Zelenskyy".into()],
            }],
            body,
            ..Article::default()
        };
        let passages = vec![0..19, 21..article.body.len()];
        let stamp = FileStamp { key: "a/b.jsonl".into(), size: 1, mtime_ns: 2, hash: 3 };
        let schema = build();
        let words = WordList::of(&article.body);
        let parts = Parts { passages, paragraphs: vec![0, 21], sentences: vec![0, 21] };
        let analysed = analyse(&article, &parts, &words, Vec::new(), &mut Termer::default());
        let mut breaks = PlacedTerms::default();
        breaks.push("p", &[0, 1536, 2048]);
        breaks.push("e", &[1539]);
        assert_eq!(analysed.breaks, breaks.value);
        let passages = parts.passages;
        let document = to_document(&schema, article.clone(), &passages, &analysed, &stamp).unwrap();
        let stored = document.field_values().map(|(field, value)| (field, value.into())).collect();
        assert_eq!(from_document(&schema, stored).unwrap(), Stored { article, passages });
    }

    #[test]
    fn a_date_comes_back_from_its_columns() {
        for precision in Precision::VARIANTS {
            let at = "2024-02-01T00:00:00Z".parse().unwrap();
            let date = Published { at, offset: None, precision: *precision, from: DateFrom::Url };
            let from = DateFrom::VARIANTS.iter().position(|from| *from == DateFrom::Url).unwrap();
            let (start, end) = (date.at.as_second(), date.end().as_second());
            assert_eq!(published(start, end, from as u64), Some(date));
        }
        assert_eq!(published(0, 1, 99), None);
    }

    #[test]
    fn damaged_passages_are_refused() {
        assert_eq!(decode_passages(&[0, 2, 0, 3], "hello"), Some(vec![0..2, 2..5]));
        assert_eq!(decode_passages(&[0, 6], "hello"), None);
        assert_eq!(decode_passages(&[0], "hello"), None);
        assert_eq!(decode_passages(&[0xff; 12], "hello"), None);
        assert_eq!(decode_passages(&[1, 1], "é"), None);
    }

    #[test]
    fn positions_tell_their_passage() {
        assert_eq!(passage_at(0), None);
        assert_eq!(passage_at(STRIDE * TITLE_WEIGHT - 1), None);
        assert_eq!(passage_at(STRIDE * TITLE_WEIGHT), Some(0));
        assert_eq!(passage_at(STRIDE * (TITLE_WEIGHT + 2) + 9), Some(2));
    }
}
