//! Who wrote a page, as its readers see it: the byline.
//!
//! Knows trees of elements and the usual names of bylines; not what the page's head says. Comments
//! and other stories name writers too, so what stands in them is passed over, and of several
//! bylines the one nearest to the headline counts.

use dom_query::NodeRef;

use super::{fields, markup};

/// A longer line is no byline, in bytes.
const LONGEST: usize = 160;

/// Bylines that are looked at.
const MOST: usize = 60;

/// How far up a byline's surroundings are looked at.
const MOST_ANCESTORS: usize = 8;

/// The bylines of a page, in its order.
#[derive(Debug, Default)]
pub(super) struct Bylines {
    found: Vec<Byline>,
}

#[derive(Debug)]
struct Byline {
    /// The number of its element.
    at: usize,
    /// How sure it is that it is one.
    sure: f32,
    names: Vec<String>,
}

impl Bylines {
    /// Looks at the element `node`, which is number `at` of the page.
    pub(super) fn look_at(&mut self, node: &NodeRef<'_>, name: &str, at: usize) {
        if self.found.len() >= MOST {
            return;
        }
        let Some(sure) = sureness(node, name) else { return };
        let names = names_in(node, sure < LINE_ALONE + 0.1);
        if names.is_empty() || is_beside(node, sure <= LINE_ALONE) {
            return;
        }
        self.found.push(Byline { at, sure, names });
    }

    /// The names of the byline nearest to the headline, which is at element `headline`.
    pub(super) fn names(&self, headline: Option<usize>) -> Vec<String> {
        let score = |byline: &Byline| {
            let Some(headline) = headline else { return byline.sure };
            let away = byline.at.abs_diff(headline) as f32;
            let away = if byline.at < headline { away / 60.0 + 0.1 } else { away / 400.0 };
            byline.sure - away.min(1.5)
        };
        let mut best: Option<(f32, &Byline)> = None;
        for byline in &self.found {
            let score = score(byline);
            if best.as_ref().is_none_or(|(so_far, _)| score > *so_far) {
                best = Some((score, byline));
            }
        }
        let Some((score, best)) = best else { return Vec::new() };
        if best.sure <= LINE_ALONE && score < 0.0 {
            return Vec::new();
        }
        let mut names = best.names.clone();
        // One element a person: those that follow at once and are of the same kind.
        let mut last = best.at;
        for next in self.found.iter().filter(|next| next.at > best.at) {
            if next.at - last > 12 || (next.sure - best.sure).abs() > f32::EPSILON {
                break;
            }
            last = next.at;
            for name in &next.names {
                fields::push_author(&mut names, name);
            }
        }
        names
    }
}

/// How sure a line is a byline only because it begins with "By".
const LINE_ALONE: f32 = 1.0;

/// Whether an element is a byline, by its attributes or by how its text begins.
fn sureness(node: &NodeRef<'_>, name: &str) -> Option<f32> {
    if matches!(
        name,
        "input"
            | "script"
            | "style"
            | "img"
            | "link"
            | "meta"
            | "body"
            | "html"
            | "figure"
            | "svg"
            | "form"
            | "label"
            | "textarea"
            | "button"
            | "figcaption"
            | "article"
            | "main"
            | "i"
    ) {
        return None;
    }
    if node.attr("itemprop").is_some_and(|prop| prop.as_ref() == "author") {
        return Some(2.2);
    }
    if node.attr("rel").is_some_and(|rel| rel.split_whitespace().any(|one| one == "author")) {
        return Some(2.0);
    }
    for value in [node.attr("class"), node.attr("id")].into_iter().flatten() {
        let value = value.get(..value.floor_char_boundary(200)).unwrap_or_default();
        if value.split_ascii_whitespace().any(names_a_byline) {
            return Some(1.9);
        }
    }
    if matches!(name, "p" | "div" | "span" | "h3" | "h4" | "h5" | "address" | "strong" | "em" | "b")
    {
        let first = node.descendants_it().take(6).filter(NodeRef::is_text).find_map(|text| {
            let text = text.text();
            let text = text.trim_start();
            let start = text.get(..text.floor_char_boundary(20)).unwrap_or_default();
            (!start.is_empty()).then(|| start.to_owned())
        })?;
        const STARTS: &[&str] = &[
            "By",
            "BY",
            "Von",
            "VON",
            "Par",
            "Por",
            "Di",
            "Door",
            "Text",
            "Autor",
            "Author",
            "Auteur",
            "Autore",
            "Posted by",
            "Written by",
            "Published by",
            "Autorin",
            "von",
            "by",
            "par",
            "por",
        ];
        let starts = |start: &&str| {
            first.strip_prefix(*start).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        };
        if STARTS.iter().any(starts) {
            return Some(LINE_ALONE);
        }
    }
    None
}

/// Whether a class says that an element is a byline.
fn names_a_byline(class: &str) -> bool {
    const NOT: &[&str] = &[
        "comment",
        "bio",
        "avatar",
        "image",
        "photo",
        "img",
        "social",
        "twitter",
        "facebook",
        "description",
        "desc",
        "icon",
        "title",
        "job",
        "role",
        "related",
        "box",
        "info",
        "about",
        "follow",
        "prep",
        "picture",
        "teaser",
        "date",
        "time",
        "wrapper-out",
        "more",
        "card-body",
        "authority",
        "authoriz",
        "authoris",
        "authent",
        "input",
        "email",
        "location",
        "contact",
        "url",
        "count",
        "quote",
        "thumb",
        "separator",
        "comma",
        "label",
        "position",
        "archive",
        "page-author",
        "menu",
    ];
    let class = class.to_ascii_lowercase();
    if NOT.iter().any(|not| class.contains(not)) {
        return false;
    }
    ["byline", "author", "autor", "auteur", "verfasser", "by-line", "writer", "redakteur"]
        .iter()
        .any(|name| class.contains(name))
        || class == "p-author"
}

/// Whether an element stands in something that is not the story, or with `itself` is one.
fn is_beside(node: &NodeRef<'_>, itself: bool) -> bool {
    const BESIDE: &[&str] = &[
        "comment",
        "related",
        "teaser",
        "recommend",
        "most-read",
        "latest",
        "trending",
        "popular",
        "reviews",
        "testimonial",
        "disqus",
        "respond",
    ];
    let own = itself.then_some(*node);
    for up in own.into_iter().chain(node.ancestors(Some(MOST_ANCESTORS))) {
        let name = up.node_name().unwrap_or_default();
        match name.as_ref() {
            "nav" | "form" | "figure" | "figcaption" | "blockquote" => return true,
            "body" | "html" => return false,
            _ => {}
        }
        for value in [up.attr("class"), up.attr("id")].into_iter().flatten() {
            let value = value.get(..value.floor_char_boundary(300)).unwrap_or_default();
            let value = value.to_ascii_lowercase();
            let apart = |word: &str| {
                let layout = ["no-", "has-", "with-", "without-", "open", "closed"];
                !layout.iter().any(|part| word.contains(part))
                    && BESIDE.iter().any(|one| word.contains(one))
            };
            if value.split_ascii_whitespace().any(apart) {
                return true;
            }
        }
    }
    false
}

/// The names in a byline's element; `strictly` those that could be nothing else.
fn names_in(node: &NodeRef<'_>, strictly: bool) -> Vec<String> {
    let mut named = Vec::new();
    for inner in node.descendants_it().take(60) {
        if inner.attr("itemprop").is_some_and(|prop| prop.as_ref() == "name") {
            let said = inner.attr("content").map(|content| content.to_string());
            let text = said.unwrap_or_else(|| markup::start_of_text(&inner, LONGEST));
            named.push(text);
        }
    }
    let linked = named.is_empty();
    if linked {
        for inner in node.descendants_it().take(60).filter(|inner| inner.has_name("a")) {
            let text = markup::start_of_text(&inner, LONGEST);
            if !text.trim().is_empty() {
                named.push(text);
            }
        }
        // A lone link may be the mail address, the section or the whole archive.
        if named.len() < 2 {
            named.clear();
        }
    }
    let mut names = Vec::new();
    for text in &named {
        push_names(text, linked, &mut names);
    }
    if linked && names.len() < named.len() {
        names.clear();
    }
    if names.is_empty() {
        push_names(&line_of(node), strictly, &mut names);
    }
    names
}

/// The text of a byline's element, with a bar where a new line begins.
fn line_of(node: &NodeRef<'_>) -> String {
    let mut line = String::new();
    for inner in node.descendants_it().take(60) {
        if inner.is_text() {
            if inner.parent().is_some_and(|up| up.has_name("script") || up.has_name("style")) {
                continue;
            }
            let text = inner.text();
            line.push_str(text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default());
        } else if ["br", "div", "p", "li", "time", "ul", "h4", "h3"]
            .iter()
            .any(|b| inner.has_name(b))
        {
            line.push_str(" | ");
        } else if !line.ends_with(' ') && inner.is_element() {
            line.push(' ');
        }
        if line.len() > LONGEST {
            break;
        }
    }
    line
}

fn push_names(text: &str, strictly: bool, names: &mut Vec<String>) {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return;
    }
    for name in fields::authors(text) {
        if looks_like_name(&name, strictly) {
            fields::push_author(names, &name);
        } else if strictly {
            // Past the first thing that is no name comes the rest of the line.
            break;
        }
    }
}

fn looks_like_name(name: &str, strictly: bool) -> bool {
    const NOT: &[&str] = &[
        "alle",
        "all",
        "more",
        "mehr",
        "view",
        "zeige",
        "about",
        "\u{fc}ber",
        "follow",
        "share",
        "comments",
        "kommentare",
        "read",
        "posts",
        "articles",
        "artikel",
        "published",
        "updated",
        "posted",
        "uhr",
        "ago",
        "minutes",
        "min",
        "stand",
        "aktualisiert",
        "ver\u{f6}ffentlicht",
        "copyright",
        "foto",
        "photo",
        "news",
        "home",
        "kommentar",
        "comment",
        "folgen",
        "email",
        "twitter",
        "facebook",
        "beitr\u{e4}ge",
        "today",
        "yesterday",
        "gestern",
        "heute",
        "the",
        "quelle",
        "source",
        "bild",
        "leave",
        "reply",
        "contact",
        "mi",
        "mo",
        "di",
        "do",
        "fr",
        "sa",
        "so",
        "e-mail",
        "drucken",
        "print",
    ];
    let words: Vec<&str> = name.split_whitespace().collect();
    let lower = name.to_lowercase();
    if lower.split_whitespace().any(|word| NOT.contains(&word)) || words.len() > 5 {
        return false;
    }
    if !strictly {
        return true;
    }
    let capital = |word: &&&str| word.chars().next().is_some_and(char::is_uppercase);
    (2..=4).contains(&words.len())
        && words.iter().filter(capital).count() * 3 >= words.len() * 2
        && words.first().is_some_and(|word| capital(&word))
}

#[cfg(test)]
mod tests {
    use dom_query::Document;

    use super::*;

    fn names(body: &str) -> Vec<String> {
        let document = Document::from(format!("<body>{body}</body>"));
        let mut bylines = Bylines::default();
        let mut headline = None;
        for (at, node) in document.root().descendants_it().filter(NodeRef::is_element).enumerate() {
            let name = node.node_name().unwrap_or_default();
            if headline.is_none() && name.as_ref() == "h1" {
                headline = Some(at);
            }
            bylines.look_at(&node, &name, at);
        }
        bylines.names(headline)
    }

    #[test]
    fn bylines_that_readers_see() {
        let cases: &[(&str, &[&str])] = &[
            ("<h1>A</h1><span class=byline>By Ann Smith</span>", &["Ann Smith"]),
            ("<h1>A</h1><p>Von Ann Smith und Bob Jones</p>", &["Ann Smith", "Bob Jones"]),
            ("<h1>A</h1><p>By the end of the week the bridge was open.</p>", &[]),
            ("<h1>A</h1><div><span>By</span> <a href=/ann>Ann Smith</a></div>", &["Ann Smith"]),
            (
                "<h1>A</h1><div class=authors><a href=/a>Ann Smith</a><a href=/b>Bob Jones</a></div>",
                &["Ann Smith", "Bob Jones"],
            ),
            ("<h1>A</h1><a rel=author href=/nick>nick</a>", &["nick"]),
            (
                "<h1>A</h1><span itemprop=author><img><span itemprop=name>Ann Smith</span> Editor</span>",
                &["Ann Smith"],
            ),
            ("<h1>A</h1><p class=author>Ann Smith | 3 March 2025</p>", &["Ann Smith"]),
            // Others are named too: in comments, with other stories.
            ("<h1>A</h1><div class=comment><span class=author>Troll</span></div>", &[]),
            ("<h1>A</h1><div class=related><p class=byline>By Bob Jones</p></div>", &[]),
            (
                "<h1>A</h1><p class=author>Ann Smith</p><div>x</div><div>x</div><div>x</div><div>x</div><div>x</div><div>x</div><div>x</div><div>x</div><div>x</div><div>x</div><div>x</div><div>x</div><div>x</div><p class=author>Bob Jones</p>",
                &["Ann Smith"],
            ),
            ("<h1>A</h1><p class=author-bio>Ann Smith writes of towns.</p>", &[]),
            ("<h1>A</h1><div class=author><a href=/all>View all posts</a></div>", &[]),
        ];
        for (body, expected) in cases {
            assert_eq!(&names(body), expected, "{body}");
        }
    }
}
