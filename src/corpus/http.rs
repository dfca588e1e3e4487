//! The answer of a web server as an archive keeps it: head, transfer coding, content coding.
//!
//! Knows HTTP; not where the answer was kept. Archives are sloppy: many keep the head as it was and
//! the body already unpacked, so a coding is undone only where the body shows it.

use std::rc::Rc;

use super::format;
use super::skipped::Reason;
use super::unpack::{self, Bounds};

/// What is said of an answer that is no page.
pub(super) const NO_PAGE: &str = "answers that are no page";

/// More fields than this are no head.
const MOST_FIELDS: usize = 256;

/// What a server answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A page.
    Page {
        /// The character set that the head names.
        charset: Option<String>,
        /// The page, unpacked.
        body: Vec<u8>,
    },
    /// Something else, and what to call it.
    Other(&'static str),
}

/// Reads an answer; a body may unpack to `limit` bytes.
///
/// # Errors
/// The reason why it cannot be read.
pub(super) fn page(block: &[u8], limit: u64, bounds: &Rc<Bounds>) -> Result<Answer, Reason> {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let mut parser = httparse::ParserConfig::default();
    parser
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_multiple_spaces_in_response_status_delimiters(true)
        .ignore_invalid_headers_in_responses(true);
    let head = match parser.parse_response(&mut response, block) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => {
            return Err(Reason::Malformed("an HTTP head that does not end".into()));
        }
        Err(error) => return Err(Reason::Malformed(format!("no HTTP head: {error}"))),
    };
    if !matches!(response.code, Some(200..=299)) {
        return Ok(Answer::Other("answers without success"));
    }
    let field = |wanted: &str| {
        let found = response.headers.iter().find(|field| field.name.eq_ignore_ascii_case(wanted));
        String::from_utf8_lossy(found.map_or(&[], |field| field.value)).trim().to_ascii_lowercase()
    };
    let body = block.get(head..).unwrap_or_default();
    let (media, charset) = media_type(&field("content-type"));
    if !matches!(media.as_str(), "" | "text/html" | "application/xhtml+xml") {
        return Ok(Answer::Other(NO_PAGE));
    }
    let mut body = body.to_vec();
    if field("transfer-encoding").contains("chunked") {
        body = without_chunks(body);
    }
    // Applied in the order named, so undone from the end; more than two are a trap.
    for coding in field("content-encoding").rsplit(',').take(2) {
        if let Some(unpacked) = unpack::unpack_body(coding.trim(), &body, limit, bounds)? {
            body = unpacked;
        }
    }
    // Scripts ask servers for data, and servers call it a page.
    if format::looks_like_json(body.trim_ascii_start()) {
        return Ok(Answer::Other(NO_PAGE));
    }
    if media.is_empty() && !format::starts_like_a_page(body.trim_ascii_start()) {
        return Ok(Answer::Other(NO_PAGE));
    }
    Ok(Answer::Page { charset, body })
}

/// A media type in lower case without its parameters, and the charset among them.
pub(super) fn media_type(value: &str) -> (String, Option<String>) {
    let mut parts = value.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    });
    (media, charset)
}

/// Undoes the chunks of a body. One that has none is as it is; where they break off, what is left
/// is taken as it stands.
fn without_chunks(body: Vec<u8>) -> Vec<u8> {
    let mut whole = Vec::with_capacity(body.len());
    let mut rest = body.as_slice();
    loop {
        let line_end = memchr::memchr(b'\n', rest.get(..1024).unwrap_or(rest));
        let size = line_end.and_then(|end| chunk_size(rest.get(..end)?));
        let (Some(end), Some(size)) = (line_end, size) else {
            whole.extend_from_slice(rest);
            return whole;
        };
        if size == 0 {
            return whole;
        }
        let data = rest.get(end + 1..).unwrap_or_default();
        whole.extend_from_slice(data.get(..size).unwrap_or(data));
        rest = data.get(size..).unwrap_or_default();
        rest = rest.strip_prefix(b"\r\n").or(rest.strip_prefix(b"\n")).unwrap_or(rest);
        if rest.is_empty() {
            return whole;
        }
    }
}

/// The size that the line before a chunk says.
fn chunk_size(line: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(line).ok()?;
    let digits = text.split(';').next().unwrap_or_default().trim();
    (!digits.is_empty() && !digits.starts_with('+'))
        .then(|| usize::from_str_radix(digits, 16).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn read(block: &[u8]) -> String {
        let bounds = Bounds::new(Rc::new(Cell::new(0)), 1, 1 << 20);
        match page(block, 1000, &bounds) {
            Ok(Answer::Page { charset, body }) => {
                let charset = charset.unwrap_or_default();
                format!("{charset}:{}", String::from_utf8_lossy(&body))
            }
            Ok(Answer::Other(what)) => what.to_owned(),
            Err(reason) => reason.code().to_owned(),
        }
    }

    #[test]
    fn answers() {
        let cases: [(&[u8], &str); 12] = [
            (b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=\"koi8-r\"\r\n\r\n<p>a", "koi8-r:<p>a"),
            (b"HTTP/1.0 200\nContent-type:text/html\n\n<p>a", ":<p>a"),
            (b"HTTP/1.1 404 Not Found\r\n\r\n<p>a", "answers without success"),
            (b"HTTP/1.1 301 Moved\r\nContent-Type: text/html\r\n\r\n", "answers without success"),
            (b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG", NO_PAGE),
            (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n {\"a\": 1}", NO_PAGE),
            (b"HTTP/1.1 200 OK\r\n\r\n<html><p>a", ":<html><p>a"),
            (b"HTTP/1.1 200 OK\r\n\r\nplain", NO_PAGE),
            (
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\n<p>\r\n2\r\nab\r\n0\r\n\r\n",
                ":<p>ab",
            ),
            (
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n<p>not in chunks",
                ":<p>not in chunks",
            ),
            (b"HTTP/1.1 200 OK\r\nContent-Type: text/html", "malformed"),
            (b"220 ftp", "malformed"),
        ];
        for (block, expected) in cases {
            assert_eq!(read(block), expected, "{}", String::from_utf8_lossy(block));
        }
    }

    #[test]
    fn chunks_that_break_off() {
        let cases: [(&[u8], &[u8]); 4] = [
            (b"5\r\nab", b"ab"),
            (b"2\r\nabxx\r\ncd", b"abxx\r\ncd"),
            (b"ffffffffffffffff\r\nab", b"ab"),
            (b"", b""),
        ];
        for (body, expected) in cases {
            assert_eq!(without_chunks(body.to_vec()), expected);
        }
    }
}
