//! What the tests of the search core share: a folder with an index beside it.
#![allow(dead_code, clippy::unwrap_used, reason = "each test binary uses its part")]

pub(crate) mod folder;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use dateline::backend::Sort;
use dateline::backend::local::{CheckProgress, LocalSearcher};
use dateline::hits::Hits;
use dateline::indexer::{self, CheckOptions, Manner, Options, Progress, Report};
use dateline::query::{self, Query};
use dateline::search::{self, Ask, Counts, Words};
use jiff::Timestamp;
use tempfile::TempDir;

/// A small generator of numbers, the same everywhere.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// The clock of every test.
pub(crate) fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

pub(crate) fn options(index: &Path, folders: &[&Path], threads: usize) -> Options {
    Options {
        index: index.to_owned(),
        folders: folders.iter().map(|folder| folder.to_path_buf()).collect(),
        manner: Manner::default(),
        threads,
        now: now(),
    }
}

/// A folder of files and an index of it.
pub(crate) struct World {
    dir: TempDir,
    pub(crate) threads: usize,
    /// Whether texts are looked through for names; without, those of the files alone are known.
    pub(crate) names: bool,
}

impl World {
    pub(crate) fn new(threads: usize) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("files")).unwrap();
        Self { dir, threads, names: true }
    }

    pub(crate) fn files(&self) -> PathBuf {
        self.dir.path().join("files")
    }

    pub(crate) fn index(&self) -> PathBuf {
        self.dir.path().join("index")
    }

    /// Writes a file with a time stamp of its own, so that no change hides behind a coarse clock.
    pub(crate) fn write(&self, name: &str, text: &str) {
        static TICK: AtomicU64 = AtomicU64::new(1);
        let path = self.files().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        let seconds = 1_700_000_000 + TICK.fetch_add(1, Ordering::Relaxed);
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.files().join(name)).unwrap();
    }

    pub(crate) fn options(&self) -> Options {
        let manner = Manner { names: Some(self.names), ..Manner::default() };
        Options { manner, ..options(&self.index(), &[&self.files()], self.threads) }
    }

    pub(crate) fn sync(&self) -> Report {
        indexer::sync(&self.options(), &Progress::default(), &AtomicBool::new(false)).unwrap()
    }

    pub(crate) fn open(&self) -> LocalSearcher {
        LocalSearcher::open(&self.index()).unwrap()
    }
}

/// A request for everything, ready to be narrowed.
pub(crate) fn ask(query: Query) -> Ask {
    Ask {
        query,
        words: Words::All,
        limit: 100_000,
        offset: 0,
        sort: Sort::Relevance,
        passages: 3,
        text: true,
        fold: false,
        recent: None,
        why: false,
        counts: Counts::default(),
    }
}

pub(crate) fn parse(text: &str) -> Query {
    query::parse(text, now()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub(crate) fn run(searcher: &LocalSearcher, ask: &Ask) -> Hits {
    search::run(searcher, ask).unwrap_or_else(|error| panic!("{}: {error:#}", ask.query))
}

pub(crate) fn ids(hits: &Hits) -> Vec<String> {
    hits.hits.iter().map(|hit| hit.article.id.clone()).collect()
}

/// Every article of an index, by id: all that `sync` promises to make equal to the folder.
pub(crate) fn dump(searcher: &LocalSearcher) -> Vec<dateline::article::Article> {
    let hits = run(searcher, &ask(Query::All));
    let mut articles: Vec<_> = hits.hits.into_iter().map(|hit| hit.article).collect();
    articles.sort_by(|a, b| a.id.cmp(&b.id));
    articles
}

/// All that an index tells of its articles and of how they hang together, in an order of its own:
/// what two indexes of the same folder must agree in, however they came about.
pub(crate) fn canonical(searcher: &LocalSearcher) -> Vec<String> {
    use dateline::backend::Searcher;
    let mut lines = Vec::new();
    let mut ids = Vec::new();
    searcher
        .each(&mut |stored| {
            let head = dateline::article::Article { body: String::new(), ..stored.article.clone() };
            let head = serde_json::to_string(&head).unwrap();
            lines.push(format!("{head} {:?} {:?}", stored.passages, stored.article.body));
            ids.push(stored.article.id);
        })
        .unwrap();
    for id in ids {
        // With the names as the archive calls them.
        let names = searcher.article(&id).unwrap().unwrap().article.entities;
        let story = searcher.story(&id).unwrap();
        let story = story.map(|story| {
            let copies: Vec<String> = story.copies.into_iter().map(|copy| copy.id).collect();
            (story.id, copies)
        });
        lines.push(format!("{id} names {names:?} story {story:?}"));
    }
    if let Some(names) = searcher.names() {
        lines.extend(names.entries().map(|entry| format!("name {entry:?}")));
    }
    lines.push(format!("barren {:?}", searcher.state().barren));
    lines.push(format!("partial {:?}", searcher.state().partial));
    lines.sort();
    lines
}

/// What is told of a fresh index of the folder.
pub(crate) fn with_fresh<T>(folder: &Path, tell: impl FnOnce(&LocalSearcher) -> T) -> T {
    let dir = tempfile::tempdir().unwrap();
    let options = options(&dir.path().join("index"), &[folder], 2);
    indexer::sync(&options, &Progress::default(), &AtomicBool::new(false)).unwrap();
    tell(&LocalSearcher::open(&options.index).unwrap())
}

/// Asserts that `check` finds nothing wrong with an index.
pub(crate) fn check_sound(index: &Path, what: &str) {
    let options = CheckOptions { index, quick: false, threads: 2 };
    let (progress, stop) = (CheckProgress::default(), AtomicBool::new(false));
    let checkup = indexer::check(&options, &progress, &stop).unwrap();
    assert!(checkup.found.problems.is_empty(), "{what}: {:?}", checkup.found.problems);
}

/// Asserts that dumps are the same, without printing all of them.
pub(crate) fn assert_eq_lines(found: &[String], expect: &[String], what: &str) {
    for (one, other) in found.iter().zip(expect) {
        assert_eq!(one, other, "{what}");
    }
    assert_eq!(found.len(), expect.len(), "{what}");
}
