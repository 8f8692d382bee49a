//! The search for the rate that a server takes: of a capacity test, and of a rate that is a share of it.

use std::time::Instant;

use super::environment::is_optimised;
use super::programme::{Course, Run};
use crate::kind::Kind;
use crate::measure::{Ended, Measured};
use crate::metric::Metric;
use crate::outcome::probe::ProbeRow;
use crate::outcome::search::{Found, Probe, ProbeResult, Purpose, Search, Step};
use crate::outcome::{Judgement, Outcome, ThresholdVerdict, figure, judge, probe_result};
use crate::threshold::Threshold;
use crate::workload::{CapacitySearch, RunLength, Warmup, Workload};

/// What a search for another test's sake came to.
#[derive(Debug, Clone)]
pub(super) struct Calibrated {
    /// The test that searched.
    pub(super) found_by: String,
    pub(super) found: Found,
    pub(super) probes: Vec<ProbeRow>,
    /// Why the rate is not known; `None` if it is.
    pub(super) unknown: Option<String>,
}

impl Calibrated {
    /// The capacity, or why it is not known.
    pub(super) fn known(&self) -> Result<f64, String> {
        let unknown = || "its rate is a share of the capacity, which is not known".to_owned();
        match &self.unknown {
            Some(why) => Err(why.clone()),
            None => self.found.capacity_per_s.ok_or_else(unknown),
        }
    }
}

impl Course<'_> {
    /// The rate at which `limits` hold, for `rate = 50% of capacity`. Fails if the test or its server broke.
    pub(super) async fn calibrate(
        mut self,
        plan: &CapacitySearch,
        limits: &[Threshold],
    ) -> Result<Calibrated, (String, Calibrated)> {
        let searched = self.search(&self.test.workload, plan, limits).await;
        let calibrated = |found: Found, probes, unknown| Calibrated {
            found_by: self.test.case.name.clone(),
            found,
            probes,
            unknown,
        };
        let (found, last) = match searched {
            Ok(searched) => searched,
            Err(why) => return Err((why, calibrated(Found::default(), self.probes, None))),
        };
        if let Some(Ended::Broken(why) | Ended::Stopped(why)) = last.map(|measured| measured.ended) {
            return Err((why, calibrated(found, self.probes, None)));
        }
        let is_known = found.capacity_per_s.is_some() && !found.limited_by_generator;
        let unknown = || format!("its rate is a share of the capacity, and {}", not_found(found, plan));
        Ok(calibrated(found, self.probes, (!is_known).then(unknown)))
    }

    /// The run that validated the result stands for the test, or else the last one.
    pub(super) async fn capacity(&mut self, workload: &mut Workload, plan: &CapacitySearch) -> Result<Run, String> {
        let thresholds = &self.test.case.thresholds;
        let (found, last) = self.search(workload, plan, thresholds).await?;
        let mut measured = last.ok_or_else(|| not_found(found, plan))?;
        self.found = Some(found);
        measured.capacity_per_s = found.capacity_per_s;
        if let Some(row) = self.probes.last() {
            *workload = workload.clone().at_level(row.load.value());
        }
        let mut judgement = judge(&measured, thresholds, Kind::Capacity, is_optimised());
        if measured.ended == Ended::AsPlanned && !self.is_interrupted() {
            weigh(found, plan, &mut judgement);
        }
        Ok((measured, judgement))
    }

    /// Probes until the search is over, a run ends before its time, or we are interrupted.
    async fn search(
        &mut self,
        workload: &Workload,
        plan: &CapacitySearch,
        limits: &[Threshold],
    ) -> Result<(Found, Option<Measured>), String> {
        let thresholds = limits_of_a_rate(limits);
        let (mut search, mut last) = (Search::new(plan), None);
        loop {
            let probe = match search.next() {
                Step::Probe(probe) if !self.is_interrupted() => probe,
                Step::Probe(_) => return Ok((Found::default(), last)),
                Step::Done(found) => return Ok((found, last)),
            };
            let (started, load) = (Instant::now(), load_of(workload, &probe));
            let run = self.run(&load, &thresholds).await?;
            let result = probe_result(&run.0, &run.1, probe.measure, started.elapsed());
            self.keep_probe(&load, probe.purpose, &run, &result);
            search.tell(result);
            let is_broken = matches!(run.0.ended, Ended::Broken(_) | Ended::Stopped(_));
            last = Some(run.0);
            if is_broken {
                return Ok((Found::default(), last));
            }
        }
    }

    /// The row says what the search makes of the probe, which need not be what a test would make of it.
    fn keep_probe(&mut self, load: &Workload, purpose: Purpose, run: &Run, result: &ProbeResult) {
        self.keep(load, Some(purpose), run);
        let Some(row) = self.probes.last_mut().filter(|row| row.outcome != Outcome::Errored) else { return };
        let why = row.reason.take();
        (row.outcome, row.reason) = match result {
            _ if result.is_held() => (Outcome::Passed, why.map(|why| format!("holds, although {why}"))),
            _ if result.backlog_grew && result.holds => {
                (Outcome::Failed, Some("more and more requests were in flight".to_owned()))
            }
            _ if result.is_disturbed() => {
                (Outcome::Invalid, why.or_else(|| Some("the load was not offered in full".to_owned())))
            }
            _ => (Outcome::Failed, why),
        };
    }
}

/// The search's own verdict on top of that of its last run.
fn weigh(found: Found, plan: &CapacitySearch, judgement: &mut Judgement) {
    let proves_enough = |verdict: &ThresholdVerdict| verdict.threshold.metric == Metric::Capacity && verdict.holds;
    if found.capacity_per_s.is_some() && found.limited_by_generator {
        let why = generator_told(found);
        if judgement.outcome == Outcome::Passed && judgement.thresholds.iter().any(proves_enough) {
            judgement.warnings.push(format!("{why}: the server may well take more"));
        } else {
            (judgement.outcome, judgement.reason) = (Outcome::Invalid, Some(why));
        }
    } else if found.capacity_per_s.is_none() {
        // A server of which the generator hindered the search is not too slow.
        let is_ours = found.limited_by_generator || found.disturbed > 0 || judgement.is_disturbed;
        judgement.outcome = if is_ours { Outcome::Invalid } else { Outcome::Failed };
        judgement.reason = Some(not_found(found, plan));
    }
}

fn not_found(found: Found, plan: &CapacitySearch) -> String {
    let Some(why) = found.not_converged(plan.budget) else { return generator_told(found) };
    match found.disturbed {
        0 => why,
        1 => format!("{why}; the generator was disturbed in 1 probe"),
        probes => format!("{why}; the generator was disturbed in {probes} probes"),
    }
}

fn generator_told(found: Found) -> String {
    let rate = found.breaks_at_per_s.map_or_else(String::new, |rate| format!(" {}", figure::rate(rate)));
    format!("the generator, and not the server, was the limit: it could not offer{rate} undisturbed")
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

fn load_of(workload: &Workload, probe: &Probe) -> Workload {
    let (warmup, length) = (Warmup::Duration(probe.settle), RunLength::Duration(probe.measure));
    Workload { warmup, length, ..workload.clone() }.at_level(probe.rate_per_s)
}
