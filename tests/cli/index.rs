//! `dateline index`:
//!
//! 1. a first run reports what was added and what was skipped, and with what reason;
//! 2. a second run reads nothing;
//! 3. the index follows the folder: what changed, came or went is told and found, or not;
//! 4. a file that was only touched counts as unchanged, and is read no third time;
//! 5. a file that turns to garbage loses its articles, one that cannot be read keeps them;
//! 6. a folder that is gone is an error, and nothing is removed;
//! 7. several folders get prefixes; folders that lie in each other are refused; a file will do;
//! 8. a mapping names fields, and another mapping reads anew; a bad one is an error;
//! 9. `--failures` and `--json` tell scripts the same;
//! 10. `--rebuild` makes the index anew and loses neither the old one nor the user's files;
//! 11. a directory of other files and an index of another version are refused with what to do;
//! 12. a lock that is held is waited for, then an error;
//! 13. records of one id are kept apart;
//! 14. a file that takes too long is given up, told of, and does not hold up the others;
//! 15. `--quiet` says nothing.

use std::fs::{self, File};
use std::thread;
use std::time::Duration;

use insta::assert_snapshot;

use crate::{FERRIES, World};

#[test]
fn a_first_run_reports_and_a_second_reads_nothing() {
    let world = World::new();
    world.copy_corpus("corpus");
    assert_snapshot!(world.run("index corpus"), @r"
    exit code: 0
    ---- stdout ----
    93 articles added, 0 replaced, 0 removed, 0 unchanged
    69 files read (231.9 kB), 0 unchanged, 2 skipped, 0 hidden; [time]
    dates of what was read: 32 from record, 23 from metadata, 15 from front-matter, 4 from text, 1 from dateline, 18 undated
    read from other character sets: 1 windows-1252
    ---- stderr ----
    skipped inbox/broken.json: malformed: not valid JSON (control character (\u0000-\u001F) found while parsing a string at line 9 column 0)
    skipped inbox/empty.txt: the file is empty
    ");
    assert_snapshot!(world.run("index corpus"), @r"
    exit code: 0
    ---- stdout ----
    0 articles added, 0 replaced, 0 removed, 93 unchanged
    0 files read (0 B), 69 unchanged, 2 skipped, 0 hidden; [time]
    ---- stderr ----
    skipped inbox/broken.json: malformed: not valid JSON (control character (\u0000-\u001F) found while parsing a string at line 9 column 0)
    skipped inbox/empty.txt: the file is empty
    ");
    // Without a folder: the ones that the index follows.
    assert_snapshot!(world.run("index"), @r"
    exit code: 0
    ---- stdout ----
    0 articles added, 0 replaced, 0 removed, 93 unchanged
    0 files read (0 B), 69 unchanged, 2 skipped, 0 hidden; [time]
    ---- stderr ----
    skipped inbox/broken.json: malformed: not valid JSON (control character (\u0000-\u001F) found while parsing a string at line 9 column 0)
    skipped inbox/empty.txt: the file is empty
    ");
}

#[test]
fn no_folder_and_no_index() {
    let world = World::new();
    assert_snapshot!(world.run("index"), @"
    exit code: 2
    ---- stderr ----
    dateline: no folder is given and the index follows none; name one: `dateline index FOLDER`
    ");
    assert_snapshot!(world.run("index nowhere"), @"
    exit code: 2
    ---- stderr ----
    dateline: cannot read nowhere: No such file or directory (os error 2); check the path
    ");
    // Nothing is founded for what cannot be done.
    assert!(!world.path("index").exists());
}

#[test]
fn the_index_follows_the_folder() {
    let world = World::of(FERRIES);
    assert_eq!(world.ids("rota"), ["ledger.jsonl#a2", "post/strike.md"]);

    world.write("news/post/strike.md", "# Ferry crews strike\n\nThe crews walked out over pay.\n");
    assert_snapshot!(world.run("index"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 1 replaced, 0 removed, 3 unchanged
    1 file read (53 B), 2 unchanged, 0 skipped, 0 hidden; [time]
    dates of what was read: 1 undated
    ");
    assert_eq!(world.ids("pay"), ["post/strike.md"]);
    assert_eq!(world.ids("rota"), ["ledger.jsonl#a2"]);

    world.write("news/new.txt", "Harbour closed\n\nThe harbour is closed because of fog.\n");
    assert_snapshot!(world.run("index"), @"
    exit code: 0
    ---- stdout ----
    1 article added, 0 replaced, 0 removed, 4 unchanged
    1 file read (54 B), 3 unchanged, 0 skipped, 0 hidden; [time]
    dates of what was read: 1 undated
    ");
    assert_eq!(world.ids("fog"), ["new.txt"]);

    fs::remove_file(world.path("news/ledger.jsonl")).unwrap();
    assert_snapshot!(world.run("index"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 0 replaced, 2 removed, 3 unchanged
    0 files read (0 B), 3 unchanged, 0 skipped, 0 hidden; [time]
    ");
    assert_eq!(world.ids("rota"), [""; 0]);
    assert_eq!(world.ids("company"), [""; 0]);

    fs::rename(world.path("news/new.txt"), world.path("news/fog.txt")).unwrap();
    assert_snapshot!(world.run("index"), @"
    exit code: 0
    ---- stdout ----
    1 article added, 0 replaced, 1 removed, 2 unchanged
    1 file read (54 B), 2 unchanged, 0 skipped, 0 hidden; [time]
    dates of what was read: 1 undated
    ");
    assert_eq!(world.ids("fog"), ["fog.txt"]);
}

#[test]
fn a_container_that_grows_and_shrinks() {
    let line = |id: &str, word: &str| {
        format!("{{\"id\":\"{id}\",\"title\":\"{word}\",\"text\":\"Some text on {word}.\"}}\n")
    };
    let world = World::of(&[("a.jsonl", &(line("1", "one") + &line("2", "two")))]);
    world.write("news/a.jsonl", line("1", "one") + &line("2", "deux") + &line("3", "three"));
    assert_snapshot!(world.run("index"), @"
    exit code: 0
    ---- stdout ----
    1 article added, 2 replaced, 0 removed, 0 unchanged
    1 file read (162 B), 0 unchanged, 0 skipped, 0 hidden; [time]
    dates of what was read: 3 undated
    ");
    assert_eq!(world.ids("deux OR three OR two"), ["a.jsonl#2", "a.jsonl#3"]);
    world.write("news/a.jsonl", line("3", "three"));
    assert_snapshot!(world.run("index"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 1 replaced, 2 removed, 0 unchanged
    1 file read (56 B), 0 unchanged, 0 skipped, 0 hidden; [time]
    dates of what was read: 1 undated
    ");
    assert_eq!(world.ids("*"), ["a.jsonl#3"]);
}

#[test]
fn a_touched_file_is_unchanged_and_read_no_third_time() {
    let world = World::of(FERRIES);
    world.touch("news/notes.txt", 60);
    assert_snapshot!(world.run("index"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 0 replaced, 0 removed, 4 unchanged
    1 file read (76 B), 2 unchanged, 0 skipped, 0 hidden; [time]
    ");
    assert_snapshot!(world.run("index"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 0 replaced, 0 removed, 4 unchanged
    0 files read (0 B), 3 unchanged, 0 skipped, 0 hidden; [time]
    ");
    assert_eq!(world.ids("Moscow"), ["notes.txt"]);
}

#[test]
fn a_file_of_the_same_size_with_other_bytes_is_read() {
    let world = World::of(&[("a.txt", "Headline\n\nThe river is high.\n")]);
    world.write("news/a.txt", "Headline\n\nThe river is calm.\n");
    world.touch("news/a.txt", 60);
    world.run("index");
    assert_eq!((world.ids("high"), world.ids("calm")), (vec![], vec!["a.txt".to_owned()]));
}

#[test]
fn a_file_that_turns_to_garbage_loses_its_articles() {
    let world = World::of(FERRIES);
    world.write("news/notes.txt", [0u8, 159, 146, 150, 0, 0, 1, 2].repeat(40));
    world.write("news/ledger.jsonl", "{\"id\": \"a1\", \"title\": \"Ferr");
    assert_snapshot!(world.run("index"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 0 replaced, 3 removed, 1 unchanged
    2 files read (347 B), 1 unchanged, 2 skipped, 0 hidden; [time]
    ---- stderr ----
    skipped ledger.jsonl#line 1: malformed: not valid JSON (EOF while parsing a string at column 27)
    skipped notes.txt: not text (binary data)
    ");
    assert_eq!(world.ids("ferry"), ["post/strike.md"]);
    // The reasons are told again and the files are not read again.
    assert_snapshot!(world.run("index"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 0 replaced, 0 removed, 1 unchanged
    0 files read (0 B), 3 unchanged, 2 skipped, 0 hidden; [time]
    ---- stderr ----
    skipped ledger.jsonl: malformed: not valid JSON (EOF while parsing a string at column 27)
    skipped notes.txt: not text (binary data)
    ");
}

#[cfg(unix)]
#[allow(clippy::print_stderr)]
#[test]
fn what_cannot_be_read_keeps_its_articles() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::of(FERRIES);
    let folder = world.path("news/post");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&folder).is_ok() {
        eprintln!("skipped: this user may read everything");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        return;
    }
    let run = world.run("index");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    assert_snapshot!(run, @"
    exit code: 0
    ---- stdout ----
    0 articles added, 0 replaced, 0 removed, 3 unchanged
    0 files read (0 B), 2 unchanged, 1 skipped, 0 hidden; [time]
    ---- stderr ----
    skipped [dir]/news/post: cannot be read: permission denied
    ");
    assert_eq!(world.ids("rota walked"), ["post/strike.md"]);
}

#[test]
fn a_folder_that_is_gone_is_an_error_and_nothing_is_removed() {
    let world = World::of(FERRIES);
    fs::rename(world.path("news"), world.path("elsewhere")).unwrap();
    assert_snapshot!(world.run("index"), @"
    exit code: 2
    ---- stderr ----
    dateline: cannot read [dir]/news, which the index follows: No such file or directory (os error 2); bring it back, or build the index without it: `dateline index FOLDER --rebuild`
    ");
    assert_snapshot!(world.run("index news"), @"
    exit code: 2
    ---- stderr ----
    dateline: cannot read news: No such file or directory (os error 2); check the path
    ");
    assert_eq!(world.ids("ferry").len(), 3);
    fs::rename(world.path("elsewhere"), world.path("news")).unwrap();
    assert_snapshot!(world.run("index"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 0 replaced, 0 removed, 4 unchanged
    0 files read (0 B), 3 unchanged, 0 skipped, 0 hidden; [time]
    ");
}

#[test]
fn an_empty_folder_is_no_error_but_is_told() {
    let world = World::new();
    fs::create_dir(world.path("news")).unwrap();
    assert_snapshot!(world.run("index news"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 0 replaced, 0 removed, 0 unchanged
    0 files read (0 B), 0 unchanged, 0 skipped, 0 hidden; [time]
    ");
}

#[test]
fn several_folders_get_prefixes() {
    let world = World::new();
    world.write("a/news/x.txt", "First\n\nThe ferry sails.\n");
    world.write("b/news/x.txt", "Second\n\nThe ferry sinks.\n");
    assert_snapshot!(world.run("index a/news b/news"), @"
    exit code: 0
    ---- stdout ----
    2 articles added, 0 replaced, 0 removed, 0 unchanged
    2 files read (49 B), 0 unchanged, 0 skipped, 0 hidden; [time]
    dates of what was read: 2 undated
    ");
    assert_eq!(world.ids("ferry"), ["news:x.txt", "x.txt"]);
    // One of them alone: the other stays as it is.
    world.write("a/news/x.txt", "First\n\nThe ferry stays.\n");
    world.write("b/news/x.txt", "Second\n\nThe ferry burns down.\n");
    assert_snapshot!(world.run("index b/news"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 1 replaced, 0 removed, 0 unchanged
    1 file read (30 B), 0 unchanged, 0 skipped, 0 hidden; [time]
    dates of what was read: 1 undated
    ");
    assert_eq!(world.ids("sails"), ["x.txt"]);
    assert_eq!(world.ids("burns"), ["news:x.txt"]);
    assert!(world.run("stats").out.contains("b/news"));
}

#[test]
fn folders_that_lie_in_each_other_are_refused() {
    let world = World::of(FERRIES);
    assert_snapshot!(world.run("index news/post"), @"
    exit code: 2
    ---- stderr ----
    dateline: [dir]/news/post and [dir]/news lie in each other and one index cannot follow both; use the outer one, or another index with `--index DIR`
    ");
    assert_snapshot!(world.run("index ."), @"
    exit code: 2
    ---- stderr ----
    dateline: [dir] and [dir]/news lie in each other and one index cannot follow both; use the outer one, or another index with `--index DIR`
    ");
    assert_eq!(world.ids("ferry").len(), 3);
}

#[test]
fn a_single_file_will_do() {
    let world = World::new();
    world.write("dump.jsonl", FERRIES[1].1);
    assert_snapshot!(world.run("index dump.jsonl"), @"
    exit code: 0
    ---- stdout ----
    2 articles added, 0 replaced, 0 removed, 0 unchanged
    1 file read (330 B), 0 unchanged, 0 skipped, 0 hidden; [time]
    dates of what was read: 2 from record, 0 undated
    ");
    assert_eq!(world.ids("company"), ["dump.jsonl#a2", "dump.jsonl#a1"]);
    assert_snapshot!(world.run("index"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 0 replaced, 0 removed, 2 unchanged
    0 files read (0 B), 1 unchanged, 0 skipped, 0 hidden; [time]
    ");
}

#[test]
fn a_mapping_names_fields() {
    let world = World::new();
    world.write("news/a.json", r#"{"nr": "7", "kopf": "Fähre", "inhalt": {"eins": "The ferry sails.", "zwei": "It is late."}, "tag": "2025-05-04"}"#);
    assert_snapshot!(world.run("index news"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 0 replaced, 0 removed, 0 unchanged
    1 file read (113 B), 0 unchanged, 1 skipped, 0 hidden; [time]
    ---- stderr ----
    skipped a.json: no title or text field; fields here: nr, kopf, inhalt, tag; name them in a mapping file
    ");
    world.write(
        "map.toml",
        "[fields]\ntitle = \"kopf\"\nbody = [\"inhalt.eins\", \"inhalt.zwei\"]\n",
    );
    assert_snapshot!(world.run("index news --mapping map.toml"), @"
    exit code: 0
    ---- stdout ----
    1 article added, 0 replaced, 0 removed, 0 unchanged
    1 file read (113 B), 0 unchanged, 0 skipped, 0 hidden; [time]
    dates of what was read: 1 undated
    ");
    world.write(
        "map.toml",
        "[fields]\ntitle = \"kopf\"\nbody = [\"inhalt.eins\", \"inhalt.zwei\"]\ndate = \"tag\"\nid = \"nr\"\n[defaults]\nsource = \"Northwall Gazette\"\n",
    );
    assert_snapshot!(world.run("index news --mapping map.toml"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 1 replaced, 0 removed, 0 unchanged
    1 file read (113 B), 0 unchanged, 0 skipped, 0 hidden; [time]
    dates of what was read: 1 from record, 0 undated
    ");
    assert_snapshot!(world.run("search late"), @"
    exit code: 0
    ---- stdout ----
    1  Fähre
      2025-05-04 · Northwall Gazette · a.json
      p1  The ferry sails.
          It is *late*.
    ---- stderr ----
    1 article, [time]
    ");
}

/// The folder is not read again in another way only because nobody repeated the mapping.
#[test]
fn a_mapping_is_remembered() {
    let world = World::new();
    world.write("news/a.json", r#"{"kopf": "Fähre", "inhalt": "The ferry sails."}"#);
    world.write("map.toml", "[fields]\ntitle = \"kopf\"\nbody = \"inhalt\"\n");
    world.run("index news --mapping map.toml");
    assert_snapshot!(world.run("index"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 0 replaced, 0 removed, 1 unchanged
    0 files read (0 B), 1 unchanged, 0 skipped, 0 hidden; [time]
    ");
    assert_snapshot!(world.run("search ferry --corpus news -l"), @"
    exit code: 0
    ---- stdout ----
    a.json
    ---- stderr ----
    1 article, [time]
    ");
    assert_eq!(world.run("index --rebuild").code, Some(0));
    assert_eq!(world.ids("ferry"), ["a.json"]);
    // Until the index is built anew of folders that are named.
    assert_eq!(world.run("index news --rebuild").code, Some(0));
    assert_eq!(world.ids("ferry"), [""; 0]);
}

#[cfg(unix)]
#[test]
fn limits_and_links_are_remembered() {
    let world = World::new();
    world.write("else/linked.txt", "Linked\n\nThe ferry behind a link.\n");
    world.write("news/large.txt", "Large\n\n".to_owned() + &"The ferry is large. ".repeat(80_000));
    std::os::unix::fs::symlink(world.path("else"), world.path("news/link")).unwrap();
    assert_snapshot!(world.run("index news --max-article-size 1"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 0 replaced, 0 removed, 0 unchanged
    1 file read (1.6 MB), 0 unchanged, 2 skipped, 0 hidden; [time]
    ---- stderr ----
    skipped large.txt: larger than 1 MiB; raise --max-article-size to read it
    skipped link: symbolic link, not followed; pass --follow to follow it
    ");
    assert_snapshot!(world.run("index --max-article-size 2 --follow"), @"
    exit code: 0
    ---- stdout ----
    2 articles added, 0 replaced, 0 removed, 0 unchanged
    2 files read (1.6 MB), 0 unchanged, 0 skipped, 0 hidden; [time]
    dates of what was read: 2 undated
    ");
    assert_snapshot!(world.run("index"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 0 replaced, 0 removed, 2 unchanged
    0 files read (0 B), 2 unchanged, 0 skipped, 0 hidden; [time]
    ");
    assert_eq!(world.ids("ferry").len(), 2);
}

#[test]
fn a_bad_mapping_is_an_error() {
    let world = World::new();
    world.write("news/a.txt", "Headline\n\nText.\n");
    world.write("map.toml", "[fields]\nheadline = \"kopf\"\n");
    assert_snapshot!(world.run("index news --mapping map.toml"), @"
    exit code: 2
    ---- stderr ----
    dateline: in the mapping file map.toml: in the table [fields]: unknown key `headline`; did you mean `title`?
    ");
    world.write("map.toml", "[fields\n");
    assert_snapshot!(world.run("index news --mapping map.toml"), @"
    exit code: 2
    ---- stderr ----
    dateline: in the mapping file map.toml: TOML parse error at line 1, column 8
      |
    1 | [fields
      |        ^
    unclosed table, expected `]`
    ");
    assert_snapshot!(world.run("index news --mapping none.toml"), @"
    exit code: 2
    ---- stderr ----
    dateline: cannot read the mapping file none.toml: No such file or directory (os error 2); check the path
    ");
    assert!(!world.path("index").exists());
}

#[test]
fn failures_go_to_a_file() {
    let world = World::new();
    world.copy_corpus("corpus");
    assert_snapshot!(world.run("index corpus --failures failures.tsv"), @"
    exit code: 0
    ---- stdout ----
    93 articles added, 0 replaced, 0 removed, 0 unchanged
    69 files read (231.9 kB), 0 unchanged, 2 skipped, 0 hidden; [time]
    dates of what was read: 32 from record, 23 from metadata, 15 from front-matter, 4 from text, 1 from dateline, 18 undated
    read from other character sets: 1 windows-1252
    ");
    assert_snapshot!(world.read("failures.tsv"), @r"
    inbox/broken.json	malformed	malformed: not valid JSON (control character (\u0000-\u001F) found while parsing a string at line 9 column 0)
    inbox/empty.txt	empty	the file is empty
    ");
    // A list of nothing is empty, and not an old one.
    fs::remove_dir_all(world.path("corpus/inbox")).unwrap();
    world.run("index --failures failures.tsv");
    assert_eq!(world.read("failures.tsv"), "");
    // What cannot be written is refused before the work is done.
    world.write("corpus/new.txt", "Ferries\n\nThe ferries run again.\n");
    assert_snapshot!(world.run("index --failures no/such/folder.tsv"), @"
    exit code: 2
    ---- stderr ----
    dateline: cannot write the list of failures to no/such/folder.tsv: No such file or directory (os error 2); make its folder first
    ");
    assert_snapshot!(world.run("index --failures corpus").err, @"dateline: cannot write the list of failures to corpus: is a directory; name a file in it");
    assert_eq!(world.run("search \"ferries run again\"").code, Some(1));
}

#[test]
fn many_skipped_files_are_not_all_listed() {
    let world = World::new();
    for number in 10..35 {
        world.write(format!("news/{number}.pdf"), "%PDF-1.7");
    }
    world.write("news/a.txt", "Headline\n\nText.\n");
    let run = world.run("index news");
    assert_eq!(run.err.lines().count(), 21);
    assert_eq!(run.err.lines().last(), Some("... and 5 more; `--failures FILE` lists them all"));
}

#[test]
fn the_report_as_json() {
    let world = World::new();
    world.copy_corpus("corpus");
    let run = world.run("index corpus --json");
    assert_eq!(run.json().len(), 1);
    assert_snapshot!(run, @r#"
    exit code: 0
    ---- stdout ----
    {"articles":{"added":93,"removed":0,"replaced":0,"unchanged":0},"charsets":{"windows-1252":1},"dates_from":{"dateline":1,"front-matter":15,"metadata":23,"record":32,"text":4},"dates_refused":{},"files":{"bytes":231896,"hidden":0,"read":69,"unchanged":0},"format":1,"interrupted":false,"set_aside":{},"skipped":[{"code":"malformed","path":"inbox/broken.json","reason":"malformed: not valid JSON (control character (\\u0000-\\u001F) found while parsing a string at line 9 column 0)"},{"code":"empty","path":"inbox/empty.txt","reason":"the file is empty"}],"took_ms":[time],"type":"report","undated":18,"unfinished":0}
    "#);
}

#[test]
fn rebuilding_keeps_the_users_files() {
    let world = World::of(FERRIES);
    world.write("index/.gitignore", "*\n");
    world.write("news/more.txt", "More\n\nAnother ferry.\n");
    assert_snapshot!(world.run("index --rebuild"), @"
    exit code: 0
    ---- stdout ----
    5 articles added, 0 replaced, 0 removed, 0 unchanged
    4 files read (649 B), 0 unchanged, 0 skipped, 0 hidden; [time]
    dates of what was read: 2 from record, 1 from front-matter, 2 undated
    ");
    assert_eq!(world.read("index/.gitignore"), "*\n");
    assert_eq!(world.ids("ferry").len(), 4);
    let mut left: Vec<String> = fs::read_dir(&world.path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["index", "news"]);
}

#[test]
fn rebuilding_that_fails_keeps_the_old_index() {
    let world = World::of(FERRIES);
    assert_snapshot!(world.run("index nowhere --rebuild"), @"
    exit code: 2
    ---- stderr ----
    dateline: cannot read nowhere: No such file or directory (os error 2); check the path
    ");
    assert_eq!(world.run("index news news/post --rebuild").code, Some(2));
    assert_eq!(world.ids("ferry").len(), 3);
    assert!(!world.path(".index.new").exists());
}

#[test]
fn rebuilding_refuses_a_directory_with_other_files() {
    let world = World::of(FERRIES);
    world.write("index/notes.txt", "mine");
    assert_snapshot!(world.run("index --rebuild"), @"
    exit code: 2
    ---- stderr ----
    dateline: index holds other files than those of an index (notes.txt); move them out, or choose another directory
    ");
    assert_eq!(world.read("index/notes.txt"), "mine");
    fs::rename(world.path("index/notes.txt"), world.path("notes.txt")).unwrap();
    fs::create_dir(world.path("index/.mine")).unwrap();
    assert_eq!(world.run("index --rebuild").code, Some(2));
    assert!(world.path("index/.mine").exists());
    assert_eq!(world.ids("ferry").len(), 3);
}

#[test]
fn rebuilding_with_no_index_founds_one() {
    let world = World::new();
    world.write("news/a.txt", "Headline\n\nText on ferries.\n");
    assert_snapshot!(world.run("index --rebuild"), @"
    exit code: 2
    ---- stderr ----
    dateline: no folder is given and the index follows none; name one: `dateline index FOLDER`
    ");
    assert_snapshot!(world.run("index news --rebuild"), @"
    exit code: 0
    ---- stdout ----
    1 article added, 0 replaced, 0 removed, 0 unchanged
    1 file read (27 B), 0 unchanged, 0 skipped, 0 hidden; [time]
    dates of what was read: 1 undated
    ");
    assert_eq!(world.ids("ferries"), ["a.txt"]);
}

#[test]
fn a_directory_of_other_files_is_refused() {
    let world = World::new();
    world.write("news/a.txt", "Headline\n\nText.\n");
    world.write("index/photo.jpg", "x");
    assert_snapshot!(world.run("index news"), @"
    exit code: 2
    ---- stderr ----
    dateline: index holds no index but other files (photo.jpg); choose an empty or new directory
    ");
    assert_snapshot!(world.run("index news --rebuild"), @"
    exit code: 2
    ---- stderr ----
    dateline: index holds other files than those of an index (photo.jpg); move them out, or choose another directory
    ");
    assert_eq!(world.read("index/photo.jpg"), "x");
    assert!(!world.path(".index.new").exists());
    assert_snapshot!(world.run("search text"), @"
    exit code: 2
    ---- stderr ----
    dateline: there is no index in index; make one with `dateline index FOLDER`
    ");
    assert_snapshot!(world.run("index news --index news/a.txt"), @"
    exit code: 2
    ---- stderr ----
    dateline: cannot make the index directory news/a.txt: File exists (os error 17); choose another place with `--index DIR`
    ");
}

#[test]
fn an_index_of_another_version_is_refused_with_what_to_do() {
    let world = World::of(FERRIES);
    let meta = world.read("index/meta.json");
    let other = meta.replace(r#"\"schema\":"#, r#"\"schema\":9"#);
    assert_ne!(meta, other);
    world.write("index/meta.json", &other);
    let refused = world.run("search ferry");
    assert_snapshot!(refused, @"
    exit code: 2
    ---- stderr ----
    dateline: the index in index was made by dateline [version] (schema [n], analysis [n], names [n]), this is [version] (schema [n], analysis [n], names [n]); build it anew from [dir]/news with `dateline index --rebuild`
    ");
    for line in ["index", "index news", "stats", "show notes.txt"] {
        let run = world.run(line);
        assert_eq!((run.code, &run.err), (Some(2), &refused.err), "{line}");
    }
    // As it is told.
    assert_eq!(world.run("index --rebuild").code, Some(0));
    assert_eq!(world.ids("ferry").len(), 3);
}

#[test]
fn an_index_of_another_program_or_a_damaged_one_is_refused() {
    let world = World::of(FERRIES);
    let meta = world.read("index/meta.json");
    world.write("index/meta.json", "{\"index_settings\": ");
    assert_snapshot!(world.run("search ferry"), @r#"
    exit code: 2
    ---- stderr ----
    dateline: the index in index is damaged: Data corruption (in file `"meta.json"`): Meta file cannot be deserialized. Error("EOF while parsing a value", line: 1, column: 19); build it anew with `dateline index FOLDER --rebuild`
    "#);
    world.write("index/meta.json", meta.replace("\"payload\"", "\"other\""));
    assert_snapshot!(world.run("search ferry"), @"
    exit code: 2
    ---- stderr ----
    dateline: index is an index of another program; choose another directory
    ");
}

#[test]
fn a_held_lock_is_waited_for() {
    let world = World::of(FERRIES);
    world.write("news/more.txt", "More\n\nAnother ferry.\n");
    let lock = File::options().write(true).open(world.path("index/.tantivy-writer.lock")).unwrap();
    lock.lock().unwrap();
    // Readers are never in the way.
    assert_eq!(world.ids("ferry").len(), 3);
    let waiting = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        lock.unlock().unwrap();
    });
    let run = world.run("index");
    waiting.join().unwrap();
    assert_eq!(run.code, Some(0), "{run}");
    assert_eq!(world.ids("ferry").len(), 4);
}

/// The slowest test of all: it waits as long as the program does.
#[test]
fn a_lock_that_stays_held_is_an_error() {
    let world = World::of(FERRIES);
    let lock = File::options().write(true).open(world.path("index/.tantivy-writer.lock")).unwrap();
    lock.lock().unwrap();
    assert_snapshot!(world.run("index"), @"
    exit code: 2
    ---- stderr ----
    another process is writing to the index in index; waiting up to 10 s for it
    dateline: another process is writing to the index in index; wait until it has finished, then try again
    ");
    assert_eq!(world.ids("ferry").len(), 3);
}

#[test]
fn a_file_that_takes_too_long_is_given_up() {
    let world = World::new();
    world.write("news/slow.html", "<p>a, b".repeat(2_200_000));
    world.write("news/good.txt", "Headline\n\nText on ferries.\n");
    // The paper's later pages come to the same thread.
    world.write("news/z.txt", "Another\n\nMore text on ferries.\n");
    assert_snapshot!(world.run("index news --max-seconds 1 --threads 1"), @"
    exit code: 0
    ---- stdout ----
    2 articles added, 0 replaced, 0 removed, 0 unchanged
    3 files read (15.4 MB), 0 unchanged, 1 skipped, 0 hidden; [time]
    dates of what was read: 2 undated
    ---- stderr ----
    skipped slow.html: not read within 1 s, given up; raise --max-seconds to wait longer
    ");
    assert_eq!(world.ids("ferries").len(), 2);
    // It is remembered and not tried again, until it changes or more time is given.
    assert_snapshot!(world.run("index"), @"
    exit code: 0
    ---- stdout ----
    0 articles added, 0 replaced, 0 removed, 2 unchanged
    0 files read (0 B), 3 unchanged, 1 skipped, 0 hidden; [time]
    ---- stderr ----
    skipped slow.html: not read within 1 s, given up; raise --max-seconds to wait longer
    ");
    let run = world.run("index --failures left.tsv --max-seconds 2");
    assert_eq!((run.code, run.out.contains("3 files read")), (Some(0), true), "{run}");
    assert!(world.read("left.tsv").starts_with("slow.html\tslow\tnot read within 2 s"));
}

#[test]
fn records_of_one_id_are_kept_apart() {
    let world = World::new();
    let line = |text: &str| format!("{{\"id\":\"a\",\"title\":\"Ferry\",\"text\":\"{text}\"}}\n");
    world.write("news/a.jsonl", line("It sails.") + &line("It sinks.") + &line("It burns."));
    world.run("index news");
    assert_eq!(world.ids("sails"), ["a.jsonl#a"]);
    assert_eq!(world.ids("sinks"), ["a.jsonl#a~2"]);
    assert_eq!(world.ids("burns"), ["a.jsonl#a~3"]);
}

#[test]
fn quiet_says_nothing() {
    let world = World::new();
    world.copy_corpus("corpus");
    assert_snapshot!(world.run("index corpus --quiet"), @"exit code: 0");
    assert_eq!(world.run("index -q --json").json().len(), 1);
    assert_snapshot!(world.run("index -q nowhere"), @"
    exit code: 2
    ---- stderr ----
    dateline: cannot read nowhere: No such file or directory (os error 2); check the path
    ");
}
