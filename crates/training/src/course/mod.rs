//! The courses of the scheme: initial, specialist, renewal, re-entry, chief. A course has editions of its rules; a cohort takes one.

pub mod entrance;

use crate::course::entrance::Entrance;
use crate::guideline::Problem;
use crate::registry::Training;
use serde::{Deserialize, Serialize};

/// Who may hold a course, by the Care Insurance Act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CourseStatus {
    /// By a body the governor has designated: Act 69-33, Regulation 113-38.
    Designated,
    /// A course the governor recognises in place of the renewal training: Act 69-8(2), Regulation 113-19.
    Recognised,
    /// By the prefecture, or a body it commissions.
    Commissioned,
    /// A training of a prefecture or provider that no law asks for.
    Own,
}

impl CourseStatus {
    pub const ALL: [CourseStatus; 4] =
        [CourseStatus::Designated, CourseStatus::Recognised, CourseStatus::Commissioned, CourseStatus::Own];

    pub fn id(self) -> &'static str {
        match self {
            CourseStatus::Designated => "designated",
            CourseStatus::Recognised => "recognised",
            CourseStatus::Commissioned => "commissioned",
            CourseStatus::Own => "own",
        }
    }
}

/// What somebody may ask for who has completed a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadsTo {
    /// Registration as a care manager, within three months: Regulation 113-7.
    Registration,
    /// A card after a lapse: Act 69-7(2).
    Card,
    /// Renewal of a valid card: Act 69-8.
    Renewal,
    /// The title of a chief care manager: Regulation 140-66.
    Chief,
}

impl LeadsTo {
    pub const ALL: [LeadsTo; 4] = [LeadsTo::Registration, LeadsTo::Card, LeadsTo::Renewal, LeadsTo::Chief];

    pub fn id(self) -> &'static str {
        match self {
            LeadsTo::Registration => "registration",
            LeadsTo::Card => "card",
            LeadsTo::Renewal => "renewal",
            LeadsTo::Chief => "chief",
        }
    }
}

/// One course: a file `courses/ID.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// The file's name.
    #[serde(skip)]
    pub id: String,
    #[serde(flatten)]
    pub about: About,
}

/// What the file of a course says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// As certificates print it; editions name their course by it.
    pub title: String,
    pub title_en: String,
    /// The articles it rests on, as certificates print them; empty where none does.
    #[serde(default)]
    pub basis: String,
    pub status: CourseStatus,
    /// The least hours; editions may not have fewer.
    pub total_hours: u32,
    /// Were they read in a source?
    pub hours_confirmed: bool,
    pub source: String,
    /// Does a practicum at a host office belong to it?
    #[serde(default)]
    pub practicum: bool,
    /// Is it entered by the qualifying exam?
    #[serde(default)]
    pub by_exam: bool,
    #[serde(default)]
    pub leads_to: Vec<LeadsTo>,
    /// Which statutory training it is, for the registry; none for one no law asks for.
    #[serde(default)]
    pub training: Option<Training>,
    /// Who may take it.
    #[serde(default)]
    pub entrance: Vec<Entrance>,
}

impl Course {
    /// Reads the file of a course. `file` is what a problem is told with.
    pub fn read(id: &str, file: &str, text: &str) -> Result<Course, Vec<Problem>> {
        let about: About = toml::from_str(text).map_err(|error| vec![Problem::toml(file, text, &error)])?;
        let mut problems = Vec::new();
        for (field, value) in [("title", &about.title), ("title_en", &about.title_en), ("source", &about.source)] {
            if value.trim().is_empty() {
                problems.push(Problem::at(file, text, field, format!("{field} says nothing; fill it in")));
            }
        }
        if about.status != CourseStatus::Own && about.basis.trim().is_empty() {
            let message =
                "a course the law asks for names its articles in basis; for one of your own write status = \"own\"";
            problems.push(Problem::at(file, text, "status", message));
        }
        if about.total_hours == 0 {
            problems.push(Problem::at(file, text, "total_hours", "a course has at least one hour"));
        }
        for entrance in about.entrance.iter().filter(|entrance| entrance.source.trim().is_empty()) {
            let message = format!("{:?} names no source; write the clause or page it rests on", entrance.rule);
            problems.push(Problem::at(file, text, "entrance", message));
        }
        if problems.is_empty() { Ok(Course { id: id.to_owned(), about }) } else { Err(problems) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = "title = \"見本研修\"\ntitle_en = \"Sample\"\nbasis = \"規則\"\nstatus = \"recognised\"\ntotal_hours = 10\nhours_confirmed = false\nsource = \"見本\"\nleads_to = [\"renewal\"]\n";

    #[test]
    fn the_file_of_a_course_is_read_or_its_faults_are_told() {
        let course = Course::read("sample", "courses/sample.toml", SOUND).unwrap();
        assert_eq!((course.id.as_str(), course.about.leads_to.as_slice()), ("sample", [LeadsTo::Renewal].as_slice()));
        assert!(!course.about.practicum && !course.about.by_exam);
        for (change, with, told) in [
            ("basis = \"規則\"\n", "", "own"),
            ("total_hours = 10", "total_hours = 0", "one hour"),
            ("title = \"見本研修\"", "title = \" \"", "says nothing"),
            ("\"recognised\"", "\"approved\"", "approved"),
            ("leads_to", "leads", "leads"),
        ] {
            let problems = Course::read("sample", "courses/sample.toml", &SOUND.replace(change, with)).unwrap_err();
            assert!(problems.iter().any(|problem| problem.to_string().contains(told)), "{change}: {problems:?}");
        }
        let own = SOUND.replace("basis = \"規則\"\n", "").replace("\"recognised\"", "\"own\"");
        assert!(Course::read("own", "courses/own.toml", &own).is_ok());
    }
}
