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
use crate::clock::{Clock, WaitUntil};

/// Wakes the users of one worker thread when they are due. They share one timer, which is set to the earliest due time.
///
/// In each turn of the worker's task, [`run`](Pacer::run) is polled first, then all who wait, and [`arm`](Pacer::arm) last. So the
/// timer is set at most once in a turn, after what was due has been started, and no one wakes the task for another turn.
pub struct Pacer {
    clock: Clock,
    /// When this turn of the worker's task began.
    turn: Cell<Duration>,
    timer: RefCell<Timer>,
    /// What the timer is set to, and has not fired for.
    set_to: Cell<Option<Duration>>,
    waiting: RefCell<BTreeMap<(Duration, u64), Waker>>,
    wait_count: Cell<u64>,
    /// When the one is due who waits in the worker's own task.
    due_in_task: Cell<Option<Duration>>,
}

impl Pacer {
    pub(super) fn new(clock: Clock, timer: Timer) -> Pacer {
        Pacer {
            clock,
            turn: Cell::default(),
            timer: RefCell::new(timer),
            set_to: Cell::default(),
            waiting: RefCell::default(),
            wait_count: Cell::default(),
            due_in_task: Cell::default(),
        }
    }

    /// When this turn of the worker's task began, which saves reading the clock.
    pub(super) fn turn(&self) -> Duration {
        self.turn.get()
    }

    /// Completes at `due`, since the run began, or at once if that has passed.
    pub(super) fn until(&self, due: Duration) -> Until<'_> {
        let number = self.wait_count.get();
        self.wait_count.set(number + 1);
        Until { pacer: self, key: (due, number), is_added: false }
    }

    /// The same for the one who is polled in each turn of the worker's task, and need not be woken: to wake the task during its
    /// turn would lead to another turn.
    pub(super) fn until_in_task(&self, due: Duration) -> UntilInTask<'_> {
        UntilInTask { pacer: self, due }
    }

    /// Wakes those who are due; completes only with an error of the timer.
    pub(super) async fn run(&self) -> io::Error {
        poll_fn(|context| {
            let now = self.clock.now();
            // Before its time it has not fired, and need not be asked: its waker stays where it is.
            if self.set_to.get().is_some_and(|due| due <= now)
                && let Poll::Ready(fired) = self.timer.borrow_mut().poll(context)
            {
                self.set_to.set(None);
                if let Err(error) = fired {
                    return Poll::Ready(error);
                }
            }
            self.wake_due(now);
            Poll::Pending
        })
        .await
    }

    /// Sets the timer to the earliest due time; completes only with an error of the timer.
    pub(super) async fn arm(&self) -> io::Error {
        poll_fn(|context| match self.poll_arm(context) {
            Ok(()) => Poll::Pending,
            Err(error) => Poll::Ready(error),
        })
        .await
    }

    fn poll_arm(&self, context: &mut Context<'_>) -> io::Result<()> {
        let Some(earliest) = self.earliest().filter(|earliest| self.set_to.get() != Some(*earliest)) else {
            return Ok(());
        };
        let now = self.clock.now();
        let mut timer = self.timer.borrow_mut();
        if earliest > now {
            timer.set(earliest - now)?;
            self.set_to.set(Some(earliest));
            if timer.poll(context).is_pending() {
                return Ok(());
            }
            self.set_to.set(None);
        }
        context.waker().wake_by_ref();
        Ok(())
    }

    fn wake_due(&self, now: Duration) {
        let mut waiting = self.waiting.borrow_mut();
        self.turn.set(now);
        while let Some(first) = waiting.first_entry().filter(|first| first.key().0 <= now) {
            first.remove().wake();
        }
    }

    fn earliest(&self) -> Option<Duration> {
        let waiting = self.waiting.borrow();
        let first = waiting.keys().next().map(|(due, _)| *due);
        first.into_iter().chain(self.due_in_task.get()).min()
    }
}

impl WaitUntil for Pacer {
    fn clock(&self) -> Clock {
        self.clock
    }

    fn until(&self, due: Duration) -> impl Future<Output = ()> {
        Pacer::until(self, due)
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
        self.pacer.waiting.borrow_mut().insert(self.key, context.waker().clone());
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

/// Completes at its due time, if the worker's task has its turn.
pub(super) struct UntilInTask<'a> {
    pacer: &'a Pacer,
    due: Duration,
}

impl Future for UntilInTask<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
        let is_due = self.pacer.turn.get() >= self.due;
        self.pacer.due_in_task.set(if is_due { None } else { Some(self.due) });
        if is_due { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for UntilInTask<'_> {
    fn drop(&mut self) {
        self.pacer.due_in_task.set(None);
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
        running(pacer, futures_util::future::join_all(waits)).await;
        ended.into_inner()
    }

    /// `work`, polled as the worker's task polls what waits.
    async fn running<T>(pacer: &Pacer, work: impl Future<Output = T>) -> T {
        tokio::select! {
            biased;
            error = pacer.run() => panic!("{error}"),
            output = work => output,
            error = pacer.arm() => panic!("{error}"),
        }
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

    /// Waits for each of `dues` in the worker's task, one after the other; returns the times, and how often the task had its turn.
    async fn turns(pacer: &Pacer, dues: &[u64]) -> (Vec<Duration>, u32) {
        let mut turns = 0;
        let work = async {
            let mut times = Vec::new();
            for due in dues {
                pacer.until_in_task(MS(*due)).await;
                times.push(pacer.clock.now());
            }
            times
        };
        let mut work = std::pin::pin!(work);
        let counted = poll_fn(|context| {
            turns += 1;
            work.as_mut().poll(context)
        });
        (running(pacer, counted).await, turns)
    }

    #[tokio::test(start_paused = true)]
    async fn the_task_has_one_turn_for_each_due_time_and_one_to_begin() {
        let pacer = Pacer::new(Clock::start(), Timer::of_tokio());
        assert_eq!(turns(&pacer, &[10, 20, 20, 30]).await, ([10, 20, 20, 30].map(MS).to_vec(), 4));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn the_real_timer_leads_to_one_turn_for_each_due_time_too() {
        let pacer = Pacer::new(Clock::start(), Timer::precise().unwrap());
        let (times, turns) = turns(&pacer, &[2, 4, 6, 8]).await;
        assert!(times.iter().zip([2, 4, 6, 8]).all(|(at, due)| *at >= MS(due)), "{times:?}");
        assert!(turns <= 5, "{turns}");
    }

    #[tokio::test(start_paused = true)]
    async fn one_who_gives_up_in_the_task_is_not_waited_for() {
        let pacer = Pacer::new(Clock::start(), Timer::of_tokio());
        let given_up = running(&pacer, tokio::time::timeout(MS(5), pacer.until_in_task(MS(10)))).await;
        assert!(given_up.is_err() && pacer.earliest().is_none());
    }

    #[tokio::test]
    async fn the_real_timer_never_fires_early_and_fires_again() {
        let pacer = Pacer::new(Clock::start(), Timer::precise().unwrap());
        for (due, at) in order(&pacer, &[3, 1, 5, 2, 2]).await {
            assert!(at >= MS(due), "{due} ms: {at:?}");
        }
        let later = pacer.clock.now() + MS(2);
        running(&pacer, pacer.until(later)).await;
        assert!(pacer.clock.now() >= later);
    }

    #[tokio::test]
    async fn the_portable_timer_never_fires_early_and_fires_again() {
        let pacer = Pacer::new(Clock::start(), Timer::of_a_thread().unwrap());
        for (due, at) in order(&pacer, &[3, 1, 5, 2, 2]).await {
            assert!(at >= MS(due), "{due} ms: {at:?}");
        }
    }
}
