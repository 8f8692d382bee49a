//! Collects what is wrong, so that an author sees all of it in one build.

use std::fmt::Display;

use quote::ToTokens;
use syn::Error;

/// Every mistake so far, each on its own tokens.
#[derive(Default)]
pub(crate) struct Mistakes {
    found: Option<Error>,
}

impl Mistakes {
    pub(crate) fn add(&mut self, mistake: Error) {
        match &mut self.found {
            Some(found) => found.combine(mistake),
            None => self.found = Some(mistake),
        }
    }

    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.add(Error::new_spanned(tokens, message));
    }

    /// Keeps the mistake and goes on without the value.
    pub(crate) fn keep<T>(&mut self, result: Result<T, Error>) -> Option<T> {
        result.map_err(|mistake| self.add(mistake)).ok()
    }

    /// `value`, unless anything was wrong.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, Error> {
        match self.found {
            Some(found) => Err(found),
            None => Ok(value),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_none()
    }

    /// For the caller that has just added one.
    pub(crate) fn into_error(self) -> Error {
        self.found.expect("a mistake was added before")
    }
}
