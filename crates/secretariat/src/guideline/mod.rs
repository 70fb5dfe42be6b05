//! The editions and supplements there are: those shipped in the binary, and those of the operator's own directory.

pub mod comparison;
pub mod impact;
pub mod refusal;
pub mod text;

use crate::guideline::refusal::GuidelineRefusal;
pub use records::guideline::{DraftEdition, DraftFiles, GuidelineText};

use crate::error::Refusal;
use records::cohort::Cohort;
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use training::NaiveDate;
use training::course::Course;
use training::guideline::Problem;
use training::guideline::edition::{CaseType, Edition, Files, check_succession};
use training::guideline::rulebook::Rulebook;
use training::guideline::stage::{self, Stage};
use training::guideline::supplement::{NamedDocument, Supplement};

#[derive(RustEmbed)]
#[folder = "../../guidelines"]
struct Shipped;

const SUPPLEMENTS: &str = "supplements/";
const COURSES: &str = "courses/";

/// Editions and supplements by id.
#[derive(Debug, Clone, Default)]
pub struct Guidelines {
    pub courses: BTreeMap<String, Course>,
    pub editions: BTreeMap<String, Arc<Edition>>,
    /// With the text of its file, for the line of a problem.
    pub supplements: BTreeMap<String, (Supplement, String)>,
}

/// The files in the binary, by their path below `guidelines/`.
fn shipped_files() -> BTreeMap<String, String> {
    let text = |name: &str| Shipped::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
    Shipped::iter().filter_map(|name| Some((name.to_string(), text(&name)?))).collect()
}

/// The TOML files below a directory, by their path in it.
fn files_in(root: &Path, directory: &Path, files: &mut BTreeMap<String, String>) -> Result<(), Problem> {
    let unreadable = |path: &Path, error: &std::io::Error| Problem::new(&path.display().to_string(), error.to_string());
    let entries = std::fs::read_dir(directory).map_err(|error| unreadable(directory, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| unreadable(directory, &error))?.path();
        if path.is_dir() {
            files_in(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            let below = path.strip_prefix(root).unwrap_or(&path).components();
            let name = below.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
            let text = std::fs::read_to_string(&path).map_err(|error| match error.kind() {
                std::io::ErrorKind::InvalidData => Problem::new(&name, "the file is not UTF-8; save it as UTF-8"),
                _ => unreadable(&path, &error),
            })?;
            files.insert(name, text.trim_start_matches('\u{feff}').to_owned());
        }
    }
    Ok(())
}

/// The files of an edition.
const EDITION: [&str; 4] = ["edition.toml", "clauses.toml", "curriculum.toml", "requirements.toml"];

/// A file nobody would read is a mistake, not a matter of silence.
fn misplaced(path: &str, files: &BTreeMap<String, String>) -> Option<Problem> {
    let told = |message: &str| Some(Problem::new(path, message));
    let (folder, name) = path.split_once('/').unwrap_or(("", path));
    let id =
        if matches!(folder, "supplements" | "courses") { name.strip_suffix(".toml").unwrap_or(name) } else { folder };
    if id.contains(|c: char| c.is_whitespace()) {
        return told("the name has a blank in it; use small letters, digits and -");
    }
    match folder {
        "supplements" | "courses" if !name.contains('/') => None,
        "courses" => told("this file is read by nobody; put a course into courses/NAME.toml"),
        "" | "supplements" => told("this file is read by nobody; put a supplement into supplements/NAME.toml"),
        _ if EDITION.contains(&name) && files.contains_key(&format!("{folder}/edition.toml")) => None,
        _ => told("this file is read by nobody; an edition has edition, clauses, curriculum and requirements.toml"),
    }
}

impl Guidelines {
    /// The course an edition is of. None for an edition in the making of a course nobody has described.
    pub fn course_of(&self, edition: &Edition) -> Option<&Course> {
        self.courses.values().find(|course| course.about.title == edition.metadata.course)
    }

    /// Is the course of an edition entered by the qualifying exam? Yes, where nobody says otherwise.
    pub fn is_by_exam(&self, edition: &str) -> bool {
        let course = self.editions.get(edition).and_then(|edition| self.course_of(edition));
        course.is_none_or(|course| course.about.by_exam)
    }

    /// A course as certificates name it: its title, and the articles it rests on.
    pub fn certified<'a>(&'a self, rulebook: &'a Rulebook) -> (&'a str, &'a str) {
        let basis = self.course_of(&rulebook.edition).map_or("", |course| course.about.basis.as_str());
        (&rulebook.edition.metadata.course, basis)
    }

    /// Does a practicum belong to the course of an edition? Yes, where nobody says otherwise.
    pub fn has_practicum(&self, edition: &str) -> bool {
        let course = self.editions.get(edition).and_then(|edition| self.course_of(edition));
        course.is_none_or(|course| course.about.practicum)
    }

    /// A stage of a practicum, as whichever edition or supplement names it.
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        let added = self.supplements.values().map(|(supplement, _)| supplement.added_stages.as_slice());
        let mut lists = self.editions.values().map(|edition| edition.metadata.stages.as_slice()).chain(added);
        lists.find_map(|stages| stage::find(stages, id))
    }

    /// Documents that supplements have given names.
    pub fn documents(&self) -> impl Iterator<Item = &NamedDocument> {
        self.supplements.values().flat_map(|(supplement, _)| &supplement.documents)
    }

    /// What cases can be marked as, of whichever edition or supplement.
    pub fn case_types(&self) -> impl Iterator<Item = &CaseType> {
        let editions = self.editions.values().flat_map(|edition| &edition.metadata.case_types);
        editions.chain(self.supplements.values().flat_map(|(supplement, _)| &supplement.case_types))
    }

    /// What the cases of a cohort can be marked as.
    pub fn case_types_of<'a>(&'a self, rulebook: &Rulebook) -> impl Iterator<Item = &'a CaseType> + use<'a> {
        let edition = self.editions.get(&rulebook.edition.id);
        let supplements: Vec<&Supplement> = rulebook
            .supplements
            .iter()
            .filter_map(|id| self.supplements.get(id).map(|(supplement, _)| supplement))
            .collect();
        let edition = edition.into_iter().flat_map(|edition| &edition.metadata.case_types);
        edition.chain(supplements.into_iter().flat_map(|supplement| &supplement.case_types))
    }

    /// Everything in the binary; every problem of every file, if there is one.
    pub fn shipped() -> Result<Guidelines, Vec<Problem>> {
        Guidelines::read(&shipped_files())
    }

    /// Those in the binary with those of a directory laid out like `guidelines/`; a file there stands for the one of the same name
    /// in the binary. Nothing is loaded while one file has a problem.
    pub fn with_directory(directory: &Path) -> Result<Guidelines, Vec<Problem>> {
        let mut files = shipped_files();
        files_in(directory, directory, &mut files).map_err(|problem| vec![problem])?;
        Guidelines::read(&files)
    }

    /// Reads files by their path below `guidelines/`.
    pub fn read(files: &BTreeMap<String, String>) -> Result<Guidelines, Vec<Problem>> {
        let mut guidelines = Guidelines::default();
        let mut problems = Vec::new();
        let text = |path: String| files.get(&path).map_or("", String::as_str);
        problems.extend(files.keys().filter_map(|path| misplaced(path, files)));
        for path in files.keys() {
            let Some(id) = path.strip_suffix("/edition.toml") else { continue };
            for name in EDITION.iter().filter(|name| !files.contains_key(&format!("{id}/{name}"))) {
                problems.push(Problem::new(&format!("{id}/{name}"), "the edition lacks this file; add it"));
            }
            let of_edition = |name: &str| text(format!("{id}/{name}"));
            let read = Edition::read(
                id,
                Files {
                    edition: of_edition("edition.toml"),
                    clauses: of_edition("clauses.toml"),
                    curriculum: of_edition("curriculum.toml"),
                    requirements: of_edition("requirements.toml"),
                },
            );
            match read {
                Ok(edition) => {
                    guidelines.editions.insert(id.to_owned(), Arc::new(edition));
                }
                Err(found) => problems.extend(found),
            }
        }
        for (path, text) in files {
            let id = path.strip_prefix(COURSES).and_then(|file| file.strip_suffix(".toml"));
            match id.map(|id| Course::read(id, path, text)) {
                Some(Ok(course)) => {
                    guidelines.courses.insert(course.id.clone(), course);
                }
                Some(Err(found)) => problems.extend(found),
                None => {}
            }
        }
        problems.extend(check_succession(&guidelines.editions, |id| text(format!("{id}/edition.toml"))));
        problems.extend(guidelines.check_courses(text));
        for (path, text) in files {
            let id = path.strip_prefix(SUPPLEMENTS).and_then(|file| file.strip_suffix(".toml"));
            match id.map(|id| Supplement::read(id, text)) {
                Some(Ok(supplement)) => {
                    guidelines.supplements.insert(supplement.id.clone(), (supplement, text.clone()));
                }
                Some(Err(found)) => problems.extend(found),
                None => {}
            }
        }
        // A supplement is measured against sound editions only.
        if problems.is_empty() {
            problems = guidelines.check_supplements();
            problems.extend(guidelines.check_stages(text));
        }
        if problems.is_empty() { Ok(guidelines) } else { Err(problems) }
    }

    /// Every edition is of a course that is described, and has its hours. `text` gives the text of a file.
    fn check_courses<'a>(&self, text: impl Fn(String) -> &'a str) -> Vec<Problem> {
        let mut problems = Vec::new();
        for edition in self.editions.values() {
            let file = format!("{}/edition.toml", edition.id);
            let name = &edition.metadata.course;
            let Some(course) = self.course_of(edition) else {
                let message =
                    format!("the course {name:?} is described by no file; add courses/NAME.toml with this title");
                problems.push(Problem::at(&file, text(file.clone()), name, message));
                continue;
            };
            let (least, hours) = (course.about.total_hours, edition.curriculum.total_hours);
            if hours < least {
                let file = format!("{}/curriculum.toml", edition.id);
                let message = format!("the course {name} has at least {least} hours, this edition {hours}");
                problems.push(Problem::at(&file, text(file.clone()), "total_hours", message));
            }
        }
        problems
    }

    /// Every supplement fits each edition it names.
    fn check_supplements(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (supplement, text) in self.supplements.values() {
            for id in &supplement.editions {
                let found = match self.editions.get(id) {
                    Some(edition) => supplement.check(text, |day| Rulebook::new(edition.clone(), day)),
                    None => vec![Problem::at(
                        &format!("{SUPPLEMENTS}{}.toml", supplement.id),
                        text,
                        &format!("\"{id}\""),
                        format!("the edition {id:?} is not among the guidelines; see `kensan guideline list`"),
                    )],
                };
                problems.extend(found.into_iter().filter(|problem| !problems.contains(problem)).collect::<Vec<_>>());
            }
        }
        problems
    }

    /// The same id is the same stage everywhere. `text` gives the text of a file.
    fn check_stages<'a>(&self, text: impl Fn(String) -> &'a str) -> Vec<Problem> {
        let editions = self.editions.values().map(|it| (format!("{}/edition.toml", it.id), &it.metadata.stages));
        let supplements = self.supplements.values();
        let added = supplements.map(|(it, _)| (format!("{SUPPLEMENTS}{}.toml", it.id), &it.added_stages));
        let mut problems = Vec::new();
        for (file, stages) in editions.chain(added) {
            for stage in stages {
                let Some(known) = self.stage(&stage.id).filter(|known| *known != stage) else { continue };
                let message = format!(
                    "the stage {:?} is {:?} elsewhere; name it the same in every file, or give it an id of its own",
                    stage.id, known.title
                );
                problems.push(Problem::at(&file, text(file.clone()), &format!("\"{}\"", stage.id), message));
            }
        }
        problems
    }

    /// The rules of an edition with supplements, as they stand for a cohort that begins on a day.
    pub fn rulebook<'a>(
        &self,
        edition: &str,
        supplements: impl IntoIterator<Item = &'a str>,
        starts_on: NaiveDate,
    ) -> Result<Rulebook, Refusal> {
        let found = self
            .editions
            .get(edition)
            .ok_or_else(|| Refusal::Guideline(GuidelineRefusal::EditionUnknown(edition.to_owned())))?;
        let mut rulebook = Rulebook::new(found.clone(), starts_on);
        for id in supplements {
            let unknown = || Refusal::Guideline(GuidelineRefusal::SupplementUnknown(id.to_owned()));
            let (supplement, text) = self.supplements.get(id).ok_or_else(unknown)?;
            if !supplement.editions.iter().any(|known| known == edition) {
                return Err(Refusal::Guideline(GuidelineRefusal::SupplementOfAnotherEdition {
                    supplement: id.to_owned(),
                    edition: edition.to_owned(),
                }));
            }
            supplement.apply(text, &mut rulebook, starts_on).map_err(|problems| {
                Refusal::Guideline(GuidelineRefusal::SupplementsCollide(
                    problems.iter().map(ToString::to_string).collect(),
                ))
            })?;
        }
        Ok(rulebook)
    }

    /// The rules a cohort is judged by.
    pub fn rulebook_of(&self, cohort: &Cohort) -> Result<Rulebook, Refusal> {
        self.rulebook(&cohort.edition, cohort.supplements.split_whitespace(), cohort.starts_on)
    }

    /// The rules of an edition for a cohort, with those of its supplements that supplement that edition.
    pub fn rulebook_by(&self, edition: &str, cohort: &Cohort) -> Result<Rulebook, Refusal> {
        let fits = |id: &&str| {
            let known = self.supplements.get(*id);
            known.is_some_and(|(supplement, _)| supplement.editions.iter().any(|fitting| fitting == edition))
        };
        self.rulebook(edition, cohort.supplements.split_whitespace().filter(fits), cohort.starts_on)
    }

    /// The edition that governs a day of the course a practicum belongs to: offices are registered by it.
    pub fn governing_practicum(&self, day: NaiveDate) -> Option<&Arc<Edition>> {
        let course = self.courses.values().find(|course| course.about.practicum)?;
        self.governing(&course.about.title, day)
    }

    /// The edition of a course that governs a cohort beginning on a day: the newest in force.
    pub fn governing(&self, course: &str, day: NaiveDate) -> Option<&Arc<Edition>> {
        self.editions
            .values()
            .filter(|edition| edition.metadata.course == course && edition.metadata.governs_from <= day)
            .max_by_key(|edition| edition.metadata.governs_from)
    }
}

#[cfg(test)]
mod tests {
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
        let tightened =
            |requirement: &str, rest: &str| format!("[[tighten]]\nrequirement = \"{requirement}\"\n{rest}\n");
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
        let own = shipped_files()["supplements/gunma.toml"]
            .replace("群馬県", "\u{feff}見本県")
            .replace("prefecture = 10\n", "");
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
}
