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
/// Passages that an article of news has room for at first.
const PASSAGES: usize = 8;
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

/// What the best passage of any article can count at most: each unit as if it stood there without end,
/// and side by side with every other.
pub(super) fn most(units: &[Unit]) -> f32 {
    let alone: f32 = units.iter().map(|unit| unit.weight * (SATURATION + 1.0)).sum();
    let weights = units.iter().map(|unit| unit.weight).enumerate();
    let pairs = weights
        .flat_map(|(at, weight)| units[at + 1..].iter().map(move |other| weight.min(other.weight)));
    alone + pairs.sum::<f32>()
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
    /// Whether each unit can count at all; of the document asked for last.
    counting: Vec<bool>,
    room: Room,
}

/// What ranking a document needs room for, kept for the next one: asking for it anew would take as long as
/// all the rest.
#[derive(Default)]
struct Room {
    /// Where one unit stands.
    positions: Vec<u32>,
    /// (position, unit) of everything found.
    found: Vec<(u32, usize)>,
    /// How often each unit stands in the headline.
    in_title: Vec<u32>,
    /// How often each stands in a passage.
    in_passage: Vec<u32>,
    /// Units that stand near each other, and how near.
    closest: Vec<((usize, usize), u32)>,
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
        let counting = vec![true; units.len()];
        Ok(Self { units, postings, alternatives, counting, room: Room::default() })
    }

    /// Ranks the passages of a document, not below the one asked for before.
    pub(super) fn rank(&mut self, doc: DocId) -> Ranked {
        self.see_which_count(doc);
        let mut ranked = Ranked::default();
        let Room { positions, found, in_title, .. } = &mut self.room;
        found.clear();
        for (number, (postings, counts)) in self.postings.iter_mut().zip(&self.counting).enumerate()
        {
            positions.clear();
            if *counts {
                postings.positions(doc, positions);
            }
            if positions.is_empty() {
                ranked.missing.push(number);
            }
            found.extend(positions.iter().map(|position| (*position, number)));
        }
        if self.units.len() > 1 {
            found.sort_unstable();
        }
        in_title.clear();
        in_title.resize(self.units.len(), 0);
        for (_, unit) in found.iter().take_while(|(position, _)| *position < STRIDE) {
            in_title[*unit] += 1;
        }
        found.retain(|(position, _)| passage_at(*position).is_some());
        ranked.best = self
            .units
            .iter()
            .zip(&*in_title)
            .map(|(unit, count)| saturated(unit.weight, *count))
            .sum();
        let found = std::mem::take(found);
        ranked.passages.reserve(found.len().min(PASSAGES));
        for in_passage in found.chunk_by(|a, b| a.0 / STRIDE == b.0 / STRIDE) {
            if let Some(passage) = passage_at(in_passage[0].0) {
                let (score, with_title) = self.score(in_passage);
                ranked.passages.push((passage, score));
                ranked.best = ranked.best.max(with_title);
            }
        }
        self.room.found = found;
        ranked.passages.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked
    }

    /// Finds out which units count in a document; not below the one asked for before.
    fn see_which_count(&mut self, doc: DocId) {
        for alternative in &mut self.alternatives {
            alternative.matches = is_at(alternative.scorer.as_mut(), doc);
        }
        let alternatives = &self.alternatives;
        for (unit, counts) in self.units.iter().zip(&mut self.counting) {
            *counts = unit.within.iter().all(|query| {
                let is = |known: &&Alternative<'_>| Arc::ptr_eq(known.query, query);
                alternatives.iter().find(is).is_none_or(|known| known.matches)
            });
        }
    }

    /// Where what is found in a document stands; not below the one asked for before. `passages` is
    /// how many it has.
    pub(super) fn matched(&mut self, doc: DocId, passages: u32) -> Vec<Matched> {
        self.see_which_count(doc);
        let (mut all, mut positions) = (Vec::new(), Vec::new());
        for (number, unit) in self.units.iter().enumerate() {
            positions.clear();
            if self.counting[number] {
                self.postings[number].positions(doc, &mut positions);
            }
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

    /// The score of what was found in a passage, as (position, unit), and the score with the headline
    /// before it. What that holds counts towards the units, and not as their neighbour.
    fn score(&mut self, found: &[(u32, usize)]) -> (f32, f32) {
        let Room { in_title, in_passage, closest, .. } = &mut self.room;
        in_passage.clear();
        in_passage.resize(self.units.len(), 0);
        closest.clear();
        for (at, &(position, unit)) in found.iter().enumerate() {
            in_passage[unit] += 1;
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
        let (mut score, mut with_title) = (0.0, 0.0);
        for (unit, (here, above)) in self.units.iter().zip(in_passage.iter().zip(&*in_title)) {
            score += saturated(unit.weight, *here);
            with_title += saturated(unit.weight, *here + *above);
        }
        for ((a, b), distance) in &*closest {
            let weight = self.units[*a].weight.min(self.units[*b].weight);
            score += weight / *distance as f32;
            with_title += weight / *distance as f32;
        }
        (score, with_title)
    }
}
