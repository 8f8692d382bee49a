//! The author's function and its fixtures, as a scenario for the engine. The main type is [`UserCode`].

use std::sync::Arc;

use super::http_options::http_resources;
use crate::clock::Clock;
use crate::engine::{self, Scenario, WorkerShare};
use crate::fixture::BoundFixtures;
use crate::http::{HostNames, HttpResources, LookupReport};
use crate::measure::{HostLookup, IterationEnd, Live, Measured};
use crate::stop::Stop;
use crate::user::{Error, UserSlot};
use crate::workload::Workload;

/// A `#[perf]` function with its fixtures bound. Only generated code implements it.
pub trait UserCode: Sync + Sized {
    /// One virtual user and the fixtures it owns.
    type User;

    /// Takes the shared fixtures out of `bound`.
    fn bind(bound: &BoundFixtures) -> Self;

    /// Makes a user and sets up the fixtures it owns.
    fn enter(&self, slot: UserSlot) -> impl Future<Output = Result<Self::User, Error>>;

    /// Calls the function once.
    fn iterate(&self, user: &mut Self::User) -> impl Future<Output = Result<(), Error>>;

    /// Tears down the fixtures that the user owns.
    fn leave(&self, user: Self::User) -> impl Future<Output = Result<(), Error>>;
}

/// Has virtual users call the function `T` as `workload` says.
pub fn offer<T: UserCode>(
    bound: &BoundFixtures,
    workload: &Workload,
    stop: &Stop,
    live: &Arc<Live>,
    hosts: &Arc<HostNames>,
) -> Measured {
    let scenario = UserCodeScenario { code: T::bind(bound), workload, hosts };
    let mut measured = engine::offer(&scenario, workload, stop, live);
    measured.generator.lookups = hosts.reports().into_iter().map(host_lookup).collect();
    measured
}

/// A lookup as the record has it.
fn host_lookup(report: LookupReport) -> HostLookup {
    let LookupReport { name, took, addresses, during_load } = report;
    let addresses = addresses.iter().map(ToString::to_string).collect();
    HostLookup { host: name, time_s: took.map(|took| took.as_secs_f64()), addresses, during_load }
}

/// The code as the engine sees it.
struct UserCodeScenario<'a, T> {
    code: T,
    workload: &'a Workload,
    hosts: &'a Arc<HostNames>,
}

impl<T: UserCode> Scenario for UserCodeScenario<'_, T> {
    type User = T::User;
    type WorkerResources = HttpResources;

    fn worker_resources(&self, share: WorkerShare) -> HttpResources {
        http_resources(self.workload, share).with_hosts(Arc::clone(self.hosts))
    }

    async fn run_worker_resources(&self, http: &HttpResources, clock: Clock) {
        http.run(clock).await;
    }

    fn transports(&self, http: &HttpResources) -> Vec<String> {
        http.transports()
    }

    async fn enter(&self, slot: UserSlot) -> Result<T::User, String> {
        self.code.enter(slot).await.map_err(|error| error.to_string())
    }

    async fn iterate(&self, user: &mut T::User) -> IterationEnd {
        match self.code.iterate(user).await {
            Ok(()) => IterationEnd::Completed,
            Err(error) if error.is_counted() => IterationEnd::FailedAtRequest,
            Err(error) => IterationEnd::FailedItself(error.cause()),
        }
    }

    async fn leave(&self, user: T::User) -> Result<(), String> {
        self.code.leave(user).await.map_err(|error| error.to_string())
    }
}
