//! What the user knows better: names to take always or never, aliases to join or to split.
//!
//! Knows TOML and names; not where names come from. Articles need not be read again for it: it is
//! applied to what was found in them, and to the table of their names.
//!
//! ```toml
//! never = ["Breaking News"]
//!
//! [take]
//! person = ["Madonna"]
//! org = ["Wagner"]
//!
//! [join]
//! "Volodymyr Zelensky" = ["Ze", "Zelensky V. O."]
//!
//! [split]
//! "George W. Bush" = ["George Bush"]
//! ```

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::spelling;
use crate::article::EntityKind;
use crate::pattern;

/// Corrections by the user. Names are compared without regard to case, accents and hyphens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Corrections {
    /// By key: of what kind, and as written.
    take: BTreeMap<String, (EntityKind, String)>,
    never: HashSet<String>,
    /// The name that stands for a key.
    join: HashMap<String, String>,
    /// The aliases of a name, as written.
    aliases: BTreeMap<String, Vec<String>>,
    /// Pairs of keys that are not the same.
    split: Vec<(String, String)>,
}

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Written {
    never: Vec<String>,
    take: BTreeMap<String, Vec<String>>,
    join: BTreeMap<String, Vec<String>>,
    split: BTreeMap<String, Vec<String>>,
}

const KEYS: &[&str] = &["never", "take", "join", "split"];
const KINDS: &[&str] = &["person", "org", "place"];

impl Corrections {
    /// Reads a file of corrections.
    ///
    /// # Errors
    /// If it is no TOML, names an unknown key or kind, or says two things of one name.
    pub fn from_toml(text: &str) -> Result<Self> {
        let table: toml::Table = text.parse()?;
        expect_known("key", table.keys(), KEYS)?;
        if let Some(toml::Value::Table(take)) = table.get("take") {
            expect_known("kind", take.keys(), KINDS).context("in the table [take]")?;
        }
        let written: Written = table.try_into()?;
        let mut corrections = Self::default();
        for name in &written.never {
            corrections.never.insert(key("never", name)?);
        }
        for (kind, names) in &written.take {
            let kind: EntityKind = kind.parse()?;
            for name in names {
                let key = key("take", name)?;
                if corrections.never.contains(&key) {
                    bail!("`{name}` is both in `never` and in [take]; keep one of them");
                }
                let before = corrections.take.insert(key, (kind, name.clone()));
                if before.is_some_and(|(before, _)| before != kind) {
                    bail!("`{name}` is taken for two kinds; keep one of them");
                }
            }
        }
        for (name, aliases) in &written.split {
            for alias in aliases {
                let pair = (key("split", name)?, key("split", alias)?);
                if pair.0 == pair.1 {
                    bail!("`{alias}` cannot be split from itself; name another spelling");
                }
                corrections.split.push(pair);
            }
        }
        for (name, aliases) in written.join {
            let canonical = key("join", &name)?;
            for alias in std::iter::once(&name).chain(&aliases) {
                let key = key("join", alias)?;
                let pairs = [(canonical.clone(), key.clone()), (key.clone(), canonical.clone())];
                if pairs.iter().any(|pair| corrections.split.contains(pair)) {
                    bail!("`{alias}` is both joined with `{name}` and split from it; keep one");
                }
                let before = corrections.join.insert(key, name.clone());
                if let Some(before) = before.filter(|before| *before != name) {
                    bail!(
                        "`{alias}` is joined with `{before}` and with `{name}`; keep one of them"
                    );
                }
            }
            corrections.aliases.insert(name, aliases);
        }
        Ok(corrections)
    }

    /// The names always wanted that stand in a text as whole words, the longest at each place, with
    /// each as the user wrote it.
    #[must_use]
    pub fn taken_in(&self, text: &str) -> Vec<(EntityKind, &str)> {
        let mut taken = Vec::new();
        let most = self.take.keys().map(|key| key.split(' ').count()).max();
        // Mostly none is, and every article that is shown is asked.
        let Some(most) = most else { return taken };
        let words: Vec<(usize, usize)> = word_ranges(text);
        let mut at = 0;
        while at < words.len() {
            let longest = (at..words.len().min(at + most)).rev().find_map(|last| {
                let range = words[at].0..words[last].1;
                let key = spelling::key(spelling::clean(&text[range.clone()]));
                Some((last, range, self.take.get(&key)?))
            });
            match longest {
                // Names begin with a capital, or have no case.
                Some((last, range, (kind, written)))
                    if !text[range.clone()].starts_with(char::is_lowercase) =>
                {
                    taken.push((*kind, written.as_str()));
                    at = last + 1;
                }
                _ => at += 1,
            }
        }
        taken
    }

    /// Whether nothing is corrected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn is_never(&self, key: &str) -> bool {
        self.never.contains(key)
    }

    pub(super) fn is_taken(&self, key: &str) -> bool {
        self.take.contains_key(key)
    }

    pub(super) fn kind_of(&self, key: &str) -> Option<EntityKind> {
        self.take.get(key).map(|(kind, _)| *kind)
    }

    /// A name that is always taken, as the user wrote it.
    pub(super) fn taken_as(&self, key: &str) -> Option<&str> {
        self.take.get(key).map(|(_, written)| written.as_str())
    }

    /// The names that are always taken, as the user wrote them.
    pub fn taken(&self) -> impl Iterator<Item = (EntityKind, &str)> {
        self.take.values().map(|(kind, written)| (*kind, written.as_str()))
    }

    /// Whether the user never wants a name.
    #[must_use]
    pub fn is_unwanted(&self, name: &str) -> bool {
        self.is_never(&spelling::key(name))
    }

    /// The name that the user joined a key with.
    pub(super) fn joined(&self, key: &str) -> Option<&str> {
        self.join.get(key).map(String::as_str)
    }

    /// The aliases that the user joined with a name.
    pub(super) fn aliases_of(&self, name: &str) -> impl Iterator<Item = &str> {
        self.aliases.get(name).into_iter().flatten().map(String::as_str)
    }

    /// The rules that keep a key apart from another, and which side of the rule it is.
    pub(super) fn split_sides(&self, key: &str) -> impl Iterator<Item = (usize, bool)> {
        self.split.iter().enumerate().flat_map(move |(rule, (name, alias))| {
            let sides =
                [(name == key).then_some((rule, true)), (alias == key).then_some((rule, false))];
            sides.into_iter().flatten()
        })
    }

    /// Whether the user split an alias from a name.
    pub(super) fn is_split(&self, name: &str, alias: &str) -> bool {
        self.split.iter().any(|(one, other)| one == name && other == alias)
    }
}

/// Where the words of a text are: what stands between white space, cut at the marks around it.
fn word_ranges(text: &str) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = letter.is_alphanumeric()
            || matches!(letter, '\'' | '\u{2019}' | '.' | '&')
            || spelling::is_dash(letter);
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let word = &text[from..at];
                let trimmed = spelling::clean(word);
                if let Some(offset) = word.find(trimmed).filter(|_| !trimmed.is_empty()) {
                    ranges.push((from + offset, from + offset + trimmed.len()));
                }
                start = None;
            }
            _ => {}
        }
    }
    ranges
}

fn key(table: &str, name: &str) -> Result<String> {
    let key = spelling::key(name);
    if key.is_empty() {
        bail!("`{table}` has the name `{name}`, which has no letter; take it out");
    }
    Ok(key)
}

/// Refuses a key that is not known, and names those near it.
fn expect_known<'a>(
    what: &str,
    mut keys: impl Iterator<Item = &'a String>,
    known: &[&str],
) -> Result<()> {
    let Some(key) = keys.find(|key| !known.contains(&key.as_str())) else { return Ok(()) };
    let letters: Vec<char> = key.chars().collect();
    let near: Vec<String> = known
        .iter()
        .filter(|known| pattern::within(&letters, known, 2) || synonym(key) == Some(**known))
        .map(|known| format!("`{known}`"))
        .collect();
    if near.is_empty() {
        bail!("unknown {what} `{key}`; known: {}", known.join(", "));
    }
    bail!("unknown {what} `{key}`; did you mean {}?", near.join(" or "));
}

/// Other words that people use for ours.
fn synonym(key: &str) -> Option<&'static str> {
    Some(match key.to_ascii_lowercase().as_str() {
        "always" | "add" | "include" => "take",
        "ignore" | "exclude" | "skip" | "drop" => "never",
        "merge" | "alias" | "aliases" | "same" => "join",
        "separate" | "apart" | "different" => "split",
        "people" | "persons" => "person",
        "organisation" | "organization" | "orgs" | "company" => "org",
        "location" | "places" | "country" | "city" => "place",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            ("tkae = {}", "unknown key `tkae`; did you mean `take`?"),
            ("always = {}", "unknown key `always`; did you mean `take`?"),
            ("colour = 1", "unknown key `colour`; known: never, take, join, split"),
            ("[take]\npersons = []", "unknown kind `persons`; did you mean `person`?"),
            ("never = [\"--\"]", "`never` has the name `--`, which has no letter; take it out"),
            (
                "never = [\"Wagner\"]\n[take]\norg = [\"WAGNER\"]",
                "`WAGNER` is both in `never` and in [take]; keep one of them",
            ),
            (
                "[take]\norg = [\"Wagner\"]\nperson = [\"Wagner\"]",
                "`Wagner` is taken for two kinds; keep one of them",
            ),
            (
                "[join]\nA = [\"C\"]\nB = [\"C\"]",
                "`C` is joined with `A` and with `B`; keep one of them",
            ),
            (
                "[join]\nA = [\"B\"]\n[split]\nB = [\"A\"]",
                "`B` is both joined with `A` and split from it; keep one",
            ),
            ("[split]\nA = [\"a\"]", "`a` cannot be split from itself; name another spelling"),
        ];
        for (text, message) in cases {
            let error = Corrections::from_toml(text).unwrap_err();
            assert_eq!(error.root_cause().to_string(), message, "{text}");
        }
        for text in ["= 3", "never = 3", "[take]\nperson = \"x\"", "join = 1"] {
            assert!(Corrections::from_toml(text).is_err(), "{text}");
        }
        assert!(Corrections::from_toml("").unwrap().is_empty());
    }

    #[test]
    fn names_always_taken_are_seen_in_a_text() {
        let corrections = Corrections::from_toml(
            "[take]\norg = [\"Wagner\", \"Wagner Group\"]\nplace = [\"Côte d'Or\"]",
        )
        .unwrap();
        let text = "Yevgeny Wagner Group\u{2019}s men, wagner, (Wagner) in COTE D\u{2019}OR.";
        let expected = [
            (EntityKind::Org, "Wagner Group"),
            (EntityKind::Org, "Wagner"),
            (EntityKind::Place, "Côte d'Or"),
        ];
        assert_eq!(corrections.taken_in(text), expected);
    }
}
