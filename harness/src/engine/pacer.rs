//! Waits until an intended time, to within microseconds, inside a worker's own reactor.
//!
//! tokio's timers round up to milliseconds, so they cannot pace a load; the kernel's timer wakes a worker through
//! the same reactor as its sockets do.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::timer::Timer;
use crate::clock::Clock;

/// Wakes the users of one worker thread when they are due. They share one timer, which is set to the earliest due time.
pub(super) struct Pacer {
    clock: Clock,
    timer: RefCell<Timer>,
    set_to: Cell<Option<Duration>>,
    waiting: RefCell<BTreeMap<(Duration, u64), Waker>>,
    wait_count: Cell<u64>,
    /// The task that runs the timer; woken when an earlier due time is added.
    runner: RefCell<Option<Waker>>,
}

impl Pacer {
    pub(super) fn new(clock: Clock, timer: Timer) -> Pacer {
        Pacer {
            clock,
            timer: RefCell::new(timer),
            set_to: Cell::default(),
            waiting: RefCell::default(),
            wait_count: Cell::default(),
            runner: RefCell::default(),
        }
    }

    /// Completes at `due`, since the run began, or at once if that has passed. Requires that [`run`](Pacer::run) is polled.
    pub(super) fn until(&self, due: Duration) -> Until<'_> {
        let number = self.wait_count.get();
        self.wait_count.set(number + 1);
        Until { pacer: self, key: (due, number), is_added: false }
    }

    /// Runs the timer; completes only with its error.
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
        let mut timer = self.timer.borrow_mut();
        if self.set_to.replace(Some(earliest)) != Some(earliest) {
            timer.set(self.clock, earliest)?;
        }
        timer.poll(context)
    }

    fn wake_due(&self) {
        let now = self.clock.now();
        let mut waiting = self.waiting.borrow_mut();
        while let Some(first) = waiting.first_entry().filter(|first| first.key().0 <= now) {
            first.remove().wake();
        }
    }

    fn earliest(&self) -> Option<Duration> {
        self.waiting.borrow().keys().next().map(|(due, _)| *due)
    }

    fn add(&self, key: (Duration, u64), waker: Waker) {
        let was_earliest = self.earliest();
        self.waiting.borrow_mut().insert(key, waker);
        let runner = self.runner.borrow();
        let is_earliest = was_earliest.is_none_or(|earliest| key.0 < earliest);
        if let Some(runner) = runner.as_ref().filter(|_| is_earliest) {
            runner.wake_by_ref();
        }
    }
}

/// Completes at its due time.
pub(super) struct Until<'a> {
    pacer: &'a Pacer,
    key: (Duration, u64),
    is_added: bool,
}

impl Future for Until<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // The clock decides, whatever caused this poll: the user may be polled for another reason when it is already due.
        if self.pacer.clock.now() >= self.key.0 {
            return Poll::Ready(());
        }
        self.pacer.add(self.key, context.waker().clone());
        self.is_added = true;
        Poll::Pending
    }
}

impl Drop for Until<'_> {
    fn drop(&mut self) {
        if self.is_added {
            self.pacer.waiting.borrow_mut().remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    /// Waits for each of `dues` at once, and returns the order and the times in which they ended.
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
    async fn waits_end_in_the_order_of_their_times() {
        let pacer = Pacer::new(Clock::start(), Timer::of_tokio());
        let ended = order(&pacer, &[30, 10, 20, 10, 0]).await;
        assert_eq!(ended, [(0, MS(0)), (10, MS(10)), (10, MS(10)), (20, MS(20)), (30, MS(30))]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_is_given_up_is_removed() {
        let pacer = Pacer::new(Clock::start(), Timer::of_tokio());
        let given_up = tokio::time::timeout(MS(5), pacer.until(MS(10))).await;
        assert!(given_up.is_err() && pacer.waiting.borrow().is_empty());
    }

    #[tokio::test]
    async fn the_real_timer_never_fires_early_and_fires_again() {
        let pacer = Pacer::new(Clock::start(), Timer::precise().unwrap());
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
    async fn the_portable_timer_never_fires_early_and_fires_again() {
        let pacer = Pacer::new(Clock::start(), Timer::of_a_thread().unwrap());
        for (due, at) in order(&pacer, &[3, 1, 5, 2, 2]).await {
            assert!(at >= MS(due), "{due} ms: {at:?}");
        }
    }
}
