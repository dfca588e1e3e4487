//! Stage two: how well each passage of a candidate answers, straight from the positions of the
//! postings, without reading any text.
//!
//! A passage scores the weights (idf) of the units it holds, saturated by how often it holds
//! them as in BM25, plus a bonus for neighbours of different units that stand close together
//! (after Rasolofo and Savoy 2003: the lesser weight over the squared distance).

use std::sync::Arc;

use anyhow::Result;
use tantivy::query::{EnableScoring, Query as Engine, Scorer};
use tantivy::{DocId, Searcher, SegmentReader};

use super::compile::Unit;
use super::forms::is_at;
use super::located::UnitPostings;
use crate::analysis::STRIDE;
use crate::hits::Matched;
use crate::schema::passage_at;

/// How soon repetition in one passage stops counting; BM25's k1.
pub(super) const SATURATION: f32 = 1.2;
/// Words between two units from which on they are no neighbours.
const NEAR: u32 = 8;

/// BM25's inverse document frequency, never negative (Robertson and Zaragoza 2009, with the one
/// added inside the logarithm as Lucene and tantivy do), of what stands in so many of all articles.
pub(super) fn idf(articles: u64, frequency: u64) -> f32 {
    // Removed articles are counted among those that have a word until their segment is merged.
    let articles = articles.max(frequency) as f32;
    let frequency = frequency as f32;
    (1.0 + (articles - frequency + 0.5) / (frequency + 0.5)).ln()
}

/// What something of a weight counts where it stands so often, as in BM25 without the length.
pub(super) fn saturated(weight: f32, count: u32) -> f32 {
    let count = count as f32;
    weight * count * (SATURATION + 1.0) / (count + SATURATION)
}

/// What stage two found in an article.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Ranked {
    /// Passages that hold anything of the query, best first, with their scores.
    pub(super) passages: Vec<(u32, f32)>,
    /// Numbers of the units that the article lacks.
    pub(super) missing: Vec<usize>,
    /// How well the best passage answers with the headline before it; the headline alone where
    /// no passage holds anything.
    pub(super) best: f32,
}

/// Reads the positions of a query's units in one segment; documents in ascending order only.
pub(super) struct PassageRanker<'u> {
    units: &'u [Unit],
    postings: Vec<UnitPostings>,
    /// What units may be a part of, each once.
    alternatives: Vec<Alternative<'u>>,
}

/// A part of the query that others can stand in for.
struct Alternative<'u> {
    query: &'u Arc<dyn Engine>,
    scorer: Box<dyn Scorer>,
    /// Whether the document matches it.
    matches: bool,
}

impl<'u> PassageRanker<'u> {
    pub(super) fn new(
        searcher: &Searcher,
        reader: &SegmentReader,
        units: &'u [Unit],
    ) -> Result<Self> {
        let mut postings = Vec::with_capacity(units.len());
        for unit in units {
            postings.push(UnitPostings::open(&unit.terms, reader)?);
        }
        let mut alternatives: Vec<Alternative<'_>> = Vec::new();
        for query in units.iter().flat_map(|unit| &unit.within) {
            if !alternatives.iter().any(|known| Arc::ptr_eq(known.query, query)) {
                let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
                let scorer = weight.scorer(reader, 1.0)?;
                alternatives.push(Alternative { query, scorer, matches: false });
            }
        }
        Ok(Self { units, postings, alternatives })
    }

    /// Ranks the passages of a document, not below the one asked for before.
    pub(super) fn rank(&mut self, doc: DocId) -> Ranked {
        let mut ranked = Ranked::default();
        // (position, unit) of everything found.
        let mut found: Vec<(u32, usize)> = Vec::new();
        for (number, positions) in self.positions(doc).into_iter().enumerate() {
            if positions.is_empty() {
                ranked.missing.push(number);
            }
            found.extend(positions.into_iter().map(|position| (position, number)));
        }
        found.sort_unstable();
        let title: Vec<(u32, usize)> =
            found.iter().copied().take_while(|(position, _)| *position < STRIDE).collect();
        found.retain(|(position, _)| passage_at(*position).is_some());
        ranked.best = self.score(&[], &title);
        for in_passage in found.chunk_by(|a, b| a.0 / STRIDE == b.0 / STRIDE) {
            if let Some(passage) = passage_at(in_passage[0].0) {
                ranked.passages.push((passage, self.score(in_passage, &[])));
                ranked.best = ranked.best.max(self.score(in_passage, &title));
            }
        }
        ranked.passages.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked
    }

    /// Where each unit stands in a document, sorted; not below the one asked for before.
    fn positions(&mut self, doc: DocId) -> Vec<Vec<u32>> {
        for alternative in &mut self.alternatives {
            alternative.matches = is_at(alternative.scorer.as_mut(), doc);
        }
        let alternatives = &self.alternatives;
        let units = self.units.iter().zip(&mut self.postings);
        let of_unit = |(unit, postings): (&Unit, &mut UnitPostings)| {
            let counts = unit.within.iter().all(|query| {
                let is = |known: &&Alternative<'_>| Arc::ptr_eq(known.query, query);
                alternatives.iter().find(is).is_none_or(|known| known.matches)
            });
            if counts { postings.positions(doc) } else { Vec::new() }
        };
        units.map(of_unit).collect()
    }

    /// Where what is found in a document stands; not below the one asked for before. `passages` is
    /// how many it has.
    pub(super) fn matched(&mut self, doc: DocId, passages: u32) -> Vec<Matched> {
        let positions = self.positions(doc);
        let mut all = Vec::new();
        for (unit, positions) in self.units.iter().zip(positions) {
            let mut matched =
                Matched { query: unit.label.clone(), weight: unit.weight, ..Matched::default() };
            for stride in positions.chunk_by(|a, b| a / STRIDE == b / STRIDE) {
                match passage_at(stride[0]) {
                    Some(number) if number < passages => {
                        matched.passages.push((number + 1, stride.len()));
                    }
                    Some(_) => matched.captions += stride.len(),
                    None if stride[0] < STRIDE => matched.title = stride.len(),
                    // The headline again, for its weight.
                    None => {}
                }
            }
            if !positions.is_empty() {
                all.push(matched);
            }
        }
        all
    }

    /// The score of what was found in a passage, as (position, unit). What the headline holds
    /// counts towards the units, and not as their neighbour.
    fn score(&self, found: &[(u32, usize)], title: &[(u32, usize)]) -> f32 {
        let mut counts = vec![0u32; self.units.len()];
        for (_, unit) in title {
            counts[*unit] += 1;
        }
        let mut closest: Vec<((usize, usize), u32)> = Vec::new();
        for (at, &(position, unit)) in found.iter().enumerate() {
            counts[unit] += 1;
            for &(next, other) in &found[at + 1..] {
                let distance = next - position;
                if distance > NEAR {
                    break;
                }
                // A word asked for twice is not its own neighbour.
                if other != unit && distance > 0 {
                    let pair = (unit.min(other), unit.max(other));
                    match closest.iter_mut().find(|(known, _)| *known == pair) {
                        Some((_, best)) => *best = distance.min(*best),
                        None => closest.push((pair, distance)),
                    }
                }
            }
        }
        let mut score = 0.0;
        for (unit, count) in self.units.iter().zip(&counts) {
            score += saturated(unit.weight, *count);
        }
        for ((a, b), distance) in closest {
            let weight = self.units[a].weight.min(self.units[b].weight);
            score += weight / distance as f32;
        }
        score
    }
}
