//! The plain data that everything else passes around: an article and what is known about it.
//!
//! Knows nothing of files, of tantivy or of terminals; any row of the house may use it.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// One article: what a reader of the newspaper would call one piece.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// Unique in an index: the path within the corpus, with `#` and the record's own id (or its
    /// number, from 1) behind it where one file holds many articles.
    pub id: String,
    /// The id that the record gave itself inside its file, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// The headline. `None` where the text has none; never made up from the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The main text. Paragraphs and headings are separated by a blank line (`\n\n`); no other
    /// control characters occur.
    pub body: String,
    /// When it was published, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Published>,
    /// When its text was last changed, where that is known and later than its publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<Published>,
    /// Dates that it claims and that cannot be: said, never used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused_dates: Vec<RefusedDate>,
    /// Who published it.
    #[serde(default)]
    pub source: Source,
    /// Where it stood on the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Who wrote it, one entry a person, without "By".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// The desk or rubric it ran under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Language of the body, ISO 639-1 (`en`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Persons, organisations and places: of an article that was read from a file, those that the
    /// file itself names in its fields; of one from an index, all that it is known to name, as the
    /// archive calls them, the most salient first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// Dates that the body names, in its order. Not stored: they are found again in the body.
    #[serde(skip)]
    pub mentions: Vec<Mention>,
    /// Blocks of the file's text that are no part of the article and were left out of the body, in
    /// their order. Not stored: reading the file again finds them.
    #[serde(skip)]
    pub dropped: Vec<Dropped>,
}

/// Where the paragraphs and headings of a body are: what stands between blank lines, in bytes.
pub fn paragraphs(body: &str) -> impl Iterator<Item = Range<usize>> {
    const BLANK_LINE: &str = "\n\n";
    let gaps = memchr::memmem::find_iter(body.as_bytes(), BLANK_LINE);
    let ends = gaps.chain(std::iter::once(body.len()));
    ends.scan(0, |start, end| {
        let paragraph = *start..end;
        *start = end + BLANK_LINE.len();
        Some(paragraph)
    })
}

/// A date that the body names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Where it stands in the body, in bytes.
    pub range: Range<usize>,
    /// The first instant of the day, month or year meant, in UTC.
    pub from: Timestamp,
    /// The first instant after it.
    pub until: Timestamp,
}

/// A block of text that is no part of the article it stood with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// Before which byte of the body it stood.
    pub at: usize,
    /// The block.
    pub text: String,
    /// Why it was left out.
    pub why: DroppedFor,
}

/// Why a block of text is no part of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[derive(Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum DroppedFor {
    /// It says what such blocks say: a comment form, an appeal, a share button.
    Phrase,
    /// It repeats across the articles of one source.
    Repeated,
    /// A headline of another story.
    OtherHeadline,
    /// A caption or credit of a picture.
    Caption,
}

/// A date that an article claims and that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedDate {
    /// As it was written.
    pub text: String,
    /// Where it stood.
    pub from: DateFrom,
    /// What is wrong with it.
    pub why: Refusal,
}

/// Why a date is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[derive(Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Refusal {
    /// It lies in the future.
    Future,
    /// There is no such day, or nothing was printed then.
    Impossible,
    /// It can be read in two ways.
    Ambiguous,
}

/// A publication date that says how well it is known and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The first instant of the known period. A day has no zone: it is kept as midnight UTC.
    pub at: Timestamp,
    /// How far the paper's clock is from UTC, in minutes to the east, where the date said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<i16>,
    /// How long the known period is.
    pub precision: Precision,
    /// What said so.
    pub from: DateFrom,
}

impl Published {
    /// The first instant after the known period: one second on for a time, a day on for a day,
    /// a month or a year on for those.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        use jiff::ToSpan;
        let zoned = self.at.to_zoned(jiff::tz::TimeZone::UTC);
        let span = match self.precision {
            Precision::Second => 1.second(),
            Precision::Minute => 1.minute(),
            Precision::Day => 1.day(),
            Precision::Month => 1.month(),
            Precision::Year => 1.year(),
        };
        zoned.checked_add(span).map_or(self.at, |z| z.timestamp())
    }

    /// The seconds since 1970 that the paper's own clock shows. Days are told apart by it: what a
    /// paper in Denver dates the 8th is of the 8th, although Greenwich had the 9th by then.
    #[must_use]
    pub fn wall_second(&self) -> i64 {
        self.at.as_second() + i64::from(self.offset.unwrap_or_default()) * 60
    }

    /// The date as far as it is known, by the paper's own clock: `1963`, `2025-04`, `2025-04-25`,
    /// `2025-04-25 14:30`.
    #[must_use]
    pub fn display(&self) -> String {
        let format = match self.precision {
            Precision::Second | Precision::Minute => "%Y-%m-%d %H:%M",
            Precision::Day => "%Y-%m-%d",
            Precision::Month => "%Y-%m",
            Precision::Year => "%Y",
        };
        self.zoned().strftime(format).to_string()
    }

    /// An instant of it as RFC 3339 writes it, by the paper's own clock where that is known.
    #[must_use]
    pub fn rfc3339(&self, at: Timestamp) -> String {
        match self.clock() {
            Some(clock) => at.display_with_offset(clock).to_string(),
            None => at.to_string(),
        }
    }

    /// The day that it starts on, by the paper's own clock.
    #[must_use]
    pub fn day(&self) -> Date {
        self.zoned().date()
    }

    fn zoned(&self) -> Zoned {
        self.at.to_zoned(self.clock().map_or(TimeZone::UTC, TimeZone::fixed))
    }

    fn clock(&self) -> Option<Offset> {
        Offset::from_seconds(i32::from(self.offset?) * 60).ok()
    }
}

/// How exactly a publication date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[derive(Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Precision {
    /// To the year.
    Year,
    /// To the month.
    Month,
    /// To the day.
    Day,
    /// To the minute.
    Minute,
    /// To the second.
    Second,
}

/// What a publication date was read from, the most trusted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[derive(Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum DateFrom {
    /// A field of the record (JSON, feed, database).
    Record,
    /// JSON-LD, OpenGraph or a meta tag of a page.
    Metadata,
    /// Front matter at the head of a text.
    FrontMatter,
    /// The path of the URL.
    Url,
    /// The path of the file, by a rule the user gave.
    Path,
    /// A `<time>` element or a "Published ..." line.
    Text,
    /// The dateline of the story ("MOSCOW, Aug 6").
    Dateline,
    /// The time stamp of the file, only where the user asked for it.
    FileTime,
}

/// Who published an article.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The publisher's name as it writes itself ("The Kyiv Courier").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The host of the URL without `www.`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
}

impl Source {
    /// What to show: the name, else the domain.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.name.as_deref().or(self.domain.as_deref())
    }
}

/// What kind of thing a name names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[derive(Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum EntityKind {
    /// A human being.
    Person,
    /// A company, party, agency, team.
    Org,
    /// A country, city, region.
    Place,
}

/// A name in an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// Person, organisation or place.
    pub kind: EntityKind,
    /// The canonical form.
    pub name: String,
    /// Other forms seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

/// A name as one article has it: the fullest form there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArticleName {
    /// Person, organisation or place.
    pub kind: EntityKind,
    /// The name.
    pub name: String,
    /// The country, state or province that a place lies in, where the article says so.
    pub within: Option<String>,
}

/// What an article names, as an index keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: ArticleName,
    /// Every form of it, and how often each is written.
    pub forms: BTreeMap<String, u32>,
    /// Where it stands, in order: 0 for the headline, and the passages from 1.
    pub passages: Vec<u32>,
}

/// A passage: a byte range of the body that starts and ends with a sentence.
pub type Passage = Range<usize>;

/// A body cut up.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Byte ranges on character boundaries, without surrounding space.
    pub passages: Vec<Passage>,
    /// Bytes where paragraphs start, in order.
    pub paragraphs: Vec<usize>,
    /// Bytes where sentences start, in order; each paragraph starts with one. Of a sentence that is
    /// cut, its start alone.
    pub sentences: Vec<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_shown_no_more_precisely_than_it_is_known() {
        let at: Timestamp = "2025-04-25T14:30:05Z".parse().unwrap();
        let cases = [
            (Precision::Year, "2025", "2026-04-25T14:30:05Z"),
            (Precision::Month, "2025-04", "2025-05-25T14:30:05Z"),
            (Precision::Day, "2025-04-25", "2025-04-26T14:30:05Z"),
            (Precision::Minute, "2025-04-25 14:30", "2025-04-25T14:31:05Z"),
            (Precision::Second, "2025-04-25 14:30", "2025-04-25T14:30:06Z"),
        ];
        for (precision, shown, end) in cases {
            let published = Published { at, offset: None, precision, from: DateFrom::Record };
            assert_eq!(published.display(), shown);
            assert_eq!(published.end().to_string(), end);
        }
    }

    #[test]
    fn paragraphs_are_what_splitting_gives() {
        for body in ["", "one", "one\n\ntwo\nlines\n\n", "\n\n\n\n\nfive", "\n"] {
            let split: Vec<&str> = body.split("\n\n").collect();
            let found: Vec<&str> = paragraphs(body).map(|range| &body[range]).collect();
            assert_eq!(found, split, "{body:?}");
        }
    }

    #[test]
    fn words_read_back() {
        for from in DateFrom::VARIANTS {
            assert_eq!(from.to_string().parse(), Ok(*from));
        }
        assert_eq!(DateFrom::FrontMatter.to_string(), "front-matter");
    }
}
