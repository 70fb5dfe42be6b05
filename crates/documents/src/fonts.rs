//! The fonts documents are set in: embedded Japanese ones, and those of the machine when none could be embedded.

use std::path::Path;
use std::sync::LazyLock;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

include!(concat!(env!("OUT_DIR"), "/fonts.rs"));

pub(crate) struct Fonts {
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) all: Vec<Font>,
}

pub(crate) static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let mut all: Vec<Font> = EMBEDDED.iter().flat_map(|data| Font::iter(Bytes::new(*data))).collect();
    if all.is_empty() {
        collect(Path::new("/usr/share/fonts"), &mut all);
    }
    Fonts { book: LazyHash::new(FontBook::from_fonts(&all)), all }
});

fn collect(directory: &Path, fonts: &mut Vec<Font>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let is_font =
            path.extension().is_some_and(|extension| ["ttf", "otf", "ttc"].iter().any(|known| extension == *known));
        if path.is_dir() {
            collect(&path, fonts);
        } else if is_font && let Ok(data) = std::fs::read(&path) {
            fonts.extend(Font::iter(Bytes::new(data)));
        }
    }
}
