//! Embeds the fonts of Debian's packages: the Japanese ones documents are set in (BIZ UDPMincho and BIZ UDPGothic, SIL Open Font License),
//! and those that have the characters of family registers (IPAmj Mincho, IPA Font License) and of names from abroad (Noto, SIL Open
//! Font License). `KENSAN_FONTS` names another directory to look in.

use std::path::PathBuf;
use std::{env, fs};

/// File, its directory under `/usr/share/fonts`, and its package. The first is the one certificates are set in.
const FONTS: [(&str, &str, &str); 6] = [
    ("BIZUDPMincho-Regular.ttf", "truetype/bizud-mincho", "fonts-morisawa-bizud-mincho"),
    ("BIZUDPGothic-Regular.ttf", "truetype/bizud-gothic", "fonts-morisawa-bizud-gothic"),
    ("ipamjm.ttf", "truetype/ipamj", "fonts-ipamj-mincho"),
    ("NotoSerif-Regular.ttf", "truetype/noto", "fonts-noto-core"),
    ("NotoSerifCJK-Regular.ttc", "opentype/noto", "fonts-noto-cjk"),
    ("NotoSansSymbols2-Regular.ttf", "truetype/noto", "fonts-noto-core"),
];

fn main() {
    println!("cargo::rerun-if-env-changed=KENSAN_FONTS");
    let mut list = String::from("pub(super) const EMBEDDED: &[&[u8]] = &[\n");
    for (file, directory, package) in FONTS {
        let candidates = [
            env::var("KENSAN_FONTS").map(|directory| PathBuf::from(directory).join(file)).unwrap_or_default(),
            PathBuf::from("/usr/share/fonts").join(directory).join(file),
        ];
        match candidates.iter().find(|path| path.is_file()) {
            Some(path) => {
                println!("cargo::rerun-if-changed={}", path.display());
                list.push_str(&format!("    include_bytes!({path:?}),\n"));
            }
            None => println!(
                "cargo::warning={file} was not found: install {package} and build again; until then documents lack its characters"
            ),
        }
    }
    list.push_str("];\n");
    let target = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("fonts.rs");
    if let Err(error) = fs::write(&target, list) {
        println!("cargo::error={} cannot be written: {error}", target.display());
    }
}
