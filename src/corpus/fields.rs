//! What the readers share when they make an [`Article`] out of what they found: names of persons,
//! hosts of URLs, headlines without the paper's name.
//!
//! Knows short texts; not where they stood.

use super::dates::{self, Clock};
use super::decode::clean_line;
use crate::article::{DateFrom, Entity, EntityKind, Published, Source};

/// Longer "titles" are texts.
const LONGEST_TITLE: usize = 500;

/// More names than this are no byline.
const MOST_AUTHORS: usize = 50;

/// Longer ids of records are cut.
const LONGEST_ID: usize = 200;

/// How many names an article may bring along.
const MOST_ENTITIES: usize = 200;

/// The id that a record gives itself, fit to stand in the id of an article.
pub(super) fn record_id(said: &str) -> Option<String> {
    let plain = |c: char| if c.is_whitespace() || c.is_control() { '_' } else { c };
    let mut id: String = said.trim().chars().take(LONGEST_ID).map(plain).collect();
    id.truncate(id.floor_char_boundary(LONGEST_ID));
    (!id.is_empty()).then_some(id)
}

/// The date that a field of a record says.
pub(super) fn recorded(text: &str, clock: &Clock) -> Option<Published> {
    Some(dates::parse(text, clock)?.read_from(DateFrom::Record))
}

/// A change that came after the publication; one that did not tells nothing.
pub(super) fn later(
    modified: Option<Published>,
    published: Option<&Published>,
) -> Option<Published> {
    let published = published?;
    modified.filter(|modified| modified.at >= published.end())
}

/// The host of an absolute http URL, lower case and without `www.`.
pub(super) fn domain_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split(':').next()?.trim_end_matches('.').to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    looks_like_domain(host).then(|| host.to_owned())
}

/// Whether a "source" is a host rather than a name.
pub(super) fn looks_like_domain(text: &str) -> bool {
    let Some((_, last)) = text.rsplit_once('.') else { return false };
    last.len() >= 2
        && last.chars().all(char::is_alphanumeric)
        && last.chars().any(char::is_alphabetic)
        && !text.starts_with('.')
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

/// An absolute http URL, or nothing.
pub(super) fn url(text: &str) -> Option<String> {
    let text = text.trim();
    let sound = !text.contains(|c: char| c.is_whitespace() || c.is_control()) && text.len() < 4_000;
    (sound && domain_of(text).is_some()).then(|| text.to_owned())
}

/// The source from what a field said and the URL: a host in the field is a domain, no name.
pub(super) fn source(said: Option<&str>, url: Option<&str>) -> Source {
    let said = said.map(clean_line).filter(|said| !said.is_empty());
    let mut source = Source { name: None, domain: url.and_then(domain_of) };
    if let Some(said) = said {
        if let Some(domain) = domain_of(&said) {
            source.domain.get_or_insert(domain);
        } else if looks_like_domain(&said) && source.domain.is_none() {
            let lower = said.to_lowercase();
            source.domain = Some(lower.strip_prefix("www.").unwrap_or(&lower).to_owned());
        } else if !looks_like_domain(&said) {
            source.name = Some(said);
        }
    }
    source
}

/// A headline on one line, or nothing.
pub(super) fn title(text: &str) -> Option<String> {
    let line = clean_line(text);
    (!line.is_empty() && line.len() <= LONGEST_TITLE).then_some(line)
}

/// What stands between a headline and the name of its paper.
const SEPARATORS: &[&str] = &[
    " - ",
    " | ",
    " \u{2013} ",
    " \u{2014} ",
    " :: ",
    " \u{b7} ",
    " \u{bb} ",
    " \u{ab} ",
    " \u{203a} ",
    " \u{2039} ",
];

/// A headline without " - The Paper" or " | paper.org" behind or before it.
pub(super) fn without_site(title: &str, source: &Source) -> String {
    for separator in SEPARATORS {
        if let Some((head, tail)) = title.rsplit_once(separator)
            && is_site(tail, source)
            && !head.trim().is_empty()
        {
            return head.trim().to_owned();
        }
        if let Some((head, tail)) = title.split_once(separator)
            && is_site(head, source)
            && !tail.trim().is_empty()
        {
            return tail.trim().to_owned();
        }
    }
    title.to_owned()
}

fn is_site(part: &str, source: &Source) -> bool {
    let part = part.trim().to_lowercase();
    if source.name.as_deref().is_some_and(|name| name.to_lowercase() == part) {
        return true;
    }
    let Some(domain) = source.domain.as_deref() else { return false };
    // "NYTimes" for nytimes.com as well as "nytimes.com".
    let name = domain.split('.').next().unwrap_or(domain).replace('-', "");
    part.trim_start_matches("www.") == domain || part.replace([' ', '-', '.'], "") == name
}

/// The part of a page's title that one of its headings repeats, where something that is set apart
/// follows it: the headline without the paper.
pub(super) fn heading_in_title<'h>(title: &str, headings: &'h [String]) -> Option<&'h str> {
    headings.iter().map(String::as_str).find(|heading| {
        heading.len() >= 10
            && title
                .strip_prefix(*heading)
                .is_some_and(|rest| SEPARATORS.iter().any(|separator| rest.starts_with(separator)))
    })
}

/// The names in a byline: "By Ann Smith and Bob Jones, Reuters" is three entries.
pub(super) fn authors(byline: &str) -> Vec<String> {
    let line = clean_line(byline);
    let mut rest = line.as_str();
    for start in ["by ", "by: ", "von ", "par ", "por "] {
        if let Some(head) = rest.get(..start.len())
            && head.eq_ignore_ascii_case(start)
        {
            rest = rest.get(start.len()..).unwrap_or_default();
            break;
        }
    }
    let mut names = Vec::new();
    for part in rest.split([',', ';', '|', '&', '\u{2022}']) {
        for name in part.split(" and ").flat_map(|part| part.split(" und ")) {
            push_author(&mut names, name);
        }
    }
    names
}

/// Adds one name that is plainly one name.
pub(super) fn push_author(names: &mut Vec<String>, name: &str) {
    let name = clean_line(name);
    let name = name.strip_prefix("and ").unwrap_or(&name).trim_matches(['.', ':', '-', ' ']);
    let no_name = name.is_empty()
        || name.chars().count() > 80
        || name.contains("://")
        || name.contains('@')
        || !name.chars().any(char::is_alphabetic)
        || ["none", "null", "nan", "unknown", "n/a"].iter().any(|n| name.eq_ignore_ascii_case(n));
    if !no_name && names.len() < MOST_AUTHORS && !names.iter().any(|other| other == name) {
        names.push(name.to_owned());
    }
}

/// Adds a name that a file gives in its fields.
pub(super) fn push_entity(found: &mut Vec<Entity>, kind: EntityKind, name: &str) {
    let Some(name) = title(name) else { return };
    let new =
        !found.iter().any(|entity| entity.kind == kind && entity.name.eq_ignore_ascii_case(&name));
    if new && found.len() < MOST_ENTITIES && name.chars().any(char::is_alphabetic) {
        found.push(Entity { kind, name, aliases: Vec::new() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains() {
        let cases = [
            ("https://www.Example.org/a", Some("example.org")),
            ("http://user@news.example.co.uk:8080?x", Some("news.example.co.uk")),
            ("ftp://example.org/", None),
            ("https://localhost/", None),
            ("/relative", None),
        ];
        for (url, domain) in cases {
            assert_eq!(domain_of(url).as_deref(), domain, "{url}");
        }
    }

    #[test]
    fn sources() {
        let cases = [
            (Some("The Kyiv Courier"), None, Some("The Kyiv Courier"), None),
            (Some("http://cnn.com"), None, None, Some("cnn.com")),
            (Some("www.Cnn.com"), None, None, Some("cnn.com")),
            (Some("cnn.com"), Some("https://edition.cnn.com/x"), None, Some("edition.cnn.com")),
            (
                Some("St. Louis Post"),
                Some("https://a.org/x"),
                Some("St. Louis Post"),
                Some("a.org"),
            ),
            (None, None, None, None),
        ];
        for (said, url, name, domain) in cases {
            let got = source(said, url);
            assert_eq!((got.name.as_deref(), got.domain.as_deref()), (name, domain), "{said:?}");
        }
    }

    #[test]
    fn headlines_lose_the_paper() {
        let source = Source { name: Some("The Paper".into()), domain: Some("thepaper.org".into()) };
        let cases = [
            ("A story - The Paper", "A story"),
            ("A story | thepaper.org", "A story"),
            ("The Paper: A story", "The Paper: A story"),
            ("The Paper | A story", "A story"),
            ("A - B - the paper", "A - B"),
            ("A story - part two", "A story - part two"),
            ("The Paper", "The Paper"),
        ];
        for (title, clean) in cases {
            assert_eq!(without_site(title, &source), clean);
        }
    }

    #[test]
    fn bylines() {
        let cases: &[(&str, &[&str])] = &[
            ("By Ann Smith and Bob Jones", &["Ann Smith", "Bob Jones"]),
            ("BY ANN SMITH", &["ANN SMITH"]),
            ("Ann Smith, Bob Jones, and Cy Day", &["Ann Smith", "Bob Jones", "Cy Day"]),
            ("Byron White", &["Byron White"]),
            ("https://x.org/ann", &[]),
            ("None", &[]),
        ];
        for (byline, names) in cases {
            assert_eq!(&authors(byline), names, "{byline}");
        }
    }
}
