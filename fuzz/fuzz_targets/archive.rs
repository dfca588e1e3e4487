//! Any bytes as a tar and as a zip archive: no entry is written anywhere.
#![no_main]

use dateline_fuzz::OnDisk;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static FILES: [OnDisk; 2] = ["fuzz.tar", "fuzz.zip"].map(OnDisk::named);
}

fuzz_target!(|data: &[u8]| FILES.with(|files| files.iter().for_each(|file| file.read(data))));
