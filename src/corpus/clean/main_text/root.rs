//! Which element holds the article.
//!
//! Knows the scores of what is not beside the article; not single blocks.

use std::ops::Range;

use super::measure::{Measures, Sums};
use super::names::Signs;
use super::outline::Outline;

/// How far to trust an element that is named the text of the article, in tenths: others must hold
/// so much more prose.
const NAMED: i64 = 16;

/// The scores of the blocks that count.
pub(super) struct Counted {
    scores: Sums,
    prose: Sums,
}

impl Counted {
    /// `out` tells the blocks that do not count.
    pub(super) fn of(measures: &Measures, out: &[bool]) -> Self {
        let scores = || {
            let all = measures.scores.iter().zip(out);
            all.map(|(score, out)| if *out { 0 } else { *score })
        };
        Self { scores: Sums::of(scores()), prose: Sums::of(scores().map(|score| score.max(0))) }
    }
}

/// Finds the element that gathers the most prose with the fewest links; of those that are alike,
/// the innermost. Where there is no prose, that is the page.
pub(super) fn root(outline: &Outline, counted: &Counted) -> usize {
    // What is named text in each element: all of it, and the longest part.
    let mut parts = vec![(0, 0); outline.elements.len()];
    let mut best = (0, 0);
    // Elements stand before what is in them, so from the end all parts are known.
    for (at, element) in outline.elements.iter().enumerate().rev() {
        let named = element.signs.any(Signs::TEXT);
        let score = counted.scores.over(&element.blocks);
        let prose = counted.prose.over(&element.blocks);
        let (all, longest) = parts.get(at).copied().unwrap_or_default();
        let value = if named {
            // Its links are the text's own; they count little.
            (score + 3 * prose) * NAMED / 4
        } else {
            // A text may be named in several parts.
            score * 10 + (all - longest) * (NAMED - 10)
        };
        let (all, longest) = if named { (prose, prose) } else { (all, longest) };
        if let Some(parent) = parts.get_mut(element.parent).filter(|_| element.parent != at) {
            *parent = (parent.0 + all, parent.1.max(longest));
        }
        let (other, most) = best;
        let holds_other = other < element.after;
        if value > most || value == most && value > 0 && !holds_other {
            best = (at, value);
        }
    }
    best.0
}

/// The blocks around a root among which the first words of its article may stand: those of the
/// outermost element that holds little more prose than the root.
pub(super) fn surroundings(outline: &Outline, counted: &Counted, root: usize) -> Range<usize> {
    let prose = |at: usize| {
        outline.elements.get(at).map_or(0, |element| counted.prose.over(&element.blocks))
    };
    let most = prose(root) * 13 / 10 + 200;
    let mut at = root;
    while let Some(element) = outline.elements.get(at) {
        if element.parent == at || prose(element.parent) > most {
            return element.blocks.clone();
        }
        at = element.parent;
    }
    0..0
}
