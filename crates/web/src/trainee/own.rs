//! The enrolment that is the signed-in trainee's own.

use crate::shell::desk::Desk;
use crate::shell::page::Page;
use crate::shell::problem::Problem;

pub(crate) async fn own_enrolment(desk: &mut Desk, page: &Page) -> Result<i64, Problem> {
    let person = page.viewer()?.person_id.ok_or(Problem::NotFound)?;
    let work = desk.records().await?;
    Ok(secretariat::practicum::record::newest_enrolment(work, person).await?)
}
