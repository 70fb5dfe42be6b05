//! Which types of case a trainee must have met (lives alone, dementia, hospital discharge …): a prefecture's list.

use super::{Context, keeps_all, no_less};
use crate::completion::verdict::{Evidence, Missing, Verdict};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseTypes {
    /// Ids of types, as they are ticked on a case.
    pub types: Vec<String>,
    /// How many different ones of them; none: all.
    #[serde(default)]
    pub count: Option<u32>,
}

impl CaseTypes {
    fn required(&self) -> u32 {
        self.count.unwrap_or(u32::try_from(self.types.len()).unwrap_or(u32::MAX))
    }

    /// A case counts once it has at least one experience.
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let facts = context.facts;
        let experienced = |case: i64| facts.experiences.iter().any(|experience| experience.case == case);
        let mut evidence = Vec::new();
        let mut not_met = Vec::new();
        for wanted in &self.types {
            let case = facts.cases.iter().find(|case| case.types.contains(wanted) && experienced(case.id));
            match case {
                Some(case) => evidence.push(Evidence::Case(case.id)),
                None => not_met.push(wanted.clone()),
            }
        }
        let done = u32::try_from(evidence.len()).unwrap_or(u32::MAX);
        evidence.dedup();
        let missing = if done < self.required() {
            vec![Missing::CaseTypes { done, required: self.required(), open: not_met }]
        } else {
            Vec::new()
        };
        Verdict { evidence, ..Verdict::met_unless(missing) }
    }

    pub(super) fn tightens(&self, old: &CaseTypes) -> Result<(), String> {
        if self.count.is_none() {
            return keeps_all("types", &self.types, &old.types);
        }
        // More types to choose from would make it easier.
        keeps_all("types", &old.types, &self.types)?;
        no_less("count", self.required(), old.required())
    }

    pub(super) fn check(&self) -> Result<(), String> {
        let (count, types) = (self.required(), self.types.len());
        if types == 0 || count == 0 {
            return Err("it asks for nothing; name types".to_owned());
        }
        if let Some(twice) = self.types.iter().enumerate().find(|(index, id)| self.types[..*index].contains(id)) {
            return Err(format!("the type {:?} stands twice", twice.1));
        }
        if count as usize > types {
            return Err(format!("count is {count}, but only {types} types are named"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::testing::{day, judged, seen};
    use super::*;
    use crate::completion::facts::Facts;
    use crate::completion::verdict::State;
    use crate::practicum::record::{Case, Experience};

    #[test]
    fn types_of_cases_with_experiences() {
        let case =
            |id, types: &[&str]| Case { types: types.iter().map(|name| (*name).to_owned()).collect(), ..Case::new(id) };
        let on = |case| Experience { case, ..seen("plan", day(6, 1)) };
        let types = vec!["dementia".to_owned(), "lives_alone".to_owned()];
        for (name, count, cases, experiences, state) in [
            ("none", None, vec![], vec![], State::NotYet),
            ("both on one case", None, vec![case(1, &["dementia", "lives_alone"])], vec![on(1)], State::Met),
            ("no experience of it", None, vec![case(1, &["dementia", "lives_alone"])], vec![], State::NotYet),
            ("one of two", None, vec![case(1, &["dementia"])], vec![on(1)], State::NotYet),
            ("one suffices", Some(1), vec![case(1, &["dementia"])], vec![on(1)], State::Met),
        ] {
            let facts = Facts { cases, experiences, ..Facts::default() };
            let rule = CaseTypes { types: types.clone(), count };
            assert_eq!(judged(Rule::CaseTypes(rule), &facts).state, state, "{name}");
        }
    }
}
