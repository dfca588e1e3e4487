//! Which blocks in and before the element that holds an article are its text.
//!
//! Knows blocks in their order, as a reader sees them: the headline above, captions between,
//! other articles behind. Each step takes away from what the steps before it kept.

use std::ops::Range;

use super::cues;
use super::measure::Measures;
use super::outline::{Block, Element, Outline, Tag};
use crate::article::DroppedFor;

/// Words before the article's element that belong to it are at least this long.
const LEAD: usize = 60;

/// The same for a heading, which may be another's headline.
const LEAD_HEADING: usize = 80;

/// A line without the end of a sentence before the first paragraph, if it is shorter than this, is
/// no paragraph; behind the last, if shorter than [`LAST_LINE`].
const FIRST_LINE: usize = 60;
const LAST_LINE: usize = 80;

/// A header's lines, apart from those with so much prose, are headline, date and names.
const HEADER_PROSE: i64 = 40;

/// What became of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Kept,
    /// A reader of the article would miss it or ask for it.
    Dropped(DroppedFor),
    /// It is furniture of the page.
    Passed,
}

/// The blocks of an article, and what became of each.
pub(super) struct Kept<'a> {
    outline: &'a Outline,
    measures: &'a Measures,
    /// The blocks that are looked at.
    blocks: &'a [Block],
    scores: &'a [i64],
    verdicts: Vec<Verdict>,
}

impl<'a> Kept<'a> {
    /// Judges the blocks of `root`, and those before it in `surroundings`; `out` tells the blocks
    /// that are beside the article.
    pub(super) fn of(
        outline: &'a Outline,
        measures: &'a Measures,
        root: &Element,
        surroundings: &Range<usize>,
        out: &[bool],
    ) -> Self {
        let range = surroundings.start.min(root.blocks.start)..root.blocks.end;
        let blocks = outline.blocks.get(range.clone()).unwrap_or_default();
        let scores = measures.scores.get(range.clone()).unwrap_or_default();
        let out = out.get(range.clone()).unwrap_or_default();
        let mut kept = Self { outline, measures, blocks, scores, verdicts: Vec::new() };
        for ((number, block), out) in range.zip(blocks).zip(out) {
            let verdict = kept.alone(block, *out, number < root.blocks.start);
            kept.verdicts.push(verdict);
        }
        kept.headline();
        kept.announced();
        kept.empty_headings();
        // Where there are only lines, they are the text.
        if (0..blocks.len()).any(|at| kept.is_kept(at) && !kept.is_line(at, LAST_LINE)) {
            kept.last_lines();
            kept.first_lines();
        }
        kept
    }

    /// The blocks with their verdicts.
    pub(super) fn blocks(&self) -> impl Iterator<Item = (&Block, Verdict)> {
        self.blocks.iter().zip(self.verdicts.iter().copied())
    }

    fn tag(&self, at: usize) -> Tag {
        self.blocks.get(at).map_or(Tag::Body, |block| self.outline.tag(block))
    }

    fn text(&self, at: usize) -> &'a str {
        self.blocks.get(at).map_or("", |block| self.outline.text(block))
    }

    fn is_kept(&self, at: usize) -> bool {
        self.verdicts.get(at) == Some(&Verdict::Kept)
    }

    fn set(&mut self, blocks: Range<usize>, verdict: Verdict) {
        let verdicts = self.verdicts.get_mut(blocks).unwrap_or_default();
        for one in verdicts.iter_mut().filter(|one| **one == Verdict::Kept) {
            *one = verdict;
        }
    }

    /// The prose of some blocks.
    fn prose(&self, blocks: Range<usize>) -> i64 {
        self.scores.get(blocks).unwrap_or_default().iter().map(|score| (*score).max(0)).sum()
    }

    fn prose_kept(&self, blocks: Range<usize>) -> i64 {
        let scores = self.scores.get(blocks.clone()).unwrap_or_default().iter();
        let kept = scores.zip(blocks).filter(|(_, at)| self.is_kept(*at));
        kept.map(|(score, _)| (*score).max(0)).sum()
    }

    /// What a block is by itself.
    fn alone(&self, block: &Block, out: bool, before: bool) -> Verdict {
        let mut around = self.outline.around(block);
        if out {
            let pictured = around.any(|element| matches!(element.tag, Tag::Caption | Tag::Figure));
            let verdict = Verdict::Dropped(DroppedFor::Caption);
            return if pictured && !before { verdict } else { Verdict::Passed };
        }
        if before {
            return if self.is_lead(block) { Verdict::Kept } else { Verdict::Passed };
        }
        let text = self.outline.text(block);
        if cues::is_credit(text) {
            return Verdict::Dropped(DroppedFor::Caption);
        }
        if cues::is_about_article(text) {
            return Verdict::Dropped(DroppedFor::Phrase);
        }
        // A list is one thing: an item that is a link may stand in a list of text, and the other
        // way round.
        let list = around.find(|element| matches!(element.tag, Tag::List | Tag::Table));
        let linked = match list {
            Some(list) => self.measures.is_linked(&list.blocks),
            None => block.linked * 2 > block.length,
        };
        if linked { Verdict::Dropped(DroppedFor::OtherHeadline) } else { Verdict::Kept }
    }

    /// Whether a block before the article's element is the beginning of its text.
    fn is_lead(&self, block: &Block) -> bool {
        let least = match self.outline.tag(block) {
            Tag::Heading(1) => return false,
            Tag::Heading(_) => LEAD_HEADING,
            _ => LEAD,
        };
        let of_page = self.outline.around(block).any(|element| {
            let parent = self.outline.elements.get(element.parent);
            element.tag == Tag::Header && parent.is_some_and(|parent| parent.tag == Tag::Body)
        });
        !of_page && block.sentence && block.plain() >= least && block.linked * 4 < block.length
    }

    /// The headline and what stands above it, and the lines beside it.
    fn headline(&mut self) {
        for (at, block) in self.blocks.iter().enumerate() {
            let in_header = self.outline.around(block).take(4).any(|e| e.tag == Tag::Header);
            if in_header && self.scores.get(at).is_some_and(|score| *score < HEADER_PROSE) {
                self.set(at..at + 1, Verdict::Passed);
            }
        }
        let all = 0..self.blocks.len();
        let first = all.clone().find(|at| self.tag(*at) == Tag::Heading(1));
        if let Some(first) = first
            && self.prose(0..first) * 10 < self.prose(first..all.end)
        {
            self.set(0..first + 1, Verdict::Passed);
        }
    }

    /// What a heading says is none of the article, down to the next heading of its rank.
    fn announced(&mut self) {
        let end = self.blocks.len();
        let all = self.prose_kept(0..end);
        let verdict = Verdict::Dropped(DroppedFor::OtherHeadline);
        let mut at = 0;
        while at < end {
            let here = at;
            at += 1;
            if !self.is_kept(here) || !cues::announces_other(self.text(here)) {
                continue;
            }
            self.set(here..at, verdict);
            let Tag::Heading(rank) = self.tag(here) else { continue };
            let ends = |at: &usize| matches!(self.tag(*at), Tag::Heading(other) if other <= rank);
            let until = (at..end).find(ends).unwrap_or(end);
            // Where most of the text is under it, it meant something else.
            if self.prose_kept(at..until) * 5 < all {
                self.set(at..until, verdict);
                at = until;
            }
        }
    }

    /// Headings whose text went, or that have none.
    fn empty_headings(&mut self) {
        let (mut has_text, mut lost_text) = (false, true);
        for at in (0..self.blocks.len()).rev() {
            let kept = self.is_kept(at);
            if !matches!(self.tag(at), Tag::Heading(_)) {
                has_text |= kept;
                lost_text |= !kept;
            } else if kept && !has_text && lost_text {
                self.set(at..at + 1, Verdict::Dropped(DroppedFor::OtherHeadline));
            } else if kept {
                (has_text, lost_text) = (false, false);
            }
        }
    }

    /// Short lines at the end: names, subjects, words of buttons.
    fn last_lines(&mut self) {
        for at in (0..self.blocks.len()).rev() {
            if !self.is_kept(at) {
                continue;
            }
            if !self.is_line(at, LAST_LINE) {
                break;
            }
            self.set(at..at + 1, Verdict::Passed);
        }
    }

    /// Short lines at the beginning: dates, names, places of other pages.
    fn first_lines(&mut self) {
        for at in 0..self.blocks.len() {
            if !self.is_kept(at) {
                continue;
            }
            if matches!(self.tag(at), Tag::Heading(_)) || !self.is_line(at, FIRST_LINE) {
                break;
            }
            self.set(at..at + 1, Verdict::Passed);
        }
    }

    /// Whether a block is a line that is no paragraph, item or cell.
    fn is_line(&self, at: usize, shorter_than: usize) -> bool {
        let Some(block) = self.blocks.get(at) else { return false };
        let listed = matches!(self.tag(at), Tag::Item | Tag::Cell | Tag::Preformatted);
        !listed && !block.sentence && block.length < shorter_than
    }
}
