//! What a test asks of the server; it decides the defaults.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::suggest::did_you_mean;

/// What a test asks. A test's kind is also its marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Kind {
    /// Does it hold the expected load?
    Load,
    /// How long does one take, alone?
    Benchmark,
    /// What happens past the expected load?
    Stress,
    /// Does it survive a sudden surge, and recover?
    Spike,
    /// Does it leak or drift over a long run?
    Soak,
    /// How much can it take within its limits?
    Capacity,
}

/// A word that is not a kind.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown kind `{word}`{suggestion} (kinds: load, benchmark, stress, spike, soak, capacity)")]
pub struct UnknownKind {
    /// The word as written.
    pub word: String,
    /// `, did you mean …?` or nothing.
    pub suggestion: String,
}

impl Kind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Kind; 6] = [Kind::Load, Kind::Benchmark, Kind::Stress, Kind::Spike, Kind::Soak, Kind::Capacity];

    /// The word in the attribute, in markers and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Load => "load",
            Kind::Benchmark => "benchmark",
            Kind::Stress => "stress",
            Kind::Spike => "spike",
            Kind::Soak => "soak",
            Kind::Capacity => "capacity",
        }
    }

    /// True if a plain `cargo test --test perf` runs it; the others need `--include-ignored`.
    pub const fn runs_by_default(self) -> bool {
        matches!(self, Kind::Load | Kind::Benchmark)
    }

    /// The threshold that applies when the test declares none on the same metric.
    ///
    /// For capacity it is what must hold at a rate for the server to take that rate. `None` for soak, which is judged
    /// on its leaks.
    pub const fn default_threshold(self) -> Option<&'static str> {
        match self {
            Kind::Load | Kind::Capacity => Some("success_rate >= 99%"),
            Kind::Benchmark => Some("success_rate >= 100%"),
            Kind::Stress => Some("success_rate >= 90%"),
            Kind::Spike => Some("success_rate >= 95%"),
            Kind::Soak => None,
        }
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Kind, UnknownKind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == word).ok_or_else(|| UnknownKind {
            word: word.to_owned(),
            suggestion: did_you_mean(word, Kind::ALL.map(Kind::name)),
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_kind_is_answered_with_the_nearest() {
        let text = "lode".parse::<Kind>().unwrap_err().to_string();
        assert_eq!(
            text,
            "unknown kind `lode`, did you mean `load`? (kinds: load, benchmark, stress, spike, soak, capacity)"
        );
    }

    #[test]
    fn each_kind_reads_back_from_its_name() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
    }
}
