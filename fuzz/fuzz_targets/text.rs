//! Any text as an official text, and as the two sides of a comparison: nothing is lost, every line stands in one row.
#![no_main]

use libfuzzer_sys::fuzz_target;
use training::guideline::comparison::table::table;
use training::guideline::comparison::{Cell, Text, compare};
use training::guideline::official_text::{outline, unwrapped};

fn squeezed(text: &str) -> String {
    text.trim_start_matches('\u{feff}').chars().filter(|c| !c.is_whitespace()).collect()
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    assert_eq!(squeezed(&unwrapped(text)), squeezed(text));
    assert!(outline(text).iter().all(|entry| !entry.text.trim().is_empty()));
    let (old, new) = text.split_once("\n===\n").unwrap_or((text, text));
    let comparison = compare(&Text::parse(old), &Text::parse(new));
    for (side, cells) in [
        (old, comparison.rows.iter().filter_map(|row| row.old.as_ref()).collect::<Vec<&Cell>>()),
        (new, comparison.rows.iter().filter_map(|row| row.new.as_ref()).collect()),
    ] {
        let mut lines: Vec<usize> = cells.iter().map(|cell| cell.line).collect();
        lines.sort_unstable();
        let side = side.trim_start_matches('\u{feff}');
        let expected: Vec<usize> =
            (1..).zip(side.lines()).filter(|(_, line)| !line.trim().is_empty()).map(|(number, _)| number).collect();
        assert_eq!(lines, expected, "every line in one row");
        for cell in cells {
            let length = cell.text.chars().count();
            assert!(cell.spans.iter().all(|(from, to)| from < to && *to <= length));
        }
    }
    table(&comparison, false);
});
