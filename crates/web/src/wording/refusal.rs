//! Why something was refused, and what to do.

use super::codes;
use super::field::field as field_name;
use crate::shell::page::Page;
use documents::{PdfError, TemplateFault};
use placement::InstanceError;
use placement::policy::PolicyProblem;
use secretariat::{BadCell, CellFault, Refusal};
use training::practicum::entry::LONGEST_TEXT;
use training::practicum::evaluation::RubricFault;
use training::practicum::plan::MOST_ROWS;
use training::practicum::plan::interchange::NotRead;

pub(crate) fn cell_fault(page: &Page, fault: &CellFault) -> String {
    match fault {
        CellFault::UnknownTrainee(value) => t!(page, "cell-unknown-trainee", value = value.clone()),
        CellFault::UnknownOffice(value) => t!(page, "cell-unknown-office", value = value.clone()),
        CellFault::Twice { value, row } => t!(page, "cell-twice", value = value.clone(), row = *row),
        CellFault::PairTwice => t!(page, "cell-pair-twice"),
        CellFault::TooLong(value) => t!(page, "cell-name-too-long", value = value.clone()),
        CellFault::BeyondHeadings(value) => t!(page, "cell-beyond-headings", value = value.clone()),
        CellFault::OtherDay { value, day } => {
            t!(page, "cell-other-day", value = value.clone(), day = page.day(*day).to_string())
        }
        CellFault::NoTime(value) => t!(page, "cell-no-time", value = value.clone()),
        CellFault::NotBetween { value, from, until } => {
            t!(page, "cell-not-between", value = value.clone(), from = *from, until = *until)
        }
        CellFault::CodeDamaged(value) => t!(page, "cell-code-damaged", value = value.clone()),
        CellFault::Empty => t!(page, "cell-empty"),
        CellFault::NamesAnother { listed, known } => {
            t!(page, "cell-names-another", listed = listed.clone(), known = known.clone())
        }
        CellFault::SpreadsheetError(value) => t!(page, "cell-spreadsheet-error", value = value.clone()),
        CellFault::CutOff { columns, of } => t!(page, "cell-cut-off", columns = *columns, of = *of),
        CellFault::Worded(text) => text.clone(),
    }
}

pub(crate) fn policy_problem(page: &Page, problem: &PolicyProblem) -> String {
    match problem {
        PolicyProblem::Unreadable(message) => t!(page, "policy-unreadable", message = message.clone()),
        PolicyProblem::OutOfRange { value, lowest, highest } => {
            let (value, lowest, highest) = (value.to_string(), lowest.to_string(), highest.to_string());
            t!(page, "policy-out-of-range", value = value, lowest = lowest, highest = highest)
        }
        PolicyProblem::NoWay => t!(page, "policy-no-way"),
        PolicyProblem::LaterWishFirst => t!(page, "policy-later-wish-first"),
        PolicyProblem::AcceptedCheaper => t!(page, "policy-accepted-cheaper"),
        PolicyProblem::NoPrefecture => t!(page, "policy-no-prefecture"),
        PolicyProblem::TooManyTypes => t!(page, "policy-too-many-types"),
    }
}

/// What is wrong with a season: the rules a person can break by hand in words, the others as the command says them.
pub(crate) fn instance_error(page: &Page, error: &InstanceError) -> String {
    match error {
        InstanceError::FixedOverCapacity { host, window: None, capacity } => {
            t!(page, "season-over-capacity", office = host.clone(), capacity = *capacity)
        }
        InstanceError::FixedOverCapacity { host, window: Some(window), capacity } => {
            t!(page, "season-over-weekly-capacity", office = host.clone(), week = window + 1, capacity = *capacity)
        }
        InstanceError::FixedSameEmployer { host, window } => {
            t!(page, "season-same-employer", office = host.clone(), week = window + 1)
        }
        InstanceError::NobodyOffers { case_type } => t!(page, "season-nobody-offers", case_type = case_type.clone()),
        other => other.to_string(),
    }
}

/// Problems of a file told at once.
pub(crate) const TOLD: usize = 50;

/// Why something was refused, and what to do.
pub(crate) fn refusal(page: &Page, refusal: &Refusal) -> String {
    use documents::legal_text::LegalTextError;
    use documents::table::TableError;
    use training::trainee::enrolment::Refusal as Transition;
    match refusal {
        Refusal::Transition(Transition::NoSuchTransition) => t!(page, "refused-no-such-transition"),
        Refusal::Transition(Transition::NotPermitted) => t!(page, "refused-not-permitted"),
        Refusal::Transition(Transition::ReasonMissing) | Refusal::ReasonMissing => t!(page, "refused-reason-missing"),
        Refusal::ApplicationOnItsWay => t!(page, "registration-on-its-way"),
        Refusal::Rubric(fault) => match fault {
            RubricFault::TooFew => t!(page, "refused-rubric-too-few"),
            RubricFault::TooMany => t!(page, "refused-rubric-too-many"),
            RubricFault::Twice => t!(page, "refused-rubric-twice"),
        },
        Refusal::EvaluationIncomplete => t!(page, "refused-evaluation-incomplete"),
        Refusal::LinkUsedUp => t!(page, "refused-link-used-up"),
        Refusal::UnknownVariables(names) => t!(page, "refused-unknown-variables", names = names.join("、")),
        Refusal::WrongPassword => t!(page, "refused-wrong-password"),
        Refusal::Throttled { seconds } => t!(page, "refused-throttled", seconds = *seconds),
        Refusal::PasswordTooShort(length) => t!(page, "refused-password-short", length = *length),
        Refusal::SupervisorHasAccount => t!(page, "refused-supervisor-has-account"),
        Refusal::PseudonymNeeded => t!(page, "refused-pseudonym-needed"),
        Refusal::ShreddingUnconfirmed { cohorts } => {
            t!(page, "refused-shredding-unconfirmed", cohorts = cohorts.join("、"))
        }
        Refusal::AddressKnown => t!(page, "refused-address-known"),
        Refusal::CaseInUse => t!(page, "refused-case-in-use"),
        Refusal::SupervisorKnown(name) => t!(page, "refused-supervisor-known", name = name.clone()),
        Refusal::ConcernedBound => t!(page, "refused-concerned-bound"),
        Refusal::InventedClient => t!(page, "refused-invented-client"),
        Refusal::PseudonymTaken(code) => t!(page, "refused-pseudonym-taken", code = code.clone()),
        Refusal::NamesSomebody { field, pieces } => {
            t!(page, "refused-names-somebody", field = field_name(page, field), pieces = pieces.join("、"))
        }
        Refusal::OwnAccount => t!(page, "refused-own-account"),
        Refusal::LoginTaken(login) => t!(page, "refused-login-taken", login = login.clone()),
        Refusal::File(TableError::Empty) => t!(page, "refused-file-empty"),
        Refusal::File(TableError::WrongType) => t!(page, "refused-file-type"),
        Refusal::File(TableError::Bomb(size)) => t!(page, "refused-file-bomb", size = *size),
        Refusal::File(TableError::Damaged(why)) => t!(page, "refused-file-damaged", why = why.clone()),
        Refusal::File(TableError::Quotes(row)) => t!(page, "refused-file-quotes", row = *row),
        Refusal::File(TableError::TooLong(rows)) => t!(page, "refused-file-long", rows = *rows),
        Refusal::LegalText(LegalTextError::Empty) => t!(page, "refused-file-empty"),
        Refusal::LegalText(LegalTextError::TooLarge(size)) => t!(page, "refused-file-bomb", size = *size),
        Refusal::LegalText(LegalTextError::Packed) => t!(page, "refused-legal-packed"),
        Refusal::LegalText(LegalTextError::NotText { line }) => t!(page, "refused-legal-not-text", line = *line),
        Refusal::LegalText(LegalTextError::Html) => t!(page, "refused-legal-html"),
        Refusal::LegalText(LegalTextError::NoLaw) => t!(page, "refused-legal-no-law"),
        Refusal::LegalText(LegalTextError::BrokenXml { line, message }) => {
            t!(page, "refused-legal-xml", line = *line, message = message.clone())
        }
        Refusal::LeftBeforeArrived { name, arrived, left, .. } => {
            let (arrived, left) = (arrived.format("%H:%M").to_string(), left.format("%H:%M").to_string());
            t!(page, "refused-left-before-arrived", name = name.clone(), arrived = arrived, left = left)
        }
        Refusal::SupervisorUnnamed => t!(page, "refused-supervisor-unnamed"),
        Refusal::ColumnMissing(column) => t!(page, "refused-column-missing", column = *column),
        Refusal::SheetsSeveral(sheets) => t!(page, "refused-sheets-several", sheets = sheets.join("」「")),
        Refusal::ColumnsHidden(columns) => {
            let columns = columns.iter().map(|(letters, heading)| format!("{letters}「{heading}」"));
            t!(page, "refused-columns-hidden", columns = columns.collect::<Vec<_>>().join("、"))
        }
        Refusal::HeadingEmpty(columns) => t!(page, "refused-heading-empty", columns = columns.join("・")),
        Refusal::RowsHidden(rows) => {
            let told: Vec<String> = rows.iter().take(TOLD).map(ToString::to_string).collect();
            t!(page, "refused-rows-hidden", count = rows.len(), rows = told.join(", "))
        }
        Refusal::Cell { row, column, fault } => {
            t!(page, "refused-cell", row = *row, column = column.clone(), message = cell_fault(page, fault))
        }
        Refusal::Cells(bad) => {
            let one = |cell: &BadCell| {
                let message = cell_fault(page, &cell.fault);
                t!(page, "refused-cell", row = cell.row, column = cell.column.clone(), message = message)
            };
            bad.iter().take(TOLD).map(one).collect::<Vec<_>>().join(" / ")
        }
        Refusal::ClockUnlikely { newest, now } => {
            t!(page, "refused-clock-unlikely", newest = page.moment(newest), now = page.moment(now))
        }
        Refusal::SigningInBusy => t!(page, "refused-signing-in-busy"),
        Refusal::ControlCharacter { field } => t!(page, "refused-control-character", field = field_name(page, field)),
        Refusal::DateToCome { field, on } => {
            t!(page, "refused-date-to-come", field = field_name(page, field), day = page.date(on))
        }
        Refusal::EditionUnknown(id) | Refusal::SupplementUnknown(id) => {
            t!(page, "refused-guideline-unknown", id = id.clone())
        }
        Refusal::SupplementOfAnotherEdition { supplement, .. } => {
            t!(page, "refused-supplement-of-another-edition", id = supplement.clone())
        }
        Refusal::SupplementsCollide(problems) => t!(page, "refused-supplements-collide", why = problems.join("; ")),
        Refusal::Guideline(problems) => {
            let problems: Vec<String> = problems.iter().take(TOLD).map(ToString::to_string).collect();
            t!(page, "refused-guideline", why = problems.join("; "))
        }
        Refusal::StepClosed { open } => {
            let open: Vec<&str> = open.iter().map(|(title, title_en)| page.language.either(title, title_en)).collect();
            t!(page, "refused-step-closed", open = open.join("、"))
        }
        Refusal::NoClauses => t!(page, "refused-no-clauses"),
        Refusal::MayNotWaive { .. } => t!(page, "refused-may-not-waive"),
        Refusal::FieldMissing(field) => t!(page, "refused-field-missing", field = field_name(page, field)),
        Refusal::FieldInvalid { field, value } => {
            t!(page, "refused-field-invalid", field = field_name(page, field), value = value.clone())
        }
        Refusal::ConsentMissing { consent: Some(consent), experience } => {
            t!(page, "refused-consent", consent = page.date(consent), experience = page.date(experience))
        }
        Refusal::ConsentMissing { consent: None, experience } => {
            t!(page, "refused-consent-incomplete", experience = page.date(experience))
        }
        Refusal::SignedByAnother => t!(page, "refused-signed-by-another"),
        Refusal::PersonalDataUnconfirmed => t!(page, "refused-personal-data-unconfirmed"),
        Refusal::NoLongerSound => t!(page, "refused-no-longer-sound"),
        Refusal::RecordSignedOff => t!(page, "refused-record-signed-off"),
        Refusal::SignOffUnconfirmed => t!(page, "refused-sign-off-unconfirmed"),
        Refusal::RecordOpen { open } => t!(page, "refused-record-open", open = *open),
        Refusal::WeekOutside { week, of } => t!(page, "refused-week-outside", week = *week, of = *of),
        Refusal::NotKnownThen { on } => t!(page, "refused-not-known-then", on = page.day(*on)),
        Refusal::AbsentWithTimes { name, .. } => t!(page, "refused-absent-with-times", name = name.clone()),
        Refusal::SessionEndsBeforeStart { .. } => t!(page, "session-fault-ends"),
        Refusal::Shares(faults) => crate::wording::session::faults(page, faults),
        Refusal::SessionTwice(title) => t!(page, "refused-session-twice", title = title.clone()),
        Refusal::Day(faults) => crate::wording::practicum::day_faults(page, faults),
        Refusal::DayTaken { from, until } => {
            let (from, until) = (from.format("%H:%M").to_string(), until.format("%H:%M").to_string());
            t!(page, "refused-day-taken", from = from, until = until)
        }
        Refusal::BeforeAcceptance => t!(page, "refused-before-acceptance"),
        Refusal::NotAccepted => t!(page, "refused-not-accepted"),
        Refusal::NoAssessment => t!(page, "refused-no-assessment"),
        Refusal::Plan(reason) => match reason {
            NotRead::UnknownSheet => t!(page, "refused-plan-unknown-sheet"),
            NotRead::NoRows => t!(page, "refused-plan-no-rows"),
            NotRead::SeveralClients => t!(page, "refused-plan-several-clients"),
            NotRead::TooLong => t!(page, "fault-too-long", count = LONGEST_TEXT),
            NotRead::TooManyRows => t!(page, "refused-plan-too-many-rows", count = MOST_ROWS),
        },
        Refusal::NothingRecorded { supervisor } => {
            t!(page, "refused-nothing-recorded", supervisor = supervisor.clone())
        }
        Refusal::NotSignedOff => t!(page, "refused-not-signed-off"),
        Refusal::Shredded => t!(page, "refused-shredded"),
        Refusal::Revoked => t!(page, "refused-revoked"),
        Refusal::CertificateStands => t!(page, "refused-certificate-stands"),
        Refusal::CertificateCovers { name, number } => {
            t!(page, "refused-certificate-covers", name = name.clone(), number = number.clone())
        }
        Refusal::OutsidePracticum { on, from, until } => {
            t!(page, "refused-outside-practicum", day = page.date(on), from = page.date(from), until = page.date(until))
        }
        Refusal::DayTooFull { on, minutes } => {
            t!(page, "refused-day-too-full", day = page.date(on), hours = super::hours(page, *minutes))
        }
        Refusal::SignOffTooEarly { on, last } => {
            t!(page, "refused-sign-off-too-early", day = page.date(on), last = page.date(last))
        }
        Refusal::SignOffIncomplete { open } => {
            let open: Vec<&str> = open.iter().map(|(title, title_en)| page.language.either(title, title_en)).collect();
            t!(page, "refused-sign-off-incomplete", open = open.join("、"))
        }
        Refusal::Attachment(fault) => crate::wording::practicum::attachment_fault(page, *fault),
        Refusal::GroupNotEmpty => t!(page, "refused-group-not-empty"),
        Refusal::AlreadyThere => t!(page, "refused-already-there"),
        Refusal::TakesNoPart => t!(page, "refused-takes-no-part"),
        Refusal::RoundOutdated { name } => t!(page, "refused-round-outdated", name = name.clone()),
        Refusal::BeingPlaced => t!(page, "refused-being-placed"),
        Refusal::OfficeTakesNobody => t!(page, "refused-office-takes-nobody"),
        Refusal::RequestsClosed => t!(page, "refused-requests-closed"),
        Refusal::PlacedAlready { office } => t!(page, "refused-placed-already", office = office.clone()),
        Refusal::OfficeNotOpenToTrainee => t!(page, "refused-office-not-open"),
        Refusal::OfficeFull => t!(page, "refused-office-full"),
        Refusal::RoutingServer(why) => t!(page, "refused-routing-server", why = why.clone()),
        Refusal::Policy(errors) => {
            let why: Vec<String> = errors
                .iter()
                .map(|error| format!("{}: {}", error.name, policy_problem(page, &error.problem)))
                .collect();
            t!(page, "refused-policy", why = why.join(" / "))
        }
        Refusal::Placement(error) => t!(page, "refused-placement", why = instance_error(page, error)),
        Refusal::Template(PdfError::Unprintable(pieces)) => t!(page, "refused-unprintable", codes = codes(pieces)),
        Refusal::Template(PdfError::Template(faults)) => {
            let fault = |fault: &TemplateFault| match fault.line {
                Some(line) => t!(page, "template-fault", line = line, message = fault.message.clone()),
                None => fault.message.clone(),
            };
            let faults: Vec<String> = faults.iter().map(fault).collect();
            t!(page, "refused-template", why = faults.join("; "))
        }
        Refusal::EditionNotGoverning { governing, from, .. } => {
            let governing = page.edition(governing);
            t!(page, "refused-edition-not-governing", governing = governing, from = page.date(from))
        }
        Refusal::EndsBeforeStart { from, until } => {
            t!(page, "refused-ends-before-start", from = page.date(from), until = page.date(until))
        }
        Refusal::PracticumOutsideCourse { on, from, until } => {
            let (on, from, until) = (page.date(on), page.date(from), page.date(until));
            t!(page, "refused-practicum-outside-course", on = on, from = from, until = until)
        }
        Refusal::CohortNameTaken(name) => t!(page, "refused-cohort-name-taken", name = name.clone()),
        Refusal::CohortCertified { count } => t!(page, "refused-cohort-certified", count = *count),
        Refusal::CohortCancelled => t!(page, "refused-cohort-cancelled"),
        Refusal::SessionsOutside { titles } => t!(page, "refused-sessions-outside", titles = titles.join("、")),
        Refusal::PlacementsOutside { count } => t!(page, "refused-placements-outside", count = *count),
        Refusal::OutsideCourse { on, from, until } => {
            let (on, from, until) = (page.day(on), page.date(from), page.date(until));
            t!(page, "refused-outside-course", on = on, from = from, until = until)
        }
        Refusal::MinutesOverSession { taught, lasts } => {
            t!(page, "refused-minutes-over-session", taught = *taught, lasts = *lasts)
        }
        Refusal::SessionCancelled => t!(page, "refused-session-cancelled"),
        Refusal::SessionRecorded { count } => t!(page, "refused-session-recorded", count = *count),
        Refusal::NothingMissed => t!(page, "refused-nothing-missed"),
        Refusal::ColumnTwice { heading, columns } => {
            t!(page, "refused-column-twice", heading = heading.clone(), columns = columns.join("・"))
        }
        Refusal::Pattern(error) => t!(page, "refused-pattern", why = error.to_string()),
    }
}
