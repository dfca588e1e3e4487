//! Which words a wildcard, a fuzzy pattern or a regular expression stands for.
//!
//! The index expands a pattern over its dictionary and the highlighter tests the words of a
//! passage; both ask here, so that what is marked is what matched. Everything compares exact
//! terms as [`crate::analysis`] yields them.

use std::error::Error;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
pub use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, MatchKind};

use crate::analysis::{fold, fold_pattern};

/// Bounds what an expression is compiled to.
const MAX_REGEX_BYTES: usize = 2 << 20;
/// Bounds how deep its groups nest.
const MAX_REGEX_DEPTH: u32 = 50;

/// A pattern over single words.
#[derive(Debug, Clone)]
pub enum WordPattern {
    /// `*` stands for any run of letters, `?` for one letter.
    Glob {
        /// The pattern, folded.
        glob: Vec<char>,
        /// The same; `None` where it would be too large.
        automaton: Option<Box<WordAutomaton>>,
    },
    /// At most `distance` edits away from `word`.
    Near {
        /// The word, folded.
        word: Vec<char>,
        /// Insertions, deletions, replacements and swaps of neighbours, each one edit.
        distance: usize,
    },
    /// A regular expression over whole words.
    Regex(Box<WordAutomaton>),
}

/// What tells words byte by byte, so that a dictionary need not be read where no word can fit.
#[derive(Debug, Clone)]
pub struct WordAutomaton {
    dfa: dense::DFA<Vec<u32>>,
    start: StateID,
}

impl WordAutomaton {
    /// The automaton of a regular expression that a whole word must match.
    fn new(regex: &str) -> Result<Self, String> {
        let dfa = dense::Builder::new()
            .syntax(syntax::Config::new().nest_limit(MAX_REGEX_DEPTH))
            .thompson(thompson::Config::new().nfa_size_limit(Some(MAX_REGEX_BYTES)))
            .configure(
                dense::Config::new()
                    .start_kind(StartKind::Anchored)
                    // Of alternatives the one that takes the whole word counts, not the first.
                    .match_kind(MatchKind::All)
                    .dfa_size_limit(Some(MAX_REGEX_BYTES))
                    .determinize_size_limit(Some(MAX_REGEX_BYTES)),
            )
            .build(regex)
            .map_err(|error| reason(&error))?;
        let start = dfa.start_state(&start::Config::new().anchored(Anchored::Yes));
        let start = start.map_err(|error| error.to_string())?;
        Ok(Self { dfa, start })
    }

    /// Before the first byte.
    #[must_use]
    pub fn start(&self) -> StateID {
        self.start
    }

    /// Behind one more byte.
    #[must_use]
    pub fn next(&self, state: StateID, byte: u8) -> StateID {
        self.dfa.next_state(state, byte)
    }

    /// Whether the bytes so far are a word that fits.
    #[must_use]
    pub fn is_match(&self, state: StateID) -> bool {
        self.dfa.is_match_state(self.dfa.next_eoi_state(state))
    }

    /// Whether they can still become one.
    #[must_use]
    pub fn can_match(&self, state: StateID) -> bool {
        !self.dfa.is_dead_state(state)
    }

    fn matches(&self, word: &str) -> bool {
        let end = word.bytes().fold(self.start, |state, byte| self.next(state, byte));
        self.is_match(end)
    }
}

impl WordPattern {
    /// The pattern of a wildcard as typed.
    #[must_use]
    pub fn glob(typed: &str) -> Self {
        let glob: Vec<char> = fold_pattern(typed).chars().collect();
        let mut regex = String::with_capacity(typed.len() + 8);
        for letter in &glob {
            match letter {
                '*' => regex.push_str("(?s:.)*"),
                '?' => regex.push_str("(?s:.)"),
                letter if letter.is_alphanumeric() => regex.push(*letter),
                // Whatever it is, it stands for itself.
                letter => regex.push_str(&format!("\\x{{{:x}}}", u32::from(*letter))),
            }
        }
        let automaton = WordAutomaton::new(&regex).ok().map(Box::new);
        WordPattern::Glob { glob, automaton }
    }

    /// The pattern of a fuzzy word as typed.
    #[must_use]
    pub fn near(typed: &str, distance: u8) -> Self {
        let word = fold_pattern(typed).chars().collect();
        WordPattern::Near { word, distance: usize::from(distance) }
    }

    /// The pattern of a regular expression as typed, without the strokes around it.
    ///
    /// # Errors
    /// Why it is none, in a few words.
    pub fn regex(typed: &str) -> Result<Self, String> {
        Ok(WordPattern::Regex(Box::new(WordAutomaton::new(&fold_regex(typed))?)))
    }

    /// What tells its words byte by byte; `None` where only whole words can be asked.
    #[must_use]
    pub fn automaton(&self) -> Option<&WordAutomaton> {
        match self {
            WordPattern::Glob { automaton, .. } => automaton.as_deref(),
            WordPattern::Regex(automaton) => Some(automaton),
            WordPattern::Near { .. } => None,
        }
    }

    /// The letters that every match starts with.
    #[must_use]
    pub fn prefix(&self) -> String {
        match self {
            WordPattern::Glob { glob, .. } => {
                glob.iter().take_while(|letter| !matches!(letter, '*' | '?')).collect()
            }
            WordPattern::Near { .. } | WordPattern::Regex(_) => String::new(),
        }
    }

    /// Whether the pattern stands for this exact term.
    #[must_use]
    pub fn matches(&self, word: &str) -> bool {
        match self {
            WordPattern::Glob { glob, .. } => glob_matches(glob, word),
            WordPattern::Near { word: target, distance } => within(target, word, *distance),
            WordPattern::Regex(automaton) => automaton.matches(word),
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

/// Why an expression cannot be used, without the drawing that stands in the error.
fn reason(error: &dense::BuildError) -> String {
    let mut deepest: &dyn Error = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    let said = deepest.to_string();
    let last = said.lines().last().unwrap_or_default();
    match last.strip_prefix("error: ") {
        Some(syntax) => syntax.to_owned(),
        None => "it stands for too much".to_owned(),
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
    // Cheap bounds first, since most words of a dictionary are far away: the length, and the letters
    // of one that the other lacks, of which an edit mends one at most.
    let length = if word.is_ascii() { word.len() } else { word.chars().count() };
    if target.len().abs_diff(length) > limit {
        return false;
    }
    let bit = |letter: char| 1u64 << (u32::from(letter) % 64);
    let wanted = target.iter().fold(0, |bits, letter| bits | bit(*letter));
    let there = word.chars().fold(0, |bits, letter| bits | bit(letter));
    let lacking = (wanted & !there).count_ones().max((there & !wanted).count_ones());
    if lacking as usize > limit {
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
            let pattern = WordPattern::glob(glob);
            assert_eq!(pattern.matches(word), expect, "{glob} {word}");
            let automaton = pattern.automaton().unwrap();
            assert_eq!(automaton.matches(word), expect, "{glob} {word}, by bytes");
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
        }
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
