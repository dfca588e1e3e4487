//! Any bytes as a saved page.
#![no_main]

use dateline::corpus::format::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| dateline_fuzz::file_of(Format::Html, data));
