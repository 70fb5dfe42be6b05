//! What every page knows: who looks, in which language, and the token its forms carry.

use super::origin::{DEVICE_COOKIE, DEVICE_SECONDS};
use crate::app::App;
use crate::shell::form_again::Typed;
use crate::shell::locale::Language;
use crate::shell::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::header::{HeaderName, SET_COOKIE};
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, Utc};
use secretariat::account::User;
use secretariat::account::access_policy::may_come_from;
use secretariat::account::sign_in::Origin;
use secretariat::office::guide::Guide;
use secretariat::{Guidelines, Staff};
use std::borrow::Borrow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tower_sessions::Session;
use training::role::Role;
use training::{holiday, wareki};

const TOKEN: &str = "csrf";
const NOTICE: &str = "notice";
const USER: &str = "user";
/// When a link signed the person in.
const BY_LINK: &str = "by_link";
/// When the session began.
const BEGAN: &str = "began";
/// A session ends then, however much it is used.
const LONGEST_SESSION_SECONDS: i64 = 12 * 60 * 60;
/// Who has shown the first half, in which state of the account, when, and whether by a link.
const HALF_IN: &str = "half_in";
/// How long the second half is waited for.
const HALF_IN_SECONDS: i64 = 10 * 60;
/// How long whoever came by a link can set a password without the old one.
const BY_LINK_SECONDS: i64 = 30 * 60;
/// Says that the page to come shows the notice with this id. The notice itself stays in the session, so that showing it writes nothing.
pub(super) const NOTICE_COOKIE: &str = "notice";
/// The page somebody asked for before signing in.
pub(super) const WANTED_COOKIE: &str = "wanted";
/// How long a notice waits for its page, and a page that was asked for.
const WAITING_SECONDS: u32 = 600;
pub(super) const LANGUAGE_COOKIE: &str = "language";
/// Keeps the token of the form that signs in, before there is a session.
pub(super) const TOKEN_COOKIE: &str = "form";
/// How long a sign-in page can stay open.
const TOKEN_SECONDS: u32 = 12 * 60 * 60;

/// The signed-in person.
#[derive(Debug, Clone)]
pub(crate) struct Viewer {
    pub(crate) id: i64,
    pub(crate) provider: i64,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) person_id: Option<i64>,
    pub(crate) host_office_id: Option<i64>,
    /// The one supervisor whose account this is.
    pub(crate) supervisor_id: Option<i64>,
    /// The provider wants a second factor that is not there yet: no page before it.
    pub(crate) lacks_second_factor: bool,
    /// The password was given to be changed: no page before it.
    pub(crate) must_change_password: bool,
    /// Whoever works for the provider is somewhere it does not allow: no page.
    pub(crate) is_outside: bool,
    pub(crate) has_password: bool,
    pub(crate) has_passkey: bool,
}

impl Viewer {
    pub(crate) fn guide(&self) -> Guide {
        Guide { office: self.host_office_id, supervisor: self.supervisor_id }
    }
}

/// When whoever is signed in last showed who they are.
const PROVED: &str = "proved";
/// How long that is enough for what is dangerous.
const PROVED_SECONDS: i64 = 15 * 60;
/// The state of the way on which an identity is being linked with the account, and since when.
const LINKING: &str = "linking";
/// How long whoever went elsewhere to be vouched for may take.
const IDENTITY_SECONDS: u32 = 10 * 60;
/// Keeps what has to come back from there.
pub(super) const IDENTITY_COOKIE: &str = "identity";

/// A page being answered.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) language: Language,
    pub(crate) viewer: Option<Viewer>,
    /// The token that every form sends back.
    pub(crate) csrf: String,
    /// What the last act came to; shown once.
    pub(crate) notice: Option<String>,
    /// Where somebody was going who had to sign in first.
    pub(super) wanted: Option<String>,
    /// The id of a notice the browser has not seen yet, and whether it is on the page.
    pub(super) unseen_notice: Option<String>,
    pub(super) notice_shown: Arc<AtomicBool>,
    pub(crate) path: String,
    /// The page of ours a form was sent from: path and query.
    pub(crate) from: Option<String>,
    /// The person has shown some minutes ago who they are.
    pub(crate) is_proven: bool,
    /// What the browser kept while its user was elsewhere to be vouched for.
    pub(crate) identity_kept: Option<String>,
    /// What was typed into the form being answered.
    pub(super) typed: Typed,
    pub(crate) today: NaiveDate,
    /// For words that editions and supplements have.
    pub(crate) guidelines: Arc<Guidelines>,
    /// The pages are reached by HTTPS: cookies travel by it alone.
    pub(super) https: bool,
    /// What the browser calls itself, in short.
    pub(crate) browser: String,
    /// Where the request comes from.
    pub(crate) origin: Origin,
    pub(super) session: Session,
}

impl From<User> for Viewer {
    fn from(user: User) -> Viewer {
        Viewer {
            lacks_second_factor: user.lacks_second_factor(),
            must_change_password: user.password_given_at.is_some(),
            is_outside: false,
            has_password: user.has_password(),
            has_passkey: user.has_passkey,
            id: user.id,
            provider: user.provider_id,
            login: user.login,
            name: user.name,
            role: user.role,
            person_id: user.person_id,
            host_office_id: user.host_office_id,
            supervisor_id: user.supervisor_id,
        }
    }
}

/// What a cookie is called: over HTTPS so that no other host, and no page without TLS, can set it.
pub(super) fn cookie_name(name: &str, https: bool) -> String {
    if https { format!("__Host-{name}") } else { name.to_owned() }
}

/// A cookie for these seconds, which ends where there are none.
fn cookie(name: &str, value: &str, seconds: u32, https: bool) -> String {
    let secure = if https { "; Secure" } else { "" };
    let name = cookie_name(name, https);
    format!("{name}={value}; Path=/; Max-Age={seconds}; SameSite=Lax; HttpOnly{secure}")
}

/// Answers of handlers.
pub(crate) type Answer = Result<Response, Problem>;

/// Keeps a chosen language: a year.
const LANGUAGE_SECONDS: u32 = 31_536_000;

impl Page {
    pub(super) async fn resume(&mut self, app: &App) -> Result<(), Problem> {
        let kept: Option<(i64, i64)> = self.session.get(USER).await.map_err(Problem::session)?;
        let began: Option<i64> = self.session.get(BEGAN).await.map_err(Problem::session)?;
        let is_over = began.is_none_or(|began| app.secretariat.now().timestamp() - began > LONGEST_SESSION_SECONDS);
        if let Some((user, epoch)) = kept.filter(|_| !is_over) {
            self.viewer = app.secretariat.resume(user, epoch).await?.map(|user| Viewer {
                is_outside: !may_come_from(&user.networks, user.role, self.origin.address),
                ..Viewer::from(user)
            });
            let proved: Option<i64> = self.session.get(PROVED).await.map_err(Problem::session)?;
            let since = proved.map(|at| app.secretariat.now().timestamp() - at);
            self.is_proven = since.is_some_and(|since| (0..PROVED_SECONDS).contains(&since));
        }
        self.take_token().await
    }

    /// The token for a form shown to somebody who is not signed in, and the header that keeps it in their browser: nothing is recorded
    /// of a visitor.
    pub(crate) fn visitors_token(&mut self) -> [(HeaderName, String); 1] {
        if self.csrf.is_empty() {
            self.csrf = token();
        }
        [(SET_COOKIE, cookie(TOKEN_COOKIE, &self.csrf, TOKEN_SECONDS, self.https))]
    }

    /// A new session for a person who has just signed in; gives its id.
    pub(crate) async fn sign_in(&self, user: &User, now: DateTime<Utc>) -> Result<String, Problem> {
        self.session.cycle_id().await.map_err(Problem::session)?;
        self.session.remove::<i64>(BY_LINK).await.map_err(Problem::session)?;
        self.session.remove::<(i64, i64, i64, bool)>(HALF_IN).await.map_err(Problem::session)?;
        self.session.insert(BEGAN, now.timestamp()).await.map_err(Problem::session)?;
        self.prove(now).await?;
        self.session.insert(USER, (user.id, user.session_epoch)).await.map_err(Problem::session)?;
        self.session.insert(TOKEN, token()).await.map_err(Problem::session)?;
        // Only a session that is kept has an id.
        self.session.save().await.map_err(Problem::session)?;
        Ok(self.session_id())
    }

    /// Whoever is signed in has shown just now who they are.
    pub(crate) async fn prove(&self, now: DateTime<Utc>) -> Result<(), Problem> {
        self.session.insert(PROVED, now.timestamp()).await.map_err(Problem::session)
    }

    /// The cookie that keeps what has to come back from whoever vouches; it ends where there is nothing.
    pub(crate) fn identity_cookie(&self, kept: &str) -> String {
        cookie(IDENTITY_COOKIE, kept, if kept.is_empty() { 0 } else { IDENTITY_SECONDS }, self.https)
    }

    /// An identity is to be linked with the account that is signed in; `state` comes back with it.
    pub(crate) async fn begin_linking(&self, state: &str, now: DateTime<Utc>) -> Result<(), Problem> {
        self.session.insert(LINKING, (state, now.timestamp())).await.map_err(Problem::session)
    }

    /// Was that begun some minutes ago? Asked once.
    pub(crate) async fn is_linking(&self, state: &str, now: DateTime<Utc>) -> Result<bool, Problem> {
        if self.viewer.is_none() {
            return Ok(false);
        }
        let begun: Option<(String, i64)> = self.session.get(LINKING).await.map_err(Problem::session)?;
        if begun.is_some() {
            self.session.remove::<(String, i64)>(LINKING).await.map_err(Problem::session)?;
        }
        let within = 0..i64::from(IDENTITY_SECONDS);
        Ok(begun.is_some_and(|(begun, at)| begun == state && within.contains(&(now.timestamp() - at))))
    }

    /// The token of a session that has just begun.
    pub(crate) async fn take_token(&mut self) -> Result<(), Problem> {
        if let Some(token) = self.session.get(TOKEN).await.map_err(Problem::session)? {
            self.csrf = token;
        }
        Ok(())
    }

    /// The id of the session; empty where there is none.
    pub(crate) fn session_id(&self) -> String {
        self.session.id().map(|id| id.to_string()).unwrap_or_default()
    }

    /// Remembers who has shown the first half and has yet to show the second factor.
    pub(crate) async fn half_in(&self, user: &User, by_link: bool, now: DateTime<Utc>) -> Result<(), Problem> {
        self.session.cycle_id().await.map_err(Problem::session)?;
        self.session.remove::<(i64, i64)>(USER).await.map_err(Problem::session)?;
        let half = (user.id, user.session_epoch, now.timestamp(), by_link);
        self.session.insert(HALF_IN, half).await.map_err(Problem::session)?;
        self.session.insert(TOKEN, token()).await.map_err(Problem::session)
    }

    /// Who has shown the first half some minutes ago, in which state of the account, and whether by a link.
    pub(crate) async fn who_is_half_in(&self, now: DateTime<Utc>) -> Result<Option<(i64, i64, bool)>, Problem> {
        let half: Option<(i64, i64, i64, bool)> = self.session.get(HALF_IN).await.map_err(Problem::session)?;
        let half = half.filter(|(_, _, at, _)| (0..HALF_IN_SECONDS).contains(&(now.timestamp() - at)));
        Ok(half.map(|(user, epoch, _, by_link)| (user, epoch, by_link)))
    }

    /// To the sign-in page, which goes on to the page that was asked for.
    pub(super) fn to_sign_in(&self, asked: &Uri) -> Response {
        let path = asked.path_and_query().map_or("/", |path| path.as_str());
        let wanted = percent_encoding::utf8_percent_encode(path, percent_encoding::NON_ALPHANUMERIC).to_string();
        let cookie = cookie(WANTED_COOKIE, &wanted, WAITING_SECONDS, self.https);
        ([(SET_COOKIE, cookie)], Redirect::to("/sign-in")).into_response()
    }

    /// The cookie that keeps a chosen language.
    pub(crate) fn language_cookie(&self, language: Language) -> String {
        cookie(LANGUAGE_COOKIE, language.tag(), LANGUAGE_SECONDS, self.https)
    }

    /// The cookie that ends a notice which is on the page.
    pub(super) fn notice_seen(&self) -> String {
        cookie(NOTICE_COOKIE, "", 0, self.https)
    }

    /// The browser as it is known from now on, and the cookie that says so.
    /// `is_known`: what it says is somebody's already, and not what another page has put there.
    pub(crate) fn known_device(&self, is_known: bool) -> (Origin, String) {
        let device = self.origin.device.clone().filter(|_| is_known).unwrap_or_else(token);
        let cookie = cookie(DEVICE_COOKIE, &device, DEVICE_SECONDS, self.https);
        (Origin { device: Some(device), ..self.origin.clone() }, cookie)
    }

    /// Remembers that a link signed the person in: for some minutes a new password can be set without the old one.
    pub(crate) async fn came_by_link(&self, now: DateTime<Utc>) -> Result<(), Problem> {
        self.session.insert(BY_LINK, now.timestamp()).await.map_err(Problem::session)
    }

    /// Was the person signed in by a link some minutes ago?
    pub(crate) async fn is_by_link(&self, now: DateTime<Utc>) -> Result<bool, Problem> {
        let at: Option<i64> = self.session.get(BY_LINK).await.map_err(Problem::session)?;
        Ok(at.is_some_and(|at| (0..BY_LINK_SECONDS).contains(&(now.timestamp() - at))))
    }

    /// Where to go after signing in: the page that was asked for, or home.
    pub(crate) fn after_sign_in(&self) -> Response {
        let Some(wanted) = self.wanted.as_deref().filter(|path| is_own_path(path)) else {
            return Redirect::to("/").into_response();
        };
        let forget = cookie(WANTED_COOKIE, "", 0, self.https);
        ([(SET_COOKIE, forget)], Redirect::to(wanted)).into_response()
    }

    pub(crate) async fn sign_out(&self) -> Result<(), Problem> {
        self.session.flush().await.map_err(Problem::session)
    }

    /// Puts the notice of the last act on the page, once.
    pub(crate) async fn take_notice(&mut self) -> Result<(), Problem> {
        let Some(unseen) = &self.unseen_notice else { return Ok(()) };
        let kept: Option<(String, String)> = self.session.get(NOTICE).await.map_err(Problem::session)?;
        self.notice = kept.filter(|(id, _)| id == unseen).map(|(_, notice)| notice);
        self.notice_shown.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Goes to another page, which will say what was done.
    pub(crate) async fn go(&self, to: &str, notice: String) -> Answer {
        let id = token();
        let cookie = cookie(NOTICE_COOKIE, &id, WAITING_SECONDS, self.https);
        self.session.insert(NOTICE, (id, notice)).await.map_err(Problem::session)?;
        Ok(([(SET_COOKIE, cookie)], Redirect::to(to)).into_response())
    }

    /// Who is at work, for the use cases.
    pub(crate) fn staff(&self) -> Result<Staff, Problem> {
        let viewer = self.viewer()?;
        Ok(Staff { provider: viewer.provider, name: viewer.login.clone(), role: viewer.role })
    }

    pub(crate) fn viewer(&self) -> Result<&Viewer, Problem> {
        self.viewer.as_ref().ok_or(Problem::SignedOut)
    }

    pub(crate) fn is_staff(&self) -> bool {
        self.viewer.as_ref().is_some_and(|viewer| matches!(viewer.role, Role::Administrator | Role::Secretariat))
    }

    pub(crate) fn is_administrator(&self) -> bool {
        self.viewer.as_ref().is_some_and(|viewer| viewer.role == Role::Administrator)
    }

    /// The title of an edition; one that is not there any more is its id.
    pub(crate) fn edition(&self, id: &str) -> String {
        let found = self.guidelines.editions.get(id);
        found.map_or_else(
            || id.to_owned(),
            |edition| self.language.either(&edition.metadata.title, &edition.metadata.title_en).to_owned(),
        )
    }

    /// A date as people read it: wareki in Japanese, ISO in English.
    pub(crate) fn date(&self, date: impl Borrow<NaiveDate>) -> String {
        let date = date.borrow();
        match self.language {
            Language::Japanese => wareki::format(*date),
            Language::English => date.to_string(),
        }
    }

    /// A day with its day of the week.
    pub(crate) fn day(&self, date: impl Borrow<NaiveDate>) -> String {
        let date = date.borrow();
        match self.language {
            Language::Japanese => wareki::format_with_weekday(*date),
            Language::English => match holiday::remark(*date) {
                Some(remark) => format!("{} ({}, {remark})", date.format("%Y-%m-%d"), date.format("%a")),
                None => date.format("%Y-%m-%d (%a)").to_string(),
            },
        }
    }

    /// A moment in Japan, to the minute.
    pub(crate) fn moment(&self, moment: &chrono::DateTime<chrono::Utc>) -> String {
        let local = *moment + chrono::TimeDelta::hours(9);
        format!("{} {}", self.date(local.date_naive()), local.format("%H:%M"))
    }

    /// Is this the page, or one below it? Marks the entry of the menu.
    pub(crate) fn is_at(&self, path: &str) -> bool {
        self.path == path || (path != "/" && self.path.starts_with(&format!("{path}/")))
    }
}

/// Is it the path of a page of ours, and no way to another site?
pub(super) fn is_own_path(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains(|c: char| c == '\\' || c.is_control())
}

fn token() -> String {
    let bytes: [u8; 32] = rand::random();
    secretariat::hex(&bytes)
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Page, Problem> {
        let page = parts.extensions.get::<Page>().cloned();
        page.ok_or_else(|| Problem::internal("the page was not prepared"))
    }
}

/// How a file is sent: `inline` or `attachment`, under whatever name.
pub(crate) fn disposition(how: &str, name: &str) -> String {
    let name = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    format!("{how}; filename*=UTF-8''{name}")
}

/// Renders a template.
pub(crate) fn render(template: &impl askama::Template) -> Answer {
    Ok(Html(template.render().map_err(Problem::internal)?).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_no_head_and_ends_no_quotation() {
        for (name, expected) in [
            ("名簿.csv", "attachment; filename*=UTF-8''%E5%90%8D%E7%B0%BF%2Ecsv"),
            ("a\"; x=\r\nSet-Cookie: y", "attachment; filename*=UTF-8''a%22%3B%20x%3D%0D%0ASet%2DCookie%3A%20y"),
        ] {
            assert_eq!(disposition("attachment", name), expected);
        }
    }
}
