//! Attaching to a server that already runs.

use super::context::{self, ServerContext};
use super::error::ServerError;
use super::handle::Server;
use crate::http::Authority;
use crate::text::without_password;

impl Server {
    /// A server that already runs, named after its address. It is neither started nor stopped here.
    ///
    /// ```
    /// use proofload::Server;
    ///
    /// let staging = Server::attach("http://staging.example:8080/api")?;
    /// assert_eq!(staging.address(), "staging.example:8080");
    /// assert_eq!(staging.url(), "http://staging.example:8080/api");
    /// # Ok::<(), proofload::ServerError>(())
    /// ```
    ///
    /// The path of the URL comes before the path of every request. Requests are counted under their own paths, so that the
    /// endpoints of a test have the same names wherever its server is. `https://` needs the feature `tls`.
    ///
    /// # Errors
    /// If `url` is anything but `http://host`, `https://host`, optionally with a port and a path.
    pub fn attach(url: &str) -> Result<Self, ServerError> {
        let target = target_of(url)?;
        Self::attached(target.address.clone(), target)
    }

    /// A server that already runs, under the name of the fixture that it replaces.
    ///
    /// # Errors
    /// If `url` is anything but `http://host`, `https://host`, optionally with a port and a path.
    pub fn attach_as(name: &str, url: &str) -> Result<Self, ServerError> {
        Self::attached(name.to_owned(), target_of(url)?)
    }

    /// A server that already runs another version of the code, as a person has said.
    #[doc(hidden)]
    pub fn attach_given(name: &str, url: &str) -> Result<Self, ServerError> {
        let context = context::any();
        let shown = context.as_ref().map_or_else(|| name.to_owned(), |context| context.shown(name));
        Ok(Self::listed(shown, target_of(url)?, context.as_ref()))
    }

    /// Without a context nothing has to be stopped. One server is not two versions of the code.
    fn attached(name: String, target: AttachedTarget) -> Result<Self, ServerError> {
        let context = context::any();
        let fixture = || context.as_ref().and_then(|context| context.fixture.as_deref());
        if let Some(base) = context.as_ref().and_then(|context| context.base.as_ref()) {
            let why = format!("the server at {} is the same for both: {}", target.url, base.advice(fixture()));
            let reason = base.cannot_be_compared(why);
            return Err(ServerError::Attach { url: target.url, reason });
        }
        Ok(Self::listed(name, target, context.as_ref()))
    }

    fn listed(name: String, target: AttachedTarget, context: Option<&ServerContext>) -> Self {
        let server = Self::new(name, target.address, target.url, None);
        if let Some(context) = context {
            context.add(&server);
        }
        server
    }
}

/// What the URL of an attached server says.
#[derive(Debug, PartialEq, Eq)]
struct AttachedTarget {
    /// `host` or `host:port`.
    address: String,
    /// Without a slash at the end.
    url: String,
}

fn target_of(url: &str) -> Result<AttachedTarget, ServerError> {
    parse(url).map_err(|reason| ServerError::Attach { url: without_password(url), reason: reason.to_owned() })
}

/// `http://host:80/api/` → `host:80`, `http://host:80/api`
fn parse(url: &str) -> Result<AttachedTarget, &'static str> {
    let Some((scheme, rest)) = url.split_once("://") else {
        return Err("write the scheme too, as in `http://127.0.0.1:8080`");
    };
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "http" => {}
        "https" if cfg!(feature = "tls") => {}
        "https" => return Err("`https://` needs the feature `tls` of proofload: add it in Cargo.toml"),
        _ => return Err("the scheme must be http or https"),
    }
    if rest.contains(['?', '#']) {
        return Err("it must end after the path; queries belong in the requests");
    }
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if path.bytes().any(|byte| !byte.is_ascii_graphic()) {
        return Err("the path must not contain spaces or other characters that have to be encoded");
    }
    let Authority { host_text, port, .. } = Authority::read(authority)?;
    let address = port.map_or(host_text.to_owned(), |port| format!("{host_text}:{port}"));
    Ok(AttachedTarget { url: format!("{scheme}://{address}{}", path.trim_end_matches('/')), address })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(url: &str) -> String {
        Server::attach(url).unwrap_err().to_string()
    }

    #[test]
    fn an_attached_server_has_an_address_and_no_process() {
        let server = Server::attach_as("agent", "http://127.0.0.1:8080/").unwrap();
        assert_eq!((server.name(), server.url()), ("agent", "http://127.0.0.1:8080"));
        assert_eq!((server.pid(), server.output(), server.died()), (None, None, None));
        assert_eq!(Server::attach("http://[::1]:81").unwrap().address(), "[::1]:81");
        assert_eq!(Server::attach("HTTP://localhost").unwrap().url(), "http://localhost");
    }

    #[test]
    fn an_address_without_a_scheme_or_with_a_wrong_one_is_refused() {
        assert!(refused("127.0.0.1:8080").contains("http://127.0.0.1:8080"));
        assert!(refused("ftp://host").contains("must be http or https"));
    }

    #[test]
    fn a_base_path_stays_and_ends_without_a_slash() {
        for (url, address, same) in [
            ("http://host/api", "host", "http://host/api"),
            ("http://host:81/api/v1//", "host:81", "http://host:81/api/v1"),
            ("HTTP://[::1]:81/", "[::1]:81", "http://[::1]:81"),
        ] {
            let server = Server::attach(url).unwrap();
            assert_eq!((server.address(), server.url()), (address, same), "{url}");
        }
    }

    #[test]
    fn https_is_accepted_where_it_is_supported() {
        match Server::attach("https://shop.example/api") {
            Ok(server) if cfg!(feature = "tls") => {
                assert_eq!((server.address(), server.url()), ("shop.example", "https://shop.example/api"));
            }
            Err(error) if !cfg!(feature = "tls") => assert!(error.to_string().contains("the feature `tls`"), "{error}"),
            unexpected => panic!("{unexpected:?}"),
        }
    }

    #[test]
    fn an_address_with_a_query_or_characters_that_no_path_has_is_refused() {
        for url in ["http://host/?a=1", "http://host#top", "http://host?a"] {
            assert!(refused(url).contains("queries belong in the requests"), "{url}");
        }
        assert!(refused("http://host/a b").contains("must not contain spaces"));
    }

    #[test]
    fn an_invalid_host_or_port_is_refused() {
        for url in ["http://", "http://:80", "http://a b", "http://[::1", "http://[fish]:80"] {
            assert!(refused(url).contains("the host must be"), "{url}: {}", refused(url));
        }
        for url in ["http://host:", "http://host:0", "http://host:65536", "http://host:+80", "http://[::1]:x"] {
            assert!(refused(url).contains("the port must be"), "{url}: {}", refused(url));
        }
        assert!(refused("http://me:secret@host").contains("user or a password"));
        for url in ["http://me:secret@host", "me:secret@host", "ftp://me:secret@host", "http://me:se/secret@host"] {
            assert!(!refused(url).contains("secret"), "{}", refused(url));
        }
    }
}
