//! Settings that are right one by one and wrong together.

use thiserror::Error;

use super::shape::LevelUnit;
use super::{Connections, Rate, RunLength, SettingKey, Settings};
use crate::kind::Kind;

/// Settings that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WorkloadError {
    /// `kind = "benchmark", users = 10`
    #[error("a benchmark runs one user alone, so `users = {0}` contradicts it: drop `users`, or use `kind = \"load\"`")]
    BenchmarkUsers(u64),
    /// `kind = "benchmark", ramp_up = 5s`
    #[error("a benchmark runs one user alone, so there is nothing to ramp up: drop `ramp_up`")]
    BenchmarkRampUp,
    /// `kind = "benchmark", rate = 5/s`
    #[error(
        "a benchmark runs one user alone, one iteration after the other, so `{0}` contradicts it: drop `{0}`, or use `kind = \"load\"`"
    )]
    BenchmarkWith(SettingKey),
    /// `users = 100, requests = 10`
    #[error("`requests = {requests}` is fewer than `users = {users}`: some users would never send one")]
    FewerRequestsThanUsers {
        /// As written.
        requests: u64,
        /// As written, or the most of a sweep.
        users: u64,
    },
    /// `requests = 10, duration = 5s` in one layer.
    #[error("`requests` and `duration` both say when the test ends: keep one of them")]
    TwoLengths,
    /// `users = 10, rate = 5/s`
    #[error("`{0}` and `{1}` both say how much load there is: keep one of them")]
    TwoShapes(SettingKey, SettingKey),
    /// `ramp_up = 5s, spawn_rate = 5/s`
    #[error("`ramp_up` and `spawn_rate` both say how fast users start: keep one of them")]
    TwoStarts,
    /// `stages(…), duration = 5s`
    #[error("`{shape}` lasts as long as its parts, so `{setting}` contradicts it: drop `{setting}`")]
    LengthOfStages {
        /// `stages` or `spike`.
        shape: SettingKey,
        /// `requests` or `duration`.
        setting: SettingKey,
    },
    /// `stages(…), ramp_up = 5s`
    #[error("`{shape}` says how the load begins, so `{setting}` contradicts it: drop `{setting}`")]
    StartOfStages {
        /// `stages` or `spike`.
        shape: SettingKey,
        /// `ramp_up` or `spawn_rate`.
        setting: SettingKey,
    },
    /// `rate = 5/s, pace = 2s`
    #[error("`{setting}` is about users, and `{open}` starts iterations by a plan, whoever is free: drop one of them")]
    NoUsers {
        /// `ramp_up`, `spawn_rate` or `pace`.
        setting: SettingKey,
        /// Where the arrivals come from.
        open: SettingKey,
    },
    /// `max_in_flight = 5` beside users.
    #[error("`{0}` is about arrivals, and without a rate there are none: add `rate = …`, or drop `{0}`")]
    NoArrivals(SettingKey),
    /// `kind = "spike"` without a surge.
    #[error(
        "a spike test needs its surge: add `spike(base = 20/s, peak = 300/s, at = 5s, lasting = 5s)`, or `stages(…)` of your own"
    )]
    NoSurge,
    /// `kind = "capacity", users = 5`
    #[error("a capacity test searches its own rate, a probe at a time, so `{0}` contradicts it: drop `{0}`")]
    CapacityWith(SettingKey),
    /// `kind = "load", capacity(…)`
    #[error(
        "`capacity(…)` says how to search, and nothing is searched here: use `kind = \"capacity\"` or `rate = … of capacity`"
    )]
    NoSearch,
    /// `connections = shared(8), cookies = true`
    #[error(
        "`{0}` needs a transport on which each user has connections of its own, so `connections = shared(…)` contradicts it: drop one of them"
    )]
    SharedWith(SettingKey),
    /// `ca = "ca.pem", verify_tls = false`
    #[error("`verify_tls = false` trusts every certificate, so `ca` says nothing: drop one of them")]
    TrustsEveryone,
    /// `repeat = 3, sweep(…)`
    #[error("`repeat` and `{0}` are both a series of runs, or judged as one: keep one of them")]
    RepeatWith(SettingKey),
}

impl WorkloadError {
    /// The settings that take part; empty if it is about the kind and what is missing.
    pub fn parts(&self) -> Vec<SettingKey> {
        use WorkloadError as E;
        match *self {
            E::BenchmarkUsers(_) => vec![SettingKey::Users],
            E::BenchmarkRampUp => vec![SettingKey::RampUp],
            E::FewerRequestsThanUsers { .. } => vec![SettingKey::Users, SettingKey::Sweep, SettingKey::Requests],
            E::TwoLengths => vec![SettingKey::Requests, SettingKey::Duration],
            E::TwoShapes(one, other) => vec![one, other],
            E::TwoStarts => vec![SettingKey::RampUp, SettingKey::SpawnRate],
            E::LengthOfStages { shape, setting } | E::StartOfStages { shape, setting } => vec![setting, shape],
            E::NoUsers { setting, open } => vec![setting, open],
            E::BenchmarkWith(key) | E::NoArrivals(key) | E::CapacityWith(key) => vec![key],
            E::NoSurge => Vec::new(),
            E::SharedWith(key) => vec![key, SettingKey::Connections],
            E::TrustsEveryone => vec![SettingKey::VerifyTls, SettingKey::Ca],
            E::NoSearch => vec![SettingKey::Capacity],
            E::RepeatWith(key) => vec![SettingKey::Repeat, key],
        }
    }
}

/// The first contradiction in `settings` for a test of `kind`.
pub(super) fn check(settings: &Settings, kind: Kind) -> Result<(), WorkloadError> {
    match kind {
        Kind::Benchmark => check_benchmark(settings)?,
        Kind::Capacity => check_capacity(settings)?,
        _ => {}
    }
    check_shape(settings)?;
    check_open_or_closed(settings, kind)?;
    check_series(settings, kind)?;
    check_http(settings)?;
    check_requests(settings)?;
    if kind == Kind::Spike && settings.spike.is_none() && settings.stages.is_none() {
        return Err(WorkloadError::NoSurge);
    }
    Ok(())
}

fn check_benchmark(settings: &Settings) -> Result<(), WorkloadError> {
    if let Some(users) = settings.users.filter(|users| *users != 1) {
        return Err(WorkloadError::BenchmarkUsers(users));
    }
    if settings.ramp_up.is_some_and(|ramp_up| !ramp_up.is_zero()) {
        return Err(WorkloadError::BenchmarkRampUp);
    }
    use SettingKey::{Arrivals, Capacity, MaxInFlight, Overflow, Pace, Rate, Repeat, SpawnRate, Spike, Stages, Sweep};
    refuse(
        settings,
        &[Rate, MaxInFlight, Overflow, Arrivals, Pace, Repeat, SpawnRate, Stages, Spike, Sweep, Capacity],
        WorkloadError::BenchmarkWith,
    )
}

fn check_capacity(settings: &Settings) -> Result<(), WorkloadError> {
    use SettingKey::{Duration, Pace, RampUp, Rate, Repeat, Requests, SpawnRate, Spike, Stages, Sweep, Users, Warmup};
    refuse(
        settings,
        &[Users, Rate, Stages, Spike, Sweep, Requests, Duration, Warmup, RampUp, SpawnRate, Pace, Repeat],
        WorkloadError::CapacityWith,
    )
}

fn refuse(
    settings: &Settings,
    keys: &[SettingKey],
    because: impl Fn(SettingKey) -> WorkloadError,
) -> Result<(), WorkloadError> {
    match keys.iter().find(|key| settings.has(**key)) {
        Some(key) => Err(because(*key)),
        None => Ok(()),
    }
}

/// One source of load, which begins and ends in one way.
fn check_shape(settings: &Settings) -> Result<(), WorkloadError> {
    let mut shapes = SettingKey::SHAPES.into_iter().filter(|key| settings.has(*key));
    if let (Some(one), Some(other)) = (shapes.next(), shapes.next()) {
        return Err(WorkloadError::TwoShapes(one, other));
    }
    if settings.has(SettingKey::RampUp) && settings.has(SettingKey::SpawnRate) {
        return Err(WorkloadError::TwoStarts);
    }
    for shape in [SettingKey::Stages, SettingKey::Spike].into_iter().filter(|shape| settings.has(*shape)) {
        let length = |setting| WorkloadError::LengthOfStages { shape, setting };
        refuse(settings, &[SettingKey::Requests, SettingKey::Duration], length)?;
        let start = |setting| WorkloadError::StartOfStages { shape, setting };
        refuse(settings, &[SettingKey::RampUp, SettingKey::SpawnRate], start)?;
    }
    Ok(())
}

fn check_open_or_closed(settings: &Settings, kind: Kind) -> Result<(), WorkloadError> {
    match settings.arrivals_come_from() {
        Some(open) => {
            let no_users = |setting| WorkloadError::NoUsers { setting, open };
            refuse(settings, &[SettingKey::RampUp, SettingKey::SpawnRate, SettingKey::Pace], no_users)
        }
        None if kind == Kind::Capacity => Ok(()),
        None => refuse(
            settings,
            &[SettingKey::MaxInFlight, SettingKey::Overflow, SettingKey::Arrivals],
            WorkloadError::NoArrivals,
        ),
    }
}

fn check_series(settings: &Settings, kind: Kind) -> Result<(), WorkloadError> {
    if settings.repeat.is_some() {
        refuse(settings, &[SettingKey::Sweep, SettingKey::Spike], WorkloadError::RepeatWith)?;
    }
    let searches = kind == Kind::Capacity || matches!(settings.rate, Some(Rate::OfCapacity(_)));
    if settings.capacity.is_some() && !searches {
        return Err(WorkloadError::NoSearch);
    }
    Ok(())
}

fn check_http(settings: &Settings) -> Result<(), WorkloadError> {
    let http = settings.http();
    if let (Some(Connections::Shared(_)), Some(key)) = (settings.connections, http.beyond_plain()) {
        return Err(WorkloadError::SharedWith(key));
    }
    match http.trusts_everyone && http.ca.is_some() {
        true => Err(WorkloadError::TrustsEveryone),
        false => Ok(()),
    }
}

fn check_requests(settings: &Settings) -> Result<(), WorkloadError> {
    let of_sweep = settings.sweep.as_ref().filter(|sweep| sweep.unit == LevelUnit::Users);
    let users = settings.users.or(of_sweep.map(|sweep| sweep.peak() as u64));
    match (users, settings.length) {
        (Some(users), Some(RunLength::Requests(requests))) if requests < users => {
            Err(WorkloadError::FewerRequestsThanUsers { requests, users })
        }
        _ => Ok(()),
    }
}
