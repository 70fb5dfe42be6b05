//! Importing a roster of exam passers into a cohort, and admitting one person by the form: the same code.

use crate::cohort::roster_columns::{HeadingRow, Headings, Places};
use crate::cohort::roster_person::{person_of, set_home, tell_differences, updated};
use crate::cohort::roster_row::{self, COLUMNS, CellError, CellProblem, Column, RosterRow};
use crate::list_file::{self, refusal::FileRefusal};
use crate::{Refusal, Result, Secretariat, Staff, heading};
use documents::table::{self, Table, TableError};
use records::Work;
use records::cohort::Cohort;
use records::hex;
use records::trainee::enrolment::NewEnrolment;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use training::NaiveDate;
use training::trainee::enrolment::EnrolmentState;
use training::trainee::person::comparable_name;

/// Somebody who may be known already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Duplicate {
    /// 1-based row of the file.
    pub row: usize,
    pub name: String,
    pub why: Alike,
    /// The known person takes part in this cohort already: there is nothing to enrol.
    pub is_here: bool,
    /// What the row says otherwise than what is known: key of the column, what is known, what the row says.
    pub differs: Vec<(&'static str, String, String)>,
}

impl Duplicate {
    /// May it be somebody else? One exam number of two people in a cohort is a mistake.
    pub fn may_be_another(&self) -> bool {
        !(self.is_here && matches!(self.why, Alike::ExamNumber(_)))
    }

    /// Is it somebody registered already, and not another row of the file?
    pub fn is_known(&self) -> bool {
        !matches!(self.why, Alike::RowOfFile(_))
    }
}

/// Whom a row looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Alike {
    /// A known person, by the exam number; the person's id.
    ExamNumber(i64),
    /// A known person, by name and birth date; the person's id.
    NameAndBirthDate(i64),
    /// An earlier row of the same file, by name and birth date; its 1-based number.
    RowOfFile(usize),
}

impl Alike {
    /// The known person.
    pub fn person(self) -> Option<i64> {
        match self {
            Alike::ExamNumber(person) | Alike::NameAndBirthDate(person) => Some(person),
            Alike::RowOfFile(_) => None,
        }
    }
}

/// What to do with a row that looks like a known person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Leave the row out.
    Skip,
    /// The same person: enrol the known one, who stays as known.
    Same,
    /// The same person, of whom what the row says is true now.
    Update,
    /// Somebody else of the same name.
    Different,
    /// A row that is hidden in the file is read all the same.
    Include,
}

impl Decision {
    pub const ALL: [Decision; 5] =
        [Decision::Skip, Decision::Same, Decision::Update, Decision::Different, Decision::Include];

    /// Its name in forms.
    pub fn id(self) -> &'static str {
        match self {
            Decision::Skip => "skip",
            Decision::Same => "same",
            Decision::Update => "update",
            Decision::Different => "different",
            Decision::Include => "include",
        }
    }

    /// Reads [`Decision::id`] back.
    pub fn from_id(id: &str) -> Option<Decision> {
        Self::ALL.into_iter().find(|decision| decision.id() == id)
    }
}

/// What somebody said about a file that was asked about.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// By 1-based row.
    pub decisions: HashMap<usize, Decision>,
    /// What its headings mean.
    pub headings: Headings,
}

/// What an import of a roster came to.
#[derive(Debug, Clone)]
pub enum RosterImport {
    /// Everything is saved. Names no font can print are told: row, name and the characters; and headings of columns that were not read.
    Imported { counts: RosterCounts, unprintable: Vec<(usize, String, Vec<String>)>, unread: Vec<String> },
    /// Nothing is saved; the file comes back with a result and an error column.
    Rejected { errors: Vec<(usize, Vec<CellError>)>, file: Vec<u8>, rows: usize },
    /// Nothing is saved; a column that must be there was not found. The file's headings, with what each is taken for so far.
    Unread { missing: &'static str, headings: Vec<(String, Option<&'static str>)> },
    /// Nothing is saved; these rows need a decision: people who may be known, and rows that are hidden in the file, with their names.
    Undecided { duplicates: Vec<Duplicate>, hidden: Vec<(usize, String)> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct RosterCounts {
    pub rows: usize,
    pub new: usize,
    pub known: usize,
    pub skipped: usize,
    pub without_coordinates: usize,
}

/// The rows of a roster file with their 1-based row numbers.
struct Roster {
    table: Table,
    /// Index of the heading row.
    heading: usize,
    /// How many columns it has.
    width: usize,
    columns: Places,
    /// Headings of filled columns that are read as nothing.
    unread: Vec<String>,
}

/// A heading row in which a column that must be there was not found.
struct Unread {
    /// The column's heading.
    missing: &'static str,
    /// The row that looks like the heading most, each cell with the column it is taken for.
    row: Vec<(String, Option<&'static str>)>,
}

/// A sheet that is no roster, or one with a heading twice.
enum NoRoster {
    Unread(Unread),
    Refused(Refusal),
}

impl Roster {
    /// The heading row is the first that names every required column; a title above it is passed over.
    fn read(tables: Vec<Table>, kept: &Headings, by_exam: bool) -> Result<Roster, NoRoster> {
        let (mut rosters, mut unread) = (Vec::new(), None);
        for table in tables {
            match Roster::of(table, kept, by_exam) {
                Ok(roster) => rosters.push(roster),
                Err(NoRoster::Refused(refusal)) => return Err(NoRoster::Refused(refusal)),
                // The sheet in front is the one people mean.
                Err(NoRoster::Unread(first)) => unread = unread.or(Some(first)),
            }
        }
        match (rosters.pop(), rosters.as_slice()) {
            (Some(roster), []) => Ok(roster),
            (Some(last), others) => {
                let names = others.iter().chain([&last]).map(|roster| roster.table.origin.sheet.clone());
                Err(NoRoster::Refused(Refusal::File(FileRefusal::SheetsSeveral(names.collect()))))
            }
            (None, _) => Err(unread.map_or(NoRoster::Refused(TableError::Empty.into()), NoRoster::Unread)),
        }
    }

    fn of(table: Table, kept: &Headings, by_exam: bool) -> Result<Roster, NoRoster> {
        let (heading, width, columns, unread) = Roster::find(&table, kept, by_exam)?;
        Ok(Roster { table, heading, width, columns, unread })
    }

    /// Index and width of the heading row, where each column is, and what is not read.
    fn find(table: &Table, kept: &Headings, by_exam: bool) -> Result<(usize, usize, Places, Vec<String>), NoRoster> {
        let filled = |row: &Vec<String>| row.iter().filter(|cell| !cell.trim().is_empty()).count();
        // Of rows that name as many columns the one with the most cells, of those the first.
        let mut best: Option<((usize, usize), Unread)> = None;
        for index in 0..table.rows.len().min(heading::WITHIN) {
            let above = HeadingRow::of(table, index);
            for row in above.with_parts_below().into_iter().chain([above]) {
                let columns = row.places(kept).map_err(NoRoster::Refused)?;
                let is_there = |column: &Column| columns.iter().any(|(key, _)| *key == column.key);
                let lacking = COLUMNS.iter().find(|column| column.is_required(by_exam) && !is_there(column));
                let Some(lacking) = lacking else {
                    let unread = row.unread(&columns, kept).map_err(NoRoster::Refused)?;
                    return Ok((row.index, row.cells.len(), columns, unread));
                };
                let weight = (columns.len(), filled(&row.cells));
                if best.as_ref().is_none_or(|(known, _)| weight > *known) {
                    let taken = row.cells.iter().enumerate().map(|(index, cell)| {
                        let taken = columns.iter().find(|(_, places)| places.contains(&index)).map(|(key, _)| *key);
                        (cell.clone(), taken)
                    });
                    best = Some((weight, Unread { missing: lacking.headings[0], row: taken.collect() }));
                }
            }
        }
        let nothing = || Unread { missing: COLUMNS[0].headings[0], row: Vec::new() };
        Err(NoRoster::Unread(best.map_or_else(nothing, |(_, unread)| unread)))
    }

    fn rows(&self) -> impl Iterator<Item = (usize, &Vec<String>)> {
        let blank = |row: &Vec<String>| row.iter().all(|cell| cell.trim().is_empty());
        self.table.rows.iter().enumerate().skip(self.heading + 1).filter(move |(_, row)| !blank(row))
    }

    fn places(&self, key: &str) -> &[usize] {
        self.columns.iter().find(|(known, _)| *known == key).map_or(&[][..], |(_, places)| places)
    }

    /// The text of a column in a row, by the row's index; of a name in two with a blank between.
    fn cell(&self, row: usize, key: &str) -> String {
        let cells = self.places(key).iter().filter(|place| !self.table.origin.repeats.contains(&(row, **place)));
        let cells = cells.filter_map(|place| self.table.rows[row].get(*place)).filter(|cell| !cell.trim().is_empty());
        cells.cloned().collect::<Vec<_>>().join(if matches!(key, "name" | "kana") { " " } else { "" })
    }

    /// What is wrong with a row as a whole: half a name, and values beyond the last heading, which a comma inside of a value pushes there.
    fn row_faults(&self, row: usize) -> Vec<CellError> {
        let cells = &self.table.rows[row];
        let is_blank = |place: &usize| cells.get(*place).is_none_or(|cell| cell.trim().is_empty());
        let halves = ["name", "kana"].into_iter().filter(|key| {
            let places = self.places(key);
            let is_one =
                self.table.origin.repeats.contains(&(self.heading, places.last().copied().unwrap_or_default()));
            !is_one && places.iter().any(is_blank) && !places.iter().all(is_blank)
        });
        let half = |column| CellError { column, value: self.cell(row, column), problem: CellProblem::HalfAName };
        let mut faults: Vec<CellError> = halves.map(half).collect();
        if let Some(value) = cells.iter().skip(self.width).find(|cell| !cell.trim().is_empty()) {
            let last = self.columns.iter().max_by_key(|(_, places)| places.last().copied());
            let column = last.map_or("exam_number", |(key, _)| *key);
            faults.push(CellError { column, value: value.clone(), problem: CellProblem::BeyondHeadings });
        }
        faults
    }

    /// The same file with a result and an error column.
    fn with_errors(&self, errors: &[(usize, Vec<CellError>)]) -> Result<Vec<u8>, TableError> {
        let mut table = self.table.clone();
        let width = table.rows.iter().map(Vec::len).max().unwrap_or(0);
        for (index, row) in table.rows.iter_mut().enumerate() {
            if index < self.heading || row.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            row.resize(width, String::new());
            let found = errors.iter().find(|(row, _)| *row == index + 1).map(|(_, errors)| errors);
            let (result, text) = match found {
                _ if index == self.heading => ("結果".to_owned(), "エラー".to_owned()),
                Some(errors) => ("エラー".to_owned(), describe(errors)),
                None => ("未登録".to_owned(), String::new()),
            };
            row.extend([result, text]);
        }
        table::write(&table)
    }
}

/// `生年月日「60年4月」: 日付として読めません。…`
fn describe(errors: &[CellError]) -> String {
    let one = |error: &CellError| {
        let heading = COLUMNS.iter().find(|column| column.key == error.column).map_or("", |column| column.headings[0]);
        format!("{heading}「{}」: {}", error.value, error.problem.mend())
    };
    errors.iter().map(one).collect::<Vec<_>>().join(" / ")
}

impl Secretariat {
    /// Imports a roster into a cohort, in one transaction: where anything is wrong or undecided, nothing of it is kept. What the
    /// answers say a heading means is kept for the next time.
    pub async fn import_roster(
        &self,
        staff: &Staff,
        cohort: i64,
        file_name: &str,
        bytes: &[u8],
        answers: &Answers,
    ) -> Result<RosterImport> {
        let tables = list_file::tables(bytes).await?;
        let mut work = self.write(staff).await?;
        let into = work.cohort(cohort).await?;
        crate::cohort::check_not_cancelled(&into)?;
        let by_exam = self.guidelines.is_by_exam(&into.edition);
        let mut headings = work.kept_headings().await?;
        for (heading, meaning) in &answers.headings {
            let heading = heading::comparable(heading);
            if !heading.is_empty() && headings.get(&heading) != Some(meaning) {
                work.keep_heading(&heading, meaning).await?;
                headings.insert(heading, meaning.clone());
            }
        }
        let roster = match Roster::read(tables, &headings, by_exam) {
            Ok(roster) => roster,
            Err(NoRoster::Refused(refusal)) => return Err(refusal.into()),
            Err(NoRoster::Unread(Unread { missing, row })) => {
                work.roll_back().await?;
                let headings = row.into_iter().filter(|(heading, _)| !heading.trim().is_empty()).collect();
                return Ok(RosterImport::Unread { missing, headings });
            }
        };
        let today = self.today();
        let mut errors = Vec::new();
        let mut rows = Vec::new();
        let mut exam_numbers: HashMap<String, (String, NaiveDate)> = HashMap::new();
        for (index, _) in roster.rows() {
            let faults = roster.row_faults(index);
            if !faults.is_empty() {
                errors.push((index + 1, faults));
                continue;
            }
            match roster_row::read(|key| roster.cell(index, key), today, by_exam) {
                Ok(row) => {
                    let who = (comparable_name(&row.name), row.birth_date);
                    // One person twice is a question; one number of two people is a mistake.
                    if exam_numbers.get(&row.exam_number).is_some_and(|known| *known != who) {
                        let (column, problem) = ("exam_number", CellProblem::TwiceInFile);
                        errors.push((index + 1, vec![CellError { column, value: row.exam_number, problem }]));
                        continue;
                    }
                    if !row.exam_number.is_empty() {
                        exam_numbers.insert(row.exam_number.clone(), who);
                    }
                    rows.push((index + 1, row));
                }
                Err(found) => errors.push((index + 1, found)),
            }
        }
        let total = rows.len() + errors.len();
        if total == 0 {
            return Err(FileRefusal::Table(TableError::Empty).into());
        }
        let (counts, found, mut undecided) = enter(&mut work, cohort, &rows, &answers.decisions).await?;
        errors.extend(found);
        errors.sort_by_key(|(row, _)| *row);
        if !errors.is_empty() {
            work.roll_back().await?;
            let file = roster.with_errors(&errors)?;
            return Ok(RosterImport::Rejected { errors, file, rows: total });
        }
        let is_hidden = |row: &&(usize, RosterRow)| roster.table.origin.hidden_rows.contains(&row.0);
        let hidden = rows.iter().filter(is_hidden).filter(|(row, _)| !answers.decisions.contains_key(row));
        let hidden: Vec<(usize, String)> = hidden.map(|(row, read)| (*row, read.name.clone())).collect();
        // Whether a hidden row is meant at all is asked before whom it means.
        undecided.retain(|duplicate| !hidden.iter().any(|(row, _)| *row == duplicate.row));
        if !undecided.is_empty() || !hidden.is_empty() {
            tell_differences(&mut work, cohort, &rows, &mut undecided).await?;
            work.roll_back().await?;
            return Ok(RosterImport::Undecided { duplicates: undecided, hidden });
        }
        work.record_import("roster", file_name, &hex(&Sha256::digest(bytes)), &counts).await?;
        work.commit().await?;
        let unprintable = rows.into_iter().filter_map(|(row_number, row)| {
            let pieces = documents::unprintable(&row.name);
            (!pieces.is_empty()).then_some((row_number, row.name, pieces))
        });
        let (unprintable, unread) = (unprintable.collect(), roster.unread);
        Ok(RosterImport::Imported { counts, unprintable, unread })
    }

    /// Admits one person by the form.
    pub async fn admit(&self, staff: &Staff, cohort: i64, row: RosterRow) -> Result<()> {
        let mut work = self.write(staff).await?;
        crate::cohort::check_not_cancelled(&work.cohort(cohort).await?)?;
        let (_, errors, undecided) = enter(&mut work, cohort, &[(1, row)], &HashMap::new()).await?;
        if !errors.is_empty() || !undecided.is_empty() {
            return Err(Refusal::AlreadyThere.into());
        }
        Ok(work.commit().await?)
    }
}

type Entered = (RosterCounts, Vec<(usize, Vec<CellError>)>, Vec<Duplicate>);

/// Creates people and enrolments; what is wrong or undecided is collected and the row passed over.
async fn enter(
    work: &mut Work,
    cohort: i64,
    rows: &[(usize, RosterRow)],
    decisions: &HashMap<usize, Decision>,
) -> Result<Entered> {
    let cohort = work.cohort(cohort).await?;
    let centres = work.municipality_centres().await?;
    let enrolled = work.enrolments(cohort.id).await?;
    let known = Known::of(work, rows).await?;
    let mut here: HashSet<i64> = enrolled.iter().map(|enrolment| enrolment.person_id).collect();
    let mut numbers: HashSet<String> = enrolled.into_iter().map(|enrolment| enrolment.trainee_number).collect();
    let mut counts = RosterCounts { rows: rows.len(), ..RosterCounts::default() };
    let (mut errors, mut undecided) = (Vec::new(), Vec::new());
    let mut entered: HashMap<(String, NaiveDate), (usize, &str)> = HashMap::new();
    for (row_number, row) in rows {
        let decision = decisions.get(row_number).copied();
        if decision == Some(Decision::Skip) {
            counts.skipped += 1;
            continue;
        }
        let earlier = match entered.entry((comparable_name(&row.name), row.birth_date)) {
            Entry::Occupied(earlier) => Some(*earlier.get()),
            Entry::Vacant(first) => {
                first.insert((*row_number, row.exam_number.as_str()));
                None
            }
        };
        // A number that belongs to somebody known says more than a name in the same file.
        let alike = match (known.alike(row), earlier) {
            (Some(by_number @ Alike::ExamNumber(_)), Some((_, number))) if number != row.exam_number => Some(by_number),
            (_, Some((earlier, _))) => Some(Alike::RowOfFile(earlier)),
            (alike, None) => alike,
        };
        let is_here = alike.and_then(Alike::person).is_some_and(|person| here.contains(&person));
        let person = match (alike, decision) {
            // One number of two people in a cohort is a mistake.
            (Some(Alike::ExamNumber(_)), Some(Decision::Different)) if is_here => {
                let (value, problem) = (row.exam_number.clone(), CellProblem::ExamNumberHere);
                errors.push((*row_number, vec![CellError { column: "exam_number", value, problem }]));
                continue;
            }
            (Some(Alike::RowOfFile(_)), Some(Decision::Same | Decision::Update)) => {
                counts.skipped += 1;
                continue;
            }
            (
                Some(Alike::ExamNumber(person) | Alike::NameAndBirthDate(person)),
                Some(decision @ (Decision::Same | Decision::Update)),
            ) => {
                if decision == Decision::Update {
                    take_over(work, person, row, &centres).await?;
                }
                // Who takes part already is not enrolled a second time.
                if is_here {
                    counts.skipped += 1;
                    continue;
                }
                counts.known += 1;
                person
            }
            (Some(why), None | Some(Decision::Include | Decision::Skip)) => {
                let name = row.name.clone();
                undecided.push(Duplicate { row: *row_number, name, why, is_here, differs: Vec::new() });
                continue;
            }
            (Some(_), Some(Decision::Different)) | (None, _) => {
                counts.new += 1;
                let person = person_of(row, &centres);
                counts.without_coordinates += usize::from(person.lat_e6.is_none());
                let id = work.create_person(&person).await?;
                if let Some(place) = person.lat_e6.zip(person.lon_e6) {
                    set_home(work, id, place, row).await?;
                }
                id
            }
        };
        let number = row.trainee_number.clone().unwrap_or_else(|| next_number(&cohort, &numbers));
        if numbers.contains(&number) {
            let taken = CellError { column: "trainee_number", value: number, problem: CellProblem::NumberTaken };
            errors.push((*row_number, vec![taken]));
            continue;
        }
        here.insert(person);
        let enrolment = NewEnrolment {
            cohort: cohort.id,
            person,
            trainee_number: &number,
            exam_number: Some(row.exam_number.as_str()).filter(|number| !number.is_empty()),
            state: EnrolmentState::Applied,
            enrolled_on: None,
            windows: &row.windows,
            preferences: "",
        };
        let enrolment = work.create_enrolment(&enrolment).await?;
        if let Some(on) = row.exam_passed_on {
            work.record_exam_pass(enrolment, on).await?;
        }
        numbers.insert(number);
    }
    Ok((counts, errors, undecided))
}

/// Takes over what a row says of a known person.
async fn take_over(
    work: &mut Work,
    person: i64,
    row: &RosterRow,
    centres: &[(String, String, i64, i64)],
) -> Result<()> {
    let known = work.person(person).await?;
    let now = updated(known.clone(), row, centres);
    work.update_person(&now).await?;
    if (known.lat_e6, known.lon_e6) != (now.lat_e6, now.lon_e6) {
        work.forget_travel_minutes(person).await?;
        if let Some(place) = now.lat_e6.zip(now.lon_e6) {
            set_home(work, person, place, row).await?;
        }
    }
    Ok(())
}

/// Trainee numbers are the cohort's fiscal year and a serial, unless the roster brings its own.
fn next_number(cohort: &Cohort, taken: &HashSet<String>) -> String {
    let year = training::wareki::fiscal_year(cohort.starts_on);
    let mut serial = taken.len() + 1;
    loop {
        let number = format!("{year}-{serial:04}");
        if !taken.contains(&number) {
            return number;
        }
        serial += 1;
    }
}

/// The people a roster's rows may be, asked for all rows at once.
struct Known {
    by_exam_number: HashMap<String, i64>,
    by_name: HashMap<(String, NaiveDate), i64>,
}

impl Known {
    async fn of(work: &mut Work, rows: &[(usize, RosterRow)]) -> Result<Known> {
        let exam_numbers: Vec<&str> =
            rows.iter().map(|(_, row)| row.exam_number.as_str()).filter(|number| !number.is_empty()).collect();
        let keys: Vec<String> = rows.iter().map(|(_, row)| comparable_name(&row.name)).collect();
        let names: Vec<&str> = keys.iter().map(String::as_str).collect();
        let mut by_name = HashMap::new();
        for (id, name, birth_date) in work.people_named(&names).await? {
            by_name.entry((name, birth_date)).or_insert(id);
        }
        Ok(Known { by_exam_number: work.people_by_exam_number(&exam_numbers).await?, by_name })
    }

    fn alike(&self, row: &RosterRow) -> Option<Alike> {
        let by_number = self.by_exam_number.get(&row.exam_number).map(|person| Alike::ExamNumber(*person));
        let by_name = self.by_name.get(&(comparable_name(&row.name), row.birth_date));
        by_number.or(by_name.map(|person| Alike::NameAndBirthDate(*person)))
    }
}
