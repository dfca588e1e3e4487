//! Collections in SGML: Reuters-21578 (`<REUTERS>`) and TREC (`<DOC>`).
//!
//! Knows the records of such files and the usual names of their fields. No DTD is read: tags are
//! found where they stand, and a field without an end tag ends at the next tag.

use super::dates::{self, Clock};
use super::news_xml::with_dateline;
use super::skipped::{Reason, Skipped};
use super::{Parsed, Reading, fields, language, markup, paragraphs};
use crate::article::{
    Article, DateFrom, Dropped, DroppedFor, Entity, EntityKind, Published, RefusedDate,
};

/// Elements that are one article each.
const RECORDS: &[&str] = &["REUTERS", "DOC"];

const TITLE: &[&str] = &["TITLE", "HEADLINE", "HL", "TI", "HED", "TTL", "HEAD", "H3"];
const LEAD: &[&str] = &["LP", "LEADPARA", "LEAD"];
const BODY: &[&str] = &["BODY", "TEXT", "CONTENT"];
const DATE: &[&str] = &["DATE", "DATE_TIME", "DATETIME", "DATE1", "DD", "PUBDATE", "PD"];
const AUTHOR: &[&str] = &["AUTHOR", "BYLINE", "AU", "BY"];
const DATELINE: &[&str] = &["DATELINE"];
const SOURCE: &[&str] = &["SOURCE", "SO", "PUBLISHER", "NEWSPAPER", "PUBLICATION", "PUB"];
const SECTION: &[&str] = &["SECTION", "CATEGORY", "TOPICS"];
const LANG: &[&str] = &["LANGUAGE", "LANG"];
const URL: &[&str] = &["URL", "LINK"];
const ID: &[&str] = &["DOCNO", "DOCID", "ID"];

/// Fields that may stand within the text and are none of it.
const NOT_BODY: [&[&str]; 5] = [TITLE, AUTHOR, DATELINE, DATE, SOURCE];

const ENTITIES: &[(&str, EntityKind)] = &[
    ("PLACES", EntityKind::Place),
    ("PEOPLE", EntityKind::Person),
    ("ORGS", EntityKind::Org),
    ("COMPANIES", EntityKind::Org),
    ("EXCHANGES", EntityKind::Org),
];

/// Tags that put paragraphs apart.
const BREAKS: &[&str] = &["P", "BR", "DIV", "H1", "H2", "H3", "H4", "LI", "TR", "TABLE"];

/// A longer one is no tag.
const LONGEST_TAG: usize = 1_000;

/// Tags of one record: more than any article has.
const MOST_TAGS: usize = 200_000;

/// How far an end tag is looked for among the open fields.
const OPEN_FIELDS: usize = 32;

/// Whether a file begins like such a collection.
pub(super) fn starts_like_records(head: &[u8]) -> bool {
    let is = |name: &str| {
        let with = |end: u8| head.get(name.len() + 1) == Some(&end);
        starts_with(head, 1, name) && (with(b'>') || with(b' ')) && head.first() == Some(&b'<')
    };
    if is("REUTERS") || starts_with(head, 0, "<!DOCTYPE lewis") {
        return true;
    }
    let early = head.get(..2_000).unwrap_or(head);
    let named = |what: &[u8]| early.windows(what.len()).any(|w| w.eq_ignore_ascii_case(what));
    is("DOC") && (named(b"<DOCNO>") || named(b"<DOCID>") || named(b"<DOC ID=") || named(b"<TEXT>"))
}

/// Where records begin.
pub(super) fn starts(bytes: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'<', bytes).filter(|at| {
        RECORDS.iter().any(|name| {
            starts_with(bytes, at + 1, name)
                && bytes
                    .get(at + 1 + name.len())
                    .is_some_and(|b| *b == b'>' || b.is_ascii_whitespace())
        })
    })
}

/// Behind the last end tag of a record.
pub(super) fn last_end(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::rfind_iter(bytes, b"</").find_map(|at| end_of_record(bytes, at))
}

/// Behind the first end tag of a record.
pub(super) fn first_end(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(bytes, b"</").find_map(|at| end_of_record(bytes, at))
}

fn end_of_record(bytes: &[u8], at: usize) -> Option<usize> {
    let name = RECORDS.iter().find(|name| starts_with(bytes, at + 2, name))?;
    let close = at + 2 + name.len();
    (bytes.get(close) == Some(&b'>')).then_some(close + 1)
}

fn starts_with(bytes: &[u8], at: usize, what: &str) -> bool {
    bytes.get(at..at + what.len()).is_some_and(|start| start.eq_ignore_ascii_case(what.as_bytes()))
}

/// Reads a file, or whole records cut out of one; `first` is the number of the first record.
pub(super) fn parse(text: &str, first: u64, key: &str, reading: &Reading) -> Parsed {
    let mut parsed = Parsed::default();
    let starts: Vec<usize> = starts(text.as_bytes()).collect();
    if starts.is_empty() {
        let reason = Reason::Malformed("no <DOC> or <REUTERS> record in it".into());
        parsed.skipped.push(Skipped::new(key, reason));
    }
    for ((at, number), start) in (0..).zip(first..).zip(&starts) {
        let next = starts.get(at + 1);
        let source = text.get(*start..next.copied().unwrap_or(text.len())).unwrap_or_default();
        // A record whose end tag was forgotten ends where the next begins; the last breaks off.
        let article = if next.is_none() && last_end(source.as_bytes()).is_none() {
            Err(Reason::Malformed("the record ends in the middle".into()))
        } else {
            Record::read(source).and_then(|record| article(&record, reading))
        };
        parsed.push_record(key, number, article);
    }
    parsed
}

fn article(record: &Record<'_>, reading: &Reading) -> Result<Article, Reason> {
    let clock = &reading.clock;
    // Agencies ring the bell with asterisks before a flash.
    let title = TITLE.iter().filter_map(|name| record.field(&[name])).find_map(|field| {
        fields::title(record.text(field, &[]).trim_start_matches(['*', ' ', '\n']))
    });
    let (body, signed) = record.body();
    let line = |names: &[&str]| {
        let text = record.text(record.field(names)?, &[]);
        Some(super::decode::clean_line(&text)).filter(|line| !line.is_empty())
    };
    let id = record.attribute("NEWID").or_else(|| line(ID)).or_else(|| record.attribute("ID"));
    let url = line(URL).as_deref().and_then(fields::url);
    let mut source = fields::source(line(SOURCE).as_deref(), url.as_deref());
    let mut authors = line(AUTHOR).map(|byline| fields::authors(&byline)).unwrap_or_default();
    // The wire's slug and the byline name the agency as well as its sign-off does.
    let slug = line(&["UNKNOWN"]).is_some_and(|slug| slug.split_whitespace().any(is_reuters));
    let by_reuters = authors.iter().any(|name| is_reuters(name));
    if source.name.is_none() && (slug || by_reuters || signed.is_some()) {
        source.name = Some("Reuters".to_owned());
    }
    authors.retain(|name| source.name.as_ref() != Some(name));
    source.name = source.name.or_else(|| reading.mapping.defaults.source.clone());
    let mut refused_dates = Vec::new();
    let published = line(DATE)
        .and_then(|said| date(&said, clock, &mut refused_dates))
        .or_else(|| date_of_id(id.as_deref()?, clock));
    // A collection counts what the wire sent, and once it sent nothing: what has a number and a date
    // of its own is there to be found by them.
    let counted = id.is_some() && published.is_some();
    if title.is_none() && body.is_empty() && !counted {
        return Err(Reason::NoText);
    }
    let body = with_dateline(line(DATELINE).as_deref(), body);
    Ok(Article {
        record: id.as_deref().and_then(fields::record_id),
        title,
        published,
        refused_dates,
        source,
        url,
        authors,
        section: record.first_of_list(SECTION).or_else(|| line(SECTION)),
        lang: language::told_or_detected(line(LANG).as_deref(), &body),
        entities: record.entities(),
        dropped: signed
            .map(|text| Dropped { at: body.len(), text, why: DroppedFor::Phrase })
            .into_iter()
            .collect(),
        body,
        ..Article::default()
    })
}

fn is_reuters(word: &str) -> bool {
    ["reute", "reuter", "reuters"].iter().any(|name| word.eq_ignore_ascii_case(name))
}

/// A text without the agency's name on a line of its own at the end, and that line.
fn sign_off(text: &str) -> (&str, Option<&str>) {
    let trimmed = text.trim_end_matches(|c: char| c.is_whitespace() || c.is_control());
    let (rest, last) = trimmed.rsplit_once('\n').unwrap_or(("", trimmed));
    if is_reuters(last.trim()) { (rest, Some(last.trim())) } else { (text, None) }
}

/// A date with anything behind it: the day of the week, the edition, stray bytes of the wire. A
/// time that is none leaves the day.
fn date(said: &str, clock: &Clock, refused: &mut Vec<RefusedDate>) -> Option<Published> {
    let words: Vec<&str> = said.split_whitespace().take(8).collect();
    // What is wrong with a part is nothing where less of it is a date.
    let mut wrong = Vec::new();
    let found = (1..=words.len()).rev().find_map(|count| {
        let part = words.get(..count)?.join(" ");
        day_of_six_digits(&part, clock).or_else(|| fields::recorded(&part, clock, &mut wrong))
    });
    if found.is_none() {
        refused.extend(wrong.into_iter().next());
    }
    found
}

/// `910102`, as TREC writes the 2nd of January 1991; the century is the last that has passed.
fn day_of_six_digits(text: &str, clock: &Clock) -> Option<Published> {
    if text.len() != 6 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    ["20", "19"].iter().find_map(|century| day_of_digits(&format!("{century}{text}"), clock))
}

/// A number that may be a day; one that is none is only a number.
fn day_of_digits(digits: &str, clock: &Clock) -> Option<Published> {
    Some(dates::parse(digits, clock)?.read_from(DateFrom::Record))
}

/// The day in the number of a document: `AP880212-0001`, `APW_ENG_19980601.0001`.
fn date_of_id(id: &str, clock: &Clock) -> Option<Published> {
    let rest = id.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '_');
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, behind) = rest.split_at(length);
    if rest.len() == id.len() || !behind.starts_with(['.', '-', '_']) {
        return None;
    }
    let published = match length {
        6 => day_of_six_digits(digits, clock)?,
        8 => day_of_digits(digits, clock)?,
        _ => return None,
    };
    // Numbers run together are a record's word only as far as its number is.
    Some(Published { from: DateFrom::Record, ..published })
}

/// A tag of a record.
struct Tag<'a> {
    name: &'a str,
    closes: bool,
    start: usize,
    behind: usize,
    /// For an opening tag: the place among the tags of what ends it.
    end: usize,
}

/// One record and its tags.
struct Record<'a> {
    source: &'a str,
    tags: Vec<Tag<'a>>,
}

impl<'a> Record<'a> {
    fn read(source: &'a str) -> Result<Self, Reason> {
        let mut record = Self { source, tags: Vec::new() };
        let mut open: Vec<usize> = Vec::new();
        for start in memchr::memchr_iter(b'<', source.as_bytes()) {
            let Some((name, closes, behind)) = tag_at(source, start) else { continue };
            let here = record.tags.len();
            if here >= MOST_TAGS {
                return Err(Reason::TooDeep);
            }
            record.tags.push(Tag { name, closes, start, behind, end: here + 1 });
            if !closes {
                open.push(here);
                continue;
            }
            let among = open.len().saturating_sub(OPEN_FIELDS);
            let matching = open.get(among..).unwrap_or_default().iter().rposition(|at| {
                record.tags.get(*at).is_some_and(|tag| tag.name.eq_ignore_ascii_case(name))
            });
            if let Some(at) = matching {
                if let Some(tag) = open.get(among + at).and_then(|at| record.tags.get_mut(*at)) {
                    tag.end = here;
                }
                open.truncate(among + at);
            }
        }
        Ok(record)
    }

    /// The first opening tag of one of these names, in the order of the names.
    fn field(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| {
            self.tags.iter().position(|tag| !tag.closes && tag.name.eq_ignore_ascii_case(name))
        })
    }

    /// The text from an opening tag to its end, without tags and without the fields in `skip`.
    fn text(&self, field: usize, skip: &[&[&str]]) -> String {
        let mut text = String::new();
        let Some(first) = self.tags.get(field) else { return text };
        let mut from = first.behind;
        let mut at = field + 1;
        while at < first.end {
            let Some(tag) = self.tags.get(at) else { break };
            text.push_str(self.source.get(from..tag.start).unwrap_or_default());
            from = tag.behind;
            let skipped = !tag.closes && skip.iter().any(|names| is_one_of(tag.name, names));
            if skipped && let Some(end) = self.tags.get(tag.end) {
                from = if end.closes { end.behind } else { end.start };
                at = tag.end + usize::from(end.closes);
                text.push_str("\n\n");
                continue;
            }
            if is_one_of(tag.name, BREAKS) {
                text.push_str("\n\n");
            }
            at += 1;
        }
        let end = self.tags.get(first.end).map_or(self.source.len(), |end| end.start);
        text.push_str(self.source.get(from..end).unwrap_or_default());
        markup::unescape(&without_old_entities(&text))
    }

    /// The body, and the sign-off that is none of it.
    fn body(&self) -> (String, Option<String>) {
        let mut body = String::new();
        let mut signed = None;
        let lead = self.field(LEAD);
        let main = self.field(BODY);
        // A lead that stands within the text is read with it.
        let lead = lead.filter(|lead| {
            main.and_then(|main| Some((main, self.tags.get(main)?.end)))
                .is_none_or(|(main, end)| *lead < main || *lead > end)
        });
        for field in lead.into_iter().chain(main) {
            let text = self.text(field, &NOT_BODY);
            let (text, sign) = sign_off(&text);
            signed = signed.or_else(|| sign.map(str::to_owned));
            // Agencies indent the first line of a paragraph and leave no blank line.
            let indented = text.lines().skip(1).any(|line| line.starts_with("   "));
            let text =
                if indented { paragraphs::indented(text) } else { paragraphs::paragraphs(text) };
            if !body.is_empty() && !text.is_empty() {
                body.push_str("\n\n");
            }
            body.push_str(&text);
        }
        (body, signed)
    }

    /// The entries of a list, which stand in `<D>` each.
    fn list(&self, name: &str) -> Vec<String> {
        let mut entries = Vec::new();
        let Some(field) = self.field(&[name]) else { return entries };
        let end = self.tags.get(field).map_or(0, |tag| tag.end);
        let mut at = field + 1;
        while at < end {
            let Some(tag) = self.tags.get(at) else { break };
            if tag.closes || !is_one_of(tag.name, &["D"]) {
                at += 1;
                continue;
            }
            entries.push(self.text(at, &[]).replace('-', " "));
            // Entries do not nest; what pretends to is one.
            at = tag.end.max(at + 1);
        }
        entries
    }

    fn first_of_list(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.list(name).iter().find_map(|entry| fields::title(entry)))
    }

    fn entities(&self) -> Vec<Entity> {
        let mut found = Vec::new();
        for (name, kind) in ENTITIES {
            for entry in self.list(name) {
                fields::push_entity(&mut found, *kind, &entry);
            }
        }
        found
    }

    /// An attribute of the record's own tag.
    fn attribute(&self, name: &str) -> Option<String> {
        let tag = self.tags.first()?;
        let mut rest = self.source.get(tag.start..tag.behind)?;
        while let Some((before, after)) = rest.split_once('=') {
            let key = before.rsplit(char::is_whitespace).next().unwrap_or_default();
            let value = match after.strip_prefix('"') {
                Some(quoted) => quoted.split('"').next(),
                None => after.split([' ', '>']).next(),
            };
            if key.eq_ignore_ascii_case(name) {
                return value.map(str::to_owned);
            }
            rest = after;
        }
        None
    }
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|one| one.eq_ignore_ascii_case(name))
}

/// Name of the tag at `start`, whether it closes, and where it ends; most `<` are none.
fn tag_at(source: &str, start: usize) -> Option<(&str, bool, usize)> {
    let rest = source.as_bytes().get(start + 1..)?;
    let closes = rest.first() == Some(&b'/');
    let from = start + 1 + usize::from(closes);
    let name = source.as_bytes().get(from..)?;
    if !name.first()?.is_ascii_alphabetic() {
        return None;
    }
    let length = name
        .iter()
        .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')))?;
    if !matches!(name.get(length)?, b'>' | b' ' | b'\t' | b'\r' | b'\n') {
        return None;
    }
    let head = name.get(length..name.len().min(LONGEST_TAG))?;
    let close = memchr::memchr2(b'>', b'<', head).filter(|at| head.get(*at) == Some(&b'>'))?;
    Some((source.get(from..from + length)?, closes, from + length + close + 1))
}

/// Names of TREC's collections that HTML does not know.
fn without_old_entities(text: &str) -> String {
    const OLD: &[(&str, &str)] =
        &[("&hyph;", "-"), ("&blank;", " "), ("&bull;", "\u{2022}"), ("&cir;", "\u{25cb}")];
    let mut text = std::borrow::Cow::Borrowed(text);
    for (name, meant) in OLD {
        if text.contains(name) {
            text = std::borrow::Cow::Owned(text.replace(name, meant));
        }
    }
    text.into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::mapping::Mapping;
    use super::*;
    use crate::article::Refusal;

    fn clock() -> Clock {
        Clock::at("2026-01-01T00:00:00Z".parse().unwrap())
    }

    fn read(text: &str) -> Parsed {
        parse(text, 1, "f", &Reading { mapping: Mapping::default(), clock: clock() })
    }

    #[test]
    fn dates() {
        let cases = [
            ("26-FEB-1987 15:01:01.79", Some("1987-02-26 15:01")),
            (" 5-MAR-1987 09:07:54.17\u{5}\u{5}\u{5}F", Some("1987-03-05 09:07")),
            ("31-MAR-1987 605:12:19.12", Some("1987-03-31")),
            ("9-APR-1987 00:00:00.00    # a guess", Some("1987-04-09")),
            ("January 1, 1989, Sunday, Home Edition", Some("1989-01-01")),
            ("910102", Some("1991-01-02")),
            ("050607", Some("2005-06-07")),
            ("1996-12-31 23:59", Some("1996-12-31 23:59")),
            ("Spring edition", None),
            ("31-FEB-1987", None),
        ];
        for (said, day) in cases {
            let said = super::super::decode::clean_line(said);
            let mut refused = Vec::new();
            let got = date(&said, &clock(), &mut refused).map(|date| date.display());
            assert_eq!(got.as_deref(), day, "{said}");
            let whys: Vec<Refusal> = refused.iter().map(|date| date.why).collect();
            let why: &[Refusal] = if said == "31-FEB-1987" { &[Refusal::Impossible] } else { &[] };
            assert_eq!(whys, why, "{said}");
        }
    }

    #[test]
    fn dates_of_document_numbers() {
        let cases = [
            ("AP880212-0001", Some("1988-02-12")),
            ("APW_ENG_19980601.0001", Some("1998-06-01")),
            ("FT911-3", None),
            ("19980601.0001", None),
            ("AP889912-0001", None),
            ("LA010189-0001", None),
        ];
        for (id, day) in cases {
            let got = date_of_id(id, &clock()).map(|date| date.display());
            assert_eq!(got.as_deref(), day, "{id}");
        }
    }

    #[test]
    fn records_with_and_without_ends() {
        let cases = [
            (
                "<DOC><DOCNO>1</DOCNO><TEXT>a</TEXT></DOC><DOC><TEXT>b</TEXT></DOC>",
                vec!["f#1", "f#2"],
                0,
            ),
            ("<DOC><TEXT>a</TEXT>\n<DOC><TEXT>b</TEXT></DOC>", vec!["f#1", "f#2"], 0),
            ("<DOC><TEXT>a</TEXT></DOC><DOC><TEXT>b", vec!["f#1"], 1),
            ("<DOC></DOC><doc><text>b</text></doc>", vec!["f#2"], 1),
            ("nothing", vec![], 1),
        ];
        for (text, ids, skipped) in cases {
            let parsed = read(text);
            let got: Vec<_> = parsed.articles.iter().map(|a| a.id.as_str()).collect();
            assert_eq!((got, parsed.skipped.len()), (ids, skipped), "{text}");
        }
    }

    #[test]
    fn texts() {
        let cases = [
            (
                "<TEXT>\n<P>\nOne\nand more.\n</P>\n<P>\nTwo.\n</P>\n</TEXT>",
                "One and more.\n\nTwo.",
            ),
            (
                "<TEXT>&#2;\n<TITLE>T</TITLE>\n<BODY>One goes\non.\n    Two &lt;A> > B.\n Reuter\n&#3;</BODY></TEXT>",
                "One goes on.\n\nTwo <A> > B.",
            ),
            ("<LP>Lead.</LP><TEXT>Rest.</TEXT>", "Lead.\n\nRest."),
            ("<TEXT>A &hyph; b <F P=1>c</F> < d</TEXT>", "A - b c < d"),
            ("<TEXT>no end", "no end"),
        ];
        for (inner, body) in cases {
            let parsed = read(&format!("<DOC>{inner}</DOC>"));
            assert_eq!(parsed.articles[0].body, body, "{inner}");
        }
    }

    #[test]
    fn hostile_records_take_linear_time() {
        for inner in ["<D>".repeat(150_000), "</D>".repeat(150_000), "<".repeat(2_000_000)] {
            let start = std::time::Instant::now();
            let text = format!("<DOC><PLACES>{inner}</DOC>");
            read(&text);
            assert!(start.elapsed().as_secs() < 10, "{}", &text[..40]);
        }
    }
}
