//! Finds many phrases in short texts, where they stand as words of their own.
//!
//! Knows phrases and texts in one normal form; not what they mean. An automaton over all phrases is
//! larger than what a core keeps near, and every short block of every article passes through here:
//! so a text is looked at only where a word starts, and the first bytes of the word say whether any
//! phrase can stand there.

use std::ops::Range;

use rustc_hash::FxHashMap;

/// Bytes of its beginning that a phrase is filed under: six, or two, or the one it has.
const FILED: [usize; 3] = [6, 2, 1];
/// Bits of the filter; one in sixty is set.
const FILTER: usize = 1 << 16;

/// Phrases, filed by how they begin.
#[derive(Debug)]
pub(super) struct PhraseFinder {
    phrases: Vec<&'static str>,
    /// Whether any phrase starts with a byte; with none that a space does, which is every sixth.
    first: [bool; 256],
    /// A bit for each beginning, most of them sharing it with no other.
    filter: Vec<u64>,
    by_beginning: FxHashMap<u64, Vec<usize>>,
}

impl PhraseFinder {
    pub(super) fn new(phrases: Vec<&'static str>) -> Self {
        let mut first = [false; 256];
        let mut filter = vec![0; FILTER / 64];
        let mut by_beginning: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
        for (number, phrase) in phrases.iter().enumerate() {
            let bytes = phrase.as_bytes();
            let Some(length) = FILED.into_iter().find(|length| *length <= bytes.len()) else {
                continue;
            };
            first[usize::from(bytes[0])] = true;
            let beginning = beginning(first_eight(bytes), length);
            let bit = bit(beginning);
            filter[bit / 64] |= 1 << (bit % 64);
            by_beginning.entry(beginning).or_default().push(number);
        }
        Self { phrases, first, filter, by_beginning }
    }

    /// Calls back with the number and the place of each phrase.
    pub(super) fn find(&self, text: &str, mut found: impl FnMut(usize, Range<usize>)) {
        let bytes = text.as_bytes();
        let mut inside = false;
        for (at, byte) in bytes.iter().enumerate() {
            // Within a word of ASCII letters no phrase starts; elsewhere the letters are looked at.
            let letter = byte.is_ascii_alphanumeric();
            if inside && letter {
                continue;
            }
            inside = letter;
            if !self.first[usize::from(*byte)] {
                continue;
            }
            let here = first_eight(&bytes[at..]);
            for length in FILED {
                let beginning = beginning(here, length);
                if self.may_begin(beginning) {
                    self.find_at(text, at, beginning, &mut found);
                }
            }
        }
    }

    #[inline]
    fn may_begin(&self, beginning: u64) -> bool {
        let bit = bit(beginning);
        self.filter[bit / 64] & 1 << (bit % 64) != 0
    }

    fn find_at(
        &self,
        text: &str,
        at: usize,
        beginning: u64,
        found: &mut impl FnMut(usize, Range<usize>),
    ) {
        let Some(rest) = text.get(at..) else { return };
        for &number in self.by_beginning.get(&beginning).into_iter().flatten() {
            let range = at..at + self.phrases[number].len();
            if rest.starts_with(self.phrases[number]) && stands_alone(text, &range) {
                found(number, range);
            }
        }
    }
}

/// The first eight bytes as a number, the first the lowest; zeros where there are fewer.
#[inline]
fn first_eight(bytes: &[u8]) -> u64 {
    match bytes.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)),
    }
}

/// So many of the first eight bytes, and how many: a beginning of one length is none of another.
#[inline]
fn beginning(first_eight: u64, length: usize) -> u64 {
    first_eight & (u64::MAX >> (64 - 8 * length)) | (length as u64) << 56
}

#[inline]
fn bit(beginning: u64) -> usize {
    (beginning.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize % FILTER
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
