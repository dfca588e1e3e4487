//! Counts over all matching articles as JSON lines: a `facet` line for each facet, one `timeline` line.

use std::io::{self, Write};

use serde::Serialize;

use crate::hits::{self, FacetField, Hits, Reading};
use crate::render::counts::period;
use crate::timeline::{self, Unit};

use super::write;

/// One line of output.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Line<'a> {
    /// How many articles have which value.
    Facet(Facet<'a>),
    /// When the articles were published.
    Timeline(Timeline),
}

/// How many of all matching articles have which value.
#[derive(Debug, Serialize)]
pub struct Facet<'a> {
    /// `source`, `person`, `org`, `place`, `author`, `section`, `lang`, `year` or `month`.
    pub field: FacetField,
    /// Articles that match, all of which were counted.
    pub total: u64,
    /// How words side by side were taken: `all`, `any` or `relaxed`.
    pub reading: Reading,
    /// Those of most articles, most first.
    pub values: Vec<Value<'a>>,
    /// How many more values there are.
    pub more: u64,
    /// Articles that have none.
    pub without: u64,
}

/// A value of a facet.
#[derive(Debug, Serialize)]
pub struct Value<'a> {
    /// The value.
    pub value: &'a str,
    /// The country, state or province of a place, where articles say so.
    pub within: Option<&'a str>,
    /// Articles that have it.
    pub articles: u64,
}

/// The matching articles by the time of their publication.
#[derive(Debug, Serialize)]
pub struct Timeline {
    /// Articles that match, all of which were counted.
    pub total: u64,
    /// How words side by side were taken: `all`, `any` or `relaxed`.
    pub reading: Reading,
    /// `day`, `week`, `month` or `year`; `null` where no article has a date.
    pub unit: Option<Unit>,
    /// Each period from the first to the last with such an article, those without any among them.
    pub periods: Vec<Period>,
    /// Articles of which only the month is known, where that does not tell the period.
    pub only_month: u64,
    /// The same of those of which only the year is known.
    pub only_year: u64,
    /// Articles without a date.
    pub undated: u64,
}

/// A period of a timeline.
#[derive(Debug, Serialize)]
pub struct Period {
    /// `2025`, `2025-04` or `2025-04-25`; a week by its Monday.
    pub period: String,
    /// Matching articles that fall into it.
    pub articles: u64,
    /// All articles of the index that do.
    pub indexed: u64,
}

impl<'a> Facet<'a> {
    fn new(facet: &'a hits::Facet, hits: &Hits) -> Self {
        let value = |one: &'a hits::FacetValue| Value {
            value: &one.value,
            within: one.within.as_deref(),
            articles: one.articles,
        };
        Facet {
            field: facet.field,
            total: hits.total,
            reading: hits.reading,
            values: facet.values.iter().map(value).collect(),
            more: facet.more,
            without: facet.without,
        }
    }
}

impl Timeline {
    fn new(timeline: &timeline::Timeline, hits: &Hits) -> Self {
        let period = |one: &timeline::Period| Period {
            period: period(one.first, timeline.unit),
            articles: one.articles,
            indexed: one.indexed,
        };
        Timeline {
            total: hits.total,
            reading: hits.reading,
            unit: timeline.unit,
            periods: timeline.periods.iter().map(period).collect(),
            only_month: timeline.only_month,
            only_year: timeline.only_year,
            undated: timeline.undated,
        }
    }
}

/// Writes what was counted of an answer.
pub(super) fn counts(out: &mut dyn Write, hits: &Hits) -> io::Result<()> {
    for facet in &hits.facets {
        write(out, &Line::Facet(Facet::new(facet, hits)))?;
    }
    if let Some(timeline) = &hits.timeline {
        write(out, &Line::Timeline(Timeline::new(timeline, hits)))?;
    }
    Ok(())
}
