//! The load of a test, offered to its servers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use super::fixtures::ReadyFixtures;
use super::interruption::Interruption;
use super::observer::RunObserver;
use super::run::RunLoad;
use super::test::Test;
use crate::http::HostNames;
use crate::load_control::{LoadControl, LoadEvent};
use crate::measure::{GeneratorHealth, Live, Measured, RequestSink, TestEvent, TimeLimit};
use crate::outcome::waited_for_file;
use crate::server::{SampledFigures, Server, ServerSampler};
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
    /// It searches for a capacity: its requests are not those of the test.
    pub(super) is_search: bool,
}

impl RunLoad for ServerLoad<'_> {
    async fn run(&mut self, workload: &Workload, limits: Vec<TimeLimit>) -> Result<Measured, String> {
        let servers = &self.fixtures.servers;
        let hosts = look_up(servers).await?;
        let requests = if self.is_search { None } else { self.observer.requests(self.test) };
        let (stop, live) = (Stop::default(), self.live(workload, limits, requests.clone()));
        self.interruption.guard(&stop);
        let watches: Vec<DeathWatch> = servers.iter().map(|server| DeathWatch::start(server, &stop)).collect();
        self.observer.run_started(self.test, workload, &live);
        let sampler = ServerSampler::start(servers, &live);
        let (load, bound, workload) = (Arc::clone(&self.test.load), self.fixtures.bound.clone(), workload.clone());
        let (watched, watched_live) = (stop.clone(), Arc::clone(&live));
        let pulled = PullWatch::start(&stop);
        let offering = tokio::task::spawn_blocking(move || load.offer(&bound, &workload, &stop, &live, &hosts));
        let offered = tokio::select! {
            offered = offering => Ok(offered),
            why = watched.stuck() => Err(why.to_owned()),
        };
        self.observer.run_ended();
        drop(watches);
        let waited = finish(requests).await;
        let offered = offered.inspect_err(|_why| {
            self.interruption.end_tests(format!("code of `{}` goes on and cannot be ended", self.test.id.name));
        })?;
        let mut measured = offered.map_err(|error| format!("the load could not be offered: {error}"))?;
        if !waited.is_zero() {
            measured.generator.own_errors.insert(waited_for_file(waited), 1);
        }
        let SampledFigures { servers, generator, begun } = sampler.finish(measured.total.requests.ended());
        let events = load_events(&watched_live).chain(pulled.event(begun).await).collect();
        let generator = GeneratorHealth { samples: generator, ..measured.generator };
        Ok(Measured { servers, events, generator, ..measured })
    }

    fn announce(&mut self, announcement: &str) {
        self.observer.announced(self.test, announcement);
    }

    fn is_interrupted(&self) -> bool {
        self.interruption.cause().is_some()
    }
}

impl ServerLoad<'_> {
    fn live(&self, workload: &Workload, limits: Vec<TimeLimit>, requests: Option<Arc<dyn RequestSink>>) -> Arc<Live> {
        let live = Live::limited(limits).with_requests(requests);
        Arc::new(match self.driven {
            Some(most) => live.driven_by(LoadControl::of(workload).allowing(most)),
            None => live,
        })
    }
}

/// What happened to a load that a person drove.
fn load_events(live: &Live) -> impl Iterator<Item = TestEvent> {
    let events = live.control.iter().flat_map(LoadControl::events);
    events.map(|LoadEvent { at_s, text }| TestEvent { at_s, text })
}

/// Waits until all requests are written. Returns for how long that held up the load.
async fn finish(requests: Option<Arc<dyn RequestSink>>) -> Duration {
    let Some(requests) = requests else { return Duration::ZERO };
    // It waits for a disk, and the fixtures live on this thread.
    tokio::task::spawn_blocking(move || requests.finish()).await.unwrap_or_default()
}

/// Looks the hosts of the servers up, so that no request has to wait for that.
async fn look_up(servers: &[Server]) -> Result<Arc<HostNames>, String> {
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

/// Pulls the stop as soon as a server dies; dropping it ends the watch.
struct DeathWatch(JoinHandle<()>);

impl DeathWatch {
    fn start(server: &Server, stop: &Stop) -> DeathWatch {
        let (server, stop) = (server.clone(), stop.clone());
        DeathWatch(tokio::task::spawn_local(async move {
            let death = server.ended().await;
            stop.pull(format!("the server `{}` died during the test: {death}", server.name()));
        }))
    }
}

impl Drop for DeathWatch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Notes when and why a run is ended early.
struct PullWatch {
    stop: Stop,
    pulled: JoinHandle<Instant>,
}

impl PullWatch {
    fn start(stop: &Stop) -> PullWatch {
        let watched = stop.clone();
        let pulled = tokio::task::spawn_local(async move {
            watched.pulled().await;
            Instant::now()
        });
        PullWatch { stop: stop.clone(), pulled }
    }

    /// What ended the run early, if something did; `begun` is when the measurement began.
    async fn event(self, begun: Option<Instant>) -> Option<TestEvent> {
        let Some(why) = self.stop.reason() else {
            self.pulled.abort();
            return None;
        };
        let at = self.pulled.await.ok();
        let since_begun = |(at, begun): (Instant, Instant)| at.saturating_duration_since(begun).as_secs_f64();
        Some(TestEvent { at_s: at.zip(begun).map(since_begun), text: why.to_owned() })
    }
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
