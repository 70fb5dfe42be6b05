//! Who may read a trainee's record.

use crate::app::App;
use crate::shell::page::Page;
use crate::shell::problem::Problem;

pub(crate) async fn check_may_read(app: &App, page: &Page, enrolment: i64) -> Result<(), Problem> {
    let guide = page.viewer()?.guide();
    Ok(app.secretariat.check_may_read_record(&page.staff()?, enrolment, guide).await?)
}
