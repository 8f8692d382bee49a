//! The URL of a request, cut where the library wants it: the server, and the path with its query.

use url::Url;

use crate::failure::UsageFailure;

/// A URL in two parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestAddress {
    /// `http://127.0.0.1:8000`
    pub(crate) base: String,
    /// `/items?page=2`; at least `/`.
    pub(crate) path: String,
}

impl RequestAddress {
    /// Reads a URL as curl does: without a scheme, it is `http`.
    pub(crate) fn read(text: &str) -> Result<RequestAddress, UsageFailure> {
        let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let wrong = |why: &dyn std::fmt::Display| {
            UsageFailure::new(format!(
                "`{text}` is not the URL of a server: {why}; write it as http://127.0.0.1:8000/path"
            ))
        };
        let url = Url::parse(&whole).map_err(|error| wrong(&error))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong(&format!("its scheme is `{}`", url.scheme())));
        }
        let host = url.host_str().ok_or_else(|| wrong(&"it has no host"))?;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        Ok(RequestAddress { base: format!("{}://{host}{port}", url.scheme()), path: format!("{}{query}", url.path()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_a_server_and_a_path() {
        let read = |text: &str| RequestAddress::read(text).map(|address| (address.base, address.path)).unwrap();
        assert_eq!(read("http://127.0.0.1:8000"), ("http://127.0.0.1:8000".to_owned(), "/".to_owned()));
        assert_eq!(read("localhost:8000/a?b=c d"), ("http://localhost:8000".to_owned(), "/a?b=c%20d".to_owned()));
        assert_eq!(read("https://[::1]/x#y"), ("https://[::1]".to_owned(), "/x".to_owned()));
    }

    #[test]
    fn another_scheme_is_refused_with_an_example() {
        let refusal = RequestAddress::read("ftp://host/").unwrap_err().to_string();
        assert!(refusal.contains("its scheme is `ftp`") && refusal.contains("http://127.0.0.1:8000/path"), "{refusal}");
    }
}
