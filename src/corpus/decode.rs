//! Bytes to text: the character set, what is no text at all, and text without the characters
//! that no article needs.
//!
//! Knows nothing of formats beyond the charset that a page names in its head.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Encoding, ISO_8859_2, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1252, WINDOWS_1254,
    WINDOWS_1257, WINDOWS_1258,
};

use super::skipped::Reason;

/// Text, and the character set it was written in where that is not sound UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text, without a byte order mark.
    pub text: Cow<'a, str>,
    /// The name of the charset where it is not UTF-8.
    pub charset: Option<&'static str>,
}

/// What is reported for text that is UTF-8 but for a few bad bytes.
const DAMAGED_UTF8: &str = "UTF-8 (damaged)";

/// How many bytes are looked at to tell text from data, and to find a page's charset.
const HEAD: usize = 8 * 1024;

/// What the bytes are said to be, which decides what is looked for in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text: may turn out to be no text at all.
    Text,
    /// A page: may name its charset, too.
    Page,
    /// Records, each of which is judged for itself.
    Records,
}

/// Decodes `bytes`: byte order mark, UTF-8, the charset that a page names, else a guess.
///
/// # Errors
/// [`Reason::Binary`] for what is no text.
pub fn decode(bytes: &[u8], kind: Kind) -> Result<Decoded<'_>, Reason> {
    decode_as(bytes, kind, None)
}

/// As [`decode`], where something beside the text names a charset: it is asked before the page.
///
/// # Errors
/// As [`decode`].
pub fn decode_as<'b>(
    bytes: &'b [u8],
    kind: Kind,
    said: Option<&str>,
) -> Result<Decoded<'b>, Reason> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        if encoding != UTF_8 {
            return Ok(with(encoding, rest));
        }
        return decode_utf8_or_guess(rest, kind, said);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Ok(with(encoding, bytes));
    }
    decode_utf8_or_guess(bytes, kind, said)
}

fn decode_utf8_or_guess<'b>(
    bytes: &'b [u8],
    kind: Kind,
    said: Option<&str>,
) -> Result<Decoded<'b>, Reason> {
    if kind != Kind::Records && is_binary(bytes) {
        return Err(Reason::Binary);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Decoded { text: Cow::Borrowed(text), charset: None });
    }
    if is_mostly_utf8(bytes) {
        return Ok(Decoded { text: String::from_utf8_lossy(bytes), charset: Some(DAMAGED_UTF8) });
    }
    // A page that says UTF-8 and is not lies; UTF-16 cannot be named in ASCII.
    let credible = |e: &&Encoding| *e != UTF_8 && *e != UTF_16LE && *e != UTF_16BE;
    let said = said.and_then(|said| Encoding::for_label(said.as_bytes())).filter(credible);
    let in_page = || if kind == Kind::Page { named_charset(bytes) } else { None };
    let named = said.or_else(|| in_page().filter(credible));
    let encoding = named.unwrap_or_else(|| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(bytes, true);
        plainer(detector.guess(None, Utf8Detection::Allow), bytes)
    });
    Ok(with(encoding, bytes))
}

/// Central European and Turkish charsets share their quotes, dashes and signs with the Western one;
/// where a text has no accented letter at all, those are all it has, and Western it is. (Else a
/// pound sign alone makes a British text a Polish one.)
fn plainer(guess: &'static Encoding, bytes: &[u8]) -> &'static Encoding {
    const COUSINS: [&Encoding; 5] =
        [WINDOWS_1250, WINDOWS_1254, WINDOWS_1257, WINDOWS_1258, ISO_8859_2];
    let has_letters = bytes.iter().any(|byte| *byte >= 0xc0);
    if !has_letters && COUSINS.contains(&guess) { WINDOWS_1252 } else { guess }
}

fn with<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Decoded { text, charset: Some(encoding.name()) }
}

/// NUL bytes or many control characters in the head: pictures, programs, databases.
fn is_binary(bytes: &[u8]) -> bool {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let mut controls = 0;
    for &byte in head {
        match byte {
            0 => return true,
            b'\t' | b'\n' | b'\r' | 0x0c | 0x1b | 0x1a => {}
            0x01..0x20 | 0x7f => controls += 1,
            _ => {}
        }
    }
    // A stray form feed or a broken quote is common; one control in fifty bytes is no text.
    controls > 4 && controls * 50 > head.len()
}

/// Western text in UTF-16 without a mark has a zero in nearly every second byte.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..512).unwrap_or(bytes);
    let pairs = head.len() / 2;
    if pairs < 4 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let (mut first, mut second) = (0, 0);
    for pair in head.chunks_exact(2) {
        match pair {
            [0, 0] => return None,
            [0, _] => first += 1,
            [_, 0] => second += 1,
            _ => {}
        }
    }
    if second * 10 > pairs * 8 && first == 0 {
        Some(UTF_16LE)
    } else if first * 10 > pairs * 8 && second == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether sound multi-byte characters outweigh the bad bytes, so that it is UTF-8 with damage
/// rather than another charset.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut sound, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    sound > bad * 4
}

/// The charset that `<meta charset>`, `<meta http-equiv>` or an XML declaration names.
fn named_charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..HEAD).unwrap_or(bytes).to_ascii_lowercase();
    for marker in [&b"charset="[..], b"encoding="] {
        for at in memchr::memmem::find_iter(&head, marker) {
            let value = head.get(at + marker.len()..)?;
            let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
            let end = value
                .iter()
                .position(|b| {
                    !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.'))
                })
                .unwrap_or(value.len());
            if let Some(encoding) = Encoding::for_label(value.get(..end)?) {
                return Some(encoding);
            }
        }
    }
    None
}

/// Text without carriage returns, control characters, invisible direction marks and soft hyphens;
/// no trailing blanks on lines and never more than one blank line in a row.
///
/// Joiners (ZWJ, ZWNJ) stay: Persian, Hindi and emoji need them.
#[must_use]
pub fn clean_text(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    // Whole runs of plain characters are copied at once: every article goes through here.
    let (mut copied, mut at) = (0, 0);
    while let Some(byte) = text.as_bytes().get(at) {
        if !may_need_cleaning(*byte) {
            at += 1;
            continue;
        }
        let rest = &text[at..];
        let Some(c) = rest.chars().next() else { break };
        let mut next = at + c.len_utf8();
        let instead = match c {
            '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' => Instead::LineEnd,
            '\r' => {
                next += usize::from(rest.starts_with("\r\n"));
                Instead::LineEnd
            }
            // A direction override can make a line read as something it is not.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Instead::Nothing,
            // Invisible, and they would split words: soft hyphen, zero width space, word joiner,
            // byte order mark.
            '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => Instead::Nothing,
            '\u{a0}' => Instead::Space,
            c if c.is_control() && c != '\t' => Instead::Space,
            _ => {
                at = next;
                continue;
            }
        };
        clean.push_str(&text[copied..at]);
        match instead {
            Instead::LineEnd => end_line(&mut clean),
            Instead::Space => clean.push(' '),
            Instead::Nothing => {}
        }
        (copied, at) = (next, next);
    }
    clean.push_str(&text[copied..]);
    clean.truncate(clean.trim_end().len());
    let leading = clean.len() - clean.trim_start_matches('\n').len();
    clean.drain(..leading);
    clean
}

/// What takes the place of a character that an article does not need.
enum Instead {
    LineEnd,
    Space,
    Nothing,
}

/// Whether a byte is, or begins, one of the characters that [`clean_text`] changes.
const fn may_need_cleaning(byte: u8) -> bool {
    // C2: C1 controls, soft hyphen, no-break space. E2: the general punctuation block. EF: the mark.
    byte < 0x20 || matches!(byte, 0x7f | 0xc2 | 0xe2 | 0xef)
}

fn end_line(clean: &mut String) {
    clean.truncate(clean.trim_end_matches([' ', '\t']).len());
    if !clean.ends_with("\n\n") {
        clean.push('\n');
    }
}

/// A single line: cleaned, with every run of white space as one space.
#[must_use]
pub fn clean_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in clean_text(text).split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charsets() {
        use Kind::{Page, Text};
        let cases: &[(&[u8], Kind, &str, Option<&str>)] = &[
            (b"plain", Text, "plain", None),
            ("caf\u{e9}".as_bytes(), Text, "caf\u{e9}", None),
            (b"\xef\xbb\xbfmark", Text, "mark", None),
            (b"\xff\xfeh\0i\0", Text, "hi", Some("UTF-16LE")),
            (b"\xfe\xff\0h\0i", Text, "hi", Some("UTF-16BE")),
            (b"n\0o\0 \0m\0a\0r\0k\0", Text, "no mark", Some("UTF-16LE")),
            (
                b"The caf\xe9 said \x93no\x94 to it",
                Text,
                "The caf\u{e9} said \u{201c}no\u{201d} to it",
                Some("windows-1252"),
            ),
            (
                b"<meta charset=\"windows-1251\">\xcf\xf0\xe8",
                Page,
                "<meta charset=\"windows-1251\">\u{41f}\u{440}\u{438}",
                Some("windows-1251"),
            ),
            (
                "caf\u{e9} na\u{ef}f \u{2014} \u{201c}q\u{201d} \u{e9} \u{e9}".as_bytes(),
                Text,
                "caf\u{e9} na\u{ef}f \u{2014} \u{201c}q\u{201d} \u{e9} \u{e9}",
                None,
            ),
        ];
        for (bytes, kind, text, charset) in cases {
            let decoded = decode(bytes, *kind).unwrap();
            assert_eq!((decoded.text.as_ref(), decoded.charset), (*text, *charset));
        }
    }

    #[test]
    fn one_bad_byte_does_not_make_utf8_another_charset() {
        let mut bytes =
            "\u{201c}Caf\u{e9}\u{201d} \u{2014} na\u{ef}ve r\u{e9}sum\u{e9}".as_bytes().to_vec();
        bytes.push(0xff);
        let decoded = decode(&bytes, Kind::Text).unwrap();
        assert!(decoded.text.starts_with("\u{201c}Caf\u{e9}"));
        assert_eq!(decoded.charset, Some(DAMAGED_UTF8));
    }

    #[test]
    fn data_is_no_text() {
        for bytes in [&b"\x7fELF\0\0\0"[..], b"abc\0def", &[1, 2, 3, 4, 5, 6, 7, 8]] {
            assert_eq!(decode(bytes, Kind::Text), Err(Reason::Binary), "{bytes:?}");
        }
    }

    #[test]
    fn cleaning() {
        let cases = [
            ("a\r\nb\rc\n", "a\nb\nc"),
            ("a  \n\n\n\nb", "a\n\nb"),
            ("\n\n  a", "  a"),
            ("a\u{7}b\u{9b}c\tx", "a b c\tx"),
            ("x\u{202e}y\u{2066}z\u{feff}", "xyz"),
            ("one\u{2028}two", "one\ntwo"),
            (
                "\u{645}\u{200c}\u{646} \u{1f468}\u{200d}\u{1f469}",
                "\u{645}\u{200c}\u{646} \u{1f468}\u{200d}\u{1f469}",
            ),
            ("Do\u{ad}nau 10\u{a0}000", "Donau 10 000"),
        ];
        for (text, clean) in cases {
            assert_eq!(clean_text(text), clean, "{text:?}");
        }
        assert_eq!(clean_line("  a\n b\t\tc "), "a b c");
    }
}
