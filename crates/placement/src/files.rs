//! The files of an instance: `trainees.csv`, `hosts.csv`, `instance.json`, and the placement written back.
//!
//! `trainees.csv`: id, pref, lat_e6, lon_e6, limit_m, employer, windows (one character a window, `1` available),
//! pref1..pref3. `hosts.csv`: id, office_no, pref, lat_e6, lon_e6, corp, cap, wcap, tier, chief.
//! `instance.json`: windows, cross_prefecture. The placement: `trainee,host,window`, the window counted from 0.
//! `minutes.csv`, if there is one: trainee, host, minutes. The certificate, the prices that prove the optimum:
//! `host,window,employer,price`; window and employer are empty where the price is the host's or the window's.

use crate::cost::CostPart;
use crate::instance::{Assignment, Host, Instance, InstanceError, Trainee};
use crate::outcome::Placement;
use crate::point::Point;
use crate::policy::{Policy, Strictness};
use serde::Deserialize;
use std::collections::HashMap;

const TRAINEES: &str = "trainees";
const HOSTS: &str = "hosts";
const MINUTES: &str = "minutes";
const PLACEMENT: &str = "placement";
const CERTIFICATE: &str = "certificate";

/// The part of `instance.json` that matters.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Settings {
    pub windows: u32,
    pub cross_prefecture: bool,
}

/// Reads an instance from the texts of its three files.
///
/// `cross_prefecture` of the settings overrules the policy's rule on other prefectures.
pub fn read(trainees: &str, hosts: &str, settings: &str, mut policy: Policy) -> Result<Instance, InstanceError> {
    let settings: Settings = serde_json::from_str(settings).map_err(|error| InstanceError::File {
        file: "instance",
        row: error.line(),
        column: "-",
        message: error.to_string(),
    })?;
    if settings.windows > 64 {
        return Err(InstanceError::TooManyWindows(settings.windows));
    }
    let rule = if settings.cross_prefecture { Strictness::Allow } else { Strictness::Forbid };
    policy.rules.other_prefecture.rule = rule;
    let instance = Instance {
        windows: settings.windows,
        policy,
        trainees: read_trainees(trainees)?,
        hosts: read_hosts(hosts)?,
        ..Instance::default()
    };
    instance.check()?;
    Ok(instance)
}

struct Row<'a> {
    file: &'static str,
    number: usize,
    headers: &'a csv::StringRecord,
    record: csv::StringRecord,
}

impl Row<'_> {
    fn error(&self, column: &'static str, message: String) -> InstanceError {
        InstanceError::File { file: self.file, row: self.number, column, message }
    }

    fn text(&self, column: &'static str) -> Result<&str, InstanceError> {
        self.headers
            .iter()
            .position(|header| header.trim_start_matches('\u{feff}') == column)
            .and_then(|index| self.record.get(index))
            .map(str::trim)
            .ok_or_else(|| self.error(column, "the column is missing".into()))
    }

    fn number<T: std::str::FromStr>(&self, column: &'static str) -> Result<T, InstanceError> {
        let text = self.text(column)?;
        text.parse().map_err(|_| self.error(column, format!("{text:?} is not a number in range")))
    }

    /// The index of an id.
    fn known(&self, column: &'static str, ids: &HashMap<String, usize>) -> Result<usize, InstanceError> {
        let id = self.text(column)?;
        ids.get(id).copied().ok_or_else(|| self.error(column, format!("{id:?} is not in the instance")))
    }

    /// Empty coordinates are none.
    fn point(&self) -> Result<Option<Point>, InstanceError> {
        if self.text("lat_e6")?.is_empty() || self.text("lon_e6")?.is_empty() {
            return Ok(None);
        }
        let point = Point { lat_e6: self.number("lat_e6")?, lon_e6: self.number("lon_e6")? };
        if point.lat_e6.abs() > 90_000_000 {
            return Err(self.error("lat_e6", format!("{} is no latitude", point.lat_e6)));
        }
        if point.lon_e6.abs() > 180_000_000 {
            return Err(self.error("lon_e6", format!("{} is no longitude", point.lon_e6)));
        }
        Ok(Some(point))
    }
}

fn rows<T>(
    file: &'static str,
    text: &str,
    read: impl Fn(&Row<'_>) -> Result<T, InstanceError>,
) -> Result<Vec<T>, InstanceError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let broken =
        |row: usize, error: csv::Error| InstanceError::File { file, row, column: "-", message: error.to_string() };
    let headers = reader.headers().map_err(|error| broken(1, error))?.clone();
    reader
        .records()
        .enumerate()
        .map(|(index, record)| {
            let number = index + 2;
            let record = record.map_err(|error| broken(number, error))?;
            read(&Row { file, number, headers: &headers, record })
        })
        .collect()
}

fn read_trainees(text: &str) -> Result<Vec<Trainee>, InstanceError> {
    rows(TRAINEES, text, |row| {
        let windows = row.text("windows")?;
        if windows.len() > 64 || windows.bytes().any(|byte| byte != b'0' && byte != b'1') {
            return Err(row.error("windows", format!("{windows:?} must be at most 64 characters 0 or 1")));
        }
        let bits = windows.bytes().enumerate().filter(|(_, byte)| *byte == b'1').map(|(index, _)| 1u64 << index).sum();
        let preferences = ["pref1", "pref2", "pref3"].into_iter().map(|column| row.text(column).map(str::to_owned));
        Ok(Trainee {
            id: row.text("id")?.to_owned(),
            prefecture: row.number("pref")?,
            home: row.point()?,
            limit_m: row.number("limit_m")?,
            employer: row.number("employer")?,
            windows: bits,
            preferences: preferences.collect::<Result<_, _>>()?,
            ..Trainee::default()
        })
    })
}

fn read_hosts(text: &str) -> Result<Vec<Host>, InstanceError> {
    rows(HOSTS, text, |row| {
        Ok(Host {
            id: row.text("office_no")?.to_owned(),
            prefecture: row.number("pref")?,
            at: row.point()?,
            corporation: row.number("corp")?,
            capacity: row.number("cap")?,
            weekly_capacity: row.number("wcap")?,
            specified_office_addition: row.text("tier")? == "1",
            // A file may leave this column out.
            chief_care_managers: if row.text("chief").is_ok() { row.number("chief")? } else { 0 },
            ..Host::default()
        })
    })
}

/// Reads travel minutes into an instance; they stand for the way of each pair named.
pub fn read_minutes(instance: &mut Instance, text: &str) -> Result<(), InstanceError> {
    let known = Known::of(instance);
    let table = rows(MINUTES, text, |row| {
        let minutes: u32 = row.number("minutes")?;
        Ok((row.known("trainee", &known.trainees)?, row.known("host", &known.hosts)?, minutes))
    })?;
    let mut minutes: Vec<std::collections::BTreeMap<u32, u32>> = vec![Default::default(); instance.trainees.len()];
    for (number, (trainee, host, value)) in table.into_iter().enumerate() {
        if minutes[trainee].insert(host as u32, value).is_some() {
            let message = "this pair stands twice".to_owned();
            return Err(InstanceError::File { file: MINUTES, row: number + 2, column: "host", message });
        }
    }
    instance.minutes = minutes.into_iter().map(|row| row.into_iter().collect()).collect();
    Ok(())
}

/// Where ids stand in an instance.
struct Known {
    trainees: HashMap<String, usize>,
    hosts: HashMap<String, usize>,
}

impl Known {
    fn of(instance: &Instance) -> Known {
        let trainees = instance.trainees.iter().enumerate().map(|(index, trainee)| (trainee.id.clone(), index));
        let hosts = instance.hosts.iter().enumerate().map(|(index, host)| (host.id.clone(), index));
        Known { trainees: trainees.collect(), hosts: hosts.collect() }
    }
}

/// What is done with a row that names nobody of the instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    Refuse,
    /// The placement is of another day: who is not there any more is passed over.
    Skip,
}

/// Reads a placement and its certificate back; the figures are reckoned from the pairs.
pub fn read_placement(
    instance: &Instance,
    placement: &str,
    certificate: &str,
    unknown: Unknown,
) -> Result<Placement, InstanceError> {
    let known = Known::of(instance);
    let skips = |row: &Row<'_>, column| {
        let ids = if column == "trainee" { &known.trainees } else { &known.hosts };
        unknown == Unknown::Skip && row.text(column).is_ok_and(|id| !ids.contains_key(id))
    };
    let mut read = Placement { assigned: vec![None; instance.trainees.len()], ..Placement::default() };
    let placed = rows(PLACEMENT, placement, |row| {
        if skips(row, "trainee") || skips(row, "host") {
            return Ok(None);
        }
        let trainee = row.known("trainee", &known.trainees)?;
        let window = row.number("window")?;
        Ok(Some(Assignment { trainee, host: row.known("host", &known.hosts)?, window }))
    })?;
    for (number, assignment) in placed.into_iter().enumerate() {
        let Some(assignment) = assignment else { continue };
        if read.assigned[assignment.trainee].replace(assignment).is_some() {
            let message = "this trainee stands twice".to_owned();
            return Err(InstanceError::File { file: PLACEMENT, row: number + 2, column: "trainee", message });
        }
        read.placed += 1;
        read.cost += crate::cost::parts(instance, &assignment).iter().map(CostPart::points).sum::<i64>();
    }
    let prices = rows(CERTIFICATE, certificate, |row| {
        if skips(row, "host") {
            return Ok(None);
        }
        let host = row.known("host", &known.hosts)? as u32;
        let price: i64 = row.number("price")?;
        Ok(Some(match (row.text("window")?, row.text("employer")?) {
            ("", "") => Price::Host(host, price),
            (_, "") => Price::Window(host, row.number("window")?, price),
            _ => Price::Employer(host, row.number("window")?, row.number("employer")?, price),
        }))
    })?;
    for price in prices.into_iter().flatten() {
        match price {
            Price::Host(host, price) => read.prices.hosts.insert(host, price),
            Price::Window(host, window, price) => read.prices.windows.insert((host, window), price),
            Price::Employer(host, window, employer, price) => {
                read.prices.employers.insert((host, window, employer), price)
            }
        };
    }
    Ok(read)
}

enum Price {
    Host(u32, i64),
    Window(u32, u32, i64),
    Employer(u32, u32, u64, i64),
}

fn table(headings: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(headings)?;
    for row in rows {
        writer.write_record(row)?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The placement as CSV, one line for each placed trainee.
pub fn write(instance: &Instance, placement: &Placement) -> Result<String, csv::Error> {
    let row = |assignment: &Assignment| {
        let (trainee, host) = (&instance.trainees[assignment.trainee].id, &instance.hosts[assignment.host].id);
        vec![trainee.clone(), host.clone(), assignment.window.to_string()]
    };
    table(&["trainee", "host", "window"], placement.assigned.iter().flatten().map(row))
}

/// The certificate as CSV, in order of host, window and employer.
pub fn write_certificate(instance: &Instance, placement: &Placement) -> Result<String, csv::Error> {
    let prices = &placement.prices;
    let mut rows: Vec<(u32, Option<u32>, Option<u64>, i64)> =
        prices.hosts.iter().map(|(h, p)| (*h, None, None, *p)).collect();
    rows.extend(prices.windows.iter().map(|((host, window), price)| (*host, Some(*window), None, *price)));
    rows.extend(prices.employers.iter().map(|((h, window, employer), p)| (*h, Some(*window), Some(*employer), *p)));
    rows.sort_unstable();
    let row = |(host, window, employer, price): (u32, Option<u32>, Option<u64>, i64)| {
        let window = window.map_or_else(String::new, |window| window.to_string());
        let employer = employer.map_or_else(String::new, |employer| employer.to_string());
        vec![instance.hosts[host as usize].id.clone(), window, employer, price.to_string()]
    };
    table(&["host", "window", "employer", "price"], rows.into_iter().map(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str =
        "id,office_no,pref,lat_e6,lon_e6,corp,cap,wcap,tier,chief\n1,0110,1,43000000,141000000,5,2,1,1,1\n";
    const SETTINGS: &str = r#"{"windows":3,"cross_prefecture":false}"#;

    fn trainee(row: &str) -> String {
        format!("id,pref,lat_e6,lon_e6,limit_m,employer,windows,pref1,pref2,pref3\n{row}\n")
    }

    #[test]
    fn ids_keep_their_zeros_and_missing_coordinates_are_none() {
        let instance = read(&trainee("007,1,,,30000,0,101,0110,,"), HOST, SETTINGS, Policy::default()).unwrap();
        assert_eq!(instance.trainees[0].id, "007");
        assert_eq!(instance.trainees[0].home, None);
        assert_eq!(instance.trainees[0].windows, 0b101);
        assert_eq!(instance.hosts[0].id, "0110");
    }

    #[test]
    fn errors_name_the_row_and_column() {
        for (row, column) in [
            ("1,1,43000000,141000000,-5,0,111,,,", "limit_m"),
            ("1,1,43000000,x,30000,0,111,,,", "lon_e6"),
            ("1,1,91000000,141000000,30000,0,111,,,", "lat_e6"),
            ("1,1,43000000,141000000,30000,0,1x1,,,", "windows"),
            ("1,1,43000000,141000000,30000,0", "windows"),
        ] {
            match read(&trainee(row), HOST, SETTINGS, Policy::default()) {
                Err(InstanceError::File { row: 2, column: found, .. }) => assert_eq!(found, column, "{row}"),
                other => panic!("{row}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_placement_and_its_certificate_come_back() {
        let text = trainee("１番,1,43000000,141000000,30000,7,111,,,\n2,1,43000000,141000000,30000,7,100,,,");
        let mut instance = read(&text, HOST, SETTINGS, Policy::default()).unwrap();
        read_minutes(&mut instance, "trainee,host,minutes\n2,0110,5\n").unwrap();
        let placement = crate::place(&instance).unwrap();
        let (written, certificate) =
            (write(&instance, &placement).unwrap(), write_certificate(&instance, &placement).unwrap());
        let back = read_placement(&instance, &written, &certificate, Unknown::Refuse).unwrap();
        assert_eq!(
            (back.assigned.clone(), back.placed, back.cost),
            (placement.assigned, placement.placed, placement.cost)
        );
        assert_eq!(back.prices, placement.prices);
        assert_eq!(crate::verification::verify(&instance, &back), Ok(()));
        for (text, column) in
            [("host,window,employer,price\nx,,,1", "host"), ("host,window,employer,price\n0110,,,x", "price")]
        {
            match read_placement(&instance, &written, text, Unknown::Refuse) {
                Err(InstanceError::File { file: "certificate", row: 2, column: found, .. }) => {
                    assert_eq!(found, column)
                }
                other => panic!("{other:?}"),
            }
        }
        let twice = read_minutes(&mut instance, "trainee,host,minutes\n2,0110,5\n2,0110,6\n").unwrap_err();
        assert!(matches!(twice, InstanceError::File { file: "minutes", row: 3, .. }));
    }

    #[test]
    fn the_same_id_twice_is_refused() {
        let text = trainee("1,1,,,30000,0,111,,,\n1,1,,,30000,0,111,,,");
        assert_eq!(
            read(&text, HOST, SETTINGS, Policy::default()).unwrap_err(),
            InstanceError::TraineeTwice("1".into())
        );
    }
}
