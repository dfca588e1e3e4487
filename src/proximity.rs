//! Where words stand near each other: the one set of rules that the index, passage ranking and the
//! highlighter share.
//!
//! A position is the number of a word: its stride (the headline, a passage, a caption) times
//! [`STRIDE`] and its place in it. What words apart means is told by a [`Layout`], which knows where
//! paragraphs and sentences start and which strides go on in the next one.

use crate::analysis::STRIDE;
use crate::article::Parts;

/// Most pairs of places that one article is looked through for by one operator. No article that
/// people wrote comes near it; it bounds what a text of two words in turn can cost.
const MAX_PAIRS: usize = 1 << 18;
/// The same for the pairs that turn out to stand too far apart.
const MAX_LOOKED_AT: usize = 1 << 22;

/// Where something of a query stands: from its first to its last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Position of the first word.
    pub first: u32,
    /// Position of the last word.
    pub last: u32,
}

impl Span {
    /// From the first to the last of some sorted positions; `None` of none.
    #[must_use]
    pub fn of(positions: &[u32]) -> Option<Self> {
        let (first, last) = positions.first().zip(positions.last())?;
        Some(Self { first: *first, last: *last })
    }

    /// A word.
    #[must_use]
    pub fn word(at: u32) -> Self {
        Self { first: at, last: at }
    }
}

/// How near two things must stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nearness {
    /// The second starts at most so many words behind the end of the first: 1 is next to it.
    Within {
        /// At least 1.
        words: u32,
        /// The left one comes first; else either does.
        ordered: bool,
    },
    /// In one sentence.
    Sentence,
    /// In one paragraph.
    Paragraph,
}

/// How the text of one article lies on its positions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// Positions where paragraphs start, sorted.
    pub paragraphs: Vec<u32>,
    /// Positions where sentences start that no paragraph starts with, sorted.
    pub sentences: Vec<u32>,
    /// Positions behind the last words of the strides that go on in the next one, sorted.
    pub goes_on: Vec<u32>,
}

impl Layout {
    /// The pairs of spans that stand near each other, as their numbers; the spans do not overlap.
    /// Both lists are sorted.
    #[must_use]
    pub fn near(&self, left: &[Span], right: &[Span], nearness: Nearness) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        self.each_near(left, right, nearness, |one, other| {
            pairs.push((one, other));
            if pairs.len() < MAX_PAIRS { Next::Partner } else { Next::Nothing }
        });
        pairs
    }

    /// How many of the left ones stand near any of the right ones, at most `most`.
    #[must_use]
    pub fn count_near(
        &self,
        left: &[Span],
        right: &[Span],
        nearness: Nearness,
        most: usize,
    ) -> usize {
        let mut count = 0;
        self.each_near(left, right, nearness, |_, _| {
            count += 1;
            if count < most { Next::Left } else { Next::Nothing }
        });
        count
    }

    /// Calls back with the pairs that stand near each other, left after left.
    fn each_near(
        &self,
        left: &[Span],
        right: &[Span],
        nearness: Nearness,
        mut found: impl FnMut(usize, usize) -> Next,
    ) {
        let (words, ordered) = match nearness {
            Nearness::Within { words, ordered } => (words, ordered),
            // Whatever stands in one unit is near.
            Nearness::Sentence | Nearness::Paragraph => (u32::MAX, false),
        };
        let (left, right) = (self.placed(left, nearness), self.placed(right, nearness));
        // A long one may start far before what is near its end.
        let longest = right.iter().map(|span| span.until - span.from).max().unwrap_or(0);
        let reach = words.saturating_add(longest);
        let (mut start, mut looked_at) = (0, 0);
        for (number, one) in left.iter().enumerate() {
            let earliest = (one.unit, one.from.saturating_sub(reach));
            let latest = (one.unit, one.until.saturating_add(words));
            while right.get(start).is_some_and(|other| (other.unit, other.from) < earliest) {
                start += 1;
            }
            for (at, other) in right.iter().enumerate().skip(start) {
                looked_at += 1;
                if (other.unit, other.from) > latest || looked_at > MAX_LOOKED_AT {
                    break;
                }
                if one.is_near(other, words, ordered) {
                    match found(number, at) {
                        Next::Partner => {}
                        Next::Left => break,
                        Next::Nothing => return,
                    }
                }
            }
        }
    }

    /// Spans as a kind of nearness sees them, in the same order, which is also that of their units and
    /// starts.
    fn placed(&self, spans: &[Span], nearness: Nearness) -> Vec<Placed> {
        let runs = match nearness {
            Nearness::Within { .. } => self.runs(spans),
            Nearness::Sentence | Nearness::Paragraph => Vec::new(),
        };
        let place = |span: &Span| match nearness {
            Nearness::Within { .. } => {
                let ordinal = |position: u32| {
                    let (run, before) = runs[(position / STRIDE) as usize];
                    (run, before + position % STRIDE)
                };
                let ((unit, from), (end, until)) = (ordinal(span.first), ordinal(span.last));
                Placed { unit: (unit, 0), whole: unit == end, from, until }
            }
            Nearness::Sentence | Nearness::Paragraph => {
                let first = self.unit(span.first, nearness);
                let whole = span.first == span.last || self.unit(span.last, nearness) == first;
                Placed { unit: first, whole, from: span.first, until: span.last }
            }
        };
        spans.iter().map(place).collect()
    }

    /// The numbers of the paragraph of a position, and of the sentence where that matters.
    fn unit(&self, position: u32, nearness: Nearness) -> (u32, u32) {
        let started = |starts: &[u32]| starts.partition_point(|start| *start <= position) as u32;
        match nearness {
            Nearness::Paragraph => (started(&self.paragraphs), 0),
            _ => (started(&self.paragraphs), started(&self.sentences)),
        }
    }

    /// For each stride up to that of the last span: the first stride of those that lead to it without a
    /// gap, and how many words these have. Words of different runs are never near each other.
    fn runs(&self, spans: &[Span]) -> Vec<(u32, u32)> {
        let last = spans.iter().map(|span| span.last / STRIDE).max().unwrap_or(0);
        let mut goes_on = self.goes_on.iter().copied().peekable();
        let mut runs: Vec<(u32, u32)> = Vec::with_capacity(last as usize + 1);
        for stride in 0..=last {
            let linked = goes_on.next_if(|end| stride > 0 && end / STRIDE == stride - 1);
            runs.push(match (linked, runs.last()) {
                (Some(end), Some((run, before))) => (*run, before + end % STRIDE),
                _ => (stride, 0),
            });
        }
        runs
    }
}

/// What is wanted behind a pair.
enum Next {
    /// Another partner of the same left one.
    Partner,
    /// The next left one.
    Left,
    /// No more.
    Nothing,
}

/// Lays the words of a body on positions, passage after passage.
#[derive(Debug)]
pub struct Laying<'p> {
    layout: Layout,
    paragraphs: &'p [usize],
    sentences: &'p [usize],
    /// The first byte at which something starts that was not taken yet.
    next: usize,
}

impl<'p> Laying<'p> {
    /// An article whose body is cut like this; its headline is a paragraph of its own.
    #[must_use]
    pub fn new(parts: &'p Parts) -> Self {
        let layout = Layout { paragraphs: vec![0], ..Layout::default() };
        Self { layout, paragraphs: &parts.paragraphs, sentences: &parts.sentences, next: 0 }
    }

    /// The next word of the body: it starts at byte `at` and has this position.
    #[inline]
    pub fn word(&mut self, at: usize, position: u32) {
        if at >= self.next {
            self.start(at, position);
        }
    }

    fn start(&mut self, at: usize, position: u32) {
        let sentence = starts_by(&mut self.sentences, at);
        if starts_by(&mut self.paragraphs, at) {
            self.layout.paragraphs.push(position);
        } else if sentence {
            self.layout.sentences.push(position);
        }
        let first = |starts: &[usize]| starts.first().copied().unwrap_or(usize::MAX);
        self.next = first(self.paragraphs).min(first(self.sentences));
    }

    /// The passage of the last word goes on in the next stride; this is the position behind it.
    pub fn goes_on(&mut self, position: u32) {
        self.layout.goes_on.push(position);
    }

    /// A paragraph outside the body.
    pub fn aside(&mut self, position: u32) {
        self.layout.paragraphs.push(position);
    }

    /// The layout.
    #[must_use]
    pub fn finish(self) -> Layout {
        self.layout
    }
}

/// Whether any of some starts that were not taken yet lies at `at` or before; then it is taken.
fn starts_by(starts: &mut &[usize], at: usize) -> bool {
    let mut any = false;
    while let Some((first, rest)) = starts.split_first()
        && *first <= at
    {
        (any, *starts) = (true, rest);
    }
    any
}

/// A span as one kind of nearness sees it.
struct Placed {
    /// What it must share with what is near it: the run of strides, the paragraph or the sentence
    /// that it starts in.
    unit: (u32, u32),
    /// Whether it ends in that too.
    whole: bool,
    /// Where its first and its last word stand in the order of words.
    from: u32,
    until: u32,
}

impl Placed {
    fn is_near(&self, other: &Self, words: u32, ordered: bool) -> bool {
        let before = |a: &Self, b: &Self| a.until < b.from && b.from - a.until <= words;
        self.whole
            && other.whole
            && self.unit == other.unit
            && (before(self, other) || (!ordered && before(other, self)))
    }
}

/// How many spans there are that do not overlap, at most.
#[must_use]
pub fn apart(spans: &[Span]) -> usize {
    let mut by_end: Vec<&Span> = spans.iter().collect();
    by_end.sort_unstable_by_key(|span| span.last);
    let (mut count, mut end) = (0, None);
    for span in by_end {
        if end.is_none_or(|end| span.first > end) {
            count += 1;
            end = Some(span.last);
        }
    }
    count
}

/// The places where a sequence of terms stands, each as the positions of its words, sorted.
///
/// `positions[i]` are the sorted positions of the i-th term. With `slop` 0 the terms follow each
/// other in order. Else all of them stand, in any order, within a window of as many words as
/// there are terms plus `slop`; each position serves one term, and places do not overlap.
#[must_use]
pub fn places(positions: &[Vec<u32>], slop: u32) -> Vec<Vec<u32>> {
    if slop > 0 {
        return windows(positions, (positions.len() as u32).saturating_add(slop));
    }
    let Some((first, rest)) = positions.split_first() else { return Vec::new() };
    let length = positions.len() as u32;
    first
        .iter()
        .filter(|&&start| {
            same_stride(start, start + length - 1)
                && rest
                    .iter()
                    .zip(1..)
                    .all(|(of_term, offset)| of_term.binary_search(&(start + offset)).is_ok())
        })
        .map(|&start| (start..start + length).collect())
        .collect()
}

fn same_stride(a: u32, b: u32) -> bool {
    a / STRIDE == b / STRIDE
}

fn windows(positions: &[Vec<u32>], width: u32) -> Vec<Vec<u32>> {
    let mut starts: Vec<u32> = positions.iter().flatten().copied().collect();
    starts.sort_unstable();
    starts.dedup();
    let mut found: Vec<Vec<u32>> = Vec::new();
    for start in starts {
        if found.last().and_then(|place| place.last()).is_some_and(|last| *last >= start) {
            continue;
        }
        let inside = |at: &&u32| **at < start.saturating_add(width) && same_stride(**at, start);
        let mut place: Vec<u32> = Vec::with_capacity(positions.len());
        let complete = positions.iter().all(|of_term| {
            let from = of_term.partition_point(|&at| at < start);
            let free = of_term[from..].iter().take_while(inside).find(|at| !place.contains(at));
            free.map(|at| place.push(*at)).is_some()
        });
        if complete {
            place.sort_unstable();
            found.push(place);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(positions: &[&[u32]], slop: u32, expect: &[&[u32]]) {
        let of_terms: Vec<Vec<u32>> = positions.iter().map(|p| p.to_vec()).collect();
        assert_eq!(places(&of_terms, slop), expect, "{positions:?} ~{slop}");
    }

    fn words(at: &[u32]) -> Vec<Span> {
        at.iter().map(|at| Span::word(*at)).collect()
    }

    #[test]
    fn words_are_near_in_the_text_wherever_passages_are_cut() {
        use Nearness::{Paragraph, Sentence, Within};
        // Two passages of 80 and some words, then a caption; the second starts within a paragraph.
        let layout = Layout {
            paragraphs: vec![0, 1536, 1600, 2060, 2560],
            sentences: vec![1610, 2048],
            goes_on: vec![1616],
        };
        let any = |words| Within { words, ordered: false };
        let first = |words| Within { words, ordered: true };
        let cases = [
            (1540, 1541, any(1), true),
            (1541, 1540, any(1), true),
            (1541, 1540, first(1), false),
            (1540, 1540, any(5), false),
            (1615, 2048, any(1), true),
            (1615, 2049, any(1), false),
            (1615, 2049, first(2), true),
            (2070, 2560, any(200), false),
            (3, 1536, any(200), false),
            (1605, 1612, Sentence, false),
            (1605, 1612, Paragraph, true),
            (1612, 1615, Sentence, true),
            (1615, 2048, Sentence, false),
            (1615, 2048, Paragraph, true),
            (2050, 2070, Paragraph, false),
        ];
        for (left, right, nearness, near) in cases {
            let pairs = layout.near(&words(&[left]), &words(&[right]), nearness);
            assert_eq!(!pairs.is_empty(), near, "{left} {right} {nearness:?}");
        }
    }

    #[test]
    fn what_overlaps_counts_once() {
        let span = |first, last| Span { first, last };
        assert_eq!(apart(&[]), 0);
        assert_eq!(apart(&[span(1, 3), span(2, 2), span(3, 4), span(7, 7)]), 3);
    }

    proptest::proptest! {
        /// The pairs found are those of trying all.
        #[test]
        fn near_misses_no_pair(
            left in proptest::collection::vec((0u32..40, 0u32..6), 0..12),
            right in proptest::collection::vec((0u32..40, 0u32..6), 0..12),
            words in 1u32..9,
            ordered: bool,
        ) {
            let spans = |list: &[(u32, u32)]| -> Vec<Span> {
                let mut spans: Vec<Span> =
                    list.iter().map(|(at, long)| Span { first: *at, last: at + long }).collect();
                spans.sort_unstable();
                spans
            };
            let (left, right) = (spans(&left), spans(&right));
            let mut expect = Vec::new();
            for (a, one) in left.iter().enumerate() {
                for (b, other) in right.iter().enumerate() {
                    let before = |x: &Span, y: &Span| {
                        x.last < y.first && y.first - x.last <= words
                    };
                    if before(one, other) || (!ordered && before(other, one)) {
                        expect.push((a, b));
                    }
                }
            }
            let nearness = Nearness::Within { words, ordered };
            proptest::prop_assert_eq!(Layout::default().near(&left, &right, nearness), expect);
        }
    }

    #[test]
    fn phrases_follow_in_order_within_a_stride() {
        check(&[&[1, 7], &[2, 9]], 0, &[&[1, 2]]);
        check(&[&[1, 7], &[2, 8]], 0, &[&[1, 2], &[7, 8]]);
        check(&[&[511], &[512]], 0, &[]);
        check(&[&[4], &[4]], 0, &[]);
    }

    #[test]
    fn windows_take_any_order_within_their_width() {
        check(&[&[1], &[4]], 2, &[&[1, 4]]);
        check(&[&[1], &[4]], 1, &[]);
        check(&[&[4], &[1]], 2, &[&[1, 4]]);
        check(&[&[1, 2], &[1, 2]], 1, &[&[1, 2]]);
        check(&[&[1], &[1]], 5, &[]);
        check(&[&[510], &[513]], 5, &[]);
        check(&[&[1, 10], &[3, 12]], 3, &[&[1, 3], &[10, 12]]);
    }
}
