//! Where a base URL leads: what a target's text comes to, read once and not with each request.

use std::net::{IpAddr, SocketAddr};

use url::{Host, Url};

/// Who asks, in the logs of the server.
pub(crate) const USER_AGENT: &str = concat!("user-agent: proofload/", env!("CARGO_PKG_VERSION"), "\r\n");

/// A server, as its base URL names it.
#[derive(Debug)]
pub(crate) struct Address {
    /// The base URL as the target gives it, without a slash at the end.
    pub(crate) base_url: String,
    pub(crate) scheme: Scheme,
    /// `127.0.0.1:8080`, or without the port if it is the scheme's own: what `host` says.
    pub(crate) authority: String,
    /// What follows the path in the head of a request that says nothing else of its own.
    pub(crate) preamble: Vec<u8>,
    /// What comes before every path, often nothing.
    pub(crate) prefix: String,
    pub(crate) host: Peer,
    pub(crate) port: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

/// The machine behind an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Peer {
    Ip(IpAddr),
    /// To be looked up.
    Name(String),
}

impl Address {
    /// Reads a base URL.
    ///
    /// # Errors
    /// The text says what is wrong with it.
    pub(crate) fn read(base_url: &str) -> Result<Address, String> {
        let scheme = match base_url.split_once("://") {
            Some(("http", _)) => Scheme::Http,
            Some(("https", _)) => Scheme::Https,
            _ => return Err(format!("the target {base_url:?} does not start with `http://` or `https://`")),
        };
        let unreadable = |why: &dyn std::fmt::Display| format!("the address {base_url:?} cannot be read: {why}");
        let url = Url::parse(base_url).map_err(|error| unreadable(&error))?;
        let host = match url.host().ok_or_else(|| unreadable(&"it names no host"))? {
            Host::Ipv4(ip) => Peer::Ip(IpAddr::V4(ip)),
            Host::Ipv6(ip) => Peer::Ip(IpAddr::V6(ip)),
            Host::Domain(name) => Peer::Name(name.to_owned()),
        };
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err(unreadable(&"a target is `http://host:port` and perhaps a path, nothing more"));
        }
        let authority = url[url::Position::BeforeHost..url::Position::AfterPort].to_owned();
        let prefix = url.path().trim_end_matches('/').to_owned();
        let port = url.port_or_known_default().ok_or_else(|| unreadable(&"it names no port"))?;
        let preamble = format!(" HTTP/1.1\r\nhost: {authority}\r\n{USER_AGENT}").into_bytes();
        Ok(Address { base_url: base_url.to_owned(), scheme, authority, preamble, prefix, host, port })
    }

    /// The addresses to try, one after the other.
    pub(crate) async fn look_up(&self) -> std::io::Result<Vec<SocketAddr>> {
        match &self.host {
            Peer::Ip(ip) => Ok(vec![SocketAddr::new(*ip, self.port)]),
            Peer::Name(name) => Ok(tokio::net::lookup_host((name.as_str(), self.port)).await?.collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_read_once_into_what_every_request_needs() {
        let address = Address::read("http://127.0.0.1:8080/api").unwrap();
        assert_eq!(
            (address.authority.as_str(), address.prefix.as_str(), address.port),
            ("127.0.0.1:8080", "/api", 8080)
        );
        assert_eq!(address.host, Peer::Ip("127.0.0.1".parse().unwrap()));
        let named = Address::read("http://Example.com").unwrap();
        assert_eq!((named.authority.as_str(), named.prefix.as_str(), named.port), ("example.com", "", 80));
        assert_eq!(Address::read("http://[::1]:81").unwrap().authority, "[::1]:81");
        assert_eq!(Address::read("https://example.com").unwrap().port, 443);
    }

    #[test]
    fn what_is_no_base_url_is_refused() {
        for (text, why) in [
            ("localhost:80", "does not start with"),
            ("ftp://localhost", "does not start with"),
            ("http://local host", "cannot be read"),
            ("http://", "cannot be read"),
            ("http://a/?b", "nothing more"),
            ("http://me@a", "nothing more"),
        ] {
            let told = Address::read(text).unwrap_err();
            assert!(told.contains(why), "{text}: {told}");
        }
    }
}
