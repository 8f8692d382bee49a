//! Who takes the arrivals of one worker thread: idle users, users made on demand, or a queue.

#[cfg(test)]
mod tests;

use std::cell::{Ref, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Poll, Waker};
use std::time::Duration;

use crate::clock::Clock;
use crate::measure::Phase;
use crate::workload::Overflow;

/// An iteration that the plan wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arrival {
    /// Since the run began.
    pub(super) intended: Duration,
    pub(super) phase: Phase,
}

/// An arrival, and the user's time to start it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) arrival: Arrival,
    /// How long no user was free for it.
    pub(super) pool_wait: Duration,
}

/// What became of an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offered {
    /// A user takes it, or will.
    Accepted,
    /// Every slot was taken, and there is no queue.
    Shed,
}

/// The users of one worker thread that take arrivals, each at a desk: 0, 1, 2 … within the worker.
///
/// The user that became idle last takes the next arrival, so that few connections stay warm. Without an idle user
/// another is made, up to the cap; at the cap arrivals wait, first in, first out, or are shed. The schedule never waits.
pub(super) struct UserPool {
    most: usize,
    overflow: Overflow,
    clock: Clock,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    desks: Vec<Desk>,
    /// Desks of idle users, the one that became idle last at the end. Never while anything is queued.
    idle: Vec<usize>,
    /// Users that are being set up.
    entering: usize,
    /// Desks whose users nobody has begun to set up.
    openings: VecDeque<usize>,
    opener: Option<Waker>,
    queue: VecDeque<Waiting>,
    is_closed: bool,
    is_over: bool,
}

#[derive(Default)]
struct Desk {
    taken: Option<Taken>,
    is_idle: bool,
    waker: Option<Waker>,
}

/// An arrival for which no user was free, from the time on when that was seen.
struct Waiting {
    arrival: Arrival,
    since: Duration,
}

impl UserPool {
    /// A pool of `most` users at the most, of which `first` are set up before any arrival.
    pub(super) fn new(first: usize, most: usize, overflow: Overflow, clock: Clock) -> UserPool {
        let pool = UserPool { most, overflow, clock, state: RefCell::default() };
        (0..first.min(most)).for_each(|_| pool.state.borrow_mut().open_desk());
        pool
    }

    /// An arrival is due now.
    pub(super) fn offer(&self, arrival: Arrival) -> Offered {
        let state = &mut *self.state.borrow_mut();
        if let Some(desk) = state.idle.pop() {
            state.desks[desk].take(Taken { arrival, pool_wait: Duration::ZERO });
            return Offered::Accepted;
        }
        // Users that are being set up have an arrival each that waits for them; for one more, there must be one more.
        if state.entering <= state.queue.len() && state.desks.len() < self.most {
            state.open_desk();
        }
        if self.overflow == Overflow::Shed && state.queue.len() >= state.entering {
            return Offered::Shed;
        }
        state.queue.push_back(Waiting { arrival, since: self.clock.now() });
        Offered::Accepted
    }

    /// The next desk whose user must be set up.
    pub(super) async fn opening(&self) -> usize {
        poll_fn(|context| {
            let mut state = self.state.borrow_mut();
            match state.openings.pop_front() {
                Some(desk) => Poll::Ready(desk),
                None => {
                    state.opener = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// A user has been set up, or never will be.
    pub(super) fn has_entered(&self) {
        let mut state = self.state.borrow_mut();
        state.entering = state.entering.saturating_sub(1);
    }

    /// The next arrival for the user at `desk`, which is free from now on; `None` when it shall leave.
    pub(super) async fn next(&self, desk: usize) -> Option<Taken> {
        poll_fn(|context| {
            let state = &mut *self.state.borrow_mut();
            if let Some(taken) = state.desks[desk].taken.take() {
                return Poll::Ready(Some(taken));
            }
            if let Some(Waiting { arrival, since }) = state.queue.pop_front() {
                let pool_wait = self.clock.now().saturating_sub(since);
                return Poll::Ready(Some(Taken { arrival, pool_wait }));
            }
            if state.is_closed || state.is_over {
                return Poll::Ready(None);
            }
            state.wait_at(desk, context.waker());
            Poll::Pending
        })
        .await
    }

    /// No arrival will come any more: idle users leave, and busy ones when the queue is empty.
    pub(super) fn close(&self) {
        self.state.borrow_mut().is_closed = true;
        self.wake_idle();
    }

    /// Gives up whatever still waits, and returns it: it is never sent.
    pub(super) fn end(&self) -> Vec<Arrival> {
        let mut state = self.state.borrow_mut();
        state.is_over = true;
        let waiting = state.queue.drain(..).map(|waiting| waiting.arrival).collect();
        drop(state);
        self.wake_idle();
        waiting
    }

    fn wake_idle(&self) {
        let state: Ref<'_, State> = self.state.borrow();
        state.idle.iter().filter_map(|desk| state.desks[*desk].waker.as_ref()).for_each(Waker::wake_by_ref);
    }
}

impl State {
    fn open_desk(&mut self) {
        self.openings.push_back(self.desks.len());
        self.desks.push(Desk::default());
        self.entering += 1;
        if let Some(opener) = self.opener.take() {
            opener.wake();
        }
    }

    fn wait_at(&mut self, desk: usize, waker: &Waker) {
        let place = &mut self.desks[desk];
        place.waker = Some(waker.clone());
        if !std::mem::replace(&mut place.is_idle, true) {
            self.idle.push(desk);
        }
    }
}

impl Desk {
    fn take(&mut self, taken: Taken) {
        (self.taken, self.is_idle) = (Some(taken), false);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}
