//! The enrolment that is the signed-in trainee's own.

use crate::app::App;
use crate::shell::page::Page;
use crate::shell::problem::Problem;

pub(crate) async fn own_enrolment(app: &App, page: &Page) -> Result<i64, Problem> {
    let person = page.viewer()?.person_id.ok_or(Problem::NotFound)?;
    let mut work = app.secretariat.read(&page.staff()?).await?;
    let enrolments = work.enrolments_of_person(person).await?;
    work.roll_back().await?;
    let taking_part = enrolments.iter().find(|enrolment| enrolment.state.takes_part());
    taking_part.or(enrolments.first()).map(|enrolment| enrolment.id).ok_or(Problem::NotFound)
}
