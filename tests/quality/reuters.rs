//! Reuters-21578: every record of the 22 files is an article, and dated as its tag says. The tags
//! are read again here, by a scan that knows nothing of the reader.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;

use dateline::corpus::dates::Clock;
use dateline::corpus::mapping::Mapping;
use dateline::corpus::read::{Limits, read};
use dateline::corpus::walk::{Found, Root, WalkOptions, walk};
use dateline::corpus::{PARSER_STACK, Reading, parse};

use crate::floors;

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

#[test]
fn reuters21578() {
    let Some(data) = std::env::var_os("DATELINE_DATA") else {
        eprintln!("skipped reuters21578: DATELINE_DATA does not name the folder of the corpora");
        return;
    };
    let archive = Path::new(&data).join("corpora/reuters21578/reuters21578-sgml.tar.xz");
    let run = move || check(&archive);
    std::thread::Builder::new().stack_size(PARSER_STACK).spawn(run).unwrap().join().unwrap();
}

fn check(archive: &Path) {
    let dir = tempfile::tempdir().unwrap();
    let unpacked = Command::new("tar").arg("xf").arg(archive).arg("-C").arg(dir.path()).status();
    assert!(unpacked.unwrap().success(), "tar cannot unpack {}", archive.display());
    let files = sgml_files(dir.path());
    assert_eq!(files.len(), 22);
    let tagged: BTreeMap<u32, String> = files.iter().flat_map(|file| tagged_dates(file)).collect();
    assert_eq!(tagged.len(), 21_578);

    let articles = articles(&files);
    let mut as_tagged = 0;
    for (id, day) in &tagged {
        match articles.get(id) {
            Some(got) if got == day => as_tagged += 1,
            got => eprintln!("reuters21578: {id} is tagged {day} and read as {got:?}"),
        }
    }
    let measured = BTreeMap::from([
        ("articles".to_owned(), articles.len() as f64),
        ("dated as tagged".to_owned(), f64::from(as_tagged)),
    ]);
    eprintln!("reuters21578: {measured:?}");
    floors::hold("reuters21578", &floors::digest(&files), &measured);
}

fn sgml_files(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(dir)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sgm"))
        .collect();
    files.sort();
    files
}

/// Record to the date of its tag: `1987-02-26 15:01:01`, or the day alone where there is no time
/// of day.
fn tagged_dates(file: &Path) -> Vec<(u32, String)> {
    let bytes = std::fs::read(file).unwrap();
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    text.split("<REUTERS ")
        .skip(1)
        .map(|record| {
            let id = record.split("NEWID=\"").nth(1).unwrap().split('"').next().unwrap();
            let tag = record.split("<DATE>").nth(1).unwrap().split("</DATE>").next().unwrap();
            let mut words = tag.split(|c: char| c.is_whitespace() || c == '&');
            let mut word = || words.find(|word| !word.is_empty()).unwrap();
            let (day, clock) = (word(), word());
            let parts: Vec<&str> = day.split('-').collect();
            let month = MONTHS.iter().position(|name| *name == parts[1]).unwrap() + 1;
            let day = format!("{}-{month:02}-{:0>2}", parts[2], parts[0]);
            let clock = clock.split('.').next().unwrap();
            // One clock in the files is none, and midnight to the second is a day without one.
            let is_clock = clock.len() == 8 && clock != "00:00:00";
            (id.parse().unwrap(), if is_clock { format!("{day} {clock}") } else { day })
        })
        .collect()
}

/// Record to the date that was read.
fn articles(files: &[PathBuf]) -> BTreeMap<u32, String> {
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let reading = Reading { mapping: Mapping::default(), clock: Clock::at(now) };
    let mut articles = BTreeMap::new();
    for file in files {
        let root = Root { path: file.clone(), prefix: String::new() };
        for found in walk(&root, &WalkOptions::default()) {
            let Found::File(entry) = found else { panic!("{found:?}") };
            let read = read(&entry, &Limits::default(), &AtomicBool::new(false), &mut |piece| {
                let parsed = parse(&piece, &reading);
                assert_eq!(parsed.skipped, []);
                for article in parsed.articles {
                    let date = article.published.map(|published| {
                        let format = match published.precision {
                            dateline::article::Precision::Second => "%Y-%m-%d %H:%M:%S",
                            _ => "%Y-%m-%d",
                        };
                        published.at.strftime(format).to_string()
                    });
                    let id = article.record.unwrap().parse().unwrap();
                    let before = articles.insert(id, date.unwrap_or_default());
                    assert_eq!(before, None, "{id} is read twice");
                }
                ControlFlow::Continue(())
            });
            assert_eq!(read.skipped, []);
        }
    }
    articles
}
