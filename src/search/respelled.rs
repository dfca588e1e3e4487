//! Spellings of the words of a phrase, or of things near each other, with which it is found.

use anyhow::Result;

use super::diagnosis::SPELLINGS;
use crate::backend::Searcher;
use crate::hits::Near;
use crate::query::{Pattern, Query, Text, TextField};

/// Words that are looked at: each asks for its neighbours in the dictionary.
const WORDS: usize = 6;
/// Spellings of the whole that are tried: each asks the archive.
const TRIED: usize = 24;

/// The part with one word or two spelled otherwise, where that is found: the nearest first.
pub(super) fn respelled(searcher: &dyn Searcher, part: &Query) -> Result<Vec<Near>> {
    let mut words: Vec<String> = Vec::new();
    let _ = with_words(part, &mut |word| {
        words.push(word.to_owned());
        word.to_owned()
    });
    // Without words there is nothing to spell, and of many the places cannot all be tried.
    if words.is_empty() || words.len() > WORDS {
        return Ok(Vec::new());
    }
    let mut spelled: Vec<Vec<String>> = Vec::with_capacity(words.len());
    for word in &words {
        let typed = Text { field: TextField::Any, pattern: Pattern::Word(word.clone()) };
        let found = searcher.count(&Query::Text(typed), false)? > 0;
        spelled.push(if found { vec![word.clone()] } else { like(searcher, word)? });
    }
    if spelled.iter().any(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let mut near = tried(searcher, part, &spelled)?;
    if near.is_empty() {
        // A slip may stand in some article, too.
        for (word, choices) in words.iter().zip(&mut spelled) {
            if choices.first() == Some(word) {
                choices.extend(like(searcher, word)?);
            }
        }
        near = tried(searcher, part, &spelled)?;
    }
    Ok(near)
}

/// Other words that are spelled like one.
fn like(searcher: &dyn Searcher, word: &str) -> Result<Vec<String>> {
    let like = searcher.words_like(word, SPELLINGS)?.into_iter().map(|(like, _)| like);
    Ok(like.filter(|like| like != word).collect())
}

/// The part with each word as one of those that may stand for it, best first, where that is found.
fn tried(searcher: &dyn Searcher, part: &Query, choices: &[Vec<String>]) -> Result<Vec<Near>> {
    let mut near = Vec::new();
    for picked in nearest_first(choices).into_iter().take(TRIED) {
        let mut at = 0;
        let query = with_words(part, &mut |_| {
            let word = choices[at][picked[at]].clone();
            at += 1;
            word
        });
        if query == *part {
            continue;
        }
        let articles = searcher.count(&query, false)?;
        if articles > 0 {
            near.push(Near { query: query.to_string(), articles });
        }
        if near.len() == SPELLINGS {
            break;
        }
    }
    Ok(near)
}

/// Every way to take one of each, in which at most two are not the first, those nearest to the firsts
/// before others.
fn nearest_first(choices: &[Vec<String>]) -> Vec<Vec<usize>> {
    let mut ways = vec![vec![0; choices.len()]];
    for one in 0..choices.len() {
        for pick in 1..choices[one].len() {
            let mut way = vec![0; choices.len()];
            way[one] = pick;
            for other in one + 1..choices.len() {
                for second in 1..choices[other].len() {
                    let mut way = way.clone();
                    way[other] = second;
                    ways.push(way);
                }
            }
            ways.push(way);
        }
    }
    ways.sort_by_key(|way| way.iter().sum::<usize>());
    ways
}

/// A query whose words, as they are written, are others.
fn with_words(query: &Query, word: &mut dyn FnMut(&str) -> String) -> Query {
    match query {
        Query::Text(Text { field, pattern }) => {
            let pattern = match pattern {
                Pattern::Word(typed) => Pattern::Word(word(typed)),
                Pattern::Exact(typed) => Pattern::Exact(word(typed)),
                Pattern::Phrase { words, exact, slop } => {
                    let words: Vec<String> = words.split_whitespace().map(&mut *word).collect();
                    Pattern::Phrase { words: words.join(" "), exact: *exact, slop: *slop }
                }
                other => other.clone(),
            };
            Query::Text(Text { field: *field, pattern })
        }
        Query::Or(any) => Query::Or(any.iter().map(|one| with_words(one, word)).collect()),
        Query::Near { left, right, nearness } => Query::Near {
            left: Box::new(with_words(left, word)),
            right: Box::new(with_words(right, word)),
            nearness: *nearness,
        },
        Query::AtLeast { count, of } => {
            Query::AtLeast { count: *count, of: Box::new(with_words(of, word)) }
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_tried_from_the_nearest_on() {
        let choices = [2, 1, 2].map(|count| vec![String::new(); count]);
        let ways = nearest_first(&choices);
        assert_eq!(ways[0], [0, 0, 0]);
        assert_eq!(ways.len(), 4);
        assert_eq!(ways.last().map(Vec::as_slice), Some([1, 0, 1].as_slice()));
    }
}
