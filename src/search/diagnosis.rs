//! Why a query finds nothing: what there is of each of its parts, what is spelled like what is not
//! there, and which part to leave out.

use anyhow::Result;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::respelled::respelled;
use crate::analysis::{Analyzer, Chain, fold};
use crate::backend::Searcher;
use crate::hits::{Diagnosis, FacetField, Instead, Near, Part};
use crate::proximity::Nearness;
use crate::query::{Filter, MetaField, Pattern, Query, Text, telling};

/// Most parts that are looked at: each asks the archive twice.
const PARTS: usize = 16;
/// How many spellings are offered for a word.
pub(super) const SPELLINGS: usize = 3;
/// Values of a field that are looked through for one that is like what was asked for.
const VALUES: usize = 5_000;

/// Looks into a query that nothing matches. `any` says that one of some words side by side would
/// have been enough.
pub(super) fn diagnose(searcher: &dyn Searcher, query: &Query, any: bool) -> Result<Diagnosis> {
    let all = parts_of(query);
    let mut parts = Vec::new();
    let mut instead: Option<Instead> = None;
    for (number, part) in all.iter().enumerate().take(PARTS) {
        let others = all.iter().enumerate().filter(|(other, _)| *other != number);
        let others: Vec<Query> = others.map(|(_, other)| (*other).clone()).collect();
        let mut without = None;
        if all.len() > 1 && !any {
            let rest = Query::all_of(others.clone());
            let found = searcher.count(&rest, any)?;
            without = Some(found);
            // Not what excludes alone: that is nearly everything.
            let asks = !matches!(rest, Query::All | Query::Not(_));
            if found > 0 && asks && instead.as_ref().is_none_or(|best| best.articles < found) {
                instead = Some(Instead { query: rest.to_string(), articles: found });
            }
        }
        let articles = searcher.count(part, any)?;
        if articles == 0 && instead.is_none() {
            for looser in in_a_row(part).into_iter().chain(looser(part)) {
                let whole = std::iter::once(looser).chain(others.iter().cloned()).collect();
                let whole = Query::all_of(whole);
                let found = searcher.count(&whole, any)?;
                if found > 0 {
                    instead = Some(Instead { query: whole.to_string(), articles: found });
                    break;
                }
            }
        }
        let (near, known) = match (articles, part) {
            (0, Query::Filter(filter)) => near_filter(searcher, filter)?,
            (0, part) => (near(searcher, part)?, Vec::new()),
            _ => (Vec::new(), Vec::new()),
        };
        let words = words(searcher, part)?;
        parts.push(Part { query: part.to_string(), articles, without, words, near, known });
    }
    Ok(Diagnosis { more: all.len().saturating_sub(PARTS), parts, instead })
}

/// What all had to match.
fn parts_of(query: &Query) -> Vec<&Query> {
    match query {
        Query::And(parts) => parts.iter().flat_map(parts_of).collect(),
        // Those that are too common were not looked for.
        Query::Words(words) => telling(words, &Analyzer::default()).0,
        Query::Boost { of, .. } => parts_of(of),
        other => vec![other],
    }
}

/// What is spelled like something that is not there.
fn near(searcher: &dyn Searcher, part: &Query) -> Result<Vec<Near>> {
    let Query::Text(Text {
        field,
        pattern: pattern @ (Pattern::Word(typed) | Pattern::Exact(typed)),
    }) = part
    else {
        return respelled(searcher, part);
    };
    let mut near: Vec<Near> = Vec::new();
    for (word, _) in searcher.words_like(typed, SPELLINGS)? {
        let pattern = match pattern {
            Pattern::Exact(_) => Pattern::Exact(word),
            _ => Pattern::Word(word),
        };
        // What is told is what asking for it finds.
        let query = Query::Text(Text { field: *field, pattern });
        near.push(Near { articles: searcher.count(&query, false)?, query: query.to_string() });
    }
    Ok(near)
}

/// Values like the one that a condition asks for; where there are none, what there is at all.
fn near_filter(searcher: &dyn Searcher, filter: &Filter) -> Result<(Vec<Near>, Vec<Near>)> {
    let (field, value) = match filter {
        Filter::Date { .. } => return Ok((Vec::new(), dated(searcher)?)),
        Filter::Field { field, value } => (*field, value),
        Filter::Mentions { .. } | Filter::Undated => return Ok((Vec::new(), Vec::new())),
    };
    if let Some(kind) = field.of_names() {
        let mut near = searcher.names_like(kind, value, SPELLINGS)?;
        // The last word of a name tells the most.
        if near.is_empty()
            && let Some((_, last)) = value.trim().rsplit_once(char::is_whitespace)
        {
            near = searcher.names_like(kind, last, SPELLINGS)?;
        }
        if !near.is_empty() {
            let near = near.into_iter().map(|(query, articles)| Near { query, articles });
            return Ok((near.collect(), Vec::new()));
        }
    }
    let facet = match field {
        MetaField::Source => FacetField::Source,
        MetaField::Person | MetaField::Entity => FacetField::Person,
        MetaField::Org => FacetField::Org,
        MetaField::Place => FacetField::Place,
        MetaField::Author => FacetField::Author,
        MetaField::Section => FacetField::Section,
        MetaField::Lang => FacetField::Lang,
        MetaField::Id => {
            let near = searcher.ids_like(value, SPELLINGS)?.into_iter();
            let asked = near.map(|id| Filter::Field { field, value: id });
            let near = asked.map(|filter| Near { query: filter.to_string(), articles: 1 });
            return Ok((near.collect(), Vec::new()));
        }
        MetaField::Url => return Ok((Vec::new(), Vec::new())),
    };
    let mut facets = searcher.facets(&Query::All, false, &[facet], VALUES)?;
    let Some(facet) = facets.pop() else { return Ok((Vec::new(), Vec::new())) };
    let values = || {
        facet.values.iter().map(|one| {
            let query = Filter::Field { field, value: one.value.clone() }.to_string();
            (&one.value, Near { query, articles: one.articles })
        })
    };
    let mut like: Vec<(usize, Near)> = values()
        .filter_map(|(known, near)| Some((slips(&letters(value), &letters(known))?, near)))
        .collect();
    // Those of as many slips stay in the order of articles.
    like.sort_by_key(|(slips, _)| *slips);
    let near: Vec<Near> = like.into_iter().map(|(_, near)| near).take(SPELLINGS).collect();
    let known = match near.is_empty() {
        true => values().map(|(_, near)| near).take(SPELLINGS).collect(),
        false => Vec::new(),
    };
    Ok((near, known))
}

/// The days from the first to the last of all that is indexed.
fn dated(searcher: &dyn Searcher) -> Result<Vec<Near>> {
    let dates = searcher.dates(&Query::All, false)?;
    let Some((first, last)) = dates.span() else { return Ok(Vec::new()) };
    let at = |day: jiff::civil::Date| -> Option<Timestamp> {
        Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
    };
    let until = last.checked_add(1.day()).ok().and_then(at);
    let query = Query::Filter(Filter::Date { from: at(first), until });
    Ok(vec![Near { articles: searcher.count(&query, false)?, query: query.to_string() }])
}

/// The letters and digits of a name, folded, by which values compare.
fn letters(value: &str) -> Vec<char> {
    fold(value).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// How far a known value is from what was asked for: nothing where one begins with the other's
/// letters, else the letters that differ, of which there may be one in four.
fn slips(asked: &[char], known: &[char]) -> Option<usize> {
    const BEGINNING: usize = 4;
    let begins = |a: &[char], b: &[char]| a.len() >= BEGINNING && b.starts_with(a);
    if begins(asked, known) || begins(known, asked) {
        return Some(0);
    }
    let most = asked.len().max(known.len()) / 4;
    if asked.len().abs_diff(known.len()) > most || asked.len() > 64 {
        return None;
    }
    let mut row: Vec<usize> = (0..=known.len()).collect();
    for (i, a) in asked.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, b) in known.iter().enumerate() {
            let change = corner + usize::from(a != b);
            corner = row[j + 1];
            row[j + 1] = change.min(corner + 1).min(row[j] + 1);
        }
    }
    row.last().copied().filter(|slips| *slips <= most)
}

/// The words of a phrase one behind the other across passages, which a phrase does not cross.
fn in_a_row(part: &Query) -> Option<Query> {
    const MOST: usize = 16;
    let Query::Text(Text { field, pattern: Pattern::Phrase { words, exact, slop: 0 } }) = part
    else {
        return None;
    };
    let mut words = words.split_whitespace().filter(|word| word.contains(char::is_alphanumeric));
    let text = |word: &str| {
        let pattern = match exact {
            true => Pattern::Exact(word.to_owned()),
            false => Pattern::Word(word.to_owned()),
        };
        Query::Text(Text { field: *field, pattern })
    };
    let mut row = text(words.next()?);
    let mut count = 1;
    for word in words {
        count += 1;
        row = Query::Near {
            left: Box::new(row),
            right: Box::new(text(word)),
            nearness: Nearness::Within { words: 1, ordered: true },
        };
    }
    (2..=MOST).contains(&count).then_some(row)
}

/// The words of a phrase or of what must stand near each other, anywhere in the article.
fn looser(part: &Query) -> Option<Query> {
    match part {
        Query::Text(Text { field, pattern: Pattern::Phrase { words, .. } }) => {
            let words = words.split_whitespace().map(|word| {
                Query::Text(Text { field: *field, pattern: Pattern::Word(word.to_owned()) })
            });
            Some(Query::all_of(words.collect()))
        }
        Query::Near { left, right, .. } => {
            Some(Query::all_of(vec![left.as_ref().clone(), right.as_ref().clone()]))
        }
        _ => None,
    }
}

/// What a part is put together of, and in how many articles each stands.
fn words(searcher: &dyn Searcher, part: &Query) -> Result<Vec<Near>> {
    let texts: Vec<Text> = match part {
        Query::Text(Text { field, pattern: Pattern::Phrase { words, exact, .. } }) => {
            let word = |word| if *exact { Pattern::Exact(word) } else { Pattern::Word(word) };
            let words = Analyzer::default().terms(words, Chain::Exact).into_iter();
            words.map(|one| Text { field: *field, pattern: word(one) }).collect()
        }
        Query::AtLeast { of, .. } => of.texts().into_iter().cloned().collect(),
        near @ Query::Near { .. } => near.texts().into_iter().cloned().collect(),
        _ => Vec::new(),
    };
    let mut words = Vec::with_capacity(texts.len());
    for text in texts.into_iter().take(PARTS) {
        let text = Query::Text(text);
        words.push(Near { articles: searcher.count(&text, false)?, query: text.to_string() });
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_alike_by_their_letters() {
        for (asked, known, expect) in [
            ("guardain", "Guardian", Some(2)),
            ("The Kyiv Curier", "The Kyiv Courier", Some(1)),
            ("kyiv-courier", "kyivcourier.example", Some(0)),
            ("bbc", "nyt", None),
            ("nosuchpaper", "Harbour Post", None),
        ] {
            assert_eq!(slips(&letters(asked), &letters(known)), expect, "{asked}");
        }
    }
}
