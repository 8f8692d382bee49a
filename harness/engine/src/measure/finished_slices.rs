//! What a worker thread hands over to the live page: [`FinishedSlices`].

use super::slice_tally::SliceTally;

/// A part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) enum RunPart {
    /// Ramp-up and warm-up.
    Before,
    /// The measured phase.
    Measured,
}

/// Slices of one worker as they are now. They replace those that it handed over before.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct FinishedSlices {
    pub(super) part: RunPart,
    /// When the first slice of this part began, since the run did.
    pub(super) origin_ns: u64,
    pub(super) width_ns: u64,
    pub(super) slices: Vec<(u64, SliceTally)>,
}
