//! The lines of a page that may be its headline: what they say, and how much they look like it.
//!
//! Knows trees of elements and the usual names of headlines, kickers and logos; not what the head of
//! the page tells of it.

use std::ops::Range;

use dom_query::NodeRef;

use super::decode::clean_line;
use super::fields;

/// What should be one line is looked at no further, in bytes.
const LONGEST_LINE: usize = 600;

/// How far up a heading's surroundings are looked at.
const MOST_ANCESTORS: usize = 8;

/// Parts that a heading is taken apart into.
const MOST_PARTS: usize = 8;

/// A longer line is no title for its names alone, in bytes.
const LONGEST_TITLED: usize = 250;

/// What stands between the parts of a heading.
pub(super) const BORDER: &[char] = &['-', '|', '/', '\u{2013}', '\u{2014}', ' '];

/// A line of a page that may be its headline.
#[derive(Debug, Clone, Default)]
pub(super) struct Heading {
    /// Its line of text.
    pub(super) text: String,
    /// The number of its element on the page.
    pub(super) at: usize,
    /// The same as it stands on the page, white space and all.
    raw: String,
    /// Its parts, where it is made of several: a kicker, a headline, a note.
    pub(super) parts: Vec<Part>,
    /// How much it looks like the page's headline, from where and what it is: 1 as an `h1` that
    /// nothing speaks for or against.
    pub(super) looks: f32,
    pub(super) kind: Kind,
    /// It stands where readers are told the way that leads to the page, or is not shown at all.
    pub(super) unread: bool,
    /// It is unread, or says itself that it is something else.
    pub(super) odd: bool,
    /// It leads to the front page.
    pub(super) home: bool,
    /// Microdata says that it is the headline.
    pub(super) marked: bool,
    /// Running text stands before it.
    pub(super) late: bool,
}

/// What sort of element a heading is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// A heading of the first level, an `h1`.
    First,
    /// An `h2` or `h3`.
    #[default]
    Lower,
    /// Any line that says by its names that it is a title.
    Line,
}

/// A stretch of a heading that stands in an element of its own.
#[derive(Debug, Clone)]
pub(super) struct Part {
    range: Range<usize>,
    role: Role,
}

/// What an element in a heading says of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// None: the text stands in the heading itself.
    Own,
    /// Nothing.
    Unknown,
    /// That it is the headline.
    Headline,
    /// That it is a kicker, a line below or a date.
    Beside,
}

impl Heading {
    /// The heading at `node`, an element of this name and number, with running text before it or
    /// not; `None` where it is none or empty.
    pub(super) fn read(node: &NodeRef<'_>, name: &str, at: usize, late: bool) -> Option<Self> {
        let (kind, base) = match name {
            "h1" => (Kind::First, 1.0),
            "h2" => (Kind::Lower, 0.45),
            "h3" => (Kind::Lower, 0.25),
            _ if is_called_headline(node) || is_called_title(node, name) => (Kind::Line, 0.0),
            _ => return None,
        };
        let (raw, parts) = line_of(node);
        let text = fields::title(&raw)?;
        if kind == Kind::Line && text.len() > LONGEST_TITLED {
            return None;
        }
        let around = around(node);
        // On the way to the page, each step has a name.
        let own = if around.unread { 0.0 } else { own_looks(node) };
        let mut looks = base + own + around.looks;
        let hidden = is_for_screen_readers(node);
        if hidden {
            looks -= 1.0;
        }
        let unread = around.unread || hidden;
        // Only headlines have kickers.
        if parts.iter().any(|part| matches!(part.role, Role::Headline | Role::Beside)) {
            looks += 0.35;
        }
        Some(Self {
            text,
            at,
            raw,
            parts,
            looks,
            kind,
            unread,
            odd: unread || around.home || own < 0.0,
            home: around.home,
            marked: is_called_headline(node),
            late,
        })
    }

    /// It is a heading of the first level that nothing speaks against.
    pub(super) fn may_be_headline(&self) -> bool {
        self.is_first_level() && !self.odd && self.looks >= 0.9
    }

    /// It is an `h1`.
    pub(super) fn is_first_level(&self) -> bool {
        self.kind == Kind::First
    }

    /// The heading without the parts whose elements say that they are something else, or do not
    /// say that they are the headline where others do.
    pub(super) fn by_roles(&self) -> Option<String> {
        let has = |role: Role| self.parts.iter().any(|part| part.role == role);
        let goes = if has(Role::Beside) {
            Role::Beside
        } else if has(Role::Headline) && has(Role::Unknown) && !has(Role::Own) {
            Role::Unknown
        } else {
            return None;
        };
        let stays = |part: &Part| part.role != goes;
        let from = self.parts.iter().position(stays)?;
        let until = self.parts.iter().rposition(stays)? + 1;
        let rest = self.between(from, until);
        let rest = rest.trim_matches(BORDER).trim_start_matches([':', ' ']);
        rest.chars().any(char::is_alphabetic).then(|| rest.to_owned())
    }

    /// What it says from one of its parts up to another.
    pub(super) fn between(&self, from: usize, until: usize) -> String {
        let parts = self.parts.get(from..until).unwrap_or_default();
        let range = parts.first().zip(parts.last()).map(|(a, b)| a.range.start..b.range.end);
        clean_line(range.and_then(|range| self.raw.get(range)).unwrap_or_default())
    }
}

/// Whether an element that is no heading is marked as the headline.
fn is_called_headline(node: &NodeRef<'_>) -> bool {
    node.attr("itemprop").is_some_and(|prop| prop.split_whitespace().any(|one| one == "headline"))
}

/// Whether an element that is no heading says by its names that it is a title.
fn is_called_title(node: &NodeRef<'_>, name: &str) -> bool {
    const LINES: &[&str] = &["div", "p", "span", "td", "th", "b", "strong", "font", "a"];
    let holds_heading = |node: &NodeRef<'_>| {
        node.descendants_it().take(30).any(|inner| {
            inner.node_name().is_some_and(|name| matches!(name.as_ref(), "h1" | "h2" | "h3"))
        })
    };
    const LOW: &[&str] = &["h4", "h5", "h6"];
    LOW.contains(&name)
        || LINES.contains(&name)
            && [node.attr("class"), node.attr("id")].into_iter().flatten().any(|names| {
                let names = names.get(..names.floor_char_boundary(200)).unwrap_or_default();
                // "Title" as well as "title".
                ["itle", "eadline", "eading"].iter().any(|one| names.contains(one))
            })
            && !holds_heading(node)
}

/// The text of a heading with a space where an element begins a new line, and the parts between
/// the borders of its elements where there are several.
fn line_of(node: &NodeRef<'_>) -> (String, Vec<Part>) {
    const UNSEEN: &[&str] =
        &["script", "style", "svg", "noscript", "template", "button", "select", "rt", "rp"];
    const APART: &[&str] = &["br", "div", "p", "li", "ul", "small", "hr", "h1", "h2", "h3", "h4"];
    let mut text = String::new();
    let mut parts: Vec<Part> = Vec::new();
    let (mut start, mut role) = (0, Role::Own);
    // A node to enter, or the border behind one: whether a line ends, and what goes on.
    let mut stack: Vec<Result<NodeRef<'_>, (bool, Role)>> =
        node.children_it(true).map(Ok).collect();
    while let Some(next) = stack.pop() {
        if text.len() > LONGEST_LINE {
            break;
        }
        let (apart, next_role) = match next {
            Err(border) => border,
            Ok(inner) if inner.is_text() => {
                let piece = inner.text();
                let piece = piece.get(..piece.floor_char_boundary(LONGEST_LINE));
                text.push_str(piece.unwrap_or_default());
                continue;
            }
            Ok(inner) => {
                let name = inner.node_name().unwrap_or_default();
                if UNSEEN.contains(&name.as_ref()) || is_for_screen_readers(&inner) {
                    // A sign for those who hear the page, where others see a border.
                    if !matches!(name.as_ref(), "rt" | "rp") {
                        text.push(' ');
                    }
                    continue;
                }
                let within = if role == Role::Own { Role::Unknown } else { role };
                let apart = APART.contains(&name.as_ref());
                stack.push(Err((apart, role)));
                stack.extend(inner.children_it(true).map(Ok));
                (apart, role_of(&inner, &name).unwrap_or(within))
            }
        };
        push_part(&mut parts, &text, start, role);
        start = text.len();
        role = next_role;
        if apart {
            text.push(' ');
        }
    }
    push_part(&mut parts, &text, start, role);
    parts.truncate(MOST_PARTS);
    if parts.len() < 2 {
        parts.clear();
    }
    (text, parts)
}

fn push_part(parts: &mut Vec<Part>, text: &str, start: usize, role: Role) {
    if text.get(start..).is_some_and(|part| !part.trim().is_empty()) {
        parts.push(Part { range: start..text.len(), role });
    }
}

/// What an element in a heading says of its text; `None` where it says nothing.
fn role_of(node: &NodeRef<'_>, name: &str) -> Option<Role> {
    if matches!(name, "small" | "time") {
        return Some(Role::Beside);
    }
    if is_called_headline(node) {
        return Some(Role::Headline);
    }
    let named = names_of(node);
    const BESIDE: &[&str] = &[
        "kicker",
        "highline",
        "overline",
        "roofline",
        "topline",
        "dachzeile",
        "toptitle",
        "supertitle",
        "overtitle",
        "pretitle",
        "eyebrow",
        "spitzmarke",
        "subline",
        "subtitle",
        "subhead",
        "sub-title",
        "sub-head",
        "strapline",
        "tagline",
        "surtitre",
        "antetitulo",
        "volanta",
        "occhiello",
    ];
    const BESIDE_WORDS: &[&str] = &[
        "label", "badge", "category", "section", "date", "time", "meta", "author", "byline",
        "topic",
    ];
    let word = |word: &str| BESIDE_WORDS.contains(&word);
    if BESIDE.iter().any(|one| named.contains(one))
        || named.split([' ', '-', '_']).any(word)
        || named.split(' ').any(|name| name.ends_with("small"))
    {
        return Some(Role::Beside);
    }
    named.contains("headline").then_some(Role::Headline)
}

/// Text that stands there for those who do not see it: "Article headline:".
fn is_for_screen_readers(node: &NodeRef<'_>) -> bool {
    const HIDDEN: &[&str] = &[
        "sr-only",
        "screen-reader",
        "visually-hidden",
        "visuallyhidden",
        "invisible",
        "aural",
        "offscreen",
        "text-hide",
    ];
    node.attr("class").is_some_and(|class| {
        let class = class.to_ascii_lowercase();
        HIDDEN.iter().any(|one| class.contains(one))
            || class.split_ascii_whitespace().any(|one| matches!(one, "hidden" | "hide" | "d-none"))
    })
}

/// What a heading's own attributes say.
fn own_looks(node: &NodeRef<'_>) -> f32 {
    let mut looks = 0.0;
    if node.attr("itemprop").is_some_and(|prop| matches!(prop.as_ref(), "headline" | "name")) {
        looks += 0.4;
    }
    let named = names_of(node);
    const TELLING: &[&str] = &["headline", "entry-title", "post-title", "article-title"];
    const RELATED: &[&str] = &[
        "posttitle",
        "page-title",
        "story-title",
        "articletitle",
        "title--article",
        "article__title",
    ];
    if TELLING.iter().chain(RELATED).any(|one| named.contains(one)) {
        looks += 0.35;
    }
    const OTHER: &[&str] = &[
        "site-title",
        "sitetitle",
        "site-name",
        "logo",
        "branding",
        "widget",
        "blog-title",
        "subtitle",
        "subline",
        "kicker",
        "strapline",
        "overline",
        "roofline",
        "topline",
        "dachzeile",
        "comment",
        "related",
        "share",
    ];
    if OTHER.iter().any(|one| named.contains(one)) {
        looks -= 0.7;
    }
    looks
}

/// What the surroundings of a heading say.
struct Around {
    looks: f32,
    /// It is the last step of the way that leads to the page.
    unread: bool,
    /// It leads to the front page.
    home: bool,
}

/// The line is the name of the site, and leads to its front page.
const HOME: Around = Around { looks: -1.4, unread: false, home: true };

fn around(node: &NodeRef<'_>) -> Around {
    const BESIDE: &[&str] = &[
        "widget",
        "sidebar",
        "related",
        "teaser",
        "comment",
        "cookie",
        "consent",
        "newsletter",
        "modal",
        "popup",
        "recommend",
        "most-read",
        "footer",
        "menu",
        "logo",
        "branding",
        "site-title",
        "share",
    ];
    let (mut looks, mut beside, mut on_the_way) = (0.0, false, false);
    for up in node.ancestors(Some(MOST_ANCESTORS)) {
        let name = up.node_name().unwrap_or_default();
        match name.as_ref() {
            "nav" | "aside" | "footer" | "dialog" => beside = true,
            "article" | "main" => looks = 0.2,
            "body" | "html" => break,
            "a" if leads_home(&up) => return HOME,
            _ => {}
        }
        let named = names_of(&up);
        on_the_way |= named.contains("breadcrumb");
        // "has-sidebar" is said of what stands next to one.
        let apart = |word: &str| {
            let layout = ["no-", "has-", "with-", "without-"];
            !layout.iter().any(|start| word.starts_with(start))
                && BESIDE.iter().any(|one| word.contains(one))
        };
        beside |= !matches!(name.as_ref(), "article" | "main")
            && named.split_ascii_whitespace().any(apart);
    }
    let home =
        node.descendants_it().take(12).any(|inner| inner.has_name("a") && leads_home(&inner));
    if home {
        return HOME;
    }
    if on_the_way {
        return Around { looks: looks - 1.0, unread: true, home: false };
    }
    Around { looks: if beside { looks - 0.5 } else { looks }, unread: false, home: false }
}

fn names_of(node: &NodeRef<'_>) -> String {
    let mut named = String::new();
    for value in [node.attr("class"), node.attr("id")].into_iter().flatten() {
        named.push_str(value.get(..value.floor_char_boundary(200)).unwrap_or_default());
        named.push(' ');
    }
    named.make_ascii_lowercase();
    named
}

/// Whether a link leads to the front page: the site's name is written so.
fn leads_home(link: &NodeRef<'_>) -> bool {
    let Some(href) = link.attr("href") else { return false };
    let href = href.trim();
    // The last one: archives put their own address in front.
    let path = match href.rsplit_once("//") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => match href.strip_prefix('/') {
            Some(path) => path,
            None => return false,
        },
    };
    path.is_empty() || matches!(path, "index.html" | "index.php" | "home" | "#")
}
