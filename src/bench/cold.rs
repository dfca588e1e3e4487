//! The cold start: from the start of a process to the first byte of its answer, and to its end.
//!
//! What is cold is the process: nothing is opened, mapped or cached in it. The files of the index are in
//! the page cache, since the run that measures has just read them.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

/// Cold starts, in nanoseconds, in the order in which they were measured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cold {
    /// From the start to the first byte of the answer.
    pub first_ns: Vec<u64>,
    /// From the start to the end of the process.
    pub exit_ns: Vec<u64>,
}

/// Runs commands one after the other, each of which must print something.
///
/// # Errors
/// If one cannot be started, fails, or prints nothing.
pub fn starts(commands: impl IntoIterator<Item = Command>, stop: &AtomicBool) -> Result<Cold> {
    let mut cold = Cold::default();
    for mut command in commands {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let start = Instant::now();
        let mut child = command.spawn().context("cannot start this program anew")?;
        let mut first = [0];
        let mut read = 0;
        if let Some(out) = &mut child.stdout {
            read = out.read(&mut first)?;
        }
        let until_first = start.elapsed();
        if let Some(out) = &mut child.stdout {
            std::io::copy(out, &mut std::io::sink())?;
        }
        let status = child.wait()?;
        let until_exit = start.elapsed();
        if stop.load(Ordering::Relaxed) {
            // Ctrl-C reaches the child as well.
            break;
        }
        if read == 0 || !status.success() {
            bail!("this program, started anew to measure its cold start, ended with {status}");
        }
        cold.first_ns.push(super::nanoseconds(until_first));
        cold.exit_ns.push(super::nanoseconds(until_exit));
    }
    Ok(cold)
}
