//! The table of routes, composed of the areas' own. A route that is not here does not exist.

pub use crate::shell::route::{Route, UPLOAD_LIMIT};
use crate::{
    account, certificate, cohort, guideline, home, notice, office, placement, practicum, registry, settings, trainee,
};

/// All of them.
pub fn routes() -> Vec<Route> {
    [
        account::routes::routes(),
        certificate::routes::routes(),
        cohort::routes::routes(),
        guideline::routes::routes(),
        home::routes(),
        notice::routes::routes(),
        office::routes::routes(),
        placement::routes::routes(),
        practicum::routes::routes(),
        registry::routes::routes(),
        settings::routes::routes(),
        trainee::routes::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
