//! A document handed in, by a deadline if there is one (実習同意書, 実習記録, 見学実習報告書 …).

use super::{Context, Due};
use crate::completion::verdict::{Evidence, Missing, Verdict};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its id: small letters, digits, `_`. The requirement's title is its name.
    pub document: String,
    #[serde(default)]
    pub due: Option<Due>,
    /// What becomes of one that comes late.
    #[serde(default)]
    pub late: Late,
}

/// A document after its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Late {
    /// Still counts.
    #[default]
    Accepted,
    /// Does not count: the requirement can then only be waived.
    Refused,
}

impl Document {
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        handed_in(&self.document, self.due, self.late, context)
    }

    pub(super) fn tightens(&self, old: &Document) -> Result<(), String> {
        if self.document != old.document {
            return Err(format!("it asks for another document than {}", old.document));
        }
        if self.late == Late::Accepted && old.late == Late::Refused {
            return Err("late would become accepted".to_owned());
        }
        Due::tightens(self.due, old.due)
    }

    pub(super) fn check(&self) -> Result<(), String> {
        let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.document.is_empty() || !self.document.chars().all(sound) {
            return Err(format!("document = {:?}; write small letters, digits and _", self.document));
        }
        self.due.map_or(Ok(()), |due| due.check())
    }
}

/// The first one handed in counts.
pub(super) fn handed_in(document: &str, due: Option<Due>, late: Late, context: &Context<'_>) -> Verdict {
    let due = due.and_then(|due| due.day(context.cohort));
    let fact =
        context.facts.documents.iter().filter(|fact| fact.document == document).min_by_key(|fact| (fact.on, fact.id));
    let too_late = due.filter(|_| late == Late::Refused);
    match (fact, too_late) {
        (Some(fact), Some(due)) if fact.on > due => Verdict::breached(
            vec![Evidence::Document(fact.id)],
            vec![Missing::DocumentLate { document: document.to_owned(), due, handed_in: fact.on }],
        ),
        (Some(fact), _) => Verdict::met(vec![Evidence::Document(fact.id)]),
        (None, Some(due)) if context.as_of > due => {
            Verdict::breached(vec![], vec![Missing::Document { document: document.to_owned(), due: Some(due) }])
        }
        (None, _) => Verdict {
            deadline: due,
            ..Verdict::not_yet(vec![Missing::Document { document: document.to_owned(), due }])
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{day, judged_in};
    use super::super::{Anchor, Rule};
    use super::*;
    use crate::completion::facts::{CohortDates, CohortFacts, DocumentFact, Facts};
    use crate::completion::verdict::State;

    #[test]
    fn handed_in_by_its_deadline() {
        let on = |day| DocumentFact { id: 4, document: "practicum_log".into(), on: day };
        let other = DocumentFact { id: 5, document: "report".into(), on: day(6, 1) };
        // Judged on 15 June.
        for (name, practicum_from, late, documents, state) in [
            ("in time", Some(day(6, 10)), Late::Refused, vec![on(day(6, 9))], State::Met),
            ("a day late", Some(day(6, 10)), Late::Refused, vec![on(day(6, 10))], State::Breached),
            ("a day late, accepted", Some(day(6, 10)), Late::Accepted, vec![on(day(6, 10))], State::Met),
            (
                "first in time, then again",
                Some(day(6, 10)),
                Late::Refused,
                vec![on(day(6, 12)), on(day(6, 9))],
                State::Met,
            ),
            ("not yet", Some(day(6, 20)), Late::Refused, vec![other], State::NotYet),
            ("never", Some(day(6, 10)), Late::Refused, vec![], State::Breached),
            ("never, late ones accepted", Some(day(6, 10)), Late::Accepted, vec![], State::NotYet),
            ("deadline not known", None, Late::Refused, vec![], State::NotYet),
        ] {
            let dates = CohortDates { practicum_from, ..CohortDates::default() };
            let due = Due { from: Anchor::PracticumStart, training_day: None, months: 0, days: -1 };
            let rule = Document { document: "practicum_log".into(), due: Some(due), late };
            let facts = Facts { documents, ..Facts::default() };
            let verdict = judged_in(Rule::Document(rule), &CohortFacts::new(dates, vec![]), &facts);
            assert_eq!(verdict.state, state, "{name}");
        }
    }
}
