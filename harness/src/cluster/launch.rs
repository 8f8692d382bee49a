//! The processes that a run has started its workers with: [`WorkerProcesses`].

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use futures_util::future::{join_all, select_all};
use thiserror::Error;

use super::launch_template::{LaunchedCommand, WorkerLaunch};
use super::worker_start::WorkerStart;
use crate::server::{ProcessExit, ProgramError, ProgramStart, SupervisedProgram};

/// Options that only the coordinator has to know, each with a value. A worker's command is shorter without them, and is read
/// by fewer shells.
const OF_COORDINATOR: [&str; 4] = ["--workers", "--launch", "--hosts", "--print-manifest"];

/// Why workers could not be started.
#[derive(Debug, Error)]
pub enum LaunchError {
    /// The launcher is missing.
    #[error("`{program}` of --launch is not installed here: install it, or write the path of one that is")]
    Missing {
        /// As written.
        program: String,
    },

    /// It could not be started.
    #[error(transparent)]
    NotStarted(#[from] ProgramError),

    /// A launcher cannot be given such a command.
    #[error(
        "the path of this test binary, or an argument of it, is not valid Unicode, and --launch needs it as text: {0}"
    )]
    NotUnicode(String),
}

/// A process that has ended: a worker, or what started workers.
#[derive(Debug, Clone)]
pub struct EndedLaunch {
    /// `worker-3`, `launcher`, `host-a`: the name of its output file, too.
    pub name: String,
    /// The worker that it is, or that it alone has started, if that is known.
    pub worker: Option<usize>,
    /// How it ended.
    pub exit: ProcessExit,
    /// The file with its output.
    pub output: PathBuf,
    /// The last lines there.
    pub last_words: Vec<String>,
}

/// The processes that a run has started its workers with. They end when this is dropped, and with this process.
#[derive(Debug)]
pub struct WorkerProcesses {
    processes: Vec<LaunchedProcess>,
}

#[derive(Debug)]
struct LaunchedProcess {
    name: String,
    worker: Option<usize>,
    program: SupervisedProgram,
}

impl LaunchedProcess {
    fn ended(&self, exit: ProcessExit) -> EndedLaunch {
        let LaunchedProcess { name, worker, program } = self;
        let (output, last_words) = (program.output().to_owned(), program.last_words());
        EndedLaunch { name: name.clone(), worker: *worker, exit, output, last_words }
    }

    async fn end(&self) -> EndedLaunch {
        self.ended(self.program.ended().await)
    }
}

impl WorkerProcesses {
    /// Starts all of them. `command` is the command of one worker, and `environment` has what it needs to find the broker,
    /// which every process also gets on its standard input: `ssh` passes no variables on.
    ///
    /// # Errors
    /// If one cannot be started; those that were are gone then.
    pub async fn start(
        launch: &WorkerLaunch,
        command: &[OsString],
        environment: &[(String, String)],
        output_dir: &Path,
    ) -> Result<WorkerProcesses, LaunchError> {
        let mut processes = WorkerProcesses { processes: Vec::new() };
        for command in launch.commands(&texts(command)?) {
            match start_one(&command, environment, output_dir).await {
                Ok(program) => {
                    let LaunchedCommand { name, index: worker, .. } = command;
                    processes.processes.push(LaunchedProcess { name, worker, program });
                }
                Err(error) => {
                    processes.stop_all().await;
                    return Err(of_launcher(error, launch));
                }
            }
        }
        Ok(processes)
    }

    /// The processes themselves; of a launcher, not what it has started.
    #[must_use]
    pub fn pids(&self) -> Vec<u32> {
        self.processes.iter().map(|process| process.program.pid()).collect()
    }

    /// Waits until the first one has ended; for ever if they are started elsewhere.
    pub async fn first_end(&self) -> EndedLaunch {
        if self.processes.is_empty() {
            return std::future::pending().await;
        }
        select_all(self.processes.iter().map(|process| Box::pin(process.end()))).await.0
    }

    /// Calls `note` for each one as it ends, until all have.
    pub(crate) async fn each_end(&self, note: impl Fn(&EndedLaunch)) {
        join_all(self.processes.iter().map(|process| async { note(&process.end().await) })).await;
    }

    /// The last lines that this worker has printed so far, and the file with all of them; `None` if other workers print there, too.
    pub(crate) fn so_far(&self, worker: usize) -> Option<(Vec<String>, PathBuf)> {
        let process = self.processes.iter().find(|process| process.worker == Some(worker))?;
        Some((process.program.last_words(), process.program.output().to_owned()))
    }

    /// How each one has ended that has.
    #[must_use]
    pub fn ended(&self) -> Vec<EndedLaunch> {
        self.processes.iter().filter_map(|process| Some(process.ended(process.program.exit()?))).collect()
    }

    /// Waits until each one has ended by itself.
    pub async fn all_ended(&self) -> Vec<EndedLaunch> {
        join_all(self.processes.iter().map(LaunchedProcess::end)).await
    }

    /// Asks all of them to end, and waits until nothing of them is left on this machine. Returns false if something is.
    pub async fn stop_all(&self) -> bool {
        let stops = self.processes.iter().map(|process| process.program.stop());
        join_all(stops).await.into_iter().all(|is_gone| is_gone)
    }
}

async fn start_one(
    command: &LaunchedCommand,
    environment: &[(String, String)],
    output_dir: &Path,
) -> Result<SupervisedProgram, ProgramError> {
    let (program, arguments) =
        command.words.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    let environment = [environment, &WorkerStart::variables(command.index)].concat();
    let start = ProgramStart {
        name: &command.name,
        program: OsStr::new(program),
        arguments: &arguments,
        environment: &environment,
        output_dir,
    };
    SupervisedProgram::start_with_input(start, &WorkerStart::input(&environment)).await
}

fn of_launcher(error: ProgramError, launch: &WorkerLaunch) -> LaunchError {
    match error {
        ProgramError::Missing { program, .. } if launch.has_launcher() => LaunchError::Missing { program },
        other => LaunchError::NotStarted(other),
    }
}

/// The words as texts, without what only the coordinator has to know.
fn texts(command: &[OsString]) -> Result<Vec<String>, LaunchError> {
    let text = |word: &OsString| {
        let text = word.to_str().map(str::to_owned);
        text.ok_or_else(|| LaunchError::NotUnicode(word.to_string_lossy().into_owned()))
    };
    Ok(without_launch(&command.iter().map(text).collect::<Result<Vec<_>, _>>()?))
}

/// The arguments without what only the coordinator has to know.
pub(super) fn without_launch(arguments: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if word == "--" {
            kept.push(word.clone());
            kept.extend(words.by_ref().cloned());
        } else if OF_COORDINATOR.contains(&word.as_str()) {
            words.next();
        } else if !word.split_once('=').is_some_and(|(name, _)| OF_COORDINATOR.contains(&name)) {
            kept.push(word.clone());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_is_not_given_what_only_its_coordinator_has_to_know() {
        let command = [
            "perf",
            "--workers",
            "4",
            "--launch=ssh {host} {command}",
            "--hosts",
            "a,b",
            "--users",
            "5",
            "--",
            "--hosts",
            "x",
        ];
        let command: Vec<OsString> = command.iter().map(OsString::from).collect();
        assert_eq!(texts(&command).unwrap(), ["perf", "--users", "5", "--", "--hosts", "x"]);
    }
}
