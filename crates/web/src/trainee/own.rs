//! The enrolment that is the signed-in trainee's own.

use crate::shell::desk::Desk;
use crate::shell::page::Page;
use crate::shell::problem::Problem;

pub(crate) async fn own_enrolment(desk: &mut Desk, page: &Page) -> Result<i64, Problem> {
    let person = page.viewer()?.person_id.ok_or(Problem::NotFound)?;
    let work = desk.records().await?;
    let enrolments = work.enrolments_of_person(person).await?;
    let taking_part = enrolments.iter().find(|enrolment| enrolment.state.takes_part());
    taking_part.or(enrolments.first()).map(|enrolment| enrolment.id).ok_or(Problem::NotFound)
}
