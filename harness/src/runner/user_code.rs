//! The author's function and its fixtures, as a scenario for the engine. The main type is [`UserCode`].

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::http_options::http_resources;
use crate::engine::{self, AnyScenario, Pacer, UserFuture, UserSteps, WorkerScenario, WorkerShare};
use crate::fixture::BoundFixtures;
use crate::http::{HostNames, HttpResources, LookupReport};
use crate::measure::{HostLookup, IterationEnd, Live, Measured};
use crate::stop::Stop;
use crate::user::{Error, UserSlot};
use crate::workload::Workload;

/// A `#[perf]` function with its fixtures bound. Only generated code implements it.
///
/// All that is generic ends in [`offer`] and in the future of a user, because it is compiled again for each test.
pub trait UserCode: Sync {
    /// Takes the shared fixtures out of `bound`.
    fn bind(bound: &BoundFixtures) -> Self
    where
        Self: Sized;

    /// What one user does, from its set-up to its tear-down.
    fn user<'s>(&'s self, slot: UserSlot, steps: &'s UserSteps) -> UserFuture<'s>;
}

/// Has virtual users call the function `T` as `workload` says.
pub fn offer<T: UserCode>(
    bound: &BoundFixtures,
    workload: &Workload,
    stop: &Stop,
    live: &Arc<Live>,
    hosts: &Arc<HostNames>,
) -> Measured {
    offer_load_of(&T::bind(bound), workload, stop, live, hosts)
}

fn offer_load_of(
    code: &dyn UserCode,
    workload: &Workload,
    stop: &Stop,
    live: &Arc<Live>,
    hosts: &Arc<HostNames>,
) -> Measured {
    let scenario = UserCodeScenario { code, workload, hosts };
    let mut measured = engine::offer(&scenario, workload, stop, live);
    let lookups = match &mut measured.part {
        Some(part) => &mut part.usage.lookups,
        None => &mut measured.generator.lookups,
    };
    *lookups = hosts.reports().into_iter().map(host_lookup).collect();
    measured
}

/// How an iteration ended whose function returned this.
pub fn iteration_end(returned: Result<(), Error>) -> IterationEnd {
    match returned {
        Ok(()) => IterationEnd::Completed,
        Err(error) if error.is_counted() => IterationEnd::FailedAtRequest,
        Err(error) => IterationEnd::FailedItself(error.cause()),
    }
}

/// A lookup as the record has it.
fn host_lookup(report: LookupReport) -> HostLookup {
    let LookupReport { name, took, addresses, during_load } = report;
    let addresses = addresses.iter().map(ToString::to_string).collect();
    HostLookup { host: name, time_s: took.map(|took| took.as_secs_f64()), addresses, during_load }
}

/// The code as the engine sees it.
struct UserCodeScenario<'a> {
    code: &'a dyn UserCode,
    workload: &'a Workload,
    hosts: &'a Arc<HostNames>,
}

impl AnyScenario for UserCodeScenario<'_> {
    fn on_worker(&self, share: WorkerShare) -> Box<dyn WorkerScenario + '_> {
        let http = http_resources(self.workload, share).with_hosts(Arc::clone(self.hosts));
        Box::new(OnHttp { code: self.code, http: Rc::new(http) })
    }
}

/// The code on one worker thread, with what its users share of HTTP.
struct OnHttp<'a> {
    code: &'a dyn UserCode,
    http: Rc<HttpResources>,
}

impl WorkerScenario for OnHttp<'_> {
    fn run<'s>(&'s self, pacer: &'s Pacer) -> Pin<Box<dyn Future<Output = ()> + 's>> {
        Box::pin(self.http.run(pacer))
    }

    fn turn_begins(&self, now: Duration) {
        self.http.note_events(now);
    }

    fn transports(&self) -> Vec<String> {
        self.http.transports()
    }

    fn user<'s>(&'s self, slot: UserSlot<()>, steps: &'s UserSteps) -> UserFuture<'s> {
        self.code.user(slot.with_resources(&self.http), steps)
    }
}
