//! The machine-readable record of a run: `run.json`.
//!
//! [`parse`] reads the text of such a file as a [`RunReport`], [`to_json`] writes one. This is version 1 of the schema
//! (`proofload/run/1`). Names carry units, a missing number is `null` and never 0, and a reader ignores fields that it
//! does not know. Fields may be added; none is renamed, removed or given another meaning.
//!
//! The types are those that the harness measures and judges with, so another program sees all that a report could show.
//!
//! ```
//! use proofload::record;
//!
//! # let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/records/load.json"))?;
//! // The text of `target/proofload/latest/run.json`.
//! let run = record::parse(&text)?;
//! for test in &run.tests {
//!     let p95_s = test.measured.as_ref().and_then(|measured| measured.total.response_time.p95_s);
//!     println!("{} {:?}: p95 {p95_s:?} s", test.id.name, test.outcome);
//! }
//! # assert_eq!(run.tests.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod file;
pub(crate) mod gather;
mod merge;

pub use file::{RecordError, SCHEMA, parse, schema, to_json};
pub use merge::merge_runs;

pub use crate::comparison::{ChangeEstimate, ChangeReport, ChangeVerdict, ComparisonMethod, MetricChange};
pub use crate::kind::Kind;
pub use crate::measure::{
    CarriedOver, ChartSlice, ChartSlices, ClassFigures, Counts, GeneratorHealth, GeneratorSample, HostLookup, Measured,
    Phases, Precision, ServerFigures, ServerSample, SliceTimes, SlowRequest, SpikeFigures, StageSummary, StatusCount,
    Summary, TestEvent, TimeSlice, TimeSummary, WorkerFacts, WorkerFigures,
};
pub use crate::outcome::probe::{LoadLevel, ProbeRow};
pub use crate::outcome::search::{Found, Purpose, RateProbes};
pub use crate::outcome::{
    ArmReport, BuiltCrate, CalibrationReport, Degradation, DegradationVerdict, Environment, Outcome, RunReport,
    ServerReport, Severity, TestId, TestReport, ThresholdVerdict,
};

#[cfg(test)]
mod tests;
