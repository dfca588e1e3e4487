//! Foreign text laid out in lines: wrapped by display width, styled, linked and made harmless.
//!
//! A [`Block`] is filled with pieces of text, each under a [`Span`], and then written as lines
//! with a hanging indent. The unit is the grapheme, so no line ends inside a letter and its
//! accent, and escapes are written between graphemes only. White space is laid out, not copied: a
//! run of it is one space, one that holds an empty line starts a new paragraph.
//!
//! Knows nothing of articles: what a span means is its caller's.

use std::io::{self, Write};
use std::ops::Range;

use anstyle::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::escape;

/// The least columns that text gets, however deep it is indented.
const TEXT_MIN: usize = 8;

/// How the text put in under it looks and how it may be broken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) style: Style,
    /// The target of a hyperlink; printable ASCII, as [`escape`] makes it.
    pub(super) link: Option<String>,
    pub(super) hold: Hold,
}

/// Where text may be broken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Hold {
    /// Between words, and inside a word that is longer than a line.
    #[default]
    Free,
    /// Only where it is longer than a line: a match is easier to see, and to grep for, in one.
    Together,
    /// Nowhere: a path that is to be copied may stick out.
    Whole,
}

impl From<Style> for Span {
    fn from(style: Style) -> Self {
        Span { style, ..Span::default() }
    }
}

/// Text on its way to becoming lines.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The escaped text that the cells point into.
    text: String,
    cells: Vec<Cell>,
    spans: Vec<Span>,
}

/// A grapheme, a short word or a run of white space.
#[derive(Debug)]
struct Cell {
    text: Range<usize>,
    width: usize,
    kind: Kind,
    /// Index into the block's spans.
    span: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Anything to be seen.
    Glyph,
    /// An ideograph, a kana or an emoji: lines may end on either side of it.
    Wide,
    /// White space with so many line feeds in it.
    Space { feeds: usize },
}

/// The shape of the page that a block is written to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    pub(super) width: usize,
    /// Whether an empty line stands between paragraphs.
    pub(super) airy: bool,
}

/// Longer lines are hard to read, however wide the terminal is.
const WIDTH_MAX: usize = 100;
/// On less than this nothing can be laid out.
const WIDTH_MIN: usize = 20;

impl Page {
    /// A page on so many columns.
    pub(super) fn on(width: usize, airy: bool) -> Self {
        Self { width: width.clamp(WIDTH_MIN, WIDTH_MAX), airy }
    }
}

/// How many bytes at the start of a text are spaces, line feeds, and letters and marks of one column that
/// are a grapheme each: those of ASCII, and the dashes and quotation marks of books. They are nearly all
/// of most texts. A last one that an accent may follow is none of them.
fn plain_start(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut length = 0;
    let mut last = 0;
    while let Some(rest) = bytes.get(length..).filter(|rest| !rest.is_empty()) {
        last = match rest {
            [b' '..=b'~' | b'\n', ..] => 1,
            // From the hyphen U+2010 to U+2027.
            [0xe2, 0x80, 0x90..=0xa7, ..] => 3,
            _ => break,
        };
        length += last;
    }
    if length < bytes.len() { length - last } else { length }
}

impl Block {
    /// Adds text. What is to be held together must be added at once.
    pub(super) fn add(&mut self, text: &str, span: impl Into<Span>) -> &mut Self {
        let span = span.into();
        // Free text that goes on in the same look needs no new escape sequences.
        if span.hold != Hold::Free || self.spans.last() != Some(&span) {
            self.spans.push(span);
        }
        let mut rest = text;
        loop {
            let plain = plain_start(rest);
            self.text.reserve(plain);
            self.cells.reserve(plain / 3);
            for word in rest[..plain].split_inclusive([' ', '\n']) {
                let bare = word.trim_end_matches([' ', '\n']);
                self.add_plain(bare);
                match word.as_bytes().get(bare.len()) {
                    Some(b' ') => self.add_space(0),
                    Some(_) => self.add_space(1),
                    None => {}
                }
            }
            rest = &rest[plain..];
            let Some(grapheme) = rest.graphemes(true).next() else { return self };
            if grapheme.chars().all(is_space) {
                self.add_space(grapheme.matches(['\n', '\u{2029}']).count());
            } else {
                self.add_glyph(grapheme);
            }
            rest = &rest[grapheme.len()..];
        }
    }

    /// Adds what is plain without spaces: as one cell where it goes on every line, as most words do.
    fn add_plain(&mut self, word: &str) {
        if !word.is_empty() && word.len() <= TEXT_MIN {
            let start = self.text.len();
            self.text.push_str(word);
            let width = if word.is_ascii() { word.len() } else { word.chars().count() };
            self.add_cell(start, width, Kind::Glyph);
            return;
        }
        for letter in word.chars() {
            let start = self.text.len();
            self.text.push(letter);
            self.add_cell(start, 1, Kind::Glyph);
        }
    }

    fn add_space(&mut self, more: usize) {
        match self.cells.last_mut() {
            Some(Cell { kind: Kind::Space { feeds }, .. }) => *feeds += more,
            _ => {
                let start = self.text.len();
                self.text.push(' ');
                self.add_cell(start, 1, Kind::Space { feeds: more });
            }
        }
    }

    fn add_glyph(&mut self, grapheme: &str) {
        let start = self.text.len();
        self.text.extend(grapheme.chars().map(escape::visible));
        let width = self.text[start..].width();
        let breaks = width > 1 && !grapheme.starts_with(is_hangul);
        self.add_cell(start, width, if breaks { Kind::Wide } else { Kind::Glyph });
    }

    fn add_cell(&mut self, start: usize, width: usize, kind: Kind) {
        let span = self.spans.len() - 1;
        self.cells.push(Cell { text: start..self.text.len(), width, kind, span });
    }

    /// Writes the block. `lead` stands before the first line; the others are indented by its
    /// width. It must be ASCII of our own.
    pub(super) fn write(
        &self,
        out: &mut dyn Write,
        page: Page,
        lead: &str,
        lead_style: Style,
    ) -> io::Result<()> {
        let room = page.width.saturating_sub(lead.len()).max(TEXT_MIN);
        for (index, line) in self.lines(room).into_iter().enumerate() {
            if index == 0 {
                write_styled(out, lead, lead_style)?;
            } else {
                if line.opens_paragraph && page.airy {
                    writeln!(out)?;
                }
                write!(out, "{:1$}", "", lead.len())?;
            }
            self.write_line(out, &self.cells[line.cells])?;
        }
        Ok(())
    }

    fn write_line(&self, out: &mut dyn Write, cells: &[Cell]) -> io::Result<()> {
        for run in cells.chunk_by(|a, b| a.span == b.span) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            self.write_run(out, &self.spans[first.span], first.text.start..last.text.end)?;
        }
        writeln!(out)
    }

    fn write_run(&self, out: &mut dyn Write, span: &Span, text: Range<usize>) -> io::Result<()> {
        if let Some(link) = &span.link {
            write!(out, "\x1b]8;;{link}\x1b\\")?;
        }
        write_styled(out, &self.text[text], span.style)?;
        if span.link.is_some() {
            write!(out, "\x1b]8;;\x1b\\")?;
        }
        Ok(())
    }

    /// Cuts the cells into lines of at most `room` columns, as many words on each as go on it.
    fn lines(&self, room: usize) -> Vec<Line> {
        let mut lines = Lines { block: self, done: Vec::new(), start: 0, opens_paragraph: true };
        // The last places where this line may end, and the last where it may if it must.
        let mut good: Option<Range<usize>> = None;
        let mut poor: Option<Range<usize>> = None;
        let mut used = 0;
        for (at, cell) in self.cells.iter().enumerate() {
            if let Kind::Space { feeds } = cell.kind {
                if feeds > 1 || at == lines.start {
                    lines.end(at..at + 1, feeds > 1);
                    (used, good, poor) = (0, None, None);
                    continue;
                }
                match self.hold(at) {
                    Hold::Free => good = Some(at..at + 1),
                    Hold::Together => poor = Some(at..at + 1),
                    Hold::Whole => {}
                }
            } else {
                if at > lines.start && self.breaks_before(at) {
                    good = Some(at..at);
                }
                while used + cell.width > room && at > lines.start {
                    let must = || match self.hold(at) {
                        Hold::Whole => None,
                        Hold::Free | Hold::Together => Some(at..at),
                    };
                    let Some(cut) = good.take().or_else(|| poor.take()).or_else(must) else {
                        break;
                    };
                    poor = poor.filter(|poor| poor.start > cut.start);
                    used = self.cells[cut.end..at].iter().map(|cell| cell.width).sum();
                    lines.end(cut, false);
                }
            }
            used += cell.width;
        }
        lines.end(self.cells.len()..self.cells.len(), false);
        lines.done
    }

    /// How the text on both sides of a cell's start is held together.
    fn hold(&self, at: usize) -> Hold {
        let held = self.cells[at].span;
        let joined = |other: Option<&Cell>| other.is_some_and(|cell| cell.span == held);
        let before = at.checked_sub(1).and_then(|before| self.cells.get(before));
        let inside = match self.cells[at].kind {
            Kind::Space { .. } => joined(before) && joined(self.cells.get(at + 1)),
            Kind::Glyph | Kind::Wide => joined(before),
        };
        if inside { self.spans[held].hold } else { Hold::Free }
    }

    /// Whether a line may end before a cell though no space is there.
    fn breaks_before(&self, at: usize) -> bool {
        let (before, after) = (&self.cells[at - 1], &self.cells[at]);
        let wide = before.kind == Kind::Wide || after.kind == Kind::Wide;
        wide && self.hold(at) == Hold::Free
            && !self.text[after.text.clone()].starts_with(closes)
            && !self.text[before.text.clone()].ends_with(opens)
    }
}

/// A line: a range of cells without the white space at its ends.
#[derive(Debug)]
struct Line {
    cells: Range<usize>,
    opens_paragraph: bool,
}

/// The lines of a block so far.
struct Lines<'b> {
    block: &'b Block,
    done: Vec<Line>,
    /// The first cell of the line that is being filled.
    start: usize,
    opens_paragraph: bool,
}

impl Lines<'_> {
    /// Ends the line before `cut` and starts the next one after it. A line with nothing on it is
    /// not made.
    fn end(&mut self, cut: Range<usize>, opens_paragraph: bool) {
        let mut cells = self.start..cut.start;
        while let Some(Cell { kind: Kind::Space { .. }, .. }) =
            self.block.cells[cells.clone()].last()
        {
            cells.end -= 1;
        }
        self.start = cut.end;
        if cells.is_empty() {
            self.opens_paragraph |= opens_paragraph;
        } else {
            self.done.push(Line { cells, opens_paragraph: self.opens_paragraph });
            self.opens_paragraph = opens_paragraph;
        }
    }
}

/// Writes text of our own, or escaped, in a style.
fn write_styled(out: &mut dyn Write, text: &str, style: Style) -> io::Result<()> {
    write!(out, "{}{text}{}", style.render(), style.render_reset())
}

/// White space at which a line may end; the no-break spaces are glyphs.
fn is_space(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}')
}

/// Korean is as wide as Chinese but has spaces between its words.
fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}')
}

/// Signs that stay on the line of what is before them.
fn closes(c: char) -> bool {
    ")]}.,;:!?%'\"’”»…、。，．：；！？）］｝」』】〕〉》・ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
        .contains(c)
}

/// Signs that stay on the line of what is after them.
fn opens(c: char) -> bool {
    "([{'\"‘“«$（［｛「『【〔〈《".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid_out(texts: &[(&str, Hold)], width: usize) -> Vec<String> {
        let mut block = Block::default();
        for (text, hold) in texts {
            block.add(text, Span { hold: *hold, ..Span::default() });
        }
        let mut out = Vec::new();
        block.write(&mut out, Page { width, airy: true }, "", Style::new()).unwrap();
        String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn lines_end_between_words_and_by_width() {
        let cases: [(&str, &[&str]); 10] = [
            ("one two three", &["one two", "three"]),
            ("onetwoth ree", &["onetwoth", "ree"]),
            ("  one   two  ", &["one two"]),
            ("one\ntwo\n\nthree", &["one two", "", "three"]),
            ("one\r\n\r\ntwo", &["one", "", "two"]),
            ("abcdefghijklmnop q", &["abcdefgh", "ijklmnop", "q"]),
            ("東京都知事、です", &["東京都知", "事、です"]),
            ("東京都、です", &["東京都、", "です"]),
            ("한국어 말씀입", &["한국어", "말씀입"]),
            ("東京 a(東京都)", &["東京", "a(東京", "都)"]),
        ];
        for (text, lines) in cases {
            assert_eq!(laid_out(&[(text, Hold::Free)], 8), lines, "{text}");
        }
        assert_eq!(laid_out(&[("東京都知事は", Hold::Free)], 9), ["東京都知", "事は"]);
        assert_eq!(laid_out(&[("", Hold::Free)], 8), [""; 0]);
        assert_eq!(laid_out(&[("\n\n \n\n", Hold::Free)], 8), [""; 0]);
    }

    #[test]
    fn graphemes_stay_whole() {
        let family = "👩\u{200d}👩\u{200d}👧";
        assert_eq!(
            laid_out(&[(&family.repeat(5), Hold::Free)], 8),
            [family.repeat(4), family.into()]
        );
        let accents = "e\u{301}".repeat(9);
        assert_eq!(laid_out(&[(&accents, Hold::Free)], 8)[1], "e\u{301}");
    }

    #[test]
    fn spans_are_held_together() {
        let (free, together, whole) = (Hold::Free, Hold::Together, Hold::Whole);
        assert_eq!(
            laid_out(&[("one ", free), ("two tw", together), (".", free)], 8),
            ["one", "two tw."]
        );
        assert_eq!(laid_out(&[("one two three four", together)], 8), ["one two", "three", "four"]);
        assert_eq!(
            laid_out(&[("x ", free), ("a/b c/d e/f", whole), (" y", free)], 8),
            ["x", "a/b c/d e/f", "y"]
        );
        assert_eq!(laid_out(&[("東", free), ("京都", together), ("知", free)], 8), ["東京都知"]);
        assert_eq!(laid_out(&[("東京都", free), ("知事", together)], 8), ["東京都", "知事"]);
    }
}
