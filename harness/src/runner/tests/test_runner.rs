//! One test from set-up to verdict.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::fake::{disturbed, figures, plan, test, thresholds};
use crate::fixture::{Activity, BoundFixtures};
use crate::http::HostNames;
use crate::kind::Kind;
use crate::measure::{Ended, Live, Measured};
use crate::outcome::{Outcome, TestId, TestReport};
use crate::runner::{
    CapacityShare, Interruption, NoObserver, OfferLoad, RunnerOptions, ServerPlaces, Test, TestRunner,
};
use crate::settings::SettingKey;
use crate::stop::Stop;
use crate::workload::{LoadModel, Workload};

fn runner(interruption: &Interruption) -> TestRunner {
    TestRunner::new(options(interruption))
}

pub(super) fn options(interruption: &Interruption) -> RunnerOptions {
    RunnerOptions {
        output_dir: PathBuf::from("unused: no server is started"),
        places: ServerPlaces::default(),
        descriptor_limit: Some(2_000),
        build_warning: None,
        interruption: interruption.clone(),
        activity: Activity::default(),
        explore: false,
        base: None,
    }
}

/// Runs the tests one after another in one runner.
async fn run_all(tests: &[Test], interruption: &Interruption) -> Vec<TestReport> {
    let work = async {
        let mut runner = runner(interruption);
        let mut reports = Vec::new();
        for test in tests {
            reports.push(runner.run(test, &mut NoObserver).await);
        }
        assert_eq!(runner.close().await, Vec::<String>::new());
        reports
    };
    tokio::task::LocalSet::new().run_until(work).await
}

async fn run(test: Test) -> TestReport {
    run_all(&[test], &Interruption::default()).await.remove(0)
}

/// Offers nothing and answers with `answer` of the workload and of how many runs there were before.
fn load(answer: impl Fn(&Workload, u64) -> Measured + Send + Sync) -> impl OfferLoad {
    let runs = AtomicU64::new(0);
    move |_: &BoundFixtures, workload: &Workload, _: &Stop, _: &Arc<Live>, _: &Arc<HostNames>| {
        answer(workload, runs.fetch_add(1, Ordering::Relaxed))
    }
}

#[tokio::test]
async fn a_test_is_a_value_that_runs_without_an_attribute() {
    let report = run(test(Kind::Load, &[], &["p95 < 100ms"], load(|_, _| figures(10)))).await;
    assert_eq!(report.id, TestId::new("shop", "perf", "basket::add"));
    assert_eq!((report.outcome, report.reason), (Outcome::Passed, None));
    assert_eq!(report.thresholds.len(), 1);
    assert_eq!(report.measured.unwrap().total.requests.ok, 1_000);
}

#[tokio::test]
async fn a_breached_threshold_fails_and_is_not_measured_again() {
    let report = run(test(Kind::Load, &[], &["p95 < 100ms"], load(|_, _| figures(500)))).await;
    assert_eq!(report.outcome, Outcome::Failed);
    assert!(!report.warnings.iter().any(|warning| warning.contains("measured twice")));
}

#[tokio::test]
async fn an_invalid_measurement_is_made_once_more() {
    let answer = |_: &Workload, run| if run == 0 { disturbed(10) } else { figures(10) };
    let report = run(test(Kind::Load, &[], &["p95 < 100ms"], load(answer))).await;
    assert_eq!(report.outcome, Outcome::Passed);
    assert!(report.warnings.last().unwrap().starts_with("measured twice: the first measurement was invalid ("));
    let still_invalid = run(test(Kind::Load, &[], &["p95 < 100ms"], load(|_, _| disturbed(10)))).await;
    assert_eq!(still_invalid.outcome, Outcome::Invalid, "the second measurement decides");
}

#[tokio::test]
async fn a_test_that_needs_too_many_descriptors_is_invalid_and_does_not_run() {
    let never = load(|_, _| panic!("it must not run"));
    let report = run(test(Kind::Load, &[(SettingKey::Users, "2000")], &[], never)).await;
    assert_eq!(report.outcome, Outcome::Invalid);
    assert!(report.reason.unwrap().contains("ulimit -n 2064"));
}

#[tokio::test]
async fn an_interruption_stops_the_run_and_its_figures_are_partial() {
    let interruption = Interruption::default();
    let person = interruption.clone();
    let load = move |_: &BoundFixtures, _: &Workload, stop: &Stop, _: &Arc<Live>, _: &Arc<HostNames>| {
        assert!(person.interrupt("SIGINT") && !person.interrupt("SIGTERM"));
        Measured { ended: Ended::Stopped(stop.reason().unwrap().to_owned()), ..figures(10) }
    };
    let report = run_all(&[test(Kind::Load, &[], &["p95 < 1s"], load)], &interruption).await.remove(0);
    assert_eq!(report.outcome, Outcome::Interrupted);
    assert_eq!(report.reason.unwrap(), "interrupted by SIGINT: the figures are partial");
    assert!(report.measured.is_some());
}

#[tokio::test]
async fn a_load_that_panics_is_an_error_with_its_cause() {
    let report = run(test(Kind::Load, &[], &["p95 < 1s"], load(|_, _| panic!("on purpose")))).await;
    assert_eq!(report.outcome, Outcome::Errored);
    assert!(report.reason.unwrap().starts_with("the load could not be offered: "));
}

/// A test at half of a capacity that holds up to 700/s.
fn at_half_of_capacity(name: &str, load: impl OfferLoad + 'static) -> Test {
    let settings = [(SettingKey::Rate, "50% of capacity")];
    let capacity_share = plan(Kind::Load, &settings).calibration.map(|calibration| CapacityShare {
        calibration,
        limits: thresholds(&["p95 < 100ms"]),
        same_work: "basket.rs:7".to_owned(),
    });
    let test = test(Kind::Load, &settings, &["p95 < 100ms"], load);
    Test { id: TestId::new("shop", "perf", name), capacity_share, ..test }
}

fn rate_of(workload: &Workload) -> f64 {
    let LoadModel::Open(arrivals) = &workload.model else { panic!("an open workload") };
    arrivals.stages[0].from
}

#[tokio::test]
async fn a_share_of_a_capacity_is_searched_for_once_for_the_same_work() {
    let answer = |workload: &Workload, _| figures(if rate_of(workload) > 700.0 { 900 } else { 10 });
    let again = move |workload: &Workload, run| {
        assert_eq!(run, 0, "the second test must not search");
        answer(workload, run)
    };
    let tests = [at_half_of_capacity("first", load(answer)), at_half_of_capacity("second", load(again))];
    let reports = run_all(&tests, &Interruption::default()).await;
    let rates: Vec<f64> = reports.iter().map(|report| rate_of(report.workload.as_ref().unwrap())).collect();
    assert!(rates[0] == rates[1] && (330.0..=350.0).contains(&rates[0]), "{rates:?}");
    let found_by = reports.iter().map(|report| report.calibration.as_ref().unwrap().found_by.as_str());
    assert_eq!(found_by.collect::<Vec<_>>(), ["first", "first"]);
    assert!(reports.iter().all(|report| report.outcome == Outcome::Passed));
}

#[tokio::test]
async fn a_capacity_that_is_not_found_makes_the_test_invalid_and_the_search_is_reported() {
    let report = run(at_half_of_capacity("half", load(|_, _| figures(900)))).await;
    assert_eq!(report.outcome, Outcome::Invalid);
    assert!(report.reason.unwrap().starts_with("its rate is a share of the capacity, and no rate holds: not even "));
    assert!(!report.calibration.unwrap().probes.is_empty());
}

#[tokio::test]
async fn a_search_that_found_nothing_is_not_repeated_for_the_next_case_and_this_is_said() {
    let never = load(|_, _| panic!("the second test must not search"));
    let tests = [at_half_of_capacity("first", load(|_, _| figures(900))), at_half_of_capacity("second", never)];
    let reports = run_all(&tests, &Interruption::default()).await;
    assert!(reports.iter().all(|report| report.outcome == Outcome::Invalid));
    let reason = |index: usize| reports[index].reason.as_deref().unwrap();
    assert!(!reason(0).contains("was not searched for again"), "{}", reason(0));
    assert!(reason(1).contains("`first` searched for it, and it was not searched for again"), "{}", reason(1));
}

#[tokio::test]
async fn an_interruption_during_the_search_is_no_error_of_the_test() {
    let interruption = Interruption::default();
    let person = interruption.clone();
    let load = move |_: &BoundFixtures, _: &Workload, stop: &Stop, _: &Arc<Live>, _: &Arc<HostNames>| {
        person.interrupt("SIGINT");
        Measured { ended: Ended::Stopped(stop.reason().unwrap().to_owned()), ..figures(10) }
    };
    let report = run_all(&[at_half_of_capacity("half", load)], &interruption).await.remove(0);
    assert_eq!(report.outcome, Outcome::Interrupted);
    assert_eq!(report.reason.unwrap(), "interrupted by SIGINT while its capacity was being searched for");
    assert_eq!(report.calibration.unwrap().probes.len(), 1);
}

#[tokio::test]
async fn a_run_that_cannot_end_is_errored_and_no_other_test_begins() {
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let stuck = move |_: &BoundFixtures, _: &Workload, stop: &Stop, _: &Arc<Live>, _: &Arc<HostNames>| {
        stop.report_stuck(|| "the test's function has kept its thread for 13.0 s".to_owned());
        // Until the test below lets it go; the runner does not wait for it.
        let _released = held.lock().unwrap().recv();
        figures(10)
    };
    let interruption = Interruption::default();
    let tests = [test(Kind::Load, &[], &["p95 < 100ms"], stuck)];
    let report = run_all(&tests, &interruption).await.remove(0);
    assert_eq!(report.outcome, Outcome::Errored);
    assert_eq!(report.reason.as_deref(), Some("the test's function has kept its thread for 13.0 s"));
    assert!(interruption.no_more_tests().unwrap().contains("basket::add"), "{:?}", interruption.no_more_tests());
    drop(release);
}
