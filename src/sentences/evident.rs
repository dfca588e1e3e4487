//! Ends of sentences that leave no doubt, in English paragraphs of letters, figures and the commonest
//! marks: most paragraphs of news are of this kind, and asking the library for each is costly.
//!
//! What it tells is what the library tells; where it is not sure of that it says nothing. Knows no
//! abbreviation: what the library thinks of a word is asked once and kept.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

/// Letters from which on a word is known by itself, but for a measure behind a number.
const SHORTEST: usize = 3;
/// Letters from which on a word is no measure.
const LONG: usize = 4;
/// Words that are kept.
const KEPT: usize = 1 << 14;

/// What a byte may mean.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Usual,
    End,
    Apostrophe,
    /// Not ASCII: the character must be looked at.
    High,
    Doubtful,
}

static CLASSES: [Class; 256] = {
    let mut table = [Class::Doubtful; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b' ' | b',' | b';' | b':' | b'-' => {
                Class::Usual
            }
            b'$' | b'%' | b'&' => Class::Usual,
            b'.' | b'!' | b'?' => Class::End,
            b'\'' => Class::Apostrophe,
            0x80.. => Class::High,
            _ => Class::Doubtful,
        };
        byte += 1;
    }
    table
};

/// Where the sentences of a paragraph but the first start; `None` where that is not evident.
pub(super) fn starts(paragraph: &str) -> Option<Vec<usize>> {
    let bytes = paragraph.as_bytes();
    // What else stands at the start may be the mark of an item.
    let first = paragraph.strip_prefix('“').unwrap_or(paragraph);
    if !first.starts_with(|letter: char| letter.is_ascii_alphanumeric()) {
        return None;
    }
    let mut starts = Vec::new();
    let mut quoted = false;
    let mut at = 0;
    while at < bytes.len() {
        match CLASSES[usize::from(bytes[at])] {
            Class::Usual => at += 1,
            Class::Apostrophe => {
                if !stands_between_letters(bytes, at, 1) {
                    return None;
                }
                at += 1;
            }
            Class::High => {
                let letter = paragraph[at..].chars().next()?;
                let length = letter.len_utf8();
                match letter {
                    '“' if !quoted => quoted = true,
                    '”' if quoted => quoted = false,
                    '’' if stands_between_letters(bytes, at, length) => {}
                    '–' | '—' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ɏ' => {}
                    _ => return None,
                }
                at += length;
            }
            Class::End => {
                starts.extend(start_behind(paragraph, at, quoted)?);
                at += 1;
            }
            Class::Doubtful => return None,
        }
    }
    (!quoted).then_some(starts)
}

fn stands_between_letters(bytes: &[u8], at: usize, length: usize) -> bool {
    let letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
    at.checked_sub(1).is_some_and(letter) && letter(at + length)
}

/// Whether a sentence starts behind the mark at `at`, and where; `None` where that is not evident.
fn start_behind(paragraph: &str, at: usize, quoted: bool) -> Option<Option<usize>> {
    let behind = &paragraph[at + 1..];
    // Within a quotation none does; behind it, if it ends here.
    let (gap, behind) = match behind.strip_prefix('”') {
        Some(behind) if quoted => (1 + '”'.len_utf8(), behind),
        _ if quoted => return Some(None),
        _ => (1, behind),
    };
    match behind.as_bytes() {
        [] => Some(None),
        [b'a'..=b'z' | b'0'..=b'9', ..] if !quoted => Some(None),
        [b' ', b'a'..=b'z', ..] if quoted => Some(None),
        [b' ', next @ ..] => {
            let opens = next.strip_prefix("“".as_bytes()).unwrap_or(next);
            let starts = matches!(opens, [b'A'..=b'Z', b'a'..=b'z' | b' ', ..]);
            (starts && ends_sentence(&paragraph[..at])).then_some(Some(at + gap + 1))
        }
        _ => None,
    }
}

/// Whether the last word before a mark is surely no abbreviation.
fn ends_sentence(before: &str) -> bool {
    let letters = before.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    let (before, word) = before.split_at(before.len() - letters);
    let measures = |before: &str| before.ends_with(|letter: char| !letter.is_ascii_alphabetic());
    let usual = match before.as_bytes() {
        [.., b' '] => word.len() >= LONG || !measures(before.trim_end()),
        [.., b'-'] => word.len() >= LONG,
        _ => false,
    };
    let lower = word.bytes().skip(1).all(|byte| byte.is_ascii_lowercase());
    usual
        && word.len() >= SHORTEST
        && lower
        && KNOWN.with_borrow_mut(|known| known.ends_sentence(word))
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// What the library thinks of words.
#[derive(Default)]
struct Known {
    words: FxHashMap<Box<str>, bool>,
}

impl Known {
    fn ends_sentence(&mut self, word: &str) -> bool {
        if let Some(known) = self.words.get(word) {
            return *known;
        }
        // No sentence starts with a name more readily than with other words.
        let asked = format!("It was the {word}. Xyl went.");
        let ends = sentencex::get_sentence_boundaries("en", &asked).len() == 2;
        if self.words.len() >= KEPT {
            self.words.clear();
        }
        self.words.insert(word.into(), ends);
        ends
    }
}
