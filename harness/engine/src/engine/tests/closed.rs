//! Closed workloads: what is measured, in which phase, and how iterations count.

use super::support::*;
use crate::clock::Clock;
use crate::engine::control::Control;
use crate::engine::drive::drive;
use crate::engine::share::{WorkerGroup, WorkerShare};
use crate::engine::timer::Timer;
use crate::load_part::PartShare;

#[tokio::test(start_paused = true)]
async fn exactly_as_many_requests_are_measured_as_were_asked_for() {
    let plan = Workload { warmup: Warmup::Requests(13), ..workload(7, RunLength::Requests(100)) };
    let measured = run(&Fake::doing([Step::Request(10)]), &plan).await;
    assert_eq!((measured.total.requests.intended, measured.total.requests.ok), (100, 100));
    assert_eq!((measured.outside.intended, measured.outside.ok), (13, 13));
    assert_eq!((measured.iteration.requests.ok, &measured.ended), (100, &Ended::AsPlanned));
    assert_eq!(measured.generator.closed_law_gap, None, "no time was planned, so the law says nothing");
}

#[tokio::test(start_paused = true)]
async fn the_figures_are_those_of_the_interactive_response_time_law() {
    // 5 users, 30 ms each and 70 ms of think time: X = 5 ÷ 0.1 s.
    let measured =
        run(&Fake::doing([Step::Request(30), Step::Think(70)]), &workload(5, RunLength::Duration(S(10)))).await;
    assert_eq!(measured.total.requests.ok, 500);
    assert_eq!(measured.total.response_time.mean_s, Some(0.03));
    assert_eq!(measured.iteration.response_time.max_s, Some(0.1));
    // The last request starts at 9.9 s and takes 30 ms; the rest of the ten seconds was measured, too.
    assert_eq!((measured.span, measured.total.throughput_per_s), (S(10), Some(50.0)));
    assert!(measured.generator.closed_law_gap.unwrap() < 0.001, "{:?}", measured.generator);
    let sent: Vec<u64> = measured.timeline.iter().map(|slice| slice.sent).collect();
    assert_eq!(sent.iter().sum::<u64>(), 500);
    assert!(sent[..10].iter().all(|sent| *sent == 50), "{sent:?}");
}

#[tokio::test(start_paused = true)]
async fn an_iteration_of_several_requests_takes_them_all_from_the_budget() {
    let measured = run(&Fake::doing([Step::Request(1), Step::Request(1)]), &workload(1, RunLength::Requests(10))).await;
    assert_eq!((measured.total.requests.intended, measured.iteration.requests.ok), (10, 5));
}

#[tokio::test(start_paused = true)]
async fn exactly_as_many_requests_are_measured_as_were_asked_for_whatever_an_iteration_sends() {
    for (users, sent_more) in [(1, 2), (4, 2), (7, 4)] {
        let plan = Workload { warmup: Warmup::Requests(5), ..workload(users, RunLength::Requests(10)) };
        let measured = run(&Fake::doing([Step::Request(1), Step::Request(1), Step::Request(1)]), &plan).await;
        assert_eq!((measured.total.requests.intended, measured.total.requests.ok), (10, 10), "{users} users");
        // Whole iterations are sent; what is beyond the number is outside the measurement, as the warm-up is.
        assert!(measured.outside.ok >= 5 + sent_more && measured.outside.ok % 3 != 0, "{:?}", measured.outside);
        assert_eq!((measured.total.requests.ok + measured.outside.ok) % 3, 0, "{:?}", measured.outside);
        assert!((sent_more..=measured.outside.ok - 5).contains(&measured.beyond_count), "{}", measured.beyond_count);
    }
}

#[tokio::test(start_paused = true)]
async fn an_iteration_without_a_request_counts_as_one_and_ends_the_run() {
    let measured = run(&Fake::doing([Step::Think(1)]), &workload(2, RunLength::Requests(10))).await;
    assert_eq!((measured.total.requests.intended, measured.iteration.requests.ok), (0, 10));
    assert_eq!(measured.ended, Ended::AsPlanned);
}

#[tokio::test(start_paused = true)]
async fn requests_belong_to_the_phase_in_which_they_start() {
    // One user, 300 ms a request: starts at 0, 300, 600, 900 | 1 200, 1 500, 1 800; the one from 900 ends outside.
    let plan = Workload { warmup: Warmup::Duration(S(1)), ..workload(1, RunLength::Duration(S(1))) };
    let measured = run(&Fake::doing([Step::Request(300)]), &plan).await;
    assert_eq!((measured.outside.ok, measured.total.requests.ok), (4, 3));
    assert_eq!(measured.slowest[0].at_s, 0.2);
    assert_eq!(measured.span, MS(1_100), "from the second's beginning to the last end");
}

#[tokio::test(start_paused = true)]
async fn an_iteration_may_straddle_the_beginning_of_the_measurement() {
    // Starts at 0 and 600 | 1 200 and 1 800, all four in two iterations; the second begins at 1 200.
    let plan = Workload { warmup: Warmup::Duration(MS(500)), ..workload(1, RunLength::Duration(MS(1_500))) };
    let measured = run(&Fake::doing([Step::Request(600), Step::Request(600)]), &plan).await;
    assert_eq!((measured.outside.ok, measured.total.requests.ok), (1, 3));
    assert_eq!(measured.iteration.requests.ok, 1);
}

#[tokio::test(start_paused = true)]
async fn users_start_evenly_over_the_ramp_up_and_outside_every_figure() {
    // Starts at 0, 250, 500 and 750 ms, 100 ms each, until 1 s: 10 + 8 + 5 + 3 starts (those at 750 + i × 100).
    let plan = Workload { model: LoadModel::Closed(Users::over(4, S(1))), ..workload(4, RunLength::Duration(S(1))) };
    let measured = run(&Fake::doing([Step::Request(100)]), &plan).await;
    assert_eq!(measured.outside.intended, 10 + 8 + 5 + 3);
    assert_eq!(measured.total.requests.intended, 40);
    assert_eq!(measured.generator.closed_law_gap.map(|gap| gap < 0.05), Some(true), "{:?}", measured.generator);
}

#[tokio::test(start_paused = true)]
async fn set_up_of_users_is_not_part_of_the_measurement() {
    let fake = Fake { entering: S(3), ..Fake::doing([Step::Request(100)]) };
    let measured = run(&fake, &workload(2, RunLength::Duration(S(1)))).await;
    assert_eq!((measured.total.requests.ok, measured.outside.intended), (20, 0));
    assert_eq!(measured.timeline.len(), 2, "the last requests end with the first second: {:?}", measured.timeline);
}

#[tokio::test(start_paused = true)]
async fn open_requests_are_drained_and_nothing_starts_after_the_end() {
    // Requests of 700 ms start at 0 and 700, and the second ends at 1 400, after the end.
    let measured = run(&Fake::doing([Step::Request(700)]), &workload(3, RunLength::Duration(S(1)))).await;
    assert_eq!((measured.total.requests.intended, measured.total.requests.ok), (6, 6));
    assert_eq!(measured.span, MS(1_400));
}

#[tokio::test(start_paused = true)]
async fn users_that_only_think_are_dismissed_at_once() {
    let began = tokio::time::Instant::now();
    let fake = Fake::doing([Step::Request(700), Step::Think(3_600_000)]);
    let measured = run(&fake, &workload(3, RunLength::Duration(S(1)))).await;
    assert_eq!(measured.total.requests.ok, 3);
    assert_eq!(measured.iteration.requests.intended, 0, "an iteration that ends in a pause is not counted");
    assert!(began.elapsed() < MS(1_100), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_user_that_begins_to_think_after_the_end_is_dismissed_then() {
    let began = tokio::time::Instant::now();
    run(&Fake::doing([Step::Request(1_500), Step::Think(3_600_000)]), &workload(1, RunLength::Duration(S(1)))).await;
    assert!(began.elapsed() < MS(1_600), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_is_open_after_the_drain_is_in_flight_at_the_end_with_its_time_so_far() {
    let plan = Workload { timeout: S(2), ..workload(3, RunLength::Duration(S(1))) };
    let measured = run(&Fake::doing([Step::Request(10_000)]), &plan).await;
    let requests = measured.total.requests;
    assert_eq!((requests.intended, requests.in_flight_at_end), (3, 3));
    assert_eq!(measured.total.response_time.min_s.map(|time_s| time_s.round()), Some(3.0));
    assert_eq!(measured.iteration.requests.in_flight_at_end, 3);
    assert_eq!(measured.ended, Ended::FellSilent(S(1)));
}

#[tokio::test(start_paused = true)]
async fn a_failed_check_and_an_error_count_against_the_request() {
    let measured = run(&Fake::doing([Step::Request(1), Step::FailCheck]), &workload(1, RunLength::Requests(4))).await;
    assert_eq!((measured.total.requests.failed, measured.total.failures["check: a full page"]), (4, 4));
    let measured = run(&Fake::doing([Step::Request(1), Step::Fail]), &workload(1, RunLength::Requests(4))).await;
    assert_eq!((measured.total.requests.failed, measured.total.failures["no such field"]), (4, 4));
}

#[tokio::test(start_paused = true)]
async fn an_error_before_any_request_counts_in_the_success_rate() {
    let measured = run(&Fake::doing([Step::Think(1), Step::Fail]), &workload(2, RunLength::Requests(4))).await;
    assert_eq!(measured.total.requests.success_rate(), Some(0.0));
    assert_eq!((measured.total.requests.intended, measured.endpoints.len()), (4, 0));
}

#[tokio::test(start_paused = true)]
async fn a_benchmark_warms_up_until_steady_and_measures_until_precise() {
    let plan = Workload { warmup: Warmup::UntilSteady, ..workload(1, RunLength::UntilPrecise) };
    let measured = run(&Fake::doing([Step::Request(2)]), &plan).await;
    let precision = measured.precision.unwrap();
    assert!(precision.steady && !precision.drifting && precision.half_width < 0.02, "{precision:?}");
    assert_eq!(precision.warmup, MS(300));
    // 150 iterations of 2 ms in the warm-up, then a second.
    assert_eq!((measured.outside.ok, measured.iteration.requests.ok), (150, 500));
}

#[tokio::test(start_paused = true)]
async fn a_user_missing_for_half_of_the_run_breaks_the_interactive_response_time_law() {
    // Two users are planned, and only the first one is driven.
    let model = LoadModel::Closed(Users::over(2, MS(1)));
    let (plan, stop) = (Workload { model, ..workload(2, RunLength::Duration(S(1))) }, Stop::default());
    let control = Control::new(&plan, WorkerGroup::whole(1), &stop, Arc::default(), Clock::start());
    control.user_is_ready();
    let share = WorkerShare { index: 0, workers: 2 };
    let result = drive(&Fake::doing([Step::Request(10)]), &control, share, Timer::of_tokio()).await;
    let gap = conclude(control, vec![result]).generator.closed_law_gap.unwrap();
    assert!((gap - 0.5).abs() < 0.02, "{gap}");
}

#[tokio::test(start_paused = true)]
async fn a_timed_warm_up_before_a_number_of_requests_measures_that_number() {
    // Starts at 0, 300, 600 and 900 are outside; the four requests from 1 200 on are measured.
    let plan = Workload { warmup: Warmup::Duration(S(1)), ..workload(1, RunLength::Requests(4)) };
    let measured = run(&Fake::doing([Step::Request(300)]), &plan).await;
    assert_eq!((measured.outside.ok, measured.total.requests.intended, measured.total.requests.ok), (4, 4, 4));
}

#[tokio::test(start_paused = true)]
async fn a_timed_measurement_begins_when_the_warm_up_requests_are_spent() {
    // 3 × 100 ms of warm-up, then a second.
    let plan = Workload { warmup: Warmup::Requests(3), ..workload(1, RunLength::Duration(S(1))) };
    let measured = run(&Fake::doing([Step::Request(100)]), &plan).await;
    assert_eq!((measured.outside.ok, measured.total.requests.ok), (3, 10));
}

#[tokio::test(start_paused = true)]
async fn the_last_think_time_is_not_part_of_the_span() {
    let measured =
        run(&Fake::doing([Step::Request(100), Step::Think(900)]), &workload(1, RunLength::Requests(2))).await;
    assert_eq!(measured.span, MS(1_100));
    assert_eq!(measured.iteration.throughput_per_s, Some(1.0));
}

#[tokio::test(start_paused = true)]
async fn some_workers_of_a_run_offer_their_part_of_it_without_the_others() {
    // Of 5 users and 101 requests, the first of two workers has users 0, 2 and 4, and 51 requests.
    let (plan, stop, fake) = (workload(5, RunLength::Requests(101)), Stop::default(), Fake::doing([Step::Request(10)]));
    let workers = WorkerGroup { part: PartShare { index: 0, of: 2 }, threads: 1 };
    let control = Control::new(&plan, workers, &stop, Arc::default(), Clock::start());
    let share = workers.shares().next().unwrap();
    let result = drive(&fake, &control, share, Timer::of_tokio()).await;
    let measured = conclude(control, vec![result]);
    assert_eq!((fake.entered.load(Ordering::Relaxed), measured.total.requests.ok), (3, 51));
    assert_eq!(measured.ended, Ended::AsPlanned);
}
