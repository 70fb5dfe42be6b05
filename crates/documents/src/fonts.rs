//! The fonts documents are set in: embedded ones, those of the operator, and those of the machine when none could be embedded.

use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};
use typst::foundations::Bytes;
use typst::text::{Coverage, Font, FontBook};
use typst::utils::LazyHash;

include!(concat!(env!("OUT_DIR"), "/fonts.rs"));

pub(crate) struct Fonts {
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) all: Vec<Font>,
    /// What the font of certificates has; nearly every name is within it.
    pub(crate) first: Option<Coverage>,
}

static OPERATORS: OnceLock<PathBuf> = OnceLock::new();

/// Names a directory with further fonts (TTF, OTF, TTC), for instance one with a provider's own characters (外字). They are used for
/// what the embedded fonts lack. Has to be called before the first document is set.
pub fn also_from(directory: PathBuf) {
    let _ = OPERATORS.set(directory);
}

/// The directory that was named.
pub fn operators_fonts() -> Option<&'static Path> {
    OPERATORS.get().map(PathBuf::as_path)
}

pub(crate) static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let mut all: Vec<Font> = EMBEDDED.iter().flat_map(|data| Font::iter(Bytes::new(*data))).collect();
    if all.is_empty() {
        collect(Path::new("/usr/share/fonts"), &mut all);
    }
    if let Some(directory) = OPERATORS.get() {
        collect(directory, &mut all);
    }
    let first = all.first().map(|font| font.info().coverage.clone());
    Fonts { book: LazyHash::new(FontBook::from_fonts(&all)), all, first }
});

fn collect(directory: &Path, fonts: &mut Vec<Font>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    // The same fonts in the same order give the same documents.
    paths.sort();
    for path in paths {
        let is_font = path.extension().is_some_and(|extension| {
            ["ttf", "otf", "ttc", "TTF", "OTF", "TTC"].iter().any(|known| extension == *known)
        });
        if path.is_dir() {
            collect(&path, fonts);
        } else if is_font && let Ok(data) = std::fs::read(&path) {
            fonts.extend(Font::iter(Bytes::new(data)));
        }
    }
}
