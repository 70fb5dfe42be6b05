//! What happened to a trainee, newest first.

use crate::shell::page::Page;
use crate::shell::problem::Problem;
use crate::wording;
use chrono::{DateTime, Utc};
use secretariat::Work;
use secretariat::certificate::Certificate;
use secretariat::placement::Placement;
use secretariat::trainee::{Enrolment, Person};
use training::practicum::placement::PlacementState;

pub(super) struct Event {
    pub(super) at: DateTime<Utc>,
    pub(super) text: String,
    /// A person's name; the login of an account that is no more.
    pub(super) by: String,
}

/// The changes of an enrolment, its placements, attendance, certificate and name. `own`: as the trainee sees it.
pub(super) async fn timeline(
    page: &Page,
    work: &mut Work,
    (enrolment, person, own): (&Enrolment, &Person, bool),
    (placements, certificate): (&[Placement], Option<&Certificate>),
) -> Result<Vec<Event>, Problem> {
    let mut events = Vec::new();
    for change in work.enrolment_changes(enrolment.id).await? {
        let to = wording::enrolment_state(page, change.to_state);
        let text = if change.reason.is_empty() { to } else { format!("{to} ({})", change.reason) };
        events.push(Event { at: change.changed_at, text, by: change.changed_by });
    }
    for placement in placements {
        for change in work.placement_changes(placement.id).await? {
            // A proposal that came to nothing was nobody's business.
            if own && change.from_state == PlacementState::Proposed && change.to_state == PlacementState::Cancelled {
                continue;
            }
            let to = wording::placement_state(page, change.to_state);
            let text = format!("{}: {to} {}", placement.office_name, change.reason);
            events.push(Event { at: change.changed_at, text, by: change.changed_by });
        }
    }
    for row in work.attendance_history(enrolment.id).await?.into_iter().filter(|row| !row.reason.is_empty()) {
        let text = t!(page, "event-attendance-corrected", reason = row.reason);
        events.push(Event { at: row.recorded_at, text, by: row.recorded_by });
    }
    if let Some(certificate) = certificate {
        for document in work.certificate_documents(certificate.id).await? {
            let text = t!(page, "event-certificate", number = certificate.number.clone(), revision = document.revision);
            events.push(Event { at: document.created_at, text, by: document.created_by });
        }
    }
    for (former, at, by) in work.former_names(person.id).await? {
        events.push(Event { at, text: t!(page, "event-name-changed", from = former, to = person.name.clone()), by });
    }
    let names = work.account_names().await?;
    for event in &mut events {
        if let Some(name) = names.get(&event.by) {
            event.by.clone_from(name);
        }
    }
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    Ok(events)
}
