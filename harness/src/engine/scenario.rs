//! What the engine drives.

use std::future::Future;

use super::share::WorkerShare;
use crate::clock::Clock;
use crate::measure::IterationEnd;
use crate::user::UserSlot;

/// Something a virtual user does again and again.
///
/// A user lives on one worker thread, so neither it nor its futures need be `Send`. What the users of one thread share,
/// such as connections and deadlines, the scenario makes: the engine does not know which protocol they speak.
pub trait Scenario: Sync {
    /// Everything that one virtual user owns.
    type User;

    /// What the users of one worker thread share; `()` if nothing.
    type WorkerResources;

    /// Makes what the users of one worker thread share. Called on that thread, before its first user enters.
    fn worker_resources(&self, share: WorkerShare) -> Self::WorkerResources;

    /// Background work of a worker's resources, such as timeouts; polled while the worker has users. Must never end.
    fn run_worker_resources(&self, resources: &Self::WorkerResources, clock: Clock) -> impl Future<Output = ()> {
        let _nothing_to_do = (resources, clock);
        std::future::pending()
    }

    /// The transports that requests went over, as reports name them.
    fn transports(&self, resources: &Self::WorkerResources) -> Vec<String> {
        let _has_none = resources;
        Vec::new()
    }

    /// Makes a user ready for its first iteration. The error's text breaks the test.
    fn enter(&self, slot: UserSlot<Self::WorkerResources>) -> impl Future<Output = Result<Self::User, String>>;

    /// One iteration. Requests are recorded in the log of the user's slot by the code that sends them.
    fn iterate(&self, user: &mut Self::User) -> impl Future<Output = IterationEnd>;

    /// Tears down what a user owns. The error's text is shown after the verdict.
    fn leave(&self, user: Self::User) -> impl Future<Output = Result<(), String>>;
}
