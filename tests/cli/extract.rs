//! `dateline extract`, and what is left out of articles:
//!
//! 1. `extract` prints what would be indexed, as text or JSON, without an index;
//! 2. residue of pages is left out of plain text, whole blocks only, and can be seen;
//! 3. what repeats across the articles of one source is left out, the same whether a folder was
//!    synced at once or step by step;
//! 4. `show --raw` marks what was left out, and says so where the file changed or is gone;
//! 5. what could not be read is told with its reason.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::{Ran, World};

/// Text scraped off a page, with all that came along.
const SCRAPED: &str = "\
Ferry crews return to work after rota is withdrawn

The crews of the Ansley ferry went back to work on Monday, after the company had taken back the rota that set off the longest strike on the river in thirty years.

Crews on the quay at Ansley on Monday morning.
Crews on the quay at Ansley on Monday morning. Photo credit: Harbour Trust of the Lower Sedder Valley, Press Office and Archive

Both sides called it a beginning. \"We have a rota that a father of two can live with,\" said Owen Trask, who speaks for the crews, \"and boats that leave on time.\"

Keep Local Reporting Alive
Our newsroom is small and stands on its own feet. Independent journalism is paid for by nobody but those who read it, and we are grateful to each of you.

If you want the valley to be written about, please consider making a donation. Big or small, it keeps us independent.
Support us via bank transfer

Share

Leave a Reply

Your email address will not be published. Required fields are marked *

Enable Notifications OK No thanks
";

#[test]
fn a_text_scraped_off_a_page() {
    let world = World::new();
    world.write("a.txt", SCRAPED);
    assert_snapshot!(world.run("extract a.txt"));
    assert_snapshot!(world.run("extract a.txt --dropped"));
    assert_snapshot!(world.run("extract a.txt --json"));
    assert!(!world.path("index").exists());
}

#[test]
fn names_are_found_where_they_are_asked_for() {
    let world = World::new();
    world.write(
        "a.txt",
        "Putin receives an envoy from Washington\n\nPresident Vladimir Putin met Steve Witkoff in \
         Moscow on Friday, and the talks went on until the evening. Mr Putin said little when they \
         were over; Witkoff said that he would fly to Kyiv next, and from there to Berlin.",
    );
    let text = world.run("extract --names a.txt").out;
    assert!(text.contains("\npersons: Vladimir Putin (3, also Putin); Steve Witkoff"), "{text}");
    assert!(text.contains("[person Steve Witkoff] in [place Moscow]"), "{text}");
    let json: serde_json::Value =
        serde_json::from_str(&world.run("extract --names --json a.txt").out).unwrap();
    let first = &json["names"][0];
    assert_eq!(first["name"], "Vladimir Putin");
    assert_eq!(first["title"], serde_json::json!([[0, 5]]));
    let body = json["body"].as_str().unwrap();
    let range = |place: &serde_json::Value| {
        place[0].as_u64().unwrap() as usize..place[1].as_u64().unwrap() as usize
    };
    let places = first["body"].as_array().unwrap().iter();
    let forms: Vec<&str> = places.map(|place| &body[range(place)]).collect();
    assert_eq!(forms, ["Vladimir Putin", "Putin"]);
    // Nobody asked.
    assert!(!world.run("extract --json a.txt").out.contains("\"names\""));
}

#[test]
fn records_and_what_is_no_article() {
    let world = World::new();
    world.write(
        "in/a.jsonl",
        "{\"id\": \"7\", \"title\": \"A\\u001b[31m\", \"date\": \"2025-05-01\", \"text\": \"One text.\"}\n{broken\n\
         {\"id\": \"8\", \"title\": \"B\", \"source\": \"The X\", \"authors\": [\"Ann Lee\", \"Bo Ek\"], \"text\": \"Another.\"}\n",
    );
    world.write("in/empty.txt", "");
    assert_snapshot!(world.run("extract in"));
    assert_snapshot!(world.run("extract in/empty.txt"));
    assert_snapshot!(world.run("extract nowhere.txt"));
    let both = world.run("extract in/a.jsonl in/empty.txt --json --quiet");
    let ids: Vec<String> = both.json().iter().map(|a| a["id"].to_string()).collect();
    assert_eq!(ids, ["\"in/a.jsonl#7\"", "\"in/a.jsonl#8\""]);
    assert_eq!(both.err, "");
}

#[test]
fn standard_input() {
    let world = World::new();
    let mut command = world.command();
    command.args(["extract", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"Bridge shut\n\nThe bridge is shut until May.\n").unwrap();
    drop(input);
    assert_snapshot!(Ran::of(child.wait_with_output().unwrap()));
}

/// An article of a paper with its standing line.
fn article(number: usize) -> String {
    let words = |s: usize| {
        let word = |w: usize| format!("word{number}x{s}x{w}");
        (0..12).map(word).collect::<Vec<_>>().join(" ")
    };
    format!(
        "Story {number}\n\n{}.\n\n{}.\n\nThe Sedder Sentinel comes out on Fridays\n",
        words(0),
        words(1)
    )
}

/// All bodies of an index, by id.
fn bodies(world: &World) -> Vec<(String, String)> {
    let ids = world.run("search -l --all date:none").out;
    let mut bodies = Vec::new();
    for id in ids.lines() {
        let shown = world.run(&format!("show --json '{id}'"));
        bodies.push((id.to_owned(), shown.json()[0]["body"].to_string()));
    }
    bodies.sort();
    bodies
}

#[test]
fn what_repeats_is_the_same_step_by_step() {
    let world = World::new();
    let standing = "Sentinel comes out";
    let held = |bodies: &[(String, String)]| {
        bodies.iter().filter(|(_, body)| body.contains(standing)).count()
    };
    // Two are too few to tell.
    for number in 0..2 {
        world.write(format!("news/{number}.txt"), article(number));
    }
    world.run("index news");
    assert_eq!(held(&bodies(&world)), 2);
    // With more it is known, and the old ones are read again.
    for number in 2..6 {
        world.write(format!("news/{number}.txt"), article(number));
    }
    let run = world.run("index");
    assert_eq!(run.code, Some(0), "{run}");
    let stepwise = bodies(&world);
    assert_eq!((stepwise.len(), held(&stepwise)), (6, 0));
    // A run with nothing to do reads nothing.
    let again = world.run("index --json");
    assert_eq!(again.json()[0]["files"]["read"], 0, "{again}");
    let at_once = |name: &str, threads: usize| {
        let run = world.run(&format!("index news --index {name} --threads {threads}"));
        assert_eq!(run.code, Some(0), "{run}");
        fs::rename(world.path("index"), world.path("kept")).unwrap();
        fs::rename(world.path(name), world.path("index")).unwrap();
        let bodies = bodies(&world);
        fs::rename(world.path("index"), world.path(name)).unwrap();
        fs::rename(world.path("kept"), world.path("index")).unwrap();
        bodies
    };
    assert_eq!(at_once("fresh", 1), stepwise);
    assert_eq!(at_once("fresher", 4), stepwise);
    // The other way round: when most are gone, the line is a line of the two that are left.
    for number in 2..6 {
        fs::remove_file(world.path(format!("news/{number}.txt"))).unwrap();
    }
    world.run("index");
    assert_eq!(held(&bodies(&world)), 2);
    assert_eq!(at_once("two", 2), bodies(&world));
}

#[test]
fn an_article_as_its_file_has_it() {
    let world = World::new();
    world.write("news/a.txt", SCRAPED);
    for number in 0..4 {
        world.write(format!("news/sentinel/{number}.txt"), article(number));
    }
    world.run("index news");
    let shown = world.run("show a.txt --raw");
    assert_eq!(shown.out, world.run("extract news/a.txt --dropped").out);
    assert_snapshot!(world.run("show sentinel/1.txt --raw"));
    world.write("news/sentinel/1.txt", article(1).replace("Story", "Other story"));
    world.touch("news/sentinel/1.txt", 60);
    assert_snapshot!(world.run("show sentinel/1.txt --raw"));
    fs::remove_file(world.path("news/sentinel/1.txt")).unwrap();
    assert_snapshot!(world.run("show sentinel/1.txt --raw"));
    assert_snapshot!(world.run("show a.txt --raw --format md"));
}

#[test]
fn the_dates_that_a_text_names_are_printed_as_they_are_indexed() {
    let world = World::new();
    let record = r#"{"id": "a", "title": "Quay", "date": "2025-04-25", "text": "The quay was built in March 2019. It shuts on 3 May 2025."}"#;
    world.write("a.jsonl", record);
    let run = world.run("extract --json a.jsonl");
    let article: serde_json::Value = serde_json::from_str(run.out.lines().next().unwrap()).unwrap();
    let body = article["body"].as_str().unwrap();
    let named: Vec<&str> = article["mentions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mention| {
            let at = |key: &str| mention[key].as_u64().unwrap() as usize;
            &body[at("start")..at("end")]
        })
        .collect();
    assert_eq!(named, ["March 2019", "3 May 2025"]);
}
