//! The files of news agencies: NITF, NewsML-G2 and the first NewsML.
//!
//! Knows their elements; not XML itself, which [`xml`](super::xml) reads. A file may hold one
//! article or a message of many. What holds no text (pictures, packages that only list others) is
//! no article.

use super::skipped::{Reason, Skipped};
use super::xml::{Element, Prefixes, Tree};
use super::{Parsed, Reading, fields, language, markup, paragraphs};
use crate::article::{Article, EntityKind, Published, Source};

/// The outermost elements of such files, in lower case.
pub(super) const ROOTS: &[&str] =
    &["nitf", "newsitem", "newsmessage", "packageitem", "newsml", "conceptitem", "knowledgeitem"];

/// What holds one article.
pub(super) const ITEMS: &[&str] = &["newsItem", "NewsItem", "nitf"];

/// Parts of a body that are no running text.
const NO_TEXT: &[&str] = &["media", "figure", "body.head", "body.end", "nav"];

/// Reads a file, or items cut out of one with its head before them; as [`feed::parse`].
///
/// [`feed::parse`]: super::feed::parse
pub(super) fn parse(xml: &str, first: u64, whole: bool, key: &str, reading: &Reading) -> Parsed {
    let mut parsed = Parsed::default();
    let tree = match Tree::read(xml, Prefixes::Dropped) {
        Ok(tree) => tree,
        Err(reason) => {
            parsed.skipped.push(Skipped::new(key, reason));
            return parsed;
        }
    };
    let is_one = tree.root().is_some_and(|root| ITEMS.contains(&root.name()));
    let mut number = first;
    let mut told = false;
    for item in tree.outermost(ITEMS) {
        let article = if !item.is_whole() {
            told = true;
            Err(Reason::Malformed("the article ends in the middle".into()))
        } else if item.name() == "nitf" {
            nitf(item, reading)
        } else {
            news_item(item, reading)
        };
        match article {
            Ok(article) if is_one => {
                parsed.articles.push(Article { id: key.to_owned(), ..article });
            }
            Err(reason) if is_one => parsed.skipped.push(Skipped::new(key, reason)),
            article => parsed.push_record(key, number, article),
        }
        number += 1;
    }
    if whole && !told {
        let reason = tree.why_not_all("the XML", number - first);
        parsed.skipped.extend(reason.map(|reason| Skipped::new(key, reason)));
    }
    parsed
}

/// An article of NITF.
fn nitf(item: Element<'_, '_>, reading: &Reading) -> Result<Article, Reason> {
    let line = |path: &[&str]| follow(item, path)?.line();
    let title = item
        .find("hedline")
        .and_then(|hedline| hedline.find("hl1"))
        .or_else(|| item.find("hl1"))
        .or_else(|| follow(item, &["head", "title"]))
        .and_then(Element::line)
        .and_then(|title| fields::title(&title));
    let mut body = String::new();
    for content in item.outermost(&["body.content"]) {
        append(&mut body, &content.paragraphs(NO_TEXT));
    }
    if body.is_empty() {
        // Agencies of old put the text right into the body.
        body = item.child("body").map(|body| body.paragraphs(NO_TEXT)).unwrap_or_default();
    }
    if body.is_empty() {
        body = item.find("abstract").map(|lead| lead.paragraphs(&[])).unwrap_or_default();
    }
    if title.is_none() && body.is_empty() {
        return Err(Reason::NoText);
    }
    let dateline = item.find("dateline").and_then(Element::line);
    let body = with_dateline(dateline.as_deref(), body);
    let mut refused_dates = Vec::new();
    let published = [
        ("date.issue", "norm"),
        ("date.release", "norm"),
        ("pubdata", "date.publication"),
        ("story.date", "norm"),
    ]
    .iter()
    .find_map(|(name, attribute)| {
        let said = item.find(name)?.attribute(attribute)?;
        fields::recorded(&said, &reading.clock, &mut refused_dates)
    });
    let attribute = |name: &str, attribute: &str| item.find(name)?.attribute(attribute);
    let publisher = attribute("pubdata", "name")
        .or_else(|| line(&["body", "body.head", "distributor"]))
        .or_else(|| attribute("doc.rights", "owner"))
        .or_else(|| attribute("doc.copyright", "holder"));
    let url = attribute("pubdata", "ex-ref").as_deref().and_then(fields::url);
    let mut source = fields::source(publisher.as_deref(), url.as_deref());
    source.name = source.name.or_else(|| reading.mapping.defaults.source.clone());
    let mut entities = Vec::new();
    for named in item.outermost(&["person", "org", "location"]) {
        let kind = match named.name() {
            "person" => EntityKind::Person,
            "org" => EntityKind::Org,
            _ => EntityKind::Place,
        };
        if let Some(name) = named.attribute("value").or_else(|| first_line(named)) {
            fields::push_entity(&mut entities, kind, &name);
        }
    }
    let authors = bylines(item, &["byline"]);
    // Who wrote the story is not who it is about.
    entities.retain(|e| e.kind != EntityKind::Person || !authors.contains(&e.name));
    Ok(Article {
        record: attribute("doc-id", "id-string").and_then(|id| fields::record_id(&id)),
        title,
        published,
        refused_dates,
        source,
        url,
        authors,
        section: attribute("pubdata", "position.section")
            .or_else(|| attribute("tobject.subject", "tobject.subject.type"))
            .and_then(|section| fields::title(&section)),
        lang: language::told_or_detected(language_of(item).as_deref(), &body),
        entities,
        body,
        ..Article::default()
    })
}

/// An article of either NewsML.
fn news_item(item: Element<'_, '_>, reading: &Reading) -> Result<Article, Reason> {
    let clock = &reading.clock;
    let inner = item.find("nitf").map(|nitf_item| nitf(nitf_item, reading));
    let inner = inner.and_then(Result::ok).unwrap_or_default();
    let body = match inner.body.as_str() {
        "" => content(item)?,
        _ => inner.body,
    };
    let title = ["headline", "HeadLine"]
        .iter()
        .find_map(|name| item.find(name)?.line())
        .and_then(|title| fields::title(&title))
        .or(inner.title);
    let is_text = item.find("itemClass").and_then(|class| class.attribute("qcode"));
    let is_text =
        is_text.is_none_or(|class| class.ends_with(":text") || class.ends_with(":composite"));
    if body.is_empty() && (title.is_none() || !is_text) {
        return Err(Reason::NoText);
    }
    let dateline = ["dateline", "DateLine"].iter().find_map(|name| item.find(name)?.line());
    let body = with_dateline(dateline.as_deref(), body);
    let mut refused_dates = inner.refused_dates;
    let mut date = |names: &[&str]| -> Option<Published> {
        names
            .iter()
            .find_map(|name| fields::recorded(&item.find(name)?.line()?, clock, &mut refused_dates))
    };
    let published =
        date(&["contentCreated", "firstCreated", "FirstCreated", "versionCreated", "DateLineDate"])
            .or_else(|| date(&["ThisRevisionCreated", "DateId"]))
            .or(inner.published);
    let modified = date(&["contentModified", "versionCreated", "ThisRevisionCreated"]);
    let mut authors = bylines(item, &["by", "ByLine"]);
    if authors.is_empty() {
        authors = inner.authors;
    }
    let mut entities = inner.entities;
    let mut section = None;
    for subject in item.outermost(&["subject"]) {
        let kind = subject.attribute("type");
        let kind = kind.as_deref().map(|kind| kind.rsplit(':').next().unwrap_or(kind));
        let Some(name) = subject.child("name").and_then(Element::line) else { continue };
        match kind.map(str::to_ascii_lowercase).as_deref() {
            Some("person") => fields::push_entity(&mut entities, EntityKind::Person, &name),
            Some("organisation" | "organization") => {
                fields::push_entity(&mut entities, EntityKind::Org, &name);
            }
            Some("geoarea" | "poi") => {
                fields::push_entity(&mut entities, EntityKind::Place, &name);
            }
            _ => section = section.or_else(|| fields::title(&name)),
        }
    }
    let service = item.find("service").and_then(|service| service.child("name")?.line());
    let id = item.attribute("guid");
    let id = id.or_else(|| item.find("PublicIdentifier")?.line());
    Ok(Article {
        record: id
            .or_else(|| item.find("NewsItemId")?.line())
            .and_then(|id| fields::record_id(&id)),
        title,
        published,
        refused_dates,
        modified: fields::later(modified, published.as_ref()),
        source: publisher(item, inner.source, reading),
        authors,
        section: service.and_then(|name| fields::title(&name)).or(section).or(inner.section),
        lang: language::told_or_detected(language_of(item).or(inner.lang).as_deref(), &body),
        entities,
        body,
        ..Article::default()
    })
}

/// The text of an item that is no NITF: XHTML, other XML, or plain.
fn content(item: Element<'_, '_>) -> Result<String, Reason> {
    let mut body = String::new();
    for part in item.outermost(&["inlineXML", "inlineData", "DataContent"]) {
        let text = if part.children().next().is_some() {
            part.find("body").unwrap_or(part).paragraphs(NO_TEXT)
        } else {
            plain_or_html(&part.text())?
        };
        append(&mut body, &text);
    }
    if body.is_empty() {
        body = item.find("description").map(|text| text.paragraphs(&[])).unwrap_or_default();
    }
    Ok(body)
}

fn plain_or_html(text: &str) -> Result<String, Reason> {
    if markup::looks_like_html(text) {
        return markup::html_to_text(text);
    }
    Ok(paragraphs::paragraphs(&markup::unescape(text)))
}

fn publisher(item: Element<'_, '_>, inner: Source, reading: &Reading) -> Source {
    let named = |name: &str| {
        let element = item.find(name)?;
        let inner = element.child("name").or_else(|| element.find("Party"));
        inner
            .and_then(|e| e.line().or_else(|| e.attribute("FormalName")))
            .or_else(|| element.attribute("literal"))
            .or_else(|| {
                let code = element.attribute("qcode")?;
                Some(code.rsplit(':').next().unwrap_or(&code).to_owned())
            })
    };
    let said = named("provider")
        .or_else(|| named("infoSource"))
        .or_else(|| named("Provider"))
        .or_else(|| item.find("creditline")?.line())
        .or_else(|| item.find("CreditLine")?.line())
        .or_else(|| named("copyrightHolder"))
        .or_else(|| item.find("ProviderId")?.line());
    let mut source = fields::source(said.as_deref(), None);
    if source == Source::default() {
        source = inner;
    }
    source.name = source.name.or_else(|| reading.mapping.defaults.source.clone());
    source
}

/// What an item says of its language: itself, its content, or the file around it.
fn language_of(item: Element<'_, '_>) -> Option<String> {
    item.attribute("xml:lang")
        .or_else(|| item.find("language")?.attribute("tag"))
        .or_else(|| item.find("Language")?.attribute("FormalName"))
        .or_else(|| item.find("body")?.attribute("xml:lang"))
}

fn bylines(item: Element<'_, '_>, elements: &[&str]) -> Vec<String> {
    let mut names = Vec::new();
    for byline in item.outermost(elements) {
        let mut persons = byline.outermost(&["person"]).peekable();
        if persons.peek().is_none() {
            for name in byline.line().iter().flat_map(|line| fields::authors(line)) {
                fields::push_author(&mut names, &name);
            }
        }
        for person in persons.filter_map(Element::line) {
            fields::push_author(&mut names, &person);
        }
    }
    names
}

/// A name in mixed content: places carry their parts as elements, of which the first is meant.
fn first_line(element: Element<'_, '_>) -> Option<String> {
    match element.children().next() {
        Some(first) => first.line(),
        None => element.line(),
    }
}

fn follow<'t, 'a>(from: Element<'t, 'a>, path: &[&str]) -> Option<Element<'t, 'a>> {
    path.iter().try_fold(from, |element, name| element.child(name))
}

fn append(body: &mut String, text: &str) {
    if !body.is_empty() && !text.is_empty() {
        body.push_str("\n\n");
    }
    body.push_str(text);
}

/// A dateline stands before the first word, as it is printed.
pub(super) fn with_dateline(dateline: Option<&str>, body: String) -> String {
    let dateline = dateline.map(|line| line.trim_end_matches([' ', '-', '\u{2013}', '\u{2014}']));
    match dateline {
        Some(dateline)
            if !dateline.is_empty() && !body.starts_with(dateline) && !body.is_empty() =>
        {
            format!("{dateline} - {body}")
        }
        _ => body,
    }
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

    #[test]
    fn texts_of_all_kinds() {
        let g2 = |content: &str| {
            format!(
                "<newsItem guid='u:1'><contentMeta><headline>H</headline></contentMeta><contentSet>{content}</contentSet></newsItem>"
            )
        };
        let cases = [
            (g2("<inlineXML><html><head><title>no</title></head><body><p>One.</p><p>Two.</p></body></html></inlineXML>"), "One.\n\nTwo."),
            (g2("<inlineData>Plain text.\n\nMore.</inlineData>"), "Plain text.\n\nMore."),
            (g2("<inlineData>&lt;p&gt;Escaped.&lt;/p&gt;</inlineData>"), "Escaped."),
            (g2("<inlineXML><n:nitf><n:body><n:body.head><n:hedline><n:hl1>no</n:hl1></n:hedline></n:body.head><n:body.content><n:p>Nested.</n:p><n:media><n:media-caption>no</n:media-caption></n:media></n:body.content></n:body></n:nitf></inlineXML>"), "Nested."),
            (
                "<NewsML><NewsItem><NewsComponent><NewsLines><HeadLine>H</HeadLine></NewsLines><ContentItem><DataContent><p>Old.</p></DataContent></ContentItem></NewsComponent></NewsItem></NewsML>".to_owned(),
                "Old.",
            ),
        ];
        for (xml, body) in cases {
            let parsed = read(&xml);
            assert_eq!(parsed.skipped, [], "{xml}");
            assert_eq!(parsed.articles[0].body, body, "{xml}");
            assert_eq!(parsed.articles[0].title.as_deref(), Some("H"), "{xml}");
        }
    }

    #[test]
    fn what_is_no_article_is_told() {
        let cases = [
            (
                "<newsItem guid='p'><itemMeta><itemClass qcode='ninat:picture'/></itemMeta><contentMeta><headline>P</headline></contentMeta></newsItem>",
                "f no-text",
            ),
            ("<packageItem><groupSet/></packageItem>", "f no-text"),
            (
                "<newsMessage><itemSet><newsItem guid='x'></newsItem></itemSet></newsMessage>",
                "f#1 no-text",
            ),
            ("<nitf><body><body.content><p>Cut", "f malformed"),
        ];
        for (xml, expected) in cases {
            let parsed = read(xml);
            let [skipped] = parsed.skipped.as_slice() else { panic!("{xml}: {parsed:?}") };
            assert_eq!(format!("{} {}", skipped.path, skipped.reason.code()), expected);
            assert_eq!(parsed.articles, []);
        }
    }

    #[test]
    fn datelines_are_printed_once() {
        let cases = [
            (Some("PARIS, April 25 - "), "Text.", "PARIS, April 25 - Text."),
            (Some("PARIS"), "PARIS - Text.", "PARIS - Text."),
            (Some(" - "), "Text.", "Text."),
            (None, "Text.", "Text."),
            (Some("PARIS"), "", ""),
        ];
        for (dateline, body, expected) in cases {
            assert_eq!(with_dateline(dateline, body.to_owned()), expected);
        }
    }
}
