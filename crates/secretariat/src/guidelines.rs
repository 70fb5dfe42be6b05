//! The editions and supplements there are: those shipped in the binary.

use crate::error::Refusal;
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use std::sync::Arc;
use training::guideline::Problem;
use training::guideline::edition::{Edition, Files};
use training::guideline::rulebook::Rulebook;
use training::guideline::supplement::Supplement;

#[derive(RustEmbed)]
#[folder = "../../guidelines"]
struct Shipped;

const SUPPLEMENTS: &str = "supplements/";

/// Editions and supplements by id.
#[derive(Debug, Clone, Default)]
pub struct Guidelines {
    pub editions: BTreeMap<String, Arc<Edition>>,
    pub supplements: BTreeMap<String, (Supplement, String)>,
}

impl Guidelines {
    /// Everything in the binary; every problem of every file, if there is one.
    pub fn shipped() -> Result<Guidelines, Vec<Problem>> {
        let files: BTreeMap<String, String> = Shipped::iter()
            .filter_map(|name| {
                let data = Shipped::get(&name)?.data;
                Some((name.into_owned(), String::from_utf8_lossy(&data).into_owned()))
            })
            .collect();
        Guidelines::read(&files)
    }

    /// Reads files by their path below `guidelines/`.
    pub fn read(files: &BTreeMap<String, String>) -> Result<Guidelines, Vec<Problem>> {
        let mut guidelines = Guidelines::default();
        let mut problems = Vec::new();
        for path in files.keys() {
            let Some(id) = path.strip_suffix("/edition.toml") else { continue };
            let text = |name: &str| files.get(&format!("{id}/{name}")).map_or("", String::as_str);
            let read = Edition::read(
                id,
                Files {
                    edition: text("edition.toml"),
                    clauses: text("clauses.toml"),
                    curriculum: text("curriculum.toml"),
                    requirements: text("requirements.toml"),
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
            let id = path.strip_prefix(SUPPLEMENTS).and_then(|file| file.strip_suffix(".toml"));
            match id.map(|id| Supplement::read(id, text)) {
                Some(Ok(supplement)) => {
                    guidelines.supplements.insert(supplement.id.clone(), (supplement, text.clone()));
                }
                Some(Err(found)) => problems.extend(found),
                None => {}
            }
        }
        problems.extend(guidelines.check());
        if problems.is_empty() { Ok(guidelines) } else { Err(problems) }
    }

    /// Every supplement must fit at least one edition.
    fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (supplement, text) in self.supplements.values() {
            let fits = |edition: &Arc<Edition>| supplement.apply(text, &mut Rulebook::new(edition.clone()));
            let results: Vec<_> = self.editions.values().map(fits).collect();
            if !results.is_empty() && results.iter().all(Result::is_err) {
                problems.extend(results.into_iter().filter_map(Result::err).next_back().unwrap_or_default());
            }
        }
        problems
    }

    /// The rules of an edition with a supplement, if one is named.
    pub fn rulebook(&self, edition: &str, supplement: Option<&str>) -> Result<Rulebook, Refusal> {
        let found = self.editions.get(edition).ok_or_else(|| Refusal::EditionUnknown(edition.to_owned()))?;
        let mut rulebook = Rulebook::new(found.clone());
        if let Some(id) = supplement {
            let unknown = || Refusal::SupplementUnknown(id.to_owned());
            let (supplement, text) = self.supplements.get(id).ok_or_else(unknown)?;
            supplement.apply(text, &mut rulebook).map_err(|_| unknown())?;
        }
        Ok(rulebook)
    }

    /// The edition that governs a cohort beginning on a day: the newest in force.
    pub fn governing(&self, day: chrono::NaiveDate) -> Option<&Arc<Edition>> {
        self.editions
            .values()
            .filter(|edition| edition.metadata.governs_from <= day)
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
            assert_eq!(edition.curriculum.total_hours, 87);
            assert!(!edition.curriculum.confirmed, "the hours per subject were confirmed in no source");
        }
        let revised = guidelines.rulebook("initial-training-revised", Some("wakayama")).unwrap();
        assert!(revised.requirements.iter().any(|requirement| requirement.id == "practicum-minimum"));
        let earlier = guidelines.rulebook("initial-training-earlier", None).unwrap();
        assert!(!earlier.requirements.iter().any(|requirement| requirement.clause.contains("4(1)")));
    }

    #[test]
    fn what_does_not_fit_is_refused_with_file_and_line() {
        let shipped: BTreeMap<String, String> = Shipped::iter()
            .map(|name| {
                let data = Shipped::get(&name).unwrap().data;
                (name.into_owned(), String::from_utf8_lossy(&data).into_owned())
            })
            .collect();
        let head = "title = \"x\"\ntitle_en = \"x\"\nsource = \"x\"\nconfirmed = false\n";
        for (supplement, line, part) in [
            (
                "[[tighten]]\nrequirement = \"several-cases\"\nrule = { kind = \"several_cases\", count = 1 }\n",
                6,
                "never loosen",
            ),
            (
                "[[tighten]]\nrequirement = \"nothing\"\nrule = { kind = \"several_cases\", count = 3 }\n",
                6,
                "no requirement",
            ),
            ("[[tighten]]\nrequirement = \"several-cases\"\nrule = { kind = \"no_such\" }\n", 7, "unknown variant"),
            (
                "[[requirement]]\nid = \"a\"\nclause = \"第9\"\nduty = \"must\"\ntitle = \"x\"\ntitle_en = \"x\"\nrule = { kind = \"pass_record\" }\n",
                7,
                "cites the clause",
            ),
            (
                "[[requirement]]\nid = \"pledge\"\nclause = \"別添1 2\"\nduty = \"must\"\ntitle = \"x\"\ntitle_en = \"x\"\nrule = { kind = \"pass_record\" }\n",
                6,
                "stands twice",
            ),
        ] {
            let mut files = shipped.clone();
            files.retain(|path, _| path.starts_with("initial-training-revised"));
            files.insert("supplements/trial.toml".into(), format!("{head}{supplement}"));
            let problems = Guidelines::read(&files).unwrap_err();
            assert!(problems[0].message.contains(part), "{}", problems[0]);
            assert_eq!(
                (problems[0].file.as_str(), problems[0].line),
                ("supplements/trial.toml", Some(line)),
                "{supplement}"
            );
        }
    }
}
