//! What a piece of a file comes to: articles, their passages, names and terms; all that is hard work for
//! a hostile one.
//!
//! Knows one piece and how it is read; not files, other pieces or the index.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::{SignedDuration, Timestamp};

use super::manner::Manner;
use super::progress::{Lap, Stages};
use super::survey::folder_of;
use crate::analysis::Termer;
use crate::article::{Article, Passage, Refusal};
use crate::backend::local::Root;
use crate::corpus::dates::{self, Clock};
use crate::corpus::read::{Limits, Piece};
use crate::corpus::{Furniture, Parsed, Reading, Reason, Skipped, parse};
use crate::schema::{self, Analysed};
use crate::words::WordList;
use crate::{entities, passage};

/// How the files of a root are read.
pub(super) struct Way {
    pub(super) reading: Reading,
    pub(super) limits: Limits,
    /// What repeats in them.
    pub(super) furniture: Furniture,
    /// Whether the texts are looked through for names.
    pub(super) names: bool,
}

impl Way {
    pub(super) fn of(root: &Root, furniture: Furniture, now: Timestamp) -> Self {
        let manner = Manner::of(root);
        let names = manner.finds_names();
        let (reading, limits) = manner.decided(now);
        Self { reading, limits, furniture, names }
    }

    /// What a piece comes to, up to its documents: all that is hard work for a hostile one.
    pub(super) fn make(&self, piece: &Piece, termer: &mut Termer) -> Made {
        let spent = Stages::default();
        let mut lap = Lap::begin();
        let folder = folder_of(&piece.key);
        let parsed = parse_piece(piece, &self.reading, &self.furniture, folder);
        lap.end(&spent.extract);
        let mut skipped = parsed.skipped;
        let mut articles = Vec::with_capacity(parsed.articles.len());
        for article in parsed.articles {
            let analysed = catch_unwind(AssertUnwindSafe(|| {
                cut_up(&article, self.names, termer, &mut lap, &spent)
            }));
            match analysed {
                Ok((passages, analysed)) => articles.push((article, passages, analysed)),
                Err(_) => {
                    // It may hold half an article.
                    *termer = Termer::default();
                    skipped.push(Skipped::new(article.id, Reason::ReaderFailed));
                }
            }
        }
        Made { articles, skipped, charset: parsed.charset, spent }
    }
}

/// What a piece came to.
#[derive(Default)]
pub(super) struct Made {
    pub(super) articles: Vec<(Article, Vec<Passage>, Analysed)>,
    pub(super) skipped: Vec<Skipped>,
    pub(super) charset: Option<&'static str>,
    pub(super) spent: Stages,
}

/// The passages of an article and what it is found by, for indexing and for checking alike.
pub(super) fn cut_up(
    article: &Article,
    finds_names: bool,
    termer: &mut Termer,
    lap: &mut Lap,
    stages: &Stages,
) -> (Vec<Passage>, Analysed) {
    let words = WordList::of(&article.body);
    let parts = passage::split(&article.body, &words, article.lang.as_deref());
    lap.end(&stages.passages);
    let names = entities::named(article, &parts.passages, &words, finds_names);
    lap.end(&stages.names);
    let analysed = schema::analyse(article, &parts, &words, names, termer);
    lap.end(&stages.analyse);
    (parts.passages, analysed)
}

/// What a piece of a file in `folder` comes to, for indexing and for showing alike.
pub(super) fn parse_piece(
    piece: &Piece,
    reading: &Reading,
    furniture: &Furniture,
    folder: &str,
) -> Parsed {
    let mut parsed = parse(piece, reading);
    for article in &mut parsed.articles {
        furniture.strip(article, folder);
    }
    parsed
}

/// When an article's dates that lie in the future can first be used; also where it has none and is
/// of a file that was written later than the clock says.
pub(super) fn due(article: &Article, mtime_ns: i64, clock: &Clock) -> Option<Timestamp> {
    let grace = SignedDuration::from_hours(dates::GRACE_HOURS);
    let refused = article.refused_dates.iter().filter(|date| date.why == Refusal::Future);
    let far = Timestamp::MAX.checked_sub(grace * 2).unwrap_or(clock.now);
    let at_the_end = Clock { now: far, ..clock.clone() };
    let dates = refused.filter_map(|date| dates::parse(&date.text, &at_the_end));
    let written = Timestamp::from_nanosecond(mtime_ns.into()).ok();
    let written = written.filter(|_| article.published.is_none());
    let usable = dates.map(|date| date.at).chain(written);
    let usable = usable.filter_map(|at| at.checked_sub(grace).ok());
    usable.filter(|usable| *usable > clock.now).min()
}
