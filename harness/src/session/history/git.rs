//! Commands of git, as far as history needs them.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use thiserror::Error;

/// The repository around a folder.
#[derive(Debug, Clone)]
pub(crate) struct Git {
    folder: PathBuf,
    /// Variables for every command.
    variables: Vec<(&'static str, String)>,
}

/// What went wrong.
#[derive(Debug, Error)]
pub(crate) enum BranchError {
    /// There is no program `git`.
    #[error("`git` cannot be started: {0}; install it, or use `--history DIR`")]
    NotStarted(#[source] io::Error),
    /// A command failed: no repository, no rights.
    #[error("`git {command}` failed: {said}")]
    Failed { command: String, said: String },
    /// Others wrote at the same time, again and again.
    #[error(
        "the branch `{branch}` changed {tries} times while this run was being added; run again, or use `--history DIR`"
    )]
    Raced { branch: &'static str, tries: u32 },
}

impl Git {
    pub(super) fn in_folder(folder: &Path) -> Git {
        Git { folder: folder.to_owned(), variables: Vec::new() }
    }

    /// The same, with a variable more.
    #[must_use]
    pub(super) fn with(&self, name: &'static str, value: impl Into<String>) -> Git {
        let mut git = self.clone();
        git.variables.push((name, value.into()));
        git
    }

    /// What a command writes, without the last line's end.
    pub(super) fn text(&self, arguments: &[&str], input: &str) -> Result<String, BranchError> {
        let bytes = self.bytes(arguments, input)?;
        Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
    }

    /// What a command writes that need not succeed: `None` if it fails.
    pub(super) fn answer(&self, arguments: &[&str]) -> Result<Option<String>, BranchError> {
        match self.text(arguments, "") {
            Ok(text) => Ok(Some(text).filter(|text| !text.is_empty())),
            Err(BranchError::Failed { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What a command writes.
    pub(super) fn bytes(&self, arguments: &[&str], input: &str) -> Result<Vec<u8>, BranchError> {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.folder).args(arguments).envs(self.variables.iter().cloned());
        // Messages are read here, and no command of these asks a person.
        command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(BranchError::NotStarted)?;
        let mut stdin = child.stdin.take().expect("it is piped");
        let input = input.to_owned();
        // What the command writes may fill its pipe before it has read everything.
        let writer = std::thread::spawn(move || {
            // A command that fails reads nothing, and says why itself.
            let _reads_no_more = stdin.write_all(input.as_bytes());
        });
        let output = child.wait_with_output().map_err(BranchError::NotStarted)?;
        let _never_panics = writer.join();
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(BranchError::Failed { command: arguments.join(" "), said })
    }
}
