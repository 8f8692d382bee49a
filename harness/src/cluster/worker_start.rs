//! What a worker is started with: where the broker is, and perhaps which worker it is: [`WorkerStart`].

use std::io::{self, BufRead, IsTerminal};
use std::sync::mpsc;
use std::time::Duration;

use thiserror::Error;

use super::broker_address::{BrokerAddress, BrokerAddressError};

/// Which worker it is, where that is known when it is started.
const INDEX: &str = "PROOFLOAD_INTERNAL_WORKER";

/// What launchers call it, those first whose variable others pass on unchanged: `mpirun` in a job of Slurm keeps `SLURM_PROCID`.
const RANKS: [&str; 5] = ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID", "JOB_COMPLETION_INDEX"];

/// Standard input is waited for so long.
const INPUT_WITHIN: Duration = Duration::from_secs(10);

/// What a worker is started with.
#[derive(Debug, Clone)]
pub struct WorkerStart {
    /// Where it meets the coordinator.
    pub broker: BrokerAddress,
    /// Which worker it is; a hint: two may have the same, and then one of them gets another.
    pub index: Option<usize>,
    /// True if no coordinator has started it, so that broker and coordinator may come up later than it does.
    pub may_be_early: bool,
}

/// A worker that does not know where the broker is.
#[derive(Debug, Error)]
pub enum WorkerStartError {
    /// `PROOFLOAD_NATS` cannot be used.
    #[error(transparent)]
    Address(#[from] BrokerAddressError),

    /// Neither its environment nor its standard input has it.
    #[error(
        "this worker has no PROOFLOAD_NATS, neither in its environment nor on its standard input: let the launcher pass the \
         environment on (`mpirun -x PROOFLOAD_NATS -x PROOFLOAD_NATS_TOKEN …`), or set it where the worker runs"
    )]
    NoBroker,
}

impl WorkerStart {
    /// Reads the environment, and standard input if the environment does not name the broker, as behind `ssh`.
    ///
    /// # Errors
    /// If neither names a broker, or if the variable has something else.
    pub fn read() -> Result<WorkerStart, WorkerStartError> {
        let environment = |name: &str| std::env::var(name).ok();
        match WorkerStart::of(environment)? {
            Some(start) => Ok(start),
            None => {
                let lines = lines_of_input();
                let get = |name: &str| value_in(&lines, name).or_else(|| environment(name));
                WorkerStart::of(get)?.ok_or(WorkerStartError::NoBroker)
            }
        }
    }

    fn of(get: impl Fn(&str) -> Option<String>) -> Result<Option<WorkerStart>, BrokerAddressError> {
        // A coordinator says which worker it is, or that this is not known.
        let (index, may_be_early) = (index_of(&get), get(INDEX).is_none());
        Ok(BrokerAddress::from_variables(get)?.map(|broker| WorkerStart { broker, index, may_be_early }))
    }

    /// The variable that says which worker it is; set to nothing where that is not known, so that none is inherited.
    pub(crate) fn variables(index: Option<usize>) -> [(String, String); 1] {
        [(INDEX.to_owned(), index.map(|index| index.to_string()).unwrap_or_default())]
    }

    /// What a worker reads from its standard input, up to the empty line.
    pub(crate) fn input(environment: &[(String, String)]) -> String {
        let lines: String = environment.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        lines + "\n"
    }
}

fn index_of(get: &impl Fn(&str) -> Option<String>) -> Option<usize> {
    let names = [INDEX].into_iter().chain(RANKS);
    names.filter_map(get).find_map(|value| value.trim().parse().ok())
}

fn value_in(lines: &[String], name: &str) -> Option<String> {
    lines
        .iter()
        .find_map(|line| line.split_once('=').filter(|(other, _)| *other == name))
        .map(|(_, value)| value.to_owned())
}

/// The lines of standard input up to an empty one; none from a terminal, at which no person is asked.
fn lines_of_input() -> Vec<String> {
    if io::stdin().is_terminal() {
        return Vec::new();
    }
    let (sender, lines) = mpsc::channel();
    // On its own thread: standard input may be open for ever and silent.
    std::thread::spawn(move || sender.send(lines_to_blank(io::stdin().lock())));
    lines.recv_timeout(INPUT_WITHIN).unwrap_or_default()
}

fn lines_to_blank(input: impl BufRead) -> Vec<String> {
    input.lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(variables: &[(&str, &str)]) -> Option<usize> {
        index_of(&|name: &str| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_launcher_nearest_to_the_worker_says_which_one_it_is() {
        assert_eq!(index(&[]), None);
        assert_eq!(index(&[("SLURM_PROCID", "3")]), Some(3));
        assert_eq!(index(&[("JOB_COMPLETION_INDEX", "7")]), Some(7));
        // `mpirun` in a job of Slurm: the batch script itself is process 0.
        assert_eq!(index(&[("SLURM_PROCID", "0"), ("OMPI_COMM_WORLD_RANK", "2")]), Some(2));
        assert_eq!(index(&[("SLURM_PROCID", "0"), (INDEX, "5")]), Some(5));
        assert_eq!(index(&[(INDEX, ""), ("PMI_RANK", "1")]), Some(1));
        assert_eq!(index(&[("SLURM_PROCID", "none")]), None);
    }

    #[test]
    fn a_worker_without_variables_reads_the_same_from_its_standard_input() {
        let environment = [("PROOFLOAD_NATS", "nats://host:1"), ("PROOFLOAD_NATS_TOKEN", "a=b"), (INDEX, "4")];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let input = WorkerStart::input(&environment) + "more\n";
        let lines = lines_to_blank(input.as_bytes());
        let start = WorkerStart::of(|name| value_in(&lines, name)).unwrap().unwrap();
        assert_eq!((start.broker.server.as_str(), start.index), ("nats://host:1", Some(4)));
        assert_eq!(value_in(&lines, "PROOFLOAD_NATS_TOKEN").as_deref(), Some("a=b"));
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn a_worker_may_be_early_unless_a_coordinator_has_started_it() {
        let start = |variables: Vec<(String, String)>| {
            let broker = [("PROOFLOAD_NATS".to_owned(), "nats://host:1".to_owned())];
            let lines: Vec<String> =
                broker.into_iter().chain(variables).map(|(name, value)| format!("{name}={value}")).collect();
            WorkerStart::of(|name| value_in(&lines, name)).unwrap().unwrap().may_be_early
        };
        assert!(start(Vec::new()) && start(vec![("JOB_COMPLETION_INDEX".to_owned(), "3".to_owned())]));
        assert!(!start(WorkerStart::variables(Some(3)).to_vec()) && !start(WorkerStart::variables(None).to_vec()));
    }

    #[test]
    fn a_worker_without_a_broker_says_what_to_do() {
        assert!(WorkerStart::of(|_| None).unwrap().is_none());
        assert!(WorkerStartError::NoBroker.to_string().contains("mpirun -x PROOFLOAD_NATS"));
    }
}
