//! Files that the user names on the command line: read or written as a whole, or an error that says which
//! file of what it is, why not, and what to do.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use anyhow::{Error, Result, anyhow};

/// A list of what gave no article.
pub(super) const FAILURES: &str = "the list of failures to";
/// What a bench measured.
pub(super) const MEASURED: &str = "what was measured to";

/// The bytes of a file, `what` saying what it is of: "the queries in".
///
/// # Errors
/// If it cannot be read.
pub(super) fn bytes(what: &str, path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| unreadable(what, path, &error))
}

/// The text of a file, as [`bytes`].
///
/// # Errors
/// If it cannot be read, or is not UTF-8.
pub(super) fn text(what: &str, path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| unreadable(what, path, &error))
}

/// Refuses a file to write to whose folder is not there, before the work is done that it is for.
///
/// # Errors
/// If nothing can be written to the path, as far as that can be told before.
pub(super) fn expect_folder_of(what: &str, path: &Path) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let error = match folder.map_or(Ok(()), |folder| folder.metadata().map(drop)) {
        Err(error) => error,
        Ok(()) if path.is_dir() => ErrorKind::IsADirectory.into(),
        Ok(()) => return Ok(()),
    };
    Err(unwritable(what, path, &error))
}

/// Writes a file.
///
/// # Errors
/// If the disk refuses.
pub(super) fn write(what: &str, path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).map_err(|error| unwritable(what, path, &error))
}

fn unwritable(what: &str, path: &Path, error: &io::Error) -> Error {
    let next = match error.kind() {
        ErrorKind::NotFound => "make its folder first",
        ErrorKind::IsADirectory => "name a file in it",
        ErrorKind::StorageFull => "make room there",
        _ => "choose another place",
    };
    anyhow!("cannot write {what} {}: {error}; {next}", path.display())
}

fn unreadable(what: &str, path: &Path, error: &io::Error) -> Error {
    let next = match error.kind() {
        ErrorKind::InvalidData => "save it as UTF-8",
        ErrorKind::IsADirectory => "name a file in it",
        ErrorKind::PermissionDenied => "ask its owner for the right to read it",
        _ => "check the path",
    };
    anyhow!("cannot read {what} {}: {error}; {next}", path.display())
}
