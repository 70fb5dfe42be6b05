//! Outlines of prefectures and municipalities for the map, from GeoJSON (国土交通省 国土数値情報 行政区域, or any other): lines and rings,
//! made coarser than the eye can see on a prefecture's map.

use crate::list_file::refusal::FileRefusal;
use crate::{Refusal, Result, Secretariat, Staff};
use records::hex;
use records::placement::location::Outline;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct OutlineCounts {
    pub areas: usize,
    pub lines: usize,
    pub points: usize,
}

/// Degrees × 10⁶, about 150 m: a point nearer to the line through its neighbours is left out.
const COARSE_E6: f64 = 1_500.0;
/// Rings with a smaller extent are left out: islets no map of a prefecture shows.
const SMALLEST_E6: i64 = 5_000;

fn refused(message: &str) -> Refusal {
    Refusal::File(FileRefusal::Table(documents::table::TableError::Damaged(message.to_owned())))
}

/// The name a feature goes by: what the ministry's files call it, or `name`.
fn name_of(properties: &Value) -> String {
    let text = |key: &str| properties.get(key).and_then(Value::as_str).unwrap_or_default();
    let area: String = ["N03_001", "N03_003", "N03_004"].map(text).concat();
    if area.is_empty() { text("name").to_owned() } else { area }
}

fn point(value: &Value) -> Option<(i64, i64)> {
    let degrees = |index: usize, bound: f64| {
        let value = value.get(index)?.as_f64().filter(|value| value.abs() <= bound)?;
        Some((value * 1e6).round() as i64)
    };
    Some((degrees(1, 90.0)?, degrees(0, 180.0)?))
}

/// Every list of points in a geometry, however deep.
fn lines(coordinates: &Value, found: &mut Vec<Vec<(i64, i64)>>) -> Result<(), Refusal> {
    let parts = coordinates.as_array().ok_or_else(|| refused("a geometry without coordinates"))?;
    if parts.first().and_then(|first| first.get(0)).is_some_and(Value::is_number) {
        let line: Option<Vec<(i64, i64)>> = parts.iter().map(point).collect();
        found.push(line.ok_or_else(|| refused("a point that is no longitude and latitude"))?);
        return Ok(());
    }
    parts.iter().filter(|part| part.is_array()).try_for_each(|part| lines(part, found))
}

/// Leaves out what lies near the line through its neighbours (Douglas and Peucker's method).
fn coarser(line: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut kept = vec![false; line.len()];
    let mut spans = vec![(0, line.len() - 1)];
    while let Some((first, last)) = spans.pop() {
        (kept[first], kept[last]) = (true, true);
        let (a, b) = (line[first], line[last]);
        let (north, east) = ((b.0 - a.0) as f64, (b.1 - a.1) as f64);
        let length = north.hypot(east);
        let off = |index: usize| {
            let (lat, lon) = ((line[index].0 - a.0) as f64, (line[index].1 - a.1) as f64);
            if length == 0.0 { lat.hypot(lon) } else { (lat * east - lon * north).abs() / length }
        };
        let farthest = (first + 1..last).max_by(|one, other| off(*one).total_cmp(&off(*other)));
        if let Some(index) = farthest.filter(|index| off(*index) > COARSE_E6) {
            spans.extend([(first, index), (index, last)]);
        }
    }
    line.iter().zip(kept).filter(|(_, kept)| *kept).map(|(point, _)| *point).collect()
}

fn read(bytes: &[u8]) -> Result<(usize, Vec<Outline>), Refusal> {
    let json: Value = serde_json::from_slice(bytes).map_err(|error| refused(&error.to_string()))?;
    let features = json.get("features").and_then(Value::as_array).ok_or_else(|| refused("no GeoJSON features"))?;
    let mut outlines = Vec::new();
    for feature in features {
        let Some(coordinates) = feature.get("geometry").and_then(|geometry| geometry.get("coordinates")) else {
            continue;
        };
        let mut found = Vec::new();
        lines(coordinates, &mut found)?;
        let name = name_of(feature.get("properties").unwrap_or(&Value::Null));
        for line in found {
            let extent = |pick: fn(&(i64, i64)) -> i64| {
                line.iter().map(pick).max().unwrap_or(0) - line.iter().map(pick).min().unwrap_or(0)
            };
            if line.len() > 1 && extent(|point| point.0).max(extent(|point| point.1)) >= SMALLEST_E6 {
                outlines.push(Outline { name: name.clone(), line: coarser(&line) });
            }
        }
    }
    Ok((features.len(), outlines))
}

impl Secretariat {
    /// Replaces the outlines the map is drawn on.
    pub async fn import_outlines(&self, staff: &Staff, file_name: &str, bytes: &[u8]) -> Result<OutlineCounts> {
        let content = bytes.to_vec();
        let (areas, outlines) = tokio::task::spawn_blocking(move || read(&content)).await??;
        if outlines.is_empty() {
            return Err(refused("no outline in the file").into());
        }
        let points = outlines.iter().map(|outline| outline.line.len()).sum();
        let counts = OutlineCounts { areas, lines: outlines.len(), points };
        let mut work = self.write(staff).await?;
        work.replace_outlines(&outlines).await?;
        work.record_import("outlines", file_name, &hex(&Sha256::digest(bytes)), &counts).await?;
        work.commit().await?;
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_are_read_and_made_coarser() {
        let json = r#"{"type":"FeatureCollection","features":[
            {"properties":{"N03_001":"群馬県","N03_004":"前橋市"},"geometry":{"type":"MultiPolygon","coordinates":
              [[[[139.0,36.0],[139.1,36.0001],[139.2,36.0],[139.2,36.2],[139.0,36.0]]],[[[139.0,36.0],[139.001,36.0],[139.0,36.0]]]]}},
            {"properties":{"name":"川"},"geometry":{"type":"LineString","coordinates":[[139,36],[139.5,36.5]]}},
            {"properties":{},"geometry":null}]}"#;
        let (areas, outlines) = read(json.as_bytes()).unwrap();
        assert_eq!((areas, outlines.len()), (3, 2), "the islet is left out");
        assert_eq!(
            (outlines[0].name.as_str(), outlines[0].line.len()),
            ("群馬県前橋市", 4),
            "a point on the way is left out"
        );
        assert_eq!(outlines[1].line, [(36_000_000, 139_000_000), (36_500_000, 139_500_000)]);
        for wrong in ["{}", "[1", r#"{"features":[{"geometry":{"coordinates":[[999,1],[1,1]]}}]}"#] {
            assert!(read(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
