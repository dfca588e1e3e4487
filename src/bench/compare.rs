//! Two runs of the same queries: which classes became slower, and how sure that is.
//!
//! Per class two ratios are told, now over before: of the medians and of the means of all timings. How
//! far each may be off is told by a paired bootstrap in two stages (Davison and Hinkley, *Bootstrap
//! methods and their application*, 1997, section 3.8): a resample draws as many queries of the class as
//! it has, with replacement and the same ones of both runs, and of each as many timings as it has, of
//! either run by itself; the interval holds the middle 95 % of the ratios of all resamples. So it covers
//! which queries were chosen and what differs from round to round, but not what differs from run to run
//! as a whole: another load of the machine, another clock of its processor.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

use super::dice::Dice;
use super::{ALL, Course, Measured, Question, Report};

/// How often is resampled.
const RESAMPLES: usize = 1000;

/// How one run stands to another one of the same queries.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// By how much more a class may take before it counts as slower: 0.1 is a tenth.
    pub max_regression: f64,
    /// In the order of the report.
    pub classes: Vec<Compared>,
    /// Queries that found another number of articles than before.
    pub differing: Vec<Differing>,
    /// What the earlier run says of itself that this one does not, apart from times.
    pub remarks: Vec<String>,
}

/// A class, now over before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// Its name.
    pub name: String,
    /// Of the medians.
    pub median: Ratio,
    /// Of the means.
    pub mean: Ratio,
    /// Of the means of the processor time: where it is 1 and the others are not, the machine was busy
    /// with something else; `null` where the system does not tell.
    pub cpu: Option<f64>,
    /// Whether one of the two lies beyond what is allowed with all of its interval.
    pub slower: bool,
}

/// A ratio and the ends of its 95 % confidence interval; above 1 is slower.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ratio {
    /// Now over before.
    pub ratio: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// A query that found something else than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differing {
    /// The query.
    pub query: String,
    /// How many articles it found.
    pub before: u64,
    /// How many it finds.
    pub now: u64,
}

impl Comparison {
    /// Whether any class is slower than is allowed.
    #[must_use]
    pub fn is_slower(&self) -> bool {
        self.classes.iter().any(|class| class.slower)
    }
}

/// Refuses a baseline that a run of these queries cannot be compared with; before it takes its time.
///
/// # Errors
/// If the baseline did not measure the same, of the same queries.
pub fn expect_same(questions: &[Question], course: &Course, before: &Report) -> Result<()> {
    if course.what != before.what {
        bail!(
            "the baseline measured --what {}, this is --what {}; give that one, or save another \
             baseline",
            before.what,
            course.what
        );
    }
    let words = course.words.to_string();
    if words != before.words {
        bail!(
            "the baseline read words as `{}`, this reads them as `{words}`; give the same of --any \
             and --strict, or save another baseline",
            before.words
        );
    }
    let mut ours: Vec<_> = questions.iter().map(|one| (&one.text, &one.classes)).collect();
    let mut theirs: Vec<_> = before.queries.iter().map(|one| (&one.query, &one.classes)).collect();
    ours.sort_unstable();
    theirs.sort_unstable();
    if ours != theirs {
        let other = ours.iter().filter(|query| theirs.binary_search(query).is_err()).count();
        bail!(
            "the baseline is of other queries: {other} of {} are not among its {}; give the queries \
             that it was made with, or none to ask its own",
            ours.len(),
            theirs.len()
        );
    }
    if before.queries.iter().any(|one| one.wall.is_empty()) {
        bail!("the baseline has queries without timings; save another one");
    }
    Ok(())
}

/// Compares two runs of the same queries, of which [`expect_same`] says so; what only one of them could
/// answer is left out.
#[must_use]
pub fn compare(now: &Report, before: &Report, max_regression: f64) -> Comparison {
    let mut pairs: Vec<(&Measured, &Measured)> = Vec::new();
    let mut theirs: BTreeMap<(&str, &[String]), Vec<&Measured>> = BTreeMap::new();
    for one in before.queries.iter().rev() {
        theirs.entry((&one.query, &one.classes)).or_default().push(one);
    }
    for one in &now.queries {
        let same = theirs.get_mut(&(one.query.as_str(), one.classes.as_slice()));
        pairs.extend(same.and_then(Vec::pop).map(|other| (one, other)));
    }
    pairs.retain(|(now, before)| !now.wall.is_empty() && !before.wall.is_empty());
    let classes = now.classes.iter().zip(0..).map(|(class, stream)| {
        let of_class: Vec<(&[u64], &[u64])> = pairs
            .iter()
            .filter(|(one, _)| class.name == ALL || one.classes.contains(&class.name))
            .map(|(now, before)| (now.wall.as_slice(), before.wall.as_slice()))
            .collect();
        let (median, mean) = bootstrap(&of_class, &mut Dice::new(now.seed, stream));
        let most = 1.0 + max_regression;
        let slower = median.low > most || mean.low > most;
        let of_class =
            pairs.iter().filter(|(one, _)| class.name == ALL || one.classes.contains(&class.name));
        let (now, before): (Vec<&Measured>, Vec<&Measured>) = of_class.copied().unzip();
        let cpu = cpu_mean(&now).zip(cpu_mean(&before)).filter(|(_, before)| *before > 0.0);
        let cpu = cpu.map(|(now, before)| now / before);
        Compared { name: class.name.clone(), median, mean, cpu, slower }
    });
    let differing = pairs.iter().filter(|(now, before)| now.hits != before.hits);
    let differing = differing.map(|(now, before)| Differing {
        query: now.query.clone(),
        before: before.hits,
        now: now.hits,
    });
    let mut remarks = Vec::new();
    if now.articles != before.articles {
        remarks.push(format!(
            "the index of the baseline held {} articles, this one holds {}",
            before.articles, now.articles
        ));
    }
    if now.tool != before.tool {
        remarks.push(format!("the baseline is of {}, this is {}", before.tool, now.tool));
    }
    Comparison {
        max_regression,
        classes: classes.collect(),
        differing: differing.collect(),
        remarks,
    }
}

/// Processor time of an answer, on average.
fn cpu_mean(measured: &[&Measured]) -> Option<f64> {
    let sum: u64 = measured.iter().map(|one| one.cpu).sum::<Option<u64>>()?;
    let timings: usize = measured.iter().map(|one| one.wall.len()).sum();
    Some(sum as f64 / timings.max(1) as f64)
}

/// The ratios of the medians and of the means of paired queries, each with its timings now and before;
/// none of these may be empty.
fn bootstrap(queries: &[(&[u64], &[u64])], dice: &mut Dice) -> (Ratio, Ratio) {
    let mut now: Vec<u64> = queries.iter().flat_map(|(now, _)| *now).copied().collect();
    let mut before: Vec<u64> = queries.iter().flat_map(|(_, before)| *before).copied().collect();
    let point = ratios(&mut now, &mut before);
    let (mut medians, mut means) = (Vec::new(), Vec::new());
    for _ in 0..RESAMPLES {
        now.clear();
        before.clear();
        for _ in 0..queries.len() {
            let (of_now, of_before) = queries[dice.below(queries.len())];
            now.extend((0..of_now.len()).map(|_| of_now[dice.below(of_now.len())]));
            before.extend((0..of_before.len()).map(|_| of_before[dice.below(of_before.len())]));
        }
        let (median, mean) = ratios(&mut now, &mut before);
        medians.push(median);
        means.push(mean);
    }
    (interval(point.0, medians), interval(point.1, means))
}

fn ratios(now: &mut [u64], before: &mut [u64]) -> (f64, f64) {
    let ratio = |now: f64, before: f64| if before > 0.0 { now / before } else { 1.0 };
    let median = |timings: &mut [u64]| {
        let middle = timings.len() / 2;
        if timings.is_empty() { 0.0 } else { *timings.select_nth_unstable(middle).1 as f64 }
    };
    let mean = |timings: &[u64]| {
        timings.iter().map(|one| *one as f64).sum::<f64>() / timings.len().max(1) as f64
    };
    let means = ratio(mean(now), mean(before));
    (ratio(median(now), median(before)), means)
}

/// The middle 95 % of the ratios of resamples.
fn interval(ratio: f64, mut resampled: Vec<f64>) -> Ratio {
    resampled.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| {
        let last = resampled.len().saturating_sub(1);
        resampled.get((share * last as f64).round() as usize).copied().unwrap_or(ratio)
    };
    Ratio { ratio, low: at(0.025), high: at(0.975) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::{What, tests::report};
    use super::*;
    use crate::query::Query;
    use crate::search::Words;

    #[test]
    fn a_run_beside_itself_is_as_fast() {
        let run = report(&[("a", "term", &[900, 1000, 1100]), ("b", "or", &[50, 70, 60])]);
        let compared = compare(&run, &run, 0.1);
        assert_eq!(compared.classes.len(), 3);
        for Compared { name, median, mean, cpu, slower } in &compared.classes {
            for Ratio { ratio, low, high } in [median, mean] {
                assert!((ratio - 1.0).abs() < 1e-12, "{name}: {ratio}");
                assert!(low <= &1.0 && high >= &1.0, "{name}: {low} to {high}");
            }
            assert!(!slower && cpu == &Some(1.0));
        }
        assert_eq!((compared.differing.len(), compared.remarks.len()), (0, 0));
        // The same seed draws the same resamples.
        assert_eq!(compared, compare(&run, &run, 0.1));
    }

    #[test]
    fn what_takes_twice_as_long_is_slower_and_chance_is_not() {
        let before = report(&[("a", "term", &[90, 100, 110, 105]), ("b", "or", &[50, 60, 55, 52])]);
        let now = report(&[("a", "term", &[180, 200, 220, 210]), ("b", "or", &[52, 58, 56, 500])]);
        let compared = compare(&now, &before, 0.1);
        let slower: Vec<_> = compared.classes.iter().map(|c| (c.name.as_str(), c.slower)).collect();
        // One stray timing is within the interval of a class, however much it moves the mean.
        assert_eq!(slower[..2], [("term", true), ("or", false)]);
        assert!(compared.classes[1].mean.ratio > 2.0);
        assert!(compared.is_slower());
        let median = compared.classes[0].median;
        assert!(median.low > 1.5 && median.high < 2.6, "{median:?}");
        assert!(!compare(&before, &now, 0.1).is_slower());
        assert!(!compare(&now, &before, 1.5).is_slower());
    }

    #[test]
    fn what_is_found_is_compared() {
        let before = report(&[("a", "term", &[10]), ("b", "or", &[10])]);
        let mut now = before.clone();
        now.queries[1].hits += 1;
        now.articles += 1;
        let compared = compare(&now, &before, 0.1);
        assert_eq!(compared.differing[0].query, "b");
        assert_eq!(compared.remarks.len(), 1);
    }

    #[test]
    fn a_baseline_of_something_else_is_refused() {
        let before = report(&[("a", "term", &[10]), ("b", "or", &[10])]);
        let question = |text: &str, class: &str| Question {
            id: None,
            classes: vec![class.to_owned()],
            text: text.to_owned(),
            query: Query::All,
        };
        let questions = [question("b", "or"), question("a", "term")];
        let course = Course {
            what: What::Render,
            words: Words::Auto,
            warm_up: Duration::ZERO,
            rounds: 1,
            seed: 1,
            threads: Vec::new(),
        };
        assert!(expect_same(&questions, &course, &before).is_ok());
        let told = |questions: &[Question], course: &Course, before: &Report| {
            expect_same(questions, course, before).unwrap_err().to_string()
        };
        let other = Course { what: What::Hits, ..course.clone() };
        let error = told(&questions, &other, &before);
        assert!(error.starts_with("the baseline measured --what render, this is --what hits"));
        let other = Course { words: Words::Any, ..course.clone() };
        assert!(told(&questions, &other, &before).starts_with("the baseline read words as `auto`"));
        let error = told(&[question("a", "term"), question("b", "term")], &course, &before);
        assert!(error.starts_with("the baseline is of other queries: 1 of 2 are not among its 2"));
        let bare = report(&[("a", "term", &[]), ("b", "or", &[10])]);
        assert!(told(&questions, &course, &bare).contains("without timings"));
    }
}
