//! The words that names of persons are built of: titles, particles, suffixes, family names that come
//! first, forms of forenames.
//!
//! Knows words, from `person.tsv`; not names.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

static WORDS: &str = include_str!("person.tsv");

/// What a word can be in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// A title, office or rank.
    Title,
    /// A title that stays with a lone name.
    Kept,
    /// A title that no surname follows.
    Royal,
    /// Stands within or around titles.
    Around,
    /// A man's title.
    Male,
    /// A woman's title.
    Female,
    /// Tells bearers of one name apart.
    Suffix,
    /// Follows a name and is no part of it.
    Degree,
    /// Stands before or within a surname.
    Particle,
    /// A particle that may be a forename.
    Forename,
    /// A family name that comes first.
    Family,
    /// A family name that comes first in a name of three words.
    FamilyOfThree,
}

const CLASSES: [(&str, Class); 12] = [
    ("title", Class::Title),
    ("kept", Class::Kept),
    ("royal", Class::Royal),
    ("around", Class::Around),
    ("male", Class::Male),
    ("female", Class::Female),
    ("suffix", Class::Suffix),
    ("degree", Class::Degree),
    ("particle", Class::Particle),
    ("forename", Class::Forename),
    ("family", Class::Family),
    ("family3", Class::FamilyOfThree),
];

#[derive(Default)]
struct Word {
    /// One bit a class.
    classes: u16,
    /// The first of the spellings of the same forename.
    spelling: Option<&'static str>,
    /// The lines of short forms that it is on.
    short: Vec<usize>,
}

fn word(word: &str) -> Option<&'static Word> {
    static LEXICON: OnceLock<FxHashMap<&str, Word>> = OnceLock::new();
    let lexicon = LEXICON.get_or_init(|| {
        let mut lexicon: FxHashMap<&str, Word> = FxHashMap::default();
        for (number, line) in WORDS.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let Some((name, words)) = line.split_once('\t') else { continue };
            let class = CLASSES.iter().find(|(other, _)| *other == name);
            let first = words.split(' ').next();
            for word in words.split(' ') {
                let word = lexicon.entry(word).or_default();
                match class {
                    Some((_, class)) => word.classes |= 1 << *class as u16,
                    None if name == "spelling" => word.spelling = first,
                    None => word.short.push(number),
                }
            }
        }
        lexicon
    });
    lexicon.get(word)
}

/// Whether a folded word can be this in a name.
pub(super) fn is(class: Class, name: &str) -> bool {
    is_any([class], name)
}

/// Whether a folded word can be one of these in a name.
pub(super) fn is_any<const N: usize>(classes: [Class; N], name: &str) -> bool {
    let is = |word: &Word| classes.iter().any(|class| word.classes & (1 << *class as u16) != 0);
    word(name).is_some_and(is)
}

/// The spelling that stands for all those of a forename; itself where there is one alone.
pub(super) fn spelling_of(forename: &str) -> &str {
    word(forename).and_then(|word| word.spelling).unwrap_or(forename)
}

/// Whether one forename is the other's short form, or both are of a third.
pub(super) fn are_short_forms(one: &str, other: &str) -> bool {
    let (Some(one), Some(other)) = (word(one), word(other)) else { return false };
    one.short.iter().any(|line| other.short.contains(line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entities::spelling;

    #[test]
    fn every_line_is_read() {
        for line in WORDS.lines().filter(|line| !line.starts_with('#')) {
            let (class, words) = line.split_once('\t').unwrap();
            let class = CLASSES.iter().find(|(name, _)| *name == class).map(|(_, class)| *class);
            for name in words.split(' ') {
                assert_eq!(spelling::words(name).join("-"), name);
                if let Some(class) = class {
                    assert!(is(class, name), "{name}");
                }
            }
        }
    }

    #[test]
    fn forms_of_forenames() {
        assert_eq!(spelling_of("vladimir"), spelling_of("volodymyr"));
        assert_eq!(spelling_of("steve"), "steve");
        assert!(are_short_forms("bill", "william") && are_short_forms("joe", "joseph"));
        assert!(!are_short_forms("bill", "bob") && !are_short_forms("x", "y"));
    }
}
