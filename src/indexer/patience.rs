//! Work that may take only so long.
//!
//! A parser cannot be interrupted. So it works on a thread of its own, and one that takes too long is
//! left behind there: it ends when it is done or when the program ends, and nobody waits for what it
//! makes. Knows nothing of what the work is.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::corpus::PARSER_STACK;

/// The time between two looks at what goes on. Time is counted in these, so that a process that was
/// stopped and goes on has not used up any.
const TICK: Duration = Duration::from_millis(100);
/// How many threads that were left behind may be at work at once; each keeps a processor busy. Beyond
/// that they are waited for.
const LEFT_BEHIND: usize = 8;
/// How many are.
static BUSY: AtomicUsize = AtomicUsize::new(0);

type Work<S, T> = Box<dyn FnOnce(&mut S) -> T + Send>;

/// Does one work after the other on another thread, which keeps an `S` for itself.
pub(super) struct Patience<'p, S, T> {
    limit: Duration,
    stop: &'p AtomicBool,
    worker: Option<Worker<S, T>>,
}

struct Worker<S, T> {
    work: Sender<Work<S, T>>,
    done: Receiver<T>,
    /// Whether it was left behind.
    left: Arc<AtomicBool>,
}

impl<'p, S: Default + 'static, T: Send + 'static> Patience<'p, S, T> {
    /// With so much time for each work. `stop` ends waiting beyond that.
    pub(super) fn new(limit: Duration, stop: &'p AtomicBool) -> Self {
        Self { limit, stop, worker: None }
    }

    /// What came of the work; `None` where it took too long.
    ///
    /// # Errors
    /// If it panicked, or the system refuses a thread.
    pub(super) fn run(
        &mut self,
        work: impl FnOnce(&mut S) -> T + Send + 'static,
    ) -> io::Result<Option<T>> {
        let worker = match self.worker.take() {
            Some(worker) => worker,
            None => Worker::start()?,
        };
        let broken = || io::Error::other("a parsing thread failed; please report it");
        worker.work.send(Box::new(work)).map_err(|_| broken())?;
        let ticks = self.limit.as_millis().div_ceil(TICK.as_millis());
        let mut ticked = 0;
        loop {
            match worker.done.recv_timeout(TICK) {
                Ok(done) => {
                    self.worker = Some(worker);
                    return Ok(Some(done));
                }
                Err(RecvTimeoutError::Disconnected) => return Err(broken()),
                Err(RecvTimeoutError::Timeout) => {}
            }
            ticked += 1;
            let room = BUSY.load(Ordering::Relaxed) < LEFT_BEHIND;
            if ticked >= ticks && (room || self.stop.load(Ordering::Relaxed)) {
                BUSY.fetch_add(1, Ordering::Relaxed);
                worker.left.store(true, Ordering::Relaxed);
                return Ok(None);
            }
        }
    }
}

impl<S: Default + 'static, T: Send + 'static> Worker<S, T> {
    fn start() -> io::Result<Self> {
        let (work, works) = bounded::<Work<S, T>>(1);
        let (send, done) = bounded(1);
        let left = Arc::new(AtomicBool::new(false));
        let leaves = Leaves(Arc::clone(&left));
        let builder = thread::Builder::new().name("parser".to_owned()).stack_size(PARSER_STACK);
        builder.spawn(move || {
            let _leaves = leaves;
            let mut kept = S::default();
            for work in works {
                if send.send(work(&mut kept)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { work, done, left })
    }
}

/// Counts a thread that was left behind as done when it ends, however it ends.
struct Leaves(Arc<AtomicBool>);

impl Drop for Leaves {
    fn drop(&mut self) {
        if self.0.load(Ordering::Relaxed) {
            BUSY.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn what_takes_too_long_is_left_behind_and_the_next_is_done() {
        /// A busy machine takes a while to count to two.
        const LIMIT: Duration = Duration::from_secs(3);
        let stop = AtomicBool::new(false);
        let mut patience: Patience<usize, usize> = Patience::new(LIMIT, &stop);
        let count = |seen: &mut usize| {
            *seen += 1;
            *seen
        };
        assert_eq!(patience.run(count).unwrap(), Some(1));
        assert_eq!(patience.run(count).unwrap(), Some(2), "the thread keeps what is its own");
        let (end, ended) = bounded::<()>(0);
        let start = Instant::now();
        let slow = patience.run(move |_| {
            let _ = ended.recv();
            0
        });
        assert_eq!(slow.unwrap(), None);
        assert!(start.elapsed() >= LIMIT && start.elapsed() < LIMIT * 10);
        assert_eq!(patience.run(count).unwrap(), Some(1), "another thread");
        assert_eq!(BUSY.load(Ordering::Relaxed), 1);
        drop(end);
        while BUSY.load(Ordering::Relaxed) > 0 {
            thread::sleep(Duration::from_millis(1));
        }
        assert!(patience.run(|_| panic!("on purpose")).is_err());
        assert_eq!(patience.run(count).unwrap(), Some(1));
    }
}
