//! How the score of a hit came about, in words.

use super::summary::short;
use crate::hits::{Matched, Why};

/// The lines that tell it: the sum first, then each part of the query.
pub(super) fn lines(why: &Why, score: f32) -> Vec<String> {
    let parts = [
        (why.article, "the article"),
        (why.passage, "its best passage"),
        (why.words, "words of the best articles"),
        (why.days, "their days"),
        (why.recent, "being new"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(gain, _)| *gain > 0.0)
        .map(|(gain, what)| format!("{gain:.2} {what}"))
        .collect();
    let mut lines = Vec::with_capacity(1 + why.matched.len());
    if !parts.is_empty() {
        lines.push(format!("why {score:.2}: {}", parts.join(" + ")));
    }
    lines.extend(why.matched.iter().map(matched));
    lines
}

fn matched(matched: &Matched) -> String {
    let times = |count: usize| if count > 1 { format!(" x{count}") } else { String::new() };
    let mut places = Vec::new();
    if matched.title > 0 {
        places.push(format!("headline{}", times(matched.title)));
    }
    for (number, count) in &matched.passages {
        places.push(format!("p{number}{}", times(*count)));
    }
    if matched.captions > 0 {
        places.push(format!("captions{}", times(matched.captions)));
    }
    format!("{} ({:.2}): {}", short(&matched.query), matched.weight, places.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_told_by_its_parts() {
        let why = Why {
            article: 7.5,
            passage: 1.25,
            words: 0.0,
            days: 0.0,
            recent: 0.0,
            matched: vec![Matched {
                query: "talks".to_owned(),
                weight: 2.0,
                title: 1,
                passages: vec![(1, 2), (4, 1)],
                captions: 1,
            }],
        };
        assert_eq!(
            lines(&why, 8.75),
            [
                "why 8.75: 7.50 the article + 1.25 its best passage",
                "talks (2.00): headline, p1 x2, p4, captions"
            ]
        );
    }
}
