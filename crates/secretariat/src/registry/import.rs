//! Taking over an existing registry from a list: a row a person. What is wrong is told for every cell before anything is saved, and an import
//! can be undone for everybody who was not touched since.

use super::refusal::RegistryRefusal;
use crate::list_file::{self, ListFile, ListRow};
use crate::{BadCell, CellFault, Refusal, Result, Secretariat, Staff, hex};
use chrono::NaiveDate;
use records::Work;
use records::trainee::person::Person;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use training::registry::door::{self, Misfit};
use training::registry::expiry::first_card_deadline;
use training::registry::{CardCause, DatedFact, Fact, Policy, RegistrationNumber, Standing, Training, prefecture};
use training::trainee::person::comparable_name;
use training::wareki;

const NUMBER: &str = "登録番号";
const NAME: &str = "氏名";
const KANA: &str = "フリガナ";
const BIRTH: &str = "生年月日";
const REGISTERED: &str = "登録年月日";
const ISSUED: &str = "交付年月日";
const EXPIRES: &str = "有効期間満了日";
const CHIEF: &str = "主任研修修了日";
const CHIEF_UNTIL: &str = "主任有効期間満了日";
const ADDRESS: &str = "住所";
const EMAIL: &str = "メールアドレス";

/// Every heading a list may have; the first four must be there.
pub const HEADINGS: [&str; 11] =
    [NUMBER, NAME, BIRTH, REGISTERED, KANA, ISSUED, EXPIRES, CHIEF, CHIEF_UNTIL, ADDRESS, EMAIL];
const REQUIRED: usize = 4;

/// What came of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RegistryCounts {
    pub rows: usize,
    /// People nobody knew.
    pub new: usize,
    pub known: usize,
    /// Facts written down.
    pub recorded: usize,
}

/// What came of undoing one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    pub people: usize,
    /// Names of those with a later fact: theirs stay.
    pub skipped: Vec<String>,
}

/// A row as read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    row: usize,
    number: RegistrationNumber,
    person: Person,
    facts: Vec<(NaiveDate, Fact)>,
}

/// The date of a cell; none for an empty one. Every fault goes to `bad`.
fn date(row: &ListRow<'_>, column: &str, bad: &mut Vec<BadCell>) -> Option<NaiveDate> {
    let text = row.cell(column);
    if text.is_empty() {
        return None;
    }
    let found = wareki::parse(&text);
    if found.is_none() {
        bad.push(row.bad(column, CellFault::NoDate(text)));
    }
    found
}

/// Facts of a row, with what is wrong between its cells.
fn facts(
    row: &ListRow<'_>,
    (number, own): (RegistrationNumber, Option<u8>),
    today: NaiveDate,
    bad: &mut Vec<BadCell>,
) -> Vec<(NaiveDate, Fact)> {
    let [registered, issued, expires, chief, chief_until] =
        [REGISTERED, ISSUED, EXPIRES, CHIEF, CHIEF_UNTIL].map(|column| date(row, column, bad));
    for (column, found) in [(REGISTERED, registered), (ISSUED, issued), (CHIEF, chief)] {
        if let Some(on) = found.filter(|on| *on > today) {
            bad.push(row.bad(column, CellFault::ToCome(on)));
        }
    }
    let mut facts = Vec::new();
    match registered {
        Some(on) => facts.push((on, Fact::Registered { number, prefecture: own.unwrap_or(number.prefecture()) })),
        None if row.cell(REGISTERED).is_empty() => bad.push(row.bad(REGISTERED, CellFault::Empty)),
        None => {}
    }
    match (issued, expires) {
        (Some(issued), Some(expires)) if expires >= issued => {
            let is_former = NaiveDate::from_ymd_opt(2006, 4, 1).is_some_and(|first| issued < first);
            let is_first = registered.is_some_and(|registered| issued <= first_card_deadline(registered));
            let cause = match (is_former, is_first) {
                (true, _) => CardCause::Former,
                (false, true) => CardCause::First,
                (false, false) => CardCause::Renewal,
            };
            facts.push((issued, Fact::CardIssued { cause, expires_on: expires }));
        }
        (Some(issued), Some(expires)) => bad.push(row.bad(EXPIRES, CellFault::Before { on: expires, earlier: issued })),
        (Some(_), None) if row.cell(EXPIRES).is_empty() => bad.push(row.bad(EXPIRES, CellFault::Empty)),
        (None, Some(_)) if row.cell(ISSUED).is_empty() => bad.push(row.bad(ISSUED, CellFault::Empty)),
        _ => {}
    }
    match (chief, chief_until) {
        (Some(on), valid_until) => facts.push((on, Fact::Completed { training: Training::Chief, valid_until })),
        (None, Some(_)) if row.cell(CHIEF).is_empty() => bad.push(row.bad(CHIEF, CellFault::Empty)),
        (None, _) => {}
    }
    facts
}

/// Reads a row; none where a cell that everything hangs on is wrong.
fn read(row: &ListRow<'_>, prefecture: Option<u8>, today: NaiveDate, bad: &mut Vec<BadCell>) -> Option<Entry> {
    let before = bad.len();
    let text = row.cell(NUMBER);
    let number = RegistrationNumber::read(&text, prefecture);
    if number.is_err() {
        bad.push(row.bad(NUMBER, CellFault::NoRegistrationNumber(text)));
    }
    let name = row.as_written(NAME);
    if name.is_empty() {
        bad.push(row.bad(NAME, CellFault::Empty));
    }
    let birth_date = date(row, BIRTH, bad);
    if birth_date.is_none() && row.cell(BIRTH).is_empty() {
        bad.push(row.bad(BIRTH, CellFault::Empty));
    }
    if let Some(on) = birth_date.filter(|on| *on > today) {
        bad.push(row.bad(BIRTH, CellFault::ToCome(on)));
    }
    let number = number.ok()?;
    let facts = facts(row, (number, prefecture), today, bad);
    if bad.len() > before {
        return None;
    }
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let person = Person {
        name,
        kana: row.as_written(KANA),
        birth_date: birth_date?,
        address: some(row.as_written(ADDRESS)),
        email: some(row.as_written(EMAIL)),
        ..Person::default()
    };
    Some(Entry { row: row.number, number, person, facts })
}

/// The column a fact of a row stands in.
fn column_of(fact: &Fact) -> &'static str {
    match fact {
        Fact::CardIssued { .. } => EXPIRES,
        Fact::Completed { .. } => CHIEF,
        _ => REGISTERED,
    }
}

/// Does a fact of a row fit what is on record of its person?
fn fits(dated: &[DatedFact], (on, fact): (NaiveDate, &Fact), policy: &Policy, today: NaiveDate) -> Result<(), Misfit> {
    if matches!(fact, Fact::Registered { .. }) {
        door::check_taken_over(&Standing::on(dated, policy, on, today), on)?;
    }
    door::check(dated, (on, fact), policy, today)
}

impl Secretariat {
    /// Takes over a registry from a list. A known number is its person's, whose name and birth date have to agree; an unknown one is somebody of
    /// that name and birth date who has none, or else somebody new. What is on record already is not written again.
    pub async fn import_registry(&self, staff: &Staff, file_name: &str, bytes: &[u8]) -> Result<RegistryCounts> {
        let file = ListFile::read_with(list_file::tables(bytes).await?, &HEADINGS[..REQUIRED], &HEADINGS[REQUIRED..])?;
        let mut work = self.write(staff).await?;
        let prefecture = u8::try_from(work.provider().await?.prefecture).ok();
        let prefecture = prefecture.filter(|code| prefecture::name(*code).is_some());
        let mut bad = Vec::new();
        let mut entries: Vec<Entry> = Vec::new();
        let mut rows = HashMap::new();
        for row in file.rows() {
            let Some(entry) = read(&row, prefecture, self.today(), &mut bad) else { continue };
            match rows.insert(entry.number, entry.row) {
                Some(first) => {
                    let value = entry.number.to_string();
                    bad.push(row.bad(NUMBER, CellFault::Twice { value, row: first }));
                }
                None => entries.push(entry),
            }
        }
        let people = self.people_of(&mut work, &entries, &mut bad).await?;
        let new = self.new_facts(&mut work, &entries, &people, &mut bad).await?;
        list_file::check(bad)?;
        let counts = self.write_entries(&mut work, (file_name, bytes), (&entries, &people), new).await?;
        work.commit().await?;
        Ok(counts)
    }

    /// Whose each entry is, where somebody is known. Faults go to `bad`.
    async fn people_of(&self, work: &mut Work, entries: &[Entry], bad: &mut Vec<BadCell>) -> Result<Vec<Option<i64>>> {
        let keys: Vec<String> = entries.iter().map(|entry| comparable_name(&entry.person.name)).collect();
        let named = work.people_named(&keys.iter().map(String::as_str).collect::<Vec<_>>()).await?;
        let mut by_name: HashMap<(&str, NaiveDate), Vec<i64>> = HashMap::new();
        for (id, key, birth_date) in &named {
            by_name.entry((key, *birth_date)).or_default().push(*id);
        }
        let numbered = work.registration_numbers().await?;
        let has_number: std::collections::HashSet<i64> = numbered.values().copied().collect();
        let mut people = Vec::new();
        for (entry, key) in entries.iter().zip(&keys) {
            let known = numbered.get(&entry.number.to_string()).copied();
            if let Some(known) = known {
                let person = work.person(known).await?;
                if comparable_name(&person.name) != *key || person.birth_date != entry.person.birth_date {
                    let listed = format!("{} {}", entry.person.name, wareki::format(entry.person.birth_date));
                    let known = format!("{} {}", person.name, wareki::format(person.birth_date));
                    let fault = CellFault::NumberOfAnother { listed, known };
                    bad.push(BadCell { row: entry.row, column: NAME.to_owned(), fault });
                }
                people.push(Some(known));
                continue;
            }
            let alike = by_name.get(&(key.as_str(), entry.person.birth_date)).map_or(&[][..], Vec::as_slice);
            let free: Vec<i64> = alike.iter().copied().filter(|id| !has_number.contains(id)).collect();
            people.push(if let [only] = free[..] { Some(only) } else { None });
        }
        Ok(people)
    }

    /// Facts of each entry that are not on record, each through the door of every fact. What does not fit goes to `bad`.
    async fn new_facts(
        &self,
        work: &mut Work,
        entries: &[Entry],
        people: &[Option<i64>],
        bad: &mut Vec<BadCell>,
    ) -> Result<Vec<Vec<(NaiveDate, Fact)>>> {
        let (policy, today) = (work.registry_setting().await?.policy, self.today());
        let mut all = Vec::new();
        for (entry, person) in entries.iter().zip(people) {
            let mut dated = match person {
                Some(person) => self.dated_facts(work, *person).await?.2,
                None => Vec::new(),
            };
            let mut new = Vec::new();
            for (on, fact) in &entry.facts {
                if super::is_on_record(&dated, *on, fact) {
                    continue;
                }
                match fits(&dated, (*on, fact), &policy, today) {
                    Ok(()) => {
                        let (on, fact) = (*on, fact.clone());
                        dated.push(DatedFact { on, recorded_on: today, withdrawn_on: None, fact: fact.clone() });
                        new.push((on, fact));
                    }
                    Err(misfit) => {
                        let column = column_of(fact).to_owned();
                        bad.push(BadCell { row: entry.row, column, fault: CellFault::Misfit(Box::new(misfit)) });
                    }
                }
            }
            all.push(new);
        }
        Ok(all)
    }

    async fn write_entries(
        &self,
        work: &mut Work,
        (file_name, bytes): (&str, &[u8]),
        (entries, people): (&[Entry], &[Option<i64>]),
        new: Vec<Vec<(NaiveDate, Fact)>>,
    ) -> Result<RegistryCounts> {
        let known = people.iter().filter(|person| person.is_some()).count();
        let counts = RegistryCounts {
            rows: entries.len(),
            new: entries.len() - known,
            known,
            recorded: new.iter().map(Vec::len).sum(),
        };
        let run = work.record_import("registry", file_name, &hex(&Sha256::digest(bytes)), &counts).await?;
        for ((entry, person), new) in entries.iter().zip(people).zip(new) {
            if new.is_empty() {
                continue;
            }
            let person = match person {
                Some(person) => *person,
                None => work.create_person(&entry.person).await?,
            };
            if !work.keep_registration_number(person, entry.number).await? {
                return Err(RegistryRefusal::NumberTaken(entry.number.to_string()).into());
            }
            for (on, fact) in &new {
                work.record_registry_fact(person, (*on, fact), "", Some(run)).await?;
            }
            self.index_again(work, person).await?;
        }
        Ok(counts)
    }

    /// Takes every fact of an import back, but those of people with a later one; they are named.
    pub async fn undo_registry_import(&self, staff: &Staff, run: i64, reason: &str) -> Result<Undone> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        let mut undone = Undone { people: 0, skipped: Vec::new() };
        for (person, name, touched) in work.people_of_registry_import(run).await? {
            if touched {
                undone.skipped.push(name);
                continue;
            }
            for fact in work.registry_facts_of_import(run, person).await? {
                work.withdraw_registry_fact(fact, reason.trim()).await?;
            }
            self.index_again(&mut work, person).await?;
            undone.people += 1;
        }
        work.commit().await?;
        Ok(undone)
    }
}
