//! Files that people read and write: PDFs made with Typst, spreadsheets, and CSV in the encodings Japanese offices use.

mod active_content;
#[cfg(feature = "pdf")]
pub mod apart;
pub mod attachment;
#[cfg(feature = "pdf")]
pub mod booklet;
pub mod calendar;
#[cfg(feature = "pdf")]
pub mod card;
#[cfg(feature = "pdf")]
pub mod certificate;
#[cfg(feature = "pdf")]
pub mod comparison;
#[cfg(feature = "pdf")]
pub mod disclosure;
pub mod encoding;
#[cfg(feature = "pdf")]
pub mod evaluation;
pub mod export;
#[cfg(feature = "pdf")]
mod fonts;
#[cfg(feature = "pdf")]
pub mod judgement;
pub mod legal_text;
#[cfg(feature = "pdf")]
pub mod letter;
mod number_format;
#[cfg(feature = "pdf")]
pub mod paper;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(feature = "pdf")]
pub mod placement_map;
#[cfg(feature = "pdf")]
pub mod plan;
#[cfg(feature = "pdf")]
pub mod practicum_record;
mod spreadsheet;
#[cfg(feature = "pdf")]
pub mod supervision;
pub mod table;

#[cfg(feature = "pdf")]
pub use fonts::{also_from, operators_fonts};
#[cfg(feature = "pdf")]
pub use pdf::{PdfError, TemplateFault, code_points, qr_code, unprintable};
