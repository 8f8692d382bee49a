//! Asking another perf binary which servers it has.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

use thiserror::Error;

use super::protocol::{OfferedServers, SERVER_PROTOCOL};
use super::reexec;
use crate::text::one_line;

/// The answer takes milliseconds; a program that is no perf binary may do anything else.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// Why the servers of a perf binary cannot be used.
#[derive(Debug, Error)]
pub enum ProtocolError {
    #[error("{} cannot be started: {source}; is it a perf binary that was built for this machine?", path.display())]
    NotStarted { path: PathBuf, source: io::Error },

    #[error(
        "{} was built with a Proofload that does not speak server protocol {SERVER_PROTOCOL}, or is no perf binary \
         ({said}); update proofload in the base, or compare with a later revision",
        path.display()
    )]
    NotSpoken { path: PathBuf, said: String },

    #[error(
        "{} was built with a Proofload that speaks server protocol {theirs}, and this one speaks {SERVER_PROTOCOL}; \
         compare with a revision whose Proofload speaks the same, or build both with one version",
        path.display()
    )]
    OtherVersion { path: PathBuf, theirs: u32 },
}

/// Asks the perf binary at `path` which servers it has. Blocks until it has answered.
///
/// # Errors
/// If it cannot be started, or does not speak this protocol.
pub fn ask(path: &Path) -> Result<OfferedServers, ProtocolError> {
    let failed = |source| ProtocolError::NotStarted { path: path.to_owned(), source };
    let mut command = reexec::question_command(path);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(failed)?;
    let not_spoken = |said: String| ProtocolError::NotSpoken { path: path.to_owned(), said };
    let Some(output) = wait(child).map_err(failed)? else {
        return Err(not_spoken(format!("it had not answered after {} s", ANSWER_WITHIN.as_secs())));
    };
    // Later versions may add fields, and change all of them but this one.
    let spoken = serde_json::from_slice::<serde_json::Value>(&output.stdout).ok();
    match spoken.as_ref().and_then(|answer| answer.get("protocol")?.as_u64()) {
        None => return Err(not_spoken(said(&output))),
        Some(theirs) if theirs != u64::from(SERVER_PROTOCOL) => {
            let theirs = u32::try_from(theirs).unwrap_or(u32::MAX);
            return Err(ProtocolError::OtherVersion { path: path.to_owned(), theirs });
        }
        Some(_) => {}
    }
    serde_json::from_value(spoken.unwrap_or_default()).map_err(|error| not_spoken(error.to_string()))
}

/// What it printed, or how it ended.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    match text.lines().rev().find(|line| !line.trim().is_empty()) {
        Some(last) => format!("it said: {}", one_line(last.trim())),
        None => format!("it ended with {} and no answer", output.status),
    }
}

/// `None` if it did not end in time: then it is killed.
fn wait(mut child: Child) -> io::Result<Option<Output>> {
    let deadline = Instant::now() + ANSWER_WITHIN;
    while child.try_wait()?.is_none() {
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().map(Some)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::Command;

    use super::*;

    /// Another process writes it: what this one has open, a process may inherit that another test starts just then, and no program
    /// starts that is open for writing.
    fn write_program(path: &Path, text: &str) {
        let write = "cat >\"$0\" && chmod 755 \"$0\"";
        let mut writer = Command::new("sh").args(["-c", write]).arg(path).stdin(Stdio::piped()).spawn().unwrap();
        writer.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(writer.wait().unwrap().success());
    }

    /// What is said of a program that answers like this.
    fn refusal(script: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("perf");
        write_program(&path, &format!("#!/bin/sh\n{script}\n"));
        ask(&path).map(|offered| format!("{offered:?}")).unwrap_or_else(|error| error.to_string())
    }

    #[test]
    fn an_older_proofload_is_named_with_what_it_said_and_what_to_do() {
        let text = refusal("echo '`__proofload` is an internal argument' >&2; exit 2");
        for part in ["does not speak server protocol 1", "is an internal argument", "update proofload in the base"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn a_newer_protocol_is_named_with_both_versions_whatever_else_it_says() {
        let text = refusal(r#"echo '{"protocol":2,"servers":{"not":"a list"}}'"#);
        assert!(text.contains("speaks server protocol 2, and this one speaks 1"), "{text}");
    }

    #[test]
    fn what_a_later_proofload_adds_to_the_same_protocol_is_passed_over() {
        let text =
            refusal(r#"echo '{"protocol":1,"more":[],"servers":[{"path":"a::b","start_timeout_ms":5,"new":1}]}'"#);
        assert!(text.contains(r#"path: "a::b", ready: None, start_timeout_ms: 5"#), "{text}");
    }

    #[test]
    fn a_program_that_is_no_perf_binary_or_is_missing_is_named() {
        assert!(refusal("exit 0").contains("no answer"), "{}", refusal("exit 0"));
        let missing = ask(Path::new("/no/such/perf")).unwrap_err().to_string();
        assert!(missing.starts_with("/no/such/perf cannot be started: "), "{missing}");
    }
}
