//! A user's random choices and its pauses.

use std::rc::Rc;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::clock::Clock;
use crate::http::{ConnectionPolicy, HttpResources, TransportOptions};
use crate::load_part::PartShare;
use crate::measure::UserLog;
use crate::stop::Stop;
use crate::user::{User, UserSlot};

fn slot(seed: u64) -> UserSlot {
    let (clock, stop, timeout) = (Clock::start(), Stop::default(), Duration::from_secs(10));
    UserSlot {
        number: 0,
        part: PartShare::WHOLE,
        seed,
        log: UserLog::detached(),
        set_up_log: UserLog::detached(),
        clock,
        stop,
        resources: Rc::new(HttpResources::new(timeout, ConnectionPolicy::default(), TransportOptions::default())),
        timeout,
    }
}

fn user(seed: u64) -> User {
    User::new(slot(seed))
}

fn picks(seed: u64) -> Vec<usize> {
    let mut user = user(seed);
    (0..1_000).map(|_| user.pick(&[5, 3, 2, 0])).collect()
}

#[test]
fn picks_follow_from_the_seed() {
    assert_eq!(picks(1), picks(1));
    assert_ne!(picks(1), picks(2));
}

#[test]
fn picks_are_as_likely_as_their_weights() {
    let picks = picks(1);
    let share = |index| picks.iter().filter(|pick| **pick == index).count();
    // Three standard deviations of 1 000 picks are 47, 43 and 38.
    assert!(share(0).abs_diff(500) < 47 && share(1).abs_diff(300) < 43 && share(2).abs_diff(200) < 38);
    assert_eq!(share(3), 0);
}

#[test]
fn numbers_stay_in_their_range() {
    let mut user = user(7);
    for _ in 0..1_000 {
        assert!((10..13).contains(&user.random_range(10..13)));
        assert!((-3_i64..3).contains(&user.random_range(-3_i64..3)));
        assert!((0.0..1.0).contains(&user.random()));
    }
    let mut seen = [false; 3];
    (0..100).for_each(|_| seen[user.random_range(0..3_usize)] = true);
    assert_eq!(seen, [true; 3]);
    assert!(user.random_range(i64::MIN..i64::MAX) < i64::MAX);
}

#[tokio::test]
async fn a_choice_without_anything_to_choose_from_is_an_error_of_the_next_request() {
    let mut user = user(7);
    assert_eq!((user.pick(&[]), user.random_range(5..5)), (0, 5));
    let error = user.get("http://localhost", "/a").await.unwrap_err().to_string();
    assert_eq!(error, "GET /a was not sent: `random_range(5..5)` is empty: there is nothing to choose from");
    assert_eq!(user.pick(&[0, 0]), 0);
    let error = user.get("http://localhost", "/a").await.unwrap_err().to_string();
    assert!(error.contains("`pick(&[0, 0])` has no weight above zero"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_user_thinks_as_long_as_the_range_allows() {
    let mut user = user(7);
    for _ in 0..100 {
        let begin = Instant::now();
        let thought = user.think(Duration::from_millis(100)..Duration::from_millis(200));
        timeout(Duration::from_secs(60), thought).await.expect("the user comes back");
        // tokio's timers are rounded up to whole milliseconds.
        assert!((100..=200).contains(&begin.elapsed().as_millis()), "{:?}", begin.elapsed());
    }
    let begin = Instant::now();
    user.think(Duration::from_secs(1)).await;
    assert_eq!(begin.elapsed().as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_user_that_thinks_while_the_run_is_stopped_does_not_come_back() {
    let slot = slot(7);
    let mut user = User::new(slot.clone());
    let stop = slot.stop.clone();
    let pull = async move {
        tokio::time::sleep(Duration::from_millis(10)).await;
        stop.pull("the server died");
    };
    let thought = timeout(Duration::from_secs(60), user.think(Duration::from_millis(50)));
    assert!(tokio::join!(thought, pull).0.is_err());
    let mut tear_down = User::for_set_up(slot);
    timeout(Duration::from_secs(60), tear_down.think(Duration::from_millis(50))).await.expect("a tear-down goes on");
}

#[tokio::test(start_paused = true)]
async fn the_log_knows_that_a_user_thinks() {
    let slot = slot(7);
    let mut user = User::new(slot.clone());
    let thought = timeout(Duration::from_millis(10), user.think(Duration::from_secs(1)));
    let look = async { slot.log.is_only_thinking() };
    assert!(tokio::join!(thought, look).1);
    assert!(!slot.log.is_only_thinking());
}
