//! `dateline search --facet`:
//!
//! 1. counts are over all articles that match, whatever is shown, and equal what counting the
//!    articles one by one gives, names by what the archive calls them;
//! 2. of each facet the values of most articles are shown, then how many more there are and how many
//!    articles have none;
//! 3. a relaxed answer is counted by what it matches, and says so; date filters hold;
//! 4. `--json` has a line for each facet; formats without room for them are refused.

use std::collections::{BTreeMap, BTreeSet};

use insta::assert_snapshot;
use serde_json::Value;

use crate::{FERRIES, World};

const FIELDS: &str = "source,person,org,place,author,section,lang,year,month";

/// The values that an article has of a field.
fn values(article: &Value, field: &str) -> BTreeSet<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let list = |key: &str| article[key].as_array().unwrap().iter().filter_map(text).collect();
    let one = |value: &Value| text(value).into_iter().collect();
    let published = &article["published"];
    match field {
        "source" => text(&article["source"]["name"])
            .or(text(&article["source"]["domain"]))
            .into_iter()
            .collect(),
        "person" => list("persons"),
        "org" => list("orgs"),
        "place" => list("places"),
        "author" => list("authors"),
        "year" => text(&published["at"]).map(|at| at[..4].to_owned()).into_iter().collect(),
        "month" if published["precision"] == "year" => BTreeSet::new(),
        "month" => text(&published["at"]).map(|at| at[..7].to_owned()).into_iter().collect(),
        field => one(&article[field]),
    }
}

/// Every article by its id.
fn articles(world: &World) -> BTreeMap<String, Value> {
    let ids = world.ids("*");
    let show =
        |id: &String| world.finish(world.command().args(["show", "--json", id])).json().remove(0);
    ids.iter().map(|id| (id.clone(), show(id))).collect()
}

#[test]
fn counts_are_those_of_the_articles() {
    let world = World::sample();
    let articles = articles(&world);
    assert!(articles.len() > 80, "{}", articles.len());
    for query in [
        "*",
        "putin",
        "putin OR ferry",
        "witkoff putin kremlin negotiations insurance harbour",
        "talks after:2025-05",
        "person:zelensky",
        "date:none",
        "nothingofthekind",
    ] {
        let matching: Vec<&Value> = world.ids(query).iter().map(|id| &articles[id]).collect();
        let mut command = world.command();
        command.args([
            "search",
            "-n",
            "1",
            "--json",
            "--facet-limit",
            "9999",
            "--facet",
            FIELDS,
            query,
        ]);
        let lines = world.finish(&mut command).json();
        let facets: Vec<&Value> = lines.iter().filter(|line| line["type"] == "facet").collect();
        assert_eq!(facets.len(), 9, "{query}");
        for (facet, field) in facets.into_iter().zip(FIELDS.split(',')) {
            assert_eq!(facet["field"], field);
            assert_eq!(facet["total"], matching.len(), "{query}");
            let mut naive: BTreeMap<String, u64> = BTreeMap::new();
            let mut without = 0;
            for article in &matching {
                let values = values(article, field);
                without += u64::from(values.is_empty());
                for value in values {
                    *naive.entry(value).or_default() += 1;
                }
            }
            let told = facet["values"].as_array().unwrap().iter().map(|value| {
                (value["value"].as_str().unwrap().to_owned(), value["articles"].as_u64().unwrap())
            });
            let told: BTreeMap<String, u64> = told.collect();
            assert_eq!(told, naive, "{query}: {field}");
            assert_eq!(facet["without"], without, "{query}: {field}");
            assert_eq!(facet["more"], 0, "{query}: {field}");
        }
    }
}

#[test]
fn facets_follow_the_hits() {
    let world = World::of(FERRIES);
    assert_snapshot!(world.run("search ferry -n 1 --facet source,year,person"), @"
    exit code: 0
    ---- stdout ----
    1  *Ferry* notes
      undated · notes.txt
      Moscow
      p1  The old *ferry* was called the Moscow, and nobody remembers why.

    source of 3 articles
           1  Harbour Post
           1  Ledger
        1 article without

    year of 3 articles
           2  2025
        1 article without

    person of 3 articles
        no values; 3 articles without
    ---- stderr ----
    3 articles, number 1 shown, [time]; --offset 1 for more
    ");
    assert_snapshot!(world.run("search ferry -n 0 --facet source --facet-limit 1 --facet author"), @"
    exit code: 0
    ---- stdout ----
    source of 3 articles
           1  Harbour Post
        and 1 more value; 1 article without

    author of 3 articles
           1  Ann Lee
        2 articles without
    ---- stderr ----
    3 articles, [time]
    ");
    assert_snapshot!(world.run("search ferry -n 0 --facet month --json --until 2025-06"), @r#"
    exit code: 0
    ---- stdout ----
    {"type":"begin","format":1,"tool":"dateline [version]","query":"ferry before:2025-07-01"}
    {"type":"facet","field":"month","total":2,"reading":"all","values":[{"value":"2025-06","within":null,"articles":2}],"more":0,"without":0}
    {"type":"end","total":2,"shown":0,"offset":0,"reading":"all","whole":null,"ignored":[],"folded":0,"more":true,"undated":1,"took_us":[time]}
    ---- stderr ----
    2 articles, [time]
    1 more matches but carries no date (date:none finds it)
    "#);
    assert_snapshot!(world.run("search nothingofthekind --facet source"), @"
    exit code: 1
    ---- stderr ----
    no articles, [time]
    ");
}

#[test]
fn the_most_frequent_come_first() {
    let world = World::sample();
    assert_snapshot!(world.run("search kremlin -n 0 --facet person,source --facet-limit 4"), @"
    exit code: 0
    ---- stdout ----
    person of 15 articles
          13  Donald Trump
          12  Vladimir Putin
          11  Steve Witkoff
           9  Volodymyr Zelensky
        and 28 more values

    source of 15 articles
           3  Mercury Wire
           3  Potomac Ledger
           2  Harbour Post
           2  The Kyiv Courier
        5 articles without
    ---- stderr ----
    15 articles, [time]
    ");
}

#[test]
fn a_relaxed_answer_says_so() {
    let world = World::of(FERRIES);
    assert_snapshot!(world.run("search -n 0 --facet source strike rota moscow bananas"), @"
    exit code: 0
    ---- stdout ----
    source of 3 articles that hold any of the words
           1  Harbour Post
           1  Ledger
        1 article without
    ---- stderr ----
    3 articles, [time]
    no article holds every word; those that hold most come first
    ");
    assert_snapshot!(world.run("search -n 0 --facet source strike rota moscow bananas --strict"), @"
    exit code: 1
    ---- stderr ----
    no articles, [time]
      strike: 2 articles
      rota: 2 articles
      moscow: 1 article
      bananas: no articles
    ");
}

#[test]
fn names_that_the_user_takes_are_counted() {
    let world = World::of(FERRIES);
    world.write("names.toml", "never = [\"Ledger\"]\n[take]\norg = [\"ferry\"]\n");
    world.run("entities correct names.toml");
    assert_snapshot!(world.run("search * -n 0 --facet org"), @"
    exit code: 0
    ---- stdout ----
    org of 4 articles
           3  ferry
        1 article without
    ---- stderr ----
    4 articles, [time]
    ");
    assert_snapshot!(world.run("search --count org:ferry"), @"
    exit code: 0
    ---- stdout ----
    3
    ");
}

#[test]
fn what_has_no_place_for_facets_refuses_them() {
    let world = World::of(FERRIES);
    for line in [
        "search ferry --facet source --format csv",
        "search ferry --timeline --format trec",
        "search ferry --facet source --count",
        "search ferry --facet-limit 3",
    ] {
        let run = world.run(line);
        assert_eq!(run.code, Some(2), "{line}: {run}");
    }
    assert_snapshot!(world.run("search ferry --facet source --format md"), @"
    exit code: 2
    ---- stderr ----
    dateline: --facet has no place in this format; leave --format out, or take --json
    ");
    assert_snapshot!(world.run("search ferry --facet colour"), @"
    exit code: 2
    ---- stderr ----
    error: invalid value 'colour' for '--facet <FIELDS>'
      [possible values: source, person, org, place, author, section, lang, year, month]

    For more information, try '--help'.
    ");
}
