//! An article as it was read from its file, in plain text: what is known about it, then its text
//! as it would be indexed, with what was left out in its place where that is asked for.
//!
//! Lines are not wrapped: this is for people who check how files are read, and for other programs.

use std::io::{self, Write};

use anstyle::Style;

use crate::article::{Article, Dropped, Published};

use super::{Look, escape};

/// Writes one article. Known of it is only what the file said; nothing is made up.
pub(super) fn article(
    out: &mut dyn Write,
    article: &Article,
    with_dropped: bool,
    look: &Look,
) -> io::Result<()> {
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
    for (at, paragraph) in paragraphs(&article.body) {
        if with_dropped {
            let before = article.dropped.iter().filter(|dropped| place(dropped, article) == at);
            left_out(out, before, look)?;
        }
        writeln!(out, "\n{}", escape::line(paragraph))?;
    }
    if with_dropped {
        let last = article.dropped.iter().filter(|dropped| dropped.at >= article.body.len());
        left_out(out, last, look)?;
    }
    Ok(())
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

/// The paragraphs of a body with where they begin.
fn paragraphs(body: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    body.split("\n\n").filter_map(move |paragraph| {
        let start = at;
        at += paragraph.len() + 2;
        (!paragraph.is_empty()).then_some((start, paragraph))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{DateFrom, DroppedFor, Precision, Refusal, RefusedDate, Source};

    fn shown(article: &Article, with_dropped: bool, color: bool) -> String {
        let mut out = Vec::new();
        let look = Look { color, ..Look::default() };
        super::article(&mut out, article, with_dropped, &look).unwrap();
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
