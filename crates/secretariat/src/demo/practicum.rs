//! The demonstration's practicum under way: texts signed, a trainee's record half written, a supervisor with something to look at.

use crate::demo::plan::{ASSESSMENT, HOME_CARE_PLAN, REMARK};
use crate::office::guide::Guide;
use crate::practicum::plan::Remark;
use crate::practicum::record::{HandedIn, SentEntry, Verdict, Whose};
use crate::{Error, Result, Secretariat, Staff};
use chrono::TimeDelta;
use records::practicum::agreement::Medium;
use records::practicum::case::{Consent, NewCase};
use training::NaiveDate;
use training::completion::facts::MilestoneKind;
use training::practicum::agreement::AgreementKind;
use training::practicum::day::{DayState, Offer};
use training::practicum::entry::{EntryKind, EntryState, Typed};
use training::practicum::placement::PlacementState;
use training::practicum::record::ConsentSubject;
use training::role::Role;

const PLEDGE: &str = "実習にあたり、次のことを守ります。\n\
一 利用者の安全を第一にし、実習指導者の指示に従います。\n\
二 実習で知ったことは、実習の間も終わった後も、誰にも漏らしません。\n\
三 記録には利用者の氏名など個人が分かることを書かず、符号を使います。";
const CONSENT: &str = "実習の日程、受け入れ先の規則、事故のときの連絡方法の説明を受け、実習を行うことに同意します。";

/// The written consent of a case's client.
pub(crate) fn demo_consent(case: i64, on: NaiveDate) -> Consent {
    Consent {
        id: 0,
        case_id: case,
        subject: ConsentSubject::Client,
        consented_on: on,
        form: "written".to_owned(),
        witness: String::new(),
        obtained_by: "実習指導者".to_owned(),
        purpose: "見学実習での同行と記録".to_owned(),
    }
}

impl Secretariat {
    pub(crate) async fn demo_agreements(&self, staff: &Staff) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.publish_agreement(AgreementKind::Pledge, "誓約書（見本）", PLEDGE).await?;
        work.publish_agreement(AgreementKind::PracticumConsent, "実習同意書（見本）", CONSENT).await?;
        Ok(work.commit().await?)
    }

    /// Briefed, and both texts signed on paper.
    pub(crate) async fn demo_briefed(&self, work: &mut records::Work, enrolment: i64, on: NaiveDate) -> Result<()> {
        for kind in [MilestoneKind::BriefingSafety, MilestoneKind::BriefingConfidentiality] {
            work.record_milestone(enrolment, kind, on, "").await?;
        }
        let name = work.person_of(enrolment).await?.name;
        for kind in AgreementKind::ALL {
            if let Some(text) = work.current_agreement(kind).await? {
                work.sign(enrolment, text.id, &name, Medium::Paper { on }, on).await?;
            }
        }
        Ok(())
    }

    /// A cohort in the weeks of its practicum. Gives the enrolment and the office of the trainee whose record is half written.
    pub(crate) async fn run_into_practicum(&self, staff: &Staff, cohort: i64) -> Result<(i64, i64)> {
        let start = self.demo_placed(staff, cohort).await?;
        let mut work = self.write(staff).await?;
        let mut placements = work.current_placements(cohort).await?;
        placements.sort_by_key(|placement| (placement.window_index, placement.id));
        for placement in &placements {
            let supervisors = work.supervisors(placement.host_office_id).await?;
            for to in [PlacementState::Accepted, PlacementState::Scheduled] {
                let current = work.placement(placement.id).await?;
                work.change_placement(&current, to, "").await?;
            }
            if let Some(supervisor) = supervisors.first() {
                work.assign_supervisor(placement.id, supervisor.id, "").await?;
            }
            self.demo_briefed(&mut work, placement.enrolment_id, start - TimeDelta::days(9)).await?;
        }
        work.commit().await?;
        let absent_from_orientation =
            |closed: &Error| matches!(closed, Error::Refused(crate::Refusal::StepClosed { .. }));
        let mut first = None;
        for (index, placement) in placements.iter().enumerate() {
            let at = (placement.enrolment_id, placement.host_office_id);
            // One has written nothing yet.
            if index == 2 {
                continue;
            }
            match self
                .demo_record(
                    staff,
                    placement.enrolment_id,
                    start + TimeDelta::weeks(placement.window_index),
                    index == 0,
                )
                .await
            {
                Ok(()) => first = first.or(Some(at)),
                Err(closed) if absent_from_orientation(&closed) => {}
                Err(error) => return Err(error),
            }
        }
        first.ok_or_else(|| Error::Internal("nobody's practicum is open".into()))
    }

    /// Writes a record as trainee and supervisor would: `whole` with something in every state, otherwise two entries.
    async fn demo_record(&self, staff: &Staff, enrolment: i64, first_day: NaiveDate, whole: bool) -> Result<()> {
        let trainee = Staff { role: Role::Trainee, name: "jisshusei".to_owned(), ..staff.clone() };
        let supervisor = Staff { role: Role::Supervisor, name: "jisshushidou".to_owned(), ..staff.clone() };
        self.check_practicum_open(&mut self.read(&trainee).await?, enrolment).await?;
        let day = first_day.min(self.today() - TimeDelta::days(1));
        let mut work = self.write(&trainee).await?;
        let guide = Guide::named_for(&work.placements_of(enrolment).await?);
        let mut cases = Vec::new();
        for (pseudonym, types) in [("A", "lives_alone"), ("B", "dementia")] {
            let case = work
                .create_case(enrolment, &NewCase { pseudonym, types: &[types.to_owned()], ..NewCase::default() })
                .await?;
            work.record_consent(enrolment, &demo_consent(case, day - TimeDelta::days(2))).await?;
            cases.push(case);
        }
        work.commit().await?;
        let on = training::wareki::format(day);
        let entries: &[(usize, &str, &str, Option<EntryState>)] = if whole {
            &[
                (0, "intake", "相談の受付に同席し、A さんの困りごとを本人の言葉で聞いた。", Some(EntryState::Approved)),
                (
                    0,
                    "assessment",
                    "A さん宅を訪問し、住まいの様子と一日の過ごし方を確かめた。",
                    Some(EntryState::Approved),
                ),
                (0, "plan", "長期目標と短期目標の立て方の説明を受けた。", Some(EntryState::Returned)),
                (1, "assessment", "B さん宅で、家族の介護の負担を聞き取った。", Some(EntryState::Submitted)),
                (1, "monitoring", "B さんの目標の達成の度合いを一緒に確かめた。", Some(EntryState::Submitted)),
                (1, "benefit_management", "サービス利用票と実績の突き合わせを見た。", None),
            ]
        } else {
            &[
                (0, "assessment", "A さん宅を訪問した。", Some(EntryState::Approved)),
                (1, "monitoring", "B さん宅のモニタリングに同行した。", Some(EntryState::Submitted)),
            ]
        };
        if whole {
            let goals = typed(&[("goals", "面接で本人の意向を引き出す方法を学ぶ。医療との連携の実際を知る。")]);
            self.demo_entry(
                &trainee,
                &supervisor,
                (enrolment, guide),
                (EntryKind::Goals, (None, None)),
                &goals,
                Some(EntryState::Approved),
            )
            .await?;
        }
        let times = [
            ("9:00", "10:30"),
            ("10:30", "12:00"),
            ("13:00", "14:00"),
            ("14:00", "15:30"),
            ("15:30", "17:00"),
            ("", ""),
        ];
        for ((case, stage, seen, state), (from, until)) in entries.iter().zip(times) {
            let fields = typed(&[
                ("on", &on),
                ("from", from),
                ("until", until),
                ("way", if *stage == "benefit_management" { "explained" } else { "accompanied" }),
                ("place", if *stage == "benefit_management" { "office" } else { "clients_home" }),
                ("seen", seen),
                ("learned", "生活の場で見て初めて分かることが多い。"),
                ("other_professions", "訪問看護師から、体調の変化に早く気づく見方を教わった。"),
            ]);
            let about = (EntryKind::Experience, (Some(cases[*case]), Some(*stage)));
            self.demo_entry(&trainee, &supervisor, (enrolment, guide), about, &fields, *state).await?;
        }
        if whole {
            self.demo_days(&trainee, &supervisor, (enrolment, guide)).await?;
            let plans = [
                (EntryKind::Assessment, ASSESSMENT, EntryState::Approved),
                (EntryKind::HomeCarePlan, HOME_CARE_PLAN, EntryState::Submitted),
            ];
            for (kind, fields, state) in plans {
                let mut fields = typed(fields);
                fields.insert("written_on".to_owned(), on.clone());
                let about = (kind, (Some(cases[0]), None));
                let at = (enrolment, guide);
                let entry = self.demo_entry(&trainee, &supervisor, at, about, &fields, Some(state)).await?;
                if kind == EntryKind::HomeCarePlan {
                    let remark = Remark::At { field: "service_term.3", text: REMARK };
                    self.comment(&supervisor, (enrolment, guide), entry, remark).await?;
                }
            }
        }
        Ok(())
    }

    /// Groups of six; the instructor leads the one of the trainee whose record is half written, and the first of the others.
    pub(crate) async fn demo_groups(
        &self,
        staff: &Staff,
        (running, practising): (i64, i64),
        enrolment: i64,
    ) -> Result<()> {
        for cohort in [running, practising] {
            self.divide_into_groups(staff, cohort, 6).await?;
        }
        let mut work = self.read(staff).await?;
        let instructor = work.users().await?.into_iter().find(|user| user.role == Role::Instructor);
        let own = work.groups_of_trainees(practising).await?.get(&enrolment).copied();
        let first = work.exercise_groups(running).await?.first().map(|group| group.id);
        drop(work);
        if let Some(instructor) = instructor {
            for group in [own, first].into_iter().flatten() {
                self.set_instructor(staff, group, instructor.id, true).await?;
            }
        }
        Ok(())
    }

    /// One day both have agreed on, and one the office offers.
    async fn demo_days(&self, trainee: &Staff, supervisor: &Staff, at: (i64, Guide)) -> Result<()> {
        let on = |days: i64| (self.today() + TimeDelta::days(days)).to_string();
        let (tomorrow, later) = (on(1), on(2));
        let visit =
            Offer {
                on: &tomorrow, from: "9:00", until: "12:00", content: "visit", note: "事業所に8時50分に集合"
            };
        self.offer_day(trainee, at, visit).await?;
        let offered = self.days(&mut self.read(supervisor).await?, supervisor.role, at).await?.days;
        for day in offered {
            self.answer_day(supervisor, at, (day.id, day.version), DayState::Agreed, "").await?;
        }
        let conference = Offer { on: &later, from: "14:00", until: "15:30", content: "conference", note: "" };
        self.offer_day(supervisor, at, conference).await
    }

    async fn demo_entry(
        &self,
        trainee: &Staff,
        supervisor: &Staff,
        (enrolment, guide): (i64, Guide),
        (kind, about): (EntryKind, (Option<i64>, Option<&str>)),
        fields: &Typed,
        state: Option<EntryState>,
    ) -> Result<i64> {
        let entry = self.begin_entry(trainee, enrolment, kind, about).await?;
        if state.is_none() {
            self.keep_draft(trainee, enrolment, entry, (fields, 1, 0)).await?;
            return Ok(entry);
        }
        let whose = Whose::Enrolment(enrolment);
        let sent = SentEntry { whose, entry, fields, entry_version: 1, draft_version: 0, none_personal: false };
        match self.hand_in(trainee, &sent).await?.1 {
            HandedIn::Revision(_) => {}
            other => return Err(Error::Internal(format!("the demonstration's entry: {other:?}"))),
        }
        let comment = if state == Some(EntryState::Returned) {
            "どの目標について学んだのか、例を一つ書いてください。"
        } else {
            ""
        };
        if let Some(state @ (EntryState::Approved | EntryState::Returned)) = state {
            let mut work = self.read(supervisor).await?;
            let version = work.entry(enrolment, entry).await?.version;
            drop(work);
            let verdict = Verdict { version, state, comment, none_personal: false };
            self.decide(supervisor, (enrolment, guide), entry, verdict).await?;
        }
        Ok(entry)
    }
}

fn typed(fields: &[(&str, &str)]) -> Typed {
    fields.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect()
}
