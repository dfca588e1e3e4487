//! What could not be read, and why: plain values that travel into the report of a run.
//!
//! Knows nothing of how a report is shown. Every reason is lower case, says what to do where
//! something can be done, and has a short code that scripts and tests may rely on.

use std::fmt;
use std::io;
use std::time::Duration;

/// A file, a folder entry or one record that did not become an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The key of the file, with `#line 17` or `#3` behind it where one record of many is meant.
    /// For display: characters that are not UTF-8 are replaced.
    pub path: String,
    /// Why.
    pub reason: Reason,
}

impl Skipped {
    /// A skipped thing at `path`.
    pub fn new(path: impl Into<String>, reason: Reason) -> Self {
        Self { path: path.into(), reason }
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

/// Why something was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The file holds nothing, or only white space.
    Empty,
    /// A page or text without a sentence in it.
    NoText,
    /// Not text at all.
    Binary,
    /// A format that is no article; what is meant (".pdf", "a PDF document").
    Unsupported(String),
    /// A format that will be read one day (".xml").
    NoReader(String),
    /// A name that says one thing and bytes that say another which is not safe to read.
    Mislabelled {
        /// What the name promises (".txt").
        named: String,
        /// What it is ("a PDF document").
        found: &'static str,
    },
    /// A fifo, socket or device.
    NotRegular(&'static str),
    /// The name is not UTF-8, so it could not be an id.
    NameNotUtf8,
    /// A symbolic link, and links are not followed.
    Symlink,
    /// A symbolic link that leads to a folder it stands in.
    SymlinkLoop,
    /// It was there when the folder was listed and is gone now.
    Vanished,
    /// The system said no.
    Unreadable(String),
    /// One article is larger than the limit, in bytes.
    TooLarge {
        /// The limit that it broke.
        limit: u64,
    },
    /// Compressed data that unpacks to an implausible size.
    Ratio {
        /// The limit that it broke.
        limit: u64,
    },
    /// Compressed data, or a record of an archive, that ends in the middle.
    Truncated,
    /// Compressed data or an archive that is damaged.
    Damaged(String),
    /// An entry of an archive whose path leads out of it.
    UnsafePath,
    /// An entry of an archive that is encrypted.
    Encrypted,
    /// An archive inside an archive, or inside compressed data where it cannot be read.
    NestedArchive,
    /// An archive with more entries than are read.
    TooMany {
        /// How many are read.
        limit: u64,
    },
    /// Markup or JSON nested deeper than any article, or made to keep a parser busy.
    TooDeep,
    /// Not what its format asks for; the parser's own words.
    Malformed(String),
    /// A JSON value that is no object; its type.
    NotARecord(&'static str),
    /// An object with neither title nor text; the fields it has.
    NoFields(Vec<String>),
    /// It kept a parser busy for longer than the limit.
    Slow {
        /// The limit that it broke.
        limit: Duration,
    },
    /// Our own fault: a reader panicked.
    ReaderFailed,
}

impl Reason {
    /// A short stable word for scripts, tests and statistics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NoText => "no-text",
            Self::Binary => "binary",
            Self::Unsupported(_) => "unsupported",
            Self::NoReader(_) => "no-reader",
            Self::Mislabelled { .. } => "mislabelled",
            Self::NotRegular(_) => "not-regular",
            Self::NameNotUtf8 => "name-not-utf8",
            Self::Symlink => "symlink",
            Self::SymlinkLoop => "symlink-loop",
            Self::Vanished => "vanished",
            Self::Unreadable(_) => "unreadable",
            Self::TooLarge { .. } => "too-large",
            Self::Ratio { .. } => "ratio",
            Self::Truncated => "truncated",
            Self::Damaged(_) => "damaged",
            Self::UnsafePath => "unsafe-path",
            Self::Encrypted => "encrypted",
            Self::NestedArchive => "nested-archive",
            Self::TooMany { .. } => "too-many",
            Self::TooDeep => "too-deep",
            Self::Malformed(_) => "malformed",
            Self::NotARecord(_) => "not-a-record",
            Self::NoFields(_) => "no-fields",
            Self::Slow { .. } => "slow",
            Self::ReaderFailed => "reader-failed",
        }
    }

    /// The reason for an error of the operating system.
    #[must_use]
    pub fn from_io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Vanished,
            kind => Self::Unreadable(kind.to_string()),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the file is empty"),
            Self::NoText => write!(f, "no article text found"),
            Self::Binary => write!(f, "not text (binary data)"),
            Self::Unsupported(what) => write!(f, "unsupported format ({what})"),
            Self::NoReader(what) => write!(f, "no reader for {what} files yet"),
            Self::Mislabelled { named, found } => {
                write!(f, "named {named} but holds {found}; rename or remove it")
            }
            Self::NotRegular(what) => write!(f, "not a regular file ({what})"),
            Self::NameNotUtf8 => write!(f, "the file name is not UTF-8; rename it"),
            Self::Symlink => write!(f, "symbolic link, not followed; pass --follow to follow it"),
            Self::SymlinkLoop => write!(f, "symbolic link that leads back to its own folder"),
            Self::Vanished => write!(f, "gone before it could be read"),
            Self::Unreadable(why) => write!(f, "cannot be read: {why}"),
            Self::TooLarge { limit } => {
                write!(f, "larger than {}; raise --max-article-size to read it", Size(*limit))
            }
            Self::Ratio { limit } => write!(
                f,
                "unpacks to more than {limit} times its size; raise --max-ratio if that is right"
            ),
            Self::Truncated => {
                write!(f, "the data ends too early; whole records before that were read")
            }
            Self::Damaged(why) => write!(f, "the data is damaged: {why}"),
            Self::UnsafePath => write!(f, "its path leads out of the archive"),
            Self::Encrypted => write!(f, "encrypted; unpack it with its password first"),
            Self::NestedArchive => write!(f, "an archive inside another file; unpack it first"),
            Self::TooMany { limit } => {
                write!(f, "more than {limit} entries; what follows was not read, unpack it first")
            }
            Self::TooDeep => write!(f, "nested too deeply, or too intricate, for an article"),
            Self::Malformed(why) => write!(f, "malformed: {why}"),
            Self::NotARecord(what) => write!(f, "expected an object, found {what}"),
            Self::NoFields(fields) if fields.is_empty() => write!(f, "an object without fields"),
            Self::NoFields(fields) => write!(
                f,
                "no title or text field; fields here: {}; name them in a mapping file",
                fields.join(", ")
            ),
            Self::Slow { limit } => write!(
                f,
                "not read within {} s, given up; raise --max-seconds to wait longer",
                limit.as_secs()
            ),
            Self::ReaderFailed => write!(f, "the reader failed on this file; please report it"),
        }
    }
}

/// Bytes in the unit a person would use.
struct Size(u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (unit, name) in [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")] {
            if self.0 >= unit && self.0.is_multiple_of(unit) {
                return write!(f, "{} {name}", self.0 / unit);
            }
        }
        write!(f, "{} bytes", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_read_as_sentences_that_help() {
        let cases = [
            (
                Reason::TooLarge { limit: 16 << 20 },
                "larger than 16 MiB; raise --max-article-size to read it",
            ),
            (
                Reason::TooLarge { limit: 1000 },
                "larger than 1000 bytes; raise --max-article-size to read it",
            ),
            (
                Reason::Slow { limit: Duration::from_secs(60) },
                "not read within 60 s, given up; raise --max-seconds to wait longer",
            ),
            (Reason::Unsupported(".pdf".into()), "unsupported format (.pdf)"),
            (Reason::NoReader(".xml".into()), "no reader for .xml files yet"),
            (
                Reason::NoFields(vec!["a".into(), "b".into()]),
                "no title or text field; fields here: a, b; name them in a mapping file",
            ),
            (
                Reason::from_io(&io::Error::from(io::ErrorKind::PermissionDenied)),
                "cannot be read: permission denied",
            ),
        ];
        for (reason, text) in cases {
            assert_eq!(reason.to_string(), text);
        }
        assert_eq!(Skipped::new("a.txt", Reason::Empty).to_string(), "a.txt: the file is empty");
    }
}
