//! Text that nobody vouches for, made safe to show: what a terminal would obey becomes visible.
//!
//! An article, its headline, its path and its URL come from files that anyone may have written.
//! Written raw to a terminal, a control sequence in them could move the cursor, set the title or
//! the clipboard, and a direction override could make a name read backwards. Here each such
//! character becomes one harmless character, so that text can be escaped slice by slice between
//! the boundaries of its marks and nothing has to be counted again.
//!
//! Joiners (U+200C, U+200D) and the plain direction marks (U+200E, U+200F, U+061C) stay: Persian,
//! Hindi, Hebrew and emoji need them and they can do no harm.
//!
//! Knows nothing of articles, of colours or of layout.

use std::borrow::Cow;
use std::path::Path;

/// The longest link written: terminals of the VTE family drop whatever is longer.
const LINK_MAX: usize = 2083;

/// Text of several lines: everything a terminal would obey is made visible, but line feeds and
/// tabs stay.
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    replace(text, |c| if matches!(c, '\n' | '\t') { c } else { visible(c) })
}

/// Text that must stay on its line (ids, paths, names, words of a query): line feeds and tabs are
/// made visible too.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    replace(text, visible)
}

/// What stands for a character on a terminal: its picture for a control character (`␛`), U+FFFD
/// for what has none, itself for all that is harmless.
pub(super) fn visible(c: char) -> char {
    match c {
        '\0'..='\x1f' => {
            char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '\x7f' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' => {
            char::REPLACEMENT_CHARACTER
        }
        _ => c,
    }
}

fn replace(text: &str, by: impl Fn(char) -> char) -> Cow<'_, str> {
    if text.chars().all(|c| by(c) == c) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().map(by).collect())
    }
}

/// The address of a web page as a link may carry it: `http` or `https`, printable ASCII only, the
/// rest percent-encoded. `None` for any other scheme and for what is too long to be a link.
#[must_use]
pub fn web_link(url: &str) -> Option<String> {
    let (scheme, rest) = url.trim().split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "http" | "https") || rest.is_empty() {
        return None;
    }
    let mut link = format!("{scheme}://");
    // A percent sign stays: the address has its own encoding already.
    percent_encode(&mut link, rest.as_bytes(), b"-._~:/?#[]@!$&'()*+,;=%");
    (link.len() <= LINK_MAX).then_some(link)
}

/// The `file:` link of a path below a folder. `None` where the folder is not absolute, or where
/// the path is or climbs out of the folder.
#[must_use]
pub fn file_link(root: &Path, path: &str) -> Option<String> {
    let stays_inside = !path.is_empty()
        && !Path::new(path).is_absolute()
        && path.split(['/', '\\']).all(|part| part != "..");
    if !root.is_absolute() || !stays_inside {
        return None;
    }
    let mut full = root.join(path).into_os_string().into_encoded_bytes();
    if cfg!(windows) {
        full.iter_mut().filter(|byte| **byte == b'\\').for_each(|byte| *byte = b'/');
        full.insert(0, b'/');
    }
    let mut link = String::from("file://");
    percent_encode(&mut link, &full, b"-._~/:@!$&'()*+,=");
    (link.len() <= LINK_MAX).then_some(link)
}

/// Appends letters, digits and the bytes in `keep` as they are and all others as `%41`.
fn percent_encode(link: &mut String, bytes: &[u8], keep: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || keep.contains(&byte) {
            link.push(char::from(byte));
        } else {
            link.push('%');
            link.push(char::from(DIGITS[usize::from(byte >> 4)]));
            link.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_made_visible() {
        let cases = [
            ("plain", "plain"),
            ("\x1b[31mred", "␛[31mred"),
            ("\x1b]0;title\x07", "␛]0;title␇"),
            ("back\x08space\r\x7f", "back␈space␍␡"),
            ("\u{9b}31m", "\u{fffd}31m"),
            ("user\u{202e}gpj.exe", "user\u{fffd}gpj.exe"),
            ("\u{2066}isolated\u{2069}", "\u{fffd}isolated\u{fffd}"),
            ("می\u{200c}خواهم 👩\u{200d}🚀", "می\u{200c}خواهم 👩\u{200d}🚀"),
        ];
        for (raw, shown) in cases {
            assert_eq!(text(raw), shown);
            assert_eq!(line(raw), shown);
        }
        assert_eq!(text("two\nlines\t"), "two\nlines\t");
        assert_eq!(line("two\nlines\t"), "two␊lines␉");
    }

    #[test]
    fn web_links_are_ascii_and_of_the_web() {
        let cases = [
            ("https://x.org/a?b=c&d=%20#e", Some("https://x.org/a?b=c&d=%20#e")),
            ("HTTP://x.org/", Some("http://x.org/")),
            ("https://x.org/ünï code", Some("https://x.org/%C3%BCn%C3%AF%20code")),
            ("https://x.org/\x1b\\evil\x07", Some("https://x.org/%1B%5Cevil%07")),
            ("javascript://x.org/%0aalert(1)", None),
            ("file:///etc/passwd", None),
            ("x.org/a", None),
            ("https://", None),
        ];
        for (url, link) in cases {
            assert_eq!(web_link(url).as_deref(), link, "{url:?}");
        }
        assert_eq!(web_link(&format!("https://x.org/{}", "a".repeat(3000))), None);
    }

    #[cfg(unix)]
    #[test]
    fn file_links_stay_below_the_root() {
        let cases = [
            ("/news", "a/b c#1.txt", Some("file:///news/a/b%20c%231.txt")),
            ("/news/100%", "ö.txt", Some("file:///news/100%25/%C3%B6.txt")),
            ("news", "a.txt", None),
            ("/news", "../secret", None),
            ("/news", "/etc/passwd", None),
            ("/news", "", None),
        ];
        for (root, path, link) in cases {
            assert_eq!(file_link(Path::new(root), path).as_deref(), link, "{root} {path}");
        }
    }
}
