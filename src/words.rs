//! Where the words of a text are: Unicode Standard Annex 29, at the speed that an archive asks for.
//!
//! Knows characters; not terms, stems or languages. [`words`] finds what
//! `UnicodeSegmentation::unicode_word_indices` finds, and a property test holds it to that. Words of
//! ASCII, Latin and Cyrillic letters with the usual punctuation are told by a table. Where a rarer
//! character touches a word, the library is asked, up to the next white space, which always parts
//! words.

use std::ops::Range;

use unicode_segmentation::{UnicodeSegmentation, UnicodeWordIndices};

/// The words of `text` and the bytes they start at, in order.
#[must_use]
pub fn words(text: &str) -> Words<'_> {
    Words { text, at: 0, before: 0, rare: None }
}

/// How many words `text` has.
#[must_use]
pub fn count(text: &str) -> usize {
    words(text).count()
}

/// The words of a text, found once for all who ask where they are.
#[derive(Debug, Default)]
pub struct WordList {
    /// Start and end, in bytes.
    spans: Vec<(usize, usize)>,
}

impl WordList {
    /// Finds the words of `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut spans = Vec::with_capacity(text.len() / 6);
        spans.extend(words(text).map(|(start, word)| (start, start + word.len())));
        Self { spans }
    }

    /// The words of `text` and the bytes they start at, in order.
    pub fn all<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, &'t str)> {
        self.spans.iter().map(|(start, end)| (*start, &text[*start..*end]))
    }

    /// How many words start in a range of the text.
    #[must_use]
    pub fn count(&self, range: &Range<usize>) -> usize {
        self.starting_in(range).len()
    }

    /// The words that stand in a range of `text`, as if nothing stood around it, and the bytes of
    /// `text` they start at.
    pub fn within<'t>(
        &'t self,
        text: &'t str,
        range: &Range<usize>,
    ) -> impl Iterator<Item = (usize, &'t str)> {
        let from = range.start;
        let inside = self.starting_in(range);
        let before = self.spans.partition_point(|(start, _)| *start < range.start);
        // A range that parts a word has words of its own.
        let parts = before.checked_sub(1).is_some_and(|at| self.spans[at].1 > range.start)
            || inside.last().is_some_and(|(_, end)| *end > range.end);
        let (listed, found) = if parts {
            (&[][..], Some(words(&text[range.clone()]).map(move |(at, word)| (from + at, word))))
        } else {
            (inside, None)
        };
        let listed = listed.iter().map(|(start, end)| (*start, &text[*start..*end]));
        listed.chain(found.into_iter().flatten())
    }

    fn starting_in(&self, range: &Range<usize>) -> &[(usize, usize)] {
        let from = self.spans.partition_point(|(start, _)| *start < range.start);
        let until = self.spans.partition_point(|(start, _)| *start < range.end);
        &self.spans[from..until.max(from)]
    }
}

/// See [`words`].
pub struct Words<'t> {
    text: &'t str,
    /// What is before is done.
    at: usize,
    /// Where the last character starts that was no part of a word: a mark may belong to it.
    before: usize,
    /// What the library says of a stretch that the table does not know, and where that starts.
    rare: Option<(usize, UnicodeWordIndices<'t>)>,
}

/// What a character means for the ends of words (UAX 29, table 3).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Parts words, and what is on its two sides can be looked at apart.
    Space,
    /// Parts words.
    Break,
    /// `ALetter`.
    Letter,
    /// `Numeric`.
    Digit,
    /// `ExtendNumLet`: joins both.
    Underscore,
    /// `MidLetter`: joins letters.
    MidLetter,
    /// `MidNumLet` and the single quote: joins letters, and joins digits.
    MidBoth,
    /// `MidNum`: joins digits.
    MidDigit,
    /// Not ASCII: the character must be looked at.
    High,
    /// Anything else; only the library knows.
    Rare,
}

static ASCII: [Class; 256] = {
    let mut table = [Class::Break; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' | b'\n' | b'\t' | b'\r' => Class::Space,
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'_' => Class::Underscore,
            b':' => Class::MidLetter,
            b'.' | b'\'' => Class::MidBoth,
            b',' | b';' => Class::MidDigit,
            0x80.. => Class::High,
            _ => Class::Break,
        };
        byte += 1;
    }
    table
};

/// The class of a character that is not ASCII.
fn class_of(letter: char) -> Class {
    match letter {
        '\u{aa}' | '\u{b5}' | '\u{ba}' => Class::Letter,
        '\u{b7}' => Class::MidLetter,
        // Superscripts and fractions count as words, the cedilla as a letter, the soft hyphen as
        // nothing at all.
        '\u{ad}' | '\u{b2}' | '\u{b3}' | '\u{b8}' | '\u{b9}' | '\u{bc}'..='\u{be}' => Class::Rare,
        '\u{a0}'..='\u{bf}' | '\u{d7}' | '\u{f7}' => Class::Break,
        '\u{c0}'..='\u{24f}' | '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' => Class::Letter,
        '\u{2018}' | '\u{2019}' => Class::MidBoth,
        '\u{2010}'..='\u{2017}' | '\u{201a}'..='\u{2023}' | '\u{2025}' | '\u{2026}' => Class::Break,
        '\u{2030}'..='\u{203a}' | '\u{20ac}' => Class::Break,
        _ => Class::Rare,
    }
}

/// Where a word ends.
enum End {
    /// Before this byte; whether there is more in it than underscores.
    At(usize, bool),
    /// Only the library knows.
    Unknown,
}

impl Words<'_> {
    /// The class of the character at a byte, and its length; [`Class::Space`] behind the end.
    #[inline]
    fn class_at(&self, at: usize) -> (Class, usize) {
        let Some(byte) = self.text.as_bytes().get(at) else { return (Class::Space, 1) };
        match ASCII[usize::from(*byte)] {
            Class::High => {
                let letter = self.text[at..].chars().next().unwrap_or(' ');
                (class_of(letter), letter.len_utf8())
            }
            class => (class, 1),
        }
    }

    /// The end of the word that starts with a character of `class`, of `length` bytes, at `start`.
    #[inline]
    fn end_of_word(&self, start: usize, class: Class, length: usize) -> End {
        let bytes = self.text.as_bytes();
        let (mut class, mut at) = (class, start + length);
        let mut is_word = class != Class::Underscore;
        loop {
            while bytes.get(at).is_some_and(|byte| ASCII[usize::from(*byte)] == Class::Letter) {
                (class, is_word) = (Class::Letter, true);
                at += 1;
            }
            let (next, length) = self.class_at(at);
            match next {
                Class::Letter | Class::Digit | Class::Underscore => {
                    class = next;
                    is_word |= class != Class::Underscore;
                    at += length;
                }
                Class::MidLetter | Class::MidBoth | Class::MidDigit => {
                    let joins = match class {
                        Class::Letter => next != Class::MidDigit,
                        Class::Digit => next != Class::MidLetter,
                        _ => false,
                    };
                    match self.class_at(at + length) {
                        (Class::Rare, _) => return End::Unknown,
                        (after, after_length) if joins && after == class => {
                            at += length + after_length;
                        }
                        _ => return End::At(at, is_word),
                    }
                }
                Class::Rare => return End::Unknown,
                _ => return End::At(at, is_word),
            }
        }
    }

    /// Leaves what stands between `start` and the next white space behind `self.at` to the library.
    fn ask(&mut self, start: usize) {
        let rest = &self.text.as_bytes()[self.at..];
        let space = |byte: &u8| ASCII[usize::from(*byte)] == Class::Space;
        self.at += rest.iter().position(space).unwrap_or(rest.len());
        self.rare = Some((start, self.text[start..self.at].unicode_word_indices()));
    }
}

impl<'t> Iterator for Words<'t> {
    type Item = (usize, &'t str);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((start, words)) = &mut self.rare {
                if let Some((at, word)) = words.next() {
                    return Some((*start + at, word));
                }
                self.rare = None;
            }
            if self.at >= self.text.len() {
                return None;
            }
            let (class, length) = self.class_at(self.at);
            match class {
                Class::Letter | Class::Digit | Class::Underscore => {
                    let start = self.at;
                    match self.end_of_word(start, class, length) {
                        End::Unknown => self.ask(start),
                        End::At(end, is_word) => {
                            self.at = end;
                            if is_word {
                                return Some((start, &self.text[start..end]));
                            }
                        }
                    }
                }
                Class::Rare => self.ask(self.before),
                _ => {
                    self.before = self.at;
                    self.at += length;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn by_library(text: &str) -> Vec<(usize, &str)> {
        text.unicode_word_indices().collect()
    }

    #[test]
    fn words_of_news() {
        let cases: &[(&str, &[&str])] = &[
            (
                "U.S. envoy's 3,500.50 _x_ __ a:b 1:2",
                &["U.S", "envoy's", "3,500.50", "_x_", "a:b", "1", "2"],
            ),
            (
                "Zelenskyy\u{2019}s \u{201c}talks\u{201d}\u{2014}naïve",
                &["Zelenskyy\u{2019}s", "talks", "naïve"],
            ),
            ("Москва: 12.30", &["Москва", "12.30"]),
            ("10\u{a0}000 m² ½", &["10", "000", "m", "²", "½"]),
        ];
        for (text, expected) in cases {
            let found: Vec<&str> = words(text).map(|(_, word)| word).collect();
            assert_eq!(&found, expected);
            assert_eq!(words(text).collect::<Vec<_>>(), by_library(text));
        }
    }

    /// Characters of every class, and rare ones that meet them.
    fn characters() -> impl Strategy<Value = String> {
        let one = prop_oneof![
            8 => prop::sample::select("abZ019_.,:;' \n\t-\"()/@#&*\u{1e}".chars().collect::<Vec<_>>()),
            3 => prop::sample::select("é\u{df}Łжй\u{2019}\u{2018}\u{201c}\u{2014}\u{2026}\u{a0}\u{b7}\u{aa}\u{d7}€\u{2039}".chars().collect::<Vec<_>>()),
            2 => prop::sample::select("\u{301}\u{200d}\u{ad}\u{feff}\u{200b}א\"中文かカ한\u{1f600}\u{1f1e9}\u{1f1ea}²½\u{2024}\u{ff0e}\u{2028}\r\u{85}".chars().collect::<Vec<_>>()),
            1 => any::<char>(),
        ];
        prop::collection::vec(one, 0..40).prop_map(|letters| letters.into_iter().collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]
        #[test]
        fn the_library_agrees(text in characters()) {
            prop_assert_eq!(words(&text).collect::<Vec<_>>(), by_library(&text));
        }
    }

    #[test]
    fn every_character_that_the_table_knows_is_what_the_library_thinks() {
        let mut wrong = std::collections::BTreeSet::new();
        for letter in (0x80..0x3000).filter_map(char::from_u32) {
            if class_of(letter) == Class::Rare {
                continue;
            }
            for text in [
                format!("a{letter}b"),
                format!("1{letter}2"),
                format!("a{letter}2"),
                format!("a{letter}{letter}b"),
                format!("{letter}a"),
                format!("1{letter}"),
                format!("{letter}"),
                format!("{letter}.{letter}"),
                format!("_{letter}_"),
            ] {
                if words(&text).collect::<Vec<_>>() != by_library(&text) {
                    wrong.insert(letter);
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
