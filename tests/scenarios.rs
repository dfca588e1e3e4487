//! What a newsroom expects. Every folder of `tests/fixtures/scenarios` holds an archive,
//! `articles.jsonl`, and what is asked of it, `searches.json`: one behaviour a folder, told by its
//! name, and a new case is a new folder. Articles go by the ids of their records. A search says
//! what it expects and nothing else is looked at; see [`Search`].
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use dateline::backend::Sort;
use dateline::hits::{Hit, Hits, Reading};
use dateline::search::{Ask, Words};
use serde::Deserialize;

use support::{World, ask, parse, run};

/// What is asked, and what must come of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Search {
    /// As it is typed.
    query: String,
    /// `auto` unless told: relaxed where too little holds every word.
    #[serde(default)]
    words: Taken,
    #[serde(default)]
    sort: Order,
    limit: Option<usize>,
    #[serde(default)]
    offset: usize,
    /// How many passages are shown of each article.
    passages: Option<usize>,

    /// The articles in this order.
    ids: Option<Vec<String>>,
    /// The articles in any order.
    set: Option<Vec<String>>,
    total: Option<u64>,
    reading: Option<Reading>,
    /// How many hold every word, where the answer is relaxed.
    whole: Option<u64>,
    undated: Option<u64>,
    /// Words that were not looked for.
    ignored: Option<Vec<String>>,
    /// Of each article, what is marked in the passages shown, in reading order.
    #[serde(default)]
    marks: BTreeMap<String, Vec<String>>,
    /// Of each article, what is marked in the headline.
    #[serde(default)]
    title_marks: BTreeMap<String, Vec<String>>,
    /// Of each article, the words that it lacks.
    #[serde(default)]
    missing: BTreeMap<String, Vec<String>>,
    /// Of each article, the numbers of the passages shown.
    #[serde(default)]
    shown: BTreeMap<String, Vec<usize>>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Taken {
    #[default]
    Auto,
    All,
    Any,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Order {
    #[default]
    Relevance,
    Newest,
    Oldest,
}

impl Search {
    fn ask(&self) -> Ask {
        Ask {
            words: match self.words {
                Taken::Auto => Words::Auto,
                Taken::All => Words::All,
                Taken::Any => Words::Any,
            },
            sort: match self.sort {
                Order::Relevance => Sort::Relevance,
                Order::Newest => Sort::Newest,
                Order::Oldest => Sort::Oldest,
            },
            limit: self.limit.unwrap_or(10),
            offset: self.offset,
            passages: self.passages.unwrap_or(3),
            ..ask(parse(&self.query))
        }
    }

    /// What is not as it should be.
    fn check(&self, hits: &Hits, wrong: &mut Vec<String>) {
        let name = |hit: &Hit| hit.article.record.clone().unwrap_or_default();
        let found: Vec<String> = hits.hits.iter().map(name).collect();
        let mut sorted = found.clone();
        sorted.sort();
        let mut tell = |what: &str, got: String, expect: String| {
            if got != expect {
                wrong.push(format!("`{}`: {what} {got}, expected {expect}", self.query));
            }
        };
        if let Some(ids) = &self.ids {
            tell("ids", format!("{found:?}"), format!("{ids:?}"));
        }
        if let Some(set) = &self.set {
            let mut set = set.clone();
            set.sort();
            tell("set", format!("{sorted:?}"), format!("{set:?}"));
        }
        if let Some(total) = self.total {
            tell("total", hits.total.to_string(), total.to_string());
        }
        if let Some(reading) = self.reading {
            tell("reading", format!("{:?}", hits.reading), format!("{reading:?}"));
        }
        if let Some(whole) = self.whole {
            tell("whole", format!("{:?}", hits.whole), format!("{:?}", Some(whole)));
        }
        if let Some(undated) = self.undated {
            tell("undated", format!("{:?}", hits.undated), format!("{:?}", Some(undated)));
        }
        if let Some(ignored) = &self.ignored {
            tell("ignored", format!("{:?}", hits.ignored), format!("{ignored:?}"));
        }
        let hit = |id: &str| hits.hits.iter().find(|hit| name(hit) == id);
        let mut of_hit = |what: &str, id: &str, got: Option<String>, expect: String| {
            tell(&format!("{what} of {id}"), got.unwrap_or_else(|| "not found".into()), expect);
        };
        for (id, marks) in &self.marks {
            let marked = |hit: &Hit| -> Vec<String> {
                let marks = hit.passages.iter().flat_map(|passage| passage.marks.clone());
                marks.map(|mark| hit.article.body[mark].to_owned()).collect()
            };
            of_hit(
                "marks",
                id,
                hit(id).map(|hit| format!("{:?}", marked(hit))),
                format!("{marks:?}"),
            );
        }
        for (id, marks) in &self.title_marks {
            let marked = |hit: &Hit| -> Vec<String> {
                let title = hit.article.title.as_deref().unwrap_or_default();
                hit.title_marks.iter().map(|mark| title[mark.clone()].to_owned()).collect()
            };
            let got = hit(id).map(|hit| format!("{:?}", marked(hit)));
            of_hit("headline marks", id, got, format!("{marks:?}"));
        }
        for (id, missing) in &self.missing {
            let got = hit(id).map(|hit| format!("{:?}", hit.missing));
            of_hit("missing", id, got, format!("{missing:?}"));
        }
        for (id, shown) in &self.shown {
            let numbers = |hit: &Hit| hit.passages.iter().map(|passage| passage.number).collect();
            let got = hit(id).map(numbers).map(|numbers: Vec<usize>| format!("{numbers:?}"));
            of_hit("shown", id, got, format!("{shown:?}"));
        }
    }
}

#[test]
fn newsrooms_get_what_they_expect() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/scenarios");
    let mut cases: Vec<_> =
        fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 12, "scenarios are missing from {}", root.display());
    let mut wrong = Vec::new();
    for case in cases {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let articles = fs::read_to_string(case.join("articles.jsonl")).unwrap();
        let searches = fs::read_to_string(case.join("searches.json")).unwrap();
        let searches: Vec<Search> =
            serde_json::from_str(&searches).unwrap_or_else(|error| panic!("{name}: {error}"));
        let world = World::new(1);
        world.write("articles.jsonl", &articles);
        let report = world.sync();
        assert!(report.skipped.is_empty(), "{name}: {:?}", report.skipped);
        let searcher = world.open();
        for search in &searches {
            let mut of_search = Vec::new();
            search.check(&run(&searcher, &search.ask()), &mut of_search);
            wrong.extend(of_search.into_iter().map(|line| format!("{name}: {line}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
