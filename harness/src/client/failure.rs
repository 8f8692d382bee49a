//! What a test, a fixture or a request may return as an error.

use std::fmt;

/// The result of a test or a fixture. `T` is `()` unless said otherwise.
pub type Result<T = (), E = Error> = std::result::Result<T, E>;

/// Any error, as `?` makes it. Everything that implements `std::error::Error` converts into it.
pub struct Error {
    kind: Kind,
}

enum Kind {
    /// A request that is already counted as failed, or a check on one.
    Counted(String),
    /// The author's own error.
    Own(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// An error with a text of the author's own.
    pub fn message(text: impl Into<String>) -> Error {
        Error { kind: Kind::Own(text.into().into()) }
    }

    /// A failure that the recorder has already counted.
    pub(crate) fn counted(text: impl Into<String>) -> Error {
        Error { kind: Kind::Counted(text.into()) }
    }

    /// True if the recorder has already counted this failure at a request.
    pub(crate) fn is_counted(&self) -> bool {
        matches!(self.kind, Kind::Counted(_))
    }
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Error {
        Error { kind: Kind::Own(Box::new(error)) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Counted(text) => f.write_str(text),
            Kind::Own(error) => write_chain(f, error.as_ref()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `a: b: c`, from the outermost error to its last source.
///
/// A source whose text the outer one already shows is not told twice.
fn write_chain(f: &mut fmt::Formatter<'_>, error: &dyn std::error::Error) -> fmt::Result {
    let mut shown = error.to_string();
    f.write_str(&shown)?;
    let mut source = error.source();
    while let Some(error) = source {
        let text = error.to_string();
        if !shown.ends_with(&text) {
            write!(f, ": {text}")?;
            shown = text;
        }
        source = error.source();
    }
    Ok(())
}
