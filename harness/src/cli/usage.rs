//! What is wrong with the way the tests were called: exit code 2.

use std::fmt;

use thiserror::Error;

use super::origin::Origin;
use crate::kind::UnknownKind;
use crate::workload::{SettingError, WorkloadError};

/// Everything that is wrong with the way the tests were called; at least one [`Mistake`].
#[derive(Debug, PartialEq, Eq, Error)]
#[error("{}", .0.iter().map(Mistake::to_string).collect::<Vec<_>>().join("\n"))]
pub(crate) struct UsageError(Vec<Mistake>);

/// One thing that is wrong, with its origin and what was expected there.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum Mistake {
    /// The parser of the command line refused it; its text brings the suggestion and the usage.
    #[error("{0}")]
    CommandLine(String),
    /// `--users 5s`
    #[error("{origin}: {source}")]
    Setting {
        /// Where it was given.
        origin: Origin,
        /// What is wrong with the value.
        source: SettingError,
    },
    /// `--requests 10 --duration 5s`
    #[error("{origin}: {source}")]
    Contradiction {
        /// Where the second of the two was given.
        origin: Origin,
        /// What contradicts what.
        source: WorkloadError,
    },
    /// `--kind lode`
    #[error("{origin}: {source}")]
    Kind {
        /// Where it was given.
        origin: Origin,
        /// The word and the nearest kind.
        source: UnknownKind,
    },
    /// A value that is none of those its option takes.
    #[error("{origin} expects {expects}, not `{written}`")]
    Mismatch {
        /// Where it was given.
        origin: Origin,
        /// What the option takes.
        expects: &'static str,
        /// As given.
        written: String,
    },
    /// `--fixtures --setup-plan`
    #[error("{0} and {1} show different things: keep one of them")]
    TwoShows(Origin, Origin),
    /// `--rate`, `[profile.ci]`
    #[error("{origin}: {what} not available in this version{instead}")]
    Later {
        /// Where it was given.
        origin: Origin,
        /// `open workloads are`
        what: &'static str,
        /// What to do today, after a colon or a semicolon.
        instead: &'static str,
    },
    /// `PROOFLOAD_USER=5`
    #[error(
        "unknown variable `{name}`{suggestion} (`--help` names them all; `PROOFLOAD_TARGET_<FIXTURE>` gives a server's address)"
    )]
    UnknownVariable {
        /// As set.
        name: String,
        /// `, did you mean …?` or nothing.
        suggestion: String,
    },
    /// A variable of ours whose value is no text.
    #[error("{0}: its value is not valid Unicode")]
    NotUnicode(String),
    /// `proofload.toml` is no TOML.
    #[error("{origin}: {message}")]
    Toml {
        /// Where the parser stopped.
        origin: Origin,
        /// What it says.
        message: String,
    },
    /// `user = 5` in `proofload.toml`
    #[error("{origin}: unknown key `{key}`{suggestion} (keys: {known})")]
    UnknownKey {
        /// Where it stands.
        origin: Origin,
        /// As written.
        key: String,
        /// `, did you mean …?` or nothing.
        suggestion: String,
        /// What may stand there.
        known: String,
    },
    /// `users = [5]` in `proofload.toml`
    #[error("{origin}: `{key}` expects {expects}, not {found}")]
    WrongType {
        /// Where the value stands.
        origin: Origin,
        /// Its key.
        key: String,
        /// What it takes.
        expects: &'static str,
        /// `an array`
        found: &'static str,
    },
    /// What another module refused: an expression, a column.
    #[error("{origin}: {reason}")]
    Refused {
        /// Where it was given.
        origin: Origin,
        /// What is wrong, and what was expected.
        reason: String,
    },
}

impl UsageError {
    /// An error unless there are no mistakes.
    pub(super) fn unless_empty(mistakes: Vec<Mistake>) -> Result<(), UsageError> {
        if mistakes.is_empty() { Ok(()) } else { Err(UsageError(mistakes)) }
    }

    /// The text given at `origin` was refused by the module that understands it.
    pub(crate) fn refused(origin: Origin, reason: &dyn fmt::Display) -> UsageError {
        UsageError(vec![Mistake::Refused { origin, reason: reason.to_string() }])
    }

    /// Both errors in one.
    #[must_use]
    pub(crate) fn and(mut self, other: UsageError) -> UsageError {
        self.0.extend(other.0);
        self
    }
}

impl Mistake {
    /// `--rate`, `rate = …`
    pub(super) fn no_open_workloads(origin: Origin) -> Mistake {
        let instead = ": use `users`, who send one request after another";
        Mistake::Later { origin, what: "open workloads (a fixed rate) are", instead }
    }

    /// `--profile`, `[profile.ci]`
    pub(super) fn no_profiles(origin: Origin) -> Mistake {
        let instead = ": give the settings themselves, or `PROOFLOAD_*` variables";
        Mistake::Later { origin, what: "profiles are", instead }
    }
}

impl From<Mistake> for UsageError {
    fn from(mistake: Mistake) -> UsageError {
        UsageError(vec![mistake])
    }
}
