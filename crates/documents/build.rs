//! Embeds the Japanese fonts (BIZ UDPMincho and BIZ UDPGothic, SIL Open Font License) of Debian's packages
//! `fonts-morisawa-bizud-mincho` and `fonts-morisawa-bizud-gothic`. `KENSAN_FONTS` names another directory to look in.

use std::path::PathBuf;
use std::{env, fs};

const FONTS: [(&str, &str); 2] =
    [("BIZUDPMincho-Regular.ttf", "bizud-mincho"), ("BIZUDPGothic-Regular.ttf", "bizud-gothic")];

fn main() {
    println!("cargo::rerun-if-env-changed=KENSAN_FONTS");
    let mut list = String::from("pub(super) const EMBEDDED: &[&[u8]] = &[\n");
    for (file, package) in FONTS {
        let candidates = [
            env::var("KENSAN_FONTS").map(|directory| PathBuf::from(directory).join(file)).unwrap_or_default(),
            PathBuf::from("/usr/share/fonts/truetype").join(package).join(file),
        ];
        match candidates.iter().find(|path| path.is_file()) {
            Some(path) => {
                println!("cargo::rerun-if-changed={}", path.display());
                list.push_str(&format!("    include_bytes!({path:?}),\n"));
            }
            None => println!(
                "cargo::warning={file} was not found: install fonts-morisawa-{package} and build again; until then documents \
                 use the fonts of the machine they are made on"
            ),
        }
    }
    list.push_str("];\n");
    let target = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("fonts.rs");
    if let Err(error) = fs::write(&target, list) {
        println!("cargo::error={} cannot be written: {error}", target.display());
    }
}
