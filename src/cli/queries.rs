//! Files of queries: a query a line, alone or behind its id and a tab; JSON lines as search benchmarks
//! have them, with tags; TREC topics. Says what stands where and nothing of what it means.

use std::path::Path;

use anyhow::{Result, bail};
use serde::Deserialize;

use super::given;
use crate::query::ParseError;

/// A query of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Its line, from 1.
    pub(super) number: usize,
    /// What stands before the tab, or what the record or the topic gives for an id.
    pub(super) id: Option<String>,
    /// Of what kinds it is, where the record says so.
    pub(super) tags: Vec<String>,
    /// The query as typed; of what cannot be read, the line.
    pub(super) text: String,
    /// Why it cannot be read.
    pub(super) broken: Option<ParseError>,
}

/// A query as search benchmarks write it: `{"query": "the", "tags": ["term"]}`.
#[derive(Deserialize)]
struct Record {
    #[serde(alias = "qid")]
    id: Option<serde_json::Value>,
    query: String,
    #[serde(default)]
    tags: Vec<String>,
}

/// Reads a file of queries.
///
/// # Errors
/// If it cannot be read or has none.
pub(super) fn read(path: &Path) -> Result<Vec<Line>> {
    let lines = lines(&given::bytes("the queries in", path)?);
    if lines.is_empty() {
        bail!("{} holds no query; write one a line, `id<TAB>query`", path.display());
    }
    Ok(lines)
}

fn lines(bytes: &[u8]) -> Vec<Line> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let start = bytes.trim_ascii_start();
    if start.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"<top>")) {
        return topics(&String::from_utf8_lossy(bytes));
    }
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        let is_text = std::str::from_utf8(line).is_ok();
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end_matches('\r');
        // A query may begin with a sign of number that belongs to a word.
        if line.trim().is_empty() || line == "#" || line.starts_with("# ") {
            continue;
        }
        if is_text && line.trim_start().starts_with('{') {
            lines.push(record(number, line.trim()));
            continue;
        }
        let (id, text) = match line.split_once('\t') {
            Some((id, text)) => (Some(id.trim().to_owned()), text),
            None => (None, line),
        };
        let broken =
            (!is_text).then(|| broken(text, "the line is not UTF-8", "save the file as UTF-8"));
        lines.push(Line { number, id, tags: Vec::new(), text: text.to_owned(), broken });
    }
    lines
}

fn record(number: usize, line: &str) -> Line {
    match serde_json::from_str::<Record>(line) {
        Ok(Record { id, query, tags }) => {
            let id = id.map(|id| match id {
                serde_json::Value::String(id) => id,
                other => other.to_string(),
            });
            Line { number, id, tags, text: query, broken: None }
        }
        Err(error) => {
            let hint = r#"write {"query": "ceasefire talks", "tags": ["and"]}"#;
            let broken = Some(broken(line, &format!("no record of a query: {error}"), hint));
            Line { number, id: None, tags: Vec::new(), text: line.to_owned(), broken }
        }
    }
}

fn broken(text: &str, message: &str, hint: &str) -> ParseError {
    ParseError { at: 0..text.len(), message: message.to_owned(), hint: Some(hint.to_owned()) }
}

/// Topics of TREC: what is asked is the title.
fn topics(text: &str) -> Vec<Line> {
    // Of the same length, so that places in the one are places in the other.
    let lower = text.to_ascii_lowercase();
    let starts: Vec<usize> = lower.match_indices("<top>").map(|(at, _)| at).collect();
    let topic = |(index, at): (usize, &usize)| {
        let end = starts.get(index + 1).copied().unwrap_or(text.len());
        // What stands behind a tag, up to the next one.
        let part = |tag: &str, label: &str| -> Option<String> {
            let from = lower[*at..end].find(tag)? + at + tag.len();
            let until = lower[from..end].find('<').map_or(end, |next| from + next);
            let part = text[from..until].trim();
            let unlabelled =
                part.get(..label.len()).is_some_and(|start| start.eq_ignore_ascii_case(label));
            let part = if unlabelled { &part[label.len()..] } else { part };
            Some(part.split_whitespace().collect::<Vec<_>>().join(" "))
        };
        let id = part("<num>", "number:").filter(|id| !id.is_empty());
        let title = part("<title>", "topic:").filter(|title| !title.is_empty());
        let number = text[..*at].matches('\n').count() + 1;
        let no_title =
            || broken("<top>", "the topic has no title", "write what is asked behind <title>");
        let broken = title.is_none().then(no_title);
        Line {
            number,
            id,
            tags: Vec::new(),
            text: title.unwrap_or_else(|| "<top>".to_owned()),
            broken,
        }
    };
    starts.iter().enumerate().map(topic).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let told = |line: Line| {
            let Line { number, id, tags, text, broken } = line;
            let broken = broken.map_or_else(String::new, |error| format!(" ({})", error.message));
            format!("{number} {} {tags:?} {text}{broken}", id.as_deref().unwrap_or("-"))
        };
        lines(text.as_bytes()).into_iter().map(told).collect()
    }

    #[test]
    fn lines_with_and_without_an_id() {
        assert_eq!(
            told("\u{feff}# of 2025\nq1\tferry rota\r\n\n#1 song\n#\nrota\n"),
            ["2 q1 [] ferry rota", "4 - [] #1 song", "6 - [] rota"]
        );
    }

    #[test]
    fn records_of_benchmarks() {
        let text = concat!(
            "{\"query\": \"the\", \"tags\": [\"term\", \"one\"]}\n",
            "{\"id\": 7, \"query\": \"a b\"}\n",
            "{\"quarry\": 1}\n"
        );
        assert_eq!(
            told(text),
            [
                "1 - [\"term\", \"one\"] the",
                "2 7 [] a b",
                "3 - [] {\"quarry\": 1} (no record of a query: missing field `query` at line 1 column 13)",
            ]
        );
    }

    #[test]
    fn topics_of_trec() {
        let text = "\n<top>\n<num> Number: 301\n<title> International\n Organized Crime\n\n<desc> Description:\n\
                    Identify\n</top>\n<TOP><NUM>302</NUM>\n<TITLE>Topic: Polio</TITLE></TOP>\n<top><num>3</top>";
        assert_eq!(
            told(text),
            [
                "2 301 [] International Organized Crime",
                "10 302 [] Polio",
                "12 3 [] <top> (the topic has no title)",
            ]
        );
    }
}
