//! From where staff may come, how long unused accounts stay open, which acts need a second person, and the yearly look at who has an account.

use super::second_person::TwoPersonAct;
use super::sign_in::Origin;
use crate::account::refusal::AccountRefusal;
use crate::{Refusal, Result, Secretariat, Staff};
use chrono::TimeDelta;
use ipnet::IpNet;
use records::Work;
pub use records::account::access_policy::{AccessPolicy, AccountReview};
use std::collections::BTreeMap;
use std::net::IpAddr;
use training::role::Role;

/// Days after which it is time to look again at who has an account.
const REVIEW_DAYS: i64 = 365;
/// Longest time an unused account may be kept open, in days.
const MOST_IDLE_DAYS: i64 = 3650;
/// Least: somebody is away for a summer.
const LEAST_IDLE_DAYS: i64 = 30;

/// Roles of whoever works for the provider.
pub const STAFF_ROLES: [Role; 4] = [Role::Administrator, Role::Secretariat, Role::Instructor, Role::Prefecture];

/// What is set on the page: networks of each role as they were typed, one a line.
#[derive(Debug, Clone, Default)]
pub struct NewAccessPolicy<'a> {
    pub networks: Vec<(Role, &'a str)>,
    pub idle_days: i64,
    pub second_person: Vec<TwoPersonAct>,
    pub version: i64,
}

/// A network as it is typed: `192.0.2.0/24`, or one address.
fn network(text: &str) -> Option<IpNet> {
    let text = training::trainee::person::normalise(text);
    text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// The networks of each role; what cannot be read shuts nobody out, and nobody in.
fn networks_of(kept: &str, role: Role) -> Vec<String> {
    let mut all: BTreeMap<String, Vec<String>> = serde_json::from_str(kept).unwrap_or_default();
    all.remove(role.id()).unwrap_or_default()
}

/// May somebody with a role come from an address? `kept` as in [`AccessPolicy::networks`].
pub fn may_come_from(kept: &str, role: Role, address: Option<IpAddr>) -> bool {
    let networks = networks_of(kept, role);
    let is_in = |address: IpAddr| {
        let address = address.to_canonical();
        networks.iter().filter_map(|text| network(text)).any(|network| network.contains(&address))
    };
    networks.is_empty() || address.is_some_and(is_in)
}

impl Secretariat {
    /// What the provider asks; version 0 where nothing was said yet.
    pub async fn access_policy(&self, work: &mut Work) -> Result<AccessPolicy> {
        Ok(work.access_policy().await?.unwrap_or_default())
    }

    /// The networks of a role, one a line.
    pub fn networks_as_typed(policy: &AccessPolicy, role: Role) -> String {
        networks_of(&policy.networks, role).join("\n")
    }

    /// Over the version read. Nobody shuts out the place where they sit.
    pub async fn set_access_policy(&self, staff: &Staff, new: NewAccessPolicy<'_>, origin: &Origin) -> Result<()> {
        if new.idle_days != 0 && !(LEAST_IDLE_DAYS..=MOST_IDLE_DAYS).contains(&new.idle_days) {
            let value = new.idle_days.to_string();
            return Err(Refusal::FieldInvalid { field: "idle_days", value }.into());
        }
        let mut networks: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (role, typed) in &new.networks {
            for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
                let Some(network) = network(line) else {
                    return Err(AccountRefusal::NotNetwork { role: *role, value: line.to_owned() }.into());
                };
                networks.entry(role.id()).or_default().push(network.to_string());
            }
        }
        let networks = serde_json::to_string(&networks)?;
        if !may_come_from(&networks, staff.role, origin.address) {
            return Err(AccountRefusal::ShutsOutOwn { role: staff.role, address: origin.shown() }.into());
        }
        let second_person: Vec<&str> = new.second_person.iter().map(|act| act.id()).collect();
        let policy = AccessPolicy {
            networks,
            idle_days: new.idle_days,
            second_person: second_person.join(","),
            version: new.version,
        };
        let mut work = self.write(staff).await?;
        let known = work.access_policy().await?.unwrap_or_default();
        // Whoever takes away the second person needs one for it.
        let is_less = known.second_person.split(',').any(|act| !act.is_empty() && !second_person.contains(&act));
        if is_less {
            let subject = format!("provider/{}", staff.provider);
            work = self.second_person(work, TwoPersonAct::Fewer, (&subject, &policy.second_person)).await?;
        }
        work.set_access_policy(&policy).await?;
        Ok(work.commit().await?)
    }

    /// The operator's way out for whoever has shut themselves out.
    pub async fn open_networks(&self, provider: i64) -> Result<()> {
        let mut work = self.write(&Secretariat::operator(provider)).await?;
        work.open_networks().await?;
        Ok(work.commit().await?)
    }

    /// Closes accounts of staff that nobody has used for as long as their provider says; the last administrator's stays.
    pub async fn close_idle_accounts(&self) -> Result<()> {
        let providers = self.read(&Secretariat::operator(0)).await?.providers().await?;
        for provider in providers {
            let mut work = self.write(&Secretariat::operator(provider.id)).await?;
            let days = work.access_policy().await?.map_or(0, |policy| policy.idle_days);
            if days > 0 {
                let closed = work.close_idle_accounts(self.now() - TimeDelta::days(days)).await?;
                if !closed.is_empty() {
                    tracing::info!(provider = provider.id, accounts = closed.len(), "unused accounts were closed");
                }
                work.commit().await?;
            }
        }
        Ok(())
    }

    /// Somebody has looked at who has an account.
    pub async fn review_accounts(&self, staff: &Staff) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.note_account_review().await?;
        Ok(work.commit().await?)
    }

    /// Is it time to look again at who has an account? Counted from the provider's beginning where nobody has looked yet.
    pub(crate) async fn is_review_due(&self, work: &mut Work) -> Result<bool> {
        let since = match work.last_account_review().await? {
            Some(review) => Some(review.reviewed_at),
            None => work.first_entry_at().await?,
        };
        Ok(since.is_some_and(|since| (self.now() - since).num_days() >= REVIEW_DAYS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_comes_from_its_networks() {
        let kept = r#"{"administrator":["192.0.2.0/24","2001:db8::/32"],"secretariat":["198.51.100.7"]}"#;
        for (role, address, may) in [
            (Role::Administrator, "192.0.2.9", true),
            (Role::Administrator, "::ffff:192.0.2.9", true),
            (Role::Administrator, "2001:db8::1", true),
            (Role::Administrator, "192.0.3.9", false),
            (Role::Secretariat, "198.51.100.7", true),
            (Role::Secretariat, "198.51.100.8", false),
            (Role::Trainee, "203.0.113.1", true),
        ] {
            assert_eq!(may_come_from(kept, role, address.parse().ok()), may, "{role:?} {address}");
        }
        assert!(!may_come_from(kept, Role::Administrator, None), "from nowhere");
        assert!(may_come_from("", Role::Administrator, None), "nothing was said");
    }

    #[test]
    fn a_network_is_read_as_it_is_typed() {
        for (typed, read) in [
            ("192.0.2.0/24", Some("192.0.2.0/24")),
            ("１９２．０．２．７", Some("192.0.2.7/32")),
            ("2001:db8::/32", Some("2001:db8::/32")),
            ("192.0.2.0/33", None),
            ("office", None),
        ] {
            assert_eq!(network(typed).map(|network| network.to_string()).as_deref(), read, "{typed}");
        }
    }
}
