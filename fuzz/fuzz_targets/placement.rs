//! Any bytes as the files of an instance: a placement with its proof that comes back as written, or what is wrong.
#![no_main]

use libfuzzer_sys::fuzz_target;
use placement::files::{Unknown, read, read_minutes, read_placement, write, write_certificate};
use placement::{Policy, place, verification::verify};

fuzz_target!(|text: &str| {
    let mut parts = text.split("\n---\n");
    let mut part = || parts.next().unwrap_or_default();
    let (trainees, hosts, settings, policy, minutes) = (part(), part(), part(), part(), part());
    let Ok(policy) = Policy::read(policy) else { return };
    let Ok(mut instance) = read(trainees, hosts, settings, policy) else { return };
    if !minutes.is_empty() && read_minutes(&mut instance, minutes).is_err() {
        return;
    }
    let placement = place(&instance).expect("what was read can be placed");
    assert_eq!(verify(&instance, &placement), Ok(()));
    let (written, certificate) =
        (write(&instance, &placement).unwrap(), write_certificate(&instance, &placement).unwrap());
    let back =
        read_placement(&instance, &written, &certificate, Unknown::Refuse).expect("what was written can be read");
    assert_eq!((back.assigned, back.cost, back.prices), (placement.assigned, placement.cost, placement.prices));
});
