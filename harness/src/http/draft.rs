//! A request that is being built, in memory that the next one reuses.

use std::fmt::{Display, Write as _};
use std::io::Write as _;

use http::Method;

use super::body::Body;
use super::url_encoding::{push_pair, push_path};

/// Memory beyond this is freed when the next request is begun, so that one large upload does not keep it for good.
const KEPT_BYTES: usize = 256 * 1024;

/// The parts of one request.
#[derive(Debug, Default)]
pub(crate) struct RequestDraft {
    pub(crate) method: Method,
    /// With its query string, as it is sent.
    pub(crate) path: String,
    /// How many bytes of the path are sent as they were given; `None` if the path had to be encoded.
    given_bytes: Option<usize>,
    /// The number of the request line, method and path as given. The same for consecutive requests that are alike.
    pub(crate) line_number: u64,
    /// `name: value` lines, each with its end, but for `content-type`.
    pub(crate) headers: Vec<u8>,
    pub(crate) body: Vec<u8>,
    /// Takes the place of `body`.
    shared_body: Option<Body>,
    pub(crate) has_host: bool,
    pub(crate) has_user_agent: bool,
    pub(crate) has_accept_encoding: bool,
    /// The author wants the connection to be closed.
    pub(crate) says_close: bool,
    /// The type of the body, unless the author names one.
    usual_content_type: Option<&'static str>,
    own_content_type: Vec<u8>,
    /// A parameter of the query string, before it is encoded.
    parameter: String,
    pub(crate) mistakes: Vec<String>,
}

impl RequestDraft {
    /// Forgets the last request and begins another.
    pub(crate) fn begin(&mut self, method: Method, path: &str) {
        for memory in [&mut self.headers, &mut self.body, &mut self.own_content_type] {
            memory.clear();
            if memory.capacity() > KEPT_BYTES {
                memory.shrink_to(KEPT_BYTES);
            }
        }
        (self.has_host, self.has_user_agent, self.says_close) = (false, false, false);
        self.has_accept_encoding = false;
        (self.usual_content_type, self.shared_body) = (None, None);
        self.mistakes.clear();
        // Many tests send the same request again and again; its path is examined once.
        match self.given_bytes {
            Some(given) if self.method == method && self.path[..given] == *path => self.path.truncate(given),
            _ => self.set_line(method, path),
        }
    }

    /// The head of this request is the same as that of any other with its line number.
    pub(crate) fn is_bare(&self) -> bool {
        self.headers.is_empty()
            && self.body_bytes().is_empty()
            && self.content_type().is_none()
            && !self.says_close
            && self.given_bytes == Some(self.path.len())
    }

    fn set_line(&mut self, method: Method, path: &str) {
        self.line_number += 1;
        self.path.clear();
        self.given_bytes = None;
        let is_tunnel = method == Method::CONNECT;
        if is_tunnel {
            self.mistakes
                .push("`CONNECT` opens a tunnel instead of asking for a response: a load cannot send it".to_owned());
        }
        if is_plain(path) {
            self.path.push_str(path);
            // A mistake must be reported each time.
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
            push_path(&mut self.path, path);
        }
    }

    /// Adds a header; a mistake in it is kept for later.
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
            self.mistakes.push(format!("invalid header name `{name}`: use letters, digits and `-`"));
        } else if let Some(position) = value.iter().position(|byte| !is_text(*byte)) {
            self.mistakes.push(invalid_value(name, value, position));
        }
        self.headers.extend_from_slice(b"\r\n");
        self.note_header(name, before, value_begins);
    }

    /// Some headers are written by the transport alone, and some replace what it would write.
    fn note_header(&mut self, name: &str, before: usize, value_begins: usize) {
        let value_ends = self.headers.len() - b"\r\n".len();
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if is("content-type") {
            self.own_content_type.clear();
            self.own_content_type.extend_from_slice(&self.headers[value_begins..value_ends]);
            self.headers.truncate(before);
        } else if is("content-length") || is("transfer-encoding") {
            self.mistakes.push(format!("the header `{name}` is set from the body: remove it"));
        } else if is("connection") {
            // The transport writes it once.
            self.says_close |= self.headers[value_begins..value_ends].eq_ignore_ascii_case(b"close");
            if self.says_close {
                self.headers.truncate(before);
            }
        }
        self.has_host |= is("host");
        self.has_user_agent |= is("user-agent");
        self.has_accept_encoding |= is("accept-encoding");
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
        for (name, value) in parameters {
            self.parameter.clear();
            if write!(self.parameter, "{value}").is_err() {
                self.mistakes.push(format!("the parameter `{}` cannot be written", name.as_ref()));
            }
            push_pair(&mut self.path, begins, name.as_ref(), &self.parameter);
        }
    }

    /// `write` writes the body into empty memory; its type is `content_type`, unless the author names another.
    pub(crate) fn body(&mut self, content_type: &'static str, write: impl FnOnce(&mut Vec<u8>)) {
        self.body.clear();
        self.shared_body = None;
        write(&mut self.body);
        self.usual_content_type = Some(content_type);
    }

    /// The body is `body`, which other requests send as well.
    pub(crate) fn share_body(&mut self, content_type: &'static str, body: &Body) {
        self.body.clear();
        (self.shared_body, self.usual_content_type) = (Some(body.clone()), Some(content_type));
    }

    /// The body as it is sent.
    pub(crate) fn body_bytes(&self) -> &[u8] {
        self.shared_body.as_ref().map_or(&self.body, Body::bytes)
    }

    /// The body, for a transport that keeps it.
    #[cfg(feature = "reqwest")]
    pub(crate) fn owned_body(&self) -> Body {
        self.shared_body.clone().unwrap_or_else(|| Body::from(self.body.clone()))
    }

    /// The type of the body; one that the author named comes first.
    pub(crate) fn content_type(&self) -> Option<&[u8]> {
        match self.own_content_type.is_empty() {
            false => Some(&self.own_content_type),
            true => self.usual_content_type.map(str::as_bytes),
        }
    }

    /// Calls `take` with each header, for transports that write the head themselves.
    #[cfg(any(test, feature = "reqwest"))]
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

/// What is wrong with a header's value at `position`. The value is not shown: it may be a secret.
#[cold]
fn invalid_value(name: &str, value: &[u8], position: usize) -> String {
    let what = match value[position] {
        b'\r' | b'\n' => "a line break",
        _ => "a control character",
    };
    let place = match value[position..].trim_ascii().is_empty() {
        true => "at its end: remove it with `.trim()`".to_owned(),
        false => format!("after {position} bytes"),
    };
    format!("the value of the header `{name}` has {what}, which no header may have, {place}")
}

/// True if the path is sent as it is: it starts with a slash, and nothing in it must be encoded, removed or resolved.
fn is_plain(path: &str) -> bool {
    let bytes = path.as_bytes();
    let is_plain_byte = |byte: &u8| PLAIN[usize::from(*byte)];
    bytes.first() == Some(&b'/') && bytes.iter().all(is_plain_byte) && !bytes.windows(2).any(|pair| pair == b"/.")
}

/// Bytes that are sent as they are in a path or a query string.
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

#[cfg(test)]
mod tests;
