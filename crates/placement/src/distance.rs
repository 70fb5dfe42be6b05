//! Great-circle distance and the cost of a pair.

use crate::instance::Point;

/// Mean radius of the earth in kilometres.
const RADIUS_KM: f64 = 6371.0088;

/// A point with what the distance needs of it, computed once.
#[derive(Debug, Clone, Copy)]
pub struct Position {
    latitude: f64,
    longitude: f64,
    cosine: f64,
    /// On the unit sphere.
    axes: [f64; 3],
}

impl Position {
    pub fn of(point: Point) -> Position {
        let radians = |e6: i32| f64::from(e6) * (std::f64::consts::PI / 180.0 / 1e6);
        let (latitude, longitude) = (radians(point.lat_e6), radians(point.lon_e6));
        let cosine = latitude.cos();
        let axes = [cosine * longitude.cos(), cosine * longitude.sin(), latitude.sin()];
        Position { latitude, longitude, cosine, axes }
    }

    /// Haversine distance in kilometres.
    pub fn kilometres(self, other: Position) -> f64 {
        let (north, east) = ((other.latitude - self.latitude) / 2.0, (other.longitude - self.longitude) / 2.0);
        let haversine = north.sin().powi(2) + self.cosine * other.cosine * east.sin().powi(2);
        2.0 * RADIUS_KM * haversine.min(1.0).sqrt().asin()
    }

    /// As [`Position::kilometres`], quicker: along the chord, without sines. Exact enough (a millimetre's thousandth up to 300 km)
    /// for everything but a rounding it falls on; `None` there, and far away.
    pub(crate) fn quick_kilometres(self, other: Position) -> Option<f64> {
        let (x, y, z) = (self.axes[0] - other.axes[0], self.axes[1] - other.axes[1], self.axes[2] - other.axes[2]);
        let half = (x * x + y * y + z * z).sqrt() / 2.0;
        let square = half * half;
        let km = 2.0 * RADIUS_KM * half * (1.0 + square * (1.0 / 6.0 + square * (3.0 / 40.0)));
        // Casts cut off, which for what is not negative is the floor, in one instruction.
        let off_rounding = |value: f64| (value - (value as i64) as f64 - 0.5).abs() > 1e-6;
        (km < 300.0 && off_rounding(100.0 * km) && off_rounding(2.0 * km * km)).then_some(km)
    }

    /// How far east or west (degrees × 10⁶) a point `kilometres` away can lie at most.
    pub(crate) fn reach_east_e6(self, kilometres: f64) -> i64 {
        let sine = (kilometres / RADIUS_KM).min(1.0).sin() / self.cosine.max(f64::MIN_POSITIVE);
        if kilometres > 5000.0 || sine >= 1.0 {
            360_000_000
        } else {
            (sine.asin().to_degrees() * 1e6).ceil() as i64 + 2
        }
    }

    /// How far north or south (degrees × 10⁶) a point `kilometres` away can lie at most.
    pub(crate) fn reach_north_e6(kilometres: f64) -> i64 {
        ((kilometres / RADIUS_KM).to_degrees() * 1e6).ceil() as i64 + 2
    }
}

/// Haversine distance in kilometres.
pub fn kilometres(a: Point, b: Point) -> f64 {
    Position::of(a).kilometres(Position::of(b))
}

/// What the way alone costs: it grows faster when far.
pub fn travel_cost(kilometres: f64) -> i64 {
    // Casts cut off, which for what is not negative is the floor.
    (100.0 * kilometres + 0.5) as i64 + (2.0 * kilometres * kilometres + 0.5) as i64
}

/// What a pair costs: the way, less a bonus for a preference (0 first, 1 second, 2 third), more for an office without the
/// specified-office addition.
pub fn cost(kilometres: f64, preference: Option<usize>, specified_office_addition: bool) -> i64 {
    let bonus = match preference {
        Some(rank) if rank < 3 => 3000 - 1000 * rank as i64,
        _ => 0,
    };
    (travel_cost(kilometres) - bonus).max(0) + if specified_office_addition { 0 } else { 500 }
}

/// A distance beyond which the way alone costs at least `cost`.
pub(crate) fn kilometres_costing(cost: i64) -> f64 {
    // 100 d + 2 d² ≥ cost + 2, where 2 covers both roundings.
    ((10_000.0 + 8.0 * (cost.max(0) as f64 + 2.0)).sqrt() - 100.0) / 4.0
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

    proptest::proptest! {
        #[test]
        fn the_short_cut_costs_the_same(lat in 20_000_000i32..50_000_000, lon in 120_000_000i32..150_000_000,
            north in -2_000_000i32..2_000_000, east in -2_000_000i32..2_000_000, nearer in 1i32..100_000) {
            let home = Point { lat_e6: lat, lon_e6: lon };
            let office = Point { lat_e6: lat + north / nearer, lon_e6: lon + east / nearer };
            let exact = kilometres(home, office);
            if let Some(quick) = Position::of(home).quick_kilometres(Position::of(office)) {
                proptest::prop_assert!((quick - exact).abs() < 1e-8);
                proptest::prop_assert_eq!(travel_cost(quick), travel_cost(exact));
            }
        }
    }

    #[test]
    fn the_way_back_from_cost_to_distance_is_never_too_short() {
        for cost in [0, 1, 99, 500, 3000, 5300, 1 << 42] {
            assert!(travel_cost(kilometres_costing(cost)) >= cost);
        }
    }
}
