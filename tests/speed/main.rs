//! How fast lines of JSON become indexed articles, against tantivy alone with the same text (its
//! own English analyzer with positions, headline and body stored), and how fast pages become
//! articles, against parsing them to trees alone. What queries take: [`queries`].
//!
//! Both of a pair are timed by the processor time of a process of their own, one after the other and
//! several times over, with one thread. A share is the median over the rounds of what the two took next to
//! each other: on a machine that others use too, the least time of many is that of one lucky moment, which
//! one of the two may have had alone. Medians of few rounds of one build still lie a tenth apart on such a
//! machine, so a share below its floor is measured on, to [`MOST`] rounds in all.
//!
//! The build is the tests', so a share is not that of a release build; `benches/index.rs` and
//! `benches/extract.rs` measure that one. It is a program of its own, so that no other test runs beside it,
//! and its own wait for each other: what shares a processor's caches is slowed unequally.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "../../benches/bare.rs"]
mod bare;
#[path = "../quality/floors.rs"]
#[allow(dead_code)] // the gates of quality use it all
mod floors;
#[path = "../quality/page_set.rs"]
#[allow(dead_code)]
mod page_set;
mod queries;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};

use dateline::corpus::PARSER_STACK;
use dateline::indexer::{self, Manner, Options, Progress};

/// Articles of each run, and pages.
const ARTICLES: usize = 3_000;
const PAGES: usize = 200;
/// Rounds after which a share that is high enough counts. Odd, so that the median is one of them.
const ROUNDS: usize = 7;
/// Rounds after which any share counts; as odd.
const MOST: usize = 27;

/// Says to a child of a test what to read.
const INPUT: &str = "DATELINE_THROUGHPUT_INPUT";

#[test]
fn throughput() {
    let Some(data) = std::env::var_os("DATELINE_DATA") else {
        eprintln!("skipped throughput: DATELINE_DATA does not name the folder of the judged sets");
        return;
    };
    let packed = Path::new(&data).join("judged/realtimeqa/docs.jsonl.gz");
    let text = unpacked(&packed);
    let lines: String = text.lines().take(ARTICLES).map(|line| line.to_owned() + "\n").collect();
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("articles.jsonl");
    fs::write(&path, &lines).unwrap();

    let (share, [bare, ours]) = share("throughput", "bare_tantivy", "dateline", &path);
    let rate = |seconds: f64| lines.len() as f64 / 1e6 / seconds;
    eprintln!(
        "throughput: {share:.3} of bare tantivy (at best {:.1} of {:.1} MB/s, one thread, build of tests)",
        rate(ours),
        rate(bare)
    );
    hold("throughput", &packed, share);
}

#[test]
fn pages() {
    let Some(data) = std::env::var_os("DATELINE_DATA") else {
        eprintln!("skipped pages: DATELINE_DATA does not name the folder of the page sets");
        return;
    };
    let packed = Path::new(&data).join("html/trafilatura/pages.tar.xz");
    let (share, _) = share("page-speed", "bare_trees", "articles_of_pages", &packed);
    eprintln!("pages: {share:.3} as fast as parsing them to trees (build of tests)");
    hold("page-speed", &packed, share);
}

/// Times are never the same twice: the floors here are set by hand, well below what is measured,
/// where others are raised to it.
fn hold(name: &str, data: &Path, share: f64) {
    if std::env::var_os("UPDATE").is_none() {
        let measured = BTreeMap::from([("share".to_owned(), share)]);
        floors::hold(name, &floors::digest(&[data.to_owned()]), &measured);
    }
}

/// The text of a packed file.
fn unpacked(packed: &Path) -> String {
    let mut text = String::new();
    let file = fs::File::open(packed).unwrap();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    text
}

/// Whoever has it measures alone.
struct Alone {
    _guard: MutexGuard<'static, ()>,
}

impl Alone {
    fn wait() -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        Self { _guard: ALONE.lock().unwrap_or_else(PoisonError::into_inner) }
    }
}

/// What the first child takes as a share of what the second one takes: the median of the rounds. And the least
/// seconds of each.
fn share(floor: &str, first: &str, second: &str, input: &Path) -> (f64, [f64; 2]) {
    let _alone = Alone::wait();
    let (mut shares, mut least) = (Vec::new(), [f64::MAX; 2]);
    loop {
        let took = [first, second].map(|child| seconds_of(child, input));
        shares.push(took[0] / took[1]);
        least = [least[0].min(took[0]), least[1].min(took[1])];
        shares.sort_by(f64::total_cmp);
        let (rounds, median) = (shares.len(), shares[shares.len() / 2]);
        let enough = rounds >= ROUNDS && rounds % 2 == 1 && floors::holds(floor, "share", median);
        if enough || rounds == MOST {
            eprintln!("shares of {first} to {second}: {shares:.3?}");
            return (median, least);
        }
    }
}

/// The processor time that a test of this file takes in a process of its own.
fn seconds_of(child: &str, input: &Path) -> f64 {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", child, "--ignored", "--nocapture"])
        .env(INPUT, input)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    said.lines().find_map(|line| line.strip_prefix("seconds ")?.parse().ok()).unwrap()
}

/// Runs the work of a child and says what it took; nothing where no test asked for it.
fn timed<T>(prepare: impl FnOnce(&Path) -> T, work: impl FnOnce(T, &Path)) {
    let Some(input) = std::env::var_os(INPUT) else { return };
    let scratch = tempfile::tempdir().unwrap();
    let spent = || {
        let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9
    };
    let prepared = prepare(Path::new(&input));
    let before = spent();
    work(prepared, &scratch.path().join("index"));
    eprintln!("seconds {}", spent() - before);
}

#[test]
#[ignore = "a part of `throughput`, which runs it by itself"]
fn dateline() {
    timed(Path::to_owned, |lines, index| {
        let options = Options {
            index: index.to_owned(),
            folders: vec![lines],
            // Bare tantivy finds no names either.
            manner: Manner { names: Some(false), ..Manner::default() },
            threads: 1,
            now: "2026-01-01T00:00:00Z".parse().unwrap(),
        };
        let report =
            indexer::sync(&options, &Progress::default(), &AtomicBool::new(false)).unwrap();
        assert_eq!(report.added as usize, ARTICLES);
    });
}

#[test]
#[ignore = "a part of `throughput`, which runs it by itself"]
fn bare_tantivy() {
    timed(Path::to_owned, |lines, index| {
        assert_eq!(bare::index(&lines, index, 1) as usize, ARTICLES);
    });
}

#[test]
#[ignore = "a part of `pages`, which runs it by itself"]
fn articles_of_pages() {
    timed(page_set::unpack, |pages, _| {
        let read = || pages.into_iter().take(PAGES).filter_map(page_set::read_page).count();
        let thread = std::thread::Builder::new().stack_size(PARSER_STACK);
        let read =
            std::thread::scope(|scope| thread.spawn_scoped(scope, read).unwrap().join().unwrap());
        assert!(read > PAGES / 2);
    });
}

#[test]
#[ignore = "a part of `pages`, which runs it by itself"]
fn bare_trees() {
    timed(page_set::unpack, |pages, _| {
        for (name, bytes) in pages.into_iter().take(PAGES) {
            let text = String::from_utf8_lossy(&bytes);
            let tree = dom_query::Document::from(text.as_ref());
            assert!(tree.tree.len() > 1, "{name}");
        }
    });
}
