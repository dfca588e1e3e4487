//! Where the words of a text are: Unicode Standard Annex 29, at the speed that an archive asks for.
//!
//! Knows characters; not terms, stems or languages. [`words`] finds what
//! `UnicodeSegmentation::unicode_word_indices` finds, and a property test holds it to that. White
//! space always parts words, so each run of other characters is looked at for itself: where all of
//! it is ASCII, Latin or Cyrillic with the usual punctuation, a table tells the words; where a
//! rarer character stands in it, the library does.

use unicode_segmentation::{UnicodeSegmentation, UnicodeWordIndices};

/// The words of `text` and the bytes they start at, in order.
#[must_use]
pub fn words(text: &str) -> Words<'_> {
    Words { text, at: 0, run_end: 0, rare: None }
}

/// How many words `text` has.
#[must_use]
pub fn count(text: &str) -> usize {
    words(text).count()
}

/// See [`words`].
pub struct Words<'t> {
    text: &'t str,
    /// What is before is done.
    at: usize,
    /// Where the run of characters ends that was last looked at.
    run_end: usize,
    /// The words of a run that the table does not know, and where it starts.
    rare: Option<(usize, UnicodeWordIndices<'t>)>,
}

/// What a character means for the ends of words (UAX 29, table 3).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Parts words and parts runs.
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

impl<'t> Words<'t> {
    /// The class of the character at a byte, and its length; [`Class::Space`] behind the end.
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

    /// Looks over the run of characters at `at`; the library gets it where it holds a rare one.
    fn enter_run(&mut self) {
        let bytes = self.text.as_bytes();
        let mut end = self.at;
        let mut rare = false;
        while let Some(byte) = bytes.get(end) {
            match ASCII[usize::from(*byte)] {
                Class::Space => break,
                Class::High => {
                    let (class, length) = self.class_at(end);
                    rare |= class == Class::Rare;
                    end += length;
                }
                _ => end += 1,
            }
        }
        self.run_end = end;
        if rare {
            self.rare = Some((self.at, self.text[self.at..end].unicode_word_indices()));
        }
    }

    /// The word that starts at the letter, digit or underscore at `at`, up to its end; whether
    /// there is more in it than underscores.
    fn end_of_word(&self, start: usize) -> (usize, bool) {
        let (mut class, mut length) = self.class_at(start);
        let mut at = start;
        let mut is_word = false;
        loop {
            is_word |= class != Class::Underscore;
            at += length;
            let (next, next_length) = self.class_at(at);
            match next {
                Class::Letter | Class::Digit | Class::Underscore => {
                    (class, length) = (next, next_length);
                }
                Class::MidLetter | Class::MidBoth | Class::MidDigit => {
                    let joins = match class {
                        Class::Letter => next != Class::MidDigit,
                        Class::Digit => next != Class::MidLetter,
                        _ => false,
                    };
                    let (after, after_length) = self.class_at(at + next_length);
                    if !joins || after != class {
                        return (at, is_word);
                    }
                    at += next_length;
                    length = after_length;
                }
                _ => return (at, is_word),
            }
        }
    }
}

impl<'t> Iterator for Words<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((start, words)) = &mut self.rare {
                if let Some((at, word)) = words.next() {
                    return Some((*start + at, word));
                }
                self.rare = None;
                self.at = self.run_end;
            }
            if self.at >= self.text.len() {
                return None;
            }
            let (class, length) = self.class_at(self.at);
            if class == Class::Space {
                self.at += length;
                continue;
            }
            if self.at >= self.run_end {
                self.enter_run();
                continue;
            }
            if !matches!(class, Class::Letter | Class::Digit | Class::Underscore) {
                self.at += length;
                continue;
            }
            let start = self.at;
            let (end, is_word) = self.end_of_word(start);
            self.at = end;
            if is_word {
                return Some((start, &self.text[start..end]));
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
