//! Titles and authors of pages, against what persons wrote down for them: 845 titles and 538
//! bylines of pages in many languages.
//!
//! A title counts where it is the same but for white space, letter case included. Authors count
//! where they are the same names as the gold line, which is taken apart at commas and "and".

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::floors;
use crate::page_set::{PageSet, one_line};

/// What is known of a page.
#[derive(Deserialize)]
struct Gold {
    file: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    author: Option<Names>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Names {
    Line(String),
    List(Vec<String>),
}

impl Names {
    fn all(&self) -> BTreeSet<String> {
        let lines = match self {
            Self::Line(line) => std::slice::from_ref(line),
            Self::List(lines) => lines,
        };
        lines.iter().flat_map(|line| names_of(line)).collect()
    }
}

/// The names in a line, in lower case.
fn names_of(line: &str) -> Vec<String> {
    let mut line = one_line(line).to_lowercase();
    for by in ["von ", "by ", "par ", "por ", "di ", "door "] {
        if let Some(rest) = line.strip_prefix(by) {
            line = rest.to_owned();
        }
    }
    for joint in [" und ", " and ", " y ", " et ", " / ", ";", "|", "&"] {
        line = line.replace(joint, ",");
    }
    line.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

#[test]
fn titles_and_authors() {
    let Some(set) = PageSet::trafilatura() else { return };
    let gold: Vec<Gold> = set.gold();
    let (mut titles, mut titles_right) = (0, 0);
    let (mut bylines, mut named, mut one_right, mut all_right) = (0, 0, 0, 0);
    for page in &gold {
        let article = set.article(&page.file);
        if let Some(title) = page.title.as_deref().map(one_line).filter(|title| !title.is_empty()) {
            titles += 1;
            let got = article.and_then(|article| article.title.as_deref()).map(one_line);
            titles_right += usize::from(got == Some(title));
        }
        let names = page.author.as_ref().map(Names::all).unwrap_or_default();
        if !names.is_empty() {
            bylines += 1;
            let got: BTreeSet<String> = article
                .map(|article| article.authors.iter().map(|name| one_line(name).to_lowercase()))
                .into_iter()
                .flatten()
                .collect();
            named += usize::from(!got.is_empty());
            all_right += usize::from(got == names);
            one_right += usize::from(!got.is_disjoint(&names));
        }
    }
    let share = |part: usize, whole: usize| part as f64 / whole as f64;
    let measured = BTreeMap::from([
        ("title exact".to_owned(), share(titles_right, titles)),
        ("authors exact".to_owned(), share(all_right, bylines)),
        ("one author right".to_owned(), share(one_right, bylines)),
        ("one author right, where any is named".to_owned(), share(one_right, named)),
    ]);
    eprintln!("heads: {titles} titles, {bylines} bylines: {measured:.4?}");
    floors::hold("heads", &floors::digest(&set.files), &measured);
}
