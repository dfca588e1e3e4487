//! Articles by the time of their publication: how many fall into each day, week, month or year.
//!
//! Knows dates and how exactly they are known; neither an index nor how a bar is drawn.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::Display;

use crate::article::{Precision, Published};

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[derive(Serialize, Deserialize, Display, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Unit {
    /// A day.
    Day,
    /// Seven days from a Monday on.
    Week,
    /// A month of the calendar.
    Month,
    /// A year of the calendar.
    Year,
}

/// By which periods articles are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// By the shortest that make no more than a screen of rows, and that most of the dates are
    /// known well enough for.
    Fitting,
    /// By these.
    Of(Unit),
}

/// More rows than this are told by longer periods.
const MOST_ROWS: i64 = 40;

impl Unit {
    /// Whether a date that is known so exactly is sure to lie in one period.
    fn holds(self, precision: Precision) -> bool {
        match self {
            Unit::Day | Unit::Week => precision >= Precision::Day,
            Unit::Month => precision >= Precision::Month,
            Unit::Year => true,
        }
    }

    /// The first day of the period that a day lies in.
    fn start(self, day: Date) -> Date {
        match self {
            Unit::Day => day,
            Unit::Week => {
                let before = day.weekday().to_monday_zero_offset();
                day.checked_sub(i32::from(before).days()).unwrap_or(day)
            }
            Unit::Month => day.first_of_month(),
            Unit::Year => day.first_of_year(),
        }
    }

    /// The first day of the period after the one that starts on a day; `None` at the end of the
    /// calendar.
    #[must_use]
    pub fn next(self, start: Date) -> Option<Date> {
        let length = match self {
            Unit::Day => 1.day(),
            Unit::Week => 1.week(),
            Unit::Month => 1.month(),
            Unit::Year => 1.year(),
        };
        start.checked_add(length).ok()
    }

    /// How many periods there are from the one of a day to that of a later day, both counted.
    fn between(self, first: Date, last: Date) -> i64 {
        let (first, last) = (self.start(first), self.start(last));
        let days = || i64::from((last - first).get_days());
        let years = i64::from(last.year()) - i64::from(first.year());
        1 + match self {
            Unit::Day => days(),
            Unit::Week => days() / 7,
            Unit::Month => 12 * years + i64::from(last.month()) - i64::from(first.month()),
            Unit::Year => years,
        }
    }
}

/// When articles were published, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dates {
    /// Articles by the first day of what is known of their dates and by how exactly that is: to
    /// the year, the month or the day.
    days: BTreeMap<(Date, Precision), u64>,
    /// Articles without a date.
    pub undated: u64,
}

impl Dates {
    /// Adds articles with one date.
    pub fn add(&mut self, first: Date, precision: Precision, articles: u64) {
        // How late on its day an article came makes no difference here.
        *self.days.entry((first, precision.min(Precision::Day))).or_default() += articles;
    }

    /// Articles that have a date.
    #[must_use]
    pub fn dated(&self) -> u64 {
        self.days.values().sum()
    }

    /// The first day that an article may have been published on, and the last; `None` without any.
    #[must_use]
    pub fn span(&self) -> Option<(Date, Date)> {
        let last = |(first, precision): &(Date, Precision)| match precision {
            Precision::Year => first.last_of_year(),
            Precision::Month => first.last_of_month(),
            _ => *first,
        };
        self.days.keys().map(|(first, _)| *first).min().zip(self.days.keys().map(last).max())
    }

    /// In order, the first day of each period with articles that are sure to lie in it, and how
    /// many these are.
    #[must_use]
    pub fn by(&self, unit: Unit) -> BTreeMap<Date, u64> {
        let mut periods = BTreeMap::new();
        for ((first, precision), articles) in &self.days {
            if unit.holds(*precision) {
                *periods.entry(unit.start(*first)).or_default() += articles;
            }
        }
        periods
    }

    /// Articles known to the month or the year alone, where that is too little for a unit.
    fn inexact(&self, unit: Unit, known: Precision) -> u64 {
        let inexact = |precision: Precision| precision == known && !unit.holds(precision);
        self.days.iter().filter(|((_, p), _)| inexact(*p)).map(|(_, articles)| articles).sum()
    }

    /// The shortest unit that suits these dates.
    fn fitting(&self) -> Unit {
        let days = || self.days.keys().map(|(day, _)| *day);
        let Some((first, last)) = days().min().zip(days().max()) else { return Unit::Year };
        let suits = |unit: &Unit| {
            let held: u64 = self.by(*unit).values().sum();
            unit.between(first, last) <= MOST_ROWS && held * 2 > self.dated()
        };
        [Unit::Day, Unit::Week, Unit::Month].into_iter().find(suits).unwrap_or(Unit::Year)
    }
}

impl FromIterator<Option<Published>> for Dates {
    fn from_iter<I: IntoIterator<Item = Option<Published>>>(articles: I) -> Self {
        let mut dates = Self::default();
        for published in articles {
            match published {
                Some(date) => dates.add(date.day(), date.precision, 1),
                None => dates.undated += 1,
            }
        }
        dates
    }
}

/// Some articles of an archive by the time of their publication.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    /// How long each period is; `None` where no article has a date.
    pub unit: Option<Unit>,
    /// From the first period with such an article to the last; those without any are among them.
    pub periods: Vec<Period>,
    /// Articles of whose date only the month is known, where that is too little to tell the period.
    pub only_month: u64,
    /// The same of those of which only the year is known.
    pub only_year: u64,
    /// Articles without a date.
    pub undated: u64,
}

/// A period of a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its first day.
    pub first: Date,
    /// Articles that are sure to fall into it.
    pub articles: u64,
    /// The same of all articles of the archive.
    pub indexed: u64,
}

impl Timeline {
    /// Of articles by their dates, among all of the archive by theirs.
    #[must_use]
    pub fn of(dates: &Dates, all: &Dates, scale: Scale) -> Self {
        let undated = dates.undated;
        if dates.days.is_empty() {
            return Self { undated, ..Self::default() };
        }
        let unit = match scale {
            Scale::Fitting => dates.fitting(),
            Scale::Of(unit) => unit,
        };
        let (counts, all) = (dates.by(unit), all.by(unit));
        let of = |counts: &BTreeMap<Date, u64>, at| counts.get(&at).copied().unwrap_or_default();
        let mut periods = Vec::new();
        let mut period = counts.keys().next().copied();
        let end = counts.keys().next_back().copied();
        while let Some(first) = period.filter(|at| end.is_some_and(|end| *at <= end)) {
            let (articles, indexed) = (of(&counts, first), of(&all, first));
            periods.push(Period { first, articles, indexed });
            period = unit.next(first);
        }
        Self {
            unit: Some(unit),
            periods,
            only_month: dates.inexact(unit, Precision::Month),
            only_year: dates.inexact(unit, Precision::Year),
            undated,
        }
    }

    /// Articles whose date is known less exactly than the periods ask for.
    #[must_use]
    pub fn inexact(&self) -> u64 {
        self.only_month + self.only_year
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `2025-04-01`, `2025-04` or `2025`, each once.
    fn dates(written: &[&str]) -> Dates {
        let mut dates = Dates::default();
        for date in written {
            let (rest, precision) = match date.len() {
                4 => ("-01-01", Precision::Year),
                7 => ("-01", Precision::Month),
                _ => ("", Precision::Minute),
            };
            dates.add(format!("{date}{rest}").parse().unwrap(), precision, 1);
        }
        dates
    }

    fn told(timeline: &Timeline) -> Vec<(String, u64)> {
        timeline.periods.iter().map(|p| (p.first.to_string(), p.articles)).collect()
    }

    #[test]
    fn periods_are_as_long_as_the_span_asks_for() {
        type Told<'t> = (Option<Unit>, &'t [(&'t str, u64)], u64);
        use Unit::{Day, Month, Week, Year};
        let cases: &[(&[&str], Told<'_>)] = &[
            (&[], (None, &[], 0)),
            (
                &["2025-04-01", "2025-04-03", "2025-04"],
                (Some(Day), &[("2025-04-01", 1), ("2025-04-02", 0), ("2025-04-03", 1)], 1),
            ),
            (
                // A Saturday and a Friday.
                &["2024-11-30", "2025-01-31", "2025-01"],
                (
                    Some(Week),
                    &[
                        ("2024-11-25", 1),
                        ("2024-12-02", 0),
                        ("2024-12-09", 0),
                        ("2024-12-16", 0),
                        ("2024-12-23", 0),
                        ("2024-12-30", 0),
                        ("2025-01-06", 0),
                        ("2025-01-13", 0),
                        ("2025-01-20", 0),
                        ("2025-01-27", 1),
                    ],
                    1,
                ),
            ),
            // Of most of them the day is not known.
            (
                &["2025-01", "2025-02", "2025-02-03", "2025"],
                (Some(Month), &[("2025-01-01", 1), ("2025-02-01", 2)], 1),
            ),
            (
                &["2001", "2003-06-05"],
                (Some(Year), &[("2001-01-01", 1), ("2002-01-01", 0), ("2003-01-01", 1)], 0),
            ),
        ];
        for (written, (unit, periods, inexact)) in cases {
            let timeline = Timeline::of(&dates(written), &Dates::default(), Scale::Fitting);
            let periods: Vec<(String, u64)> =
                periods.iter().map(|(day, count)| ((*day).to_owned(), *count)).collect();
            assert_eq!(timeline.unit, *unit, "{written:?}");
            assert_eq!((told(&timeline), timeline.inexact()), (periods, *inexact), "{written:?}");
        }
    }

    #[test]
    fn no_date_is_put_where_it_may_not_lie() {
        let some = dates(&["2025-04-30", "2025-04", "2025"]);
        let all = dates(&["2025-04-30", "2025-04-29", "2025-04", "2025", "2024"]);
        let by = |unit| Timeline::of(&some, &all, Scale::Of(unit));
        let at = |timeline: &Timeline| {
            let Period { first, articles, indexed } = timeline.periods[0];
            (first.to_string(), articles, indexed, timeline.only_month, timeline.only_year)
        };
        assert_eq!(at(&by(Unit::Day)), ("2025-04-30".into(), 1, 1, 1, 1));
        // The Monday of that Wednesday's week.
        assert_eq!(at(&by(Unit::Week)), ("2025-04-28".into(), 1, 2, 1, 1));
        assert_eq!(at(&by(Unit::Month)), ("2025-04-01".into(), 2, 3, 0, 1));
        assert_eq!(at(&by(Unit::Year)), ("2025-01-01".into(), 3, 4, 0, 0));
    }

    #[test]
    fn a_year_of_days_is_no_screen_of_rows() {
        let fitting = |last: &str| dates(&["2025-01-01", last]).fitting();
        assert_eq!(fitting("2025-02-09"), Unit::Day);
        assert_eq!(fitting("2025-02-10"), Unit::Week);
        assert_eq!(fitting("2025-10-05"), Unit::Week);
        assert_eq!(fitting("2025-10-06"), Unit::Month);
        assert_eq!(fitting("2028-04-30"), Unit::Month);
        assert_eq!(fitting("2028-05-01"), Unit::Year);
    }
}
