//! Lists of accounts: found by a text and a page at a time, by mail address, and of everybody in a cohort.

use super::user::{COLUMNS, ListedUser, NO_PASSWORD, User};
use crate::work::containing;
use crate::{Result, Work};
use chrono::{DateTime, NaiveDate, Utc};
use training::notice::NoticeKind;
use training::role::Role;
use training::trainee::enrolment::EnrolmentState;
use training::trainee::person::comparable;

/// Which accounts a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Part of a login, of an account's name, or of what its person is searched by; empty: everybody.
    pub text: String,
    pub role: Option<Role>,
    /// Only accounts nobody has ever signed in with.
    pub never_signed_in: bool,
}

/// A trainee of a cohort, and how far the way to an account went.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Invitee {
    pub enrolment_id: i64,
    pub person_id: i64,
    pub trainee_number: String,
    pub name: String,
    #[sqlx(try_from = "String")]
    pub state: EnrolmentState,
    pub email: Option<String>,
    pub user_id: Option<i64>,
    pub login: Option<String>,
    pub active: Option<bool>,
    /// Somebody has set a password, or has been given one.
    pub has_password: Option<bool>,
    pub signed_in_at: Option<DateTime<Utc>>,
    /// The last day the account can be used.
    pub ends_on: Option<NaiveDate>,
    /// When the newest invitation was written.
    pub invited_at: Option<DateTime<Utc>>,
}

const LISTED: &str = "SELECT u.*, p.name AS trainee, h.name AS office, s.name AS supervisor,
        (SELECT max(e.id) FROM enrolment e WHERE e.person_id = u.person_id) AS enrolment_id,
        (SELECT a.signed_in_at FROM account_use a WHERE a.user_id = u.id) AS signed_in_at";
const OF_WHOM: &str = "LEFT JOIN person p ON p.id = u.person_id LEFT JOIN host_office h ON h.id = u.host_office_id
     LEFT JOIN supervisor s ON s.id = u.supervisor_id";
const MATCHES: &str = "($2 = '' OR role = $2) AND (NOT $3 OR id NOT IN (SELECT user_id FROM account_use))
        AND (lower(login) LIKE $4 ESCAPE '!' OR lower(name) LIKE $4 ESCAPE '!'
             OR person_id IN (SELECT k.person_id FROM person_key k WHERE k.provider_id = $1 AND k.search LIKE $5 ESCAPE '!'))";

impl Work {
    /// A page of the provider's accounts, in the order of role and login.
    pub async fn find_users(&mut self, filter: &UserFilter, (limit, offset): (i64, i64)) -> Result<Vec<ListedUser>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{LISTED} FROM (SELECT {COLUMNS} FROM users WHERE provider_id = $1 AND {MATCHES}
                ORDER BY role, login LIMIT $6 OFFSET $7) u {OF_WHOM} ORDER BY u.role, u.login"
        ));
        let [login, person] = filter.patterns();
        let role = filter.role.map_or("", Role::id);
        all!(self, ListedUser, sql, self.actor.provider, role, filter.never_signed_in, login, person, limit, offset)
    }

    /// How many accounts a filter leaves.
    pub async fn count_users(&mut self, filter: &UserFilter) -> Result<i64> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM users WHERE provider_id = $1 AND {MATCHES}"));
        let [login, person] = filter.patterns();
        let role = filter.role.map_or("", Role::id);
        scalar!(self, i64, sql, self.actor.provider, role, filter.never_signed_in, login, person)
    }

    /// One account with whom it is for.
    pub async fn listed_user(&mut self, id: i64) -> Result<ListedUser> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{LISTED} FROM (SELECT {COLUMNS} FROM users WHERE provider_id = $1 AND id = $2) u {OF_WHOM}"
        ));
        optional!(self, ListedUser, sql, self.actor.provider, id)?.ok_or(crate::Error::NotFound)
    }

    /// The person's account; the newest where there are several.
    pub async fn account_of_person(&mut self, person: i64) -> Result<Option<User>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM users WHERE person_id = $1 AND provider_id = $2 ORDER BY id DESC LIMIT 1"
        ));
        optional!(self, User, sql, person, self.actor.provider)
    }

    /// The birth date of an account's person, of whichever provider: for signing in only. `None` where the account is no trainee's.
    pub async fn birth_date_of_account(&mut self, user: i64) -> Result<Option<NaiveDate>> {
        let sql = "SELECT p.birth_date FROM users u JOIN person p ON p.id = u.person_id WHERE u.id = $1";
        Ok(optional!(self, (NaiveDate,), sql, user)?.map(|(birth_date,)| birth_date))
    }

    /// Accounts that mails to this address are for, of whichever provider: for signing in only. The address is compared without regard to
    /// capitals.
    pub async fn users_by_email(&mut self, email: &str) -> Result<Vec<User>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM users WHERE person_id IN (SELECT id FROM person WHERE lower(email) = $1)
                OR id IN (SELECT user_id FROM account_detail WHERE lower(email) = $1)
                OR id IN (SELECT user_id FROM supervisor_contact WHERE lower(email) = $1 AND user_id IS NOT NULL)
                OR id IN (SELECT r.user_id FROM office_reception r JOIN office_contact c ON c.host_office_id = r.host_office_id
                    WHERE lower(c.email) = $1 AND r.user_id IS NOT NULL) ORDER BY id"
        ));
        all!(self, User, sql, email.to_lowercase())
    }

    /// Everybody of a cohort with their account and invitation, in the order of their numbers.
    pub async fn invitees(&mut self, cohort: i64) -> Result<Vec<Invitee>> {
        self.cohort(cohort).await?;
        all!(
            self,
            Invitee,
            "SELECT e.id AS enrolment_id, e.person_id, e.trainee_number, p.name, e.state, p.email, u.id AS user_id, u.login, u.active,
                (SELECT d.ends_on FROM account_detail d WHERE d.user_id = u.id) AS ends_on,
                CASE WHEN u.id IS NULL THEN NULL ELSE u.password_hash <> $3 END AS has_password, a.signed_in_at,
                (SELECT max(n.created_at) FROM notice n WHERE n.enrolment_id = e.id
                    AND n.kind IN ($4, $5) AND n.state <> 'dropped') AS invited_at
             FROM enrolment e JOIN person p ON p.id = e.person_id
             LEFT JOIN users u ON u.id = (SELECT max(o.id) FROM users o WHERE o.person_id = e.person_id AND o.provider_id = $2)
             LEFT JOIN account_use a ON a.user_id = u.id
             WHERE e.cohort_id = $1 ORDER BY e.trainee_number, e.id",
            cohort,
            self.actor.provider,
            NO_PASSWORD,
            NoticeKind::InvitationTrainee.id(),
            NoticeKind::InvitationLetter.id()
        )
    }
}

impl Work {
    /// How many of a cohort take part, have no account in use and were not invited.
    pub async fn count_to_invite(&mut self, cohort: i64) -> Result<i64> {
        scalar!(
            self,
            i64,
            "SELECT count(*) FROM enrolment e WHERE e.cohort_id = $1 AND e.provider_id = $2
                AND e.state IN ('admitted', 'enrolled', 'transferred_in')
                AND NOT EXISTS (SELECT 1 FROM users u WHERE u.person_id = e.person_id AND u.provider_id = $2
                    AND (u.password_hash <> $3 OR NOT u.active))
                AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.enrolment_id = e.id AND n.kind IN ($4, $5) AND n.state <> 'dropped')",
            cohort,
            self.actor.provider,
            NO_PASSWORD,
            NoticeKind::InvitationTrainee.id(),
            NoticeKind::InvitationLetter.id()
        )
    }
}

impl UserFilter {
    /// What a login or a name, and what a person's key must look like.
    fn patterns(&self) -> [String; 2] {
        [containing(&self.text.trim().to_lowercase()), containing(&comparable(&self.text))]
    }
}
