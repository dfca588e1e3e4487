//! Copies of articles, from the files to what a search folds:
//!
//! 1. What is a copy of what depends on the articles alone: after any sequence of added, changed
//!    and removed files, and with any number of threads, it is what a fresh index says.
//! 2. That holds for crowds too, where many articles are written on one form.
//! 3. A run that was stopped leaves copies that are not all known, and says so; the next finds
//!    them. So does the next run where the table is gone or damaged.
//! 4. A story takes one place in an answer, the best; pages of an answer do not overlap and miss
//!    nothing, in every order.
//! 5. What is similar: copies earliest first with what they share, related coverage without them.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::atomic::AtomicBool;

use dateline::backend::local::LocalSearcher;
use dateline::backend::{Searcher, Sort};
use dateline::indexer::{self, Progress};
use dateline::query::Query;
use dateline::search::{self, Ask};
use proptest::prelude::*;

use support::{Dice, World, ask, ids, parse, run};

/// Words that no other seed has.
fn prose(seed: u64, words: u64) -> Vec<String> {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9));
    let word = |dice: &mut Dice| {
        (0..3)
            .map(|_| ["ka", "lo", "mi", "ru", "sen", "tor", "vel", "ash"][dice.below(8) as usize])
            .collect::<String>()
    };
    (0..words).map(|_| word(&mut dice)).collect()
}

/// An edited copy: every so many words another one.
fn edited(words: &[String], every: usize, seed: u64) -> String {
    let mut dice = Dice(seed);
    let edited = words.iter().enumerate().map(|(at, word)| {
        let mut other = || prose(dice.below(1 << 30) + (1 << 30), 1).concat() + "ing";
        if at % every == every - 1 { other() } else { word.clone() }
    });
    edited.collect::<Vec<_>>().join(" ")
}

/// A record of a JSON lines file.
fn record(id: &str, source: &str, date: &str, text: &str) -> String {
    let record = serde_json::json!({
        "id": id, "title": format!("Headline {id}"), "source": source, "date": date, "text": text,
    });
    format!("{record}\n")
}

/// The stories of an index: each as its ids, in order.
fn stories(searcher: &LocalSearcher) -> BTreeSet<Vec<String>> {
    let all = Ask { text: false, ..ask(Query::All) };
    let mut stories = BTreeSet::new();
    for id in ids(&run(searcher, &all)) {
        let Some(story) = searcher.story(&id).unwrap() else { continue };
        let mut members: Vec<String> = story.copies.into_iter().map(|copy| copy.id).collect();
        members.push(id);
        members.sort();
        assert_eq!(members.first(), Some(&story.id));
        stories.insert(members);
    }
    let all: Vec<&String> = stories.iter().flatten().collect();
    let distinct: BTreeSet<&String> = all.iter().copied().collect();
    assert_eq!(all.len(), distinct.len(), "an article is in two stories");
    stories
}

/// The same files in an index of their own.
fn fresh(world: &World, threads: usize) -> BTreeSet<Vec<String>> {
    let dir = tempfile::tempdir().unwrap();
    let index = dir.path().join("index");
    let options = support::options(&index, &[&world.files()], threads);
    indexer::sync(&options, &Progress::default(), &AtomicBool::new(false)).unwrap();
    stories(&LocalSearcher::open(&index).unwrap())
}

#[test]
fn a_wire_story_is_one_story_and_another_is_not() {
    let world = World::new(2);
    let (wire, other) = (prose(1, 200), prose(2, 200));
    world.write("a.txt", &wire.join(" "));
    world.write("b.txt", &edited(&wire, 15, 7));
    world.write("c.txt", &wire[..80].join(" "));
    world.write("d.txt", &other.join(" "));
    world.write("e.txt", &format!("{} {}", other[..150].join(" "), wire[..15].join(" ")));
    world.sync();
    let story = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let found = stories(&world.open());
    assert_eq!(found, [story(&["a.txt", "b.txt", "c.txt"]), story(&["d.txt", "e.txt"])].into());
    let stats = world.open().stats().unwrap();
    assert_eq!((stats.stories, stats.in_stories, stats.copies_known), (2, 5, true));
    let tables = || {
        let names = fs::read_dir(world.index()).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().starts_with("stories.")).count()
    };
    assert_eq!(tables(), 1);

    // A run that changes nothing writes nothing; what links two goes and the story with it.
    let before = fs::read(world.index().join("meta.json")).unwrap();
    world.sync();
    assert_eq!(fs::read(world.index().join("meta.json")).unwrap(), before);
    world.remove("a.txt");
    world.sync();
    assert_eq!(stories(&world.open()), fresh(&world, 1));
    for number in 0..4 {
        world.write("f.txt", &format!("{} {number}", prose(3, 60).join(" ")));
        world.sync();
    }
    assert!(tables() <= 2, "old tables are left");
}

#[test]
fn a_stopped_run_says_that_copies_are_not_known_and_the_next_one_finds_them() {
    let world = World::new(1);
    world.write("a.txt", &prose(1, 100).join(" "));
    world.write("b.txt", &prose(1, 100).join(" "));
    let stopped = AtomicBool::new(true);
    indexer::sync(&world.options(), &Progress::default(), &stopped).unwrap();
    assert!(!world.open().stats().unwrap().copies_known);
    world.sync();
    let found = stories(&world.open());
    assert_eq!(found.len(), 1);
    let table = || {
        let file = world.open().state().stories.clone().unwrap();
        world.index().join(file.file)
    };
    for damage in [None, Some("stories\x01 cut"), Some("")] {
        let path = table();
        match damage {
            None => fs::remove_file(&path).unwrap(),
            Some(text) => fs::write(&path, text).unwrap(),
        }
        assert!(stories(&world.open()).is_empty());
        world.sync();
        assert_eq!(stories(&world.open()), found);
    }
}

#[test]
fn crowds_on_one_form_come_out_as_in_a_fresh_index() {
    let form = prose(9, 40);
    let page = |number: u64, words: u64| {
        // The half that is the form is in all of them, the other half in two.
        format!("{} {}", form.join(" "), prose(1000 + number / 2, words).join(" "))
    };
    let world = World::new(2);
    for number in 0..60 {
        world.write(&format!("{number:03}.txt"), &page(number, 44));
    }
    world.sync();
    assert_eq!(stories(&world.open()), fresh(&world, 4));
    // The crowd forms, grows, is left by its pivots and is none any more.
    for number in 60..160 {
        world.write(&format!("{number:03}.txt"), &page(number, 44));
        if number % 25 == 0 {
            world.sync();
            assert_eq!(stories(&world.open()), fresh(&world, 1), "{number}");
        }
    }
    for number in 0..130 {
        world.remove(&format!("{number:03}.txt"));
        if number % 30 == 0 {
            world.sync();
            assert_eq!(stories(&world.open()), fresh(&world, 2), "{number} removed");
        }
    }
    world.sync();
    assert_eq!(stories(&world.open()), fresh(&world, 1));
}

/// What a newsroom does to its folder.
#[derive(Debug, Clone)]
enum Step {
    /// (file, story, edit)
    Write(u8, u8, u8),
    Remove(u8),
    Sync,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..24_u8, 0..6_u8, 0..9_u8).prop_map(|(file, story, edit)| Step::Write(file, story, edit)),
        2 => (0..24_u8).prop_map(Step::Remove),
        1 => Just(Step::Sync),
    ];
    prop::collection::vec(step, 5..60)
}

/// A story edited in one of several ways, from not at all to hardly to be known again.
fn piece(story: u8, edit: u8) -> String {
    let words = prose(u64::from(story) + 1, 90);
    match edit {
        0 | 1 => words.join(" "),
        2 => words[..40].join(" "),
        3 => words[45..].join(" "),
        4 => format!("{} {}", words[..50].join(" "), prose(99, 30).join(" ")),
        5 => words[..12].join(" "),
        6 => format!("{} {}", words.join(" "), prose(u64::from(story) + 2, 90).join(" ")),
        edit => edited(&words, 4 + usize::from(edit), u64::from(edit)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn copies_depend_on_the_articles_alone(steps in steps(), threads in 1..4_usize) {
        let world = World::new(threads);
        let mut there = BTreeSet::new();
        world.write("stays.txt", &piece(0, 0));
        for step in steps {
            match step {
                Step::Write(file, story, edit) => {
                    world.write(&format!("{file}.txt"), &piece(story, edit));
                    there.insert(file);
                }
                Step::Remove(file) => {
                    if there.remove(&file) {
                        world.remove(&format!("{file}.txt"));
                    }
                }
                Step::Sync => {
                    world.sync();
                }
            }
        }
        world.sync();
        prop_assert_eq!(stories(&world.open()), fresh(&world, 5 - threads));
    }
}

/// Twelve stories on one matter, some of them in several papers.
fn archive() -> World {
    let world = World::new(2);
    let mut lines = String::new();
    for story in 0..12_u64 {
        let words = prose(50 + story, 120);
        for copy in 0..1 + story % 4 {
            let text = format!("Harbour strike. {}", edited(&words, 20, copy + 1));
            let date = format!("2025-04-{:02}", 1 + (story * 7 + copy * 3) % 28);
            let source = format!("Paper {copy}");
            lines += &record(&format!("{story:02}-{copy}"), &source, &date, &text);
        }
    }
    world.write("wire.jsonl", &lines);
    world.sync();
    world
}

#[test]
fn a_story_takes_one_place_and_pages_miss_nothing() {
    let world = archive();
    let searcher = world.open();
    let found = stories(&searcher);
    assert_eq!(found.iter().map(Vec::len).collect::<BTreeSet<_>>(), [2, 3, 4].into());
    for sort in [Sort::Relevance, Sort::Newest, Sort::Oldest] {
        let each = Ask { sort, ..ask(parse("harbour strike")) };
        let unfolded = run(&searcher, &each);
        assert_eq!((unfolded.total, unfolded.folded), (30, None));
        let folded = run(&searcher, &Ask { fold: true, ..each.clone() });
        assert_eq!((folded.total, folded.hits.len()), (30, 12));
        let what = folded.folded.unwrap();
        assert_eq!((what.articles, what.more), (18, false));
        // The one shown is the first of its story, and the order stays.
        let mut seen = BTreeSet::new();
        let heads = unfolded
            .hits
            .iter()
            .filter(|hit| seen.insert(hit.story.clone().unwrap_or_else(|| hit.article.id.clone())));
        let heads: Vec<String> = heads.map(|hit| hit.article.id.clone()).collect();
        assert_eq!(ids(&folded), heads, "{sort:?}");
        for size in [1, 5, 12] {
            let mut paged = Vec::new();
            for offset in (0..).step_by(size) {
                let page = Ask { fold: true, limit: size, offset, ..each.clone() };
                let page = run(&searcher, &page);
                paged.extend(ids(&page));
                assert_eq!(page.folded.unwrap().more, paged.len() < 12);
                if !page.folded.unwrap().more {
                    break;
                }
            }
            assert_eq!(paged, heads, "{sort:?} by {size}");
        }
    }
}

#[test]
fn a_hit_names_all_its_copies_whether_or_not_they_match() {
    let searcher = archive().open();
    let found = run(&searcher, &Ask { fold: true, ..ask(parse("harbour source:\"Paper 2\"")) });
    assert_eq!(found.hits.len(), 6);
    for hit in &found.hits {
        let copies: BTreeMap<_, _> =
            hit.copies.iter().map(|copy| (copy.id.as_str(), copy.source.as_deref())).collect();
        assert_eq!(copies.len() as u64, 2 + u64::from(hit.copies.len() == 3));
        assert!(copies.values().all(|source| source.is_some_and(|name| name != "Paper 2")));
        assert!(hit.copies.iter().all(|copy| copy.published.is_some()));
        assert_eq!(hit.story.as_deref(), copies.keys().next().copied());
    }
}

#[test]
fn what_is_similar() {
    let searcher = archive().open();
    let found = search::similar(&searcher, "wire.jsonl#03-1", 4).unwrap().unwrap();
    let copies: Vec<&str> = found.copies.iter().map(|copy| copy.article.id.as_str()).collect();
    // 22, (25), 28 and, past the end of the month, 3 April.
    assert_eq!(copies, ["wire.jsonl#03-3", "wire.jsonl#03-0", "wire.jsonl#03-2"]);
    assert_eq!(found.first.as_deref(), Some("wire.jsonl#03-3"));
    assert_eq!(found.story.as_deref(), Some("wire.jsonl#03-0"));
    for copy in &found.copies {
        assert!((0.7..1.0).contains(&copy.of_copy), "{}", copy.of_copy);
        assert!((0.7..1.0).contains(&copy.of_article), "{}", copy.of_article);
    }
    assert!(found.related.hits.iter().all(|hit| !hit.article.id.contains("#03-")));
    assert!(search::similar(&searcher, "wire.jsonl#none", 4).unwrap().is_none());
}
