//! What the users of one worker thread share on their way to the servers.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::Clock;
use super::address::{Address, Scheme};
use super::deadlines::{Deadline, Deadlines};
use super::http1::Pool;
use crate::workload::Connections;

/// What the users of one worker thread share: their deadlines, the addresses of servers, and, if they are to, connections.
///
/// Belongs to one thread, and is worth nothing unless [`Network::run`] is polled there.
#[derive(Debug)]
pub struct Network {
    policy: Connections,
    deadlines: Rc<Deadlines>,
    /// One for each server, with the connections that are shared.
    servers: RefCell<Vec<(Rc<Address>, Rc<Pool>)>>,
}

impl Network {
    /// For requests that mostly have `timeout`. `policy` is this thread's share, where connections are shared.
    pub fn new(timeout: Duration, policy: Connections) -> Rc<Network> {
        let deadlines = Rc::new(Deadlines::new(timeout));
        Rc::new(Network { policy, deadlines, servers: RefCell::default() })
    }

    /// Ends requests that run out of time. Never ends itself.
    pub async fn run(&self, clock: Clock) {
        self.deadlines.run(clock).await;
    }

    pub(super) fn policy(&self) -> Connections {
        self.policy
    }

    /// A user's place among the deadlines.
    pub(super) fn deadline(&self) -> Deadline {
        self.deadlines.place()
    }

    /// The server at `base_url`.
    ///
    /// # Errors
    /// The text says what is wrong with the URL.
    pub(super) fn server(&self, base_url: &str) -> Result<(Rc<Address>, Rc<Pool>), String> {
        let mut servers = self.servers.borrow_mut();
        if let Some((address, pool)) = servers.iter().find(|(address, _)| address.base_url == base_url) {
            return Ok((Rc::clone(address), Rc::clone(pool)));
        }
        let most = match self.policy {
            Connections::Shared(most) => most.max(1),
            Connections::PerUser | Connections::PerRequest => usize::MAX,
        };
        let (address, pool) = (Rc::new(Address::read(base_url)?), Rc::new(Pool::of(most)));
        if address.scheme != Scheme::Http {
            return Err(format!("the target {base_url:?} is not `http://`, the only scheme that is supported"));
        }
        servers.push((Rc::clone(&address), Rc::clone(&pool)));
        Ok((address, pool))
    }
}
