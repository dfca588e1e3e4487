//! Stage two: how well each passage of a candidate answers, straight from the positions of the
//! postings, without reading any text.
//!
//! A passage scores the weights (idf) of the units it holds, saturated by how often it holds
//! them as in BM25, plus a bonus for neighbours of different units that stand close together
//! (after Rasolofo and Savoy 2003: the lesser weight over the squared distance).

use anyhow::Result;
use tantivy::SegmentReader;

use super::compile::{Unit, UnitTerms};
use super::forms::FormPostings;
use crate::analysis::STRIDE;
use crate::proximity::places;
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
    /// Per unit, per term; `None` where the segment lacks the term.
    postings: Vec<Vec<Option<FormPostings>>>,
}

impl<'u> PassageRanker<'u> {
    pub(super) fn new(reader: &SegmentReader, units: &'u [Unit]) -> Result<Self> {
        let mut postings = Vec::with_capacity(units.len());
        for unit in units {
            let forms = match &unit.terms {
                UnitTerms::Any(forms) | UnitTerms::Sequence { forms, .. } => forms,
            };
            let mut of_unit = Vec::with_capacity(forms.len());
            for form in forms {
                of_unit.push(FormPostings::open(form, reader)?);
            }
            postings.push(of_unit);
        }
        Ok(Self { units, postings })
    }

    /// Ranks the passages of a document, not below the one asked for before.
    pub(super) fn rank(&mut self, doc: u32) -> Ranked {
        let mut ranked = Ranked::default();
        // (position, unit) of everything found in the body.
        let mut found: Vec<(u32, usize)> = Vec::new();
        for (number, unit) in self.units.iter().enumerate() {
            let positions = read_unit(&unit.terms, &mut self.postings[number], doc);
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
            let count = *count as f32;
            score += unit.weight * count * (SATURATION + 1.0) / (count + SATURATION);
        }
        for ((a, b), distance) in closest {
            let weight = self.units[a].weight.min(self.units[b].weight);
            score += weight / distance as f32;
        }
        score
    }
}

/// Where a unit stands in a document, sorted.
fn read_unit(terms: &UnitTerms, postings: &mut [Option<FormPostings>], doc: u32) -> Vec<u32> {
    let mut of_terms = postings.iter_mut().map(|postings| {
        let mut positions = Vec::new();
        if let Some(postings) = postings {
            let at = if postings.doc() < doc { postings.seek(doc) } else { postings.doc() };
            if at == doc {
                postings.positions(&mut positions);
            }
        }
        positions
    });
    match terms {
        UnitTerms::Any(_) => {
            let mut positions: Vec<u32> = of_terms.flatten().collect();
            positions.sort_unstable();
            positions
        }
        UnitTerms::Sequence { slop, .. } => {
            let mut all = Vec::with_capacity(of_terms.len());
            for positions in of_terms.by_ref() {
                if positions.is_empty() {
                    return Vec::new();
                }
                all.push(positions);
            }
            places(&all, *slop).into_iter().filter_map(|place| place.first().copied()).collect()
        }
    }
}
