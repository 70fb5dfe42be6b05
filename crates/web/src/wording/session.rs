//! What is wrong with a session, at the lines of its form.

use crate::shell::form::Fields;
use crate::shell::page::Page;
use secretariat::cohort::session::SessionFault;

/// Each fault with the field it stands at. Of the lines of the form, those with a subject are the session's subjects.
pub(crate) fn faults_at_fields(page: &Page, faults: &[SessionFault], typed: &Fields) -> Vec<(String, String)> {
    let lines: Vec<usize> =
        typed.all("subject").enumerate().filter(|(_, subject)| !subject.is_empty()).map(|(line, _)| line).collect();
    let field = |fault: SessionFault| {
        let name = match fault {
            SessionFault::EndsBeforeStart => "ends",
            SessionFault::SubjectUnknown { .. } | SessionFault::SubjectTwice { .. } => "subject",
            SessionFault::NoMinutes { .. } | SessionFault::HoursShort { .. } | SessionFault::NoRoom { .. } => "minutes",
            SessionFault::HoursOutside { .. } | SessionFault::HoursOverlap { .. } => "taught_from",
            SessionFault::HoursBackwards { .. } => "taught_until",
        };
        match fault.share().and_then(|share| lines.get(share)) {
            Some(line) => format!("{name}#{line}"),
            None => name.to_owned(),
        }
    };
    faults.iter().map(|fault| (field(*fault), wrong(page, *fault))).collect()
}

fn wrong(page: &Page, fault: SessionFault) -> String {
    match fault {
        SessionFault::EndsBeforeStart => t!(page, "session-fault-ends"),
        SessionFault::SubjectUnknown { .. } => t!(page, "session-fault-subject"),
        SessionFault::SubjectTwice { .. } => t!(page, "session-fault-twice"),
        SessionFault::NoMinutes { .. } => t!(page, "session-fault-minutes"),
        SessionFault::HoursBackwards { .. } => t!(page, "session-fault-backwards"),
        SessionFault::HoursOutside { .. } => t!(page, "session-fault-outside"),
        SessionFault::HoursOverlap { .. } => t!(page, "session-fault-overlap"),
        SessionFault::HoursShort { minutes, lasts, .. } => {
            t!(page, "session-fault-short", minutes = minutes, lasts = lasts)
        }
        SessionFault::NoRoom { .. } => t!(page, "session-fault-room"),
    }
}

/// All faults in one line, each with its place.
pub(crate) fn faults(page: &Page, faults: &[SessionFault]) -> String {
    let one = |fault: &SessionFault| match fault.share() {
        Some(share) => format!("{}: {}", share + 1, wrong(page, *fault)),
        None => wrong(page, *fault),
    };
    faults.iter().map(one).collect::<Vec<_>>().join(" / ")
}
