//! Offers the load of any scenario and measures it.
//!
//! Generic over the scenario: knows no fixture, no registry, no HTTP.

mod scenario;

pub use scenario::Scenario;

use std::sync::Arc;

use crate::client::Stop;
use crate::measure::{Live, Measured};
use crate::workload::Workload;

/// Offers `workload` to the users of `scenario` and returns when the last of them has left.
///
/// Blocks the calling thread; the users run on worker threads, one for each core, each with a runtime of its own.
pub fn offer<S: Scenario>(_scenario: &S, _workload: &Workload, _stop: &Stop, _live: &Arc<Live>) -> Measured {
    todo!()
}
