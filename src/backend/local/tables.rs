//! Files beside the segments: tables that are made from all articles behind a run.
//!
//! A commit names its tables ([`super::store::State`]), and each file is written before the commit,
//! so that one commit covers both. Its name is made of the hash of its bytes: equal tables have equal
//! names, and who still reads an older one keeps it.
//!
//! Knows names and bytes; not what is in a table.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use tantivy::Directory;
use tantivy::directory::OwnedBytes;
use xxhash_rust::xxh3::xxh3_64;

/// A kind of table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TableKind {
    /// See [`super::stories`].
    Stories,
    /// See [`super::names`].
    Names,
}

/// Which file beside the segments has a table of the commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableFile {
    /// Its name.
    pub file: String,
    /// Whether it covers all articles of the commit; not so after a commit in the middle of a run.
    pub whole: bool,
}

impl TableKind {
    const ALL: [Self; 2] = [Self::Stories, Self::Names];

    /// What the name of a table starts with; a dot and the hash of its bytes follow.
    fn stem(self) -> &'static str {
        match self {
            TableKind::Stories => "stories",
            TableKind::Names => "names",
        }
    }

    /// What a table is called until it is whole.
    fn draft(self) -> String {
        format!(".{}.new", self.stem())
    }

    fn has(self, name: &str) -> bool {
        let hash = name.strip_prefix(self.stem()).and_then(|rest| rest.strip_prefix('.'));
        hash.is_some_and(|hash| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
    }

    /// Writes a table into an index and gives its name.
    ///
    /// # Errors
    /// If the disk refuses.
    pub(super) fn write(self, dir: &Path, bytes: &[u8]) -> Result<String> {
        let name = format!("{}.{:016x}", self.stem(), xxh3_64(bytes));
        let path = dir.join(&name);
        let failed = || format!("cannot write the table of {} to {}", self.stem(), path.display());
        // What a crash leaves of a draft is written over the next time.
        let draft = dir.join(self.draft());
        let mut file = fs::File::create(&draft).with_context(failed)?;
        file.write_all(bytes).with_context(failed)?;
        file.sync_all().with_context(failed)?;
        fs::rename(&draft, &path).with_context(failed)?;
        Ok(name)
    }

    /// Removes the tables of this kind but for those named.
    pub(super) fn remove_others(self, dir: &Path, keep: &[&str]) {
        let Ok(entries) = fs::read_dir(dir) else { return };
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if self.has(&name) && !keep.contains(&name.as_ref()) {
                // It takes room and does no harm; the next run tries again.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// The bytes of a table; `None` where there is none of that name, and then what it would tell is
/// not known until the next run has made it anew.
pub(super) fn open(files: &impl Directory, name: &str) -> Option<OwnedBytes> {
    files.open_read(Path::new(name)).ok()?.read_bytes().ok()
}

/// Whether the bytes of a table are those that its name was made of.
pub(super) fn is_as_named(name: &str, bytes: &[u8]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, hash)| hash == format!("{:016x}", xxh3_64(bytes)))
}

/// Whether a file of an index is called like a table.
pub(super) fn is_table(name: &str) -> bool {
    TableKind::ALL.iter().any(|kind| kind.has(name))
}

/// Whether it is called like a table that is not yet whole.
pub(super) fn is_draft(name: &str) -> bool {
    TableKind::ALL.iter().any(|kind| kind.draft() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_tables_of_a_kind_stay() {
        let dir = tempfile::tempdir().unwrap();
        let [one, other] = [b"one", b"two"].map(|b| TableKind::Names.write(dir.path(), b).unwrap());
        let stories = TableKind::Stories.write(dir.path(), b"").unwrap();
        assert!([&one, &other, &stories].iter().all(|name| is_table(name)));
        assert!(!is_table("names.txt") && !is_table("names.0123456789abcdeg"));
        TableKind::Names.remove_others(dir.path(), &[&other]);
        let files = tantivy::directory::MmapDirectory::open(dir.path()).unwrap();
        assert!(open(&files, &one).is_none());
        assert_eq!(open(&files, &other).unwrap().as_slice(), b"two");
        assert!(open(&files, &stories).is_some());
        assert!(is_draft(".names.new") && !is_draft("names"));
    }
}
