//! What offers the load of a test when several processes do so together: [`ClusterLoad`].

use std::sync::Arc;

use super::cluster::Cluster;
use super::encoding::decode;
use super::in_parallel::in_parallel;
use super::offering::{Collected, NotOfferedByAll, offer_by_all};
use super::protocol::{FinalPart, OrderedLoad};
use crate::clock::monotonic_time_ns;
use crate::engine::{conclude_parts, worker_figures};
use crate::fixture::{BoundFixtures, FixtureDecl};
use crate::http::HostNames;
use crate::measure::{Ended, Live, Measured, PartFigures, WorkerFacts, WorkerFigures};
use crate::runner::{OfferLoad, ServerPlaces, loopback_servers};
use crate::stop::Stop;
use crate::workload::Workload;

/// Has the workers offer the load of one test, and makes one result of theirs.
pub(crate) struct ClusterLoad {
    cluster: Arc<Cluster>,
    /// The name of the test.
    test: String,
    needs: Vec<&'static FixtureDecl>,
    /// Where servers are that a person has named, and where the others listen.
    places: Arc<ServerPlaces>,
}

impl ClusterLoad {
    /// For the test of this name, which needs these fixtures.
    pub(crate) fn new(
        cluster: &Arc<Cluster>,
        test: &str,
        needs: &[&'static FixtureDecl],
        places: &Arc<ServerPlaces>,
    ) -> ClusterLoad {
        let (cluster, places) = (Arc::clone(cluster), Arc::clone(places));
        ClusterLoad { cluster, test: test.to_owned(), needs: needs.to_vec(), places }
    }

    fn order(&self, fixtures: &BoundFixtures, workload: &Workload, live: &Live) -> Result<OrderedLoad, String> {
        if let Some(host) = self.cluster.host_elsewhere()
            && let Some(server) = loopback_servers(&self.needs, fixtures, &self.places).first()
        {
            return Err(server.out_of_reach_of(&host));
        }
        Ok(OrderedLoad {
            load: self.cluster.coordinator().new_load(),
            test: self.test.clone(),
            workload: workload.clone(),
            limits: live.limits.clone(),
            turns: live.turns.as_ref().map(|turns| (turns.arm(), turns.arms(), turns.length())),
            fixtures: fixtures.pack(&self.needs).map_err(|error| error.to_string())?,
            origin_ns: monotonic_time_ns(),
        })
    }
}

impl OfferLoad for ClusterLoad {
    fn offer(
        &self,
        fixtures: &BoundFixtures,
        workload: &Workload,
        stop: &Stop,
        live: &Arc<Live>,
        _hosts: &Arc<HostNames>,
    ) -> Measured {
        let coordinator = self.cluster.coordinator();
        if let Some(why) = self.cluster.unusable() {
            return Measured { ended: Ended::WorkerLost(why), ..Measured::default() };
        }
        let order = match self.order(fixtures, workload, live) {
            Ok(order) => order,
            Err(why) => return broken(why),
        };
        let collected = self.cluster.block_on(offer_by_all(coordinator, order, stop, live));
        self.cluster.await_those_cut_off();
        match collected {
            Ok(collected) => conclude(&self.cluster, workload, live, collected),
            Err(NotOfferedByAll::Refused(why)) => broken(why),
            Err(NotOfferedByAll::Stuck(why)) => {
                // Who waits for this load goes on without it.
                stop.report_stuck(|| why.clone());
                broken(why)
            }
        }
    }
}

fn broken(why: String) -> Measured {
    Measured { ended: Ended::Broken(why), ..Measured::default() }
}

/// What one worker handed in.
pub(super) struct ReadPart {
    pub(super) part: Option<PartFigures>,
    pub(super) worker: WorkerFigures,
    /// Why it has no figures, if it should.
    broken: Option<String>,
}

/// Reads what one worker handed in.
pub(super) fn read_part(workload: &Workload, live: &Live, part: Option<FinalPart>, facts: WorkerFacts) -> ReadPart {
    let name = facts.name();
    let without = |broken| ReadPart { part: None, worker: WorkerFigures::missing(facts.clone()), broken };
    match part {
        None => without(None),
        Some(FinalPart::Broken(why)) => without(Some(format!("{name}: {why}"))),
        Some(FinalPart::Figures(bytes)) => match decode::<PartFigures>(&bytes) {
            Err(why) => without(Some(format!("the final figures of {name}: {why}"))),
            Ok(part) => {
                ReadPart { worker: worker_figures(workload, live, &part, facts), part: Some(part), broken: None }
            }
        },
    }
}

/// One result of all parts that have come.
fn conclude(cluster: &Cluster, workload: &Workload, live: &Live, collected: Collected) -> Measured {
    let Collected { parts, seconds, clocks, lost } = collected;
    let read = in_parallel(parts.into_iter().enumerate().collect(), |(worker, part)| {
        read_part(workload, live, part, cluster.facts(worker, clocks.get(worker).copied(), seconds.get(worker)))
    });
    let (mut figures, mut workers) = (Vec::new(), Vec::new());
    for ReadPart { part, worker, broken: why } in read {
        match why {
            // What another worker could not do says nothing once one was lost.
            Some(why) if lost.is_none() => return broken(why),
            _ => workers.push(worker),
        }
        figures.extend(part);
    }
    let measured = if figures.is_empty() { Measured::default() } else { conclude_parts(workload, live, figures) };
    let measured = measured.of_workers(workers);
    match lost {
        Some((loss, moment)) => Measured { ended: Ended::WorkerLost(loss.at(&moment)), ..measured },
        None => measured,
    }
}
