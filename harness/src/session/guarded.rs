//! What the process that runs the tests reports to its guardian: the [`Reporter`].

use std::io;
use std::sync::Arc;

use crate::server::{Channel, TestsProcess};

/// How the process that runs the tests ends, if it does so on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Everything was reported.
    Finished,
    /// A second signal skips the tear-down.
    AtOnce,
}

/// A report of the process that runs the tests to its guardian.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Report {
    /// The test with this name begins.
    Begins(String),
    /// The test has ended.
    TestEnded,
    Ends(Ending),
}

impl Report {
    fn to_line(&self) -> String {
        match self {
            Report::Begins(name) => format!("begins {name}"),
            Report::TestEnded => "test ended".to_owned(),
            Report::Ends(Ending::Finished) => "finished".to_owned(),
            Report::Ends(Ending::AtOnce) => "at once".to_owned(),
        }
    }

    pub(super) fn from_line(line: &str) -> Option<Report> {
        match line {
            "test ended" => Some(Report::TestEnded),
            "finished" => Some(Report::Ends(Ending::Finished)),
            "at once" => Some(Report::Ends(Ending::AtOnce)),
            _ => line.strip_prefix("begins ").map(|name| Report::Begins(name.to_owned())),
        }
    }
}

/// Reports to the guardian; does nothing in a process without one.
#[derive(Debug, Clone, Default)]
pub(super) struct Reporter {
    channel: Option<Arc<Channel>>,
}

impl Reporter {
    /// The reporter of this process. Takes standard input, which becomes `/dev/null`, in the process that runs the tests.
    ///
    /// # Errors
    /// A person started the binary with the internal arguments.
    pub(super) fn of_this_process() -> Result<Reporter, String> {
        if TestsProcess::this().is_none() {
            return Ok(Reporter::default());
        }
        let channel = Channel::take_from_stdin().map_err(|error| {
            format!("standard input is not the channel to a guardian ({error}): only a test binary can start its tests")
        })?;
        Ok(Reporter { channel: Some(Arc::new(channel)) })
    }

    /// True in the process that a guardian started.
    pub(super) fn is_guarded(&self) -> bool {
        self.channel.is_some()
    }

    pub(super) fn send(&self, report: &Report) {
        if let Some(channel) = &self.channel {
            // Fails only if the guardian is gone, which is noticed where its signals are received.
            channel.report(&report.to_line()).ok();
        }
    }

    /// Calls `each` with every signal that the guardian passes on, and `gone` if the guardian ends first.
    pub(super) fn receive_signals(
        &self,
        each: impl FnMut(&str) + Send + 'static,
        gone: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        match &self.channel {
            Some(channel) => channel.listen(each, gone),
            None => Ok(()),
        }
    }
}

/// True if a debugger or a tracer watches this process, which would not see what happens in another one.
pub(super) fn is_traced() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("TracerPid:")).is_some_and(|pid| pid.trim() != "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_as_it_was_written() {
        let name = "agent::begins finished::users_5".to_owned();
        for report in
            [Report::Begins(name), Report::TestEnded, Report::Ends(Ending::Finished), Report::Ends(Ending::AtOnce)]
        {
            assert_eq!(Report::from_line(&report.to_line()), Some(report));
        }
        assert_eq!(Report::from_line("rubbish"), None);
    }
}
