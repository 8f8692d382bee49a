//! Which transport carries a request, and what neither can do: such an option is refused and never ignored.

use crate::http::address::{Address, Scheme};
use crate::settings::SettingKey;
use crate::workload::{Connections, HttpOptions};

/// Who carries a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// The transport of our own: plain HTTP/1.1.
    Own,
    /// reqwest.
    Other,
}

/// What no transport of this build can do. The text says what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnsupportedOption {
    /// The Cargo feature is not on.
    #[error(
        "{asked} needs the feature `{feature}`, which this build leaves out: write `proofload = {{ version = \"{}\", features = [\"{feature}\"] }}` in Cargo.toml",
        env!("CARGO_PKG_VERSION")
    )]
    Feature {
        /// `http2 = true` or an address.
        asked: String,
        /// The feature that brings it.
        feature: &'static str,
    },
    /// Only the own transport lends connections to one user after the other.
    #[error(
        "`connections = {connections}` is for plain `http://` addresses, and {address} is none: use `per_user` or `per_request`"
    )]
    SharedTls {
        /// The setting.
        connections: Connections,
        /// The address.
        address: String,
    },
    /// A proxy over plain HTTP speaks HTTP/1.1.
    #[error(
        "`http2 = true` does not go through the proxy to {address}, because proxies take plain `http://` requests in HTTP/1.1 alone: drop `http2` or `proxy`, or use `https://`"
    )]
    Http2ThroughProxy {
        /// The address.
        address: String,
    },
    /// It cannot be used as it is.
    #[error("`{key} = \"{value}\"`: {why}")]
    Unusable {
        /// The setting.
        key: SettingKey,
        /// As written.
        value: String,
        /// What is wrong with it.
        why: String,
    },
}

/// Whether this build can do what a test asks, as far as that is known before any address is.
///
/// # Errors
/// What it cannot do.
pub fn check_options(options: &HttpOptions) -> Result<(), UnsupportedOption> {
    let missing = |asked: &str, feature| UnsupportedOption::Feature { asked: asked.to_owned(), feature };
    if options.http2 && !cfg!(feature = "http2") {
        return Err(missing("`http2 = true`", "http2"));
    }
    if options.trusts_any_certificate && !cfg!(feature = "tls") {
        return Err(missing("`verify_tls = false`", "tls"));
    }
    if options.ca.is_some() && !cfg!(feature = "tls") {
        return Err(missing("`ca`", "tls"));
    }
    super::via_reqwest::Workshop::new(options.clone()).check()
}

/// Who carries requests to `address`.
///
/// # Errors
/// Nobody can carry them in the way that is asked for.
pub(crate) fn way_to(
    address: &Address,
    connections: Connections,
    options: &HttpOptions,
) -> Result<Way, UnsupportedOption> {
    let is_https = address.scheme == Scheme::Https;
    if !is_https && options.is_plain() {
        return Ok(Way::Own);
    }
    let told = || address.base_url.clone();
    if is_https && !cfg!(feature = "tls") {
        return Err(UnsupportedOption::Feature { asked: format!("the target {:?}", told()), feature: "tls" });
    }
    if is_https && matches!(connections, Connections::Shared(_)) {
        return Err(UnsupportedOption::SharedTls { connections, address: told() });
    }
    if !is_https && options.http2 && options.proxy.is_some() {
        return Err(UnsupportedOption::Http2ThroughProxy { address: told() });
    }
    Ok(Way::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(address: &str, connections: Connections, options: &HttpOptions) -> Result<Way, UnsupportedOption> {
        way_to(&Address::read(address).unwrap(), connections, options)
    }

    #[test]
    fn a_plain_address_without_options_goes_the_own_way() {
        let options =
            HttpOptions { ca: Some("ca.pem".to_owned()), trusts_any_certificate: true, ..HttpOptions::default() };
        for options in [HttpOptions::default(), options] {
            assert_eq!(way("http://a:1", Connections::Shared(2), &options), Ok(Way::Own));
        }
    }

    #[test]
    fn what_the_own_way_leaves_out_goes_the_other() {
        let cookies = HttpOptions { cookies: true, ..HttpOptions::default() };
        let redirects = HttpOptions { redirects: 1, ..HttpOptions::default() };
        let proxy = HttpOptions { proxy: Some("http://127.0.0.1:1".to_owned()), ..HttpOptions::default() };
        for options in [cookies, redirects, proxy] {
            assert_eq!(check_options(&options), Ok(()));
            assert_eq!(way("http://a:1", Connections::PerUser, &options), Ok(Way::Other), "{options:?}");
        }
    }

    #[test]
    #[cfg(not(feature = "tls"))]
    fn tls_without_its_feature_is_refused_with_the_line_for_cargo_toml() {
        let told = way("https://a", Connections::PerUser, &HttpOptions::default()).unwrap_err().to_string();
        assert_eq!(
            told,
            format!(
                "the target \"https://a\" needs the feature `tls`, which this build leaves out: write \
                 `proofload = {{ version = \"{}\", features = [\"tls\"] }}` in Cargo.toml",
                env!("CARGO_PKG_VERSION")
            )
        );
        let told = check_options(&HttpOptions { trusts_any_certificate: true, ..HttpOptions::default() })
            .unwrap_err()
            .to_string();
        assert!(told.starts_with("`verify_tls = false` needs the feature `tls`"), "{told}");
        let told =
            check_options(&HttpOptions { ca: Some("a".to_owned()), ..HttpOptions::default() }).unwrap_err().to_string();
        assert!(told.starts_with("`ca` needs the feature `tls`"), "{told}");
    }

    #[test]
    #[cfg(not(feature = "http2"))]
    fn http2_without_its_feature_is_refused() {
        let told = check_options(&HttpOptions { http2: true, ..HttpOptions::default() }).unwrap_err().to_string();
        assert!(told.starts_with("`http2 = true` needs the feature `http2`"), "{told}");
    }

    #[test]
    #[cfg(feature = "tls")]
    fn what_only_the_address_shows_to_be_impossible_is_refused() {
        let told = way("https://a", Connections::Shared(4), &HttpOptions::default()).unwrap_err().to_string();
        assert!(told.starts_with("`connections = shared(4)` is for plain `http://` addresses"), "{told}");
    }

    #[test]
    fn http2_through_a_proxy_is_refused_for_plain_addresses() {
        let proxy = Some("http://127.0.0.1:1".to_owned());
        let options = HttpOptions { http2: true, proxy, ..HttpOptions::default() };
        let told = way("http://a", Connections::PerUser, &options).unwrap_err();
        assert_eq!(told, UnsupportedOption::Http2ThroughProxy { address: "http://a".to_owned() });
    }

    #[test]
    fn a_proxy_that_is_no_address_is_refused() {
        let proxy = Some("http://in valid".to_owned());
        let told = check_options(&HttpOptions { proxy, ..HttpOptions::default() }).unwrap_err().to_string();
        assert!(told.starts_with("`proxy = \"http://in valid\"`: "), "{told}");
    }

    #[test]
    #[cfg(feature = "tls")]
    fn a_file_without_certificates_is_refused() {
        let ca = |path: &str| check_options(&HttpOptions { ca: Some(path.to_owned()), ..HttpOptions::default() });
        let told = ca("nowhere.pem").unwrap_err().to_string();
        assert!(told.starts_with("`ca = \"nowhere.pem\"`: the file cannot be read: "), "{told}");
        let told = ca("Cargo.toml").unwrap_err().to_string();
        assert_eq!(told, "`ca = \"Cargo.toml\"`: there is no certificate in the file; it must be in PEM");
    }
}
