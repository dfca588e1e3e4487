//! Names: what the shipped model finds in labelled sets, exact stretch and kind. The sets are put
//! back into running text first, so that our own tokens are measured too. A kind that a set does not
//! label is not counted.

use std::collections::BTreeMap;
use std::path::Path;

use dateline::entities;
use dateline::entities::sets::{self, Scores};

use crate::floors;

#[test]
fn wikigold() {
    check("wikigold");
}

#[test]
fn uner_pud() {
    check("uner_pud");
}

#[test]
fn worldwide() {
    check("worldwide");
}

fn check(set: &str) {
    let Some(data) = std::env::var_os("DATELINE_DATA") else {
        eprintln!("skipped {set}: DATELINE_DATA does not name the folder of the labelled sets");
        return;
    };
    let path = Path::new(&data).join("ner/test").join(format!("{set}.conll.gz"));
    let mut scores = Scores::default();
    for document in sets::read(&path).unwrap() {
        scores.count(&document.names, &entities::find(None, &document.text, Some("en")).body);
    }
    let all = scores.all();
    eprintln!("{set}: all P {:.3} R {:.3} F1 {:.3}", all.precision(), all.recall(), all.f1());
    for (label, score) in scores.by_label.iter().filter(|(_, score)| score.expected > 0) {
        let (precision, recall, f1) = (score.precision(), score.recall(), score.f1());
        eprintln!("{set}: {label} P {precision:.3} R {recall:.3} F1 {f1:.3}");
    }
    let measured = BTreeMap::from([("F1".to_owned(), all.f1())]);
    floors::hold(&format!("names-{set}"), &floors::digest(&[path]), &measured);
}
