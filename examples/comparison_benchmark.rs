//! The scores and times of the comparison table: `cargo run --release --example comparison_benchmark -- DIRECTORY`.
//!
//! `DIRECTORY` holds pairs of texts (`pairs/NAME/{old,new}.txt` with `truth.json`), whole laws (`laws/NAME/{old,new}.txt`) and the
//! `score.py` that scores a result against a pair. The command is measured as a whole process: build it first
//! (`cargo build --release`). A law is also tried twice and four times its length.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

type Done<T = ()> = Result<T, Box<dyn Error>>;

fn kensan() -> Done<PathBuf> {
    let own = std::env::current_exe()?;
    Ok(own.parent().and_then(Path::parent).ok_or("no directory")?.join("kensan"))
}

/// Compares two files; gives seconds and the result's path.
fn compared(old: &Path, new: &Path, result: &Path) -> Done<f64> {
    let started = Instant::now();
    let status = Command::new(kensan()?)
        .args(["guideline", "compare", "--format", "json", "-o"])
        .args([result, old, new])
        .stdout(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(format!("{} / {}: {status}", old.display(), new.display()).into());
    }
    Ok(started.elapsed().as_secs_f64())
}

fn folders(directory: &Path) -> Done<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(directory)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    Ok(found)
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn main() -> Done {
    let directory = PathBuf::from(std::env::args().nth(1).ok_or("name the directory of the pairs")?);
    let scratch = tempfile::tempdir()?;
    let result = scratch.path().join("result.json");
    for pair in folders(&directory.join("pairs"))? {
        let seconds = compared(&pair.join("old.txt"), &pair.join("new.txt"), &result)?;
        println!("{} {seconds:.3} s", name(&pair));
        let scored = Command::new("python3").arg(directory.join("score.py")).args([&pair, &result]).output()?;
        print!("{}", String::from_utf8_lossy(&scored.stdout));
    }
    for law in folders(&directory.join("laws"))? {
        let [old, new] = ["old.txt", "new.txt"].map(|side| std::fs::read_to_string(law.join(side)));
        let (old, new) = (old?, new?);
        for times in [1, 2, 4] {
            let (longer_old, longer_new) = (scratch.path().join("old.txt"), scratch.path().join("new.txt"));
            std::fs::write(&longer_old, old.repeat(times))?;
            std::fs::write(&longer_new, new.repeat(times))?;
            let seconds = compared(&longer_old, &longer_new, &result)?;
            let length = (old.chars().count() + new.chars().count()) * times;
            println!("{} x {times}, {length} characters {seconds:.3} s", name(&law));
        }
    }
    Ok(())
}
