//! `dateline search`:
//!
//! 1. an answer for people and for programs, in every format;
//! 2. how much of it: `-n`, `--offset`, `--all`, `--passages`, `-l`, `--count`; the total is
//!    always told, and the same whatever is printed;
//! 3. in what order;
//! 4. filters mean the same as options and in the query language;
//! 5. the query language, piece by piece, on the sample archive;
//! 6. how words are taken, and that the answer says so;
//! 7. what cannot be asked is an error with its place and a hint, exit code 2;
//! 8. a file of queries, as a TREC run and otherwise;
//! 9. `--corpus` brings the index up to date first;
//! 10. words near each other, so many times, weighed; a query explained;
//! 11. an empty answer says why and what to ask instead;
//! 12. colour, and that no text of an article, however hostile, reaches a terminal as a command.

use std::fs;

use insta::assert_snapshot;

use crate::{FERRIES, Ran, World};

const FORMATS: [&str; 5] = ["plain", "json", "csv", "trec", "md"];

#[test]
fn the_best_articles_of_the_sample_archive() {
    let world = World::sample();
    assert_snapshot!(world.run("search witkoff putin kremlin -n 2"), @"
    exit code: 0
    ---- stdout ----
    1  *Putin*, *Witkoff* talk for three hours; direct negotiations raised, *Kremlin* says
      undated · lantern-dispatch/witkoff-putin-25-april.txt
      Steve Witkoff, Kremlin, Vladimir Putin, Ukraine, Moscow, United States, Mercury Wire, Kyiv
      also in 2 sources: Harbour Post, Mercury Wire (3 copies)
      p1  MOSCOW, April 25 (Mercury Wire) - Russian President Vladimir *Putin* and U.S. envoy Steve
          *Witkoff* talked for three hours in the *Kremlin* on Friday about ways to end the war in
          Ukraine, and a *Kremlin* aide said that the idea of direct negotiations between Moscow and
          Kiev had been part of it.
          Yuri Ushakov, *Putin's* foreign policy adviser, called the conversation constructive and very
          useful. He said it had brought the positions of Russia and the United States closer together
          on Ukraine and on a number of other questions.
      p2  Ushakov sat on the Russian side of the table together with Kirill Dmitriev, the investment
          envoy, who had met *Witkoff* at the airport in the morning. It was *Witkoff's* fourth trip to
          Russia since February.
          The visit was overshadowed by the killing of a senior officer. Lieutenant General Yaroslav
          Moskalik, a deputy head of operations at the General Staff, died when a car exploded outside
          an apartment block in Balashikha, just east of the capital. The *Kremlin* accused Ukraine.
          Donald Trump, who landed in Rome late in the evening for the funeral of Pope Francis, wrote
          that the two sides were very close to a deal and should now meet at a high level to finish it.

    2  *Witkoff* meets *Putin* two days before Trump's Ukraine deadline
      2025-08-06 14:55 · Mercury Wire · Oleg Varnham / World · wire/2025.jsonl#mw-0619
      Donald Trump, Vladimir Putin, Ukraine, Steve Witkoff, Russia, Kremlin, Moscow, United States
      p1  MOSCOW, Aug 6 (Mercury Wire) - Donald Trump's envoy Steve *Witkoff* left the *Kremlin* after
          about three hours with Vladimir *Putin* on Wednesday, his fifth visit to Russia this year and
          the last before a U.S. deadline for progress on Ukraine runs out on Friday.
          *Kremlin* aide Yuri Ushakov said the discussion had been useful and constructive, that Russia
          had passed on some signals about Ukraine and had received others, and that he would add more
          after Trump had been briefed.
      p2  The envoy began the day with a stroll through Zaryadye park beside Kirill Dmitriev, who
          handles economic contacts with Washington for *Putin*.
          Trump wrote later that there had been great progress. A White House official said that
          penalties on countries which buy from Russia were nevertheless still to be expected. The same
          day Trump ordered a further 25 percent duty on goods from India, with effect in three weeks,
          because of its purchases of Russian oil.
          On Aug 1 he had said that two nuclear submarines would be moved in reply to remarks by former
          president Dmitry Medvedev.
    ---- stderr ----
    11 articles, 1-2 shown, [time]; --offset 2 for more
    2 more are copies of these (--no-fold shows each)
    ");
}

#[test]
fn every_format() {
    let world = World::of(FERRIES);
    assert_snapshot!(world.run("search ferry talks"), @"
    exit code: 0
    ---- stdout ----
    1  *Ferry* *talks* fail
      2025-06-22 09:30 · Ledger · ledger.jsonl#a1
      p1  *Talks* between the *ferry* company and its crews broke down on Sunday.

    2  *Ferry* crews strike
      2025-06-20 · Harbour Post · Ann Lee · post/strike.md
      Ansley
      p1  The crews of the Ansley *ferry* walked out on Friday over a new rota. No *talks* are planned.
    ---- stderr ----
    2 articles, [time]
    ");
    assert_snapshot!(world.run("search ferry talks --format plain"), @"
    exit code: 0
    ---- stdout ----
    1  *Ferry* *talks* fail
      2025-06-22 09:30 · Ledger · ledger.jsonl#a1
      p1  *Talks* between the *ferry* company and its crews broke down on Sunday.

    2  *Ferry* crews strike
      2025-06-20 · Harbour Post · Ann Lee · post/strike.md
      Ansley
      p1  The crews of the Ansley *ferry* walked out on Friday over a new rota. No *talks* are planned.
    ---- stderr ----
    2 articles, [time]
    ");
    assert_snapshot!(world.run("search ferry talks --json"), @r#"
    exit code: 0
    ---- stdout ----
    {"type":"begin","format":1,"tool":"dateline [version]","query":"ferry talks"}
    {"type":"hit","rank":1,"score":[score],"id":"ledger.jsonl#a1","record":"a1","title":"Ferry talks fail","title_marks":[[0,5],[6,11]],"chars":{"title_marks":[[0,5],[6,11]]},"utf16":{"title_marks":[[0,5],[6,11]]},"published":{"at":"2025-06-22T09:30:00Z","precision":"second","from":"record","end":"2025-06-22T09:30:01Z"},"source":{"name":"Ledger","domain":null},"url":null,"authors":[],"section":null,"lang":"en","persons":[],"orgs":[],"places":[],"passage_count":1,"passages":[{"id":"ledger.jsonl#a1#p1","cite":"ledger.jsonl#a1#p1@97d72ea0db","number":1,"score":[score],"start":0,"end":67,"text":"Talks between the ferry company and its crews broke down on Sunday.","marks":[[0,5],[18,23]],"chars":{"start":0,"end":67,"marks":[[0,5],[18,23]]},"utf16":{"start":0,"end":67,"marks":[[0,5],[18,23]]}}],"missing":[],"story":null,"copies":[]}
    {"type":"hit","rank":2,"score":[score],"id":"post/strike.md","record":null,"title":"Ferry crews strike","title_marks":[[0,5]],"chars":{"title_marks":[[0,5]]},"utf16":{"title_marks":[[0,5]]},"published":{"at":"2025-06-20T00:00:00Z","precision":"day","from":"front-matter","end":"2025-06-21T00:00:00Z"},"source":{"name":"Harbour Post","domain":"post.example"},"url":"https://post.example/2025/06/20/strike","authors":["Ann Lee"],"section":null,"lang":"en","persons":[],"orgs":[],"places":["Ansley"],"passage_count":1,"passages":[{"id":"post/strike.md#p1","cite":"post/strike.md#p1@0b43895c36","number":1,"score":[score],"start":0,"end":89,"text":"The crews of the Ansley ferry walked out on Friday over a new rota. No talks are planned.","marks":[[24,29],[71,76]],"chars":{"start":0,"end":89,"marks":[[24,29],[71,76]]},"utf16":{"start":0,"end":89,"marks":[[24,29],[71,76]]}}],"missing":[],"story":null,"copies":[]}
    {"type":"end","total":2,"shown":2,"offset":0,"reading":"all","whole":null,"ignored":[],"folded":0,"more":false,"undated":null,"took_us":[time]}
    ---- stderr ----
    2 articles, [time]
    "#);
    assert_snapshot!(world.run("search ferry talks --format csv"), @"
    exit code: 0
    ---- stdout ----
    rank,score,id,date,date_precision,source,title,author,section,lang,url,passage,passage_text
    1,[score],ledger.jsonl#a1,2025-06-22 09:30,second,Ledger,Ferry talks fail,,,en,,ledger.jsonl#a1#p1,Talks between the ferry company and its crews broke down on Sunday.
    2,[score],post/strike.md,2025-06-20,day,Harbour Post,Ferry crews strike,Ann Lee,,en,https://post.example/2025/06/20/strike,post/strike.md#p1,The crews of the Ansley ferry walked out on Friday over a new rota. No talks are planned.
    ---- stderr ----
    2 articles, [time]
    ");
    assert_snapshot!(world.run("search ferry talks --format trec --tag mine"), @"
    exit code: 0
    ---- stdout ----
    1 Q0 a1 1 [score] mine
    1 Q0 post/strike.md 2 [score] mine
    ---- stderr ----
    2 articles, [time]
    ");
    assert_snapshot!(world.run("search ferry talks --format md"), @"
    exit code: 0
    ---- stdout ----
    ### 1. **Ferry** **talks** fail

    2025-06-22 09:30 · Ledger · `ledger.jsonl#a1`

    > **Talks** between the **ferry** company and its crews broke down on Sunday.
    >
    > — `ledger.jsonl#a1#p1@97d72ea0db`

    ### 2. [**Ferry** crews strike](https://post.example/2025/06/20/strike)

    2025-06-20 · Harbour Post · Ann Lee · `post/strike.md`

    > The crews of the Ansley **ferry** walked out on Friday over a new rota. No **talks** are planned.
    >
    > — `post/strike.md#p1@0b43895c36`
    ---- stderr ----
    2 articles, [time]
    ");
    assert_eq!(
        world.run("search ferry -q --json").json()[1..2],
        world.run("search ferry -q --format json").json()[1..2]
    );
}

#[test]
fn nothing_found() {
    let world = World::of(FERRIES);
    assert_snapshot!(world.run("search zeppelin"), @"
    exit code: 1
    ---- stderr ----
    no articles, [time]
    ");
    assert_snapshot!(world.run("search zeppelin --json"), @r#"
    exit code: 1
    ---- stdout ----
    {"type":"begin","format":1,"tool":"dateline [version]","query":"zeppelin"}
    {"type":"end","total":0,"shown":0,"offset":0,"reading":"all","whole":null,"ignored":[],"folded":0,"more":false,"undated":null,"diagnosis":{"parts":[{"query":"zeppelin","articles":0,"without":null,"words":[],"near":[]}],"more":0,"instead":null},"took_us":[time]}
    ---- stderr ----
    no articles, [time]
    "#);
    for format in FORMATS {
        let run = world.run(&format!("search zeppelin --format {format}"));
        assert_eq!((run.code, run.err.as_str().lines().count()), (Some(1), 1), "{format}: {run}");
    }
    assert_snapshot!(world.run("search zeppelin --count"), @"
    exit code: 1
    ---- stdout ----
    0
    ");
    assert_snapshot!(world.run("search zeppelin -l -q"), @"exit code: 1");
}

#[test]
fn how_much() {
    let world = World::sample();
    assert_snapshot!(world.run("search putin -l -n 3"), @"
    exit code: 0
    ---- stdout ----
    northwall-gazette/2025-04-26-putin-witkoff.txt
    lantern-dispatch/march-visit.txt
    wire/2025.jsonl#mw-0619
    ---- stderr ----
    21 articles, 1-3 shown, [time]; --offset 3 for more
    ");
    assert_snapshot!(world.run("search putin -l -n 3 --offset 3"), @"
    exit code: 0
    ---- stdout ----
    wire/2025.jsonl#mw-0297
    wire/2025.jsonl#mw-0412
    lantern-dispatch/witkoff-putin-25-april.txt
    ---- stderr ----
    21 articles, 4-6 shown, [time]; --offset 6 for more
    ");
    assert_snapshot!(world.run("search putin -l --offset 500"), @"
    exit code: 1
    ---- stderr ----
    21 articles, none shown, [time]; --offset 500 is past the last
    ");
    assert_snapshot!(world.run("search putin -n 0"), @"
    exit code: 0
    ---- stderr ----
    21 articles, none shown, [time]
    ");
    let all = world.run("search putin -l --all");
    let total: usize = world.run("search putin --count").out.trim().parse().unwrap();
    assert_eq!(all.out.lines().count(), total);
    // Pages are the whole, in order.
    let mut pages = String::new();
    for offset in (0..total).step_by(4) {
        pages += &world.run(&format!("search putin -l -n 4 --offset {offset}")).out;
    }
    assert_eq!(pages, all.out);
    for format in FORMATS {
        let run = world.run(&format!("search putin -n 3 --format {format}"));
        assert!(run.err.contains(&format!("{total} articles, 1-3 shown")), "{format}: {run}");
    }
    assert_eq!(world.run("search putin --all -n 3").code, Some(2));
    assert_eq!(world.run("search putin --count -l").code, Some(2));
}

#[test]
fn how_many_passages() {
    let world = World::sample();
    let passages = |count: usize| {
        let line = format!("search --json witkoff title:fourth source:courier --passages {count}");
        world.run(&line).json()[1]["passages"].as_array().unwrap().len()
    };
    assert_eq!([0, 1, 2, 99].map(passages), [0, 1, 2, 2]);
}

/// `--count` and the line under an answer speak of the same articles, however words are taken.
#[test]
fn the_count_is_the_total_that_is_told() {
    let world = World::sample();
    for query in [
        "putin",
        "what did the bank of england do to interest rates",
        "ferry comet",
        "date:2025-04 tariffs",
        "--any ferry comet",
        "--strict ferry comet",
        "zeppelin",
    ] {
        let count = world.run(&format!("search {query} --count")).out;
        let end = world.run(&format!("search {query} --json -n 2")).json().pop().unwrap();
        assert_eq!(count.trim(), end["total"].to_string(), "{query}");
    }
}

#[test]
fn in_what_order() {
    let world = World::of(FERRIES);
    assert_eq!(
        world.run("search -lq ferry OR rota --sort newest").out,
        "ledger.jsonl#a2\nledger.jsonl#a1\npost/strike.md\nnotes.txt\n"
    );
    assert_eq!(
        world.run("search -lq ferry OR rota --sort oldest").out,
        "post/strike.md\nledger.jsonl#a1\nledger.jsonl#a2\nnotes.txt\n"
    );
    let world = World::sample();
    let dates = |sort: &str| -> Vec<Option<String>> {
        let run = world.run(&format!("search --any the of --all --json --sort {sort}"));
        let lines = run.json();
        let hits = lines.iter().filter(|line| line["type"] == "hit");
        hits.map(|hit| hit["published"]["at"].as_str().map(str::to_owned)).collect()
    };
    for (sort, ordered) in
        [("newest", (|a, b| a >= b) as fn(&String, &String) -> bool), ("oldest", |a, b| a <= b)]
    {
        let dates = dates(sort);
        let dated: Vec<&String> = dates.iter().map_while(Option::as_ref).collect();
        assert!(dated.len() > 50 && dated.windows(2).all(|pair| ordered(pair[0], pair[1])));
        assert!(dates[dated.len()..].iter().all(Option::is_none), "{sort}: undated last");
        assert!(dates.len() > dated.len());
    }
}

#[test]
fn filters_as_options() {
    let world = World::sample();
    assert_snapshot!(world.run("search -l putin --since 2025-08 --until 2025-08-10"), @"
    exit code: 0
    ---- stdout ----
    wire/2025.jsonl#mw-0619
    potomac-ledger/2025/08/07/witkoff-kremlin-deadline.html
    ---- stderr ----
    2 articles, [time]
    6 more match but carry no date (date:none finds them)
    ");
    let same = |options: &str, query: &str| {
        let run = world.run(&format!("search -l --all {options}"));
        let ids: Vec<&str> = run.out.lines().collect();
        assert_eq!(ids, world.ids(query), "{options} and {query}");
        assert!(!ids.is_empty(), "{options}");
    };
    same("putin --since 2025-08", "putin since:2025-08");
    same("putin --since 30d", "putin since:30d");
    same("putin --until 2025-04-11", "putin date:..2025-04-11");
    same("putin --source courier", "putin source:courier");
    same("putin --source 'potomac ledger'", "putin source:\"potomac ledger\"");
    same("putin --source courier --source ledger", "putin (source:courier OR source:ledger)");
    same("--source uferblatt", "source:uferblatt");
    same("'putin OR comet' --source courier", "(putin OR comet) source:courier");
    assert_snapshot!(world.run("search putin --since never"), @"
    exit code: 2
    ---- stderr ----
    dateline: --since never: cannot read `never` as a date; write 2025-04-25, 2025-04, 25 April 2025, yesterday, last friday or 7d; put quotes around a date of several words
    ");
    assert_snapshot!(world.run("search putin --since 2025-05 --until 2025-04"), @"
    exit code: 2
    ---- stderr ----
    dateline: --since lies after --until; swap them
    ");
    assert_snapshot!(world.run("search putin --since 2025-04-12 --until 2025-04-12 -l"), @"
    exit code: 1
    ---- stderr ----
    no articles, [time]
    6 more match but carry no date (date:none finds them)
    ");
}

#[test]
fn the_query_language_piece_by_piece() {
    let world = World::sample();
    let mut shown = String::new();
    for query in [
        "witkoff \"direct negotiations\"",
        "\"negotiations direct\"",
        "\"flood gates\"~3",
        "comet OR eclipse",
        "ferry NOT calder",
        "ferry -calder",
        "(comet OR ferry) source:ledger",
        "eclips*",
        "w?tkoff source:courier",
        "=negotiation",
        "kremln~1 source:courier",
        "title:comet",
        "title:\"bank of japan\"",
        "source:uferblatt",
        "source:kyivcourier.example witkoff",
        "author:fontaine ultimatum",
        "lang:uk",
        "lang:fr",
        "url:2025/04 witkoff",
        "date:2025-04-26",
        "date:2025-04-03..2025-04-04",
        "date:2025-04 tariffs",
        "before:2020",
        "after:2025-08-16",
        "since:3d",
        "date:none comet",
        "обмін полоненими",
        "Hochwasserschutz",
    ] {
        let ids = world.ids(query);
        shown += &format!("{query}\n");
        for id in &ids {
            shown += &format!("    {id}\n");
        }
    }
    assert_snapshot!(shown, @r#"
    witkoff "direct negotiations"
        lantern-dispatch/witkoff-putin-25-april.txt
        northwall-gazette/2025-04-26-putin-witkoff.txt
        wire/2025.jsonl#mw-0412
        harbour-post/2025-04-26-putin-witkoff.md
    "negotiations direct"
    "flood gates"~3
        northwall-gazette/2025-06-27-sedder-inquiry.txt
        northwall-gazette/flood-meeting.txt
    comet OR eclipse
        northwall-gazette/2025-04-04-school-eclipse.md
        lantern-dispatch/interstellar-comet.txt
        wire/2025.jsonl#mw-0561
    ferry NOT calder
        harbour-post/2025-06-20-ferry-strike.md
        harbour-post/export-summer-2025.json#hp-2304
        harbour-post/2025-03-22-heathrow-freight.md
    ferry -calder
        harbour-post/2025-06-20-ferry-strike.md
        harbour-post/export-summer-2025.json#hp-2304
        harbour-post/2025-03-22-heathrow-freight.md
    (comet OR ferry) source:ledger
        potomac-ledger/2025/06/11/calders-ferry-phones.html
    eclips*
        northwall-gazette/2025-04-04-school-eclipse.md
    w?tkoff source:courier
        kyiv-courier/2025-04-25-witkoff.html
    =negotiation
        kyiv-courier/2025-04-25-witkoff.html
    kremln~1 source:courier
        kyiv-courier/2025-04-25-witkoff.html
        kyiv-courier/2025-03-11-jeddah.html
    title:comet
        lantern-dispatch/interstellar-comet.txt
    title:"bank of japan"
        wire/2025.jsonl#mw-0052
    source:uferblatt
        uferblatt/2025-07-14-ahrtal.md
        uferblatt/2024-12-08-notre-dame.md
    source:kyivcourier.example witkoff
        kyiv-courier/2025-04-25-witkoff.html
    author:fontaine ultimatum
        potomac-ledger/2025/08/07/witkoff-kremlin-deadline.html
    lang:uk
        kyiv-courier/uk/2025-05-25-obmin.html
        kyiv-courier/uk/2025-06-05-nbu.txt
    lang:fr
        uferblatt/2024-12-08-notre-dame.md
    url:2025/04 witkoff
        wire/2025.jsonl#mw-0412
        wire/2025.jsonl#mw-0297
        kyiv-courier/2025-04-25-witkoff.html
        potomac-ledger/2025/04/25/witkoff-putin-fourth-meeting.html
    date:2025-04-26
        harbour-post/2025-04-26-putin-witkoff.md
    date:2025-04-03..2025-04-04
        wire/2025.jsonl#mw-0261
        northwall-gazette/2025-04-04-school-eclipse.md
        potomac-ledger/2025/04/03/liberation-day-tariffs.html
        harbour-post/2025-04-03-tariffs-quayside.md
    date:2025-04 tariffs
        potomac-ledger/2025/04/03/liberation-day-tariffs.html
        harbour-post/2025-04-03-tariffs-quayside.md
        harbour-post/2025-04-10-ninety-days.md
    before:2020
        wire/2019-2024.jsonl.gz#mw-2019-0322
        wire/2019-2024.jsonl.gz#mw-2019-0307
    after:2025-08-16
        potomac-ledger/2025/08/18/white-house-europeans.html
    since:3d
        potomac-ledger/2025/08/18/white-house-europeans.html
    date:none comet
        lantern-dispatch/interstellar-comet.txt
    обмін полоненими
        kyiv-courier/uk/2025-05-25-obmin.html
    Hochwasserschutz
        uferblatt/2025-07-14-ahrtal.md
    "#);
}

#[test]
fn articles_without_a_date_are_counted_where_dates_are_asked_for() {
    let world = World::of(FERRIES);
    assert_snapshot!(world.run("search -l ferry date:2025-06"), @"
    exit code: 0
    ---- stdout ----
    ledger.jsonl#a1
    post/strike.md
    ---- stderr ----
    2 articles, [time]
    1 more matches but carries no date (date:none finds it)
    ");
    assert_snapshot!(world.run("search -l ferry date:none"), @"
    exit code: 0
    ---- stdout ----
    notes.txt
    ---- stderr ----
    1 article, [time]
    ");
}

#[test]
fn how_words_are_taken() {
    let world = World::sample();
    // A short question is relaxed where nothing holds all of it ...
    assert_snapshot!(world.run("search ferry comet -n 2 --passages 1"), @"
    exit code: 0
    ---- stdout ----
    1  Six questions about the *comet* that is only passing through
      undated · lantern-dispatch/interstellar-comet.txt
      Ines Quarrie, ATLAS, Chile, Mars, Tomasz Brell
      without: ferry
      p1  By Ines Quarrie
          It has been in the news for a week, it has a name like a car registration, and it will never
          come back. Astronomers know of three bodies that entered the solar system from outside.
          3I/ATLAS is the third.
          How do we know where it is from?
          By its speed and its path. A planet or an ordinary *comet* goes round the Sun on a closed
          curve. This one is on a hyperbola, so open that no star in reach could have bent it, and at 60
          kilometres a second it is too fast to be held.

    2  In Calder’s *Ferry*, the school phone ban survives its first report card
      2025-06-11 11:00 · Potomac Ledger · Wendell Shipp / Local ·
      potomac-ledger/2025/06/11/calders-ferry-phones.html
      Calder’s Ferry, Maryland, Md., Calder’s Ferry High, Ruthanne Bell, Kyle Mendenhall, Imani Drew,
      Wendell Shipp
      without: comet
      p1  A Maryland river town locked up its students' phones in January. The numbers are in; so are
          the complaints.
          CALDER’S *FERRY*, Md. — Since January, the 611 students of Calder’s *Ferry* High have dropped
          their phones each morning into gray pouches that lock with a magnet. On Tuesday night the
          school board looked at what five months of it had done, and voted 5 to 2 to go on.
          Referrals for fighting were down by 38 percent from the spring before. Books borrowed from the
          library rose by half. Grades did not move in a way that anyone could measure, said the
          superintendent, Dr. Ruthanne Bell, and she asked the board not to pretend otherwise.
    ---- stderr ----
    6 articles, 1-2 shown, [time]; --offset 2 for more
    no article holds every word; those that hold most come first
    ");
    assert_snapshot!(world.run("search ferry comet --strict"), @"
    exit code: 1
    ---- stderr ----
    no articles, [time]
      ferry: 4 articles; without it 2
      comet: 2 articles; without it 4
    4 articles would match: ferry
    ");
    assert_snapshot!(world.run("search -l putin eclipse -n 2 --any"), @"
    exit code: 0
    ---- stdout ----
    northwall-gazette/2025-04-04-school-eclipse.md
    northwall-gazette/2025-04-26-putin-witkoff.txt
    ---- stderr ----
    22 articles, 1-2 shown, [time]; --offset 2 for more
    ");
    // ... a long one as soon as too few do; words that all articles have are passed over.
    assert_snapshot!(world.run("search -l what did the bank of england do to interest rates -n 3"), @"
    exit code: 0
    ---- stdout ----
    harbour-post/2025-08-08-bank-rate.md
    wire/2025.jsonl#mw-0052
    potomac-ledger/2025/07/30/fed-holds-two-dissent.html
    ---- stderr ----
    24 articles, 1-3 shown, [time]; --offset 3 for more
    only 1 article holds every word; the rest hold some
    not looked for, as too common: what, did, the, of, do, to
    ");
    assert_snapshot!(world.run("search -l what did the bank of england do to interest rates --strict"), @"
    exit code: 0
    ---- stdout ----
    harbour-post/2025-08-08-bank-rate.md
    ---- stderr ----
    1 article, [time]
    not looked for, as too common: what, did, the, of, do, to
    ");
    assert_eq!(world.run("search ferry --any --strict").code, Some(2));
}

#[test]
fn what_cannot_be_asked() {
    let world = World::of(FERRIES);
    assert_snapshot!(world.run("search ferry titel:strike"), @r#"
    exit code: 2
    ---- stderr ----
    dateline: there is no field titel:
      ferry titel:strike
            ^^^^^^
    hint: did you mean title:? To look for the text, put quotes around it: "titel:strike"
    "#);
    assert_snapshot!(world.run("search ferry date:2025-13"), @"
    exit code: 2
    ---- stderr ----
    dateline: `2025-13` has no such month
      ferry date:2025-13
                 ^^^^^^^
    hint: months run from 01 to 12
    ");
    assert_snapshot!(world.run("search"), @"
    exit code: 2
    ---- stderr ----
    dateline: no question is given; try `dateline search witkoff putin`, or `--help`
    ");
    assert_snapshot!(world.run("search ''"), @"
    exit code: 2
    ---- stderr ----
    dateline: no question is given; try `dateline search witkoff putin`, or `--help`
    ");
    assert_snapshot!(world.run("search -ferry"), @"
    exit code: 2
    ---- stderr ----
    error: unexpected argument '-f' found

      tip: to pass '-f' as a value, use '-- -f'

    Usage: dateline search [OPTIONS] [QUERY]...

    For more information, try '--help'.
    ");
}

#[test]
fn what_is_forgiven() {
    let world = World::of(FERRIES);
    for query in ["(ferry OR tram", "ferry AND", "\"ferry", "ferry)", "OR ferry", "ferry \"\""] {
        assert_eq!(world.ids(query), world.ids("ferry"), "{query}");
    }
    assert_eq!(world.ids("*").len(), 4);
}

#[test]
fn what_looks_like_syntax_and_is_text() {
    let world = World::of(&[(
        "a.txt",
        "Note\n\nSee https://post.example/x?y=1 at 10:30: it's 5\" wide - C++.\n",
    )]);
    for query in ["10:30", "https://post.example/x?y=1", "5\"", "it's", "C++", "- wide", "x?y=1"] {
        assert_eq!(world.ids(query), ["a.txt"], "{query}");
    }
}

#[test]
fn no_index() {
    let world = World::new();
    assert_snapshot!(world.run("search ferry"), @"
    exit code: 2
    ---- stderr ----
    dateline: there is no index in index; make one with `dateline index FOLDER`
    ");
    assert_snapshot!(world.run("search ferry --index 'my index'"), @"
    exit code: 2
    ---- stderr ----
    dateline: there is no index in my index; make one with `dateline index FOLDER --index 'my index'`
    ");
    assert!(!world.path("index").exists());
}

#[test]
fn a_file_of_queries() {
    let world = World::sample();
    world.write(
        "topics.tsv",
        "q1\twitkoff moscow\n\nq2\ttitel:x flood\nq3\tzeppelin\ninterest rates\n",
    );
    let run = world.run("search --queries topics.tsv --format trec -n 2");
    assert_snapshot!(run, @"
    exit code: 0
    ---- stdout ----
    q1 Q0 mw-0412 1 [score] dateline
    q1 Q0 potomac-ledger/2025/08/07/witkoff-kremlin-deadline.html 2 [score] dateline
    q2 Q0 mw-2021-0519 1 [score] dateline
    q2 Q0 mw-2024-0877 2 [score] dateline
    5 Q0 mw-0052 1 [score] dateline
    5 Q0 harbour-post/2025-08-08-bank-rate.md 2 [score] dateline
    ---- stderr ----
    line 3 of the queries is read as plain words: there is no field titel:
    ");
    assert_snapshot!(world.run("search --queries topics.tsv --count"), @r#"
    exit code: 2
    ---- stdout ----
    q1	26
    q3	0
    5	11
    ---- stderr ----
    line 3 of the queries: there is no field titel:
      titel:x flood
      ^^^^^^
    hint: did you mean title:? To look for the text, put quotes around it: "titel:x"
    dateline: not answered: 1 of 4 queries; the errors above say why
    "#);
    assert_snapshot!(world.run("search --queries topics.tsv -n 1 --passages 0"), @r#"
    exit code: 2
    ---- stdout ----
    q1: witkoff moscow · 26 articles

    1  Putin and U.S. envoy *Witkoff* hold three hours of talks in *Moscow*
      2025-04-25 22:10 · Mercury Wire · Oleg Varnham, Petra Lindqvist / World · wire/2025.jsonl#mw-0412
      Steve Witkoff, Vladimir Putin, United States, Moscow, Ukraine, Kremlin, Kyiv, Mercury Wire
      also in Harbour Post (3 copies)

    q3: zeppelin · no articles

    5: interest rates · 11 articles

    1  Bank of Japan raises *rates* to highest level in 17 years
      2025-01-24 04:05 · Mercury Wire · Kenji Albers / Economy · wire/2025.jsonl#mw-0052
      Bank of Japan, Tokyo, Mercury Wire, Kazuo Ueda, Japan
    ---- stderr ----
    line 3 of the queries: there is no field titel:
      titel:x flood
      ^^^^^^
    hint: did you mean title:? To look for the text, put quotes around it: "titel:x"
    dateline: not answered: 1 of 4 queries; the errors above say why
    "#);
    assert_snapshot!(world.run("search --queries topics.tsv -n 1 --passages 0 --format csv"), @r#"
    exit code: 2
    ---- stdout ----
    qid,rank,score,id,date,date_precision,source,title,author,section,lang,url,passage,passage_text
    q1,1,[score],wire/2025.jsonl#mw-0412,2025-04-25 22:10,second,Mercury Wire,Putin and U.S. envoy Witkoff hold three hours of talks in Moscow,Oleg Varnham; Petra Lindqvist,World,en,https://mercurywire.example/2025/04/25/mw-0412,,
    5,1,[score],wire/2025.jsonl#mw-0052,2025-01-24 04:05,second,Mercury Wire,Bank of Japan raises rates to highest level in 17 years,Kenji Albers,Economy,en,https://mercurywire.example/2025/01/24/mw-0052,,
    ---- stderr ----
    line 3 of the queries: there is no field titel:
      titel:x flood
      ^^^^^^
    hint: did you mean title:? To look for the text, put quotes around it: "titel:x"
    dateline: not answered: 1 of 4 queries; the errors above say why
    "#);
    let lines = world.run("search --queries topics.tsv -n 1 --json").json();
    let qids: Vec<&str> = lines.iter().filter_map(|line| line["qid"].as_str()).collect();
    assert_eq!(qids, ["q1", "q2", "q3", "5"]);
}

#[test]
fn a_run_on_the_judged_queries() {
    let world = World::sample();
    let judged = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/judged/queries.tsv");
    let mut command = world.command();
    command.args(["search", "--queries", judged, "--format", "trec", "--tag", "t1"]);
    let run = world.finish(&mut command);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let mut last = (String::new(), 0, f32::INFINITY);
    let mut queries = 0;
    for line in run.out.lines() {
        let [qid, "Q0", id, rank, score, "t1"] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let (rank, score): (usize, f32) = (rank.parse().unwrap(), score.parse().unwrap());
        assert!(!id.is_empty());
        if last.0 != qid {
            queries += 1;
            assert_eq!(qid, format!("q{queries:02}"));
            last = (qid.to_owned(), 0, f32::INFINITY);
        }
        assert_eq!(rank, last.1 + 1, "{line}");
        assert!(score < last.2, "{line}");
        last = (last.0, rank, score);
    }
    assert_eq!(queries, 34);
}

#[test]
fn an_index_without_its_tables_says_that_less_is_found() {
    let world = World::of(FERRIES);
    let lacks = |command: &str| world.run(command).err.contains("the index has no table of all");
    assert!(!lacks("search ferry"));
    for entry in fs::read_dir(world.path("index")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with("names.") {
            fs::remove_file(path).unwrap();
        }
    }
    assert!(lacks("search ferry") && lacks("search ferry --json") && !lacks("search ferry -q"));
    assert_snapshot!(world.run("entities"), @"
    exit code: 2
    ---- stderr ----
    dateline: the names of the index in index are not counted: a run was stopped before it came to them, or their table is gone; `dateline index` counts them
    ");
    world.run("index");
    assert!(!lacks("search ferry") && world.run("entities").code != Some(2));
}

#[test]
fn a_file_of_queries_that_will_not_do() {
    let world = World::of(FERRIES);
    world.write("empty.tsv", "\n\n");
    assert_snapshot!(world.run("search --queries empty.tsv"), @"
    exit code: 2
    ---- stderr ----
    dateline: empty.tsv holds no query; write one a line, `id<TAB>query`
    ");
    assert_snapshot!(world.run("search --queries none.tsv"), @"
    exit code: 2
    ---- stderr ----
    dateline: cannot read the queries in none.tsv: No such file or directory (os error 2); check the path
    ");
    assert_snapshot!(world.run("search --queries news").err, @"dateline: cannot read the queries in news: Is a directory (os error 21); name a file in it");
    world.write("latin1.tsv", b"1\tf\xe4hre\n");
    assert_snapshot!(world.run("search --queries latin1.tsv"), @"
    exit code: 2
    ---- stderr ----
    line 1 of the queries: the line is not UTF-8
      f�hre
      ^^^^^
    hint: save the file as UTF-8
    dateline: not answered: 1 of 1 queries; the errors above say why
    ");
    assert_eq!(world.run("search ferry --queries empty.tsv").code, Some(2));
}

#[test]
fn the_folder_is_synced_before_the_search() {
    let world = World::new();
    for (name, text) in FERRIES {
        world.write(format!("news/{name}"), text);
    }
    assert_snapshot!(world.run("search --corpus news -l ferry"), @"
    exit code: 0
    ---- stdout ----
    notes.txt
    ledger.jsonl#a1
    post/strike.md
    ---- stderr ----
    4 articles added, 0 replaced, 0 removed; 0 skipped (`dateline index` lists them)
    3 articles, [time]
    ");
    assert_snapshot!(world.run("search --corpus news -l ferry"), @"
    exit code: 0
    ---- stdout ----
    notes.txt
    ledger.jsonl#a1
    post/strike.md
    ---- stderr ----
    3 articles, [time]
    ");
    world.write("news/notes.txt", "Tram notes\n\nThe tram was new.\n");
    world.write("news/bad.json", "{");
    assert_snapshot!(world.run("search --corpus news -l ferry"), @"
    exit code: 0
    ---- stdout ----
    ledger.jsonl#a1
    post/strike.md
    ---- stderr ----
    0 articles added, 1 replaced, 0 removed; 1 skipped (`dateline index` lists them)
    2 articles, [time]
    ");
    assert_eq!(world.ids("tram"), ["notes.txt"]);
    assert_snapshot!(world.run("search --corpus nowhere ferry"), @"
    exit code: 2
    ---- stderr ----
    dateline: cannot read nowhere: No such file or directory (os error 2); check the path
    ");
    // A question that cannot be asked is refused before the work.
    world.write("news/late.txt", "Late\n\nToo late.\n");
    assert_eq!(world.run("search --corpus news titel:x").code, Some(2));
    assert_eq!(world.ids("late"), [""; 0]);
}

#[test]
fn colour() {
    let world = World::of(FERRIES);
    let run = world.run("search ferry talks --color always");
    assert_snapshot!(run, @"
    exit code: 0
    ---- stdout ----
    1  ^[1m^[31mFerry^[0m^[1m ^[0m^[1m^[31mtalks^[0m^[1m fail^[0m
      ^[2m2025-06-22 09:30 · Ledger · ^[0m^[2mledger.jsonl#a1^[0m
    ^[2m  p1  ^[0m^[1m^[31mTalks^[0m between the ^[1m^[31mferry^[0m company and its crews broke down on Sunday.

    2  ^[1m^[31mFerry^[0m^[1m crews strike^[0m
      ^[2m2025-06-20 · Harbour Post · Ann Lee · ^[0m^[2mpost/strike.md^[0m
      ^[2mAnsley^[0m
    ^[2m  p1  ^[0mThe crews of the Ansley ^[1m^[31mferry^[0m walked out on Friday over a new rota. No ^[1m^[31mtalks^[0m are planned.
    ---- stderr ----
    2 articles, [time]
    ");
    let plain = world.run("search ferry talks").out;
    assert!(!plain.contains('\x1b'));
    assert_eq!(world.run("search ferry talks --color never").out, plain);
    let colour = |variables: &[(&str, &str)], line: &str| -> Ran {
        let mut command = world.command();
        command.envs(variables.iter().copied()).args(crate::words(line));
        world.finish(&mut command)
    };
    assert_eq!(colour(&[("NO_COLOR", "1")], "search ferry talks").out, plain);
    // Who asks for it gets it.
    assert_eq!(colour(&[("NO_COLOR", "1")], "search ferry talks --color always").out, run.out);
    // Formats for programs have none.
    for format in ["json", "csv", "trec", "md"] {
        let run = world.run(&format!("search ferry -q --format {format} --color always"));
        assert!(!run.out.contains('\x1b'), "{format}");
    }
}

/// What a terminal would obey: C0 and C1 controls, DEL, and what turns the direction of text.
fn obeyed(c: char) -> bool {
    matches!(c, '\0'..='\x08' | '\x0b'..='\x1f' | '\x7f'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn no_article_commands_the_terminal() {
    let world = World::new();
    let evil = "\\u001b]0;owned\\u0007\\u001b[31mred \\u009b2J \\u202egnp.exe \\u2066\\u007f\\b\\r";
    world.write(
        "news/a.jsonl",
        format!(
            "{{\"id\":\"i{evil}\",\"title\":\"Ferry {evil}\",\"text\":\"The ferry {evil} sails. {evil}\",\
             \"source\":\"Post {evil}\",\"author\":\"A {evil}\",\"section\":\"S {evil}\",\
             \"url\":\"https://post.example/{evil}\",\"lang\":\"en{evil}\"}}\n\
             {{\"{evil}\":1}}\n"
        ),
    );
    world.write("news/b.html", "<title>Ferry &#27;[31m \u{202e}x</title><p>The ferry &#27;]0;owned&#7; sails again and again, &#x9b;2J it seems to many who watch it from the quay. \x1b[5m</p>");
    world.write("news/c.txt", "Ferry \x1b[31m\n\nThe ferry \x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\ sails \u{202e}on.\n");
    world.write("topics.tsv", "q\x1b[31m\tferry\nr\ttit\x1b[31mel:x\n\x1b[31m:x\n");
    if cfg!(unix) {
        world.write("news/f\x1b[31m\u{202e}.txt", "Ferry\n\nAnother ferry.\n");
        world.write("news/g\x1b[31m.pdf", "%PDF-1.7");
    }
    let report = world.run("index news --json --failures failures.tsv").json();
    assert_eq!(report[0]["articles"]["added"], if cfg!(unix) { 4 } else { 3 });
    let mut lines: Vec<String> = FORMATS
        .iter()
        .flat_map(|format| {
            [
                format!("search ferry --format {format}"),
                format!("search --queries topics.tsv --format {format}"),
            ]
        })
        .collect();
    for line in [
        "search ferry --color always",
        "search ferry -l",
        "search zeppelin\x1b[31m",
        "search titel\x1b[31m:x",
        "search ferry \x1b[31mtitel:x",
        "search the\x1b[31m ferry",
        "search --queries topics.tsv --count",
        "search ferry --since \x1b[31m",
        "show c.txt",
        "show c.txt --format md",
        "show c.txt --json",
        "show b.html --color always",
        "show \x1b[31m",
        "show c",
        "stats",
        "stats --json",
        "index --rebuild",
        "index --rebuild --json",
        "index \x1b[31m",
        "search x -i \x1b[31m",
    ] {
        lines.push(line.to_owned());
    }
    for line in &lines {
        let run = world.run(line);
        // Colours are ours; they begin and end with the program.
        let out = if line.contains("always") { without_colours(&run.out) } else { run.out.clone() };
        for (name, text) in [("stdout", &out), ("stderr", &run.err)] {
            let found = text.chars().find(|c| obeyed(*c));
            assert_eq!(found, None, "{name} of {line:?}:\n{}", text.escape_debug());
        }
    }
    let failures = world.read("failures.tsv");
    assert_eq!(failures.chars().find(|c| obeyed(*c)), None);
    assert_snapshot!(failures, @"
    a.jsonl#line 2	no-fields	no title or text field; fields here: ]0;owned [31mred 2J gnp.exe; name them in a mapping file
    g␛[31m.pdf	unsupported	unsupported format (.pdf; this build was made without the feature `pdf`)
    ");
    assert_snapshot!(world.run("search ferry sails"), @r"
    exit code: 0
    ---- stdout ----
    1  *Ferry* [31m
      undated · c.txt
      p1  The *ferry* ]8;;http://evil.example \link ]8;; \ *sails* on.

    2  *Ferry* [31m x
      undated · b.html
      p1  The *ferry* ]0;owned *sails* again and again, ›2J it seems to many who watch it from the quay.
          [5m

    3  *Ferry* ]0;owned [31mred 2J gnp.exe
      undated · Post ]0;owned [31mred 2J gnp.exe · A, owned / S ]0;owned [31mred 2J gnp.exe ·
      a.jsonl#i_]0;owned__[31mred__2J_�gnp.exe_�__
      p1  The *ferry* ]0;owned [31mred 2J gnp.exe
          *sails*. ]0;owned [31mred 2J gnp.exe
    ---- stderr ----
    3 articles, [time]
    ");
}

/// The text without the sequences that set colours and weights, and nothing else.
fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut parts = text.split("\x1b[");
    plain.push_str(parts.next().unwrap());
    for part in parts {
        let (codes, rest) = part.split_once('m').unwrap();
        assert!(codes.chars().all(|c| c.is_ascii_digit() || c == ';'), "{codes:?}");
        plain.push_str(rest);
    }
    plain
}

#[test]
fn near_each_other_and_so_many_times() {
    let world = World::sample();
    assert_snapshot!(world.run("search -n 1 --passages 1 'Ushakov w/12 (useful OR constructive)'"), @"
    exit code: 0
    ---- stdout ----
    1  Putin and Trump envoy in three hours of talks
      undated · northwall-gazette/2025-04-26-putin-witkoff.txt
      Vladimir Putin, Donald Trump, Steve Witkoff, Kremlin, Ukraine, Moscow, Kyiv, Mercury Wire
      also in 2 sources: Harbour Post, Mercury Wire (3 copies)
      p1  MOSCOW, April 25 (Mercury Wire) - Russian President Vladimir Putin and US envoy Steve Witkoff
          talked for three hours in the Kremlin on Friday about ways to end the war in Ukraine, and a
          Kremlin aide said that the idea of direct negotiations between Moscow and Kyiv had been part
          of it.
          Yuri *Ushakov*, Putin's foreign policy adviser, called the conversation *constructive* and
          very *useful*.
          *Ushakov* sat on the Russian side of the table together with Kirill Dmitriev, the investment
          envoy, who had met Witkoff at the airport in the morning. It was Witkoff's fourth trip to
          Russia since February.
    ---- stderr ----
    5 articles, number 1 shown, [time]; --offset 1 for more
    ");
    assert_snapshot!(world.run("search -n 1 --passages 1 'Moskalik /s explo*'"), @"
    exit code: 0
    ---- stdout ----
    1  Kremlin and US envoy say little after three hours in Moscow
      2025-04-26 · Harbour Post · Mercury Wire / World · harbour-post/2025-04-26-putin-witkoff.md
      Kremlin, United States, Moscow, Ukraine, Steve Witkoff, Vladimir Putin, Kyiv, Mercury Wire
      also in Mercury Wire (3 copies)
      p2  Ushakov sat on the Russian side of the table together with Kirill Dmitriev, the investment
          envoy, who had met Witkoff at the airport in the morning. It was Witkoff's fourth trip to
          Russia since February.
          Lieutenant General Yaroslav *Moskalik*, a deputy head of operations at the General Staff, died
          when a car *exploded* outside an apartment block in Balashikha, just east of the capital, on
          the morning of the visit. The Kremlin accused Ukraine. Kyiv made no comment at first.
    ---- stderr ----
    4 articles, [time]
    3 more are copies of these (--no-fold shows each)
    ");
    let ids = |query: &str| {
        let run = world.run(&format!("search -q -l --all --strict '{query}'"));
        let mut ids: Vec<String> = run.out.as_str().lines().map(str::to_owned).collect();
        ids.sort_unstable();
        ids
    };
    let words = ids("putin witkoff");
    let (near, first) = (ids("putin w/3 witkoff"), ids("putin pre/3 witkoff"));
    assert!(!first.is_empty() && first.len() < near.len() && near.len() < words.len());
    assert!(near.iter().all(|id| words.contains(id)));
    let (sentence, paragraph) = (ids("putin /s witkoff"), ids("putin /p witkoff"));
    assert!(sentence.len() <= paragraph.len() && paragraph.len() <= words.len());
    let (often, once) = (ids("atleast4(putin)"), ids("atleast1(putin)"));
    assert!(!often.is_empty() && often.len() < once.len());
    assert_eq!(once.len(), ids("putin").len());
    assert!(!ids("lead:putin").is_empty() && ids("lead:putin").len() < once.len());
    assert_eq!(ids("/zelensk(y|yy|iy)/"), ids("=zelensky OR =zelenskyy OR =zelenskiy"));
}

#[test]
fn a_weight_moves_what_it_weighs() {
    let world = World::of(FERRIES);
    let first = |query: &str| {
        let run = world.run(&format!("search -q -l --any '{query}'"));
        run.out.as_str().lines().next().unwrap().to_owned()
    };
    assert_eq!(first("moscow^50 company"), "notes.txt");
    assert_ne!(first("moscow company^50"), "notes.txt");
}

#[test]
fn a_query_is_explained() {
    let world = World::sample();
    let typed = "search --explain-query 'sanction* (putin w/5 (talks OR meeting)) -person:medvedev \
                 since:2025-04'";
    assert_snapshot!(world.run(typed), @"
    exit code: 0
    ---- stdout ----
    sanction* (putin w/5 (talks OR meeting)) since:2025-04-01 -person:medvedev
    │ all of these: 1 article
    ├ sanction* (putin w/5 (talks OR meeting))  all of these, or most where none has all: 2 articles
    │ ├ sanction*                               words that the wildcard fits: 5 articles
    │ │   stands for sanction, sanctions
    │ └ putin w/5 (talks OR meeting)            at most 5 words apart: 6 articles
    │   ├ putin                                 a word, in any form: 21 articles
    │   └ talks OR meeting                      any of these: 36 articles
    │     ├ talks                               a word, in any form: 23 articles
    │     └ meeting                             a word, in any form: 26 articles
    ├ since:2025-04-01                          published then: 50 articles
    └ -person:medvedev                          not this: 91 articles
      └ person:medvedev                         a person, under any spelling: 2 articles
    ");
    assert_snapshot!(world.run("search --explain-query --json 'flood^2 kreml~1'"), @r#"
    exit code: 1
    ---- stdout ----
    {"type":"query","format":1,"query":"flood^2 kreml~1","asks":"all of these, or most where none has all","articles":0,"parts":[{"query":"flood^2","asks":"counts 2 times in the ranking","articles":7,"parts":[{"query":"flood","asks":"a word, in any form","articles":7}]},{"query":"kreml~1","asks":"words at most a letter apart","articles":0,"word_count":0}]}
    "#);
    assert_snapshot!(world.run("search --explain-query zeppelin"), @"
    exit code: 1
    ---- stdout ----
    zeppelin                                    a word, in any form: no articles
    ");
    assert_snapshot!(world.run("search --explain-query flood --format csv"), @"
    exit code: 2
    ---- stderr ----
    dateline: --explain-query is written for people or as JSON; leave --format out
    ");
}

#[test]
fn a_score_is_explained() {
    let world = World::of(FERRIES);
    assert_snapshot!(world.run("search --why 'ferry (talks OR moscow)'"), @"
    exit code: 0
    ---- stdout ----
    1  *Ferry* notes
      undated · notes.txt
      Moscow
      why 2.28: 1.92 the article + 0.36 its best passage
      ferry (0.36): headline, p1
      moscow (1.20): p1
      p1  The old *ferry* was called the *Moscow*, and nobody remembers why.

    2  *Ferry* *talks* fail
      2025-06-22 09:30 · Ledger · ledger.jsonl#a1
      why 2.09: 1.77 the article + 0.31 its best passage
      ferry (0.36): headline, p1
      talks (0.69): headline, p1
      p1  *Talks* between the *ferry* company and its crews broke down on Sunday.

    3  *Ferry* crews strike
      2025-06-20 · Harbour Post · Ann Lee · post/strike.md
      Ansley
      why 1.43: 1.19 the article + 0.24 its best passage
      ferry (0.36): headline, p1
      talks (0.69): p1
      p1  The crews of the Ansley *ferry* walked out on Friday over a new rota. No *talks* are planned.
    ---- stderr ----
    3 articles, [time]
    ");
    assert_snapshot!(world.run("search --why ferry --format md"), @"
    exit code: 2
    ---- stderr ----
    dateline: --why has no place in this format; leave --format out, or take --json
    ");
    let run = world.run("search -q --why --json ferry");
    let hit = &run.json()[1];
    let part = |name: &str| hit["why"][name].as_f64().unwrap();
    let sum: f64 = ["article", "passage", "words", "days"].into_iter().map(part).sum();
    assert!((sum - hit["score"].as_f64().unwrap()).abs() < 0.001, "{hit}");
}

#[test]
fn recent_articles_stand_higher_where_that_is_asked_for() {
    let world = World::sample();
    let dates = |options: &str| {
        let lines = world.run(&format!("search -q --json -n 4 'putin kremlin' {options}")).json();
        let at = |line: &serde_json::Value| line["published"]["at"].as_str().map(str::to_owned);
        let hits = lines.iter().filter(|line| line["type"] == "hit");
        hits.map(|hit| at(hit).unwrap_or_default()).collect::<Vec<_>>()
    };
    let (plain, recent) = (dates(""), dates("--recent=10"));
    assert!(recent[0] > plain[0], "{plain:?} {recent:?}");
    assert_eq!(world.run("search putin --recent=0").code, Some(2));
}

#[test]
fn an_empty_answer_offers_spellings_and_what_there_is() {
    let world = World::sample();
    assert_snapshot!(world.run("search '\"vladimr puttin\"'"), @r#"
    exit code: 1
    ---- stderr ----
    no articles, [time]
      "vladimr puttin": no articles; its words: vladimr (0), puttin (0); did you mean "vladimir putin" (15)?
    "#);
    assert_snapshot!(world.run("search 'witkof w/3 puttin'"), @"
    exit code: 1
    ---- stderr ----
    no articles, [time]
      witkof w/3 puttin: no articles; its words: witkof (0), puttin (0); did you mean witkoff w/3 putin (5)?
    ");
    assert_snapshot!(world.run("search 'source:harbor-post'"), @r#"
    exit code: 1
    ---- stderr ----
    no articles, [time]
      source:harbor-post: no articles; did you mean source:"Harbour Post" (14)?
    "#);
    assert_snapshot!(world.run("search 'flood source:nosuchpaper'"), @r#"
    exit code: 1
    ---- stderr ----
    no articles, [time]
      flood: 7 articles
      source:nosuchpaper: no articles; the index has source:"Mercury Wire" (25), source:"Harbour Post" (14), source:"Potomac Ledger" (12); without it 7
    7 articles would match: flood
    "#);
    assert_snapshot!(world.run("search date:1850"), @"
    exit code: 1
    ---- stderr ----
    no articles, [time]
      date:1850: no articles; the index has date:2019-04-15..2025-08-18 (75)
    18 more match but carry no date (date:none finds them)
    ");
    assert_snapshot!(world.run("search 'person:\"Nobody Here\"'"), @r#"
    exit code: 1
    ---- stderr ----
    no articles, [time]
      person:"Nobody Here": no articles; the index has person:"Donald Trump" (33), person:"Volodymyr Zelensky" (22), person:"Vladimir Putin" (21)
    "#);
    assert_snapshot!(world.run("search lang:xx"), @"
    exit code: 1
    ---- stderr ----
    no articles, [time]
      lang:xx: no articles; the index has lang:en (88), lang:de (2), lang:uk (2)
    ");
}

#[test]
fn a_phrase_that_a_passage_cuts_is_offered_as_words_in_a_row() {
    // A sentence too long for one passage.
    let numbered =
        |from: usize| (from..from + 200).map(|n| format!("word{n} ")).collect::<String>();
    let long = format!("{}{}.", numbered(0), numbered(200));
    let world = World::of(&[("long.txt", &long)]);
    let run = world.run("search '\"word139 word140\"'");
    assert_eq!(run.code, Some(1), "{run}");
    assert!(run.err.contains("1 article would match: word139 pre/1 word140"), "{run}");
    assert_eq!(world.run("search 'word139 pre/1 word140'").code, Some(0));
}

#[test]
fn what_other_tools_take_for_operators_is_told() {
    let world = World::sample();
    assert_snapshot!(world.run("search 'putin NEAR witkoff' -n 0"), @"
    exit code: 0
    ---- stderr ----
    3 articles, none shown, [time]
    read as a word: NEAR; for the operator, write NEAR/5
    ");
    assert_snapshot!(world.run("search 'hlead(witkoff)' -n 0"), @"
    exit code: 0
    ---- stderr ----
    16 articles, none shown, [time]
    no article holds every word; those that hold most come first
    read as a word: hlead; for the operator, write title:(...) OR lead:(...)
    ");
    assert_snapshot!(world.run("search 'putin /5 witkoff' -n 0 --json"), @r#"
    exit code: 0
    ---- stdout ----
    {"type":"begin","format":1,"tool":"dateline [version]","query":"putin /5 witkoff"}
    {"type":"end","total":1,"shown":0,"offset":0,"reading":"all","whole":null,"ignored":[],"as_words":[{"typed":"/5","write":"w/5"}],"folded":0,"more":true,"undated":null,"took_us":[time]}
    ---- stderr ----
    1 article, none shown, [time]
    read as a word: /5; for the operator, write w/5
    "#);
    assert_snapshot!(world.run("search lang:e?"), @"
    exit code: 2
    ---- stderr ----
    dateline: the field lang: takes no wildcards
      lang:e?
           ^^
    hint: write the whole code, as in lang:en
    ");
    assert_snapshot!(world.run("search '\"direct negot*\"' -l"), @"
    exit code: 0
    ---- stdout ----
    lantern-dispatch/witkoff-putin-25-april.txt
    harbour-post/2025-04-26-putin-witkoff.md
    wire/2025.jsonl#mw-0412
    northwall-gazette/2025-04-26-putin-witkoff.txt
    ---- stderr ----
    4 articles, [time]
    ");
}

#[test]
fn options_that_contradict_each_other_are_errors() {
    let world = World::sample();
    for (line, part) in [
        ("search putin --count --offset 5", "--offset"),
        ("search putin --facet-limit 3", "--facet-limit"),
        ("search putin --tag mine", "--tag"),
        ("background wire/2025.jsonl#mw-0412 -n 0", "-n 0"),
        ("entities -n 0", "-n 0"),
        ("entities putin -n 0", "-n 0"),
    ] {
        let run = world.run(line);
        assert_eq!(run.code, Some(2), "{run}");
        assert!(run.err.contains(part), "{run}");
    }
}

#[test]
fn why_shows_parts_as_typed_and_long_ones_cut() {
    let world = World::sample();
    let run = world.run("search 'witkof~1 title:putin' --why -n 1 --passages 1");
    assert!(run.out.contains("witkof~1 (") && run.out.contains("title:putin ("), "{run}");
    let long = "x".repeat(60_000);
    world.write("long.tsv", format!("q\t{long}"));
    for line in [&format!("search '{long} flood' --strict"), "search --queries long.tsv"] {
        let run = world.run(line);
        let told = run.out + &run.err;
        assert!(told.len() < 2_000 && told.contains('…'), "{}", told.len());
    }
}

#[test]
fn an_empty_answer_says_why() {
    let world = World::sample();
    assert_snapshot!(world.run("search kremln"), @"
    exit code: 1
    ---- stderr ----
    no articles, [time]
      kremln: no articles; did you mean kremlin (15)?
    ");
    assert_snapshot!(world.run("search 'putin source:harbour since:2026'"), @"
    exit code: 1
    ---- stderr ----
    no articles, [time]
      putin: 21 articles
      source:harbour: 14 articles
      since:2026-01-01: no articles; the index has date:2019-04-15..2025-08-18 (75); without it 1
    1 article would match: putin source:harbour
    ");
    assert_snapshot!(world.run("search 'person:zelenski ferry -flood'"), @"
    exit code: 1
    ---- stderr ----
    no articles, [time]
      ferry: 4 articles; without it 21
      person:zelenski: 22 articles; without it 4
      -flood: 86 articles
    21 articles would match: person:zelenski -flood
    ");
    assert_snapshot!(world.run("search 'Ushakov w/1 harvest'"), @"
    exit code: 1
    ---- stderr ----
    no articles, [time]
      Ushakov w/1 harvest: no articles; its words: Ushakov (9), harvest (1)
    ");
    assert_snapshot!(world.run("search '\"negotiations direct\"'"), @r#"
    exit code: 1
    ---- stderr ----
    no articles, [time]
      "negotiations direct": no articles; its words: negotiations (10), direct (13)
    6 articles would match: negotiations direct
    "#);
    assert_snapshot!(world.run("search kremln --json"), @r#"
    exit code: 1
    ---- stdout ----
    {"type":"begin","format":1,"tool":"dateline [version]","query":"kremln"}
    {"type":"end","total":0,"shown":0,"offset":0,"reading":"all","whole":null,"ignored":[],"folded":0,"more":false,"undated":null,"diagnosis":{"parts":[{"query":"kremln","articles":0,"without":null,"words":[],"near":[{"query":"kremlin","articles":15}]}],"more":0,"instead":null},"took_us":[time]}
    ---- stderr ----
    no articles, [time]
      kremln: no articles; did you mean kremlin (15)?
    "#);
}
