//! The name that a request is counted under.

use http::Method;

/// The name that a request is counted under: what the author calls it, or its method and path without the query string.
///
/// Reuses its memory, and is put together again only for another request line.
#[derive(Debug, Default)]
pub(super) struct RequestName {
    line_number: u64,
    usual: String,
    given: String,
    is_given: bool,
}

impl RequestName {
    /// Begins a request whose line has this number.
    pub(super) fn begin(&mut self, line_number: u64, method: &Method, path: &str) {
        self.is_given = false;
        if line_number == self.line_number {
            return;
        }
        self.line_number = line_number;
        self.usual.clear();
        for part in [method.as_str(), " ", without_query(path)] {
            self.usual.push_str(part);
        }
    }

    /// The author gives it a name.
    pub(super) fn set(&mut self, name: &str) {
        self.is_given = true;
        self.given.clear();
        self.given.push_str(name);
    }

    pub(super) fn as_str(&self) -> &str {
        if self.is_given { &self.given } else { &self.usual }
    }

    /// The number of the request line that is the name; `None` if the author gave one.
    pub(super) fn line_number(&self) -> Option<u64> {
        (!self.is_given).then_some(self.line_number)
    }
}

fn without_query(path: &str) -> &str {
    path.split(['?', '#']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_named_by_its_method_and_path_unless_it_is_given_a_name() {
        let mut name = RequestName::default();
        name.begin(1, &Method::GET, "/a b?b=c");
        assert_eq!((name.as_str(), name.line_number()), ("GET /a b", Some(1)));
        name.set("a page");
        assert_eq!((name.as_str(), name.line_number()), ("a page", None));
        name.begin(1, &Method::GET, "/a b?b=c");
        assert_eq!(name.as_str(), "GET /a b");
        name.begin(2, &Method::HEAD, "/");
        assert_eq!((name.as_str(), name.line_number()), ("HEAD /", Some(2)));
    }
}
