//! The names of the settings.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

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
    /// `markers = [slow, smoke]`
    Markers,
    /// `ignore = "why"` or `ignore = false`
    Ignore,
    /// `name = "health"`
    Name,
}

/// What the value of a setting looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    /// One of the kinds, quoted.
    Kind,
    /// A whole number of at least 1.
    Count,
    /// A whole number.
    Seed,
    /// A time above zero.
    Duration,
    /// A whole number or a time; zero is none.
    CountOrDuration,
    /// A quoted text.
    Text,
    /// Words in brackets.
    Words,
    /// A quoted reason, `true` or `false`.
    IgnoreReason,
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
    pub const ALL: [SettingKey; 11] = [
        SettingKey::Kind,
        SettingKey::Users,
        SettingKey::Requests,
        SettingKey::Duration,
        SettingKey::Warmup,
        SettingKey::RampUp,
        SettingKey::Timeout,
        SettingKey::Seed,
        SettingKey::Markers,
        SettingKey::Ignore,
        SettingKey::Name,
    ];

    /// The settings that shape the load, and that every layer from `proofload.toml` to the command line may give.
    pub const LOAD: [SettingKey; 7] = [
        SettingKey::Users,
        SettingKey::Requests,
        SettingKey::Duration,
        SettingKey::Warmup,
        SettingKey::RampUp,
        SettingKey::Timeout,
        SettingKey::Seed,
    ];

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
            SettingKey::Markers => "markers",
            SettingKey::Ignore => "ignore",
            SettingKey::Name => "name",
        }
    }

    /// What its value looks like.
    pub const fn expects(self) -> Expects {
        match self {
            SettingKey::Kind => Expects::Kind,
            SettingKey::Users | SettingKey::Requests => Expects::Count,
            SettingKey::Duration | SettingKey::Timeout => Expects::Duration,
            SettingKey::Warmup => Expects::CountOrDuration,
            SettingKey::RampUp => Expects::Duration,
            SettingKey::Seed => Expects::Seed,
            SettingKey::Markers => Expects::Words,
            SettingKey::Ignore => Expects::IgnoreReason,
            SettingKey::Name => Expects::Text,
        }
    }
}

impl Expects {
    /// For messages: "expected …".
    pub const fn describe(self) -> &'static str {
        match self {
            Expects::Kind => "a kind in quotes, such as `\"load\"`",
            Expects::Count => "a whole number of at least 1, such as `100`",
            Expects::Seed => "a whole number, such as `42`",
            Expects::Duration => "a time above zero, such as `30s`",
            Expects::CountOrDuration => "a number of requests such as `500`, or a time such as `2s`",
            Expects::Text => "a text in quotes",
            Expects::Words => "words in brackets, such as `[slow, smoke]`",
            Expects::IgnoreReason => "a reason in quotes, `true` or `false`",
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
    fn a_misspelt_setting_is_answered_with_the_nearest() {
        let text = "user".parse::<SettingKey>().unwrap_err().to_string();
        assert!(text.starts_with("unknown setting `user`, did you mean `users`?"), "{text}");
    }
}
