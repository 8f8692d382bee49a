//! How late arrivals start, and what recording a sample costs. Prints; asserts nothing.
//!
//! `cargo bench --bench pacing`

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use proofload::__internals::engine::{Scenario, WorkerShare, offer};
use proofload::__internals::measure::{Fate, IterationEnd, Measured, Phases, Sample, TimeSummary};
use proofload::__internals::metric::Percentile;
use proofload::__internals::stop::Stop;
use proofload::__internals::user::UserSlot;
use proofload::__internals::workload::{
    Arrivals, Connections, HttpOptions, LoadModel, Mix, Overflow, RunLength, Spacing, Stage, Users, Warmup, Workload,
};

const RECORDED: u32 = 1_000_000;

fn main() {
    println!("lateness of arrivals, from their intended start to the start of their iteration");
    for rate_per_s in [1_000.0, 10_000.0] {
        let measured = offer(&Nothing, &arrivals(rate_per_s), &Stop::default(), &Arc::default());
        print_lateness(rate_per_s, &measured);
    }
    let started = Instant::now();
    let recording = Workload { length: RunLength::Requests(1), ..closed() };
    offer(&Recording, &recording, &Stop::default(), &Arc::default());
    println!(
        "recording {RECORDED} samples took {:.1} s in all, users and merging included",
        started.elapsed().as_secs_f64()
    );
}

/// The arrivals do nothing, so that nothing but the pacer is measured.
struct Nothing;

impl Scenario for Nothing {
    type User = UserSlot<()>;
    type WorkerResources = ();

    fn worker_resources(&self, _share: WorkerShare) {}

    async fn enter(&self, slot: UserSlot<()>) -> Result<UserSlot<()>, String> {
        Ok(slot)
    }

    async fn iterate(&self, _slot: &mut UserSlot<()>) -> IterationEnd {
        IterationEnd::Completed
    }

    async fn leave(&self, _slot: UserSlot<()>) -> Result<(), String> {
        Ok(())
    }
}

/// One iteration that records many samples as a request does.
struct Recording;

impl Scenario for Recording {
    type User = UserSlot<()>;
    type WorkerResources = ();

    fn worker_resources(&self, _share: WorkerShare) {}

    async fn enter(&self, slot: UserSlot<()>) -> Result<UserSlot<()>, String> {
        Ok(slot)
    }

    async fn iterate(&self, slot: &mut UserSlot<()>) -> IterationEnd {
        let (started, endpoint) = (Instant::now(), slot.log.endpoint("GET /health"));
        for number in 0..RECORDED {
            let phase = slot.log.open();
            let intended = Duration::from_micros(u64::from(number));
            let done = intended + Duration::from_nanos(50_000 + u64::from(number.wrapping_mul(2_654_435_761) >> 12));
            let endpoint = endpoint.clone();
            let sample = Sample {
                endpoint,
                intended,
                sent: intended,
                done,
                fate: Fate::Ok,
                bytes_sent: 0,
                bytes_received: 2,
                phases: Phases::default(),
            };
            slot.log.close(phase, black_box(sample));
        }
        let each_ns = started.elapsed().as_secs_f64() * 1e9 / f64::from(RECORDED);
        println!("recording a sample, from opening to its histograms: {each_ns:.0} ns");
        IterationEnd::Completed
    }

    async fn leave(&self, _slot: UserSlot<()>) -> Result<(), String> {
        Ok(())
    }
}

fn closed() -> Workload {
    Workload {
        model: LoadModel::Closed(Users::at_once(1)),
        warmup: Warmup::Requests(0),
        length: RunLength::Requests(1),
        timeout: Duration::from_secs(10),
        seed: 0,
        connections: Connections::PerUser,
        http: HttpOptions::default(),
        mix: Mix::default(),
    }
}

fn arrivals(rate_per_s: f64) -> Workload {
    let over = Duration::from_secs(5);
    let stages = vec![Stage { name: None, from: rate_per_s, to: rate_per_s, over }];
    let (overflow, spacing) = (Overflow::Queue, Spacing::Even);
    Workload {
        model: LoadModel::Open(Arrivals { stages, max_in_flight: 64, overflow, spacing }),
        warmup: Warmup::Duration(Duration::from_secs(1)),
        length: RunLength::Duration(over),
        ..closed()
    }
}

fn print_lateness(rate_per_s: f64, measured: &Measured) {
    let Some(lag) = &measured.generator.pacer_lag else { return println!("{rate_per_s:>7}/s: no arrival was planned") };
    let sent = measured.generator.sent.unwrap_or_default();
    let [p50, p99] = [50.0, 99.0].map(|percent| micros(percentile_s(lag, percent)));
    println!("{rate_per_s:>7}/s: p50 {p50} µs, p99 {p99} µs, max {} µs, {sent} sent", micros(lag.max_s));
}

fn percentile_s(times: &TimeSummary, percent: f64) -> Option<f64> {
    times.percentile_s(Percentile::new(percent)?)
}

fn micros(seconds: Option<f64>) -> String {
    seconds.map_or("-".to_owned(), |seconds| format!("{:.1}", seconds * 1e6))
}
