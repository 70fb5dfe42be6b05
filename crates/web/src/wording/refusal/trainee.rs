//! What the area `trainee` refuses, in words.

use crate::shell::page::Page;
use crate::wording::entrance as words;
use secretariat::trainee::refusal::TraineeRefusal;
use training::course::entrance::Answer;

pub(super) fn refusal(page: &Page, refusal: &TraineeRefusal) -> String {
    match refusal {
        TraineeRefusal::MayNotWaive { .. } => t!(page, "refused-may-not-waive"),
        TraineeRefusal::NotKnownThen { on } => t!(page, "refused-not-known-then", on = page.day(*on)),
        TraineeRefusal::NotEligible(reasons) => {
            let unmet = reasons.iter().filter(|reason| reason.answer == Answer::NotMet);
            let lines: Vec<String> = unmet.map(|reason| words::rule(page, &reason.entrance)).collect();
            t!(page, "refused-not-eligible", reasons = lines.join("、"))
        }
        TraineeRefusal::TakesNoPart => t!(page, "refused-takes-no-part"),
    }
}
