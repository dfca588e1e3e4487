//! Earlier coverage that explains an article: what shares its telling words and names and came out
//! before it.
//!
//! The article need not be in the archive. Its own story is left out: where it is not in the archive,
//! that is told by the texts.

use anyhow::Result;
use jiff::Timestamp;

use super::{Ask, Counts, Words, run, shared_words};
use crate::article::Article;
use crate::backend::{Searcher, Sort};
use crate::hits::{Background, Hit};
use crate::query::{Filter, Pattern, Query, Text, TextField};
use crate::sketch::Comparable;

/// How many words of an article earlier coverage is looked for by.
const WORDS: usize = 16;
/// How many of its names earlier coverage is looked for by, the most salient first.
const NAMES: usize = 8;
/// Of the words and names an earlier article must have a fifth, and this many.
const LEAST_SHARED: usize = 3;

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The first instant that is not before the article, by the paper's own clock.
    pub before: Timestamp,
    /// How many earlier articles, at most.
    pub limit: usize,
    /// How many passages to show of each.
    pub passages: usize,
    /// Whether the article is one of the archive.
    pub is_indexed: bool,
}

/// Earlier coverage of what an article is about, in the order of date. It is looked for by the names
/// that the article has among its entities, too.
///
/// # Errors
/// As [`Searcher::find`].
pub fn background(
    searcher: &dyn Searcher,
    article: Article,
    wanted: &Wanted,
) -> Result<Background> {
    let story = if wanted.is_indexed { searcher.story(&article.id)? } else { None };
    let own = Own {
        id: wanted.is_indexed.then_some(article.id.as_str()),
        story: story.as_ref().map(|story| story.id.as_str()),
        text: (!wanted.is_indexed).then(|| Comparable::new(&article.body)),
    };
    let sought = sought(searcher, &article, wanted.is_indexed)?;
    let mut earlier = Vec::new();
    let mut undated = Vec::new();
    if sought.len() >= LEAST_SHARED {
        let before = Filter::Date { from: None, until: Some(wanted.before) };
        earlier = related(searcher, &sought, before, wanted, &own)?;
        undated = related(searcher, &sought, Filter::Undated, wanted, &own)?;
    }
    if let Some(weakest) = earlier.last() {
        undated.retain(|hit| hit.score >= weakest.score);
    }
    earlier.sort_by(|a, b| {
        let date = |hit: &Hit| hit.article.published.map(|date| date.wall_second());
        date(a).cmp(&date(b)).then_with(|| a.article.id.cmp(&b.article.id))
    });
    for (hit, rank) in earlier.iter_mut().chain(&mut undated).zip(1..) {
        hit.rank = rank;
        // Nobody asked for these words.
        hit.missing.clear();
    }
    Ok(Background { article, before: wanted.before, earlier, undated })
}

/// What tells the story of the article itself.
struct Own<'a> {
    id: Option<&'a str>,
    story: Option<&'a str>,
    /// Where it is not in the archive.
    text: Option<Comparable>,
}

impl Own<'_> {
    fn is(&self, hit: &Hit) -> bool {
        self.id == Some(hit.article.id.as_str())
            || (self.story.is_some() && self.story == hit.story.as_deref())
            || self
                .text
                .as_ref()
                .is_some_and(|text| Comparable::new(&hit.article.body).shared(text).is_copy())
    }
}

/// The words that tell the article best among those that others have too, and its names.
fn sought(searcher: &dyn Searcher, article: &Article, is_indexed: bool) -> Result<Vec<Query>> {
    let mut sought = shared_words(searcher, article, WORDS, u64::from(is_indexed))?;
    for name in article.entities.iter().map(|entity| &entity.name).take(NAMES) {
        let pattern = match name.contains(' ') {
            true => Pattern::Phrase { words: name.clone(), exact: false, slop: 0 },
            false => Pattern::Word(name.to_lowercase()),
        };
        let query = Query::Text(Text { field: TextField::Any, pattern });
        if !sought.contains(&query) {
            sought.push(query);
        }
    }
    Ok(sought)
}

/// The articles with a date as wanted that share enough of what is sought, best first.
fn related(
    searcher: &dyn Searcher,
    sought: &[Query],
    date: Filter,
    wanted: &Wanted,
    own: &Own<'_>,
) -> Result<Vec<Hit>> {
    let ask = Ask {
        query: Query::And(vec![Query::Words(sought.to_vec()), Query::Filter(date)]),
        words: Words::Any,
        // Some are its own story, or share too little.
        limit: wanted.limit.saturating_mul(2).saturating_add(8),
        offset: 0,
        sort: Sort::Relevance,
        passages: wanted.passages,
        text: true,
        fold: true,
        recent: None,
        why: false,
        counts: Counts::default(),
    };
    let mut hits = run(searcher, &ask)?.hits;
    let least = LEAST_SHARED.max(sought.len().div_ceil(5));
    hits.retain(|hit| sought.len().saturating_sub(hit.missing.len()) >= least && !own.is(hit));
    hits.truncate(wanted.limit);
    Ok(hits)
}
