//! What the command `proofload` is built on: it declares tests as values, and has them run as those of a perf binary are.
//! Not part of the public interface: anything here may change at any time.

pub use crate::__private::*;
pub use crate::http::{Body, Form, Method};
pub use crate::outcome::{figure, timestamp, unoptimised_note};
pub use crate::report::record::gather::{GatherError, gather};
pub use crate::report::table;
pub use crate::server::{arguments, run_if_reexecuted};
pub use crate::session::{
    GivenTests, Printed, ReportForm, compare_recorded, merge_recorded, report_recorded, run_given,
};
pub use crate::text::may_be_formula;
// The command switches the feature on.
#[cfg(feature = "cluster")]
pub use crate::server::is_worker;
#[cfg(feature = "cluster")]
pub use crate::text::{ShellWordsError, shell_words};
