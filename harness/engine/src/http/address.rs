//! A server's address: a base URL, parsed once and not for each request.

use std::net::IpAddr;

use super::authority::{Authority, Host};
use super::url_encoding::push_path;
use crate::text::without_password;

/// The header that names the generator in the logs of the server.
pub(super) const USER_AGENT: &str = concat!("user-agent: proofload/", env!("CARGO_PKG_VERSION"), "\r\n");

/// A server, as its base URL names it.
#[derive(Debug)]
pub struct Address {
    /// The base URL as the target gives it, without a slash at the end.
    pub base_url: String,
    pub scheme: Scheme,
    /// The value of the header `host`: `127.0.0.1:8080`, or without the port if it is the default of the scheme.
    pub authority: String,
    /// What follows the path in the head of a request without own `host` and `user-agent`.
    pub preamble: Vec<u8>,
    /// Comes before every path; often empty.
    pub prefix: String,
    pub host: Host,
    pub port: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    Http,
    Https,
}

impl Scheme {
    fn usual_port(self) -> u16 {
        match self {
            Scheme::Http => 80,
            Scheme::Https => 443,
        }
    }
}

fn authority_text(host: &Host, port: Option<u16>) -> String {
    let host = match host {
        Host::Name(name) => name.clone(),
        Host::Ip(IpAddr::V4(ip)) => ip.to_string(),
        Host::Ip(IpAddr::V6(ip)) => format!("[{ip}]"),
    };
    port.map_or(host.clone(), |port| format!("{host}:{port}"))
}

impl Address {
    /// Parses a base URL.
    ///
    /// # Errors
    /// The text says what is wrong with it.
    pub fn read(base_url: &str) -> Result<Address, String> {
        let shown_url = without_password(base_url);
        let (scheme, rest) = match base_url.split_once("://") {
            Some(("http", rest)) => (Scheme::Http, rest),
            Some(("https", rest)) => (Scheme::Https, rest),
            _ => return Err(format!("the target {shown_url:?} does not start with `http://` or `https://`")),
        };
        let unreadable = |why: &str| format!("the address {shown_url:?} cannot be read: {why}");
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if rest.contains(['?', '#']) || authority.contains('@') {
            return Err(unreadable("a target is `http://host:port`, optionally with a path, and nothing else"));
        }
        let Authority { host, port, .. } = Authority::read(authority).map_err(unreadable)?;
        let port = port.unwrap_or(scheme.usual_port());
        let authority = authority_text(&host, (port != scheme.usual_port()).then_some(port));
        let mut prefix = String::new();
        push_path(&mut prefix, path);
        prefix.truncate(prefix.trim_end_matches('/').len());
        let preamble = format!(" HTTP/1.1\r\nhost: {authority}\r\n{USER_AGENT}").into_bytes();
        Ok(Address { base_url: base_url.to_owned(), scheme, authority, preamble, prefix, host, port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_in_no_mistake() {
        for url in ["http://me:secret@host", "http://me:secret@host:x", "me:secret@host", "http://me:se/secret@host"] {
            let mistake = Address::read(url).unwrap_err();
            assert!(!mistake.contains("secret"), "{mistake}");
        }
    }

    #[test]
    fn a_base_url_is_read_once_into_what_every_request_needs() {
        let address = Address::read("http://127.0.0.1:8080/api").unwrap();
        assert_eq!(
            (address.authority.as_str(), address.prefix.as_str(), address.port),
            ("127.0.0.1:8080", "/api", 8080)
        );
        assert_eq!(address.host, Host::Ip("127.0.0.1".parse().unwrap()));
        let named = Address::read("http://Example.com").unwrap();
        assert_eq!((named.authority.as_str(), named.prefix.as_str(), named.port), ("example.com", "", 80));
        assert_eq!(Address::read("http://[::1]:81").unwrap().authority, "[::1]:81");
        assert_eq!(Address::read("https://example.com").unwrap().port, 443);
    }

    #[test]
    fn invalid_base_urls_are_refused() {
        for (text, why) in [
            ("localhost:80", "does not start with"),
            ("ftp://localhost", "does not start with"),
            ("http://local host", "cannot be read"),
            ("http://", "cannot be read"),
            ("http://a/?b", "nothing else"),
            ("http://me@a", "nothing else"),
        ] {
            let error = Address::read(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
