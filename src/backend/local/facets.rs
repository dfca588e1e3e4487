//! Counts over all articles that match a query: the values of columns, and dates.
//!
//! Articles are counted by the ordinals of each segment; values are looked up once, in the order of
//! the dictionary, and only those that were met.

use std::collections::HashMap;

use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tantivy::columnar::StrColumn;
use tantivy::{DocId, SegmentReader};

use super::columns::distinct;
use super::tally::{Numbers, Tally};
use crate::article::{EntityKind, Precision};
use crate::hits::{Facet, FacetField, FacetValue};
use crate::schema::names::read_name;
use crate::schema::{self, name};
use crate::timeline::{Dates, Unit};

/// The articles of a query, ascending, for each segment of the index.
pub(super) type Matching = [Vec<DocId>];

/// In how many articles each value of a column stands, added to `counts`; how many have any.
///
/// # Errors
/// If the index cannot be read.
pub(super) fn count_values(
    reader: &SegmentReader,
    field: &str,
    docs: impl Iterator<Item = DocId>,
    counts: &mut HashMap<String, u64>,
) -> Result<u64> {
    let Some(column) = reader.fast_fields().str(field)? else { return Ok(0) };
    // By ordinal: how many articles, and the number of the last of them, from 1.
    let mut met = vec![(0u64, 0u64); distinct(&column)?];
    let mut with = 0;
    for doc in docs {
        let mut has_any = false;
        for ordinal in column.term_ords(doc) {
            has_any = true;
            if let Some((articles, last)) = met.get_mut(ordinal as usize)
                && *last != u64::from(doc) + 1
            {
                *last = u64::from(doc) + 1;
                *articles += 1;
            }
        }
        with += u64::from(has_any);
    }
    each_met(
        &column,
        |ordinal| met[ordinal].0 > 0,
        |ordinal, value| {
            *counts.entry(value.to_owned()).or_default() += met[ordinal].0;
        },
    )?;
    Ok(with)
}

/// Hands every value of a column whose ordinal was met to `take`, in order.
///
/// # Errors
/// If the index cannot be read.
pub(super) fn each_met(
    column: &StrColumn,
    is_met: impl Fn(usize) -> bool,
    mut take: impl FnMut(usize, &str),
) -> Result<()> {
    let met: Vec<u64> =
        (0..distinct(column)?).filter(|at| is_met(*at)).map(|at| at as u64).collect();
    let mut ordinals = met.iter();
    column.dictionary().sorted_ords_to_term_cb(&met, |value| {
        if let Some(ordinal) = ordinals.next()
            && let Ok(value) = std::str::from_utf8(value)
        {
            take(*ordinal as usize, value);
        }
    })?;
    Ok(())
}

/// When the articles of a segment were published, added to `dates`.
///
/// # Errors
/// If the index cannot be read.
pub(super) fn count_dates(reader: &SegmentReader, docs: &[DocId], dates: &mut Dates) -> Result<()> {
    const DAY: i64 = 24 * 60 * 60;
    let columns = reader.fast_fields();
    let (starts, ends) = (columns.i64(name::DATE)?, columns.i64(name::DATE_END)?);
    let mut days: HashMap<(i64, Precision), u64> = HashMap::new();
    for doc in docs {
        match starts.first(*doc).zip(ends.first(*doc)) {
            Some((start, end)) => {
                let day = (start.div_euclid(DAY), schema::precision(start, end));
                *days.entry(day).or_default() += 1;
            }
            None => dates.undated += 1,
        }
    }
    for ((day, precision), articles) in days {
        match Timestamp::from_second(day * DAY) {
            Ok(at) => dates.add(at.to_zoned(TimeZone::UTC).date(), precision, articles),
            // Out of the calendar: what is shown as undated is counted so.
            Err(_) => dates.undated += articles,
        }
    }
    Ok(())
}

/// The facet of some counted values; so many matching articles are `without` any.
pub(super) fn of_values(
    field: FacetField,
    counts: HashMap<String, u64>,
    limit: usize,
    without: u64,
) -> Facet {
    let named = |(value, articles)| FacetValue { value, within: None, articles };
    most_first(field, counts.into_iter().map(named).collect(), limit, without)
}

/// The facet of the names of a kind.
pub(super) fn of_names(
    field: FacetField,
    (numbers, tally): &(Numbers, Tally),
    limit: usize,
    all: u64,
) -> Facet {
    let kind = match field {
        FacetField::Org => EntityKind::Org,
        FacetField::Place => EntityKind::Place,
        _ => EntityKind::Person,
    };
    // Of many names few are shown: only these are read.
    let mut counts: Vec<(&str, u64)> = numbers.of_kind(kind, tally).collect();
    let more = counts.len().saturating_sub(limit);
    if more > 0 && limit > 0 {
        // As good as the worst that is shown; which of equals are is decided by their names.
        counts.select_nth_unstable_by(limit - 1, |a, b| b.1.cmp(&a.1));
        let least = counts[limit - 1].1;
        counts.retain(|(_, articles)| *articles >= least);
    }
    let named = counts.into_iter().filter_map(|(written, articles)| {
        let name = read_name(written)?;
        Some(FacetValue { value: name.name, within: name.within, articles })
    });
    let facet = most_first(field, named.collect(), limit, all - tally.with(kind));
    Facet { more: more as u64, ..facet }
}

/// The facet of years or months of publication.
pub(super) fn of_dates(field: FacetField, dates: &Dates, limit: usize, all: u64) -> Facet {
    let (unit, format) = match field {
        FacetField::Year => (Unit::Year, "%Y"),
        _ => (Unit::Month, "%Y-%m"),
    };
    let periods = dates.by(unit);
    let with: u64 = periods.values().sum();
    let counts = periods.into_iter().map(|(day, count)| (day.strftime(format).to_string(), count));
    of_values(field, counts.collect(), limit, all - with)
}

fn most_first(field: FacetField, mut values: Vec<FacetValue>, limit: usize, without: u64) -> Facet {
    let order = |a: &FacetValue, b: &FacetValue| {
        b.articles.cmp(&a.articles).then_with(|| (&a.value, &a.within).cmp(&(&b.value, &b.within)))
    };
    let more = values.len().saturating_sub(limit);
    if more > 0 && limit > 0 {
        values.select_nth_unstable_by(limit, order);
    }
    values.truncate(limit);
    values.sort_unstable_by(order);
    Facet { field, values, more: more as u64, without }
}
