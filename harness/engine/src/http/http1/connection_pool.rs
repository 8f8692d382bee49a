//! The connections of one worker thread to one server, where its users share them.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::connection::Connection;

/// Connections that the users of one worker thread share: never more than a limit, in use and idle together. A request
/// that finds none free waits, first in, first out.
#[derive(Debug)]
pub struct ConnectionPool {
    most: usize,
    queue: RefCell<PoolQueue>,
}

#[derive(Debug, Default)]
struct PoolQueue {
    idle: Vec<Connection>,
    /// Permits that requests hold, each with a connection or about to open one.
    permits: usize,
    waiting: VecDeque<(u64, Waker)>,
    next_number: u64,
}

/// Permission to use one connection; given back when it is dropped.
#[derive(Debug)]
pub(super) struct ConnectionPermit {
    pool: Rc<ConnectionPool>,
}

/// A request's position among those that wait for a permit.
#[derive(Debug, Default)]
pub(super) struct QueuePosition(Option<u64>);

impl ConnectionPool {
    pub fn with_limit(most: usize) -> ConnectionPool {
        ConnectionPool { most, queue: RefCell::default() }
    }

    /// A permit, and an idle connection if there is one.
    pub(super) fn poll_take(
        self: &Rc<ConnectionPool>,
        context: &Context<'_>,
        position: &mut QueuePosition,
    ) -> Poll<(ConnectionPermit, Option<Connection>)> {
        let queue = &mut *self.queue.borrow_mut();
        let place = position.0.and_then(|number| queue.waiting.iter().position(|(known, _)| *known == number));
        let is_next = place.unwrap_or(queue.waiting.len()) < self.most.saturating_sub(queue.permits);
        if is_next {
            place.map(|place| queue.waiting.remove(place));
            position.0 = None;
            queue.permits += 1;
            return Poll::Ready((ConnectionPermit { pool: Rc::clone(self) }, queue.idle.pop()));
        }
        match place {
            Some(place) => queue.waiting[place].1.clone_from(context.waker()),
            None => {
                queue.next_number += 1;
                position.0 = Some(queue.next_number);
                queue.waiting.push_back((queue.next_number, context.waker().clone()));
            }
        }
        Poll::Pending
    }

    /// Stops waiting.
    pub(super) fn leave(&self, position: &QueuePosition) {
        let Some(number) = position.0 else { return };
        let queue = &mut *self.queue.borrow_mut();
        queue.waiting.retain(|(known, _)| *known != number);
        queue.wake_next(self.most);
    }
}

impl PoolQueue {
    fn wake_next(&self, most: usize) {
        let free = most.saturating_sub(self.permits);
        self.waiting.iter().take(free).for_each(|(_, waker)| waker.wake_by_ref());
    }
}

impl ConnectionPermit {
    /// Gives the permit back, with its connection if that can be used again.
    pub(super) fn give_back(self, connection: Option<Connection>) {
        self.pool.queue.borrow_mut().idle.extend(connection);
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let queue = &mut *self.pool.queue.borrow_mut();
        queue.permits -= 1;
        queue.wake_next(self.pool.most);
    }
}
