//! Sets of saved pages with what persons wrote down for them: each page read once, on all
//! processors, the way that indexing reads it.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::thread;

use dateline::article::Article;
use dateline::corpus::dates::Clock;
use dateline::corpus::format::Format;
use dateline::corpus::mapping::Mapping;
use dateline::corpus::read::{Cut, Piece};
use dateline::corpus::{Origin, PARSER_STACK, Reading, parse};
use serde::de::DeserializeOwned;

/// A set of pages that was read.
pub(crate) struct PageSet {
    /// The gold file and the archive of the pages, for the digest.
    pub(crate) files: [PathBuf; 2],
    articles: HashMap<String, Article>,
}

impl PageSet {
    /// The set of the main text, titles and authors; read once for all gates. `None`, and said so,
    /// where the data is not there.
    pub(crate) fn trafilatura() -> Option<&'static Self> {
        static SET: OnceLock<Option<PageSet>> = OnceLock::new();
        SET.get_or_init(|| Self::read("html/trafilatura")).as_ref()
    }

    /// Reads the set in a folder of the data.
    pub(crate) fn read(name: &str) -> Option<Self> {
        let Some(data) = std::env::var_os("DATELINE_DATA") else {
            eprintln!("skipped {name}: DATELINE_DATA does not name the folder of the page sets");
            return None;
        };
        let dir = Path::new(&data).join(name);
        let files = [dir.join("gold.jsonl"), dir.join("pages.tar.xz")];
        let mut todo = unpack(&files[1]);
        let threads = thread::available_parallelism().map_or(2, usize::from);
        let share = todo.len().div_ceil(threads);
        let mut running = Vec::new();
        while !todo.is_empty() {
            let part = todo.split_off(todo.len().saturating_sub(share));
            let thread = thread::Builder::new().stack_size(PARSER_STACK);
            running.push(
                thread
                    .spawn(|| part.into_iter().filter_map(read_page).collect::<Vec<_>>())
                    .unwrap(),
            );
        }
        let articles = running.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        Some(Self { files, articles })
    }

    /// What is known of each page, a line of the gold file each.
    pub(crate) fn gold<T: DeserializeOwned>(&self) -> Vec<T> {
        let lines = std::fs::read_to_string(&self.files[0]).unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// What a page became; `None` where it became no article.
    pub(crate) fn article(&self, file: &str) -> Option<&Article> {
        self.articles.get(file)
    }
}

/// Reads a page the way that indexing does.
pub(crate) fn read_page((name, bytes): (String, Vec<u8>)) -> Option<(String, Article)> {
    let reading = Reading {
        mapping: Mapping::default(),
        clock: Clock::at("2026-01-01T00:00:00Z".parse().unwrap()),
    };
    let piece = Piece {
        key: name.as_str().into(),
        format: Format::Html,
        bytes,
        cut: Cut::Whole,
        raw_end: 0,
        origin: Origin::default(),
    };
    Some((name, parse(&piece, &reading).articles.pop()?))
}

/// The files of a packed folder with their names.
pub(crate) fn unpack(archive: &Path) -> Vec<(String, Vec<u8>)> {
    let plain = lzma_rust2::XzReader::new(File::open(archive).unwrap(), true);
    let mut files = Vec::new();
    for entry in tar::Archive::new(plain).entries().unwrap() {
        let mut entry = entry.unwrap();
        if entry.header().entry_type().is_file() {
            let path = entry.path().unwrap().into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            files.push((path.file_name().unwrap().to_string_lossy().into_owned(), bytes));
        }
    }
    files
}

/// Text with every run of white space as one space.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
