//! Plain text and Markdown to articles.
//!
//! Knows headlines, front matter and Markdown; not files, nor the dates that a story's own words give.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::dates::{self, Clock};
use super::decode::{clean_line, clean_text};
use super::front_matter::{self, FrontMatter};
use super::paragraphs::{self, push_paragraph};
use super::skipped::Reason;
use super::{fields, language, markup};
use crate::article::{Article, DateFrom, Source};

/// A first line longer than this is no headline, in characters.
const LONGEST_HEADLINE: usize = 200;

/// Reads a plain text.
///
/// # Errors
/// [`Reason::Empty`] for white space only.
pub(super) fn parse_text(text: &str, clock: &Clock) -> Result<Article, Reason> {
    let clean = clean_text(text);
    let (matter, rest) = front_matter::split(&clean)
        .map_or((FrontMatter::default(), clean.as_str()), |(matter, rest)| (matter, rest));
    let mut article = from_matter(&matter, clock);
    let rest = rest.trim_start_matches('\n');
    match (&article.title, headline(rest)) {
        (None, Some((line, rest))) => {
            article.title = fields::title(line);
            article.body = paragraphs::from_clean(rest);
        }
        // The headline of the front matter is often said again above the text.
        (Some(title), Some((line, rest))) if clean_line(line) == *title => {
            article.body = paragraphs::from_clean(rest);
        }
        _ => article.body = paragraphs::from_clean(rest),
    }
    finish(article)
}

/// Reads a Markdown text.
///
/// # Errors
/// [`Reason::Empty`] for a text without a word in it.
pub(super) fn parse_markdown(text: &str, clock: &Clock) -> Result<Article, Reason> {
    let plain_ends = text.replace("\r\n", "\n");
    let text = plain_ends.trim_start_matches(['\u{feff}', '\n']);
    let (matter, rest) = front_matter::split(text)
        .map_or((FrontMatter::default(), text), |(matter, rest)| (matter, rest));
    let mut article = from_matter(&matter, clock);
    let mut blocks = blocks(rest);
    let first_is_title = match (blocks.first(), &article.title) {
        (Some(first), None) => {
            first.level == Some(1) || (first.level.is_some() && blocks.len() > 1)
        }
        (Some(first), Some(title)) => first.level.is_some() && first.text == *title,
        (None, _) => false,
    };
    if first_is_title {
        let first = blocks.remove(0);
        article.title = fields::title(&first.text);
    } else if article.title.is_none()
        && let [first, _, ..] = blocks.as_slice()
        && is_headline(&first.text)
    {
        article.title = fields::title(&first.text);
        blocks.remove(0);
    }
    for block in &blocks {
        push_paragraph(&mut article.body, &block.text);
    }
    finish(article)
}

fn finish(mut article: Article) -> Result<Article, Reason> {
    if article.title.is_none() && article.body.is_empty() {
        return Err(Reason::Empty);
    }
    article.lang = article.lang.or_else(|| language::detect(&article.body));
    Ok(article)
}

/// What front matter says; the body is left empty.
fn from_matter(matter: &FrontMatter, clock: &Clock) -> Article {
    let url = matter.first(&["url", "link", "canonical_url", "canonical", "source_url"]);
    let url = url.and_then(fields::url);
    let said = matter.first(&["source", "publisher", "publication", "newspaper", "outlet", "site"]);
    let date =
        matter.first(&["date", "published", "published_at", "pubdate", "publish_date", "created"]);
    let mut refused_dates = Vec::new();
    let published = date
        .and_then(|date| {
            dates::parse_or_note(date, clock, DateFrom::FrontMatter, &mut refused_dates)
        })
        .map(|date| date.read_from(DateFrom::FrontMatter))
        .or_else(|| Some(dates::from_url(url.as_deref()?, clock)?.read_from(DateFrom::Url)));
    let modified = matter
        .first(&["modified", "updated", "last_modified", "lastmod", "updated_at"])
        .and_then(|date| dates::parse(date, clock))
        .map(|date| date.read_from(DateFrom::FrontMatter))
        .filter(|changed| published.is_some_and(|published| published.end() <= changed.at));
    let mut authors = Vec::new();
    for name in matter.all(&["authors", "author", "byline", "by"]) {
        for name in fields::authors(name) {
            fields::push_author(&mut authors, &name);
        }
    }
    let source: Source = fields::source(said, url.as_deref());
    Article {
        title: matter.first(&["title", "headline"]).and_then(fields::title),
        published,
        modified,
        refused_dates,
        source,
        authors,
        section: matter
            .first(&["section", "category", "categories", "desk"])
            .and_then(fields::title),
        lang: matter.first(&["lang", "language"]).and_then(language::normalise),
        record: matter.first(&["id"]).map(clean_line).filter(|id| !id.is_empty()),
        url,
        ..Article::default()
    }
}

/// The first line of a text where it is a headline, and what follows it.
fn headline(text: &str) -> Option<(&str, &str)> {
    let (line, rest) = text.split_once('\n')?;
    if !is_headline(line) || rest.trim().is_empty() {
        return None;
    }
    if rest.starts_with('\n') {
        return Some((line, rest));
    }
    // The next line follows at once: this one may be the start of a wrapped paragraph.
    let next = rest.lines().next().unwrap_or_default().trim();
    let goes_on = next.starts_with(char::is_lowercase)
        || (text.contains("\n\n") && line.chars().count() >= 60 && next.chars().count() <= 110);
    (!goes_on).then_some((line, rest))
}

fn is_headline(line: &str) -> bool {
    let line = line.trim();
    let sentence = line.ends_with('.') && !line.ends_with("...");
    !line.is_empty() && !sentence && line.chars().count() <= LONGEST_HEADLINE
}

/// A paragraph or heading of a Markdown text.
struct Block {
    text: String,
    level: Option<u8>,
}

/// The paragraphs of a Markdown text without its markup.
fn blocks(markdown: &str) -> Vec<Block> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut blocks = Vec::new();
    let mut current = String::new();
    let mut html = String::new();
    let mut level = None;
    for event in Parser::new_ext(markdown, options) {
        if !html.is_empty() && !matches!(event, Event::Html(_)) {
            flush_html(&mut blocks, &mut html);
        }
        match event {
            Event::Text(text) | Event::Code(text) => current.push_str(&text),
            Event::SoftBreak | Event::HardBreak => current.push(' '),
            // A block of HTML is read as such; a tag inside a line goes, its text stays.
            Event::Html(text) => html.push_str(&text),
            Event::Start(Tag::Heading { level: heading, .. }) => {
                flush(&mut blocks, &mut current, None);
                level = Some(heading as u8);
            }
            Event::End(TagEnd::Heading(_)) => flush(&mut blocks, &mut current, level.take()),
            Event::Start(Tag::TableCell) => current.push(' '),
            Event::Start(
                Tag::Paragraph | Tag::Item | Tag::CodeBlock(_) | Tag::BlockQuote(_) | Tag::Table(_),
            )
            | Event::End(
                TagEnd::Paragraph
                | TagEnd::Item
                | TagEnd::CodeBlock
                | TagEnd::TableRow
                | TagEnd::TableHead
                | TagEnd::HtmlBlock,
            )
            | Event::Rule => flush(&mut blocks, &mut current, None),
            _ => {}
        }
    }
    flush_html(&mut blocks, &mut html);
    flush(&mut blocks, &mut current, level);
    blocks
}

fn flush(blocks: &mut Vec<Block>, current: &mut String, level: Option<u8>) {
    let text = clean_line(current);
    current.clear();
    if !text.is_empty() {
        blocks.push(Block { text, level });
    }
}

fn flush_html(blocks: &mut Vec<Block>, html: &mut String) {
    // Markup that is too deep for a parser holds nothing worth having in a Markdown file.
    let text = markup::html_to_text(html).unwrap_or_default();
    html.clear();
    for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
        blocks.push(Block { text: paragraph.to_owned(), level: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Clock::at("2026-01-01T00:00:00Z".parse().unwrap())
    }

    #[test]
    fn headlines() {
        let cases = [
            ("Bridge shut\n\nThe bridge is shut.", Some("Bridge shut"), "The bridge is shut."),
            ("Bridge shut\nThe bridge is shut.", Some("Bridge shut"), "The bridge is shut."),
            ("The bridge is shut.\nIt stays so.", None, "The bridge is shut.\n\nIt stays so."),
            ("Bridge shut", None, "Bridge shut"),
            ("What now?\n\nText.", Some("What now?"), "Text."),
            (
                "The council said that\nit would act.\n\nMore.",
                None,
                "The council said that it would act.\n\nMore.",
            ),
        ];
        for (text, title, body) in cases {
            let article = parse_text(text, &clock()).unwrap();
            assert_eq!((article.title.as_deref(), article.body.as_str()), (title, body));
        }
        assert_eq!(parse_text(" \n\n ", &clock()), Err(Reason::Empty));
    }

    #[test]
    fn front_matter_becomes_fields() {
        let text = "---\ntitle: T\ndate: 2025-04-25\nauthor: Ann and Bob\nsource: The X\nurl: https://x.org/a\nlang: en-GB\ncategory: World\n---\n# T\n\nBody.";
        let article = parse_markdown(text, &clock()).unwrap();
        assert_eq!(article.title.as_deref(), Some("T"));
        assert_eq!(article.body, "Body.");
        assert_eq!(article.authors, ["Ann", "Bob"]);
        let published = article.published.unwrap();
        assert_eq!(
            (published.display().as_str(), published.from),
            ("2025-04-25", DateFrom::FrontMatter)
        );
        assert_eq!(article.source.domain.as_deref(), Some("x.org"));
        assert_eq!(article.lang.as_deref(), Some("en"));
        assert_eq!(article.section.as_deref(), Some("World"));
    }

    #[test]
    fn markdown_loses_its_markup() {
        let text = "# Title\n\nA [link](http://x) and *this* `code`.\nSame line.\n\n## Sub\n\n- one\n- two\n\n<!-- gone --><div>kept <b>html</b></div>\n\n```\nfenced\n```\n\n> quoted\n\n![picture](x.png)\n\n| a | b |\n|---|---|\n| c | d |\n";
        let article = parse_markdown(text, &clock()).unwrap();
        assert_eq!(article.title.as_deref(), Some("Title"));
        assert_eq!(
            article.body,
            "A link and this code. Same line.\n\nSub\n\none\n\ntwo\n\nkept html\n\nfenced\n\nquoted\n\npicture\n\na b\n\nc d"
        );
    }
}
