//! A saved page to an article: its main text, and what its head says about it.
//!
//! Knows the order of things: [`page_head`](super::page_head) reads the head,
//! [`clean`](super::clean) the text and the date that is shown. Pages are hostile until shown
//! otherwise: no parser sees one that nests too deep, and none of the rules runs on a tree that does.

use dom_query::Document;

use super::clean::main_text::main_text;
use super::clean::page_date::page_dates;
use super::date_line::published_line;
use super::dates::Clock;
use super::page_head::PageHead;
use super::skipped::Reason;
use super::{language, nesting};
use crate::article::{Article, Dropped};

/// Reads a page.
///
/// # Errors
/// [`Reason::TooDeep`] for a page that is nested like no article, [`Reason::NoText`] for one
/// without text.
pub(super) fn parse_page(html: &str, clock: &Clock) -> Result<Article, Reason> {
    if !nesting::source_is_shallow(html) {
        return Err(Reason::TooDeep);
    }
    let document = Document::from(html);
    if !nesting::tree_is_shallow(&document) {
        return Err(Reason::TooDeep);
    }
    let head = PageHead::read(&document);
    let mut article = head.article();
    let claims = head.date_claims(article.url.as_deref(), article.title.as_deref());
    let clock = &clock.in_language(head.lang.as_deref());
    let dates = page_dates(&claims, &document, clock);
    article.published = dates.published;
    article.modified = dates.modified;
    article.refused_dates = dates.refused;
    let told = head.data.body.as_deref();
    let main = main_text(&document, told);
    let mut body = main.body;
    if body.is_empty() {
        // Pages of pictures and films say in their head what is to be seen.
        body = head.description().ok_or(Reason::NoText)?;
    }
    article.body = without_head_lines(&body, article.title.as_deref(), clock);
    let gone = body.len() - article.body.len();
    let moved = |dropped: Dropped| Dropped { at: dropped.at.saturating_sub(gone), ..dropped };
    article.dropped = main.dropped.into_iter().map(moved).collect();
    article.lang = head
        .lang
        .as_deref()
        .and_then(language::normalise)
        .filter(|said| agrees(said, &article.body))
        .or_else(|| language::detect(&article.body));
    Ok(article)
}

/// Page templates carry a language over to pages in another one; a text that is surely in another
/// language wins.
fn agrees(said: &str, body: &str) -> bool {
    language::detect(body).is_none_or(|found| found == said)
}

/// More in front of a headline is no kicker, in bytes.
const LONGEST_KICKER: usize = 60;

/// The headline, with its kicker or without it, and the date often stand again at the head of the
/// text.
fn without_head_lines(body: &str, title: Option<&str>, clock: &Clock) -> String {
    let is_headline = |line: &str| {
        let kicker = title.and_then(|title| line.strip_suffix(title));
        kicker.is_some_and(|kicker| kicker.len() <= LONGEST_KICKER)
    };
    let mut rest = body;
    while let Some((first, after)) = rest.split_once("\n\n") {
        if !is_headline(first) && published_line(first, clock).is_none() {
            break;
        }
        rest = after;
    }
    rest.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::DateFrom;

    fn clock() -> Clock {
        Clock::at("2026-01-01T00:00:00Z".parse().unwrap())
    }

    const TEXT: &str = "<p>The council closed the bridge on Tuesday, after engineers found cracks in two of its piers, and said that it would stay shut for months.</p><p>Traders in the old town asked for help, since most of their customers come over the river, and the mayor promised it by the end of the week.</p>";

    fn page(head: &str, body: &str) -> Article {
        parse_page(
            &format!("<html lang=en><head>{head}</head><body>{body}</body></html>"),
            &clock(),
        )
        .unwrap()
    }

    #[test]
    fn what_the_head_says() {
        let article = page(
            r#"<title>Bridge shut - The Courier</title>
            <meta property="og:title" content="Bridge shut &amp; closed | The Courier">
            <meta property="og:site_name" content="The Courier">
            <meta property="article:published_time" content="2025-04-25T10:00:00+02:00">
            <meta name="author" content="By Ann Smith">
            <link rel="canonical" href="https://www.courier.example/2025/04/24/bridge">"#,
            &format!(
                "<nav><a href=/>Home</a></nav><article><h1>Bridge shut &amp; closed</h1>{TEXT}</article>"
            ),
        );
        assert_eq!(article.title.as_deref(), Some("Bridge shut & closed"));
        assert_eq!(article.source.name.as_deref(), Some("The Courier"));
        assert_eq!(article.source.domain.as_deref(), Some("courier.example"));
        let published = article.published.unwrap();
        assert_eq!(
            (published.at.to_string().as_str(), published.from),
            ("2025-04-25T08:00:00Z", DateFrom::Metadata)
        );
        assert_eq!(article.authors, ["Ann Smith"]);
        assert_eq!(article.lang.as_deref(), Some("en"));
        assert!(article.body.contains("months.\n\nTraders"), "{}", article.body);
        assert!(!article.body.contains("Home"));
    }

    #[test]
    fn the_headline_is_not_said_again() {
        let heading = "<h1><small>Velmouth</small> Bridge shut</h1>";
        let article = page("", &format!("<article>{heading}{TEXT}</article>"));
        assert_eq!(article.title.as_deref(), Some("Bridge shut"));
        assert!(article.body.starts_with("The council"), "{}", article.body);
    }

    #[test]
    fn where_dates_come_from() {
        let cases = [
            ("", "<time datetime=2025-04-25>Friday</time>", Some(("2025-04-25", DateFrom::Text))),
            ("", "<p>Published: 3 March 2025</p>", Some(("2025-03-03", DateFrom::Text))),
            (
                "<link rel=canonical href=https://x.org/2025/04/25/a>",
                "",
                Some(("2025-04-25", DateFrom::Url)),
            ),
            ("<meta name=date content=03/04/2025>", "", None),
            (
                r#"<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","datePublished":"2025-04-25"}]}</script>"#,
                "<time datetime=2024-01-01>",
                Some(("2025-04-25", DateFrom::Metadata)),
            ),
        ];
        for (head, body, expected) in cases {
            let article = page(head, &format!("<article>{body}{TEXT}</article>"));
            let got = article.published.map(|p| (p.display(), p.from));
            assert_eq!(
                got.as_ref().map(|(day, from)| (day.as_str(), *from)),
                expected,
                "{head}{body}"
            );
        }
    }

    #[test]
    fn little_text_is_better_than_none() {
        assert_eq!(page("", "<div>One short line.</div>").body, "One short line.");
        let empty = parse_page("<html><body><script>x</script></body></html>", &clock());
        assert_eq!(empty, Err(Reason::NoText));
        let article = "<meta property=og:type content=article>";
        let told = r#"<meta property="og:description" content="Pictures of the shut bridge.">"#;
        let pictures = "<h1>Bridge shut</h1><img src=bridge.jpg>";
        assert_eq!(
            page(&format!("{article}{told}"), pictures).body,
            "Pictures of the shut bridge."
        );
        let other = format!("<html><head>{told}</head><body><img src=x></body></html>");
        assert_eq!(parse_page(&other, &clock()), Err(Reason::NoText));
    }
}
