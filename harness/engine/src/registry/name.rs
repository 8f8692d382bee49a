//! Names of tests and cases: what a filter on the command line can be typed for.

use crate::settings::{SettingKey, SettingValue};
use crate::units::{ShortDuration, ShortNumber};
use crate::workload::{Rate, Warmup};

/// `perf::agent` and `health` are `agent::health`: the binary's own crate says nothing.
pub(super) fn test_name(module_path: &str, function: &str) -> String {
    match module_path.split_once("::") {
        Some((_crate_name, module)) => format!("{module}::{}", slug(function)),
        None => slug(function),
    }
}

/// `users_500`, `duration_30s`, `rate_100_per_s`
pub(super) fn setting_part(key: SettingKey, value: &SettingValue) -> String {
    let value = match value {
        SettingValue::Count(count) | SettingValue::Warmup(Warmup::Requests(count)) => count.to_string(),
        SettingValue::Duration(duration) | SettingValue::Warmup(Warmup::Duration(duration)) => {
            ShortDuration(*duration).to_string()
        }
        SettingValue::Warmup(Warmup::UntilSteady) => "until steady".to_owned(),
        SettingValue::Rate(Rate::PerSecond(rate)) | SettingValue::PerSecond(rate) => per_second(*rate),
        SettingValue::Rate(Rate::OfCapacity(share)) => format!("{} percent of capacity", ShortNumber(share * 100.0)),
        SettingValue::Order(order) => order.name().to_owned(),
        SettingValue::Think(range) => range.to_string(),
        SettingValue::Overflow(overflow) => overflow.name().to_owned(),
        SettingValue::Spacing(spacing) => spacing.name().to_owned(),
        SettingValue::Switch(is_on) => is_on.to_string(),
        SettingValue::Text(text) => text.clone(),
        SettingValue::Connections(connections) => connections.to_string().replace(')', ""),
        // The attribute asks for a name where tests differ by such a value.
        SettingValue::Stages(_) | SettingValue::Spike(_) | SettingValue::Sweep(_) | SettingValue::Capacity(_) => {
            return key.name().to_owned();
        }
    };
    format!("{key}_{}", slug(&value))
}

fn per_second(rate: f64) -> String {
    format!("{} per s", ShortNumber(rate))
}

/// `rush hour` is `rush_hour`; an identifier stays as it is.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for character in text.trim().chars() {
        if character.is_alphanumeric() || character == '_' {
            slug.push(character);
        } else if !slug.ends_with('_') {
            slug.push('_');
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crate_is_not_part_of_a_name() {
        assert_eq!(test_name("perf::agent::rest", "health"), "agent::rest::health");
        assert_eq!(test_name("perf", "health"), "health");
    }

    #[test]
    fn texts_become_one_word_and_identifiers_stay() {
        assert_eq!(slug("rush hour"), "rush_hour");
        assert_eq!(slug("GET /a, twice"), "GET_a_twice");
        assert_eq!(slug("__health"), "__health");
    }

    #[test]
    fn a_setting_is_named_by_key_and_value() {
        let part = |key: SettingKey, text| setting_part(key, &crate::settings::parse_value(key, text).unwrap());
        assert_eq!(part(SettingKey::Users, "500"), "users_500");
        assert_eq!(part(SettingKey::Duration, "30s"), "duration_30s");
        assert_eq!(part(SettingKey::RampUp, "1500ms"), "ramp_up_1_5s");
        assert_eq!(part(SettingKey::Warmup, "500"), "warmup_500");
        assert_eq!(part(SettingKey::Warmup, "2s"), "warmup_2s");
        assert_eq!(part(SettingKey::Rate, "6_000/min"), "rate_100_per_s");
        assert_eq!(part(SettingKey::Rate, "0.5/s"), "rate_0_5_per_s");
        assert_eq!(part(SettingKey::Rate, "50% of capacity"), "rate_50_percent_of_capacity");
        assert_eq!(part(SettingKey::SpawnRate, "5/s"), "spawn_rate_5_per_s");
        assert_eq!(part(SettingKey::Think, "1s..3s"), "think_1s_3s");
        assert_eq!(part(SettingKey::Overflow, "shed"), "overflow_shed");
        assert_eq!(part(SettingKey::Connections, "shared(8)"), "connections_shared_8");
    }
}
