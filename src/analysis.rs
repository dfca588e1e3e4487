//! How text becomes terms: the analyzer chains, the same at index time, at query time and for
//! highlighting.
//!
//! A chain cuts text into words (Unicode Standard Annex 29), folds each to one searchable form
//! (lower case, no accents on Latin and Greek letters, letters in their usual shape, no possessive, no
//! elided article, no dots in acronyms) and, in the stemming chain, reduces it to its Snowball English
//! stem. One word gives at most one term, so
//! offsets and positions mean the same in both chains.
//!
//! `placed` has what the index is given: terms with their positions; `stems` the stems.
//!
//! Any change to what a chain yields makes old indexes wrong: raise [`ANALYSIS_VERSION`].

mod placed;
mod stems;

pub use placed::{ArticleTerms, Break, PLACED, PlacedTerms, Termer};

use std::borrow::Cow;
use std::ops::Range;

use rust_stemmers::{Algorithm, Stemmer};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};
use unicode_normalization::{IsNormalized, is_nfkc_quick};

use self::placed::PlacedTokenizer;
use self::stems::{StemCache, stem_of};
use crate::words::{self, Words};

/// Raised whenever a chain yields other terms or positions than before, or sentences end elsewhere.
pub const ANALYSIS_VERSION: u32 = 4;

/// Positions between the first words of two neighbouring strides. A passage always has fewer
/// words, so that `position / STRIDE` names the stride and no phrase crosses a passage.
pub const STRIDE: u32 = 512;

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
        manager.register(chain.name(), TextAnalyzer::from(ChainTokenizer::new(chain)));
    }
    manager.register(PLACED, TextAnalyzer::from(PlacedTokenizer::default()));
}

/// Every chain under its name, for an index in memory.
#[must_use]
pub fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    register(&manager);
    manager
}

/// A word of a text and its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Where it stands, in bytes; an elided article before it aside.
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
        let look =
            |range, exact: Option<&str>| words.extend(exact.map(|exact| self.word(range, exact)));
        each_word(text, |_| true, look);
        words
    }

    /// The word with an exact term that stands in a range.
    #[must_use]
    pub fn word(&self, range: Range<usize>, exact: &str) -> Word {
        Word { range, exact: exact.to_owned(), stem: self.stem(exact).into_owned() }
    }

    /// Whether a folded word is its own stem.
    #[must_use]
    pub fn is_stem(&self, exact: &str) -> bool {
        stem_of(&self.stemmer, exact) == exact
    }

    /// The stem of a folded word.
    #[must_use]
    pub fn stem<'w>(&self, exact: &'w str) -> Cow<'w, str> {
        stem_of(&self.stemmer, exact)
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

/// Hands the words of a text to `look`, in order: where each stands, in bytes, an elided article before it
/// aside, and its exact term, which is left out where `begins` says of its first byte that no such term is looked for. For those who look
/// for few words: finding stems takes longer than all the rest.
pub fn each_word(
    text: &str,
    begins: impl Fn(u8) -> bool,
    mut look: impl FnMut(Range<usize>, Option<&str>),
) {
    let mut exact = String::new();
    for (start, word) in words::words(text) {
        let end = start + word.len();
        if is_plain(word) && !begins(word.as_bytes()[0].to_ascii_lowercase()) {
            look(start..end, None);
        } else if let Some(elided) = fold_word(word, &mut exact) {
            look(start + elided_in(word, elided)..end, Some(&exact));
        }
    }
}

/// Whether a word is one term that begins as it does.
fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii() && byte != b'\'')
}

/// Folds the letters of a text as the chains fold those of words.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_letters(text, &mut folded);
    folded
}

/// Folds a word that may hold wildcards as the chains fold words.
#[must_use]
pub fn fold_pattern(typed: &str) -> String {
    let mut folded = fold(typed);
    folded.drain(..elided(&folded));
    folded
}

/// Writes the exact term of a word into `term`. Returns how many bytes of an elided article went from
/// its start; `None` where nothing is left of the word.
fn fold_word(word: &str, term: &mut String) -> Option<usize> {
    term.clear();
    if word.is_ascii() {
        term.push_str(word);
        term.make_ascii_lowercase();
    } else {
        fold_letters(word, term);
    }
    if let [.., b'\'', b's'] = term.as_bytes() {
        term.truncate(term.len() - 2);
    }
    let elided = if may_be_elided(word) { elided(term) } else { 0 };
    if elided > 0 {
        term.drain(..elided);
    }
    if is_acronym(term) {
        term.retain(|letter| letter != '.');
    }
    if term.len() > MAX_TERM_BYTES {
        let cut = (0..=MAX_TERM_BYTES).rev().find(|&at| term.is_char_boundary(at)).unwrap_or(0);
        term.truncate(cut);
    }
    (!term.is_empty()).then_some(elided)
}

/// What French and Italian elide before a vowel and write to the word behind it, folded and sorted. A
/// name such as D'Angelo loses its first letter too, here as there.
const ELIDED: &[&str] = &[
    "all", "bell", "c", "coll", "d", "dall", "dell", "j", "jusqu", "l", "lorsqu", "m", "n", "nell",
    "puisqu", "qu", "quell", "quest", "quoiqu", "s", "sant", "sull", "t", "un",
];

/// Letters of the longest of them, and its apostrophe.
const LONGEST_ELIDED: usize = 7;

/// Whether an apostrophe may stand behind the first letters of a word. Nearly every word is told apart
/// here, all letters at once, before its folded form is written and must be waited for.
fn may_be_elided(word: &str) -> bool {
    let bytes = word.as_bytes();
    let mark = |at: usize| bytes.get(at).is_some_and(|byte| matches!(byte, b'\'' | 0x80..));
    bytes.len() > 3 && (mark(1) | mark(2) | mark(3) | mark(4) | mark(5) | mark(6))
}

/// How many bytes at the start of a folded word are an elided article and its apostrophe.
fn elided(term: &str) -> usize {
    let Some(at) = term.bytes().take(LONGEST_ELIDED).position(|byte| byte == b'\'') else {
        return 0;
    };
    let (article, rest) = (&term[..at], &term[at + 1..]);
    // `c'mon`, `d'you`, `n'djamena` have none.
    let silent = match rest.as_bytes() {
        [b'a' | b'e' | b'i' | b'o' | b'u' | b'h', _, ..] => true,
        [b'y', next, ..] => !b"aeiou".contains(next),
        _ => false,
    };
    if silent && ELIDED.binary_search(&article).is_ok() { at + 1 } else { 0 }
}

/// How many bytes of a word are its elided article, of which so many are left in the term.
fn elided_in(word: &str, elided: usize) -> usize {
    if elided == 0 || word.is_ascii() {
        return elided;
    }
    let apostrophe = word.char_indices().find(|(_, letter)| is_apostrophe(*letter));
    apostrophe.map_or(0, |(at, letter)| at + letter.len_utf8())
}

fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '\u{2018}' | '\u{2019}' | '\u{02bc}' | '\u{ff07}')
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

/// Appends the folded forms of letters, in their usual shape first: full-width, half-width, ligated,
/// encircled and other forms of a letter are that letter, and a letter with its mark apart is one with it
/// (Unicode Standard Annex 15, form KC).
fn fold_letters(letters: &str, out: &mut String) {
    // Most of Latin and Cyrillic, and the apostrophe of print, need not be looked up.
    let usual =
        |letter| matches!(letter, '\0'..='\x7f' | 'À'..='ı' | '\u{2019}' | 'А'..='я' | 'ё'..='ґ');
    if letters.chars().all(usual) || is_nfkc_quick(letters.chars()) == IsNormalized::Yes {
        letters.chars().for_each(|letter| fold_letter(letter, out));
    } else {
        // What stands for several words is one here: no term holds a space.
        let letters = letters.nfkc().filter(|letter| !letter.is_whitespace());
        letters.for_each(|letter| fold_letter(letter, out));
    }
}

/// Appends the folded form of one letter: lower case, Latin and Greek letters without their marks.
/// Other scripts keep theirs, where a mark makes another letter (Cyrillic й is not и).
fn fold_letter(letter: char, out: &mut String) {
    if letter.is_ascii() {
        out.push(letter.to_ascii_lowercase());
        return;
    }
    match letter {
        _ if is_apostrophe(letter) => return out.push('\''),
        'ß' | 'ẞ' => return out.push_str("ss"),
        'æ' | 'Æ' => return out.push_str("ae"),
        'œ' | 'Œ' => return out.push_str("oe"),
        'ø' | 'Ø' => return out.push('o'),
        'đ' | 'Đ' | 'ð' | 'Ð' => return out.push('d'),
        'ł' | 'Ł' => return out.push('l'),
        'þ' | 'Þ' => return out.push_str("th"),
        'ı' => return out.push('i'),
        'ς' => return out.push('σ'),
        // Soft hyphen and zero-width joiners carry no sound, nor do the marks that turn the direction
        // of writing or choose between pictures of a letter.
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => return,
        '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => return,
        _ => {}
    }
    if is_combining_mark(letter) && ('\u{300}'..='\u{36f}').contains(&letter) {
        // A mark written apart from its letter: dropped after Latin and Greek, kept elsewhere.
        if out.chars().next_back().is_none_or(|last| last.is_ascii() || is_greek(last)) {
            return;
        }
    }
    for lower in letter.to_lowercase() {
        let mut base = None;
        decompose_canonical(lower, |part| {
            base.get_or_insert(part);
        });
        match base {
            Some(base) if base.is_ascii_alphabetic() || is_greek(base) => out.push(base),
            // The dot that İ leaves behind.
            Some('\u{307}') if out.ends_with('i') => {}
            _ => out.push(lower),
        }
    }
}

fn is_greek(letter: char) -> bool {
    ('α'..='ω').contains(&letter)
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

/// What every word starts with that has this stem: all of it but two letters, all of a stem of two.
#[must_use]
pub fn kin_prefix(stem: &str) -> &str {
    const UNSHARED: usize = 2;
    match stem.len() {
        0..=UNSHARED => stem,
        length => &stem[..stem.floor_char_boundary(length - UNSHARED)],
    }
}

/// Cuts a field's text into the terms of a chain.
#[derive(Clone)]
struct ChainTokenizer {
    chain: Chain,
    stemmer: std::sync::Arc<Stemmer>,
    stems: StemCache,
    token: Token,
}

impl ChainTokenizer {
    fn new(chain: Chain) -> Self {
        let stemmer = std::sync::Arc::new(Stemmer::create(Algorithm::English));
        Self { chain, stemmer, stems: StemCache::default(), token: Token::default() }
    }
}

impl Tokenizer for ChainTokenizer {
    type TokenStream<'a> = ChainStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ChainStream<'a> {
        self.token.reset();
        ChainStream { words: words::words(text), next: 0, tokenizer: self }
    }
}

struct ChainStream<'a> {
    words: Words<'a>,
    /// The position of the next token.
    next: usize,
    tokenizer: &'a mut ChainTokenizer,
}

impl TokenStream for ChainStream<'_> {
    fn advance(&mut self) -> bool {
        for (start, word) in self.words.by_ref() {
            let ChainTokenizer { chain, stemmer, stems, token } = &mut *self.tokenizer;
            let Some(elided) = fold_word(word, &mut token.text) else { continue };
            if *chain == Chain::Stem {
                stems.stem(stemmer, &mut token.text);
            }
            token.offset_from = start + elided_in(word, elided);
            token.offset_to = start + word.len();
            token.position = self.next;
            self.next += 1;
            return true;
        }
        false
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
            ("İstanbul", "istanbul"),
            ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
            ("Σίσυφος", "σισυφοσ"),
            ("Αθη\u{301}να", "αθηνα"),
            ("Ἀθῆναι", "αθηναι"),
            ("ταΐζω", "ταιζω"),
            ("ＮＡＴＯ", "nato"),
            ("ﾌﾟ", "プ"),
            ("й", "й"),
            ("и\u{306}", "й"),
            ("ﷺ", "صلىاللهعليهوسلم"),
            ("ﻣﺤﻤﺪ", "محمد"),
            ("l'Ukraine", "ukraine"),
            ("L\u{2019}Ukraine", "ukraine"),
            ("d\u{2019}Israël", "israel"),
            ("dell'Ucraina", "ucraina"),
            ("jusqu\u{2019}ici", "ici"),
            ("lorsqu'elle", "elle"),
            ("l\u{2019}Élysée", "elysee"),
            ("d'Yves", "yves"),
            ("o'clock", "o'clock"),
            ("O\u{2019}Brien", "o'brien"),
            ("c'mon", "c'mon"),
            ("d'you", "d'you"),
            ("N'Djamena", "n'djamena"),
            ("d'Artagnan's", "artagnan"),
            ("un's", "un"),
            ("l'a", "l'a"),
            ("ﬁnance", "finance"),
            ("\u{200f}Putin\u{200e}", "putin"),
            ("Biden\u{fe0f}", "biden"),
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
    fn what_is_elided_is_no_part_of_its_word() {
        let text = "de d\u{2019}Israël à l'Ukraine";
        let words = Analyzer::default().words(text);
        let marked: Vec<&str> = words.into_iter().map(|word| &text[word.range]).collect();
        assert_eq!(marked, ["de", "Israël", "à", "Ukraine"]);
        assert!(ELIDED.is_sorted());
        assert!(ELIDED.iter().all(|article| article.len() < LONGEST_ELIDED));
        assert_eq!(fold_pattern("L'Ukr*"), "ukr*");
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
    fn a_stem_begins_as_its_words_do() {
        let analyzer = Analyzer::default();
        let words = "dying lying skies news relational possibly hoping happy città generously \
                     internationalisation being goes early singly abilities feudalism its é és";
        for word in analyzer.words(words) {
            assert!(word.exact.starts_with(kin_prefix(&word.stem)), "{word:?}");
            assert_eq!(analyzer.stem(&word.exact), word.stem);
            assert_eq!(analyzer.is_stem(&word.exact), word.exact == word.stem);
        }
    }

    #[test]
    fn the_tokenizer_and_the_analyzer_agree() {
        let text = "The U.S. envoy's visit \u{2014} Steve Witkoff\u{2019}s fourth \u{2014} to \
                    Москва: 12:30, 3.5% and naïve co-operation.";
        for chain in [Chain::Stem, Chain::Exact] {
            let mut tokenizer = ChainTokenizer::new(chain);
            let mut stream = tokenizer.token_stream(text);
            let mut terms = Vec::new();
            while stream.advance() {
                terms.push(stream.token().text.clone());
            }
            assert_eq!(terms, Analyzer::default().terms(text, chain));
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
