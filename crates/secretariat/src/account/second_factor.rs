//! The second factor: six digits that an app on the person's device shows (TOTP, RFC 6238), and codes for whoever has lost the device.

use super::invitation::{in_groups, random_letters};
use super::sign_in::Origin;
use crate::account::refusal::AccountRefusal;
use crate::{Error, Refusal, Result, Secretariat, Staff};
use records::Work;
pub use records::account::passkey::Passkey;
use records::account::read_log::ReadKind;
pub use records::account::second_factor::FactorReset;
use records::account::user::User;
use totp_rs::{Builder, Secret, Totp};
use training::role::Role;
use training::trainee::person::normalise;

/// Bytes of a secret: what RFC 4226 recommends.
const SECRET: usize = 20;
const RECOVERY_CODES: usize = 10;
const RECOVERY_LETTERS: usize = 16;
/// Who issues the codes, as the app shows it.
const ISSUER: &str = "Kensan";

/// What an app needs to show codes.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The address that the QR code holds.
    pub address: String,
    /// The same secret, to be typed.
    pub secret: String,
}

/// What is known of somebody's second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// An app shows codes.
    pub confirmed: bool,
    pub passkeys: Vec<Passkey>,
    pub codes_left: i64,
}

fn totp(secret: &[u8], login: &str) -> Result<Totp> {
    let secret = Secret::new(secret.to_vec().into_boxed_slice());
    // A colon would end the issuer's name.
    let account = login.replace(':', "_");
    let built = Builder::new().with_secret(secret).with_account_name(account).with_issuer(Some(ISSUER)).build();
    built.map_err(|error| Error::Internal(error.to_string()))
}

/// A code as it was typed: full-width digits and blanks between them are read.
fn typed(code: &str) -> String {
    normalise(code).chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect()
}

impl Secretariat {
    pub async fn second_factor_standing(&self, work: &mut Work, user: i64) -> Result<Standing> {
        let confirmed = work.second_factor(user).await?.is_some_and(|factor| factor.confirmed_at.is_some());
        let passkeys = work.passkeys(user).await?;
        Ok(Standing { confirmed, passkeys, codes_left: work.recovery_codes_left(user).await? })
    }

    /// Makes a secret for the user's app, kept until a first code confirms it; one that was made before stays.
    pub async fn offer_second_factor(&self, staff: &Staff, user: i64) -> Result<()> {
        let mut work = self.write(staff).await?;
        match work.second_factor(user).await? {
            Some(factor) if factor.confirmed_at.is_some() => Err(AccountRefusal::HasSecondFactor.into()),
            Some(_) => Ok(()),
            None => {
                let secret: [u8; SECRET] = rand::random();
                work.offer_second_factor(user, &secret).await?;
                Ok(work.commit().await?)
            }
        }
    }

    /// What was offered and is not confirmed yet.
    pub async fn offered_second_factor(&self, work: &mut Work, user: i64) -> Result<Option<Offer>> {
        let offered = work.second_factor(user).await?.filter(|factor| factor.confirmed_at.is_none());
        let Some(factor) = offered else { return Ok(None) };
        let totp = totp(&factor.secret, &work.user(user).await?.login)?;
        let address = totp.to_url().map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Some(Offer { address, secret: totp.secret().to_base32() }))
    }

    /// Confirms the offered secret by a first code; every open session ends. Gives codes for whoever loses the device, shown this once.
    pub async fn confirm_second_factor(&self, staff: &Staff, user: i64, code: &str) -> Result<Vec<String>> {
        let mut work = self.write(staff).await?;
        let known = work.user(user).await?;
        if work.second_factor(user).await?.is_some_and(|factor| factor.confirmed_at.is_some()) {
            return Err(AccountRefusal::HasSecondFactor.into());
        }
        self.count_guess(&mut work, &format!("confirm/{user}")).await?;
        if !self.is_right(&mut work, &known, code).await? {
            work.commit().await?;
            return Err(AccountRefusal::WrongCode.into());
        }
        work.clear_sign_in_failures(&format!("confirm/{user}")).await?;
        let codes = new_codes(&mut work, user).await?;
        // Sessions that were opened by the password alone end.
        work.end_sessions(user).await?;
        work.commit().await?;
        Ok(codes)
    }

    /// New recovery codes in place of all before, shown this once.
    pub async fn renew_recovery_codes(&self, staff: &Staff, user: i64) -> Result<Vec<String>> {
        let mut work = self.write(staff).await?;
        if !work.user(user).await?.has_second_factor {
            return Err(records::Error::NotFound.into());
        }
        let codes = new_codes(&mut work, user).await?;
        work.commit().await?;
        Ok(codes)
    }

    /// The second half of signing in: a code of the app, or a recovery code. Wrong ones slow down further tries of whoever has the password.
    pub async fn check_second_factor(&self, user: &User, code: &str, origin: &Origin) -> Result<()> {
        let key = format!("second/{}/{}", user.id, user.session_epoch);
        let mut work =
            self.write(&Staff { provider: user.provider_id, name: user.login.clone(), role: user.role }).await?;
        self.count_guess(&mut work, &key).await?;
        let right = work.use_recovery_code(user.id, &typed(code).to_lowercase()).await?
            || self.is_right(&mut work, user, code).await?;
        if right {
            work.clear_sign_in_failures(&key).await?;
        }
        work.commit().await?;
        if !right {
            self.note_look(
                (user.provider_id, user.id),
                ReadKind::SignInFailed,
                (String::new(), "/sign-in/second"),
                origin,
            );
            return Err(AccountRefusal::WrongCode.into());
        }
        Ok(())
    }

    /// Is it the code of now, or of half a minute before or after, and used for the first time?
    async fn is_right(&self, work: &mut Work, user: &User, code: &str) -> Result<bool> {
        let Some(factor) = work.second_factor(user.id).await? else { return Ok(false) };
        let now = u64::try_from(self.now().timestamp()).unwrap_or_default();
        let Some(step) = totp(&factor.secret, &user.login)?.check(&typed(code), now) else { return Ok(false) };
        Ok(work.use_step(user.id, i64::try_from(step).unwrap_or(i64::MAX)).await?)
    }

    /// Ends one's own second factor; every open session ends. Refused where the provider wants one.
    pub async fn end_own_second_factor(&self, staff: &Staff, user: i64) -> Result<()> {
        let mut work = self.write(staff).await?;
        if work.user(user).await?.second_factor_asked {
            return Err(AccountRefusal::SecondFactorAsked.into());
        }
        work.remove_second_factor(user).await?;
        Ok(work.commit().await?)
    }

    /// An administrator wants to take away the second factor of somebody who has lost device and codes.
    pub async fn ask_factor_reset(&self, staff: &Staff, user: i64) -> Result<()> {
        let mut work = self.write(staff).await?;
        let known = work.user(user).await?;
        if known.login == staff.name {
            return Err(AccountRefusal::OwnAccount.into());
        }
        if !known.has_second_factor {
            return Err(Refusal::AlreadyThere.into());
        }
        work.ask_factor_reset(user).await?;
        Ok(work.commit().await?)
    }

    /// Another administrator confirms it, or anybody of them takes it back.
    pub async fn decide_factor_reset(&self, staff: &Staff, user: i64, confirmed: bool) -> Result<()> {
        let mut work = self.write(staff).await?;
        let asked: FactorReset = work.factor_reset(user).await?.ok_or(records::Error::NotFound)?;
        if confirmed && (asked.asked_by == staff.name || asked.login == staff.name) {
            return Err(AccountRefusal::NeedsAnother.into());
        }
        // Nobody makes the other administrator for it, nor takes over one.
        if confirmed && !work.is_settled_account(&staff.name, asked.asked_at, &asked.asked_by).await? {
            return Err(AccountRefusal::NeedsAnother.into());
        }
        if confirmed {
            work.remove_second_factor(user).await?;
        } else {
            work.decide_factor_reset(user).await?;
        }
        Ok(work.commit().await?)
    }

    /// The operator's way out, where no other administrator can sign in.
    pub async fn remove_second_factor(&self, provider: i64, user: i64) -> Result<()> {
        let mut work = self.write(&Staff { role: Role::Administrator, ..Secretariat::operator(provider) }).await?;
        work.remove_second_factor(user).await?;
        Ok(work.commit().await?)
    }
}

/// Makes new codes; gives them as they are written down.
pub(super) async fn new_codes(work: &mut Work, user: i64) -> Result<Vec<String>> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| random_letters::<RECOVERY_LETTERS>()).collect();
    work.set_recovery_codes(user, &codes).await?;
    Ok(codes.iter().map(|code| in_groups(code)).collect())
}
