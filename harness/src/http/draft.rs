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
pub(crate) struct Draft {
    pub(crate) method: Method,
    /// With its query string, as it is sent.
    pub(crate) path: String,
    /// So much of the path was given as it is sent; `None` if it had to be written in another way.
    given_bytes: Option<usize>,
    /// Which method and path were given: another number for others.
    pub(crate) line: u64,
    /// Method and path without its query string.
    usual_name: String,
    /// Instead of that.
    own_name: String,
    has_own_name: bool,
    /// `name: value` lines, each with its end, but for `content-type`.
    pub(crate) headers: Vec<u8>,
    pub(crate) body: Vec<u8>,
    pub(crate) has_host: bool,
    pub(crate) has_user_agent: bool,
    /// The author asks for the connection to be closed.
    pub(crate) says_close: bool,
    /// What the body is, unless the author says otherwise.
    usual_content_type: Option<&'static str>,
    own_content_type: Vec<u8>,
    pub(crate) expected: Expected,
    /// A parameter of the query string, before it is encoded.
    parameter: String,
    pub(crate) mistakes: Vec<String>,
}

impl Draft {
    /// Forgets the last request, and begins another.
    pub(crate) fn begin(&mut self, method: Method, path: &str) {
        for memory in [&mut self.headers, &mut self.body, &mut self.own_content_type] {
            memory.clear();
            if memory.capacity() > KEPT_BYTES {
                memory.shrink_to(KEPT_BYTES);
            }
        }
        (self.has_host, self.has_user_agent, self.says_close) = (false, false, false);
        (self.usual_content_type, self.has_own_name) = (None, false);
        self.expected.forget();
        self.mistakes.clear();
        // Many a test asks for the same again and again, which need not be looked at twice.
        match self.given_bytes {
            Some(given) if self.method == method && self.path[..given] == *path => self.path.truncate(given),
            _ => self.set_line(method, path),
        }
    }

    /// The bytes of this request's head are those of any other request of the same line.
    pub(crate) fn is_bare(&self) -> bool {
        self.headers.is_empty()
            && self.body.is_empty()
            && self.content_type().is_none()
            && !self.says_close
            && self.given_bytes == Some(self.path.len())
    }

    /// The name that the request is counted under.
    pub(crate) fn name(&self) -> &str {
        if self.has_own_name { &self.own_name } else { &self.usual_name }
    }

    /// The author gives it a name.
    pub(crate) fn set_name(&mut self, name: &str) {
        self.has_own_name = true;
        self.own_name.clear();
        self.own_name.push_str(name);
    }

    /// The line, unless the author gave it a name.
    pub(crate) fn named_by_line(&self) -> Option<u64> {
        (!self.has_own_name).then_some(self.line)
    }

    fn set_line(&mut self, method: Method, path: &str) {
        self.line += 1;
        self.usual_name.clear();
        for part in [method.as_str(), " ", without_query(path)] {
            self.usual_name.push_str(part);
        }
        self.path.clear();
        self.given_bytes = None;
        let is_tunnel = method == Method::CONNECT;
        if is_tunnel {
            self.mistakes
                .push("`CONNECT` opens a tunnel and has no answer of its own: a load cannot send it".to_owned());
        }
        if is_plain(path) {
            self.path.push_str(path);
            // A mistake must be noted each time.
            self.given_bytes = (!is_tunnel).then_some(path.len());
        } else {
            self.set_other_path(path);
        }
        self.method = method;
    }

    fn set_other_path(&mut self, path: &str) {
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
    pub(crate) fn header(&mut self, name: &str, value: impl Display) {
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
    pub(crate) fn query<K: AsRef<str>, V: Display>(&mut self, parameters: &[(K, V)]) {
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
    pub(crate) fn body(&mut self, content_type: &'static str, write: impl FnOnce(&mut Vec<u8>)) {
        self.body.clear();
        write(&mut self.body);
        self.usual_content_type = Some(content_type);
    }

    /// A type that the author has named stays.
    pub(crate) fn content_type(&self) -> Option<&[u8]> {
        match self.own_content_type.is_empty() {
            false => Some(&self.own_content_type),
            true => self.usual_content_type.map(str::as_bytes),
        }
    }

    /// Gives each header to `take`, for transports that write them by themselves.
    pub(crate) fn each_header(&self, mut take: impl FnMut(&[u8], &[u8])) {
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
    let bytes = path.as_bytes();
    let is_plain_byte = |byte: &u8| PLAIN[usize::from(*byte)];
    bytes.first() == Some(&b'/') && bytes.iter().all(is_plain_byte) && !bytes.windows(2).any(|pair| pair == b"/.")
}

/// Bytes that stand in a path or a query string as they are.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < plain.len() {
        plain[byte] =
            matches!(byte as u8, b'!' | b'$'..=b';' | b'=' | b'?'..=b'[' | b']' | b'_' | b'a'..=b'z' | b'|' | b'~');
        byte += 1;
    }
    plain
};

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
        assert_eq!((draft.path.as_str(), draft.name()), ("/a?x=1&b+c=2", "GET /a"));
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
    fn a_line_has_a_number_of_its_own_until_another_is_given() {
        let mut draft = Draft::default();
        let mut line_of = |method: Method, path: &str, parameter: Option<&str>| {
            draft.begin(method, path);
            draft.query(&parameter.map_or(vec![], |value| vec![("q", value)]));
            (draft.line, draft.path.clone(), draft.name().to_owned(), draft.is_bare())
        };
        let first = line_of(Method::GET, "/a?b=c", None);
        assert_eq!(first, (1, "/a?b=c".to_owned(), "GET /a".to_owned(), true));
        let parameter = line_of(Method::GET, "/a?b=c", Some("1"));
        assert_eq!(parameter, (1, "/a?b=c&q=1".to_owned(), "GET /a".to_owned(), false));
        assert_eq!(line_of(Method::GET, "/a?b=c", None), first);
        assert_eq!(line_of(Method::HEAD, "/a?b=c", None), (2, first.1, "HEAD /a".to_owned(), true));
        assert_eq!(line_of(Method::HEAD, "/a?b", None).0, 3);
        assert_eq!(line_of(Method::HEAD, "/a b", None), (4, "/a%20b".to_owned(), "HEAD /a b".to_owned(), false));
        assert_eq!(line_of(Method::HEAD, "/a%20b", None), (5, "/a%20b".to_owned(), "HEAD /a%20b".to_owned(), true));
        assert_eq!(line_of(Method::GET, "/a?b=c", None).0, 6);
    }

    #[test]
    fn a_mistake_is_made_as_often_as_it_is_made() {
        let mut draft = Draft::default();
        for _ in 0..2 {
            draft.begin(Method::CONNECT, "/a");
            assert_eq!(draft.mistakes.len(), 1, "{:?}", draft.mistakes);
            draft.begin(Method::GET, "a");
            assert_eq!(draft.mistakes.len(), 1, "{:?}", draft.mistakes);
        }
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
