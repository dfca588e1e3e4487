//! What the model looks at: tokens to runs that may hold names, and each token of a run to features.
//!
//! A feature is a hash of what was seen and of where it was looked for. Trainer and reader share
//! this file; whoever changes it trains the model again.

use std::ops::Range;

use super::clusters::{Clusters, Group};
use super::gazetteer::{Gazetteer, List, Marks, place};
use super::tokens::{Gap, Shape, Token, tokenize_words};
use crate::words::words;

/// Small words that names hold between capitals, and how many may stand in a row.
#[rustfmt::skip]
fn links(word: &str) -> bool {
    matches!(
        word,
        "of" | "the" | "and" | "for" | "de" | "la" | "le" | "les" | "del" | "della" | "di" | "da" | "do"
            | "dos" | "das" | "du" | "des" | "el" | "al" | "ul" | "bin" | "bint" | "ibn" | "ben" | "abu"
            | "von" | "van" | "der" | "den" | "ter" | "ten" | "zu" | "in" | "on" | "to" | "with" | "at"
            | "y" | "e" | "a" | "an" | "as" | "by" | "from" | "against" | "its" | "or" | "is" | "en"
            | "los" | "las" | "lo" | "wa" | "v" | "over" | "than" | "upon"
            | "et" | "und" | "un" | "une" | "n" | "o" | "i" | "no" | "not"
    )
}
const LINKS: usize = 3;

/// Small words that a name may begin with.
#[rustfmt::skip]
fn leads(word: &str) -> bool {
    matches!(
        word,
        "al" | "el" | "ul" | "an" | "ar" | "as" | "ash" | "az" | "bin" | "ibn" | "von" | "van" | "de"
            | "del" | "della" | "di" | "da" | "dos" | "la" | "le" | "den" | "der" | "du" | "ten" | "ter"
            | "ben" | "abu" | "lac"
    )
}

/// What a text is looked at for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To learn from it: all of it is shown.
    Learning,
    /// To find its names: what is none in any set is not asked about.
    Finding,
}

impl Purpose {
    /// Whether no name goes on behind a gap. Sets have a few that go on behind a dash; in news it
    /// stands behind datelines.
    fn parts(self, gap: Gap) -> bool {
        gap.parts() || self == Self::Finding && gap == Gap::Dash
    }
}

/// Words that open sentences, and days and months: alone between words without capitals they name
/// nothing, and a quarter of all runs is one of them.
#[rustfmt::skip]
fn is_never_a_name(lower: &str) -> bool {
    matches!(
        lower,
        "the" | "a" | "an" | "i" | "he" | "she" | "it" | "we" | "you" | "they" | "this" | "that"
            | "these" | "those" | "there" | "here" | "his" | "her" | "its" | "my" | "our" | "your"
            | "their" | "but" | "and" | "or" | "so" | "yet" | "if" | "as" | "at" | "in" | "on" | "of"
            | "for" | "from" | "to" | "by" | "with" | "without" | "after" | "before" | "when" | "while"
            | "where" | "what" | "who" | "how" | "why" | "which" | "because" | "since" | "although"
            | "though" | "despite" | "during" | "until" | "both" | "each" | "all" | "some" | "many"
            | "most" | "more" | "several" | "few" | "another" | "other" | "others" | "one" | "two"
            | "three" | "four" | "five" | "not" | "no" | "yes" | "also" | "even" | "just" | "only"
            | "then" | "now" | "still" | "however" | "meanwhile" | "instead" | "perhaps" | "according"
            | "about" | "among" | "under" | "over" | "between" | "is" | "are" | "was" | "were" | "do"
            | "does" | "did" | "have" | "has" | "monday" | "tuesday" | "wednesday" | "thursday"
            | "friday" | "saturday" | "sunday" | "january" | "february" | "july" | "september"
            | "october" | "november" | "december"
    )
}

/// Whether a run is one word that names nothing.
fn tells_nothing(text: &str, run: &[Token]) -> bool {
    let [word] = run else { return false };
    let word = match word.shape {
        Shape::Initial | Shape::Single => word.text(text).as_bytes(),
        _ => return false,
    };
    let mut lower = [0; 9];
    let Some(lower) = lower.get_mut(..word.len()) else { return false };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    std::str::from_utf8(lower).is_ok_and(is_never_a_name)
}

/// The stretches of a text that may hold names: capitals, what stands between them, and numbers at
/// their ends. Everything else is no name.
fn push_runs(text: &str, tokens: &[Token], purpose: Purpose, runs: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while at < tokens.len() {
        if !tokens[at].shape.is_capital() {
            at += 1;
            continue;
        }
        let floor = runs.last().map_or(0, |run| run.end);
        let mut start = at;
        // "van Gogh", "al-Maliki", "2022 World Cup"
        while start > floor && start + 2 > at && !purpose.parts(tokens[start].gap) {
            let before = &tokens[start - 1];
            let taken = match before.shape {
                // "anti-Spanish", "Port-au-Prince"
                Shape::Lower if tokens[start].gap == Gap::Hyphen => true,
                Shape::Lower => tokens[start].gap == Gap::Space && leads(before.text(text)),
                Shape::Number | Shape::Year => tokens[start].gap.joins(),
                _ => false,
            };
            if !taken {
                break;
            }
            start -= 1;
        }
        let mut end = at + 1;
        let mut ahead = end;
        while ahead < tokens.len() && !purpose.parts(tokens[ahead].gap) {
            let token = &tokens[ahead];
            if token.shape.is_capital() {
                ahead += 1;
                end = ahead;
                continue;
            }
            let linked = match token.shape {
                Shape::Possessive | Shape::Number | Shape::Year => true,
                // "Co-operative", "Ching-yeung"
                Shape::Lower if token.gap == Gap::Hyphen => {
                    ahead += 1;
                    end = ahead;
                    continue;
                }
                Shape::Lower => links(token.text(text)),
                _ => false,
            };
            if !linked || ahead - end >= LINKS {
                break;
            }
            ahead += 1;
        }
        // "Macy's", "Boeing 737"
        if end < tokens.len() && tokens[end].shape == Shape::Possessive {
            end += 1;
        }
        if end < tokens.len() && tokens[end].shape.is_number() && tokens[end].gap.joins() {
            end += 1;
        }
        if purpose == Purpose::Learning || !tells_nothing(text, &tokens[start..end]) {
            runs.push(start..end);
        }
        at = end;
    }
}

/// What stands for a place before the first and behind the last token of a sentence.
const OUTSIDE: u32 = 0x0bad_cafe;

/// What is known of a token before the model is asked.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Form {
    /// Hashes of the first two, three and four letters, and of the last one to four.
    prefixes: [u32; 3],
    suffixes: [u32; 4],
    /// Letters as classes, repeated ones once: `Xx'Xx`.
    pattern: u32,
    /// The small forms of its ASCII capitals, last first, in seven bytes, and their number in the
    /// eighth, where it may be an acronym; of others the first letter alone.
    initials: u64,
    pub(crate) marks: Marks,
}

/// Small words of an article, as bits: whether a word is also written without its capital.
#[derive(Debug)]
pub(crate) struct SmallWords {
    bits: Vec<u64>,
}

const SMALL_BITS: u32 = 15;

impl Default for SmallWords {
    fn default() -> Self {
        Self { bits: vec![0; 1 << (SMALL_BITS - 6)] }
    }
}

impl SmallWords {
    pub(crate) fn clear(&mut self) {
        self.bits.fill(0);
    }

    pub(crate) fn add(&mut self, tokens: &[Token]) {
        for token in tokens.iter().filter(|token| token.shape == Shape::Lower) {
            let at = token.lower >> (32 - SMALL_BITS);
            self.bits[(at >> 6) as usize] |= 1 << (at & 63);
        }
    }

    #[inline]
    pub(crate) fn has(&self, lower: u32) -> bool {
        let at = lower >> (32 - SMALL_BITS);
        self.bits[(at >> 6) as usize] >> (at & 63) & 1 == 1
    }
}

/// One text, ready to be looked at.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) tokens: Vec<Token>,
    pub(crate) runs: Vec<Range<usize>>,
    /// One for each token; filled in runs alone.
    pub(crate) forms: Vec<Form>,
    /// One for each token; filled in runs and two tokens around them.
    groups: Vec<Group>,
    last_groups: LastGroups,
}

/// The groups of the words that were last asked for: a text says the same words again and again, and
/// all groups are more than a core keeps near.
struct LastGroups([(u32, Group); 1 << LastGroups::BITS]);

impl LastGroups {
    const BITS: u32 = 10;

    fn of(&mut self, lower: u32, clusters: &Clusters) -> Group {
        let last = &mut self.0[(lower >> (32 - Self::BITS)) as usize];
        if last.0 != lower {
            *last = (lower, clusters.of(lower));
        }
        last.1
    }
}

impl Default for LastGroups {
    fn default() -> Self {
        // Hashes that belong to other places, so that no word is taken for one of them.
        Self(std::array::from_fn(|at| (!((at as u32) << (32 - Self::BITS)), Group::default())))
    }
}

impl Seen {
    /// A text to learn from.
    pub(crate) fn new(text: &str, gazetteer: &Gazetteer, clusters: &Clusters) -> Self {
        let mut seen = Self::default();
        seen.read(text, words(text), gazetteer, clusters, Purpose::Learning);
        seen
    }

    /// Looks at another text, whose words are known, in the room of the last one.
    pub(crate) fn read<'t>(
        &mut self,
        text: &'t str,
        words: impl Iterator<Item = (usize, &'t str)>,
        gazetteer: &Gazetteer,
        clusters: &Clusters,
        purpose: Purpose,
    ) {
        tokenize_words(text, words, &mut self.tokens);
        let tokens = self.tokens.as_slice();
        self.runs.clear();
        push_runs(text, tokens, purpose, &mut self.runs);
        self.forms.clear();
        self.forms.resize(tokens.len(), Form::default());
        self.groups.clear();
        self.groups.resize(tokens.len(), Group::default());
        let mut grouped = 0;
        let mut marks = Vec::new();
        for run in &self.runs {
            let around = grouped.max(run.start.saturating_sub(2))..(run.end + 2).min(tokens.len());
            grouped = around.end;
            for (group, token) in self.groups[around.clone()].iter_mut().zip(&tokens[around]) {
                *group = self.last_groups.of(token.lower, clusters);
            }
            marks.clear();
            marks.resize(run.len(), 0);
            gazetteer.mark(&tokens[run.clone()], &mut marks);
            for (at, marks) in run.clone().zip(&marks) {
                self.forms[at] = form(&tokens[at], tokens[at].text(text), *marks);
            }
        }
    }
}

fn initials(token: &Token, word: &str) -> u64 {
    if !matches!(token.shape, Shape::Acronym | Shape::Upper | Shape::Mixed | Shape::Dotted) {
        return word.bytes().next().map_or(0, |byte| u64::from(byte.to_ascii_lowercase()));
    }
    let mut value = 0;
    let mut count = 0;
    for byte in word.bytes().filter(u8::is_ascii_uppercase).take(7) {
        value = value << 8 | u64::from(byte.to_ascii_lowercase());
        count += 1;
    }
    value | count << 56
}

fn form(token: &Token, word: &str, marks: Marks) -> Form {
    let mut starts = [0usize; 4];
    let mut ends = [word.len(); 5];
    let mut count = 0;
    let (mut pattern, mut last) = (0u32, 0u8);
    let mut tail = [0usize; 4];
    for (at, letter) in word.char_indices() {
        if count < 4 {
            starts[count] = at + letter.len_utf8();
        }
        tail[count % 4] = at;
        count += 1;
        let class = match letter {
            'a'..='z' => 1,
            'A'..='Z' => 2,
            '0'..='9' => 3,
            '.' => 4,
            '\'' | '\u{2019}' => 5,
            _ if letter.is_lowercase() => 1,
            _ if letter.is_uppercase() => 2,
            _ => 6,
        };
        if class != last {
            pattern = pattern.wrapping_mul(31).wrapping_add(u32::from(class));
            last = class;
        }
    }
    for (length, end) in ends.iter_mut().enumerate().take(5).skip(1) {
        if length <= count {
            *end = tail[(count - length) % 4];
        }
    }
    let small = |part: &str| {
        let mut value = 0x811c_9dc5u32;
        for byte in part.bytes() {
            value = (value ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193);
        }
        value
    };
    let mut form = Form { pattern, initials: initials(token, word), marks, ..Form::default() };
    for (length, prefix) in (2..count).zip(&mut form.prefixes) {
        *prefix = small(&word[..starts[length - 1]]);
    }
    for (length, suffix) in (1..count).zip(&mut form.suffixes) {
        *suffix = small(&word[ends[length]..]);
    }
    form
}

/// Where a feature comes from. The trainer drops features by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Of {
    /// The letters of the word itself.
    Word,
    /// Words beside it.
    Context,
    /// Shapes and gaps.
    Form,
    /// Lists of names.
    List,
    /// Groups of words.
    Group,
    /// First and last letters.
    Affix,
}

#[inline]
fn join(a: u32, b: u32) -> u32 {
    let mixed = (a ^ b.rotate_left(15)).wrapping_mul(0x9e37_79b1);
    (mixed ^ (mixed >> 15)).wrapping_add(b)
}

/// What was seen, and by which template, as one hash.
#[inline]
pub(super) fn feature(template: u32, value: u32) -> u32 {
    let mixed = (value ^ template.wrapping_mul(0x85eb_ca6b)).wrapping_mul(0xc2b2_ae35);
    mixed ^ (mixed >> 16)
}

#[inline]
fn fold(marks: Marks) -> u32 {
    join(marks as u32, (marks >> 32) as u32)
}

/// Hands the features of the token at `at` of `run` to `put`.
#[allow(clippy::too_many_lines)] // a list
pub(crate) fn features(
    seen: &Seen,
    run: &Range<usize>,
    at: usize,
    small: &SmallWords,
    mut put: impl FnMut(Of, u32),
) {
    let tokens = &seen.tokens;
    let token = &tokens[at];
    let form = &seen.forms[at];
    // Sentences end the view.
    let has_left = !token.gap.parts();
    let has_left2 = has_left && at >= 2 && !tokens[at - 1].gap.parts();
    let has_right = at + 1 < tokens.len() && !tokens[at + 1].gap.parts();
    let has_right2 = has_right && at + 2 < tokens.len() && !tokens[at + 2].gap.parts();
    let lower = |has: bool, at: usize| if has { tokens[at].lower } else { OUTSIDE };
    let shape_of = |has: bool, at: usize| if has { tokens[at].shape as u32 + 1 } else { 0 };
    let left = lower(has_left, at.wrapping_sub(1));
    let left2 = lower(has_left2, at.wrapping_sub(2));
    let right = lower(has_right, at + 1);
    let right2 = lower(has_right2, at + 2);
    let shape = token.shape as u32 + 16 * token.style as u32;
    let shape_left = shape_of(has_left, at.wrapping_sub(1));
    let shape_right = shape_of(has_right, at + 1);
    let gap_right = if at + 1 < tokens.len() { tokens[at + 1].gap } else { Gap::Paragraph };
    let gaps = token.gap as u32 * 16 + gap_right as u32;
    let marks_left = if has_left { fold(seen.forms[at - 1].marks) } else { 1 };
    let marks_right = if has_right { fold(seen.forms[at + 1].marks) } else { 1 };
    let marks = fold(form.marks);

    put(Of::Form, feature(0, 0));
    put(Of::Form, feature(1, shape));
    put(Of::Form, feature(2, form.pattern));
    put(Of::Form, feature(3, shape * 16 + shape_left));
    put(Of::Form, feature(4, shape * 16 + shape_right));
    put(Of::Form, feature(5, (shape * 16 + shape_left) * 16 + shape_right));
    put(Of::Form, feature(6, shape * 256 + gaps));
    put(Of::Form, feature(7, shape * 16 + token.gap as u32));
    put(Of::Form, feature(8, shape * 16 + gap_right as u32));

    put(Of::Word, feature(10, token.exact));
    put(Of::Word, feature(11, token.lower));
    put(Of::Word, feature(12, join(left, token.lower)));
    put(Of::Word, feature(13, join(token.lower, right)));
    for (length, prefix) in form.prefixes.iter().enumerate() {
        if *prefix != 0 {
            put(Of::Affix, feature(14 + length as u32, *prefix));
        }
    }
    for (length, suffix) in form.suffixes.iter().enumerate() {
        if *suffix != 0 {
            put(Of::Affix, feature(17 + length as u32, *suffix));
        }
    }

    put(Of::Context, feature(22, left));
    put(Of::Context, feature(23, right));
    put(Of::Context, feature(24, left2));
    put(Of::Context, feature(25, right2));
    put(Of::Context, feature(26, join(left, right)));
    put(Of::Context, feature(27, join(left, shape)));
    put(Of::Context, feature(28, join(right, shape)));
    put(Of::Context, feature(29, join(left2, left)));
    put(Of::Context, feature(30, join(right, right2)));

    // Does it also stand in the article, or in English, without its capital?
    let common = u32::from(place(form.marks, List::Common) != 0);
    let also_small = common + 2 * u32::from(small.has(token.lower));
    let begins =
        u32::from(!has_left) + 2 * u32::from(matches!(token.gap, Gap::QuoteOpen | Gap::Colon));
    put(Of::Form, feature(31, (also_small * 4 + begins) * 64 + shape));
    put(Of::Form, feature(32, join(also_small * 4 + begins, gap_right as u32)));
    if !has_left {
        put(Of::Word, feature(33, token.lower));
    }

    // Lists.
    let mut left_over = form.marks;
    while left_over != 0 {
        let list = left_over.trailing_zeros() / 4;
        let place = (left_over >> (4 * list)) as u32 & 15;
        left_over &= !(15 << (4 * list));
        put(Of::List, feature(34, list * 16 + place));
        put(Of::List, feature(35, (list * 16 + place) * 64 + shape));
        put(Of::List, feature(36, join(list * 16 + place, left)));
        put(Of::List, feature(37, join(list * 16 + place, right)));
    }
    put(Of::List, feature(38, marks));
    put(Of::List, feature(39, join(marks, marks_right)));
    put(Of::List, feature(40, join(marks_left, marks)));
    put(Of::List, feature(41, marks_left));
    put(Of::List, feature(42, marks_right));
    put(Of::List, feature(43, join(join(marks_left, marks), marks_right)));

    // The capitals around it as one: what stands before and behind them, their first and last word.
    let mut first = at;
    while first > run.start.max(at.saturating_sub(REACH))
        && tokens[first].gap.joins()
        && tokens[first].gap != Gap::Stop
    {
        let before = tokens[first - 1].shape;
        if !(before.is_capital() || before.is_number()) {
            break;
        }
        first -= 1;
    }
    let mut last = at;
    while last + 1 < run.end.min(at + REACH) && tokens[last + 1].gap.joins() {
        let behind = tokens[last + 1].shape;
        if !(behind.is_capital() || behind.is_number()) {
            break;
        }
        last += 1;
    }
    let position = match (first == at, last == at) {
        (true, true) => 0,
        (true, false) => 1,
        (false, false) => 2,
        (false, true) => 3,
    };
    let length = (last + 1 - first).min(6) as u32;
    let before = lower(!tokens[first].gap.parts(), first.wrapping_sub(1));
    let before2 = lower(
        !tokens[first].gap.parts() && first >= 2 && !tokens[first - 1].gap.parts(),
        first.wrapping_sub(2),
    );
    let behind_in = last + 1 < tokens.len() && !tokens[last + 1].gap.parts();
    let behind = lower(behind_in, last + 1);
    let behind2 =
        lower(behind_in && last + 2 < tokens.len() && !tokens[last + 2].gap.parts(), last + 2);
    put(Of::Form, feature(44, (position * 8 + length) * 64 + shape));
    put(Of::Context, feature(45, join(before, position)));
    put(Of::Context, feature(46, join(behind, position)));
    put(Of::Context, feature(47, join(before2, join(before, position))));
    put(Of::Context, feature(48, join(behind, join(behind2, position))));
    put(Of::Word, feature(49, join(tokens[last].lower, position)));
    put(Of::Word, feature(50, join(tokens[first].lower, position)));
    put(Of::Affix, feature(51, join(seen.forms[last].suffixes[2], position)));
    put(Of::List, feature(52, join(fold(seen.forms[last].marks), position)));
    put(Of::List, feature(53, join(fold(seen.forms[first].marks), position)));
    put(Of::Affix, feature(54, join(form.suffixes[2], shape_right * 16 + shape_left)));
    put(
        Of::Form,
        feature(55, join(seen.forms[first].suffixes[2], join(form.suffixes[2], position))),
    );

    // "World Health Organization (WHO)": what the words before the bracket end with.
    if token.gap == Gap::Open && spells(seen, at) {
        let head = &seen.forms[at - 1];
        put(Of::Context, feature(110, 0));
        put(Of::Context, feature(111, left));
        put(Of::Context, feature(112, head.suffixes[2]));
        put(Of::Group, feature(113, u32::from(seen.groups[at - 1].fine)));
        put(Of::List, feature(114, marks_left));
    }
    // "WHO (World Health Organization)", and the words of a name that is spelled behind it.
    if behind_in && tokens[last + 1].gap == Gap::Open && spells(seen, last + 1) {
        put(Of::Context, feature(115, position));
        put(Of::Context, feature(116, join(tokens[last].lower, position)));
    }

    // Groups of the words.
    let group = |has: bool, at: usize| if has { seen.groups[at] } else { EDGE };
    let here = seen.groups[at];
    let near = [
        group(has_left, at.wrapping_sub(1)),
        group(has_right, at + 1),
        group(has_left2, at.wrapping_sub(2)),
        group(has_right2, at + 2),
    ];
    let fine = |group: Group| u32::from(group.fine);
    let coarse = |group: Group| u32::from(group.coarse);
    put(Of::Group, feature(60, fine(here)));
    put(Of::Group, feature(61, coarse(here)));
    put(Of::Group, feature(62, fine(near[0])));
    put(Of::Group, feature(63, fine(near[1])));
    put(Of::Group, feature(64, coarse(near[0])));
    put(Of::Group, feature(65, coarse(near[1])));
    put(Of::Group, feature(66, coarse(near[2])));
    put(Of::Group, feature(67, coarse(near[3])));
    put(Of::Group, feature(68, coarse(near[0]) * 4096 + coarse(here)));
    put(Of::Group, feature(69, coarse(here) * 4096 + coarse(near[1])));
    put(Of::Group, feature(70, coarse(near[0]) * 4096 + coarse(near[1])));
    put(Of::Group, feature(71, coarse(here) * 64 + shape));
    put(Of::Group, feature(72, fine(here) * 64 + shape));
    for half in 0..2 {
        let of = |group: Group| u32::from(group.halves[half]);
        let base = 90 + 4 * half as u32;
        put(Of::Group, feature(base, of(here)));
        put(Of::Group, feature(base + 1, of(near[0])));
        put(Of::Group, feature(base + 2, of(near[1])));
        put(Of::Group, feature(base + 3, of(here) * 64 + shape));
    }
    let edges = [
        group(!tokens[first].gap.parts(), first.wrapping_sub(1)),
        group(behind_in, last + 1),
        seen.groups[last],
        seen.groups[first],
    ];
    for (which, edge) in edges.into_iter().enumerate() {
        let which = which as u32;
        put(Of::Group, feature(73 + which, fine(edge) * 4 + position));
        put(Of::Group, feature(77 + which, coarse(edge) * 4 + position));
    }
    put(Of::Group, feature(81, (coarse(edges[0]) * 4096 + coarse(edges[1])) * 4 + position));
    put(Of::Group, feature(82, (coarse(edges[2]) * 4096 + coarse(here)) * 4 + position));
}

/// Whether the letters of the token at `at` are the first ones of the capital words before it.
fn spells(seen: &Seen, at: usize) -> bool {
    let token = &seen.tokens[at];
    if !matches!(token.shape, Shape::Acronym | Shape::Upper | Shape::Mixed | Shape::Dotted) {
        return false;
    }
    let mut letters = seen.forms[at].initials & 0xff_ffff_ffff_ffff;
    let count = seen.forms[at].initials >> 56;
    if !(2..=7).contains(&count) {
        return false;
    }
    let (mut matched, mut small) = (0, 0);
    let mut before = at;
    while before > 0 && matched < count && !seen.tokens[before].gap.parts() {
        before -= 1;
        let word = &seen.tokens[before];
        let initial = seen.forms[before].initials & 0xff;
        if word.shape.is_capital() {
            if initial != letters & 0xff {
                return false;
            }
            letters >>= 8;
            matched += 1;
            small = 0;
        } else {
            // A small word may be spelled too, or not.
            small += 1;
            if small > 2 {
                return false;
            }
            if initial == letters & 0xff && matched + 1 < count {
                let next_capital = before > 0
                    && seen.tokens[before - 1].shape.is_capital()
                    && seen.forms[before - 1].initials & 0xff == letters & 0xff;
                if !next_capital {
                    letters >>= 8;
                    matched += 1;
                }
            }
        }
    }
    matched == count
}

/// How far a token looks for the ends of its stretch of capitals: a page of them costs no square.
const REACH: usize = 12;

/// Stands for the group of what is outside of a sentence.
const EDGE: Group = Group { fine: 4000, coarse: 4000, halves: [4000; 2] };
