//! When a page was published and last changed: what its head claims, weighed against its address
//! and the dates that a reader of it sees.
//!
//! Knows trees of elements and lines of text; not which names sites give to dates in their heads.
//!
//! A page shows many dates: of comments, of other stories, of what it tells about. The one of the
//! article is said to be it ("Published 3 March"), or stands close to the headline in an element
//! that holds little else. What stands beside the article, or far from its headline among other
//! dates, is not it.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use dom_query::{Document, NodeRef};
use jiff::civil::Date as CivilDate;

use crate::article::{DateFrom, Precision, Published, Refusal, RefusedDate};
use crate::corpus::date_line::{self, OTHER, PUBLISHED, PUBLISHED_BEHIND, UPDATED, UPDATED_BEHIND};
use crate::corpus::dates::{self, Clock, Date, Order};
use crate::corpus::markup;

/// A block longer than this is text, not a line with a date.
const LONGEST_BLOCK: usize = 240;

/// A block longer than this is no label, "Date of publication", in bytes.
const LONGEST_LABEL: usize = 40;

/// What a headline or a `<time>` says is looked at no further, in bytes.
const LONGEST_LINE: usize = 600;

/// Candidates beyond so many say nothing more.
const MOST: usize = 400;

/// What is known of a page besides its tree.
pub(in crate::corpus) struct Claims<'c> {
    /// The dates of publication that its head claims, the most trusted first.
    pub(in crate::corpus) published: Vec<&'c str>,
    /// What it claims of the page as a whole.
    pub(in crate::corpus) weak: Vec<&'c str>,
    /// The dates of the last change.
    pub(in crate::corpus) modified: Vec<&'c str>,
    /// Its address.
    pub(in crate::corpus) url: Option<&'c str>,
    /// Its headline.
    pub(in crate::corpus) title: Option<&'c str>,
}

/// The dates of a page.
#[derive(Debug, Default)]
pub(in crate::corpus) struct PageDates {
    pub(in crate::corpus) published: Option<Published>,
    pub(in crate::corpus) modified: Option<Published>,
    pub(in crate::corpus) refused: Vec<RefusedDate>,
}

/// Weighs what a page says about its dates.
pub(in crate::corpus) fn page_dates(
    claims: &Claims<'_>,
    document: &Document,
    clock: &Clock,
) -> PageDates {
    let mut refused = Vec::new();
    let by_url = claims.url.and_then(|url| dates::from_url(url, clock));
    let shown = Shown::on(document, claims.title, clock);
    let mut claimed = |texts: &[&str]| {
        texts.iter().find_map(|text| {
            claimed(text, by_url.or_else(|| shown.published()), clock, &mut refused)
                .filter(|date| date.precision >= Precision::Day)
        })
    };
    let told = claimed(&claims.published);
    let changed = claimed(&claims.modified);
    let of_the_page = claimed(&claims.weak);

    let published = told
        .map(|told| by_the_papers_day(told, by_url, &shown).read_from(DateFrom::Metadata))
        .or_else(|| Some(by_url?.read_from(DateFrom::Url)))
        // What is claimed of the page alone and also shown is two witnesses.
        .or_else(|| {
            let agreed = of_the_page.filter(|date| shown.shows(date.day()))?;
            Some(agreed.read_from(DateFrom::Metadata))
        })
        .or_else(|| Some(shown.published()?.read_from(DateFrom::Text)))
        .or_else(|| Some(of_the_page?.read_from(DateFrom::Metadata)))
        .or_else(|| Some(at_the_start(claims.title?, clock)?.read_from(DateFrom::Text)))
        .or_else(|| Some(shown.updated()?.read_from(DateFrom::Text)))
        .or_else(|| Some(changed?.read_from(DateFrom::Metadata)));
    let changed = changed
        .map(|date| date.read_from(DateFrom::Metadata))
        .or_else(|| shown.updated().map(|date| date.read_from(DateFrom::Text)));
    let modified = changed.filter(|changed| {
        published.is_some_and(|published| {
            changed.wall_second() > published.wall_second()
                && (changed.precision > Precision::Day || changed.at >= published.end())
        })
    });
    PageDates { published, modified, refused }
}

/// The date that a headline opens with: "08.11.2021 | Council meets", as archives of notices have it.
fn at_the_start(title: &str, clock: &Clock) -> Option<Date> {
    let (date, range) = dates::find(title, clock)?;
    let set_apart = title.get(range.end..)?.trim_start().starts_with(['|', ':', '-', '\u{2013}']);
    (range.start == 0 && set_apart).then_some(date)
}

/// A date of the head. Where day and month could be swapped, what else the page says tells.
fn claimed(
    text: &str,
    other: Option<Date>,
    clock: &Clock,
    refused: &mut Vec<RefusedDate>,
) -> Option<Date> {
    let open = Clock { order: None, ..clock.clone() };
    if dates::read(text, &open) == Err(Refusal::Ambiguous) {
        let readings = [Order::DayFirst, Order::MonthFirst]
            .map(|order| dates::parse(text, &Clock { order: Some(order), ..clock.clone() }));
        let agrees = |date: &Date| other.is_some_and(|other| other.day() == date.day());
        if let Some(date) = readings.into_iter().flatten().find(agrees) {
            return Some(date);
        }
    }
    dates::parse_or_note(text, clock, DateFrom::Metadata, refused)
}

/// Programs write the hour of Greenwich, where the paper's day may be the one before or after: the
/// address and what is shown tell.
fn by_the_papers_day(told: Date, by_url: Option<Date>, shown: &Shown) -> Date {
    if told.offset.is_some() || told.precision <= Precision::Day {
        return told;
    }
    let beside = |day: CivilDate| {
        let days = (day - told.day()).get_days();
        days.abs() == 1
    };
    let local = by_url.map(|date| date.day()).or_else(|| shown.published().map(|date| date.day()));
    match local {
        Some(day) if beside(day) => dates::whole_day(day).unwrap_or(told),
        _ => told,
    }
}

/// How a date on a page is known to be of the article, the most telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    /// `<time pubdate>`, or "Published ..." beside it.
    Said,
    /// A `<time>`.
    Time,
    /// An element that is named for its date.
    Named,
    /// A line with little but the date.
    Line,
}

#[derive(Debug, Clone, Copy)]
struct Candidate {
    date: Date,
    sign: Sign,
    /// It says when the text was changed.
    updated: bool,
    /// It stands among comments, related stories or at the foot.
    aside: bool,
    /// Bytes of text before it.
    at: usize,
}

/// How much text lies between a date and the headline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    /// Next to nothing.
    Beside,
    /// A standfirst, a line of authors.
    Near,
    Far,
}

impl Nearness {
    fn of(distance: i64) -> Self {
        match distance {
            -200..=300 => Self::Beside,
            -600..=1_500 => Self::Near,
            _ => Self::Far,
        }
    }
}

/// The dates that a page shows.
#[derive(Debug, Default)]
struct Shown {
    candidates: Vec<Candidate>,
    /// Bytes of text before the headline.
    headline: usize,
}

impl Shown {
    fn on(document: &Document, title: Option<&str>, clock: &Clock) -> Self {
        let headline = headline(document, title);
        let mut scan = Scan {
            clock,
            shown: Self::default(),
            block: String::new(),
            text: 0,
            label: String::new(),
        };
        scan.walk(document, headline.as_ref());
        scan.shown
    }

    fn published(&self) -> Option<Date> {
        self.best(|candidate| !candidate.updated && !candidate.aside)
            .or_else(|| self.only_one(false))
            .or_else(|| self.best(|c| !c.updated && c.aside && c.sign == Sign::Said))
            .or_else(|| {
                self.best(|candidate| {
                    let beside = Nearness::of(self.distance(candidate)) == Nearness::Beside;
                    !candidate.updated && beside && candidate.sign != Sign::Line
                })
            })
            .or_else(|| self.only_one(true))
    }

    /// Whether a day is shown anywhere as that of a publication.
    fn shows(&self, day: CivilDate) -> bool {
        self.candidates.iter().any(|candidate| !candidate.updated && candidate.date.day() == day)
    }

    fn updated(&self) -> Option<Date> {
        self.best(|candidate| candidate.updated && !candidate.aside)
            .or_else(|| self.best(|candidate| candidate.updated))
    }

    fn best(&self, wanted: impl Fn(&Candidate) -> bool) -> Option<Date> {
        let rank = |candidate: &&Candidate| {
            let distance = self.distance(candidate);
            (Nearness::of(distance), candidate.sign, distance.abs())
        };
        let usable = |candidate: &&Candidate| {
            let far = Nearness::of(self.distance(candidate)) == Nearness::Far;
            wanted(candidate) && !(candidate.sign == Sign::Line && far)
        };
        self.candidates.iter().filter(usable).min_by_key(rank).map(|candidate| candidate.date)
    }

    /// The day of a page that shows no other there.
    fn only_one(&self, aside: bool) -> Option<Date> {
        let there = self.candidates.iter().filter(|c| c.aside == aside && !c.updated);
        let mut dates = there.map(|candidate| candidate.date);
        let first = dates.next()?;
        dates.all(|date| date.day() == first.day()).then_some(first)
    }

    fn distance(&self, candidate: &Candidate) -> i64 {
        i64::try_from(candidate.at).unwrap_or(i64::MAX)
            - i64::try_from(self.headline).unwrap_or(i64::MAX)
    }
}

/// The heading that is the article's.
fn headline<'d>(document: &'d Document, title: Option<&str>) -> Option<NodeRef<'d>> {
    const MOST_HEADINGS: usize = 60;
    let plain = |text: &str| {
        let letters = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
        letters.take(200).collect::<String>()
    };
    let title = plain(title.unwrap_or_default());
    let mut first = None;
    let root = document.root();
    let headings = root.descendants_it().filter(|node| {
        node.qual_name_ref().is_some_and(|name| matches!(name.local.as_ref(), "h1" | "h2" | "h3"))
    });
    for node in headings.take(MOST_HEADINGS) {
        let text = plain(&markup::start_of_text(&node, LONGEST_LINE));
        let same = text.len() >= 8 && title.len() >= 8;
        if same && (title.contains(&text) || text.contains(&title)) {
            return Some(node);
        }
        if first.is_none() && node.has_name("h1") && !text.is_empty() {
            first = Some(node);
        }
    }
    first
}

/// One pass over a page.
struct Scan<'c> {
    clock: &'c Clock,
    shown: Shown,
    /// The text of the block that is being read.
    block: String,
    /// Bytes of text before the block.
    text: usize,
    /// The block before, where it is short enough to be the label of this one.
    label: String,
}

impl Scan<'_> {
    fn walk(&mut self, document: &Document, headline: Option<&NodeRef<'_>>) {
        let around: Vec<_> = headline
            .map(|node| node.ancestors_it(None).map(|n| n.id).collect())
            .unwrap_or_default();
        let root = document.root();
        let mut node = root;
        // How many elements down the outermost one lies that stands beside the article.
        let mut depth = 0_usize;
        let mut aside: Option<usize> = None;
        let mut leaving = false;
        loop {
            if !leaving {
                if headline.is_some_and(|headline| headline.id == node.id) {
                    self.flush(aside.is_some());
                    self.shown.headline = self.text;
                }
                let silent = self.enter(&node, aside.is_some());
                if aside.is_none()
                    && node.is_element()
                    && !around.contains(&node.id)
                    && is_aside(&node)
                {
                    self.flush(false);
                    aside = Some(depth);
                }
                if !silent && let Some(child) = node.first_child() {
                    node = child;
                    depth += 1;
                    continue;
                }
            }
            if node.id == root.id || self.shown.candidates.len() >= MOST {
                break;
            }
            if markup::is_block(&node) {
                self.flush(aside.is_some());
            }
            if aside == Some(depth) {
                self.flush(true);
                aside = None;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                leaving = false;
            } else if let Some(parent) = node.parent() {
                node = parent;
                depth = depth.saturating_sub(1);
                leaving = true;
            } else {
                break;
            }
        }
        self.flush(aside.is_some());
    }

    /// Reads a node; whether what is in it is not to be looked at.
    fn enter(&mut self, node: &NodeRef<'_>, aside: bool) -> bool {
        if node.is_text() {
            let text = node.text();
            let room = LONGEST_BLOCK.saturating_mul(2).saturating_sub(self.block.len());
            self.text += text.trim().len();
            if !self.block.is_empty() {
                self.block.push(' ');
            }
            self.block.push_str(text.get(..text.floor_char_boundary(room)).unwrap_or_default());
            return true;
        }
        let Some(name) = node.qual_name_ref() else { return false };
        let name = name.local.as_ref();
        if matches!(
            name,
            "script"
                | "style"
                | "head"
                | "noscript"
                | "template"
                | "svg"
                | "select"
                | "textarea"
                | "iframe"
        ) {
            return true;
        }
        if markup::is_block(node) || name == "br" {
            self.flush(aside);
        }
        let naming = naming(node);
        if name == "time" || naming.is_some() {
            let said = ["datetime", "content", "title"]
                .iter()
                .find_map(|attribute| dates::parse(&node.attr(attribute)?, self.clock));
            let sign = match name {
                "time" if node.has_attr("pubdate") => Sign::Said,
                "time" => Sign::Time,
                _ => Sign::Named,
            };
            let shown = || {
                let text = spaced_text(node, LONGEST_BLOCK)?;
                dates::find(&text, self.clock).map(|(date, _)| date)
            };
            let updated = naming == Some(Naming::Updated) || UPDATED.is_match(&tail(&self.block));
            if let Some(date) = said.or_else(shown) {
                let sign = if PUBLISHED.is_match(&tail(&self.block)) { Sign::Said } else { sign };
                self.push(date, sign, updated, aside);
            }
        }
        false
    }

    /// The block is read to its end.
    fn flush(&mut self, aside: bool) {
        let block = std::mem::take(&mut self.block);
        let line = block.trim();
        if line.is_empty() {
            return;
        }
        let label = std::mem::take(&mut self.label);
        if line.len() < 6 || !line.bytes().any(|b| b.is_ascii_digit()) {
            if line.len() <= LONGEST_LABEL {
                self.label = line.to_lowercase();
            }
            return;
        }
        if line.len() > LONGEST_BLOCK {
            self.start_of_story(line, aside);
            return;
        }
        let line = line.to_lowercase();
        let mut before = 0;
        // "Published 3 March, updated 5 March": each with the words before it.
        while let Some((date, range)) = dates::find(&line[before..], self.clock) {
            let range = before + range.start..before + range.end;
            let words = tail(&line[before..range.start]);
            // A label may stand in a block of its own: "Date" above "3 March".
            let words = if words.trim().is_empty() && before == 0 { &label } else { &words };
            let after = head(&line[range.end..], 70);
            let updated = UPDATED.is_match(words) || UPDATED_BEHIND.is_match(after);
            let published = PUBLISHED.is_match(words) || PUBLISHED_BEHIND.is_match(after);
            if !OTHER.is_match(words) {
                if published || updated {
                    self.push(date, Sign::Said, updated, aside);
                } else if is_little(&line[..range.start], &line[range.end..]) {
                    self.push(date, Sign::Line, false, aside);
                }
            }
            before = range.end;
        }
    }

    /// A story may begin with its date: "27.1.2022 - The council", "Karlsruhe (12.11.2021). The";
    /// and what is said about it may go on: "This entry was posted on 27 January 2022 under ...".
    fn start_of_story(&mut self, block: &str, aside: bool) {
        let start = head(block, 160);
        let Some((date, range)) = dates::find(start, self.clock) else { return };
        let before = start[..range.start].trim_end();
        let after = start[range.end..].trim_start();
        let lower = before.to_lowercase();
        if PUBLISHED.is_match(&tail(&lower))
            || (before.len() <= 60 && PUBLISHED_BEHIND.is_match(&head(after, 40).to_lowercase()))
        {
            self.push(date, Sign::Said, false, aside);
            return;
        }
        let marks = [
            '-', '\u{2013}', '\u{2014}', '\u{2022}', '\u{b7}', '.', ':', ')', '|', '/', '\u{201e}',
            '\u{201c}', '"',
        ];
        let opens = before.is_empty() || before.ends_with([',', '(', ':', '|', '/', '-']);
        if opens && before.len() <= 30 && after.starts_with(marks) {
            self.push(date, Sign::Line, false, aside);
        }
    }

    fn push(&mut self, date: Date, sign: Sign, updated: bool, aside: bool) {
        if date.precision >= Precision::Day {
            self.shown.candidates.push(Candidate { date, sign, updated, aside, at: self.text });
        }
    }
}

/// Whether the words around a date make no sentence.
fn is_little(before: &str, after: &str) -> bool {
    let (before, after) = (before.chars().count(), after.chars().count());
    before + after <= 60 || (before <= 12 && before + after <= 160)
}

/// The first words.
fn head(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or_default()
}

/// The last words before an element.
fn tail(block: &str) -> String {
    let from = block.ceil_char_boundary(block.len().saturating_sub(40));
    block.get(from..).unwrap_or_default().to_lowercase()
}

/// The text of an element with a space between its parts; `None` where it is a long one.
fn spaced_text(node: &NodeRef<'_>, longest: usize) -> Option<String> {
    let mut text = String::new();
    for inner in node.descendants_it().filter(NodeRef::is_text) {
        text.push_str(&inner.text());
        text.push(' ');
        if text.len() > longest {
            return None;
        }
    }
    Some(text)
}

/// What the names of an element say about its date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Naming {
    Published,
    Updated,
}

fn names_of(node: &NodeRef<'_>) -> Option<String> {
    let mut names = String::new();
    for attribute in ["class", "id", "itemprop", "property", "data-testid"] {
        if let Some(value) = node.attr(attribute) {
            names.push_str(value.get(..value.floor_char_boundary(200)).unwrap_or_default());
            names.push(' ');
        }
    }
    if names.is_empty() { None } else { Some(names.to_ascii_lowercase()) }
}

fn naming(node: &NodeRef<'_>) -> Option<Naming> {
    let names = names_of(node)?;
    let mut found = None;
    for name in names.split_whitespace() {
        if name.contains("updat") || name.contains("modif") {
            return Some(Naming::Updated);
        }
        let dated = DATED.is_match(name)
            && !["validate", "candidate", "mandate", "runtime", "lifetime", "sometime"]
                .iter()
                .any(|w| name.contains(w));
        if dated {
            found = Some(Naming::Published);
        }
    }
    found
}

/// Whether an element stands beside the article: comments, other stories, the foot of the page.
fn is_aside(node: &NodeRef<'_>) -> bool {
    let Some(name) = node.qual_name_ref() else { return false };
    match name.local.as_ref() {
        "html" | "body" | "main" => return false,
        "aside" | "footer" | "nav" => return true,
        _ => {}
    }
    let Some(names) = names_of(node) else { return false };
    names.split_whitespace().any(|name| {
        BESIDE.is_match(name)
            && !["no-", "has-", "with-"].iter().any(|start| name.starts_with(start))
    })
}

static DATED: LazyLock<AhoCorasick> = LazyLock::new(|| {
    date_line::words(
        "date|datum|publish|posted|pubtime|timestamp|time|fecha|created|byline|meta|erstellt|dateline|postinfo|post-info|article-info|entry-info",
    )
});

static BESIDE: LazyLock<AhoCorasick> = LazyLock::new(|| {
    date_line::words(
        "comment|kommentar|related|sidebar|footer|teaser|recommend|widget|popular|trending|similar|mehr-zum|more-|latest|recent|carousel|disqus|respond|reply|linklist|event|calendar",
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    fn read(claims: &[&str], url: Option<&str>, body: &str) -> PageDates {
        let clock = Clock::at("2026-01-01T00:00:00Z".parse().unwrap());
        let html = format!("<html><body>{body}</body></html>");
        let claims = Claims {
            published: claims.to_vec(),
            weak: Vec::new(),
            modified: Vec::new(),
            url,
            title: Some("Bridge shut for months"),
        };
        page_dates(&claims, &Document::from(html.as_str()), &clock.in_language(Some("de")))
    }

    /// A story long enough to keep what stands behind it away from its headline.
    fn story() -> String {
        format!("<p>{}</p>", "The council closed the bridge and said little. ".repeat(40))
    }

    #[test]
    fn the_date_that_is_the_articles() {
        let head = "<h1>Bridge shut for months</h1>";
        let story = story();
        let cases = [
            (
                format!("{head}<p>Published 3 March 2025, updated 5 March 2025</p>{story}"),
                "2025-03-03",
            ),
            (format!("{head}<p class=entry-date>3. M\u{e4}rz 2025</p>{story}"), "2025-03-03"),
            (format!("<span class=date>03.03.2025</span>{head}{story}"), "2025-03-03"),
            (format!("{head}<p>By Ann | 3 March 2025 | 5 comments</p>{story}"), "2025-03-03"),
            (format!("{head}<dl><dt>Datum</dt><dd>3.3.2025</dd></dl>{story}"), "2025-03-03"),
            (
                format!(
                    "{head}<p>Dieser Beitrag wurde am 3. M\u{e4}rz 2025 ver\u{f6}ffentlicht.</p>"
                ),
                "2025-03-03",
            ),
            (
                format!("{head}<p>Odesa (3.3.2025). The council closed the bridge.{story}"),
                "2025-03-03",
            ),
            // The nearer one is the article's, however the farther one is marked up.
            (
                format!(
                    "{head}<time datetime=2025-03-03></time>{story}<time pubdate datetime=2025-01-01></time>"
                ),
                "2025-03-03",
            ),
            (
                format!("<aside>1 January 2025</aside>{head}<p>3 March 2025</p>{story}"),
                "2025-03-03",
            ),
            (
                format!(
                    "<div class=date>1.1.2025</div><p>{story}</p>{head}<div class=date>3.3.2025</div>{story}"
                ),
                "2025-03-03",
            ),
            // Nothing else is said: the text is as it was that day.
            (format!("{head}{story}<p>Zuletzt ge\u{e4}ndert: 3.3.2025</p>"), "2025-03-03"),
        ];
        for (body, expected) in cases {
            let published = read(&[], None, &body).published.map(|date| date.display());
            assert_eq!(published.as_deref(), Some(expected), "{body}");
        }
    }

    #[test]
    fn dates_of_other_things() {
        let head = "<h1>Bridge shut for months</h1>";
        let story = story();
        let cases = [
            format!("{head}{story}<footer>\u{a9} 3 March 2025 The Courier</footer>"),
            format!("{head}<p>Member since 3 March 2025</p>{story}"),
            format!(
                "{head}{story}<p>The treaty of 3 March 1918 was signed by both, and the bridge was built in the year after it by prisoners.</p>"
            ),
            format!("{head}{story}<div class=related-stories><p>1.3.2025</p><p>2.3.2025</p></div>"),
            format!("{head}{story}<p>7 March 2025</p><p>8 March 2025</p>"),
        ];
        for body in cases {
            assert_eq!(read(&[], None, &body).published, None, "{body}");
        }
    }

    #[test]
    fn what_the_head_claims_comes_first() {
        let shown = "<h1>Bridge shut for months</h1><p>Published 8 March 2025</p>";
        let url = Some("https://courier.example/2025/03/08/bridge");
        let cases: &[(&[&str], Option<&str>, &str, &str)] = &[
            (&["2025-03-01"], url, shown, "2025-03-01"),
            (&["soon", "2025-03-01"], None, shown, "2025-03-01"),
            (&[], url, "", "2025-03-08"),
            (&[], None, shown, "2025-03-08"),
            // Greenwich had the 9th already, or still the 7th.
            (&["2025-03-09T01:30:00Z"], url, "", "2025-03-08"),
            (&["2025-03-07T23:30:00Z"], None, shown, "2025-03-08"),
            // The paper's own clock says its day.
            (&["2025-03-08T19:30:00-06:00"], None, "", "2025-03-08 19:30"),
            // What is shown says which number is the month.
            (&["03/08/2025"], None, shown, "2025-03-08"),
            (&["03/08/2025"], None, "", "2025-08-03"),
        ];
        for (claims, url, body, expected) in cases {
            let published = read(claims, *url, body).published.map(|date| date.display());
            assert_eq!(published.as_deref(), Some(*expected), "{claims:?} {url:?} {body}");
        }
    }

    #[test]
    fn changes_and_refusals() {
        let body = "<h1>Bridge shut for months</h1><p>Published 3 March 2025</p><p>Updated: 5 March 2025</p>";
        let dates = read(&["2032-01-01", "2025-02-30"], None, body);
        assert_eq!(dates.modified.map(|date| date.display()).as_deref(), Some("2025-03-05"));
        let why: Vec<Refusal> = dates.refused.iter().map(|refused| refused.why).collect();
        assert_eq!(why, [Refusal::Future, Refusal::Impossible]);
        let same_day = body.replace("5 March", "3 March");
        assert_eq!(read(&[], None, &same_day).modified, None, "no later than the publication");
    }
}
