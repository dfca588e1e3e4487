//! What an atlas knows: names of countries, of their parts and of some cities and world
//! organisations that are written in more than one way, and the names of peoples.
//!
//! Knows names as facts, from `known.tsv` and `demonyms.txt`; nothing that a text says.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::spelling;
use crate::article::EntityKind;

static NAMES: &str = include_str!("known.tsv");
static DEMONYMS: &str = include_str!("demonyms.txt");

struct Known {
    /// Which line of the table a name's key is of, for places and for organisations.
    places: FxHashMap<String, &'static str>,
    orgs: FxHashMap<String, &'static str>,
    /// The countries and parts of countries.
    regions: FxHashMap<String, &'static str>,
    /// Parts of the world that lie in no country.
    wide: FxHashSet<String>,
    demonyms: FxHashSet<String>,
}

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut known = Known {
            places: FxHashMap::default(),
            orgs: FxHashMap::default(),
            regions: FxHashMap::default(),
            wide: FxHashSet::default(),
            demonyms: DEMONYMS.lines().map(spelling::key).collect(),
        };
        for line in NAMES.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let (Some(kind), Some(name)) = (columns.next(), columns.next()) else { continue };
            let others = columns.next().unwrap_or_default().split('|');
            for spelled in std::iter::once(name).chain(others).filter(|name| !name.is_empty()) {
                let key = spelling::key(spelled);
                if kind == "wide" {
                    known.wide.insert(key);
                    continue;
                }
                if matches!(kind, "country" | "state") {
                    known.regions.insert(key.clone(), name);
                }
                let names = if kind == "org" { &mut known.orgs } else { &mut known.places };
                // Abbreviations of states ("Miss.", "Ill.") are none where they stand alone.
                if kind != "state" || spelled == name {
                    names.entry(key).or_insert(name);
                }
            }
        }
        known
    })
}

/// The name that stands for all those known to mean the same; a key as of [`spelling::key`].
pub(super) fn same_as(kind: EntityKind, key: &str) -> Option<&'static str> {
    match kind {
        EntityKind::Place => known().places.get(key).copied(),
        EntityKind::Org => known().orgs.get(key).copied(),
        EntityKind::Person => None,
    }
}

/// The keys of all names known to mean the same as one, itself among them.
pub(super) fn spellings(kind: EntityKind, key: &str) -> impl Iterator<Item = &'static str> {
    let name = same_as(kind, key);
    let names = if kind == EntityKind::Org { &known().orgs } else { &known().places };
    let same = names.iter().filter(move |(_, of)| name == Some(**of));
    same.map(|(key, _)| key.as_str())
}

/// The country or part of one that a name behind a city's means: `Tex.` is Texas.
pub(super) fn region(key: &str) -> Option<&'static str> {
    known().regions.get(key).copied()
}

/// Whether a name is that of a part of the world that lies in no country.
pub(super) fn is_wide(key: &str) -> bool {
    known().wide.contains(key)
}

/// Whether a name is that of a people, a faith or the like, as noun or adjective: `Ukrainian`,
/// `Russians`.
pub(super) fn is_demonym(key: &str) -> bool {
    let demonyms = &known().demonyms;
    demonyms.contains(key) || key.strip_suffix('s').is_some_and(|one| demonyms.contains(one))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn names_that_mean_the_same() {
        let cases = [
            ("Kyiv", "Kiev"),
            ("Kharkiv", "Kharkov"),
            ("Mumbai", "Bombay"),
            ("Myanmar", "Burma"),
            ("Türkiye", "Turkey"),
            ("U.S.", "United States"),
            ("USA", "United States of America"),
            ("Britain", "U.K."),
        ];
        for (one, other) in cases {
            let name = |name| same_as(EntityKind::Place, &spelling::key(name));
            assert!(name(one).is_some(), "{one}");
            assert_eq!(name(one), name(other), "{one}");
        }
        assert_eq!(same_as(EntityKind::Org, "un"), same_as(EntityKind::Org, "united nations"));
        assert_eq!(same_as(EntityKind::Org, "us"), None);
        assert!(region("tex") == Some("Texas") && region("kyiv").is_none());
    }

    #[test]
    fn no_name_stands_on_two_lines() {
        let mut seen: HashMap<(bool, String), &str> = HashMap::new();
        for line in NAMES.lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            assert!(matches!(columns[0], "country" | "state" | "city" | "wide" | "org"), "{line}");
            let others = columns.get(2).copied().unwrap_or_default().split('|');
            for name in std::iter::once(columns[1]).chain(others).filter(|name| !name.is_empty()) {
                let key = (columns[0] == "org", spelling::key(name));
                let before = seen.insert(key, columns[1]);
                assert!(before.is_none_or(|before| before == columns[1]), "{name}");
            }
        }
    }

    #[test]
    fn peoples() {
        for name in ["ukrainian", "russians", "french", "south koreans"] {
            assert!(is_demonym(name), "{name}");
        }
        assert!(!is_demonym("ukraine"));
    }
}
