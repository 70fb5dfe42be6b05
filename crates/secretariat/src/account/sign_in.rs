//! Signing in: the password, how failures slow down whoever tries, and the open session.

use super::{LOGIN_LENGTH, hash};
use crate::account::refusal::AccountRefusal;
use crate::{Error, Result, Secretariat, Staff};
use argon2::Argon2;
use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;
use chrono::TimeDelta;
use records::Work;
use records::account::read_log::ReadKind;
use records::account::user::User;
pub use records::account::web_session::OpenSession;
use std::net::IpAddr;
use std::sync::LazyLock;
use tokio::sync::OwnedSemaphorePermit;
use training::role::Role;

/// Failures in a row from one place that are free; each further one doubles the wait.
const FREE_FAILURES: i64 = 5;
/// Failures in a row of all strangers together that are free: whoever tries from many places.
const FREE_OF_STRANGERS: i64 = 50;
/// Failures from one network at whatever accounts that are free: a hall full of people who mistype, but nobody who tries one password everywhere.
const FREE_OF_NETWORK: i64 = 200;
const OF_NETWORK: &str = "network/";
/// Codes and links from one place that open nothing and are free: many sit behind one address.
const FREE_UNKNOWN_CODES: i64 = 20;
const LONGEST_WAIT_SECONDS: i64 = 900;
/// Days in which a password that was told to its holder is used the first time.
const GIVEN_PASSWORD_DAYS: i64 = 14;
/// Days after which a browser that was not used is no longer known.
const DEVICE_DAYS: i64 = 400;

/// Verified against when the login name is unknown, so that the answer takes as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash("nobody has this password").unwrap_or_default());

/// Where somebody signs in from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    pub address: Option<IpAddr>,
    /// What the cookie says that a browser got with an earlier sign-in.
    pub device: Option<String>,
}

impl Origin {
    /// Whoever has an address of version 6 has as many as they like of the same network.
    pub fn network(&self) -> String {
        match self.address {
            Some(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
                Some(mapped) => mapped.to_string(),
                None => format!("{:x?}", &address.segments()[..4]),
            },
            Some(address) => address.to_string(),
            None => String::new(),
        }
    }

    /// The address as it is written into the log.
    pub fn shown(&self) -> String {
        self.address.map(|address| address.to_canonical().to_string()).unwrap_or_default()
    }
}

/// Failures that are counted together, and how many of them are free.
struct Count {
    key: String,
    free: i64,
}

fn verify(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|stored| Argon2::default().verify_password(password.as_bytes(), &stored).is_ok())
}

/// What a hash was made with: kind, version, memory and rounds.
fn parameters(hash: &str) -> &str {
    hash.match_indices('$').nth(3).map_or(hash, |(end, _)| &hash[..end])
}

/// Seconds to wait after so many failures in a row.
fn wait_seconds(failures: i64, free: i64) -> i64 {
    match failures - free {
        ..0 => 0,
        over => (1 << over.min(20)).min(LONGEST_WAIT_SECONDS),
    }
}

fn nobody() -> Staff {
    Staff { provider: 0, name: "sign-in".to_owned(), role: Role::Trainee }
}

impl Secretariat {
    /// Hashes with as many others as there are cores: each takes memory that a crowd would add up.
    pub(super) async fn one_at_a_core<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let place = self.place_in_queue()?;
        self.hash_at(place, work).await
    }

    /// Refused where too many wait already.
    fn place_in_queue(&self) -> Result<OwnedSemaphorePermit> {
        let place = self.hashing_queue.clone().try_acquire_owned();
        place.map_err(|_| AccountRefusal::SigningInBusy.into())
    }

    async fn hash_at<T: Send + 'static>(
        &self,
        _place: OwnedSemaphorePermit,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let turn = self.hashing.clone().acquire_owned().await.map_err(|error| Error::Internal(error.to_string()))?;
        let done = tokio::task::spawn_blocking(move || {
            // Held until the hashing is over, also where the browser has gone meanwhile.
            let _turn = turn;
            work()
        });
        Ok(done.await?)
    }

    /// Signs a person in, or says why not.
    ///
    /// Failures in a row slow down further tries: from a browser that has signed in before its own, from elsewhere those from there, and those
    /// of all strangers together. So nobody is kept out by what strangers try.
    pub async fn sign_in(&self, login: &str, password: &str, origin: &Origin) -> Result<User> {
        // Anybody may send anything: what is no login name is not kept as one that failed.
        if login.chars().count() > LOGIN_LENGTH {
            return Err(AccountRefusal::WrongPassword.into());
        }
        let mut work = self.write(&nobody()).await?;
        let user = self.user_signing_in(&mut work, login).await?;
        // Of one account, however its login or mail address is typed; a new password begins anew. And of what was typed, whether it is an
        // account's or not, so that nobody learns it by waiting.
        let typed = format!("name/{}", login.trim().to_lowercase());
        let account = user.as_ref().map(|user| format!("account/{}/{}", user.id, user.session_epoch));
        let who = account.clone().unwrap_or_else(|| typed.clone());
        let is_known = match (&user, &origin.device) {
            (Some(user), Some(device)) => work.is_known_device(user.id, device).await?,
            _ => false,
        };
        let network = origin.network();
        let counts = match (&origin.device, is_known) {
            (Some(device), true) => vec![Count { key: format!("device/{device}/{who}"), free: FREE_FAILURES }],
            _ => {
                let mut counts = vec![Count { key: format!("{OF_NETWORK}{network}"), free: FREE_OF_NETWORK }];
                for who in account.iter().chain([&typed]) {
                    counts.push(Count { key: format!("from/{network}/{who}"), free: FREE_FAILURES });
                    counts.push(Count { key: format!("all/{who}"), free: FREE_OF_STRANGERS });
                }
                counts
            }
        };
        self.verified(work, (user, counts), password, origin).await
    }

    /// Is this the password of somebody who is signed in? Wrong answers are counted apart from those at the door.
    pub async fn check_own_password(&self, user: i64, password: &str, origin: &Origin) -> Result<()> {
        let mut work = self.write(&nobody()).await?;
        let user = work.user_of_session(user).await?;
        let counts =
            vec![Count { key: format!("own/{}", user.as_ref().map_or(0, |user| user.id)), free: FREE_FAILURES }];
        self.verified(work, (user, counts), password, origin).await.map(drop)
    }

    /// The user, where the password is right. The work ends before it is looked at.
    async fn verified(
        &self,
        mut work: Work,
        (user, counts): (Option<User>, Vec<Count>),
        password: &str,
        origin: &Origin,
    ) -> Result<User> {
        let refused = user.clone();
        let failed = |refusal: AccountRefusal| {
            tracing::warn!(user = refused.as_ref().map(|user| user.id), address = origin.shown(), %refusal, "a sign-in failed");
            if let Some(user) = &refused {
                self.note_look(
                    (user.provider_id, user.id),
                    ReadKind::SignInFailed,
                    (String::new(), "/sign-in"),
                    origin,
                );
            }
            Error::from(refusal)
        };
        self.count_failures(&mut work, &counts).await?;
        // Who finds no place to be looked at has not guessed.
        let place = self.place_in_queue()?;
        work.commit().await?;
        let stored = user.as_ref().map_or_else(|| NOBODY.clone(), |user| user.password_hash.clone());
        let password = password.to_owned();
        // A hash that was made with other parameters is renewed while the password is at hand.
        let (right, renewed) = self
            .hash_at(place, move || {
                let right = verify(&password, &stored);
                let is_old = right && parameters(&stored) != parameters(&NOBODY);
                (right, is_old.then(|| hash(&password).ok()).flatten())
            })
            .await?;
        let user = user.filter(|_| right).ok_or_else(|| failed(AccountRefusal::WrongPassword))?;
        if user.password_given_at.is_some_and(|given| self.now() - given > TimeDelta::days(GIVEN_PASSWORD_DAYS)) {
            return Err(failed(AccountRefusal::PasswordExpired));
        }
        let mut work = self.write(&Staff { provider: user.provider_id, ..nobody() }).await?;
        if let Some(renewed) = renewed {
            work.renew_password_hash(user.id, (&user.password_hash, &renewed)).await?;
        }
        for count in &counts {
            match count.key.starts_with(OF_NETWORK) {
                // What was tried at other accounts stays, and this was no failure: many sign in from one network.
                true => work.take_back_sign_in_failure(&count.key).await?,
                false => work.clear_sign_in_failures(&count.key).await?,
            }
        }
        work.commit().await?;
        Ok(user)
    }

    /// Refused where somebody has to wait. Counted before it is looked at: many guesses at once are as many guesses.
    async fn count_failures(&self, work: &mut Work, counts: &[Count]) -> Result<()> {
        // In one order, so that no two wait for each other.
        let mut counts: Vec<&Count> = counts.iter().collect();
        counts.sort_by(|one, other| one.key.cmp(&other.key));
        for count in &counts {
            let (failures, last) = work.lock_sign_in_failures(&count.key).await?;
            let left = wait_seconds(failures, count.free) - (self.now() - last).num_seconds();
            if failures > 0 && left > 0 {
                tracing::warn!(seconds = left, "a sign-in has to wait");
                return Err(AccountRefusal::Throttled { seconds: left }.into());
            }
        }
        for count in counts {
            work.note_sign_in_failure(&count.key).await?;
        }
        Ok(())
    }

    /// Counts a guess that is not of a password, of which each is kept apart by its key.
    pub(super) async fn count_guess(&self, work: &mut Work, key: &str) -> Result<()> {
        self.count_failures(work, &[Count { key: key.to_owned(), free: FREE_FAILURES }]).await
    }

    /// Counts a try of a code that opens nothing, by the place it comes from: nobody tries all of them.
    pub(crate) async fn count_unknown_code(&self, work: &mut Work, origin: &Origin) -> Result<()> {
        let key = format!("code/{}", origin.network());
        self.count_failures(work, &[Count { key, free: FREE_UNKNOWN_CODES }]).await
    }

    /// Counts a link that is asked for on the sign-in page, by the place it is asked from: nobody fills somebody's mailbox.
    pub(crate) async fn count_asked_link(&self, work: &mut Work, origin: &Origin) -> Result<()> {
        let key = format!("asked/{}", origin.network());
        self.count_failures(work, &[Count { key, free: FREE_OF_NETWORK }]).await
    }

    /// Is this browser somebody's already?
    pub async fn is_anybodys_device(&self, device: &str) -> Result<bool> {
        Ok(self.read(&nobody()).await?.is_anybodys_device(device).await?)
    }

    /// Notes in the ledger that somebody is in, and knows the browser from now on.
    pub async fn note_signed_in(&self, user: &User, origin: &Origin) -> Result<()> {
        let mut work = self.write(&nobody()).await?;
        work.note_sign_in(user).await?;
        if let Some(device) = &origin.device {
            work.note_device(user.id, device).await?;
        }
        Ok(work.commit().await?)
    }

    /// Notes whose session it is, for its user to see.
    pub async fn note_open_session(&self, user: i64, session: &str, origin: &Origin, browser: &str) -> Result<()> {
        let mut work = self.write(&nobody()).await?;
        work.note_open_session(user, session, (&origin.shown(), browser)).await?;
        Ok(work.commit().await?)
    }

    /// Ends one of the user's open sessions, or all but the one at which this is asked.
    pub async fn end_open_sessions(&self, user: i64, only: Option<i64>, but: &str) -> Result<u64> {
        let mut work = self.write(&nobody()).await?;
        let ended = work.end_open_sessions(user, only, but).await?;
        work.commit().await?;
        Ok(ended)
    }

    /// Whose login this is, or whose mail address where it is one person's alone.
    async fn user_signing_in(&self, work: &mut Work, login: &str) -> Result<Option<User>> {
        let open = |user: &User| user.is_open_on(self.today());
        let by_login = work.user_by_login(login).await?.filter(open);
        if by_login.is_some() || !login.contains('@') {
            return Ok(by_login);
        }
        let mut by_email: Vec<User> = work.users_by_email(login.trim()).await?.into_iter().filter(open).collect();
        Ok(if by_email.len() == 1 { by_email.pop() } else { None })
    }

    /// Removes sessions that have ended, failed sign-ins that slow nobody down any more, and browsers that were not used for long.
    pub async fn sweep_sign_ins(&self) -> Result<()> {
        let mut work = self.write(&Secretariat::operator(0)).await?;
        work.sweep_web_sessions().await?;
        work.sweep_challenges().await?;
        // The longest wait is a quarter of it.
        work.sweep_sign_in_failures(self.now() - TimeDelta::hours(1)).await?;
        work.sweep_devices(self.now() - TimeDelta::days(DEVICE_DAYS)).await?;
        Ok(work.commit().await?)
    }

    /// The user of a session, if still active and the session was opened under the present password.
    pub async fn resume(&self, user: i64, epoch: i64) -> Result<Option<User>> {
        let nobody = Staff { provider: 0, name: "session".to_owned(), role: Role::Trainee };
        let mut work = self.read(&nobody).await?;
        let found = work.user_of_session(user).await?;
        drop(work);
        Ok(found.filter(|user| user.is_open_on(self.today()) && user.session_epoch == epoch))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_and_is_bounded() {
        for (failures, seconds) in [(0, 0), (4, 0), (5, 1), (6, 2), (10, 32), (1000, 900)] {
            assert_eq!(wait_seconds(failures, FREE_FAILURES), seconds);
        }
        assert_eq!((wait_seconds(49, FREE_OF_STRANGERS), wait_seconds(50, FREE_OF_STRANGERS)), (0, 1));
    }

    #[test]
    fn passwords_are_kept_as_argon2id() {
        let stored = hash("correct horse battery").unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(verify("correct horse battery", &stored));
        assert!(!verify("wrong", &stored));
        assert!(!verify("anything", "not a hash"));
        assert_eq!(parameters(&stored), parameters(&NOBODY));
        assert_eq!(parameters("$argon2id$v=19$m=19456,t=2,p=1$salt$hash"), "$argon2id$v=19$m=19456,t=2,p=1");
    }

    #[test]
    fn a_network_of_version_6_is_one_place() {
        let network = |address: &str| Origin { address: address.parse().ok(), device: None }.network();
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.7"), network("192.0.2.7"));
        assert_ne!(network("192.0.2.7"), network("192.0.2.8"));
    }
}
