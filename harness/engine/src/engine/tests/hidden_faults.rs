//! What shares and percentiles would hide: silence at the end, think times, users that are not ready yet.

use super::support::*;
use crate::engine::scenario::Scenario;
use crate::engine::share::WorkerShare;
use crate::measure::{Fate, IterationEnd, Phases, Sample};
use crate::user::UserSlot;

#[tokio::test(start_paused = true)]
async fn a_server_that_freezes_for_the_last_part_of_a_run_is_reported_although_shares_hardly_move() {
    // 10 ms each until 7 s, then nothing: 7 000 ok and 10 timed out are 99.86 %.
    let freeze = [Step::HangAfter(7_000), Step::Request(10)];
    let measured = run(&Fake::doing(freeze), &workload(10, RunLength::Duration(S(10)))).await;
    let requests = measured.total.requests;
    assert_eq!((requests.ok, requests.timed_out + requests.in_flight_at_end), (7_000, 10));
    assert!(requests.success_rate().unwrap() > 0.99);
    assert_eq!(measured.ended, Ended::FellSilent(S(3)));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_freezes_before_the_last_of_a_number_of_requests_is_reported() {
    // 5 users; 995 requests of 10 ms are through after 1 990 ms.
    let freeze = [Step::HangAfter(1_990), Step::Request(10)];
    let measured = run(&Fake::doing(freeze), &workload(5, RunLength::Requests(1_000))).await;
    let requests = measured.total.requests;
    assert_eq!((requests.ok, requests.timed_out), (995, 5));
    assert_eq!(measured.ended, Ended::FellSilent(S(10)));
}

#[tokio::test(start_paused = true)]
async fn one_lost_request_among_users_that_are_answered_is_not_a_silence() {
    let lost = [Step::Request(10), Step::OnlyUser(1), Step::HangAfter(7_000)];
    let measured = run(&Fake::doing(lost), &workload(3, RunLength::Duration(S(10)))).await;
    assert!(measured.total.requests.timed_out >= 1);
    assert_eq!(measured.ended, Ended::AsPlanned);
}

#[tokio::test(start_paused = true)]
async fn a_rate_is_over_the_planned_time_and_not_over_the_requests_alone() {
    // One request of 1 ms, then think time until the end: one in ten seconds is not a thousand each second.
    let lazy = [Step::Request(1), Step::Think(60_000)];
    let measured = run(&Fake::doing(lazy), &workload(1, RunLength::Duration(S(10)))).await;
    assert_eq!(measured.total.throughput_per_s, Some(0.1));
    assert_eq!(measured.endpoints[0].throughput_per_s, Some(0.1));
}

#[tokio::test(start_paused = true)]
async fn the_measurement_waits_for_users_that_enter_slowly_in_a_ramp_up() {
    // Users 0 to 3 take 0, 5, 10 and 15 s to enter, and a little, so that no request starts at the same moment as the
    // measurement; the ramp-up alone would be over after 1 s.
    for length in [RunLength::Requests(40), RunLength::Duration(S(1))] {
        let fake = Fake { entering: MS(5_010), only_last_enters_slowly: true, ..Fake::doing([Step::Request(100)]) };
        let plan = Workload { model: LoadModel::Closed(Users::over(4, S(1))), ..workload(4, length) };
        let measured = run(&fake, &plan).await;
        assert_eq!(measured.total.requests.ok, 40, "four users send 10 each in a second: {length:?}");
        assert!(measured.span <= MS(1_100), "all of them together: {:?}", measured.span);
        assert!(measured.generator.closed_law_gap.unwrap_or(0.0) < 0.05);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_may_take_longer_than_the_tests_timeout_is_waited_for() {
    /// Sends one slow request with a timeout of 60 s.
    struct Export;
    impl Scenario for Export {
        type User = UserSlot<()>;
        type WorkerResources = ();
        fn worker_resources(&self, _share: WorkerShare) {}
        async fn enter(&self, slot: UserSlot<()>) -> Result<Self::User, String> {
            Ok(slot)
        }
        async fn iterate(&self, slot: &mut Self::User) -> IterationEnd {
            let phase = slot.log.open();
            slot.log.allow(S(60));
            let intended = slot.clock.now();
            tokio::time::sleep(S(40)).await;
            let sample = Sample {
                endpoint: "GET /export".into(),
                intended,
                sent: intended,
                done: slot.clock.now(),
                fate: Fate::Ok,
                bytes_sent: 0,
                bytes_received: 0,
                phases: Phases::default(),
            };
            slot.log.close(phase, sample);
            IterationEnd::Completed
        }
        async fn leave(&self, _slot: Self::User) -> Result<(), String> {
            Ok(())
        }
    }
    for length in [RunLength::Requests(2), RunLength::Duration(S(1))] {
        let measured = measure(&Export, &workload(1, length), &Stop::default()).await;
        let requests = measured.total.requests;
        assert_eq!((requests.ok, requests.intended), (requests.intended, requests.ok), "{length:?}");
        assert!(requests.ok >= 1);
        assert_eq!(measured.ended, Ended::AsPlanned);
    }
}

#[tokio::test(start_paused = true)]
async fn unsteady_times_do_not_count_against_a_warm_up_of_a_number_of_requests() {
    let plan = Workload { warmup: Warmup::Requests(3), ..workload(1, RunLength::UntilPrecise) };
    let measured = run(&Fake::doing([Step::Request(2)]), &plan).await;
    assert!(measured.precision.unwrap().steady);
}
