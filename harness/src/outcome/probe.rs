//! One run of several that answer one question together: a level of a sweep, or a probe of a search for capacity.

use super::figure;
use super::judge::Judgement;
use super::knee::{self, Level};
use super::search::Purpose;
use super::test_outcome::Outcome;
use crate::measure::Measured;

/// How much was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LoadLevel {
    /// Virtual users.
    Users(u64),
    /// Arrivals each second.
    PerSecond(f64),
}

/// One level of a sweep, or one probe of a search for capacity.
#[derive(Debug, Clone, PartialEq)]
pub struct ProbeRow {
    /// How much was asked for.
    pub load: LoadLevel,
    /// What a search wanted to know; `None` for a level of a sweep.
    pub purpose: Option<Purpose>,
    /// How it ended; of a search passed if the rate held, failed if not, and invalid if the generator was disturbed.
    pub outcome: Outcome,
    /// Why, or what is doubtful about limits that held.
    pub reason: Option<String>,
    /// A limit lay inside the interval of its figure.
    pub borderline: bool,
    /// Requests that were intended.
    pub requests: u64,
    /// Sent ÷ planned, for arrivals.
    pub sent_share: Option<f64>,
    /// `ok ÷ intended`.
    pub success_rate: Option<f64>,
    /// Successful requests each second.
    pub throughput_per_s: Option<f64>,
    /// Mean response time.
    pub mean_s: Option<f64>,
    /// Its 95th percentile; `None` with too few samples.
    pub p95_s: Option<f64>,
    /// Its 99th percentile; `None` with too few samples.
    pub p99_s: Option<f64>,
}

impl ProbeRow {
    /// The row of a run that was judged.
    pub fn of(load: LoadLevel, purpose: Option<Purpose>, measured: &Measured, judgement: &Judgement) -> ProbeRow {
        let (total, health) = (&measured.total, &measured.generator);
        let percentile = |percent| figure::percentile_s(&total.response_time, percent);
        let plan = health.planned.zip(health.sent).filter(|(planned, _)| *planned > 0);
        ProbeRow {
            load,
            purpose,
            outcome: judgement.outcome,
            reason: judgement.reason.clone(),
            borderline: judgement.thresholds.iter().any(|verdict| verdict.borderline),
            requests: total.requests.intended,
            sent_share: plan.map(|(planned, sent)| sent as f64 / planned as f64),
            success_rate: total.requests.success_rate(),
            throughput_per_s: total.throughput_per_s,
            mean_s: total.response_time.mean_s,
            p95_s: percentile(95.0),
            p99_s: percentile(99.0),
        }
    }
}

/// The place of the knee among the levels of a sweep, sorted by load; `None` if there is none.
pub fn knee_of(rows: &[ProbeRow]) -> Option<usize> {
    let levels: Vec<Level> =
        rows.iter().map(|row| Level { load: row.load.value(), throughput_per_s: row.throughput_per_s }).collect();
    knee::of(&levels)
}

impl LoadLevel {
    /// Users, or arrivals each second.
    pub fn value(self) -> f64 {
        match self {
            LoadLevel::Users(users) => users as f64,
            LoadLevel::PerSecond(rate) => rate,
        }
    }
}
