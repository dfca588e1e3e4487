//! What a standing question has shown: the memory behind `--since-last NAME`.
//!
//! A memory is a file beside the index, `.since.NAME`: a line of JSON that says when what was
//! asked, then a line for each article that was shown, with the hashes of its id and of its text.
//! So an article is new where its id is not there or its headline or text reads otherwise; one that
//! was only indexed again is not, be it into an index built anew. The file is hidden, as rebuilding
//! an index keeps hidden files, and it is replaced by renaming, so that it is whole or the one
//! before.
//!
//! Knows nothing of the index but the folder that it is in.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::article::Article;
use crate::citation;

/// Version of the file.
const FORMAT: u32 = 1;
/// Longest name of a standing question.
const NAME_MAX: usize = 64;

/// What an article is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    id: u64,
    text: u64,
}

impl Key {
    /// Of an article.
    #[must_use]
    pub fn of(article: &Article) -> Self {
        let title = article.title.as_deref().unwrap_or_default();
        let text = format!("{title}\n\n{}", article.body);
        Self { id: xxh3_64(article.id.as_bytes()), text: citation::hash(&text) }
    }
}

/// The articles that a standing question has shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Memory {
    /// When it was last asked; `None` where it never was.
    pub asked: Option<Timestamp>,
    /// What it asked then.
    pub query: String,
    shown: HashMap<u64, u64>,
}

/// The first line of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    format: u32,
    asked: Timestamp,
    query: String,
    articles: usize,
}

impl Memory {
    /// Reads what is remembered under a name; where nothing is, an empty memory.
    ///
    /// # Errors
    /// If the file cannot be read or is damaged.
    pub fn read(index: &Path, name: &str) -> Result<Self> {
        let path = index.join(format!(".since.{name}"));
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => {
                return Err(error).with_context(|| {
                    format!("cannot read what --since-last {name} has shown in {}", path.display())
                });
            }
        };
        Self::parse(&text).with_context(|| {
            format!(
                "{}, which says what --since-last {name} has shown, is damaged or of another \
                 version; remove it to begin anew",
                path.display()
            )
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let (head, lines) = text.split_once('\n')?;
        let head: Head = serde_json::from_str(head).ok()?;
        let key = |line: &str| {
            let plain = line.len() == 32 && line.bytes().all(|byte| byte.is_ascii_hexdigit());
            let (id, text) = plain.then(|| line.split_at(16))?;
            Some((u64::from_str_radix(id, 16).ok()?, u64::from_str_radix(text, 16).ok()?))
        };
        let shown: HashMap<u64, u64> = lines.lines().map(key).collect::<Option<_>>()?;
        let whole = head.format == FORMAT && head.articles == shown.len();
        whole.then_some(Self { asked: Some(head.asked), query: head.query, shown })
    }

    /// Whether an article was shown, and as it is now.
    #[must_use]
    pub fn has(&self, key: Key) -> bool {
        self.shown.get(&key.id) == Some(&key.text)
    }

    /// Takes articles for shown.
    pub fn add(&mut self, keys: &[Key]) {
        self.shown.extend(keys.iter().map(|key| (key.id, key.text)));
    }

    fn write(&self, out: &mut dyn Write, asked: Timestamp) -> io::Result<()> {
        let query = self.query.clone();
        let head = Head { format: FORMAT, asked, query, articles: self.shown.len() };
        writeln!(out, "{}", serde_json::to_string(&head)?)?;
        let mut shown: Vec<(&u64, &u64)> = self.shown.iter().collect();
        shown.sort_unstable();
        for (id, text) in shown {
            writeln!(out, "{id:016x}{text:016x}")?;
        }
        Ok(())
    }
}

/// The place where the next memory of a name will be written. Made before anything is shown, so
/// that nothing is shown that could not be remembered; gone again where it comes to nothing.
#[derive(Debug)]
pub struct Draft {
    file: Option<File>,
    draft: PathBuf,
    path: PathBuf,
}

impl Draft {
    /// Begins one.
    ///
    /// # Errors
    /// If the index cannot be written to, or if another process asks the same just now.
    pub fn begin(index: &Path, name: &str) -> Result<Self> {
        let path = index.join(format!(".since.{name}"));
        let draft = index.join(format!(".since-new.{name}"));
        let file = File::options().create(true).append(true).open(&draft).with_context(|| {
            format!(
                "cannot remember what --since-last {name} shows, as {} cannot be written to; ask \
                 without --since-last, or take an index that you may write to",
                index.display()
            )
        })?;
        if file.try_lock().is_err() {
            bail!("--since-last {name} is being asked by another process; try again");
        }
        Ok(Self { file: Some(file), draft, path })
    }

    /// Puts a memory in the place of the one before.
    ///
    /// # Errors
    /// If the disk refuses; then the one before is still there.
    pub fn keep(mut self, memory: &Memory, asked: Timestamp) -> Result<()> {
        let failed = format!(
            "cannot remember in {} what was shown; it will be shown again",
            self.path.display()
        );
        let Some(file) = self.file.take() else { return Ok(()) };
        let write = || -> io::Result<()> {
            // What a run that was killed left.
            file.set_len(0)?;
            let mut out = BufWriter::new(&file);
            memory.write(&mut out, asked)?;
            out.flush()?;
            drop(out);
            file.sync_all()?;
            fs::rename(&self.draft, &self.path)
        };
        write().context(failed)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            // It is empty and hidden: no harm where it stays.
            let _ = fs::remove_file(&self.draft);
        }
    }
}

/// Reads the name of a standing question, which becomes part of a file's.
///
/// # Errors
/// If it holds other than letters, digits, `-`, `_` and `.`, is empty or too long; the message
/// says so.
pub fn name(typed: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if typed.is_empty() || typed.len() > NAME_MAX || !typed.chars().all(plain) {
        return Err(format!(
            "a name is made of 1 to {NAME_MAX} letters from a to z, digits, and the signs - _ ."
        ));
    }
    Ok(typed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(id: &str, body: &str) -> Article {
        Article { id: id.to_owned(), body: body.to_owned(), ..Article::default() }
    }

    #[test]
    fn what_was_shown_is_known_until_it_reads_otherwise() {
        let dir = tempfile::tempdir().unwrap();
        let now: Timestamp = "2025-08-20T12:00:00Z".parse().unwrap();
        let mut memory = Memory::read(dir.path(), "a").unwrap();
        assert_eq!(memory, Memory::default());
        memory.query = "ferry\n\"talks\"".to_owned();
        memory.add(&[Key::of(&article("1", "No talks.")), Key::of(&article("2", "No talks."))]);
        Draft::begin(dir.path(), "a").unwrap().keep(&memory, now).unwrap();
        let read = Memory::read(dir.path(), "a").unwrap();
        assert_eq!(read, Memory { asked: Some(now), ..memory });
        for (id, body, known) in [
            ("1", "No talks.", true),
            ("1", "No\n\ntalks. ", true),
            ("1", "Talks.", false),
            ("3", "No talks.", false),
        ] {
            assert_eq!(read.has(Key::of(&article(id, body))), known, "{id} {body:?}");
        }
        let mut again = read;
        again.add(&[Key::of(&article("1", "Talks."))]);
        assert!(!again.has(Key::of(&article("1", "No talks."))));
    }

    #[test]
    fn a_draft_that_comes_to_nothing_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let draft = Draft::begin(dir.path(), "a").unwrap();
        assert!(Draft::begin(dir.path(), "a").is_err());
        drop(draft);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        // What a killed run left is no hindrance and goes.
        fs::write(dir.path().join(".since-new.a"), "half").unwrap();
        Draft::begin(dir.path(), "a").unwrap().keep(&Memory::default(), Timestamp::MIN).unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        assert_eq!(Memory::read(dir.path(), "a").unwrap().asked, Some(Timestamp::MIN));
    }

    #[test]
    fn a_damaged_memory_is_an_error() {
        let head = r#"{"format":1,"asked":"2025-08-20T12:00:00Z","query":"","articles":1}"#;
        let key = "0123456789abcdef0123456789abcdef";
        assert!(Memory::parse(&format!("{head}\n{key}\n")).is_some());
        for text in [
            String::new(),
            head.to_owned(),
            format!("{head}\n"),
            format!("{head}\n{key}0"),
            format!("{head}\n{}\n", &key[1..]),
            format!("{}\n{key}\n", head.replace(":1,\"a", ":2,\"a")),
        ] {
            assert!(Memory::parse(&text).is_none(), "{text}");
        }
    }

    #[test]
    fn names_are_plain() {
        for good in ["a", "Kyiv-2025_v1.2", "..", &"a".repeat(64)] {
            assert_eq!(name(good).as_deref(), Ok(good));
        }
        for bad in ["", "a/b", "a b", "ä", "\u{202e}", &"a".repeat(65)] {
            assert!(name(bad).is_err(), "{bad}");
        }
    }
}
