//! The folders that an index follows: which of them a run makes it equal to, and which of them a file
//! belongs to.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, anyhow, bail};

use super::manner::{Manner, ReadBy};
use super::survey::Learnt;
use crate::backend::local::{Root, State};
use crate::corpus::rules::RuleTree;
use crate::corpus::walk;

pub(super) fn absolute(folders: &[PathBuf]) -> Result<Vec<PathBuf>> {
    folders
        .iter()
        .map(|folder| {
            let there = folder.canonicalize();
            there.map_err(|error| {
                anyhow!("cannot read {}: {error}; check the path", folder.display())
            })
        })
        .collect()
}

/// A root of the index.
pub(super) struct Chosen {
    pub(super) root: Root,
    /// Whether it is made equal to its folder this time.
    pub(super) synced: bool,
    /// The rules of the folders under it.
    pub(super) rules: Arc<RuleTree>,
}

impl Chosen {
    fn new(root: Root, synced: bool) -> Self {
        Self { root, synced, rules: Arc::default() }
    }
}

/// The roots to follow: those of the index, and the folders given where they are new.
pub(super) fn choose_roots(
    state: &State,
    folders: &[PathBuf],
    manner: &Manner,
) -> Result<Vec<Chosen>> {
    let mut roots: Vec<Chosen> = state
        .roots
        .iter()
        .map(|root| Chosen::new(root.clone(), folders.is_empty() || folders.contains(&root.path)))
        .collect();
    for folder in folders {
        if roots.iter().any(|chosen| chosen.root.path == *folder) {
            continue;
        }
        let nested = |root: &Path| root.starts_with(folder) || folder.starts_with(root);
        if let Some(other) = roots.iter().find(|chosen| nested(&chosen.root.path)) {
            bail!(
                "{} and {} lie in each other and one index cannot follow both; use the outer one, \
                 or another index with `--index DIR`",
                folder.display(),
                other.root.path.display()
            );
        }
        let prefix = free_prefix(folder, &roots);
        let (reading, learnt) = (String::new(), String::new());
        let root = Root { path: folder.clone(), prefix, reading, settled: true, learnt };
        roots.push(Chosen::new(root, true));
    }
    if roots.is_empty() {
        bail!("no folder is given and the index follows none; name one: `dateline index FOLDER`");
    }
    for Chosen { root, rules, .. } in roots.iter_mut().filter(|chosen| chosen.synced) {
        expect_there(&root.path)?;
        let manner = manner.or(Manner::of(root));
        let gathered = RuleTree::gather(&walked(root), &manner.walking())?;
        root.reading =
            serde_json::to_string(&ReadBy { manner: &manner, rules: gathered.digest() })?;
        root.settled = true;
        *rules = Arc::new(gathered);
    }
    Ok(roots)
}

/// A root as the walk takes it.
pub(super) fn walked(root: &Root) -> walk::Root {
    walk::Root { path: root.path.clone(), prefix: root.prefix.clone() }
}

/// Refuses a root that is gone: its articles would be removed, and a disk that is not mounted
/// looks the same.
pub(super) fn expect_there(root: &Path) -> Result<()> {
    let Err(error) = root.metadata() else { return Ok(()) };
    bail!(
        "cannot read {}, which the index follows: {error}; bring it back, or build the index \
         without it: `dateline index FOLDER --rebuild`",
        root.display()
    )
}

/// What the keys of a new root start with: nothing for the first, else its name and a colon.
fn free_prefix(folder: &Path, roots: &[Chosen]) -> String {
    if roots.is_empty() {
        return String::new();
    }
    let name = folder.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let taken = |prefix: &str| roots.iter().any(|chosen| chosen.root.prefix == prefix);
    let mut prefix = format!("{name}:");
    let mut number = 2;
    while taken(&prefix) {
        prefix = format!("{name}-{number}:");
        number += 1;
    }
    prefix
}

/// The roots as a commit in the middle of a run records them: until it has finished, the files
/// of a root that is now read in another way may have been read in the old one.
pub(super) fn unfinished(roots: &[Root], previous: &State) -> Vec<Root> {
    let settled = |root: &Root| {
        let old = previous.roots.iter().find(|old| old.path == root.path);
        let learnt = |root: &Root| Learnt::read(&root.learnt).furniture;
        old.is_none_or(|old| {
            old.settled && old.reading == root.reading && learnt(old) == learnt(root)
        })
    };
    roots.iter().map(|root| Root { settled: settled(root), ..root.clone() }).collect()
}

/// The path of the root that a key belongs to: the one with the longest prefix that fits.
pub(super) fn root_of<'r>(key: &str, roots: &'r [Root]) -> Option<&'r PathBuf> {
    let fitting = roots.iter().filter(|root| key.starts_with(&root.prefix));
    fitting.max_by_key(|root| root.prefix.len()).map(|root| &root.path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(path: &str, prefix: &str, reading: &str, settled: bool) -> Root {
        let (path, prefix, reading) = (path.into(), prefix.into(), reading.into());
        Root { path, prefix, reading, settled, learnt: String::new() }
    }

    #[test]
    fn keys_belong_to_the_root_with_the_longest_prefix() {
        let roots = [root("/a", "", "", true), root("/b", "b:", "", true)];
        assert_eq!(root_of("x.txt", &roots), Some(&"/a".into()));
        assert_eq!(root_of("b:x.txt", &roots), Some(&"/b".into()));
    }

    #[test]
    fn a_stopped_run_is_settled_unless_it_changed_how_files_are_read() {
        let root = |reading: &str, settled| root("/a", "", reading, settled);
        let cases = [
            (None, true),
            (Some(root("new", true)), true),
            (Some(root("new", false)), false),
            (Some(root("old", true)), false),
        ];
        for (old, settled) in cases {
            let previous = State { roots: old.clone().into_iter().collect(), ..State::new() };
            let roots = unfinished(&[root("new", true)], &previous);
            assert_eq!(roots[0].settled, settled, "{old:?}");
        }
    }
}
