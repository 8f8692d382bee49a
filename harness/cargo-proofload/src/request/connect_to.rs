//! `--connect-to HOST1:PORT1:HOST2:PORT2`: requests for one server go to another, and still name the first.

use super::address::RequestAddress;
use crate::failure::UsageFailure;

/// One such option. An empty host or port is any, or stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ConnectTo {
    from: (String, String),
    to: (String, String),
}

impl ConnectTo {
    pub(super) fn read(text: &str) -> Result<ConnectTo, UsageFailure> {
        let parts = parts(text);
        let is_port = |port: &str| port.is_empty() || port.parse::<u16>().is_ok_and(|port| port > 0);
        match parts.as_slice() {
            [host, port, to_host, to_port] if is_port(port) && is_port(to_port) => Ok(ConnectTo {
                from: (host.to_ascii_lowercase(), (*port).to_owned()),
                to: ((*to_host).to_owned(), (*to_port).to_owned()),
            }),
            _ => Err(UsageFailure::new(format!(
                "--connect-to {text}: expected HOST1:PORT1:HOST2:PORT2, such as example.com:80:127.0.0.1:8080"
            ))),
        }
    }

    /// Where a request for `address` goes instead; `None` if this option is about another server.
    fn target(&self, address: &RequestAddress) -> Option<RequestAddress> {
        let (scheme, authority) = address.base.split_once("://")?;
        let (host, port) = host_and_port(scheme, authority);
        let fits = |wanted: &str, given: &str| wanted.is_empty() || wanted == given;
        if !fits(&self.from.0, host) || !fits(&self.from.1, port) {
            return None;
        }
        let or_same = |to: &str, same: &str| if to.is_empty() { same.to_owned() } else { to.to_owned() };
        let base = format!("{scheme}://{}:{}", or_same(&self.to.0, host), or_same(&self.to.1, port));
        Some(RequestAddress { base, path: address.path.clone() })
    }
}

/// Changes where a request goes by the first option that is about its server; returns the host that it still names.
pub(super) fn redirect(options: &[ConnectTo], address: &mut RequestAddress) -> Result<Option<String>, UsageFailure> {
    let Some(target) = options.iter().find_map(|option| option.target(address)) else { return Ok(None) };
    if address.base.starts_with("https://") {
        return Err(UsageFailure::new(format!(
            "--connect-to works with http:// only: over TLS, {} would have to be the name that the certificate is checked for; add the name to /etc/hosts instead",
            address.host()
        )));
    }
    let named = address.host().to_owned();
    *address = target;
    Ok(Some(named))
}

fn host_and_port<'a>(scheme: &str, authority: &'a str) -> (&'a str, &'a str) {
    let usual = if scheme == "https" { "443" } else { "80" };
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, usual),
    }
}

/// Between colons, but for those of an IPv6 address in brackets.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut begins, mut in_brackets) = (0, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => in_brackets = true,
            b']' => in_brackets = false,
            b':' if !in_brackets => {
                parts.push(&text[begins..at]);
                begins = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[begins..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes_to(option: &str, base: &str) -> (String, Option<String>) {
        let mut address = RequestAddress::read(base).unwrap();
        let named = redirect(&[ConnectTo::read(option).unwrap()], &mut address).unwrap();
        (address.base, named)
    }

    fn to(base: &str, named: &str) -> (String, Option<String>) {
        (base.to_owned(), Some(named.to_owned()))
    }

    #[test]
    fn a_request_goes_to_another_server_and_names_the_first() {
        let option = "example.com:80:127.0.0.1:8080";
        assert_eq!(goes_to(option, "http://example.com/a"), to("http://127.0.0.1:8080", "example.com"));
        assert_eq!(goes_to(option, "http://example.com:81/"), ("http://example.com:81".to_owned(), None));
        assert_eq!(goes_to(option, "http://other/"), ("http://other".to_owned(), None));
        assert_eq!(goes_to("::[::1]:", "http://a:81/"), to("http://[::1]:81", "a:81"));
        assert_eq!(goes_to("[::1]:80:localhost:81", "http://[::1]/"), to("http://localhost:81", "[::1]"));
    }

    #[test]
    fn the_first_option_that_fits_counts() {
        let options = ["a:80:127.0.0.1:1", "::127.0.0.1:2"].map(|option| ConnectTo::read(option).unwrap());
        for (base, goes_to) in [("http://a", "http://127.0.0.1:1"), ("http://b", "http://127.0.0.1:2")] {
            let mut address = RequestAddress::read(base).unwrap();
            redirect(&options, &mut address).unwrap();
            assert_eq!(address.base, goes_to);
        }
    }

    #[test]
    fn what_cannot_be_done_is_refused() {
        for wrong in ["", "a:80:b", "a:80:b:81:82", "a:x:b:81", "a:80:b:99999"] {
            let refusal = ConnectTo::read(wrong).unwrap_err().to_string();
            assert!(refusal.contains("HOST1:PORT1:HOST2:PORT2"), "{refusal}");
        }
        let mut address = RequestAddress::read("https://example.com/").unwrap();
        let option = ConnectTo::read("example.com:443:127.0.0.1:8443").unwrap();
        assert!(redirect(&[option], &mut address).unwrap_err().to_string().contains("http:// only"));
    }
}
