//! Collects what is open at the boundaries of a run, on one worker thread: [`Boundaries`].

use super::crossing::{CarriedOver, Crossing};
use super::sample::{Fate, LogEntry, Moments};

/// What was open where the measurement began, where it ended, and between its stages: at most one request for each user or
/// slot at each boundary, and in an open workload what was queued.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Boundaries {
    /// When the measurement begins, since the run began; the end of time until that is known.
    begins_ns: u64,
    /// That was known beforehand, because time alone decides it.
    pub(super) begins_as_planned: bool,
    pub(super) requests: Vec<Crossing>,
    pub(super) iterations: Vec<Crossing>,
    /// An iteration was given up during a pause, so that not every end of an iteration is known.
    pub(super) has_given_up_iterations: bool,
    /// Iterations that ended ok in the measurement without belonging to it, less those that ended elsewhere.
    pub(super) iterations_moved: f64,
    pub(super) iterations_carried_over: Option<CarriedOver>,
}

impl Default for Boundaries {
    fn default() -> Boundaries {
        Boundaries {
            begins_ns: u64::MAX,
            begins_as_planned: false,
            requests: Vec::new(),
            iterations: Vec::new(),
            has_given_up_iterations: false,
            iterations_moved: 0.0,
            iterations_carried_over: None,
        }
    }
}

impl Boundaries {
    pub(super) fn expect_measurement(&mut self, begins_ns: u64) {
        (self.begins_ns, self.begins_as_planned) = (begins_ns, true);
    }

    pub(super) fn measure_from(&mut self, begins_ns: u64) {
        self.begins_ns = begins_ns;
    }

    /// True if what ended at `done_ns` did so after the measurement had begun.
    pub(super) fn is_after_beginning(&self, done_ns: u64) -> bool {
        done_ns > self.begins_ns
    }

    /// `part`: the one that the request belongs to; `None` before the measurement.
    #[cold]
    pub(super) fn add_request(&mut self, part: Option<usize>, endpoint: usize, entry: &LogEntry) {
        self.requests.push(Crossing {
            endpoint,
            part,
            moments: entry.moments,
            fate: entry.fate.clone(),
            answer: entry.answer,
        });
    }

    #[cold]
    pub(super) fn add_iteration(&mut self, part: Option<usize>, moments: Moments, fate: &Fate) {
        self.iterations.push(Crossing { endpoint: 0, part, moments, fate: fate.clone(), answer: None });
    }

    pub(super) fn iteration_given_up(&mut self) {
        self.has_given_up_iterations = true;
    }

    /// All was later by so much.
    pub(super) fn postpone(&mut self, by_ns: u64) {
        self.begins_ns = self.begins_ns.saturating_add(by_ns);
        for crossing in self.requests.iter_mut().chain(&mut self.iterations) {
            crossing.moments = crossing.moments.later_by(by_ns);
        }
    }

    /// `numbers`: those of the other's endpoints here.
    pub(super) fn merge(&mut self, other: Boundaries, numbers: &[usize]) {
        self.begins_ns = self.begins_ns.min(other.begins_ns);
        self.begins_as_planned |= other.begins_as_planned;
        let renumbered = |crossing: Crossing| Crossing {
            endpoint: numbers.get(crossing.endpoint).copied().unwrap_or(crossing.endpoint),
            ..crossing
        };
        self.requests.extend(other.requests.into_iter().map(renumbered));
        self.iterations.extend(other.iterations);
        self.has_given_up_iterations |= other.has_given_up_iterations;
    }
}
