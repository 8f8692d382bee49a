//! How a server's process ended.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use rustix::process::Signal;

/// How a server's process ended: `exit status 3`, `signal 9 (SIGKILL)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessExit {
    /// It ended by itself with this status.
    Status(i32),
    /// This signal ended it.
    Signal(i32),
    /// It is gone, and the system did not say how.
    Unknown,
}

const UNKNOWN: &str = "unknown";

impl ProcessExit {
    /// Reads what [`ProcessExit::to_words`] wrote.
    pub(super) fn from_words(words: &str) -> Option<Self> {
        if words == UNKNOWN {
            return Some(Self::Unknown);
        }
        let (what, number) = words.split_once(' ')?;
        let number = number.parse().ok()?;
        match what {
            "exit" => Some(Self::Status(number)),
            "signal" => Some(Self::Signal(number)),
            _ => None,
        }
    }

    /// `exit 3`: how a supervisor reports it.
    pub(super) fn to_words(self) -> String {
        match self {
            Self::Status(status) => format!("exit {status}"),
            Self::Signal(number) => format!("signal {number}"),
            Self::Unknown => UNKNOWN.to_owned(),
        }
    }
}

impl From<ExitStatus> for ProcessExit {
    fn from(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Status(code),
            (None, Some(number)) => Self::Signal(number),
            (None, None) => Self::Unknown,
        }
    }
}

impl fmt::Display for ProcessExit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(out, "exit status {status}"),
            Self::Signal(number) => match signal_name(*number) {
                Some(name) => write!(out, "signal {number} ({name})"),
                None => write!(out, "signal {number}"),
            },
            Self::Unknown => out.write_str("an unknown exit status"),
        }
    }
}

/// A signal has different numbers on different systems, so its name is found through the system's constants.
fn signal_name(number: i32) -> Option<&'static str> {
    let names = [
        (Signal::HUP, "SIGHUP"),
        (Signal::INT, "SIGINT"),
        (Signal::QUIT, "SIGQUIT"),
        (Signal::ILL, "SIGILL"),
        (Signal::TRAP, "SIGTRAP"),
        (Signal::ABORT, "SIGABRT"),
        (Signal::BUS, "SIGBUS"),
        (Signal::FPE, "SIGFPE"),
        (Signal::KILL, "SIGKILL"),
        (Signal::USR1, "SIGUSR1"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::USR2, "SIGUSR2"),
        (Signal::PIPE, "SIGPIPE"),
        (Signal::ALARM, "SIGALRM"),
        (Signal::TERM, "SIGTERM"),
        (Signal::XCPU, "SIGXCPU"),
        (Signal::XFSZ, "SIGXFSZ"),
        (Signal::SYS, "SIGSYS"),
    ];
    let signal = Signal::from_named_raw(number)?;
    names.into_iter().find_map(|(named, name)| (named == signal).then_some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exit_is_shown_as_a_status_or_as_a_signal_with_its_name() {
        assert_eq!(ProcessExit::Status(3).to_string(), "exit status 3");
        assert_eq!(ProcessExit::Signal(9).to_string(), "signal 9 (SIGKILL)");
        assert_eq!(ProcessExit::Signal(11).to_string(), "signal 11 (SIGSEGV)");
        assert_eq!(ProcessExit::Signal(99).to_string(), "signal 99");
    }

    #[test]
    fn a_supervisor_report_is_read_back_unchanged() {
        for exit in [ProcessExit::Status(0), ProcessExit::Status(127), ProcessExit::Signal(15), ProcessExit::Unknown] {
            assert_eq!(ProcessExit::from_words(&exit.to_words()), Some(exit));
        }
        assert_eq!(ProcessExit::from_words("exit soon"), None);
    }
}
