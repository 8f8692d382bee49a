//! The load of a test, offered to its servers.

use std::sync::Arc;
use std::time::Duration;

use super::fixtures::ReadyFixtures;
use super::interruption::Interruption;
use super::observer::RunObserver;
use super::offered_run::{OfferedRun, offer_to};
use super::run::RunLoad;
use super::test::Test;
use crate::http::HostNames;
use crate::load_control::LoadControl;
use crate::measure::{KnownLimits, Live, Measured, RequestSink};
use crate::outcome::waited_for_file;
use crate::server::Server;
use crate::stop::Stop;
use crate::workload::Workload;

/// Offers the load of one test on a thread of its own, while this thread keeps the fixtures alive and watches the servers.
pub(super) struct ServerLoad<'a> {
    pub(super) test: &'a Test,
    pub(super) fixtures: &'a ReadyFixtures,
    pub(super) interruption: &'a Interruption,
    pub(super) observer: &'a mut dyn RunObserver,
    /// The most users that the load may have while a person drives it; `None` if it keeps to its plan.
    pub(super) driven: Option<usize>,
    /// The server that gets it, of those that the test compares.
    pub(super) arm: Option<&'a str>,
    /// It searches for a capacity: its requests are not those of the test.
    pub(super) is_search: bool,
}

impl RunLoad for ServerLoad<'_> {
    async fn run(&mut self, workload: &Workload, limits: KnownLimits) -> Result<Measured, String> {
        let hosts = look_up(&self.fixtures.servers).await?;
        let requests = if self.is_search { None } else { self.observer.requests(self.test, self.arm) };
        let (stop, live) = (Stop::default(), self.live(limits, workload, requests.clone()));
        self.interruption.guard(&stop);
        self.observer.run_started(self.test, workload, &live);
        let load = Arc::clone(&self.test.load);
        let offered = offer_to(self.fixtures, load, OfferedRun { workload: workload.clone(), stop, live, hosts }).await;
        self.observer.run_ended();
        let waited = finish(requests).await;
        let measured = offered.map_err(|why| why.end_tests_if_stuck(self.interruption, &self.test.id.name))?;
        Ok(with_time_for_file(measured, waited))
    }

    fn announce(&mut self, announcement: &str) {
        self.observer.announced(self.test, announcement);
    }

    fn is_interrupted(&self) -> bool {
        self.interruption.cause().is_some()
    }
}

impl ServerLoad<'_> {
    fn live(&self, limits: KnownLimits, workload: &Workload, requests: Option<Arc<dyn RequestSink>>) -> Arc<Live> {
        let live = Live::limited(limits).with_requests(requests);
        Arc::new(match self.driven {
            Some(most) => live.driven_by(LoadControl::of(workload).allowing(most)),
            None => live,
        })
    }
}

/// Waits until all requests are written. Returns for how long that held up the load.
pub(super) async fn finish(requests: Option<Arc<dyn RequestSink>>) -> Duration {
    let Some(requests) = requests else { return Duration::ZERO };
    // It waits for a disk, and the fixtures live on this thread.
    tokio::task::spawn_blocking(move || requests.finish()).await.unwrap_or_default()
}

/// Counts a file that held up the load for so long as an error of our own.
pub(super) fn with_time_for_file(mut measured: Measured, waited: Duration) -> Measured {
    if !waited.is_zero() {
        measured.generator.own_errors.insert(waited_for_file(waited), 1);
    }
    measured
}

/// Looks the hosts of the servers up, so that no request has to wait for that.
pub(crate) async fn look_up(servers: &[Server]) -> Result<Arc<HostNames>, String> {
    let hosts = Arc::<HostNames>::default();
    for server in servers {
        hosts.look_up_early(server.url()).await.map_err(|why| {
            let (name, url) = (server.name(), server.url());
            format!(
                "the server `{name}` at {url} cannot be reached: {why}; is the name spelt as this machine knows it?"
            )
        })?;
    }
    Ok(hosts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_whose_host_is_not_found_gets_no_load_and_is_named() {
        let server = Server::attach_as("shop", "http://no-such-host.invalid:81/api").unwrap();
        let error = look_up(&[server]).await.unwrap_err();
        let said = "the server `shop` at http://no-such-host.invalid:81/api cannot be reached: \
                    the host `no-such-host.invalid` was not found: ";
        assert!(error.starts_with(said), "{error}");
        assert!(look_up(&[Server::attach("http://127.0.0.1:81").unwrap()]).await.unwrap().reports().is_empty());
    }
}
