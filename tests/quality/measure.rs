//! The measures of ranked retrieval, as trec_eval defines them, over whole runs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Article to gain; what is not there has gain 0.
pub(crate) type Judged = BTreeMap<String, u32>;
/// Query to judged articles.
pub(crate) type Qrels = BTreeMap<String, Judged>;
/// Query to article ids, best first.
pub(crate) type Run = BTreeMap<String, Vec<String>>;

/// Reads `qid iteration docid gain` lines.
pub(crate) fn read_qrels(path: &Path) -> Qrels {
    let mut qrels = Qrels::new();
    for line in fs::read_to_string(path).unwrap().lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [qid, _, id, gain] = fields[..] else { panic!("not a judgment: {line}") };
        let gain: i64 = gain.trim().parse().unwrap();
        let gain = u32::try_from(gain).unwrap_or(0);
        qrels.entry(qid.to_owned()).or_default().insert(id.to_owned(), gain);
    }
    qrels
}

/// Reads `key<TAB>value` lines.
pub(crate) fn read_pairs(path: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(path).unwrap();
    let pairs = text.lines().filter_map(|line| line.split_once('\t'));
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// Reads questions with known answers: `qid<TAB>answer` lines, or JSON objects with a `qid` and an
/// `answer` on lines of their own.
pub(crate) fn read_answers(path: &Path) -> BTreeMap<String, String> {
    if path.extension().is_none_or(|ending| ending != "jsonl") {
        return read_pairs(path);
    }
    let text = fs::read_to_string(path).unwrap();
    let answer = |line: &str| {
        let question: serde_json::Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| question[name].as_str().unwrap().to_owned();
        (field("qid"), field("answer"))
    };
    text.lines().map(answer).collect()
}

/// Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002) with the gain as it is
/// and a discount of log2(rank + 1). 0 to 1.
pub(crate) fn ndcg(judged: &Judged, ids: &[String], depth: usize) -> f64 {
    let discounted = |gains: &mut dyn Iterator<Item = u32>| -> f64 {
        gains
            .take(depth)
            .zip(2..)
            .map(|(gain, rank)| f64::from(gain) / f64::from(rank).log2())
            .sum()
    };
    let gained = discounted(&mut ids.iter().map(|id| judged.get(id).copied().unwrap_or(0)));
    let mut ideal: Vec<u32> = judged.values().copied().collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    let best = discounted(&mut ideal.into_iter());
    if best > 0.0 { gained / best } else { 0.0 }
}

/// Mean of the precision at each relevant article; those not found count 0.
pub(crate) fn average_precision(judged: &Judged, ids: &[String]) -> f64 {
    let relevant = judged.values().filter(|gain| **gain > 0).count();
    let (mut found, mut sum) = (0.0, 0.0);
    for (id, rank) in ids.iter().zip(1..) {
        if judged.get(id).is_some_and(|gain| *gain > 0) {
            found += 1.0;
            sum += found / f64::from(rank);
        }
    }
    if relevant == 0 { 0.0 } else { sum / relevant as f64 }
}

/// 1 where any of the first `depth` is relevant.
pub(crate) fn success(judged: &Judged, ids: &[String], depth: usize) -> f64 {
    let relevant = |id: &String| judged.get(id).is_some_and(|gain| *gain > 0);
    f64::from(u8::from(ids.iter().take(depth).any(relevant)))
}

#[test]
fn measures_of_a_known_run() {
    let judged = Judged::from([("a".into(), 2), ("b".into(), 1), ("c".into(), 0)]);
    let ids = ["b", "c", "a"].map(str::to_owned);
    // (1/log2(2) + 2/log2(4)) / (2/log2(2) + 1/log2(3))
    assert!((ndcg(&judged, &ids, 10) - 2.0 / (2.0 + 1.0 / 3f64.log2())).abs() < 1e-12);
    assert!((average_precision(&judged, &ids) - (1.0 + 2.0 / 3.0) / 2.0).abs() < 1e-12);
    assert!((success(&judged, &ids, 1) - 1.0).abs() < 1e-12);
    assert!(success(&judged, &["c".to_owned()], 1).abs() < 1e-12);
}
