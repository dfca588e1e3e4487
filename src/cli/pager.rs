//! Pages long answers with the user's pager.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use super::plan::Pager;

/// Writes `text` through the pager where it is longer than a screen and the pager can be
/// started, else to `out`.
///
/// # Errors
/// Those of `out`; a pager that was closed early is no error.
pub(super) fn page(text: &[u8], pager: Option<&Pager>, out: &mut dyn Write) -> io::Result<()> {
    let lines = text.iter().filter(|byte| **byte == b'\n').count();
    let Some(pager) = pager.filter(|pager| lines > pager.lines) else {
        return out.write_all(text);
    };
    let mut command = Command::new(&pager.command[0]);
    command.args(&pager.command[1..]).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        // Colours through, quit when it fits, leave the text on the screen.
        command.env("LESS", "FRX");
    }
    let Ok(mut child) = command.spawn() else { return out.write_all(text) };
    if let Some(mut input) = child.stdin.take() {
        match input.write_all(text) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
            _ => {}
        }
    }
    child.wait().map(|_| ())
}
