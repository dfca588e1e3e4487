//! The stems of folded words, and those of words met before.
//!
//! Knows the stemmer and words; not texts, positions or fields.

use std::borrow::Cow;

use rust_stemmers::Stemmer;

use super::kin_prefix;

/// The stem of a folded word. The word begins with its [`kin_prefix`], so that the words of a stem
/// stand near each other in a dictionary; where the stemmer would change more, the word is its own
/// stem.
pub(super) fn stem_of<'w>(stemmer: &Stemmer, word: &'w str) -> Cow<'w, str> {
    let stem = stemmer.stem(word);
    if word.starts_with(kin_prefix(&stem)) { stem } else { Cow::Borrowed(word) }
}

/// How a stem comes from its word: so many of the word's bytes, and others behind them.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cut {
    kept: u8,
    ending: [u8; Cut::ENDING],
    ending_len: u8,
}

impl Cut {
    /// The stemmer puts back an `e` or an `i` at most.
    const ENDING: usize = 5;

    /// `None` where the stem has more of an ending of its own than fits, or one that is not ASCII.
    fn new(word: &str, stem: &str) -> Option<Self> {
        let same = word.bytes().zip(stem.bytes()).take_while(|(a, b)| a == b).count();
        let kept = stem.floor_char_boundary(word.floor_char_boundary(same));
        let mut cut = Self { kept: u8::try_from(kept).ok()?, ..Self::default() };
        let ending = &stem.as_bytes()[kept..];
        if !ending.is_ascii() {
            return None;
        }
        cut.ending.get_mut(..ending.len())?.copy_from_slice(ending);
        cut.ending_len = ending.len() as u8;
        Some(cut)
    }

    /// Whether the word is its own stem.
    pub(super) fn is_none(&self, word: &str) -> bool {
        usize::from(self.kept) == word.len() && self.ending_len == 0
    }

    /// Appends to a word its stem.
    pub(super) fn append_stem(&self, word: &mut String) {
        word.extend_from_within(..usize::from(self.kept));
        word.extend(self.ending());
    }

    /// What stands behind the bytes that are kept.
    fn ending(&self) -> impl Iterator<Item = char> {
        self.ending[..usize::from(self.ending_len)].iter().map(|byte| char::from(*byte))
    }
}

/// Eight times a byte.
const fn every(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The highest bit of each of eight bytes, all below 128, that lies in a range.
const fn every_in(bytes: u64, first: u8, last: u8) -> u64 {
    let from = bytes.wrapping_add(every(0x80 - first));
    let beyond = bytes.wrapping_add(every(0x7f - last));
    from & !beyond & every(0x80)
}

/// A word of at most [`ShortWord::LONGEST`] bytes, to be compared at once: its first and its last
/// eight bytes, which may overlap, and its length.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ShortWord {
    head: u64,
    tail: u64,
    len: u8,
}

impl ShortWord {
    /// Longer words are rare and not worth the room.
    const LONGEST: usize = 16;

    /// Stands where a word has no byte.
    const FILLING: u64 = every(b'a');

    /// `None` where the word is too long, or empty.
    pub(super) fn new(word: &str) -> Option<Self> {
        let bytes = word.as_bytes();
        let (head, tail) = match bytes.len() {
            // Some of these are one byte, and which is told by the length.
            len @ 1..4 => {
                let three = [bytes[0], bytes[len / 2], bytes[len - 1], 0];
                let three = u64::from(u32::from_le_bytes(three));
                (three | Self::FILLING << 24, Self::FILLING)
            }
            4..8 => {
                let [head, tail] = [*bytes.first_chunk()?, *bytes.last_chunk()?];
                let [head, tail] = [head, tail].map(|four| u64::from(u32::from_le_bytes(four)));
                (head | tail << 32, Self::FILLING)
            }
            8..=Self::LONGEST => (
                u64::from_le_bytes(*bytes.first_chunk()?),
                u64::from_le_bytes(*bytes.last_chunk()?),
            ),
            _ => return None,
        };
        Some(Self { head, tail, len: bytes.len() as u8 })
    }

    /// A word of letters and digits of ASCII alone, as its folded form is; `None` for any other.
    #[inline]
    pub(super) fn plain(word: &str) -> Option<Self> {
        let Self { head, tail, len } = Self::new(word)?;
        // Letters of either case differ in one bit, which all digits have.
        let lower = |bytes: u64| bytes | every(0x20);
        let is_plain = |bytes: u64| {
            let known = every_in(lower(bytes), b'a', b'z') | every_in(bytes, b'0', b'9');
            bytes & every(0x80) == 0 && known == every(0x80)
        };
        let plain = Self { head: lower(head), tail: lower(tail), len };
        (is_plain(head) && is_plain(tail)).then_some(plain)
    }

    /// Spreads words evenly (the folded product of wyhash).
    pub(super) fn hash(self) -> u64 {
        let (a, b) = (self.head ^ 0x9e37_79b9_7f4a_7c15, self.tail ^ 0xd6e8_feb8_6659_fd93);
        let product = u128::from(a.rotate_left(u32::from(self.len))) * u128::from(b | 1);
        product as u64 ^ (product >> 64) as u64
    }
}

/// Stems of words met before. A word of news has been met before nine times in ten, and the stemmer
/// takes longer than all the rest of tokenizing.
#[derive(Clone, Default)]
pub(super) struct StemCache {
    /// A power of two, or nothing before the first word.
    slots: Vec<StemSlot>,
}

/// A word and its cut; packed, since what is smaller is nearer.
#[derive(Clone, Copy, Default)]
pub(super) struct StemSlot {
    head: u64,
    tail: u64,
    len: u8,
    pub(super) cut: Cut,
    /// Number of the last article that had the word, for who counts articles from 1.
    pub(super) article: u32,
    /// Number of the word in that article.
    pub(super) word: u32,
}

impl StemSlot {
    #[inline]
    fn has(&self, short: ShortWord) -> bool {
        (self.head, self.tail, self.len) == (short.head, short.tail, short.len)
    }
}

impl StemCache {
    /// A megabyte: what a core keeps near.
    const SLOTS: usize = 1 << 15;

    /// The slot of a folded word, which is `short`; `None` where its cut does not fit.
    #[inline]
    pub(super) fn slot(
        &mut self,
        stemmer: &Stemmer,
        word: &str,
        short: ShortWord,
    ) -> Option<&mut StemSlot> {
        let ShortWord { head, tail, len } = short;
        if self.slots.is_empty() {
            self.slots.resize(Self::SLOTS, StemSlot::default());
        }
        let slot = &mut self.slots[short.hash() as usize % Self::SLOTS];
        if !slot.has(short) {
            let cut = Cut::new(word, &stem_of(stemmer, word))?;
            *slot = StemSlot { head, tail, len, cut, article: 0, word: 0 };
        }
        Some(slot)
    }

    /// The slot of a word, where it has one.
    #[inline]
    pub(super) fn known(&self, short: ShortWord) -> Option<&StemSlot> {
        let slot = self.slots.get(short.hash() as usize % Self::SLOTS)?;
        slot.has(short).then_some(slot)
    }

    /// Replaces `word`, which is folded, by its stem.
    pub(super) fn stem(&mut self, stemmer: &Stemmer, word: &mut String) {
        match ShortWord::new(word).and_then(|short| self.slot(stemmer, word, short)) {
            Some(StemSlot { cut, .. }) => {
                word.truncate(usize::from(cut.kept));
                word.extend(cut.ending());
            }
            None => *word = stem_of(stemmer, word).into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_stemmers::Algorithm;

    use super::*;
    use crate::analysis::fold_word;

    proptest! {
        #[test]
        fn plain_words_are_known_by_their_folded_form(word in "[A-Za-z0-9]{0,17}|[@-Z`-z{/:\\[\\]0-9_é'\u{10}-\u{1f}]{0,9}") {
            let mut folded = String::new();
            let is_plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let short = ShortWord::plain(&word);
            prop_assert_eq!(short.is_some(), is_plain && (1..=ShortWord::LONGEST).contains(&word.len()));
            if short.is_some() {
                fold_word(&word, &mut folded);
                prop_assert_eq!(short, ShortWord::new(&folded));
            }
        }

        #[test]
        fn other_words_are_other(a in "[ab]{1,17}", b in "[ab]{1,17}") {
            let shorts = [&a, &b].map(|word| ShortWord::new(word));
            prop_assert!(a == b || shorts[0].is_none() || shorts[0] != shorts[1]);
        }
    }

    #[test]
    fn a_stem_met_again_is_the_same() {
        let stemmer = Stemmer::create(Algorithm::English);
        let mut cache = StemCache::default();
        let words = "relational hopping hoped happy dying ties generously skies a be città \
                     electroencephalographically rationalization internationalisation naïvely";
        for _ in 0..2 {
            for word in words.split_whitespace() {
                let mut stem = word.to_owned();
                cache.stem(&stemmer, &mut stem);
                assert_eq!(stem, stem_of(&stemmer, word), "{word}");
            }
        }
    }
}
