//! Any bytes as one JSON value and as lines of them, and as a file that is cut into records.
#![no_main]

use dateline::corpus::format::Format;
use dateline_fuzz::{OnDisk, file_of};
use libfuzzer_sys::fuzz_target;

thread_local! {
    static FILE: OnDisk = OnDisk::named("fuzz.json");
}

fuzz_target!(|data: &[u8]| {
    file_of(Format::Json, data);
    file_of(Format::JsonLines, data);
    FILE.with(|file| file.read(data));
});
