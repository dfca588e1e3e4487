//! The `dateline` program: parses, plans, runs, and turns the outcome into an exit code.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use dateline::cli::args::Cli;
use dateline::cli::plan::{Surroundings, plan};
use dateline::cli::{Outcome, run};
use dateline::render::escape;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.kind() == ErrorKind::MissingSubcommand => {
            // clap shows it by itself only where no option is set by the environment either.
            let _ = write!(io::stderr(), "{}", Cli::command().render_help());
            return ExitCode::from(2);
        }
        Err(error) => {
            // Help and version are answers, not errors.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let mut out = BufWriter::new(Output(io::stdout().lock()));
    // Not locked: the progress bar writes to it from another thread.
    let mut err = io::stderr();
    let result = plan(cli, &surroundings())
        .and_then(|plan| run::run(plan, &mut out, &mut err))
        .and_then(|outcome| Ok(out.flush().map(|()| outcome)?));
    match result {
        Ok(Outcome::Found) => ExitCode::SUCCESS,
        Ok(Outcome::Nothing) => ExitCode::from(1),
        Ok(Outcome::Interrupted(code)) => ExitCode::from(code),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Paths and words of a query may hold anything.
            let _ = writeln!(err, "dateline: {}", escape::text(&format!("{error:#}")));
            ExitCode::from(2)
        }
    }
}

/// Standard output, whose errors say that they are its.
struct Output<W>(W);

impl<W: Write> Output<W> {
    fn told<T>(done: io::Result<T>) -> io::Result<T> {
        done.map_err(|error| {
            let said = format!("cannot write the answer to standard output: {error}");
            io::Error::new(error.kind(), said)
        })
    }
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Self::told(self.0.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Self::told(self.0.flush())
    }
}

/// Whoever read our output has seen enough.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

fn surroundings() -> Surroundings {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    Surroundings {
        stdout_is_terminal: io::stdout().is_terminal(),
        stderr_is_terminal: io::stderr().is_terminal(),
        size: terminal_size::terminal_size().map(|(width, height)| (width.0, height.0)),
        no_color: set("NO_COLOR").is_some(),
        dumb: set("TERM").is_some_and(|term| term == "dumb"),
        pager: set("PAGER"),
        now: jiff::Timestamp::now(),
    }
}
