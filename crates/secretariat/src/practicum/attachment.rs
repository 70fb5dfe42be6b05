//! Files beside an entry, and scans of signatures on paper: looked at, scanned, and kept under the cohort's key.

use crate::practicum::door::check_not_signed_off;
use crate::practicum::refusal::PracticumRefusal;
use crate::{Error, Refusal, Result, Secretariat, Staff};
use documents::attachment::{Attached, read};
use records::Work;
use records::practicum::agreement::Signature;
use records::practicum::attachment::{Attachment, Beside, NewAttachment};
use records::practicum::record::Entry;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use training::practicum::attachment::{AttachmentFault, LARGEST_TOGETHER, MOST, MediaType};
use training::practicum::entry::{EntryState, check_transition};

/// Longest name of a file that is kept, in characters.
const LONGEST_NAME: usize = 120;
/// How long a scanner may look at one file.
const PATIENCE: Duration = Duration::from_secs(60);

/// The operator's scanner for viruses: a program that reads a file from its standard input and ends with 0 where it found nothing and with 1 where it
/// found something, as `clamdscan -` does. Any other end, and silence, keep the file out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanner {
    program: String,
    arguments: Vec<String>,
}

/// A file as it was sent.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8],
}

impl Scanner {
    /// A program and its arguments, divided by blanks; `None` where there is no program.
    pub fn of(command: &str) -> Option<Scanner> {
        let mut words = command.split_whitespace().map(str::to_owned);
        Some(Scanner { program: words.next()?, arguments: words.collect() })
    }

    async fn is_harmful(&self, bytes: &[u8]) -> Result<bool> {
        let failed = |what: String| Error::Internal(format!("the scanner {}: {what}", self.program));
        let mut command = tokio::process::Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut running = command.kill_on_drop(true).spawn().map_err(|error| failed(error.to_string()))?;
        let look = async {
            if let Some(mut input) = running.stdin.take() {
                // A scanner may have seen enough before the end.
                let _ = input.write_all(bytes).await;
            }
            running.wait().await
        };
        match tokio::time::timeout(PATIENCE, look).await {
            Ok(Ok(status)) => match status.code() {
                Some(0) => Ok(false),
                Some(1) => Ok(true),
                _ => Err(failed(status.to_string())),
            },
            Ok(Err(error)) => Err(failed(error.to_string())),
            Err(_) => Err(failed(format!("no answer in {} seconds", PATIENCE.as_secs()))),
        }
    }
}

/// The last part of a path, without what cannot stand in a name, not longer than can be read; of one without a name what it is. It ends as
/// what is in the file: a picture that is called a web page is not opened as one.
fn file_name(sent: &str, media_type: MediaType) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|character| !character.is_control()).take(LONGEST_NAME).collect();
    let name = if name.trim().is_empty() { "file" } else { name.trim() };
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let fits = ending.is_some_and(|ending| media_type.is_extension(&ending));
    if fits {
        return name.to_owned();
    }
    let extension = media_type.extension();
    let name: String = name.chars().take(LONGEST_NAME - extension.len() - 1).collect();
    format!("{name}.{extension}")
}

impl Secretariat {
    /// What can be kept of a file, which nothing harmful was found in, and whether somebody looked.
    async fn looked_at(&self, sent: Sent<'_>) -> Result<(Attached, bool)> {
        // Few at a time: a file may be large, and so may its scanner.
        let _turn = self.attaching.acquire().await.map_err(|error| Error::Internal(error.to_string()))?;
        let bytes = sent.bytes.to_vec();
        let attached = tokio::task::spawn_blocking(move || read(&bytes))
            .await?
            .map_err(|error| Refusal::Practicum(PracticumRefusal::Attachment(error)))?;
        match &self.scanner {
            Some(scanner) if scanner.is_harmful(sent.bytes).await? => {
                Err(PracticumRefusal::Attachment(AttachmentFault::Harmful).into())
            }
            scanner => Ok((attached, scanner.is_some())),
        }
    }

    /// The trainee puts a file beside an entry that may be typed in. `unrecognisable` is the trainee's word that it shows nobody who can be recognised:
    /// no rule can look at a picture. The same file sent twice is kept once.
    pub async fn attach(
        &self,
        staff: &Staff,
        (enrolment, entry): (i64, i64),
        sent: Sent<'_>,
        unrecognisable: bool,
    ) -> Result<i64> {
        let mut work = self.read(staff).await?;
        check_open(&mut work, staff, enrolment, entry).await?;
        drop(work);
        if !unrecognisable {
            return Err(PracticumRefusal::Attachment(AttachmentFault::Unconfirmed).into());
        }
        let (attached, scanned) = self.looked_at(sent).await?;
        let mut work = self.write(staff).await?;
        // Of two who attach at once the second counts the first one's file.
        work.lock_enrolment(enrolment).await?;
        let entry = check_open(&mut work, staff, enrolment, entry).await?;
        let known = work.attachments(enrolment).await?;
        let beside: Vec<&Attachment> =
            known.iter().filter(|known| known.entry_id == Some(entry.id) && known.stands()).collect();
        let name = file_name(sent.name, attached.media_type);
        for same in beside.iter().filter(|known| known.name == name && known.size == attached.bytes.len() as i64) {
            if work.attachment_content(same).await? == attached.bytes {
                return Ok(same.id);
            }
        }
        if beside.len() >= MOST {
            return Err(PracticumRefusal::Attachment(AttachmentFault::TooMany).into());
        }
        let id = keep(&mut work, (enrolment, Beside::Entry(&entry)), &known, (&name, &attached, scanned)).await?;
        work.commit().await?;
        Ok(id)
    }

    /// The trainee takes a file back from an entry that may be typed in.
    pub async fn detach(&self, staff: &Staff, enrolment: i64, attachment: i64) -> Result<i64> {
        let mut work = self.write(staff).await?;
        // Whoever hands the entry in at the same time comes before or after.
        work.lock_enrolment(enrolment).await?;
        let known = work.attachments(enrolment).await?;
        let known = known.into_iter().find(|known| known.id == attachment).ok_or(records::Error::NotFound)?;
        let entry = work.entry(enrolment, known.entry_id.ok_or(records::Error::NotFound)?).await?;
        if !known.stands() {
            // Pressed twice.
            return Ok(entry.id);
        }
        check_open(&mut work, staff, enrolment, entry.id).await?;
        work.remove_attachment(&known).await?;
        work.commit().await?;
        Ok(entry.id)
    }

    /// The secretariat takes the scan of a paper away, which is then gone: it may be another person's.
    pub async fn detach_scan(&self, staff: &Staff, (enrolment, signature): (i64, i64)) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.lock_enrolment(enrolment).await?;
        for scan in scans(&mut work, enrolment, signature).await? {
            work.remove_attachment(&scan).await?;
        }
        Ok(work.commit().await?)
    }

    /// The secretariat puts the scan of a paper beside the signature it has recorded; a later scan stands in place of an earlier one.
    pub async fn attach_scan(&self, staff: &Staff, (enrolment, signature): (i64, i64), sent: Sent<'_>) -> Result<i64> {
        let mut work = self.read(staff).await?;
        let signed = work.signatures(enrolment).await?;
        drop(work);
        let on_paper = |known: &&Signature| known.id == signature && known.medium == "paper";
        signed.iter().find(on_paper).ok_or(records::Error::NotFound)?;
        let (attached, scanned) = self.looked_at(sent).await?;
        let mut work = self.write(staff).await?;
        work.lock_enrolment(enrolment).await?;
        for before in scans(&mut work, enrolment, signature).await? {
            work.remove_attachment(&before).await?;
        }
        let known = work.attachments(enrolment).await?;
        let (beside, name) = (Beside::Signature(signature), file_name(sent.name, attached.media_type));
        let id = keep(&mut work, (enrolment, beside), &known, (&name, &attached, scanned)).await?;
        work.commit().await?;
        Ok(id)
    }
}

/// The entry, if a file may be put beside it or taken back now.
async fn check_open(work: &mut Work, staff: &Staff, enrolment: i64, entry: i64) -> Result<Entry> {
    let entry = work.entry(enrolment, entry).await?;
    check_transition(entry.state, EntryState::Submitted, staff.role, "").map_err(Refusal::Transition)?;
    check_not_signed_off(work, enrolment).await?;
    Ok(entry)
}

/// The scans beside a signature that stand.
async fn scans(work: &mut Work, enrolment: i64, signature: i64) -> Result<Vec<Attachment>> {
    let mut known = work.attachments(enrolment).await?;
    known.retain(|known| known.signature_id == Some(signature) && known.stands());
    Ok(known)
}

async fn keep(
    work: &mut Work,
    (enrolment, beside): (i64, Beside<'_>),
    known: &[Attachment],
    (name, attached, scanned): (&str, &Attached, bool),
) -> Result<i64> {
    let kept: i64 = known.iter().filter(|known| known.erased_at.is_none()).map(|known| known.size).sum();
    if kept + attached.bytes.len() as i64 > LARGEST_TOGETHER {
        return Err(PracticumRefusal::Attachment(AttachmentFault::TooMuch).into());
    }
    let new = NewAttachment { name, media_type: attached.media_type, bytes: &attached.bytes, scanned };
    Ok(work.add_attachment(enrolment, beside, new).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_its_last_part_and_ends_as_what_is_in_the_file() {
        for (sent, media_type, expected) in [
            ("/", MediaType::Pdf, "file.pdf"),
            ("写真.jpg", MediaType::Jpeg, "写真.jpg"),
            ("写真.JPEG", MediaType::Jpeg, "写真.JPEG"),
            ("poly.html", MediaType::Jpeg, "poly.html.jpg"),
            ("x.exe", MediaType::Pdf, "x.exe.pdf"),
            ("C:\\Users\\私\\メモ.pdf", MediaType::Pdf, "メモ.pdf"),
            ("../../etc/passwd", MediaType::Png, "passwd.png"),
            ("a\u{0}\nb.png", MediaType::Png, "ab.png"),
        ] {
            assert_eq!(file_name(sent, media_type), expected);
        }
        assert_eq!(file_name(&"あ".repeat(500), MediaType::Pdf).chars().count(), LONGEST_NAME);
    }

    #[tokio::test]
    async fn a_scanner_says_what_it_found() {
        let scanner = |command: &str| Scanner::of(command).unwrap();
        assert!(scanner("grep -qv EICAR").is_harmful(b"EICAR\n").await.unwrap());
        assert!(!scanner("cat").is_harmful(&vec![b'x'; 1 << 20]).await.unwrap());
        assert!(!scanner("true").is_harmful(&vec![b'x'; 1 << 20]).await.unwrap(), "need not read to the end");
        for broken in ["no-such-scanner", "grep --no-such-option"] {
            assert!(matches!(scanner(broken).is_harmful(b"x").await, Err(Error::Internal(_))), "{broken}");
        }
        assert_eq!(Scanner::of("  "), None);
    }
}
