//! `dateline entities`: names listed, shown, corrected, drawn; those of what a question finds; and
//! asked for by `search`.

use insta::assert_snapshot;

use crate::World;

#[test]
fn names_are_listed() {
    let world = World::sample();
    assert_snapshot!(world.run("entities -n 8"), @"
    exit code: 0
    ---- stdout ----
    mentions  articles  type    name
          71        33  person  Donald Trump · Trump 52, Donald J. Trump 1
          69        28  place   Ukraine
          61        31  place   Russia
          53        21  person  Vladimir Putin · Putin 34, Vladimir V. Putin 4
          46        24  place   Moscow · MOSCOW 5
          41        25  place   United States · U.S. 12, America 4, US 2
          40        16  person  Steve Witkoff · Witkoff 23
          37        22  person  Volodymyr Zelensky · Zelenskyy 13, Zelensky 9, Volodymyr Zelenskiy 5,
                                Zelenskiy 2, and 1 more
    ---- stderr ----
    545 names, 1-8 shown; -n N for more
    ");
    assert_snapshot!(world.run("entities --like zelensky --type person"), @"
    exit code: 0
    ---- stdout ----
    mentions  articles  type    name
          37        22  person  Volodymyr Zelensky · Zelenskyy 13, Zelensky 9, Volodymyr Zelenskiy 5,
                                Zelenskiy 2, and 1 more
    ---- stderr ----
    1 name
    ");
    assert_snapshot!(world.run("entities --like zelenksy"), @"
    exit code: 1
    ---- stderr ----
    there is no name like `zelenksy` in the index
      did you mean Volodymyr Zelensky (person)
      did you mean Kiev Zelensky (place)
    ");
    assert_snapshot!(world.run("entities --type person -n 1 --json"), @r#"
    exit code: 0
    ---- stdout ----
    {"type":"entity","kind":"person","name":"Donald Trump","within":null,"articles":33,"mentions":71,"aliases":[{"text":"Trump","articles":23,"mentions":52},{"text":"Donald Trump","articles":18,"mentions":18},{"text":"Donald J. Trump","articles":1,"mentions":1}]}
    {"type":"end","format":1,"tool":"dateline [version]","total":184,"shown":1}
    ---- stderr ----
    184 names, 1-1 shown; -n N for more
    "#);
}

#[test]
fn one_name_is_shown() {
    let world = World::sample();
    assert_snapshot!(world.run("entities show Zelenskyy"), @"
    exit code: 0
    ---- stdout ----
    Volodymyr Zelensky
    person · 22 articles · 37 mentions
    written  Zelenskyy 13, Zelensky 9, Volodymyr Zelenskiy 5, Zelenskiy 2, Volodymyr Zelenskyy 1
    first    2019-04-21 20:30 · Comedian Zelenskiy wins Ukraine presidency by landslide ·
             wire/2019-2024.jsonl.gz#mw-2019-0322
    last     2025-08-18 22:10 · Seven European Leaders Fly In With Zelensky, and Leave With a Promise of
             Guarantees · potomac-ledger/2025/08/18/white-house-europeans.html
    beside   Donald Trump 18, Ukraine 15, Russia 12, Kyiv 10, Crimea 8, Vladimir Putin 6, Washington 6,
             Moscow 5, Pope Francis 5, White House 5, United States 4, Rome 4, Kremlin 3, Europe 3, NATO
             3, Harriet Colby Voss 3, Oval Office 3, Turkey 3, Steve Witkoff 2, Yaroslav Moskalik 2,
             Britain 2, Istanbul 2, London 2, Rustem Umerov 2, and 46 more (passages that hold both)

    year     articles     share
    2019            1    50.0 %  ███
    2020            0         -  ·
    2021            0       0 %  ·
    2022            0       0 %  ·
    2023            1    33.3 %  ███
    2024            0       0 %  ·
    2025           15    23.8 %  ████████████████████████████████████████
    undated         5  without a date
    ");
    assert_snapshot!(world.run("entities show nobody"), @"
    exit code: 1
    ---- stderr ----
    there is no name like `nobody` in the index
    ");
}

#[test]
fn names_of_what_a_question_finds() {
    let world = World::sample();
    assert_snapshot!(world.run("entities ferry strike -n 5"), @"
    exit code: 0
    ---- stdout ----
       score  articles    of all  type    name
        11.1         1         1  person  Magnus Tait
        11.1         1         1  person  Maudie Flett
        11.1         1         1  org     Ansley & Isles
        11.1         1         1  place   Little Carrow
         4.6         1        10  place   Port Ansley
    ---- stderr ----
    5 characteristic names of 1 article
    ");
    assert_snapshot!(world.run("entities witkoff --sort count --type person -n 3"), @"
    exit code: 0
    ---- stdout ----
       score  articles    of all  type    name
        85.4        16        16  person  Steve Witkoff
        39.7        16        33  person  Donald Trump
        40.4        14        21  person  Vladimir Putin
    ---- stderr ----
    34 names of 16 articles, 1-3 shown; -n N for more
    ");
    assert_snapshot!(world.run("entities witkoff --like putin --json"), @r#"
    exit code: 0
    ---- stdout ----
    {"type":"named","kind":"person","name":"Vladimir Putin","within":null,"articles":14,"indexed":21,"score":[score]}
    {"type":"end","format":1,"tool":"dateline [version]","total":1,"shown":1}
    ---- stderr ----
    1 characteristic name of 16 articles
    "#);
    assert_snapshot!(world.run("entities nothingofthekind"), @"
    exit code: 1
    ---- stderr ----
    no articles, and so no names
    ");
    assert_snapshot!(world.run("entities --sort count"), @"
    exit code: 2
    ---- stderr ----
    dateline: --sort is for the names of what a question finds; ask one, or leave it out
    ");
    assert_snapshot!(world.run("entities witkoff --csv"), @"
    exit code: 2
    ---- stderr ----
    dateline: a network is of the whole archive; leave the question out, or --graphml and --csv
    ");
    // Counts are those of the search language.
    let count = |query: &str| world.run(&format!("search -q --count '{query}'")).out;
    for line in world.run("entities kremlin --sort count --type person -n 20 --json").json() {
        if line["type"] == "named" {
            let name = line["name"].as_str().unwrap();
            let entry = world.run(&format!("entities show '{name}' --type person --json")).json();
            assert_eq!(line["indexed"], entry[0]["articles"], "{name}");
            let here = count(&format!("kremlin person:\"{name}\""));
            assert!(line["articles"].as_u64().unwrap() <= here.trim().parse().unwrap(), "{name}");
        }
    }
}

#[test]
fn who_stands_beside_whom() {
    let world = World::sample();
    assert_snapshot!(world.run("entities --type person -n 6 --csv"), @"
    exit code: 0
    ---- stdout ----
    Source,Target,Type,Weight,Articles,SourceKind,TargetKind
    Donald Trump,Vladimir Putin,Undirected,26,17,person,person
    Donald Trump,Steve Witkoff,Undirected,16,12,person,person
    Donald Trump,Volodymyr Zelensky,Undirected,18,13,person,person
    Donald Trump,Yuri Ushakov,Undirected,5,5,person,person
    Donald Trump,Pope Francis,Undirected,7,6,person,person
    Vladimir Putin,Steve Witkoff,Undirected,25,14,person,person
    Vladimir Putin,Volodymyr Zelensky,Undirected,6,5,person,person
    Vladimir Putin,Yuri Ushakov,Undirected,8,8,person,person
    Steve Witkoff,Volodymyr Zelensky,Undirected,2,1,person,person
    Steve Witkoff,Yuri Ushakov,Undirected,12,9,person,person
    Volodymyr Zelensky,Pope Francis,Undirected,5,5,person,person
    ---- stderr ----
    11 edges; 3 of fewer than 2 passages are left out (--min-weight)
    184 names, 1-6 shown; -n N for more
    ");
    assert_snapshot!(world.run("entities --min-weight 3"), @"
    exit code: 2
    ---- stderr ----
    dateline: --min-weight is for a network; add --graphml or --csv
    ");
}

#[test]
fn a_name_is_asked_for_by_any_spelling() {
    let world = World::sample();
    let ids = |query: &str| world.run(&format!("search -q -l --all --no-fold '{query}'")).out;
    let all = ids("person:Zelensky");
    assert!(all.lines().count() > 5, "{all}");
    for spelled in ["Zelenskyy", "Zelenskiy", "\"Volodymyr Zelensky\"", "\"President Zelensky\""] {
        assert_eq!(ids(&format!("person:{spelled}")), all, "{spelled}");
    }
    assert_eq!(ids("person:nobody"), "");
    // Whoever is meant is one in a NOT, too.
    let with = ids("ceasefire person:Zelensky").lines().count();
    let without = ids("ceasefire NOT person:Zelensky").lines().count();
    assert_eq!(with + without, ids("ceasefire").lines().count());
}

#[test]
fn corrections_are_taken_without_reading_an_article() {
    let world = World::sample();
    let count = |query: &str| world.run(&format!("search -q --count '{query}'")).out;
    world.write(
        "names.toml",
        "never = [\"Kremlin\"]\n[take]\norg = [\"ferry\"]\n[join]\n\"V. Putin\" = [\"Vladimir Putin\"]\n",
    );
    // The articles are gone: nothing could be read again.
    std::fs::rename(world.path("corpus"), world.path("elsewhere")).unwrap();
    assert_snapshot!(world.run("entities correct names.toml"), @"
    exit code: 0
    ---- stderr ----
    the index now holds 545 names; no article was read again
    ");
    assert_eq!(count("org:Kremlin"), "0\n");
    assert_eq!(count("org:ferry"), count("=ferry"));
    assert_snapshot!(world.run("entities --like putin"), @"
    exit code: 0
    ---- stdout ----
    mentions  articles  type    name
          53        21  person  V. Putin · Putin 34, Vladimir Putin 15, Vladimir V. Putin 4
    ---- stderr ----
    1 name
    ");
    // Later runs keep them, and so does an index that is made anew.
    std::fs::rename(world.path("elsewhere"), world.path("corpus")).unwrap();
    world.run("index --rebuild");
    assert_eq!(count("org:Kremlin"), "0\n");
    assert!(world.run("entities correct --show").out.contains("never"));
    world.run("entities correct --none");
    assert_ne!(count("org:Kremlin"), "0\n");
    world.write("names.toml", "nevr = []");
    assert_snapshot!(world.run("entities correct names.toml"), @"
    exit code: 2
    ---- stderr ----
    dateline: in the file of corrections names.toml: unknown key `nevr`; did you mean `never`?
    ");
}

#[test]
fn without_names_what_files_tell_is_known() {
    let world = World::new();
    world.copy_corpus("corpus");
    world.run("index corpus --no-names");
    let count = |query: &str| world.run(&format!("search -q --count '{query}'")).out;
    assert_eq!(count("person:Hargrave"), "0\n");
    world.run("index --names");
    assert_ne!(count("person:Hargrave"), "0\n");
}
