//! Users: the administrator's list, and one's own password.

use super::entry::go_on_anew;
use crate::shell::desk::Desk;
use crate::shell::form::{Fields, Form};
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::search::{self, Searched};
use crate::shell::view::Choice;
use crate::wording;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use secretariat::Refusal;
use secretariat::account::refusal::AccountRefusal;
use secretariat::account::second_factor::FactorReset;
use secretariat::account::sign_in::OpenSession;
use secretariat::account::{Account, PASSWORD_LENGTH, Password, check_new_password, random_password};
use secretariat::account::{ListedUser, User, UserFilter};
use secretariat::office::SupervisorContact;
use serde::{Deserialize, Serialize};
use training::role::Role;

/// Accounts on one page of the list.
const PAGE_SIZE: i64 = 50;

/// What the list is filtered by; kept in the address.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct UserQuery {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    q: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    role: String,
    /// Only accounts nobody has signed in with.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    never: String,
    #[serde(default)]
    at: i64,
}

impl UserQuery {
    fn address(&self, desk: &Desk, page: &Page, at: i64) -> Result<String, Problem> {
        search::address(desk.app(), page, "/users", UserQuery { at, ..self.clone() })
    }
}

struct Row {
    user: User,
    role: String,
    /// Whose account it is, with the page of it.
    of: Option<(String, String)>,
    signed_in: Option<String>,
    /// Can it be signed in with today?
    open: bool,
}

impl Row {
    fn new(page: &Page, listed: ListedUser) -> Row {
        let of = match (&listed.trainee, listed.enrolment_id, listed.user.host_office_id) {
            (Some(name), Some(enrolment), _) => Some((name.clone(), format!("/trainees/{enrolment}"))),
            (_, _, Some(office)) => {
                let name = listed.office.clone().unwrap_or_default();
                let name = listed.supervisor.as_ref().map_or(name.clone(), |supervisor| format!("{name} {supervisor}"));
                Some((name, format!("/offices/{office}")))
            }
            _ => None,
        };
        Row {
            role: wording::role(page, listed.user.role),
            of,
            signed_in: listed.signed_in_at.map(|moment| page.moment(&moment)),
            open: listed.user.is_open_on(page.today),
            user: listed.user,
        }
    }
}

/// Whom an account could be for: a trainee by enrolment, a supervisor of an office, or the office as a whole.
struct Candidate {
    value: String,
    label: String,
    /// There is an account already.
    taken: bool,
}

#[derive(Template)]
#[template(path = "account/users.html")]
struct List {
    page: Page,
    query: UserQuery,
    rows: Vec<Row>,
    total: i64,
    next: Option<String>,
    previous: Option<String>,
    roles: Vec<Choice>,
    /// What was typed, and whom it could mean.
    login: String,
    name: String,
    role: String,
    number: String,
    email: String,
    candidates: Vec<Candidate>,
    /// Second factors that are to be taken away once another administrator confirms it.
    resets: Vec<FactorReset>,
    /// When somebody last looked at who has an account, and who.
    reviewed: Option<(String, String)>,
}

pub(crate) async fn list(mut desk: Desk, mut page: Page, Searched(query): Searched<UserQuery>) -> Answer {
    page.take_notice().await?;
    users(&mut desk, page, query, &Fields::default(), Vec::new()).await
}

async fn users(desk: &mut Desk, page: Page, query: UserQuery, fields: &Fields, candidates: Vec<Candidate>) -> Answer {
    let work = desk.records().await?;
    let filter = UserFilter {
        text: query.q.clone(),
        role: Role::from_id(&query.role),
        never_signed_in: !query.never.is_empty(),
    };
    let at = query.at.max(0);
    let total = work.count_users(&filter).await?;
    let users = work.find_users(&filter, (PAGE_SIZE, at)).await?;
    let rows = users.into_iter().map(|listed| Row::new(&page, listed)).collect();
    let resets = work.factor_resets().await?;
    let names = work.account_names().await?;
    let reviewed = work.last_account_review().await?.map(|review| {
        (page.moment(&review.reviewed_at), names.get(&review.reviewed_by).cloned().unwrap_or(review.reviewed_by))
    });
    let roles = Role::ALL.iter().map(|role| Choice::new(role.id(), wording::role(&page, *role))).collect();
    let [login, name, role, number, email] =
        ["login", "name", "role", "number", "email"].map(|field| fields.text(field).to_owned());
    let page_at = |at: i64| query.address(desk, &page, at);
    let next = (at.saturating_add(PAGE_SIZE) < total).then(|| page_at(at.saturating_add(PAGE_SIZE))).transpose()?;
    let previous = (at > 0).then(|| page_at((at - PAGE_SIZE).max(0))).transpose()?;
    render(&List {
        page,
        query,
        rows,
        total,
        next,
        previous,
        roles,
        login,
        name,
        role,
        number,
        email,
        candidates,
        resets,
        reviewed,
    })
}

/// Somebody has looked at who has an account.
pub(crate) async fn review(mut desk: Desk, page: Page, _: Form) -> Answer {
    desk.act().review_accounts(&page.staff()?).await?;
    page.go("/users", t!(page, "accounts-reviewed")).await
}

#[derive(Template)]
#[template(path = "account/user.html")]
struct One {
    page: Page,
    row: Row,
    /// Where mails to the account go; empty: nowhere.
    address: String,
    /// The address is kept with the account, and not with its person.
    keeps_address: bool,
    server: bool,
    /// Somebody wants to take away the second factor.
    reset: Option<FactorReset>,
    /// May the viewer confirm that?
    may_confirm: bool,
}

/// One account: how it stands, and what can be done with it.
pub(crate) async fn show(mut desk: Desk, mut page: Page, Path(user): Path<i64>) -> Answer {
    page.take_notice().await?;
    let server = desk.app().mails;
    let (secretariat, work) = desk.reading().await?;
    let listed = work.listed_user(user).await?;
    let address = secretariat.account_address(work, &listed.user).await?;
    let keeps_address = listed.user.person_id.is_none() && listed.user.host_office_id.is_none();
    let reset = work.factor_reset(user).await?;
    let row = Row::new(&page, listed);
    let login = &page.viewer()?.login;
    let may_confirm = reset.as_ref().is_some_and(|asked| asked.asked_by != *login && asked.login != *login);
    render(&One { page, row, address, keeps_address, server, reset, may_confirm })
}

/// Where mails go, and until when the account can be used.
pub(crate) async fn change(mut desk: Desk, page: Page, Path(user): Path<i64>, Form(fields): Form) -> Answer {
    let detail = (fields.text("email").trim(), fields.optional_date("account_ends_on")?);
    desk.act().set_account_detail(&page.staff()?, (user, fields.number("version")?), detail).await?;
    page.go(&format!("/users/{user}"), t!(page, "notice-saved")).await
}

pub(crate) async fn send_link(mut desk: Desk, page: Page, Path(user): Path<i64>, _: Form) -> Answer {
    desk.act().send_account_link(&page.staff()?, user).await?;
    page.go(&format!("/users/{user}"), t!(page, "account-link-sent")).await
}

/// Whom a number could mean: a trainee of each cohort that has given it, or everybody who guides at an office, and the office itself.
async fn candidates(desk: &mut Desk, page: &Page, role: Role, number: &str) -> Result<Vec<Candidate>, Problem> {
    let work = desk.records().await?;
    let mut found = Vec::new();
    if role == Role::Trainee {
        let cohorts = work.cohorts().await?;
        for enrolment in work.enrolments_by_number(number).await? {
            let cohort = cohorts.iter().find(|cohort| cohort.id == enrolment.cohort_id);
            let cohort = cohort.map_or("", |cohort| cohort.name.as_str());
            found.push(Candidate {
                value: enrolment.id.to_string(),
                label: format!("{} {} {cohort}", enrolment.trainee_number, enrolment.name),
                taken: work.account_of_person(enrolment.person_id).await?.is_some(),
            });
        }
    } else if let Some(office) = work.host_office_by_number(number).await? {
        let contacts = work.supervisor_contacts(Some(office.id)).await?;
        for supervisor in work.supervisors(office.id).await? {
            let has_account =
                |known: &SupervisorContact| known.supervisor_id == supervisor.id && known.user_id.is_some();
            found.push(Candidate {
                value: supervisor.id.to_string(),
                label: format!("{} {}", office.name, supervisor.name),
                taken: contacts.iter().any(has_account),
            });
        }
        let label = t!(page, "user-of-office", office = office.name.clone());
        found.push(Candidate { value: OFFICE.to_owned(), label, taken: false });
    }
    if found.is_empty() { Err(Problem::BadForm("number".into())) } else { Ok(found) }
}

/// The account of an office as a whole.
const OFFICE: &str = "office";

/// Whose account it is to be is chosen among those the number could mean. The first password is shown once, in the notice.
pub(crate) async fn create(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let role = Role::from_id(fields.text("role")).ok_or_else(|| Problem::BadForm("role".into()))?;
    let staff = page.staff()?;
    let (mut person_id, mut host_office_id, mut supervisor_id) = (None, None, None);
    if matches!(role, Role::Trainee | Role::Supervisor) {
        let number = training::trainee::person::normalise(fields.text("number"));
        let candidates = candidates(&mut desk, &page, role, &number).await?;
        let chosen = candidates.iter().find(|known| !known.taken && known.value == fields.text("whose"));
        let Some(chosen) = chosen.map(|known| known.value.clone()) else {
            return users(&mut desk, page, UserQuery::default(), &fields, candidates).await;
        };
        let work = desk.records().await?;
        if role == Role::Trainee {
            person_id = Some(work.person_of(chosen.parse().map_err(Problem::internal)?).await?.id);
        } else {
            host_office_id = work.host_office_by_number(&number).await?.map(|office| office.id);
            supervisor_id = chosen.parse().ok();
        }
    }
    // Whoever has an address sets the password; nobody else ever sees it.
    let of_somebody = person_id.is_some() || host_office_id.is_some();
    let email = if of_somebody { "" } else { fields.text("email").trim() };
    let password = email.is_empty().then(random_password);
    let account = Account {
        login: fields.text("login"),
        name: fields.text("name"),
        role,
        password: password.as_deref().map(Password::Given),
        email,
        person_id,
        host_office_id,
        supervisor_id,
    };
    let user = desk.act().create_account(&staff, account).await?;
    let login = fields.text("login").to_owned();
    let told = match password {
        Some(password) => t!(page, "notice-first-password", login = login, password = password),
        None => t!(page, "account-link-sent"),
    };
    page.go(&format!("/users/{user}"), told).await
}

pub(crate) async fn set_active(mut desk: Desk, page: Page, Path(user): Path<i64>, Form(fields): Form) -> Answer {
    let (version, active) = (fields.number("version")?, fields.text("active") == "yes");
    desk.act().set_account_active(&page.staff()?, user, version, active).await?;
    page.go(&format!("/users/{user}"), t!(page, "notice-saved")).await
}

pub(crate) async fn reset_password(mut desk: Desk, page: Page, Path(user): Path<i64>, _: Form) -> Answer {
    let staff = page.staff()?;
    // One's own is changed at one's own page: the session ends with the old one, and nobody would see the new one.
    if user == page.viewer()?.id {
        return Err(Problem::Refused(AccountRefusal::OwnAccount.into()));
    }
    let work = desk.records().await?;
    let login = work.user(user).await?.login;
    let password = random_password();
    desk.act().give_password(&staff, user, &password).await?;
    page.go(&format!("/users/{user}"), t!(page, "notice-first-password", login = login, password = password)).await
}

#[derive(Template)]
#[template(path = "account/password.html")]
struct PasswordPage {
    page: Page,
    length: usize,
    login: String,
    /// A link signed the person in: the present password is not asked for.
    by_link: bool,
    /// It was given to be changed.
    must_change: bool,
    /// Open sessions, and whether each is this one.
    sessions: Vec<(OpenSession, bool)>,
    /// Identities that open the account: their ids, what whoever vouches is called, and since when.
    linked: Vec<(i64, String, String)>,
    /// Who else could vouch: names in addresses, and what people call them.
    identities: Vec<(String, String)>,
}

/// Need the present password not be said? Not by whoever came by a link, or has none yet.
async fn is_free(desk: &mut Desk, page: &Page) -> Result<bool, Problem> {
    let id = page.viewer()?.id;
    let by_link = page.is_by_link(desk.app().secretariat.now()).await?;
    Ok(by_link || !desk.records().await?.user(id).await?.has_password())
}

/// Is the password the viewer's? Told at the field where it is not.
pub(super) async fn check_present(desk: &mut Desk, page: &Page, password: &str) -> Result<(), Problem> {
    let id = page.viewer()?.id;
    match desk.act().check_own_password(id, password, &page.origin).await {
        Err(secretariat::Error::Refused(Refusal::Account(AccountRefusal::WrongPassword))) => {
            Err(Problem::Fields(vec![("present".to_owned(), t!(page, "password-not-present"))]))
        }
        checked => Ok(checked?),
    }
}

pub(crate) async fn own_password(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    let by_link = is_free(&mut desk, &page).await?;
    let (own, id) = (page.session_id(), page.viewer()?.id);
    let sessions = desk.records().await?.open_sessions(id).await?;
    let sessions =
        sessions.into_iter().map(|open| (open.is(&own), open)).map(|(is_own, open)| (open, is_own)).collect();
    let (login, must_change) = (page.viewer()?.login.clone(), page.viewer()?.must_change_password);
    let (secretariat, work) = desk.reading().await?;
    let ways = secretariat.ways_in();
    let known = work.linked_identities(id).await?;
    let linked = known.iter().map(|known| (known.id, ways.title_of(&known.issuer), page.moment(&known.linked_at)));
    let linked = linked.collect();
    let identities = ways.identities().map(|(name, title)| (name.to_owned(), title.to_owned())).collect();
    render(&PasswordPage { page, length: PASSWORD_LENGTH, login, by_link, must_change, sessions, linked, identities })
}

/// Ends one of the viewer's sessions elsewhere, or all of them.
pub(crate) async fn end_session(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let only: Option<i64> = if fields.text("open").is_empty() { None } else { Some(fields.number("open")?) };
    let (id, own) = (page.viewer()?.id, page.session_id());
    let ended = desk.act().end_open_sessions(id, only, &own).await?;
    page.go("/password", t!(page, "sessions-ended", count = ended as i64)).await
}

/// The present password is asked for, but of whoever came by a link; every other session ends.
pub(crate) async fn change_own_password(mut desk: Desk, mut page: Page, Form(fields): Form) -> Answer {
    let viewer = page.viewer()?.clone();
    let by_link = is_free(&mut desk, &page).await?;
    // A first password is set by whoever came; where there are other ways in, they show that it is them.
    if by_link && !page.is_proven && !page.is_by_link(desk.app().secretariat.now()).await? {
        let is_linked = !desk.records().await?.linked_identities(viewer.id).await?.is_empty();
        if viewer.has_passkey || is_linked {
            return Err(Problem::AsksAgain);
        }
    }
    let mut faults = Vec::new();
    if !by_link {
        match check_present(&mut desk, &page, fields.exact("present")).await {
            Err(Problem::Fields(wrong)) => faults.extend(wrong),
            checked => checked?,
        }
    }
    if !by_link && fields.exact("new") == fields.exact("present") {
        faults.push(("new".to_owned(), t!(page, "password-same")));
    }
    if fields.exact("new") != fields.exact("again") {
        faults.push(("again".to_owned(), t!(page, "password-not-same")));
    }
    if let Err(refusal) = check_new_password(fields.exact("new"), &[&viewer.login, &viewer.name, "kensan"]) {
        faults.push(("new".to_owned(), crate::wording::refusal::refusal(&page, &refusal)));
    }
    if !faults.is_empty() {
        return Err(Problem::Fields(faults));
    }
    desk.act().set_password(&page.staff()?, viewer.id, fields.exact("new")).await?;
    if !by_link && !viewer.must_change_password {
        page.sign_out().await?;
        return Ok(Redirect::to("/sign-in").into_response());
    }
    go_on_anew(&mut desk, &mut page, viewer.id).await?;
    page.go("/", t!(page, "notice-password-set", login = viewer.login)).await
}
