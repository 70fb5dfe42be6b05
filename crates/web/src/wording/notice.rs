//! Notices in words.

use crate::shell::page::Page;
use training::notice::{NoticeKind, NoticeState, Variable};

pub(crate) fn kind(page: &Page, kind: NoticeKind) -> String {
    match kind {
        NoticeKind::PlacementTrainee => t!(page, "notice-placement-trainee"),
        NoticeKind::PlacementOffice => t!(page, "notice-placement-office"),
        NoticeKind::AcceptedTrainee => t!(page, "notice-accepted-trainee"),
        NoticeKind::DeclinedTrainee => t!(page, "notice-declined-trainee"),
        NoticeKind::CancelledTrainee => t!(page, "notice-cancelled-trainee"),
        NoticeKind::CancelledOffice => t!(page, "notice-cancelled-office"),
        NoticeKind::OpeningTrainee => t!(page, "notice-opening-trainee"),
        NoticeKind::ReminderTrainee => t!(page, "notice-reminder-trainee"),
        NoticeKind::ReminderOffice => t!(page, "notice-reminder-office"),
        NoticeKind::RegistrationEnding => t!(page, "notice-registration-ending"),
        NoticeKind::DaysTrainee => t!(page, "notice-days-trainee"),
        NoticeKind::DaysOffice => t!(page, "notice-days-office"),
        NoticeKind::ScheduleTrainee => t!(page, "notice-schedule-trainee"),
        NoticeKind::MessageTrainee => t!(page, "notice-message-trainee"),
        NoticeKind::UrgentTrainee => t!(page, "notice-urgent-trainee"),
        NoticeKind::SignIn => t!(page, "notice-sign-in"),
        NoticeKind::InvitationTrainee => t!(page, "notice-invitation-trainee"),
        NoticeKind::InvitationLetter => t!(page, "notice-invitation-letter"),
        NoticeKind::SignInAccount => t!(page, "notice-sign-in-account"),
    }
}

pub(crate) fn state(page: &Page, state: NoticeState) -> String {
    match state {
        NoticeState::Queued => t!(page, "notice-queued"),
        NoticeState::Sending => t!(page, "notice-sending"),
        NoticeState::Sent => t!(page, "notice-sent"),
        NoticeState::Bounced => t!(page, "notice-bounced"),
        NoticeState::Failed => t!(page, "notice-failed"),
        NoticeState::Dropped => t!(page, "notice-dropped"),
    }
}

pub(crate) fn state_colour(state: NoticeState) -> &'static str {
    match state {
        NoticeState::Sent => "met",
        NoticeState::Queued | NoticeState::Sending => "not_yet",
        NoticeState::Bounced | NoticeState::Failed => "breached",
        NoticeState::Dropped => "plain-tag",
    }
}

pub(crate) fn variable(page: &Page, variable: Variable) -> String {
    match variable {
        Variable::Recipient => t!(page, "variable-recipient"),
        Variable::Provider => t!(page, "provider-name"),
        Variable::Cohort => t!(page, "variable-cohort"),
        Variable::Trainee => t!(page, "trainee"),
        Variable::Office => t!(page, "office-name"),
        Variable::Week => t!(page, "window-column"),
        Variable::Reason => t!(page, "reason"),
        Variable::Until => t!(page, "variable-until"),
        Variable::Count => t!(page, "variable-count"),
        Variable::Missing => t!(page, "variable-missing"),
        Variable::Days => t!(page, "variable-days"),
        Variable::Title => t!(page, "message-title"),
        Variable::Message => t!(page, "message-text"),
        Variable::Change => t!(page, "notice-variable-change"),
        Variable::Address => t!(page, "variable-address"),
        Variable::Link => t!(page, "variable-link"),
        Variable::Login => t!(page, "variable-login"),
        Variable::Code => t!(page, "variable-code"),
        Variable::Account => t!(page, "variable-account"),
    }
}
