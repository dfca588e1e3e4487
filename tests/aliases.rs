//! One name for one person. Every file of `tests/fixtures/aliases` is a case: small articles whose
//! names are marked in the text, `[PER Vladimir Putin]`, and what must come of them; a new case is
//! a new file. A name is told as `person Vladimir Putin: Putin 2, Vladimir Putin`, its forms with
//! how often each is written, once unless told; a place with its country as `place Paris (France)`.
//! What a case does not tell is not looked at; see [`Case`].
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use dateline::article::{ArticleName, EntityKind};
use dateline::entities::aliases::{self, Count, Entry, NameCounts};
use dateline::entities::corrections::Corrections;
use dateline::entities::name_table::{NameTable, encode};
use dateline::entities::resolve::{Resolved, resolve};
use dateline::entities::{Found, Label};
use proptest::prelude::*;
use serde::Deserialize;

/// Articles, and what their names must come to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    article: Vec<Article>,
    /// A file of corrections.
    #[serde(default)]
    corrections: String,
    /// The whole table, in any order.
    table: Option<Vec<String>>,
    /// Some names of it.
    #[serde(default)]
    table_has: Vec<String>,
    /// What is asked for, and the names that it must find, in order. A question is a text, with a
    /// kind before a colon where it asks for one.
    #[serde(default)]
    matching: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Article {
    title: Option<String>,
    #[serde(default)]
    body: String,
    /// How many articles of this text there are.
    #[serde(default = "one")]
    copies: usize,
    /// All its names, in any order.
    names: Option<Vec<String>>,
    /// The most salient ones, in order.
    #[serde(default)]
    first: Vec<String>,
}

fn one() -> usize {
    1
}

/// A text without its marks, and the names marked.
fn read(marked: &str) -> (String, Vec<Found>) {
    let mut text = String::new();
    let mut found = Vec::new();
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once('[') {
        let (label, after) = after.split_once(' ').unwrap();
        let (name, after) = after.split_once(']').unwrap();
        text.push_str(before);
        let start = text.len();
        text.push_str(name);
        let label = match label {
            "PER" => Label::Person,
            "ORG" => Label::Org,
            "LOC" => Label::Place,
            "MISC" => Label::Misc,
            _ => panic!("`{label}` is no label; PER, ORG, LOC and MISC are"),
        };
        found.push(Found { range: start..text.len(), label });
        rest = after;
    }
    text.push_str(rest);
    (text, found)
}

impl Article {
    fn resolve(&self) -> Vec<Resolved> {
        let (title, in_title) = read(self.title.as_deref().unwrap_or_default());
        let (body, in_body) = read(&self.body);
        let names = resolve(self.title.is_some().then_some(&title), &in_title, &body, &in_body);
        for name in &names {
            for (text, ranges) in [(&title, &name.title), (&body, &name.body)] {
                assert!(ranges.is_sorted_by(|a, b| a.end <= b.start), "{ranges:?}");
                assert!(ranges.iter().all(|range| text.get(range.clone()).is_some()));
            }
            assert!((0.0..=1.0).contains(&name.salience));
        }
        names
    }
}

fn told<'f>(
    kind: EntityKind,
    name: &str,
    within: Option<&str>,
    forms: impl Iterator<Item = (&'f str, u32)>,
) -> String {
    let mut forms: Vec<String> = forms
        .filter(|(_, count)| *count > 0)
        .map(|(form, count)| if count == 1 { form.to_owned() } else { format!("{form} {count}") })
        .collect();
    forms.sort();
    let within = within.map(|within| format!(" ({within})")).unwrap_or_default();
    format!("{kind} {name}{within}: {}", forms.join(", "))
}

fn told_resolved(name: &Resolved) -> String {
    let forms = name.forms.iter().map(|(form, count)| (form.as_str(), *count));
    told(name.kind, &name.name, name.within.as_deref(), forms)
}

fn told_entry(entry: &Entry) -> String {
    let forms = entry.aliases.iter().map(|alias| (alias.text.as_str(), alias.count.mentions));
    told(entry.kind, &entry.name, entry.within.as_deref(), forms)
}

fn count(articles: &[Vec<Resolved>]) -> NameCounts {
    let mut counts = NameCounts::default();
    for name in articles.iter().flatten() {
        let forms = name.forms.iter();
        let forms =
            forms.map(|(form, count)| (form.as_str(), Count { articles: 1, mentions: *count }));
        counts.add(ArticleName::from(name), 1, forms);
    }
    counts
}

impl Case {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    fn corrections(&self) -> Corrections {
        Corrections::from_toml(&self.corrections).unwrap()
    }

    fn articles(&self) -> Vec<Vec<Resolved>> {
        let articles = self.article.iter();
        articles.flat_map(|article| vec![article.resolve(); article.copies]).collect()
    }

    /// What is not as it should be.
    fn check(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut tell = |what: String, mut got: Vec<String>, expect: &[String], ordered: bool| {
            let mut expect = expect.to_vec();
            if !ordered {
                got.sort();
                expect.sort();
            }
            if got != expect {
                wrong.push(format!("{what}: {got:#?}, expected {expect:#?}"));
            }
        };
        for article in &self.article {
            let names = article.resolve();
            let title = article.title.as_deref().unwrap_or("an article");
            if let Some(expect) = &article.names {
                let got = names.iter().map(told_resolved).collect();
                tell(format!("names of {title}"), got, expect, false);
            }
            let most = names.iter().take(article.first.len()).map(|name| name.name.clone());
            tell(format!("first names of {title}"), most.collect(), &article.first, true);
        }
        let (counts, corrections) = (count(&self.articles()), self.corrections());
        let unwanted: BTreeSet<&ArticleName> =
            counts.names().filter(|name| corrections.is_unwanted(&name.name)).collect();
        let built = aliases::build(&counts, &corrections);
        let table = NameTable::new(encode(&built, &unwanted)).unwrap();
        assert_eq!(table.entries().collect::<Vec<_>>(), built);
        let entries: Vec<String> = built.iter().map(told_entry).collect();
        if let Some(expect) = &self.table {
            tell("table".into(), entries.clone(), expect, false);
        }
        for expect in &self.table_has {
            if !entries.contains(expect) {
                tell("table".into(), entries.clone(), std::slice::from_ref(expect), false);
            }
        }
        for (question, expect) in &self.matching {
            let (kind, text) = match question.split_once(':') {
                Some((kind, text)) => (Some(kind.parse().unwrap()), text),
                None => (None, question.as_str()),
            };
            let found = table.matching(kind, text);
            let names = found.iter().map(|found| built[found.entry].name.clone()).collect();
            tell(format!("what `{question}` finds"), names, expect, true);
        }
        for entry in &built {
            for member in &entry.members {
                let canonical = table.canonical(member).unwrap();
                assert_eq!((canonical.kind, &canonical.name), (entry.kind, &entry.name));
            }
        }
        assert!(unwanted.iter().all(|name| table.canonical(name).is_none()));
        wrong
    }
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/aliases");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_case_comes_out() {
    let mut wrong = Vec::new();
    for path in cases() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        wrong.extend(Case::read(&path).check().into_iter().map(|line| format!("{name}: {line}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The articles of all cases.
fn archive() -> Vec<Vec<Resolved>> {
    cases().iter().flat_map(|path| Case::read(path).articles()).collect()
}

/// Some order of them.
fn shuffled() -> impl Strategy<Value = Vec<usize>> {
    Just((0..archive().len()).collect::<Vec<_>>()).prop_shuffle()
}

fn in_order(order: &[usize]) -> Vec<Vec<Resolved>> {
    let articles = archive();
    order.iter().map(|at| articles[*at].clone()).collect()
}

fn build(counts: &NameCounts) -> Vec<Entry> {
    aliases::build(counts, &Corrections::default())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_articles_makes_no_difference(order in shuffled()) {
        let (counts, shuffled) = (count(&archive()), count(&in_order(&order)));
        prop_assert_eq!(build(&shuffled), build(&counts));
        prop_assert_eq!(shuffled, counts);
    }

    #[test]
    fn no_name_of_a_kind_stands_twice(order in shuffled(), kept in 0..60_usize) {
        let articles = in_order(&order);
        let articles = &articles[..kept.min(articles.len())];
        let table = build(&count(articles));
        let mut names: Vec<_> = table.iter().map(|e| (e.kind, &e.name)).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        prop_assert_eq!(names.len(), all);
    }

    #[test]
    fn any_text_is_resolved(
        title in "\\PC{0,30}",
        body in "((Mr|President|Xi|Jinping|Bush|George W\\.|al-|Jr\\.|\u{e9}|NATO|\\(|\\)|, |Texas|'s|\u{201c}|and|the)[ ]?){0,30}",
        cuts in prop::collection::vec((0..200_usize, 0..30_usize, 0..4_usize), 0..20),
    ) {
        let labels = [Label::Person, Label::Org, Label::Place, Label::Misc];
        let found: Vec<Found> = cuts
            .iter()
            .map(|(start, length, label)| Found {
                range: *start..start + length,
                label: labels[*label],
            })
            .collect();
        for name in resolve(Some(&title), &found, &body, &found) {
            prop_assert!(!name.name.is_empty() && !name.forms.is_empty());
            prop_assert!(name.body.iter().all(|range| body.get(range.clone()).is_some()));
            prop_assert!(name.title.iter().all(|range| title.get(range.clone()).is_some()));
        }
    }
}
