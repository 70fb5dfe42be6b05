//! How long the texts of cases are kept, by a provider's administrator, and what of them is still there.

use crate::settings::erasure::ClassRow;
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use askama::Template;
use secretariat::practicum::RetentionSetting;
use secretariat::practicum::retention::RetainedTexts;
use training::practicum::retention::MOST_YEARS;

struct Row {
    cohort: i64,
    name: String,
    ends_on: String,
    kept_until: String,
    state: String,
    colour: &'static str,
}

impl Row {
    fn of(page: &Page, texts: RetainedTexts) -> Row {
        let (state, colour) = match texts.shredded_at {
            Some(at) if texts.in_older_copies => {
                (t!(page, "retention-shredded-in-copies", day = page.date(secretariat::local_day(at))), "not_yet")
            }
            Some(at) => (t!(page, "retention-shredded", day = page.date(secretariat::local_day(at))), "plain-tag"),
            None if texts.kept_until < page.today => (t!(page, "retention-due"), "breached"),
            None => (t!(page, "retention-kept"), "met"),
        };
        Row {
            cohort: texts.cohort,
            name: texts.name,
            ends_on: page.date(texts.ends_on),
            kept_until: page.date(texts.kept_until),
            state,
            colour,
        }
    }
}

#[derive(Template)]
#[template(path = "practicum/retention.html")]
struct Retention {
    page: Page,
    setting: RetentionSetting,
    most: u32,
    rows: Vec<Row>,
    /// Some texts that were shredded can still be read from older copies.
    in_older_copies: bool,
    /// Other personal data, by class.
    classes: Vec<ClassRow>,
    /// Days the read log is kept.
    read_log_days: i64,
}

pub(crate) async fn show(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let (setting, texts) = secretariat.retention(work).await?;
    let classes = secretariat.kept_classes(work).await?;
    let read_log_days = secretariat.account_policy(work).await?.read_log_days;
    let in_older_copies = texts.iter().any(|texts| texts.in_older_copies);
    let rows = texts.into_iter().map(|texts| Row::of(&page, texts)).collect();
    let classes = classes.iter().map(|kept| ClassRow::of(&page, kept)).collect();
    render(&Retention { page, setting, most: MOST_YEARS, rows, in_older_copies, classes, read_log_days })
}

pub(crate) async fn set(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let setting = RetentionSetting { years: fields.number("years")?, version: fields.number("version")? };
    desk.act().set_retention(&page.staff()?, setting, fields.ticked("confirmed")).await?;
    page.go("/settings/retention", t!(page, "notice-saved")).await
}
