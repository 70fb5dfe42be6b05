//! What goes wrong, as a page: title, what happened, what to do. The operator's errors are logged with an id the page shows.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use secretariat::account::refusal::AccountRefusal;
use secretariat::practicum::refusal::PracticumRefusal;
use secretariat::{Error, Refusal};
use std::sync::Arc;

/// A field two people changed at once: name, what was sent, what is recorded now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conflict {
    pub(crate) field: String,
    pub(crate) yours: String,
    pub(crate) theirs: String,
}

#[derive(Debug, Clone)]
pub(crate) enum Problem {
    SignedOut,
    /// Whoever sent the form shows anew who they are; then it goes on.
    AsksAgain,
    Forbidden,
    NotFound,
    /// The form's token is missing or of another session.
    WrongToken,
    TooLarge,
    /// Somebody asks too fast, or too much is asked for at once.
    TooMany,
    BadForm(String),
    /// Several fields at once: the name of each, and what is wrong with it.
    Fields(Vec<(String, String)>),
    Refused(Refusal),
    /// Somebody else was faster; both versions, where they can be compared.
    LostUpdate(Vec<Conflict>),
    /// The database is away or too busy; nothing of the act was kept.
    Unavailable,
    /// Nobody can say whether the act was kept.
    Unclear,
    Internal {
        id: String,
    },
}

impl Problem {
    /// Logs what the operator must see; the page shows the id alone.
    pub(crate) fn internal(error: impl std::fmt::Display) -> Problem {
        let bytes: [u8; 6] = rand::random();
        let id = secretariat::hex(&bytes);
        tracing::error!(id, %error, "a page failed");
        Problem::Internal { id }
    }

    /// What went wrong with a session, which lies in the database.
    pub(super) fn session(error: tower_sessions::session::Error) -> Problem {
        match error {
            tower_sessions::session::Error::Store(tower_sessions::session_store::Error::Backend(why)) => {
                tracing::error!(error = why, "a session could not be read or kept");
                Problem::Unavailable
            }
            other => Problem::internal(other),
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Problem::SignedOut | Problem::AsksAgain => StatusCode::UNAUTHORIZED,
            Problem::Forbidden | Problem::WrongToken => StatusCode::FORBIDDEN,
            Problem::NotFound => StatusCode::NOT_FOUND,
            Problem::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Problem::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Problem::Refused(
                Refusal::Account(AccountRefusal::Throttled { .. }) | Refusal::Account(AccountRefusal::SigningInBusy),
            ) => StatusCode::TOO_MANY_REQUESTS,
            Problem::BadForm(_) | Problem::Fields(_) | Problem::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Problem::LostUpdate(_) => StatusCode::CONFLICT,
            Problem::Unavailable | Problem::Unclear => StatusCode::SERVICE_UNAVAILABLE,
            Problem::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// The problem travels with the answer; what prepares every page words it.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        match error {
            Error::Refused(refusal) => Problem::Refused(refusal),
            Error::Records(error) => Problem::from(error),
            Error::Internal(message) => Problem::internal(message),
        }
    }
}

impl From<secretariat::RecordError> for Problem {
    fn from(error: secretariat::RecordError) -> Problem {
        match error {
            secretariat::RecordError::NotFound => Problem::NotFound,
            secretariat::RecordError::LostUpdate => Problem::LostUpdate(Vec::new()),
            secretariat::RecordError::Shredded => Problem::Refused(Refusal::Practicum(PracticumRefusal::Shredded)),
            secretariat::RecordError::Unclear => {
                tracing::error!("the database did not say whether a work was kept");
                Problem::Unclear
            }
            error if error.is_unavailable() => {
                tracing::error!(%error, "the database is not available");
                Problem::Unavailable
            }
            error if error.is_duplicate() => Problem::Refused(Refusal::AlreadyThere),
            error => Problem::internal(error),
        }
    }
}

pub(crate) async fn not_found() -> Problem {
    Problem::NotFound
}
