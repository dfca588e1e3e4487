//! What is said about an answer beside it: how much there is, how it was read, what was left out.
//!
//! These are messages for standard error; no output format holds them (JSON has its `end` line).

use std::borrow::Cow;
use std::time::Duration;

use crate::hits::{AsWord, Diagnosis, Hits, Near, Part, Reading};

use super::escape;

/// Letters of a part of a query that a message shows.
const LONGEST: usize = 200;

/// The messages about an answer of which `shown` articles were written; one a line, the last
/// without a line end.
///
/// The total is always told, and so is what was not shown and how to get it.
#[must_use]
pub fn summary(hits: &Hits, shown: usize) -> String {
    let mut lines = vec![count(hits, shown)];
    lines.extend(remarks(hits));
    lines.join("\n")
}

/// The messages about an answer besides how much there is of it, a line each: how words were
/// taken, and what was left out.
#[must_use]
pub fn remarks(hits: &Hits) -> Vec<String> {
    let mut lines: Vec<String> = relaxed(hits).into_iter().collect();
    match hits.folded.map_or(0, |folded| folded.articles) {
        0 => {}
        1 => lines.push("1 more is a copy of one of these (--no-fold shows it)".to_owned()),
        folded => lines
            .push(format!("{} more are copies of these (--no-fold shows each)", grouped(folded))),
    }
    if !hits.ignored.is_empty() {
        let words: Vec<_> = hits.ignored.iter().map(|word| short(word)).collect();
        lines.push(format!("not looked for, as too common: {}", words.join(", ")));
    }
    lines.extend(hits.as_words.iter().map(|AsWord { typed, write }| {
        format!("read as a word: {}; for the operator, write {write}", short(typed))
    }));
    lines.extend(hits.diagnosis.iter().flat_map(diagnosis));
    match hits.undated {
        None | Some(0) => {}
        Some(1) => {
            lines.push("1 more matches but carries no date (date:none finds it)".to_owned());
        }
        Some(undated) => lines.push(format!(
            "{} more match but carry no date (date:none finds them)",
            grouped(undated)
        )),
    }
    lines
}

/// Why nothing was found, a line each.
fn diagnosis(diagnosis: &Diagnosis) -> Vec<String> {
    let mut lines = match diagnosis.parts.as_slice() {
        // It is the whole query, and there is no more to say of it.
        [only] if only.words.is_empty() && only.near.is_empty() && only.known.is_empty() => {
            Vec::new()
        }
        parts => parts.iter().map(part).collect(),
    };
    if diagnosis.more > 0 {
        lines.push(format!("  ... and {} more", diagnosis.more));
    }
    if let Some(Near { query, articles: found }) = &diagnosis.instead {
        lines.push(format!("{} would match: {}", articles(*found), short(query)));
    }
    lines
}

fn part(part: &Part) -> String {
    let mut line = format!("  {}: {}", short(&part.query), articles(part.articles));
    let list = |near: &[Near]| {
        let each =
            near.iter().map(|near| format!("{} ({})", short(&near.query), grouped(near.articles)));
        each.collect::<Vec<_>>().join(", ")
    };
    if !part.words.is_empty() {
        line += &format!("; its words: {}", list(&part.words));
    }
    if !part.near.is_empty() {
        line += &format!("; did you mean {}?", list(&part.near));
    }
    if !part.known.is_empty() {
        line += &format!("; the index has {}", list(&part.known));
    }
    if let Some(without) = part.without.filter(|without| *without > 0) {
        line += &format!("; without it {}", grouped(without));
    }
    line
}

/// A part of a query on one line of a message: of a long one, its start.
pub(super) fn short(query: &str) -> Cow<'_, str> {
    match query.char_indices().nth(LONGEST) {
        None => escape::line(query),
        Some((end, _)) => format!("{}…", escape::line(&query[..end])).into(),
    }
}

/// `1 article`, `136,277 articles`, `no articles`.
pub(super) fn articles(count: u64) -> String {
    match count {
        0 => "no articles".to_owned(),
        1 => "1 article".to_owned(),
        _ => format!("{} articles", grouped(count)),
    }
}

fn count(hits: &Hits, shown: usize) -> String {
    let all = articles(hits.total);
    let took = duration(hits.took);
    let last = hits.offset.saturating_add(shown);
    let more = hits.more_than(shown);
    if hits.total == 0 {
        return format!("{all}, {took}");
    }
    let has_counts = !hits.facets.is_empty() || hits.timeline.is_some();
    if shown == 0 && has_counts && hits.offset == 0 {
        return format!("{all}, {took}");
    }
    if shown == 0 {
        return if more {
            format!("{all}, none shown, {took}")
        } else {
            format!("{all}, none shown, {took}; --offset {} is past the last", hits.offset)
        };
    }
    let range = match (hits.offset, shown) {
        (0, _) if !more => return format!("{all}, {took}"),
        (_, 1) => format!("number {last} shown"),
        (offset, _) => format!("{}-{last} shown", offset + 1),
    };
    if more {
        format!("{all}, {range}, {took}; --offset {last} for more")
    } else {
        format!("{all}, {range}, {took}")
    }
}

/// What a relaxed reading did.
fn relaxed(hits: &Hits) -> Option<String> {
    if hits.reading != Reading::Relaxed || hits.total == 0 {
        return None;
    }
    let message = match hits.whole? {
        0 => "no article holds every word; those that hold most come first".to_owned(),
        whole if whole >= hits.total => return None,
        1 => "only 1 article holds every word; the rest hold some".to_owned(),
        whole => format!("only {} hold every word; the rest hold some", articles(whole)),
    };
    Some(message)
}

/// `3 ms`, `1.2 s`.
fn duration(took: Duration) -> String {
    match took.as_millis() {
        0 => "under 1 ms".to_owned(),
        millis @ 1..1000 => format!("{millis} ms"),
        _ => format!("{:.1} s", took.as_secs_f64()),
    }
}

/// A number with a comma after each third digit from the right.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::hits::Folded;

    #[test]
    fn the_total_is_told_and_a_cut_is_said() {
        let cases = [
            (0, 0, 0, "no articles, 3 ms"),
            (1, 0, 1, "1 article, 3 ms"),
            (8, 0, 8, "8 articles, 3 ms"),
            (12, 0, 10, "12 articles, 1-10 shown, 3 ms; --offset 10 for more"),
            (12, 0, 1, "12 articles, number 1 shown, 3 ms; --offset 1 for more"),
            (12, 10, 2, "12 articles, 11-12 shown, 3 ms"),
            (21, 10, 10, "21 articles, 11-20 shown, 3 ms; --offset 20 for more"),
            (12, 20, 0, "12 articles, none shown, 3 ms; --offset 20 is past the last"),
            (1_362_770, 0, 0, "1,362,770 articles, none shown, 3 ms"),
        ];
        for (total, offset, shown, line) in cases {
            let hits = Hits { total, offset, ..samples::empty() };
            assert_eq!(summary(&hits, shown), line);
        }
    }

    #[test]
    fn what_was_relaxed_ignored_and_left_out() {
        let mut hits = samples::answer();
        insta::assert_snapshot!(summary(&hits, 4), @"
        12 articles, 1-4 shown, 3 ms; --offset 4 for more
        only 1 article holds every word; the rest hold some
        2 more are copies of these (--no-fold shows each)
        not looked for, as too common: the
        3 more match but carry no date (date:none finds them)
        ");
        hits.undated = Some(1);
        hits.folded = None;
        hits.ignored.clear();
        hits.whole = Some(0);
        insta::assert_snapshot!(summary(&hits, 4), @"
        12 articles, 1-4 shown, 3 ms; --offset 4 for more
        no article holds every word; those that hold most come first
        1 more matches but carries no date (date:none finds it)
        ");
        hits.whole = Some(2000);
        hits.undated = Some(0);
        hits.total = 5000;
        hits.offset = 4;
        insta::assert_snapshot!(summary(&hits, 4), @"
        5,000 articles, 5-8 shown, 3 ms; --offset 8 for more
        only 2,000 articles hold every word; the rest hold some
        ");
        hits.whole = Some(hits.total);
        assert_eq!(summary(&hits, 4).lines().count(), 1);
        hits.reading = Reading::Any;
        insta::assert_snapshot!(summary(&hits, 4), @"5,000 articles, 5-8 shown, 3 ms; --offset 8 for more");
    }

    #[test]
    fn why_nothing_was_found() {
        let near = |query: &str, articles| Near { query: query.to_owned(), articles };
        let part = |query: &str, articles, without, words, near| Part {
            query: query.to_owned(),
            articles,
            without: Some(without),
            words,
            near,
            known: Vec::new(),
        };
        let words = vec![near("grain", 7), near("deal", 1200)];
        let parts = vec![
            part("\u{1b}kremln", 0, 0, vec![], vec![near("kremlin", 12)]),
            part("\"grain deal\"", 1, 3, words, vec![]),
        ];
        let instead = Some(near("kremln", 3));
        let diagnosis = Some(Diagnosis { parts, more: 2, instead });
        insta::assert_snapshot!(summary(&Hits { diagnosis, ..samples::empty() }, 0), @r#"
        no articles, 3 ms
          ␛kremln: no articles; did you mean kremlin (12)?
          "grain deal": 1 article; its words: grain (7), deal (1,200); without it 3
          ... and 2 more
        3 articles would match: kremln
        "#);
    }

    #[test]
    fn with_copies_folded_the_total_does_not_tell_whether_more_follow() {
        let cases = [
            (5, 0, 3, Folded { articles: 2, more: false }, "5 articles, 3 ms"),
            (
                5,
                0,
                3,
                Folded { articles: 0, more: true },
                "5 articles, 1-3 shown, 3 ms; --offset 3 for more",
            ),
            (5, 3, 1, Folded { articles: 1, more: false }, "5 articles, number 4 shown, 3 ms"),
        ];
        for (total, offset, shown, folded, line) in cases {
            let hits = (1..=shown).map(samples::bare_hit).collect();
            let hits = Hits { total, offset, hits, folded: Some(folded), ..samples::empty() };
            assert_eq!(summary(&hits, shown).lines().next(), Some(line));
        }
        let folded = Some(Folded { articles: 1, more: false });
        let remark = remarks(&Hits { total: 2, folded, ..samples::empty() });
        assert_eq!(remark, ["1 more is a copy of one of these (--no-fold shows it)"]);
    }

    #[test]
    fn durations() {
        let cases = [(0, "under 1 ms"), (999, "under 1 ms"), (3_999, "3 ms"), (1_234_567, "1.2 s")];
        for (micros, shown) in cases {
            assert_eq!(duration(Duration::from_micros(micros)), shown);
        }
    }
}
