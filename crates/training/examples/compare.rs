//! Compares two texts and prints the rows as JSON: `cargo run --release -p training --example compare -- OLD NEW`.

use std::error::Error;
use training::guideline::comparison::{Text, compare};

#[allow(clippy::disallowed_methods)]
fn main() -> Result<(), Box<dyn Error>> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let [old, new] = files.as_slice() else { return Err("two files are wanted: OLD NEW".into()) };
    let read = |file: &str| std::fs::read_to_string(file).map(|text| Text::parse(&text));
    println!("{}", serde_json::to_string(&compare(&read(old)?, &read(new)?))?);
    Ok(())
}
