//! Ways into an account beside its password: passkeys and identities elsewhere, as far as the installation offers them.

use super::identity::IdentityProvider;
use openidconnect::url::Url;
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// What the installation offers beside passwords.
#[derive(Default)]
pub struct WaysIn {
    /// None where the pages are reached by a number, or in the clear: browsers keep passkeys for names with TLS alone.
    pub(super) passkeys: Option<Webauthn>,
    pub(super) identities: Vec<IdentityProvider>,
    /// Where the pages are reached from outside, without a slash at the end.
    pub(super) base_url: String,
}

/// Whatever speaks TLS in this program does it by ring. A second time changes nothing.
pub fn choose_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

impl WaysIn {
    pub fn new(base_url: &str, identities: Vec<IdentityProvider>) -> WaysIn {
        choose_tls();
        let base_url = base_url.trim_end_matches('/').to_owned();
        WaysIn { passkeys: passkeys(&base_url), identities, base_url }
    }

    /// Who vouches for identities: their names in addresses, and what people call them.
    pub fn identities(&self) -> impl Iterator<Item = (&str, &str)> {
        self.identities.iter().map(|provider| (provider.settings.name.as_str(), provider.settings.title.as_str()))
    }

    /// What people call whoever vouches by this issuer; the issuer where it is offered no longer.
    pub fn title_of(&self, issuer: &str) -> String {
        let known = self.identities.iter().find(|provider| provider.settings.issuer == issuer);
        known.map_or_else(|| issuer.to_owned(), |provider| provider.settings.title.clone())
    }

    pub fn has_passkeys(&self) -> bool {
        self.passkeys.is_some()
    }
}

fn passkeys(base_url: &str) -> Option<Webauthn> {
    let origin = Url::parse(base_url).ok()?;
    let host = origin.domain()?.to_owned();
    if origin.scheme() != "https" && host != "localhost" {
        return None;
    }
    WebauthnBuilder::new(&host, &origin).ok()?.rp_name("研鑽 Kensan").build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_need_a_name_and_tls() {
        for (base_url, expected) in [
            ("https://kensan.example.lg.jp", true),
            ("http://localhost:8080", true),
            ("http://kensan.example.lg.jp", false),
            ("https://192.0.2.1", false),
            ("http://127.0.0.1:8080", false),
            ("", false),
        ] {
            assert_eq!(WaysIn::new(base_url, Vec::new()).has_passkeys(), expected, "{base_url}");
        }
    }
}
