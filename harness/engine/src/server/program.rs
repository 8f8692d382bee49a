//! A program that is no server, such as a broker or a launcher, under a supervisor: [`SupervisedProgram`].
//!
//! It ends with this process, however this process ends, and so does everything that it has started on this machine.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use thiserror::Error;

use super::child_process::{ChildProcess, ProcessState};
use super::error::ServerError;
use super::exit::ProcessExit;
use super::output_limit::OutputLimit;
use super::supervisor::INPUT;
use super::{output, reexec};

/// Why a program could not be started.
#[derive(Debug, Error)]
pub enum ProgramError {
    /// There is no such program.
    #[error("cannot start {name}: there is no program `{program}` in a folder of PATH, nor is it the path of one")]
    Missing {
        /// What it was started as.
        name: String,
        /// The program.
        program: String,
    },

    /// The system refused it, or its supervisor ended.
    #[error("cannot start {name} ({program}): {reason}")]
    NotStarted {
        /// What it was started as.
        name: String,
        /// The program.
        program: String,
        /// What the system said.
        reason: String,
    },

    /// The file for its output could not be created.
    #[error("cannot start {name}: {reason}")]
    Output {
        /// What it was started as.
        name: String,
        /// The file, and what the system said.
        reason: String,
    },
}

/// What to start. Without `Debug`: the environment may have a secret.
#[derive(Clone, Copy)]
pub struct ProgramStart<'a> {
    /// The name of its output file, and in messages.
    pub name: &'a str,
    /// A name that is looked for in PATH, or a path.
    pub program: &'a OsStr,
    /// Its arguments, which everyone on this machine can read.
    pub arguments: &'a [OsString],
    /// Variables besides those of this process.
    pub environment: &'a [(String, String)],
    /// The folder for its output; created if need be.
    pub output_dir: &'a Path,
}

/// A program under a supervisor. It is asked to end when this is dropped, and when this process ends.
#[derive(Debug)]
pub struct SupervisedProgram {
    /// The supervisor.
    child: u32,
    pid: u32,
    process: ChildProcess,
    output: PathBuf,
}

impl SupervisedProgram {
    /// Starts it and waits until it runs. Nothing here needs a fixture.
    ///
    /// # Errors
    /// If it is missing or cannot be started, or its output file cannot be created.
    pub async fn start(start: ProgramStart<'_>) -> Result<SupervisedProgram, ProgramError> {
        SupervisedProgram::start_with_input(start, "").await
    }

    /// The same with this text on its standard input, which then ends.
    ///
    /// # Errors
    /// As [`SupervisedProgram::start`].
    pub async fn start_with_input(start: ProgramStart<'_>, input: &str) -> Result<SupervisedProgram, ProgramError> {
        let (name, program) = (start.name.to_owned(), start.program.to_string_lossy().into_owned());
        let refused = |reason: String| {
            let (name, program) = (name.clone(), program.clone());
            // "No such file or directory", whatever the language of the system.
            match reason.contains("(os error 2)") {
                true => ProgramError::Missing { name, program },
                false => ProgramError::NotStarted { name, program, reason },
            }
        };
        let (process, child, output) = start_supervisor(&start, input).map_err(|failure| match failure {
            Failure::Output(error) => ProgramError::Output { name: name.clone(), reason: reason_of(error) },
            Failure::Supervisor(error) => {
                let reason = format!("its supervisor does not start: {error}");
                ProgramError::NotStarted { name: name.clone(), program: program.clone(), reason }
            }
        })?;
        let is_known =
            |state: &ProcessState| state.program.is_some() || state.refusal.is_some() || state.exit.is_some();
        let state = process.until(is_known).await;
        match (state.program, state.refusal) {
            (Some(pid), _) => Ok(SupervisedProgram { child, pid, process, output }),
            (None, Some(reason)) => Err(refused(reason)),
            (None, None) => {
                let exit = state.exit.unwrap_or(ProcessExit::Unknown);
                let words = output::last_lines(&output, output::LINES_SHOWN).join("\n");
                let reason = format!("its supervisor ended with {exit} before it had started the program\n{words}");
                Err(ProgramError::NotStarted { name, program, reason: reason.trim_end().to_owned() })
            }
        }
    }

    /// The process id of the program itself, which also is that of its group.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The file with its output.
    #[must_use]
    pub fn output(&self) -> &Path {
        &self.output
    }

    /// The last lines of its output, as of a server.
    #[must_use]
    pub fn last_words(&self) -> Vec<String> {
        output::last_lines(&self.output, output::LINES_SHOWN)
    }

    /// How it ended, if it has.
    #[must_use]
    pub fn exit(&self) -> Option<ProcessExit> {
        self.process.state().exit
    }

    /// Waits until it has ended, whether it was asked to or not.
    pub async fn ended(&self) -> ProcessExit {
        self.process.until(|state| state.exit.is_some()).await.exit.unwrap_or(ProcessExit::Unknown)
    }

    /// Asks it to end and waits until it and its supervisor are gone: SIGTERM to its group, SIGKILL two seconds later, and
    /// the same for what it has started in other groups and sessions. Does nothing if it has ended.
    ///
    /// Returns false if something of it is still there.
    pub async fn stop(&self) -> bool {
        self.process.stop(self.child).await
    }
}

enum Failure {
    Output(ServerError),
    Supervisor(io::Error),
}

fn start_supervisor(start: &ProgramStart<'_>, input: &str) -> Result<(ChildProcess, u32, PathBuf), Failure> {
    let (path, file) = output::create(start.output_dir, start.name).map_err(Failure::Output)?;
    let started = || -> io::Result<(ChildProcess, u32)> {
        let mut command = reexec::supervisor_command(start.program)?;
        command.args(start.arguments).envs(start.environment.iter().map(|(name, value)| (name, value)));
        if !input.is_empty() {
            command.env(INPUT, input);
        }
        command.stdout(Stdio::from(file.try_clone()?)).stderr(Stdio::from(file));
        ChildProcess::start(command, OutputLimit::watch(&path)?)
    };
    let (process, child) = started().map_err(Failure::Supervisor)?;
    Ok((process, child, path))
}

/// Without the word "server".
fn reason_of(error: ServerError) -> String {
    match error {
        ServerError::Output { path, source, .. } => {
            format!("cannot create {} for its output: {source}", path.display())
        }
        other => other.to_string(),
    }
}
