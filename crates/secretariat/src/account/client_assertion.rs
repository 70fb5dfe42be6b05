//! Showing who the client is by a signature instead of a shared secret (`private_key_jwt`, OpenID Connect Core 1.0, 9; RFC 7523).

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use std::path::Path;

/// What kind of assertion it is.
pub(super) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long an assertion holds.
const LASTS: TimeDelta = TimeDelta::minutes(2);

/// The client's private key.
pub(super) struct SigningKey {
    algorithm: Algorithm,
    key: EncodingKey,
    id: Option<String>,
}

#[derive(Serialize)]
struct Assertion<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: String,
    iat: i64,
    exp: i64,
}

impl SigningKey {
    /// Reads a private key: RSA of 2048 bits and more signs by RS256, P-256 by ES256.
    ///
    /// # Errors
    /// What is wrong with the file, for the operator; never a part of it.
    pub(super) fn read(file: &Path, id: Option<String>) -> Result<SigningKey, String> {
        let pem = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let read = EncodingKey::from_rsa_pem(&pem)
            .map(|key| (Algorithm::RS256, key))
            .or_else(|_| EncodingKey::from_ec_pem(&pem).map(|key| (Algorithm::ES256, key)));
        let (algorithm, key) =
            read.map_err(|_| format!("{}: no private key of RSA or P-256 in PEM", file.display()))?;
        let key = SigningKey { algorithm, key, id };
        // A key of another size is told at the start, not when somebody signs in.
        key.assertion("trial", "trial", DateTime::UNIX_EPOCH)
            .map_err(|_| format!("{}: the key cannot sign by {algorithm:?}", file.display()))?;
        Ok(key)
    }

    /// A signed assertion of who the client is, for one use at one place.
    pub(super) fn assertion(
        &self,
        client: &str,
        audience: &str,
        now: DateTime<Utc>,
    ) -> jsonwebtoken::errors::Result<String> {
        let header = Header { kid: self.id.clone(), ..Header::new(self.algorithm) };
        let claims = Assertion {
            iss: client,
            sub: client,
            aud: audience,
            jti: super::invitation::random_letters::<26>(),
            iat: now.timestamp(),
            exp: (now + LASTS).timestamp(),
        };
        jsonwebtoken::encode(&header, &claims, &self.key)
    }
}
