//! Whatever bytes come in, a reader answers with a table or an error that says why: it never panics, hangs or takes all memory.
//!
//! `PROPTEST_CASES` sets how many files are tried; the default keeps the whole run short.

#![allow(clippy::unwrap_used)]

use documents::encoding::Encoding;
use documents::table::{Format, Table, read, write};
use proptest::prelude::*;
use std::io::{Cursor, Read, Write};

/// What people have in their tables: full-width digits, quotation marks, line ends in cells, characters CP932 lacks.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9０-９-]{0,12}",
        "[あ-んア-ン一-龠𠮷髙 　]{0,8}",
        "[\",\r\n=+@]{0,4}",
        "(昭和|平成|令和)[0-9]{1,2}年4月1日"
    ]
}

fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    proptest::collection::vec(proptest::collection::vec(cell(), 1..6), 1..8)
}

fn format() -> impl Strategy<Value = Format> {
    prop_oneof![
        Just(Format::Csv(Encoding::Utf8)),
        Just(Format::Csv(Encoding::Utf8WithBom)),
        Just(Format::Csv(Encoding::Cp932)),
        Just(Format::Xlsx)
    ]
}

/// Where and how bytes are damaged: position (a share of the length), new byte; then cut off at a share.
fn damage() -> impl Strategy<Value = (Vec<(f64, u8)>, f64)> {
    (proptest::collection::vec((0.0..1.0, any::<u8>()), 0..6), prop_oneof![Just(1.0), 0.0..1.0])
}

fn damaged(mut bytes: Vec<u8>, (changes, cut): (Vec<(f64, u8)>, f64)) -> Vec<u8> {
    for (at, byte) in changes {
        let index = (at * bytes.len() as f64) as usize;
        bytes[index] = byte;
    }
    bytes.truncate((cut * bytes.len() as f64) as usize);
    bytes
}

/// The workbook with one of its parts damaged before it is packed: its checksums are right, what it says is not.
fn repacked(book: &[u8], which: usize, damage: (Vec<(f64, u8)>, f64)) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let which = which % archive.len();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if index == which {
            bytes = damaged(bytes, damage.clone());
        }
        packed.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        packed.write_all(&bytes).unwrap();
    }
    packed.finish().unwrap().into_inner()
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let _ = read(&bytes);
        let _ = read(&[b"PK\x03\x04", &bytes[..]].concat());
    }

    #[test]
    fn a_damaged_file_is_answered(rows in rows(), format in format(), damage in damage()) {
        let _ = read(&damaged(write(&Table::new(format, rows)).unwrap(), damage));
    }

    #[test]
    fn a_workbook_with_a_damaged_part_is_answered(rows in rows(), which in any::<usize>(), damage in damage()) {
        let book = write(&Table::new(Format::Xlsx, rows)).unwrap();
        let _ = read(&repacked(&book, which, damage));
    }

    #[test]
    fn what_was_read_comes_back(rows in rows(), format in format()) {
        let bytes = write(&Table::new(format, rows)).unwrap();
        if let Ok(table) = read(&bytes) {
            prop_assert_eq!(read(&write(&table).unwrap()).unwrap(), table);
        }
    }

}

#[test]
fn rows_are_numbered_as_people_see_them() {
    let text = "名簿\r\n\r\n番号,氏名\r\n1,\"研修\r\n太郎\"\r\n\r\n\r\n2,研修 花子\r\n";
    let table = read(text.as_bytes()).unwrap();
    let rows: Vec<usize> =
        table.rows.iter().enumerate().filter(|(_, row)| !row.is_empty()).map(|(index, _)| index + 1).collect();
    assert_eq!(rows, [1, 3, 4, 7]);
    let again = read(&documents::table::write(&table).unwrap()).unwrap();
    assert_eq!(again.rows[6], ["2", "研修 花子"]);
}

#[test]
fn an_answer_of_the_law_interface_reads_as_the_plain_law_does() {
    let read = |bytes: &[u8]| documents::legal_text::read(bytes).unwrap();
    let (old, new) = (read(include_bytes!("cases/18-plain-old.xml")), read(include_bytes!("cases/18-plain-new.xml")));
    assert_ne!(old, new);
    assert_eq!(read(include_bytes!("cases/18-api-v2-old.xml")), old);
    assert_eq!(read(include_bytes!("cases/18-api-v2-new.xml")), new);
    assert_eq!(read(include_bytes!("cases/18-api-v2-utf16-old.xml")), old);
    assert!(old.contains("三月") && new.contains("一月") && !old.contains('<'), "{old}");
}
