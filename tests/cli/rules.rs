//! Rule files and archives. What these prove:
//!
//! 1. a `dateline.toml` in any folder says source, language, zone, path date and fields of what is
//!    under it; inner folders win key by key, and `--mapping` wins over rules;
//! 2. a changed, new or removed rule file means that everything is read anew, the same one that
//!    nothing is;
//! 3. files that a rule leaves out are counted, and leave the index when a rule comes to leave
//!    them out;
//! 4. a rule file that cannot be understood is an error, and nothing is changed;
//! 5. an archive is one file: it is read again when it changes, and what was in it goes with it;
//! 6. records that are no pages are counted, not listed.

use std::io::{Cursor, Write};

use insta::assert_snapshot;
use serde_json::Value;

use super::World;

/// The hits of a query, by id.
fn hit(world: &World, query: &str, id: &str) -> Value {
    let hits = world.run(&format!("search --json --all {query}")).json();
    let found = hits.iter().find(|hit| hit["id"] == id);
    found.unwrap_or_else(|| panic!("{id} is not among {hits:?}")).clone()
}

fn report(world: &World, line: &str) -> Value {
    let run = world.run(line);
    assert_eq!(run.code, Some(0), "{run}");
    run.json().remove(0)
}

fn zip(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in entries {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn rules_say_what_files_do_not() {
    let world = World::new();
    world.write(
        "news/dateline.toml",
        "source = \"Harbour Post\"\nlang = \"en\"\npath = \"*/{year}/{month}/{day}\"\n",
    );
    world.write("news/town/2024/05/01/pier.txt", "Pier shut\n\nThe pier is shut for repairs.");
    world.write(
        "news/town/2024/05/01/dated.md",
        "---\ntitle: Dated pier\ndate: 2024-04-30\n---\nThe pier has a date of its own.",
    );
    world.write("news/kiel/dateline.toml", "source = \"Uferblatt\"\n[fields]\ntitle = \"kopf\"\n");
    world.write(
        "news/kiel/2024/06/02/a.json",
        r#"{"kopf": "Pier offen", "text": "The pier is open."}"#,
    );
    world.write("news/loose.txt", "Loose pier\n\nA pier without any date.");
    let report = report(&world, "index news --json");
    assert_eq!(report["dates_from"]["path"], 2, "{report}");
    assert_eq!(report["undated"], 1, "{report}");

    let pier = hit(&world, "pier", "town/2024/05/01/pier.txt");
    assert_eq!(pier["published"]["at"], "2024-05-01T00:00:00Z");
    assert_eq!(pier["published"]["from"], "path");
    assert_eq!(pier["source"]["name"], "Harbour Post");
    let dated = hit(&world, "pier", "town/2024/05/01/dated.md");
    assert_eq!(dated["published"]["from"], "front-matter");
    let inner = hit(&world, "pier", "kiel/2024/06/02/a.json");
    assert_eq!(inner["source"]["name"], "Uferblatt");
    assert_eq!(inner["title"], "Pier offen");
    assert_eq!(inner["lang"], "en");
    assert_eq!(inner["published"]["at"], "2024-06-02T00:00:00Z");
}

#[test]
fn the_time_of_a_file_is_taken_on_request_alone() {
    let world = World::of(&[("pier.txt", "Pier shut\n\nThe pier is shut.")]);
    // The tests' present lies before the present, in which files are written.
    let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    let file = std::fs::File::options().write(true).open(world.path("news/pier.txt")).unwrap();
    file.set_modified(long_ago).unwrap();
    assert!(hit(&world, "pier", "pier.txt")["published"].is_null());
    world.write("news/dateline.toml", "file_time = true\n");
    world.run("index");
    assert_eq!(hit(&world, "pier", "pier.txt")["published"]["from"], "file-time");
}

#[test]
fn other_rules_mean_reading_anew() {
    let world = World::of(&[("a/pier.txt", "Pier shut\n\nThe pier is shut."), ("b.txt", "Pier")]);
    let read = |world: &World| report(world, "index --json")["files"]["read"].clone();
    assert_eq!(read(&world), 0);
    world.write("news/a/dateline.toml", "source = \"One\"\n");
    assert_eq!(read(&world), 2);
    assert_eq!(hit(&world, "pier", "a/pier.txt")["source"]["name"], "One");
    assert_eq!(read(&world), 0);
    world.write("news/a/dateline.toml", "source = \"Two\"\n");
    assert_eq!(read(&world), 2);
    assert_eq!(hit(&world, "pier", "a/pier.txt")["source"]["name"], "Two");
    std::fs::remove_file(world.path("news/a/dateline.toml")).unwrap();
    assert_eq!(read(&world), 2);
    assert!(hit(&world, "pier", "a/pier.txt")["source"]["name"].is_null());
    assert_eq!(read(&world), 0);
}

#[test]
fn what_rules_leave_out_is_counted() {
    let world = World::of(&[
        ("a.txt", "Pier one"),
        ("drafts/b.txt", "Pier two"),
        ("drafts/c.txt", "Pier three"),
        ("d.md", "Pier four"),
    ]);
    world.write("news/box.zip", zip(&[("e.txt", "Pier five"), ("drafts/f.txt", "Pier six")]));
    world.write("news/dateline.toml", "exclude = \"drafts/\"\ninclude = [\"*.txt\"]\n");
    assert_snapshot!(world.run("index"), @"
    exit code: 0
    ---- stdout ----
    1 article added, 1 replaced, 3 removed, 0 unchanged
    2 files read (237 B), 0 unchanged, 0 skipped, 0 hidden; [time]
    dates of what was read: 2 undated
    set aside, as no articles: 4 left out by dateline.toml
    ");
    assert_eq!(world.ids("pier").len(), 2);
    assert_snapshot!(world.run("index"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 0 replaced, 0 removed, 2 unchanged
    0 files read (0 B), 2 unchanged, 0 skipped, 0 hidden; [time]
    set aside, as no articles: 3 left out by dateline.toml
    ");
}

#[test]
fn a_mapping_wins_over_rules() {
    let world = World::new();
    world.write(
        "news/a.json",
        r#"{"h1": "Rule pier", "h2": "Typed pier", "b": "The pier is shut."}"#,
    );
    world.write("news/dateline.toml", "[fields]\ntitle = \"h1\"\nbody = \"b\"\n");
    world.write("map.toml", "[fields]\ntitle = \"h2\"\n");
    world.run("index news");
    assert_eq!(hit(&world, "pier", "a.json")["title"], "Rule pier");
    world.run("index news --mapping map.toml");
    assert_eq!(hit(&world, "pier", "a.json")["title"], "Typed pier");
}

#[test]
fn a_bad_rule_file_is_an_error_before_anything_is_changed() {
    let world = World::new();
    world.write("news/a.txt", "Pier shut\n\nThe pier is shut.");
    world.write("news/sub/dateline.toml", "sorce = \"x\"\n");
    assert_snapshot!(world.run("index news"), @"
    exit code: 2
    ---- stderr ----
    dateline: in the rule file [dir]/news/sub/dateline.toml: unknown key `sorce`; did you mean `source`?
    ");
    assert!(!world.path("index/meta.json").exists());
    std::fs::remove_file(world.path("news/sub/dateline.toml")).unwrap();
    world.run("index news");
    std::fs::remove_file(world.path("news/a.txt")).unwrap();
    world.write("news/dateline.toml", "path = \"{yaer}\"\n");
    assert_snapshot!(world.run("index"), @"
    exit code: 2
    ---- stderr ----
    dateline: in the rule file [dir]/news/dateline.toml: in `path`: unknown placeholder `yaer`; did you mean `year`?
    ");
    assert_eq!(world.ids("pier"), ["a.txt"]);
}

#[test]
fn an_archive_is_one_file_of_many_articles() {
    let world = World::new();
    world.write(
        "news/box.zip",
        zip(&[
            ("2024/pier.txt", "Pier shut\n\nThe pier is shut."),
            ("gull.txt", "Gulls on the pier"),
        ]),
    );
    assert_snapshot!(world.run("index news"), @"
    exit code: 0
    ---- stdout ----
    2 articles added, 0 replaced, 0 removed, 0 unchanged
    1 file read (259 B), 0 unchanged, 0 skipped, 0 hidden; [time]
    dates of what was read: 2 undated
    ");
    assert_eq!(world.ids("pier"), ["box.zip/2024/pier.txt", "box.zip/gull.txt"]);
    assert_eq!(world.run("show box.zip/2024/pier.txt").code, Some(0));
    assert_eq!(report(&world, "index --json")["files"]["read"], 0);

    world.write("news/box.zip", zip(&[("gull.txt", "Gulls on the pier, and a seal")]));
    world.touch("news/box.zip", 60);
    assert_eq!(report(&world, "index --json")["articles"]["removed"], 1);
    assert_eq!(world.ids("pier"), ["box.zip/gull.txt"]);

    std::fs::remove_file(world.path("news/box.zip")).unwrap();
    assert_eq!(report(&world, "index --json")["articles"]["removed"], 1);
    assert!(world.ids("pier").is_empty());
}

#[test]
fn what_is_no_page_is_counted_by_kind() {
    let world = World::new();
    let record = |kind: &str, media: &str, block: &str| {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://x.example/a\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
            block.len()
        )
    };
    let page =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>The pier is shut for repairs.</p>";
    let picture = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nx";
    let text = record("request", "application/http", "GET /").repeat(3)
        + &record("response", "application/http", page)
        + &record("response", "application/http", picture);
    world.write("news/crawl.warc", text);
    assert_snapshot!(world.run("index news"), @"
    exit code: 0
    ---- stdout ----
    1 article added, 0 replaced, 0 removed, 0 unchanged
    1 file read (769 B), 0 unchanged, 0 skipped, 0 hidden; [time]
    dates of what was read: 1 undated
    set aside, as no articles: 1 answers that are no page, 3 requests
    ");
    assert_eq!(world.ids("pier"), ["crawl.warc#4"]);
}
