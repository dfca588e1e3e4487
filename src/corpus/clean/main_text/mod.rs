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

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "The council closed the bridge on Tuesday, after engineers found cracks in two of its piers, and said that it would stay shut for months.";
    const TWO: &str = "Traders in the old town asked for help, since most of their customers come over the river, and the mayor promised it by the end of the week.";

    fn read(body: &str) -> MainText {
        main_text(&Document::from(format!("<html><body>{body}</body></html>")), None)
    }

    /// What is around the two paragraphs is left out.
    #[test]
    fn what_is_beside_the_text_goes() {
        let text = format!("<p>{ONE}</p><p>{TWO}</p>");
        let cases = [
            format!("<nav><ul><li><a href=a>Home</a></ul></nav>{text}<footer>Imprint</footer>"),
            format!(
                "<div class=article-body>{text}</div><div class=comments><p>{TWO} I agree.</p></div>"
            ),
            format!("<article><h1>Bridge shut</h1><p class=byline>Ann Smith</p>{text}</article>"),
            format!("<article>{text}<h3>Read more</h3><p>Another story altogether.</p></article>"),
            format!(
                "<article>{text}<ul><li><a href=a>A story</a><li><a href=b>Others</a></ul></article>"
            ),
            format!(
                "<article><figure><img><figcaption>The bridge.</figcaption></figure>{text}</article>"
            ),
            format!("<article>{text}<p>Foto: Ann Smith</p></article>"),
            format!(
                "<article>{text}<div class=share-bar>Share it with your friends.</div></article>"
            ),
            format!("<div style='display:none'><p>Please switch on scripts.</p></div>{text}"),
        ];
        for page in cases {
            assert_eq!(read(&page).body, format!("{ONE}\n\n{TWO}"), "{page}");
        }
    }

    #[test]
    fn what_belongs_to_the_text_stays() {
        let cases = [
            // The first words stand in a header.
            (
                format!(
                    "<article><header><h1>Shut</h1><p>{ONE}</p></header><div class=article-body><p>{TWO}</p></div></article>"
                ),
                format!("{ONE}\n\n{TWO}"),
            ),
            // The text is in two parts.
            (
                format!(
                    "<main><div class=article-body><p>{ONE}</p></div><div class=article-body><p>{TWO}</p></div></main>"
                ),
                format!("{ONE}\n\n{TWO}"),
            ),
            // The name lies.
            (
                format!("<div class=sidebar><p>{ONE}</p><p>{TWO}</p></div>"),
                format!("{ONE}\n\n{TWO}"),
            ),
            (
                format!(
                    "<article><p>{ONE}</p><h2>Traders</h2><ul><li>Shops shut</ul><p>{TWO}</p></article>"
                ),
                format!("{ONE}\n\nTraders\n\nShops shut\n\n{TWO}"),
            ),
            // An element left open in noscript swallows the page.
            (
                format!("<noscript><div></noscript><p>{ONE}</p><p>{TWO}</p>"),
                format!("{ONE}\n\n{TWO}"),
            ),
            ("<div></div><div>One short line</div>".to_owned(), "One short line".to_owned()),
        ];
        for (page, body) in cases {
            assert_eq!(read(&page).body, body, "{page}");
        }
    }

    #[test]
    fn what_is_dropped_is_told() {
        let main = read(&format!(
            "<article><p>{ONE}</p><figure><figcaption>The bridge.</figcaption></figure><p>{TWO}</p><h3>Read more</h3></article>"
        ));
        let dropped: Vec<_> =
            main.dropped.iter().map(|dropped| (dropped.at, dropped.text.as_str())).collect();
        assert_eq!(dropped, [(ONE.len(), "The bridge."), (main.body.len(), "Read more")]);
    }

    #[test]
    fn the_head_may_know_more() {
        let page = Document::from(format!("<article><p>{ONE}</p></article>"));
        let told = format!("{TWO}\n\n{ONE}");
        assert_eq!(main_text(&page, Some(&told)).body, ONE);
        let told = format!("{told}\n\n{told}\n\n{told}");
        assert_eq!(main_text(&page, Some(&told)).body, told);
    }
}
