//! Packed bytes to plain ones: gzip, Zstandard, xz, bzip2.
//!
//! Knows the packings and how much they may unpack to; not what is packed. Damage in one member of
//! a gzip file is noted and reading goes on at the next one, since each page of a web archive is a
//! member of its own. No decoder can end the run: a panic in one becomes an error.

use std::cell::{Cell, RefCell};
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::GzDecoder;
use flate2::read::{DeflateDecoder, ZlibDecoder};
use lzma_rust2::XzReader;

use super::format::Compression;
use super::skipped::Reason;
use crate::caught::quietly;

/// What an xz file may ask for, in KiB: twice what its strongest preset needs.
const XZ_MEMORY: u32 = 128 << 10;

/// How much packed data is read at once.
const STEP: usize = 64 << 10;

/// How many packed bytes of a gzip member are kept to look for the next member in, when this one
/// turns out to be damaged.
const TAPE: usize = 4 << 20;

/// How much one file on disk may unpack to, all that is packed inside it included.
pub(super) struct Bounds {
    /// Bytes of the file that were read from disk; for what is read out of order, all of them.
    pub(super) packed: Rc<Cell<u64>>,
    /// Bytes unpacked so far.
    unpacked: Cell<u64>,
    ratio: u64,
    ratio_from: u64,
}

impl Bounds {
    pub(super) fn new(packed: Rc<Cell<u64>>, ratio: u64, ratio_from: u64) -> Rc<Self> {
        Rc::new(Self { packed, unpacked: Cell::new(0), ratio, ratio_from })
    }

    /// Counts bytes that were unpacked.
    pub(super) fn take(&self, bytes: usize) -> io::Result<()> {
        let unpacked = self.unpacked.get().saturating_add(bytes as u64);
        self.unpacked.set(unpacked);
        let allowed = self.packed.get().saturating_mul(self.ratio);
        if unpacked > self.ratio_from && unpacked > allowed {
            return Err(io::Error::other(RatioBroken(self.ratio)));
        }
        Ok(())
    }
}

#[derive(Debug)]
struct RatioBroken(u64);

impl std::fmt::Display for RatioBroken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unpacks to more than {} times its size", self.0)
    }
}

impl std::error::Error for RatioBroken {}

/// Whether an error says that the whole file unpacks to too much.
pub(super) fn breaks_ratio(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<RatioBroken>())
}

/// The reason for an error of a decoder.
pub(super) fn reason(error: &io::Error) -> Reason {
    if let Some(RatioBroken(limit)) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
        return Reason::Ratio { limit: *limit };
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Reason::Truncated,
        _ => Reason::Damaged(error.to_string()),
    }
}

/// Damage that was passed over.
pub(super) type Damage = Rc<RefCell<Vec<String>>>;

/// The unpacked bytes of `packed`.
///
/// # Errors
/// If a decoder cannot be made.
pub(super) fn unpack<'r>(
    compression: Compression,
    packed: impl Read + 'r,
    bounds: Rc<Bounds>,
    damage: Damage,
) -> io::Result<Box<dyn Read + 'r>> {
    let unpacked: Box<dyn Read + 'r> = match compression {
        Compression::None => return Ok(Box::new(packed)),
        Compression::Gzip => Box::new(Members::new(packed, damage)),
        Compression::Zstd => {
            let buffered = BufReader::with_capacity(STEP, packed);
            Box::new(zstd::stream::read::Decoder::with_buffer(buffered)?)
        }
        Compression::Xz => {
            let buffered = BufReader::with_capacity(STEP, packed);
            Box::new(XzReader::new_mem_limit(buffered, true, XZ_MEMORY))
        }
        Compression::Bzip2 => Box::new(MultiBzDecoder::new(BufReader::with_capacity(STEP, packed))),
    };
    Ok(Box::new(Bounded { unpacked: Some(unpacked), bounds }))
}

/// Unpacks a body as HTTP packs it, to at most `limit` bytes.
///
/// # Errors
/// The reason why it cannot be.
pub(super) fn unpack_body(
    coding: &str,
    packed: &[u8],
    limit: u64,
    bounds: &Rc<Bounds>,
) -> Result<Option<Vec<u8>>, Reason> {
    let unpacked: Box<dyn Read + '_> = match (coding, packed) {
        ("gzip" | "x-gzip", [0x1f, 0x8b, ..]) => Box::new(GzDecoder::new(packed)),
        // Named so and not packed: the crawler unpacked it and kept the head.
        ("gzip" | "x-gzip", _) => return Ok(None),
        ("deflate", [first, second, ..])
            if first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0 =>
        {
            Box::new(ZlibDecoder::new(packed))
        }
        ("deflate", [b'<', ..]) => return Ok(None),
        ("deflate", _) => Box::new(DeflateDecoder::new(packed)),
        ("zstd", [0x28, 0xb5, 0x2f, 0xfd, ..]) => {
            Box::new(zstd::stream::read::Decoder::new(packed).map_err(|error| reason(&error))?)
        }
        ("identity" | "none" | "utf-8" | "", _) => return Ok(None),
        (other, _) => {
            return Err(Reason::Unsupported(format!(
                "a page packed as `{}`",
                other.escape_debug()
            )));
        }
    };
    let mut bytes = Vec::new();
    let mut bounded = Bounded { unpacked: Some(unpacked), bounds: Rc::clone(bounds) };
    let read = (&mut bounded).take(limit.saturating_add(1)).read_to_end(&mut bytes);
    if bytes.len() as u64 > limit {
        return Err(Reason::TooLarge { limit });
    }
    match read {
        Ok(_) => Ok(Some(bytes)),
        Err(error) => Err(reason(&error)),
    }
}

/// Unpacked bytes, as long as they are in proportion to the packed ones.
struct Bounded<'r> {
    /// `None` once it has failed.
    unpacked: Option<Box<dyn Read + 'r>>,
    bounds: Rc<Bounds>,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(unpacked) = &mut self.unpacked else {
            return Err(io::Error::other("the decoder failed before"));
        };
        match quietly(|| unpacked.read(buffer)) {
            Ok(Ok(n)) => self.bounds.take(n).map(|()| n),
            Ok(Err(error)) => Err(error),
            Err(_) => {
                self.unpacked = None;
                Err(io::Error::other("the decoder failed"))
            }
        }
    }
}

/// The members of a gzip file, one after the other.
struct Members<R: Read> {
    /// `None` while it changes hands.
    member: Option<GzDecoder<Tape<R>>>,
    damage: Damage,
    /// Bytes that were looked through again after damage.
    again: u64,
    ended: bool,
}

impl<R: Read> Members<R> {
    fn new(packed: R, damage: Damage) -> Self {
        Self { member: Some(GzDecoder::new(Tape::new(packed))), damage, again: 0, ended: false }
    }

    /// Goes to what follows a member that ended well.
    fn next_member(&mut self) -> io::Result<()> {
        let Some(member) = self.member.take() else { return Ok(()) };
        let mut tape = member.into_inner();
        // Tapes are filled up with zeros.
        let next = loop {
            match tape.fill_buf()?.first().copied() {
                Some(0) => tape.consume(1),
                next => break next,
            }
        };
        self.ended = next.is_none();
        if !self.ended {
            tape.mark();
            self.member = Some(GzDecoder::new(tape));
        }
        Ok(())
    }

    /// Goes to the member behind the damaged one; `false` if there is none.
    fn pass_over(&mut self, error: &io::Error) -> io::Result<bool> {
        let Some(member) = self.member.take() else { return Ok(false) };
        let mut tape = member.into_inner();
        let from = tape.offset();
        // Made to be damaged at every byte, a file would be read for ever.
        let mut backwards = self.again < tape.read.saturating_mul(8).saturating_add(64 << 20);
        backwards &= tape.whole;
        if backwards {
            self.again += (tape.at - tape.start) as u64;
            tape.at = tape.start + 1;
        }
        if !tape.find_member()? {
            return Ok(false);
        }
        let text = match error.kind() {
            io::ErrorKind::UnexpectedEof => "it ends too early".to_owned(),
            _ => error.to_string(),
        };
        let text = format!("{text}; passed over bytes {from} to {}", tape.offset());
        self.damage.borrow_mut().push(text);
        self.member = Some(GzDecoder::new(tape));
        Ok(true)
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let Some(member) = self.member.as_mut() else {
                return if self.ended { Ok(0) } else { Err(io::Error::other("no gzip member")) };
            };
            match member.read(buffer) {
                Ok(0) => self.next_member()?,
                Ok(n) => return Ok(n),
                Err(error) if member.get_ref().failed => return Err(error),
                Err(error) => {
                    if !self.pass_over(&error)? {
                        return Err(error);
                    }
                    // What follows begins on a line of its own.
                    if let Some(first) = buffer.first_mut() {
                        *first = b'\n';
                    }
                    return Ok(1);
                }
            }
        }
    }
}

/// Packed bytes, of which the last are kept.
struct Tape<R> {
    packed: R,
    kept: Vec<u8>,
    /// Where in `kept` the member begins, as long as it is whole there.
    start: usize,
    whole: bool,
    /// What was handed on of `kept`.
    at: usize,
    /// How many bytes were read.
    read: u64,
    /// The source failed, not what is packed.
    failed: bool,
}

impl<R: Read> Tape<R> {
    fn new(packed: R) -> Self {
        Self { packed, kept: Vec::new(), start: 0, whole: true, at: 0, read: 0, failed: false }
    }

    /// A member begins here.
    fn mark(&mut self) {
        self.start = self.at;
        self.whole = true;
    }

    /// Where the next byte stands in the packed data.
    fn offset(&self) -> u64 {
        self.read.saturating_sub((self.kept.len() - self.at) as u64)
    }

    /// Reads on, keeping what is kept; `false` at the end.
    fn fill(&mut self) -> io::Result<bool> {
        if self.kept.len() - self.start > TAPE {
            self.whole = false;
            self.start = self.at;
        }
        if self.start > 0 {
            self.kept.drain(..self.start);
            self.at -= self.start;
            self.start = 0;
        }
        let more = (&mut self.packed).take(STEP as u64).read_to_end(&mut self.kept);
        let n = more.inspect_err(|_| self.failed = true)?;
        self.read += n as u64;
        Ok(n > 0)
    }

    /// Goes to where a member seems to begin.
    fn find_member(&mut self) -> io::Result<bool> {
        loop {
            let rest = self.kept.get(self.at..).unwrap_or_default();
            let found = memchr::memmem::find(rest, &[0x1f, 0x8b, 8]);
            self.at += found.unwrap_or_else(|| rest.len().saturating_sub(2));
            match self.kept.get(self.at..self.at + 10) {
                Some(head) if is_member_head(head) => {
                    self.mark();
                    return Ok(true);
                }
                Some(_) if found.is_some() => self.at += 1,
                _ => {
                    self.start = self.at;
                    if !self.fill()? {
                        return Ok(false);
                    }
                }
            }
        }
    }
}

/// Whether ten bytes are what programs write before a member: three bytes of magic alone stand in
/// packed data by chance.
fn is_member_head(head: &[u8]) -> bool {
    let [0x1f, 0x8b, 8, flags, _, _, _, _, extra, system] = head else { return false };
    flags & 0xe0 == 0 && matches!(extra, 0 | 2 | 4) && matches!(system, 0..=13 | 255)
}

impl<R: Read> BufRead for Tape<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.kept.len() {
            self.fill()?;
        }
        Ok(self.kept.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.at = (self.at + amount).min(self.kept.len());
    }
}

impl<R: Read> Read for Tape<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(buffer)?;
        self.consume(n);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn bounds() -> Rc<Bounds> {
        Bounds::new(Rc::new(Cell::new(0)), 1, 1 << 20)
    }

    fn unpacked(packed: &[u8]) -> (String, usize, bool) {
        let damage = Damage::default();
        let mut bytes = Vec::new();
        let mut reader = unpack(Compression::Gzip, packed, bounds(), Rc::clone(&damage)).unwrap();
        let read = reader.read_to_end(&mut bytes);
        let damage = damage.borrow().len();
        (String::from_utf8_lossy(&bytes).into_owned(), damage, read.is_ok())
    }

    /// Text that does not pack well, so that damage is in the middle of it.
    fn noise(n: u64) -> Vec<u8> {
        let words = (0..200)
            .map(|at| format!("{:x}", xxhash_rust::xxh3::xxh3_64_with_seed(b"", n * 1000 + at)));
        words.collect::<Vec<_>>().join(" ").into_bytes()
    }

    #[test]
    fn reading_goes_on_behind_a_damaged_member() {
        let (a, b, c) = (gzip(b"first"), gzip(&noise(7)), gzip(b"third"));
        let mut flipped = b.clone();
        let middle = b.len() / 2;
        flipped[middle..middle + 8].fill(0xff);
        let cut = &b[..b.len() / 2];
        for broken in [&flipped[..], cut] {
            let (text, damage, sound) = unpacked(&[&a, broken, &c].concat());
            assert!(text.starts_with("first") && text.ends_with("\nthird"), "{text}");
            assert_eq!((damage, sound), (1, true));
            let (text, damage, sound) = unpacked(&[&a, broken].concat());
            assert!(text.starts_with("first"));
            assert_eq!((damage, sound), (0, false));
        }
        let padded = [&a[..], &[0; 700], &c].concat();
        assert_eq!(unpacked(&padded), ("firstthird".into(), 0, true));
        assert_eq!(unpacked(&[&a[..], b"junk", &c].concat()), ("first\nthird".into(), 1, true));
        assert_eq!(unpacked(&[&a[..], b"junk"].concat()), ("first".into(), 0, false));
    }

    #[test]
    fn damage_at_every_byte_ends() {
        let mut head = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
        // A stored block that reaches over many of the heads behind it.
        head.extend([0, 0xff, 0xff, 0, 0]);
        let start = std::time::Instant::now();
        let (_, damage, _) = unpacked(&head.repeat(300_000));
        assert!(damage > 0);
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }

    #[test]
    fn bodies() {
        let text = b"<p>text</p>";
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        zlib.write_all(text).unwrap();
        let zlib = zlib.finish().unwrap();
        let raw = &zlib[2..zlib.len() - 4];
        for (coding, packed) in [("gzip", &gzip(text)[..]), ("deflate", &zlib), ("deflate", raw)] {
            let body = unpack_body(coding, packed, 100, &bounds()).unwrap();
            assert_eq!(body.as_deref(), Some(&text[..]), "{coding}");
        }
        assert_eq!(unpack_body("gzip", text, 100, &bounds()), Ok(None));
        let codes = [("br", &b"\x0b"[..], "unsupported"), ("gzip", &gzip(text)[..14], "truncated")];
        for (coding, packed, code) in codes {
            let reason = unpack_body(coding, packed, 100, &bounds()).unwrap_err();
            assert_eq!(reason.code(), code);
        }
        let long = gzip(&[b'x'; 1000]);
        assert_eq!(unpack_body("gzip", &long, 100, &bounds()).unwrap_err().code(), "too-large");
    }
}
