//! Any text as a date: of a query and of a document. No panic, and periods that are not empty.
#![no_main]

use dateline::{corpus, query};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // 2025-08-06T12:00:00Z
    let Ok(now) = jiff::Timestamp::from_second(1_754_481_600) else { return };
    let clock = corpus::dates::Clock::at(now);
    if let Ok((start, end)) = query::parse_date(text, now) {
        assert!(start < end, "{text:?}: {start} to {end}");
    }
    let _ = query::parse_range(text, now);
    let _ = corpus::dates::parse(text, &clock);
    let _ = corpus::dates::from_url(text, &clock);
});
