//! A query as it was understood, with how many articles each part of it finds.

use anyhow::Result;

use crate::backend::Searcher;
use crate::hits::Explained;
use crate::query::Query;

/// How many of the words that a pattern stands for are named.
const WORDS: usize = 8;

/// Explains a query. `any` says that of words side by side one is enough.
///
/// # Errors
/// As [`Searcher::find`].
pub fn explain(searcher: &dyn Searcher, query: &Query, any: bool) -> Result<Explained> {
    let parts: Vec<&Query> = match query {
        Query::Words(parts) | Query::And(parts) | Query::Or(parts) => parts.iter().collect(),
        Query::Not(of) | Query::AtLeast { of, .. } | Query::Boost { of, .. } => vec![of],
        Query::Near { left, right, .. } => vec![left, right],
        Query::All | Query::Text(_) | Query::Filter(_) => Vec::new(),
    };
    let mut explained = Vec::with_capacity(parts.len());
    for part in parts {
        explained.push(explain(searcher, part, any)?);
    }
    let mut words = None;
    if let Query::Text(text) = query
        && text.pattern.is_expanded()
    {
        words = Some(searcher.words_of(text)?);
    }
    let word_count = words.as_ref().map(Vec::len);
    let mut words = words.unwrap_or_default();
    words.truncate(WORDS);
    Ok(Explained {
        query: query.to_string(),
        asks: query.asks(),
        articles: searcher.count(query, any)?,
        words,
        word_count,
        parts: explained,
    })
}
