//! Dates that a text names: `25 April 2025`, `April 25`, `last Friday`, `in 2019`.
//!
//! Knows running text in English, and days with a month's name in the other languages of
//! [`calendar`]; not files or indexes. What is relative is reckoned from the day of
//! publication, by the paper's own clock, and left out where that is not known. What can be read in
//! two ways is left out, too: "in March", "a year ago", "03/04/2025", and "today", which is as often
//! these times as this day.
//!
//! A weekday alone is the last one, the day of publication included, since news tells what happened;
//! behind "will", "due" and their like it is the next one.

use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::Offset;
use jiff::{Span, ToSpan};

use crate::article::{Mention, Precision, Published};
use crate::calendar;

/// More dates than this are a calendar, not an article.
const MOST: usize = 1_000;

/// A day without a year is of the nearest year, if it is no more days away than this.
const NEAR: i32 = 150;

/// The dates that `body` names, in its order.
#[must_use]
pub fn find(body: &str, published: Option<&Published>) -> Vec<Mention> {
    let today = published
        .filter(|published| published.precision >= Precision::Day)
        .and_then(|published| Timestamp::from_second(published.wall_second()).ok())
        .map(|wall| Offset::UTC.to_datetime(wall).date());
    let mut finder = Finder { text: body, bytes: body.as_bytes(), today, found: Vec::new() };
    let mut done = 0;
    for start in starts(body.as_bytes()) {
        if start < done {
            continue;
        }
        if let Some((days, end)) = finder.date(start) {
            finder.push(start..end, days);
            done = end;
        }
        if finder.found.len() == MOST {
            break;
        }
    }
    finder.found
}

/// A period of whole days: its first, and the first after it.
type Days = (Date, Date);

struct Finder<'t> {
    text: &'t str,
    bytes: &'t [u8],
    today: Option<Date>,
    found: Vec<Mention>,
}

impl<'t> Finder<'t> {
    /// The date that starts at `at`, where [`starts`] says that one may, and where it ends.
    fn date(&self, at: usize) -> Option<(Days, usize)> {
        match self.bytes[at] {
            b'0'..=b'9' => self.number(at),
            b'A'..=b'Z' => self.name(at).or_else(|| self.relative(at)),
            _ => self.relative(at),
        }
    }

    fn push(&mut self, range: Range<usize>, (from, until): Days) {
        let instant = |day: Date| Offset::UTC.to_timestamp(day.at(0, 0, 0, 0));
        if let (Ok(from), Ok(until)) = (instant(from), instant(until)) {
            self.found.push(Mention { range, from, until });
        }
    }

    /// `25 April 2025`, `25. März`, `25 de abril de 2025`, `25.4.2025`, `2025-04-25`, `in 2019`.
    fn number(&self, at: usize) -> Option<(Days, usize)> {
        let (value, end) = self.digits(at)?;
        match end - at {
            1 | 2 => {
                if let Some(found) = self.numeric(value, end) {
                    return Some(found);
                }
                self.day_and_month(value, end)
            }
            4 => self.iso(value, end).or_else(|| self.bare_year(at, value, end)),
            _ => None,
        }
    }

    fn day_and_month(&self, day: i16, end: usize) -> Option<(Days, usize)> {
        let mut at = self.after_ordinal(end);
        at = self.skip(at, b'.');
        at = self.spaces(at)?;
        for joint in ["de ", "of ", "d\u{2019}", "d'"] {
            if self.text[at..].starts_with(joint) {
                at += joint.len();
                break;
            }
        }
        let (month, end) = self.month(at)?;
        let mut year_at = self.skip(self.skip(end, b'.'), b',');
        year_at = self.spaces(year_at).unwrap_or(year_at);
        for joint in ["de ", "del "] {
            if self.text[year_at..].starts_with(joint) {
                year_at += joint.len();
                break;
            }
        }
        match self.year(year_at) {
            Some((year, end)) => Some((one_day(date(year, month, day)?)?, end)),
            None => Some((one_day(self.nearest(month, day)?)?, end)),
        }
    }

    /// `25.4.2025`: the point puts the day first. With a slash only where one reading is possible.
    fn numeric(&self, first: i16, end: usize) -> Option<(Days, usize)> {
        let separator = *self.bytes.get(end)?;
        if !matches!(separator, b'.' | b'/') {
            return None;
        }
        let (second, end) = self.digits(end + 1).filter(|(value, _)| *value <= 31)?;
        if self.bytes.get(end) != Some(&separator) {
            return None;
        }
        let (year, end) = self.year(end + 1)?;
        let (day, month) = match (separator, first, second) {
            (b'.', day, month) => (day, month),
            (_, 13.., 1..=12) => (first, second),
            (_, 1..=12, 13..) => (second, first),
            (_, same, other) if same == other => (same, other),
            _ => return None,
        };
        Some((one_day(date(year, month, day)?)?, end))
    }

    fn iso(&self, year: i16, end: usize) -> Option<(Days, usize)> {
        let part = |at: usize| {
            if self.bytes.get(at) != Some(&b'-') {
                return None;
            }
            self.digits(at + 1).filter(|(_, end)| end - at == 3)
        };
        let (month, end) = part(end)?;
        let (day, end) = part(end)?;
        Some((one_day(date(year, month, day)?)?, end))
    }

    /// A number that a word before it makes a year: `in 2019`, `since 2019`, `März 2024`.
    fn bare_year(&self, at: usize, year: i16, end: usize) -> Option<(Days, usize)> {
        const BEFORE: &[&str] = &[
            "in", "since", "until", "by", "from", "during", "early", "late", "mid", "before",
            "after", "of", "year", "years", "im", "jahr", "jahre", "seit", "bis", "en", "depuis",
            "desde", "em", "nel", "dal", "sinds", "anno", "w", "od", "roku", "v", "sedan", "siden",
            "\u{e5}r", "a\u{f1}o", "\u{432}", "\u{441}",
        ];
        if !(1500..=2100).contains(&year) || !self.is_whole(end) {
            return None;
        }
        // "in 2019-20" and "from 2015-2019" begin there; "in 2019.5" and "in 2,019" do not.
        let next = self.bytes.get(end..end + 2).unwrap_or_default();
        if matches!(next, [b'.' | b',' | b':', b'0'..=b'9'] | [b'%', _]) {
            return None;
        }
        let before = self.word_before(at)?;
        let lower = before.to_lowercase();
        if let Some(month) = calendar::month(&lower)
            && !before.starts_with(char::is_uppercase)
        {
            return Some((one_month(date(year, i16::from(month), 1)?)?, end));
        }
        let joined = matches!(lower.as_str(), "de" | "del");
        if joined {
            let gap = at.checked_sub(before.len() + 1)?;
            let month = calendar::month(&self.word_before(gap)?.to_lowercase())?;
            return Some((one_month(date(year, i16::from(month), 1)?)?, end));
        }
        if !BEFORE.contains(&lower.as_str()) {
            return None;
        }
        Some((one_year(date(year, 1, 1)?)?, end))
    }

    /// `April 25, 2025`, `April 2025`, `April 25`, `Friday`.
    fn name(&self, at: usize) -> Option<(Days, usize)> {
        let start = [*self.bytes.get(at)?, *self.bytes.get(at + 1)?];
        if !may_begin_a_name(start[0])
            || !calendar::may_begin(start.map(|b| b.to_ascii_lowercase()))
        {
            return None;
        }
        let (word, end) = self.letters(at)?;
        if let Some(weekday) = weekday(word) {
            return self.weekday(at, weekday, end);
        }
        let (month, end) = self.month(at)?;
        if self.number_before(at) {
            // A day that this month does not have.
            return None;
        }
        let start = self.spaces(self.skip(end, b'.'))?;
        let start = if self.text[start..].starts_with("of ") { start + 3 } else { start };
        if let Some((year, end)) = self.year(start) {
            return Some((one_month(date(year, month, 1)?)?, end));
        }
        let (day, end) = self.digits(start).filter(|(day, _)| (1..=31).contains(day))?;
        let end = self.after_ordinal(end);
        if !self.is_whole(end) || self.is_decimal(end) {
            return None;
        }
        let year_at = self.spaces(self.skip(end, b',')).unwrap_or(end);
        match self.year(year_at) {
            Some((year, end)) => Some((one_day(date(year, month, day)?)?, end)),
            None => Some((one_day(self.nearest(month, day)?)?, end)),
        }
    }

    /// Whether a number stands before `at`, with a point behind it or not.
    fn number_before(&self, at: usize) -> bool {
        let before = self.text[..at].trim_end_matches([' ', '.']);
        at - before.len() <= 2 && before.ends_with(|c: char| c.is_ascii_digit())
    }

    /// A weekday, unless it is a part of a name ("Black Friday") or of a date that says more.
    fn weekday(&self, at: usize, weekday: Weekday, end: usize) -> Option<(Days, usize)> {
        let today = self.today?;
        if !self.is_whole(end) {
            return None;
        }
        let before = self.word_before(at).unwrap_or_default();
        let lower = before.to_lowercase();
        const OPENING: &[&str] = &[
            "on", "last", "next", "this", "by", "since", "until", "from", "late", "early", "after",
            "before", "but", "and", "the",
        ];
        if before.starts_with(char::is_uppercase) && !OPENING.contains(&lower.as_str()) {
            return None;
        }
        let after = self.skip(end, b',');
        if let Some(after) = self.spaces(after) {
            let says_more = self.digits(after).is_some() || self.month(after).is_some();
            // "the Sunday Times"; behind a comma another name may follow.
            let capital = self.bytes.get(after).is_some_and(u8::is_ascii_uppercase);
            let named = after == end + 1 && capital;
            if says_more || named {
                return None;
            }
        }
        let day = match lower.as_str() {
            "last" => before_or_on(today.yesterday().ok()?, weekday)?,
            "next" | "coming" => after_or_on(today.tomorrow().ok()?, weekday)?,
            "this" => after_or_on(today, weekday)?,
            _ if self.tells_of_the_future(at) => after_or_on(today, weekday)?,
            _ => before_or_on(today, weekday)?,
        };
        Some((one_day(day)?, end))
    }

    /// Whether the last verb before `at` that tells the time speaks of what is to come.
    fn tells_of_the_future(&self, at: usize) -> bool {
        const WINDOW: usize = 120;
        const TO_COME: &[&str] = &[
            " will ",
            "'ll ",
            "\u{2019}ll ",
            " due ",
            " scheduled ",
            " set to ",
            " expected ",
            " plans ",
            " is to ",
            " are to ",
        ];
        const PAST: &[&str] =
            &[" said ", " told ", " was ", " were ", " had ", " announced ", " reported "];
        let start = self.text.ceil_char_boundary(at.saturating_sub(WINDOW));
        let before = &self.text[start..at];
        let sentence = before.rfind(". ").map_or(before, |end| &before[end..]);
        let last = |words: &[&str]| words.iter().filter_map(|word| sentence.rfind(word)).max();
        last(TO_COME) > last(PAST)
    }

    /// `yesterday`, `tonight`, `tomorrow`, `last week`, `next month`, `this year`.
    fn relative(&self, at: usize) -> Option<(Days, usize)> {
        let today = self.today?;
        let start: [u8; 4] = self.bytes.get(at..at + 4)?.try_into().ok()?;
        if !RELATIVE.contains(&start.map(|byte| byte.to_ascii_lowercase())) {
            return None;
        }
        let rest = self.text.get(at..)?;
        let starts = |word: &str| {
            rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
                && self.is_whole(at + word.len())
        };
        for (word, day) in [
            ("yesterday", today.yesterday()),
            ("tonight", Ok(today)),
            ("tomorrow", today.tomorrow()),
        ] {
            if starts(word) {
                return Some((one_day(day.ok()?)?, at + word.len()));
            }
        }
        let (away, word) =
            [(-1, "last"), (0, "this"), (1, "next")].into_iter().find(|(_, word)| starts(word))?;
        let unit_at = self.spaces(at + word.len())?;
        let (unit, end) = self.letters(unit_at)?;
        let days = match unit {
            "week" => {
                let monday = before_or_on(today, Weekday::Monday)?;
                let monday = monday.checked_add((7 * away).days()).ok()?;
                (monday, monday.checked_add(7.days()).ok()?)
            }
            "month" => one_month(today.first_of_month().checked_add(away.months()).ok()?)?,
            "year" => one_year(today.first_of_year().checked_add(away.years()).ok()?)?,
            _ => return None,
        };
        Some((days, end))
    }

    /// The day of the year that is nearest to the day of publication.
    fn nearest(&self, month: i16, day: i16) -> Option<Date> {
        let today = self.today?;
        let years = [today.year() - 1, today.year(), today.year() + 1];
        let days = years.into_iter().filter_map(|year| date(year, month, day));
        let distance = |day: &Date| (*day - today).get_days().abs();
        days.min_by_key(distance).filter(|day| distance(day) <= NEAR)
    }

    /// A month's name, whole or as English cuts it, and where it ends.
    fn month(&self, at: usize) -> Option<(i16, usize)> {
        let (word, end) = self.letters(at)?;
        let found = if word.starts_with(char::is_lowercase) {
            calendar::month(word)
        } else {
            let short = word.len() == 3 || word == "Sept";
            calendar::english_month(word)
                .filter(|_| short)
                .or_else(|| calendar::month(&word.to_lowercase()))
        };
        found.map(|month| (i16::from(month), end))
    }

    /// The letters from `at` on, as far as a name of a month goes.
    fn letters(&self, at: usize) -> Option<(&'t str, usize)> {
        const LONGEST: usize = 24;
        let rest = self.text.get(at..)?;
        let rest = &rest[..rest.floor_char_boundary(LONGEST)];
        let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        (end >= 3).then(|| (&rest[..end], at + end))
    }

    /// The word right before `at`, with one space or hyphen between.
    fn word_before(&self, at: usize) -> Option<&'t str> {
        const LONGEST: usize = 24;
        let before = self.text.get(..at)?.strip_suffix([' ', '-', '\u{a0}', '\n'])?;
        let before = &before[before.ceil_char_boundary(before.len().saturating_sub(LONGEST))..];
        let start = before.rfind(|c: char| !c.is_alphabetic()).map_or(0, |gap| gap + 1);
        // The gap may be of several bytes.
        let word = &before[before.ceil_char_boundary(start)..];
        (!word.is_empty()).then_some(word)
    }

    /// A number of at most four digits, and where it ends.
    fn digits(&self, at: usize) -> Option<(i16, usize)> {
        let rest = self.bytes.get(at..)?;
        let length = rest.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
        if !(1..=4).contains(&length) {
            return None;
        }
        Some((self.text.get(at..at + length)?.parse().ok()?, at + length))
    }

    /// Four digits that end a word.
    fn year(&self, at: usize) -> Option<(i16, usize)> {
        let (year, end) = self.digits(at)?;
        let sound = end - at == 4 && (1450..=2999).contains(&year) && self.is_whole(end);
        sound.then_some((year, end))
    }

    /// Past the `th` of `25th`.
    fn after_ordinal(&self, at: usize) -> usize {
        let suffix = self.bytes.get(at..at + 2).unwrap_or_default();
        let ordinal = matches!(suffix, b"st" | b"nd" | b"rd" | b"th" | b"er");
        if ordinal && self.is_whole(at + 2) { at + 2 } else { at }
    }

    fn skip(&self, at: usize, byte: u8) -> usize {
        if self.bytes.get(at) == Some(&byte) { at + 1 } else { at }
    }

    /// Past one space, which must be there.
    fn spaces(&self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?;
        let after = rest.strip_prefix([' ', '\u{a0}'])?;
        Some(self.text.len() - after.len())
    }

    /// Whether a word ends at `at`.
    fn is_whole(&self, at: usize) -> bool {
        self.bytes.get(at).is_none_or(|byte| !is_word(*byte))
    }

    /// Whether the number that ends at `end` goes on: "March 25.5", "March 10,000".
    fn is_decimal(&self, end: usize) -> bool {
        let next = self.bytes.get(end..end + 2).unwrap_or_default();
        matches!(next, [b'.' | b',' | b':' | b'%', b'0'..=b'9'])
    }
}

/// Letters and digits; whatever is not ASCII is taken for a letter.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() | (byte >= 0x80) | (byte == b'_')
}

/// How the words of [`Finder::relative`] begin.
const RELATIVE: [[u8; 4]; 6] = [*b"yest", *b"toni", *b"tomo", *b"last", *b"this", *b"next"];

/// Bytes that [`starts`] looks at together.
const BLOCK: usize = 64;

/// Where words start that may begin a date, in order. Nearly all of a text is passed over here, so
/// it is written to be done many bytes at a time.
fn starts(text: &[u8]) -> impl Iterator<Item = usize> {
    (0..text.len()).step_by(BLOCK).flat_map(|block| {
        // The block with the byte before it and the two behind it.
        let mut window = [b' '; BLOCK + 3];
        let before = usize::from(block > 0);
        let part = &text[block - before..text.len().min(block + BLOCK + 2)];
        window[1 - before..][..part.len()].copy_from_slice(part);
        let mut bits = starts_in(&window);
        std::iter::from_fn(move || {
            let next = (bits != 0).then(|| block + bits.trailing_zeros() as usize)?;
            bits &= bits - 1;
            Some(next)
        })
    })
}

/// A bit for each byte of a block that [`starts`] yields, the first the lowest.
fn starts_in(window: &[u8; BLOCK + 3]) -> u64 {
    let mut flags = [0u8; BLOCK];
    for at in 0..BLOCK {
        let [before, first, second, third] =
            [window[at], window[at + 1], window[at + 2], window[at + 3]];
        let relative = (first == b'l') & (second == b'a') & (third == b's')
            | (first == b'n') & (second == b'e') & (third == b'x')
            | (first == b't') & (second == b'h') & (third == b'i')
            | (first == b't') & (second == b'o') & ((third == b'n') | (third == b'm'))
            | (first == b'y') & (second == b'e') & (third == b's');
        let opens = first.is_ascii_digit() | first.is_ascii_uppercase() | relative;
        flags[at] = u8::from(opens & !is_word(before));
    }
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().rev().fold(0, |bits, eight| {
        // Gathers the lowest bits of eight bytes in the highest byte.
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits << 8 | gathered
    })
}

/// The first letters of months and weekdays.
const fn may_begin_a_name(byte: u8) -> bool {
    matches!(byte, b'A' | b'D' | b'F' | b'J' | b'M' | b'N' | b'O' | b'S' | b'T' | b'W')
}

/// A weekday in full: short forms are words of their own ("Sun", "Sat").
fn weekday(word: &str) -> Option<Weekday> {
    let names = calendar::WEEKDAYS.iter();
    names.clone().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, weekday)| *weekday)
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn one_day(day: Date) -> Option<Days> {
    period(day, 1.day())
}

fn one_month(first: Date) -> Option<Days> {
    period(first, 1.month())
}

fn one_year(first: Date) -> Option<Days> {
    period(first, 1.year())
}

fn period(first: Date, length: Span) -> Option<Days> {
    Some((first, first.checked_add(length).ok()?))
}

fn before_or_on(day: Date, weekday: Weekday) -> Option<Date> {
    let back = day.weekday().since(weekday);
    day.checked_sub(i64::from(back).days()).ok()
}

fn after_or_on(day: Date, weekday: Weekday) -> Option<Date> {
    let on = weekday.since(day.weekday());
    day.checked_add(i64::from(on).days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::DateFrom;
    use proptest::prelude::*;

    /// Published on a Wednesday.
    fn wednesday() -> Published {
        Published {
            at: "2025-08-06T00:00:00Z".parse().unwrap(),
            offset: None,
            precision: Precision::Day,
            from: DateFrom::Record,
        }
    }

    /// "text: from..until", for each.
    fn shown(text: &str, published: Option<&Published>) -> Vec<String> {
        find(text, published)
            .into_iter()
            .map(|mention| {
                let day = |at: Timestamp| at.to_string()[..10].to_owned();
                format!("{}: {}..{}", &text[mention.range], day(mention.from), day(mention.until))
            })
            .collect()
    }

    #[test]
    fn dates_that_stand_alone() {
        let cases: &[(&str, &[&str])] = &[
            ("It was 25 April 2025.", &["25 April 2025: 2025-04-25..2025-04-26"]),
            ("On April 25th, 2025, it", &["April 25th, 2025: 2025-04-25..2025-04-26"]),
            ("by Sept. 3, 2024 at", &["Sept. 3, 2024: 2024-09-03..2024-09-04"]),
            ("in March 2024 and", &["March 2024: 2024-03-01..2024-04-01"]),
            ("since 2019, in 2,019", &["2019: 2019-01-01..2020-01-01"]),
            ("am 25. M\u{e4}rz 2025 in", &["25. M\u{e4}rz 2025: 2025-03-25..2025-03-26"]),
            ("el 25 de abril de 2025", &["25 de abril de 2025: 2025-04-25..2025-04-26"]),
            ("le 1er ao\u{fb}t 2024", &["1er ao\u{fb}t 2024: 2024-08-01..2024-08-02"]),
            ("em mar\u{e7}o de 2024", &["2024: 2024-03-01..2024-04-01"]),
            (
                "25.4.2025 / 2025-04-26",
                &["25.4.2025: 2025-04-25..2025-04-26", "2025-04-26: 2025-04-26..2025-04-27"],
            ),
            ("Friday, 25 April 2025", &["25 April 2025: 2025-04-25..2025-04-26"]),
            // Without a day of publication these say nothing.
            ("on Friday, yesterday, April 25, last week", &[]),
            ("03/04/2025, in March, 2019 people, a year ago, 31 June 2025", &[]),
            ("Route 2019; the May 2 men; 1990s in 2019.5", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text, None), *expected, "{text}");
        }
    }

    #[test]
    fn dates_from_the_day_of_publication() {
        let cases: &[(&str, &[&str])] = &[
            ("said on Friday that", &["Friday: 2025-08-01..2025-08-02"]),
            ("said Wednesday.", &["Wednesday: 2025-08-06..2025-08-07"]),
            ("last Friday", &["Friday: 2025-08-01..2025-08-02"]),
            ("last Wednesday", &["Wednesday: 2025-07-30..2025-07-31"]),
            ("next Friday", &["Friday: 2025-08-08..2025-08-09"]),
            ("It will meet on Monday.", &["Monday: 2025-08-11..2025-08-12"]),
            ("He, who will go, said on Monday", &["Monday: 2025-08-04..2025-08-05"]),
            ("It will rain. It fell on Monday.", &["Monday: 2025-08-04..2025-08-05"]),
            ("Yesterday it rained", &["Yesterday: 2025-08-05..2025-08-06"]),
            ("tomorrow and today", &["tomorrow: 2025-08-07..2025-08-08"]),
            ("last week", &["last week: 2025-07-28..2025-08-04"]),
            ("next month", &["next month: 2025-09-01..2025-10-01"]),
            ("last year", &["last year: 2024-01-01..2025-01-01"]),
            ("on July 30", &["July 30: 2025-07-30..2025-07-31"]),
            ("on 2 September", &["2 September: 2025-09-02..2025-09-03"]),
            ("on February 2", &[]),
            ("Black Friday, the Sunday Times, Mondays", &[]),
            ("May 25 be", &["May 25: 2025-05-25..2025-05-26"]),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text, Some(&wednesday())), *expected, "{text}");
        }
        let year = Published { precision: Precision::Year, ..wednesday() };
        assert_eq!(shown("on Friday", Some(&year)), Vec::<String>::new());
    }

    #[test]
    fn the_papers_own_day_counts() {
        let denver = Published {
            at: "2025-08-07T03:00:00Z".parse().unwrap(),
            offset: Some(-360),
            precision: Precision::Minute,
            from: DateFrom::Metadata,
        };
        assert_eq!(shown("tonight", Some(&denver)), ["tonight: 2025-08-06..2025-08-07"]);
    }

    #[test]
    fn words_that_may_begin_a_date_are_found_wherever_they_stand() {
        let text =
            "On 3 May the last xlast thin Tom_4 \u{e9}9 7up yes no next this tomb tonne toad ";
        let expected = |text: &str| -> Vec<usize> {
            let words = ["On", "3", "May", "last", "thin", "Tom", "7up", "yes", "next", "this"];
            let more = ["tomb", "tonne"];
            let all = words.iter().chain(&more).flat_map(|word| text.match_indices(word));
            let mut starts: Vec<usize> = all
                .map(|(at, _)| at)
                .filter(|&at| at == 0 || text.as_bytes()[at - 1] == b' ')
                .collect();
            starts.sort_unstable();
            starts
        };
        for shift in 0..BLOCK {
            let text = " ".repeat(shift) + &text.repeat(3);
            assert_eq!(starts(text.as_bytes()).collect::<Vec<_>>(), expected(&text), "{shift}");
        }
        assert_eq!(starts(b"").count(), 0);
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC*") {
            let _ = find(&text, Some(&wednesday()));
        }

        #[test]
        fn ranges_lie_in_the_text_in_order(
            text in "((last|next|on|in|am|de) ?|[0-9]{1,5}[.,/-]?|\u{e9}|April|Mai|m\u{e4}rz|Friday|today|st|th|,|\u{2019}s| ){0,12}"
        ) {
            let mut end = 0;
            for mention in find(&text, Some(&wednesday())) {
                prop_assert!(mention.range.start >= end && mention.from < mention.until);
                prop_assert!(text.get(mention.range.clone()).is_some());
                end = mention.range.end;
            }
        }
    }
}
