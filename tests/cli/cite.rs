//! `dateline cite`:
//!
//! 1. a passage with its paper, date, headline, author and address as far as they are known, in
//!    every format;
//! 2. passages are read from standard input too, from a search's JSON lines or a line each;
//! 3. a citation opens what it names, whatever the id holds, and tells where the text was changed;
//! 4. what is not there is told, and the rest is printed: exit code 1.

use std::io::Write;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::{FERRIES, Ran, World};

/// Runs a command line with something on its standard input.
pub(crate) fn with_input(world: &World, line: &str, input: &str) -> Ran {
    let mut command = world.command();
    command.args(crate::words(line)).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Ran::of(child.wait_with_output().unwrap())
}

#[test]
fn a_passage_in_every_format() {
    let world = World::of(FERRIES);
    assert_snapshot!(world.run("cite post/strike.md#p1 ledger.jsonl#a1#p1 notes.txt#p1"), @"
    exit code: 0
    ---- stdout ----
    Harbour Post, 20 June 2025: Ferry crews strike (Ann Lee)

        The crews of the Ansley ferry walked out on Friday over a new rota. No talks are planned.

        post/strike.md#p1@0b43895c36
        https://post.example/2025/06/20/strike

    Ledger, 22 June 2025: Ferry talks fail

        Talks between the ferry company and its crews broke down on Sunday.

        ledger.jsonl#a1#p1@97d72ea0db

    undated: Ferry notes

        The old ferry was called the Moscow, and nobody remembers why.

        notes.txt#p1@fcb448d0ed
    ");
    assert_snapshot!(world.run("cite post/strike.md#p1 notes.txt#p1 --format md"), @"
    exit code: 0
    ---- stdout ----
    Harbour Post, 20 June 2025: [Ferry crews strike](https://post.example/2025/06/20/strike) (Ann Lee)

    > The crews of the Ansley ferry walked out on Friday over a new rota. No talks are planned.
    >
    > — `post/strike.md#p1@0b43895c36`

    undated: Ferry notes

    > The old ferry was called the Moscow, and nobody remembers why.
    >
    > — `notes.txt#p1@fcb448d0ed`
    ");
    assert_snapshot!(world.run("cite post/strike.md#p1 notes.txt#p1 --format bibtex"), @"
    exit code: 0
    ---- stdout ----
    @article{harbourpost2025-0b43895c36,
      title = {{Ferry crews strike}},
      author = {Ann Lee},
      journal = {Harbour Post},
      date = {2025-06-20},
      year = {2025},
      url = {https://post.example/2025/06/20/strike},
      language = {en},
      abstract = {The crews of the Ansley ferry walked out on Friday over a new rota. No talks are planned.},
      dateline = {post/strike.md#p1@0b43895c36},
    }

    @article{fcb448d0ed,
      title = {{Ferry notes}},
      note = {undated},
      language = {en},
      abstract = {The old ferry was called the Moscow, and nobody remembers why.},
      dateline = {notes.txt#p1@fcb448d0ed},
    }
    ");
    assert_snapshot!(world.run("cite post/strike.md#p1 ledger.jsonl#a1#p1 --format csl-json"), @r#"
    exit code: 0
    ---- stdout ----
    [
    {"id":"post/strike.md#p1@0b43895c36","type":"article-newspaper","title":"Ferry crews strike","author":[{"literal":"Ann Lee"}],"container-title":"Harbour Post","issued":{"date-parts":[[2025,6,20]]},"URL":"https://post.example/2025/06/20/strike","language":"en","abstract":"The crews of the Ansley ferry walked out on Friday over a new rota. No talks are planned.","note":"dateline: post/strike.md#p1@0b43895c36"},
    {"id":"ledger.jsonl#a1#p1@97d72ea0db","type":"article-newspaper","title":"Ferry talks fail","container-title":"Ledger","issued":{"date-parts":[[2025,6,22]]},"language":"en","abstract":"Talks between the ferry company and its crews broke down on Sunday.","note":"dateline: ledger.jsonl#a1#p1@97d72ea0db"}
    ]
    "#);
    let run = world.run("cite ledger.jsonl#a1#p1 notes.txt#p1 --json");
    let lines = run.json();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[0]["type"], &lines[0]["id"]),
        (&"citation".into(), &"ledger.jsonl#a1".into())
    );
    assert_eq!(lines[0]["passage"]["number"], 1);
    assert_eq!(lines[1]["published"], serde_json::Value::Null);
    assert_eq!(run.out, world.run("cite ledger.jsonl#a1#p1 notes.txt#p1 --format json").out);
}

#[test]
fn passages_from_standard_input() {
    let world = World::of(FERRIES);
    let found = world.run("search talks --json").out;
    let cites = |run: &Ran| -> Vec<String> {
        let cite = |line: &serde_json::Value| line["passage"]["cite"].as_str().map(str::to_owned);
        run.json().iter().filter_map(cite).collect()
    };
    let run = with_input(&world, "cite - --json", &found);
    assert_eq!(run.code, Some(0), "{run}");
    let cited = cites(&run);
    assert_eq!(cited.len(), found.lines().filter(|line| line.contains("\"hit\"")).count());
    assert_eq!(cites(&with_input(&world, "cite - --json", &run.out)), cited);
    assert_eq!(cites(&with_input(&world, "cite - --json", &cited.join("\n"))), cited);
    let shown = world.run("show notes.txt --json").out;
    assert_eq!(cites(&with_input(&world, "cite - --json", &shown)).len(), 1);
    assert_snapshot!(with_input(&world, "cite -", "\n"), @"
    exit code: 1
    ---- stderr ----
    standard input names no passage
    ");
}

#[test]
fn a_citation_opens_what_it_names() {
    let hostile = [
        "my notes.txt",
        "a#p1",
        "a",
        "100%25 #p1@0123456789 `x`, (\"y\").txt",
        "me@example.org/{1}\\2.txt",
        "穀物、1.txt",
    ];
    let files: Vec<(&str, String)> = hostile
        .iter()
        .map(|id| {
            (*id, format!("Ferry notes\n\nOf the file {} nobody knows more than this.\n", id.len()))
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(id, text)| (*id, text.as_str())).collect();
    let world = World::of(&files);
    let mut cites = Vec::new();
    for line in world.run("search nobody --json --all").json() {
        let Some(id) = line["id"].as_str() else { continue };
        let passage = &line["passages"][0];
        let (plain, cite) = (passage["id"].as_str().unwrap(), passage["cite"].as_str().unwrap());
        assert_eq!(plain, format!("{id}#p1"));
        let show = |typed: &str| {
            let run = world.finish(world.command().args(["show", "--json", "--", typed]));
            assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{typed}");
            run.json().remove(0)
        };
        assert_eq!(show(cite)["id"], id);
        assert_eq!(show(cite)["passages"][0]["cite"], cite);
        // An id may look like a passage of another article, and then is meant itself.
        assert_eq!(show(id)["id"], id);
        cites.push(cite.to_owned());
    }
    assert_eq!(cites.len(), hostile.len());
    assert_snapshot!(cites.join("\n"), @"
    100%2525%20#p1%400123456789%20%60x%60%2C%20%28%22y%22%29.txt#p1@41c2f381a4
    a#p1@9ee252d261
    a#p1#p1@82ee4029ff
    me%40example.org/%7B1%7D%5C2.txt#p1@7a05a57c33
    my%20notes.txt#p1@b8373b48a7
    穀物%E3%80%811.txt#p1@97168a76d6
    ");
    let notes = cites.iter().find(|cite| cite.starts_with("my")).unwrap();
    world.write("news/my notes.txt", "Ferry notes\n\nNobody knows anything of this any more.\n");
    world.touch("news/my notes.txt", 9);
    world.run("index");
    assert_snapshot!(world.run(&format!("show {notes}")), @"
    exit code: 0
    ---- stdout ----
    Ferry notes
    undated · my notes.txt

    p1  Nobody knows anything of this any more.
    ---- stderr ----
    `my notes.txt#p1` is not what was cited as @b8373b48a7: the text was changed or is cut otherwise; `dateline verify` tells where it went
    ");
    assert_eq!(world.run(&format!("show -q {notes}")).err, "");
    assert_snapshot!(world.run(&format!("cite {notes}")), @"
    exit code: 0
    ---- stdout ----
    undated: Ferry notes

        Nobody knows anything of this any more.

        my%20notes.txt#p1@3edd906a65
    ---- stderr ----
    `my notes.txt#p1` is not what was cited as @b8373b48a7: the text was changed or is cut otherwise; `dateline verify` tells where it went
    ");
}

#[test]
fn what_is_not_there_is_told() {
    let world = World::of(FERRIES);
    assert_snapshot!(world.run("cite notes.txt#p1 notes.txt#p2 notes.txt note.txt#p1"), @"
    exit code: 1
    ---- stdout ----
    undated: Ferry notes

        The old ferry was called the Moscow, and nobody remembers why.

        notes.txt#p1@fcb448d0ed
    ---- stderr ----
    `notes.txt` has one passage, p1, and no p2
    `notes.txt` is a whole article; add #p1 for its passage
    there is no article `note.txt#p1` in the index
      did you mean notes.txt
    ");
    assert_snapshot!(world.run("cite nothing"), @"
    exit code: 1
    ---- stderr ----
    there is no article `nothing` in the index
    `dateline search -l WORDS` prints the ids of articles
    ");
    assert_eq!(world.run("cite").code, Some(2));
}
