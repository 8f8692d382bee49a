//! A test and its fixtures, as a scenario for the engine.

use std::sync::Arc;

use crate::client::{Error, Seat, Stop};
use crate::engine::{self, Scenario};
use crate::fixture::Bound;
use crate::measure::{IterationEnd, Live, Measured};
use crate::workload::Workload;

/// A `#[perf]` function with its fixtures bound. Only generated code implements it.
pub trait Scene: Sync + Sized {
    /// One virtual user and the fixtures it owns.
    type User;

    /// Takes the shared fixtures out of `bound`.
    fn bind(bound: &Bound) -> Self;

    /// Makes a user and sets up the fixtures it owns.
    fn enter(&self, seat: Seat) -> impl Future<Output = Result<Self::User, Error>>;

    /// Calls the function once.
    fn iterate(&self, user: &mut Self::User) -> impl Future<Output = Result<(), Error>>;

    /// Tears down the fixtures that the user owns.
    fn leave(&self, user: Self::User) -> impl Future<Output = Result<(), Error>>;
}

/// Offers `workload` to the users of the scene `T`.
pub fn offer<T: Scene>(bound: &Bound, workload: &Workload, stop: &Stop, live: &Arc<Live>) -> Measured {
    engine::offer(&Staged(T::bind(bound)), workload, stop, live)
}

/// The scene as the engine sees it.
struct Staged<T>(T);

impl<T: Scene> Scenario for Staged<T> {
    type User = T::User;

    async fn enter(&self, seat: Seat) -> Result<T::User, String> {
        self.0.enter(seat).await.map_err(|error| error.to_string())
    }

    async fn iterate(&self, user: &mut T::User) -> IterationEnd {
        match self.0.iterate(user).await {
            Ok(()) => IterationEnd::Completed,
            Err(error) if error.is_counted() => IterationEnd::FailedAtRequest,
            Err(error) => IterationEnd::FailedItself(error.cause()),
        }
    }

    async fn leave(&self, user: T::User) -> Result<(), String> {
        self.0.leave(user).await.map_err(|error| error.to_string())
    }
}
