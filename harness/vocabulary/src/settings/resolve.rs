//! From settings to a plan: the workload of a run, and how many runs there are.

use std::time::Duration;

use super::check::{check, check_turns};
use super::contradiction::WorkloadError;
use super::shape::{LevelUnit, Stages};
use super::table::{SettingKey, Settings};
use crate::kind::Kind;
use crate::workload::{
    Arrivals, Calibration, CapacitySearch, Extension, HttpOptions, LoadModel, LoadPlan, Mix, Rate, RunLength, RunPlan,
    Stage, Users, Warmup, Workload,
};

const DEFAULT_DURATION: Duration = Duration::from_secs(10);
const DEFAULT_USERS: u64 = 10;
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// Each slot may hold a connection, and 1 024 open files are what most systems allow a process to begin with. With a
/// thousand waiting, a server that takes 1 000/s is a whole second behind: more slots would not make it faster.
const DEFAULT_MAX_IN_FLIGHT: u64 = 1_000;

impl Settings {
    /// The workload of a test of `kind` with these settings, over the built-in defaults.
    ///
    /// Built-in: 10 users for 10 s without warm-up, a timeout of 10 s, seed 0; with a rate, at most 1 000 in flight,
    /// queued beyond that, evenly spaced; a benchmark warms up until it is steady and measures until the mean is precise.
    ///
    /// # Errors
    /// The settings contradict each other or the kind.
    pub fn resolve(&self, kind: Kind) -> Result<Workload, WorkloadError> {
        self.plan(kind).map(|plan| plan.workload)
    }

    /// The workload of [`resolve`](Settings::resolve), the runs that the test takes, and the capacity to find first.
    ///
    /// # Errors
    /// The settings contradict each other or the kind.
    pub fn plan(&self, kind: Kind) -> Result<LoadPlan, WorkloadError> {
        self.plan_for(kind, 1)
    }

    /// The same for a test in which so many servers take turns under the load; fewer than two compare nothing.
    ///
    /// # Errors
    /// Also where servers cannot take turns, because it is not one steady load.
    pub fn plan_for(&self, kind: Kind, servers: usize) -> Result<LoadPlan, WorkloadError> {
        check(self, kind)?;
        if servers > 1 {
            check_turns(self, kind, servers)?;
        }
        let length = self.length_for(kind);
        let workload = Workload {
            model: self.model_for(kind, length, servers),
            warmup: self.warmup_for(kind),
            length,
            timeout: self.timeout.unwrap_or(DEFAULT_TIMEOUT),
            seed: self.seed.unwrap_or(0),
            connections: self.connections.unwrap_or_default(),
            http: self.http(),
            // What the users do is no setting: the attribute says it.
            mix: Mix::default(),
        };
        let most_users_from = self.most_users_come_from().map(SettingKey::name);
        Ok(LoadPlan {
            workload,
            runs: self.runs_for(kind),
            most_users_from,
            calibration: self.calibration(),
            order: self.order.unwrap_or_default(),
            requests_csv: self.requests_csv,
        })
    }

    fn http(&self) -> HttpOptions {
        HttpOptions {
            http2: self.http2.unwrap_or(false),
            redirects: self.redirects.unwrap_or(0),
            cookies: self.cookies.unwrap_or(false),
            decompresses: self.decompress.unwrap_or(false),
            proxy: self.proxy.clone(),
            ca: self.ca.clone(),
            trusts_any_certificate: self.verify_tls == Some(false),
        }
    }

    fn search(&self) -> CapacitySearch {
        self.capacity.clone().unwrap_or_default()
    }

    fn all_stages(&self) -> Option<Stages> {
        self.stages.clone().or_else(|| self.spike.as_ref().map(|surge| surge.stages()))
    }

    fn length_for(&self, kind: Kind) -> RunLength {
        match kind {
            Kind::Benchmark => self.length().unwrap_or(RunLength::UntilPrecise),
            Kind::Capacity => RunLength::Duration(self.search().probe),
            _ => match self.all_stages() {
                Some(stages) => RunLength::Duration(stages.length()),
                None => self.length().unwrap_or(RunLength::Duration(DEFAULT_DURATION)),
            },
        }
    }

    fn warmup_for(&self, kind: Kind) -> Warmup {
        match kind {
            Kind::Benchmark => self.warmup.unwrap_or(Warmup::UntilSteady),
            Kind::Capacity => Warmup::Duration(self.search().settle),
            _ => self.warmup.unwrap_or(Warmup::Requests(0)),
        }
    }

    fn model_for(&self, kind: Kind, length: RunLength, servers: usize) -> LoadModel {
        let steady_rate = match (kind, self.rate, &self.sweep) {
            (Kind::Capacity, ..) => Some(self.search().start_per_s),
            // A share of one arrival a second until the capacity is known.
            (_, Some(rate), _) => Some(rate.per_second(1.0)),
            (_, None, Some(sweep)) if sweep.unit == LevelUnit::PerSecond => sweep.levels.first().copied(),
            _ => None,
        };
        match (steady_rate, self.all_stages()) {
            (Some(rate), _) => self.arrivals_in(vec![Stage::steady(rate, length.time_at(rate))]),
            (None, Some(stages)) if stages.unit == LevelUnit::PerSecond => self.arrivals_in(stages.stages),
            (None, stages) => self.users_in(kind, stages, servers),
        }
    }

    fn arrivals_in(&self, stages: Vec<Stage>) -> LoadModel {
        LoadModel::Open(Arrivals {
            stages,
            max_in_flight: self.max_in_flight.unwrap_or(DEFAULT_MAX_IN_FLIGHT) as usize,
            overflow: self.overflow.unwrap_or_default(),
            spacing: self.arrivals.unwrap_or_default(),
        })
    }

    fn users_in(&self, kind: Kind, stages: Option<Stages>, servers: usize) -> LoadModel {
        let first_of_sweep = self.sweep.as_ref().and_then(|sweep| sweep.levels.first());
        let count = match (&stages, first_of_sweep) {
            (Some(stages), _) => stages.peak() as u64,
            (None, Some(level)) => *level as u64,
            (None, None) => self.users.unwrap_or(if kind == Kind::Benchmark { 1 } else { self.default_users(servers) }),
        };
        let ramp_up = match self.spawn_rate {
            Some(rate) => start_time(count as f64, rate),
            None => self.ramp_up.unwrap_or_default(),
        };
        let stages = stages.map(|stages| stages.stages).unwrap_or_default();
        let think = self.think.filter(|think| !think.is_none());
        LoadModel::Closed(Users { stages, every: self.pace, think, ..Users::over(count as usize, ramp_up) })
    }

    /// Never more users than requests of one server.
    fn default_users(&self, servers: usize) -> u64 {
        match self.length() {
            Some(RunLength::Requests(requests)) => (requests / servers.max(1) as u64).clamp(1, DEFAULT_USERS),
            _ => DEFAULT_USERS,
        }
    }

    fn runs_for(&self, kind: Kind) -> RunPlan {
        if kind == Kind::Capacity {
            return RunPlan::Capacity(self.search());
        }
        match (&self.spike, &self.sweep, self.repeat) {
            (Some(surge), ..) => RunPlan::Spike(surge.spike.clone()),
            (None, Some(sweep), Some(repeat)) if repeat > 1 => {
                RunPlan::RepeatedSweep { levels: sweep.levels.clone(), repeat: times(repeat) }
            }
            (None, Some(sweep), _) => RunPlan::Sweep(sweep.levels.clone()),
            (None, None, Some(repeat)) if repeat > 1 => RunPlan::Repeat(times(repeat)),
            _ => RunPlan::Once(self.extension()),
        }
    }

    fn extension(&self) -> Extension {
        match (self.extend, self.max_time) {
            (Some(false), _) => Extension::Never,
            (_, Some(max_time)) => Extension::Within(max_time),
            (_, None) => Extension::Unlimited,
        }
    }

    fn calibration(&self) -> Option<Calibration> {
        match self.rate {
            Some(Rate::OfCapacity(share)) => Some(Calibration { share, search: self.search() }),
            _ => None,
        }
    }
}

fn times(repeat: u64) -> u32 {
    u32::try_from(repeat).unwrap_or(u32::MAX)
}

/// How long it takes to start `users` at `rate` a second.
fn start_time(users: f64, rate_per_s: f64) -> Duration {
    Duration::try_from_secs_f64(users / rate_per_s).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests;
