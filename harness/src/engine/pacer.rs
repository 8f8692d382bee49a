//! Waits until an intended time, to within microseconds, inside a worker's own reactor.
//!
//! tokio's timers round up to milliseconds, so they are of no use for pacing; the kernel's timer wakes a worker through
//! the same reactor as its sockets do.

mod alarm;
#[cfg(any(not(target_os = "linux"), test))]
mod sleeper;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

pub(super) use self::alarm::Alarm;
use crate::client::Clock;

/// Wakes the users of one worker thread when they are due. One alarm serves them all: it is set to the earliest.
pub(super) struct Pacer {
    clock: Clock,
    alarm: RefCell<Alarm>,
    set_to: Cell<Option<Duration>>,
    sleepers: RefCell<BTreeMap<(Duration, u64), Waker>>,
    sleeper_count: Cell<u64>,
    /// Who runs the alarm, to be told of an earlier sleeper.
    runner: RefCell<Option<Waker>>,
}

impl Pacer {
    pub(super) fn new(clock: Clock, alarm: Alarm) -> Pacer {
        Pacer {
            clock,
            alarm: RefCell::new(alarm),
            set_to: Cell::default(),
            sleepers: RefCell::default(),
            sleeper_count: Cell::default(),
            runner: RefCell::default(),
        }
    }

    /// Ends at `due`, since the run began, or at once if that has passed. Somebody must [`run`](Pacer::run) the pacer.
    pub(super) fn until(&self, due: Duration) -> Until<'_> {
        let number = self.sleeper_count.get();
        self.sleeper_count.set(number + 1);
        Until { pacer: self, key: (due, number), is_listed: false }
    }

    /// Runs the alarm; ends only with its error.
    pub(super) async fn run(&self) -> io::Error {
        poll_fn(|context| {
            self.runner.replace(Some(context.waker().clone()));
            loop {
                self.wake_due();
                let Some(earliest) = self.earliest() else { return Poll::Pending };
                match self.poll_alarm(earliest, context) {
                    Poll::Ready(Ok(())) => self.set_to.set(None),
                    Poll::Ready(Err(error)) => return Poll::Ready(error),
                    Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await
    }

    fn poll_alarm(&self, earliest: Duration, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut alarm = self.alarm.borrow_mut();
        if self.set_to.replace(Some(earliest)) != Some(earliest) {
            alarm.set(self.clock, earliest)?;
        }
        alarm.poll(context)
    }

    fn wake_due(&self) {
        let now = self.clock.now();
        let mut sleepers = self.sleepers.borrow_mut();
        while let Some(first) = sleepers.first_entry().filter(|first| first.key().0 <= now) {
            first.remove().wake();
        }
    }

    fn earliest(&self) -> Option<Duration> {
        self.sleepers.borrow().keys().next().map(|(due, _)| *due)
    }

    fn list(&self, key: (Duration, u64), waker: Waker) {
        let was_earliest = self.earliest();
        self.sleepers.borrow_mut().insert(key, waker);
        let runner = self.runner.borrow();
        let to_be_told = runner.as_ref().filter(|_| was_earliest.is_none_or(|earliest| key.0 < earliest));
        if let Some(runner) = to_be_told {
            runner.wake_by_ref();
        }
    }
}

/// Ends at its time.
pub(super) struct Until<'a> {
    pacer: &'a Pacer,
    key: (Duration, u64),
    is_listed: bool,
}

impl Future for Until<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // The clock decides and not who woke us: whatever else happens on this thread may be the first to find us due.
        if self.pacer.clock.now() >= self.key.0 {
            return Poll::Ready(());
        }
        self.pacer.list(self.key, context.waker().clone());
        self.is_listed = true;
        Poll::Pending
    }
}

impl Drop for Until<'_> {
    fn drop(&mut self) {
        if self.is_listed {
            self.pacer.sleepers.borrow_mut().remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    /// Waits for each of `dues` at once, and tells the order and the times in which they ended.
    async fn order(pacer: &Pacer, dues: &[u64]) -> Vec<(u64, Duration)> {
        let ended = RefCell::new(Vec::new());
        let waits = dues.iter().map(|due| {
            let ended = &ended;
            async move {
                pacer.until(MS(*due)).await;
                ended.borrow_mut().push((*due, pacer.clock.now()));
            }
        });
        tokio::select! {
            error = pacer.run() => panic!("{error}"),
            _all = futures_util::future::join_all(waits) => {}
        }
        ended.into_inner()
    }

    #[tokio::test(start_paused = true)]
    async fn sleepers_wake_in_the_order_of_their_times() {
        let pacer = Pacer::new(Clock::start(), Alarm::of_tokio());
        let ended = order(&pacer, &[30, 10, 20, 10, 0]).await;
        assert_eq!(ended, [(0, MS(0)), (10, MS(10)), (10, MS(10)), (20, MS(20)), (30, MS(30))]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_sleeper_that_is_given_up_is_forgotten() {
        let pacer = Pacer::new(Clock::start(), Alarm::of_tokio());
        let given_up = tokio::time::timeout(MS(5), pacer.until(MS(10))).await;
        assert!(given_up.is_err() && pacer.sleepers.borrow().is_empty());
    }

    #[tokio::test]
    async fn the_real_alarm_never_rings_early_and_rings_again() {
        let pacer = Pacer::new(Clock::start(), Alarm::precise().unwrap());
        for (due, at) in order(&pacer, &[3, 1, 5, 2, 2]).await {
            assert!(at >= MS(due), "{due} ms: {at:?}");
        }
        let later = pacer.clock.now() + MS(2);
        tokio::select! {
            error = pacer.run() => panic!("{error}"),
            () = pacer.until(later) => assert!(pacer.clock.now() >= later),
        }
    }

    #[tokio::test]
    async fn the_portable_alarm_never_rings_early_and_rings_again() {
        let pacer = Pacer::new(Clock::start(), Alarm::of_a_thread().unwrap());
        for (due, at) in order(&pacer, &[3, 1, 5, 2, 2]).await {
            assert!(at >= MS(due), "{due} ms: {at:?}");
        }
    }
}
