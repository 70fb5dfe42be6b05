//! `kensan guideline compare`: an official table comes out byte for byte the same, in every process.

use crate::command::kensan;
use std::path::Path;

fn written(directory: &Path, name: &str, text: &str) -> String {
    let file = directory.join(name);
    std::fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

/// Articles of few words that repeat from chapter to chapter, as 準用 and 運営規程 do.
fn articles(chapters: std::ops::Range<usize>) -> String {
    let mut number = 0;
    let mut text = String::new();
    for chapter in chapters {
        text.push_str(&format!("第{chapter}章　第{chapter}の研修\n"));
        for title in ["基本方針", "設備及び備品等", "運営規程", "記録の整備", "準用"] {
            number += 1;
            text.push_str(&format!("{number}　{title}\n（１）　{title}は別に定める。\n"));
        }
    }
    text
}

#[test]
fn a_table_is_the_same_in_every_process() {
    let directory = tempfile::tempdir().unwrap();
    let old = written(directory.path(), "old.txt", &articles(1..9));
    let new = written(directory.path(), "new.txt", &articles(3..12));
    let compared = || kensan(&["guideline", "compare", &old, &new, "--format", "json"]).stdout;
    let first = compared();
    assert!(first.len() > 1000);
    for _ in 0..5 {
        assert_eq!(compared(), first);
    }
}

/// As a PDF reader gives a table: the left column of a page, then the right one; an empty line after every line.
const TABLE: &str = "研修実施要綱 新旧対照表\n\n改正後 現行\n\n１ 目的\n\n受講者が地域で実践できる力を身に付け、多くの職種と協働して支えることを目的とする。\n\n２ 対象者 （略）\n\n１ 目的\n\n受講者が地域で実践できる力を身に付けることを目的とする。\n\n２ 対象者 （略）\n\n\n\n３ 実施方法\n\n講義及び演習を一体として行うものとする。\n\n（以下、省略）\n\n３ 実施方法\n\n講義を行うものとする。\n\n（以下、省略）\n";

#[test]
fn a_table_of_one_text_is_divided_into_its_columns() {
    let directory = tempfile::tempdir().unwrap();
    let table = written(directory.path(), "table.txt", TABLE);
    let compared = kensan(&["guideline", "compare", "--table", &table, "--format", "json"]);
    let compared: serde_json::Value = serde_json::from_slice(&compared.stdout).unwrap();
    let rows = compared["rows"].as_array().unwrap();
    let kinds: Vec<&str> = rows.iter().map(|row| row["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["same", "changed", "same", "same", "changed", "omitted"]);
    assert!(rows[1]["new"]["text"].as_str().unwrap().contains("協働"));
    assert!(!rows[1]["old"]["text"].as_str().unwrap().contains("協働"));
    let plain = written(directory.path(), "plain.txt", "１ 目的\n研修の質を高める。\n");
    let refused = kensan(&["guideline", "compare", "--table", &plain]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("改正後 現行"));
    assert_ne!(kensan(&["guideline", "compare"]).status.code(), Some(0), "two texts, or a table");
}
