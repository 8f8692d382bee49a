//! What the users of one worker thread share on their way to the servers.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use super::address::Address;
use super::deadlines::{Deadline, Deadlines};
use super::http1::Pool;
use super::supported_options::{Way, way_to};
use super::via_reqwest::{Client, Workshop};
use crate::clock::Clock;
use crate::workload::{Connections, HttpOptions};

/// What the users of one worker thread share: their deadlines, the addresses of servers, and, if they are to, connections.
///
/// Belongs to one thread, and is worth nothing unless [`HttpResources::run`] is polled there.
#[derive(Debug)]
pub struct HttpResources {
    policy: Connections,
    deadlines: Rc<Deadlines>,
    /// One for each server, with the connections that are shared.
    servers: RefCell<Vec<Server>>,
    workshop: Workshop,
    /// Requests went the own way, and the other.
    ways: Cell<(bool, bool)>,
}

/// A server, the connections to it that are shared, and who carries requests there.
type Server = (Rc<Address>, Rc<Pool>, Way);

impl HttpResources {
    /// For requests that mostly have `timeout`. `policy` is this thread's share, where connections are shared.
    pub fn new(timeout: Duration, policy: Connections) -> HttpResources {
        HttpResources::with_options(timeout, policy, HttpOptions::default())
    }

    /// For a test that asks more of HTTP than a plain request.
    pub fn with_options(timeout: Duration, policy: Connections, options: HttpOptions) -> HttpResources {
        let (deadlines, workshop) = (Rc::new(Deadlines::new(timeout)), Workshop::new(options));
        HttpResources { policy, deadlines, servers: RefCell::default(), workshop, ways: Cell::default() }
    }

    /// What has carried requests.
    pub fn transports(&self) -> Vec<String> {
        let (own, other) = self.ways.get();
        let reqwest = if self.workshop.options.http2 { "http/2 (reqwest)" } else { "http/1.1 (reqwest)" };
        let both = [(own, "http/1.1 (own)"), (other, reqwest)];
        both.into_iter().filter_map(|(was_used, name)| was_used.then(|| name.to_owned())).collect()
    }

    /// Ends requests that run out of time. Never ends itself.
    pub async fn run(&self, clock: Clock) {
        self.deadlines.run(clock).await;
    }

    pub(crate) fn policy(&self) -> Connections {
        self.policy
    }

    /// A user's place among the deadlines.
    pub(crate) fn deadline(&self) -> Deadline {
        self.deadlines.place()
    }

    /// The server at `base_url`.
    ///
    /// # Errors
    /// The text says what is wrong with the URL.
    pub(crate) fn server(&self, base_url: &str) -> Result<Server, String> {
        let mut servers = self.servers.borrow_mut();
        if let Some(known) = servers.iter().find(|(address, ..)| address.base_url == base_url) {
            return Ok(known.clone());
        }
        let most = match self.policy {
            Connections::Shared(most) => most.max(1),
            Connections::PerUser | Connections::PerRequest => usize::MAX,
        };
        let (address, pool) = (Rc::new(Address::read(base_url)?), Rc::new(Pool::of(most)));
        let way = way_to(&address, self.policy, &self.workshop.options).map_err(|error| error.to_string())?;
        let (own, other) = self.ways.get();
        self.ways.set((own || way == Way::Own, other || way == Way::Other));
        let server = (address, pool, way);
        servers.push(server.clone());
        Ok(server)
    }

    /// A client of the other transport, for one user.
    ///
    /// # Errors
    /// The text says which option cannot be used.
    pub(crate) fn client(&self) -> Result<Client, String> {
        self.workshop.client(self.policy)
    }
}
