//! What a query matched in a text, as byte ranges; no markup.
//!
//! Marks what the query asked for and nothing else: phrases only as phrases, the word that a
//! wildcard, fuzzy word or stem matched, nothing for NOT and nothing for words too common to be
//! looked for. It reads the query tree and cuts text with the chains of [`crate::analysis`], as
//! the index does; it knows no index.

use std::ops::Range;

use crate::analysis::{Analyzer, Chain, Word};
use crate::article::Passage;
use crate::pattern::WordPattern;
use crate::proximity::places;
use crate::query::{Pattern, Query, Text, TextField, telling};

/// Marks texts for one query.
pub struct Highlighter {
    analyzer: Analyzer,
    wanted: Vec<(TextField, Wanted)>,
}

/// One thing to mark.
enum Wanted {
    /// These terms near each other; see [`places`]. One term alone is a plain word.
    Terms { terms: Vec<String>, chain: Chain, slop: u32 },
    /// Any word that the pattern stands for.
    Words(WordPattern),
}

impl Highlighter {
    /// A highlighter of what the query asks for.
    #[must_use]
    pub fn new(query: &Query) -> Self {
        let mut highlighter = Self { analyzer: Analyzer::default(), wanted: Vec::new() };
        highlighter.gather(query);
        highlighter
    }

    fn gather(&mut self, query: &Query) {
        match query {
            Query::All | Query::Filter(_) | Query::Not(_) => {}
            Query::Text(text) => self.want(text),
            Query::Words(words) => {
                let (kept, _) = telling(words, &self.analyzer);
                kept.into_iter().for_each(|word| self.gather(word));
            }
            Query::And(parts) | Query::Or(parts) => {
                parts.iter().for_each(|part| self.gather(part));
            }
        }
    }

    fn want(&mut self, text: &Text) {
        let (words, chain, slop) = match &text.pattern {
            Pattern::Word(word) => (word, Chain::Stem, 0),
            Pattern::Exact(word) => (word, Chain::Exact, 0),
            Pattern::Phrase { words, exact, slop } => {
                (words, if *exact { Chain::Exact } else { Chain::Stem }, *slop)
            }
            Pattern::Wildcard(glob) => {
                self.wanted.push((text.field, Wanted::Words(WordPattern::glob(glob))));
                return;
            }
            Pattern::Fuzzy { word, distance } => {
                let pattern = WordPattern::near(word, *distance);
                self.wanted.push((text.field, Wanted::Words(pattern)));
                return;
            }
        };
        let terms = self.analyzer.terms(words, chain);
        if !terms.is_empty() {
            self.wanted.push((text.field, Wanted::Terms { terms, chain, slop }));
        }
    }

    /// What the query matched in a headline.
    #[must_use]
    pub fn title(&self, title: &str) -> Vec<Range<usize>> {
        self.mark(title, |_| true)
    }

    /// What the query matched in a passage. The ranges are within the passage.
    #[must_use]
    pub fn passage(&self, passage: &str) -> Vec<Range<usize>> {
        self.mark(passage, |field| field == TextField::Any)
    }

    /// What the query matched in a passage of a body. The ranges are within the body.
    #[must_use]
    pub fn in_body(&self, body: &str, passage: &Passage) -> Vec<Range<usize>> {
        let marks = self.passage(&body[passage.clone()]).into_iter();
        marks.map(|mark| mark.start + passage.start..mark.end + passage.start).collect()
    }

    /// In order and disjoint.
    fn mark(&self, text: &str, applies: impl Fn(TextField) -> bool) -> Vec<Range<usize>> {
        let words = self.analyzer.words(text);
        let mut marks: Vec<Range<usize>> = Vec::new();
        for (field, wanted) in &self.wanted {
            if !applies(*field) {
                continue;
            }
            match wanted {
                Wanted::Words(pattern) => marks.extend(
                    words
                        .iter()
                        .filter(|word| pattern.matches(&word.exact))
                        .map(|w| w.range.clone()),
                ),
                Wanted::Terms { terms, chain, slop } => {
                    mark_terms(&words, terms, *chain, *slop, &mut marks);
                }
            }
        }
        marks.sort_by_key(|mark| (mark.start, mark.end));
        marks.dedup_by(|next, before| {
            let overlap = next.start < before.end;
            if overlap {
                before.end = before.end.max(next.end);
            }
            overlap
        });
        marks
    }
}

fn mark_terms(
    words: &[Word],
    terms: &[String],
    chain: Chain,
    slop: u32,
    marks: &mut Vec<Range<usize>>,
) {
    let positions: Vec<Vec<u32>> = terms
        .iter()
        .map(|term| {
            let is_term = |word: &Word| match chain {
                Chain::Stem => word.stem == *term,
                Chain::Exact => word.exact == *term,
            };
            words.iter().zip(0u32..).filter(|(word, _)| is_term(word)).map(|(_, at)| at).collect()
        })
        .collect();
    for place in places(&positions, slop) {
        // Words that follow each other are one mark, from the first letter to the last.
        for run in place.chunk_by(|a, b| a + 1 == *b) {
            let (first, last) = (run[0] as usize, run[run.len() - 1] as usize);
            marks.push(words[first].range.start..words[last].range.end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Query {
        Query::Text(Text { field: TextField::Any, pattern: Pattern::Word(text.into()) })
    }

    fn phrase(words: &str, slop: u32) -> Query {
        let pattern = Pattern::Phrase { words: words.into(), exact: false, slop };
        Query::Text(Text { field: TextField::Any, pattern })
    }

    fn pattern(pattern: Pattern) -> Query {
        Query::Text(Text { field: TextField::Any, pattern })
    }

    #[test]
    fn marks_what_matched_and_nothing_else() {
        let text = "The envoy's visits: Steve Witkoff met Vladimir Putin in Moscow; Putin smiled.";
        let cases = [
            (word("visit"), vec!["visits"]),
            (word("Putin"), vec!["Putin", "Putin"]),
            (phrase("vladimir putin", 0), vec!["Vladimir Putin"]),
            (phrase("putin vladimir", 0), vec![]),
            (phrase("putin witkoff", 2), vec!["Witkoff", "Putin"]),
            (pattern(Pattern::Wildcard("mos*".into())), vec!["Moscow"]),
            (pattern(Pattern::Fuzzy { word: "witkof".into(), distance: 1 }), vec!["Witkoff"]),
            (pattern(Pattern::Exact("visit".into())), vec![]),
            (Query::Not(Box::new(word("Putin"))), vec![]),
            (Query::Words(vec![word("the"), word("envoy")]), vec!["envoy's"]),
            (Query::Words(vec![word("steve"), word("witkoff")]), vec!["Steve", "Witkoff"]),
            (Query::Or(vec![phrase("steve witkoff", 0), word("witkoff")]), vec!["Steve Witkoff"]),
        ];
        for (query, expect) in cases {
            let marks = Highlighter::new(&query).passage(text);
            let marked: Vec<&str> = marks.into_iter().map(|mark| &text[mark]).collect();
            assert_eq!(marked, expect, "{query:?}");
        }
    }

    #[test]
    fn a_title_condition_marks_the_title_alone() {
        let query =
            Query::Text(Text { field: TextField::Title, pattern: Pattern::Word("talks".into()) });
        let highlighter = Highlighter::new(&query);
        assert_eq!(highlighter.title("Talks end").first(), Some(&(0..5)));
        assert!(highlighter.passage("Talks end").is_empty());
    }
}
