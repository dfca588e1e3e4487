//! Any bytes as a message and as a mailbox of them.
#![no_main]

use dateline::corpus::format::Format;
use dateline_fuzz::file_of;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    file_of(Format::Mail, data);
    file_of(Format::Mailbox, data);
});
