//! Finds many phrases in short texts, where they stand as words of their own.
//!
//! Knows phrases and texts in one normal form; not what they mean. An automaton over all phrases is
//! larger than what a core keeps near, and every short block of every article passes through here:
//! so a text is looked at only where a word starts, and the first bytes of the word say whether any
//! phrase can stand there.

use std::collections::HashMap;
use std::ops::Range;

/// Bytes that a long phrase is filed under.
const LONG: usize = 6;
/// Bits of the filters; few of them are set.
const FILTER: usize = 1 << 14;

/// Phrases, filed by how they begin.
#[derive(Debug)]
pub(super) struct PhraseFinder {
    phrases: Vec<&'static str>,
    /// Those of at least [`LONG`] bytes, by so many.
    long: Filed,
    /// The others, by their first byte and the one behind it, if there is one.
    short: Filed,
}

#[derive(Debug)]
struct Filed {
    /// A bit for each key, most keys sharing one with no other.
    filter: Vec<u64>,
    numbers: HashMap<u64, Vec<usize>>,
}

impl Filed {
    fn new() -> Self {
        Self { filter: vec![0; FILTER / 64], numbers: HashMap::new() }
    }

    fn bit(key: u64) -> usize {
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize % FILTER
    }

    fn add(&mut self, key: u64, number: usize) {
        let bit = Self::bit(key);
        self.filter[bit / 64] |= 1 << (bit % 64);
        self.numbers.entry(key).or_default().push(number);
    }

    fn of(&self, key: u64) -> &[usize] {
        let bit = Self::bit(key);
        if self.filter[bit / 64] & 1 << (bit % 64) == 0 {
            return &[];
        }
        self.numbers.get(&key).map_or(&[], Vec::as_slice)
    }
}

impl PhraseFinder {
    pub(super) fn new(phrases: Vec<&'static str>) -> Self {
        let (mut long, mut short) = (Filed::new(), Filed::new());
        for (number, phrase) in phrases.iter().enumerate() {
            let bytes = phrase.as_bytes();
            match bytes.len() {
                0 => {}
                1..LONG => short.add(key(&bytes[..bytes.len().min(2)]), number),
                _ => long.add(key(&bytes[..LONG]), number),
            }
        }
        Self { phrases, long, short }
    }

    /// Calls back with the number and the place of each phrase, in the order of where they start.
    pub(super) fn find(&self, text: &str, mut found: impl FnMut(usize, Range<usize>)) {
        let bytes = text.as_bytes();
        let mut inside = false;
        for (at, byte) in bytes.iter().enumerate() {
            // Within a word of ASCII letters no phrase starts; elsewhere the letters are looked at.
            let skipped = inside && byte.is_ascii_alphanumeric();
            inside = byte.is_ascii_alphanumeric();
            if skipped || !text.is_char_boundary(at) {
                continue;
            }
            let rest = &bytes[at..];
            let long = rest.first_chunk::<LONG>().map_or(&[][..], |start| self.long.of(key(start)));
            let pair = self.short.of(key(&rest[..rest.len().min(2)]));
            // A phrase of one byte, with something behind it.
            let single = if rest.len() > 1 { self.short.of(key(&rest[..1])) } else { &[] };
            for &number in long.iter().chain(pair).chain(single) {
                let phrase = self.phrases[number].as_bytes();
                if rest.starts_with(phrase) {
                    let range = at..at + phrase.len();
                    if stands_alone(text, &range) {
                        found(number, range);
                    }
                }
            }
        }
    }
}

/// The bytes as a number; no two rows of bytes without a zero have the same.
fn key(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |key, byte| key << 8 | u64::from(*byte))
}

/// Whether a phrase is no part of a longer word.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let phrase = &text[range.clone()];
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let before = letter(phrase.chars().next()) && letter(text[..range.start].chars().next_back());
    let after = letter(phrase.chars().next_back()) && letter(text[range.end..].chars().next());
    !before && !after
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PHRASES: &[&str] = &[
        "x",
        "ad",
        "fot.",
        "/ap",
        "share",
        "share this",
        "follow us",
        "(photo by",
        "імя",
        "© ap",
        "é",
        "поділитися",
        "a b c d e f g",
    ];

    fn found(text: &str) -> Vec<(usize, Range<usize>)> {
        let mut all = Vec::new();
        PhraseFinder::new(PHRASES.to_vec()).find(text, |number, range| all.push((number, range)));
        all.sort_by_key(|(number, range)| (range.start, *number));
        all
    }

    /// What is meant, the slow way.
    fn searched(text: &str) -> Vec<(usize, Range<usize>)> {
        let mut all = Vec::new();
        for (number, phrase) in PHRASES.iter().enumerate() {
            for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
                let range = at..at + phrase.len();
                if text[at..].starts_with(phrase) && stands_alone(text, &range) {
                    all.push((number, range));
                }
            }
        }
        all.sort_by_key(|(number, range)| (range.start, *number));
        all
    }

    #[test]
    fn phrases_are_words_of_their_own() {
        assert_eq!(found("share this"), [(4, 0..5), (5, 0..10)]);
        assert_eq!(found("shared; xx (photo by ann/ap)"), [(7, 11..20), (3, 24..27)]);
        assert_eq!(found("x"), [(0, 0..1)]);
        assert_eq!(found(""), []);
    }

    proptest! {
        #[test]
        fn all_are_found(text in "(x|ad|fot\\.|/ap|share|share this|follow us|\\(photo by|імя|© ap|é|поділитися|a b c d e f g|[ .a-zéж]){0,20}") {
            prop_assert_eq!(found(&text), searched(&text));
        }
    }
}
