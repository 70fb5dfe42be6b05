//! Great-circle distance and the cost of a pair.

use crate::instance::Point;

/// Mean radius of the earth in kilometres.
const RADIUS_KM: f64 = 6371.0088;

/// Haversine distance in kilometres.
pub fn kilometres(a: Point, b: Point) -> f64 {
    let radians = |e6: i32| f64::from(e6) * (std::f64::consts::PI / 180.0 / 1e6);
    let (lat_a, lon_a) = (radians(a.lat_e6), radians(a.lon_e6));
    let (lat_b, lon_b) = (radians(b.lat_e6), radians(b.lon_e6));
    let haversine =
        ((lat_b - lat_a) / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * ((lon_b - lon_a) / 2.0).sin().powi(2);
    2.0 * RADIUS_KM * haversine.min(1.0).sqrt().asin()
}

/// What a pair costs: distance, growing faster when far, less a bonus for a preference (0 first, 1 second, 2 third),
/// more for an office without the specified-office addition.
pub fn cost(kilometres: f64, preference: Option<usize>, specified_office_addition: bool) -> i64 {
    let travel = (100.0 * kilometres + 0.5).floor() + (2.0 * kilometres * kilometres + 0.5).floor();
    let bonus = match preference {
        Some(rank) if rank < 3 => 3000 - 1000 * rank as i64,
        _ => 0,
    };
    (travel as i64 - bonus).max(0) + if specified_office_addition { 0 } else { 500 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_degree_of_latitude() {
        let equator = Point { lat_e6: 0, lon_e6: 0 };
        let north = Point { lat_e6: 1_000_000, lon_e6: 0 };
        assert!((kilometres(equator, north) - 111.195).abs() < 0.001);
        assert_eq!(kilometres(north, north), 0.0);
    }

    #[test]
    fn costs() {
        for (km, preference, addition, expected) in [
            (0.0, None, true, 0),
            (0.0, None, false, 500),
            (10.0, None, true, 1200),
            (10.0, Some(0), true, 0),
            (30.0, Some(2), true, 3800),
            (30.0, Some(0), false, 2300),
        ] {
            assert_eq!(cost(km, preference, addition), expected);
        }
    }
}
