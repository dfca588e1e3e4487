//! Cuts a body into passages: the unit that is ranked, shown and cited. Tells where its paragraphs and
//! sentences start, too.
//!
//! A passage is a run of whole sentences of about `TARGET` to `LIMIT` words, ends with a
//! paragraph where one is near, and never reaches across a heading. Passages are disjoint, in
//! order, and cover every word of the body. Knows nothing of the index.

use crate::analysis::STRIDE;
use crate::article::{Parts, Passage, paragraphs};
use crate::sentences;
use crate::words::{self, WordList};

/// Words from which on a passage may end.
const TARGET: usize = 80;
/// Words beyond which a passage takes no further sentence.
const LIMIT: usize = 140;
/// A last passage of fewer words joins the one before it.
const TAIL: usize = 30;
/// A sentence of more words (a table, a list without stops) is cut.
const LONGEST_SENTENCE: usize = 320;
/// Words up to which a paragraph without a closing mark is taken for a heading.
const HEADING: usize = 14;

// Every way a passage can grow keeps it below one stride of positions.
const _: () = assert!(TARGET - 1 + LONGEST_SENTENCE + TAIL < STRIDE as usize);

/// A piece that is never cut: a sentence, or a part of one that is too long.
struct Sentence {
    range: Passage,
    words: usize,
}

/// Cuts a body up.
///
/// `list` has the words of the body; `lang` is the body's language (ISO 639-1) where it is known;
/// sentence ends depend on it.
#[must_use]
pub fn split(body: &str, list: &WordList, lang: Option<&str>) -> Parts {
    let mut parts = Parts::default();
    let mut passages: Vec<Sentence> = Vec::new();
    let mut open: Option<Sentence> = None;
    // Whether the open passage starts at a heading, so that nothing before may swallow it.
    let mut open_at_heading = false;

    for paragraph in paragraphs(body) {
        let Some(paragraph) = trimmed(&body[paragraph.clone()], paragraph.start) else { continue };
        let text = &body[paragraph.clone()];
        let words = list.count(&paragraph);
        let heading = words <= HEADING && !is_closed(text);
        if heading {
            let only_headings = open_at_heading && open.as_ref().is_some_and(|o| o.words < HEADING);
            if !only_headings {
                passages.extend(open.take());
                open_at_heading = true;
            }
        }
        let found = sentences_of(text, paragraph.start, list, lang);
        parts.paragraphs.push(paragraph.start);
        parts.sentences.extend(found.iter().map(|sentence| sentence.range.start));
        // Where all of it fits, it matters not where its sentences end.
        let fits = open.as_ref().map_or(0, |open| open.words) + words <= LIMIT && words > 0;
        let pieces = if fits {
            vec![Sentence { range: paragraph, words }]
        } else if found.iter().any(|sentence| sentence.words > LONGEST_SENTENCE) {
            found.into_iter().flat_map(|sentence| cut(body, sentence)).collect()
        } else {
            found
        };
        for sentence in pieces {
            open = Some(match open.take() {
                Some(current)
                    if current.words + sentence.words > LIMIT && current.words >= TAIL =>
                {
                    passages.push(current);
                    open_at_heading = false;
                    sentence
                }
                Some(current) => Sentence {
                    range: current.range.start..sentence.range.end,
                    words: current.words + sentence.words,
                },
                None => sentence,
            });
        }
        if open.as_ref().is_some_and(|current| current.words >= TARGET) {
            passages.extend(open.take());
            open_at_heading = false;
        }
    }
    if let Some(last) = open {
        match passages.last_mut() {
            Some(before)
                if last.words < TAIL && !open_at_heading && before.words <= LIMIT + TAIL =>
            {
                before.range.end = last.range.end;
                before.words += last.words;
            }
            _ => passages.push(last),
        }
    }
    parts.passages = passages.into_iter().map(|passage| passage.range).collect();
    parts
}

/// The range of a part without surrounding space; `None` where nothing else is in it.
fn trimmed(part: &str, at: usize) -> Option<Passage> {
    let inner = part.trim();
    let lead = part.len() - part.trim_start().len();
    (!inner.is_empty()).then(|| at + lead..at + lead + inner.len())
}

/// Whether a sentence mark ends a paragraph; a short one without is a heading.
fn is_closed(paragraph: &str) -> bool {
    paragraph.ends_with(|last: char| {
        matches!(last, '.' | '!' | '?' | '…' | ':' | ';' | ',' | '"' | '”' | '’' | '\'' | ')' | '»')
            || matches!(last, '。' | '！' | '？' | '।' | '؟')
    })
}

/// The sentences of a paragraph that starts at byte `at` of the body, at least one. A piece without
/// any word (a row of asterisks) goes with the sentence before it.
fn sentences_of(paragraph: &str, at: usize, list: &WordList, lang: Option<&str>) -> Vec<Sentence> {
    let mut found: Vec<Sentence> = Vec::new();
    for sentence in sentences::sentences(paragraph, lang.unwrap_or("en")) {
        let Some(range) = trimmed(&paragraph[sentence.clone()], at + sentence.start) else {
            continue;
        };
        let words = list.count(&range);
        match found.last_mut() {
            Some(before) if words == 0 => before.range.end = range.end,
            _ => found.push(Sentence { range, words }),
        }
    }
    found
}

/// A sentence, in pieces of [`LIMIT`] words where it is too long.
fn cut(body: &str, sentence: Sentence) -> Vec<Sentence> {
    if sentence.words <= LONGEST_SENTENCE {
        return vec![sentence];
    }
    let at = sentence.range.start;
    let sentence = &body[sentence.range];
    let starts: Vec<usize> = words::words(sentence).map(|(start, _)| start).collect();
    starts
        .chunks(LIMIT)
        .enumerate()
        .filter_map(|(number, chunk)| {
            let start = if number == 0 { 0 } else { chunk[0] };
            let end = starts.get((number + 1) * LIMIT).copied().unwrap_or(sentence.len());
            let range = trimmed(&sentence[start..end], at + start)?;
            Some(Sentence { range, words: chunk.len() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sentence(words: usize) -> String {
        let mut text = "Word".to_owned();
        for _ in 1..words {
            text.push_str(" word");
        }
        text + "."
    }

    fn texts(body: &str) -> Vec<&str> {
        let parts = split(body, &WordList::of(body), Some("en"));
        parts.passages.into_iter().map(|range| &body[range]).collect()
    }

    #[test]
    fn short_bodies_are_one_passage() {
        assert_eq!(texts("One sentence. And another."), ["One sentence. And another."]);
        assert_eq!(texts("  \n\n "), Vec::<&str>::new());
        assert_eq!(texts(""), Vec::<&str>::new());
    }

    #[test]
    fn a_heading_starts_a_passage() {
        let body = format!("{}\n\nWhat happened next\n\n{}", sentence(40), sentence(20));
        let parts = texts(&body);
        assert_eq!(parts.len(), 2);
        assert!(parts[1].starts_with("What happened next\n\nWord"));
    }

    #[test]
    fn passages_end_with_sentences_and_near_the_target() {
        let body = (0..30).map(|_| sentence(25)).collect::<Vec<_>>().join(" ");
        for part in texts(&body) {
            assert!(part.ends_with('.'));
            assert!((75..=LIMIT).contains(&words::count(part)), "{}", words::count(part));
        }
    }

    #[test]
    fn a_sentence_starts_behind_no_abbreviation() {
        let body = "It began at 7 p.m. ET on Friday. It ended at 9 p.m. The crowd left.";
        let starts = split(body, &WordList::of(body), Some("en")).sentences;
        assert_eq!(starts, [0, 33, 52]);
    }

    #[test]
    fn an_endless_sentence_is_cut() {
        let body = sentence(5000);
        let parts = texts(&body);
        assert!(parts.len() > 30);
        assert!(parts.iter().all(|part| words::count(part) < STRIDE as usize));
    }

    #[test]
    fn a_short_tail_joins_the_passage_before() {
        let body = format!("{}\n\n{}", sentence(100), sentence(8));
        assert_eq!(texts(&body).len(), 1);
    }

    #[test]
    fn sentences_and_paragraphs_start_where_they_do() {
        let body = "One. Two!\n\n* * *\n\nThree is here, he said.";
        let parts = split(body, &WordList::of(body), Some("en"));
        let from = |starts: &[usize]| starts.iter().map(|at| &body[*at..][..2]).collect::<Vec<_>>();
        assert_eq!(from(&parts.paragraphs), ["On", "* ", "Th"]);
        assert_eq!(from(&parts.sentences), ["On", "Tw", "* ", "Th"]);
    }

    proptest! {
        #[test]
        fn passages_cover_every_word_in_order(body in "(\\PC{0,40}[.!?]? ?(\n\n)?){0,30}") {
            let parts = split(&body, &WordList::of(&body), None);
            let passages = &parts.passages;
            let mut end = 0;
            let mut words = 0;
            for passage in passages {
                prop_assert!(passage.start >= end && passage.end > passage.start);
                end = passage.end;
                let inside = words::count(&body[passage.clone()]);
                prop_assert!(inside < STRIDE as usize);
                words += inside;
            }
            prop_assert_eq!(words, words::count(&body));
        }
    }
}
