//! Any bytes as a file of each format; the first byte says which.
#![no_main]

use dateline::corpus::format::Format;
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
    dateline_fuzz::file_of(FORMATS[usize::from(*first) % FORMATS.len()], bytes);
});
