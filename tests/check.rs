//! What no checksum tells: an index whose bytes are as they were written, and were written wrong.
//!
//! 1. `check` says what is at odds: terms, columns, passages and names against the stored text, ids,
//!    files, tables; and what of it mends it.
//! 2. A repair reads again just the files concerned, and ends with what a fresh index has.
//! 3. Files that changed since the last run are counted and are nothing wrong.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use dateline::analysis::Termer;
use dateline::article::{Article, ArticleName, EntityKind, Named, Passage};
use dateline::backend::Searcher;
use dateline::backend::local::{Barren, CheckProgress, Mend, State, TableFile, Writer};
use dateline::indexer::{self, Account, CheckOptions, Checkup, Progress, Repair};
use dateline::schema::{self, Analysed, FileStamp};
use dateline::words::WordList;
use dateline::{entities, passage};

use support::{World, canonical};

const HARBOUR: &str = "Harbour opens\n\nThe harbour of Ansley opened on Monday. Mayor Ann Lee cut a \
                       ribbon.\n\nBoats from Kyiv came in the evening.";

fn archive() -> World {
    let world = World::new(1);
    world.write("harbour.txt", HARBOUR);
    world.write("copy/harbour.txt", HARBOUR);
    world.write("strike.txt", "Ferry strike\n\nThe crews walked out over a new rota on Friday.");
    world.write("empty.txt", "");
    let record = |n| format!("{{\"id\": {n}, \"title\": \"R {n}\", \"text\": \"Record {n}.\"}}\n");
    world.write("records.jsonl", &(1..6).map(record).collect::<String>());
    world.sync();
    world
}

fn options(index: &Path) -> CheckOptions<'_> {
    CheckOptions { index, quick: false, threads: 1 }
}

fn check(world: &World) -> Checkup {
    let (progress, stop) = (CheckProgress::default(), AtomicBool::new(false));
    indexer::check(&options(&world.index()), &progress, &stop).unwrap()
}

/// What is wrong: kind and place, and by what it is mended.
fn problems(checkup: &Checkup) -> Vec<String> {
    let mended_by = |mend: &Mend| match mend {
        Mend::Files(keys) => format!("read {}", keys.join(" ")),
        Mend::Segment(_) => "segment".to_owned(),
        Mend::Tables => "tables".to_owned(),
        Mend::FileList => "list".to_owned(),
        Mend::Rebuild => "rebuild".to_owned(),
    };
    let all = checkup.found.problems.iter();
    all.map(|one| format!("{} {}: {}", one.damage, one.at, mended_by(&one.mend))).collect()
}

fn repair(world: &World) -> Option<Repair> {
    let progress = (&CheckProgress::default(), &Progress::default());
    let sync = indexer::Options { folders: Vec::new(), ..world.options() };
    let stop = AtomicBool::new(false);
    indexer::repair(&options(&world.index()), &sync, progress, &stop).unwrap().1
}

/// Repairs, and asserts that all is well and that so many files were read.
fn expect_repaired(world: &World, expect: &[String], files_read: u64) {
    let repair = repair(world).unwrap();
    assert_eq!(problems(&repair.after), [""; 0]);
    assert_eq!(repair.report.files_read, files_read);
    assert_eq!(canonical(&world.open()), expect);
}

/// What an article comes to.
fn analysed(article: &Article, text_of: &Article) -> (Vec<Passage>, Analysed) {
    let words = WordList::of(&text_of.body);
    let parts = passage::split(&text_of.body, &words, article.lang.as_deref());
    let names = entities::named(text_of, &parts.passages, &words, true);
    let analysed = schema::analyse(text_of, &parts, &words, names, &mut Termer::default());
    (parts.passages, analysed)
}

/// Replaces an article by what `tamper` makes of it.
fn replace(
    world: &World,
    id: &str,
    tamper: impl FnOnce(Article, FileStamp) -> (Article, Vec<Passage>, Analysed, FileStamp),
) {
    let searcher = world.open();
    let article = as_stored(world, id);
    let stamp = searcher.file_of(id).unwrap().unwrap();
    let mut writer = Writer::open(&world.index(), 1).unwrap();
    writer.remove_file(&stamp.key);
    let (article, passages, analysed, stamp) = tamper(article, stamp);
    let document = writer.document(article, &passages, &analysed, &stamp).unwrap();
    writer.add(document).unwrap();
    let state = writer.state().clone();
    writer.commit(state).unwrap();
    writer.finish().unwrap();
}

/// An article as it is stored, without the names that the archive knows.
fn as_stored(world: &World, id: &str) -> Article {
    let mut found = None;
    world
        .open()
        .each(&mut |stored| {
            if stored.article.id == id {
                found = Some(stored.article);
            }
        })
        .unwrap();
    found.unwrap()
}

fn set_state(world: &World, change: impl FnOnce(&mut State)) {
    let mut writer = Writer::open(&world.index(), 1).unwrap();
    let mut state = writer.state().clone();
    change(&mut state);
    writer.commit(state).unwrap();
    writer.finish().unwrap();
}

#[test]
fn a_sound_index_has_no_problems() {
    let world = archive();
    let checkup = check(&world);
    assert_eq!(problems(&checkup), [""; 0]);
    assert_eq!((checkup.found.articles, checkup.found.compared), (8, 8));
    assert_eq!(checkup.account, Some(Account { indexed: 4, barren: 1, ..Account::default() }));
    assert!(repair(&world).is_none());
}

#[test]
fn terms_of_another_text_are_found() {
    let world = archive();
    let expect = canonical(&world.open());
    replace(&world, "strike.txt", |article, stamp| {
        let other = Article { body: article.body.replace("crews", "crowds"), ..article.clone() };
        let (passages, analysed) = analysed(&article, &other);
        // A letter longer; what is stored goes with what is stored.
        let passages = passages.into_iter().map(|p| p.start..p.end - 1).collect();
        (article, passages, analysed, stamp)
    });
    assert_eq!(
        problems(&check(&world)),
        [
            "columns strike.txt: read strike.txt",
            "terms strike.txt: read strike.txt",
            &format!("table {}: tables", table(&world)),
        ]
    );
    expect_repaired(&world, &expect, 1);
}

/// The table of stories, which knows articles by their words.
fn table(world: &World) -> String {
    world.open().state().stories.clone().unwrap().file
}

#[test]
fn names_that_the_text_has_not_are_found() {
    let world = archive();
    let expect = canonical(&world.open());
    replace(&world, "strike.txt", |article, stamp| {
        let words = WordList::of(&article.body);
        let parts = passage::split(&article.body, &words, article.lang.as_deref());
        let name = ArticleName { kind: EntityKind::Person, name: "Eve Adams".into(), within: None };
        let named = Named { name, forms: [("Eve Adams".to_owned(), 1)].into(), passages: vec![1] };
        let mut termer = Termer::default();
        let analysed = schema::analyse(&article, &parts, &words, vec![named], &mut termer);
        (article, parts.passages, analysed, stamp)
    });
    let found = problems(&check(&world));
    for expected in [
        "columns strike.txt: read strike.txt",
        "terms strike.txt: read strike.txt",
        "passages strike.txt: read strike.txt",
    ] {
        assert!(found.contains(&expected.to_owned()), "{found:?}");
    }
    expect_repaired(&world, &expect, 1);
}

#[test]
fn an_id_that_stands_twice_is_found() {
    let world = archive();
    let expect = canonical(&world.open());
    let article = as_stored(&world, "records.jsonl#3");
    replace(&world, "strike.txt", |_, stamp| {
        let (passages, analysed) = analysed(&article, &article);
        (article.clone(), passages, analysed, stamp)
    });
    let found = problems(&check(&world));
    assert!(
        found.contains(&"duplicate-id records.jsonl#3: read records.jsonl strike.txt".to_owned()),
        "{found:?}"
    );
    expect_repaired(&world, &expect, 2);
}

#[test]
fn articles_of_two_states_of_a_file_are_found() {
    let world = archive();
    let expect = canonical(&world.open());
    let mut writer = Writer::open(&world.index(), 1).unwrap();
    let article = Article { id: "records.jsonl#9".into(), ..as_stored(&world, "records.jsonl#3") };
    let (passages, analysed) = analysed(&article, &article);
    let stamp = world.open().file_of("records.jsonl#3").unwrap().unwrap();
    let stamp = FileStamp { size: stamp.size + 1, ..stamp };
    writer.add(writer.document(article, &passages, &analysed, &stamp).unwrap()).unwrap();
    let state = writer.state().clone();
    writer.commit(state).unwrap();
    writer.finish().unwrap();
    let found = problems(&check(&world));
    assert!(found.contains(&"file records.jsonl: read records.jsonl".to_owned()), "{found:?}");
    expect_repaired(&world, &expect, 1);
}

#[test]
fn what_is_remembered_of_files_is_held_against_the_articles() {
    let world = archive();
    let expect = canonical(&world.open());
    set_state(&world, |state| {
        let (key, reason, code) = ("strike.txt".into(), "it is empty".into(), "empty".into());
        state.barren.push(Barren { key, size: 1, mtime_ns: 1, reason, code });
    });
    assert_eq!(problems(&check(&world)), ["file strike.txt: read strike.txt"]);
    expect_repaired(&world, &expect, 1);
}

#[test]
fn tables_are_held_against_the_articles() {
    let world = archive();
    let expect = canonical(&world.open());
    let State { stories, names, .. } = world.open().state().clone();
    let (stories, names) = (stories.unwrap(), names.unwrap());
    // Gone.
    fs::remove_file(world.index().join(&stories.file)).unwrap();
    assert_eq!(problems(&check(&world)), [format!("missing-file {}: tables", stories.file)]);
    expect_repaired(&world, &expect, 0);
    // Whole, and of other articles: as it was before a file came.
    world.write("new.txt", "News of Odesa\n\nMayor Eve Adams of Odesa met Ann Lee.");
    world.sync();
    let expect = canonical(&world.open());
    let old = |table: &TableFile| Some(TableFile { file: table.file.clone(), whole: true });
    set_state(&world, |state| (state.stories, state.names) = (old(&stories), old(&names)));
    let mut found = problems(&check(&world));
    found.sort();
    let mut expected =
        [&stories, &names].map(|table| format!("table {}: tables", table.file)).to_vec();
    expected.sort();
    assert_eq!(found, expected);
    expect_repaired(&world, &expect, 0);
}

#[test]
fn what_changed_in_the_folders_is_counted_and_no_problem() {
    let world = archive();
    world.write("strike.txt", "Ferry strike\n\nIt is over.");
    world.write("new.txt", "New\n\nA new text.");
    world.remove("harbour.txt");
    let checkup = check(&world);
    assert_eq!(problems(&checkup), [""; 0]);
    let counted =
        Account { indexed: 2, barren: 1, changed: 1, new: 1, vanished: 1, ..Account::default() };
    assert_eq!(checkup.account, Some(counted));
    fs::rename(world.files(), world.files().with_extension("away")).unwrap();
    let account = check(&world).account.unwrap();
    assert_eq!((account.out_of_reach, account.roots_missing.len()), (4, 1));
}

#[test]
fn nothing_is_taken_out_that_cannot_be_read_again() {
    let world = archive();
    let expect = canonical(&world.open());
    let store = fs::read_dir(world.index()).unwrap().map(|entry| entry.unwrap().path());
    let store = store.into_iter().find(|path| path.extension().is_some_and(|e| e == "store"));
    let store = store.unwrap();
    let whole = fs::read(&store).unwrap();
    fs::write(&store, &whole[..whole.len() / 2]).unwrap();
    let away = world.files().with_extension("away");
    fs::rename(world.files(), &away).unwrap();
    let progress = (&CheckProgress::default(), &Progress::default());
    let sync = indexer::Options { folders: Vec::new(), ..world.options() };
    let index = world.index();
    let error = indexer::repair(&options(&index), &sync, progress, &AtomicBool::new(false));
    let error = format!("{:#}", error.unwrap_err());
    assert!(error.contains("is not there to be read again"), "{error}");
    fs::rename(&away, world.files()).unwrap();
    assert_eq!(repair(&world).unwrap().mending.segments.len(), 1);
    assert_eq!(problems(&check(&world)), [""; 0]);
    assert_eq!(canonical(&world.open()), expect);
}
