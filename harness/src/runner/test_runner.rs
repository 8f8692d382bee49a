//! One test from set-up to verdict.

use std::path::PathBuf;
use std::time::Instant;

use super::attempts::{AfterAttempt, Attempt, Attempts, is_worth_repeating};
use super::calibration::{Capacities, NoCapacity, SearchedCapacity};
use super::descriptors::{cap_warning, most_users, within_limit};
use super::explore::explored_workload;
use super::fixtures::{Fixtures, ReadyFixtures};
use super::interruption::Interruption;
use super::observer::RunObserver;
use super::report::{not_run, server_report, without_figures};
use super::run::{Criteria, RunLoad};
use super::series::{TestResult, run_series, series_of};
use super::server_fixtures::ServerPlaces;
use super::server_load::ServerLoad;
use super::test::Test;
use super::versions::{BaseFixtures, BesideBase, confirmed, wants_confirmation};
use crate::fixture::Activity;
use crate::outcome::{CalibrationReport, Judgement, Outcome, TestReport};
use crate::server::{BaseBinary, Server};
use crate::workload::{Extension, RunPlan, Workload};

/// What a runner is given once, for all tests.
#[derive(Debug, Clone)]
pub struct RunnerOptions {
    /// The folder for the output of servers.
    pub output_dir: PathBuf,
    /// Where servers are.
    pub places: ServerPlaces,
    /// How many files this process may open; `None` if the system does not say.
    pub descriptor_limit: Option<u64>,
    /// What the reader of every test should know of the build.
    pub build_warning: Option<String>,
    /// Ends the run in progress.
    pub interruption: Interruption,
    /// Learns which set-up or tear-down is in progress.
    pub activity: Activity,
    /// A person drives the load of each test while it runs, through `Live::control`.
    pub explore: bool,
    /// The version of the code that every test is compared with.
    pub base: Option<BaseBinary>,
}

/// Runs tests one after another, and owns their fixtures meanwhile.
///
/// Must be used inside a `tokio::task::LocalSet`. Call [`close`](TestRunner::close) at the end: dropping it tears no
/// fixture down.
pub struct TestRunner {
    pub(super) fixtures: Fixtures,
    /// The version that every test is compared with.
    pub(super) base: Option<BaseFixtures>,
    capacities: Capacities,
    pub(super) interruption: Interruption,
    pub(super) descriptor_limit: Option<u64>,
    pub(super) build_warning: Option<String>,
    pub(super) explore: bool,
}

impl TestRunner {
    /// A runner without any fixture yet.
    pub fn new(options: RunnerOptions) -> TestRunner {
        let (places, activity) = (options.places.clone(), options.activity.clone());
        let base = options.base.map(|base| BaseFixtures::new(base, &options.output_dir, places, activity));
        TestRunner {
            base,
            fixtures: Fixtures::new(options.output_dir, options.places, options.activity),
            capacities: Capacities::default(),
            interruption: options.interruption,
            descriptor_limit: options.descriptor_limit,
            build_warning: options.build_warning,
            explore: options.explore,
        }
    }

    /// Measures `test`; once more if it seems slower than the version that it is compared with, with servers started anew.
    pub async fn run(&mut self, test: &Test, observer: &mut dyn RunObserver) -> TestReport {
        let first = self.measure_validly(test, observer).await;
        if !wants_confirmation(&first) || self.interruption.cause().is_some() {
            return first.with_safe_texts();
        }
        self.restart_fixtures().await;
        let second = self.measure_validly(test, observer).await;
        confirmed(first, second).with_safe_texts()
    }

    /// Measures `test`, and once more if the measurement turned out invalid for a reason that may pass.
    async fn measure_validly(&mut self, test: &Test, observer: &mut dyn RunObserver) -> TestReport {
        let mut attempts = Attempts::default();
        loop {
            observer.measurement_started(test);
            let attempt = self.measure(test, observer).await;
            match attempts.record(attempt, self.interruption.cause().is_some()) {
                AfterAttempt::MeasureAgain => {}
                AfterAttempt::Done(report) => return *report,
            }
        }
    }

    /// Tears every fixture down. Returns what went wrong, one text each.
    pub async fn close(self) -> Vec<String> {
        let mut complaints = self.fixtures.close().await;
        if let Some(base) = self.base {
            complaints.extend(base.fixtures.close().await);
        }
        complaints
    }

    /// Set up, offer load, tear down, judge.
    async fn measure(&mut self, test: &Test, observer: &mut dyn RunObserver) -> Attempt {
        let started = Instant::now();
        let fixtures = match self.set_up(test).await {
            Ok(fixtures) => fixtures,
            Err(report) => return Attempt { report: *report, is_worth_repeating: false },
        };
        match self.beside_base(test, fixtures).await {
            BesideBase::Alone(fixtures, not_compared) => {
                let mut attempt = match test.arms.is_empty() {
                    true => self.measure_alone(test, fixtures, started, observer).await,
                    false => {
                        let arms = self.declared_arms(test, fixtures);
                        self.measure_arms(test, arms, started, observer).await
                    }
                };
                attempt.report.comparisons.extend(not_compared);
                attempt
            }
            BesideBase::InTurns { test, arms, notes } => {
                let mut attempt = self.measure_arms(&test, arms, started, observer).await;
                attempt.report.comparisons.iter_mut().for_each(|change| change.notes.extend(notes.iter().cloned()));
                attempt
            }
            BesideBase::Broken(fixtures, report) => {
                // A copy keeps the fixtures from being torn down.
                drop(fixtures);
                let after = self.end_test().await;
                let report = TestReport { elapsed: started.elapsed(), after, ..*report };
                Attempt { report, is_worth_repeating: false }
            }
        }
    }

    /// One server, or several that are not compared.
    async fn measure_alone(
        &mut self,
        test: &Test,
        fixtures: ReadyFixtures,
        started: Instant,
        observer: &mut dyn RunObserver,
    ) -> Attempt {
        let OfferedLoad { calibration, result } = self.offer_load(test, &fixtures, observer).await;
        let ReadyFixtures { bound, servers, .. } = fixtures;
        // A copy keeps the fixtures from being torn down.
        drop(bound);
        let elapsed = started.elapsed();
        let after = self.end_test().await;
        let servers = servers.iter().map(server_report).collect();
        let report = TestReport { elapsed, after, servers, calibration, ..not_run(test) };
        match result {
            Ok(result) => self.finish(test, result, report),
            Err(Unmeasured { outcome, reason }) => {
                Attempt { report: TestReport { outcome, reason: Some(reason), ..report }, is_worth_repeating: false }
            }
        }
    }

    /// Sets up what `test` needs, with a fresh server for each that has died since.
    async fn set_up(&mut self, test: &Test) -> Result<ReadyFixtures, Box<TestReport>> {
        self.fixtures.enter_module(&test.module).await;
        self.fixtures.discard_dead_servers(test).await;
        let interrupted = self.interruption.arrived();
        let failure = tokio::select! {
            ready = self.fixtures.set_up(test) => match ready {
                Ok(ready) => return Ok(ready),
                Err(failure) => failure,
            },
            cause = interrupted => {
                let reason = format!("interrupted by {cause} while its fixtures were being set up");
                return Err(Box::new(without_figures(test, Outcome::Interrupted, reason)));
            }
        };
        let after = self.end_test().await;
        Err(Box::new(TestReport { after, ..without_figures(test, Outcome::Errored, failure.to_string()) }))
    }

    /// Finds the rate if it is a share of a capacity, then offers the load of each run.
    async fn offer_load(
        &mut self,
        test: &Test,
        fixtures: &ReadyFixtures,
        observer: &mut dyn RunObserver,
    ) -> OfferedLoad {
        let test = &*match within_limit(test, self.descriptor_limit, fixtures.direct_servers) {
            Ok(test) => test,
            Err(why) => return OfferedLoad { calibration: None, result: Err(Unmeasured::invalid(why)) },
        };
        let interruption = &self.interruption;
        let mut load = ServerLoad { test, fixtures, interruption, observer, driven: None, arm: None, is_search: false };
        let Some(share) = &test.capacity_share else {
            let result = self.run_all(test, test.workload.clone(), &mut load).await;
            return OfferedLoad { calibration: None, result };
        };
        let urls: Vec<&str> = fixtures.servers.iter().map(Server::url).collect();
        load.is_search = true;
        let searched = self.capacities.find(test, share, &urls, &mut load).await;
        load.is_search = false;
        let calibration = Some(searched.report(share.calibration.share));
        let result = match capacity_per_s(&searched, &self.interruption) {
            Ok(capacity_per_s) => {
                let workload = share.calibration.resolve(&test.workload, capacity_per_s);
                self.run_all(test, workload, &mut load).await
            }
            Err(unmeasured) => Err(unmeasured),
        };
        OfferedLoad { calibration, result }
    }

    /// Offers the load of every run of `test`, the first of which is `workload`; a person drives one run.
    async fn run_all(
        &self,
        test: &Test,
        workload: Workload,
        load: &mut ServerLoad<'_>,
    ) -> Result<TestResult, Unmeasured> {
        if !self.explore {
            return run_all(test, &test.runs, workload, load).await;
        }
        let workload = explored_workload(&workload);
        let most = most_users(&workload, self.descriptor_limit, load.fixtures.direct_servers);
        load.driven = Some(most.unwrap_or(usize::MAX));
        run_all(test, &RunPlan::Once(Extension::Never), workload, load).await
    }

    fn finish(&self, test: &Test, result: TestResult, report: TestReport) -> Attempt {
        let TestResult { run, probes, search } = result;
        let mut judgement = run.judgement;
        if self.explore && judgement.outcome != Outcome::Errored {
            judgement.outcome = Outcome::Explored;
        }
        if let Some(cause) = self.interruption.cause() {
            judgement.outcome = Outcome::Interrupted;
            judgement.reason = Some(format!("interrupted by {cause}: the figures are partial"));
        }
        let is_worth_repeating = is_worth_repeating(&judgement);
        let Judgement { outcome, reason, thresholds, mut warnings, .. } = judgement;
        warnings.extend(cap_warning(test, &run.workload, &run.measured.generator, self.descriptor_limit));
        warnings.splice(0..0, self.build_warning.clone());
        let mut after = report.after;
        after.extend(run.measured.leave_errors.iter().cloned());
        let workload = Some(run.workload);
        let report = TestReport { outcome, reason, thresholds, warnings, workload, probes, search, after, ..report }
            .with_figures(run.measured);
        Attempt { report, is_worth_repeating }
    }
}

/// What offering the load of a test led to.
struct OfferedLoad {
    /// How its rate was found, whatever the result.
    calibration: Option<CalibrationReport>,
    result: Result<TestResult, Unmeasured>,
}

fn capacity_per_s(searched: &SearchedCapacity, interruption: &Interruption) -> Result<f64, Unmeasured> {
    if let Some(cause) = interruption.cause() {
        return Err(Unmeasured::interrupted(cause));
    }
    searched.per_s().map_err(|no_capacity| match no_capacity {
        NoCapacity::Broken(why) => Unmeasured::errored(why),
        NoCapacity::NotFound(why) => Unmeasured::invalid(why),
    })
}

/// Offers the load of every run of `runs`, the first of which is `workload`.
async fn run_all(
    test: &Test,
    runs: &RunPlan,
    workload: Workload,
    load: &mut impl RunLoad,
) -> Result<TestResult, Unmeasured> {
    let criteria = Criteria { thresholds: test.thresholds.clone(), kind: test.kind };
    let mut series = series_of(runs, workload, criteria);
    run_series(load, series.as_mut()).await.map_err(Unmeasured::errored)?;
    series.conclude().map_err(Unmeasured::errored)
}

/// Why there are no figures.
pub(super) struct Unmeasured {
    pub(super) outcome: Outcome,
    pub(super) reason: String,
}

impl Unmeasured {
    pub(super) fn errored(reason: String) -> Unmeasured {
        Unmeasured { outcome: Outcome::Errored, reason }
    }

    pub(super) fn invalid(reason: String) -> Unmeasured {
        Unmeasured { outcome: Outcome::Invalid, reason }
    }

    fn interrupted(cause: &str) -> Unmeasured {
        let reason = format!("interrupted by {cause} while its capacity was being searched for");
        Unmeasured { outcome: Outcome::Interrupted, reason }
    }
}
