//! Sealing everything of a cohort anew, when its key changes.

use crate::hex;
use crate::keys::TextCipher;
use crate::keys::sealed_text::Cell;
use crate::practicum::attachment::content_of;
use crate::work::one_row;
use crate::{Result, Work};
use sha2::{Digest, Sha256};

/// Where sealed texts are: tables with an enrolment, and their columns. Drafts have none of their own, contents of files no text.
const TEXTS: [(&str, &[&str]); 5] = [
    ("record_revision", &["content", "comment"]),
    ("case_consent", &["witness", "obtained_by", "purpose"]),
    ("entry_comment", &["content"]),
    ("practicum_evaluation", &["content"]),
    ("attachment", &["name"]),
];

impl Work {
    /// Opens every text and file of a cohort with the cipher before and seals it with the one after. Gives how many.
    pub(crate) async fn seal_texts_anew(
        &mut self,
        cohort: i64,
        before: &TextCipher,
        after: &TextCipher,
    ) -> Result<usize> {
        let anew = |cell: &Cell, sealed: &str| after.seal(cell, &before.open(cell, sealed)?);
        let mut count = 0;
        for (table, columns) in TEXTS {
            for column in columns {
                let sql = sqlx::AssertSqlSafe(format!(
                    "SELECT t.id, t.enrolment_id, t.{column} FROM {table} t JOIN enrolment e ON e.id = t.enrolment_id
                     WHERE e.cohort_id = $1 AND t.{column} IS NOT NULL ORDER BY t.id"
                ));
                for (id, enrolment, sealed) in all!(self, (i64, i64, String), sql, cohort)? {
                    let sealed = anew(&Cell { enrolment, table, column, row: id }, &sealed)?;
                    let sql =
                        sqlx::AssertSqlSafe(format!("UPDATE {table} SET {column} = $2 WHERE id = $1 RETURNING id"));
                    one_row(&change!(self, table, sql, id, sealed)?)?;
                    count += 1;
                }
            }
        }
        let drafts = all!(
            self,
            (i64, i64, String),
            "SELECT d.entry_id, r.enrolment_id, d.content FROM record_draft d JOIN record_entry r ON r.id = d.entry_id
             JOIN enrolment e ON e.id = r.enrolment_id WHERE e.cohort_id = $1",
            cohort
        )?;
        for (entry, enrolment, sealed) in &drafts {
            let cell = Cell { enrolment: *enrolment, table: "record_draft", column: "content", row: *entry };
            let sealed = anew(&cell, sealed)?;
            execute!(self, "UPDATE record_draft SET content = $2 WHERE entry_id = $1", *entry, sealed)?;
        }
        Ok(count + drafts.len() + self.seal_files_anew(cohort, before, after).await?)
    }

    /// One file in memory at a time.
    async fn seal_files_anew(&mut self, cohort: i64, before: &TextCipher, after: &TextCipher) -> Result<usize> {
        let files = all!(
            self,
            (i64, i64),
            "SELECT a.id, a.enrolment_id FROM attachment a JOIN enrolment e ON e.id = a.enrolment_id
             WHERE e.cohort_id = $1 AND a.erased_at IS NULL ORDER BY a.id",
            cohort
        )?;
        for (id, enrolment) in &files {
            let sql = "SELECT content FROM attachment_content WHERE attachment_id = $1";
            let Some((sealed,)) = optional!(self, (Vec<u8>,), sql, *id)? else { continue };
            let cell = content_of(*enrolment, *id);
            let sealed = after.seal_bytes(&cell, &before.open_bytes(&cell, &sealed)?)?;
            let sql = "UPDATE attachment SET sha256 = $2 WHERE id = $1 RETURNING id";
            one_row(&change!(self, "attachment", sql, *id, hex(&Sha256::digest(&sealed)))?)?;
            execute!(self, "UPDATE attachment_content SET content = $2 WHERE attachment_id = $1", *id, sealed)?;
        }
        Ok(files.len())
    }
}
