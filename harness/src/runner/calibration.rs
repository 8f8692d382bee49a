//! Rates that are a share of a capacity. A capacity is searched for once for each server and each kind of work.

use std::collections::HashMap;

use super::run::{Criteria, RunLoad};
use super::series::{RateSearch, run_series};
use super::test::{CapacityShare, Test};
use crate::outcome::probe::ProbeRow;
use crate::outcome::search::Found;
use crate::outcome::{CalibrationReport, why_not_found};

/// The capacities that have been searched for, found or not.
#[derive(Debug, Default)]
pub(super) struct Capacities {
    known: HashMap<String, SearchedCapacity>,
}

/// The answer of a search.
#[derive(Debug, Clone)]
pub(super) struct SearchedCapacity {
    /// The test that searched.
    found_by: String,
    found: Found,
    probes: Vec<ProbeRow>,
    /// Arrivals each second, or why they are not known.
    capacity_per_s: Result<f64, NoCapacity>,
}

/// Why a capacity is not known.
#[derive(Debug, Clone)]
pub(super) enum NoCapacity {
    /// The search ended without an answer: the test is invalid.
    NotFound(String),
    /// The test or its server broke: the test is errored.
    Broken(String),
}

impl SearchedCapacity {
    pub(super) fn per_s(&self) -> Result<f64, NoCapacity> {
        self.capacity_per_s.clone()
    }

    /// The same answer for another test, which names the test that searched if none was found.
    fn used_again(self) -> SearchedCapacity {
        let by = format!("(`{}` searched for it, and it was not searched for again)", self.found_by);
        let capacity_per_s = self.capacity_per_s.map_err(|no_capacity| match no_capacity {
            NoCapacity::NotFound(why) => NoCapacity::NotFound(format!("{why} {by}")),
            NoCapacity::Broken(why) => NoCapacity::Broken(format!("{why} {by}")),
        });
        SearchedCapacity { capacity_per_s, ..self }
    }

    pub(super) fn report(&self, share: f64) -> CalibrationReport {
        CalibrationReport::new(share, self.found_by.clone(), self.found, self.probes.clone())
    }
}

impl Capacities {
    /// The capacity for `test` on the servers at `urls`: known from an earlier test, or searched for with `load`.
    pub(super) async fn find(
        &mut self,
        test: &Test,
        share: &CapacityShare,
        urls: &[&str],
        load: &mut impl RunLoad,
    ) -> SearchedCapacity {
        let key = format!("{} {}", share.same_work, urls.join(" "));
        if let Some(known) = self.known.get(&key) {
            return known.clone().used_again();
        }
        let searched = search(test, share, load).await;
        // A search without an answer takes longest, and the next case would not find one either.
        self.known.insert(key, searched.clone());
        searched
    }
}

async fn search(test: &Test, share: &CapacityShare, load: &mut impl RunLoad) -> SearchedCapacity {
    let criteria = Criteria { thresholds: share.limits.clone(), kind: test.kind };
    let mut search = RateSearch::new(test.workload.clone(), &share.calibration.search, &criteria);
    let offered = run_series(load, &mut search).await;
    let found = search.found();
    let capacity_per_s = match (offered, search.broken(), search.lost_worker()) {
        (Err(why), _, _) => Err(NoCapacity::Broken(why)),
        (Ok(()), Some(why), _) => Err(NoCapacity::Broken(why.to_owned())),
        (Ok(()), None, Some(which)) => Err(NoCapacity::NotFound(which.to_owned())),
        (Ok(()), None, None) => capacity_of(found, share),
    };
    SearchedCapacity { found_by: test.id.name.clone(), found, probes: search.probes, capacity_per_s }
}

fn capacity_of(found: Found, share: &CapacityShare) -> Result<f64, NoCapacity> {
    match found.capacity_per_s {
        Some(capacity_per_s) if !found.limited_by_generator => Ok(capacity_per_s),
        _ => {
            let why = why_not_found(found, &share.calibration.search);
            Err(NoCapacity::NotFound(format!("its rate is a share of the capacity, and {why}")))
        }
    }
}
