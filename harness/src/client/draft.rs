//! A request that is being put together, in memory that the next one uses again.

use std::fmt::{Display, Write as _};
use std::io::Write as _;

use http::Method;
use url::Url;

use super::expected::Expected;

/// Memory beyond this is given back when the next request is begun: one large upload should not weigh on a user for good.
const KEPT_BYTES: usize = 256 * 1024;

/// The parts of one request.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) method: Method,
    /// With its query string, as it is sent.
    pub(super) path: String,
    /// The name that the request is counted under.
    pub(super) endpoint: String,
    /// `name: value` lines, each with its end, but for `content-type`.
    pub(super) headers: Vec<u8>,
    pub(super) body: Vec<u8>,
    pub(super) has_host: bool,
    pub(super) has_user_agent: bool,
    /// The author asks for the connection to be closed.
    pub(super) says_close: bool,
    /// What the body is, unless the author says otherwise.
    usual_content_type: Option<&'static str>,
    own_content_type: Vec<u8>,
    pub(super) expected: Expected,
    /// A parameter of the query string, before it is encoded.
    parameter: String,
    pub(super) mistakes: Vec<String>,
}

impl Draft {
    /// Forgets the last request, and begins another.
    pub(super) fn begin(&mut self, method: Method, path: &str) {
        self.endpoint.clear();
        for part in [method.as_str(), " ", without_query(path)] {
            self.endpoint.push_str(part);
        }
        self.method = method;
        self.path.clear();
        for memory in [&mut self.headers, &mut self.body, &mut self.own_content_type] {
            memory.clear();
            memory.shrink_to(KEPT_BYTES);
        }
        (self.has_host, self.has_user_agent, self.says_close) = (false, false, false);
        self.usual_content_type = None;
        self.expected.forget();
        self.mistakes.clear();
        self.set_path(path);
    }

    fn set_path(&mut self, path: &str) {
        if is_plain(path) {
            self.path.push_str(path);
            return;
        }
        if path.contains("://") && !path.starts_with('/') {
            self.mistakes.push(format!(
                "{path:?} is a whole address: give `http://host:port` as the target and the rest as the path"
            ));
        } else if !path.starts_with('/') {
            self.mistakes.push(format!("the path {path:?} does not start with `/`: write \"/{path}\""));
        } else {
            self.set_encoded_path(path);
        }
    }

    /// Blanks, umlauts and dots are written as every browser writes them.
    fn set_encoded_path(&mut self, path: &str) {
        match Url::parse(&format!("http://host{path}")) {
            Ok(url) => self.path.push_str(&url[url::Position::BeforePath..url::Position::AfterQuery]),
            Err(error) => self.mistakes.push(format!("the path {path:?} cannot be read: {error}")),
        }
    }

    /// Adds a header; a mistake in it is noted.
    pub(super) fn header(&mut self, name: &str, value: impl Display) {
        let before = self.headers.len();
        self.headers.extend(name.bytes().map(|byte| byte.to_ascii_lowercase()));
        self.headers.extend_from_slice(b": ");
        let value_begins = self.headers.len();
        if write!(self.headers, "{value}").is_err() {
            self.mistakes.push(format!("the value of the header `{name}` cannot be written"));
        }
        let value = &self.headers[value_begins..];
        if name.is_empty() || !name.bytes().all(is_token) {
            self.mistakes.push(format!("`{name}` is no name of a header: use letters, digits and `-`"));
        } else if !value.iter().all(|byte| is_text(*byte)) {
            let value = String::from_utf8_lossy(value);
            self.mistakes.push(format!(
                "the value {value:?} of the header `{name}` has a character that a header must not have, such as a line break"
            ));
        }
        self.headers.extend_from_slice(b"\r\n");
        self.note_header(name, before, value_begins);
    }

    /// Some headers say what only the transport may say, and some stand for what it would say by itself.
    fn note_header(&mut self, name: &str, before: usize, value_begins: usize) {
        let value_ends = self.headers.len() - b"\r\n".len();
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if is("content-type") {
            self.own_content_type.clear();
            self.own_content_type.extend_from_slice(&self.headers[value_begins..value_ends]);
            self.headers.truncate(before);
        } else if is("content-length") || is("transfer-encoding") {
            self.mistakes.push(format!("the header `{name}` is written for you, by what the body is: leave it out"));
        } else if is("connection") {
            // It is said once, by the transport.
            self.says_close |= self.headers[value_begins..value_ends].eq_ignore_ascii_case(b"close");
            if self.says_close {
                self.headers.truncate(before);
            }
        }
        self.has_host |= is("host");
        self.has_user_agent |= is("user-agent");
    }

    /// Adds parameters to the query string, encoded as they must be.
    pub(super) fn query<K: AsRef<str>, V: Display>(&mut self, parameters: &[(K, V)]) {
        if parameters.is_empty() || self.path.is_empty() {
            return;
        }
        if !self.path.contains('?') {
            self.path.push('?');
        }
        let begins = self.path.find('?').map_or(0, |position| position + 1);
        let mut pairs = url::form_urlencoded::Serializer::for_suffix(&mut self.path, begins);
        for (name, value) in parameters {
            self.parameter.clear();
            if write!(self.parameter, "{value}").is_err() {
                self.mistakes.push(format!("the parameter `{}` cannot be written", name.as_ref()));
            }
            pairs.append_pair(name.as_ref(), &self.parameter);
        }
    }

    /// The body is what `write` makes of the empty memory; its type, unless the author names another, is `content_type`.
    pub(super) fn body(&mut self, content_type: &'static str, write: impl FnOnce(&mut Vec<u8>)) {
        self.body.clear();
        write(&mut self.body);
        self.usual_content_type = Some(content_type);
    }

    /// A type that the author has named stays.
    pub(super) fn content_type(&self) -> Option<&[u8]> {
        match self.own_content_type.is_empty() {
            false => Some(&self.own_content_type),
            true => self.usual_content_type.map(str::as_bytes),
        }
    }

    /// Gives each header to `take`, for transports that write them by themselves.
    #[allow(dead_code, reason = "only the transports that are features need it")]
    pub(super) fn each_header(&self, mut take: impl FnMut(&[u8], &[u8])) {
        for line in self.headers.split(|byte| *byte == b'\n').filter_map(|line| line.strip_suffix(b"\r")) {
            if let Some(colon) = line.windows(2).position(|pair| pair == b": ") {
                take(&line[..colon], &line[colon + 2..]);
            }
        }
        if let Some(content_type) = self.content_type() {
            take(b"content-type", content_type);
        }
    }
}

/// True if the path is sent as it is: it begins with a slash, and has nothing that must be encoded, cut off or resolved.
fn is_plain(path: &str) -> bool {
    let is_plain_byte =
        |byte: u8| matches!(byte, b'!' | b'$'..=b';' | b'=' | b'?'..=b'[' | b']' | b'_' | b'a'..=b'z' | b'|' | b'~');
    path.starts_with('/') && path.bytes().all(is_plain_byte) && !path.contains("/.")
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn is_text(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}

fn without_query(path: &str) -> &str {
    path.split(['?', '#']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path_of(path: &str) -> String {
        let mut draft = Draft::default();
        draft.begin(Method::GET, path);
        assert_eq!(draft.mistakes, Vec::<String>::new());
        draft.path
    }

    #[test]
    fn a_path_is_sent_as_every_browser_sends_it() {
        assert_eq!(path_of("/workflows/7?limit=20&a=%20[]|"), "/workflows/7?limit=20&a=%20[]|");
        assert_eq!(path_of("/a b/ü?q=x y#part"), "/a%20b/%C3%BC?q=x%20y");
        assert_eq!(path_of("/a/../b/./c"), "/b/c");
        assert_eq!(path_of("/a\r\nhost: b"), "/ahost:%20b");
    }

    #[test]
    fn parameters_join_what_is_there() {
        let mut draft = Draft::default();
        draft.begin(Method::GET, "/a?x=1");
        draft.query(&[("b c", 2)]);
        draft.query::<&str, u8>(&[]);
        assert_eq!((draft.path.as_str(), draft.endpoint.as_str()), ("/a?x=1&b+c=2", "GET /a"));
        draft.begin(Method::PUT, "/a");
        draft.query(&[("ä", "&")]);
        assert_eq!(draft.path, "/a?%C3%A4=%26");
    }

    #[test]
    fn nothing_of_a_request_is_left_in_the_next() {
        let mut draft = Draft::default();
        draft.begin(Method::POST, "nowhere");
        draft.header("host", "other");
        draft.header("content-type", "text/x");
        draft.header("content-length", 3);
        draft.body("text/plain", |body| body.extend_from_slice(b"abc"));
        assert_eq!(draft.mistakes.len(), 2, "{:?}", draft.mistakes);
        draft.begin(Method::GET, "/");
        assert!(draft.headers.is_empty() && draft.body.is_empty() && draft.content_type().is_none());
        assert!(draft.mistakes.is_empty() && !draft.has_host);
    }

    #[test]
    fn headers_are_given_one_by_one() {
        let mut draft = Draft::default();
        draft.begin(Method::GET, "/");
        draft.header("X-Kind", "a: b");
        draft.header("content-type", "text/x");
        let mut seen = Vec::new();
        draft.each_header(|name, value| seen.push(format!("{}={}", name.escape_ascii(), value.escape_ascii())));
        assert_eq!(seen, ["x-kind=a: b", "content-type=text/x"]);
    }
}
