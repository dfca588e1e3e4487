//! Passages as one cites them: paper, date, headline, author, the words themselves, and the
//! citation by which `dateline verify` finds them again ([`crate::citation`]).
//!
//! - Plain text, for a mail or a footnote; Markdown; JSON lines ([`super::json`]).
//! - BibTeX, one `@article` a passage. The date is told no more exactly than it is known, in
//!   `date` for biblatex and in `year` for BibTeX; the passage is the `abstract`, the citation
//!   stands in the field `dateline`, which styles ignore.
//! - CSL-JSON, what Zotero and pandoc read: a list of `article-newspaper`. The citation is the `id`
//!   and stands in the `note` too, as programs that import make up ids of their own; the passage is
//!   the `abstract`. Names of authors are taken whole, since nothing says which part of them is
//!   which.
//!
//! All of it is foreign text: escaped for the format it goes into.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::Style;
use serde::Serialize;

use crate::article::{Article, Precision, Published};
use crate::citation::{Print, cite};

use super::layout::{Block, Hold, Page, Span};
use super::text::Paint;
use super::{Look, date_from, escape, json, markdown};

/// What citations are written as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum CiteFormat {
    /// For people
    #[default]
    Plain,
    /// Quotations in Markdown
    Md,
    /// JSON lines
    Json,
    /// Entries for BibTeX and biblatex
    Bibtex,
    /// A list for Zotero, pandoc and other readers of CSL
    CslJson,
}

/// A passage to cite.
#[derive(Debug, Clone)]
pub struct Cited {
    /// The article.
    pub article: Article,
    /// The number of the passage, from 1.
    pub number: usize,
    /// Where it stands in the body, in bytes.
    pub range: std::ops::Range<usize>,
}

impl Cited {
    /// The words of the passage.
    #[must_use]
    pub fn text(&self) -> &str {
        self.article.body.get(self.range.clone()).unwrap_or_default()
    }

    /// What to keep: `ID#p7@a1b2c3d4e5`.
    #[must_use]
    pub fn cite(&self) -> String {
        cite(&self.article.id, self.number, Print::of(self.text()))
    }
}

/// Writes citations.
///
/// # Errors
///
/// Those of the writer.
pub fn citations(
    out: &mut dyn Write,
    cited: &[Cited],
    format: CiteFormat,
    look: &Look,
) -> io::Result<()> {
    match format {
        CiteFormat::Plain => plain(out, cited, look),
        CiteFormat::Md => markdown::citations(out, cited),
        CiteFormat::Json => json::citations(out, cited),
        CiteFormat::Bibtex => bibtex(out, cited),
        CiteFormat::CslJson => csl_json(out, cited),
    }
}

fn plain(out: &mut dyn Write, cited: &[Cited], look: &Look) -> io::Result<()> {
    let page = Page::on(look.width, true);
    let paint = Paint::new(look.color);
    for (index, one) in cited.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let Article { title, authors, url, .. } = &one.article;
        let mut head = Block::default();
        head.add(&format!("{}: ", place(&one.article)), Style::new());
        let title = title.as_deref().filter(|title| !title.trim().is_empty());
        head.add(title.unwrap_or("(no headline)"), paint.strong);
        if !authors.is_empty() {
            head.add(&format!(" ({})", authors.join(", ")), Style::new());
        }
        head.write(out, page, "", Style::new())?;
        writeln!(out)?;
        Block::default().add(one.text(), Style::new()).write(out, page, "    ", Style::new())?;
        writeln!(out)?;
        let mut line = |text: &str, link: Option<String>| {
            let whole = Span { style: paint.faint, link, hold: Hold::Whole };
            Block::default().add(text, whole).write(out, page, "    ", Style::new())
        };
        line(&one.cite(), None)?;
        if let Some(url) = url {
            line(&escape::line(url), if look.links { escape::web_link(url) } else { None })?;
        }
    }
    Ok(())
}

/// Paper and date, for people: `The Kyiv Courier, 25 April 2025`.
pub(super) fn place(article: &Article) -> String {
    let date = match article.published {
        Some(published) => day(published) + date_from(published.from),
        None => "undated".to_owned(),
    };
    match article.source.label() {
        Some(source) => format!("{source}, {date}"),
        None => date,
    }
}

/// The day as text, by the paper's own clock: `25 April 2025`, `April 2025`, `1963`.
fn day(published: Published) -> String {
    let format = match published.precision {
        Precision::Year => "%Y",
        Precision::Month => "%B %Y",
        Precision::Day | Precision::Minute | Precision::Second => "%-d %B %Y",
    };
    published.day().strftime(format).to_string()
}

/// Year, month and day as far as they are known.
fn date_parts(published: Published) -> Vec<i16> {
    let day = published.day();
    let known = match published.precision {
        Precision::Year => 1,
        Precision::Month => 2,
        Precision::Day | Precision::Minute | Precision::Second => 3,
    };
    let mut parts = vec![day.year(), i16::from(day.month()), i16::from(day.day())];
    parts.truncate(known);
    parts
}

fn bibtex(out: &mut dyn Write, cited: &[Cited]) -> io::Result<()> {
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    for (index, one) in cited.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let article = &one.article;
        let key = bibtex_key(one);
        let uses = used.entry(key.clone()).or_default();
        *uses += 1;
        let again = if *uses > 1 { format!("-{uses}") } else { String::new() };
        writeln!(out, "@article{{{key}{again},")?;
        let mut field = |name: &str, value: &str| {
            if value.is_empty() { Ok(()) } else { writeln!(out, "  {name} = {{{value}}},") }
        };
        // A second pair of braces keeps its capitals.
        let title = article.title.as_deref().map(latex).filter(|title| !title.is_empty());
        field("title", &title.map_or_else(String::new, |title| format!("{{{title}}}")))?;
        let authors: Vec<String> = article.authors.iter().map(|name| bibtex_name(name)).collect();
        field("author", &authors.join(" and "))?;
        field("journal", &latex(article.source.label().unwrap_or_default()))?;
        match article.published {
            Some(published) => {
                let parts = date_parts(published);
                let date: Vec<String> = parts.iter().map(|part| format!("{part:02}")).collect();
                field("date", &date.join("-"))?;
                field("year", &date[0])?;
            }
            None => field("note", "undated")?,
        }
        let link = article.url.as_deref().and_then(escape::web_link);
        field("url", &link.unwrap_or_default())?;
        field("language", &latex(article.lang.as_deref().unwrap_or_default()))?;
        field("abstract", &latex(one.text()))?;
        field("dateline", &one.cite())?;
        writeln!(out, "}}")?;
    }
    Ok(())
}

/// A key that is the same each time: paper, year, print of the passage.
fn bibtex_key(one: &Cited) -> String {
    let source = one.article.source.label().unwrap_or_default().to_lowercase();
    let mut key: String = source.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    if let Some(published) = one.article.published {
        key += &published.day().year().to_string();
    }
    format!("{key}-{}", Print::of(one.text())).trim_start_matches('-').to_owned()
}

/// One author; braces where BibTeX would take the name for several or turn its parts round.
fn bibtex_name(name: &str) -> String {
    let lower = format!(" {} ", name.to_lowercase());
    let one = latex(name);
    if name.contains(',') || lower.split_whitespace().any(|word| word == "and") {
        format!("{{{one}}}")
    } else {
        one
    }
}

/// Foreign text on one line of LaTeX. BibTeX counts braces even behind a backslash, so these have
/// words.
fn latex(text: &str) -> String {
    let mut done = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !done.is_empty() {
            done.push(' ');
        }
        for c in word.chars().map(escape::visible) {
            match c {
                '\\' => done.push_str("\\textbackslash{}"),
                '{' => done.push_str("\\textbraceleft{}"),
                '}' => done.push_str("\\textbraceright{}"),
                '~' => done.push_str("\\textasciitilde{}"),
                '^' => done.push_str("\\textasciicircum{}"),
                '$' | '&' | '#' | '_' | '%' => done.extend(['\\', c]),
                _ => done.push(c),
            }
        }
    }
    done
}

/// An item of CSL-JSON.
#[derive(Debug, Serialize)]
struct CslItem<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<CslName<'a>>,
    #[serde(rename = "container-title", skip_serializing_if = "Option::is_none")]
    container: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<CslDate>,
    #[serde(rename = "URL", skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(rename = "abstract")]
    passage: &'a str,
    note: String,
}

#[derive(Debug, Serialize)]
struct CslName<'a> {
    literal: &'a str,
}

#[derive(Debug, Serialize)]
struct CslDate {
    #[serde(rename = "date-parts")]
    parts: [Vec<i16>; 1],
}

fn csl_json(out: &mut dyn Write, cited: &[Cited]) -> io::Result<()> {
    writeln!(out, "[")?;
    for (index, one) in cited.iter().enumerate() {
        let article = &one.article;
        let cite = one.cite();
        let item = CslItem {
            id: &cite,
            kind: "article-newspaper",
            title: article.title.as_deref(),
            author: article.authors.iter().map(|literal| CslName { literal }).collect(),
            container: article.source.label(),
            section: article.section.as_deref(),
            issued: article.published.map(|date| CslDate { parts: [date_parts(date)] }),
            url: article.url.as_deref().and_then(escape::web_link),
            language: article.lang.as_deref(),
            passage: one.text(),
            note: format!("dateline: {cite}"),
        };
        json::value(out, &item)?;
        writeln!(out, "{}", if index + 1 < cited.len() { "," } else { "" })?;
    }
    writeln!(out, "]")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples;
    use super::*;
    use crate::citation;

    fn cited() -> Vec<Cited> {
        let one = |hit: crate::hits::Hit| {
            let first = hit.passages.into_iter().next().unwrap();
            Cited { article: hit.article, number: first.number, range: first.range }
        };
        samples::answer().hits.into_iter().map(one).collect()
    }

    fn written(cited: &[Cited], format: CiteFormat) -> String {
        let mut out = Vec::new();
        citations(&mut out, cited, format, &Look::default()).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn for_people() {
        insta::assert_snapshot!(written(&cited(), CiteFormat::Plain), @"
        The Kyiv Courier, 25 April 2025 (from the url): Grain deal signed in Odesa (Ann Lee, Bo Ek)

            ODESA — The grain deal was signed on Friday, two officials said. Ships that had waited for weeks
            may now leave the harbour.

            world/wire.jsonl#ua-17#p1@2de4ad6aa0
            https://courier.example/2025/04/25/grain

        shimbun.example, April 2025: 穀物船、出港

            ウクライナ産の穀物を積んだ船が金曜日、オデーサの港を出た。政府は「合意は守られている」と述べた
            が、保険会社はまだ何も発表していない。

            asia/穀物%201.txt#p1@973525f5de

        undated: (no headline)

            Grain prices fell.

            notes.txt#p1@e70889c49d

        E�vil Times, 25 April 2025 (from the file time): ␛]0;owned␇ *stars* (@a b)

            =cmd|' /C calc'!A0 the ␛[31mgrain␛[0m �laed [click](http://evil.example) <b>www.evil.example</b>

            =evil/%60a%60%C2%9B.txt#p12@b2a7c5b0e8
            javascript:alert(1)
        ");
    }

    #[test]
    fn for_notes() {
        insta::assert_snapshot!(written(&cited(), CiteFormat::Md), @r"
        The Kyiv Courier, 25 April 2025 (from the url): [Grain deal signed in Odesa](https://courier.example/2025/04/25/grain) (Ann Lee, Bo Ek)

        > ODESA — The grain deal was signed on Friday, two officials said. Ships that had waited for weeks may now leave the harbour.
        >
        > — `world/wire.jsonl#ua-17#p1@2de4ad6aa0`

        shimbun.example, April 2025: 穀物船、出港

        > ウクライナ産の穀物を積んだ船が金曜日、オデーサの港を出た。政府は「合意は守られている」と述べたが、保険会社はまだ何も発表していない。
        >
        > — `asia/穀物%201.txt#p1@973525f5de`

        undated: (no headline)

        > Grain prices fell.
        >
        > — `notes.txt#p1@e70889c49d`

        E�vil Times, 25 April 2025 (from the file time): ␛\]0;owned␇ \*stars\* (@a b)

        > \=cmd\|' /C calc'!A0 the ␛\[31mgrain␛\[0m �laed \[click\](http\://evil.example) \<b\>www\.evil.example\</b\>
        >
        > — `=evil/%60a%60%C2%9B.txt#p12@b2a7c5b0e8`
        ");
    }

    #[test]
    fn for_latex() {
        insta::assert_snapshot!(written(&cited(), CiteFormat::Bibtex), @"
        @article{thekyivcourier2025-2de4ad6aa0,
          title = {{Grain deal signed in Odesa}},
          author = {Ann Lee and Bo Ek},
          journal = {The Kyiv Courier},
          date = {2025-04-25},
          year = {2025},
          url = {https://courier.example/2025/04/25/grain},
          language = {en},
          abstract = {ODESA — The grain deal was signed on Friday, two officials said. Ships that had waited for weeks may now leave the harbour.},
          dateline = {world/wire.jsonl#ua-17#p1@2de4ad6aa0},
        }

        @article{shimbunexample2025-973525f5de,
          title = {{穀物船、出港}},
          journal = {shimbun.example},
          date = {2025-04},
          year = {2025},
          language = {ja},
          abstract = {ウクライナ産の穀物を積んだ船が金曜日、オデーサの港を出た。政府は「合意は守られている」と述べたが、保険会社はまだ何も発表していない。},
          dateline = {asia/穀物%201.txt#p1@973525f5de},
        }

        @article{e70889c49d,
          note = {undated},
          abstract = {Grain prices fell.},
          dateline = {notes.txt#p1@e70889c49d},
        }

        @article{eviltimes2025-b2a7c5b0e8,
          title = {{␛]0;owned␇ *stars*}},
          author = {@a b},
          journal = {E�vil Times},
          date = {2025-04-25},
          year = {2025},
          abstract = {=cmd|' /C calc'!A0 the ␛[31mgrain␛[0m �laed [click](http://evil.example) <b>www.evil.example</b>},
          dateline = {=evil/%60a%60%C2%9B.txt#p12@b2a7c5b0e8},
        }
        ");
        let same = [cited(), cited()].concat();
        let keys = |text: &str| -> Vec<String> {
            text.lines().filter(|line| line.starts_with('@')).map(str::to_owned).collect()
        };
        let mut keys = keys(&written(&same, CiteFormat::Bibtex));
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), same.len());
        let names = [("Ann Lee", "Ann Lee"), ("Lee, Ann", "{Lee, Ann}"), ("A and B", "{A and B}")];
        for (name, shown) in names {
            assert_eq!(bibtex_name(name), shown);
        }
    }

    #[test]
    fn for_reference_managers() {
        let text = written(&cited(), CiteFormat::CslJson);
        let items: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        assert_eq!(items.len(), 4);
        assert_eq!(items[0]["issued"]["date-parts"], serde_json::json!([[2025, 4, 25]]));
        assert_eq!(items[1]["issued"]["date-parts"], serde_json::json!([[2025, 4]]));
        assert_eq!(items[2].get("issued"), None);
        assert_eq!(items[3].get("URL"), None);
        insta::assert_snapshot!(text.lines().nth(1).unwrap(), @r#"{"id":"world/wire.jsonl#ua-17#p1@2de4ad6aa0","type":"article-newspaper","title":"Grain deal signed in Odesa","author":[{"literal":"Ann Lee"},{"literal":"Bo Ek"}],"container-title":"The Kyiv Courier","section":"World","issued":{"date-parts":[[2025,4,25]]},"URL":"https://courier.example/2025/04/25/grain","language":"en","abstract":"ODESA — The grain deal was signed on Friday, two officials said. Ships that had waited for weeks may now leave the harbour.","note":"dateline: world/wire.jsonl#ua-17#p1@2de4ad6aa0"},"#);
        assert_eq!(written(&[], CiteFormat::CslJson), "[\n]\n");
    }

    const FORMATS: [CiteFormat; 5] = [
        CiteFormat::Plain,
        CiteFormat::Md,
        CiteFormat::Json,
        CiteFormat::Bibtex,
        CiteFormat::CslJson,
    ];

    proptest! {
        /// What is printed can be found again, in every format and whatever the article holds.
        #[test]
        fn what_is_written_is_found(
            ids in prop::collection::vec("(?s)(.|[ #@%`\"{}<>a-z\n]){1,24}", 1..4),
            title in prop::option::of("(?s).{0,20}"),
            body in "(?s)(.|[a-z@#{}`\\\\ \n]){0,60}",
            name in "(?s).{0,12}",
            url in prop::option::of("https://[!-~]{1,20}"),
        ) {
            let cited: Vec<Cited> = ids
                .into_iter()
                .zip(1..)
                .map(|(id, number)| {
                    let article = Article {
                        id,
                        title: title.clone(),
                        body: body.clone(),
                        authors: vec![name.clone()],
                        url: url.clone(),
                        ..Article::default()
                    };
                    Cited { article, number, range: 0..body.len() }
                })
                .collect();
            let expected: Vec<String> = cited.iter().map(Cited::cite).collect();
            for format in FORMATS {
                let text = written(&cited, format);
                let mut found: Vec<&str> =
                    citation::find(&text).into_iter().map(|range| &text[range]).collect();
                // CSL holds each twice.
                found.dedup();
                prop_assert_eq!(&found, &expected, "{:?} {}", format, text);
                let harmless = text.chars().all(|c| c == '\n' || escape::visible(c) == c);
                prop_assert!(harmless, "{:?}", format);
                if format == CiteFormat::Bibtex {
                    let count = |brace| text.matches(brace).count();
                    prop_assert_eq!(count('{'), count('}'));
                }
            }
        }
    }
}
