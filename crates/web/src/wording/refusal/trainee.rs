//! What the area `trainee` refuses, in words.

use crate::shell::page::Page;
use secretariat::trainee::refusal::TraineeRefusal;

pub(super) fn refusal(page: &Page, refusal: &TraineeRefusal) -> String {
    match refusal {
        TraineeRefusal::MayNotWaive { .. } => t!(page, "refused-may-not-waive"),
        TraineeRefusal::NotKnownThen { on } => t!(page, "refused-not-known-then", on = page.day(*on)),
        TraineeRefusal::TakesNoPart => t!(page, "refused-takes-no-part"),
    }
}
