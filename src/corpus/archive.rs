//! Zip and tar archives as folders: each entry is read as a file on disk would be.
//!
//! Knows entries and their names; their bytes go back to [`read`](super::read) under the archive's
//! key and their own path. Nothing is ever written anywhere. Entries are met one after the other,
//! so that the memory an archive takes does not grow with their number.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use zip::ZipReadOptions;
use zip::read::{Config, ZipFileEntry};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use super::format::{ByName, by_name};
use super::read::{End, Reading};
use super::skipped::{Reason, Skipped};
use super::unpack::{self, Bounds, Damage};
use super::walk::{CONFIGURATION, FileEntry};
use crate::caught::quietly;

/// More entries than this are no archive of articles.
const MOST_ENTRIES: u64 = 10_000_000;

/// Longer names are no names, in bytes.
const LONGEST_NAME: usize = 4096;

/// Longer records about the entry that follows say nothing that is wanted, in bytes.
const LONGEST_ABOUT: u64 = 1 << 20;

/// Reads a tar archive.
pub(super) fn tar(reading: &mut Reading<'_>, from: impl Read) -> Result<(), End> {
    let ended = Cell::new(false);
    let mut archive = tar::Archive::new(Watched { from, stop: reading.stop, ended: &ended });
    // Raw, since the crate takes names of any length into memory.
    let entries = archive.entries()?.raw(true);
    let mut named: Option<Vec<u8>> = None;
    let mut count = 0;
    for entry in entries {
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(_) if reading.stop.load(Ordering::Relaxed) => return Err(End::Stopped),
            Err(error) if count == 0 && !unpack::breaks_ratio(&error) => {
                return Err(End::Skip(Reason::Damaged(format!("no tar archive: {error}"))));
            }
            Err(_) if ended.get() => return Err(End::Skip(Reason::Truncated)),
            Err(error) => return Err(error.into()),
        };
        count += 1;
        if count > MOST_ENTRIES {
            return Err(End::Skip(Reason::TooMany { limit: MOST_ENTRIES }));
        }
        let kind = entry.header().entry_type();
        if kind.is_gnu_longname() || kind.is_pax_local_extensions() {
            let mut about = Vec::new();
            (&mut entry).take(LONGEST_ABOUT).read_to_end(&mut about)?;
            named = if kind.is_gnu_longname() {
                about.truncate(memchr::memchr(0, &about).unwrap_or(about.len()));
                Some(about)
            } else {
                pax_path(&about).or(named)
            };
            continue;
        }
        if kind.is_gnu_longlink() || kind.is_pax_global_extensions() {
            continue;
        }
        let name = named.take().unwrap_or_else(|| entry.path_bytes().into_owned());
        if kind.is_dir() || (kind.is_file() && name.ends_with(b"/")) {
            continue;
        }
        let special = match kind {
            _ if kind.is_file() || kind.is_contiguous() => None,
            _ if kind.is_symlink() || kind.is_hard_link() => Some("link"),
            _ if kind.is_gnu_sparse() => Some("sparse file"),
            _ => Some("special file"),
        };
        let seconds = entry.header().mtime().unwrap_or_default();
        let mtime_ns = i64::try_from(seconds).unwrap_or_default().saturating_mul(1_000_000_000);
        let size = entry.size();
        let Some(inner) = inner_file(reading, &name, special, size, mtime_ns) else { continue };
        let at = Rc::clone(&reading.raw_count);
        let bounds = Rc::clone(&reading.bounds);
        read_entry(reading, &inner, at, bounds, Whole { from: entry, left: size })?;
    }
    Ok(())
}

/// Reads a zip archive.
pub(super) fn zip(reading: &mut Reading<'_>, file: &File) -> Result<(), End> {
    let size = file.metadata()?.len();
    // It may be read in any order, and the same bytes again and again.
    let limits = reading.limits;
    let bounds = Bounds::new(Rc::new(Cell::new(size)), limits.max_ratio, limits.ratio_from);
    let mut archive =
        ZipIterable::try_new(BufReader::new(file), Config::default()).map_err(zip_end)?;
    let entries = archive.files().map_err(zip_end)?;
    let mut count = 0;
    while let Some(entry) = entries.next() {
        if reading.stop.load(Ordering::Relaxed) {
            return Err(End::Stopped);
        }
        count += 1;
        if count > MOST_ENTRIES {
            return Err(End::Skip(Reason::TooMany { limit: MOST_ENTRIES }));
        }
        let entry = entry.map_err(zip_end)?;
        let name = zip_name(&entry);
        if count == 1 && matches!(name.as_slice(), b"[Content_Types].xml" | b"mimetype") {
            return Err(End::Skip(Reason::Unsupported("an office document or e-book".into())));
        }
        if entry.is_dir() || name.ends_with(b"/") {
            continue;
        }
        let special = entry.is_symlink().then_some("link");
        let mtime_ns = entry.last_modified().and_then(written_ns).unwrap_or_default();
        let Some(inner) = inner_file(reading, &name, special, entry.size(), mtime_ns) else {
            continue;
        };
        if entry.encrypted() {
            reading.skipped.push(Skipped::new(inner.key, Reason::Encrypted));
            continue;
        }
        let at = Rc::new(Cell::new(entry.header_start().min(size)));
        let read = match entry.with_reader(entries.reader_mut(), ZipReadOptions::default()) {
            Ok(unpacked) => {
                let counted = Counted { from: unpacked, bounds: Rc::clone(&bounds) };
                read_entry(reading, &inner, at, Rc::clone(&bounds), counted)
            }
            Err(error) => match zip_end(error) {
                End::Skip(reason) => {
                    reading.skipped.push(Skipped::new(inner.key, reason));
                    Ok(())
                }
                end => Err(end),
            },
        };
        read?;
    }
    Ok(())
}

/// The entry as a file, or `None` where it is not to be read: then it is told.
fn inner_file(
    reading: &mut Reading<'_>,
    name: &[u8],
    special: Option<&'static str>,
    size: u64,
    mtime_ns: i64,
) -> Option<FileEntry> {
    let outer = reading.entry;
    let shown = || format!("{}/{}", outer.key, String::from_utf8_lossy(name));
    let path = match inner_path(name) {
        Ok(path) => path,
        Err(reason) => {
            reading.skipped.push(Skipped::new(shown(), reason));
            return None;
        }
    };
    if path.split('/').any(|part| part.starts_with('.')) {
        *reading.set_aside.entry("hidden in archives".to_owned()).or_default() += 1;
        return None;
    }
    let name = path.rsplit('/').next().unwrap_or(&path);
    if name == CONFIGURATION {
        return None;
    }
    let key = format!("{}/{path}", outer.key);
    if let Some(rules) = &outer.rules
        && let Some(by) = rules.leave_out(&key)
    {
        *reading.set_aside.entry(format!("left out by {by}")).or_default() += 1;
        return None;
    }
    let (format, container, compression) = match by_name(name) {
        _ if special.is_some() => {
            let reason = Reason::NotRegular(special.unwrap_or_default());
            reading.skipped.push(Skipped::new(key, reason));
            return None;
        }
        ByName::Read(format, compression) => (format, None, compression),
        ByName::Container(container, compression) => (None, Some(container), compression),
        ByName::Reject(reason) => {
            reading.skipped.push(Skipped::new(key, reason));
            return None;
        }
    };
    Some(FileEntry {
        key,
        path: outer.path.clone(),
        size,
        mtime_ns,
        format,
        container,
        compression,
        rules: outer.rules.clone(),
    })
}

/// The path of an entry below its archive, with `/` between names.
fn inner_path(name: &[u8]) -> Result<String, Reason> {
    let Ok(name) = std::str::from_utf8(name) else { return Err(Reason::NameNotUtf8) };
    if name.len() > LONGEST_NAME || name.contains('\0') {
        return Err(Reason::Malformed("an entry with an impossible name".into()));
    }
    // Some programs of one system write its own separator.
    let name = if name.contains('/') { name.to_owned() } else { name.replace('\\', "/") };
    let drive = name.as_bytes().get(1) == Some(&b':');
    if name.starts_with('/') || drive || name.split('/').any(|part| part == "..") {
        return Err(Reason::UnsafePath);
    }
    let parts: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if parts.is_empty() {
        return Err(Reason::Malformed("an entry without a name".into()));
    }
    Ok(parts.join("/"))
}

/// Reads one entry; what is wrong with it alone is told, what ends the archive is an error.
fn read_entry(
    reading: &mut Reading<'_>,
    inner: &FileEntry,
    raw_count: Rc<Cell<u64>>,
    bounds: Rc<Bounds>,
    mut from: impl Read,
) -> Result<(), End> {
    let mut nested = Reading {
        entry: inner,
        limits: reading.limits,
        stop: reading.stop,
        sink: &mut *reading.sink,
        raw_count,
        bounds,
        inside: true,
        damage: Damage::default(),
        skipped: Vec::new(),
        set_aside: std::mem::take(&mut reading.set_aside),
    };
    let mut magic = Vec::with_capacity(8);
    let read = match (&mut from).take(8).read_to_end(&mut magic) {
        Ok(_) => nested.unpack(magic, from),
        Err(error) => Err(error.into()),
    };
    let (skipped, set_aside) = (nested.skipped, nested.set_aside);
    reading.skipped.extend(skipped);
    reading.set_aside = set_aside;
    let reason = match read {
        Ok(()) => return Ok(()),
        Err(_) if reading.stop.load(Ordering::Relaxed) => return Err(End::Stopped),
        Err(End::Skip(reason)) => reason,
        Err(End::Io(error)) if !unpack::breaks_ratio(&error) => unpack::reason(&error),
        Err(end) => return Err(end),
    };
    reading.skipped.push(Skipped::new(&inner.key, reason));
    Ok(())
}

/// The `path` among the records about the entry that follows.
fn pax_path(about: &[u8]) -> Option<Vec<u8>> {
    let records = tar::PaxExtensions::new(about).filter_map(Result::ok);
    let mut paths = records.filter(|record| record.key_bytes() == b"path");
    paths.next().map(|record| record.value_bytes().to_vec())
}

/// The name of an entry, in the character set that the archive says it is in.
fn zip_name(entry: &ZipFileEntry<'_>) -> Vec<u8> {
    let raw = entry.name_raw();
    if std::str::from_utf8(raw).is_ok() {
        return raw.to_vec();
    }
    entry.name().map_or_else(|_| raw.to_vec(), |name| name.into_owned().into_bytes())
}

fn written_ns(time: zip::DateTime) -> Option<i64> {
    let part = |number: u8| i8::try_from(number).ok();
    let date = jiff::civil::DateTime::new(
        i16::try_from(time.year()).ok()?,
        part(time.month())?,
        part(time.day())?,
        part(time.hour())?,
        part(time.minute())?,
        part(time.second().min(59))?,
        0,
    );
    let at = jiff::tz::Offset::UTC.to_timestamp(date.ok()?).ok()?;
    i64::try_from(at.as_nanosecond()).ok()
}

fn zip_end(error: ZipError) -> End {
    match error {
        ZipError::Io(error) => End::Io(error),
        ZipError::CompressionMethodNotSupported(method) => {
            End::Skip(Reason::Unsupported(format!("zip packed by method {method}")))
        }
        ZipError::UnsupportedArchive(what) => End::Skip(Reason::Unsupported(what.to_owned())),
        error => End::Skip(Reason::Damaged(error.to_string())),
    }
}

/// What an archive is read from; fails once the run is to stop.
struct Watched<'s, R> {
    from: R,
    stop: &'s AtomicBool,
    /// Whether there is no more of it.
    ended: &'s Cell<bool>,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(io::Error::other("stopped"));
        }
        let n = self.from.read(buffer)?;
        self.ended.set(n == 0 && !buffer.is_empty());
        Ok(n)
    }
}

/// An entry that must be as long as it says.
struct Whole<R> {
    from: R,
    left: u64,
}

impl<R: Read> Read for Whole<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(buffer)?;
        self.left = self.left.saturating_sub(n as u64);
        if n == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(n)
    }
}

/// An entry that is unpacked by another hand than ours, counted.
struct Counted<R> {
    from: R,
    bounds: Rc<Bounds>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = match quietly(|| self.from.read(buffer)) {
            Ok(read) => read?,
            Err(_) => return Err(io::Error::other("the decoder failed")),
        };
        self.bounds.take(n).map(|()| n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_entries() {
        let cases: &[(&[u8], Result<&str, &str>)] = &[
            (b"a/b.html", Ok("a/b.html")),
            (b"./a//b.html", Ok("a/b.html")),
            (b"a\\b.html", Ok("a/b.html")),
            (b"../b.html", Err("unsafe-path")),
            (b"a/../../b.html", Err("unsafe-path")),
            (b"..\\b.html", Err("unsafe-path")),
            (b"/etc/b.html", Err("unsafe-path")),
            (b"C:\\b.html", Err("unsafe-path")),
            (b"b\xff.html", Err("name-not-utf8")),
            (b"./", Err("malformed")),
            (b"a\0b", Err("malformed")),
        ];
        for (name, expected) in cases {
            let got = inner_path(name);
            let got = got.as_deref().map_err(|reason| reason.code());
            assert_eq!(got, *expected, "{}", String::from_utf8_lossy(name));
        }
    }
}
