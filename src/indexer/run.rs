//! The threads of a run: one reads files and cuts them into pieces, several make articles of those and
//! hand them to the writer, and the calling one commits from time to time.
//!
//! Whatever the number of threads, the ids of a file are given out in the order of its pieces. Knows
//! what is to be read and how; not why.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use crossbeam_channel::{Receiver, Sender, bounded};
use jiff::Timestamp;
use xxhash_rust::xxh3::xxh3_64;

use super::patience::Patience;
use super::plan::Candidate;
use super::progress::{Lap, Progress};
use super::report::{LeftOut, Report, add_up};
use super::way::{Made, Way, due};
use crate::analysis::Termer;
use crate::backend::local::{Barren, Known, State, Writer};
use crate::corpus::read::{FileRead, Piece, hash_file, read};
use crate::corpus::walk::FileEntry;
use crate::corpus::{PARSER_STACK, Reason, Skipped};
use crate::schema::FileStamp;

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
pub(super) struct OpenFile {
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
pub(super) struct Books {
    /// Files that are being read and not in the index as a whole.
    pub(super) open: BTreeMap<String, Arc<OpenFile>>,
    /// Files that an earlier run left half read and this one has not begun yet.
    pub(super) unread: BTreeSet<String>,
    pub(super) touched: BTreeMap<String, i64>,
    pub(super) barren: BTreeMap<String, Barren>,
    /// Files with dates that lie in the future, and when the first of them no longer does.
    pub(super) ahead: BTreeMap<String, Timestamp>,
    /// Whether anything was added or removed.
    pub(super) changed: bool,
    pub(super) report: Report,
}

impl Books {
    /// Articles of files that were not read to their end.
    pub(super) fn unfinished(&self) -> u64 {
        let articles = |file: &Arc<OpenFile>| {
            file.turn.lock().unwrap_or_else(PoisonError::into_inner).articles
        };
        self.open.values().map(articles).sum()
    }
}

/// A run that reads files.
pub(super) struct Run<'r> {
    known: &'r HashMap<String, Known>,
    /// How the files of each root are read.
    ways: Vec<Arc<Way>>,
    progress: &'r Progress,
    stop: &'r AtomicBool,
    failed: Mutex<Option<anyhow::Error>>,
    books: Mutex<Books>,
}

impl<'r> Run<'r> {
    /// A run that has read nothing. `books` say what is known before.
    pub(super) fn new(
        known: &'r HashMap<String, Known>,
        ways: Vec<Arc<Way>>,
        books: Books,
        progress: &'r Progress,
        stop: &'r AtomicBool,
    ) -> Self {
        Self { known, ways, progress, stop, failed: Mutex::new(None), books: Mutex::new(books) }
    }

    /// Reads files and hands their articles to the writer, which commits each time that a `pause` is
    /// over: with the state that the books come to, and what follows the last time is not committed.
    /// Gives the books.
    ///
    /// # Errors
    /// If the index or the disk refuses; what was committed stays.
    pub(super) fn work(
        self,
        files: &[Candidate],
        writer: &mut Writer,
        threads: usize,
        pause: Duration,
        state: &dyn Fn(&Books) -> State,
    ) -> Result<Books> {
        let shared = RwLock::new(&mut *writer);
        thread::scope(|scope| -> Result<()> {
            let (send, receive) = bounded::<Job>(threads);
            let mut workers = Vec::new();
            for number in 0..threads.max(1) {
                let (receive, run, shared) = (receive.clone(), &self, &shared);
                let builder =
                    thread::Builder::new().name(format!("parse-{number}")).stack_size(PARSER_STACK);
                workers
                    .push(builder.spawn_scoped(scope, move || run.parse_jobs(&receive, shared))?);
            }
            drop(receive);
            let reader = {
                let (run, shared) = (&self, &shared);
                let builder = thread::Builder::new().name("read".to_owned());
                builder.spawn_scoped(scope, move || {
                    let mut lap = Lap::begin();
                    run.read_files(files, &send, shared);
                    lap.end(&run.progress.stages.read);
                })?
            };
            let mut last_commit = Instant::now();
            while workers.iter().any(|worker| !worker.is_finished()) {
                thread::sleep(Duration::from_millis(20));
                if last_commit.elapsed() > pause && !self.stopping() {
                    // Taking the lock alone waits for pieces that are being added.
                    let mut writer = shared.write().unwrap_or_else(PoisonError::into_inner);
                    let state = state(&self.books());
                    if let Err(error) = writer.commit(state) {
                        self.fail(error);
                    }
                    last_commit = Instant::now();
                }
            }
            for thread in workers.into_iter().chain([reader]) {
                let joined = thread.join();
                joined.map_err(|_| anyhow!("an indexing thread failed; please report it"))?;
            }
            Ok(())
        })?;
        match self.failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error),
            None => Ok(self.books.into_inner().unwrap_or_else(PoisonError::into_inner)),
        }
    }

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
        add_up(&mut books.report.dates_from, counts.dates_from);
        add_up(&mut books.report.refused_dates, counts.refused_dates);
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

/// Gives the second article of a file with the same id another one: `id~2`, `id~3` ...
pub(super) fn make_unique(id: &mut String, taken: &mut HashSet<u64>) {
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
}
