//! The URL of a request, cut where the library wants it: the server, and the path with its query.

use url::Url;

use super::template::has_template;
use crate::failure::UsageFailure;

/// A URL in two parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestAddress {
    /// `http://127.0.0.1:8000`; empty if it is that of the server that the test has.
    pub(crate) base: String,
    /// `/items?page=2`; at least `/`. With its templates as they were given.
    pub(crate) path: String,
}

/// An address with what else a URL may hold.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct AddressWithLogin {
    pub(super) address: RequestAddress,
    /// `me:secret`
    pub(super) login: Option<String>,
}

impl RequestAddress {
    /// Reads a URL as curl does: without a scheme, it is `http`. A user and a password in it are left out.
    #[allow(dead_code, reason = "for commands that need a server's address alone")]
    pub(crate) fn read(text: &str) -> Result<RequestAddress, UsageFailure> {
        AddressWithLogin::read(text).map(|read| read.address)
    }

    /// `127.0.0.1:8000`
    pub(super) fn host(&self) -> &str {
        self.base.split_once("://").map_or("", |(_, host)| host)
    }
}

impl AddressWithLogin {
    pub(super) fn read(text: &str) -> Result<AddressWithLogin, UsageFailure> {
        let shown = shown(text);
        let wrong = |why: &dyn std::fmt::Display| {
            UsageFailure::new(format!(
                "`{shown}` is not the URL of a server: {why}; write it as http://127.0.0.1:8000/path"
            ))
        };
        let (scheme, rest) = scheme_of(text).unwrap_or(("http", text));
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()));
        if text.is_empty() || authority.is_empty() {
            return Err(wrong(&"it has no host"));
        }
        if has_template(authority.as_bytes()) || authority.contains("{port}") {
            return Err(wrong(&"a template may stand in the path and the query, not in the name of the server"));
        }
        if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
            return Err(wrong(&format!("its scheme is `{scheme}`")));
        }
        let server = Url::parse(&format!("{scheme}://{authority}")).map_err(|error| wrong(&error))?;
        let host = server.host_str().ok_or_else(|| wrong(&"it has no host"))?;
        let port = server.port().map(|port| format!(":{port}")).unwrap_or_default();
        let address = RequestAddress { base: format!("{}://{host}{port}", server.scheme()), path: read_path(path) };
        let user = || decoded(server.username());
        let login = server.password().map(|password| format!("{}:{}", user(), decoded(password)));
        let login = login.or_else(|| (!server.username().is_empty()).then(|| format!("{}:", user())));
        Ok(AddressWithLogin { address, login })
    }
}

/// The path with its query: as a browser would send it, or as it was given if it has templates.
pub(super) fn read_path(text: &str) -> String {
    let text = text.split('#').next().unwrap_or(text);
    let path = if text.starts_with('/') { text.to_owned() } else { format!("/{text}") };
    if path.contains(['{', '}']) {
        return path;
    }
    match Url::parse(&format!("http://host{path}")) {
        Ok(url) => url[url::Position::BeforePath..].to_owned(),
        Err(_) => path,
    }
}

/// `https://host` is `https` and `host`; what looks like a scheme behind a slash or a question mark is no scheme.
fn scheme_of(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let is_scheme = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    (is_scheme && !scheme.is_empty()).then_some((scheme, rest))
}

/// Without a user and a password.
fn shown(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (scheme, rest));
    let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    match rest.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}…@{host}"),
        None => text.to_owned(),
    }
}

/// `%40` is `@`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, String) {
        RequestAddress::read(text).map(|address| (address.base, address.path)).unwrap()
    }

    fn pair(base: &str, path: &str) -> (String, String) {
        (base.to_owned(), path.to_owned())
    }

    #[test]
    fn a_url_is_a_server_and_a_path() {
        assert_eq!(read("http://127.0.0.1:8000"), pair("http://127.0.0.1:8000", "/"));
        assert_eq!(read("localhost:8000/a?b=c d"), pair("http://localhost:8000", "/a?b=c%20d"));
        assert_eq!(read("HTTPS://[::1]/x#y"), pair("https://[::1]", "/x"));
        assert_eq!(read("https://host:443?a=b"), pair("https://host", "/?a=b"));
        assert_eq!(read("host/go?to=http://other/"), pair("http://host", "/go?to=http://other/"));
    }

    #[test]
    fn templates_stay_as_they_were_given() {
        assert_eq!(read("http://host/items/{random}?q={csv:a b}"), pair("http://host", "/items/{random}?q={csv:a b}"));
    }

    #[test]
    fn a_user_and_a_password_are_no_part_of_the_address() {
        let read = |text| AddressWithLogin::read(text).map(|read| (read.address.base, read.login)).unwrap();
        assert_eq!(read("http://me:se%3Acret%40@host/"), ("http://host".to_owned(), Some("me:se:cret@".to_owned())));
        assert_eq!(read("http://me@host/"), ("http://host".to_owned(), Some("me:".to_owned())));
    }

    #[test]
    fn what_is_no_address_is_refused_with_an_example_and_without_a_password() {
        for (text, says) in [
            ("ftp://me:secret@host/", "its scheme is `ftp`"),
            ("http://me:secret@host:x/", "invalid port"),
            ("http://", "it has no host"),
            ("", "it has no host"),
            ("/path", "it has no host"),
            ("http://host{random}/", "not in the name of the server"),
        ] {
            let refusal = RequestAddress::read(text).unwrap_err().to_string();
            assert!(refusal.contains(says) && refusal.contains("http://127.0.0.1:8000/path"), "{refusal}");
            assert!(!refusal.contains("secret"), "{refusal}");
        }
    }
}
