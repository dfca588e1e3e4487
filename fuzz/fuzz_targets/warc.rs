//! Any bytes as a web archive: what they say of lengths, heads and encodings leads nowhere.
#![no_main]

use dateline_fuzz::OnDisk;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static FILE: OnDisk = OnDisk::named("fuzz.warc");
}

fuzz_target!(|data: &[u8]| FILE.with(|file| file.read(data)));
