//! Sealing the texts and files of a cohort, each bound to the place it is kept in.

use super::main_key::{seal, unseal};
use super::{STANDARD, TextCipher};
use crate::work::one_row;
use crate::{Error, Result, Work};
use base64::Engine;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// Bytes of the generation before what is sealed.
const GENERATION: usize = 4;

/// Where a sealed text is kept. Moved to another place it cannot be opened: not as another trainee's, and not as another text of the same one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) enrolment: i64,
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    /// Id of the row; a table without ids of its own has that of what it belongs to.
    pub(crate) row: i64,
}

impl Cell {
    fn name(&self) -> String {
        format!("enrolment/{}/{}.{}/{}", self.enrolment, self.table, self.column, self.row)
    }

    /// What was bound to up to schema 36: the trainee, and whether it is a file. A new data key binds every text to its place.
    fn former_name(&self) -> String {
        let file = if self.table == FILES { "/attachment" } else { "" };
        format!("enrolment/{}{file}", self.enrolment)
    }
}

/// The table of files' contents.
pub(crate) const FILES: &str = "attachment_content";

impl TextCipher {
    /// Gives base64.
    pub(crate) fn seal(&self, cell: &Cell, text: &str) -> Result<String> {
        Ok(STANDARD.encode(self.seal_bytes(cell, text.as_bytes())?))
    }

    pub(crate) fn open(&self, cell: &Cell, sealed: &str) -> Result<String> {
        let damaged = || Error::Stored(format!("the sealed text {} is damaged", cell.name()));
        let bytes = self.open_bytes(cell, &STANDARD.decode(sealed).map_err(|_| damaged())?)?;
        String::from_utf8(bytes.to_vec()).map_err(|_| damaged())
    }

    /// The value that was sealed as JSON, or nothing where its key was destroyed.
    pub(crate) fn open_json<T: DeserializeOwned>(&self, cell: &Cell, sealed: &str) -> Result<Option<T>> {
        match self.open(cell, sealed) {
            Ok(text) => Ok(Some(serde_json::from_str(&text)?)),
            Err(Error::Shredded) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The same as [`TextCipher::seal`] for a file.
    pub(crate) fn seal_bytes(&self, cell: &Cell, bytes: &[u8]) -> Result<Vec<u8>> {
        let (generation, cipher) = self.generations.last_key_value().ok_or(Error::Shredded)?;
        seal(cipher, &generation.to_be_bytes(), &cell.name(), bytes)
    }

    pub(crate) fn open_bytes(&self, cell: &Cell, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let damaged = || Error::Stored(format!("what is sealed as {} is damaged", cell.name()));
        let (generation, sealed) = sealed.split_first_chunk::<GENERATION>().ok_or_else(damaged)?;
        let cipher = self.generations.get(&u32::from_be_bytes(*generation)).ok_or(Error::Shredded)?;
        unseal(cipher, &cell.name(), sealed)
            .or_else(|error| unseal(cipher, &cell.former_name(), sealed).map_err(|_| error))
    }
}

impl Work {
    /// Seals a value as JSON into a column of a row that was written in this work: the row's id is known only then.
    pub(crate) async fn seal_into(&mut self, cipher: &TextCipher, cell: &Cell, value: impl Serialize) -> Result<()> {
        let sealed = cipher.seal(cell, &serde_json::to_string(&value)?)?;
        let sql = format!("UPDATE {} SET {} = $2 WHERE id = $1 RETURNING id", cell.table, cell.column);
        one_row(&change!(self, cell.table, sqlx::AssertSqlSafe(sql), cell.row, sealed)?)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::main_key::new_key;
    use chacha20poly1305::XChaCha20Poly1305;
    use chacha20poly1305::aead::KeyInit;

    const HERE: Cell = Cell { enrolment: 7, table: "record_revision", column: "content", row: 12 };

    fn cipher() -> TextCipher {
        TextCipher { generations: [(1, XChaCha20Poly1305::new(&new_key().unwrap()))].into() }
    }

    #[test]
    fn a_text_opens_in_its_own_place_alone() {
        let cipher = cipher();
        let sealed = cipher.seal(&HERE, "実習の記録").unwrap();
        assert_eq!(cipher.open(&HERE, &sealed).unwrap(), "実習の記録");
        for elsewhere in [
            Cell { enrolment: 8, ..HERE },
            Cell { table: "entry_comment", ..HERE },
            Cell { column: "comment", ..HERE },
            Cell { row: 13, ..HERE },
        ] {
            assert!(matches!(cipher.open(&elsewhere, &sealed), Err(Error::Stored(_))), "{elsewhere:?}");
        }
    }

    #[test]
    fn what_was_sealed_for_a_trainee_alone_can_still_be_read() {
        let cipher = cipher();
        let file = Cell { table: FILES, ..HERE };
        for (cell, former) in [(HERE, "enrolment/7"), (file, "enrolment/7/attachment")] {
            let sealed = seal(&cipher.generations[&1], &1_u32.to_be_bytes(), former, b"text").unwrap();
            assert_eq!(cipher.open_bytes(&cell, &sealed).unwrap().as_slice(), b"text");
            let another = Cell { enrolment: 8, ..cell };
            assert!(cipher.open_bytes(&another, &sealed).is_err(), "another trainee's");
        }
    }
}
