//! What timings come to: percentiles, mean and the shape of their distribution.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// What the timings of a class come to, in nanoseconds. Percentiles are over every single timing: of
/// each query in each round. They are true to a thousandth.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// How many there are.
    pub timings: u64,
    /// Half of them are no longer.
    pub p50: u64,
    /// `null` of fewer than 10 timings, since it would be the longest.
    pub p90: Option<u64>,
    /// `null` of fewer than 100.
    pub p99: Option<u64>,
    /// `null` of fewer than 1000.
    pub p99_9: Option<u64>,
    /// The longest.
    pub max: u64,
    /// Their sum over their number.
    pub mean: u64,
    /// How many lie in each part of the scale ([`bounds`]), from the first that has any to the last.
    pub bins: Vec<u64>,
    /// The number of the first of these parts.
    pub first_bin: usize,
}

/// Parts of the scale in each power of ten.
pub const BINS_PER_DECADE: usize = 10;

/// Where part `bin` of the scale begins and ends, in nanoseconds: the scale is logarithmic, from one
/// nanosecond on.
#[must_use]
pub fn bounds(bin: usize) -> (f64, f64) {
    let at = |bin: usize| 10f64.powf(bin as f64 / BINS_PER_DECADE as f64);
    (at(bin), at(bin + 1))
}

fn bin_of(nanoseconds: u64) -> usize {
    ((nanoseconds.max(1) as f64).log10() * BINS_PER_DECADE as f64) as usize
}

impl Summary {
    /// Of timings in nanoseconds.
    #[must_use]
    pub fn of(timings: impl IntoIterator<Item = u64>) -> Self {
        // Three digits are between the bounds that it takes, so that this does not fail.
        let Ok(mut histogram) = Histogram::<u64>::new(3) else { return Self::default() };
        let (mut sum, mut longest) = (0u128, 0);
        let mut bins: Vec<u64> = Vec::new();
        for timing in timings {
            // It grows with what it is given, up to 500 years.
            let _ = histogram.record(timing);
            sum += u128::from(timing);
            longest = timing.max(longest);
            let bin = bin_of(timing);
            if bins.len() <= bin {
                bins.resize(bin + 1, 0);
            }
            bins[bin] += 1;
        }
        let count = histogram.len();
        let first_bin = bins.iter().position(|count| *count > 0).unwrap_or(0);
        bins.drain(..first_bin);
        // The histogram answers by the upper end of a step, which may lie beyond the longest.
        let percentile = |percent: f64| histogram.value_at_percentile(percent).min(longest);
        let of_at_least = |least: u64, percent: f64| (count >= least).then(|| percentile(percent));
        Self {
            timings: count,
            p50: percentile(50.0),
            p90: of_at_least(10, 90.0),
            p99: of_at_least(100, 99.0),
            p99_9: of_at_least(1000, 99.9),
            max: longest,
            mean: if count == 0 { 0 } else { (sum / u128::from(count)) as u64 },
            bins,
            first_bin,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn of_known_timings() {
        let summary = Summary::of((1..=1000).map(|number| number * 1000));
        let within = |value: Option<u64>, exact: u64| {
            let value = value.unwrap();
            assert!(value.abs_diff(exact) <= exact / 500, "{value} is not {exact}");
        };
        within(Some(summary.p50), 500_000);
        within(summary.p90, 900_000);
        within(summary.p99, 990_000);
        within(summary.p99_9, 999_000);
        assert_eq!((summary.max, summary.mean, summary.timings), (1_000_000, 500_500, 1000));
    }

    #[test]
    fn of_few_or_none() {
        let few = Summary::of([5, 7]);
        assert_eq!((few.p90, few.p99, few.p99_9, few.max), (None, None, None, 7));
        assert_eq!(Summary::of([]), Summary::default());
    }

    proptest! {
        #[test]
        fn percentiles_are_ordered(timings in prop::collection::vec(0u64..10_000_000_000, 1..1500)) {
            let summary = Summary::of(timings.iter().copied());
            let mut ordered = vec![summary.p50];
            ordered.extend([summary.p90, summary.p99, summary.p99_9].into_iter().flatten());
            ordered.push(summary.max);
            prop_assert!(ordered.is_sorted(), "{ordered:?}");
            prop_assert_eq!(summary.max, *timings.iter().max().unwrap());
            let least = *timings.iter().min().unwrap();
            prop_assert!((least..=summary.max).contains(&summary.mean));
            prop_assert_eq!(summary.bins.iter().sum::<u64>(), summary.timings);
            // Exact by the definition of the nearest rank, but for the steps of the histogram.
            let mut sorted = timings;
            sorted.sort_unstable();
            let exact = sorted[sorted.len().div_ceil(2) - 1];
            prop_assert!(summary.p50.abs_diff(exact) <= exact / 500 + 1, "{} {exact}", summary.p50);
        }
    }
}
