//! Words near each other, or one as it stands, as a tantivy query.
//!
//! tantivy's own sloppy phrase has another rule (a swap costs two steps) than the one that
//! ranking and highlighting share, [`crate::proximity::places`].

use std::fmt;

use tantivy::query::{Bm25Weight, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, Term};

use super::forms::{Form, FormPostings};
use crate::proximity::places;

/// Articles where words stand in a window.
#[derive(Clone)]
pub(super) struct SequenceQuery {
    /// The words, at least one.
    pub(super) forms: Vec<Form>,
    /// See [`places`].
    pub(super) slop: u32,
}

impl fmt::Debug for SequenceQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sequence({:?}, slop={})", self.forms, self.slop)
    }
}

impl Query for SequenceQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let mut bm25 = Vec::new();
        if let EnableScoring::Enabled { statistics_provider, .. } = scoring {
            // Words as they stand may be of two fields, and a weight is of terms of one.
            let mut terms: Vec<Term> = self.forms.iter().map(|form| form.term.clone()).collect();
            terms.sort_by_key(Term::field);
            for of_field in terms.chunk_by(|a, b| a.field() == b.field()) {
                bm25.push(Bm25Weight::for_terms(statistics_provider, of_field)?);
            }
        }
        Ok(Box::new(SequenceWeight { query: self.clone(), bm25 }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        for form in &self.forms {
            visitor(&form.term, true);
            form.without.iter().for_each(|term| visitor(term, true));
        }
    }
}

struct SequenceWeight {
    query: SequenceQuery,
    /// By field; none where scores are not asked for.
    bm25: Vec<Bm25Weight>,
}

impl Weight for SequenceWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut postings = Vec::with_capacity(self.query.forms.len());
        for form in &self.query.forms {
            match FormPostings::open(form, reader)? {
                Some(found) => postings.push(found),
                None => return Ok(Box::new(EmptyScorer)),
            }
        }
        let rarest = |at: &usize| postings[*at].size_hint();
        let lead = (0..postings.len()).min_by_key(rarest).unwrap_or_default();
        let mut scorer = SequenceScorer {
            positions: vec![Vec::new(); postings.len()],
            lead,
            postings,
            slop: self.query.slop,
            bm25: self.bm25.iter().map(|bm25| bm25.boost_by(boost)).collect(),
            doc: 0,
            count: 0,
        };
        scorer.settle();
        Ok(Box::new(scorer))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        let score = if scorer.seek(doc) == doc { scorer.score() } else { 0.0 };
        Ok(Explanation::new("words in a window", score))
    }
}

struct SequenceScorer {
    postings: Vec<FormPostings>,
    positions: Vec<Vec<u32>>,
    /// The rarest word, whose documents are gone through.
    lead: usize,
    slop: u32,
    bm25: Vec<Bm25Weight>,
    doc: DocId,
    /// Matches in the current document.
    count: u32,
}

impl SequenceScorer {
    /// Moves on to the first document from the current one of the rarest word that matches.
    fn settle(&mut self) -> DocId {
        let mut target = self.postings[self.lead].doc();
        'documents: while target != TERMINATED {
            for at in 0..self.postings.len() {
                let postings = &mut self.postings[at];
                let doc =
                    if postings.doc() < target { postings.seek(target) } else { postings.doc() };
                if doc != target {
                    target = self.postings[self.lead].seek(doc);
                    continue 'documents;
                }
            }
            for (postings, positions) in self.postings.iter_mut().zip(&mut self.positions) {
                postings.positions(positions);
            }
            self.count = places(&self.positions, self.slop).len() as u32;
            if self.count > 0 {
                break;
            }
            target = self.postings[self.lead].advance();
        }
        self.doc = target;
        target
    }
}

impl DocSet for SequenceScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED {
            return TERMINATED;
        }
        self.postings[self.lead].advance();
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        self.postings[self.lead].seek(target);
        self.settle()
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.postings.iter().map(FormPostings::size_hint).min().unwrap_or(0)
    }
}

impl Scorer for SequenceScorer {
    fn score(&mut self) -> Score {
        // Windows are few and short: their number counts, the article's length does not.
        self.bm25.iter().map(|bm25| bm25.score(0, self.count)).sum()
    }
}
