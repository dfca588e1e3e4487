//! How long queries take on realtimeqa, warm and with one thread: everyday ones, from the parsed query
//! to ten articles with three marked passages each, against tantivy alone: that says which ten articles
//! are best and reads no text, and that makes a snippet of each; and the heaviest ones that the language
//! has.
//!
//! Every query is asked several times, all of them in turn so that none finds its own answer still
//! warm; the least time of each is what it takes.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use dateline::backend::Sort;
use dateline::backend::local::LocalSearcher;
use dateline::indexer::{self, Manner, Options, Progress};
use dateline::query;
use dateline::search::{self, Ask, Counts, Words};
use tantivy::TantivyDocument;
use tantivy::collector::TopDocs;
use tantivy::query::QueryParser;
use tantivy::snippet::SnippetGenerator;

use super::{Alone, bare, floors};

const ROUNDS: usize = 5;

/// What a query asks, and the same for tantivy's own parser, which reads no text and no filter.
const EVERYDAY: &[(&str, &str)] = &[
    ("inflation", "+inflation"),
    ("earthquake", "+earthquake"),
    ("president", "+president"),
    ("vaccine", "+vaccine"),
    ("Zelensky", "+Zelensky"),
    ("wildfire", "+wildfire"),
    ("strike", "+strike"),
    ("people", "+people"),
    ("Taiwan", "+Taiwan"),
    ("abortion", "+abortion"),
    ("supreme court", "+supreme +court"),
    ("climate protest", "+climate +protest"),
    ("school shooting", "+school +shooting"),
    ("interest rates", "+interest +rates"),
    ("Boris Johnson", "+Boris +Johnson"),
    ("world cup final", "+world +cup +final"),
    ("police officer arrested", "+police +officer +arrested"),
    ("nuclear power plant", "+nuclear +power +plant"),
    ("\"prime minister\"", "\"prime minister\""),
    ("\"last week\"", "\"last week\""),
    ("\"white house\"", "\"white house\""),
    ("\"interest rates\"", "\"interest rates\""),
    ("president since:2022-07", "+president"),
    ("flood before:2022-12", "+flood"),
    ("election date:2022-11", "+election"),
    ("president source:cnn", "+president"),
    ("abortion source:theweek", "+abortion"),
];

/// What costs most: patterns of many words, common words near each other, long questions.
const HEAVY: &[&str] = &[
    "*ing",
    "st*",
    "/.*tion/",
    "/.*[aeiou]{3}.*/",
    "zelensky~2",
    "the w/5 of",
    "=the /s =and",
    "people /p year",
    "the w/255 of",
    "(the OR of OR and) w/3 (said OR says)",
    "pre* w/5 *ing",
    "con* /s /.*ment/",
    "atleast20(the OR of)",
    "lead:the",
    "\"of the\"",
    "\"the of and\"~50",
    "((a w/9 the) w/9 of) w/9 and",
    "-the",
    "* date:2022",
    "person:john place:us org:a",
    "who won the election after the president said that he would not run again for office this year",
];

/// No query may take longer in a build of tests. Meant are 300 ms: two patterns of thousands of words near
/// each other take half as much again.
const LONGEST: Duration = Duration::from_millis(900);

#[test]
fn queries() {
    let Some(data) = std::env::var_os("DATELINE_DATA") else {
        eprintln!("skipped queries: DATELINE_DATA does not name the folder of the judged sets");
        return;
    };
    let _alone = Alone::wait();
    let packed = Path::new(&data).join("judged/realtimeqa/docs.jsonl.gz");
    let scratch = tempfile::tempdir().unwrap();
    let lines = scratch.path().join("articles.jsonl");
    std::fs::write(&lines, super::unpacked(&packed)).unwrap();

    bare::index(&lines, &scratch.path().join("bare"), 1);
    let plain = tantivy::Index::open_in_dir(scratch.path().join("bare")).unwrap();
    let of_plain = plain.reader().unwrap().searcher();
    let fields = ["title", "body"].map(|name| plain.schema().get_field(name).unwrap());
    let parser = QueryParser::for_index(&plain, fields.to_vec());

    let options = Options {
        index: scratch.path().join("index"),
        folders: vec![lines],
        manner: Manner::default(),
        threads: 2,
        now: "2026-01-01T00:00:00Z".parse().unwrap(),
    };
    indexer::sync(&options, &Progress::default(), &Default::default()).unwrap();
    let searcher = LocalSearcher::open(&options.index).unwrap();

    let asks: Vec<Ask> = EVERYDAY.iter().map(|(ours, _)| ask(ours)).collect();
    let theirs = EVERYDAY.iter().map(|(_, theirs)| parser.parse_query(theirs).unwrap());
    let theirs: Vec<_> = theirs.collect();
    let mut least = vec![[Duration::MAX; 3]; asks.len()];
    for _ in 0..ROUNDS {
        for ((ask, query), least) in asks.iter().zip(&theirs).zip(&mut least) {
            let start = Instant::now();
            let hits = search::run(&searcher, ask).unwrap();
            least[0] = least[0].min(start.elapsed());
            assert!(hits.total > 0, "{} finds nothing", hits.query);
            let start = Instant::now();
            let top = of_plain.search(query, &TopDocs::with_limit(10).order_by_score()).unwrap();
            least[1] = least[1].min(start.elapsed());
            assert!(!top.is_empty(), "tantivy finds nothing for {query:?}");
            let snippets = SnippetGenerator::create(&of_plain, query.as_ref(), fields[1]).unwrap();
            for (_, at) in top {
                let document: TantivyDocument = of_plain.doc(at).unwrap();
                std::hint::black_box(snippets.snippet_from_doc(&document).to_html());
            }
            least[2] = least[2].min(start.elapsed());
        }
    }
    for ((ours, _), least) in EVERYDAY.iter().zip(&least) {
        let [rendered, ids, snippets] = least.map(|time| time.as_micros());
        eprintln!("{ours:<28}{rendered:>8} us {ids:>8} us {snippets:>8} us");
    }
    let at = |of: usize, share: usize| {
        let mut times: Vec<Duration> = least.iter().map(|of_query| of_query[of]).collect();
        times.sort_unstable();
        times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64()
    };
    let (half, last) = (at(0, 50) / at(1, 50), at(0, 99) / at(1, 99));
    let snippets = at(2, 50) / at(0, 50);
    eprintln!(
        "everyday queries: p50 {half:.2} x bare tantivy's ids, p99 {last:.2} x; p50 of tantivy with \
         snippets {snippets:.2} x ours (build of tests)"
    );

    let mut slowest = (Duration::ZERO, "");
    for text in HEAVY {
        let ask = ask(text);
        let took = (0..2).map(|_| {
            let start = Instant::now();
            // One that is refused as too wide is answered, too.
            let told = match search::run(&searcher, &ask) {
                Ok(hits) => format!("{} articles", hits.total),
                Err(error) => error.to_string(),
            };
            (start.elapsed(), told)
        });
        let (took, told) = took.min().unwrap();
        eprintln!("{text:<40.40}{:>8} ms  {told}", took.as_millis());
        slowest = slowest.max((took, text));
    }
    assert!(slowest.0 < LONGEST, "`{}` takes {:?}", slowest.1, slowest.0);
    if std::env::var_os("UPDATE").is_none() {
        let measured = [("p50", 1.0 / half), ("p99", 1.0 / last), ("snippets", snippets)];
        let measured = BTreeMap::from(measured.map(|(name, share)| (name.to_owned(), share)));
        floors::hold("queries", &floors::digest(&[packed]), &measured);
    }
}

fn ask(text: &str) -> Ask {
    Ask {
        query: query::parse(text, "2026-01-01T00:00:00Z".parse().unwrap()).unwrap(),
        words: Words::Auto,
        limit: 10,
        offset: 0,
        sort: Sort::Relevance,
        passages: 3,
        text: true,
        fold: true,
        recent: None,
        why: false,
        counts: Counts::default(),
    }
}
