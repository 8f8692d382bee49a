//! What is wrong with the way the tests were called: exit code 2.

use std::net::IpAddr;

use thiserror::Error;

use super::origin::Origin;
use crate::kind::UnknownKind;
use crate::settings::{SettingError, WorkloadError};
use crate::suggest::did_you_mean;

/// Everything that is wrong with the way the tests were called; at least one [`UsageMistake`]. It is shown after
/// `error: `, so each mistake after the first is put on a line of its own that begins with `error: `.
#[derive(Debug, PartialEq, Eq, Error)]
#[error("{}", .0.iter().map(UsageMistake::to_string).collect::<Vec<_>>().join("\nerror: "))]
pub(crate) struct UsageError(Vec<UsageMistake>);

/// One thing that is wrong, with its origin and what was expected there.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum UsageMistake {
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
    /// A value that its option does not take.
    #[error("{origin} expects {expects}, not `{written}`")]
    Mismatch {
        /// Where it was given.
        origin: Origin,
        /// What the option takes.
        expects: &'static str,
        /// As given.
        written: String,
    },
    /// `--workers 2 --ui`, or `--workers 2` in a build without the feature.
    #[error("{origin}: {reason}")]
    Unfit {
        /// Where it was given.
        origin: Origin,
        /// What is wrong with it and what to write.
        reason: String,
    },
    /// `--fixtures --setup-plan`
    #[error("{0} and {1} show different things: keep one of them")]
    TwoShows(Origin, Origin),
    /// `--profile smok`
    #[error("{origin}: unknown profile `{name}`{suggestion} ({known})")]
    UnknownProfile {
        /// Where it was given.
        origin: Origin,
        /// As given.
        name: String,
        /// `, did you mean …?` or nothing.
        suggestion: String,
        /// The profiles there are, or how to write one.
        known: String,
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
    /// A `PROOFLOAD_…` variable whose value is not valid Unicode.
    #[error("{0}: its value is not valid Unicode")]
    NotUnicode(String),
    /// `PROOFLOAD_BIND=0.0.0.0`
    #[error(
        "{origin}: {address} is not the address of one machine, and requests are sent there, too: give an address of this machine \
         that each process with users reaches, such as `192.168.1.10`"
    )]
    NotOneMachine {
        /// Where it was given.
        origin: Origin,
        /// As given.
        address: IpAddr,
    },
    /// `proofload.toml` is not valid TOML.
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
        /// Its place.
        origin: Origin,
        /// As written.
        key: String,
        /// `, did you mean …?` or nothing.
        suggestion: String,
        /// What is expected there.
        known: String,
    },
    /// `users = [5]` in `proofload.toml`
    #[error("{origin}: `{key}` expects {expects}, not {found}")]
    WrongType {
        /// The place of the value.
        origin: Origin,
        /// Its key.
        key: String,
        /// What it takes.
        expects: &'static str,
        /// `an array`
        found: &'static str,
    },
}

impl UsageError {
    /// An error if there is at least one mistake.
    pub(super) fn unless_empty(mistakes: Vec<UsageMistake>) -> Result<(), UsageError> {
        if mistakes.is_empty() { Ok(()) } else { Err(UsageError(mistakes)) }
    }
}

impl UsageMistake {
    /// The line and column of a mistake in a file.
    pub(super) fn place(&self) -> Option<(usize, usize)> {
        let origin = match self {
            UsageMistake::Setting { origin, .. }
            | UsageMistake::Contradiction { origin, .. }
            | UsageMistake::Kind { origin, .. }
            | UsageMistake::Mismatch { origin, .. }
            | UsageMistake::Unfit { origin, .. }
            | UsageMistake::UnknownProfile { origin, .. }
            | UsageMistake::NotOneMachine { origin, .. }
            | UsageMistake::Toml { origin, .. }
            | UsageMistake::UnknownKey { origin, .. }
            | UsageMistake::WrongType { origin, .. } => origin,
            UsageMistake::CommandLine(_)
            | UsageMistake::TwoShows(..)
            | UsageMistake::UnknownVariable { .. }
            | UsageMistake::NotUnicode(_) => return None,
        };
        match origin {
            Origin::File { line, column, .. } => Some((*line, *column)),
            Origin::Flag(_) | Origin::Variable(_) => None,
        }
    }

    /// `--profile smok`
    pub(super) fn unknown_profile<'a>(
        origin: Origin,
        name: String,
        profiles: impl Iterator<Item = &'a String>,
    ) -> UsageMistake {
        let names: Vec<&str> = profiles.map(String::as_str).collect();
        let suggestion = did_you_mean(&name, names.iter().copied());
        let known = match names.as_slice() {
            [] => format!("proofload.toml has none: add `[profile.{name}]` with settings below it"),
            _ => format!("profiles: {}", names.join(", ")),
        };
        UsageMistake::UnknownProfile { origin, name, suggestion, known }
    }
}

impl From<UsageMistake> for UsageError {
    fn from(mistake: UsageMistake) -> UsageError {
        UsageError(vec![mistake])
    }
}
