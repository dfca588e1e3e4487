//! JSON records to articles: one object, a list of them, or one a line.
//!
//! Knows the usual names of fields and the user's [`Mapping`]; not where the text came from. A
//! value of an unexpected type is converted or passed over, never an error.

use std::borrow::Cow;

use super::dates::{self, Clock, Date};
use super::feed::Feed;
use super::mapping::{Mapping, Paths};
use super::paragraphs::{self, push_paragraph};
use super::skipped::{Reason, Skipped};
use super::value::Value;
use super::{Parsed, Reading, fields, language, markup};
use crate::article::{Article, DateFrom, Entity, EntityKind, Published, RefusedDate, Source};

const TITLE: &[&str] = &[
    "title",
    "headline",
    "headline.main",
    "head",
    "name",
    "fields.headline",
    "webTitle",
    "heading",
    "article_title",
    "news_title",
    "headline_text",
    "headlines",
    "title_page",
    "title_rss",
    "meta_data.og.title",
];
const BODY: &[&str] = &[
    "text",
    "body",
    "content",
    "article_text",
    "articleBody",
    "article_body",
    "maintext",
    "main_text",
    "plaintext",
    "full_text",
    "fulltext",
    "story",
    "story_text",
    "bodyText",
    "body_text",
    "content_text",
    "content_html",
    "plain_text",
    "cleaned_text",
    "article",
    "fields.bodyText",
    "fields.body",
    "paragraphs",
    "story_sentences",
    "article_content",
    "html",
];
/// What stands in for the text where a record has nothing more.
const SUMMARY: &[&str] = &[
    "lead_paragraph",
    "abstract",
    "summary",
    "snippet",
    "description",
    "fields.trailText",
    "meta_description",
];
const DATE: &[&str] = &[
    "date_gmt",
    "dateTimePub",
    "date",
    "published",
    "published_at",
    "publishedAt",
    "publish_date",
    "publishDate",
    "pubDate",
    "pub_date",
    "datePublished",
    "date_published",
    "date_publish",
    "publishing_date",
    "publication_date",
    "publicationDate",
    "webPublicationDate",
    "published_date",
    "published date",
    "published_time",
    "first_published",
    "firstPublished",
    "issued",
    "pubtime",
    "release_date",
    "dateTime",
    "meta_data.article.published_time",
    "meta_data.og.pubdate",
    "meta_data.pubdate",
    "meta_data.DC.date.issued",
    "meta_data.publish_date",
    "meta_data.date",
    "time",
    "seendate",
    "created_at",
    "createdAt",
    "created",
    "timestamp",
];
/// When it was last changed.
const MODIFIED: &[&str] = &[
    "modified_gmt",
    "date_modify",
    "date_modified",
    "dateModified",
    "modified",
    "modified_at",
    "modified_date",
    "modifiedAt",
    "modification_date",
    "last_modified",
    "lastModified",
    "last_updated",
    "lastUpdated",
    "updated",
    "updated_at",
    "updatedAt",
    "update_date",
    "updated_date",
    "date_updated",
    "fields.lastModified",
    "meta_data.article.modified_time",
    "meta_data.og.updated_time",
];
const URL: &[&str] = &[
    "canonical_link",
    "canonical_url",
    "canonicalUrl",
    "url",
    "link",
    "web_url",
    "webUrl",
    "article_url",
    "news_url",
    "permalink",
    "html.responded_url",
    "html.requested_url",
    "DocumentIdentifier",
    "uri",
    "source_url",
    "guid",
];
const SOURCE: &[&str] = &[
    "source",
    "publisher",
    "source_name",
    "media_name",
    "site_name",
    "sitename",
    "siteName",
    "outlet",
    "newspaper",
    "publication",
    "provider",
    "SourceCommonName",
    "meta_site_name",
    "meta_data.og.site_name",
    "og:site_name",
    "fields.publication",
    "source_domain",
    "domain",
    "media_url",
    "source_url",
];
const AUTHOR: &[&str] = &[
    "author",
    "authors",
    "byline",
    "creator",
    "dc:creator",
    "author_name",
    "authorName",
    "writer",
    "writers",
    "journalist",
    "by",
    "fields.byline",
];
const SECTION: &[&str] = &[
    "section",
    "sectionName",
    "section_name",
    "category",
    "desk",
    "news_desk",
    "rubric",
    "topic",
    "articleSection",
    "meta_data.article.section",
    "meta_data.section",
    "categories",
];
const LANG: &[&str] = &["lang", "language", "inLanguage", "meta_lang", "locale"];
const ID: &[&str] = &[
    "id",
    "_id",
    "docid",
    "doc_id",
    "docno",
    "stories_id",
    "story_id",
    "articleID",
    "article_id",
    "guid",
    "uuid",
];

/// Where lists of records hang in an object.
const LISTS: &[&str] = &[
    "articles",
    "items",
    "docs",
    "documents",
    "data",
    "results",
    "response.docs",
    "response.results",
    "articles.results",
    "hits.hits",
    "entries",
    "stories",
    "records",
    "posts",
    "news",
];

const ENTITIES: &[(EntityKind, &[&str])] = &[
    (EntityKind::Person, &["persons", "people", "person", "entities.persons", "entities.people"]),
    (
        EntityKind::Org,
        &[
            "organizations",
            "organisations",
            "orgs",
            "organization",
            "organisation",
            "entities.organizations",
            "entities.orgs",
        ],
    ),
    (
        EntityKind::Place,
        &[
            "places",
            "locations",
            "geo",
            "place",
            "location",
            "entities.places",
            "entities.locations",
        ],
    ),
];

/// Keys under which a value that should be a text keeps it: WordPress, feeds, MongoDB, XML.
const INNER: &[&str] = &[
    "rendered", "main", "name", "text", "value", "original", "#text", "$t", "_", "@value", "html",
    "body", "content", "title", "sentence", "uri",
];

/// Keys under which a text that is kept in parts keeps them, in their order.
const PARTS: &[&str] = &["summary", "headline", "paragraphs", "sections"];

/// Reads a file that is one JSON value, or several one behind the other.
pub(super) fn parse_whole(json: &str, key: &str, reading: &Reading) -> Parsed {
    let mut parsed = Parsed::default();
    let reader = Reader::new(reading, key);
    let value = match Value::parse(json) {
        Ok(value) => value,
        Err(Reason::TooDeep) => {
            parsed.skipped.push(Skipped::new(key, Reason::TooDeep));
            return parsed;
        }
        Err(reason) => {
            // One object a line under another name, with a first line too long to be told by.
            if !json.starts_with('[') {
                let lines = parse_lines(json, 1, key, reading);
                if lines.articles.len() > 1 {
                    return lines;
                }
            }
            // What is whole counts, whatever is wrong behind it.
            let (values, rest) = Value::parse_start(json);
            match values.as_slice() {
                [] => {}
                [value @ Value::Object(_)] if !json.starts_with('[') => {
                    reader.read_value(value, &mut parsed);
                }
                [Value::List(list)] => reader.read_list(list, 1, &mut parsed),
                values => reader.read_list(values, 1, &mut parsed),
            }
            let broken = if values.is_empty() { Some(reason) } else { rest };
            parsed.skipped.extend(broken.map(|reason| Skipped::new(key, reason)));
            return parsed;
        }
    };
    let reader = Reader { feed: Feed::of_json(&value).unwrap_or_default(), ..reader };
    reader.read_value(&value, &mut parsed);
    parsed
}

/// Reads values of a list that was cut out of a file too large to be read whole: `json` is some
/// values with commas between them, the first of them number `first` of the list.
pub(super) fn parse_elements(json: &str, first: u64, key: &str, reading: &Reading) -> Parsed {
    let mut parsed = Parsed::default();
    let list = format!("[{json}]");
    match Value::parse(&list) {
        Ok(Value::List(values)) => {
            Reader::new(reading, key).read_list(&values, first, &mut parsed);
        }
        Ok(_) => {}
        Err(reason) => parsed.skipped.push(Skipped::new(format!("{key}#{first}"), reason)),
    }
    parsed
}

/// Reads one record a line; `first` is the number of the first line.
pub(super) fn parse_lines(lines: &str, first: u64, key: &str, reading: &Reading) -> Parsed {
    let mut parsed = Parsed::default();
    let reader = Reader::new(reading, key);
    for (number, line) in (first..).zip(lines.split('\n')) {
        let line = line.trim_matches(['\u{feff}', ' ', '\t', '\r']).trim_end_matches(',');
        if line.is_empty() {
            continue;
        }
        let mut skip =
            |reason| parsed.skipped.push(Skipped::new(format!("{key}#line {number}"), reason));
        let value = match Value::parse(line) {
            Ok(value) => value,
            Err(reason) => match Value::parse_first(line) {
                Some((value, rest)) => {
                    skip(rest);
                    value
                }
                None => {
                    skip(reason);
                    continue;
                }
            },
        };
        match reader.article(unwrapped(&value)) {
            Ok(article) => parsed.articles.push(reader.with_id(article, number)),
            Err(reason) => skip(reason),
        }
    }
    parsed
}

/// The article of one record, such as a row of a table; its `id` is left to the caller.
pub(super) fn record(value: &Value<'_>, key: &str, reading: &Reading) -> Result<Article, Reason> {
    Reader::new(reading, key).article(value)
}

/// Whether records with fields of these names can be articles.
pub(super) fn has_text_field(names: &[&str], reading: &Reading) -> bool {
    let text = || Value::Text(Cow::Borrowed("text"));
    let record = Value::Object(names.iter().map(|name| (Cow::Borrowed(*name), text())).collect());
    let mapped = &reading.mapping.fields;
    has_text(&record, BODY, mapped.body.as_ref())
        || has_text(&record, TITLE, mapped.title.as_ref())
        || has_text(&record, SUMMARY, None)
}

/// How many names are usual ones; none where no text is among them.
pub(super) fn usual_names<'n>(names: impl Iterator<Item = &'n str>) -> usize {
    let is = |name: &str, usual: &[&str]| usual.iter().any(|one| one.eq_ignore_ascii_case(name));
    let (mut texts, mut others) = (0, 0);
    for name in names {
        let joined = name.trim().replace([' ', '-'], "_");
        if [TITLE, BODY, SUMMARY].iter().any(|usual| is(&joined, usual)) {
            texts += 1;
        } else if [DATE, URL, SOURCE, AUTHOR, SECTION, LANG, ID].iter().any(|u| is(&joined, u)) {
            others += 1;
        }
    }
    if texts == 0 { 0 } else { texts + others }
}

/// The list of records that a value is or holds; `None` where it is a record itself.
fn records<'v, 'a>(value: &'v Value<'a>, reading: &Reading) -> Option<&'v [Value<'a>]> {
    match value {
        Value::List(values) => Some(values),
        Value::Object(_) => {
            let list = LISTS
                .iter()
                .filter_map(|path| value.at(path)?.as_list())
                .find(|list| matches!(list.first(), Some(Value::Object(_))))?;
            // An article may hold a list called "items" of something else.
            let is_record = |value: &Value<'_>| {
                let value = unwrapped(value);
                has_text(value, BODY, reading.mapping.fields.body.as_ref())
                    || has_text(value, SUMMARY, None)
                    || has_text(value, TITLE, reading.mapping.fields.title.as_ref())
            };
            let own = reading.mapping.fields.body.as_ref();
            (!has_text(value, BODY, own) && list.iter().any(is_record)).then_some(list)
        }
        _ => None,
    }
}

fn has_text(value: &Value<'_>, usual: &[&str], mapped: Option<&Paths>) -> bool {
    candidates(value, usual, mapped).any(|value| text(value).is_some())
}

/// Search engines wrap the record they stored, and services the one they were asked for.
fn unwrapped<'v, 'a>(value: &'v Value<'a>) -> &'v Value<'a> {
    let inner = ["_source", "response.content"].iter().find_map(|path| value.at(path));
    inner.filter(|inner| matches!(inner, Value::Object(_))).unwrap_or(value)
}

/// The values that the names lead to, in the order of the names.
fn candidates<'v, 'a: 'v>(
    value: &'v Value<'a>,
    usual: &'v [&'v str],
    mapped: Option<&'v Paths>,
) -> impl Iterator<Item = &'v Value<'a>> {
    let usual = if mapped.is_some() { &[] } else { usual };
    let mapped = mapped.into_iter().flat_map(Paths::iter);
    mapped.chain(usual.iter().copied()).filter_map(|path| value.at(path))
}

/// The text of a value: a string, a number, the first of a list, the telling field of an object.
fn text<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    match value {
        Value::Text(text) if !text.trim().is_empty() => Some(Cow::Borrowed(text)),
        Value::Integer(number) => Some(Cow::Owned(number.to_string())),
        Value::List(values) => values.iter().find_map(text),
        Value::Object(_) => INNER.iter().find_map(|key| text(value.at(key)?)),
        _ => None,
    }
}

/// A line of text, without markup.
fn line(value: &Value<'_>) -> Option<String> {
    let text = text(value)?;
    if matches!(text.as_ref(), "null" | "None" | "NaN" | "nan") {
        return None;
    }
    if markup::looks_like_html(&text) {
        return markup::html_to_text(&text).ok().and_then(|text| fields::title(&text));
    }
    fields::title(&markup::unescape(&text))
}

/// The paragraphs of a value: text or HTML, or lists of either.
fn body(value: &Value<'_>) -> Result<String, Reason> {
    match value {
        Value::Text(text) if markup::looks_like_html(text) => markup::html_to_text(text),
        Value::Text(text) if text.contains('&') => {
            Ok(paragraphs::paragraphs(&markup::unescape(text)))
        }
        Value::Text(text) => Ok(paragraphs::paragraphs(without_count(text))),
        Value::List(values) => {
            let mut joined = String::new();
            for value in values {
                for paragraph in body(value)?.split("\n\n") {
                    push_paragraph(&mut joined, paragraph);
                }
            }
            Ok(joined)
        }
        Value::Object(_) => match INNER.iter().find_map(|key| value.at(key)) {
            Some(inner) => body(inner),
            None => {
                let mut joined = String::new();
                for part in PARTS.iter().filter_map(|key| value.at(key)) {
                    for paragraph in body(part)?.split("\n\n") {
                        push_paragraph(&mut joined, paragraph);
                    }
                }
                Ok(joined)
            }
        },
        _ => Ok(String::new()),
    }
}

/// A text without "[+1234 chars]" at its end, which news services put where they cut it.
fn without_count(text: &str) -> &str {
    let cut = || {
        let (before, count) = text.trim_end().strip_suffix(" chars]")?.rsplit_once("[+")?;
        let number = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
        number.then_some(before.trim_end())
    };
    cut().unwrap_or(text)
}

fn date(value: &Value<'_>, clock: &Clock, refused: &mut Vec<RefusedDate>) -> Option<Date> {
    match value {
        Value::Text(text) => dates::parse_or_note(text, clock, DateFrom::Record, refused),
        Value::Integer(number) => dates::from_number(*number as f64, clock),
        Value::Float(number) => dates::from_number(*number, clock),
        Value::List(values) => values.iter().find_map(|value| date(value, clock, refused)),
        Value::Object(_) => match value.at("$date") {
            // Milliseconds, whatever their size.
            Some(Value::Integer(millis)) => dates::from_millis(i64::try_from(*millis).ok()?, clock),
            Some(inner @ Value::Object(_)) => {
                let millis = inner.at("$numberLong")?.as_text()?.parse().ok()?;
                dates::from_millis(millis, clock)
            }
            Some(inner) => date(inner, clock, refused),
            None => ["value", "@value", "iso", "date", "datetime", "#text"]
                .iter()
                .find_map(|key| date(value.at(key)?, clock, refused)),
        },
        _ => None,
    }
}

fn authors(value: &Value<'_>, names: &mut Vec<String>) {
    match value {
        Value::Text(byline) => {
            for name in fields::authors(byline) {
                fields::push_author(names, &name);
            }
        }
        Value::List(values) => {
            for value in values {
                match value {
                    // One entry is one person, so "Smith, Ann" stays whole.
                    Value::Text(name) => {
                        fields::push_author(names, fields::without_by(name));
                    }
                    other => authors(other, names),
                }
            }
        }
        Value::Object(_) => {
            let part =
                |keys: &[&str]| keys.iter().find_map(|key| value.at(key)?.as_text().map(str::trim));
            if let Some(name) = part(&["name", "full_name", "fullname", "display_name", "original"])
            {
                authors(&Value::Text(Cow::Borrowed(name)), names);
            } else {
                let first = part(&["firstname", "first_name", "given"]).unwrap_or_default();
                let last = part(&["lastname", "last_name", "family"]).unwrap_or_default();
                fields::push_author(names, &format!("{first} {last}"));
            }
        }
        _ => {}
    }
}

fn entities(record: &Value<'_>) -> Vec<Entity> {
    let mut found = Vec::new();
    for (kind, paths) in ENTITIES {
        for value in paths.iter().filter_map(|path| record.at(path)) {
            push_entities(&mut found, *kind, value);
        }
    }
    // Recognisers write a list of names with a label each.
    for value in record.at("entities").and_then(Value::as_list).unwrap_or_default() {
        let label = ["label", "type", "kind"].iter().find_map(|key| value.at(key)?.as_text());
        let kind = match label.map(str::to_ascii_uppercase).as_deref() {
            Some("PER" | "PERSON" | "PEOPLE") => EntityKind::Person,
            Some("ORG" | "ORGANIZATION" | "ORGANISATION" | "COMPANY") => EntityKind::Org,
            Some("LOC" | "GPE" | "PLACE" | "LOCATION" | "CITY" | "COUNTRY") => EntityKind::Place,
            _ => continue,
        };
        push_entities(&mut found, kind, value);
    }
    found
}

fn push_entities(found: &mut Vec<Entity>, kind: EntityKind, value: &Value<'_>) {
    match value {
        Value::Text(names) => {
            for name in names.split([';', '|']) {
                fields::push_entity(found, kind, name);
            }
        }
        Value::List(values) => values.iter().for_each(|value| push_entities(found, kind, value)),
        Value::Object(_) => {
            let name =
                ["name", "text", "value", "label"].iter().find_map(|key| value.at(key)?.as_text());
            if let Some(name) = name {
                fields::push_entity(found, kind, name);
            }
        }
        _ => {}
    }
}

/// The id that a record gives itself, fit to stand in the id of an article.
fn record_id(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(id) => fields::record_id(id),
        Value::Integer(id) => fields::record_id(&id.to_string()),
        Value::Object(_) => fields::record_id(value.at("$oid")?.as_text()?),
        _ => None,
    }
}

/// What every record of one file shares.
struct Reader<'r> {
    reading: &'r Reading,
    key: &'r str,
    /// What the feed says of itself whose entries they are.
    feed: Feed,
}

impl<'r> Reader<'r> {
    fn new(reading: &'r Reading, key: &'r str) -> Self {
        Self { reading, key, feed: Feed::default() }
    }

    /// Reads the value that a file is: a record, or what holds a list of them.
    fn read_value(&self, value: &Value<'_>, parsed: &mut Parsed) {
        match records(value, self.reading) {
            Some([]) => parsed.skipped.push(Skipped::new(self.key, Reason::NoText)),
            Some(list) => self.read_list(list, 1, parsed),
            None => match self.article(unwrapped(value)) {
                Ok(mut article) => {
                    self.key.clone_into(&mut article.id);
                    parsed.articles.push(article);
                }
                Err(reason) => parsed.skipped.push(Skipped::new(self.key, reason)),
            },
        }
    }

    fn read_list(&self, values: &[Value<'_>], first: u64, parsed: &mut Parsed) {
        for (number, value) in (first..).zip(values) {
            match self.article(unwrapped(value)) {
                Ok(mut article) => {
                    if article.record.is_none() {
                        // Search engines keep the id beside the record.
                        article.record = value.at("_id").and_then(record_id);
                    }
                    parsed.articles.push(self.with_id(article, number));
                }
                Err(reason) => {
                    parsed.skipped.push(Skipped::new(format!("{}#{number}", self.key), reason));
                }
            }
        }
    }

    fn with_id(&self, mut article: Article, number: u64) -> Article {
        article.id = match &article.record {
            Some(record) => format!("{}#{record}", self.key),
            None => format!("{}#{number}", self.key),
        };
        article
    }

    /// The article that a record is; its `id` is left to the caller.
    fn article(&self, record: &Value<'_>) -> Result<Article, Reason> {
        let Value::Object(names) = record else { return Err(Reason::NotARecord(record.kind())) };
        let Mapping { fields: mapped, defaults } = &self.reading.mapping;
        let clock = &self.reading.clock;
        let title = candidates(record, TITLE, mapped.title.as_ref()).find_map(line);
        let body = self.body(record)?;
        if title.is_none() && body.is_empty() {
            let named = candidates(record, TITLE, mapped.title.as_ref())
                .chain(candidates(record, BODY, mapped.body.as_ref()))
                .chain(candidates(record, SUMMARY, None))
                .next();
            return Err(match named {
                Some(_) => Reason::NoText,
                None => Reason::NoFields(shown_names(names.iter().map(|(name, _)| name.as_ref()))),
            });
        }
        let url = candidates(record, URL, mapped.url.as_ref())
            .find_map(|value| fields::url(&text(value)?));
        let mut refused_dates = Vec::new();
        let published = candidates(record, DATE, mapped.date.as_ref())
            .find_map(|value| date(value, clock, &mut refused_dates))
            .map(|date| date.read_from(DateFrom::Record))
            .or_else(|| date_of_url(url.as_deref(), clock));
        let modified = MODIFIED
            .iter()
            .find_map(|path| date(record.at(path)?, clock, &mut refused_dates))
            .map(|date| date.read_from(DateFrom::Record))
            .filter(|date| published.is_some_and(|published| date.at >= published.end()));
        let mut names = Vec::new();
        for value in candidates(record, AUTHOR, mapped.author.as_ref()) {
            authors(value, &mut names);
            if !names.is_empty() {
                break;
            }
        }
        if names.is_empty() {
            names.clone_from(&self.feed.authors);
        }
        let lang = candidates(record, LANG, mapped.lang.as_ref())
            .find_map(|value| language::normalise(&text(value)?))
            .or_else(|| language::detect(&body))
            .or_else(|| self.feed.lang.clone())
            .or_else(|| defaults.lang.as_deref().and_then(language::normalise));
        let source = self.source(record, url.as_deref());
        let names_of_site = source.name.as_slice();
        let is_site = |line: &str| fields::is_site(line, names_of_site, source.domain.as_deref());
        let title = title.map(|title| fields::without_site(&title, is_site).to_owned());
        Ok(Article {
            id: String::new(),
            record: candidates(record, ID, mapped.id.as_ref()).find_map(record_id),
            title,
            source,
            published,
            modified,
            refused_dates,
            url,
            authors: names,
            section: candidates(record, SECTION, mapped.section.as_ref()).find_map(line),
            lang,
            entities: entities(record),
            body,
            ..Article::default()
        })
    }

    fn body(&self, record: &Value<'_>) -> Result<String, Reason> {
        let mapped = self.reading.mapping.fields.body.as_ref();
        let mut joined = String::new();
        let summary = if mapped.is_some() { &[] } else { SUMMARY };
        for value in candidates(record, BODY, mapped).chain(candidates(record, summary, None)) {
            let text = body(value)?;
            if text.is_empty() {
                continue;
            }
            // The fields that the user named belong together; of the usual names one is enough.
            if mapped.is_none() {
                return Ok(text);
            }
            if !joined.is_empty() {
                joined.push_str("\n\n");
            }
            joined.push_str(&text);
        }
        Ok(joined)
    }

    fn source(&self, record: &Value<'_>, url: Option<&str>) -> Source {
        let Mapping { fields: mapped, defaults } = &self.reading.mapping;
        let mut source = fields::source(None, url);
        for value in candidates(record, SOURCE, mapped.source.as_ref()) {
            let Some(said) = line(value) else { continue };
            let found = fields::source(Some(&said), None);
            source.domain = source.domain.or(found.domain);
            if found.name.is_some() {
                source.name = found.name;
                break;
            }
        }
        source.domain = source.domain.or_else(|| self.feed.source.domain.clone());
        source.name = source
            .name
            .or_else(|| self.feed.source.name.clone())
            .or_else(|| defaults.source.clone());
        source
    }
}

fn date_of_url(url: Option<&str>, clock: &Clock) -> Option<Published> {
    Some(dates::from_url(url?, clock)?.read_from(DateFrom::Url))
}

/// The names of a record's fields, few and short enough for a message.
pub(super) fn shown_names<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> Vec<String> {
    const MOST: usize = 12;
    let more = names.len().saturating_sub(MOST);
    let mut shown: Vec<String> = names
        .take(MOST)
        .map(|name| super::decode::clean_line(name).chars().take(40).collect())
        .collect();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading() -> Reading {
        Reading {
            mapping: Mapping::default(),
            clock: Clock::at("2026-01-01T00:00:00Z".parse().unwrap()),
        }
    }

    fn one(json: &str) -> Article {
        let parsed = parse_whole(json, "f.json", &reading());
        assert_eq!(parsed.skipped, []);
        parsed.articles.into_iter().next().unwrap()
    }

    #[test]
    fn usual_names() {
        let article = one(r#"{"_id": {"$oid": "5a f"}, "Headline": {"main": "A &amp; B"},
            "text": "", "body": "<p>One.</p><p>Two.</p>", "pub_date": {"$date": 1745591400000},
            "url": "https://www.x.org/a", "source": {"name": "The X"}, "byline": "By Ann and Bob",
            "section": 7, "language": "English", "persons": ["Ann", "Ann", 3],
            "entities": [{"text": "NATO", "label": "ORG"}, {"text": "ten", "label": "CARDINAL"}]}"#);
        assert_eq!(article.id, "f.json");
        assert_eq!(article.record.as_deref(), Some("5a_f"));
        assert_eq!(article.title.as_deref(), Some("A & B"));
        assert_eq!(article.body, "One.\n\nTwo.");
        assert_eq!(article.published.unwrap().display(), "2025-04-25 14:30");
        assert_eq!(article.source.label(), Some("The X"));
        assert_eq!(article.source.domain.as_deref(), Some("x.org"));
        assert_eq!(article.authors, ["Ann", "Bob"]);
        assert_eq!(article.section.as_deref(), Some("7"));
        assert_eq!(article.lang.as_deref(), Some("en"));
        let names: Vec<&str> = article.entities.iter().map(|e| e.name.as_str()).collect();
        assert_eq!(names, ["Ann", "NATO"]);
    }

    #[test]
    fn containers_and_ids() {
        let cases: &[(&str, &[&str])] = &[
            (r#"[{"title":"a"},{"title":"b","id":"x y"}]"#, &["f.json#1", "f.json#x_y"]),
            (r#"{"status":"ok","articles":[{"title":"a"}]}"#, &["f.json#1"]),
            (r#"{"title":"feed","items":[{"title":"a"}]}"#, &["f.json#1"]),
            (r#"{"response":{"docs":[{"headline":{"main":"a"},"_id":"n"}]}}"#, &["f.json#n"]),
            (r#"{"hits":{"hits":[{"_id":"7","_source":{"title":"a"}}]}}"#, &["f.json#7"]),
            (r#"{"text":"own text","items":[{"title":"related"}]}"#, &["f.json"]),
            (r#"{"title":"a","data":[1,2]}"#, &["f.json"]),
        ];
        for (json, ids) in cases {
            let parsed = parse_whole(json, "f.json", &reading());
            let got: Vec<&str> = parsed.articles.iter().map(|a| a.id.as_str()).collect();
            assert_eq!(&got, ids, "{json}");
        }
    }

    #[test]
    fn lines_that_were_taken_for_one_value() {
        let parsed = parse_whole("{\"title\":\"a\"}\n{\"title\":\"b\"}\n", "f.json", &reading());
        assert_eq!(parsed.articles.len(), 2);
        assert_eq!(parsed.articles[1].id, "f.json#2");
    }

    #[test]
    fn odd_values_are_no_errors() {
        for odd in
            ["null", "true", "7", "1e300", "\"\"", "[]", "[[[]]]", "{}", "{\"$date\": []}", "-1"]
        {
            let fields: Vec<String> =
                [TITLE, DATE, URL, SOURCE, AUTHOR, SECTION, LANG, ID, &["persons", "geo"]]
                    .iter()
                    .flat_map(|names| names.iter())
                    .map(|name| format!("\"{name}\": {odd}"))
                    .collect();
            let article = one(&format!("{{{}, \"body\": \"text\"}}", fields.join(",")));
            assert_eq!(article.body, "text", "{odd}");
        }
    }

    #[test]
    fn what_is_skipped() {
        let lines = "{\"a\":1,\"b\":2}\n\n7\n{\"title\":\"x\"}\n{\"title\":\"\"}\n{broken\n";
        let parsed = parse_lines(lines, 10, "f.jsonl", &reading());
        assert_eq!(parsed.articles.len(), 1);
        assert_eq!(parsed.articles[0].id, "f.jsonl#13");
        let skipped: Vec<(&str, &str)> =
            parsed.skipped.iter().map(|s| (s.path.as_str(), s.reason.code())).collect();
        let expected = [
            ("f.jsonl#line 10", "no-fields"),
            ("f.jsonl#line 12", "not-a-record"),
            ("f.jsonl#line 14", "no-text"),
            ("f.jsonl#line 15", "malformed"),
        ];
        assert_eq!(skipped, expected);
    }

    #[test]
    fn a_mapping_replaces_the_usual_names() {
        let mapping = Mapping::from_toml(
            "[fields]\ntitle = \"h\"\nbody = [\"lead\", \"rest\"]\n[defaults]\nsource = \"Me\"\n",
        )
        .unwrap();
        let reading = Reading { mapping, ..reading() };
        let json = r#"{"title":"no","h":"yes","lead":"L","rest":["R1","R2"],"text":"no","date":"2025-01-02"}"#;
        let parsed = parse_whole(json, "k", &reading);
        let article = &parsed.articles[0];
        assert_eq!(article.title.as_deref(), Some("yes"));
        assert_eq!(article.body, "L\n\nR1\n\nR2");
        assert_eq!(article.source.name.as_deref(), Some("Me"));
        assert_eq!(article.published.unwrap().display(), "2025-01-02");
    }

    #[test]
    fn what_follows_a_value_costs_only_itself() {
        let a = r#"{"title":"a"}"#;
        let b = r#"{"title":"b"}"#;
        let cases: &[(String, &[&str], &[&str])] = &[
            (format!("{a}<script>x</script>"), &["f.json"], &["f.json malformed"]),
            (format!("{a}{b}"), &["f.json#1", "f.json#2"], &[]),
            (format!("{a} {b} x"), &["f.json#1", "f.json#2"], &["f.json malformed"]),
            (format!("[{a},{b}] trailing"), &["f.json#1", "f.json#2"], &["f.json malformed"]),
            (format!("[{a},{b},{{\"ti"), &["f.json#1", "f.json#2"], &["f.json malformed"]),
            (format!("[{a},\n{{\"ti"), &["f.json#1"], &["f.json malformed"]),
            (format!("{a},\n{b},\n"), &["f.json#1", "f.json#2"], &[]),
            (format!("{a} x\n{b}\n"), &["f.json#1", "f.json#2"], &["f.json#line 1 malformed"]),
            ("x".into(), &[], &["f.json malformed"]),
            ("[".repeat(100_000), &[], &["f.json too-deep"]),
        ];
        for (json, ids, skipped) in cases {
            let parsed = parse_whole(json, "f.json", &reading());
            let got: Vec<&str> = parsed.articles.iter().map(|a| a.id.as_str()).collect();
            assert_eq!(&got, ids, "{json}");
            let got: Vec<String> =
                parsed.skipped.iter().map(|s| format!("{} {}", s.path, s.reason.code())).collect();
            assert_eq!(&got, skipped, "{json}");
        }
    }

    #[test]
    fn a_change_counts_only_after_the_publication() {
        let cases = [
            (
                r#""date":"2025-04-25T10:00:00Z","date_modify":"2025-04-26 08:00""#,
                Some("2025-04-26 08:00"),
            ),
            (r#""date":"2025-04-25T10:00:00Z","updated_at":"2025-04-25T10:00:00Z""#, None),
            (r#""date":"2025-04-25","lastModified":"2025-04-25T12:00:00Z""#, None),
            (r#""modified":"2025-04-26""#, None),
        ];
        for (fields, modified) in cases {
            let article = one(&format!("{{\"title\":\"a\",{fields}}}"));
            assert_eq!(
                article.modified.map(|date| date.display()).as_deref(),
                modified,
                "{fields}"
            );
        }
    }

    #[test]
    fn texts_in_parts_and_cut_texts() {
        let parts = r#"{"title":"a","body":{"summary":["S."],"sections":[{"headline":["H"],"paragraphs":["P.","Q."]}]}}"#;
        assert_eq!(one(parts).body, "S.\n\nH\n\nP.\n\nQ.");
        let cut = r#"{"title":"a","content":"The bridge is shut\u2026 [+1234 chars]"}"#;
        assert_eq!(one(cut).body, "The bridge is shut\u{2026}");
        assert_eq!(one(r#"{"title":"a","content":"As in [+ chars]"}"#).body, "As in [+ chars]");
    }

    #[test]
    fn parts_of_a_list() {
        let parsed = parse_elements("{\"title\":\"a\"},{\"title\":\"b\"}", 41, "k", &reading());
        let ids: Vec<&str> = parsed.articles.iter().map(|a| a.id.as_str()).collect();
        assert_eq!(ids, ["k#41", "k#42"]);
    }
}
