//! Travel minutes that stand for the way of the pairs they name: from a table, or from a routing server the operator names (the table
//! service of OSRM).

use crate::list_file::{self, ListFile};
use crate::placement::refusal::PlacementRefusal;
use crate::placement::season_of;
use crate::{CellFault, Refusal, Result, Secretariat, Staff};
use placement::candidates::Hosts;
use records::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct MinutesCounts {
    pub pairs: usize,
    pub trainees: usize,
}

/// A question to a routing server: one home, and the offices near it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteQuestion {
    pub enrolment: i64,
    pub offices: Vec<i64>,
    /// Of the table service, after the server's address: `/table/v1/driving/…`.
    pub path: String,
}

/// Offices asked for at once: what public servers take.
const DESTINATIONS: usize = 90;

/// What the table service of OSRM answers: seconds, `null` where there is no road.
#[derive(Debug, Deserialize)]
struct TableAnswer {
    code: String,
    #[serde(default)]
    durations: Vec<Vec<Option<f64>>>,
}

/// Minutes, rounded up, in the order asked; `None` where there is no road.
pub fn read_answer(text: &str, offices: usize) -> Result<Vec<Option<i64>>, Refusal> {
    let unreadable = |message: String| Refusal::Placement(PlacementRefusal::RoutingServer(message));
    let answer: TableAnswer = serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))?;
    if answer.code != "Ok" {
        return Err(unreadable(answer.code));
    }
    let row = answer.durations.into_iter().next().unwrap_or_default();
    if row.len() != offices {
        return Err(unreadable(format!("{} durations for {offices} offices", row.len())));
    }
    Ok(row.into_iter().map(|seconds| seconds.map(|seconds| (seconds / 60.0).ceil().max(0.0) as i64)).collect())
}

impl Secretariat {
    /// Replaces a cohort's travel minutes by a table with the columns 受講番号, 事業所番号, 分.
    pub async fn import_travel_minutes(
        &self,
        staff: &Staff,
        cohort: i64,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<MinutesCounts> {
        let (trainee, office, minutes) = ("受講番号", "事業所番号", "分");
        let tables = list_file::tables(bytes).await?;
        let mut work = self.write(staff).await?;
        let cohort = work.cohort(cohort).await?;
        let file = ListFile::read(tables, &[trainee, office, minutes])?;
        let enrolments: HashMap<String, i64> =
            work.enrolments(cohort.id).await?.into_iter().map(|known| (known.trainee_number, known.id)).collect();
        let offices: HashMap<String, i64> =
            work.known_offices().await?.into_iter().map(|known| (known.office_number, known.id)).collect();
        let mut pairs: BTreeMap<(i64, i64), i64> = BTreeMap::new();
        let mut bad = Vec::new();
        for row in file.rows() {
            // The blank file names everybody: who has neither has nothing to tell.
            if row.cell(office).is_empty() && row.cell(minutes).is_empty() {
                continue;
            }
            let enrolment = enrolments.get(&row.cell(trainee));
            if enrolment.is_none() {
                bad.push(row.bad(trainee, CellFault::UnknownTrainee(row.cell(trainee))));
            }
            let known = offices.get(&row.cell(office));
            if known.is_none() {
                bad.push(row.bad(office, CellFault::UnknownOffice(row.cell(office))));
            }
            let value = row.cell(minutes).parse::<i64>().ok().filter(|value| (0..=1440).contains(value));
            if value.is_none() {
                bad.push(row.bad(minutes, CellFault::NotBetween { value: row.cell(minutes), from: 0, until: 1440 }));
            }
            let (Some(enrolment), Some(known), Some(value)) = (enrolment, known, value) else { continue };
            if pairs.insert((*enrolment, *known), value).is_some() {
                bad.push(row.bad(office, CellFault::PairTwice));
            }
        }
        list_file::check(bad)?;
        let rows: Vec<(i64, i64, i64)> =
            pairs.iter().map(|((enrolment, office), minutes)| (*enrolment, *office, *minutes)).collect();
        let trainees: std::collections::HashSet<i64> = rows.iter().map(|row| row.0).collect();
        let counts = MinutesCounts { pairs: rows.len(), trainees: trainees.len() };
        work.replace_travel_minutes(cohort.id, &rows).await?;
        work.record_import("travel_minutes", file_name, &hex(&Sha256::digest(bytes)), &counts).await?;
        work.commit().await?;
        Ok(counts)
    }

    /// What to ask a routing server for: every home's nearest offices within its limit.
    pub async fn route_questions(&self, staff: &Staff, cohort: i64) -> Result<Vec<RouteQuestion>> {
        let mut work = self.read(staff).await?;
        let season = season_of(&mut work, cohort).await?;
        drop(work);
        let hosts = Hosts::new(&season.instance);
        let mut questions = Vec::new();
        for (trainee, enrolment) in season.enrolments.iter().enumerate() {
            let Some(home) = season.instance.starts(trainee)[0] else { continue };
            let mut near = Vec::new();
            hosts.within_limit(trainee, |host, km| near.push((km, host)));
            near.sort_by(|(a, one), (b, other)| a.total_cmp(b).then(one.cmp(other)));
            near.truncate(DESTINATIONS);
            if near.is_empty() {
                continue;
            }
            let degrees = |e6: i32| f64::from(e6) / 1e6;
            let mut points = vec![format!("{:.6},{:.6}", degrees(home.lon_e6), degrees(home.lat_e6))];
            points.extend(
                near.iter()
                    .filter_map(|(_, host)| season.instance.hosts[*host].at)
                    .map(|at| format!("{:.6},{:.6}", degrees(at.lon_e6), degrees(at.lat_e6))),
            );
            let destinations: Vec<String> = (1..points.len()).map(|index| index.to_string()).collect();
            questions.push(RouteQuestion {
                enrolment: enrolment.id,
                offices: near.iter().map(|(_, host)| season.offices[*host].id).collect(),
                path: format!(
                    "/table/v1/driving/{}?sources=0&destinations={}&annotations=duration",
                    points.join(";"),
                    destinations.join(";")
                ),
            });
        }
        Ok(questions)
    }

    /// Replaces a cohort's travel minutes by what a routing server answered: question, answer text.
    pub async fn take_route_answers(
        &self,
        staff: &Staff,
        cohort: i64,
        server: &str,
        answers: &[(RouteQuestion, String)],
    ) -> Result<MinutesCounts> {
        let mut rows = Vec::new();
        for (question, text) in answers {
            let minutes = read_answer(text, question.offices.len())?;
            let known = question.offices.iter().zip(minutes).filter_map(|(office, minutes)| Some((*office, minutes?)));
            rows.extend(known.map(|(office, minutes)| (question.enrolment, office, minutes)));
        }
        let counts = MinutesCounts { pairs: rows.len(), trainees: answers.len() };
        let mut work = self.write(staff).await?;
        let cohort = work.cohort(cohort).await?;
        work.replace_travel_minutes(cohort.id, &rows).await?;
        work.record_import("travel_minutes", server, "", &counts).await?;
        work.commit().await?;
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_a_routing_server() {
        let good = r#"{"code":"Ok","durations":[[61.2,null,1800]]}"#;
        assert_eq!(read_answer(good, 3).unwrap(), [Some(2), None, Some(30)]);
        for (text, offices) in [(good, 2), (r#"{"code":"InvalidQuery"}"#, 1), ("<html>", 1)] {
            assert!(read_answer(text, offices).is_err(), "{text}");
        }
    }
}
