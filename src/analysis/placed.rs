//! The terms of an article with the positions they stand at, found once for all fields that keep them,
//! and what reads them back for the index.
//!
//! A value has each term once, with all its positions behind it. To the index it is the same as word
//! after word, and less work: it looks every term up in a table that is larger than what a core keeps
//! near, and goes on writing where the same term was written before.

use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use xxhash_rust::xxh3::xxh3_64;

use super::stems::{ShortWord, StemCache, stem_of};
use super::{STRIDE, fold_word};

/// The name under which what reads [`PlacedTerms`] is registered with an index.
pub const PLACED: &str = "dateline_placed_1";

/// Stands behind each term; no term holds a space.
const TERM_END: char = ' ';

/// What a positional field is given: terms, each with how often it stands there and the gaps between
/// its positions.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct PlacedTerms {
    /// The value.
    pub value: String,
}

impl PlacedTerms {
    /// Adds a term with its positions, in ascending order. Behind other positions of the same term there
    /// may be further ones.
    pub fn push(&mut self, term: &str, positions: &[u32]) {
        self.value.push_str(term);
        self.value.push(TERM_END);
        self.push_number(positions.len() as u32);
        let mut last = 0;
        for position in positions {
            self.push_number(position - last);
            last = *position;
        }
    }

    /// Writes a number as letters of ASCII: five bits a letter from the space on, the lowest first, and
    /// at last six bits from `@` on.
    fn push_number(&mut self, mut number: u32) {
        while number >= 64 {
            self.value.push(char::from(0x20 | (number & 31) as u8));
            number >>= 5;
        }
        self.value.push(char::from(0x40 | number as u8));
    }
}

/// Reads a number of [`PlacedTerms`] at `at`, which moves behind it; `None` where there is none.
fn take_number(bytes: &[u8], at: &mut usize) -> Option<u32> {
    let (mut number, mut shift) = (0u32, 0);
    loop {
        let byte = *bytes.get(*at)?;
        *at += 1;
        if byte & 0x40 != 0 {
            return Some(number | u32::from(byte & 63).checked_shl(shift)?);
        }
        number |= u32::from(byte & 31).checked_shl(shift)?;
        shift += 5;
    }
}

/// What stands between words that a query can ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
pub enum Break {
    /// At the first word of a paragraph, which is that of a sentence too.
    #[strum(serialize = "p")]
    Paragraph,
    /// At the first word of any other sentence.
    #[strum(serialize = "s")]
    Sentence,
    /// Behind the last word of a stride where the text goes on in the next one.
    #[strum(serialize = "e")]
    GoesOn,
}

impl Break {
    /// The term that stands there in the index.
    #[must_use]
    pub fn term(self) -> &'static str {
        self.into()
    }
}

/// The words of an article as the index takes them.
///
/// A word that is its own stem, as two of three are, stands in `stem` alone. That saves a fifth of an
/// index. See `backend::local` for how it is found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ArticleTerms {
    /// Words as stems.
    pub stem: PlacedTerms,
    /// Words as they stand, where that is not their stem, at the same positions.
    pub exact: PlacedTerms,
    /// A hash of each word as it stands, in order, for [`crate::sketch`].
    pub hashes: Vec<u64>,
}

/// Gathers the terms of one article after the other; one a thread, since it remembers stems.
pub struct Termer {
    stemmer: Stemmer,
    stems: StemCache,
    term: String,
    /// Number of the article, from 1: slots of the cache know the last one that had their word.
    article: u32,
    /// Position of the next word, but for the end of its stride.
    stride: u32,
    in_stride: u32,
    /// For each word that was met in the article, its place in `stem` and in `exact`.
    words: Vec<(u32, Option<u32>)>,
    stem: Gathered,
    exact: Gathered,
    /// By a hash of a stem, its place in `stem`; where it is another one, it stands at the next number.
    by_stem: FxHashMap<u64, u32>,
    hashes: Vec<u64>,
}

impl Default for Termer {
    fn default() -> Self {
        Self {
            stemmer: Stemmer::create(Algorithm::English),
            stems: StemCache::default(),
            term: String::new(),
            article: 1,
            stride: 0,
            in_stride: 0,
            words: Vec::new(),
            stem: Gathered::default(),
            exact: Gathered::default(),
            by_stem: FxHashMap::default(),
            hashes: Vec::new(),
        }
    }
}

impl Termer {
    /// Adds words to the open stride. Returns how many have terms.
    pub fn add<'t>(&mut self, words: impl Iterator<Item = &'t str>) -> u32 {
        let mut count = 0;
        for word in words {
            // Most words are plain, and most of these were met: they need not be written anew.
            let plain = ShortWord::plain(word);
            if plain.is_none() && fold_word(word, &mut self.term).is_none() {
                continue;
            }
            let short = plain.or_else(|| ShortWord::new(&self.term));
            self.hashes.push(match short {
                Some(short) => short.hash(),
                None => xxh3_64(self.term.as_bytes()),
            });
            let met = short.and_then(|short| self.stems.known(short));
            let word = match met.filter(|slot| slot.article == self.article) {
                Some(slot) => slot.word,
                None => {
                    if plain.is_some() {
                        fold_word(word, &mut self.term);
                    }
                    self.meet(short)
                }
            };
            let position = self.stride * STRIDE + self.in_stride.min(STRIDE - 1);
            let (stem, exact) = self.words[word as usize];
            self.stem.places.push((stem, position));
            if let Some(exact) = exact {
                self.exact.places.push((exact, position));
            }
            self.in_stride += 1;
            count += 1;
        }
        count
    }

    /// Notes a word that the article did not have yet, as far as the cache knows: `self.term`.
    fn meet(&mut self, short: Option<ShortWord>) -> u32 {
        let number = self.words.len() as u32;
        let slot = short.and_then(|short| self.stems.slot(&self.stemmer, &self.term, short));
        let cut = slot.map(|slot| {
            (slot.article, slot.word) = (self.article, number);
            slot.cut
        });
        let mut term = std::mem::take(&mut self.term);
        let exact = term.len();
        match cut {
            Some(cut) if cut.is_none(&term) => {}
            Some(cut) => cut.append_stem(&mut term),
            None => {
                let stem = stem_of(&self.stemmer, &term).into_owned();
                if stem != term {
                    term.push_str(&stem);
                }
            }
        }
        let (exact, stem) = term.split_at(exact);
        let word = match stem {
            "" => (self.place_of_stem(exact), None),
            stem => (self.place_of_stem(stem), Some(self.exact.add(exact))),
        };
        self.words.push(word);
        self.term = term;
        number
    }

    fn place_of_stem(&mut self, stem: &str) -> u32 {
        let mut hash = xxh3_64(stem.as_bytes());
        loop {
            match self.by_stem.get(&hash) {
                Some(&place) if self.stem.term(place) == stem => return place,
                Some(_) => hash = hash.wrapping_add(1),
                None => {
                    let place = self.stem.add(stem);
                    self.by_stem.insert(hash, place);
                    return place;
                }
            }
        }
    }

    /// Ends the stride; what follows stands in the next one.
    pub fn end_stride(&mut self) {
        self.stride += 1;
        self.in_stride = 0;
    }

    /// Repeats the first stride in `stem`, which must have no other yet, up to so many in all;
    /// `exact` has empty strides there.
    pub fn repeat_in_stem(&mut self, strides: u32) {
        let once = self.stem.places.len();
        for stride in self.stride..strides {
            for at in 0..once {
                let (place, position) = self.stem.places[at];
                self.stem.places.push((place, stride * STRIDE + position));
            }
        }
        self.stride = self.stride.max(strides);
    }

    /// How many words were added.
    #[must_use]
    pub fn count(&self) -> usize {
        self.hashes.len()
    }

    /// The terms of the article; what is added next is the next one's.
    pub fn finish(&mut self) -> ArticleTerms {
        self.article = self.article.wrapping_add(1);
        if self.article == 0 {
            // After four milliards of articles what slots know is of another one with the same number.
            self.stems = StemCache::default();
            self.article = 1;
        }
        (self.stride, self.in_stride) = (0, 0);
        self.words.clear();
        self.by_stem.clear();
        ArticleTerms {
            stem: self.stem.finish(),
            exact: self.exact.finish(),
            hashes: std::mem::take(&mut self.hashes),
        }
    }
}

/// Terms of one article in one chain, and where they stand.
#[derive(Default)]
struct Gathered {
    /// All terms.
    text: String,
    /// Where each ends in it.
    ends: Vec<u32>,
    /// (term, position) of each word, in order.
    places: Vec<(u32, u32)>,
}

impl Gathered {
    fn add(&mut self, term: &str) -> u32 {
        self.text.push_str(term);
        self.ends.push(self.text.len() as u32);
        self.ends.len() as u32 - 1
    }

    fn term(&self, number: u32) -> &str {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[number] as usize]
    }

    /// The terms in the order in which they were met; leaves nothing.
    fn finish(&mut self) -> PlacedTerms {
        // Positions sorted by term, by counting.
        let mut ends = vec![0u32; self.ends.len() + 1];
        for (term, _) in &self.places {
            ends[*term as usize + 1] += 1;
        }
        for at in 1..ends.len() {
            ends[at] += ends[at - 1];
        }
        let mut positions = vec![0u32; self.places.len()];
        for (term, position) in &self.places {
            let next = &mut ends[*term as usize];
            positions[*next as usize] = *position;
            *next += 1;
        }
        let room = self.text.len() + 2 * self.ends.len() + 2 * positions.len();
        let mut terms = PlacedTerms { value: String::with_capacity(room) };
        let mut start = 0;
        for (number, end) in (0..).zip(&ends[..self.ends.len()]) {
            let end = *end as usize;
            terms.push(self.term(number), &positions[start..end]);
            start = end;
        }
        self.text.clear();
        self.ends.clear();
        self.places.clear();
        terms
    }
}

/// Reads a value of [`PlacedTerms`].
#[derive(Clone, Default)]
pub(super) struct PlacedTokenizer {
    token: Token,
}

impl Tokenizer for PlacedTokenizer {
    type TokenStream<'a> = PlacedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> PlacedStream<'a> {
        self.token.reset();
        PlacedStream { terms: text, at: 0, left: 0, token: &mut self.token }
    }
}

pub(super) struct PlacedStream<'a> {
    terms: &'a str,
    /// What is before is done.
    at: usize,
    /// Positions of the token's term that are to come.
    left: u32,
    token: &'a mut Token,
}

impl PlacedStream<'_> {
    /// Reads the next term; `None` at the end.
    fn next_term(&mut self) -> Option<()> {
        let length = self.terms.get(self.at..)?.find(TERM_END)?;
        self.token.text.clear();
        self.token.text.push_str(&self.terms[self.at..self.at + length]);
        self.token.position = 0;
        self.at += length + 1;
        self.left = take_number(self.terms.as_bytes(), &mut self.at)?;
        Some(())
    }
}

impl TokenStream for PlacedStream<'_> {
    fn advance(&mut self) -> bool {
        while self.left == 0 {
            if self.next_term().is_none() {
                return false;
            }
        }
        self.left -= 1;
        let Some(gap) = take_number(self.terms.as_bytes(), &mut self.at) else { return false };
        self.token.position = self.token.position.wrapping_add(gap as usize);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Analyzer, Chain};
    use super::*;
    use crate::words;

    fn read(terms: &PlacedTerms) -> Vec<(String, u32)> {
        let mut tokenizer = PlacedTokenizer::default();
        let mut stream = tokenizer.token_stream(&terms.value);
        let mut seen = Vec::new();
        while stream.advance() {
            seen.push((stream.token().text.clone(), stream.token().position as u32));
        }
        seen
    }

    fn by_position(terms: &PlacedTerms) -> Vec<(String, u32)> {
        let mut terms = read(terms);
        terms.sort_by_key(|(_, position)| *position);
        terms
    }

    fn owned(terms: &[(&str, u32)]) -> Vec<(String, u32)> {
        terms.iter().map(|(term, position)| ((*term).to_owned(), *position)).collect()
    }

    #[test]
    fn terms_are_read_as_written() {
        let mut terms = PlacedTerms::default();
        let places = [("p", 0), ("p", 7), ("s", 63), ("s", 64), ("s", 2111), ("e", u32::MAX)];
        for of_term in places.chunk_by(|a, b| a.0 == b.0) {
            let positions: Vec<u32> = of_term.iter().map(|(_, position)| *position).collect();
            terms.push(of_term[0].0, &positions);
        }
        assert_eq!(read(&terms), owned(&places));
        let broken = PlacedTerms { value: "p".to_owned() };
        assert_eq!(read(&broken), []);
    }

    #[test]
    fn positions_jump_at_a_stride_end() {
        let mut termer = Termer::default();
        for stride in ["One two", "three, happily one", "", "four -- Running ran run"] {
            termer.add(words::words(stride).map(|(_, word)| word));
            termer.end_stride();
        }
        let terms = termer.finish();
        let stems = [
            ("one", 0),
            ("one", 514),
            ("two", 1),
            ("three", 512),
            ("happili", 513),
            ("four", 1536),
            ("run", 1537),
            ("run", 1539),
            ("ran", 1538),
        ];
        assert_eq!(read(&terms.stem), owned(&stems));
        // Words that are their own stems are found by those.
        assert_eq!(read(&terms.exact), owned(&[("happily", 513), ("running", 1537)]));
        assert_eq!(termer.finish(), ArticleTerms::default());
    }

    #[test]
    fn a_headline_is_repeated_as_stems() {
        let mut termer = Termer::default();
        termer.add(["Talks", "begin"].into_iter());
        termer.end_stride();
        termer.repeat_in_stem(3);
        termer.add(["talks"].into_iter());
        let terms = termer.finish();
        let stems = [
            ("talk", 0),
            ("begin", 1),
            ("talk", 512),
            ("begin", 513),
            ("talk", 1024),
            ("begin", 1025),
            ("talk", 1536),
        ];
        assert_eq!(by_position(&terms.stem), owned(&stems));
        assert_eq!(by_position(&terms.exact), owned(&[("talks", 0), ("talks", 1536)]));
    }

    #[test]
    fn a_stride_that_is_too_long_ends_in_one_place() {
        let mut termer = Termer::default();
        let count = STRIDE + 3;
        assert_eq!(termer.add((0..count).map(|_| "a")), count);
        let positions: Vec<u32> = read(&termer.finish().stem).into_iter().map(|(_, p)| p).collect();
        assert_eq!(positions[STRIDE as usize - 2..], [510, 511, 511, 511, 511]);
    }

    proptest! {
        #[test]
        fn gathered_terms_are_those_of_the_text(
            texts in prop::collection::vec("(talks?|talking|electroencephalographically|naïve(ly)?|[a-e]{1,3}|U\\.S\\.|—| ){0,60}", 1..4)
        ) {
            let analyzer = Analyzer::default();
            let mut termer = Termer::default();
            for text in &texts {
                termer.add(words::words(text).map(|(_, word)| word));
                let terms = termer.finish();
                let numbered = |chain| analyzer.terms(text, chain).into_iter().zip(0..).collect::<Vec<_>>();
                let stems = numbered(Chain::Stem);
                let exact = numbered(Chain::Exact);
                prop_assert_eq!(terms.hashes.len(), stems.len());
                let own = exact.into_iter().zip(&stems).filter(|(word, stem)| word != *stem);
                let own: Vec<_> = own.map(|(word, _)| word).collect();
                prop_assert_eq!(by_position(&terms.stem), stems);
                prop_assert_eq!(by_position(&terms.exact), own);
            }
        }
    }
}
