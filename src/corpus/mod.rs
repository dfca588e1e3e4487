//! Files to articles: walk, open, cut into pieces, parse.
//!
//! Knows folders, formats and [`Article`]s; nothing of indexes, queries or terminals. One thread
//! [walks](walk::walk) and [reads](read::read); any number of threads [`parse`] the pieces that it
//! hands them. What does not become an article becomes a [`Skipped`] with a reason: nothing is
//! lost in silence, and nothing that is found in a file can end a run.
//!
//! ```text
//! walk -> FileEntry -> read -> Piece -> parse -> Article or Skipped
//! ```
//!
//! An article's id is unique within a file that gives its records unique ids or none. Two records
//! that carry the same id get the same article id, since pieces know nothing of each other; whoever
//! collects the articles has to settle that.

use crate::article::Article;
use crate::caught::quietly;
use crate::mentions;
pub use clean::furniture::{Furniture, Specimen, learn};
use dates::Clock;
use decode::Kind;
use format::Format;
use mapping::Mapping;
pub use origin::Origin;
use read::{Cut, Piece};
pub use skipped::{Reason, Skipped};

mod archive;
mod clean;
mod cut_records;
mod date_line;
pub mod dates;
pub mod decode;
mod feed;
mod fields;
pub mod format;
mod front_matter;
mod heading;
mod headline;
mod html;
mod http;
mod json;
pub mod language;
mod linked_data;
mod mail;
pub mod mapping;
mod markup;
mod nesting;
mod news_xml;
mod origin;
mod page_byline;
mod page_head;
pub mod paragraphs;
mod pdf;
pub mod read;
pub mod rules;
mod sgml;
mod skipped;
mod story_date;
mod table;
mod text;
mod unpack;
mod value;
pub mod walk;
mod warc;
mod xml;

/// The stack that a thread should have which calls [`parse`]: HTML libraries call themselves for
/// each level of a page, and a page may be some hundred levels deep.
pub const PARSER_STACK: usize = 64 << 20;

/// What parsing needs to know besides the piece.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The user's names of fields.
    pub mapping: Mapping,
    /// What dates are read against.
    pub clock: Clock,
}

/// What a piece came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parsed {
    /// The articles, in the order of the file.
    pub articles: Vec<Article>,
    /// What became none.
    pub skipped: Vec<Skipped>,
    /// The character set, where it was not UTF-8.
    pub charset: Option<&'static str>,
}

impl Parsed {
    /// Adds what one record of a file came to; its id is its own, else its number.
    fn push_record(&mut self, key: &str, number: u64, article: Result<Article, Reason>) {
        match article {
            Ok(mut article) => {
                article.id = match &article.record {
                    Some(record) => format!("{key}#{record}"),
                    None => format!("{key}#{number}"),
                };
                self.articles.push(article);
            }
            Err(reason) => self.skipped.push(Skipped::new(format!("{key}#{number}"), reason)),
        }
    }
}

/// Parses a piece: no I/O, no state, and never a panic.
///
/// Call it from threads with a stack of [`PARSER_STACK`].
#[must_use]
pub fn parse(piece: &Piece, reading: &Reading) -> Parsed {
    let parse = || {
        let reading = piece.origin.reading(reading);
        let mut parsed = parse_piece(piece, &reading);
        for article in &mut parsed.articles {
            piece.origin.complete(article, &piece.key, &reading);
            story_date::settle(article, &reading.clock);
            // The last step: relative dates need the day of publication.
            article.mentions = mentions::find(&article.body, article.published.as_ref());
        }
        parsed
    };
    match quietly(parse) {
        Ok(parsed) => parsed,
        Err(_) => rejected(piece, Reason::ReaderFailed),
    }
}

fn parse_piece(piece: &Piece, reading: &Reading) -> Parsed {
    let kind = match piece.format {
        Format::Pdf => return single(piece, pdf::parse(&piece.bytes, &reading.clock)),
        Format::Html | Format::Feed | Format::NewsXml => Kind::Page,
        Format::Text | Format::Markdown | Format::Table | Format::Sgml => Kind::Text,
        Format::Json | Format::JsonLines => Kind::Records,
        // Each part of a message has a charset of its own.
        Format::Mail => return mail::parse_message(&piece.bytes, &piece.key, reading),
        Format::Mailbox => {
            return mail::parse_mailbox(&piece.bytes, piece.first(), &piece.key, reading);
        }
    };
    // Only the whole of a file can be told to be no text.
    let kind = match piece.cut {
        Cut::Records { .. } if kind == Kind::Text => Kind::Records,
        _ => kind,
    };
    let said = piece.origin.charset.as_deref();
    let decoded = match decode::decode_as(&piece.bytes, kind, said) {
        Ok(decoded) => decoded,
        Err(reason) => return rejected(piece, reason),
    };
    let (text, key) = (decoded.text.as_ref(), piece.key.as_ref());
    if text.trim().is_empty() {
        return match piece.cut {
            Cut::Whole | Cut::Capture { .. } => rejected(piece, Reason::Empty),
            Cut::Lines { .. } | Cut::Elements { .. } | Cut::Records { .. } => Parsed::default(),
        };
    }
    let mut parsed = match (piece.format, piece.cut) {
        (Format::Text, _) => single(piece, text::parse_text(text, &reading.clock)),
        (Format::Markdown, _) => single(piece, text::parse_markdown(text, &reading.clock)),
        (Format::Html, _) => single(piece, html::parse_page(text, &reading.clock)),
        (Format::Table, Cut::Records { first }) => table::parse(text, Some(first), key, reading),
        (Format::Table, _) => table::parse(text, None, key, reading),
        (Format::Sgml, _) => sgml::parse(text, piece.first(), key, reading),
        (Format::Feed, cut) => feed::parse(text, piece.first(), cut == Cut::Whole, key, reading),
        (Format::NewsXml, cut) => {
            news_xml::parse(text, piece.first(), cut == Cut::Whole, key, reading)
        }
        // Read above, from bytes.
        (Format::Pdf | Format::Mail | Format::Mailbox, _) => rejected(piece, Reason::Binary),
        (_, Cut::Lines { first }) => json::parse_lines(text, first, key, reading),
        (_, Cut::Elements { first }) => json::parse_elements(text, first, key, reading),
        (Format::JsonLines, _) => json::parse_lines(text, 1, key, reading),
        (Format::Json, _) => json::parse_whole(text, key, reading),
    };
    for article in &mut parsed.articles {
        clean::residue::strip(article, piece.format == Format::Html);
    }
    parsed.charset = decoded.charset;
    parsed
}

/// The article of a file that holds one.
fn single(piece: &Piece, article: Result<Article, Reason>) -> Parsed {
    match article {
        Ok(article) => {
            let article = Article { id: piece.place(), ..article };
            Parsed { articles: vec![article], ..Parsed::default() }
        }
        Err(reason) => rejected(piece, reason),
    }
}

fn rejected(piece: &Piece, reason: Reason) -> Parsed {
    Parsed { skipped: vec![Skipped::new(piece.place(), reason)], ..Parsed::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_say_where_they_were() {
        let reading = Reading {
            mapping: Mapping::default(),
            clock: Clock::at("2026-01-01T00:00:00Z".parse().unwrap()),
        };
        let cases = [
            (Format::Text, Cut::Whole, &b"\0\0\0"[..], "k binary"),
            (Format::Text, Cut::Whole, b" \n ", "k empty"),
            (Format::JsonLines, Cut::Lines { first: 7 }, b"\n{", "k#line 8 malformed"),
            (Format::Json, Cut::Elements { first: 7 }, b"{", "k#7 malformed"),
            (Format::Html, Cut::Capture { number: 7 }, b"<p>", "k#7 no-text"),
        ];
        for (format, cut, bytes, expected) in cases {
            let piece = Piece {
                key: "k".into(),
                format,
                bytes: bytes.to_vec(),
                cut,
                origin: Origin::default(),
                raw_end: 0,
            };
            let parsed = parse(&piece, &reading);
            let [skipped] = parsed.skipped.as_slice() else { panic!("{parsed:?}") };
            assert_eq!(format!("{} {}", skipped.path, skipped.reason.code()), expected);
        }
    }
}
