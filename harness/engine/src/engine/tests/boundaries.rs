//! Where a measurement begins and ends, and from one stage to the next: a user's time is conserved, and throughput is that
//! of the closed law, whatever was in flight at either edge.

use super::open::{rate, stage};
use super::support::*;
use crate::workload::Stage;

/// 50 users who send requests for five seconds.
fn fifty(model: Users, warmup: Duration) -> Workload {
    Workload {
        model: LoadModel::Closed(model),
        warmup: Warmup::Duration(warmup),
        ..workload(50, RunLength::Duration(S(5)))
    }
}

fn staged(stages: Vec<Stage>, warmup: Duration) -> Workload {
    let count = stages.iter().map(|stage| stage.from.max(stage.to) as usize).max().unwrap();
    let length = RunLength::Duration(stages.iter().map(|stage| stage.over).sum());
    let model = LoadModel::Closed(Users { stages, ..Users::at_once(count) });
    Workload { model, warmup: Warmup::Duration(warmup), ..workload(count, length) }
}

fn named(name: &str, mut stage: Stage) -> Stage {
    stage.name = Some(name.to_owned());
    stage
}

/// To a percent.
#[track_caller]
fn assert_near(actual: Option<f64>, expected: f64, what: &str) {
    let actual = actual.expect(what);
    assert!((actual - expected).abs() <= 0.01 * expected, "{what}: {actual} instead of {expected}");
}

#[track_caller]
fn assert_throughput(measured: &Measured, per_s: f64, what: &str) {
    assert_near(measured.total.throughput_per_s, per_s, what);
    assert_near(measured.endpoints[0].throughput_per_s, per_s, what);
    assert_near(measured.iteration.throughput_per_s, per_s, what);
    assert!(measured.generator.closed_law_gap.unwrap() < 0.01, "{what}: {:?}", measured.generator);
}

#[tokio::test(start_paused = true)]
async fn the_throughput_after_a_ramp_up_is_that_of_the_closed_law() {
    let measured = run(&Fake::doing([Step::Request(1_000)]), &fifty(Users::over(50, S(2)), S(0))).await;
    assert_throughput(&measured, 50.0, "50 users, 1 s each");
    // None of the 50 requests that were open when the window opened took longer than those that began in it.
    assert_eq!((measured.total.requests.intended, measured.total.response_time.min_s), (250, Some(1.0)));
    assert_eq!(measured.carried_over, None);
}

#[tokio::test(start_paused = true)]
async fn the_throughput_is_that_of_the_closed_law_wherever_the_window_lies() {
    for (request_ms, warmup_ms) in
        [(1_000, 0), (1_001, 0), (900, 0), (700, 0), (3_000, 0), (1_000, 2_000), (1_001, 2_000), (900, 350)]
    {
        let plan = fifty(Users::at_once(50), MS(warmup_ms));
        let measured = run(&Fake::doing([Step::Request(request_ms)]), &plan).await;
        assert_throughput(&measured, 50_000.0 / request_ms as f64, &format!("{request_ms} after {warmup_ms} ms"));
        let plan = fifty(Users::over(50, MS(1_300)), MS(warmup_ms));
        let measured = run(&Fake::doing([Step::Request(request_ms)]), &plan).await;
        assert_throughput(&measured, 50_000.0 / request_ms as f64, &format!("{request_ms} after a ramp-up"));
    }
}

#[tokio::test(start_paused = true)]
async fn an_overloaded_server_has_its_capacity_as_throughput_however_long_the_queue_at_the_end() {
    // One slot, 10 ms each: 100/s of the 150/s that are due.
    let measured = run(&Fake::doing([Step::Request(10)]), &rate(150.0, S(5), 1)).await;
    assert_near(measured.total.throughput_per_s, 100.0, "a queue");
    let plan = Workload { warmup: Warmup::Duration(S(2)), ..rate(150.0, S(5), 1) };
    let measured = run(&Fake::doing([Step::Request(10)]), &plan).await;
    assert_near(measured.total.throughput_per_s, 100.0, "a queue that began in the warm-up");
}

#[tokio::test(start_paused = true)]
async fn slow_answers_of_an_open_workload_count_at_its_rate() {
    for warmup in [S(0), S(2)] {
        let plan = Workload { warmup: Warmup::Duration(warmup), ..rate(100.0, S(5), 500) };
        let measured = run(&Fake::doing([Step::Request(1_000)]), &plan).await;
        assert_near(measured.total.throughput_per_s, 100.0, "100/s, 1 s each");
        assert_eq!((measured.total.requests.ok, measured.carried_over), (500, None));
    }
}

#[tokio::test(start_paused = true)]
async fn each_stage_and_each_level_has_the_throughput_of_its_own_users() {
    let stages = vec![
        named("low", stage(10.0, 10.0, S(5))),
        named("peak", stage(30.0, 30.0, S(5))),
        named("after", stage(10.0, 10.0, S(5))),
    ];
    let measured = run(&Fake::doing([Step::Request(700)]), &staged(stages, S(2))).await;
    // The users that come for the peak stay until their last request of it is answered.
    let of = |index: usize| measured.stages[index].total.throughput_per_s;
    assert_near(of(0), 10.0 / 0.7, "low");
    assert_near(of(1), 30.0 / 0.7, "peak");
    let after = of(2).unwrap();
    assert!((10.0 / 0.7..10.0 / 0.7 + 20.0 / 5.0).contains(&after), "{after}: and what was left of the peak");
    let all: f64 = (0..3).filter_map(of).sum::<f64>() / 3.0;
    assert_near(measured.total.throughput_per_s, all, "each request is counted once");
    assert_eq!(measured.carried_over, None);
}

#[tokio::test(start_paused = true)]
async fn a_spike_of_arrivals_has_its_rate_although_answers_take_long() {
    let stages = vec![
        named("before", stage(20.0, 20.0, S(4))),
        named("spike", stage(60.0, 60.0, S(4))),
        named("after", stage(20.0, 20.0, S(4))),
    ];
    let mut plan = rate(20.0, S(12), 500);
    if let LoadModel::Open(arrivals) = &mut plan.model {
        arrivals.stages = stages;
    }
    let measured = run(&Fake::doing([Step::Request(800)]), &plan).await;
    for (index, per_s) in [20.0, 60.0, 20.0].into_iter().enumerate() {
        let stage = &measured.stages[index];
        assert_eq!(stage.total.requests.intended, (4.0 * per_s) as u64);
        assert_near(stage.total.throughput_per_s, per_s, &stage.name);
    }
    assert_near(measured.total.throughput_per_s, 100.0 / 3.0, "all of them");
}

#[tokio::test(start_paused = true)]
async fn a_stall_that_begins_in_the_warm_up_breaks_the_limits_that_it_breaks() {
    // Silent from 1.9 to 4.9 s; measured from 2 to 6 s.
    let fake = Fake::doing([Step::StalledFromTo(1_900, 4_900), Step::Request(5)]);
    let plan = Workload { warmup: Warmup::Duration(S(2)), ..workload(10, RunLength::Duration(S(4))) };
    let measured = run(&fake, &plan).await;
    let carried = measured.carried_over.expect("ten users waited");
    assert_eq!((carried.requests, carried.longest_s), (10, Some(2.905)));
    assert_eq!(
        (measured.total.response_time.max_s, measured.endpoints[0].response_time.max_s),
        (Some(2.905), Some(2.905))
    );
    assert_eq!(measured.iteration.response_time.max_s, Some(2.905));
    assert_eq!(measured.slowest[0].at_s, 0.0);
    assert_near(Some(measured.slowest[0].response_time_s), 2.905, "the slowest");
    assert!(measured.generator.closed_law_gap.unwrap() < 0.01);
    let requests = measured.total.requests;
    assert!(requests.is_conserved() && measured.total.response_time.samples == requests.intended);
    assert_near(measured.total.throughput_per_s, 2_000.0 * 1.1 / 4.0, "1.1 of 4 s");
}

#[tokio::test(start_paused = true)]
async fn a_stall_that_covers_the_whole_measurement_is_measured() {
    let fake = Fake::doing([Step::StalledFromTo(1_900, 4_900), Step::Request(5)]);
    let plan = Workload { warmup: Warmup::Duration(S(2)), ..workload(10, RunLength::Duration(S(2))) };
    let measured = run(&fake, &plan).await;
    assert_eq!((measured.total.requests.intended, measured.total.requests.ok), (10, 10));
    assert_eq!(measured.total.response_time.min_s, Some(2.905));
    assert_eq!(measured.carried_over.map(|carried| carried.requests), Some(10));
}

#[tokio::test(start_paused = true)]
async fn a_stall_at_the_end_of_a_ramp_up_is_measured_as_far_as_it_reaches_into_the_measurement() {
    let fake = Fake::doing([Step::StalledFromTo(900, 2_000), Step::Request(5)]);
    let plan = Workload { model: LoadModel::Closed(Users::over(10, S(1))), ..workload(10, RunLength::Duration(S(4))) };
    let measured = run(&fake, &plan).await;
    assert_eq!(measured.total.response_time.max_s, Some(1.005));
    let measured = run(&Fake::doing([Step::Request(5)]), &plan).await;
    assert_eq!(measured.carried_over, None, "no user waits");
}

#[tokio::test(start_paused = true)]
async fn what_times_out_or_never_ends_after_the_warm_up_is_measured_as_that() {
    let plan = Workload { warmup: Warmup::Duration(S(2)), timeout: S(5), ..workload(10, RunLength::Duration(S(4))) };
    let measured = run(&Fake::doing([Step::FrozenFrom(1_900), Step::Request(10)]), &plan).await;
    let requests = measured.total.requests;
    // Sent at 1.9 s and given up at 6.9 s, after the end of the window.
    assert_eq!((requests.intended, requests.timed_out, requests.ok), (10, 10, 0));
    assert_eq!(measured.total.failures["timed out"], 10);
}

#[tokio::test(start_paused = true)]
async fn a_stall_that_reaches_from_a_ramp_into_a_steady_stage_is_measured_there() {
    let stages = vec![
        named("climb", stage(5.0, 10.0, S(2))),
        named("steady", stage(10.0, 10.0, S(2))),
        named("peak", stage(10.0, 10.0, S(2))),
    ];
    let fake = Fake::doing([Step::StalledFromTo(1_900, 4_500), Step::Request(5)]);
    let measured = run(&fake, &staged(stages, S(0))).await;
    // In the ramp with all of its time, in the stages with what they saw of it, in the total once.
    let max_s: Vec<_> = measured.stages.iter().map(|stage| stage.total.response_time.max_s).collect();
    assert_eq!(max_s, [Some(2.605), Some(2.505), Some(0.505)]);
    let carried: Vec<_> =
        measured.stages.iter().map(|stage| stage.carried_over.map(|carried| carried.requests)).collect();
    assert_eq!(carried, [None, Some(10), Some(10)]);
    assert_eq!(measured.total.response_time.max_s, Some(2.505));
    assert_eq!(measured.carried_over.map(|carried| carried.requests), Some(10));
    let began_in_peak = measured.stages[2].total.requests.intended - 10;
    assert_eq!(measured.total.requests.intended, began_in_peak + 10, "no request is in the total twice");
}

#[tokio::test(start_paused = true)]
async fn what_a_user_sends_in_its_set_up_or_when_it_leaves_is_carried_nowhere() {
    let measured = run(&Fake::doing([Step::Request(10)]), &workload(10, RunLength::Duration(S(1)))).await;
    assert_eq!((measured.carried_over, measured.total.throughput_per_s), (None, Some(1_000.0)));
}

#[tokio::test(start_paused = true)]
async fn a_number_of_requests_stays_that_number() {
    // Three of the warm-up's requests are open when the measurement begins.
    let plan = Workload { warmup: Warmup::Requests(13), ..workload(7, RunLength::Requests(100)) };
    let fake = Fake::doing([Step::StalledFromTo(10, 500), Step::Request(10)]);
    let measured = run(&fake, &plan).await;
    assert_eq!((measured.total.requests.intended, measured.carried_over), (100, None));
}
