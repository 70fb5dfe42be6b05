//! Passkeys (WebAuthn): the device asks its user for a finger, a face or a code, and signs what the server sent. One is both factors at once.

use super::second_factor::new_codes;
use super::sign_in::Origin;
use crate::account::refusal::AccountRefusal;
use crate::{Error, Refusal, Result, Secretariat, Staff};
use chrono::{DateTime, TimeDelta, Utc};
use records::Work;
use records::account::passkey::Passkey;
use records::account::read_log::ReadKind;
use records::account::user::User;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use training::role::Role;
use webauthn_rs::Webauthn;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey as Key, PasskeyAuthentication, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Uuid, WebauthnError,
};
use webauthn_rs_proto::ResidentKeyRequirement;

/// How long a device may take to answer.
const MINUTES: i64 = 5;
/// Longest name of a device, in characters.
const NAME_LENGTH: usize = 50;
/// Most passkeys of one account.
const MOST: usize = 20;

/// What the browser hands to the device, and what it sends back with the device's answer.
#[derive(Debug, Clone, Serialize)]
pub struct Challenge {
    /// `PublicKeyCredentialRequestOptions` or `PublicKeyCredentialCreationOptions` of WebAuthn, as JSON.
    pub options: serde_json::Value,
    pub token: String,
}

/// What waits for the device's answer: sealed, in the browser.
#[derive(Serialize, Deserialize)]
struct Waiting<S> {
    state: S,
    expires_at: DateTime<Utc>,
}

const SIGN_IN: &str = "passkey/sign-in";

fn confirming(user: i64) -> String {
    format!("passkey/confirm/{user}")
}

fn adding(user: i64) -> String {
    format!("passkey/add/{user}")
}

/// What a device knows a user by: a number that says nothing to others.
fn handle(user: i64) -> Uuid {
    Uuid::from_u128(u128::from(user.unsigned_abs()))
}

fn failed(error: &WebauthnError) -> Error {
    tracing::warn!(%error, "the answer of a device does not fit");
    AccountRefusal::PasskeyWrong.into()
}

fn wrong() -> Error {
    AccountRefusal::PasskeyWrong.into()
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal(error.to_string())
}

fn key(passkey: &Passkey) -> Result<Key> {
    serde_json::from_str(&passkey.public_key).map_err(internal)
}

impl Secretariat {
    fn webauthn(&self) -> Result<&Webauthn> {
        self.ways_in.passkeys.as_ref().ok_or_else(|| AccountRefusal::PasskeysUnavailable.into())
    }

    fn challenge<S: Serialize>(
        &self,
        work: &Work,
        about: &str,
        (options, state): (impl Serialize, S),
    ) -> Result<Challenge> {
        let waiting = Waiting { state, expires_at: self.now() + TimeDelta::minutes(MINUTES) };
        let token = work.seal_token(about, &serde_json::to_vec(&waiting).map_err(internal)?)?;
        Ok(Challenge { options: serde_json::to_value(options).map_err(internal)?, token })
    }

    /// What was asked, once: whoever answers it again is refused.
    async fn waiting<S: DeserializeOwned>(&self, work: &mut Work, about: &str, token: &str) -> Result<S> {
        let Some(bytes) = work.open_token(about, token)? else { return Err(wrong()) };
        let waiting: Waiting<S> = serde_json::from_slice(&bytes).map_err(internal)?;
        if waiting.expires_at < self.now() || !work.use_challenge(token, waiting.expires_at).await? {
            return Err(wrong());
        }
        Ok(waiting.state)
    }

    /// For somebody who says by the device alone who they are.
    pub async fn passkey_challenge(&self) -> Result<Challenge> {
        let (asked, state) = self.webauthn()?.start_discoverable_authentication().map_err(internal)?;
        let work = self.read(&Secretariat::operator(0)).await?;
        self.challenge(&work, SIGN_IN, (asked.public_key, state))
    }

    /// Signs in whoever's device answered.
    pub async fn sign_in_by_passkey(&self, token: &str, answer: &str, origin: &Origin) -> Result<User> {
        let webauthn = self.webauthn()?;
        let answer: PublicKeyCredential = serde_json::from_str(answer).map_err(|_| wrong())?;
        let (claimed, _) = webauthn.identify_discoverable_authentication(&answer).map_err(|error| failed(&error))?;
        let mut work = self.read(&Secretariat::operator(0)).await?;
        let found = work.passkey_by_credential(&answer.id).await?;
        let Some(passkey) = found.filter(|passkey| handle(passkey.user_id) == claimed) else { return Err(wrong()) };
        let user = work.user_of_session(passkey.user_id).await?.filter(|user| user.is_open_on(self.today()));
        let Some(user) = user else { return Err(wrong()) };
        drop(work);
        let mut work = self.write(&Secretariat::operator(user.provider_id)).await?;
        let state: DiscoverableAuthentication = self.waiting(&mut work, SIGN_IN, token).await?;
        let mut key = key(&passkey)?;
        match webauthn.finish_discoverable_authentication_v2(&answer, state, DiscoverableKey::from(&key)) {
            Ok(answered) => key.update_credential(&answered),
            Err(error) => {
                self.note_failed_passkey(&user, "/sign-in/passkey", origin);
                return Err(failed(&error));
            }
        };
        work.note_passkey_used(&passkey, &serde_json::to_string(&key).map_err(internal)?).await?;
        work.commit().await?;
        Ok(user)
    }

    fn note_failed_passkey(&self, user: &User, path: &'static str, origin: &Origin) {
        let whose = (user.provider_id, user.id);
        self.note_look(whose, ReadKind::SignInFailed, (String::new(), path), origin);
    }

    /// For somebody who is known: by the first half of signing in, or by the open session.
    pub async fn passkey_challenge_of(&self, user: i64) -> Result<Challenge> {
        let mut work = self.read(&Secretariat::operator(0)).await?;
        let keys: Vec<Key> = work.passkeys(user).await?.iter().map(key).collect::<Result<_>>()?;
        if keys.is_empty() {
            return Err(records::Error::NotFound.into());
        }
        let (asked, state) = self.webauthn()?.start_passkey_authentication(&keys).map_err(internal)?;
        self.challenge(&work, &confirming(user), (asked.public_key, state))
    }

    /// Did a device of this user answer?
    pub async fn check_passkey(&self, user: &User, token: &str, answer: &str, origin: &Origin) -> Result<()> {
        let answer: PublicKeyCredential = serde_json::from_str(answer).map_err(|_| wrong())?;
        let mut work = self.write(&Secretariat::operator(user.provider_id)).await?;
        let state: PasskeyAuthentication = self.waiting(&mut work, &confirming(user.id), token).await?;
        let found = work.passkey_by_credential(&answer.id).await?.filter(|passkey| passkey.user_id == user.id);
        let answered = self.webauthn()?.finish_passkey_authentication(&answer, &state);
        let (Some(passkey), Ok(answered)) = (&found, &answered) else {
            self.note_failed_passkey(user, "/sign-in/second", origin);
            return Err(answered.err().map_or_else(wrong, |error| failed(&error)));
        };
        let mut key = key(passkey)?;
        key.update_credential(answered);
        work.note_passkey_used(passkey, &serde_json::to_string(&key).map_err(internal)?).await?;
        Ok(work.commit().await?)
    }

    /// For a new passkey of the user.
    pub async fn offer_passkey(&self, work: &mut Work, user: i64) -> Result<Challenge> {
        let known = work.user(user).await?;
        let keys: Vec<Key> = work.passkeys(user).await?.iter().map(key).collect::<Result<_>>()?;
        let exclude = keys.iter().map(|key| key.cred_id().clone()).collect();
        let (mut asked, state) = self
            .webauthn()?
            .start_passkey_registration(handle(user), &known.login, &known.name, Some(exclude))
            .map_err(internal)?;
        // The device keeps who it is for: nobody has to type a name at the sign-in.
        if let Some(selection) = &mut asked.public_key.authenticator_selection {
            selection.resident_key = Some(ResidentKeyRequirement::Required);
            selection.require_resident_key = true;
        }
        self.challenge(work, &adding(user), (asked.public_key, state))
    }

    /// Keeps a new passkey. With the first second factor of an account codes are given for whoever loses the device, shown this once, and
    /// sessions opened by the password alone end.
    pub async fn add_passkey(
        &self,
        staff: &Staff,
        user: i64,
        (token, answer): (&str, &str),
        name: &str,
    ) -> Result<Vec<String>> {
        let name = name.trim();
        if name.is_empty() {
            return Err(Refusal::FieldMissing("device_name").into());
        }
        if name.chars().count() > NAME_LENGTH {
            return Err(Refusal::FieldInvalid { field: "device_name", value: name.to_owned() }.into());
        }
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(|_| wrong())?;
        let mut work = self.write(staff).await?;
        let state: PasskeyRegistration = self.waiting(&mut work, &adding(user), token).await?;
        let key = self.webauthn()?.finish_passkey_registration(&answer, &state).map_err(|error| failed(&error))?;
        let known = work.user(user).await?;
        if work.passkeys(user).await?.len() >= MOST {
            return Err(Refusal::AlreadyThere.into());
        }
        let public_key = serde_json::to_string(&key).map_err(internal)?;
        work.add_passkey(user, (&answer.id, &public_key), name).await?;
        let codes = match known.has_second_factor {
            true => Vec::new(),
            false => {
                work.end_sessions(user).await?;
                new_codes(&mut work, user).await?
            }
        };
        work.commit().await?;
        Ok(codes)
    }

    /// Ends one's own passkey. Refused where it is the last second factor and the provider wants one.
    pub async fn end_passkey(&self, staff: &Staff, user: i64, passkey: i64) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.end_passkey(user, passkey).await?;
        let left = work.user(user).await?;
        let others = work.passkeys(user).await?.len() + work.linked_identities(user).await?.len();
        if !left.has_password() && others == 0 && left.role != Role::Supervisor && left.email.is_empty() {
            return Err(AccountRefusal::NoWayIn.into());
        }
        if left.second_factor_asked && !left.has_second_factor {
            return Err(AccountRefusal::SecondFactorAsked.into());
        }
        Ok(work.commit().await?)
    }
}
