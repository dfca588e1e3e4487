//! Dates as people write them: `2025-04`, `last friday`, `7d`.
//!
//! Everything here is reckoned in UTC and in whole seconds, and means the same for ever once
//! `now` is given. A date is a period (April is a month long), half-open: its end is the first
//! instant that no longer belongs to it.

use std::fmt;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::calendar;

/// Years that can be asked for. Four digits, so that every date reads and sorts alike.
const YEARS: std::ops::RangeInclusive<i64> = 1000..=2999;

/// Characters of the longest date there is, and then some; keeps messages short.
const LONGEST: usize = 60;

/// What a date may look like; the hint of every date that cannot be read.
const FORMS: &str = "write 2025-04-25, 2025-04, 25 April 2025, yesterday, last friday or 7d; \
                     put quotes around a date of several words";

/// Why a date cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateError {
    /// What is wrong, in lower case.
    pub message: String,
    /// What to write instead.
    pub hint: String,
}

impl DateError {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        DateError { message: message.into(), hint: hint.into() }
    }

    fn unknown(text: &str) -> Self {
        DateError::new(format!("cannot read `{text}` as a date"), FORMS)
    }

    fn out_of_range(text: &str) -> Self {
        let message = format!("`{text}` lies outside the years 1000 to 2999");
        DateError::new(message, "write a year between 1000 and 2999, in four digits")
    }
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.hint)
    }
}

impl std::error::Error for DateError {}

/// How a query asks for dates; the name of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateField {
    /// `date:` and `on:`: within the period or range.
    Within,
    /// `after:`: from the end of the period on.
    After,
    /// `before:`: up to the start of the period.
    Before,
    /// `since:`: from the start of the period on.
    Since,
    /// `until:`: up to the end of the period.
    Until,
    /// `mentions:`: within the period or range, of the dates that the text names.
    Mentions,
}

/// First instant that matches and first that no longer does; `None` is open.
pub(super) type Bounds = (Option<Timestamp>, Option<Timestamp>);

/// The period that a date stands for, from its first instant to the first one after it.
///
/// # Errors
/// If the text is no date, is ambiguous (`04/05/2025`), does not exist (`2025-02-30`) or lies
/// outside the years 1000 to 2999.
///
/// # Examples
/// ```
/// let now: jiff::Timestamp = "2025-08-06T12:00:00Z".parse()?;
/// let (from, until) = dateline::query::parse_date("last month", now)?;
/// assert_eq!(from.to_string(), "2025-07-01T00:00:00Z");
/// assert_eq!(until.to_string(), "2025-08-01T00:00:00Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn parse_date(text: &str, now: Timestamp) -> Result<(Timestamp, Timestamp), DateError> {
    let date = read(text, now)?;
    Ok((date.from, date.until))
}

/// The bounds of a range: `X..Y` from the start of X to the end of Y, `X..` and `..Y` open at one
/// end, a lone `X` its whole period.
///
/// # Errors
/// As [`parse_date`], and if the range is empty because its ends are the wrong way round.
pub fn parse_range(
    text: &str,
    now: Timestamp,
) -> Result<(Option<Timestamp>, Option<Timestamp>), DateError> {
    bounds(DateField::Within, text, now)
}

/// The bounds that a date field with this value asks for.
pub(super) fn bounds(field: DateField, text: &str, now: Timestamp) -> Result<Bounds, DateError> {
    match field {
        DateField::Within | DateField::Mentions => range(text, now),
        DateField::After => Ok((Some(read(text, now)?.end()), None)),
        DateField::Before => Ok((None, Some(read(text, now)?.from))),
        DateField::Since => Ok((Some(read(text, now)?.from), None)),
        DateField::Until => Ok((None, Some(read(text, now)?.end()))),
    }
}

fn range(text: &str, now: Timestamp) -> Result<Bounds, DateError> {
    let Some((first, last)) = text.split_once("..") else {
        let date = read(text, now)?;
        return Ok((Some(date.from), Some(date.until)));
    };
    let (first, last) = (first.trim(), last.trim());
    let from = if first.is_empty() { None } else { Some(read(first, now)?.from) };
    let until = if last.is_empty() { None } else { Some(read(last, now)?.end()) };
    match (from, until) {
        (None, None) => Err(DateError::new(
            "a range needs a date at one end at least",
            "write 2025-04.. or ..2025-04",
        )),
        (Some(from), Some(until)) if from >= until => Err(DateError::new(
            format!("`{text}` ends before it begins"),
            format!("swap its ends: {last}..{first}"),
        )),
        bounds => Ok(bounds),
    }
}

/// A date that was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Period {
    from: Timestamp,
    until: Timestamp,
    /// Written as a distance from now (`7d`). Its other end is always now, so what somebody who
    /// writes `until:7d` or `14d..7d` means is the instant so long ago.
    ago: bool,
}

impl Period {
    /// Where the date ends when it closes a range.
    fn end(self) -> Timestamp {
        if self.ago { self.from } else { self.until }
    }
}

fn read(text: &str, now: Timestamp) -> Result<Period, DateError> {
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(DateError::new("this is too long for a date", FORMS));
    }
    let lower = text.to_lowercase().replace(',', " ");
    let words: Vec<&str> = lower.split_whitespace().collect();
    let reader = Reader { text, now, today: now.to_zoned(TimeZone::UTC).date() };
    match words.as_slice() {
        [] => Err(DateError::new("a date is missing", FORMS)),
        [word] => reader.one_word(word),
        ["last", unit] if is_unit(unit) => reader.calendar(unit, 1),
        ["this", unit] if is_unit(unit) => reader.calendar(unit, 0),
        ["last", day] => match weekday(day) {
            Some(weekday) => reader.weekday(weekday),
            None => Err(reader.unknown()),
        },
        [quarter, year] if quarter.starts_with('q') => reader.quarter(year, quarter),
        [name, year] => match (month(name), digits(year)) {
            (Some(month), Some(_)) if year.len() > 2 => reader.month(reader.year(year)?, month),
            (Some(_), _) => Err(reader.without_year()),
            (None, _) if month(year).is_some() => Err(reader.without_year()),
            _ => Err(reader.unknown()),
        },
        [count, unit, "ago"] => reader.ago(count, unit),
        [a, b, year] => match (month(a), month(b)) {
            (Some(month), None) => reader.day(reader.year(year)?, month, ordinal(b)),
            (None, Some(month)) => reader.day(reader.year(year)?, month, ordinal(a)),
            _ => Err(reader.unknown()),
        },
        _ => Err(reader.unknown()),
    }
}

/// What the forms of a date are read against.
struct Reader<'t> {
    /// As the user wrote it, for messages.
    text: &'t str,
    now: Timestamp,
    today: Date,
}

impl Reader<'_> {
    fn unknown(&self) -> DateError {
        DateError::unknown(self.text)
    }

    fn out_of_range(&self) -> DateError {
        DateError::out_of_range(self.text)
    }

    fn without_year(&self) -> DateError {
        let message = format!("`{}` leaves open which year", self.text);
        DateError::new(message, "add the year in four digits, as in 25 April 2025")
    }

    fn one_word(&self, word: &str) -> Result<Period, DateError> {
        match word {
            "today" => return self.days(Ok(self.today), 1),
            "yesterday" => return self.days(self.today.yesterday(), 1),
            "tomorrow" => return self.days(self.today.tomorrow(), 1),
            _ => {}
        }
        if let Some(weekday) = weekday(word) {
            return self.weekday(weekday);
        }
        if let Some(month) = month(word) {
            let year = i64::from(self.today.year());
            let past = month <= i64::from(self.today.month());
            return self.month(if past { year } else { year - 1 }, month);
        }
        if let Some(duration) = self.duration(word) {
            return duration;
        }
        if !word.starts_with(|first: char| first.is_ascii_digit()) {
            return Err(self.unknown());
        }
        if word.contains('t') {
            return self.instant(word);
        }
        let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
        match (parts.as_slice(), word.contains('-')) {
            // As in ISO 8601's basic form and in the names of files.
            ([word], _) if word.len() == 8 && digits(word).is_some() => {
                let number = digits(word).unwrap_or_default();
                self.day(self.year(&word[..4])?, number / 100 % 100, Some(number % 100))
            }
            ([year], _) if digits(year).is_some() => {
                let year = self.year(year)?;
                self.period(Date::new(small(year), 1, 1), Span::new().try_years(1))
            }
            ([year, quarter], true) if quarter.starts_with('q') => self.quarter(year, quarter),
            ([year, month], true) => match digits(month) {
                Some(month) => self.month(self.year(year)?, month),
                None => Err(self.unknown()),
            },
            ([year, month, day], _) if year.len() > 2 => match digits(month) {
                Some(month) => self.day(self.year(year)?, month, digits(day)),
                None => Err(self.unknown()),
            },
            ([a, b, year], false) => match (digits(a), digits(b)) {
                (Some(a), Some(b)) => self.day_and_month(a, b, self.year(year)?),
                _ => Err(self.unknown()),
            },
            _ => Err(self.unknown()),
        }
    }

    /// `25/04/2025`, either part first, as long as only one reading is possible.
    fn day_and_month(&self, a: i64, b: i64, year: i64) -> Result<Period, DateError> {
        match (a <= 12, b <= 12) {
            (true, true) if a != b => Err(DateError::new(
                format!(
                    "`{}` is ambiguous: {a} {} or {b} {}",
                    self.text,
                    month_name(b),
                    month_name(a)
                ),
                format!("write {year}-{b:02}-{a:02} or {year}-{a:02}-{b:02}"),
            )),
            (true, false) => self.day(year, a, Some(b)),
            _ => self.day(year, b, Some(a)),
        }
    }

    /// RFC 3339; without a zone it is UTC.
    fn instant(&self, word: &str) -> Result<Period, DateError> {
        let upper = word.to_uppercase();
        let Ok(at) = upper.parse::<Timestamp>().or_else(|_| format!("{upper}Z").parse()) else {
            let hint = "write the date and time as 2025-04-25T14:30:00Z";
            return Err(DateError::new(self.unknown().message, hint));
        };
        self.seconds(at.as_second(), at.as_second().saturating_add(1))
    }

    /// `7d`, `12h`: from so long ago until now. `None` if the word is nothing of the kind.
    fn duration(&self, word: &str) -> Option<Result<Period, DateError>> {
        let unit = word.chars().last().filter(|unit| "hdwmy".contains(*unit))?;
        let count = &word[..word.len() - unit.len_utf8()];
        if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(self.last(count, unit))
    }

    fn last(&self, count: &str, unit: char) -> Result<Period, DateError> {
        // A count too long for a number is certainly too far back.
        let count: i64 = count.parse().map_err(|_| self.out_of_range())?;
        if count == 0 {
            let message = format!("`{}` is no time at all", self.text);
            return Err(DateError::new(message, "write 1d or more, or today"));
        }
        let from = span(count, unit)
            .and_then(|span| self.now.to_zoned(TimeZone::UTC).checked_sub(span))
            .map_err(|_| self.out_of_range())?;
        let period = self.seconds(from.timestamp().as_second(), self.now.as_second())?;
        Ok(Period { ago: true, ..period })
    }

    /// `3 days ago`: that day.
    fn ago(&self, count: &str, unit: &str) -> Result<Period, DateError> {
        let unit = unit.strip_suffix('s').unwrap_or(unit);
        let count = if matches!(count, "a" | "an" | "one") { "1" } else { count };
        let all_digits = count.bytes().all(|byte| byte.is_ascii_digit());
        let (true, Some(letter)) = (all_digits && is_unit(unit), unit.chars().next()) else {
            return Err(self.unknown());
        };
        let count: i64 = count.parse().map_err(|_| self.out_of_range())?;
        self.days(span(count, letter).and_then(|span| self.today.checked_sub(span)), 1)
    }

    /// The calendar unit that today lies in, or the one before it.
    fn calendar(&self, unit: &str, back: i64) -> Result<Period, DateError> {
        let today = self.today;
        let (start, letter) = match unit {
            "day" => (Ok(today), 'd'),
            "week" => {
                let into = i64::from(today.weekday().to_monday_zero_offset());
                (span(into, 'd').and_then(|span| today.checked_sub(span)), 'w')
            }
            "month" => (Ok(today.first_of_month()), 'm'),
            _ => (Ok(today.first_of_year()), 'y'),
        };
        let start = start.and_then(|start| start.checked_sub(span(back, letter)?));
        self.period(start, span(1, letter))
    }

    /// The most recent such day before today.
    fn weekday(&self, weekday: Weekday) -> Result<Period, DateError> {
        self.days(self.today.nth_weekday(-1, weekday), 1)
    }

    fn quarter(&self, year: &str, quarter: &str) -> Result<Period, DateError> {
        let number = match quarter {
            "q1" => 0,
            "q2" => 1,
            "q3" => 2,
            "q4" => 3,
            _ => {
                let message = format!("`{}` is not a quarter", self.text);
                return Err(DateError::new(message, "write 2025-Q1 to 2025-Q4"));
            }
        };
        let first = Date::new(small(self.year(year)?), number * 3 + 1, 1);
        self.period(first, Span::new().try_months(3))
    }

    fn year(&self, year: &str) -> Result<i64, DateError> {
        match digits(year) {
            Some(number) if year.len() == 4 && YEARS.contains(&number) => Ok(number),
            Some(_) if year.len() > 2 => Err(self.out_of_range()),
            _ => Err(self.unknown()),
        }
    }

    fn month(&self, year: i64, month: i64) -> Result<Period, DateError> {
        if !(1..=12).contains(&month) {
            let message = format!("`{}` has no such month", self.text);
            return Err(DateError::new(message, "months run from 01 to 12"));
        }
        self.period(Date::new(small(year), small(month), 1), Span::new().try_months(1))
    }

    fn day(&self, year: i64, month: i64, day: Option<i64>) -> Result<Period, DateError> {
        let day = day.ok_or_else(|| self.unknown())?;
        let whole_month = self.month(year, month)?;
        match Date::new(small(year), small(month), small(day)) {
            Ok(date) => self.days(Ok(date), 1),
            Err(_) => {
                let days = whole_month.from.to_zoned(TimeZone::UTC).date().days_in_month();
                let hint = format!("{} {year} has {days} days", month_name(month));
                Err(DateError::new(format!("`{}` does not exist", self.text), hint))
            }
        }
    }

    fn days(&self, first: Result<Date, jiff::Error>, days: i64) -> Result<Period, DateError> {
        self.period(first, span(days, 'd'))
    }

    /// From the start of a day on, so long. All that can fail in here is leaving the calendar.
    fn period(
        &self,
        first: Result<Date, jiff::Error>,
        long: Result<Span, jiff::Error>,
    ) -> Result<Period, DateError> {
        let ends = first.and_then(|first| {
            let from = first.to_zoned(TimeZone::UTC)?;
            let until = from.checked_add(long?)?;
            Ok((from.timestamp().as_second(), until.timestamp().as_second()))
        });
        let (from, until) = ends.map_err(|_| self.out_of_range())?;
        self.seconds(from, until)
    }

    /// The period between two seconds, if it lies in the years that can be asked for.
    fn seconds(&self, from: i64, until: i64) -> Result<Period, DateError> {
        let ends = Timestamp::from_second(from)
            .and_then(|from| Ok((from, Timestamp::from_second(until)?)));
        let (from, until) = ends.map_err(|_| self.out_of_range())?;
        // The end is the first instant after the period, so the start of the year 3000 is fine.
        let last = Timestamp::from_second(until.as_second() - 1).unwrap_or(until);
        let in_range =
            |at: Timestamp| YEARS.contains(&i64::from(at.to_zoned(TimeZone::UTC).year()));
        if in_range(from) && in_range(last) {
            Ok(Period { from, until, ago: false })
        } else {
            Err(self.out_of_range())
        }
    }
}

fn span(count: i64, unit: char) -> Result<Span, jiff::Error> {
    let span = Span::new();
    match unit {
        'h' => span.try_hours(count),
        'd' => span.try_days(count),
        'w' => span.try_weeks(count),
        'm' => span.try_months(count),
        _ => span.try_years(count),
    }
}

fn is_unit(word: &str) -> bool {
    matches!(word, "day" | "week" | "month" | "year")
}

/// A whole number of at most nine digits and nothing else.
fn digits(text: &str) -> Option<i64> {
    let fits = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

/// `25`, `25th`, `1st`.
fn ordinal(text: &str) -> Option<i64> {
    let bare = ["st", "nd", "rd", "th"].iter().find_map(|ending| text.strip_suffix(ending));
    digits(bare.unwrap_or(text))
}

/// Narrows a part of a date. What does not fit becomes a number that no calendar has.
fn small<T: TryFrom<i64> + Default>(number: i64) -> T {
    T::try_from(number).unwrap_or_default()
}

fn month_name(month: i64) -> String {
    let name = usize::try_from(month - 1).ok().and_then(|month| calendar::MONTHS.get(month));
    let name = name.copied().unwrap_or("this month");
    let (first, rest) = name.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

/// The month with this English name, in full or cut to three letters or more.
fn month(word: &str) -> Option<i64> {
    calendar::english_month(word.strip_suffix('.').unwrap_or(word)).map(i64::from)
}

fn weekday(word: &str) -> Option<Weekday> {
    calendar::english_weekday(word.strip_suffix('.').unwrap_or(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn now() -> Timestamp {
        "2025-08-06T12:00:00Z".parse().unwrap()
    }

    /// Midnights without their time, so that the tables can be read.
    fn show(at: Timestamp) -> String {
        at.to_string().replace("T00:00:00Z", "")
    }

    #[test]
    fn dates_are_periods() {
        let cases = [
            ("2025", "2025-01-01", "2026-01-01"),
            ("1000", "1000-01-01", "1001-01-01"),
            ("2999", "2999-01-01", "3000-01-01"),
            ("2025-04", "2025-04-01", "2025-05-01"),
            ("2025-12", "2025-12-01", "2026-01-01"),
            ("2025-04-25", "2025-04-25", "2025-04-26"),
            ("20250425", "2025-04-25", "2025-04-26"),
            ("2025-4-5", "2025-04-05", "2025-04-06"),
            ("2025/04/25", "2025-04-25", "2025-04-26"),
            ("2024-02-29", "2024-02-29", "2024-03-01"),
            ("2025-04-25T14:30:00Z", "2025-04-25T14:30:00Z", "2025-04-25T14:30:01Z"),
            ("2025-04-25t14:30:00.75z", "2025-04-25T14:30:00Z", "2025-04-25T14:30:01Z"),
            ("2025-04-25T14:30:00+02:00", "2025-04-25T12:30:00Z", "2025-04-25T12:30:01Z"),
            ("2025-04-25T14:30", "2025-04-25T14:30:00Z", "2025-04-25T14:30:01Z"),
            ("25 April 2025", "2025-04-25", "2025-04-26"),
            ("25th april, 2025", "2025-04-25", "2025-04-26"),
            ("April 25, 2025", "2025-04-25", "2025-04-26"),
            ("Sept. 1, 2024", "2024-09-01", "2024-09-02"),
            ("apr 2025", "2025-04-01", "2025-05-01"),
            ("April", "2025-04-01", "2025-05-01"),
            ("August", "2025-08-01", "2025-09-01"),
            ("september", "2024-09-01", "2024-10-01"),
            ("today", "2025-08-06", "2025-08-07"),
            ("YESTERDAY", "2025-08-05", "2025-08-06"),
            ("tomorrow", "2025-08-07", "2025-08-08"),
            ("friday", "2025-08-01", "2025-08-02"),
            ("last friday", "2025-08-01", "2025-08-02"),
            ("last  wed", "2025-07-30", "2025-07-31"),
            ("this week", "2025-08-04", "2025-08-11"),
            ("last week", "2025-07-28", "2025-08-04"),
            ("this month", "2025-08-01", "2025-09-01"),
            ("last month", "2025-07-01", "2025-08-01"),
            ("this year", "2025-01-01", "2026-01-01"),
            ("last year", "2024-01-01", "2025-01-01"),
            ("3 days ago", "2025-08-03", "2025-08-04"),
            ("a week ago", "2025-07-30", "2025-07-31"),
            ("6 months ago", "2025-02-06", "2025-02-07"),
            ("2 years ago", "2023-08-06", "2023-08-07"),
            ("7d", "2025-07-30T12:00:00Z", "2025-08-06T12:00:00Z"),
            ("2w", "2025-07-23T12:00:00Z", "2025-08-06T12:00:00Z"),
            ("3m", "2025-05-06T12:00:00Z", "2025-08-06T12:00:00Z"),
            ("1y", "2024-08-06T12:00:00Z", "2025-08-06T12:00:00Z"),
            ("12h", "2025-08-06", "2025-08-06T12:00:00Z"),
            ("2025-Q1", "2025-01-01", "2025-04-01"),
            ("q4 2024", "2024-10-01", "2025-01-01"),
            ("25/04/2025", "2025-04-25", "2025-04-26"),
            ("04/25/2025", "2025-04-25", "2025-04-26"),
            ("25.04.2025", "2025-04-25", "2025-04-26"),
            ("04/04/2025", "2025-04-04", "2025-04-05"),
        ];
        for (text, from, until) in cases {
            let (got_from, got_until) = parse_date(text, now()).expect(text);
            assert_eq!((show(got_from), show(got_until)), (from.into(), until.into()), "{text}");
        }
    }

    #[test]
    fn ranges_take_in_their_last_day() {
        let cases = [
            ("2025-04-01..2025-04-30", "2025-04-01", "2025-05-01"),
            ("2024..2025", "2024-01-01", "2026-01-01"),
            ("2025-04..", "2025-04-01", "-"),
            ("..yesterday", "-", "2025-08-06"),
            ("1 April 2025 .. 2 April 2025", "2025-04-01", "2025-04-03"),
            ("14d..7d", "2025-07-23T12:00:00Z", "2025-07-30T12:00:00Z"),
            ("2025-04", "2025-04-01", "2025-05-01"),
        ];
        for (text, from, until) in cases {
            let (got_from, got_until) = parse_range(text, now()).expect(text);
            let show = |at: Option<Timestamp>| at.map_or("-".to_owned(), show);
            assert_eq!((show(got_from), show(got_until)), (from.into(), until.into()), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_says_why() {
        let cases = [
            ("", "missing", "2025-04-25"),
            ("soon", "cannot read `soon`", "2025-04-25"),
            ("last", "cannot read `last`", "quotes"),
            ("04/05/2025", "4 May or 5 April", "2025-05-04 or 2025-04-05"),
            ("2025-02-30", "does not exist", "February 2025 has 28 days"),
            ("31 April 2025", "does not exist", "April 2025 has 30 days"),
            ("2025-04-999", "does not exist", "30 days"),
            ("13/13/2025", "no such month", "01 to 12"),
            ("2025-13", "no such month", "01 to 12"),
            ("2025-Q5", "not a quarter", "Q4"),
            ("3025", "outside the years", "between 1000 and 2999"),
            ("999", "outside the years", "four digits"),
            ("25/04/25", "cannot read", "write 2025-04-25"),
            ("25", "cannot read", "quotes"),
            ("20000", "outside the years", "four digits"),
            ("5000 years ago", "outside the years", "2999"),
            ("99999999999999999999d", "outside the years", "2999"),
            ("9223372036854775807h", "outside the years", "2999"),
            ("0999-12-31T23:59:59Z", "outside the years", "2999"),
            ("1000-01-01T00:00:00+01:00", "outside the years", "2999"),
            ("0d", "no time", "1d"),
            ("25 April", "which year", "add the year"),
            ("April 25", "which year", "add the year"),
            ("2025-04-25T25:00:00Z", "cannot read", "T14:30:00Z"),
            ("2025-05..2025-04", "ends before", "2025-04..2025-05"),
            ("..", "one end", "2025-04.."),
            ("12é", "cannot read", "write"),
            ("７d", "cannot read", "write"),
        ];
        for (text, message, hint) in cases {
            let error = parse_range(text, now()).expect_err(text);
            assert!(error.message.contains(message), "{text}: {error}");
            assert!(error.hint.contains(hint), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC*", second in -377_705_023_201_i64..=253_402_207_200) {
            let now = Timestamp::from_second(second).unwrap();
            let _ = parse_range(&text, now);
        }

        #[test]
        fn never_panics_on_what_looks_like_a_date(
            text in "(last |this |q)?[0-9]{0,20}[-/ .qtdwmyh:]{0,2}[0-9]{0,4}[-/ .]?(april|may|friday|[0-9]{0,5}|days|weeks|months|years|week)( ago|\\.\\.)?[0-9dwmyh]{0,6}",
            second in -377_705_023_201_i64..=253_402_207_200,
        ) {
            let now = Timestamp::from_second(second).unwrap();
            if let Ok((Some(from), Some(until))) = parse_range(&text, now) {
                prop_assert!(from < until);
            }
        }
    }
}
