//! What a test asks of HTTP beyond a plain request.

/// What a test asks of HTTP beyond a plain request over HTTP/1.1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "travels", derive(serde::Serialize, serde::Deserialize))]
pub struct HttpOptions {
    /// HTTP/2 and nothing else, also over plain TCP.
    pub http2: bool,
    /// How many redirects are followed, one after the other; 0: a redirect is returned as a response.
    pub redirects: u64,
    /// Each user sends back the cookies that it received.
    pub cookies: bool,
    /// Bodies are asked for in an encoding, and decoded.
    pub decompresses: bool,
    /// The proxy that every request goes through.
    pub proxy: Option<String>,
    /// For `https://`: the file, in PEM, with the certificates that are trusted in place of those of the machine.
    pub ca: Option<String>,
    /// For `https://`: certificates are not verified.
    pub trusts_any_certificate: bool,
}

impl HttpOptions {
    /// True if plain HTTP/1.1 supports these options, whatever the address. Certificates matter to `https://` alone.
    pub fn is_plain(&self) -> bool {
        !self.http2 && self.redirects == 0 && !self.cookies && self.proxy.is_none()
    }
}
