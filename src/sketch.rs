//! How much text two articles share: a small sketch of a body that finds the few articles worth
//! comparing, and the comparison itself, word by word.
//!
//! Everything here is a function of the texts alone, so that what is a copy of what does not
//! depend on the order of files, on threads or on how an index is laid out. The headline is left
//! out: papers write their own. A change to anything here changes what stands in an index: the
//! schema's version goes up with it.
//!
//! Knows nothing of documents or of groups of more than two.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Words that are compared at a time. Three in a row are rarely shared by chance, and most
/// survive an editor who changes every tenth word.
const SHINGLE: usize = 3;
/// Least number of words in a body to be compared by its parts; of a shorter one every phrase is
/// a large part, so it is a copy only of the same words under the same headline.
pub const LEAST_WORDS: usize = 20;
/// Words of a body that are compared; of what is longer than a small book, its beginning.
const MOST_WORDS: usize = 20_000;
/// Values of a sketch.
pub const VALUES: usize = 192;
/// Values that must agree for two articles to be compared at all, and how many such bands there
/// are. Of articles with two fifths of their shingles in common 99 in 100 are found, with a
/// third 90; with a hundredth, 6 in 100,000.
pub const BAND: usize = 3;
/// See [`BAND`].
pub const BANDS: usize = VALUES / BAND;

/// Numbers in the column of an article: the key of its text, then the values, eight in each.
pub const COLUMN: usize = 1 + VALUES / 8;

/// What is kept of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// Equal for equal words in equal order, whatever the punctuation, case and accents.
    pub key: u64,
    /// The values; none where the body is too short.
    pub values: Option<Box<[u8; VALUES]>>,
}

impl Sketch {
    /// Draws the sketch of an article from hashes of the words of its headline and body, without
    /// case and accents; `None` where the body has no words.
    #[must_use]
    pub fn of(title: &[u64], body: &[u64]) -> Option<Self> {
        if body.is_empty() {
            return None;
        }
        if body.len() < LEAST_WORDS {
            let words = [body, title].concat();
            return Some(Self { key: key(&words, body.len() as u64), values: None });
        }
        let compared = &body[..body.len().min(MOST_WORDS)];
        Some(Self { key: key(body, 0), values: Some(Box::new(values(compared))) })
    }

    /// As it stands in a column.
    #[must_use]
    pub fn to_column(&self) -> Vec<u64> {
        let mut column = Vec::with_capacity(COLUMN);
        column.push(self.key);
        if let Some(values) = &self.values {
            let (eights, _) = values.as_chunks::<8>();
            column.extend(eights.iter().map(|eight| u64::from_le_bytes(*eight)));
        }
        column
    }
}

/// Tells an article of an index apart from any other, and from itself with another text. As many
/// as there are articles in an index are alike by chance once in a hundred thousand indexes.
#[must_use]
pub fn print(id: &str, sketch: Option<&Sketch>) -> u64 {
    xxh3_64_with_seed(id.as_bytes(), sketch.map_or(0, |sketch| sketch.key))
}

/// Which share of their shingles two articles have in common (Jaccard), estimated from the
/// values of their sketches as they stand in a column.
#[must_use]
pub fn likeness(a: &[u64], b: &[u64]) -> f64 {
    /// Values that agree by chance.
    const CHANCE: f64 = 1.0 / 256.0;
    let same: u32 = a.iter().zip(b).map(|(a, b)| equal_bytes(*a, *b)).sum();
    let share = f64::from(same) / VALUES as f64;
    ((share - CHANCE) / (1.0 - CHANCE)).max(0.0)
}

/// How many of eight bytes agree.
fn equal_bytes(a: u64, b: u64) -> u32 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let differ = a ^ b;
    // The high bit of each byte that is not zero.
    let high = ((differ & LOW) + LOW) | differ;
    8 - (high & !LOW).count_ones()
}

/// The key of a text's words. `apart` keeps kinds of texts apart.
fn key(words: &[u64], apart: u64) -> u64 {
    words.iter().fold(mix(apart ^ 0x9e37_79b9_7f4a_7c15), |key, word| mix(key ^ word))
}

/// One-permutation MinHash (Li, Owen and Zhang 2012): each shingle falls in one bin and a bin
/// keeps its least. An empty bin takes over that of another, the same one for all texts
/// (Shrivastava 2017), so that equal bins stay as likely as equal shingles.
fn values(words: &[u64]) -> [u8; VALUES] {
    let mut least = [u64::MAX; VALUES];
    for shingle in shingles(words) {
        let bin = ((u128::from(shingle) * VALUES as u128) >> 64) as usize;
        let value = mix(shingle);
        least[bin] = least[bin].min(value);
    }
    std::array::from_fn(|bin| {
        let mut from = bin;
        let mut attempt = 0;
        // Some bin is filled, as there are shingles; chance finds it soon, the cap never bites.
        while least[from] == u64::MAX && attempt < 1 << 16 {
            attempt += 1;
            let at = mix((bin as u64) << 32 | attempt);
            from = ((u128::from(at) * VALUES as u128) >> 64) as usize;
        }
        (least[from] >> 24) as u8
    })
}

fn shingles(words: &[u64]) -> impl Iterator<Item = u64> {
    words.windows(SHINGLE).map(|words| {
        let chain = words.iter().fold(0u64, |chain, word| {
            (chain.rotate_left(21) ^ word).wrapping_mul(0xd6e8_feb8_6659_fd93)
        });
        mix(chain)
    })
}

/// The bit of a word's hash that says that it is a number.
const NUMBER: u64 = 1;

/// A hash for each word of a text. Words are runs of letters or of digits, without case and
/// accents; where letters stand for words and have no spaces between them, each is one.
fn words(text: &str) -> Vec<u64> {
    let mut words = Vec::with_capacity(text.len() / 6);
    let mut word = Word::default();
    for letter in text.chars() {
        if letter.is_ascii() {
            let byte = letter as u8;
            if byte.is_ascii_alphanumeric() {
                word.add(u32::from(byte.to_ascii_lowercase()), byte.is_ascii_digit());
            } else {
                word.end(&mut words);
            }
            continue;
        }
        match letter {
            // Carry no sound.
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => continue,
            _ if is_combining_mark(letter) => continue,
            _ => {}
        }
        if stands_alone(letter) {
            word.end(&mut words);
            word.add(u32::from(letter), false);
            word.end(&mut words);
        } else if letter.is_alphanumeric() {
            for lower in letter.to_lowercase() {
                decompose_canonical(lower, |part| {
                    if !is_combining_mark(part) {
                        word.add(u32::from(part), part.is_numeric());
                    }
                });
            }
        } else {
            word.end(&mut words);
        }
    }
    word.end(&mut words);
    words
}

/// A word in the making.
#[derive(Default)]
struct Word {
    hash: u64,
    letters: bool,
    digits: bool,
}

impl Word {
    fn add(&mut self, letter: u32, digit: bool) {
        self.hash = (self.hash ^ u64::from(letter)).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
        self.letters |= !digit;
        self.digits |= digit;
    }

    fn end(&mut self, words: &mut Vec<u64>) {
        if self.letters || self.digits {
            let number = if self.digits { NUMBER } else { 0 };
            words.push(mix(self.hash) & !NUMBER | number);
        }
        *self = Self::default();
    }
}

/// Scripts that write no spaces between words.
fn stands_alone(letter: char) -> bool {
    matches!(letter, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        && letter.is_alphabetic()
}

/// Spreads a number over all its bits (the finalizer of MurmurHash3).
fn mix(mut number: u64) -> u64 {
    number ^= number >> 33;
    number = number.wrapping_mul(0xff51_afd7_ed55_8ccd);
    number ^= number >> 33;
    number = number.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    number ^ (number >> 33)
}

/// A body made ready to be compared.
#[derive(Debug, Clone)]
pub struct Comparable {
    words: Vec<u64>,
    /// Shingles with the words they start at, in the order of their hashes.
    shingles: Vec<(u64, u32)>,
}

/// What two bodies have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shared {
    /// The share of the first one's words that stand in the second too, three or more in a row.
    pub of_first: f64,
    /// The same of the second.
    pub of_second: f64,
    /// Numbers that stand in common text, in the one that has fewer.
    kept: usize,
    /// Those that stand in short gaps between common text, in the one that has fewer: the sentence
    /// is the same and the number another.
    changed: usize,
}

/// Longest gap between common words that is an edit and not a passage of its own.
const GAP: usize = 8;

impl Comparable {
    /// Reads a body.
    #[must_use]
    pub fn new(body: &str) -> Self {
        let mut words = words(body);
        words.truncate(MOST_WORDS);
        let mut shingles: Vec<(u64, u32)> = shingles(&words).zip(0..).collect();
        shingles.sort_unstable();
        Self { words, shingles }
    }

    /// How many words are compared.
    #[must_use]
    pub fn words(&self) -> usize {
        self.words.len()
    }

    /// Compares two bodies.
    #[must_use]
    pub fn shared(&self, other: &Self) -> Shared {
        let mut first = vec![false; self.words.len()];
        let mut second = vec![false; other.words.len()];
        let (mut a, mut b) = (0, 0);
        while let (Some(&(mine, _)), Some(&(theirs, _))) =
            (self.shingles.get(a), other.shingles.get(b))
        {
            if mine != theirs {
                if mine < theirs {
                    a += 1;
                } else {
                    b += 1;
                }
                continue;
            }
            a += cover(&self.shingles[a..], &mut first);
            b += cover(&other.shingles[b..], &mut second);
        }
        let share = |covered: &[bool]| match covered.len() {
            0 => 0.0,
            all => covered.iter().filter(|covered| **covered).count() as f64 / all as f64,
        };
        let (mine, theirs) = (numbers(&self.words, &first), numbers(&other.words, &second));
        Shared {
            of_first: share(&first),
            of_second: share(&second),
            kept: mine.0.min(theirs.0),
            changed: mine.1.min(theirs.1),
        }
    }
}

/// Marks the words of the shingles that equal the first one; how many those are.
fn cover(shingles: &[(u64, u32)], covered: &mut [bool]) -> usize {
    let equal = shingles.iter().take_while(|(hash, _)| *hash == shingles[0].0);
    let mut count = 0;
    for (_, at) in equal {
        covered[*at as usize..*at as usize + SHINGLE].fill(true);
        count += 1;
    }
    count
}

/// How many numbers stand in common text, and how many in the short gaps of it.
fn numbers(words: &[u64], covered: &[bool]) -> (usize, usize) {
    let (mut kept, mut changed) = (0, 0);
    let mut at = 0;
    for run in covered.chunk_by(|a, b| a == b) {
        let here = &words[at..at + run.len()];
        let numbers = here.iter().filter(|word| *word & NUMBER != 0).count();
        let between = at > 0 && at + run.len() < words.len();
        if run[0] {
            kept += numbers;
        } else if between && run.len() <= GAP {
            changed += numbers;
        }
        at += run.len();
    }
    (kept, changed)
}

impl Shared {
    /// Whether one is a copy of the other: cut, edited or brought up to date, but the same piece.
    ///
    /// Either two thirds of each stand in the other, where more of one makes up for less of the
    /// other: articles on one subject from one desk share whole paragraphs and stay below that.
    /// Or nearly all of one does: a piece that was cut short. A fifth of the other at least, since
    /// a summary of the day holds many stories and is none of them. And the numbers are mostly the
    /// same, since reports of markets, matches and the weather are written on forms.
    #[must_use]
    pub fn is_copy(&self) -> bool {
        let (more, less) = (self.of_first.max(self.of_second), self.of_first.min(self.of_second));
        (more + less >= 1.3 || more >= 0.85) && less >= 0.2 && !self.is_form()
    }

    /// Whether the words are the same and the numbers are not.
    fn is_form(&self) -> bool {
        self.changed >= 3 && self.changed * 5 > (self.kept + self.changed) * 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "Dockers at the three northern ports walked out on Monday after talks over \
        night shifts broke down. The union said 1,450 of its members took part, and that the \
        strike would last until Thursday at least.\n\n\
        Two container ships were turned away before noon. A spokeswoman for the harbour board, \
        Ilse Maart, said that 38 more were waiting in the roads, twice as many as on a usual day, \
        and that perishable goods would be landed first once work began again.\n\n\
        Shopkeepers in Vell and Osthaven expect no shortages this week. Bananas, which come in on \
        Tuesdays, may be dearer from Saturday, the grocers' league said.";

    fn edited(edits: &[(&str, &str)]) -> String {
        edits.iter().fold(STORY.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        })
    }

    fn compared(a: &str, b: &str) -> Shared {
        Comparable::new(a).shared(&Comparable::new(b))
    }

    fn sketch(title: &str, body: &str) -> Option<Sketch> {
        Sketch::of(&words(title), &words(body))
    }

    fn estimated(a: &str, b: &str) -> f64 {
        let column = |text| sketch("", text).unwrap().to_column();
        likeness(&column(a)[1..], &column(b)[1..])
    }

    #[test]
    fn words_are_the_same_however_they_are_set() {
        let same = [
            ("The mayor’s “plan”, again", "the mayors' PLAN again", false),
            ("The mayor’s “plan”, again", "the Mayor's - plan - AGAIN!", true),
            ("Café Zürich", "cafe zurich", true),
            ("cafe\u{301}", "café", true),
            ("co\u{ad}operate", "cooperate", true),
            ("1,450 tons", "1.450 tons", true),
            ("1,450 tons", "1,540 tons", false),
            ("東京都", "東 京 都", true),
            ("東京都", "京東都", false),
            ("новый", "новыи", true),
        ];
        for (a, b, equal) in same {
            assert_eq!(words(a) == words(b), equal, "{a} / {b}");
        }
    }

    #[test]
    fn the_key_is_of_the_words_and_not_of_the_headline() {
        let key = |title, body: &str| sketch(title, body).map(|sketch| sketch.key);
        assert_eq!(key("", STORY), key("Ports at a standstill", STORY));
        assert_eq!(key("", STORY), key("", &STORY.replace("\n\n", " ").to_uppercase()));
        assert_ne!(key("", STORY), key("", &edited(&[("Monday", "Tuesday")])));
        assert_eq!(key("", " \n—"), None);
        // A body of a few words says too little without its headline.
        let short = "Watch the video above.";
        assert_eq!(key("Fire in Vell", short), key("Fire in Vell", short));
        assert_ne!(key("Fire in Vell", short), key("Flood in Vell", short));
        assert_eq!(sketch("", short).unwrap().to_column().len(), 1);
        assert_eq!(sketch("", STORY).unwrap().to_column().len(), COLUMN);
    }

    #[test]
    fn an_estimate_is_near_the_truth() {
        let word = |seed: u64, at: u64| format!("w{} ", mix(seed << 32 | at));
        let text = |seed, count| (0..count).map(|at| word(seed, at)).collect::<String>();
        let common = text(1, 600);
        for (own, share) in [(0, 1.0), (100, 0.75), (300, 0.5), (900, 0.25)] {
            let (a, b) = (common.clone() + &text(2, own), common.clone() + &text(3, own));
            let estimate = estimated(&a, &b);
            assert!((estimate - share).abs() < 0.1, "{estimate} for {share}");
        }
        assert!(estimated(&text(2, 600), &text(3, 600)) < 0.03);
        // A short one has more bins than shingles.
        assert!((estimated(&text(4, 25), &text(4, 25)) - 1.0).abs() < 1e-9);
        assert!(estimated(&text(4, 25), &text(5, 25)) < 0.1);
    }

    #[test]
    fn bytes_that_agree_are_counted() {
        let cases = [(0, 0, 8), (1, 0, 7), (0x80, 0, 7), (u64::MAX, 0, 0), (0xff00, 0x0100, 7)];
        for (a, b, equal) in cases {
            assert_eq!(equal_bytes(a, b), equal, "{a:x} {b:x}");
        }
    }

    #[test]
    fn what_is_a_copy() {
        let first = STORY.split("\n\n").next().unwrap();
        let other = "The city council voted on Monday to close the old tram depot in Osthaven. A \
            museum will move in. Nine members of the council were for it, four against, and the \
            mayor said that the doors would open before the summer of next year, with rides on \
            three of the cars that ran on the harbour line until it was given up.";
        let page = |text: &str| format!("{text}\n\n{STORY}");
        let cases = [
            ("itself", STORY.to_owned(), true),
            (
                "an edited one",
                edited(&[
                    ("walked out", "downed tools"),
                    ("night shifts", "late shifts"),
                    (
                        "A spokeswoman for the harbour board, Ilse Maart,",
                        "The harbour board's Ilse Maart",
                    ),
                    ("Bananas, which come in on Tuesdays,", "Bananas"),
                ]),
                true,
            ),
            ("cut after the first paragraph", first.to_owned(), true),
            (
                "with an introduction",
                page("Good morning. Here is what our reader wants to know."),
                true,
            ),
            ("another story", other.to_owned(), false),
            ("no text", String::new(), false),
            (
                "one sentence quoted in another story",
                format!("{other} {}", first.split(". ").next().unwrap()),
                false,
            ),
            // A summary holds it whole and is five times as long.
            (
                "in a long summary",
                page(
                    &(0..40)
                        .map(|at| format!("Item {at}: {} ", mix(at)))
                        .collect::<String>()
                        .repeat(4),
                ),
                false,
            ),
        ];
        for (what, text, copy) in cases {
            let shared = compared(STORY, &text);
            assert_eq!(shared.is_copy(), copy, "{what}: {shared:?}");
            assert_eq!(compared(&text, STORY).is_copy(), copy, "{what}, the other way round");
        }
    }

    #[test]
    fn reports_on_a_form_are_no_copies() {
        let report = |a: u32, b: u32, c: u32, d: u32| {
            format!(
                "Shares in Vell rose on the day. The harbour index ended {a} points higher at \
                 {b}. Of the shares in it {c} went up and {d} went down, and volume was that of an \
                 average day, brokers said. Trading goes on at nine on the next working day."
            )
        };
        let shared = compared(&report(12, 4310, 19, 8), &report(47, 4402, 23, 3));
        assert!(shared.of_first > 0.6 && !shared.is_copy(), "{shared:?}");
        let corrected = compared(&report(12, 4310, 19, 8), &report(12, 4310, 19, 9));
        assert!(corrected.is_copy(), "{corrected:?}");
    }

    #[test]
    fn shares_count_words_on_both_sides() {
        let shared = compared(STORY, STORY.split("\n\n").next().unwrap());
        assert!((shared.of_second - 1.0).abs() < 1e-9, "{shared:?}");
        assert!((0.25..0.45).contains(&shared.of_first), "{shared:?}");
        let none = compared("", "");
        assert_eq!((none.of_first, none.of_second, none.is_copy()), (0.0, 0.0, false));
    }

    #[test]
    fn long_and_repeating_texts_are_compared_in_good_time() {
        let (repeated, long) = ("no news today ".repeat(200_000), "x1 y2 z3 ".repeat(300_000));
        assert!(compared(&repeated, &repeated).is_copy());
        assert!(!compared(&repeated, &long).is_copy());
        assert!(sketch("", &long).is_some());
    }
}
