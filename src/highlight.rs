//! What a query matched in a text, as byte ranges; no markup.
//!
//! Marks what the query asked for and nothing else: phrases only as phrases, the word that a
//! wildcard, fuzzy word or stem matched, nothing for NOT and nothing for words too common to be
//! looked for. It reads the query tree and cuts text with the chains of [`crate::analysis`], as
//! the index does; it knows no index.

use std::cell::RefCell;
use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::analysis::{Analyzer, Chain, STRIDE, Word, each_word, kin_prefix};
use crate::article::{Article, Parts, Passage};
use crate::passage;
use crate::pattern::WordPattern;
use crate::proximity::{Laying, Layout, Span, apart, places};
use crate::query::{Query, Sought, Text, TextField, counts_in, locate, telling};
use crate::schema::first_body_stride;
use crate::words::WordList;

/// Marks articles for one query.
pub struct Highlighter {
    analyzer: Analyzer,
    /// What is marked wherever it stands.
    wanted: Vec<(TextField, Wanted)>,
    /// What is marked where enough of it stands in the article.
    located: Vec<Located>,
    sieve: Sieve,
    /// By exact term.
    stems: RefCell<FxHashMap<String, String>>,
}

/// Tells by its first byte that a word is none to mark, as nearly all are.
#[derive(Default)]
struct Sieve {
    /// By byte; nothing where any word may be one to mark.
    firsts: Option<Box<[bool; 256]>>,
}

impl Sieve {
    fn of<'w>(all: impl Iterator<Item = &'w Wanted>) -> Self {
        let mut firsts = Box::new([false; 256]);
        for wanted in all {
            let Wanted::Terms { terms, chain, .. } = wanted else { return Self { firsts: None } };
            for term in terms {
                let beginning = match chain {
                    Chain::Stem => kin_prefix(term),
                    Chain::Exact => term,
                };
                let Some(first) = beginning.bytes().next() else { return Self { firsts: None } };
                firsts[usize::from(first)] = true;
            }
        }
        Self { firsts: Some(firsts) }
    }

    fn holds(&self, first: u8) -> bool {
        self.firsts.as_ref().is_none_or(|firsts| firsts[usize::from(first)])
    }
}

/// One thing to mark.
enum Wanted {
    /// These terms near each other; see [`places`]. One term alone is a plain word.
    Terms { terms: Vec<String>, chain: Chain, slop: u32 },
    /// Any word that the pattern stands for.
    Words(WordPattern),
}

/// Something that only all of an article tells.
struct Located {
    query: Query,
    /// How many places there must be.
    count: u32,
    /// Its texts, as they are written; `None` for what has nothing to look for.
    texts: Vec<Option<Wanted>>,
}

/// What a query matched in an article; each list is in order and disjoint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Byte ranges of the headline.
    pub title: Vec<Range<usize>>,
    /// Byte ranges of the body, for each passage asked for.
    pub passages: Vec<Vec<Range<usize>>>,
}

impl Highlighter {
    /// A highlighter of what the query asks for.
    #[must_use]
    pub fn new(query: &Query) -> Self {
        let mut highlighter = Self {
            analyzer: Analyzer::default(),
            wanted: Vec::new(),
            located: Vec::new(),
            sieve: Sieve::default(),
            stems: RefCell::default(),
        };
        highlighter.gather(query);
        highlighter.sieve = Sieve::of(highlighter.all_wanted());
        highlighter
    }

    fn gather(&mut self, query: &Query) {
        match query {
            Query::All | Query::Filter(_) | Query::Not(_) => {}
            Query::Text(text) => {
                if let Some(wanted) = self.wanted(text) {
                    self.wanted.push((text.field, wanted));
                }
            }
            Query::Words(words) => {
                let (kept, _) = telling(words, &self.analyzer);
                kept.into_iter().for_each(|word| self.gather(word));
            }
            Query::And(parts) | Query::Or(parts) => {
                parts.iter().for_each(|part| self.gather(part));
            }
            Query::Boost { of, .. } => self.gather(of),
            Query::Near { .. } => self.gather_located(query, 1),
            Query::AtLeast { count, of } => self.gather_located(of, *count),
        }
    }

    fn all_wanted(&self) -> impl Iterator<Item = &Wanted> {
        let located = self.located.iter().flat_map(|located| located.texts.iter().flatten());
        self.wanted.iter().map(|(_, wanted)| wanted).chain(located)
    }

    /// Hands the words of a text to `look`, in order: where each stands, and the word itself where it may
    /// be one to mark.
    fn each_word(&self, text: &str, mut look: impl FnMut(Range<usize>, Option<Word>)) {
        let begins = |first| self.sieve.holds(first);
        each_word(text, begins, |range, exact| {
            let may_be = |exact: &&str| self.all_wanted().any(|one| one.may_be(exact));
            let word = exact.filter(may_be).map(|exact| self.word(range.clone(), exact));
            look(range, word);
        });
    }

    /// A word; most that may be ones to mark are the same few.
    fn word(&self, range: Range<usize>, exact: &str) -> Word {
        let mut stems = self.stems.borrow_mut();
        let stem = match stems.get(exact) {
            Some(stem) => stem.clone(),
            None => {
                let stem = self.analyzer.stem(exact).into_owned();
                stems.insert(exact.to_owned(), stem.clone());
                stem
            }
        };
        Word { range, exact: exact.to_owned(), stem }
    }

    fn gather_located(&mut self, query: &Query, count: u32) {
        let texts = query.texts().into_iter().map(|text| self.wanted(text)).collect();
        self.located.push(Located { query: query.clone(), count, texts });
    }

    fn wanted(&self, text: &Text) -> Option<Wanted> {
        match text.pattern.sought().ok()? {
            Sought::Fitting(pattern) => Some(Wanted::Words(pattern)),
            Sought::Words { text, chain, slop } => {
                let terms = self.analyzer.terms(text, chain);
                (!terms.is_empty()).then_some(Wanted::Terms { terms, chain, slop })
            }
        }
    }

    /// What the query matched in an article's headline and in some of its passages, which are given
    /// by their numbers from 0.
    #[must_use]
    pub fn marks(&self, article: &Article, passages: &[Passage], shown: &[usize]) -> Marks {
        let title = article.title.as_deref().unwrap_or_default();
        let mut marks = Marks {
            title: self.simple(title, 0, |field| field != TextField::Lead),
            passages: Vec::with_capacity(shown.len()),
        };
        for &number in shown {
            let Some(passage) = passages.get(number) else { continue };
            let applies =
                |field| field == TextField::Any || (field == TextField::Lead && number == 0);
            marks.passages.push(self.simple(
                &article.body[passage.clone()],
                passage.start,
                applies,
            ));
        }
        if !self.located.is_empty() {
            let text = Placed::new(self, article, passages);
            for located in &self.located {
                for (in_title, range) in text.evidence(located) {
                    if in_title {
                        marks.title.push(range);
                        continue;
                    }
                    let of_passages = shown.iter().filter_map(|number| passages.get(*number));
                    for (passage, marks) in of_passages.zip(&mut marks.passages) {
                        if passage.start <= range.start && range.end <= passage.end {
                            marks.push(range.clone());
                        }
                    }
                }
            }
        }
        std::iter::once(&mut marks.title).chain(&mut marks.passages).for_each(disjoint);
        marks
    }

    /// What is marked wherever it stands, in a text that starts at a byte.
    fn simple(
        &self,
        text: &str,
        at: usize,
        applies: impl Fn(TextField) -> bool,
    ) -> Vec<Range<usize>> {
        let mut marks: Vec<Range<usize>> = Vec::new();
        if self.wanted.is_empty() {
            return marks;
        }
        let (mut words, mut position) = (Vec::new(), 0);
        self.each_word(text, |_, word| {
            words.extend(word.map(|word| (position, word)));
            position += 1;
        });
        for (field, wanted) in &self.wanted {
            if applies(*field) {
                for place in wanted.places(&words) {
                    marks_of(&place, &words, &mut marks);
                }
            }
        }
        marks.iter_mut().for_each(|mark| *mark = at + mark.start..at + mark.end);
        marks
    }
}

impl Wanted {
    /// Whether the word with an exact term may be one of its words; the stem tells for sure.
    fn may_be(&self, exact: &str) -> bool {
        match self {
            Wanted::Words(pattern) => pattern.matches(exact),
            Wanted::Terms { terms, chain: Chain::Exact, .. } => {
                terms.iter().any(|term| term == exact)
            }
            Wanted::Terms { terms, chain: Chain::Stem, .. } => {
                terms.iter().any(|term| exact.starts_with(kin_prefix(term)))
            }
        }
    }

    /// Where it stands among words with their positions, as the positions of its words.
    fn places(&self, words: &[(u32, Word)]) -> Vec<Vec<u32>> {
        let standing = |fits: &dyn Fn(&Word) -> bool| -> Vec<u32> {
            words.iter().filter(|(_, word)| fits(word)).map(|(at, _)| *at).collect()
        };
        match self {
            Wanted::Words(pattern) => {
                let found = standing(&|word| pattern.matches(&word.exact));
                found.into_iter().map(|at| vec![at]).collect()
            }
            Wanted::Terms { terms, chain, slop } => {
                let of_term = |term: &String| match chain {
                    Chain::Stem => standing(&|word| word.stem == *term),
                    Chain::Exact => standing(&|word| word.exact == *term),
                };
                places(&terms.iter().map(of_term).collect::<Vec<_>>(), *slop)
            }
        }
    }
}

/// The words of an article that may be ones to mark, at the positions that they have in the index.
struct Placed {
    /// By position; their ranges are those of the headline or of the body.
    words: Vec<(u32, Word)>,
    layout: Layout,
}

impl Placed {
    fn new(highlighter: &Highlighter, article: &Article, passages: &[Passage]) -> Self {
        // Finding sentences takes longer than all the rest.
        let parts = if highlighter.located.iter().any(|located| located.query.has_units()) {
            let list = WordList::of(&article.body);
            passage::split(&article.body, &list, article.lang.as_deref())
        } else {
            Parts::default()
        };
        let title = article.title.as_deref().unwrap_or_default();
        let (mut words, mut position) = (Vec::new(), 0);
        highlighter.each_word(title, |_, word| {
            words.extend(word.filter(|_| position < STRIDE).map(|word| (position, word)));
            position += 1;
        });
        let mut laying = Laying::new(&parts);
        for ((stride, number), passage) in (first_body_stride()..).zip(1..).zip(passages) {
            let mut position = stride * STRIDE;
            highlighter.each_word(&article.body[passage.clone()], |range, word| {
                let range = passage.start + range.start..passage.start + range.end;
                laying.word(range.start, position);
                words.extend(word.map(|word| (position, Word { range, ..word })));
                position += 1;
            });
            if number < passages.len() {
                laying.goes_on(position);
            }
        }
        Self { words, layout: laying.finish() }
    }

    /// What of something stands in the article, as (in the headline, where); nothing where there
    /// is too little of it.
    fn evidence(&self, located: &Located) -> Vec<(bool, Range<usize>)> {
        let words = &self.words;
        let mut of_texts: Vec<Vec<Vec<u32>>> = vec![Vec::new(); located.texts.len()];
        let found = locate(&located.query, &self.layout, &mut |number, text| {
            let titled = words.partition_point(|(at, _)| *at < STRIDE);
            let among = match text.field {
                TextField::Title => &words[..titled],
                TextField::Any | TextField::Lead => words,
            };
            let mut places = match &located.texts[number] {
                Some(wanted) => wanted.places(among),
                None => Vec::new(),
            };
            let counts =
                |place: &Vec<u32>| Span::of(place).is_some_and(|span| counts_in(text.field, span));
            places.retain(counts);
            let spans = places.iter().filter_map(|place| Span::of(place)).collect();
            of_texts[number] = places;
            spans
        });
        if apart(found.spans()) < located.count as usize {
            return Vec::new();
        }
        let mut ranges = Vec::new();
        for (text, place) in found.evidence() {
            let place = &of_texts[text][place];
            let mut marks = Vec::new();
            marks_of(place, words, &mut marks);
            let in_title = place.first().is_some_and(|at| *at < STRIDE);
            ranges.extend(marks.into_iter().map(|mark| (in_title, mark)));
        }
        ranges
    }
}

/// The marks of a place: words that follow each other are one, from the first letter to the last.
fn marks_of(place: &[u32], words: &[(u32, Word)], marks: &mut Vec<Range<usize>>) {
    let word = |at: u32| {
        let number = words.binary_search_by_key(&at, |(position, _)| *position).ok()?;
        Some(words[number].1.range.clone())
    };
    for run in place.chunk_by(|a, b| a + 1 == *b) {
        if let Some((first, last)) = word(run[0]).zip(word(run[run.len() - 1])) {
            marks.push(first.start..last.end);
        }
    }
}

/// Sorts marks and joins those that overlap.
fn disjoint(marks: &mut Vec<Range<usize>>) {
    marks.sort_by_key(|mark| (mark.start, mark.end));
    marks.dedup_by(|next, before| {
        let overlap = next.start < before.end;
        if overlap {
            before.end = before.end.max(next.end);
        }
        overlap
    });
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init)]
mod tests {
    use super::*;
    use crate::query::Pattern;

    fn word(text: &str) -> Query {
        Query::Text(Text { field: TextField::Any, pattern: Pattern::Word(text.into()) })
    }

    fn phrase(words: &str, slop: u32) -> Query {
        let pattern = Pattern::Phrase { words: words.into(), exact: false, slop };
        Query::Text(Text { field: TextField::Any, pattern })
    }

    fn pattern(pattern: Pattern) -> Query {
        Query::Text(Text { field: TextField::Any, pattern })
    }

    #[test]
    fn marks_what_matched_and_nothing_else() {
        let text = "The envoy's visits: Steve Witkoff met Vladimir Putin in Moscow; Putin smiled.";
        let cases = [
            (word("visit"), vec!["visits"]),
            (word("Putin"), vec!["Putin", "Putin"]),
            (phrase("vladimir putin", 0), vec!["Vladimir Putin"]),
            (phrase("putin vladimir", 0), vec![]),
            (phrase("putin witkoff", 2), vec!["Witkoff", "Putin"]),
            (pattern(Pattern::Wildcard("mos*".into())), vec!["Moscow"]),
            (pattern(Pattern::Fuzzy { word: "witkof".into(), distance: 1 }), vec!["Witkoff"]),
            (pattern(Pattern::Exact("visit".into())), vec![]),
            (Query::Not(Box::new(word("Putin"))), vec![]),
            (Query::Words(vec![word("the"), word("envoy")]), vec!["envoy's"]),
            (Query::Words(vec![word("steve"), word("witkoff")]), vec!["Steve", "Witkoff"]),
            (Query::Or(vec![phrase("steve witkoff", 0), word("witkoff")]), vec!["Steve Witkoff"]),
        ];
        for (query, expect) in cases {
            let article = Article { body: text.to_owned(), ..Article::default() };
            let marks = Highlighter::new(&query).marks(&article, &[0..text.len()], &[0]);
            let marked: Vec<&str> =
                marks.passages[0].iter().map(|mark| &text[mark.clone()]).collect();
            assert_eq!(marked, expect, "{query:?}");
        }
    }

    #[test]
    fn a_title_condition_marks_the_title_alone() {
        let query =
            Query::Text(Text { field: TextField::Title, pattern: Pattern::Word("talks".into()) });
        let article = Article {
            title: Some("Talks end".to_owned()),
            body: "Talks end".to_owned(),
            ..Article::default()
        };
        let marks = Highlighter::new(&query).marks(&article, &[0..9], &[0]);
        assert_eq!(marks, Marks { title: vec![0..5], passages: vec![vec![]] });
    }
}
