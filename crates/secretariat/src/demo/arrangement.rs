//! How the demonstration's practicum is arranged: letters already printed, trainees who may ask offices, offices that are being registered.

use crate::office::guide::Guide;
use crate::office::registration::RegistrationDecision;
use crate::{Result, Secretariat, Staff};
use chrono::TimeDelta;
use records::office::contact::SupervisorContact;
use records::office::registration::Application;
use records::placement::request::RequestPeriod;
use training::practicum::registration::RegistrationState;
use training::role::Role;

impl Secretariat {
    /// `cohort` is the one whose practicum is still to come.
    pub(crate) async fn demo_arrangement(&self, staff: &Staff, cohort: i64) -> Result<()> {
        let mut work = self.read(staff).await?;
        let letters = work.letters_waiting(None).await?;
        let offices: Vec<i64> = work.office_sites(self.today()).await?.iter().map(|site| site.id).take(3).collect();
        drop(work);
        // The cohort that has ended was told in its time.
        let seen: Vec<(i64, i64)> = letters.iter().map(|letter| (letter.id, letter.version)).collect();
        self.letters_printed(staff, &seen).await?;
        let (opens_on, closes_on) = (self.today() - TimeDelta::days(3), self.today() + TimeDelta::days(11));
        self.set_request_period(staff, cohort, &RequestPeriod { opens_on, closes_on, version: 0 }).await?;
        let steps: [&[(RegistrationState, &str)]; 3] = [
            &[(RegistrationState::Checked, ""), (RegistrationState::Registered, "")],
            &[(RegistrationState::Returned, "受入れの担当者の氏名を書いてください。")],
            &[],
        ];
        for (office, steps) in offices.iter().zip(steps) {
            self.demo_registration(staff, *office, steps).await?;
        }
        let Some(office) = offices.first() else { return Ok(()) };
        let mut work = self.read(staff).await?;
        let supervisor = work.supervisors(*office).await?.into_iter().next();
        drop(work);
        let Some(supervisor) = supervisor else { return Ok(()) };
        let contact = SupervisorContact {
            supervisor_id: supervisor.id,
            host_office_id: *office,
            email: "shidousha@office.example".to_owned(),
            ..SupervisorContact::default()
        };
        self.set_supervisor_contact(staff, contact).await
    }

    async fn demo_registration(&self, staff: &Staff, office: i64, steps: &[(RegistrationState, &str)]) -> Result<()> {
        let mut work = self.read(staff).await?;
        let known = work.host_office(office).await?;
        drop(work);
        let application = Application {
            capacity: known.capacity,
            weekly_capacity: known.weekly_capacity,
            chief_care_managers: known.chief_care_managers,
            specified_office_addition: known.specified_office_addition,
            community_support_centre: false,
            reception_system: true,
            improvement_recommended: Some(false),
            contact: "受入 見本".to_owned(),
            note: String::new(),
        };
        let guide = Guide::of_office(office);
        let registration = self.apply_for_registration(staff, (office, guide), &application, 0).await?;
        let prefecture = Staff { role: Role::Prefecture, name: "pref".to_owned(), ..staff.clone() };
        for (version, (to, reason)) in (1..).zip(steps) {
            let decision = RegistrationDecision { version, to: *to, judged_suitable: false, valid_until: None, reason };
            self.decide_registration(&prefecture, (registration, guide), decision).await?;
        }
        Ok(())
    }
}
