//! `dateline show`:
//!
//! 1. an id opens its article, with `#pN` behind it one passage;
//! 2. `--query` marks what the query matches, as a search does;
//! 3. JSON and Markdown say the same for programs and for notes;
//! 4. an id that is not there exits 1 and names near ones; a passage that is not there is an error.

use insta::assert_snapshot;

use crate::World;

#[test]
fn an_article() {
    let world = World::sample();
    assert_snapshot!(world.run("show northwall-gazette/bus-tariff.txt"), @r#"
    exit code: 0
    ---- stdout ----
    New bus tariff is fairer, says operator. Passengers are counting their change
    undated · northwall-gazette/bus-tariff.txt
    persons: Beryl Whitcombe, Neil Hargrave, Colin Pryde
    orgs: Gazette
    places: Northwall, Sedder Valley Buses, Thornby Cross

    p1  The Gazette's transport notes

        From Monday a single ticket across Northwall costs the same as a single to the next stop. Sedder
        Valley Buses calls its new tariff "one town, one fare". The price is 2 pounds 40. The old one
        began at 1 pound 60 and went up by distance to 3 pounds 10.

        For commuters from Thornby Cross that is a saving of fourteen pounds a month. For Beryl
        Whitcombe, who rides two stops to the health centre and two stops back, it is the opposite. "I
        have worked it out on the back of the envelope they sent the leaflet in," she said. "I am paying
        for other people's scenery."

    p2  Operations director Neil Hargrave said that two passengers in three would pay the same or less.
        The simple tariff speeds up boarding, he said, and on trial routes buses gained four minutes an
        hour.

        Day tickets rise to 5 pounds 50. Children under eleven will travel free with an adult at
        weekends. Holders of a bus pass notice nothing, except, as one of them remarked, that everybody
        else is talking about it.

        The council, which pays the company for three evening routes, was told of the change two weeks
        ago. Councillor Colin Pryde said he would have liked to be asked.
    "#);
    assert_snapshot!(world.run("show wire/2019-2024.jsonl.gz#mw-2019-0307"), @"
    exit code: 0
    ---- stdout ----
    Fire guts roof and spire of Notre-Dame in Paris
    2019-04-15 22:45 · Mercury Wire · Chiara Winslow / World · wire/2019-2024.jsonl.gz#mw-2019-0307
    https://mercurywire.example/2019/04/15/mw-2019-0307
    persons: Emmanuel Macron
    orgs: Notre-Dame, Mercury Wire, Paris Fire Brigade
    places: Paris, Seine, Notre-Dame, France

    p1  PARIS, April 15 (Mercury Wire) - Fire tore through the cathedral of Notre-Dame in the heart of
        Paris on Monday evening, destroyed its medieval timber roof and brought down the spire before
        some 400 firefighters saved the two towers and the stone walls.

        Smoke was seen shortly before 7 p.m., soon after the doors had closed to visitors. Crowds on
        both banks of the Seine watched in silence or sang hymns. Around 8 p.m. the spire, added in the
        19th century, broke and fell through the vault.

    p2  A human chain of firemen, priests and city workers carried out relics and works of art, among
        them the crown of thorns.

        President Emmanuel Macron put off a speech on the yellow-vest protests, came to the square and
        promised that the church would be rebuilt. Prosecutors opened an inquiry into accidental
        destruction by fire. Restoration work had been under way on the roof.
    ");
}

#[test]
fn a_passage() {
    let world = World::sample();
    assert_snapshot!(world.run("show kyiv-courier/2025-04-25-witkoff.html#p2"), @"
    exit code: 0
    ---- stdout ----
    Witkoff’s fourth visit to Putin: what Kyiv heard, and what it fears
    2025-04-25 20:30 · The Kyiv Courier · Olena Marchuk / Diplomacy ·
    kyiv-courier/2025-04-25-witkoff.html
    https://kyivcourier.example/2025/04/25/witkoff/
    persons: Steve Witkoff, Vladimir Putin, Donald Trump, Volodymyr Zelensky, Yuri Ushakov, Marco Rubio,
    Roman Bilenchuk, Yaroslav Moskalik, Pope Francis
    orgs: Kremlin
    places: Kyiv, Russia, New York, Crimea, Ukraine, Paris, Washington, London, Minsk, Moscow, Rome

    p2  Two papers

        Kyiv’s fears are about two sheets of paper. One is the American proposal that Witkoff is said to
        have carried to Paris last week. As leaked to several newsrooms, it would have Washington
        recognise Crimea as Russian in law and accept Russian control of other occupied land in fact.
        The second is the answer that Ukraine and European states wrote down in London on Wednesday, at
        a meeting that was to have brought foreign ministers together and shrank to officials after
        Marco Rubio stayed at home. It begins with a full ceasefire and leaves territory for later.
    ");
    assert_snapshot!(world.run("show wire/2025.jsonl#mw-0412#p2 --color always"), @"
    exit code: 0
    ---- stdout ----
    ^[1mPutin and U.S. envoy Witkoff hold three hours of talks in Moscow^[0m
    ^[2m2025-04-25 22:10 · Mercury Wire · Oleg Varnham, Petra Lindqvist / World · ^[0m^[2mwire/2025.jsonl#mw-0412^[0m
    ^[2mhttps://mercurywire.example/2025/04/25/mw-0412^[0m
    ^[2malso in Harbour Post (3 copies)^[0m
    ^[2mpersons: Steve Witkoff, Vladimir Putin, Yuri Ushakov, Kirill Dmitriev, Yaroslav Moskalik, Donald^[0m
    ^[2mTrump, Pope Francis, Volodymyr Zelensky^[0m
    ^[2morgs: Kremlin, Mercury Wire, General Staff^[0m
    ^[2mplaces: United States, Moscow, Ukraine, Kyiv, Russia, Balashikha, Rome, Crimea^[0m

    ^[2mp1  ^[0m^[2mMOSCOW, April 25 (Mercury Wire) - Russian President Vladimir Putin and U.S. envoy Steve Witkoff^[0m
        ^[2mtalked for three hours in the Kremlin on Friday about ways to end the war in Ukraine, and a^[0m
        ^[2mKremlin aide said that the idea of direct negotiations between Moscow and Kyiv had been part of^[0m
        ^[2mit.^[0m

        ^[2mYuri Ushakov, Putin's foreign policy adviser, called the conversation constructive and very^[0m
        ^[2museful. He said it had brought the positions of Russia and the United States closer together on^[0m
        ^[2mUkraine and on a number of other questions.^[0m

    ^[2mp2  ^[0mUshakov sat on the Russian side of the table together with Kirill Dmitriev, the investment
        envoy, who had met Witkoff at the airport in the morning. It was Witkoff's fourth trip to Russia
        since February.

        The visit was overshadowed by the killing of a senior officer. Lieutenant General Yaroslav
        Moskalik, a deputy head of operations at the General Staff, died when a car exploded outside an
        apartment block in Balashikha, just east of the capital. The Kremlin accused Ukraine. Kyiv made
        no comment at first.

    ^[2mp3  ^[0m^[2mDonald Trump, who landed in Rome late in the evening for the funeral of Pope Francis, wrote that^[0m
        ^[2mthe two sides were very close to a deal and should now meet at a high level to finish it.^[0m

        ^[2mVolodymyr Zelenskiy has repeated this week that Ukraine will not recognise Crimea as Russian. He^[0m
        ^[2mhas said he is ready to talk about anything else once the shooting stops.^[0m
    ");
}

#[test]
fn what_a_query_matches_is_marked() {
    let world = World::sample();
    let show = "show northwall-gazette/bus-tariff.txt";
    assert_snapshot!(world.run(&format!("{show}#p1 --query 'tariff* NOT bus'")), @r#"
    exit code: 0
    ---- stdout ----
    New bus *tariff* is fairer, says operator. Passengers are counting their change
    undated · northwall-gazette/bus-tariff.txt
    persons: Beryl Whitcombe, Neil Hargrave, Colin Pryde
    orgs: Gazette
    places: Northwall, Sedder Valley Buses, Thornby Cross

    p1  The Gazette's transport notes

        From Monday a single ticket across Northwall costs the same as a single to the next stop. Sedder
        Valley Buses calls its new *tariff* "one town, one fare". The price is 2 pounds 40. The old one
        began at 1 pound 60 and went up by distance to 3 pounds 10.

        For commuters from Thornby Cross that is a saving of fourteen pounds a month. For Beryl
        Whitcombe, who rides two stops to the health centre and two stops back, it is the opposite. "I
        have worked it out on the back of the envelope they sent the leaflet in," she said. "I am paying
        for other people's scenery."
    "#);
    assert_snapshot!(world.run(&format!("{show} --query 'titel:x'")), @r#"
    exit code: 2
    ---- stderr ----
    dateline: there is no field titel:
      titel:x
      ^^^^^^
    hint: did you mean title:? To look for the text, put quotes around it: "titel:x"
    "#);
}

#[test]
fn as_json_and_as_markdown() {
    let world = World::sample();
    let run = world.run("show northwall-gazette/bus-tariff.txt --query tariff --json");
    let lines = run.json();
    assert_eq!(lines.len(), 1);
    let article = &lines[0];
    assert_eq!(article["type"], "article");
    assert_eq!(article["id"], "northwall-gazette/bus-tariff.txt");
    assert_eq!(article["published"], serde_json::Value::Null);
    let body = article["body"].as_str().unwrap();
    for passage in article["passages"].as_array().unwrap() {
        for mark in passage["marks"].as_array().unwrap() {
            let at = |n: usize| mark[n].as_u64().unwrap() as usize;
            assert!(body[at(0)..at(1)].to_lowercase().starts_with("tariff"));
        }
    }
    let other = world.run("show northwall-gazette/bus-tariff.txt --query tariff --format json");
    assert_eq!(run.out, other.out);
    assert_snapshot!(world.run("show northwall-gazette/bus-tariff.txt#p1 --format md"), @r#"
    exit code: 0
    ---- stdout ----
    # New bus tariff is fairer, says operator. Passengers are counting their change

    undated · `northwall-gazette/bus-tariff.txt`

    > The Gazette's transport notes
    >
    > From Monday a single ticket across Northwall costs the same as a single to the next stop. Sedder Valley Buses calls its new tariff "one town, one fare". The price is 2 pounds 40. The old one began at 1 pound 60 and went up by distance to 3 pounds 10.
    >
    > For commuters from Thornby Cross that is a saving of fourteen pounds a month. For Beryl Whitcombe, who rides two stops to the health centre and two stops back, it is the opposite. "I have worked it out on the back of the envelope they sent the leaflet in," she said. "I am paying for other people's scenery."
    >
    > — `northwall-gazette/bus-tariff.txt#p1@7e1fc10d9a`
    "#);
    assert_eq!(world.run("show x --json --format md").code, Some(2));
}

#[test]
fn an_id_that_is_not_there_brings_near_ones() {
    let world = World::sample();
    assert_snapshot!(world.run("show witkoff"), @"
    exit code: 1
    ---- stderr ----
    there is no article `witkoff` in the index
      did you mean harbour-post/2025-04-26-putin-witkoff.md
      did you mean kyiv-courier/2025-04-25-witkoff.html
      did you mean lantern-dispatch/witkoff-putin-25-april.txt
      did you mean northwall-gazette/2025-04-26-putin-witkoff.txt
      did you mean potomac-ledger/2025/04/25/witkoff-putin-fourth-meeting.html
    ");
    assert_snapshot!(world.run("show kyiv-courier/2025-04-25-witkof.html"), @"
    exit code: 1
    ---- stderr ----
    there is no article `kyiv-courier/2025-04-25-witkof.html` in the index
      did you mean kyiv-courier/2025-04-25-witkoff.html
    ");
    assert_snapshot!(world.run("show corpus/kyiv-courier/2025-04-25-witkoff.html#p2"), @"
    exit code: 1
    ---- stderr ----
    there is no article `corpus/kyiv-courier/2025-04-25-witkoff.html#p2` in the index
      did you mean kyiv-courier/2025-04-25-witkoff.html
    ");
    assert_snapshot!(world.run("show wire/2025.jsonl#mw-0413"), @"
    exit code: 1
    ---- stderr ----
    there is no article `wire/2025.jsonl#mw-0413` in the index
      did you mean wire/2025.jsonl#mw-0412
      did you mean wire/2025.jsonl#mw-0138
      did you mean wire/2025.jsonl#mw-0233
      did you mean wire/2025.jsonl#mw-0421
      did you mean wire/2025.jsonl#mw-0447
    ");
    assert_snapshot!(world.run("show mw-0412"), @"
    exit code: 1
    ---- stderr ----
    there is no article `mw-0412` in the index
      did you mean wire/2025.jsonl#mw-0412
    ");
    assert_snapshot!(world.run("show zzzzzz"), @"
    exit code: 1
    ---- stderr ----
    there is no article `zzzzzz` in the index
    `dateline search -l WORDS` prints the ids of articles
    ");
}

#[test]
fn a_passage_that_is_not_there_is_an_error() {
    let world = World::sample();
    assert_snapshot!(world.run("show kyiv-courier/2025-04-25-witkoff.html#p99"), @"
    exit code: 2
    ---- stderr ----
    dateline: `kyiv-courier/2025-04-25-witkoff.html` has passages p1 to p4, and no p99
    ");
    assert_snapshot!(world.run("show kyiv-courier/2025-04-25-witkoff.html#p0"), @"
    exit code: 2
    ---- stderr ----
    dateline: `kyiv-courier/2025-04-25-witkoff.html` has passages p1 to p4, and no p0
    ");
    assert_snapshot!(world.run("show northwall-gazette/the-moscow.txt#p7"), @"
    exit code: 2
    ---- stderr ----
    dateline: `northwall-gazette/the-moscow.txt` has passages p1 to p2, and no p7
    ");
}

#[test]
fn without_an_id_or_an_index() {
    let world = World::new();
    assert_snapshot!(world.run("show"), @"
    exit code: 2
    ---- stderr ----
    error: the following required arguments were not provided:
      <ID>

    Usage: dateline show --now <TIME> <ID>

    For more information, try '--help'.
    ");
    assert_snapshot!(world.run("show a.txt"), @"
    exit code: 2
    ---- stderr ----
    dateline: there is no index in index; make one with `dateline index FOLDER`
    ");
}
