//! The process that a person or cargo starts: it starts this binary again to run the tests, and reports however that ends.
//!
//! A test, or the library under test, may call `exit`, abort, overflow its stack or be killed. The guardian then names the
//! test, and the record of what had finished is there. It adopts the orphans of the run and ends them with it.

use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Stdio;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use super::against::{self, PreparedBase};
use super::exit::{NOT_STARTED, Problem};
use super::guarded::{Ending, Report};
use super::input::Input;
use super::interrupt::Signals;
use super::results;
use crate::outcome::{Outcome, RunReport};
use crate::server::descendants;
use crate::server::{ProcessExit, tests_command};

/// Servers have this long to end by themselves after the process of the tests has ended.
const SERVERS_GRACE: Duration = Duration::from_secs(3);

/// Whatever else the run left is killed if it does not end within this time after SIGTERM.
const STRAYS_GRACE: Duration = Duration::from_millis(500);

/// How the process of the tests ended without having reported its results.
#[derive(Debug)]
pub(super) struct EarlyEnd {
    /// The test that ran, if one did.
    pub(super) test: Option<String>,
    pub(super) exit: ProcessExit,
}

/// What is known of the process of the tests when it has ended.
#[derive(Debug, Default)]
struct ReceivedReports {
    running: Option<String>,
    ending: Option<Ending>,
}

/// How a run in a child process ended.
pub(super) enum RunEnd {
    /// It has reported everything itself.
    Reported(u8),
    /// It ended before it could report.
    Early(EarlyEnd),
}

/// Runs the tests in a child process, waits until nothing of the run is left, and says how it ended.
pub(super) fn run_tests(input: &Input, base: Option<&PreparedBase>) -> Result<RunEnd, Problem> {
    let signals = Signals::open().map_err(Problem::not_started)?;
    descendants::adopt_orphans();
    let (pid, received) = start(input, base, signals).map_err(Problem::not_started)?;
    let exit = descendants::await_child(pid);
    let received = received.join().unwrap_or_default();
    if received.ending != Some(Ending::Finished) {
        descendants::await_end(SERVERS_GRACE);
    }
    descendants::end_descendants(STRAYS_GRACE);
    Ok(match received.ending {
        Some(_) => RunEnd::Reported(exit_code(exit)),
        None => RunEnd::Early(EarlyEnd { test: received.running, exit }),
    })
}

fn start(
    input: &Input,
    base: Option<&PreparedBase>,
    signals: Signals,
) -> io::Result<(u32, JoinHandle<ReceivedReports>)> {
    let (ours, theirs) = UnixStream::pair()?;
    let mut command = tests_command(&input.folders.id)?;
    if let Some(base) = base {
        against::hand_over(base, &mut command);
    }
    // In the same process group: the terminal's keys, and nextest's signals, are for both.
    command.stdin(Stdio::from(OwnedFd::from(theirs)));
    let child = command.spawn()?;
    // The command holds the child's end of the channel. While that is open here, it is not noticed that the child closes it.
    drop(command);
    let sender = Arc::new(ours.try_clone()?);
    signals.forward(move |signal| {
        if (&*sender).write_all(format!("{}\n", signal.name()).as_bytes()).is_err() {
            // The tests have ended, and only their servers are awaited.
            std::process::exit(i32::from(signal.exit_code()));
        }
    })?;
    let listener = std::thread::Builder::new().name("reports".to_owned());
    let received = listener.spawn(move || receive(BufReader::new(ours)))?;
    Ok((child.id(), received))
}

fn receive(reports: impl BufRead) -> ReceivedReports {
    let mut received = ReceivedReports::default();
    for report in reports.lines().map_while(Result::ok).filter_map(|line| Report::from_line(&line)) {
        match report {
            Report::Begins(name) => received.running = Some(name),
            Report::TestEnded => received.running = None,
            Report::Ends(ending) => received.ending = Some(ending),
        }
    }
    received
}

fn exit_code(exit: ProcessExit) -> u8 {
    match exit {
        ProcessExit::Status(code) => u8::try_from(code).unwrap_or(NOT_STARTED),
        ProcessExit::Signal(number) => u8::try_from(128 + number).unwrap_or(NOT_STARTED),
        ProcessExit::Unknown => NOT_STARTED,
    }
}

impl EarlyEnd {
    /// `the process of the tests ended with exit status 0 while `agent::health` ran; 3 selected tests were not run`
    pub(super) fn text(&self, not_run: usize) -> String {
        let when = match &self.test {
            Some(name) => format!("while `{name}` ran"),
            None => "while no test ran".to_owned(),
        };
        let rest = match not_run {
            0 => String::new(),
            1 => "; 1 selected test was not run".to_owned(),
            more => format!("; {more} selected tests were not run"),
        };
        format!("the process of the tests ended with {} {when}{rest}\n  {}", self.exit, self.advice())
    }

    /// What its author can do.
    fn advice(&self) -> &'static str {
        match self.exit {
            ProcessExit::Status(_) => {
                "look for a call of `std::process::exit` in the test and in the libraries it uses; return an error instead"
            }
            ProcessExit::Signal(9) => {
                "SIGKILL comes from outside: from `kill -9`, a time limit, or the system when memory runs out"
            }
            ProcessExit::Signal(_) | ProcessExit::Unknown => {
                "what it printed last is above; an abort is not a panic, and cannot be caught"
            }
        }
    }

    /// Why the test that ran has no verdict.
    pub(super) fn reason(&self) -> String {
        format!("the process of the tests ended with {} while this test ran; {}", self.exit, self.advice())
    }
}

/// The record of what had finished, as the tests wrote it, with the reason why no more followed.
pub(super) fn finished_tests(early: &EarlyEnd, input: &Input) -> Option<RunReport> {
    let mut run = results::read(&input.folders)?;
    // A record of cargo-nextest has the tests of other processes too.
    run.tests.retain(|test| input.tests.iter().any(|planned| planned.is_selected && planned.test.id.matches(&test.id)));
    let running = run.tests.iter_mut().find(|test| Some(&test.id.name) == early.test.as_ref());
    if let Some(test) = running {
        (test.outcome, test.reason) = (Outcome::Errored, Some(early.reason()));
    }
    Some(run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_that_runs_is_the_one_that_began_and_has_not_ended() {
        let received = |text: &str| receive(text.as_bytes());
        assert_eq!(received("begins a\ntest ended\nbegins b\n").running.as_deref(), Some("b"));
        assert_eq!(received("begins a\ntest ended\n").running, None);
        assert_eq!(received("begins a\ntest ended\nfinished\n").ending, Some(Ending::Finished));
        assert_eq!(received("begins a\n").ending, None);
    }

    #[test]
    fn no_end_by_a_signal_is_a_success() {
        assert_eq!(exit_code(ProcessExit::Signal(6)), 134);
        assert_eq!(exit_code(ProcessExit::Status(102)), 102);
        assert_eq!(exit_code(ProcessExit::Unknown), NOT_STARTED);
        assert_eq!(exit_code(ProcessExit::Status(256)), NOT_STARTED);
    }
}
