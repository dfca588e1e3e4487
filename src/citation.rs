//! What names a passage and tells whether it is still the same.
//!
//! `ID#p7` names the seventh passage of an article. A kept citation, `ID#p7@a1b2c3d4e5`, also
//! holds ten hexadecimal digits of a hash of the passage's text ([`Print`]), so that whoever comes
//! back to it can tell whether it still says the same. White space and the Unicode normal form do
//! not count in it: a text that was only set anew keeps its print.
//!
//! An id is a path and may hold anything: spaces, quotes, line ends, `#`, `@`. In a kept citation
//! all that could end it early, or be changed on its way through Markdown, JSON, CSV or BibTeX, is
//! percent-encoded ([`cite`]), `@` and `%` among them. So it has no white space, its last `@` is
//! its only one, and [`find`] finds it in any text: from `@` to the right ten digits, to the left
//! the number and then all signs that an encoded id may have.
//!
//! Knows neither files nor the index.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization;
use xxhash_rust::xxh3::xxh3_64;

/// Hexadecimal digits of a print: 40 bits, so that even among ten million passages one that
/// differs has the same print once in a hundred thousand times.
const DIGITS: usize = 10;

/// The short hash of a passage's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Print(u64);

impl Print {
    /// Of a text.
    ///
    /// # Examples
    /// ```
    /// use dateline::citation::Print;
    ///
    /// assert_eq!(Print::of("No  deal,\nsaid Zoé."), Print::of("No deal, said Zoe\u{301}."));
    /// assert_ne!(Print::of("No deal."), Print::of("A deal."));
    /// ```
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(hash(text) >> (64 - 4 * DIGITS))
    }
}

impl fmt::Display for Print {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0DIGITS$x}", self.0)
    }
}

impl FromStr for Print {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = digits.then(|| u64::from_str_radix(text, 16).ok()).flatten();
        value.map(Self).ok_or(())
    }
}

/// The hash of a text without regard to its white space and its Unicode normal form.
#[must_use]
pub fn hash(text: &str) -> u64 {
    let mut set = String::with_capacity(text.len() + 1);
    for word in text.split_whitespace() {
        if word.is_ascii() {
            set.push_str(word);
        } else {
            set.extend(word.nfc());
        }
        set.push(' ');
    }
    xxh3_64(set.as_bytes())
}

/// `ID#p7`, the id as it is.
#[must_use]
pub fn plain(id: &str, number: usize) -> String {
    format!("{id}#p{number}")
}

/// The kept form: `ID#p7@a1b2c3d4e5`, the id encoded where need be.
///
/// # Examples
/// ```
/// use dateline::citation::{Print, cite};
///
/// let print = "a1b2c3d4e5".parse::<Print>().unwrap();
/// assert_eq!(cite("wire/2025.jsonl#mw-7", 2, print), "wire/2025.jsonl#mw-7#p2@a1b2c3d4e5");
/// assert_eq!(cite("my notes.txt", 1, print), "my%20notes.txt#p1@a1b2c3d4e5");
/// ```
#[must_use]
pub fn cite(id: &str, number: usize, print: Print) -> String {
    let mut done = String::with_capacity(id.len() + DIGITS + 8);
    for c in id.chars() {
        if stays(c) {
            done.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                done.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    done.push_str(&format!("#p{number}@{print}"));
    done
}

/// Whether a character stands in a kept citation as it is.
fn stays(c: char) -> bool {
    c.is_alphanumeric() || "-._~/:#+=&?".contains(c)
}

/// One way to read what was typed for an article or a passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The id of the article.
    pub id: String,
    /// The number of the passage, from 1; `None` for the whole article.
    pub number: Option<usize>,
    /// What the passage's text was when it was cited.
    pub print: Option<Print>,
}

/// The ways to read what was typed, the likeliest first: the first whose article is there counts.
/// An id may itself end like a citation, and then means the article.
///
/// # Examples
/// ```
/// let ids: Vec<String> =
///     dateline::citation::readings("a%20b#p2").into_iter().map(|reading| reading.id).collect();
/// assert_eq!(ids, ["a%20b#p2", "a%20b", "a b"]);
/// ```
#[must_use]
pub fn readings(typed: &str) -> Vec<Reading> {
    let mut readings = vec![Reading { id: typed.to_owned(), number: None, print: None }];
    let (named, print) = match typed.rsplit_once('@') {
        Some((named, digits)) if digits.parse::<Print>().is_ok() => (named, digits.parse().ok()),
        _ => (typed, None),
    };
    let Some((id, number)) = named.rsplit_once("#p") else { return readings };
    let Ok(number) = number.parse() else { return readings };
    let mut ids: Vec<String> = std::iter::once(id.to_owned()).chain(decoded(id)).collect();
    if print.is_some() {
        // What holds a print was written by us, so encoded.
        ids.reverse();
    }
    readings.extend(ids.into_iter().map(|id| Reading { id, number: Some(number), print }));
    readings
}

/// An id without its percent-encoding; `None` where it has none.
fn decoded(id: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(id.len());
    let mut rest = id.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let code = behind.get(..2).filter(|code| code.iter().all(u8::is_ascii_hexdigit));
        let code = code.filter(|_| first == b'%').and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(first);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).ok().filter(|decoded| decoded != id)
}

/// Where kept citations stand in a text, in bytes; [`readings`] reads each.
#[must_use]
pub fn find(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut done = 0;
    for at in memchr::memchr_iter(b'@', text.as_bytes()) {
        let end = at + 1 + DIGITS;
        let print = text.get(at + 1..end).is_some_and(|print| print.parse::<Print>().is_ok());
        let goes_on = text.as_bytes().get(end).is_some_and(u8::is_ascii_alphanumeric);
        if !print || goes_on {
            continue;
        }
        let named = &text[done..at];
        let bare = named.trim_end_matches(|c: char| c.is_ascii_digit());
        let Some(id) = bare.strip_suffix("#p").filter(|_| bare.len() < named.len()) else {
            continue;
        };
        let before = id.trim_end_matches(|c| stays(c) || c == '%');
        if before.len() < id.len() {
            found.push(done + before.len()..end);
            done = end;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn print() -> Print {
        Print::of("No deal.")
    }

    #[test]
    fn a_print_is_of_the_words_as_they_are_written() {
        let same = [
            ("No deal", "  No\u{a0}\n\n deal\t"),
            ("Zo\u{e9} Å", "Zoe\u{301} A\u{30a}"),
            ("한글", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}"),
            ("", " \n"),
        ];
        for (a, b) in same {
            assert_eq!(Print::of(a), Print::of(b), "{a:?} {b:?}");
        }
        let other = [
            ("No deal", "Nodeal"),
            ("No deal", "no deal"),
            ("No deal.", "No deal"),
            ("10² km", "102 km"),
            ("ab c", "a bc"),
        ];
        for (a, b) in other {
            assert_ne!(Print::of(a), Print::of(b), "{a:?} {b:?}");
        }
    }

    #[test]
    fn a_print_reads_back_and_never_changes() {
        // Kept in people's notes: another value here breaks all of them.
        assert_eq!(print().to_string(), "2a9c360570");
        assert_eq!(print().to_string().parse(), Ok(print()));
        assert_eq!("00000000ff".parse::<Print>().unwrap().to_string(), "00000000ff");
        for not in ["", "12345", "12345678901", "+123456789", "g123456789", "１２３"] {
            assert!(not.parse::<Print>().is_err(), "{not}");
        }
    }

    #[test]
    fn what_is_typed_is_read_from_the_right() {
        let read = |typed: &str| -> Vec<(String, Option<usize>, bool)> {
            let readings = readings(typed).into_iter();
            readings.map(|r| (r.id, r.number, r.print.is_some())).collect()
        };
        let whole = |id: &str| (id.to_owned(), None, false);
        let part = |id: &str, number, print| (id.to_owned(), Some(number), print);
        let cases = [
            ("a.txt", vec![]),
            ("a#p2", vec![part("a", 2, false)]),
            ("a#p2@0123456789", vec![part("a", 2, true)]),
            ("a#p2#p3@0123456789", vec![part("a#p2", 3, true)]),
            ("a@0123456789", vec![]),
            ("a@0123456789#p1", vec![part("a@0123456789", 1, false)]),
            ("a#p2@012345678", vec![]),
            ("a#px", vec![]),
            ("a%20b#p2@0123456789", vec![part("a b", 2, true), part("a%20b", 2, true)]),
            ("a%20b#p2", vec![part("a%20b", 2, false), part("a b", 2, false)]),
            ("a%2#p1", vec![part("a%2", 1, false)]),
            ("a%FF#p1", vec![part("a%FF", 1, false)]),
        ];
        for (typed, mut expected) in cases {
            expected.insert(0, whole(typed));
            assert_eq!(read(typed), expected, "{typed}");
        }
    }

    #[test]
    fn citations_are_found_in_running_text() {
        let found = |text: &str| -> Vec<String> {
            find(text).into_iter().map(|range| text[range].to_owned()).collect()
        };
        let a = "wire/2025.jsonl#mw-7#p2@0123456789";
        for text in [
            a.to_owned(),
            format!("He said so ({a}), twice."),
            format!("see <{a}>; `{a}`"),
            format!("{{\"cite\":\"{a}\"}}"),
            format!("„{a}“."),
            format!("{a}."),
            format!("{a},{a}"),
        ] {
            let expected = vec![a; text.matches(a).count()];
            assert_eq!(found(&text), expected, "{text}");
        }
        assert_eq!(found("穀物%201.txt#p1@0123456789です"), ["穀物%201.txt#p1@0123456789"]);
        for none in
            ["me@0123456789", "#p1@0123456789", "a#p@0123456789", "a#p1@01234567890", "a#p1"]
        {
            assert_eq!(found(none), Vec::<String>::new(), "{none}");
        }
    }

    proptest! {
        /// Whatever an id holds, and whatever stands around its citation that is no part of an id.
        #[test]
        fn what_is_cited_is_found_again(
            ids in prop::collection::vec(
                prop_oneof!["\\PC{1,30}", "(?s).{1,20}", "([a-z ]|#p1@0123456789|%20|[\"`<>{}()\\\\]){1,9}"],
                1..4,
            ),
            number in 1_usize..1000,
            between in "[ \n\"'`<>(){}\\[\\],;|*“”、.](\\PC{0,9} ){0,2}",
        ) {
            prop_assume!(find(&between).is_empty());
            let cites: Vec<String> = ids.iter().map(|id| cite(id, number, print())).collect();
            let text: String = cites.iter().map(|cite| format!(" {cite}{between}")).collect();
            let found = find(&text);
            prop_assert_eq!(found.len(), ids.len(), "{}", text);
            for ((range, id), cite) in found.into_iter().zip(&ids).zip(&cites) {
                prop_assert_eq!(&text[range], cite);
                prop_assert!(!cite.contains(|c: char| c.is_whitespace() || c.is_control()));
                let read = &readings(cite)[1];
                prop_assert_eq!((&read.id, read.number, read.print), (id, Some(number), Some(print())));
                let json = serde_json::to_string(cite).unwrap();
                prop_assert_eq!(json, format!("\"{cite}\""));
            }
        }

        #[test]
        fn any_text_can_be_searched(text in "(\\PC|[@#p%0-9a-f]){0,60}") {
            for range in find(&text) {
                prop_assert!(readings(&text[range]).len() > 1);
            }
        }
    }
}
