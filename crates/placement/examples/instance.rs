//! Solves the instance in each directory and says how long that took, and how long it takes to solve on after one change:
//! `cargo run --release -p placement --example instance -- DIR…`.

use placement::candidates::Hosts;
use placement::explanation::Standing;
use placement::verification::verify;
use placement::{Assignment, Policy, place, resolve};
use std::error::Error;
use std::path::Path;
use std::time::Instant;

#[allow(clippy::disallowed_methods)]
fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let done = work();
    println!("  {what}: {:.4} s", started.elapsed().as_secs_f64());
    done
}

#[allow(clippy::disallowed_methods)]
fn main() -> Result<(), Box<dyn Error>> {
    for directory in std::env::args().skip(1) {
        println!("{directory}");
        let read = |file: &str| std::fs::read_to_string(Path::new(&directory).join(file));
        let texts = (read("trainees.csv")?, read("hosts.csv")?, read("instance.json")?);
        let mut instance = timed("read", || placement::files::read(&texts.0, &texts.1, &texts.2, Policy::default()))?;
        let solved = timed("solve", || place(&instance))?;
        let proof = timed("verify", || verify(&instance, &solved));
        println!("  {} placed, cost {}, proof {proof:?}", solved.placed, solved.cost);
        let Some(first) = solved.assigned.iter().flatten().next().copied() else { continue };
        if instance.trainees.len() > 12_000 {
            continue;
        }
        {
            let hosts = Hosts::new(&instance);
            let mut standing =
                timed("ready to be asked", || Standing::new(&instance, &hosts, &solved)).ok_or("stopped")?;
            let elsewhere = Assignment { host: (first.host + 1) % instance.hosts.len(), ..first };
            let wish = timed("one wish", || standing.wish(elsewhere));
            println!("  {:?}", wish.map(|wish| (wish.placed, wish.cost, wish.moves.len())));
            timed("best alternative of one trainee", || standing.best_alternative(first.trainee, None));
            let offices = timed("one more place everywhere", || standing.one_more_place());
            let groups = timed("bottlenecks", || standing.bottlenecks());
            println!("  {} offices would help, {} bottlenecks", offices.len(), groups.len());
            let unplaced = (0..instance.trainees.len()).filter(|trainee| solved.assigned[*trainee].is_none());
            timed("remedies of everybody unplaced", || {
                unplaced.map(|trainee| standing.remedies(trainee).len()).sum::<usize>()
            });
        }
        // An office withdraws; everybody placed there has to go elsewhere.
        instance.hosts[first.host].capacity = 0;
        let again = timed("solve on after an office withdrew", || resolve(&instance, &solved))?;
        let anew = timed("the same from nothing", || place(&instance))?;
        let same = (again.placed, again.cost) == (anew.placed, anew.cost);
        println!(
            "  {} placed, cost {}, as from nothing: {same}, proof {:?}",
            again.placed,
            again.cost,
            verify(&instance, &again)
        );
    }
    Ok(())
}
