//! Any bytes as a roster or another list: what is read has rows, is written back, and reads the same.
#![no_main]

use documents::encoding::decode;
use documents::table::{Format, Table, read, read_all, write};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(tables) = read_all(bytes) else { return };
    assert!(tables.iter().all(|table| !table.rows.is_empty()));
    // Text that begins like a workbook, or has tabs or semicolons, may be taken for another format when it comes back.
    let comes_back = |table: &Table| {
        matches!(table.format, Format::Csv(_))
            && !table.rows.iter().flatten().any(|cell| cell.starts_with("PK\u{3}\u{4}"))
            && !table.rows.iter().flatten().any(|cell| cell.contains(['\t', ';']))
    };
    if let Some(table) = tables.into_iter().next().filter(comes_back) {
        let written = write(&table).expect("what was read can be written");
        // A few bytes of CP932 may be UTF-8 as well, once quotation marks no longer part them: no reader can tell which was meant.
        let encoding = decode(&written).map(|(_, encoding)| Format::Csv(encoding));
        if encoding != Ok(table.format) {
            return;
        }
        let again = read(&written).expect("what was written can be read");
        assert_eq!(shown(&again), shown(&table));
    }
});

/// The cells that hold something: a row's empty cells at its end do not count, nor do lines with nothing.
fn shown(table: &Table) -> Vec<Vec<String>> {
    let row = |row: &Vec<String>| {
        let mut row = row.clone();
        while row.last().is_some_and(|cell| cell.trim().is_empty()) {
            row.pop();
        }
        row
    };
    table.rows.iter().map(row).filter(|row| !row.is_empty()).collect()
}
