//! Passwords that became known in breaches: a file of the operator, as "Pwned Passwords" is published, one SHA-1 in capital hexadecimal digits a
//! line, in order, each with a colon and how often it was seen. It has tens of gigabytes: a few lines are read of it, never all.

use sha1::{Digest, Sha1};
use std::fs::File;
use std::io::{BufRead, BufReader, Result, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Digits of a SHA-1.
const DIGITS: usize = 40;

/// The operator's file.
#[derive(Debug, Clone)]
pub struct BreachedPasswords(PathBuf);

impl BreachedPasswords {
    /// # Errors
    /// Where the file cannot be read, or begins with no line of such a file.
    pub fn open(file: &Path) -> std::result::Result<BreachedPasswords, String> {
        let mut first = String::new();
        let read = File::open(file).and_then(|file| BufReader::new(file).read_line(&mut first));
        read.map_err(|error| format!("{}: {error}", file.display()))?;
        let is_digest = first.get(..DIGITS).is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match is_digest {
            true => Ok(BreachedPasswords(file.to_owned())),
            false => Err(format!("{}: the first line begins with no SHA-1 of 40 hexadecimal digits", file.display())),
        }
    }

    /// Is the password among them? Halves the file until the place is found where its digest would stand.
    pub fn contains(&self, password: &str) -> Result<bool> {
        let wanted: String = Sha1::digest(password).iter().map(|byte| format!("{byte:02X}")).collect();
        let mut file = BufReader::new(File::open(&self.0)?);
        let (mut from, mut to) = (0, file.get_ref().metadata()?.len());
        while from < to {
            let middle = from + (to - from) / 2;
            let (begins, line) = line_at(&mut file, middle, from)?;
            let digest = line.get(..DIGITS).unwrap_or_default().to_ascii_uppercase();
            match digest.as_str().cmp(&wanted) {
                std::cmp::Ordering::Equal => return Ok(true),
                // It stands behind this line.
                std::cmp::Ordering::Less => from = begins + line.len() as u64,
                std::cmp::Ordering::Greater => to = begins,
            }
        }
        Ok(false)
    }
}

/// The line that holds a place, not before another place at which a line begins; and where it begins.
fn line_at(file: &mut BufReader<File>, place: u64, not_before: u64) -> Result<(u64, String)> {
    // No line is longer than a digest and a number.
    let back = place.saturating_sub(2 * DIGITS as u64).max(not_before);
    file.seek(SeekFrom::Start(back))?;
    let mut begins = back;
    if back > not_before {
        // What begins before is no whole line.
        let mut rest = Vec::new();
        begins += file.read_until(b'\n', &mut rest)? as u64;
    }
    loop {
        let mut line = String::new();
        let length = file.read_line(&mut line)? as u64;
        if length == 0 || begins + length > place {
            return Ok((begins, line));
        }
        begins += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_of(passwords: &[&str], end: &str) -> tempfile::NamedTempFile {
        let digest =
            |password: &&str| Sha1::digest(*password).iter().map(|byte| format!("{byte:02X}")).collect::<String>();
        let mut lines: Vec<String> = passwords.iter().map(digest).collect();
        lines.sort();
        let text: String =
            lines.iter().enumerate().map(|(place, line)| format!("{line}:{}{end}", place * 99_991)).collect();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn every_password_of_the_file_is_found_and_no_other() {
        let all: Vec<String> = (0..500).map(|number| format!("password number {number}")).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        for (known, end) in [(&all[..], "\n"), (&all[..], "\r\n"), (&all[..1], "\n"), (&all[..2], "")] {
            let file = file_of(known, end);
            let breached = BreachedPasswords::open(file.path()).unwrap();
            // Without line breaks two digests are one line.
            for password in if end.is_empty() { &known[..0] } else { known } {
                assert!(breached.contains(password).unwrap(), "{password} of {}", known.len());
            }
            for number in 0..200 {
                assert!(!breached.contains(&format!("another {number}")).unwrap());
            }
        }
    }

    #[test]
    fn a_file_of_something_else_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "password\n").unwrap();
        assert!(BreachedPasswords::open(file.path()).unwrap_err().contains("SHA-1"));
        assert!(BreachedPasswords::open(Path::new("/nowhere")).is_err());
    }
}
