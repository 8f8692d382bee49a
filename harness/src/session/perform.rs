//! One test from its fixtures to its verdict.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use super::interrupt::Interrupt;
use super::limits::too_few_descriptors;
use super::plan::PlannedTest;
use super::programme::{Carried, Course};
use super::progress::ProgressLine;
use super::searching::Calibrated;
use super::staging::RunStage;
use crate::cli::Progress;
use crate::client::Stop;
use crate::fixture::{BoundFixtures, FixtureManager, SetUpFailure, plan};
use crate::measure::{Live, Measured};
use crate::metric::Metric;
use crate::outcome::{CalibrationReport, Judgement, Outcome, ServerReport, TestReport, time_limits};
use crate::registry;
use crate::server::{Sampler, Server};
use crate::threshold::Threshold;
use crate::workload::{Calibration, RunPlan, Workload};

/// How many lines of a dead server's output are told.
const LAST_LINES: usize = 20;

/// Performs tests one after another; owns the fixtures while they live.
pub(super) struct Performer {
    pub(super) keeper: FixtureManager<RunStage>,
    pub(super) stage: RunStage,
    pub(super) interrupt: Interrupt,
    pub(super) progress: Progress,
    pub(super) descriptor_limit: Option<u64>,
    /// The module whose fixtures are set up.
    pub(super) module: Option<&'static str>,
    /// The rates that servers were found to take, for tests that ask for a share of it.
    pub(super) capacities: HashMap<String, Calibrated>,
    /// Tear-downs that failed between tests.
    pub(super) complaints: Vec<String>,
}

impl Performer {
    /// Measures `test`, and once more if the measurement turned out invalid for a reason that may pass.
    pub(super) async fn perform(&mut self, test: &PlannedTest, prefix: &str) -> TestReport {
        let largest = largest_load(test);
        let shortage = self.descriptor_limit.and_then(|limit| too_few_descriptors(&largest, limit));
        if let Some(reason) = shortage {
            return TestReport { outcome: Outcome::Invalid, reason: Some(reason), ..blank(test) };
        }
        let first = self.measure(test, prefix).await;
        if !first.worth_repeating || self.interrupt.signal().is_some() {
            return first.report;
        }
        let why = first.report.reason.unwrap_or_default();
        let mut second = self.measure(test, prefix).await.report;
        second.warnings.push(format!("measured twice: the first measurement was invalid ({why})"));
        second
    }

    /// Ends every fixture; what went wrong is returned.
    pub(super) async fn close(mut self) -> Vec<String> {
        let mut complaints = std::mem::take(&mut self.complaints);
        complaints.extend(self.keeper.close().await);
        complaints
    }

    async fn measure(&mut self, test: &PlannedTest, prefix: &str) -> Attempt {
        let started = Instant::now();
        self.enter_module(test.case.decl.module_path).await;
        let bound = match self.set_up(test).await {
            Ok(bound) => bound,
            Err(report) => return Attempt::final_(*report),
        };
        let servers = self.servers_of(test);
        let mut calibration = None;
        let offered = self.carry_out(test, &bound, &servers, prefix, &mut calibration).await;
        // Whoever holds the fixtures keeps them from being torn down.
        drop(bound);
        let elapsed = started.elapsed();
        let after = self.keeper.end_test().await;
        let reports = servers.iter().map(server_report).collect();
        let blank = TestReport { elapsed, after, servers: reports, calibration, ..blank(test) };
        match offered {
            Ok(carried) => self.judged(carried, blank),
            Err((outcome, reason)) => Attempt::final_(TestReport { outcome, reason: Some(reason), ..blank }),
        }
    }

    async fn enter_module(&mut self, module: &'static str) {
        if self.module.is_some_and(|before| before != module) {
            self.complaints.extend(self.keeper.end_module().await);
        }
        self.module = Some(module);
    }

    /// Sets up what `test` needs, with a fresh server for each that has died since.
    async fn set_up(&mut self, test: &PlannedTest) -> Result<BoundFixtures, Box<TestReport>> {
        self.replace_dead_servers(test).await;
        let needs = test.case.decl.needs;
        let provided = tokio::select! {
            provided = self.keeper.provide(needs, test.case.decl.module_path) => provided,
            signal = self.interrupt.arrived() => {
                let reason = format!("interrupted by {} while its fixtures were being set up", signal.name());
                return Err(Box::new(TestReport { outcome: Outcome::Interrupted, reason: Some(reason), ..blank(test) }));
            }
        };
        match provided {
            Ok(bound) => Ok(bound),
            Err(failure) => Err(Box::new(self.not_set_up(test, &failure).await)),
        }
    }

    async fn not_set_up(&mut self, test: &PlannedTest, failure: &SetUpFailure) -> TestReport {
        let after = self.keeper.end_test().await;
        let reason = Some(failure.to_string());
        TestReport { outcome: Outcome::Errored, reason, after, ..blank(test) }
    }

    async fn replace_dead_servers(&mut self, test: &PlannedTest) {
        for decl in plan(test.case.decl.needs) {
            let is_dead = self.stage.servers_of(decl).iter().any(|server| server.died().is_some());
            if is_dead {
                self.complaints.extend(self.keeper.discard(decl).await);
                self.stage.forget(decl);
            }
        }
    }

    fn servers_of(&self, test: &PlannedTest) -> Vec<Server> {
        plan(test.case.decl.needs).into_iter().flat_map(|decl| self.stage.servers_of(decl)).collect()
    }

    /// Carries out what the test makes of its workload, whose rate may first have to be found; leaves in `calibration`
    /// how it was found, whatever comes of the test.
    async fn carry_out(
        &mut self,
        test: &PlannedTest,
        bound: &BoundFixtures,
        servers: &[Server],
        prefix: &str,
        calibration: &mut Option<CalibrationReport>,
    ) -> Result<Carried, (Outcome, String)> {
        let mut workload = test.workload.clone();
        if let Some(wanted) = &test.calibration {
            let (calibrated, broken) = self.calibrated(test, wanted, bound, servers, prefix).await;
            *calibration = Some(calibration_report(wanted, &calibrated));
            if let Some(why) = broken {
                return Err((Outcome::Errored, why));
            }
            if let Some(signal) = self.interrupt.signal() {
                let why = format!("interrupted by {} while its capacity was being searched for", signal.name());
                return Err((Outcome::Interrupted, why));
            }
            let capacity_per_s = calibrated.known().map_err(|why| (Outcome::Invalid, why))?;
            workload = wanted.resolve(&workload, capacity_per_s);
        }
        let course = Course { performer: self, test, bound, servers, prefix, probes: Vec::new(), found: None };
        course.carry_out(&workload).await.map_err(|why| (Outcome::Errored, why))
    }

    /// What the server takes, searched for unless another test has found it; and what broke meanwhile, if anything did.
    async fn calibrated(
        &mut self,
        test: &PlannedTest,
        wanted: &Calibration,
        bound: &BoundFixtures,
        servers: &[Server],
        prefix: &str,
    ) -> (Calibrated, Option<String>) {
        let key = calibration_key(test, servers);
        if let Some(calibrated) = self.capacities.get(&key) {
            return (calibrated.clone(), None);
        }
        let limits = registry::shared_thresholds(test.case.decl);
        let course = Course { performer: self, test, bound, servers, prefix, probes: Vec::new(), found: None };
        match course.calibrate(&wanted.search, &limits).await {
            Ok(calibrated) => {
                // What disturbed a search that found nothing may be over by the next test.
                if calibrated.unknown.is_none() {
                    self.capacities.insert(key, calibrated.clone());
                }
                (calibrated, None)
            }
            Err((why, calibrated)) => (calibrated, Some(why)),
        }
    }

    /// Offers the load on a thread of its own, while this one keeps the fixtures alive and watches the servers.
    pub(super) async fn offer(
        &self,
        test: &PlannedTest,
        workload: &Workload,
        thresholds: &[Threshold],
        bound: &BoundFixtures,
        servers: &[Server],
        prefix: &str,
    ) -> Result<Measured, String> {
        let limits = time_limits(thresholds, test.case.decl.kind);
        let (stop, live) = (Stop::default(), Arc::new(Live::limited(limits)));
        self.interrupt.guard(&stop);
        let watches: Vec<Watch> = servers.iter().map(|server| Watch::over(server, &stop)).collect();
        let line = ProgressLine::watch(self.progress, &test.case.name, prefix, workload, &live);
        let sampler = Sampler::start(servers, &live);
        let (offer, workload, bound) = (test.case.decl.offer, workload.clone(), bound.clone());
        let offering = tokio::task::spawn_blocking(move || offer(&bound, &workload, &stop, &live));
        let measured = offering.await;
        drop((line, watches));
        let measured = measured.map_err(|error| format!("the load could not be offered: {error}"))?;
        let servers = sampler.finish(measured.total.requests.ended());
        Ok(Measured { servers, ..measured })
    }

    fn judged(&self, carried: Carried, blank: TestReport) -> Attempt {
        let Carried { workload, measured, judgement, probes, search } = carried;
        let Judgement { mut outcome, mut reason, thresholds, warnings, soak, .. } = judgement;
        if let Some(signal) = self.interrupt.signal() {
            outcome = Outcome::Interrupted;
            reason = Some(format!("interrupted by {}: the figures are partial", signal.name()));
        }
        // A figure that is doubtful by itself, such as a percentile of ten samples, would be doubtful again.
        let is_doubtful = |metric, doubt: &Option<String>| metric != Metric::Capacity && doubt.is_some();
        let is_settled = thresholds.iter().any(|verdict| is_doubtful(verdict.threshold.metric, &verdict.doubt))
            || soak.is_some_and(|soak| !soak.doubts.is_empty());
        let worth_repeating = outcome == Outcome::Invalid && !is_settled;
        let mut after = blank.after;
        after.extend(measured.leave_errors.iter().cloned());
        let report = TestReport { outcome, reason, thresholds, warnings, after, probes, search, ..blank };
        let report = TestReport { workload: Some(workload), measured: Some(measured), ..report };
        Attempt { report, worth_repeating }
    }
}

/// One measurement of a test.
struct Attempt {
    report: TestReport,
    worth_repeating: bool,
}

impl Attempt {
    fn final_(report: TestReport) -> Attempt {
        Attempt { report, worth_repeating: false }
    }
}

/// Pulls the stop as soon as a server dies; ends with its scope.
struct Watch(JoinHandle<()>);

impl Watch {
    fn over(server: &Server, stop: &Stop) -> Watch {
        let (server, stop) = (server.clone(), stop.clone());
        Watch(tokio::task::spawn_local(async move {
            let death = server.ended().await;
            stop.pull(format!("the server `{}` died in mid-test: {death}", server.name()));
        }))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The load of the run that needs the most users.
fn largest_load(test: &PlannedTest) -> Workload {
    let levels = match &test.runs {
        RunPlan::Sweep(levels) => levels.as_slice(),
        _ => &[],
    };
    let most = levels.iter().copied().max_by(f64::total_cmp);
    most.map_or_else(|| test.workload.clone(), |level| test.workload.clone().at_level(level))
}

fn calibration_report(wanted: &Calibration, calibrated: &Calibrated) -> CalibrationReport {
    let Calibrated { found_by, found, probes, .. } = calibrated.clone();
    CalibrationReport { share: wanted.share, found_by, found, probes }
}

/// Another function is other work, of which the same server takes more or less; cases of one function share the answer.
fn calibration_key(test: &PlannedTest, servers: &[Server]) -> String {
    let decl = &test.case.decl;
    let urls: Vec<&str> = servers.iter().map(Server::url).collect();
    format!("{}:{} {}", decl.place.file, decl.place.line, urls.join(" "))
}

fn server_report(server: &Server) -> ServerReport {
    let died = server.died().map(|death| death.to_string());
    ServerReport {
        name: server.name().to_owned(),
        url: server.url().to_owned(),
        pid: server.pid(),
        last_lines: if died.is_some() { server.last_lines(LAST_LINES) } else { Vec::new() },
        died,
        output: server.output(),
    }
}

/// A report of `test` before anything is known.
pub(super) fn blank(test: &PlannedTest) -> TestReport {
    TestReport {
        id: test.id(),
        kind: test.case.decl.kind,
        markers: test.case.markers.iter().map(|marker| (*marker).to_owned()).collect(),
        outcome: Outcome::Ignored,
        reason: None,
        workload: Some(test.workload.clone()),
        elapsed: Duration::ZERO,
        measured: None,
        thresholds: Vec::new(),
        probes: Vec::new(),
        search: None,
        calibration: None,
        servers: Vec::new(),
        warnings: Vec::new(),
        after: Vec::new(),
    }
}
