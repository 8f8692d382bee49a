//! One load, offered to its servers on a thread of its own while they are watched: [`offer_to`].

use std::sync::Arc;
use std::time::Instant;

use thiserror::Error;
use tokio::task::JoinHandle;

use super::fixtures::ReadyFixtures;
use super::interruption::Interruption;
use super::test::OfferLoad;
use crate::http::HostNames;
use crate::load_control::{LoadControl, LoadEvent};
use crate::measure::{GeneratorHealth, Live, Measured, TestEvent};
use crate::server::{SampledFigures, Server, ServerSampler};
use crate::stop::Stop;
use crate::workload::Workload;

/// What is offered, and what ends it early.
pub(super) struct OfferedRun {
    pub(super) workload: Workload,
    pub(super) stop: Stop,
    pub(super) live: Arc<Live>,
    pub(super) hosts: Arc<HostNames>,
}

/// Why a load has no figures.
#[derive(Debug, Error)]
pub(super) enum NotOffered {
    /// The test's own code goes on and cannot be ended.
    #[error("{0}")]
    Stuck(String),
    /// The thread that was to offer it failed.
    #[error("the load could not be offered: {0}")]
    Failed(tokio::task::JoinError),
}

impl NotOffered {
    /// The text. After code that cannot be ended, no other test can run.
    pub(super) fn end_tests_if_stuck(self, interruption: &Interruption, test: &str) -> String {
        if let NotOffered::Stuck(_) = self {
            interruption.end_tests(format!("code of `{test}` goes on and cannot be ended"));
        }
        self.to_string()
    }
}

/// Offers a load to the servers of `fixtures`, and watches them meanwhile.
pub(super) async fn offer_to(
    fixtures: &ReadyFixtures,
    load: Arc<dyn OfferLoad>,
    OfferedRun { workload, stop, live, hosts }: OfferedRun,
) -> Result<Measured, NotOffered> {
    let servers = &fixtures.servers;
    let watches: Vec<DeathWatch> = servers.iter().map(|server| DeathWatch::start(server, &stop)).collect();
    let sampler = ServerSampler::start(servers, &live);
    let (bound, watched, watched_live) = (fixtures.bound.clone(), stop.clone(), Arc::clone(&live));
    let pulled = PullWatch::start(&stop);
    let offering = tokio::task::spawn_blocking(move || load.offer(&bound, &workload, &stop, &live, &hosts));
    let returned = async {
        let offered = offering.await;
        // It may have said that it is stuck, and returned, since the look before this one.
        tokio::task::yield_now().await;
        offered
    };
    // What is stuck goes on even if the load has returned, as one of several processes does: no other test may run beside it.
    let offered = tokio::select! {
        biased;
        why = watched.stuck() => Err(NotOffered::Stuck(why.to_owned())),
        offered = returned => offered.map_err(NotOffered::Failed),
    };
    drop(watches);
    let measured = offered?;
    let SampledFigures { servers, generator, begun } = sampler.finish(measured.total.requests.ended());
    let events = load_events(&watched_live).chain(pulled.event(begun).await).collect();
    let generator = GeneratorHealth { samples: generator, ..measured.generator };
    Ok(Measured { servers, events, generator, ..measured })
}

/// What happened to a load that a person drove.
fn load_events(live: &Live) -> impl Iterator<Item = TestEvent> {
    let events = live.control.iter().flat_map(LoadControl::events);
    events.map(|LoadEvent { at_s, text }| TestEvent { at_s, text })
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
    use crate::fixture::BoundFixtures;
    use crate::kind::Kind;
    use crate::runner::tests::fake::{figures, plan};

    #[tokio::test]
    async fn a_load_that_cannot_end_is_stuck_also_if_it_has_returned() {
        let load = |_: &BoundFixtures, _: &Workload, stop: &Stop, _: &Arc<Live>, _: &Arc<HostNames>| {
            stop.report_stuck(|| "it goes on elsewhere".to_owned());
            figures(10)
        };
        let load: Arc<dyn OfferLoad> = Arc::new(load);
        let fixtures = ReadyFixtures { bound: BoundFixtures::default(), servers: Vec::new(), direct_servers: 0 };
        let run = || OfferedRun {
            workload: plan(Kind::Load, &[]).workload,
            stop: Stop::default(),
            live: Arc::default(),
            hosts: Arc::default(),
        };
        let offer_often = async {
            // Both are seen at once each time, and either could be taken.
            for _ in 0..50 {
                let offered = offer_to(&fixtures, Arc::clone(&load), run()).await;
                assert!(
                    matches!(&offered, Err(NotOffered::Stuck(why)) if why == "it goes on elsewhere"),
                    "{offered:?}"
                );
            }
        };
        tokio::task::LocalSet::new().run_until(offer_often).await;
    }
}
