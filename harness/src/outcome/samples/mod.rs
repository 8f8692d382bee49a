//! Fixed outcomes for the snapshots of every report.

mod compared;
mod mixed;
mod plain;
mod staged;
mod valued;
mod workers;

pub(crate) use compared::{regressed, stored, versus};
pub(crate) use mixed::mixed;
pub(crate) use plain::{
    benchmark, case, environment, errored, failed, ignored, invalid, open, open_workload, passed, run, workload,
};
pub(crate) use staged::degraded;
pub(crate) use valued::valued;
pub(crate) use workers::of_workers;
