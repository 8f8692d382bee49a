//! Closed workloads whose number of users follows stages, or whose users are paced.

use super::open::stage;
use super::support::*;
use crate::workload::Stage;

fn paced(count: usize, every: Duration, over: Duration) -> Workload {
    Workload {
        model: LoadModel::Closed(Users { every: Some(every), ..Users::at_once(count) }),
        ..workload(count, RunLength::Duration(over))
    }
}

fn staged(stages: Vec<Stage>) -> Workload {
    let count = stages.iter().map(|stage| stage.from.max(stage.to) as usize).max().unwrap();
    let length = RunLength::Duration(stages.iter().map(|stage| stage.over).sum());
    Workload { model: LoadModel::Closed(Users { stages, ..Users::at_once(count) }), ..workload(count, length) }
}

#[tokio::test(start_paused = true)]
async fn paced_users_start_evenly_one_after_the_other() {
    let measured = run(&Fake::doing([Step::Request(10)]), &paced(4, S(1), S(10))).await;
    assert_eq!((measured.total.requests.ok, measured.total.response_time.max_s), (40, Some(0.01)));
    assert!(measured.timeline[..10].iter().all(|slice| slice.sent == 4), "{:?}", measured.timeline);
    assert_eq!((measured.generator.planned, measured.generator.sent), (Some(40), Some(40)));
    let gap = measured.generator.closed_law_gap.unwrap();
    assert!(gap < 0.001, "planned pauses are think time: {gap}");
}

// In real time, because only there users start their first iteration a moment after the load has begun.
#[tokio::test]
async fn the_first_iteration_of_a_paced_user_is_due_when_the_load_begins() {
    // One iteration a user, so no user can have been delayed by the one before, however slow this machine is.
    let measured = run(&Fake::doing([Step::Request(0)]), &paced(200, MS(200), MS(200))).await;
    assert_eq!((measured.generator.planned, measured.total.requests.intended), (Some(200), 200));
    assert_eq!(measured.generator.pool_wait.as_ref().unwrap().max_s, Some(0.0));
}

#[tokio::test]
async fn a_paced_user_that_becomes_active_when_it_is_due_starts_at_once() {
    // User 0 is active from the beginning and due at 0 ms; user 1 becomes active at 200 ms and is due just then.
    let stages = vec![stage(1.0, 1.0, MS(200)), stage(2.0, 2.0, MS(200))];
    let users = Users { every: Some(MS(400)), stages, ..Users::at_once(2) };
    let plan = Workload { model: LoadModel::Closed(users), ..workload(2, RunLength::Duration(MS(400))) };
    let measured = run(&Fake::doing([Step::Request(0)]), &plan).await;
    assert_eq!((measured.generator.planned, measured.total.requests.intended), (Some(2), 2));
    assert_eq!(measured.generator.pool_wait.as_ref().unwrap().max_s, Some(0.0));
}

#[tokio::test(start_paused = true)]
async fn a_paced_user_that_is_late_catches_up_and_keeps_its_intended_times() {
    // Due at 0, 1, 2 and 3 s, answered at 3.51, 3.52, 3.53 and 3.54 s.
    let fake = Fake::doing([Step::StalledFromTo(0, 3_500), Step::Request(10)]);
    let measured = run(&fake, &paced(1, S(1), S(10))).await;
    assert_eq!((measured.total.requests.intended, measured.total.requests.ok), (10, 10));
    let (response_time, service_time) = (&measured.total.response_time, &measured.total.service_time);
    // 3.51 + 2.52 + 1.53 + 0.54 s and six of 0.01 s.
    assert!((response_time.mean_s.unwrap() - 0.816).abs() < 1e-9, "{response_time:?}");
    assert_eq!((response_time.max_s, service_time.min_s), (Some(3.51), Some(0.01)));
    assert_eq!(measured.generator.pool_wait.as_ref().unwrap().max_s, Some(2.51));
    assert_eq!(measured.generator.pacer_lag.as_ref().unwrap().max_s, Some(0.0));
}

#[tokio::test(start_paused = true)]
async fn what_a_paced_user_could_not_start_in_time_was_never_sent() {
    // Due at 4 s it hangs until 14 s; those due at 5 … 9 s are never sent.
    let fake = Fake::doing([Step::FrozenFrom(4_000), Step::Request(10)]);
    let measured = run(&fake, &paced(1, S(1), S(10))).await;
    let requests = measured.total.requests;
    assert_eq!((requests.ok, requests.timed_out, requests.never_sent, requests.intended), (4, 1, 5, 10));
    assert_eq!((measured.generator.planned, measured.generator.sent), (Some(10), Some(5)));
    assert_eq!(measured.generator.left_waiting, Some(5));
}

#[tokio::test(start_paused = true)]
async fn a_paced_iteration_belongs_to_the_phase_in_which_it_was_due() {
    // Due at 0 and 1 s in the warm-up, the second one started at 2.5 s; 2, 3 and 4 s are measured.
    let plan = Workload { warmup: Warmup::Duration(S(2)), ..paced(1, S(1), S(3)) };
    let measured = run(&Fake::doing([Step::StalledFromTo(0, 2_490), Step::Request(10)]), &plan).await;
    assert_eq!((measured.outside.ok, measured.total.requests.ok), (2, 3));
}

#[tokio::test(start_paused = true)]
async fn a_paced_user_counts_its_requests_where_requests_were_asked_for() {
    let plan = Workload { length: RunLength::Requests(6), ..paced(2, S(1), S(1)) };
    let measured = run(&Fake::doing([Step::Request(10)]), &plan).await;
    assert_eq!((measured.total.requests.intended, measured.total.requests.ok), (6, 6));
    // The last ones are due at 2 and 2.5 s.
    assert_eq!(measured.span, MS(2_510));
}

#[tokio::test(start_paused = true)]
async fn the_number_of_users_follows_the_stages() {
    // Users 0 to 3 come at 0, 0, 1 and 2 s, a request each 100 ms; 4 of them for the last two seconds.
    let measured =
        run(&Fake::doing([Step::Request(100)]), &staged(vec![stage(1.0, 4.0, S(3)), stage(4.0, 4.0, S(2))])).await;
    let stages: Vec<u64> = measured.stages.iter().map(|stage| stage.total.requests.ok).collect();
    assert_eq!(stages, [30 + 30 + 20 + 10, 80]);
    assert_eq!(measured.total.requests.ok, 80, "ramps are not judged");
    assert_eq!(measured.generator.closed_law_gap, None);
}

#[tokio::test(start_paused = true)]
async fn users_beyond_the_level_finish_what_they_do_and_come_back_later() {
    // Requests of 300 ms: user 1 starts at 0, 300, 600 and 900 ms, and again at 2 000 … 2 900 ms.
    let plan = staged(vec![stage(2.0, 2.0, S(1)), stage(1.0, 1.0, S(1)), stage(2.0, 2.0, S(1))]);
    let measured = run(&Fake::doing([Step::Request(300)]), &plan).await;
    assert_eq!((measured.total.requests.ok, measured.total.requests.intended), (18, 18));
    let stages: Vec<u64> = measured.stages.iter().map(|stage| stage.total.requests.ok).collect();
    // User 0 starts at 0 … 900, 1 200 … 1 800 and 2 100 … 2 700 ms.
    assert_eq!(stages, [4 + 4, 3, 3 + 4]);
}

#[tokio::test(start_paused = true)]
async fn stages_that_start_with_0_users_still_have_a_warm_up() {
    let plan = Workload { warmup: Warmup::Requests(5), ..staged(vec![stage(0.0, 2.0, S(2)), stage(2.0, 2.0, S(1))]) };
    let measured = run(&Fake::doing([Step::Request(100)]), &plan).await;
    assert_eq!((measured.outside.ok, measured.total.requests.ok, measured.ended), (5, 20, Ended::AsPlanned));
}
