//! Names of tests and cases: what a filter on the command line can be typed for.

use crate::units::ShortDuration;
use crate::workload::{SettingKey, SettingValue};

/// `perf::agent` and `health` are `agent::health`: the binary's own crate says nothing.
pub(super) fn test_name(module_path: &str, function: &str) -> String {
    match module_path.split_once("::") {
        Some((_crate_name, module)) => format!("{module}::{}", slug(function)),
        None => slug(function),
    }
}

/// `users_500`, `duration_30s`
pub(super) fn setting_part(key: SettingKey, value: SettingValue) -> String {
    match value {
        SettingValue::Count(count) => format!("{key}_{count}"),
        SettingValue::Duration(duration) => format!("{key}_{}", slug(&ShortDuration(duration).to_string())),
    }
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
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_crate_is_no_part_of_a_name() {
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
        assert_eq!(setting_part(SettingKey::Users, SettingValue::Count(500)), "users_500");
        assert_eq!(setting_part(SettingKey::Duration, SettingValue::Duration(Duration::from_secs(30))), "duration_30s");
        assert_eq!(
            setting_part(SettingKey::RampUp, SettingValue::Duration(Duration::from_millis(1500))),
            "ramp_up_1_5s"
        );
    }
}
