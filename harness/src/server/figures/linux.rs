//! Reads `/proc`, as proc(5) describes it. What cannot be read is absent.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;

use procfs::net::{DeviceStatus, TcpState};
use procfs::process::{self, FDTarget, Io, Process, Stat, Status};

use super::process::{ByteCounters, MemoryUse, ProcessStat};

/// Every process that is visible, in the order of `/proc`.
pub(crate) fn processes() -> Vec<ProcessStat> {
    let Ok(all) = process::all_processes() else { return Vec::new() };
    // A process may end between being listed and being read, and is then left out.
    all.filter_map(|process| stat(&process.ok()?.stat().ok()?)).collect()
}

/// Where a process, its group and its descendants listen; empty if that cannot be read.
pub(crate) fn listening(root: u32) -> Vec<SocketAddr> {
    let all = processes();
    let parents: HashMap<u32, u32> = all.iter().map(|process| (process.pid, process.parent)).collect();
    let descends = |pid: u32| std::iter::successors(Some(pid), |pid| parents.get(pid).copied()).any(|pid| pid == root);
    let members = all.iter().filter(|process| process.group == root || descends(process.pid));
    let sockets: HashSet<u64> = members.flat_map(|process| sockets(process.pid)).collect();
    let Some(root) = open(root) else { return Vec::new() };
    let of_both = [root.tcp(), root.tcp6()];
    let entries = of_both.into_iter().flatten().flatten();
    let listening = entries.filter(|entry| entry.state == TcpState::Listen && sockets.contains(&entry.inode));
    listening.map(|entry| entry.local_address).collect()
}

fn sockets(pid: u32) -> Vec<u64> {
    let Some(descriptors) = open(pid).and_then(|process| process.fd().ok()) else { return Vec::new() };
    let inode = |target| match target {
        FDTarget::Socket(inode) => Some(inode),
        _ => None,
    };
    descriptors.filter_map(|descriptor| inode(descriptor.ok()?.target)).collect()
}

/// The length of a tick.
pub(super) fn tick_s() -> f64 {
    1.0 / procfs::ticks_per_second() as f64
}

pub(super) fn memory(pid: u32) -> Option<MemoryUse> {
    memory_use(&open(pid)?.status().ok()?)
}

/// The number of open file descriptors.
pub(super) fn descriptors(pid: u32) -> Option<u64> {
    let folder = format!("/proc/{pid}/fd");
    // Since Linux 6.2 the folder's size is their number; before, it was 0 and they had to be counted. Not read with procfs,
    // whose count then includes `.` and `..`.
    match fs::metadata(&folder).ok()?.size() {
        0 => Some(fs::read_dir(&folder).ok()?.count() as u64),
        number => Some(number),
    }
}

/// To and from disks.
pub(super) fn disk(pid: u32) -> Option<ByteCounters> {
    Some(disk_traffic(&open(pid)?.io().ok()?))
}

/// Of all interfaces except the loopback; `None` for a process in our own network namespace, where the counters include
/// the traffic of every other process.
pub(super) fn network(pid: u32) -> Option<ByteCounters> {
    let namespace = |process: &str| fs::read_link(format!("/proc/{process}/ns/net")).ok();
    let its_own = namespace(&pid.to_string())?;
    if namespace("self")? == its_own {
        return None;
    }
    Some(network_traffic(&open(pid)?.dev_status().ok()?))
}

fn open(pid: u32) -> Option<Process> {
    Process::new(i32::try_from(pid).ok()?).ok()
}

fn stat(stat: &Stat) -> Option<ProcessStat> {
    // Some kernels have let the times of children go below zero.
    let children_ticks = |ticks: i64| u64::try_from(ticks).unwrap_or(0);
    Some(ProcessStat {
        pid: u32::try_from(stat.pid).ok()?,
        parent: u32::try_from(stat.ppid).ok()?,
        group: u32::try_from(stat.pgrp).ok()?,
        started: stat.starttime,
        own_ticks: stat.utime + stat.stime,
        collected_ticks: children_ticks(stat.cutime) + children_ticks(stat.cstime),
        threads: u64::try_from(stat.num_threads).ok()?,
    })
}

/// `None` for a process that has ended and whose status was not collected yet: it has no memory.
fn memory_use(status: &Status) -> Option<MemoryUse> {
    let (rss_kib, anonymous_kib) = (status.vmrss?, status.rssanon?);
    let swapped_kib = status.vmswap.unwrap_or(0);
    Some(MemoryUse { rss_bytes: rss_kib * 1024, anonymous_bytes: (anonymous_kib + swapped_kib) * 1024 })
}

fn disk_traffic(io: &Io) -> ByteCounters {
    // Cancelled bytes were written to a file that was deleted before they reached the disk.
    ByteCounters { read_bytes: io.read_bytes, written_bytes: io.write_bytes.saturating_sub(io.cancelled_write_bytes) }
}

fn network_traffic(interfaces: &HashMap<String, DeviceStatus>) -> ByteCounters {
    let counted = interfaces.iter().filter(|(name, _)| name.as_str() != "lo").map(|(_, interface)| interface);
    counted.fold(ByteCounters::default(), |sum, interface| ByteCounters {
        read_bytes: sum.read_bytes + interface.recv_bytes,
        written_bytes: sum.written_bytes + interface.sent_bytes,
    })
}

#[cfg(test)]
mod tests {
    use procfs::net::InterfaceDeviceStatus;
    use procfs::{FromBufRead, FromRead};

    use super::*;

    fn stat_of(line: &str) -> Option<ProcessStat> {
        stat(&Stat::from_read(line.as_bytes()).ok()?)
    }

    /// The memory of a process whose status has `lines` besides those that every process has.
    fn memory_of(lines: &str) -> Option<MemoryUse> {
        let masks = ["SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt", "CapInh", "CapPrm", "CapEff"];
        let masks: String = masks.map(|name| format!("{name}:\t0000000000000000\n")).concat();
        let text = format!(
            "Name:\tapi\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t9\nPid:\t9\nPPid:\t1\nTracerPid:\t0\nUid:\t0\t0\t0\t0\n\
             Gid:\t0\t0\t0\t0\nFDSize:\t64\nGroups:\t0\n{lines}Threads:\t1\nSigQ:\t0/9\n{masks}"
        );
        memory_use(&Status::from_buf_read(text.as_bytes()).unwrap())
    }

    #[test]
    fn a_name_with_brackets_and_spaces_does_not_shift_the_fields() {
        let line = "4711 (a) b (c) S 17 4700 4700 0 -1 4194560 683 937 0 543 448 1263 346 39 20 0 13 0 2000 53907456 52 \
                    18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0";
        let process = stat_of(line).unwrap();
        assert_eq!((process.pid, process.parent, process.group), (4711, 17, 4700));
        assert_eq!((process.own_ticks, process.collected_ticks), (448 + 1263, 346 + 39));
        assert_eq!((process.threads, process.started), (13, 2000));
    }

    #[test]
    fn anonymous_memory_stays_anonymous_when_it_is_swapped_out() {
        let lines = "VmRSS:\t    3000 kB\nRssAnon:\t    1000 kB\nRssFile:\t 2000 kB\nVmSwap:\t   24 kB\n";
        assert_eq!(memory_of(lines), Some(MemoryUse { rss_bytes: 3000 * 1024, anonymous_bytes: 1024 * 1024 }));
        assert_eq!(memory_of(""), None, "an ended process");
    }

    #[test]
    fn what_never_reached_the_disk_was_not_written() {
        let text = "rchar: 7\nwchar: 8\nsyscr: 1\nsyscw: 1\nread_bytes: 4096\nwrite_bytes: 12288\n\
                    cancelled_write_bytes: 4096\n";
        let io = Io::from_read(text.as_bytes()).unwrap();
        assert_eq!(disk_traffic(&io), ByteCounters { read_bytes: 4096, written_bytes: 8192 });
    }

    #[test]
    fn every_interface_counts_except_the_loopback() {
        let text = "Inter-|   Receive                                                |  Transmit\n \
                    face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n    \
                    lo:   999 1 0 0 0 0 0 0 999 1 0 0 0 0 0 0\n  eth0: 500 3 0 0 0 0 0 0 70 2 0 0 0 0 0 0\n  eth1: 1 1 0 0 0 0 0 0 2 1 0 0 0 0 0 0\n";
        let interfaces = InterfaceDeviceStatus::from_buf_read(text.as_bytes()).unwrap().0;
        assert_eq!(network_traffic(&interfaces), ByteCounters { read_bytes: 501, written_bytes: 72 });
    }

    #[test]
    fn a_process_listens_where_its_sockets_do() {
        let listeners = ["127.0.0.1:0", "[::1]:0"].map(|at| std::net::TcpListener::bind(at).unwrap());
        let found = listening(std::process::id());
        for listener in listeners {
            assert!(found.contains(&listener.local_addr().unwrap()), "{found:?}");
        }
        assert!(listening(u32::MAX).is_empty());
    }

    #[test]
    fn a_process_that_has_ended_has_no_figures() {
        assert_eq!((memory(u32::MAX), descriptors(u32::MAX), disk(u32::MAX)), (None, None, None));
    }
}
