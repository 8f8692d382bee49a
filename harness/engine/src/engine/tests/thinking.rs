//! Users of a closed workload that pause between two iterations.

use super::support::*;
use crate::workload::ThinkRange;

fn thinking(count: usize, think: (Duration, Duration), length: RunLength) -> Workload {
    let think = Some(ThinkRange { least: think.0, most: think.1 });
    Workload { model: LoadModel::Closed(Users { think, ..Users::at_once(count) }), ..workload(count, length) }
}

#[tokio::test(start_paused = true)]
async fn a_user_pauses_after_each_iteration_and_outside_its_time() {
    // 10 ms of work and 990 ms of pause: iterations begin at 0, 1, 2 … 9 s.
    let plan = thinking(1, (MS(990), MS(990)), RunLength::Duration(S(10)));
    let measured = run(&Fake::doing([Step::Request(10)]), &plan).await;
    assert_eq!((measured.total.requests.ok, measured.iteration.response_time.max_s), (10, Some(0.01)));
    assert!(measured.timeline[..10].iter().all(|slice| slice.sent == 1), "{:?}", measured.timeline);
    assert_eq!(measured.generator.planned, None, "nothing is planned, so nothing is late");
    let gap = measured.generator.closed_law_gap.unwrap();
    assert!(gap < 0.001, "pauses are think time: {gap}");
}

#[tokio::test(start_paused = true)]
async fn the_first_iteration_is_at_once_and_no_pause_follows_the_last() {
    let began = tokio::time::Instant::now();
    let plan = thinking(1, (S(1), S(1)), RunLength::Requests(3));
    let measured = run(&Fake::doing([Step::Request(10)]), &plan).await;
    assert_eq!(measured.total.requests.ok, 3);
    // Three requests, and the two pauses between them.
    let took = began.elapsed();
    assert!(took >= MS(2_030) && took < MS(2_100), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_ends_with_the_run() {
    let began = tokio::time::Instant::now();
    let plan = thinking(5, (S(60), S(60)), RunLength::Duration(S(2)));
    let measured = run(&Fake::doing([Step::Request(10)]), &plan).await;
    assert_eq!(measured.total.requests.ok, 5);
    assert!(began.elapsed() < S(3), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_pause_ends_when_others_have_taken_the_last_request() {
    let began = tokio::time::Instant::now();
    let measured = run(&Fake::doing([Step::Request(10)]), &thinking(2, (S(60), S(60)), RunLength::Requests(3))).await;
    assert_eq!(measured.total.requests.ok, 3);
    // Two at once, the third after a minute, and the user that then pauses looks within a quarter of a second.
    assert!(began.elapsed() < MS(60_400), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn pauses_are_spread_over_their_range_and_the_same_for_the_same_seed() {
    let plan = thinking(20, (S(1), S(3)), RunLength::Duration(S(100)));
    let fake = || Fake::doing([Step::Request(10)]);
    let measured = run(&fake(), &plan).await;
    // 20 users, an iteration of 10 ms and 2 s of pause on average: 100 s hold 995.
    let requests = measured.total.requests.ok;
    assert!((960..=1_030).contains(&requests), "{requests}");
    let per_second: Vec<u64> = measured.timeline[5..95].iter().map(|slice| slice.sent).collect();
    assert!(per_second.iter().min() < per_second.iter().max(), "users do not pause in step: {per_second:?}");
    assert_eq!(run(&fake(), &plan).await.total.requests.ok, requests);
    assert_ne!(
        run(&fake(), &Workload { seed: 8, ..plan }).await.timeline[5..95]
            .iter()
            .map(|slice| slice.sent)
            .collect::<Vec<_>>(),
        per_second
    );
}

#[tokio::test(start_paused = true)]
async fn what_users_do_in_the_warm_up_is_followed_by_pauses_too() {
    let plan =
        Workload { warmup: Warmup::Duration(S(2)), ..thinking(1, (MS(990), MS(990)), RunLength::Duration(S(3))) };
    let measured = run(&Fake::doing([Step::Request(10)]), &plan).await;
    assert_eq!((measured.outside.ok, measured.total.requests.ok), (2, 3));
}
