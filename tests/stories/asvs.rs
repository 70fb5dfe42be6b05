//! What `docs/asvs.csv` rests on is there.

use std::path::Path;

/// All sources in which a test may stand.
fn sources(directory: &Path, found: &mut String) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !["target", "node_modules", ".git"].contains(&name.as_str()) {
            sources(&path, found);
        } else if name.ends_with(".rs") || name.ends_with(".test.mjs") {
            found.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_answer_rests_on_something_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = String::new();
    for place in ["crates", "tests", "src", "e2e"] {
        sources(&root.join(place), &mut all);
    }
    let table = std::fs::read(root.join("docs/asvs.csv")).unwrap();
    let table = documents::table::read(&table).unwrap();
    let (mut missing, mut answers) = (Vec::new(), 0);
    for row in table.rows.iter().skip(1).filter(|row| !row[0].is_empty()) {
        let [requirement, _, answer, evidence, remark] = row.as_slice() else { panic!("{row:?}") };
        answers += 1;
        assert!(["pass", "fail", "n/a"].contains(&answer.as_str()) && !remark.is_empty(), "{row:?}");
        let is_there = evidence.split(';').map(str::trim).all(|evidence| match evidence.split_once("::") {
            Some((story, test)) => std::fs::read_to_string(root.join(format!("tests/stories/{story}.rs")))
                .is_ok_and(|text| text.contains(&format!("fn {test}("))),
            None => {
                root.join(evidence).exists()
                    || all.contains(&format!("fn {evidence}("))
                    || all.contains(&format!("test(\"{evidence}"))
            }
        });
        if answer == "pass" && (evidence.is_empty() || !is_there) {
            missing.push(format!("{requirement}: {evidence}"));
        }
    }
    assert_eq!(answers, 253);
    assert!(missing.is_empty(), "no such evidence:\n{}", missing.join("\n"));
}
