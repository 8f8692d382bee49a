//! A test as a value.

use std::fmt;
use std::sync::Arc;

use crate::fixture::{BoundFixtures, FixtureDecl};
use crate::http::HostNames;
use crate::kind::Kind;
use crate::measure::{Live, Measured};
use crate::outcome::TestId;
use crate::registry::ArmDecl;
use crate::stop::Stop;
use crate::threshold::Threshold;
use crate::workload::{ArmOrder, Calibration, RunPlan, Workload};

/// Everything the runner needs to know of a test.
#[derive(Debug, Clone)]
pub struct Test {
    /// Its package, test binary and name.
    pub id: TestId,
    /// The module whose fixtures of scope `module` it shares.
    pub module: String,
    /// What it asks.
    pub kind: Kind,
    /// The first paragraph of its documentation, or empty.
    pub doc: String,
    /// Where it is declared: `perf-tests/tests/perf/agent.rs:12`, or empty.
    pub source: String,
    /// Its markers besides the kind.
    pub markers: Vec<String>,
    /// What it is judged by.
    pub thresholds: Vec<Threshold>,
    /// One run of it; for a series of runs the first.
    pub workload: Workload,
    /// Which runs it consists of.
    pub runs: RunPlan,
    /// The setting that says how many users, or iterations at once, there may be. `None` if none does, and the built-in
    /// in-flight cap may be lowered.
    pub most_users_from: Option<&'static str>,
    /// `rate = 50% of capacity`: the workload must not be offered before this has resolved it.
    pub capacity_share: Option<CapacityShare>,
    /// Whether each request is written to a file; `None` leaves that to the command.
    pub requests_csv: Option<bool>,
    /// The fixtures it needs, in the order of its parameters.
    pub needs: Vec<&'static FixtureDecl>,
    /// The names of the tests that must pass before it runs.
    pub needed_tests: Vec<String>,
    /// What takes part in turn, two or more; empty for a test that compares nothing.
    pub arms: Vec<ArmDecl>,
    /// How the arms take turns.
    pub order: ArmOrder,
    /// What offers its load.
    pub load: Arc<dyn OfferLoad>,
}

/// A rate that is a share of a capacity, which a search finds first.
#[derive(Debug, Clone)]
pub struct CapacityShare {
    /// The share, and how to search.
    pub calibration: Calibration,
    /// What must hold at the capacity.
    pub limits: Vec<Threshold>,
    /// Tests with the same text ask the same work of the server, so that one search answers for all of them.
    pub same_work: String,
}

/// Something that can offer a workload: an author's function with its users, or a fake.
pub trait OfferLoad: Send + Sync {
    /// Offers `workload` until it is complete or `stop` is pulled, and returns what was measured. Blocks the thread. `hosts`
    /// are the host names that are looked up in the run.
    fn offer(
        &self,
        fixtures: &BoundFixtures,
        workload: &Workload,
        stop: &Stop,
        live: &Arc<Live>,
        hosts: &Arc<HostNames>,
    ) -> Measured;
}

impl<F> OfferLoad for F
where
    F: Fn(&BoundFixtures, &Workload, &Stop, &Arc<Live>, &Arc<HostNames>) -> Measured + Send + Sync,
{
    fn offer(
        &self,
        fixtures: &BoundFixtures,
        workload: &Workload,
        stop: &Stop,
        live: &Arc<Live>,
        hosts: &Arc<HostNames>,
    ) -> Measured {
        self(fixtures, workload, stop, live, hosts)
    }
}

impl fmt::Debug for dyn OfferLoad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OfferLoad")
    }
}
