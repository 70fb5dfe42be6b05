//! A revision of an entry, as it is read: texts, tables, remarks.

use super::attachment::AttachmentLink;
use super::plan::{self, PlanTable};
use super::shown::{Shown, shown};
use crate::shell::page::Page;
use crate::wording::practicum as words;
use secretariat::practicum::Revision;
use training::practicum::entry::{EntryKind, Field, Typed, suspicions};
use training::practicum::plan::{Cell, Layout, forms};

/// Fields that were filled in, or rows of a plan.
pub(crate) enum Part {
    Fields(Vec<Shown>),
    Rows(PlanTable),
}

/// An entry as it was handed in.
pub(crate) struct RevisionView {
    pub(crate) number: i64,
    pub(crate) at: String,
    /// Day, time, way and place in one line, where none of them has changed.
    pub(crate) summary: String,
    /// What was filled in, in the order of the form.
    pub(crate) parts: Vec<Part>,
    /// Handed in with it.
    pub(crate) attachments: Vec<AttachmentLink>,
    pub(crate) shredded: bool,
    pub(crate) decision: Option<(String, &'static str)>,
    pub(crate) decided: String,
    pub(crate) comment: String,
    pub(crate) suspicions: Vec<String>,
    /// Pieces looked like personal data when it was handed in: the supervisor confirms that they are none.
    pub(crate) suspected: bool,
}

impl RevisionView {
    pub(crate) fn of(page: &Page, kind: EntryKind, revision: &Revision, before: Option<&Revision>) -> RevisionView {
        let typed = revision.typed.clone().unwrap_or_default();
        let earlier = before.and_then(|before| before.typed.clone());
        let text = |typed: &Typed, field: Field| {
            shown(page, field, typed.get(field.key().as_ref()).map_or("", String::as_str))
        };
        let show = |field: Field| {
            let (value, before) = (text(&typed, field), earlier.as_ref().map(|typed| text(typed, field)));
            let changed = before.as_ref().is_some_and(|before| *before != value);
            let shown = Shown { label: words::field(page, field), changed, before: before.unwrap_or_default(), value };
            (!shown.value.is_empty() || changed).then_some(shown)
        };
        let mut summary = Vec::new();
        let mut parts = Vec::new();
        if kind.is_plan() {
            for section in forms::sections(kind) {
                let cell = |field| Field::Plan(Cell { field, row: 0 });
                parts.extend(match section.layout {
                    Layout::Fields => Some(section.fields.iter().filter_map(|field| show(cell(field))).collect())
                        .filter(|fields: &Vec<Shown>| !fields.is_empty())
                        .map(Part::Fields),
                    Layout::Rows => plan::table(page, section, &typed, earlier.as_ref()).map(Part::Rows),
                });
            }
        } else {
            let mut fields = Vec::new();
            for (field, shown) in kind.fields(&typed).into_iter().filter_map(|field| Some((field, show(field)?))) {
                match field {
                    Field::OwnWork if !shown.changed => summary.push(shown.label),
                    Field::BreakMinutes if !shown.changed => summary.push(format!("{} {}", shown.label, shown.value)),
                    Field::Until if !shown.changed => summary.push(format!("- {}", shown.value)),
                    field if !shown.changed && !field.is_text() => summary.push(shown.value),
                    _ => fields.push(shown),
                }
            }
            parts.push(Part::Fields(fields));
        }
        let found = if revision.suspicions > 0 { suspicions(kind, &typed) } else { Vec::new() };
        RevisionView {
            number: revision.number,
            at: page.moment(&revision.submitted_at),
            shredded: revision.typed.is_none(),
            summary: summary.join(" "),
            parts,
            attachments: Vec::new(),
            decision: revision.decision.map(|state| (words::state(page, state), words::colour(state))),
            decided: match (&revision.decided_by, &revision.decided_at) {
                (Some(by), Some(at)) => format!("{} {by}", page.moment(at)),
                _ => String::new(),
            },
            comment: revision.comment.clone(),
            suspicions: worded(page, &found),
            suspected: revision.suspicions > 0,
        }
    }
}

pub(crate) fn worded(page: &Page, found: &[(Field, training::practicum::personal_data::Suspicion)]) -> Vec<String> {
    let line = |(field, suspicion): &(Field, training::practicum::personal_data::Suspicion)| {
        let kind = words::personal_data(page, suspicion.kind);
        format!("{}: 「{}」 {kind}", words::field(page, *field), suspicion.piece)
    };
    found.iter().map(line).collect()
}
