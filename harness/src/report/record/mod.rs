//! The machine-readable record of a run: `run.json`.
//!
//! [`Record`] is version 1 of the schema. Names carry units, a missing number is `null` and never 0, and a reader passes
//! over fields that it does not know. Fields may be added; none is renamed, removed or given another meaning.

mod build;
mod figures;
mod load;
mod merge;
mod number;
mod probe;
mod run;
mod search;
mod server;
mod test;

pub use figures::{EndpointRecord, FiguresRecord, RequestsRecord, SecondRecord, TimesRecord};
pub use merge::merge_runs;
pub use probe::{OutcomeName, ProbeRecord};
pub use run::{EnvironmentRecord, Record, RecordError, SCHEMA, schema};
pub use search::{CalibrationRecord, SearchRecord};
pub use server::{ServerFiguresRecord, ServerRecord, ServerSampleRecord};
pub use test::{
    GeneratorRecord, HttpRecord, KindName, PrecisionRecord, Severity, SlowRecord, SpikeRecord, StagePlanRecord,
    StageRecord, TestRecord, ThresholdRecord, WorkloadRecord,
};

#[cfg(test)]
mod tests;
