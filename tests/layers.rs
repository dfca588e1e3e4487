//! Holds the rules of the house (see `src/lib.rs`):
//!
//! 1. every module stands on a row,
//! 2. a module names lower rows only, never its own row or a higher one,
//! 3. tantivy is named in `analysis`, `schema` and `backend::local` alone.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up.
const ROWS: &[&[&str]] = &[
    &["article", "calendar", "caught", "citation", "flat", "sentences", "usage", "varint", "words"],
    &["timeline"],
    &["analysis", "hits", "sketch", "standing"],
    &["pattern", "proximity", "keyness"],
    &["schema"],
    &["passage", "mentions", "query", "entities"],
    &["corpus", "backend", "highlight"],
    &["indexer", "search", "dossier", "verify"],
    &["bench"],
    &["render"],
    &["cli"],
];

const TANTIVY: &[&str] = &["analysis.rs", "analysis/placed.rs", "schema.rs", "backend/local/"];

fn sources() -> BTreeMap<String, String> {
    fn gather(dir: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, files);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    gather(&src, &mut files);
    files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
            (name, code(&fs::read_to_string(path).unwrap()))
        })
        .filter(|(name, _)| name != "lib.rs" && name != "main.rs" && !name.starts_with("bin/"))
        .collect()
}

/// The source without comments.
fn code(source: &str) -> String {
    let lines = source.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// The module at the top that a file belongs to.
fn module(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

fn row(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

/// The top modules that a source names by `crate::`.
fn named(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in source.match_indices("crate::") {
        let rest = &source[at + "crate::".len()..];
        let list = match rest.strip_prefix('{') {
            // `use crate::{search, schema};`
            Some(group) => group.split('}').next().unwrap_or_default(),
            None => rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap(),
        };
        for part in list.split(',') {
            let name = part.trim().split("::").next().unwrap_or_default();
            if !name.is_empty() {
                names.push(name.to_owned());
            }
        }
    }
    names
}

#[test]
fn every_module_stands_on_a_row() {
    for file in sources().keys() {
        assert!(row(module(file)).is_some(), "src/{file} stands on no row of tests/layers.rs");
    }
}

#[test]
fn modules_name_lower_rows_only() {
    let mut wrong = Vec::new();
    for (file, source) in sources() {
        let own = module(&file);
        for name in named(&source) {
            match row(&name) {
                Some(used) if name == own || Some(used) < row(own) => {}
                _ => wrong.push(format!("src/{file} names crate::{name}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn tantivy_is_named_in_its_places_alone() {
    let mut wrong = Vec::new();
    for (file, source) in sources() {
        let allowed = TANTIVY.iter().any(|place| file.starts_with(place));
        if !allowed && source.contains("tantivy") {
            wrong.push(file);
        }
    }
    assert!(wrong.is_empty(), "tantivy is named in {wrong:?}");
}

#[test]
fn the_reader_of_imports_sees_what_is_named() {
    let source =
        code("use crate::a::B; // crate::not\nuse crate::{c, d::E};\nlet x = crate::f::g();");
    assert_eq!(named(&source), ["a", "c", "d", "f"]);
}
