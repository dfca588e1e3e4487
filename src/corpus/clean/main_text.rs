//! The main text of a page.
//!
//! Knows trees of elements; not what the page's head says.

use dom_query::Document;
use dom_smoothie::{Config, Readability};

use crate::corpus::{markup, paragraphs};

/// Pages with more elements than this get the plain text of their paragraphs: some of
/// readability's rules look at every pair of siblings.
const MOST_ELEMENTS: usize = 50_000;

/// A main text shorter than this may be a teaser; then the page is looked at again, in bytes.
const SHORT: usize = 250;

/// What was found.
#[derive(Default)]
pub(in crate::corpus) struct MainText {
    /// Paragraphs and headings; empty where there is no text.
    pub(in crate::corpus) body: String,
    /// The line that names the writers, as it stands.
    pub(in crate::corpus) byline: Option<String>,
}

/// Finds the main text of the page `html`, which was parsed into `document` with so many
/// `elements`; `told` is the text that the page's head gives for the article.
pub(in crate::corpus) fn main_text(
    html: &str,
    document: Document,
    elements: usize,
    told: Option<&str>,
) -> MainText {
    let whole = elements > MOST_ELEMENTS;
    let mut main = if whole { MainText::default() } else { by_readability(document) };
    if main.body.len() < SHORT {
        let all = paragraphs_of(html);
        // Twice as long: a short item stays itself rather than become its page's menu.
        if main.body.is_empty() || all.len() > main.body.len() * 2 {
            main.body = all;
        }
    }
    if main.body.len() < SHORT
        && let Some(told) = told
        && told.len() > main.body.len()
    {
        main.body = paragraphs::paragraphs(&markup::unescape(told));
    }
    main
}

/// The text that readability's rules find.
fn by_readability(document: Document) -> MainText {
    let config = Config {
        // Read by ourselves, with a parser that bounds its depth.
        disable_json_ld: true,
        // News items may be short; below this the rules take in what surrounds the text.
        char_threshold: SHORT,
        ..Config::default()
    };
    let Ok(mut readability) = Readability::with_document(document, None, Some(config)) else {
        return MainText::default();
    };
    let Ok(found) = readability.parse() else { return MainText::default() };
    let content = Document::fragment(found.content);
    MainText { body: markup::text_of(content.root(), &[]), byline: found.byline }
}

/// What a page that readability finds nothing in says in its article, main or body element.
fn paragraphs_of(html: &str) -> String {
    let document = Document::from(html);
    let surroundings = ["nav", "footer", "aside", "header"];
    let mut best = String::new();
    for selector in ["article", "main", "body"] {
        for node in document.select(selector).nodes() {
            let text = markup::text_of(*node, &surroundings);
            if text.len() > best.len() {
                best = text;
            }
        }
        if best.len() >= SHORT {
            break;
        }
    }
    best
}
