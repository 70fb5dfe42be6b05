//! Registering host offices: an office applies, the prefecture looks at it by the guideline's rules and decides, and what was decided is
//! what the provider's placement goes by.

use crate::fact::has_certificate;
use crate::guideline::refusal::GuidelineRefusal;
use crate::notice::{NoticeWriter, default_setting};
use crate::office::guide::Guide;
use crate::office::places::{MOST_PLACES, check_week};
use crate::office::refusal::OfficeRefusal;
use crate::{Refusal, Result, Secretariat, Staff};
use chrono::{NaiveDate, TimeDelta};
use records::Work;
use records::office::HostOffice;
use records::office::registration::{Application, Registration, RegistrationSetting};
use training::completion::judgement::Judgement;
use training::guideline::registration::Lasts;
use training::guideline::requirement::Effect;
use training::guideline::rulebook::Rulebook;
use training::practicum::record::OfficeCondition;
use training::practicum::registration::{RegistrationState, check, check_transition, rules_for_offices};
use training::role::Role;

/// An application beside the rules it is looked at by.
#[derive(Debug, Clone)]
pub struct Looked {
    pub registration: Registration,
    pub office: HostOffice,
    pub rulebook: Rulebook,
    pub judgement: Judgement,
    /// Last day proposed, if it were registered today.
    pub would_last_until: Option<NaiveDate>,
}

/// What the person who decides says.
#[derive(Debug, Clone, Copy)]
pub struct RegistrationDecision<'a> {
    pub version: i64,
    pub to: RegistrationState,
    /// The prefecture or municipality judges the office suitable.
    pub judged_suitable: bool,
    /// Last day of the registration; `None`: until it is withdrawn.
    pub valid_until: Option<NaiveDate>,
    pub reason: &'a str,
}

fn conditions(application: &Application, judged_suitable: bool, addition_elsewhere: bool) -> Vec<OfficeCondition> {
    let all = [
        (application.specified_office_addition, OfficeCondition::SpecifiedOfficeAddition),
        (application.chief_care_managers > 0, OfficeCondition::ChiefCareManager),
        (!addition_elsewhere && !application.specified_office_addition, OfficeCondition::NoAdditionInMunicipality),
        (application.community_support_centre, OfficeCondition::CommunitySupportCentre),
        (judged_suitable, OfficeCondition::JudgedSuitable),
        (application.reception_system, OfficeCondition::ReceptionSystem),
        (application.improvement_recommended == Some(false), OfficeCondition::NeverRecommendedImprovement),
    ];
    all.into_iter().filter(|(holds, _)| *holds).map(|(_, condition)| condition).collect()
}

fn check_application(application: &Application) -> Result<()> {
    let invalid = |field, value: i64| Refusal::FieldInvalid { field, value: value.to_string() };
    for (field, value) in [
        ("capacity", application.capacity),
        ("weekly_capacity", application.weekly_capacity),
        ("chief_care_managers", application.chief_care_managers),
    ] {
        if !(0..=MOST_PLACES).contains(&value) {
            return Err(invalid(field, value).into());
        }
    }
    if application.capacity == 0 {
        return Err(invalid("capacity", 0).into());
    }
    check_week(application.capacity, application.weekly_capacity)?;
    if application.contact.trim().is_empty() {
        return Err(Refusal::FieldMissing("contact").into());
    }
    Ok(())
}

impl Secretariat {
    /// The guideline's rules about offices that hold today in the provider's prefecture, and how long a registration lasts there.
    fn office_rules(&self, prefecture: i64) -> Result<(Rulebook, Lasts)> {
        let today = self.today();
        let edition = self
            .guidelines
            .governing_practicum(today)
            .ok_or_else(|| Refusal::Guideline(GuidelineRefusal::EditionUnknown(today.to_string())))?;
        let fits = |supplement: &training::guideline::supplement::Supplement| {
            supplement.prefecture.map(i64::from) == Some(prefecture) && supplement.editions.contains(&edition.id)
        };
        let own: Vec<_> = self.guidelines.supplements.values().map(|(known, _)| known).filter(|it| fits(it)).collect();
        let rulebook = self.guidelines.rulebook(&edition.id, own.iter().map(|known| known.id.as_str()), today)?;
        let lasts = own.iter().find_map(|known| known.registration.lasts).unwrap_or_default();
        Ok((rules_for_offices(rulebook), lasts))
    }

    /// An application, and what the rules say of it.
    pub async fn look_at_registration(&self, work: &mut Work, registration: i64) -> Result<Looked> {
        let registration = work.registration(registration).await?;
        let office = work.host_office(registration.host_office_id).await?;
        let of_office = work.registrations_of(office.id).await?;
        let prefecture = work.provider().await?.prefecture;
        let elsewhere = work.municipality_has_addition(&office.municipality_code, office.id).await?;
        let (rulebook, lasts) = self.office_rules(prefecture)?;
        let holds = conditions(&registration.application, registration.judged_suitable, elsewhere);
        let judgement = check(&rulebook, &holds, self.today());
        // Who is registered to the end of this year already asks for the next.
        let registered = of_office.iter().find(|known| known.state == RegistrationState::Registered);
        let would_last_until = lasts.until_after(self.today(), registered.and_then(|known| known.valid_until));
        Ok(Looked { registration, office, rulebook, judgement, would_last_until })
    }

    /// An office applies, or applies again with what was given back to it. Pressed twice it applies once.
    pub async fn apply_for_registration(
        &self,
        staff: &Staff,
        (office, guide): (i64, Guide),
        application: &Application,
        version: i64,
    ) -> Result<i64> {
        if staff.role == Role::Supervisor && guide.office != Some(office) {
            return Err(records::Error::NotFound.into());
        }
        check_application(application)?;
        let mut work = self.write(staff).await?;
        work.lock_office(office).await?;
        let known = work.registrations_of(office).await?;
        let id = match known.into_iter().find(|known| known.state.is_open()) {
            None => work.apply_for_registration(office, application).await?,
            Some(open) if open.state == RegistrationState::Returned => {
                check_transition(open.state, RegistrationState::Applied, staff.role, "")?;
                work.apply_again(&Registration { version, ..open.clone() }, application).await?;
                open.id
            }
            Some(open) if open.application == *application => open.id,
            // What is being looked at does not change under the reader's eyes.
            Some(_) => return Err(OfficeRefusal::ApplicationOnItsWay.into()),
        };
        work.commit().await?;
        Ok(id)
    }

    /// Checks, gives back, registers, declines or withdraws, by the transition table. What is registered becomes what is known of the
    /// office; a withdrawn registration ends its placements.
    pub async fn decide_registration(
        &self,
        staff: &Staff,
        (registration, guide): (i64, Guide),
        decision: RegistrationDecision<'_>,
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        let looked = self.look_at_registration(&mut work, registration).await?;
        work.lock_office(looked.office.id).await?;
        let known = work.registration(registration).await?;
        if staff.role == Role::Supervisor && guide.office != Some(known.host_office_id) {
            return Err(records::Error::NotFound.into());
        }
        if known.version != decision.version && known.state == decision.to {
            // Pressed twice.
            return Ok(());
        }
        let reason = decision.reason.trim();
        check_transition(known.state, decision.to, staff.role, reason)?;
        let seen = Registration { version: decision.version, ..known.clone() };
        let mut said = (known.judged_suitable, known.valid_until);
        match decision.to {
            RegistrationState::Registered => {
                if decision.valid_until.is_some_and(|last| last < self.today()) {
                    let value = decision.valid_until.map_or_else(String::new, |last| last.to_string());
                    return Err(Refusal::FieldInvalid { field: "valid_until", value }.into());
                }
                said = (decision.judged_suitable, decision.valid_until);
                let elsewhere =
                    work.municipality_has_addition(&looked.office.municipality_code, looked.office.id).await?;
                let holds = conditions(&known.application, decision.judged_suitable, elsewhere);
                let judgement = check(&looked.rulebook, &holds, self.today());
                // Against the guideline's word only with a reason that stays.
                if judgement.with(Effect::BlocksCompletion).next().is_some() && reason.is_empty() {
                    return Err(Refusal::ReasonMissing.into());
                }
                self.take_over(&mut work, staff, &looked.office, &seen, decision.judged_suitable).await?;
            }
            RegistrationState::Withdrawn if known.state == RegistrationState::Registered => {
                // One of several supervisors does not end what the others have agreed on.
                if staff.role == Role::Supervisor && guide.supervisor.is_some() {
                    return Err(Refusal::Transition(training::transition::Refusal::NotPermitted).into());
                }
                let office = work.host_office(known.host_office_id).await?;
                self.end_placements(&mut work, &office, reason).await?;
                for other in work.registrations_of(office.id).await?.iter().filter(|other| other.state.is_open()) {
                    Secretariat::withdraw(&mut work, other, reason).await?;
                }
            }
            _ => {}
        }
        work.change_registration(&seen, decision.to, said, reason).await?;
        Ok(work.commit().await?)
    }

    /// An office that takes nobody any more has no registration and asks for none: nothing pending brings its places back.
    pub(crate) async fn withdraw_registrations(work: &mut Work, office: i64, reason: &str) -> Result<()> {
        for known in work.registrations_of(office).await? {
            if known.state.is_open() || known.state == RegistrationState::Registered {
                Secretariat::withdraw(work, &known, reason).await?;
            }
        }
        Ok(())
    }

    async fn withdraw(work: &mut Work, known: &Registration, reason: &str) -> Result<()> {
        let said = (known.judged_suitable, known.valid_until);
        Ok(work.change_registration(known, RegistrationState::Withdrawn, said, reason).await?)
    }

    /// What was registered is what is known of the office from now on; the registration before it is replaced.
    async fn take_over(
        &self,
        work: &mut Work,
        staff: &Staff,
        office: &HostOffice,
        registered: &Registration,
        judged_suitable: bool,
    ) -> Result<()> {
        let before = work.registrations_of(office.id).await?;
        for before in before.iter().filter(|known| known.state == RegistrationState::Registered) {
            check_transition(before.state, RegistrationState::Replaced, staff.role, "")?;
            let said = (before.judged_suitable, before.valid_until);
            work.change_registration(before, RegistrationState::Replaced, said, "").await?;
        }
        let office = work.host_office(office.id).await?;
        let application = &registered.application;
        let taken_over = HostOffice {
            capacity: application.capacity,
            weekly_capacity: application.weekly_capacity,
            chief_care_managers: application.chief_care_managers,
            specified_office_addition: application.specified_office_addition,
            community_support_centre: application.community_support_centre,
            reception_system: application.reception_system,
            improvement_recommended: application.improvement_recommended,
            judged_suitable,
            confirmed_on: Some(crate::local_day(registered.applied_at)),
            ..office
        };
        Ok(work.update_office_capacity(&taken_over).await?)
    }

    /// The office takes nobody any more: every placement there that is not done ends, and whoever has to know is told.
    pub(crate) async fn end_placements(&self, work: &mut Work, office: &HostOffice, reason: &str) -> Result<usize> {
        use training::practicum::placement::PlacementState;
        let nobody = HostOffice { capacity: 0, weekly_capacity: 0, ..office.clone() };
        work.update_office_capacity(&nobody).await?;
        let mut ended = 0;
        for placement in work.placements_at(office.id).await? {
            // A certificate rests on the practicum at this office, whatever the office says now.
            if placement.state == PlacementState::Done || has_certificate(work, placement.enrolment_id).await? {
                continue;
            }
            let mut writer = Secretariat::notice_writer_of(work, placement.enrolment_id).await?;
            writer.change_placement(work, &placement, PlacementState::Cancelled, reason).await?;
            ended += 1;
        }
        Ok(ended)
    }

    /// Whether trainees go to registered offices alone.
    pub async fn set_registration_setting(&self, staff: &Staff, setting: &RegistrationSetting) -> Result<()> {
        if !(0..=365).contains(&setting.lead_days) {
            return Err(Refusal::FieldInvalid { field: "lead_days", value: setting.lead_days.to_string() }.into());
        }
        let mut work = self.write(staff).await?;
        work.set_registration_setting(setting).await?;
        Ok(work.commit().await?)
    }

    /// Tells offices whose registration ends soon, once each. Gives how many are told.
    pub async fn queue_registration_reminders(&self, staff: &Staff) -> Result<usize> {
        let mut work = self.write(staff).await?;
        let setting = work.registration_setting().await?;
        let ending = work.registrations_to_tell(self.today() + TimeDelta::days(setting.lead_days)).await?;
        let quiet = work.notice_setting().await?.unwrap_or_else(default_setting);
        let mut told = 0;
        for registration in ending.iter().filter(|known| known.valid_until.is_some_and(|last| last >= self.today())) {
            told += usize::from(NoticeWriter::tell_of_ending(&mut work, &quiet, registration).await?);
        }
        work.commit().await?;
        Ok(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_office_says_becomes_conditions() {
        let application = |addition, chiefs, improvement_recommended| Application {
            specified_office_addition: addition,
            chief_care_managers: chiefs,
            improvement_recommended,
            ..Application::default()
        };
        use OfficeCondition::*;
        for (application, judged_suitable, elsewhere, expected) in [
            (application(true, 1, None), false, true, vec![SpecifiedOfficeAddition, ChiefCareManager]),
            (application(true, 0, None), false, false, vec![SpecifiedOfficeAddition]),
            (
                application(false, 2, Some(false)),
                false,
                false,
                vec![ChiefCareManager, NoAdditionInMunicipality, NeverRecommendedImprovement],
            ),
            (application(false, 0, Some(true)), true, true, vec![JudgedSuitable]),
        ] {
            assert_eq!(conditions(&application, judged_suitable, elsewhere), expected, "{application:?}");
        }
    }
}
