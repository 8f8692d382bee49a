//! Waiting until no other run offers load on this machine.

use std::time::{Duration, Instant};

use super::exit::{NOT_STARTED, NOT_WRITTEN, Problem};
use super::interrupt;
use super::lock::{LockAttempt, MachineLock, machine_lock_path};
use super::output::complain;
use crate::runner::Interruption;

/// How often the lock is tried: seldom enough not to disturb the run that holds it.
const POLL: Duration = Duration::from_millis(100);
/// How often a line says what is waited for.
const SAY_EVERY: Duration = Duration::from_secs(10);

/// Takes the machine's lock, and waits for it unless `no_wait`. A signal ends the wait.
pub(super) fn lock_machine(no_wait: bool, interruption: &Interruption) -> Result<MachineLock, Problem> {
    let (path, started) = (machine_lock_path(), Instant::now());
    let mut lines = WaitingLines::default();
    loop {
        let attempt = MachineLock::attempt(&path);
        let attempt = attempt.map_err(|error| Problem { text: error.to_string(), exit_code: NOT_WRITTEN })?;
        let holder = match attempt {
            LockAttempt::Locked(lock) => return Ok(lock),
            LockAttempt::HeldBy(holder) => holder,
        };
        if no_wait {
            return Err(active(&holder));
        }
        if let Some(cause) = interruption.cause() {
            return Err(interrupted(cause, &holder));
        }
        if let Some(waited) = lines.line_is_due(started.elapsed()) {
            complain(&line(waited, &holder));
        }
        std::thread::sleep(POLL);
    }
}

fn line(waited: Duration, holder: &str) -> String {
    match waited.as_secs() {
        0 => format!(
            "another perf run is active on this machine: {holder}; waiting until it ends \
             (Ctrl-C stops waiting, --no-wait never waits)"
        ),
        seconds => format!("still waiting after {seconds} s for the other perf run: {holder}"),
    }
}

fn active(holder: &str) -> Problem {
    let text = format!(
        "another perf run is active on this machine: {holder}; no test was run, because of --no-wait\n  \
         run again when it has ended, or without --no-wait to wait for it"
    );
    Problem { text, exit_code: NOT_STARTED }
}

fn interrupted(cause: &str, holder: &str) -> Problem {
    let text = format!("interrupted by {cause} while waiting for {holder}; no test was run");
    Problem { text, exit_code: interrupt::exit_code(cause) }
}

/// When to say what is waited for: at once, then every ten seconds.
#[derive(Debug, Default)]
struct WaitingLines {
    lines: u32,
}

impl WaitingLines {
    /// How long the wait has taken, if a line is due.
    fn line_is_due(&mut self, waited: Duration) -> Option<Duration> {
        if waited < SAY_EVERY * self.lines {
            return None;
        }
        self.lines = u32::try_from(waited.as_secs() / SAY_EVERY.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
        Some(waited)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_at_once_and_every_ten_seconds_what_is_waited_for() {
        let mut lines = WaitingLines::default();
        let polls = (0..350).map(|poll| POLL * poll);
        let said: Vec<u64> = polls.filter_map(|waited| Some(lines.line_is_due(waited)?.as_secs())).collect();
        assert_eq!(said, [0, 10, 20, 30]);
        assert_eq!(lines.line_is_due(Duration::from_secs(95)), Some(Duration::from_secs(95)), "no lines are made up");
        assert_eq!(lines.line_is_due(Duration::from_secs(99)), None);
        assert!(line(Duration::ZERO, "process 7 (perf)").contains("active on this machine: process 7 (perf)"));
        assert_eq!(
            line(Duration::from_secs(20), "process 7 (perf)"),
            "still waiting after 20 s for the other perf run: process 7 (perf)"
        );
    }
}
