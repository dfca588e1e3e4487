//! Where a file of many records may be cut: behind a row, behind an end tag, before a message.
//!
//! Knows the shapes of such files; reads nothing itself. Each piece is given the head of the file
//! (the header of a table, what a feed says of itself), so that it can be parsed without the rest.

use super::format::Format;
use super::{feed, mail, news_xml, sgml, table};

/// A longer head is not repeated before every piece, and the file is not cut.
const LONGEST_HEAD: usize = 256 << 10;

/// How much of a record that is too large is kept while its end is looked for: an end tag may
/// stand across two readings.
const TAIL: usize = 4 << 10;

/// Knows where one file may be cut.
pub(super) struct Cutter {
    kind: Kind,
    /// What goes before every piece.
    pub(super) head: Vec<u8>,
    /// The number of the first record that has not been cut off; of rows, of its line.
    pub(super) next: u64,
}

enum Kind {
    Rows,
    Sgml,
    Mailbox,
    /// XML: the name of the elements that are records, as the file writes it.
    Elements(Vec<u8>),
}

impl Cutter {
    /// For a file that begins with `start`; `None` for what is not cut.
    pub(super) fn new(format: Format, start: &[u8]) -> Option<Self> {
        let plain = |kind| Some(Self { kind, head: Vec::new(), next: 1 });
        let (kind, head_end) = match format {
            Format::Sgml => return plain(Kind::Sgml),
            Format::Mailbox => return plain(Kind::Mailbox),
            Format::Table => (Kind::Rows, table::head_end(start)?),
            Format::Feed => first_element(start, feed::ENTRIES)?,
            Format::NewsXml => first_element(start, news_xml::ITEMS)?,
            _ => return None,
        };
        if head_end > LONGEST_HEAD {
            return None;
        }
        let head = start.get(..head_end)?.to_vec();
        let next = match kind {
            Kind::Rows => 1 + lines(&head),
            _ => 1,
        };
        Some(Self { kind, head, next })
    }

    /// Behind the last whole record of `bytes`.
    pub(super) fn last_end(&self, bytes: &[u8]) -> Option<usize> {
        match &self.kind {
            Kind::Rows => table::last_row_end(&self.head, bytes),
            Kind::Sgml => sgml::last_end(bytes),
            Kind::Mailbox => mail::starts(bytes).filter(|at| *at > 0).last(),
            Kind::Elements(name) => memchr::memmem::rfind_iter(bytes, b"</")
                .find_map(|at| end_of_element(bytes, at, name)),
        }
    }

    /// Where `bytes`, which are too many and hold no whole record, are to be cut all the same: a
    /// quote that is never closed makes one row of all that follows it, and the lines of that are
    /// most likely rows.
    pub(super) fn forced_end(&self, bytes: &[u8]) -> Option<usize> {
        match self.kind {
            Kind::Rows => memchr::memrchr(b'\n', bytes).map(|at| at + 1),
            Kind::Sgml | Kind::Mailbox | Kind::Elements(_) => None,
        }
    }

    /// Behind the record that `bytes` begin in the middle of.
    pub(super) fn first_end(&self, bytes: &[u8]) -> Option<usize> {
        match &self.kind {
            Kind::Rows => memchr::memchr(b'\n', bytes).map(|at| at + 1),
            Kind::Sgml => sgml::first_end(bytes),
            Kind::Mailbox => mail::starts(bytes).find(|at| *at > 0),
            Kind::Elements(name) => memchr::memmem::find_iter(bytes, b"</")
                .find_map(|at| end_of_element(bytes, at, name)),
        }
    }

    /// How much of what was looked through in vain can be forgotten.
    pub(super) fn forgettable(bytes: &[u8]) -> usize {
        bytes.len().saturating_sub(TAIL)
    }

    /// Counts what was cut off.
    pub(super) fn pass(&mut self, bytes: &[u8]) {
        self.next += match &self.kind {
            Kind::Rows => lines(bytes),
            Kind::Sgml => sgml::starts(bytes).count() as u64,
            Kind::Mailbox => mail::starts(bytes).count() as u64,
            Kind::Elements(name) => memchr::memmem::find_iter(bytes, b"</")
                .filter(|at| end_of_element(bytes, *at, name).is_some())
                .count() as u64,
        };
    }
}

fn lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// The first element of one of these names: its name as written, and where it begins.
fn first_element(start: &[u8], names: &[&str]) -> Option<(Kind, usize)> {
    memchr::memchr_iter(b'<', start).find_map(|at| {
        let tag = start.get(at + 1..)?;
        let end = tag.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))?;
        let name = tag.get(..end)?;
        let local = name.rsplit(|b| *b == b':').next()?;
        let known = names.iter().any(|one| one.as_bytes() == local);
        known.then(|| (Kind::Elements(name.to_vec()), at))
    })
}

fn end_of_element(bytes: &[u8], at: usize, name: &[u8]) -> Option<usize> {
    let behind = at + 2 + name.len();
    let close = bytes.get(behind) == Some(&b'>');
    (bytes.get(at + 2..behind)? == name && close).then_some(behind + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_records() {
        let cases = [
            (Format::Table, "title,text\nA,\"x\ny\"\nB,cut", "A,\"x\ny\"\n", 2, 4),
            (
                Format::Sgml,
                "<DOC>a</DOC>\n<DOC>b</DOC>\n<DOC>c",
                "<DOC>a</DOC>\n<DOC>b</DOC>",
                1,
                3,
            ),
            (
                Format::Feed,
                "<rss><item>a</item><item>b</item><item>c",
                "<item>a</item><item>b</item>",
                1,
                3,
            ),
            (
                Format::Feed,
                "<a:feed><a:entry/><a:entry>x</a:entry> ",
                "<a:entry/><a:entry>x</a:entry>",
                1,
                2,
            ),
            (
                Format::NewsXml,
                "<newsMessage><newsItem guid='1'>a</newsItem></newsMessage>",
                "<newsItem guid='1'>a</newsItem>",
                1,
                2,
            ),
            (
                Format::Mailbox,
                "From a@x Fri Jun 13 06:45:12 2025\nA\nFrom b@x Fri Jun 13 06:45:12 2025\nB",
                "From a@x Fri Jun 13 06:45:12 2025\nA\n",
                1,
                2,
            ),
        ];
        for (format, file, whole, first, next) in cases {
            let mut cutter = Cutter::new(format, file.as_bytes()).unwrap();
            let rest = &file[cutter.head.len()..];
            let end = cutter.last_end(rest.as_bytes()).unwrap();
            assert_eq!((&rest[..end], cutter.next), (whole, first), "{file}");
            cutter.pass(&rest.as_bytes()[..end]);
            assert_eq!(cutter.next, next, "{file}");
        }
    }
}
