//! One load of the comparison, and what a generator used to offer it.

use std::time::Duration;

use super::process::Used;

pub(crate) const KIB: usize = 1024;

/// The test of the closed load, which every generator offers.
pub(crate) const CLOSED: &str = "probe::closed";
/// The same to twenty endpoints, each with figures of its own.
pub(crate) const ENDPOINTS: &str = "probe::endpoints";

/// A load that each generator offers in turn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GeneratorLoad {
    pub(crate) users: usize,
    pub(crate) answers: Answers,
    /// The test in `probe` that offers it; rivals offer closed loads to one endpoint only.
    pub(crate) test: &'static str,
    /// Of an open load: requests a second.
    pub(crate) rate_per_s: Option<u32>,
    /// Proofload writes a line for each request.
    pub(crate) requests_csv: bool,
    pub(crate) duration_s: u32,
}

/// How the server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answers {
    pub(crate) body_bytes: usize,
    pub(crate) head: Head,
}

/// What a client can expect of the head of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    /// It is always the same.
    Same,
    /// Each has another request id, as those of most servers do.
    Changing,
}

impl Answers {
    pub(crate) fn of(body_bytes: usize) -> Answers {
        Answers { body_bytes, head: Head::Same }
    }
}

impl GeneratorLoad {
    /// Its name, by which `LOADS` selects it.
    pub(crate) fn title(&self) -> String {
        let mut title = match self.rate_per_s {
            Some(rate) => format!("open {rate}/s, {} in flight at most", self.users),
            None => format!("{} users", self.users),
        };
        title += &format!(", {:.1} KiB", self.answers.body_bytes as f64 / KIB as f64);
        if self.answers.head == Head::Changing {
            title += ", changing head";
        }
        if self.test == ENDPOINTS {
            title += ", 20 endpoints";
        }
        title
    }

    /// A limit beyond the load with its start and its end, even if it is measured twice.
    pub(crate) fn longest_run(&self) -> Duration {
        Duration::from_secs(u64::from(30 + 3 * self.duration_s))
    }
}

/// What a generator used, and how many requests it completed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct GeneratorCost {
    /// Processor time per request, user and system, of the whole process.
    pub(crate) cpu_us: f64,
    pub(crate) requests_per_s: Option<f64>,
    pub(crate) lag_p99_us: Option<f64>,
    pub(crate) resident_bytes: Option<u64>,
    /// Time of the test in which no load was offered.
    pub(crate) beside_the_load_s: f64,
}

impl GeneratorCost {
    /// The cost of a generator that prints only how many requests it made.
    pub(crate) fn by_count(used: &Used, requests: f64, load: &GeneratorLoad) -> GeneratorCost {
        GeneratorCost {
            cpu_us: used.cpu_s / requests * 1e6,
            requests_per_s: Some(requests / f64::from(load.duration_s)),
            lag_p99_us: None,
            resident_bytes: used.resident_bytes,
            beside_the_load_s: 0.0,
        }
    }
}
