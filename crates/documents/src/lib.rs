//! Files that people read and write: PDFs made with Typst, spreadsheets, and CSV in the encodings Japanese offices use.

pub mod certificate;
pub mod comparison;
pub mod encoding;
pub mod export;
mod fonts;
pub mod judgement;
pub mod legal_text;
mod pdf;
pub mod table;

pub use pdf::PdfError;
