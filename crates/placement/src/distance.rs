//! Great-circle distance.

use crate::cost::Pricing;
use crate::point::Point;

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
    /// for everything but a rounding of the way's points it falls on; `None` there, and far away.
    pub(crate) fn quick_kilometres(self, other: Position, pricing: &Pricing) -> Option<f64> {
        let (x, y, z) = (self.axes[0] - other.axes[0], self.axes[1] - other.axes[1], self.axes[2] - other.axes[2]);
        let half = (x * x + y * y + z * z).sqrt() / 2.0;
        let square = half * half;
        let km = 2.0 * RADIUS_KM * half * (1.0 + square * (1.0 / 6.0 + square * (3.0 / 40.0)));
        (km < 300.0 && pricing.off_rounding(km)).then_some(km)
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

    proptest::proptest! {
        #[test]
        fn the_short_cut_costs_the_same(lat in 20_000_000i32..50_000_000, lon in 120_000_000i32..150_000_000,
            north in -2_000_000i32..2_000_000, east in -2_000_000i32..2_000_000, nearer in 1i32..100_000) {
            let home = Point { lat_e6: lat, lon_e6: lon };
            let office = Point { lat_e6: lat + north / nearer, lon_e6: lon + east / nearer };
            let exact = kilometres(home, office);
            let pricing = Pricing::of(&crate::policy::Policy::default());
            if let Some(quick) = Position::of(home).quick_kilometres(Position::of(office), &pricing) {
                proptest::prop_assert!((quick - exact).abs() < 1e-8);
                proptest::prop_assert_eq!(pricing.way(quick), pricing.way(exact));
            }
        }
    }
}
