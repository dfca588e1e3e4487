//! Ctrl-C and the signals that end a process: the first asks a run to stop, the second ends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use super::Outcome;

/// What Ctrl-C leaves as its exit code, and all that there is where there are no signals.
const BY_CTRL_C: u8 = 130;

/// Whether a run was asked to stop, and by what.
#[derive(Debug, Default)]
pub(super) struct Stop {
    /// Set by the first signal.
    pub(super) flag: AtomicBool,
    /// The exit code that tells which.
    code: AtomicU8,
}

impl Stop {
    /// A flag that the signals of this process set. Where there can be no handler, they end the
    /// process; the last commit stands.
    pub(super) fn on_signals() -> Arc<Self> {
        let stop = Arc::new(Self::default());
        listen(Arc::clone(&stop));
        stop
    }

    /// How a command ended that was stopped.
    pub(super) fn outcome(&self) -> Outcome {
        match self.code.load(Ordering::Relaxed) {
            0 => Outcome::Interrupted(BY_CTRL_C),
            code => Outcome::Interrupted(code),
        }
    }

    /// Takes note of a signal.
    fn asked(&self, code: u8) {
        self.code.store(code, Ordering::Relaxed);
        if self.flag.swap(true, Ordering::Relaxed) {
            // Asked twice: not even the commit is waited for.
            #[allow(clippy::exit, clippy::disallowed_methods)]
            std::process::exit(i32::from(code));
        }
    }
}

/// Waits for signals in a thread of its own. They are blocked in this one and in all that it will
/// start, so that they reach that thread alone; a program that is started gets none of it.
#[cfg(unix)]
fn listen(stop: Arc<Stop>) {
    use nix::sys::signal::{SigSet, Signal};
    let mut signals = SigSet::empty();
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        signals.add(signal);
    }
    let wait = move || {
        while let Ok(signal) = signals.wait() {
            // As shells tell it.
            stop.asked(128 + signal as u8);
        }
    };
    if signals.thread_block().is_ok()
        && std::thread::Builder::new().name("signals".to_owned()).spawn(wait).is_err()
    {
        let _ = signals.thread_unblock();
    }
}

#[cfg(not(unix))]
fn listen(stop: Arc<Stop>) {
    let _ = ctrlc::set_handler(move || stop.asked(BY_CTRL_C));
}
