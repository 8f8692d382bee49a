//! Reads `/proc`, as proc(5) describes it. What cannot be read is absent.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::fs::MetadataExt;

use super::process::{ByteCounters, MemoryUse, ProcessStat};

/// More than the line of `stat` can have: 52 numbers and a name.
const LONGEST_LINE: usize = 2048;

/// Every process that is visible, in the order of `/proc`.
pub(crate) fn processes() -> Vec<ProcessStat> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    // A process may end between being listed and being read, and is then left out.
    // The load waits while hundreds of files are read: one read for each, as such a file is given whole.
    let mut line = [0; LONGEST_LINE];
    let mut stat_of = |pid| {
        let length = fs::File::open(format!("/proc/{pid}/stat")).ok()?.read(&mut line).ok()?;
        stat(&String::from_utf8_lossy(&line[..length]))
    };
    pids.filter_map(&mut stat_of).collect()
}

/// A file of a process. A process may have any bytes in its name.
fn text(pid: u32, file: &str) -> Option<String> {
    Some(String::from_utf8_lossy(&fs::read(format!("/proc/{pid}/{file}")).ok()?).into_owned())
}

/// Where a process, its group and its descendants listen; empty if that cannot be read.
pub(crate) fn listening(root: u32) -> Vec<SocketAddr> {
    let all = processes();
    let parents: HashMap<u32, u32> = all.iter().map(|process| (process.pid, process.parent)).collect();
    let descends = |pid: u32| std::iter::successors(Some(pid), |pid| parents.get(pid).copied()).any(|pid| pid == root);
    let members = all.iter().filter(|process| process.group == root || descends(process.pid));
    let sockets: HashSet<u64> = members.flat_map(|process| sockets(process.pid)).collect();
    let of_both = ["net/tcp", "net/tcp6"].map(|file| text(root, file).unwrap_or_default());
    let entries = of_both.iter().flat_map(|text| text.lines().skip(1).filter_map(listener));
    entries.filter(|(inode, _)| sockets.contains(inode)).map(|(_, address)| address).collect()
}

/// A process that listens where `address` leads, and its name; `None` if that cannot be read.
pub(crate) fn process_at(address: SocketAddr) -> Option<(u32, String)> {
    let accepts = |at: SocketAddr| {
        let ip = at.ip().to_canonical();
        at.port() == address.port() && (ip == address.ip() || ip.is_unspecified())
    };
    let of_both = ["net/tcp", "net/tcp6"].map(|file| text(std::process::id(), file).unwrap_or_default());
    let entries = of_both.iter().flat_map(|text| text.lines().skip(1).filter_map(listener));
    let found: HashSet<u64> = entries.filter(|(_, at)| accepts(*at)).map(|(inode, _)| inode).collect();
    let holds = |pid: &u32| sockets(*pid).iter().any(|inode| found.contains(inode));
    let pid = processes().iter().map(|process| process.pid).find(holds)?;
    Some((pid, text(pid, "comm")?.trim_end().to_owned()))
}

/// The inode and the address of a listening socket in a line of `net/tcp`; `None` for any other socket.
fn listener(line: &str) -> Option<(u64, SocketAddr)> {
    const LISTENING: &str = "0A";
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let &[_, local, _, LISTENING, _, _, _, _, _, inode, ..] = fields.as_slice() else { return None };
    let (ip, port) = local.split_once(':')?;
    Some((inode.parse().ok()?, SocketAddr::new(ip_of(ip)?, u16::from_str_radix(port, 16).ok()?)))
}

/// An address in words of 32 bits, each in the byte order of the machine.
fn ip_of(digits: &str) -> Option<IpAddr> {
    let mut bytes = [0; 16];
    for (word, digits) in bytes.chunks_exact_mut(4).zip(digits.as_bytes().chunks(8)) {
        word.copy_from_slice(&u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?.to_ne_bytes());
    }
    match digits.len() {
        8 => Some(Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]).into()),
        32 => Some(Ipv6Addr::from(bytes).into()),
        _ => None,
    }
}

fn sockets(pid: u32) -> Vec<u64> {
    let Ok(descriptors) = fs::read_dir(format!("/proc/{pid}/fd")) else { return Vec::new() };
    let inode = |target: &str| target.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok();
    descriptors.filter_map(|entry| inode(fs::read_link(entry.ok()?.path()).ok()?.to_str()?)).collect()
}

/// The length of a tick.
pub(super) fn tick_s() -> f64 {
    1.0 / rustix::param::clock_ticks_per_second() as f64
}

pub(super) fn memory(pid: u32) -> Option<MemoryUse> {
    memory_use(&text(pid, "status")?)
}

/// The number of open file descriptors.
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
    disk_traffic(&text(pid, "io")?)
}

/// Of all interfaces except the loopback; `None` for a process in our own network namespace, where the counters include
/// the traffic of every other process.
pub(super) fn network(pid: u32) -> Option<ByteCounters> {
    let namespace = |process: &str| fs::read_link(format!("/proc/{process}/ns/net")).ok();
    let its_own = namespace(&pid.to_string())?;
    if namespace("self")? == its_own {
        return None;
    }
    network_traffic(&text(pid, "net/dev")?)
}

fn stat(line: &str) -> Option<ProcessStat> {
    // The name is in brackets, and may hold brackets and spaces itself.
    let (begin, rest) = line.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    // Counted as proc(5) counts them, from 1; the first of `fields` is the third.
    let field = |number: usize| fields.get(number - 3).copied();
    let number = |of: usize| field(of)?.parse::<u64>().ok();
    // Some kernels have let the times of children go below zero.
    let children_ticks = |of: usize| Some(u64::try_from(field(of)?.parse::<i64>().ok()?).unwrap_or(0));
    Some(ProcessStat {
        pid: begin.split_once(' ')?.0.parse().ok()?,
        parent: field(4)?.parse().ok()?,
        group: field(5)?.parse().ok()?,
        started: number(22)?,
        own_ticks: number(14)? + number(15)?,
        collected_ticks: children_ticks(16)? + children_ticks(17)?,
        threads: number(20)?,
    })
}

/// The number in the line `name: number`, without its unit.
fn number_of(text: &str, name: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    value.split_ascii_whitespace().next()?.parse().ok()
}

/// `None` for a process that has ended and whose status was not collected yet: it has no memory.
fn memory_use(status: &str) -> Option<MemoryUse> {
    let (rss_kib, anonymous_kib) = (number_of(status, "VmRSS")?, number_of(status, "RssAnon")?);
    let swapped_kib = number_of(status, "VmSwap").unwrap_or(0);
    Some(MemoryUse { rss_bytes: rss_kib * 1024, anonymous_bytes: (anonymous_kib + swapped_kib) * 1024 })
}

fn disk_traffic(io: &str) -> Option<ByteCounters> {
    // Cancelled bytes were written to a file that was deleted before they reached the disk.
    let (written, cancelled) = (number_of(io, "write_bytes")?, number_of(io, "cancelled_write_bytes")?);
    Some(ByteCounters { read_bytes: number_of(io, "read_bytes")?, written_bytes: written.saturating_sub(cancelled) })
}

fn network_traffic(interfaces: &str) -> Option<ByteCounters> {
    let mut sum = ByteCounters::default();
    for line in interfaces.lines().skip(2) {
        let (name, counters) = line.rsplit_once(':')?;
        if name.trim() != "lo" {
            let counters: Vec<&str> = counters.split_ascii_whitespace().collect();
            sum.read_bytes += counters.first()?.parse::<u64>().ok()?;
            sum.written_bytes += counters.get(8)?.parse::<u64>().ok()?;
        }
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use procfs::net::InterfaceDeviceStatus;
    use procfs::process::{Io, Stat, Status};
    use procfs::{FromBufRead, FromRead};

    use super::*;

    #[test]
    fn a_name_with_brackets_and_spaces_does_not_shift_the_fields() {
        let line = "4711 (a) b (c) S 17 4700 4700 0 -1 4194560 683 937 0 543 448 1263 346 39 20 0 13 0 2000 53907456 52 \
                    18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0";
        let process = stat(line).unwrap();
        assert_eq!((process.pid, process.parent, process.group), (4711, 17, 4700));
        assert_eq!((process.own_ticks, process.collected_ticks), (448 + 1263, 346 + 39));
        assert_eq!((process.threads, process.started), (13, 2000));
    }

    #[test]
    fn anonymous_memory_stays_anonymous_when_it_is_swapped_out() {
        let lines = "VmRSS:\t    3000 kB\nRssAnon:\t    1000 kB\nRssFile:\t 2000 kB\nVmSwap:\t   24 kB\n";
        assert_eq!(memory_use(lines), Some(MemoryUse { rss_bytes: 3000 * 1024, anonymous_bytes: 1024 * 1024 }));
        assert_eq!(memory_use(""), None, "an ended process");
    }

    #[test]
    fn what_never_reached_the_disk_was_not_written() {
        let text = "rchar: 7\nwchar: 8\nsyscr: 1\nsyscw: 1\nread_bytes: 4096\nwrite_bytes: 12288\n\
                    cancelled_write_bytes: 4096\n";
        assert_eq!(disk_traffic(text), Some(ByteCounters { read_bytes: 4096, written_bytes: 8192 }));
        assert_eq!(disk_traffic(&text.replace("cancelled_", "")), None, "what is not known is absent");
    }

    #[test]
    fn every_interface_counts_except_the_loopback() {
        let text = "Inter-|   Receive                                                |  Transmit\n \
                    face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n    \
                    lo:   999 1 0 0 0 0 0 0 999 1 0 0 0 0 0 0\n  eth0: 500 3 0 0 0 0 0 0 70 2 0 0 0 0 0 0\n  eth1: 1 1 0 0 0 0 0 0 2 1 0 0 0 0 0 0\n";
        assert_eq!(network_traffic(text), Some(ByteCounters { read_bytes: 501, written_bytes: 72 }));
        assert_eq!(network_traffic(&format!("{text}eth2: 1 1\n")), None, "what is not known is absent");
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
    fn the_process_that_listens_at_an_address_is_known_by_name() {
        let own = (std::process::id(), text(std::process::id(), "comm").unwrap().trim_end().to_owned());
        for (listens_at, leads_there) in [("127.0.0.1:0", true), ("0.0.0.0:0", true), ("127.0.0.2:0", false)] {
            let listener = std::net::TcpListener::bind(listens_at).unwrap();
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, listener.local_addr().unwrap().port()));
            assert_eq!(process_at(address), leads_there.then(|| own.clone()), "{listens_at}");
        }
    }

    #[test]
    fn a_process_that_has_ended_has_no_figures() {
        assert_eq!((memory(u32::MAX), descriptors(u32::MAX), disk(u32::MAX)), (None, None, None));
    }

    #[test]
    fn the_files_of_every_process_are_read_as_the_crate_procfs_reads_them() {
        let mut compared = 0;
        for pid in processes().iter().map(|process| process.pid) {
            let (Some(line), Some(status)) = (text(pid, "stat"), text(pid, "status")) else { continue };
            let (own, reference) = (stat(&line).unwrap(), Stat::from_read(line.as_bytes()).unwrap());
            assert_eq!(
                (i64::from(own.pid), i64::from(own.parent), i64::from(own.group), own.started),
                (reference.pid.into(), reference.ppid.into(), reference.pgrp.into(), reference.starttime)
            );
            assert_eq!(own.own_ticks, reference.utime + reference.stime);
            assert_eq!(own.collected_ticks as i64, reference.cutime.max(0) + reference.cstime.max(0));
            assert_eq!(own.threads as i64, reference.num_threads);
            let reference = Status::from_buf_read(status.as_bytes()).unwrap();
            let expected = reference.vmrss.zip(reference.rssanon).map(|(rss, anonymous)| MemoryUse {
                rss_bytes: rss * 1024,
                anonymous_bytes: (anonymous + reference.vmswap.unwrap_or(0)) * 1024,
            });
            assert_eq!(memory_use(&status), expected);
            compared += 1;
        }
        assert!(compared > 0);
    }

    #[test]
    fn the_counters_of_this_process_are_read_as_the_crate_procfs_reads_them() {
        let (io, interfaces) = (text(std::process::id(), "io").unwrap(), text(std::process::id(), "net/dev").unwrap());
        let reference = Io::from_read(io.as_bytes()).unwrap();
        let written_bytes = reference.write_bytes - reference.cancelled_write_bytes;
        assert_eq!(disk_traffic(&io), Some(ByteCounters { read_bytes: reference.read_bytes, written_bytes }));
        let mut reference = InterfaceDeviceStatus::from_buf_read(interfaces.as_bytes()).unwrap().0;
        reference.remove("lo");
        let expected = ByteCounters {
            read_bytes: reference.values().map(|interface| interface.recv_bytes).sum(),
            written_bytes: reference.values().map(|interface| interface.sent_bytes).sum(),
        };
        assert_eq!(network_traffic(&interfaces), Some(expected));
        assert!((tick_s() - 1.0 / procfs::ticks_per_second() as f64).abs() < 1e-9);
    }

    #[test]
    fn an_address_of_either_version_is_read_in_the_byte_order_of_the_kernel() {
        let line = |local: &str, state: &str| {
            format!("  0: {local} 00000000:0000 {state} 0:0 00:0 0 1000 0 77 1 f 100 0 0 10 0")
        };
        let word = |bytes: [u8; 4]| format!("{:08X}", u32::from_ne_bytes(bytes));
        let four = format!("{}:1F90", word([127, 0, 0, 1]));
        assert_eq!(listener(&line(&four, "0A")), Some((77, "127.0.0.1:8080".parse().unwrap())));
        assert_eq!(listener(&line(&four, "01")), None, "a connection");
        let six = [word([0x20, 1, 0xd, 0xb8]), word([0; 4]), word([0; 4]), word([0, 0, 0, 1])].concat();
        assert_eq!(listener(&line(&format!("{six}:0050"), "0A")), Some((77, "[2001:db8::1]:80".parse().unwrap())));
    }
}
