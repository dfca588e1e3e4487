//! Whole runs of the program: exit code, standard output and standard error as a user sees them.
//!
//! A test makes a [`World`], types command lines and compares what comes out. One module a
//! command; each opens with the numbered properties it proves. What differs from run to run
//! (times, sizes on disk, the version, the temporary directory) is filtered out of snapshots.

#![allow(clippy::unwrap_used)]

mod background;
mod batch;
mod bench;
mod check;
mod cite;
mod entities;
mod extract;
mod facets;
#[path = "../support/folder.rs"]
mod folder;
mod general;
mod index;
mod rules;
mod search;
mod show;
mod similar;
mod standing;
mod stats;
mod timeline;
mod verify;

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use insta::internals::SettingsBindDropGuard;
use serde_json::Value;
use tempfile::TempDir;

/// What every run takes for the present.
const NOW: &str = "2025-08-20T12:00:00Z";

/// A directory of its own, in which the program runs with a scrubbed environment.
struct World {
    dir: TempDir,
    /// The directory without symbolic links, as the program tells it.
    path: PathBuf,
    _filters: SettingsBindDropGuard,
}

impl World {
    /// An empty directory.
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().canonicalize().unwrap();
        let mut settings = insta::Settings::clone_current();
        for (what, shown) in [
            (regex_of(&path.to_string_lossy()).as_str(), "[dir]"),
            (r"\b(under 1 ms|\d+ ms|\d+\.\d s)\b", "[time]"),
            (r#""took_(us|ms)":\d+"#, r#""took_$1":[time]"#),
            (r"(?m)^disk .*$", "disk       [sizes]"),
            (r"\d+ segments?\b", "[n] segments"),
            (r"dateline \d+\.\d+\.\d+", "dateline [version]"),
            (r"this is \d+\.\d+\.\d+", "this is [version]"),
            (r"schema \d+, analysis \d+, names \d+", "schema [n], analysis [n], names [n]"),
            // Scores change with every step of tuning; that they decrease is tested apart.
            (r"\b\d+\.\d{4,}", "[score]"),
        ] {
            settings.add_filter(what, shown);
        }
        Self { dir, path, _filters: settings.bind_to_scope() }
    }

    /// A directory with the sample archive in `corpus`, and it in `index`.
    fn sample() -> Self {
        let world = Self::new();
        world.copy_corpus("corpus");
        let run = world.run("index corpus");
        assert_eq!(run.code, Some(0), "{run}");
        world
    }

    /// A directory with these files in `news`, and them in `index`.
    fn of(files: &[(&str, &str)]) -> Self {
        let world = Self::new();
        for (name, text) in files {
            world.write(format!("news/{name}"), text);
        }
        let run = world.run("index news");
        assert_eq!(run.code, Some(0), "{run}");
        world
    }

    fn path(&self, name: impl AsRef<OsStr>) -> PathBuf {
        self.path.join(Path::new(name.as_ref()))
    }

    /// Writes a file and the directories that lead to it.
    fn write(&self, name: impl AsRef<OsStr>, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Sets the time stamp of a file, this many seconds after the present.
    fn touch(&self, name: &str, seconds: u64) {
        let file = File::options().write(true).open(self.path(name)).unwrap();
        file.set_modified(SystemTime::now() + Duration::from_secs(seconds)).unwrap();
    }

    /// Copies the sample archive.
    fn copy_corpus(&self, to: &str) {
        folder::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"), &self.path(to));
    }

    /// The program, to be given arguments and started.
    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
        command.env_clear().current_dir(&self.path).stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.dir.path()).env("DATELINE_NOW", NOW);
        command
    }

    /// Runs the program with the words of a line; single quotes hold words together.
    fn run(&self, line: &str) -> Ran {
        self.finish(self.command().args(words(line)))
    }

    /// Runs a command that [`World::command`] began.
    fn finish(&self, command: &mut Command) -> Ran {
        Ran::of(command.output().unwrap())
    }

    /// The ids that `search -l` prints, all of them and in order.
    fn ids(&self, query: &str) -> Vec<String> {
        let run = self.finish(self.command().args(["search", "-l", "--all", "--", query]));
        assert_ne!(run.code, Some(2), "{run}");
        run.out.lines().map(str::to_owned).collect()
    }
}

/// How a run ended.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Every line of the standard output as JSON.
    fn json(&self) -> Vec<Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        self.out.lines().map(parse).collect()
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => writeln!(f, "exit code: {code}")?,
            None => writeln!(f, "exit code: none")?,
        }
        for (name, text) in [("stdout", &self.out), ("stderr", &self.err)] {
            if !text.is_empty() {
                // Escape characters, to be seen.
                write!(f, "---- {name} ----\n{}", text.replace('\x1b', "^"))?;
            }
        }
        Ok(())
    }
}

/// The words of a command line.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, part) in line.split('\'').enumerate() {
        if number % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// A regular expression that matches this text alone.
fn regex_of(text: &str) -> String {
    let mut regex = String::new();
    for c in text.chars() {
        if !(c.is_alphanumeric() || c == '/' || c == '_') {
            regex.push('\\');
        }
        regex.push(c);
    }
    regex
}

/// Three short articles on one subject, with and without a date.
const FERRIES: &[(&str, &str)] = &[
    (
        "post/strike.md",
        "---\ntitle: Ferry crews strike\ndate: 2025-06-20\nsource: Harbour Post\nauthor: Ann Lee\nurl: https://post.example/2025/06/20/strike\n---\n\
         The crews of the Ansley ferry walked out on Friday over a new rota. No talks are planned.\n",
    ),
    (
        "ledger.jsonl",
        "{\"id\": \"a1\", \"title\": \"Ferry talks fail\", \"date\": \"2025-06-22T09:30:00Z\", \"source\": \"Ledger\", \"text\": \"Talks between the ferry company and its crews broke down on Sunday.\"}\n\
         {\"id\": \"a2\", \"title\": \"Rota withdrawn\", \"date\": \"2025-07-01\", \"source\": \"Ledger\", \"text\": \"The company took its rota back on Tuesday and the strike ended.\"}\n",
    ),
    (
        "notes.txt",
        "Ferry notes\n\nThe old ferry was called the Moscow, and nobody remembers why.\n",
    ),
];
