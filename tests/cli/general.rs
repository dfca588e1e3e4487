//! What all commands share:
//!
//! 1. help, short and long, of the program and of every command; the version;
//! 2. no command, an unknown one or an unknown option is an error with the usage;
//! 3. the index is `--index`, else `DATELINE_INDEX`, else `./index`;
//! 4. the clock is `--now`, else `DATELINE_NOW`;
//! 5. completion scripts for shells;
//! 6. a reader who leaves early is no error.

use std::io::{self, BufRead, BufReader};
use std::process::Stdio;

use insta::assert_snapshot;

use crate::{FERRIES, World};

#[test]
fn help() {
    let world = World::new();
    assert_snapshot!("help", world.run("--help"));
    assert_snapshot!("help_short", world.run("-h"));
    for command in [
        "index",
        "search",
        "show",
        "cite",
        "verify",
        "similar",
        "background",
        "timeline",
        "entities",
        "extract",
        "stats",
        "bench",
        "completions",
    ] {
        assert_snapshot!(format!("help_{command}"), world.run(&format!("{command} --help")));
        assert_eq!(
            world.run(&format!("help {command}")).out,
            world.run(&format!("{command} --help")).out
        );
    }
}

#[test]
fn version() {
    let world = World::new();
    assert_eq!(world.run("--version").out, format!("dateline {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(world.run("-V").code, Some(0));
}

#[test]
fn what_is_typed_wrong() {
    let world = World::new();
    assert_snapshot!(world.run(""), @r#"
    exit code: 2
    ---- stderr ----
    Full-text search for news archives: ranked passages, highlighted, with the date, source and people
    of each article

    Usage: dateline [OPTIONS] <COMMAND>

    Commands:
      index        Make the index equal to folders of articles
      search       Ask the index and print ranked passages
      show         Print an article, or one passage of it
      cite         Print passages as one cites them
      verify       Say whether the citations that a file keeps still hold
      similar      Print the copies of an article, then related coverage
      background   Print earlier articles that explain an article of the index or of a file
      timeline     Print how many articles match in each day, week, month or year
      entities     List the persons, organisations and places of the archive, or of what a question
                   finds
      extract      Print what files hold as it would be indexed
      stats        Say what is in the index
      check        Say whether the index is sound and has what its folders have, and repair it
      bench        Measure how long queries take and how good their answers are, or how fast folders are
                   indexed
      completions  Print a completion script for a shell
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help (see more with '--help')
      -V, --version  Print version

    Options of every command:
      -i, --index <DIR>   The directory of the index [env: DATELINE_INDEX=] [default: index]
          --color <WHEN>  When to use colour [NO_COLOR is honoured by auto] [default: auto] [possible
                          values: auto, always, never]
      -q, --quiet         Print no messages besides errors
          --now <TIME>    Take this for the present, in dates like `yesterday` (RFC 3339 or a date)
                          [env: DATELINE_NOW]

    Exit codes: 0 found, 1 nothing found, 2 error, 130 or 143 stopped.

    Start here:
      dateline index ~/articles
      dateline search witkoff putin kremlin
      dateline search '"ceasefire talks" source:courier after:2025-04'
      dateline show kyiv-courier/2025-04-25-witkoff.html#p2
    "#);
    assert_snapshot!(world.run("serach x"), @"
    exit code: 2
    ---- stderr ----
    error: unrecognized subcommand 'serach'

      tip: some similar subcommands exist: 'bench', 'extract', 'search'

    Usage: dateline [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    assert_snapshot!(world.run("search x --sourse y"), @"
    exit code: 2
    ---- stderr ----
    error: unexpected argument '--sourse' found

      tip: a similar argument exists: '--source'

    Usage: dateline search --source <NAME> <QUERY>...

    For more information, try '--help'.
    ");
    assert_snapshot!(world.run("search x --limit many"), @"
    exit code: 2
    ---- stderr ----
    error: invalid value 'many' for '--limit <N>': invalid digit found in string

    For more information, try '--help'.
    ");
    assert_snapshot!(world.run("search x --format xml"), @"
    exit code: 2
    ---- stderr ----
    error: invalid value 'xml' for '--format <FORMAT>'
      [possible values: plain, json, csv, trec, md]

    For more information, try '--help'.
    ");
    assert_snapshot!(world.run("index news --threads 0"), @"
    exit code: 2
    ---- stderr ----
    error: invalid value '0' for '--threads <N>': 0 is not in 1..=64

    For more information, try '--help'.
    ");
}

#[test]
fn where_the_index_is() {
    let world = World::of(FERRIES);
    world.write("other/a.txt", "Trams\n\nThe tram is late.\n");
    world.run("index other --index trams");
    assert_eq!(world.run("search -lq late").out, "");
    assert_eq!(world.run("search -lq late --index trams").out, "a.txt\n");
    assert_eq!(world.run("-i trams search -lq late").out, "a.txt\n");
    let from_env = |line: &str| {
        let mut command = world.command();
        command.env("DATELINE_INDEX", "trams").args(crate::words(line));
        world.finish(&mut command).out
    };
    assert_eq!(from_env("search -lq late"), "a.txt\n");
    assert_eq!(from_env("search -lq late -i index"), "");
}

#[test]
fn what_time_it_is() {
    let world = World::of(FERRIES);
    assert_eq!(world.run("search -lq since:60d").out, "ledger.jsonl#a2\nledger.jsonl#a1\n");
    assert_eq!(world.run("search -lq since:60d --now 2025-08-25").out, "ledger.jsonl#a2\n");
    assert_snapshot!(world.run("search x --now soon"), @"
    exit code: 2
    ---- stderr ----
    dateline: --now soon: cannot read `soon` as a date; write 2025-04-25, 2025-04, 25 April 2025, yesterday, last friday or 7d; put quotes around a date of several words
    ");
    let mut command = world.command();
    command.env("DATELINE_NOW", "soon").args(["search", "x"]);
    assert_snapshot!(world.finish(&mut command), @"
    exit code: 2
    ---- stderr ----
    dateline: --now soon: cannot read `soon` as a date; write 2025-04-25, 2025-04, 25 April 2025, yesterday, last friday or 7d; put quotes around a date of several words
    ");
}

#[test]
fn completions() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = world.run(&format!("completions {shell}"));
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
        for word in ["dateline", "completions", "max-article-size"] {
            assert!(run.out.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(world.run("completions csh").code, Some(2));
}

#[test]
fn a_reader_who_is_gone_is_no_error() {
    let world = World::of(FERRIES);
    for line in [
        "search ferry",
        "search ferry --json",
        "search ferry -l",
        "search ferry --count",
        "show notes.txt",
        "stats",
        "index",
        "completions bash",
        "--help",
        "--version",
    ] {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let mut command = world.command();
        command.args(crate::words(line)).stdout(writer);
        let run = world.finish(&mut command);
        assert_eq!((run.code, run.err.contains("pipe")), (Some(0), false), "{line}: {run}");
    }
}

#[test]
fn a_reader_who_leaves_early_is_no_error() {
    let world = World::sample();
    let mut child = world
        .command()
        .args(["search", "--all", "--any", "-q", "--json", "--passages", "9", "the of in on"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("\"begin\""));
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
