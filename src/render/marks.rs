//! Marks made fit for use: which byte ranges of a text can be shown as matched, and the text cut
//! at their boundaries.
//!
//! Marks are promised to be in order, disjoint and inside their text. An output must not panic on
//! a broken promise, so what is off is clamped or dropped here, once for every format. Knows
//! nothing of how a mark looks.

use std::ops::Range;

use unicode_segmentation::GraphemeCursor;

/// A slice of a text that is matched or not as a whole.
#[derive(Debug, PartialEq)]
pub(super) struct Piece<'t> {
    pub(super) text: &'t str,
    pub(super) marked: bool,
}

/// The marks that lie in `text`, counted from its start and in order; `start` is where `text`
/// stands in what `marks` count in. A mark that sticks out is cut, one that splits a character
/// takes in all of it, and of two that overlap the later one gives way.
pub(super) fn within(text: &str, start: usize, marks: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = marks
        .iter()
        .filter(|mark| mark.end > start)
        .map(|mark| {
            let from = text.floor_char_boundary(mark.start.saturating_sub(start));
            from..text.ceil_char_boundary(mark.end - start)
        })
        .filter(|mark| !mark.is_empty())
        .collect();
    found.sort_by_key(|mark| (mark.start, mark.end));
    let mut end = 0;
    for mark in &mut found {
        mark.start = mark.start.max(end);
        end = end.max(mark.end);
    }
    found.retain(|mark| !mark.is_empty());
    found
}

/// Cuts `text` at the boundaries of its marks, which count from its start. A mark takes in whole
/// graphemes, sheds the white space at its ends, and is one with a mark that touches it; so each
/// marked piece can be put between signs.
pub(super) fn pieces<'t>(text: &'t str, marks: &[Range<usize>]) -> Vec<Piece<'t>> {
    let mut pieces = Vec::new();
    let mut done = 0;
    for mark in whole_graphemes(text, &within(text, 0, marks)) {
        let marked = &text[mark.clone()];
        let start = mark.end - marked.trim_start().len();
        let marked = marked.trim();
        if marked.is_empty() {
            continue;
        }
        if start > done {
            pieces.push(Piece { text: &text[done..start], marked: false });
        }
        done = start + marked.len();
        pieces.push(Piece { text: marked, marked: true });
    }
    if done < text.len() {
        pieces.push(Piece { text: &text[done..], marked: false });
    }
    pieces
}

/// Whether a byte is at an end of a text, or between two letters or marks of ASCII, which are never one
/// grapheme.
fn is_between_ascii(text: &str, at: usize) -> bool {
    let plain = |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b' '..=b'~'));
    plain(at.checked_sub(1).and_then(|before| text.as_bytes().get(before)))
        && plain(text.as_bytes().get(at))
}

/// Widens marks to the graphemes they touch and joins those that then meet.
fn whole_graphemes(text: &str, marks: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut wide: Vec<Range<usize>> = Vec::with_capacity(marks.len());
    for mark in marks {
        let start = boundary(text, mark.start, GraphemeCursor::prev_boundary);
        let end = boundary(text, mark.end, GraphemeCursor::next_boundary);
        match wide.last_mut() {
            Some(last) if start <= last.end => last.end = end.max(last.end),
            _ => wide.push(start..end),
        }
    }
    wide
}

/// A byte, or where the grapheme that it is inside of begins or ends.
fn boundary<E>(
    text: &str,
    at: usize,
    step: impl Fn(&mut GraphemeCursor, &str, usize) -> Result<Option<usize>, E>,
) -> usize {
    if is_between_ascii(text, at) {
        return at;
    }
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(false) => step(&mut cursor, text, 0).ok().flatten().unwrap_or(at),
        _ => at,
    }
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "a list of one mark is what it means")]
mod tests {
    use super::*;

    #[test]
    fn marks_that_are_off_are_cut_or_dropped() {
        type Ranges = &'static [Range<usize>];
        let cases: [(&str, usize, Ranges, Ranges); 8] = [
            ("Putin said", 0, &[0..5], &[0..5]),
            ("Putin said", 100, &[90..95, 100..105, 106..999], &[0..5, 6..10]),
            ("Putin said", 100, &[95..102], &[0..2]),
            ("Putin said", 0, &[6..10, 0..5], &[0..5, 6..10]),
            ("Putin said", 0, &[0..7, 5..10], &[0..7, 7..10]),
            ("Putin said", 0, &[0..10, 2..4], &[0..10]),
            ("Putin said", 0, &[20..30, usize::MAX - 1..usize::MAX], &[]),
            ("é", 0, &[1..2], &[0..2]),
        ];
        for (text, start, marks, expected) in cases {
            assert_eq!(within(text, start, marks), expected, "{text} {marks:?}");
        }
        let backwards = Range { start: 5, end: 0 };
        assert!(within("Putin said", 0, &[backwards]).is_empty());
    }

    #[test]
    fn pieces_are_whole_graphemes_without_outer_space() {
        let shown = |text: &str, marks: &[Range<usize>]| -> String {
            let piece = |p: Piece| if p.marked { format!("[{}]", p.text) } else { p.text.into() };
            pieces(text, marks).into_iter().map(piece).collect()
        };
        assert_eq!(shown("Vladimir Putin said", &[0..8, 9..14]), "[Vladimir] [Putin] said");
        assert_eq!(shown("Vladimir Putin said", &[0..14]), "[Vladimir Putin] said");
        assert_eq!(shown("Vladimir Putin said", &[8..15]), "Vladimir [Putin] said");
        assert_eq!(shown("sunflower", &[0..3, 3..9]), "[sunflower]");
        assert_eq!(shown("a b", &[1..2]), "a b");
        assert_eq!(shown("e\u{301}t", &[0..1]), "[e\u{301}]t");
        assert_eq!(shown("", &[0..1]), "");
    }
}
