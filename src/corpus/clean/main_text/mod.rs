//! The main text of a page.
//!
//! Knows trees of elements; not what the page's head says. The page is [laid flat](outline) and its
//! blocks of text are [measured](measure); what [stands beside](beside) an article by its tags and
//! names goes; of the rest the element with the most prose is [the root](root); and of the blocks in
//! it those are [kept](keep) that read like its text. Every step is one pass over elements or
//! blocks, so a page takes time in the order of its size, whatever is in it.

mod beside;
mod cues;
mod keep;
mod measure;
mod names;
mod outline;
mod root;

use dom_query::Document;

use crate::article::Dropped;
use crate::corpus::decode::clean_line;
use crate::corpus::{markup, paragraphs};
use beside::Strictness;
use keep::{Kept, Verdict};
use measure::Measures;
use outline::Outline;
use root::Counted;

/// A main text shorter than this may be a teaser, in bytes; then the page is looked at again.
const SHORT: usize = 250;

/// What was found.
#[derive(Debug, Default)]
pub(in crate::corpus) struct MainText {
    /// Paragraphs and headings; empty where there is no text.
    pub(in crate::corpus) body: String,
    /// The line that names the writers, as it stands.
    pub(in crate::corpus) byline: Option<String>,
    /// What stood between the paragraphs and is no part of them.
    pub(in crate::corpus) dropped: Vec<Dropped>,
}

/// Finds the main text of a page; `told` is the text that the page's head gives for the article.
pub(in crate::corpus) fn main_text(document: &Document, told: Option<&str>) -> MainText {
    let outline = Outline::of(document);
    let measures = Measures::of(&outline);
    let mut main = MainText::default();
    for strictness in [Strictness::Names, Strictness::Tags, Strictness::Nothing] {
        let found = find(&outline, &measures, strictness);
        // Twice as long: a short item stays itself rather than become its page's menu.
        if found.body.len() > main.body.len() * 2 {
            main = found;
        }
        if main.body.len() >= SHORT {
            break;
        }
    }
    // Pages that are filled by scripts, or show the first lines only, tell the whole in their head.
    if let Some(told) = told
        && told.len() > main.body.len() * 2 + SHORT
    {
        let told = text_told(told);
        if told.len() > main.body.len() {
            main = MainText { body: told, ..MainText::default() };
        }
    }
    main.byline = outline.byline;
    main
}

/// The paragraphs of a text from the page's head, which may be HTML or have entities.
fn text_told(told: &str) -> String {
    if markup::looks_like_html(told) {
        return markup::html_to_text(told).unwrap_or_default();
    }
    paragraphs::paragraphs(&markup::unescape(told))
}

fn find(outline: &Outline, measures: &Measures, strictness: Strictness) -> MainText {
    let out = beside::beside(outline, measures, strictness);
    let counted = Counted::of(measures, &out);
    let root = root::root(outline, &counted);
    let surroundings = root::surroundings(outline, &counted, root);
    let mut main = MainText::default();
    let Some(root) = outline.elements.get(root) else { return main };
    for (block, verdict) in Kept::of(outline, measures, root, &surroundings, &out).blocks() {
        let line = clean_line(outline.text(block));
        match verdict {
            Verdict::Kept => paragraphs::push_paragraph(&mut main.body, &line),
            Verdict::Dropped(why) => {
                main.dropped.push(Dropped { at: main.body.len(), text: line, why });
            }
            Verdict::Passed => {}
        }
    }
    main
}
