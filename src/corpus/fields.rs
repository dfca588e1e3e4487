//! What the readers share when they make an [`Article`] out of what they found: names of persons,
//! hosts of URLs, headlines without the paper's name.
//!
//! Knows short texts; not where they stood.

use super::dates::{self, Clock};
use super::decode::clean_line;
use crate::article::{DateFrom, Entity, EntityKind, Published, RefusedDate, Source};

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
///
/// One that cannot be used goes to `refused`.
pub(super) fn recorded(
    text: &str,
    clock: &Clock,
    refused: &mut Vec<RefusedDate>,
) -> Option<Published> {
    let date = dates::parse_or_note(text, clock, DateFrom::Record, refused)?;
    Some(date.read_from(DateFrom::Record))
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

/// What stands between a headline and the name of its paper, with white space on both sides.
const SEPARATORS: &[char] = &[
    '-', '|', '\u{2013}', '\u{2014}', '\u{b7}', '\u{2022}', '\u{bb}', '\u{ab}', '\u{203a}',
    '\u{2039}', '\u{2502}', '\u{ff5c}', '/', ':', '>', '<', '~', '\u{25b7}', '\u{276f}',
];

/// Those that need no white space.
const TIGHT: &[char] = &['|', '\u{2502}', '\u{ff5c}'];

/// Where separators stand in a title: the bytes from the white space before to that behind.
fn separators(title: &str) -> Vec<std::ops::Range<usize>> {
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(rest) = title.get(at..) {
        let Some(next) = rest.find(SEPARATORS) else { break };
        let start = at + next;
        let run = title.get(start..).unwrap_or_default();
        // "::" and "// -" are one.
        let is_part = |c: char| SEPARATORS.contains(&c) || c == ' ';
        let end = start + run.find(|c| !is_part(c)).unwrap_or(run.len());
        at = end;
        let before = title.get(..start).unwrap_or_default();
        let behind = title.get(end..).unwrap_or_default();
        let tight = run.starts_with(TIGHT);
        let ends_word = run.starts_with(':') && run.chars().nth(1) == Some(' ');
        let left = before.ends_with(' ') || tight || ends_word;
        let right = title.get(start..end).is_some_and(|mark| mark.ends_with(' ')) || tight;
        let inside = !before.trim().is_empty() && !behind.trim().is_empty();
        if left && right && inside {
            found.push(before.trim_end().len()..title.len() - behind.trim_start().len());
        }
    }
    found
}

/// Whether a title names the site and leaves out the page: "The Paper -".
pub(super) fn ends_in_separator(title: &str) -> bool {
    title.rsplit_once(' ').is_some_and(|(_, last)| last.chars().all(|c| SEPARATORS.contains(&c)))
}

/// What separators set apart in a title, and what stands before and behind each of them.
pub(super) fn pieces(title: &str) -> Vec<&str> {
    const MOST: usize = 8;
    let marks: Vec<_> = separators(title).into_iter().take(MOST).collect();
    let mut pieces = Vec::new();
    for (number, mark) in marks.iter().enumerate() {
        pieces.extend(title.get(..mark.start));
        pieces.extend(title.get(mark.end..));
        for next in marks.get(number + 1..).unwrap_or_default() {
            pieces.extend(title.get(mark.end..next.start));
        }
    }
    pieces
}

/// A headline without " - The Paper" or " | paper.org" behind or before it; `is_site` says what is
/// the site's name.
pub(super) fn without_site(title: &str, is_site: impl Fn(&str) -> bool) -> &str {
    let mut rest = title;
    for _ in 0..3 {
        let marks = separators(rest);
        let is_rest = |part: Option<&str>| part.is_some_and(&is_site);
        if let Some(mark) = marks.iter().find(|mark| is_rest(rest.get(mark.end..))) {
            rest = rest.get(..mark.start).unwrap_or(rest);
            continue;
        }
        // "The Paper: a story" is how a paper writes of itself.
        let colon = |mark: &std::ops::Range<usize>| rest.get(mark.clone()) == Some(": ");
        let before = marks.iter().rev().find(|m| !colon(m) && is_rest(rest.get(..m.start)));
        match before {
            Some(mark) => rest = rest.get(mark.end..).unwrap_or(rest),
            None => break,
        }
    }
    rest.trim()
}

/// Whether a line is nothing but one of a site's names or its domain.
pub(super) fn is_site(line: &str, names: &[String], domain: Option<&str>) -> bool {
    let line = letters(line.trim().trim_start_matches("www."));
    if line.is_empty() {
        return false;
    }
    if names.iter().any(|name| letters(name) == line) {
        return true;
    }
    let Some(domain) = domain else { return false };
    // "NYTimes" for nytimes.com as well as "nytimes.com".
    line == letters(domain) || domain.split('.').next().is_some_and(|name| letters(name) == line)
}

/// What is left of a name when spaces, case and punctuation go.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What stands before the names in a byline, in lower case.
const BY: &[&str] = &[
    "by",
    "von",
    "par",
    "por",
    "di",
    "door",
    "av",
    "af",
    "autor",
    "autorin",
    "autoren",
    "author",
    "authors",
    "auteur",
    "autore",
    "text",
    "texte",
    "texto",
    "testo",
    "tekst",
    "words",
    "story",
    "written by",
    "posted by",
    "published by",
    "reported by",
    "reporting by",
    "story by",
    "words by",
    "text by",
    "edited by",
    "analysis by",
    "review by",
    "interview by",
    "opinion by",
    "article by",
    "interview",
    "recipe by",
    "eingestellt von",
    "medienmitteilung von",
    "gepostet von",
    "publiziert von",
    "veröffentlicht von",
    "geschrieben von",
    "verfasst von",
    "erstellt von",
    "ein beitrag von",
    "ein artikel von",
    "ein kommentar von",
    "eine analyse von",
    "text von",
    "publié par",
    "écrit par",
    "rédigé par",
    "propos recueillis par",
    "publicado por",
    "escrito por",
    "redactado por",
    "a cura di",
    "scritto da",
    "pubblicato da",
    "door onze",
    "geschreven door",
    "skrevet af",
    "skrevet av",
    "written",
    "posted",
];

/// What joins two names.
const JOINED: &[&str] = &["and", "und", "with", "mit", "et", "y", "e", "en", "och", "og", "i"];

/// Those of them that are common as parts of a name, or are one letter.
const WEAKLY_JOINED: &[&str] = &["et", "y", "e", "en", "i", "with", "mit"];

/// Words that name a job; a part of a byline that holds one is no name.
const JOBS: &[&str] = &[
    "correspondent",
    "reporter",
    "editor",
    "writer",
    "columnist",
    "contributor",
    "journalist",
    "critic",
    "producer",
    "photographer",
    "intern",
    "analyst",
    "redakteur",
    "redakteurin",
    "korrespondent",
    "korrespondentin",
    "journalistin",
    "autorin",
    "fotograf",
    "volontär",
    "chefredakteur",
    "redactrice",
    "rédacteur",
    "rédactrice",
    "journaliste",
    "correspondant",
    "periodista",
    "redactor",
    "redactora",
    "corresponsal",
    "giornalista",
    "inviato",
    "redacteur",
    "verslaggever",
    "professor",
    "researcher",
    "lecturer",
    "director",
    "author",
];

/// What stands before the name of a person.
const HONOURS: &[&str] = &[
    "dr",
    "prof",
    "professor",
    "mr",
    "mrs",
    "ms",
    "sir",
    "dipl.-ing",
    "ing",
    "mag",
    "phd",
    "med",
    "rer",
    "nat",
    "phil",
    "jur",
    "habil",
    "drs",
];

/// What accounts are called that are no person.
const NOBODY: &[&str] = &[
    "none",
    "null",
    "nan",
    "unknown",
    "n/a",
    "admin",
    "administrator",
    "webmaster",
    "root",
    "super user",
    "superuser",
    "user",
    "guest",
    "gast",
    "anonymous",
    "anonym",
    "wordpress",
    "author",
    "autor",
    "autorin",
    "undefined",
    "default",
    "test",
    "view all posts",
    "by",
    "von",
    "staff",
    "publisher",
    "unbekannt",
    "an\u{f3}nimo",
    "quelle",
    "source",
    "http",
    "https",
    "foto",
    "photo",
    "inconnu",
    "name",
    "redacción web",
    "no author",
];

/// The names in a byline: "By Ann Smith and Bob Jones, Reuters" is three entries.
pub(super) fn authors(byline: &str) -> Vec<String> {
    let line = clean_line(byline);
    let mut names = Vec::new();
    if line.len() > LONGEST_TITLE {
        return names;
    }
    // A list that a program printed: "['Ann Smith', 'Bob Jones']".
    let line = line.trim_matches(['[', ']']).replace(" / ", " | ");
    for part in without_by(&line).split([',', ';', '|', '&', '\u{2022}', '\u{b7}']) {
        if !part.contains("://") {
            push_joined(&mut names, without_by(part));
        }
    }
    names
}

/// A byline without "By" at its head, whatever the language.
pub(super) fn without_by(byline: &str) -> &str {
    let mut rest = byline.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@');
    // "Text: Von Ann Smith"
    for _ in 0..3 {
        let found = BY.iter().filter_map(|by| after_word(rest, by)).min_by_key(|rest| rest.len());
        let Some(after) = found else { break };
        rest = after;
    }
    // "Posted on 3 March 2025 by Ann Smith"
    if rest.bytes().any(|byte| byte.is_ascii_digit()) {
        let marks = [" by ", " von ", " par ", " por "];
        let late = marks.iter().find_map(|by| rest.split_once(by));
        if let Some((_, after)) = late.filter(|(date, _)| date.bytes().any(|b| b.is_ascii_digit()))
        {
            return after;
        }
    }
    rest
}

/// What follows `word` at the head of a text, letter case ignored.
fn after_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let mut left = text.chars();
    for wanted in word.chars() {
        if !left.next()?.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    let rest = left.as_str();
    let behind = rest.trim_start_matches([':', ' ', '|', '\u{a0}']);
    (behind.len() < rest.len() && !behind.is_empty()).then_some(behind)
}

/// Adds the names of a part of a byline that "and" may join.
fn push_joined(names: &mut Vec<String>, part: &str) {
    let words: Vec<&str> = part.split_whitespace().collect();
    let mut start = 0;
    for (at, word) in words.iter().enumerate() {
        let Some(joint) = JOINED.iter().find(|joint| joint.eq_ignore_ascii_case(word)) else {
            continue;
        };
        // "José Ortega y Gasset" is one man.
        let weak = WEAKLY_JOINED.contains(joint);
        if weak && (words.len() - at < 3 || *word != *joint || at - start < 2) {
            continue;
        }
        push_author(names, &words.get(start..at).unwrap_or_default().join(" "));
        start = at + 1;
    }
    push_author(names, &words.get(start..).unwrap_or_default().join(" "));
}

/// Adds one name that is plainly one name, without titles.
pub(super) fn push_author(names: &mut Vec<String>, name: &str) {
    let line = clean_line(name);
    let Some(name) = bare_name(&line) else { return };
    let new = !names.iter().any(|other| other.to_lowercase() == name.to_lowercase());
    if new && names.len() < MOST_AUTHORS {
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

/// A name without the date behind it: "Ann Smith am 3. März", "Ann Smith 12:30".
fn without_date(line: &str) -> &str {
    const BEFORE: &[&str] =
        &["am", "on", "le", "el", "il", "vom", "at", "um", "den", "op", "publicado", "hace"];
    let mut end = 0;
    for word in line.split(' ') {
        let dated = word.bytes().any(|byte| byte.is_ascii_digit()) || BEFORE.contains(&word);
        if dated && end > 0 {
            break;
        }
        end += word.len() + usize::from(end > 0);
    }
    line.get(..end.min(line.len())).unwrap_or(line)
}

/// A name without what is said besides it; `None` for what is no name.
fn bare_name(line: &str) -> Option<&str> {
    const AROUND: &[char] = &[
        '.', ':', '-', ' ', '\u{2013}', '\u{2014}', '"', '\'', '*', '|', '~', '\u{201c}',
        '\u{201d}',
    ];
    let line = line.strip_prefix("and ").unwrap_or(line);
    // "Ann Smith (Berlin)", "Ann Smith <ann@paper.example>", "Ann Smith - Reporter"
    let line = line.split(['(', '<', '[', '|']).next().unwrap_or_default();
    let line = line.split(" - ").next().unwrap_or_default();
    let line = line.split(" @").next().unwrap_or_default();
    let mut name = without_date(line).trim_matches(AROUND);
    while let Some((first, rest)) = name.split_once(' ') {
        let first = first.trim_end_matches(['.', ',']).to_lowercase();
        if !HONOURS.contains(&first.as_str()) || rest.trim().is_empty() {
            break;
        }
        name = rest.trim_start();
    }
    let name = name.split(" in ").next().unwrap_or_default().trim_matches(AROUND);
    // An initial keeps its dot: "Ann S." does, "Ann Smith." does not.
    let dotted = line.find(name).and_then(|at| line.get(at..at + name.len() + 1));
    let last = name.rsplit([' ', '.']).next().unwrap_or_default().chars().count();
    let name = dotted.filter(|d| d.ends_with('.') && last <= 2).unwrap_or(name);
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let company =
        ["gmbh", "e.v", "inc", "ltd", "llc", "kg", "ag", "s.a", "plc", "bundesministerium"];
    let no_name = name.is_empty()
        || words.iter().any(|word| company.contains(&word.trim_end_matches('.')))
        || words.iter().any(|word| word.starts_with("www."))
        || name.chars().count() > 60
        || words.len() > 6
        || name.contains("://")
        || lower.starts_with("www.")
        || name.contains(['@', '{', '}', '=', '\\', '?', '!'])
        || lower.contains("[at]")
        || !name.chars().any(char::is_alphabetic)
        || words.len() > 1 && digits > 0
        || digits > 4
        || NOBODY.contains(&lower.as_str())
        || BY.contains(&lower.as_str())
        || words.iter().any(|word| JOBS.contains(word));
    (!no_name).then_some(name)
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
        let names = ["The Paper".to_owned()];
        let cases = [
            ("A story - The Paper", "A story"),
            ("A story | thepaper.org", "A story"),
            ("A story |The Paper", "A story"),
            ("A story \u{bb} THE PAPER", "A story"),
            ("The Paper: A story", "The Paper: A story"),
            ("The Paper | A story", "A story"),
            ("The Paper // A story - thepaper", "A story"),
            ("A - B - the paper", "A - B"),
            ("A story - part two", "A story - part two"),
            ("The Paper", "The Paper"),
            ("- | -", "- | -"),
        ];
        for (title, clean) in cases {
            let is_site = |line: &str| is_site(line, &names, Some("thepaper.org"));
            assert_eq!(without_site(title, is_site), clean);
        }
    }

    #[test]
    fn titles_without_a_page() {
        let cases = [("The Paper -", true), ("The Paper |", true), ("-", false), ("A - B", false)];
        for (title, ends) in cases {
            assert_eq!(ends_in_separator(title), ends, "{title}");
        }
    }

    #[test]
    fn titles_in_pieces() {
        assert_eq!(pieces("A story"), [""; 0]);
        assert_eq!(pieces("A | B - C"), ["A", "B - C", "B", "A | B", "C"]);
        assert_eq!(pieces("Well-known - a|b"), ["Well-known", "a|b", "a", "Well-known - a", "b"]);
        // As many separators as a title may hold cost no more than a few.
        assert!(pieces(&"a - ".repeat(120)).len() < 60);
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
            ("Von Ann Smith und Bob Jones", &["Ann Smith", "Bob Jones"]),
            ("Text: Von Ann Smith", &["Ann Smith"]),
            ("Par Ann Smith et Bob Jones", &["Ann Smith", "Bob Jones"]),
            ("Di Anna Rossi e Marco Verdi", &["Anna Rossi", "Marco Verdi"]),
            ("Por Jose Ortega y Gasset", &["Jose Ortega y Gasset"]),
            ("Dr. Ann Smith, Staff Writer", &["Ann Smith"]),
            ("Prof. Dr. Ann Smith", &["Ann Smith"]),
            ("Ann Smith, Berlin correspondent, ann@paper.example", &["Ann Smith"]),
            ("Ann Smith (Reuters)", &["Ann Smith"]),
            ("Reuters Staff", &["Reuters Staff"]),
            ("Ann Smith am 3. M\u{e4}rz 2025", &["Ann Smith"]),
            ("Posted on 3 March 2025 by Ann Smith", &["Ann Smith"]),
            ("Ann Smith @annsmith", &["Ann Smith"]),
            ("@annsmith", &[]),
            ("Joe S.", &["Joe S."]),
            ("J.R. Stone", &["J.R. Stone"]),
            ("A. Smith / B. Jones", &["A. Smith", "B. Jones"]),
            ("['Ann Smith', 'Bob Jones']", &["Ann Smith", "Bob Jones"]),
            ("admin", &[]),
            ("By", &[]),
            ("The Courier Media GmbH", &[]),
        ];
        for (byline, names) in cases {
            assert_eq!(&authors(byline), names, "{byline}");
        }
    }
}
