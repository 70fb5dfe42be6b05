pub fn pages(_: secretariat::Secretariat, _: &str) -> axum::Router { axum::Router::new() }
