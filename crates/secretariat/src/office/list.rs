//! What offices offer and where they are reached, of many at once from a list: an office a row, by its number. What a cell leaves empty stays as
//! it is. Each change goes through the door it goes through alone.

use super::places::{OfficePlaces, is_registered};
use super::{HostOffice, OfficeContact, OfficeFilter};
use crate::list_file::{self, ListFile, ListRow, one_cell};
use crate::notice::contact::{NewSupervisor, check_address, check_office_contact, check_supervisor};
use crate::office::refusal::OfficeRefusal;
use crate::{BadCell, CellFault, Error, Refusal, Result, Secretariat, Staff};
use records::Work;
use records::hex;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use training::trainee::person::{comparable_name, normalise};
use training::wareki;

const NUMBER: &[&str] = &["事業所番号", "介護保険事業所番号"];
const NAME: &[&str] = &["事業所名", "事業所の名称", "名称"];
const CAPACITY: &[&str] = &["受入可能人数", "受入人数", "受入可能数"];
const WEEKLY: &[&str] = &["1週の受入可能人数", "週あたり受入可能人数", "週の受入人数"];
const CHIEFS: &[&str] = &["主任介護支援専門員数", "主任介護支援専門員の人数", "主任の人数"];
const ADDITION: &[&str] = &["特定事業所加算"];
const CONFIRMED: &[&str] = &["確認日", "回答日"];
const CONTACT: &[&str] = &["受入担当者", "担当者", "担当者名"];
const EMAIL: &[&str] = &["メールアドレス", "担当者メールアドレス", "メール"];
const SUPERVISORS: &[&str] = &["実習指導者", "実習指導者名", "指導者"];
const SUPERVISOR_EMAILS: &[&str] = &["実習指導者メールアドレス", "指導者メールアドレス", "実習指導者のメールアドレス"];
const SUBSTITUTE: &[&str] = &["主任でない指導者の理由", "主任以外の理由"];

/// Every column of the list, by its headings; the first must be there.
const COLUMNS: [&[&str]; 12] = [
    NUMBER,
    NAME,
    CAPACITY,
    WEEKLY,
    CHIEFS,
    ADDITION,
    CONFIRMED,
    CONTACT,
    EMAIL,
    SUPERVISORS,
    SUPERVISOR_EMAILS,
    SUBSTITUTE,
];

/// The headings of the file to fill in.
pub fn headings() -> Vec<&'static str> {
    COLUMNS.iter().map(|column| column[0]).collect()
}

/// What a row changes of an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfficeChange {
    /// A column's heading, what it said before, and what it says.
    Value { column: &'static str, before: String, after: String },
    /// So many are placed there, which is more than the places it has now: nobody is moved by it.
    FewerThanPlaced(i64),
    /// With why somebody who is no chief care manager guides.
    SupervisorNamed { name: String, substitute_reason: String },
    /// Where a supervisor is reached; a link goes there.
    SupervisorReached { name: String, email: String },
}

/// What becomes of a row.
#[derive(Debug, Clone)]
pub struct OfficeLine {
    pub row: usize,
    pub office: i64,
    pub number: String,
    pub name: String,
    pub changes: Vec<OfficeChange>,
    pub refused: Option<Refusal>,
}

/// What a list comes to.
#[derive(Debug, Clone)]
pub struct OfficeListResult {
    pub lines: Vec<OfficeLine>,
    /// Links that go out to supervisors.
    pub links: usize,
    /// Headings of the list that have values and are not read.
    pub unread: Vec<String>,
    /// Of the offices as they were before: what is set must be what was shown.
    pub state: String,
    /// The same as a list.
    pub text: String,
}

/// How many of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct OfficeListCounts {
    pub rows: usize,
    pub changed: usize,
    pub unchanged: usize,
    /// Refused.
    pub skipped: usize,
}

impl OfficeListResult {
    pub fn counts(&self) -> OfficeListCounts {
        let count = |wanted: fn(&OfficeLine) -> bool| self.lines.iter().filter(|line| wanted(line)).count();
        OfficeListCounts {
            rows: self.lines.len(),
            changed: count(|line| line.refused.is_none() && !line.changes.is_empty()),
            unchanged: count(|line| line.refused.is_none() && line.changes.is_empty()),
            skipped: count(|line| line.refused.is_some()),
        }
    }
}

/// A row as it was read; what is `None` stays.
#[derive(Debug, Clone, Default)]
struct Entry {
    row: usize,
    office: HostOffice,
    capacity: Option<i64>,
    weekly_capacity: Option<i64>,
    chief_care_managers: Option<i64>,
    addition: Option<bool>,
    confirmed_on: Option<chrono::NaiveDate>,
    contact: String,
    email: String,
    supervisors: Vec<Named>,
}

/// A supervisor of a row; mail address and reason may be empty.
#[derive(Debug, Clone, Default)]
struct Named {
    name: String,
    email: String,
    /// Why somebody who is no chief care manager guides.
    substitute_reason: String,
}

/// What stands in a cell for nobody.
const NOBODY: [&str; 9] = ["-", "ー", "なし", "無し", "未定", "同上", "空欄", "(空欄)", "〃"];

/// A name without its title; `None` where it names nobody.
fn named(text: &str) -> Option<String> {
    let name = normalise(text);
    let name = name.trim_end_matches('様').trim_end_matches("先生").trim();
    (!name.is_empty() && !NOBODY.contains(&name)).then(|| name.to_owned())
}

/// What is done about a supervisor.
enum Wanted<'a> {
    Named(NewSupervisor<'a>),
    Reached { supervisor: i64, name: &'a str, email: &'a str },
}

/// Names and addresses in one cell stand beside each other in this order.
fn pieces(text: &str) -> Vec<String> {
    text.split(['、', ',', '，', ';', '；', '\n']).map(|piece| piece.trim().to_owned()).collect()
}

fn yes(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "○" | "〇" | "◯" | "有" | "あり" | "はい" | "1" | "取得" | "yes" => Some(true),
        "×" | "x" | "無" | "なし" | "いいえ" | "0" | "no" => Some(false),
        _ => None,
    }
}

/// The office a number names. A number a spreadsheet took the zero from is told as such.
fn office_of<'a>(row: &ListRow<'_>, known: &'a HashMap<String, HostOffice>) -> Result<&'a HostOffice, BadCell> {
    let number = row.cell(NUMBER[0]);
    match known.get(&number) {
        Some(office) => {
            let listed = row.cell(NAME[0]);
            match listed.is_empty() || comparable_name(&listed) == comparable_name(&office.name) {
                true => Ok(office),
                false => Err(row.bad(NAME[0], CellFault::OfficeNamed { listed, known: office.name.clone() })),
            }
        }
        None if known.contains_key(&format!("0{number}")) => Err(row.bad(NUMBER[0], CellFault::CodeDamaged(number))),
        None if number.is_empty() => Err(row.bad(NUMBER[0], CellFault::Empty)),
        None => Err(row.bad(NUMBER[0], CellFault::UnknownOffice(number))),
    }
}

fn read(row: &ListRow<'_>, office: &HostOffice, bad: &mut Vec<BadCell>) -> Entry {
    let mut number = |column: &[&'static str]| {
        let text = row.cell(column[0]);
        let read = text.trim_end_matches(['人', '名']).trim().parse().ok();
        let read = read.filter(|count| (0..=super::places::MOST_PLACES).contains(count));
        if read.is_none() && !text.is_empty() {
            let until = super::places::MOST_PLACES;
            bad.push(row.bad(column[0], CellFault::NotBetween { value: text, from: 0, until }));
        }
        read
    };
    let (capacity, weekly_capacity, chief_care_managers) = (number(CAPACITY), number(WEEKLY), number(CHIEFS));
    let addition = row.cell(ADDITION[0]);
    if !addition.is_empty() && yes(&addition).is_none() {
        bad.push(row.bad(ADDITION[0], CellFault::NeitherYesNorNo(addition.clone())));
    }
    let confirmed = row.cell(CONFIRMED[0]);
    let confirmed_on = wareki::parse(&confirmed);
    if !confirmed.is_empty() && confirmed_on.is_none() {
        bad.push(row.bad(CONFIRMED[0], CellFault::NoDate(confirmed)));
    }
    let contact = row.as_written(CONTACT[0]);
    if !contact.is_empty() && named(&contact).is_none() {
        bad.push(row.bad(CONTACT[0], CellFault::NoName(contact.clone())));
    }
    let supervisors = read_supervisors(row, bad);
    Entry {
        row: row.number,
        office: office.clone(),
        capacity,
        weekly_capacity,
        chief_care_managers,
        addition: yes(&addition),
        confirmed_on,
        contact: named(&contact).unwrap_or_default(),
        email: row.cell(EMAIL[0]),
        supervisors,
    }
}

/// Supervisors of a row, each once, with what stands beside them in the same order.
fn read_supervisors(row: &ListRow<'_>, bad: &mut Vec<BadCell>) -> Vec<Named> {
    let names = pieces(&row.as_written(SUPERVISORS[0])).into_iter().filter(|name| !name.is_empty());
    let names: Vec<String> = names.collect();
    let mut beside = |column: &[&'static str]| {
        let values = pieces(&row.as_written(column[0]));
        let has_values = values.iter().any(|value| !value.is_empty());
        if has_values && values.len() != names.len() {
            bad.push(row.bad(column[0], CellFault::NotOneEach { names: names.len(), values: values.len() }));
        }
        if has_values { values } else { Vec::new() }
    };
    let (emails, reasons) = (beside(SUPERVISOR_EMAILS), beside(SUBSTITUTE));
    let mut supervisors: Vec<Named> = Vec::new();
    for (index, written) in names.iter().enumerate() {
        let Some(name) = named(written) else {
            bad.push(row.bad(SUPERVISORS[0], CellFault::NoName(written.clone())));
            continue;
        };
        let at = |values: &[String]| values.get(index).cloned().unwrap_or_default();
        let is_known = |known: &Named| comparable_name(&known.name) == comparable_name(&name);
        if !supervisors.iter().any(is_known) {
            supervisors.push(Named { email: normalise(&at(&emails)), substitute_reason: at(&reasons), name });
        }
    }
    supervisors
}

/// The places an entry leaves an office with, and what it changes of them.
fn places(entry: &Entry) -> (OfficePlaces, Vec<OfficeChange>) {
    let known = &entry.office;
    let after = OfficePlaces {
        version: known.version,
        capacity: entry.capacity.unwrap_or(known.capacity),
        weekly_capacity: entry.weekly_capacity.unwrap_or(known.weekly_capacity),
        chief_care_managers: entry.chief_care_managers.unwrap_or(known.chief_care_managers),
        specified_office_addition: entry.addition.unwrap_or(known.specified_office_addition),
        community_support_centre: known.community_support_centre,
        judged_suitable: known.judged_suitable,
        reception_system: known.reception_system,
        improvement_recommended: known.improvement_recommended,
        confirmed_on: entry.confirmed_on.or(known.confirmed_on),
    };
    let mark = |holds: bool| if holds { "○".to_owned() } else { "×".to_owned() };
    let day = |day: Option<chrono::NaiveDate>| day.map(wareki::format).unwrap_or_default();
    let pairs = [
        (CAPACITY[0], known.capacity.to_string(), after.capacity.to_string()),
        (WEEKLY[0], known.weekly_capacity.to_string(), after.weekly_capacity.to_string()),
        (CHIEFS[0], known.chief_care_managers.to_string(), after.chief_care_managers.to_string()),
        (ADDITION[0], mark(known.specified_office_addition), mark(after.specified_office_addition)),
        (CONFIRMED[0], day(known.confirmed_on), day(after.confirmed_on)),
    ];
    let changes = pairs.into_iter().filter(|(_, before, after)| before != after);
    (after, changes.map(|(column, before, after)| OfficeChange::Value { column, before, after }).collect())
}

impl Secretariat {
    /// Changes offices by a list. `seen` is the state of the offices that was shown.
    ///
    /// # Errors
    /// `LostUpdate` where somebody has changed one of the offices since.
    /// A [`list_file::refusal::FileRefusal`] with every cell that cannot be read, unknown offices among them. What is refused of one office is in
    /// that one's line, and the others are changed.
    pub async fn set_offices(&self, staff: &Staff, bytes: &[u8], seen: &str) -> Result<OfficeListResult> {
        let mut work = self.write(staff).await?;
        let result = self.set_offices_in(&mut work, bytes).await?;
        if result.state != seen {
            return Err(records::Error::LostUpdate.into());
        }
        if result.counts().changed > 0 {
            work.record_import("offices", "", &hex(&Sha256::digest(bytes)), &result.counts()).await?;
        }
        work.commit().await?;
        Ok(result)
    }

    /// What a list would change. It is done and taken back, so that it says what will happen.
    pub async fn rehearse_offices(&self, staff: &Staff, bytes: &[u8]) -> Result<OfficeListResult> {
        let mut work = self.write(staff).await?;
        self.set_offices_in(&mut work, bytes).await
    }

    async fn set_offices_in(&self, work: &mut Work, bytes: &[u8]) -> Result<OfficeListResult> {
        let file = ListFile::read_any(list_file::tables(bytes).await?, &[NUMBER], &COLUMNS[1..])?;
        let known = work.host_offices(&OfficeFilter::default(), i64::MAX, 0).await?;
        let known: HashMap<String, HostOffice> =
            known.into_iter().map(|office| (office.office_number.clone(), office)).collect();
        let (mut entries, mut bad) = (Vec::new(), Vec::new());
        let mut rows: HashMap<i64, usize> = HashMap::new();
        let mut text = headings().join("\t");
        for row in file.rows() {
            let cells: Vec<String> = COLUMNS.iter().map(|column| one_cell(&row.as_written(column[0]))).collect();
            text.push('\n');
            text.push_str(&cells.join("\t"));
            match office_of(&row, &known) {
                Ok(office) => {
                    if let Some(before) = rows.insert(office.id, row.number) {
                        let value = office.office_number.clone();
                        bad.push(row.bad(NUMBER[0], CellFault::Twice { value, row: before }));
                    }
                    entries.push(read(&row, office, &mut bad));
                }
                Err(cell) => bad.push(cell),
            }
        }
        list_file::check(bad)?;
        let contacts = work.office_contacts(None).await?;
        let contacts: HashMap<i64, OfficeContact> =
            contacts.into_iter().map(|contact| (contact.host_office_id, contact)).collect();
        let versions = entries.iter().map(|entry| {
            let contact = contacts.get(&entry.office.id).map_or(0, |contact| contact.version);
            format!("{}:{}:{contact}", entry.office.id, entry.office.version)
        });
        let state = hex(&Sha256::digest(versions.collect::<Vec<_>>().join(" ")));
        let taken: HashMap<i64, i64> = work.places_taken().await?.into_iter().collect();
        let (mut lines, mut links) = (Vec::new(), 0);
        for entry in entries {
            let contact = contacts.get(&entry.office.id).cloned().unwrap_or_default();
            let placed = taken.get(&entry.office.id).copied().unwrap_or(0);
            let (changes, refused) = match self.set_one(work, &entry, (contact, placed)).await {
                Ok((changes, sent)) => {
                    links += sent;
                    (changes, None)
                }
                Err(Error::Refused(refusal)) => (Vec::new(), Some(refusal)),
                Err(error) => return Err(error),
            };
            let Entry { row, office, .. } = entry;
            let (number, name) = (office.office_number, office.name);
            lines.push(OfficeLine { row, office: office.id, number, name, changes, refused });
        }
        Ok(OfficeListResult { lines, links, unread: file.unread(), state, text })
    }

    /// Everything is checked before anything of the office is changed, so that a row is taken whole or not at all. Gives what changes, and how
    /// many links go out.
    async fn set_one(
        &self,
        work: &mut Work,
        entry: &Entry,
        (known, placed): (OfficeContact, i64),
    ) -> Result<(Vec<OfficeChange>, usize)> {
        let office = entry.office.id;
        let (places, mut changes) = places(entry);
        self.check_places(&places)?;
        if let (Some(told), Some(known)) = (entry.confirmed_on, entry.office.confirmed_on)
            && told < known
        {
            return Err(OfficeRefusal::ConfirmedLater(known).into());
        }
        let is_addition_told = entry.addition.is_some_and(|told| told != entry.office.specified_office_addition);
        if is_addition_told && is_registered(work, office).await? {
            return Err(OfficeRefusal::PrefectureDecides.into());
        }
        let named = if entry.contact.is_empty() { known.name.clone() } else { entry.contact.clone() };
        let email = if entry.email.is_empty() { known.email.clone() } else { entry.email.clone() };
        let contact = OfficeContact { host_office_id: office, name: named, email, ..known.clone() };
        check_office_contact(&contact)?;
        let supervisors = self.supervisors_of(work, entry).await?;
        if !changes.is_empty() {
            self.change_places_in(work, office, &places).await?;
        }
        if places.capacity != entry.office.capacity && places.capacity < placed {
            changes.push(OfficeChange::FewerThanPlaced(placed));
        }
        let pairs = [(CONTACT[0], &known.name, &contact.name), (EMAIL[0], &known.email, &contact.email)];
        let of_contact = pairs.into_iter().filter(|(_, before, after)| before != after);
        let of_contact: Vec<OfficeChange> = of_contact
            .map(|(column, before, after)| OfficeChange::Value { column, before: before.clone(), after: after.clone() })
            .collect();
        if !of_contact.is_empty() {
            self.set_office_contact_in(work, &contact).await?;
        }
        changes.extend(of_contact);
        let mut links = 0;
        for wanted in supervisors {
            changes.push(match wanted {
                Wanted::Named(new) => {
                    links += usize::from(!new.email.is_empty());
                    self.name_supervisor_in(work, office, new).await?;
                    let (name, substitute_reason) = (new.name.to_owned(), new.substitute_reason.to_owned());
                    OfficeChange::SupervisorNamed { name, substitute_reason }
                }
                Wanted::Reached { supervisor, name, email } => {
                    links += 1;
                    self.reach_in(work, (office, supervisor), email).await?;
                    OfficeChange::SupervisorReached { name: name.to_owned(), email: email.to_owned() }
                }
            });
        }
        Ok((changes, links))
    }

    /// Supervisors of an entry that are new, or are reached now.
    async fn supervisors_of<'a>(&self, work: &mut Work, entry: &'a Entry) -> Result<Vec<Wanted<'a>>> {
        if entry.supervisors.is_empty() {
            return Ok(Vec::new());
        }
        let office = entry.office.id;
        let known = work.supervisors(office).await?;
        let reached = work.supervisor_contacts(Some(office)).await?;
        let mut wanted = Vec::new();
        for Named { name, email, substitute_reason } in &entry.supervisors {
            let same = known.iter().find(|known| comparable_name(&known.name) == comparable_name(name));
            let address = same.and_then(|known| reached.iter().find(|reached| reached.supervisor_id == known.id));
            match same {
                None => {
                    let chief_care_manager = substitute_reason.is_empty();
                    let new = NewSupervisor { name, chief_care_manager, substitute_reason, email };
                    check_supervisor(&new)?;
                    wanted.push(Wanted::Named(new));
                }
                Some(_) if email.is_empty() || address.is_some_and(|known| &known.email == email) => {}
                Some(same) => {
                    check_address(email, address)?;
                    wanted.push(Wanted::Reached { supervisor: same.id, name, email });
                }
            }
        }
        Ok(wanted)
    }

    /// The offices of the provider's prefecture, as a list with what is known: number, name and what the list would say of each.
    pub async fn office_list(&self, work: &mut Work) -> Result<Vec<Vec<String>>> {
        let prefecture = work.provider().await?.prefecture;
        let mut offices = work.host_offices(&OfficeFilter::default(), i64::MAX, 0).await?;
        let is_own = |office: &HostOffice| office.municipality_code.starts_with(&format!("{prefecture:02}"));
        // A provider without a prefecture, or one whose offices are elsewhere, gets them all.
        if offices.iter().any(is_own) {
            offices.retain(is_own);
        }
        let contacts = work.office_contacts(None).await?;
        let contacts: HashMap<i64, OfficeContact> =
            contacts.into_iter().map(|contact| (contact.host_office_id, contact)).collect();
        let row = |office: HostOffice| {
            let contact = contacts.get(&office.id).cloned().unwrap_or_default();
            let count = |count: i64| count.to_string();
            vec![
                office.office_number,
                office.name,
                count(office.capacity),
                count(office.weekly_capacity),
                count(office.chief_care_managers),
                if office.specified_office_addition { "○".to_owned() } else { String::new() },
                office.confirmed_on.map(|day| day.to_string()).unwrap_or_default(),
                contact.name,
                contact.email,
                String::new(),
                String::new(),
                String::new(),
            ]
        };
        Ok(offices.into_iter().map(row).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_empty_stays_as_it_is() {
        let office =
            HostOffice { capacity: 3, weekly_capacity: 2, specified_office_addition: true, ..HostOffice::default() };
        let entry = Entry { office: office.clone(), ..Entry::default() };
        assert_eq!(places(&entry).1, []);
        let entry = Entry { office, capacity: Some(0), addition: Some(false), ..Entry::default() };
        let (after, changes) = places(&entry);
        assert_eq!((after.capacity, after.weekly_capacity, after.specified_office_addition), (0, 2, false));
        let value = |column, before: &str, after: &str| OfficeChange::Value {
            column,
            before: before.to_owned(),
            after: after.to_owned(),
        };
        assert_eq!(changes, [value("受入可能人数", "3", "0"), value("特定事業所加算", "○", "×")]);
    }

    #[test]
    fn several_people_in_one_cell() {
        for (text, expected) in [
            ("指導 一郎", vec!["指導 一郎"]),
            ("指導 一郎、指導 花子", vec!["指導 一郎", "指導 花子"]),
            ("a@x, b@x", vec!["a@x", "b@x"]),
            (",b@x", vec!["", "b@x"]),
        ] {
            assert_eq!(pieces(text), expected, "{text}");
        }
    }
}
