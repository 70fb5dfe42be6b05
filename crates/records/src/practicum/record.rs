//! The practicum record a trainee writes: entries, drafts, frozen revisions and the supervisor's decisions. Texts are sealed by the
//! cohort's key; the ledger and its seals see ciphertext alone.

use crate::keys::TextCipher;
use crate::keys::sealed_text::Cell;
use crate::work::one_row;
use crate::{Error, Result, Work};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::HashMap;
use training::practicum::entry::{EntryKind, EntryState, Typed};

/// An entry without its texts.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, Serialize)]
pub struct Entry {
    pub id: i64,
    pub enrolment_id: i64,
    #[sqlx(try_from = "String")]
    pub kind: EntryKind,
    pub case_id: Option<i64>,
    /// The case's letter code.
    pub pseudonym: Option<String>,
    /// The case's client was made up.
    pub invented: bool,
    /// Id of a stage of the rulebook's list.
    pub stage: Option<String>,
    #[sqlx(try_from = "String")]
    pub state: EntryState,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    /// When the draft beside it was kept, if there is one.
    pub drafted_at: Option<DateTime<Utc>>,
}

/// What is being typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    pub typed: Typed,
    /// 0 where nothing has been kept yet.
    pub version: i64,
    pub saved_at: Option<DateTime<Utc>>,
}

/// An entry as it was handed in, and what was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    pub id: i64,
    pub entry_id: i64,
    pub number: i64,
    /// `None` where the texts were shredded.
    pub typed: Option<Typed>,
    pub suspicions: i64,
    pub submitted_by: String,
    pub submitted_at: DateTime<Utc>,
    /// [`EntryState::Approved`] or [`EntryState::Returned`].
    pub decision: Option<EntryState>,
    pub comment: String,
    /// The name of who decided it.
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub experience_id: Option<i64>,
    pub conference_fallback_id: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct RevisionRow {
    id: i64,
    entry_id: i64,
    enrolment_id: i64,
    number: i64,
    content: String,
    suspicions: i64,
    submitted_by: String,
    submitted_at: DateTime<Utc>,
    decision: Option<String>,
    comment: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    experience_id: Option<i64>,
    conference_fallback_id: Option<i64>,
}

/// What a decision comes to.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    pub state: EntryState,
    pub comment: &'a str,
    pub experience_id: Option<i64>,
    pub conference_fallback_id: Option<i64>,
}

/// How one trainee's record stands, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct RecordFigures {
    pub enrolment_id: i64,
    pub drafts: i64,
    pub submitted: i64,
    pub returned: i64,
    pub approved: i64,
    pub changed_at: Option<DateTime<Utc>>,
    /// Since when the entry that waits longest has waited for its supervisor.
    pub waiting_since: Option<DateTime<Utc>>,
}

/// How the records of a cohort stand, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct RecordTotals {
    pub cohort_id: i64,
    /// Trainees who have handed something in.
    pub trainees: i64,
    /// Entries that wait for a supervisor.
    pub waiting: i64,
    pub approved: i64,
}

/// A column of a revision.
fn of_revision(enrolment: i64, row: i64, column: &'static str) -> Cell {
    Cell { enrolment, table: "record_revision", column, row }
}

/// What is being typed for an entry: drafts have no ids of their own.
fn of_draft(entry: &Entry) -> Cell {
    Cell { enrolment: entry.enrolment_id, table: "record_draft", column: "content", row: entry.id }
}

impl RevisionRow {
    fn opened(self, cipher: &TextCipher) -> Result<Revision> {
        let cell = |column| of_revision(self.enrolment_id, self.id, column);
        let comment = self.comment.map(|sealed| cipher.open_json::<String>(&cell("comment"), &sealed)).transpose()?;
        Ok(Revision {
            id: self.id,
            entry_id: self.entry_id,
            number: self.number,
            typed: cipher.open_json(&cell("content"), &self.content)?,
            suspicions: self.suspicions,
            submitted_by: self.submitted_by,
            submitted_at: self.submitted_at,
            decision: self.decision.map(EntryState::try_from).transpose()?,
            comment: comment.flatten().unwrap_or_default(),
            decided_by: self.decided_by,
            decided_at: self.decided_at,
            experience_id: self.experience_id,
            conference_fallback_id: self.conference_fallback_id,
        })
    }
}

const ENTRY: &str =
    "SELECT r.id, r.enrolment_id, r.kind, r.case_id, c.pseudonym, r.stage, r.state, r.version, r.created_at,
        r.changed_at, d.saved_at AS drafted_at,
        EXISTS (SELECT 1 FROM case_circumstance m WHERE m.case_id = r.case_id AND m.invented) AS invented
     FROM record_entry r LEFT JOIN practicum_case c ON c.id = r.case_id LEFT JOIN record_draft d ON d.entry_id = r.id";
const REVISION: &str = "SELECT v.id, v.entry_id, v.enrolment_id, v.number, v.content, v.suspicions, v.submitted_by, v.submitted_at,
        v.decision, v.comment, coalesce(u.name, v.decided_by) AS decided_by, v.decided_at, v.experience_id, v.conference_fallback_id
     FROM record_revision v LEFT JOIN users u ON u.login = v.decided_by";

impl Work {
    pub async fn cohort_of(&mut self, enrolment: i64) -> Result<i64> {
        Ok(self.enrolment(enrolment).await?.cohort_id)
    }

    /// A new entry, about a case's stage, about a case, or about none.
    pub async fn create_entry(
        &mut self,
        enrolment: i64,
        kind: EntryKind,
        (case, stage): (Option<i64>, Option<&str>),
    ) -> Result<i64> {
        if let Some(case) = case
            && !self.cases(enrolment).await?.iter().any(|known| known.fact.id == case)
        {
            return Err(Error::NotFound);
        }
        self.enrolment(enrolment).await?;
        let id = insert!(
            self,
            "record_entry",
            "INSERT INTO record_entry (enrolment_id, kind, case_id, stage, state, created_by, created_at, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING id",
            enrolment,
            kind.id(),
            case,
            stage,
            EntryState::Draft.id(),
            &self.actor.name,
            self.actor.now
        )?;
        self.count_record(enrolment).await?;
        self.audit("entry.created", format!("enrolment/{enrolment}"), (id, kind, case, stage))?;
        Ok(id)
    }

    /// Entries that were not discarded, in the order they were begun.
    pub async fn entries(&mut self, enrolment: i64) -> Result<Vec<Entry>> {
        self.enrolment(enrolment).await?;
        let sql =
            sqlx::AssertSqlSafe(format!("{ENTRY} WHERE r.enrolment_id = $1 AND r.discarded_at IS NULL ORDER BY r.id"));
        all!(self, Entry, sql, enrolment)
    }

    /// An entry of this enrolment.
    pub async fn entry(&mut self, enrolment: i64, id: i64) -> Result<Entry> {
        self.enrolment(enrolment).await?;
        let sql =
            sqlx::AssertSqlSafe(format!("{ENTRY} WHERE r.enrolment_id = $1 AND r.id = $2 AND r.discarded_at IS NULL"));
        optional!(self, Entry, sql, enrolment, id)?.ok_or(Error::NotFound)
    }

    /// Throws away an entry that was never approved and does not wait for a decision.
    pub async fn discard_entry(&mut self, entry: &Entry) -> Result<()> {
        self.enrolment(entry.enrolment_id).await?;
        let changed = change!(
            self,
            "record_entry",
            "UPDATE record_entry SET discarded_at = $4, version = version + 1
             WHERE id = $1 AND enrolment_id = $2 AND version = $3 AND state IN ('draft', 'returned')
                AND NOT EXISTS (SELECT 1 FROM record_revision v WHERE v.entry_id = $1 AND v.decision = 'approved') RETURNING id",
            entry.id,
            entry.enrolment_id,
            entry.version,
            self.actor.now
        )?;
        one_row(&changed)?;
        execute!(self, "DELETE FROM record_draft WHERE entry_id = $1", entry.id)?;
        for attachment in self.attachments(entry.enrolment_id).await? {
            if attachment.entry_id == Some(entry.id) && attachment.stands() {
                self.remove_attachment(&attachment).await?;
            }
        }
        self.count_record(entry.enrolment_id).await?;
        self.audit("entry.discarded", format!("enrolment/{}", entry.enrolment_id), entry.id)
    }

    /// What is being typed; where nothing is kept yet, nothing.
    pub async fn draft(&mut self, entry: &Entry) -> Result<Draft> {
        let row = optional!(
            self,
            (String, i64, DateTime<Utc>),
            "SELECT content, version, saved_at FROM record_draft WHERE entry_id = $1",
            entry.id
        )?;
        let Some((content, version, saved_at)) = row else { return Ok(Draft::default()) };
        let cohort = self.cohort_of(entry.enrolment_id).await?;
        let cipher = self.text_cipher(cohort).await?;
        let typed = cipher.open_json(&of_draft(entry), &content)?.unwrap_or_default();
        Ok(Draft { typed, version, saved_at: Some(saved_at) })
    }

    /// Keeps what was typed over version `read`; gives the new version. [`Error::LostUpdate`] where another tab kept something since.
    pub async fn save_draft(&mut self, entry: &Entry, typed: &Typed, read: i64) -> Result<i64> {
        let cohort = self.cohort_of(entry.enrolment_id).await?;
        let cipher = self.text_cipher_to_seal(cohort).await?;
        let content = cipher.seal(&of_draft(entry), &serde_json::to_string(typed)?)?;
        let kept = if read == 0 {
            execute!(
                self,
                "INSERT INTO record_draft (entry_id, content, version, saved_at) VALUES ($1, $2, 1, $3)
                 ON CONFLICT (entry_id) DO NOTHING",
                entry.id,
                content,
                self.actor.now
            )?
        } else {
            execute!(
                self,
                "UPDATE record_draft SET content = $2, version = version + 1, saved_at = $3 WHERE entry_id = $1 AND version = $4",
                entry.id,
                content,
                self.actor.now,
                read
            )?
        };
        if kept == 1 { Ok(read + 1) } else { Err(Error::LostUpdate) }
    }

    /// Freezes what was typed as the next revision and gives the entry a new state. Gives the revision's number.
    pub async fn submit_entry(&mut self, entry: &Entry, typed: &Typed, suspicions: usize) -> Result<i64> {
        let cohort = self.cohort_of(entry.enrolment_id).await?;
        let cipher = self.text_cipher_to_seal(cohort).await?;
        self.change_entry_state(entry, EntryState::Submitted).await?;
        let number: i64 = scalar!(self, i64, "SELECT count(*) + 1 FROM record_revision WHERE entry_id = $1", entry.id)?;
        let id = insert!(
            self,
            "record_revision",
            "INSERT INTO record_revision (entry_id, enrolment_id, number, content, suspicions, submitted_by, submitted_at)
             VALUES ($1, $2, $3, '', $4, $5, $6) RETURNING id",
            entry.id,
            entry.enrolment_id,
            number,
            suspicions as i64,
            &self.actor.name,
            self.actor.now
        )?;
        self.seal_into(&cipher, &of_revision(entry.enrolment_id, id, "content"), typed).await?;
        execute!(self, "DELETE FROM record_draft WHERE entry_id = $1", entry.id)?;
        self.audit("entry.submitted", format!("enrolment/{}", entry.enrolment_id), (entry.id, number))?;
        Ok(number)
    }

    async fn change_entry_state(&mut self, entry: &Entry, to: EntryState) -> Result<()> {
        let changed = change!(
            self,
            "record_entry",
            "UPDATE record_entry SET state = $4, changed_at = $5, version = version + 1
             WHERE id = $1 AND enrolment_id = $2 AND version = $3 RETURNING id",
            entry.id,
            entry.enrolment_id,
            entry.version,
            to.id(),
            self.actor.now
        )?;
        one_row(&changed)?;
        self.count_record(entry.enrolment_id).await
    }

    /// Decides the revision that waits, of the entry as read.
    pub async fn decide_entry(&mut self, entry: &Entry, decision: Decision<'_>) -> Result<()> {
        let cohort = self.cohort_of(entry.enrolment_id).await?;
        let cipher = match decision.comment {
            "" => None,
            _ => Some(self.text_cipher_to_seal(cohort).await?),
        };
        self.change_entry_state(entry, decision.state).await?;
        let changed = change!(
            self,
            "record_revision",
            "UPDATE record_revision SET decision = $2, decided_by = $3, decided_at = $4, experience_id = $5,
                conference_fallback_id = $6 WHERE entry_id = $1 AND decision IS NULL RETURNING id",
            entry.id,
            decision.state.id(),
            &self.actor.name,
            self.actor.now,
            decision.experience_id,
            decision.conference_fallback_id
        )?;
        let revision = one_row(&changed)?;
        if let Some(cipher) = cipher {
            let cell = of_revision(entry.enrolment_id, revision, "comment");
            self.seal_into(&cipher, &cell, decision.comment).await?;
        }
        let detail = (entry.id, decision.state, decision.experience_id, decision.conference_fallback_id);
        self.audit("entry.decided", format!("enrolment/{}", entry.enrolment_id), detail)
    }

    /// Every revision of a trainee's entries, or of one entry, the oldest first.
    pub async fn revisions(&mut self, enrolment: i64, entry: Option<i64>) -> Result<Vec<Revision>> {
        let cohort = self.cohort_of(enrolment).await?;
        let sql = sqlx::AssertSqlSafe(format!(
            "{REVISION} WHERE v.enrolment_id = $1 AND (v.entry_id = $2 OR $2 = 0) ORDER BY v.entry_id, v.number"
        ));
        let rows = all!(self, RevisionRow, sql, enrolment, entry.unwrap_or(0))?;
        let cipher = self.text_cipher(cohort).await?;
        rows.into_iter().map(|row| row.opened(&cipher)).collect()
    }

    /// How the records of a cohort stand, by enrolment; trainees who have written nothing are not among them.
    pub async fn record_figures(&mut self, cohort: i64) -> Result<Vec<RecordFigures>> {
        self.cohort(cohort).await?;
        all!(
            self,
            RecordFigures,
            "SELECT enrolment_id, drafts, submitted, returned, approved, changed_at, waiting_since FROM record_count WHERE cohort_id = $1",
            cohort
        )
    }

    /// How the records of every cohort stand: figures alone.
    pub async fn record_totals(&mut self) -> Result<Vec<RecordTotals>> {
        all!(
            self,
            RecordTotals,
            "SELECT t.cohort_id, count(CASE WHEN t.submitted + t.returned + t.approved > 0 THEN 1 END) AS trainees,
                CAST(sum(t.submitted) AS BIGINT) AS waiting, CAST(sum(t.approved) AS BIGINT) AS approved
             FROM record_count t JOIN cohort c ON c.id = t.cohort_id WHERE c.provider_id = $1 GROUP BY t.cohort_id",
            self.actor.provider
        )
    }

    /// Counts a trainee's entries anew; a list of thousands could not do it while somebody waits.
    async fn count_record(&mut self, enrolment: i64) -> Result<()> {
        // Of two who change entries of one record at once the second counts after the first.
        self.lock_enrolment(enrolment).await?;
        execute!(
            self,
            "INSERT INTO record_count (enrolment_id, cohort_id, drafts, submitted, returned, approved, changed_at, waiting_since)
             SELECT e.id, e.cohort_id, count(CASE WHEN r.state = 'draft' THEN 1 END),
                count(CASE WHEN r.state = 'submitted' THEN 1 END), count(CASE WHEN r.state = 'returned' THEN 1 END),
                count(CASE WHEN r.state = 'approved' THEN 1 END), max(r.changed_at),
                min(CASE WHEN r.state = 'submitted' THEN r.changed_at END)
             FROM enrolment e LEFT JOIN record_entry r ON r.enrolment_id = e.id AND r.discarded_at IS NULL
             WHERE e.id = $1 GROUP BY e.id, e.cohort_id
             ON CONFLICT (enrolment_id) DO UPDATE SET drafts = excluded.drafts, submitted = excluded.submitted,
                returned = excluded.returned, approved = excluded.approved, changed_at = excluded.changed_at,
                waiting_since = excluded.waiting_since",
            enrolment
        )?;
        Ok(())
    }

    /// Entries that wait for a decision, of trainees placed at an office, by enrolment.
    pub async fn entries_waiting_at(&mut self, host_office: i64) -> Result<HashMap<i64, i64>> {
        let waiting = all!(
            self,
            (i64, i64),
            "SELECT r.enrolment_id, count(*) FROM record_entry r JOIN enrolment e ON e.id = r.enrolment_id
             WHERE r.state = 'submitted' AND e.provider_id = $2 AND r.enrolment_id IN
                (SELECT p.enrolment_id FROM placement p WHERE p.host_office_id = $1) GROUP BY r.enrolment_id",
            host_office,
            self.actor.provider
        )?;
        Ok(waiting.into_iter().collect())
    }
}
