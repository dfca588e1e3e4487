//! What a query has for words although other search tools have it for operators.
//!
//! Every text can be asked for, so that these are no errors; whoever meant the operator is told.

use super::lex::nearness;
use super::{Pattern, Query, Text};
use crate::hits::AsWord;

/// How other tools write nearness without a number, and what to write here.
const NEAR: &[(&str, &str)] = &[
    ("ADJ", "pre/1"),
    ("BEFORE", "pre/5"),
    ("FOLLOWED", "pre/5"),
    ("NEAR", "NEAR/5"),
    ("ONEAR", "pre/5"),
    ("PRE", "pre/5"),
    ("SAME", "/p"),
    ("WITHIN", "w/5"),
    ("XOR", "(a OR b) -(a b)"),
];

/// The same in any case: no word is written so.
const NEAR_IN_ANY_CASE: &[(&str, &str)] = &[
    ("+p", "/p"),
    ("+s", "/s"),
    ("/para", "/p"),
    ("/sent", "/s"),
    ("near/p", "/p"),
    ("near/s", "/s"),
    ("pre/p", "/p"),
    ("pre/s", "/s"),
    ("w/para", "/p"),
    ("w/seg", "AND"),
    ("w/sent", "/s"),
];

/// What other tools write before a parenthesis, and what to write here.
const SEGMENTS: &[(&str, &str)] = &[
    ("allcaps", "=WORD, which tells forms but no capitals apart"),
    ("caps", "=WORD, which tells forms but no capitals apart"),
    ("hd", "title:(...)"),
    ("hlead", "title:(...) OR lead:(...)"),
    ("hlp", "title:(...) OR lead:(...)"),
    ("lp", "lead:(...)"),
    ("nocaps", "=WORD, which tells forms but no capitals apart"),
    ("plural", "=WORD"),
    ("singular", "=WORD"),
];

/// What other tools write before `=` or `>`, and what to write here.
const CODES: &[(&str, &str)] = &[
    ("au", "author:"),
    ("by", "author:"),
    ("date", "date:"),
    ("hd", "title:"),
    ("hl", "title:"),
    ("hlp", "title: and lead:"),
    ("la", "lang:"),
    ("lang", "lang:"),
    ("lp", "lead:"),
    ("ns", "section:"),
    ("pd", "date:"),
    ("re", "place:"),
    ("rst", "source:"),
    ("sc", "source:"),
    ("source", "source:"),
    ("title", "title:"),
];

/// The words of a query that look like operators, each once, in the order written.
#[must_use]
pub fn as_words(query: &Query) -> Vec<AsWord> {
    let mut found: Vec<AsWord> = Vec::new();
    gather(query, &mut found);
    let mut seen = Vec::new();
    found.retain(|one| {
        let new = !seen.contains(&one.typed);
        seen.push(one.typed.clone());
        new
    });
    found
}

fn gather(query: &Query, found: &mut Vec<AsWord>) {
    match query {
        Query::Words(words) => {
            // Among nothing but capitals a word in capitals says nothing.
            let mixed = words.iter().any(|word| match word {
                Query::Text(Text { pattern, .. }) => pattern.typed().contains(char::is_lowercase),
                _ => true,
            });
            for (at, word) in words.iter().enumerate() {
                match word {
                    Query::Text(text) => {
                        let place = Place {
                            between: at > 0 && at + 1 < words.len(),
                            before_more: at + 1 < words.len(),
                            at_an_end: at == 0 || at + 1 == words.len(),
                            capitals_tell: mixed,
                            of_three: words.len() == 3,
                        };
                        found.extend(told(text, &place));
                    }
                    other => gather(other, found),
                }
            }
        }
        Query::And(parts) | Query::Or(parts) => {
            parts.iter().for_each(|part| gather(part, found));
        }
        Query::Not(of) | Query::Boost { of, .. } => gather(of, found),
        Query::Text(text) => {
            found.extend(told(text, &Place::default()));
        }
        Query::All | Query::Filter(_) | Query::Near { .. } | Query::AtLeast { .. } => {}
    }
}

/// Where a word stands among others.
#[derive(Default)]
struct Place {
    /// Some stand on both its sides.
    between: bool,
    /// Some stand behind it.
    before_more: bool,
    /// Some stand on one of its sides alone.
    at_an_end: bool,
    /// Not all of them are in capitals.
    capitals_tell: bool,
    /// It is one of three.
    of_three: bool,
}

fn told(text: &Text, place: &Place) -> Option<AsWord> {
    let typed = text.pattern.typed();
    let as_word = |write: &str| Some(AsWord { typed: typed.to_owned(), write: write.to_owned() });
    match &text.pattern {
        Pattern::Phrase { words, slop: slop @ 1.., .. } if has_wildcard(words) => {
            return as_word(&format!("its words with w/{} between them", slop + 1));
        }
        // What the parser makes of an operator without both its sides.
        Pattern::Phrase { words, exact: false, slop: 0 }
            if place.at_an_end && matches!(nearness(words, 0..0), Ok(Some(_))) =>
        {
            return as_word("something on both its sides");
        }
        Pattern::Word(_) => {}
        _ => return None,
    }
    if let Some(number) = typed.strip_prefix(['/', '+'])
        && place.between
        && is_number(number)
    {
        return as_word(&format!("w/{number}"));
    }
    if let Some(write) = known(NEAR_IN_ANY_CASE, typed).filter(|_| place.between) {
        return as_word(write);
    }
    // `same` between two words is what Factiva has; in a sentence it is a word.
    let capital = place.capitals_tell && typed.chars().all(|c| c.is_ascii_uppercase());
    if place.between && (capital || (place.of_three && typed == "same")) {
        return known(NEAR, typed).and_then(as_word);
    }
    let (name, behind) = split_name(typed);
    match behind.chars().next() {
        None if place.before_more => {
            if let Some(count) = name.get(3..).filter(|count| is_number(count))
                && name[..3].eq_ignore_ascii_case("atl")
            {
                return as_word(&format!("atleast{count}(...)"));
            }
            let letters = typed.chars().all(|c| c.is_ascii_lowercase());
            let shown = letters || typed.chars().all(|c| c.is_ascii_uppercase());
            known(SEGMENTS, name).filter(|_| shown).and_then(as_word)
        }
        Some('=' | '>' | '<') if behind.len() > 1 => {
            let write = known(CODES, name)?;
            as_word(&format!("{write} before the value"))
        }
        _ => None,
    }
}

/// What a list says of a name.
fn known<'l>(list: &'l [(&str, &str)], name: &str) -> Option<&'l str> {
    list.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)).map(|(_, write)| *write)
}

/// The letters and digits at the start, and the rest.
fn split_name(typed: &str) -> (&str, &str) {
    let end = typed.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(typed.len());
    typed.split_at(end)
}

fn is_number(text: &str) -> bool {
    (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn has_wildcard(words: &str) -> bool {
    words.split_whitespace().any(|word| {
        word.strip_suffix('*')
            .is_some_and(|stem| stem.chars().count() >= 2 && stem.chars().all(char::is_alphabetic))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    #[test]
    fn habits_of_other_tools_are_told() {
        let told = |text: &str| {
            let query = parse(text, jiff::Timestamp::UNIX_EPOCH).unwrap();
            let told = as_words(&query).into_iter();
            told.map(|one| format!("{}: {}", one.typed, one.write)).collect::<Vec<_>>().join("; ")
        };
        for (text, expect) in [
            ("oil /5 gas", "/5: w/5"),
            ("oil +3 gas", "+3: w/3"),
            ("oil NEAR gas", "NEAR: NEAR/5"),
            ("oil same gas", "same: /p"),
            ("oil SAME gas prices", "SAME: /p"),
            ("oil w/para gas", "w/para: /p"),
            ("oil pre/s gas", "pre/s: /s"),
            ("hlead(oil)", "hlead: title:(...) OR lead:(...)"),
            ("ATL5(oil)", "ATL5: atleast5(...)"),
            ("allcaps(aids)", "allcaps: =WORD, which tells forms but no capitals apart"),
            ("hd=oil gas", "hd=oil: title: before the value"),
            ("date>2020 oil", "date>2020: date: before the value"),
            ("\"oil ga*\"~3", "oil ga*: its words with w/4 between them"),
            ("oil gas w/5", "w/5: something on both its sides"),
            ("/s oil", "/s: something on both its sides"),
            ("\"w/5\"", ""),
            ("on the same day", ""),
            ("BORDER FIGHTING NEAR ISRAEL", ""),
            ("oil near gas", ""),
            ("rated 4/5 stars", ""),
            ("x=y", ""),
            ("oil w/5 gas", ""),
            ("https://example.com/a?date=5", ""),
        ] {
            assert_eq!(told(text), expect, "{text}");
        }
    }
}
