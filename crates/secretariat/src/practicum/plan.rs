//! Plans made as an exercise: carrying over what an assessment says, taking in a plan of other software, remarks at the fields.

use crate::office::guide::Guide;
use crate::practicum::door::{check_guided, check_not_signed_off};
use crate::practicum::record::keep_over;
use crate::practicum::refusal::PracticumRefusal;
use crate::{Refusal, Result, Secretariat, Staff};
use documents::table::{self, TableError};
use records::Work;
use records::practicum::record::Entry;
use training::practicum::entry::{EntryKind, EntryState, Typed, check_transition};
use training::practicum::plan::copy::from_assessment;
use training::practicum::plan::interchange::{self, Taken};
use training::role::Role;

/// What the page showed when a plan is filled from elsewhere: as typed, and the versions of entry and draft.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    pub typed: &'a Typed,
    pub entry_version: i64,
    pub draft_version: i64,
}

/// Longest remark, in characters.
pub const LONGEST_REMARK: usize = 2000;

/// What somebody says about what was handed in.
#[derive(Debug, Clone, Copy)]
pub enum Remark<'a> {
    /// At a field, by its name.
    At { field: &'a str, text: &'a str },
    /// An own remark is taken back.
    TakenBack(i64),
}

impl Remark<'_> {
    pub(crate) async fn record(self, work: &mut Work, entry: &Entry) -> Result<()> {
        let (field, text) = match self {
            Remark::At { field, text } => (field, text.trim()),
            Remark::TakenBack(comment) => return Ok(work.withdraw_comment(entry, comment).await?),
        };
        let field = entry.kind.field(field).ok_or(records::Error::NotFound)?;
        if text.is_empty() {
            return Err(Refusal::FieldMissing("comment").into());
        }
        let length = text.chars().count();
        if length > LONGEST_REMARK {
            let value = format!("{length} / {LONGEST_REMARK}");
            return Err(Refusal::FieldInvalid { field: "comment", value }.into());
        }
        work.add_comment(entry, &field.key(), text).await?;
        Ok(())
    }
}

/// The entry as read, if it may still be typed in.
async fn open_entry(work: &mut Work, staff: &Staff, enrolment: i64, entry: i64, version: i64) -> Result<Entry> {
    let entry = work.entry(enrolment, entry).await?;
    if entry.version != version {
        return Err(records::Error::LostUpdate.into());
    }
    check_transition(entry.state, EntryState::Submitted, staff.role, "").map_err(Refusal::Transition)?;
    check_not_signed_off(work, enrolment).await?;
    Ok(entry)
}

/// What an entry says at present: its draft, or else its newest revision.
pub async fn present(work: &mut Work, entry: &Entry) -> Result<Typed> {
    let draft = work.draft(entry).await?;
    if draft.version > 0 {
        return Ok(draft.typed);
    }
    let revisions = work.revisions(entry.enrolment_id, Some(entry.id)).await?;
    Ok(revisions.into_iter().last().and_then(|revision| revision.typed).unwrap_or_default())
}

/// Largest file of a plan, in bytes.
pub const LARGEST_FILE: usize = 1024 * 1024;

/// Reads the files of a plan made in other software, each with its name, for a client known by a pseudonym and `called` otherwise in the
/// files; who that is is not taken over.
/// Reads text alone: a spreadsheet would have to be unpacked.
pub fn read_files(files: &[(String, Vec<u8>)], client: (&str, &str)) -> Result<Taken> {
    let mut tables = Vec::new();
    for (name, bytes) in files {
        if bytes.len() > LARGEST_FILE || bytes.starts_with(b"PK") {
            return Err(TableError::WrongType.into());
        }
        tables.push((name.clone(), table::read(bytes)?.rows));
    }
    Ok(interchange::read(&tables, client).map_err(|error| Refusal::Practicum(PracticumRefusal::Plan(error)))?)
}

impl Secretariat {
    /// Fills a plan's empty fields from the newest assessment of the same client; [`PracticumRefusal::NoAssessment`] where there is none.
    pub async fn copy_assessment(&self, staff: &Staff, enrolment: i64, entry: i64, shown: Shown<'_>) -> Result<()> {
        let mut work = self.write(staff).await?;
        let entry = open_entry(&mut work, staff, enrolment, entry, shown.entry_version).await?;
        let entries = work.entries(enrolment).await?;
        let assessment =
            entries.iter().rfind(|known| known.kind == EntryKind::Assessment && known.case_id == entry.case_id);
        let assessment =
            present(&mut work, assessment.ok_or(Refusal::Practicum(PracticumRefusal::NoAssessment))?).await?;
        let carried = from_assessment(&assessment, entry.kind, shown.typed);
        keep_over(&mut work, &entry, &carried, shown.draft_version).await?;
        Ok(work.commit().await?)
    }

    /// Takes what was read from the files of other software into the draft of a home care plan. What is typed already is replaced where
    /// the files say something.
    pub async fn take_in_plan(
        &self,
        staff: &Staff,
        enrolment: i64,
        entry: i64,
        taken: &Taken,
        (entry_version, draft_version): (i64, i64),
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        let entry = open_entry(&mut work, staff, enrolment, entry, entry_version).await?;
        if entry.kind != EntryKind::HomeCarePlan {
            return Err(records::Error::NotFound.into());
        }
        let mut typed = present(&mut work, &entry).await?;
        // A sheet that is taken in stands alone: rows typed before it would be read as its own.
        typed.retain(|key, _| !taken.replaces(key));
        typed.extend(taken.typed.clone());
        work.save_draft(&entry, &typed, draft_version).await?;
        Ok(work.commit().await?)
    }

    /// A supervisor's remark at a field of what was handed in, or one taken back.
    pub async fn comment(
        &self,
        staff: &Staff,
        (enrolment, guide): (i64, Guide),
        entry: i64,
        remark: Remark<'_>,
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        let entry = self.guided_entry(&mut work, staff, (enrolment, guide), entry).await?;
        remark.record(&mut work, &entry).await?;
        Ok(work.commit().await?)
    }

    /// An entry the supervisor may look at: the office has accepted the trainee, and it was handed in.
    async fn guided_entry(
        &self,
        work: &mut Work,
        staff: &Staff,
        (enrolment, guide): (i64, Guide),
        entry: i64,
    ) -> Result<Entry> {
        if staff.role != Role::Supervisor {
            return Err(records::Error::NotFound.into());
        }
        check_guided(work, enrolment, guide).await?;
        check_not_signed_off(work, enrolment).await?;
        let entry = work.entry(enrolment, entry).await?;
        if entry.state == EntryState::Draft { Err(records::Error::NotFound.into()) } else { Ok(entry) }
    }
}
