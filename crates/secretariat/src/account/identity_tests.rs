//! What is taken of tokens of identities, and what is refused.

use super::*;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// Keys made for these tests: the issuer's, whose public half it publishes, and a stranger's.
const KEY: &[u8] = b"-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgM3oECkXUG+HQ3bxb
ooghveH9Aozl0osmiG0n4Eww9UShRANCAARKUzb9wS+Ege8fxvTH3svtCFMkyJPB
fqU/YrItJdAWdxAkGnpS/OKgkvHBZOQNfJyshRdPKOYZGo6Lo8AxFH7h
-----END PRIVATE KEY-----
";
const STRANGERS_KEY: &[u8] = b"-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHnwrq3eErvmcHfFO
IRjIgpFf8WkD6An48zcb4v4uB6KhRANCAAR8BZdC06d6BD/p3pleNqVBRkbFLYJi
7mAtQ1nmdkErj5vqNMPQDyNqZFvUJdCbu85ciXVU/67HJUOs2x4xM1ky
-----END PRIVATE KEY-----
";
const ISSUER: &str = "https://login.example.lg.jp";
const NOW: i64 = 1_800_000_000;

fn provider(acr: &[&str]) -> IdentityProvider {
    let settings = json!({ "name": "pref", "title": "見本県", "issuer": ISSUER, "client_id": "kensan", "acr": acr });
    IdentityProvider::new(serde_json::from_value(settings).unwrap(), Path::new(".")).unwrap()
}

fn metadata() -> CoreProviderMetadata {
    let metadata: CoreProviderMetadata = serde_json::from_value(json!({
        "issuer": ISSUER,
        "authorization_endpoint": format!("{ISSUER}/authorize"),
        "token_endpoint": format!("{ISSUER}/token"),
        "jwks_uri": format!("{ISSUER}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }))
    .unwrap();
    let keys = json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "use": "sig", "kid": "one", "alg": "ES256",
        "x": "SlM2_cEvhIHvH8b0x97L7QhTJMiTwX6lP2KyLSXQFnc", "y": "ECQaelL84qCS8cFk5A18nKyFF08o5hkajoujwDEUfuE",
    }] });
    metadata.set_jwks(serde_json::from_value(keys).unwrap())
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": "kensan", "sub": "jimu-7", "nonce": "n", "iat": NOW, "exp": NOW + 300, "auth_time": NOW })
}

/// The claims with some changed; null takes one away.
fn but(changes: Value) -> Value {
    let mut all = claims();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(all.as_object_mut().unwrap().remove(name)),
            other => all[name] = other.clone(),
        }
    }
    all
}

fn signed(claims: &Value, key: &[u8]) -> String {
    let header = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::ES256) };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_ec_pem(key).unwrap()).unwrap()
}

fn subject(provider: &IdentityProvider, token: &str, anew: bool) -> Option<String> {
    let token: CoreIdToken = token.parse().ok()?;
    let now = DateTime::from_timestamp(NOW, 0).unwrap();
    provider.subject(metadata(), &token, (&Nonce::new("n".to_owned()), anew), now).ok()
}

#[test]
fn a_token_of_an_identity_is_taken_from_its_issuer_alone_for_us_and_in_time() {
    let provider = provider(&[]);
    let of = |token: &str| subject(&provider, token, false);
    assert_eq!(of(&signed(&claims(), KEY)).as_deref(), Some("jimu-7"));
    assert!(of(&signed(&but(json!({ "exp": NOW - 60 })), KEY)).is_some(), "clocks are two minutes apart at most");
    for (changes, why) in [
        (json!({ "exp": NOW - 300 }), "over"),
        (json!({ "iat": NOW + 300 }), "of the future"),
        (json!({ "aud": "another" }), "for somebody else"),
        (json!({ "aud": ["kensan", "another"] }), "for somebody else too"),
        (json!({ "iss": "https://login.evil.example" }), "another issuer"),
        (json!({ "nonce": "m" }), "of another sign-in"),
        (json!({ "nonce": null }), "of no sign-in: no such token, or another kind"),
        (json!({ "exp": null }), "without an end"),
        (json!({ "sub": null }), "of nobody"),
    ] {
        assert_eq!(of(&signed(&but(changes), KEY)), None, "{why}");
    }
}

#[test]
fn a_token_of_an_identity_is_signed_by_a_key_of_its_issuer() {
    let provider = provider(&[]);
    let of = |token: &str| subject(&provider, token, false);
    let good = signed(&claims(), KEY);
    assert_eq!(of(&signed(&claims(), STRANGERS_KEY)), None, "a stranger's key under the same name");
    // Not signed at all, with the signature of other claims, and by what is no secret: the public key, the name of the client.
    let parts: Vec<&str> = good.split('.').collect();
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    for token in [
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(but(json!({ "sub": "admin" })).to_string()), parts[2]),
    ] {
        assert_eq!(of(&token), None, "{token}");
    }
    for secret in ["kensan", "SlM2_cEvhIHvH8b0x97L7QhTJMiTwX6lP2KyLSXQFnc", ""] {
        let header = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::HS256) };
        let key = EncodingKey::from_secret(secret.as_bytes());
        assert_eq!(of(&jsonwebtoken::encode(&header, &claims(), &key).unwrap()), None, "{secret:?}");
    }
    // A key that the token brings along, or says where to find, is not looked at.
    let header = Header { jku: Some("https://evil.example/keys".to_owned()), ..Header::new(Algorithm::ES256) };
    let token = jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_ec_pem(STRANGERS_KEY).unwrap());
    assert_eq!(of(&token.unwrap()), None);
}

#[test]
fn how_and_when_somebody_signed_in_there_is_looked_at() {
    let strict = provider(&["loa3", "loa4"]);
    for (acr, fits) in [(json!("loa3"), true), (json!("loa4"), true), (json!("loa1"), false), (Value::Null, false)] {
        let token = signed(&but(json!({ "acr": acr })), KEY);
        assert_eq!(subject(&strict, &token, false).is_some(), fits, "{acr}");
    }
    let provider = provider(&[]);
    for (signed_in, fits) in [(json!(NOW - 60), true), (json!(NOW - 3600), false), (Value::Null, false)] {
        let token = signed(&but(json!({ "auth_time": signed_in })), KEY);
        assert_eq!(subject(&provider, &token, true).is_some(), fits, "{signed_in}");
        assert!(subject(&provider, &token, false).is_some(), "where nobody was to be asked again it does not matter");
    }
}

#[test]
fn the_client_signs_who_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("key.pem");
    std::fs::write(&file, KEY).unwrap();
    let key = SigningKey::read(&file, Some("one".to_owned())).unwrap();
    let now = DateTime::from_timestamp(NOW, 0).unwrap();
    let made = [(); 2].map(|()| key.assertion("kensan", "https://login.example.lg.jp/token", now).unwrap());
    assert_ne!(made[0], made[1], "each is for one use");
    let said: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(made[0].split('.').nth(1).unwrap()).unwrap()).unwrap();
    assert_eq!((&said["iss"], &said["sub"]), (&json!("kensan"), &json!("kensan")));
    assert_eq!(said["aud"], "https://login.example.lg.jp/token");
    assert_eq!((&said["iat"], &said["exp"]), (&json!(NOW), &json!(NOW + 120)));
    for (text, told) in
        [("", "no private key"), ("-----BEGIN PRIVATE KEY-----\nxx\n-----END PRIVATE KEY-----\n", "no private key")]
    {
        std::fs::write(&file, text).unwrap();
        let fault = SigningKey::read(&file, None).err().unwrap();
        assert!(fault.contains(told) && fault.contains("key.pem"), "{fault}");
    }
}
