//! What a command makes of runs that have been recorded, by perf binaries and by itself. Nothing is run.

mod asked;
mod report;
mod compare;
mod merge;

pub(super) use compare::report_comparison;

pub use compare::compare_recorded;
pub use merge::merge_recorded;
pub use report::{ReportForm, report_recorded};
