//! A user as the engine starts it, with what is recorded of it.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::http::{ConnectionPolicy, HttpResources, TransportOptions};
use crate::load_part::PartShare;
use crate::measure::{Measured, Phase, WorkerLog};
use crate::stop::Stop;
use crate::user::{User, UserSlot};

pub(super) const MS: fn(u64) -> Duration = Duration::from_millis;

/// A user, and the log of its worker.
pub(super) struct TestUser {
    pub(super) worker: Rc<WorkerLog>,
    pub(super) slot: UserSlot,
    pub(super) user: User,
}

impl TestUser {
    pub(super) fn new() -> TestUser {
        TestUser::with_timeout(MS(5_000))
    }

    pub(super) fn with_timeout(timeout: Duration) -> TestUser {
        TestUser::with(timeout, ConnectionPolicy::default())
    }

    pub(super) fn with_connections(policy: ConnectionPolicy) -> TestUser {
        TestUser::with(MS(5_000), policy)
    }

    fn with(timeout: Duration, policy: ConnectionPolicy) -> TestUser {
        TestUser::with_options(timeout, policy, TransportOptions::default())
    }

    pub(super) fn with_options(timeout: Duration, policy: ConnectionPolicy, options: TransportOptions) -> TestUser {
        TestUser::with_resources(timeout, HttpResources::new(timeout, policy, options))
    }

    pub(super) fn with_resources(timeout: Duration, resources: HttpResources) -> TestUser {
        let worker = WorkerLog::new(timeout, &Arc::default());
        worker.measure_from(Duration::ZERO);
        let slot = UserSlot {
            number: 3,
            part: PartShare::WHOLE,
            seed: 42,
            log: worker.user(None),
            set_up_log: worker.user(Some(Phase::Outside)),
            clock: Clock::start(),
            stop: Stop::default(),
            resources: Rc::new(resources),
            timeout,
        };
        TestUser { user: User::new(slot.clone()), worker, slot }
    }

    /// One more user of the same worker.
    pub(super) fn another_user(&self) -> User {
        User::new(UserSlot { log: self.worker.user(None), ..self.slot.clone() })
    }

    /// Does `work` while requests can time out, as on a worker thread.
    pub(super) async fn watched<T>(slot: &UserSlot, work: impl Future<Output = T>) -> T {
        tokio::select! {
            () = slot.resources.run(&slot.clock) => unreachable!("it never ends"),
            output = work => output,
        }
    }

    /// Everything counted so far.
    pub(super) fn measured(&self) -> Measured {
        self.slot.log.settle();
        self.slot.set_up_log.settle();
        self.worker.take(self.slot.timeout).remove(0).finish()
    }

    /// The one failure that was counted.
    pub(super) fn failure(&self) -> String {
        let measured = self.measured();
        assert!(measured.total.requests.is_conserved());
        assert_eq!((measured.total.requests.intended, measured.total.requests.ok), (1, 0));
        let failures = measured.total.failures.into_iter().collect::<Vec<_>>();
        assert_eq!((failures.len(), failures[0].1), (1, 1), "{failures:?}");
        failures[0].0.clone()
    }
}

/// Lets time pass without waiting for it: connections are idle for so long.
pub(super) async fn pass_time(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}
