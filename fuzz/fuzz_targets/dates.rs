//! Any text as a date: of a query and of a document. No panic, and periods that are not empty.
#![no_main]

use dateline::{article, corpus, mentions, query};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // 2025-08-06T12:00:00Z
    let Ok(now) = jiff::Timestamp::from_second(1_754_481_600) else { return };
    let clock = corpus::dates::Clock::at(now);
    if let Ok((start, end)) = query::parse_date(text, now) {
        assert!(start < end, "{text:?}: {start} to {end}");
    }
    let _ = query::parse_range(text, now);
    let _ = corpus::dates::read(text, &clock.in_language(Some("en-US")));
    if let Some((date, range)) = corpus::dates::find(text, &clock) {
        assert!(text.get(range).is_some() && date.at <= now + jiff::SignedDuration::from_hours(24));
    }
    let published = corpus::dates::parse(text, &clock)
        .map(|date| date.read_from(article::DateFrom::Record));
    for mention in mentions::find(text, published.as_ref()) {
        assert!(text.get(mention.range).is_some() && mention.from < mention.until, "{text:?}");
    }
    let _ = corpus::dates::from_url(text, &clock);
});
