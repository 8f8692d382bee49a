//! Attaching to a server that already runs.

use super::context;
use super::error::ServerError;
use super::handle::Server;
use crate::text::without_password;

const HTTP_PORT: u16 = 80;

impl Server {
    /// A server that already runs, named after its address. It is neither started nor stopped here.
    ///
    /// ```
    /// use proofload::Server;
    ///
    /// let staging = Server::attach("http://staging.example:8080")?;
    /// assert_eq!(staging.address(), "staging.example:8080");
    /// # Ok::<(), proofload::ServerError>(())
    /// ```
    ///
    /// # Errors
    /// If `url` is anything but `http://host` or `http://host:port`.
    pub fn attach(url: &str) -> Result<Self, ServerError> {
        let address = address_of(url)?;
        Ok(Self::attached(address.clone(), address))
    }

    /// A server that already runs, under the name of the fixture that it replaces.
    ///
    /// # Errors
    /// If `url` is anything but `http://host` or `http://host:port`.
    pub fn attach_as(name: &str, url: &str) -> Result<Self, ServerError> {
        Ok(Self::attached(name.to_owned(), address_of(url)?))
    }

    fn attached(name: String, address: String) -> Self {
        let server = Self::new(name, address, None);
        context::add_attached(&server);
        server
    }
}

fn address_of(url: &str) -> Result<String, ServerError> {
    parse(url).map_err(|reason| ServerError::Attach { url: without_password(url), reason: reason.to_owned() })
}

/// `http://host:80/` → `host:80`
fn parse(url: &str) -> Result<String, &'static str> {
    let Some((scheme, rest)) = url.split_once("://") else {
        return Err("write the scheme too, as in `http://127.0.0.1:8080`");
    };
    match scheme.to_ascii_lowercase().as_str() {
        "http" => {}
        "https" => return Err("an attached server is reached over plain HTTP only; give its http:// address"),
        _ => return Err("the scheme must be http"),
    }
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    if authority.contains(['/', '?', '#']) {
        return Err("it must end after the host and the port; paths belong in the requests");
    }
    if authority.contains('@') {
        return Err("it must not hold a user or a password; send them as a header of the requests");
    }
    let (host, port) = split_port(authority)?;
    if !is_host(host) {
        return Err("the host must be a name, an IPv4 address or an IPv6 address in brackets");
    }
    Ok(if port == HTTP_PORT && !authority.ends_with(":80") { host.to_owned() } else { format!("{host}:{port}") })
}

fn split_port(authority: &str) -> Result<(&str, u16), &'static str> {
    // A colon inside the brackets of an IPv6 address does not start a port.
    let after_brackets =
        if authority.starts_with('[') { authority.rfind(']').map_or(authority.len(), |end| end + 1) } else { 0 };
    match authority[after_brackets..].split_once(':') {
        None => Ok((authority, HTTP_PORT)),
        Some((before, port)) => match port.parse() {
            Ok(number) if number > 0 && port.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok((&authority[..after_brackets + before.len()], number))
            }
            _ => Err("the port must be a number from 1 to 65535"),
        },
    }
}

fn is_host(host: &str) -> bool {
    match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok()),
        None => !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(url: &str) -> String {
        Server::attach(url).unwrap_err().to_string()
    }

    #[test]
    fn an_attached_server_has_an_address_and_no_process() {
        let server = Server::attach_as("agent", "http://127.0.0.1:8080/").unwrap();
        assert_eq!((server.name(), server.url()), ("agent", "http://127.0.0.1:8080"));
        assert_eq!((server.pid(), server.output(), server.died()), (None, None, None));
        assert_eq!(Server::attach("http://[::1]:81").unwrap().address(), "[::1]:81");
        assert_eq!(Server::attach("HTTP://localhost").unwrap().url(), "http://localhost");
    }

    #[test]
    fn an_address_without_a_scheme_or_with_a_wrong_one_is_refused() {
        assert!(refused("127.0.0.1:8080").contains("http://127.0.0.1:8080"));
        assert!(refused("ftp://host").contains("must be http"));
        assert!(refused("https://host").contains("plain HTTP only"));
    }

    #[test]
    fn an_address_with_a_path_after_the_port_is_refused() {
        for url in ["http://host/api", "http://host/?a=1", "http://host#top", "http://host//"] {
            assert!(refused(url).contains("paths belong in the requests"), "{url}");
        }
    }

    #[test]
    fn an_invalid_host_or_port_is_refused() {
        for url in ["http://", "http://:80", "http://a b", "http://[::1", "http://[fish]:80"] {
            assert!(refused(url).contains("the host must be"), "{url}: {}", refused(url));
        }
        for url in ["http://host:", "http://host:0", "http://host:65536", "http://host:+80", "http://[::1]:x"] {
            assert!(refused(url).contains("the port must be"), "{url}: {}", refused(url));
        }
        assert!(refused("http://me:secret@host").contains("user or a password"));
        for url in ["http://me:secret@host", "me:secret@host", "ftp://me:secret@host", "http://me:se/secret@host"] {
            assert!(!refused(url).contains("secret"), "{}", refused(url));
        }
    }
}
