//! What an archive tells of one name: how it is written, where it was first and last, when it was in
//! the papers, and who stands beside it.
//!
//! Knows the index; not how any of it is shown.

use anyhow::Result;

use crate::backend::Searcher;
use crate::backend::local::{LocalSearcher, Mentioned, Together};
use crate::entities::aliases::Entry;
use crate::query::Query;
use crate::timeline::{Dates, Scale, Timeline};

/// What an archive tells of a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Dossier {
    /// The name with its aliases.
    pub entry: Entry,
    /// Articles that have it.
    pub articles: u64,
    /// The earliest of those with a date, and the latest.
    pub span: Option<(Mentioned, Mentioned)>,
    /// When it was in the papers.
    pub timeline: Timeline,
    /// The names beside it, those of most passages first.
    pub together: Vec<Together>,
}

/// What an archive tells of one of its names.
///
/// # Errors
/// If the index cannot be read.
pub fn dossier(searcher: &LocalSearcher, entry: Entry) -> Result<Dossier> {
    let mentions = searcher.mentions_of(&entry)?;
    let dates: Dates = mentions.articles.iter().map(|article| article.published).collect();
    let first_undated = mentions.articles.partition_point(|article| article.published.is_some());
    let dated = &mentions.articles[..first_undated];
    Ok(Dossier {
        articles: mentions.articles.len() as u64,
        span: dated.first().cloned().zip(dated.last().cloned()),
        timeline: Timeline::of(&dates, &searcher.dates(&Query::All, false)?, Scale::Fitting),
        together: mentions.together,
        entry,
    })
}
