//! Conditions on the publication date and on the dates that a text names, straight from their columns.
//!
//! At the top of a query they are tested per candidate, so that pruning goes on; inside an OR or
//! a NOT they stand as a tantivy query of their own.

use std::sync::Arc;

use jiff::Timestamp;
use tantivy::columnar::Column;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, Term};

use crate::schema::name;

/// What is wanted of an article's date.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted {
    /// Its whole known period lies in `from..until`, in seconds.
    Within {
        /// First second that matches.
        from: Option<i64>,
        /// First second that no longer does.
        until: Option<i64>,
    },
    /// There is none.
    Undated,
    /// The whole of some period that its text names lies in `from..until`, in seconds.
    Mentioned {
        /// First second that matches.
        from: Option<i64>,
        /// First second that no longer does.
        until: Option<i64>,
    },
}

impl Wanted {
    pub(super) fn within(from: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        Wanted::Within {
            from: from.map(Timestamp::as_second),
            until: until.map(Timestamp::as_second),
        }
    }

    pub(super) fn mentioned(from: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        Wanted::Mentioned {
            from: from.map(Timestamp::as_second),
            until: until.map(Timestamp::as_second),
        }
    }
}

/// Tests the articles of one segment.
#[derive(Clone)]
pub(super) struct DateTest {
    start: Column<i64>,
    end: Column<i64>,
    wanted: Wanted,
}

impl DateTest {
    pub(super) fn new(reader: &SegmentReader, wanted: Wanted) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        let (start, end) = match wanted {
            Wanted::Within { .. } | Wanted::Undated => (name::DATE, name::DATE_END),
            Wanted::Mentioned { .. } => (name::MENTION_FROM, name::MENTION_UNTIL),
        };
        Ok(Self { start: columns.i64(start)?, end: columns.i64(end)?, wanted })
    }

    pub(super) fn holds(&self, doc: DocId) -> bool {
        let lies = |start: i64, end: i64, from: Option<i64>, until: Option<i64>| {
            from.is_none_or(|from| start >= from) && until.is_none_or(|until| end <= until)
        };
        match self.wanted {
            Wanted::Undated => self.start.first(doc).is_none(),
            Wanted::Within { from, until } => self
                .start
                .first(doc)
                .zip(self.end.first(doc))
                .is_some_and(|(start, end)| lies(start, end, from, until)),
            // The columns keep the values of an article in the order in which they were given.
            Wanted::Mentioned { from, until } => self
                .start
                .values_for_doc(doc)
                .zip(self.end.values_for_doc(doc))
                .any(|(start, end)| lies(start, end, from, until)),
        }
    }
}

/// Articles with a wanted date.
#[derive(Debug, Clone)]
pub(super) struct DatedQuery {
    pub(super) wanted: Wanted,
}

impl Query for DatedQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(DatedWeight { wanted: self.wanted }))
    }

    fn query_terms<'a>(&'a self, _: &mut dyn FnMut(&'a Term, bool)) {}
}

struct DatedWeight {
    wanted: Wanted,
}

impl Weight for DatedWeight {
    fn scorer(&self, reader: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let test = Arc::new(DateTest::new(reader, self.wanted)?);
        let mut scorer = DatedScorer { test, doc: 0, end: reader.max_doc() };
        scorer.settle(0);
        Ok(Box::new(scorer))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("date", 0.0))
    }
}

struct DatedScorer {
    test: Arc<DateTest>,
    doc: DocId,
    end: DocId,
}

impl DatedScorer {
    fn settle(&mut self, from: DocId) -> DocId {
        self.doc = (from..self.end).find(|doc| self.test.holds(*doc)).unwrap_or(TERMINATED);
        self.doc
    }
}

impl DocSet for DatedScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED { TERMINATED } else { self.settle(self.doc + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target { self.doc } else { self.settle(target) }
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.end
    }
}

impl Scorer for DatedScorer {
    fn score(&mut self) -> Score {
        0.0
    }
}
