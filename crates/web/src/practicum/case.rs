//! Cases of a practicum on the trainee's page and on the secretariat's: who is concerned, who agreed; clients made up for plans.

use crate::shell::desk::Desk;
use crate::shell::form::{Fields, Form};
use crate::shell::page::{Answer, Page};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::trainee::own::own_enrolment;
use crate::wording;
use crate::wording::practicum as words;
use crate::wording::practicum::listed;
use axum::extract::Path;
use secretariat::practicum::{Consent, Entry, NewCase, PracticumCase};
use std::collections::BTreeSet;
use std::collections::HashSet;
use training::NaiveDate;
use training::guideline::requirement::Rule;
use training::guideline::rulebook::Rulebook;
use training::practicum::record::ConsentSubject;
use training::trainee::person::normalise;

/// Longest line about a consent, in characters.
const LONGEST_LINE: usize = 200;

/// A case with its consents, as a page shows it.
pub(crate) struct Case {
    pub(crate) id: i64,
    pub(crate) pseudonym: String,
    pub(crate) types: String,
    /// The day on which the last of those asked agreed.
    pub(crate) agreed_on: Option<NaiveDate>,
    /// Who has not agreed yet, in a line.
    pub(crate) not_agreed: String,
    pub(crate) consents: Vec<(i64, String)>,
    /// Whose consent can be recorded, whoever has not agreed yet first.
    pub(crate) subjects: Vec<Choice>,
    /// Whom the rules name besides the client, in a line.
    pub(crate) by_rule: String,
    /// Who else may be concerned, and whether they are.
    pub(crate) concerned: Vec<(Choice, bool)>,
    /// Nobody has agreed, and nothing of the practicum is written: it may be a client who was made up.
    pub(crate) may_be_invented: bool,
}

/// Who may be concerned in a case besides the client and those the rules name.
pub(crate) fn may_be_concerned(page: &Page, rulebook: &Rulebook) -> Vec<Choice> {
    let of = rulebook.consent_of();
    let others = ConsentSubject::ALL.into_iter().filter(|it| *it != ConsentSubject::Client && !of.contains(it));
    others.map(|subject| Choice::new(subject.id(), words::consent_subject(page, subject))).collect()
}

/// Whose consent can be recorded, those first who have not agreed yet.
fn subjects(page: &Page, not_agreed: &[ConsentSubject]) -> Vec<Choice> {
    let mut subjects = ConsentSubject::ALL;
    subjects.sort_by_key(|subject| !not_agreed.contains(subject));
    subjects.map(|subject| Choice::new(subject.id(), words::consent_subject(page, subject))).into()
}

/// A consent in a line.
fn consent_line(page: &Page, consent: &Consent) -> String {
    let witness = match consent.witness.as_str() {
        "" => String::new(),
        witness => t!(page, "consent-witnessed", witness = witness.to_owned()),
    };
    t!(
        page,
        "consent-line",
        subject = words::consent_subject(page, consent.subject),
        day = page.date(consent.consented_on),
        form = words::consent_form(page, &consent.form),
        by = consent.obtained_by.clone(),
        witness = witness,
        purpose = consent.purpose.clone()
    )
}

impl Case {
    pub(crate) fn all(
        page: &Page,
        cases: &[PracticumCase],
        (consents, entries): (&[Consent], &[Entry]),
        rulebook: &Rulebook,
    ) -> Vec<Case> {
        let of = rulebook.consent_of();
        let view = |case: &PracticumCase| {
            let fact = &case.fact;
            let types: Vec<String> = fact.types.iter().map(|id| wording::case_type(page, id)).collect();
            let own: Vec<&Consent> = consents.iter().filter(|consent| consent.case_id == fact.id).collect();
            let mut written = entries.iter().filter(|entry| entry.case_id == Some(fact.id) && !entry.kind.is_plan());
            Case {
                id: fact.id,
                pseudonym: case.pseudonym.clone(),
                types: types.join("、"),
                agreed_on: fact.agreed_on(&of),
                not_agreed: listed(page, &fact.not_agreed(&of)),
                subjects: subjects(page, &fact.not_agreed(&of)),
                may_be_invented: own.is_empty() && written.next().is_none() && fact.consent_on.is_none(),
                consents: own.into_iter().map(|consent| (consent.id, consent_line(page, consent))).collect(),
                by_rule: listed(page, &of),
                concerned: may_be_concerned(page, rulebook)
                    .into_iter()
                    .map(|choice| {
                        let ticked = fact.concerned.iter().any(|subject| subject.id() == choice.value);
                        (choice, ticked)
                    })
                    .collect(),
            }
        };
        cases.iter().map(view).collect()
    }
}

/// Who was ticked as concerned.
pub(crate) fn concerned(fields: &Fields) -> Result<Vec<ConsentSubject>, Problem> {
    let known = |id: &str| ConsentSubject::from_id(id).filter(|subject| *subject != ConsentSubject::Client);
    let ticked = fields.all("concerned").map(|id| known(id).ok_or_else(|| Problem::BadForm("concerned".to_owned())));
    Ok(ticked.collect::<Result<BTreeSet<_>, _>>()?.into_iter().collect())
}

/// A case under its letter code, or a client made up for plans.
pub(crate) async fn create(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    let staff = page.staff()?;
    let types: Vec<String> = fields.all("types").map(str::to_owned).collect();
    let (secretariat, work) = desk.reading().await?;
    let rulebook = secretariat.check_practicum_open(work, enrolment).await?.rulebook;
    let known = case_types(&page, &rulebook);
    if types.iter().any(|id| !known.iter().any(|choice| choice.value == *id)) {
        return Err(Problem::BadForm("types".to_owned()));
    }
    let (invented, concerned) = (fields.ticked("invented"), concerned(&fields)?);
    let pseudonym = fields.text("pseudonym");
    let case = match invented {
        true => NewCase { pseudonym, invented, ..NewCase::default() },
        false => NewCase { pseudonym, types: &types, concerned: &concerned, ..NewCase::default() },
    };
    desk.act().create_case(&staff, enrolment, &case, None).await?;
    let to = if invented { "/me/practicum#plans" } else { "/me/practicum#cases" };
    page.go(to, t!(page, "notice-saved")).await
}

fn read_consent(fields: &Fields) -> Result<Consent, Problem> {
    let bad = |field: &str| Problem::BadForm(field.to_owned());
    let line = |field: &str| match normalise(fields.text(field)) {
        text if text.chars().count() > LONGEST_LINE => Err(bad(field)),
        text => Ok(text),
    };
    Ok(Consent {
        id: 0,
        case_id: fields.number("case")?,
        subject: ConsentSubject::from_id(fields.text("subject")).ok_or_else(|| bad("subject"))?,
        consented_on: fields.date("consented_on")?,
        form: Some(fields.text("form"))
            .filter(|form| ["written", "oral"].contains(form))
            .ok_or_else(|| bad("form"))?
            .to_owned(),
        witness: line("witness")?,
        obtained_by: line("obtained_by")?,
        purpose: line("purpose")?,
    })
}

pub(crate) async fn consent(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    desk.act().record_consent(&page.staff()?, enrolment, &read_consent(&fields)?).await?;
    page.go("/me/practicum#cases", t!(page, "notice-saved")).await
}

pub(crate) async fn concern(mut desk: Desk, page: Page, Path(case): Path<i64>, Form(fields): Form) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    desk.act().set_concerned(&page.staff()?, enrolment, case, &concerned(&fields)?).await?;
    page.go("/me/practicum#cases", t!(page, "notice-saved")).await
}

/// A case without consents and entries turns out to be a client who was made up.
pub(crate) async fn invent(mut desk: Desk, page: Page, Path(case): Path<i64>, Form(_): Form) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    desk.act().make_invented(&page.staff()?, enrolment, case).await?;
    page.go("/me/practicum#plans", t!(page, "notice-saved")).await
}

/// The secretariat records a consent that came on paper.
pub(crate) async fn consent_of_trainee(
    mut desk: Desk,
    page: Page,
    Path(enrolment): Path<i64>,
    Form(fields): Form,
) -> Answer {
    check_own(&mut desk, enrolment).await?;
    desk.act().record_consent(&page.staff()?, enrolment, &read_consent(&fields)?).await?;
    page.go(&format!("/practicum/{enrolment}#cases"), t!(page, "notice-saved")).await
}

pub(crate) async fn concern_of_trainee(
    mut desk: Desk,
    page: Page,
    Path((enrolment, case)): Path<(i64, i64)>,
    Form(fields): Form,
) -> Answer {
    check_own(&mut desk, enrolment).await?;
    desk.act().set_concerned(&page.staff()?, enrolment, case, &concerned(&fields)?).await?;
    page.go(&format!("/practicum/{enrolment}#cases"), t!(page, "notice-saved")).await
}

/// Whose form it is comes before what is wrong with it.
pub(crate) async fn check_own(desk: &mut Desk, enrolment: i64) -> Result<(), Problem> {
    let work = desk.records().await?;
    work.enrolment(enrolment).await?;
    Ok(())
}

/// Types a case can be of: those the edition and the cohort's supplements name, and those the rules ask for.
pub(crate) fn case_types(page: &Page, rulebook: &Rulebook) -> Vec<Choice> {
    let mut types: Vec<&str> = page.guidelines.case_types_of(rulebook).map(|known| known.id.as_str()).collect();
    for requirement in &rulebook.requirements {
        if let Rule::CaseTypes(rule) = &requirement.rule {
            types.extend(rule.types.iter().map(String::as_str));
        }
    }
    let mut known = HashSet::new();
    types.retain(|id| known.insert(*id));
    types.into_iter().map(|id| Choice::new(id, wording::case_type(page, id))).collect()
}
