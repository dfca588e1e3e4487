//! The date that a reader of a page sees.
//!
//! Knows trees of elements and lines of text; not what the page's head says.

use dom_query::Document;

use crate::article::{DateFrom, Precision, Published};
use crate::corpus::dates::{self, Clock};
use crate::corpus::markup;

/// What should be a date is looked at no further, in bytes.
const LONGEST_LINE: usize = 600;

/// The date that a reader sees: a `<time>`, or a line that says "Published".
pub(in crate::corpus) fn visible_date(document: &Document, clock: &Clock) -> Option<Published> {
    let mut told = None;
    let mut line = None;
    for node in document.root().descendants_it() {
        if node.has_name("time") {
            let said = node.attr("datetime").and_then(|value| dates::parse(&value, clock));
            let shown = || dates::parse(&markup::start_of_text(&node, LONGEST_LINE), clock);
            let date = said.or_else(shown);
            if node.has_attr("pubdate") && date.is_some() {
                return date.map(|date| date.read_from(DateFrom::Text));
            }
            told = told.or(date);
        } else if line.is_none() && node.is_text() {
            line = published_line(&node.text(), clock);
        }
    }
    told.or(line).map(|date| date.read_from(DateFrom::Text))
}

/// "Published 3 March 2025", "Posted on March 3, 2025 at 5 pm", or a line that is a date.
pub(in crate::corpus) fn published_line(text: &str, clock: &Clock) -> Option<dates::Date> {
    const LONGEST: usize = 90;
    let text = text.trim();
    if text.len() < 8 || text.len() > LONGEST || !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let lower = text.to_lowercase();
    let rest = [
        "published",
        "posted",
        "first published",
        "ver\u{f6}ffentlicht",
        "publi\u{e9}",
        "publicado",
    ]
    .iter()
    .find_map(|start| lower.strip_prefix(start))
    .unwrap_or(&lower)
    .trim_start_matches([':', ' ', '\u{a0}']);
    let rest =
        ["on ", "am ", "le ", "el "].iter().find_map(|w| rest.strip_prefix(w)).unwrap_or(rest);
    // A year alone on a page is a copyright line or a number.
    dates::parse(rest, clock).filter(|date| date.precision >= Precision::Day)
}
