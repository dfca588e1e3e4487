//! Asks a backend and makes its answer readable: relaxing, passages, highlights.
//!
//! After [`run`] everything is plain data. Knows neither tantivy nor terminals.

use std::time::Instant;

use anyhow::Result;

use crate::analysis::Analyzer;
use crate::article::Article;
use crate::backend::{Found, FoundHit, Request, Searcher, Sort, shown_passages};
use crate::highlight::Highlighter;
use crate::hits::{Hit, Hits, PassageHit, Reading};
use crate::query::{Filter, Query, telling};
use crate::schema::Stored;

/// Words from which on a question is long: it is relaxed as soon as fewer than [`ENOUGH`]
/// articles hold all of it. A shorter one only where none does.
const LONG_QUESTION: usize = 4;
/// A fixed number, not what a page asks for: all pages of an answer must be read the same way.
const ENOUGH: u64 = 10;

/// What a user asks, and how much of the answer is wanted.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The question.
    pub query: Query,
    /// How words side by side are taken.
    pub words: Words,
    /// How many articles to answer with.
    pub limit: usize,
    /// How many of the best to pass over first.
    pub offset: usize,
    /// In what order.
    pub sort: Sort,
    /// How many passages to show of each article.
    pub passages: usize,
    /// Whether the text is wanted, or ids and scores alone.
    pub text: bool,
    /// Whether copies of one article are folded under the best of them.
    pub fold: bool,
}

/// How words side by side are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// All must match, unless too few articles hold them all.
    Auto,
    /// All must match.
    All,
    /// Any is enough.
    Any,
}

/// Answers a question.
///
/// # Errors
/// As [`Searcher::find`].
pub fn run(searcher: &dyn Searcher, ask: &Ask) -> Result<Hits> {
    let start = Instant::now();
    let (found, reading, whole) = find(searcher, ask)?;
    let undated = match without_dates(&ask.query) {
        Some(query) => Some(searcher.count(&query, reading != Reading::All)?),
        None => None,
    };
    let highlighter = Highlighter::new(&ask.query);
    let mut hits = Vec::with_capacity(found.hits.len());
    for (at, mut hit) in found.hits.into_iter().enumerate() {
        if reading == Reading::All {
            // Alternatives of an OR that the article does not need.
            hit.missing.clear();
        }
        let rank = ask.offset + at + 1;
        hits.push(if ask.text {
            let stored = searcher.fetch(hit.address)?;
            readable(hit, stored, rank, ask.passages, &highlighter)
        } else {
            bare(hit, rank)
        });
    }
    Ok(Hits {
        query: ask.query.to_string(),
        total: found.total,
        offset: ask.offset,
        reading,
        whole,
        ignored: found.ignored,
        undated,
        folded: found.folded,
        took: start.elapsed(),
        hits,
    })
}

/// Finds with every word first, and with any word where that gives too little.
fn find(searcher: &dyn Searcher, ask: &Ask) -> Result<(Found, Reading, Option<u64>)> {
    let request = |any| Request {
        query: ask.query.clone(),
        any,
        limit: ask.limit,
        offset: ask.offset,
        sort: ask.sort,
        passages: if ask.text { ask.passages } else { 0 },
        fold: ask.fold,
        copies: ask.text,
    };
    if ask.words == Words::Any {
        return Ok((searcher.find(&request(true))?, Reading::Any, None));
    }
    let whole = searcher.find(&request(false))?;
    let words = relaxable_words(&ask.query);
    let too_little = match ask.sort {
        Sort::Relevance if words >= LONG_QUESTION => whole.total < ENOUGH,
        _ => whole.total == 0,
    };
    if ask.words == Words::All || words < 2 || !too_little {
        return Ok((whole, Reading::All, None));
    }
    let any = searcher.find(&request(true))?;
    if any.total > whole.total {
        Ok((any, Reading::Relaxed, Some(whole.total)))
    } else {
        Ok((whole, Reading::All, None))
    }
}

/// How many words the query could do without, in its longest run of words.
fn relaxable_words(query: &Query) -> usize {
    match query {
        Query::Words(words) => telling(words, &Analyzer::default()).0.len(),
        Query::And(parts) => parts.iter().map(relaxable_words).max().unwrap_or(0),
        _ => 0,
    }
}

/// The query with its date condition turned into "has no date"; `None` where it has none.
fn without_dates(query: &Query) -> Option<Query> {
    let is_date = |part: &Query| matches!(part, Query::Filter(Filter::Date { .. }));
    match query {
        part if is_date(part) => Some(Query::Filter(Filter::Undated)),
        Query::And(parts) if parts.iter().any(is_date) => {
            let mut others: Vec<Query> =
                parts.iter().filter(|part| !is_date(part)).cloned().collect();
            others.push(Query::Filter(Filter::Undated));
            Some(Query::And(others))
        }
        _ => None,
    }
}

/// A hit with its text, passages and marks.
fn readable(
    hit: FoundHit,
    stored: Stored,
    rank: usize,
    passages: usize,
    highlighter: &Highlighter,
) -> Hit {
    let Stored { article, passages: all } = stored;
    let title_marks = article.title.as_deref().map(|title| highlighter.title(title));
    let shown = shown_passages(&hit.passages, &all, passages)
        .into_iter()
        .map(|(at, score)| {
            let range = all[at as usize].clone();
            let marks = highlighter.in_body(&article.body, &range);
            PassageHit { number: at as usize + 1, marks, range, score }
        })
        .collect();
    let (story, copies) = hit.story.map(|story| (story.id, story.copies)).unzip();
    let copies = copies.unwrap_or_default();
    Hit {
        rank,
        score: hit.score,
        passage_count: all.len(),
        title_marks: title_marks.unwrap_or_default(),
        passages: shown,
        missing: hit.missing,
        story,
        copies,
        article,
    }
}

/// A hit of which only the id is wanted.
fn bare(hit: FoundHit, rank: usize) -> Hit {
    Hit {
        rank,
        score: hit.score,
        article: Article { id: hit.id, record: hit.record, ..Article::default() },
        passage_count: 0,
        title_marks: Vec::new(),
        passages: Vec::new(),
        missing: hit.missing,
        story: None,
        copies: Vec::new(),
    }
}
