//! Words for the values of the core, in the page's language.

pub(crate) mod audit;
pub(crate) mod field;
pub(crate) mod notice;
pub(crate) mod practicum;
pub(crate) mod rule;

use crate::shell::page::Page;
use crate::wording::field::field as field_name;
use crate::wording::rule::together;
use documents::{PdfError, TemplateFault};
use placement::InstanceError;
use placement::explanation::Unplaced;
use placement::policy::{PolicyProblem, RuleName};
use records::placement::Placement;
use secretariat::ToDo;
use secretariat::cohort::roster::Alike;
use secretariat::cohort::roster_row::{COLUMNS, CellProblem};
use secretariat::{BadCell, CellFault, Refusal};
use training::completion::facts::MilestoneKind;
use training::completion::judgement::{Missing, State};
use training::enrolment::EnrolmentState;
use training::guideline::clause::Duty;
use training::guideline::curriculum::Form;
use training::guideline::requirement::{Confidence, Effect};
use training::guideline::stage::Stage;
use training::practicum::entry::LONGEST_TEXT;
use training::practicum::evaluation::RubricFault;
use training::practicum::placement::PlacementState;
use training::practicum::plan::MOST_ROWS;
use training::practicum::plan::interchange::NotRead;
use training::practicum::record::{OfficeCondition, Way};
use training::role::Role;

pub(crate) fn role(page: &Page, role: Role) -> String {
    match role {
        Role::Administrator => t!(page, "role-administrator"),
        Role::Secretariat => t!(page, "role-secretariat"),
        Role::Prefecture => t!(page, "role-prefecture"),
        Role::Instructor => t!(page, "role-instructor"),
        Role::Supervisor => t!(page, "role-supervisor"),
        Role::Trainee => t!(page, "role-trainee"),
    }
}

pub(crate) fn enrolment_state(page: &Page, state: EnrolmentState) -> String {
    match state {
        EnrolmentState::Applied => t!(page, "enrolment-applied"),
        EnrolmentState::Admitted => t!(page, "enrolment-admitted"),
        EnrolmentState::Enrolled => t!(page, "enrolment-enrolled"),
        EnrolmentState::Deferred => t!(page, "enrolment-deferred"),
        EnrolmentState::Withdrawn => t!(page, "enrolment-withdrawn"),
        EnrolmentState::TransferredOut => t!(page, "enrolment-transferred-out"),
        EnrolmentState::TransferredIn => t!(page, "enrolment-transferred-in"),
        EnrolmentState::Completed => t!(page, "enrolment-completed"),
        EnrolmentState::NotCompleted => t!(page, "enrolment-not-completed"),
    }
}

/// The state of a placement; one is 通知済み when everybody concerned was reached, not before.
pub(crate) fn placement_standing(page: &Page, placement: &Placement) -> String {
    if placement.untold { t!(page, "placement-untold") } else { placement_state(page, placement.state) }
}

/// What a change of a placement to this state is called on a button.
pub(crate) fn placement_act(page: &Page, to: PlacementState) -> String {
    match to {
        PlacementState::Notified => t!(page, "placement-notify"),
        PlacementState::Cancelled => t!(page, "placement-cancel"),
        _ => placement_state(page, to),
    }
}

pub(crate) fn placement_state(page: &Page, state: PlacementState) -> String {
    match state {
        PlacementState::Proposed => t!(page, "placement-proposed"),
        PlacementState::Requested => t!(page, "placement-requested"),
        PlacementState::Notified => t!(page, "placement-notified"),
        PlacementState::Accepted => t!(page, "placement-accepted"),
        PlacementState::Declined => t!(page, "placement-declined"),
        PlacementState::Scheduled => t!(page, "placement-scheduled"),
        PlacementState::Done => t!(page, "placement-done"),
        PlacementState::Cancelled => t!(page, "placement-cancelled"),
    }
}

pub(crate) fn state(page: &Page, state: State) -> String {
    match state {
        State::Met => t!(page, "state-met"),
        State::Waived => t!(page, "state-waived"),
        State::NotApplicable => t!(page, "state-not-applicable"),
        State::NotYet => t!(page, "state-not-yet"),
        State::NeedsMakeUp => t!(page, "state-needs-make-up"),
        State::Breached => t!(page, "state-breached"),
    }
}

pub(crate) fn duty(page: &Page, duty: Duty) -> String {
    match duty {
        Duty::Must => t!(page, "duty-must"),
        Duty::Appropriate => t!(page, "duty-appropriate"),
    }
}

/// A stage as its edition or supplement names it; one that nobody names any more is its id.
pub(crate) fn stage(page: &Page, id: &str) -> String {
    page.guidelines.stage(id).map_or_else(|| id.to_owned(), |stage| stage_title(page, stage))
}

pub(crate) fn stage_title(page: &Page, stage: &Stage) -> String {
    page.language.either(&stage.title, &stage.title_en).to_owned()
}

/// Why no conference was sat in on, as taken over from paper.
pub(crate) fn fallback_reason(page: &Page, id: &str) -> String {
    match id {
        "none_planned" => t!(page, "fallback-none-planned"),
        "put_off" => t!(page, "fallback-put-off"),
        "no_consent" => t!(page, "fallback-no-consent"),
        _ => t!(page, "fallback-on-paper"),
    }
}

pub(crate) fn way(page: &Page, way: Way) -> String {
    match way {
        Way::Accompanied => t!(page, "way-accompanied"),
        Way::Observed => t!(page, "way-observed"),
        Way::SatIn => t!(page, "way-sat-in"),
        Way::Explained => t!(page, "way-explained"),
        Way::Simulated => t!(page, "way-simulated"),
    }
}

pub(crate) fn milestone(page: &Page, kind: MilestoneKind) -> String {
    match kind {
        MilestoneKind::BriefingSafety => t!(page, "milestone-briefing-safety"),
        MilestoneKind::BriefingConfidentiality => t!(page, "milestone-briefing-confidentiality"),
        MilestoneKind::Pledge => t!(page, "milestone-pledge"),
        MilestoneKind::PracticumConsent => t!(page, "milestone-practicum-consent"),
        MilestoneKind::SignOff => t!(page, "milestone-sign-off"),
    }
}

pub(crate) fn to_do(page: &Page, to_do: ToDo) -> String {
    match to_do {
        ToDo::Admit => t!(page, "to-do-admit"),
        ToDo::MakeUp => t!(page, "to-do-make-up"),
        ToDo::Breached => t!(page, "to-do-breached"),
        ToDo::IssueCertificate => t!(page, "to-do-issue-certificate"),
        ToDo::Unplaced => t!(page, "to-do-unplaced"),
        ToDo::AwaitingOffice => t!(page, "to-do-awaiting-office"),
        ToDo::RecordAttendance => t!(page, "to-do-record-attendance"),
        ToDo::SuspiciousOffice => t!(page, "to-do-suspicious-office"),
        ToDo::VanishedOffice => t!(page, "to-do-vanished-office"),
        ToDo::UndeliveredNotice => t!(page, "to-do-undelivered-notice"),
        ToDo::OldMail => t!(page, "to-do-old-mail"),
        ToDo::PrintLetter => t!(page, "to-do-print-letter"),
        ToDo::RecordOverdue => t!(page, "to-do-record-overdue"),
        ToDo::CheckRegistration => t!(page, "to-do-check-registration"),
        ToDo::DecideRegistration => t!(page, "to-do-decide-registration"),
        ToDo::RetentionEnding => t!(page, "to-do-retention-ending"),
    }
}

pub(crate) fn confidence(page: &Page, confidence: Confidence) -> String {
    match confidence {
        Confidence::Confirmed => t!(page, "confidence-confirmed"),
        Confidence::Secondary => t!(page, "confidence-secondary"),
        Confidence::Memory => t!(page, "confidence-memory"),
        Confidence::Unknown => t!(page, "confidence-unknown"),
    }
}

pub(crate) fn effect(page: &Page, effect: Effect) -> String {
    match effect {
        Effect::BlocksCompletion => t!(page, "effect-blocks-completion"),
        Effect::BlocksPracticum => t!(page, "effect-blocks-practicum"),
        Effect::BlocksSecondHalf => t!(page, "effect-blocks-second-half"),
        Effect::Warns => t!(page, "effect-warns"),
    }
}

pub(crate) fn form(page: &Page, form: Form) -> String {
    match form {
        Form::Lecture => t!(page, "form-lecture"),
        Form::LectureAndExercise => t!(page, "form-lecture-and-exercise"),
        Form::Practicum => t!(page, "practicum"),
    }
}

pub(crate) fn office_condition(page: &Page, condition: OfficeCondition) -> String {
    match condition {
        OfficeCondition::SpecifiedOfficeAddition => t!(page, "office-specified-office-addition"),
        OfficeCondition::ChiefCareManager => t!(page, "office-chief-care-manager"),
        OfficeCondition::NoAdditionInMunicipality => t!(page, "office-no-addition-in-municipality"),
        OfficeCondition::CommunitySupportCentre => t!(page, "office-community-support-centre"),
        OfficeCondition::JudgedSuitable => t!(page, "office-judged-suitable"),
        OfficeCondition::ReceptionSystem => t!(page, "office-reception-system"),
        OfficeCondition::NeverRecommendedImprovement => t!(page, "office-never-recommended-improvement"),
    }
}

/// A document by its id; one a supplement names for itself stays what it is.
pub(crate) fn document(page: &Page, id: &str) -> String {
    match id {
        "practicum_consent" => t!(page, "document-practicum-consent"),
        "practicum_log" => t!(page, "document-practicum-log"),
        "practicum_report" => t!(page, "document-practicum-report"),
        "practicum_confirmation" => t!(page, "document-practicum-confirmation"),
        "care_plan_report" => t!(page, "document-care-plan-report"),
        "own_care_plan" => t!(page, "document-own-care-plan"),
        "record_sheet_before" => t!(page, "sheet-before"),
        "record_sheet_after" => t!(page, "sheet-after"),
        "record_sheet_three_months_later" => t!(page, "sheet-three-months-later"),
        other => other.to_owned(),
    }
}

/// A type of case as whichever edition or supplement names it; one that nobody names is its id.
pub(crate) fn case_type(page: &Page, id: &str) -> String {
    let known = page.guidelines.case_types().find(|known| known.id == id);
    known.map_or_else(|| id.to_owned(), |known| page.language.either(&known.title, &known.title_en).to_owned())
}

fn cell_fault(page: &Page, fault: &CellFault) -> String {
    match fault {
        CellFault::UnknownTrainee(value) => t!(page, "cell-unknown-trainee", value = value.clone()),
        CellFault::UnknownOffice(value) => t!(page, "cell-unknown-office", value = value.clone()),
        CellFault::Twice { value, row } => t!(page, "cell-twice", value = value.clone(), row = *row),
        CellFault::PairTwice => t!(page, "cell-pair-twice"),
        CellFault::TooLong(value) => t!(page, "cell-name-too-long", value = value.clone()),
        CellFault::NoTime(value) => t!(page, "cell-no-time", value = value.clone()),
        CellFault::NotBetween { value, from, until } => {
            t!(page, "cell-not-between", value = value.clone(), from = *from, until = *until)
        }
        CellFault::Empty => t!(page, "cell-empty"),
        CellFault::SpreadsheetError(value) => t!(page, "cell-spreadsheet-error", value = value.clone()),
        CellFault::CutOff { columns, of } => t!(page, "cell-cut-off", columns = *columns, of = *of),
        CellFault::Worded(text) => text.clone(),
    }
}

/// `7 時間 30 分`.
pub(crate) fn hours(page: &Page, minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (hours, 0) => t!(page, "hours", hours = hours),
        (0, minutes) => t!(page, "minutes", minutes = minutes),
        (hours, minutes) => t!(page, "hours-minutes", hours = hours, minutes = minutes),
    }
}

pub(crate) fn missing(page: &Page, missing: &Missing) -> String {
    match missing {
        Missing::ExamNumber => t!(page, "missing-exam-number"),
        Missing::Minutes { done, required } => {
            t!(page, "missing-minutes", done = hours(page, *done), required = hours(page, *required))
        }
        Missing::HalfDays { done, required } => t!(
            page,
            "missing-days",
            done = format!("{:.1}", f64::from(*done) / 2.0),
            required = format!("{:.1}", f64::from(*required) / 2.0)
        ),
        Missing::Cases { done, required } => t!(page, "missing-cases", done = *done, required = *required),
        Missing::Stage { stage: id } => t!(page, "missing-stage", stage = stage(page, id)),
        Missing::AccompaniedVisit => t!(page, "missing-accompanied-visit"),
        Missing::Conference => t!(page, "missing-conference"),
        Missing::PreparationExplained => t!(page, "missing-preparation-explained"),
        Missing::ProceedingsExplained => t!(page, "missing-proceedings-explained"),
        Missing::FallbackReason => t!(page, "missing-fallback-reason"),
        Missing::Milestone { milestone: kind } => t!(page, "missing-milestone", what = milestone(page, *kind)),
        Missing::EarlierThan { was, first_experience } => {
            t!(page, "missing-earlier", was = page.date(was), first = page.date(first_experience))
        }
        Missing::AnyCase => t!(page, "missing-any-case"),
        Missing::Consent { not_agreed, first_experience, .. } if !not_agreed.is_empty() => {
            let who = crate::practicum::case::listed(page, not_agreed);
            t!(page, "missing-consent-of", who = who, first = page.date(first_experience))
        }
        Missing::Consent { consent_on, first_experience, .. } => t!(
            page,
            "missing-consent",
            consent = consent_on.map_or_else(|| t!(page, "none"), |day| page.date(day)),
            first = page.date(first_experience)
        ),
        Missing::Placement => t!(page, "missing-placement"),
        Missing::OfficeCondition { condition } => {
            t!(page, "missing-office-condition", condition = office_condition(page, *condition))
        }
        Missing::OfficeLadder { rungs } => {
            let rungs: Vec<String> = rungs.iter().map(|rung| together(page, rung)).collect();
            t!(page, "missing-office-ladder", rungs = rungs.join(" / "))
        }
        Missing::Supervisor => t!(page, "missing-supervisor"),
        Missing::SupervisorNotChief => t!(page, "missing-supervisor-not-chief"),
        Missing::SubstituteReason => t!(page, "missing-substitute-reason"),
        Missing::SupervisorTrainees { count, allowed } => {
            t!(page, "missing-supervisor-trainees", count = *count, allowed = *allowed)
        }
        Missing::Assessment => t!(page, "missing-assessment"),
        Missing::Score { reached, required } => {
            t!(page, "missing-score", reached = *reached, required = *required)
        }
        Missing::RubricItem { item, reached, required } => {
            t!(page, "missing-rubric-item", item = item.clone(), reached = *reached, required = *required)
        }
        Missing::Absences { count, allowed } => t!(page, "missing-absences", count = *count, allowed = *allowed),
        Missing::Lateness { count, allowed } => t!(page, "missing-lateness", count = *count, allowed = *allowed),
        Missing::Document { document: id, due: None } => t!(page, "missing-document", document = document(page, id)),
        Missing::Document { document: id, due: Some(due) } => {
            t!(page, "missing-document-due", document = document(page, id), due = page.date(due))
        }
        Missing::DocumentLate { document: id, due, handed_in } => t!(
            page,
            "missing-document-late",
            document = document(page, id),
            due = page.date(due),
            day = page.date(handed_in)
        ),
        Missing::CaseTypes { done, required, open } => {
            let open: Vec<String> = open.iter().map(|id| case_type(page, id)).collect();
            t!(page, "missing-case-types", done = *done, required = *required, open = open.join("、"))
        }
        Missing::WholeCases { done, required } => t!(page, "missing-whole-cases", done = *done, required = *required),
        Missing::PracticumOver { until } => t!(page, "missing-practicum-over", until = page.date(until)),
        Missing::OneOf { alternatives } => {
            let words = |alternative: &Vec<Missing>| {
                alternative.iter().map(|known| self::missing(page, known)).collect::<Vec<_>>().join("、")
            };
            let alternatives: Vec<String> = alternatives.iter().map(words).collect();
            t!(page, "missing-one-of", alternatives = alternatives.join(" / "))
        }
    }
}

pub(crate) fn unplaced(page: &Page, why: &Unplaced) -> String {
    match why {
        Unplaced::NoCoordinates => t!(page, "unplaced-no-coordinates"),
        Unplaced::NoWindow => t!(page, "unplaced-no-window"),
        Unplaced::NoOfficeWithinLimit => t!(page, "unplaced-no-office"),
        Unplaced::NonePermitted { within_limit } => t!(page, "unplaced-none-permitted", count = *within_limit),
        Unplaced::NoCommonWindow { permitted } => t!(page, "unplaced-no-common-window", count = *permitted),
        Unplaced::NotPlacedYet => t!(page, "unplaced-not-yet"),
        Unplaced::AllFull { permitted } => t!(page, "unplaced-all-full", count = *permitted),
    }
}

fn policy_problem(page: &Page, problem: &PolicyProblem) -> String {
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
fn instance_error(page: &Page, error: &InstanceError) -> String {
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

/// How precisely a place is known, and by what.
pub(crate) fn precision(page: &Page, precision: &str, source: &str) -> String {
    match (precision, source) {
        ("exact", "hand") => t!(page, "precision-hand"),
        ("exact", _) => t!(page, "precision-roster"),
        ("town", source) => t!(page, "precision-town", place = source),
        (_, "roster") => t!(page, "precision-municipality"),
        (_, source) => t!(page, "precision-municipality-of", place = source),
    }
}

/// A rule of the placement's policy.
pub(crate) fn placement_rule(page: &Page, rule: RuleName) -> String {
    match rule {
        RuleName::OwnEmployer => t!(page, "rule-own-employer"),
        RuleName::OtherPrefecture => t!(page, "rule-other-prefecture"),
        RuleName::NoSpecifiedOfficeAddition => t!(page, "rule-no-specified-office-addition"),
        RuleName::NoChiefCareManager => t!(page, "rule-no-chief-care-manager"),
        RuleName::MissingCaseTypes => t!(page, "rule-missing-case-types"),
    }
}

/// Name of a roster column.
pub(crate) fn roster_column(page: &Page, key: &str) -> String {
    let headings = COLUMNS.iter().find(|column| column.key == key).map_or(&[][..], |column| column.headings);
    let pick = match page.language {
        crate::shell::locale::Language::Japanese => headings.first(),
        crate::shell::locale::Language::English => headings.last(),
    };
    pick.copied().unwrap_or(key).to_owned()
}

/// Whom a row of a roster looks like.
pub(crate) fn alike(page: &Page, why: Alike) -> String {
    match why {
        Alike::ExamNumber(_) => t!(page, "alike-exam-number"),
        Alike::NameAndBirthDate(_) => t!(page, "alike-name"),
        Alike::RowOfFile(row) => t!(page, "alike-row", row = row),
    }
}

pub(crate) fn cell_problem(page: &Page, problem: CellProblem) -> String {
    match problem {
        CellProblem::Empty => t!(page, "cell-empty"),
        CellProblem::SpreadsheetError => t!(page, "cell-spreadsheet-error-roster"),
        CellProblem::NotADate => t!(page, "cell-not-a-date"),
        CellProblem::BirthDateUnlikely => t!(page, "cell-birth-date-unlikely"),
        CellProblem::NotKana => t!(page, "cell-not-kana"),
        CellProblem::NotAPostcode => t!(page, "cell-not-a-postcode"),
        CellProblem::NotAPhone => t!(page, "cell-not-a-phone"),
        CellProblem::NotAnAddress => t!(page, "cell-not-an-address"),
        CellProblem::NotWindows => t!(page, "cell-not-windows"),
        CellProblem::NotDegrees => t!(page, "cell-not-degrees"),
        CellProblem::TooLong => t!(page, "cell-too-long"),
        CellProblem::TwiceInFile => t!(page, "cell-twice-in-file"),
        CellProblem::NumberTaken => t!(page, "cell-number-taken"),
    }
}

pub(crate) fn suspicion(page: &Page, code: &str) -> String {
    match code {
        "no_coordinates" => t!(page, "suspicion-no-coordinates"),
        "outside_japan" => t!(page, "suspicion-outside-japan"),
        "far_from_municipality" => t!(page, "suspicion-far"),
        "office_number" => t!(page, "suspicion-office-number"),
        other => other.to_owned(),
    }
}

/// Characters that cannot be printed, as they are and by their code points: a reader's screen may lack them too.
pub(crate) fn codes(pieces: &[String]) -> String {
    let one = |piece: &String| format!("{piece} {}", documents::code_points(piece));
    pieces.iter().map(one).collect::<Vec<_>>().join(" / ")
}

/// Problems of a file told at once.
const TOLD: usize = 50;

/// Why something was refused, and what to do.
pub(crate) fn refusal(page: &Page, refusal: &Refusal) -> String {
    use documents::legal_text::LegalTextError;
    use documents::table::TableError;
    use training::enrolment::Refusal as Transition;
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
        Refusal::LoginTaken(login) => t!(page, "refused-login-taken", login = login.clone()),
        Refusal::File(TableError::Empty) => t!(page, "refused-file-empty"),
        Refusal::File(TableError::WrongType) => t!(page, "refused-file-type"),
        Refusal::File(TableError::Bomb(size)) => t!(page, "refused-file-bomb", size = *size),
        Refusal::File(TableError::Damaged(why)) => t!(page, "refused-file-damaged", why = why.clone()),
        Refusal::File(TableError::TooLong(rows)) => t!(page, "refused-file-long", rows = *rows),
        Refusal::LegalText(LegalTextError::Empty) => t!(page, "refused-file-empty"),
        Refusal::LegalText(LegalTextError::TooLarge(size)) => t!(page, "refused-file-bomb", size = *size),
        Refusal::LegalText(LegalTextError::Packed) => t!(page, "refused-legal-packed"),
        Refusal::LegalText(LegalTextError::NotText { line }) => t!(page, "refused-legal-not-text", line = *line),
        Refusal::LegalText(LegalTextError::NoLaw) => t!(page, "refused-legal-no-law"),
        Refusal::LegalText(LegalTextError::BrokenXml { line, message }) => {
            t!(page, "refused-legal-xml", line = *line, message = message.clone())
        }
        Refusal::ColumnMissing(column) => t!(page, "refused-column-missing", column = *column),
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
        Refusal::Day(faults) => crate::practicum::day::faults(page, faults),
        Refusal::DayTaken { from, until } => {
            let (from, until) = (from.format("%H:%M").to_string(), until.format("%H:%M").to_string());
            t!(page, "refused-day-taken", from = from, until = until)
        }
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
        Refusal::Shredded => t!(page, "refused-shredded"),
        Refusal::Revoked => t!(page, "refused-revoked"),
        Refusal::CertificateStands => t!(page, "refused-certificate-stands"),
        Refusal::Attachment(fault) => crate::practicum::attachment::fault(page, *fault),
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
        Refusal::Pattern(error) => t!(page, "refused-pattern", why = error.to_string()),
    }
}
