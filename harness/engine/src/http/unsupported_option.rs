//! What no transport of this build can do.

use super::options::ConnectionPolicy;

/// An option or address that no transport of this build supports. The text says what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnsupportedOption {
    /// A Cargo feature of this crate is off.
    #[error(
        "{asked} needs the feature `{feature}`, which this build leaves out: write `proofload = {{ version = \"{}\", features = [\"{feature}\"] }}` in Cargo.toml",
        env!("CARGO_PKG_VERSION")
    )]
    MissingFeature {
        /// The setting or the address.
        asked: String,
        /// The feature that provides it.
        feature: &'static str,
    },
    /// Only the own transport lends connections to one user after the other.
    #[error(
        "`connections = {connections}` works with plain `http://` addresses only; {address} is not a plain HTTP address: use `per_user` or `per_request`"
    )]
    SharedTls {
        /// The setting.
        connections: ConnectionPolicy,
        /// The address.
        address: String,
    },
    /// A proxy over plain HTTP speaks HTTP/1.1.
    #[error(
        "`http2 = true` does not work through a proxy to {address}, because proxies accept plain `http://` requests in HTTP/1.1 only: remove `http2` or `proxy`, or use `https://`"
    )]
    Http2ThroughProxy {
        /// The address.
        address: String,
    },
    /// The value of a setting cannot be used.
    #[error("`{setting} = \"{value}\"`: {why}")]
    InvalidValue {
        /// `ca` or `proxy`.
        setting: &'static str,
        /// As written.
        value: String,
        /// What is wrong with it.
        why: String,
    },
}
