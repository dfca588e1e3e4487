//! Which of the lines that could be a page's headline is the headline.
//!
//! Knows headings, the titles that the head of a page tells, and names of sites; not where in the
//! head a title stood. What readers see is asked first: a heading says what the article is called,
//! and the titles in the head, which are written for search engines and networks and carry the
//! site's name, say which of the headings it is.

use dom_query::NodeRef;

use super::decode::clean_line;
use super::fields;

/// What should be one line is looked at no further, in bytes.
const LONGEST_LINE: usize = 600;

/// How far up a heading's surroundings are looked at.
const MOST_ANCESTORS: usize = 8;

/// Parts that a heading is taken apart into.
const MOST_PARTS: usize = 8;

/// What stands between the parts of a heading.
const BORDER: &[char] = &['-', '|', '\u{2013}', '\u{2014}', ' '];

/// Words that are compared of one title.
const MOST_WORDS: usize = 60;

/// A heading of a page.
#[derive(Debug, Clone, Default)]
pub(super) struct Heading {
    /// Its line of text.
    pub(super) text: String,
    /// Its parts, where it is made of several: a kicker, a headline, a note.
    parts: Vec<String>,
    /// How much it looks like the page's headline, from where and what it is.
    looks: f32,
    /// It is an `h1`.
    first_level: bool,
}

impl Heading {
    /// The heading at `node`, which is an `h1`, `h2` or `h3`; `None` without text.
    pub(super) fn read(node: &NodeRef<'_>, name: &str) -> Option<Self> {
        let (text, parts) = line_of(node);
        let text = fields::title(&text)?;
        let base = match name {
            "h1" => 1.0,
            "h2" => 0.45,
            _ => 0.25,
        };
        Some(Self {
            looks: base + own_looks(node) + around(node),
            text,
            parts,
            first_level: name == "h1",
        })
    }
}

/// The text of a heading with a space where an element begins a new line, and the texts between
/// the borders of its elements where there are several.
fn line_of(node: &NodeRef<'_>) -> (String, Vec<String>) {
    const UNSEEN: &[&str] =
        &["script", "style", "svg", "noscript", "template", "button", "select", "rt", "rp"];
    const APART: &[&str] = &["br", "div", "p", "li", "ul", "small", "hr", "h1", "h2", "h3", "h4"];
    let mut text = String::new();
    let mut parts = vec![String::new()];
    // A node to enter, or the border behind one, where a line ends or not.
    let mut stack: Vec<Result<NodeRef<'_>, bool>> = node.children_it(true).map(Ok).collect();
    while let Some(next) = stack.pop() {
        if text.len() > LONGEST_LINE {
            break;
        }
        let apart = match next {
            Err(apart) => apart,
            Ok(inner) if inner.is_text() => {
                let piece = inner.text();
                let piece = piece.get(..piece.floor_char_boundary(LONGEST_LINE));
                text.push_str(piece.unwrap_or_default());
                if let Some(part) = parts.last_mut() {
                    part.push_str(piece.unwrap_or_default());
                }
                continue;
            }
            Ok(inner) => {
                let name = inner.node_name().unwrap_or_default();
                if UNSEEN.contains(&name.as_ref()) || is_for_screen_readers(&inner) {
                    continue;
                }
                let apart = APART.contains(&name.as_ref());
                stack.push(Err(apart));
                stack.extend(inner.children_it(true).map(Ok));
                apart
            }
        };
        if apart {
            text.push(' ');
        }
        if parts.last().is_some_and(|part| !part.trim().is_empty()) {
            parts.push(String::new());
        }
    }
    let mut parts: Vec<String> = parts.iter().filter_map(|part| fields::title(part)).collect();
    parts.truncate(MOST_PARTS);
    if parts.len() < 2 {
        parts.clear();
    }
    (text, parts)
}

/// Text that stands in a heading for those who do not see it: "Article headline:".
fn is_for_screen_readers(node: &NodeRef<'_>) -> bool {
    node.attr("class").is_some_and(|class| {
        ["sr-only", "screen-reader", "visually-hidden", "visuallyhidden", "invisible"]
            .iter()
            .any(|one| class.contains(one))
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
    if ["site-title", "sitetitle", "site-name", "logo", "widget", "blog-title", "subtitle"]
        .iter()
        .any(|one| named.contains(one))
    {
        looks -= 0.7;
    }
    looks
}

/// What a heading stands in.
fn around(node: &NodeRef<'_>) -> f32 {
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
    ];
    let mut looks = 0.0;
    let mut beside = false;
    for up in node.ancestors(Some(MOST_ANCESTORS)) {
        let name = up.node_name().unwrap_or_default();
        match name.as_ref() {
            "nav" | "aside" | "footer" | "dialog" => beside = true,
            "article" | "main" => looks = 0.2,
            "body" | "html" => break,
            "a" if leads_home(&up) => return -1.0,
            _ => {
                let named = names_of(&up);
                // "has-sidebar" is said of what stands next to one.
                let apart = |word: &str| {
                    let layout = ["no-", "has-", "with-", "without-"];
                    !layout.iter().any(|start| word.starts_with(start))
                        && BESIDE.iter().any(|one| word.contains(one))
                };
                beside |= named.split_ascii_whitespace().any(apart);
            }
        }
    }
    let home =
        node.descendants_it().take(12).any(|inner| inner.has_name("a") && leads_home(&inner));
    if home {
        return -1.0;
    }
    if beside { looks - 0.5 } else { looks }
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

/// Chooses among `headings`, in the order of the page, with the help of the titles that the head
/// tells, the most trusted first; `is_site` says whether a line is the name of the site.
pub(super) fn choose(
    headings: &[Heading],
    told: &[String],
    is_site: impl Fn(&str) -> bool,
) -> Option<String> {
    let told: Vec<Told<'_>> = told.iter().map(|title| Told::new(title)).collect();
    let mut best: Option<(f32, String)> = None;
    let mut first_levels = headings.iter().filter(|h| h.first_level && !is_site(&h.text));
    // Most pages have one heading of the first level, and it is the headline.
    let only = first_levels.next().is_some() && first_levels.next().is_none();
    for heading in headings {
        if is_site(&heading.text) {
            continue;
        }
        let likeness = told.iter().map(|told| told.likeness(&heading.text)).fold(0.0, f32::max);
        // Some words in common say nothing: they are of one page.
        let likeness = if likeness < 0.5 { 0.0 } else { 1.5 * likeness };
        // What the head does not know must look the part, all the more where it knows another.
        let least = match (heading.first_level, told.is_empty()) {
            (true, _) => 0.65,
            (false, true) => 0.45,
            (false, false) => 0.95,
        };
        let alone = if only && heading.first_level { 0.4 } else { 0.0 };
        let score = heading.looks + likeness + alone;
        if score >= least && best.as_ref().is_none_or(|(so_far, _)| score > *so_far) {
            best = Some((score, heading.bare(&told)));
        }
    }
    best.map(|(_, heading)| heading).or_else(|| told.first().map(|told| told.title.to_owned()))
}

impl Heading {
    /// The heading without what stands with it in an element of its own, a kicker, a date or a
    /// line below, where a title in the head has the rest as a whole or sets it apart; else all of
    /// it.
    fn bare(&self, told: &[Told<'_>]) -> String {
        let count = self.parts.len();
        // What stands in front goes sooner than what stands below.
        let ends = (1..count).map(|from| (from, count));
        let starts = (1..count).rev().map(|until| (0, until));
        for (from, until) in ends.chain(starts) {
            let rest = self.parts.get(from..until).unwrap_or_default().join(" ");
            let rest = rest.trim_matches(BORDER);
            let rest_words = words(rest);
            let before = from.checked_sub(1).and_then(|at| self.parts.get(at));
            let open = before.is_some_and(|kicker| kicker.ends_with(':')) || rest.starts_with(':');
            let pieces_do = until == count && !open;
            let said = |told: &Told<'_>| {
                told.words == rest_words || pieces_do && told.pieces.contains(&rest_words)
            };
            if rest_words.len() > 1 && told.iter().any(said) {
                return rest.trim_start_matches([':', ' ']).to_owned();
            }
        }
        // Its parts have lost what stood between them on the screen; a title has not.
        let all = words(&self.text);
        let whole = told.iter().find(|told| !self.parts.is_empty() && told.words == all);
        whole.map_or_else(|| self.text.clone(), |told| told.title.to_owned())
    }
}

/// A title from the head, with its words.
struct Told<'t> {
    title: &'t str,
    words: Vec<String>,
    /// The words of what separators set apart in it.
    pieces: Vec<Vec<String>>,
}

impl<'t> Told<'t> {
    fn new(title: &'t str) -> Self {
        let pieces: Vec<&str> = fields::pieces(title);
        let pieces = if pieces.len() > 1 { pieces } else { Vec::new() };
        Self { title, words: words(title), pieces: pieces.into_iter().map(words).collect() }
    }

    /// How much of two titles is the same, from 0 to 1.
    fn likeness(&self, other: &str) -> f32 {
        let other = words(other);
        if self.words.is_empty() || other.is_empty() {
            return 0.0;
        }
        // A whole piece is nearly as good: what stands beside it is a site or a section.
        if self.pieces.contains(&other) {
            return 0.5 + 0.5 * other.len() as f32 / self.words.len() as f32;
        }
        let same = other.iter().filter(|word| self.words.contains(word)).count();
        2.0 * same as f32 / (self.words.len() + other.len()) as f32
    }
}

/// The words of a title in lower case; of scripts without spaces, their characters.
fn words(title: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in clean_line(title).chars() {
        let alone = c >= '\u{2e80}';
        if (alone || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        if alone && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if words.len() >= MOST_WORDS {
            return words;
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use dom_query::Document;

    use super::*;

    fn chosen(body: &str, told: &[&str]) -> Option<String> {
        let document = Document::from(format!("<body>{body}</body>"));
        let mut headings = Vec::new();
        for node in document.root().descendants_it() {
            let name = node.node_name().unwrap_or_default();
            if matches!(name.as_ref(), "h1" | "h2" | "h3") {
                headings.extend(Heading::read(&node, &name));
            }
        }
        let told: Vec<String> = told.iter().map(|title| (*title).to_owned()).collect();
        choose(&headings, &told, |line| line == "The Courier")
    }

    #[test]
    fn which_line_is_the_headline() {
        let cases: &[(&str, &[&str], Option<&str>)] = &[
            (
                "<h1>Bridge shut</h1>",
                &["Bridge shut for the winter, council says"],
                Some("Bridge shut"),
            ),
            ("<h1>The Courier</h1><h2>Bridge shut</h2>", &["Bridge shut"], Some("Bridge shut")),
            (
                "<h1><a href=/>Velmouth today</a></h1><h2>Bridge shut</h2>",
                &["Velmouth today \u{bb} Bridge shut"],
                Some("Bridge shut"),
            ),
            ("<nav><h2>Topics</h2></nav>", &["Bridge shut"], Some("Bridge shut")),
            (
                "<aside><h1>Most read</h1></aside><article><h1>Bridge shut</h1></article>",
                &[],
                Some("Bridge shut"),
            ),
            (
                "<h1>News</h1><h1>Bridge shut for good</h1>",
                &["Bridge shut for good"],
                Some("Bridge shut for good"),
            ),
            ("<h3>Subscribe</h3>", &[], None),
            ("<p>no headings</p>", &[], None),
        ];
        for (body, told, expected) in cases {
            assert_eq!(chosen(body, told).as_deref(), *expected, "{body} {told:?}");
        }
    }

    #[test]
    fn headings_lose_what_is_set_apart() {
        let cases = [
            // A kicker goes where a title knows the rest without it.
            ("<h1><span>Town</span> Bridge is shut</h1>", "Bridge is shut", "Bridge is shut"),
            (
                "<h1><span>Town</span> Bridge is shut</h1>",
                "Town - Bridge is shut",
                "Bridge is shut",
            ),
            (
                "<h1><b>Mayor:</b> Bridge is shut</h1>",
                "Mayor: Bridge is shut",
                "Mayor: Bridge is shut",
            ),
            ("<h1>Bridge is shut<small>For good</small></h1>", "Bridge is shut", "Bridge is shut"),
            // Nothing is known of it, so all of it stands.
            ("<h1>Bridge<br>is <em>shut</em></h1>", "Other words", "Bridge is shut"),
            ("<h1><span class=sr-only>Headline:</span>Bridge is shut</h1>", "", "Bridge is shut"),
            ("<h1><ruby>\u{6a4b}<rt>\u{306f}\u{3057}</rt></ruby></h1>", "", "\u{6a4b}"),
        ];
        for (body, told, expected) in cases {
            assert_eq!(chosen(body, &[told]).as_deref(), Some(expected), "{body}");
        }
    }

    #[test]
    fn large_headings_are_looked_at_no_further() {
        let deep = format!("<h1>{}x{}</h1>", "<span>".repeat(300), "</span>".repeat(300));
        assert_eq!(chosen(&deep, &[]).as_deref(), Some("x"));
        let long = format!("<h1>{}</h1>", "word ".repeat(100_000));
        assert_eq!(chosen(&long, &["Bridge shut"]).as_deref(), Some("Bridge shut"));
    }
}
