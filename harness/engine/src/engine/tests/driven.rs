//! Closed workloads whose number of users a person changes while they run.

use std::cell::RefCell;

use tokio::time::{Instant, sleep_until};

use super::support::*;
use crate::engine::offer::offer;
use crate::load_control::{ChangeRefused, DrivenLevel, LoadControl};

/// What a person does.
#[derive(Clone, Copy)]
enum Act {
    Users(usize),
    UsersAtRate(usize, f64),
    Stop,
    /// Counts the users that have been set up and have not left.
    Count,
}

/// Runs a load that `control` drives, and lets a person act at these times since the run began, in milliseconds. Returns the counts.
async fn drive_with(
    fake: &Fake,
    plan: &Workload,
    (control, workers): (&LoadControl, usize),
    acts: &[(u64, Act)],
) -> (Measured, Vec<u64>) {
    let counts = RefCell::new(Vec::new());
    let began = Instant::now();
    let person = async {
        for (ms, act) in acts {
            sleep_until(began + MS(*ms)).await;
            match *act {
                Act::Users(users) => control.set_users(users).unwrap(),
                Act::UsersAtRate(users, per_s) => control.set_users_at_rate(users, Some(per_s)).unwrap(),
                Act::Stop => control.stop(),
                Act::Count => {
                    let users = fake.entered.load(Ordering::Relaxed) - fake.left.load(Ordering::Relaxed);
                    counts.borrow_mut().push(users);
                }
            }
        }
    };
    let measured = drive_beside(fake, plan, (control, workers), person).await;
    (measured, counts.into_inner())
}

fn sent_each_second(measured: &Measured) -> Vec<u64> {
    measured.timeline.iter().map(|slice| slice.sent).filter(|sent| *sent > 0).collect()
}

fn driven(users: Users, length: Duration) -> (Workload, LoadControl) {
    let plan = Workload { model: LoadModel::Closed(users), ..workload(1, RunLength::Duration(length)) };
    let control = LoadControl::of(&plan);
    (plan, control)
}

#[tokio::test(start_paused = true)]
async fn users_are_added_at_once_and_leave_after_their_iteration() {
    for workers in 1..=3 {
        let (plan, control) = driven(Users::at_once(5), S(10));
        let fake = Fake::doing([Step::Request(100)]);
        // At 4.95 s each is in the middle of an iteration that ends at 5 s.
        let acts = [
            (1_999, Act::Count),
            (2_000, Act::Users(20)),
            (2_001, Act::Count),
            (4_950, Act::Users(3)),
            (4_999, Act::Count),
            (5_001, Act::Count),
        ];
        let (measured, counts) = drive_with(&fake, &plan, (&control, workers), &acts).await;
        assert_eq!(counts, [5, 20, 20, 3], "{workers} workers");
        assert_eq!(sent_each_second(&measured), [50, 50, 200, 200, 200, 30, 30, 30, 30, 30]);
        let requests = measured.total.requests;
        assert_eq!((requests.ok, requests.intended, measured.ended), (850, 850, Ended::AsPlanned));
        assert_eq!(fake.left.load(Ordering::Relaxed), 20, "each was torn down");
        assert_eq!(measured.generator.closed_law_gap, None, "no number of users was planned");
    }
}

#[tokio::test(start_paused = true)]
async fn users_are_added_at_the_spawn_rate_of_the_test_or_the_one_that_was_asked_for() {
    // 2 users in the first second, so 2 each second.
    let (plan, control) = driven(Users::over(2, S(1)), S(20));
    let fake = Fake::doing([Step::Request(10)]);
    let acts = [
        (2_000, Act::Users(6)),
        (2_001, Act::Count),
        (2_499, Act::Count),
        (2_501, Act::Count),
        (3_499, Act::Count),
        (3_501, Act::Count),
        (5_000, Act::UsersAtRate(10, 10.0)),
        (5_150, Act::Count),
        (5_301, Act::Count),
    ];
    let (measured, counts) = drive_with(&fake, &plan, (&control, 2), &acts).await;
    assert_eq!(counts, [3, 3, 4, 5, 6, 8, 10]);
    assert_eq!((measured.ended, measured.outside.in_flight_at_end), (Ended::AsPlanned, 0));
}

#[tokio::test(start_paused = true)]
async fn a_user_that_comes_back_is_a_new_one_with_the_number_of_the_one_that_left() {
    let (plan, control) = driven(Users::at_once(4), S(10));
    let fake = Fake { entering: MS(10), ..Fake::doing([Step::Request(100)]) };
    let acts = [
        (2_000, Act::Users(1)),
        (4_000, Act::Users(4)),
        (6_000, Act::Users(1)),
        // The three have not left yet, and stay.
        (6_001, Act::Users(4)),
    ];
    let (measured, _) = drive_with(&fake, &plan, (&control, 2), &acts).await;
    assert_eq!((fake.entered.load(Ordering::Relaxed), fake.left.load(Ordering::Relaxed)), (7, 7));
    assert_eq!(sent_each_second(&measured)[4..9], [40, 40, 40, 40, 40]);
}

#[tokio::test(start_paused = true)]
async fn a_user_that_comes_back_waits_for_the_tear_down_of_the_one_that_left() {
    let (plan, control) = driven(Users::at_once(4), S(10));
    let fake = Fake { leaving: S(1), ..Fake::doing([Step::Request(100)]) };
    let acts = [(1_950, Act::Users(1)), (2_500, Act::Users(4)), (2_999, Act::Count), (3_001, Act::Count)];
    let (measured, counts) = drive_with(&fake, &plan, (&control, 2), &acts).await;
    assert_eq!(counts, [4, 4], "three leave until 3 s, and three are set up then");
    assert_eq!((fake.entered.load(Ordering::Relaxed), fake.left.load(Ordering::Relaxed)), (7, 7));
    assert_eq!(sent_each_second(&measured)[1..5], [40, 10, 40, 40]);
}

#[tokio::test(start_paused = true)]
async fn users_that_wait_for_their_turn_are_set_up_no_more_when_there_are_to_be_fewer() {
    let (plan, control) = driven(Users::over(10, S(10)), S(2));
    let fake = Fake::doing([Step::Request(10)]);
    let acts = [(2_500, Act::Users(2))];
    let (measured, _) = drive_with(&fake, &plan, (&control, 2), &acts).await;
    assert_eq!(fake.entered.load(Ordering::Relaxed), 3, "those due at 0, 1 and 2 s");
    assert_eq!(sent_each_second(&measured)[0], 200, "the measurement begins with two users after the planned ramp-up");
}

#[tokio::test(start_paused = true)]
async fn a_set_up_that_never_ends_for_users_who_are_not_wanted_any_more_delays_nothing() {
    let (plan, control) = driven(Users::at_once(3), S(2));
    let fake = Fake { entering: S(20), only_last_enters_slowly: true, ..Fake::doing([Step::Request(100)]) };
    let acts = [(500, Act::Users(1))];
    let (measured, _) = drive_with(&fake, &plan, (&control, 1), &acts).await;
    assert_eq!((measured.total.requests.ok, measured.ended), (20, Ended::AsPlanned));
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_the_end_of_the_run_with_all_its_figures() {
    for workers in 1..=2 {
        let (plan, control) = driven(Users::at_once(4), S(3_600));
        let began = Instant::now();
        let fake = Fake::doing([Step::Request(700)]);
        let acts = [(10_000, Act::Stop)];
        let (measured, _) = drive_with(&fake, &plan, (&control, workers), &acts).await;
        // It takes effect 10 ms later. Those from 9.8 s are answered at 10.5 s.
        let requests = measured.total.requests;
        assert_eq!((requests.intended, requests.ok, &measured.ended), (60, 60, &Ended::AsPlanned));
        assert_eq!((began.elapsed().as_millis(), measured.planned_length), (10_500, Some(MS(10_010))));
        let rate = measured.total.throughput_per_s.unwrap();
        assert!((rate - 4.0 / 0.7).abs() < 0.05, "over the time until the stop, and not an hour: {rate}");
        assert_eq!(control.set_users(9), Err(ChangeRefused::Stopped));
    }
}

#[tokio::test(start_paused = true)]
async fn open_requests_have_until_their_timeout_after_a_stop() {
    let (plan, control) = driven(Users::at_once(2), S(3_600));
    let (plan, began) = (Workload { timeout: S(2), ..plan }, Instant::now());
    let fake = Fake::doing([Step::HangAfter(900), Step::Request(100)]);
    let acts = [(1_000, Act::Stop)];
    let (measured, _) = drive_with(&fake, &plan, (&control, 1), &acts).await;
    assert_eq!((measured.total.requests.ok, measured.total.requests.timed_out), (18, 2));
    assert!(began.elapsed() < MS(3_100), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_stop_before_the_measurement_ends_the_run_without_figures() {
    for (ms, entering) in [(1_000, S(30)), (1_000, S(0))] {
        let (plan, control) = driven(Users::at_once(3), S(3_600));
        let (plan, began) = (Workload { warmup: Warmup::Duration(S(60)), ..plan }, Instant::now());
        let fake = Fake { entering, ..Fake::doing([Step::Request(100)]) };
        let acts = [(ms, Act::Stop)];
        let (measured, _) = drive_with(&fake, &plan, (&control, 2), &acts).await;
        assert_eq!((measured.total.requests.intended, &measured.ended), (0, &Ended::AsPlanned));
        assert!(began.elapsed() < S(2), "{:?}", began.elapsed());
        assert!(measured.outside.is_conserved() && control.events().iter().all(|event| event.at_s.is_none()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_paced_user_that_waits_leaves_at_once_and_one_that_joins_has_no_backlog() {
    let pace = Users { every: Some(S(2)), ..Users::at_once(2) };
    let (plan, control) = driven(pace, S(20));
    let fake = Fake::doing([Step::Request(10)]);
    let acts = [(4_500, Act::Users(1)), (4_510, Act::Count), (10_500, Act::Users(2)), (10_510, Act::Count)];
    let (measured, counts) = drive_with(&fake, &plan, (&control, 1), &acts).await;
    assert_eq!(counts, [1, 2]);
    // User 0 at 0, 2, … 18 s; user 1 at 1 and 3 s, and at 11, 13, … 19 s.
    assert_eq!((measured.total.requests.intended, measured.total.requests.ok), (17, 17));
    assert_eq!((measured.generator.planned, measured.generator.sent), (Some(17), Some(17)));
    assert_eq!(measured.total.response_time.max_s, Some(0.01));
}

#[tokio::test(start_paused = true)]
async fn what_happened_to_the_load_is_listed_in_order_of_time() {
    let (plan, control) = driven(Users::over(5, S(1)), S(10));
    let plan = Workload { warmup: Warmup::Duration(S(2)), ..plan };
    let acts = [(2_000, Act::Users(7)), (5_000, Act::Users(20)), (6_000, Act::Stop)];
    drive_with(&Fake::doing([Step::Request(10)]), &plan, (&control, 2), &acts).await;
    let events: Vec<(f64, String)> =
        control.events().into_iter().map(|event| (event.at_s.unwrap(), event.text)).collect();
    let expected = [
        (-3.0, "ramp-up"),
        (-2.0, "warm-up"),
        (-1.0, "users 5 -> 7"),
        (0.0, "measurement"),
        (2.0, "users 7 -> 20"),
        (3.0, "stopped"),
    ];
    assert_eq!(events, expected.map(|(at_s, text)| (at_s, text.to_owned())));
    let (plan, control) = driven(Users::at_once(5), S(1));
    drive_with(&Fake::doing([Step::Request(10)]), &plan, (&control, 1), &[]).await;
    assert_eq!(control.events(), [], "it kept to its plan, and had no other phase than the measurement");
}

#[test]
fn what_is_not_possible_is_refused_and_changes_nothing() {
    let (plan, control) = driven(Users::at_once(5), S(10));
    assert_eq!(control.set_rate(5.0), Err(ChangeRefused::HasUsers));
    assert!(control.set_users_at_rate(9, Some(f64::NAN)).is_err());
    let few = LoadControl::of(&plan).allowing(100);
    for refused in [0, 101] {
        let why = few.set_users(refused).unwrap_err().to_string();
        assert_eq!(why, format!("a run has 1 to 100 users, not {refused}"));
    }
    assert_eq!((control.level(), few.level()), (DrivenLevel::Users(5), DrivenLevel::Users(5)));
    assert_eq!(control.events(), []);
}

// In real time, because only there the workers are threads.
#[test]
fn another_thread_drives_the_worker_threads() {
    let (plan, control) = driven(Users::at_once(1), S(3_600));
    let live = Arc::new(Live::default().driven_by(control.clone()));
    let users = |count| {
        while live.users.load(Ordering::Relaxed) != count {
            std::thread::yield_now();
        }
    };
    let fake = Fake::doing([Step::Request(1)]);
    let measured = std::thread::scope(|scope| {
        scope.spawn(|| {
            users(1);
            control.set_users(20).unwrap();
            users(20);
            control.set_users(2).unwrap();
            users(2);
            control.stop();
        });
        offer(&fake, &plan, &Stop::default(), &live)
    });
    assert_eq!((measured.ended, fake.left.load(Ordering::Relaxed)), (Ended::AsPlanned, 20));
    assert!(measured.total.requests.is_conserved() && measured.total.requests.ok > 0);
}
