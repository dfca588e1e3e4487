//! The best articles of a query: found by their score as a whole, then by their best passage, then, for
//! questions, by what they have in common; always in one order, whatever the layout of segments.
//!
//! Knows addresses, dates and scores; not what is shown of an article.

use anyhow::Result;
use tantivy::query::EnableScoring;

use super::LocalSearcher;
use super::columns::Columns;
use super::compile::Compiled;
use super::conditions::Tests;
use super::feedback::{self, LEADERS, Leaders};
use super::rank::{self, PassageRanker, Ranked};
use super::top::{Address, Top};
use crate::article::Precision;
use crate::backend::Sort;
use crate::hits::Why;
use crate::schema::{self, Stored, name};

/// How many articles stage two reranks, at least.
pub(super) const RERANK: usize = 200;
/// What the best passage counts beside the article: the score is BM25 + this x passage. From 0.2
/// to 0.3 news gains over BM25 alone what there is to gain, and abstracts (cranfield) lose least.
const PASSAGE_WEIGHT: f32 = 0.2;
/// What being newest counts, as a share of the weight of the question, where that is asked for: as much
/// as half of its words.
const RECENT_WEIGHT: f32 = 0.5;
/// Steps per unit of score that are told apart. Sums of floats differ in their last bits with
/// the layout of segments, and an order must not.
pub(super) const SCORE_STEPS: f32 = 4096.0;

/// An article on its way through ranking.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    score: f32,
    date: Option<i64>,
    pub(super) address: Address,
    pub(super) ranked: Ranked,
    pub(super) gained: Gained,
}

/// The parts of a score.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Gained {
    /// By the article as a whole.
    article: f32,
    /// By its best passage.
    passage: f32,
    /// By the words of the leaders.
    words: f32,
    /// By their days.
    days: f32,
    /// By being new.
    recent: f32,
}

impl Candidate {
    pub(super) fn step(&self) -> i64 {
        step(self.score)
    }
}

impl LocalSearcher {
    /// Runs stage one and cuts the candidates to the first `keep`, in order, ties broken by
    /// date and id. `total` is how many articles match; where it is not known yet, all of them are
    /// looked at, and it is.
    pub(super) fn candidates(
        &self,
        compiled: &Compiled,
        tests: &[Tests<'_>],
        sort: Sort,
        keep: usize,
        total: &mut Option<u64>,
    ) -> Result<Vec<Candidate>> {
        if sort == Sort::Relevance && compiled.scores {
            let mut top: Top<i64> = Top::new(keep);
            let weight =
                compiled.scoring.weight(EnableScoring::enabled_from_searcher(&self.searcher))?;
            // Half a step below what can still enter, since the engine's bounds are sums of floats
            // too.
            let threshold = |top: &Top<i64>| {
                top.edge().map_or(f32::MIN, |edge| (edge - 1) as f32 / SCORE_STEPS)
            };
            let mut seen = 0;
            for (segment, tests) in (0..).zip(tests) {
                if total.is_none() {
                    weight.for_each(tests.reader, &mut |doc, score| {
                        if tests.hold(doc) {
                            seen += 1;
                            top.push(step(score), Address { segment, doc });
                        }
                    })?;
                    continue;
                }
                weight.for_each_pruning(threshold(&top), tests.reader, &mut |doc, score| {
                    if tests.hold(doc) {
                        top.push(step(score), Address { segment, doc });
                    }
                    threshold(&top)
                })?;
            }
            total.get_or_insert(seen);
            let scored = |(step, at)| (step as f32 / SCORE_STEPS, at);
            let mut candidates = self.dated(top.into_items().into_iter().map(scored).collect())?;
            order(&mut candidates, &self.columns, keep)?;
            return Ok(candidates);
        }
        // Without scores the newest come first.
        let sign = if sort == Sort::Oldest { -1 } else { 1 };
        let mut top: Top<i64> = Top::new(keep);
        let weight =
            compiled.scoring.weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
        for (segment, tests) in (0..).zip(tests) {
            let dates = self.columns.of(segment).date()?;
            weight.for_each_no_score(tests.reader, &mut |docs| {
                for &doc in docs.iter().filter(|doc| tests.hold(**doc)) {
                    let key = dates.first(doc).map_or(i64::MIN, |date| sign * date);
                    top.push(key, Address { segment, doc });
                }
            })?;
        }
        let items = top.into_items().into_iter().map(|(_, at)| (0.0, at)).collect();
        let mut candidates = self.dated(items)?;
        candidates.sort_by_key(|candidate| {
            std::cmp::Reverse(candidate.date.map_or(i64::MIN, |date| sign * date))
        });
        settle_ties(&mut candidates, &self.columns, keep, |a, b| a.date == b.date)?;
        Ok(candidates)
    }

    fn dated(&self, items: Vec<(f32, Address)>) -> Result<Vec<Candidate>> {
        let mut candidates = Vec::with_capacity(items.len());
        for (score, address) in items {
            let date = self.columns.date(address)?;
            let gained = Gained { article: score, ..Gained::default() };
            candidates.push(Candidate { score, date, address, ranked: Ranked::default(), gained });
        }
        Ok(candidates)
    }

    /// Stage two over the candidates given: each gains by its best passage.
    pub(super) fn rerank(&self, compiled: &Compiled, candidates: &mut [Candidate]) -> Result<()> {
        self.rank_passages(compiled, candidates)?;
        for candidate in candidates {
            candidate.gained.passage = PASSAGE_WEIGHT * candidate.ranked.best;
            candidate.score += candidate.gained.passage;
        }
        Ok(())
    }

    /// Stage two over the candidates given, best first, as far as it can change which are the first
    /// `wanted` of them, or their order.
    pub(super) fn rerank_first(
        &self,
        compiled: &Compiled,
        candidates: &mut [Candidate],
        wanted: usize,
    ) -> Result<()> {
        // A few more than wanted raise the edge that the others must reach.
        let first = candidates.len().min(wanted.saturating_mul(2).max(1));
        self.rerank(compiled, &mut candidates[..first])?;
        let mut steps: Vec<i64> = candidates[..first].iter().map(Candidate::step).collect();
        steps.sort_unstable_by(|a, b| b.cmp(a));
        let Some(&edge) = steps.get(wanted.max(1) - 1) else { return Ok(()) };
        let most = PASSAGE_WEIGHT * rank::most(&compiled.units);
        let rest = &mut candidates[first..];
        // A step more for what sums of floats lose.
        let may_enter = |one: &Candidate| step(one.score + most) + 1 >= edge;
        let others = rest.partition_point(may_enter);
        self.rerank(compiled, &mut rest[..others])
    }

    /// Finds the passages of the candidates given.
    pub(super) fn rank_passages(
        &self,
        compiled: &Compiled,
        candidates: &mut [Candidate],
    ) -> Result<()> {
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        order.sort_by_key(|&at| candidates[at].address);
        let mut ranker: Option<(u32, PassageRanker<'_>)> = None;
        for at in order {
            let Address { segment, doc } = candidates[at].address;
            if ranker.as_ref().is_none_or(|(of, _)| *of != segment) {
                let reader = self.searcher.segment_reader(segment);
                ranker =
                    Some((segment, PassageRanker::new(&self.searcher, reader, &compiled.units)?));
            }
            if let Some((_, ranker)) = &mut ranker {
                candidates[at].ranked = ranker.rank(doc);
            }
        }
        Ok(())
    }

    /// How the score of an article came about.
    pub(super) fn why(&self, compiled: &Compiled, at: Address, gained: Gained) -> Result<Why> {
        let reader = self.searcher.segment_reader(at.segment);
        let passages = reader.fast_fields().u64(name::PASSAGE_COUNT)?.first(at.doc);
        let passages = passages.and_then(|count| u32::try_from(count).ok()).unwrap_or(0);
        let mut ranker = PassageRanker::new(&self.searcher, reader, &compiled.units)?;
        let Gained { article, passage, words, days, recent } = gained;
        let matched = ranker.matched(at.doc, passages);
        Ok(Why { article, passage, words, days, recent, matched })
    }

    /// Stage three over the candidates given, best first.
    pub(super) fn feed_back(
        &self,
        compiled: &Compiled,
        candidates: &mut [Candidate],
    ) -> Result<()> {
        let mut leaders = Leaders::default();
        for Candidate { address, ranked, .. } in candidates.iter().take(LEADERS) {
            let Stored { article, passages } = self.nameless(*address)?;
            let best = ranked.passages.first().and_then(|(at, _)| passages.get(*at as usize));
            let best = best.map_or("", |passage| &article.body[passage.clone()]);
            leaders.push([article.title.as_deref().unwrap_or_default(), best]);
        }
        let asked = compiled.weight();
        let articles: Vec<Address> = candidates.iter().map(|one| one.address).collect();
        let mut dates = Vec::with_capacity(candidates.len());
        for one in candidates.iter() {
            let date = one.date.zip(self.columns.date_end(one.address)?);
            let exact =
                date.filter(|(start, end)| schema::precision(*start, *end) > Precision::Year);
            dates.push(exact.map(|(start, _)| start));
        }
        let text = self.searcher.schema().get_field(name::TEXT)?;
        let mut by_words = leaders.score(&self.searcher, text, asked, &articles)?;
        let mut by_days = feedback::score_days(asked, &dates);
        feedback::spare_leaders(&mut by_words);
        feedback::spare_leaders(&mut by_days);
        for ((candidate, words), days) in candidates.iter_mut().zip(by_words).zip(by_days) {
            candidate.score += words + days;
            candidate.gained = Gained { words, days, ..candidate.gained };
        }
        Ok(())
    }
}

/// Adds to the scores of articles what being new counts: a share of the question's weight for the
/// newest of them, half of that `half_life` days before it, and so on; nothing where there is no date.
/// The prior of Li and Croft (2003), reckoned from the newest candidate, so that it means the same in an
/// archive of long ago.
pub(super) fn lift_recent(compiled: &Compiled, candidates: &mut [Candidate], half_life: u32) {
    const DAY: f32 = 24.0 * 60.0 * 60.0;
    let asked = compiled.weight();
    let Some(newest) = candidates.iter().filter_map(|candidate| candidate.date).max() else {
        return;
    };
    for candidate in candidates {
        if let Some(date) = candidate.date {
            let days = newest.abs_diff(date) as f32 / DAY;
            candidate.gained.recent =
                RECENT_WEIGHT * asked * 0.5_f32.powf(days / half_life.max(1) as f32);
            candidate.score += candidate.gained.recent;
        }
    }
}

/// A score in the steps that are told apart.
fn step(score: f32) -> i64 {
    (score * SCORE_STEPS).round() as i64
}

/// Orders by score, then date, then id, and keeps the first.
pub(super) fn order(candidates: &mut Vec<Candidate>, columns: &Columns, keep: usize) -> Result<()> {
    candidates
        .sort_by_cached_key(|candidate| std::cmp::Reverse((candidate.step(), candidate.date)));
    settle_ties(candidates, columns, keep, |a, b| a.step() == b.step() && a.date == b.date)
}

/// Puts runs of equals among the first `keep` in the order of their ids and drops the rest.
fn settle_ties(
    candidates: &mut Vec<Candidate>,
    columns: &Columns,
    keep: usize,
    equal: impl Fn(&Candidate, &Candidate) -> bool,
) -> Result<()> {
    let mut start = 0;
    while start < candidates.len().min(keep) {
        let run =
            candidates[start..].iter().take_while(|other| equal(&candidates[start], other)).count();
        if run > 1 {
            let mut named = Vec::with_capacity(run);
            for candidate in candidates.drain(start..start + run) {
                named.push((columns.id_ordinal(candidate.address)?, candidate));
            }
            // Within a segment ordinals are in the order of ids, so that only the first few
            // of each segment need their names read.
            named.sort_by_key(|(ordinal, candidate)| (candidate.address.segment, *ordinal));
            let mut firsts = Vec::new();
            let mut taken = (u32::MAX, 0);
            for (_, candidate) in named {
                let segment = candidate.address.segment;
                taken = if taken.0 == segment { (segment, taken.1 + 1) } else { (segment, 1) };
                if taken.1 <= keep - start {
                    firsts.push((columns.id(candidate.address)?, candidate));
                }
            }
            firsts.sort_by(|a, b| a.0.cmp(&b.0));
            let rest = candidates.split_off(start);
            candidates.extend(firsts.into_iter().map(|(_, candidate)| candidate));
            candidates.extend(rest);
        }
        start += run;
    }
    candidates.truncate(keep);
    Ok(())
}
