//! Articles with any of some terms, each looked up by itself.
//!
//! The engine's own query for that makes an automaton of the terms and walks the dictionary with it,
//! which takes longer than all the rest for the few terms of a name or the words of a pattern.

use tantivy::postings::BlockSegmentPostings;
use tantivy::query::{
    BitSetDocSet, ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::schema::IndexRecordOption;
use tantivy::{BitSet, DocId, Score, SegmentReader, Term};

/// Any of some terms, of whatever fields; all weigh the same.
#[derive(Debug, Clone)]
pub(super) struct AnyTermQuery {
    /// In order, each once.
    terms: Vec<Term>,
}

impl AnyTermQuery {
    pub(super) fn new(mut terms: Vec<Term>) -> Self {
        // Neighbours of the dictionary lie in one block of it.
        terms.sort_unstable();
        terms.dedup();
        Self { terms }
    }
}

impl Query for AnyTermQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(AnyTermWeight { terms: self.terms.clone() }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.terms.iter().for_each(|term| visitor(term, false));
    }
}

struct AnyTermWeight {
    terms: Vec<Term>,
}

impl Weight for AnyTermWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut found: Vec<BlockSegmentPostings> = Vec::new();
        for terms in self.terms.chunk_by(|a, b| a.field() == b.field()) {
            let index = reader.inverted_index(terms[0].field())?;
            for term in terms {
                found.extend(index.read_block_postings(term, IndexRecordOption::Basic)?);
            }
        }
        if found.is_empty() {
            return Ok(Box::new(EmptyScorer));
        }
        let mut docs = BitSet::with_max_value(reader.max_doc());
        for mut postings in found {
            while !postings.docs().is_empty() {
                for doc in postings.docs() {
                    docs.insert(*doc);
                }
                postings.advance();
            }
        }
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(docs), boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("any of some terms", 1.0))
    }
}
