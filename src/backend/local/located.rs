//! Where the units of a query stand in documents, from the positions of their words; and, as a
//! tantivy query, what only positions can tell: words near each other, in the lead, so many times.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::index::SegmentId;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{EnableScoring, Explanation, Query as Engine, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, Term};

use super::compile::{TextTerms, UnitTerms};
use super::forms::{FormPostings, FormUnion, is_at};
use super::rank::saturated;
use crate::analysis::Break;
use crate::proximity::{Layout, Span, apart, places};
use crate::query::{Query, TextField, counts_in, locate};
use crate::schema::name;

/// Places from which on more of them hardly count.
const ENOUGH: usize = 16;

/// A query that has places, its texts made terms.
#[derive(Debug)]
pub(super) struct Spec {
    /// What is looked for.
    pub(super) query: Query,
    /// The terms of its texts, as they are written.
    pub(super) texts: Vec<TextTerms>,
    /// How many places there must be.
    pub(super) count: u32,
    /// How many there are, by document, for whoever asks again: an answer is counted, then ranked.
    memo: Mutex<HashMap<SegmentId, Memo>>,
}

/// What is known of the documents of a segment.
type Memo = Arc<Mutex<HashMap<DocId, u32>>>;

impl Spec {
    pub(super) fn new(query: Query, texts: Vec<TextTerms>, count: u32) -> Self {
        Self { query, texts, count, memo: Mutex::default() }
    }

    fn memo(&self, segment: SegmentId) -> Memo {
        let mut memo = self.memo.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(memo.entry(segment).or_default())
    }
}

/// Reads where a unit stands in the documents of one segment. No document may be asked for that lies
/// below the one asked for before.
pub(super) enum UnitPostings {
    /// A text.
    Text(TextPostings),
    /// What is put together of texts.
    Located(Box<LocatedPostings>),
}

impl UnitPostings {
    pub(super) fn open(terms: &UnitTerms, reader: &SegmentReader) -> tantivy::Result<Self> {
        Ok(match terms {
            UnitTerms::Text(terms) => Self::Text(TextPostings::open(terms, reader)?),
            UnitTerms::Located(spec) => {
                Self::Located(Box::new(LocatedPostings::open(spec, reader)?))
            }
        })
    }

    /// Adds the first positions of its places in a document to `positions`, which are none, sorted; of
    /// what is put together, those of its parts.
    pub(super) fn positions(&mut self, doc: DocId, positions: &mut Vec<u32>) {
        match self {
            Self::Text(TextPostings::Any(union)) => union.positions(doc, positions),
            Self::Text(text) => {
                positions.extend(text.spans(doc).into_iter().map(|span| span.first))
            }
            Self::Located(located) => positions.append(&mut located.evidence(doc)),
        }
    }
}

/// Reads where a text stands.
pub(super) enum TextPostings {
    /// Any of some words.
    Any(FormUnion),
    /// Words in a row or a window; `None` where the segment lacks one.
    Sequence(Option<Vec<FormPostings>>, u32),
}

impl TextPostings {
    fn open(terms: &TextTerms, reader: &SegmentReader) -> tantivy::Result<Self> {
        Ok(match terms {
            TextTerms::Any(forms) => Self::Any(FormUnion::open(forms, reader)?),
            TextTerms::Sequence { forms, slop } => {
                let mut postings = Vec::with_capacity(forms.len());
                for form in forms {
                    postings.push(FormPostings::open(form, reader)?);
                }
                Self::Sequence(postings.into_iter().collect(), *slop)
            }
        })
    }

    /// Its places in a document, sorted.
    fn spans(&mut self, doc: DocId) -> Vec<Span> {
        match self {
            Self::Any(union) => {
                let mut positions = Vec::new();
                union.positions(doc, &mut positions);
                positions.into_iter().map(Span::word).collect()
            }
            Self::Sequence(None, _) => Vec::new(),
            Self::Sequence(Some(postings), slop) => {
                let mut all = vec![Vec::new(); postings.len()];
                for (postings, positions) in postings.iter_mut().zip(&mut all) {
                    if !postings.is_at(doc) {
                        return Vec::new();
                    }
                    postings.positions(positions);
                }
                places(&all, *slop).iter().filter_map(|place| Span::of(place)).collect()
            }
        }
    }

    /// Those of them that count in a field.
    fn within(&mut self, field: TextField, doc: DocId) -> Vec<Span> {
        let mut spans = self.spans(doc);
        spans.retain(|span| counts_in(field, *span));
        spans
    }
}

/// Reads where a query that has places stands.
pub(super) struct LocatedPostings {
    spec: Arc<Spec>,
    texts: Vec<TextPostings>,
    layout: LayoutPostings,
}

impl LocatedPostings {
    fn open(spec: &Arc<Spec>, reader: &SegmentReader) -> tantivy::Result<Self> {
        let mut texts = Vec::with_capacity(spec.texts.len());
        for terms in &spec.texts {
            texts.push(TextPostings::open(terms, reader)?);
        }
        Ok(Self { spec: Arc::clone(spec), texts, layout: LayoutPostings::open(reader)? })
    }

    /// The first positions of the places of its texts that its own are made of, sorted; none where it
    /// has too few.
    fn evidence(&mut self, doc: DocId) -> Vec<u32> {
        let mut of_texts = vec![Vec::new(); self.texts.len()];
        let layout = self.layout.of(doc);
        let found = locate(&self.spec.query, &layout, &mut |number, text| {
            of_texts[number] = self.texts[number].within(text.field, doc);
            of_texts[number].clone()
        });
        if apart(found.spans()) < self.spec.count as usize {
            return Vec::new();
        }
        let evidence = found.evidence().into_iter();
        let mut positions: Vec<u32> =
            evidence.map(|(text, place)| of_texts[text][place].first).collect();
        positions.sort_unstable();
        positions.dedup();
        positions
    }

    /// How many places it has in a document, which count for no more than [`ENOUGH`] unless more are
    /// asked for.
    fn count(&mut self, doc: DocId) -> u32 {
        let layout = self.layout.of(doc);
        let mut find = |query: &Query, before: usize| {
            locate(query, &layout, &mut |number, text| {
                self.texts[before + number].within(text.field, doc)
            })
        };
        let count = match (&self.spec.query, self.spec.count) {
            // Which pairs there are does not matter.
            (Query::Near { left, right, nearness }, 1) => {
                let one = find(left, 0);
                if one.spans().is_empty() {
                    return 0;
                }
                let other = find(right, left.texts().len());
                layout.count_near(one.spans(), other.spans(), *nearness, ENOUGH)
            }
            (query, _) => apart(find(query, 0).spans()),
        };
        count as u32
    }
}

/// Reads where the paragraphs and sentences of documents start.
pub(super) struct LayoutPostings {
    paragraphs: Option<SegmentPostings>,
    sentences: Option<SegmentPostings>,
    goes_on: Option<SegmentPostings>,
}

impl LayoutPostings {
    fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let field = reader.schema().get_field(name::BREAKS)?;
        let index = reader.inverted_index(field)?;
        let open = |kind: Break| {
            let term = Term::from_field_text(field, kind.term());
            index.read_postings(&term, IndexRecordOption::WithFreqsAndPositions)
        };
        Ok(Self {
            paragraphs: open(Break::Paragraph)?,
            sentences: open(Break::Sentence)?,
            goes_on: open(Break::GoesOn)?,
        })
    }

    fn of(&mut self, doc: DocId) -> Layout {
        let read = |postings: &mut Option<SegmentPostings>| {
            let mut positions = Vec::new();
            if let Some(postings) = postings
                && is_at(postings, doc)
            {
                postings.positions(&mut positions);
            }
            positions
        };
        Layout {
            paragraphs: read(&mut self.paragraphs),
            sentences: read(&mut self.sentences),
            goes_on: read(&mut self.goes_on),
        }
    }
}

/// Articles where a query that has places has enough of them.
#[derive(Clone)]
pub(super) struct LocatedQuery {
    pub(super) spec: Arc<Spec>,
    /// Matches wherever all the words that are needed stand, however far from each other.
    pub(super) words: Arc<dyn Engine>,
    /// What one place counts in the ranking.
    pub(super) weight: f32,
}

impl fmt::Debug for LocatedQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Located({}, at least {})", self.spec.query, self.spec.count)
    }
}

impl Engine for LocatedQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let unscored = match scoring {
            EnableScoring::Enabled { searcher, .. } => {
                EnableScoring::disabled_from_searcher(searcher)
            }
            disabled @ EnableScoring::Disabled { .. } => disabled,
        };
        Ok(Box::new(LocatedWeight { query: self.clone(), words: self.words.weight(unscored)? }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.words.query_terms(visitor);
    }
}

struct LocatedWeight {
    query: LocatedQuery,
    words: Box<dyn Weight>,
}

impl Weight for LocatedWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut scorer = LocatedScorer {
            words: self.words.scorer(reader, 1.0)?,
            places: LocatedPostings::open(&self.query.spec, reader)?,
            least: self.query.spec.count,
            memo: self.query.spec.memo(reader.segment_id()),
            weight: self.query.weight * boost,
            count: 0,
        };
        scorer.settle();
        Ok(Box::new(scorer))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        let score = if scorer.seek(doc) == doc { scorer.score() } else { 0.0 };
        Ok(Explanation::new("places in the text", score))
    }
}

struct LocatedScorer {
    words: Box<dyn Scorer>,
    places: LocatedPostings,
    least: u32,
    memo: Memo,
    weight: f32,
    /// Places in the current document.
    count: u32,
}

impl LocatedScorer {
    /// Moves on to the first document from the current one on that has enough places.
    fn settle(&mut self) -> DocId {
        loop {
            let doc = self.words.doc();
            if doc == TERMINATED {
                return doc;
            }
            let mut memo = self.memo.lock().unwrap_or_else(PoisonError::into_inner);
            let places = &mut self.places;
            self.count = *memo.entry(doc).or_insert_with(|| places.count(doc));
            drop(memo);
            if self.count >= self.least {
                return doc;
            }
            self.words.advance();
        }
    }
}

impl DocSet for LocatedScorer {
    fn advance(&mut self) -> DocId {
        if self.words.doc() != TERMINATED {
            self.words.advance();
        }
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.words.doc() < target {
            self.words.seek(target);
            self.settle();
        }
        self.words.doc()
    }

    fn doc(&self) -> DocId {
        self.words.doc()
    }

    fn size_hint(&self) -> u32 {
        self.words.size_hint()
    }
}

impl Scorer for LocatedScorer {
    fn score(&mut self) -> Score {
        saturated(self.weight, self.count)
    }
}
