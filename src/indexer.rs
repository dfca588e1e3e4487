//! Makes an index equal to its folders: the write lane from files to a commit.
//!
//! One thread walks and reads, several parse and cut passages, the backend's own threads index.
//! What is in flight is bounded by bytes, not by how large the archive is. A commit holds whole
//! files, or says which are not whole, so that a run that was interrupted or killed goes on from
//! the last commit. Knows nothing of terminals: progress is numbers, the outcome a [`Report`].

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use crossbeam_channel::{Receiver, Sender, bounded};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::analysis::Termer;
use crate::article::{Article, DateFrom, Passage, Refusal};
use crate::backend::local::{
    self, Ahead, Barren, Given, Held, Known, Root, State, TableFile, Touched, Waiting, Writer,
    WriterLock,
};
use crate::corpus::dates::{self, Clock};
use crate::corpus::mapping::Mapping;
use crate::corpus::read::{FileRead, Limits, Piece, hash_file, read};
use crate::corpus::rules::RuleTree;
use crate::corpus::walk::{self, FileEntry, Found, WalkOptions, walk_by};
use crate::corpus::{Furniture, PARSER_STACK, Parsed, Reading, Reason, Skipped, parse};
use crate::schema::{self, Analysed, FileStamp};
use crate::words::WordList;
use crate::{entities, passage, usage};
use patience::Patience;
use survey::{Choice, Learnt, folder_of};

mod check;
mod extract;
mod patience;
mod survey;

pub use check::{Account, CheckOptions, Checkup, Repair, check, repair};
pub use extract::{Again, Extraction, Fate, extract, read_again};

/// Longest time between two commits of a long run.
const COMMIT_EVERY: Duration = Duration::from_secs(60);

/// What to index, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the index stands or will stand.
    pub index: PathBuf,
    /// Folders or single files to follow from now on; with none, those of the last time.
    pub folders: Vec<PathBuf>,
    /// How to read them, where it is said.
    pub manner: Manner,
    /// Threads that parse, and threads that index; at least 1.
    pub threads: usize,
    /// The present, for dates that lie in the future.
    pub now: jiff::Timestamp,
}

/// How files are read. What is not said is as the last time, or else as usual; the index keeps
/// it for each folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manner {
    /// Where the fields of records are, if not under their usual names.
    pub mapping: Option<Mapping>,
    /// See [`Limits::max_article_bytes`].
    pub max_article_bytes: Option<u64>,
    /// See [`Limits::max_ratio`].
    pub max_ratio: Option<u64>,
    /// Whether symbolic links are followed.
    pub follow: Option<bool>,
    /// Whether the texts are looked through for names.
    pub names: Option<bool>,
    /// See [`Limits::max_time`]; in seconds.
    pub max_seconds: Option<u64>,
}

impl Manner {
    /// As a folder was read the last time.
    fn of(root: &Root) -> Self {
        serde_json::from_str(&root.reading).unwrap_or_default()
    }

    /// This, and where it says nothing the other.
    fn or(&self, other: Self) -> Self {
        Self {
            mapping: self.mapping.clone().or(other.mapping),
            max_article_bytes: self.max_article_bytes.or(other.max_article_bytes),
            max_ratio: self.max_ratio.or(other.max_ratio),
            follow: self.follow.or(other.follow),
            // Said or not, what is usual is one way of reading.
            names: self.names.or(other.names).filter(|finds| !finds),
            max_seconds: self.max_seconds.or(other.max_seconds),
        }
    }

    /// Whether the texts are looked through for names.
    fn finds_names(&self) -> bool {
        self.names.unwrap_or(true)
    }

    /// What parsing and reading go by.
    fn decided(self, now: jiff::Timestamp) -> (Reading, Limits) {
        let usual = Limits::default();
        let limits = Limits {
            max_article_bytes: self.max_article_bytes.unwrap_or(usual.max_article_bytes),
            max_ratio: self.max_ratio.unwrap_or(usual.max_ratio),
            max_time: self.max_seconds.map_or(usual.max_time, Duration::from_secs),
            ..usual
        };
        let clock = Clock::at(now);
        (Reading { mapping: self.mapping.unwrap_or_default(), clock }, limits)
    }

    fn walking(&self) -> WalkOptions {
        WalkOptions { follow: self.follow.unwrap_or_default() }
    }
}

/// What a root is read by, as the index keeps it: another manner or other rule files mean that all
/// under it is read anew.
#[derive(Serialize)]
struct ReadBy<'r> {
    #[serde(flatten)]
    manner: &'r Manner,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<&'r str>,
}

/// How far a run is; read by whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Files found so far.
    pub found: AtomicU64,
    /// Files to read; 0 until the folders are walked.
    pub files: AtomicU64,
    /// Bytes to read.
    pub bytes: AtomicU64,
    /// Files read.
    pub files_read: AtomicU64,
    /// Bytes read.
    pub bytes_read: AtomicU64,
    /// Articles indexed.
    pub articles: AtomicU64,
    /// What was used up so far.
    pub stages: Stages,
    /// Is told if another process writes to the index and is waited for.
    pub on_wait: Option<fn(&Held)>,
}

/// Processor time by stage, in nanoseconds and of all threads; 0 where the system does not tell.
#[derive(Debug, Default)]
pub struct Stages {
    /// Reading and unpacking files and cutting them into pieces.
    pub read: AtomicU64,
    /// Making articles of pieces.
    pub extract: AtomicU64,
    /// Finding words, sentences and passages.
    pub passages: AtomicU64,
    /// Finding names.
    pub names: AtomicU64,
    /// Making terms of words.
    pub analyse: AtomicU64,
    /// Making documents of articles and handing them over.
    pub documents: AtomicU64,
    /// Looking for copies and joining names, at the end.
    pub tables: AtomicU64,
    /// No time: bytes of the headlines and bodies indexed.
    pub text_bytes: AtomicU64,
}

impl Stages {
    /// Adds what was spent on articles before they became documents.
    fn add(&self, spent: &Self) {
        for (sum, part) in [
            (&self.extract, &spent.extract),
            (&self.passages, &spent.passages),
            (&self.names, &spent.names),
            (&self.analyse, &spent.analyse),
        ] {
            sum.fetch_add(part.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }
}

/// Adds up what the calling thread uses from stage to stage.
struct Lap(Option<Duration>);

impl Lap {
    fn begin() -> Self {
        Self(usage::of_thread())
    }

    /// What was used since the last end belongs to this stage.
    fn end(&mut self, stage: &AtomicU64) {
        let now = usage::of_thread();
        if let (Some(now), Some(before)) = (now, self.0) {
            let used = now.saturating_sub(before).as_nanos();
            stage.fetch_add(u64::try_from(used).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
        self.0 = now;
    }
}

/// What a run did. Counts are articles unless they say files.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// New articles.
    pub added: u64,
    /// Articles of changed files, read again.
    pub replaced: u64,
    /// Articles of files that are gone or changed.
    pub removed: u64,
    /// Articles of files that are as they were.
    pub unchanged: u64,
    /// Files read.
    pub files_read: u64,
    /// Files as they were, not read.
    pub files_unchanged: u64,
    /// Files and folders with a leading dot, passed over.
    pub hidden: u64,
    /// What is no article by its kind, or by a rule file, and no failure: how much of each, in the
    /// files that were read.
    pub set_aside: BTreeMap<String, u64>,
    /// What gave no article, or not all of its articles, with the reason.
    pub skipped: Vec<LeftOut>,
    /// Of the articles read: how many carry no date.
    pub undated: u64,
    /// Of the articles read: where the dates came from.
    pub dates_from: BTreeMap<DateFrom, u64>,
    /// Dates that the articles read claim and that cannot be, by what is wrong with them.
    pub refused_dates: BTreeMap<Refusal, u64>,
    /// Files that were not UTF-8, by what they were read as.
    pub charsets: BTreeMap<String, u64>,
    /// Bytes read.
    pub bytes: u64,
    /// Articles that stand in the index of files that were not read to their end.
    pub unfinished: u64,
    /// Whether the run was stopped before its end; what was done is committed.
    pub interrupted: bool,
    /// How long it took.
    pub took: Duration,
}

/// Something that gave no article, for the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Key of the file, perhaps with the record behind it; or the path of a folder.
    pub path: String,
    /// A short stable word for the reason.
    pub code: String,
    /// The reason in words.
    pub reason: String,
}

impl From<Skipped> for LeftOut {
    fn from(skipped: Skipped) -> Self {
        let (code, reason) = (skipped.reason.code().to_owned(), skipped.reason.to_string());
        Self { path: skipped.path, code, reason }
    }
}

impl LeftOut {
    /// A file that changed under the reader's hands; its old stamp makes the next run read it.
    fn changed(entry: &FileEntry) -> Self {
        Self {
            path: entry.key.clone(),
            code: "changed".to_owned(),
            reason: "it changed while it was read; run again to read it whole".to_owned(),
        }
    }

    /// A file that is as it was when it gave nothing.
    fn remembered(file: &Barren) -> Self {
        Self { path: file.key.clone(), code: file.code.clone(), reason: file.reason.clone() }
    }
}

/// Makes the index equal to the folders.
///
/// `stop` may be set at any time from another thread: files that are being read are left for
/// the next run, everything else is committed.
///
/// # Errors
/// If a folder is not there, the index cannot be used, or the disk refuses. One bad file is no
/// error but an entry of [`Report::skipped`].
pub fn sync(options: &Options, progress: &Progress, stop: &AtomicBool) -> Result<Report> {
    sync_every(COMMIT_EVERY, options, progress, stop)
}

/// As [`sync`], with another time between two commits.
///
/// # Errors
/// As [`sync`].
pub fn sync_every(
    pause: Duration,
    options: &Options,
    progress: &Progress,
    stop: &AtomicBool,
) -> Result<Report> {
    let folders = absolute(&options.folders)?;
    let choose = |state: &State| choose_roots(state, &folders, &options.manner);
    if !local::exists(&options.index) {
        // What cannot be done is refused before an empty index is founded for it.
        choose(&State::new())?;
    }
    let waiting = Waiting { told: progress.on_wait, stop };
    let Some(writer) = Writer::open_after(&options.index, options.threads, waiting)? else {
        return Ok(Report { interrupted: true, ..Report::default() });
    };
    let roots = choose(writer.state())?;
    let corrections = writer.state().corrections.clone();
    sync_roots(pause, writer, roots, corrections, options, progress, stop)
}

/// Makes an index equal to those of its roots that are marked, and keeps the others as they are.
fn sync_roots(
    pause: Duration,
    mut writer: Writer,
    roots: Vec<Chosen>,
    corrections: String,
    options: &Options,
    progress: &Progress,
    stop: &AtomicBool,
) -> Result<Report> {
    let start = Instant::now();
    let known = writer.known_files()?;
    let previous = writer.state().clone();
    let mut report = Report::default();
    let due = misdated(&previous, &known, options.now);
    let mut plan = Plan::make(&previous, &roots, &known, &due, &mut report, progress);
    let learnt = plan.learn(options, stop)?;
    let mut stale = stale(&writer, &previous, &plan.roots, &learnt)?;
    if !stale.is_empty() {
        stale.extend(due);
        // What repeats was learnt anew: files that were read by what was known are read again.
        progress.found.store(0, Ordering::Relaxed);
        report = Report::default();
        plan = Plan::make(&previous, &roots, &known, &stale, &mut report, progress);
    }
    for (root, learnt) in plan.roots.iter_mut().zip(&learnt) {
        root.learnt = learnt.written()?;
    }
    progress.files.store(plan.to_read.len() as u64, Ordering::Relaxed);
    progress.bytes.store(plan.to_read.iter().map(|f| f.entry.size).sum(), Ordering::Relaxed);

    for key in &plan.vanished {
        writer.remove_file(key);
        report.removed += known[key].articles;
    }
    let run = Run {
        known: &known,
        ways: plan
            .roots
            .iter()
            .zip(learnt)
            .map(|(root, learnt)| Arc::new(Way::of(root, learnt.furniture, options.now)))
            .collect(),
        progress,
        stop,
        failed: Mutex::new(None),
        books: Mutex::new(Books {
            unread: plan.unread,
            touched: plan.touched,
            barren: plan.barren,
            ahead: plan.ahead,
            ..Books::default()
        }),
    };
    // A table of all articles, where they are as they were.
    let still = |table: TableFile, books: &Books| TableFile {
        whole: table.whole && !books.changed && plan.vanished.is_empty(),
        ..table
    };
    let next_state = |books: &Books, finished: bool| State {
        roots: if finished { plan.roots.clone() } else { unfinished(&plan.roots, &previous) },
        partial: books.open.keys().chain(&books.unread).cloned().collect(),
        barren: books.barren.values().cloned().collect(),
        touched: books.touched.iter().map(touched).collect(),
        ahead: books.ahead.iter().map(ahead).collect(),
        stories: previous.stories.clone().map(|table| still(table, books)),
        names: previous.names.clone().map(|table| still(table, books)),
        corrections: corrections.clone(),
        ..State::new()
    };

    let shared = RwLock::new(&mut writer);
    thread::scope(|scope| -> Result<()> {
        let (send, receive) = bounded::<Job>(options.threads);
        let mut workers = Vec::new();
        for number in 0..options.threads.max(1) {
            let (receive, run, shared) = (receive.clone(), &run, &shared);
            let builder =
                thread::Builder::new().name(format!("parse-{number}")).stack_size(PARSER_STACK);
            workers.push(builder.spawn_scoped(scope, move || run.parse_jobs(&receive, shared))?);
        }
        drop(receive);
        let reader = {
            let (run, shared, to_read) = (&run, &shared, &plan.to_read);
            let builder = thread::Builder::new().name("read".to_owned());
            builder.spawn_scoped(scope, move || {
                let mut lap = Lap::begin();
                run.read_files(to_read, &send, shared);
                lap.end(&run.progress.stages.read);
            })?
        };
        let mut last_commit = Instant::now();
        while workers.iter().any(|worker| !worker.is_finished()) {
            thread::sleep(Duration::from_millis(20));
            if last_commit.elapsed() > pause && !run.stopping() {
                // Taking the lock alone waits for pieces that are being added.
                let mut writer = shared.write().unwrap_or_else(PoisonError::into_inner);
                let state = next_state(&run.books(), false);
                if let Err(error) = writer.commit(state) {
                    run.fail(error);
                }
                last_commit = Instant::now();
            }
        }
        for thread in workers.into_iter().chain([reader]) {
            thread.join().map_err(|_| anyhow!("an indexing thread failed; please report it"))?;
        }
        Ok(())
    })?;

    let (failed, books) = (run.failed, run.books);
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(writer.why(error).context("indexing stopped"));
    }
    let books = books.into_inner().unwrap_or_else(PoisonError::into_inner);
    report.interrupted = stop.load(Ordering::Relaxed);
    let state = next_state(&books, !report.interrupted);
    let changed = state != previous || !plan.vanished.is_empty() || books.changed;
    if changed {
        writer.commit(state)?;
    }
    if !report.interrupted {
        // Who stops a run does not wait for this; the next one does it.
        let mut lap = Lap::begin();
        writer.make_tables()?;
        lap.end(&progress.stages.tables);
    }
    writer.finish()?;

    report.added += books.report.added;
    report.replaced += books.report.replaced;
    report.removed += books.report.removed;
    report.unchanged += books.report.unchanged;
    report.files_read = books.report.files_read;
    report.skipped.extend(books.report.skipped);
    report.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    report.undated = books.report.undated;
    report.dates_from = books.report.dates_from;
    report.refused_dates = books.report.refused_dates;
    report.charsets = books.report.charsets;
    add_up(&mut report.set_aside, books.report.set_aside);
    report.bytes = progress.bytes_read.load(Ordering::Relaxed);
    let articles =
        |file: &Arc<OpenFile>| file.turn.lock().unwrap_or_else(PoisonError::into_inner).articles;
    report.unfinished = books.open.values().map(articles).sum();
    report.took = start.elapsed();
    Ok(report)
}

/// Builds an index beside the one that is there and puts it in its place: of the folders given,
/// or with none of those that the old one follows, read as before. A run that fails or is stopped
/// leaves the old one as it was.
///
/// # Errors
/// As [`sync`]; also if the old index cannot say which folders it follows and none is given.
pub fn rebuild(options: &Options, progress: &Progress, stop: &AtomicBool) -> Result<Report> {
    let folders = absolute(&options.folders)?;
    local::refuse_others(&options.index)?;
    local::refuse_foreign(&options.index)?;
    // Of the one that is there, whatever version made it: its folders where none is given, and what the
    // user knows about names, which does not grow old.
    let choose = |given: &Given| {
        let roots = if folders.is_empty() { given.roots.clone() } else { Vec::new() };
        choose_roots(&State { roots, ..State::new() }, &folders, &options.manner)
    };
    if !local::exists(&options.index) {
        // What cannot be done is refused before a directory is made for it.
        choose(&Given::default())?;
    }
    local::make_dir(&options.index)?;
    // Nobody writes to the old one from here on: that would be lost, or end up in the new one.
    let waiting = Waiting { told: progress.on_wait, stop };
    let Some(held) = WriterLock::take(&options.index, waiting)? else {
        return Ok(Report { interrupted: true, ..Report::default() });
    };
    let given = local::given(&options.index);
    let mut roots = choose(&given)?;
    for chosen in &mut roots {
        // Made anew means learnt anew, too.
        chosen.root.learnt.clear();
    }
    let place = local::beside(&options.index)?;
    let corrections = given.corrections;
    let report = Writer::open(&place, options.threads)
        .and_then(|writer| {
            sync_roots(COMMIT_EVERY, writer, roots, corrections, options, progress, stop)
        })
        .inspect_err(|_| {
            // The error matters more than what is left of the attempt; the next one removes it.
            let _ = local::discard(&place);
        })?;
    if report.interrupted {
        local::discard(&place)?;
    } else {
        // Nor to the new one before the old one is away: both stand in the same place beside it.
        let Some(mut built) = WriterLock::take(&place, waiting)? else {
            local::discard(&place)?;
            return Ok(Report { interrupted: true, ..report });
        };
        local::replace(&options.index, &place)?;
        built.moved_to(&options.index);
    }
    drop(held);
    Ok(report)
}

/// Gives an index what the user knows about names, as written, in place of what it had: its names are
/// joined anew, and no article is read. `on_wait` as in [`Progress`].
///
/// # Errors
/// If the index cannot be written.
pub fn correct(index: &Path, corrections: &str, on_wait: Option<fn(&Held)>) -> Result<()> {
    let waiting = Waiting { told: on_wait, stop: &AtomicBool::new(false) };
    let Some(mut writer) = Writer::open_after(index, 1, waiting)? else { return Ok(()) };
    let state = writer.state().clone();
    let names = state.names.clone().map(|table| TableFile { whole: false, ..table });
    // A run that was stopped left it to the next one to count the names.
    let counted = state.names.as_ref().is_some_and(|table| table.whole);
    writer.commit(State { corrections: corrections.to_owned(), names, ..state })?;
    if counted {
        writer.make_tables()?;
    }
    writer.finish()
}

fn add_up(sums: &mut BTreeMap<String, u64>, counts: BTreeMap<String, u64>) {
    for (what, count) in counts {
        *sums.entry(what).or_default() += count;
    }
}

fn touched((key, mtime_ns): (&String, &i64)) -> Touched {
    Touched { key: key.clone(), mtime_ns: *mtime_ns }
}

fn ahead((key, due): (&String, &Timestamp)) -> Ahead {
    Ahead { key: key.clone(), due: *due }
}

/// The files whose dates a clock that was wrong, or is no longer, took for what they are not: a
/// fresh index would have other dates of them.
fn misdated(previous: &State, known: &HashMap<String, Known>, now: Timestamp) -> HashSet<String> {
    let due = previous.ahead.iter().filter(|file| file.due <= now).map(|file| file.key.clone());
    // A paper's own clock is fourteen hours ahead at most.
    let latest = now.as_second().saturating_add((dates::GRACE_HOURS + 14) * 60 * 60);
    let ahead = known.iter().filter(|(_, file)| file.latest.is_some_and(|date| date > latest));
    due.chain(ahead.map(|(key, _)| key.clone())).collect()
}

/// When an article's dates that lie in the future can first be used; also where it has none and is
/// of a file that was written later than the clock says.
fn due(article: &Article, mtime_ns: i64, clock: &Clock) -> Option<Timestamp> {
    let grace = SignedDuration::from_hours(dates::GRACE_HOURS);
    let refused = article.refused_dates.iter().filter(|date| date.why == Refusal::Future);
    let far = Timestamp::MAX.checked_sub(grace * 2).unwrap_or(clock.now);
    let at_the_end = Clock { now: far, ..clock.clone() };
    let dates = refused.filter_map(|date| dates::parse(&date.text, &at_the_end));
    let written = Timestamp::from_nanosecond(mtime_ns.into()).ok();
    let written = written.filter(|_| article.published.is_none());
    let usable = dates.map(|date| date.at).chain(written);
    let usable = usable.filter_map(|at| at.checked_sub(grace).ok());
    usable.filter(|usable| *usable > clock.now).min()
}

fn absolute(folders: &[PathBuf]) -> Result<Vec<PathBuf>> {
    folders
        .iter()
        .map(|folder| {
            let there = folder.canonicalize();
            there.map_err(|error| {
                anyhow!("cannot read {}: {error}; check the path", folder.display())
            })
        })
        .collect()
}

/// A root of the index.
struct Chosen {
    root: Root,
    /// Whether it is made equal to its folder this time.
    synced: bool,
    /// The rules of the folders under it.
    rules: Arc<RuleTree>,
}

impl Chosen {
    fn new(root: Root, synced: bool) -> Self {
        Self { root, synced, rules: Arc::default() }
    }
}

/// The roots to follow: those of the index, and the folders given where they are new.
fn choose_roots(state: &State, folders: &[PathBuf], manner: &Manner) -> Result<Vec<Chosen>> {
    let mut roots: Vec<Chosen> = state
        .roots
        .iter()
        .map(|root| Chosen::new(root.clone(), folders.is_empty() || folders.contains(&root.path)))
        .collect();
    for folder in folders {
        if roots.iter().any(|chosen| chosen.root.path == *folder) {
            continue;
        }
        let nested = |root: &Path| root.starts_with(folder) || folder.starts_with(root);
        if let Some(other) = roots.iter().find(|chosen| nested(&chosen.root.path)) {
            bail!(
                "{} and {} lie in each other and one index cannot follow both; use the outer one, \
                 or another index with `--index DIR`",
                folder.display(),
                other.root.path.display()
            );
        }
        let prefix = free_prefix(folder, &roots);
        let (reading, learnt) = (String::new(), String::new());
        let root = Root { path: folder.clone(), prefix, reading, settled: true, learnt };
        roots.push(Chosen::new(root, true));
    }
    if roots.is_empty() {
        bail!("no folder is given and the index follows none; name one: `dateline index FOLDER`");
    }
    for Chosen { root, rules, .. } in roots.iter_mut().filter(|chosen| chosen.synced) {
        expect_there(&root.path)?;
        let manner = manner.or(Manner::of(root));
        let gathered = RuleTree::gather(&walked(root), &manner.walking())?;
        root.reading =
            serde_json::to_string(&ReadBy { manner: &manner, rules: gathered.digest() })?;
        root.settled = true;
        *rules = Arc::new(gathered);
    }
    Ok(roots)
}

/// A root as the walk takes it.
fn walked(root: &Root) -> walk::Root {
    walk::Root { path: root.path.clone(), prefix: root.prefix.clone() }
}

/// Refuses a root that is gone: its articles would be removed, and a disk that is not mounted
/// looks the same.
fn expect_there(root: &Path) -> Result<()> {
    let Err(error) = root.metadata() else { return Ok(()) };
    bail!(
        "cannot read {}, which the index follows: {error}; bring it back, or build the index \
         without it: `dateline index FOLDER --rebuild`",
        root.display()
    )
}

/// What the keys of a new root start with: nothing for the first, else its name and a colon.
fn free_prefix(folder: &Path, roots: &[Chosen]) -> String {
    if roots.is_empty() {
        return String::new();
    }
    let name = folder.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let taken = |prefix: &str| roots.iter().any(|chosen| chosen.root.prefix == prefix);
    let mut prefix = format!("{name}:");
    let mut number = 2;
    while taken(&prefix) {
        prefix = format!("{name}-{number}:");
        number += 1;
    }
    prefix
}

/// The roots as a commit in the middle of a run records them: until it has finished, the files
/// of a root that is now read in another way may have been read in the old one.
fn unfinished(roots: &[Root], previous: &State) -> Vec<Root> {
    let settled = |root: &Root| {
        let old = previous.roots.iter().find(|old| old.path == root.path);
        let learnt = |root: &Root| Learnt::read(&root.learnt).furniture;
        old.is_none_or(|old| {
            old.settled && old.reading == root.reading && learnt(old) == learnt(root)
        })
    };
    roots.iter().map(|root| Root { settled: settled(root), ..root.clone() }).collect()
}

/// The files of the index that were read by a table of what repeats that is no longer true for
/// one of their articles.
fn stale(
    writer: &Writer,
    previous: &State,
    roots: &[Root],
    learnt: &[Learnt],
) -> Result<HashSet<String>> {
    // The prefix of each root, what was known of it and what is now.
    let mut changed: Vec<(&Root, Furniture, &Furniture)> = Vec::new();
    for (root, learnt) in roots.iter().zip(learnt) {
        let Some(old) = previous.roots.iter().find(|old| old.path == root.path) else { continue };
        let before = Learnt::read(&old.learnt).furniture;
        if before != learnt.furniture {
            changed.push((root, before, &learnt.furniture));
        }
    }
    if changed.is_empty() {
        return Ok(HashSet::new());
    }
    writer.files_with(&|key, source| {
        let root = root_of(key, roots);
        let changed = changed.iter().find(|(changed, ..)| Some(&changed.path) == root);
        changed.is_some_and(|(_, before, now)| before.differs(now, source, folder_of(key)))
    })
}

/// What a sync will do, decided before anything is read.
struct Plan {
    roots: Vec<Root>,
    /// For each root the files to learn from, unless it is not looked at as a whole.
    samples: Vec<Option<Vec<FileEntry>>>,
    to_read: Vec<Candidate>,
    vanished: Vec<String>,
    /// Files that an earlier run left half read and that are still there.
    unread: BTreeSet<String>,
    touched: BTreeMap<String, i64>,
    barren: BTreeMap<String, Barren>,
    ahead: BTreeMap<String, Timestamp>,
}

/// A file to read.
struct Candidate {
    entry: FileEntry,
    /// Number of its root.
    root: usize,
    /// The hash that makes reading it needless.
    hash: Option<u64>,
}

impl Plan {
    fn make(
        state: &State,
        roots: &[Chosen],
        known: &HashMap<String, Known>,
        stale: &HashSet<String>,
        report: &mut Report,
        progress: &Progress,
    ) -> Self {
        let barren: HashMap<&str, &Barren> =
            state.barren.iter().map(|file| (file.key.as_str(), file)).collect();
        let touched: HashMap<&str, i64> =
            state.touched.iter().map(|file| (file.key.as_str(), file.mtime_ns)).collect();
        let partial: HashSet<&str> = state.partial.iter().map(String::as_str).collect();
        let mut plan = Self {
            roots: roots.iter().map(|chosen| chosen.root.clone()).collect(),
            samples: Vec::new(),
            to_read: Vec::new(),
            vanished: Vec::new(),
            unread: BTreeSet::new(),
            touched: BTreeMap::new(),
            barren: BTreeMap::new(),
            ahead: state.ahead.iter().map(|file| (file.key.clone(), file.due)).collect(),
        };
        let mut seen: HashSet<String> = HashSet::new();
        let mut unreadable: Vec<String> = Vec::new();
        for (number, Chosen { root, synced, rules }) in roots.iter().enumerate() {
            if !synced {
                // Not looked at this time: all that is remembered of it stays.
                plan.samples.push(None);
                let of_root = |key: &str| root_of(key, &plan.roots) == Some(&root.path);
                for file in state.barren.iter().filter(|file| of_root(&file.key)) {
                    plan.barren.insert(file.key.clone(), file.clone());
                }
                for file in state.touched.iter().filter(|file| of_root(&file.key)) {
                    plan.touched.insert(file.key.clone(), file.mtime_ns);
                }
                continue;
            }
            let same_reading = state
                .roots
                .iter()
                .any(|old| old.path == root.path && old.settled && old.reading == root.reading);
            let manner = Manner::of(root);
            let mut sample = Choice::default();
            let unreadable_before = unreadable.len();
            for found in walk_by(&walked(root), &manner.walking(), Arc::clone(rules)) {
                let entry = match found {
                    Found::File(entry) => entry,
                    Found::Skipped(skipped) => {
                        report.skipped.push(skipped.into());
                        continue;
                    }
                    Found::UnreadableDir { key_prefix, path, reason } => {
                        let path = path.to_string_lossy().into_owned();
                        report.skipped.push(Skipped { path, reason }.into());
                        unreadable.push(key_prefix);
                        continue;
                    }
                    Found::Hidden => {
                        report.hidden += 1;
                        continue;
                    }
                    Found::LeftOut { by } => {
                        *report.set_aside.entry(format!("left out by {by}")).or_default() += 1;
                        continue;
                    }
                };
                progress.found.fetch_add(1, Ordering::Relaxed);
                seen.insert(entry.key.clone());
                sample.offer(&entry);
                let key = entry.key.as_str();
                if let Some(file) = barren.get(key)
                    && same_reading
                    && (file.size, file.mtime_ns) == (entry.size, entry.mtime_ns)
                {
                    report.files_unchanged += 1;
                    report.skipped.push(LeftOut::remembered(file));
                    plan.barren.insert(key.to_owned(), (*file).clone());
                    continue;
                }
                let mut hash = None;
                if let Some(file) = known.get(key)
                    && same_reading
                    && !partial.contains(key)
                    && !stale.contains(key)
                    && file.stamp.size == entry.size
                {
                    let mtime = touched.get(key).copied();
                    if mtime.unwrap_or(file.stamp.mtime_ns) == entry.mtime_ns {
                        report.files_unchanged += 1;
                        report.unchanged += file.articles;
                        if let Some(mtime) = mtime {
                            plan.touched.insert(key.to_owned(), mtime);
                        }
                        continue;
                    }
                    hash = (file.stamp.hash != 0).then_some(file.stamp.hash);
                }
                plan.to_read.push(Candidate { entry, root: number, hash });
            }
            // Of a folder that can be seen in part only, what was learnt of all of it stays.
            let whole = unreadable.len() == unreadable_before;
            plan.samples.push(whole.then(|| sample.files()));
        }
        let synced = |key: &str| {
            let path = root_of(key, &plan.roots);
            roots.iter().any(|chosen| chosen.synced && Some(&chosen.root.path) == path)
        };
        let is_gone = |key: &String| {
            !seen.contains(key)
                && synced(key)
                && !unreadable.iter().any(|prefix| key.starts_with(prefix))
        };
        let mut vanished: Vec<String> = known.keys().filter(|key| is_gone(key)).cloned().collect();
        vanished.sort();
        let unread = state.partial.iter().filter(|key| !is_gone(key)).cloned().collect();
        plan.ahead.retain(|key, _| !is_gone(key));
        plan.vanished = vanished;
        plan.unread = unread;
        plan
    }
}

impl Plan {
    /// What repeats in each root: as it is known, or learnt anew where the files that it was
    /// learnt from are no longer the same.
    fn learn(&self, options: &Options, stop: &AtomicBool) -> Result<Vec<Learnt>> {
        let mut all = Vec::new();
        for (root, sample) in self.roots.iter().zip(&self.samples) {
            let known = Learnt::read(&root.learnt);
            let Some(files) = sample else {
                all.push(known);
                continue;
            };
            let from = survey::digest(files, &root.reading);
            if known.from == from {
                all.push(known);
                continue;
            }
            let (reading, limits) = Manner::of(root).decided(options.now);
            let found = survey::survey(files, &Arc::new(reading), &limits, options.threads, stop)?;
            // A run that is being stopped reads nothing more, so that the old table still holds.
            all.push(found.map_or(known, |furniture| Learnt { from, furniture }));
        }
        Ok(all)
    }
}

/// The path of the root that a key belongs to: the one with the longest prefix that fits.
fn root_of<'r>(key: &str, roots: &'r [Root]) -> Option<&'r PathBuf> {
    let fitting = roots.iter().filter(|root| key.starts_with(&root.prefix));
    fitting.max_by_key(|root| root.prefix.len()).map(|root| &root.path)
}

/// A piece of a file on its way to a parsing thread.
struct Job {
    piece: Piece,
    file: Arc<OpenFile>,
    /// Number of the piece in its file, from 0.
    number: u64,
    /// The file's hash, with its last piece; else 0.
    hash: u64,
}

/// A file that is being read.
struct OpenFile {
    entry: FileEntry,
    /// Number of its root.
    root: usize,
    /// A part of it took too long: what follows is not read.
    given_up: AtomicBool,
    turn: Mutex<Turn>,
    next: Condvar,
}

/// Gives out ids in the order of pieces, whichever thread parses which.
#[derive(Default)]
struct Turn {
    /// The piece whose turn it is.
    piece: u64,
    /// Hashes of the ids given out in this file.
    ids: HashSet<u64>,
    articles: u64,
    skipped: Option<Skipped>,
    /// How many pieces there are, once the file is read.
    pieces: Option<u64>,
}

/// What the threads of a run note down together.
#[derive(Default)]
struct Books {
    /// Files that are being read and not in the index as a whole.
    open: BTreeMap<String, Arc<OpenFile>>,
    /// Files that an earlier run left half read and this one has not begun yet.
    unread: BTreeSet<String>,
    touched: BTreeMap<String, i64>,
    barren: BTreeMap<String, Barren>,
    /// Files with dates that lie in the future, and when the first of them no longer does.
    ahead: BTreeMap<String, Timestamp>,
    /// Whether anything was added or removed.
    changed: bool,
    report: Report,
}

/// How the files of a root are read.
struct Way {
    reading: Reading,
    limits: Limits,
    /// What repeats in them.
    furniture: Furniture,
    /// Whether the texts are looked through for names.
    names: bool,
}

impl Way {
    fn of(root: &Root, furniture: Furniture, now: jiff::Timestamp) -> Self {
        let manner = Manner::of(root);
        let names = manner.finds_names();
        let (reading, limits) = manner.decided(now);
        Self { reading, limits, furniture, names }
    }

    /// What a piece comes to, up to its documents: all that is hard work for a hostile one.
    fn make(&self, piece: &Piece, termer: &mut Termer) -> Made {
        let spent = Stages::default();
        let mut lap = Lap::begin();
        let folder = folder_of(&piece.key);
        let parsed = parse_piece(piece, &self.reading, &self.furniture, folder);
        lap.end(&spent.extract);
        let mut skipped = parsed.skipped;
        let mut articles = Vec::with_capacity(parsed.articles.len());
        for article in parsed.articles {
            let analysed = catch_unwind(AssertUnwindSafe(|| {
                cut_up(&article, self.names, termer, &mut lap, &spent)
            }));
            match analysed {
                Ok((passages, analysed)) => articles.push((article, passages, analysed)),
                Err(_) => {
                    // It may hold half an article.
                    *termer = Termer::default();
                    skipped.push(Skipped::new(article.id, Reason::ReaderFailed));
                }
            }
        }
        Made { articles, skipped, charset: parsed.charset, spent }
    }
}

/// What a piece came to.
#[derive(Default)]
struct Made {
    articles: Vec<(Article, Vec<Passage>, Analysed)>,
    skipped: Vec<Skipped>,
    charset: Option<&'static str>,
    spent: Stages,
}

struct Run<'r> {
    known: &'r HashMap<String, Known>,
    /// How the files of each root are read.
    ways: Vec<Arc<Way>>,
    progress: &'r Progress,
    stop: &'r AtomicBool,
    failed: Mutex<Option<anyhow::Error>>,
    books: Mutex<Books>,
}

impl Run<'_> {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.failed.lock().is_ok_and(|failed| failed.is_some())
    }

    /// Notes the first error of the run, which ends it.
    fn fail(&self, error: anyhow::Error) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.get_or_insert(error);
    }

    /// The reading thread.
    fn read_files(&self, files: &[Candidate], jobs: &Sender<Job>, writer: &RwLock<&mut Writer>) {
        for file in files {
            if self.stopping() {
                return;
            }
            let before = self.progress.bytes_read.load(Ordering::Relaxed);
            if !self.is_touched(file) {
                self.read_file(file, jobs, writer);
            }
            if self.stopping() {
                return;
            }
            // However much of a packed or growing file was read, it counts as listed.
            self.progress.bytes_read.store(before + file.entry.size, Ordering::Relaxed);
            self.progress.files_read.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Whether a file with another time stamp has the same bytes as before.
    fn is_touched(&self, file: &Candidate) -> bool {
        let entry = &file.entry;
        let same =
            file.hash.is_some_and(|hash| hash_file(&entry.path).is_ok_and(|now| now == hash));
        if same {
            let articles = self.known.get(&entry.key).map_or(0, |known| known.articles);
            let mut books = self.books();
            books.touched.insert(entry.key.clone(), entry.mtime_ns);
            books.report.files_read += 1;
            books.report.unchanged += articles;
        }
        same
    }

    fn read_file(&self, file: &Candidate, jobs: &Sender<Job>, writer: &RwLock<&mut Writer>) {
        let entry = &file.entry;
        let open = Arc::new(OpenFile {
            entry: entry.clone(),
            root: file.root,
            given_up: AtomicBool::new(false),
            turn: Mutex::default(),
            next: Condvar::new(),
        });
        // The piece before the one just cut: the last one carries the hash.
        let mut held: Option<Piece> = None;
        let mut pieces = 0;
        let mut begun = false;
        let mut begin = || {
            if !begun {
                begun = true;
                let mut books = self.books();
                books.open.insert(entry.key.clone(), Arc::clone(&open));
                books.unread.remove(&entry.key);
                books.ahead.remove(&entry.key);
                books.changed = true;
                drop(books);
                if self.known.contains_key(&entry.key) {
                    writer.read().unwrap_or_else(PoisonError::into_inner).remove_file(&entry.key);
                }
            }
        };
        let send = |piece: Piece, hash: u64, pieces: &mut u64| {
            let number = *pieces;
            *pieces += 1;
            jobs.send(Job { piece, file: Arc::clone(&open), number, hash }).is_ok()
        };
        let limits = &self.ways[file.root].limits;
        let before = self.progress.bytes_read.load(Ordering::Relaxed);
        let done: FileRead = read(entry, limits, self.stop, &mut |piece| {
            if open.given_up.load(Ordering::Relaxed) {
                return ControlFlow::Break(());
            }
            begin();
            // A file that grows counts for no more than was listed.
            let so_far = piece.raw_end.min(entry.size);
            self.progress.bytes_read.store(before + so_far, Ordering::Relaxed);
            if self.stopping() {
                return ControlFlow::Break(());
            }
            match held.replace(piece).map(|before| send(before, 0, &mut pieces)) {
                Some(false) => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        });
        if self.stopping() {
            // Left open: the next run reads it from its start.
            return;
        }
        let lost = |reason: &Reason| matches!(reason.code(), "unreadable" | "vanished");
        let lost = done.skipped.iter().any(|skipped| lost(&skipped.reason));
        if !lost {
            // A file that could be read and gave nothing any more takes its articles with it.
            begin();
        }
        let hash = done.hash.filter(|_| !done.changed).unwrap_or(0);
        if let Some(last) = held {
            send(last, hash, &mut pieces);
        }
        let mut books = self.books();
        books.report.files_read += 1;
        books.report.skipped.extend(done.skipped.iter().cloned().map(LeftOut::from));
        add_up(&mut books.report.set_aside, done.set_aside);
        if done.changed {
            books.report.skipped.push(LeftOut::changed(entry));
        }
        drop(books);
        if lost {
            // What was read of it, if anything, is not all of it: if begun, it stays open.
            return;
        }
        let mut turn = open.turn.lock().unwrap_or_else(PoisonError::into_inner);
        turn.pieces = Some(pieces);
        if let Some(skipped) = done.skipped.into_iter().next() {
            turn.skipped.get_or_insert(skipped);
        }
        if turn.piece == pieces {
            self.close(&open.entry, &turn);
        }
    }

    /// A parsing thread.
    fn parse_jobs(&self, jobs: &Receiver<Job>, writer: &RwLock<&mut Writer>) {
        let mut patience: Option<(usize, Patience<Termer, Made>)> = None;
        for job in jobs {
            let number = job.number;
            let file = Arc::clone(&job.file);
            if patience.as_ref().is_none_or(|(root, _)| *root != file.root) {
                let limit = self.ways[file.root].limits.max_time;
                patience = Some((file.root, Patience::new(limit, self.stop)));
            }
            let Some((_, patience)) = &mut patience else { return };
            // A panic here is our own fault; it must not leave the other threads waiting.
            match catch_unwind(AssertUnwindSafe(|| self.parse_job(job, patience, writer))) {
                Ok(Ok(())) => {}
                Ok(Err(error)) => self.fail(error),
                Err(_) => self.fail(anyhow!(
                    "{} broke the indexer; leave it out and please report it",
                    file.entry.key.escape_debug()
                )),
            }
            let mut turn = file.turn.lock().unwrap_or_else(PoisonError::into_inner);
            turn.piece = turn.piece.max(number + 1);
            file.next.notify_all();
            if turn.pieces == Some(turn.piece) {
                self.close(&file.entry, &turn);
            }
        }
    }

    fn parse_job(
        &self,
        job: Job,
        patience: &mut Patience<'_, Termer, Made>,
        writer: &RwLock<&mut Writer>,
    ) -> Result<()> {
        let Job { piece, file, number, hash } = job;
        let stages = &self.progress.stages;
        let mut lap = Lap::begin();
        let entry = &file.entry;
        let stamp =
            FileStamp { key: entry.key.clone(), size: entry.size, mtime_ns: entry.mtime_ns, hash };
        let mut counts = Report::default();
        // Passages, names and terms first, in parallel; then ids, piece after piece.
        let Made { articles: mut cut, skipped, charset, spent } =
            self.make(piece, &file, patience)?;
        stages.add(&spent);
        let clock = &self.ways[file.root].reading.clock;
        let due = cut.iter().filter_map(|(article, ..)| due(article, entry.mtime_ns, clock)).min();
        let mut turn = file.turn.lock().unwrap_or_else(PoisonError::into_inner);
        // Also when the run is being stopped: the pieces before are with other threads, which take
        // every piece that was sent, and a file is whole only if its ids are.
        while turn.piece < number {
            turn = file.next.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
        for (article, ..) in &mut cut {
            make_unique(&mut article.id, &mut turn.ids);
        }
        turn.articles += cut.len() as u64;
        if let Some(first) = skipped.first() {
            turn.skipped.get_or_insert_with(|| first.clone());
        }
        drop(turn);

        let writer = writer.read().unwrap_or_else(PoisonError::into_inner);
        for (article, passages, analysed) in cut {
            match &article.published {
                Some(published) => *counts.dates_from.entry(published.from).or_default() += 1,
                None => counts.undated += 1,
            }
            for refused in &article.refused_dates {
                *counts.refused_dates.entry(refused.why).or_default() += 1;
            }
            let text = article.body.len() + article.title.as_ref().map_or(0, String::len);
            stages.text_bytes.fetch_add(text as u64, Ordering::Relaxed);
            writer.add(writer.document(article, &passages, &analysed, &stamp)?)?;
            self.progress.articles.fetch_add(1, Ordering::Relaxed);
        }
        lap.end(&stages.documents);
        let mut books = self.books();
        books.report.skipped.extend(skipped.into_iter().map(LeftOut::from));
        books.report.undated += counts.undated;
        if let Some(due) = due {
            let first = books.ahead.entry(entry.key.clone()).or_insert(due);
            *first = due.min(*first);
        }
        for (from, count) in counts.dates_from {
            *books.report.dates_from.entry(from).or_default() += count;
        }
        for (why, count) in counts.refused_dates {
            *books.report.refused_dates.entry(why).or_default() += count;
        }
        if let Some(charset) = charset {
            *books.report.charsets.entry(charset.to_owned()).or_default() += 1;
        }
        Ok(())
    }

    /// What a piece comes to, if it does so in time and its file was not given up before.
    fn make(
        &self,
        piece: Piece,
        file: &OpenFile,
        patience: &mut Patience<'_, Termer, Made>,
    ) -> Result<Made> {
        if file.given_up.load(Ordering::Relaxed) {
            return Ok(Made::default());
        }
        let way = Arc::clone(&self.ways[file.root]);
        let limit = way.limits.max_time;
        let place = piece.place();
        let made = patience.run(move |termer| way.make(&piece, termer));
        let made = made.with_context(|| format!("cannot parse {}", place.escape_debug()))?;
        if let Some(made) = made {
            return Ok(made);
        }
        file.given_up.store(true, Ordering::Relaxed);
        let skipped = vec![Skipped::new(place, Reason::Slow { limit })];
        Ok(Made { skipped, ..Made::default() })
    }

    /// Notes that a file is in the index as a whole, or has nothing for it.
    fn close(&self, entry: &FileEntry, turn: &Turn) {
        let before = self.known.get(&entry.key).map_or(0, |known| known.articles);
        let mut books = self.books();
        if books.open.remove(&entry.key).is_none() {
            return;
        }
        let report = &mut books.report;
        report.added += turn.articles.saturating_sub(before);
        report.replaced += turn.articles.min(before);
        report.removed += before.saturating_sub(turn.articles);
        if turn.articles == 0
            && let Some(skipped) = &turn.skipped
        {
            let barren = Barren {
                key: entry.key.clone(),
                size: entry.size,
                mtime_ns: entry.mtime_ns,
                reason: skipped.reason.to_string(),
                code: skipped.reason.code().to_owned(),
            };
            books.barren.insert(entry.key.clone(), barren);
        }
    }
}

/// The passages of an article and what it is found by, for indexing and for checking alike.
fn cut_up(
    article: &Article,
    finds_names: bool,
    termer: &mut Termer,
    lap: &mut Lap,
    stages: &Stages,
) -> (Vec<Passage>, Analysed) {
    let words = WordList::of(&article.body);
    let parts = passage::split(&article.body, &words, article.lang.as_deref());
    lap.end(&stages.passages);
    let names = entities::named(article, &parts.passages, &words, finds_names);
    lap.end(&stages.names);
    let analysed = schema::analyse(article, &parts, &words, names, termer);
    lap.end(&stages.analyse);
    (parts.passages, analysed)
}

/// What a piece of a file in `folder` comes to, for indexing and for showing alike.
fn parse_piece(piece: &Piece, reading: &Reading, furniture: &Furniture, folder: &str) -> Parsed {
    let mut parsed = parse(piece, reading);
    for article in &mut parsed.articles {
        furniture.strip(article, folder);
    }
    parsed
}

/// Gives the second article of a file with the same id another one: `id~2`, `id~3` ...
fn make_unique(id: &mut String, taken: &mut HashSet<u64>) {
    if taken.insert(xxh3_64(id.as_bytes())) {
        return;
    }
    let mut number = 2;
    loop {
        let other = format!("{id}~{number}");
        if taken.insert(xxh3_64(other.as_bytes())) {
            *id = other;
            return;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_a_file_are_made_unique() {
        let mut taken = HashSet::new();
        let mut ids = ["f#a", "f#b", "f#a", "f#a"].map(str::to_owned);
        for id in &mut ids {
            make_unique(id, &mut taken);
        }
        assert_eq!(ids, ["f#a", "f#b", "f#a~2", "f#a~3"]);
    }

    #[test]
    fn keys_belong_to_the_root_with_the_longest_prefix() {
        let root = |path: &str, prefix: &str| Root {
            path: path.into(),
            prefix: prefix.into(),
            reading: String::new(),
            settled: true,
            learnt: String::new(),
        };
        let roots = [root("/a", ""), root("/b", "b:")];
        assert_eq!(root_of("x.txt", &roots), Some(&"/a".into()));
        assert_eq!(root_of("b:x.txt", &roots), Some(&"/b".into()));
    }

    #[test]
    fn a_stopped_run_is_settled_unless_it_changed_how_files_are_read() {
        let root = |reading: &str, settled| Root {
            path: "/a".into(),
            prefix: String::new(),
            reading: reading.into(),
            settled,
            learnt: String::new(),
        };
        let cases = [
            (None, true),
            (Some(root("new", true)), true),
            (Some(root("new", false)), false),
            (Some(root("old", true)), false),
        ];
        for (old, settled) in cases {
            let previous = State { roots: old.clone().into_iter().collect(), ..State::new() };
            let roots = unfinished(&[root("new", true)], &previous);
            assert_eq!(roots[0].settled, settled, "{old:?}");
        }
    }

    #[test]
    fn what_is_not_said_is_as_the_last_time() {
        let typed = Manner { max_ratio: Some(5), ..Manner::default() };
        let last = Manner { max_ratio: Some(9), follow: Some(true), ..Manner::default() };
        let now = typed.or(last);
        assert_eq!((now.max_ratio, now.follow, now.mapping), (Some(5), Some(true), None));
    }
}
