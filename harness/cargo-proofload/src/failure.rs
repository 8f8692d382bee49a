//! Why a command cannot do what it was asked.

use std::fmt::Display;

use proofload::__command::ShellWordsError;
use thiserror::Error;

/// Wrong usage: exit code 2. The text says what is wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub(crate) struct UsageFailure(String);

impl UsageFailure {
    pub(crate) fn new(text: impl Display) -> UsageFailure {
        UsageFailure(text.to_string())
    }
}

impl From<ShellWordsError> for UsageFailure {
    fn from(error: ShellWordsError) -> UsageFailure {
        UsageFailure::new(error)
    }
}
