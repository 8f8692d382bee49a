//! What the engine drives.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use super::pacer::Pacer;
use super::share::WorkerShare;
use super::user_life::{UserLife, live};
use super::user_steps::{UserFuture, UserSteps};
use crate::clock::WaitUntil;
use crate::measure::IterationEnd;
use crate::user::UserSlot;

/// A scenario as the engine sees it, without its types: the engine is compiled once, in this library.
pub trait AnyScenario: Sync {
    /// Makes what the users of one worker thread share. Called on that thread, before its first user enters.
    fn on_worker(&self, share: WorkerShare) -> Box<dyn WorkerScenario + '_>;
}

/// A scenario on one worker thread, with what its users share there: connections and deadlines, for instance.
pub trait WorkerScenario {
    /// Background work, such as timeouts; polled while the worker has users. Must never end.
    fn run<'s>(&'s self, pacer: &'s Pacer) -> Pin<Box<dyn Future<Output = ()> + 's>>;

    /// A turn of the worker began at `now`: the reactor has just been asked what has happened, and users are polled next.
    fn turn_begins(&self, now: Duration) {
        let _usually_of_no_interest = now;
    }

    /// The transports that requests went over, as reports name them.
    fn transports(&self) -> Vec<String>;

    /// The future of one user, which takes the steps that are due.
    fn user<'s>(&'s self, slot: UserSlot<()>, steps: &'s UserSteps) -> UserFuture<'s>;
}

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
    fn run_worker_resources(
        &self,
        resources: &Self::WorkerResources,
        timer: &impl WaitUntil,
    ) -> impl Future<Output = ()> {
        let _nothing_to_do = (resources, timer);
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

impl<S: Scenario> AnyScenario for S {
    fn on_worker(&self, share: WorkerShare) -> Box<dyn WorkerScenario + '_> {
        Box::new(OnWorker { life: ScenarioLife(self), resources: Rc::new(self.worker_resources(share)) })
    }
}

struct OnWorker<'a, S: Scenario> {
    life: ScenarioLife<'a, S>,
    resources: Rc<S::WorkerResources>,
}

impl<S: Scenario> WorkerScenario for OnWorker<'_, S> {
    fn run<'s>(&'s self, pacer: &'s Pacer) -> Pin<Box<dyn Future<Output = ()> + 's>> {
        Box::pin(self.life.0.run_worker_resources(&self.resources, pacer))
    }

    fn transports(&self) -> Vec<String> {
        self.life.0.transports(&self.resources)
    }

    fn user<'s>(&'s self, slot: UserSlot<()>, steps: &'s UserSteps) -> UserFuture<'s> {
        Box::pin(live(&self.life, slot.with_resources(&self.resources), steps))
    }
}

/// What the users of a scenario do.
struct ScenarioLife<'a, S>(&'a S);

impl<S: Scenario> UserLife for ScenarioLife<'_, S> {
    type Slot = UserSlot<S::WorkerResources>;
    type User = S::User;

    fn enter(&self, slot: Self::Slot) -> impl Future<Output = Result<S::User, String>> {
        self.0.enter(slot)
    }

    fn iterate(&self, user: &mut S::User) -> impl Future<Output = IterationEnd> {
        self.0.iterate(user)
    }

    fn leave(&self, user: S::User) -> impl Future<Output = Result<(), String>> {
        self.0.leave(user)
    }
}
