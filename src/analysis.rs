//! How text becomes terms: the analyzer chains, the same at index time, at query time and for
//! highlighting.
//!
//! A chain cuts text into words (Unicode Standard Annex 29), folds each to one searchable form
//! (lower case, no accents on Latin letters, no possessive, no dots in acronyms) and, in the
//! stemming chain, reduces it to its Snowball English stem. One word gives at most one term, so
//! offsets and positions mean the same in both chains.
//!
//! Any change to what a chain yields makes old indexes wrong: raise [`ANALYSIS_VERSION`].

use std::ops::Range;

use rust_stemmers::{Algorithm, Stemmer};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};
use unicode_normalization::char::{decompose_canonical, is_combining_mark};
use xxhash_rust::xxh3::xxh3_64;

use crate::words::{self, Words};

/// Raised whenever a chain yields other terms or positions than before.
pub const ANALYSIS_VERSION: u32 = 1;

/// Positions between the first words of two neighbouring strides. A passage always has fewer
/// words, so that `position / STRIDE` names the stride and no phrase crosses a passage.
pub const STRIDE: u32 = 512;

/// Ends a stride in the value of a strided field: what follows starts at the next multiple of
/// [`STRIDE`]. ASCII "record separator"; article text never holds control characters.
pub const STRIDE_END: char = '\u{1e}';

/// Longest term in bytes; what a longer word has beyond is ignored, so that it is still found by
/// the same long word.
const MAX_TERM_BYTES: usize = 96;

/// What a chain makes of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Chain {
    /// Folded and stemmed: `elections` and `election` are one term.
    Stem,
    /// Folded alone: the word as it stands, but for case and accents.
    Exact,
}

impl Chain {
    /// The name under which the chain is registered with an index, version included.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Chain::Stem => "dateline_stem_en_1",
            Chain::Exact => "dateline_exact_1",
        }
    }
}

/// Registers every chain under its name.
pub fn register(manager: &TokenizerManager) {
    for chain in [Chain::Stem, Chain::Exact] {
        manager.register(chain.name(), TextAnalyzer::from(StrideTokenizer::new(chain)));
    }
}

/// A word of a text and its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// Its term in [`Chain::Exact`].
    pub exact: String,
    /// Its term in [`Chain::Stem`].
    pub stem: String,
}

/// Cuts texts into words with both terms; holds the stemmer.
pub struct Analyzer {
    stemmer: Stemmer,
}

impl Default for Analyzer {
    fn default() -> Self {
        Self { stemmer: Stemmer::create(Algorithm::English) }
    }
}

impl Analyzer {
    /// The words of a text in order.
    #[must_use]
    pub fn words(&self, text: &str) -> Vec<Word> {
        let mut words = Vec::new();
        let mut exact = String::new();
        for (start, word) in words::words(text) {
            if fold_word(word, &mut exact) {
                let stem = self.stemmer.stem(&exact).into_owned();
                words.push(Word { range: start..start + word.len(), exact: exact.clone(), stem });
            }
        }
        words
    }

    /// The terms of a text in one chain, in order.
    #[must_use]
    pub fn terms(&self, text: &str, chain: Chain) -> Vec<String> {
        self.words(text)
            .into_iter()
            .map(|word| match chain {
                Chain::Stem => word.stem,
                Chain::Exact => word.exact,
            })
            .collect()
    }
}

/// Folds a piece of a word that may hold wildcards, letter by letter, as the chains fold words.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        fold_letter(letter, &mut folded);
    }
    folded
}

/// Writes the exact term of a word into `term`; false where nothing is left of it.
fn fold_word(word: &str, term: &mut String) -> bool {
    term.clear();
    if word.is_ascii() {
        term.push_str(word);
        term.make_ascii_lowercase();
    } else {
        for letter in word.chars() {
            fold_letter(letter, term);
        }
    }
    if term.ends_with("'s") {
        term.truncate(term.len() - 2);
    }
    if is_acronym(term) {
        term.retain(|letter| letter != '.');
    }
    if term.len() > MAX_TERM_BYTES {
        let cut = (0..=MAX_TERM_BYTES).rev().find(|&at| term.is_char_boundary(at)).unwrap_or(0);
        term.truncate(cut);
    }
    !term.is_empty()
}

/// `u.s`, `n.y.c`: single letters with full stops between them.
fn is_acronym(term: &str) -> bool {
    let bytes = term.as_bytes();
    // Nearly every word is told apart here.
    bytes.get(1) == Some(&b'.')
        && bytes.len() >= 3
        && bytes
            .iter()
            .enumerate()
            .all(|(at, byte)| if at % 2 == 0 { byte.is_ascii_alphabetic() } else { *byte == b'.' })
}

/// Appends the folded form of one letter: lower case, Latin letters without their marks.
/// Other scripts keep theirs, where a mark makes another letter (Cyrillic й is not и).
fn fold_letter(letter: char, out: &mut String) {
    if letter.is_ascii() {
        out.push(letter.to_ascii_lowercase());
        return;
    }
    match letter {
        '\u{2018}' | '\u{2019}' | '\u{02bc}' | '\u{ff07}' => return out.push('\''),
        'ß' | 'ẞ' => return out.push_str("ss"),
        'æ' | 'Æ' => return out.push_str("ae"),
        'œ' | 'Œ' => return out.push_str("oe"),
        'ø' | 'Ø' => return out.push('o'),
        'đ' | 'Đ' | 'ð' | 'Ð' => return out.push('d'),
        'ł' | 'Ł' => return out.push('l'),
        'þ' | 'Þ' => return out.push_str("th"),
        'ı' => return out.push('i'),
        // Soft hyphen and zero-width joiners carry no sound.
        '\u{ad}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}' => return,
        _ => {}
    }
    if is_combining_mark(letter) && ('\u{300}'..='\u{36f}').contains(&letter) {
        // A mark written apart from its letter: dropped after Latin, kept elsewhere.
        if out.chars().next_back().is_none_or(|last| last.is_ascii()) {
            return;
        }
    }
    for lower in letter.to_lowercase() {
        let mut base = None;
        decompose_canonical(lower, |part| {
            base.get_or_insert(part);
        });
        match base {
            Some(base) if base.is_ascii_alphabetic() => out.push(base),
            _ => out.push(lower),
        }
    }
}

/// Words too common in English to say anything about an article; left out of a question that
/// holds other words, never out of a phrase. Exact terms, sorted.
const COMMON: &[&str] = &[
    "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "because",
    "been", "being", "between", "but", "by", "can", "could", "did", "do", "does", "during", "for",
    "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it",
    "its", "me", "my", "not", "of", "on", "or", "our", "she", "should", "so", "such", "than",
    "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to", "was",
    "we", "were", "what", "when", "where", "which", "who", "whom", "whose", "why", "will", "with",
    "would", "you", "your",
];

/// Whether an exact term is too common to be looked for on its own.
#[must_use]
pub fn is_common(exact: &str) -> bool {
    COMMON.binary_search(&exact).is_ok()
}

/// Stems of words met before. A word of news has been met before nine times in ten, and the stemmer
/// takes longer than all the rest of tokenizing.
#[derive(Clone, Default)]
struct StemCache {
    /// A power of two, or nothing before the first word.
    slots: Vec<StemSlot>,
}

/// A word and how its stem comes from it: so many of its bytes, and others behind them.
#[derive(Clone, Copy, Default)]
struct StemSlot {
    word: [u8; StemSlot::LONGEST],
    word_len: u8,
    kept: u8,
    ending: [u8; StemSlot::ENDING],
    ending_len: u8,
}

impl StemSlot {
    /// Longer words are rare and not worth the room.
    const LONGEST: usize = 20;
    /// The stemmer puts back an `e`, an `i`, an `ate` ... at most.
    const ENDING: usize = 4;
}

impl StemCache {
    /// A megabyte: what a core keeps near.
    const SLOTS: usize = 1 << 15;

    /// Replaces `word`, which is folded, by its stem.
    fn stem(&mut self, stemmer: &Stemmer, word: &mut String) {
        if word.len() > StemSlot::LONGEST {
            let stem = stemmer.stem(word).into_owned();
            *word = stem;
            return;
        }
        if self.slots.is_empty() {
            self.slots.resize(Self::SLOTS, StemSlot::default());
        }
        let hash = xxh3_64(word.as_bytes()) as usize;
        let slot = &mut self.slots[hash % Self::SLOTS];
        if slot.word() != word.as_bytes() {
            let stem = stemmer.stem(word);
            match StemSlot::new(word, &stem) {
                Some(new) => *slot = new,
                None => {
                    let stem = stem.into_owned();
                    *word = stem;
                    return;
                }
            }
        }
        word.truncate(usize::from(slot.kept));
        word.push_str(slot.ending());
    }
}

impl StemSlot {
    /// `None` where the stem has more of an ending of its own than fits.
    fn new(word: &str, stem: &str) -> Option<Self> {
        let same = word.bytes().zip(stem.bytes()).take_while(|(a, b)| a == b).count();
        let kept = stem.floor_char_boundary(word.floor_char_boundary(same));
        let mut slot = Self { word_len: word.len() as u8, kept: kept as u8, ..Self::default() };
        slot.word.get_mut(..word.len())?.copy_from_slice(word.as_bytes());
        let ending = &stem.as_bytes()[kept..];
        slot.ending.get_mut(..ending.len())?.copy_from_slice(ending);
        slot.ending_len = ending.len() as u8;
        Some(slot)
    }

    fn word(&self) -> &[u8] {
        &self.word[..usize::from(self.word_len)]
    }

    fn ending(&self) -> &str {
        std::str::from_utf8(&self.ending[..usize::from(self.ending_len)]).unwrap_or_default()
    }
}

/// A chain as tantivy wants it, with positions that jump at every [`STRIDE_END`].
#[derive(Clone)]
struct StrideTokenizer {
    chain: Chain,
    stemmer: std::sync::Arc<Stemmer>,
    stems: StemCache,
    token: Token,
}

impl StrideTokenizer {
    fn new(chain: Chain) -> Self {
        let stemmer = std::sync::Arc::new(Stemmer::create(Algorithm::English));
        Self { chain, stemmer, stems: StemCache::default(), token: Token::default() }
    }
}

impl Tokenizer for StrideTokenizer {
    type TokenStream<'a> = StrideStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> StrideStream<'a> {
        self.token.reset();
        StrideStream {
            words: words::words(""),
            rest: text,
            words_start: 0,
            rest_start: 0,
            stride: 0,
            in_stride: 0,
            started: false,
            tokenizer: self,
        }
    }
}

struct StrideStream<'a> {
    /// Words of the current stride.
    words: Words<'a>,
    /// Where the current stride starts in the whole text.
    words_start: usize,
    /// What follows the current stride.
    rest: &'a str,
    rest_start: usize,
    stride: u32,
    /// Words seen in the current stride.
    in_stride: u32,
    started: bool,
    tokenizer: &'a mut StrideTokenizer,
}

impl StrideStream<'_> {
    /// Moves on to the next stride; false at the end of the text.
    fn next_stride(&mut self) -> bool {
        if self.rest.is_empty() && self.started {
            return false;
        }
        let (current, rest) = match self.rest.split_once(STRIDE_END) {
            Some((current, rest)) => (current, rest),
            None => (self.rest, ""),
        };
        self.words = words::words(current);
        self.words_start = self.rest_start;
        self.rest_start += self.rest.len() - rest.len();
        self.rest = rest;
        self.in_stride = 0;
        if self.started {
            self.stride += 1;
        }
        self.started = true;
        true
    }
}

impl TokenStream for StrideStream<'_> {
    fn advance(&mut self) -> bool {
        loop {
            let Some((start, word)) = self.words.next() else {
                if self.next_stride() {
                    continue;
                }
                return false;
            };
            let StrideTokenizer { chain, stemmer, stems, token } = &mut *self.tokenizer;
            if !fold_word(word, &mut token.text) {
                continue;
            }
            let offset = self.in_stride.min(STRIDE - 1);
            self.in_stride += 1;
            if *chain == Chain::Stem {
                stems.stem(stemmer, &mut token.text);
            }
            token.offset_from = self.words_start + start;
            token.offset_to = token.offset_from + word.len();
            token.position = (self.stride * STRIDE + offset) as usize;
            return true;
        }
    }

    fn token(&self) -> &Token {
        &self.tokenizer.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.tokenizer.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fold_to_one_form() {
        let cases = [
            ("Zelenskyy's", "zelenskyy"),
            ("Zelenskyy\u{2019}s", "zelenskyy"),
            ("U.S.", "us"),
            ("Café", "cafe"),
            ("cafe\u{301}", "cafe"),
            ("Straße", "strasse"),
            ("Øresund", "oresund"),
            ("Київ", "київ"),
            ("3.14", "3.14"),
            ("1,000", "1,000"),
            ("don't", "don't"),
        ];
        for (text, term) in cases {
            assert_eq!(Analyzer::default().terms(text, Chain::Exact), [term], "{text}");
        }
    }

    #[test]
    fn stems_join_the_forms_of_a_word() {
        let analyzer = Analyzer::default();
        assert_eq!(
            analyzer.terms("elections electing elected", Chain::Stem),
            ["elect", "elect", "elect"]
        );
        assert_eq!(analyzer.terms("happily", Chain::Stem), ["happili"]);
    }

    #[test]
    fn positions_jump_at_a_stride_end() {
        let mut tokenizer = StrideTokenizer::new(Chain::Stem);
        let text = "One two\u{1e}three, happily\u{1e}\u{1e}four";
        let mut stream = tokenizer.token_stream(text);
        let mut seen = Vec::new();
        while stream.advance() {
            let token = stream.token();
            let span = &text[token.offset_from..token.offset_to];
            seen.push((token.text.clone(), token.position, span.to_owned()));
        }
        let expect = [
            ("one", 0, "One"),
            ("two", 1, "two"),
            ("three", 512, "three"),
            ("happili", 513, "happily"),
            ("four", 1536, "four"),
        ];
        assert_eq!(seen, expect.map(|(t, p, s)| (t.to_owned(), p, s.to_owned())));
    }

    #[test]
    fn the_tokenizer_and_the_analyzer_agree() {
        let text = "The U.S. envoy's visit \u{2014} Steve Witkoff\u{2019}s fourth \u{2014} to \
                    Москва: 12:30, 3.5% and naïve co-operation.";
        for chain in [Chain::Stem, Chain::Exact] {
            let mut tokenizer = StrideTokenizer::new(chain);
            let mut stream = tokenizer.token_stream(text);
            let mut terms = Vec::new();
            while stream.advance() {
                terms.push(stream.token().text.clone());
            }
            assert_eq!(terms, Analyzer::default().terms(text, chain));
        }
    }

    #[test]
    fn a_stem_met_again_is_the_same() {
        let stemmer = Stemmer::create(Algorithm::English);
        let mut cache = StemCache::default();
        let words = "relational hopping hoped happy dying ties generously skies a be città \
                     electroencephalographically rationalization internationalisation naïvely";
        for _ in 0..2 {
            for word in words.split_whitespace() {
                let mut stem = word.to_owned();
                cache.stem(&stemmer, &mut stem);
                assert_eq!(stem, stemmer.stem(word), "{word}");
            }
        }
    }

    #[test]
    fn common_words_are_sorted_for_the_search_in_them() {
        assert!(COMMON.is_sorted());
        assert!(is_common("the") && !is_common("putin"));
    }

    #[test]
    fn a_word_longer_than_any_term_is_cut_at_a_character() {
        let long = "é".repeat(10) + &"д".repeat(200);
        let terms = Analyzer::default().terms(&long, Chain::Exact);
        assert_eq!(terms.len(), 1);
        assert!(terms[0].len() <= MAX_TERM_BYTES);
    }
}
