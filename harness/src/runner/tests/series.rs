//! Series of runs, driven with a fake load.

use std::time::Duration;

use super::fake::{figures, plan, thresholds};
use crate::kind::Kind;
use crate::measure::{ChartSlice, ChartSlices, Ended, KnownLimits, Measured, TimeSlice};
use crate::outcome::Outcome;
use crate::outcome::probe::LoadLevel;
use crate::runner::{Criteria, RunLoad, TestResult, run_series, series_of};
use crate::settings::SettingKey;
use crate::workload::{LoadModel, RunLength, Workload};

/// Answers each run by a function of its workload and of how many runs there were before.
struct FakeLoad<F> {
    answer: F,
    offered: Vec<Workload>,
    /// The person interrupts during this run.
    interrupted_in: Option<usize>,
    /// What was announced, and before which run.
    announced: Vec<(usize, String)>,
}

impl<F: Fn(&Workload, usize) -> Measured> RunLoad for FakeLoad<F> {
    async fn run(&mut self, workload: &Workload, _limits: KnownLimits) -> Result<Measured, String> {
        let measured = (self.answer)(workload, self.offered.len());
        self.offered.push(workload.clone());
        Ok(measured)
    }

    fn announce(&mut self, announcement: &str) {
        self.announced.push((self.offered.len(), announcement.to_owned()));
    }

    fn is_interrupted(&self) -> bool {
        self.interrupted_in.is_some_and(|run| self.offered.len() > run)
    }
}

/// Runs the series of a test to its end; returns its result and the loads that were offered.
async fn conclude(
    kind: Kind,
    settings: &[(SettingKey, &str)],
    limits: &[&str],
    interrupted_in: Option<usize>,
    answer: impl Fn(&Workload, usize) -> Measured,
) -> (TestResult, Vec<Workload>) {
    let plan = plan(kind, settings);
    let criteria = Criteria { thresholds: thresholds(limits), kind };
    let mut series = series_of(&plan.runs, plan.workload, criteria);
    let mut load = FakeLoad { answer, offered: Vec::new(), interrupted_in, announced: Vec::new() };
    run_series(&mut load, series.as_mut()).await.unwrap();
    (series.conclude().unwrap(), load.offered)
}

fn rate_of(workload: &Workload) -> f64 {
    let LoadModel::Open(arrivals) = &workload.model else { panic!("an open workload") };
    arrivals.stages[0].from
}

#[tokio::test]
async fn the_median_of_three_repetitions_represents_the_test() {
    let answer = |_: &Workload, run: usize| figures([30, 10, 20][run]);
    let (result, offered) = conclude(Kind::Load, &[(SettingKey::Repeat, "3")], &["p95 < 1s"], None, answer).await;
    assert_eq!((offered.len(), result.probes.len()), (3, 3));
    assert_eq!(result.run.measured.total.response_time.mean_s, Some(0.020));
    assert_eq!(result.probes.iter().map(|row| row.judged).collect::<Vec<_>>(), [false, false, true]);
}

#[tokio::test]
async fn a_median_that_fails_says_which_run_it_was() {
    let answer = |_: &Workload, run: usize| figures([300, 100, 200][run]);
    let (result, _) = conclude(Kind::Load, &[(SettingKey::Repeat, "3")], &["mean < 150ms"], None, answer).await;
    let reason = result.run.judgement.reason.unwrap();
    assert!(reason.starts_with("in run 3 of 3, the median: `mean < 150ms` was breached"), "{reason}");
}

#[tokio::test]
async fn a_repetition_that_is_interrupted_is_the_last() {
    let (result, offered) =
        conclude(Kind::Load, &[(SettingKey::Repeat, "3")], &["p95 < 1s"], Some(1), |_, _| figures(10)).await;
    assert_eq!((offered.len(), result.probes.len()), (2, 2));
}

#[tokio::test]
async fn the_first_level_that_fails_represents_a_sweep_and_the_levels_above_it_run_too() {
    let settings = [(SettingKey::Sweep, "users = [1, 2, 5]"), (SettingKey::Duration, "10s")];
    let answer = |workload: &Workload, _: usize| figures(if workload.users() > 1 { 500 } else { 10 });
    let (result, offered) = conclude(Kind::Load, &settings, &["mean < 100ms"], None, answer).await;
    assert_eq!(offered.iter().map(Workload::users).collect::<Vec<_>>(), [1, 2, 5]);
    assert_eq!((result.run.workload.users(), result.run.judgement.outcome), (2, Outcome::Failed));
    assert!(result.run.judgement.reason.unwrap().starts_with("at 2 users: "));
    assert_eq!(result.probes.iter().map(|row| row.load).collect::<Vec<_>>(), [1, 2, 5].map(LoadLevel::Users));
    assert_eq!(result.probes.iter().map(|row| row.judged).collect::<Vec<_>>(), [false, true, false]);
}

#[tokio::test]
async fn each_level_of_a_repeated_sweep_is_its_median_run() {
    let settings = [(SettingKey::Sweep, "users = [1, 2]"), (SettingKey::Repeat, "3"), (SettingKey::Duration, "10s")];
    // One run of each level is beyond the limit, which the medians keep.
    let answer = |_: &Workload, run: usize| figures([10, 30, 200, 50, 300, 40][run]);
    let (result, offered) = conclude(Kind::Load, &settings, &["mean < 100ms"], None, answer).await;
    assert_eq!(offered.iter().map(Workload::users).collect::<Vec<_>>(), [1, 1, 1, 2, 2, 2]);
    assert_eq!(result.run.judgement.outcome, Outcome::Passed);
    assert_eq!(result.run.measured.total.response_time.mean_s, Some(0.050));
    let rows = result.probes.iter().map(|row| (row.median, row.judged)).collect::<Vec<_>>();
    let (other, median, judged) = ((false, false), (true, false), (true, true));
    assert_eq!(rows, [other, median, other, judged, other, other]);
}

#[tokio::test]
async fn a_level_that_breaks_ends_the_sweep() {
    let settings = [(SettingKey::Sweep, "users = [1, 2, 5]"), (SettingKey::Duration, "10s")];
    let broken = |_: &Workload, _: usize| Measured { ended: Ended::Broken("no login".to_owned()), ..figures(10) };
    let (result, offered) = conclude(Kind::Load, &settings, &["mean < 100ms"], None, broken).await;
    assert_eq!((offered.len(), result.run.judgement.outcome), (1, Outcome::Errored));
}

#[tokio::test]
async fn a_borderline_run_is_made_longer_until_it_is_decided() {
    let answer = |workload: &Workload, _: usize| match workload.length {
        RunLength::Duration(length) if length < Duration::from_secs(60) => borderline(),
        _ => figures(10),
    };
    let settings = [(SettingKey::Duration, "10s")];
    let (result, offered) = conclude(Kind::Load, &settings, &["success_rate >= 98.5%"], None, answer).await;
    let lengths = offered.iter().map(|workload| workload.length).collect::<Vec<_>>();
    assert_eq!(lengths, [10, 30, 60].map(|seconds| RunLength::Duration(Duration::from_secs(seconds))));
    assert_eq!((result.run.workload.length, result.run.judgement.outcome), (lengths[2], Outcome::Passed));
    assert!(result.probes.is_empty());
}

#[tokio::test]
async fn a_longer_run_is_announced_before_it_begins_with_the_time_it_takes() {
    let settings = [(SettingKey::Rate, "100/s"), (SettingKey::Duration, "10s"), (SettingKey::Warmup, "2s")];
    let plan = plan(Kind::Load, &settings);
    let criteria = Criteria { thresholds: thresholds(&["success_rate >= 98.5%"]), kind: Kind::Load };
    let mut series = series_of(&plan.runs, plan.workload, criteria);
    let answer = |_: &Workload, run: usize| if run == 0 { borderline() } else { figures(10) };
    let mut load = FakeLoad { answer, offered: Vec::new(), interrupted_in: None, announced: Vec::new() };
    run_series(&mut load, series.as_mut()).await.unwrap();
    let [(before, text)] = load.announced.as_slice() else { panic!("{:?}", load.announced) };
    assert_eq!(*before, 1, "before the second run");
    assert!(text.starts_with("the limit of `success_rate >= 98.5%` lies inside the 95 % interval "), "{text}");
    // 30 s and the warm-up.
    assert!(text.contains("made once more, which takes 32.0 s"), "{text}");
}

#[tokio::test]
async fn a_longer_run_does_not_begin_where_it_is_switched_off_or_would_take_too_long() {
    let base = [(SettingKey::Rate, "100/s"), (SettingKey::Duration, "10s")];
    for (key, value, runs) in
        [(SettingKey::Extend, "false", 1), (SettingKey::MaxTime, "29s", 1), (SettingKey::MaxTime, "61s", 2)]
    {
        let settings = [base[0], base[1], (key, value)];
        let (_, offered) = conclude(Kind::Load, &settings, &["success_rate >= 98.5%"], None, |_, run| match run {
            0 => borderline(),
            _ => figures(10),
        })
        .await;
        assert_eq!(offered.len(), runs, "{value}");
    }
}

#[tokio::test]
async fn a_borderline_run_is_not_made_longer_after_an_interruption() {
    let settings = [(SettingKey::Duration, "10s")];
    let limits = ["success_rate >= 98.5%"];
    let (_, offered) = conclude(Kind::Load, &settings, &limits, Some(0), |_, _| borderline()).await;
    assert_eq!(offered.len(), 1);
}

/// 15 of 1,000 requests failed, spread evenly over ten seconds: a limit of 98.5 % lies in the middle of the interval.
fn borderline() -> Measured {
    let mut measured = figures(10);
    (measured.total.requests.ok, measured.total.requests.failed) = (985, 15);
    let second =
        |second: u64| TimeSlice { second, ok: 98 + second % 2, failed: 2 - second % 2, ..TimeSlice::default() };
    measured.timeline = (0..10).map(second).collect();
    let slice = |second: &TimeSlice| ChartSlice { ok: second.ok, failed: second.failed, ..ChartSlice::default() };
    measured.slices = ChartSlices { length_s: Some(1.0), slices: measured.timeline.iter().map(slice).collect() };
    measured
}

#[tokio::test]
async fn a_capacity_test_searches_for_the_rate_at_which_its_limits_hold() {
    let answer = |workload: &Workload, _: usize| figures(if rate_of(workload) > 700.0 { 900 } else { 10 });
    let settings = [(SettingKey::Capacity, "start = 100/s, precision = 5%")];
    let limits = ["p95 < 100ms", "capacity >= 500/s"];
    let (result, offered) = conclude(Kind::Capacity, &settings, &limits, None, answer).await;
    let capacity_per_s = result.search.unwrap().capacity_per_s.unwrap();
    assert!((660.0..=700.0).contains(&capacity_per_s), "{capacity_per_s}");
    assert_eq!(result.run.judgement.outcome, Outcome::Passed, "{:?}", result.run.judgement);
    assert_eq!(rate_of(&result.run.workload), capacity_per_s);
    assert_eq!(offered[..4].iter().map(rate_of).collect::<Vec<_>>(), [100.0, 200.0, 400.0, 800.0]);
    assert_eq!(result.probes.len(), offered.len());
}

#[tokio::test]
async fn a_capacity_test_that_is_interrupted_finds_nothing_and_keeps_its_last_figures() {
    let settings = [(SettingKey::Capacity, "start = 100/s")];
    let (result, offered) = conclude(Kind::Capacity, &settings, &["p95 < 100ms"], Some(1), |_, _| figures(10)).await;
    assert_eq!((offered.len(), result.search.unwrap().capacity_per_s), (2, None));
    assert_eq!(rate_of(&result.run.workload), 200.0);
}

/// A run whose worker is lost.
fn without_worker(millis: u64) -> Measured {
    Measured { ended: Ended::WorkerLost("worker 1 on b was lost".to_owned()), ..figures(millis) }
}

#[tokio::test]
async fn a_repeated_test_that_loses_a_worker_in_its_last_run_is_not_represented_by_another() {
    let answer = |_: &Workload, run: usize| if run == 2 { without_worker(10) } else { figures(20) };
    let (result, _) = conclude(Kind::Load, &[(SettingKey::Repeat, "3")], &["p95 < 1s"], None, answer).await;
    assert_eq!(result.run.judgement.outcome, Outcome::Invalid);
    assert_eq!(result.run.judgement.reason.as_deref(), Some("worker 1 on b was lost"));
}

#[tokio::test]
async fn a_sweep_that_loses_a_worker_ends_there_and_is_invalid_although_a_level_before_it_failed() {
    let settings = [(SettingKey::Sweep, "users = [1, 2, 5]"), (SettingKey::Duration, "10s")];
    let answer = |_: &Workload, run: usize| if run == 1 { without_worker(10) } else { figures(500) };
    let (result, offered) = conclude(Kind::Load, &settings, &["mean < 100ms"], None, answer).await;
    assert_eq!((offered.len(), result.run.judgement.outcome), (2, Outcome::Invalid));
    assert_eq!(result.run.judgement.reason.as_deref(), Some("at 2 users: worker 1 on b was lost"));
}

#[tokio::test]
async fn a_search_that_loses_a_worker_ends_there_and_its_probe_is_invalid() {
    let settings = [(SettingKey::Capacity, "start = 100/s")];
    let answer = |_: &Workload, run: usize| if run == 1 { without_worker(500) } else { figures(10) };
    let (result, offered) = conclude(Kind::Capacity, &settings, &["p95 < 100ms"], None, answer).await;
    assert_eq!((offered.len(), result.run.judgement.outcome), (2, Outcome::Invalid));
    assert_eq!((result.probes[1].outcome, result.search), (Outcome::Invalid, Some(Default::default())));
    assert_eq!(result.run.judgement.reason.as_deref(), Some("worker 1 on b was lost"));
}
