//! The answer as JSON lines: the one output that programs should read.
//!
//! A run is `begin`, one `hit` a line, what was counted ([`counts`]), `end`; a batch is such runs one
//! after the other, told apart by their `qid`, and a query that was not answered is an `error` line in
//! their place. An opened article is a single `article` line, one read from its file an `extracted`
//! line. What is similar to an article is one `similar` line, a `copy` line for each copy and a
//! `related` line, like a `hit`, for each article on the same matter; what explains one is a
//! `background` line and `related` lines. A passage to cite is a `citation` line; of citations that
//! were kept there is a `checked` line each, and a `tally`. A query explained is one `query` line. Names
//! are [`names`]' lines; what was measured is a line of [`mod@bench`]'s.
//!
//! Every line says its `type`, every key is always there (`null` or an empty list where nothing is
//! known; only `qid` and an article's `body` may be absent), and `format` rises when a key changes
//! its meaning or goes. New keys may come at any time.
//!
//! **Offsets are bytes of UTF-8**: those of passages and of their marks count from the start of
//! the article's body, those of `title_marks` from the start of the title. A range is
//! `[start, end]` with the end outside. Beside those of passages, of marks and of `title_marks`
//! stand the same in characters (`chars`: Unicode scalar values, by which Python slices) and in
//! UTF-16 code units (`utf16`: by which JavaScript, Java and C# slice), under the same names.
//!
//! Text is exact, never altered: what a terminal would obey (control characters, direction
//! overrides) is written as `\u` escapes, which every JSON reader turns back.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;

use serde::Serialize;

use crate::article::{self, DateFrom, DroppedFor, EntityKind, Precision, RefusedDate};
use crate::citation::{self, Print};
use crate::entities::resolve::Resolved;
use crate::hits::{self, Hits, Reading};
use crate::verify::{self, Fate};

use super::cited::Cited;
use super::offsets::{Count, Counter};
use super::{Context, Opened, escape, marks};

pub mod bench;
pub mod counts;
pub mod names;

/// Version of the lines below, told in `begin` and `article`.
pub const FORMAT_VERSION: u32 = 1;

/// What wrote the lines: name and version.
pub const TOOL: &str = concat!("dateline ", env!("CARGO_PKG_VERSION"));

/// One line of output.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Line<'a> {
    /// Opens an answer.
    Begin(Begin<'a>),
    /// One article of an answer.
    Hit(Hit<'a>),
    /// Closes an answer.
    End(End<'a>),
    /// One article, opened.
    Article(Article<'a>),
    /// Opens what is similar to an article.
    Similar(Similar<'a>),
    /// A copy of that article.
    Copy(Shared<'a>),
    /// An article on the same matter.
    Related(Hit<'a>),
    /// Opens earlier coverage that explains an article.
    Background(Background<'a>),
    /// One article as it was read from its file.
    Extracted(Extracted<'a>),
    /// A passage to cite.
    Citation(Citation<'a>),
    /// A query of a batch that was not answered.
    Error(&'a Error<'a>),
    /// A query as it was understood.
    Query(Query<'a>),
    /// A citation that was kept.
    Checked(Checked<'a>),
    /// Closes the citations that were kept.
    Tally(Tally),
}

/// The head of an answer.
#[derive(Debug, Serialize)]
pub struct Begin<'a> {
    /// [`FORMAT_VERSION`].
    pub format: u32,
    /// [`TOOL`].
    pub tool: &'static str,
    /// The query as it was understood.
    pub query: &'a str,
    /// The query's own id in a batch; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qid: Option<&'a str>,
}

/// A found article.
#[derive(Debug, Serialize)]
pub struct Hit<'a> {
    /// From 1, counted through pages.
    pub rank: usize,
    /// Higher is better; comparable within one answer only.
    pub score: f32,
    /// What is known about the article.
    #[serde(flatten)]
    pub about: About<'a>,
    /// How many passages the article has in all.
    pub passage_count: usize,
    /// The best ones, in reading order.
    pub passages: Vec<Passage<'a>>,
    /// Words of the query that the article lacks.
    pub missing: &'a [String],
    /// What it and its copies are called together; `null` where it has none.
    pub story: Option<&'a str>,
    /// Its copies in the index, whether or not they match.
    pub copies: Vec<CopyOf<'a>>,
    /// How its score came about; absent where that was not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<&'a hits::Why>,
}

/// A copy of an article.
#[derive(Debug, Serialize)]
pub struct CopyOf<'a> {
    /// Unique in the index.
    pub id: &'a str,
    /// Its publisher.
    pub source: Option<&'a str>,
    /// Its date.
    pub published: Option<Published>,
}

/// The head of what is similar to an article.
#[derive(Debug, Serialize)]
pub struct Similar<'a> {
    /// [`FORMAT_VERSION`].
    pub format: u32,
    /// [`TOOL`].
    pub tool: &'static str,
    /// What is known about the article.
    #[serde(flatten)]
    pub about: About<'a>,
    /// What it and its copies are called together; `null` where it has none.
    pub story: Option<&'a str>,
    /// How many copies follow.
    pub copies: usize,
    /// The id of the one that came first; `null` where the dates do not tell.
    pub first: Option<&'a str>,
    /// How many related articles follow the copies.
    pub related: usize,
}

/// The head of earlier coverage that explains an article.
#[derive(Debug, Serialize)]
pub struct Background<'a> {
    /// [`FORMAT_VERSION`].
    pub format: u32,
    /// [`TOOL`].
    pub tool: &'static str,
    /// What is known about the article.
    #[serde(flatten)]
    pub about: About<'a>,
    /// What came out before this is earlier, by the papers' own clocks.
    pub before: jiff::Timestamp,
    /// How many earlier articles follow.
    pub earlier: usize,
    /// How many without a date follow those.
    pub undated: usize,
}

/// A copy and what it shares with the article.
#[derive(Debug, Serialize)]
pub struct Shared<'a> {
    /// What is known about it.
    #[serde(flatten)]
    pub about: About<'a>,
    /// Share of its words that stand in the article, 0 to 1.
    pub of_copy: f64,
    /// Share of the article's words that stand in it.
    pub of_article: f64,
}

/// What is known about an article, without its text.
#[derive(Debug, Serialize)]
pub struct About<'a> {
    /// Unique in the index.
    pub id: &'a str,
    /// The id that the record gave itself.
    pub record: Option<&'a str>,
    /// The headline.
    pub title: Option<&'a str>,
    /// What matched in the headline, in bytes of it.
    pub title_marks: Vec<[usize; 2]>,
    /// The same in characters.
    pub chars: TitleOffsets,
    /// The same in UTF-16 code units.
    pub utf16: TitleOffsets,
    /// The date.
    pub published: Option<Published>,
    /// The publisher.
    pub source: Source<'a>,
    /// Where it stood on the web.
    pub url: Option<&'a str>,
    /// Who wrote it.
    pub authors: &'a [String],
    /// The desk or rubric.
    pub section: Option<&'a str>,
    /// Language, ISO 639-1.
    pub lang: Option<&'a str>,
    /// People it names, as the archive calls them, the most salient first: of a hit the main ones, of
    /// an opened article all, of one read from its file those that the file tells.
    pub persons: Vec<&'a str>,
    /// Organisations it names.
    pub orgs: Vec<&'a str>,
    /// Places it names.
    pub places: Vec<&'a str>,
}

/// Offsets into a headline in another unit.
#[derive(Debug, Default, Serialize)]
pub struct TitleOffsets {
    /// What matched in the headline.
    pub title_marks: Vec<[usize; 2]>,
}

/// A date: the period from `at` up to, but without, `end`.
#[derive(Debug, Serialize)]
pub struct Published {
    /// First instant, RFC 3339: by the paper's own clock where that is known, else UTC.
    pub at: String,
    /// `year`, `month`, `day`, `minute` or `second`.
    pub precision: Precision,
    /// What the date was read from.
    pub from: DateFrom,
    /// First instant after it, in the same way.
    pub end: String,
}

/// A publisher.
#[derive(Debug, Serialize)]
pub struct Source<'a> {
    /// As it writes itself.
    pub name: Option<&'a str>,
    /// The host of the URL.
    pub domain: Option<&'a str>,
}

/// A passage, in bytes of the article's body.
#[derive(Debug, Serialize)]
pub struct Passage<'a> {
    /// `ID#p7`: what `dateline show` opens.
    pub id: String,
    /// `ID#p7@a1b2c3d4e5`: what to keep; see [`citation`].
    pub cite: String,
    /// From 1.
    pub number: usize,
    /// How well it answers, among the passages of its article; absent where nothing was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f32>,
    /// Its first byte.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// The body from `start` to `end`.
    pub text: &'a str,
    /// What matched, counted in the body and not in `text`.
    pub marks: Vec<[usize; 2]>,
    /// `start`, `end` and `marks` in characters.
    pub chars: Offsets,
    /// The same in UTF-16 code units.
    pub utf16: Offsets,
}

/// Offsets of a passage in another unit.
#[derive(Debug, Default, Serialize)]
pub struct Offsets {
    /// Its first.
    pub start: usize,
    /// The one after its last.
    pub end: usize,
    /// What matched.
    pub marks: Vec<[usize; 2]>,
}

/// The foot of an answer.
#[derive(Debug, Serialize)]
pub struct End<'a> {
    /// Articles that match.
    pub total: u64,
    /// How many of them were written.
    pub shown: usize,
    /// How many stand before the first one written.
    pub offset: usize,
    /// How words side by side were taken: `all`, `any` or `relaxed`.
    pub reading: Reading,
    /// How many articles hold every word, where the reading is relaxed; else `null`.
    pub whole: Option<u64>,
    /// Words too common to be looked for.
    pub ignored: &'a [String],
    /// Words that look like operators of other tools, and what to write for those; absent where
    /// there are none.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub as_words: &'a [hits::AsWord],
    /// How many matching articles were folded under the hits up to the last one written, as
    /// copies of them; `null` where each stands for itself.
    pub folded: Option<u64>,
    /// Whether more hits follow.
    pub more: bool,
    /// Articles that match but for having no date; `null` where the query asks for none.
    pub undated: Option<u64>,
    /// Where nothing matches: what there is of each part of the query; absent elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnosis: Option<&'a hits::Diagnosis>,
    /// Time taken, in microseconds.
    pub took_us: u64,
}

/// An article, opened.
#[derive(Debug, Serialize)]
pub struct Article<'a> {
    /// [`FORMAT_VERSION`].
    pub format: u32,
    /// [`TOOL`].
    pub tool: &'static str,
    /// What is known about it.
    #[serde(flatten)]
    pub about: About<'a>,
    /// The whole text; absent where one passage was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<&'a str>,
    /// Its copies in the index.
    pub copies: Vec<CopyOf<'a>>,
    /// How many passages it has in all.
    pub passage_count: usize,
    /// All of them, or the one that was asked for.
    pub passages: Vec<Passage<'a>>,
}

/// A query of a batch that was not answered.
#[derive(Debug, Serialize)]
pub struct Error<'a> {
    /// [`FORMAT_VERSION`].
    pub format: u32,
    /// [`TOOL`].
    pub tool: &'static str,
    /// The query's own id.
    pub qid: Option<&'a str>,
    /// Its line in the file, from 1.
    pub line: usize,
    /// As typed.
    pub query: &'a str,
    /// What is wrong.
    pub message: &'a str,
    /// The place in the query, in bytes of it; `null` where it is no matter of its spelling.
    pub at: Option<[usize; 2]>,
    /// What to write instead.
    pub hint: Option<&'a str>,
}

/// A query as it was understood, part by part.
#[derive(Debug, Serialize)]
pub struct Query<'a> {
    /// [`FORMAT_VERSION`].
    pub format: u32,
    /// The query.
    #[serde(flatten)]
    pub explained: &'a hits::Explained,
}

/// A passage to cite.
#[derive(Debug, Serialize)]
pub struct Citation<'a> {
    /// [`FORMAT_VERSION`].
    pub format: u32,
    /// [`TOOL`].
    pub tool: &'static str,
    /// What is known about its article.
    #[serde(flatten)]
    pub about: About<'a>,
    /// The passage.
    pub passage: Passage<'a>,
}

/// A citation that was kept, and what became of it.
#[derive(Debug, Serialize)]
pub struct Checked<'a> {
    /// As it stands in the file.
    pub cite: &'a str,
    /// The lines where it stands.
    pub lines: &'a [usize],
    /// `unchanged`, `moved`, `changed` or `gone`.
    pub state: &'static str,
    /// Where its very text stands now, where that is elsewhere.
    pub found: Option<Found<'a>>,
    /// The passage of a changed article that may be what it became.
    pub near: Option<Near<'a>>,
    /// Ids like that of an article that is gone.
    pub like: &'a [String],
}

/// Where the text of a passage stands.
#[derive(Debug, Serialize)]
pub struct Found<'a> {
    /// The citation of it there.
    pub cite: &'a str,
    /// The id of the article.
    pub id: &'a str,
    /// Its publisher.
    pub source: Option<&'a str>,
    /// Its date.
    pub published: Option<Published>,
    /// How many other passages have the same text.
    pub others: usize,
}

/// A passage like one that changed.
#[derive(Debug, Serialize)]
pub struct Near<'a> {
    /// The citation of it.
    pub cite: &'a str,
    /// Its number.
    pub number: usize,
    /// Its words.
    pub text: &'a str,
    /// The share of its words that the file quotes beside the citation, 0 to 1; `null` where it
    /// quotes nothing like it, and this is only the passage that has the number now.
    pub alike: Option<f64>,
}

/// How many citations came to what.
#[derive(Debug, Default, Serialize)]
pub struct Tally {
    /// [`FORMAT_VERSION`].
    pub format: u32,
    /// [`TOOL`].
    pub tool: &'static str,
    /// In all.
    pub citations: usize,
    /// Where they stood.
    pub unchanged: usize,
    /// Elsewhere.
    pub moved: usize,
    /// With another text.
    pub changed: usize,
    /// Nowhere.
    pub gone: usize,
}

/// An article as it was read from its file.
#[derive(Debug, Serialize)]
pub struct Extracted<'a> {
    /// [`FORMAT_VERSION`].
    pub format: u32,
    /// [`TOOL`].
    pub tool: &'static str,
    /// What is known about it.
    #[serde(flatten)]
    pub about: About<'a>,
    /// When its text was last changed.
    pub modified: Option<Published>,
    /// Dates that it claims and that cannot be.
    pub refused_dates: &'a [RefusedDate],
    /// The text as it is indexed.
    pub body: &'a str,
    /// Dates that the body names.
    pub mentions: Vec<Mention>,
    /// Persons, organisations and places that it names, the most salient first; only where they
    /// were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<Vec<Name<'a>>>,
    /// Blocks of the file's text that are no part of the article.
    pub dropped: Vec<Dropped<'a>>,
}

/// A date that a body names: the period from `from` up to, but without, `until`.
#[derive(Debug, Serialize)]
pub struct Mention {
    /// Its first byte in the body.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// First instant, UTC.
    pub from: jiff::Timestamp,
    /// First instant after it, UTC.
    pub until: jiff::Timestamp,
}

/// A person, organisation or place that an article names.
#[derive(Debug, Serialize)]
pub struct Name<'a> {
    /// Person, organisation or place.
    pub kind: EntityKind,
    /// The fullest form in the article.
    pub name: &'a str,
    /// The country, state or province of a place, where the article says so.
    pub within: Option<&'a str>,
    /// Every form, and how often it is written.
    pub forms: &'a BTreeMap<String, u32>,
    /// How much the article is about it, from 0 to 1.
    pub salience: f32,
    /// Its first byte, and the byte after its last, wherever the headline has it.
    pub title: Vec<[usize; 2]>,
    /// The same for the body.
    pub body: Vec<[usize; 2]>,
}

impl<'a> From<&'a Resolved> for Name<'a> {
    fn from(name: &'a Resolved) -> Self {
        let ranges = |ranges: &[Range<usize>]| ranges.iter().map(|r| [r.start, r.end]).collect();
        Name {
            kind: name.kind,
            name: &name.name,
            within: name.within.as_deref(),
            forms: &name.forms,
            salience: name.salience,
            title: ranges(&name.title),
            body: ranges(&name.body),
        }
    }
}

/// A block of text that was left out of a body.
#[derive(Debug, Serialize)]
pub struct Dropped<'a> {
    /// Before which byte of the body it stood.
    pub at: usize,
    /// Why: `phrase`, `repeated`, `other-headline` or `caption`.
    pub why: DroppedFor,
    /// The block.
    pub text: &'a str,
}

impl From<article::Published> for Published {
    fn from(date: article::Published) -> Self {
        Published {
            at: date.rfc3339(date.at),
            precision: date.precision,
            from: date.from,
            end: date.rfc3339(date.end()),
        }
    }
}

impl<'a> CopyOf<'a> {
    fn all(copies: &'a [hits::CopyOf]) -> Vec<Self> {
        let one = |copy: &'a hits::CopyOf| CopyOf {
            id: &copy.id,
            source: copy.source.as_deref(),
            published: copy.published.map(Published::from),
        };
        copies.iter().map(one).collect()
    }
}

impl<'a> Extracted<'a> {
    fn new(article: &'a article::Article, names: Option<&'a [Resolved]>) -> Self {
        let mention = |mention: &article::Mention| Mention {
            start: mention.range.start,
            end: mention.range.end,
            from: mention.from,
            until: mention.until,
        };
        let dropped = |block: &'a article::Dropped| Dropped {
            at: block.at,
            why: block.why,
            text: &block.text,
        };
        Extracted {
            format: FORMAT_VERSION,
            tool: TOOL,
            about: About::new(article, &[]),
            modified: article.modified.map(Published::from),
            refused_dates: &article.refused_dates,
            body: &article.body,
            mentions: article.mentions.iter().map(mention).collect(),
            names: names.map(|names| names.iter().map(Name::from).collect()),
            dropped: article.dropped.iter().map(dropped).collect(),
        }
    }
}

impl<'a> About<'a> {
    fn new(article: &'a article::Article, title_marks: &[Range<usize>]) -> Self {
        let names = |kind: EntityKind| {
            let of_kind = article.entities.iter().filter(|entity| entity.kind == kind);
            of_kind.map(|entity| entity.name.as_str()).collect()
        };
        let title = article.title.as_deref();
        let title_marks = pairs(title.unwrap_or_default(), 0, title_marks);
        let counted = counted(&mut Counter::new(title.unwrap_or_default()), &title_marks);
        About {
            id: &article.id,
            record: article.record.as_deref(),
            title,
            chars: TitleOffsets { title_marks: in_unit(&counted, |count| count.chars) },
            utf16: TitleOffsets { title_marks: in_unit(&counted, |count| count.utf16) },
            title_marks,
            published: article.published.map(Published::from),
            source: Source {
                name: article.source.name.as_deref(),
                domain: article.source.domain.as_deref(),
            },
            url: article.url.as_deref(),
            authors: &article.authors,
            section: article.section.as_deref(),
            lang: article.lang.as_deref(),
            persons: names(EntityKind::Person),
            orgs: names(EntityKind::Org),
            places: names(EntityKind::Place),
        }
    }
}

impl<'a> Passage<'a> {
    /// `counter` counts in the article's body.
    fn new(
        article: &'a article::Article,
        number: usize,
        range: &Range<usize>,
        marks: &[Range<usize>],
        counter: &mut Counter<'_>,
    ) -> Self {
        let text = article.body.get(range.clone()).unwrap_or_default();
        let marks = pairs(text, range.start, marks);
        let start = counter.before(range.start);
        let counted = counted(counter, &marks);
        let end = counter.before(range.end);
        let offsets = |unit: fn(Count) -> usize| Offsets {
            start: unit(start),
            end: unit(end),
            marks: in_unit(&counted, unit),
        };
        Passage {
            id: citation::plain(&article.id, number),
            cite: citation::cite(&article.id, number, Print::of(text)),
            number,
            score: None,
            start: range.start,
            end: range.end,
            text,
            chars: offsets(|count| count.chars),
            utf16: offsets(|count| count.utf16),
            marks,
        }
    }
}

impl<'a> Hit<'a> {
    fn new(hit: &'a hits::Hit) -> Self {
        let mut counter = Counter::new(&hit.article.body);
        let passage = |found: &hits::PassageHit| {
            let (number, range) = (found.number, &found.range);
            let passage = Passage::new(&hit.article, number, range, &found.marks, &mut counter);
            Passage { score: Some(found.score), ..passage }
        };
        Hit {
            rank: hit.rank,
            score: hit.score,
            about: About::new(&hit.article, &hit.title_marks),
            passage_count: hit.passage_count,
            passages: hit.passages.iter().map(passage).collect(),
            missing: &hit.missing,
            why: hit.why.as_ref(),
            story: hit.story.as_deref(),
            copies: CopyOf::all(&hit.copies),
        }
    }
}

impl<'a> Article<'a> {
    fn new(opened: &Opened<'a>) -> Self {
        let mut counter = Counter::new(&opened.article.body);
        let passage = |(number, range): (usize, Range<usize>)| {
            Passage::new(opened.article, number, &range, opened.marks, &mut counter)
        };
        Article {
            format: FORMAT_VERSION,
            tool: TOOL,
            about: About::new(opened.article, opened.title_marks),
            body: opened.focus.is_none().then_some(opened.article.body.as_str()),
            copies: CopyOf::all(opened.copies),
            passage_count: opened.passages.len(),
            passages: opened
                .numbered()
                .filter(|(number, _)| opened.focus.is_none_or(|focus| focus == *number))
                .map(passage)
                .collect(),
        }
    }
}

/// The marks that lie in `text`, which stands at `start`, counted as they came.
fn pairs(text: &str, start: usize, marks: &[Range<usize>]) -> Vec<[usize; 2]> {
    let found = marks::within(text, start, marks);
    found.into_iter().map(|mark| [start + mark.start, start + mark.end]).collect()
}

/// What lies before either end of some ranges.
fn counted(counter: &mut Counter<'_>, ranges: &[[usize; 2]]) -> Vec<[Count; 2]> {
    ranges.iter().map(|range| range.map(|byte| counter.before(byte))).collect()
}

fn in_unit(counted: &[[Count; 2]], unit: fn(Count) -> usize) -> Vec<[usize; 2]> {
    counted.iter().map(|range| range.map(unit)).collect()
}

/// Writes an answer as lines from `begin` to `end`.
pub(super) fn hits(out: &mut dyn Write, hits: &Hits, context: &Context) -> io::Result<()> {
    let begin = Begin {
        format: FORMAT_VERSION,
        tool: TOOL,
        query: &hits.query,
        qid: context.qid.as_deref(),
    };
    write(out, &Line::Begin(begin))?;
    for hit in &hits.hits {
        write(out, &Line::Hit(Hit::new(hit)))?;
    }
    counts::counts(out, hits)?;
    let end = End {
        total: hits.total,
        shown: hits.hits.len(),
        offset: hits.offset,
        reading: hits.reading,
        whole: hits.whole,
        ignored: &hits.ignored,
        as_words: &hits.as_words,
        folded: hits.folded.map(|folded| folded.articles),
        more: hits.more_than(hits.hits.len()),
        undated: hits.undated,
        diagnosis: hits.diagnosis.as_ref(),
        took_us: u64::try_from(hits.took.as_micros()).unwrap_or(u64::MAX),
    };
    write(out, &Line::End(end))
}

/// Writes that a query of a batch was not answered.
///
/// # Errors
///
/// Those of the writer.
pub fn error(out: &mut dyn Write, error: &Error<'_>) -> io::Result<()> {
    write(out, &Line::Error(error))
}

/// Writes a query as it was understood.
pub(super) fn explained(out: &mut dyn Write, explained: &hits::Explained) -> io::Result<()> {
    write(out, &Line::Query(Query { format: FORMAT_VERSION, explained }))
}

/// Writes passages to cite, a line each.
pub(super) fn citations(out: &mut dyn Write, cited: &[Cited]) -> io::Result<()> {
    for one in cited {
        let mut counter = Counter::new(&one.article.body);
        let passage = Passage::new(&one.article, one.number, &one.range, &[], &mut counter);
        let about = About::new(&one.article, &[]);
        let line = Citation { format: FORMAT_VERSION, tool: TOOL, about, passage };
        write(out, &Line::Citation(line))?;
    }
    Ok(())
}

/// Writes what became of citations, a line each, then a line that counts them.
///
/// # Errors
///
/// Those of the writer.
pub fn checked(out: &mut dyn Write, checked: &[verify::Checked]) -> io::Result<()> {
    for verify::Checked { kept, fate } in checked {
        let (found, near, like): (_, _, &[String]) = match fate {
            Fate::Unchanged => (None, None, &[]),
            Fate::Moved(found) => (Some(found), None, &[]),
            Fate::Changed { now, elsewhere } => (elsewhere.as_ref(), now.as_ref(), &[]),
            Fate::Gone { like } => (None, None, like),
        };
        let line = Checked {
            cite: &kept.typed,
            lines: &kept.lines,
            state: super::checked::state(fate),
            found: found.map(|found| Found {
                cite: &found.cite,
                id: &found.article.id,
                source: found.article.source.label(),
                published: found.article.published.map(Published::from),
                others: found.others,
            }),
            near: near.map(|near| Near {
                cite: &near.cite,
                number: near.number,
                text: &near.text,
                alike: near.alike,
            }),
            like,
        };
        write(out, &Line::Checked(line))?;
    }
    write(out, &Line::Tally(Tally::of(checked)))
}

impl Tally {
    /// Counts.
    #[must_use]
    pub fn of(checked: &[verify::Checked]) -> Self {
        let count = |state: &str| {
            checked.iter().filter(|one| super::checked::state(&one.fate) == state).count()
        };
        Tally {
            format: FORMAT_VERSION,
            tool: TOOL,
            citations: checked.len(),
            unchanged: count("unchanged"),
            moved: count("moved"),
            changed: count("changed"),
            gone: count("gone"),
        }
    }
}

/// Writes what is similar to an article: a head, then a line for each copy and each related one.
pub(super) fn similar(out: &mut dyn Write, similar: &hits::Similar) -> io::Result<()> {
    let head = Similar {
        format: FORMAT_VERSION,
        tool: TOOL,
        about: About::new(&similar.article, &[]),
        story: similar.story.as_deref(),
        copies: similar.copies.len(),
        first: similar.first.as_deref(),
        related: similar.related.hits.len(),
    };
    write(out, &Line::Similar(head))?;
    for copy in &similar.copies {
        let about = About::new(&copy.article, &[]);
        let (of_copy, of_article) = (copy.of_copy, copy.of_article);
        write(out, &Line::Copy(Shared { about, of_copy, of_article }))?;
    }
    for hit in &similar.related.hits {
        write(out, &Line::Related(Hit::new(hit)))?;
    }
    Ok(())
}

/// Writes earlier coverage: a head, then a line for each earlier article and each undated one.
pub(super) fn background(out: &mut dyn Write, background: &hits::Background) -> io::Result<()> {
    let head = Background {
        format: FORMAT_VERSION,
        tool: TOOL,
        about: About::new(&background.article, &[]),
        before: background.before,
        earlier: background.earlier.len(),
        undated: background.undated.len(),
    };
    write(out, &Line::Background(head))?;
    for hit in background.earlier.iter().chain(&background.undated) {
        write(out, &Line::Related(Hit::new(hit)))?;
    }
    Ok(())
}

/// Writes an opened article as one line.
pub(super) fn article(out: &mut dyn Write, opened: &Opened<'_>) -> io::Result<()> {
    write(out, &Line::Article(Article::new(opened)))
}

/// Writes an article that was read from its file as one line.
pub(super) fn extracted(
    out: &mut dyn Write,
    article: &article::Article,
    names: Option<&[Resolved]>,
) -> io::Result<()> {
    write(out, &Line::Extracted(Extracted::new(article, names)))
}

fn write(out: &mut dyn Write, line: &impl Serialize) -> io::Result<()> {
    value(out, line)?;
    out.write_all(b"\n")
}

/// Writes a value without a line end.
pub(super) fn value(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, Harmless))?;
    Ok(())
}

/// Compact JSON that is also safe to look at on a terminal.
struct Harmless;

impl serde_json::ser::Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut done = 0;
        for (at, c) in fragment.char_indices() {
            // Line and paragraph separators end a line for some readers of JSON lines.
            if escape::visible(c) != c || matches!(c, '\u{2028}' | '\u{2029}') {
                out.write_all(&fragment.as_bytes()[done..at])?;
                write!(out, "\\u{:04x}", u32::from(c))?;
                done = at + c.len_utf8();
            }
        }
        out.write_all(&fragment.as_bytes()[done..])
    }
}

#[cfg(test)]
mod tests {
    //! 1. The lines hold exactly the documented keys: they decode into strict types.
    //! 2. Ranges cut the words out of the body and of the title.
    //! 3. Nothing is altered by the escapes.

    use serde::Deserialize;

    use super::super::samples;
    use super::*;

    /// The lines as a reader would declare them; an unknown or missing key is an error.
    mod strict {
        use serde::Deserialize;

        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct Begin {
            #[serde(rename = "type")]
            pub(super) kind: String,
            pub(super) format: u32,
            pub(super) tool: String,
            pub(super) query: String,
            pub(super) qid: Option<String>,
        }

        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct Hit {
            #[serde(rename = "type")]
            pub(super) kind: String,
            pub(super) rank: usize,
            pub(super) score: f32,
            pub(super) id: String,
            #[serde(deserialize_with = "Option::deserialize")]
            pub(super) record: Option<String>,
            #[serde(deserialize_with = "Option::deserialize")]
            pub(super) title: Option<String>,
            pub(super) title_marks: Vec<[usize; 2]>,
            pub(super) chars: TitleOffsets,
            pub(super) utf16: TitleOffsets,
            #[serde(deserialize_with = "Option::deserialize")]
            pub(super) published: Option<Published>,
            pub(super) source: Source,
            #[serde(deserialize_with = "Option::deserialize")]
            pub(super) url: Option<String>,
            pub(super) authors: Vec<String>,
            #[serde(deserialize_with = "Option::deserialize")]
            pub(super) section: Option<String>,
            #[serde(deserialize_with = "Option::deserialize")]
            pub(super) lang: Option<String>,
            pub(super) persons: Vec<String>,
            pub(super) orgs: Vec<String>,
            pub(super) places: Vec<String>,
            pub(super) passage_count: usize,
            pub(super) passages: Vec<Passage>,
            pub(super) missing: Vec<String>,
            #[serde(deserialize_with = "Option::deserialize")]
            pub(super) story: Option<String>,
            pub(super) copies: Vec<Copy>,
        }

        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct Copy {
            pub(super) id: String,
            #[serde(deserialize_with = "Option::deserialize")]
            pub(super) source: Option<String>,
            #[serde(deserialize_with = "Option::deserialize")]
            pub(super) published: Option<Published>,
        }

        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct Published {
            pub(super) at: String,
            pub(super) precision: String,
            pub(super) from: String,
            pub(super) end: String,
        }

        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct Source {
            #[serde(deserialize_with = "Option::deserialize")]
            pub(super) name: Option<String>,
            #[serde(deserialize_with = "Option::deserialize")]
            pub(super) domain: Option<String>,
        }

        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct Passage {
            pub(super) id: String,
            pub(super) cite: String,
            pub(super) number: usize,
            pub(super) score: Option<f32>,
            pub(super) start: usize,
            pub(super) end: usize,
            pub(super) text: String,
            pub(super) marks: Vec<[usize; 2]>,
            pub(super) chars: Offsets,
            pub(super) utf16: Offsets,
        }

        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct Offsets {
            pub(super) start: usize,
            pub(super) end: usize,
            pub(super) marks: Vec<[usize; 2]>,
        }

        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct TitleOffsets {
            pub(super) title_marks: Vec<[usize; 2]>,
        }

        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct End {
            #[serde(rename = "type")]
            pub(super) kind: String,
            pub(super) total: u64,
            pub(super) shown: usize,
            pub(super) offset: usize,
            pub(super) reading: String,
            #[serde(deserialize_with = "Option::deserialize")]
            pub(super) whole: Option<u64>,
            pub(super) ignored: Vec<String>,
            #[serde(deserialize_with = "Option::deserialize")]
            pub(super) folded: Option<u64>,
            pub(super) more: bool,
            #[serde(deserialize_with = "Option::deserialize")]
            pub(super) undated: Option<u64>,
            pub(super) took_us: u64,
        }
    }

    fn written(answer: &Hits, context: &Context) -> String {
        let mut out = Vec::new();
        hits(&mut out, answer, context).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn decode<'de, T: Deserialize<'de>>(line: &'de str) -> T {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    #[test]
    fn lines_decode_strictly() {
        let answer = samples::answer();
        let text = written(&answer, &Context { qid: Some("q1".into()), ..Context::default() });
        let lines: Vec<&str> = text.lines().collect();
        let [first, found @ .., last] = lines.as_slice() else { panic!("{text}") };

        let begin: strict::Begin = decode(first);
        assert_eq!((begin.kind.as_str(), begin.format), ("begin", FORMAT_VERSION));
        assert_eq!((begin.tool.as_str(), begin.query), (TOOL, answer.query.clone()));
        assert_eq!(begin.qid.as_deref(), Some("q1"));

        assert_eq!(found.len(), answer.hits.len());
        for (line, hit) in found.iter().zip(&answer.hits) {
            let read: strict::Hit = decode(line);
            assert_eq!((read.kind.as_str(), read.rank, read.score), ("hit", hit.rank, hit.score));
            assert_eq!((&read.id, &read.record), (&hit.article.id, &hit.article.record));
            assert_eq!((&read.title, &read.url), (&hit.article.title, &hit.article.url));
            assert_eq!(read.title_marks.len(), hit.title_marks.len());
            assert_eq!((&read.section, &read.lang), (&hit.article.section, &hit.article.lang));
            assert_eq!((&read.authors, &read.missing), (&hit.article.authors, &hit.missing));
            assert_eq!((&read.story, read.copies.len()), (&hit.story, hit.copies.len()));
            for (copy, own) in read.copies.iter().zip(&hit.copies) {
                assert_eq!((&copy.id, &copy.source), (&own.id, &own.source));
                assert_eq!(copy.published.is_some(), own.published.is_some());
            }
            assert_eq!(read.source.name, hit.article.source.name);
            assert_eq!(read.source.domain, hit.article.source.domain);
            let names = read.persons.len() + read.orgs.len() + read.places.len();
            assert_eq!(names, hit.article.entities.len());
            assert_eq!(read.passage_count, hit.passage_count);
            assert_eq!(read.published.is_some(), hit.article.published.is_some());
            if let Some(date) = read.published {
                assert!(date.at < date.end);
                assert!(!date.precision.is_empty() && !date.from.is_empty());
            }
            for (passage, own) in read.passages.iter().zip(&hit.passages) {
                assert_eq!(passage.id, format!("{}#p{}", read.id, passage.number));
                assert_eq!(passage.text, hit.article.body[passage.start..passage.end]);
                assert_eq!(passage.score, Some(own.score));
                assert_eq!(passage.marks.len(), own.marks.len());
                for (pair, mark) in passage.marks.iter().zip(&own.marks) {
                    assert_eq!(pair[0]..pair[1], *mark);
                }
                let print = Print::of(&passage.text);
                assert_eq!(passage.cite, citation::cite(&read.id, passage.number, print));
                let marked: Vec<&str> =
                    own.marks.iter().map(|mark| &hit.article.body[mark.clone()]).collect();
                let chars: Vec<char> = hit.article.body.chars().collect();
                let by_chars =
                    |[start, end]: [usize; 2]| -> String { chars[start..end].iter().collect() };
                assert_eq!(by_chars([passage.chars.start, passage.chars.end]), passage.text);
                let found: Vec<String> =
                    passage.chars.marks.iter().copied().map(by_chars).collect();
                assert_eq!(found, marked);
                let units: Vec<u16> = hit.article.body.encode_utf16().collect();
                let by_units =
                    |[start, end]: [usize; 2]| String::from_utf16(&units[start..end]).unwrap();
                assert_eq!(by_units([passage.utf16.start, passage.utf16.end]), passage.text);
                let found: Vec<String> =
                    passage.utf16.marks.iter().copied().map(by_units).collect();
                assert_eq!(found, marked);
            }
            assert_eq!(read.chars.title_marks.len(), read.title_marks.len());
            assert_eq!(read.utf16.title_marks.len(), read.title_marks.len());
        }

        let end: strict::End = decode(last);
        assert_eq!((end.kind.as_str(), end.total), ("end", answer.total));
        assert_eq!((end.shown, end.offset), (answer.hits.len(), 0));
        assert_eq!((end.reading.as_str(), end.whole, end.undated), ("relaxed", Some(1), Some(3)));
        assert_eq!((end.folded, end.more), (Some(2), true));
        assert_eq!((end.ignored, end.took_us), (vec!["the".to_owned()], 3200));
    }

    #[test]
    fn the_lines() {
        let text = written(&samples::answer(), &Context::default());
        insta::assert_snapshot!(text.replace(TOOL, "dateline X.Y.Z"), @r#"
        {"type":"begin","format":1,"tool":"dateline X.Y.Z","query":"grain deal"}
        {"type":"hit","rank":1,"score":7.25,"id":"world/wire.jsonl#ua-17","record":"ua-17","title":"Grain deal signed in Odesa","title_marks":[[0,5],[6,10]],"chars":{"title_marks":[[0,5],[6,10]]},"utf16":{"title_marks":[[0,5],[6,10]]},"published":{"at":"2025-04-25T00:00:00Z","precision":"day","from":"url","end":"2025-04-26T00:00:00Z"},"source":{"name":"The Kyiv Courier","domain":"courier.example"},"url":"https://courier.example/2025/04/25/grain","authors":["Ann Lee","Bo Ek"],"section":"World","lang":"en","persons":["Olena Hai"],"orgs":[],"places":["Odesa"],"passage_count":3,"passages":[{"id":"world/wire.jsonl#ua-17#p1","cite":"world/wire.jsonl#ua-17#p1@2de4ad6aa0","number":1,"score":1.0,"start":0,"end":125,"text":"ODESA — The grain deal was signed on Friday, two officials said. Ships that had waited for weeks may now leave the harbour.","marks":[[14,24]],"chars":{"start":0,"end":123,"marks":[[12,22]]},"utf16":{"start":0,"end":123,"marks":[[12,22]]}},{"id":"world/wire.jsonl#ua-17#p2","cite":"world/wire.jsonl#ua-17#p2@907eadaa26","number":2,"score":1.0,"start":144,"end":258,"text":"No deal on grain holds without insurers, and none of them has spoken yet. Kyiv expects the first convoy on Monday.","marks":[[147,151],[155,160]],"chars":{"start":142,"end":256,"marks":[[145,149],[153,158]]},"utf16":{"start":142,"end":256,"marks":[[145,149],[153,158]]}}],"missing":[],"story":"a/wire.txt","copies":[{"id":"a/wire.txt","source":"The Courier","published":{"at":"2025-04-01T00:00:00Z","precision":"month","from":"record","end":"2025-05-01T00:00:00Z"}},{"id":"b/1.txt","source":"Bay Post","published":{"at":"2025-04-01T00:00:00Z","precision":"month","from":"record","end":"2025-05-01T00:00:00Z"}},{"id":"b/2.txt","source":"Bay Post","published":{"at":"2025-04-01T00:00:00Z","precision":"month","from":"record","end":"2025-05-01T00:00:00Z"}},{"id":"c.txt","source":null,"published":null}]}
        {"type":"hit","rank":2,"score":7.25,"id":"asia/穀物 1.txt","record":null,"title":"穀物船、出港","title_marks":[],"chars":{"title_marks":[]},"utf16":{"title_marks":[]},"published":{"at":"2025-04-01T00:00:00Z","precision":"month","from":"record","end":"2025-05-01T00:00:00Z"},"source":{"name":null,"domain":"shimbun.example"},"url":null,"authors":[],"section":"国際","lang":"ja","persons":[],"orgs":[],"places":[],"passage_count":1,"passages":[{"id":"asia/穀物 1.txt#p1","cite":"asia/穀物%201.txt#p1@973525f5de","number":1,"score":1.0,"start":0,"end":198,"text":"ウクライナ産の穀物を積んだ船が金曜日、オデーサの港を出た。政府は「合意は守られている」と述べたが、保険会社はまだ何も発表していない。","marks":[[21,27],[99,105]],"chars":{"start":0,"end":66,"marks":[[7,9],[33,35]]},"utf16":{"start":0,"end":66,"marks":[[7,9],[33,35]]}}],"missing":["deal"],"story":null,"copies":[]}
        {"type":"hit","rank":3,"score":2.5,"id":"notes.txt","record":null,"title":null,"title_marks":[],"chars":{"title_marks":[]},"utf16":{"title_marks":[]},"published":null,"source":{"name":null,"domain":null},"url":null,"authors":[],"section":null,"lang":null,"persons":[],"orgs":[],"places":[],"passage_count":1,"passages":[{"id":"notes.txt#p1","cite":"notes.txt#p1@e70889c49d","number":1,"score":1.0,"start":0,"end":18,"text":"Grain prices fell.","marks":[[0,5]],"chars":{"start":0,"end":18,"marks":[[0,5]]},"utf16":{"start":0,"end":18,"marks":[[0,5]]}}],"missing":["deal"],"story":null,"copies":[]}
        {"type":"hit","rank":4,"score":0.5,"id":"=evil/`a`\u009b.txt","record":null,"title":"\u001b]0;owned\u0007 *stars*","title_marks":[],"chars":{"title_marks":[]},"utf16":{"title_marks":[]},"published":{"at":"2025-04-25T14:30:05Z","precision":"second","from":"file-time","end":"2025-04-25T14:30:06Z"},"source":{"name":"E\u202evil\nTimes","domain":null},"url":"javascript:alert(1)","authors":["@a\tb"],"section":null,"lang":null,"persons":[],"orgs":[],"places":[],"passage_count":12,"passages":[{"id":"=evil/`a`\u009b.txt#p12","cite":"=evil/%60a%60%C2%9B.txt#p12@b2a7c5b0e8","number":12,"score":1.0,"start":0,"end":98,"text":"=cmd|' /C calc'!A0 the \u001b[31mgrain\u001b[0m \u202elaed [click](http://evil.example) <b>www.evil.example</b>","marks":[[28,33]],"chars":{"start":0,"end":96,"marks":[[28,33]]},"utf16":{"start":0,"end":96,"marks":[[28,33]]}}],"missing":["de\u0007al"],"story":null,"copies":[]}
        {"type":"end","total":12,"shown":4,"offset":0,"reading":"relaxed","whole":1,"ignored":["the"],"folded":2,"more":true,"undated":3,"took_us":3200}
        "#);
    }

    #[test]
    fn no_hits_are_a_valid_answer() {
        let text = written(&samples::empty(), &Context::default());
        insta::assert_snapshot!(text.replace(TOOL, "dateline X.Y.Z"), @r#"
        {"type":"begin","format":1,"tool":"dateline X.Y.Z","query":"grain deal"}
        {"type":"end","total":0,"shown":0,"offset":0,"reading":"all","whole":null,"ignored":[],"folded":null,"more":false,"undated":null,"took_us":3999}
        "#);
    }

    #[test]
    fn an_opened_article() {
        let answer = samples::answer();
        let passages = samples::passages(&answer.hits[0]);
        let mut opened = samples::opened(&answer.hits[0], &passages);
        let shown = |opened: &Opened<'_>| {
            let mut out = Vec::new();
            article(&mut out, opened).unwrap();
            String::from_utf8(out).unwrap().replace(TOOL, "dateline X.Y.Z")
        };
        insta::assert_snapshot!(shown(&opened), @r#"{"type":"article","format":1,"tool":"dateline X.Y.Z","id":"world/wire.jsonl#ua-17","record":"ua-17","title":"Grain deal signed in Odesa","title_marks":[[0,5],[6,10]],"chars":{"title_marks":[[0,5],[6,10]]},"utf16":{"title_marks":[[0,5],[6,10]]},"published":{"at":"2025-04-25T00:00:00Z","precision":"day","from":"url","end":"2025-04-26T00:00:00Z"},"source":{"name":"The Kyiv Courier","domain":"courier.example"},"url":"https://courier.example/2025/04/25/grain","authors":["Ann Lee","Bo Ek"],"section":"World","lang":"en","persons":["Olena Hai"],"orgs":[],"places":["Odesa"],"body":"ODESA — The grain deal was signed on Friday, two officials said. Ships that had waited for weeks may now leave the harbour.\n\nWhat comes next\n\nNo deal on grain holds without insurers, and none of them has spoken yet. Kyiv expects the first convoy on Monday.\n\nThe ministry gave no figures.","copies":[],"passage_count":3,"passages":[{"id":"world/wire.jsonl#ua-17#p1","cite":"world/wire.jsonl#ua-17#p1@2de4ad6aa0","number":1,"start":0,"end":125,"text":"ODESA — The grain deal was signed on Friday, two officials said. Ships that had waited for weeks may now leave the harbour.","marks":[[14,24]],"chars":{"start":0,"end":123,"marks":[[12,22]]},"utf16":{"start":0,"end":123,"marks":[[12,22]]}},{"id":"world/wire.jsonl#ua-17#p2","cite":"world/wire.jsonl#ua-17#p2@907eadaa26","number":2,"start":144,"end":258,"text":"No deal on grain holds without insurers, and none of them has spoken yet. Kyiv expects the first convoy on Monday.","marks":[],"chars":{"start":142,"end":256,"marks":[]},"utf16":{"start":142,"end":256,"marks":[]}},{"id":"world/wire.jsonl#ua-17#p3","cite":"world/wire.jsonl#ua-17#p3@64439c9bf8","number":3,"start":260,"end":289,"text":"The ministry gave no figures.","marks":[],"chars":{"start":258,"end":287,"marks":[]},"utf16":{"start":258,"end":287,"marks":[]}}]}"#);
        opened.focus = Some(2);
        insta::assert_snapshot!(shown(&opened), @r#"{"type":"article","format":1,"tool":"dateline X.Y.Z","id":"world/wire.jsonl#ua-17","record":"ua-17","title":"Grain deal signed in Odesa","title_marks":[[0,5],[6,10]],"chars":{"title_marks":[[0,5],[6,10]]},"utf16":{"title_marks":[[0,5],[6,10]]},"published":{"at":"2025-04-25T00:00:00Z","precision":"day","from":"url","end":"2025-04-26T00:00:00Z"},"source":{"name":"The Kyiv Courier","domain":"courier.example"},"url":"https://courier.example/2025/04/25/grain","authors":["Ann Lee","Bo Ek"],"section":"World","lang":"en","persons":["Olena Hai"],"orgs":[],"places":["Odesa"],"copies":[],"passage_count":3,"passages":[{"id":"world/wire.jsonl#ua-17#p2","cite":"world/wire.jsonl#ua-17#p2@907eadaa26","number":2,"start":144,"end":258,"text":"No deal on grain holds without insurers, and none of them has spoken yet. Kyiv expects the first convoy on Monday.","marks":[],"chars":{"start":142,"end":256,"marks":[]},"utf16":{"start":142,"end":256,"marks":[]}}]}"#);
    }

    #[test]
    fn what_is_similar() {
        let mut out = Vec::new();
        similar(&mut out, &samples::similar()).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let [head, copy, related] = lines.as_slice() else { panic!("{text}") };
        assert_eq!((&head["type"], &head["story"]), (&"similar".into(), &"notes.txt".into()));
        assert_eq!((&head["copies"], &head["related"]), (&1.into(), &1.into()));
        assert_eq!((&head["first"], &head["id"]), (&head["id"], &"world/wire.jsonl#ua-17".into()));
        assert_eq!((&copy["type"], &copy["id"]), (&"copy".into(), &"notes.txt".into()));
        assert_eq!((&copy["of_copy"], &copy["of_article"]), (&0.9375.into(), &0.5.into()));
        assert_eq!((&related["type"], &related["rank"]), (&"related".into(), &2.into()));
    }

    #[test]
    fn escapes_change_the_spelling_and_not_the_text() {
        let raw = "\u{9b}31m \u{202e}x \x1b[0m \x7f \u{2028} é \"\\";
        let mut answer = samples::empty();
        answer.query = raw.to_owned();
        let text = written(&answer, &Context::default());
        assert!(text.chars().all(|c| c == '\n' || escape::visible(c) == c));
        let begin: strict::Begin = decode(text.lines().next().unwrap());
        assert_eq!(begin.query, raw);
    }
}
