//! How often the 95 % intervals of a verdict hold the truth, on noise like that of a shared machine. Prints; asserts
//! nothing: `outcome/confidence/coverage.rs` asserts it, for this noise and for others.
//!
//! `cargo bench --bench intervals`

mod noise;

use std::sync::Arc;
use std::time::Duration;

use noise::Noise;
use proofload::__internals::engine::{Scenario, WorkerShare, offer};
use proofload::__internals::kind::Kind;
use proofload::__internals::measure::{Fate, IterationEnd, KnownLimits, Live, Phases, Sample};
use proofload::__internals::outcome::{judge, time_limits};
use proofload::__internals::stop::Stop;
use proofload::__internals::threshold::Threshold;
use proofload::__internals::user::UserSlot;
use proofload::__internals::workload::{Connections, HttpOptions, LoadModel, Mix, RunLength, Users, Warmup, Workload};

const RUNS: u64 = 500;
const RATE_PER_S: u32 = 100;

/// `p95`, what it is of some times, and its interval if the times were independent.
type Figure = (&'static str, fn(&mut [f64]) -> f64, fn(&mut [f64]) -> (f64, f64));

const FIGURES: [Figure; 3] = [
    ("mean", noise::mean, noise::naive_mean),
    ("median", |times| noise::quantile(times, 0.5), |times| noise::naive_quantile(times, 0.5)),
    ("p95", |times| noise::quantile(times, 0.95), |times| noise::naive_quantile(times, 0.95)),
];

fn main() {
    println!(
        "95 % intervals of {RUNS} runs at {RATE_PER_S}/s, with a limit 5 % above the truth: how many runs print one, how many"
    );
    println!(
        "of these hold the truth, and how many runs print one that does not; and how many would hold it if the samples"
    );
    println!("were independent, printed in every run");
    println!("  figure  length  printed  hold it  mislead  independent samples");
    for (name, figure, naive) in FIGURES {
        let truth = noise::truth(figure);
        for seconds in [10, 30, 60, 120] {
            let length = Duration::from_secs(seconds);
            let (mut printed, mut held, mut naively) = (0, 0, 0);
            for seed in 0..RUNS {
                let requests = Noise::seeded(seed + 1_000).requests(RATE_PER_S, length);
                let mut times: Vec<f64> = requests.iter().map(|(_, time_s)| *time_s).collect();
                let interval = interval(requests, name, truth * 1.05);
                printed += u64::from(interval.is_some());
                held += u64::from(interval.is_some_and(|interval| holds(interval, truth)));
                naively += u64::from(holds(naive(&mut times), truth));
            }
            let percent = |count: u64, of: u64| count as f64 / of.max(1) as f64 * 100.0;
            let (all, hold) = (percent(printed, RUNS), percent(held, printed));
            let (mislead, naively) = (percent(printed - held, RUNS), percent(naively, RUNS));
            println!("  {name:6}  {seconds:>4} s  {all:>5.1} %  {hold:>5.1} %  {mislead:>5.1} %  {naively:>5.1} %");
        }
    }
}

fn holds((low, high): (f64, f64), truth: f64) -> bool {
    low <= truth && truth <= high
}

/// The interval that a verdict would show for these requests, computed as for every measurement.
fn interval(requests: Vec<(Duration, f64)>, metric: &str, limit_s: f64) -> Option<(f64, f64)> {
    let threshold: Threshold = format!("{metric} < {:.0}us", limit_s * 1e6).parse().expect("a time is a bound");
    let limits = time_limits(std::slice::from_ref(&threshold), Kind::Load);
    let workload = Workload {
        model: LoadModel::Closed(Users::at_once(1)),
        warmup: Warmup::Requests(0),
        length: RunLength::Requests(requests.len() as u64),
        timeout: Duration::from_secs(10),
        seed: 0,
        connections: Connections::PerUser,
        http: HttpOptions::default(),
        mix: Mix::default(),
    };
    let live = Arc::new(Live::limited(KnownLimits { times: limits, ..KnownLimits::default() }));
    let measured = offer(&Replayed(requests), &workload, &Stop::default(), &live);
    judge(&measured, &[threshold], Kind::Load).thresholds[0].interval
}

/// Requests that were made up, recorded as if they had just happened.
struct Replayed(Vec<(Duration, f64)>);

impl Scenario for Replayed {
    type User = UserSlot<()>;
    type WorkerResources = ();

    fn worker_resources(&self, _share: WorkerShare) {}

    async fn enter(&self, slot: UserSlot<()>) -> Result<UserSlot<()>, String> {
        Ok(slot)
    }

    async fn iterate(&self, slot: &mut UserSlot<()>) -> IterationEnd {
        for (intended, time_s) in &self.0 {
            let (intended, done) = (*intended, *intended + Duration::from_secs_f64(*time_s));
            let endpoint = "GET /".into();
            let sample = Sample {
                endpoint,
                intended,
                sent: intended,
                done,
                fate: Fate::Ok,
                bytes_sent: 0,
                bytes_received: 0,
                phases: Phases::default(),
            };
            let phase = slot.log.open();
            slot.log.close(phase, sample);
        }
        IterationEnd::Completed
    }

    async fn leave(&self, _slot: UserSlot<()>) -> Result<(), String> {
        Ok(())
    }
}
