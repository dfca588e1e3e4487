//! How much of a page's blocks is prose: numbers of blocks, and their sums over any range.
//!
//! Knows blocks; not what they are beside, nor which are kept.

use std::ops::Range;

use super::outline::{Block, Outline, Tag};

/// Sums of a number over ranges of blocks.
pub(super) struct Sums(Vec<i64>);

impl Sums {
    pub(super) fn of(numbers: impl Iterator<Item = i64>) -> Self {
        let mut sum = 0;
        let mut sums = vec![0];
        sums.extend(numbers.map(|number| {
            sum += number;
            sum
        }));
        Self(sums)
    }

    pub(super) fn over(&self, blocks: &Range<usize>) -> i64 {
        let at = |block: usize| self.0.get(block).copied().unwrap_or_default();
        at(blocks.end) - at(blocks.start)
    }

    pub(super) fn all(&self) -> i64 {
        self.0.last().copied().unwrap_or_default()
    }
}

/// The measures of a page's blocks.
pub(super) struct Measures {
    /// Each block's score: above 0 for prose, in characters of it; below for links.
    pub(super) scores: Vec<i64>,
    /// What is prose.
    pub(super) prose: Sums,
    /// What is in links.
    pub(super) linked: Sums,
    /// All of it.
    pub(super) length: Sums,
}

impl Measures {
    pub(super) fn of(outline: &Outline) -> Self {
        let scores: Vec<i64> = outline.blocks.iter().map(|block| score(outline, block)).collect();
        Self {
            prose: Sums::of(scores.iter().map(|score| (*score).max(0))),
            linked: Sums::of(outline.blocks.iter().map(|block| signed(block.linked))),
            length: Sums::of(outline.blocks.iter().map(|block| signed(block.length))),
            scores,
        }
    }

    /// Whether more than half of these blocks is in links.
    pub(super) fn is_linked(&self, blocks: &Range<usize>) -> bool {
        self.linked.over(blocks) * 2 > self.length.over(blocks)
    }
}

/// A length as a number that may be taken from another.
pub(super) fn signed(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// A sentence is at least this long.
const SENTENCE: usize = 30;

/// Text without the end of a sentence is prose from this length on.
const LONG: usize = 80;

fn score(outline: &Outline, block: &Block) -> i64 {
    let tag = outline.tag(block);
    if matches!(tag, Tag::Heading(_)) {
        return 0;
    }
    // One long link is no worse than one of five words.
    if block.linked * 2 > block.length {
        return -(signed(block.length.min(40)) / 2) - 5;
    }
    let plain = block.plain();
    match plain {
        SENTENCE.. if block.sentence => signed(plain),
        LONG.. => signed(plain) * 7 / 10,
        SENTENCE.. if tag == Tag::Paragraph => signed(plain) / 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use dom_query::Document;

    use super::*;

    fn scores(html: &str) -> Vec<i64> {
        Measures::of(&Outline::of(&Document::from(html))).scores
    }

    #[test]
    fn prose_counts_for_links_against() {
        let cases = [
            ("<p>The council closed the bridge on Tuesday.</p>", 41),
            ("<p>The council closed the bridge on Tuesday</p>", 13),
            ("<div>The council closed the bridge on Tuesday</div>", 0),
            ("<h2>The council closed the bridge on Tuesday.</h2>", 0),
            ("<p><a href=x>The council closed the bridge</a></p>", -19),
            ("<p><a href=x>The council</a> closed the bridge on Tuesday.</p>", 30),
        ];
        for (html, score) in cases {
            assert_eq!(scores(html), [score], "{html}");
        }
        let long = format!("<div>{}</div>", "word ".repeat(40));
        assert_eq!(scores(&long), [199 * 7 / 10]);
    }

    #[test]
    fn sums_over_ranges() {
        let sums = Sums::of([1, -2, 5].into_iter());
        assert_eq!((sums.over(&(0..3)), sums.over(&(1..2)), sums.over(&(2..2))), (4, -2, 0));
        assert_eq!(sums.all(), 4);
    }
}
