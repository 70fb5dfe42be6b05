//! Any bytes as a file somebody attaches: what is kept of it is kept the same when it is sent again.
#![no_main]

use documents::attachment::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(attached) = read(bytes) {
        assert_eq!(read(&attached.bytes), Ok(attached));
    }
});
