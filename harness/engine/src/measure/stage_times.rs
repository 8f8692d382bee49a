//! The response times of one stage by its parts.

use crate::statistics::Batch;

/// The response times of a stage, in seconds, by parts of it in order; a part in which nothing was due is left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StageTimes {
    /// The times in the order of the run, in batches.
    pub parts: Vec<Batch>,
}
