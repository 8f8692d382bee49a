//! Settings in layers: command line over environment over attribute over `proofload.toml` over built-in.

use std::time::Duration;

use thiserror::Error;

use super::{Length, Pace, SettingKey, SettingValue, Users, Warmup, Workload};
use crate::kind::Kind;

/// What one layer says about the load; `None` leaves it to the layer below.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Settings {
    /// Virtual users.
    pub users: Option<u64>,
    /// Requests or duration; a layer that gives one replaces either of the layer below.
    pub length: Option<Length>,
    /// Requests or duration before the measurement.
    pub warmup: Option<Warmup>,
    /// Time over which the users start.
    pub ramp_up: Option<Duration>,
    /// Longest time for a request.
    pub timeout: Option<Duration>,
    /// Where the random choices start.
    pub seed: Option<u64>,
}

/// Settings that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WorkloadError {
    /// `kind = "benchmark", users = 10`
    #[error("a benchmark runs one user alone, so `users = {0}` contradicts it: drop `users`, or use `kind = \"load\"`")]
    BenchmarkUsers(u64),
    /// `kind = "benchmark", ramp_up = 5s`
    #[error("a benchmark runs one user alone, so there is nothing to ramp up: drop `ramp_up`")]
    BenchmarkRampUp,
    /// `users = 100, requests = 10`
    #[error("`requests = {requests}` is fewer than `users = {users}`: some users would never send one")]
    FewerRequestsThanUsers {
        /// As written.
        requests: u64,
        /// As written.
        users: u64,
    },
    /// `requests = 10, duration = 5s` in one layer.
    #[error("`requests` and `duration` both say when the test ends: keep one of them")]
    TwoLengths,
}

/// The default length of a test that is no benchmark.
const DEFAULT_LENGTH: Length = Length::Duration(Duration::from_secs(10));
const DEFAULT_USERS: u64 = 10;
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

impl Settings {
    /// Takes one value into this layer.
    ///
    /// # Errors
    /// `requests` and `duration` in one layer contradict each other.
    pub fn set(&mut self, key: SettingKey, value: SettingValue) -> Result<(), WorkloadError> {
        use SettingValue::{Count, Duration};
        match (key, value) {
            (SettingKey::Users, Count(users)) => self.users = Some(users),
            (SettingKey::Requests, Count(requests)) => self.set_length(Length::Requests(requests))?,
            (SettingKey::Duration, Duration(duration)) => self.set_length(Length::Duration(duration))?,
            (SettingKey::Warmup, Count(requests)) => self.warmup = Some(Warmup::Requests(requests)),
            (SettingKey::Warmup, Duration(duration)) => self.warmup = Some(Warmup::Duration(duration)),
            (SettingKey::RampUp, Duration(duration)) => self.ramp_up = Some(duration),
            (SettingKey::Timeout, Duration(duration)) => self.timeout = Some(duration),
            (SettingKey::Seed, Count(seed)) => self.seed = Some(seed),
            // `parse_value` gives each key the variant matched above; other keys do not shape the load.
            _ => {}
        }
        Ok(())
    }

    fn set_length(&mut self, length: Length) -> Result<(), WorkloadError> {
        match (self.length, length) {
            (Some(Length::Requests(_)), Length::Duration(_)) | (Some(Length::Duration(_)), Length::Requests(_)) => {
                Err(WorkloadError::TwoLengths)
            }
            _ => {
                self.length = Some(length);
                Ok(())
            }
        }
    }

    /// This layer over `lower`: what this one leaves open, the lower one fills.
    #[must_use]
    pub fn over(self, lower: Settings) -> Settings {
        Settings {
            users: self.users.or(lower.users),
            length: self.length.or(lower.length),
            warmup: self.warmup.or(lower.warmup),
            ramp_up: self.ramp_up.or(lower.ramp_up),
            timeout: self.timeout.or(lower.timeout),
            seed: self.seed.or(lower.seed),
        }
    }

    /// The workload these settings come to for a test of `kind`, with the built-in defaults below them.
    ///
    /// Built-in: 10 users for 10 s without warm-up, a timeout of 10 s, seed 0; a benchmark warms up until it is steady
    /// and measures until the mean is precise.
    ///
    /// # Errors
    /// The settings contradict each other or the kind.
    pub fn resolve(&self, kind: Kind) -> Result<Workload, WorkloadError> {
        self.check(kind)?;
        let benchmark = kind == Kind::Benchmark;
        let users = self.users.unwrap_or(if benchmark { 1 } else { self.default_users() });
        Ok(Workload {
            pace: Pace::Users(Users::over(users as usize, self.ramp_up.unwrap_or_default())),
            warmup: self.warmup.unwrap_or(if benchmark { Warmup::UntilSteady } else { Warmup::Requests(0) }),
            length: self.length.unwrap_or(if benchmark { Length::UntilPrecise } else { DEFAULT_LENGTH }),
            timeout: self.timeout.unwrap_or(DEFAULT_TIMEOUT),
            seed: self.seed.unwrap_or(0),
        })
    }

    /// Never more users than requests were asked for.
    fn default_users(&self) -> u64 {
        match self.length {
            Some(Length::Requests(requests)) => requests.min(DEFAULT_USERS),
            _ => DEFAULT_USERS,
        }
    }

    fn check(&self, kind: Kind) -> Result<(), WorkloadError> {
        if kind == Kind::Benchmark {
            if let Some(users) = self.users.filter(|users| *users != 1) {
                return Err(WorkloadError::BenchmarkUsers(users));
            }
            if self.ramp_up.is_some_and(|ramp_up| !ramp_up.is_zero()) {
                return Err(WorkloadError::BenchmarkRampUp);
            }
        }
        match (self.users, self.length) {
            (Some(users), Some(Length::Requests(requests))) if requests < users => {
                Err(WorkloadError::FewerRequestsThanUsers { requests, users })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requests(requests: u64) -> Settings {
        Settings { length: Some(Length::Requests(requests)), ..Settings::default() }
    }

    #[test]
    fn a_higher_layer_replaces_either_length_of_a_lower_one() {
        let command_line = Settings { length: Some(Length::Duration(Duration::from_secs(1))), ..Settings::default() };
        let merged = command_line.over(requests(5000));
        assert_eq!(merged.length, Some(Length::Duration(Duration::from_secs(1))));
    }

    #[test]
    fn two_lengths_in_one_layer_contradict() {
        let mut settings = requests(10);
        let refusal = settings.set(SettingKey::Duration, SettingValue::Duration(Duration::from_secs(1)));
        assert_eq!(refusal, Err(WorkloadError::TwoLengths));
    }

    #[test]
    fn a_benchmark_is_one_user_until_steady_and_precise() {
        let workload = Settings::default().resolve(Kind::Benchmark).unwrap();
        assert_eq!(
            (workload.users(), workload.warmup, workload.length),
            (1, Warmup::UntilSteady, Length::UntilPrecise)
        );
        let crowded = Settings { users: Some(10), ..Settings::default() };
        assert_eq!(crowded.resolve(Kind::Benchmark), Err(WorkloadError::BenchmarkUsers(10)));
    }

    #[test]
    fn every_user_must_get_a_request() {
        let settings = Settings { users: Some(100), ..requests(10) };
        assert!(settings.resolve(Kind::Load).is_err());
        assert_eq!(requests(3).resolve(Kind::Load).unwrap().users(), 3);
    }
}
