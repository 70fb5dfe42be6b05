//! Seals: the ledger holds a digest of every row as Kensan last wrote it, so that a row changed, removed or inserted behind the
//! ledger's back is found.
//!
//! A work remembers which rows it touched; when it is committed their digests go into its last ledger entry, whose hash covers
//! them. Web sessions, failed sign-ins, known browsers, answered challenges, the read log and announced operations are no
//! records and are not sealed.

use crate::hex;
use crate::{Error, Result, Work};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::{PgPool, SqlitePool};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The tables whose rows are sealed.
pub const TABLES: [&str; 90] = [
    "provider",
    "users",
    "person",
    "cohort",
    "cohort_rulebook",
    "guideline_text",
    "draft_edition",
    "session",
    "session_subject",
    "enrolment",
    "enrolment_change",
    "attendance",
    "subject_credit",
    "milestone",
    "assessment_result",
    "waiver",
    "host_office",
    "host_office_standing",
    "supervisor",
    "placement_round",
    "placement",
    "placement_supervisor",
    "placement_change",
    "excluded_pair",
    "practicum_case",
    "experience",
    "handed_in",
    "conference_fallback",
    "certificate",
    "certificate_document",
    "import_run",
    "placement_policy",
    "placement_round_version",
    "placement_round_note",
    "host_office_offer",
    "person_place",
    "agreement_text",
    "signature",
    "data_key",
    "case_consent",
    "record_entry",
    "record_revision",
    "supervision_certificate",
    "entry_comment",
    "practicum_day",
    "request_period",
    "notice_template",
    "notice_setting",
    "supervisor_contact",
    "office_contact",
    "notice",
    "host_registration",
    "host_registration_change",
    "registration_setting",
    "evaluation_rubric",
    "practicum_evaluation",
    "exercise_group",
    "exercise_group_member",
    "exercise_group_instructor",
    "attachment",
    "paper_template",
    "case_circumstance",
    "office_reception",
    "retention_setting",
    "session_version",
    "cohort_former",
    "cohort_cancellation",
    "healed_session",
    "office_time",
    "exam_pass",
    "column_heading",
    "account_detail",
    "registry_fact",
    "registration_number",
    "registry_setting",
    "session_import",
    "fact_import",
    "make_up_session",
    "session_invitee",
    "account_policy",
    "second_factor",
    "recovery_code",
    "second_factor_reset",
    "given_password",
    "passkey",
    "linked_identity",
    "access_policy",
    "proposal",
    "account_review",
    "erasure_setting",
];

/// The column whose bytes are checked by the digest stored beside them, not by the row's.
const DOCUMENT: &str = "pdf";
/// Tables with such a column.
const DOCUMENTS: [&str; 2] = ["certificate_document", "supervision_certificate"];

/// For each sealed table the SQL expression that gives many rows as one text: a line each, `id:[column, …]`. One text for many rows
/// is several times quicker than a row each.
pub(crate) type Columns = BTreeMap<&'static str, String>;
/// Ids of changed rows, by table.
pub(crate) type Touched = BTreeMap<&'static str, BTreeSet<i64>>;
/// What a ledger entry holds as JSON: table, row id, digest.
type Seals = BTreeMap<String, BTreeMap<i64, String>>;

/// A row that is not as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowFault {
    pub table: String,
    pub id: i64,
    pub message: String,
}

const CHUNK: usize = 1000;
/// Digits of half a digest.
const HALF: usize = 32;
/// The seal of a row that was erased because its retention had ended.
const ERASED: &str = "erased";

fn listed(columns: Vec<String>) -> String {
    let columns: Vec<String> = columns.into_iter().filter(|column| column != DOCUMENT).collect();
    columns.join(", ")
}

pub(crate) async fn sqlite_columns(pool: &SqlitePool) -> Result<Columns> {
    let mut all = Columns::new();
    for table in TABLES {
        let sql = "SELECT name FROM pragma_table_info($1) ORDER BY cid";
        let columns = sqlx::query_scalar(sql).bind(table).fetch_all(pool).await?;
        all.insert(table, format!("group_concat(id || ':' || json_array({}), char(10))", listed(columns)));
    }
    Ok(all)
}

pub(crate) async fn postgres_columns(pool: &PgPool) -> Result<Columns> {
    let mut all = Columns::new();
    for table in TABLES {
        let sql = "SELECT column_name::text FROM information_schema.columns
                   WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position";
        let columns = sqlx::query_scalar(sql).bind(table).fetch_all(pool).await?;
        let row = format!("CAST(json_build_array({}) AS text)", listed(columns));
        all.insert(table, format!("string_agg(id || ':' || {row}, chr(10))"));
    }
    Ok(all)
}

/// The lines of a text of many rows: id and row.
fn rows(text: &str) -> impl Iterator<Item = Result<(i64, &str)>> {
    text.lines().map(|line| {
        let (id, row) = line.split_once(':').ok_or_else(|| Error::Stored("a row without its id".to_owned()))?;
        Ok((id.parse().map_err(|_| Error::Stored(format!("{id:?} is no row id")))?, row))
    })
}

/// The row's SHA-256.
fn digest(row: &str) -> String {
    hex(&Sha256::digest(row.as_bytes()))
}

/// Is this the row that was sealed? Up to schema 36 a seal held the first half of the digest.
fn is_sealed_by(row: &str, seal: &str) -> bool {
    let digest = digest(row);
    seal == digest || seal == &digest[..HALF]
}

impl Work {
    /// These rows changed: they are sealed when the work is committed.
    pub(crate) fn touch(&mut self, table: &'static str, ids: &[i64]) {
        self.touched.entry(table).or_default().extend(ids);
    }

    fn rows_text(&self, table: &str) -> Result<String> {
        let text = self.columns.get(table).cloned();
        text.ok_or_else(|| Error::Stored(format!("{table} is not a sealed table")))
    }

    /// Digests of all touched rows, as JSON; empty when nothing was touched.
    pub(crate) async fn seal_touched(&mut self) -> Result<String> {
        let mut seals = Seals::new();
        for (table, ids) in std::mem::take(&mut self.touched) {
            let text = self.rows_text(table)?;
            let sealed = seals.entry(table.to_owned()).or_default();
            let ids: Vec<i64> = ids.into_iter().collect();
            for chunk in ids.chunks(CHUNK) {
                let listed: Vec<String> = chunk.iter().map(i64::to_string).collect();
                let sql = format!("SELECT {text} FROM {table} WHERE id IN ({})", listed.join(", "));
                let found = scalar!(self, Option<String>, sqlx::AssertSqlSafe(sql))?.unwrap_or_default();
                for row in rows(&found) {
                    let (id, row) = row?;
                    sealed.insert(id, digest(row));
                }
                for id in chunk {
                    sealed.entry(*id).or_insert_with(|| ERASED.to_owned());
                }
            }
        }
        if seals.values().all(BTreeMap::is_empty) { Ok(String::new()) } else { Ok(serde_json::to_string(&seals)?) }
    }

    /// Compares every sealed row of the installation, of whichever provider, with the ledger. For the operator's commands.
    pub async fn verify_rows(&mut self) -> Result<Vec<RowFault>> {
        let mut sealed = self.newest_seals().await?;
        let mut faults = Vec::new();
        for table in TABLES {
            let mut seals = sealed.remove(table).unwrap_or_default();
            let text = self.rows_text(table)?;
            let mut after = i64::MIN;
            loop {
                let page = format!("(SELECT * FROM {table} WHERE id > $1 ORDER BY id LIMIT {CHUNK}) AS page");
                let sql = sqlx::AssertSqlSafe(format!("SELECT max(id), {text} FROM {page}"));
                let Some((Some(last), Some(page))) = optional!(self, (Option<i64>, Option<String>), sql, after)? else {
                    break;
                };
                after = last;
                for row in rows(&page) {
                    let (id, row) = row?;
                    let message = match seals.remove(&id) {
                        Some(seal) if is_sealed_by(row, &seal) => continue,
                        Some(_) => "the row was changed behind the ledger's back",
                        None => "the row was inserted behind the ledger's back",
                    };
                    faults.push(RowFault { table: table.to_owned(), id, message: message.to_owned() });
                }
            }
            seals.retain(|_, seal| seal != ERASED);
            let mut removed: Vec<i64> = seals.into_keys().collect();
            removed.sort_unstable();
            faults.extend(removed.into_iter().map(|id| RowFault {
                table: table.to_owned(),
                id,
                message: "the row was removed behind the ledger's back".to_owned(),
            }));
        }
        let strangers = all!(
            self,
            (i64,),
            "SELECT DISTINCT provider_id FROM audit_entry WHERE provider_id NOT IN (SELECT id FROM provider) ORDER BY 1"
        )?;
        faults.extend(strangers.into_iter().map(|(id,)| RowFault {
            table: "audit_entry".to_owned(),
            id,
            message: "there are entries of a provider that is not there".to_owned(),
        }));
        faults.extend(self.verify_documents().await?);
        Ok(faults)
    }

    /// The newest digest of every row, by table and id.
    async fn newest_seals(&mut self) -> Result<HashMap<String, HashMap<i64, String>>> {
        let mut newest: HashMap<String, HashMap<i64, String>> = HashMap::new();
        let mut after = (i64::MIN, i64::MIN);
        loop {
            let page = all!(
                self,
                (i64, i64, String),
                "SELECT provider_id, sequence, sealed FROM audit_entry
                 WHERE (provider_id, sequence) > ($1, $2) AND sequence > 0 AND sealed <> '' ORDER BY provider_id, sequence LIMIT 200",
                after.0,
                after.1
            )?;
            let Some((provider, sequence, _)) = page.last() else { return Ok(newest) };
            after = (*provider, *sequence);
            for (_, _, sealed) in page {
                // A text that cannot be read was changed: the chain of hashes names the entry.
                for (table, rows) in serde_json::from_str::<Seals>(&sealed).unwrap_or_default() {
                    newest.entry(table).or_default().extend(rows);
                }
            }
        }
    }

    async fn verify_documents(&mut self) -> Result<Vec<RowFault>> {
        let mut faults = Vec::new();
        let issued =
            DOCUMENTS.map(|table| (table, format!("SELECT id, {DOCUMENT}, sha256 FROM {table} WHERE id > $1")));
        let attached = "SELECT a.id, c.content, a.sha256 FROM attachment a
             LEFT JOIN attachment_content c ON c.attachment_id = a.id WHERE a.erased_at IS NULL AND a.id > $1";
        for (table, select) in issued.into_iter().chain([("attachment", attached.to_owned())]) {
            let mut after = i64::MIN;
            loop {
                let sql = format!("{select} ORDER BY 1 LIMIT 4");
                let page = all!(self, (i64, Option<Vec<u8>>, String), sqlx::AssertSqlSafe(sql), after)?;
                let Some((last, _, _)) = page.last() else { break };
                after = *last;
                for (id, bytes, sha256) in page {
                    if bytes.is_none_or(|bytes| hex(&Sha256::digest(&bytes)) != sha256) {
                        let message = "the document is not the one that was kept".to_owned();
                        faults.push(RowFault { table: table.to_owned(), id, message });
                    }
                }
            }
        }
        Ok(faults)
    }
}
