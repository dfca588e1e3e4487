//! Words as they stand: where an index has a word unstemmed.
//!
//! The exact field holds the words that differ from their stem. A word that is its own stem
//! (`run`) stands where the stem does and none of the words that came to it (`runs`, `running`).

use std::cmp::Reverse;
use std::collections::binary_heap::PeekMut;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use anyhow::{Context, Result};
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Searcher, SegmentReader, TERMINATED, Term};
use tantivy_fst::Automaton;

use crate::analysis::{Analyzer, STRIDE, kin_prefix};
use crate::pattern::{self, StateID, WordAutomaton, WordPattern};
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
            TextField::Any | TextField::Lead => (name::EXACT, Some(schema.get_field(name::TEXT)?)),
            TextField::Title => (name::TITLE_EXACT, None),
        };
        Ok(Self { searcher, analyzer, exact: schema.get_field(exact)?, stems })
    }

    /// Where a folded word stands.
    pub(super) fn of(&self, word: &str) -> Result<Form> {
        let mut forms = self.among(&[word], |_| false)?;
        forms.pop().context("a word has a form")
    }

    /// The forms of some words, sorted, and of words that `fits` takes as well.
    fn among(&self, words: &[&str], fits: impl Fn(&str) -> bool) -> Result<Vec<Form>> {
        let stems = self.stems.as_ref();
        let is_stem = |word: &&&str| stems.is_some() && self.analyzer.is_stem(word);
        let mut without: HashMap<&str, Vec<Term>> =
            words.iter().filter(is_stem).map(|word| (*word, Vec::new())).collect();
        // The words that came to these stems stand behind what they begin with.
        let mut beginnings: Vec<&str> = without.keys().map(|stem| kin_prefix(stem)).collect();
        beginnings.sort_unstable();
        beginnings.dedup_by(|next, before| next.starts_with(*before));
        for beginning in beginnings {
            self.each(self.exact, beginning, |other, _| {
                if let Some(others) = without.get_mut(self.analyzer.stem(other).as_ref())
                    && !fits(other)
                {
                    others.push(Term::from_field_text(self.exact, other));
                }
            })?;
        }
        let mut forms = Vec::with_capacity(words.len());
        for word in words {
            forms.push(match (stems, without.remove(word)) {
                (Some(stems), Some(mut without)) => {
                    without.sort_unstable();
                    without.dedup();
                    Form { term: Term::from_field_text(*stems, word), without }
                }
                _ => Term::from_field_text(self.exact, word).into(),
            });
        }
        Ok(forms)
    }

    /// The forms of all words that a pattern stands for, and in how many articles they stand in sum;
    /// `None` where there are more words than so many.
    pub(super) fn fitting(
        &self,
        pattern: &WordPattern,
        most: usize,
    ) -> Result<Option<(Vec<Form>, u64)>> {
        let Some(words) = self.words(pattern, most)? else { return Ok(None) };
        let frequency = words.values().sum();
        let words: Vec<&str> = words.keys().map(String::as_str).collect();
        Ok(Some((self.among(&words, |word| pattern.matches(word))?, frequency)))
    }

    /// The words that a pattern stands for, and in how many articles each stands; `None` where there
    /// are more than so many.
    pub(super) fn words(
        &self,
        pattern: &WordPattern,
        most: usize,
    ) -> Result<Option<BTreeMap<String, u64>>> {
        let mut words: BTreeMap<String, u64> = BTreeMap::new();
        for field in std::iter::once(self.exact).chain(self.stems) {
            let mut take = |word: &str, articles: u64| {
                if field == self.exact || self.analyzer.is_stem(word) {
                    match words.get_mut(word) {
                        Some(known) => *known += articles,
                        None => {
                            words.insert(word.to_owned(), articles);
                        }
                    }
                }
            };
            match pattern.automaton() {
                Some(automaton) => self.each_that_fits(field, automaton, take)?,
                None => self.each(field, &pattern.prefix(), |word, articles| {
                    if pattern.matches(word) {
                        take(word, articles);
                    }
                })?,
            }
            if words.len() > most {
                return Ok(None);
            }
        }
        Ok(Some(words))
    }

    /// Other words that a slip or two of the keyboard make of one, the nearest first, and in how many
    /// articles each stands.
    pub(super) fn spelled_like(&self, word: &str) -> Result<Vec<(String, u64)>> {
        let letters: Vec<char> = word.chars().collect();
        // Of four letters two slips leave nothing.
        let most = match letters.len() {
            0..3 => return Ok(Vec::new()),
            3..6 => 1,
            _ => 2,
        };
        let near = WordPattern::Near { word: letters.clone(), distance: most };
        let mut like = self.words(&near, usize::MAX)?.unwrap_or_default();
        like.remove(word);
        let slips = |other: &str| (1..=most).find(|slips| pattern::within(&letters, other, *slips));
        let mut like: Vec<(String, u64)> = like.into_iter().collect();
        like.sort_by_cached_key(|(other, articles)| {
            // A slip seldom falls on the first letter.
            let first = other.chars().next() != letters.first().copied();
            // A letter is left out more often than one is added.
            let shorter = other.len() < word.len();
            (slips(other), first, shorter, Reverse(*articles), other.clone())
        });
        Ok(like)
    }

    /// Calls back with every word of a field that an automaton takes, segment after segment, and in how
    /// many articles it stands.
    fn each_that_fits(
        &self,
        field: Field,
        automaton: &WordAutomaton,
        mut seen: impl FnMut(&str, u64),
    ) -> Result<()> {
        for reader in self.searcher.segment_readers() {
            let index = reader.inverted_index(field)?;
            let mut stream = index.terms().search(Walk(automaton)).into_stream()?;
            while stream.advance() {
                if let Ok(word) = std::str::from_utf8(stream.key()) {
                    seen(word, u64::from(stream.value().doc_freq));
                }
            }
        }
        Ok(())
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

/// Walks a dictionary by what a pattern takes.
struct Walk<'a>(&'a WordAutomaton);

impl Automaton for Walk<'_> {
    type State = StateID;

    fn start(&self) -> StateID {
        self.0.start()
    }

    fn is_match(&self, state: &StateID) -> bool {
        self.0.is_match(*state)
    }

    fn can_match(&self, state: &StateID) -> bool {
        self.0.can_match(*state)
    }

    fn accept(&self, state: &StateID, byte: u8) -> StateID {
        self.0.next(*state, byte)
    }
}

/// Reads where any of some forms stand in the documents of one segment.
pub(super) struct FormUnion {
    forms: Vec<FormPostings>,
    /// Where each of them is but those of `here`, the first document at the top.
    next: BinaryHeap<Reverse<(DocId, usize)>>,
    /// Those at the document asked for last.
    here: Vec<usize>,
}

impl FormUnion {
    /// Of the forms that the segment has.
    pub(super) fn open(forms: &[Form], reader: &SegmentReader) -> tantivy::Result<Self> {
        let mut union = Self { forms: Vec::new(), next: BinaryHeap::new(), here: Vec::new() };
        let mut next = Vec::new();
        for form in forms {
            let Some(postings) = FormPostings::open(form, reader)? else { continue };
            next.push(Reverse((postings.doc(), union.forms.len())));
            union.forms.push(postings);
        }
        union.next = next.into();
        Ok(union)
    }

    /// Where they stand in a document, sorted; not below the one asked for before.
    pub(super) fn positions(&mut self, doc: DocId, positions: &mut Vec<u32>) {
        positions.clear();
        for number in self.here.drain(..) {
            let reached = self.forms[number].seek(doc);
            if reached != TERMINATED {
                self.next.push(Reverse((reached, number)));
            }
        }
        while let Some(mut first) = self.next.peek_mut() {
            let Reverse((at, number)) = *first;
            if at > doc {
                break;
            }
            let reached = if at < doc { self.forms[number].seek(doc) } else { at };
            if reached == doc {
                self.here.push(number);
            }
            if reached == doc || reached == TERMINATED {
                PeekMut::pop(first);
            } else {
                *first = Reverse((reached, number));
            }
        }
        // Nearly always there is one.
        if let [number] = self.here[..] {
            return self.forms[number].positions(positions);
        }
        let mut of_form = Vec::new();
        for &number in &self.here {
            self.forms[number].positions(&mut of_form);
            positions.append(&mut of_form);
        }
        positions.sort_unstable();
        // Alternatives of a pattern may share a stem.
        positions.dedup();
    }
}

/// Moves on to a document, unless that is passed already; whether it is one of the set.
pub(super) fn is_at(set: &mut (impl DocSet + ?Sized), doc: DocId) -> bool {
    let at = if set.doc() < doc { set.seek(doc) } else { set.doc() };
    at == doc
}

/// Reads where a form stands in the documents of one segment.
pub(super) struct FormPostings {
    postings: SegmentPostings,
    without: Vec<SegmentPostings>,
}

impl FormPostings {
    /// `None` where the segment lacks it.
    pub(super) fn open(form: &Form, reader: &SegmentReader) -> tantivy::Result<Option<Self>> {
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

    /// Whether it stands in a document, perhaps; not below the one it is at.
    pub(super) fn is_at(&mut self, doc: DocId) -> bool {
        is_at(&mut self.postings, doc)
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
            if is_at(postings, doc) {
                postings.positions(&mut others);
                positions.retain(|position| others.binary_search(position).is_err());
            }
        }
    }
}
