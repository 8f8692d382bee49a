//! Offers load through the engine with real users, as a declared test does.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use proofload::__internals::clock::WaitUntil;
use proofload::__internals::engine::{Scenario, WorkerShare, offer};
use proofload::__internals::http::{ConnectionPolicy, HttpResources, TransportOptions};
use proofload::__internals::measure::{IterationEnd, Measured};
use proofload::__internals::metric::Percentile;
use proofload::__internals::outcome::{Judgement, judge};
use proofload::__internals::stop::Stop;
use proofload::__internals::user::{Response, User, UserSlot};
use proofload::__internals::workload::{Connections, HttpOptions, LoadModel, Mix, RunLength, Users, Warmup, Workload};

pub(crate) const MS: fn(u64) -> Duration = Duration::from_millis;

/// A test's function as a scenario.
struct Test<F>(F);

impl<F: AsyncFn(&mut User) -> proofload::Result + Sync> Scenario for Test<F> {
    type User = User;
    type WorkerResources = HttpResources;

    fn worker_resources(&self, _share: WorkerShare) -> HttpResources {
        HttpResources::new(MS(10_000), ConnectionPolicy::PerUser, TransportOptions::default())
    }

    async fn run_worker_resources(&self, resources: &HttpResources, timer: &impl WaitUntil) {
        resources.run(timer).await;
    }

    async fn enter(&self, slot: UserSlot) -> Result<User, String> {
        Ok(User::new(slot))
    }

    async fn iterate(&self, user: &mut User) -> IterationEnd {
        // A request that has failed keeps its own cause, so this does not count twice.
        match (self.0)(user).await {
            Ok(()) => IterationEnd::Completed,
            Err(error) => IterationEnd::FailedItself(error.to_string()),
        }
    }

    async fn leave(&self, _user: User) -> Result<(), String> {
        Ok(())
    }
}

pub(crate) fn workload(users: usize, length: RunLength) -> Workload {
    Workload {
        model: LoadModel::Closed(Users::at_once(users)),
        warmup: Warmup::Requests(0),
        length,
        timeout: MS(10_000),
        seed: 7,
        connections: Connections::PerUser,
        http: HttpOptions::default(),
        mix: Mix::default(),
    }
}

/// Runs `test`; whatever it does, every request is in exactly one place, in the total and in the endpoints' sum.
pub(crate) fn run(workload: &Workload, test: impl AsyncFn(&mut User) -> proofload::Result + Sync) -> Measured {
    let measured = offer(&Test(test), workload, &Stop::default(), &Arc::default());
    let total = measured.total.requests;
    assert!(total.is_conserved() && measured.outside.is_conserved(), "{total:?}");
    let of_endpoints: u64 = measured.endpoints.iter().map(|endpoint| endpoint.requests.intended).sum();
    assert_eq!(of_endpoints + total.never_sent, total.intended);
    let timeline: u64 = measured.timeline.iter().map(|second| second.sent).sum();
    assert_eq!(timeline + total.never_sent, total.intended);
    measured
}

pub(crate) fn judged(measured: &Measured, thresholds: &[&str]) -> Judgement {
    let thresholds: Vec<_> = thresholds.iter().map(|text| text.parse().expect("a threshold")).collect();
    judge(measured, &thresholds, proofload::__internals::kind::Kind::Load)
}

/// The exact times of answers, kept beside the harness's own figures.
#[derive(Default)]
pub(crate) struct Stopwatch(Mutex<Vec<Duration>>);

impl Stopwatch {
    pub(crate) fn note(&self, response: &Response) {
        self.add(response.response_time());
    }

    pub(crate) fn add(&self, time: Duration) {
        self.0.lock().expect("no panic while it is locked").push(time);
    }

    pub(crate) fn mean_s(&self) -> f64 {
        let times_s = self.sorted_s();
        times_s.iter().sum::<f64>() / times_s.len() as f64
    }

    pub(crate) fn sorted_s(&self) -> Vec<f64> {
        let mut times = self.0.lock().expect("no panic while it is locked").clone();
        times.sort();
        // As the harness rounds: above a second, `as_secs_f64` may be the next number below or above.
        times.iter().map(|time| time.as_nanos() as f64 / 1e9).collect()
    }
}

/// Percentiles by rank over the sorted times: at or above the exact one, by at most the buckets' thousandth.
pub(crate) fn agrees(times: &proofload::__internals::measure::TimeSummary, sorted_s: &[f64]) {
    let count = sorted_s.len();
    assert_eq!(times.samples, count as u64);
    let mean_s = sorted_s.iter().sum::<f64>() / count as f64;
    assert!((times.mean_s.expect("samples") - mean_s).abs() < 1e-9);
    assert_eq!((times.min_s, times.max_s), (sorted_s.first().copied(), sorted_s.last().copied()));
    for percent in [1.0, 50.0, 90.0, 95.0, 99.0, 99.9] {
        let exact_s = sorted_s[((percent * count as f64 / 100.0 - 1e-9).ceil() as usize).max(1) - 1];
        let reported_s = times.percentile_s(Percentile::new(percent).expect("a percentile")).expect("samples");
        assert!(
            reported_s >= exact_s - 1e-12 && reported_s <= exact_s * 1.001 + 1e-9,
            "p{percent}: {reported_s} for {exact_s}"
        );
    }
}
