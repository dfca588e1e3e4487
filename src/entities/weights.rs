//! The weights of features, laid out to be summed fast: nearly all the time of finding names goes
//! into looking up features, most of which have no weights.
//!
//! Knows numbers; not what features or labels mean.

use super::model::{Row, Scores};
use super::table::Table;

/// Spreads features over the filter in another way than over the table.
const FILTER_SPREAD: u32 = 0x85eb_ca6b;

/// Features with their weights, behind a filter of bits that a core keeps near.
#[derive(Debug)]
pub(super) struct Weights {
    /// A bit for each feature; one in ten or less is set.
    filter: Vec<u64>,
    filter_shift: u32,
    /// The number of each feature's row.
    numbers: Table<u32>,
    rows: Vec<Row>,
}

/// The features of a token while they are gathered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    features: [u32; Asked::MOST],
    count: usize,
}

impl Asked {
    /// Twice as many as a token ever has: a feature more than this takes the place of another one.
    const MOST: usize = 256;

    pub(super) fn new() -> Self {
        Self { features: [0; Self::MOST], count: 0 }
    }

    #[inline]
    pub(super) fn push(&mut self, feature: u32) {
        self.features[self.count % Self::MOST] = feature;
        self.count += 1;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl Weights {
    /// No feature is 0, and none comes twice.
    pub(super) fn new(features: &[(u32, Row)]) -> Self {
        let bits = (features.len() * 8).max(64).next_power_of_two().trailing_zeros();
        let numbered = features.iter().zip(0..).map(|((feature, _), number)| (*feature, number));
        let mut weights = Self {
            filter: vec![0; 1 << (bits - 6)],
            filter_shift: 32 - bits,
            numbers: Table::new(&numbered.collect::<Vec<_>>()),
            rows: features.iter().map(|(_, row)| *row).collect(),
        };
        for (feature, _) in features {
            let bit = weights.filter_bit(*feature);
            weights.filter[bit / 64] |= 1 << (bit % 64);
        }
        weights
    }

    /// Adds the weights of features to scores, and takes the features.
    ///
    /// In three rounds, so that the look-ups of a round wait for memory together and no branch
    /// between them has to be guessed.
    #[inline]
    pub(super) fn sum(&self, asked: &mut Asked, scores: &mut Scores) {
        let features = &mut asked.features;
        let mut left = 0;
        for at in 0..asked.count.min(Asked::MOST) {
            let feature = features[at];
            let bit = self.filter_bit(feature);
            features[left] = feature;
            left += (self.filter[bit / 64] >> (bit % 64) & 1) as usize;
        }
        let mut found = 0;
        for at in 0..left {
            let row = self.numbers.get(features[at]);
            features[found] = row.unwrap_or_default();
            found += usize::from(row.is_some());
        }
        let mut sum = *scores;
        for row in &features[..found] {
            for (score, weight) in sum.iter_mut().zip(&self.rows[*row as usize]) {
                *score += i16::from(*weight);
            }
        }
        *scores = sum;
        asked.count = 0;
    }

    #[inline]
    fn filter_bit(&self, feature: u32) -> usize {
        (feature.wrapping_mul(FILTER_SPREAD) >> self.filter_shift) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_weights_is_summed() {
        let row = |weight: i8| [weight; 16];
        let features: Vec<(u32, Row)> = (1..=500).map(|n| (n * n * 7, row(n as i8))).collect();
        let sum = |weights: &Weights, features: &[u32]| {
            let mut asked = Asked::new();
            let mut scores = [1; 16];
            for features in features.chunks(Asked::MOST) {
                features.iter().for_each(|feature| asked.push(*feature));
                weights.sum(&mut asked, &mut scores);
                assert!(asked.is_empty());
            }
            scores
        };
        let weights = Weights::new(&features);
        let asked: Vec<u32> = (1..=500).flat_map(|n| [n * n * 7, n * n * 7 + 3]).collect();
        let expected: i16 = features.iter().map(|(_, row)| i16::from(row[0])).sum();
        assert_eq!(sum(&weights, &asked), [1 + expected; 16]);
        // A feature asked for twice counts twice.
        assert_eq!(sum(&weights, &[7, 7, 8]), [3; 16]);
        assert_eq!(sum(&weights, &[]), [1; 16]);
        assert_eq!(sum(&Weights::new(&[]), &[1, 2]), [1; 16]);
    }
}
