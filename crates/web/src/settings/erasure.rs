//! For how long classes of personal data are kept beside the texts of cases; shown on the page of the retention.

use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page};
use secretariat::RecordError;
use secretariat::erasure::{ErasureSetting, KeptClass};
use training::erasure::DataClass;

/// A class on the page.
pub(crate) struct ClassRow {
    pub(crate) id: &'static str,
    pub(crate) name: String,
    /// From when its time counts.
    pub(crate) since: String,
    pub(crate) setting: ErasureSetting,
    /// What is over: how many people or notices; empty where nothing is.
    pub(crate) due: String,
}

/// What a class is called.
pub(crate) fn name(page: &Page, class: DataClass) -> String {
    match class {
        DataClass::Contacts => t!(page, "erasure-contacts"),
        DataClass::Notices => t!(page, "erasure-notices"),
    }
}

/// So many people or notices.
pub(crate) fn count(page: &Page, class: DataClass, count: i64) -> String {
    match class {
        DataClass::Contacts => t!(page, "erasure-contacts-count", count = count),
        DataClass::Notices => t!(page, "erasure-notices-count", count = count),
    }
}

impl ClassRow {
    pub(crate) fn of(page: &Page, kept: &KeptClass) -> ClassRow {
        ClassRow {
            id: kept.class.id(),
            name: name(page, kept.class),
            since: match kept.class {
                DataClass::Contacts => t!(page, "erasure-contacts-since"),
                DataClass::Notices => t!(page, "erasure-notices-since"),
            },
            setting: kept.setting,
            due: if kept.due > 0 { count(page, kept.class, kept.due) } else { String::new() },
        }
    }
}

pub(crate) async fn set(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let class = DataClass::from_id(fields.text("class")).ok_or(RecordError::NotFound)?;
    // Nothing said: for good.
    let years = match fields.text("years") {
        "" => 0,
        _ => fields.number("years")?,
    };
    let setting = ErasureSetting { years, version: fields.number("version")? };
    desk.act().set_erasure(&page.staff()?, (class, setting), fields.ticked("confirmed")).await?;
    page.go("/settings/retention", t!(page, "notice-saved")).await
}
