//! A capacity test: the result is what the search finds, and the last probe represents the test.

use std::time::Duration;

use super::rate_search::RateSearch;
use super::run_series::{RunSeries, TestResult, TestSeries, mark_judged};
use crate::kind::Kind;
use crate::measure::Ended;
use crate::outcome::{judge_search, why_not_found};
use crate::runner::run::{Criteria, Run};
use crate::workload::{CapacitySearch, Workload};

pub(super) struct CapacitySeries {
    workload: Workload,
    plan: CapacitySearch,
    /// All thresholds of the test, its `capacity` among them.
    criteria: Criteria,
    search: RateSearch,
    /// How long the last probe took.
    elapsed: Duration,
}

impl CapacitySeries {
    pub(super) fn new(workload: Workload, plan: &CapacitySearch, criteria: Criteria) -> CapacitySeries {
        let search = RateSearch::new(workload.clone(), plan, &criteria);
        CapacitySeries { workload, plan: plan.clone(), criteria, search, elapsed: Duration::ZERO }
    }
}

impl RunSeries for CapacitySeries {
    fn criteria(&self) -> &Criteria {
        self.search.criteria()
    }

    fn next_workload(&self) -> Option<Workload> {
        self.search.next_workload()
    }

    fn record(&mut self, run: Run) {
        self.elapsed = run.elapsed;
        self.search.record(run);
    }
}

impl TestSeries for CapacitySeries {
    /// The run that validated the capacity is the last one, unless the search was cut short.
    fn conclude(self: Box<Self>) -> Result<TestResult, String> {
        let CapacitySeries { workload, plan, criteria, search, elapsed } = *self;
        let found = search.found();
        let RateSearch { mut probes, last, .. } = search;
        let latest = probes.len().saturating_sub(1);
        mark_judged(&mut probes, latest);
        let mut measured = last.ok_or_else(|| why_not_found(found, &plan))?;
        measured.capacity_per_s = found.capacity_per_s;
        let workload = match probes.last() {
            Some(row) => workload.at_level(row.load.value()),
            None => workload,
        };
        let mut judgement = Criteria { kind: Kind::Capacity, ..criteria }.judge(&measured);
        if measured.ended == Ended::AsPlanned {
            judge_search(found, &plan, &mut judgement);
        }
        Ok(TestResult { run: Run { workload, measured, judgement, elapsed }, probes, search: Some(found) })
    }
}
