//! Words for the values of the core, in the page's language.

pub(crate) mod audit;
pub(crate) mod entrance;
pub(crate) mod field;
pub(crate) mod missing;
pub(crate) mod notice;
pub(crate) mod plan;
pub(crate) mod practicum;
pub(crate) mod refusal;
pub(crate) mod registry;
pub(crate) mod rule;
pub(crate) mod session;

use crate::shell::page::Page;
use placement::policy::RuleName;
use secretariat::ToDo;
use secretariat::account::second_person::TwoPersonAct;
use secretariat::cohort::roster::Alike;
use secretariat::cohort::roster_row::{COLUMNS, CellProblem};
use secretariat::placement::Placement;
use training::cohort::attendance::Healing;
use training::completion::facts::MilestoneKind;
use training::completion::verdict::State;
use training::course::CourseStatus;
use training::guideline::clause::Duty;
use training::guideline::confidence::Confidence;
use training::guideline::curriculum::Form;
use training::guideline::requirement::Effect;
use training::guideline::stage::Stage;
use training::practicum::placement::PlacementState;
use training::practicum::record::{OfficeCondition, OfficeContent, Way};
use training::role::Role;
use training::trainee::enrolment::EnrolmentState;

/// Who may hold a course.
pub(crate) fn course_status(page: &Page, status: CourseStatus) -> String {
    match status {
        CourseStatus::Designated => t!(page, "course-designated"),
        CourseStatus::Recognised => t!(page, "course-recognised"),
        CourseStatus::Commissioned => t!(page, "course-commissioned"),
        CourseStatus::Own => t!(page, "course-own"),
    }
}

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

pub(crate) fn two_person_act(page: &Page, act: TwoPersonAct) -> String {
    match act {
        TwoPersonAct::Revocation => t!(page, "two-person-revocation"),
        TwoPersonAct::Waiver => t!(page, "two-person-waiver"),
        TwoPersonAct::Rules => t!(page, "two-person-rules"),
        TwoPersonAct::Destruction => t!(page, "two-person-destruction"),
        TwoPersonAct::Fewer => t!(page, "two-person-fewer"),
    }
}

pub(crate) fn to_do(page: &Page, to_do: ToDo) -> String {
    match to_do {
        ToDo::Admit => t!(page, "to-do-admit"),
        ToDo::Invite => t!(page, "to-do-invite"),
        ToDo::MakeUp => t!(page, "to-do-make-up"),
        ToDo::Breached => t!(page, "to-do-breached"),
        ToDo::CertificateUncovered => t!(page, "to-do-certificate-uncovered"),
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
        ToDo::Proposal => t!(page, "to-do-proposal"),
        ToDo::ReviewAccounts => t!(page, "to-do-review-accounts"),
        ToDo::BackupMissing => t!(page, "to-do-backup-missing"),
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

/// A document as a supplement calls it, or as everybody does; one that nobody has named is its id.
pub(crate) fn document(page: &Page, id: &str) -> String {
    if let Some(known) = page.guidelines.documents().find(|known| known.id == id) {
        return page.language.either(&known.title, &known.title_en).to_owned();
    }
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

/// `7 時間 30 分`.
pub(crate) fn hours(page: &Page, minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (hours, 0) => t!(page, "hours", hours = hours),
        (0, minutes) => t!(page, "minutes", minutes = minutes),
        (hours, minutes) => t!(page, "hours-minutes", hours = hours, minutes = minutes),
    }
}

/// What healed a missed session.
pub(crate) fn healing(page: &Page, by: Healing) -> String {
    match by {
        Healing::Report => t!(page, "healing-report"),
        Healing::Recording => t!(page, "healing-recording"),
        Healing::OtherCourse => t!(page, "healing-other-course"),
    }
}

/// What time at the office that belongs to no client was spent on.
pub(crate) fn office_content(page: &Page, content: OfficeContent) -> String {
    match content {
        OfficeContent::BenefitManagement => t!(page, "office-content-benefit-management"),
        OfficeContent::Office => t!(page, "office-content-office"),
        OfficeContent::LookBack => t!(page, "office-content-look-back"),
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
        CellProblem::ControlCharacter => t!(page, "cell-control-character"),
        CellProblem::SpreadsheetError => t!(page, "cell-spreadsheet-error-roster"),
        CellProblem::NotADate => t!(page, "cell-not-a-date"),
        CellProblem::BirthDateUnlikely => t!(page, "cell-birth-date-unlikely"),
        CellProblem::DateToCome => t!(page, "cell-date-to-come"),
        CellProblem::NotKana => t!(page, "cell-not-kana"),
        CellProblem::NotAPostcode => t!(page, "cell-not-a-postcode"),
        CellProblem::NotAPhone => t!(page, "cell-not-a-phone"),
        CellProblem::NotAnAddress => t!(page, "cell-not-an-address"),
        CellProblem::NotWindows => t!(page, "cell-not-windows"),
        CellProblem::NotDegrees => t!(page, "cell-not-degrees"),
        CellProblem::TooLong => t!(page, "cell-too-long"),
        CellProblem::TwiceInFile => t!(page, "cell-twice-in-file"),
        CellProblem::HalfAName => t!(page, "cell-half-a-name"),
        CellProblem::BeyondHeadings => t!(page, "cell-beyond-headings-roster"),
        CellProblem::PassedTooYoung => t!(page, "cell-passed-too-young"),
        CellProblem::ExamNumberHere => t!(page, "cell-exam-number-here"),
        CellProblem::HalfAPlace => t!(page, "cell-half-a-place"),
        CellProblem::NumberDamaged => t!(page, "cell-number-damaged"),
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

/// A clause as it is cited; one whose number no text at hand has is marked.
pub(crate) fn clause(page: &Page, path: &str) -> String {
    let known = page.guidelines.editions.values().filter_map(|edition| edition.clause(path));
    match known.into_iter().any(|clause| clause.assumed) {
        true => t!(page, "clause-assumed", clause = path.to_owned()),
        false => path.to_owned(),
    }
}

/// Characters that cannot be printed, as they are and by their code points: a reader's screen may lack them too.
pub(crate) fn codes(pieces: &[String]) -> String {
    let one = |piece: &String| format!("{piece} {}", documents::code_points(piece));
    pieces.iter().map(one).collect::<Vec<_>>().join(" / ")
}
