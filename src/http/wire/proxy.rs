//! How a request came: over HTTPS or plain HTTP, from which address, to which host.
//!
//! The server itself speaks plain HTTP; HTTPS is a proxy's work. What a proxy says of the client is
//! believed from loopback (`X-Forwarded-Proto`) and from the addresses the operator trusts
//! (`X-Forwarded-For` as well): anybody else could write those headers.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::Ordering;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;

use crate::http::site::Site;

/// Whoever sends one of these is not the client itself.
const PROXIES_SAY: &[&str] = &[
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
];

/// Those that name the client: without trust in their sender, everybody behind it is one.
const PROXIES_NAME: &[&str] = &["forwarded", "x-forwarded-for", "x-real-ip"];

/// Remembers that a proxy names clients and is not trusted to. It is logged once.
pub fn look_for_untrusted(request: &HttpRequest) {
    let names = |name: &&&str| request.headers().contains_key(**name);
    let Some(header) = PROXIES_NAME.iter().find(names) else {
        return;
    };
    let site = Site::of(request);
    let Some(peer) = request.peer_addr().map(|peer| canonical(peer.ip())) else {
        return;
    };
    let is_trusted = site
        .trusted_proxies
        .iter()
        .any(|&one| canonical(one) == peer);
    if !is_trusted && !site.untrusted_proxy.swap(true, Ordering::Relaxed) {
        tracing::info!(%peer, header, "{UNTRUSTED}");
    }
}

/// What it means that a proxy is not trusted, for the log and for `/readyz`.
pub const UNTRUSTED: &str = "a proxy names clients and is not in --trusted-proxies: all who come through \
    it share one slow-down after failed sign-ins, and one limit of reports";

/// How a request came.
pub struct Came {
    /// The client's address, as far as it can be known.
    pub address: Option<IpAddr>,
    https: bool,
    host: String,
    /// Whether the client itself is on this machine, asking this machine.
    local: bool,
    /// Whether the address is a proxy's, behind which there may be many clients.
    hidden: bool,
}

impl Came {
    /// Of this request.
    pub fn of(request: &HttpRequest) -> Came {
        let peer = request.peer_addr().map(|peer| peer.ip());
        let trusted = &Site::of(request).trusted_proxies;
        Came::read(peer, trusted, request.headers())
    }

    fn read(peer: Option<IpAddr>, trusted: &[IpAddr], headers: &HeaderMap) -> Came {
        let peer = peer.map(canonical);
        // A proxy may add a field of its own after the client's instead of appending to it.
        let hops = |name: &str| -> Vec<&str> {
            let fields = headers.get_all(name);
            let lists = fields.map(|value| value.to_str().unwrap_or("not readable"));
            lists
                .flat_map(|list| list.split(','))
                .map(str::trim)
                .collect()
        };
        let from_loopback = peer.is_some_and(|peer| peer.is_loopback());
        let is_trusted = |address: IpAddr| trusted.iter().any(|&one| canonical(one) == address);
        let from_trusted = peer.is_some_and(is_trusted);
        // The last proxy's word: what stands before it may be the client's own.
        let schemes = hops("x-forwarded-proto");
        let https = (from_loopback || from_trusted)
            && schemes
                .last()
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
        let mut address = peer;
        if from_trusted {
            // From the nearest on, past proxies that are trusted as well.
            for hop in hops("x-forwarded-for").into_iter().rev() {
                let Ok(hop) = hop.parse::<IpAddr>() else {
                    break;
                };
                address = Some(canonical(hop));
                if !is_trusted(canonical(hop)) {
                    break;
                }
            }
        }
        let host = headers.get("host").and_then(|host| host.to_str().ok());
        let host = host.unwrap_or("").to_ascii_lowercase();
        let proxied = PROXIES_SAY.iter().any(|name| headers.contains_key(*name));
        Came {
            local: from_loopback && is_loopback(&host) && !proxied,
            // Anybody may write a proxy's headers, but only this machine's own proxy comes from loopback.
            hidden: match from_trusted {
                true => address == peer,
                false => from_loopback && proxied,
            },
            address,
            https,
            host,
        }
    }

    /// Whether nobody on the way could listen.
    pub fn is_safe(&self) -> bool {
        self.https || self.local
    }

    /// Whether it came over plain HTTP from this machine to this machine.
    pub fn is_local(&self) -> bool {
        self.local && !self.https
    }

    /// Against whom failures are counted: the address or, of IPv6, its [`network`].
    pub fn counted_as(&self) -> String {
        match self.address {
            None => "unknown".to_owned(),
            Some(address @ IpAddr::V4(_)) => address.to_string(),
            Some(address) => format!("{}/64", network(address)),
        }
    }

    /// Whose share of the server a request takes; `None` where one address stands for everybody.
    pub fn shares_as(&self) -> Option<String> {
        (!self.hidden && self.address.is_some()).then(|| self.counted_as())
    }

    /// The network that whoever holds the address may have more addresses of: of IPv4 a /24, of IPv6
    /// the /48 that a site gets.
    pub fn network(&self) -> String {
        match self.address {
            None => "unknown".to_owned(),
            Some(IpAddr::V4(address)) => {
                let [a, b, c, _] = address.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            Some(IpAddr::V6(address)) => {
                let [a, b, c, ..] = address.segments();
                format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
            }
        }
    }

    /// The origins our own pages have, as browsers write them.
    pub fn origins(&self, site: &Site) -> Vec<String> {
        let mut origins = vec![origin(&site.public_url)];
        if self.is_local() {
            // Whether as 127.0.0.1, localhost or [::1]; a name that only resolves to them is none of these.
            let own = format!("http://{}", self.host);
            if !origins.contains(&own) {
                origins.push(own);
            }
        }
        origins
    }
}

/// `https://host:port` as a browser's `Origin` has it: lower case, no default port.
fn origin(url: &str) -> String {
    let url = url.to_ascii_lowercase();
    let (scheme, rest) = url.split_once("://").unwrap_or(("", &url));
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let default = match scheme {
        "https" => ":443",
        _ => ":80",
    };
    format!("{scheme}://{}", host.strip_suffix(default).unwrap_or(host))
}

/// The address; of IPv6 that of the network that one household or office gets.
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

/// An IPv4 address that a socket of both kinds reports as IPv6 is still an IPv4 address.
fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// Whether a `Host` is this machine's own name for itself.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.split(':').next().unwrap_or(host),
    };
    name == "localhost"
        || name
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn only_the_machines_own_names_are_loopback() {
        for host in [
            "localhost",
            "localhost:8080",
            "127.0.0.1:8080",
            "127.1.2.3",
            "[::1]:8080",
            "[::1]",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "example.jp",
            "localhost.example.jp",
            "127.0.0.1.example.jp",
            "10.0.0.1",
            "[::2]",
            "::1",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    fn came(peer: &str, trusted: &[&str], fields: &[(&'static str, &'static str)]) -> Came {
        let trusted: Vec<IpAddr> = trusted.iter().map(|one| one.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        Came::read(Some(peer.parse().unwrap()), &trusted, &headers)
    }

    #[test]
    fn https_is_believed_of_loopback_and_trusted_proxies_only() {
        let https = ("x-forwarded-proto", "https");
        for (peer, trusted, fields, safe) in [
            ("127.0.0.1", &[][..], &[https][..], true),
            ("::1", &[], &[https], true),
            ("::ffff:127.0.0.1", &[], &[https], true),
            ("10.0.0.1", &[], &[https], false),
            ("10.0.0.1", &["10.0.0.2"], &[https], false),
            ("10.0.0.1", &["10.0.0.1"], &[https], true),
            ("::ffff:10.0.0.1", &["10.0.0.1"], &[https], true),
            ("10.0.0.1", &["::ffff:10.0.0.1"], &[https], true),
            ("10.0.0.1", &["10.0.0.1"], &[], false),
            (
                "10.0.0.1",
                &["10.0.0.1"],
                &[https, ("x-forwarded-proto", "http")],
                false,
            ),
            // Only the machine itself may do without.
            ("127.0.0.1", &[], &[("host", "localhost:8080")], true),
            ("10.0.0.1", &[], &[("host", "localhost:8080")], false),
            ("127.0.0.1", &[], &[("host", "hubs.example.jp")], false),
        ] {
            let came = came(peer, trusted, fields);
            assert_eq!(came.is_safe(), safe, "{peer} {trusted:?} {fields:?}");
        }
    }

    #[test]
    fn an_address_is_the_last_that_no_trusted_proxy_has() {
        let forwarded = |text| ("x-forwarded-for", text);
        for (trusted, fields, expected) in [
            (&[][..], &[forwarded("192.0.2.1")][..], "10.0.0.1"),
            (&["10.0.0.1"], &[], "10.0.0.1"),
            (&["10.0.0.1"], &[forwarded("192.0.2.1")], "192.0.2.1"),
            (
                &["10.0.0.1"],
                &[forwarded("1.1.1.1, 192.0.2.1")],
                "192.0.2.1",
            ),
            (
                &["10.0.0.1"],
                &[forwarded("1.1.1.1"), forwarded("192.0.2.1")],
                "192.0.2.1",
            ),
            (
                &["10.0.0.1", "10.0.0.2"],
                &[forwarded("1.1.1.1, 192.0.2.1, 10.0.0.2")],
                "192.0.2.1",
            ),
            (&["10.0.0.1"], &[forwarded("unknown")], "10.0.0.1"),
            (&["10.0.0.1"], &[forwarded("1.1.1.1, ")], "10.0.0.1"),
            (
                &["10.0.0.1"],
                &[forwarded("2001:db8:1:2:3::4")],
                "2001:db8:1:2::/64",
            ),
        ] {
            let came = came("10.0.0.1", trusted, fields);
            assert_eq!(came.counted_as(), expected, "{trusted:?} {fields:?}");
        }
    }

    #[test]
    fn a_proxy_that_does_not_say_for_whom_it_asks_has_no_share_of_its_own() {
        let forwarded = ("x-forwarded-for", "192.0.2.1");
        for (peer, trusted, fields, expected) in [
            ("192.0.2.7", &[][..], &[][..], Some("192.0.2.7")),
            ("127.0.0.1", &[], &[], Some("127.0.0.1")),
            ("127.0.0.1", &[], &[forwarded], None),
            ("127.0.0.1", &["127.0.0.1"], &[forwarded], Some("192.0.2.1")),
            ("127.0.0.1", &["127.0.0.1"], &[], None),
            ("10.0.0.1", &["10.0.0.1"], &[forwarded], Some("192.0.2.1")),
            // A client cannot leave its share by a header.
            ("192.0.2.7", &[], &[forwarded], Some("192.0.2.7")),
        ] {
            let share = came(peer, trusted, fields).shares_as();
            assert_eq!(share.as_deref(), expected, "{peer} {trusted:?} {fields:?}");
        }
    }

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        for (url, expected) in [
            ("https://Hubs.example.jp", "https://hubs.example.jp"),
            ("https://hubs.example.jp:443/map", "https://hubs.example.jp"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://hubs.example.jp:80", "http://hubs.example.jp"),
        ] {
            assert_eq!(origin(url), expected);
        }
    }
}
