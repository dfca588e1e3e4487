//! `dateline bench`:
//!
//! 1. times the queries of a file by class, and tells what they find, the same whatever is timed;
//! 2. a line that is no query, or cannot be answered, is told and the rest is measured; the exit code is
//!    then 2;
//! 3. without a file makes queries from the index, the same ones for the same seed;
//! 4. beside a baseline says which classes are slower, and exits 1 if any is; says loudly where other
//!    articles are found; refuses a baseline of something else;
//! 5. judges answers;
//! 6. indexes into a directory of its own and leaves nothing behind;
//! 7. Ctrl-C prints what was measured so far.
//!
//! Times are filtered out.

use std::fs;

use insta::assert_snapshot;
use insta::internals::SettingsBindDropGuard;
use serde_json::Value;

use crate::{FERRIES, Ran, World};

/// Short runs: what is proven here is not how long things take.
const SHORT: &str = "--warm-up 0s --threads 1 --cold-starts 0";

/// Queries with the classes that they are of.
const QUERIES: &str = "# of ferries\nterm\tferry\nterm\trota\nor\tferry OR rota\n";

fn no_times() -> SettingsBindDropGuard {
    let mut settings = insta::Settings::clone_current();
    for (what, shown) in [
        // The rows of the classes, of the threads and of the comparison.
        (r"(?m)^(\S.*?) +(\d+) +([\d,]+)( +([\d.,]+|-)){7}$", "$1 | $2 | $3 | [times]"),
        (r"(?m)^ +(\d+) +[\d,.]+ +[\d.]+$", "$1 | [queries/s]"),
        (r"(?m)^(\S+)( +[\d.]+ \([\d.]+ to [\d.]+\)){2} +[\d.]+", "$1 | [ratios]"),
        (r"(?m)^(log scale +)[|].*$", "log scale | [scale]"),
        (r"(?m)^(\S.*?) +[▁▂▃▄▅▆▇█][▁▂▃▄▅▆▇█ ]*$", "$1 | [bars]"),
        // Where its lines end hangs on the numbers.
        (r"(?ms)^cold start: \S+ ms .* searches, .*cache\)$", "cold start: [times]"),
        (r"(?m)^(\S.*?) +[\d.]+( +[\d.]+ %)( +[\d.]+( %)?)$", "$1 | [share]"),
        (r"(?m)^(files|text|memory|took|articles/s) +\d.*$", "$1 | [amount]"),
    ] {
        settings.add_filter(what, shown);
    }
    settings.bind_to_scope()
}

fn bench(world: &World, rest: &str) -> Ran {
    world.run(&format!("bench {SHORT} {rest}"))
}

/// The one line of a run as JSON.
fn json(run: &Ran) -> Value {
    let lines = run.json();
    assert_eq!(lines.len(), 1, "{run}");
    lines[0].clone()
}

#[test]
fn queries_of_a_file_by_class() {
    let _filters = no_times();
    let world = World::of(FERRIES);
    world.write("queries.tsv", QUERIES);
    let line = "bench --warm-up 0s --threads 1 --queries queries.tsv --rounds 40";
    assert_snapshot!(world.run(&format!("{line} --cold-starts 2")), @"
    exit code: 0
    ---- stdout ----
    render: ten articles with three highlighted passages each, written for a terminal
    3 queries of 2 classes in an index of 4 articles; words are read as `dateline search` reads them; 40
    rounds in shuffled order (seed 1) after [time] of warm-up, one query at a time

    times in ms queries    hits     p50     p90     p99   p99.9     max    mean     cpu
    term | 2 | 5 | [times]
    or | 1 | 4 | [times]
    all | 3 | 9 | [times]
    -: too few timings to tell, of which p90 takes 10, p99 takes 100 and p99.9 takes 1000

    log scale | [scale]
    term | [bars]
    or | [bars]
    all | [bars]

    throughput  threads  queries/s      cores
    1 | [queries/s]

    cold start: [times]
    ");
    // Without classes, the rows are those of all.
    world.write("queries.tsv", "ferry\nrota\n");
    assert_snapshot!(bench(&world, "--queries queries.tsv --rounds 1 --what hits"), @"
    exit code: 0
    ---- stdout ----
    hits: how many articles match
    2 queries in an index of 4 articles; words are read as `dateline search` reads them; 1 round in
    shuffled order (seed 1) after [time] of warm-up, one query at a time

    times in ms queries    hits     p50     p90     p99   p99.9     max    mean     cpu
    all | 2 | 5 | [times]
    -: too few timings to tell, of which p90 takes 10, p99 takes 100 and p99.9 takes 1000

    log scale | [scale]
    all | [bars]

    throughput  threads  queries/s      cores
    1 | [queries/s]
    ");
}

#[test]
fn whatever_is_timed_finds_the_same() {
    let world = World::of(FERRIES);
    let lines = concat!(
        "{\"query\": \"ferry\", \"tags\": [\"term\", \"common\"]}\n",
        "{\"query\": \"rota\", \"tags\": [\"term\"]}\n"
    );
    world.write("queries.jsonl", lines);
    world.write(
        "topics.txt",
        "<top><num>Number: 1\n<title>ferry\n</top>\n<top><num>2<title>rota</top>",
    );
    for what in ["hits", "top10", "passages", "render"] {
        let told = json(&bench(&world, &format!("--json --queries queries.jsonl --what {what}")));
        assert_eq!((&told["type"], &told["what"]), (&"bench".into(), &what.into()));
        let classes = told["classes"].as_array().unwrap().iter();
        let classes = classes.map(|class| {
            assert_eq!(class["wall_ns"]["timings"], 10 * class["queries"].as_u64().unwrap());
            format!("{} {} {}", class["name"], class["queries"], class["hits"])
        });
        assert_eq!(
            classes.collect::<Vec<_>>(),
            [r#""term" 2 5"#, r#""common" 1 3"#, r#""all" 2 5"#],
            "{what}"
        );
        let query = &told["queries"][0];
        assert_eq!(query["wall_ns"].as_array().unwrap().len(), 10);
        assert_eq!(told["cold"], Value::Null);
    }
    let told = json(&bench(&world, "--json --queries topics.txt"));
    assert_eq!(
        (&told["queries"][1]["id"], &told["queries"][1]["query"]),
        (&"2".into(), &"rota".into())
    );
}

#[test]
fn a_bad_line_is_told_and_the_rest_measured() {
    let _filters = no_times();
    let world = World::of(FERRIES);
    world.write("queries.tsv", b"a\tferry\na\ttitel:ferry\nb\t\"rota\nb\tM\xfcnchen\n");
    assert_snapshot!(bench(&world, "--queries queries.tsv --rounds 2"), @r#"
    exit code: 2
    ---- stdout ----
    render: ten articles with three highlighted passages each, written for a terminal
    2 queries of 2 classes in an index of 4 articles; words are read as `dateline search` reads them; 2
    rounds in shuffled order (seed 1) after [time] of warm-up, one query at a time

    times in ms queries    hits     p50     p90     p99   p99.9     max    mean     cpu
    a | 1 | 3 | [times]
    b | 1 | 2 | [times]
    all | 2 | 5 | [times]
    -: too few timings to tell, of which p90 takes 10, p99 takes 100 and p99.9 takes 1000

    log scale | [scale]
    a | [bars]
    b | [bars]
    all | [bars]

    throughput  threads  queries/s      cores
    1 | [queries/s]
    ---- stderr ----
    line 2 of the queries: there is no field titel:
      titel:ferry
      ^^^^^^
    hint: did you mean title:? To look for the text, put quotes around it: "titel:ferry"
    line 4 of the queries: the line is not UTF-8
      M�nchen
      ^^^^^^^
    hint: save the file as UTF-8
    dateline: not measured: 2 of 4 queries; the errors above say why
    "#);
    world.write("queries.tsv", "titel:a\n");
    assert_snapshot!(bench(&world, "--queries queries.tsv"), @r#"
    exit code: 2
    ---- stderr ----
    line 1 of the queries: there is no field titel:
      titel:a
      ^^^^^^
    hint: did you mean title:? To look for the text, put quotes around it: "titel:a"
    dateline: not measured: 1 of 1 queries; the errors above say why
    "#);
}

#[test]
fn queries_are_made_from_the_index() {
    let world = World::sample();
    let made = |rest: &str| {
        let run = bench(&world, &format!("--json --rounds 1 --per-class 3 --what hits {rest}"));
        assert_eq!(run.code, Some(0), "{run}");
        json(&run)
    };
    let told = made("");
    let classes = told["classes"].as_array().unwrap();
    let names: Vec<&str> = classes.iter().map(|class| class["name"].as_str().unwrap()).collect();
    let wanted = [
        "rare term",
        "middle term",
        "frequent term",
        "and 2",
        "and 3",
        "or 2-5",
        "phrase",
        "prefix",
        "w/5",
        "dated",
        "by source",
        "by name",
        "all",
    ];
    assert_eq!(names, wanted);
    for class in &classes[..12] {
        assert_eq!(class["queries"], 3, "{class}");
    }
    let queries = |told: &Value| -> Vec<String> {
        let queries = told["queries"].as_array().unwrap().iter();
        queries.map(|one| one["query"].as_str().unwrap().to_owned()).collect()
    };
    for one in told["queries"].as_array().unwrap() {
        assert!(one["hits"].as_u64().unwrap() > 0, "{one}");
    }
    assert_eq!(queries(&told), queries(&made("")));
    assert_ne!(queries(&told), queries(&made("--seed 2")));
    // Made anew from the same files, the index gives the same.
    world.run("index --rebuild --threads 1");
    assert_eq!(queries(&told), queries(&made("")));
    let like = |class: &str, sign: &str| {
        let of_class = told["queries"].as_array().unwrap().iter();
        let mut of_class = of_class.filter(|one| one["classes"][0] == class);
        assert!(of_class.all(|one| one["query"].as_str().unwrap().contains(sign)), "{class}");
    };
    for (class, sign) in [
        ("phrase", "\""),
        ("prefix", "*"),
        ("w/5", " w/5 "),
        ("or 2-5", " OR "),
        ("dated", "date:"),
        ("by source", "source:"),
    ] {
        like(class, sign);
    }
}

#[test]
fn what_a_small_index_has_too_few_of_is_told() {
    let world = World::of(FERRIES);
    let run = bench(&world, "--rounds 1 --per-class 2 --what hits");
    assert_eq!(run.code, Some(0), "{run}");
    assert!(run.err.starts_with("the index gives fewer than 2 queries of: "), "{run}");
    assert_eq!(bench(&world, "--rounds 1 --per-class 2 --what hits -q").err, "");
}

#[test]
fn beside_a_baseline() {
    let _filters = no_times();
    let world = World::of(FERRIES);
    world.write("queries.tsv", QUERIES);
    let run = bench(&world, "--queries queries.tsv --rounds 20 --save before.json");
    assert_eq!(run.code, Some(0), "{run}");
    let saved: Value = serde_json::from_str(&world.read("before.json")).unwrap();
    // As if everything had taken a hundredth, or a hundred times as long.
    let edited = |factor: f64| {
        let mut edited = saved.clone();
        for query in edited["queries"].as_array_mut().unwrap() {
            for time in query["wall_ns"].as_array_mut().unwrap() {
                *time = ((time.as_f64().unwrap() * factor) as u64).into();
            }
        }
        edited
    };
    world.write("fast.json", edited(0.01).to_string());
    world.write("slow.json", edited(100.0).to_string());
    assert_snapshot!(bench(&world, "--baseline fast.json --rounds 20"), @"
    exit code: 1
    ---- stdout ----
    render: ten articles with three highlighted passages each, written for a terminal
    3 queries of 2 classes in an index of 4 articles; words are read as `dateline search` reads them; 20
    rounds in shuffled order (seed 1) after [time] of warm-up, one query at a time

    times in ms queries    hits     p50     p90     p99   p99.9     max    mean     cpu
    term | 2 | 5 | [times]
    or | 1 | 4 | [times]
    all | 3 | 9 | [times]
    -: too few timings to tell, of which p90 takes 10, p99 takes 100 and p99.9 takes 1000

    log scale | [scale]
    term | [bars]
    or | [bars]
    all | [bars]

    throughput  threads  queries/s      cores
    1 | [queries/s]

    over before         median (95 %)           mean (95 %)    cpu
    term | [ratios]  SLOWER
    or | [ratios]  SLOWER
    all | [ratios]  SLOWER
    every query finds as many articles as before
    ---- stderr ----
    slower by more than 10 %: term, or, all
    ");
    let run = bench(&world, "--baseline slow.json --rounds 20");
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{run}");
    assert!(run.out.contains("every query finds as many articles as before"), "{run}");
    let run = bench(&world, "--baseline fast.json --max-regression 10000% --rounds 5 --json");
    let told = json(&run);
    let comparison = &told["comparison"]["classes"][0];
    assert!(comparison["median"]["ratio"].as_f64().unwrap() > 10.0, "{comparison}");
    assert!(comparison["median"]["low"].as_f64() <= comparison["median"]["high"].as_f64());

    // Another article, and the sums differ.
    world.write("news/more.txt", "Ferry again\n\nThe ferry sails again.\n");
    world.run("index");
    assert_snapshot!(bench(&world, "--baseline slow.json --rounds 2"), @"
    exit code: 0
    ---- stdout ----
    render: ten articles with three highlighted passages each, written for a terminal
    3 queries of 2 classes in an index of 5 articles; words are read as `dateline search` reads them; 2
    rounds in shuffled order (seed 1) after [time] of warm-up, one query at a time

    times in ms queries    hits     p50     p90     p99   p99.9     max    mean     cpu
    term | 2 | 6 | [times]
    or | 1 | 5 | [times]
    all | 3 | 11 | [times]
    -: too few timings to tell, of which p90 takes 10, p99 takes 100 and p99.9 takes 1000

    log scale | [scale]
    term | [bars]
    or | [bars]
    all | [bars]

    throughput  threads  queries/s      cores
    1 | [queries/s]

    over before         median (95 %)           mean (95 %)    cpu
    term | [ratios]
    or | [ratios]
    all | [ratios]
    the index of the baseline held 4 articles, this one holds 5
    OTHER RESULTS: 2 queries find another number of articles than before
      ferry: 4, before 3
      ferry OR rota: 5, before 4
    ---- stderr ----
    2 of 3 queries find another number of articles than in the baseline, so the two did not do the same work
    ");
}

#[test]
fn a_baseline_of_something_else_is_refused() {
    let world = World::of(FERRIES);
    world.write("queries.tsv", QUERIES);
    world.write("other.tsv", "ferry\n");
    bench(&world, "--queries queries.tsv --rounds 1 --save before.json");
    assert_snapshot!(bench(&world, "--baseline before.json --rounds 1 --what hits"), @"
    exit code: 2
    ---- stderr ----
    dateline: the baseline measured --what render, this is --what hits; give that one, or save another baseline
    ");
    assert_snapshot!(bench(&world, "--baseline before.json --rounds 1 --any"), @"
    exit code: 2
    ---- stderr ----
    dateline: the baseline read words as `auto`, this reads them as `any`; give the same of --any and --strict, or save another baseline
    ");
    assert_snapshot!(bench(&world, "--baseline before.json --rounds 1 --queries other.tsv"), @"
    exit code: 2
    ---- stderr ----
    dateline: the baseline is of other queries: 1 of 1 are not among its 3; give the queries that it was made with, or none to ask its own
    ");
    let saved = world.read("before.json");
    world.write("older.json", saved.replacen("\"format\":1", "\"format\":0", 1));
    assert_snapshot!(bench(&world, "--baseline older.json"), @"
    exit code: 2
    ---- stderr ----
    dateline: older.json is no baseline: it is of format 0, and this program reads format 1; save another one with it
    ");
    world.write("stats.json", world.run("stats --json").out);
    assert_snapshot!(bench(&world, "--baseline stats.json"), @"
    exit code: 2
    ---- stderr ----
    dateline: stats.json is no baseline: it is not what `dateline bench --save FILE` writes
    ");
    assert_snapshot!(bench(&world, "--baseline queries.tsv"), @"
    exit code: 2
    ---- stderr ----
    dateline: queries.tsv is no baseline: it is not the JSON that `dateline bench --save FILE` writes: expected value at line 1 column 1
    ");
    assert_snapshot!(bench(&world, "--baseline nowhere.json"), @"
    exit code: 2
    ---- stderr ----
    dateline: cannot read the baseline nowhere.json: No such file or directory (os error 2); check the path
    ");
}

#[test]
fn answers_are_judged() {
    let _filters = no_times();
    let world = World::of(FERRIES);
    world.write("topics.tsv", "q1\tferry talks\nq2\trota\nq3\tzeppelin\nq4\ttitel:x notes\n");
    // Records go by their own ids. `a1` comes first for q1; of the two for q2 the second is relevant.
    let rota = world.run("search rota -l").out;
    let second = rota.lines().nth(1).unwrap();
    world.write(
        "qrels.txt",
        format!("q1 0 a1 2\nq1 0 x 1\nq2 0 {second} 1\nq4 0 notes.txt 1\nq9 0 a1 1\n"),
    );
    assert_snapshot!(bench(&world, "--queries topics.tsv --qrels qrels.txt --rounds 1 --what top10"), @"
    exit code: 0
    ---- stdout ----
    top10: the ids of the ten best articles
    4 queries in an index of 4 articles; any word is enough; 1 round in shuffled order (seed 1) after
    [time] of warm-up, one query at a time

    times in ms queries    hits     p50     p90     p99   p99.9     max    mean     cpu
    all | 4 | 6 | [times]
    -: too few timings to tell, of which p90 takes 10, p99 takes 100 and p99.9 takes 1000

    log scale | [scale]
    all | [bars]

    throughput  threads  queries/s      cores
    1 | [queries/s]

    quality over 3 judged queries, to a depth of 1000; 1 asked without judgments; 1 judged and not asked
    nDCG@10      [score]
    MAP          [score]
    recall@100   [score]
    MRR          [score]
    success@1    [score]
    success@5    [score]
    success@10   [score]
    ---- stderr ----
    line 4 of the queries is read as plain words: there is no field titel:
    ");
    let run = bench(&world, "--queries topics.tsv --qrels qrels.txt --rounds 1 --json");
    let measures = json(&run)["quality"]["measures"].clone();
    let of = |name: &str| measures[name].as_f64().unwrap();
    let near =
        |name: &str, value: f64| assert!((of(name) - value).abs() < 1e-9, "{name} {measures}");
    near("MRR", (1.0 + 0.5 + 1.0) / 3.0);
    near("MAP", (0.5 + 0.5 + 1.0) / 3.0);
    near("recall@100", (0.5 + 1.0 + 1.0) / 3.0);
    near("success@1", 2.0 / 3.0);
    near("success@5", 1.0);
    let ideal = 2.0 + 1.0 / 3f64.log2();
    near("nDCG@10", (2.0 / ideal + 1.0 / 3f64.log2() + 1.0) / 3.0);
}

#[test]
fn what_is_wrong_is_said() {
    let world = World::new();
    assert_snapshot!(bench(&world, ""), @"
    exit code: 2
    ---- stderr ----
    dateline: there is no index in index; make one with `dateline index FOLDER`
    ");
    world.write("news/page.html", "<html></html>");
    world.run("index news");
    assert_snapshot!(bench(&world, ""), @"
    exit code: 2
    ---- stderr ----
    dateline: the index in index holds nothing to ask for; index a folder, or give --queries
    ");
    assert_snapshot!(bench(&world, "--queries nowhere.tsv"), @"
    exit code: 2
    ---- stderr ----
    dateline: cannot read the queries in nowhere.tsv: No such file or directory (os error 2); check the path
    ");
    world.write("queries.tsv", "q1\tferry\n");
    assert_snapshot!(bench(&world, "--queries queries.tsv --qrels nowhere.txt"), @"
    exit code: 2
    ---- stderr ----
    dateline: cannot read the judgments in nowhere.txt: No such file or directory (os error 2); check the path
    ");
    world.write("qrels.txt", "q1 ferry\n");
    assert_snapshot!(bench(&world, "--queries queries.tsv --qrels qrels.txt"), @"
    exit code: 2
    ---- stderr ----
    dateline: in the judgments qrels.txt: line 1 is no judgment; write `qid 0 document gain`
    ");
    world.write("qrels.txt", "q7 0 ferry 1\n");
    assert_snapshot!(bench(&world, "--queries queries.tsv --qrels qrels.txt"), @"
    exit code: 2
    ---- stderr ----
    dateline: no query has an id that --qrels judge; write `id<TAB>query`
    ");
    world.write("queries.tsv", "q7\tferry\nq7\trota\n");
    assert_snapshot!(bench(&world, "--queries queries.tsv --qrels qrels.txt"), @"
    exit code: 2
    ---- stderr ----
    dateline: two queries have the id q7, so that --qrels cannot tell them apart; rename one
    ");
    for wrong in ["--warm-up 2", "--max-regression fast", "--qrels qrels.txt", "--rounds 0"] {
        let run = world.run(&format!("bench {wrong}"));
        assert_eq!(run.code, Some(2), "{wrong}: {run}");
    }
}

#[test]
fn indexing_leaves_nothing_behind() {
    let _filters = no_times();
    let world = World::new();
    for (name, text) in FERRIES {
        world.write(format!("news/{name}"), text);
    }
    fs::create_dir(world.path("scratch")).unwrap();
    let run = |rest: &str| {
        let words = format!("bench --indexing news --threads 1 {rest}");
        let mut command = world.command();
        world.finish(command.env("TMPDIR", world.path("scratch")).args(words.split_whitespace()))
    };
    let told = json(&run("--json --no-names"));
    assert_eq!((&told["type"], &told["articles"]), (&"bench-indexing".into(), &4.into()));
    assert_eq!(told["names"], false);
    let parts = told["parts"].as_array().unwrap();
    let sum: u64 = parts.iter().map(|part| part["bytes"].as_u64().unwrap()).sum();
    assert_eq!(told["index_bytes"], sum);
    let stages: u64 =
        told["stages"].as_array().unwrap().iter().map(|s| s["cpu_ns"].as_u64().unwrap()).sum();
    assert!(told["cpu_ns"].is_null() || stages == told["cpu_ns"].as_u64().unwrap(), "{told}");
    let shown = run("");
    assert_eq!(shown.code, Some(0), "{shown}");
    assert!(shown.out.starts_with("4 articles of 3 files, with names, 1 thread\n"), "{shown}");
    assert!(shown.out.contains("\nprocessor time") && shown.out.contains("\nindex"), "{shown}");
    assert_eq!(fs::read_dir(world.path("scratch")).unwrap().count(), 0);
    assert!(!world.path("index").exists());
    assert_snapshot!(world.run("bench --indexing nowhere"), @"
    exit code: 2
    ---- stderr ----
    dateline: cannot read nowhere: No such file or directory (os error 2); check the path
    ");
}

#[cfg(unix)]
#[test]
fn ctrl_c_prints_what_was_measured() {
    use std::process::{Command, Stdio};
    use std::time::Duration;

    let world = World::of(FERRIES);
    world.write("queries.tsv", QUERIES);
    let mut command = world.command();
    command
        .args("bench --queries queries.tsv --rounds 100000 --warm-up 0s --save s.json".split(' '));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let run = Ran::of(child.wait_with_output().unwrap());
    assert_eq!(run.code, Some(130), "{run}");
    assert!(run.out.contains("times in ms") && run.err.contains("stopped before the end"), "{run}");
    assert!(!world.path("s.json").exists());
}
