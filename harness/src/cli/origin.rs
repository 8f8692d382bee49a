//! Where a text came from, so that a mistake in it can be reported with its place.

use std::fmt;
use std::path::PathBuf;

/// Where a value was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// `--ramp-up`, by its name `ramp_up` or `ramp-up`.
    Flag(&'static str),
    /// `PROOFLOAD_USERS`
    Variable(String),
    /// `proofload.toml`, both counted from 1; columns are characters.
    File {
        /// The file.
        path: PathBuf,
        /// Its line.
        line: usize,
        /// The character in the line.
        column: usize,
    },
}

/// A text as the person gave it, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GivenText {
    /// As given, without white space around it.
    pub(crate) text: String,
    /// Where.
    pub(crate) origin: Origin,
}

impl GivenText {
    /// `text`, given at `origin`.
    pub(crate) fn new(text: &str, origin: Origin) -> GivenText {
        GivenText { text: text.trim().to_owned(), origin }
    }

    /// True if it is a variable that says yes or no.
    pub(super) fn is_switch(&self) -> bool {
        matches!(self.origin, Origin::Variable(_)) && matches!(self.text.as_str(), "true" | "false" | "1" | "0")
    }

    /// The parts between commas; empty parts are dropped, so `a,b,` is two.
    pub(crate) fn split(&self) -> impl Iterator<Item = GivenText> {
        let parts = self.text.split(',').filter(|part| !part.trim().is_empty());
        parts.map(|part| GivenText::new(part, self.origin.clone()))
    }
}

impl fmt::Display for Origin {
    /// As a message begins: `--users`, `PROOFLOAD_USERS`, `/shop/proofload.toml:3:9`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag(name) => write!(f, "--{}", name.replace('_', "-")),
            Origin::Variable(name) => f.write_str(name),
            Origin::File { path, line, column } => write!(f, "{}:{line}:{column}", path.display()),
        }
    }
}
