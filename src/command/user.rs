//! `user list|add|reset|disable`: the operator's way to accounts, also where nobody can sign in any more.

use super::{Target, open_for_provider};
use crate::outcome::{Failure, Outcome, Result};
use clap::Subcommand;
use records::account::user::User;
use secretariat::account::{Account, Password, random_password};
use secretariat::{Secretariat, Staff};
use serde_json::json;
use training::role::Role;

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// List who can sign in, with which role
    List {
        #[command(flatten)]
        target: Target,
    },
    /// Add an account of the office; its first password is printed once
    Add {
        /// Login name.
        login: String,
        /// Name of the person.
        #[arg(long)]
        name: String,
        /// administrator, secretariat, instructor or prefecture. Trainees and offices get their accounts on the pages, with what they belong to.
        #[arg(long, value_parser = office_role)]
        role: Role,
        #[command(flatten)]
        target: Target,
    },
    /// Give an account a new password, printed once, and let it in again; all its open sessions end
    Reset {
        /// Login name.
        login: String,
        #[command(flatten)]
        target: Target,
    },
    /// Take away an account's second factor, where no other administrator can confirm it on the pages
    ResetSecondFactor {
        /// Login name.
        login: String,
        #[command(flatten)]
        target: Target,
    },
    /// Let an account in no more; all its open sessions end
    Disable {
        /// Login name.
        login: String,
        #[command(flatten)]
        target: Target,
    },
}

/// A role whose account belongs to no trainee and no host office.
fn office_role(id: &str) -> std::result::Result<Role, String> {
    let role = Role::from_id(id).filter(|role| !matches!(role, Role::Trainee | Role::Supervisor));
    role.ok_or_else(|| "one of administrator, secretariat, instructor, prefecture".to_owned())
}

impl UserCommand {
    pub async fn run(self) -> Result {
        match self {
            UserCommand::List { target } => {
                let (secretariat, operator) = open_for_provider(&target).await?;
                list(&secretariat, &operator).await
            }
            UserCommand::Add { login, name, role, target } => {
                let (secretariat, operator) = open_for_provider(&target).await?;
                add(&secretariat, &operator, &login, &name, role).await
            }
            UserCommand::Reset { login, target } => {
                let (secretariat, operator) = open_for_provider(&target).await?;
                reset(&secretariat, &operator, &login).await
            }
            UserCommand::ResetSecondFactor { login, target } => {
                let (secretariat, operator) = open_for_provider(&target).await?;
                let user = find(&secretariat, &operator, &login).await?;
                secretariat.remove_second_factor(operator.provider, user.id).await?;
                let said = format!("{login} signs in with the password alone, until a second factor is set up anew");
                Ok(Outcome::new(json!({ "login": login, "second_factor": false }), said))
            }
            UserCommand::Disable { login, target } => {
                let (secretariat, operator) = open_for_provider(&target).await?;
                let user = find(&secretariat, &operator, &login).await?;
                set_active(&secretariat, &operator, &user, false).await?;
                Ok(Outcome::new(json!({ "login": login, "active": false }), format!("{login} can sign in no more")))
            }
        }
    }
}

async fn list(secretariat: &Secretariat, operator: &Staff) -> Result {
    let mut work = secretariat.read(operator).await?;
    let users = work.users().await?;
    let (mut text, mut all) = (String::new(), Vec::new());
    for user in users {
        let state = if user.active { "" } else { "  (disabled)" };
        text.push_str(&format!("{}  {}  {}{state}\n", user.login, user.role.id(), user.name));
        all.push(json!({ "login": user.login, "name": user.name, "role": user.role.id(), "active": user.active }));
    }
    Ok(Outcome::new(json!({ "users": all }), text.trim_end()))
}

async fn add(secretariat: &Secretariat, operator: &Staff, login: &str, name: &str, role: Role) -> Result {
    let password = random_password();
    let password_of = Some(Password::Given(&password));
    let account = Account {
        login,
        name,
        role,
        password: password_of,
        email: "",
        person_id: None,
        host_office_id: None,
        supervisor_id: None,
    };
    secretariat.create_account(operator, account).await?;
    Ok(told_once(login, &password))
}

async fn reset(secretariat: &Secretariat, operator: &Staff, login: &str) -> Result {
    let user = find(secretariat, operator, login).await?;
    let password = random_password();
    secretariat.give_password(operator, user.id, &password).await?;
    // Let in only with the new password.
    if !user.active {
        let user = find(secretariat, operator, login).await?;
        set_active(secretariat, operator, &user, true).await?;
    }
    Ok(told_once(login, &password))
}

fn told_once(login: &str, password: &str) -> Outcome {
    Outcome::new(
        json!({ "login": login, "password": password }),
        format!("Sign in as {login} with the password {password}\nIt is shown this once: change it after signing in."),
    )
}

async fn find(secretariat: &Secretariat, operator: &Staff, login: &str) -> Result<User> {
    let mut work = secretariat.read(operator).await?;
    let found = work.users().await?.into_iter().find(|user| user.login == login);
    found.ok_or_else(|| Failure::refused(format!("{login}: there is no such account; see `kensan user list`")))
}

async fn set_active(secretariat: &Secretariat, operator: &Staff, user: &User, active: bool) -> Result<()> {
    let mut work = secretariat.write(operator).await?;
    work.set_user_active(user.id, user.version, active).await?;
    Ok(work.commit().await?)
}
