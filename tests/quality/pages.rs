//! Gates on pages: how much of the text that must be in an article is, and how little of what must
//! not be.
//!
//! `html/trafilatura` has 990 pages with segments of text that belong to the article ("with") and
//! segments that stand beside it ("without"). White space aside, each is found in the body or not:
//! found and wanted is a true positive, and so on, pooled over all pages.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::floors;
use crate::page_set::{PageSet, one_line};

/// What is known of a page.
#[derive(Debug, Deserialize)]
struct Gold {
    file: String,
    #[serde(default)]
    with: Vec<String>,
    #[serde(default)]
    without: Vec<String>,
}

#[test]
fn main_text() {
    let Some(set) = PageSet::trafilatura() else { return };
    let measured = text(set);
    eprintln!("pages: {measured:.4?}");
    floors::hold("pages", &floors::digest(&set.files), &measured);
}

/// The text: what must be in it and what must not.
fn text(set: &PageSet) -> BTreeMap<String, f64> {
    let (mut found, mut missed, mut wrong) = (0.0, 0.0, 0.0);
    for gold in set.gold::<Gold>() {
        let body = set.article(&gold.file).map_or("", |article| &article.body);
        let body = one_line(body);
        for segment in &gold.with {
            let is_there = body.contains(&one_line(segment));
            *(if is_there { &mut found } else { &mut missed }) += 1.0;
        }
        let beside = gold.without.iter().filter(|segment| body.contains(&one_line(segment)));
        wrong += beside.count() as f64;
    }
    BTreeMap::from([
        ("text precision".to_owned(), found / (found + wrong)),
        ("text recall".to_owned(), found / (found + missed)),
        ("text F1".to_owned(), 2.0 * found / (2.0 * found + missed + wrong)),
    ])
}
