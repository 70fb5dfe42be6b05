//! Where a request comes from: the network address, and whether the browser has signed in before.

use super::prepare::cookie;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use secretariat::account::sign_in::Origin;
use std::net::{IpAddr, SocketAddr};

/// Keeps what a browser got with its first sign-in, for 400 days: the longest that browsers keep a cookie.
pub(super) const DEVICE_COOKIE: &str = "device";
pub(super) const DEVICE_SECONDS: u32 = 400 * 24 * 60 * 60;

/// Whose word about an address counts: proxies the operator names, and those on this machine.
fn is_proxy(peer: IpAddr, proxies: &[IpAddr]) -> bool {
    let peer = peer.to_canonical();
    peer.is_loopback() || proxies.contains(&peer)
}

/// The last address that a proxy of ours has added is the one it was asked from; what stands before it anybody may have written.
pub(super) fn origin(parts: &Parts, proxies: &[IpAddr], https: bool) -> Origin {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let lines = parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let named: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut address = peer;
    for named in named.iter().rev() {
        if !address.is_some_and(|known| is_proxy(known, proxies)) {
            break;
        }
        let Ok(before) = named.parse::<IpAddr>() else { break };
        address = Some(before);
    }
    let is_token = |kept: &&str| kept.len() == 64 && kept.bytes().all(|byte| byte.is_ascii_hexdigit());
    Origin { address, device: cookie(&parts.headers, DEVICE_COOKIE, https).filter(is_token).map(str::to_owned) }
}

/// What a browser calls itself, in short: program and system, as far as they are known.
pub(super) fn browser(headers: &HeaderMap) -> String {
    const PROGRAMS: [(&str, &str); 5] =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    const SYSTEMS: [(&str, &str); 6] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let said = headers.get(header::USER_AGENT).and_then(|said| said.to_str().ok()).unwrap_or_default();
    let known =
        |table: &[(&str, &'static str)]| table.iter().find(|(part, _)| said.contains(part)).map(|(_, name)| *name);
    [known(&PROGRAMS), known(&SYSTEMS)].into_iter().flatten().collect::<Vec<_>>().join(" / ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    #[test]
    fn a_browser_is_named_in_short() {
        let cases = [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge / Windows"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari / iPhone"),
            ("curl/8", ""),
        ];
        for (said, expected) in cases {
            let headers = [(header::USER_AGENT, said.parse().unwrap())].into_iter().collect();
            assert_eq!(browser(&headers), expected);
        }
    }

    #[test]
    fn an_address_is_believed_of_proxies_alone() {
        let proxies = ["192.0.2.1".parse().unwrap()];
        let cases = [
            ("198.51.100.7", "", "198.51.100.7"),
            ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
            ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
            ("192.0.2.1", "203.0.113.9", "203.0.113.9"),
            ("::ffff:192.0.2.1", "203.0.113.9", "203.0.113.9"),
            ("127.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
            ("127.0.0.1", "6.6.6.6, 203.0.113.9, 192.0.2.1", "203.0.113.9"),
            ("127.0.0.1", "not an address", "127.0.0.1"),
        ];
        for (peer, forwarded, expected) in cases {
            let peer: IpAddr = peer.parse().unwrap();
            let mut request = Request::builder().header("x-forwarded-for", forwarded).body(()).unwrap();
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer, 1)));
            let parts = request.into_parts().0;
            assert_eq!(origin(&parts, &proxies, false).shown(), expected, "{peer} {forwarded}");
        }
    }
}
