//! Where a request comes from, through the proxies that are trusted.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::{HeaderMap, X_FORWARDED_FOR};
use actix_web::{HttpRequest, web};

use super::HttpState;
use crate::settings::ProxySettings;

/// How many entries of the header are read, from its end. Nobody has as many proxies of their own.
const MAX_HOPS: usize = 32;

/// The address of the client: the peer's, or where the peer is a trusted proxy, the one that the
/// proxies tell.
pub fn of(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let Some(state) = request.app_data::<web::Data<HttpState>>() else {
        return Some(peer);
    };
    Some(client(peer, request.headers(), &state.proxy))
}

/// Every proxy adds to the end whom it has heard. So the last entry is of the proxy that is the
/// peer; as long as an entry names a trusted proxy, the one before it is of that proxy. Whatever
/// stands before the first one that is not trusted, the client may have written itself.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &ProxySettings) -> IpAddr {
    let mut client = peer;
    let mut told = headers
        .get_all(X_FORWARDED_FOR)
        .rev()
        .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','))
        .take(MAX_HOPS);
    while proxies.trusts(client) {
        match told.next().map(address) {
            Some(Some(address)) => client = address,
            // Nobody was told, or none that is understood: it is the last one known.
            Some(None) | None => break,
        }
    }
    client
}

/// An address, with or without a port.
fn address(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?.trim_matches([' ', '\t']);
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    bare.parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn client_of(peer: &str, lines: &[&[u8]]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_bytes(line).unwrap());
        }
        let proxies = ProxySettings {
            trusted: vec![
                "10.0.0.0/8".parse().unwrap(),
                "2001:db8::/32".parse().unwrap(),
            ],
        };
        client(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(client_of("192.0.2.1", &[b"198.51.100.1"]), "192.0.2.1");
        assert_eq!(client_of("192.0.2.1", &[]), "192.0.2.1");
    }

    #[test]
    fn behind_proxies_it_is_the_last_one_that_is_not_a_proxy() {
        for (lines, client) in [
            (&[&b"198.51.100.1"[..]][..], "198.51.100.1"),
            // What the client wrote itself comes before.
            (&[b"127.0.0.1, 10.9.9.9, 198.51.100.1"], "198.51.100.1"),
            (&[b"203.0.113.5", b"198.51.100.1,10.0.0.2"], "198.51.100.1"),
            (&[b"198.51.100.1 ,\t2001:db8::7"], "198.51.100.1"),
            (&[b"198.51.100.1:4711"], "198.51.100.1"),
            (&[b"[2001:470::1]:443"], "2001:470::1"),
            (&[b"[2001:470::1]"], "2001:470::1"),
            (&[b"2001:470::1"], "2001:470::1"),
            (&[b"::ffff:198.51.100.1"], "198.51.100.1"),
            // All are proxies: the first of them.
            (&[b"10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ] {
            assert_eq!(client_of(PROXY, lines), client, "{lines:?}");
        }
        assert_eq!(client_of("2001:db8::1", &[b"198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn what_is_not_understood_ends_the_search() {
        for line in [
            &b""[..],
            b",",
            b",,,,",
            b"unknown",
            b"198.51.100.1, _hidden",
            b"198.51.100.1, \xff\xfe",
            b"999.1.1.1",
            b"[::1",
            b"1.2.3.4:99999",
            b"fe80::1%eth0",
        ] {
            assert_eq!(client_of(PROXY, &[line]), PROXY, "{line:?}");
        }
        let long = b"10.0.0.2,".repeat(1_000);
        let long = long.trim_ascii_end().strip_suffix(b",").unwrap();
        assert_eq!(client_of(PROXY, &[long]), "10.0.0.2");
    }
}
