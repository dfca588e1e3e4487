//! Which words a wildcard or fuzzy pattern stands for.
//!
//! The index expands a pattern over its dictionary and the highlighter tests the words of a
//! passage; both ask here, so that what is marked is what matched. Everything compares exact
//! terms as [`crate::analysis`] yields them.

/// A pattern over single words.
#[derive(Debug, Clone, PartialEq, Eq)]
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
}

impl WordPattern {
    /// The pattern of a wildcard as typed.
    #[must_use]
    pub fn glob(typed: &str) -> Self {
        WordPattern::Glob(crate::analysis::fold(typed).chars().collect())
    }

    /// The pattern of a fuzzy word as typed.
    #[must_use]
    pub fn near(typed: &str, distance: u8) -> Self {
        let word = crate::analysis::fold(typed).chars().collect();
        WordPattern::Near { word, distance: usize::from(distance) }
    }

    /// The letters that every match starts with.
    #[must_use]
    pub fn prefix(&self) -> String {
        match self {
            WordPattern::Glob(glob) => {
                glob.iter().take_while(|letter| !matches!(letter, '*' | '?')).collect()
            }
            WordPattern::Near { .. } => String::new(),
        }
    }

    /// Whether the pattern stands for this exact term.
    #[must_use]
    pub fn matches(&self, word: &str) -> bool {
        match self {
            WordPattern::Glob(glob) => glob_matches(glob, word),
            WordPattern::Near { word: target, distance } => within(target, word, *distance),
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
