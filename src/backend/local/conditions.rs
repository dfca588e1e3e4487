//! What an article must be, or must not, beside having the words of a query: looked up for each that has
//! them, and never scored.

use anyhow::Result;
use tantivy::query::{EnableScoring, Weight};
use tantivy::{DocId, SegmentReader};

use super::compile::Condition;
use super::dated::DateTest;

/// The conditions of a query in one segment, and whether an article is still there.
pub(super) struct Tests<'r> {
    pub(super) reader: &'r SegmentReader,
    dates: Vec<DateTest>,
    /// (documents, whether the article must be among them or must not).
    sets: Vec<(Vec<u64>, bool)>,
}

impl<'r> Tests<'r> {
    pub(super) fn new(
        searcher: &tantivy::Searcher,
        reader: &'r SegmentReader,
        conditions: &[Condition],
    ) -> Result<Self> {
        let mut tests = Self { reader, dates: Vec::new(), sets: Vec::new() };
        for condition in conditions {
            match condition {
                Condition::Dated(wanted) => tests.dates.push(DateTest::new(reader, *wanted)?),
                Condition::Must(query) | Condition::MustNot(query) => {
                    let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
                    let wanted = matches!(condition, Condition::Must(_));
                    tests.sets.push((documents(weight.as_ref(), reader)?, wanted));
                }
            }
        }
        Ok(tests)
    }

    pub(super) fn hold(&self, doc: DocId) -> bool {
        !self.reader.is_deleted(doc)
            && self.dates.iter().all(|test| test.holds(doc))
            && self
                .sets
                .iter()
                .all(|(set, wanted)| (set[doc as usize / 64] >> (doc % 64) & 1 == 1) == *wanted)
    }
}

/// The documents that a query matches in a segment, a bit each.
pub(super) fn documents(weight: &dyn Weight, reader: &SegmentReader) -> Result<Vec<u64>> {
    let mut set = vec![0u64; reader.max_doc() as usize / 64 + 1];
    weight.for_each_no_score(reader, &mut |docs| {
        for &doc in docs {
            set[doc as usize / 64] |= 1 << (doc % 64);
        }
    })?;
    Ok(set)
}
