//! Files to fill in, one for every import: with the headings it reads, and with the people it is about.

use crate::cohort::list::Download;
use crate::cohort::{roster_row, timetable_list};
use crate::trainee::bulk;
use crate::{Error, Result, Secretariat, Staff, office, registry};
use documents::export::{Cell, ExportFormat, write};
use std::collections::HashMap;

/// The imports there is a file to fill in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlankFile {
    Roster,
    Groups,
    Minutes,
    Hosts,
    Gazetteer,
    Registry,
    Timetable,
    Assessment,
    Offices,
}

impl BlankFile {
    pub fn from_id(id: &str) -> Option<BlankFile> {
        match id {
            "roster" => Some(BlankFile::Roster),
            "groups" => Some(BlankFile::Groups),
            "minutes" => Some(BlankFile::Minutes),
            "hosts" => Some(BlankFile::Hosts),
            "gazetteer" => Some(BlankFile::Gazetteer),
            "registry" => Some(BlankFile::Registry),
            "timetable" => Some(BlankFile::Timetable),
            "assessment" => Some(BlankFile::Assessment),
            "offices" => Some(BlankFile::Offices),
            _ => None,
        }
    }
}

fn file(name: &str, headings: &[&str], rows: &[Vec<Cell>], format: ExportFormat) -> Result<Download> {
    let bytes = write(name, headings, rows, format).map_err(|error| Error::Internal(error.to_string()))?;
    let file_name = format!("{name}_様式.{}", format.extension());
    Ok(Download { file_name, content_type: format.content_type(), bytes, lost: Vec::new() })
}

impl Secretariat {
    /// The file to fill in for an import that is about no cohort.
    pub fn template(&self, template: BlankFile) -> Result<Download> {
        match template {
            BlankFile::Hosts => {
                let headings: Vec<&str> = office::import::COLUMNS.iter().map(|(heading, _)| *heading).collect();
                // Public data are CSV; what reads them reads nothing else.
                file("事業所一覧", &headings, &[], ExportFormat::CsvUtf8)
            }
            BlankFile::Gazetteer => {
                let headings = ["都道府県名", "市区町村名", "大字町丁目名", "緯度", "経度"];
                file("位置参照情報", &headings, &[], ExportFormat::CsvUtf8)
            }
            BlankFile::Offices => Err(records::Error::NotFound.into()),
            BlankFile::Registry => file("資格登録簿", &registry::import::HEADINGS, &[], ExportFormat::Xlsx),
            BlankFile::Roster
            | BlankFile::Groups
            | BlankFile::Minutes
            | BlankFile::Timetable
            | BlankFile::Assessment => Err(records::Error::NotFound.into()),
        }
    }

    /// The offices of the prefecture with what is known of each, to be filled in.
    pub async fn office_template(&self, staff: &Staff) -> Result<Download> {
        let mut work = self.read(staff).await?;
        let rows = self.office_list(&mut work).await?;
        drop(work);
        let rows = rows.iter().map(|row| row.iter().map(|text| Cell::from(text.as_str())).collect::<Vec<Cell>>());
        file("受入事業所", &office::list::headings(), &rows.collect::<Vec<_>>(), ExportFormat::Xlsx)
    }

    /// The file to fill in for an import into a cohort; groups and minutes with everybody who takes part.
    pub async fn template_of_cohort(&self, staff: &Staff, cohort: i64, template: BlankFile) -> Result<Download> {
        let mut work = self.read(staff).await?;
        let cohort = work.cohort(cohort).await?;
        let enrolments = work.enrolments(cohort.id).await?;
        let grouped = work.groups_of_trainees(cohort.id).await?;
        let groups: HashMap<i64, String> =
            work.exercise_groups(cohort.id).await?.into_iter().map(|group| (group.id, group.name)).collect();
        drop(work);
        let taking_part = enrolments.iter().filter(|enrolment| enrolment.state.takes_part());
        let number_and = |enrolment: &records::trainee::enrolment::Enrolment, more: &[&str]| {
            let number = Cell::from(enrolment.trainee_number.as_str());
            std::iter::once(number).chain(more.iter().map(|text| Cell::from(*text))).collect::<Vec<Cell>>()
        };
        match template {
            BlankFile::Roster => {
                let headings: Vec<&str> = roster_row::COLUMNS.iter().map(|column| column.headings[0]).collect();
                file("受講者名簿", &headings, &[], ExportFormat::Xlsx)
            }
            BlankFile::Groups => {
                let group = |id: i64| grouped.get(&id).and_then(|group| groups.get(group)).map_or("", String::as_str);
                let row =
                    |known: &records::trainee::enrolment::Enrolment| number_and(known, &[&known.name, group(known.id)]);
                let rows: Vec<Vec<Cell>> = taking_part.map(row).collect();
                file("班分け", &["受講番号", "氏名", "班"], &rows, ExportFormat::Xlsx)
            }
            BlankFile::Minutes => {
                let rows: Vec<Vec<Cell>> = taking_part.map(|known| number_and(known, &["", ""])).collect();
                file("移動時間", &["受講番号", "事業所番号", "分"], &rows, ExportFormat::Xlsx)
            }
            BlankFile::Assessment => {
                let items = bulk::items(&self.guidelines.rulebook_of(&cohort)?);
                let headings: Vec<&str> =
                    bulk::HEADINGS.iter().copied().chain(items.iter().map(String::as_str)).collect();
                let blank = vec![""; headings.len() - 2];
                let row = |known: &records::trainee::enrolment::Enrolment| {
                    let cells = std::iter::once(known.name.as_str()).chain(blank.iter().copied());
                    number_and(known, &cells.collect::<Vec<_>>())
                };
                file("修了評価", &headings, &taking_part.map(row).collect::<Vec<_>>(), ExportFormat::Xlsx)
            }
            // A row for each subject: what is left is when and where.
            BlankFile::Timetable => {
                let rulebook = self.guidelines.rulebook_of(&cohort)?;
                let subjects = rulebook.edition.curriculum.subjects.iter().filter(|subject| subject.hours > 0);
                let row = |subject: &training::guideline::curriculum::Subject| {
                    let named = format!("{} {}", subject.code, subject.name);
                    ["", "", "", named.as_str(), "", "", "", "", ""].map(Cell::from).to_vec()
                };
                let rows: Vec<Vec<Cell>> = subjects.map(row).collect();
                file("時間割", &timetable_list::HEADINGS, &rows, ExportFormat::Xlsx)
            }
            BlankFile::Hosts | BlankFile::Gazetteer | BlankFile::Registry | BlankFile::Offices => {
                self.template(template)
            }
        }
    }

    /// The class of a session to fill in: who comes late or leaves early writes when, who is absent leaves both empty.
    pub async fn attendance_template(&self, staff: &Staff, session: i64) -> Result<Download> {
        let mut work = self.read(staff).await?;
        let session = work.session(session).await?;
        let mut enrolments = work.enrolments(session.cohort_id).await?;
        let expected = self.expected(&mut work, &session).await?;
        enrolments.retain(|known| expected.contains(&known.id));
        let recorded: HashMap<i64, records::cohort::session::AttendanceRow> =
            work.current_attendance(session.id).await?.into_iter().map(|row| (row.enrolment_id, row)).collect();
        drop(work);
        let (starts, ends) =
            (session.starts_at.format("%H:%M").to_string(), session.ends_at.format("%H:%M").to_string());
        // What is recorded stands in it: a file sent back unchanged changes nothing.
        let row = |known: &records::trainee::enrolment::Enrolment| {
            let clock = |time: chrono::NaiveDateTime| time.format("%H:%M").to_string();
            let (arrived, left) = match recorded.get(&known.id) {
                Some(row) => {
                    (row.arrived_at.map(clock).unwrap_or_default(), row.left_at.map(clock).unwrap_or_default())
                }
                None => (starts.clone(), ends.clone()),
            };
            [&known.trainee_number, &known.name, &arrived, &left].map(|text| Cell::from(text.as_str())).into()
        };
        let rows: Vec<Vec<Cell>> = enrolments.iter().filter(|known| known.state.takes_part()).map(row).collect();
        let day = session.starts_at.format("%m月%d日");
        file(&format!("出席 {day}"), &["受講番号", "氏名", "入室", "退室"], &rows, ExportFormat::Xlsx)
    }
}
