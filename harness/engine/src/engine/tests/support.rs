//! Runs a fake scenario on one thread in paused time.

use std::future::Future;
use std::pin::Pin;
pub(super) use std::sync::Arc;
pub(super) use std::sync::atomic::Ordering;
pub(super) use std::time::Duration;

pub(super) use super::fake::{Fake, Step};
use super::listed::Listed;
use crate::clock::Clock;
use crate::engine::conclude::conclude_parts;
use crate::engine::control::Control;
use crate::engine::drive::drive;
use crate::engine::part_figures::figures_of;
use crate::engine::scenario::Scenario;
use crate::engine::share::{WorkerGroup, WorkerShare};
use crate::engine::timer::Timer;
use crate::engine::worker::WorkerResult;
use crate::load_control::LoadControl;
pub(super) use crate::measure::{Ended, Live, Measured};
pub(super) use crate::stop::Stop;
use crate::workload::{Connections, HttpOptions, Mix};
pub(super) use crate::workload::{LoadModel, RunLength, Users, Warmup, Workload};

pub(super) const MS: fn(u64) -> Duration = Duration::from_millis;
pub(super) const S: fn(u64) -> Duration = Duration::from_secs;

/// Something that happens while a load runs.
pub(super) type Beside = Pin<Box<dyn Future<Output = ()>>>;

/// A closed workload without a warm-up.
pub(super) fn workload(users: usize, length: RunLength) -> Workload {
    Workload {
        model: LoadModel::Closed(Users::at_once(users)),
        warmup: Warmup::Requests(0),
        length,
        timeout: S(10),
        seed: 7,
        connections: Connections::PerUser,
        http: HttpOptions::default(),
        mix: Mix::default(),
    }
}

/// The figures of a run that this process alone has offered.
pub(super) fn conclude(control: Control<'_>, results: Vec<WorkerResult>) -> Measured {
    let (workload, live) = (control.workload, Arc::clone(&control.live));
    conclude_parts(workload, &live, vec![figures_of(control, results)])
}

/// Runs all users of any scenario on this one thread.
pub(super) async fn measure<T: Scenario>(scenario: &T, workload: &Workload, stop: &Stop) -> Measured {
    let listed = Arc::<Listed>::default();
    let measured = measure_into(scenario, workload, stop, &listed).await;
    listed.check(&measured);
    measured
}

/// The same, and keeps each request.
pub(super) async fn measure_into<T: Scenario>(
    scenario: &T,
    workload: &Workload,
    stop: &Stop,
    listed: &Arc<Listed>,
) -> Measured {
    let control = Control::new(workload, WorkerGroup::whole(1), stop, Arc::new(listed.live()), Clock::start());
    let result = drive(scenario, &control, WorkerShare::ALL, Timer::of_tokio()).await;
    conclude(control, vec![result])
}

/// Runs all users of any scenario on so many workers of this one thread.
pub(super) async fn measure_on<T: Scenario>(workers: usize, scenario: &T, workload: &Workload) -> Measured {
    let (stop, listed) = (Stop::default(), Arc::<Listed>::default());
    let control = Control::new(workload, WorkerGroup::whole(workers), &stop, Arc::new(listed.live()), Clock::start());
    let driving = control.workers.shares().map(|share| drive(scenario, &control, share, Timer::of_tokio()));
    let results = futures_util::future::join_all(driving).await;
    let measured = conclude(control, results);
    listed.check(&measured);
    measured
}

/// Runs all users of a fake scenario on this one thread, and `beside` at the same time.
pub(super) async fn run_beside(fake: &Fake, workload: &Workload, stop: &Stop, beside: Beside) -> Measured {
    let measured = tokio::join!(measure(fake, workload, stop), beside).0;
    assert!(measured.total.requests.is_conserved(), "{:?}", measured.total.requests);
    let (entered, left) = (fake.entered.load(Ordering::Relaxed), fake.left.load(Ordering::Relaxed));
    assert_eq!(entered, left, "every user that entered has left");
    measured
}

/// Runs all users of a fake scenario on this one thread.
pub(super) async fn run(fake: &Fake, workload: &Workload) -> Measured {
    run_beside(fake, workload, &Stop::default(), Box::pin(async {})).await
}

/// Stops the run after `time`, for this reason.
pub(super) fn stop_after(time: Duration, reason: &'static str, stop: &Stop) -> Beside {
    let stop = stop.clone();
    Box::pin(async move {
        tokio::time::sleep(time).await;
        stop.pull(reason);
    })
}

/// Runs a load that `control` drives on `workers` workers of this one thread, while `person` does something.
pub(super) async fn drive_beside<T: Scenario>(
    scenario: &T,
    workload: &Workload,
    (control, workers): (&LoadControl, usize),
    person: impl Future<Output = ()>,
) -> Measured {
    let (stop, listed) = (Stop::default(), Arc::<Listed>::default());
    let live = Arc::new(listed.live().driven_by(control.clone()));
    let run = Control::new(workload, WorkerGroup::whole(workers), &stop, Arc::clone(&live), Clock::start());
    let driving = run.workers.shares().map(|share| drive(scenario, &run, share, Timer::of_tokio()));
    let results = tokio::join!(futures_util::future::join_all(driving), person).0;
    let measured = conclude(run, results);
    assert!(measured.total.requests.is_conserved(), "{:?}", measured.total.requests);
    listed.check(&measured);
    assert_eq!(live.users.load(Ordering::Relaxed), 0, "each user that was counted has left");
    measured
}
