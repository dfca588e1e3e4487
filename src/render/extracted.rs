//! An article as it was read from its file, in plain text: what is known about it, then its text
//! as it would be indexed, with what was left out in its place where that is asked for.
//!
//! Lines are not wrapped: this is for people who check how files are read, and for other programs.

use std::io::{self, Write};

use std::ops::Range;

use anstyle::Style;
use strum::VariantArray;

use crate::article::{Article, Dropped, EntityKind, Published, paragraphs};
use crate::entities::resolve::Resolved;

use super::{Look, With, escape};

/// Writes one article. Known of it is only what the file said; nothing is made up.
pub(super) fn article(
    out: &mut dyn Write,
    article: &Article,
    with: &With<'_>,
    look: &Look,
) -> io::Result<()> {
    let names = with.names.unwrap_or_default();
    match article.title.as_deref() {
        Some(title) => writeln!(out, "{}", escape::line(title))?,
        None => writeln!(out, "(no headline)")?,
    }
    let dated = |date: &Published| format!("{} (from {})", date.display(), date.from);
    let authors = article.authors.join("; ");
    let source = match (&article.source.name, &article.source.domain) {
        (Some(name), Some(domain)) => Some(format!("{name} ({domain})")),
        (Some(one), None) | (None, Some(one)) => Some(one.clone()),
        (None, None) => None,
    };
    let rows = [
        ("date", Some(article.published.as_ref().map_or_else(|| "undated".to_owned(), dated))),
        ("modified", article.modified.as_ref().map(dated)),
        ("source", source),
        ("url", article.url.clone()),
        ("authors", Some(authors).filter(|names| !names.is_empty())),
        ("section", article.section.clone()),
        ("language", article.lang.clone()),
        ("id", Some(article.id.clone())),
    ];
    for (label, value) in rows {
        if let Some(value) = value {
            writeln!(out, "{label}: {}", escape::line(&value))?;
        }
    }
    for date in &article.refused_dates {
        let text = escape::line(&date.text);
        writeln!(out, "not used: {text} (from {}): {}", date.from, date.why)?;
    }
    for kind in EntityKind::VARIANTS.iter().filter(|_| with.names.is_some()) {
        let of_kind = names.iter().filter(|name| name.kind == *kind).map(told);
        let listed = of_kind.collect::<Vec<_>>().join("; ");
        writeln!(out, "{kind}s: {}", if listed.is_empty() { "none" } else { &listed })?;
    }
    for range in paragraphs(&article.body).filter(|range| !range.is_empty()) {
        let (at, paragraph) = (range.start, &article.body[range]);
        if with.dropped {
            let before = article.dropped.iter().filter(|dropped| place(dropped, article) == at);
            left_out(out, before, look)?;
        }
        writeln!(out)?;
        marked(out, paragraph, at, names, look)?;
    }
    if with.dropped {
        let last = article.dropped.iter().filter(|dropped| dropped.at >= article.body.len());
        left_out(out, last, look)?;
    }
    Ok(())
}

/// A name with how often it is mentioned and the other forms that it has:
/// `Vladimir Putin (5, also Putin)`.
fn told(name: &Resolved) -> String {
    let mentions = name.title.len() + name.body.len();
    let within = name.within.iter().map(|within| format!(" in {}", escape::line(within)));
    let others = name.forms.keys().filter(|form| **form != name.name);
    let others: Vec<_> = others.map(|form| escape::line(form)).collect();
    let also = if others.is_empty() { "" } else { ", also " };
    format!(
        "{}{} ({mentions}{also}{})",
        escape::line(&name.name),
        within.collect::<String>(),
        others.join(", ")
    )
}

/// A paragraph, which begins at byte `at` of the body, on a line of its own, with its names marked.
fn marked(
    out: &mut dyn Write,
    paragraph: &str,
    at: usize,
    names: &[Resolved],
    look: &Look,
) -> io::Result<()> {
    let strong = if look.color { Style::new().bold() } else { Style::new() };
    let inside = |range: &&Range<usize>| at <= range.start && range.end <= at + paragraph.len();
    let mut marks: Vec<(&Range<usize>, EntityKind)> = names
        .iter()
        .flat_map(|name| name.body.iter().filter(inside).map(|range| (range, name.kind)))
        .collect();
    marks.sort_by_key(|(range, _)| (range.start, range.end));
    let mut done = at;
    for (range, kind) in marks {
        // "Bill and Hillary Clinton" may name two.
        if range.start < done {
            continue;
        }
        let text = |from: usize, to: usize| {
            escape::line(paragraph.get(from - at..to - at).unwrap_or_default())
        };
        write!(out, "{}", text(done, range.start))?;
        write!(out, "[{kind} {strong}{}{strong:#}]", text(range.start, range.end))?;
        done = range.end;
    }
    writeln!(out, "{}", escape::line(&paragraph[done - at..]))
}

fn left_out<'d>(
    out: &mut dyn Write,
    dropped: impl Iterator<Item = &'d Dropped>,
    look: &Look,
) -> io::Result<()> {
    let faint = if look.color { Style::new().dimmed() } else { Style::new() };
    for dropped in dropped {
        let text = escape::line(&dropped.text);
        writeln!(out, "\n{faint}[left out: {}] {text}{faint:#}", dropped.why)?;
    }
    Ok(())
}

/// Where the paragraph begins that a block stood before.
fn place(dropped: &Dropped, article: &Article) -> usize {
    if dropped.at >= article.body.len() {
        return usize::MAX;
    }
    let before = article.body.get(..dropped.at).unwrap_or_default();
    // Blocks are taken out whole; an offset that is not a paragraph's stands for the one it is in.
    let start = before.rfind("\n\n").map_or(0, |end| end + 2);
    if dropped.at == start { dropped.at } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{DateFrom, DroppedFor, Precision, Refusal, RefusedDate, Source};

    fn shown(article: &Article, dropped: bool, color: bool) -> String {
        shown_with(article, &With { dropped, names: None }, color)
    }

    fn shown_with(article: &Article, with: &With<'_>, color: bool) -> String {
        let mut out = Vec::new();
        let look = Look { color, ..Look::default() };
        super::article(&mut out, article, with, &look).unwrap();
        String::from_utf8(out).unwrap().replace('\x1b', "^")
    }

    #[test]
    fn what_was_left_out_stands_in_its_place() {
        let dropped = |at, text: &str, why| Dropped { at, text: text.into(), why };
        let article = Article {
            id: "a.txt".into(),
            title: Some("Bridge\u{7} shut".into()),
            body: "One.\n\nTwo.".into(),
            dropped: vec![
                dropped(0, "Share", DroppedFor::Phrase),
                dropped(6, "Photo: Ann\x1b[31m", DroppedFor::Caption),
                dropped(10, "Leave a Reply", DroppedFor::Phrase),
            ],
            ..Article::default()
        };
        insta::assert_snapshot!(shown(&article, true, false), @r"
        Bridge␇ shut
        date: undated
        id: a.txt

        [left out: phrase] Share

        One.

        [left out: caption] Photo: Ann␛[31m

        Two.

        [left out: phrase] Leave a Reply
        ");
        assert!(shown(&article, true, true).contains("^[2m[left out: phrase] Share^[0m"));
        assert!(!shown(&article, false, false).contains("left out"));
    }

    #[test]
    fn names_are_listed_and_marked() {
        let article = Article {
            id: "a.txt".into(),
            body: "Vladimir Putin spoke.\n\nÉmile saw Putin in Paris\x1b.".into(),
            ..Article::default()
        };
        let name = |kind, name: &str, within: Option<&str>, places: &[&str]| Resolved {
            kind,
            name: name.into(),
            within: within.map(str::to_owned),
            forms: places.iter().map(|form| ((*form).to_owned(), 1)).collect(),
            title: Vec::new(),
            body: places
                .iter()
                .map(|form| article.body.rfind(form).unwrap())
                .zip(places)
                .map(|(at, form)| at..at + form.len())
                .collect(),
            salience: 0.5,
        };
        let names = [
            name(EntityKind::Person, "Vladimir Putin", None, &["Vladimir Putin", "Putin"]),
            name(EntityKind::Place, "Paris", Some("France"), &["Paris"]),
        ];
        let with = With { dropped: false, names: Some(&names) };
        insta::assert_snapshot!(shown_with(&article, &with, false), @r"
        (no headline)
        date: undated
        id: a.txt
        persons: Vladimir Putin (2, also Putin)
        orgs: none
        places: Paris in France (1)

        [person Vladimir Putin] spoke.

        Émile saw [person Putin] in [place Paris]␛.
        ");
        assert!(shown_with(&article, &with, true).contains("[place ^[1mParis^[0m]"));
    }

    #[test]
    fn what_is_known_and_where_from() {
        let date = |day: &str, from| Published {
            offset: None,
            at: format!("{day}T10:30:00Z").parse().unwrap(),
            precision: Precision::Minute,
            from,
        };
        let article = Article {
            id: "b.json#1".into(),
            published: Some(date("2025-04-25", DateFrom::Record)),
            modified: Some(date("2025-04-26", DateFrom::Metadata)),
            refused_dates: vec![RefusedDate {
                text: "2099-01-01".into(),
                from: DateFrom::Url,
                why: Refusal::Future,
            }],
            source: Source { name: Some("The X".into()), domain: Some("x.example".into()) },
            url: Some("https://x.example/a".into()),
            authors: vec!["Ann Lee".into(), "Bo Ek".into()],
            section: Some("World".into()),
            lang: Some("en".into()),
            body: "Text.".into(),
            ..Article::default()
        };
        insta::assert_snapshot!(shown(&article, true, false), @r"
        (no headline)
        date: 2025-04-25 10:30 (from record)
        modified: 2025-04-26 10:30 (from metadata)
        source: The X (x.example)
        url: https://x.example/a
        authors: Ann Lee; Bo Ek
        section: World
        language: en
        id: b.json#1
        not used: 2099-01-01 (from url): future

        Text.
        ");
    }
}
