//! What answers requests: the trait [`Searcher`] and its one implementation so far.
//!
//! Requests and answers are plain data; which engine stands behind is nobody else's business.

pub mod local;

use anyhow::Result;

use crate::article::{Article, EntityKind, Passage};
use crate::hits::{CopyOf, Facet, FacetField, Folded, Why};
use crate::query::{Query, Text};
use crate::schema::Stored;
use crate::timeline::Dates;

/// A question for a backend.
#[derive(Debug, Clone)]
pub struct Request {
    /// What must match.
    pub query: Query,
    /// Whether words side by side ([`Query::Words`]) must all match, or any is enough.
    pub any: bool,
    /// How many articles to return.
    pub limit: usize,
    /// How many of the best to pass over first.
    pub offset: usize,
    /// In what order.
    pub sort: Sort,
    /// How many passages of each article to rank out; 0 leaves them out.
    pub passages: usize,
    /// Whether of the copies of one article only the best is returned.
    pub fold: bool,
    /// Whether the copies of each returned article are wanted.
    pub copies: bool,
    /// Days in which being new loses half of what it adds to the score; `None` where it adds nothing.
    pub recent: Option<u32>,
    /// Whether it is wanted how each score came about.
    pub why: bool,
}

/// The order of an answer. Ties are broken by date, newest first, then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Sort {
    /// Best first.
    Relevance,
    /// Newest first, undated last.
    Newest,
    /// Oldest first, undated last.
    Oldest,
}

/// A backend's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Articles that match, in all.
    pub total: u64,
    /// Words of the query that were not looked for, as typed: too common, or without a letter.
    pub ignored: Vec<String>,
    /// What was folded, where that was asked for.
    pub folded: Option<Folded>,
    /// The articles asked for, in order.
    pub hits: Vec<FoundHit>,
}

/// An article of an answer, not yet fetched.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundHit {
    /// Where the backend keeps it; means something to the same [`Searcher`] only.
    pub address: u64,
    /// The article's id.
    pub id: String,
    /// The id of the record in its file, where one file holds many articles.
    pub record: Option<String>,
    /// Higher is better.
    pub score: f32,
    /// The best passages, best first: number from 0 and score above 0.
    pub passages: Vec<(u32, f32)>,
    /// Units of the query that the article lacks, as typed.
    pub missing: Vec<String>,
    /// Its story, where copies are wanted and it has any.
    pub story: Option<Story>,
    /// How its score came about, where that is wanted.
    pub why: Option<Why>,
}

/// What is known of the copies of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// The least of the ids of all its articles.
    pub id: String,
    /// Its other articles, in the order of ids.
    pub copies: Vec<CopyOf>,
}

/// Something that answers requests about one archive, as it stood when it was opened.
pub trait Searcher {
    /// Ranks the articles that match a request.
    ///
    /// # Errors
    /// If the query cannot be answered (a pattern too wide) or the archive cannot be read.
    fn find(&self, request: &Request) -> Result<Found>;

    /// How many articles match a query.
    ///
    /// # Errors
    /// As [`Searcher::find`].
    fn count(&self, query: &Query, any: bool) -> Result<u64>;

    /// How many of all articles that match have which value: of each field the `limit` values of
    /// most articles.
    ///
    /// # Errors
    /// As [`Searcher::find`].
    fn facets(
        &self,
        query: &Query,
        any: bool,
        fields: &[FacetField],
        limit: usize,
    ) -> Result<Vec<Facet>>;

    /// When all articles that match were published.
    ///
    /// # Errors
    /// As [`Searcher::find`].
    fn dates(&self, query: &Query, any: bool) -> Result<Dates>;

    /// The article of a hit, with at most so many of its names, the most salient first.
    ///
    /// # Errors
    /// If the archive cannot be read.
    fn fetch(&self, address: u64, most_names: usize) -> Result<Stored>;

    /// A query without the alternatives that an article of a hit does not match, so that nothing of
    /// them is marked in it. `any` as in the [`Request`].
    ///
    /// # Errors
    /// If the archive cannot be read.
    fn matched(&self, query: &Query, any: bool, address: u64) -> Result<Query>;

    /// Hands the articles of hits to `look`, in whatever order is quickest, as [`Searcher::each`]
    /// does.
    ///
    /// # Errors
    /// If the archive cannot be read.
    fn texts(&self, addresses: &[u64], look: &mut dyn FnMut(u64, Stored)) -> Result<()>;

    /// The article with an id.
    ///
    /// # Errors
    /// If the archive cannot be read.
    fn article(&self, id: &str) -> Result<Option<Stored>>;

    /// Hands every article to `look`, one after the other, in no order that means anything. Of its
    /// names it has only those that its file tells, which is much quicker than all.
    ///
    /// # Errors
    /// If the archive cannot be read.
    fn each(&self, look: &mut dyn FnMut(Stored)) -> Result<()>;

    /// The copies of the article with an id; `None` where it has none.
    ///
    /// # Errors
    /// If the archive cannot be read.
    fn story(&self, id: &str) -> Result<Option<Story>>;

    /// The words of a text that tell it best from the others of the archive, best first.
    ///
    /// # Errors
    /// If the archive cannot be read.
    fn telling_words(&self, article: &Article, limit: usize) -> Result<Vec<String>>;

    /// The words of the texts that a pattern stands for, the most frequent first.
    ///
    /// # Errors
    /// If it stands for too many, or the archive cannot be read.
    fn words_of(&self, text: &Text) -> Result<Vec<String>>;

    /// Words of the texts that are spelled like this one, the nearest first, and in how many articles
    /// each stands.
    ///
    /// # Errors
    /// If the archive cannot be read.
    fn words_like(&self, word: &str, limit: usize) -> Result<Vec<(String, u64)>>;

    /// Names of a kind, or of any, that are spelled like this one, and in how many articles each
    /// stands.
    ///
    /// # Errors
    /// If the archive cannot be read.
    fn names_like(
        &self,
        kind: Option<EntityKind>,
        name: &str,
        limit: usize,
    ) -> Result<Vec<(String, u64)>>;

    /// Ids that are like this one, nearest first, for a hint: they hold its last name, or theirs
    /// is a slip or two away from it.
    ///
    /// # Errors
    /// If the archive cannot be read.
    fn ids_like(&self, id: &str, limit: usize) -> Result<Vec<String>>;
}

/// The passages of an article to show: all ranked ones up to `limit` in reading order, or its
/// first passage where none is ranked.
#[must_use]
pub fn shown_passages(ranked: &[(u32, f32)], all: &[Passage], limit: usize) -> Vec<(u32, f32)> {
    let mut shown: Vec<(u32, f32)> =
        ranked.iter().filter(|(at, _)| (*at as usize) < all.len()).take(limit).copied().collect();
    if shown.is_empty() && !all.is_empty() && limit > 0 {
        shown.push((0, 0.0));
    }
    shown.sort_by_key(|(at, _)| *at);
    shown
}
