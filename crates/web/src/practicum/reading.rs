//! Who may read a trainee's record.

use crate::shell::desk::Desk;
use crate::shell::page::Page;
use crate::shell::problem::Problem;

pub(crate) async fn check_may_read(desk: &mut Desk, page: &Page, enrolment: i64) -> Result<(), Problem> {
    let viewer = page.viewer()?;
    let (secretariat, work) = desk.reading().await?;
    Ok(secretariat.check_may_read_record(work, viewer.role, (enrolment, viewer.guide())).await?)
}
