//! The author's function and its fixtures, as a scenario for the engine. The main type is [`UserCode`].

use std::sync::Arc;

use super::http_options::http_resources;
use crate::clock::Clock;
use crate::engine::{self, Scenario, WorkerShare};
use crate::fixture::BoundFixtures;
use crate::http::HttpResources;
use crate::measure::{IterationEnd, Live, Measured};
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
pub fn offer<T: UserCode>(bound: &BoundFixtures, workload: &Workload, stop: &Stop, live: &Arc<Live>) -> Measured {
    engine::offer(&UserCodeScenario { code: T::bind(bound), workload }, workload, stop, live)
}

/// The code as the engine sees it.
struct UserCodeScenario<'a, T> {
    code: T,
    workload: &'a Workload,
}

impl<T: UserCode> Scenario for UserCodeScenario<'_, T> {
    type User = T::User;
    type WorkerResources = HttpResources;

    fn worker_resources(&self, share: WorkerShare) -> HttpResources {
        http_resources(self.workload, share)
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
