//! A recorder whose run is watched.

use std::sync::Arc;

use super::finished_slices::RunPart;
use super::live::WorkerLive;
use super::recorder::Recorder;

impl Recorder {
    /// Hands finished slices over while the run is watched; call this before the first sample.
    pub(super) fn hand_over_to(&mut self, worker: &Arc<WorkerLive>) {
        self.slices.hand_over_to(worker, RunPart::Measured);
        self.slices_before.hand_over_to(worker, RunPart::Before);
    }
}
