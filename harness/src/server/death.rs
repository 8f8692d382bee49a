//! How a server's process ended.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use rustix::process::Signal;

/// How a server's process ended: `exit status 3`, `signal 9 (SIGKILL)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// It ended by itself with this status.
    Exit(i32),
    /// This signal ended it.
    Signal(i32),
    /// It is gone, and nobody could say how.
    Unknown,
}

const UNKNOWN: &str = "unknown";

impl Death {
    /// Reads what [`Death::to_words`] wrote.
    pub(super) fn from_words(words: &str) -> Option<Self> {
        if words == UNKNOWN {
            return Some(Self::Unknown);
        }
        let (what, number) = words.split_once(' ')?;
        let number = number.parse().ok()?;
        match what {
            "exit" => Some(Self::Exit(number)),
            "signal" => Some(Self::Signal(number)),
            _ => None,
        }
    }

    /// `exit 3`: how a supervisor reports it.
    pub(super) fn to_words(self) -> String {
        match self {
            Self::Exit(status) => format!("exit {status}"),
            Self::Signal(number) => format!("signal {number}"),
            Self::Unknown => UNKNOWN.to_owned(),
        }
    }
}

impl From<ExitStatus> for Death {
    fn from(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Exit(code),
            (None, Some(number)) => Self::Signal(number),
            (None, None) => Self::Unknown,
        }
    }
}

impl fmt::Display for Death {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(status) => write!(out, "exit status {status}"),
            Self::Signal(number) => match signal_name(*number) {
                Some(name) => write!(out, "signal {number} ({name})"),
                None => write!(out, "signal {number}"),
            },
            Self::Unknown => out.write_str("an unknown exit status"),
        }
    }
}

/// Signals have different numbers on different systems, so the name is found through the system's own constants.
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
    fn a_death_reads_as_a_status_or_as_a_signal_by_name() {
        assert_eq!(Death::Exit(3).to_string(), "exit status 3");
        assert_eq!(Death::Signal(9).to_string(), "signal 9 (SIGKILL)");
        assert_eq!(Death::Signal(11).to_string(), "signal 11 (SIGSEGV)");
        assert_eq!(Death::Signal(99).to_string(), "signal 99");
    }

    #[test]
    fn a_supervisor_report_reads_back_as_it_was() {
        for death in [Death::Exit(0), Death::Exit(127), Death::Signal(15), Death::Unknown] {
            assert_eq!(Death::from_words(&death.to_words()), Some(death));
        }
        assert_eq!(Death::from_words("exit soon"), None);
    }
}
