//! From a file to pieces that can be parsed: opening and cutting. All of the reading layer's I/O on
//! files is here.
//!
//! Knows bytes and line ends; not what is in them beyond their format. `unpack`
//! knows the packings, `archive` and `warc` what holds files and
//! pages. Memory is bounded by the largest article that is allowed, whatever the size of the file
//! and whatever it claims of itself.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use xxhash_rust::xxh3::Xxh3Default;

use super::cut_records::Cutter;
use super::format::{self, Container, Format};
use super::origin::Origin;
use super::skipped::{Reason, Skipped};
use super::unpack::{self, Bounds, Damage};
use super::walk::{FileEntry, mtime_ns};
use super::{archive, warc};

/// How much may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest file that is one article, and the longest line or list value that is one, in
    /// bytes and unpacked. Larger ones are skipped and what follows them is read (16 MiB).
    pub max_article_bytes: u64,
    /// How many times its packed size a file may unpack to, once it has unpacked to
    /// [`ratio_from`](Self::ratio_from) bytes (200).
    pub max_ratio: u64,
    /// Where the ratio begins to count, in unpacked bytes (64 MiB): small files may repeat
    /// themselves as they like.
    pub ratio_from: u64,
    /// How long it may take to parse one piece (60 s). Kept by who parses, on a thread that can be
    /// left behind: reading itself takes no longer than the bytes do.
    pub max_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_article_bytes: 16 << 20,
            max_ratio: 200,
            ratio_from: 64 << 20,
            max_time: Duration::from_secs(60),
        }
    }
}

/// A part of a file that can be parsed without the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The key of the file.
    pub key: Arc<str>,
    /// What the bytes are.
    pub format: Format,
    /// The bytes, unpacked.
    pub bytes: Vec<u8>,
    /// Which part of the file they are.
    pub cut: Cut,
    /// Where they came from, besides the key.
    pub origin: Origin,
    /// How many bytes of the file on disk (packed) were read when this piece was cut.
    pub raw_end: u64,
}

/// Which part of a file a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// All of it.
    Whole,
    /// Whole lines.
    Lines {
        /// The number of the first, from 1.
        first: u64,
    },
    /// Whole records (rows, messages, entries, `<DOC>`s) behind the head of the file, which goes
    /// before each such piece.
    Records {
        /// The number of the first, from 1; of a table, the line that it stands on.
        first: u64,
    },
    /// Values of the list that the file is, with the commas between them.
    Elements {
        /// The number of the first, from 1.
        first: u64,
    },
    /// One page of a web archive.
    Capture {
        /// The number of its record, from 1.
        number: u64,
    },
}

impl Piece {
    /// The key of its file, with the place in it where it is not all of it.
    pub(crate) fn place(&self) -> String {
        match self.cut {
            Cut::Whole => self.key.to_string(),
            Cut::Lines { first } => format!("{}#line {first}", self.key),
            Cut::Elements { first } | Cut::Records { first } => format!("{}#{first}", self.key),
            Cut::Capture { number } => format!("{}#{number}", self.key),
        }
    }
}

impl Piece {
    /// The number of the first record in it.
    pub(super) fn first(&self) -> u64 {
        match self.cut {
            Cut::Whole | Cut::Capture { .. } => 1,
            Cut::Lines { first } | Cut::Elements { first } | Cut::Records { first } => first,
        }
    }
}

/// What reading a file came to. The pieces went to the sink.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileRead {
    /// xxh3 of the bytes of the file as they lie on disk (packed); `None` where the file was not
    /// read to its end.
    pub hash: Option<u64>,
    /// How many bytes were read from disk.
    pub bytes_read: u64,
    /// What was left out.
    pub skipped: Vec<Skipped>,
    /// What is no article by its kind and no failure either, counted by what it is.
    pub set_aside: BTreeMap<String, u64>,
    /// The size when the file was opened.
    pub size: u64,
    /// The time of its last change then, in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// It was written to while it was read: what was read may be half of each.
    pub changed: bool,
    /// The sink or `stop` ended the reading.
    pub stopped: bool,
}

/// About how large a piece of a file with many records is.
const PIECE: usize = 1 << 20;

/// How much the format is told from.
const HEAD: usize = 64 << 10;

/// How much is read between two looks at `stop`.
const STEP: usize = 256 << 10;

/// Reads a file and hands its pieces to `sink`, in order.
///
/// Nothing is returned as an error: what went wrong with the file is among
/// [`skipped`](FileRead::skipped), and the pieces before it are good.
pub fn read(
    entry: &FileEntry,
    limits: &Limits,
    stop: &AtomicBool,
    sink: &mut dyn FnMut(Piece) -> ControlFlow<()>,
) -> FileRead {
    let mut result = FileRead::default();
    let opened =
        open_regular(&entry.path).and_then(|file| file.metadata().map(|metadata| (file, metadata)));
    let (file, before) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            result.skipped.push(Skipped::new(&entry.key, Reason::from_io(&error)));
            return result;
        }
    };
    result.size = before.len();
    result.mtime_ns = mtime_ns(&before);
    let raw_bytes = Rc::new(Cell::new(0));
    let mut raw =
        Raw { file, hash: Xxh3Default::new(), count: Rc::clone(&raw_bytes), failed: None };
    let bounds = Bounds::new(Rc::clone(&raw_bytes), limits.max_ratio, limits.ratio_from);
    let mut reading = Reading {
        entry,
        limits,
        stop,
        sink,
        raw_count: Rc::clone(&raw_bytes),
        bounds,
        inside: false,
        damage: Damage::default(),
        skipped: Vec::new(),
        set_aside: BTreeMap::new(),
    };
    let end = match reading.file(&mut raw) {
        // What follows the last member of a packed file belongs to the file's hash.
        Ok(()) => reading.drain(&mut raw),
        Err(end) => Err(end),
    };
    result.skipped = reading.skipped;
    result.set_aside = reading.set_aside;
    match end {
        Ok(()) => result.hash = Some(raw.hash.digest()),
        Err(End::Stopped) => result.stopped = true,
        Err(End::Skip(reason)) => result.skipped.push(Skipped::new(&entry.key, reason)),
        Err(End::Io(error)) => {
            let reason = match raw.failed {
                Some(kind) => Reason::from_io(&kind.into()),
                None => unpack::reason(&error),
            };
            result.skipped.push(Skipped::new(&entry.key, reason));
        }
    }
    result.bytes_read = raw_bytes.get();
    result.changed = raw.file.metadata().is_ok_and(|after| is_other(&before, &after));
    result
}

/// Bytes that come from no file, as the one piece of a file called `key`. They are not unpacked.
///
/// # Errors
/// Why they are no article.
pub fn whole(key: &str, bytes: Vec<u8>, limits: &Limits) -> Result<Piece, Reason> {
    if bytes.trim_ascii().is_empty() {
        return Err(Reason::Empty);
    }
    if bytes.len() as u64 > limits.max_article_bytes {
        return Err(Reason::TooLarge { limit: limits.max_article_bytes });
    }
    let head = bytes.get(..HEAD).unwrap_or(&bytes);
    let format = format::sniff(None, key, head)?;
    let origin = Origin::default();
    Ok(Piece { key: Arc::from(key), format, bytes, cut: Cut::Whole, raw_end: 0, origin })
}

/// xxh3 of a file's bytes, the same as [`FileRead::hash`].
///
/// # Errors
/// Whatever the system says when the file is opened or read.
pub fn hash_file(path: &Path) -> io::Result<u64> {
    let mut file = open_regular(path)?;
    let mut hash = Xxh3Default::new();
    let mut buffer = vec![0; STEP];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hash.digest()),
            Ok(n) => hash.update(buffer.get(..n).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Opens what is still a regular file: opening a fifo that took its place would wait for ever.
fn open_regular(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    File::open(path)
}

fn is_other(before: &Metadata, after: &Metadata) -> bool {
    before.len() != after.len() || mtime_ns(before) != mtime_ns(after)
}

/// Why a file was not read to its end.
pub(super) enum End {
    Stopped,
    Skip(Reason),
    Io(io::Error),
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The bytes on disk, counted and hashed as they pass.
struct Raw {
    file: File,
    hash: Xxh3Default,
    count: Rc<Cell<u64>>,
    /// The disk's own error, to tell it from damage in the packed data.
    failed: Option<io::ErrorKind>,
}

impl Read for Raw {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer).inspect_err(|error| {
            if error.kind() != io::ErrorKind::Interrupted {
                self.failed = Some(error.kind());
            }
        })?;
        self.hash.update(buffer.get(..n).unwrap_or_default());
        self.count.set(self.count.get() + n as u64);
        Ok(n)
    }
}

/// One file being read: on disk, or inside an archive.
pub(super) struct Reading<'r> {
    pub(super) entry: &'r FileEntry,
    pub(super) limits: &'r Limits,
    pub(super) stop: &'r AtomicBool,
    pub(super) sink: &'r mut dyn FnMut(Piece) -> ControlFlow<()>,
    /// How far the file on disk is read.
    pub(super) raw_count: Rc<Cell<u64>>,
    pub(super) bounds: Rc<Bounds>,
    /// It is an entry of an archive.
    pub(super) inside: bool,
    /// Damage in what is packed that was passed over.
    pub(super) damage: Damage,
    pub(super) skipped: Vec<Skipped>,
    pub(super) set_aside: BTreeMap<String, u64>,
}

impl Reading<'_> {
    /// Reads a file on disk.
    fn file(&mut self, raw: &mut Raw) -> Result<(), End> {
        let mut magic = Vec::with_capacity(8);
        raw.take(8).read_to_end(&mut magic)?;
        if format::is_zip(&magic) && self.entry.format.is_none() {
            // Its directory is at its end: it is not read in order.
            let read = archive::zip(self, &raw.file);
            raw.file.seek(SeekFrom::Start(magic.len() as u64))?;
            return read;
        }
        self.unpack(magic, raw)
    }

    /// Reads what is `magic` and what follows it.
    pub(super) fn unpack(&mut self, magic: Vec<u8>, rest: impl Read) -> Result<(), End> {
        if magic.is_empty() {
            return Err(End::Skip(Reason::Empty));
        }
        // The bytes decide how the file is packed; a name may lie in both directions.
        let compression = format::compression_of(&magic);
        let packed = Cursor::new(magic).chain(rest);
        let (bounds, damage) = (Rc::clone(&self.bounds), Rc::clone(&self.damage));
        let read = self.cut(unpack::unpack(compression, packed, bounds, damage)?);
        for damage in self.damage.take() {
            self.skipped.push(Skipped::new(&self.entry.key, Reason::Damaged(damage)));
        }
        read
    }

    /// Reads what is left, for the hash alone.
    fn drain(&self, raw: &mut Raw) -> Result<(), End> {
        let mut buffer = vec![0; HEAD];
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Err(End::Stopped);
            }
            match raw.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(End::Io(error)),
            }
        }
    }

    fn cut(&mut self, mut from: Box<dyn Read + '_>) -> Result<(), End> {
        let limit = self.limit();
        let mut buffer = Vec::new();
        let more = self.fill(&mut from, &mut buffer, HEAD.min(limit.saturating_add(1)));
        if buffer.is_empty() {
            return more.and(Err(End::Skip(Reason::Empty)));
        }
        let named = self.entry.format;
        match format::container_of(named, &buffer).or(self.entry.container) {
            None => {}
            Some(Container::Warc) => return warc::warc(self, &mut from, buffer, more),
            Some(Container::Arc) => return warc::arc(self, &mut from, buffer, more),
            Some(Container::Tar) if !self.inside => {
                more?;
                return archive::tar(self, Cursor::new(buffer).chain(from));
            }
            Some(Container::Zip) if !format::is_zip(&buffer) => {
                return Err(End::Skip(Reason::Damaged("no zip archive".into())));
            }
            Some(Container::Tar | Container::Zip) => {
                return Err(End::Skip(Reason::NestedArchive));
            }
        }
        let name = format::unpacked_name(&self.entry.key);
        let format = format::sniff(self.entry.format, name, &buffer).map_err(End::Skip)?;
        let utf16 = buffer.starts_with(&[0xff, 0xfe]) || buffer.starts_with(&[0xfe, 0xff]);
        if format == Format::JsonLines && !utf16 {
            return self.lines(&mut from, buffer, more);
        }
        if let Some(cutter) = Cutter::new(format, &buffer)
            && !utf16
        {
            return self.records(&mut from, format, buffer, more, cutter);
        }
        if more? {
            self.fill(&mut from, &mut buffer, limit.saturating_add(1))?;
        }
        // With a hole in it, one article is not what it was.
        if let Some(damage) = self.damage.borrow_mut().pop() {
            return Err(End::Skip(Reason::Damaged(damage)));
        }
        if buffer.len() <= limit {
            return self.emit(format, buffer, Cut::Whole);
        }
        if format == Format::Json && !utf16 {
            // Too large for one value. What looked like one may be lines with a very long first
            // one; and a list can be cut.
            if let Ok(Format::JsonLines) = format::sniff(Some(format), name, &buffer) {
                return self.lines(&mut from, buffer, Ok(true));
            }
            if let Some(start) = list_start(&buffer) {
                buffer.drain(..start);
                return self.elements(&mut from, buffer);
            }
        }
        Err(End::Skip(self.too_large()))
    }

    pub(super) fn limit(&self) -> usize {
        usize::try_from(self.limits.max_article_bytes).unwrap_or(usize::MAX)
    }

    pub(super) fn too_large(&self) -> Reason {
        Reason::TooLarge { limit: self.limits.max_article_bytes }
    }

    /// Reads until `buffer` holds `length` bytes; `false` at the end of the file.
    pub(super) fn fill(
        &self,
        from: &mut dyn Read,
        buffer: &mut Vec<u8>,
        length: usize,
    ) -> Result<bool, End> {
        while buffer.len() < length {
            if self.stop.load(Ordering::Relaxed) {
                return Err(End::Stopped);
            }
            let step = STEP.min(length - buffer.len());
            // On an error `read_to_end` keeps what it got before it.
            if from.take(step as u64).read_to_end(buffer)? < step {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn emit(&mut self, format: Format, bytes: Vec<u8>, cut: Cut) -> Result<(), End> {
        self.emit_from(Origin::default(), format, bytes, cut)
    }

    /// Hands on a piece of which more is known than the file says.
    pub(super) fn emit_from(
        &mut self,
        origin: Origin,
        format: Format,
        bytes: Vec<u8>,
        cut: Cut,
    ) -> Result<(), End> {
        if bytes.is_empty() {
            return Ok(());
        }
        let key = Arc::from(self.entry.key.as_str());
        let origin =
            Origin { rules: self.entry.rules.clone(), written_ns: self.entry.mtime_ns, ..origin };
        let raw_end = self.raw_count.get();
        match (self.sink)(Piece { key, format, bytes, cut, origin, raw_end }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(End::Stopped),
        }
    }

    /// Cuts lines. `buffer` holds the start of the file, at most one byte more than the limit;
    /// `more` is what [`fill`](Self::fill) said when it was read.
    fn lines(
        &mut self,
        from: &mut dyn Read,
        mut buffer: Vec<u8>,
        more: Result<bool, End>,
    ) -> Result<(), End> {
        let limit = self.limit();
        let mut more = more;
        let mut first = 1;
        loop {
            // What was unpacked before damage holds good lines: an error waits until they are out.
            let ended = !matches!(more, Ok(true));
            // Not only is the whole buffer within the limit here, so is each line that ends in it.
            if let Some(end) = memchr::memrchr(b'\n', &buffer) {
                let rest = buffer.split_off(end + 1);
                let lines = memchr::memchr_iter(b'\n', &buffer).count() as u64;
                let bytes = std::mem::replace(&mut buffer, rest);
                self.emit(Format::JsonLines, bytes, Cut::Lines { first })?;
                first += lines;
            } else if buffer.len() > limit {
                let path = format!("{}#line {first}", self.entry.key);
                self.skipped.push(Skipped::new(path, self.too_large()));
                more = self.drop_line(from, &mut buffer, more);
                first += 1;
                continue;
            }
            if ended {
                // The last line of a sound file needs no line end.
                return match more {
                    Ok(_) => self.emit(Format::JsonLines, buffer, Cut::Lines { first }),
                    Err(end) => Err(end),
                };
            }
            // The rest of the last line is looked for in growing steps, up to the limit.
            let wanted = PIECE.max(buffer.len().saturating_mul(2)).min(limit.saturating_add(1));
            more = self.fill(from, &mut buffer, wanted);
        }
    }

    /// Drops a line as it comes in, without holding it; `buffer` is its start, then what follows.
    fn drop_line(
        &self,
        from: &mut dyn Read,
        buffer: &mut Vec<u8>,
        more: Result<bool, End>,
    ) -> Result<bool, End> {
        let step = STEP.min(self.limit().saturating_add(1));
        let mut more = more;
        loop {
            if let Some(end) = memchr::memchr(b'\n', buffer) {
                buffer.drain(..=end);
                return more;
            }
            buffer.clear();
            if !matches!(more, Ok(true)) {
                return more;
            }
            more = self.fill(from, buffer, step);
        }
    }

    /// Cuts files of records. `buffer` holds the start of the file; a file that is no larger than a
    /// piece and sound is handed on as it is.
    fn records(
        &mut self,
        from: &mut dyn Read,
        format: Format,
        mut buffer: Vec<u8>,
        more: Result<bool, End>,
        mut cutter: Cutter,
    ) -> Result<(), End> {
        let limit = self.limit();
        let mut more = more;
        if matches!(more, Ok(true)) {
            more = self.fill(from, &mut buffer, PIECE.min(limit).saturating_add(1));
        }
        if matches!(more, Ok(false)) && buffer.len() <= limit {
            return self.emit(format, buffer, Cut::Whole);
        }
        buffer.drain(..cutter.head.len());
        loop {
            // As with lines: what was unpacked before damage holds good records.
            let ended = !matches!(more, Ok(true));
            let forced = || if buffer.len() > limit { cutter.forced_end(&buffer) } else { None };
            let end = cutter.last_end(&buffer).or_else(forced);
            if let Some(end) = end {
                let rest = buffer.split_off(end);
                let records = std::mem::replace(&mut buffer, rest);
                self.emit_records(format, &records, &mut cutter)?;
            } else if buffer.len() > limit {
                let path = format!("{}#{}", self.entry.key, cutter.next);
                self.skipped.push(Skipped::new(path, self.too_large()));
                more = self.drop_record(from, &mut buffer, more, &cutter);
                cutter.next += 1;
                continue;
            }
            if ended {
                more?;
                if buffer.trim_ascii().is_empty() {
                    return Ok(());
                }
                return self.emit_records(format, &buffer, &mut cutter);
            }
            let wanted = PIECE.max(buffer.len().saturating_mul(2)).min(limit.saturating_add(1));
            more = self.fill(from, &mut buffer, wanted);
        }
    }

    fn emit_records(
        &mut self,
        format: Format,
        records: &[u8],
        cutter: &mut Cutter,
    ) -> Result<(), End> {
        let first = cutter.next;
        cutter.pass(records);
        self.emit(format, [&cutter.head, records].concat(), Cut::Records { first })
    }

    /// Drops the record that `buffer` begins with, as far as its end is found.
    fn drop_record(
        &self,
        from: &mut dyn Read,
        buffer: &mut Vec<u8>,
        mut more: Result<bool, End>,
        cutter: &Cutter,
    ) -> Result<bool, End> {
        loop {
            if let Some(end) = cutter.first_end(buffer) {
                buffer.drain(..end);
                return more;
            }
            if !matches!(more, Ok(true)) {
                buffer.clear();
                return more;
            }
            buffer.drain(..Cutter::forgettable(buffer));
            let wanted = buffer.len() + STEP;
            more = self.fill(from, buffer, wanted);
        }
    }

    /// Cuts the values of a list; `buffer` begins behind its `[`.
    fn elements(&mut self, from: &mut dyn Read, mut buffer: Vec<u8>) -> Result<(), End> {
        let limit = self.limit();
        let mut scan = ElementScan::default();
        let mut first = 1;
        let mut at = 0;
        // Where the value that is being scanned begins, and which it is.
        let (mut begin, mut number) = (0, 1);
        let mut dropping = false;
        let mut more = Ok(true);
        loop {
            while let Some(byte) = buffer.get(at) {
                let mark = scan.step(*byte);
                if mark == Mark::Inside {
                    at += 1;
                    continue;
                }
                if dropping {
                    // Everything up to here was the value that is too large.
                    dropping = false;
                    buffer.drain(..=at);
                    (at, begin, first) = (0, 0, number + 1);
                } else if mark == Mark::End || at >= PIECE {
                    let rest = buffer.split_off(at + 1);
                    buffer.pop();
                    let bytes = std::mem::replace(&mut buffer, rest);
                    if !bytes.trim_ascii().is_empty() {
                        self.emit(Format::Json, bytes, Cut::Elements { first })?;
                    }
                    (at, begin, first) = (0, 0, number + 1);
                } else {
                    at += 1;
                    begin = at;
                }
                number += 1;
                if mark == Mark::End {
                    return self.drop_rest(from, &mut buffer);
                }
            }
            if dropping {
                buffer.clear();
                (at, begin) = (0, 0);
            } else if buffer.len() - begin > limit {
                let path = format!("{}#{number}", self.entry.key);
                self.skipped.push(Skipped::new(path, self.too_large()));
                dropping = true;
                buffer.truncate(begin.saturating_sub(1));
                let bytes = std::mem::take(&mut buffer);
                (at, begin) = (0, 0);
                self.emit(Format::Json, bytes, Cut::Elements { first })?;
            }
            let wanted = buffer.len() + STEP;
            if matches!(more, Ok(true)) {
                more = self.fill(from, &mut buffer, wanted);
            }
            if buffer.len() > at {
                continue;
            }
            // The list has no end: what is whole of it is read, the rest is told.
            buffer.truncate(begin.saturating_sub(1));
            self.emit(Format::Json, buffer, Cut::Elements { first })?;
            more?;
            let reason = Reason::Malformed("the list ends in the middle".into());
            self.skipped.push(Skipped::new(format!("{}#{number}", self.entry.key), reason));
            return Ok(());
        }
    }

    /// Unpacks what follows, so that damage in it is seen and the hash is whole.
    fn drop_rest(&self, from: &mut dyn Read, buffer: &mut Vec<u8>) -> Result<(), End> {
        loop {
            buffer.clear();
            if !self.fill(from, buffer, STEP)? {
                return Ok(());
            }
        }
    }
}

/// Behind the `[` of a text that is a list.
fn list_start(text: &[u8]) -> Option<usize> {
    let start =
        text.iter().position(|b| !b.is_ascii_whitespace() && !matches!(b, 0xef | 0xbb | 0xbf))?;
    (text.get(start) == Some(&b'[')).then_some(start + 1)
}

/// Finds the commas between the values of a list, without parsing them.
#[derive(Default)]
struct ElementScan {
    depth: u32,
    in_string: bool,
    escaped: bool,
}

#[derive(PartialEq, Eq)]
enum Mark {
    /// Part of a value.
    Inside,
    /// A comma of the list.
    Comma,
    /// The end of the list.
    End,
}

impl ElementScan {
    fn step(&mut self, byte: u8) -> Mark {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return Mark::Inside;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth = self.depth.saturating_add(1),
            b']' if self.depth == 0 => return Mark::End,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            b',' if self.depth == 0 => return Mark::Comma,
            _ => {}
        }
        Mark::Inside
    }
}
