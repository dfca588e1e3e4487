//! A saved page to an article: its main text, and what its head says about it.
//!
//! Knows pages; not the files they came from. The main text is found by readability's rules
//! (`dom_smoothie`); headline, date, publisher, author and address are read from JSON-LD, meta tags
//! and the few visible places where pages keep them. Pages are hostile until shown otherwise: no
//! parser sees one that nests too deep, and none of the rules runs on a tree that does.

use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};

use super::dates::{self, Clock};
use super::skipped::Reason;
use super::{fields, language, linked_data, markup, nesting};
use crate::article::{Article, DateFrom, Published, Source};

/// Pages with more elements than this get the plain text of their paragraphs: some of
/// readability's rules look at every pair of siblings.
const MOST_ELEMENTS: usize = 50_000;

/// What should be one line (a title, a heading, a date) is looked at no further, in bytes.
const LONGEST_LINE: usize = 600;

/// Headings that are compared with the title.
const MOST_HEADINGS: usize = 40;

/// A main text shorter than this may be a teaser; then the page is looked at again, in bytes.
const SHORT: usize = 250;

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
    let mut article = head.article(clock);
    if article.published.is_none() {
        article.published = visible_date(&document, clock);
    }
    if let Some(url) = &article.url
        && article.published.is_none()
    {
        article.published = dates::from_url(url, clock).map(|date| date.read_from(DateFrom::Url));
    }
    let whole = head.elements > MOST_ELEMENTS;
    let main = if whole { MainText::default() } else { main_text(document) };
    let mut body = main.body;
    if body.len() < SHORT {
        let all = paragraphs_of(html);
        // Twice as long: a short item stays itself rather than become its page's menu.
        if body.is_empty() || all.len() > body.len() * 2 {
            body = all;
        }
    }
    if body.len() < SHORT
        && let Some(told) = head.data.body.as_deref()
        && told.len() > body.len()
    {
        body = super::paragraphs::paragraphs(&markup::unescape(told));
    }
    if body.is_empty() {
        return Err(Reason::NoText);
    }
    if article.authors.is_empty()
        && let Some(byline) = main.byline.filter(|byline| byline.chars().count() <= 60)
    {
        article.authors = fields::authors(&byline);
    }
    article.body = without_head_lines(&body, article.title.as_deref(), clock);
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

#[derive(Default)]
struct MainText {
    body: String,
    byline: Option<String>,
}

/// The text that readability's rules find.
fn main_text(document: Document) -> MainText {
    let config = Config {
        // Read by ourselves, with a parser that bounds its depth.
        disable_json_ld: true,
        // News items may be short; below this the rules take in what surrounds the text.
        char_threshold: SHORT,
        ..Config::default()
    };
    let Ok(mut readability) = Readability::with_document(document, None, Some(config)) else {
        return MainText::default();
    };
    let Ok(found) = readability.parse() else { return MainText::default() };
    let content = Document::fragment(found.content);
    MainText { body: markup::text_of(content.root(), &[]), byline: found.byline }
}

/// What a page that readability finds nothing in says in its article, main or body element.
fn paragraphs_of(html: &str) -> String {
    let document = Document::from(html);
    let surroundings = ["nav", "footer", "aside", "header"];
    let mut best = String::new();
    for selector in ["article", "main", "body"] {
        for node in document.select(selector).nodes() {
            let text = markup::text_of(*node, &surroundings);
            if text.len() > best.len() {
                best = text;
            }
        }
        if best.len() >= SHORT {
            break;
        }
    }
    best
}

/// The headline and the date often stand again at the head of the text.
fn without_head_lines(body: &str, title: Option<&str>, clock: &Clock) -> String {
    let mut rest = body;
    while let Some((first, after)) = rest.split_once("\n\n") {
        if title != Some(first) && published_line(first, clock).is_none() {
            break;
        }
        rest = after;
    }
    rest.to_owned()
}

/// What a page says about itself.
#[derive(Default)]
struct PageHead {
    /// Meta tags: name or property in lower case, and content.
    meta: Vec<(String, String)>,
    data: linked_data::LinkedData,
    canonical: Option<String>,
    title: Option<String>,
    headings: Vec<String>,
    lang: Option<String>,
    elements: usize,
}

impl PageHead {
    fn read(document: &Document) -> Self {
        let mut head = Self::default();
        for node in document.root().descendants_it() {
            let Some(name) = node.qual_name_ref() else { continue };
            head.elements += 1;
            match name.local.as_ref() {
                "meta" => head.meta_tag(&node),
                "html" if head.lang.is_none() => {
                    head.lang =
                        node.attr("lang").or_else(|| node.attr("xml:lang")).map(|v| v.to_string());
                }
                "title" if head.title.is_none() => {
                    head.title = fields::title(&markup::start_of_text(&node, LONGEST_LINE))
                }
                "h1" | "h2" | "h3" if head.headings.len() < MOST_HEADINGS => {
                    head.headings.extend(fields::title(&markup::start_of_text(&node, LONGEST_LINE)))
                }
                "link" => {
                    if node.attr("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) {
                        head.canonical =
                            head.canonical.take().or_else(|| fields::url(&node.attr("href")?));
                    }
                }
                "script" => {
                    let kind = node.attr("type");
                    if kind.is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json")) {
                        head.data.merge(linked_data::read(&node.text()));
                    }
                }
                _ => head.microdata(&node),
            }
        }
        head
    }

    fn meta_tag(&mut self, node: &NodeRef<'_>) {
        let Some(content) = node.attr("content") else { return };
        let content = content.trim();
        if content.is_empty() {
            return;
        }
        for attribute in ["property", "name", "itemprop", "http-equiv"] {
            for name in node.attr(attribute).iter().flat_map(|names| names.split_whitespace()) {
                self.meta.push((name.to_ascii_lowercase(), content.to_owned()));
            }
        }
    }

    /// `itemprop` on visible elements.
    fn microdata(&mut self, node: &NodeRef<'_>) {
        let Some(property) = node.attr("itemprop") else { return };
        if property.as_ref() != "datePublished" {
            return;
        }
        let value = node.attr("datetime").or_else(|| node.attr("content"));
        let value = value.map_or_else(
            || markup::start_of_text(node, LONGEST_LINE).trim().to_owned(),
            |value| value.to_string(),
        );
        self.meta.push(("datepublished".into(), value));
    }

    /// The first value under the first of `names` that has one.
    fn meta<'s>(&'s self, names: &[&str]) -> Option<&'s str> {
        self.all_meta(names).next()
    }

    fn all_meta<'s, 'n>(
        &'s self,
        names: &'n [&str],
    ) -> impl Iterator<Item = &'s str> + use<'s, 'n> {
        names.iter().flat_map(|wanted| {
            self.meta
                .iter()
                .filter(move |(name, _)| name == wanted)
                .map(|(_, value)| value.as_str())
        })
    }

    /// The article without its text.
    fn article(&self, clock: &Clock) -> Article {
        let url = self
            .canonical
            .clone()
            .or_else(|| fields::url(self.meta(&["og:url", "twitter:url"])?))
            .or_else(|| fields::url(self.data.url.as_deref()?));
        let said = self.meta(&["og:site_name"]).or(self.data.publisher.as_deref()).or_else(|| {
            self.meta(&[
                "dc.publisher",
                "dcterms.publisher",
                "publisher",
                "application-name",
                "copyright",
            ])
        });
        let source = fields::source(said, url.as_deref());
        Article {
            title: self.headline(&source),
            published: self.published(clock),
            authors: self.authors(),
            section: self
                .meta(&["article:section", "parsely-section", "section"])
                .or(self.data.section.as_deref())
                .and_then(fields::title),
            source,
            url,
            ..Article::default()
        }
    }

    fn headline(&self, source: &Source) -> Option<String> {
        let meta = self.all_meta(&["og:title", "twitter:title", "dc.title", "headline"]);
        let told = self.data.headline.iter().map(String::as_str).chain(meta);
        // A page that names only its paper names no headline.
        let told = told
            .filter_map(|title| fields::title(&markup::unescape(title)))
            .find(|title| source.name.as_deref() != Some(title));
        let title = told.as_ref().or(self.title.as_ref()).or(self.headings.first())?;
        Some(match fields::heading_in_title(title, &self.headings) {
            Some(heading) => heading.to_owned(),
            None => fields::without_site(title, source),
        })
    }

    fn published(&self, clock: &Clock) -> Option<Published> {
        const NAMES: &[&str] = &[
            "article:published_time",
            "og:article:published_time",
            "og:published_time",
            "datepublished",
            "article.published",
            "published_time",
            "date_published",
            "parsely-pub-date",
            "sailthru.date",
            "cxenseparse:recs:publishtime",
            "publish-date",
            "publish_date",
            "publishdate",
            "publication_date",
            "pubdate",
            "originalpublicationdate",
            "article_date_original",
            "dcterms.created",
            "dcterms.date",
            "dcterms.issued",
            "dc.date.issued",
            "dc.date.created",
            "dc.date",
            "citation_publication_date",
            "citation_date",
            "bt:pubdate",
            "lp.article:published_time",
            "date",
        ];
        self.data
            .published
            .as_deref()
            .into_iter()
            .chain(self.all_meta(NAMES))
            .find_map(|text| dates::parse(text, clock))
            .map(|date| date.read_from(DateFrom::Metadata))
    }

    fn authors(&self) -> Vec<String> {
        let mut names = Vec::new();
        for name in &self.data.authors {
            fields::push_author(&mut names, name);
        }
        for tag in [
            "author",
            "article:author",
            "parsely-author",
            "dc.creator",
            "sailthru.author",
            "byl",
            "dcterms.creator",
        ] {
            if !names.is_empty() {
                break;
            }
            for byline in self.all_meta(&[tag]) {
                for name in fields::authors(&markup::unescape(byline)) {
                    fields::push_author(&mut names, &name);
                }
            }
        }
        names
    }
}

/// The date that a reader sees: a `<time>`, or a line that says "Published".
fn visible_date(document: &Document, clock: &Clock) -> Option<Published> {
    let mut told = None;
    let mut line = None;
    for node in document.root().descendants_it() {
        if node.has_name("time") {
            let said = node.attr("datetime").and_then(|value| dates::parse(&value, clock));
            let shown = || dates::parse(&markup::start_of_text(&node, LONGEST_LINE), clock);
            let date = said.or_else(shown);
            if node.has_attr("pubdate") && date.is_some() {
                return date.map(|date| date.read_from(DateFrom::Text));
            }
            told = told.or(date);
        } else if line.is_none() && node.is_text() {
            line = published_line(&node.text(), clock);
        }
    }
    told.or(line).map(|date| date.read_from(DateFrom::Text))
}

/// "Published 3 March 2025", "Posted on March 3, 2025 at 5 pm", or a line that is a date.
fn published_line(text: &str, clock: &Clock) -> Option<dates::Date> {
    const LONGEST: usize = 90;
    let text = text.trim();
    if text.len() < 8 || text.len() > LONGEST || !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let lower = text.to_lowercase();
    let rest = [
        "published",
        "posted",
        "first published",
        "ver\u{f6}ffentlicht",
        "publi\u{e9}",
        "publicado",
    ]
    .iter()
    .find_map(|start| lower.strip_prefix(start))
    .unwrap_or(&lower)
    .trim_start_matches([':', ' ', '\u{a0}']);
    let rest =
        ["on ", "am ", "le ", "el "].iter().find_map(|w| rest.strip_prefix(w)).unwrap_or(rest);
    // A year alone on a page is a copyright line or a number.
    dates::parse(rest, clock).filter(|date| date.precision >= crate::article::Precision::Day)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            &format!("<nav><a href=/>Home</a></nav><article><h1>Bridge shut</h1>{TEXT}</article>"),
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
    }
}
