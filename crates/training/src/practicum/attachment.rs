//! Files beside an entry of the practicum record, and scans of signatures on paper: what is taken, and how much.

use serde::{Deserialize, Serialize};

/// Largest file, in bytes: a photograph of a telephone.
pub const LARGEST: usize = 10 * 1024 * 1024;
/// Most files beside one entry.
pub const MOST: usize = 5;
/// Most bytes of one trainee's files together.
pub const LARGEST_TOGETHER: i64 = 100 * 1024 * 1024;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaType {
    Pdf,
    Jpeg,
    Png,
}

impl MediaType {
    pub const ALL: [MediaType; 3] = [MediaType::Pdf, MediaType::Jpeg, MediaType::Png];

    /// The name used in the database and on the wire (IANA).
    pub fn id(self) -> &'static str {
        match self {
            MediaType::Pdf => "application/pdf",
            MediaType::Jpeg => "image/jpeg",
            MediaType::Png => "image/png",
        }
    }

    pub fn from_id(id: &str) -> Option<MediaType> {
        Self::ALL.into_iter().find(|media| media.id() == id)
    }

    pub fn extension(self) -> &'static str {
        match self {
            MediaType::Pdf => "pdf",
            MediaType::Jpeg => "jpg",
            MediaType::Png => "png",
        }
    }

    /// Does a name that ends so, in small letters, say what the file is?
    pub fn is_extension(self, ending: &str) -> bool {
        ending == self.extension() || (self == MediaType::Jpeg && matches!(ending, "jpeg" | "jpe" | "jfif"))
    }
}

impl TryFrom<String> for MediaType {
    type Error = String;

    fn try_from(id: String) -> Result<MediaType, String> {
        MediaType::from_id(&id).ok_or_else(|| format!("{id:?} is no media type of an attachment"))
    }
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentFault {
    #[error("the file is empty")]
    Empty,
    #[error("the file is larger than {LARGEST} bytes")]
    TooLarge,
    #[error("the file is neither PDF, JPEG nor PNG")]
    WrongType,
    #[error("the file is damaged or was not sent to its end")]
    Damaged,
    #[error("the PDF holds a script or another file, or is encrypted")]
    Active,
    #[error("the entry has {MOST} files already")]
    TooMany,
    #[error("the trainee's files would be more than {LARGEST_TOGETHER} bytes together")]
    TooMuch,
    #[error("the scanner found something harmful in the file")]
    Harmful,
    #[error("nobody has confirmed that the file shows nobody who can be recognised")]
    Unconfirmed,
}
