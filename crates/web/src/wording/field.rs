//! Names of form fields, for messages that say which one is meant.

use crate::shell::page::Page;
use secretariat::Refusal;
use secretariat::account::refusal::AccountRefusal;
use secretariat::cohort::refusal::CohortRefusal;
use secretariat::guideline::refusal::GuidelineRefusal;
use secretariat::list_file::refusal::FileRefusal;
use secretariat::notice::refusal::NoticeRefusal;
use secretariat::practicum::refusal::PracticumRefusal;
use secretariat::registry::refusal::RegistryRefusal;
use secretariat::trainee::refusal::TraineeRefusal;
use training::registry::door::Misfit;

/// The field as its page calls it; what people do not fill in has no name for them.
pub(crate) fn field(page: &Page, field: &str) -> String {
    match field {
        "account_ends_on" => t!(page, "account-ends-on"),
        "read_log_days" => t!(page, "policy-read-log-days"),
        "again" => t!(page, "password-again"),
        "approve_all" => t!(page, "approve-all-read"),
        "as_of" => t!(page, "as-of"),
        "birth_date" => t!(page, "birth-date"),
        "body" => t!(page, "field-body"),
        "break_minutes" => t!(page, "break-minutes"),
        "capacity" => t!(page, "capacity"),
        "arrived_at" => t!(page, "arrived"),
        "case" => t!(page, "case"),
        "chief_care_managers" => t!(page, "chief-care-managers"),
        "closed" => t!(page, "office-closed"),
        "closed_from" => t!(page, "office-closed-from"),
        "closed_until" => t!(page, "office-closed-until"),
        "closes_on" => t!(page, "request-period-closes"),
        "code" => t!(page, "code-invitation"),
        "comment" => t!(page, "remark"),
        "completed_on" => t!(page, "completed-on"),
        "confirmed_on" => t!(page, "last-confirmed"),
        "confirmed_on_paper" => t!(page, "confirmed-on-paper"),
        "consent_on" | "consented_on" => t!(page, "consent-on"),
        "contact" => t!(page, "registration-contact"),
        "content" => t!(page, "day-content"),
        "q" => t!(page, "search"),
        "session_day" => t!(page, "session-day"),
        "day" | "on" => t!(page, "date"),
        "document" => t!(page, "document"),
        "email" => t!(page, "email"),
        "ends" | "ends_at" => t!(page, "ends"),
        "ends_on" => t!(page, "ends-on"),
        "enrolment" | "trainee" => t!(page, "trainee"),
        "exam_passed_on" => t!(page, "exam-passed-on"),
        "hours" => t!(page, "field-hours"),
        "place" => t!(page, "place"),
        "taught_from" => t!(page, "taught-from"),
        "taught_until" => t!(page, "taught-until"),
        "from" => t!(page, "field-from"),
        "group_size" => t!(page, "group-size"),
        "instructor" => t!(page, "instructor-appoint"),
        "issued_on" => t!(page, "issued-on"),
        "login_or_email" => t!(page, "ask-link-who"),
        "latitude" => t!(page, "latitude"),
        "lead_days" => t!(page, "notice-lead-days"),
        "left_at" => t!(page, "left"),
        "link_days" => t!(page, "notice-link-days"),
        "login" => t!(page, "login"),
        "longitude" => t!(page, "longitude"),
        "milestone" => t!(page, "milestone"),
        "minutes" => t!(page, "field-minutes"),
        "name" => t!(page, "name"),
        "note" => t!(page, "note"),
        "number" => t!(page, "user-number"),
        "obtained_by" => t!(page, "consent-obtained-by"),
        "office_number" => t!(page, "office-number"),
        "opens_on" => t!(page, "request-period-opens"),
        "practicum_from" => t!(page, "practicum-from"),
        "practicum_weeks" => t!(page, "practicum-weeks"),
        "pseudonym" => t!(page, "pseudonym"),
        "postcode" => t!(page, "postcode"),
        "contact_name" => t!(page, "contact-office-name"),
        "expires_on" => t!(page, "card-until"),
        "cause" => t!(page, "card-cause"),
        "first_serial" => t!(page, "setting-first-serial"),
        "prefecture" => t!(page, "prefecture"),
        "registration_number" => t!(page, "registration-number"),
        "renewal_opens_months" => t!(page, "setting-renewal-opens"),
        "training" => t!(page, "training"),
        "without_expiry_from" => t!(page, "setting-without-expiry"),
        "wrongful_act_on" => t!(page, "registry-wrongful-act-on"),
        "years" => t!(page, "retention-years"),
        "purpose" => t!(page, "consent-purpose"),
        "quiet_from" => t!(page, "notice-quiet-from"),
        "quiet_until" => t!(page, "notice-quiet-until"),
        "read" => t!(page, "sign-read"),
        "reason" => t!(page, "reason"),
        "role" => t!(page, "role"),
        "score" => t!(page, "score"),
        "stage" => t!(page, "stage"),
        "starts" => t!(page, "starts"),
        "starts_on" => t!(page, "starts-on"),
        "subject" => t!(page, "field-subject"),
        "subjects" => t!(page, "subjects"),
        "supervisor" => t!(page, "supervisor"),
        "title" => t!(page, "field-title"),
        "trainee_number" => t!(page, "trainee-number"),
        "travel_limit_km" => t!(page, "travel-limit"),
        "types" => t!(page, "case-types"),
        "until" => t!(page, "field-until"),
        "valid_until" => t!(page, "field-valid-until"),
        "waiting_days" => t!(page, "notice-waiting-days"),
        "way" => t!(page, "way"),
        "weekly_capacity" => t!(page, "weekly-capacity"),
        "who" => t!(page, "who"),
        "week" | "window" => t!(page, "field-week"),
        "witness" => t!(page, "field-witness"),
        "workplace" => t!(page, "workplace"),
        other => of_many(page, other),
    }
}

/// Fields of what is done with many at once.
fn of_many(page: &Page, field: &str) -> String {
    match field {
        "class" => t!(page, "erasure"),
        "idle_days" => t!(page, "policy-idle-days"),
        "requirement" => t!(page, "requirement"),
        "second_person" => t!(page, "two-person"),
        "device_name" => t!(page, "passkey-name"),
        "placement" => t!(page, "placement"),
        "message" => t!(page, "message-text"),
        "subject_line" => t!(page, "message-title"),
        "what" => t!(page, "bulk-what"),
        _ => t!(page, "field-of-the-page"),
    }
}

/// The field of a form a refusal is about, by its name there; none where it is about the whole.
pub(crate) fn field_of(refusal: &Refusal) -> Option<&str> {
    use training::trainee::enrolment::Refusal as Transition;
    match refusal {
        Refusal::FieldMissing(field)
        | Refusal::FieldInvalid { field, .. }
        | Refusal::DateToCome { field, .. }
        | Refusal::Practicum(PracticumRefusal::NamesSomebody { field, .. }) => Some(match *field {
            "subjects" => "subject",
            "hours" => "taught_from",
            "travel_limit_m" => "travel_limit_km",
            field => field,
        }),
        Refusal::ControlCharacter { field } => Some(field),
        Refusal::ReasonMissing | Refusal::Transition(Transition::ReasonMissing) => Some("reason"),
        Refusal::Cohort(CohortRefusal::EndsBeforeStart { .. }) => Some("ends_on"),
        Refusal::Cohort(CohortRefusal::PracticumOutsideCourse { .. }) => Some("practicum_from"),
        Refusal::Cohort(CohortRefusal::CohortNameTaken(_)) => Some("name"),
        Refusal::Guideline(GuidelineRefusal::EditionNotGoverning { .. }) => Some("edition"),
        Refusal::Guideline(GuidelineRefusal::SupplementOfAnotherEdition { .. })
        | Refusal::Guideline(GuidelineRefusal::SupplementsCollide(_)) => Some("supplements"),
        Refusal::Cohort(CohortRefusal::NothingToCopy(_)) => Some("from"),
        Refusal::Notice(NoticeRefusal::MessageTooLong { field, .. }) => Some(field),
        Refusal::Cohort(CohortRefusal::OutsideCourse { .. }) => Some("day"),
        Refusal::Cohort(CohortRefusal::MinutesOverSession { .. }) => Some("minutes"),
        Refusal::Cohort(CohortRefusal::SessionEndsBeforeStart { .. }) => Some("ends"),
        Refusal::Cohort(CohortRefusal::SessionTwice(_)) => Some("title"),
        Refusal::Trainee(TraineeRefusal::NotKnownThen { .. }) => Some("as_of"),
        Refusal::Trainee(TraineeRefusal::NotEligible(_)) => Some("reason"),
        Refusal::Cohort(CohortRefusal::WeekOutside { .. }) => Some("window"),
        Refusal::Registry(RegistryRefusal::NumberTaken(_)) => Some("registration_number"),
        Refusal::Registry(RegistryRefusal::Misfit(misfit)) => match misfit {
            Misfit::OtherNumber(_) => Some("registration_number"),
            Misfit::CardDoesNotFit | Misfit::CardLapsed { .. } | Misfit::ReEntryMissing => Some("cause"),
            Misfit::SamePrefecture | Misfit::BanRuns => Some("prefecture"),
            Misfit::NotRegistered { .. } | Misfit::FiledOutsideWindow { .. } | Misfit::LaterFact { .. } => Some("on"),
            _ => None,
        },
        Refusal::Account(
            AccountRefusal::PasswordTooShort(_) | AccountRefusal::PasswordGuessable | AccountRefusal::PasswordBreached,
        ) => Some("password"),
        Refusal::Account(AccountRefusal::LoginTaken(_)) => Some("login"),
        Refusal::Account(AccountRefusal::WrongBirthDate { .. }) => Some("birth_date"),
        Refusal::Account(AccountRefusal::NoWayIn) => Some("email"),
        Refusal::Practicum(PracticumRefusal::PseudonymNeeded)
        | Refusal::Practicum(PracticumRefusal::PseudonymTaken(_)) => Some("pseudonym"),
        Refusal::Practicum(PracticumRefusal::OutsidePracticum { .. })
        | Refusal::Practicum(PracticumRefusal::ConsentMissing { .. })
        | Refusal::Practicum(PracticumRefusal::SignOffTooEarly { .. }) => Some("on"),
        Refusal::Practicum(PracticumRefusal::DayTooFull { .. }) => Some("minutes"),
        Refusal::Practicum(PracticumRefusal::BeforeAcceptance) => Some("before_acceptance"),
        Refusal::Practicum(PracticumRefusal::SignedByAnother) => Some("name"),
        Refusal::File(FileRefusal::Table(_))
        | Refusal::File(FileRefusal::ColumnMissing(_))
        | Refusal::File(FileRefusal::ColumnTwice { .. })
        | Refusal::File(FileRefusal::Cells(_)) => Some("file"),
        Refusal::File(FileRefusal::RowsHidden(_))
        | Refusal::File(FileRefusal::ColumnsHidden(_))
        | Refusal::File(FileRefusal::HeadingEmpty(_))
        | Refusal::File(FileRefusal::SheetsSeveral(_))
        | Refusal::Practicum(PracticumRefusal::Attachment(_)) => Some("file"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    /// Whatever a person types a number or a day into has a name to be told by.
    #[test]
    #[allow(clippy::unwrap_used, clippy::disallowed_methods)]
    fn every_number_and_day_has_a_name() {
        let here = include_str!("field.rs");
        let named = |field: &str| here.contains(&format!("\"{field}\" =>")) || here.contains(&format!("\"{field}\" |"));
        let mut unnamed = Vec::new();
        let folders = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates")).unwrap();
        let files = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
        for file in files {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            for input in text.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap()) {
                let name = input.split("name=\"").nth(1).map(|rest| rest.split('"').next().unwrap());
                let typed = input.contains("inputmode=\"numeric\"") || input.contains("class=\"short\"");
                unnamed.extend(name.filter(|name| typed && !name.contains('{') && !named(name)).map(str::to_owned));
            }
        }
        assert_eq!(unnamed, Vec::<String>::new());
    }
}
