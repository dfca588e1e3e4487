//! The moving bar of a sync, on standard error.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};

use crate::indexer::Progress;

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
