//! Lists for the prefecture and the classroom: the completion roster (修了者名簿) and the attendance book (出席簿).

use crate::guideline::impact::{CohortImpact, table};
use crate::{Error, Result, Secretariat, Staff};
use documents::encoding::lacking_in_cp932;
use documents::export::{Cell, ExportFormat, write};
use records::trainee::facts::Wanted;
use training::cohort::attendance::{self, AttendanceState};
use training::completion::verdict::Missing;

/// A file to download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    pub file_name: String,
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
    /// What the encoding lacks, each place: in the file 〓 stands for it.
    pub lost: Vec<LostCell>,
}

/// A cell of which the encoding lacks some characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostCell {
    /// 1-based row of the file, the heading being the first.
    pub row: usize,
    pub column: String,
    pub value: String,
    pub characters: Vec<char>,
}

/// Everything of a table that CP932 lacks.
fn lost(headings: &[&str], rows: &[Vec<Cell>], format: ExportFormat) -> Vec<LostCell> {
    if format != ExportFormat::CsvCp932 {
        return Vec::new();
    }
    let mut lost = Vec::new();
    for (index, cells) in rows.iter().enumerate() {
        for (value, heading) in cells.iter().zip(headings) {
            let value = value.shown();
            let characters: Vec<char> = lacking_in_cp932(&value).into_iter().map(|(c, _)| c).collect();
            if !characters.is_empty() {
                lost.push(LostCell { row: index + 2, column: (*heading).to_owned(), value, characters });
            }
        }
    }
    lost
}

impl Secretariat {
    /// Everybody with a certificate that stands, by number: the five columns of 規則113条の38④ (name, birth date, day the exam was passed, first
    /// day of the course, day of completion) and what an office looks people up by.
    pub async fn completion_roster(&self, staff: &Staff, cohort: i64, format: ExportFormat) -> Result<Download> {
        let mut work = self.read(staff).await?;
        let cohort = work.cohort(cohort).await?;
        let enrolments = work.enrolments(cohort.id).await?;
        let people = work.people_of_cohort(cohort.id).await?;
        let passes = work.exam_passes(cohort.id).await?;
        let mut rows = Vec::new();
        for certificate in work.certificates(cohort.id).await? {
            if certificate.revoked_at.is_some() {
                continue;
            }
            let enrolment = enrolments.iter().find(|known| known.id == certificate.enrolment_id);
            let (Some(enrolment), Some(person)) = (enrolment, people.get(&certificate.enrolment_id)) else {
                continue;
            };
            rows.push(vec![
                Cell::from(certificate.number),
                enrolment.trainee_number.as_str().into(),
                person.name.as_str().into(),
                person.kana.as_str().into(),
                Cell::Date(person.birth_date),
                Cell::date(passes.get(&enrolment.id).copied()),
                Cell::Date(cohort.starts_on),
                Cell::Date(certificate.completed_on),
            ]);
        }
        drop(work);
        let headings = [
            "修了証明書番号",
            "受講番号",
            "氏名",
            "フリガナ",
            "生年月日",
            "試験合格年月日",
            "研修開始年月日",
            "修了年月日",
        ];
        self.download("修了者名簿", &cohort.name, &headings, &rows, format)
    }

    /// One row a trainee, one column a session: ○ attended, △ late or left early, × absent, － not applicable.
    pub async fn attendance_book(&self, staff: &Staff, cohort: i64, format: ExportFormat) -> Result<Download> {
        let mut work = self.read(staff).await?;
        let cohort = work.cohort(cohort).await?;
        let record = work.facts(Wanted::all(cohort.id)).await?;
        let titles: Vec<String> = work
            .sessions(cohort.id)
            .await?
            .into_iter()
            .filter(|session| session.cancelled.is_none())
            .map(|session| format!("{} {}", session.starts_at.format("%m/%d"), session.title))
            .collect();
        let enrolments = work.enrolments(cohort.id).await?;
        drop(work);
        let today = self.today();
        let rows: Vec<Vec<Cell>> = enrolments
            .iter()
            .filter_map(|enrolment| {
                let facts = record.trainees.get(&enrolment.id)?;
                let marks = record.cohort.sessions().iter().map(|session| {
                    if !facts.is_theirs(session.id) {
                        return "－".to_owned();
                    }
                    let fact = facts.attendances.of_session(session.id);
                    match attendance::state(session, fact, facts.enrolled_on, 0, today) {
                        AttendanceState::Attended => "○".to_owned(),
                        AttendanceState::Short { late, left_early } => format!("△{}", late + left_early),
                        AttendanceState::Absent => "×".to_owned(),
                        AttendanceState::NotApplicable => "－".to_owned(),
                        AttendanceState::Unrecorded | AttendanceState::Planned => String::new(),
                    }
                });
                let who = [enrolment.trainee_number.clone(), enrolment.name.clone()];
                Some(who.into_iter().chain(marks).map(Cell::from).collect())
            })
            .collect();
        let headings: Vec<&str> = ["受講番号", "氏名"].into_iter().chain(titles.iter().map(String::as_str)).collect();
        self.download("出席簿", &cohort.name, &headings, &rows, format)
    }

    /// What other rules would change, a row for each trainee and requirement.
    pub fn impact_table(
        &self,
        impact: &CohortImpact,
        to_do: Option<&dyn Fn(&Missing) -> String>,
        format: ExportFormat,
    ) -> Result<Download> {
        let (headings, rows) = table(impact, to_do);
        let rows: Vec<Vec<Cell>> = rows.into_iter().map(|row| row.into_iter().map(Cell::from).collect()).collect();
        self.download("改正の影響", &impact.cohort.name, &headings, &rows, format)
    }

    pub(super) fn download(
        &self,
        kind: &str,
        cohort: &str,
        headings: &[&str],
        rows: &[Vec<Cell>],
        format: ExportFormat,
    ) -> Result<Download> {
        let bytes = write(kind, headings, rows, format).map_err(|error| Error::Internal(error.to_string()))?;
        let cohort: String = cohort.chars().filter(|c| c.is_alphanumeric()).collect();
        let day = self.today().format("%Y%m%d");
        let file_name = format!("{kind}_{cohort}_{day}.{}", format.extension());
        let lost = lost(headings, rows, format);
        Ok(Download { file_name, content_type: format.content_type(), bytes, lost })
    }
}
