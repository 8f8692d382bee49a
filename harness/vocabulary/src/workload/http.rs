//! What a test asks of HTTP beyond a plain request.

use super::{SettingKey, Settings};

/// What a test asks of HTTP beyond a plain request over HTTP/1.1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HttpOptions {
    /// HTTP/2 and nothing else, also over plain TCP.
    pub http2: bool,
    /// How many redirects are followed, one after the other; 0: a redirect is an answer.
    pub redirects: u64,
    /// Each user sends back the cookies that it was given.
    pub cookies: bool,
    /// Every request goes through it.
    pub proxy: Option<String>,
    /// For `https://`: the file, in PEM, with the certificates that are trusted in place of those of the machine.
    pub ca: Option<String>,
    /// For `https://`: any certificate will do.
    pub trusts_everyone: bool,
}

impl HttpOptions {
    /// The first setting that a plain transport cannot honour, whatever the address.
    pub fn beyond_plain(&self) -> Option<SettingKey> {
        let asked = [
            (SettingKey::Http2, self.http2),
            (SettingKey::Redirects, self.redirects > 0),
            (SettingKey::Cookies, self.cookies),
            (SettingKey::Proxy, self.proxy.is_some()),
        ];
        asked.into_iter().find_map(|(key, is_asked)| is_asked.then_some(key))
    }
}

impl Settings {
    /// What the settings ask of HTTP.
    pub(super) fn http(&self) -> HttpOptions {
        HttpOptions {
            http2: self.http2.unwrap_or(false),
            redirects: self.redirects.unwrap_or(0),
            cookies: self.cookies.unwrap_or(false),
            proxy: self.proxy.clone(),
            ca: self.ca.clone(),
            trusts_everyone: self.verify_tls == Some(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Connections, WorkloadError};
    use super::*;
    use crate::kind::Kind;

    #[test]
    fn what_is_not_asked_for_is_plain() {
        let off = Settings {
            http2: Some(false),
            redirects: Some(0),
            cookies: Some(false),
            verify_tls: Some(true),
            ..Settings::default()
        };
        for settings in [Settings::default(), off] {
            assert_eq!(settings.resolve(Kind::Load).unwrap().http, HttpOptions::default());
        }
        assert_eq!(HttpOptions::default().beyond_plain(), None);
    }

    #[test]
    fn shared_connections_contradict_what_needs_its_own() {
        let connections = Some(Connections::Shared(2));
        let cookies = Settings { connections, cookies: Some(true), ..Settings::default() };
        assert_eq!(cookies.resolve(Kind::Load), Err(WorkloadError::SharedWith(SettingKey::Cookies)));
        let none = Settings { connections, redirects: Some(0), ca: Some("ca.pem".to_owned()), ..Settings::default() };
        assert!(none.resolve(Kind::Load).is_ok());
    }

    #[test]
    fn a_certificate_beside_trust_in_everyone_says_nothing() {
        let settings = Settings { ca: Some("ca.pem".to_owned()), verify_tls: Some(false), ..Settings::default() };
        assert_eq!(settings.resolve(Kind::Load), Err(WorkloadError::TrustsEveryone));
    }
}
