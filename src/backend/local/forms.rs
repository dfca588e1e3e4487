//! Words as they stand: where an index has a word unstemmed.
//!
//! The exact field holds the words that differ from their stem. A word that is its own stem
//! (`run`) stands where the stem does and none of the words that came to it (`runs`, `running`).

use std::collections::BTreeSet;

use anyhow::Result;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Searcher, SegmentReader, TERMINATED, Term};

use crate::analysis::{Analyzer, STRIDE, kin_prefix};
use crate::query::TextField;
use crate::schema::{first_body_stride, name};

/// What says where a word or a stem stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    /// Has it, and perhaps other words too.
    pub(super) term: Term,
    /// The other words, of which this is not one.
    pub(super) without: Vec<Term>,
}

impl From<Term> for Form {
    fn from(term: Term) -> Self {
        Self { term, without: Vec::new() }
    }
}

/// The forms of words in the texts of an index.
pub(super) struct Forms<'s> {
    searcher: &'s Searcher,
    analyzer: &'s Analyzer,
    exact: Field,
    /// Has the words that are their own stems, where `exact` does not have all.
    stems: Option<Field>,
}

impl<'s> Forms<'s> {
    pub(super) fn new(
        searcher: &'s Searcher,
        analyzer: &'s Analyzer,
        field: TextField,
    ) -> Result<Self> {
        let schema = searcher.schema();
        let (exact, stems) = match field {
            TextField::Any => (name::EXACT, Some(schema.get_field(name::TEXT)?)),
            TextField::Title => (name::TITLE_EXACT, None),
        };
        Ok(Self { searcher, analyzer, exact: schema.get_field(exact)?, stems })
    }

    /// Where a folded word stands.
    pub(super) fn of(&self, word: &str) -> Result<Form> {
        self.among(word, |_| false)
    }

    /// Where a folded word stands, and perhaps words that `fits` takes as well.
    fn among(&self, word: &str, fits: impl Fn(&str) -> bool) -> Result<Form> {
        let stems = self.stems.filter(|_| self.analyzer.is_stem(word));
        let Some(stems) = stems else {
            return Ok(Term::from_field_text(self.exact, word).into());
        };
        let mut without = Vec::new();
        self.each(self.exact, kin_prefix(word), |other, _| {
            if self.analyzer.has_stem(other, word) && !fits(other) {
                without.push(Term::from_field_text(self.exact, other));
            }
        })?;
        without.sort_unstable();
        without.dedup();
        Ok(Form { term: Term::from_field_text(stems, word), without })
    }

    /// The forms of all words that start with `prefix` and fit, at most so many, and in how many
    /// articles they stand in sum; `None` where there are more.
    pub(super) fn fitting(
        &self,
        prefix: &str,
        most: usize,
        fits: impl Fn(&str) -> bool,
    ) -> Result<Option<(Vec<Form>, u64)>> {
        let mut words = BTreeSet::new();
        let mut frequency = 0;
        for field in std::iter::once(self.exact).chain(self.stems) {
            self.each(field, prefix, |word, articles| {
                if fits(word) && (field == self.exact || self.analyzer.is_stem(word)) {
                    frequency += articles;
                    if !words.contains(word) {
                        words.insert(word.to_owned());
                    }
                }
            })?;
            if words.len() > most {
                return Ok(None);
            }
        }
        let forms: Result<Vec<Form>> = words.iter().map(|word| self.among(word, &fits)).collect();
        Ok(Some((forms?, frequency)))
    }

    /// Calls back with every word of a field that starts with `prefix`, segment after segment, and
    /// in how many articles it stands.
    fn each(&self, field: Field, prefix: &str, mut seen: impl FnMut(&str, u64)) -> Result<()> {
        for reader in self.searcher.segment_readers() {
            let index = reader.inverted_index(field)?;
            let mut stream = index.terms().range().ge(prefix.as_bytes()).into_stream()?;
            while stream.advance() {
                if !stream.key().starts_with(prefix.as_bytes()) {
                    break;
                }
                if let Ok(word) = std::str::from_utf8(stream.key()) {
                    seen(word, u64::from(stream.value().doc_freq));
                }
            }
        }
        Ok(())
    }
}

/// Reads where a form stands in the documents of one segment.
pub(super) struct FormPostings {
    postings: SegmentPostings,
    without: Vec<SegmentPostings>,
}

impl FormPostings {
    /// `None` where the segment lacks it.
    pub(super) fn open(
        form: &Form,
        reader: &SegmentReader,
    ) -> Result<Option<Self>, tantivy::TantivyError> {
        let open = |term: &Term| {
            let index = reader.inverted_index(term.field())?;
            Ok(index.read_postings(term, IndexRecordOption::WithFreqsAndPositions)?)
        };
        let Some(postings) = open(&form.term)? else { return Ok(None) };
        let without: tantivy::Result<Vec<_>> = form.without.iter().map(open).collect();
        Ok(Some(Self { postings, without: without?.into_iter().flatten().collect() }))
    }

    /// The document, which may turn out to have only the words that are not meant.
    pub(super) fn doc(&self) -> DocId {
        self.postings.doc()
    }

    /// As [`DocSet::seek`].
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        self.postings.seek(target)
    }

    /// As [`DocSet::advance`].
    pub(super) fn advance(&mut self) -> DocId {
        self.postings.advance()
    }

    /// As [`DocSet::size_hint`].
    pub(super) fn size_hint(&self) -> u32 {
        self.postings.size_hint()
    }

    /// Where it stands in the document, sorted.
    pub(super) fn positions(&mut self, positions: &mut Vec<u32>) {
        let doc = self.postings.doc();
        self.postings.positions(positions);
        if self.without.is_empty() || doc == TERMINATED {
            return;
        }
        // The stem's field has the headline more than once, the other one once.
        positions.retain(|at| !(1..first_body_stride()).contains(&(at / STRIDE)));
        let mut others = Vec::new();
        for postings in &mut self.without {
            let at = if postings.doc() < doc { postings.seek(doc) } else { postings.doc() };
            if at == doc {
                postings.positions(&mut others);
                positions.retain(|position| others.binary_search(position).is_err());
            }
        }
    }
}
