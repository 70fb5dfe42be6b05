//! Forms and uploads. Both check the token before anything else is looked at.

use crate::shell::page::Page;
use crate::shell::problem::Problem;
use crate::shell::proof::AsksAgain;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use std::collections::BTreeMap;
use std::str::FromStr;
use training::{NaiveDate, NaiveTime, time_of_day, wareki};

const TOKEN_FIELD: &str = "csrf";

/// The fields of a form, as text. A field sent several times keeps every value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields {
    values: BTreeMap<String, Vec<String>>,
    /// The day a year is understood by where none was typed.
    today: NaiveDate,
}

/// A form whose token was right.
pub(crate) struct Form(pub(crate) Fields);

/// A form with a file, whose token was right.
pub(crate) struct Upload {
    pub(crate) fields: Fields,
    files: BTreeMap<String, File>,
}

/// A file as it was sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
}

impl Upload {
    pub(crate) fn file(&self, field: &str) -> Option<&File> {
        self.files.get(field)
    }

    /// The file of a form that has one; empty if none was sent.
    pub(crate) fn only_file(&self) -> File {
        self.file("file").cloned().unwrap_or_default()
    }
}

impl Fields {
    #[cfg(test)]
    pub(super) fn of(pairs: &[(&str, &str)]) -> Fields {
        let mut fields = Fields::default();
        pairs.iter().for_each(|(name, value)| fields.add((*name).to_owned(), value));
        fields
    }

    /// The text of a field, trimmed; empty if it was not sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.values.get(name).and_then(|values| values.first()).map_or("", |value| value.trim())
    }

    /// The text of a field as it was typed, blanks at its ends too: of a password.
    pub(crate) fn exact(&self, name: &str) -> &str {
        self.values.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values.get(name).into_iter().flatten().map(String::as_str)
    }

    /// Every field with each of its values.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let named = self.values.iter();
        named.flat_map(|(name, values)| values.iter().map(move |value| (name.as_str(), value.as_str())))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// Was a box ticked?
    pub(crate) fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// A number, or a problem that names the field. Full-width digits are read.
    pub(crate) fn number<T: FromStr>(&self, name: &str) -> Result<T, Problem> {
        let text = training::trainee::person::normalise(self.text(name));
        text.parse().map_err(|_| Problem::BadForm(name.to_owned()))
    }

    /// A date in wareki or ISO; of about now where the year or its era is left out (`12/1`, `8.12.1`).
    pub(crate) fn date(&self, name: &str) -> Result<NaiveDate, Problem> {
        wareki::parse_near(self.text(name), self.today).ok_or_else(|| Problem::BadForm(name.to_owned()))
    }

    /// A time of day.
    pub(crate) fn time(&self, name: &str) -> Result<NaiveTime, Problem> {
        time_of_day::parse(self.text(name)).ok_or_else(|| Problem::BadForm(name.to_owned()))
    }

    /// A date, or none if the field is empty.
    pub(crate) fn optional_date(&self, name: &str) -> Result<Option<NaiveDate>, Problem> {
        if self.text(name).is_empty() { Ok(None) } else { self.date(name).map(Some) }
    }

    /// The text, or none if the field is empty.
    pub(crate) fn optional(&self, name: &str) -> Option<String> {
        let text = self.text(name);
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Browsers send a line break as two signs and count it as one: it is one here too.
    fn add(&mut self, name: String, value: &str) {
        let value = value.replace("\r\n", "\n").replace('\r', "\n");
        self.values.entry(name).or_default().push(value);
    }

    /// Refused by the field's name where a text holds what cannot be kept on every database, nor printed.
    fn check_control(&self) -> Result<(), Problem> {
        let bad = self.values.iter().find(|(name, values)| {
            training::trainee::person::has_control(name)
                || values.iter().any(|value| training::trainee::person::has_control(value))
        });
        match bad {
            Some((name, _)) => Err(Problem::Refused(secretariat::Refusal::ControlCharacter { field: name.clone() })),
            None => Ok(()),
        }
    }

    fn check_token(&self, page: &Page) -> Result<(), Problem> {
        let sent = self.text(TOKEN_FIELD);
        if !page.csrf.is_empty() && sent == page.csrf {
            return Ok(());
        }
        let user = page.viewer.as_ref().map(|viewer| viewer.id);
        tracing::warn!(user, address = page.origin.shown(), "a form without its token was refused");
        Err(Problem::WrongToken)
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Form, Problem> {
        let (mut parts, body) = request.into_parts();
        let page = Page::from_request_parts(&mut parts, state).await?;
        let asks_again = parts.extensions.get::<AsksAgain>().is_some();
        let bytes = Bytes::from_request(Request::from_parts(parts, body), state)
            .await
            .map_err(|rejection| too_large_or_bad(rejection.into_response().status()))?;
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes).map_err(|_| Problem::WrongToken)?;
        let mut fields = Fields { today: page.today, ..Fields::default() };
        for (name, value) in pairs {
            fields.add(name, &value);
        }
        fields.check_token(&page)?;
        page.typed.keep(&fields);
        if asks_again {
            return Err(Problem::AsksAgain);
        }
        fields.check_control()?;
        Ok(Form(fields))
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Upload, Problem> {
        let (mut parts, body) = request.into_parts();
        let page = Page::from_request_parts(&mut parts, state).await?;
        let mut multipart =
            Multipart::from_request(Request::from_parts(parts, body), state).await.map_err(|_| Problem::WrongToken)?;
        let fields = Fields { today: page.today, ..Fields::default() };
        let mut upload = Upload { fields, files: BTreeMap::new() };
        let status = |error: axum::extract::multipart::MultipartError| too_large_or_bad(error.status());
        while let Some(field) = multipart.next_field().await.map_err(status)? {
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                Some(file_name) => {
                    // The token comes before the file, so that nothing large is read for a stranger.
                    upload.fields.check_token(&page)?;
                    let bytes = field.bytes().await.map_err(status)?;
                    upload.files.insert(name, File { name: file_name, bytes });
                }
                None => {
                    let text = field.text().await.map_err(status)?;
                    upload.fields.add(name, &text);
                }
            }
        }
        upload.fields.check_token(&page)?;
        page.typed.keep(&upload.fields);
        upload.fields.check_control()?;
        Ok(upload)
    }
}

fn too_large_or_bad(status: StatusCode) -> Problem {
    if status == StatusCode::PAYLOAD_TOO_LARGE { Problem::TooLarge } else { Problem::BadForm("-".into()) }
}
