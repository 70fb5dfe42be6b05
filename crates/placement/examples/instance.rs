//! Solves the instance in a directory and says how long it took: `cargo run --release -p placement --example instance -- DIR…`.

use placement::verification::verify;
use std::error::Error;
use std::path::Path;
use std::time::Instant;

#[allow(clippy::disallowed_methods)]
fn main() -> Result<(), Box<dyn Error>> {
    for directory in std::env::args().skip(1) {
        let read = |file: &str| std::fs::read_to_string(Path::new(&directory).join(file));
        let instance = placement::files::read(&read("trainees.csv")?, &read("hosts.csv")?, &read("instance.json")?)?;
        let started = Instant::now();
        let placement = placement::place(&instance)?;
        let seconds = started.elapsed().as_secs_f64();
        let proof = verify(&instance, &placement);
        println!("{directory}: {} placed, cost {}, {seconds:.3} s, proof {proof:?}", placement.placed, placement.cost);
    }
    Ok(())
}
