//! The files of an instance: `trainees.csv`, `hosts.csv`, `instance.json`, and the placement written back.
//!
//! `trainees.csv`: id, pref, lat_e6, lon_e6, limit_m, employer, windows (one character a window, `1` available),
//! pref1..pref3. `hosts.csv`: id, office_no, pref, lat_e6, lon_e6, corp, cap, wcap, tier, chief.
//! `instance.json`: windows, cross_prefecture. The placement: `trainee,host,window`, the window counted from 0.

use crate::instance::{Host, Instance, InstanceError, Point, Trainee};
use crate::solver::Placement;
use serde::Deserialize;

const TRAINEES: &str = "trainees";
const HOSTS: &str = "hosts";

/// The part of `instance.json` that matters.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Settings {
    pub windows: u32,
    pub cross_prefecture: bool,
}

/// Reads an instance from the texts of its three files.
pub fn read(trainees: &str, hosts: &str, settings: &str) -> Result<Instance, InstanceError> {
    let settings: Settings = serde_json::from_str(settings).map_err(|error| InstanceError::File {
        file: "instance",
        row: error.line(),
        column: "-",
        message: error.to_string(),
    })?;
    if settings.windows > 64 {
        return Err(InstanceError::TooManyWindows(settings.windows));
    }
    let instance = Instance {
        windows: settings.windows,
        cross_prefecture: settings.cross_prefecture,
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
        })
    })
}

/// The placement as CSV, one line for each placed trainee.
pub fn write(instance: &Instance, placement: &Placement) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["trainee", "host", "window"])?;
    for assignment in placement.assigned.iter().flatten() {
        writer.write_record([
            instance.trainees[assignment.trainee].id.as_str(),
            instance.hosts[assignment.host].id.as_str(),
            &assignment.window.to_string(),
        ])?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
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
        let instance = read(&trainee("007,1,,,30000,0,101,0110,,"), HOST, SETTINGS).unwrap();
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
            match read(&trainee(row), HOST, SETTINGS) {
                Err(InstanceError::File { row: 2, column: found, .. }) => assert_eq!(found, column, "{row}"),
                other => panic!("{row}: {other:?}"),
            }
        }
    }

    #[test]
    fn the_same_id_twice_is_refused() {
        let text = trainee("1,1,,,30000,0,111,,,\n1,1,,,30000,0,111,,,");
        assert_eq!(read(&text, HOST, SETTINGS).unwrap_err(), InstanceError::TraineeTwice("1".into()));
    }
}
