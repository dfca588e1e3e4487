//! A small answer that the tests of every format write, and ways to open one of its articles.

use std::ops::Range;
use std::time::Duration;

use crate::article::{Article, DateFrom, Entity, EntityKind, Precision, Published, Source};
use crate::hits::{CopyOf, Folded, Hit, Hits, PassageHit, Reading, Shared, Similar};

use super::Opened;

/// Four hits: one with all there is to know, one in another script, one that knows nothing of
/// itself, and one that means harm.
pub(super) fn answer() -> Hits {
    Hits {
        total: 12,
        reading: Reading::Relaxed,
        whole: Some(1),
        ignored: vec!["the".into()],
        as_words: Vec::new(),
        undated: Some(3),
        folded: Some(Folded { articles: 2, more: true }),
        took: Duration::from_micros(3200),
        hits: vec![rich(), japanese(), bare(), hostile()],
        ..empty()
    }
}

/// What is similar to the first hit: the third as its copy, the second on the same matter.
pub(super) fn similar() -> Similar {
    let article = rich().article;
    let shared = Shared { article: bare().article, of_copy: 0.9375, of_article: 0.5 };
    Similar {
        first: Some(article.id.clone()),
        story: Some(shared.article.id.clone()),
        copies: vec![shared],
        related: Hits { hits: vec![Hit { missing: Vec::new(), ..japanese() }], ..empty() },
        article,
    }
}

/// An answer without hits.
pub(super) fn empty() -> Hits {
    Hits {
        query: "grain deal".into(),
        total: 0,
        offset: 0,
        reading: Reading::All,
        whole: None,
        ignored: Vec::new(),
        as_words: Vec::new(),
        undated: None,
        folded: None,
        diagnosis: None,
        facets: Vec::new(),
        timeline: None,
        took: Duration::from_micros(3999),
        hits: Vec::new(),
    }
}

/// A hit of which nothing is known but its id.
pub(super) fn bare_hit(rank: usize) -> Hit {
    Hit {
        rank,
        score: 1.0,
        article: Article { id: format!("{rank}.txt"), ..Article::default() },
        passage_count: 0,
        title_marks: Vec::new(),
        passages: Vec::new(),
        missing: Vec::new(),
        story: None,
        copies: Vec::new(),
        why: None,
    }
}

/// The passages of a sample's article: its paragraphs of more than one line's length.
pub(super) fn passages(hit: &Hit) -> Vec<Range<usize>> {
    let body = &hit.article.body;
    let start = |part: &str| part.as_ptr() as usize - body.as_ptr() as usize;
    let parts = body.split("\n\n").filter(|part| part.len() > 20);
    parts.map(|part| start(part)..start(part) + part.len()).collect()
}

/// A sample's article, opened with what was marked in it. The marks are those of its passages.
pub(super) fn opened<'a>(hit: &'a Hit, passages: &'a [Range<usize>]) -> Opened<'a> {
    Opened {
        article: &hit.article,
        passages,
        marks: hit.passages.first().map_or(&[], |passage| &passage.marks),
        title_marks: &hit.title_marks,
        copies: &[],
        focus: None,
    }
}

fn rich() -> Hit {
    let body = "ODESA — The grain deal was signed on Friday, two officials said. Ships that had \
        waited for weeks may now leave the harbour.\n\nWhat comes next\n\nNo deal on grain holds \
        without insurers, and none of them has spoken yet. Kyiv expects the first convoy on \
        Monday.\n\nThe ministry gave no figures."
        .to_owned();
    let entity = |kind, name: &str| Entity { kind, name: name.into(), aliases: Vec::new() };
    let published = Published {
        at: "2025-04-25T00:00:00Z".parse().unwrap(),
        offset: None,
        precision: Precision::Day,
        from: DateFrom::Url,
    };
    Hit {
        score: 7.25,
        title_marks: marks("Grain deal signed in Odesa", &["Grain", "deal"], 0),
        passages: vec![
            passage(&body, 1, "ODESA", "harbour.", &["grain deal"]),
            passage(&body, 2, "No deal", "Monday.", &["deal", "grain"]),
        ],
        passage_count: 3,
        story: Some("a/wire.txt".into()),
        copies: vec![
            copy_of("a/wire.txt", Some("The Courier")),
            copy_of("b/1.txt", Some("Bay Post")),
            copy_of("b/2.txt", Some("Bay Post")),
            copy_of("c.txt", None),
        ],
        article: Article {
            id: "world/wire.jsonl#ua-17".into(),
            record: Some("ua-17".into()),
            title: Some("Grain deal signed in Odesa".into()),
            body,
            published: Some(published),
            source: Source {
                name: Some("The Kyiv Courier".into()),
                domain: Some("courier.example".into()),
            },
            url: Some("https://courier.example/2025/04/25/grain".into()),
            authors: vec!["Ann Lee".into(), "Bo Ek".into()],
            section: Some("World".into()),
            lang: Some("en".into()),
            entities: vec![
                entity(EntityKind::Place, "Odesa"),
                entity(EntityKind::Person, "Olena Hai"),
            ],
            ..Article::default()
        },
        ..bare_hit(1)
    }
}

fn copy_of(id: &str, source: Option<&str>) -> CopyOf {
    let published = source.and_then(|_| rich_date(Precision::Month));
    CopyOf { id: id.into(), source: source.map(str::to_owned), published }
}

fn rich_date(precision: Precision) -> Option<Published> {
    let at = "2025-04-01T00:00:00Z".parse().ok()?;
    Some(Published { at, offset: None, precision, from: DateFrom::Record })
}

fn japanese() -> Hit {
    let body =
        "ウクライナ産の穀物を積んだ船が金曜日、オデーサの港を出た。政府は「合意は守られている」\
        と述べたが、保険会社はまだ何も発表していない。"
            .to_owned();
    let published = Published {
        at: "2025-04-01T00:00:00Z".parse().unwrap(),
        offset: None,
        precision: Precision::Month,
        from: DateFrom::Record,
    };
    Hit {
        score: 7.25,
        passages: vec![passage(&body, 1, "ウクライナ", "いない。", &["穀物", "合意"])],
        passage_count: 1,
        missing: vec!["deal".into()],
        article: Article {
            id: "asia/穀物 1.txt".into(),
            title: Some("穀物船、出港".into()),
            body,
            published: Some(published),
            source: Source { name: None, domain: Some("shimbun.example".into()) },
            section: Some("国際".into()),
            lang: Some("ja".into()),
            ..Article::default()
        },
        ..bare_hit(2)
    }
}

fn bare() -> Hit {
    let body = "Grain prices fell.".to_owned();
    Hit {
        score: 2.5,
        passages: vec![passage(&body, 1, "Grain", "fell.", &["Grain"])],
        passage_count: 1,
        missing: vec!["deal".into()],
        article: Article { id: "notes.txt".into(), body, ..Article::default() },
        ..bare_hit(3)
    }
}

fn hostile() -> Hit {
    let body =
        "=cmd|' /C calc'!A0 the \x1b[31mgrain\x1b[0m \u{202e}laed [click](http://evil.example) \
        <b>www.evil.example</b>"
            .to_owned();
    let published = Published {
        at: "2025-04-25T14:30:05Z".parse().unwrap(),
        offset: None,
        precision: Precision::Second,
        from: DateFrom::FileTime,
    };
    Hit {
        score: 0.5,
        passages: vec![passage(&body, 12, "=cmd", "</b>", &["grain"])],
        passage_count: 12,
        missing: vec!["de\x07al".into()],
        article: Article {
            id: "=evil/`a`\u{9b}.txt".into(),
            title: Some("\x1b]0;owned\x07 *stars*".into()),
            body,
            published: Some(published),
            source: Source { name: Some("E\u{202e}vil\nTimes".into()), domain: None },
            url: Some("javascript:alert(1)".into()),
            authors: vec!["@a\tb".into()],
            ..Article::default()
        },
        ..bare_hit(4)
    }
}

/// The passage from the first `from` to the first `to`, with each of `words` marked once.
fn passage(body: &str, number: usize, from: &str, to: &str, words: &[&str]) -> PassageHit {
    let start = body.find(from).unwrap();
    let end = start + body[start..].find(to).unwrap() + to.len();
    PassageHit {
        number,
        range: start..end,
        marks: marks(&body[start..end], words, start),
        score: 1.0,
    }
}

/// The first place of each word in a text that stands at `start`.
fn marks(text: &str, words: &[&str], start: usize) -> Vec<Range<usize>> {
    let place = |word: &&str| {
        let at = start + text.find(*word).unwrap();
        at..at + word.len()
    };
    words.iter().map(place).collect()
}
