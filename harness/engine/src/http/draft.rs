//! A request that is being built, in memory that the next one reuses.

use std::fmt::{Display, Write as _};
use std::io::Write as _;
use std::rc::Rc;

use http::Method;

use super::body::Body;
use super::request_line::RequestLine;
use super::request_lines::RequestLines;
use super::url_encoding::push_pair;

/// Memory beyond this is freed when the next request is begun, so that one large upload does not keep it for good.
const KEPT_BYTES: usize = 256 * 1024;

/// One request.
#[derive(Debug)]
pub struct RequestDraft {
    line: Rc<RequestLine>,
    lines: Rc<RequestLines>,
    /// Memory for what a request has beyond its line; made for the first that has anything.
    parts: Option<Box<DraftParts>>,
    /// This request has something beyond its line.
    has_parts: bool,
    pub has_host: bool,
    pub has_user_agent: bool,
    pub has_accept_encoding: bool,
    /// The author wants the connection to be closed.
    pub says_close: bool,
}

/// What a request has beyond its line.
#[derive(Debug, Default)]
struct DraftParts {
    /// The path with its parameters; empty if there are none.
    path: String,
    /// `name: value` lines, each with its end, but for `content-type`.
    headers: Vec<u8>,
    body: Vec<u8>,
    /// Takes the place of `body`.
    shared_body: Option<Body>,
    /// The type of the body, unless the author names one.
    usual_content_type: Option<&'static str>,
    own_content_type: Vec<u8>,
    /// A parameter of the query string, before it is encoded.
    parameter: String,
    mistakes: Vec<String>,
    /// Memory for lines that are not shared, while the current one is.
    own_line: Option<Rc<RequestLine>>,
}

impl RequestDraft {
    /// For a user of the worker thread with these lines.
    pub fn new(lines: Rc<RequestLines>) -> RequestDraft {
        RequestDraft {
            line: lines.none(),
            lines,
            parts: None,
            has_parts: false,
            has_host: false,
            has_user_agent: false,
            has_accept_encoding: false,
            says_close: false,
        }
    }

    /// Forgets the last request and begins another.
    #[inline]
    pub fn begin(&mut self, method: &Method, path: &str) {
        if self.has_parts {
            self.clear();
        }
        // Many tests send the same request again and again.
        if !self.line.is(method, path) {
            self.set_line(method, path);
        }
        if self.line.mistake().is_some() {
            self.report_line();
        }
    }

    fn clear(&mut self) {
        (self.has_host, self.has_user_agent, self.says_close) = (false, false, false);
        (self.has_accept_encoding, self.has_parts) = (false, false);
        let Some(parts) = &mut self.parts else { return };
        for memory in [&mut parts.headers, &mut parts.body, &mut parts.own_content_type] {
            memory.clear();
            if memory.capacity() > KEPT_BYTES {
                memory.shrink_to(KEPT_BYTES);
            }
        }
        parts.path.clear();
        (parts.usual_content_type, parts.shared_body) = (None, None);
        parts.mistakes.clear();
    }

    fn set_line(&mut self, method: &Method, path: &str) {
        if let Some(line) = self.lines.find(method, path) {
            let mut last = std::mem::replace(&mut self.line, line);
            if Rc::get_mut(&mut last).is_some() {
                self.parts.get_or_insert_default().own_line = Some(last);
            }
            return;
        }
        if Rc::get_mut(&mut self.line).is_none() {
            let own = self.parts.as_mut().and_then(|parts| parts.own_line.take());
            self.line = own.unwrap_or_default();
        }
        if let Some(own) = Rc::get_mut(&mut self.line) {
            own.rewrite(self.lines.next_number(), method, path);
        }
    }

    /// A mistake is reported each time.
    #[cold]
    fn report_line(&mut self) {
        if let Some(mistake) = self.line.mistake().map(str::to_owned) {
            self.mistake(mistake);
        }
    }

    /// Its first line, without the parameters that were added to it.
    pub fn line(&self) -> &RequestLine {
        &self.line
    }

    /// The path with its query string, as it is sent.
    pub fn path(&self) -> &str {
        self.given().map(|parts| parts.path.as_str()).filter(|path| !path.is_empty()).unwrap_or(self.line.path())
    }

    /// The head of this request is the same as that of any other with its line.
    pub fn is_bare(&self) -> bool {
        !self.has_parts
    }

    /// What it has beyond its line.
    fn given(&self) -> Option<&DraftParts> {
        self.parts.as_deref().filter(|_| self.has_parts)
    }

    fn parts(&mut self) -> &mut DraftParts {
        self.has_parts = true;
        self.parts.get_or_insert_default()
    }

    /// Why this request cannot be sent. Nothing is sent then.
    pub fn mistakes(&self) -> &[String] {
        self.given().map_or(&[], |parts| &parts.mistakes)
    }

    /// This request cannot be sent.
    #[cold]
    pub fn mistake(&mut self, mistake: String) {
        self.parts().mistakes.push(mistake);
    }

    /// `name: value` lines, each with its end, but for `content-type`.
    pub fn headers(&self) -> &[u8] {
        self.given().map_or(&[], |parts| &parts.headers)
    }

    /// Adds a header; a mistake in it is kept for later.
    pub fn header(&mut self, name: &str, value: impl Display) {
        let DraftParts { headers, mistakes, .. } = self.parts();
        let before = headers.len();
        headers.extend(name.bytes().map(|byte| byte.to_ascii_lowercase()));
        headers.extend_from_slice(b": ");
        let value_begins = headers.len();
        if write!(headers, "{value}").is_err() {
            mistakes.push(format!("the value of the header `{name}` cannot be written"));
        }
        let value = &headers[value_begins..];
        if name.is_empty() || !name.bytes().all(is_token) {
            mistakes.push(format!("invalid header name `{name}`: use letters, digits and `-`"));
        } else if let Some(position) = value.iter().position(|byte| !is_text(*byte)) {
            mistakes.push(invalid_value(name, value, position));
        }
        headers.extend_from_slice(b"\r\n");
        self.note_header(name, before, value_begins);
    }

    /// Some headers are written by the transport alone, and some replace what it would write.
    fn note_header(&mut self, name: &str, before: usize, value_begins: usize) {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        self.has_host |= is("host");
        self.has_user_agent |= is("user-agent");
        self.has_accept_encoding |= is("accept-encoding");
        let DraftParts { headers, mistakes, own_content_type, .. } = self.parts.get_or_insert_default().as_mut();
        let value = &headers[value_begins..headers.len() - b"\r\n".len()];
        if is("content-type") {
            own_content_type.clear();
            own_content_type.extend_from_slice(value);
            headers.truncate(before);
        } else if is("content-length") || is("transfer-encoding") {
            mistakes.push(format!("the header `{name}` is set from the body: remove it"));
        } else if is("connection") {
            // The transport writes it once.
            self.says_close |= value.eq_ignore_ascii_case(b"close");
            if self.says_close {
                headers.truncate(before);
            }
        }
    }

    /// Adds parameters to the query string, encoded as they must be.
    pub fn query<K: AsRef<str>, V: Display>(&mut self, parameters: &[(K, V)]) {
        if parameters.is_empty() || self.line.path().is_empty() {
            return;
        }
        self.has_parts = true;
        let DraftParts { path, parameter, mistakes, .. } = self.parts.get_or_insert_default().as_mut();
        if path.is_empty() {
            path.push_str(self.line.path());
        }
        if !path.contains('?') {
            path.push('?');
        }
        let begins = path.find('?').map_or(0, |position| position + 1);
        for (name, value) in parameters {
            parameter.clear();
            if write!(parameter, "{value}").is_err() {
                mistakes.push(format!("the parameter `{}` cannot be written", name.as_ref()));
            }
            push_pair(path, begins, name.as_ref(), parameter);
        }
    }

    /// `write` writes the body into empty memory; its type is `content_type`, unless the author names another.
    pub fn body(&mut self, content_type: &'static str, write: impl FnOnce(&mut Vec<u8>)) {
        let parts = self.parts();
        parts.body.clear();
        parts.shared_body = None;
        write(&mut parts.body);
        parts.usual_content_type = Some(content_type);
    }

    /// The body is `body`, which other requests send as well.
    pub fn share_body(&mut self, content_type: &'static str, body: &Body) {
        let parts = self.parts();
        parts.body.clear();
        (parts.shared_body, parts.usual_content_type) = (Some(body.clone()), Some(content_type));
    }

    /// The body as it is sent.
    pub fn body_bytes(&self) -> &[u8] {
        self.given().map_or(&[], |parts| parts.shared_body.as_ref().map_or(&parts.body, Body::bytes))
    }

    /// The body, for a transport that keeps it.
    #[cfg(feature = "reqwest")]
    pub fn owned_body(&self) -> Body {
        let shared = self.given().and_then(|parts| parts.shared_body.clone());
        shared.unwrap_or_else(|| Body::from(self.body_bytes().to_vec()))
    }

    /// The type of the body; one that the author named comes first.
    pub fn content_type(&self) -> Option<&[u8]> {
        let parts = self.given()?;
        match parts.own_content_type.is_empty() {
            false => Some(&parts.own_content_type),
            true => parts.usual_content_type.map(str::as_bytes),
        }
    }

    /// Calls `take` with each header, for transports that write the head themselves.
    #[cfg(any(test, feature = "reqwest"))]
    pub fn each_header(&self, mut take: impl FnMut(&[u8], &[u8])) {
        for line in self.headers().split(|byte| *byte == b'\n').filter_map(|line| line.strip_suffix(b"\r")) {
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

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn is_text(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}

#[cfg(test)]
mod tests;
