//! Papers of the practicum whose template a provider can replace: what ships, and a sample to try another one with.

use crate::apart;
use crate::evaluation::EvaluationSheet;
use crate::pdf::PdfError;
use crate::practicum_record::{Column, PracticumRecord, PrintedEntry, Rows};
use crate::supervision::{Printed, SupervisionContent};
use chrono::NaiveDate;
use serde::Serialize;

/// A paper. Its template is Typst source that reads `data.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// 見学実習記録.
    Log,
    /// 見学実習報告書.
    Report,
    /// 見学実習実施確認書.
    Confirmation,
    /// 評価表.
    Evaluation,
    /// 実習指導証明書.
    Supervision,
}

impl Paper {
    pub const ALL: [Paper; 5] = [Paper::Log, Paper::Report, Paper::Confirmation, Paper::Evaluation, Paper::Supervision];

    /// The name used in the database and addresses.
    pub fn id(self) -> &'static str {
        match self {
            Paper::Log => "practicum_log",
            Paper::Report => "practicum_report",
            Paper::Confirmation => "practicum_confirmation",
            Paper::Evaluation => "evaluation",
            Paper::Supervision => "supervision",
        }
    }

    pub fn from_id(id: &str) -> Option<Paper> {
        Paper::ALL.into_iter().find(|paper| paper.id() == id)
    }

    /// The template that ships.
    pub fn template(self) -> &'static str {
        match self {
            Paper::Log | Paper::Report | Paper::Confirmation => include_str!("../templates/practicum_record.typ"),
            Paper::Evaluation => include_str!("../templates/evaluation.typ"),
            Paper::Supervision => include_str!("../templates/supervision.typ"),
        }
    }

    /// What `data.json` says of people who do not exist.
    pub fn sample(self, day: NaiveDate) -> Result<String, PdfError> {
        match self {
            Paper::Log | Paper::Report | Paper::Confirmation => data(&record(self)),
            Paper::Evaluation => data(&sheet()),
            Paper::Supervision => data(&Printed::of(&supervision(day))?),
        }
    }

    /// The sample as PDF by a template, dated `day`.
    pub fn sample_pdf(self, template: &str, day: NaiveDate) -> Result<Vec<u8>, PdfError> {
        self.set(template, self.sample(day)?, day)
    }

    /// PDF/A of this paper by its template, or by a provider's own.
    pub(crate) fn set(self, template: &str, data: String, day: NaiveDate) -> Result<Vec<u8>, PdfError> {
        let mut set = apart::set(template, self.template(), self == Paper::Supervision, vec![(data, day)])?;
        set.pop().ok_or_else(|| PdfError::new("nothing was set"))
    }
}

fn data(content: &impl Serialize) -> Result<String, PdfError> {
    Ok(serde_json::to_string_pretty(content)?)
}

fn text(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn record(paper: Paper) -> PracticumRecord {
    let visit = ["令和9年5月10日", "9:00 - 12:00", "180", "A", "アセスメント", "同行 / 利用者宅"];
    let columns = ["日付", "時刻", "分", "事例", "段階", "方法"].into_iter().zip([42, 33, 11, 13, 36, 42]);
    let entry = PrintedEntry {
        heading: "A アセスメント".into(),
        state: "承認済".into(),
        summary: "令和9年5月10日 9:00 - 12:00 同行 利用者宅".into(),
        fields: text(&[("見たこと・したこと", "A さん宅を訪問した。"), ("学んだこと", "本人の言葉から始めること。")]),
        decided: "令和9年5月11日 18:00 見本 指導".into(),
        comment: "よく聞けていました。".into(),
    };
    let (title, statement) = match paper {
        Paper::Report => ("見学実習報告書", ""),
        Paper::Confirmation => ("見学実習実施確認書", "上記のとおり見学実習を行ったことを確認します。"),
        _ => ("見学実習記録", ""),
    };
    PracticumRecord {
        title: title.into(),
        facts: text(&[
            ("期", "第1期 実務研修"),
            ("受講番号", "2027-0001"),
            ("氏名", "研修 太郎"),
            ("実習先", "見本居宅介護支援事業所"),
            ("実習指導者", "見本 指導"),
            ("作成日", "令和9年6月1日"),
        ]),
        rows: Rows {
            title: "実施の記録".into(),
            columns: columns.map(|(name, share)| Column { name: name.into(), share }).collect(),
            cells: vec![visit.map(str::to_owned).to_vec(); 3],
            total: "合計 9 時間 0 分".into(),
        },
        entries: if paper == Paper::Confirmation { Vec::new() } else { vec![entry; 2] },
        statement: statement.into(),
        signatures: match paper {
            Paper::Confirmation => vec!["実習指導者".into()],
            _ => vec!["受講者".into(), "実習指導者".into()],
        },
        language: "ja".into(),
    }
}

fn sheet() -> EvaluationSheet {
    EvaluationSheet {
        title: "見学実習 評価表".into(),
        facts: text(&[
            ("受講者", "2027-0001 研修 太郎"),
            ("実習先", "見本居宅介護支援事業所"),
            ("実習指導者", "見本 指導"),
        ]),
        criterion: "項目".into(),
        levels: vec!["できている".into(), "概ねできている".into(), "もう少し".into()],
        marks: vec![("利用者の尊厳を守って行動した".into(), 0), ("多職種との連携を理解した".into(), 1)],
        comment_title: "所見".into(),
        comment: "落ち着いて取り組んだ。".into(),
        issuer: "見本県 研修実施機関".into(),
    }
}

fn supervision(day: NaiveDate) -> SupervisionContent {
    SupervisionContent {
        number: "指導第9-00001号".into(),
        supervisor: "見本 指導".into(),
        office: "見本居宅介護支援事業所".into(),
        cohort: "第1期 実務研修".into(),
        trainees: 2,
        days: (day, day),
        minutes: 1080,
        issued_on: day,
        issuer: "見本県 研修実施機関".into(),
        verification_url: "https://kensan.example/verify/0123456789abcdef0123456789abcdef".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_paper_has_a_sample_that_its_template_sets() {
        let day = NaiveDate::from_ymd_opt(2027, 6, 1).unwrap();
        for paper in Paper::ALL {
            assert!(paper.sample_pdf(paper.template(), day).unwrap().starts_with(b"%PDF"), "{paper:?}");
            assert_eq!(Paper::from_id(paper.id()), Some(paper));
            let own = "#let data = json(\"data.json\")\n#data.nickname";
            let error = paper.sample_pdf(own, day).unwrap_err();
            let PdfError::Template(faults) = &error else { panic!("{error}") };
            assert!(faults[0].line == Some(2) && faults[0].message.contains("nickname"), "{error}");
        }
        assert_eq!(Paper::from_id("certificate"), None);
    }
}
