//! What an assessment already says is carried into a plan, so that nothing is typed twice.

use super::{Cell, cell, forms, text};
use crate::practicum::entry::{EntryKind, Typed};

/// Where fields of the assessment go in a plan; fields of the same name go to each other.
const CARRIED: [(&str, &str); 2] = [("item_7", "analysis"), ("item_10", "health_notes")];
/// Columns of the needs found, and where they go: in a home or facility care plan, or in a preventive one.
const NEEDS: [(&str, &str); 2] = [("found_need", "need"), ("found_need", "issue")];

/// The plan with what the assessment says in its empty cells; nothing typed is replaced. Needs go below the rows that are there,
/// but for those the plan already has.
pub fn from_assessment(assessment: &Typed, kind: EntryKind, plan: &Typed) -> Typed {
    let mut carried = plan.clone();
    let mut fill = |to: Cell, value: &str| {
        if !value.is_empty() && text(&carried, to).is_empty() {
            carried.insert(to.key().into_owned(), value.to_owned());
        }
    };
    for section in forms::sections(EntryKind::Assessment) {
        for cell_there in section.cells(assessment).filter(|cell| cell.row == 0) {
            let id = cell_there.field.id;
            // The plan is written on a day of its own.
            if id == forms::WRITTEN_ON.id {
                continue;
            }
            let to = CARRIED.iter().find(|(from, _)| *from == id).map_or(id, |(_, to)| to);
            if let Some(to) = cell(kind, to) {
                fill(to, text(assessment, cell_there));
            }
        }
    }
    for (from, to) in NEEDS {
        let found = forms::sections(EntryKind::Assessment).iter().flat_map(|section| section.cells(assessment));
        let found = found.filter(|cell| cell.field.id == from).map(|cell| text(assessment, cell));
        let Some(section) = forms::sections(kind).iter().find(|section| section.fields.iter().any(|it| it.id == to))
        else {
            continue;
        };
        let mut row = section.rows(&carried);
        let known = |carried: &Typed, need: &str| {
            section.cells(carried).any(|cell| cell.field.id == to && text(carried, cell) == need)
        };
        for need in found.filter(|need| !need.is_empty()) {
            if known(&carried, need) {
                continue;
            }
            row += 1;
            if let Some(to) = cell(kind, &format!("{to}.{row}")) {
                carried.insert(to.key().into_owned(), need.to_owned());
            }
        }
    }
    carried
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Typed {
        fields.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn empty_cells_are_filled_and_needs_go_below() {
        let assessment = typed(&[
            ("client", "invented"),
            ("care_level", "care_2"),
            ("written_on", "令和9年4月1日"),
            ("item_7", "家で暮らしたい"),
            ("found_need.1", "歩きたい"),
            ("found_need.3", "食べたい"),
            ("ground.1", "11 ADL"),
        ]);
        let plan = typed(&[("analysis", "書きかけ"), ("need.1", "食べたい"), ("service.2", "配食")]);
        let expected = typed(&[
            ("analysis", "書きかけ"),
            ("care_level", "care_2"),
            ("client", "invented"),
            ("need.1", "食べたい"),
            ("need.3", "歩きたい"),
            ("service.2", "配食"),
        ]);
        let once = from_assessment(&assessment, EntryKind::HomeCarePlan, &plan);
        assert_eq!(once, expected);
        assert_eq!(from_assessment(&assessment, EntryKind::HomeCarePlan, &once), expected, "twice is once");
        let preventive = from_assessment(&assessment, EntryKind::PreventiveCarePlan, &Typed::new());
        let expected = typed(&[("client", "invented"), ("issue.1", "歩きたい"), ("issue.2", "食べたい")]);
        assert_eq!(preventive, expected);
    }
}
