//! A query as it was understood, as a tree.

use std::io::{self, Write};

use super::summary::{articles, short};
use super::{Format, escape, json};
use crate::hits::Explained;

/// Columns from which on what a part asks for stands on a line of its own.
const WIDE: usize = 44;

/// Writes an explained query, for people or as a line of JSON.
///
/// # Errors
/// If it cannot be written.
pub fn explained(out: &mut dyn Write, explained: &Explained, format: Format) -> io::Result<()> {
    match format {
        Format::Json => json::explained(out, explained),
        _ => tree(out, explained, "", ""),
    }
}

/// `first` stands before the part, `rest` before what is below it.
fn tree(out: &mut dyn Write, part: &Explained, first: &str, rest: &str) -> io::Result<()> {
    let label = format!("{first}{}", short(&part.query));
    let asks = format!("{}: {}", part.asks, articles(part.articles));
    let stem = if part.parts.is_empty() { "  " } else { "\u{2502} " };
    if label.chars().count() < WIDE {
        writeln!(out, "{label:<WIDE$}{asks}")?;
    } else {
        writeln!(out, "{label}\n{rest}{stem}{asks}")?;
    }
    if let Some(count) = part.word_count {
        let mut words: Vec<String> =
            part.words.iter().map(|word| escape::line(word).into_owned()).collect();
        let more = count - words.len().min(count);
        if more > 0 {
            words.push(format!("{more} more"));
        }
        let list = if words.is_empty() { "no word".to_owned() } else { words.join(", ") };
        writeln!(out, "{rest}{stem}stands for {list}")?;
    }
    let last = part.parts.len().saturating_sub(1);
    for (number, one) in part.parts.iter().enumerate() {
        let (branch, below) =
            if number == last { ("\u{2514} ", "  ") } else { ("\u{251c} ", "\u{2502} ") };
        tree(out, one, &format!("{rest}{branch}"), &format!("{rest}{below}"))?;
    }
    Ok(())
}
