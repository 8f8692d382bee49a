//! Verdicts: what a test's figures mean.
//!
//! [`judge`] compares the figures of a test with its thresholds; the types of `report` carry the result to every
//! reader. No clock and no files: figures in, verdicts out.

mod arm;
mod build;
mod busy;
mod capacity;
mod change_words;
mod compared;
mod confidence;
mod counted;
mod degradation;
mod degradation_words;
mod delay;
mod drift;
pub mod figure;
mod file_wait;
mod held;
mod judge;
pub mod knee;
mod measured_form;
mod names;
pub mod timestamp;
pub mod offered;
pub mod probe;
mod report;
mod runs;
#[cfg(test)]
pub(crate) mod samples;
pub mod search;
mod server_report;
mod soak;
mod subject;
mod test_id;
mod test_outcome;
mod threshold_form;
mod threshold_verdict;
mod throttled;
mod trust;
mod unfinished;
mod unnoticed;
mod values;
mod verdict;
mod whole;
mod workers;
mod workload_form;

pub use arm::ArmReport;
pub use build::{BuiltCrate, build_name, build_warning, is_optimised, unoptimised_note};
pub use capacity::{judge_search, probe_outcome, why_not_found};
pub use change_words::{
    change_sentence, change_with_interval, compared_figure, is_judged, smallest_visible, verdict_word,
};
pub use compared::{WhenUnclear, is_failed_by_changes_alone, is_with_earlier_code, judge_changes};
pub use confidence::{known_limits, longer, time_limits};
pub use degradation::{Degradation, DegradationVerdict};
pub use degradation_words::degradation_sentence;
pub(crate) use file_wait::{advice_on_file_wait, waited_for_file};
pub use judge::{Judgement, figure_of, judge};
pub use report::{CalibrationReport, Environment, RunReport, TestReport};
pub use runs::{backlog_grew, median_run, probe_result};
pub use server_report::ServerReport;
pub use soak::SoakVerdict;
pub use test_id::TestId;
pub use test_outcome::Outcome;
pub use threshold_verdict::{Severity, ThresholdVerdict};
pub use unnoticed::has_two_views;
pub(crate) use workload_form::workload_text;
