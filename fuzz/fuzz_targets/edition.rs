//! Any text in the place of one of an edition's files, or of a supplement: it is read, or told what is wrong; it never breaks.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};
use training::NaiveDate;
use training::guideline::edition::{Edition, Files};
use training::guideline::rulebook::Rulebook;
use training::guideline::supplement::Supplement;

const REVISED: Files<'static> = Files {
    edition: include_str!("../../guidelines/initial-training-revised/edition.toml"),
    clauses: include_str!("../../guidelines/initial-training-revised/clauses.toml"),
    curriculum: include_str!("../../guidelines/initial-training-revised/curriculum.toml"),
    requirements: include_str!("../../guidelines/initial-training-revised/requirements.toml"),
};

static SHIPPED: LazyLock<Arc<Edition>> =
    LazyLock::new(|| Arc::new(Edition::read("initial-training-revised", REVISED).expect("what ships is sound")));

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for files in [
        Files { edition: text, ..REVISED },
        Files { clauses: text, ..REVISED },
        Files { curriculum: text, ..REVISED },
        Files { requirements: text, ..REVISED },
    ] {
        match Edition::read("fuzzed", files) {
            Ok(edition) => assert!(!edition.as_text().is_empty()),
            Err(problems) => assert!(!problems.is_empty()),
        }
    }
    if let Ok(supplement) = Supplement::read("fuzzed", text) {
        let problems = supplement.check(text, |day| Rulebook::new(SHIPPED.clone(), day));
        let mut rulebook = Rulebook::new(SHIPPED.clone(), NaiveDate::MAX);
        let before = rulebook.requirements.clone();
        match supplement.apply(text, &mut rulebook, NaiveDate::MAX) {
            Ok(()) => {
                assert!(before.iter().all(|known| rulebook.requirement(&known.id).is_some()), "nothing is dropped")
            }
            Err(found) => assert!(!found.is_empty() && !problems.is_empty() && rulebook.requirements == before),
        }
    }
});
