//! The moving bars of a sync and of a bench, and what is waited for, on standard error.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};

use crate::backend::local::{CheckProgress, Held};
use crate::bench::Step;
use crate::indexer::Progress;
use crate::render::escape;

/// A run of less time shows no bar.
const PATIENCE: Duration = Duration::from_millis(400);
const BEAT: Duration = Duration::from_millis(100);

/// Shows the progress until `done` is set.
pub(super) fn show(progress: &Progress, done: &AtomicBool) {
    let start = Instant::now();
    while !done.load(Ordering::Relaxed) && start.elapsed() < PATIENCE {
        std::thread::sleep(BEAT / 5);
    }
    if done.load(Ordering::Relaxed) {
        return;
    }
    let bar = ProgressBar::new(0);
    let style = "{spinner} {wide_bar} {percent}%  {msg}  {eta} left";
    bar.set_style(
        ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    while !done.load(Ordering::Relaxed) {
        let read = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        let seconds = start.elapsed().as_secs_f64();
        let (files, bytes) = (read(&progress.files), read(&progress.bytes));
        if files == 0 {
            bar.set_message(format!("{} files found", HumanCount(read(&progress.found))));
        } else {
            bar.set_length(bytes.max(1));
            bar.set_position(read(&progress.bytes_read).min(bytes));
            bar.set_message(format!(
                "{}/{} files, {:.0}/s  {}/s  {} articles",
                HumanCount(read(&progress.files_read)),
                HumanCount(files),
                read(&progress.files_read) as f64 / seconds,
                HumanBytes((read(&progress.bytes_read) as f64 / seconds) as u64),
                HumanCount(read(&progress.articles)),
            ));
        }
        bar.tick();
        std::thread::sleep(BEAT);
    }
    bar.finish_and_clear();
}

/// Says that another process is waited for, while it is.
pub(super) fn say_waiting(held: &Held) {
    let (held, patience) = (held.to_string(), held.patience().as_secs());
    let held = escape::line(&held);
    // Whoever closed standard error does not want to know.
    let _ = writeln!(io::stderr(), "{held}; waiting up to {patience} s for it");
}

/// The bar of a bench of so many rounds. It moves between them only: no thread of its own takes time from
/// what is timed.
pub(super) fn of_bench(rounds: usize, is_shown: bool) -> (ProgressBar, impl FnMut(Step)) {
    let bar = if is_shown { ProgressBar::new(rounds as u64) } else { ProgressBar::hidden() };
    let style = ProgressStyle::with_template("{wide_bar} {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let moved = bar.clone();
    let tell = move |step| {
        let message = match step {
            Step::Check => "every query once".to_owned(),
            Step::WarmUp => "warm-up".to_owned(),
            Step::Round(number) => {
                moved.set_position(number as u64 - 1);
                format!("round {number} of {rounds}")
            }
            Step::Threads(threads) => {
                moved.set_position(rounds as u64);
                format!("queries/s, {threads} {}", if threads == 1 { "thread" } else { "threads" })
            }
        };
        moved.set_message(message);
        moved.tick();
    };
    (bar, tell)
}

/// Shows how far a check is, and the run that repairs what it found, until `done` is set.
pub(super) fn of_check(checking: &CheckProgress, syncing: &Progress, done: &AtomicBool) {
    let start = Instant::now();
    while !done.load(Ordering::Relaxed) && start.elapsed() < PATIENCE {
        std::thread::sleep(BEAT / 5);
    }
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{spinner} {wide_bar} {percent}%  {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    while !done.load(Ordering::Relaxed) {
        let read = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        let (articles, bytes) = (read(&checking.articles), read(&checking.bytes));
        let (length, position, message) = if read(&syncing.found) > 0 {
            let files = HumanCount(read(&syncing.files_read));
            (read(&syncing.bytes), read(&syncing.bytes_read), format!("{files} files read again"))
        } else if articles > 0 {
            let done = read(&checking.articles_done);
            (articles, done, format!("{}/{} articles", HumanCount(done), HumanCount(articles)))
        } else {
            let done = read(&checking.bytes_done);
            (bytes, done, format!("{}/{} summed up", HumanBytes(done), HumanBytes(bytes)))
        };
        bar.set_length(length.max(1));
        bar.set_position(position.min(length));
        bar.set_message(message);
        bar.tick();
        std::thread::sleep(BEAT);
    }
    bar.finish_and_clear();
}
