//! The two arms.

/// The arm of the version that is compared with.
pub(super) const BEFORE: &str = "before";
/// The arm of this version.
pub(super) const NOW: &str = "now";
