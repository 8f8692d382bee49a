//! The host and the port of an address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The machine that an address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    Ip(IpAddr),
    /// To be looked up; in lower case.
    Name(String),
}

/// What stands between the scheme and the path of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority<'a> {
    /// The host as given.
    pub host_text: &'a str,
    /// The name or address.
    pub host: Host,
    /// `None` if the usual one of the scheme is meant.
    pub port: Option<u16>,
}

impl Authority<'_> {
    /// Parses `host` or `host:port`. Strict: what browsers read in spite of its form, as `127.1` or `0x7f.1`, is refused.
    ///
    /// # Errors
    /// The text says what it must be.
    pub fn read(text: &str) -> Result<Authority<'_>, &'static str> {
        if text.contains('@') {
            return Err("it must not hold a user or a password; send them as a header of the requests");
        }
        let (host_text, port) = split_port(text)?;
        Ok(Authority { host_text, host: host(host_text)?, port })
    }
}

fn split_port(text: &str) -> Result<(&str, Option<u16>), &'static str> {
    // A colon inside the brackets of an IPv6 address does not start a port.
    let after_brackets = if text.starts_with('[') { text.rfind(']').map_or(text.len(), |end| end + 1) } else { 0 };
    let Some(colon) = text[after_brackets..].find(':') else { return Ok((text, None)) };
    let (host, port) = (&text[..after_brackets + colon], &text[after_brackets + colon + 1..]);
    match port.parse() {
        Ok(number) if number > 0 && port.bytes().all(|byte| byte.is_ascii_digit()) => Ok((host, Some(number))),
        _ => Err("the port must be a number from 1 to 65535"),
    }
}

fn host(text: &str) -> Result<Host, &'static str> {
    const RULE: &str = "the host must be a name, an IPv4 address or an IPv6 address in brackets";
    if let Some(rest) = text.strip_prefix('[') {
        let address = rest.strip_suffix(']').and_then(|address| address.parse::<Ipv6Addr>().ok());
        return address.map(|ip| Host::Ip(ip.into())).ok_or(RULE);
    }
    if !text.is_ascii() {
        return Err("the host must be in ASCII: write a name with other letters as `xn--…`, as DNS has it");
    }
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)) {
        return Err(RULE);
    }
    if ends_in_number(text) {
        return text.parse::<Ipv4Addr>().map(|ip| Host::Ip(ip.into())).map_err(|_| RULE);
    }
    Ok(Host::Name(text.to_ascii_lowercase()))
}

/// True if no name may end like this, because it would be taken for an IPv4 address.
fn ends_in_number(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_hexadecimal = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_decimal = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    is_decimal || last.strip_prefix("0x").or_else(|| last.strip_prefix("0X")).is_some_and(is_hexadecimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_and_its_port_is_optional() {
        let read = |text| Authority::read(text).map(|authority| (authority.host, authority.port));
        let name = |name: &str| Host::Name(name.to_owned());
        let ip = |text: &str| Host::Ip(text.parse().unwrap());
        assert_eq!(read("Shop_1.example-a.test:8080"), Ok((name("shop_1.example-a.test"), Some(8080))));
        assert_eq!(read("localhost."), Ok((name("localhost."), None)));
        assert_eq!(read("1and1.example"), Ok((name("1and1.example"), None)));
        assert_eq!(read("127.0.0.1:65535"), Ok((ip("127.0.0.1"), Some(65535))));
        assert_eq!(read("[::1]"), Ok((ip("::1"), None)));
        assert_eq!(read("[2001:DB8::1]:81"), Ok((ip("2001:db8::1"), Some(81))));
    }

    #[test]
    fn what_could_be_read_as_another_address_is_refused() {
        for text in ["127.1", "1", "0x7f.1", "a.0X7F", "256.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.4."] {
            assert!(Authority::read(text).unwrap_err().contains("an IPv4 address"), "{text}");
        }
        for text in ["", ":80", "a b", "a%41", "[::1", "[fish]:80", "[::1%eth0]", "a\\b", "[::1]x", "::1x"] {
            assert!(Authority::read(text).is_err(), "{text}");
        }
        for text in ["a:", "a:0", "a:65536", "a:+80", "a:8 0", "[::1]:x", "::1"] {
            assert!(Authority::read(text).unwrap_err().contains("the port must be"), "{text}");
        }
        assert!(Authority::read("bücher.example").unwrap_err().contains("xn--"));
        assert!(Authority::read("me:secret@host").unwrap_err().contains("user or a password"));
    }
}
