//! Lists of a cohort as files: everything a page shows of it, to be sorted, printed and sent on.

use super::list::Download;
use super::timetable_list;
use crate::{Result, Secretariat, Staff};
use chrono::TimeDelta;
use documents::export::{Cell, ExportFormat};
use records::Work;
use records::cohort::Cohort;
use std::collections::HashMap;
use training::completion::judgement::Judgement;
use training::completion::verdict::State;
use training::trainee::enrolment::EnrolmentState;
use training::wareki;

/// A list of a cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CohortList {
    CompletionRoster,
    AttendanceBook,
    /// Everybody, with where they are reached and how they stand.
    Trainees,
    /// Who lacks which subject, and where it is taught next.
    MakeUps,
    Placements,
    /// In the columns a timetable is read in.
    Timetable,
    /// With a place to sign, for a class.
    SignatureSheet,
}

impl CohortList {
    pub const ALL: [CohortList; 7] = [
        CohortList::Trainees,
        CohortList::SignatureSheet,
        CohortList::AttendanceBook,
        CohortList::MakeUps,
        CohortList::Timetable,
        CohortList::Placements,
        CohortList::CompletionRoster,
    ];

    pub fn id(self) -> &'static str {
        match self {
            CohortList::CompletionRoster => "completion-roster",
            CohortList::AttendanceBook => "attendance-book",
            CohortList::Trainees => "trainees",
            CohortList::MakeUps => "make-ups",
            CohortList::Placements => "placements",
            CohortList::Timetable => "timetable",
            CohortList::SignatureSheet => "signature-sheet",
        }
    }

    pub fn from_id(id: &str) -> Option<CohortList> {
        Self::ALL.into_iter().find(|known| known.id() == id)
    }
}

/// How states are called, which is the page's to say.
pub struct Words<'a> {
    pub enrolment: &'a (dyn Fn(EnrolmentState) -> String + Sync),
    pub state: &'a (dyn Fn(State) -> String + Sync),
    pub placement: &'a (dyn Fn(&records::placement::Placement) -> String + Sync),
}

/// Headings and rows of a list.
type Rows = (&'static str, Vec<String>, Vec<Vec<Cell>>);

fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

fn headings(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

impl Secretariat {
    /// A list of a cohort as a file.
    pub async fn export(
        &self,
        staff: &Staff,
        cohort: i64,
        (list, words): (CohortList, &Words<'_>),
        format: ExportFormat,
    ) -> Result<Download> {
        match list {
            CohortList::CompletionRoster => return self.completion_roster(staff, cohort, format).await,
            CohortList::AttendanceBook => return self.attendance_book(staff, cohort, format).await,
            _ => {}
        }
        let mut work = self.read(staff).await?;
        let cohort = work.cohort(cohort).await?;
        let (kind, headings, rows) = match list {
            CohortList::Trainees => self.trainee_rows(&mut work, &cohort, words).await?,
            CohortList::MakeUps => self.make_up_rows(&mut work, &cohort, words).await?,
            CohortList::Placements => placement_rows(&mut work, &cohort, words).await?,
            CohortList::Timetable => self.timetable_rows(&mut work, &cohort).await?,
            _ => signature_rows(&mut work, &cohort).await?,
        };
        drop(work);
        let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
        self.download(kind, &cohort.name, &headings, &rows, format)
    }

    async fn trainee_rows(&self, work: &mut Work, cohort: &Cohort, words: &Words<'_>) -> Result<Rows> {
        let judged = self.judge_cohort(work, cohort.id).await?;
        let people = work.people_of_cohort(cohort.id).await?;
        let groups = group_names(work, cohort.id).await?;
        let rows = judged.enrolments.iter().filter_map(|known| {
            let person = people.get(&known.id)?;
            let judgement = judged.judgements.get(&known.id);
            let worst = judgement.map(Judgement::worst);
            let some = |value: &Option<String>| text(value.clone().unwrap_or_default());
            Some(vec![
                text(known.trainee_number.as_str()),
                text(person.name.as_str()),
                text(person.kana.as_str()),
                Cell::Date(person.birth_date),
                some(&person.postcode),
                some(&person.address),
                some(&person.phone),
                some(&person.email),
                some(&person.employer),
                text((words.enrolment)(known.state)),
                text(groups.get(&known.id).cloned().unwrap_or_default()),
                text(worst.map(words.state).unwrap_or_default()),
            ])
        });
        let names = [
            "受講番号",
            "氏名",
            "フリガナ",
            "生年月日",
            "郵便番号",
            "住所",
            "電話番号",
            "メールアドレス",
            "勤務先",
            "状態",
            "班",
            "判定",
        ];
        Ok(("受講者一覧", headings(&names), rows.collect()))
    }

    /// A row for each subject somebody lacks who takes part, with the next session of the cohort that teaches it.
    async fn make_up_rows(&self, work: &mut Work, cohort: &Cohort, words: &Words<'_>) -> Result<Rows> {
        let judged = self.judge_cohort(work, cohort.id).await?;
        let sessions = work.sessions(cohort.id).await?;
        let today = self.today();
        let next = |subject: &str| {
            let teaches = |session: &&records::cohort::session::Session| {
                session.cancelled.is_none()
                    && session.starts_at.date() > today
                    && session.shares.iter().any(|share| share.subject == subject)
            };
            sessions.iter().find(teaches)
        };
        let mut rows = Vec::new();
        for known in judged.enrolments.iter().filter(|known| known.state.takes_part()) {
            let Some(judgement) = judged.judgements.get(&known.id) else { continue };
            for finding in judgement.findings.iter().filter(|it| it.verdict.state == State::NeedsMakeUp) {
                let Some(code) = finding.subject.as_deref() else { continue };
                let subject = judged.rulebook.edition.curriculum.subject(code);
                let next = next(code);
                rows.push(vec![
                    text(known.trainee_number.as_str()),
                    text(known.name.as_str()),
                    text(code),
                    text(subject.map_or("", |subject| subject.name.as_str())),
                    text((words.state)(finding.verdict.state)),
                    Cell::date(next.map(|session| session.starts_at.date())),
                    text(next.map_or("", |session| session.title.as_str())),
                ]);
            }
        }
        let names = ["受講番号", "氏名", "科目番号", "科目", "状態", "次の日程の日", "次の日程"];
        Ok(("補講が必要な科目", headings(&names), rows))
    }

    async fn timetable_rows(&self, work: &mut Work, cohort: &Cohort) -> Result<Rows> {
        let rows = self.timetable_of(work, cohort, TimeDelta::zero()).await?;
        let curriculum = &self.guidelines.rulebook_of(cohort)?.edition.curriculum;
        let rows = rows.iter().map(|row| {
            let mut cells: Vec<Cell> = timetable_list::cells(row, curriculum).map(Cell::Text).into();
            cells[0] = Cell::Date(row.day);
            cells
        });
        Ok(("時間割", headings(&timetable_list::HEADINGS), rows.collect()))
    }
}

/// The names of the groups trainees are in.
async fn group_names(work: &mut Work, cohort: i64) -> Result<HashMap<i64, String>> {
    let names: HashMap<i64, String> =
        work.exercise_groups(cohort).await?.into_iter().map(|group| (group.id, group.name)).collect();
    let members = work.groups_of_trainees(cohort).await?.into_iter();
    Ok(members.filter_map(|(trainee, group)| Some((trainee, names.get(&group)?.clone()))).collect())
}

async fn placement_rows(work: &mut Work, cohort: &Cohort, words: &Words<'_>) -> Result<Rows> {
    let offices: HashMap<i64, records::office::HostOffice> = {
        let filter = records::office::OfficeFilter { with_capacity: false, ..Default::default() };
        let all = work.host_offices(&filter, i64::MAX, 0).await?;
        all.into_iter().map(|office| (office.id, office)).collect()
    };
    let rows = work.current_placements(cohort.id).await?.into_iter().map(|known| {
        let office = offices.get(&known.host_office_id);
        let of_office = |field: fn(&records::office::HostOffice) -> &str| text(office.map_or("", field));
        let week = cohort.practicum_from + TimeDelta::weeks(known.window_index);
        vec![
            text(known.trainee_number.as_str()),
            text(known.trainee_name.as_str()),
            text(known.office_number.as_str()),
            text(known.office_name.as_str()),
            of_office(|office| &office.address),
            of_office(|office| &office.phone),
            of_office(|office| &office.fax),
            text(format!("{}からの週", wareki::format(week))),
            text(known.distance_m.map(|metres| format!("{:.1}", metres as f64 / 1000.0)).unwrap_or_default()),
            text((words.placement)(&known)),
        ]
    });
    let rows = rows.collect();
    let names = [
        "受講番号",
        "氏名",
        "事業所番号",
        "事業所名",
        "事業所の住所",
        "電話番号",
        "FAX番号",
        "週",
        "距離（km）",
        "状態",
    ];
    Ok(("実習配置", headings(&names), rows))
}

async fn signature_rows(work: &mut Work, cohort: &Cohort) -> Result<Rows> {
    let groups = group_names(work, cohort.id).await?;
    let enrolments = work.enrolments(cohort.id).await?;
    let rows = enrolments.iter().filter(|known| known.state.takes_part()).map(|known| {
        vec![
            text(known.trainee_number.as_str()),
            text(known.name.as_str()),
            text(known.kana.as_str()),
            text(groups.get(&known.id).cloned().unwrap_or_default()),
            // Wide enough to sign in.
            text("　　　　　　　　　　"),
            text("　　　　　　"),
        ]
    });
    let names = ["受講番号", "氏名", "フリガナ", "班", "署名", "備考"];
    Ok(("署名簿", headings(&names), rows.collect()))
}
