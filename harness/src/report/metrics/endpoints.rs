//! The endpoints of a test as values of a label: a bounded number of names.

use std::collections::HashSet;

use crate::measure::{Counts, Measured, Summary};
use crate::outcome::RunReport;

/// How many names of endpoints a run may have as labels. Further ones are counted together as [`OTHER`].
pub(super) const MOST_ENDPOINTS: usize = 200;

/// Further endpoints.
const OTHER: &str = "other";

/// The names that are labels.
///
/// The first of the run: tests in their order, and the names of a test sorted. A choice by the number of requests would
/// change while the run goes on, and a counter would fall.
#[derive(Debug)]
pub(super) struct EndpointNames<'a>(HashSet<&'a str>);

/// One value of the label, and what is counted under it.
#[derive(Debug)]
pub(super) struct EndpointGroup<'a> {
    pub(super) name: &'a str,
    pub(super) parts: Vec<&'a Summary>,
}

impl<'a> EndpointNames<'a> {
    pub(super) fn of(run: &'a RunReport) -> EndpointNames<'a> {
        let mut names = HashSet::new();
        let measured = run.tests.iter().filter_map(|test| test.measured.as_ref());
        for endpoint in measured.flat_map(|measured| &measured.endpoints) {
            if names.len() == MOST_ENDPOINTS {
                break;
            }
            names.insert(endpoint.name.as_str());
        }
        EndpointNames(names)
    }

    /// The endpoints of `measured` by label.
    pub(super) fn groups(&self, measured: &'a Measured) -> Vec<EndpointGroup<'a>> {
        let mut groups: Vec<EndpointGroup<'a>> = Vec::new();
        let mut others = Vec::new();
        for endpoint in &measured.endpoints {
            // One that is called like the others is counted with them, or there would be two series of one name.
            match self.0.contains(endpoint.name.as_str()) && endpoint.name != OTHER {
                true => groups.push(EndpointGroup { name: &endpoint.name, parts: vec![endpoint] }),
                false => others.push(endpoint),
            }
        }
        if !others.is_empty() {
            groups.push(EndpointGroup { name: OTHER, parts: others });
        }
        groups
    }
}

impl EndpointGroup<'_> {
    pub(super) fn requests(&self) -> Counts {
        let mut sum = Counts::default();
        self.parts.iter().for_each(|part| sum.add(&part.requests));
        sum
    }
}

/// The requests of no endpoint: arrivals that never became a request.
pub(super) fn without_endpoint(measured: &Measured) -> Counts {
    let mut named = Counts::default();
    measured.endpoints.iter().for_each(|endpoint| named.add(&endpoint.requests));
    let all = &measured.total.requests;
    Counts {
        intended: all.intended.saturating_sub(named.intended),
        ok: all.ok.saturating_sub(named.ok),
        failed: all.failed.saturating_sub(named.failed),
        timed_out: all.timed_out.saturating_sub(named.timed_out),
        in_flight_at_end: all.in_flight_at_end.saturating_sub(named.in_flight_at_end),
        never_sent: all.never_sent.saturating_sub(named.never_sent),
    }
}
