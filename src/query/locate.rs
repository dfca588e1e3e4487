//! Where a query is found in the text of one article, from where its words are.
//!
//! The index, passage ranking and the highlighter find words in ways of their own and ask here for
//! the rest, so that what is shown is what matched.

use super::{Query, Text, TextField};
use crate::analysis::STRIDE;
use crate::proximity::{Layout, Span};
use crate::schema::first_body_stride;

/// The places of a query in one article, and which places of its texts they are made of.
#[derive(Debug, Default)]
pub struct Located {
    /// Sorted.
    spans: Vec<Span>,
    from: From,
}

/// What the places of a query are made of, in their order.
#[derive(Debug, Default)]
enum From {
    #[default]
    Nothing,
    /// The places of the text with this number.
    Text(usize),
    /// Each a place of an alternative, as (number of the alternative, number of its place).
    Any(Vec<Located>, Vec<(usize, usize)>),
    /// Each of one or more pairs of a place of either side. Where several ways lead from one word to
    /// another it is one place, so that a long chain of frequent words stays cheap.
    Near {
        both: Box<(Located, Located)>,
        pairs: Vec<(usize, usize)>,
        /// Where the pairs of each place end.
        ends: Vec<usize>,
    },
}

/// Finds a query that [has places](Query::has_places). `text` says where a text is, sorted; it is
/// given the number of the text too, counted from 0 as they are written, and is not asked where that
/// cannot matter.
pub fn locate(
    query: &Query,
    layout: &Layout,
    text: &mut dyn FnMut(usize, &Text) -> Vec<Span>,
) -> Located {
    find(query, layout, text, 0)
}

impl Query {
    /// The texts of a query that [has places](Query::has_places), as they are written.
    #[must_use]
    pub fn texts(&self) -> Vec<&Text> {
        match self {
            Query::Text(text) => vec![text],
            Query::Or(any) => any.iter().flat_map(Query::texts).collect(),
            Query::Near { left, right, .. } => {
                left.texts().into_iter().chain(right.texts()).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Whether what stands there counts in a field: the headline counts once, though ranking has it more
/// often.
#[must_use]
pub fn counts_in(field: TextField, span: Span) -> bool {
    let (stride, first) = (span.first / STRIDE, first_body_stride());
    match field {
        TextField::Any => stride == 0 || stride >= first,
        // Its positions are those of the headline alone.
        TextField::Title => true,
        TextField::Lead => stride == first,
    }
}

/// `number` is that of the first text.
fn find(
    query: &Query,
    layout: &Layout,
    text: &mut dyn FnMut(usize, &Text) -> Vec<Span>,
    mut number: usize,
) -> Located {
    match query {
        Query::Text(one) => Located { spans: text(number, one), from: From::Text(number) },
        Query::Or(any) => {
            let mut found = Vec::with_capacity(any.len());
            for one in any {
                found.push(find(one, layout, text, number));
                number += one.texts().len();
            }
            let mut places = Vec::new();
            for (at, one) in found.iter().enumerate() {
                places.extend(one.spans.iter().zip(0..).map(|(span, place)| (*span, (at, place))));
            }
            places.sort_unstable();
            let (spans, from) = places.into_iter().unzip();
            Located { spans, from: From::Any(found, from) }
        }
        Query::Near { left, right, nearness } => {
            let one = find(left, layout, text, number);
            if one.spans.is_empty() {
                return Located::default();
            }
            let other = find(right, layout, text, number + left.texts().len());
            let pairs = layout.near(&one.spans, &other.spans, *nearness);
            let both = |(a, b): (usize, usize)| {
                let (a, b): (Span, Span) = (one.spans[a], other.spans[b]);
                Span { first: a.first.min(b.first), last: a.last.max(b.last) }
            };
            let mut places: Vec<_> = pairs.into_iter().map(|pair| (both(pair), pair)).collect();
            places.sort_unstable();
            let mut pairs = Vec::with_capacity(places.len());
            let (mut spans, mut ends): (Vec<Span>, Vec<usize>) = (Vec::new(), Vec::new());
            for (span, pair) in places {
                if spans.last() != Some(&span) {
                    spans.push(span);
                    ends.push(pairs.len());
                }
                pairs.push(pair);
                if let Some(end) = ends.last_mut() {
                    *end = pairs.len();
                }
            }
            Located { spans, from: From::Near { both: Box::new((one, other)), pairs, ends } }
        }
        _ => Located::default(),
    }
}

impl Located {
    /// The places of the query, sorted.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The places of texts that a place of the query is made of, as (number of the text, number of
    /// its place); sorted, each once.
    #[must_use]
    pub fn evidence(&self) -> Vec<(usize, usize)> {
        let mut evidence = Vec::new();
        self.gather(&mut (0..self.spans.len()), &mut evidence);
        evidence.sort_unstable();
        evidence.dedup();
        evidence
    }

    fn gather(&self, wanted: &mut dyn Iterator<Item = usize>, evidence: &mut Vec<(usize, usize)>) {
        match &self.from {
            From::Nothing => {}
            From::Text(number) => evidence.extend(wanted.map(|place| (*number, place))),
            From::Any(any, from) => {
                let mut of_each = vec![Vec::new(); any.len()];
                for (at, place) in wanted.map(|place| from[place]) {
                    of_each[at].push(place);
                }
                for (one, places) in any.iter().zip(of_each) {
                    one.gather(&mut places.into_iter(), evidence);
                }
            }
            From::Near { both, pairs, ends } => {
                let of = |place: usize| {
                    let start = place.checked_sub(1).map_or(0, |before| ends[before]);
                    pairs[start..ends[place]].iter().copied()
                };
                let (mut left, mut right): (Vec<usize>, Vec<usize>) = wanted.flat_map(of).unzip();
                for places in [&mut left, &mut right] {
                    places.sort_unstable();
                    places.dedup();
                }
                both.0.gather(&mut left.into_iter(), evidence);
                both.1.gather(&mut right.into_iter(), evidence);
            }
        }
    }
}
