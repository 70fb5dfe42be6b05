//! One entry of the trainee's practicum record: typing with a draft that is kept, handing in, what the supervisor said.

use crate::practicum::EntryLink;
use crate::practicum::attachment::AttachmentLink;
use crate::practicum::plan::{self, Remark};
use crate::practicum::revision::{RevisionView, worded};
use crate::practicum::shown::shown;
use crate::shell::desk::Desk;
use crate::shell::form::{Fields, Form};
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::trainee::own::own_enrolment;
use crate::wording;
use crate::wording::plan as plan_words;
use crate::wording::practicum as words;
use askama::Template;
use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use secretariat::practicum::record::{HandedIn, NotHandedIn, SentEntry, Whose, of_kind};
use secretariat::practicum::{Comment, Draft, Entry};
use std::borrow::Cow;
use training::completion::facts::MilestoneKind;
use training::practicum::entry::{EntryKind, EntryState, Fault, Field, LONGEST_TEXT, PlaceKind, Typed};
use training::practicum::plan::{Cell, Layout, MOST_ROWS, Section, forms};
use training::practicum::record::Way;

/// A part of the form, with a heading where there are several.
struct FormSection {
    title: String,
    /// Names of fields are from memory.
    /// Numbered from 1; a part without rows has one of number 0.
    rows: Vec<(usize, Vec<Input>)>,
}

/// A field of the form.
struct Input {
    id: Cow<'static, str>,
    label: String,
    hint: String,
    value: String,
    /// `text`, `line`, `date`, `time`, `number`, `select` or `check`.
    shape: &'static str,
    choices: Vec<Choice>,
    optional: bool,
    fault: Option<String>,
    /// The supervisor's remarks.
    comments: Vec<Remark>,
}

#[derive(Template)]
#[template(path = "practicum/entry.html")]
struct EntryPage {
    page: Page,
    /// What the browser seals by what has not reached the server yet.
    device_key: Option<String>,
    link: EntryLink,
    entry: Entry,
    sections: Vec<FormSection>,
    /// Some names of its fields were not read in a source.
    unconfirmed: bool,
    /// Every remark with its field, those on rows that are gone too.
    remarks: Vec<Remark>,
    /// What a good plan would still want: name of the field, and what.
    advice: Vec<(String, String)>,
    /// An assessment of the same client could be carried over.
    has_assessment: bool,
    draft_version: i64,
    saved_at: String,
    /// May it be typed in now?
    open: bool,
    /// What is changed is looked at anew.
    approved: bool,
    /// The supervisor has signed the record off.
    signed_off: bool,
    /// May it be thrown away?
    discardable: bool,
    revisions: Vec<RevisionView>,
    /// Files beside the entry now.
    attachments: Vec<AttachmentLink>,
    suspicions: Vec<String>,
    has_faults: bool,
    /// What was never handed in of a record that is signed off: it stays readable.
    unsent: Vec<(String, String)>,
    /// Fields in which another window was faster: name, what was typed here, what is kept.
    theirs: Vec<(String, String, String)>,
    longest: usize,
}

/// What the page shows beside what is recorded: typed just now and not kept, refused, or overtaken.
#[derive(Default)]
struct Beside {
    typed: Option<Typed>,
    refused: NotHandedIn,
    overtaken: bool,
}

fn input(page: &Page, kind: EntryKind, field: Field, typed: &Typed, beside: (&[(Field, Fault)], &[Comment])) -> Input {
    let (faults, comments) = beside;
    let value = typed.get(field.key().as_ref()).cloned().unwrap_or_default();
    let choice = |id: &str, label: String| Choice::new(id, label);
    let (shape, choices) = match field {
        Field::On => ("date", Vec::new()),
        Field::From | Field::Until => ("time", Vec::new()),
        Field::BreakMinutes => ("number", Vec::new()),
        Field::OwnWork => ("check", Vec::new()),
        Field::Way => ("select", Way::ALL.iter().map(|way| choice(way.id(), wording::way(page, *way))).collect()),
        Field::Place => {
            ("select", PlaceKind::ALL.iter().map(|place| choice(place.id(), words::place(page, *place))).collect())
        }
        Field::Plan(cell) => plan::input(page, cell.field),
        _ => ("text", Vec::new()),
    };
    let hint = match (field, kind) {
        (Field::Seen, _) => t!(page, "hint-seen"),
        (Field::OtherProfessions, _) => t!(page, "hint-other-professions"),
        (Field::Reason, EntryKind::ConferenceFallback) => t!(page, "hint-fallback-reason"),
        (Field::Plan(cell), _) => plan_words::hint(page, cell.field),
        _ => String::new(),
    };
    let fault = faults.iter().find(|(known, _)| *known == field).map(|(_, fault)| words::fault(page, fault));
    let label = match field {
        // The row stands above its fields.
        Field::Plan(cell) => plan_words::label(page, cell.field.label).to_owned(),
        field => words::field(page, field),
    };
    Input {
        comments: Remark::at(page, comments, &field.key()),
        id: field.key(),
        label,
        hint,
        value,
        shape,
        choices,
        optional: field.is_optional(),
        fault,
    }
}

/// The fields of a kind as a form sent them.
/// Every field of a form, with the line ends of a text.
fn sent(fields: &Fields) -> Typed {
    fields.names().map(|name| (name.to_owned(), fields.text(name).replace("\r\n", "\n"))).collect()
}

fn typed(kind: EntryKind, fields: &Fields) -> Typed {
    of_kind(kind, &sent(fields))
}

/// Where trainees look at their files.
const OWN_ATTACHMENTS: &str = "/me/practicum/attachments";

/// Empty rows below those filled in.
const SPARE_ROWS: usize = 2;

fn form(page: &Page, kind: EntryKind, typed: &Typed, beside: (&[(Field, Fault)], &[Comment])) -> Vec<FormSection> {
    let input = |field: Field| input(page, kind, field, typed, beside);
    if !kind.is_plan() {
        let inputs = kind.fields(typed).into_iter().map(input).collect();
        return vec![FormSection { title: String::new(), rows: vec![(0, inputs)] }];
    }
    let section = |section: &'static Section| {
        let rows = match section.layout {
            Layout::Fields => 0..=0,
            Layout::Rows => 1..=(section.rows(typed) + SPARE_ROWS).max(plan::given_rows(section)).min(MOST_ROWS),
        };
        let inputs = |row: usize| {
            let mut inputs: Vec<Input> =
                section.fields.iter().map(|field| input(Field::Plan(Cell { field, row }))).collect();
            if let Some(first) = inputs.first_mut().filter(|first| first.value.is_empty() && row > 0) {
                first.value = plan::given(section, row).to_owned();
            }
            inputs
        };
        FormSection {
            title: plan_words::label(page, section.label).to_owned(),
            rows: rows.map(|row| (row, inputs(row))).collect(),
        }
    };
    forms::sections(kind).iter().map(section).collect()
}

/// A text no browser of ours would send is refused before it is kept.
fn check_length(typed: &Typed) -> Result<(), Problem> {
    let too_long = typed.values().any(|text| text.chars().count() > 4 * LONGEST_TEXT);
    if too_long { Err(Problem::TooLarge) } else { Ok(()) }
}

pub(crate) async fn begin(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    let kind = EntryKind::from_id(fields.text("kind")).ok_or_else(|| Problem::BadForm("kind".to_owned()))?;
    let about = match kind {
        EntryKind::Experience => (Some(fields.number("case")?), Some(fields.text("stage"))),
        kind if kind.is_plan() => (Some(fields.number("case")?), None),
        _ => (None, None),
    };
    let entry = desk.act().begin_entry(&page.staff()?, enrolment, kind, about).await?;
    Ok(axum::response::Redirect::to(&format!("/me/practicum/entries/{entry}")).into_response())
}

pub(crate) async fn show(mut desk: Desk, mut page: Page, Path(entry): Path<i64>) -> Answer {
    page.take_notice().await?;
    let enrolment = own_enrolment(&mut desk, &page).await?;
    entry_page(&mut desk, page, (enrolment, entry), Beside::default()).await
}

async fn entry_page(desk: &mut Desk, page: Page, (enrolment, entry): (i64, i64), beside: Beside) -> Answer {
    let (secretariat, work) = desk.reading().await?;
    let device_key = secretariat.device_key(work, page.viewer()?.id).await?;
    let entry = work.entry(enrolment, entry).await?;
    let revisions = work.revisions(enrolment, Some(entry.id)).await?;
    let draft = work.draft(&entry).await?;
    let mut comments = work.comments(enrolment).await?;
    comments.retain(|comment| comment.entry_id == entry.id);
    let attachments = work.attachments(enrolment).await?;
    let entries = if entry.kind.is_plan() { work.entries(enrolment).await? } else { Vec::new() };
    let cases = work.cases(enrolment).await?;
    let invented = cases.iter().any(|case| case.invented && Some(case.fact.id) == entry.case_id);
    let cohort = work.enrolment(enrolment).await?.cohort_id;
    let signed_off = work.milestones_of_cohort(cohort, MilestoneKind::SignOff).await?.contains(&enrolment);
    let last = revisions.last().and_then(|revision| revision.typed.clone());
    let Draft { typed: kept, version, saved_at } = draft;
    let kept = if version == 0 { last.unwrap_or_default() } else { kept };
    let theirs = match (&beside.typed, beside.overtaken) {
        (Some(mine), true) => {
            let mut fields = entry.kind.fields(mine);
            fields
                .extend(entry.kind.fields(&kept).into_iter().filter(|field| !entry.kind.fields(mine).contains(field)));
            let value = |typed: &Typed, field: Field| typed.get(field.key().as_ref()).cloned().unwrap_or_default();
            let differs = fields.into_iter().filter(|field| value(mine, *field) != value(&kept, *field));
            let shown = |typed: &Typed, field: Field| shown(&page, field, &value(typed, field));
            differs.map(|field| (words::field(&page, field), shown(mine, field), shown(&kept, field))).collect()
        }
        _ => Vec::new(),
    };
    let unsent = match signed_off && version > 0 {
        true => entry.kind.fields(&kept),
        false => Vec::new(),
    };
    let written = |field: Field| Some((field, kept.get(field.key().as_ref()).filter(|text| !text.trim().is_empty())?));
    let unsent = unsent.into_iter().filter_map(written);
    let unsent = unsent.map(|(field, text)| (words::field(&page, field), shown(&page, field, text))).collect();
    let typed = beside.typed.unwrap_or(kept);
    let status = match beside.refused == NotHandedIn::default() {
        _ if beside.overtaken => StatusCode::CONFLICT,
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut filled = typed.clone();
    let client = if invented { forms::INVENTED } else { forms::FROM_PRACTICUM };
    filled.entry(forms::CLIENT.id.to_owned()).or_insert_with(|| client.to_owned());
    let sections = form(&page, entry.kind, &filled, (&beside.refused.faults, &comments));
    let mut views: Vec<RevisionView> = revisions
        .iter()
        .enumerate()
        .map(|(index, revision)| {
            let before = index.checked_sub(1).and_then(|before| revisions.get(before));
            RevisionView {
                attachments: AttachmentLink::of_revision(&attachments, revision, OWN_ATTACHMENTS),
                ..RevisionView::of(&page, entry.kind, revision, before)
            }
        })
        .collect();
    views.reverse();
    let beside_now = attachments.iter().filter(|known| known.entry_id == Some(entry.id) && known.stands());
    let page = EntryPage {
        device_key,
        link: EntryLink::of(&page, &entry),
        sections,
        unconfirmed: forms::sections(entry.kind).iter().any(|section| section.unconfirmed),
        remarks: Remark::on(&page, &entry, &comments),
        advice: if typed.is_empty() { Vec::new() } else { plan::advice(&page, entry.kind, &typed) },
        has_assessment: entry.kind != EntryKind::Assessment
            && entries.iter().any(|it| it.kind == EntryKind::Assessment && it.case_id == entry.case_id),
        draft_version: version,
        saved_at: saved_at.map(|at| page.moment(&at)).unwrap_or_default(),
        open: entry.state != EntryState::Submitted && !signed_off,
        approved: entry.state == EntryState::Approved,
        signed_off,
        discardable: !signed_off
            && matches!(entry.state, EntryState::Draft | EntryState::Returned)
            && revisions.iter().all(|revision| revision.decision != Some(EntryState::Approved)),
        suspicions: worded(&page, &beside.refused.suspicions),
        has_faults: !beside.refused.faults.is_empty(),
        revisions: views,
        attachments: beside_now.map(|known| AttachmentLink::of(known, OWN_ATTACHMENTS)).collect(),
        unsent,
        theirs,
        longest: LONGEST_TEXT,
        entry,
        page,
    };
    Ok((status, render(&page)?).into_response())
}

/// Keeps the draft, hands the entry in, or throws it away, by the button pressed.
pub(crate) async fn submit(mut desk: Desk, page: Page, Path(entry): Path<i64>, Form(fields): Form) -> Answer {
    if fields.text("act") == "hand_in" {
        return hand_in(desk, page, entry, &fields).await;
    }
    let enrolment = own_enrolment(&mut desk, &page).await?;
    let staff = page.staff()?;
    let address = format!("/me/practicum/entries/{entry}");
    let work = desk.records().await?;
    let known = work.entry(enrolment, entry).await?;
    let typed = typed(known.kind, &fields);
    let (version, read) = (fields.number("entry_version")?, fields.number("draft_version")?);
    check_length(&typed)?;
    let overtaken = |typed| Beside { typed: Some(typed), overtaken: true, ..Beside::default() };
    match fields.text("act") {
        "keep" => match desk.act().keep_draft(&staff, enrolment, entry, (&typed, version, read)).await {
            Ok(_) => page.go(&address, t!(page, "notice-draft-kept")).await,
            Err(error) if error.is_overtaken() => {
                entry_page(&mut desk, page, (enrolment, entry), overtaken(typed)).await
            }
            Err(error) => Err(error.into()),
        },
        "copy_assessment" => {
            let shown = plan::Shown { typed: &typed, entry_version: version, draft_version: read };
            match desk.act().copy_assessment(&staff, enrolment, entry, shown).await {
                Ok(()) => page.go(&address, t!(page, "notice-assessment-copied")).await,
                Err(error) if error.is_overtaken() => {
                    entry_page(&mut desk, page, (enrolment, entry), overtaken(typed)).await
                }
                Err(error) => Err(error.into()),
            }
        }
        "discard" => {
            desk.act().discard_entry(&staff, enrolment, entry, (version, read)).await?;
            page.go("/me/practicum", t!(page, "notice-entry-discarded")).await
        }
        _ => Err(Problem::BadForm("act".to_owned())),
    }
}

async fn hand_in(mut desk: Desk, page: Page, entry: i64, fields: &Fields) -> Answer {
    let person = page.viewer()?.person_id.ok_or(Problem::NotFound)?;
    let typed = sent(fields);
    check_length(&typed)?;
    let sent = SentEntry {
        whose: Whose::Person(person),
        entry,
        fields: &typed,
        entry_version: fields.number("entry_version")?,
        draft_version: fields.number("draft_version")?,
        none_personal: fields.ticked("none_personal"),
    };
    let (enrolment, beside) = match desk.act().hand_in(&page.staff()?, &sent).await {
        Ok((_, HandedIn::Revision(_))) => return page.go("/me/practicum", t!(page, "notice-handed-in")).await,
        Ok((_, HandedIn::Before)) => return page.go("/me/practicum", t!(page, "notice-handed-in-before")).await,
        Ok((enrolment, HandedIn::NotYet(refused))) => (enrolment, Beside { refused, ..Beside::default() }),
        Err(error) if error.is_overtaken() => {
            (own_enrolment(&mut desk, &page).await?, Beside { overtaken: true, ..Beside::default() })
        }
        Err(error) => return Err(error.into()),
    };
    let kind = desk.records().await?.entry(enrolment, entry).await?.kind;
    let beside = Beside { typed: Some(of_kind(kind, &typed)), ..beside };
    entry_page(&mut desk, page, (enrolment, entry), beside).await
}

/// The draft as it is being typed: answers with its version, or 409 where another tab was faster.
pub(crate) async fn keep(mut desk: Desk, page: Page, Path(entry): Path<i64>, Form(fields): Form) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    let staff = page.staff()?;
    let work = desk.records().await?;
    let known = work.entry(enrolment, entry).await?;
    let typed = typed(known.kind, &fields);
    check_length(&typed)?;
    let (version, read) = (fields.number("entry_version")?, fields.number("draft_version")?);
    match desk.act().keep_draft(&staff, enrolment, entry, (&typed, version, read)).await {
        Ok(version) => {
            Ok(Json(serde_json::json!({ "version": version, "text": t!(page, "draft-kept") })).into_response())
        }
        Err(error) if error.is_overtaken() => {
            let answer = serde_json::json!({ "text": t!(page, "draft-overtaken") });
            Ok((StatusCode::CONFLICT, Json(answer)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
