//! The blocks of a body, and how they are taken out.
//!
//! Knows that a blank line stands between two; not why one goes. Whatever points into the body
//! is moved along.

use std::ops::Range;

use crate::article::{Article, Dropped, DroppedFor, paragraphs};

/// A paragraph or heading of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block<'a> {
    /// Where it stands.
    pub(super) range: Range<usize>,
    pub(super) text: &'a str,
}

/// The blocks of a body in order.
pub(super) fn of(body: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    for range in paragraphs(body) {
        let text = &body[range.clone()];
        if !text.trim().is_empty() {
            blocks.push(Block { range, text });
        }
    }
    blocks
}

/// What must stay of a text where more than half of it goes, in bytes: an article of a few
/// sentences with a long appeal under it is one still.
const ENOUGH: usize = 300;

/// Takes out the blocks that have a reason, unless hardly anything would be left: then the reasons
/// are wrong, or there is no article to be cleaned.
///
/// `why` has an entry for each block of [`of`]. What was taken out earlier keeps its place.
pub(super) fn take_out(article: &mut Article, why: &[Option<DroppedFor>]) {
    let blocks = of(&article.body);
    let bytes = |goes: bool| -> usize {
        let which = blocks.iter().zip(why).filter(|(_, why)| why.is_some() == goes);
        which.map(|(block, _)| block.text.len()).sum()
    };
    let (goes, stays) = (bytes(true), bytes(false));
    if goes == 0 || (goes > stays && stays < ENOUGH) {
        return;
    }
    let mut body = String::with_capacity(article.body.len());
    let mut dropped = Vec::new();
    // Where each block that stays was and is.
    let mut moved: Vec<(Range<usize>, usize)> = Vec::with_capacity(blocks.len());
    for (block, why) in blocks.iter().zip(why) {
        if let Some(why) = why {
            // Before what comes next, which is behind the blank line if anything is before it.
            let at = if body.is_empty() { 0 } else { body.len() + 2 };
            dropped
                .push((block.range.start, Dropped { at, text: block.text.to_owned(), why: *why }));
            continue;
        }
        if !body.is_empty() {
            body.push_str("\n\n");
        }
        moved.push((block.range.clone(), body.len()));
        body.push_str(block.text);
    }
    for (_, block) in &mut dropped {
        block.at = block.at.min(body.len());
    }
    let new_place = |old: usize| {
        let next = moved.partition_point(|(range, _)| range.end <= old);
        match moved.get(next) {
            Some((range, start)) => start + old.saturating_sub(range.start),
            None => body.len(),
        }
    };
    for earlier in std::mem::take(&mut article.dropped) {
        dropped.push((earlier.at, Dropped { at: new_place(earlier.at), ..earlier }));
    }
    dropped.sort_by_key(|(before, _)| *before);
    article.mentions.retain_mut(|mention| {
        let next = moved.partition_point(|(range, _)| range.end <= mention.range.start);
        match moved.get(next) {
            Some((range, start)) if range.start <= mention.range.start => {
                let length = mention.range.len();
                let at = start + mention.range.start - range.start;
                mention.range = at..at + length;
                true
            }
            // It stood in a block that goes.
            _ => false,
        }
    });
    article.dropped = dropped.into_iter().map(|(_, dropped)| dropped).collect();
    article.body = body;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Mention;

    fn article(body: &str) -> Article {
        Article { body: body.into(), ..Article::default() }
    }

    fn mention(body: &str, text: &str) -> Mention {
        let at = body.find(text).unwrap();
        let day = jiff::Timestamp::UNIX_EPOCH;
        Mention { range: at..at + text.len(), from: day, until: day }
    }

    #[test]
    fn blocks_stand_between_blank_lines() {
        let texts = |body| of(body).iter().map(|b| b.text).collect::<Vec<_>>();
        assert_eq!(texts("a\n\nb\n\nc"), ["a", "b", "c"]);
        assert_eq!(texts(""), [""; 0]);
        for block in of("ab\n\n\n\ncd") {
            assert_eq!(&"ab\n\n\n\ncd"[block.range], block.text);
        }
    }

    #[test]
    fn what_points_into_the_body_moves_along() {
        let body = "Share\n\nThe first of May came.\n\nSubscribe\n\nThen the second of May.\n\nEnd";
        let mut a = article(body);
        a.mentions = vec![
            mention(body, "first of May"),
            mention(body, "Subscribe"),
            mention(body, "second of May"),
        ];
        let phrase = Some(DroppedFor::Phrase);
        take_out(&mut a, &[phrase, None, None, None, None]);
        take_out(&mut a, &[None, phrase, None, phrase]);
        assert_eq!(a.body, "The first of May came.\n\nThen the second of May.");
        let named: Vec<&str> = a.mentions.iter().map(|m| &a.body[m.range.clone()]).collect();
        assert_eq!(named, ["first of May", "second of May"]);
        let dropped: Vec<(usize, &str)> =
            a.dropped.iter().map(|d| (d.at, d.text.as_str())).collect();
        assert_eq!(dropped, [(0, "Share"), (24, "Subscribe"), (47, "End")]);
    }

    #[test]
    fn most_of_a_text_is_never_taken_out() {
        let mut a = article("Short.\n\nA much longer block of text.");
        take_out(&mut a, &[None, Some(DroppedFor::Phrase)]);
        assert_eq!(a.body, "Short.\n\nA much longer block of text.");
        assert_eq!(a.dropped, []);
    }
}
