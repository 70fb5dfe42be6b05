//! Which hosts are this machine: what goes there travels over no network.

use std::net::IpAddr;

/// Is a host, as it stands in an address (`localhost`, `127.0.0.1`, `[::1]`), this machine?
pub fn is_this_machine(host: &str) -> bool {
    let plain = host.trim_start_matches('[').trim_end_matches(']');
    plain == "localhost" || plain.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_this_machine() {
        for (host, own) in [
            ("localhost", true),
            ("127.0.0.1", true),
            ("127.3.2.1", true),
            ("[::1]", true),
            ("localhost.example.lg.jp", false),
            ("192.0.2.1", false),
            ("", false),
        ] {
            assert_eq!(is_this_machine(host), own, "{host}");
        }
    }
}
