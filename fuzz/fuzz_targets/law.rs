//! Any bytes as a law's file: text of its lines, or what is wrong.
#![no_main]

use documents::legal_text::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = read(bytes) {
        assert!(!text.trim().is_empty());
        assert!(text.chars().all(|c| matches!(c, '\t' | '\n') || !c.is_control()), "{text:?}");
    }
});
