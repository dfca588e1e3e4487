//! Publication dates as newspapers and their machines write them.
//!
//! Knows text and the clock it is given; not where the text stood. A date that could be read in
//! two ways, that is impossible or that lies in the future is no date: never guessed, never filled
//! from today.

use jiff::Timestamp;
use jiff::civil::{Date as CivilDate, DateTime, Time, Weekday};
use jiff::tz::{Offset, TimeZone};

use crate::article::{DateFrom, Precision, Published};

/// A date and how exactly it is known; what it was read from is for the caller to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// The first instant of the known period.
    pub at: Timestamp,
    /// How long the known period is.
    pub precision: Precision,
}

impl Date {
    /// The publication date that this is, when it was read from `from`.
    #[must_use]
    pub fn read_from(self, from: DateFrom) -> Published {
        Published { at: self.at, precision: self.precision, from }
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
}

/// The order of day and month in `3/4/2025`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The 3rd of April.
    DayFirst,
    /// The 4th of March.
    MonthFirst,
}

/// Nothing was printed before it.
const FIRST_YEAR: i16 = 1450;

/// Longer texts are not dates.
const LONGEST: usize = 80;

/// Reads a date; `now` is the clock that tells the future.
#[must_use]
pub fn parse(text: &str, clock: &Clock) -> Option<Date> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let date = if text.bytes().all(|b| b.is_ascii_digit()) {
        digits(text)
    } else {
        year_first(text).or_else(|| in_words(text))
    };
    date.filter(|date| is_plausible(*date, clock))
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
    epoch(seconds as i64).filter(|date| is_plausible(*date, clock))
}

/// Reads milliseconds since 1970, as MongoDB writes a date; any value is one.
#[must_use]
pub fn from_millis(millis: i64, clock: &Clock) -> Option<Date> {
    epoch(millis.div_euclid(1000)).filter(|date| is_plausible(*date, clock))
}

/// The day that stands in the path of a URL: `/2025/04/25/`, `/2025-04-25-`, `/20250425/`.
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
            month_named(&month.to_ascii_lowercase())
        };
        let (Ok(year), Some(month), Ok(day)) = (year.parse(), month, day.parse()) else { continue };
        if let Some(date) = day_of(year, month, day).filter(|date| is_plausible(*date, clock)) {
            return Some(date);
        }
    }
    // Run together it is trusted only where it is a part of its own, since ids look alike.
    path.split('/')
        .filter(|part| part.len() == 8 && is_number(part))
        .find_map(|part| digits(part).filter(|date| is_plausible(*date, clock)))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_plausible(date: Date, clock: &Clock) -> bool {
    use jiff::ToSpan;
    let year = Offset::UTC.to_datetime(date.at).year();
    // A day of grace: clocks and time zones differ.
    clock.now.checked_add(24.hours()).is_ok_and(|latest| date.at <= latest) && year >= FIRST_YEAR
}

/// Digits only: `1963`, `20250425`, `20250425143000`, seconds or milliseconds since 1970.
fn digits(text: &str) -> Option<Date> {
    match text.len() {
        4 => starting(text.parse().ok()?, 1, 1, Precision::Year),
        8 => day_of(number(text, 0, 4)?, number(text, 4, 6)?, number(text, 6, 8)?),
        14 => {
            let day = civil(number(text, 0, 4)?, number(text, 4, 6)?, number(text, 6, 8)?)?;
            let time =
                Time::new(number(text, 8, 10)?, number(text, 10, 12)?, number(text, 12, 14)?, 0);
            at(DateTime::from_parts(day, time.ok()?), Offset::UTC, Precision::Second)
        }
        9 | 10 => epoch(text.parse().ok()?),
        12 | 13 => epoch(text.parse::<i64>().ok()? / 1000),
        _ => None,
    }
}

fn number<T: std::str::FromStr>(text: &str, from: usize, to: usize) -> Option<T> {
    text.get(from..to)?.parse().ok()
}

fn epoch(seconds: i64) -> Option<Date> {
    let at = Timestamp::from_second(seconds).ok()?;
    // Midnight to the second is how a program stores a day.
    let precision =
        if seconds.rem_euclid(86_400) == 0 { Precision::Day } else { Precision::Second };
    Some(Date { at, precision })
}

fn civil(year: i16, month: i8, day: i8) -> Option<CivilDate> {
    CivilDate::new(year, month, day).ok()
}

fn day_of(year: i16, month: i8, day: i8) -> Option<Date> {
    starting(year, month, day, Precision::Day)
}

fn starting(year: i16, month: i8, day: i8, precision: Precision) -> Option<Date> {
    at(civil(year, month, day)?.at(0, 0, 0, 0), Offset::UTC, precision)
}

fn at(local: DateTime, offset: Offset, precision: Precision) -> Option<Date> {
    let at = offset.to_timestamp(local).ok()?;
    Some(Date { at, precision })
}

/// `2025-04-25`, `2025/4/25`, `2025.04.25`, `2025-04`, with a time and a zone behind it or not.
fn year_first(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if !is_number(text.get(..4)?) {
        return None;
    }
    if bytes.get(8) == Some(&b'T') && is_number(text.get(..8)?) {
        // The basic form of ISO 8601: 20250425T143000Z.
        let day = civil(number(text, 0, 4)?, number(text, 4, 6)?, number(text, 6, 8)?)?;
        return with_time(day, text.get(9..)?);
    }
    let separator = char::from(*bytes.get(4)?);
    if !matches!(separator, '-' | '/' | '.') {
        return None;
    }
    let year: i16 = number(text, 0, 4)?;
    let (month, rest) = leading_number(text.get(5..)?)?;
    let month = i8::try_from(month).ok()?;
    let Some(rest) = rest.strip_prefix(separator) else {
        return if rest.is_empty() { starting(year, month, 1, Precision::Month) } else { None };
    };
    let (day, rest) = leading_number(rest)?;
    let day = civil(year, month, i8::try_from(day).ok()?)?;
    match rest.strip_prefix(['T', 't', ' ', ',', '_']) {
        None if rest.is_empty() => day_of(year, month, day.day()),
        // A zone right behind the day (XML Schema) does not make it more than a day.
        None if zone(rest).is_some() => day_of(year, month, day.day()),
        None => None,
        Some(rest) => with_time(day, rest.trim_start_matches(['-', ',', ' '])),
    }
}

/// One or two digits and what follows them.
fn leading_number(text: &str) -> Option<(u8, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=2).contains(&length) {
        return None;
    }
    let (digits, rest) = text.split_at(length);
    Some((digits.parse().ok()?, rest))
}

/// `14`, `14:30`, `14:30:05.123`, `143005`, `3:15 PM`, and a zone behind it or not.
fn with_time(day: CivilDate, text: &str) -> Option<Date> {
    let text = text.trim();
    let split =
        text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(text.len());
    let (clock, rest) = text.split_at(split);
    let (mut hour, minute, second, precision) = clock_time(clock)?;
    let mut rest = rest.trim_start();
    if let Some((half, after)) = half_of_day(rest) {
        hour = twelve_hours(hour, half)?;
        rest = after.trim_start();
    }
    // Java's `[Europe/Berlin]` repeats what the offset before it said.
    let rest = rest.split('[').next().unwrap_or_default().trim();
    let offset = if rest.is_empty() { Offset::UTC } else { zone(rest)? };
    finish(day, (hour, minute, second), precision, offset)
}

fn finish(
    day: CivilDate,
    (hour, minute, second): (i8, i8, i8),
    precision: Precision,
    offset: Offset,
) -> Option<Date> {
    // Leap seconds and 24:00 are legal and jiff knows neither.
    if hour == 24 && minute == 0 && second == 0 {
        let next = day.tomorrow().ok()?;
        return day_of(next.year(), next.month(), next.day());
    }
    let time = Time::new(hour, minute, second.min(59), 0).ok()?;
    // Midnight in UTC is how a program stores a day whose hour it does not know.
    if time == Time::midnight() && offset == Offset::UTC {
        return day_of(day.year(), day.month(), day.day());
    }
    at(DateTime::from_parts(day, time), offset, precision)
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
    let sound = parts.next().is_none() && (0..=24).contains(&hour) && (0..60).contains(&minute);
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

/// Dates with a month's name, in any order, and day, month and year as numbers.
fn in_words(text: &str) -> Option<Date> {
    let mut found = Parts::default();
    let mut words =
        text.split([' ', ',', '\u{a0}', '\t', '\n', '|']).filter(|w| !w.is_empty()).peekable();
    while let Some(word) = words.next() {
        let bare = word.trim_matches(['.', '(', ')']);
        let lower = bare.to_lowercase();
        if lower.is_empty() || is_filler(&lower) {
            continue;
        }
        if let Some(month) = month_named(&lower) {
            found.set_month(month)?;
        } else if word.contains(':') {
            // The half of the day may stand apart ("3:15 PM") or not ("3:15pm"), a zone may follow.
            let mut clock = word.to_owned();
            while let Some(next) = words.next_if(|next| {
                half_of_day(next).is_some()
                    || (!next.contains(':') && !is_number(next) && zone(next).is_some())
            }) {
                clock.push(' ');
                clock.push_str(next);
            }
            found.set_clock(clock)?;
        } else if is_number(bare) {
            // "3 PM" is an hour.
            match words.next_if(|next| half_of_day(next).is_some()) {
                Some(half) => found.set_clock(format!("{bare} {half}"))?,
                None => found.set_number(bare)?,
            }
        } else if let Some(day) = ordinal(&lower) {
            found.set_day(day)?;
        } else if lower.starts_with(|c: char| c.is_ascii_digit())
            && half_of_day(lower.trim_start_matches(|c: char| c.is_ascii_digit())).is_some()
        {
            let mut clock = lower.clone();
            if let Some(next) = words.next_if(|next| zone(next).is_some()) {
                clock.push(' ');
                clock.push_str(next);
            }
            found.set_clock(clock)?;
        } else if let Some((day, month, year)) = numeric(bare) {
            found.set_day(day)?;
            found.set_month(month)?;
            found.set_year(year)?;
        } else if let Some((day, month, year)) = hyphenated(&lower) {
            found.set_day(day)?;
            found.set_month(month)?;
            found.set_year(year)?;
        } else if found.clock.is_some() && zone(bare).is_some() {
            // The date's own year may stand between time and zone: "15:15:00 EDT 2025".
            found.zone = Some(zone(bare)?);
        } else if year_first(bare).is_some() && found.year.is_none() && words.peek().is_none() {
            return year_first(bare);
        } else {
            return None;
        }
    }
    found.date()
}

/// Words that may stand in a date without meaning anything: week days and joints.
fn is_filler(word: &str) -> bool {
    const JOINTS: &[&str] = &[
        "at", "on", "of", "the", "de", "del", "um", "uhr", "le", "-", "\u{2013}", "\u{b7}",
        "\u{2022}",
    ];
    const WEEK: [(&str, Weekday); 7] = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    JOINTS.contains(&word)
        || WEEK.iter().any(|(name, _)| word.len() >= 3 && name.starts_with(word))
        || [
            "tues",
            "thur",
            "thurs",
            "montag",
            "dienstag",
            "mittwoch",
            "donnerstag",
            "freitag",
            "samstag",
            "sonnabend",
            "sonntag",
        ]
        .contains(&word)
}

/// The number of a month by its name or short name.
fn month_named(word: &str) -> Option<i8> {
    const MONTHS: [&[&str]; 12] = [
        &["january", "januar", "j\u{e4}nner", "janvier", "enero"],
        &["february", "februar", "feber", "f\u{e9}vrier", "febrero"],
        &["march", "m\u{e4}rz", "mars", "marzo"],
        &["april", "avril", "abril"],
        &["may", "mai", "mayo"],
        &["june", "juni", "juin", "junio"],
        &["july", "juli", "juillet", "julio"],
        &["august", "ao\u{fb}t", "agosto"],
        &["september", "sept", "septembre", "septiembre"],
        &["october", "oktober", "octobre", "octubre", "okt"],
        &["november", "novembre", "noviembre"],
        &["december", "dezember", "d\u{e9}cembre", "diciembre", "dez"],
    ];
    let found = MONTHS.iter().position(|names| {
        names.contains(&word) || names.first().is_some_and(|name| name.get(..3) == Some(word))
    })?;
    i8::try_from(found + 1).ok()
}

/// `1st`, `22nd`, `25.` without its point is a plain number and not met here.
fn ordinal(word: &str) -> Option<i8> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|suffix| word.strip_suffix(suffix))?;
    digits.parse().ok()
}

/// `25/04/2025`, `25.4.2025`, `04-25-2025`: only where one reading is possible.
fn numeric(word: &str) -> Option<(i8, i8, i16)> {
    let separator = ['/', '.', '-'].into_iter().find(|separator| word.contains(*separator))?;
    let mut parts = word.split(separator);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || first.len() > 2 || second.len() > 2 {
        return None;
    }
    let (first, second): (i8, i8) = (first.parse().ok()?, second.parse().ok()?);
    let year = year.parse().ok()?;
    match (first, second) {
        // The point is written in countries that put the day first, and nowhere else.
        _ if separator == '.' => Some((first, second, year)),
        (13.., 1..=12) => Some((first, second, year)),
        (1..=12, 13..) => Some((second, first, year)),
        _ if first == second => Some((first, second, year)),
        _ => None,
    }
}

/// `25-apr-2025`, as Reuters and databases write it.
fn hyphenated(word: &str) -> Option<(i8, i8, i16)> {
    let mut parts = word.split(['-', '/']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Some((day.parse().ok()?, month_named(month)?, year.parse().ok()?))
}

/// What the words of a date gave; each may be given once.
#[derive(Default)]
struct Parts {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    clock: Option<String>,
    zone: Option<Offset>,
}

impl Parts {
    fn set_year(&mut self, year: i16) -> Option<()> {
        self.year.replace(year).is_none().then_some(())
    }

    fn set_month(&mut self, month: i8) -> Option<()> {
        self.month.replace(month).is_none().then_some(())
    }

    fn set_day(&mut self, day: i8) -> Option<()> {
        self.day.replace(day).is_none().then_some(())
    }

    fn set_clock(&mut self, clock: String) -> Option<()> {
        self.clock.replace(clock).is_none().then_some(())
    }

    /// Four digits are a year, one or two a day; two-digit years are not read.
    fn set_number(&mut self, digits: &str) -> Option<()> {
        match digits.len() {
            4 => self.set_year(digits.parse().ok()?),
            1 | 2 => self.set_day(digits.parse().ok()?),
            _ => None,
        }
    }

    fn date(self) -> Option<Date> {
        let year = self.year?;
        match (self.month, self.day, self.clock) {
            (Some(month), Some(day), None) => day_of(year, month, day),
            (Some(month), None, None) => starting(year, month, 1, Precision::Month),
            (Some(month), Some(day), Some(clock)) => {
                let mut clock = clock;
                if let Some(zone) = self.zone {
                    clock.push_str(&zone.to_string());
                }
                with_time(civil(year, month, day)?, &clock)
            }
            _ => None,
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
            "25/04/25",
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
