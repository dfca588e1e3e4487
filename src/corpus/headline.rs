//! Which of the lines that could be a page's headline is the headline.
//!
//! Knows [headings](super::heading), the titles that the head of a page tells, and names of sites;
//! not where in the head a title stood. What readers see is asked first: a heading says what the
//! article is called, and the titles in the head, which are written for search engines and networks
//! and carry the site's name, say which of the headings it is.

use super::decode::clean_line;
use super::fields;
use super::heading::{BORDER, Heading, Kind};

/// Words that are compared of one title.
const MOST_WORDS: usize = 60;

/// The titles that the head of a page tells.
#[derive(Debug, Default)]
pub(super) struct Titles {
    /// The article's own, from structured data.
    pub(super) structured: Option<String>,
    /// The article's, as meta tags tell it, the most trusted first.
    pub(super) meta: Vec<String>,
    /// What browsers show for the page.
    pub(super) page: Option<String>,
}

/// What was chosen.
#[derive(Debug)]
pub(super) struct Choice {
    /// The headline, on one line.
    pub(super) title: String,
    /// The number of its element, where it stands on the page.
    pub(super) at: Option<usize>,
}

/// Chooses among `headings`, in the order of the page, with the help of the titles that the head
/// tells; `is_site` says whether a line is the name of the site.
///
/// Each heading gets points: for its looks, for how much it is like one of the titles, for being the
/// only one of the first level, less for running text before it. The points are on the scale of an
/// `h1`, which looks like 1; they were set by hand, not learned.
pub(super) fn choose(
    headings: &[Heading],
    titles: &Titles,
    is_site: impl Fn(&str) -> bool,
) -> Option<Choice> {
    let marked = headings.iter().find(|h| h.marked && !h.odd && h.looks > 0.5);
    let marked = marked.map(|marked| marked.by_roles().unwrap_or_else(|| marked.text.clone()));
    let structured = titles.structured.as_deref().or(marked.as_deref()).map(Told::new);
    let meta: Vec<Told<'_>> = titles.meta.iter().map(|title| Told::new(title)).collect();
    let page = titles.page.as_deref().map(Told::new);
    // The most trusted first.
    let told: Vec<&Told<'_>> = structured.iter().chain(&meta).chain(&page).collect();
    let mut best: Option<(f32, &Heading)> = None;
    let first_level = |h: &&Heading| h.is_first_level() && !h.odd && !is_site(&h.text);
    let mut first_levels = headings.iter().filter(first_level);
    // Most pages have one heading of the first level, and it is the headline.
    let only = first_levels.next().is_some() && first_levels.next().is_none();
    for heading in headings {
        if is_site(&heading.text) {
            continue;
        }
        // What is no heading needs the word of the best witness.
        let witnesses = if heading.kind == Kind::Line { 1 } else { told.len() };
        let words = words(&heading.text);
        let first_level = heading.is_first_level() && !heading.home;
        let likeness = told.iter().take(witnesses).map(|told| told.likeness(&words, first_level));
        let likeness = 1.5 * likeness.fold(0.0, f32::max);
        // What the head does not know must look the part, all the more where it knows another.
        let least = match (heading.kind, told.is_empty()) {
            (Kind::First, _) => 0.65,
            (Kind::Lower, true) => 0.45,
            (Kind::Lower, false) => 0.75,
            (Kind::Line, _) => 1.3,
        };
        let alone = match heading.kind {
            Kind::First if only && !heading.odd && !heading.late => 0.4,
            Kind::Line if only => -0.3,
            _ => 0.0,
        };
        let late = if heading.late { 0.3 } else { 0.0 };
        let mut score = heading.looks + likeness + alone - late;
        // Unread, but the article's title all the same, not one for search engines.
        if heading.unread && structured.iter().any(|told| told.words == words) {
            score += 0.9;
        } else if heading.unread && meta.iter().any(|told| told.words == words) {
            score += 0.7;
        }
        if score >= least && best.is_none_or(|(so_far, _)| score > so_far) {
            best = Some((score, heading));
        }
    }
    let mut best = best.map(|(_, heading)| heading);
    if best.is_none() && structured.is_none() && meta.is_empty() {
        // The page title alone, like nothing on the page, is often that of the whole site.
        let first = headings.iter().find(|h| {
            let plain = h.kind != Kind::First && !h.odd && !h.late && h.looks > 0.2;
            plain && words(&h.text).len() > 1 && !is_site(&h.text)
        });
        best = first.filter(|h| h.looks > if h.kind == Kind::Line { 0.3 } else { 0.4 });
    }
    match best {
        Some(heading) => Some(Choice { title: heading.bare(&told), at: Some(heading.at) }),
        None => Some(Choice { title: told.first()?.title.to_owned(), at: None }),
    }
}

impl Heading {
    /// The heading without what stands with it in an element of its own, a kicker, a date or a
    /// line below: where a title in the head has the rest as a whole or sets it apart, or where
    /// the elements say so; else all of it.
    fn bare(&self, told: &[&Told<'_>]) -> String {
        let by_roles = self.by_roles();
        let all = words(&self.text);
        let whole = told.iter().find(|told| !self.parts.is_empty() && told.words == all);
        let whole_told = told.iter().filter(|told| told.words == all).count();
        // A title that has both says as little as the heading.
        if let Some(rest) = &by_roles
            && whole.is_some()
        {
            return rest.clone();
        }
        let count = self.parts.len();
        // What stands in front goes sooner than what stands below.
        let ends = (1..count).map(|from| (from, count));
        let starts = (1..count).rev().map(|until| (0, until));
        let (mut known, mut set_apart) = (None, None);
        for (from, until) in ends.chain(starts) {
            let rest = self.between(from, until);
            let before = from.checked_sub(1).map(|at| self.between(at, at + 1));
            let open = before.is_some_and(|kicker| kicker.ends_with(':')) || rest.starts_with(':');
            let rest = rest.trim_start_matches(':').trim_matches(BORDER).to_owned();
            let rest_words = words(&rest);
            if rest_words.len() < 2 {
                continue;
            }
            let so_told = told.iter().filter(|told| told.words == rest_words).count();
            if so_told > 0 && so_told >= whole_told {
                if by_roles.as_ref() == Some(&rest) {
                    return rest;
                }
                known = known.or(Some(rest));
            } else if until == count
                && !open
                && told.iter().any(|told| told.sets_apart(&rest, &rest_words))
            {
                set_apart = set_apart.or(Some(rest));
            }
        }
        if let Some(rest) = known.or(by_roles).or(set_apart) {
            return rest;
        }
        // Its parts may have lost the marks that stood between them on the screen.
        match whole {
            Some(told) if marks(told.title) > marks(&self.text) => told.title.to_owned(),
            _ => self.text.clone(),
        }
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

    /// Whether a mark sets this end of a title apart, and no colon, which belongs to a headline.
    fn sets_apart(&self, end: &str, words: &[String]) -> bool {
        let before = self.title.strip_suffix(end);
        self.pieces.iter().any(|piece| piece == words)
            && !before.is_some_and(|before| before.trim_end().ends_with(':'))
    }

    /// How much of a title and a line of these words is the same, from 0 to 1.
    fn likeness(&self, other: &[String], first_level: bool) -> f32 {
        // Some words in common say nothing, least of all of the lower headings of a text.
        let least = if first_level { 0.5 } else { 0.75 };
        let mut best = shared(&self.words, other);
        if best < least {
            best = 0.0;
        }
        // A whole piece is nearly as good: what stands beside it is a site or a section. A short
        // one that does not come first may be the section.
        for piece in &self.pieces {
            let share = letters(piece) as f32 / letters(&self.words) as f32;
            let same = shared(piece, other);
            let alike = piece == other || same >= 0.75 && !first_level;
            if alike && self.words.starts_with(piece) {
                best = best.max(same * (0.5 + 0.5 * share));
            } else if piece == other && share >= 0.25 {
                best = best.max(share.sqrt());
            }
        }
        best
    }
}

/// How much of the words of two lines is the same.
fn shared(these: &[String], those: &[String]) -> f32 {
    let same = those.iter().filter(|word| these.contains(word)).count();
    2.0 * same as f32 / (these.len() + those.len()).max(1) as f32
}

fn letters(words: &[String]) -> usize {
    words.iter().map(|word| word.chars().count()).sum::<usize>().max(1)
}

/// How many signs of a line are neither letters nor spaces.
fn marks(line: &str) -> usize {
    line.chars().filter(|c| !c.is_alphanumeric() && !c.is_whitespace()).count()
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
                headings.extend(Heading::read(&node, &name, 0, false));
            }
        }
        let meta = told.iter().map(|title| (*title).to_owned()).collect();
        let titles = Titles { meta, ..Titles::default() };
        choose(&headings, &titles, |line| line == "The Courier").map(|choice| choice.title)
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
            // The last step of the way to the page is written for search engines.
            (
                "<ol class=breadcrumbs><li><h1>Bridge shut: what to know</h1></ol><article><h2>Cracks found: bridge is shut</h2></article>",
                &["Cracks found: bridge is shut"],
                Some("Cracks found: bridge is shut"),
            ),
            (
                "<h1 class=visuallyHidden>News</h1><h1>Bridge shut</h1>",
                &["Bridge shut"],
                Some("Bridge shut"),
            ),
            (
                "<h1>News</h1><h2>Bridge shut</h2>",
                &["Town - News - Bridge shut"],
                Some("Bridge shut"),
            ),
            (
                "<div class=page-title>Bridge shut</div><h2>Reactions</h2>",
                &["Bridge shut"],
                Some("Bridge shut"),
            ),
            // Headings of a text share words with its title.
            (
                "<h1>Why it is shut</h1><h2>How long it is shut</h2>",
                &["The bridge: how long it is shut for good"],
                Some("Why it is shut"),
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
            // The elements say what is what.
            (
                "<h1><span class=article-kicker>Town</span><b>Bridge</b> is shut</h1>",
                "Town: Bridge is shut",
                "Bridge is shut",
            ),
            (
                "<h1>Bridge is shut <small class=sub-head>For good</small></h1>",
                "Other words",
                "Bridge is shut",
            ),
            (
                "<h1><em>Town</em> <span itemprop=headline>Bridge is shut</span></h1>",
                "Other words",
                "Bridge is shut",
            ),
            ("<h1><time>3 May</time></h1>", "Other words", "3 May"),
            // What a title sets apart by a colon alone is a part of the headline.
            (
                "<h1><span>Town</span><span class=sr-only>: </span><span>Bridge is shut</span></h1>",
                "Town: Bridge is shut",
                "Town: Bridge is shut",
            ),
            // The signs are the heading's.
            (
                "<h1><b>The town\u{2019}s</b> bridge is shut</h1>",
                "The town's bridge is shut",
                "The town\u{2019}s bridge is shut",
            ),
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
    fn who_is_believed() {
        let read = |body: &str, titles: &Titles| {
            let document = Document::from(format!("<body>{body}</body>"));
            let headings: Vec<Heading> = document
                .root()
                .descendants_it()
                .zip(1..)
                .filter_map(|(node, at)| Heading::read(&node, &node.node_name()?, at, false))
                .collect();
            choose(&headings, titles, |_| false).map(|choice| choice.title)
        };
        let titles = |structured: &str, meta: &str, page: &str| {
            let said = |title: &str| Some(title.to_owned()).filter(|title| !title.is_empty());
            let meta = said(meta).into_iter().collect();
            Titles { structured: said(structured), meta, page: said(page) }
        };
        let way =
            "<ol class=breadcrumb><li><h1>Bridge shut</h1></ol><h2>It is shut, the bridge</h2>";
        let bare = "<h2>A bridge is shut</h2><p>text</p><h3>Costs</h3>";
        let cases = [
            // A title for search engines alone, or the article's own.
            (way, titles("", "It is shut, the bridge", "Bridge shut"), "It is shut, the bridge"),
            (way, titles("Bridge shut", "", ""), "Bridge shut"),
            // A page title like nothing on the page is the site's; a tag of the article is not.
            (bare, titles("", "", "Fine towns"), "A bridge is shut"),
            (bare, titles("", "Closed for good", "Fine towns"), "Closed for good"),
            // Microdata counts as structured data.
            (
                "<h1>Town</h1><p itemprop=headline><span class=kicker>Town</span> Bridge is shut</p>",
                titles("", "", "Fine towns"),
                "Bridge is shut",
            ),
        ];
        for (body, titles, expected) in cases {
            assert_eq!(read(body, &titles).as_deref(), Some(expected), "{body} {titles:?}");
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
