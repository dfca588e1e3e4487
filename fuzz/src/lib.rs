//! What the fuzz targets share: reading bytes as a file of a format, and what must hold of the
//! articles that come of it.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use dateline::corpus::dates::Clock;
use dateline::corpus::format::Format;
use dateline::corpus::mapping::Mapping;
use dateline::corpus::read::{Cut, Limits, Piece, read};
use dateline::corpus::walk::{FileEntry, Found, Root, WalkOptions, walk};
use dateline::corpus::{Origin, Parsed, Reading, parse};
use dateline::words::WordList;
use dateline::{entities, passage};
use tempfile::TempDir;

/// The clock of every target: 2025-08-06T12:00:00Z.
///
/// # Panics
/// Never: the number is a time.
#[must_use]
pub fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_754_481_600).expect("a time")
}

fn reading() -> Reading {
    Reading { mapping: Mapping::default(), clock: Clock::at(now()) }
}

/// Reads bytes as a whole file of a format.
pub fn file_of(format: Format, bytes: &[u8]) {
    let piece = Piece {
        key: "fuzz".into(),
        format,
        bytes: bytes.to_vec(),
        cut: Cut::Whole,
        origin: Origin::default(),
        raw_end: 0,
    };
    check(&parse(&piece, &reading()));
}

/// No panic, bodies in the shape that `Article` promises, and passages and names that lie in them.
fn check(parsed: &Parsed) {
    for skipped in &parsed.skipped {
        assert_ne!(skipped.reason.code(), "reader-failed", "a reader panicked");
    }
    for article in &parsed.articles {
        assert!(!article.body.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
        assert!(!article.body.contains("\n\n\n"));
        let words = WordList::of(&article.body);
        for passage in passage::split(&article.body, &words, article.lang.as_deref()).passages {
            assert!(article.body.get(passage).is_some());
        }
        for name in entities::of_article(article, &words) {
            for place in name.body {
                assert!(article.body.get(place).is_some());
            }
        }
    }
}

/// A file that is written anew each time and read from the disk, as it is cut and unpacked there.
pub struct OnDisk {
    _dir: TempDir,
    entry: FileEntry,
}

impl OnDisk {
    /// A file of this name in a directory of its own.
    ///
    /// # Panics
    /// If the disk refuses.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        fs::write(dir.path().join(name), "x").expect("a file");
        let root = Root { path: dir.path().to_owned(), prefix: String::new() };
        let mut found = walk(&root, &WalkOptions { follow: false });
        let Some(Found::File(entry)) = found.next() else { panic!("{name} is not found") };
        Self { _dir: dir, entry }
    }

    /// Reads these bytes. Whatever they say, nothing else is in the directory afterwards.
    ///
    /// # Panics
    /// If something does not hold.
    pub fn read(&self, bytes: &[u8]) {
        fs::write(&self.entry.path, bytes).expect("a file");
        let limits = Limits {
            max_article_bytes: 1 << 20,
            max_ratio: 100,
            ratio_from: 1 << 20,
            ..Limits::default()
        };
        let reading = reading();
        read(&self.entry, &limits, &AtomicBool::new(false), &mut |piece| {
            assert!(piece.bytes.len() <= 4 << 20, "a piece of {} bytes", piece.bytes.len());
            check(&parse(&piece, &reading));
            ControlFlow::Continue(())
        });
        let dir = self.entry.path.parent().unwrap_or(Path::new("/"));
        assert_eq!(fs::read_dir(dir).expect("a directory").count(), 1);
    }
}
