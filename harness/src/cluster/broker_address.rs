//! Where the broker is, and how one logs in there: [`BrokerAddress`], from `PROOFLOAD_NATS`.

use std::fmt;
use std::net::IpAddr;

use thiserror::Error;

use crate::text::Secret;

/// `nats://host:4222` or `tls://host:4222`, and what follows from it for workers.
const ADDRESS: &str = "PROOFLOAD_NATS";
const TOKEN: &str = "PROOFLOAD_NATS_TOKEN";
const USER: &str = "PROOFLOAD_NATS_USER";
const PASSWORD: &str = "PROOFLOAD_NATS_PASSWORD";

const USUAL_PORT: u16 = 4222;

/// A NATS server, and how one logs in there.
#[derive(Debug, Clone)]
pub struct BrokerAddress {
    /// `nats://10.0.0.5:4222` or `tls://nats.example:4222`, without a secret.
    pub server: String,
    /// How one logs in.
    pub login: BrokerLogin,
}

/// How one logs in at a broker.
#[derive(Debug, Clone)]
pub enum BrokerLogin {
    /// Anybody may use it.
    Open,
    /// With a token.
    Token(Secret),
    /// With a name and a password.
    User {
        /// The name.
        name: String,
        /// The password.
        password: Secret,
    },
}

/// `PROOFLOAD_NATS` or a variable beside it cannot be used. No text has a secret.
#[derive(Debug, PartialEq, Eq, Error)]
#[error("{variable}: {reason}")]
pub struct BrokerAddressError {
    variable: &'static str,
    reason: &'static str,
}

const fn mistake(variable: &'static str, reason: &'static str) -> BrokerAddressError {
    BrokerAddressError { variable, reason }
}

impl BrokerAddress {
    /// What the environment says; `None` if it names no broker.
    ///
    /// # Errors
    /// If it is no address of a NATS server, or says twice how to log in.
    pub fn from_environment() -> Result<Option<BrokerAddress>, BrokerAddressError> {
        BrokerAddress::from_variables(|name| std::env::var(name).ok())
    }

    /// The same of other variables. One that is set to nothing counts as not set.
    pub(crate) fn from_variables(
        get: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<BrokerAddress>, BrokerAddressError> {
        let get = |name| get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let (token, user, password) = (get(TOKEN), get(USER), get(PASSWORD));
        let Some(address) = get(ADDRESS) else {
            let useless = [(&token, TOKEN), (&user, USER), (&password, PASSWORD)];
            return match useless.into_iter().find(|(value, _)| value.is_some()) {
                Some((_, name)) => {
                    Err(mistake(name, "has no effect without the address of a broker in PROOFLOAD_NATS"))
                }
                None => Ok(None),
            };
        };
        let mut address = BrokerAddress::parse(&address)?;
        let beside = match (token, user, password) {
            (None, None, None) => return Ok(Some(address)),
            (Some(token), None, None) => BrokerLogin::Token(Secret::given(&token)),
            (None, Some(name), Some(password)) => BrokerLogin::User { name, password: Secret::given(&password) },
            (Some(_), ..) => return Err(mistake(TOKEN, "is given beside a user or a password: keep one of them")),
            (None, None, Some(_)) => return Err(mistake(PASSWORD, "needs PROOFLOAD_NATS_USER, too")),
            (None, Some(_), None) => return Err(mistake(USER, "needs PROOFLOAD_NATS_PASSWORD, too")),
        };
        if !matches!(address.login, BrokerLogin::Open) {
            return Err(mistake(ADDRESS, "has a login, and another variable has one too: keep one of them"));
        }
        address.login = beside;
        Ok(Some(address))
    }

    /// `nats://token@host`, `tls://user:password@host:4222`
    fn parse(text: &str) -> Result<BrokerAddress, BrokerAddressError> {
        let expects = mistake(
            ADDRESS,
            "expects the address of one NATS server, such as `nats://10.0.0.5:4222` or `tls://nats.example`",
        );
        let (scheme, rest) = text.split_once("://").ok_or(expects)?;
        if !["nats", "tls"].contains(&scheme) {
            return Err(mistake(ADDRESS, "expects an address that begins with `nats://` or `tls://`"));
        }
        let (login, place) = match rest.rsplit_once('@') {
            Some((login, place)) => (parse_login(login)?, place),
            None => (BrokerLogin::Open, rest),
        };
        let place = place.strip_suffix('/').unwrap_or(place);
        let expects =
            || mistake(ADDRESS, "expects a host, or a host and a port, after the scheme: `nats://10.0.0.5:4222`");
        if place.is_empty() || place.contains([',', '/', '?', '#', ' ', '@']) {
            return Err(expects());
        }
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| expects())?),
            _ => (place, USUAL_PORT),
        };
        let is_bare_ipv6 = host.contains(':') && !(host.starts_with('[') && host.ends_with(']'));
        if host.is_empty() || is_bare_ipv6 || port == 0 {
            return Err(expects());
        }
        Ok(BrokerAddress { server: format!("{scheme}://{host}:{port}"), login })
    }

    /// The variables with which another process finds this broker. One of them is a secret: they never become arguments.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        let (token, user, password) = match &self.login {
            BrokerLogin::Open => ("", "", ""),
            BrokerLogin::Token(token) => (token.reveal(), "", ""),
            BrokerLogin::User { name, password } => ("", name.as_str(), password.reveal()),
        };
        // All four, so that none is left from the environment of this process.
        let variables = [(ADDRESS, self.server.as_str()), (TOKEN, token), (USER, user), (PASSWORD, password)];
        variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    }

    /// True if processes on other machines cannot reach it.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host =
            self.server.split_once("://").and_then(|(_, place)| place.rsplit_once(':')).map_or("", |(host, _)| host);
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

/// The address alone.
impl fmt::Display for BrokerAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.server)
    }
}

/// `token` or `user:password`, in which other characters are written as `%40`.
fn parse_login(text: &str) -> Result<BrokerLogin, BrokerAddressError> {
    let decoded = |text: &str| {
        percent_decoded(text).ok_or(mistake(
            ADDRESS,
            "`%` in a token, a user or a password begins two hexadecimal digits: write `%25` for it",
        ))
    };
    match text.split_once(':') {
        None if text.is_empty() => Ok(BrokerLogin::Open),
        None => Ok(BrokerLogin::Token(Secret::given(&decoded(text)?))),
        Some((name, password)) => {
            Ok(BrokerLogin::User { name: decoded(name)?, password: Secret::given(&decoded(password)?) })
        }
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        let are_digits = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| are_digits)?);
        rest = &rest[2..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Option<BrokerAddress>, String> {
        let get = |name: &str| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        BrokerAddress::from_variables(get).map_err(|error| error.to_string())
    }

    /// `nats://host:4222 token=… ` as a test compares it.
    fn shown(address: &BrokerAddress) -> String {
        match &address.login {
            BrokerLogin::Open => address.server.clone(),
            BrokerLogin::Token(token) => format!("{} token {}", address.server, token.reveal()),
            BrokerLogin::User { name, password } => format!("{} user {name} {}", address.server, password.reveal()),
        }
    }

    #[test]
    fn an_address_has_a_host_and_perhaps_a_port_and_a_login() {
        for (text, expected) in [
            ("nats://10.0.0.5", "nats://10.0.0.5:4222"),
            ("nats://10.0.0.5:99/", "nats://10.0.0.5:99"),
            ("tls://nats.example", "tls://nats.example:4222"),
            ("nats://[::1]:7", "nats://[::1]:7"),
            ("nats://[::1]", "nats://[::1]:4222"),
            ("nats://s3cret@host:1", "nats://host:1 token s3cret"),
            ("tls://me:p%40ss%3A@host", "tls://host:4222 user me p@ss:"),
        ] {
            assert_eq!(shown(&read(&[(ADDRESS, text)]).unwrap().unwrap()), expected, "{text}");
        }
        assert!(read(&[]).unwrap().is_none() && read(&[(ADDRESS, " ")]).unwrap().is_none());
    }

    #[test]
    fn a_login_may_be_in_variables_of_its_own() {
        let token = read(&[(ADDRESS, "nats://host"), (TOKEN, "abc")]).unwrap().unwrap();
        assert_eq!(shown(&token), "nats://host:4222 token abc");
        let user = read(&[(ADDRESS, "nats://host"), (USER, "me"), (PASSWORD, "pass")]).unwrap().unwrap();
        assert_eq!(shown(&user), "nats://host:4222 user me pass");
    }

    #[test]
    fn what_contradicts_itself_or_is_no_address_is_refused_without_the_secret() {
        for (variables, part) in [
            (&[(ADDRESS, "host:4222")][..], "expects the address of one NATS server"),
            (&[(ADDRESS, "http://s3cret@host")], "begins with `nats://` or `tls://`"),
            (&[(ADDRESS, "nats://s3cret@")], "expects a host"),
            (&[(ADDRESS, "nats://a,nats://b")], "expects a host"),
            (&[(ADDRESS, "nats://a:port")], "expects a host"),
            (&[(ADDRESS, "nats://a:0")], "expects a host"),
            (&[(ADDRESS, "nats://::1")], "expects a host"),
            (&[(ADDRESS, "nats://s3cret%zz@a")], "write `%25` for it"),
            (&[(TOKEN, "s3cret")], "no effect without the address of a broker in PROOFLOAD_NATS"),
            (&[(ADDRESS, "nats://x@a"), (TOKEN, "s3cret")], "another variable has one too"),
            (&[(ADDRESS, "nats://a"), (USER, "s3cret")], "needs PROOFLOAD_NATS_PASSWORD"),
            (&[(ADDRESS, "nats://a"), (PASSWORD, "s3cret")], "needs PROOFLOAD_NATS_USER"),
            (&[(ADDRESS, "nats://a"), (TOKEN, "s3cret"), (USER, "x")], "keep one of them"),
        ] {
            let refused = read(variables).unwrap_err();
            assert!(refused.contains(part) && !refused.contains("s3cret"), "{variables:?}: {refused}");
        }
    }

    #[test]
    fn another_process_reads_from_its_environment_what_this_one_knows() {
        for text in ["nats://host:1", "nats://t%40ken@host:1", "tls://me:p%40ss@host:1"] {
            let known = read(&[(ADDRESS, text)]).unwrap().unwrap();
            let variables = known.environment();
            let passed_on: Vec<_> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(shown(&read(&passed_on).unwrap().unwrap()), shown(&known));
        }
    }

    #[test]
    fn no_secret_is_shown() {
        for text in ["nats://s3cret@host", "nats://me:s3cret@host"] {
            let address = read(&[(ADDRESS, text)]).unwrap().unwrap();
            assert!(!format!("{address} {address:?}").contains("s3cret"), "{address:?}");
        }
    }

    #[test]
    fn only_an_address_of_this_machine_alone_is_loopback() {
        let is_loopback = |text| read(&[(ADDRESS, text)]).unwrap().unwrap().is_loopback();
        assert!(
            is_loopback("nats://127.0.0.1") && is_loopback("nats://localhost:1") && is_loopback("nats://x@[::1]:1")
        );
        assert!(!is_loopback("nats://10.0.0.5") && !is_loopback("tls://nats.example"));
    }
}
