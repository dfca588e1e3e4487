//! Reads what is asked and judged; the measures are [`dateline::bench::metrics`].

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use dateline::bench::metrics::{self, Qrels};

/// Query to article ids, best first.
pub(crate) type Run = BTreeMap<String, Vec<String>>;

/// Reads judgments.
pub(crate) fn read_qrels(path: &Path) -> Qrels {
    metrics::read_qrels(&fs::read_to_string(path).unwrap()).unwrap()
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
