//! What the area `cohort` refuses, in words.

use crate::shell::page::Page;
use secretariat::cohort::refusal::CohortRefusal;

pub(super) fn refusal(page: &Page, refusal: &CohortRefusal) -> String {
    match refusal {
        CohortRefusal::LeftBeforeArrived { name, arrived, left, .. } => {
            let (arrived, left) = (arrived.format("%H:%M").to_string(), left.format("%H:%M").to_string());
            t!(page, "refused-left-before-arrived", name = name.clone(), arrived = arrived, left = left)
        }
        CohortRefusal::WeekOutside { week, of } => {
            t!(page, "refused-week-outside", week = *week, of = *of)
        }
        CohortRefusal::AbsentWithTimes { name, .. } => {
            t!(page, "refused-absent-with-times", name = name.clone())
        }
        CohortRefusal::SessionEndsBeforeStart { .. } => t!(page, "session-fault-ends"),
        CohortRefusal::Shares(faults) => crate::wording::session::faults(page, faults),
        CohortRefusal::SessionTwice(title) => t!(page, "refused-session-twice", title = title.clone()),
        CohortRefusal::GroupNotEmpty => t!(page, "refused-group-not-empty"),
        CohortRefusal::EndsBeforeStart { from, until } => {
            t!(page, "refused-ends-before-start", from = page.date(from), until = page.date(until))
        }
        CohortRefusal::PracticumOutsideCourse { on, from, until } => {
            let (on, from, until) = (page.date(on), page.date(from), page.date(until));
            t!(page, "refused-practicum-outside-course", on = on, from = from, until = until)
        }
        CohortRefusal::CohortNameTaken(name) => {
            t!(page, "refused-cohort-name-taken", name = name.clone())
        }
        CohortRefusal::CohortCertified { count } => {
            t!(page, "refused-cohort-certified", count = *count)
        }
        CohortRefusal::CohortCancelled => t!(page, "refused-cohort-cancelled"),
        CohortRefusal::SessionsOutside { titles } => {
            t!(page, "refused-sessions-outside", titles = titles.join("、"))
        }
        CohortRefusal::PlacementsOutside { count } => {
            t!(page, "refused-placements-outside", count = *count)
        }
        CohortRefusal::OutsideCourse { on, from, until } => {
            let (on, from, until) = (page.day(on), page.date(from), page.date(until));
            t!(page, "refused-outside-course", on = on, from = from, until = until)
        }
        CohortRefusal::MinutesOverSession { taught, lasts } => {
            t!(page, "refused-minutes-over-session", taught = *taught, lasts = *lasts)
        }
        CohortRefusal::SessionCancelled => t!(page, "refused-session-cancelled"),
        CohortRefusal::SessionRecorded { count } => {
            t!(page, "refused-session-recorded", count = *count)
        }
        CohortRefusal::NothingToCopy(name) => t!(page, "refused-nothing-to-copy", name = name.clone()),
        CohortRefusal::NoMakeUp => t!(page, "refused-no-make-up"),
        CohortRefusal::OtherMeeting => t!(page, "refused-other-meeting"),
        CohortRefusal::NothingMissed => t!(page, "refused-nothing-missed"),
    }
}
