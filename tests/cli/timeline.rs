//! `dateline timeline` and `dateline search --timeline`:
//!
//! 1. a row for each period from the first to the last, with the count, the share of all that is
//!    indexed of it, and a bar; empty periods are shown, long runs of them as one line;
//! 2. no article stands in a period that it may not lie in: those known to the month or the year
//!    alone, and undated ones, are told apart;
//! 3. weeks begin on Monday; without a unit the span decides;
//! 4. the query is read as by `search`, and date filters hold; `--json` says the same.

use insta::assert_snapshot;

use crate::{FERRIES, World};

#[test]
fn rows_are_periods() {
    let world = World::sample();
    assert_snapshot!(world.run("timeline putin"), @"
    exit code: 0
    ---- stdout ----
    month    articles     share
    2024-08         1   100.0 %  ███████
                                 · 5 months without any
    2025-02         1    20.0 %  ███████
    2025-03         0       0 %  ·
    2025-04         6    46.2 %  ████████████████████████████████████████
    2025-05         2    22.2 %  ██████████████
    2025-06         0       0 %  ·
    2025-07         0       0 %  ·
    2025-08         5    50.0 %  ██████████████████████████████████
    undated         6  without a date
    ---- stderr ----
    21 articles, [time]
    ");
    assert_snapshot!(world.run("timeline putin --since 2025 --by month"), @"
    exit code: 0
    ---- stdout ----
    month    articles     share
    2025-02         1    20.0 %  ███████
    2025-03         0       0 %  ·
    2025-04         6    46.2 %  ████████████████████████████████████████
    2025-05         2    22.2 %  ██████████████
    2025-06         0       0 %  ·
    2025-07         0       0 %  ·
    2025-08         5    50.0 %  ██████████████████████████████████
    ---- stderr ----
    14 articles, [time]
    6 more match but carry no date (date:none finds them)
    ");
    assert_snapshot!(world.run("timeline witkoff --since 2025-04 --until 2025-06 --by day"), @"
    exit code: 0
    ---- stdout ----
    day         articles     share
    2025-04-11         1    50.0 %  ██████████████
                                    · 13 days without any
    2025-04-25         3   100.0 %  ████████████████████████████████████████
    2025-04-26         1   100.0 %  ██████████████
    ---- stderr ----
    5 articles, [time]
    6 more match but carry no date (date:none finds them)
    ");
}

/// A Monday, the Sunday before it, and dates that are known less exactly.
const DATED: &[(&str, &str)] = &[(
    "harbour.jsonl",
    "{\"id\": \"a\", \"date\": \"2025-03-02\", \"text\": \"The harbour opened on a Sunday.\"}\n\
     {\"id\": \"b\", \"date\": \"2025-03-03T08:00:00Z\", \"text\": \"The harbour shut on Monday.\"}\n\
     {\"id\": \"c\", \"date\": \"2025-03\", \"text\": \"The harbour is the talk of the month.\"}\n\
     {\"id\": \"d\", \"date\": \"2025\", \"text\": \"The harbour in the year of its opening.\"}\n\
     {\"id\": \"e\", \"text\": \"The harbour, at some time.\"}\n\
     {\"id\": \"f\", \"date\": \"2025-03-03\", \"text\": \"Nothing to do with it.\"}\n",
)];

#[test]
fn what_is_known_less_exactly_is_told_apart() {
    let world = World::of(DATED);
    assert_snapshot!(world.run("timeline harbour --by week"), @"
    exit code: 0
    ---- stdout ----
    week from   articles     share
    2025-02-24         1   100.0 %  ████████████████████████████████████████
    2025-03-03         1    50.0 %  ████████████████████████████████████████
                       1  known to the month only
                       1  known to the year only
    undated            1  without a date
    ---- stderr ----
    5 articles, [time]
    ");
    assert_snapshot!(world.run("timeline harbour --by month"), @"
    exit code: 0
    ---- stdout ----
    month    articles     share
    2025-03         3    75.0 %  ████████████████████████████████████████
                    1  known to the year only
    undated         1  without a date
    ---- stderr ----
    5 articles, [time]
    ");
    assert_snapshot!(world.run("search harbour -n 0 --timeline=day --json"), @r#"
    exit code: 0
    ---- stdout ----
    {"type":"begin","format":1,"tool":"dateline [version]","query":"harbour"}
    {"type":"timeline","total":5,"reading":"all","unit":"day","periods":[{"period":"2025-03-02","articles":1,"indexed":1},{"period":"2025-03-03","articles":1,"indexed":2}],"only_month":1,"only_year":1,"undated":1}
    {"type":"end","total":5,"shown":0,"offset":0,"reading":"all","whole":null,"ignored":[],"folded":0,"more":true,"undated":null,"took_us":[time]}
    ---- stderr ----
    5 articles, [time]
    "#);
}

#[test]
fn a_timeline_follows_the_hits() {
    let world = World::of(FERRIES);
    assert_snapshot!(world.run("search ferry talks fail -n 1 --timeline --facet source"), @"
    exit code: 0
    ---- stdout ----
    1  *Ferry* *talks* *fail*
      2025-06-22 09:30 · Ledger · ledger.jsonl#a1
      p1  *Talks* between the *ferry* company and its crews broke down on Sunday.

    source of 1 article
           1  Ledger

    day         articles     share
    2025-06-22         1   100.0 %  ████████████████████████████████████████
    ---- stderr ----
    1 article, [time]
    ");
    assert_snapshot!(world.run("timeline"), @"
    exit code: 0
    ---- stdout ----
    day         articles     share
    2025-06-20         1   100.0 %  ████████████████████████████████████████
    2025-06-21         0         -  ·
    2025-06-22         1   100.0 %  ████████████████████████████████████████
                                    · 8 days without any
    2025-07-01         1   100.0 %  ████████████████████████████████████████
    undated            1  without a date
    ---- stderr ----
    4 articles, [time]
    ");
    assert_snapshot!(world.run("timeline date:none"), @"
    exit code: 0
    ---- stdout ----
    undated         1  without a date
    ---- stderr ----
    1 article, [time]
    ");
    assert_snapshot!(world.run("timeline nothingofthekind"), @"
    exit code: 1
    ---- stderr ----
    no articles, [time]
    ");
    assert_snapshot!(world.run("timeline ferry --by decade"), @"
    exit code: 2
    ---- stderr ----
    error: invalid value 'decade' for '--by <UNIT>'
      [possible values: day, week, month, year]

    For more information, try '--help'.
    ");
}
