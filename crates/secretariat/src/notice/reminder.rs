//! Reminders: by rule, so many days before the practicum begins where something keeps it closed, so many days before it ends, every week
//! after it, or when an entry has waited; and by hand.

use super::outgoing::Outgoing;
use super::{NoticeWriter, default_setting, lead_days};
use crate::practicum::overview::RecordLine;
use crate::trainee::judgement::{closing, current_texts, is_signed};
use crate::{Result, Secretariat, Staff};
use chrono::{NaiveDate, TimeDelta};
use records::Work;
use records::cohort::Cohort;
use records::placement::Placement;
use records::practicum::agreement::AgreementText;
use records::trainee::facts::Wanted;
use std::collections::HashMap;
use training::completion::judgement::judge;
use training::notice::{NoticeKind, Variable, Variables};

/// Whom a reminder is about, as it was chosen or fell due: the kind, the trainee's enrolment, and what makes it a new one.
struct Due {
    kind: NoticeKind,
    enrolment: i64,
    occasion: String,
    count: i64,
}

/// What makes a trainee's reminder a new one: the lead day that is due, or once the practicum is over the week since then.
fn occasion(lead_days: &[i64], last: NaiveDate, today: NaiveDate) -> Option<String> {
    let left = (last - today).num_days();
    if left < 0 {
        return Some(format!("{} weeks over on {last}", (-left - 1) / 7));
    }
    due_lead(lead_days, left).map(|lead| format!("{lead} days before {last}"))
}

/// Of the days before the beginning or the end on which trainees are reminded, the one that is due with so many days left: a day on which
/// nothing ran is made up for, once.
fn due_lead(lead_days: &[i64], left: i64) -> Option<i64> {
    if left < 0 {
        return None;
    }
    lead_days.iter().copied().filter(|lead| *lead >= left).min()
}

impl Secretariat {
    /// Queues what is due today in every cohort of every provider whose practicum begins soon, or has begun and not ended. Gives how many are
    /// new.
    pub async fn queue_reminders(&self) -> Result<usize> {
        let mut work = self.read(&Secretariat::operator(0)).await?;
        let providers = work.providers().await?;
        drop(work);
        let mut queued = 0;
        for provider in providers {
            let operator = Secretariat::operator(provider.id);
            queued += self.queue_registration_reminders(&operator).await?;
            let mut work = self.read(&operator).await?;
            let cohorts = work.cohorts().await?;
            let setting = work.notice_setting().await?.unwrap_or_else(default_setting);
            drop(work);
            let lead_days = lead_days(&setting.lead_days).unwrap_or_default();
            for cohort in cohorts {
                queued += self.queue_opening_reminders(&operator, &cohort, &lead_days).await?;
                let last = cohort.practicum_from + TimeDelta::weeks(cohort.practicum_weeks) - TimeDelta::days(1);
                let today = self.today();
                if today < cohort.practicum_from || today > cohort.ends_on.max(last) {
                    continue;
                }
                let occasion = occasion(&lead_days, last, today);
                let lines = self.record_overview(&mut self.read(&operator).await?, cohort.id).await?;
                let mut due = Vec::new();
                for line in lines.iter().filter(|line| !line.signed_off) {
                    if let Some(occasion) = occasion.as_ref().filter(|_| line.is_trainees_turn()) {
                        due.push(to_trainee(line, occasion.clone()));
                    }
                    let waits = |since: &NaiveDate| {
                        setting.waiting_days > 0 && *since + TimeDelta::days(setting.waiting_days) <= today
                    };
                    if let Some(since) = line.waiting_since.filter(waits) {
                        due.push(to_office(line, format!("waiting since {since}")));
                    }
                }
                queued += self.queue_due(&operator, cohort.id, due).await?;
            }
        }
        Ok(queued)
    }

    /// Queues, so many days before a trainee's own week begins, what still keeps it closed. Gives how many are new.
    async fn queue_opening_reminders(&self, operator: &Staff, cohort: &Cohort, lead_days: &[i64]) -> Result<usize> {
        let today = self.today();
        let longest = lead_days.iter().copied().max().unwrap_or(0);
        let until = cohort.practicum_from + TimeDelta::weeks(cohort.practicum_weeks);
        if today < cohort.practicum_from - TimeDelta::days(longest) || today >= until {
            return Ok(0);
        }
        let mut work = self.write(operator).await?;
        let texts = current_texts(&mut work).await?;
        let facts = work.facts(Wanted::all(cohort.id)).await?;
        let rulebook = self.guidelines.rulebook_of(cohort)?;
        let mut writer = NoticeWriter::open(&mut work, cohort.id, None).await?;
        let mut queued = 0;
        for placement in work.current_placements(cohort.id).await? {
            let begins = cohort.practicum_from + TimeDelta::weeks(placement.window_index);
            let lead = due_lead(lead_days, (begins - today).num_days());
            let known = facts.trainees.get(&placement.enrolment_id).filter(|_| placement.state.opens_record());
            let (Some(lead), Some(known)) = (lead, known) else { continue };
            let unsigned: Vec<&AgreementText> = texts.iter().filter(|text| !is_signed(text, known)).collect();
            let judgement = judge(&rulebook, &facts.cohort, known, today);
            let missing = closing(&judgement, &rulebook, &unsigned);
            if missing.is_empty() {
                continue;
            }
            let missing: Vec<String> = missing.into_iter().map(|(title, _)| format!("  {title}")).collect();
            let missing = [(Variable::Missing, missing.join("\n"))].into();
            let about = format!("enrolment/{}/{lead} days before {begins}", placement.enrolment_id);
            queued +=
                usize::from(writer.tell(&mut work, NoticeKind::OpeningTrainee, &placement, (about, missing)).await?);
        }
        work.commit().await?;
        Ok(queued)
    }

    /// Reminds some trainees of a cohort, or the offices of those whose entries wait, at once; a second time on one day nobody is told
    /// again. Gives how many are.
    pub async fn remind(&self, staff: &Staff, cohort: i64, kind: NoticeKind, enrolments: &[i64]) -> Result<usize> {
        let due = self.due_by_hand(staff, cohort, kind, enrolments).await?;
        self.queue_due(staff, cohort, due).await
    }

    /// What [`Secretariat::remind`] would send.
    pub async fn rehearse_reminders(
        &self,
        staff: &Staff,
        cohort: i64,
        (kind, enrolments): (NoticeKind, &[i64]),
        to_come: &str,
    ) -> Result<Outgoing> {
        let due = self.due_by_hand(staff, cohort, kind, enrolments).await?;
        let mut work = self.write(staff).await?;
        let queued = queue_in(&mut work, cohort, due).await?;
        Outgoing::queued(&mut work, &queued, to_come).await
    }

    async fn due_by_hand(&self, staff: &Staff, cohort: i64, kind: NoticeKind, enrolments: &[i64]) -> Result<Vec<Due>> {
        let lines = self.record_overview(&mut self.read(staff).await?, cohort).await?;
        let chosen = lines.iter().filter(|line| enrolments.contains(&line.enrolment) && !line.signed_off);
        let occasion = format!("by hand {}", self.today());
        Ok(match kind {
            NoticeKind::ReminderOffice => {
                chosen.filter(|line| line.submitted > 0).map(|line| to_office(line, occasion.clone())).collect()
            }
            _ => chosen.map(|line| to_trainee(line, occasion.clone())).collect(),
        })
    }

    async fn queue_due(&self, staff: &Staff, cohort: i64, due: Vec<Due>) -> Result<usize> {
        if due.is_empty() {
            return Ok(0);
        }
        let mut work = self.write(staff).await?;
        let queued = queue_in(&mut work, cohort, due).await?;
        work.commit().await?;
        Ok(queued.len())
    }
}

/// Gives the notices that are new.
async fn queue_in(work: &mut Work, cohort: i64, due: Vec<Due>) -> Result<Vec<i64>> {
    let placements: HashMap<i64, Placement> = work
        .current_placements(cohort)
        .await?
        .into_iter()
        .filter(|placement| placement.state.opens_record())
        .map(|placement| (placement.enrolment_id, placement))
        .collect();
    let mut writer = NoticeWriter::open(work, cohort, None).await?;
    for due in due {
        // Without an office that has accepted there is nothing to hand in.
        let Some(placement) = placements.get(&due.enrolment) else { continue };
        let about = format!("enrolment/{}/{}", due.enrolment, due.occasion);
        let more: Variables = [(Variable::Count, due.count.to_string())].into();
        writer.tell(work, due.kind, placement, (about, more)).await?;
    }
    Ok(writer.queued)
}

fn to_trainee(line: &RecordLine, occasion: String) -> Due {
    Due { kind: NoticeKind::ReminderTrainee, enrolment: line.enrolment, occasion, count: 0 }
}

fn to_office(line: &RecordLine, occasion: String) -> Due {
    Due { kind: NoticeKind::ReminderOffice, enrolment: line.enrolment, occasion, count: line.submitted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_missed_is_made_up_for() {
        for (left, expected) in
            [(20, None), (14, Some(14)), (13, Some(14)), (7, Some(7)), (5, Some(7)), (0, Some(3)), (-1, None)]
        {
            assert_eq!(due_lead(&[14, 7, 3], left), expected, "{left}");
        }
        assert_eq!(due_lead(&[], 1), None);
    }

    #[test]
    fn who_is_late_is_reminded_every_week() {
        let day = |day: u32| NaiveDate::from_ymd_opt(2027, 6, day).unwrap();
        let on = |today| occasion(&[7], day(10), day(today));
        assert_eq!(on(1), None);
        assert_eq!(on(10), Some("7 days before 2027-06-10".to_owned()));
        assert!(on(11).is_some() && on(11) == on(17), "once a week");
        assert!(on(17) != on(18));
    }
}
