//! How many files this process may open.

/// Raises the soft limit as far as the system allows; servers started later inherit it. Returns the limit in force.
pub(super) fn raise_limit() -> Option<u64> {
    rlimit::increase_nofile_limit(u64::MAX).ok()
}
