//! The training record sheet (研修記録シート): before the course, right after it, three months later. The last one comes after
//! the certificate and cannot wait for it: give it `effects = ["warns"]`.

use super::document::{Late, handed_in};
use super::{Context, Due};
use crate::completion::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// Which of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sheet {
    Before,
    After,
    ThreeMonthsLater,
}

impl Sheet {
    /// Its id among the documents handed in.
    pub fn document(self) -> &'static str {
        match self {
            Sheet::Before => "record_sheet_before",
            Sheet::After => "record_sheet_after",
            Sheet::ThreeMonthsLater => "record_sheet_three_months_later",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordSheet {
    pub sheet: Sheet,
    #[serde(default)]
    pub due: Option<Due>,
}

impl RecordSheet {
    /// A sheet that comes late still counts.
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        handed_in(self.sheet.document(), self.due, Late::Accepted, context)
    }

    pub(super) fn tightens(&self, old: &RecordSheet) -> Result<(), String> {
        if self.sheet != old.sheet {
            return Err("it asks for another sheet".to_owned());
        }
        Due::tightens(self.due, old.due)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::testing::{day, judged};
    use super::*;
    use crate::completion::facts::{DocumentFact, Facts};
    use crate::completion::verdict::State;

    #[test]
    fn each_sheet_is_its_own() {
        let sheet = |sheet: Sheet| DocumentFact { id: 1, document: sheet.document().into(), on: day(6, 1) };
        for (documents, state) in [
            (vec![], State::NotYet),
            (vec![sheet(Sheet::Before)], State::NotYet),
            (vec![sheet(Sheet::Before), sheet(Sheet::After)], State::Met),
        ] {
            let facts = Facts { documents, ..Facts::default() };
            let rule = Rule::RecordSheet(RecordSheet { sheet: Sheet::After, due: None });
            assert_eq!(judged(rule, &facts).state, state);
        }
    }
}
