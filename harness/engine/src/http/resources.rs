//! What the users of one worker thread share.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::address::Address;
use super::deadlines::{Deadline, Deadlines};
use super::host_names::HostNames;
use super::http1::{ConnectionPool, ResponseStock};
use super::known_server::KnownServer;
use super::options::{ConnectionPolicy, TransportOptions};
use super::peers::Peers;
use super::request_lines::RequestLines;
use super::supported_options::{TransportKind, transport_for};
use super::via_reqwest::{ClientFactory, ReqwestClient};
use crate::clock::WaitUntil;
use crate::measure::Moment;

/// What the HTTP sessions of one worker thread share: their deadlines, the addresses of servers, and connections, if the
/// policy says so.
///
/// Belongs to one thread. Requests time out only while [`HttpResources::run`] is polled there.
#[derive(Debug)]
pub struct HttpResources {
    policy: ConnectionPolicy,
    deadlines: Rc<Deadlines>,
    servers: RefCell<Vec<Rc<KnownServer>>>,
    clients: ClientFactory,
    hosts: Arc<HostNames>,
    has_used: Cell<UsedTransports>,
    events_at: Cell<Moment>,
    stock: Rc<ResponseStock>,
    lines: Rc<RequestLines>,
}

#[derive(Debug, Clone, Copy, Default)]
struct UsedTransports {
    own: bool,
    reqwest: bool,
}

impl HttpResources {
    /// For requests that mostly have `timeout`. The number in a shared policy is that of this thread alone.
    pub fn new(timeout: Duration, policy: ConnectionPolicy, options: TransportOptions) -> HttpResources {
        HttpResources {
            policy,
            deadlines: Rc::new(Deadlines::new(timeout)),
            servers: RefCell::default(),
            clients: ClientFactory::new(options),
            hosts: Arc::default(),
            has_used: Cell::default(),
            events_at: Cell::default(),
            stock: Rc::default(),
            lines: Rc::default(),
        }
    }

    /// The same, with the host names of the whole run.
    #[must_use]
    pub fn with_hosts(self, hosts: Arc<HostNames>) -> HttpResources {
        HttpResources { hosts, ..self }
    }

    /// The transports that have carried requests, as reports name them: `http/1.1 (own)`.
    pub fn transports(&self) -> Vec<String> {
        let UsedTransports { own, reqwest } = self.has_used.get();
        let name_of_reqwest = if self.clients.options.http2 { "http/2 (reqwest)" } else { "http/1.1 (reqwest)" };
        let names = [own.then_some("http/1.1 (own)"), reqwest.then_some(name_of_reqwest)];
        names.into_iter().flatten().map(str::to_owned).collect()
    }

    /// Times requests out. Never ends.
    pub async fn run(&self, timer: &impl WaitUntil) {
        self.deadlines.run(timer).await;
    }

    /// The reactor of this thread has reported everything that happened before `now`.
    pub fn note_events(&self, now: Duration) {
        self.events_at.set(Moment::after(now));
    }

    /// Until when the reactor has reported everything; zero if that is not known.
    pub fn events_at(&self) -> Moment {
        self.events_at.get()
    }

    /// When connections are kept and used again.
    pub fn policy(&self) -> ConnectionPolicy {
        self.policy
    }

    /// Bodies are asked for in an encoding, and decoded.
    pub fn decompresses(&self) -> bool {
        self.clients.options.decompresses
    }

    /// The request lines that users share.
    pub fn lines(&self) -> &Rc<RequestLines> {
        &self.lines
    }

    /// Memory for responses.
    pub fn stock(&self) -> &Rc<ResponseStock> {
        &self.stock
    }

    /// The deadline of one more user.
    pub fn deadline(&self) -> Deadline {
        self.deadlines.add_user()
    }

    /// The server at `base_url`.
    ///
    /// # Errors
    /// The text says what is wrong with the URL, or which option is not supported for it.
    pub fn server(&self, base_url: &str) -> Result<Rc<KnownServer>, String> {
        let mut servers = self.servers.borrow_mut();
        if let Some(known) = servers.iter().find(|server| server.address.base_url == base_url) {
            return Ok(Rc::clone(known));
        }
        let most = match self.policy {
            ConnectionPolicy::Shared(most) => most.max(1),
            ConnectionPolicy::PerUser | ConnectionPolicy::PerRequest => usize::MAX,
        };
        let (address, pool) = (Rc::new(Address::read(base_url)?), Rc::new(ConnectionPool::with_limit(most)));
        let transport =
            transport_for(&address, self.policy, &self.clients.options).map_err(|error| error.to_string())?;
        let mut used = self.has_used.get();
        match transport {
            TransportKind::Own => used.own = true,
            TransportKind::Reqwest => used.reqwest = true,
        }
        self.has_used.set(used);
        let peers = match self.clients.options.proxy {
            Some(_) => Peers::elsewhere(),
            None => Peers::of(&address, &self.hosts),
        };
        let server = Rc::new(KnownServer { address, peers: Rc::new(peers), pool, transport });
        servers.push(Rc::clone(&server));
        Ok(server)
    }

    /// A client of reqwest for one user.
    ///
    /// # Errors
    /// The text says which option cannot be used.
    pub fn reqwest_client(&self) -> Result<ReqwestClient, String> {
        self.clients.client(self.policy, &self.hosts)
    }
}
