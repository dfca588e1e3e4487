//! What stands on a page beside its article: menus, other articles, comments, forms, captions.
//!
//! Knows elements by their tags and names. Names lie: a class that says "sidebar" may hold the
//! whole page. So nothing is thrown out that holds much of the page's prose, and how much is too
//! much depends on how surely the name means what it says.

use super::measure::Measures;
use super::names::Signs;
use super::outline::{Element, Outline, Tag};

/// How much may be thrown out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strictness {
    /// By tags and names.
    Names,
    /// By tags.
    Tags,
    /// Nothing.
    Nothing,
}

/// Names that hardly ever stand on the text of an article.
const STRONG: Signs = Signs::MENU
    .and(Signs::RELATED)
    .and(Signs::SHARE)
    .and(Signs::PROMOTION)
    .and(Signs::LEGAL)
    .and(Signs::FORM);

/// Names that may stand on what holds it.
const WEAK: Signs = Signs::META.and(Signs::CAPTION);

/// An article that holds less than this is one of several, in hundredths of the page's prose.
const ONE_OF_SEVERAL: i64 = 15;

/// Prose that is left when comments are not counted makes a page's own text, in characters.
const OWN: i64 = 200;

/// For each block, whether it is beside the article.
pub(super) fn beside(outline: &Outline, measures: &Measures, strictness: Strictness) -> Vec<bool> {
    let mut out = vec![false; outline.blocks.len()];
    if strictness == Strictness::Nothing {
        return out;
    }
    let page = Page::of(outline, measures);
    let mut at = 0;
    while let Some(element) = outline.elements.get(at) {
        let gone =
            page.by_tag(at, element) || strictness == Strictness::Names && page.by_name(element);
        if gone {
            if let Some(blocks) = out.get_mut(element.blocks.clone()) {
                blocks.fill(true);
            }
            at = element.after;
        } else {
            at += 1;
        }
    }
    out
}

/// What elements are compared with.
struct Page<'a> {
    outline: &'a Outline,
    measures: &'a Measures,
    /// The page's prose, comments not counted where there is any other.
    prose: i64,
    /// Whether comments are counted.
    comments_only: bool,
    /// Whether one article holds most of it.
    one_article: bool,
}

impl<'a> Page<'a> {
    fn of(outline: &'a Outline, measures: &'a Measures) -> Self {
        let all = measures.prose.all();
        // Comments may be longer than what they are about.
        let mut comments = 0;
        let mut at = 0;
        while let Some(element) = outline.elements.get(at) {
            let inside = measures.prose.over(&element.blocks);
            let is_page = element.tag == Tag::Body || inside * 10 >= all * 9;
            if element.signs.any(Signs::COMMENTS) && !is_page {
                comments += inside;
                at = element.after;
            } else {
                at += 1;
            }
        }
        let comments_only = all - comments <= OWN;
        let prose = if comments_only { all } else { all - comments };
        let articles = outline.elements.iter().filter(|element| element.tag == Tag::Article);
        let largest = articles.map(|article| measures.prose.over(&article.blocks)).max();
        Self {
            outline,
            measures,
            prose: prose.max(1),
            comments_only,
            one_article: largest.unwrap_or_default() * 2 > prose,
        }
    }

    /// The share of the page's prose in an element, in hundredths.
    fn share(&self, element: &Element) -> i64 {
        self.measures.prose.over(&element.blocks) * 100 / self.prose
    }

    fn by_tag(&self, at: usize, element: &Element) -> bool {
        let most = match element.tag {
            Tag::Nav => 60,
            Tag::Footer | Tag::Aside | Tag::Caption => 50,
            Tag::Form | Tag::Address => 30,
            // Tables and quotes are often set as figures; then only the caption goes.
            Tag::Figure if self.holds_text(at, element) => return false,
            Tag::Figure => 30,
            _ => return false,
        };
        self.share(element) < most
    }

    fn holds_text(&self, at: usize, figure: &Element) -> bool {
        /// A figure holds its table or quote near its beginning.
        const NEAR: usize = 20;
        let inside = self.outline.elements.get(at..figure.after).unwrap_or_default();
        let mut near = inside.iter().take(NEAR);
        near.any(|inner| matches!(inner.tag, Tag::Table | Tag::Quote | Tag::Preformatted))
    }

    fn by_name(&self, element: &Element) -> bool {
        let signs = self.meant(element);
        if signs == Signs::NONE && element.tag != Tag::Article {
            return false;
        }
        let share = self.share(element);
        let linked = self.measures.linked.over(&element.blocks);
        let most = |of: i64| if signs.any(Signs::TEXT) { 5 } else { of };
        signs.any(Signs::COMMENTS) && (!self.comments_only || share < 50)
            || signs.any(Signs::HIDDEN) && share < 70
            || signs.any(STRONG) && share < most(50)
            || signs.any(WEAK) && share < most(15)
            // Without a link, a teaser is this article's own.
            || signs.any(Signs::TEASER) && share < 40 && linked > 0
            || element.tag == Tag::Article
                && self.one_article
                && share < ONE_OF_SEVERAL
                && linked * 5 > self.measures.prose.over(&element.blocks)
    }

    /// What an element's names mean on such an element.
    fn meant(&self, element: &Element) -> Signs {
        let inside = self.measures.prose.over(&element.blocks);
        match element.tag {
            // Templates put the names of everything that a page may have on these.
            Tag::Body | Tag::Article | Tag::Main => Signs::NONE,
            Tag::Heading(_) => element.signs.without(Signs::MENU.and(WEAK).and(Signs::LEGAL)),
            // An embedded post of a social network is quoted text.
            Tag::Quote => element.signs.only(Signs::COMMENTS.and(Signs::HIDDEN)),
            Tag::Paragraph
                if inside >= 100 && self.measures.linked.over(&element.blocks) * 4 < inside =>
            {
                element.signs.without(STRONG.and(Signs::TEASER))
            }
            _ => element.signs,
        }
    }
}
