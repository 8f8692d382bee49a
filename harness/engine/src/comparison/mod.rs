//! What changed between two measurements, and whether that can be said: a [`ChangeReport`].
//!
//! Ratios and their intervals come from slices of a second, or from stored figures, and never from single requests: the times
//! of neighbouring requests depend on each other. Pure: figures in, verdicts out.
//!
//! ```
//! use proofload::__internals::comparison::{ChangeVerdict, ComparisonRules, StoredFigures, with_stored};
//!
//! let run = |mean_s| StoredFigures { mean_s: Some(mean_s), samples: 10_000, ..StoredFigures::default() };
//! let stored = [0.100, 0.101, 0.099, 0.102, 0.100].map(run);
//! let report = with_stored(&stored, &[run(0.115)], ComparisonRules::default());
//! assert_eq!(report.verdict, ChangeVerdict::Regressed);
//! ```

mod change;
mod report;
mod figures;
mod judgement;
mod failures;
mod interleaved;
mod apart;
mod stored;
mod confirm;
#[cfg(test)]
mod tests;

pub use apart::{one_after_the_other, two_runs};
pub use change::{ChangeEstimate, ChangeVerdict, MetricChange};
pub use confirm::confirm;
pub use figures::{ArmFigures, ComparisonRules, StoredFigures, ThroughputMeaning};
pub use interleaved::interleaved;
pub use report::{ChangeReport, ComparisonMethod};
pub use stored::{FEWEST_STORED_RUNS, MOST_STORED_RUNS, stored_runs, with_stored};
