//! `dateline background`:
//!
//! 1. prints earlier articles that share the telling words and names of an article, oldest first;
//!    those of its own story are left out, undated ones told apart;
//! 2. the article may be one of the index, a file, a record of a file, or standard input;
//! 3. `--json` says the same, a line each;
//! 4. without a date, or for what is not there, it says what to do; nothing earlier exits 1.

use std::process::Stdio;

use insta::assert_snapshot;

use crate::{FERRIES, World};

#[test]
fn earlier_articles_oldest_first() {
    let world = World::sample();
    assert_snapshot!(world.run("background wire/2025.jsonl#mw-0412 -n 3"), @"
    exit code: 0
    ---- stdout ----
    Putin and U.S. envoy Witkoff hold three hours of talks in Moscow
    2025-04-25 22:10 · Mercury Wire · Oleg Varnham, Petra Lindqvist / World · wire/2025.jsonl#mw-0412

    earlier, oldest first
    1  *Putin*, Trump *envoy* *Witkoff* *talk* for over four hours in St Petersburg
      2025-04-11 20:18 · Mercury Wire · Oleg Varnham / World · wire/2025.jsonl#mw-0297
      Vladimir Putin, Steve Witkoff, St Petersburg, Donald Trump, Mercury Wire, United States,
      Presidential Library, Russia
      p1  ST PETERSBURG, April 11 (*Mercury Wire*) - *Steve Witkoff*, the *U.S*. president's special
          *envoy*, spent more than four hours with *Vladimir Putin* at the Presidential Library in St
          Petersburg on Friday, the third time this year that the two have sat down together.
          *Kremlin* spokesman Dmitry Peskov had told reporters beforehand not to look for a
          breakthrough. He described the contacts as a way to carry messages between the two presidents.
          The theme, the *Kremlin* said afterwards, was aspects of a settlement in *Ukraine*.

    2  In a Fourth Visit, *Witkoff* and *Putin* Discuss Bringing Russia and *Ukraine* to One Table
      2025-04-25 18:40 · Potomac Ledger · Adele Fontaine / World ·
      potomac-ledger/2025/04/25/witkoff-putin-fourth-meeting.html
      Vladimir Putin, Ukraine, Steve Witkoff, Russia, Moscow, Donald Trump, Rome, Washington
      p1  The president's *envoy* stayed three hours. Rome, not *Moscow*, may be where the next step is
          taken.
          WASHINGTON — *Steve Witkoff*, the *envoy* on whom President Trump has staked his promise to
          end the war in *Ukraine*, conferred with Vladimir V. *Putin* in *Moscow* on Friday for the
          fourth time in ten weeks, and came away with a Russian account of progress and no announcement
          of his own.
          The aide who briefs for the *Kremlin* on such occasions, Yuri *Ushakov*, spoke of views that
          had moved nearer to each other and of the possibility that Russian and Ukrainian delegates
          might resume *talking* face to face. A cease-fire, which was the American aim in March, he did
          not mention.

    3  *Witkoff’s* fourth visit to *Putin*: what *Kyiv* heard, and what it fears
      2025-04-25 20:30 · The Kyiv Courier · Olena Marchuk / Diplomacy ·
      kyiv-courier/2025-04-25-witkoff.html
      Kyiv, Steve Witkoff, Vladimir Putin, Kremlin, Donald Trump, Russia, New York, Crimea
      p1  While the American *envoy* sat in the *Kremlin*, *Kyiv* was in mourning. Officials here ask
          who is negotiating, and about whose land.
          *KYIV* — Flags were at half-mast in the capital on Friday when the news came that
          *Steve Witkoff* was once again shaking hands with *Vladimir Putin*. It was the fourth time
          since February that the property developer from New York, whom Donald Trump made his *envoy*
          for nearly everything, had travelled to Russia to see its president.
          They *talked* for three hours. No Ukrainian was in the room. According to *Kremlin* adviser
          Yuri *Ushakov*, the subject was how to get Russians and Ukrainians to speak to each other
          directly, which they have not done since the spring of 2022.
    ---- stderr ----
    3 articles earlier
    ");
    let lines = world.run("background wire/2025.jsonl#mw-0412 -n 5 --json").json();
    assert_eq!(lines[0]["type"], "background");
    let related = &lines[1..];
    assert!(related.iter().all(|line| line["type"] == "related"));
    let earlier = lines[0]["earlier"].as_u64().unwrap() as usize;
    let dates: Vec<&str> =
        related[..earlier].iter().map(|line| line["published"]["end"].as_str().unwrap()).collect();
    assert!(earlier > 0 && dates.is_sorted(), "{dates:?}");
    assert!(dates.iter().all(|date| *date < "2025-04-25T22:10:00Z"), "{dates:?}");
    assert!(related[earlier..].iter().all(|line| line["published"].is_null()));
    // Neither it nor its copies.
    let similar = world.run("similar wire/2025.jsonl#mw-0412 --json").json();
    let own: Vec<_> = similar.iter().filter(|l| l["type"] != "related").map(|l| &l["id"]).collect();
    assert_eq!(own.len(), 4);
    assert!(related.iter().all(|line| !own.contains(&&line["id"])), "{related:?}");
}

#[test]
fn a_file_need_not_be_in_the_index() {
    let world = World::sample();
    let of_index = world.run("background kyiv-courier/2025-04-25-witkoff.html -n 4");
    assert_eq!(of_index.code, Some(0), "{of_index}");
    let ids = |line: &str| -> Vec<String> {
        let lines = world.run(line).json();
        lines[1..].iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect()
    };
    // The same file elsewhere.
    std::fs::copy(
        world.path("corpus/kyiv-courier/2025-04-25-witkoff.html"),
        world.path("saved.html"),
    )
    .unwrap();
    let before =
        ["wire/2025.jsonl#mw-0297", "potomac-ledger/2025/04/25/witkoff-putin-fourth-meeting.html"];
    let of_file = ids("background saved.html -n 4 --json");
    assert!(before.iter().all(|id| of_file.contains(&(*id).to_owned())), "{of_file:?}");
    // Its own story is told by its text: all of it is earlier than this.
    let late = ids("background saved.html --before 2026 -n 50 --json");
    assert!(!late.contains(&"kyiv-courier/2025-04-25-witkoff.html".to_owned()), "{late:?}");
    assert!(!late.is_empty());
    // One of many records.
    let of_record = ids("background corpus/wire/2025.jsonl#mw-0412 -n 4 --json");
    assert!(of_record.contains(&before[0].to_owned()), "{of_record:?}");
    assert!(!of_record.contains(&"wire/2025.jsonl#mw-0412".to_owned()), "{of_record:?}");
    let text = std::fs::File::open(world.path("saved.html")).unwrap();
    let mut command = world.command();
    let run =
        world.finish(command.args(["background", "-", "-n", "4", "-q"]).stdin(Stdio::from(text)));
    assert_eq!(run.code, Some(0), "{run}");
}

#[test]
fn what_cannot_be_told() {
    let world = World::of(FERRIES);
    world.write("draft.txt", "Ferry crews\n\nThe crews of the Ansley ferry walk out again over the rota of the company.\n");
    assert_snapshot!(world.run("background draft.txt"), @"
    exit code: 2
    ---- stderr ----
    dateline: `draft.txt` carries no date, so nothing is known to be earlier; give one, as in --before today
    ");
    assert_snapshot!(world.run("background draft.txt --before today"), @"
    exit code: 0
    ---- stdout ----
    Ferry crews
    undated · draft.txt

    earlier, oldest first
    1  *Ferry* *crews* strike
      2025-06-20 · Harbour Post · Ann Lee · post/strike.md
      Ansley
      p1  The *crews* of the *Ansley* *ferry* *walked* *out* on Friday *over* a new *rota*. No talks are
          planned.

    2  *Ferry* talks fail
      2025-06-22 09:30 · Ledger · ledger.jsonl#a1
      p1  Talks between the *ferry* *company* and its *crews* broke down on Sunday.
    ---- stderr ----
    2 articles earlier
    ");
    assert_snapshot!(world.run("background draft.txt --before soon"), @"
    exit code: 2
    ---- stderr ----
    dateline: --before soon: cannot read `soon` as a date; write 2025-04-25, 2025-04, 25 April 2025, yesterday, last friday or 7d; put quotes around a date of several words
    ");
    assert_snapshot!(world.run("background notes.txt"), @"
    exit code: 2
    ---- stderr ----
    dateline: `notes.txt` carries no date, so nothing is known to be earlier; give one, as in --before today
    ");
    assert_snapshot!(world.run("background post/strike.md"), @"
    exit code: 1
    ---- stdout ----
    Ferry crews strike
    2025-06-20 · Harbour Post · Ann Lee · post/strike.md
    ---- stderr ----
    nothing earlier in the index shares enough with it
    ");
    assert_snapshot!(world.run("background post/strke.md"), @"
    exit code: 1
    ---- stderr ----
    there is no article `post/strke.md` in the index
      did you mean post/strike.md
    there is no file of that name either
    ");
    assert_snapshot!(world.run("background news/ledger.jsonl"), @"
    exit code: 2
    ---- stderr ----
    dateline: news/ledger.jsonl holds more than one article; say which one, as in 'news/ledger.jsonl#1'
    ");
    assert_snapshot!(world.run("background news/ledger.jsonl#a9"), @"
    exit code: 2
    ---- stderr ----
    dateline: there is no news/ledger.jsonl#a9; `dateline extract --json` of the file prints its ids
    ");
    world.write("empty.txt", "");
    assert_snapshot!(world.run("background empty.txt"), @"
    exit code: 2
    ---- stderr ----
    dateline: empty.txt holds no article: the file is empty
    ");
}
