//! The addresses of host names. Each name is looked up once in a run, whichever of its workers and users need it, and no
//! request's service time includes that.

use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::address::Address;
use super::authority::Host;
use super::own_address::can_reach;

/// The host names of one run. All workers share it; it is used when a worker meets a server for the first time, and not for
/// each request.
#[derive(Debug, Default)]
pub struct HostNames {
    lookups: Mutex<Vec<Arc<NameLookup>>>,
}

/// The lookup of one name, from when it was begun.
#[derive(Debug)]
pub struct NameLookup {
    name: String,
    /// It was begun while load was offered, so that requests had to wait for it.
    during_load: bool,
    result: watch::Receiver<Option<LookedUp>>,
}

#[derive(Debug, Clone)]
struct LookedUp {
    addresses: Result<Arc<[IpAddr]>, Arc<str>>,
    took: Duration,
}

/// What is known of one name: for reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupReport {
    /// As the target names it.
    pub name: String,
    /// How long the lookup took; `None` if it had not ended.
    pub took: Option<Duration>,
    /// None if it has failed or not ended.
    pub addresses: Vec<IpAddr>,
    /// Requests had to wait for it.
    pub during_load: bool,
}

impl HostNames {
    /// Looks up the host of `base_url` before load is offered, unless the URL has an address or is not valid.
    ///
    /// # Errors
    /// The host has no address; the text names it.
    pub async fn look_up_early(&self, base_url: &str) -> Result<(), String> {
        let Ok(Address { host: Host::Name(name), .. }) = Address::read(base_url) else { return Ok(()) };
        let lookup = self.find_or_begin(&name, false);
        lookup.ended().await;
        lookup.known().unwrap_or_else(|| Err(not_in_time(&name).into())).map(drop).map_err(|why| why.to_string())
    }

    /// What is known of each name that was needed, in the order in which they were.
    pub fn reports(&self) -> Vec<LookupReport> {
        self.lookups().iter().map(|lookup| lookup.report()).collect()
    }

    /// The lookup of `name`, begun now if it is needed for the first time.
    pub fn lookup(&self, name: &str) -> Arc<NameLookup> {
        self.find_or_begin(name, true)
    }

    fn find_or_begin(&self, name: &str, during_load: bool) -> Arc<NameLookup> {
        let mut lookups = self.lookups();
        if let Some(known) = lookups.iter().find(|known| known.name == name) {
            return Arc::clone(known);
        }
        let lookup = Arc::new(NameLookup { name: name.to_owned(), during_load, result: begin(name.to_owned()) });
        lookups.push(Arc::clone(&lookup));
        lookup
    }

    fn lookups(&self) -> MutexGuard<'_, Vec<Arc<NameLookup>>> {
        self.lookups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl NameLookup {
    /// The addresses, once they are known.
    ///
    /// # Errors
    /// There are none; the text names the host.
    pub fn known(&self) -> Option<Result<Arc<[IpAddr]>, Arc<str>>> {
        self.result.borrow().as_ref().map(|ended| ended.addresses.clone())
    }

    /// Waits until it is known.
    pub async fn ended(&self) {
        drop(self.result.clone().wait_for(Option::is_some).await);
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    fn report(&self) -> LookupReport {
        let ended = self.result.borrow();
        let addresses = ended.as_ref().and_then(|ended| ended.addresses.as_ref().ok());
        LookupReport {
            name: self.name.clone(),
            took: ended.as_ref().map(|ended| ended.took),
            addresses: addresses.map(|addresses| addresses.to_vec()).unwrap_or_default(),
            during_load: self.during_load,
        }
    }
}

/// The cause of a request that did not learn its server's address within its timeout.
pub(super) fn not_in_time(name: &str) -> String {
    format!("the host `{name}` was not found: its lookup has not ended")
}

/// Looks `name` up on a thread of its own: the system's lookup blocks, and nothing can end it.
fn begin(name: String) -> watch::Receiver<Option<LookedUp>> {
    let (sender, receiver) = watch::channel(None);
    let failed = Arc::new(sender);
    let sender = Arc::clone(&failed);
    let look_up = move || {
        let begun = Instant::now();
        let addresses = addresses_of(&name);
        sender.send_replace(Some(LookedUp { addresses, took: begun.elapsed() }));
    };
    if let Err(error) = std::thread::Builder::new().name("lookup".to_owned()).spawn(look_up) {
        let why = format!("no host can be looked up, because a thread could not be started: {error}");
        failed.send_replace(Some(LookedUp { addresses: Err(why.into()), took: Duration::ZERO }));
    }
    receiver
}

fn addresses_of(name: &str) -> Result<Arc<[IpAddr]>, Arc<str>> {
    // The port is added for each server.
    let found: io::Result<Vec<IpAddr>> = (name, 0).to_socket_addrs().map(|all| all.map(|each| each.ip()).collect());
    match found {
        Ok(addresses) if addresses.is_empty() => {
            Err(format!("the host `{name}` was not found: it has no address").into())
        }
        Ok(addresses) => Ok(reachable(addresses, can_reach).into()),
        Err(error) => {
            let text = error.to_string();
            let why = text.strip_prefix("failed to lookup address information: ").unwrap_or(&text);
            Err(format!("the host `{name}` was not found: {why}").into())
        }
    }
}

/// The addresses that this machine can reach; all of them if it can reach none. If several fail, reqwest names the last one, and an
/// address that cannot be reached would hide what happened at the others.
fn reachable(addresses: Vec<IpAddr>, can_reach: impl Fn(IpAddr) -> bool) -> Vec<IpAddr> {
    let reachable: Vec<IpAddr> = addresses.iter().copied().filter(|ip| can_reach(*ip)).collect();
    if reachable.is_empty() { addresses } else { reachable }
}

#[cfg(test)]
impl HostNames {
    /// A name whose lookup a test ends, by sending its addresses.
    pub fn scripted(name: &str) -> (Arc<HostNames>, impl Fn(&[IpAddr]) + use<>) {
        let (sender, result) = watch::channel(None);
        let lookup = NameLookup { name: name.to_owned(), during_load: true, result };
        let names = HostNames { lookups: Mutex::new(vec![Arc::new(lookup)]) };
        let end = move |addresses: &[IpAddr]| {
            sender.send_replace(Some(LookedUp { addresses: Ok(addresses.into()), took: Duration::from_secs(3) }));
        };
        (Arc::new(names), end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_is_looked_up_once_and_its_time_is_known() {
        let names = HostNames::default();
        names.look_up_early("http://localhost:80/x").await.unwrap();
        names.look_up_early("http://127.0.0.1:80").await.unwrap();
        assert!(Arc::ptr_eq(&names.lookup("localhost"), &names.lookup("localhost")));
        let reports = names.reports();
        assert_eq!(reports.len(), 1, "an address is not looked up: {reports:?}");
        assert!(reports[0].took.is_some() && !reports[0].during_load);
        assert!(reports[0].addresses.iter().all(IpAddr::is_loopback) && !reports[0].addresses.is_empty());
    }

    #[tokio::test]
    async fn a_name_without_an_address_is_named() {
        let names = HostNames::default();
        let error = names.look_up_early("http://no-such-host.invalid").await.unwrap_err();
        assert!(error.starts_with("the host `no-such-host.invalid` was not found: "), "{error}");
        assert!(names.reports()[0].addresses.is_empty());
    }

    #[test]
    fn an_address_that_this_machine_cannot_reach_is_left_out_unless_it_is_the_only_one() {
        let [six, four] = ["::1", "127.0.0.1"].map(|text| text.parse::<IpAddr>().unwrap());
        assert_eq!(reachable(vec![six, four], |ip| ip.is_ipv4()), [four]);
        assert_eq!(reachable(vec![six], |ip| ip.is_ipv4()), [six]);
        assert_eq!(reachable(vec![six, four], |_| true), [six, four]);
    }
}
