//! One run of several that answer one question together: a level of a sweep, or a probe of a search for capacity.

use serde::de::IntoDeserializer;
use serde::de::value::StringDeserializer;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::figure;
use super::judge::Judgement;
use super::knee::{self, LevelThroughput};
use super::search::Purpose;
use super::test_outcome::Outcome;
use crate::measure::{Measured, json};

/// How much was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(try_from = "LevelForm", into = "LevelForm")]
pub enum LoadLevel {
    /// Virtual users.
    Users(u64),
    /// Arrivals each second.
    PerSecond(f64),
}

/// A level as a run record holds it: one of the fields has a value.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LevelForm {
    /// Users, if they were the level.
    users: Option<u64>,
    /// Arrivals each second, if they were the level.
    #[serde(serialize_with = "json::figure")]
    rate_per_s: Option<f64>,
}

impl From<LoadLevel> for LevelForm {
    fn from(level: LoadLevel) -> LevelForm {
        match level {
            LoadLevel::Users(users) => LevelForm { users: Some(users), rate_per_s: None },
            LoadLevel::PerSecond(rate) => LevelForm { users: None, rate_per_s: Some(rate) },
        }
    }
}

impl TryFrom<LevelForm> for LoadLevel {
    type Error = &'static str;

    fn try_from(form: LevelForm) -> Result<LoadLevel, &'static str> {
        let users = form.users.map(LoadLevel::Users);
        users.or(form.rate_per_s.map(LoadLevel::PerSecond)).ok_or("a probe has neither `users` nor `rate_per_s`")
    }
}

/// The purpose of the runs of a sweep, which no search asked for.
const LEVEL: &str = "level";

fn write_purpose<S: Serializer>(purpose: &Option<Purpose>, serializer: S) -> Result<S::Ok, S::Error> {
    match purpose {
        Some(purpose) => purpose.serialize(serializer),
        None => LEVEL.serialize(serializer),
    }
}

fn read_purpose<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Purpose>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text == LEVEL {
        return Ok(None);
    }
    let text: StringDeserializer<D::Error> = text.into_deserializer();
    Purpose::deserialize(text).map(Some)
}

/// One level of a sweep, or one probe of a search for capacity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ProbeRow {
    /// How much was asked for.
    #[serde(flatten)]
    pub load: LoadLevel,
    /// What a search wanted to know; `None` for a level of a sweep.
    #[serde(serialize_with = "write_purpose", deserialize_with = "read_purpose")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub purpose: Option<Purpose>,
    /// How it ended; of a search passed if the rate held, failed if not, and invalid if the generator was disturbed.
    pub outcome: Outcome,
    /// Why, or what is doubtful about limits that held.
    pub reason: Option<String>,
    /// A limit lay inside the interval of its figure.
    pub borderline: bool,
    /// The figures and the thresholds of the test are those of this run.
    #[serde(default)]
    pub judged: bool,
    /// Of several runs at one level, this is the median.
    #[serde(default)]
    pub median: bool,
    /// Requests that were intended.
    pub requests: u64,
    /// Sent ÷ planned, for arrivals.
    #[serde(serialize_with = "json::figure")]
    pub sent_share: Option<f64>,
    /// `ok ÷ intended`.
    #[serde(serialize_with = "json::figure")]
    pub success_rate: Option<f64>,
    /// Successful requests each second.
    #[serde(serialize_with = "json::figure")]
    pub throughput_per_s: Option<f64>,
    /// Mean response time.
    #[serde(serialize_with = "json::figure")]
    pub mean_s: Option<f64>,
    /// Its 95th percentile; `None` with too few samples.
    #[serde(serialize_with = "json::figure")]
    pub p95_s: Option<f64>,
    /// Its 99th percentile; `None` with too few samples.
    #[serde(serialize_with = "json::figure")]
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
            judged: false,
            median: false,
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

/// The index of the knee among the levels of a sweep, sorted by load; `None` without a knee. A level that was measured several
/// times is its median.
pub fn knee_of(rows: &[ProbeRow]) -> Option<usize> {
    let has_medians = rows.iter().any(|row| row.median);
    let of_levels: Vec<(usize, LevelThroughput)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.median || !has_medians)
        .map(|(at, row)| (at, LevelThroughput { load: row.load.value(), throughput_per_s: row.throughput_per_s }))
        .collect();
    let levels: Vec<LevelThroughput> = of_levels.iter().map(|(_, level)| *level).collect();
    knee::of(&levels).map(|index| of_levels[index].0)
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
