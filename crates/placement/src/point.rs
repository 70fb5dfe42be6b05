//! A place on the map.

use serde::{Deserialize, Serialize};

/// Degrees × 10⁶.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Point {
    pub lat_e6: i32,
    pub lon_e6: i32,
}
