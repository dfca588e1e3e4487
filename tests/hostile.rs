//! Input that is broken, huge or made to harm: it is told, bounded in time and memory, and never
//! takes sound input down with it.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use dateline::corpus::dates::Clock;
use dateline::corpus::mapping::Mapping;
use dateline::corpus::read::{FileRead, Limits, Piece, hash_file, read};
use dateline::corpus::walk::{FileEntry, Found, Root, WalkOptions, walk};
use dateline::corpus::{PARSER_STACK, Reading, parse};
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

/// Runs on a stack as worker threads have it.
fn on_worker<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(PARSER_STACK).spawn(work).unwrap().join().unwrap()
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(dir.path().join(name), bytes).unwrap();
    }
    dir
}

fn found(path: &Path, follow: bool) -> Vec<Found> {
    let root = Root { path: path.to_owned(), prefix: String::new() };
    walk(&root, &WalkOptions { follow }).collect()
}

fn files(path: &Path) -> Vec<FileEntry> {
    let files = found(path, false).into_iter().filter_map(|found| match found {
        Found::File(file) => Some(file),
        _ => None,
    });
    files.collect()
}

fn pieces(entry: &FileEntry, limits: &Limits) -> (Vec<Piece>, FileRead) {
    let mut pieces = Vec::new();
    let result = read(entry, limits, &AtomicBool::new(false), &mut |piece| {
        pieces.push(piece);
        ControlFlow::Continue(())
    });
    (pieces, result)
}

/// What became of a folder: ids of articles, then `path code` of what was skipped.
fn outcome(path: &Path, limits: &Limits) -> (Vec<String>, Vec<String>) {
    let reading = Reading {
        mapping: Mapping::default(),
        clock: Clock::at("2026-01-01T00:00:00Z".parse().unwrap()),
    };
    let (mut ids, mut skipped) = (Vec::new(), Vec::new());
    for entry in files(path) {
        let (pieces, read) = pieces(&entry, limits);
        skipped.extend(read.skipped);
        for piece in pieces {
            let parsed = parse(&piece, &reading);
            ids.extend(parsed.articles.into_iter().map(|article| article.id));
            skipped.extend(parsed.skipped);
        }
    }
    let skipped = skipped.iter().map(|one| format!("{} {}", one.path, one.reason.code()));
    (ids, skipped.collect())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn record(n: usize, filler: usize) -> String {
    format!("{{\"id\": \"r{n}\", \"title\": \"t\", \"text\": \"{}\"}}", "x".repeat(filler))
}

#[test]
fn deep_pages_are_refused_at_once() {
    let sources: Vec<(&str, String)> = vec![
        ("div", "<div>".repeat(100_000)),
        ("closed div", "<div>".repeat(100_000) + &"</div>".repeat(100_000)),
        ("font", (0..100_000).map(|n| format!("<font size={n}>")).collect()),
        ("table", "<table><tr><td>".repeat(50_000)),
        ("svg", format!("<svg>{}", "<g>".repeat(100_000))),
        ("math", format!("<math>{}", "<mi><a>".repeat(100_000))),
        ("span", "<span>".repeat(100_000)),
        ("object in p", "<p><object>".repeat(100_000)),
        ("wrong ends", "<div></b>".repeat(100_000)),
        ("blockquote", "<blockquote><p>x".repeat(100_000)),
        ("custom", "<x-y>".repeat(100_000)),
        ("650 deep", "<div>".repeat(650) + "text"),
    ];
    for (name, html) in sources {
        let dir = folder(&[("a.html", format!("<html><body>{html}").as_bytes())]);
        let start = Instant::now();
        let (ids, skipped) = on_worker(move || outcome(dir.path(), &Limits::default()));
        assert_eq!((ids.len(), skipped), (0, vec!["a.html too-deep".to_owned()]), "{name}");
        assert!(start.elapsed() < Duration::from_millis(900), "{name}: {:?}", start.elapsed());
    }
}

#[test]
fn large_flat_pages_end() {
    let sources: Vec<(&str, String)> = vec![
        ("p", "<p>A line of text, and more.".repeat(100_000)),
        ("br", "text<br>".repeat(200_000)),
        ("li", "<ul>".to_owned() + &"<li><a href=x>item</a>".repeat(50_000)),
        (
            "attributes",
            format!("<p {}>text</p>", (0..50_000).map(|n| format!("a{n}=1 ")).collect::<String>()),
        ),
        ("entities", "&amp;&lt;&notit;".repeat(100_000)),
        ("divs", "<div>text, and, commas</div>".repeat(40_000)),
        ("open bold", "<p><b>text".repeat(40_000)),
        ("unclosed tag", "<p title=\"".repeat(50_000)),
        ("comments", "<!-- x --!><!-->".repeat(50_000)),
    ];
    for (name, html) in sources {
        let dir = folder(&[("a.html", format!("<html><body>{html}").as_bytes())]);
        let start = Instant::now();
        let (ids, skipped) = on_worker(move || outcome(dir.path(), &Limits::default()));
        assert_eq!(ids.len() + skipped.len(), 1, "{name}");
        assert!(!skipped.contains(&"a.html reader-failed".to_owned()), "{name}");
        // A debug build is some ten times slower than the real one.
        assert!(start.elapsed() < Duration::from_secs(30), "{name}: {:?}", start.elapsed());
    }
}

#[test]
fn deep_json_is_told() {
    let deep = "[".repeat(100_000);
    let line =
        format!("{{\"title\":\"a\",\"x\":{}\n{{\"title\":\"b\"}}\n", "{\"x\":".repeat(100_000));
    let dir = folder(&[("a.json", deep.as_bytes()), ("b.jsonl", line.as_bytes())]);
    let (ids, skipped) = outcome(dir.path(), &Limits::default());
    assert_eq!(ids, ["b.jsonl#2"]);
    assert_eq!(skipped, ["a.json too-deep", "b.jsonl#line 1 too-deep"]);
}

#[test]
fn a_long_line_is_passed_over_and_the_rest_is_read() {
    let limits = Limits { max_article_bytes: 1000, ..Limits::default() };
    let long = record(2, 5000);
    let cases = [
        (
            format!("{}\n{long}\n{}\n", record(1, 10), record(3, 10)),
            vec!["a.jsonl#r1", "a.jsonl#r3"],
            2,
        ),
        (format!("{long}\n{}", record(2, 10)), vec!["a.jsonl#r2"], 1),
        (format!("{}\n{long}", record(1, 10)), vec!["a.jsonl#r1"], 2),
        (
            format!("{}\n\n\n{}\n{long}\n{}\n", record(1, 900), record(4, 900), record(6, 900)),
            vec!["a.jsonl#r1", "a.jsonl#r4", "a.jsonl#r6"],
            5,
        ),
    ];
    for (text, expected, line) in cases {
        let dir = folder(&[("a.jsonl", text.as_bytes())]);
        let (ids, skipped) = outcome(dir.path(), &limits);
        assert_eq!(ids, expected);
        assert_eq!(skipped, [format!("a.jsonl#line {line} too-large")]);
    }
}

#[test]
fn lines_are_numbered_across_pieces() {
    let text: String = (0..3000)
        .map(|n| format!("{{\"title\":\"{n}\",\"text\":\"{}\"}}\n", "x".repeat(1000)))
        .collect();
    for (name, bytes) in
        [("a.jsonl", text.clone().into_bytes()), ("a.jsonl.gz", gzip(text.as_bytes()))]
    {
        let dir = folder(&[(name, &bytes)]);
        let entry = files(dir.path()).remove(0);
        let (pieces, result) = pieces(&entry, &Limits::default());
        assert!(pieces.len() > 2, "{name}: {}", pieces.len());
        assert_eq!(result.hash, Some(hash_file(&entry.path).unwrap()));
        assert_eq!(result.bytes_read, bytes.len() as u64);
        let (ids, skipped) = outcome(dir.path(), &Limits::default());
        assert_eq!((ids.len(), skipped.len()), (3000, 0));
        assert_eq!(ids[2999], format!("{name}#3000"));
    }
}

#[test]
fn a_list_that_is_too_large_to_hold_is_cut() {
    let limits = Limits { max_article_bytes: 2_000_000, ..Limits::default() };
    let mut values: Vec<String> = (1..=4000)
        .map(|n| format!("{{\"title\":\"{n}, ]\",\"text\":\"{}\"}}", "x\\\"".repeat(400)))
        .collect();
    values[2000] = record(0, 2_500_000);
    let list = format!(" [{}]\n", values.join(",\n"));
    let dir = folder(&[("a.json", list.as_bytes())]);
    let (ids, skipped) = outcome(dir.path(), &limits);
    assert_eq!(skipped, ["a.json#2001 too-large"]);
    assert_eq!(ids.len(), 3999);
    assert_eq!(
        (ids[0].as_str(), ids[1999].as_str(), ids[2000].as_str(), ids[3998].as_str()),
        ("a.json#1", "a.json#2000", "a.json#2002", "a.json#4000")
    );

    let cut_off = &list[..list.len() - 300];
    let dir = folder(&[("a.json", cut_off.as_bytes())]);
    let (ids, skipped) = outcome(dir.path(), &limits);
    assert_eq!(ids.len(), 3998);
    assert_eq!(skipped, ["a.json#2001 too-large", "a.json#4000 malformed"]);
}

#[test]
fn large_files_of_one_article() {
    let limits = Limits { max_article_bytes: 1000, ..Limits::default() };
    let dir = folder(&[
        ("a.txt", &[b'x'; 1001]),
        ("b.txt", &[b'x'; 1000]),
        ("c.json", record(1, 2000).as_bytes()),
    ]);
    let (ids, skipped) = outcome(dir.path(), &limits);
    assert_eq!(ids, ["b.txt"]);
    assert_eq!(skipped, ["a.txt too-large", "c.json too-large"]);
}

#[test]
fn bombs_are_defused() {
    let limits = Limits {
        max_article_bytes: 1 << 20,
        max_ratio: 20,
        ratio_from: 4 << 20,
        ..Limits::default()
    };
    let line = record(1, 1000) + "\n";
    let many = gzip(line.repeat(20_000).as_bytes());
    let endless = gzip(&vec![b'x'; 50 << 20]);
    let packed_twice = gzip(&gzip(b"text"));
    let dir = folder(&[
        ("a.jsonl.gz", &many),
        ("b.txt.gz", &endless),
        ("c.jsonl.gz", &endless),
        ("d.txt.gz", &packed_twice),
    ]);
    let (ids, skipped) = outcome(dir.path(), &limits);
    assert!(!ids.is_empty() && ids.len() < 20_000);
    assert_eq!(
        skipped,
        [
            "a.jsonl.gz ratio",
            "b.txt.gz too-large",
            "c.jsonl.gz#line 1 too-large",
            "c.jsonl.gz ratio",
            "d.txt.gz mislabelled"
        ]
    );
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(6);
    let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn tar(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        // The writer refuses names that lead out; whoever means harm does not ask it.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

#[test]
fn bombs_of_other_kinds_are_defused() {
    let limits = Limits {
        max_article_bytes: 1 << 20,
        max_ratio: 20,
        ratio_from: 4 << 20,
        ..Limits::default()
    };
    let line = record(1, 1000) + "\n";
    let many = line.repeat(20_000);
    let endless = vec![b'x'; 50 << 20];
    let small = vec![b'x'; 1 << 20];
    // Each entry is small; together they are not.
    let names: Vec<String> = (0..50).map(|n| format!("{n:02}.txt")).collect();
    let entries: Vec<(&str, &[u8])> =
        names.iter().map(|name| (name.as_str(), &small[..])).collect();
    let dir = folder(&[
        ("a.jsonl.xz", &xz(many.as_bytes())),
        ("b.jsonl.bz2", &bzip2(many.as_bytes())),
        ("c.zip", &zip(&entries)),
        ("d.tar.gz", &gzip(&tar(&entries))),
        ("e.zip", &zip(&[("a.jsonl", &endless), ("b.txt", b"text")])),
        ("f.tar", &tar(&[("a.jsonl.gz", &gzip(many.as_bytes()))])),
        ("g.txt.xz", &xz(&endless)),
    ]);
    let (ids, skipped) = outcome(dir.path(), &limits);
    let count = |name: &str| ids.iter().filter(|id| id.starts_with(name)).count();
    for name in ["a.", "b.", "c.", "d.", "f."] {
        assert!(
            skipped.iter().any(|one| one.starts_with(name) && one.ends_with(" ratio")),
            "{skipped:?}"
        );
    }
    assert!(count("c.zip") < 10 && count("d.tar.gz") < 10, "{ids:?}");
    assert!((1..20_000).contains(&count("a.")), "{}", count("a."));
    assert!(skipped.contains(&"e.zip/a.jsonl#line 1 too-large".to_owned()), "{skipped:?}");
    assert!(skipped.contains(&"g.txt.xz too-large".to_owned()), "{skipped:?}");
}

#[test]
fn a_zip_that_tells_the_same_bytes_again_and_again() {
    // Ten thousand entries of the directory that all point at the first one's bytes.
    let limits = Limits {
        max_article_bytes: 1 << 20,
        max_ratio: 20,
        ratio_from: 4 << 20,
        ..Limits::default()
    };
    let mut bytes = zip(&[("aaaaa.txt", &[b'x'; 1 << 20])]);
    let directory = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let end = bytes.windows(4).position(|window| window == b"PK\x05\x06").unwrap();
    let entry = bytes[directory..end].to_vec();
    let tail = bytes.split_off(end);
    bytes.truncate(directory);
    let count = 10_000_u16;
    for n in 0..count {
        let mut entry = entry.clone();
        entry[46..51].copy_from_slice(format!("{n:05}").as_bytes());
        bytes.extend(entry);
    }
    let size = (entry.len() * usize::from(count)) as u32;
    let mut tail = tail;
    tail[8..10].copy_from_slice(&count.to_le_bytes());
    tail[10..12].copy_from_slice(&count.to_le_bytes());
    tail[12..16].copy_from_slice(&size.to_le_bytes());
    bytes.extend(tail);
    let dir = folder(&[("a.zip", &bytes)]);
    let start = Instant::now();
    let (ids, skipped) = outcome(dir.path(), &limits);
    assert!(ids.len() < 50, "{}", ids.len());
    assert_eq!(skipped.last().map(String::as_str), Some("a.zip ratio"));
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn archives_that_lead_out_or_lie() {
    let mut cut = zip(&[("a.txt", b"text"), ("b.txt", b"text")]);
    cut.truncate(cut.len() - 30);
    let mut header = tar(&[("a.txt", b"text"), ("b.txt", b"text")]);
    header[1024..1034].fill(b'!');
    let long = [b"text".repeat(10), vec![b'n'; 300 << 10]].concat();
    let dir = folder(&[
        ("a.tar", &tar(&[("../a.txt", b"text"), ("/b.txt", b"text"), ("c.txt", b"text")])),
        ("b.zip", &zip(&[("../a.txt", b"text"), ("c.txt", b"text")])),
        ("c.zip", &cut),
        ("d.tar", &header),
        ("e.tar", b"this is no archive, whatever its name says"),
        ("f.zip", b"this is none either"),
        ("g.zip", b"PK\x03\x04"),
        ("h.tar", &tar(&[("a.txt", &long)])[..2000]),
    ]);
    let (ids, skipped) = outcome(dir.path(), &Limits::default());
    assert_eq!(ids, ["a.tar/c.txt", "b.zip/c.txt", "d.tar/a.txt"]);
    assert_eq!(
        skipped,
        [
            "a.tar/../a.txt unsafe-path",
            "a.tar//b.txt unsafe-path",
            "b.zip/../a.txt unsafe-path",
            "c.zip damaged",
            "d.tar damaged",
            "e.tar damaged",
            "f.zip damaged",
            "g.zip damaged",
            "h.tar/a.txt truncated",
            "h.tar truncated",
        ]
    );
    // Nothing was written anywhere.
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 8);
}

fn answer(n: usize, length: Option<usize>) -> String {
    let body = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>A line of text.</p>";
    format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://x.example/{n:04}\r\nContent-Length: {:020}\r\n\r\n{body}\r\n\r\n",
        length.unwrap_or(body.len())
    )
}

#[test]
fn web_archives_that_lie_about_lengths() {
    // All records are as long, and a lie ends in the middle of one.
    let far = answer(0, None).len() * 1000 + 5;
    let mut text = String::new();
    for n in 0..3000 {
        text += &answer(n, Some(if n % 2 == 0 { far } else { usize::MAX }));
        text += &answer(n, None);
    }
    let endless = "WARC/1.0\r\nWARC-Type: ".to_owned() + &"x".repeat(2 << 20);
    let heads = "WARC/1.0\r\nA: b\r\n".repeat(100_000);
    let dir = folder(&[
        ("a.warc", text.as_bytes()),
        ("b.warc.gz", &gzip((endless + "\n" + &answer(0, None)).as_bytes())),
        ("c.warc", (heads + "\n" + &answer(0, None)).as_bytes()),
        ("d.warc", b"no record anywhere\n"),
        ("e.warc", &answer(0, None).as_bytes()[..60]),
    ]);
    let start = Instant::now();
    let (ids, skipped) = on_worker(move || outcome(dir.path(), &Limits::default()));
    let count = |name: &str| ids.iter().filter(|id| id.starts_with(name)).count();
    let reasons = |name: &str| skipped.iter().filter(|one| one.starts_with(name)).count();
    assert_eq!((count("a.warc"), reasons("a.warc")), (3000, 3000));
    assert_eq!((count("b.warc"), reasons("b.warc")), (1, 1));
    assert_eq!(count("c.warc"), 1);
    assert_eq!((count("d.warc"), reasons("d.warc")), (0, 1));
    assert_eq!((count("e.warc"), reasons("e.warc")), (0, 1));
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}

#[test]
fn archives_can_be_stopped() {
    let names: Vec<String> = (0..200).map(|n| format!("{n:03}.txt")).collect();
    let entries: Vec<(&str, &[u8])> =
        names.iter().map(|name| (name.as_str(), &b"text"[..])).collect();
    let dir = folder(&[("a.tar", &tar(&entries)), ("b.zip", &zip(&entries))]);
    for entry in files(dir.path()) {
        let stop = AtomicBool::new(false);
        let mut count = 0;
        let result = read(&entry, &Limits::default(), &stop, &mut |_| {
            count += 1;
            stop.store(count == 3, std::sync::atomic::Ordering::Relaxed);
            ControlFlow::Continue(())
        });
        assert_eq!((count, result.stopped, result.hash), (3, true, None), "{}", entry.key);
    }
}

#[test]
fn damaged_archives_give_what_they_can() {
    let text: String = (1..=500)
        .map(|n| {
            // Hard to pack, so that half of the bytes is about half of the lines.
            format!(
                "{{\"id\":{n},\"title\":\"{:x}\"}}\n",
                xxhash_rust::xxh3::xxh3_128(&[n as u8, (n >> 8) as u8])
            )
        })
        .collect();
    let whole = gzip(text.as_bytes());
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle..middle + 20].fill(0xff);
    let two_members = [gzip(text.as_bytes()), gzip(b"{\"id\":501,\"title\":\"x\"}\n")].concat();
    let dir = folder(&[
        ("a.jsonl.gz", &whole[..whole.len() / 2]),
        ("b.jsonl.gz", &flipped),
        ("c.jsonl.gz", &two_members),
        ("d.txt.gz", &whole[..5]),
        ("e.jsonl.gz", text.as_bytes()),
    ]);
    let (ids, skipped) = outcome(dir.path(), &Limits::default());
    let count = |name: &str| ids.iter().filter(|id| id.starts_with(name)).count();
    assert!((100..400).contains(&count("a.jsonl.gz")), "{}", count("a.jsonl.gz"));
    assert_eq!((count("c.jsonl.gz"), count("e.jsonl.gz")), (501, 500));
    assert!(skipped.contains(&"a.jsonl.gz truncated".to_owned()), "{skipped:?}");
    assert!(skipped.contains(&"b.jsonl.gz damaged".to_owned()), "{skipped:?}");
    assert!(
        !skipped.iter().any(|one| one.starts_with("c.") || one.starts_with("e.")),
        "{skipped:?}"
    );
}

#[test]
fn zstd_is_read() {
    let text = record(1, 10) + "\n" + &record(2, 10);
    let packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
    let dir = folder(&[
        ("a.jsonl.zst", &packed),
        ("b.jsonl", &packed),
        ("c.jsonl.zst", &packed[..packed.len() - 4]),
    ]);
    let (ids, skipped) = outcome(dir.path(), &Limits::default());
    assert_eq!(ids[..4], ["a.jsonl.zst#r1", "a.jsonl.zst#r2", "b.jsonl#r1", "b.jsonl#r2"]);
    assert_eq!(skipped, ["c.jsonl.zst truncated"]);
}

#[test]
fn odd_bytes() {
    let mut utf16 = vec![0xff, 0xfe];
    utf16
        .extend("{\"title\":\"a\"}\n{\"title\":\"b\"}\n".encode_utf16().flat_map(u16::to_le_bytes));
    let dir = folder(&[
        ("a.txt", b""),
        ("b.txt", b" \n\t\n"),
        ("c.txt", b"\x00\x01\x02"),
        ("d.txt", b"Headline\n\nbad \xff\xfe bytes here"),
        ("e.jsonl", &utf16),
        ("f.jsonl", b"{\"title\":\"a\"}\n\x00\x00\n{\"title\":\"caf\xe9\"}\n"),
        ("g.json", b""),
        ("h.html", b"<"),
        ("i.md", b"---\n"),
    ]);
    let (ids, skipped) = outcome(dir.path(), &Limits::default());
    assert_eq!(ids, ["d.txt", "e.jsonl#1", "e.jsonl#2", "f.jsonl#1", "f.jsonl#3", "h.html"]);
    assert_eq!(
        skipped,
        [
            "a.txt empty",
            "b.txt empty",
            "c.txt binary",
            "f.jsonl#line 2 malformed",
            "g.json empty",
            "i.md empty"
        ]
    );
}

#[test]
fn reading_can_be_stopped() {
    let text: String = (0..5000).map(|n| record(n, 1000) + "\n").collect();
    let dir = folder(&[("a.jsonl", text.as_bytes())]);
    let entry = files(dir.path()).remove(0);
    let mut count = 0;
    let result = read(&entry, &Limits::default(), &AtomicBool::new(false), &mut |_| {
        count += 1;
        ControlFlow::Break(())
    });
    assert_eq!((count, result.stopped, result.hash), (1, true, None));
    let result =
        read(&entry, &Limits::default(), &AtomicBool::new(true), &mut |_| panic!("stopped"));
    assert!(result.stopped);
}

#[test]
fn a_file_that_grows_is_noticed() {
    let dir = folder(&[("a.jsonl", (record(1, 10) + "\n").repeat(50_000).as_bytes())]);
    let entry = files(dir.path()).remove(0);
    let path = entry.path.clone();
    let result = read(&entry, &Limits::default(), &AtomicBool::new(false), &mut |_| {
        fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"\n").unwrap();
        ControlFlow::Continue(())
    });
    assert!(result.changed);
    let (_, result) = pieces(&files(dir.path()).remove(0), &Limits::default());
    assert!(!result.changed);
    fs::remove_file(&entry.path).unwrap();
    let (_, result) = pieces(&entry, &Limits::default());
    assert_eq!(result.skipped[0].reason.code(), "vanished");
}

/// A query may come from a stranger: each of these is answered or refused at once.
#[test]
fn queries_made_to_be_slow() {
    let long: String =
        "the council of the town and the mayor of the town met in the hall. ".repeat(150);
    let dir = folder(&[("a.txt", long.as_bytes()), ("b.txt", long.as_bytes())]);
    let index = tempfile::tempdir().unwrap();
    let options = dateline::indexer::Options {
        index: index.path().join("index"),
        folders: vec![dir.path().to_owned()],
        manner: dateline::indexer::Manner::default(),
        threads: 1,
        now: "2026-01-01T00:00:00Z".parse().unwrap(),
    };
    let (progress, stop) = (dateline::indexer::Progress::default(), AtomicBool::new(false));
    dateline::indexer::sync(&options, &progress, &stop).unwrap();
    let searcher = dateline::backend::local::LocalSearcher::open(&options.index).unwrap();
    let any = "(the OR of OR and OR in OR to?n OR m* OR hall) ";
    let alternatives: Vec<String> = (1..200).map(|n| "a".repeat(n)).collect();
    let queries = [
        "*a*".repeat(40),
        "*a*b*c*d*e*f*g*h*".into(),
        format!("/({})*/", alternatives.join("|")),
        "/(.*)*(.*)*(.*)*x/".into(),
        "/.{0,1000}.{0,1000}/".into(),
        r"/\p{L}{50,200}\p{N}{1,99}/".into(),
        "government~2 ".repeat(100),
        "the w/99 ".repeat(60) + "the",
        "the w/99 ".repeat(8) + "the",
        (any.to_owned() + "pre/100 ").repeat(8) + "the",
        (any.to_owned() + "/p ").repeat(30) + "the",
        format!("atleast200({any})"),
        format!("\"{}\"", "the ".repeat(5000)),
        "\"the of and the of and the of and the of and\"~99".into(),
        "the OR ".repeat(9000) + "the",
        "(".repeat(60) + "the" + &")".repeat(60),
        "(".repeat(50_000),
        "-".repeat(30_000) + "the",
        "\"".repeat(20_001),
        "title:".repeat(10_000),
    ];
    for query in queries {
        let start = Instant::now();
        let parsed = dateline::query::parse(&query, options.now);
        if let Ok(parsed) = parsed {
            use dateline::backend::Searcher;
            // What it comes to does not matter.
            let _ = searcher.count(&parsed, false);
            let _ = dateline::search::explain(&searcher, &parsed, false);
        }
        let shown: String = query.chars().take(60).collect();
        assert!(start.elapsed() < Duration::from_secs(10), "{shown}: {:?}", start.elapsed());
    }
}

/// Whatever a document says, no file is read but those of the folder, and nothing is written.
#[test]
fn no_path_in_a_document_is_followed() {
    let outer = tempfile::tempdir().unwrap();
    let canary = outer.path().join("canary.txt");
    fs::write(&canary, "Canary\n\nThe songbird sang.").unwrap();
    let dir = outer.path().join("news");
    fs::create_dir(&dir).unwrap();
    let path = canary.to_str().unwrap();
    let entity = format!("<!DOCTYPE x [<!ENTITY bird SYSTEM \"file://{path}\">]>");
    let texts = [
        (
            "page.html",
            format!(
                "<html><head><base href='file://{path}'><link rel=canonical href='file://{path}'>\
             <script src='file://{path}'></script></head><body><p>A page on the council.</p>\
             <iframe src='file://{path}'></iframe><object data='{path}'></object>\
             <!--#include file='{path}'--></body></html>"
            ),
        ),
        (
            "feed.xml",
            format!(
                "<?xml version='1.0'?>{entity}<rss version='2.0'><channel><item><title>Of birds &bird;\
             </title><link>file://{path}</link><description>Text &bird; of it.</description></item>\
             </channel></rss>"
            ),
        ),
        (
            "story.nitf.xml",
            format!(
                "<?xml version='1.0'?>{entity}<nitf><body><body.head><hedline><hl1>Birds</hl1></hedline>\
             </body.head><body.content><p>A story &bird; of birds.</p></body.content></body></nitf>"
            ),
        ),
        (
            "record.json",
            serde_json::json!({
                "id": path, "url": format!("file://{path}"), "title": "Record", "text": path,
                "file": path, "path": "../canary.txt", "$ref": path,
            })
            .to_string(),
        ),
        (
            "front.md",
            format!(
                "---\ntitle: !include {path}\ninclude: {path}\nbody: *{path}\n---\n\n\
             Text. ![x]({path}) {{{{< include \"{path}\" >}}}}\n"
            ),
        ),
        (
            "letter.eml",
            format!(
                "From: a@b.example\r\nSubject: Birds\r\nContent-Type: message/external-body; \
             access-type=local-file; name=\"{path}\"\r\n\r\nContent-Type: text/plain\r\n\r\n"
            ),
        ),
        ("story.sgm", format!("{entity}<DOC><DOCNO>1</DOCNO><TEXT>Of &bird; birds.</TEXT></DOC>")),
        ("list.csv", format!("title,text,file\nList,=INCLUDE({path}),{path}\n")),
    ];
    for (name, text) in &texts {
        fs::write(dir.join(name), text).unwrap();
    }
    let before = fs::read_dir(&dir).unwrap().count();
    let reading = Reading {
        mapping: Mapping::default(),
        clock: Clock::at("2026-01-01T00:00:00Z".parse().unwrap()),
    };
    let mut articles = 0;
    for entry in files(&dir) {
        for piece in pieces(&entry, &Limits::default()).0 {
            for article in parse(&piece, &reading).articles {
                let all = format!("{article:?}");
                assert!(!all.contains("songbird"), "{}: {all}", entry.key);
                articles += 1;
            }
        }
    }
    assert!(articles >= 6, "{articles} were read");
    assert_eq!(fs::read_dir(&dir).unwrap().count(), before);
}

#[cfg(unix)]
#[test]
fn links_fifos_and_names() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let dir = folder(&[("a.txt", b"text")]);
    let sub = dir.path().join("sub");
    fs::create_dir(&sub).unwrap();
    fs::write(sub.join("b.txt"), b"text").unwrap();
    symlink(dir.path(), sub.join("loop")).unwrap();
    symlink(dir.path().join("nowhere"), sub.join("dangling.txt")).unwrap();
    symlink(dir.path().join("a.txt"), sub.join("link.txt")).unwrap();
    fs::write(dir.path().join(std::ffi::OsStr::from_bytes(b"bad\xff.txt")), b"text").unwrap();
    let fifo = dir.path().join("pipe.txt");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let shown = |follow| {
        let mut shown: Vec<String> = found(dir.path(), follow)
            .into_iter()
            .map(|found| match found {
                Found::File(file) => file.key,
                Found::Skipped(skipped) => format!("{} {}", skipped.path, skipped.reason.code()),
                other => format!("{other:?}"),
            })
            .collect();
        shown.sort();
        shown
    };
    assert_eq!(
        shown(false),
        [
            "a.txt",
            "bad\u{fffd}.txt name-not-utf8",
            "pipe.txt not-regular",
            "sub/b.txt",
            "sub/dangling.txt symlink",
            "sub/link.txt symlink",
            "sub/loop symlink",
        ]
    );
    assert_eq!(
        shown(true),
        [
            "a.txt",
            "bad\u{fffd}.txt name-not-utf8",
            "pipe.txt not-regular",
            "sub/b.txt",
            "sub/dangling.txt vanished",
            "sub/link.txt",
            "sub/loop symlink-loop",
        ]
    );
    // A fifo that took the place of a file is not opened: that would wait for ever.
    let entry = FileEntry { path: fifo, ..files(dir.path()).remove(0) };
    let (_, result) = pieces(&entry, &Limits::default());
    assert_eq!(result.skipped[0].reason.code(), "unreadable");
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let dir = folder(&[("a.txt", b"text")]);
    let closed = dir.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::write(closed.join("b.txt"), b"text").unwrap();
    fs::set_permissions(dir.path().join("a.txt"), fs::Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let may_read_all = fs::read_dir(&closed).is_ok();
    let found = found(dir.path(), false);
    let (_, skipped) = outcome(dir.path(), &Limits::default());
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    // Permissions do not bind root.
    if may_read_all {
        return;
    }
    assert_eq!(skipped, ["a.txt unreadable"]);
    let unreadable = found.iter().any(
        |found| matches!(found, Found::UnreadableDir { key_prefix, .. } if key_prefix == "closed/"),
    );
    assert!(unreadable, "{found:?}");
}
