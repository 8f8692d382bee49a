//! What a test asks of HTTP: the options of the transports, and how users get their connections.

use std::fmt;

/// What is asked of HTTP beyond a plain request over HTTP/1.1. The default asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TransportOptions {
    /// HTTP/2 and nothing else, also over plain TCP.
    pub http2: bool,
    /// How many redirects are followed, one after the other; 0: a redirect is a response like any other.
    pub redirects: u64,
    /// Each user sends back the cookies that it was given.
    pub cookies: bool,
    /// Bodies are asked for in an encoding that can be decoded, and are decoded after the response is complete.
    pub decompresses: bool,
    /// Every request goes through the proxy at this address.
    pub proxy: Option<String>,
    /// For `https://`: the file, in PEM, with the certificates that are trusted in place of those of the machine.
    pub ca: Option<String>,
    /// For `https://`: any certificate is accepted.
    pub trusts_any_certificate: bool,
}

impl TransportOptions {
    /// The first option that the own transport cannot provide, whatever the address, as its setting is written.
    pub fn beyond_plain(&self) -> Option<String> {
        let needed = [
            self.http2.then(|| "`http2 = true`".to_owned()),
            (self.redirects > 0).then(|| format!("`redirects = {}`", self.redirects)),
            self.cookies.then(|| "`cookies = true`".to_owned()),
            self.proxy.as_ref().map(|_| "`proxy`".to_owned()),
        ];
        needed.into_iter().flatten().next()
    }
}

/// Which connection a user's request is sent on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ConnectionPolicy {
    /// Each user keeps one connection to each server, as a browser tab does.
    #[default]
    PerUser,
    /// Each request opens a connection of its own and closes it after the response.
    PerRequest,
    /// The users of one worker thread share this many connections to each server; a request waits until one is free.
    Shared(usize),
}

/// As the setting `connections` is written.
impl fmt::Display for ConnectionPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConnectionPolicy::PerUser => f.write_str("per_user"),
            ConnectionPolicy::PerRequest => f.write_str("per_request"),
            ConnectionPolicy::Shared(most) => write!(f, "shared({most})"),
        }
    }
}
