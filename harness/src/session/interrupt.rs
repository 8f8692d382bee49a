//! Ctrl-C, SIGTERM and SIGHUP: the first shuts the run down and keeps its partial results, the second ends the process.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal as SignalStream, SignalKind, signal};

use super::guarded::{Ending, Report, Reporter};
use super::output::complain;
use crate::runner::Interruption;

/// A signal that ends a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// `kill`, or a CI job that ran out of time.
    Terminate,
    /// The terminal was closed, or the connection to it broke.
    Hangup,
}

impl Signal {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Signal::Interrupt => "SIGINT",
            Signal::Terminate => "SIGTERM",
            Signal::Hangup => "SIGHUP",
        }
    }

    /// 128 and the signal's number, as shells count.
    pub(super) const fn exit_code(self) -> u8 {
        match self {
            Signal::Interrupt => 130,
            Signal::Terminate => 143,
            Signal::Hangup => 129,
        }
    }

    fn of_name(name: &str) -> Option<Signal> {
        [Signal::Interrupt, Signal::Terminate, Signal::Hangup].into_iter().find(|signal| signal.name() == name)
    }
}

/// The exit code of a run that was interrupted by the signal called `name`.
pub(super) fn exit_code(name: &str) -> u8 {
    Signal::of_name(name).unwrap_or(Signal::Interrupt).exit_code()
}

/// `timeout` signals the process and its whole group: what comes so soon after a signal is that signal, and not a second one.
const ONE_SIGNAL: Duration = Duration::from_millis(100);

/// How long a run may take to end when its guardian has been killed.
const WITHOUT_GUARDIAN: Duration = Duration::from_secs(10);

/// The signals of this process. While they are open, none of them ends it by itself.
pub(super) struct Signals {
    runtime: Runtime,
    streams: Streams,
}

struct Streams {
    interrupts: SignalStream,
    terminations: SignalStream,
    /// `None` if this process was started with the signal ignored, as by `nohup`.
    hangups: Option<SignalStream>,
}

impl Signals {
    pub(super) fn open() -> io::Result<Signals> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let streams = {
            let _inside = runtime.enter();
            keep_writing_at_the_limit()?;
            Streams::open()?
        };
        Ok(Signals { runtime, streams })
    }

    /// Calls `each` with every signal, on a thread of its own, so that nothing else can delay one.
    pub(super) fn forward(self, mut each: impl FnMut(Signal) + Send + 'static) -> io::Result<()> {
        let Signals { runtime, mut streams } = self;
        let forward = async move {
            while let Some(signal) = streams.next().await {
                each(signal);
            }
        };
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || runtime.block_on(forward))?;
        Ok(())
    }
}

/// At the limit of the size of files (`ulimit -f`) the system kills the process, unless it handles the signal: then the
/// write fails, which is reported, and the file that was begun is removed.
fn keep_writing_at_the_limit() -> io::Result<()> {
    let exceeded = SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw());
    // The handler stays when its stream is dropped.
    signal(exceeded).map(drop)
}

impl Streams {
    fn open() -> io::Result<Streams> {
        let hangup = SignalKind::hangup();
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let is_ignored = ignores(&status, hangup.as_raw_value());
        Ok(Streams {
            interrupts: signal(SignalKind::interrupt())?,
            terminations: signal(SignalKind::terminate())?,
            hangups: if is_ignored { None } else { Some(signal(hangup)?) },
        })
    }

    /// The next signal; `None` if there will be none.
    async fn next(&mut self) -> Option<Signal> {
        let hangup = async {
            match &mut self.hangups {
                Some(hangups) => hangups.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some(()) = self.interrupts.recv() => Some(Signal::Interrupt),
            Some(()) = self.terminations.recv() => Some(Signal::Terminate),
            Some(()) = hangup => Some(Signal::Hangup),
            else => None,
        }
    }
}

/// True if the process ignores the signal, by the line `SigIgn:` of `/proc/self/status`, which has a bit for each.
fn ignores(status: &str, signal: i32) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    (1..=64).contains(&signal) && mask >> (signal - 1) & 1 == 1
}

/// Listens for signals to this process, and for those that its guardian passes on.
pub(super) fn listen(reporter: &Reporter) -> io::Result<Interruption> {
    let interruption = Interruption::default();
    let receiver =
        || Receiver { interruption: interruption.clone(), reporter: reporter.clone(), first_at: Mutex::default() };
    // Counted apart: Ctrl-C on a terminal reaches the guardian and this process, and is one interruption.
    let (own, passed_on) = (receiver(), receiver());
    Signals::open()?.forward(move |signal| own.receive(signal))?;
    let without_guardian = interruption.clone();
    reporter.receive_signals(
        move |name| Signal::of_name(name).into_iter().for_each(|signal| passed_on.receive(signal)),
        move || {
            // What was measured is still recorded, if that does not take long.
            without_guardian.interrupt("the end of the process that started the tests");
            std::thread::sleep(WITHOUT_GUARDIAN);
            std::process::exit(i32::from(Signal::Terminate.exit_code()));
        },
    )?;
    Ok(interruption)
}

/// What happens on signals from one source.
struct Receiver {
    interruption: Interruption,
    reporter: Reporter,
    first_at: Mutex<Option<Instant>>,
}

impl Receiver {
    fn receive(&self, signal: Signal) {
        if self.is_second(Instant::now()) {
            // The second signal skips the tear-down. The servers end by themselves when this process does.
            self.reporter.send(&Report::Ends(Ending::AtOnce));
            std::process::exit(i32::from(signal.exit_code()));
        }
        if self.interruption.interrupt(signal.name()) {
            complain(&format!("\n{}: shutting down; press Ctrl-C again to stop immediately", signal.name()));
        }
    }

    fn is_second(&self, now: Instant) -> bool {
        let mut first_at = self.first_at.lock().unwrap_or_else(PoisonError::into_inner);
        now.saturating_duration_since(*first_at.get_or_insert(now)) >= ONE_SIGNAL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_signal_has_the_exit_code_that_shells_give_it() {
        assert_eq!(["SIGINT", "SIGTERM", "SIGHUP"].map(exit_code), [130, 143, 129]);
    }

    #[test]
    fn signals_at_the_same_moment_are_one_and_a_later_one_is_the_second() {
        let receiver = Receiver {
            interruption: Interruption::default(),
            reporter: Reporter::default(),
            first_at: Mutex::default(),
        };
        let first = Instant::now();
        let is_second = [0, 3, 99, 100, 5_000].map(|ms| receiver.is_second(first + Duration::from_millis(ms)));
        assert_eq!(is_second, [false, false, false, true, true]);
    }

    #[test]
    fn a_signal_that_was_ignored_from_the_start_is_recognised() {
        let status = "Name:\tperf\nSigIgn:\t0000000000001001\nSigCgt:\t0000000000004002\n";
        assert!(ignores(status, 1) && ignores(status, 13));
        assert!(!ignores(status, 2) && !ignores(status, 15) && !ignores("", 1) && !ignores(status, 0));
    }
}
