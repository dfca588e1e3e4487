//! Whether the citations that someone kept still hold.
//!
//! [`kept`] finds them in a file of any kind, [`verify`] compares each with the archive. Where the
//! passage no longer stands under its number it is looked for in its article, then in all others:
//! one pass over the archive for all that are missing, as the print of a passage is no term of the
//! index and its words may not be known. What a changed passage said is known only where the file
//! quotes it beside the citation; then the passage that shares most of those words is named.
//!
//! Plain data in and out; knows neither files nor terminals.

use std::collections::HashMap;

use anyhow::Result;
use serde_json::Value;

use crate::article::Article;
use crate::backend::Searcher;
use crate::citation::{self, Print, Reading};
use crate::schema::Stored;
use crate::sketch::Comparable;

/// The most of the text beside a citation that is taken for its quotation, in bytes: several times
/// the longest passage.
const BESIDE: usize = 8 << 10;
/// Words that a quotation has at least; fewer before a citation, and it is looked for behind it.
const LEAST_WORDS: usize = 5;
/// Share of a passage's words that the quotation must hold, three or more in a row, for the passage
/// to be called like it.
const LIKE: f64 = 0.2;
/// How many ids are named that are like one that is gone.
const IDS_LIKE: usize = 3;

/// A citation that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// As it stands in the file.
    pub typed: String,
    /// The lines where it stands, from 1.
    pub lines: Vec<usize>,
    /// The text beside it, which may quote it.
    pub beside: String,
}

/// A citation and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The citation.
    pub kept: Kept,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a cited passage.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// It stands where it stood.
    Unchanged,
    /// The same text stands under another number of its article or, where that article is gone, in
    /// another one.
    Moved(Found),
    /// Its article no longer says this.
    Changed {
        /// What of the article it may have become.
        now: Option<Near>,
        /// Another article that still says it.
        elsewhere: Option<Found>,
    },
    /// Its article is gone, and nothing in the archive says this.
    Gone {
        /// Ids that are like its own.
        like: Vec<String>,
    },
}

/// Where the text of a passage stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The article, without its text.
    pub article: Article,
    /// The citation of it there.
    pub cite: String,
    /// How many other passages of the archive have the same text.
    pub others: usize,
}

/// A passage that may be what a changed one became.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// The citation of it.
    pub cite: String,
    /// Its number in the article.
    pub number: usize,
    /// Its words.
    pub text: String,
    /// The share of its words that the file quotes, from 0 to 1; `None` where the file quotes
    /// nothing like it, and it is only the one that has the number now.
    pub alike: Option<f64>,
}

/// The citations in a text, each once, in the order in which they first stand there. JSON, whole or
/// a line at a time, is read as such: what stands beside a citation are the other texts of its
/// object.
#[must_use]
pub fn kept(text: &str) -> Vec<Kept> {
    let mut gathered = Gathered::default();
    match serde_json::from_str::<Value>(text) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => {
            gathered.json(&value, &|typed| {
                let end = typed.rsplit_once('#').map_or(typed, |(_, end)| end);
                text.lines().position(|line| line.contains(end)).unwrap_or_default() + 1
            });
        }
        _ => {
            let mut prose = String::new();
            let mut first = 1;
            for (line, number) in text.split_inclusive('\n').zip(1..) {
                let json = line.trim_start().starts_with(['{', '[']);
                match json.then(|| serde_json::from_str::<Value>(line)) {
                    Some(Ok(value)) => {
                        gathered.prose(&prose, first);
                        prose.clear();
                        first = number + 1;
                        gathered.json(&value, &|_| number);
                    }
                    _ => prose.push_str(line),
                }
            }
            gathered.prose(&prose, first);
        }
    }
    gathered.kept
}

#[derive(Default)]
struct Gathered {
    kept: Vec<Kept>,
    places: HashMap<String, usize>,
}

impl Gathered {
    fn add(&mut self, typed: &str, line: usize, beside: &str) {
        if let Some(&place) = self.places.get(typed) {
            let kept = &mut self.kept[place];
            if kept.lines.last() != Some(&line) {
                kept.lines.push(line);
            }
            return;
        }
        self.places.insert(typed.to_owned(), self.kept.len());
        let (typed, beside) = (typed.to_owned(), beside.to_owned());
        self.kept.push(Kept { typed, lines: vec![line], beside });
    }

    /// Running text of which the first line has a number.
    fn prose(&mut self, text: &str, first: usize) {
        let found = citation::find(text);
        let (mut before, mut line, mut counted) = (0, first, 0);
        for (at, range) in found.iter().enumerate() {
            line += text[counted..range.start].matches('\n').count();
            counted = range.start;
            let start = text.ceil_char_boundary(before.max(range.start.saturating_sub(BESIDE)));
            let mut beside = &text[start..range.start];
            if crate::words::count(beside) < LEAST_WORDS {
                let next = found.get(at + 1).map_or(text.len(), |next| next.start);
                let end = text.floor_char_boundary(next.min(range.end + BESIDE));
                beside = &text[range.end..end];
            }
            self.add(&text[range.clone()], line, beside);
            before = range.end;
        }
    }

    fn json(&mut self, value: &Value, line: &dyn Fn(&str) -> usize) {
        let values: Vec<&Value> = match value {
            Value::Object(members) => members.values().collect(),
            Value::Array(items) => items.iter().collect(),
            _ => return,
        };
        let texts: Vec<&str> = values.iter().filter_map(|value| value.as_str()).collect();
        let mut beside: Option<String> = None;
        for text in &texts {
            for range in citation::find(text) {
                let beside = beside.get_or_insert_with(|| texts.join("\n"));
                self.add(&text[range.clone()], line(&text[range]), beside);
            }
        }
        for value in values {
            self.json(value, line);
        }
    }
}

/// Compares citations with an archive.
///
/// # Errors
/// If it cannot be read.
pub fn verify(searcher: &dyn Searcher, kept: Vec<Kept>) -> Result<Vec<Checked>> {
    let mut checked = Vec::with_capacity(kept.len());
    // Which are not in their article, by their prints.
    let mut missing: HashMap<Print, Places> = HashMap::new();
    for kept in kept {
        let Some(cited) = Cited::of(searcher, &kept)? else { continue };
        let fate = cited.in_its_article(&kept);
        if !matches!(fate, Fate::Unchanged | Fate::Moved(_)) {
            missing.insert(cited.print, Places::default());
        }
        checked.push((Checked { kept, fate }, cited));
    }
    if !missing.is_empty() {
        searcher.each(&mut |stored| {
            for (number, range) in (1..).zip(&stored.passages) {
                let print = Print::of(&stored.article.body[range.clone()]);
                if let Some(places) = missing.get_mut(&print) {
                    places.add(&stored.article, number);
                }
            }
        })?;
    }
    for (checked, cited) in &mut checked {
        let found = missing.get(&cited.print).and_then(|places| places.best(cited));
        match (&mut checked.fate, found) {
            (Fate::Changed { elsewhere, .. }, found) => *elsewhere = found,
            (fate @ Fate::Gone { .. }, Some(found)) => *fate = Fate::Moved(found),
            (Fate::Gone { like }, None) => *like = searcher.ids_like(&cited.id, IDS_LIKE)?,
            _ => {}
        }
    }
    Ok(checked.into_iter().map(|(checked, _)| checked).collect())
}

/// A citation read.
struct Cited {
    id: String,
    number: usize,
    print: Print,
    stored: Option<Stored>,
}

impl Cited {
    fn of(searcher: &dyn Searcher, kept: &Kept) -> Result<Option<Self>> {
        let mut first = None;
        for reading in citation::readings(&kept.typed) {
            let Reading { id, number: Some(number), print: Some(print) } = reading else {
                continue;
            };
            let stored = searcher.article(&id)?;
            let found = stored.is_some();
            let cited = Self { id, number, print, stored };
            if found {
                return Ok(Some(cited));
            }
            first.get_or_insert(cited);
        }
        Ok(first)
    }

    /// What its own article tells of it.
    fn in_its_article(&self, kept: &Kept) -> Fate {
        let Some(Stored { article, passages }) = &self.stored else {
            return Fate::Gone { like: Vec::new() };
        };
        let text = |number: usize| {
            let range = passages.get(number.checked_sub(1)?)?;
            article.body.get(range.clone())
        };
        let same: Vec<usize> = (1..=passages.len())
            .filter(|number| text(*number).is_some_and(|text| Print::of(text) == self.print))
            .collect();
        match same.iter().min_by_key(|number| number.abs_diff(self.number)) {
            Some(number) if *number == self.number => return Fate::Unchanged,
            Some(number) => {
                return Fate::Moved(Found {
                    article: Article { body: String::new(), ..article.clone() },
                    cite: citation::cite(&article.id, *number, self.print),
                    others: same.len() - 1,
                });
            }
            None => {}
        }
        let quoted = Comparable::new(&kept.beside);
        let share = |number| {
            let alike = Comparable::new(text(number)?).shared(&quoted).of_first;
            (alike >= LIKE).then_some((number, alike))
        };
        let alike = (1..=passages.len()).filter_map(share);
        let best = alike.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        let (number, alike) = best.map_or((self.number, None), |(at, alike)| (at, Some(alike)));
        let now = text(number).map(|text| Near {
            cite: citation::cite(&article.id, number, Print::of(text)),
            number,
            text: text.to_owned(),
            alike,
        });
        Fate::Changed { now, elsewhere: None }
    }
}

/// Passages of one text.
#[derive(Default)]
struct Places {
    /// The first so many; of the others it is known that they are there.
    first: Vec<(Article, usize)>,
    count: usize,
}

impl Places {
    /// A few words in common are in thousands of articles.
    const MOST: usize = 100;

    fn add(&mut self, article: &Article, number: usize) {
        self.count += 1;
        if self.first.len() < Self::MOST {
            let article = Article { body: String::new(), ..article.clone() };
            self.first.push((article, number));
        }
    }

    /// One whose file is called like the cited one, as when a folder was renamed; else the first.
    fn best(&self, cited: &Cited) -> Option<Found> {
        let name = |id: &str| id.rsplit('/').next().map(str::to_owned);
        let own = name(&cited.id);
        let key = |(article, number): &&(Article, usize)| {
            (name(&article.id) != own, article.id.clone(), *number)
        };
        let (article, number) = self.first.iter().min_by_key(key)?;
        Some(Found {
            cite: citation::cite(&article.id, *number, cited.print),
            article: article.clone(),
            others: self.count - 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "a.txt#p1@0123456789";
    const B: &str = "my%20notes.txt#p2@9876543210";

    fn found(text: &str) -> Vec<(String, Vec<usize>, String)> {
        let kept = kept(text).into_iter();
        kept.map(|kept| (kept.typed, kept.lines, kept.beside.trim().to_owned())).collect()
    }

    #[test]
    fn citations_stand_once_with_their_lines_and_what_is_beside_them() {
        let text = format!(
            "The crews walked out on Friday.\n`{A}`\n\n{B} They went back on Sunday then.\n{A}"
        );
        let expected = [
            (A.to_owned(), vec![2, 5], "The crews walked out on Friday.\n`".to_owned()),
            (B.to_owned(), vec![4], "They went back on Sunday then.".to_owned()),
        ];
        assert_eq!(found(&text), expected);
        assert_eq!(found("nothing here"), []);
    }

    #[test]
    fn json_is_read_as_such() {
        let line =
            |cite: &str| format!("{{\"passages\":[{{\"cite\":\"{cite}\",\"text\":\"words\"}}]}}");
        let b = B.replace("notes", "n\\u00f6tes");
        let text = format!("{}\nmy own {A}\n{}\n", line(A), line(&b));
        let expected = [
            (A.to_owned(), vec![1, 2], format!("{A}\nwords")),
            (
                B.replace("notes", "nötes"),
                vec![3],
                format!("{}\nwords", B.replace("notes", "nötes")),
            ),
        ];
        assert_eq!(found(&text), expected);
        let list =
            format!("[\n {{\"id\": \"{A}\",\n  \"abstract\": \"w\"}},\n {{\"id\": \"{b}\"}}\n]");
        let expected = [
            (A.to_owned(), vec![2], format!("w\n{A}")),
            (B.replace("notes", "nötes"), vec![4], B.replace("notes", "nötes")),
        ];
        assert_eq!(found(&list), expected);
    }
}
