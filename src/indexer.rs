//! Makes an index equal to its folders: the write lane from files to a commit.
//!
//! One thread walks and reads, several parse and cut passages, the backend's own threads index.
//! What is in flight is bounded by bytes, not by how large the archive is. A commit holds whole
//! files, or says which are not whole, so that a run that was interrupted or killed goes on from
//! the last commit. Knows nothing of terminals: progress is numbers, the outcome a [`Report`].

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use jiff::Timestamp;

use crate::backend::local::{
    self, Ahead, Given, Held, State, TableFile, Touched, Waiting, Writer, WriterLock,
};
use plan::{Plan, misdated, stale};
use progress::Lap;
use roots::{Chosen, absolute, choose_roots, unfinished};
use run::{Books, Run};
use way::Way;

mod check;
mod extract;
mod manner;
mod patience;
mod plan;
mod progress;
mod report;
mod roots;
mod run;
mod survey;
mod way;

pub use check::{Account, CheckOptions, Checkup, Repair, check, repair};
pub use extract::{Again, Extraction, Fate, extract, read_again};
pub use manner::Manner;
pub use progress::{Progress, Stages};
pub use report::{LeftOut, Report};

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
    pub now: Timestamp,
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

    let ways = plan.roots.iter().zip(learnt);
    let ways =
        ways.map(|(root, learnt)| Arc::new(Way::of(root, learnt.furniture, options.now))).collect();
    let books = Books {
        unread: plan.unread,
        touched: plan.touched,
        barren: plan.barren,
        ahead: plan.ahead,
        ..Books::default()
    };
    let run = Run::new(&known, ways, books, progress, stop);
    let midway = |books: &Books| next_state(books, false);
    let books = match run.work(&plan.to_read, &mut writer, options.threads, pause, &midway) {
        Ok(books) => books,
        Err(error) => return Err(writer.why(error).context("indexing stopped")),
    };

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

    report.unfinished = books.unfinished();
    report.bytes = progress.bytes_read.load(Ordering::Relaxed);
    report.add(books.report);
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

fn touched((key, mtime_ns): (&String, &i64)) -> Touched {
    Touched { key: key.clone(), mtime_ns: *mtime_ns }
}

fn ahead((key, due): (&String, &Timestamp)) -> Ahead {
    Ahead { key: key.clone(), due: *due }
}
