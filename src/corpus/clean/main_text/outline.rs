//! A page laid flat: its elements and its blocks of text, each in the order of the page.
//!
//! Knows the tree and how it is walked; not which part of it is the article. Everything that is
//! asked of a page later is a sum over a range of blocks, so that no rule has to walk the tree
//! again and no page can make one slow.

use std::ops::Range;

use dom_query::{Document, NodeData, NodeRef};

use super::names::{self, Signs};

/// What an element is, as far as the rules tell elements apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Body,
    Article,
    Main,
    Section,
    Division,
    Aside,
    Nav,
    Header,
    Footer,
    Form,
    Figure,
    Caption,
    /// `h1` to `h6`.
    Heading(u8),
    Paragraph,
    List,
    Item,
    Quote,
    Preformatted,
    Table,
    Row,
    Cell,
    Address,
}

/// An element that begins and ends a block.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) tag: Tag,
    /// What its names say it is.
    pub(super) signs: Signs,
    /// The element around it; the first element is its own.
    pub(super) parent: usize,
    /// The first element that is not in it.
    pub(super) after: usize,
    /// The blocks in it.
    pub(super) blocks: Range<usize>,
}

/// A run of text without a break: a paragraph, a heading, an item.
#[derive(Debug)]
pub(super) struct Block {
    /// Its text in [`Outline::text`].
    pub(super) text: Range<usize>,
    /// The innermost element that holds it.
    pub(super) element: usize,
    /// Its length in characters; those that stand for a syllable or a word count twice.
    pub(super) length: usize,
    /// How much of the length is in links.
    pub(super) linked: usize,
    /// How much of the length is in marks of the page: dates, names of writers.
    pub(super) marks: usize,
    /// Whether a sentence ends in it.
    pub(super) sentence: bool,
}

impl Block {
    /// Its length without links.
    pub(super) fn plain(&self) -> usize {
        self.length - self.linked.max(self.marks).min(self.length)
    }
}

/// A page laid flat.
#[derive(Default)]
pub(super) struct Outline {
    pub(super) elements: Vec<Element>,
    pub(super) blocks: Vec<Block>,
    text: String,
}

impl Outline {
    pub(super) fn of(document: &Document) -> Self {
        let mut walk = Walk::default();
        walk.open(Tag::Body, Signs::NONE);
        walk.read(document.root());
        walk.close();
        walk.outline
    }

    pub(super) fn text(&self, block: &Block) -> &str {
        self.text.get(block.text.clone()).unwrap_or_default()
    }

    /// The tag of the innermost element that holds a block.
    pub(super) fn tag(&self, block: &Block) -> Tag {
        self.elements.get(block.element).map_or(Tag::Body, |element| element.tag)
    }

    /// The elements around a block, innermost first; of a deep page only the nearest.
    pub(super) fn around(&self, block: &Block) -> impl Iterator<Item = &Element> {
        /// What tells something about a block is not far from it.
        const NEAR: usize = 8;
        let mut at = Some(block.element);
        let elements = std::iter::from_fn(move || {
            let element = self.elements.get(at?)?;
            at = Some(element.parent).filter(|parent| Some(*parent) != at);
            Some(element)
        });
        elements.take(NEAR)
    }
}

/// How an element takes part in the walk.
enum Part {
    /// Nobody reads what is in it.
    Silent,
    /// The page.
    Whole,
    Break,
    Block(Tag),
    Link,
    /// Its text belongs to the block it stands in.
    Inline,
}

#[derive(Default)]
struct Walk {
    outline: Outline,
    /// Open elements, innermost last.
    open: Vec<usize>,
    links: usize,
    marks: usize,
    breaks: usize,
    /// The block that is being read.
    start: usize,
    length: usize,
    linked: usize,
    marked: usize,
}

impl Walk {
    fn read(&mut self, root: NodeRef<'_>) {
        let mut node = root;
        // What to undo on leaving each open node.
        let mut undo: Vec<Undo> = Vec::new();
        loop {
            if let Some(undone) = self.enter(&node) {
                if let Some(child) = node.first_child() {
                    undo.push(undone);
                    node = child;
                    continue;
                }
                self.leave(undone);
            }
            loop {
                if node.id == root.id {
                    return;
                }
                if let Some(next) = node.next_sibling() {
                    node = next;
                    break;
                }
                let Some(parent) = node.parent() else { return };
                node = parent;
                self.leave(undo.pop().unwrap_or(Undo::Nothing));
            }
        }
    }

    /// Takes in a node; `None` where what is in it does not count.
    fn enter(&mut self, node: &NodeRef<'_>) -> Option<Undo> {
        enum Kind {
            Text,
            Element(Part, Signs),
            Other,
        }
        let kind = node.query_or(Kind::Other, |node| match &node.data {
            NodeData::Text { contents } => {
                self.push(contents);
                Kind::Text
            }
            NodeData::Element(element) => {
                let part = part(element.name.local.as_ref());
                let signs = match part {
                    Part::Silent | Part::Break | Part::Whole => Signs::NONE,
                    // With an element left open in it, it swallows the page.
                    _ if &element.name.local == "noscript" => Signs::HIDDEN,
                    _ => names::signs(element),
                };
                Kind::Element(part, signs)
            }
            NodeData::Document | NodeData::Fragment => Kind::Element(Part::Whole, Signs::NONE),
            _ => Kind::Other,
        });
        match kind {
            Kind::Text | Kind::Other | Kind::Element(Part::Silent, _) => None,
            Kind::Element(Part::Break, _) => {
                self.breaks += 1;
                // One ends a line, two end a paragraph.
                if self.breaks == 2 {
                    self.finish()
                } else {
                    self.blank()
                }
                None
            }
            Kind::Element(Part::Block(tag), signs) => {
                self.open(tag, signs);
                Some(Undo::Block)
            }
            Kind::Element(Part::Link | Part::Inline, signs) if signs.any(names::NEVER_INLINE) => {
                None
            }
            Kind::Element(Part::Link, _) => {
                self.links += 1;
                Some(Undo::Link)
            }
            Kind::Element(Part::Inline, signs) if signs.any(names::MARKS) => {
                self.marks += 1;
                Some(Undo::Mark)
            }
            Kind::Element(Part::Inline | Part::Whole, _) => Some(Undo::Nothing),
        }
    }

    fn leave(&mut self, undo: Undo) {
        match undo {
            Undo::Block => self.close(),
            Undo::Link => self.links -= 1,
            Undo::Mark => self.marks -= 1,
            Undo::Nothing => {}
        }
    }

    fn open(&mut self, tag: Tag, signs: Signs) {
        self.finish();
        let here = self.outline.elements.len();
        let blocks = self.outline.blocks.len();
        self.outline.elements.push(Element {
            tag,
            signs,
            parent: self.open.last().copied().unwrap_or(here),
            after: here + 1,
            blocks: blocks..blocks,
        });
        self.open.push(here);
    }

    fn close(&mut self) {
        self.finish();
        let (elements, blocks) = (self.outline.elements.len(), self.outline.blocks.len());
        if let Some(here) = self.open.pop()
            && let Some(element) = self.outline.elements.get_mut(here)
        {
            element.after = elements;
            element.blocks.end = blocks;
        }
    }

    /// Adds a piece of text to the block, each run of white space as one space.
    fn push(&mut self, piece: &str) {
        let text = &mut self.outline.text;
        let mut added = 0;
        for c in piece.chars() {
            if c.is_whitespace() || c.is_control() {
                if text.len() > self.start && !text.ends_with(' ') {
                    text.push(' ');
                    added += 1;
                }
            } else {
                text.push(c);
                added += if is_wide(c) { 2 } else { 1 };
                self.breaks = 0;
            }
        }
        self.length += added;
        self.linked += if self.links > 0 { added } else { 0 };
        self.marked += if self.marks > 0 { added } else { 0 };
    }

    fn blank(&mut self) {
        if self.outline.text.len() > self.start && !self.outline.text.ends_with(' ') {
            self.outline.text.push(' ');
            self.length += 1;
        }
    }

    /// Ends the block that is being read.
    fn finish(&mut self) {
        let text = &mut self.outline.text;
        // At most one space, which was counted.
        if text.len() > self.start && text.ends_with(' ') {
            text.pop();
            self.length = self.length.saturating_sub(1);
        }
        let end = text.len();
        if end > self.start {
            let element = self.open.last().copied().unwrap_or_default();
            self.outline.blocks.push(Block {
                sentence: ends_sentence(&text[self.start..]),
                text: self.start..end,
                element,
                length: self.length,
                linked: self.linked,
                marks: self.marked,
            });
        }
        (self.start, self.length, self.linked, self.marked) = (end, 0, 0, 0);
    }
}

#[derive(Clone, Copy)]
enum Undo {
    Block,
    Link,
    Mark,
    Nothing,
}

/// Scripts that need about half the characters for the same text.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..)
}

fn ends_sentence(text: &str) -> bool {
    const ENDS: &[char] = &[
        '.', '!', '?', '\u{2026}', '\u{3002}', '\u{ff01}', '\u{ff1f}', '\u{964}', '\u{61f}',
        '\u{6d4}',
    ];
    let tail = text.trim_end_matches([
        '"', '\'', ')', '\u{201d}', '\u{201c}', '\u{2019}', '\u{bb}', '\u{ab}', '\u{300d}', ':',
    ]);
    if tail.ends_with(ENDS) {
        return true;
    }
    // Or one ends within it, with another behind it.
    text.match_indices(['.', '!', '?', '\u{3002}', '\u{964}', '\u{61f}', '\u{6d4}']).any(
        |(at, end)| {
            let (before, after) = (&text[..at], &text[at + end.len()..]);
            let word = before.chars().rev().take_while(|c| c.is_alphabetic()).count();
            let goes_on = end.len() > 1 || after.starts_with(' ');
            goes_on
                && word >= 3
                && after.trim_start().chars().next().is_some_and(|c| !c.is_lowercase())
        },
    )
}

fn part(name: &str) -> Part {
    let tag = match name {
        "audio" | "button" | "canvas" | "embed" | "head" | "iframe" | "input" | "math"
        | "object" | "script" | "select" | "style" | "svg" | "template" | "textarea" | "title"
        | "video" => return Part::Silent,
        "html" => return Part::Whole,
        "br" => return Part::Break,
        "a" => return Part::Link,
        "article" => Tag::Article,
        "main" => Tag::Main,
        "body" => Tag::Body,
        "section" => Tag::Section,
        "aside" => Tag::Aside,
        "nav" => Tag::Nav,
        "header" | "hgroup" => Tag::Header,
        "footer" => Tag::Footer,
        "form" | "fieldset" | "legend" => Tag::Form,
        "figure" => Tag::Figure,
        "figcaption" | "caption" => Tag::Caption,
        "h1" => Tag::Heading(1),
        "h2" => Tag::Heading(2),
        "h3" => Tag::Heading(3),
        "h4" => Tag::Heading(4),
        "h5" => Tag::Heading(5),
        "h6" => Tag::Heading(6),
        "p" => Tag::Paragraph,
        "ul" | "ol" | "dl" | "menu" | "dir" => Tag::List,
        "li" | "dd" | "dt" => Tag::Item,
        "blockquote" => Tag::Quote,
        "pre" => Tag::Preformatted,
        "table" => Tag::Table,
        "tr" => Tag::Row,
        "td" | "th" => Tag::Cell,
        "address" => Tag::Address,
        "center" | "details" | "div" | "hr" | "noscript" | "summary" | "tbody" | "tfoot"
        | "thead" => Tag::Division,
        _ => return Part::Inline,
    };
    Part::Block(tag)
}
