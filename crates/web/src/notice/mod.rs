//! Notices: what was told to whom in a cohort and where each delivery stands; a provider's own texts, and when they go out.

pub(crate) mod message;
pub(crate) mod routes;
pub(crate) mod sending;

use crate::notice::sending::Question;
use crate::shell::desk::Desk;
use crate::shell::form::{Fields, Form};
use crate::shell::page::{Answer, Page, disposition, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::wording::notice as words;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::IntoResponse;
use secretariat::cohort::Cohort;
use secretariat::notice::delivery::INTERRUPTED;
use secretariat::notice::old::{OLD_DAYS, OldMails};
use secretariat::notice::outgoing::Outgoing;
use secretariat::notice::{Channel, Notice, NoticeSetting, NoticeTemplate, Shown};
use secretariat::notice::{Text, default_setting, readable, text_of};
use serde::Deserialize;
use training::notice::{NoticeKind, NoticeState};

/// Rows of a page.
const PAGE_SIZE: i64 = 50;
/// In an address: what came back or failed.
const UNDELIVERED: &str = "undelivered";

#[derive(Debug, Default, Deserialize)]
pub(crate) struct NoticeQuery {
    /// Of one cohort alone.
    #[serde(default)]
    cohort: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    at: i64,
}

struct Row {
    notice: Notice,
    kind: String,
    channel: String,
    state: String,
    colour: &'static str,
    /// Which version of the text.
    version: String,
    text: Text,
    error: String,
    is_letter: bool,
    /// May be sent once more, marked as come back, or left unsent.
    may_resend: bool,
    may_bounce: bool,
    /// A mail that did not arrive.
    may_go_by_post: bool,
    may_drop: bool,
}

#[derive(Template)]
#[template(path = "notice/notices.html")]
struct Notices {
    page: Page,
    cohort: Option<Cohort>,
    counts: Vec<(Choice, &'static str, i64)>,
    chosen: String,
    rows: Vec<Row>,
    /// Letters that wait to be printed: notice and version.
    letters: Vec<(i64, i64)>,
    /// Mails that have waited for long, as notice and version.
    old: Vec<(i64, i64)>,
    old_days: i64,
    /// Is there a mail server?
    mails: bool,
    previous: Option<i64>,
    next: Option<i64>,
}

impl Notices {
    /// The cohort's id for an address; empty: all.
    fn only(&self) -> String {
        self.cohort.as_ref().map_or_else(String::new, |cohort| cohort.id.to_string())
    }
}

pub(crate) async fn list(mut desk: Desk, mut page: Page, Query(query): Query<NoticeQuery>) -> Answer {
    page.take_notice().await?;
    let shown = match query.state.as_str() {
        UNDELIVERED => Shown::Undelivered,
        state => NoticeState::from_id(state).map_or(Shown::All, Shown::In),
    };
    let at = query.at.max(0);
    let (secretariat, work) = desk.reading().await?;
    let cohort = match query.cohort.parse::<i64>() {
        Ok(cohort) => Some(work.cohort(cohort).await?),
        Err(_) => None,
    };
    let only = cohort.as_ref().map(|cohort| cohort.id);
    let mut counts = work.count_notices(only).await?;
    let mut notices = work.notices(only, shown, (PAGE_SIZE + 1, at)).await?;
    let letters = work.letters_waiting(only).await?;
    let old = work.old_mails(only, secretariat.old_since()).await?;
    let own = work.notice_templates().await?;
    let next = (notices.len() as i64 > PAGE_SIZE).then_some(at + PAGE_SIZE);
    notices.truncate(PAGE_SIZE as usize);
    counts.sort_by_key(|(state, _)| *state);
    let counts = counts
        .into_iter()
        .map(|(state, count)| (Choice::new(state.id(), words::state(&page, state)), words::state_colour(state), count));
    let counts = counts.collect();
    let to_come = t!(page, "notice-link-to-come");
    let rows = notices.into_iter().map(|notice| row(&page, &own, notice, &to_come)).collect::<Result<_, Problem>>()?;
    render(&Notices {
        counts,
        chosen: match shown {
            Shown::All => String::new(),
            Shown::In(state) => state.id().to_owned(),
            Shown::Undelivered => UNDELIVERED.to_owned(),
        },
        rows,
        letters: letters.iter().map(|letter| (letter.id, letter.version)).collect(),
        old: old.iter().map(|mail| (mail.id, mail.version)).collect(),
        old_days: OLD_DAYS,
        mails: desk.app().mails,
        previous: (at > 0).then(|| (at - PAGE_SIZE).max(0)),
        next,
        cohort,
        page,
    })
}

fn row(page: &Page, own: &[NoticeTemplate], mut notice: Notice, to_come: &str) -> Result<Row, Problem> {
    let is_mail = notice.channel == Channel::Mail;
    let is_erased = notice.is_erased();
    let text = if is_erased {
        notice.recipient = t!(page, "notice-erased");
        Text { subject: String::new(), body: t!(page, "notice-erased-text") }
    } else {
        readable(own, &notice, to_come)?
    };
    let did_not_arrive = !is_erased && matches!(notice.state, NoticeState::Bounced | NoticeState::Failed);
    Ok(Row {
        kind: words::kind(page, notice.kind),
        channel: if is_mail { t!(page, "channel-mail") } else { t!(page, "channel-letter") },
        state: match (notice.state, is_mail) {
            (NoticeState::Sent, false) => t!(page, "notice-printed"),
            (state, _) => words::state(page, state),
        },
        colour: words::state_colour(notice.state),
        version: match notice.template_number {
            0 => t!(page, "notice-text-shipped"),
            number => t!(page, "agreement-version", number = number),
        },
        text,
        error: match notice.error.strip_prefix(INTERRUPTED) {
            Some(more) => format!("{} {}", t!(page, "notice-interrupted"), more.trim_start_matches(": ")),
            None => notice.error.clone(),
        },
        is_letter: !is_mail,
        may_resend: did_not_arrive,
        may_bounce: !is_erased && notice.state == NoticeState::Sent,
        may_go_by_post: notice.channel == Channel::Mail && notice.kind != NoticeKind::SignIn && did_not_arrive,
        may_drop: did_not_arrive || notice.state == NoticeState::Queued,
        notice,
    })
}

/// Once more, came back, not needed.
pub(crate) async fn change(mut desk: Desk, page: Page, Path(notice): Path<i64>, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    let work = desk.records().await?;
    let known = work.notice(notice).await?;
    let to = NoticeState::from_id(fields.text("to")).ok_or_else(|| Problem::BadForm("to".to_owned()))?;
    let version = fields.number("version")?;
    desk.act().change_notice(&staff, (notice, version), to, fields.text("address")).await?;
    page.go(&address(known.cohort_id), t!(page, "notice-saved")).await
}

/// A letter goes instead of a mail that did not arrive.
pub(crate) async fn as_letter(mut desk: Desk, page: Page, Path(notice): Path<i64>, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    let work = desk.records().await?;
    let known = work.notice(notice).await?;
    desk.act().send_as_letter(&staff, (notice, fields.number("version")?)).await?;
    page.go(&format!("{}#letters", address(known.cohort_id)), t!(page, "notice-letter-waits")).await
}

/// The list a notice is on.
fn address(cohort: Option<i64>) -> String {
    cohort.map_or_else(|| "/notices".to_owned(), |cohort| format!("/notices?cohort={cohort}"))
}

/// Notices as a page showed them: id and version.
fn seen(fields: &Fields) -> Vec<(i64, i64)> {
    let pair = |text: &str| {
        text.split_once(':').and_then(|(notice, version)| Some((notice.parse().ok()?, version.parse().ok()?)))
    };
    fields.all("seen").filter_map(pair).collect()
}

/// Mails that have waited for long: sent after all, printed, or dropped.
pub(crate) async fn old(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    let seen = seen(&fields);
    let what = OldMails::from_id(fields.text("act")).ok_or_else(|| Problem::BadForm("act".to_owned()))?;
    let back = address(fields.number("cohort").ok());
    if !sending::is_confirmed(&fields) {
        let (secretariat, work) = desk.reading().await?;
        let mut notices = work.old_mails(None, secretariat.old_since()).await?;
        notices.retain(|notice| seen.contains(&(notice.id, notice.version)));
        let outgoing = Outgoing::of(work, &notices, &t!(page, "notice-link-to-come")).await?;
        let (heading, button) = match what {
            OldMails::Send => (t!(page, "old-send-heading"), t!(page, "old-send")),
            OldMails::Print => (t!(page, "old-print-heading"), t!(page, "old-print")),
            OldMails::Drop => (t!(page, "old-drop-heading"), t!(page, "old-drop")),
        };
        let question = Question { heading, action: "/notices/old".to_owned(), back, button };
        return sending::ask(&mut desk, page, question, &fields, outgoing);
    }
    let count = desk.act().settle_old_mails(&staff, &seen, what).await?;
    page.go(&back, t!(page, "old-settled", count = count)).await
}

/// The letters seen, to be printed, or said to be printed: what has come to the queue since is in neither.
pub(crate) async fn letters(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    let seen = seen(&fields);
    if fields.text("act") == "printed" {
        let count = desk.act().letters_printed(&staff, &seen).await?;
        let cohort = fields.number("cohort").ok();
        return page.go(&address(cohort), t!(page, "notice-letters-printed", count = count)).await;
    }
    let base_url = desk.base_url();
    let pdf = desk.act().letters(&staff, &seen, &base_url).await?.ok_or(Problem::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, disposition("inline", "letters.pdf")),
    ];
    Ok((headers, pdf).into_response())
}

struct OfKind {
    kind: Choice,
    variables: Vec<String>,
    text: Text,
    number: i64,
    /// Older versions, the newest first.
    before: Vec<NoticeTemplate>,
}

#[derive(Template)]
#[template(path = "notice/settings.html")]
struct Settings {
    page: Page,
    setting: NoticeSetting,
    kinds: Vec<OfKind>,
    mails: bool,
}

pub(crate) async fn settings(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    let work = desk.records().await?;
    let own = work.notice_templates().await?;
    let setting = work.notice_setting().await?.unwrap_or_else(default_setting);
    let of_kind = |kind: NoticeKind| -> Result<OfKind, Problem> {
        let versions: Vec<NoticeTemplate> = own.iter().filter(|known| known.kind == kind).cloned().collect();
        let number = versions.first().map_or(0, |known| known.number);
        Ok(OfKind {
            kind: Choice::new(kind.id(), words::kind(&page, kind)),
            variables: kind
                .variables()
                .iter()
                .map(|variable| format!("{{{}}} {}", variable.id(), words::variable(&page, *variable)))
                .collect(),
            text: text_of(&own, kind, number)?,
            number,
            before: versions.into_iter().skip(1).collect(),
        })
    };
    let kinds = NoticeKind::ALL.into_iter().map(of_kind).collect::<Result<_, Problem>>()?;
    render(&Settings { setting, kinds, mails: desk.app().mails, page })
}

pub(crate) async fn publish(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let kind = NoticeKind::from_id(fields.text("kind")).ok_or_else(|| Problem::BadForm("kind".to_owned()))?;
    let body = fields.text("body").replace("\r\n", "\n");
    let text = Text { subject: fields.text("subject").to_owned(), body: format!("{}\n", body.trim_end()) };
    desk.act().publish_notice_text(&page.staff()?, kind, &text).await?;
    page.go(&format!("/settings/notices#{}", kind.id()), t!(page, "notice-published")).await
}

pub(crate) async fn set(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let setting = NoticeSetting {
        quiet_from: fields.number("quiet_from")?,
        quiet_until: fields.number("quiet_until")?,
        lead_days: fields.text("lead_days").replace([',', '、', '　'], " "),
        waiting_days: fields.number("waiting_days")?,
        link_days: fields.number("link_days")?,
        version: fields.number("version")?,
    };
    desk.act().set_notice_setting(&page.staff()?, &setting).await?;
    page.go("/settings/notices", t!(page, "notice-saved")).await
}

/// Reminds the chosen trainees of a cohort, or their offices.
pub(crate) async fn remind(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    let work = desk.records().await?;
    work.cohort(cohort).await?;
    let kind = match fields.text("who") {
        "office" => NoticeKind::ReminderOffice,
        "trainee" => NoticeKind::ReminderTrainee,
        _ => return Err(Problem::BadForm("who".to_owned())),
    };
    let chosen: Vec<i64> = fields.all("trainee").filter_map(|id| id.parse().ok()).collect();
    if chosen.is_empty() {
        return Err(Problem::Refused(secretariat::Refusal::FieldMissing("trainee")));
    }
    if !sending::is_confirmed(&fields) {
        let to_come = t!(page, "notice-link-to-come");
        let outgoing = desk.act().rehearse_reminders(&staff, cohort, (kind, &chosen), &to_come).await?;
        let question = Question {
            heading: t!(page, "remind-heading"),
            action: format!("/cohorts/{cohort}/practicum/remind"),
            back: format!("/cohorts/{cohort}/practicum"),
            button: t!(page, "remind-send"),
        };
        return sending::ask(&mut desk, page, question, &fields, outgoing);
    }
    let count = desk.act().remind(&staff, cohort, kind, &chosen).await?;
    page.go(&format!("/cohorts/{cohort}/practicum"), t!(page, "notice-reminded", count = count)).await
}
