//! The names of the settings.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::Expects;
use crate::suggest::did_you_mean;

/// A setting of a test, by the name it has in the attribute, on the command line and in `proofload.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SettingKey {
    /// `kind = "load"`
    Kind,
    /// `users = 100`
    Users,
    /// `requests = 5_000`
    Requests,
    /// `duration = 30s`
    Duration,
    /// `warmup = 500` or `warmup = 2s`
    Warmup,
    /// `ramp_up = 5s`
    RampUp,
    /// `timeout = 2s`
    Timeout,
    /// `seed = 42`
    Seed,
    /// `rate = 3_000/s` or `rate = 50% of capacity`
    Rate,
    /// `max_in_flight = 800`
    MaxInFlight,
    /// `overflow = shed`
    Overflow,
    /// `arrivals = poisson`
    Arrivals,
    /// `pace = 2s`
    Pace,
    /// `repeat = 3`
    Repeat,
    /// `spawn_rate = 5/s`
    SpawnRate,
    /// `connections = shared(8)`
    Connections,
    /// `http2 = true`
    Http2,
    /// `redirects = 5`
    Redirects,
    /// `cookies = true`
    Cookies,
    /// `proxy = "http://127.0.0.1:3128"`
    Proxy,
    /// `ca = "ca.pem"`
    Ca,
    /// `verify_tls = false`
    VerifyTls,
    /// `stages(0/s -> 500/s over 30s, 500/s for 60s)`
    Stages,
    /// `spike(base = 20/s, peak = 300/s, at = 5s, lasting = 5s)`
    Spike,
    /// `sweep(users = [1, 2, 5])`
    Sweep,
    /// `capacity(start = 50/s, budget = 120s)`
    Capacity,
    /// `markers = [slow, smoke]`
    Markers,
    /// `ignore = "why"` or `ignore = false`
    Ignore,
    /// `name = "health"`
    Name,
}

/// A word that is not a setting.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown setting `{word}`{suggestion} (settings: {})", SettingKey::ALL.map(SettingKey::name).join(", "))]
pub struct UnknownSetting {
    /// The word as written.
    pub word: String,
    /// `, did you mean …?` or nothing.
    pub suggestion: String,
}

impl SettingKey {
    /// Every setting.
    pub const ALL: [SettingKey; 29] = [
        SettingKey::Kind,
        SettingKey::Users,
        SettingKey::Requests,
        SettingKey::Duration,
        SettingKey::Warmup,
        SettingKey::RampUp,
        SettingKey::Timeout,
        SettingKey::Seed,
        SettingKey::Rate,
        SettingKey::MaxInFlight,
        SettingKey::Overflow,
        SettingKey::Arrivals,
        SettingKey::Pace,
        SettingKey::Repeat,
        SettingKey::SpawnRate,
        SettingKey::Connections,
        SettingKey::Http2,
        SettingKey::Redirects,
        SettingKey::Cookies,
        SettingKey::Proxy,
        SettingKey::Ca,
        SettingKey::VerifyTls,
        SettingKey::Stages,
        SettingKey::Spike,
        SettingKey::Sweep,
        SettingKey::Capacity,
        SettingKey::Markers,
        SettingKey::Ignore,
        SettingKey::Name,
    ];

    /// The settings that shape the load: the attribute, `proofload.toml` and its profiles may give each of them.
    pub const LOAD: [SettingKey; 25] = [
        SettingKey::Users,
        SettingKey::Requests,
        SettingKey::Duration,
        SettingKey::Warmup,
        SettingKey::RampUp,
        SettingKey::Timeout,
        SettingKey::Seed,
        SettingKey::Rate,
        SettingKey::MaxInFlight,
        SettingKey::Overflow,
        SettingKey::Arrivals,
        SettingKey::Pace,
        SettingKey::Repeat,
        SettingKey::SpawnRate,
        SettingKey::Connections,
        SettingKey::Http2,
        SettingKey::Redirects,
        SettingKey::Cookies,
        SettingKey::Proxy,
        SettingKey::Ca,
        SettingKey::VerifyTls,
        SettingKey::Stages,
        SettingKey::Spike,
        SettingKey::Sweep,
        SettingKey::Capacity,
    ];

    /// Those that say how much load there is; a layer that gives one replaces whichever the layer below gives.
    pub const SHAPES: [SettingKey; 5] =
        [SettingKey::Users, SettingKey::Rate, SettingKey::Stages, SettingKey::Spike, SettingKey::Sweep];

    /// As written.
    pub const fn name(self) -> &'static str {
        match self {
            SettingKey::Kind => "kind",
            SettingKey::Users => "users",
            SettingKey::Requests => "requests",
            SettingKey::Duration => "duration",
            SettingKey::Warmup => "warmup",
            SettingKey::RampUp => "ramp_up",
            SettingKey::Timeout => "timeout",
            SettingKey::Seed => "seed",
            SettingKey::Rate => "rate",
            SettingKey::MaxInFlight => "max_in_flight",
            SettingKey::Overflow => "overflow",
            SettingKey::Arrivals => "arrivals",
            SettingKey::Pace => "pace",
            SettingKey::Repeat => "repeat",
            SettingKey::SpawnRate => "spawn_rate",
            SettingKey::Connections => "connections",
            SettingKey::Http2 => "http2",
            SettingKey::Redirects => "redirects",
            SettingKey::Cookies => "cookies",
            SettingKey::Proxy => "proxy",
            SettingKey::Ca => "ca",
            SettingKey::VerifyTls => "verify_tls",
            SettingKey::Stages => "stages",
            SettingKey::Spike => "spike",
            SettingKey::Sweep => "sweep",
            SettingKey::Capacity => "capacity",
            SettingKey::Markers => "markers",
            SettingKey::Ignore => "ignore",
            SettingKey::Name => "name",
        }
    }

    /// What its value looks like.
    pub const fn expects(self) -> Expects {
        match self {
            SettingKey::Kind => Expects::Kind,
            SettingKey::Users | SettingKey::Requests | SettingKey::MaxInFlight | SettingKey::Repeat => Expects::Count,
            SettingKey::Duration | SettingKey::Timeout | SettingKey::Pace => Expects::Duration,
            SettingKey::Rate => Expects::Rate,
            SettingKey::SpawnRate => Expects::PerSecond,
            SettingKey::Overflow => Expects::Overflow,
            SettingKey::Arrivals => Expects::Spacing,
            SettingKey::Connections => Expects::Connections,
            SettingKey::Http2 | SettingKey::Cookies | SettingKey::VerifyTls => Expects::Switch,
            SettingKey::Redirects => Expects::CountOrNone,
            SettingKey::Proxy => Expects::Proxy,
            SettingKey::Ca => Expects::File,
            SettingKey::Stages => Expects::Stages,
            SettingKey::Spike => Expects::Spike,
            SettingKey::Sweep => Expects::Sweep,
            SettingKey::Capacity => Expects::Capacity,
            SettingKey::Warmup => Expects::CountOrDuration,
            SettingKey::RampUp => Expects::Duration,
            SettingKey::Seed => Expects::Seed,
            SettingKey::Markers => Expects::Words,
            SettingKey::Ignore => Expects::IgnoreReason,
            SettingKey::Name => Expects::Text,
        }
    }

    /// True if its value stands in parentheses: `stages(…)`.
    pub const fn has_parentheses(self) -> bool {
        matches!(self, SettingKey::Stages | SettingKey::Spike | SettingKey::Sweep | SettingKey::Capacity)
    }

    /// True if its value is one of a few words: `overflow = shed`, `connections = shared(8)`.
    pub const fn is_word(self) -> bool {
        matches!(self, SettingKey::Overflow | SettingKey::Arrivals | SettingKey::Connections)
    }

    /// True if a layer that gives `self` says something in place of what a lower layer says with `below`.
    ///
    /// What only makes sense beside the replaced setting goes with it: a rate in place of users has no `ramp_up`.
    pub fn replaces(self, below: SettingKey) -> bool {
        use SettingKey::{
            Arrivals, Duration, MaxInFlight, Overflow, Pace, RampUp, Rate, Repeat, Requests, SpawnRate, Spike, Stages,
            Sweep, Users,
        };
        let among = |keys: &[SettingKey]| keys.contains(&self) && keys.contains(&below);
        self == below
            || among(&[Requests, Duration])
            || among(&[RampUp, SpawnRate])
            || among(&SettingKey::SHAPES)
            || match self {
                Users => matches!(below, MaxInFlight | Overflow | Arrivals),
                Rate => matches!(below, RampUp | SpawnRate | Pace),
                Stages => matches!(below, Requests | Duration | RampUp | SpawnRate),
                Spike => matches!(below, Requests | Duration | RampUp | SpawnRate | Repeat),
                Sweep => matches!(below, Repeat),
                _ => false,
            }
    }
}

impl FromStr for SettingKey {
    type Err = UnknownSetting;

    fn from_str(word: &str) -> Result<SettingKey, UnknownSetting> {
        SettingKey::ALL.into_iter().find(|key| key.name() == word).ok_or_else(|| UnknownSetting {
            word: word.to_owned(),
            suggestion: match word {
                "warm_up" => ", did you mean `warmup`?".to_owned(),
                "marks" | "tags" => ", did you mean `markers`?".to_owned(),
                "rps" | "qps" => ", did you mean `rate`?".to_owned(),
                "ramp" => ", did you mean `stages` or `ramp_up`?".to_owned(),
                "connection" | "pool" => ", did you mean `connections`?".to_owned(),
                "http" | "http_2" | "h2" => ", did you mean `http2`?".to_owned(),
                "insecure" | "verify" => ", did you mean `verify_tls`?".to_owned(),
                "ca_file" | "cacert" | "cert" => ", did you mean `ca`?".to_owned(),
                "rampup" => ", did you mean `ramp_up`?".to_owned(),
                _ => did_you_mean(word, SettingKey::ALL.map(SettingKey::name)),
            },
        })
    }
}

impl fmt::Display for SettingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_reads_back_from_its_name() {
        for key in SettingKey::ALL {
            assert_eq!(key.name().parse(), Ok(key));
        }
    }

    #[test]
    fn a_higher_layer_replaces_what_answers_the_same_question_and_what_belongs_to_it() {
        assert!(SettingKey::Rate.replaces(SettingKey::Users));
        assert!(SettingKey::Rate.replaces(SettingKey::RampUp));
        assert!(SettingKey::Stages.replaces(SettingKey::Duration));
        assert!(SettingKey::SpawnRate.replaces(SettingKey::RampUp));
        assert!(!SettingKey::Duration.replaces(SettingKey::Stages), "stages know how long they last");
        assert!(!SettingKey::Timeout.replaces(SettingKey::Seed));
    }

    #[test]
    fn a_misspelt_setting_is_answered_with_the_nearest() {
        let text = "user".parse::<SettingKey>().unwrap_err().to_string();
        assert!(text.starts_with("unknown setting `user`, did you mean `users`?"), "{text}");
    }
}
