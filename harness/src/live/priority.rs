//! The priority of the thread that serves.

/// The load comes first: a page that is a moment late is no harm.
const NICENESS: i32 = 10;

/// Lowers the priority of this thread. On Linux it is that of a thread and not of the process.
#[cfg(target_os = "linux")]
pub(super) fn lower() {
    // Lowering is always allowed; if it is not, the page is served as anything else.
    rustix::process::setpriority_process(None, NICENESS).ok();
}

/// Elsewhere it would be that of the whole process, with the load.
#[cfg(not(target_os = "linux"))]
pub(super) fn lower() {}
