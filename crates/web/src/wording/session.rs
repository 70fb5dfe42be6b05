//! What is wrong with the subjects of a session, at the lines of its form.

use crate::shell::form::Fields;
use crate::shell::page::Page;
use secretariat::cohort::session::ShareFault;

/// Each fault with the field it stands at. Of the lines of the form, those with a subject are the session's subjects.
pub(crate) fn faults_at_fields(page: &Page, faults: &[(usize, ShareFault)], typed: &Fields) -> Vec<(String, String)> {
    let lines: Vec<usize> =
        typed.all("subject").enumerate().filter(|(_, subject)| !subject.is_empty()).map(|(line, _)| line).collect();
    let field = |(share, fault): &(usize, ShareFault)| {
        let name = match fault {
            ShareFault::SubjectUnknown | ShareFault::SubjectTwice => "subject",
            ShareFault::NoMinutes | ShareFault::HoursShort { .. } | ShareFault::NoRoom => "minutes",
            ShareFault::HoursOutside | ShareFault::HoursOverlap => "taught_from",
            ShareFault::HoursBackwards => "taught_until",
        };
        lines.get(*share).map_or_else(|| name.to_owned(), |line| format!("{name}#{line}"))
    };
    faults.iter().map(|fault| (field(fault), wrong(page, fault.1))).collect()
}

fn wrong(page: &Page, fault: ShareFault) -> String {
    match fault {
        ShareFault::SubjectUnknown => t!(page, "session-fault-subject"),
        ShareFault::SubjectTwice => t!(page, "session-fault-twice"),
        ShareFault::NoMinutes => t!(page, "session-fault-minutes"),
        ShareFault::HoursBackwards => t!(page, "session-fault-ends"),
        ShareFault::HoursOutside => t!(page, "session-fault-outside"),
        ShareFault::HoursOverlap => t!(page, "session-fault-overlap"),
        ShareFault::HoursShort { minutes, lasts } => {
            t!(page, "session-fault-short", minutes = minutes, lasts = lasts)
        }
        ShareFault::NoRoom => t!(page, "session-fault-room"),
    }
}

/// All faults in one line, each with its place.
pub(crate) fn faults(page: &Page, faults: &[(usize, ShareFault)]) -> String {
    let one = |(share, fault): &(usize, ShareFault)| format!("{}: {}", share + 1, wrong(page, *fault));
    faults.iter().map(one).collect::<Vec<_>>().join(" / ")
}
