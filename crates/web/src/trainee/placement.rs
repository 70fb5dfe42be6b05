//! One trainee's placement: where, who guides, placed anew by the engine or by hand, offices ruled out.

use crate::placement::{way, week};
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page};
use crate::wording;
use axum::extract::Path;
use secretariat::Work;
use secretariat::cohort::Cohort;
use secretariat::office::Supervisor;
use secretariat::placement::Ended;
use secretariat::placement::Placement;
use training::NaiveDate;
use training::practicum::placement::{PlacementState, transitions_from};

/// A placement as the trainee's page shows it.
pub(crate) struct PlacementCard {
    pub(crate) placement: Placement,
    pub(crate) state: String,
    pub(crate) week: String,
    /// How far it is from home.
    pub(crate) km: Option<String>,
    /// When the office last said that its places are as stated.
    pub(crate) confirmed_on: Option<NaiveDate>,
    /// Who guides, once that is known.
    pub(crate) supervisor: Option<Supervisor>,
    /// May whoever looks end it?
    pub(crate) may_end: bool,
    /// May whoever looks tell trainee and office of it?
    pub(crate) may_notify: bool,
}

impl PlacementCard {
    /// The placement that holds, of all there were.
    pub(crate) async fn of(
        page: &Page,
        work: &mut Work,
        cohort: &Cohort,
        placements: &[Placement],
    ) -> secretariat::Result<Option<PlacementCard>> {
        let Some(placement) = placements.iter().find(|placement| placement.state.takes_place()).cloned() else {
            return Ok(None);
        };
        let supervisors = match placement.supervisor_id {
            Some(_) => work.supervisors(placement.host_office_id).await?,
            None => Vec::new(),
        };
        let role = page.viewer.as_ref().map(|viewer| viewer.role);
        let may = |to: PlacementState| {
            role.is_some_and(|role| transitions_from(placement.state, role).any(|transition| transition.to == to))
        };
        let office = work.host_office(placement.host_office_id).await?;
        let rough = work.homes_by_municipality(cohort.id).await?.contains(&placement.enrolment_id);
        Ok(Some(PlacementCard {
            confirmed_on: office.confirmed_on,
            state: wording::placement_standing(page, &placement),
            week: week(page, cohort, placement.window_index),
            km: placement.distance_m.map(|metres| way(page, metres, rough)),
            supervisor: supervisors.into_iter().find(|known| Some(known.id) == placement.supervisor_id),
            may_end: may(PlacementState::Cancelled),
            may_notify: placement.state == PlacementState::Proposed && may(PlacementState::Notified),
            placement,
        }))
    }
}

/// Ends the placement, if there is one, and lets the engine look for another.
pub(crate) async fn place_anew(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let ended = match fields.optional("placement") {
        Some(_) => Some(Ended {
            placement: fields.number("placement")?,
            version: fields.number("version")?,
            reason: fields.text("reason"),
            elsewhere: fields.ticked("elsewhere"),
        }),
        None => None,
    };
    let round = desk.act().place_anew(&page.staff()?, enrolment, ended).await?;
    let notice = match round.unplaced.iter().find(|unplaced| unplaced.enrolment == enrolment) {
        Some(unplaced) => t!(page, "notice-no-other-place", why = wording::missing::unplaced(&page, &unplaced.why)),
        None => t!(page, "notice-placed-anew"),
    };
    page.go(&format!("/trainees/{enrolment}#placement"), notice).await
}

pub(crate) async fn fix(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let window: i64 = fields.number::<i64>("window")? - 1;
    let office = training::trainee::person::normalise(fields.text("office_number"));
    desk.act().fix_placement(&page.staff()?, enrolment, &office, window, fields.text("reason")).await?;
    page.go(&format!("/trainees/{enrolment}#placement"), t!(page, "notice-saved")).await
}

pub(crate) async fn exclude(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let office = training::trainee::person::normalise(fields.text("office_number"));
    desk.act().exclude_pair(&page.staff()?, enrolment, &office, fields.text("reason")).await?;
    page.go(&format!("/trainees/{enrolment}#placement"), t!(page, "notice-saved")).await
}

pub(crate) async fn allow(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let exclusion = fields.number("id")?;
    desk.act().allow_pair(&page.staff()?, enrolment, exclusion, fields.text("reason")).await?;
    page.go(&format!("/trainees/{enrolment}#placement"), t!(page, "notice-saved")).await
}
