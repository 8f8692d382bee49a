//! Which requests are answered: [`Access`]. What is not allowed here is refused, whatever it is.

use std::io;
use std::net::{IpAddr, SocketAddr};

use hyper::header::{CONTENT_TYPE, COOKIE, HOST, HeaderMap, ORIGIN};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};

use crate::text::Secret;

/// Why a request is not answered, for its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    /// A sentence.
    pub(super) why: &'static str,
}

impl Refusal {
    pub(super) const fn forbidden(why: &'static str) -> Refusal {
        Refusal { status: StatusCode::FORBIDDEN, why }
    }

    pub(super) const fn of(status: StatusCode, why: &'static str) -> Refusal {
        Refusal { status, why }
    }
}

/// What a request may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// GET and HEAD.
    Read,
    /// POST with JSON.
    Act,
}

/// The rules for the page at one address.
#[derive(Debug)]
pub(super) struct Access {
    address: SocketAddr,
    /// In the link, for those who may have the cookie.
    token: Secret,
    /// The value of the cookie.
    session: Secret,
}

impl Access {
    /// New secrets for a page at `address`.
    pub(super) fn new(address: SocketAddr) -> io::Result<Access> {
        Ok(Access { address, token: Secret::random()?, session: Secret::random()? })
    }

    /// `http://127.0.0.1:8089/#token=…`. A browser does not send what is behind the `#`.
    pub(super) fn link(&self) -> String {
        let host = match self.address.ip() {
            ip if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
            ip => ip,
        };
        format!("http://{}/#token={}", SocketAddr::new(host, self.address.port()), self.token.reveal())
    }

    /// What the request asks for, if its sender may ask. `reached_at` is the address at which it came in.
    pub(super) fn check(&self, request: &Parts, reached_at: SocketAddr) -> Result<Deed, Refusal> {
        let host = self.host(request, reached_at)?;
        check_sender(&request.headers, &host)?;
        match request.method {
            Method::GET | Method::HEAD => Ok(Deed::Read),
            Method::POST if is_json(&request.headers) => Ok(Deed::Act),
            Method::POST => Err(Refusal::forbidden("A POST here needs `Content-Type: application/json`.")),
            _ => Err(Refusal::of(StatusCode::METHOD_NOT_ALLOWED, "Only GET, HEAD and POST are answered here.")),
        }
    }

    /// The `Host` of a request, if it is an address of this page, and not a name that an attacker has made to point here.
    fn host(&self, request: &Parts, reached_at: SocketAddr) -> Result<String, Refusal> {
        let wrong =
            Refusal::forbidden("The `Host` of the request is not an address of this page; use the printed link.");
        let host = only(&request.headers, HOST.as_str()).ok_or(wrong)?;
        let port = self.address.port();
        // Behind an address for all interfaces, a viewer uses the one at which it reached the page.
        let by_address = [self.address.ip(), reached_at.ip()].map(|ip| SocketAddr::new(ip, port).to_string());
        let by_name = ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}"));
        let is_own = by_name.iter().chain(&by_address).any(|own| own == host);
        let is_in_target = request.uri.authority().is_none_or(|authority| authority.as_str() == host);
        if is_own && is_in_target { Ok(host.to_owned()) } else { Err(wrong) }
    }

    /// The cookie that the token is exchanged for; `None` for another token.
    pub(super) fn cookie_for(&self, token: &str) -> Option<String> {
        let (name, value) = (self.cookie_name(), self.session.reveal());
        self.token.is(token).then(|| format!("{name}={value}; HttpOnly; SameSite=Strict; Path=/"))
    }

    /// True if the request has the cookie.
    pub(super) fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let name = self.cookie_name();
        let texts = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        let mut pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.any(|(given, value)| given == name && self.session.is(value))
    }

    /// Browsers share cookies between the ports of a host, so that two runs need two names.
    fn cookie_name(&self) -> String {
        format!("proofload_{}", self.address.port())
    }
}

/// The value of a header that is there exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).into_iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// A page of another site must not use this one, in whose name the browser would send the cookie.
fn check_sender(headers: &HeaderMap, host: &str) -> Result<(), Refusal> {
    if headers.contains_key(ORIGIN) && only(headers, ORIGIN.as_str()) != Some(&format!("http://{host}")) {
        return Err(Refusal::forbidden("The request comes from a page of another site (`Origin`)."));
    }
    let site = "sec-fetch-site";
    if headers.contains_key(site) && !matches!(only(headers, site), Some("same-origin" | "none")) {
        return Err(Refusal::forbidden("The request comes from a page of another site (`Sec-Fetch-Site`)."));
    }
    Ok(())
}

/// A form of another site can send a POST without asking first, but not with this type.
fn is_json(headers: &HeaderMap) -> bool {
    let media_type = only(headers, CONTENT_TYPE.as_str()).and_then(|value| value.split(';').next());
    media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::*;

    const AT: &str = "127.0.0.1:8089";

    fn parts(method: &str, headers: &[(&str, &str)]) -> Parts {
        let start = Request::builder().method(method).uri("/events");
        let request = headers.iter().fold(start, |request, (name, value)| request.header(*name, *value));
        request.body(()).unwrap().into_parts().0
    }

    fn at(bind: &str, reached_at: &str, method: &str, headers: &[(&str, &str)]) -> Result<Deed, u16> {
        let access = Access::new(bind.parse().unwrap()).unwrap();
        let checked = access.check(&parts(method, headers), reached_at.parse().unwrap());
        checked.map_err(|refusal| refusal.status.as_u16())
    }

    fn check(method: &str, headers: &[(&str, &str)]) -> Result<Deed, u16> {
        at(AT, AT, method, headers)
    }

    #[test]
    fn the_page_is_reached_under_its_own_names_and_no_other() {
        for host in ["127.0.0.1:8089", "localhost:8089", "[::1]:8089"] {
            assert_eq!(check("GET", &[("host", host)]), Ok(Deed::Read), "{host}");
        }
        for host in ["evil.example:8089", "127.0.0.1", "127.0.0.1:80", "localhost:8089.evil.example", "127.1:8089", ""]
        {
            assert_eq!(check("GET", &[("host", host)]), Err(403), "{host}");
        }
        assert_eq!(check("GET", &[]), Err(403));
        assert_eq!(check("GET", &[("host", AT), ("host", AT)]), Err(403), "two are one too many");
    }

    #[test]
    fn an_address_that_was_asked_for_is_an_own_name_too() {
        let (bind, all) = ("192.168.1.5:8089", "0.0.0.0:8089");
        assert_eq!(at(bind, bind, "GET", &[("host", bind)]), Ok(Deed::Read));
        assert_eq!(at(all, bind, "GET", &[("host", bind)]), Ok(Deed::Read), "it came in there");
        assert_eq!(at(all, bind, "GET", &[("host", "rebound.example:8089")]), Err(403));
    }

    #[test]
    fn a_page_of_another_site_is_refused() {
        let own = ("host", AT);
        assert_eq!(check("GET", &[own, ("origin", "http://127.0.0.1:8089")]), Ok(Deed::Read));
        let others =
            ["http://evil.example", "null", "http://localhost:8089", "https://127.0.0.1:8089", "http://127.0.0.1"];
        for origin in others {
            assert_eq!(check("GET", &[own, ("origin", origin)]), Err(403), "{origin}");
        }
        for (site, allowed) in [("same-origin", true), ("none", true), ("same-site", false), ("cross-site", false)] {
            assert_eq!(check("GET", &[own, ("sec-fetch-site", site)]).is_ok(), allowed, "{site}");
        }
    }

    #[test]
    fn only_reading_and_acting_with_json_are_allowed() {
        let (own, json) = (("host", AT), ("content-type", "application/json; charset=utf-8"));
        assert_eq!(check("HEAD", &[own]), Ok(Deed::Read));
        assert_eq!(check("POST", &[own, json]), Ok(Deed::Act));
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx"] {
            assert_eq!(check("POST", &[own, ("content-type", kind)]), Err(403), "{kind}");
        }
        assert_eq!(check("POST", &[own]), Err(403));
        for method in ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "PROPFIND"] {
            assert_eq!(check(method, &[own, json]), Err(405), "{method}");
        }
    }

    #[test]
    fn the_token_of_the_link_is_exchanged_for_a_cookie_of_the_session() {
        let access = Access::new(AT.parse().unwrap()).unwrap();
        let link = access.link();
        let token = link.strip_prefix("http://127.0.0.1:8089/#token=").expect("a link with a token");
        assert_eq!(access.cookie_for(&token[1..]), None);
        let cookie = access.cookie_for(token).expect("a cookie");
        assert!(cookie.ends_with("; HttpOnly; SameSite=Strict; Path=/"), "{cookie}");
        assert!(!cookie.contains(token), "the token itself is in no header");
        let pair = cookie.split(';').next().unwrap();
        let with = |cookie: &str| access.has_cookie(&parts("GET", &[("cookie", cookie)]).headers);
        assert!(with(pair) && with(&format!("theme=dark; {pair}")));
        assert!(!with("") && !with(&pair[..pair.len() - 1]) && !with(&pair.replace("8089", "8090")));
    }
}
