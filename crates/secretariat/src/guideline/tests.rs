//! What ships is sound; what does not fit is told with its file and line.

use super::*;

#[test]
fn what_ships_is_sound() {
    let guidelines = Guidelines::shipped().unwrap();
    assert!(guidelines.editions.len() >= 2);
    for edition in guidelines.editions.values() {
        let course = guidelines.course_of(edition).unwrap();
        assert_eq!(edition.curriculum.total_hours, course.about.total_hours, "{}", edition.id);
        assert!(!edition.curriculum.confirmed, "the hours per subject were confirmed in no source");
    }
    let totals: Vec<u32> = guidelines.courses.values().map(|course| course.about.total_hours).collect();
    assert_eq!(totals, [70, 46, 87, 54, 88, 32, 54, 56, 32]);
    assert_eq!(guidelines.supplements.len(), 8);
    let day = |year| NaiveDate::from_ymd_opt(year, 4, 1).unwrap();
    let revised = guidelines.rulebook("initial-training-revised", ["wakayama"], day(2026)).unwrap();
    assert!(revised.requirement("practicum-minimum").is_some());
    let before = guidelines.rulebook("initial-training-revised", ["wakayama"], day(2017)).unwrap();
    assert!(before.requirement("practicum-minimum").is_none(), "the value is in force from 2018");
    let earlier = guidelines.rulebook("initial-training-earlier", [], day(2026)).unwrap();
    assert!(!earlier.requirements.iter().any(|requirement| requirement.clause.contains("4(1)")));
    let uncovered = revised.edition.uncovered();
    assert!(uncovered.purposes.is_empty() && uncovered.stages.is_empty(), "{uncovered:?}");
    for (id, (supplement, _)) in &guidelines.supplements {
        let rulebook = guidelines.rulebook("initial-training-revised", [id.as_str()], day(2026)).unwrap();
        let own = rulebook.requirements.iter().filter(|requirement| requirement.supplement.is_some());
        assert!(own.clone().count() > 0, "{id}");
        assert!(own.clone().all(|requirement| requirement.source.is_some() && requirement.confidence.is_some()));
        assert!((1..=47).contains(&supplement.prefecture.unwrap()), "{id}");
    }
}

#[test]
fn what_does_not_fit_is_refused_with_file_and_line() {
    let head = "title = \"x\"\ntitle_en = \"x\"\nsource = \"x\"\nconfidence = \"unknown\"\neditions = [\"initial-training-revised\"]\n";
    let added = |id: &str, clause: &str, rule: &str| {
        format!(
            "[[requirement]]\nid = \"{id}\"\nclause = \"{clause}\"\nduty = \"must\"\ntitle = \"x\"\ntitle_en = \"x\"\nrule = {{ {rule} }}\n"
        )
    };
    let tightened = |requirement: &str, rest: &str| format!("[[tighten]]\nrequirement = \"{requirement}\"\n{rest}\n");
    let pass = "kind = \"pass_record\"";
    let stage = |id: &str| format!("[[stage]]\nid = \"{id}\"\ntitle = \"x\"\ntitle_en = \"x\"\n");
    let case_type = |id: &str| format!("[[case_type]]\nid = \"{id}\"\ntitle = \"x\"\ntitle_en = \"x\"\n");
    for (supplement, line, part) in [
        (tightened("several-cases", "rule = { kind = \"several_cases\", count = 1 }"), 7, "never loosen"),
        (tightened("nothing", "duty = \"must\""), 7, "no requirement"),
        (tightened("several-cases", "rule = { kind = \"no_such\" }"), 8, "unknown variant"),
        (tightened("several-cases", "colour = 3"), 8, "unknown field"),
        (tightened("pledge", "duty = \"appropriate\""), 7, "from must to appropriate"),
        (tightened("pledge", "waivable_by = [\"administrator\", \"secretariat\"]"), 7, "let others waive"),
        (tightened("pledge", "effects = [\"warns\"]"), 7, "effects would lose"),
        (tightened("pledge", ""), 7, "nothing is made tighter"),
        (
            tightened("several-cases", "duty = \"must\"") + &tightened("several-cases", "duty = \"must\""),
            10,
            "twice for the same days",
        ),
        (
            tightened(
                "several-cases",
                "duty = \"must\"\nin_force_from = \"2026-04-01\"\nin_force_until = \"2020-04-01\"",
            ),
            10,
            "lies before",
        ),
        // A later value is tried on its own day.
        (
            tightened(
                "several-cases",
                "rule = { kind = \"several_cases\", count = 3 }\nin_force_from = \"2020-04-01\"",
            ) + &tightened(
                "several-cases",
                "rule = { kind = \"several_cases\", count = 1 }\nin_force_from = \"2030-04-01\"",
            ),
            11,
            "never loosen",
        ),
        (added("a", "第9", pass), 8, "cites the clause"),
        (added("pledge", "別添1 2", pass), 7, "stands twice"),
        (added("a", "別添1 2", pass) + &added("a", "別添1 2", pass), 14, "stands twice"),
        (added("a", "別添1 2", "kind = \"several_cases\", count = 0"), 12, "count is 0"),
        ("prefecture = 48\n".to_owned(), 6, "1 (北海道) to 47"),
        ("stages = [\"intake\"]\n".to_owned(), 6, "stages-covered: there is no stage \"assessment\""),
        ("stages = [\"closing\"]\n".to_owned(), 6, "no stage \"closing\""),
        (added("a", "別添1 2", "kind = \"subjects\", only = [\"99\"]"), 7, "no subject \"99\""),
        (stage("intake"), 6, "there already"),
        (stage("終結"), 7, "small letters"),
        (
            added("a", "別添1 2", "kind = \"stages_covered\", stages = [\"closing\"]"),
            7,
            "a: there is no stage \"closing\"",
        ),
        (case_type("若年性"), 7, "small letters"),
        (case_type("young_onset") + &case_type("young_onset"), 7, "named twice"),
        ("title = \"twice\"\n".to_owned(), 6, "duplicate key"),
    ] {
        let mut files = shipped_files();
        files.retain(|path, _| path.starts_with("initial-training-") || path.starts_with(COURSES));
        files.insert("supplements/trial.toml".into(), format!("{head}{supplement}"));
        let problems = Guidelines::read(&files).unwrap_err();
        assert!(problems[0].message.contains(part), "{} in {supplement}", problems[0]);
        let at = (problems[0].file.as_str(), problems[0].line);
        assert_eq!(at, ("supplements/trial.toml", Some(line)), "{supplement}: {}", problems[0]);
    }
}

#[test]
fn a_supplement_adds_and_asks_for_a_stage() {
    let mut files = shipped_files();
    let supplement = files.get_mut("supplements/wakayama.toml").unwrap();
    let asked = "\"monitoring\", \"benefit_management\"";
    assert!(supplement.contains(asked));
    *supplement = supplement.replace(asked, "\"monitoring\", \"benefit_management\", \"closing\"");
    supplement.push_str("\n[[stage]]\nid = \"closing\"\ntitle = \"終結\"\ntitle_en = \"Closing\"\n");
    let guidelines = Guidelines::read(&files).unwrap();
    let day = NaiveDate::from_ymd_opt(2026, 4, 1).unwrap();
    let rulebook = |id| guidelines.rulebook("initial-training-revised", [id], day).unwrap();
    assert_eq!(rulebook("wakayama").stages.last().unwrap().id, "closing");
    assert_eq!(rulebook("gunma").stages.len() + 1, rulebook("wakayama").stages.len());
    assert_eq!(guidelines.stage("closing").unwrap().title, "終結");

    // Another file cannot mean something else by it.
    files
        .get_mut("supplements/gunma.toml")
        .unwrap()
        .push_str("\n[[stage]]\nid = \"closing\"\ntitle = \"振り返り\"\ntitle_en = \"Looking back\"\n");
    let problem = Guidelines::read(&files).unwrap_err().remove(0);
    assert_eq!(problem.file, "supplements/wakayama.toml");
    assert!(problem.line.is_some() && problem.message.contains("\"振り返り\" elsewhere"), "{problem}");
}

#[test]
fn a_supplement_names_more_types_of_case() {
    let mut files = shipped_files();
    let supplement = files.get_mut("supplements/gunma.toml").unwrap();
    supplement
        .push_str("\n[[case_type]]\nid = \"young_onset\"\ntitle = \"若年性認知症\"\ntitle_en = \"Young onset\"\n");
    let guidelines = Guidelines::read(&files).unwrap();
    let day = NaiveDate::from_ymd_opt(2026, 4, 1).unwrap();
    for (supplements, expected) in [(&["gunma"][..], true), (&["wakayama"], false)] {
        let rulebook = guidelines.rulebook("initial-training-revised", supplements.iter().copied(), day).unwrap();
        let ids: Vec<&str> = guidelines.case_types_of(&rulebook).map(|known| known.id.as_str()).collect();
        assert!(ids.contains(&"dementia"));
        assert_eq!(ids.contains(&"young_onset"), expected, "{supplements:?}");
    }
    assert!(guidelines.case_types().any(|known| known.title == "若年性認知症"));
}

#[test]
fn editions_follow_each_other() {
    let changed = |edition: &str, file: &str, from: &str, to: &str| {
        let mut files = shipped_files();
        files.retain(|path, _| path.starts_with("initial-training-") || path.starts_with(COURSES));
        let text = files.get_mut(&format!("{edition}/{file}")).unwrap();
        assert!(text.contains(from), "{from}");
        *text = text.replacen(from, to, 1);
        Guidelines::read(&files).unwrap_err().remove(0)
    };
    let (earlier, revised) = ("initial-training-earlier", "initial-training-revised");
    let own_day =
        "governs_from = \"2016-04-01\"\ngoverns_from_confirmed = false\nsupersedes = \"initial-training-earlier\"";
    let same_day = "governs_from = \"2006-04-01\"\ngoverns_from_confirmed = false";
    for (edition, file, from, to, part) in [
        (revised, "edition.toml", own_day, same_day, "overlap"),
        (earlier, "edition.toml", "source", "supersedes = \"initial-training-revised\"\nsource", "begin after"),
        (
            revised,
            "edition.toml",
            "supersedes = \"initial-training-earlier\"",
            "supersedes = \"initial-training-revised\"",
            "circle",
        ),
        (revised, "edition.toml", "supersedes = \"initial-training-earlier\"", "supersedes = \"lost\"", "not here"),
        (revised, "edition.toml", "2016-04-01", "2006-04-01", "begin after"),
        (revised, "clauses.toml", "path = \"別添1 2\"", "path = \"別添1 A\"", "no path"),
        (revised, "clauses.toml", "path = \"別添1 2\"", "path = \"別添１ １\"", "twice"),
        (revised, "curriculum.toml", "[\"independence\", \"client_first\"]", "[\"wealth\"]", "serves \"wealth\""),
        (revised, "edition.toml", "clause = \"別紙 1\"", "clause = \"別紙 9\"", "cites"),
        (revised, "requirements.toml", "id = \"pledge\"", "id = \"subjects\"", "stands twice"),
    ] {
        let problem = changed(edition, file, from, to);
        assert!(problem.message.contains(part), "{problem}");
        assert!(problem.line.is_some(), "{problem}");
    }
}

#[test]
fn an_own_directory_adds_and_replaces() {
    let directory = tempfile::tempdir().unwrap();
    let supplements = directory.path().join("supplements");
    std::fs::create_dir(&supplements).unwrap();
    let own =
        shipped_files()["supplements/gunma.toml"].replace("群馬県", "\u{feff}見本県").replace("prefecture = 10\n", "");
    std::fs::write(supplements.join("mihon.toml"), &own).unwrap();
    let guidelines = Guidelines::with_directory(directory.path()).unwrap();
    assert_eq!((guidelines.editions.len(), guidelines.supplements.len()), (16, 9));
    std::fs::write(supplements.join("mihon.toml"), b"title = \"\x93\xfa\x96{\"").unwrap();
    let problem = Guidelines::with_directory(directory.path()).unwrap_err().remove(0);
    assert_eq!(problem.to_string(), "supplements/mihon.toml: the file is not UTF-8; save it as UTF-8");
    assert!(Guidelines::with_directory(&directory.path().join("none")).is_err());
    std::fs::remove_file(supplements.join("mihon.toml")).unwrap();
    std::fs::create_dir(directory.path().join("own-edition")).unwrap();
    for (name, part) in [
        ("mihon.toml", "read by nobody"),
        ("supplements/my own.toml", "blank"),
        ("own-edition/requirement.toml", "read by nobody"),
        ("own-edition/edition.toml", "lacks this file"),
    ] {
        let path = directory.path().join(name);
        std::fs::write(&path, &own).unwrap();
        let problems = Guidelines::with_directory(directory.path()).unwrap_err();
        assert!(problems.iter().any(|problem| problem.message.contains(part)), "{name}: {problems:?}");
        std::fs::remove_file(path).unwrap();
    }
}

/// The files of `docs/courses.md` are a course of one's own that passes the check.
#[test]
fn the_course_of_the_guide_works() {
    let guide = include_str!("../../../../docs/courses.md");
    let example = |name: &str| {
        let block = guide.split(&format!("```toml {name}\n")).nth(1).unwrap();
        block.split("```").next().unwrap().to_owned()
    };
    let mut files = shipped_files();
    files.insert("courses/disaster.toml".into(), example("course") + &example("entrance"));
    for name in ["edition", "clauses", "curriculum", "requirements"] {
        files.insert(format!("disaster-2026/{name}.toml"), example(name));
    }
    let guidelines = Guidelines::read(&files).unwrap();
    assert!(!guidelines.has_practicum("disaster-2026") && !guidelines.is_by_exam("disaster-2026"));
    let (title, basis) = ("見本県 災害時ケアマネジメント研修", "");
    let day = NaiveDate::from_ymd_opt(2026, 5, 1).unwrap();
    let rulebook = guidelines.rulebook("disaster-2026", [], day).unwrap();
    assert_eq!(guidelines.certified(&rulebook), (title, basis));
    let entrance = &guidelines.courses["disaster"].about.entrance;
    assert_eq!(entrance.iter().filter(|known| known.group.is_some()).count(), 2, "{entrance:?}");
    let unsourced = example("entrance").replacen("source = \"見本県要綱 第3\"", "source = \" \"", 1);
    files.insert("courses/disaster.toml".into(), example("course") + &unsourced);
    assert!(Guidelines::read(&files).unwrap_err()[0].message.contains("names no source"));
    // Without its course, and with fewer hours than it has, the edition is told.
    files.insert("courses/disaster.toml".into(), example("course").replace("total_hours = 6", "total_hours = 7"));
    assert!(Guidelines::read(&files).unwrap_err()[0].message.contains("at least 7 hours"));
    files.remove("courses/disaster.toml");
    let problem = Guidelines::read(&files).unwrap_err().remove(0);
    assert_eq!((problem.file.as_str(), problem.line), ("disaster-2026/edition.toml", Some(3)));
    assert!(problem.message.contains("described by no file"));
}

/// Each example of `docs/supplements.md` is a supplement that passes the check, and every kind of rule has one.
#[test]
fn every_example_of_the_guide_works() {
    let guide = include_str!("../../../../docs/supplements.md");
    let head = "title = \"x\"\ntitle_en = \"x\"\nsource = \"x\"\nconfidence = \"unknown\"\neditions = [\"initial-training-revised\"]\n";
    let requirement = "[[requirement]]\nid = \"example\"\nclause = \"別添1 3(2)\"\nduty = \"must\"\ntitle = \"x\"\ntitle_en = \"x\"\n";
    let mut tried = 0;
    for block in guide.split("```toml\n").skip(1) {
        let block = block.split("```").next().unwrap();
        let examples: Vec<String> = if block.starts_with("title =") {
            vec![block.to_owned()]
        } else if block.contains("[[") && block.contains("id =") || block.contains("[[tighten]]") {
            vec![format!("{head}{block}")]
        } else {
            let rules = block.split("\n\n").filter(|example| example.contains("rule = "));
            rules.map(|rule| format!("{head}{requirement}{rule}")).collect()
        };
        for example in examples {
            let mut files = shipped_files();
            files.insert("supplements/example.toml".into(), example.clone());
            let read = Guidelines::read(&files);
            assert!(read.is_ok(), "{:?} in\n{example}", read.unwrap_err());
            tried += 1;
        }
    }
    assert!(tried > 20, "{tried}");
    let schema = toml_kinds();
    let unnamed: Vec<_> = schema.iter().filter(|kind| !guide.contains(&format!("kind = \"{kind}\""))).collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
}

/// The kinds the reader knows, as it lists them when it meets an unknown one.
fn toml_kinds() -> Vec<String> {
    let text = "title = \"x\"\ntitle_en = \"x\"\nsource = \"x\"\nconfidence = \"unknown\"\neditions = [\"a\"]\n[[requirement]]\nid = \"a\"\nclause = \"1\"\nduty = \"must\"\ntitle = \"x\"\ntitle_en = \"x\"\nrule = { kind = \"?\" }\n";
    let message = Supplement::read("a", text).unwrap_err().remove(0).message;
    let listed = message.split("expected one of").nth(1).unwrap();
    listed.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
