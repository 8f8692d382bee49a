//! Gives the arrivals of one worker thread to idle users, to users made on demand, or to a queue.

#[cfg(test)]
mod tests;

use std::cell::{Ref, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Poll, Waker};
use std::time::Duration;

use crate::clock::Clock;
use crate::measure::{ClassNumber, Phase, WorkerLog};
use crate::workload::Overflow;

/// An iteration that the plan wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arrival {
    /// Since the run began.
    pub(super) intended: Duration,
    pub(super) phase: Phase,
    pub(super) class: ClassNumber,
}

impl Arrival {
    /// Counts an arrival that still waited for a user when the run ended, and so is never sent.
    pub(super) fn count_left_waiting(self, log: &WorkerLog) {
        if self.phase == Phase::Measured {
            log.note(self.class, |recorder| recorder.left_waiting(self.intended));
        }
    }
}

/// An arrival that a user is to start now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AssignedArrival {
    pub(super) arrival: Arrival,
    /// How long no user was free for it.
    pub(super) pool_wait: Duration,
}

/// What became of an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offered {
    /// A user takes it now or later.
    Accepted,
    /// All users were busy, no more users are allowed, and there is no queue.
    Shed,
}

/// The users of one worker thread that take arrivals, by their index on the worker: 0, 1, 2 …
///
/// The user that became idle last takes the next arrival, so that only as many connections are used as are needed.
/// If no user is idle, another is made, up to the cap. At the cap arrivals wait, first in, first out, or are shed. The
/// schedule never waits.
pub(super) struct UserPool {
    most: usize,
    overflow: Overflow,
    clock: Clock,
    state: RefCell<PoolState>,
}

#[derive(Default)]
struct PoolState {
    users: Vec<PooledUser>,
    /// Idle users, the one that became idle last at the end. Empty while anything is queued.
    idle: Vec<usize>,
    /// Users that are being set up.
    entering: usize,
    /// Users whose set-up has not begun.
    to_set_up: VecDeque<usize>,
    /// Wakes the worker, which sets them up.
    set_up_waker: Option<Waker>,
    queue: VecDeque<QueuedArrival>,
    is_closed: bool,
    is_over: bool,
}

#[derive(Default)]
struct PooledUser {
    assigned: Option<AssignedArrival>,
    is_idle: bool,
    waker: Option<Waker>,
}

/// An arrival for which no user was free, and since when.
struct QueuedArrival {
    arrival: Arrival,
    since: Duration,
}

impl UserPool {
    /// A pool of `most` users at the most, of which `first` are set up before any arrival.
    pub(super) fn new(first: usize, most: usize, overflow: Overflow, clock: Clock) -> UserPool {
        let pool = UserPool { most, overflow, clock, state: RefCell::default() };
        (0..first.min(most)).for_each(|_| pool.state.borrow_mut().add_user());
        pool
    }

    /// An arrival is due now.
    pub(super) fn offer(&self, arrival: Arrival) -> Offered {
        let state = &mut *self.state.borrow_mut();
        if let Some(index) = state.idle.pop() {
            state.users[index].assign(AssignedArrival { arrival, pool_wait: Duration::ZERO });
            return Offered::Accepted;
        }
        // Each user that is being set up has a queued arrival to take; one more arrival needs one more user.
        if state.entering <= state.queue.len() && state.users.len() < self.most {
            state.add_user();
        }
        if self.overflow == Overflow::Shed && state.queue.len() >= state.entering {
            return Offered::Shed;
        }
        state.queue.push_back(QueuedArrival { arrival, since: self.clock.now() });
        Offered::Accepted
    }

    /// Waits for the next user that must be set up; returns its index on this worker.
    pub(super) async fn user_to_set_up(&self) -> usize {
        poll_fn(|context| {
            let mut state = self.state.borrow_mut();
            match state.to_set_up.pop_front() {
                Some(index) => Poll::Ready(index),
                None => {
                    match &mut state.set_up_waker {
                        Some(known) => known.clone_from(context.waker()),
                        none => *none = Some(context.waker().clone()),
                    }
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// A user has been set up, or never will be.
    pub(super) fn set_up_ended(&self) {
        let mut state = self.state.borrow_mut();
        state.entering = state.entering.saturating_sub(1);
    }

    /// Waits for the next arrival for the user with this index, which is idle from now on; `None` if it is to leave.
    pub(super) async fn next(&self, index: usize) -> Option<AssignedArrival> {
        poll_fn(|context| {
            let state = &mut *self.state.borrow_mut();
            if let Some(assigned) = state.users[index].assigned.take() {
                return Poll::Ready(Some(assigned));
            }
            if let Some(QueuedArrival { arrival, since }) = state.queue.pop_front() {
                let pool_wait = self.clock.now().saturating_sub(since);
                return Poll::Ready(Some(AssignedArrival { arrival, pool_wait }));
            }
            if state.is_closed || state.is_over {
                return Poll::Ready(None);
            }
            state.wait(index, context.waker());
            Poll::Pending
        })
        .await
    }

    /// No arrival will come any more: idle users leave, and busy ones when the queue is empty.
    pub(super) fn close(&self) {
        self.state.borrow_mut().is_closed = true;
        self.wake_idle();
    }

    /// Empties the queue, and returns what was in it, which is never sent. Idle users leave.
    pub(super) fn end(&self) -> Vec<Arrival> {
        let mut state = self.state.borrow_mut();
        state.is_over = true;
        let waiting = state.queue.drain(..).map(|waiting| waiting.arrival).collect();
        drop(state);
        self.wake_idle();
        waiting
    }

    fn wake_idle(&self) {
        let state: Ref<'_, PoolState> = self.state.borrow();
        state.idle.iter().filter_map(|index| state.users[*index].waker.as_ref()).for_each(Waker::wake_by_ref);
    }
}

impl PoolState {
    fn add_user(&mut self) {
        self.to_set_up.push_back(self.users.len());
        self.users.push(PooledUser::default());
        self.entering += 1;
        if let Some(waker) = self.set_up_waker.take() {
            waker.wake();
        }
    }

    fn wait(&mut self, index: usize, waker: &Waker) {
        let user = &mut self.users[index];
        user.waker = Some(waker.clone());
        if !std::mem::replace(&mut user.is_idle, true) {
            self.idle.push(index);
        }
    }
}

impl PooledUser {
    fn assign(&mut self, arrival: AssignedArrival) {
        (self.assigned, self.is_idle) = (Some(arrival), false);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}
