//! CSV and TSV with a header: each row a record with the fields that the header names.
//!
//! Knows rows; what the fields mean is the same as in [`json`](super::json). A row that has not as
//! many fields as the header is told, and so is one whose quote is never closed: the rows that such
//! a quote would swallow are read.

use std::borrow::Cow;

use super::skipped::{Reason, Skipped};
use super::value::Value;
use super::{Parsed, Reading, json};

/// What may stand between fields; of equally many the first is taken.
const DELIMITERS: &[u8] = b",;\t|";

/// A longer header is none.
const LONGEST_HEADER: usize = 64 << 10;

/// A longer name of a column is a sentence, in bytes.
const LONGEST_NAME: usize = 40;

/// How much may be read again behind quotes that are never closed, in lengths of the text.
const READ_AGAIN: usize = 4;

/// Longer cells are texts, whatever bracket they begin with.
const LONGEST_LIST: usize = 4_000;

/// Behind the header, where there is one.
pub(super) fn head_end(bytes: &[u8]) -> Option<usize> {
    let start = bytes.iter().position(|b| !b.is_ascii_whitespace())?;
    let rest = bytes.get(start..bytes.len().min(start + LONGEST_HEADER))?;
    let mut at = start;
    // Spreadsheets may say in a first line what stands between fields.
    if separator_line(rest).is_some() {
        at += memchr::memchr(b'\n', rest)? + 1;
    }
    let header = bytes.get(at..bytes.len().min(at + LONGEST_HEADER))?;
    let delimiter = delimiter_of(bytes.get(..at + header.len())?);
    RowScan::new(delimiter).ends(header).next().map(|end| at + end)
}

/// Behind the last whole row of `rows`, which stand behind the header `head`.
pub(super) fn last_row_end(head: &[u8], rows: &[u8]) -> Option<usize> {
    RowScan::new(delimiter_of(head)).ends(rows).last()
}

/// Whether a text without a telling name begins with a header: names of columns, some of them
/// usual ones, and a row beneath.
pub(super) fn starts_like_a_table(head: &[u8]) -> bool {
    let Some(end) = head_end(head) else { return false };
    let header = head.get(..end).unwrap_or_default();
    let delimiter = delimiter_of(header);
    let Ok(header) = std::str::from_utf8(header) else { return false };
    let names = names(header, delimiter);
    let row = head.get(end..).unwrap_or_default().split(|b| *b == b'\n').next().unwrap_or_default();
    let short = names.iter().all(|name| name.len() <= LONGEST_NAME && !name.ends_with('.'));
    names.len() >= 3
        && short
        && row.contains(&delimiter)
        && json::usual_names(names.iter().map(String::as_str)) >= 2
}

/// Reads a table. `first` is the line of the first row where the rows were cut out of a larger
/// file and stand behind its header.
pub(super) fn parse(text: &str, first: Option<u64>, key: &str, reading: &Reading) -> Parsed {
    let mut parsed = Parsed::default();
    let end = head_end(text.as_bytes()).unwrap_or(text.len());
    let (head, rows) = text.split_at_checked(end).unwrap_or((text, ""));
    let delimiter = delimiter_of(head.as_bytes());
    let names = names(head, delimiter);
    let aliases = aliases(&names);
    let known: Vec<&str> =
        names.iter().chain(aliases.iter().flatten()).map(String::as_str).collect();
    if !json::has_text_field(&known, reading) {
        let shown = json::shown_names(names.iter().map(String::as_str));
        parsed.skipped.push(Skipped::new(key, Reason::NoFields(shown)));
        return parsed;
    }
    let first = first.unwrap_or_else(|| 1 + count_lines(head));
    let table = Table { names: &names, aliases, delimiter, rows, first };
    table.read(key, reading, &mut parsed);
    parsed
}

struct Table<'t> {
    names: &'t [String],
    aliases: Vec<Option<String>>,
    delimiter: u8,
    rows: &'t str,
    first: u64,
}

impl Table<'_> {
    fn read(&self, key: &str, reading: &Reading, parsed: &mut Parsed) {
        let mut from = 0;
        // Lines are counted as far as rows were read, never twice from the start.
        let (mut counted, mut line) = (0, self.first);
        let mut budget = self.rows.len().saturating_mul(READ_AGAIN);
        let mut record = csv::StringRecord::new();
        'again: while from < self.rows.len() {
            let rest = self.rows.get(from..).unwrap_or_default();
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .delimiter(self.delimiter)
                .from_reader(rest.as_bytes());
            loop {
                let start = from + byte_of(reader.position());
                if !matches!(reader.read_record(&mut record), Ok(true)) {
                    return;
                }
                let end = from + byte_of(reader.position());
                let source = self.rows.get(start..end).unwrap_or_default();
                // The position is that of the blank lines before the row.
                let blank = source.len() - source.trim_start_matches(['\n', '\r']).len();
                let (start, source) = (start + blank, source.get(blank..).unwrap_or_default());
                line += count_lines(self.rows.get(counted..start).unwrap_or_default());
                counted = start;
                let many_lines = source.trim_end().contains('\n');
                let unclosed = many_lines && source.matches('"').count() % 2 == 1;
                let Some(reason) = self.ragged(&record, unclosed) else {
                    let row = self.row(&record);
                    parsed.push_record(key, line, json::record(&row, key, reading));
                    continue;
                };
                parsed.skipped.push(Skipped::new(format!("{key}#{line}"), reason));
                let next = source.find('\n').map_or(end, |at| start + at + 1);
                if many_lines && end - next <= budget {
                    budget -= end - next;
                    from = next;
                    continue 'again;
                }
            }
        }
    }

    /// What is wrong with a row. Spreadsheets put empty fields behind the last.
    fn ragged(&self, record: &csv::StringRecord, unclosed: bool) -> Option<Reason> {
        let (fields, columns) = (record.len(), self.names.len());
        if unclosed {
            return Some(Reason::Malformed("a quote in this row is not closed".into()));
        }
        let padded = record.iter().skip(columns).all(str::is_empty);
        if fields < columns || !padded {
            let why = format!("{fields} fields where the header has {columns}");
            return Some(Reason::Malformed(why));
        }
        None
    }

    fn row<'r>(&'r self, record: &'r csv::StringRecord) -> Value<'r> {
        let mut fields = Vec::with_capacity(self.names.len() * 2);
        for ((name, alias), cell) in self.names.iter().zip(&self.aliases).zip(record) {
            let value = value(cell);
            if matches!(value, Value::Null) {
                continue;
            }
            if let Some(alias) = alias {
                fields.push((Cow::Borrowed(alias.as_str()), value.clone()));
            }
            fields.push((Cow::Borrowed(name.as_str()), value));
        }
        Value::Object(fields)
    }
}

/// What a cell holds: nothing, a list as JSON or Python write it, or a text.
fn value(cell: &str) -> Value<'_> {
    let cell = cell.trim();
    if cell.is_empty()
        || ["nan", "null", "none", "n/a"].iter().any(|n| cell.eq_ignore_ascii_case(n))
    {
        return Value::Null;
    }
    let bracketed = cell.starts_with('[') && cell.ends_with(']') && cell.len() <= LONGEST_LIST;
    if bracketed {
        if let Ok(list @ Value::List(_)) = Value::parse(cell) {
            return list;
        }
        if let Some(list) = python_list(cell) {
            return list;
        }
    }
    Value::Text(Cow::Borrowed(cell))
}

/// `['Ann Smith', "Bo O'Dowd"]`
fn python_list(cell: &str) -> Option<Value<'_>> {
    let mut rest = cell.strip_prefix('[')?.strip_suffix(']')?.trim();
    let mut values = Vec::new();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let (value, behind) = rest.get(1..)?.split_once(quote)?;
        values.push(Value::Text(Cow::Borrowed(value)));
        let behind = behind.trim_start();
        rest = match behind.strip_prefix(',') {
            Some(more) => more.trim_start(),
            None if behind.is_empty() => behind,
            None => return None,
        };
    }
    Some(Value::List(values))
}

/// The names of the columns.
fn names(head: &str, delimiter: u8) -> Vec<String> {
    let head = match separator_line(head.trim_start().as_bytes()) {
        Some(_) => head.split_once('\n').map_or("", |(_, header)| header),
        None => head,
    };
    let mut record = csv::StringRecord::new();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(head.as_bytes());
    // No header is a header without names.
    let _ = reader.read_record(&mut record);
    record.iter().map(|name| name.trim().to_owned()).collect()
}

/// People write "Publication Date" where programs write `publication_date`.
fn aliases(names: &[String]) -> Vec<Option<String>> {
    let joined = |name: &String| {
        let words: Vec<&str> =
            name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        Some(words.join("_")).filter(|joined| joined != name && !joined.is_empty())
    };
    names.iter().map(joined).collect()
}

/// The delimiter that the header shows.
fn delimiter_of(head: &[u8]) -> u8 {
    let head = head.trim_ascii_start();
    if let Some(said) = separator_line(head) {
        return said;
    }
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in head.get(..LONGEST_HEADER).unwrap_or(head) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            byte => {
                if let Some(at) = DELIMITERS.iter().position(|one| one == byte) {
                    counts[at] += 1;
                }
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    let at = counts.iter().position(|count| *count == most).unwrap_or_default();
    DELIMITERS.get(at).copied().unwrap_or(b',')
}

/// The delimiter that a line like `sep=;` names.
fn separator_line(head: &[u8]) -> Option<u8> {
    let line = head.split(|b| *b == b'\n').next()?.trim_ascii_end();
    let said = line.strip_prefix(b"sep=")?;
    match said {
        [one] => Some(*one),
        // Trimmed off with the line end.
        [] => Some(b'\t'),
        _ => None,
    }
}

fn byte_of(position: &csv::Position) -> usize {
    usize::try_from(position.byte()).unwrap_or(usize::MAX)
}

fn count_lines(text: &str) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64
}

/// Finds the ends of rows, without reading their fields.
struct RowScan {
    delimiter: u8,
    quoted: bool,
    at_field_start: bool,
    /// A quote within quotes: the end of them, or the first of two that mean one.
    may_end: bool,
}

impl RowScan {
    fn new(delimiter: u8) -> Self {
        Self { delimiter, quoted: false, at_field_start: true, may_end: false }
    }

    fn ends(mut self, bytes: &[u8]) -> impl Iterator<Item = usize> {
        bytes.iter().enumerate().filter_map(move |(at, byte)| self.step(*byte).then_some(at + 1))
    }

    fn step(&mut self, byte: u8) -> bool {
        if self.quoted {
            match (self.may_end, byte) {
                (false, b'"') => self.may_end = true,
                (true, b'"') => self.may_end = false,
                (false, _) => {}
                (true, _) => {
                    (self.quoted, self.may_end) = (false, false);
                    return self.plain(byte);
                }
            }
            return false;
        }
        self.plain(byte)
    }

    fn plain(&mut self, byte: u8) -> bool {
        if byte == b'"' && self.at_field_start {
            (self.quoted, self.at_field_start) = (true, false);
            return false;
        }
        self.at_field_start = byte == self.delimiter || byte == b'\n';
        byte == b'\n'
    }
}

#[cfg(test)]
mod tests {
    use super::super::dates::Clock;
    use super::super::mapping::Mapping;
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let reading = Reading {
            mapping: Mapping::default(),
            clock: Clock::at("2026-01-01T00:00:00Z".parse().unwrap()),
        };
        let parsed = parse(text, None, "f", &reading);
        let skipped = parsed.skipped.iter().map(|s| format!("{} {}", s.path, s.reason.code()));
        let articles = parsed.articles.iter().map(|a| {
            format!("{} {}: {}", a.id, a.title.as_deref().unwrap_or("-"), a.body.replace('\n', "/"))
        });
        articles.chain(skipped).collect()
    }

    #[test]
    fn rows_become_records() {
        let cases: [(&str, &[&str]); 11] = [
            ("title,text\nA,one\nB,two\n", &["f#2 A: one", "f#3 B: two"]),
            ("title;text\r\nA;one, two\r\n", &["f#2 A: one, two"]),
            ("sep=|\ntitle|text\nA|one\n", &["f#3 A: one"]),
            ("\"title\"\t\"text\"\nA\tone\n", &["f#2 A: one"]),
            ("title,text\nA,\"one\n\ntwo\"\nB,x\n", &["f#2 A: one//two", "f#5 B: x"]),
            ("id,title,text\n7,A,one\n", &["f#7 A: one"]),
            ("Article Title,Full Text\nA,one\n", &["f#2 A: one"]),
            ("title,text\nA,one,\nB,two,,\n", &["f#2 A: one", "f#3 B: two"]),
            ("title,text\n\nA,NaN\n", &["f#3 A: "]),
            ("a,b\n1,2\n", &["f no-fields"]),
            ("title,text", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_broken_row_costs_only_itself() {
        let cases: [(&str, &[&str]); 5] = [
            (
                "title,text\nA,one\nB\nC,x,y\nD,four\n",
                &["f#2 A: one", "f#5 D: four", "f#3 malformed", "f#4 malformed"],
            ),
            (
                "title,text\nA,\"one\nB,two\nC,three\n",
                &["f#3 B: two", "f#4 C: three", "f#2 malformed"],
            ),
            (
                "title,text\nA,\"one\nB,\"two\"\nC,three\n",
                &["f#3 B: two", "f#4 C: three", "f#2 malformed"],
            ),
            ("title,text\nA,5\" nails\nB,two\n", &["f#2 A: 5\" nails", "f#3 B: two"]),
            ("title,text\n,\nB,two\n", &["f#3 B: two", "f#2 no-fields"]),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn unclosed_quotes_without_end_take_linear_time() {
        let text = format!("title,text\n{}", "A,\"x\n".repeat(200_000));
        let start = std::time::Instant::now();
        read(&text);
        assert!(start.elapsed().as_secs() < 20);
    }

    #[test]
    fn cells() {
        let text = |text: &'static str| Value::Text(Cow::Borrowed(text));
        let cases = [
            ("x", text("x")),
            ("nan", Value::Null),
            ("['Ann', \"Bo O'Dowd\"]", Value::List(vec![text("Ann"), text("Bo O'Dowd")])),
            ("[\"a\"]", Value::List(vec![text("a")])),
            ("[AP] A text]", text("[AP] A text]")),
            ("[]", Value::List(vec![])),
        ];
        for (cell, expected) in cases {
            assert_eq!(value(cell), expected, "{cell}");
        }
    }

    #[test]
    fn what_a_table_begins_with() {
        let cases = [
            ("id,title,text\n1,A,one\n", true),
            ("date\theadline\tbody\n1\t2\t3\n", true),
            ("Peace, land, and bread\nwere promised, again.\n", false),
            ("Title, text, and date are all a record needs.\nSo, he said.\n", false),
            ("title,text\n", false),
        ];
        for (head, table) in cases {
            assert_eq!(starts_like_a_table(head.as_bytes()), table, "{head}");
        }
    }
}
