//! What coordinator and workers send each other.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::clock_offset::ClockOffset;
use super::identity::{HostMachine, Sameness};
use crate::fixture::PackedFixtures;
use crate::measure::{KnownLimits, PartSeconds};
use crate::workload::Workload;

/// Changes with every change of the messages or of what they mean.
pub(super) const VERSION: u32 = 3;

/// Where a process that wants to be a worker finds the coordinator of this run. What is not a letter, a digit or a hyphen has a meaning
/// in a subject.
pub(super) fn hello_subject(run_id: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let run_id: String = run_id.chars().map(safe).collect();
    format!("proofload.{run_id}.coordinator")
}

/// The subjects of one coordinator and its workers: two runs share a broker, and two coordinators after each other may share the name of
/// their run.
#[derive(Debug, Clone)]
pub(super) struct Subjects {
    hello: String,
    coordinator: u64,
}

impl Subjects {
    /// Of the coordinator with this number in the run of this name.
    pub(super) fn of(run_id: &str, coordinator: u64) -> Subjects {
        Subjects { hello: hello_subject(run_id), coordinator }
    }

    /// Where the coordinator is called by its workers.
    pub(super) fn coordinator(&self) -> String {
        format!("{}.{:x}", self.hello, self.coordinator)
    }

    /// Where this worker is called.
    pub(super) fn worker(&self, index: usize) -> String {
        format!("{}.worker.{index}", self.coordinator())
    }

    /// The coordinator's heartbeats.
    pub(super) fn beats(&self) -> String {
        format!("{}.beats", self.coordinator())
    }
}

/// From a worker to the coordinator.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum ToCoordinator {
    /// The first message of a process. Answer: `Welcome` or `Refused`.
    Hello(Box<WorkerHello>),
    /// The worker can be called. Answer: `Done`.
    Joined { worker: usize },
    /// Answer: `Time`.
    Ping,
    /// Every 250 ms.
    Beat { worker: usize },
    /// Its part of a load can begin. Answer: `Done`.
    Ready { load: u64, worker: usize },
    /// What happened since the last one, for the live page alone; `number` counts from 0.
    Seconds { load: u64, worker: usize, number: u64, seconds: PartSeconds },
    /// The test's own code goes on and cannot be ended. Answer: `Done`.
    Stuck { load: u64, worker: usize, why: String },
    /// Its part has ended, and it waits until it may hand in what that came to. If it `broke_off` by itself, what the others offer is
    /// not the load any more. Answer: `Done`.
    Finished { load: u64, worker: usize, broke_off: bool },
    /// What its part came to, and how many `Seconds` it has sent. Answer: `Done`.
    Final { load: u64, worker: usize, seconds_sent: u64, part: FinalPart },
    /// It ends, and why.
    Leaves { worker: usize, why: String },
}

/// Who wants to be a worker.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct WorkerHello {
    pub(super) sameness: Sameness,
    pub(super) machine: HostMachine,
    pub(super) pid: u32,
    /// The index that its launcher gave it.
    pub(super) index: Option<usize>,
    /// A number that no other process of the run has: who asks twice gets the same answer.
    pub(super) process: u64,
}

/// The result of one worker's part of a load, ready to be decoded: it may be large, and is not needed where it arrives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum FinalPart {
    /// A `PartFigures`.
    Figures(#[serde(with = "serde_bytes")] Vec<u8>),
    /// The load could not be offered at all.
    Broken(String),
}

/// An answer of the coordinator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum CoordinatorAnswer {
    Welcome {
        index: usize,
        of: usize,
        /// The number of the coordinator, which is in the subjects of all that follows.
        coordinator: u64,
        /// Where it keeps what it could not send.
        folder: PathBuf,
    },
    Refused {
        why: String,
    },
    Time {
        coordinator_ns: i64,
    },
    Done,
}

/// From the coordinator to a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum ToWorker {
    /// Prepare your part of a load. Answer: `Preparing` or `Refused`.
    Prepare {
        order: Box<OrderedLoad>,
        /// The cores of its machine, divided among the workers there: at most so many threads offer its part.
        threads: usize,
    },
    /// All parts are ready: the load begins so long after its origin. Answer: `Done`.
    Begin { load: u64, begins: Duration },
    /// End it early. Answer: `Done`.
    Stop { load: u64, why: String },
    /// Hand in what your part came to. Answer: `Done`.
    HandIn { load: u64 },
    /// End. Answer: `Done`.
    Leave,
}

/// One load, for all workers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct OrderedLoad {
    /// Counts the loads of a run from 1.
    pub(super) load: u64,
    /// The name of the test.
    pub(super) test: String,
    pub(super) workload: Workload,
    pub(super) limits: KnownLimits,
    /// If servers take turns: which one it is, of how many, and how long a turn is.
    pub(super) turns: Option<(usize, usize, Duration)>,
    pub(super) fixtures: PackedFixtures,
    /// What all processes count time from, on the coordinator's clock.
    pub(super) origin_ns: i64,
}

/// An answer of a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum WorkerAnswer {
    Preparing(ClockOffset),
    Refused { why: String },
    Done,
}

/// The coordinator's heartbeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CoordinatorBeat {
    /// Workers that were lost: one that is among them ends.
    pub(super) lost: Vec<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_has_subjects_of_its_own_whatever_its_name() {
        assert_eq!(hello_subject("2026-11-26 21.09 *>"), "proofload.2026-11-26_21_09___.coordinator");
        let subjects = Subjects::of("2026-11-26 21.09 *>", 0x2f);
        assert_eq!(subjects.coordinator(), "proofload.2026-11-26_21_09___.coordinator.2f");
        assert_eq!(subjects.worker(3), "proofload.2026-11-26_21_09___.coordinator.2f.worker.3");
    }
}
