//! Which transport carries a request. An option that no transport supports is refused, never ignored.

use super::address::{Address, Scheme};
use super::options::{ConnectionPolicy, TransportOptions};
use super::unsupported_option::UnsupportedOption;
use super::via_reqwest::ClientFactory;

/// What carries a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportKind {
    /// Our own, for plain HTTP/1.1.
    Own,
    /// reqwest.
    Reqwest,
}

/// Checks that this build supports the options of a test, as far as that does not depend on an address.
///
/// # Errors
/// The first option that it does not support.
pub fn check_options(options: &TransportOptions) -> Result<(), UnsupportedOption> {
    OF_THIS_BUILD.check_options(options)?;
    ClientFactory::new(options.clone()).check()
}

/// What carries requests to `address`.
///
/// # Errors
/// No transport of this build supports the options for this address.
pub(super) fn transport_for(
    address: &Address,
    connections: ConnectionPolicy,
    options: &TransportOptions,
) -> Result<TransportKind, UnsupportedOption> {
    OF_THIS_BUILD.transport_for(address, connections, options)
}

/// The features of this crate that a transport may need.
#[derive(Debug, Clone, Copy)]
struct TransportFeatures {
    reqwest: bool,
    tls: bool,
    http2: bool,
    decompress: bool,
}

const OF_THIS_BUILD: TransportFeatures = TransportFeatures {
    reqwest: cfg!(feature = "reqwest"),
    tls: cfg!(feature = "tls"),
    http2: cfg!(feature = "http2"),
    decompress: cfg!(feature = "decompress"),
};

impl TransportFeatures {
    fn check_options(self, options: &TransportOptions) -> Result<(), UnsupportedOption> {
        if options.http2 && !self.http2 {
            return Err(missing("`http2 = true`", "http2"));
        }
        if options.trusts_any_certificate && !self.tls {
            return Err(missing("`verify_tls = false`", "tls"));
        }
        if options.ca.is_some() && !self.tls {
            return Err(missing("`ca`", "tls"));
        }
        if options.decompresses && !self.decompress {
            return Err(missing("`decompress = true`", "decompress"));
        }
        self.check_reqwest(options)
    }

    fn transport_for(
        self,
        address: &Address,
        connections: ConnectionPolicy,
        options: &TransportOptions,
    ) -> Result<TransportKind, UnsupportedOption> {
        let is_https = address.scheme == Scheme::Https;
        if !is_https && options.beyond_plain().is_none() {
            return Ok(TransportKind::Own);
        }
        let base_url = || address.base_url.clone();
        if is_https && !self.tls {
            return Err(missing(&format!("the target {:?}", base_url()), "tls"));
        }
        self.check_reqwest(options)?;
        if is_https && matches!(connections, ConnectionPolicy::Shared(_)) {
            return Err(UnsupportedOption::SharedTls { connections, address: base_url() });
        }
        if !is_https && options.http2 && options.proxy.is_some() {
            return Err(UnsupportedOption::Http2ThroughProxy { address: base_url() });
        }
        Ok(TransportKind::Reqwest)
    }

    fn check_reqwest(self, options: &TransportOptions) -> Result<(), UnsupportedOption> {
        match options.beyond_plain() {
            Some(asked) if !self.reqwest => Err(missing(&asked, "reqwest")),
            _ => Ok(()),
        }
    }
}

fn missing(asked: &str, feature: &'static str) -> UnsupportedOption {
    UnsupportedOption::MissingFeature { asked: asked.to_owned(), feature }
}

#[cfg(test)]
mod tests;
