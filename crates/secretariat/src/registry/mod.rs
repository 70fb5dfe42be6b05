//! The registry of care managers: writing down facts about a person, and how the person stands.

pub mod import;
pub mod refusal;

use crate::fact::check_not_to_come;
use crate::registry::refusal::RegistryRefusal;
use crate::{Refusal, Result, Secretariat, Staff, local_day};
use chrono::NaiveDate;
use documents::card::CardContent;
use records::Work;
use records::registry::IndexEntry;
pub use records::registry::{CompletedHere, EndingCards, RegistryFact, RegistryLine, RegistrySetting};
use records::trainee::person::Person;
use training::registry::door::{self, Misfit};
use training::registry::registration::{Application, obstacles};
use training::registry::route::{Fit, Offer, Route, fit, routes};
use training::registry::standing::RenewedBy;
use training::registry::{DatedFact, Fact, Ground, RegistrationNumber, Standing, prefecture};
use training::role::Role;

/// A fact to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFact {
    pub on: NaiveDate,
    pub fact: Fact,
    /// Evidence or reason; needed for what ends or forbids something.
    pub note: String,
}

/// A course of this provider that somebody could take, and how it fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourseOffer {
    pub cohort: i64,
    pub name: String,
    pub offer: Offer,
    pub fit: Fit,
}

/// Everything about one person in the registry.
#[derive(Debug, Clone)]
pub struct RegistryView {
    pub person: Person,
    pub facts: Vec<RegistryFact>,
    pub completed_here: Vec<CompletedHere>,
    pub standing: Standing,
    pub day: NaiveDate,
    pub routes: Vec<Route>,
    /// Courses held here that the next step of a route asks for, by route.
    pub offers: Vec<Vec<CourseOffer>>,
    pub setting: RegistrySetting,
}

/// How a registration comes into the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entering {
    /// Applied for: whatever stands against it is told.
    Application(Application),
    /// Taken over from paper or another registry: it stands already, and its number is known.
    TakenOver(RegistrationNumber),
}

fn renewed_by_id(renewed_by: Option<RenewedBy>) -> &'static str {
    match renewed_by {
        Some(RenewedBy::First) => "first",
        Some(RenewedBy::Practice) => "practice",
        Some(RenewedBy::Unpractised) => "unpractised",
        Some(RenewedBy::ReEntry) => "re_entry",
        Some(RenewedBy::Unknown) => "unknown",
        None => "",
    }
}

/// Does a fact end or forbid something, so that it needs evidence?
fn needs_note(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Instructed | Fact::Banned { .. } | Fact::BanEnded | Fact::Deleted { .. } | Fact::Extended { .. }
    )
}

/// Is it a measure of authority, which the administrator alone writes down?
fn is_sanction(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Instructed
            | Fact::Banned { .. }
            | Fact::BanEnded
            | Fact::Deleted { ground: Ground::Order | Ground::PassAnnulled }
    )
}

/// Does the same fact stand on record of the same day?
fn is_on_record(dated: &[DatedFact], on: NaiveDate, fact: &Fact) -> bool {
    dated.iter().any(|known| known.withdrawn_on.is_none() && known.on == on && known.fact == *fact)
}

/// Where a registration is kept: a body that is no prefecture's keeps it under the number's.
fn prefecture_of(own: u8, number: RegistrationNumber) -> u8 {
    if prefecture::name(own).is_some() { own } else { number.prefecture() }
}

impl Secretariat {
    /// Facts about a person for the rules: what was written down, and the certificates of trainings held here.
    async fn dated_facts(
        &self,
        work: &mut Work,
        person: i64,
    ) -> Result<(Vec<RegistryFact>, Vec<CompletedHere>, Vec<DatedFact>)> {
        // Another provider's person is nobody here.
        work.person(person).await?;
        let facts = work.registry_facts(person).await?;
        let here = work.completed_here(person).await?;
        let mut dated: Vec<DatedFact> = facts.iter().map(|fact| fact.dated(local_day)).collect();
        dated.extend(here.iter().filter_map(|completed| self.as_fact(completed)));
        Ok((facts, here, dated))
    }

    /// A certificate of a training held here as a fact; none of a course that no law asks for.
    pub(crate) fn as_fact(&self, completed: &CompletedHere) -> Option<DatedFact> {
        let edition = self.guidelines.editions.get(&completed.edition)?;
        let training = self.guidelines.course_of(edition)?.about.training?;
        Some(DatedFact {
            on: completed.completed_on,
            recorded_on: local_day(completed.issued_at),
            withdrawn_on: completed.revoked_at.map(local_day),
            fact: Fact::Completed { training, valid_until: None },
        })
    }

    /// How a person stands on a day as known today, what comes next, and everything it rests on.
    pub async fn registry_of(
        &self,
        work: &mut Work,
        person: i64,
        (practised, day): (Option<bool>, NaiveDate),
    ) -> Result<RegistryView> {
        let setting = work.registry_setting().await?;
        let (facts, completed_here, dated) = self.dated_facts(work, person).await?;
        let standing = Standing::on(&dated, &setting.policy, day, self.today());
        let routes = routes(&standing, &setting.policy, practised, day);
        let courses = self.courses_to_come(work).await?;
        let fitting = |route: &Route| {
            let open = route.steps.iter().filter(|step| step.done_on.is_none());
            let found = open.flat_map(|step| {
                let of_step = |(cohort, name, offer): &(i64, String, Offer)| {
                    let fit = fit(offer, step, day)?;
                    Some(CourseOffer { cohort: *cohort, name: name.clone(), offer: *offer, fit })
                };
                courses.iter().filter_map(of_step).collect::<Vec<_>>()
            });
            let mut found: Vec<CourseOffer> = found.filter(|offer| offer.fit != Fit::Begun).collect();
            found.dedup();
            found
        };
        let offers = routes.iter().map(fitting).collect();
        Ok(RegistryView {
            person: work.person(person).await?,
            facts,
            completed_here,
            standing,
            day,
            routes,
            offers,
            setting,
        })
    }

    /// A person's card as PDF. Refused where there is none that is valid today: what has lapsed is printed no more.
    pub async fn card(&self, staff: &Staff, person: i64) -> Result<Vec<u8>> {
        let mut work = self.read(staff).await?;
        let view = self.registry_of(&mut work, person, (None, self.today())).await?;
        let issuer = work.provider().await?.issuer;
        drop(work);
        // Nobody who may not work is given one.
        let valid = view.standing.may_work(view.day);
        let (Some(card), Some(registration), true) = (view.standing.card, view.standing.registration, valid) else {
            return Err(RegistryRefusal::Misfit(Misfit::NoCard).into());
        };
        let content = CardContent {
            name: view.person.name,
            birth_date: view.person.birth_date,
            number: registration.number.to_string(),
            issued_on: card.issued_on,
            expires_on: card.expires_on,
            issuer,
        };
        Ok(tokio::task::spawn_blocking(move || documents::card::pdf(&[content])).await??)
    }

    /// Cohorts that have not ended, with the statutory training they are.
    async fn courses_to_come(&self, work: &mut Work) -> Result<Vec<(i64, String, Offer)>> {
        let today = self.today();
        let cohorts = work.cohorts().await?.into_iter().filter(|cohort| !cohort.cancelled && cohort.ends_on >= today);
        let of = |cohort: records::cohort::Cohort| {
            let edition = self.guidelines.editions.get(&cohort.edition)?;
            let training = self.guidelines.course_of(edition)?.about.training?;
            Some((cohort.id, cohort.name, Offer { training, starts_on: cohort.starts_on, ends_on: cohort.ends_on }))
        };
        let mut found: Vec<_> = cohorts.filter_map(of).collect();
        found.sort_by_key(|(_, _, offer)| offer.starts_on);
        Ok(found)
    }

    /// The door for every fact of the registry but a registration: nothing to come, nothing that does not fit, nothing twice.
    pub async fn record_registry_fact(&self, staff: &Staff, person: i64, new: &NewFact) -> Result<()> {
        let mut work = self.write(staff).await?;
        self.record_in(&mut work, staff, person, new).await?;
        Ok(work.commit().await?)
    }

    async fn record_in(&self, work: &mut Work, staff: &Staff, person: i64, new: &NewFact) -> Result<()> {
        let today = self.today();
        check_not_to_come(today, "on", new.on)?;
        if is_sanction(&new.fact) && staff.role != Role::Administrator {
            return Err(RegistryRefusal::AdministratorOnly.into());
        }
        if needs_note(&new.fact) && new.note.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let policy = work.registry_setting().await?.policy;
        let (_, _, dated) = self.dated_facts(work, person).await?;
        if is_on_record(&dated, new.on, &new.fact) {
            return Err(Refusal::AlreadyThere.into());
        }
        door::check(&dated, (new.on, &new.fact), &policy, today).map_err(RegistryRefusal::Misfit)?;
        work.record_registry_fact(person, (new.on, &new.fact), new.note.trim(), None).await?;
        self.index_again(work, person).await
    }

    /// Registers somebody under the next free number, or takes a registration over with its number. Every reason against an application is
    /// told at once; nothing is written then.
    pub async fn register(
        &self,
        staff: &Staff,
        person: i64,
        (on, entering): (NaiveDate, &Entering),
        note: &str,
    ) -> Result<RegistrationNumber> {
        check_not_to_come(self.today(), "on", on)?;
        let mut work = self.write(staff).await?;
        let own = u8::try_from(work.provider().await?.prefecture).unwrap_or_default();
        let policy = work.registry_setting().await?.policy;
        let (_, _, dated) = self.dated_facts(&mut work, person).await?;
        let before = Standing::on(&dated, &policy, on, self.today());
        let number = match entering {
            Entering::TakenOver(number) => {
                door::check_taken_over(&before, on).map_err(RegistryRefusal::Misfit)?;
                *number
            }
            Entering::Application(application) => {
                let found = obstacles(&before, application, on);
                if !found.is_empty() {
                    return Err(RegistryRefusal::Misfit(Misfit::Obstacles(found)).into());
                }
                // A number is for life, also of somebody who was registered before.
                match door::number_of(&dated) {
                    Some(known) => known,
                    None => self.next_number(&mut work, own, on).await?,
                }
            }
        };
        let fact = Fact::Registered { number, prefecture: prefecture_of(own, number) };
        let new = NewFact { on, fact, note: note.to_owned() };
        self.record_in(&mut work, staff, person, &new).await?;
        match work.keep_registration_number(person, number).await {
            Ok(true) => {}
            Ok(false) => return Err(RegistryRefusal::NumberTaken(number.to_string()).into()),
            Err(error) if error.is_duplicate() => return Err(RegistryRefusal::NumberTaken(number.to_string()).into()),
            Err(error) => return Err(error.into()),
        }
        work.commit().await?;
        Ok(number)
    }

    async fn next_number(&self, work: &mut Work, prefecture: u8, on: NaiveDate) -> Result<RegistrationNumber> {
        let year = u8::try_from(training::wareki::fiscal_year(on) % 100).unwrap_or_default();
        let next = work.next_registration_number(prefecture, year).await?;
        Ok(next.ok_or(RegistryRefusal::NumbersUsedUp)?)
    }

    /// Takes a fact back, with a reason. A number that was given stays the person's.
    pub async fn withdraw_registry_fact(&self, staff: &Staff, fact: i64, reason: &str) -> Result<i64> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        let known = work.registry_fact(fact).await?;
        if is_sanction(&known.fact) && staff.role != Role::Administrator {
            return Err(RegistryRefusal::AdministratorOnly.into());
        }
        let person = work.withdraw_registry_fact(fact, reason.trim()).await?;
        self.index_again(&mut work, person).await?;
        work.commit().await?;
        Ok(person)
    }

    /// What the prefecture has decided about renewal, and from which serial it numbers.
    pub async fn set_registry_setting(&self, staff: &Staff, setting: &RegistrySetting) -> Result<()> {
        if !(1..10_000).contains(&setting.first_serial) {
            return Err(Refusal::FieldInvalid { field: "first_serial", value: setting.first_serial.to_string() }.into());
        }
        if !(1..=24).contains(&setting.policy.renewal_opens_months) {
            let value = setting.policy.renewal_opens_months.to_string();
            return Err(Refusal::FieldInvalid { field: "renewal_opens_months", value }.into());
        }
        let mut work = self.write(staff).await?;
        work.set_registry_setting(setting).await?;
        Ok(work.commit().await?)
    }

    /// Writes what lists find somebody by. It is as of today: a card that was not lost is listed by its last day, whenever that is.
    pub(crate) async fn index_again(&self, work: &mut Work, person: i64) -> Result<()> {
        let setting = work.registry_setting().await?;
        let (_, _, dated) = self.dated_facts(work, person).await?;
        let standing = Standing::on(&dated, &setting.policy, self.today(), self.today());
        let entry = IndexEntry {
            number: standing.registration.map(|known| known.number.to_string()).unwrap_or_default(),
            expires_on: standing.card.filter(|card| card.lost.is_none()).map(|card| card.expires_on),
            chief_until: standing.chief.map(|chief| chief.until),
            renewed_by: renewed_by_id(standing.renewed_by),
        };
        Ok(work.set_registry_index(person, &entry).await?)
    }
}
