//! Web archives, WARC and the ARC before it: from records to captured pages.
//!
//! Knows the heads of records; [`http`](super::http) knows those of servers. Pages that were
//! answered with success go on as pieces with the address and the time of their capture. What is no
//! page (requests, pictures, redirects, notes of the crawler) is counted by its kind. A record that
//! is broken is told, and reading goes on where the next one begins: no length is believed unless
//! a record, or the end, stands behind it.

use std::io::Read;

use jiff::Timestamp;

use super::format::Format;
use super::http::{self, Answer};
use super::origin::Origin;
use super::read::{Cut, End, Reading};
use super::skipped::{Reason, Skipped};

/// Longer heads of records are broken ones, in bytes.
const LONGEST_HEAD: usize = 64 << 10;

/// How much is read on at least.
const STEP: usize = 256 << 10;

/// Room for the line ends behind a record.
const GAP: usize = 64;

/// Reads a WARC file; `buffer` is its start, `more` says how reading that ended.
pub(super) fn warc(
    reading: &mut Reading<'_>,
    from: &mut dyn Read,
    buffer: Vec<u8>,
    more: Result<bool, End>,
) -> Result<(), End> {
    records(&WARC, reading, from, buffer, more)
}

/// Reads an ARC file, as [`warc`].
pub(super) fn arc(
    reading: &mut Reading<'_>,
    from: &mut dyn Read,
    buffer: Vec<u8>,
    more: Result<bool, End>,
) -> Result<(), End> {
    records(&ARC, reading, from, buffer, more)
}

/// How records of one kind of archive are told and read.
struct Grammar {
    /// What to call one.
    name: &'static str,
    /// Whether a record begins here.
    begins: fn(&[u8]) -> bool,
    /// The head that begins here, and its length; `None` where it has no end.
    head: fn(&[u8]) -> Option<(Head, usize)>,
}

const WARC: Grammar = Grammar { name: "WARC", begins: warc_begins, head: warc_head };
const ARC: Grammar = Grammar { name: "ARC", begins: arc_begins, head: arc_head };

/// What a record says of itself.
#[derive(Debug, PartialEq)]
struct Head {
    /// How long its block is; `None` where it does not say.
    length: Option<u64>,
    content: Content,
    url: Option<String>,
    captured: Option<Timestamp>,
}

/// What a block is.
#[derive(Debug, PartialEq, Eq)]
enum Content {
    /// The answer of a server.
    Answer,
    /// A page or a text itself, in a character set perhaps named.
    Plain(Format, Option<String>),
    /// No page; what to call it.
    Other(&'static str),
}

fn records(
    grammar: &Grammar,
    reading: &mut Reading<'_>,
    from: &mut dyn Read,
    buffer: Vec<u8>,
    more: Result<bool, End>,
) -> Result<(), End> {
    let mut window = Window { from, bytes: buffer, at: 0, more };
    let mut number = 0;
    loop {
        window.skip_line_ends(reading)?;
        if window.rest().is_empty() {
            return window.more.map(|_| ());
        }
        number += 1;
        window.need(reading, LONGEST_HEAD)?;
        let Err(reason) = record(grammar, reading, &mut window, number)? else { continue };
        let path = format!("{}#{number}", reading.entry.key);
        reading.skipped.push(Skipped::new(path, reason));
    }
}

/// Reads one record and goes behind it. The outer error ends the file, the inner one the record.
fn record(
    grammar: &Grammar,
    reading: &mut Reading<'_>,
    window: &mut Window<'_>,
    number: u64,
) -> Result<Result<(), Reason>, End> {
    let malformed = |what: &str| Reason::Malformed(format!("{} record {what}", grammar.name));
    if !(grammar.begins)(window.rest()) {
        window.go_to_next(grammar, reading)?;
        return Ok(Err(malformed("expected, found something else")));
    }
    let Some((head, head_length)) = (grammar.head)(window.rest()) else {
        window.go_to_next(grammar, reading)?;
        return Ok(Err(malformed("with a head that does not end")));
    };
    let Some(length) = head.length else {
        window.go_to_next(grammar, reading)?;
        return Ok(Err(malformed("without a length")));
    };
    let most = reading.limit().saturating_add(LONGEST_HEAD);
    let length = match usize::try_from(length) {
        Ok(length) if length <= most => length,
        _ => {
            window.at += head_length;
            return long_record(grammar, reading, window, &head, length);
        }
    };
    let end = head_length + length;
    if !window.need(reading, end)? {
        // It ends with the file, or it lies about its length and others follow.
        let cut_off = window.next_begin(grammar, head_length).is_none();
        window.go_to_next(grammar, reading)?;
        if cut_off && window.more.is_err() {
            // The error that cut it off is told of the file.
            return Ok(Ok(()));
        }
        return Ok(Err(if cut_off { Reason::Truncated } else { malformed("of another length") }));
    }
    window.need(reading, end + GAP + LONGEST_HEAD)?;
    let rest = window.rest();
    let behind = rest.get(end..).unwrap_or_default();
    let line_ends = behind.iter().take(GAP).take_while(|byte| matches!(byte, b'\r' | b'\n'));
    let behind = behind.get(line_ends.count()..).unwrap_or_default();
    if !behind.is_empty() && !(grammar.begins)(behind) {
        window.go_to_next(grammar, reading)?;
        return Ok(Err(malformed("of another length")));
    }
    let block = rest.get(head_length..end).unwrap_or_default();
    let kept = take(reading, head, block, number)?;
    window.at += end;
    Ok(kept)
}

/// Hands on what a record holds, or counts it.
fn take(
    reading: &mut Reading<'_>,
    head: Head,
    block: &[u8],
    number: u64,
) -> Result<Result<(), Reason>, End> {
    let (format, charset, bytes) = match head.content {
        Content::Other(what) => {
            set_aside(reading, what);
            return Ok(Ok(()));
        }
        Content::Plain(format, charset) => (format, charset, block.to_vec()),
        Content::Answer => {
            match http::page(block, reading.limits.max_article_bytes, &reading.bounds) {
                Ok(Answer::Page { charset, body }) => (Format::Html, charset, body),
                Ok(Answer::Other(what)) => {
                    set_aside(reading, what);
                    return Ok(Ok(()));
                }
                Err(reason) => return Ok(Err(reason)),
            }
        }
    };
    if bytes.len() > reading.limit() {
        return Ok(Err(reading.too_large()));
    }
    if bytes.trim_ascii().is_empty() {
        set_aside(reading, "empty answers");
        return Ok(Ok(()));
    }
    // Crawlers write addresses as they found them in pages.
    let url = head.url.map(|url| url.replace(' ', "%20"));
    let origin = Origin { url, captured: head.captured, charset, ..Origin::default() };
    reading.emit_from(origin, format, bytes, Cut::Capture { number })?;
    Ok(Ok(()))
}

fn set_aside(reading: &mut Reading<'_>, what: &str) {
    match reading.set_aside.get_mut(what) {
        Some(count) => *count += 1,
        None => {
            reading.set_aside.insert(what.to_owned(), 1);
        }
    }
}

/// Passes over a block that is too long to hold, looking for a record that begins in it: then its
/// length was a lie.
fn long_record(
    grammar: &Grammar,
    reading: &mut Reading<'_>,
    window: &mut Window<'_>,
    head: &Head,
    length: u64,
) -> Result<Result<(), Reason>, End> {
    let mut left = length;
    while left > 0 {
        if let Some(begin) = window.next_begin(grammar, 0)
            && (begin as u64) < left
        {
            window.at += begin;
            let reason = format!("{} record of another length", grammar.name);
            return Ok(Err(Reason::Malformed(reason)));
        }
        // A record may begin where the next bytes are not there yet.
        let sure = window.rest().len().saturating_sub(LONGEST_HEAD);
        let step = usize::try_from(left).unwrap_or(usize::MAX).min(sure);
        window.at += step;
        left -= step as u64;
        if step == 0 {
            let before = window.rest().len();
            if !window.need(reading, LONGEST_HEAD + STEP)? && window.rest().len() == before {
                let last = usize::try_from(left).unwrap_or(usize::MAX).min(before);
                window.at += last;
                left -= last as u64;
                if left > 0 {
                    return Ok(Err(Reason::Truncated));
                }
            }
        }
    }
    if let Content::Other(what) = head.content {
        set_aside(reading, what);
        return Ok(Ok(()));
    }
    Ok(Err(reading.too_large()))
}

/// The part of the file that is held.
struct Window<'f> {
    from: &'f mut dyn Read,
    bytes: Vec<u8>,
    /// Where the part begins that was not dealt with.
    at: usize,
    /// What the last reading said; an error waits until what came before it is dealt with.
    more: Result<bool, End>,
}

impl Window<'_> {
    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Reads until `length` bytes are there; `false` if the file has no more.
    fn need(&mut self, reading: &Reading<'_>, length: usize) -> Result<bool, End> {
        if self.rest().len() >= length {
            return Ok(true);
        }
        if matches!(self.more, Ok(true)) {
            // Not at each call: what is kept would be moved again and again.
            if self.at > STEP && self.at > self.bytes.len() / 2 {
                self.bytes.drain(..self.at);
                self.at = 0;
            }
            let wanted = self.at + length.max(STEP);
            self.more = reading.fill(&mut self.from, &mut self.bytes, wanted);
            if matches!(self.more, Err(End::Stopped)) {
                return Err(End::Stopped);
            }
        }
        Ok(self.rest().len() >= length)
    }

    fn skip_line_ends(&mut self, reading: &Reading<'_>) -> Result<(), End> {
        while self.need(reading, 1)? {
            let ends = self.rest().iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if ends == 0 {
                break;
            }
            self.at += ends;
        }
        Ok(())
    }

    /// How far ahead of `from` in what is held a record begins on a line of its own.
    fn next_begin(&self, grammar: &Grammar, from: usize) -> Option<usize> {
        let rest = self.rest();
        let searched = rest.get(from..)?;
        let mut ends = memchr::memchr_iter(b'\n', searched).map(|end| from + end + 1);
        ends.find(|begin| rest.get(*begin..).is_some_and(grammar.begins))
    }

    /// Goes to where the next record begins, or to the end.
    fn go_to_next(&mut self, grammar: &Grammar, reading: &Reading<'_>) -> Result<(), End> {
        loop {
            if let Some(begin) = self.next_begin(grammar, 0) {
                self.at += begin;
                return Ok(());
            }
            // The line that the held part ends in may go on as the head of a record.
            let held = self.rest().len();
            self.at += held.saturating_sub(LONGEST_HEAD);
            if !self.need(reading, LONGEST_HEAD + STEP)? && !matches!(self.more, Ok(true)) {
                self.at += self.next_begin(grammar, 0).unwrap_or(self.rest().len());
                return Ok(());
            }
        }
    }
}

/// `WARC/1.0` or `WARC/1.1` and a line end; older drafts wrote `WARC/0.18`.
fn warc_begins(text: &[u8]) -> bool {
    let Some(rest) = text.strip_prefix(b"WARC/") else { return false };
    let version = rest.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    matches!(version, 3..=5) && matches!(rest.get(version), Some(b'\r' | b'\n'))
}

fn warc_head(text: &[u8]) -> Option<(Head, usize)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut at = 0;
    let mut line_number = 0;
    let length = loop {
        let rest = text.get(at..).filter(|_| at <= LONGEST_HEAD)?;
        let end = memchr::memchr(b'\n', rest)?;
        let line = rest.get(..end)?.trim_ascii_end();
        // Another record that begins before this one's head has ended.
        if line_number > 0 && warc_begins(rest) {
            return None;
        }
        at += end + 1;
        line_number += 1;
        if line.is_empty() {
            break at;
        }
        let line = String::from_utf8_lossy(line);
        match line.split_once(':') {
            // A line that begins with a blank goes on the one before it.
            _ if line.starts_with([' ', '\t']) => {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            }
            Some((name, value)) => {
                fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
            None => {}
        }
    };
    let field = |wanted: &str| {
        let found = fields.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    };
    // Old versions of one crawler wrote the address in angle brackets.
    let url = field("warc-target-uri").map(|url| url.trim_matches(['<', '>']).trim().to_owned());
    let kind = field("warc-type").unwrap_or_default().to_ascii_lowercase();
    let media = field("content-type").unwrap_or_default();
    let content = warc_content(&kind, media, url.as_deref().unwrap_or_default());
    let head = Head {
        length: field("content-length").and_then(|length| length.parse().ok()),
        content,
        captured: field("warc-date").and_then(|date| date.parse().ok()),
        url,
    };
    Some((head, length))
}

fn warc_content(kind: &str, media: &str, url: &str) -> Content {
    let (media, charset) = http::media_type(media);
    match (kind, media.as_str()) {
        ("response", "application/http" | "") => Content::Answer,
        ("response", _) => Content::Other("answers outside HTTP"),
        ("resource" | "conversion", "text/html" | "application/xhtml+xml") => {
            Content::Plain(Format::Html, charset)
        }
        // A crawler also keeps its own notes as such records.
        ("resource" | "conversion", "text/plain") if is_web(url) => {
            Content::Plain(Format::Text, charset)
        }
        ("resource" | "conversion", _) => Content::Other("resources that are no page"),
        ("request", _) => Content::Other("requests"),
        ("metadata", _) => Content::Other("metadata records"),
        ("revisit", _) => Content::Other("revisits"),
        ("warcinfo", _) => Content::Other("notes of the crawler"),
        ("continuation", _) => Content::Other("continuations"),
        _ => Content::Other("records of other kinds"),
    }
}

fn is_web(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

/// `URL IP-address date content-type length`, in the second version with more before the length.
fn arc_line(text: &[u8]) -> Option<(ArcLine<'_>, usize)> {
    let text = text.get(..LONGEST_HEAD).unwrap_or(text);
    let scheme = text.get(..24).unwrap_or(text);
    memchr::memmem::find(scheme, b"://").or_else(|| memchr::memmem::find(scheme, b"dns:"))?;
    let end = memchr::memchr(b'\n', text)?;
    let line = std::str::from_utf8(text.get(..end)?).ok()?.trim_end();
    // Addresses may hold blanks, so the fields are counted from the end.
    let fields: Vec<&str> = line.rsplit(' ').take(11).collect();
    let is_date = |text: &str| text.len() >= 12 && text.bytes().all(|b| b.is_ascii_digit());
    let date_at = match fields.as_slice() {
        [_, _, date, ..] if is_date(date) => 2,
        [_, _, _, _, _, _, _, date, ..] if is_date(date) => 7,
        _ => return None,
    };
    let (length, media, date) =
        (*fields.first()?, *fields.get(date_at - 1)?, *fields.get(date_at)?);
    let behind: usize = fields.iter().take(date_at + 2).map(|field| field.len() + 1).sum();
    let url = line.get(..line.len().checked_sub(behind)?)?;
    Some((ArcLine { url, date, media, length }, end + 1))
}

struct ArcLine<'l> {
    url: &'l str,
    date: &'l str,
    media: &'l str,
    length: &'l str,
}

fn arc_begins(text: &[u8]) -> bool {
    arc_line(text).is_some()
}

fn arc_head(text: &[u8]) -> Option<(Head, usize)> {
    let (line, length) = arc_line(text)?;
    let content = match line.url.split(':').next().unwrap_or_default() {
        "filedesc" => Content::Other("notes of the crawler"),
        _ if !is_web(line.url) => Content::Other("answers outside HTTP"),
        // What the line says of the content spares a look at pictures.
        _ if !matches!(line.media, "text/html" | "application/xhtml+xml" | "no-type" | "-") => {
            Content::Other(http::NO_PAGE)
        }
        _ => Content::Answer,
    };
    let head = Head {
        length: line.length.parse().ok(),
        content,
        url: Some(line.url.to_owned()),
        captured: arc_date(line.date),
    };
    Some((head, length))
}

/// `20140216050221`.
fn arc_date(text: &str) -> Option<Timestamp> {
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i8>().ok();
    let year = text.get(..4)?.parse().ok()?;
    let second = part(12, 14).unwrap_or_default();
    let (month, day, hour, minute) = (part(4, 6)?, part(6, 8)?, part(8, 10)?, part(10, 12)?);
    let date = jiff::civil::DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    jiff::tz::Offset::UTC.to_timestamp(date).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_records() {
        let text = b"WARC/1.0\r\nWARC-Type: response\r\nwarc-target-uri: <http://x.org/a b>\r\nWARC-Date: 2014-01-03T03:03:21Z\r\nContent-Type: application/http;\r\n msgtype=response\r\nContent-Length: 12\r\n\r\nHTTP/1.1 200";
        let (head, length) = warc_head(text).unwrap();
        let expected = Head {
            length: Some(12),
            content: Content::Answer,
            url: Some("http://x.org/a b".into()),
            captured: "2014-01-03T03:03:21Z".parse().ok(),
        };
        assert_eq!((head, &text[length..]), (expected, &b"HTTP/1.1 200"[..]));
        assert!(warc_head(b"WARC/1.0\r\nWARC-Type: response\r\n").is_none());
        assert!(warc_head(b"WARC/1.0\nA: b\nWARC/1.0\nA: b\n\n").is_none());
        let (head, _) = warc_head(b"WARC/1.0\nContent-Length: many\n\n").unwrap();
        assert_eq!(head.length, None);
    }

    #[test]
    fn where_records_begin() {
        let cases: [(&[u8], bool); 5] = [
            (b"WARC/1.1\r\n", true),
            (b"WARC/0.18\n", true),
            (b"WARC/1.0", false),
            (b"WARC/one\n", false),
            (b"WARC/ is a format\n", false),
        ];
        for (text, expected) in cases {
            assert_eq!(warc_begins(text), expected, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn lines_of_arc_files() {
        type Case = (&'static [u8], Option<(&'static str, Option<u64>)>);
        let cases: [Case; 6] = [
            (
                b"http://x.org/a b 10.0.0.1 20140216050221 text/html 1591\n",
                Some(("http://x.org/a b", Some(1591))),
            ),
            (
                b"http://x.org/ 10.0.0.1 20140216050221 text/html 200 - - 0 f.arc 7\n",
                Some(("http://x.org/", Some(7))),
            ),
            (
                b"http://x.org/ 10.0.0.1 20140216050221 text/html -1\n",
                Some(("http://x.org/", None)),
            ),
            (
                b"filedesc://f.arc 0.0.0.0 20140216050221 text/plain 75\n",
                Some(("filedesc://f.arc", Some(75))),
            ),
            (b"see http://x.org/ for more\n", None),
            (b"http://x.org/ 10.0.0.1 yesterday text/html 7\n", None),
        ];
        for (line, expected) in cases {
            let got = arc_head(line).map(|(head, _)| (head.url.unwrap_or_default(), head.length));
            let got = got.as_ref().map(|(url, length)| (url.as_str(), *length));
            assert_eq!(got, expected, "{}", String::from_utf8_lossy(line));
        }
        assert_eq!(arc_date("20140216050221"), "2014-02-16T05:02:21Z".parse().ok());
    }
}
