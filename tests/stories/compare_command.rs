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
