//! Signals, and waiting for what another process does.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// How long to wait for another process: enough for a machine that is busy with other work.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// Sends a signal by its name, such as `INT`, with the program `kill`.
///
/// # Panics
/// If there is no such process.
pub fn signal(name: &str, pid: u32) {
    let sent = Command::new("kill").args([format!("-{name}"), pid.to_string()]).status().expect("kill runs");
    assert!(sent.success(), "SIG{name} could not be sent to process {pid}");
}

/// Stops a process for a while and lets it continue.
///
/// # Panics
/// If there is no such process.
pub fn stop_for(pid: u32, pause: Duration) {
    signal("STOP", pid);
    std::thread::sleep(pause);
    signal("CONT", pid);
}

/// True while a process runs; a zombie does not.
#[must_use]
pub fn is_alive(pid: u32) -> bool {
    match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => !stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z')),
        Err(_) if Path::new("/proc/self/stat").exists() => false,
        // macOS has no /proc, and always has `ps`.
        Err(_) => {
            let list = Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output();
            list.is_ok_and(|list| list.stdout.first().is_some_and(|&state| state != b'Z'))
        }
    }
}

/// True if this process was started by `nohup` or in the background of a script, so that each program that it starts ignores
/// SIGHUP, too. Where that is not known: false.
#[must_use]
pub fn ignores_hup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // SIGHUP is signal 1, and the first bit of the mask.
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

/// Asks every 10 ms until there is an answer.
///
/// # Panics
/// If there is none within [`DEADLINE`].
#[track_caller]
pub fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited {} s in vain: {what}", DEADLINE.as_secs());
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Asks every 10 ms until a condition holds.
///
/// # Panics
/// If it does not hold within [`DEADLINE`].
#[track_caller]
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    wait_for(what, || holds().then_some(()));
}
