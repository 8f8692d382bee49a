//! Connections to one server that no request holds.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::connection::Connection;

/// The connections of one worker thread to one server, where its users share them: never more than a number that is held
/// or kept; who finds none free waits, first in, first out.
#[derive(Debug)]
pub(crate) struct Pool {
    most: usize,
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    free: Vec<Connection>,
    /// Permits that requests hold, each with a connection or on its way to one.
    held: usize,
    waiting: VecDeque<(u64, Waker)>,
    next_number: u64,
}

/// Leave to use one connection; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    pool: Rc<Pool>,
}

/// A place in the line for a permit.
#[derive(Debug, Default)]
pub(super) struct Ticket(Option<u64>);

impl Pool {
    pub(crate) fn of(most: usize) -> Pool {
        Pool { most, state: RefCell::default() }
    }

    /// A permit, and a kept connection if there is one.
    pub(super) fn poll_take(
        self: &Rc<Pool>,
        context: &Context<'_>,
        ticket: &mut Ticket,
    ) -> Poll<(Permit, Option<Connection>)> {
        let state = &mut *self.state.borrow_mut();
        let position = ticket.0.and_then(|number| state.waiting.iter().position(|(known, _)| *known == number));
        // Whoever came before goes before.
        let is_next = position.unwrap_or(state.waiting.len()) < self.most.saturating_sub(state.held);
        if is_next {
            position.map(|place| state.waiting.remove(place));
            ticket.0 = None;
            state.held += 1;
            return Poll::Ready((Permit { pool: Rc::clone(self) }, state.free.pop()));
        }
        match position {
            Some(place) => state.waiting[place].1.clone_from(context.waker()),
            None => {
                state.next_number += 1;
                ticket.0 = Some(state.next_number);
                state.waiting.push_back((state.next_number, context.waker().clone()));
            }
        }
        Poll::Pending
    }

    /// Gives up the place in the line.
    pub(super) fn leave(&self, ticket: &Ticket) {
        let Some(number) = ticket.0 else { return };
        let state = &mut *self.state.borrow_mut();
        state.waiting.retain(|(known, _)| *known != number);
        state.call_next(self.most);
    }
}

impl State {
    fn call_next(&self, most: usize) {
        let free = most.saturating_sub(self.held);
        self.waiting.iter().take(free).for_each(|(_, waker)| waker.wake_by_ref());
    }
}

impl Permit {
    /// Gives the permit back with a connection that may be used again.
    pub(super) fn keep(self, connection: Connection) {
        self.pool.state.borrow_mut().free.push(connection);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let state = &mut *self.pool.state.borrow_mut();
        state.held -= 1;
        state.call_next(self.pool.most);
    }
}
