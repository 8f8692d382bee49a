//! Where a request goes.

/// Anything with a base address: a server fixture, or a URL.
pub trait Target {
    /// `http://127.0.0.1:8080`, without a slash at the end.
    fn base_url(&self) -> &str;
}

impl Target for str {
    fn base_url(&self) -> &str {
        self.trim_end_matches('/')
    }
}

impl Target for String {
    fn base_url(&self) -> &str {
        self.as_str().base_url()
    }
}

impl<T: Target + ?Sized> Target for &T {
    fn base_url(&self) -> &str {
        (**self).base_url()
    }
}
