//! Files beside an entry, and scans of signatures: sending them, taking them back, looking at them.

use crate::practicum::reading::check_may_read;
use crate::shell::desk::Desk;
use crate::shell::form::{Form, Upload};
use crate::shell::page::{Answer, Page, disposition};
use crate::shell::problem::Problem;
use crate::trainee::own::own_enrolment;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use secretariat::practicum::attachment::Sent;
use secretariat::practicum::{Attachment, Revision};

/// A file as a page lists it.
#[derive(Debug, Clone)]
pub(crate) struct AttachmentLink {
    pub(crate) name: String,
    pub(crate) address: String,
    /// In words.
    pub(crate) size: String,
    pub(crate) scanned: bool,
    pub(crate) erased: bool,
}

impl AttachmentLink {
    /// `at` is the address under which files can be looked at.
    pub(crate) fn of(attachment: &Attachment, at: &str) -> AttachmentLink {
        const KILOBYTE: i64 = 1024;
        let kilobytes = (attachment.size + KILOBYTE - 1) / KILOBYTE;
        AttachmentLink {
            name: attachment.name.clone(),
            address: format!("{at}/{}", attachment.id),
            size: match kilobytes < KILOBYTE {
                true => format!("{kilobytes} KB"),
                false => format!("{:.1} MB", kilobytes as f64 / KILOBYTE as f64),
            },
            scanned: attachment.scanned,
            erased: attachment.erased_at.is_some(),
        }
    }

    /// Those handed in with a revision.
    pub(crate) fn of_revision(attachments: &[Attachment], revision: &Revision, at: &str) -> Vec<AttachmentLink> {
        let own = attachments.iter().filter(|attachment| attachment.belongs_to(revision));
        own.map(|attachment| AttachmentLink::of(attachment, at)).collect()
    }
}

pub(crate) async fn attach(mut desk: Desk, page: Page, Path(entry): Path<i64>, upload: Upload) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    let file = upload.only_file();
    let sent = Sent { name: &file.name, bytes: &file.bytes };
    let unrecognisable = upload.fields.ticked("unrecognisable");
    desk.act().attach(&page.staff()?, (enrolment, entry), sent, unrecognisable).await?;
    page.go(&format!("/me/practicum/entries/{entry}#attachments"), t!(page, "notice-attached")).await
}

pub(crate) async fn detach(mut desk: Desk, page: Page, Path(attachment): Path<i64>, Form(_): Form) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    let entry = desk.act().detach(&page.staff()?, enrolment, attachment).await?;
    page.go(&format!("/me/practicum/entries/{entry}#attachments"), t!(page, "notice-detached")).await
}

pub(crate) async fn attach_scan(
    mut desk: Desk,
    page: Page,
    Path((enrolment, signature)): Path<(i64, i64)>,
    upload: Upload,
) -> Answer {
    let file = upload.only_file();
    let sent = Sent { name: &file.name, bytes: &file.bytes };
    desk.act().attach_scan(&page.staff()?, (enrolment, signature), sent).await?;
    page.go(&format!("/trainees/{enrolment}#signatures"), t!(page, "notice-attached")).await
}

pub(crate) async fn detach_scan(
    mut desk: Desk,
    page: Page,
    Path(signature): Path<(i64, i64)>,
    Form(_): Form,
) -> Answer {
    desk.act().detach_scan(&page.staff()?, signature).await?;
    page.go(&format!("/trainees/{}#signatures", signature.0), t!(page, "notice-detached")).await
}

pub(crate) async fn own(mut desk: Desk, page: Page, Path(attachment): Path<i64>) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    file(&mut desk, (enrolment, attachment), |_, _| true).await
}

/// The secretariat sees scans of signatures too; both see what was handed in.
pub(crate) async fn of_trainee(mut desk: Desk, page: Page, Path((enrolment, attachment)): Path<(i64, i64)>) -> Answer {
    check_may_read(&mut desk, &page, enrolment).await?;
    let staff = page.is_staff();
    let seen = |attachment: &Attachment, revisions: &[Revision]| {
        let handed_in = revisions.iter().any(|revision| attachment.belongs_to(revision));
        handed_in || (staff && attachment.signature_id.is_some())
    };
    file(&mut desk, (enrolment, attachment), seen).await
}

/// What was handed in with a plan of the instructor's group.
pub(crate) async fn of_group(
    mut desk: Desk,
    page: Page,
    Path((group, entry, attachment)): Path<(i64, i64, i64)>,
) -> Answer {
    let (secretariat, work) = desk.reading().await?;
    let plan = secretariat.plan_of_group(work, page.viewer()?.id, (group, entry)).await?;
    let seen = |attachment: &Attachment, revisions: &[Revision]| {
        let mut own = revisions.iter().filter(|revision| revision.entry_id == entry);
        own.any(|revision| attachment.belongs_to(revision))
    };
    file(&mut desk, (plan.enrolment_id, attachment), seen).await
}

/// The file, if whoever asks may see it. It is what it says it is: the bytes were looked at when it was sent, and no browser guesses otherwise.
async fn file(
    desk: &mut Desk,
    (enrolment, attachment): (i64, i64),
    seen: impl Fn(&Attachment, &[Revision]) -> bool,
) -> Answer {
    let work = desk.records().await?;
    let known = work.attachments(enrolment).await?;
    let known = known.into_iter().find(|known| known.id == attachment).ok_or(Problem::NotFound)?;
    let revisions = match known.entry_id {
        Some(entry) => work.revisions(enrolment, Some(entry)).await?,
        None => Vec::new(),
    };
    if !seen(&known, &revisions) {
        return Err(Problem::NotFound);
    }
    let bytes = work.attachment_content(&known).await?;
    let headers = [
        (header::CONTENT_TYPE, known.media_type.id().to_owned()),
        (header::CONTENT_DISPOSITION, disposition("inline", &known.name)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
