//! What holds of every judgement: the order of facts does not matter, one more attendance or experience unsettles nothing, a waiver
//! changes its own line alone; and what an impact says.

// The rules that ship are read where they lie.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;
use proptest::sample::select;
use std::path::Path;
use std::sync::Arc;
use training::cohort::attendance::{Attendance, Presence, Session, Share};
use training::completion::facts::*;
use training::completion::judgement::{Judgement, judge, unfit_place};
use training::completion::verdict::State;
use training::guideline::edition::{Edition, Files};
use training::guideline::impact::{Direction, SubjectChange, changes, impact};
use training::guideline::rulebook::Rulebook;
use training::guideline::supplement::Supplement;
use training::practicum::record::*;
use training::role::Role;

fn day(offset: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 4, 1).unwrap() + TimeDelta::days(offset)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../guidelines")).join(path)).unwrap()
}

fn edition(id: &str, change: impl Fn(String) -> String) -> Arc<Edition> {
    let text = |name: &str| change(read(&format!("{id}/{name}")));
    let [edition, clauses, curriculum, requirements] =
        ["edition.toml", "clauses.toml", "curriculum.toml", "requirements.toml"].map(text);
    let files = Files { edition: &edition, clauses: &clauses, curriculum: &curriculum, requirements: &requirements };
    Arc::new(Edition::read(id, files).unwrap())
}

/// The revised edition with every rule the shipped supplements have.
fn rulebook(supplements: &[&str]) -> Rulebook {
    let texts: Vec<(Supplement, String)> = supplements
        .iter()
        .map(|id| {
            let text = read(&format!("supplements/{id}.toml"));
            (Supplement::read(id, &text).unwrap(), text)
        })
        .collect();
    let supplements: Vec<(&Supplement, &str)> =
        texts.iter().map(|(supplement, text)| (supplement, text.as_str())).collect();
    Rulebook::compose(edition("initial-training-revised", |text| text), &supplements, day(0)).unwrap()
}

/// A session a day for each subject, from day 1.
fn cohort(rulebook: &Rulebook) -> CohortFacts {
    let subjects = rulebook.edition.curriculum.subjects.iter().filter(|subject| subject.hours > 0);
    let sessions = subjects.zip(1..).map(|(subject, id)| Session {
        id,
        starts_at: day(id).and_hms_opt(9, 0, 0).unwrap(),
        ends_at: day(id).and_hms_opt(16, 0, 0).unwrap(),
        shares: vec![Share::of(subject.code.clone(), subject.hours * 60)],
    });
    let dates = CohortDates {
        starts_on: Some(day(0)),
        ends_on: Some(day(120)),
        practicum_from: Some(day(40)),
        practicum_until: Some(day(80)),
    };
    CohortFacts::new(dates, sessions.collect())
}

fn attended(session: &Session) -> Attendance {
    let present = Some(Presence { arrived_at: session.starts_at, left_at: session.ends_at });
    Attendance { id: session.id, session: session.id, present, sequence: 1 }
}

fn experience() -> impl Strategy<Value = Experience> {
    let stages: Vec<String> = rulebook(&[]).stages.into_iter().map(|stage| stage.id).collect();
    let ids = (1..1000i64, 1..4i64, select(stages), select(&Way::ALL[..]));
    (ids, 40..81i64, 30..480u32, 0..30u32, any::<bool>()).prop_map(
        |((id, case, stage, way), on, minutes, breaks, own)| Experience {
            id,
            case,
            stage,
            way,
            on: day(on),
            minutes,
            break_minutes: breaks,
            own_work: own,
        },
    )
}

fn facts() -> impl Strategy<Value = Facts> {
    let milestones = proptest::collection::vec((select(&MilestoneKind::ALL[..]), 0..45i64), 0..6);
    let documents = proptest::collection::vec(
        (select(vec!["practicum_log", "practicum_consent", "own_care_plan"]), 0..90i64),
        0..4,
    );
    let experiences = proptest::collection::vec(experience(), 0..12);
    let absent = proptest::collection::vec(any::<Option<bool>>(), 25);
    (milestones, documents, experiences, absent, any::<bool>()).prop_map(
        |(milestones, documents, experiences, marks, passed)| {
            let book = rulebook(&[]);
            let sessions = cohort(&book).sessions().to_vec();
            let recorded = sessions.iter().zip(marks).filter_map(|(session, mark)| {
                let mut fact = attended(session);
                if !mark? {
                    fact.present = None;
                }
                Some(fact)
            });
            Facts {
                exam_number: Some("0001".into()),
                enrolled_on: Some(day(0)),
                milestones: (1..)
                    .zip(milestones)
                    .map(|(id, (kind, on))| MilestoneFact { id, kind, on: day(on) })
                    .collect(),
                documents: (1..)
                    .zip(documents)
                    .map(|(id, (document, on))| DocumentFact { id, document: document.into(), on: day(on) })
                    .collect(),
                // Consent before the window: an experience in it can breach nothing.
                cases: (1..4).map(|id| Case { consent_on: Some(day(39)), ..Case::new(id) }).collect(),
                experiences,
                attendances: recorded.collect::<Vec<_>>().into(),
                assessments: vec![AssessmentFact {
                    id: 1,
                    passed,
                    score: Some(70),
                    items: Default::default(),
                    by: Some(Role::Instructor),
                }],
                ..Facts::default()
            }
        },
    )
}

const ALL: [&str; 4] = ["gunma", "kumamoto", "kagoshima", "hyogo"];

fn states(judgement: &Judgement) -> Vec<(&str, Option<&str>, State)> {
    let line = |finding: &'_ training::completion::judgement::Finding| finding.verdict.state;
    judgement.findings.iter().map(|f| (f.requirement.as_str(), f.subject.as_deref(), line(f))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// One more attendance in full, one more experience after consent: nothing that was met becomes unmet.
    #[test]
    fn more_facts_unsettle_nothing(facts in facts(), session in 0..25usize, more in experience(), as_of in 0..130i64) {
        let book = rulebook(&ALL);
        let cohort = cohort(&book);
        // The pledge and the briefings were in time: an experience cannot come too early.
        let mut facts = facts;
        facts.milestones.retain(|milestone| milestone.on < day(40));
        facts.milestones.extend(MilestoneKind::ALL.iter().zip(90..).map(|(kind, id)| MilestoneFact { id, kind: *kind, on: day(1) }));
        let before = judge(&book, &cohort, &facts, day(as_of));
        let mut with_attendance = facts.clone();
        let session = &cohort.sessions()[session];
        let known = Vec::from(with_attendance.attendances.clone());
        if known.iter().all(|fact| fact.session != session.id) {
            with_attendance.attendances = known.into_iter().chain([attended(session)]).collect::<Vec<_>>().into();
        }
        let mut with_experience = facts.clone();
        with_experience.experiences.push(more);
        for grown in [with_attendance, with_experience] {
            let after = judge(&book, &cohort, &grown, day(as_of));
            for ((_, _, was), (requirement, subject, is)) in states(&before).into_iter().zip(states(&after)) {
                prop_assert!(!was.settled() || is.settled(), "{requirement} {subject:?}: {was:?} -> {is:?}");
            }
        }
    }

    /// The same facts in another order are judged the same.
    #[test]
    fn the_order_of_facts_does_not_matter(facts in facts(), as_of in 0..130i64) {
        let book = rulebook(&ALL);
        let cohort = cohort(&book);
        let mut turned = facts.clone();
        turned.experiences.reverse();
        turned.milestones.reverse();
        turned.documents.reverse();
        turned.cases.reverse();
        turned.attendances = Vec::from(facts.attendances.clone()).into_iter().rev().collect::<Vec<_>>().into();
        let (one, other) = (judge(&book, &cohort, &facts, day(as_of)), judge(&book, &cohort, &turned, day(as_of)));
        prop_assert_eq!(states(&one), states(&other));
        for (a, b) in one.findings.iter().zip(&other.findings) {
            prop_assert_eq!((&a.verdict.missing, a.verdict.deadline), (&b.verdict.missing, b.verdict.deadline));
        }
    }

    /// A waiver changes its own line, and only if it is given in a role the policy names.
    #[test]
    fn a_waiver_changes_its_own_line(facts in facts(), line in 0..100usize, role in select(&Role::ALL[..]), as_of in 0..130i64) {
        let book = rulebook(&ALL);
        let cohort = cohort(&book);
        let before = judge(&book, &cohort, &facts, day(as_of));
        let line = line % before.findings.len();
        let finding = &before.findings[line];
        let waiver = WaiverFact {
            id: 1,
            requirement: finding.requirement.clone(),
            subject: finding.subject.clone(),
            by: "管理 見本".into(),
            role,
            reason: "災害".into(),
        };
        let waived = Facts { waivers: vec![waiver], ..facts };
        let after = judge(&book, &cohort, &waived, day(as_of));
        for (index, (was, is)) in before.findings.iter().zip(&after.findings).enumerate() {
            let counts = index == line && role == Role::Administrator && !was.verdict.state.settled();
            prop_assert_eq!(is.verdict.state, if counts { State::Waived } else { was.verdict.state });
        }
    }

    /// A judgement and a rulebook come back from JSON as they were.
    #[test]
    fn judgements_and_rulebooks_are_read_back(facts in facts(), as_of in 0..130i64) {
        let book = rulebook(&ALL);
        let judgement = judge(&book, &cohort(&book), &facts, day(as_of));
        let read: Judgement = serde_json::from_str(&serde_json::to_string(&judgement).unwrap()).unwrap();
        prop_assert_eq!(&read, &judgement);
        let read: Rulebook = serde_json::from_str(&serde_json::to_string(&book).unwrap()).unwrap();
        prop_assert_eq!(judge(&read, &cohort(&book), &facts, day(as_of)), judgement);
    }
}

#[test]
fn an_impact_says_what_changes_for_whom() {
    let present = Rulebook::new(edition("initial-training-earlier", |text| text), day(0));
    let new = Rulebook::new(
        edition("initial-training-revised", |text| {
            text.replacen("hours = 3", "hours = 4", 1).replace("total_hours = 87", "total_hours = 88")
        }),
        day(0),
    );
    let cohort = cohort(&present);
    let facts = Facts { exam_number: Some("1".into()), ..Facts::default() };
    let (before, after) = (judge(&present, &cohort, &facts, day(5)), judge(&new, &cohort, &facts, day(5)));
    let changed = changes(&before, &after);
    let pledge = changed.iter().find(|change| change.requirement == "pledge").unwrap();
    assert_eq!((pledge.before, pledge.after, pledge.blocks), (None, Some(State::NotYet), true));
    assert_eq!(pledge.clause, "別添1 4(1)イ ¶3");
    assert!(pledge.direction == Direction::More && changed.iter().all(|change| change.requirement != "pass-record"));
    let back = changes(&after, &before);
    let gone = back.iter().find(|change| change.requirement == "pledge").unwrap();
    assert_eq!((gone.before, gone.after, gone.direction), (Some(State::NotYet), None, Direction::Less));

    let found = impact((&present, &new), &cohort, [(7, before.clone(), after.clone()), (8, before, after)].into_iter());
    assert_eq!((found.judged, found.trainees.len()), (2, 2));
    let count = found.by_requirement.iter().find(|count| count.requirement == "pledge").unwrap();
    assert_eq!((count.more, count.less, count.otherwise), (2, 0, 0));
    let hours = SubjectChange::Hours {
        code: "01".into(),
        name: "介護保険制度の理念・現状及びケアマネジメント".into(),
        before: 3,
        after: 4,
    };
    assert!(found.subjects.contains(&hours), "{:?}", found.subjects);
    assert_eq!(found.sessions, [1], "the session that teaches it");
}

#[test]
fn an_impact_tells_stricter_from_looser() {
    let present = Rulebook::new(edition("initial-training-revised", |text| text), day(0));
    let cohort = cohort(&present);
    let facts = Facts::default();
    let judged = |rulebook: &Rulebook| judge(rulebook, &cohort, &facts, day(5));
    let changed_to = |from: &str, to: &str| {
        let new = Rulebook::new(edition("initial-training-revised", |text| text.replacen(from, to, 1)), day(0));
        let changes = changes(&judged(&present), &judged(&new));
        changes.into_iter().map(|change| (change.requirement, change.direction)).collect::<Vec<_>>()
    };
    let appropriate = "id = \"several-cases\"\nclause = \"別添1 4(1)イ ¶2\"\nduty = \"appropriate\"";
    let must = appropriate.replace("appropriate", "must");
    assert_eq!(
        changed_to(appropriate, &must),
        [("several-cases".to_owned(), Direction::More)],
        "the state is the same"
    );
    let sign_off = "title_en = \"Practicum record signed off\"";
    let closing = format!("{sign_off}\neffects = [\"blocks_completion\", \"blocks_second_half\"]");
    assert_eq!(changed_to(sign_off, &closing), [("sign-off".to_owned(), Direction::Otherwise)]);
}

/// What a prefecture must ask of an office is told of a place before anybody goes there; what is only appropriate is not.
#[test]
fn a_place_where_nobody_can_complete_is_told() {
    let place = |conditions: &[OfficeCondition]| PlacedAt {
        id: 1,
        office: 1,
        conditions: conditions.to_vec(),
        supervisor: None,
        from: None,
    };
    use OfficeCondition::*;
    let lacking = |book: &Rulebook, conditions: &[OfficeCondition]| {
        let unfit = unfit_place(book, &place(conditions), day(0));
        unfit.into_iter().map(|(requirement, missing)| (requirement.id.clone(), missing.len())).collect::<Vec<_>>()
    };
    let (plain, ehime) = (rulebook(&[]), rulebook(&["ehime"]));
    assert_eq!(lacking(&plain, &[]), [], "the edition calls it appropriate");
    let id = "host-office-registration".to_owned();
    for (conditions, expected) in [
        (&[][..], vec![(id.clone(), 2)]),
        (&[SpecifiedOfficeAddition], vec![(id.clone(), 1)]),
        (&[NeverRecommendedImprovement], vec![(id.clone(), 1)]),
        (&[NeverRecommendedImprovement, SpecifiedOfficeAddition], vec![]),
        (&[NeverRecommendedImprovement, ChiefCareManager], vec![(id.clone(), 1)]),
        (&[NeverRecommendedImprovement, ChiefCareManager, NoAdditionInMunicipality], vec![]),
        (&[NeverRecommendedImprovement, JudgedSuitable], vec![]),
    ] {
        assert_eq!(lacking(&ehime, conditions), expected, "{conditions:?}");
    }
}
