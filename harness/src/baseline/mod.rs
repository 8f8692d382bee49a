//! Baselines: the figures of each test that were accepted.
//!
//! [`Baselines`] is data with a version, kept beside the page that is generated from it. No file access here: text in,
//! text out.

mod baselines;
mod evidence;
mod figures;
mod fingerprint;
mod load;
mod machine;
mod merge;
mod row;

pub use baselines::{BaselineError, Baselines, SCHEMA};
pub use evidence::{FEW_RUNS, GUARD, RowEvidence};
pub use figures::{RelativeErrors, RunFigures};
pub use load::WorkloadFingerprint;
pub use machine::{Machine, differences};
pub use merge::{Acceptance, EarlierRuns, KnownTests, MergedBaselines};
pub use row::{Row, RowLoad, RowTimes};
