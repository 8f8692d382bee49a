//! Processes that outlive their parent: daemons, and what starts in a session of its own.
//!
//! A process that calls [`adopt_orphans`] becomes the parent of those of its descendants whose own parent ends, so it can
//! find and end all of them. Linux only: elsewhere an orphan belongs to the system, and its process group is all that can
//! be ended.

use std::collections::HashSet;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions};

use super::exit::ProcessExit;
use super::figures::{ProcessStat, processes};

/// How often the list of processes is read while some are awaited.
const LOOK: Duration = Duration::from_millis(10);

/// Processes that were killed are awaited for this long.
const KILLED_LIMIT: Duration = Duration::from_secs(2);

/// From now on this process is the parent of every descendant whose own parent ends.
pub fn adopt_orphans() {
    // Refused by kernels before 3.4 only; then orphans are out of reach, as on other systems.
    #[cfg(target_os = "linux")]
    rustix::process::set_child_subreaper(Some(rustix::process::getpid())).ok();
}

/// Waits until the child `pid` has ended, and collects every orphan that ends meanwhile.
pub fn await_child(pid: u32) -> ProcessExit {
    loop {
        match rustix::process::wait(WaitOptions::empty()) {
            Ok(Some((ended, status))) if raw(ended) == pid => {
                let (code, signal) = (status.exit_status(), status.terminating_signal());
                return match (code, signal) {
                    (Some(code), _) => ProcessExit::Status(code),
                    (None, Some(signal)) => ProcessExit::Signal(signal),
                    (None, None) => continue,
                };
            }
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(_) => return ProcessExit::Unknown,
        }
    }
}

/// Waits until every descendant has ended by itself, at most for `limit`.
pub fn await_end(limit: Duration) {
    let deadline = Instant::now() + limit;
    while !left().is_empty() && Instant::now() < deadline {
        thread::sleep(LOOK);
    }
}

/// Asks every descendant to end, and kills those that have not done so after `grace`. Returns how many there were.
///
/// Collects the exit status of every child, so nothing else may still wait for one.
pub fn end_descendants(grace: Duration) -> usize {
    let kill_at = Instant::now() + grace;
    let give_up_at = kill_at + KILLED_LIMIT;
    let mut asked = HashSet::new();
    loop {
        let left = left();
        let now = Instant::now();
        if left.is_empty() || now > give_up_at {
            return asked.len();
        }
        for pid in left {
            if asked.insert(pid) && grace > Duration::ZERO {
                send(pid, Signal::TERM);
            }
            if now >= kill_at {
                send(pid, Signal::KILL);
            }
        }
        thread::sleep(LOOK);
    }
}

/// Kills every descendant at once, without waiting for any.
pub fn kill_descendants() {
    for process in descendants_among(&processes(), std::process::id()) {
        send(process, Signal::KILL);
    }
}

/// The descendants that have not ended.
fn left() -> Vec<u32> {
    while let Ok(Some(_)) = rustix::process::wait(WaitOptions::NOHANG) {}
    descendants_among(&processes(), std::process::id())
}

fn descendants_among(processes: &[ProcessStat], root: u32) -> Vec<u32> {
    let mut family = HashSet::from([root]);
    loop {
        let before = family.len();
        // Process ids wrap around, so a child may come before its parent in the list.
        family.extend(
            processes
                .iter()
                .filter(|process| family.contains(&process.parent))
                .map(|process| process.pid)
                .collect::<Vec<_>>(),
        );
        if family.len() == before {
            break;
        }
    }
    processes.iter().map(|process| process.pid).filter(|pid| *pid != root && family.contains(pid)).collect()
}

fn raw(pid: Pid) -> u32 {
    pid.as_raw_nonzero().get().unsigned_abs()
}

fn send(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        // Fails only if it has just ended.
        rustix::process::kill_process(pid, signal).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descendants_are_found_in_any_order_and_no_other_processes() {
        let process = |pid, parent| ProcessStat {
            pid,
            parent,
            group: 0,
            started: 0,
            own_ticks: 0,
            collected_ticks: 0,
            threads: 1,
        };
        let all = [process(3, 2), process(9, 1), process(2, 7), process(7, 1), process(4, 2)];
        assert_eq!(descendants_among(&all, 7), [3, 2, 4]);
        assert_eq!(descendants_among(&all, 9), [0; 0]);
    }
}
