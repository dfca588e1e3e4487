//! Publication dates as newspapers and their machines write them.
//!
//! Knows text and the clock it is given; not where the text stood. A date that could be read in
//! two ways, that is impossible or that lies in the future is refused with the reason: never
//! guessed, never filled from today.

use std::ops::Range;

use jiff::civil::{Date as CivilDate, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use crate::article::{DateFrom, Precision, Published, Refusal, RefusedDate};
use crate::calendar;

/// A date and how exactly it is known; what it was read from is for the caller to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// The first instant of the known period.
    pub at: Timestamp,
    /// The offset of the clock that it was written by, where that is known and not UTC.
    pub offset: Option<Offset>,
    /// How long the known period is.
    pub precision: Precision,
}

impl Date {
    /// The publication date that this is, when it was read from `from`.
    #[must_use]
    pub fn read_from(self, from: DateFrom) -> Published {
        let offset = self.offset.and_then(|offset| i16::try_from(offset.seconds() / 60).ok());
        Published { at: self.at, offset, precision: self.precision, from }
    }

    /// The day, by the clock that it was written by.
    #[must_use]
    pub fn day(&self) -> CivilDate {
        self.offset.unwrap_or(Offset::UTC).to_datetime(self.at).date()
    }
}

/// What dates are read against.
#[derive(Debug, Clone)]
pub struct Clock {
    /// The present: what lies after it is no publication date.
    pub now: Timestamp,
    /// Where a time without a zone was written.
    pub zone: TimeZone,
    /// Which of two numbers is the day, where only the country can tell.
    pub order: Option<Order>,
}

impl Clock {
    /// A clock that stands at `now`, in UTC, for any country.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self { now, zone: TimeZone::UTC, order: None }
    }

    /// The same clock for texts in a language (`de`, `en-GB`), where the order is not yet known.
    #[must_use]
    pub fn in_language(&self, tag: Option<&str>) -> Self {
        let order = self.order.or_else(|| Order::of_language(tag?));
        Self { order, ..self.clone() }
    }
}

/// The order of day and month in `3/4/2025`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The 3rd of April.
    DayFirst,
    /// The 4th of March.
    MonthFirst,
}

impl Order {
    /// The order that the writers of a language keep; English alone does not tell.
    fn of_language(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
        let (language, country) = tag.split_once('-').unwrap_or((&tag, ""));
        match (language, country) {
            ("en", "us" | "ph") => Some(Self::MonthFirst),
            ("en", "gb" | "uk" | "ie" | "au" | "nz" | "in" | "sg" | "ng" | "ke" | "gh" | "pk") => {
                Some(Self::DayFirst)
            }
            (
                "de" | "fr" | "es" | "it" | "pt" | "nl" | "pl" | "da" | "nb" | "nn" | "no" | "fi"
                | "cs" | "sk" | "ro" | "ru" | "uk" | "el" | "tr" | "hr" | "bg" | "sl" | "sr" | "ca"
                | "id" | "vi" | "ar",
                _,
            ) => Some(Self::DayFirst),
            _ => None,
        }
    }
}

/// Nothing was printed before it.
const FIRST_YEAR: i16 = 1450;

/// Longer texts are not dates.
const LONGEST: usize = 80;

/// Why a text gave no date.
enum Miss {
    /// It is no date at all.
    NoDate,
    /// It is a date that cannot be used.
    Refused(Refusal),
}

use Miss::{NoDate, Refused};

type Reading<T> = Result<T, Miss>;

/// Reads a date: `None` for what is none.
///
/// # Errors
/// The reason why a date is not used.
pub fn read(text: &str, clock: &Clock) -> Result<Option<Date>, Refusal> {
    match whole(text.trim(), clock) {
        Ok(date) => Ok(Some(date)),
        Err(NoDate) => Ok(None),
        Err(Refused(why)) => Err(why),
    }
}

/// Reads a date that can be used.
#[must_use]
pub fn parse(text: &str, clock: &Clock) -> Option<Date> {
    whole(text.trim(), clock).ok()
}

/// Reads a date that stood at `from`; one that is refused goes to `refused`.
pub fn parse_or_note(
    text: &str,
    clock: &Clock,
    from: DateFrom,
    refused: &mut Vec<RefusedDate>,
) -> Option<Date> {
    /// So many are enough to tell what is wrong with a file.
    const MOST: usize = 8;
    match read(text, clock) {
        Ok(date) => date,
        Err(why) => {
            let note = RefusedDate { text: text.trim().to_owned(), from, why };
            if refused.len() < MOST && !refused.contains(&note) {
                refused.push(note);
            }
            None
        }
    }
}

/// A day, by the calendar of who wrote it.
#[must_use]
pub fn whole_day(day: CivilDate) -> Option<Date> {
    day_of(day.year(), day.month(), day.day()).ok()
}

/// The first date in a short text, of a day or more exact, and where it stands.
#[must_use]
pub fn find(text: &str, clock: &Clock) -> Option<(Date, Range<usize>)> {
    /// A date has no more words than this: "Thursday, 25 April 2025 at 3:15 p.m. (EDT)".
    const MOST_WORDS: usize = 10;
    /// More words than this are a text.
    const LONGEST_TEXT: usize = 60;
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        let gap =
            c.is_whitespace() || matches!(c, '|' | '\u{b7}' | '\u{2022}' | '\u{2013}' | '\u{2014}');
        match (gap, start) {
            (true, Some(from)) => {
                words.push(from..at);
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
        if words.len() > LONGEST_TEXT {
            break;
        }
    }
    words.extend(start.map(|from| from..text.len()));
    for (first, word) in words.iter().enumerate() {
        let bare = text[word.clone()].trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let begins = bare.starts_with(|c: char| c.is_ascii_digit())
            || calendar::month_or_short(&bare).is_some()
            || calendar::weekday(&bare).is_some();
        if !begins {
            continue;
        }
        let last = words.len().min(first + MOST_WORDS);
        for end in words[first..last].iter().rev() {
            let part = text[word.start..end.end].trim_end_matches(['.', ',', ';', ':', '-', ')']);
            let date = parse(part, clock).filter(|date| date.precision >= Precision::Day);
            // A bare number may be anything.
            if let Some(date) = date
                && !is_number(part)
            {
                return Some((date, word.start..word.start + part.len()));
            }
        }
    }
    None
}

fn whole(text: &str, clock: &Clock) -> Reading<Date> {
    if text.is_empty() || text.len() > LONGEST || !text.bytes().any(|b| b.is_ascii_digit()) {
        return Err(NoDate);
    }
    let spread = spread_numbers(text);
    let text = spread.as_deref().unwrap_or(text);
    let date = if is_number(text) {
        digits(text)?
    } else if let Some((year, rest)) = leading_year(text) {
        year_first(year, rest, text, clock)?
    } else {
        in_words(text, clock)?
    };
    usable(date, clock)
}

/// `26 | 01 | 2022`, `26 / 01 / 2022`: three numbers that templates set apart, drawn together.
fn spread_numbers(text: &str) -> Option<String> {
    let separator = [" | ", " / ", " . ", " - "].into_iter().find(|mark| text.contains(mark))?;
    let parts: Vec<&str> = text.split(separator).map(str::trim).collect();
    let numbers = parts.len() == 3 && parts.iter().all(|part| is_number(part));
    // A bar says as little of the order as a slash.
    let mark = if separator == " | " { "/" } else { separator.trim() };
    numbers.then(|| parts.join(mark))
}

/// Reads a number: seconds or milliseconds since 1970, a year, or year, month and day run together.
#[must_use]
pub fn from_number(number: f64, clock: &Clock) -> Option<Date> {
    if !number.is_finite() {
        return None;
    }
    if number.fract() == 0.0 && (1000.0..1e9).contains(&number) {
        return parse(&format!("{number:.0}"), clock);
    }
    let seconds = if number.abs() >= 1e11 { number / 1e3 } else { number };
    // Small numbers are counters or flags, not the first days of 1970.
    if (0.0..1e8).contains(&seconds) {
        return None;
    }
    usable(epoch(seconds as i64).ok()?, clock).ok()
}

/// Reads milliseconds since 1970, as MongoDB writes a date; any value is one.
#[must_use]
pub fn from_millis(millis: i64, clock: &Clock) -> Option<Date> {
    usable(epoch(millis.div_euclid(1000)).ok()?, clock).ok()
}

/// The day that stands in the path of a URL: `/2025/04/25/`, `/2025-04-25-`, `/20250425/`,
/// `-20250425.html`.
#[must_use]
pub fn from_url(url: &str, clock: &Clock) -> Option<Date> {
    let (_, path) = url.split_once("://")?.1.split_once('/')?;
    let path = path.split(['?', '#']).next()?;
    let parts: Vec<&str> =
        path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    for window in parts.windows(3) {
        let [year, month, day] = window else { continue };
        if year.len() != 4 || day.len() > 2 || !is_number(year) || !is_number(day) {
            continue;
        }
        let month = if is_number(month) && month.len() <= 2 {
            month.parse().ok()
        } else {
            calendar::month_or_short(&month.to_ascii_lowercase())
        };
        let (Ok(year), Some(month), Ok(day)) = (year.parse(), month, day.parse()) else { continue };
        let date = day_of(year, month, day).and_then(|date| usable(date, clock));
        if let Ok(date) = date {
            return Some(date);
        }
    }
    for window in parts.windows(3) {
        let [day, month, year] = window else { continue };
        let written = format!("{day}/{month}/{year}");
        if year.len() == 4
            && let Ok(Some((day, month, year))) = numeric(&written, clock)
            && let Ok(date) = day_of(year, month, day).and_then(|date| usable(date, clock))
        {
            return Some(date);
        }
    }
    // Run together it is trusted only where it is a part of its own, since ids look alike.
    path.split('/')
        .filter(|part| part.len() == 8 && is_number(part))
        .find_map(|part| usable(digits(part).ok()?, clock).ok())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// How far from now the future begins, since clocks and time zones differ.
pub const GRACE_HOURS: i64 = 24;

/// The date, if it lies between the first newspapers and now.
fn usable(date: Date, clock: &Clock) -> Reading<Date> {
    if Offset::UTC.to_datetime(date.at).year() < FIRST_YEAR {
        return Err(Refused(Refusal::Impossible));
    }
    let grace = SignedDuration::from_hours(GRACE_HOURS);
    let latest = clock.now.checked_add(grace).map_err(|_| NoDate)?;
    if date.at > latest { Err(Refused(Refusal::Future)) } else { Ok(date) }
}

/// Digits only: `1963`, `20250425`, `20250425143000`, seconds or milliseconds since 1970. What is
/// out of bounds is another number.
fn digits(text: &str) -> Reading<Date> {
    match text.len() {
        4 => {
            let year = part(text, 0, 4)?;
            if year < FIRST_YEAR { Err(NoDate) } else { starting(year, 1, 1, Precision::Year) }
        }
        8 => day_of(part(text, 0, 4)?, part(text, 4, 6)?, part(text, 6, 8)?).map_err(|_| NoDate),
        14 => {
            let day = civil(part(text, 0, 4)?, part(text, 4, 6)?, part(text, 6, 8)?)
                .map_err(|_| NoDate)?;
            let time = Time::new(part(text, 8, 10)?, part(text, 10, 12)?, part(text, 12, 14)?, 0);
            let time = time.map_err(|_| NoDate)?;
            at(DateTime::from_parts(day, time), Offset::UTC, Precision::Second)
        }
        9 | 10 => epoch(text.parse().map_err(|_| NoDate)?),
        12 | 13 => epoch(text.parse::<i64>().map_err(|_| NoDate)? / 1000),
        _ => Err(NoDate),
    }
}

fn number<T: std::str::FromStr>(text: &str, from: usize, to: usize) -> Option<T> {
    text.get(from..to)?.parse().ok()
}

fn part<T: std::str::FromStr>(text: &str, from: usize, to: usize) -> Reading<T> {
    number(text, from, to).ok_or(NoDate)
}

fn epoch(seconds: i64) -> Reading<Date> {
    let at = Timestamp::from_second(seconds).map_err(|_| NoDate)?;
    // Midnight to the second is how a program stores a day.
    let precision =
        if seconds.rem_euclid(86_400) == 0 { Precision::Day } else { Precision::Second };
    Ok(Date { at, offset: None, precision })
}

/// A day of the calendar; nothing but zeros stands for no day at all.
fn civil(year: i16, month: i8, day: i8) -> Reading<CivilDate> {
    if (year, month, day) == (0, 0, 0) {
        return Err(NoDate);
    }
    CivilDate::new(year, month, day).map_err(|_| Refused(Refusal::Impossible))
}

fn day_of(year: i16, month: i8, day: i8) -> Reading<Date> {
    starting(year, month, day, Precision::Day)
}

fn starting(year: i16, month: i8, day: i8, precision: Precision) -> Reading<Date> {
    at(civil(year, month, day)?.at(0, 0, 0, 0), Offset::UTC, precision)
}

fn at(local: DateTime, offset: Offset, precision: Precision) -> Reading<Date> {
    let at = offset.to_timestamp(local).map_err(|_| Refused(Refusal::Impossible))?;
    Ok(Date { at, offset: Some(offset).filter(|offset| *offset != Offset::UTC), precision })
}

/// The year of two digits that is not in the future.
fn full_year(two_digits: i16, clock: &Clock) -> i16 {
    let now = Offset::UTC.to_datetime(clock.now).year();
    let year = now - now % 100 + two_digits;
    if year > now { year - 100 } else { year }
}

/// `2025-`, `2025/`, `2025.` or `20250425T`, and the text behind the four digits.
fn leading_year(text: &str) -> Option<(i16, &str)> {
    let (year, rest) = text.split_at_checked(4)?;
    if !is_number(year) {
        return None;
    }
    let mut next = rest.bytes();
    let starts = match (next.next()?, next.next()?) {
        (b'-' | b'/' | b'.', b'0'..=b'9') => true,
        (b'0'..=b'9', _) => rest.as_bytes().get(4) == Some(&b'T'),
        _ => false,
    };
    if starts { Some((year.parse().ok()?, rest)) } else { None }
}

/// `2025-04-25`, `2025/4/25`, `2025.04.25`, `2025-04`, with a time and a zone behind it or not.
fn year_first(year: i16, rest: &str, text: &str, clock: &Clock) -> Reading<Date> {
    if text.as_bytes().get(8) == Some(&b'T') && text.get(..8).is_some_and(is_number) {
        // The basic form of ISO 8601: 20250425T143000Z.
        let day = civil(year, part(text, 4, 6)?, part(text, 6, 8)?)?;
        return with_time(day, text.get(9..).ok_or(NoDate)?, clock);
    }
    let separator = rest.chars().next().ok_or(NoDate)?;
    let (month, rest) = leading_number(rest.get(1..).ok_or(NoDate)?)?;
    let Some(rest) = rest.strip_prefix(separator) else {
        return if rest.is_empty() {
            starting(year, month, 1, Precision::Month)
        } else {
            Err(NoDate)
        };
    };
    let (day, rest) = leading_number(rest)?;
    match rest.strip_prefix(['T', 't', ' ', ',', '_', '.']) {
        None if rest.is_empty() => day_of(year, month, day),
        // A zone right behind the day (XML Schema) does not make it more than a day.
        None if zone(rest).is_some() => day_of(year, month, day),
        None => Err(NoDate),
        Some(rest) => {
            let rest = rest.trim_start_matches(['-', ',', ' ', '|']);
            if rest.is_empty() {
                return day_of(year, month, day);
            }
            with_time(civil(year, month, day)?, rest, clock)
        }
    }
}

/// One or two digits and what follows them.
fn leading_number(text: &str) -> Reading<(i8, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=2).contains(&length) {
        return Err(NoDate);
    }
    let (digits, rest) = text.split_at(length);
    Ok((digits.parse().map_err(|_| NoDate)?, rest))
}

/// `14`, `14:30`, `14:30:05.123`, `143005`, `3:15 PM`, and a zone behind it or not.
fn with_time(day: CivilDate, text: &str, clock: &Clock) -> Reading<Date> {
    let text = text.trim();
    let split =
        text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(text.len());
    let (time, rest) = text.split_at(split);
    let (mut hour, minute, second, precision) =
        clock_time(time.trim_end_matches('.')).ok_or(NoDate)?;
    let mut rest = rest.trim_start();
    if let Some((half, after)) = half_of_day(rest) {
        hour = twelve_hours(hour, half).ok_or(NoDate)?;
        rest = after.trim_start();
    }
    // Java's `[Europe/Berlin]` repeats what the offset before it said.
    let rest = rest.split('[').next().unwrap_or_default().trim();
    let rest = ["uhr", "hrs", "h"]
        .iter()
        .find_map(|word| {
            let start = rest.get(..word.len())?;
            start.eq_ignore_ascii_case(word).then(|| rest[word.len()..].trim())
        })
        .unwrap_or(rest);
    let offset = match rest {
        "" => None,
        rest => Some(zone(rest).ok_or(NoDate)?),
    };
    finish(day, (hour, minute, second), precision, offset, clock)
}

fn finish(
    day: CivilDate,
    (hour, minute, second): (i8, i8, i8),
    precision: Precision,
    offset: Option<Offset>,
    clock: &Clock,
) -> Reading<Date> {
    // Leap seconds and 24:00 are legal and jiff knows neither.
    if hour == 24 && minute == 0 && second == 0 {
        let next = day.tomorrow().map_err(|_| NoDate)?;
        return day_of(next.year(), next.month(), next.day());
    }
    let time = Time::new(hour, minute, second.min(59), 0).map_err(|_| NoDate)?;
    // Midnight in UTC, or in no zone, is how a program stores a day whose hour it does not know.
    if time == Time::midnight() && offset.is_none_or(|offset| offset == Offset::UTC) {
        return day_of(day.year(), day.month(), day.day());
    }
    let local = DateTime::from_parts(day, time);
    let offset = match offset {
        Some(offset) => offset,
        None => {
            let zoned = clock.zone.to_zoned(local).map_err(|_| Refused(Refusal::Impossible))?;
            zoned.offset()
        }
    };
    at(local, offset, precision)
}

fn clock_time(clock: &str) -> Option<(i8, i8, i8, Precision)> {
    let whole = match clock.split_once('.') {
        // A fraction of a second is dropped; "14.30" is a time with a point for a colon.
        Some((whole, fraction)) if whole.contains(':') || whole.len() == 6 => {
            is_number(fraction).then_some(whole)?
        }
        _ => clock,
    };
    if is_number(whole) && matches!(whole.len(), 4 | 6) {
        let second = if whole.len() == 6 { number(whole, 4, 6)? } else { 0 };
        let precision = if whole.len() == 6 { Precision::Second } else { Precision::Minute };
        return Some((number(whole, 0, 2)?, number(whole, 2, 4)?, second, precision));
    }
    let mut parts = whole.split([':', '.']);
    let hour = parts.next()?.parse().ok()?;
    let minute = parts.next().map_or(Ok(0), str::parse).ok()?;
    let (second, precision) = match parts.next() {
        Some(second) => (second.parse().ok()?, Precision::Second),
        None => (0, Precision::Minute),
    };
    // Some programs put a colon before the thousandths.
    let thousandths = parts.next().is_none_or(|part| part.len() == 3 && is_number(part));
    let sound = thousandths
        && parts.next().is_none()
        && (0..=24).contains(&hour)
        && (0..60).contains(&minute);
    (sound && (0..=60).contains(&second)).then_some((hour, minute, second, precision))
}

/// Which half of the day, and what follows the word.
fn half_of_day(text: &str) -> Option<(bool, &str)> {
    for (word, afternoon) in [("a.m.", false), ("p.m.", true), ("am", false), ("pm", true)] {
        let Some(start) = text.get(..word.len()) else { continue };
        if start.eq_ignore_ascii_case(word) {
            let rest = text.get(word.len()..).unwrap_or_default();
            if !rest.starts_with(|c: char| c.is_alphanumeric()) {
                return Some((afternoon, rest));
            }
        }
    }
    None
}

fn twelve_hours(hour: i8, afternoon: bool) -> Option<i8> {
    match (hour, afternoon) {
        (12, false) => Some(0),
        (12, true) => Some(12),
        (1..=11, false) => Some(hour),
        (1..=11, true) => Some(hour + 12),
        _ => None,
    }
}

/// `Z`, `+02:00`, `-0500`, `+2`, `UTC+2`, or a zone that newspapers name.
fn zone(text: &str) -> Option<Offset> {
    let text = text.trim().trim_matches(['(', ')', '.']);
    let upper = text.to_ascii_uppercase();
    let hours = match upper.as_str() {
        "Z" | "UTC" | "GMT" | "UT" | "WET" => 0,
        "EST" | "CDT" => -5,
        "EDT" => -4,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        "BST" | "CET" | "MEZ" | "WEST" => 1,
        "CEST" | "MESZ" => 2,
        _ => {
            let signed = upper.strip_prefix("UTC").or(upper.strip_prefix("GMT")).unwrap_or(&upper);
            return offset(signed.trim());
        }
    };
    Offset::from_hours(hours).ok()
}

fn offset(text: &str) -> Option<Offset> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    // A comment may follow, as in mail: "+0200 (CEST)".
    let rest = rest.split([' ', '(']).next()?;
    let (hours, minutes): (i32, i32) = match rest.split_once(':') {
        Some((hours, minutes)) => (hours.parse().ok()?, minutes.parse().ok()?),
        None if is_number(rest) && rest.len() == 4 => (number(rest, 0, 2)?, number(rest, 2, 4)?),
        None if is_number(rest) && rest.len() <= 2 => (rest.parse().ok()?, 0),
        None => return None,
    };
    let sound = (0..=18).contains(&hours) && (0..60).contains(&minutes);
    sound.then(|| Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()).flatten()
}

/// Dates in words and numbers in any order: `Fri, 25 Apr 2025 15:15 GMT`, `3. März 2025, 14 Uhr`,
/// `25/04/2025`, `8. 11. 2023`.
fn in_words(text: &str, clock: &Clock) -> Reading<Date> {
    let mut found = Parts::default();
    let spaced = separated(text);
    let mut words = spaced
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '|' | ';'))
        .filter(|word| !word.is_empty())
        .peekable();
    while let Some(word) = words.next() {
        let bare = word.trim_matches(['.', '(', ')', ':', '[', ']']);
        let lower = bare.to_lowercase();
        if lower.is_empty() || is_filler(&lower) {
            continue;
        }
        let starts_with_digit = lower.starts_with(|c: char| c.is_ascii_digit());
        if !starts_with_digit {
            if let Some(month) = calendar::month_or_short(&lower) {
                // The Polish November is the Croatian October, where the day has a point.
                if lower == "listopada" && found.numbers.last().is_some_and(|n| n.pointed) {
                    return Err(Refused(Refusal::Ambiguous));
                }
                set(&mut found.month, month)?;
            } else if calendar::weekday(&lower).is_some() {
                continue;
            } else if let Some(year) = lower.strip_prefix(['\'', '\u{2019}']) {
                found.push_number(year, false, true)?;
            } else if found.time.is_some() && zone(bare).is_some() {
                // The date's own year may stand between time and zone: "15:15:00 EDT 2025".
                found.zone = zone(bare);
            } else {
                return Err(NoDate);
            }
        } else if let Some(time) = time_of_day(bare, &mut words, found.has_day()) {
            set(&mut found.time, time)?;
        } else if is_number(bare) {
            found.push_number(bare, word.ends_with('.'), false)?;
        } else if let Some(day) = ordinal(&lower) {
            found.push_number(day, false, false)?;
        } else if let Some((day, month, year)) = numeric(bare, clock)? {
            found.push_day_and_year(day, year)?;
            set(&mut found.month, month)?;
        } else if let Some((day, month, year)) = hyphenated(&lower, clock) {
            found.push_day_and_year(day, year)?;
            set(&mut found.month, month)?;
        } else if let Some((year, rest)) = leading_year(bare)
            && found.is_empty()
            && words.peek().is_none()
        {
            return year_first(year, rest, bare, clock);
        } else if let Some((year, rest)) = leading_year(bare)
            && found.numbers.is_empty()
            && let Ok(Date { at, precision: Precision::Day, .. }) =
                year_first(year, rest, bare, clock)
        {
            let day = Offset::UTC.to_datetime(at).date();
            found.push_day_and_year(day.day(), day.year())?;
            set(&mut found.month, day.month())?;
        } else {
            return Err(NoDate);
        }
    }
    found.date(clock)
}

/// The text with a space where a number runs into a word: `3.März`, `1.Oktober`, `2025年4月25日`.
fn separated(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 4);
    let mut previous = ' ';
    let mut before = ' ';
    for c in text.chars() {
        // "25th", "3pm" and "14h30" stay whole: what follows a digit without a point is looked at
        // as one word.
        let runs_on = previous == '.' && before.is_ascii_digit() && c.is_alphabetic();
        match c {
            '\u{5e74}' | '\u{6708}' => spaced.push_str(". "),
            '\u{65e5}' => spaced.push(' '),
            _ => {
                if runs_on {
                    spaced.push(' ');
                }
                spaced.push(c);
            }
        }
        before = previous;
        previous = c;
    }
    spaced
}

/// The time of day that a word begins, with its half of the day and its zone: `15:15`, `3 PM`,
/// `3pm EDT`, `14h30`, `14 Uhr`, `14.30 Uhr`, `14.30` behind a day.
fn time_of_day<'w>(
    bare: &str,
    words: &mut std::iter::Peekable<impl Iterator<Item = &'w str>>,
    day_known: bool,
) -> Option<String> {
    let half = |word: &str| half_of_day(word).is_some();
    let is_hour_word = |word: &str| {
        let word = word.trim_end_matches('.').to_lowercase();
        matches!(word.as_str(), "uhr" | "h" | "hrs" | "hs" | "ur")
    };
    let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
    let rest = bare.get(digits..).unwrap_or_default();
    let half_follows = words.peek().is_some_and(|next| half(next) || is_hour_word(next));
    let is_clock = || rest.is_empty() || clock_time(bare).is_some();
    let with_point = || rest.len() == 3 && rest.starts_with('.') && clock_time(bare).is_some();
    let mut time = if let Some(minutes) = rest.strip_prefix(['h', 'H'])
        && digits <= 2
        && (minutes.is_empty() || (minutes.len() == 2 && is_number(minutes)))
    {
        format!("{}:{}", bare.get(..digits)?, if minutes.is_empty() { "00" } else { minutes })
    } else if rest.contains(':')
        || half(rest)
        || (digits <= 2 && half_follows && is_clock())
        || (day_known && with_point())
    {
        bare.to_owned()
    } else {
        return None;
    };
    while let Some(next) = words.next_if(|next| {
        half(next)
            || is_hour_word(next)
            || (!next.contains(':') && !is_number(next) && zone(next).is_some())
    }) {
        if !is_hour_word(next) {
            time.push(' ');
            time.push_str(next);
        }
    }
    Some(time)
}

/// Words that may stand in a date without meaning anything: the joints of many languages.
fn is_filler(word: &str) -> bool {
    const JOINTS: &[&str] = &[
        "at",
        "on",
        "of",
        "the",
        "de",
        "del",
        "do",
        "um",
        "uhr",
        "le",
        "la",
        "el",
        "il",
        "den",
        "der",
        "dne",
        "d",
        "kl",
        "klo",
        "a",
        "\u{e0}",
        "\u{e0}s",
        "as",
        "las",
        "ore",
        "ora",
        "h",
        "hrs",
        "alle",
        "om",
        "op",
        "ob",
        "og",
        "och",
        "\u{433}",
        "\u{433}\u{43e}\u{434}\u{430}",
        "\u{440}",
        "\u{440}\u{43e}\u{43a}\u{443}",
        "\u{432}",
        "roku",
        "r",
        "von",
        "vom",
        "am",
        "em",
        "en",
        "-",
        "/",
        "\u{2013}",
        "\u{2014}",
        "\u{b7}",
        "\u{2022}",
        "@",
        "\u{65e5}",
        "g",
        "\u{f3}ra",
        "gada",
    ];
    JOINTS.contains(&word)
}

/// The digits of `1st`, `22nd`, `1er`, `1\u{ba}`.
fn ordinal(word: &str) -> Option<&str> {
    let digits = ["st", "nd", "rd", "th", "er", "\u{ba}", "\u{b0}", "e", "\u{aa}", "o", ":a", ":e"]
        .iter()
        .find_map(|suffix| word.strip_suffix(suffix))?;
    (is_number(digits) && digits.len() <= 2).then_some(digits)
}

/// `25/04/2025`, `25.4.25`, `04-25-2025`: only where one reading is possible.
fn numeric(word: &str, clock: &Clock) -> Reading<Option<(i8, i8, i16)>> {
    let separator = ['/', '.', '-'].into_iter().find(|separator| word.contains(*separator));
    let Some(separator) = separator else { return Ok(None) };
    let mut parts = word.split(separator);
    let (Some(first), Some(second), Some(year), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Ok(None);
    };
    let sound = |part: &str| (1..=2).contains(&part.len()) && is_number(part);
    if !sound(first) || !sound(second) || !is_number(year) || !matches!(year.len(), 2 | 4) {
        return Ok(None);
    }
    let (first, second): (i8, i8) = (part(first, 0, first.len())?, part(second, 0, second.len())?);
    let short = year.len() == 2;
    let year: i16 = part(year, 0, year.len())?;
    let (day, month) = match (first, second) {
        // The point is written in countries that put the day first, and nowhere else.
        _ if separator == '.' => (first, second),
        (13.., 1..=12) => (first, second),
        (1..=12, 13..) => (second, first),
        (1..=12, 1..=12) if first == second => (first, second),
        (1..=12, 1..=12) => match clock.order {
            Some(Order::DayFirst) => (first, second),
            Some(Order::MonthFirst) => (second, first),
            None => return Err(Refused(Refusal::Ambiguous)),
        },
        // Two digits on all three places and no reading: some other number.
        _ if short => return Ok(None),
        _ => return Err(Refused(Refusal::Impossible)),
    };
    if !short {
        return Ok(Some((day, month, year)));
    }
    // With hyphens the year may come first.
    if separator == '-' && (1..=31).contains(&year) && first != 0 && clock.order.is_none() {
        return Err(Refused(Refusal::Ambiguous));
    }
    Ok(Some((day, month, full_year(year, clock))))
}

/// `25-apr-2025`, `25/Apr/2025`, `25-Apr-25`, as Reuters and databases write it.
fn hyphenated(word: &str, clock: &Clock) -> Option<(i8, i8, i16)> {
    let mut parts = word.split(['-', '/', '.']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !is_number(day) || !is_number(year) {
        return None;
    }
    let month = calendar::month_or_short(month)?;
    let number: i16 = year.parse().ok()?;
    let year = match year.len() {
        4 => number,
        2 => full_year(number, clock),
        _ => return None,
    };
    Some((day.parse().ok()?, month, year))
}

/// A number in a date.
#[derive(Clone, Copy)]
struct Number {
    value: i16,
    digits: usize,
    /// A point stands behind it.
    pointed: bool,
    /// It stands behind the month's name, or an apostrophe before it says that it is a year.
    late: bool,
}

/// What the words of a date gave; each may be given once.
#[derive(Default)]
struct Parts {
    numbers: Vec<Number>,
    month: Option<i8>,
    time: Option<String>,
    zone: Option<Offset>,
}

fn set<T>(slot: &mut Option<T>, value: T) -> Reading<()> {
    if slot.replace(value).is_some() { Err(NoDate) } else { Ok(()) }
}

impl Parts {
    fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.month.is_none() && self.time.is_none()
    }

    fn has_day(&self) -> bool {
        self.numbers.len() >= 2 && (self.month.is_some() || self.numbers.len() == 3)
    }

    /// Four digits are a year, one or two a day, or a month or short year by their place.
    fn push_number(&mut self, digits: &str, pointed: bool, year: bool) -> Reading<()> {
        if self.numbers.len() == 3 || !matches!(digits.len(), 1 | 2 | 4) {
            return Err(NoDate);
        }
        let value = digits.parse().map_err(|_| NoDate)?;
        let late = year || self.month.is_some();
        self.numbers.push(Number { value, digits: digits.len(), pointed, late });
        Ok(())
    }

    fn push_day_and_year(&mut self, day: i8, year: i16) -> Reading<()> {
        if !self.numbers.is_empty() {
            return Err(NoDate);
        }
        self.numbers.push(Number { value: i16::from(day), digits: 2, pointed: false, late: false });
        self.numbers.push(Number { value: year, digits: 4, pointed: false, late: false });
        Ok(())
    }

    fn date(self, clock: &Clock) -> Reading<Date> {
        let narrow = |number: Number| i8::try_from(number.value).map_err(|_| NoDate);
        let (year, month, day) = match (self.month, self.numbers.as_slice()) {
            (Some(month), [year]) if year.digits == 4 => (year.value, month, None),
            (Some(month), [day, year]) if day.digits < 4 && year.digits == 4 => {
                (year.value, month, Some(narrow(*day)?))
            }
            (Some(month), [year, day]) if year.digits == 4 && day.digits < 4 => {
                (year.value, month, Some(narrow(*day)?))
            }
            // "25 Apr 25" and "Apr 25, '25", but not "version 3, 29 June".
            (Some(month), [day, year]) if year.digits == 2 && year.late && !day.late => {
                (full_year(year.value, clock), month, Some(narrow(*day)?))
            }
            // Numbers alone are a date where points stand behind those that are no year.
            (None, [day, month, year])
                if day.pointed && month.pointed && day.digits < 4 && month.digits < 4 =>
            {
                match year.digits {
                    4 => (year.value, narrow(*month)?, Some(narrow(*day)?)),
                    2 => (full_year(year.value, clock), narrow(*month)?, Some(narrow(*day)?)),
                    _ => return Err(NoDate),
                }
            }
            (None, [year, month, day])
                if year.digits == 4 && year.pointed && month.pointed && day.digits < 4 =>
            {
                (year.value, narrow(*month)?, Some(narrow(*day)?))
            }
            _ => return Err(NoDate),
        };
        match (day, self.time) {
            (Some(day), None) => day_of(year, month, day),
            (None, None) => starting(year, month, 1, Precision::Month),
            (Some(day), Some(mut time)) => {
                if let Some(zone) = self.zone {
                    time.push_str(&zone.to_string());
                }
                with_time(civil(year, month, day)?, &time, clock)
            }
            (None, Some(_)) => Err(NoDate),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Clock::at("2026-01-01T00:00:00Z".parse().unwrap())
    }

    fn shown(date: Option<Date>) -> Option<String> {
        date.map(|date| format!("{} {}", date.at, date.precision))
    }

    #[test]
    fn one_reading() {
        let cases = [
            ("1963", "1963-01-01T00:00:00Z year"),
            ("2025-04", "2025-04-01T00:00:00Z month"),
            ("April 2025", "2025-04-01T00:00:00Z month"),
            ("2025-04-25", "2025-04-25T00:00:00Z day"),
            ("2025/4/5", "2025-04-05T00:00:00Z day"),
            ("20250425", "2025-04-25T00:00:00Z day"),
            ("2025-04-25+02:00", "2025-04-25T00:00:00Z day"),
            ("2025-04-25T00:00:00Z", "2025-04-25T00:00:00Z day"),
            ("2025-04-25 00:00:00", "2025-04-25T00:00:00Z day"),
            ("2025-04-25T24:00:00Z", "2025-04-26T00:00:00Z day"),
            ("2025-04-25T14:30", "2025-04-25T14:30:00Z minute"),
            ("2025-04-25T14:30:05.123456Z", "2025-04-25T14:30:05Z second"),
            ("2025-04-25T14:30:05+02:00", "2025-04-25T12:30:05Z second"),
            ("2025-04-25T14:30:05+0200", "2025-04-25T12:30:05Z second"),
            ("2025-04-25T14:30:05-05", "2025-04-25T19:30:05Z second"),
            ("2025-04-25T14:30:05+02:00[Europe/Berlin]", "2025-04-25T12:30:05Z second"),
            ("2025-04-25 14:30:05 UTC", "2025-04-25T14:30:05Z second"),
            ("20250425T143005Z", "2025-04-25T14:30:05Z second"),
            ("20250425143005", "2025-04-25T14:30:05Z second"),
            ("Fri, 25 Apr 2025 15:15:00 +0000", "2025-04-25T15:15:00Z second"),
            ("Fri, 25 Apr 2025 15:15:00 GMT", "2025-04-25T15:15:00Z second"),
            ("Fri, 25 Apr 2025 15:15:00 -0400 (EDT)", "2025-04-25T19:15:00Z second"),
            ("Fri Apr 25 15:15:00 2025", "2025-04-25T15:15:00Z second"),
            ("Fri Apr 25 15:15:00 EDT 2025", "2025-04-25T19:15:00Z second"),
            ("April 25, 2025", "2025-04-25T00:00:00Z day"),
            ("April 25th, 2025", "2025-04-25T00:00:00Z day"),
            ("25 April 2025", "2025-04-25T00:00:00Z day"),
            ("the 25th of April 2025", "2025-04-25T00:00:00Z day"),
            ("Sept. 3, 2025", "2025-09-03T00:00:00Z day"),
            ("Apr 25 2025 3:15 PM", "2025-04-25T15:15:00Z minute"),
            ("April 25, 2025 at 3:15 p.m. EDT", "2025-04-25T19:15:00Z minute"),
            ("April 25, 2025, 3pm", "2025-04-25T15:00:00Z minute"),
            ("Apr 25, 2025 12:05 AM", "2025-04-25T00:05:00Z minute"),
            ("25-APR-2025 15:01:01.79", "2025-04-25T15:01:01Z second"),
            ("25. M\u{e4}rz 2025", "2025-03-25T00:00:00Z day"),
            ("25/04/2025", "2025-04-25T00:00:00Z day"),
            ("04/25/2025", "2025-04-25T00:00:00Z day"),
            ("04/04/2025", "2025-04-04T00:00:00Z day"),
            ("25/04/2025 14:30", "2025-04-25T14:30:00Z minute"),
            ("3.4.2025", "2025-04-03T00:00:00Z day"),
            ("03.04.25", "2025-04-03T00:00:00Z day"),
            ("25/04/99", "1999-04-25T00:00:00Z day"),
            ("25-Apr-24", "2024-04-25T00:00:00Z day"),
            ("25 Apr '24", "2024-04-25T00:00:00Z day"),
            ("8. 11. 2023", "2023-11-08T00:00:00Z day"),
            ("2023. november 8.", "2023-11-08T00:00:00Z day"),
            ("26 | 01 | 2022", "2022-01-26T00:00:00Z day"),
            ("26 . 1 . 2022", "2022-01-26T00:00:00Z day"),
            ("2022 / 01 / 26", "2022-01-26T00:00:00Z day"),
            ("2023. 11. 8.", "2023-11-08T00:00:00Z day"),
            ("2023\u{5e74}11\u{6708}8\u{65e5}", "2023-11-08T00:00:00Z day"),
            ("Mittwoch, 3.M\u{e4}rz 2025, 14.30 Uhr", "2025-03-03T14:30:00Z minute"),
            ("3. M\u{e4}rz 2025 um 14 Uhr", "2025-03-03T14:00:00Z minute"),
            ("le 1er ao\u{fb}t 2024 \u{e0} 18h05", "2024-08-01T18:05:00Z minute"),
            ("25 de abril de 2025", "2025-04-25T00:00:00Z day"),
            (
                "25 \u{430}\u{43f}\u{440}\u{435}\u{43b}\u{44f} 2025 \u{433}.",
                "2025-04-25T00:00:00Z day",
            ),
            ("5 listopada 2023", "2023-11-05T00:00:00Z day"),
            ("5. listopadu 2023", "2023-11-05T00:00:00Z day"),
            ("28. huhtikuuta 2025 klo 9.15", "2025-04-28T09:15:00Z minute"),
            ("1745591400", "2025-04-25T14:30:00Z second"),
            ("1745591400123", "2025-04-25T14:30:00Z second"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(parse(text, &clock())).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn no_date() {
        let cases = [
            "",
            "yesterday",
            "03/04/2025",
            "3-4-2025",
            "25/04/2032",
            "5. listopada 2023",
            "3, 29 June",
            "2025-02-30",
            "2025-13-01",
            "31 June 2025",
            "April 25",
            "2027-01-01",
            "1449-12-31",
            "1234",
            "12",
            "2025-04-25 banana",
            "April 25 2025 26",
            "null",
            "0000-00-00",
            "2025-04-25T25:00:00Z",
            "2025-04-25T12:61",
            "\u{e9}\u{e9}\u{e9}\u{e9}-01",
            "13:00 PM April 25 2025",
            "May",
            "2025-04-25T14:30:05+99:00",
        ];
        for text in cases {
            assert_eq!(shown(parse(text, &clock())), None, "{text}");
        }
        assert!(parse("2026-01-01T20:00:00Z", &clock()).is_some(), "a day of grace");
    }

    #[test]
    fn why_a_date_is_refused() {
        let cases = [
            ("2025-04-25", Ok(true)),
            ("banana 7", Ok(false)),
            ("0000-00-00", Ok(false)),
            ("20259925", Ok(false)),
            ("03/04/2025", Err(Refusal::Ambiguous)),
            ("03-04-05", Err(Refusal::Ambiguous)),
            ("2025-02-30", Err(Refusal::Impossible)),
            ("31 June 2025", Err(Refusal::Impossible)),
            ("13/13/2025", Err(Refusal::Impossible)),
            ("0001-01-01T00:00:00", Err(Refusal::Impossible)),
            ("2026-01-03", Err(Refusal::Future)),
            ("May 2031", Err(Refusal::Future)),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, &clock()).map(|date| date.is_some()), expected, "{text}");
        }
    }

    #[test]
    fn the_country_tells_the_order() {
        let cases = [
            ("en-US", Some("2025-03-04")),
            ("en_GB", Some("2025-04-03")),
            ("de", Some("2025-04-03")),
            ("en", None),
            ("ja", None),
        ];
        for (tag, expected) in cases {
            let date = parse("03/04/2025", &clock().in_language(Some(tag)));
            assert_eq!(date.map(|date| date.day().to_string()).as_deref(), expected, "{tag}");
        }
    }

    #[test]
    fn a_time_without_a_zone_is_of_the_clock() {
        let berlin = Clock { zone: TimeZone::get("Europe/Berlin").unwrap(), ..clock() };
        let cases = [
            ("2025-07-01 00:30", "2025-06-30T22:30:00Z minute", "2025-07-01 00:30"),
            ("2025-07-01T00:30:00Z", "2025-07-01T00:30:00Z second", "2025-07-01 00:30"),
            ("2025-07-01T20:30:00-07:00", "2025-07-02T03:30:00Z second", "2025-07-01 20:30"),
            ("1 July 2025", "2025-07-01T00:00:00Z day", "2025-07-01"),
        ];
        for (text, expected, by_the_wall) in cases {
            let date = parse(text, &berlin);
            assert_eq!(shown(date).as_deref(), Some(expected), "{text}");
            assert_eq!(date.unwrap().read_from(DateFrom::Text).display(), by_the_wall);
        }
    }

    #[test]
    fn numbers() {
        let cases = [
            (1_745_591_400.0, Some("2025-04-25T14:30:00Z second")),
            (1_745_591_400_123.0, Some("2025-04-25T14:30:00Z second")),
            (1_745_539_200_000.0, Some("2025-04-25T00:00:00Z day")),
            (20_250_425.0, Some("2025-04-25T00:00:00Z day")),
            (1963.0, Some("1963-01-01T00:00:00Z year")),
            (0.0, None),
            (7.0, None),
            (f64::NAN, None),
            (1e300, None),
            (-1e9, Some("1938-04-24T22:13:20Z second")),
        ];
        for (number, expected) in cases {
            assert_eq!(shown(from_number(number, &clock())).as_deref(), expected, "{number}");
        }
        assert_eq!(
            shown(from_millis(1_745_591_400_000, &clock())).as_deref(),
            Some("2025-04-25T14:30:00Z second")
        );
    }

    #[test]
    fn urls() {
        let cases = [
            ("https://x.org/2025/04/25/a-story", Some("2025-04-25T00:00:00Z day")),
            ("https://x.org/news/2025/apr/25/a-story", Some("2025-04-25T00:00:00Z day")),
            ("https://x.org/news-2025-04-25-a.html", Some("2025-04-25T00:00:00Z day")),
            ("https://x.org/20250425/a.html", Some("2025-04-25T00:00:00Z day")),
            ("https://x.org/news/25-04-2025", Some("2025-04-25T00:00:00Z day")),
            ("https://x.org/news/05-04-2025", None),
            ("https://x.org/2025/04/a-story", None),
            ("https://x.org/a-20250425", None),
            ("https://x.org/2025/99/99/a", None),
            ("https://x.org/?d=2025/04/25", None),
            ("no url 2025/04/25", None),
        ];
        for (url, expected) in cases {
            assert_eq!(shown(from_url(url, &clock())).as_deref(), expected, "{url}");
        }
    }
}
