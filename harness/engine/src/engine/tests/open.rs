//! Open workloads: arrivals start when they are due, and those that were not sent are counted.

use super::fake::EnterFn;
use super::support::*;
use crate::metric::Percentile;
use crate::workload::{Arrivals, Overflow, Spacing, Stage};

pub(super) fn stage(from: f64, to: f64, over: Duration) -> Stage {
    Stage { name: None, from, to, over }
}

/// Arrivals by these stages, at most `max_in_flight` at once.
fn arrivals(stages: Vec<Stage>, max_in_flight: usize) -> Workload {
    let length = RunLength::Duration(stages.iter().map(|stage| stage.over).sum());
    let (overflow, spacing) = (Overflow::Queue, Spacing::Even);
    let model = LoadModel::Open(Arrivals { stages, max_in_flight, overflow, spacing });
    Workload { model, ..workload(1, length) }
}

/// Arrivals at one rate, evenly spaced, at most `max_in_flight` at once.
pub(super) fn rate(per_s: f64, over: Duration, max_in_flight: usize) -> Workload {
    arrivals(vec![stage(per_s, per_s, over)], max_in_flight)
}

pub(super) fn with(mut workload: Workload, overflow: Overflow, spacing: Spacing) -> Workload {
    if let LoadModel::Open(arrivals) = &mut workload.model {
        (arrivals.overflow, arrivals.spacing) = (overflow, spacing);
    }
    workload
}

pub(super) fn sent_each_second(measured: &Measured) -> Vec<u64> {
    measured.timeline.iter().map(|slice| slice.sent).filter(|sent| *sent > 0).collect()
}

#[tokio::test(start_paused = true)]
async fn arrivals_start_when_they_are_due_however_long_others_take() {
    // Due at 50, 150 … 1 950 ms, each for 700 ms: 7 at once.
    let measured = run(&Fake::doing([Step::Request(700)]), &rate(10.0, S(2), 100)).await;
    assert_eq!((measured.total.requests.intended, measured.total.requests.ok), (20, 20));
    assert_eq!((measured.total.response_time.max_s, measured.total.service_time.max_s), (Some(0.7), Some(0.7)));
    assert_eq!(sent_each_second(&measured), [10, 10]);
    let health = measured.generator;
    assert_eq!((health.planned, health.sent, health.shed), (Some(20), Some(20), Some(0)));
    let (lag, wait) = (health.pacer_lag.unwrap(), health.pool_wait.unwrap());
    assert_eq!((lag.samples, lag.max_s, wait.max_s), (20, Some(0.0), Some(0.0)));
    assert_eq!(health.closed_law_gap, None, "no number of users was planned");
}

#[tokio::test(start_paused = true)]
async fn at_the_cap_arrivals_wait_in_order_and_keep_their_intended_time() {
    // Due at 50 + 100·i, started at 50 + 200·i: the i-th waits 100·i ms.
    let measured = run(&Fake::doing([Step::Request(200)]), &rate(10.0, S(1), 1)).await;
    assert_eq!(measured.total.requests.ok, 10);
    assert_eq!(measured.total.response_time.mean_s, Some(0.65));
    assert_eq!((measured.total.response_time.min_s, measured.total.response_time.max_s), (Some(0.2), Some(1.1)));
    assert_eq!(measured.total.service_time.max_s, Some(0.2));
    assert_eq!(measured.iteration.response_time.max_s, Some(1.1));
    assert_eq!(sent_each_second(&measured), [10]);
    assert_eq!(measured.generator.pool_wait.as_ref().unwrap().max_s, Some(0.9));
    assert_eq!(measured.generator.pacer_lag.as_ref().unwrap().max_s, Some(0.0), "the server caused the wait");
}

#[tokio::test(start_paused = true)]
async fn without_a_queue_arrivals_at_the_cap_are_never_sent() {
    // Due at 50, 150, 250 …; every other one finds the user busy.
    let plan = with(rate(10.0, S(1), 1), Overflow::Shed, Spacing::Even);
    let measured = run(&Fake::doing([Step::Request(150)]), &plan).await;
    let requests = measured.total.requests;
    assert_eq!((requests.intended, requests.ok, requests.never_sent), (10, 5, 5));
    assert_eq!(measured.total.response_time.max_s, Some(0.15));
    let health = measured.generator;
    assert_eq!((health.planned, health.sent, health.shed), (Some(10), Some(5), Some(5)));
}

#[tokio::test(start_paused = true)]
async fn the_whole_time_of_a_frozen_server_is_in_the_figures() {
    // Frozen from 7 s on. The 10 sent then time out from 17.05 s on, and let 10 of the queue through, which are open when
    // the drain ends at 20 s; the last 10 have had no chance.
    let fake = Fake::doing([Step::FrozenFrom(7_000), Step::Request(10)]);
    let measured = run(&fake, &rate(10.0, S(10), 10)).await;
    let requests = measured.total.requests;
    assert_eq!((requests.intended, requests.ok), (100, 70));
    assert_eq!((requests.timed_out, requests.in_flight_at_end, requests.never_sent), (10, 10, 10));
    // The longest one open was due at 8.05 s.
    assert_eq!(measured.total.response_time.max_s, Some(11.95));
    assert!(measured.total.response_time.percentile_s(Percentile::new(95.0).unwrap()).unwrap() > 10.0);
    assert_eq!((measured.generator.sent, &measured.ended), (Some(90), &Ended::AsPlanned));
    assert_eq!(measured.generator.left_waiting, Some(10), "the server kept them waiting");
}

#[tokio::test(start_paused = true)]
async fn a_stall_shows_in_the_response_time_of_every_arrival_that_it_delayed() {
    // Nothing is answered from 1 s to 1.5 s: those due at 1 005, 1 015 … wait 495, 485 … ms.
    let fake = Fake::doing([Step::StalledFromTo(1_000, 1_500), Step::Request(5)]);
    let measured = run(&fake, &rate(100.0, S(4), 500)).await;
    assert_eq!(measured.total.requests.ok, 400);
    assert_eq!(measured.total.response_time.max_s, Some(0.5));
    // S²/2 · R ÷ n more than 5 ms: 0.5²/2 × 100 ÷ 400.
    assert!((measured.total.response_time.mean_s.unwrap() - 0.036_25).abs() < 1e-9, "{:?}", measured.total);
    assert!(measured.generator.pool_wait.as_ref().unwrap().max_s.unwrap() < 0.003, "more users were made at once");
}

#[tokio::test(start_paused = true)]
async fn a_generator_that_is_suspended_reports_how_late_it_was() {
    let hold_up = Box::pin(async {
        tokio::time::sleep(MS(1_000)).await;
        tokio::time::advance(MS(500)).await;
    });
    let plan = rate(100.0, S(2), 500);
    let measured = run_beside(&Fake::doing([Step::Request(1)]), &plan, &Stop::default(), hold_up).await;
    let (lag, wait) = (measured.generator.pacer_lag.unwrap(), measured.generator.pool_wait.unwrap());
    assert!((0.490..0.505).contains(&lag.max_s.unwrap()), "{lag:?}");
    assert!(wait.max_s.unwrap() < 0.005, "users could be made at once: {wait:?}");
    assert_eq!((measured.total.requests.ok, measured.generator.sent), (200, Some(200)));
    assert!(measured.total.response_time.max_s.unwrap() > 0.490);
}

#[tokio::test(start_paused = true)]
async fn warm_up_is_at_the_starting_rate_and_outside_every_figure() {
    let plan = arrivals(vec![stage(10.0, 30.0, S(1)), stage(30.0, 30.0, S(1))], 100);
    let plan = Workload { warmup: Warmup::Duration(S(2)), ..plan };
    let measured = run(&Fake::doing([Step::Request(300)]), &plan).await;
    assert_eq!((measured.outside.intended, measured.outside.ok), (20, 20));
    assert_eq!(sent_each_second(&measured), [20, 30]);
    assert_eq!((measured.generator.planned, measured.generator.sent), (Some(50), Some(50)));
    assert_eq!(measured.generator.pacer_lag.as_ref().unwrap().samples, 50);
}

#[tokio::test(start_paused = true)]
async fn arrivals_of_a_ramp_follow_the_integral_of_the_plan_and_only_steady_stages_are_judged() {
    let peak = Stage { name: Some("peak".to_owned()), ..stage(20.0, 20.0, S(2)) };
    let plan = arrivals(vec![stage(0.0, 20.0, S(2)), peak, stage(20.0, 0.0, S(2))], 100);
    let measured = run(&Fake::doing([Step::Request(10)]), &plan).await;
    assert_eq!(sent_each_second(&measured), [5, 15, 20, 20, 15, 5]);
    assert_eq!((measured.total.requests.intended, measured.total.requests.ok), (40, 40));
    let stages: Vec<_> = measured.stages.iter().map(|stage| (&*stage.name, stage.total.requests.ok)).collect();
    assert_eq!(stages, [("1", 20), ("peak", 40), ("3", 20)]);
    assert_eq!(measured.generator.planned, Some(80));
}

#[tokio::test(start_paused = true)]
async fn think_time_is_not_part_of_response_times_and_later_requests_begin_when_they_are_sent() {
    let fake = Fake::doing([Step::Think(50), Step::Request(100), Step::Think(30), Step::Request(20)]);
    let measured = run(&fake, &rate(1.0, S(3), 10)).await;
    let times = &measured.total.response_time;
    assert_eq!((times.samples, times.min_s, times.max_s), (6, Some(0.02), Some(0.1)));
    assert_eq!(measured.iteration.response_time.max_s, Some(0.2));
}

#[tokio::test(start_paused = true)]
async fn an_iteration_that_thinks_before_its_first_request_may_send_it_during_the_drain() {
    let measured = run(&Fake::doing([Step::Think(500), Step::Request(100)]), &rate(10.0, S(1), 50)).await;
    assert_eq!((measured.total.requests.intended, measured.total.requests.ok), (10, 10));
    let (began, plan) = (tokio::time::Instant::now(), Workload { timeout: S(2), ..rate(10.0, S(1), 50) });
    let measured = run(&Fake::doing([Step::Think(3_600_000), Step::Request(100)]), &plan).await;
    assert_eq!((measured.total.requests.never_sent, measured.total.requests.intended), (10, 10));
    assert_eq!((measured.generator.sent, measured.ended), (Some(10), Ended::AsPlanned), "each was started on time");
    assert!(began.elapsed() < MS(3_100), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn seeded_poisson_arrivals_are_as_many_as_planned() {
    let plan = with(rate(50.0, S(2), 100), Overflow::Queue, Spacing::Poisson);
    let measured = run(&Fake::doing([Step::Request(10)]), &plan).await;
    assert_eq!((measured.total.requests.ok, measured.generator.sent), (100, Some(100)));
}

#[tokio::test(start_paused = true)]
async fn a_stop_leaves_the_rest_of_the_plan_and_of_the_queue_unsent() {
    // At 1.1 s 11 have come, and the last one is open.
    let (stop, began) = (Stop::default(), tokio::time::Instant::now());
    let fake = Fake::doing([Step::Request(100)]);
    let measured = run_beside(&fake, &rate(10.0, S(10), 5), &stop, stop_after(MS(1_100), "interrupted", &stop)).await;
    let requests = measured.total.requests;
    assert_eq!((requests.ok, requests.in_flight_at_end, requests.never_sent, requests.intended), (10, 1, 89, 100));
    assert_eq!((measured.ended, measured.generator.sent), (Ended::Stopped("interrupted".to_owned()), Some(11)));
    assert!(began.elapsed() < MS(1_110), "{:?}", began.elapsed());
    let stop = Stop::default();
    let fake = Fake::doing([Step::Request(5_000)]);
    let measured = run_beside(&fake, &rate(10.0, S(10), 1), &stop, stop_after(MS(1_000), "interrupted", &stop)).await;
    let requests = measured.total.requests;
    assert_eq!((requests.in_flight_at_end, requests.never_sent, requests.intended), (1, 99, 100));
}

#[tokio::test(start_paused = true)]
async fn a_load_without_any_answer_gives_up_after_three_timeouts() {
    let plan = Workload { timeout: S(1), ..rate(10.0, S(60), 50) };
    let measured = run(&Fake::doing([Step::Hang]), &plan).await;
    assert_eq!(measured.ended, Ended::NoAnswer(S(3)));
    let requests = measured.total.requests;
    assert_eq!((requests.intended, requests.ok), (600, 0));
    assert!(requests.never_sent > 550, "{requests:?}");
}

#[tokio::test(start_paused = true)]
async fn long_pauses_between_arrivals_do_not_count_as_missing_answers() {
    let plan = Workload { timeout: S(1), ..rate(0.02, S(100), 50) };
    let measured = run(&Fake::doing([Step::Request(10)]), &plan).await;
    assert_eq!((measured.ended, measured.total.requests.ok), (Ended::AsPlanned, 2));
}

#[tokio::test(start_paused = true)]
async fn a_user_that_cannot_be_set_up_on_demand_ends_the_run_and_no_other_user_hangs() {
    let refuse: EnterFn = |slot| if slot.number >= 10 { Err("status 401".to_owned()) } else { Ok(()) };
    let fake = Fake { enter: Some(refuse), ..Fake::doing([Step::Request(5_000)]) };
    let measured = run(&fake, &rate(10.0, S(5), 100)).await;
    assert_eq!(measured.ended, Ended::Broken("status 401".to_owned()));
    let requests = measured.total.requests;
    assert_eq!((requests.intended, requests.in_flight_at_end, requests.never_sent), (50, 10, 40));
}

#[tokio::test(start_paused = true)]
async fn users_that_take_long_to_set_up_delay_the_beginning_and_not_the_arrivals() {
    let fake = Fake { entering: S(3), ..Fake::doing([Step::Request(10)]) };
    let measured = run(&fake, &rate(10.0, S(2), 10)).await;
    assert_eq!((measured.total.requests.ok, measured.total.response_time.max_s), (20, Some(0.01)));
}
