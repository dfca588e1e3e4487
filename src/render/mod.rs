//! Writes answers and articles: one file per format, all over the same plain data.
//!
//! Hits are text and byte ranges; what a mark looks like is decided here and nowhere else. Every
//! function takes a writer, so nothing here knows whether a terminal, a file or a test reads
//! along, and none of it asks the environment: colours, links and width are decided by the caller
//! ([`Look`]). Messages about an answer are not part of it; [`summary`] words them for whoever
//! has a standard error to write to.
//!
//! Knows [`crate::article`], [`crate::hits`] and what an archive tells of names, and nothing of
//! tantivy, of queries or of the command line. A new output is a file here, a variant of [`Format`]
//! and its snapshots.

pub mod bench;
pub mod checked;
pub mod cited;
pub mod csv;
pub mod escape;
mod explained;
pub mod graph;
pub mod json;

mod counts;
mod extracted;
mod layout;
mod markdown;
mod marks;
mod names;
mod offsets;
mod summary;
mod text;
mod trec;
mod why;

#[cfg(test)]
mod samples;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::ops::Range;
use std::path::PathBuf;

use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::article::{Article, DateFrom};
use crate::dossier::Dossier;
use crate::entities::aliases::Entry;
use crate::entities::resolve::Resolved;
use crate::hits::{Background, CopyOf, Hits, Similar};
use crate::keyness::KeyName;

pub use explained::explained;
pub use summary::{remarks, summary};

/// What an answer is written as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[derive(Display, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Format {
    /// For people, on a terminal or in a text file.
    #[default]
    Plain,
    /// JSON lines ([`json`]).
    Json,
    /// One row a passage ([`csv`]).
    Csv,
    /// A run for `trec_eval`.
    Trec,
    /// A list of citations in Markdown.
    Md,
}

/// What the reader of [`Format::Plain`] can see; no other format looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Colours and weights; without them, matched words stand between asterisks.
    pub color: bool,
    /// Hyperlinks by OSC 8: ids to their files, sources to their pages.
    pub links: bool,
    /// Columns of the page. Lines are no longer than that, nor than 100, which is as long as one
    /// reads with ease; less than 20 is taken for 20.
    pub width: usize,
}

impl Default for Look {
    fn default() -> Self {
        Look { color: false, links: false, width: 100 }
    }
}

/// What an output says that is not in the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The id of the query in a batch. `None` for a single search; TREC then writes `1`.
    pub qid: Option<String>,
    /// Whether this is the first answer of its run: CSV writes its header then, and people get
    /// no gap before it.
    pub first: bool,
    /// The name of the run in TREC's last column.
    pub run_tag: String,
    /// The folder that ids are paths in. Ids become links only where it is known and absolute.
    pub root: Option<PathBuf>,
}

impl Default for Context {
    fn default() -> Self {
        Context { qid: None, first: true, run_tag: "dateline".to_owned(), root: None }
    }
}

/// An article opened for reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened<'a> {
    /// The article.
    pub article: &'a Article,
    /// All its passages: byte ranges of the body, in order.
    pub passages: &'a [Range<usize>],
    /// What to mark in the body.
    pub marks: &'a [Range<usize>],
    /// What to mark in the headline.
    pub title_marks: &'a [Range<usize>],
    /// Its copies in the index.
    pub copies: &'a [CopyOf],
    /// The number, from 1, of the one passage that was asked for. JSON, Markdown and plain text
    /// without colour then hold that passage alone; with colour its neighbours stand around it,
    /// dimmed, as only colour can tell them apart.
    pub focus: Option<usize>,
}

impl Opened<'_> {
    /// The passages with their numbers.
    fn numbered(&self) -> impl Iterator<Item = (usize, Range<usize>)> {
        self.passages.iter().cloned().enumerate().map(|(index, range)| (index + 1, range))
    }
}

/// Writes an answer. A batch calls this once per query.
///
/// # Errors
///
/// Those of the writer, and [`io::ErrorKind::InvalidInput`] where the answer holds counts and the
/// format has no room for them.
pub fn hits(
    out: &mut dyn Write,
    hits: &Hits,
    format: Format,
    look: &Look,
    context: &Context,
) -> io::Result<()> {
    let has_counts = !hits.facets.is_empty() || hits.timeline.is_some();
    if has_counts && !matches!(format, Format::Plain | Format::Json) {
        let message =
            format!("facets and timelines cannot be written as {format}; use plain or json");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    match format {
        Format::Plain => text::hits(out, hits, look, context),
        Format::Json => json::hits(out, hits, context),
        Format::Csv => csv::hits(out, hits, context),
        Format::Trec => trec::hits(out, hits, context),
        Format::Md => markdown::hits(out, hits, context),
    }
}

/// Writes one article, or the passage of it that was asked for.
///
/// # Errors
///
/// Those of the writer, and [`io::ErrorKind::InvalidInput`] where the article has no such passage
/// or the format has no room for articles (CSV and TREC).
pub fn article(
    out: &mut dyn Write,
    opened: &Opened<'_>,
    format: Format,
    look: &Look,
    context: &Context,
) -> io::Result<()> {
    if let Some(focus) = opened.focus
        && !(1..=opened.passages.len()).contains(&focus)
    {
        let id = escape::line(&opened.article.id);
        let message = match opened.passages.len() {
            0 => format!("{id} has no passages"),
            1 => format!("{id} has no passage p{focus}; its only one is p1"),
            count => format!("{id} has no passage p{focus}; it has p1 to p{count}"),
        };
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    match format {
        Format::Plain => text::article(out, opened, look, context),
        Format::Json => json::article(out, opened),
        Format::Md => markdown::article(out, opened),
        Format::Csv | Format::Trec => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("an article cannot be written as {format}; use plain, json or md"),
        )),
    }
}

/// Writes the copies of an article and related coverage.
///
/// # Errors
///
/// Those of the writer, and [`io::ErrorKind::InvalidInput`] where the format has no room for it.
pub fn similar(
    out: &mut dyn Write,
    similar: &Similar,
    format: Format,
    look: &Look,
    context: &Context,
) -> io::Result<()> {
    match format {
        Format::Plain => text::similar(out, similar, look, context),
        Format::Json => json::similar(out, similar),
        Format::Csv | Format::Trec | Format::Md => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("similar articles cannot be written as {format}; use plain or json"),
        )),
    }
}

/// Writes earlier coverage that explains an article.
///
/// # Errors
///
/// Those of the writer, and [`io::ErrorKind::InvalidInput`] where the format has no room for it.
pub fn background(
    out: &mut dyn Write,
    background: &Background,
    format: Format,
    look: &Look,
    context: &Context,
) -> io::Result<()> {
    match format {
        Format::Plain => text::background(out, background, look, context),
        Format::Json => json::background(out, background),
        Format::Csv | Format::Trec | Format::Md => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("earlier articles cannot be written as {format}; use plain or json"),
        )),
    }
}

/// Writes names of an archive, the first of `total`.
///
/// # Errors
///
/// Those of the writer, and [`io::ErrorKind::InvalidInput`] for a format that has no room for them.
pub fn names(
    out: &mut dyn Write,
    entries: &[Entry],
    total: usize,
    format: Format,
    look: &Look,
) -> io::Result<()> {
    match format {
        Format::Plain => names::list(out, entries, look),
        Format::Json => json::names::list(out, entries, total),
        Format::Csv | Format::Trec | Format::Md => Err(no_names(format)),
    }
}

/// Writes names of the articles of a query, the first of `total`.
///
/// # Errors
///
/// Those of the writer, and [`io::ErrorKind::InvalidInput`] for a format that has no room for them.
pub fn names_of_query(
    out: &mut dyn Write,
    names: &[KeyName],
    total: usize,
    format: Format,
    look: &Look,
) -> io::Result<()> {
    match format {
        Format::Plain => names::of_query(out, names, look),
        Format::Json => json::names::of_query(out, names, total),
        Format::Csv | Format::Trec | Format::Md => Err(no_names(format)),
    }
}

/// Writes what an archive tells of a name; `ends` are the first and the last of its articles with a
/// date.
///
/// # Errors
///
/// Those of the writer, and [`io::ErrorKind::InvalidInput`] for a format that has no room for it.
pub fn dossier(
    out: &mut dyn Write,
    dossier: &Dossier,
    ends: Option<&(Article, Article)>,
    format: Format,
    look: &Look,
) -> io::Result<()> {
    match format {
        Format::Plain => names::dossier(out, dossier, ends, look),
        Format::Json => json::names::dossier(out, dossier, ends),
        Format::Csv | Format::Trec | Format::Md => Err(no_names(format)),
    }
}

fn no_names(format: Format) -> io::Error {
    let message = format!("names cannot be written as {format}; use plain or json");
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

/// What is shown of an article besides what its file says.
#[derive(Debug, Clone, Copy, Default)]
pub struct With<'a> {
    /// What was left out of its text; JSON always has it.
    pub dropped: bool,
    /// The persons, organisations and places that it names, where they were looked for.
    pub names: Option<&'a [Resolved]>,
}

/// Writes an article as it was read from its file.
/// Between two articles of plain text stands a line of dashes.
///
/// # Errors
///
/// Those of the writer, and [`io::ErrorKind::InvalidInput`] for a format that has no room for it.
pub fn extracted(
    out: &mut dyn Write,
    article: &Article,
    with: &With<'_>,
    format: Format,
    look: &Look,
    first: bool,
) -> io::Result<()> {
    match format {
        Format::Plain => {
            if !first {
                writeln!(out, "\n---\n")?;
            }
            extracted::article(out, article, with, look)
        }
        Format::Json => json::extracted(out, article, with.names),
        Format::Csv | Format::Trec | Format::Md => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("what was read cannot be written as {format}; use plain or json"),
        )),
    }
}

/// The date for people: as far as it is known, and what it was read from unless the publisher
/// stated it as a date.
fn date(article: &Article) -> String {
    let Some(published) = article.published else {
        return "undated".to_owned();
    };
    published.display() + date_from(published.from)
}

/// What a date was read from, for people, unless the publisher stated it as a date.
fn date_from(from: DateFrom) -> &'static str {
    match from {
        DateFrom::Record | DateFrom::Metadata | DateFrom::FrontMatter => "",
        DateFrom::Text => " (from the text)",
        DateFrom::Dateline => " (from the dateline)",
        DateFrom::Url => " (from the url)",
        DateFrom::Path => " (from the path)",
        DateFrom::FileTime => " (from the file time)",
    }
}

/// Where else an article stands, for people: `also in 4 sources: A, B, C and 1 more`.
fn also(own: Option<&str>, copies: &[CopyOf]) -> Option<String> {
    let sources: BTreeSet<&str> = copies.iter().filter_map(|copy| copy.source.as_deref()).collect();
    let others: Vec<&str> = sources.into_iter().filter(|source| Some(*source) != own).collect();
    let count = match copies.len() {
        0 => return None,
        1 => "1 copy".to_owned(),
        count => format!("{count} copies"),
    };
    let mut line = match others.as_slice() {
        [] => return Some(format!("also {count} in the index")),
        [one] => format!("also in {one}"),
        _ => format!("also in {} sources: {}", others.len(), some_of(&others, 3)),
    };
    if copies.len() != others.len() {
        line += &format!(" ({count})");
    }
    Some(line)
}

/// The first names of a list, and how many more there are: `A, B, C and 2 more`.
fn some_of<S: AsRef<str>>(names: &[S], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(AsRef::as_ref).collect();
    let mut listed = shown.join(", ");
    if names.len() > most {
        listed += &format!(" and {} more", names.len() - most);
    }
    listed
}

/// Authors and section for people: `Ann Lee, Bo Ek / World`, or what is known of that.
fn byline(article: &Article) -> Option<String> {
    let names = some_of(&article.authors, 3);
    match (names.is_empty(), article.section.as_deref()) {
        (true, section) => section.map(str::to_owned),
        (false, None) => Some(names),
        (false, Some(section)) => Some(format!("{names} / {section}")),
    }
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "a list of one mark is what it means")]
mod tests {
    //! For whatever an article holds and wherever its marks lie:
    //!
    //! 1. Nothing panics.
    //! 2. The terminal gets no control character but line feeds and our own sequences.
    //! 3. Colour adds nothing to the text and takes nothing from it.
    //! 4. No line is too long.
    //! 5. What programs read, they can read: CSV, JSON, TREC.

    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::article::{Precision, Published, Source};
    use crate::hits::{Hit, PassageHit, Reading};

    /// Text with more than its share of what is hard: controls, overrides, joiners, wide letters.
    fn text() -> impl Strategy<Value = String> {
        let hard = "[\\x00-\\x1f\\x7f-\\x9f\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]";
        let piece = prop_oneof![
            4 => "[a-z]{1,12} ",
            1 => "[東京都、。「」ー가나é\u{301}👩\u{200d}🚀]{1,6}",
            1 => hard,
            1 => "\\PC{1,8}",
            1 => prop::sample::select(vec![
                "\x1b[31m", "\x1b]8;;http://x\x07", "\n\n", "\r\n", "*", "**", "`", "\"", "=1", ",",
            ])
            .prop_map(str::to_owned),
        ];
        prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
    }

    fn ranges() -> impl Strategy<Value = Vec<Range<usize>>> {
        let range =
            (0..160_usize, 0..40_usize, any::<bool>()).prop_map(|(start, length, turned)| {
                if turned { start + length..start } else { start..start + length }
            });
        prop::collection::vec(range, 0..6)
    }

    fn published() -> impl Strategy<Value = Published> {
        let precision = prop::sample::select(Precision::VARIANTS);
        let from = prop::sample::select(DateFrom::VARIANTS);
        (-60_000_000_000_i64..200_000_000_000, precision, from).prop_map(
            |(second, precision, from)| Published {
                at: jiff::Timestamp::from_second(second).unwrap(),
                offset: None,
                precision,
                from,
            },
        )
    }

    prop_compose! {
        fn article_of()(
            id in text(),
            record in prop::option::of(text()),
            title in prop::option::of(text()),
            body in text(),
            published in prop::option::of(published()),
            name in prop::option::of(text()),
            url in prop::option::of(text().prop_map(|text| format!("https://{text}"))),
            authors in prop::collection::vec(text(), 0..5),
            section in prop::option::of(text()),
        ) -> Article {
            let source = Source { name, domain: None };
            Article { id, record, title, body, published, source, url, authors, section, ..Article::default() }
        }
    }

    prop_compose! {
        fn copy_of()(
            id in text(),
            source in prop::option::of(text()),
            published in prop::option::of(published()),
        ) -> CopyOf {
            CopyOf { id, source, published }
        }
    }

    prop_compose! {
        fn hit()(
            article in article_of(),
            score in any::<f32>(),
            title_marks in ranges(),
            passages in prop::collection::vec((0..200_usize, ranges(), ranges()), 0..3),
            missing in prop::collection::vec(text(), 0..2),
            copies in prop::collection::vec(copy_of(), 0..5),
        ) -> Hit {
            let whole = 0..article.body.len();
            let passages = passages.into_iter().map(|(number, mut range, marks)| {
                let range = range.pop().filter(|_| number % 2 == 0).unwrap_or(whole.clone());
                PassageHit { number, range, marks, score: 0.0 }
            });
            Hit {
                rank: 1,
                score,
                passages: passages.collect(),
                article,
                passage_count: 3,
                title_marks,
                missing,
                story: copies.first().map(|copy| copy.id.clone()),
                copies,
                why: None,
            }
        }
    }

    prop_compose! {
        fn answer()(query in text(), hits in prop::collection::vec(hit(), 0..4)) -> Hits {
            Hits {
                query,
                total: 9,
                offset: 0,
                reading: Reading::Relaxed,
                whole: Some(0),
                ignored: Vec::new(),
                as_words: Vec::new(),
                undated: None,
                folded: None,
                diagnosis: None,
                facets: Vec::new(),
                timeline: None,
                took: std::time::Duration::ZERO,
                hits,
            }
        }
    }

    fn written(answer: &Hits, format: Format, look: &Look) -> String {
        let context = Context {
            qid: Some("q 1".into()),
            root: Some(PathBuf::from("/news")),
            ..Context::default()
        };
        let mut out = Vec::new();
        hits(&mut out, answer, format, look, &context).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Takes our own SGR and OSC 8 sequences out, and nothing else.
    fn stripped(text: &str) -> String {
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, sequence)) = rest.split_once('\x1b') {
            plain += before;
            let (inside, after) = if let Some(sgr) = sequence.strip_prefix('[') {
                let (inside, after) = sgr.split_once('m').unwrap();
                assert!(inside.bytes().all(|byte| byte.is_ascii_digit()), "{inside:?}");
                (inside, after)
            } else {
                sequence.strip_prefix("]8;;").unwrap().split_once("\x1b\\").unwrap()
            };
            assert!(inside.bytes().all(|byte| byte.is_ascii_graphic()), "{inside:?}");
            let is_link = inside.starts_with("https://") || inside.starts_with("file:///");
            assert!(is_link || inside.bytes().all(|byte| byte.is_ascii_digit()), "{inside:?}");
            rest = after;
        }
        plain + rest
    }

    /// The text alone: no asterisks, and lines may end elsewhere.
    fn text_of(page: &str) -> String {
        page.chars().filter(|c| *c != '*' && !c.is_whitespace()).collect()
    }

    fn is_harmless(text: &str) -> bool {
        text.chars().all(|c| c == '\n' || escape::visible(c) == c)
    }

    proptest! {
        #[test]
        fn a_page_is_harmless_and_colour_is_all_that_colour_adds(answer in answer(), width in 0..130_usize) {
            let color = stripped(&written(&answer, Format::Plain, &Look { color: true, links: true, width }));
            let plain = written(&answer, Format::Plain, &Look { width, ..Look::default() });
            prop_assert!(is_harmless(&color), "{color:?}");
            prop_assert!(is_harmless(&plain), "{plain:?}");
            prop_assert_eq!(text_of(&color), text_of(&plain));
        }

        #[test]
        fn lines_keep_to_the_width(mut answer in answer(), width in 30..100_usize) {
            for hit in &mut answer.hits {
                hit.article.id = "a.txt".into();
            }
            for color in [true, false] {
                let page = stripped(&written(&answer, Format::Plain, &Look { color, links: true, width }));
                for line in page.lines() {
                    prop_assert!(line.width() <= width, "{line:?}");
                }
            }
        }

        #[test]
        fn csv_reads_back(answer in answer()) {
            let table = written(&answer, Format::Csv, &Look::default());
            let mut reader = ::csv::Reader::from_reader(table.as_bytes());
            let rows: Vec<_> = reader.records().collect::<Result<_, _>>().unwrap();
            let passages: usize = answer.hits.iter().map(|hit| hit.passages.len().max(1)).sum();
            prop_assert_eq!(rows.len(), passages);
            for cell in rows.iter().flatten() {
                prop_assert!(cell.chars().all(|c| c == '\t' || is_harmless(c.encode_utf8(&mut [0; 4]))));
            }
        }

        #[test]
        fn json_lines_read_back(answer in answer()) {
            let lines = written(&answer, Format::Json, &Look::default());
            prop_assert!(is_harmless(&lines));
            let lines: Vec<serde_json::Value> =
                lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            prop_assert_eq!(lines.len(), answer.hits.len() + 2);
            for (line, hit) in lines[1..].iter().zip(&answer.hits) {
                prop_assert_eq!(line["id"].as_str(), Some(hit.article.id.as_str()));
                for (passage, own) in line["passages"].as_array().unwrap().iter().zip(&hit.passages) {
                    prop_assert_eq!(passage["text"].as_str(), Some(hit.text(own)));
                    for mark in passage["marks"].as_array().unwrap() {
                        let [start, end] = [0, 1].map(|i| usize::try_from(mark[i].as_u64().unwrap()).unwrap());
                        prop_assert!(own.range.start <= start && start < end && end <= own.range.end);
                        prop_assert!(hit.article.body.get(start..end).is_some());
                    }
                }
            }
        }

        #[test]
        fn trec_scores_decrease(answer in answer()) {
            let run = written(&answer, Format::Trec, &Look::default());
            prop_assert!(is_harmless(&run));
            prop_assert_eq!(run.lines().count(), answer.hits.len());
            let mut last = f32::INFINITY;
            for line in run.lines() {
                let fields: Vec<&str> = line.split_whitespace().collect();
                prop_assert_eq!(fields.len(), 6);
                let score: f32 = fields[4].parse().unwrap();
                prop_assert!(score < last);
                last = score;
            }
        }

        #[test]
        fn markdown_is_harmless(answer in answer()) {
            prop_assert!(is_harmless(&written(&answer, Format::Md, &Look::default())));
        }

        #[test]
        fn opening_an_article_never_panics(
            article in article_of(),
            passages in ranges(),
            marks in ranges(),
            title_marks in ranges(),
            focus in prop::option::of(1..4_usize),
            color in any::<bool>(),
        ) {
            let opened = Opened {
                article: &article,
                passages: &passages,
                marks: &marks,
                title_marks: &title_marks,
                copies: &[],
                focus: focus.filter(|focus| *focus <= passages.len()),
            };
            let look = Look { color, links: true, width: 60 };
            for format in [Format::Plain, Format::Json, Format::Md] {
                let mut out = Vec::new();
                super::article(&mut out, &opened, format, &look, &Context::default()).unwrap();
                prop_assert!(is_harmless(&stripped(&String::from_utf8(out).unwrap())));
            }
        }
    }

    #[test]
    fn a_passage_that_is_not_there_is_an_error() {
        let article = Article { id: "a.txt".into(), body: "One.".into(), ..Article::default() };
        let passages = [0..4];
        let opened = |focus, passages| Opened {
            article: &article,
            passages,
            marks: &[],
            title_marks: &[],
            copies: &[],
            focus,
        };
        let error = |opened: Opened<'_>, format| {
            let (look, context) = (Look::default(), Context::default());
            super::article(&mut Vec::new(), &opened, format, &look, &context)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            error(opened(Some(9), &passages), Format::Plain),
            "a.txt has no passage p9; its only one is p1"
        );
        assert_eq!(error(opened(Some(1), &[]), Format::Json), "a.txt has no passages");
        assert_eq!(
            error(opened(None, &passages), Format::Csv),
            "an article cannot be written as csv; use plain, json or md"
        );
    }

    #[test]
    fn a_long_list_of_authors_is_cut() {
        let names = ["A", "B", "C", "D", "E"].map(str::to_owned).to_vec();
        let mut article = Article { authors: names, ..Article::default() };
        assert_eq!(byline(&article).as_deref(), Some("A, B, C and 2 more"));
        article.authors.truncate(1);
        article.section = Some("World".into());
        assert_eq!(byline(&article).as_deref(), Some("A / World"));
        article.authors.clear();
        assert_eq!(byline(&article).as_deref(), Some("World"));
    }
}
