//! How good rankings are, by judgments: the measures of ranked retrieval as `trec_eval` defines them.
//!
//! Of one query each takes what is judged of it and the documents of its answer, best first. A gain
//! above 0 is relevant; what is not judged has gain 0, and so has what is judged below 0. What a query
//! without a relevant document comes to is 0.
//!
//! - **nDCG@k**: Järvelin and Kekäläinen, *Cumulated gain-based evaluation of IR techniques*, ACM TOIS
//!   20(4), 2002. The gain as it is, not 2^gain - 1, over log2(rank + 1), and that over the same of the
//!   best possible order of all that is judged.
//! - **average precision** (its mean over queries is MAP): the mean, over all relevant documents, of
//!   the precision at the rank of each; one that is not found counts 0. Buckley and Voorhees,
//!   *Evaluating evaluation measure stability*, SIGIR 2000.
//! - **recall@k**: which share of the relevant documents stands among the first k.
//! - **reciprocal rank** (its mean is MRR): one over the rank of the first relevant document. Voorhees,
//!   *The TREC-8 question answering track report*, 1999.
//! - **success@k**: 1 where any of the first k is relevant, else 0.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

/// Document to gain.
pub type Judged = BTreeMap<String, u32>;
/// Query to what is judged of it.
pub type Qrels = BTreeMap<String, Judged>;

/// Reads judgments: `qid iteration document gain` a line, white space between.
///
/// # Errors
/// If a line is no such thing; the message has its number.
pub fn read_qrels(text: &str) -> Result<Qrels> {
    let mut qrels = Qrels::new();
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        // Names may hold spaces where tabs separate.
        let fields: Vec<&str> = match line.contains('\t') {
            true => line.split('\t').map(str::trim).collect(),
            false => line.split_whitespace().collect(),
        };
        if fields.iter().all(|field| field.is_empty()) {
            continue;
        }
        let [qid, _, document, gain] = fields[..] else {
            bail!("line {number} is no judgment; write `qid 0 document gain`");
        };
        let Ok(gain) = gain.parse::<i64>() else {
            bail!("line {number} has no whole number for a gain; write `qid 0 document gain`");
        };
        let gain = u32::try_from(gain.max(0)).unwrap_or(u32::MAX);
        qrels.entry(qid.to_owned()).or_default().insert(document.to_owned(), gain);
    }
    if qrels.is_empty() {
        bail!("it holds no judgment; write `qid 0 document gain` a line");
    }
    Ok(qrels)
}

fn gain(judged: &Judged, document: &str) -> u32 {
    judged.get(document).copied().unwrap_or(0)
}

/// Normalised discounted cumulative gain of the first `depth`, 0 to 1.
#[must_use]
pub fn ndcg<S: AsRef<str>>(judged: &Judged, answer: &[S], depth: usize) -> f64 {
    let discounted = |gains: &mut dyn Iterator<Item = u32>| -> f64 {
        let ranked = gains.take(depth).zip(2..);
        ranked.map(|(gain, rank)| f64::from(gain) / f64::from(rank).log2()).sum()
    };
    let gained = discounted(&mut answer.iter().map(|document| gain(judged, document.as_ref())));
    let mut ideal: Vec<u32> = judged.values().copied().collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    let best = discounted(&mut ideal.into_iter());
    if best > 0.0 { gained / best } else { 0.0 }
}

/// Mean of the precision at each relevant document.
#[must_use]
pub fn average_precision<S: AsRef<str>>(judged: &Judged, answer: &[S]) -> f64 {
    let (mut found, mut sum) = (0.0, 0.0);
    for (document, rank) in answer.iter().zip(1..) {
        if gain(judged, document.as_ref()) > 0 {
            found += 1.0;
            sum += found / f64::from(rank);
        }
    }
    share(sum, relevant(judged))
}

/// Share of the relevant documents that stand among the first `depth`.
#[must_use]
pub fn recall<S: AsRef<str>>(judged: &Judged, answer: &[S], depth: usize) -> f64 {
    let found = answer.iter().take(depth).filter(|document| gain(judged, document.as_ref()) > 0);
    share(found.count() as f64, relevant(judged))
}

/// One over the rank of the first relevant document.
#[must_use]
pub fn reciprocal_rank<S: AsRef<str>>(judged: &Judged, answer: &[S]) -> f64 {
    let first = answer.iter().position(|document| gain(judged, document.as_ref()) > 0);
    first.map_or(0.0, |at| 1.0 / (at + 1) as f64)
}

/// 1 where any of the first `depth` is relevant.
#[must_use]
pub fn success<S: AsRef<str>>(judged: &Judged, answer: &[S], depth: usize) -> f64 {
    let mut first = answer.iter().take(depth);
    f64::from(u8::from(first.any(|document| gain(judged, document.as_ref()) > 0)))
}

fn relevant(judged: &Judged) -> usize {
    judged.values().filter(|gain| **gain > 0).count()
}

fn share(of: f64, all: usize) -> f64 {
    if all == 0 { 0.0 } else { of / all as f64 }
}

/// What a set of queries comes to: means over those that are judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Queries that were asked and are judged; the means are over these, one that found nothing
    /// included.
    pub queries: usize,
    /// Queries that were asked and are not judged.
    pub unjudged: usize,
    /// Queries that are judged and were not asked.
    pub unasked: usize,
    /// How deep answers were looked at.
    pub depth: usize,
    /// What came out.
    pub measures: Measures,
}

/// Means, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// Of [`ndcg`] of the first ten.
    #[serde(rename = "nDCG@10")]
    pub ndcg_10: f64,
    /// Of [`average_precision`].
    #[serde(rename = "MAP")]
    pub map: f64,
    /// Of [`recall`] of the first hundred.
    #[serde(rename = "recall@100")]
    pub recall_100: f64,
    /// Of [`reciprocal_rank`].
    #[serde(rename = "MRR")]
    pub mrr: f64,
    /// Of [`success`] of the first one.
    #[serde(rename = "success@1")]
    pub success_1: f64,
    /// Of the first five.
    #[serde(rename = "success@5")]
    pub success_5: f64,
    /// Of the first ten.
    #[serde(rename = "success@10")]
    pub success_10: f64,
}

impl Measures {
    /// Each with its name.
    #[must_use]
    pub fn listed(&self) -> [(&'static str, f64); 7] {
        [
            ("nDCG@10", self.ndcg_10),
            ("MAP", self.map),
            ("recall@100", self.recall_100),
            ("MRR", self.mrr),
            ("success@1", self.success_1),
            ("success@5", self.success_5),
            ("success@10", self.success_10),
        ]
    }
}

/// Measures answers, each with the id of its query, of which none is given twice.
#[must_use]
pub fn measure(qrels: &Qrels, answers: &[(String, Vec<String>)], depth: usize) -> Quality {
    let judged: Vec<(&Judged, &[String])> = answers
        .iter()
        .filter_map(|(qid, answer)| Some((qrels.get(qid)?, answer.as_slice())))
        .collect();
    let mean = |of: &dyn Fn(&Judged, &[String]) -> f64| {
        share(judged.iter().map(|(judged, answer)| of(judged, answer)).sum(), judged.len())
    };
    let measures = Measures {
        ndcg_10: mean(&|judged, answer| ndcg(judged, answer, 10)),
        map: mean(&|judged, answer| average_precision(judged, answer)),
        recall_100: mean(&|judged, answer| recall(judged, answer, 100)),
        mrr: mean(&|judged, answer| reciprocal_rank(judged, answer)),
        success_1: mean(&|judged, answer| success(judged, answer, 1)),
        success_5: mean(&|judged, answer| success(judged, answer, 5)),
        success_10: mean(&|judged, answer| success(judged, answer, 10)),
    };
    Quality {
        queries: judged.len(),
        unjudged: answers.len() - judged.len(),
        unasked: qrels.len().saturating_sub(judged.len()),
        depth,
        measures,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12, "{a} is not {b}");
    }

    #[test]
    fn measures_of_a_known_run() {
        let judged = Judged::from([("a".into(), 2), ("b".into(), 1), ("c".into(), 0)]);
        let answer = ["b", "c", "a"];
        // (1/log2(2) + 2/log2(4)) / (2/log2(2) + 1/log2(3))
        near(ndcg(&judged, &answer, 10), 2.0 / (2.0 + 1.0 / 3f64.log2()));
        near(ndcg(&judged, &answer, 1), 0.5);
        near(average_precision(&judged, &answer), (1.0 + 2.0 / 3.0) / 2.0);
        near(recall(&judged, &answer, 2), 0.5);
        near(reciprocal_rank(&judged, &["c", "x", "a"]), 1.0 / 3.0);
        near(success(&judged, &answer, 1), 1.0);
        near(success(&judged, &["c", "a"], 1), 0.0);
    }

    #[test]
    fn what_is_not_found_or_has_nothing_relevant_is_0() {
        let judged = Judged::from([("a".into(), 1), ("b".into(), 3)]);
        let none: [&str; 0] = [];
        for value in [
            ndcg(&judged, &none, 10),
            average_precision(&judged, &none),
            recall(&judged, &none, 100),
            reciprocal_rank(&judged, &none),
            success(&judged, &none, 10),
        ] {
            near(value, 0.0);
        }
        let barren = Judged::from([("a".into(), 0)]);
        for value in [ndcg(&barren, &["a"], 10), average_precision(&barren, &["a"])] {
            near(value, 0.0);
        }
        // One of two relevant ones found at rank 2: (1/2) / 2.
        near(average_precision(&judged, &["x", "a"]), 0.25);
    }

    #[test]
    fn means_are_over_what_is_asked_and_judged() {
        let qrels = read_qrels("1 0 a 1\n1 0 b -1\n2 0 a 1\n3\t0\tan id\t2\n").unwrap();
        assert_eq!((qrels["1"]["b"], qrels["3"]["an id"]), (0, 2));
        let answer = |qid: &str, ids: &[&str]| {
            (qid.to_owned(), ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>())
        };
        let answers = [answer("1", &["b", "a"]), answer("2", &[]), answer("9", &["a"])];
        let quality = measure(&qrels, &answers, 1000);
        assert_eq!((quality.queries, quality.unjudged, quality.unasked), (2, 1, 1));
        near(quality.measures.mrr, 0.25);
        near(quality.measures.success_5, 0.5);
        near(quality.measures.ndcg_10, 1.0 / 3f64.log2() / 2.0);
    }

    #[test]
    fn judgments_that_are_none_are_told_with_their_line() {
        for (text, told) in [
            ("1 0 a 1\n1 0 a\n", "line 2 is no judgment"),
            ("1 0 a high\n", "line 1 has no whole number"),
            ("\n", "it holds no judgment"),
        ] {
            let error = read_qrels(text).unwrap_err().to_string();
            assert!(error.starts_with(told), "{error}");
        }
    }
}
