//! What a system reports about one process.

/// One process, as the list of all processes has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProcessStat {
    pub pid: u32,
    pub parent: u32,
    pub group: u32,
    /// When it started, in ticks since the system did: it distinguishes two processes with the same id.
    pub started: u64,
    /// Its own CPU time, user and system, in ticks.
    pub own_ticks: u64,
    /// The CPU time of its ended children whose status it has collected, and of their children, in ticks.
    pub collected_ticks: u64,
    pub threads: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MemoryUse {
    pub(super) rss_bytes: u64,
    /// In memory or swapped out.
    pub(super) anonymous_bytes: u64,
}

/// Bytes in and out since the process began, those of ended children included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ByteCounters {
    pub(super) read_bytes: u64,
    pub(super) written_bytes: u64,
}
