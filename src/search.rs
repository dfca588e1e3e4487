//! Asks a backend and makes its answer readable: relaxing, passages, highlights.
//!
//! After [`run`] everything is plain data. Knows neither tantivy nor terminals.

pub mod background;
mod diagnosis;
mod explain;
mod respelled;

pub use explain::explain;

use std::collections::HashMap;
use std::time::Instant;

use anyhow::Result;
use jiff::Timestamp;

use crate::analysis::Analyzer;
use crate::article::{Article, Published};
use crate::backend::{Found, FoundHit, Request, Searcher, Sort, shown_passages};
use crate::highlight::Highlighter;
use crate::hits::{FacetField, Folded, Hit, Hits, PassageHit, Reading, Shared, Similar};
use crate::query::{Filter, Pattern, Query, Text, TextField, as_words, telling};
use crate::schema::Stored;
use crate::sketch::Comparable;
use crate::standing::{Key, Memory};
use crate::timeline::{Scale, Timeline};

/// Words from which on a question is long: it is relaxed as soon as fewer than [`ENOUGH`]
/// articles hold all of it. A shorter one only where none does.
const LONG_QUESTION: usize = 4;
/// A fixed number, not what a page asks for: all pages of an answer must be read the same way.
const ENOUGH: u64 = 10;

/// How many of an article's names a hit carries, the most salient first.
const MAIN_NAMES: usize = 8;

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
    /// Days in which being new loses half of what it counts in the order; `None` where it counts
    /// nothing.
    pub recent: Option<u32>,
    /// Whether it is wanted how each score came about.
    pub why: bool,
    /// What is counted.
    pub counts: Counts,
}

/// What is counted of all matching articles, however few of them are wanted. Copies count each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// By what.
    pub facets: Vec<FacetField>,
    /// How many values are wanted of each of these.
    pub values: usize,
    /// By which periods of time, if by any.
    pub timeline: Option<Scale>,
}

/// How words side by side are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "lowercase")]
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
    let (found, reading, whole) = find(searcher, ask, ask.text)?;
    let any = reading.is_any();
    let undated = match without_dates(&ask.query) {
        Some(query) => Some(searcher.count(&query, any)?),
        None => None,
    };
    // Counted by the reading that found the hits.
    let Counts { facets, values, timeline } = &ask.counts;
    let facets = match facets.is_empty() {
        true => Vec::new(),
        false => searcher.facets(&ask.query, any, facets, *values)?,
    };
    let timeline = match timeline {
        Some(scale) => {
            let dates = searcher.dates(&ask.query, any)?;
            Some(Timeline::of(&dates, &searcher.dates(&Query::All, false)?, *scale))
        }
        None => None,
    };
    let diagnosis = match found.total {
        0 if ask.text => Some(diagnosis::diagnose(searcher, &ask.query, any)?),
        _ => None,
    };
    let reader = Reader::new(searcher, &ask.query, any);
    let mut hits = Vec::with_capacity(found.hits.len());
    for (at, mut hit) in found.hits.into_iter().enumerate() {
        if reading == Reading::All {
            // Alternatives of an OR that the article does not need.
            hit.missing.clear();
        }
        let rank = ask.offset + at + 1;
        hits.push(if ask.text { reader.hit(hit, rank, ask.passages)? } else { bare(hit, rank) });
    }
    Ok(Hits {
        query: ask.query.to_string(),
        total: found.total,
        offset: ask.offset,
        reading,
        whole,
        ignored: found.ignored,
        as_words: as_words(&ask.query),
        undated,
        folded: found.folded,
        diagnosis,
        facets,
        timeline,
        took: start.elapsed(),
        hits,
    })
}

/// What is new of the answer to a standing question.
#[derive(Debug, Clone, PartialEq)]
pub struct Fresh {
    /// As many as were asked for; their total is of the new ones.
    pub hits: Hits,
    /// All that are new.
    pub new: Vec<Key>,
    /// Those that the hits show, or name as copies of what they show.
    pub told: Vec<Key>,
    /// Articles that match, new or not.
    pub matching: u64,
}

/// Answers a question by what a memory does not have. Every article that matches is read for that,
/// since only its text tells whether it was changed.
///
/// # Errors
/// As [`Searcher::find`].
pub fn fresh(searcher: &dyn Searcher, ask: &Ask, memory: &Memory) -> Result<Fresh> {
    let start = Instant::now();
    let every = Ask { limit: usize::MAX, offset: 0, fold: false, ..ask.clone() };
    let (found, reading, whole) = find(searcher, &every, false)?;
    let addresses: Vec<u64> = found.hits.iter().map(|hit| hit.address).collect();
    let mut fresh: HashMap<u64, Key> = HashMap::new();
    searcher.texts(&addresses, &mut |address, stored| {
        let key = Key::of(&stored.article);
        if !memory.has(key) {
            fresh.insert(address, key);
        }
    })?;
    let reader = Reader::new(searcher, &ask.query, reading.is_any());
    let (mut hits, mut told) = (Vec::new(), Vec::new());
    // Stories whose best article came up, and whether it is shown.
    let mut stories: HashMap<String, bool> = HashMap::new();
    let mut folded = Folded { articles: 0, more: false };
    for mut hit in found.hits {
        let Some(&key) = fresh.get(&hit.address) else { continue };
        let room = hits.len() < ask.limit;
        if ask.fold || (ask.text && room) {
            hit.story = searcher.story(&hit.id)?;
        }
        if let Some(story) = hit.story.as_ref().filter(|_| ask.fold) {
            match stories.get(&story.id) {
                Some(true) => {
                    folded.articles += 1;
                    told.push(key);
                    continue;
                }
                Some(false) => continue,
                None => stories.insert(story.id.clone(), room),
            };
        }
        if !room {
            folded.more = true;
            continue;
        }
        told.push(key);
        if reading == Reading::All {
            hit.missing.clear();
        }
        let rank = hits.len() + 1;
        hits.push(if ask.text { reader.hit(hit, rank, ask.passages)? } else { bare(hit, rank) });
    }
    let new: Vec<Key> = fresh.into_values().collect();
    let hits = Hits {
        query: ask.query.to_string(),
        total: new.len() as u64,
        offset: 0,
        reading,
        whole,
        ignored: found.ignored,
        as_words: as_words(&ask.query),
        undated: None,
        folded: ask.fold.then_some(folded),
        diagnosis: None,
        facets: Vec::new(),
        timeline: None,
        took: start.elapsed(),
        hits,
    };
    Ok(Fresh { hits, new, told, matching: found.total })
}

/// How many words of an article its related coverage is looked for by.
const RELATED_WORDS: usize = 16;
/// Among how many of its words these are chosen: the rarest tell an article best, and are of no use
/// where no other has them.
const WORDS_TRIED: usize = 96;

/// The copies of an article and related coverage, at most `limit` of it; `None` where there is no
/// article with that id.
///
/// # Errors
/// As [`Searcher::find`].
pub fn similar(searcher: &dyn Searcher, id: &str, limit: usize) -> Result<Option<Similar>> {
    let Some(Stored { article, .. }) = searcher.article(id)? else { return Ok(None) };
    let (story, known) = match searcher.story(id)? {
        Some(story) => (Some(story.id), story.copies),
        None => (None, Vec::new()),
    };
    let text = Comparable::new(&article.body);
    let mut copies = Vec::new();
    for copy in known {
        let Some(Stored { article, .. }) = searcher.article(&copy.id)? else { continue };
        let shared = Comparable::new(&article.body).shared(&text);
        copies.push(Shared { of_copy: shared.of_first, of_article: shared.of_second, article });
    }
    copies.sort_by_key(|copy| copy.article.published.map_or(Timestamp::MAX, |date| date.at));
    let first = first_of(std::iter::once(&article).chain(copies.iter().map(|copy| &copy.article)));
    let first = first.map(str::to_owned);
    let related = related(searcher, &article, &copies, limit)?;
    Ok(Some(Similar { article, story, copies, first, related }))
}

/// The article that came before all others that have a date, if any other has.
fn first_of<'a>(articles: impl Iterator<Item = &'a Article>) -> Option<&'a str> {
    let mut dated: Vec<(&str, Published)> =
        articles.filter_map(|article| Some((article.id.as_str(), article.published?))).collect();
    dated.sort_by_key(|(_, date)| date.at);
    let [(id, first), (_, second), ..] = dated.as_slice() else { return None };
    (first.end() <= second.at).then_some(id)
}

/// Asks for the words that tell an article best, and leaves out its own story.
fn related(
    searcher: &dyn Searcher,
    article: &Article,
    copies: &[Shared],
    limit: usize,
) -> Result<Hits> {
    // What its own story alone has leads nowhere.
    let own = 1 + copies.len() as u64;
    let mut words = shared_words(searcher, article, RELATED_WORDS, own)?;
    let query = match words.len() {
        // Nothing to ask for, and nothing in the archive is like it.
        0 => Query::Not(Box::new(Query::All)),
        1 => words.swap_remove(0),
        _ => Query::Words(words),
    };
    let ask = Ask {
        query,
        words: Words::Any,
        // Its own story is one hit of them.
        limit: limit.saturating_add(1),
        offset: 0,
        sort: Sort::Relevance,
        passages: 1,
        text: true,
        fold: true,
        recent: None,
        why: false,
        counts: Counts::default(),
    };
    let mut related = run(searcher, &ask)?;
    let own = |id: &str| id == article.id || copies.iter().any(|copy| copy.article.id == id);
    related.hits.retain(|hit| !own(&hit.article.id));
    related.hits.truncate(limit);
    for (hit, rank) in related.hits.iter_mut().zip(1..) {
        hit.rank = rank;
        // Nobody asked for these words.
        hit.missing.clear();
    }
    Ok(related)
}

/// The words that tell an article best among those that more than so many articles have, at most
/// `most`.
fn shared_words(
    searcher: &dyn Searcher,
    article: &Article,
    most: usize,
    own: u64,
) -> Result<Vec<Query>> {
    let mut shared = Vec::new();
    for known in searcher.telling_words(article, WORDS_TRIED)? {
        let query = word(known);
        if shared.len() < most && searcher.count(&query, false)? > own {
            shared.push(query);
        }
    }
    Ok(shared)
}

/// A word as a query.
fn word(word: String) -> Query {
    Query::Text(Text { field: TextField::Any, pattern: Pattern::Word(word) })
}

/// Finds with every word first, and with any word where that gives too little.
fn find(searcher: &dyn Searcher, ask: &Ask, copies: bool) -> Result<(Found, Reading, Option<u64>)> {
    let request = |any| Request {
        query: ask.query.clone(),
        any,
        limit: ask.limit,
        offset: ask.offset,
        sort: ask.sort,
        passages: if ask.text { ask.passages } else { 0 },
        fold: ask.fold,
        copies,
        recent: ask.recent,
        why: ask.why,
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
        Query::Boost { of, .. } => relaxable_words(of),
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

/// Reads the texts of hits and marks in each what of the query it matched.
struct Reader<'s> {
    searcher: &'s dyn Searcher,
    query: &'s Query,
    any: bool,
    /// Of all of the query; `None` where what counts of it hangs on the article.
    highlighter: Option<Highlighter>,
}

impl<'s> Reader<'s> {
    /// `any`: of words side by side one was enough.
    fn new(searcher: &'s dyn Searcher, query: &'s Query, any: bool) -> Self {
        let whole = !query.has_compound_alternatives(any);
        let highlighter = whole.then(|| Highlighter::new(query));
        Self { searcher, query, any, highlighter }
    }

    fn hit(&self, hit: FoundHit, rank: usize, passages: usize) -> Result<Hit> {
        let stored = self.searcher.fetch(hit.address, MAIN_NAMES)?;
        Ok(match &self.highlighter {
            Some(highlighter) => readable(hit, stored, rank, passages, highlighter),
            None => {
                let matched = self.searcher.matched(self.query, self.any, hit.address)?;
                readable(hit, stored, rank, passages, &Highlighter::new(&matched))
            }
        })
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
    let Stored { mut article, passages: all } = stored;
    article.entities.truncate(MAIN_NAMES);
    let best = shown_passages(&hit.passages, &all, passages);
    let numbers: Vec<usize> = best.iter().map(|(at, _)| *at as usize).collect();
    let marks = highlighter.marks(&article, &all, &numbers);
    let shown = best.into_iter().zip(marks.passages).map(|((at, score), marks)| {
        let range = all[at as usize].clone();
        PassageHit { number: at as usize + 1, marks, range, score }
    });
    let shown = shown.collect();
    let (story, copies) = hit.story.map(|story| (story.id, story.copies)).unzip();
    let copies = copies.unwrap_or_default();
    Hit {
        rank,
        score: hit.score,
        passage_count: all.len(),
        title_marks: marks.title,
        passages: shown,
        missing: hit.missing,
        story,
        copies,
        why: hit.why,
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
        why: hit.why,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{DateFrom, Precision};

    #[test]
    fn the_first_is_told_where_dates_tell() {
        use Precision::{Day, Minute, Month};
        type Dated = (&'static str, &'static str, Precision);
        let cases: [(&[Dated], Option<&str>); 7] = [
            (&[], None),
            (&[("a", "2025-04-02T00:00:00Z", Day)], None),
            (&[("a", "2025-04-02T00:00:00Z", Day), ("b", "2025-04-01T00:00:00Z", Day)], Some("b")),
            (&[("a", "2025-04-01T00:00:00Z", Day), ("b", "2025-04-01T00:00:00Z", Day)], None),
            (&[("a", "2025-04-01T00:00:00Z", Day), ("b", "2025-04-01T09:00:00Z", Minute)], None),
            (&[("a", "2025-04-01T00:00:00Z", Month), ("b", "2025-04-09T00:00:00Z", Day)], None),
            (
                &[("a", "2025-04-01T08:00:00Z", Minute), ("b", "2025-04-01T09:00:00Z", Minute)],
                Some("a"),
            ),
        ];
        for (dates, first) in cases {
            let dated = dates.iter().map(|(id, at, precision)| Article {
                id: (*id).to_owned(),
                published: Some(Published {
                    offset: None,
                    at: at.parse().unwrap(),
                    precision: *precision,
                    from: DateFrom::Record,
                }),
                ..Article::default()
            });
            let mut articles: Vec<Article> = dated.collect();
            articles.push(Article { id: "undated".to_owned(), ..Article::default() });
            assert_eq!(first_of(articles.iter()), first, "{dates:?}");
        }
    }
}
