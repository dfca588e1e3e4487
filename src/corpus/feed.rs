//! RSS, Atom and JSON feeds: each entry an article.
//!
//! Knows the names that feeds use and how feeds are sloppy; not XML itself, which
//! [`xml`](super::xml) reads. An entry that breaks off is told, and what stands before it is read.

use super::dates;
use super::skipped::{Reason, Skipped};
use super::value::Value;
use super::xml::{Element, Prefixes, Tree};
use super::{Parsed, Reading, fields, language, markup, paragraphs};
use crate::article::{Article, DateFrom, Published, Source};

/// The outermost elements of feeds, in lower case.
pub(super) const ROOTS: &[&str] = &["rss", "rdf", "feed", "channel"];

/// What an entry is called.
pub(super) const ENTRIES: &[&str] = &["item", "entry"];

/// What holds the text of an entry, the fullest first.
const BODY: &[&str] = &[
    "content:encoded",
    "content",
    "xhtml:body",
    "body",
    "description",
    "summary",
    "dc:description",
];
const PUBLISHED: &[&str] = &[
    "pubDate",
    "published",
    "issued",
    "dc:date",
    "dcterms:issued",
    "dcterms:created",
    "created",
    "date",
];
const MODIFIED: &[&str] = &["updated", "modified", "dcterms:modified", "atom:updated"];

/// Reads a feed, or entries cut out of one with the feed's head before them. `first` is the number
/// of the first entry; `whole` tells whether the end of the feed is there to be missed.
pub(super) fn parse(xml: &str, first: u64, whole: bool, key: &str, reading: &Reading) -> Parsed {
    let mut parsed = Parsed::default();
    let tree = match Tree::read(xml, Prefixes::Kept) {
        Ok(tree) => tree,
        Err(reason) => {
            parsed.skipped.push(Skipped::new(key, reason));
            return parsed;
        }
    };
    let feed = Feed::read(&tree);
    let mut number = first;
    let mut told = false;
    for entry in tree.outermost(ENTRIES) {
        let article = if entry.is_whole() {
            feed.article(entry, reading)
        } else {
            told = true;
            Err(Reason::Malformed("the entry ends in the middle".into()))
        };
        parsed.push_record(key, number, article);
        number += 1;
    }
    if whole && !told {
        let reason = tree.why_not_all("the feed", number - first);
        parsed.skipped.extend(reason.map(|reason| Skipped::new(key, reason)));
    }
    parsed
}

/// What a feed says of itself, and so of all its entries.
#[derive(Debug, Clone, Default)]
pub(super) struct Feed {
    pub(super) source: Source,
    pub(super) lang: Option<String>,
    pub(super) authors: Vec<String>,
}

impl Feed {
    /// Of a JSON Feed; `None` for other JSON.
    pub(super) fn of_json(value: &Value<'_>) -> Option<Self> {
        let version = value.at("version")?.as_text()?;
        if !version.contains("jsonfeed.org/version/") {
            return None;
        }
        let text = |name: &str| value.at(name).and_then(Value::as_text);
        let home = text("home_page_url").or_else(|| text("feed_url"));
        let source = Source {
            name: text("title").and_then(fields::title),
            domain: home.and_then(fields::domain_of),
        };
        let mut authors = Vec::new();
        let one = value.at("author").into_iter();
        for author in one.chain(value.at("authors").and_then(Value::as_list).unwrap_or_default()) {
            if let Some(name) = author.at("name").and_then(Value::as_text) {
                fields::push_author(&mut authors, name);
            }
        }
        Some(Self { source, lang: text("language").and_then(language::normalise), authors })
    }

    fn read(tree: &Tree<'_>) -> Self {
        let mut feed = Self::default();
        let Some(root) = tree.root() else { return feed };
        let about = root.child("channel").unwrap_or(root);
        feed.source.name = about.child("title").and_then(title);
        feed.source.domain = link(about).as_deref().and_then(fields::domain_of);
        feed.lang = ["language", "dc:language"]
            .iter()
            .find_map(|name| about.child(name)?.line())
            .or_else(|| root.attribute("xml:lang"));
        // Of Atom alone: the editor whom RSS names did not write the entries.
        if root.name() == "feed" {
            feed.authors = authors(root);
        }
        feed
    }

    fn article(&self, entry: Element<'_, '_>, reading: &Reading) -> Result<Article, Reason> {
        let clock = &reading.clock;
        let title =
            ["title", "dc:title", "media:title"].iter().find_map(|name| title(entry.child(name)?));
        let body = body(entry)?;
        if title.is_none() && body.is_empty() {
            return Err(Reason::NoText);
        }
        let url = link(entry);
        let mut refused_dates = Vec::new();
        let mut date = |names: &[&str]| -> Option<Published> {
            names.iter().find_map(|name| {
                fields::recorded(&entry.child(name)?.line()?, clock, &mut refused_dates)
            })
        };
        let modified = date(MODIFIED);
        // Atom demands no more than `updated`: where it stands alone, it is the date there is.
        let published = date(PUBLISHED)
            .or(modified)
            .or_else(|| Some(dates::from_url(url.as_deref()?, clock)?.read_from(DateFrom::Url)));
        let mut names = authors(entry);
        if names.is_empty() {
            names.clone_from(&self.authors);
        }
        let said = ["dc:language", "language"]
            .iter()
            .find_map(|name| entry.child(name)?.line())
            .or_else(|| entry.attribute("xml:lang"));
        let id = ["guid", "id"]
            .iter()
            .find_map(|name| entry.child(name)?.line())
            .or_else(|| entry.attribute("rdf:about"))
            .or_else(|| entry.attribute("about"));
        Ok(Article {
            record: id.or_else(|| url.clone()).and_then(|id| fields::record_id(&id)),
            title,
            published,
            refused_dates,
            modified: fields::later(modified, published.as_ref()),
            source: self.source_of(entry, url.as_deref()),
            authors: names,
            section: section(entry),
            lang: language::told_or_detected(said.as_deref().or(self.lang.as_deref()), &body),
            url,
            body,
            ..Article::default()
        })
    }

    /// Aggregators say of each entry where it came from.
    fn source_of(&self, entry: Element<'_, '_>, url: Option<&str>) -> Source {
        let said = entry.child("source");
        let original = said.and_then(|source| title(source.child("title").unwrap_or(source)));
        let domain = url.and_then(fields::domain_of);
        let from = said.and_then(|source| source.attribute("url").or_else(|| link(source)));
        Source {
            name: original.or_else(|| self.source.name.clone()),
            domain: domain
                .or_else(|| from.as_deref().and_then(fields::domain_of))
                .or_else(|| self.source.domain.clone()),
        }
    }
}

/// A line of text that may hold escaped markup.
fn title(element: Element<'_, '_>) -> Option<String> {
    let text = element.text();
    if markup::looks_like_html(&text) {
        return markup::html_to_text(&text).ok().and_then(|text| fields::title(&text));
    }
    fields::title(&markup::unescape(&text))
}

/// The first text that is one; its markup is escaped, in CDATA, or plainly there.
fn body(entry: Element<'_, '_>) -> Result<String, Reason> {
    for element in BODY.iter().filter_map(|name| entry.child(name)) {
        let text = if element.children().next().is_some() {
            element.paragraphs(&[])
        } else {
            let text = element.text();
            if markup::looks_like_html(&text) {
                markup::html_to_text(&text)?
            } else {
                paragraphs::paragraphs(&markup::unescape(&text))
            }
        };
        if !text.is_empty() {
            return Ok(text);
        }
    }
    Ok(String::new())
}

/// The address of the page that an entry or a feed is about.
fn link(element: Element<'_, '_>) -> Option<String> {
    let original = element.child("feedburner:origLink").and_then(Element::line);
    if let Some(url) = original.as_deref().and_then(fields::url) {
        return Some(url);
    }
    for link in element.children().filter(|child| child.name() == "link") {
        let alternate = link.attribute("rel").is_none_or(|rel| rel == "alternate");
        let said = link.attribute("href").filter(|_| alternate).or_else(|| link.line());
        if let Some(url) = said.as_deref().and_then(fields::url) {
            return Some(url);
        }
    }
    let guid = element.child("guid")?;
    let permanent = guid.attribute("isPermaLink").is_none_or(|is| is != "false");
    guid.line().filter(|_| permanent).as_deref().and_then(fields::url)
}

fn authors(entry: Element<'_, '_>) -> Vec<String> {
    let mut names = Vec::new();
    for name in ["author", "dc:creator", "itunes:author"] {
        for author in entry.children().filter(|child| child.name() == name) {
            // Atom's author is an element with a name; RSS writes "mail@example.org (Name)".
            let Some(said) = author.child("name").unwrap_or(author).line() else { continue };
            let inner = said.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
            for name in fields::authors(inner.unwrap_or(&said)) {
                fields::push_author(&mut names, &name);
            }
        }
        if !names.is_empty() {
            break;
        }
    }
    names
}

fn section(entry: Element<'_, '_>) -> Option<String> {
    let named = entry.children().filter(|c| matches!(c.name(), "category" | "dc:subject"));
    named
        .filter_map(|c| c.attribute("label").or_else(|| c.line()).or_else(|| c.attribute("term")))
        .find_map(|section| fields::title(&section))
}

#[cfg(test)]
mod tests {
    use super::super::dates::Clock;
    use super::super::mapping::Mapping;
    use super::*;

    fn read(xml: &str) -> Parsed {
        let reading = Reading {
            mapping: Mapping::default(),
            clock: Clock::at("2026-01-01T00:00:00Z".parse().unwrap()),
        };
        parse(xml, 1, true, "f", &reading)
    }

    fn one(xml: &str) -> Article {
        let parsed = read(xml);
        assert_eq!(parsed.skipped, []);
        parsed.articles.into_iter().next().unwrap()
    }

    #[test]
    fn where_the_text_is() {
        let cases = [
            ("<description>Plain &amp;amp; short.</description>", "Plain & short."),
            (
                "<description>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</description>",
                "One.\n\nTwo.",
            ),
            (
                "<description>s</description><content:encoded><![CDATA[<p>Long.</p>]]></content:encoded>",
                "Long.",
            ),
            (
                "<description>s</description><content:encoded><![CDATA[<img src=x>]]></content:encoded>",
                "s",
            ),
            ("<description>Bare <b>tags</b> here.</description>", "Bare tags here."),
            ("<media:description>not this</media:description>", ""),
        ];
        for (inner, body) in cases {
            let xml = format!("<rss><channel><item><title>T</title>{inner}</item></channel></rss>");
            assert_eq!(one(&xml).body, body, "{inner}");
        }
    }

    #[test]
    fn links_and_ids() {
        let cases = [
            ("<link>https://x.org/a</link><guid>7</guid>", Some("https://x.org/a"), Some("7")),
            ("<guid>https://x.org/b</guid>", Some("https://x.org/b"), Some("https://x.org/b")),
            ("<guid isPermaLink='false'>https://x.org/b</guid>", None, Some("https://x.org/b")),
            (
                "<link rel='self' href='https://x.org/s'/><link href='https://x.org/c'/>",
                Some("https://x.org/c"),
                Some("https://x.org/c"),
            ),
            ("", None, None),
        ];
        for (inner, url, record) in cases {
            let article =
                one(&format!("<rss><channel><item><title>T</title>{inner}</item></channel></rss>"));
            assert_eq!(
                (article.url.as_deref(), article.record.as_deref()),
                (url, record),
                "{inner}"
            );
        }
    }

    #[test]
    fn published_and_modified() {
        let cases = [
            ("<updated>2025-04-25</updated>", Some("2025-04-25"), None),
            (
                "<published>2025-04-24</published><updated>2025-04-25</updated>",
                Some("2025-04-24"),
                Some("2025-04-25"),
            ),
            (
                "<published>2025-04-25</published><updated>2025-04-25</updated>",
                Some("2025-04-25"),
                None,
            ),
            ("<pubDate>Fri, 31 Feb 2025 10:00:00 GMT</pubDate>", None, None),
        ];
        for (inner, published, modified) in cases {
            let article = one(&format!("<feed><entry><title>T</title>{inner}</entry></feed>"));
            let shown = |date: Option<Published>| date.map(|date| date.display());
            assert_eq!(shown(article.published).as_deref(), published, "{inner}");
            assert_eq!(shown(article.modified).as_deref(), modified, "{inner}");
        }
    }

    #[test]
    fn who_wrote_it() {
        let cases: [(&str, &[&str]); 4] = [
            ("<author>ann@x.example (Ann Smith)</author>", &["Ann Smith"]),
            (
                "<author><name>Ann Smith</name></author><author><name>Bo Li</name></author>",
                &["Ann Smith", "Bo Li"],
            ),
            ("<dc:creator>By Ann Smith and Bo Li</dc:creator>", &["Ann Smith", "Bo Li"]),
            ("<author>desk@x.example</author>", &[]),
        ];
        for (inner, names) in cases {
            let article =
                one(&format!("<rss><channel><item><title>T</title>{inner}</item></channel></rss>"));
            assert_eq!(article.authors, names, "{inner}");
        }
    }

    #[test]
    fn what_stands_before_the_break_is_read() {
        let parsed = read("<rss><channel><item><title>A</title></item><item><title>B</ti");
        let titles: Vec<_> = parsed.articles.iter().filter_map(|a| a.title.as_deref()).collect();
        assert_eq!(titles, ["A"]);
        assert_eq!(parsed.skipped[0].reason.code(), "malformed");
    }
}
