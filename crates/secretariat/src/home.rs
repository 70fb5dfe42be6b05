//! The things to do: every count belongs to rows that a page can list.

use crate::trainee::judgement::{CohortJudgement, Summary};
use crate::{Result, Secretariat, ToDo};
use records::Work;
use records::office::OfficeFilter;
use std::collections::{BTreeMap, HashSet};
use training::completion::facts::MilestoneKind;
use training::completion::verdict::State;
use training::notice::NoticeState;
use training::practicum::placement::PlacementState;
use training::practicum::registration::RegistrationState;
use training::role::Role;
use training::trainee::enrolment::EnrolmentState;

/// One line of the home page. `cohort` is its id and name, where it concerns one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub to_do: ToDo,
    pub cohort: Option<(i64, String)>,
    pub count: usize,
}

/// Enrolments of a cohort that a to-do counts.
pub fn matching(judged: &CohortJudgement, to_do: ToDo) -> Vec<i64> {
    let worst = |id: &i64, state: State| {
        judged
            .judgements
            .get(id)
            .is_some_and(|judgement| judgement.blocking().any(|finding| finding.verdict.state == state))
    };
    judged
        .enrolments
        .iter()
        .filter(|enrolment| match to_do {
            ToDo::Admit => enrolment.state == EnrolmentState::Applied,
            ToDo::MakeUp => enrolment.state.takes_part() && worst(&enrolment.id, State::NeedsMakeUp),
            ToDo::Breached => enrolment.state.takes_part() && worst(&enrolment.id, State::Breached),
            ToDo::IssueCertificate => {
                enrolment.state.takes_part()
                    && judged.judgements.get(&enrolment.id).is_some_and(|judgement| judgement.complete())
            }
            ToDo::CertificateUncovered => {
                enrolment.state == EnrolmentState::Completed
                    && judged.judgements.get(&enrolment.id).is_some_and(|judgement| !judgement.complete())
            }
            _ => false,
        })
        .map(|enrolment| enrolment.id)
        .collect()
}

impl Secretariat {
    /// Everything that waits for the secretariat, cohorts that ended more than a year ago left out.
    pub async fn things_to_do(&self, work: &mut Work, role: Role) -> Result<Vec<Item>> {
        let cohorts = work.cohorts().await?;
        let suspicious = OfficeFilter { suspicious: true, with_capacity: true, ..OfficeFilter::default() };
        let suspicious = work.count_host_offices(&suspicious).await?;
        let vanished = OfficeFilter { vanished: true, with_capacity: true, ..OfficeFilter::default() };
        let vanished = work.count_host_offices(&vanished).await?;
        let undelivered = work.count_notices(None).await?;
        let undelivered =
            undelivered.iter().filter(|(state, _)| matches!(state, NoticeState::Bounced | NoticeState::Failed));
        let undelivered = undelivered.map(|(_, count)| count).sum();
        let letters = work.letters_waiting(None).await?.len() as i64;
        let old = work.old_mails(None, self.old_since()).await?.len() as i64;
        let applications = work.count_registrations().await?;
        let in_state = |wanted| applications.iter().find(|(state, _)| *state == wanted).map_or(0, |(_, count)| *count);
        let (applied, checked) = (in_state(RegistrationState::Applied), in_state(RegistrationState::Checked));
        // What is the administrator's alone.
        let (checked, ending, unsaved, unreviewed) = match role {
            Role::Administrator => (
                checked,
                self.retention_ending(work).await? as i64,
                self.days_without_backup(work).await?,
                i64::from(self.is_review_due(work).await?),
            ),
            _ => (0, 0, 0, 0),
        };
        let proposed = work.proposals().await?.len() as i64;
        let mut items = Vec::new();
        let year_ago = self.today() - chrono::TimeDelta::days(365);
        let cohorts: Vec<_> = cohorts.into_iter().filter(|cohort| cohort.ends_on >= year_ago).collect();
        self.prepare_summaries(work, &cohorts).await?;
        for cohort in cohorts {
            let summary = self.cohort_summary(work, &cohort).await?;
            // An invitation changes no judgement, so that it is no part of the summary.
            let to_invite = match cohort.cancelled || cohort.ends_on < self.today() {
                true => 0,
                false => work.count_to_invite(cohort.id).await? as usize,
            };
            let named = Some((cohort.id, cohort.name));
            items.extend(summary.to_do.iter().map(|(to_do, count)| Item {
                to_do: *to_do,
                cohort: named.clone(),
                count: *count,
            }));
            items.push(Item { to_do: ToDo::Invite, cohort: named, count: to_invite });
        }
        let offices = [
            (ToDo::SuspiciousOffice, suspicious),
            (ToDo::VanishedOffice, vanished),
            (ToDo::UndeliveredNotice, undelivered),
            (ToDo::OldMail, old),
            (ToDo::PrintLetter, letters),
            (ToDo::CheckRegistration, applied),
            (ToDo::DecideRegistration, checked),
            (ToDo::RetentionEnding, ending),
            (ToDo::Proposal, proposed),
            (ToDo::ReviewAccounts, unreviewed),
            (ToDo::BackupMissing, unsaved),
        ];
        items.extend(offices.map(|(to_do, count)| Item { to_do, cohort: None, count: count as usize }));
        items.retain(|item| item.count > 0);
        Ok(items)
    }

    /// Days since the last backup in which all was well, where they are two or more.
    async fn days_without_backup(&self, work: &mut Work) -> Result<i64> {
        let since = match work.newest_backup().await? {
            (Some(good), _) => Some(good.made_at),
            (None, _) => work.first_entry_at().await?,
        };
        let days = since.map_or(0, |since| (self.now() - since).num_days());
        Ok(if days < 2 { 0 } else { days })
    }

    pub(crate) async fn summarise(&self, work: &mut Work, judged: &CohortJudgement) -> Result<Summary> {
        let placements = work.current_placements(judged.cohort.id).await?;
        let signed_off = work.milestones_of_cohort(judged.cohort.id, MilestoneKind::SignOff).await?;
        let unrecorded = work.sessions_to_record(judged.cohort.id, self.today()).await?.len();
        let placed: HashSet<i64> = placements.iter().map(|placement| placement.enrolment_id).collect();
        let taking_part = judged.enrolments.iter().filter(|enrolment| enrolment.state.takes_part());
        let has_practicum = self.guidelines.has_practicum(&judged.cohort.edition);
        let until = judged.cohort.practicum_from + chrono::TimeDelta::weeks(judged.cohort.practicum_weeks);
        let overdue = match has_practicum && self.today() >= until {
            true => taking_part.clone().filter(|enrolment| !signed_off.contains(&enrolment.id)).count(),
            false => 0,
        };
        let unplaced = match has_practicum {
            true => taking_part.filter(|enrolment| !placed.contains(&enrolment.id)).count(),
            false => 0,
        };
        let waits = |state| matches!(state, PlacementState::Notified | PlacementState::Requested);
        let waiting = placements.iter().filter(|placement| waits(placement.state)).count();
        let of_judgement =
            [ToDo::CertificateUncovered, ToDo::Breached, ToDo::MakeUp, ToDo::IssueCertificate, ToDo::Admit];
        let mut to_do: Vec<_> = of_judgement.map(|to_do| (to_do, matching(judged, to_do).len())).into();
        to_do.extend([
            (ToDo::Unplaced, unplaced),
            (ToDo::AwaitingOffice, waiting),
            (ToDo::RecordAttendance, unrecorded),
            (ToDo::RecordOverdue, overdue),
        ]);
        let mut by_state = BTreeMap::new();
        for placement in &placements {
            *by_state.entry(placement.state).or_default() += 1;
        }
        let mut worst = BTreeMap::new();
        for judgement in judged.judgements.values() {
            *worst.entry(judgement.worst()).or_default() += 1;
        }
        let completed = judged.enrolments.iter().filter(|known| known.state == EnrolmentState::Completed).count();
        Ok(Summary {
            to_do,
            trainees: judged.enrolments.len(),
            completed,
            worst,
            placements: by_state,
            signed_off: signed_off.len(),
        })
    }
}
