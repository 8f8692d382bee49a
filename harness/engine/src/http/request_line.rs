//! The first line of a request: method and path, examined once for all requests that are alike.

use std::cell::RefCell;
use std::rc::Rc;

use http::Method;

use super::address::Address;
use super::http1::SharedHead;
use super::url_encoding::push_path;

/// The first line of a request, and what is known of the requests that begin with it. Users of one worker thread share it, so
/// that each request of a thousand users finds it in the processor's caches.
#[derive(Debug, Default)]
pub struct RequestLine {
    /// Another line has another number.
    pub number: u64,
    pub method: Method,
    /// The path as the author gave it.
    given: String,
    /// The path as it is sent, with its query string, if it had to be encoded; else empty.
    encoded: String,
    /// Method and path, without the query string.
    name: String,
    mistake: Option<String>,
    /// The head of the last response.
    pub answer: SharedHead,
    /// Heads of requests that have nothing beyond this line; none for a line that is not shared.
    heads: RefCell<Vec<Rc<BareHead>>>,
    is_shared: bool,
}

/// The head of a request that has nothing beyond its line, as it is sent, and everything that it depends on.
#[derive(Debug)]
pub struct BareHead {
    pub line_number: u64,
    pub address: Rc<Address>,
    pub closes: bool,
    pub bytes: Vec<u8>,
}

/// Few tests send one line to more servers.
const MOST_HEADS: usize = 4;

impl RequestLine {
    /// A line that users share.
    pub fn shared(number: u64, method: &Method, given: &str) -> RequestLine {
        let mut line = RequestLine { is_shared: true, ..RequestLine::default() };
        line.rewrite(number, method, given);
        line
    }

    /// Another line, in the same memory.
    pub fn rewrite(&mut self, number: u64, method: &Method, given: &str) {
        (self.number, self.method) = (number, method.clone());
        self.mistake = None;
        for text in [&mut self.given, &mut self.name, &mut self.encoded] {
            text.clear();
        }
        self.given.push_str(given);
        for part in [method.as_str(), " ", without_query(given)] {
            self.name.push_str(part);
        }
        if *method == Method::CONNECT {
            let mistake = "`CONNECT` opens a tunnel instead of asking for a response: a load cannot send it";
            self.mistake = Some(mistake.to_owned());
        } else if !given.starts_with('/') {
            self.mistake = Some(no_path(given));
        } else if !is_plain(given) {
            push_path(&mut self.encoded, given);
        }
    }

    /// True if it is the line of this method and path.
    #[inline]
    pub fn is(&self, method: &Method, given: &str) -> bool {
        self.given == given && self.method == *method
    }

    /// The path as it is sent, with its query string; empty if it cannot be sent.
    pub fn path(&self) -> &str {
        match &self.mistake {
            Some(_) => "",
            None if self.encoded.is_empty() => &self.given,
            None => &self.encoded,
        }
    }

    /// Method and path, without the query string: what its requests are usually counted under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Why no request can begin with it.
    pub fn mistake(&self) -> Option<&str> {
        self.mistake.as_deref()
    }

    /// The head of a request to `address` that has nothing beyond this line, if it is known.
    pub fn head(&self, address: &Rc<Address>, closes: bool) -> Option<Rc<BareHead>> {
        let heads = self.heads.borrow();
        heads.iter().find(|head| head.closes == closes && Rc::ptr_eq(&head.address, address)).cloned()
    }

    /// Keeps such a head, for all users, unless there are many.
    pub fn keep_head(&self, address: &Rc<Address>, closes: bool, bytes: &[u8]) {
        let mut heads = self.heads.borrow_mut();
        if self.is_shared && heads.len() < MOST_HEADS {
            let (line_number, address) = (self.number, Rc::clone(address));
            heads.push(Rc::new(BareHead { line_number, address, closes, bytes: bytes.to_vec() }));
        }
    }
}

fn without_query(path: &str) -> &str {
    path.split(['?', '#']).next().unwrap_or(path)
}

/// What is wrong with a path that does not start with a slash.
#[cold]
fn no_path(path: &str) -> String {
    match path.contains("://") {
        true => format!("{path:?} is a whole address: give `http://host:port` as the target and the rest as the path"),
        false => format!("the path {path:?} does not start with `/`: write \"/{path}\""),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_named_by_its_method_and_path_as_given() {
        for (path, name) in [("/a b?b=c", "GET /a b"), ("/a#b", "GET /a"), ("/", "GET /")] {
            assert_eq!(RequestLine::shared(1, &Method::GET, path).name(), name);
        }
    }

    #[test]
    fn nothing_of_a_line_remains_in_the_next() {
        let mut line = RequestLine::default();
        line.rewrite(1, &Method::GET, "nowhere");
        assert!(line.mistake().is_some() && line.path().is_empty());
        line.rewrite(2, &Method::PUT, "/a b");
        assert_eq!((line.mistake(), line.path(), line.name()), (None, "/a%20b", "PUT /a b"));
        line.rewrite(3, &Method::PUT, "/a");
        assert_eq!((line.path(), line.number), ("/a", 3));
    }

    #[test]
    fn a_head_is_known_for_its_server_alone_and_only_of_shared_lines() {
        let [one, other] = ["http://a", "http://b"].map(|url| Rc::new(Address::read(url).unwrap()));
        let line = RequestLine::shared(1, &Method::GET, "/");
        line.keep_head(&one, false, b"head");
        assert_eq!(line.head(&one, false).unwrap().bytes, b"head");
        assert!(line.head(&one, true).is_none() && line.head(&other, false).is_none());
        let own = RequestLine::default();
        own.keep_head(&one, false, b"head");
        assert!(own.head(&one, false).is_none(), "its memory is used for other lines");
    }
}
