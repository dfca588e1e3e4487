//! Sixteen small WARC and ARC files, some of them broken on purpose by those who made them: for
//! each, how many articles come out, what is told to be broken, and how many records are set aside.
//! They are read where they lie, in a tar archive inside xz.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use dateline::corpus::dates::Clock;
use dateline::corpus::mapping::Mapping;
use dateline::corpus::read::{Limits, read};
use dateline::corpus::walk::{Found, Root, WalkOptions, walk};
use dateline::corpus::{PARSER_STACK, Reading, parse};

/// File, articles, reasons by code.
type Case = (&'static str, usize, &'static [&'static str]);

const CASES: &[Case] = &[
    ("LICENSE", 1, &[]),
    // Lengths of -1 and "abc".
    ("bad.arc", 0, &["malformed", "malformed", "malformed"]),
    ("example-bad-non-chunked.warc.gz", 1, &[]),
    ("example-bad.warc.gz.bad", 1, &[]),
    // Requests alone.
    ("example-digest.warc", 0, &[]),
    ("example-iana.org-chunked.warc", 1, &[]),
    ("example-resource.warc.gz", 1, &[]),
    // A picture alone.
    ("example-space-in-target-uri.warc.gz", 0, &[]),
    // It says 1,591 bytes and has 1,579.
    ("example-space-in-url.arc", 0, &["truncated"]),
    // The length of the one response is two too small.
    ("example-trunc.warc", 0, &["malformed"]),
    ("example-wget-bad-target-uri.warc.gz", 1, &[]),
    ("example-wrong-chunks.warc.gz", 1, &[]),
    ("example.arc", 1, &[]),
    ("example.arc.gz", 1, &[]),
    ("example.warc", 1, &[]),
    ("example.warc.gz", 1, &[]),
    // Data that a script asked for.
    ("post-test.warc.gz", 0, &[]),
];

/// Records of all files that are no pages, by what they are.
const SET_ASIDE: &[(&str, u64)] = &[
    ("answers that are no page", 4),
    ("answers without success", 1),
    ("metadata records", 1),
    ("notes of the crawler", 17),
    ("requests", 19),
    ("resources that are no page", 3),
    ("revisits", 4),
];

#[test]
fn fixtures_of_web_archives() {
    let Some(data) = std::env::var_os("DATELINE_DATA") else {
        eprintln!("skipped web archives: DATELINE_DATA does not name the folder of the data sets");
        return;
    };
    let folder = Path::new(&data).join("corpora/warc-fixtures");
    let work = move || check(&folder);
    std::thread::Builder::new().stack_size(PARSER_STACK).spawn(work).unwrap().join().unwrap();
}

fn check(folder: &Path) {
    let reading = Reading {
        mapping: Mapping::default(),
        clock: Clock::at("2026-01-01T00:00:00Z".parse().unwrap()),
    };
    let mut got: BTreeMap<String, (usize, Vec<String>)> = BTreeMap::new();
    let name = |key: &str| {
        let key = key.split('#').next().unwrap_or_default();
        key.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let mut set_aside = BTreeMap::new();
    let root = Root { path: folder.to_owned(), prefix: String::new() };
    for found in walk(&root, &WalkOptions::default()) {
        let Found::File(entry) = found else { panic!("{found:?}") };
        let mut sink = |piece| {
            let parsed = parse(&piece, &reading);
            for article in parsed.articles {
                let captured = article.id.contains('#');
                assert!(article.url.is_some() == captured, "{}", article.id);
                got.entry(name(&article.id)).or_default().0 += 1;
            }
            for skipped in parsed.skipped {
                let codes = &mut got.entry(name(&skipped.path)).or_default().1;
                codes.push(skipped.reason.code().to_owned());
            }
            ControlFlow::Continue(())
        };
        let done = read(&entry, &Limits::default(), &AtomicBool::new(false), &mut sink);
        assert!(done.hash.is_some(), "{:?}", done.skipped);
        set_aside = done.set_aside;
        for skipped in done.skipped {
            let codes = &mut got.entry(name(&skipped.path)).or_default().1;
            codes.push(skipped.reason.code().to_owned());
        }
    }
    let mut wrong = Vec::new();
    for (name, articles, reasons) in CASES {
        let (got_articles, got_reasons) = got.remove(*name).unwrap_or_default();
        if got_articles != *articles || got_reasons != *reasons {
            wrong.push(format!("{name}: {got_articles} articles, {got_reasons:?}"));
        }
    }
    wrong.extend(got.into_iter().map(|one| format!("{one:?}")));
    assert!(wrong.is_empty(), "{}\n{set_aside:?}", wrong.join("\n"));
    let expected: BTreeMap<String, u64> =
        SET_ASIDE.iter().map(|(what, count)| ((*what).to_owned(), *count)).collect();
    assert_eq!(set_aside, expected);
}
