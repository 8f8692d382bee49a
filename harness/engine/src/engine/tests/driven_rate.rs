//! Open workloads whose rate a person changes while they run.

use std::sync::Mutex;

use tokio::time::{Instant, sleep, sleep_until};

use super::fake::OpenRequest;
use super::open::{rate, with};
use super::support::*;
use crate::engine::{Scenario, WorkerShare};
use crate::load_control::{ChangeRefused, LoadControl};
use crate::measure::{Fate, IterationEnd};
use crate::user::UserSlot;
use crate::workload::{Overflow, Spacing};

/// Notes when each request was due and when it was sent.
#[derive(Default)]
struct Noted {
    takes: Duration,
    starts: Mutex<Vec<(Duration, Duration)>>,
}

impl Noted {
    fn taking(ms: u64) -> Noted {
        Noted { takes: MS(ms), ..Noted::default() }
    }

    /// When the requests were due, in order.
    fn due(&self) -> Vec<Duration> {
        let mut due: Vec<Duration> = self.starts.lock().unwrap().iter().map(|(due, _)| *due).collect();
        due.sort_unstable();
        due
    }
}

impl Scenario for Noted {
    type User = UserSlot<()>;
    type WorkerResources = ();

    fn worker_resources(&self, _share: WorkerShare) {}

    async fn enter(&self, slot: UserSlot<()>) -> Result<UserSlot<()>, String> {
        Ok(slot)
    }

    async fn iterate(&self, slot: &mut UserSlot<()>) -> IterationEnd {
        let open = OpenRequest::new(slot);
        self.starts.lock().unwrap().push((open.intended(), slot.clock.now()));
        sleep(self.takes).await;
        open.close(Fate::Ok);
        IterationEnd::Completed
    }

    async fn leave(&self, _slot: UserSlot<()>) -> Result<(), String> {
        Ok(())
    }
}

/// The first `count` arrivals at `per_s` from `from_ms` on.
fn arrivals(from_ms: u64, per_s: f64, count: u32) -> impl Iterator<Item = Duration> {
    (0..count).map(move |i| MS(from_ms) + Duration::from_secs_f64((f64::from(i) + 0.5) / per_s))
}

/// Asks for these rates, each so many milliseconds after the run began.
async fn ask(control: &LoadControl, rates: &[(u64, f64)]) {
    let began = Instant::now();
    for (ms, per_s) in rates {
        sleep_until(began + MS(*ms)).await;
        control.set_rate(*per_s).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn the_schedule_goes_on_with_the_new_rate_from_the_change_on() {
    // A change takes effect 10 ms after it was asked for.
    let expected: Vec<Duration> =
        arrivals(0, 100.0, 100).chain(arrivals(1_000, 300.0, 600)).chain(arrivals(3_000, 50.0, 50)).collect();
    for workers in 1..=3 {
        let (plan, noted) = (rate(100.0, S(4), 500), Noted::taking(1));
        let control = LoadControl::of(&plan);
        let person = ask(&control, &[(990, 300.0), (2_990, 50.0)]);
        let measured = drive_beside(&noted, &plan, (&control, workers), person).await;
        let due = noted.due();
        assert_eq!(due.len(), expected.len());
        let furthest = due.iter().zip(&expected).map(|(due, expected)| due.abs_diff(*expected)).max().unwrap();
        assert!(furthest <= Duration::from_nanos(2), "{workers} workers: {furthest:?}");
        let requests = measured.total.requests;
        assert_eq!((requests.intended, requests.ok, measured.ended), (750, 750, Ended::AsPlanned));
        let health = measured.generator;
        assert_eq!((health.planned, health.sent, health.shed), (Some(750), Some(750), Some(0)));
    }
}

#[tokio::test(start_paused = true)]
async fn several_changes_before_a_worker_looks_apply_one_after_the_other() {
    let (plan, noted) = (rate(0.5, S(4), 500), Noted::taking(1));
    let control = LoadControl::of(&plan);
    // The worker is suspended from 490 ms to 2.5 s, while the rate is 10/s from 500 ms and 20/s from 1.5 s on.
    let person = async {
        sleep(MS(490)).await;
        control.set_rate(10.0).unwrap();
        tokio::time::advance(MS(1_000)).await;
        control.set_rate(20.0).unwrap();
        tokio::time::advance(MS(1_010)).await;
    };
    let measured = drive_beside(&noted, &plan, (&control, 1), person).await;
    let expected: Vec<Duration> = arrivals(500, 10.0, 10).chain(arrivals(1_500, 20.0, 50)).collect();
    assert_eq!(noted.due(), expected);
    assert_eq!((measured.generator.planned, measured.generator.sent), (Some(60), Some(60)));
}

#[tokio::test(start_paused = true)]
async fn a_rate_of_0_pauses_the_load_and_what_waits_is_sent_all_the_same() {
    // One at once, each for 200 ms: at 1 s five of the ten wait.
    let (plan, noted) = (rate(10.0, S(10), 1), Noted::taking(200));
    let control = LoadControl::of(&plan);
    let measured = drive_beside(&noted, &plan, (&control, 1), ask(&control, &[(990, 0.0), (7_990, 1.0)])).await;
    let expected: Vec<Duration> = arrivals(0, 10.0, 10).chain(arrivals(8_000, 1.0, 2)).collect();
    assert_eq!(noted.due(), expected);
    assert_eq!((measured.total.requests.ok, measured.total.response_time.max_s), (12, Some(1.1)));
}

#[tokio::test(start_paused = true)]
async fn a_change_in_the_warm_up_applies_to_it_and_to_the_measurement() {
    let plan = Workload { warmup: Warmup::Duration(S(2)), ..rate(10.0, S(1), 50) };
    let (control, noted) = (LoadControl::of(&plan), Noted::taking(1));
    let measured = drive_beside(&noted, &plan, (&control, 2), ask(&control, &[(990, 100.0)])).await;
    let expected: Vec<Duration> =
        arrivals(0, 10.0, 10).chain(arrivals(1_000, 100.0, 100)).chain(arrivals(2_000, 100.0, 100)).collect();
    assert_eq!(noted.due(), expected);
    assert_eq!((measured.outside.ok, measured.total.requests.ok), (110, 100));
    assert_eq!(measured.generator.planned, Some(100));
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_schedule_and_what_waits_is_still_sent() {
    for workers in 1..=2 {
        let (plan, noted) = (rate(100.0, S(3_600), workers), Noted::taking(20 * workers as u64));
        let control = LoadControl::of(&plan);
        let person = async {
            sleep(MS(990)).await;
            control.stop();
        };
        let measured = drive_beside(&noted, &plan, (&control, workers), person).await;
        let requests = measured.total.requests;
        assert_eq!((requests.intended, requests.ok, requests.never_sent), (100, 100, 0), "{workers}");
        assert_eq!((measured.ended, measured.planned_length), (Ended::AsPlanned, Some(S(1))));
        assert_eq!((measured.generator.planned, measured.generator.sent), (Some(100), Some(100)));
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_shed_or_still_waits_at_the_end_is_never_sent() {
    let plan = with(rate(10.0, S(2), 1), Overflow::Shed, Spacing::Even);
    let (control, noted) = (LoadControl::of(&plan), Noted::taking(150));
    let measured = drive_beside(&noted, &plan, (&control, 1), ask(&control, &[(990, 5.0)])).await;
    // Every other one of the ten finds the user busy; those at 1.1, 1.3, … s do not.
    let requests = measured.total.requests;
    assert_eq!((requests.intended, requests.ok, requests.never_sent), (15, 10, 5));
    let plan = Workload { timeout: S(1), ..rate(10.0, S(2), 1) };
    let (control, noted) = (LoadControl::of(&plan), Noted::taking(800));
    let measured = drive_beside(&noted, &plan, (&control, 1), ask(&control, &[(990, 20.0)])).await;
    let requests = measured.total.requests;
    assert_eq!((requests.intended, requests.ok + requests.in_flight_at_end + requests.never_sent), (30, 30));
    assert_eq!(measured.generator.left_waiting, Some(requests.never_sent));
}

#[tokio::test(start_paused = true)]
async fn poisson_arrivals_go_on_at_the_new_rate_on_all_workers_as_on_one() {
    let plan = with(rate(100.0, S(4), 500), Overflow::Queue, Spacing::Poisson);
    let mut seen = Vec::new();
    for workers in 1..=2 {
        let (control, noted) = (LoadControl::of(&plan), Noted::taking(1));
        let measured = drive_beside(&noted, &plan, (&control, workers), ask(&control, &[(1_990, 400.0)])).await;
        assert_eq!(measured.generator.planned, measured.generator.sent);
        seen.push(noted.due().into_iter().map(|due| due.as_micros()).collect::<Vec<_>>());
    }
    assert_eq!(seen[0], seen[1]);
    let after = seen[0].iter().filter(|due| **due >= 2_000_000).count();
    assert!((720..880).contains(&after), "400/s for 2 s: {after}");
}

#[test]
fn a_rate_that_is_none_is_refused() {
    let control = LoadControl::of(&rate(100.0, S(4), 500));
    assert_eq!(control.set_users(5), Err(ChangeRefused::HasRate));
    for refused in [-1.0, f64::NAN, f64::INFINITY, 2e6] {
        assert!(control.set_rate(refused).is_err(), "{refused}");
    }
    assert_eq!(control.events(), []);
}
