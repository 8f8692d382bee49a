//! Settings in layers: what one layer says, and one layer over another.

use std::time::Duration;

use super::contradiction::WorkloadError;
use super::shape::{LevelUnit, Stages, Surge, Sweep};
use super::{CapacitySearch, Connections, Overflow, Rate, RunLength, SettingKey, SettingValue, Spacing, Warmup};

/// What one layer says about the load; `None` leaves it to the layer below.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// Virtual users.
    pub users: Option<u64>,
    /// Requests or duration; a layer that gives one replaces either of the layer below.
    pub length: Option<RunLength>,
    /// Requests or duration before the measurement.
    pub warmup: Option<Warmup>,
    /// Time over which the users start.
    pub ramp_up: Option<Duration>,
    /// Longest time for a request.
    pub timeout: Option<Duration>,
    /// Where the random choices start.
    pub seed: Option<u64>,
    /// Arrivals each second.
    pub rate: Option<Rate>,
    /// The most iterations at once in an open workload.
    pub max_in_flight: Option<u64>,
    /// What happens to an arrival at that cap.
    pub overflow: Option<Overflow>,
    /// How arrivals lie in time.
    pub arrivals: Option<Spacing>,
    /// How far apart the iterations of a user start.
    pub pace: Option<Duration>,
    /// How often the test is measured.
    pub repeat: Option<u64>,
    /// Users that start each second.
    pub spawn_rate: Option<f64>,
    /// Who sends on which connection.
    pub connections: Option<Connections>,
    /// Requests go over HTTP/2.
    pub http2: Option<bool>,
    /// Redirects that are followed.
    pub redirects: Option<u64>,
    /// Each user keeps the cookies it is given.
    pub cookies: Option<bool>,
    /// Where requests go through.
    pub proxy: Option<String>,
    /// The file with the certificates that are trusted.
    pub ca: Option<String>,
    /// Whether servers must prove who they are.
    pub verify_tls: Option<bool>,
    /// Levels over time.
    pub stages: Option<Stages>,
    /// A surge in a base load.
    pub spike: Option<Surge>,
    /// One run a level.
    pub sweep: Option<Sweep>,
    /// How to search for the capacity.
    pub capacity: Option<CapacitySearch>,
}

impl Settings {
    /// Takes one value into this layer.
    ///
    /// # Errors
    /// `requests` and `duration` in one layer contradict each other.
    pub fn set(&mut self, key: SettingKey, value: SettingValue) -> Result<(), WorkloadError> {
        use SettingValue as V;
        match (key, value) {
            (SettingKey::Users, V::Count(users)) => self.users = Some(users),
            (SettingKey::Requests, V::Count(requests)) => self.set_length(RunLength::Requests(requests))?,
            (SettingKey::Duration, V::Duration(duration)) => self.set_length(RunLength::Duration(duration))?,
            (SettingKey::Warmup, V::Count(requests)) => self.warmup = Some(Warmup::Requests(requests)),
            (SettingKey::Warmup, V::Duration(duration)) => self.warmup = Some(Warmup::Duration(duration)),
            (SettingKey::RampUp, V::Duration(duration)) => self.ramp_up = Some(duration),
            (SettingKey::Timeout, V::Duration(duration)) => self.timeout = Some(duration),
            (SettingKey::Seed, V::Count(seed)) => self.seed = Some(seed),
            (SettingKey::MaxInFlight, V::Count(slots)) => self.max_in_flight = Some(slots),
            (SettingKey::Repeat, V::Count(repeat)) => self.repeat = Some(repeat),
            (SettingKey::Pace, V::Duration(pace)) => self.pace = Some(pace),
            (SettingKey::SpawnRate, V::PerSecond(rate)) => self.spawn_rate = Some(rate),
            (SettingKey::Rate, V::Rate(rate)) => self.rate = Some(rate),
            (SettingKey::Overflow, V::Overflow(overflow)) => self.overflow = Some(overflow),
            (SettingKey::Arrivals, V::Spacing(spacing)) => self.arrivals = Some(spacing),
            (SettingKey::Connections, V::Connections(connections)) => self.connections = Some(connections),
            (SettingKey::Http2, V::Switch(http2)) => self.http2 = Some(http2),
            (SettingKey::Redirects, V::Count(redirects)) => self.redirects = Some(redirects),
            (SettingKey::Cookies, V::Switch(cookies)) => self.cookies = Some(cookies),
            (SettingKey::Proxy, V::Text(proxy)) => self.proxy = Some(proxy),
            (SettingKey::Ca, V::Text(ca)) => self.ca = Some(ca),
            (SettingKey::VerifyTls, V::Switch(verify_tls)) => self.verify_tls = Some(verify_tls),
            (SettingKey::Stages, V::Stages(stages)) => self.stages = Some(stages),
            (SettingKey::Spike, V::Spike(surge)) => self.spike = Some(surge),
            (SettingKey::Sweep, V::Sweep(sweep)) => self.sweep = Some(sweep),
            (SettingKey::Capacity, V::Capacity(search)) => self.capacity = Some(search),
            // `parse_value` gives each key the variant matched above; other keys do not shape the load.
            _ => {}
        }
        Ok(())
    }

    fn set_length(&mut self, length: RunLength) -> Result<(), WorkloadError> {
        match (self.length, length) {
            (Some(RunLength::Requests(_)), RunLength::Duration(_))
            | (Some(RunLength::Duration(_)), RunLength::Requests(_)) => Err(WorkloadError::TwoLengths),
            _ => {
                self.length = Some(length);
                Ok(())
            }
        }
    }

    /// True if this layer gives `key`.
    pub fn has(&self, key: SettingKey) -> bool {
        match key {
            SettingKey::Users => self.users.is_some(),
            SettingKey::Requests => matches!(self.length, Some(RunLength::Requests(_))),
            SettingKey::Duration => matches!(self.length, Some(RunLength::Duration(_))),
            SettingKey::Warmup => self.warmup.is_some(),
            SettingKey::RampUp => self.ramp_up.is_some(),
            SettingKey::Timeout => self.timeout.is_some(),
            SettingKey::Seed => self.seed.is_some(),
            SettingKey::Rate => self.rate.is_some(),
            SettingKey::MaxInFlight => self.max_in_flight.is_some(),
            SettingKey::Overflow => self.overflow.is_some(),
            SettingKey::Arrivals => self.arrivals.is_some(),
            SettingKey::Pace => self.pace.is_some(),
            SettingKey::Repeat => self.repeat.is_some(),
            SettingKey::SpawnRate => self.spawn_rate.is_some(),
            SettingKey::Connections => self.connections.is_some(),
            SettingKey::Http2 => self.http2.is_some(),
            SettingKey::Redirects => self.redirects.is_some(),
            SettingKey::Cookies => self.cookies.is_some(),
            SettingKey::Proxy => self.proxy.is_some(),
            SettingKey::Ca => self.ca.is_some(),
            SettingKey::VerifyTls => self.verify_tls.is_some(),
            SettingKey::Stages => self.stages.is_some(),
            SettingKey::Spike => self.spike.is_some(),
            SettingKey::Sweep => self.sweep.is_some(),
            SettingKey::Capacity => self.capacity.is_some(),
            SettingKey::Kind | SettingKey::Markers | SettingKey::Ignore | SettingKey::Name => false,
        }
    }

    /// This layer without what it says about `keys`.
    #[must_use]
    pub fn without(mut self, keys: &[SettingKey]) -> Settings {
        for key in keys.iter().filter(|key| self.has(**key)).copied().collect::<Vec<_>>() {
            match key {
                SettingKey::Users => self.users = None,
                SettingKey::Requests | SettingKey::Duration => self.length = None,
                SettingKey::Warmup => self.warmup = None,
                SettingKey::RampUp => self.ramp_up = None,
                SettingKey::Timeout => self.timeout = None,
                SettingKey::Seed => self.seed = None,
                SettingKey::Rate => self.rate = None,
                SettingKey::MaxInFlight => self.max_in_flight = None,
                SettingKey::Overflow => self.overflow = None,
                SettingKey::Arrivals => self.arrivals = None,
                SettingKey::Pace => self.pace = None,
                SettingKey::Repeat => self.repeat = None,
                SettingKey::SpawnRate => self.spawn_rate = None,
                SettingKey::Connections => self.connections = None,
                SettingKey::Http2 => self.http2 = None,
                SettingKey::Redirects => self.redirects = None,
                SettingKey::Cookies => self.cookies = None,
                SettingKey::Proxy => self.proxy = None,
                SettingKey::Ca => self.ca = None,
                SettingKey::VerifyTls => self.verify_tls = None,
                SettingKey::Stages => self.stages = None,
                SettingKey::Spike => self.spike = None,
                SettingKey::Sweep => self.sweep = None,
                SettingKey::Capacity => self.capacity = None,
                SettingKey::Kind | SettingKey::Markers | SettingKey::Ignore | SettingKey::Name => {}
            }
        }
        self
    }

    /// This layer over `lower`: what this one leaves open, the lower one fills, as far as it is not
    /// [replaced](SettingKey::replaces).
    #[must_use]
    pub fn over(self, lower: Settings) -> Settings {
        let is_replaced = |below: &SettingKey| {
            SettingKey::LOAD.into_iter().any(|key| self.has(key) && key != *below && key.replaces(*below))
        };
        let replaced: Vec<SettingKey> = SettingKey::LOAD.into_iter().filter(is_replaced).collect();
        let lower = lower.without(&replaced);
        Settings {
            users: self.users.or(lower.users),
            length: self.length.or(lower.length),
            warmup: self.warmup.or(lower.warmup),
            ramp_up: self.ramp_up.or(lower.ramp_up),
            timeout: self.timeout.or(lower.timeout),
            seed: self.seed.or(lower.seed),
            rate: self.rate.or(lower.rate),
            max_in_flight: self.max_in_flight.or(lower.max_in_flight),
            overflow: self.overflow.or(lower.overflow),
            arrivals: self.arrivals.or(lower.arrivals),
            pace: self.pace.or(lower.pace),
            repeat: self.repeat.or(lower.repeat),
            spawn_rate: self.spawn_rate.or(lower.spawn_rate),
            connections: self.connections.or(lower.connections),
            http2: self.http2.or(lower.http2),
            redirects: self.redirects.or(lower.redirects),
            cookies: self.cookies.or(lower.cookies),
            proxy: self.proxy.or(lower.proxy),
            ca: self.ca.or(lower.ca),
            verify_tls: self.verify_tls.or(lower.verify_tls),
            stages: self.stages.or(lower.stages),
            spike: self.spike.or(lower.spike),
            sweep: self.sweep.or(lower.sweep),
            capacity: self.capacity.or(lower.capacity),
        }
    }

    /// The setting that plans arrivals, if the workload is open.
    pub fn arrivals_come_from(&self) -> Option<SettingKey> {
        let is_rate = |unit: LevelUnit| unit == LevelUnit::PerSecond;
        let is_open = |key: &SettingKey| match key {
            SettingKey::Rate => self.rate.is_some(),
            SettingKey::Stages => self.stages.as_ref().is_some_and(|stages| is_rate(stages.unit)),
            SettingKey::Spike => self.spike.as_ref().is_some_and(|surge| is_rate(surge.unit)),
            SettingKey::Sweep => self.sweep.as_ref().is_some_and(|sweep| is_rate(sweep.unit)),
            _ => false,
        };
        SettingKey::SHAPES.into_iter().find(is_open)
    }

    /// The stages that thresholds may name.
    pub fn stage_names(&self) -> Vec<&str> {
        let of_spike = self.spike.iter().flat_map(|_| Surge::STAGES);
        self.stages.iter().flat_map(Stages::names).chain(of_spike).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_layer_replaces_either_length_of_a_lower_one() {
        let command_line =
            Settings { length: Some(RunLength::Duration(Duration::from_secs(1))), ..Settings::default() };
        let lower = Settings { length: Some(RunLength::Requests(5000)), ..Settings::default() };
        assert_eq!(command_line.over(lower).length, Some(RunLength::Duration(Duration::from_secs(1))));
    }

    #[test]
    fn a_higher_rate_replaces_users_and_what_belongs_to_them() {
        let upper = Settings { rate: Some(Rate::PerSecond(5.0)), ..Settings::default() };
        let ramp_up = Some(Duration::from_secs(1));
        let lower = Settings { users: Some(5), ramp_up, seed: Some(1), ..Settings::default() };
        let merged = upper.over(lower);
        assert_eq!((merged.users, merged.ramp_up, merged.seed), (None, None, Some(1)));
        assert_eq!(merged.rate, Some(Rate::PerSecond(5.0)));
    }

    #[test]
    fn two_lengths_in_one_layer_contradict() {
        let mut settings = Settings { length: Some(RunLength::Requests(10)), ..Settings::default() };
        let refusal = settings.set(SettingKey::Duration, SettingValue::Duration(Duration::from_secs(1)));
        assert_eq!(refusal, Err(WorkloadError::TwoLengths));
    }
}
