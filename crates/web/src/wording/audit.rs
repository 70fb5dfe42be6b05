//! The ledger's actions and the imports' counts in words.

use crate::shell::page::Page;
use serde_json::Value;
use std::collections::BTreeMap;

/// What was done; an action this version does not know stays what it is.
pub(crate) fn action(page: &Page, action: &str) -> String {
    match action {
        "agreement.published" => t!(page, "action-agreement-published"),
        "agreement.signed" => t!(page, "action-agreement-signed"),
        "consent.recorded" => t!(page, "action-consent-recorded"),
        "data_key.created" => t!(page, "action-data-key-created"),
        "data_key.rotated" => t!(page, "action-data-key-rotated"),
        "data_keys.wrapped" => t!(page, "action-data-keys-wrapped"),
        "entry.created" => t!(page, "action-entry-created"),
        "entry.decided" => t!(page, "action-entry-decided"),
        "entry.discarded" => t!(page, "action-entry-discarded"),
        "day.offered" => t!(page, "action-day-offered"),
        "day.cancelled" => t!(page, "action-day-cancelled"),
        "day.answered" => t!(page, "action-day-answered"),
        "entry.submitted" => t!(page, "action-entry-submitted"),
        "entry.commented" => t!(page, "action-entry-commented"),
        "entry.comment_withdrawn" => t!(page, "action-entry-comment-withdrawn"),
        "supervision.certified" => t!(page, "action-supervision-certified"),
        "texts.shredded" => t!(page, "action-texts-shredded"),
        "assessment.recorded" => t!(page, "action-assessment-recorded"),
        "attendance.recorded" => t!(page, "action-attendance-recorded"),
        "case.created" => t!(page, "action-case-created"),
        "certificate.document" => t!(page, "action-certificate-document"),
        "certificate.issued" => t!(page, "action-certificate-issued"),
        "certificate.revoked" => t!(page, "action-certificate-revoked"),
        "cohort.created" => t!(page, "action-cohort-created"),
        "cohort.rulebook_kept" => t!(page, "action-cohort-rulebook-kept"),
        "cohort.rules_changed" => t!(page, "action-cohort-rules-changed"),
        "conference_fallback.recorded" => t!(page, "action-conference-fallback-recorded"),
        "credit.recorded" => t!(page, "action-credit-recorded"),
        "document.handed_in" => t!(page, "action-document-handed-in"),
        "draft_edition.uploaded" => t!(page, "action-draft-edition-uploaded"),
        "draft_edition.withdrawn" => t!(page, "action-draft-edition-withdrawn"),
        "enrolment.changed" => t!(page, "action-enrolment-changed"),
        "enrolment.created" => t!(page, "action-enrolment-created"),
        "experience.recorded" => t!(page, "action-experience-recorded"),
        "fact.withdrawn" => t!(page, "action-fact-withdrawn"),
        "guideline_text.imported" => t!(page, "action-guideline-text-imported"),
        "guideline_text.withdrawn" => t!(page, "action-guideline-text-withdrawn"),
        "host_office.capacity_changed" => t!(page, "action-host-office-capacity-changed"),
        "attachment.added" => t!(page, "action-attachment-added"),
        "attachment.removed" => t!(page, "action-attachment-removed"),
        "paper_template.published" => t!(page, "action-paper-template-changed"),
        "exercise_group.created" => t!(page, "action-exercise-group-created"),
        "exercise_group.closed" => t!(page, "action-exercise-group-closed"),
        "exercise_group.members" => t!(page, "action-exercise-group-member"),
        "exercise_group.instructor" => t!(page, "action-exercise-group-instructor"),
        "import" => t!(page, "action-import"),
        "milestone.recorded" => t!(page, "action-milestone-recorded"),
        "notice.changed" => t!(page, "action-notice-changed"),
        "notice.queued" => t!(page, "action-notice-queued"),
        "notice.setting_changed" => t!(page, "action-notice-setting-changed"),
        "notice.template_published" => t!(page, "action-notice-template-published"),
        "contact.changed" => t!(page, "action-contact-changed"),
        "second_factor.removed" => t!(page, "action-second-factor-removed"),
        "second_factor.codes" => t!(page, "action-second-factor-codes"),
        "second_factor.reset_asked" => t!(page, "action-second-factor-reset-asked"),
        "account_policy.changed" => t!(page, "action-account-policy-changed"),
        "sign_in_link.made" => t!(page, "action-sign-in-link-made"),
        "retention.changed" => t!(page, "action-retention-changed"),
        "case.circumstance" => t!(page, "action-case-circumstance"),
        "registration.changed" => t!(page, "action-registration-changed"),
        "registration.setting_changed" => t!(page, "action-registration-setting-changed"),
        "evaluation.recorded" => t!(page, "action-evaluation-recorded"),
        "rubric.published" => t!(page, "action-rubric-published"),
        "person.changed" => t!(page, "action-person-changed"),
        "person.created" => t!(page, "action-person-created"),
        "placement.changed" => t!(page, "action-placement-changed"),
        "placement.pair_allowed" => t!(page, "action-placement-pair-allowed"),
        "placement.pair_excluded" => t!(page, "action-placement-pair-excluded"),
        "placement.proposed" => t!(page, "action-placement-proposed"),
        "placement.requested" => t!(page, "action-placement-requested"),
        "placement.request_period_set" => t!(page, "action-placement-request-period-set"),
        "placement.round" => t!(page, "action-placement-round"),
        "placement.round_version" => t!(page, "action-placement-round-version"),
        "placement.round_noted" => t!(page, "action-placement-round-noted"),
        "placement.policy_set" => t!(page, "action-placement-policy-set"),
        "placement.minutes_replaced" => t!(page, "import-minutes"),
        "person.place_set" => t!(page, "action-person-place-set"),
        "host_office.offer_changed" => t!(page, "action-host-office-offer-changed"),
        "placement.round_confirmed" => t!(page, "action-placement-round-confirmed"),
        "placement.supervisor_assigned" => t!(page, "action-placement-supervisor-assigned"),
        "provider.changed" => t!(page, "action-provider-changed"),
        "provider.created" => t!(page, "action-provider-created"),
        "rows.changed" => t!(page, "action-rows-changed"),
        "session.changed" => t!(page, "action-session-changed"),
        "session.invited" => t!(page, "action-session-invited"),
        "session.healed" => t!(page, "action-session-healed"),
        "office_time.recorded" => t!(page, "action-office-time-recorded"),
        "exam_pass.recorded" => t!(page, "action-exam-pass-recorded"),
        "column_heading.kept" => t!(page, "action-column-heading-kept"),
        "cohort.changed" => t!(page, "action-cohort-changed"),
        "cohort.cancelled" => t!(page, "action-cohort-cancelled"),
        "session.created" => t!(page, "action-session-created"),
        "supervisor.created" => t!(page, "action-supervisor-created"),
        "waiver.recorded" => t!(page, "action-waiver-recorded"),
        other => of_people(page, other),
    }
}

/// What it was done to.
pub(crate) fn kind(page: &Page, kind: &str) -> String {
    match kind {
        "agreement" => t!(page, "agreements"),
        "certificate" => t!(page, "certificate"),
        "cohort" => t!(page, "cohort"),
        "draft_edition" => t!(page, "draft"),
        "enrolment" => t!(page, "trainee"),
        "exercise_group" => t!(page, "exercise-group"),
        "paper_template" => t!(page, "papers"),
        "guideline_text" => t!(page, "official-text"),
        "host_office" => t!(page, "host-office"),
        "import" => t!(page, "import"),
        "person" => t!(page, "person"),
        "placement" => t!(page, "placement"),
        "provider" => t!(page, "provider-name"),
        "session" => t!(page, "session"),
        "user" => t!(page, "user"),
        other => other.to_owned(),
    }
}

/// The values of an entry, one after the other.
pub(crate) fn detail(json: &str) -> String {
    fn values(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Null => {}
            Value::Bool(true) => found.push("○".to_owned()),
            Value::Bool(false) => found.push("×".to_owned()),
            Value::Number(number) => found.push(number.to_string()),
            Value::String(text) if text.is_empty() => {}
            Value::String(text) => found.push(text.clone()),
            Value::Array(all) => all.iter().for_each(|value| values(value, found)),
            Value::Object(all) => all.values().for_each(|value| values(value, found)),
        }
    }
    let mut found = Vec::new();
    values(&serde_json::from_str(json).unwrap_or_default(), &mut found);
    found.join(" / ")
}

/// Actions about accounts and the registry of care managers.
fn of_people(page: &Page, action: &str) -> String {
    match action {
        "access_policy.changed" => t!(page, "action-access-policy-changed"),
        "access_policy.networks_opened" => t!(page, "action-access-policy-networks-opened"),
        "accounts.reviewed" => t!(page, "action-accounts-reviewed"),
        "contacts.erased" => t!(page, "action-contacts-erased"),
        "erasure.announced" => t!(page, "action-erasure-announced"),
        "erasure.set" => t!(page, "action-retention-changed"),
        "notices.erased" => t!(page, "action-notices-erased"),
        "identity.ended" => t!(page, "action-identity-ended"),
        "identity.linked" => t!(page, "action-identity-linked"),
        "passkey.added" => t!(page, "action-passkey-added"),
        "passkey.ended" => t!(page, "action-passkey-ended"),
        "proposal.done" => t!(page, "action-proposal-done"),
        "proposal.dropped" => t!(page, "action-proposal-dropped"),
        "proposal.made" => t!(page, "action-proposal-made"),
        "user.closed_unused" => t!(page, "action-user-closed-unused"),
        "registry.recorded" => t!(page, "action-registry-recorded"),
        "registry.withdrawn" => t!(page, "action-registry-withdrawn"),
        "registry.setting_changed" => t!(page, "action-registry-setting-changed"),
        "user.activated" => t!(page, "action-user-activated"),
        "user.created" => t!(page, "action-user-created"),
        "user.deactivated" => t!(page, "action-user-deactivated"),
        "user.detail_changed" => t!(page, "action-user-detail-changed"),
        "user.password_changed" => t!(page, "action-user-password-changed"),
        "user.signed_in" => t!(page, "action-user-signed-in"),
        other => other.to_owned(),
    }
}

/// The kind of an import.
pub(crate) fn import_kind(page: &Page, kind: &str) -> String {
    match kind {
        "hosts" => t!(page, "import-hosts"),
        "roster" => t!(page, "roster-import"),
        "attendance" => t!(page, "attendance"),
        "exercise_groups" => t!(page, "exercise-groups"),
        "gazetteer" => t!(page, "import-gazetteer"),
        "outlines" => t!(page, "import-outlines"),
        "registry" => t!(page, "menu-registry"),
        "offices" => t!(page, "office-list"),
        "facts" => t!(page, "bulk"),
        "timetable" => t!(page, "timetable"),
        "travel_minutes" => t!(page, "import-minutes"),
        other => other.to_owned(),
    }
}

/// How many of what an import counted.
pub(crate) fn counts(page: &Page, json: &str) -> Vec<String> {
    let counts: BTreeMap<String, Value> = serde_json::from_str(json).unwrap_or_default();
    let count = |(name, value): (&String, &Value)| {
        let count = value.as_u64()?;
        let name = match name.as_str() {
            "rows" => t!(page, "count-rows"),
            "new" => t!(page, "count-new"),
            "known" => t!(page, "count-known"),
            "changed" => t!(page, "count-changed"),
            "unchanged" => t!(page, "count-unchanged"),
            "skipped" => t!(page, "count-skipped"),
            "vanished" => t!(page, "count-vanished"),
            "suspicious" => t!(page, "count-suspicious"),
            "recorded" => t!(page, "count-recorded"),
            "moved" => t!(page, "count-moved"),
            "groups" => t!(page, "count-groups"),
            "outside_japan" => t!(page, "count-outside-japan"),
            "far_from_municipality" => t!(page, "count-far"),
            "office_number_malformed" => t!(page, "count-office-number"),
            "without_coordinates" => t!(page, "count-without-coordinates"),
            other => other.to_owned(),
        };
        Some(format!("{name} {count}"))
    };
    counts.iter().filter_map(count).collect()
}
