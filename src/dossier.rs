//! What an archive tells of one name: how it is written, where it was first and last, when it was in
//! the papers, and who stands beside it.
//!
//! Knows the index and the calendar; not how any of it is shown.

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::article::{Precision, Published};
use crate::backend::local::{LocalSearcher, Mentioned, Together};
use crate::entities::aliases::Entry;

/// What an archive tells of a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Dossier {
    /// The name with its aliases.
    pub entry: Entry,
    /// Articles that have it.
    pub articles: u64,
    /// Those of them that carry no date.
    pub undated: u64,
    /// The earliest of those with a date, and the latest.
    pub span: Option<(Mentioned, Mentioned)>,
    /// When it was in the papers.
    pub timeline: Timeline,
    /// The names beside it, those of most passages first.
    pub together: Vec<Together>,
}

/// Articles by the time of their publication.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    /// How long each period is: a day, a month or a year. `None` where no article has a date.
    pub unit: Option<Precision>,
    /// The first day of each period and how many articles fall into it; periods without any are
    /// among them.
    pub periods: Vec<(Date, u64)>,
    /// Articles whose date is known less exactly than that.
    pub inexact: u64,
}

/// Longer spans are told by months, not by days.
const MOST_DAYS: i32 = 45;
/// Longer ones by years.
const MOST_MONTHS: i32 = 48;

impl Timeline {
    /// Of articles by their dates.
    #[must_use]
    pub fn of(dates: &[Published]) -> Self {
        let days: Vec<(Date, Precision)> = dates.iter().map(|d| (d.day(), d.precision)).collect();
        let first = days.iter().map(|(day, _)| *day).min();
        let last = days.iter().map(|(day, _)| *day).max();
        let Some((first, last)) = first.zip(last) else { return Self::default() };
        let months = (last.year() - first.year()) as i32 * 12 + i32::from(last.month())
            - i32::from(first.month());
        let unit = match (last - first).get_days() {
            days if days < MOST_DAYS => Precision::Day,
            _ if months < MOST_MONTHS => Precision::Month,
            _ => Precision::Year,
        };
        let start = |day: Date| match unit {
            Precision::Year => day.first_of_year(),
            Precision::Month => day.first_of_month(),
            _ => day,
        };
        let mut counts: BTreeMap<Date, u64> = BTreeMap::new();
        let mut inexact = 0;
        for (day, precision) in days {
            if precision < unit {
                inexact += 1;
            } else {
                *counts.entry(start(day)).or_default() += 1;
            }
        }
        let mut periods = Vec::new();
        let mut period = counts.keys().next().copied();
        let end = counts.keys().next_back().copied();
        while let Some(at) = period.filter(|at| end.is_some_and(|end| *at <= end)) {
            periods.push((at, counts.get(&at).copied().unwrap_or_default()));
            let step = match unit {
                Precision::Year => 1.year(),
                Precision::Month => 1.month(),
                _ => 1.day(),
            };
            period = at.checked_add(step).ok();
        }
        Self { unit: Some(unit), periods, inexact }
    }
}

/// What an archive tells of one of its names.
///
/// # Errors
/// If the index cannot be read.
pub fn dossier(searcher: &LocalSearcher, entry: Entry) -> Result<Dossier> {
    let mentions = searcher.mentions_of(&entry)?;
    let dates: Vec<Published> =
        mentions.articles.iter().filter_map(|article| article.published).collect();
    let dated = &mentions.articles[..dates.len()];
    Ok(Dossier {
        articles: mentions.articles.len() as u64,
        undated: (mentions.articles.len() - dates.len()) as u64,
        span: dated.first().cloned().zip(dated.last().cloned()),
        timeline: Timeline::of(&dates),
        together: mentions.together,
        entry,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::DateFrom;

    #[test]
    fn periods_are_as_long_as_the_span_asks_for() {
        let date = |at: &str, precision| Published {
            at: format!("{at}T00:00:00Z").parse().unwrap(),
            offset: None,
            precision,
            from: DateFrom::Record,
        };
        type Told<'t> = (Option<Precision>, &'t [(&'t str, u64)], u64);
        use Precision::{Day, Month, Year};
        let cases: &[(&[(&str, Precision)], Told<'_>)] = &[
            (&[], (None, &[], 0)),
            (
                &[("2025-04-01", Day), ("2025-04-03", Day), ("2025-04-01", Month)],
                (Some(Day), &[("2025-04-01", 1), ("2025-04-02", 0), ("2025-04-03", 1)], 1),
            ),
            (
                &[("2024-11-30", Day), ("2025-01-31", Day), ("2025-01-01", Month)],
                (Some(Month), &[("2024-11-01", 1), ("2024-12-01", 0), ("2025-01-01", 2)], 0),
            ),
            (
                &[("1999-01-01", Year), ("2003-06-05", Day)],
                (
                    Some(Year),
                    &[
                        ("1999-01-01", 1),
                        ("2000-01-01", 0),
                        ("2001-01-01", 0),
                        ("2002-01-01", 0),
                        ("2003-01-01", 1),
                    ],
                    0,
                ),
            ),
        ];
        for (dates, (unit, periods, inexact)) in cases {
            let dates: Vec<Published> = dates.iter().map(|(at, p)| date(at, *p)).collect();
            let timeline = Timeline::of(&dates);
            assert_eq!(timeline.unit, *unit);
            let told: Vec<(String, u64)> =
                timeline.periods.iter().map(|(day, count)| (day.to_string(), *count)).collect();
            let expected: Vec<(String, u64)> =
                periods.iter().map(|(day, count)| ((*day).to_owned(), *count)).collect();
            assert_eq!((told, timeline.inexact), (expected, *inexact));
        }
    }
}
