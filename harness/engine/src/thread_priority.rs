//! The priority of a thread that works beside the load.

/// How much less than others such a thread gets of a core that is fully used: what it does can wait, a request cannot.
const NICENESS: i32 = 10;

/// Lowers the priority of this thread. Linux gives each thread one of its own; elsewhere nothing is changed, because it would be
/// that of the whole process, with the load.
pub fn yield_to_the_load() {
    #[cfg(target_os = "linux")]
    // Lowering is always allowed; if it is refused, the thread is one like any other.
    let _unchanged = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS);
}
