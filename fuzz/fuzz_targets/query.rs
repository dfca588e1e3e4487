//! Any text: no panic, errors that point into it, and a tree that survives printing.
#![no_main]

use dateline::query::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // 2025-08-06T12:00:00Z
    let Ok(now) = jiff::Timestamp::from_second(1_754_481_600) else { return };
    match parse(text, now) {
        Ok(query) => {
            let printed = query.to_string();
            // A field before a group is printed once for each word, which may be too much to read.
            if printed.len() <= 64 * 1024 {
                assert_eq!(parse(&printed, now), Ok(query), "{text:?} printed as {printed:?}");
            }
        }
        Err(error) => {
            assert!(text.get(error.at.clone()).is_some(), "{text:?}: {:?}", error.at);
            let _ = error.render(text);
        }
    }
});
