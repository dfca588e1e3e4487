//! The run format of TREC: one line an article, `qid Q0 docid rank score tag`, for `trec_eval`
//! and its kin.
//!
//! - Scores strictly decrease. The tools of TREC sort by score and ignore the rank, so equal
//!   scores, or scores that are equal as the 32-bit floats they are read into, would let them
//!   reorder the answer. Where need be a score is the next float below the one before it.
//! - The document is named by what judgments know it by ([`Hits::docids`]).
//! - White space separates fields, so within one it is percent-encoded, and so is what a
//!   terminal would obey. Nothing else is changed, not even a percent sign: names must equal those of the judgments.

use std::io::{self, Write};

use crate::hits::Hits;

use super::{Context, escape};

/// Scores beyond this are cut to it, which leaves room for the next float below.
const SCORE_MAX: f32 = 1e30;

/// Writes an answer as lines of a run.
pub(super) fn hits(out: &mut dyn Write, hits: &Hits, context: &Context) -> io::Result<()> {
    let qid = field(context.qid.as_deref().unwrap_or("1"));
    let tag = field(&context.run_tag);
    let mut last = f32::INFINITY;
    for (hit, docid) in hits.hits.iter().zip(hits.docids()) {
        let docid = field(docid);
        let score = below(last, hit.score);
        last = score;
        writeln!(out, "{qid} Q0 {docid} {} {score} {tag}", hit.rank)?;
    }
    Ok(())
}

/// `score` where it is less than `last`, else the greatest float that is.
fn below(last: f32, score: f32) -> f32 {
    let score = score.clamp(-SCORE_MAX, SCORE_MAX);
    if score < last { score } else { last.min(SCORE_MAX).next_down() }
}

/// A field without white space or control characters, and never empty.
fn field(text: &str) -> String {
    if text.is_empty() {
        return "-".to_owned();
    }
    let mut field = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() || escape::visible(c) != c {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                field.push_str(&format!("%{byte:02X}"));
            }
        } else {
            field.push(c);
        }
    }
    field
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn written(answer: &Hits, context: &Context) -> String {
        let mut out = Vec::new();
        hits(&mut out, answer, context).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn scored(hits: &[(&str, Option<&str>, f32)]) -> Hits {
        let mut answer = samples::empty();
        for (index, (id, record, score)) in hits.iter().enumerate() {
            let mut hit = samples::bare_hit(index + 1);
            hit.article.id = (*id).to_owned();
            hit.article.record = record.map(str::to_owned);
            hit.score = *score;
            answer.hits.push(hit);
        }
        answer
    }

    #[test]
    fn a_run() {
        let context = Context { qid: Some("q 7".into()), ..Context::default() };
        insta::assert_snapshot!(written(&samples::answer(), &context), @"
        q%207 Q0 ua-17 1 7.25 dateline
        q%207 Q0 asia/穀物%201.txt 2 7.2499995 dateline
        q%207 Q0 notes.txt 3 2.5 dateline
        q%207 Q0 =evil/`a`%C2%9B.txt 4 0.5 dateline
        ");
        assert_eq!(written(&samples::empty(), &context), "");
    }

    #[test]
    fn equal_scores_still_decrease() {
        let nan = f32::NAN;
        let runs: [&[f32]; 5] = [
            &[2.0, 2.0, 2.0, 1.0],
            &[0.0, 0.0, -0.0],
            &[f32::MAX, f32::INFINITY, f32::MAX],
            &[nan, 1.0, nan],
            &[f32::MIN, f32::MIN, f32::NEG_INFINITY],
        ];
        for run in runs {
            let answer: Vec<_> = run.iter().map(|score| ("a", None, *score)).collect();
            let text = written(&scored(&answer), &Context::default());
            let scores: Vec<f32> =
                text.lines().map(|line| line.split(' ').nth(4).unwrap().parse().unwrap()).collect();
            assert!(scores.windows(2).all(|pair| pair[0] > pair[1]), "{run:?} -> {scores:?}");
            assert!(scores.iter().all(|score| score.is_finite()));
        }
    }

    #[test]
    fn a_name_is_used_once_or_not_at_all() {
        let docids = |hits: &[(&str, Option<&str>, f32)]| -> Vec<String> {
            let text = written(&scored(hits), &Context::default());
            text.lines().map(|line| line.split(' ').nth(2).unwrap().to_owned()).collect()
        };
        assert_eq!(docids(&[("f#r1", Some("r1"), 2.0), ("f#2", None, 1.0)]), ["r1", "f#2"]);
        assert_eq!(docids(&[("f#1", Some("r"), 2.0), ("g#1", Some("r"), 1.0)]), ["f#1", "g#1"]);
        assert_eq!(docids(&[("f#1", Some("g"), 2.0), ("g", None, 1.0)]), ["f#1", "g"]);
        assert_eq!(docids(&[("a b\n%20", Some(""), 2.0)]), ["a%20b%0A%20"]);
    }
}
