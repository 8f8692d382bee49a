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

/// Process id and start time: the system uses an id again after its process has ended.
pub(super) type ProcessKey = (u32, u64);

impl ProcessStat {
    pub(super) fn key(&self) -> ProcessKey {
        (self.pid, self.started)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MemoryUse {
    pub(super) rss_bytes: u64,
    /// In memory or swapped out.
    pub(super) anonymous_bytes: u64,
}

/// Bytes in and out since the process began, those of the ended children included whose status it has collected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ByteCounters {
    pub(super) read_bytes: u64,
    pub(super) written_bytes: u64,
}

impl ByteCounters {
    pub(super) fn plus(self, more: ByteCounters) -> ByteCounters {
        ByteCounters {
            read_bytes: self.read_bytes + more.read_bytes,
            written_bytes: self.written_bytes + more.written_bytes,
        }
    }

    /// What is left without `part`, of which there may be more.
    pub(super) fn less(self, part: ByteCounters) -> ByteCounters {
        ByteCounters {
            read_bytes: self.read_bytes.saturating_sub(part.read_bytes),
            written_bytes: self.written_bytes.saturating_sub(part.written_bytes),
        }
    }
}
