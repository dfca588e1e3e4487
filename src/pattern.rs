//! Which words a wildcard, a fuzzy pattern or a regular expression stands for.
//!
//! The index expands a pattern over its dictionary and the highlighter tests the words of a
//! passage; both ask here, so that what is marked is what matched. Everything compares exact
//! terms as [`crate::analysis`] yields them.

use regex::{Regex, RegexBuilder};

use crate::analysis::fold;

/// Bounds what an expression is compiled to.
const MAX_REGEX_BYTES: usize = 1 << 20;
/// Bounds how deep its groups nest.
const MAX_REGEX_DEPTH: u32 = 50;

/// A pattern over single words.
#[derive(Debug, Clone)]
pub enum WordPattern {
    /// `*` stands for any run of letters, `?` for one letter.
    Glob(Vec<char>),
    /// At most `distance` edits away from `word`.
    Near {
        /// The word, folded.
        word: Vec<char>,
        /// Insertions, deletions, replacements and swaps of neighbours, each one edit.
        distance: usize,
    },
    /// A regular expression over whole words.
    Regex {
        /// The expression, folded.
        regex: Regex,
        /// The letters that every match starts with.
        prefix: String,
    },
}

impl WordPattern {
    /// The pattern of a wildcard as typed.
    #[must_use]
    pub fn glob(typed: &str) -> Self {
        WordPattern::Glob(fold(typed).chars().collect())
    }

    /// The pattern of a fuzzy word as typed.
    #[must_use]
    pub fn near(typed: &str, distance: u8) -> Self {
        let word = fold(typed).chars().collect();
        WordPattern::Near { word, distance: usize::from(distance) }
    }

    /// The pattern of a regular expression as typed, without the strokes around it.
    ///
    /// # Errors
    /// Why it is none, in a few words.
    pub fn regex(typed: &str) -> Result<Self, String> {
        let folded = fold_regex(typed);
        let regex = RegexBuilder::new(&format!("^(?:{folded})$"))
            .size_limit(MAX_REGEX_BYTES)
            .dfa_size_limit(MAX_REGEX_BYTES)
            .nest_limit(MAX_REGEX_DEPTH)
            .build()
            .map_err(|error| reason(&error))?;
        Ok(WordPattern::Regex { regex, prefix: literal_prefix(&folded) })
    }

    /// The letters that every match starts with.
    #[must_use]
    pub fn prefix(&self) -> String {
        match self {
            WordPattern::Glob(glob) => {
                glob.iter().take_while(|letter| !matches!(letter, '*' | '?')).collect()
            }
            WordPattern::Near { .. } => String::new(),
            WordPattern::Regex { prefix, .. } => prefix.clone(),
        }
    }

    /// Whether the pattern stands for this exact term.
    #[must_use]
    pub fn matches(&self, word: &str) -> bool {
        match self {
            WordPattern::Glob(glob) => glob_matches(glob, word),
            WordPattern::Near { word: target, distance } => within(target, word, *distance),
            WordPattern::Regex { regex, .. } => regex.is_match(word),
        }
    }
}

/// Folds what is text in a regular expression; what stands behind a backslash is none.
fn fold_regex(typed: &str) -> String {
    let mut folded = String::with_capacity(typed.len());
    let mut letters = typed.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            folded.push_str(&fold(letter.encode_utf8(&mut [0; 4])));
            continue;
        }
        folded.push(letter);
        let Some(escaped) = letters.next() else { break };
        folded.push(escaped);
        // `\p{Greek}`, `\x{e9}`.
        if letters.as_str().starts_with('{') {
            folded.extend(letters.by_ref().take_while(|letter| *letter != '}'));
            folded.push('}');
        }
    }
    folded
}

/// The letters that every match of an expression starts with; none where that is not plain.
fn literal_prefix(regex: &str) -> String {
    if regex.contains('|') {
        return String::new();
    }
    let plain: String = regex.chars().take_while(|letter| letter.is_alphanumeric()).collect();
    let mut kept = plain.chars();
    // The last letter may be asked for any number of times.
    if regex[plain.len()..].starts_with(['?', '*', '{', '+']) {
        kept.next_back();
    }
    kept.as_str().to_owned()
}

/// Why an expression cannot be used, without the drawing that stands in the error.
fn reason(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "it stands for too much".to_owned(),
        error => {
            let said = error.to_string();
            let last = said.lines().last().unwrap_or_default();
            last.trim_start_matches("error: ").to_owned()
        }
    }
}

/// Matches a glob, going back to the last `*` on a mismatch: O(pattern x word) at worst.
fn glob_matches(glob: &[char], word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let (mut at, mut in_glob) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at < letters.len() {
        match glob.get(in_glob) {
            Some('*') => {
                star = Some((in_glob, at));
                in_glob += 1;
            }
            Some(&wanted) if wanted == '?' || wanted == letters[at] => {
                at += 1;
                in_glob += 1;
            }
            _ => match star {
                Some((star_in_glob, star_at)) => {
                    star = Some((star_in_glob, star_at + 1));
                    at = star_at + 1;
                    in_glob = star_in_glob + 1;
                }
                None => return false,
            },
        }
    }
    glob[in_glob..].iter().all(|letter| *letter == '*')
}

/// Whether two words are at most `limit` edits apart: optimal string alignment distance, where
/// swapping two neighbours is one edit and no part is edited twice.
#[must_use]
pub fn within(target: &[char], word: &str, limit: usize) -> bool {
    // Cheap bound first: most words of a dictionary differ in length.
    let length = word.chars().count();
    if target.len().abs_diff(length) > limit {
        return false;
    }
    let width = target.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut previous: Vec<usize> = (0..width).collect();
    let mut current: Vec<usize> = vec![0; width];
    let mut last = '\0';
    for (row, letter) in word.chars().enumerate() {
        current[0] = row + 1;
        let mut best = current[0];
        for column in 1..width {
            let replaced = previous[column - 1] + usize::from(target[column - 1] != letter);
            let mut cost = replaced.min(previous[column] + 1).min(current[column - 1] + 1);
            let swapped =
                row > 0 && column > 1 && target[column - 1] == last && target[column - 2] == letter;
            if swapped {
                cost = cost.min(before[column - 2] + 1);
            }
            current[column] = cost;
            best = best.min(cost);
        }
        if best > limit {
            return false;
        }
        last = letter;
        std::mem::swap(&mut before, &mut previous);
        std::mem::swap(&mut previous, &mut current);
    }
    previous[width - 1] <= limit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        let cases = [
            ("elect*", "election", true),
            ("elect*", "elect", true),
            ("elect*", "reelect", false),
            ("wi?d", "wind", true),
            ("wi?d", "wid", false),
            ("*burg", "petersburg", true),
            ("*burg*", "burglar", true),
            ("a*b*c", "axxbxbxc", true),
            ("a*b*c", "axxbxbx", false),
            ("Ж*", "жук", true),
            ("café*", "cafeteria", true),
        ];
        for (glob, word, expect) in cases {
            assert_eq!(WordPattern::glob(glob).matches(word), expect, "{glob} {word}");
        }
        assert_eq!(WordPattern::glob("Elec*on").prefix(), "elec");
    }

    #[test]
    fn regular_expressions() {
        let cases = [
            ("colou?r", "color", true),
            ("colou?r", "colour", true),
            ("colou?r", "colours", false),
            ("Caf(é|e)", "cafe", true),
            (r"\d{4}", "2025", true),
            (r"\D+", "word", true),
            (r"\p{Cyrillic}+", "київ", true),
            ("a|bc", "bc", true),
        ];
        for (regex, word, expect) in cases {
            let pattern = WordPattern::regex(regex).unwrap();
            assert_eq!(pattern.matches(word), expect, "{regex} {word}");
            assert!(!expect || word.starts_with(&pattern.prefix()), "{regex} {word}");
        }
        assert_eq!(WordPattern::regex("palestin.*").unwrap().prefix(), "palestin");
        assert_eq!(WordPattern::regex("a(").unwrap_err(), "unclosed group");
        assert_eq!(WordPattern::regex("(a{999}){999}").unwrap_err(), "it stands for too much");
    }

    #[test]
    fn edits() {
        let cases = [
            ("zelensky", "zelensky", 0, true),
            ("zelensky", "zelenskyy", 1, true),
            ("zelensky", "zelenskiy", 1, true),
            ("zelensky", "zelnesky", 1, true),
            ("zelensky", "selenski", 1, false),
            ("zelensky", "selenski", 2, true),
            ("putin", "rasputin", 2, false),
            ("a", "", 1, true),
        ];
        for (target, word, distance, expect) in cases {
            let pattern = WordPattern::near(target, distance);
            assert_eq!(pattern.matches(word), expect, "{target} {word}");
        }
    }
}
