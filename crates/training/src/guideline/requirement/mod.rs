//! Requirements: a closed set of typed rules, each in its own file, each tied to one clause.
//!
//! Every rule has three things to say: its verdict on a trainee's facts (`judge`), whether it may stand in a supplement for another
//! of its kind (`tightens`), and whether its values make sense (`check`) and name subjects and stages there are (`fits`).

mod attendance;
mod case_types;
mod cases;
mod combined;
mod completion_assessment;
mod conference;
mod document;
mod due;
mod host_office;
mod milestone;
mod pass_record;
mod practicum_minimum;
mod prior_consent;
mod record_sheet;
mod stages;
mod subjects;
mod supervisor;

pub use attendance::Attendance;
pub use case_types::CaseTypes;
pub use cases::SeveralCases;
pub use combined::{AllOf, AnyOf};
pub use completion_assessment::{CompletionAssessment, RubricItem};
pub use conference::Conference;
pub use document::{Document, Late};
pub use due::{Anchor, Due};
pub use host_office::HostOffice;
pub use milestone::Milestone;
pub use pass_record::PassRecord;
pub use practicum_minimum::PracticumMinimum;
pub use prior_consent::PriorConsent;
pub use record_sheet::{RecordSheet, Sheet};
pub use stages::StagesCovered;
pub use subjects::Subjects;
pub use supervisor::Supervisor;

use super::clause::Duty;
use super::confidence::Confidence;
use super::curriculum::Curriculum;
use super::stage::Stage;
use crate::completion::facts::{CohortFacts, Facts};
use crate::completion::verdict::{Missing, State, Verdict};
use crate::role::Role;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One requirement of an edition or supplement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    pub id: String,
    /// The path of the clause it rests on.
    pub clause: String,
    pub duty: Duty,
    pub title: String,
    pub title_en: String,
    pub rule: Rule,
    /// What follows while it is not settled; none named: completion waits for what must be, the rest only warns.
    #[serde(default)]
    pub effects: Vec<Effect>,
    /// Who may set it aside for a trainee, with a reason; an empty list: nobody.
    #[serde(default = "waivable_by_administrator")]
    pub waivable_by: Vec<Role>,
    /// Cohorts beginning on or after this day; none: all.
    #[serde(default)]
    pub in_force_from: Option<NaiveDate>,
    /// Cohorts beginning on or before this day; none: all.
    #[serde(default)]
    pub in_force_until: Option<NaiveDate>,
    /// Where the value was read; none: where its file's head says.
    #[serde(default)]
    pub source: Option<String>,
    /// How sure the value is; none: as its file's head says.
    #[serde(default)]
    pub confidence: Option<Confidence>,
    /// Supplement that added or tightened it.
    #[serde(default)]
    pub supplement: Option<String>,
}

fn waivable_by_administrator() -> Vec<Role> {
    vec![Role::Administrator]
}

/// What follows from a requirement that is not settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// No completion certificate.
    BlocksCompletion,
    /// The practicum may not begin.
    BlocksPracticum,
    /// The sessions of the second half may not be attended.
    BlocksSecondHalf,
    /// It is shown.
    Warns,
}

impl Requirement {
    pub fn effects(&self) -> &[Effect] {
        match (self.effects.as_slice(), self.duty) {
            ([], Duty::Must) => &[Effect::BlocksCompletion],
            ([], Duty::Appropriate) => &[Effect::Warns],
            (named, _) => named,
        }
    }

    /// Does it govern cohorts that begin on this day?
    pub fn in_force(&self, starts_on: NaiveDate) -> bool {
        self.in_force_from.is_none_or(|from| from <= starts_on)
            && self.in_force_until.is_none_or(|until| starts_on <= until)
    }

    /// Why it cannot be judged by a curriculum and a list of stages.
    pub(super) fn fits(&self, curriculum: &Curriculum, stages: &[Stage]) -> Result<(), String> {
        self.rule.fits(curriculum, stages)
    }

    /// What in its values cannot be meant.
    pub(super) fn check(&self) -> Vec<String> {
        let mut found = Vec::new();
        if let (Some(from), Some(until)) = (self.in_force_from, self.in_force_until)
            && until < from
        {
            found.push(format!("in_force_until {until} lies before in_force_from {from}; exchange them"));
        }
        if self.duty == Duty::Appropriate && self.effects.iter().any(|effect| *effect != Effect::Warns) {
            found.push("what is appropriate never blocks; write duty = \"must\" or effects = [\"warns\"]".to_owned());
        }
        if self.waivable_by.iter().any(|role| !matches!(role, Role::Administrator | Role::Secretariat)) {
            found.push("waivable_by names administrator, secretariat, both or nobody".to_owned());
        }
        found.extend(self.rule.check().err());
        found
    }
}

/// The rules there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Rule {
    PassRecord(PassRecord),
    Subjects(Subjects),
    Attendance(Attendance),
    Milestone(Milestone),
    Document(Document),
    RecordSheet(RecordSheet),
    PracticumMinimum(PracticumMinimum),
    SeveralCases(SeveralCases),
    CaseTypes(CaseTypes),
    StagesCovered(StagesCovered),
    Conference(Conference),
    PriorConsent(PriorConsent),
    HostOffice(HostOffice),
    Supervisor(Supervisor),
    CompletionAssessment(CompletionAssessment),
    AnyOf(AnyOf),
    AllOf(AllOf),
}

impl Rule {
    /// Is this about the practicum itself: where, under whom, how long, with which cases and stages?
    pub fn is_of_practicum(&self) -> bool {
        match self {
            Rule::PracticumMinimum(_)
            | Rule::SeveralCases(_)
            | Rule::CaseTypes(_)
            | Rule::StagesCovered(_)
            | Rule::Conference(_)
            | Rule::PriorConsent(_)
            | Rule::HostOffice(_)
            | Rule::Supervisor(_) => true,
            Rule::AnyOf(rule) => rule.rules.iter().any(Rule::is_of_practicum),
            Rule::AllOf(rule) => rule.rules.iter().any(Rule::is_of_practicum),
            Rule::PassRecord(_)
            | Rule::Subjects(_)
            | Rule::Attendance(_)
            | Rule::Milestone(_)
            | Rule::Document(_)
            | Rule::RecordSheet(_)
            | Rule::CompletionAssessment(_) => false,
        }
    }
}

/// What a rule is judged against.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub curriculum: &'a Curriculum,
    pub stages: &'a [Stage],
    pub cohort: &'a CohortFacts,
    pub facts: &'a Facts,
    pub as_of: NaiveDate,
}

impl Context<'_> {
    /// What the practicum can still bring: until its last day it is the deadline, afterwards another practicum is needed.
    fn until_practicum_ends(&self, mut verdict: Verdict) -> Verdict {
        if let (State::NotYet, Some(until)) = (verdict.state, self.cohort.dates.practicum_until) {
            if self.as_of > until {
                verdict.state = State::NeedsMakeUp;
                verdict.missing.push(Missing::PracticumOver { until });
            } else {
                verdict.deadline = Some(until);
            }
        }
        verdict
    }
}

impl Rule {
    /// One verdict, or one for each subject; the subject's code goes with it.
    pub(crate) fn judge(&self, context: &Context<'_>, verdicts: &mut Vec<(Option<String>, Verdict)>) {
        if let Rule::Subjects(rule) = self {
            return rule.judge(context, verdicts);
        }
        verdicts.push((None, self.verdict(context)));
    }

    /// One verdict: what a rule says that stands among others in `any_of` or `all_of`.
    fn verdict(&self, context: &Context<'_>) -> Verdict {
        match self {
            Rule::Subjects(rule) => rule.verdict(context),
            Rule::PassRecord(rule) => rule.judge(context),
            Rule::Attendance(rule) => rule.judge(context),
            Rule::Milestone(rule) => rule.judge(context),
            Rule::Document(rule) => rule.judge(context),
            Rule::RecordSheet(rule) => rule.judge(context),
            Rule::PracticumMinimum(rule) => context.until_practicum_ends(rule.judge(context)),
            Rule::SeveralCases(rule) => context.until_practicum_ends(rule.judge(context)),
            Rule::CaseTypes(rule) => context.until_practicum_ends(rule.judge(context)),
            Rule::StagesCovered(rule) => context.until_practicum_ends(rule.judge(context)),
            Rule::Conference(rule) => context.until_practicum_ends(rule.judge(context)),
            Rule::PriorConsent(rule) => rule.judge(context),
            Rule::HostOffice(rule) => rule.judge(context),
            Rule::Supervisor(rule) => rule.judge(context),
            Rule::CompletionAssessment(rule) => rule.judge(context),
            Rule::AnyOf(rule) => rule.judge(context),
            Rule::AllOf(rule) => rule.judge(context),
        }
    }

    /// May this rule replace `old` in a supplement? The reason, if not.
    pub fn tightens(&self, old: &Rule) -> Result<(), String> {
        match (self, old) {
            (Rule::PassRecord(_), Rule::PassRecord(_)) | (Rule::Conference(_), Rule::Conference(_)) => Ok(()),
            (Rule::PriorConsent(new), Rule::PriorConsent(old)) => new.tightens(old),
            (Rule::Subjects(new), Rule::Subjects(old)) => new.tightens(old),
            (Rule::Attendance(new), Rule::Attendance(old)) => new.tightens(old),
            (Rule::Milestone(new), Rule::Milestone(old)) => new.tightens(old),
            (Rule::Document(new), Rule::Document(old)) => new.tightens(old),
            (Rule::RecordSheet(new), Rule::RecordSheet(old)) => new.tightens(old),
            (Rule::PracticumMinimum(new), Rule::PracticumMinimum(old)) => new.tightens(old),
            (Rule::SeveralCases(new), Rule::SeveralCases(old)) => no_less("count", new.count, old.count),
            (Rule::CaseTypes(new), Rule::CaseTypes(old)) => new.tightens(old),
            (Rule::StagesCovered(new), Rule::StagesCovered(old)) => new.tightens(old),
            (Rule::HostOffice(new), Rule::HostOffice(old)) => new.tightens(old),
            (Rule::Supervisor(new), Rule::Supervisor(old)) => new.tightens(old),
            (Rule::CompletionAssessment(new), Rule::CompletionAssessment(old)) => new.tightens(old),
            (Rule::AnyOf(new), Rule::AnyOf(old)) => new.tightens(old),
            (Rule::AllOf(new), _) => new.tightens(old),
            _ => Err("the rule is of another kind".to_owned()),
        }
    }

    /// Every subject and stage it names is there.
    fn fits(&self, curriculum: &Curriculum, stages: &[Stage]) -> Result<(), String> {
        match self {
            Rule::Subjects(rule) => rule.fits(curriculum),
            Rule::StagesCovered(rule) => rule.fits(stages),
            Rule::Conference(rule) => rule.fits(stages),
            Rule::AnyOf(AnyOf { rules }) | Rule::AllOf(AllOf { rules }) => {
                rules.iter().try_for_each(|rule| rule.fits(curriculum, stages))
            }
            _ => Ok(()),
        }
    }

    /// Values that cannot be meant, such as more days than a window has.
    fn check(&self) -> Result<(), String> {
        match self {
            Rule::PassRecord(_) | Rule::Conference(_) | Rule::Milestone(_) => Ok(()),
            Rule::PriorConsent(rule) => rule.check(),
            Rule::Subjects(rule) => rule.check(),
            Rule::Attendance(_) | Rule::RecordSheet(_) => Ok(()),
            Rule::Document(rule) => rule.check(),
            Rule::PracticumMinimum(rule) => rule.check(),
            Rule::SeveralCases(rule) => not_zero("count", rule.count),
            Rule::CaseTypes(rule) => rule.check(),
            Rule::StagesCovered(rule) => rule.check(),
            Rule::HostOffice(rule) => rule.check(),
            Rule::Supervisor(rule) => rule.check(),
            Rule::CompletionAssessment(rule) => rule.check(),
            Rule::AnyOf(AnyOf { rules }) | Rule::AllOf(AllOf { rules }) => {
                if rules.is_empty() {
                    return Err("it has no rules; write rules = [{ kind = … }, …]".to_owned());
                }
                rules.iter().try_for_each(Rule::check)
            }
        }
    }
}

fn no_less(name: &str, new: u32, old: u32) -> Result<(), String> {
    if new >= old { Ok(()) } else { Err(format!("{name} would fall from {old} to {new}")) }
}

fn no_more(name: &str, new: u32, old: u32) -> Result<(), String> {
    if new <= old { Ok(()) } else { Err(format!("{name} would rise from {old} to {new}")) }
}

/// `loose` is what makes the rule easier to meet.
fn not_loosened(name: &str, new: bool, old: bool, loose: bool) -> Result<(), String> {
    if new == loose && old != loose { Err(format!("{name} would become {loose}")) } else { Ok(()) }
}

fn not_zero(name: &str, value: u32) -> Result<(), String> {
    if value == 0 { Err(format!("{name} is 0, which asks for nothing; give a number or leave it out")) } else { Ok(()) }
}

/// Nothing of `old` is dropped.
fn keeps_all<T: PartialEq + std::fmt::Debug>(name: &str, new: &[T], old: &[T]) -> Result<(), String> {
    match old.iter().find(|one| !new.contains(one)) {
        Some(dropped) => Err(format!("{name} would lose {dropped:?}")),
        None => Ok(()),
    }
}

/// Of entries that share an id, the one whose value is newest on a day.
pub(super) fn in_force<'a, T>(
    entries: impl Iterator<Item = &'a T>,
    id: impl Fn(&T) -> &str,
    from: impl Fn(&T) -> Option<NaiveDate>,
) -> Vec<&'a T> {
    let mut chosen: Vec<&T> = Vec::new();
    for entry in entries {
        match chosen.iter_mut().find(|known| id(known) == id(entry)) {
            Some(known) if from(known) < from(entry) => *known = entry,
            Some(_) => {}
            None => chosen.push(entry),
        }
    }
    chosen
}

#[cfg(test)]
pub(crate) mod testing {
    use super::super::stage::ConferencePart;
    use super::*;
    use crate::completion::facts::{CohortDates, Facts};
    use crate::practicum::record::{Experience, Way};

    pub(crate) fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    pub(crate) const NO_SUBJECTS: Curriculum =
        Curriculum { confirmed: false, source: String::new(), total_hours: 0, subjects: vec![] };

    /// Judges one rule against facts, on 2026-06-15, without sessions or dates.
    pub(crate) fn judged(rule: Rule, facts: &Facts) -> Verdict {
        judged_in(rule, &CohortFacts::default(), facts)
    }

    /// The same in a cohort.
    pub(crate) fn judged_in(rule: Rule, cohort: &CohortFacts, facts: &Facts) -> Verdict {
        rule.verdict(&Context { curriculum: &NO_SUBJECTS, stages: &stages(), cohort, facts, as_of: day(6, 15) })
    }

    /// An hour seen of a stage on case 1, observed.
    pub(crate) fn seen(stage: &str, on: NaiveDate) -> Experience {
        let (stage, way) = (stage.to_owned(), Way::Observed);
        Experience { id: 1, case: 1, stage, way, on, minutes: 60, break_minutes: 0, own_work: false }
    }

    /// Four stages, two of them of the conference.
    pub(crate) fn stages() -> Vec<Stage> {
        let stage =
            |(id, conference): (&str, _)| Stage { id: id.into(), title: id.into(), title_en: id.into(), conference };
        [
            ("assessment", None),
            ("plan", None),
            ("conference_preparation", Some(ConferencePart::Preparation)),
            ("conference", Some(ConferencePart::Proceedings)),
        ]
        .map(stage)
        .into()
    }

    #[test]
    fn after_the_practicum_another_one_is_needed() {
        for (until, state, deadline) in
            [(day(6, 20), State::NotYet, Some(day(6, 20))), (day(6, 14), State::NeedsMakeUp, None)]
        {
            let dates = CohortDates { practicum_until: Some(until), ..CohortDates::default() };
            let rule = Rule::SeveralCases(SeveralCases { count: 2 });
            let verdict = judged_in(rule, &CohortFacts::new(dates, vec![]), &Facts::default());
            assert_eq!((verdict.state, verdict.deadline), (state, deadline));
        }
    }

    #[test]
    fn what_a_requirement_cannot_mean() {
        let requirement = |more: &str| -> Requirement {
            let text =
                format!("id = \"x\"\nclause = \"1\"\nduty = \"appropriate\"\ntitle = \"x\"\ntitle_en = \"x\"\n{more}");
            toml::from_str(&text).unwrap()
        };
        for (more, part) in [
            ("rule = { kind = \"several_cases\", count = 0 }", Some("count is 0")),
            ("effects = [\"blocks_practicum\"]\nrule = { kind = \"conference\" }", Some("never blocks")),
            ("waivable_by = [\"trainee\"]\nrule = { kind = \"conference\" }", Some("waivable_by")),
            (
                "in_force_from = \"2026-04-01\"\nin_force_until = \"2025-04-01\"\nrule = { kind = \"conference\" }",
                Some("lies before"),
            ),
            ("rule = { kind = \"any_of\", rules = [] }", Some("no rules")),
            ("rule = { kind = \"all_of\", rules = [{ kind = \"several_cases\", count = 0 }] }", Some("count is 0")),
            ("rule = { kind = \"practicum_minimum\" }", Some("asks for nothing")),
            ("rule = { kind = \"stages_covered\", stages = [] }", Some("no stages")),
            ("rule = { kind = \"host_office\" }", Some("asks for nothing")),
            ("rule = { kind = \"supervisor\" }", Some("asks for nothing")),
            ("rule = { kind = \"case_types\", types = [\"dementia\"], count = 2 }", Some("only 1 types")),
            (
                "rule = { kind = \"document\", document = \"log\", due = { from = \"training_day\" } }",
                Some("training_day"),
            ),
            ("rule = { kind = \"several_cases\", count = 2 }", None),
        ] {
            let found = requirement(more).check();
            assert_eq!(found.is_empty(), part.is_none(), "{more}: {found:?}");
            assert!(part.is_none_or(|part| found[0].contains(part)), "{more}: {found:?}");
        }
    }

    // A table of cases.
    #[allow(clippy::too_many_lines)]
    #[test]
    fn a_supplement_tightens_and_never_loosens() {
        let rule = |text: &str| {
            toml::from_str::<Requirement>(&format!(
                "id = \"x\"\nclause = \"1\"\nduty = \"must\"\ntitle = \"x\"\ntitle_en = \"x\"\nrule = {{ {text} }}"
            ))
            .unwrap()
            .rule
        };
        for (old, new, problem) in [
            ("kind = \"several_cases\", count = 2", "kind = \"several_cases\", count = 3", None),
            ("kind = \"several_cases\", count = 2", "kind = \"several_cases\", count = 1", Some("fall")),
            ("kind = \"several_cases\", count = 2", "kind = \"conference\"", Some("another kind")),
            (
                "kind = \"several_cases\", count = 2",
                "kind = \"all_of\", rules = [{ kind = \"several_cases\", count = 2 }, { kind = \"conference\" }]",
                None,
            ),
            (
                "kind = \"several_cases\", count = 2",
                "kind = \"all_of\", rules = [{ kind = \"conference\" }]",
                Some("no part"),
            ),
            (
                "kind = \"any_of\", rules = [{ kind = \"conference\" }, { kind = \"pass_record\" }]",
                "kind = \"any_of\", rules = [{ kind = \"conference\" }]",
                None,
            ),
            (
                "kind = \"any_of\", rules = [{ kind = \"conference\" }]",
                "kind = \"any_of\", rules = [{ kind = \"conference\" }, { kind = \"pass_record\" }]",
                Some("alternative"),
            ),
            // The edition claims no tolerance: a supplement may name one, and then only a smaller one stands in for it.
            ("kind = \"subjects\"", "kind = \"subjects\", tolerance_minutes = 10", None),
            (
                "kind = \"subjects\", tolerance_minutes = 10",
                "kind = \"subjects\", tolerance_minutes = 11",
                Some("rise"),
            ),
            ("kind = \"subjects\", credit = false", "kind = \"subjects\"", Some("credit")),
            ("kind = \"attendance\"", "kind = \"attendance\", absences = 1", Some("rise")),
            ("kind = \"attendance\", late = 2", "kind = \"attendance\"", Some("late")),
            ("kind = \"attendance\"", "kind = \"attendance\", late = 0, make_up = false", None),
            (
                "kind = \"milestone\", milestone = \"pledge\", before_practicum = true",
                "kind = \"milestone\", milestone = \"pledge\"",
                Some("before_practicum"),
            ),
            (
                "kind = \"milestone\", milestone = \"pledge\"",
                "kind = \"milestone\", milestone = \"sign_off\"",
                Some("another milestone"),
            ),
            (
                "kind = \"document\", document = \"log\", due = { from = \"practicum_start\" }, late = \"refused\"",
                "kind = \"document\", document = \"log\", due = { from = \"practicum_start\" }",
                Some("late"),
            ),
            (
                "kind = \"document\", document = \"log\", due = { from = \"cohort_end\", days = 3 }",
                "kind = \"document\", document = \"log\"",
                Some("due"),
            ),
            (
                "kind = \"practicum_minimum\", minutes = 1080",
                "kind = \"practicum_minimum\", minutes = 1080, days = 3, consecutive = true",
                None,
            ),
            (
                "kind = \"practicum_minimum\", days = 3",
                "kind = \"practicum_minimum\", days = 3, breaks_count = true",
                Some("breaks_count"),
            ),
            (
                "kind = \"practicum_minimum\", days = 3, saturdays_count = false",
                "kind = \"practicum_minimum\", days = 3",
                Some("saturdays_count"),
            ),
            (
                "kind = \"stages_covered\", stages = [\"plan\", \"monitoring\"]",
                "kind = \"stages_covered\", stages = [\"plan\"]",
                Some("stages"),
            ),
            (
                "kind = \"stages_covered\", stages = [\"plan\"], ways = { plan = [\"observed\"] }",
                "kind = \"stages_covered\", stages = [\"plan\"], ways = { plan = [\"observed\", \"explained\"] }",
                Some("ways"),
            ),
            (
                "kind = \"host_office\", conditions = [\"chief_care_manager\"]",
                "kind = \"host_office\", ladder = [[\"chief_care_manager\"]]",
                Some("conditions"),
            ),
            (
                "kind = \"host_office\", ladder = [[\"specified_office_addition\"]]",
                "kind = \"host_office\", ladder = [[\"specified_office_addition\"], [\"judged_suitable\"]]",
                Some("ladder"),
            ),
            (
                "kind = \"supervisor\", max_trainees = 2",
                "kind = \"supervisor\", max_trainees = 3",
                Some("max_trainees"),
            ),
            (
                "kind = \"supervisor\", chief_care_manager = true",
                "kind = \"supervisor\", chief_care_manager = true, substitute = true",
                Some("substitute"),
            ),
            (
                "kind = \"completion_assessment\", minimum_score = 60",
                "kind = \"completion_assessment\", minimum_score = 50",
                Some("fall"),
            ),
            ("kind = \"completion_assessment\", by = [\"instructor\"]", "kind = \"completion_assessment\"", Some("by")),
            (
                "kind = \"case_types\", types = [\"dementia\"]",
                "kind = \"case_types\", types = [\"lives_alone\"]",
                Some("types"),
            ),
            (
                "kind = \"record_sheet\", sheet = \"before\"",
                "kind = \"record_sheet\", sheet = \"after\"",
                Some("another sheet"),
            ),
        ] {
            match (rule(new).tightens(&rule(old)), problem) {
                (Ok(()), None) => {}
                (Err(message), Some(part)) => assert!(message.contains(part), "{old} -> {new}: {message}"),
                (result, _) => panic!("{old} -> {new}: {result:?}"),
            }
        }
    }
}
