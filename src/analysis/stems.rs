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

/// A word of at most [`ShortWord::LONGEST`] bytes, to be compared at once: its first and its last
/// eight bytes, which may overlap, and its length.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ShortWord {
    head: u64,
    tail: u64,
    len: u8,
}

impl ShortWord {
    /// Longer words are rare and not worth the room.
    const LONGEST: usize = 16;

    /// `None` where the word is too long.
    pub(super) fn new(word: &str) -> Option<Self> {
        let bytes = word.as_bytes();
        let len = bytes.len();
        let (head, tail) = match len {
            0..8 => {
                let pack = |packed: u64, byte: &u8| packed << 8 | u64::from(*byte);
                (bytes.iter().fold(0, pack), 0)
            }
            8..=Self::LONGEST => (
                u64::from_le_bytes(*bytes.first_chunk()?),
                u64::from_le_bytes(*bytes.last_chunk()?),
            ),
            _ => return None,
        };
        Some(Self { head, tail, len: len as u8 })
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
        if (slot.head, slot.tail, slot.len) != (head, tail, len) {
            let cut = Cut::new(word, &stem_of(stemmer, word))?;
            *slot = StemSlot { head, tail, len, cut, article: 0, word: 0 };
        }
        Some(slot)
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
    use rust_stemmers::Algorithm;

    use super::*;

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
