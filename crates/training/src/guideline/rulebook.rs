//! The rules one cohort is judged by: an edition with its supplements applied.

use super::edition::Edition;
use super::requirement::Requirement;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq)]
pub struct Rulebook {
    pub edition: Arc<Edition>,
    pub supplements: Vec<String>,
    /// The edition's requirements, tightened and added to, in the order they are judged and shown.
    pub requirements: Vec<Requirement>,
}

impl Rulebook {
    /// The edition alone.
    pub fn new(edition: Arc<Edition>) -> Rulebook {
        let requirements = edition.requirements.clone();
        Rulebook { edition, supplements: Vec::new(), requirements }
    }
}
