//! What is wrong with the way the tests were called: exit code 2.

use thiserror::Error;

use super::place::Place;
use crate::kind::UnknownKind;
use crate::workload::{SettingError, WorkloadError};

/// Everything that is wrong with the way the tests were called; at least one [`Mistake`].
#[derive(Debug, PartialEq, Eq, Error)]
#[error("{}", .0.iter().map(Mistake::to_string).collect::<Vec<_>>().join("\n"))]
pub(crate) struct UsageError(Vec<Mistake>);

/// One thing that is wrong, with its place and what was expected there.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum Mistake {
    /// The parser of the command line refused it; its text brings the suggestion and the usage.
    #[error("{0}")]
    CommandLine(String),
    /// `--users 5s`
    #[error("{place}: {source}")]
    Setting {
        /// Where it was given.
        place: Place,
        /// What is wrong with the value.
        source: SettingError,
    },
    /// `--requests 10 --duration 5s`
    #[error("{place}: {source}")]
    Contradiction {
        /// Where the second of the two was given.
        place: Place,
        /// What contradicts what.
        source: WorkloadError,
    },
    /// `--kind lode`
    #[error("{place}: {source}")]
    Kind {
        /// Where it was given.
        place: Place,
        /// The word and the nearest kind.
        source: UnknownKind,
    },
    /// A value that is none of those its option takes.
    #[error("{place} expects {expects}, not `{written}`")]
    Mismatch {
        /// Where it was given.
        place: Place,
        /// What the option takes.
        expects: &'static str,
        /// As given.
        written: String,
    },
    /// `--fixtures --setup-plan`
    #[error("{0} and {1} show different things: keep one of them")]
    TwoShows(Place, Place),
    /// `--rate`, `[profile.ci]`
    #[error("{place}: {what} not available in this version{instead}")]
    Later {
        /// Where it was given.
        place: Place,
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
    #[error("{place}: {message}")]
    Toml {
        /// Where the parser stopped.
        place: Place,
        /// What it says.
        message: String,
    },
    /// `user = 5` in `proofload.toml`
    #[error("{place}: unknown key `{key}`{suggestion} (keys: {known})")]
    UnknownKey {
        /// Where it stands.
        place: Place,
        /// As written.
        key: String,
        /// `, did you mean …?` or nothing.
        suggestion: String,
        /// What may stand there.
        known: String,
    },
    /// `users = [5]` in `proofload.toml`
    #[error("{place}: `{key}` expects {expects}, not {found}")]
    WrongType {
        /// Where the value stands.
        place: Place,
        /// Its key.
        key: String,
        /// What it takes.
        expects: &'static str,
        /// `an array`
        found: &'static str,
    },
    /// What another module refused: an expression, a column.
    #[error("{place}: {reason}")]
    Refused {
        /// Where it was given.
        place: Place,
        /// What is wrong, and what was expected.
        reason: String,
    },
}

impl UsageError {
    /// An error unless there are no mistakes.
    pub(super) fn unless_empty(mistakes: Vec<Mistake>) -> Result<(), UsageError> {
        if mistakes.is_empty() { Ok(()) } else { Err(UsageError(mistakes)) }
    }

    /// The text given at `place` was refused by the module that understands it.
    pub(crate) fn refused(place: Place, reason: impl ToString) -> UsageError {
        UsageError(vec![Mistake::Refused { place, reason: reason.to_string() }])
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
    pub(super) fn no_open_workloads(place: Place) -> Mistake {
        let instead = ": `users` that send one request after another are what it offers";
        Mistake::Later { place, what: "open workloads (a fixed rate) are", instead }
    }

    /// `--profile`, `[profile.ci]`
    pub(super) fn no_profiles(place: Place) -> Mistake {
        let instead = ": give the settings themselves, or `PROOFLOAD_*` variables";
        Mistake::Later { place, what: "profiles are", instead }
    }
}

impl From<Mistake> for UsageError {
    fn from(mistake: Mistake) -> UsageError {
        UsageError(vec![mistake])
    }
}
