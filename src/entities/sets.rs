//! Sets of labelled text: read, put back into running text, and compared with what was found.
//!
//! Knows files of one token and label a line; not the model.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result};
use flate2::read::MultiGzDecoder;

use super::{Found, Label};

/// A document of a set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labelled {
    /// Its sentences as running text, three or four a paragraph.
    pub text: String,
    /// Its names as the set gives them, in order.
    pub names: Vec<Found>,
}

type Sentence = Vec<(String, String)>;

/// Reads a gzipped set: `token<TAB>label` lines (BIO, `PER ORG LOC MISC`), a blank line after a
/// sentence, a token `-DOCSTART-` between documents. Where no document is marked, every twelve
/// sentences are one.
///
/// # Errors
///
/// Where the file cannot be read or a label is unknown.
pub fn read(path: &Path) -> Result<Vec<Labelled>> {
    let file = File::open(path)
        .with_context(|| format!("cannot open {}: check the folder of the sets", path.display()))?;
    let mut documents: Vec<Vec<Sentence>> = vec![Vec::new()];
    let mut sentence = Sentence::new();
    let mut marked = false;
    for line in BufReader::new(MultiGzDecoder::new(file)).lines() {
        let line = line.with_context(|| format!("cannot read {}: is it gzip?", path.display()))?;
        match line.split_once('\t') {
            Some(("-DOCSTART-", _)) => {
                marked = true;
                documents.push(Vec::new());
            }
            Some((token, label)) => sentence.push((token.to_owned(), label.to_owned())),
            None if sentence.is_empty() => {}
            None => {
                if !marked && documents.last().is_none_or(|document| document.len() >= 12) {
                    documents.push(Vec::new());
                }
                if let Some(document) = documents.last_mut() {
                    document.push(std::mem::take(&mut sentence));
                }
            }
        }
    }
    if let Some(document) = documents.last_mut().filter(|_| !sentence.is_empty()) {
        document.push(sentence);
    }
    documents
        .iter()
        .filter(|document| !document.is_empty())
        .map(|document| labelled(document))
        .collect()
}

fn labelled(sentences: &[Sentence]) -> Result<Labelled> {
    let mut document = Labelled::default();
    for (at, sentence) in sentences.iter().enumerate() {
        if at > 0 {
            let ends =
                document.text.ends_with(['.', '?', '!', '"', '\'', '\u{201d}', '\u{2019}', ')']);
            document.text.push_str(if at % 4 == 0 || !ends { "\n\n" } else { " " });
        }
        append(&mut document, sentence)?;
    }
    Ok(document)
}

/// Whether tokens are written without a space between.
fn is_glued(before: &str, token: &str, opened: bool, hyphened: bool) -> bool {
    let first = token.chars().next().unwrap_or(' ');
    match token {
        "." | "," | ":" | ";" | "?" | "!" | "%" | ")" | "]" | "}" | "\u{201d}" | "..." | "''" => {
            true
        }
        "n't" | "n\u{2019}t" => true,
        // A closing quote.
        "\"" | "'" => opened,
        "-" => hyphened,
        "/" => true,
        "s" | "S" | "t" | "re" | "ve" | "ll" | "d" | "m" if before == "\u{2019}" => true,
        "\u{2019}" => true,
        _ if (first == '\'' || first == '\u{2019}') && token.chars().count() <= 3 => {
            !opened || token != "'"
        }
        _ if before == "-" => hyphened,
        _ => matches!(
            before,
            "(" | "["
                | "{"
                | "$"
                | "\u{a3}"
                | "\u{20ac}"
                | "#"
                | "@"
                | "/"
                | "\u{201c}"
                | "\u{2018}"
                | "``"
        ),
    }
}

fn append(document: &mut Labelled, sentence: &[(String, String)]) -> Result<()> {
    let text = &mut document.text;
    let (mut double, mut single) = (false, false);
    let mut glue_next = true;
    let mut open: Option<(usize, usize, Label)> = None;
    let is_word = |at: usize| {
        sentence.get(at).is_some_and(|(token, _)| token.chars().all(char::is_alphanumeric))
    };
    for (at, (token, tag)) in sentence.iter().enumerate() {
        let before = if at > 0 { sentence[at - 1].0.as_str() } else { "" };
        let hyphen = if token == "-" { at } else { at.saturating_sub(1) };
        let hyphened = hyphen > 0 && is_word(hyphen - 1) && is_word(hyphen + 1);
        // U . S . is written together; so is the period of an abbreviation at the end.
        let dotted = before == "."
            && at >= 2
            && sentence[at - 2].0.chars().count() == 1
            && sentence[at - 2].0.chars().all(char::is_uppercase)
            && token.chars().count() == 1
            && token.chars().all(char::is_uppercase);
        if token == "." && text.ends_with('.') && glue_next_dot(before) {
            continue_name(&mut open, tag, text.len());
            continue;
        }
        let opened = match token.as_str() {
            "\"" => double,
            "'" => single,
            _ => true,
        };
        let glued = glue_next || dotted || is_glued(before, token, opened, hyphened);
        glue_next = false;
        if !glued {
            text.push(' ');
        }
        match token.as_str() {
            "\"" => {
                glue_next = !double;
                double = !double;
            }
            "'" => {
                glue_next = !single;
                single = !single;
            }
            _ => {}
        }
        let start = text.len();
        text.push_str(token);
        let end = text.len();
        let kind = match tag.get(2..) {
            None => None,
            Some("PER") => Some(Label::Person),
            Some("ORG") => Some(Label::Org),
            Some("LOC") => Some(Label::Place),
            Some("MISC") => Some(Label::Misc),
            Some(other) => anyhow::bail!("unknown label {other}: PER, ORG, LOC and MISC are known"),
        };
        let goes_on = tag.starts_with('I') && open.is_some_and(|(_, _, label)| Some(label) == kind);
        if goes_on {
            continue_name(&mut open, tag, end);
        } else {
            close(&mut document.names, open.take());
            open = kind.map(|label| (start, end, label));
        }
    }
    close(&mut document.names, open);
    Ok(())
}

fn glue_next_dot(before: &str) -> bool {
    before.len() > 1 && before.ends_with('.') && before != "..."
}

fn continue_name(open: &mut Option<(usize, usize, Label)>, tag: &str, to: usize) {
    if tag.starts_with('I')
        && let Some((_, end, _)) = open
    {
        *end = to;
    }
}

fn close(names: &mut Vec<Found>, open: Option<(usize, usize, Label)>) {
    names.extend(open.map(|(start, end, label)| Found { range: start..end, label }));
}

/// How well what was found agrees with what a set says: exact stretch and label.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Found and right.
    pub right: usize,
    /// Found.
    pub found: usize,
    /// In the set.
    pub expected: usize,
}

impl Score {
    /// Share of what was found that is right, 0 to 1.
    #[must_use]
    pub fn precision(&self) -> f64 {
        self.right as f64 / self.found.max(1) as f64
    }

    /// Share of the set's names that were found, 0 to 1.
    #[must_use]
    pub fn recall(&self) -> f64 {
        self.right as f64 / self.expected.max(1) as f64
    }

    /// Harmonic mean of both.
    #[must_use]
    pub fn f1(&self) -> f64 {
        2.0 * self.right as f64 / (self.found + self.expected).max(1) as f64
    }
}

/// Scores by label. Labels that a set does not use are not counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scores {
    /// Label to its score.
    pub by_label: BTreeMap<Label, Score>,
}

impl Scores {
    /// Counts one document.
    pub fn count(&mut self, expected: &[Found], found: &[Found]) {
        for name in expected {
            let score = self.by_label.entry(name.label).or_default();
            score.expected += 1;
            score.right += usize::from(found.contains(name));
        }
        for name in found {
            self.by_label.entry(name.label).or_default().found += 1;
        }
    }

    /// All labels that the set uses as one.
    #[must_use]
    pub fn all(&self) -> Score {
        let mut all = Score::default();
        for score in self.by_label.values().filter(|score| score.expected > 0) {
            all.right += score.right;
            all.found += score.found;
            all.expected += score.expected;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(tagged: &str) -> Sentence {
        tagged
            .split(' ')
            .map(|token| {
                let (token, tag) = token.rsplit_once('|').unwrap_or((token, "O"));
                (token.to_owned(), tag.to_owned())
            })
            .collect()
    }

    #[test]
    fn tokens_become_running_text() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("He|O met Putin|B-PER 's aide .", "He met Putin's aide.", &["Putin"]),
            ("the U.S.|B-LOC .", "the U.S.", &["U.S."]),
            ("( U|B-LOC .|I-LOC S|I-LOC .|I-LOC )", "(U.S.)", &["U.S."]),
            (
                "\" Go , \" said Ban|B-PER Ki|I-PER -|I-PER moon|I-PER .",
                "\"Go,\" said Ban Ki-moon.",
                &["Ban Ki-moon"],
            ),
            ("Paris|B-LOC London|B-LOC", "Paris London", &["Paris", "London"]),
        ];
        for (tagged, text, names) in cases {
            let document = labelled(&[sentence(tagged)]).unwrap();
            assert_eq!(document.text, *text);
            let found: Vec<&str> =
                document.names.iter().map(|name| &document.text[name.range.clone()]).collect();
            assert_eq!(found, *names);
        }
        assert!(labelled(&[sentence("x|B-FOO")]).is_err());
    }

    #[test]
    fn exact_stretch_and_label_count() {
        let name = |range, label| Found { range, label };
        let expected = [name(0..5, Label::Person), name(9..12, Label::Place)];
        let found =
            [name(0..5, Label::Person), name(9..11, Label::Place), name(20..22, Label::Misc)];
        let mut scores = Scores::default();
        scores.count(&expected, &found);
        // The set labels nothing as other, so that is not counted.
        assert_eq!(scores.all(), Score { right: 1, found: 2, expected: 2 });
        assert!((scores.all().f1() - 0.5).abs() < 1e-9);
    }
}
