//! The door to `/proc`, as proc(5) describes it. Where there is none, there is nothing to read, and every figure is absent.

use std::fs;
use std::os::unix::fs::MetadataExt;

/// What every process tells about itself, in one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ProcessStat {
    pub(super) pid: u32,
    pub(super) parent: u32,
    pub(super) group: u32,
    /// When it started, in ticks since the system did: two processes of one number differ in it.
    pub(super) started: u64,
    /// Its own CPU time, user and system, in ticks.
    pub(super) own_ticks: u64,
    /// That of its children which it has collected, and of theirs.
    pub(super) collected_ticks: u64,
    pub(super) threads: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MemoryUse {
    pub(super) rss_bytes: u64,
    /// Swapped out or not.
    pub(super) anonymous_bytes: u64,
}

/// Bytes in and out since the process began, those of collected children included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ByteCounters {
    pub(super) read_bytes: u64,
    pub(super) written_bytes: u64,
}

/// Every process that can be seen, in the order of their numbers.
pub(super) fn processes() -> Vec<ProcessStat> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    // A process may end between the two steps, and is then no longer there to be counted.
    numbers.filter_map(|pid| stat(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)).collect()
}

/// The length of a tick.
pub(super) fn tick_s() -> f64 {
    1.0 / rustix::param::clock_ticks_per_second() as f64
}

pub(super) fn memory(pid: u32) -> Option<MemoryUse> {
    status(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
}

pub(super) fn descriptors(pid: u32) -> Option<u64> {
    let folder = format!("/proc/{pid}/fd");
    // Since Linux 6.2 the folder's size is their number; before, it was 0 and they had to be counted.
    match fs::metadata(&folder).ok()?.size() {
        0 => Some(fs::read_dir(&folder).ok()?.count() as u64),
        number => Some(number),
    }
}

/// To and from disks.
pub(super) fn disk(pid: u32) -> Option<ByteCounters> {
    io(&fs::read_to_string(format!("/proc/{pid}/io")).ok()?)
}

/// Of all interfaces but the loopback; `None` for a process in our own network namespace, where it would be everybody's.
pub(super) fn network(pid: u32) -> Option<ByteCounters> {
    let namespace = |process: &str| fs::read_link(format!("/proc/{process}/ns/net")).ok();
    let its_own = namespace(&pid.to_string())?;
    if namespace("self")? == its_own {
        return None;
    }
    Some(interfaces(&fs::read_to_string(format!("/proc/{pid}/net/dev")).ok()?))
}

/// `4711 (a name) S 1 4711 …`: the name may hold anything, brackets included, so fields count from the last one.
fn stat(line: &str) -> Option<ProcessStat> {
    let (pid, _) = line.split_once(' ')?;
    let (_, rest) = line.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    // proc(5) counts from 1, and the two before the state are cut off.
    let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
    let small = |number: usize| u32::try_from(field(number)?).ok();
    Some(ProcessStat {
        pid: pid.parse().ok()?,
        parent: small(4)?,
        group: small(5)?,
        own_ticks: field(14)? + field(15)?,
        // Some kernels have let these run below zero.
        collected_ticks: field(16).unwrap_or(0) + field(17).unwrap_or(0),
        threads: field(20)?,
        started: field(22)?,
    })
}

fn status(text: &str) -> Option<MemoryUse> {
    // `VmRSS:      1234 kB`; a process that has ended and is not yet collected has none.
    let bytes = |name: &str| number_after(text, name).map(|kib| kib * 1024);
    let anonymous_bytes = bytes("RssAnon:")? + bytes("VmSwap:").unwrap_or(0);
    Some(MemoryUse { rss_bytes: bytes("VmRSS:")?, anonymous_bytes })
}

fn io(text: &str) -> Option<ByteCounters> {
    let written = number_after(text, "write_bytes:")?;
    // Written to a file that was deleted before it reached the disk.
    let cancelled = number_after(text, "cancelled_write_bytes:").unwrap_or(0);
    Some(ByteCounters {
        read_bytes: number_after(text, "read_bytes:")?,
        written_bytes: written.saturating_sub(cancelled),
    })
}

/// The number behind the name at the start of a line.
fn number_after(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_ascii_whitespace().next()?.parse().ok()
}

/// `  eth0: <bytes received> … <bytes sent at the ninth place> …`
fn interfaces(text: &str) -> ByteCounters {
    let lines = text.lines().filter_map(|line| line.split_once(':')).filter(|(name, _)| name.trim() != "lo");
    lines.fold(ByteCounters::default(), |sum, (_, counters)| {
        let counter = |place| counters.split_ascii_whitespace().nth(place).and_then(|n| n.parse().ok()).unwrap_or(0);
        ByteCounters { read_bytes: sum.read_bytes + counter(0), written_bytes: sum.written_bytes + counter(8) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_spaces_does_not_shift_the_fields() {
        let line =
            "4711 (a) b (c) S 17 4700 4700 0 -1 4194560 683 937 0 543 448 1263 346 39 20 0 13 0 2000 53907456 52";
        let process = stat(line).unwrap();
        assert_eq!((process.pid, process.parent, process.group), (4711, 17, 4700));
        assert_eq!((process.own_ticks, process.collected_ticks), (448 + 1263, 346 + 39));
        assert_eq!((process.threads, process.started), (13, 2000));
        assert_eq!(stat("4711 (gone"), None);
    }

    #[test]
    fn anonymous_memory_stays_anonymous_when_it_is_swapped_out() {
        let text = "Name:\tapi\nVmRSS:\t    3000 kB\nRssAnon:\t    1000 kB\nRssFile:\t 2000 kB\nVmSwap:\t   24 kB\n";
        assert_eq!(status(text), Some(MemoryUse { rss_bytes: 3000 * 1024, anonymous_bytes: 1024 * 1024 }));
        assert_eq!(status("Name:\tzombie\nThreads:\t1\n"), None);
    }

    #[test]
    fn what_never_reached_the_disk_was_not_written() {
        let text = "rchar: 7\nwchar: 8\nread_bytes: 4096\nwrite_bytes: 12288\ncancelled_write_bytes: 4096\n";
        assert_eq!(io(text), Some(ByteCounters { read_bytes: 4096, written_bytes: 8192 }));
    }

    #[test]
    fn every_interface_counts_but_the_loopback() {
        let text = "Inter-|   Receive                                                |  Transmit\n \
                    face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop\n    \
                    lo:   999 1 0 0 0 0 0 0 999 1 0 0 0 0 0 0\n  eth0: 500 3 0 0 0 0 0 0 70 2 0 0 0 0 0 0\n  eth1:1 1 0 0 0 0 0 0 2 1 0 0 0 0 0 0\n";
        assert_eq!(interfaces(text), ByteCounters { read_bytes: 501, written_bytes: 72 });
    }

    #[test]
    fn a_process_that_is_gone_has_no_figures() {
        assert_eq!((memory(u32::MAX), descriptors(u32::MAX), disk(u32::MAX)), (None, None, None));
    }
}
