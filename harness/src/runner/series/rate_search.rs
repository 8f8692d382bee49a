//! The probes of a search for capacity, shared by capacity tests and by rates that are a share of a capacity.

use super::run_series::{RunSeries, probe_row};
use crate::measure::{Ended, Measured};
use crate::metric::Metric;
use crate::outcome::probe::ProbeRow;
use crate::outcome::search::{Found, Probe, Search, SearchStep};
use crate::outcome::{Outcome, probe_outcome, probe_result};
use crate::runner::run::{Criteria, Run};
use crate::threshold::Threshold;
use crate::workload::{CapacitySearch, RunLength, Warmup, Workload};

/// A search and the probes made so far.
pub(crate) struct RateSearch {
    workload: Workload,
    criteria: Criteria,
    search: Search,
    /// One row for each probe.
    pub(crate) probes: Vec<ProbeRow>,
    /// The figures of the last probe.
    pub(crate) last: Option<Measured>,
}

impl RateSearch {
    /// A search in which `criteria` must hold, apart from thresholds that bound the load itself.
    pub(crate) fn new(workload: Workload, plan: &CapacitySearch, criteria: &Criteria) -> RateSearch {
        let criteria = Criteria { thresholds: limits_of_a_rate(&criteria.thresholds), ..*criteria };
        RateSearch { workload, criteria, search: Search::new(plan), probes: Vec::new(), last: None }
    }

    /// What the search found; nothing if it was cut short.
    pub(crate) fn found(&self) -> Found {
        match self.search.next() {
            SearchStep::Done(found) if !self.is_cut_short() => found,
            _ => Found::default(),
        }
    }

    /// Why the last probe ended early, if it did.
    pub(crate) fn broken(&self) -> Option<&str> {
        match &self.last.as_ref()?.ended {
            Ended::Broken(why) | Ended::Stopped(why) => Some(why),
            _ => None,
        }
    }

    /// Which worker the last probe lost, if it did.
    pub(crate) fn lost_worker(&self) -> Option<&str> {
        match &self.last.as_ref()?.ended {
            Ended::WorkerLost(which) => Some(which),
            _ => None,
        }
    }

    fn is_cut_short(&self) -> bool {
        self.broken().is_some() || self.lost_worker().is_some()
    }
}

impl RunSeries for RateSearch {
    fn criteria(&self) -> &Criteria {
        &self.criteria
    }

    fn next_workload(&self) -> Option<Workload> {
        match self.search.next() {
            SearchStep::Probe(probe) if !self.is_cut_short() => Some(workload_of(&self.workload, &probe)),
            _ => None,
        }
    }

    fn record(&mut self, run: Run) {
        let SearchStep::Probe(probe) = self.search.next() else { return };
        let result = probe_result(&run.measured, &run.judgement, probe.measure, run.elapsed);
        let mut row = probe_row(&run, Some(probe.purpose));
        if row.outcome != Outcome::Errored {
            (row.outcome, row.reason) = probe_outcome(&result, row.reason.take());
        }
        self.probes.push(row);
        self.search.record(result);
        self.last = Some(run.measured);
    }
}

/// The thresholds that must hold at a rate: what counts requests says more about the rate than about the server.
fn limits_of_a_rate(thresholds: &[Threshold]) -> Vec<Threshold> {
    let bounds_the_load = |metric| {
        matches!(
            metric,
            Metric::Capacity | Metric::Throughput | Metric::PeakThroughput | Metric::Requests | Metric::Recovery
        )
    };
    thresholds.iter().filter(|threshold| !bounds_the_load(threshold.metric)).cloned().collect()
}

fn workload_of(workload: &Workload, probe: &Probe) -> Workload {
    let (warmup, length) = (Warmup::Duration(probe.settle), RunLength::Duration(probe.measure));
    Workload { warmup, length, ..workload.clone() }.at_level(probe.rate_per_s)
}
