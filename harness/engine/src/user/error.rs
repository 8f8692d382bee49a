//! What a test, a fixture or a request may return as an error.

use std::fmt;

/// The result of a test or a fixture. `T` is `()` unless said otherwise.
pub type Result<T = (), E = Error> = std::result::Result<T, E>;

/// Any error, as `?` makes it. Everything that implements `std::error::Error` converts into it.
pub struct Error {
    kind: ErrorKind,
}

enum ErrorKind {
    /// A request that is already counted as failed, or a check on one.
    Counted(String),
    /// A response that does not have the form that the test expects.
    Unexpected { cause: String, detail: String },
    /// The author's own error.
    Own(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// An error with the author's own text.
    ///
    /// ```
    /// let error = proofload::Error::message("the queue is empty");
    /// assert_eq!(error.to_string(), "the queue is empty");
    /// ```
    pub fn message(text: impl Into<String>) -> Error {
        Error { kind: ErrorKind::Own(text.into().into()) }
    }

    /// A failure that the recorder has already counted.
    pub(crate) fn counted(text: impl Into<String>) -> Error {
        Error { kind: ErrorKind::Counted(text.into()) }
    }

    /// An error whose text differs from one occurrence to the next, by `detail`; it is counted by `cause` alone.
    pub(crate) fn unexpected(cause: String, detail: String) -> Error {
        Error { kind: ErrorKind::Unexpected { cause, detail } }
    }

    /// What reports count by: the text, without what differs from one occurrence to the next.
    #[doc(hidden)]
    pub fn cause(&self) -> String {
        match &self.kind {
            ErrorKind::Unexpected { cause, .. } => cause.clone(),
            ErrorKind::Counted(_) | ErrorKind::Own(_) => self.to_string(),
        }
    }

    /// True if the recorder has already counted this failure at a request.
    #[doc(hidden)]
    pub fn is_counted(&self) -> bool {
        matches!(self.kind, ErrorKind::Counted(_))
    }
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Error {
        Error { kind: ErrorKind::Own(Box::new(error)) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ErrorKind::Counted(text) => f.write_str(text),
            ErrorKind::Unexpected { cause, detail } => write!(f, "{cause}: {detail}"),
            ErrorKind::Own(error) => write_chain(f, error.as_ref()),
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
/// A source whose text is already part of the outer text is not repeated.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the settings cannot be read")]
    struct NotASetting(#[source] std::num::ParseIntError);

    #[derive(Debug, thiserror::Error)]
    #[error("no settings: {0}")]
    struct Wrapped(#[source] NotASetting);

    fn fails() -> Result {
        Err(NotASetting("x".parse::<u8>().unwrap_err()))?
    }

    #[test]
    fn any_error_converts_and_shows_its_whole_chain() {
        let error = fails().unwrap_err();
        assert_eq!(error.to_string(), "the settings cannot be read: invalid digit found in string");
        assert_eq!(format!("{error:?}"), error.to_string());
        assert!(!error.is_counted());
    }

    #[test]
    fn a_source_that_the_outer_error_shows_is_not_repeated() {
        let error = Error::from(Wrapped(NotASetting("x".parse::<u8>().unwrap_err())));
        assert_eq!(error.to_string(), "no settings: the settings cannot be read: invalid digit found in string");
    }

    #[test]
    fn the_detail_is_shown_but_is_not_part_of_the_cause() {
        let error = Error::unexpected("not a page".to_owned(), "line 3".to_owned());
        assert_eq!((error.to_string().as_str(), error.cause().as_str()), ("not a page: line 3", "not a page"));
        assert_eq!(Error::message("mine").cause(), "mine");
    }
}
