//! `dateline similar`:
//!
//! 1. lists the copies of an article with what they share and which came first, then related
//!    coverage without them;
//! 2. `--json` says the same, a line each;
//! 3. an id that is not there exits 1 and names near ones, as `show` does; an article that nothing
//!    is like exits 1.

use insta::assert_snapshot;

use crate::{FERRIES, World};

#[test]
fn copies_then_related_coverage() {
    let world = World::sample();
    assert_snapshot!(world.run("similar wire/2025.jsonl#mw-0412 -n 1"), @"
    exit code: 0
    ---- stdout ----
    Putin and U.S. envoy Witkoff hold three hours of talks in Moscow
    2025-04-25 22:10 · Mercury Wire · Oleg Varnham, Petra Lindqvist / World · wire/2025.jsonl#mw-0412

    3 copies, earliest first
    this article came first of those with a date
    1  Kremlin and US envoy say little after three hours in Moscow
      2025-04-26 · Harbour Post · Mercury Wire / World · harbour-post/2025-04-26-putin-witkoff.md
      97 % of its words stand in this article, 95 % of this article's in it
    2  Putin, Witkoff talk for three hours; direct negotiations raised, Kremlin says
      undated · lantern-dispatch/witkoff-putin-25-april.txt
      73 % of its words stand in this article, 97 % of this article's in it
    3  Putin and Trump envoy in three hours of talks
      undated · northwall-gazette/2025-04-26-putin-witkoff.txt
      98 % of its words stand in this article, 67 % of this article's in it

    related
    1  *Witkoff’s* fourth visit to *Putin*: what Kyiv heard, and what it fears
      2025-04-25 20:30 · The Kyiv Courier · Olena Marchuk / Diplomacy ·
      kyiv-courier/2025-04-25-witkoff.html
      Kyiv, Steve Witkoff, Vladimir Putin, Kremlin, Donald Trump, Russia, New York, Crimea
      p4  A bomb and a funeral
          The *Kremlin* *talks* began hours after a car bomb outside *Moscow* killed *Lieutenant*
          *General* Yaroslav *Moskalik*. Russia blames Ukrainian services. Officials in Kyiv would not
          speak about it.
          The next chance is in Rome. Trump and Zelenskyy are both expected at the funeral of Pope
          Francis on Saturday. Neither side would confirm on Friday night that they will meet.
    ");
    let lines = world.run("similar wire/2025.jsonl#mw-0412 -n 2 --json").json();
    let kinds: Vec<_> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["similar", "copy", "copy", "copy", "related", "related"]);
}

#[test]
fn what_is_not_there() {
    let world = World::sample();
    assert_snapshot!(world.run("similar mw-041"), @"
    exit code: 1
    ---- stderr ----
    there is no article `mw-041` in the index
      did you mean wire/2025.jsonl#mw-0412
    ");
    let world = World::of(FERRIES);
    assert_snapshot!(world.run("similar ledger.jsonl#a1 -n 0"), @"
    exit code: 1
    ---- stdout ----
    Ferry talks fail
    2025-06-22 09:30 · Ledger · ledger.jsonl#a1

    no copies in the index
    ");
}
