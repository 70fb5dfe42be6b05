//! A class held online: what a meeting's list of participants says of each trainee. Nothing is saved here; what somebody accepts of it is
//! recorded through the door of attendance.

use crate::cohort::refusal::CohortRefusal;
use crate::list_file::refusal::FileRefusal;
use crate::list_file::{self, only_table};
use crate::{BadCell, CellFault, Refusal, Result, Secretariat, heading};
use documents::table::{self, Table, TableError};
use records::Work;
use records::cohort::Cohort;
use records::cohort::session::Session;
use records::hex;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use training::NaiveDate;
use training::cohort::attendance::Hours;
use training::cohort::online::{Identity, Learner, Participant, Register, Stay, moment, stay};
use training::guideline::requirement::{AllOf, AnyOf, Rule};
use training::trainee::person::tidy;

const NAME: &[&str] = &["名前 (元の名前)", "Name (Original Name)", "名前", "表示名", "ユーザー名", "Name", "User Name"];
const EMAIL: &[&str] =
    &["ユーザーのメールアドレス", "User Email", "メールアドレス", "メール", "Email", "ユーザーのメール", "Eメール"];
const JOINED: &[&str] = &["参加時間", "参加時刻", "Join Time", "入室時間", "入室時刻"];
const LEFT: &[&str] = &["退出時間", "退出時刻", "Leave Time", "退室時間", "退室時刻"];
const MINUTES: &[&str] = &[
    "合計期間（分）",
    "合計時間（分）",
    "Total Duration (Minutes)",
    "期間（分）",
    "時間（分）",
    "参加時間（分）",
    "Duration (Minutes)",
];
/// Only the block about the meeting as a whole has it, or a log of many meetings.
const TOPIC: &[&str] = &["トピック", "Topic"];

/// What somebody says of a participant that nobody could tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Trainee(i64),
    /// A lecturer, the secretariat, a guest.
    NoTrainee,
}

/// A participant that nobody can tell, and whom something speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    pub participant: Participant,
    pub alike: Vec<i64>,
    /// What was said of them before.
    pub said: Option<Who>,
}

/// What a list says of a trainee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnlineLine {
    pub enrolment: i64,
    pub number: String,
    pub name: String,
    /// Under which names they were in the meeting.
    pub shown_as: Vec<String>,
    /// None: they were never there while the session was held.
    pub stay: Option<Stay>,
    /// A list that tells minutes alone: how many, added up, so that two devices at once count twice.
    pub minutes: Option<u32>,
    /// Lines of the list they have.
    pub entries: usize,
}

/// What a list of participants comes to.
#[derive(Debug, Clone)]
pub struct OnlineList {
    pub lines: Vec<OnlineLine>,
    pub unclear: Vec<Unclear>,
    /// Does the list tell when people came and left?
    pub has_times: bool,
    /// Minutes away that are forgiven.
    pub forgiven: u32,
    pub digest: String,
}

impl OnlineList {
    /// Has somebody said of every unclear participant who it is?
    pub fn is_clear(&self) -> bool {
        self.unclear.iter().all(|unclear| unclear.said.is_some())
    }
}

/// The places of what is read in a heading row.
#[derive(Debug, Clone, Copy)]
struct Columns {
    row: usize,
    name: usize,
    email: Option<usize>,
    times: Option<(usize, usize)>,
    minutes: Option<usize>,
}

fn place(row: &[String], headings: &[&str]) -> Option<usize> {
    headings.iter().find_map(|heading| row.iter().position(|cell| heading::is(cell, heading)))
}

/// The heading row: the first that has times, else the first that has minutes and is not the block about the meeting.
fn columns(table: &Table) -> Option<Columns> {
    let of = |(index, row): (usize, &Vec<String>)| {
        let (joined, left) = (place(row, JOINED), place(row, LEFT));
        Some(Columns {
            row: index,
            name: place(row, NAME)?,
            email: place(row, EMAIL),
            times: joined.zip(left),
            minutes: place(row, MINUTES),
        })
    };
    let rows = || table.rows.iter().enumerate().take(heading::WITHIN);
    let with_times = rows().filter_map(of).find(|columns| columns.times.is_some());
    let is_meeting = |columns: &Columns| place(&table.rows[columns.row], TOPIC).is_some();
    with_times.or_else(|| rows().filter_map(of).find(|columns| columns.minutes.is_some() && !is_meeting(columns)))
}

/// Reads the participants of a list, and whether it tells times.
fn read(tables: Vec<Table>, day: NaiveDate) -> Result<(Vec<Participant>, bool), Refusal> {
    let (table, columns) = only_table(tables, |table| {
        let columns = columns(&table).ok_or(NAME[0])?;
        Ok((table, columns))
    })?;
    let hidden: Vec<usize> = table.origin.hidden_rows.iter().copied().filter(|row| *row > columns.row + 1).collect();
    if !hidden.is_empty() {
        return Err(Refusal::File(FileRefusal::RowsHidden(hidden)));
    }
    let (mut participants, mut bad) = (Vec::new(), Vec::new());
    for (index, cells) in table.rows.iter().enumerate().skip(columns.row + 1) {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let row = index + 1;
        let cell = |place: usize| cells.get(place).map_or("", |cell| cell.trim());
        let mut fault = |column: &str, fault: CellFault| bad.push(BadCell { row, column: column.to_owned(), fault });
        for (place, column) in [(Some(columns.name), NAME[0]), (columns.email, EMAIL[0])] {
            if let Some(shown) = place.map(cell).filter(|shown| table::is_error(shown)) {
                fault(column, CellFault::SpreadsheetError(shown.to_owned()));
            }
        }
        let hours = columns.times.and_then(|(joined, left)| {
            // Who stays past midnight leaves on the next day.
            let mut read = |place: usize, column: &str, last: NaiveDate| {
                let found = moment(cell(place));
                match found {
                    None => fault(column, CellFault::NoMoment(cell(place).to_owned())),
                    Some(other) if !(day..=last).contains(&other.date()) => {
                        fault(column, CellFault::OtherDay { value: cell(place).to_owned(), day });
                    }
                    Some(_) => {}
                }
                found
            };
            let next = day.succ_opt().unwrap_or(day);
            let (from, until) = (read(joined, JOINED[0], day), read(left, LEFT[0], next));
            let hours = from.zip(until).map(|(from, until)| Hours { from, until });
            if let Some(Hours { from, until }) = hours.filter(|hours| hours.until < hours.from) {
                fault(LEFT[0], CellFault::TimesBackwards { from: from.time(), until: until.time() });
            }
            hours
        });
        let text = columns.minutes.map_or("", cell);
        let minutes = training::trainee::person::normalise(text).parse().ok();
        if columns.times.is_none() && minutes.is_none() {
            fault(MINUTES[0], CellFault::NotBetween { value: text.to_owned(), from: 0, until: 24 * 60 });
        }
        let email = columns.email.map_or("", cell).to_owned();
        participants.push(Participant { row, name: tidy(cell(columns.name)), email, hours, minutes });
    }
    list_file::check(bad)?;
    if participants.is_empty() {
        return Err(Refusal::File(FileRefusal::Table(TableError::Empty)));
    }
    Ok((participants, columns.times.is_some()))
}

/// Minutes a cohort's rules forgive in a session: the least of what its rules about subjects say.
fn forgiven(rules: &[&Rule]) -> u32 {
    fn of(rule: &Rule, found: &mut Vec<u32>) {
        match rule {
            Rule::Subjects(rule) => found.push(rule.tolerance_minutes.unwrap_or(0)),
            Rule::AnyOf(AnyOf { rules }) | Rule::AllOf(AllOf { rules }) => {
                rules.iter().for_each(|rule| of(rule, found))
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    rules.iter().for_each(|rule| of(rule, &mut found));
    found.into_iter().min().unwrap_or(0)
}

impl Secretariat {
    /// What a list of participants says of everybody who takes part in a session's cohort. `said` answers, by the row of the list, who somebody
    /// is that cannot be told.
    ///
    /// # Errors
    /// A [`FileRefusal`] with every cell that cannot be read, those of another day among them; [`CohortRefusal::OtherMeeting`] where nobody was
    /// there while the session was held; [`CohortRefusal::SessionCancelled`].
    pub async fn online_attendance(
        &self,
        work: &mut Work,
        session: &Session,
        bytes: &[u8],
        said: &HashMap<usize, Who>,
    ) -> Result<OnlineList> {
        if session.cancelled.is_some() {
            return Err(CohortRefusal::SessionCancelled.into());
        }
        let (participants, has_times) = read(list_file::tables(bytes).await?, session.starts_at.date())?;
        let cohort = work.cohort(session.cohort_id).await?;
        let known = session.as_taught();
        let is_at_it = |hours: Hours| hours.from < known.ends_at && hours.until > known.starts_at;
        if has_times && !participants.iter().filter_map(|participant| participant.hours).any(is_at_it) {
            return Err(CohortRefusal::OtherMeeting.into());
        }
        let takes_part = self.expected(work, session).await?;
        let everybody = learners(work, &cohort).await?;
        let register = Register::of(&everybody);
        let learners: Vec<&Learner> =
            everybody.iter().filter(|learner| takes_part.contains(&learner.enrolment)).collect();
        let mut by_trainee: BTreeMap<i64, Vec<&Participant>> = BTreeMap::new();
        let mut unclear = Vec::new();
        for participant in &participants {
            let who = match register.identify(participant) {
                Identity::Known(enrolment) if takes_part.contains(&enrolment) => Some(Who::Trainee(enrolment)),
                identity => {
                    let mut alike = match identity {
                        // Somebody of the cohort who takes no part any more.
                        Identity::Known(enrolment) => vec![enrolment],
                        Identity::Unclear(alike) => alike,
                    };
                    alike.retain(|enrolment| takes_part.contains(enrolment));
                    let said = said.get(&participant.row).copied();
                    let said = said.filter(|who| match who {
                        Who::Trainee(enrolment) => learners.iter().any(|learner| learner.enrolment == *enrolment),
                        Who::NoTrainee => true,
                    });
                    unclear.push(Unclear { participant: participant.clone(), alike, said });
                    said
                }
            };
            if let Some(Who::Trainee(enrolment)) = who {
                by_trainee.entry(enrolment).or_default().push(participant);
            }
        }
        let requirements = &self.guidelines.rulebook_of(&cohort)?.requirements;
        let forgiven = forgiven(&requirements.iter().map(|requirement| &requirement.rule).collect::<Vec<_>>());
        let line = |learner: &Learner| {
            let own = by_trainee.get(&learner.enrolment).map_or(&[][..], Vec::as_slice);
            let hours: Vec<Hours> = own.iter().filter_map(|participant| participant.hours).collect();
            let minutes = own.iter().filter_map(|participant| participant.minutes);
            let mut shown_as: Vec<String> = own.iter().map(|participant| participant.name.clone()).collect();
            shown_as.dedup();
            OnlineLine {
                enrolment: learner.enrolment,
                number: learner.number.clone(),
                name: learner.name.clone(),
                shown_as,
                stay: stay(&known, &hours, forgiven),
                entries: own.len(),
                minutes: (!has_times && !own.is_empty()).then(|| minutes.fold(0, u32::saturating_add)),
            }
        };
        Ok(OnlineList {
            lines: learners.into_iter().map(line).collect(),
            unclear,
            has_times,
            forgiven,
            digest: hex(&Sha256::digest(bytes)),
        })
    }
}

/// Everybody of a cohort, in the order of their numbers: a namesake who takes no part any more may still be in the meeting.
async fn learners(work: &mut Work, cohort: &Cohort) -> Result<Vec<Learner>> {
    let people = work.people_of_cohort(cohort.id).await?;
    let enrolments = work.enrolments(cohort.id).await?;
    let learner = |known: records::trainee::enrolment::Enrolment| Learner {
        enrolment: known.id,
        email: people.get(&known.id).and_then(|person| person.email.clone()).unwrap_or_default(),
        number: known.trainee_number,
        name: known.name,
        kana: known.kana,
    };
    Ok(enrolments.into_iter().map(learner).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 12, 3).unwrap()
    }

    fn of(text: &str) -> Vec<Table> {
        table::read_all(text.as_bytes()).unwrap()
    }

    fn told(text: &str) -> Vec<String> {
        let (participants, _) = read(of(text), day()).unwrap();
        let clock = |hours: Option<Hours>| {
            hours.map_or_else(String::new, |hours| format!("{}–{}", hours.from.format("%T"), hours.until.format("%T")))
        };
        let one = |known: Participant| {
            let minutes = known.minutes.map_or(String::new(), |minutes| minutes.to_string());
            format!("{}|{}|{}|{minutes}", known.name, known.email, clock(known.hours))
        };
        participants.into_iter().map(one).collect()
    }

    #[test]
    fn lists_as_meetings_write_them() {
        let one = "001 研修太郎|taro@kensan.example|09:00:05–16:00:00|420";
        for (name, text, expected) in [
            (
                "with a block about the meeting",
                "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n\
                 123,研修,12/03/2026 08:30:00 AM,12/03/2026 04:10:00 PM,host@kensan.example,460,30\n\n\
                 Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n\
                 001 研修太郎,taro@kensan.example,12/03/2026 09:00:05 AM,12/03/2026 04:00:00 PM,420,Yes\n",
                vec![one],
            ),
            (
                "in Japanese, with newer columns",
                "名前 (元の名前),メール,参加時間,退出時間,期間（分）,ゲスト,待合室\n\
                 001 研修太郎,taro@kensan.example,2026/12/03 09:00:05,2026/12/03 16:00:00,420,はい,いいえ\n",
                vec![one],
            ),
            (
                "small letters, saved by a spreadsheet with empty columns",
                "Name (original name),Email,Join time,Leave time,Duration (minutes),,\n\
                 001 研修太郎,taro@kensan.example,12/3/26 9:00:05,12/3/26 16:00,420,,\n,,,,,,\n",
                vec![one],
            ),
            (
                "a log of meetings",
                "ユーザー名,ユーザーのメールアドレス,ミーティング ID,トピック,ホスト,参加者,開始時間,終了時間,参加時間,退出時間\n\
                 001 研修太郎,taro@kensan.example,1,研修,事務局,30,2026/12/03 8:30,2026/12/03 16:10,2026/12/03 9:00:05,2026/12/03 16:00\n",
                vec!["001 研修太郎|taro@kensan.example|09:00:05–16:00:00|"],
            ),
            (
                "minutes alone, below the block",
                "トピック,ID,ユーザーのメールアドレス,期間（分）,名前\n研修,1,host@kensan.example,460,事務局\n\n\
                 名前 (元の名前),メール,合計期間（分）,ゲスト\n001 研修太郎,taro@kensan.example,420,はい\n",
                vec!["001 研修太郎|taro@kensan.example||420"],
            ),
        ] {
            assert_eq!(told(text), expected, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let heading = "名前,参加時間,退出時間\n";
        for (rows, expected) in [
            ("研修太郎,2026/12/03 9:00,#N/A\n", vec!["退出時間"]),
            ("研修太郎,2026/12/04 9:00,2026/12/04 10:00\n", vec!["参加時間"]),
            ("研修太郎,2026/12/03 9:00,2026/12/03 8:00\n", vec!["退出時間"]),
            ("研修太郎,,2026/12/03 8:00\n", vec!["参加時間"]),
            ("研修太郎,2026/12/03 9:00,2026/12/05 0:10\n", vec!["退出時間"]),
            ("研修太郎,9:00,10:00\n", vec!["参加時間", "退出時間"]),
            ("#REF!,2026/12/03 9:00,2026/12/04 0:10\n", vec!["名前 (元の名前)"]),
        ] {
            let Err(Refusal::File(FileRefusal::Cells(bad))) = read(of(&format!("{heading}{rows}")), day()) else {
                panic!("{rows}")
            };
            assert!(bad.iter().all(|cell| cell.row == 2), "{rows}");
            assert_eq!(bad.iter().map(|cell| cell.column.as_str()).collect::<Vec<_>>(), expected, "{rows}");
        }
        for text in ["受講番号,氏名\n1,研修太郎\n", "名前,ゲスト\n研修太郎,はい\n"] {
            assert_eq!(read(of(text), day()).err(), Some(Refusal::File(FileRefusal::ColumnMissing(NAME[0]))), "{text}");
        }
        assert_eq!(read(of(heading), day()).err(), Some(TableError::Empty.into()));
    }
}
