//! Identities elsewhere (OpenID Connect): a prefecture's own accounts, GビズID, Entra, Keycloak. An identity opens the one account that its
//! holder linked it with; it never makes one.

use super::client_assertion::{ASSERTION_TYPE, SigningKey};
use super::sign_in::Origin;
use super::ways_in::choose_tls;
use crate::account::refusal::AccountRefusal;
use crate::{Error, Result, Secretariat, Staff};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::url::Url;
use openidconnect::{
    AsyncHttpClient, AuthType, AuthenticationContextClass, AuthorizationCode, ClaimsVerificationError, ClientId,
    ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, SignatureVerificationError, TokenResponse,
};
use records::account::user::User;
use records::is_this_machine;
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::{Duration, Instant};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 1024 * 1024;
/// How far the clocks may be apart.
const MINUTES_APART: i64 = 2;
/// How long ago whoever was asked again may have answered.
const ANEW_MINUTES: i64 = 10;

/// What the operator's file says of somebody who vouches for identities.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentitySettings {
    /// In addresses: small letters, digits and `-`.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The address whose `/.well-known/openid-configuration` is asked.
    pub issuer: String,
    pub client_id: String,
    /// A file with the secret; a client without one, and without a key, proves itself by PKCE alone.
    pub secret_file: Option<PathBuf>,
    /// A file (PEM) with the private key, RSA or P-256, where the client signs instead (`private_key_jwt`).
    pub key_file: Option<PathBuf>,
    /// How the key is called there.
    pub key_id: Option<String>,
    /// It asks for a second factor itself: nobody is asked for another.
    #[serde(default)]
    pub second_factor: bool,
    /// How somebody has to have signed in there (`acr`), one of these; it is asked for, and an answer that says otherwise is refused.
    #[serde(default)]
    pub acr: Vec<String>,
    /// Takes the secret in the form instead of the header.
    #[serde(default)]
    pub secret_in_form: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentityFile {
    #[serde(default)]
    identity: Vec<IdentitySettings>,
}

/// Somebody who vouches for identities.
pub struct IdentityProvider {
    pub(super) settings: IdentitySettings,
    secret: Option<ClientSecret>,
    key: Option<SigningKey>,
    http: Http,
    known: tokio::sync::Mutex<Known>,
}

/// What is known of somebody who vouches.
#[derive(Default)]
struct Known {
    /// Addresses and keys, as they were last asked for.
    metadata: Option<CoreProviderMetadata>,
    /// When asking failed last.
    away_since: Option<Instant>,
}

/// Who was vouched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    pub issuer: String,
    pub subject: String,
    /// A second factor was asked for there.
    pub second_factor: bool,
}

/// Where the browser goes to be vouched for, and what it keeps meanwhile.
#[derive(Debug, Clone)]
pub struct Departure {
    pub address: String,
    pub kept: String,
    /// Comes back with the answer.
    pub state: String,
}

/// What the browser came back with.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    pub code: &'a str,
    pub state: &'a str,
    /// Who says to have sent it; empty where nobody says.
    pub issuer: &'a str,
}

/// What the browser keeps while its user is elsewhere.
#[derive(Serialize, Deserialize)]
struct Kept {
    name: String,
    state: String,
    nonce: String,
    verifier: String,
    /// Whoever is signed in there was to be asked again.
    anew: bool,
}

/// Reads the operator's file (TOML). Secrets are read from the files it names; a relative one stands beside it.
///
/// # Errors
/// What is wrong, for the operator.
pub fn read_identities(file: &Path) -> std::result::Result<Vec<IdentityProvider>, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = std::fs::read_to_string(file).map_err(|error| failed(&error))?;
    let read: IdentityFile = toml::from_str(&text).map_err(|error| failed(&error.message()))?;
    let mut providers: Vec<IdentityProvider> = Vec::new();
    for settings in read.identity {
        if providers.iter().any(|known| known.settings.name == settings.name) {
            return Err(failed(&format!("{} stands twice", settings.name)));
        }
        let directory = file.parent().unwrap_or(Path::new("."));
        providers.push(IdentityProvider::new(settings, directory).map_err(|error| failed(&error))?);
    }
    Ok(providers)
}

/// Is what goes to this address kept from others on the way?
fn is_safe(address: &Url) -> bool {
    let is_own = address.host_str().is_some_and(is_this_machine);
    address.scheme() == "https" || (address.scheme() == "http" && is_own)
}

impl IdentityProvider {
    fn new(settings: IdentitySettings, directory: &Path) -> std::result::Result<IdentityProvider, String> {
        let name = &settings.name;
        let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if name.is_empty() || !name.chars().all(is_plain) {
            return Err(format!("name = {name:?}: small letters, digits and - alone"));
        }
        let address = Url::parse(&settings.issuer).map_err(|error| format!("{name}: issuer: {error}"))?;
        if !is_safe(&address) {
            return Err(format!("{name}: issuer: {} is not reached by https", settings.issuer));
        }
        let secret = match &settings.secret_file {
            Some(file) => {
                let file = directory.join(file);
                let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
                Some(text.trim().to_owned()).filter(|secret| !secret.is_empty())
            }
            None => None,
        };
        if settings.secret_file.is_some() && secret.is_none() {
            return Err(format!("{name}: the file of the secret is empty"));
        }
        if settings.secret_file.is_some() && settings.key_file.is_some() {
            return Err(format!("{name}: secret_file and key_file: one of them"));
        }
        let key = match &settings.key_file {
            Some(file) => Some(SigningKey::read(&directory.join(file), settings.key_id.clone())?),
            None => None,
        };
        Ok(IdentityProvider {
            key,
            http: Http::new().map_err(|error| error.to_string())?,
            secret: secret.map(ClientSecret::new),
            settings,
            known: tokio::sync::Mutex::default(),
        })
    }

    fn away(&self, error: &impl std::error::Error) -> Error {
        let causes = std::iter::successors(error.source(), |cause| cause.source());
        let why: String = causes.map(|cause| format!(": {cause}")).collect();
        tracing::error!(identity = self.settings.name, "who vouches for identities cannot be asked: {error}{why}");
        AccountRefusal::IdentityAway { title: self.settings.title.clone() }.into()
    }

    fn refused(&self, why: &dyn std::fmt::Display) -> Error {
        tracing::warn!(identity = self.settings.name, "an identity was refused: {why}");
        AccountRefusal::IdentityRefused { title: self.settings.title.clone() }.into()
    }

    /// Addresses and keys; asked for once, and `anew` where a key is unknown. Those who come while one asks in vain wait for it once, not
    /// behind each other.
    async fn metadata(&self, anew: bool) -> Result<CoreProviderMetadata> {
        let mut known = self.known.lock().await;
        if let Some(metadata) = known.metadata.as_ref().filter(|_| !anew) {
            return Ok(metadata.clone());
        }
        if known.away_since.is_some_and(|since| since.elapsed() < PATIENCE) {
            return Err(AccountRefusal::IdentityAway { title: self.settings.title.clone() }.into());
        }
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|error| self.away(&error))?;
        match CoreProviderMetadata::discover_async(issuer, &self.http).await {
            Ok(metadata) => {
                *known = Known { metadata: Some(metadata.clone()), away_since: None };
                Ok(metadata)
            }
            Err(error) => {
                known.away_since = Some(Instant::now());
                Err(self.away(&error))
            }
        }
    }

    fn return_address(&self, base_url: &str) -> Result<RedirectUrl> {
        let address = format!("{base_url}/sign-in/with/{}/return", self.settings.name);
        RedirectUrl::new(address).map_err(|error| Error::Internal(error.to_string()))
    }

    async fn depart(&self, base_url: &str, anew: bool) -> Result<Departure> {
        let metadata = self.metadata(false).await?;
        let client_id = ClientId::new(self.settings.client_id.clone());
        let client = CoreClient::from_provider_metadata(metadata, client_id, None)
            .set_redirect_uri(self.return_address(base_url)?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut asked = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .set_pkce_challenge(challenge);
        for wanted in &self.settings.acr {
            asked = asked.add_auth_context_value(AuthenticationContextClass::new(wanted.clone()));
        }
        if anew {
            asked = asked.set_max_age(Duration::ZERO);
        }
        let (address, state, nonce) = asked.url();
        let kept = Kept {
            name: self.settings.name.clone(),
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            anew,
        };
        let state = kept.state.clone();
        let kept = serde_json::to_vec(&kept).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Departure { address: address.to_string(), kept: URL_SAFE_NO_PAD.encode(kept), state })
    }

    /// Whom the answer vouches for. Keys are asked for anew where one is unknown: they are turned.
    async fn vouched(&self, kept: Kept, code: &str, base_url: &str, now: DateTime<Utc>) -> Result<Vouched> {
        let metadata = self.metadata(false).await?;
        let client_id = ClientId::new(self.settings.client_id.clone());
        let audience = metadata.token_endpoint().map(|address| address.to_string());
        let mut client = CoreClient::from_provider_metadata(metadata, client_id.clone(), self.secret.clone())
            .set_redirect_uri(self.return_address(base_url)?);
        if self.settings.secret_in_form {
            client = client.set_auth_type(AuthType::RequestBody);
        }
        let mut exchange =
            client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(|error| self.away(&error))?;
        if let Some(key) = &self.key {
            let audience = audience.as_deref().unwrap_or(&self.settings.issuer);
            let signed = key.assertion(&self.settings.client_id, audience, now);
            let signed = signed.map_err(|error| Error::Internal(error.to_string()))?;
            exchange = exchange
                .add_extra_param("client_assertion_type", ASSERTION_TYPE)
                .add_extra_param("client_assertion", signed);
        }
        let answered = exchange.set_pkce_verifier(PkceCodeVerifier::new(kept.verifier)).request_async(&self.http).await;
        let answered = match answered {
            Ok(answered) => answered,
            Err(openidconnect::RequestTokenError::ServerResponse(error)) => return Err(self.refused(&error)),
            Err(error) => return Err(self.away(&error)),
        };
        let token = answered.id_token().ok_or_else(|| self.refused(&"no token of an identity was sent"))?;
        let nonce = Nonce::new(kept.nonce);
        let asked = (&nonce, kept.anew);
        let subject = match self.subject(self.metadata(false).await?, token, asked, now) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                self.subject(self.metadata(true).await?, token, asked, now)
            }
            other => other,
        };
        let subject = subject.map_err(|error| self.refused(&error))?;
        let second_factor = self.settings.second_factor;
        Ok(Vouched { issuer: self.settings.issuer.clone(), subject, second_factor })
    }

    fn subject(
        &self,
        metadata: CoreProviderMetadata,
        token: &CoreIdToken,
        (nonce, anew): (&Nonce, bool),
        now: DateTime<Utc>,
    ) -> std::result::Result<String, ClaimsVerificationError> {
        let client_id = ClientId::new(self.settings.client_id.clone());
        let client = CoreClient::from_provider_metadata(metadata, client_id, self.secret.clone());
        let apart = TimeDelta::minutes(MINUTES_APART);
        let verifier = client
            .id_token_verifier()
            // Signed by a key of theirs; never by the shared secret, nor not at all.
            .set_allowed_algs([
                CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
                CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
                CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
                CoreJwsSigningAlgorithm::RsaSsaPssSha256,
                CoreJwsSigningAlgorithm::RsaSsaPssSha384,
                CoreJwsSigningAlgorithm::RsaSsaPssSha512,
                CoreJwsSigningAlgorithm::EcdsaP256Sha256,
                CoreJwsSigningAlgorithm::EcdsaP384Sha384,
                CoreJwsSigningAlgorithm::EdDsa,
            ])
            .set_auth_time_verifier_fn(move |signed_in| match signed_in {
                _ if !anew => Ok(()),
                Some(at) if now - at < TimeDelta::minutes(ANEW_MINUTES) + apart => Ok(()),
                _ => Err("nobody was asked again there".to_owned()),
            })
            .set_auth_context_verifier_fn(|acr| {
                let wanted = &self.settings.acr;
                match wanted.is_empty() || acr.is_some_and(|acr| wanted.iter().any(|one| one == acr.as_str())) {
                    true => Ok(()),
                    false => Err("nobody signed in there as it is asked for".to_owned()),
                }
            })
            .set_time_fn(move || now - apart)
            .set_issue_time_verifier_fn(move |issued| match issued > now + apart {
                true => Err("it was issued in the future".to_owned()),
                false => Ok(()),
            });
        Ok(token.claims(&verifier, nonce)?.subject().to_string())
    }
}

/// Asks over HTTP: no redirects, bounded in time and size, in the clear on this machine alone.
struct Http(reqwest::Client);

#[derive(Debug, thiserror::Error)]
enum HttpFault {
    #[error("{0} is not reached by https")]
    Clear(String),
    #[error("the answer is too long")]
    TooLong,
    #[error(transparent)]
    Request(#[from] reqwest::Error),
    #[error(transparent)]
    Answer(#[from] openidconnect::http::Error),
}

impl Http {
    fn new() -> std::result::Result<Http, reqwest::Error> {
        choose_tls();
        let built = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build()?;
        Ok(Http(built))
    }

    async fn ask(&self, request: HttpRequest) -> std::result::Result<HttpResponse, HttpFault> {
        let request = reqwest::Request::try_from(request)?;
        if !is_safe(request.url()) {
            return Err(HttpFault::Clear(request.url().origin().ascii_serialization()));
        }
        let mut answered = self.0.execute(request).await?;
        let mut answer = openidconnect::http::Response::builder().status(answered.status());
        for (name, value) in answered.headers() {
            answer = answer.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(piece) = answered.chunk().await? {
            if body.len() + piece.len() > LONGEST_ANSWER {
                return Err(HttpFault::TooLong);
            }
            body.extend_from_slice(&piece);
        }
        Ok(answer.body(body)?)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpFault;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<HttpResponse, HttpFault>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

impl Secretariat {
    fn identity_provider(&self, name: &str) -> Result<&IdentityProvider> {
        let found = self.ways_in.identities.iter().find(|provider| provider.settings.name == name);
        found.ok_or_else(|| records::Error::NotFound.into())
    }

    /// Where the browser goes to be vouched for. `anew`: also whoever is signed in there is asked again.
    pub async fn depart_for_identity(&self, name: &str, anew: bool) -> Result<Departure> {
        self.identity_provider(name)?.depart(&self.ways_in.base_url, anew).await
    }

    /// Whom the answer vouches for. `kept` is what the browser kept.
    pub async fn vouched_identity(&self, name: &str, kept: &str, arrival: Arrival<'_>) -> Result<Vouched> {
        let provider = self.identity_provider(name)?;
        let Arrival { code, state, issuer } = arrival;
        // Another one's answer, led to this address (RFC 9207).
        if !issuer.is_empty() && issuer != provider.settings.issuer {
            return Err(provider.refused(&"the answer is another's"));
        }
        let bytes = URL_SAFE_NO_PAD.decode(kept).unwrap_or_default();
        let kept: Option<Kept> = serde_json::from_slice(&bytes).ok();
        let Some(kept) = kept.filter(|kept| kept.name == name && kept.state == state && !state.is_empty()) else {
            return Err(provider.refused(&"it was not asked for by this browser"));
        };
        provider.vouched(kept, code, &self.ways_in.base_url, self.now()).await
    }

    /// Whoever vouches said no: the user has ended it there, or may not use it.
    pub fn identity_refused(&self, name: &str) -> Result<Error> {
        Ok(self.identity_provider(name)?.refused(&"it was refused there"))
    }

    /// The account that an identity opens.
    pub async fn sign_in_by_identity(&self, vouched: &Vouched, origin: &Origin) -> Result<User> {
        let mut work = self.read(&Secretariat::operator(0)).await?;
        let found = work.user_by_identity(&vouched.issuer, &vouched.subject).await?;
        found.filter(|user| user.is_open_on(self.today())).ok_or_else(|| {
            tracing::warn!(address = origin.shown(), "an identity opens no account");
            AccountRefusal::IdentityUnknown { title: self.ways_in.title_of(&vouched.issuer) }.into()
        })
    }

    /// The identity opens the account from now on.
    pub async fn link_identity(&self, staff: &Staff, user: i64, vouched: &Vouched) -> Result<()> {
        let mut work = self.write(staff).await?;
        let own = work.user_by_identity(&vouched.issuer, &vouched.subject).await?;
        if own.is_some_and(|own| own.id == user) {
            return Ok(());
        }
        if !work.link_identity(user, &vouched.issuer, &vouched.subject).await? {
            let title = self.ways_in.title_of(&vouched.issuer);
            return Err(AccountRefusal::IdentityTaken { title }.into());
        }
        Ok(work.commit().await?)
    }

    /// The identity opens the account no longer. Refused where nothing else would.
    pub async fn end_linked_identity(&self, staff: &Staff, user: i64, identity: i64) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.end_linked_identity(user, identity).await?;
        let left = work.user(user).await?;
        let others = work.linked_identities(user).await?.len() + work.passkeys(user).await?.len();
        if !left.has_password() && others == 0 {
            return Err(AccountRefusal::NoWayIn.into());
        }
        Ok(work.commit().await?)
    }
}

#[cfg(test)]
#[path = "identity_tests.rs"]
mod tests;
