//! Any bytes as the front matter of a text, in both of its notations, with a text behind it.
#![no_main]

use dateline::corpus::format::Format;
use dateline_fuzz::file_of;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for fence in ["---", "+++"] {
        let fenced = |bytes: &str| format!("{fence}\n{bytes}\n{fence}\n\nThe council met on Monday.");
        let text = fenced(&String::from_utf8_lossy(data));
        file_of(Format::Markdown, text.as_bytes());
        file_of(Format::Text, text.as_bytes());
    }
});
