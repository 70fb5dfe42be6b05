//! Asking a routing server the operator names; nothing else of Kensan goes out.

use super::is_http_of_this_machine;
use crate::outcome::{Failure, Result};
use secretariat::placement::travel_minutes::RouteQuestion;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// Every answer, in the order asked; the first that fails ends it, and nothing is saved.
pub async fn ask(
    (server, plain_http): (&str, bool),
    questions: Vec<RouteQuestion>,
    progress: &(impl Fn(usize, usize) + Sync),
) -> Result<Vec<(RouteQuestion, String)>> {
    let server = server.trim_end_matches('/');
    if !server.starts_with("https://") && !is_http_of_this_machine(server) && !plain_http {
        return Err(Failure::refused(format!(
            "{server}: homes are sent to the routing server: its address begins with https://, or it is on this machine (--plain-http: on a network of its own)"
        )));
    }
    let failed = |error: reqwest::Error| Failure::refused(format!("{server}: {error}"));
    secretariat::account::ways_in::choose_tls();
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(failed)?;
    let total = questions.len();
    let mut answers = Vec::new();
    for question in questions {
        let answer = client.get(format!("{server}{}", question.path)).send().await.map_err(failed)?;
        answers.push((question, answer.text().await.map_err(failed)?));
        progress(answers.len(), total);
    }
    Ok(answers)
}
