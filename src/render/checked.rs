//! What became of kept citations, for people: a line each, and below it where the passage went or
//! what stands in its place.

use std::io::{self, Write};

use anstyle::Style;

use crate::verify::{Checked, Fate, Found, Near};

use super::cited::place;
use super::layout::{Block, Hold, Page, Span};
use super::text::Paint;
use super::{Look, escape};

/// Columns that the state of a citation and the space behind it take.
const GUTTER: usize = 11;

/// Writes what became of citations.
///
/// # Errors
///
/// Those of the writer.
pub fn checked(out: &mut dyn Write, checked: &[Checked], look: &Look) -> io::Result<()> {
    let page = Page::on(look.width, true);
    let paint = Paint::new(look.color);
    for Checked { kept, fate } in checked {
        let style = match fate {
            Fate::Unchanged => paint.faint,
            Fate::Moved(_) => Style::new(),
            Fate::Changed { .. } | Fate::Gone { .. } => paint.strong,
        };
        let mut head = Block::default();
        head.add(&kept.typed, Span { style, link: None, hold: Hold::Whole });
        let lines: Vec<String> = kept.lines.iter().map(ToString::to_string).collect();
        let word = if lines.len() == 1 { "line" } else { "lines" };
        head.add(&format!(" ({word} {})", lines.join(", ")), paint.faint);
        head.write(out, page, &format!("{:GUTTER$}", state(fate)), style)?;
        let lead = " ".repeat(GUTTER);
        let mut line = |text: &str| {
            Block::default().add(text, Style::new()).write(out, page, &lead, Style::new())
        };
        match fate {
            Fate::Unchanged => {}
            Fate::Moved(found) => line(&format!("now {}", stands(found)))?,
            Fate::Changed { now, elsewhere } => {
                line(&in_its_place(now.as_ref()))?;
                if let Some(found) = elsewhere {
                    line(&format!("as cited it still stands as {}", stands(found)))?;
                }
                if let Some(near) = now {
                    let deep = " ".repeat(GUTTER + 2);
                    let mut text = Block::default();
                    text.add(&near.text, Style::new()).write(out, page, &deep, Style::new())?;
                }
            }
            Fate::Gone { like } => {
                line("there is no such article, and nothing in the index says this")?;
                for id in like {
                    line(&format!("did you mean {}", escape::line(id)))?;
                }
            }
        }
    }
    Ok(())
}

/// What is said of a fate in one word.
pub(super) fn state(fate: &Fate) -> &'static str {
    match fate {
        Fate::Unchanged => "unchanged",
        Fate::Moved(_) => "moved",
        Fate::Changed { .. } => "changed",
        Fate::Gone { .. } => "gone",
    }
}

fn stands(found: &Found) -> String {
    let others = match found.others {
        0 => String::new(),
        1 => ", and in 1 more passage".to_owned(),
        others => format!(", and in {others} more passages"),
    };
    format!("{} ({}){others}", found.cite, place(&found.article))
}

fn in_its_place(now: Option<&Near>) -> String {
    let Some(Near { cite, number, alike, .. }) = now else {
        return "nothing in the article is like it now".to_owned();
    };
    match alike {
        Some(alike) => {
            let percent = (100.0 * alike).round();
            format!(
                "most like it now is p{number} ({percent} % of its words are quoted here): {cite}"
            )
        }
        None => format!(
            "what it said is not quoted here, so that nothing can be compared; p{number} is now {cite}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::article::Article;
    use crate::verify::Kept;

    #[test]
    fn each_fate() {
        let kept = |lines: &[usize]| Kept {
            typed: "a%20b.txt#p3@0123456789".to_owned(),
            lines: lines.to_vec(),
            beside: String::new(),
        };
        let near = |alike| Near {
            cite: "a%20b.txt#p2@9876543210".to_owned(),
            number: 2,
            text: "The deal\n\nwas \x1b[31msigned.".to_owned(),
            alike,
        };
        let found = |others| Found {
            article: Article { body: String::new(), ..samples::answer().hits[0].article.clone() },
            cite: "world/wire.jsonl#ua-17#p2@0123456789".to_owned(),
            others,
        };
        let fates = [
            Fate::Unchanged,
            Fate::Moved(found(0)),
            Fate::Moved(found(2)),
            Fate::Changed { now: Some(near(Some(0.834))), elsewhere: Some(found(1)) },
            Fate::Changed { now: Some(near(None)), elsewhere: None },
            Fate::Changed { now: None, elsewhere: None },
            Fate::Gone { like: vec!["b\u{9b}.txt".to_owned()] },
        ];
        let lines: [&[usize]; 7] = [&[1], &[2, 5], &[3], &[4], &[5], &[6], &[7]];
        let all: Vec<Checked> = fates
            .into_iter()
            .zip(lines)
            .map(|(fate, lines)| Checked { kept: kept(lines), fate })
            .collect();
        let mut out = Vec::new();
        checked(&mut out, &all, &Look::default()).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @"
        unchanged  a%20b.txt#p3@0123456789 (line 1)
        moved      a%20b.txt#p3@0123456789 (lines 2, 5)
                   now world/wire.jsonl#ua-17#p2@0123456789 (The Kyiv Courier, 25 April 2025 (from the url))
        moved      a%20b.txt#p3@0123456789 (line 3)
                   now world/wire.jsonl#ua-17#p2@0123456789 (The Kyiv Courier, 25 April 2025 (from the
                   url)), and in 2 more passages
        changed    a%20b.txt#p3@0123456789 (line 4)
                   most like it now is p2 (83 % of its words are quoted here): a%20b.txt#p2@9876543210
                   as cited it still stands as world/wire.jsonl#ua-17#p2@0123456789 (The Kyiv Courier, 25
                   April 2025 (from the url)), and in 1 more passage
                     The deal

                     was ␛[31msigned.
        changed    a%20b.txt#p3@0123456789 (line 5)
                   what it said is not quoted here, so that nothing can be compared; p2 is now
                   a%20b.txt#p2@9876543210
                     The deal

                     was ␛[31msigned.
        changed    a%20b.txt#p3@0123456789 (line 6)
                   nothing in the article is like it now
        gone       a%20b.txt#p3@0123456789 (line 7)
                   there is no such article, and nothing in the index says this
                   did you mean b�.txt
        ");
    }
}
