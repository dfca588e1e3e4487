//! Why a query finds nothing: what there is of each of its parts, what is spelled like what is not
//! there, and which part to leave out.

use anyhow::Result;

use crate::analysis::{Analyzer, Chain};
use crate::backend::Searcher;
use crate::hits::{Diagnosis, Instead, Near, Part};
use crate::query::{Filter, Pattern, Query, Text, telling};

/// Most parts that are looked at: each asks the archive twice.
const PARTS: usize = 16;
/// How many spellings are offered for a word.
const SPELLINGS: usize = 3;

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
        if articles == 0
            && instead.is_none()
            && let Some(looser) = looser(part)
        {
            let whole = Query::all_of(std::iter::once(looser).chain(others).collect());
            let found = searcher.count(&whole, any)?;
            if found > 0 {
                instead = Some(Instead { query: whole.to_string(), articles: found });
            }
        }
        let near = if articles == 0 { near(searcher, part)? } else { Vec::new() };
        let words = words(searcher, part)?;
        parts.push(Part { query: part.to_string(), articles, without, words, near });
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
    let found = match part {
        Query::Text(Text {
            field,
            pattern: pattern @ (Pattern::Word(typed) | Pattern::Exact(typed)),
        }) => {
            let mut near: Vec<Near> = Vec::new();
            for (word, _) in searcher.words_like(typed, SPELLINGS)? {
                let pattern = match pattern {
                    Pattern::Exact(_) => Pattern::Exact(word),
                    _ => Pattern::Word(word),
                };
                // What is told is what asking for it finds.
                let query = Query::Text(Text { field: *field, pattern });
                near.push(Near {
                    articles: searcher.count(&query, false)?,
                    query: query.to_string(),
                });
            }
            return Ok(near);
        }
        Query::Filter(Filter::Field { field, value }) => match field.of_names() {
            Some(kind) => searcher.names_like(kind, value, SPELLINGS)?,
            None => return Ok(Vec::new()),
        },
        _ => return Ok(Vec::new()),
    };
    Ok(found.into_iter().map(|(query, articles)| Near { query, articles }).collect())
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
