//! Any bytes as a file of each format: no panic, bodies in the shape that `Article` promises, and
//! passages and names that lie in them.
#![no_main]

use dateline::corpus::dates::Clock;
use dateline::corpus::format::Format;
use dateline::corpus::mapping::Mapping;
use dateline::corpus::read::{Cut, Piece};
use dateline::corpus::{Origin, Reading, parse};
use dateline::words::WordList;
use dateline::{entities, passage};
use libfuzzer_sys::fuzz_target;

const FORMATS: [Format; 11] = [
    Format::Text,
    Format::Markdown,
    Format::Html,
    Format::Json,
    Format::JsonLines,
    Format::Table,
    Format::Sgml,
    Format::Feed,
    Format::NewsXml,
    Format::Mail,
    Format::Mailbox,
];

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    // 2025-08-06T12:00:00Z
    let Ok(now) = jiff::Timestamp::from_second(1_754_481_600) else { return };
    let piece = Piece {
        key: "fuzz".into(),
        format: FORMATS[usize::from(*first) % FORMATS.len()],
        bytes: bytes.to_vec(),
        cut: Cut::Whole,
        origin: Origin::default(),
        raw_end: 0,
    };
    let parsed = parse(&piece, &Reading { mapping: Mapping::default(), clock: Clock::at(now) });
    for skipped in &parsed.skipped {
        assert_ne!(skipped.reason.code(), "reader-failed", "a reader panicked");
    }
    for article in &parsed.articles {
        assert!(!article.body.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
        assert!(!article.body.contains("\n\n\n"));
        let words = WordList::of(&article.body);
        for passage in passage::split(&article.body, &words, article.lang.as_deref()).passages {
            assert!(article.body.get(passage).is_some());
        }
        for name in entities::of_article(article, &words) {
            for place in name.body {
                assert!(article.body.get(place).is_some());
            }
        }
    }
});
