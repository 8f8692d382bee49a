//! Users that find no more data: they stop, nothing fails and nothing is lost.

use super::open::rate;
use super::support::*;

/// Each iteration takes a row, of which there are so many, and sends a request of so many milliseconds.
fn rows(rows: u64, ms: u64) -> Fake {
    Fake::doing([Step::Row(rows), Step::Request(ms)])
}

fn is_right(measured: &Measured, requests: u64) {
    let total = &measured.total.requests;
    assert_eq!((total.intended, total.ok, total.never_sent), (requests, requests, 0), "{total:?}");
    assert_eq!((measured.iteration.requests.intended, measured.iteration.requests.ok), (requests, requests));
    assert_eq!(measured.ended, Ended::AsPlanned);
    assert_eq!(measured.used_up.as_deref(), Some("the rows of `accounts.csv` are used up"));
}

#[tokio::test(start_paused = true)]
async fn the_measurement_ends_when_all_users_have_stopped() {
    // 3 rows at 0, 100 and 200 ms, the tenth at 300 ms: its user stops at 400 ms.
    let measured = run(&rows(10, 100), &workload(3, RunLength::Duration(S(10)))).await;
    is_right(&measured, 10);
    assert_eq!((measured.span, measured.total.throughput_per_s), (MS(400), Some(25.0)));
    assert_eq!(measured.timeline.iter().map(|slice| slice.sent).collect::<Vec<_>>(), [10]);
    assert_eq!(measured.generator.closed_law_gap, None, "the number of users has changed");
    let event = &measured.events[0];
    assert_eq!((event.at_s, &*event.text), (Some(0.4), "the rows of `accounts.csv` are used up"));
}

#[tokio::test(start_paused = true)]
async fn what_was_asked_for_beyond_the_rows_was_not_lost() {
    let measured = run(&rows(10, 100), &workload(3, RunLength::Requests(100))).await;
    is_right(&measured, 10);
    assert_eq!(measured.counted_to, None);
}

#[tokio::test(start_paused = true)]
async fn users_that_need_no_data_go_on() {
    // User 0 takes two rows after its first request and stops with the third of its iterations, whose request counts.
    let steps = [Step::Request(100), Step::OnlyUser(0), Step::Row(2), Step::Request(100)];
    let measured = run(&Fake::doing(steps), &workload(2, RunLength::Duration(S(1)))).await;
    let total = &measured.total.requests;
    assert_eq!((total.intended, total.ok, total.never_sent), (5 + 10, 15, 0));
    assert_eq!((measured.span, &measured.ended, measured.used_up.is_some()), (S(1), &Ended::AsPlanned, true));
}

#[tokio::test(start_paused = true)]
async fn an_open_load_plans_no_more_than_there_is_data_for() {
    // Due at 50, 150 … 950 ms; the eleventh, at 1 050 ms, finds no row.
    let measured = run(&rows(10, 30), &rate(10.0, S(5), 10)).await;
    is_right(&measured, 10);
    let health = &measured.generator;
    assert_eq!((health.planned, health.sent, health.shed, health.left_waiting), (Some(10), Some(10), Some(0), Some(0)));
    assert_eq!(measured.span, MS(1_050));
}

#[tokio::test(start_paused = true)]
async fn arrivals_that_wait_when_the_data_is_used_up_are_not_lost_either() {
    // One at a time and 200 ms each: five end at 1 050 ms, when as many wait.
    let measured = run(&rows(5, 200), &rate(10.0, S(5), 1)).await;
    is_right(&measured, 5);
    let health = &measured.generator;
    assert_eq!((health.planned, health.sent, health.left_waiting), (Some(5), Some(5), Some(0)));
}

#[tokio::test(start_paused = true)]
async fn a_paced_user_misses_no_turn_after_its_last_row() {
    let mut plan = workload(2, RunLength::Duration(S(10)));
    if let LoadModel::Closed(users) = &mut plan.model {
        users.every = Some(S(1));
    }
    let measured = run(&rows(3, 10), &plan).await;
    is_right(&measured, 3);
    assert_eq!((measured.generator.planned, measured.generator.sent), (Some(3), Some(3)));
}

#[tokio::test(start_paused = true)]
async fn data_that_ends_before_the_measurement_is_a_mistake() {
    let plan = Workload { warmup: Warmup::Duration(S(1)), ..workload(1, RunLength::Duration(S(1))) };
    let Ended::Broken(why) = run(&rows(3, 100), &plan).await.ended else { panic!("it goes on") };
    assert!(why.starts_with("the rows of `accounts.csv` are used up before the measurement began: "), "{why}");
}
