//! The lock of the one writer of an index, and who holds it.
//!
//! The lock is the system's: a process loses it when it ends, however it ends. The file beside it that
//! names the holder is for people, and is believed only while the lock is held.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use jiff::{Timestamp, tz};
use serde::{Deserialize, Serialize};
use tantivy::directory::INDEX_WRITER_LOCK;

use super::directory::OURS;

/// How long a held lock is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it is waited for without a word.
const SILENCE: Duration = Duration::from_millis(500);
/// The time between two attempts.
const PAUSE: Duration = Duration::from_millis(100);

/// How a held lock is waited for: 10 seconds at most.
#[derive(Debug, Clone, Copy)]
pub struct Waiting<'w> {
    /// Is told once who is waited for, unless that takes only a moment.
    pub told: Option<fn(&Held)>,
    /// Ends the waiting when it is set.
    pub stop: &'w AtomicBool,
}

/// An index that another process writes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Where the index is.
    pub dir: PathBuf,
    /// Who writes to it, where that is known.
    pub holder: Option<Holder>,
}

/// A process that writes to an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The number of the process.
    pub pid: u32,
    /// When it began to write.
    pub since: Timestamp,
}

impl Held {
    fn at(dir: &Path) -> Self {
        let kept = fs::read(holder_file(dir)).ok();
        let holder = kept.and_then(|kept| serde_json::from_slice(&kept).ok());
        Self { dir: dir.to_owned(), holder }
    }

    /// How long it is waited for at most.
    #[must_use]
    pub fn patience(&self) -> Duration {
        PATIENCE
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "another process is writing to the index in {}", self.dir.display())?;
        if let Some(Holder { pid, since }) = &self.holder {
            let since = since.to_zoned(tz::TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S UTC");
            write!(f, " (process {pid}, since {since})")?;
        }
        Ok(())
    }
}

/// The right to write to an index, given back when it is dropped.
#[derive(Debug)]
pub struct WriterLock {
    dir: PathBuf,
    _file: File,
}

impl WriterLock {
    /// Takes the lock of the index in a directory that is there, whether it holds an index yet or not;
    /// `None` where the waiting was stopped.
    ///
    /// # Errors
    /// If another process goes on writing, or the directory cannot be written to.
    pub fn take(dir: &Path, waiting: Waiting<'_>) -> Result<Option<Self>> {
        let start = Instant::now();
        let mut told = waiting.told;
        loop {
            let file = attempt(&dir.join(&INDEX_WRITER_LOCK.filepath)).with_context(|| {
                format!(
                    "cannot write to the index in {}; choose one that is yours with `--index DIR`",
                    dir.display()
                )
            })?;
            if let Some(file) = file {
                let lock = Self { dir: dir.to_owned(), _file: file };
                lock.sign();
                return Ok(Some(lock));
            }
            if waiting.stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            if start.elapsed() >= PATIENCE {
                bail!("{}; wait until it has finished, then try again", Held::at(dir));
            }
            if start.elapsed() >= SILENCE
                && let Some(tell) = told.take()
            {
                tell(&Held::at(dir));
            }
            thread::sleep(PAUSE);
        }
    }

    /// Where the index is.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Says that the index now is elsewhere.
    pub fn moved_to(&mut self, dir: &Path) {
        dir.clone_into(&mut self.dir);
    }

    /// Writes down who holds the lock.
    fn sign(&self) {
        let holder = Holder { pid: std::process::id(), since: Timestamp::now() };
        if let Ok(text) = serde_json::to_vec(&holder) {
            // Without it others are not told who writes, and a full disk will be told of later.
            let _ = fs::write(holder_file(&self.dir), text);
        }
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        // The index may have been moved aside meanwhile, and another writer hold the one that came in
        // its place.
        let holder = Held::at(&self.dir).holder;
        if holder.is_some_and(|holder| holder.pid == std::process::id()) {
            let _ = fs::remove_file(holder_file(&self.dir));
        }
    }
}

fn holder_file(dir: &Path) -> PathBuf {
    dir.join(format!("{OURS}writer"))
}

/// The lock, unless it is held.
fn attempt(path: &Path) -> io::Result<Option<File>> {
    let file = File::options().write(true).create(true).truncate(false).open(path)?;
    match file.try_lock() {
        Ok(()) if is_at(&file, path) => Ok(Some(file)),
        Ok(()) | Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Whether a file still is the one at its path: an index may be put in the place of another one
/// between opening its lock and locking it.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let number = |metadata: io::Result<fs::Metadata>| metadata.ok().map(|m| (m.dev(), m.ino()));
    number(file.metadata()) == number(fs::metadata(path))
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}
