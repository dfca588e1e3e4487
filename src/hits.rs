//! What a search answers, as plain data: shared by every output, by the tests and by benches.
//!
//! Text stays text and marks stay byte ranges; no markup and no colour here.

use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Published};
use crate::timeline::Timeline;

/// The answer to one request.
#[derive(Debug, Clone, PartialEq)]
pub struct Hits {
    /// The query as it was understood, in its own language.
    pub query: String,
    /// Articles that match, counted in full whatever the limit.
    pub total: u64,
    /// How many hits stand before the first one here.
    pub offset: usize,
    /// How the words of the query were taken.
    pub reading: Reading,
    /// Where the reading is relaxed: how many articles hold every word.
    pub whole: Option<u64>,
    /// Words of the query that were too common to be looked for, as typed.
    pub ignored: Vec<String>,
    /// Words that look like operators of other tools and were looked for as words.
    pub as_words: Vec<AsWord>,
    /// Articles without a date that match all but the date condition; `None` where the query
    /// has none.
    pub undated: Option<u64>,
    /// What was folded; `None` where every article stands for itself.
    pub folded: Option<Folded>,
    /// Where nothing matches: what there is of each part of the query.
    pub diagnosis: Option<Diagnosis>,
    /// The facets asked for, in the order asked.
    pub facets: Vec<Facet>,
    /// When the matching articles were published, where that was asked for.
    pub timeline: Option<Timeline>,
    /// From the parsed query to the last fetched passage.
    pub took: Duration,
    /// Best first.
    pub hits: Vec<Hit>,
}

/// What folding copies under the best of them did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folded {
    /// How many matching articles went under the hits up to the last one here, as their copies.
    pub articles: u64,
    /// Whether more hits follow the last one here: the total counts articles and cannot tell.
    pub more: bool,
}

/// Why nothing was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// The parts that all had to match, in the order of the query.
    pub parts: Vec<Part>,
    /// How many more parts the query has, which were not looked at.
    pub more: usize,
    /// A query that asks for less and finds something: without the one part whose loss finds the most,
    /// or with the words of a phrase anywhere. `None` where no such query finds any.
    pub instead: Option<Instead>,
}

/// A part of a query that found nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The part, in the query language.
    pub query: String,
    /// Articles that match it alone; of an exclusion, those that do not.
    pub articles: u64,
    /// Articles that match all other parts; `None` where it is the only one.
    pub without: Option<u64>,
    /// Its words, and in how many articles each stands: of a phrase and of things near each other.
    pub words: Vec<Near>,
    /// Words or names of the archive that are spelled like it, the nearest first; none where it is
    /// found.
    pub near: Vec<Near>,
    /// Of a condition that nothing meets and nothing is like: what the archive has, the most frequent
    /// first; of dates, from when to when.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<Near>,
}

/// What was looked for as a word, though it looks like an operator of another tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsWord {
    /// As typed.
    pub typed: String,
    /// What to write where the operator is meant.
    pub write: String,
}

/// A word or a name, and how often it is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Near {
    /// As it can be asked for.
    pub query: String,
    /// Articles that hold it.
    pub articles: u64,
}

/// A query as it was understood, part by part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// The part, in the query language.
    pub query: String,
    /// What it asks for, in words.
    pub asks: String,
    /// Articles that match it.
    pub articles: u64,
    /// The words of the archive that a pattern stands for, the first of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// How many there are in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word_count: Option<usize>,
    /// What it is put together of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Explained>,
}

/// Another query, and how much it finds.
pub type Instead = Near;

/// What the matching articles can be counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[derive(Serialize, Deserialize, strum::Display, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum FacetField {
    /// Publishers: by name, else by domain.
    Source,
    /// Persons that the articles name, each as the archive calls them.
    Person,
    /// Organisations, in the same way.
    Org,
    /// Places, in the same way.
    Place,
    /// Authors, each as written.
    Author,
    /// Desks or rubrics.
    Section,
    /// Languages of the bodies.
    Lang,
    /// Years of publication.
    Year,
    /// Months of publication.
    Month,
}

/// How many of all matching articles have which value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// Of what.
    pub field: FacetField,
    /// The values of most articles, most first; equals in the order of their names.
    pub values: Vec<FacetValue>,
    /// How many more values there are.
    pub more: u64,
    /// Matching articles that have no value; of months, also those of which only the year is known.
    pub without: u64,
}

/// A value and how many articles have it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FacetValue {
    /// The value.
    pub value: String,
    /// The country, state or province of a place, where articles say so.
    pub within: Option<String>,
    /// How many articles have it, each counted once.
    pub articles: u64,
}

/// How words side by side were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// Every word had to match.
    All,
    /// Any word was enough, as the user asked.
    Any,
    /// Too few articles hold every word, so any word is enough, and the more the better.
    Relaxed,
}

impl Reading {
    /// Whether any word is enough.
    #[must_use]
    pub fn is_any(self) -> bool {
        self != Reading::All
    }
}

/// One article of the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// From 1, counted through pages.
    pub rank: usize,
    /// Higher is better; comparable within one answer only.
    pub score: f32,
    /// The article. Its body is there in full; `passages` point into it.
    pub article: Article,
    /// How many passages the article has.
    pub passage_count: usize,
    /// Byte ranges of the headline that the query matched; in order, disjoint.
    pub title_marks: Vec<Range<usize>>,
    /// The best passages, in reading order; never empty where the article has a body.
    pub passages: Vec<PassageHit>,
    /// Words of the query that this article lacks, as typed; empty unless the reading is
    /// any or relaxed.
    pub missing: Vec<String>,
    /// The story that the article and its copies are one of, by the least of their ids; `None`
    /// where it has no copies.
    pub story: Option<String>,
    /// The article's copies in the index, whether or not they match, in the order of their ids.
    pub copies: Vec<CopyOf>,
    /// How its score came about, where that was asked for.
    pub why: Option<Why>,
}

/// How the score of an article came about: the sum of these, in steps of 1/4096.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Why {
    /// BM25 of the article.
    pub article: f32,
    /// What its best passage adds.
    pub passage: f32,
    /// What it shares with the best articles of the answer adds: their words.
    pub words: f32,
    /// The same: their days.
    pub days: f32,
    /// What being new adds, where that was asked for.
    pub recent: f32,
    /// What of the query stands where, in the order of the query.
    pub matched: Vec<Matched>,
}

/// A part of a query and where it stands in an article.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Matched {
    /// The part, as typed.
    pub query: String,
    /// What it weighs: the rarer in the archive, the more.
    pub weight: f32,
    /// How often in the headline.
    pub title: usize,
    /// In which passages, by their numbers from 1, and how often.
    pub passages: Vec<(u32, usize)>,
    /// How often in captions, which are no part of the body.
    pub captions: usize,
}

/// A copy of an article: the same piece, perhaps cut or edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyOf {
    /// Its id.
    pub id: String,
    /// Who published it, where that is known.
    pub source: Option<String>,
    /// When it was published, where that is known.
    pub published: Option<Published>,
}

/// What else an archive has of an article.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// The article.
    pub article: Article,
    /// Its story, where it has copies.
    pub story: Option<String>,
    /// Its copies, earliest first, undated last.
    pub copies: Vec<Shared>,
    /// The id of the one that came first, where the dates tell: it lies before all others that
    /// have a date, and there are such.
    pub first: Option<String>,
    /// Other articles on the same matter, copies folded, best first.
    pub related: Hits,
}

/// Earlier coverage that explains an article; copies are folded, and its own story is left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Background {
    /// The article.
    pub article: Article,
    /// What came out before this is earlier, by the papers' own clocks.
    pub before: Timestamp,
    /// Earlier articles that share its telling words and names, in the order of date.
    pub earlier: Vec<Hit>,
    /// Those without a date that share no less of them than the weakest of these, best first.
    pub undated: Vec<Hit>,
}

/// A copy of an article and how much text the two share.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared {
    /// The copy.
    pub article: Article,
    /// Share of the copy's words that stand in the article.
    pub of_copy: f64,
    /// Share of the article's words that stand in the copy.
    pub of_article: f64,
}

/// A passage of a hit.
#[derive(Debug, Clone, PartialEq)]
pub struct PassageHit {
    /// From 1: `ID#p7` is the passage with number 7.
    pub number: usize,
    /// Where it stands in the article's body, in bytes.
    pub range: Range<usize>,
    /// Byte ranges within the body (not the passage) that the query matched; in order,
    /// disjoint, inside `range`.
    pub marks: Vec<Range<usize>>,
    /// How well this passage alone answers; 0 where nothing in it matched.
    pub score: f32,
}

impl Hits {
    /// Whether more hits follow the last one of `shown`.
    #[must_use]
    pub fn more_than(&self, shown: usize) -> bool {
        let last = u64::try_from(self.offset.saturating_add(shown));
        let counted = last.is_ok_and(|last| last < self.total);
        self.folded.map_or(counted, |folded| folded.more || shown < self.hits.len())
    }

    /// What judgments know the hits by: the id that a record gave itself, unless another hit of the
    /// same answer goes by that name too; then and otherwise the article's id.
    #[must_use]
    pub fn docids(&self) -> Vec<&str> {
        let mut uses: HashMap<&str, usize> = HashMap::new();
        for hit in &self.hits {
            *uses.entry(&hit.article.id).or_default() += 1;
            if let Some(record) = own_name(&hit.article) {
                *uses.entry(record).or_default() += 1;
            }
        }
        let name = |hit| own_name(hit).filter(|record| uses.get(record) == Some(&1));
        self.hits.iter().map(|hit| name(&hit.article).unwrap_or(&hit.article.id)).collect()
    }
}

/// The id that the record gave itself, where it differs from the article's.
fn own_name(article: &Article) -> Option<&str> {
    article.record.as_deref().filter(|record| !record.is_empty() && *record != article.id)
}

impl Hit {
    /// The text of a passage of this hit.
    #[must_use]
    pub fn text(&self, passage: &PassageHit) -> &str {
        self.article.body.get(passage.range.clone()).unwrap_or_default()
    }
}
