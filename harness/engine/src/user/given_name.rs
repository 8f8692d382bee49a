//! The name that an author gives a request.

/// The name that an author gives the request that is being built, in memory that the next one reuses.
#[derive(Debug, Default)]
pub(super) struct GivenName {
    is_given: bool,
    name: String,
}

impl GivenName {
    /// The next request has none so far.
    pub(super) fn reset(&mut self) {
        self.is_given = false;
    }

    /// The author gives it a name.
    pub(super) fn set(&mut self, name: &str) {
        self.is_given = true;
        self.name.clear();
        self.name.push_str(name);
    }

    pub(super) fn get(&self) -> Option<&str> {
        self.is_given.then_some(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_that_of_one_request() {
        let mut name = GivenName::default();
        assert_eq!(name.get(), None);
        name.set("a page");
        assert_eq!(name.get(), Some("a page"));
        name.reset();
        assert_eq!(name.get(), None);
        name.set("");
        assert_eq!(name.get(), Some(""));
    }
}
