//! The command line: what was typed ([`args`]), what was decided ([`plan`]), what is done
//! ([`run`]).

pub mod args;
pub mod plan;
pub mod run;

mod bench;
mod check;
mod cite;
mod given;
mod pager;
mod progress;
mod queries;
mod signals;
mod standing;

/// How a command ended, when it ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Something was found or done: exit code 0.
    Found,
    /// Nothing was found: exit code 1.
    Nothing,
    /// Stopped by Ctrl-C or a signal after committing what was done, with its exit code: 130 for
    /// Ctrl-C, 143 where the process was asked to end.
    Interrupted(u8),
}
