//! Several servers take turns: each has the load of one server in its own turns, and none in those of the others.

use std::future::pending;
use std::sync::Mutex;

use futures_util::future::{join_all, select};

use super::listed::Listed;
use super::open::rate;
use super::support::*;
use crate::arm_turns::{ArmTurns, NextTurn};
use crate::clock::Clock;
use crate::engine::control::Control;
use crate::engine::drive::drive;
use crate::engine::share::{WorkerGroup, WorkerShare};
use crate::engine::timer::Timer;

/// What each arm came to, and when each of its requests was intended, since the load began.
struct ArmResult {
    measured: Measured,
    intended_at: Vec<Duration>,
    turns: ArmTurns,
}

/// Offers `workload`, which is the part of one arm, to each of `fakes` in turns of a second.
async fn in_turns(fakes: &[Fake], workload: &Workload) -> Vec<ArmResult> {
    let workload = &Workload { warmup: Warmup::Duration(S(1)), ..workload.clone() };
    let (stop, clock, all) = (Stop::default(), Clock::start(), ArmTurns::of(fakes.len(), S(1)));
    let arms = fakes.iter().zip(&all).map(|(fake, turns)| {
        let (stop, turns) = (&stop, turns.clone());
        async move {
            let listed = Arc::<Listed>::default();
            let live = Arc::new(listed.live().taking_turns(turns.clone()));
            let control = Control::new(workload, WorkerGroup::whole(1), stop, live, clock);
            let driving = Box::pin(drive(fake, &control, WorkerShare::ALL, Timer::of_tokio()));
            // A thread does this, in a real run.
            let asking = Box::pin(async {
                while control.timeline.load_began().is_none() {
                    tokio::time::sleep(MS(10)).await;
                    control.begin_with_others();
                }
                pending::<()>().await;
            });
            let result = match select(driving, asking).await {
                futures_util::future::Either::Left((result, _)) => result,
                futures_util::future::Either::Right(_) => unreachable!("it waits for ever"),
            };
            let began = control.timeline.load_began().expect("the load began");
            let measured = conclude(control, vec![result]);
            listed.check(&measured);
            let rows = Mutex::lock(&listed.rows).unwrap();
            let intended = rows.iter().filter_map(|row| row.intended);
            let intended_at = intended.map(|moment| moment.since_start() - began).collect();
            ArmResult { measured, intended_at, turns }
        }
    });
    join_all(arms).await
}

fn assert_only_in_own_turns(arm: &ArmResult) {
    for at in &arm.intended_at {
        assert_eq!(arm.turns.next(*at), NextTurn::Now, "sent {at:?} after the load began");
    }
}

#[tokio::test(start_paused = true)]
async fn each_arm_has_the_load_of_one_server_in_its_own_turns_and_none_in_those_of_others() {
    let fakes = [Fake::doing([Step::Request(10)]), Fake::doing([Step::Request(20)])];
    let arms = in_turns(&fakes, &workload(2, RunLength::Duration(S(6)))).await;
    for (arm, per_s) in arms.iter().zip([200, 100]) {
        assert_only_in_own_turns(arm);
        let measured = &arm.measured;
        assert_eq!(measured.ended, Ended::AsPlanned);
        assert_eq!(measured.span, S(6));
        assert_eq!(measured.total.requests.intended, 6 * per_s);
        assert_eq!(measured.total.throughput_per_s, Some(per_s as f64));
        // Two that end at the very end of a second may count there or in the next one.
        assert!(measured.timeline.iter().all(|second| second.ok.abs_diff(per_s) <= 2), "{:?}", measured.timeline);
        assert_eq!(measured.timeline.len(), 6);
        assert_eq!(measured.turns.len(), 6);
        assert!(measured.generator.closed_law_gap.unwrap() < 0.01, "{:?}", measured.generator.closed_law_gap);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_in_flight_at_a_switch_ends_and_belongs_to_its_own_arm_and_turn() {
    let fakes = [Fake::doing([Step::Request(300)]), Fake::doing([Step::Request(10)])];
    let arms = in_turns(&fakes, &workload(1, RunLength::Duration(S(4)))).await;
    let slow = &arms[0].measured;
    assert_only_in_own_turns(&arms[0]);
    // 1 s, 2 s together, 1 s: in each of them one is still in flight at the end.
    assert_eq!(slow.total.requests.ok, 4 + 7 + 4);
    assert_eq!(slow.turns.iter().map(|turn| turn.ok).sum::<u64>(), slow.total.requests.ok);
    assert_eq!(slow.timeline.len(), 4);
    assert_eq!(slow.total.response_time.max_s, Some(0.3));
}

#[tokio::test(start_paused = true)]
async fn an_open_workload_keeps_its_rate_in_its_own_turns() {
    let fakes = [Fake::doing([Step::Request(5)]), Fake::doing([Step::Request(50)]), Fake::doing([Step::Request(1)])];
    let arms = in_turns(&fakes, &rate(100.0, S(4), 50)).await;
    for arm in &arms {
        assert_only_in_own_turns(arm);
        let measured = &arm.measured;
        assert_eq!((measured.total.requests.intended, measured.total.requests.ok), (400, 400));
        assert_eq!((measured.generator.planned, measured.generator.sent), (Some(400), Some(400)));
        assert_eq!(measured.timeline.iter().map(|second| second.sent).collect::<Vec<_>>(), [100; 4]);
        assert_eq!(measured.total.throughput_per_s, Some(100.0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_number_of_requests_is_reached_in_own_turns_however_long_that_takes() {
    let fakes = [Fake::doing([Step::Request(10)]), Fake::doing([Step::Request(100)])];
    let arms = in_turns(&fakes, &workload(1, RunLength::Requests(25))).await;
    for arm in &arms {
        assert_only_in_own_turns(arm);
        assert_eq!(arm.measured.total.requests.ok, 25);
    }
    // A quarter of its first turn; two turns that follow each other and half of a third.
    let span_s = |arm: &ArmResult| arm.measured.span.as_secs_f64();
    assert!((span_s(&arms[0]) - 0.25).abs() < 0.011, "{}", span_s(&arms[0]));
    assert!((span_s(&arms[1]) - 2.5).abs() < 0.11, "{}", span_s(&arms[1]));
}

#[tokio::test(start_paused = true)]
async fn the_load_of_no_arm_begins_before_the_users_of_all_are_ready() {
    let slow = Fake { entering: S(3), ..Fake::doing([Step::Request(10)]) };
    let fakes = [Fake::doing([Step::Request(10)]), slow];
    for arm in in_turns(&fakes, &workload(1, RunLength::Duration(S(2)))).await {
        assert_eq!(arm.measured.total.requests.ok, 200);
        assert_eq!(arm.measured.outside.ok, 100, "one turn of warm-up");
    }
}
