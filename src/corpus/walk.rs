//! From a folder to the files that may hold articles.
//!
//! Knows names, what the file system says about them and which of them the rules leave out; opens
//! nothing but folders. Everything it
//! passes over is told, so that a report can be complete and a sync never takes a folder that it
//! could not look into for an empty one.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use walkdir::{DirEntry, WalkDir};

use super::format::{ByName, Compression, Container, Format, by_name};
use super::rules::{RuleTree, Rules};
use super::skipped::{Reason, Skipped};

/// The name of the file that sets rules for what is under its folder; never an article.
pub(super) const CONFIGURATION: &str = "dateline.toml";

/// A folder (or one file) to read, and what its keys begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Where it is.
    pub path: PathBuf,
    /// Put before every key, as it is: empty, or something like `archive/`.
    pub prefix: String,
}

impl Root {
    /// The key of a path; names that are not UTF-8 only get here to be shown.
    pub(super) fn key(&self, path: &Path) -> String {
        let mut key = self.prefix.clone();
        let below = match path.strip_prefix(&self.path) {
            // A root that is one file: its own name.
            Ok(below) if below.as_os_str().is_empty() => {
                Path::new(path.file_name().unwrap_or_default())
            }
            Ok(below) => below,
            Err(_) => path,
        };
        for (n, name) in below.iter().enumerate() {
            if n > 0 {
                key.push('/');
            }
            key.push_str(&name.to_string_lossy());
        }
        key
    }
}

/// How to walk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WalkOptions {
    /// Follow symbolic links.
    pub follow: bool,
}

/// One thing met on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A file to read.
    File(FileEntry),
    /// Something that is not read.
    Skipped(Skipped),
    /// A folder that could not be looked into: what lies beneath is unknown, not gone.
    UnreadableDir {
        /// What the keys of everything beneath begin with.
        key_prefix: String,
        /// The folder.
        path: PathBuf,
        /// Why.
        reason: Reason,
    },
    /// A name with a leading dot, passed over.
    Hidden,
    /// A file that the rules leave out.
    LeftOut {
        /// The key of the rule file.
        by: String,
    },
}

/// A file that may hold articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// The prefix of the root and the path below it, with `/` between names.
    pub key: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// When it was last changed, in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// The format that its name promises; `None` where the first bytes must say.
    pub format: Option<Format>,
    /// What its name promises that holds files or pages.
    pub container: Option<Container>,
    /// The packing that its name promises.
    pub compression: Compression,
    /// The rules of its folder.
    pub rules: Option<Arc<Rules>>,
}

/// Walks `root`, in the order of file names and without rules.
pub fn walk(root: &Root, options: &WalkOptions) -> impl Iterator<Item = Found> + use<> {
    walk_by(root, options, Arc::default())
}

/// Walks `root`, in the order of file names, by the rules that were gathered under it.
pub fn walk_by(
    root: &Root,
    options: &WalkOptions,
    rules: Arc<RuleTree>,
) -> impl Iterator<Item = Found> + use<> {
    Walk {
        root: root.clone(),
        rules,
        follow: options.follow,
        entries: WalkDir::new(&root.path)
            .follow_links(options.follow)
            .sort_by_file_name()
            .into_iter(),
    }
}

/// Nanoseconds since 1970 of the last change; 0 where the system does not say.
pub(super) fn mtime_ns(metadata: &Metadata) -> i64 {
    let Ok(modified) = metadata.modified() else { return 0 };
    let nanos = match modified.duration_since(UNIX_EPOCH) {
        Ok(since) => i128::try_from(since.as_nanos()).unwrap_or_default(),
        Err(before) => -i128::try_from(before.duration().as_nanos()).unwrap_or_default(),
    };
    i64::try_from(nanos).unwrap_or_default()
}

struct Walk {
    root: Root,
    rules: Arc<RuleTree>,
    follow: bool,
    entries: walkdir::IntoIter,
}

impl Iterator for Walk {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            let found = match self.entries.next()? {
                Ok(entry) => self.entry(&entry),
                Err(error) => Some(self.error(&error)),
            };
            if found.is_some() {
                return found;
            }
        }
    }
}

impl Walk {
    /// What an entry is; `None` for folders and for the configuration.
    fn entry(&mut self, entry: &DirEntry) -> Option<Found> {
        let below_root = entry.depth() > 0;
        let file_type = entry.file_type();
        let Some(name) = entry.file_name().to_str() else {
            if below_root || !file_type.is_dir() {
                self.stay_out(entry);
                return Some(self.skipped(entry.path(), Reason::NameNotUtf8));
            }
            return None;
        };
        if below_root && name.starts_with('.') {
            self.stay_out(entry);
            return Some(Found::Hidden);
        }
        if file_type.is_dir() || (below_root && name == CONFIGURATION) {
            return None;
        }
        let key = self.root.key(entry.path());
        let rules = self.rules.of(&key);
        let named = by_name(name);
        if let Some(rules) = &rules {
            let is_archive = matches!(named, ByName::Container(Container::Zip | Container::Tar, _));
            let by = if is_archive { rules.leave_out_archive(&key) } else { rules.leave_out(&key) };
            if let Some(by) = by {
                return Some(Found::LeftOut { by: by.to_owned() });
            }
        }
        if file_type.is_symlink() && !self.follow {
            return Some(self.skipped(entry.path(), Reason::Symlink));
        }
        if !file_type.is_file() {
            return Some(self.skipped(entry.path(), Reason::NotRegular(special_kind(entry))));
        }
        let (format, container, compression) = match named {
            ByName::Read(format, compression) => (format, None, compression),
            ByName::Container(container, compression) => (None, Some(container), compression),
            ByName::Reject(reason) => return Some(self.skipped(entry.path(), reason)),
        };
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            Err(error) => return Some(self.error(&error)),
        };
        Some(Found::File(FileEntry {
            key,
            path: entry.path().to_owned(),
            size: metadata.len(),
            mtime_ns: mtime_ns(&metadata),
            format,
            container,
            compression,
            rules,
        }))
    }

    fn stay_out(&mut self, entry: &DirEntry) {
        if entry.file_type().is_dir() {
            self.entries.skip_current_dir();
        }
    }

    fn error(&self, error: &walkdir::Error) -> Found {
        let path = error.path().unwrap_or(&self.root.path);
        if error.loop_ancestor().is_some() {
            return self.skipped(path, Reason::SymlinkLoop);
        }
        let reason =
            error.io_error().map_or_else(|| Reason::Unreadable(error.to_string()), Reason::from_io);
        // A link that leads nowhere hides nothing; any other entry might be a folder.
        let dangling = path.symlink_metadata().is_ok_and(|metadata| !metadata.is_dir());
        if dangling {
            return self.skipped(path, reason);
        }
        let mut key_prefix = self.root.key(path);
        if path == self.root.path {
            key_prefix.clone_from(&self.root.prefix);
        } else {
            key_prefix.push('/');
        }
        Found::UnreadableDir { key_prefix, path: path.to_owned(), reason }
    }

    fn skipped(&self, path: &Path, reason: Reason) -> Found {
        Found::Skipped(Skipped::new(self.root.key(path), reason))
    }
}

#[cfg(unix)]
fn special_kind(entry: &DirEntry) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = entry.file_type();
    if kind.is_fifo() {
        "fifo"
    } else if kind.is_socket() {
        "socket"
    } else if kind.is_block_device() || kind.is_char_device() {
        "device"
    } else {
        "special file"
    }
}

#[cfg(not(unix))]
fn special_kind(_: &DirEntry) -> &'static str {
    "special file"
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn shown(root: &Path, prefix: &str, options: WalkOptions) -> Vec<String> {
        let root = Root { path: root.to_owned(), prefix: prefix.into() };
        walk(&root, &options)
            .map(|found| match found {
                Found::File(file) => file.key,
                Found::Skipped(skipped) => format!("{} {}", skipped.path, skipped.reason.code()),
                Found::UnreadableDir { key_prefix, reason, .. } => {
                    format!("{key_prefix} unreadable dir: {}", reason.code())
                }
                Found::Hidden => "hidden".into(),
                Found::LeftOut { by } => format!("left out by {by}"),
            })
            .collect()
    }

    #[test]
    fn a_folder_in_order() {
        let dir = tempfile::tempdir().unwrap();
        for name in [
            "b/2.txt",
            "b/1.md.gz",
            "a.json",
            ".git/x.txt",
            ".hidden",
            "c.doc",
            "d.mht",
            "dateline.toml",
            "b/dateline.toml",
            "NOTES",
        ] {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let expected = [
            "hidden",
            "hidden",
            "p/NOTES",
            "p/a.json",
            "p/b/1.md.gz",
            "p/b/2.txt",
            "p/c.doc unsupported",
            "p/d.mht no-reader",
        ];
        assert_eq!(shown(dir.path(), "p/", WalkOptions::default()), expected);
    }

    #[test]
    fn one_file_and_none() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("one.txt");
        fs::write(&file, "x").unwrap();
        assert_eq!(shown(&file, "p/", WalkOptions::default()), ["p/one.txt"]);
        let missing = dir.path().join("missing");
        assert_eq!(shown(&missing, "p/", WalkOptions::default()), ["p/ unreadable dir: vanished"]);
    }
}
