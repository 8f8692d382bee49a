//! Declarations that cannot run, with the places to look at.

use std::fmt;

use thiserror::Error;

use super::decl::Place;
use crate::settings::{SettingError, WorkloadError};
use crate::threshold::ThresholdError;

/// Everything that is wrong with the binary's declarations; nothing of it runs.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct RegistryError {
    /// At least one, in the order of the source.
    pub mistakes: Vec<DeclarationMistake>,
}

/// One thing wrong with a declaration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DeclarationMistake {
    /// A filter, a baseline and a report could not distinguish them.
    #[error(
        "two tests are called `{name}`: one at {first}, one at {second}; rename one of them, or give it a `name = \"…\"`"
    )]
    SameName {
        /// The name of both.
        name: String,
        /// The first in the source.
        first: Place,
        /// The other.
        second: Place,
    },
    /// A constant that its setting does not take.
    #[error("{place}: {source}")]
    Value {
        /// Of the test.
        place: Place,
        /// What is expected.
        source: SettingError,
    },
    /// Settings of one attribute that contradict each other.
    #[error("{place}: {source}")]
    Contradiction {
        /// Of the test.
        place: Place,
        /// Which ones.
        source: WorkloadError,
    },
    /// `versus(server = [old, new])` where `new` is another name for `old`.
    #[error(
        "{place}: `{first}` and `{second}` are one fixture, and a fixture is not compared with itself: name another one"
    )]
    SameArm {
        /// Of the test.
        place: Place,
        /// The names as the author wrote them.
        first: &'static str,
        /// The later of them.
        second: &'static str,
    },
    /// `needs = [health]` where `health` is a function without `#[perf]`.
    #[error(
        "{place}: `needs = [{written}]`: `{written}` is no test of this binary; put `#[perf]` on that function, or name one that has it"
    )]
    NotATest {
        /// Of the test that needs it.
        place: Place,
        /// The path as the author wrote it.
        written: &'static str,
    },
    /// Tests that need each other.
    #[error("{place}: tests need each other: {}. None of them can run first: remove a test from `needs` of one of them", path.join(" -> "))]
    Cycle {
        /// Of the first of them.
        place: Place,
        /// Their names, the first again at the end.
        path: Vec<String>,
    },
    /// A threshold that the macro read and this crate does not: their versions differ.
    #[error("{place}: {source}; do `proofload` and `proofload-macros` have the same version?")]
    Threshold {
        /// Of the test.
        place: Place,
        /// What is wrong with it.
        source: ThresholdError,
    },
}

impl fmt::Display for RegistryError {
    /// A line for each mistake.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            let line_break = if index == 0 { "" } else { "\n" };
            write!(f, "{line_break}{mistake}")?;
        }
        Ok(())
    }
}
